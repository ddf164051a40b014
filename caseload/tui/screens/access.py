"""Who sees one case and by which right; somebody is let in, kept out, or what was set for them is ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from ...messages import _, _n
from .. import naming
from ..acts.naming import end_name, ground_words
from ..commands import ACCESS
from ..draw import run
from ..summaries import When
from ..widgets.sheet import BLANK, Item
from .reading import Asked

if TYPE_CHECKING:
    from ...casework.access import Named


class AccessPage(Asked):
    """A person and a right to a line; names that were set have their reason below them."""

    PLACE = ACCESS
    HINTS: ClassVar[tuple[str, ...]] = ("let_in", "keep_out", "end_name", "down", "back", "palette", "help")

    def __init__(self, key: int) -> None:
        super().__init__()
        self.key = key
        self.found: naming.Names | None = None

    def heading(self) -> str:
        return _(" Who sees it")

    async def reread(self) -> None:
        """Reads it again; the page of a case that has left one's sight closes."""
        self.found = await self.desk.read(naming.names, self.key, channel=f"access-{id(self)}")
        if self.found is not None:
            self.app.standing = self.found.standing
            self._show(self.found)
        elif self.is_current:
            self.dismiss(None)
            self.app.announce(_("That case is no longer there, or no longer yours to see."), "warn")

    def _show(self, found: naming.Names) -> None:
        n = len({one.worker for one in found.rows if one.ground != "deny"} - _kept_out(found.rows))
        told = _n("{n} person ", "{n} people ", n).format(n=n)
        self.head.show((run(_(" Who sees {number}").format(number=found.number)),), (), (run(told),))
        when, out = When(found.standing.today, found.standing.zone), _kept_out(found.rows)
        items = [_item(one, when, out) for one in found.rows]
        besides = _("  Admins see that it is there, its codes and its days; no name and no word.")
        if found.restricted:
            besides = _("  Restricted: nobody else, whatever their role.")
        at = self.sheet.at if self.sheet.items else None
        self.sheet.show([*items, BLANK, Item(((besides, "dim"),))], at=at, top=at is None)
        self.tell()

    # -- acting -----------------------------------------------------------------------

    @property
    def picked_name(self) -> Named | None:
        """The person under the cursor, and the right."""
        found: Named | None = self.sheet.value
        return found

    def targets(self, command: str) -> list[int]:
        return [self.key]

    async def do_open(self) -> None:
        """Ends what was set for the person under the cursor."""
        await end_name(self)

    async def finished(self, command: str, keys: Sequence[int], *, failed: bool) -> None:
        if not failed:
            self.app.touched(command, keys, self)
        if self.is_attached:
            await self.reread()

    async def changed_elsewhere(self, cases: Collection[int]) -> None:
        if self.key in cases and self.found is not None and not self.talk.asking:
            await self.reread()

    async def undone(self, cases: Collection[str]) -> None:
        await self.reread()

    async def came_back(self) -> None:
        await self.reread()

    def touched(self, command: str, keys: Sequence[int]) -> None:
        if self.key in keys:
            self.start(self.reread())


def _kept_out(rows: Sequence[Named]) -> set[str]:
    return {one.worker for one in rows if one.ground == "deny"}


def _item(one: Named, when: When, out: Collection[str]) -> Item:
    until: Any = one.until
    told = (
        "" if until is None else _("to {day} ").format(day=when.day(until) if not isinstance(until, datetime) else "")
    )
    if isinstance(until, datetime):
        told = _("until {time} ").format(time=when.moment(until))
    over = one.worker in out and one.ground != "deny"
    said = ground_words(one.ground) + (_(", but kept out") if over else "")
    tone = "dim" if over else "bad" if one.ground == "deny" else "warn" if one.ground == "emergency" else "plain"
    head = (run(f"{one.worker:<14} ", "dim" if over else "strong"), run(said, tone))
    return Item(head, one.why, value=one, right=(run(told, "dim"),), indent=17)
