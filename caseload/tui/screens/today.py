"""Today: the queue, worst first and why, walked from the top."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from ...messages import _, _n
from ..commands import TODAY
from ..state import View
from ..widgets.columns import Column
from .cells import queue_columns
from .listing import Listing

if TYPE_CHECKING:
    from .. import asks


class Today(Listing):
    """What a case manager opens the day with. Its order is fixed until `r`: nothing jumps while one works."""

    PLACE = TODAY
    HINTS: ClassVar[tuple[str, ...]] = ("contact", "note", "snooze", "do", "open", "why", "palette", "help")

    def __init__(self) -> None:
        super().__init__(View())
        self._warned = False
        self._unsaved = 0

    def columns(self) -> Sequence[Column]:
        return queue_columns(lambda: self.app.today)

    def listed(self) -> Callable[..., asks.Listed]:
        from .. import asks

        return asks.queue

    def called(self) -> str:
        return _("Today")

    def nothing_here(self) -> tuple[str, ...]:
        if self.view.query:
            return (_("Nothing in your queue answers this filter."), _("\\ clears it; g a shows all cases."))
        return (
            _("Your queue is empty: nobody waits for you today."),
            _("g a shows all cases, + takes in a new client, 8 the snoozed ones."),
        )

    def on_mount(self) -> None:
        if self.app.complaints:
            self.say(" ".join(self.app.complaints), "warn")

    async def load(self, *, stay: bool = True) -> None:
        first = not self.loaded
        await super().load(stay=stay)
        if first and self.loaded:
            self.app.start(self.app.take_up())
            self.app.start(self.app.first_act_of_the_day())
            self.start(self._told())

    def on_screen_resume(self) -> None:
        self.jotted()

    def jotted(self) -> None:
        if self.loaded:
            self.start(self._count_unsaved())

    async def _count_unsaved(self) -> None:
        """How much this person has typed and not saved; only the number is shown."""
        from .. import scribbles

        self._unsaved = await self.desk.read(scribbles.unsaved_count, channel="unsaved")
        self.titled()

    async def finished(self, command: str, keys: Sequence[int], *, failed: bool) -> None:
        await super().finished(command, keys, failed=failed)
        if failed or self._unsaved:
            self.jotted()

    def news(self) -> str:
        said = super().news()
        if self._unsaved:
            mine = _("{n} not saved · {key}").format(n=self._unsaved, key=self.app.keymap.first("go_unsaved"))
            said = f"{said}  {mine}" if said else mine
        return said

    async def _told(self) -> None:
        """Somebody may have asked this person something, or said something about what they wrote."""
        from .. import overview

        self.jotted()
        waiting, packets = await self.desk.read(overview.waiting)
        if packets and not self._saying:
            said = _n(
                "{n} colleague asks you about a case: {key} leads to it.",
                "{n} colleagues ask you about cases: {key} leads to them.",
                packets,
            )
            self.app.announce(said.format(n=packets, key=self.app.keymap.first("go_packets")))
        elif waiting and not self._saying:
            said = _n(
                "{n} comment on what you wrote: {key} leads to it.",
                "{n} comments on what you wrote: {key} leads to them.",
                waiting,
            )
            self.app.announce(said.format(n=waiting, key=self.app.keymap.first("go_team")))

    def leave_list(self) -> None:
        if self.view.query:
            self.do_clear()

    async def do_quit(self) -> None:
        """Away at once, unless words could not be kept: then the first q says so, and the second leaves."""
        jotter = self.app.jotter
        if jotter.unkept and not self._warned:
            await jotter.finish()
            if jotter.unkept:
                self._warned = True
                self.say(_("What you typed last could not be kept. q again leaves without it."), "bad")
                return
        self.app.exit(0)

    def do_go_today(self) -> None:
        if self.view.query:
            self.do_clear()
