"""What one case is about, beside the list. Never narrative: a list is no place to read it."""

from __future__ import annotations

from .sheet import Item, Sheet


class Preview(Sheet, can_focus=False):
    """Shows one case's facts; remembers whose."""

    key: int | None = None

    def show_case(self, key: int, items: tuple[Item, ...]) -> None:
        """Those facts, from the top."""
        if self.key != key or self.items is not items:
            self.key = key
            self.show(items)

    def clear(self) -> None:
        """Nothing to show."""
        self.key = None
        self.show(())
