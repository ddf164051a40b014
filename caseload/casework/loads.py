"""What each worker holds against what they can: the plain count, before and after, wherever a case moves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import Column, func, or_, select, text

from ..models import absence, case_access, case_file, worker
from ..store import scope
from ..store.database import Reading
from . import load_kinds
from .load_kinds import Carried, Weighing

# For sharing by free places among receivers of whom nobody said how many cases they can hold: 30 is the ceiling of
# 55 Pa. Code 5221.23 for intensive case management.
USUAL_CAPACITY = 30


@dataclass(frozen=True, slots=True)
class Load:
    """Open cases a worker holds, before and after; percent of their capacity, None where none is set. `by_model` is what they
    carry by the model that the agency tells loads by, before and after, where that is not the plain count."""

    worker: str
    cases_before: int
    cases_after: int
    capacity: int | None
    by_model: tuple[Carried, Carried] | None = None

    @property
    def percent_before(self) -> float | None:
        return percent(self.cases_before, self.capacity)

    @property
    def percent_after(self) -> float | None:
        return percent(self.cases_after, self.capacity)


def percent(cases: int, capacity: int | None) -> float | None:
    """Share of capacity in percent, to one decimal."""
    return round(cases * 100 / capacity, 1) if capacity else None


def places(capacity: int | None) -> int:
    """How many cases fit: the worker's capacity, or the usual one where nobody set it."""
    return USUAL_CAPACITY if capacity is None else capacity


def open_cases(r: Reading, by: Column[Any] = case_file.c.owner_id) -> dict[int, int]:
    """How many open cases each worker holds; or each team or program has."""
    if r.engine == "postgresql":
        # Everybody is told the counts, whose cases ever are in sight.
        told = text(f"SELECT {by.name}, sum(n)::bigint FROM open_counts WHERE {by.name} IS NOT NULL GROUP BY 1")
        return dict(r.conn.execute(told).all())
    found = select(by, func.count()).where(case_file.c.closed_on.is_(None), by.is_not(None))
    return dict(r.conn.execute(found.group_by(by)).all())


def loads(
    r: Reading,
    touched: Collection[int],
    before: Mapping[int, int],
    after: Mapping[int, int],
    weighed: tuple[Weighing, Weighing] | None = None,
) -> tuple[Load, ...]:
    """The loads of these workers, by handle."""
    found = (
        select(worker.c.id, worker.c.handle, worker.c.capacity)
        .where(worker.c.id.in_(touched))
        .order_by(worker.c.handle)
    )
    return tuple(
        Load(
            row.handle, before.get(row.id, 0), after.get(row.id, 0), row.capacity,
            (weighed[0].of(row.id), weighed[1].of(row.id)) if weighed else None,
        )
        for row in r.conn.execute(found)
    )  # fmt: skip


class Moving(Protocol):
    """A case on its way: which, who holds it, None where nobody does, and who gets it."""

    @property
    def id(self) -> int: ...

    @property
    def holder_id(self) -> int | None: ...

    @property
    def to_id(self) -> int: ...


def loads_after(
    r: Reading, moves: Iterable[Moving], others: Iterable[int] = (), *, emptied: int | None = None
) -> tuple[Load, ...]:
    """What these moves do to everybody they touch; `others` are told of, too. Who is `emptied` holds nothing afterwards."""
    before, moves = open_cases(r), list(moves)
    after, touched = dict(before), set(others)
    for move in moves:
        after[move.to_id] = after.get(move.to_id, 0) + 1
        touched.add(move.to_id)
        if move.holder_id is not None:
            after[move.holder_id] = after.get(move.holder_id, 0) - 1
            touched.add(move.holder_id)
    if emptied is not None:
        after[emptied] = 0
        touched.add(emptied)
    return loads(r, touched, before, after, _weighed(r, moves, emptied))


def _weighed(r: Reading, moves: Sequence[Moving], emptied: int | None) -> tuple[Weighing, Weighing] | None:
    """What everybody carries before and after by the agency's own model, where that is not the plain count."""
    model = r.agency.load_model
    if model == load_kinds.COUNT:
        return None
    kinds = load_kinds.kinds_of(r, load_kinds.family_of(model), {move.id for move in moves})
    now = load_kinds.weighing(r, model)
    return now, now.after(((kinds.get(move.id), move.holder_id, move.to_id) for move in moves), emptied)


def away(r: Reading, on: date | None = None) -> dict[int, date]:
    """Who is away today, or as far as is known on that day, and until which day."""
    found = select(absence.c.worker_id, func.max(absence.c.to_on)).where(*scope.running(r, on))
    return dict(r.conn.execute(found.group_by(absence.c.worker_id)).all())


def denied(r: Reading, receivers: Collection[int]) -> set[tuple[int, int]]:
    """Who of these is barred by name from which case, as (case, worker)."""
    standing = or_(case_access.c.until_on.is_(None), case_access.c.until_on >= r.today)
    found = select(case_access.c.case_id, case_access.c.worker_id).where(
        case_access.c.worker_id.in_(receivers), case_access.c.kind == "deny", standing
    )
    return set(r.conn.execute(found).all())
