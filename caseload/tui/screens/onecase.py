"""A page about one case. Opening it is a look, and on record; reading it again is not."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Collection, Sequence
from typing import Any

from textual.timer import Timer

from ...errors import CaseloadError
from ...messages import _
from .. import asks, unnamed
from ..draw import run
from ..widgets.sheet import Item
from .reading import Reading


class OneCase(Reading):
    """What the pages of one case have in common: how it is opened, acted on, and kept up to date."""

    def __init__(self, key: int) -> None:
        super().__init__()
        self.key = key
        self.opened: asks.Opened | None = None
        self._stale = False
        # Whether this case is shown as it is while all others are masked.
        self._lifted = False
        # When the hours end for which this case was opened in an emergency.
        self._hours: Timer | None = None
        # How many of one's own acts here are not read back yet, and what tells that there is none.
        self._unread = 0
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self.talk.closed_gate = True

    def on_mount(self) -> None:
        self.show_head()
        self.start(self._open())

    # -- reading ------------------------------------------------------------------

    async def _open(self) -> None:
        try:
            self.opened = await self.desk.fetch(lambda db: asks.case_page(db, self.key))
        except CaseloadError as error:
            self.sheet.show((Item(((" " + error.message, "bad"),)), Item(((_("  Esc goes back."), "dim"),))))
            raise
        finally:
            self.talk.open_gate()
        self.app.standing = self.opened.standing
        self._show()

    async def reread(self, *, mine: bool = False) -> None:
        """Reads the case again; the look of this opening is on record already. `mine` says that this person has just changed
        it: what they did is then said by itself."""
        if self._lifted:
            self.opened = await self.desk.lifted(lambda db: unnamed.lifted_again(db, self.key))
        else:
            self.opened = await self.desk.read(asks.case_again, self.key, channel=f"{self.PLACE}-{id(self)}")
        self._stale = False
        if self.opened is not None:
            self._show()
        elif self.is_current:
            over = self._hours is not None
            self.dismiss(None)
            if over:
                self.app.announce(_("The hours for which you had opened that case are over."), "warn")
            elif not mine:
                self.app.announce(_("That case is no longer there, or no longer yours to see."), "warn")

    async def lift(self, why: str) -> None:
        """Reads the case as it is, past the mask; the reason goes on record first."""
        self.opened = await self.desk.lifted(lambda db: unnamed.lift_case(db, self.key, why))
        self._lifted = True
        self._show()

    def _show(self) -> None:
        self.show_head()
        if self.opened is not None:
            self.show_body(self.opened)
            self.tell()
            if self._hours is not None:
                self._hours.stop()
            left = self.opened.left
            self._hours = None if left is None else self.set_timer(max(left, 1.0), self.hours_over)

    def hours_over(self) -> None:
        """The case was opened in an emergency, and no longer is: nothing of it stays on the screen. What is being typed is
        finished first, and kept; then the page closes, unless the case has come to be theirs."""
        self.sheet.show((Item(((_("  The hours for which you had opened this case are over."), "warn"),)),))
        if self.is_current and not (self.talk.asking or self.talk.thinking):
            self.start(self.reread())
        else:
            self._hours = self.set_timer(1.0, self.hours_over)

    def show_head(self) -> None:
        """The title: which case, and whether it was changed since it was read."""
        if self.opened is None:
            self.head.show((run(self.unread()),))
            return
        row = self.opened.page.row
        name = f" {row.case}  {row.client}" if row.client else f" {row.case}"
        if self._stale:
            name += _("  changed meanwhile · {key}").format(key=self.app.keymap.first("refresh"))
        until = self.opened.page.answering.broken
        hour = "" if until is None else f"{until.astimezone(self.opened.standing.zone):%H:%M}"
        note = (run(_("  open to you until {time}").format(time=hour), "warn"),) if hour else ()
        self.head.show((run(name),), note, (run(self.beside(self.opened)),))

    @abstractmethod
    def unread(self) -> str:
        """The title while nothing is read yet."""

    @abstractmethod
    def beside(self, opened: asks.Opened) -> str:
        """What stands at the right end of the title."""

    @abstractmethod
    def show_body(self, opened: asks.Opened) -> None:
        """Fills the sheet. Of a case read again, the cursor stays where it is."""

    # -- acting -----------------------------------------------------------------------

    def targets(self, command: str) -> list[int]:
        return [self.key]

    def row_of(self, key: int) -> Any:
        return self.opened.row if self.opened is not None else None

    @property
    def picked(self) -> tuple[str, Any] | None:
        """The task, note, appointment or alert under the cursor."""
        value: tuple[str, Any] | None = self.sheet.value
        return value

    def begun(self, command: str, keys: Sequence[int]) -> None:
        self._unread += 1
        self._at_rest.clear()

    async def finished(self, command: str, keys: Sequence[int], *, failed: bool) -> None:
        try:
            if not failed:
                self.app.touched(command, keys, self)
            if self.is_attached:
                await self.reread(mine=not failed)
        finally:
            self._unread = max(0, self._unread - 1)
            if not self._unread:
                self._at_rest.set()

    async def settled(self) -> None:
        await self._at_rest.wait()

    async def changed_elsewhere(self, cases: Collection[int]) -> None:
        """The case is read again with the cursor on its line; while something is asked here, it waits for `r`."""
        if self.key not in cases or self.opened is None:
            return
        if self.talk.asking or self.talk.thinking:
            self._stale = True
            self.show_head()
            return
        await self.reread()
        if self.is_current and self.opened is not None:
            self.say(_("Someone else has just changed this case."), "dim")
            self.tell()

    async def came_back(self) -> None:
        if self.opened is None:
            await self._open()

    async def undone(self, cases: Collection[str]) -> None:
        await self.reread()

    def touched(self, command: str, keys: Sequence[int]) -> None:
        if self.key in keys:
            self.start(self.reread())

    def do_refresh(self) -> None:
        self.start(self.reread())
