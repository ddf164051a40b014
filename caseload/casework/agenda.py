"""What stands in the coming days: appointments, tasks, contacts that fall due, cases that come back from snooze; and what the
method asks for: assessments, plans, reviews, yearly assessments.

Days are the agency's. Appointments that clash say with what (casework/clashes.py), whether or not the other is shown here, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, null, or_, select, true

from ..errors import Usage
from ..messages import _
from ..models import appointment, case_file, case_stage, identity, program, task, worker
from ..store import scope
from ..store.database import Reading
from ..store.facts import ANNUAL_WINDOW
from . import clashes, find
from .clashes import Clash
from .triage import full_name

KINDS = ("appointment", "task", "contact", "snooze", "assessment", "plan", "review", "annual")
LONGEST_DAYS = 366
_WINDOW = timedelta(days=ANNUAL_WINDOW)
# More lines than anyone plans by; what lies beyond is said, never silently left out.
MOST = 5000


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the agenda. `row` is the key of the appointment or task, with the version that was read.

    `client`, `title` and `place` are None for those who see no identity. `late`: it was due before today.
    """

    kind: str
    on: date
    starts_at: datetime | None
    ends_at: datetime | None
    case_id: int
    case: str
    client: str | None
    program: str
    worker: str | None
    title: str | None
    place: str | None
    state: str
    row: int | None
    version: int
    late: bool
    mode: str = ""
    travel_before: int = 0
    travel_after: int = 0
    series: int | None = None
    clashes: tuple[Clash, ...] = ()

    @property
    def clash(self) -> bool:
        return bool(self.clashes)


