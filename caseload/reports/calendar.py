"""A worker's appointments and tasks as a calendar (RFC 5545): one row for each event, series, exception of a series, and task.

It tells nobody who is met: words are neutral unless it is identified, and a UID comes from the row and never from a number that
leads to a client. What comes again is one event with its rule; dates that are called off are left out of it, and those that stand
otherwise are exceptions of it (RECURRENCE-ID).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, null, or_, select

from caseload.casework import find, recurrence, series
from caseload.casework.triage import full_name
from caseload.casework.uids import task_uid
from caseload.errors import Usage
from caseload.messages import _
from caseload.models import appointment, appointment_series, case_file, identity, task
from caseload.store.portions import portions

from .table import Column, ReportTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from sqlalchemy import Row as SqlRow

    from caseload.store.database import Reading

    from .period import Period

_o, _t, _f = appointment.c, task.c, case_file.c


@dataclass(frozen=True, slots=True)
class Event:
    """One component of the calendar. `again` is an RRULE, `without` the moments that it leaves out, `instead` the moment of the
    series in whose place an exception stands. Of a task `due` alone is a day."""

    component: str
    uid: str
    sequence: int
    status: str
    words: str
    starts: datetime | None = None
    ends: datetime | None = None
    due: date | None = None
    done: datetime | None = None
    again: str | None = None
    without: tuple[datetime, ...] = ()
    instead: datetime | None = None
    title: str | None = None
    place: str | None = None
    client: str | None = None
    case: str | None = None


def table(r: Reading, cases: Select[Any], days: Period, worker: int, *, identified: bool) -> ReportTable:
    """What stands in a worker's calendar on these days, and tasks that are late by today."""
    named = identified and r.me.sees_identity
    found = [*_appointments(r, cases, days, worker, named), *_tasks(r, cases, days, worker, named)]
    columns = _columns()
    return ReportTable(
        "calendar", _("Calendar"), columns, [tuple(getattr(one, c.key) for c in columns) for one in found]
    )


def whose(r: Reading, handle: str | None) -> int:
    """The worker whose calendar it is: the person's own where nobody is named. Raises Usage."""
    if handle is None and r.me.id is None:
        raise Usage(_("Whose calendar? Add --worker W."))
    return find.worker_id(r, handle or "me")


def narrowed(cases: Select[Any], days: Period, worker: int, today: date) -> Select[Any]:
    """Of these cases, those that stand in the calendar."""
    theirs = select(_o.case_id).where(_o.on_date.between(days.first, days.last), _whose(appointment, worker))
    due = select(_t.case_id).where(_due(days, today), _whose(task, worker))
    return cases.where(or_(_f.id.in_(theirs), _f.id.in_(due)))


def _columns() -> tuple[Column, ...]:
    return (
        Column("component", _("Component"), "code", _("event or task.")),
        Column("uid", "UID", "code", _("Stays the same as long as the row lives; made of no case number.")),
        Column("sequence", _("Sequence"), "int", _("Rises with every change.")),
        Column("status", _("Status"), "code", _("As iCalendar says it.")),
        Column("words", _("Words"), "text", _("What kind of appointment it is; who is met is not said.")),
        Column("starts", _("Starts"), "instant", _("When it begins; of a series, its first date.")),
        Column("ends", _("Ends"), "instant", _("When it ends.")),
        Column("due", _("Due"), "date", _("The day a task is due.")),
        Column("done", _("Done"), "instant", _("When a task was done.")),
        Column("again", _("Repeats"), "text", _("The rule of a series (RRULE).")),
        Column("without", _("Without"), "list", _("Dates of the rule that do not take place.")),
        Column("instead", _("Instead of"), "instant", _("The date of the rule in whose place this one stands.")),
        Column("title", _("Title"), "text", _("What for, as typed."), narrative=True),
        Column("place", _("Place"), "text", _("Where, as typed."), narrative=True),
        Column("client", _("Client"), "text", _("The client's name."), identifying=True),
        Column("case", _("Case"), "code", _("The case number."), identifying=True),
    )


def _whose(what: Any, worker: int) -> ColumnElement[bool]:
    """What is that worker's; what names nobody goes with the case."""
    held = select(_f.id).where(_f.owner_id == worker).correlate(None)
    return or_(what.c.worker_id == worker, and_(what.c.worker_id.is_(None), what.c.case_id.in_(held)))


def _due(days: Period, today: date) -> ColumnElement[bool]:
    """Tasks of these days, and what is late where today is one of them."""
    on = _t.due_on.between(days.first, days.last)
    return or_(on, and_(_t.done_at.is_(None), _t.due_on < today)) if days.first <= today <= days.last else on


def _told(r: Reading, what: Any, cases: Select[Any], named: bool, *words: str) -> Select[Any]:
    """Rows of appointments or tasks with their case; what was typed and who it is about, only where that is told."""
    private = [what.c[name] if named else null().label(name) for name in words]
    plain = [one for one in what.c if one.name not in ("title", "place", "referral_id")]
    who = (_f.number, identity.c.given, identity.c.family) if named else (null().label("number"),)
    rows = select(*plain, *private, *who, _f.closed_on, _f.owner_id).join(case_file, _f.id == what.c.case_id)
    if named:
        rows = rows.outerjoin(identity, identity.c.client_id == _f.client_id)
    return rows.where(_f.id.in_(cases))


def _private(row: Any, named: bool) -> dict[str, Any]:
    if not named:
        return {}
    return {
        "title": row.title, "place": getattr(row, "place", None), "client": full_name(row.given or "", row.family or ""),
        "case": row.number,
    }  # fmt: skip


