"""The board: cases by stage, the most urgent first in each."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, select

from ..models import case_file
from ..models.case import STAGES
from ..store import selection
from ..store.database import Reading

# What stands on the board: a case that is closed has left it.
COLUMNS = tuple(stage for stage in STAGES if stage != "closed")


@dataclass(frozen=True, slots=True)
class StageCount:
    """How many cases stand at a stage, and how many of them are at level 1, 2 and 3; `query` lists them."""

    stage: str
    cases: int
    now: int
    today: int
    overdue: int
    query: str


def keys(r: Reading, query: str = "") -> dict[str, list[int]]:
    """The keys of the open cases that answer a query, by stage, each in the order of urgency."""
    found = (
        select(case_file.c.stage, case_file.c.id)
        .where(selection.where(r, query, open_only=True))
        .order_by(case_file.c.urgency, case_file.c.since_on, case_file.c.number)
    )
    out: dict[str, list[int]] = {stage: [] for stage in COLUMNS}
    for stage, key in r.conn.execute(found):
        out[stage].append(key)
    return out


def counts(r: Reading, query: str = "") -> list[StageCount]:
    """Each stage of the board with its counts, in the order of the method."""
    at = [func.sum(case((case_file.c.level == level, 1), else_=0)) for level in (1, 2, 3)]
    found = select(case_file.c.stage, func.count(), *at).where(selection.where(r, query, open_only=True))
    rows = {row[0]: tuple(int(n) for n in row[1:]) for row in r.conn.execute(found.group_by(case_file.c.stage))}
    beside = f"({query.strip()}) " if query.strip() else ""
    out = []
    for stage in COLUMNS:
        cases, now, today, overdue = rows.get(stage, (0, 0, 0, 0))
        out.append(StageCount(stage, cases, now, today, overdue, f"{beside}stage:{stage}"))
    return out
