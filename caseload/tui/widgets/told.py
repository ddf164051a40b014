"""What widgets tell the screen they stand on. Widgets decide nothing: they say what was pointed at, the screen acts."""

from __future__ import annotations

from collections.abc import Sequence

from textual.message import Message


class Wanted(Message):
    """A table has lines in sight, or soon, whose rows it has not got. Only the newest wish counts."""

    def __init__(self, keys: Sequence[int]) -> None:
        super().__init__()
        self.keys = keys

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Wanted)


class Moved(Message):
    """The cursor of a list stands elsewhere."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Moved)


class Pressed(Message):
    """The mouse asked for a command: a hint on the bottom line, a double click on a row, a section's name."""

    def __init__(self, command: str, number: int = 0) -> None:
        super().__init__()
        self.command, self.number = command, number


class TooLong(Message):
    """More was pasted than a text may hold; none of it was taken."""

    def __init__(self, letters: int, most: int) -> None:
        super().__init__()
        self.letters, self.most = letters, most


class SortBy(Message):
    """The mouse clicked a column's title."""

    def __init__(self, column: str) -> None:
        super().__init__()
        self.column = column
