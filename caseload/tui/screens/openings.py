"""Cases that were opened in an emergency, with why; whoever supervises them marks what they have read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, ClassVar

from ...messages import _, _n
from .. import naming
from ..commands import OPENINGS
from ..draw import run
from ..summaries import When
from ..talk import Left
from ..widgets.sheet import Item
from .reading import Asked

if TYPE_CHECKING:
    from ...casework.glass import Opening


class OpeningsPage(Asked):
    """An opening a line, the newest first, until it is marked as read."""

    PLACE = OPENINGS
    HINTS: ClassVar[tuple[str, ...]] = ("mark_read", "open", "down", "back", "palette", "help")

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Opening] = ()

    def heading(self) -> str:
        return _(" Opened in an emergency")

    async def reread(self) -> None:
        """Reads what waits to be read."""
        found = await self.desk.read(naming.openings, channel=f"openings-{id(self)}")
        self.rows, self.app.standing = found.rows, found.standing
        n = len(self.rows)
        told = _n("{n} not read of yet ", "{n} not read of yet ", n).format(n=n)
        self.head.show((run(_(" Opened in an emergency")),), (), (run(told),))
        when = When(found.standing.today, found.standing.zone)
        items = [_item(one, when) for one in self.rows] or [
            Item(((_("  Nothing waits: every opening has been read of."), "good"),)),
            Item(((_("  All of them, with who read them: caseload access openings"), "dim"),)),
        ]
        at = min(self.sheet.at, n - 1) if n and self.sheet.items else None
        self.sheet.show(items, at=at, top=at is None)
        self.tell()

    # -- acting -----------------------------------------------------------------------

    def targets(self, command: str) -> list[int]:
        one: Opening | None = self.sheet.value
        if one is None:
            self.say(_("There is no case here to act on."), "warn")
            self.tell()
            raise Left
        return [one.case_id]

    def do_open(self) -> None:
        """The case that was opened."""
        self.app.open_case(self.targets("open")[0])

    async def do_mark_read(self) -> None:
        """The openings of this case are read of; nobody marks their own."""
        key = self.targets("mark_read")[0]
        self.commit("mark_read", naming.mark_read(key), [key])

    async def finished(self, command: str, keys: Sequence[int], *, failed: bool) -> None:
        if not failed:
            self.app.touched(command, keys, self)
        if self.is_attached:
            await self.reread()

    async def changed_elsewhere(self, cases: Collection[int]) -> None:
        await self.reread()

    async def undone(self, cases: Collection[str]) -> None:
        await self.reread()

    async def came_back(self) -> None:
        await self.reread()


def _item(one: Opening, when: When) -> Item:
    who = _("you, another reads it") if one.mine else one.worker
    head = (run(f"{one.case}  ", "strong"), run(who, "dim" if one.mine else "warn"))
    told = _("{start} until {end} ").format(start=when.moment(one.at), end=f"{one.until.astimezone(when.zone):%H:%M}")
    return Item(head, one.why, value=one, right=(run(told, "dim"),), indent=4)
