"""The fewest cases that need move so that nobody holds more than their limit, by looking at every way there is, within bounds.

Pure. One household is one unit: it moves whole. Where a way with fewer moves than known cannot exist, nothing is looked for; where
looking takes too long, what is known stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

# So many steps are looked at: a small team whole, within a blink.
_MOST_STEPS = 20_000
# Further than so many moves it is not looked, where none is known.
_FURTHEST = 12


@dataclass(frozen=True, slots=True)
class Unit:
    """Cases that move together: who holds them, how many they are, what they weigh, and who may take them, the best first."""

    holder: int | None
    cases: int
    weight: Fraction
    takers: tuple[int, ...]


class _Spent(Exception):
    """It took too long."""


def fewest(
    units: Sequence[Unit],
    held: Mapping[int, Fraction | int],
    limits: Mapping[int, Fraction | int],
    *,
    below: int | None,
) -> dict[int, int] | None:
    """By the place of each unit that moves, who takes it: the fewest cases after which everybody is within their limit, if they are
    fewer than `below` (None: nothing is known that would do). None where there is no such way, or none was found in time."""
    search = _Search(units, dict(held), limits)
    least = search.least()
    most = _FURTHEST if below is None else min(below - 1, _FURTHEST)
    try:
        for moves in range(least, most + 1):
            if search.within(moves, 0):
                return dict(search.chosen)
    except _Spent:
        return None
    return None


class _Search:
    def __init__(
        self, units: Sequence[Unit], held: dict[int, Fraction | int], limits: Mapping[int, Fraction | int]
    ) -> None:
        self.units, self.held, self.limits = units, held, limits
        self.chosen: dict[int, int] = {}
        self.steps = 0
        # Those of whoever holds too much first, in the order they came in: what moves with the least harm.
        self.order = sorted(range(len(units)), key=lambda at: (not self._over(units[at].holder), at))
        # What one move takes off a holder at the most.
        self.heaviest: dict[int, Fraction] = {}
        for unit in units:
            if unit.holder is not None:
                each = unit.weight / unit.cases
                self.heaviest[unit.holder] = max(self.heaviest.get(unit.holder, Fraction(0)), each)

    def _over(self, holder: int | None) -> bool:
        return holder is not None and holder in self.limits and self.held[holder] > self.limits[holder]

    def least(self) -> int:
        """Fewer moves than these never do: each takes from one holder, and no more than their heaviest."""
        needed = 0
        for who, most in self.limits.items():
            over = self.held[who] - most
            if over > 0:
                heaviest = self.heaviest.get(who)
                if not heaviest:
                    return _FURTHEST + 1
                needed += ceil(over / heaviest)
        return needed

    def within(self, moves: int, start: int) -> bool:
        """Whether everybody comes within their limit by so many moves of units from `start` on."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise _Spent
        needed = self.least()
        if needed == 0:
            return True
        if needed > moves:
            return False
        for place in range(start, len(self.order)):
            at = self.order[place]
            unit = self.units[at]
            if unit.cases > moves or unit.holder is None or unit.holder not in self.held:
                continue
            for taker in unit.takers:
                self.held[unit.holder] -= unit.weight
                self.held[taker] += unit.weight
                self.chosen[at] = taker
                if self.within(moves - unit.cases, place + 1):
                    return True
                del self.chosen[at]
                self.held[unit.holder] += unit.weight
                self.held[taker] -= unit.weight
        return False
