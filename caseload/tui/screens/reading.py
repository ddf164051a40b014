"""A page one reads: a sheet, and the keys that move through it."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from ..widgets.sheet import Sheet
from .page import Page


class Reading(Page):
    """A page whose body is one sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.sheet = Sheet(id="sheet")

    def body(self) -> Iterable[Widget]:
        yield self.sheet

    def on_mount(self) -> None:
        self.sheet.focus()

    def do_down(self) -> None:
        self.sheet.move(1)

    def do_up(self) -> None:
        self.sheet.move(-1)

    def do_page_down(self) -> None:
        self.sheet.turn(1)

    def do_page_up(self) -> None:
        self.sheet.turn(-1)

    def do_top(self) -> None:
        self.sheet.edge(-1)

    def do_bottom(self) -> None:
        self.sheet.edge(1)
