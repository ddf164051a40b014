"""A chart in block characters: lines that were drawn elsewhere, which tell nothing that does not stand in figures beside them."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip
from textual.widget import Widget

from .lines import CLASSES, Toned


class Picture(Toned, Widget):
    """Some lines, the first of which names them."""

    COMPONENT_CLASSES = CLASSES

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lines: Sequence[str] = ()

    def show(self, lines: Sequence[str]) -> None:
        """New lines."""
        self.lines = lines
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y >= len(self.lines):
            return Strip.blank(width, self.tone("plain"))
        return self.strip([(f" {self.lines[y]}", "title" if y == 0 else "key")], width)
