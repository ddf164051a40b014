"""The monthly-visit measure of 42 USC 624(f), for every program that wants to be held to it.

Of the full calendar months that cases were open, in how many a worker met the client face to face (95 % from fiscal year
2015 on), and in how many of these at the place the client lives (half of them). However many visits a month has, it counts
once. The federal fiscal year runs from October to September (31 USC 1102).

A month counts for a case that was open when its first day and its last day ended. The month that runs counts through the
last day of the period.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, case, cast, exists, func, literal, null, or_, select

from caseload.casework.visits import WANTED_HOME_PERCENT as WANTED_HOME_PERCENT
from caseload.casework.visits import WANTED_PERCENT as WANTED_PERCENT
from caseload.casework.visits import Visits as Visits
from caseload.models import case_file, case_stage, contact, contact_line
from caseload.models.base import BigId
from caseload.store.visited import IN_PERSON

from . import then

if TYPE_CHECKING:
    from caseload.store.database import Reading

HOME = "home"


def year_of(day: date) -> date:
    """The first day of the federal fiscal year it lies in."""
    return date(day.year if day.month >= 10 else day.year - 1, 10, 1)


def months(last: date) -> list[tuple[date, date]]:
    """The months of the fiscal year up to `last`, each with its first day and the last one counted."""
    found, first = [], year_of(last)
    while first <= last:
        after = (first + timedelta(days=32)).replace(day=1)
        found.append((first, min(after - timedelta(days=1), last)))
        first = after
    return found


Found = dict[tuple[int | None, int], Visits]


def of_month(r: Reading, scope: Select[Any], first: date, last: date, *, held: bool = True) -> Found:
    """The month's visits, by who held the case when `last` ended (None: nobody, or not `held`) and by program id."""
    found: Found = {}
    for worker_id, program_id, due, made, home in r.conn.execute(_counts(r.engine, scope, first, last, held)):
        found[worker_id, int(program_id)] = Visits(int(due), int(made), int(home))
    return found


def _counts(engine: str, scope: Select[Any], first: date, last: date, held: bool) -> Select[Any]:
    c, s = case_file.alias("c"), case_stage.c
    # Most cases were never closed: only of the others the history is read.
    ever = c.c.id.in_(select(s.case_id).where(s.stage == "closed", s.on_date <= last))
    open_then = [then.fact(engine, "closed_on", day).is_(None) for day in (first, last)]
    due = (
        select(c.c.id, c.c.program_id, (then.holder(c, last) if held else cast(null(), BigId)).label("worker_id"))
        .where(
            c.c.id.in_(scope), c.c.opened_on <= first, or_(c.c.closed_on.is_(None), c.c.closed_on > last),
            case((ever, and_(*open_then)), else_=literal(True)),
        )
        .cte("due")
    )  # fmt: skip
    k, n = contact_line, contact

    def visited(*more: Any) -> Any:
        return exists().where(
            k.c.case_id == due.c.id, k.c.on_date.between(first, last), k.c.met, k.c.kind.in_(IN_PERSON),
            n.c.id == k.c.contact_id, *more,
        )  # fmt: skip

    def one(condition: Any) -> Any:
        return func.sum(case((condition, literal(1)), else_=literal(0)))

    return select(
        due.c.worker_id, due.c.program_id, func.count(), one(visited()), one(visited(n.c.place == HOME))
    ).group_by(due.c.worker_id, due.c.program_id)  # fmt: skip
