"""A table of numbers to walk through, up and down and across; the one under the cursor stands in brackets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ..draw import Run, cells, run
from ..state import top_for, within
from .lines import CLASSES, Toned
from .told import Moved, Pressed

_LEAD = 2
# Cells below which nothing that has to be cut is said beside the numbers.
_FEWEST = 8


class Cell(NamedTuple):
    """A number as it reads, its tone, and what it stands for."""

    text: str
    tone: str = "plain"
    value: Any = None


class GridRow(NamedTuple):
    """A line: what it is of, its numbers, and what is said beside them."""

    name: str
    cells: Sequence[Cell]
    beside: str = ""
    tone: str = "plain"


class GridColumn(NamedTuple):
    """A column of numbers; `priority` 1 stays longest on a narrow screen."""

    title: str
    width: int
    priority: int


class Grid(Toned, ScrollView, can_focus=True):
    """Rows of numbers under their titles."""

    COMPONENT_CLASSES = CLASSES

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows: Sequence[GridRow] = ()
        self.columns: Sequence[GridColumn] = ()
        self.at = 0
        self.across = 0
        self.empty: tuple[str, ...] = ()

    @property
    def page(self) -> int:
        return max(1, self.scrollable_content_region.height - 1)

    @property
    def value(self) -> Any:
        """What the number under the cursor stands for."""
        if not self.rows:
            return None
        shown = self._shown()
        return self.rows[self.at].cells[shown[within(self.across, len(shown))]].value if shown else None

    def show(self, columns: Sequence[GridColumn], rows: Sequence[GridRow]) -> None:
        """New numbers; the cursor stays where it was."""
        self.columns, self.rows = columns, rows
        self.at = within(self.at, len(rows))
        self.virtual_size = Size(self.size.width, len(rows) + 1)
        self._reveal()
        self.refresh()

    def _shown(self) -> list[int]:
        """Which columns there is room for beside the names."""
        room = self.size.width - _LEAD - self._name_width()
        chosen: list[int] = []
        for place in sorted(range(len(self.columns)), key=lambda n: self.columns[n].priority):
            need = self.columns[place].width + 2
            if need <= room:
                chosen.append(place)
                room -= need
        return sorted(chosen)

    def _name_width(self) -> int:
        return 16 if self.size.width < 70 else 22

    def room_beside(self) -> int:
        """How many cells are left for what is said beside the numbers."""
        taken = sum(self.columns[n].width + 2 for n in self._shown())
        return max(0, self.size.width - _LEAD - self._name_width() - taken - 1)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        shown = self._shown()
        if y == 0:
            titles = "".join(
                f" {cells(self.columns[n].title, self.columns[n].width):>{self.columns[n].width}} " for n in shown
            )
            return self.strip([(" " * (_LEAD + self._name_width()) + titles, "head")], width, "head")
        index = self.scroll_offset.y + y - 1
        if index >= len(self.rows):
            return self.instead(() if self.rows else self.empty, y - 1, width)
        row = self.rows[index]
        lit = index == self.at
        runs: list[Run] = [("› " if lit else "  ", "key"), (cells(row.name, self._name_width()), row.tone)]
        for place, number in enumerate(shown):
            cell, size = row.cells[number], self.columns[number].width
            here = lit and place == within(self.across, len(shown))
            text = cell.text if len(cell.text) <= size else cells(cell.text, size)
            runs.append(
                (
                    f"[{text.strip()}]".rjust(size + 2) if here else f"{text} ".rjust(size + 2),
                    "lit" if here else cell.tone,
                )
            )
        # The beginning of a sentence is worth its place, a letter or two are not.
        if self.room_beside() >= _FEWEST or cell_len(row.beside) <= self.room_beside():
            runs.append(run(f" {row.beside}", "dim"))
        return self.strip(runs, width)

    def _line_dirty(self, index: int) -> None:
        y = index - self.scroll_offset.y + 1
        if 1 <= y <= self.page:
            self.refresh(Region(0, y, self.size.width, 1))

    # -- moving ------------------------------------------------------------------

    def move_to(self, index: int) -> None:
        """Puts the cursor in that line."""
        old, self.at = self.at, within(index, len(self.rows))
        self._reveal()
        self._line_dirty(old)
        self._line_dirty(self.at)
        self.post_message(Moved())

    def step(self, by: int) -> None:
        """To a number beside this one."""
        self.across = within(within(self.across, len(self._shown())) + by, len(self._shown()))
        self._line_dirty(self.at)
        self.post_message(Moved())

    def _reveal(self) -> None:
        self.scroll_to(
            y=top_for(self.at, self.scroll_offset.y, self.page, len(self.rows)),
            animate=False,
            force=True,
            immediate=True,
        )

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.rows) + 1)
        self._reveal()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        index = self.scroll_offset.y + event.y - 1
        if not event.y or index >= len(self.rows):
            return
        at = _LEAD + self._name_width()
        for place, number in enumerate(self._shown()):
            if at <= event.x < at + self.columns[number].width + 2:
                self.across = place
            at += self.columns[number].width + 2
        self.move_to(index)
        if event.chain == 2:
            self.post_message(Pressed("open_row"))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.move_to(self.at + 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.move_to(max(0, self.at - 3))
