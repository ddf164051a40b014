"""What a dashboard reads: how many cases there were, came, went and were held, day by day or at the end of a day, and the same as rows.

A select of rows has case_id, on_date, worker_id and what; a number counts such rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, Select, and_, case, cast, func, literal, null, or_, select, true

from caseload.casework.triage import full_name
from caseload.models import assignment, case_file, case_stage, contact, contact_line, identity, program, worker
from caseload.store import selection

from . import due as dues
from . import flow, then
from .measures import staff

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from caseload.store.database import Reading

    from .period import Period


@dataclass(frozen=True, slots=True)
class Row:
    """One of the rows that a number counts: the case, and what of it is counted, on which day and by or with whom."""

    id: int
    case: str
    client: str | None
    program: str
    worker: str | None
    on: date | None
    what: str


def rows(r: Reading, found: Select[Any], words: Mapping[str, str], limit: int | None = None) -> list[Row]:
    """The rows of a select, by day and case number, with names for who reads them; `words` are what `what` is called."""
    f = found.subquery("counted")
    told = (
        select(
            case_file.c.id, case_file.c.number, identity.c.given, identity.c.family, program.c.code, worker.c.handle, f.c.on_date,
            f.c.what,
        )
        .select_from(f)
        .join(case_file, case_file.c.id == f.c.case_id)
        .join(program, program.c.id == case_file.c.program_id)
        .outerjoin(identity, identity.c.client_id == case_file.c.client_id)
        .outerjoin(worker, worker.c.id == f.c.worker_id)
        .order_by(f.c.on_date, case_file.c.number, f.c.what)
    )  # fmt: skip
    named = r.me.sees_identity
    return [
        Row(
            row.id, row.number, full_name(row.given or "", row.family or "") if named else None, row.code, row.handle, row.on_date,
            words.get(row.what, row.what),
        )
        for row in r.conn.execute(told.limit(limit) if limit is not None else told)
    ]  # fmt: skip


# ---------------------------------------------------------------- openings and closings


def _steps(scope: Select[Any], first: date, last: date) -> tuple[Any, Any]:
    """The steps of the cases that stirred in the period, and what each was: opened, closed, or null."""
    steps = flow.chain(flow.stirred(scope, first, last), last)
    c = steps.c
    opened, closed = and_(c.is_open == 1, c.was_open == 0), and_(c.is_open == 0, c.was_open == 1)
    return steps, case((opened, literal(flow.OPENED)), (closed, literal(flow.CLOSED)))


def moved(r: Reading, scope: Select[Any], days: Period) -> dict[tuple[date, str], int]:
    """How many cases were opened and closed on each day, in one pass over those that were."""
    steps, what = _steps(scope, days.first, days.last)
    found = select(steps.c.day, what.label("what")).where(steps.c.day >= days.first, what.is_not(None)).subquery()
    counted = select(found.c.day, found.c.what, func.count()).group_by(found.c.day, found.c.what)
    return {(day, word): int(n) for day, word, n in r.conn.execute(counted)}


def movement(scope: Select[Any], week: Period, what: str) -> Select[Any]:
    """The cases opened or closed in a period, with who held them then."""
    steps, is_ = _steps(scope, week.first, week.last)
    c = steps.c
    who = c.holder if what == flow.OPENED else c.was_holder
    found = select(c.case_id, c.day.label("on_date"), who.label("worker_id"), literal(what).label("what"))
    return found.where(c.day >= week.first, is_ == what)


def _open(r: Reading, c: Any, scope: Select[Any], day: date) -> Any:
    """True of a case of the scope that was open when a day ended."""
    s = case_stage.c
    # Most cases were never closed: only of the others the history is read. Asked case by case: a list of all that ever closed does
    # not fit the memory that a server gives one question, and it would read the whole of it for every case.
    ever = select(s.case_id).where(s.case_id == c.c.id, s.stage == "closed", s.on_date <= day).exists()
    return and_(
        c.c.id.in_(scope), c.c.opened_on <= day, or_(c.c.closed_on.is_(None), c.c.closed_on > day),
        case((ever, then.fact(r.engine, "closed_on", day).is_(None)), else_=true()),
    )  # fmt: skip


def open_on(r: Reading, scope: Select[Any], day: date) -> Select[Any]:
    """The cases open when a day ended, with who held them and since when they are open."""
    c = case_file.alias("c")
    found = select(
        c.c.id.label("case_id"), c.c.opened_on.label("on_date"), then.holder(c, day).label("worker_id"), literal("open").label("what")
    )  # fmt: skip
    return found.where(_open(r, c, scope, day))


def open_ids(r: Reading, scope: Select[Any], day: date) -> Select[Any]:
    """The ids of the cases open when a day ended."""
    c = case_file.alias("c")
    return select(c.c.id).where(_open(r, c, scope, day))


def counted_open(r: Reading, scope: Select[Any], day: date) -> int:
    """How many cases were open when a day ended."""
    c = case_file.alias("c")
    return int(r.conn.execute(select(func.count()).select_from(c).where(_open(r, c, scope, day))).scalar_one())


# ---------------------------------------------------------------- who held how many


def _holding(r: Reading, scope: Select[Any], day: date) -> tuple[Any, Any, Any, Any]:
    """Cases and who held them when a day ended: the case, its assignment, both joined, and what is true of the open ones."""
    c, a = case_file.alias("c"), assignment.alias("a")
    # Never two at a time, and half open: one that ended that day is over.
    covers = and_(
        a.c.case_id == c.c.id,
        a.c.role == "primary",
        a.c.starts_on <= day,
        or_(a.c.ends_on.is_(None), a.c.ends_on > day),
    )
    return c, a, c.outerjoin(a, covers), _open(r, c, scope, day)


def held(r: Reading, scope: Select[Any], day: date) -> tuple[dict[str | None, int], dict[str, int | None]]:
    """How many open cases each worker held when a day ended (None: nobody held them), and everybody's capacity that day."""
    _c, a, source, is_open = _holding(r, scope, day)
    found = select(a.c.worker_id, func.count()).select_from(source).where(is_open).group_by(a.c.worker_id)
    people = staff(r, day)
    by = {people[key].handle if key is not None else None: int(n) for key, n in r.conn.execute(found)}
    return by, {one.handle: one.capacity for one in people.values()}


