"""Reports: what is done and how it goes, a page at a time, with the chart of what is under the cursor. Every number opens its rows."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.widget import Widget

from ...errors import CaseloadError
from ...messages import _
from .. import counting
from ..commands import REPORTS
from ..desk import Stale
from ..draw import Run, first_in_sight, length, run
from ..state import View
from ..widgets.grid import Cell, GridColumn, GridRow
from ..widgets.picture import Picture
from .counted import RowsPage
from .gridded import Gridded

if TYPE_CHECKING:
    from ...reports.figures import Line, Measure, Number
    from ...reports.figures import Page as Numbers

# Lines a chart needs with its name, its axis and its labels; less is none.
_LEAST, _MOST = 6, 10
_BAR, _LEAST_BAR = 14, 4


class ReportsPage(Gridded):
    """One page of numbers after another; Tab turns them."""

    PLACE = REPORTS
    HINTS: ClassVar[tuple[str, ...]] = (
        "open_row", "next_part", "right", "down", "refresh", "back_out", "palette", "help",
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.picture = Picture(id="picture")
        self.at = 0
        self.parts: Sequence[str] = ()
        self.found: Numbers | None = None
        # What is being counted: told to stop once another page is wanted.
        self._asked: list[bool] = []
        self._since = 0.0
        self._clock: asyncio.TimerHandle | None = None
        self.talk.closed_gate = True

    def body(self) -> Iterable[Widget]:
        yield self.grid
        yield self.picture

    def on_mount(self) -> None:
        self.grid.focus()
        self.line.apart = True
        self.head.show((run(_(" Reports")),))
        self.start(self._load())

    def on_unmount(self) -> None:
        self._stop()

    def on_resize(self) -> None:
        if self.parts:
            self._titled()
        self._draw()
        # Bars are as long as there is room for, which the table knows only once it has its new width.
        self.call_after_refresh(self._draw)

    def _stop(self) -> None:
        """Nobody waits any more for what is being counted."""
        for one in range(len(self._asked)):
            self._asked[one] = True
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    async def _load(self) -> None:
        self._stop()
        mine = len(self._asked)
        self._asked.append(False)
        self._since = asyncio.get_running_loop().time()
        self._tick()
        try:
            await self.app.opened()
            from ...reports.dashboard import PARTS

            self.parts = PARTS
            found = await self.desk.report(counting.page, PARTS[self.at], lambda: self._asked[mine])
        except (CaseloadError, Stale) as error:
            if self._asked[mine]:
                return  # another page is being counted
            if isinstance(error, Stale):
                raise
            self._ended_counting()
            self.found = None
            self.grid.empty = (error.message, *error.details, _("Tab shows the next page, Esc goes back."))
            self.grid.show((), ())
            self._titled()
            self._draw()
        else:
            if self._asked[mine]:
                return
            self._ended_counting()
            self.app.standing = found.standing
            self.found = found.page
            self._show(found.page)
        finally:
            if self.talk.closed_gate:
                self.talk.open_gate()

    def _ended_counting(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _tick(self) -> None:
        """While it is counted, says so, and for how long; what was there before goes once that takes a while."""
        loop = asyncio.get_running_loop()
        seconds = int(loop.time() - self._since)
        words = (
            _("Counting…")
            if seconds < 2
            else _("Counting… {n} s. Tab turns to another page, Esc leaves.").format(n=seconds)
        )
        if self.found is None or seconds >= 2:
            self.grid.empty = (words,)
            self.grid.show((), ())
            self.picture.show(())
        self._titled()
        self._clock = loop.call_later(1.0, self._tick)

    # -- showing ------------------------------------------------------------------------

    def _titled(self) -> None:
        from ...reports.dashboard import titles

        names = titles()
        runs: list[Run] = [run(_(" Reports  "))]
        room = self.app.size.width - length(runs) - 1  # one sign more where names follow
        first = first_in_sight([cell_len(names[part]) + 2 for part in self.parts], self.at, room)
        if first:
            runs.append(run("…", "dim"))
        for nth, part in enumerate(self.parts):
            if nth < first:
                continue
            here = nth == self.at
            runs.append(run(f"[{names[part]}]" if here else f" {names[part]} ", "strong" if here else "dim"))
        self.head.show(tuple(runs))

    def _show(self, found: Numbers) -> None:
        self._titled()
        columns = [_column(one, nth, found) for nth, one in enumerate(found.measures)]
        rows = [self._row(line, found) for line in found.lines]
        self.grid.empty = (_("There is nothing to count yet."), _("Tab shows the next page."))
        if self.grid.columns != columns:
            # The newest week, and the whole before its parts.
            self.grid.across = len(columns) - 1 if found.across or found.weekly else 0
            self.grid.at = len(rows) - 1 if found.weekly else 0
        self.grid.show(columns, rows)
        self._draw()
        self.tell()

    def _row(self, line: Line, found: Numbers) -> GridRow:
        cells = [_cell(number) for number in line.numbers]
        return GridRow(line.title, cells, "", "warn" if line.key == "nobody" else "plain")

    def _draw(self) -> None:
        """The chart of what is under the cursor: a measure over the weeks, a worker's load, or bars beside the lines."""
        found = self.found
        if found is None or not found.lines:
            self.picture.show(())
            self.picture.styles.height = 0
            return
        from ...reports import plot

        width, height = self.app.size
        # Title, what the number counts, hints, and the heading of the table.
        room = height - 5 - len(found.lines)
        if found.weekly or found.across:
            tall = min(_MOST, room)
            if tall < _LEAST:
                self.picture.styles.height = 0
                return
            self.picture.styles.height = tall
            what, numbers, labels = self._drawn(found)
            self.picture.show([what, *plot.trend(numbers, labels, width - 2, tall - 1)])
            return
        self.picture.styles.height = 0
        at = self._across()
        most = max((line.numbers[at].count or 0 for line in found.lines), default=0)
        # A bar that is cut off would be no measure of anything.
        long = min(_BAR, self.grid.room_beside())
        rows = [
            row._replace(beside=plot.bar(line.numbers[at].count, most, long) if long >= _LEAST_BAR else "")
            for row, line in zip(self.grid.rows, found.lines, strict=True)
        ]
        self.grid.rows = rows
        self.grid.refresh()

    def _across(self) -> int:
        """The column under the cursor, of those there is room for."""
        shown = self.grid._shown() if self.grid.rows else []
        return shown[max(0, min(self.grid.across, len(shown) - 1))] if shown else 0

    def _drawn(self, found: Numbers) -> tuple[str, Sequence[int | None], Sequence[str]]:
        if found.across:
            line = found.lines[min(self.grid.at, len(found.lines) - 1)]
            said = _("{who}: open cases held, week by week").format(who=line.title)
            return run(said)[0], [one.count for one in line.numbers], [one.title for one in found.measures]
        at = self._across()
        said = _("{what}, week by week").format(what=found.measures[at].title)
        return said, [line.numbers[at].count for line in found.lines], [line.title[5:] for line in found.lines]

    def standing(self) -> Sequence[Run]:
        """What the number under the cursor counts."""
        found = self.found
        if found is None or not found.lines:
            return ()
        line = found.lines[min(self.grid.at, len(found.lines) - 1)]
        at = self._across()
        return (run(f"{(at == 0 and line.says) or found.measures[at].says} ", "mark"),)

    def _moved(self) -> None:
        self._draw()

    # -- what the keys do ---------------------------------------------------------------

    def do_open_row(self) -> None:
        """The rows of the number under the cursor."""
        found = self.found
        value = self.grid.value
        if found is None or value is None:
            self.say(_("There is nothing here to open."), "warn")
            self.tell()
            return
        line, measure = found.lines[self.grid.at], found.measures[self._across()]
        if not found.opens:
            self.say(_("Your role sees numbers, and no row behind them."), "warn")
            self.tell()
            return
        name = f"{found.title}: {line.title}, {measure.title}"
        number: Number = value
        if number.query is not None:
            self.app.open_list(View(number.query, name=name))
            return
        asked = (counting.rows, found.part, line.key, measure.key)
        self.app.push_screen(RowsPage(asked, name, number.count or 0))

    def _turn(self, by: int) -> None:
        self.at = (self.at + by) % max(1, len(self.parts))
        self.start(self._load())

    def do_next_part(self) -> None:
        """The next page."""
        self._turn(1)

    def do_previous_part(self) -> None:
        """The page before."""
        self._turn(-1)

    def do_refresh(self) -> None:
        self.start(self._load())

    def do_go_reports(self) -> None:
        self.do_refresh()

    async def came_back(self) -> None:
        await self._load()

    async def undone(self, cases: Collection[str]) -> None:
        self.start(self._load())


def _column(one: Measure, nth: int, found: Numbers) -> GridColumn:
    if found.across:
        return GridColumn(one.title, 4, len(found.measures) - nth)
    return GridColumn(one.title, max(5, len(one.title)), nth)


def _cell(number: Number) -> Cell:
    if number.count is None:
        return Cell("– ", "dim", number)
    tone = "bad" if number.mark else "plain" if number.count else "dim"
    return Cell(f"{number.count}{number.mark}", tone, number)
