"""The board: cases by stage, the most urgent first; moving one along is one key and a reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from ...messages import _
from ..commands import BOARD
from ..draw import run
from ..state import View
from ..terms import stage_words
from ..widgets.board_table import BoardTable
from ..widgets.columns import Column
from .cells import board_columns
from .listing import Listing

if TYPE_CHECKING:
    from .. import asks


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

    def listed(self) -> Callable[..., asks.Listed]:
        return partial(_listed, self)

    def set_out(self, stages: Any) -> None:
        """The stages have come, on the way to `take`."""
        self._coming = stages

    def take(self, found: asks.Listed, *, stay: bool) -> None:
        stages = self._coming
        if self._stage not in stages:
            # Where most is: an empty first stage says nothing.
            self._stage = max(stages, key=lambda stage: len(stages[stage]))
        self.table.set_out(stages, {stage: stage_words(stage) for stage in stages}, self._stage)
        super().take(found._replace(keys=stages[self._stage]), stay=stay)

    def called(self) -> str:
        return self.view.name or _("Board")

    def titled(self) -> None:
        count = len(self.table.keys)
        far = _("{n} of {all}").format(n=self.table.cursor + 1, all=count) if count else ""
        stage = stage_words(self.table.stage) if self.table.stage else ""
        left = (run(self.view.query, "key"),) if self.view.query else ()
        self.head.show((run(f" {self.called()}  {stage}  {far}  "),), left, (run(f"{self.aside()} "),))

    def nothing_here(self) -> tuple[str, ...]:
        if self.view.query:
            return (_("Nothing at this stage answers the filter."), _("\\ clears it."))
        return (_("Nothing stands at this stage."), _("→ and ← go to the others."))

    async def finished(self, command: str, keys: Sequence[int], *, failed: bool) -> None:
        await super().finished(command, keys, failed=failed)
        if not failed and command == "stage":
            self.start(self.load(stay=True))

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


def _listed(page: Board, r: Any, view: View, first: int) -> asks.Listed:
    """The whole board, of which the stage under the cursor is the list."""
    from .. import overview

    found = overview.board(r, view, first)
    page.set_out(found.stages)
    return overview.as_listed(found, next(iter(found.stages)))
