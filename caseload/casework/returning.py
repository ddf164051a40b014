"""What happened while you were away: to each case that was yours, by others, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, null, or_, select
from sqlalchemy import column as sql_column
from sqlalchemy import table as sql_table

from ..errors import NotPermitted, Refused, Usage
from ..messages import _
from ..models import (
    absence,
    alert,
    assignment,
    case_file,
    case_risk,
    case_stage,
    contact,
    contact_line,
    journal,
    note,
    task,
    worker,
)
from ..store import scope
from ..store.database import Reading
from . import find


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that others did to a case. `kind` is contact, note, task, stage, risk, alert or move.

    `words` hold codes and handles only; `text` is what somebody typed (a title, a reason, an alert), None for those
    who see no identity, and never narrative.
    """

    at: datetime
    case: str
    kind: str
    words: str
    by: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class WhileAway:
    """The days someone was away, and what others did meanwhile, oldest first."""

    worker: str
    from_on: date
    to_on: date
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class _Span:
    who: int
    first: date
    last: date
    since: datetime
    until: datetime

    def holds(self, column: ColumnElement[datetime]) -> ColumnElement[bool]:
        return and_(column >= self.since, column < self.until)


def while_away(r: Reading, handle: str = "me", *, from_on: date | None = None, to_on: date | None = None) -> WhileAway:
    """What others did to the cases that worker held while they were away: in their latest absence that has begun, or
    between two days.

    Of a case that is theirs no longer and out of the asker's sight, only that it moved and to whom. Raises Refused
    where they have not been away, NotPermitted for someone who is neither them, nor supervises them, nor an admin.
    """
    who = find.worker_id(r, handle)
    row = r.conn.execute(select(worker.c.handle, worker.c.team_id).where(worker.c.id == who)).one()
    if not (who == r.me.id or scope.may_administer(r) or scope.may_supervise(r, row.team_id)):
        raise NotPermitted(_("Only {handle}, their supervisor or an admin may read that.").format(handle=row.handle))
    first, last = _days(r, who, row.handle, from_on, to_on)
    since, until = (datetime.combine(day, time(), r.zone) for day in (first, last + timedelta(days=1)))
    span = _Span(who, first, last, since, until)
    events = sorted(
        (event for source in (_recorded, _typed, _moved) for event in source(r, span)),
        key=lambda event: (event.at, event.case, event.kind, event.words),
    )
    return WhileAway(row.handle, first, last, tuple(events))


def _days(r: Reading, who: int, handle: str, from_on: date | None, to_on: date | None) -> tuple[date, date]:
    if from_on is not None:
        last = min(to_on or r.today, r.today)
        if last < from_on:
            raise Usage(
                _("The last day ({last}) lies before the first ({first}).").format(
                    last=last.isoformat(), first=from_on.isoformat()
                )
            )
        return from_on, last
    found = (
        select(absence.c.from_on, absence.c.to_on, absence.c.ended_on)
        .where(
            absence.c.worker_id == who,
            absence.c.from_on <= r.today,
            # One called off before its first day never was.
            or_(absence.c.ended_on.is_(None), absence.c.ended_on >= absence.c.from_on),
        )
        .order_by(absence.c.from_on.desc(), absence.c.id.desc())
        .limit(1)
    )
    row = r.conn.execute(found).first()
    if row is None:
        raise Refused(_("{handle} has not been away. Name the days with --from and --to.").format(handle=handle))
    return row.from_on, max(row.from_on, min(row.to_on, row.ended_on or row.to_on, to_on or row.to_on, r.today))


def _theirs(span: _Span) -> Select[tuple[int]]:
    """The cases the worker held at any moment of the span."""
    return select(assignment.c.case_id).where(
        assignment.c.worker_id == span.who,
        assignment.c.role == "primary",
        assignment.c.starts_on <= span.last,
        or_(assignment.c.ends_on.is_(None), assignment.c.ends_on >= span.first),
    )


def _of(r: Reading, span: _Span) -> tuple[ColumnElement[bool], ...]:
    return (case_file.c.id.in_(_theirs(span)), scope.visible(r))


def _recorded(r: Reading, span: _Span) -> Iterator[Event]:
    """Contacts and signed notes."""
    found = (
        select(contact.c.at, case_file.c.number, contact.c.kind, contact.c.outcome, worker.c.handle)
        .join(contact_line, contact_line.c.contact_id == contact.c.id)
        .join(case_file, case_file.c.id == contact_line.c.case_id)
        .join(worker, worker.c.id == contact.c.worker_id)
        .where(span.holds(contact.c.at), contact.c.worker_id != span.who, *_of(r, span))
    )
    for at, number, kind, outcome, by in r.conn.execute(found):
        yield Event(at, number, "contact", f"{kind}, {outcome}", by, None)
    signed = (
        select(note.c.signed_at, case_file.c.number, note.c.form, note.c.addendum_to_id, worker.c.handle)
        .join(case_file, case_file.c.id == note.c.case_id)
        .join(worker, worker.c.id == note.c.signed_by)
        .where(span.holds(note.c.signed_at), note.c.signed_by != span.who, *_of(r, span))
    )
    for at, number, form, to, by in r.conn.execute(signed):
        yield Event(at, number, "note", _("addendum signed") if to else _("{form} signed").format(form=form), by, None)


