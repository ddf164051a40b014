"""The top line: where one is, and how far. It is the one rule on the screen."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from ..draw import Run, beside, length
from .lines import CLASSES, Toned
from .told import Pressed


class Title(Toned, Widget):
    """Left: the place and how far. Right: whose and when. A change of `where` repaints no more than the start of the line."""

    COMPONENT_CLASSES = CLASSES

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._where: tuple[Run, ...] = ()
        self._left: tuple[Run, ...] = ()
        self._right: tuple[Run, ...] = ()
        self.buttons: Sequence[tuple[int, int, str, int]] = ()

    def show(self, where: Sequence[Run], left: Sequence[Run] = (), right: Sequence[Run] = ()) -> None:
        """`where` begins the line, `left` follows it, `right` stands at its end."""
        before = (self._where, self._left, self._right)
        after = (tuple(where), tuple(left), tuple(right))
        if after == before:
            return
        self._where, self._left, self._right = after
        size = length(where)
        if before[1:] == after[1:] and size == length(before[0]) and size < self.size.width:
            self.refresh(Region(0, 0, size, 1))
        else:
            self.refresh()

    def render_line(self, y: int) -> Strip:
        runs = beside((*self._where, *self._left), self._right, self.size.width) if y == 0 else ()
        return self.strip(runs, self.size.width, "head" if y == 0 else "")

    def on_click(self, event: events.Click) -> None:
        event.stop()
        for first, last, command, number in self.buttons:
            if first <= event.x < last:
                self.post_message(Pressed(command, number))
