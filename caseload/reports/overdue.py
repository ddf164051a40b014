"""What was overdue at the end of a day: contact clocks, tasks, unsigned notes and cases in nobody's hands, as the facts
stood then.

The definitions are the triage's own (`store/facts.py`, `store/rules.py`), read as of that day: the risk and the policy
version then in force, contacts until then, tasks not done and notes not signed by then. A clock is overdue from the day
after it was due; a case that nobody holds, from its first day without a worker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CTE,
    Date,
    Integer,
    Select,
    and_,
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

from caseload.models import assignment, note, policy, task
from caseload.store.facts import clocks

from . import then

if TYPE_CHECKING:
    from datetime import date, datetime

CONTACT_OVERDUE, TASK_OVERDUE, NOTE_UNSIGNED, UNASSIGNED = RULES = (
    "contact_overdue", "task_overdue", "note_unsigned", "unassigned",
)  # fmt: skip
# How long past due, in days: a week, a month, longer.
WEEK, MONTH = 7, 30


def rows(engine: str, scope: Select[Any], day: date, end: datetime) -> Select[Any]:
    """A row for each open case and rule: number, program, holder, rule, due, how many items, days past due.

    `end` is the instant at which `day` ends.
    """
    cases = then.cases(engine, scope, day, risk=True, contact=day)
    both = union_all(
        _contacts(engine, cases, day), _tasks(cases, day, end), _notes(engine, cases, day, end), _unassigned(cases, day)
    ).subquery("overdue")
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
    """By holder (null: nobody) and program: cases overdue by each rule, and by any of them."""
    found = rows(engine, scope, day, end).subquery("found")
    by_rule = [_sum(found.c.rule == rule).label(rule) for rule in RULES]
    either = func.count(found.c.number.distinct()).label("overdue")
    by = (found.c.worker_id, found.c.program_id)
    return select(*by, *by_rule, either).group_by(*by)


def by_rule(engine: str, scope: Select[Any], day: date, end: datetime) -> Select[Any]:
    """By rule: cases, items, the earliest due day, and cases up to a week, a month and longer past due."""
    found = rows(engine, scope, day, end).subquery("found")
    days = found.c.days
    return select(
        found.c.rule, func.count(), func.sum(found.c["items"]), func.min(found.c.due), _sum(days <= WEEK),
        _sum(and_(days > WEEK, days <= MONTH)), _sum(days > MONTH),
    ).group_by(found.c.rule)  # fmt: skip


def _sum(condition: Any) -> Any:
    return func.sum(case((condition, literal(1)), else_=literal(0)))


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


def _notes(engine: str, cases: CTE, day: date, end: datetime) -> Select[Any]:
    f, n, p = cases.alias("h"), note.alias("n"), policy.alias("p")
    due = type_coerce(literal_column(then.spelled(engine, day).plus("n.on_date", "p.note_days")), Date)
    draft = or_(n.c.signed_at.is_(None), n.c.signed_at >= end)
    return (
        select(f.c.number, f.c.program_id, f.c.worker_id, literal(NOTE_UNSIGNED), func.min(due), func.count())
        .select_from(f.join(n, n.c.case_id == f.c.id).join(p, p.c.id == f.c.policy_id))
        .where(f.c.closed_on.is_(None), n.c.at < end, draft, due < literal(day, Date))
        .group_by(f.c.id, f.c.number, f.c.program_id, f.c.worker_id)
    )


def _unassigned(cases: CTE, day: date) -> Select[Any]:
    f, a = cases.alias("w"), assignment
    left = (
        select(func.max(a.c.ends_on))
        .where(a.c.case_id == f.c.id, a.c.role == "primary", a.c.ends_on <= day)
        .scalar_subquery()
    )
    since = func.coalesce(left, f.c.opened_on)
    return select(
        f.c.number, f.c.program_id, f.c.worker_id, literal(UNASSIGNED), type_coerce(since, Date), literal(1)
    ).where(f.c.closed_on.is_(None), f.c.worker_id.is_(None))  # fmt: skip