def _typed(r: Reading, span: _Span) -> Iterator[Event]:
    """Tasks done, stages, risks and alerts: what somebody typed with them is for those who see identities."""
    named = r.me.sees_identity
    done = (
        select(task.c.done_at, case_file.c.number, task.c.title if named else null(), worker.c.handle)
        .join(case_file, case_file.c.id == task.c.case_id)
        .join(worker, worker.c.id == task.c.done_by)
        .where(span.holds(task.c.done_at), task.c.done_by != span.who, *_of(r, span))
    )
    for at, number, title, by in r.conn.execute(done):
        yield Event(at, number, "task", _("task done"), by, title)
    for table, column, kind in ((case_stage, case_stage.c.stage, "stage"), (case_risk, case_risk.c.risk, "risk")):
        dated = (
            select(table.c.at, case_file.c.number, column, worker.c.handle, table.c.why if named else null())
            .join(case_file, case_file.c.id == table.c.case_id)
            .join(worker, worker.c.id == table.c.worker_id)
            .where(span.holds(table.c.at), table.c.worker_id != span.who, *_of(r, span))
        )
        for at, number, code, by, why in r.conn.execute(dated):
            yield Event(at, number, kind, code, by, why)
    raised = (
        select(alert, case_file.c.number, worker.c.handle, journal.c.at)
        .join(case_file, case_file.c.client_id == alert.c.client_id)
        .join(worker, worker.c.id == alert.c.raised_by)
        .outerjoin(journal, _written("alert", alert.c.id))
        .where(alert.c.raised_on.between(span.first, span.last), alert.c.raised_by != span.who, *_of(r, span))
    )
    for row in r.conn.execute(raised):
        at = row.at or datetime.combine(row.raised_on, time(12), r.zone)
        words = _("{kind}, {level}").format(kind=row.kind, level=row.level)
        yield Event(at, row.number, "alert", words, row.handle, row.text if named else None)


def _moved(r: Reading, span: _Span) -> Iterator[Event]:
    """Cases that went to somebody else or came to them, whoever may see them now."""
    mover = worker.alias("mover")
    found = (
        select(
            assignment.c.starts_at, scope.number_of(r, assignment.c.case_id).label("number"), worker.c.handle,
            mover.c.handle.label("by"), assignment.c.why, assignment.c.worker_id, scope.visible(r).label("seen"),
        )
        .outerjoin(case_file, case_file.c.id == assignment.c.case_id)
        .join(worker, worker.c.id == assignment.c.worker_id)
        .outerjoin(journal, _written("assignment", assignment.c.id))
        .outerjoin(mover, mover.c.id == journal.c.worker_id)
        .where(
            assignment.c.role == "primary",
            span.holds(assignment.c.starts_at),
            assignment.c.case_id.in_(_theirs(span)),
            or_(journal.c.worker_id.is_(None), journal.c.worker_id != span.who),
        )
    )  # fmt: skip
    for row in r.conn.execute(found):
        words = _("came to {handle}") if row.worker_id == span.who else _("moved to {handle}")
        text = row.why if r.me.sees_identity and row.seen else None
        yield Event(row.starts_at, row.number, "move", words.format(handle=row.handle), row.by, text)
    if r.engine == "postgresql" and span.who == r.me.id:
        yield from _out_of_sight(r, span)


# What the server tells of cases that have left one's sight.
_passed_on = sql_table("passed_on", *(sql_column(name) for name in ("case_id", "worker_id", "starts_at", "moved_by")))


def _out_of_sight(r: Reading, span: _Span) -> Iterator[Event]:
    """Cases of this person's that went to somebody else and are not theirs to see any more: to whom, and no reason."""
    mover = worker.alias("mover")
    found = (
        select(_passed_on.c.starts_at, scope.number_of(r, _passed_on.c.case_id).label("number"), worker.c.handle,
               mover.c.handle.label("by"))
        .join(worker, worker.c.id == _passed_on.c.worker_id)
        .outerjoin(mover, mover.c.id == _passed_on.c.moved_by)
        .where(
            span.holds(_passed_on.c.starts_at), _passed_on.c.case_id.in_(_theirs(span)),
            or_(_passed_on.c.moved_by.is_(None), _passed_on.c.moved_by != span.who),
            ~select(case_file.c.id).where(case_file.c.id == _passed_on.c.case_id).exists(),
        )
    )  # fmt: skip
    for row in r.conn.execute(found):
        yield Event(row.starts_at, row.number, "move", _("moved to {handle}").format(handle=row.handle), row.by, None)


def _written(table: str, key: ColumnElement[int]) -> ColumnElement[bool]:
    """The journal's row of how that row came to be; the last one, where it was taken back and done again."""
    entry = journal.alias("entry")
    made = (entry.c.table_name == table, entry.c.row_id == key, entry.c.op == "insert")
    return journal.c.id == select(func.max(entry.c.id)).where(*made).scalar_subquery()
