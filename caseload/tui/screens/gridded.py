"""A page whose body is a table of numbers, and the keys that move through it."""

from __future__ import annotations

from ..widgets.grid import Grid
from ..widgets.told import Moved
from .page import Page


class Gridded(Page):
    """A page with one grid; whatever moves in it is told anew."""

    def __init__(self) -> None:
        super().__init__()
        self.grid = Grid(id="grid")

    def on_moved(self, event: Moved) -> None:
        event.prevent_default()
        super().on_moved(event)
        self._moved()
        self.tell()

    def _moved(self) -> None:
        """What else changes with the number under the cursor."""

    def targets(self, command: str) -> list[int]:
        return []

    def do_down(self) -> None:
        self.grid.move_to(self.grid.at + 1)

    def do_up(self) -> None:
        self.grid.move_to(max(0, self.grid.at - 1))

    def do_page_down(self) -> None:
        self.grid.move_to(self.grid.at + self.grid.page)

    def do_page_up(self) -> None:
        self.grid.move_to(max(0, self.grid.at - self.grid.page))

    def do_top(self) -> None:
        self.grid.move_to(0)

    def do_bottom(self) -> None:
        self.grid.move_to(len(self.grid.rows) - 1)

    def do_right(self) -> None:
        self.grid.step(1)

    def do_left(self) -> None:
        self.grid.step(-1)

    def do_back_out(self) -> None:
        self.do_back()