# -- appointments ------------------------------------------------------------------------------------


def _appointments(r: Reading, cases: Select[Any], days: Period, worker: int, named: bool) -> Iterator[Event]:
    every = _told(r, appointment, cases, named, "title", "place")
    # Of a case that is closed, nothing that was to come.
    stands = or_(_f.closed_on.is_(None), _o.on_date <= _f.closed_on)
    asked = every.where(stands, _o.on_date.between(days.first, days.last), _whose(appointment, worker))
    again: dict[int, None] = {}
    for row in r.conn.execute(asked.order_by(_o.starts_at, _o.id)):
        if row.series_id is None:
            yield _once(row, named)
        else:
            again[row.series_id] = None
    for some in portions(list(again)):
        rules = {
            one.id: one
            for one in r.conn.execute(select(appointment_series).where(r.among(appointment_series.c.id, some)))
        }
        dates: dict[int, list[Any]] = {}
        for row in r.conn.execute(every.where(r.among(_o.series_id, some)).order_by(_o.recurs_on, _o.id)):
            dates.setdefault(row.series_id, []).append(row)
        for key in some:
            if key in rules:
                yield from _series(r, rules[key], dates[key], worker, named)


def _once(row: Any, named: bool, uid: str | None = None) -> Event:
    status = "CANCELLED" if row.state == "cancelled" else "CONFIRMED"
    return Event(
        "event",
        uid or row.uid,
        row.version - 1,
        status,
        _words(row),
        row.starts_at,
        row.ends_at,
        **_private(row, named),
    )


def _words(row: Any) -> str:
    """What kind of appointment, in words that say nothing of anybody."""
    if row.mode == "in_person":
        return _("Visit") if row.travel_before or row.travel_after else _("Appointment")
    return {"phone": _("Phone call"), "video": _("Video call"), "client_alone": _("Appointment without me")}[row.mode]


def _series(r: Reading, of: SqlRow[Any], dates: Sequence[Any], worker: int, named: bool) -> Iterator[Event]:
    rule = recurrence.read(of.rule)
    last = min((one for one in (of.last_on, dates[0].closed_on) if one is not None), default=None)
    made_to = of.made_to if last is None else min(of.made_to, last)
    by_day = {row.recurs_on: row for row in dates if _is_mine(row, worker) and row.state != "cancelled"}
    like = next((row for row in reversed(dates) if series.in_place(r, of, row) and row.recurs_on in by_day), None)
    like = like if like is not None else next(iter(by_day.values()), dates[0])
    if dates[-1].recurs_on not in by_day and not _is_mine(dates[-1], worker):
        # It went on to somebody else, and so will what comes later.
        last = made_to
    named_days = list(recurrence.days(rule, of.first_on, max(made_to, of.first_on)))
    usual = [day for day in named_days if not recurrence.is_skipped(day, of.clock, r.zone)]
    if not usual:
        yield from (_once(row, named) for row in by_day.values())
        return
    without, extra, changed = [], [], []
    master = _once(like, named, of.uid)
    starts = recurrence.instant(usual[0], of.clock, r.zone)
    master = replace(
        master, sequence=series.sequence(of, dates), status="CONFIRMED", starts=starts, again=_until(r, of, last, usual[0]),
        ends=starts + timedelta(minutes=of.minutes),
    )  # fmt: skip
    standing = set(by_day)
    for day in named_days:
        at = recurrence.instant(day, of.clock, r.zone)
        row = by_day.pop(day, None)
        if row is None or day not in usual:
            # An hour that the clocks skip is read differently by every program: that date is an event of its own, and is left out of
            # the rule as it stands on the wall and as it comes out.
            wall = datetime.combine(day, time(of.clock // 60, of.clock % 60), r.zone)
            without += [at] if day in usual else [wall, at]
            extra += [row] if row is not None else []
            continue
        here = replace(_once(row, named), uid=of.uid, sequence=master.sequence, instead=at)
        if _said(here) != _said(replace(master, starts=at, ends=at + timedelta(minutes=of.minutes))):
            changed.append(here)
    comes = last is None or last > made_to
    if not any(day in standing for day in usual) and not comes:
        yield replace(master, status="CANCELLED")
    else:
        yield replace(master, without=tuple(without))
    yield from changed
    yield from (_once(row, named) for row in [*extra, *by_day.values()])


def _is_mine(row: Any, worker: int) -> bool:
    return bool(worker == (row.worker_id if row.worker_id is not None else row.owner_id))


def _said(one: Event) -> tuple[Any, ...]:
    return one.starts, one.ends, one.words, one.title, one.place


def _until(r: Reading, of: SqlRow[Any], last: date | None, first: date) -> str:
    """The rule with its last moment, in UTC as RFC 5545 asks of events in a time zone."""
    if last is None:
        return str(of.rule)
    return f"{of.rule};UNTIL={recurrence.instant(max(last, first), of.clock, r.zone):%Y%m%dT%H%M%SZ}"


# -- tasks -------------------------------------------------------------------------------------------


def _tasks(r: Reading, cases: Select[Any], days: Period, worker: int, named: bool) -> Iterator[Event]:
    asked = _told(r, task, cases, named, "title").where(_due(days, r.today), _whose(task, worker))
    for row in r.conn.execute(asked.order_by(_t.due_on, _t.id)):
        uid = task_uid(row.id, row.created_at)
        yield Event(
            "task", uid, row.version - 1, "COMPLETED" if row.done_at else "NEEDS-ACTION", _("Task"), due=row.due_on,
            done=row.done_at, **_private(row, named),
        )  # fmt: skip
