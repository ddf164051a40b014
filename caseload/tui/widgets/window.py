"""A list of any length of which only a window is held: sentences above it, then rows of two lines each, asked for as they come in sight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.cache import LRUCache
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ..draw import Run, Runs, beside, wrap
from ..state import within
from .lines import CLASSES, Toned
from .told import Moved, Wanted

_LINES = 2
_HELD = 1000


class Pair(NamedTuple):
    """A row: a line with what stands at its end, and a line below it."""

    head: Runs
    right: Runs
    below: Runs


class Window(Toned, ScrollView, can_focus=True):
    """The cursor moves over the rows; what is above them scrolls away with them."""

    COMPONENT_CLASSES = CLASSES

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.above: Sequence[Run] = ()
        self.count = 0
        self.at = 0
        self._rows: LRUCache[int, Pair] = LRUCache(_HELD)
        self._lead: list[Run] = []
        self._lead_for = -1
        self._asked = (-1, -1)

    @property
    def page(self) -> int:
        return max(1, self.scrollable_content_region.height)

    def show(self, above: Sequence[Run], count: int, rows: Sequence[Pair]) -> None:
        """Sentences, how many rows there are below them, and the first of these."""
        self.above, self.count, self.at = above, count, 0
        self._rows.clear()
        self._lead_for, self._asked = -1, (-1, -1)
        self.take(0, rows)
        self._measure()
        self._to(0)

    def take(self, first: int, rows: Sequence[Pair]) -> None:
        """Rows that have come, from the `first` on."""
        for at, row in enumerate(rows, first):
            self._rows.discard(at)  # the library's cache keeps the old value of a key it has
            self._rows[at] = row
        self.refresh()

    def row(self, at: int) -> Pair | None:
        """A row, where it has come."""
        return self._rows.get(at)

    # -- drawing ---------------------------------------------------------------

    def _measure(self) -> None:
        width = max(1, self.size.width)
        if self._lead_for == width:
            return
        self._lead_for = width
        # What does not fit on the line of a sentence goes on further in, so that it reads as no row.
        self._lead = [
            (("    " if number else "  ") + line if line else "", tone)
            for text, tone in self.above
            for number, line in enumerate(wrap(text, width - 5) or [""])
        ]
        self.virtual_size = Size(width, len(self._lead) + _LINES * self.count)

    def render_line(self, y: int) -> Strip:
        self._measure()
        width, line = self.size.width, self.scroll_offset.y + y
        if line < len(self._lead):
            return self.strip([self._lead[line]], width)
        at, part = divmod(line - len(self._lead), _LINES)
        if at >= self.count:
            return Strip.blank(width, self.tone("plain"))
        row = self._rows.get(at)
        if row is None:
            self._want(at)
            return self.strip([("  …", "dim")] if not part else (), width)
        if part:
            return self.strip((("    ", "plain"), *row.below), width)
        sign = ("› " if at == self.at else "  ", "key")
        return self.strip(beside((sign, *row.head), row.right, width - 1), width, "lit" if at == self.at else "")

    def _want(self, at: int) -> None:
        """Asks for what is missing around that row, once for all lines of a page."""
        first, last = self._asked
        if first <= at < last:
            return
        most = 2 * self.page
        self._asked = (max(0, at - most), min(self.count, at + most))
        self.post_message(Wanted(range(*self._asked)))

    # -- moving -----------------------------------------------------------------

    def move(self, by: int) -> None:
        """To another row; where there is none, the sentences scroll."""
        at = within(self.at + by, self.count)
        if at == self.at or not self.count:
            self._to(self.scroll_offset.y + by)
            return
        self._stand(at)

    def turn(self, pages: int) -> None:
        self._to(self.scroll_offset.y + pages * self.page)
        inside = (self.scroll_offset.y - len(self._lead) + 1) // _LINES
        if self.count and inside >= 0:
            self._stand(within(max(inside, 0), self.count))

    def edge(self, end: int) -> None:
        if end < 0:
            self._stand(0)
            self._to(0)
        else:
            self._stand(within(self.count, self.count))

    def _stand(self, at: int) -> None:
        self.at = at
        if at not in self._rows:
            self._want(at)
        first = len(self._lead) + _LINES * at
        top = self.scroll_offset.y
        if first < top:
            self._to(first)
        elif first + _LINES > top + self.page:
            self._to(first + _LINES - self.page)
        self.refresh()
        self.post_message(Moved())

    def _to(self, top: int) -> None:
        most = max(0, len(self._lead) + _LINES * self.count - self.page)
        self.scroll_to(y=max(0, min(top, most)), animate=False, force=True, immediate=True)
        self.refresh()

    def on_resize(self) -> None:
        self._measure()
        self._to(self.scroll_offset.y)

    # -- mouse -------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        event.stop()
        line = self.scroll_offset.y + event.y - len(self._lead)
        if 0 <= line < _LINES * self.count:
            self._stand(line // _LINES)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._to(self.scroll_offset.y + 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._to(self.scroll_offset.y - 3)
