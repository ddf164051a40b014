"""What a case weighs, and what a worker can carry, where cases are shared out: by the model that the agency tells loads by.

By the plain count a case is one and a worker's capacity the limit. By a standard a case is the share of a worker that it fills, and a
worker is one; by points it is its points, and a worker those their hours give. A case of which nobody said the kind weighs as one of
the thirty that fill a worker of whom nobody said more: never nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from ..store.database import Reading
from . import load_kinds, load_models
from .loads import USUAL_CAPACITY, open_cases, places

ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Weights:
    """By a model: what everybody carries, and the points of each by their hours where it counts in points."""

    model: str
    held: Mapping[int, Fraction]
    points: Mapping[int, int]

    def limit(self, worker_id: int, capacity: int | None) -> Fraction:
        """What fills a worker; nothing for one who is to hold no case, whatever the model."""
        if self.model == load_kinds.COUNT:
            return Fraction(places(capacity))
        if capacity == 0:
            return Fraction(0)
        return Fraction(self.points.get(worker_id, 0)) if self.model == "wmt" else ONE

    def of_kind(self, kind: str | None) -> Fraction:
        """What a case of a kind weighs."""
        return _of_kind(self.model, kind)

    def of(self, r: Reading, ids: Collection[int]) -> dict[int, Fraction]:
        """What each of these cases weighs."""
        if self.model == load_kinds.COUNT:
            return dict.fromkeys(ids, ONE)
        kinds = load_kinds.kinds_of(r, load_kinds.family_of(self.model), ids)
        return {one: self.of_kind(kinds.get(one)) for one in ids}


def weights(r: Reading) -> Weights:
    """By the agency's own model."""
    model = r.agency.load_model
    if model == load_kinds.COUNT:
        return Weights(model, {who: Fraction(n) for who, n in open_cases(r).items()}, {})
    found = load_kinds.weighing(r, model)
    held = {who: _carried(model, cases) for who, cases in found.held.items()}
    return Weights(model, held, found.available)


def _carried(model: str, cases: Counter[str | None]) -> Fraction:
    return sum((n * _of_kind(model, kind) for kind, n in cases.items()), Fraction(0))


def _of_kind(model: str, kind: str | None) -> Fraction:
    if model == load_kinds.COUNT:
        return ONE
    if model == "wmt":
        if kind is None:
            return Fraction(load_models.FULL_TIME_POINTS, USUAL_CAPACITY)
        of_type, tier, *young = kind.split(" ")
        return Fraction(load_models.case_points(of_type, tier, young_adult=bool(young)))
    return Fraction(1, USUAL_CAPACITY) if kind is None else ONE / load_models.STANDARDS[model].full[kind]
