"""Pages to read and lists to choose from: items with a head line and words below it, wrapped to the width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ..draw import Run, Runs, beside, run, wrap
from ..state import within
from .lines import CLASSES, Toned
from .told import Moved, Pressed


class Item(NamedTuple):
    """A head line, `right` at its end, and words below it. With a `value` the cursor can stand on it. Only in `prose` does a
    line break begin another line: in a name or a title it would forge one."""

    head: Runs = ()
    body: str = ""
    value: Any = None
    right: Runs = ()
    tone: str = "plain"
    indent: int = 2
    prose: bool = False


def heading(words: str) -> Item:
    """A line that names what follows."""
    return Item(((words, "title"),))


BLANK = Item()


def _wrapped(item: Item, width: int) -> list[str]:
    """The words below the head. What does not fit on the line of a fact goes on further in, so that it reads as no other."""
    if item.prose or item.head or not item.body:
        return wrap(item.body if item.prose else run(item.body)[0], width) if item.body else []
    words = run(item.body)[0]
    first = wrap(words, width)[0]
    rest = words[len(first) :].lstrip()
    return [first, *("  " + one for one in wrap(rest, width - 2))] if rest else [first]


class Sheet(Toned, ScrollView, can_focus=True):
    """A list of items to scroll through; the cursor moves over those that can be acted on."""

    COMPONENT_CLASSES = CLASSES

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.items: Sequence[Item] = ()
        self.at = 0
        self._laid: list[tuple[Runs, Runs, str, int]] = []
        self._first: list[int] = []
        self._laid_for = -1

    @property
    def value(self) -> Any:
        """What the cursor stands on."""
        return self.items[self.at].value if self.items else None

    @property
    def page(self) -> int:
        return max(1, self.scrollable_content_region.height)

    def show(self, items: Sequence[Item], *, at: int | None = None, top: bool = True) -> None:
        """New items; the cursor on the first that can be acted on, or on `at`."""
        self.items = items
        stops = self._stops()
        self.at = within(at, len(items)) if at is not None else (stops[0] if stops else 0)
        self._laid_for = -1
        self._lay()
        if top:
            self.scroll_to(y=0, animate=False, force=True, immediate=True)
        if at is not None:
            self._reveal()
        self.refresh()

    def _stops(self) -> list[int]:
        return [i for i, item in enumerate(self.items) if item.value is not None]

    def _lay(self) -> None:
        width = max(1, self.scrollable_content_region.width or self.size.width)
        if self._laid_for == width:
            return
        self._laid_for = width
        self._laid, self._first = [], []
        for index, item in enumerate(self.items):
            self._first.append(len(self._laid))
            if item.head or item.right or not item.body:
                self._laid.append((item.head, item.right, "", index))
            for words in _wrapped(item, width - item.indent - 1):
                self._laid.append((((" " * item.indent + words, item.tone),), (), "body", index))
        self.virtual_size = Size(width, len(self._laid))

    def on_resize(self) -> None:
        self._lay()
        self._reveal()

    def render_line(self, y: int) -> Strip:
        self._lay()
        width = self.size.width
        line = self.scroll_offset.y + y
        if line >= len(self._laid):
            return Strip.blank(width, self.tone("plain"))
        left, right, kind, index = self._laid[line]
        item = self.items[index]
        runs: Sequence[Run] = left
        if item.value is not None and kind != "body":
            runs = (("› " if index == self.at else "  ", "key"), *left)
        if right:
            runs = beside(runs, right, width - 1)
        lit = item.value is not None and index == self.at and kind != "body"
        return self.strip(runs, width, "lit" if lit else "")

    # -- moving ---------------------------------------------------------------

    def move(self, by: int) -> None:
        """To the next item one can act on; where that is out of reach, or there is none, the text scrolls instead."""
        stops = self._stops()
        ahead = [s for s in stops if s > self.at] if by > 0 else [s for s in reversed(stops) if s < self.at]
        top = self.scroll_offset.y
        target = ahead[min(abs(by), len(ahead)) - 1] if ahead else None
        if target is None or not top - self.page < self._first[target] < top + 2 * self.page:
            self._scroll(top + by)
            return
        self.at = target
        self._reveal()
        self.refresh()
        self.post_message(Moved())

    def turn(self, pages: int) -> None:
        self._scroll(self.scroll_offset.y + pages * self.page)
        stops = self._stops()
        top = self.scroll_offset.y
        inside = [s for s in stops if top <= self._first[s] < top + self.page]
        if inside:
            self.at = inside[0] if pages > 0 else inside[-1]
            self.refresh()
            self.post_message(Moved())

    def edge(self, end: int) -> None:
        stops = self._stops()
        if stops:
            self.at = stops[-1 if end > 0 else 0]
        self._scroll(len(self._laid) if end > 0 else 0)
        self.refresh()
        self.post_message(Moved())

    def lead(self) -> None:
        """Scrolls so that the cursor's item begins the page, with the line before it."""
        if self.at < len(self._first):
            self._scroll(max(0, self._first[self.at] - 1))

    def choose(self, index: int) -> None:
        """Puts the cursor on that item."""
        self.at = within(index, len(self.items))
        self._reveal()
        self.refresh()

    def _scroll(self, top: int) -> None:
        self.scroll_to(y=within(top, len(self._laid) - self.page + 1), animate=False, force=True, immediate=True)

    def _reveal(self) -> None:
        if not self.items or self.at >= len(self._first):
            return
        first = self._first[self.at]
        last = (self._first[self.at + 1] if self.at + 1 < len(self._first) else len(self._laid)) - 1
        top, page = self.scroll_offset.y, self.page
        if first < top:
            # A heading above the first item one can act on belongs to it.
            self._scroll(0 if first <= 1 else first)
        elif last >= top + page:
            self._scroll(min(first, last - page + 1))

    # -- mouse ------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        event.stop()
        line = self.scroll_offset.y + event.y
        if line < len(self._laid) and self.items[self._laid[line][3]].value is not None:
            self.at = self._laid[line][3]
            self.refresh()
            self.post_message(Moved())
            if event.chain == 2:
                self.post_message(Pressed("open"))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(self.scroll_offset.y + 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(self.scroll_offset.y - 3)
