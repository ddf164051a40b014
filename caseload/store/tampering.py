"""Holding seals against the rows of the journal, which pass by once, in the order of their keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from .seals import Digest, Seal


@dataclass(frozen=True, slots=True)
class Flaw:
    """What does not fit. `gone`: rows `first` to `last` that were sealed are not there; `added`: that row stands where none
    was; `altered`: the rows `first` to `last` are not what was sealed; `cut`: that many seals before this one are missing, or
    it does not follow the one before."""

    kind: Literal["gone", "added", "altered", "cut"]
    seal: int
    first: int
    last: int


class Checker:
    """Takes the journal's rows one by one and says in the end what is wrong.

    Each row comes with whether its own hash stands, so that what is named already is not named again as its batch.
    """

    def __init__(self, seals: Iterator[Seal], late: Mapping[int, int], newest: Seal | None) -> None:
        self._seals, self._late = seals, late
        self._waits_from = newest.waits_from if newest else 0
        self._waiting: dict[int, list[tuple[int, str, bool]]] = {}
        self._before: Seal | None = None
        self._batch: _Batch | None = None
        self.flaws: list[Flaw] = []
        self.seals = self.unsealed = 0
        self._open()

    def take(self, row: int, hash: str, sound: bool) -> int | None:
        """The next row; answers the seal that holds it, if one does."""
        while self._batch is not None and row > self._batch.one.last:
            self._close()
        if self._batch is None:
            self.unsealed += 1
            return None
        one = self._batch.one
        if row < one.first:
            return None  # Its seal is gone, which is a flaw already.
        if not self._batch.in_hole(row):
            self._batch.take(row, hash, sound)
            return one.id
        if row in self._late:
            self._waiting.setdefault(self._late[row], []).append((row, hash, sound))
            return self._late[row]
        if one.id >= self._waits_from:
            self.unsealed += 1  # Its transaction ended after that seal; the next one takes it.
        else:
            self.flaws.append(Flaw("added", one.id, row, row))
        return None

    def finish(self) -> None:
        """No row follows."""
        while self._batch is not None:
            self._close()

    def _open(self) -> None:
        one = next(self._seals, None)
        if one is None:
            return
        number, until, hash_ = (self._before.id, self._before.last, self._before.hash) if self._before else (0, 0, "")
        if one.id != number + 1 or one.first != until + 1 or one.prev != hash_:
            self.flaws.append(Flaw("cut", one.id, number + 1, one.id - 1))
        self.seals += 1
        self._before, self._batch = one, _Batch(one)
        for row, hash_, sound in self._waiting.pop(one.id, ()):
            self._batch.take(row, hash_, sound)

    def _close(self) -> None:
        assert self._batch is not None
        self.flaws += self._batch.verdict()
        self._batch = None
        self._open()


class _Batch:
    """One seal while its rows pass by."""

    def __init__(self, one: Seal) -> None:
        self.one = one
        self._digest = Digest(
            prev=one.prev, id=one.id, at=one.at, first=one.first, last=one.last, rows=one.rows,
            holes=",".join(f"{a}-{b}" for a, b in one.holes), late=",".join(map(str, one.late)),
        )  # fmt: skip
        self._seen, self._sound = 0, True
        # The rows it must have, in ranges; `_at` is the first of them that has not passed yet.
        self._wanted = [(row, row) for row in one.late] + _between(one.first, one.last, one.holes)
        self._index, self._at = 0, self._wanted[0][0] if self._wanted else 0
        self._gone: list[Flaw] = []
        self._hole = 0

    def in_hole(self, row: int) -> bool:
        """Whether that row was not there when this was sealed. Asked in the order of the keys."""
        holes = self.one.holes
        while self._hole < len(holes) and holes[self._hole][1] < row:
            self._hole += 1
        return self._hole < len(holes) and holes[self._hole][0] <= row

    def take(self, row: int, hash: str, sound: bool) -> None:
        self._miss(row)
        self._at = row + 1
        self._digest.take(row, hash)
        self._seen += 1
        self._sound = self._sound and sound

    def _miss(self, until: int) -> None:
        """Note the rows below `until` that should have passed."""
        while self._index < len(self._wanted):
            last = self._wanted[self._index][1]
            if self._at <= min(last, until - 1):
                self._gone.append(Flaw("gone", self.one.id, self._at, min(last, until - 1)))
            if last >= until:
                return
            self._index += 1
            if self._index < len(self._wanted):
                self._at = self._wanted[self._index][0]

    def verdict(self) -> list[Flaw]:
        self._miss(self.one.last + 1)
        as_sealed = self._digest.done() == self.one.hash and self._seen == self.one.rows
        if self._gone or as_sealed or not self._sound:
            return self._gone
        return [Flaw("altered", self.one.id, self.one.first, self.one.last)]


def _between(first: int, last: int, holes: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """What is left of a range without its holes."""
    out, at = [], first
    for a, b in holes:
        if at < a:
            out.append((at, a - 1))
        at = b + 1
    if at <= last:
        out.append((at, last))
    return out
