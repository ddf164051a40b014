"""How much each worker carries, by a named model: open cases against the capacity set for the worker, or one that was published."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import NotPermitted
from ..messages import _
from ..store.database import Reading
from . import find, load_kinds, loads, staff


@dataclass(frozen=True, slots=True)
class LoadRow:
    """A worker's load by a named model of a version. `percent` of what fills them, to one decimal; None where nothing says.
    `capacity` is in cases, or in points; `unknown` cases have no kind that the model knows, and are not in the load."""

    worker: str
    model: str
    cases: int
    load: float
    capacity: int | None
    percent: float | None
    version: str = ""
    unknown: int = 0
    over_combined: bool = False


def listed(
    r: Reading, *, model: str = load_kinds.COUNT, team: str | None = None, worker: str | None = None
) -> list[LoadRow]:
    """The load of everyone who can hold cases and has not left. Staff workload is never suppressed. Raises Usage for an unknown
    model, NotPermitted for auditors."""
    model = load_kinds.model_named(model)
    if r.me.role == "auditor" and not r.me.holds_all:
        raise NotPermitted(_("Auditors read the journal; loads are for staff."))
    only = find.worker_id(r, worker) if worker else None
    rows = [row for row in staff.workers(r, team_code=team, everyone=False) if (row.id == only if only else row.holds)]
    if model == load_kinds.COUNT:
        return [
            LoadRow(
                row.worker, model, row.cases, float(row.cases), row.capacity, loads.percent(row.cases, row.capacity)
            )
            for row in rows
        ]
    weigh = load_kinds.weighing(r, model)
    return [_weighed(row.worker, row.cases, weigh.of(row.id)) for row in rows]


def _weighed(handle: str, cases: int, told: load_kinds.Carried) -> LoadRow:
    return LoadRow(
        handle,
        told.model,
        cases,
        told.load,
        told.capacity,
        told.percent,
        told.version,
        told.unknown,
        told.over_combined,
    )
