"""Several cases to be closed at once: which gates are shut in which of them, and the way to each; the others go on from here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ...messages import _, _n
from .. import ending
from ..commands import SHEET
from ..draw import run
from ..widgets.sheet import BLANK, Item, heading
from .reading import Asked

if TYPE_CHECKING:
    from ..ending import Gated

# The line by which those are closed that nothing holds up.
_OTHERS = "others"


class GatesPage(Asked):
    """The cases that cannot be closed yet, with their gates. Enter on one opens what stands before closing it; on the first line the
    page is left with the keys of those that nothing holds up."""

    PLACE = SHEET
    HINTS: ClassVar[tuple[str, ...]] = ("accept", "down", "back", "page_down")

    def __init__(self, rows: Mapping[int, Any]) -> None:
        super().__init__()
        self.rows = rows
        self.shut: Sequence[Gated] = ()
        self.free: Sequence[int] = ()

    def heading(self) -> str:
        return _(" Closing {n} cases").format(n=len(self.rows))

    async def reread(self) -> None:
        """Reads which gates are shut by now; what was closed meanwhile is not asked about again."""
        self.shut, self.free = await self.desk.report(ending.gated, tuple(self.rows))
        n = len(self.shut)
        held = _n("{n} held up ", "{n} held up ", n).format(n=n)
        self.head.show((run(self.heading()),), (), (run(held),))
        items, first = self._items(), not self.sheet.items
        # On what can be done first; later where it stood.
        there = next((at for at, one in enumerate(items) if one.value is not None), 0)
        self.sheet.show(items, at=there if first else min(self.sheet.at, len(items) - 1), top=first)
        self.tell()

    def _items(self) -> list[Item]:
        free = len(self.free)
        others = _n("Close the other one", "Close the other {n}", free).format(n=free) if self.shut else _("Close them")
        items = [
            Item(((f"  {others}", "strong"),), value=_OTHERS)
            if free
            else Item(((_("  None of these can be closed as it stands."), "warn"),)),
        ]
        if self.shut:
            items += [BLANK, heading(_("Gates shut"))]
        for one in self.shut:
            right = (run(_("Enter opens them "), "dim"),)
            items.append(Item((run(f"  {one.case}  ", "strong"), run(", ".join(one.gates))), value=one, right=right))
        return items

    def targets(self, command: str) -> list[int]:
        return []

    def row_of(self, key: int) -> Any:
        return self.rows.get(key)

    async def do_accept(self) -> None:
        """Goes on with those that nothing holds up, or to what stands before closing the one under the cursor."""
        from ..acts import quick

        value: Gated | str | None = self.sheet.value
        if value == _OTHERS:
            self.dismiss(list(self.free))
        elif value is None or isinstance(value, str):
            self.say(_("j goes to a case; Enter opens its gates."), "dim")
        else:
            await quick.close(self, value.key)
            await self.reread()

    async def finished(self, command: str, keys: Sequence[int], *, failed: bool) -> None:
        if not failed:
            self.app.touched(command, keys, self)

    async def undone(self, cases: Collection[str]) -> None:
        await self.reread()

    async def came_back(self) -> None:
        await self.reread()
