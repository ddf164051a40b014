"""How much each worker carries. The plain count: open cases against the capacity set for the worker."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import NotPermitted, Usage
from ..messages import _
from ..store.database import Reading
from . import find, loads, staff

MODELS = ("count",)


@dataclass(frozen=True, slots=True)
class LoadRow:
    """A worker's load by a named model; `percent` of capacity to one decimal, None where no capacity is set."""

    worker: str
    model: str
    cases: int
    load: float
    capacity: int | None
    percent: float | None


def listed(r: Reading, *, model: str = "count", team: str | None = None, worker: str | None = None) -> list[LoadRow]:
    """The load of everyone who can hold cases and has not left. Staff workload is never suppressed."""
    if model not in MODELS:
        raise Usage(
            _("The load model {model!r} is not there yet. Choose one of: {known}.").format(
                model=model, known=", ".join(MODELS)
            )
        )
    if r.me.role == "auditor" and not r.me.holds_all:
        raise NotPermitted(_("Auditors read the journal; loads are for staff."))
    only = find.worker_id(r, worker) if worker else None
    return [
        LoadRow(row.worker, model, row.cases, float(row.cases), row.capacity, loads.percent(row.cases, row.capacity))
        for row in staff.workers(r, team_code=team, everyone=False)
        if (row.id == only if only else row.holds)
    ]
