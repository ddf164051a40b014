"""Who may carry cases and what is to be carried, as far as it matters where cases are shared out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from ..messages import _
from ..models.case import RISKS
from . import load_kinds


@dataclass(slots=True)
class Person:
    """Someone who holds cases or may be given some. `here` is False for those who receive nothing now."""

    id: int
    handle: str
    places: Fraction | int
    held: Fraction | int
    languages: frozenset[str]
    here: bool
    taken: list[Item] = field(default_factory=list)
    room: Fraction | int = 0
    # By which model places and what is held are told.
    model: str = load_kinds.COUNT

    @property
    def full(self) -> Fraction:
        """How full they are, with what they are about to take."""
        return Fraction(self.held + self.takes) / self.places if self.places else Fraction(10**6)

    @property
    def takes(self) -> Fraction | int:
        """What they are about to take."""
        return sum(item.weight for item in self.taken)

    @property
    def words(self) -> str:
        """What they carry of what they can: in cases, or in percent by the model."""
        if self.model == load_kinds.COUNT:
            return _("{n} of {places}").format(n=self.held, places=self.places)
        percent = f"{float(Fraction(self.held) * 100 / self.places):.1f}" if self.places else "–"
        return _("{percent} % by {model}").format(percent=percent, model=self.model)


@dataclass(frozen=True, slots=True)
class Item:
    """One open case, as far as it matters to whom it goes."""

    id: int
    number: str
    owner_id: int | None
    language: str
    household: str
    fresh: bool
    since: date | None
    risk: str
    restricted: bool
    # Whether whoever asks may move it.
    movable: bool
    weight: Fraction | int = 1
    # Who works with it beside its worker, or has held it before.
    known_to: frozenset[int] = frozenset()

    @property
    def order(self) -> tuple[bool, int, int, str]:
        """Moving hurts least what nobody has begun, then what is held for the shortest time, then what is least at risk."""
        return (not self.fresh, -(self.since.toordinal() if self.since else 0), RISKS.index(self.risk), self.number)
