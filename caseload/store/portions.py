"""Long lists a portion at a time: an engine takes so many values in one statement and no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def portions(keys: Sequence[T], most: int = 500) -> Iterator[list[T]]:
    """The keys in their order, at the most so many at once."""
    return (list(keys[start : start + most]) for start in range(0, len(keys), most))
