"""What the screen remembers of a person's acts: which changes were made here, and the last act, to do again elsewhere."""

from __future__ import annotations

from typing import Any


class Memory:
    """Only coded answers are kept (a kind, a day, a worker). What asks for words has no name here, and so what is written
    about one client is never copied to another."""

    def __init__(self) -> None:
        self.last: tuple[str, dict[str, Any]] | None = None
        # Changes made on this screen: undoing one of them needs no question.
        self.changes: set[int] = set()
        self._given: dict[str, Any] = {}
        self._heard: dict[str, Any] = {}

    def begin(self, given: dict[str, Any] | None = None) -> None:
        """An act begins; with `given`, its coded questions are answered already."""
        self._given, self._heard = dict(given or {}), {}

    def given(self, name: str) -> Any:
        """The answer given before, once; None where there is none."""
        found = self._given.pop(name, None)
        if found is not None:
            self._heard[name] = found
        return found

    def hear(self, name: str, answer: Any) -> None:
        """A coded answer."""
        self._heard[name] = answer

    def answers(self) -> dict[str, Any]:
        """The coded answers of the act that is being asked."""
        return dict(self._heard)
