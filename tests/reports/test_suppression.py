"""Nobody who has the whole file and can reckon learns a number that was left out."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from caseload.reports.suppress import LEAST_SHOWN, hidden
from tests.support.examples import examples

NUMBERS = st.sampled_from((0, 0, 1, 1, 2, 3, 9, 10, 11, 12, 25, 200))


@st.composite
def tables(draw: st.DrawFn, programs: int = 4, answers: int = 5, numbers: st.SearchStrategy[int] = NUMBERS):
    """Clients by program and answer, and of all programs, where some may be in several."""
    wide = draw(st.integers(2, answers))
    counts = draw(st.lists(st.lists(numbers, min_size=wide, max_size=wide), min_size=1, max_size=programs))
    both = draw(st.integers(0, 2))
    whole = []
    for column in zip(*counts, strict=True):
        most = min(both, sum(column) - max(column))
        whole.append(sum(column) - draw(st.integers(0, most)))
    return counts, whole


class Attacker:
    """Knows every number that is shown, what each row adds up to, and how clients are counted. `x` are the unknowns:
    hidden cells, how many of each answer were counted in several programs, and what is left over in each inequality.
    """

    def __init__(self, counts, whole, dark) -> None:
        rows = [*counts, whole]
        last, wide = len(counts), len(whole)
        self.low: dict[object, int] = {}
        self.high: dict[object, int] = {}
        self.equations: list[tuple[dict[object, int], int]] = []
        self.dark = sorted(dark)
        for row, column in self.dark:
            self.know((row, column), 0, sum(rows[row]))
        for row in range(last + 1):
            cells = {(row, column): 1 for column in range(wide) if (row, column) in dark}
            self.equations.append((cells, sum(rows[row][column] for _row, column in cells)))
        extra = sum(map(sum, counts)) - sum(whole)
        for column in range(wide):
            self.know(("twice", column), 0, extra)
            # One program after the other, less those counted before, is everybody.
            left = {("twice", column): -1}
            known = rows[last][column] if (last, column) not in dark else 0
            if (last, column) in dark:
                left[last, column] = -1
            for row in range(last):
                if (row, column) in dark:
                    left[row, column] = 1
                else:
                    known -= rows[row][column]
                # Everybody is at least as many as any program has.
                slack = ("slack", row, column)
                self.know(slack, 0, sum(whole))
                more, fewer = {slack: -1}, 0
                if (last, column) in dark:
                    more[last, column] = 1
                else:
                    fewer -= rows[last][column]
                if (row, column) in dark:
                    more[row, column] = -1
                else:
                    fewer += rows[row][column]
                self.equations.append((more, fewer))
            self.equations.append((left, known))
        self.equations.append(({("twice", column): 1 for column in range(wide)}, extra))

    def know(self, name, low, high) -> None:
        self.low[name], self.high[name] = low, high

    def solved(self) -> set[object]:
        """Unknowns that the equations alone settle: Gauss and Jordan, in fractions."""
        names = list(self.low)
        rows = [[Fraction(cells.get(name, 0)) for name in names] + [Fraction(total)] for cells, total in self.equations]
        pivot = 0
        for column in range(len(names)):
            found = next((row for row in range(pivot, len(rows)) if rows[row][column]), None)
            if found is None:
                continue
            rows[pivot], rows[found] = rows[found], rows[pivot]
            first = rows[pivot][column]
            rows[pivot] = [value / first for value in rows[pivot]]
            for row in range(len(rows)):
                if row != pivot and rows[row][column]:
                    factor = rows[row][column]
                    rows[row] = [a - factor * b for a, b in zip(rows[row], rows[pivot], strict=True)]
            pivot += 1
        return {
            names[next(place for place, value in enumerate(row[:-1]) if value)]
            for row in rows
            if sum(1 for value in row[:-1] if value) == 1
        }

    def values(self, cell, wanted: int = 2) -> list[int]:
        """Values the cell could have, the first so many of them: whole numbers, none below 0, by trying."""
        found = []
        low, high = self.narrowed(dict(self.low), dict(self.high)) or ({}, {})
        for value in range(low[cell], high[cell] + 1):
            if self.possible({**low, cell: value}, {**high, cell: value}):
                found.append(value)
                if len(found) == wanted:
                    break
        return found

    def narrowed(self, low, high):
        """Bounds as narrow as the equations make them one by one; None where they contradict each other."""
        changed = True
        while changed:
            changed = False
            for cells, total in self.equations:
                lows = {n: c * (low[n] if c > 0 else high[n]) for n, c in cells.items()}
                highs = {n: c * (high[n] if c > 0 else low[n]) for n, c in cells.items()}
                least, most = sum(lows.values()), sum(highs.values())
                if not least <= total <= most:
                    return None
                for name, sign in cells.items():
                    top, bottom = total - (least - lows[name]), total - (most - highs[name])
                    new = (bottom, top) if sign > 0 else (-top, -bottom)
                    if new[0] > low[name] or new[1] < high[name]:
                        low[name], high[name] = max(low[name], new[0]), min(high[name], new[1])
                        changed = True
                        if low[name] > high[name]:
                            return None
        return low, high

    def possible(self, low, high) -> bool:
        bounds = self.narrowed(low, high)
        if bounds is None:
            return False
        low, high = bounds
        loose = [name for name in low if low[name] < high[name]]
        if not loose:
            return True
        name = min(loose, key=lambda name: (high[name] - low[name], str(name)))
        return any(
            self.possible({**low, name: value}, {**high, name: value}) for value in range(low[name], high[name] + 1)
        )


def shown(counts, whole, dark) -> list[list[int | None]]:
    return [
        [None if (row, column) in dark else value for column, value in enumerate(values)]
        for row, values in enumerate([*counts, whole])
    ]


@examples(100)
@given(tables())
def test_no_small_cell_is_shown_and_no_hidden_one_can_be_reckoned(table):
    counts, whole = table
    dark = hidden(counts, whole, [0] * len(whole))
    if dark is None:
        return
    assert not [v for row in shown(counts, whole, dark) for v in row if v is not None and 0 < v < LEAST_SHOWN]
    attacker = Attacker(counts, whole, dark)
    assert not attacker.solved() & dark
    for cell in attacker.dark:
        assert len(attacker.values(cell)) > 1, cell


@examples(100)
@given(tables(programs=3, answers=4))
def test_everything_is_shown_where_nothing_is_small(table):
    counts, whole = ([[v if v == 0 else v + 20 for v in row] for row in table[0]], None)
    whole = [sum(column) for column in zip(*counts, strict=True)]
    assert hidden(counts, whole, [0] * len(whole)) == frozenset()


def test_a_single_small_cell_takes_the_next_smallest_with_it():
    assert hidden([[3, 40, 60]], [3, 40, 60], [0, 0, 0]) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_where_two_programs_have_small_cells_the_whole_can_be_shown():
    found = hidden([[3, 40, 60], [5, 30, 60]], [8, 70, 120], [0, 0, 0])
    assert found is not None and {(0, 0), (1, 0), (2, 0)} <= found
    found = hidden([[6, 40, 60], [7, 30, 60]], [13, 70, 120], [0, 0, 0])
    assert found == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_where_only_one_answer_is_possible_nothing_can_be_hidden():
    assert hidden([[3], [50]], [53], [0]) is None
    assert hidden([[30], [50]], [80], [0]) == frozenset()


def test_a_reader_who_knows_that_a_number_is_not_small_learns_nothing_by_it():
    # "At least 11 answered so" is known of the second column: the exchange must not rest on fewer.
    found = hidden([[3, 11, 40]], [3, 11, 40], [0, 11, 11])
    assert found == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_the_attacker_is_no_straw_man():
    # The small cell alone, and with another of its row while the last row is shown: both can be reckoned, and the attacker does.
    assert (0, 0) in Attacker([[3, 40, 60]], [3, 40, 60], {(0, 0), (1, 0)}).solved()
    assert Attacker([[3, 40], [30, 50]], [33, 90], {(0, 0), (0, 1)}).values((0, 0)) == [3]
    # Two that add up to nothing are solved by no equation, but by nobody being fewer than none.
    nothing = Attacker([[0, 0, 60]], [0, 0, 60], {(0, 0), (0, 1), (1, 0), (1, 1)})
    assert (0, 0) not in nothing.solved()
    assert nothing.values((0, 0)) == [0]
    # Everybody is at least as many as any one program has: shown 5 of all, a hidden cell cannot be 6.
    assert max(Attacker([[3, 3], [2, 4]], [5, 7], {(0, 0), (0, 1), (1, 0), (1, 1)}).values((0, 0), 99)) == 5
