"""What was overdue at the end of a day: contact clocks and tasks, as the facts stood then.

The definitions are the triage's own (`store/facts.py`), read as of that day: the risk and the policy version then in
force, contacts until then, tasks not done by then. A clock is overdue from the day after it was due.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CTE,
    Date,
    Integer,
    Select,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
)

from caseload.models import case_file, policy, task
from caseload.store.facts import clocks

from . import then

if TYPE_CHECKING:
    from datetime import date, datetime

CONTACT_OVERDUE, TASK_OVERDUE = "contact_overdue", "task_overdue"


def rows(engine: str, scope: Select[Any], day: date, end: datetime) -> Select[Any]:
    """A row for each open case and rule: number, program, holder, rule, due, how many items, days past due.

    `end` is the instant at which `day` ends.
    """
    cases = _open_then(engine, scope, day)
    both = union_all(_contacts(engine, cases, day), _tasks(cases, day, end)).subquery("overdue")
    if engine == "postgresql":
        past: Any = literal(day, Date) - both.c.due
    else:
        past = func.julianday(day.isoformat()) - func.julianday(both.c.due)
    return select(both, cast(past, Integer).label("days"))


def listed(engine: str, scope: Select[Any], day: date, end: datetime) -> Select[Any]:
    """The rows in order: by case number, then rule."""
    found = rows(engine, scope, day, end).subquery("found")
    return select(found).order_by(found.c.number, found.c.rule)


def counts(engine: str, scope: Select[Any], day: date, end: datetime) -> Select[Any]:
    """By holder (null: nobody) and program: cases with an overdue contact, with an overdue task, with either."""
    found = rows(engine, scope, day, end).subquery("found")

    def having(rule: str) -> Any:
        return func.sum(case((found.c.rule == rule, literal(1)), else_=literal(0))).label(rule)

    either = func.count(found.c.number.distinct()).label("overdue")
    by = (found.c.worker_id, found.c.program_id)
    return select(*by, having(CONTACT_OVERDUE), having(TASK_OVERDUE), either).group_by(*by)


def _contacts(engine: str, cases: CTE, day: date) -> Select[Any]:
    s = then.spelled(engine, day)
    f, p = cases.alias("f"), policy.alias("p")
    due = type_coerce(literal_column(clocks(s, "f")["contact_due_on"]), Date)
    return (
        select(
            f.c.number, f.c.program_id, f.c.worker_id, literal(CONTACT_OVERDUE).label("rule"), due.label("due"),
            literal(1).label("items"),
        )
        .select_from(f.join(p, p.c.id == f.c.policy_id))
        .where(f.c.closed_on.is_(None), due < literal(day, Date))
    )  # fmt: skip


def _tasks(cases: CTE, day: date, end: datetime) -> Select[Any]:
    f, t = cases.alias("g"), task
    undone = or_(t.c.done_at.is_(None), t.c.done_at >= end)
    return (
        select(
            f.c.number, f.c.program_id, f.c.worker_id, literal(TASK_OVERDUE), func.min(t.c.due_on), func.count(),
        )
        .select_from(f.join(t, t.c.case_id == f.c.id))
        .where(f.c.closed_on.is_(None), t.c.due_on < day, t.c.created_at < end, undone)
        .group_by(f.c.id, f.c.number, f.c.program_id, f.c.worker_id)
    )  # fmt: skip


def _open_then(engine: str, scope: Select[Any], day: date) -> CTE:
    """Cases that may have been open that day, with their holder and the facts their clocks need."""
    c, p = case_file.alias("c"), policy.alias("p")
    facts = [then.fact(engine, name, day).label(name) for name in ("closed_on", "risk", "last_contact_on")]
    found = (
        select(
            c.c.id, c.c.number, c.c.program_id, c.c.opened_on, p.c.id.label("policy_id"), *facts,
            then.holder(c, day).label("worker_id"),
        )
        .select_from(c.join(p, p.c.id == then.policy_of(c, day)))
        # What was closed by that day and never reopened needs no closer look.
        .where(c.c.id.in_(scope), c.c.opened_on <= day, or_(c.c.closed_on.is_(None), c.c.closed_on > day))
    )  # fmt: skip
    return found.cte("then")
