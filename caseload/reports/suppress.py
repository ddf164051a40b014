"""Small cells: which numbers of a table of people must not be shown, so that nobody can work out any of them.

A table counts clients by program (rows) and by one attribute of theirs (columns); below it stand the clients of all
programs, each once. What every row adds up to is known. A count from 1 to 10 is not shown (the rule of the US Centers for
Medicare & Medicaid Services for what they publish), nor are those from which it could be reckoned: complementary
suppression.

A cell is safe when the reader cannot tell this table from one that differs in it. Such a twin is made by an exchange: a
client of a program, or of two, has another answer (then the last row changes likewise), or clients of two programs have
each other's. A twin counts only if it could be true: no number below 0, nobody counted twice without being in two programs.
Every hidden cell is given a twin in which nothing shown differs; where that needs more cells hidden, those that cost the
least are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

# CMS cell size suppression policy: no cell of 1 to 10.
LEAST_SHOWN = 11

# A row (the last one is the row of all programs) and a column.
Cell = tuple[int, int]


def hidden(counts: Sequence[Sequence[int]], whole: Sequence[int], least: Sequence[int]) -> frozenset[Cell] | None:
    """The cells not to be shown, of `counts` by program and answer and, as the last row, of `whole` by answer.

    `least` is what a reader knows of each of `whole` without being told: as many people at least have that answer. None
    where no hiding is enough, as where only one answer is possible: then nothing of the table may be shown.
    """
    table = _Table(counts, whole, least)
    every = range(len(whole))
    if any(0 < n < LEAST_SHOWN for n in whole):
        return _hidden(table, every)
    # Where many gave every answer that was given at all, that nobody gave another is no secret of anybody's.
    found = _hidden(table, [column for column in every if whole[column]])
    return _hidden(table, every) if found is None else found


def _hidden(table: _Table, columns: Sequence[int]) -> frozenset[Cell] | None:
    found: set[Cell] = set()
    for row, numbers in enumerate(table.rows):
        if any(0 < numbers[column] < LEAST_SHOWN for column in columns):
            # With its zeros: were they shown, the hidden cells would be known not to be zero.
            found.update((row, column) for column in columns if numbers[column] < LEAST_SHOWN)
    safe: set[Cell] = set()
    while waiting := found - safe:
        exchange = table.cheapest(min(waiting), found, columns)
        if exchange is None:
            return None
        found |= exchange
        safe |= exchange
    return frozenset(found)


class _Table:
    def __init__(self, counts: Sequence[Sequence[int]], whole: Sequence[int], least: Sequence[int]) -> None:
        self.rows = [*counts, whole]
        self.last = len(counts)
        self.least = least

    def cheapest(self, cell: Cell, found: set[Cell], columns: Sequence[int]) -> frozenset[Cell] | None:
        """The cells of the exchange that hides `cell` and costs the least beyond what is hidden already."""
        best: tuple[tuple[int, int], list[Cell], frozenset[Cell]] | None = None
        for exchange in self._exchanges(cell, columns):
            if exchange <= found:
                return exchange
            priced = self._cost(exchange - found), sorted(exchange), exchange
            best = priced if best is None or priced[:2] < best[:2] else best
        return best[2] if best else None

    def _cost(self, more: frozenset[Cell]) -> tuple[int, int]:
        """People no longer shown, then cells."""
        return sum(self.rows[row][column] for row, column in more), len(more)

    def _exchanges(self, cell: Cell, columns: Sequence[int]) -> Iterator[frozenset[Cell]]:
        row, column = cell
        programs = range(self.last)
        pairs = [pair for pair in combinations(programs, 2) if row == self.last or row in pair]
        for other in columns:
            if other == column:
                continue
            for answers in permutations((column, other)):
                for program in programs if row == self.last else (row,):
                    if self._moves((program,), answers[0]):
                        yield self._cells((program, self.last), answers)
                for pair in pairs:
                    if self._moves(pair, answers[0]):
                        yield self._cells((*pair, self.last), answers)
                    if row != self.last and self._swaps(*pair, *answers):
                        yield self._cells(pair, answers)

    @staticmethod
    def _cells(rows: tuple[int, ...], columns: tuple[int, ...]) -> frozenset[Cell]:
        return frozenset((row, column) for row in rows for column in columns)

    def _moves(self, programs: tuple[int, ...], source: int) -> bool:
        """Whether one client of the program, or of both, could have answered otherwise than `source`.

        Whatever else they answered can always be true: with one more there, in the programs and in all, nobody is counted
        twice who is not in two programs, and nobody is missing.
        """
        counted = [self.rows[row][source] for row in range(self.last)]
        left = self.rows[self.last][source] - 1
        if len(programs) > 1 and sum(counted) <= left + 1:
            return False  # nobody who answered so is in two programs
        others = (n for row, n in enumerate(counted) if row not in programs)
        return all(counted[row] >= 1 for row in programs) and left >= max((self.least[source], *others))

    def _swaps(self, one: int, two: int, source: int, target: int) -> bool:
        """Whether one client of each program could have answered what the other did."""
        rows, whole = self.rows, self.rows[self.last]
        return (
            rows[one][source] >= 1
            and rows[two][target] >= 1
            and rows[one][target] + 1 <= whole[target]
            and rows[two][source] + 1 <= whole[source]
        )
