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

from caseload.models import assignment, case_file, policy, task
from caseload.store.dialect import Sql
from caseload.store.facts import CONTACT, RISK, STAGE, clocks

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
    s = _spelled(engine, day)
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


def _spelled(engine: str, day: date) -> Sql:
    """The spelling of facts and clocks as of `day`."""
    return Sql(engine, Sql(engine, "").day(day.isoformat()))


def _open_then(engine: str, scope: Select[Any], day: date) -> CTE:
    """Open cases of that day with their holder and the facts their clocks need."""
    s = _spelled(engine, day)
    c, p = case_file.alias("c"), policy.alias("p")
    facts = {**STAGE.facts, **RISK.facts, **CONTACT.facts}

    def fact(name: str) -> Any:
        return type_coerce(literal_column(facts[name](s)), case_file.c[name].type).label(name)

    # The newest version in force that day; for days before any policy was written, the first one.
    v = policy.alias("v")
    in_force = (
        select(v.c.id)
        .where(v.c.program_id == c.c.program_id)
        .order_by(case((v.c.from_on <= day, literal(0)), else_=literal(1)))
        .order_by(case((v.c.from_on <= day, v.c.version)).desc(), v.c.version)
        .limit(1)
        .scalar_subquery()
    )
    found = (
        select(
            c.c.id, c.c.number, c.c.program_id, c.c.opened_on, p.c.id.label("policy_id"),
            fact("closed_on"), fact("risk"), fact("last_contact_on"), holder(c, day).label("worker_id"),
        )
        .select_from(c.join(p, p.c.id == in_force))
        # What was closed before that day and never reopened needs no closer look.
        .where(c.c.id.in_(scope), c.c.opened_on <= day, or_(c.c.closed_on.is_(None), c.c.closed_on > day))
    )  # fmt: skip
    return found.cte("then")


def holder(c: Any, day: date) -> Any:
    """Who held the case `c` at the end of `day`: a scalar select of the worker's id."""
    a = assignment.alias("a_then")
    return (
        select(a.c.worker_id)
        .where(
            a.c.case_id == c.c.id, a.c.role == "primary", a.c.starts_on <= day,
            or_(a.c.ends_on.is_(None), a.c.ends_on > day),
        )
        .order_by(a.c.starts_on.desc(), a.c.starts_at.desc(), a.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )  # fmt: skip