@dataclass(frozen=True, slots=True)
class Agenda:
    """The lines of some days in order; what is late stands first, on the day it was due. `whole` is false where there
    were more than can be shown."""

    first: date
    last: date
    entries: tuple[Entry, ...]
    whole: bool

    @property
    def clashes(self) -> int:
        """How many appointments overlap another of the same worker or the same client."""
        return sum(one.clash for one in self.entries)


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose agenda and which days: the person's own unless a worker, a team or everything in sight is named; the person
    who holds nothing gets everything in sight. Late work is shown where the days include today."""

    first: date
    days: int = 7
    worker: str | None = None
    team: str | None = None
    everyone: bool = False


def read(r: Reading, wish: Wish) -> Agenda:
    """The agenda. Raises Usage for an unknown worker or team, or more than 366 days."""
    if not 1 <= wish.days <= LONGEST_DAYS:
        raise Usage(_("An agenda shows 1 to {most} days; {n} is not.").format(most=LONGEST_DAYS, n=wish.days))
    last = wish.first + timedelta(days=wish.days - 1)
    late = wish.first <= r.today <= last
    owner, doer = _whose(r, wish)
    entries: list[Entry] = []
    for source in (_appointments, _tasks, _contacts, _snoozes, _method):
        entries += source(r, wish.first, last, late, owner, doer)
    entries.sort(key=_order)
    return Agenda(wish.first, last, _clashing(r, entries[:MOST]), len(entries) <= MOST)


def _whose(r: Reading, wish: Wish) -> tuple[ColumnElement[bool] | None, Any]:
    """What picks the cases whose clocks are shown (None: all in sight), and the workers whose appointments and tasks."""
    if wish.worker is not None:
        key = find.worker_id(r, wish.worker)
        return case_file.c.owner_id == key, [key]
    if wish.team is not None:
        key = find.team_id(r, wish.team)
        return case_file.c.team_id == key, select(worker.c.id).where(worker.c.team_id == key)
    if not wish.everyone and r.me.id is not None and scope.holds_any(r):
        return scope.mine(r), None
    return None, None


def _of(
    table: Table, when: ColumnElement[bool], r: Reading, owner: ColumnElement[bool] | None, doer: Any
) -> ColumnElement[bool]:
    """What belongs to those workers; what names nobody goes with the case."""
    if owner is None:
        return true()
    # One's own work in the cases of others, and everything in one's own and covered cases.
    theirs, rest = table.c.worker_id == r.me.id, owner
    if doer is not None:
        theirs, rest = table.c.worker_id.in_(doer), and_(table.c.worker_id.is_(None), owner)
    # By the few cases that can have any: everybody's days would be read otherwise.
    held = select(case_file.c.id).where(owner, case_file.c.closed_on.is_(None)).correlate(None)
    cases = held.union_all(select(table.c.case_id).where(theirs, when).correlate(None))
    return and_(case_file.c.id.in_(cases), or_(theirs, rest))


def _aftercare(r: Reading, owner: ColumnElement[bool] | None, doer: Any) -> ColumnElement[bool]:
    """True of tasks that were made with a closing of their case, or after it. Nobody holds it any more: they go with their worker."""
    s = case_stage.c
    closing = select(s.id).where(s.case_id == case_file.c.id, s.stage == "closed", s.at <= task.c.created_at).exists()
    if owner is None:
        return closing
    return and_(task.c.worker_id == r.me.id if doer is None else task.c.worker_id.in_(doer), closing)


def _lines(r: Reading, *columns: Any, also: ColumnElement[bool] | None = None) -> Select[Any]:
    return (
        select(
            case_file.c.id.label("case_id"), case_file.c.number, identity.c.given, identity.c.family,
            program.c.code.label("program"), worker.c.handle, *columns,
        )
        .join(program, program.c.id == case_file.c.program_id)
        .outerjoin(identity, identity.c.client_id == case_file.c.client_id)
        .where(scope.visible(r), case_file.c.closed_on.is_(None) if also is None else or_(case_file.c.closed_on.is_(None), also))
    )  # fmt: skip


def _words(r: Reading, *columns: Any) -> list[Any]:
    """What people typed, for who sees identities; a server tells nobody else."""
    return [one if r.me.sees_identity else null().label(one.name) for one in columns]


def _entry(r: Reading, kind: str, found: Any, on: date, **more: Any) -> Entry:
    named = r.me.sees_identity
    empty = {"starts_at": None, "ends_at": None, "state": "", "row": None, "version": 0, "title": None, "place": None}
    return Entry(
        kind, on, case_id=found.case_id, case=found.number, program=found.program, worker=found.handle,
        client=full_name(found.given or "", found.family or "") if named else None,
        late=on < r.today and more.get("state", "") in ("", "scheduled"), **{**empty, **more},
    )  # fmt: skip


def _appointments(
    r: Reading, first: date, last: date, late: bool, owner: ColumnElement[bool] | None, doer: Any
) -> Iterable[Entry]:
    c = appointment.c
    when = and_(c.on_date.between(first, last), c.state != "cancelled")
    found = (
        _lines(
            r,
            c.id,
            c.starts_at,
            c.ends_at,
            c.on_date,
            *_words(r, c.title, c.place),
            c.state,
            c.version,
            c.mode,
            c.travel_before,
            c.travel_after,
            c.series_id,
        )
        .join(appointment, c.case_id == case_file.c.id)
        .outerjoin(worker, worker.c.id == c.worker_id)
        .where(when, _of(appointment, when, r, owner, doer))
        .order_by(c.starts_at)
        .limit(MOST + 1)
    )
    for row in r.conn.execute(found):
        yield _entry(
            r, "appointment", row, row.on_date, starts_at=row.starts_at, ends_at=row.ends_at, title=row.title,
            place=row.place, state=row.state, row=row.id, version=row.version, mode=row.mode,
            travel_before=row.travel_before, travel_after=row.travel_after, series=row.series_id,
        )  # fmt: skip


def _tasks(
    r: Reading, first: date, last: date, late: bool, owner: ColumnElement[bool] | None, doer: Any
) -> Iterable[Entry]:
    c = task.c
    due = and_(c.done_at.is_(None), c.due_on <= last if late else c.due_on.between(first, last))
    found = (
        _lines(r, c.id, c.due_on, *_words(r, c.title), c.version, also=_aftercare(r, owner, doer))
        .join(task, c.case_id == case_file.c.id)
        .outerjoin(worker, worker.c.id == c.worker_id)
        .where(due, _of(task, due, r, owner, doer))
        .order_by(c.due_on)
        .limit(MOST + 1)
    )
    for row in r.conn.execute(found):
        if row.due_on >= first or row.due_on < r.today:
            yield _entry(r, "task", row, row.due_on, title=row.title, row=row.id, version=row.version)


def _clock(
    r: Reading, kind: str, column: Any, first: date, last: date, late: bool, owner: ColumnElement[bool] | None
) -> Iterable[Entry]:
    due = column <= last if late else column.between(first, last)
    found = (
        _lines(r, column.label("due"))
        .outerjoin(worker, worker.c.id == case_file.c.owner_id)
        .where(due, true() if owner is None else owner)
        .order_by(column)
        .limit(MOST + 1)
    )
    for row in r.conn.execute(found):
        if row.due >= first or row.due < r.today:
            yield _entry(r, kind, row, row.due)


def _contacts(
    r: Reading, first: date, last: date, late: bool, owner: ColumnElement[bool] | None, doer: Any
) -> Iterable[Entry]:
    return _clock(r, "contact", case_file.c.contact_due_on, first, last, late, owner)


def _snoozes(
    r: Reading, first: date, last: date, late: bool, owner: ColumnElement[bool] | None, doer: Any
) -> Iterable[Entry]:
    # One that is back and was taken up again is no longer on the row; one that is back and waits is late.
    return _clock(r, "snooze", case_file.c.snoozed_until, first, last, late, owner)


def _method(
    r: Reading, first: date, last: date, late: bool, owner: ColumnElement[bool] | None, doer: Any
) -> Iterable[Entry]:
    c = case_file.c
    for kind, column in (("assessment", c.assessment_due_on), ("plan", c.plan_due_on), ("review", c.review_due_on)):
        yield from _clock(r, kind, column, first, last, late, owner)
    # A yearly assessment stands on the last day on which it may be asked.
    for entry in _clock(r, "annual", c.annual_due_on, first - _WINDOW, last - _WINDOW, late, owner):
        on = entry.on + _WINDOW
        yield replace(entry, on=on, late=on < r.today)


def _order(one: Entry) -> tuple[Any, ...]:
    starts = one.starts_at.timestamp() if one.starts_at is not None else float("inf")
    return (not one.late, one.on, starts, KINDS.index(one.kind), one.case, one.row or 0)


def _clashing(r: Reading, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The lines, with what each scheduled appointment clashes with."""
    planned = [
        one.row for one in entries if one.kind == "appointment" and one.state == "scheduled" and one.row is not None
    ]
    found = clashes.of_appointments(r, planned)
    return tuple(
        replace(one, clashes=found[one.row])
        if one.kind == "appointment" and one.row is not None and one.row in found
        else one
        for one in entries
    )
