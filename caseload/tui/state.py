"""What a list on the screen is: which cases in which order, where the cursor stands, which are marked. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

# How many neighbours are looked for when the case under the cursor has left the list.
_NEAR = 60


class View(NamedTuple):
    """What a list shows: a query in the one query language, its order and its columns. No sort means the order of urgency,
    no columns the usual ones."""

    query: str = ""
    sort: str = ""
    name: str = ""
    columns: tuple[str, ...] = ()

    def filtered(self, query: str) -> View:
        return self._replace(query=query, name="")

    def sorted_by(self, column: str) -> View:
        """By that column; the same column again turns the order round."""
        return self._replace(sort=f"-{column}" if self.sort == column else column)


class Marks:
    """Cases chosen to act on together. They are keys, so filtering, sorting and refreshing leave them alone."""

    def __init__(self) -> None:
        self._keys: dict[int, None] = {}

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[int]:
        return iter(self._keys)

    def flip(self, key: int) -> None:
        if key in self._keys:
            del self._keys[key]
        else:
            self._keys[key] = None

    def add(self, keys: Iterable[int]) -> None:
        self._keys.update(dict.fromkeys(keys))

    def drop(self, keys: Iterable[int]) -> None:
        for key in keys:
            self._keys.pop(key, None)

    def clear(self) -> None:
        self._keys.clear()

    def all_or_none(self, keys: Collection[int]) -> None:
        """Marks all of these; where they all are marked already, unmarks them."""
        if keys and all(key in self._keys for key in keys):
            self.drop(keys)
        else:
            self.add(keys)

    def beginning_with(self, keys: Collection[int]) -> list[int]:
        """The marked cases: first those the list shows, in its order, then the others as they were marked."""
        shown = dict.fromkeys(key for key in keys if key in self._keys)
        return [*shown, *(key for key in self._keys if key not in shown)]

    def hidden_from(self, keys: Collection[int]) -> int:
        """How many marked cases the list does not show."""
        if not self._keys:
            return 0
        return len(self._keys.keys() - set(keys))


def keys_of(keys: Iterable[int]) -> array[int]:
    """Case keys, eight bytes each: a million of them is eight megabytes."""
    return array("q", keys)


def within(cursor: int, count: int) -> int:
    """The nearest place the cursor may stand."""
    return max(0, min(cursor, count - 1))


def span(anchor: int, cursor: int) -> range:
    """The places of a range, both ends with it."""
    return range(min(anchor, cursor), max(anchor, cursor) + 1)


def next_open(keys: Sequence[int], cursor: int, done: Collection[int]) -> int:
    """Where to stand after an act: the next case not yet dealt with, else the one before, else where we are."""
    for index in range(cursor, len(keys)):
        if keys[index] not in done:
            return index
    for index in range(min(cursor, len(keys)) - 1, -1, -1):
        if keys[index] not in done:
            return index
    return within(cursor, len(keys))


def kept(old: Sequence[int], cursor: int, new: Sequence[int]) -> int:
    """Where the cursor stands in a new list: on the same case; else on the first that followed it and is still there."""
    if not old or not new:
        return 0
    for key in (*old[cursor : cursor + _NEAR], *reversed(old[max(0, cursor - _NEAR) : cursor])):
        try:
            return new.index(key)
        except ValueError:
            continue
    return within(cursor, len(new))


def top_for(cursor: int, top: int, page: int, count: int) -> int:
    """The first line to show, so that the cursor is on the page. A cursor that leaves it is put in its middle: the list
    then moves once for many keys, which over a slow line costs a tenth of moving it with each."""
    last = max(0, count - page)
    if cursor < top or (page > 0 and cursor >= top + page):
        top = cursor - page // 2
    return max(0, min(top, last))
