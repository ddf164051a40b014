"""How cases came, went and changed hands, from dated history: openings, closings, and who held them.

For each case its history is one chain of states: not open, or open in somebody's hands (or nobody's). A step from one
state to the next is one movement, so that start + opened + moved in - closed - moved out = end holds by construction,
for every worker and every program.

Counted by the agency's days. Between two moments of one day in which the case is open only the last counts: a case
handed on twice in a day moved once, and one assigned on the day it was opened was opened in that worker's hands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import CTE, Integer, Select, and_, case, cast, func, literal, null, or_, select, union_all

from caseload.models import assignment, case_file, case_stage
from caseload.models.base import BigId, Instant

from . import then

if TYPE_CHECKING:
    from datetime import date

OPENED, CLOSED, MOVED = "opened", "closed", "moved"


def living(scope: Select[Any], first: date, last: date) -> Select[Any]:
    """The ids of the cases of `scope` (a select of ids) that were open on any day of the period."""
    c = case_file.c
    open_then = and_(c.opened_on <= last, or_(c.closed_on.is_(None), c.closed_on >= first))
    return select(c.id).where(c.id.in_(scope), open_then)


def stirred(scope: Select[Any], first: date, last: date) -> Select[Any]:
    """Of these cases, those that came, went or changed hands in the period."""
    c, s, a = case_file.c, case_stage.c, assignment.c
    days = (first, last)
    touched = union_all(
        select(c.id).where(c.opened_on.between(*days)),
        select(s.case_id).where(s.on_date.between(*days)),
        select(a.case_id).where(or_(a.starts_on.between(*days), a.ends_on.between(*days))),
    )
    return select(c.id).where(c.id.in_(scope), c.id.in_(touched), c.opened_on <= last)


def chain(cases: Select[Any], last: date) -> CTE:
    """The chain of states of `cases` (a select of ids) up to the end of the day `last`.

    A row is a state a case came into: `day`, whether it `is_open`, its `holder`; what was before it (`was_open`,
    `was_holder`); and `until`, the day of the next state, null for the one it is in at the end of `last`.
    """
    in_order = ("day", "phase", "at", "source", "row_id")
    events = _events(cases, last).cte("events")
    by_time: dict[str, Any] = {
        "partition_by": events.c.case_id,
        "order_by": [events.c[n] for n in in_order],
        "rows": (None, 0),
    }
    counted = select(
        events,
        func.count(events.c.opens).over(**by_time).label("n_open"),
        func.sum(events.c.hands).over(**by_time).label("n_hand"),
    ).cte("counted")
    # Neither engine ignores nulls in a window: number the events that speak, then take the one of each number.
    state = select(
        *(counted.c[n] for n in ("case_id", *in_order)),
        func.coalesce(
            func.max(counted.c.opens).over(partition_by=[counted.c.case_id, counted.c.n_open]), literal(0)
        ).label("is_open"),
        func.max(counted.c.worker_id).over(partition_by=[counted.c.case_id, counted.c.n_hand]).label("holder"),
    ).cte("state")
    forward: dict[str, Any] = {"partition_by": state.c.case_id, "order_by": [state.c[n] for n in in_order]}
    ahead = select(
        state,
        func.lead(state.c.day).over(**forward).label("next_day"),
        func.lead(state.c.is_open).over(**forward).label("next_open"),
    ).cte("ahead")
    passing = and_(ahead.c.is_open == 1, ahead.c.next_open == 1, ahead.c.next_day == ahead.c.day)
    kept = select(ahead).where(or_(ahead.c.next_day.is_(None), ~passing)).cte("kept")
    steps: dict[str, Any] = {"partition_by": kept.c.case_id, "order_by": [kept.c[n] for n in in_order]}
    return select(
        *(kept.c[n] for n in ("case_id", *in_order, "is_open", "holder")),
        func.coalesce(func.lag(kept.c.is_open).over(**steps), literal(0)).label("was_open"),
        func.lag(kept.c.holder).over(**steps).label("was_holder"),
        func.lead(kept.c.day).over(**steps).label("until"),
    ).cte("chain")


def _events(cases: Select[Any], last: date) -> Select[Any]:
    """Everything that can change a state. `opens` is 1 or 0 or null; `hands` is 1 where the holder is said anew.

    Within a day: the opening first, then assignments and stages by the clock (taken before closed), then the end of an assignment that no
    other one follows that day.
    """
    nobody, never, silent = cast(null(), BigId), cast(null(), Instant), cast(null(), Integer)
    # Ids by IN and rows by key: joined to each other, these would have no index on SQLite.
    ids = cases.cte("wanted")
    wanted, c = select(ids.c.id), case_file.c
    opening = select(
        c.id.label("case_id"), c.opened_on.label("day"), literal(0).label("phase"), never.label("at"),
        literal(0).label("source"), c.id.label("row_id"), literal(1).label("opens"), literal(0).label("hands"),
        nobody.label("worker_id"),
    ).where(c.id.in_(wanted))  # fmt: skip
    s = case_stage
    ever_closed = select(s.c.case_id).where(s.c.stage == "closed")
    stages = (
        select(
            s.c.case_id, s.c.on_date, literal(1), s.c.at, literal(2), s.c.id,
            case((s.c.stage == "closed", literal(0)), else_=literal(1)), literal(0), nobody,
        )
        .select_from(s.join(case_file, c.id == s.c.case_id))
        .where(s.c.case_id.in_(wanted), s.c.case_id.in_(ever_closed), s.c.on_date.between(c.opened_on, last))
    )  # fmt: skip
    a = assignment
    held = (
        select(
            a.c.id, a.c.case_id, a.c.worker_id, a.c.starts_on, a.c.starts_at, a.c.ends_on, a.c.ends_at,
            func.lead(a.c.starts_on).over(partition_by=a.c.case_id, order_by=[a.c.starts_at, a.c.id]).label("next_on"),
        )
        .where(a.c.case_id.in_(wanted), a.c.role == "primary", a.c.starts_on <= last)
        .cte("held")
    )  # fmt: skip
    h = held.c
    starts = select(h.case_id, h.starts_on, literal(1), h.starts_at, literal(1), h.id, silent, literal(1), h.worker_id)
    ends = select(
        h.case_id, h.ends_on, literal(2), h.ends_at, literal(3), h.id, silent, literal(1), nobody
    ).where(h.ends_on <= last, or_(h.next_on.is_(None), h.next_on > h.ends_on))  # fmt: skip
    events = union_all(opening, stages, starts, ends).subquery("event")
    return select(events)


def counts(engine: str, scope: Select[Any], first: date, last: date) -> Select[Any]:
    """By worker (null: nobody) and program: start, opened, moved_in, closed, moved_out, end.

    The chain is followed for the cases to which something happened; the many others rested where they were.
    """
    steps = chain(stirred(scope, first, last), last)
    c, program = steps.c, case_file.c.program_id
    told = steps.join(case_file, case_file.c.id == c.case_id)

    def one(condition: Any) -> Any:
        return func.sum(case((condition, literal(1)), else_=literal(0)))

    in_period = c.day >= first
    changed = and_(c.is_open == 1, c.was_open == 1, c.holder.is_distinct_from(c.was_holder), in_period)
    at_start = and_(c.day < first, or_(c.until.is_(None), c.until >= first))
    none = literal(0)
    into = (
        select(
            c.holder.label("worker_id"), program.label("program_id"), one(at_start).label("start"),
            one(and_(c.was_open == 0, in_period)).label("opened"), one(changed).label("moved_in"), none.label("closed"),
            none.label("moved_out"), one(c.until.is_(None)).label("end"),
        )
        .select_from(told)
        .where(c.is_open == 1)
        .group_by(c.holder, program)
    )  # fmt: skip
    out = (
        select(c.was_holder, program, none, none, none, one(c.is_open == 0), one(changed), none)
        .select_from(told)
        .where(in_period, c.was_open == 1, or_(c.is_open == 0, changed))
        .group_by(c.was_holder, program)
    )
    rested = _resting(engine, scope, first, last).subquery("rested")
    r, n = rested.c, func.count()
    still = select(r.worker_id, r.program_id, n, none, none, none, none, n).group_by(r.worker_id, r.program_id)
    both = union_all(into, out, still).subquery("flow")
    measures = ("start", "opened", "moved_in", "closed", "moved_out", "end")
    return select(
        both.c.worker_id, both.c.program_id, *(func.sum(both.c[m]).label(m) for m in measures)
    ).group_by(both.c.worker_id, both.c.program_id)  # fmt: skip


def _resting(engine: str, scope: Select[Any], first: date, last: date) -> Select[Any]:
    """Holder and program of the cases that were open all the time, in the same hands."""
    c = case_file.alias("c")
    untouched = living(scope, first, last).except_(stirred(scope, first, last))
    open_then = then.fact(engine, "closed_on", last).is_(None)
    found = select(then.holder(c, last).label("worker_id"), c.c.program_id)
    return found.where(c.c.id.in_(untouched), open_then)


def movements(scope: Select[Any], first: date, last: date) -> Select[Any]:
    """Every step of the period: case number, program, day, what it was, from whom and to whom; by day and case."""
    steps = chain(stirred(scope, first, last), last)
    c = steps.c
    changed = and_(c.is_open == 1, c.was_open == 1, c.holder.is_distinct_from(c.was_holder))
    opened, closed = and_(c.is_open == 1, c.was_open == 0), and_(c.is_open == 0, c.was_open == 1)
    what = case((opened, literal(OPENED)), (closed, literal(CLOSED)), else_=literal(MOVED))
    return (
        select(
            case_file.c.number, case_file.c.program_id, c.day, what.label("what"),
            case((c.was_open == 1, c.was_holder)).label("from_id"), case((c.is_open == 1, c.holder)).label("to_id"),
        )
        .select_from(steps.join(case_file, case_file.c.id == c.case_id))
        .where(c.day >= first, or_(opened, closed, changed))
        .order_by(c.day, case_file.c.number, c.phase, c.at, c.source, c.row_id)
    )  # fmt: skip
