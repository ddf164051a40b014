"""A sheet that one goes through thing by thing, each with a line or several: the one that is stood on unfolds."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from ..widgets.told import Moved
from .reading import Reading


class Stepping(Reading):
    """Steps from one thing to the next; `at` is the one that is stood on."""

    at: Any

    @abstractmethod
    def places(self) -> Sequence[Any]:
        """The things there are to stand on, in order, as the values of their lines."""

    @abstractmethod
    def _lay(self) -> None:
        """Shows the sheet as it is now."""

    def on_moved(self, event: Moved) -> None:
        event.prevent_default()
        super().on_moved(event)
        picking = self.talk.question is not None and self.talk.question.picks
        if not picking and self.sheet.value != self.at and self.sheet.value in self.places():
            self.at = self.sheet.value
            self._lay()

    def _go(self, by: int) -> None:
        places = self.places()
        self.at = places[max(0, min(places.index(self.at) + by, len(places) - 1))]
        self._lay()
        self.tell()

    def do_down(self) -> None:
        self._go(1)

    def do_up(self) -> None:
        self._go(-1)

    def do_page_down(self) -> None:
        self._go(8)

    def do_page_up(self) -> None:
        self._go(-8)

    def do_top(self) -> None:
        self._go(-10_000)

    def do_bottom(self) -> None:
        self._go(10_000)
