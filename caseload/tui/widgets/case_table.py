"""A table of cases that holds keys, not rows: rows come a window at a time and only lines in sight are drawn again.

The list of keys is fixed when a query runs, so nothing moves under the cursor, and it costs eight bytes a case.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from textual import events
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ...messages import _
from ..draw import Run, cells
from ..state import Marks, kept, span, top_for, within
from .columns import GAP, Column, arrange
from .lines import CLASSES, Toned
from .told import Pressed, SortBy, Wanted

_GUTTER = 2
# What a line's look depends on beside its row: cursor, mark, in flight, dealt with, changed by others.
_FLAGS = 5
# Stands for a row that was asked for and may no longer be seen.
GONE = object()


class CaseTable(Toned, ScrollView, can_focus=True):
    """Keys, a cursor, marks; rows are opaque and read by the columns."""

    COMPONENT_CLASSES = CLASSES

    def __init__(
        self, columns: Sequence[Column], marks: Marks, moved: Callable[[], None], *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        # Called at once, not by message: what else follows the cursor is then painted in the same frame.
        self._moved = moved
        self._columns = columns
        self.marks = marks
        self.keys: Sequence[int] = ()
        self.cursor = 0
        self.range_from: int | None = None
        self.done: set[int] = set()
        self.in_flight: set[int] = set()
        # What others changed since the list was read.
        self.news: set[int] = set()
        self.sorted_by = ""
        self.empty: tuple[str, ...] = (_("One moment…"),)
        self._rows: LRUCache[int, Any] = LRUCache(2000)
        self._strips: LRUCache[tuple[int, int], Strip] = LRUCache(600)
        self._arranged: list[tuple[Column, int]] = []
        self._arranged_for = -1
        self._asked: tuple[int, int] = (-1, -1)

    # -- what it shows ----------------------------------------------------

    def arrange_by(self, columns: Sequence[Column]) -> None:
        """Other columns; they are seen with the next rows that are shown."""
        self._columns, self._arranged_for = columns, -1

    @property
    def page(self) -> int:
        """Lines of cases in sight."""
        return max(1, self.scrollable_content_region.height - 1)

    @property
    def key(self) -> int | None:
        """The case under the cursor."""
        return self.keys[self.cursor] if self.keys else None

    @property
    def row(self) -> Any:
        """The row under the cursor, when it has come."""
        return None if self.key is None else self.row_of(self.key)

    def row_of(self, key: int) -> Any:
        """The row of that case, when it has come and may be seen."""
        row = self._rows.get(key)
        return None if row is GONE else row

    def show(self, keys: Sequence[int], rows: Mapping[int, Any], *, stay: bool = True) -> None:
        """A new list. The cursor stays on its case where that is still there; with `stay` off it goes to the top."""
        cursor = kept(self.keys, self.cursor, keys) if stay else 0
        self.keys, self.range_from = keys, None
        self._rows.clear()
        self._strips.clear()
        self._asked = (-1, -1)
        for key, row in rows.items():
            self._rows[key] = row
        self.cursor = cursor
        self.virtual_size = Size(self.size.width, len(keys) + 1)
        self._to(top_for(cursor, self.scroll_offset.y, self.page, len(keys)))
        self.refresh()
        self._moved()

    def take(self, rows: Mapping[int, Any], asked: Collection[int]) -> None:
        """Rows that have come of those asked for; the others may no longer be seen. Drawn only where they are in sight."""
        for key in asked:
            self._rows.discard(key)  # the library's cache keeps the old value of a key it has
            self._rows[key] = rows.get(key, GONE)
        self.redraw(set(asked))

    def holds(self, key: int) -> bool:
        """Whether that row has come."""
        return key in self._rows

    def rows_near(self, keys: Sequence[int]) -> dict[int, Any]:
        """The rows already here that another list begins with."""
        return {key: self._rows[key] for key in keys[: 4 * self.page] if key in self._rows}

    def in_sight(self) -> set[int]:
        """The cases whose lines are on the screen."""
        top = self.scroll_offset.y
        return set(self.keys[top : top + self.page])

    def forget(self, keys: Iterable[int]) -> None:
        """Rows that are no longer true; they are asked for again when in sight."""
        for key in keys:
            self._rows.discard(key)
        self._asked = (-1, -1)
        self.refresh()

    def redraw(self, keys: Collection[int]) -> None:
        """Draws those cases' lines again."""
        top = self.scroll_offset.y
        for index in range(top, min(len(self.keys), top + self.page)):
            key = self.keys[index]
            if key in keys:
                self._drop(key)
                self._line_dirty(index)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    # -- drawing ------------------------------------------------------------

    def render_lines(self, crop: Region) -> list[Strip]:
        self._want()
        return super().render_lines(crop)

    def _want(self) -> None:
        """Asks for what is missing two pages either side of what is in sight, when something is."""
        top, page, count = self.scroll_offset.y, self.page, len(self.keys)
        near = range(max(0, top - page), min(count, top + 2 * page))
        if all(self.keys[i] in self._rows for i in near):
            return
        first, last = max(0, top - 2 * page), min(count, top + 3 * page)
        if (first, last) == self._asked:
            return
        self._asked = (first, last)
        in_sight = range(top, min(count, top + page))
        order = [*in_sight, *(i for i in range(first, last) if i not in in_sight)]
        self.post_message(Wanted([self.keys[i] for i in order if self.keys[i] not in self._rows]))

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y == 0:
            return self.strip(self._header(width), width, "head")
        index = self.scroll_offset.y + y - 1
        if index >= len(self.keys):
            return self.instead(() if self.keys else self.empty, y - 1, width)
        return self._line(index, width)

    def _line(self, index: int, size: int) -> Strip:
        """One case, laid out by the whole width, of which a list may have a share of `size`."""
        key = self.keys[index]
        state = self._state(index, key)
        strip = self._strips.get((key, state))
        if strip is None or strip.cell_length != size:
            row = self._rows.get(key)
            strip = self.strip(self._runs(row, state, self.size.width), size, "lit" if state & 1 else "")
            if row is not None:
                self._strips[key, state] = strip
        return strip

    def _state(self, index: int, key: int) -> int:
        """What a line's look depends on beside its row."""
        ranged = self.range_from is not None and index in span(self.range_from, self.cursor)
        flags = (
            index == self.cursor,
            key in self.marks or ranged,
            key in self.in_flight,
            key in self.done,
            key in self.news,
        )
        return sum(flag << bit for bit, flag in enumerate(flags))

    def _runs(self, row: Any, state: int, width: int) -> list[Run]:
        lit, marked, flying, done, news = (bool(state & 1 << bit) for bit in range(_FLAGS))
        sign = "~" if flying else "●" if marked else "✓" if done else "↻" if news else " "
        runs: list[Run] = [("›" if lit else " ", "key"), (sign, "mark" if marked else "dim")]
        if row is None:
            return [*runs, ("…", "dim")]
        if row is GONE:
            return [*runs, (_("no longer yours to see"), "dim")]
        for column, size in self._layout(width):
            text, tone = column.cell(row)
            runs += [(cells(text, size), "dim" if done else tone), (" " * GAP, "plain")]
        return runs[:-1]

    def _layout(self, width: int) -> list[tuple[Column, int]]:
        if self._arranged_for != width:
            self._arranged, self._arranged_for = arrange(self._columns, width - _GUTTER), width
        return self._arranged

    def _header(self, width: int) -> list[Run]:
        runs: list[Run] = [(" " * _GUTTER, "head")]
        for column, size in self._layout(width):
            arrow = {column.name: " ↓", f"-{column.name}": " ↑"}.get(self.sorted_by, "")
            runs += [(cells(column.title + arrow, size), "head"), (" " * GAP, "head")]
        return runs[:-1]

    def _drop(self, key: int) -> None:
        for state in range(1 << _FLAGS):
            self._strips.discard((key, state))

    def _line_dirty(self, index: int) -> None:
        y = index - self.scroll_offset.y + 1
        if 1 <= y <= self.page:
            self.refresh(Region(0, y, self.size.width, 1))

    def _to(self, top: int) -> None:
        self.scroll_to(y=top, animate=False, force=True, immediate=True)

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.keys) + 1)
        self._to(top_for(self.cursor, self.scroll_offset.y, self.page, len(self.keys)))

    # -- moving and marking ---------------------------------------------------

    def move_to(self, index: int) -> None:
        """Puts the cursor there and draws only what changed."""
        index = within(index, len(self.keys))
        old, self.cursor = self.cursor, index
        if old == index:
            return
        top = top_for(index, self.scroll_offset.y, self.page, len(self.keys))
        if top != self.scroll_offset.y:
            self._to(top)
        elif self.range_from is not None:
            for line in span(old, index):
                self._line_dirty(line)
        else:
            self._line_dirty(old)
            self._line_dirty(index)
        self._moved()

    def move(self, by: int) -> None:
        self.move_to(self.cursor + by)

    def turn(self, pages: int) -> None:
        """A page on or back: the list moves by a page too, so that the cursor keeps its place on the screen."""
        top = within(self.scroll_offset.y + pages * self.page, max(1, len(self.keys) - self.page + 1))
        if top != self.scroll_offset.y:
            self._to(top)
        self.move_to(self.cursor + pages * self.page)

    def range_here(self) -> None:
        """Begins a range at the cursor, or marks the whole of the one begun."""
        if self.range_from is None:
            self.range_from = self.cursor
            self._line_dirty(self.cursor)
            return
        self.marks.add(self.keys[i] for i in span(self.range_from, self.cursor))
        self.end_range()

    def end_range(self) -> None:
        if self.range_from is not None:
            lines = span(self.range_from, self.cursor)
            self.range_from = None
            for line in lines:
                self._line_dirty(line)

    # -- mouse ---------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if event.y == 0:
            at = event.x - _GUTTER
            for column, size in self._layout(self.size.width):
                if at < size + GAP:
                    self.post_message(SortBy(column.name))
                    return
                at -= size + GAP
            return
        index = self.scroll_offset.y + event.y - 1
        if index >= len(self.keys):
            return
        self.move_to(index)
        if event.x < _GUTTER:
            self.marks.flip(self.keys[index])
            self.redraw([self.keys[index]])
            self._moved()
        elif event.chain == 2:
            self.post_message(Pressed("open"))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.move(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.move(-3)