def holding(r: Reading, scope: Select[Any], day: date, handle: str | None) -> Select[Any]:
    """The cases that somebody, or nobody, held when a day ended, with since when."""
    c, a, source, is_open = _holding(r, scope, day)
    who = select(worker.c.id).where(worker.c.handle == handle).scalar_subquery()
    whose = a.c.worker_id.is_(None) if handle is None else a.c.worker_id == who
    since = func.coalesce(a.c.starts_on, c.c.opened_on)
    found = select(c.c.id.label("case_id"), since.label("on_date"), a.c.worker_id, literal("held").label("what"))
    return found.select_from(source).where(is_open, whose)


# ---------------------------------------------------------------- contacts


def contacts(r: Reading, scope: Select[Any], days: Period) -> dict[date, tuple[int, int, int]]:
    """Contacts by day: attempted, made, and those in which the client was met; one counts once for each case it served."""
    k = contact_line.c

    def one(condition: Any) -> Any:
        return func.sum(case((condition, literal(1)), else_=literal(0)))

    found = (
        select(k.on_date, one(k.outcome == "attempted"), one(k.outcome == "made"), one(k.met))
        .where(k.on_date.between(days.first, days.last), k.case_id.in_(scope))
        .group_by(k.on_date)
    )
    return {day: (int(tried), int(made), int(met)) for day, tried, made, met in r.conn.execute(found)}


def contact_rows(scope: Select[Any], week: Period, measure: str) -> Select[Any]:
    """The contacts of a week that `contacts_attempted`, `contacts_made` or `clients_met` counts."""
    k, n = contact_line.c, contact.c
    which, word = {
        "contacts_attempted": (k.outcome == "attempted", "attempted"), "contacts_made": (k.outcome == "made", "made"),
        "clients_met": (k.met, "met"),
    }[measure]  # fmt: skip
    return (
        select(k.case_id, k.on_date, n.worker_id, literal(word).label("what"))
        .join(contact, n.id == k.contact_id)
        .where(k.on_date.between(week.first, week.last), k.case_id.in_(scope), which)
    )


def due(r: Reading, scope: Select[Any], week: Period) -> tuple[int, int]:
    """How many cases had a contact due in a week, and of how many of these the client was met."""
    found = r.conn.execute(dues.counts(r.engine, scope, week.first, week.last, held=False)).all()
    return sum(int(row.contacts_due) for row in found), sum(int(row.contacts_due_made) for row in found)


def due_rows(r: Reading, scope: Select[Any], week: Period, *, made: bool) -> Select[Any]:
    """The cases that those two count."""
    found = dues.listed(r.engine, scope, week.first, week.last, made=made).subquery("due")
    return select(found.c.case_id, found.c.on_date, found.c.worker_id, literal("due").label("what"))


# ---------------------------------------------------------------- rules that fire today


def firing(r: Reading, scope: Select[Any], rules: Sequence[str]) -> dict[tuple[str, str], int]:
    """By rule and risk, the open cases for which the rule fires today, in one pass."""
    tests = [func.sum(case((selection.fires(r, rule), 1), else_=0)) for rule in rules]
    found = (
        select(case_file.c.risk, *tests)
        .where(case_file.c.id.in_(scope), case_file.c.closed_on.is_(None))
        .group_by(case_file.c.risk)
    )
    out: dict[tuple[str, str], int] = {}
    for risk, *counts in r.conn.execute(found):
        out |= {(rule, risk): int(n) for rule, n in zip(rules, counts, strict=True)}
    return out


def fires(r: Reading, scope: Select[Any], rule: str, risk: str | None) -> Select[Any]:
    """The cases of that."""
    c = case_file.c
    which = [c.id.in_(scope), c.closed_on.is_(None), selection.fires(r, rule), *((c.risk == risk,) if risk else ())]
    found = select(
        c.id.label("case_id"),
        cast(null(), Date).label("on_date"),
        c.owner_id.label("worker_id"),
        literal(rule).label("what"),
    )
    return found.where(*which)
