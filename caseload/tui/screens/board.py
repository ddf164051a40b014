"""The board: cases by stage, the most urgent first; moving one along is one key and a reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, ClassVar

from ...messages import _
from ..commands import BOARD
from ..draw import run
from ..state import View
from ..terms import stage_words
from ..widgets.board_table import BoardTable
from ..widgets.columns import Column
from .cells import board_columns
from .listing import Listing


class Board(Listing):
    """A list for each stage side by side; what works in a list of cases works in the stage under the cursor."""

    PLACE = BOARD
    HINTS: ClassVar[tuple[str, ...]] = (
        "right",
        "stage_on",
        "stage_back",
        "filter",
        "mark",
        "open_row",
        "palette",
        "help",
    )
    # A case that went to another stage is no longer where it was: the board is read again.
    SETTLES: ClassVar[frozenset[str]] = Listing.SETTLES - {"stage"}
    table: BoardTable

    def __init__(self, view: View | None = None) -> None:
        super().__init__(view or View())
        self.table = BoardTable(self.columns(), self.marks, self._moved, id="table")
        self._stage = ""

    def columns(self) -> Sequence[Column]:
        return board_columns(lambda: self.app.today)

    @property
    def previewing(self) -> bool:
        """Only where it was asked for: the stages need the room."""
        return bool(self._preview_wish)

    def listed(self) -> Callable[..., Any]:
        from .. import overview

        return overview.board

    def take(self, found: Any, *, stay: bool) -> None:
        from ..asks import Listed

        if self._stage not in found.stages:
            # Where most is: an empty first stage says nothing.
            self._stage = max(found.stages, key=lambda stage: len(found.stages[stage]))
        self.table.set_out(found.stages, {stage: stage_words(stage) for stage in found.stages}, self._stage)
        super().take(Listed(found.stages[self._stage], found.rows, found.standing), stay=stay)

    def called(self) -> str:
        return self.view.name or _("Board")

    def titled(self) -> None:
        count = len(self.table.keys)
        far = _("{n} of {all}").format(n=self.table.cursor + 1, all=count) if count else ""
        stage = stage_words(self.table.stage) if self.table.stage else ""
        left = [run(self.view.query + "  ", "key")] if self.view.query else []
        left += [run(self.news(), "warn")]
        self.head.show((run(f" {self.called()}  {stage}  {far}  "),), left, (run(f"{self.aside()} "),))

    def nothing_here(self) -> tuple[str, ...]:
        if self.view.query:
            return (_("Nothing at this stage answers the filter."), _("\\ clears it."))
        return (_("Nothing stands at this stage."), _("→ and ← go to the others."))

    async def finished(self, command: str, keys: Sequence[int], *, failed: bool) -> None:
        await super().finished(command, keys, failed=failed)
        if not failed and command == "stage":
            self.start(self.load(stay=True))

    async def changed_elsewhere(self, cases: Collection[int]) -> None:
        """Rows that others changed are read where they stand; what went to another stage waits for `r`."""
        near = [key for key in cases if self.table.holds(key)]
        self.table.news.update(near)
        await self.reread(near)
        self.titled()

    async def undone(self, cases: Collection[str]) -> None:
        await self.load(stay=True)

    def touched(self, command: str, keys: Sequence[int]) -> None:
        if command == "stage":
            self.start(self.load(stay=True))
        else:
            super().touched(command, keys)

    def _across(self, step: int) -> None:
        self.table.across(step)
        self._stage = self.table.stage
        self.tell()

    def do_right(self) -> None:
        self._across(1)

    def do_left(self) -> None:
        self._across(-1)

    def do_open_row(self) -> None:
        self.do_open()

    def do_back_out(self) -> None:
        self.do_back()

    def leave_list(self) -> None:
        self.app.pop_screen()

    def do_go_board(self) -> None:
        if self.view.query:
            self.do_clear()
