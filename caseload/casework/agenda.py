"""What stands in the coming days: appointments, tasks, contacts that fall due, cases that come back from snooze.

Days are the agency's. Two appointments of one worker that overlap are a clash, and both say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, null, or_, select, true

from ..errors import Usage
from ..messages import _
from ..models import appointment, case_file, identity, program, task, worker
from ..store import scope
from ..store.database import Reading
from . import find
from .triage import full_name

KINDS = ("appointment", "task", "contact", "snooze")
LONGEST_DAYS = 366
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
    clash: bool = False


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
        """How many appointments overlap another of the same worker."""
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
    for source in (_appointments, _tasks, _contacts, _snoozes):
        entries += source(r, wish.first, last, late, owner, doer)
    entries.sort(key=_order)
    return Agenda(wish.first, last, _clashing(entries[:MOST]), len(entries) <= MOST)


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


def _lines(r: Reading, *columns: Any) -> Select[Any]:
    return (
        select(
            case_file.c.id.label("case_id"), case_file.c.number, identity.c.given, identity.c.family,
            program.c.code.label("program"), worker.c.handle, *columns,
        )
        .join(program, program.c.id == case_file.c.program_id)
        .outerjoin(identity, identity.c.client_id == case_file.c.client_id)
        .where(scope.visible(r), case_file.c.closed_on.is_(None))
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
        _lines(r, c.id, c.starts_at, c.ends_at, c.on_date, *_words(r, c.title, c.place), c.state, c.version)
        .join(appointment, c.case_id == case_file.c.id)
        .outerjoin(worker, worker.c.id == c.worker_id)
        .where(when, _of(appointment, when, r, owner, doer))
        .order_by(c.starts_at)
        .limit(MOST + 1)
    )
    for row in r.conn.execute(found):
        yield _entry(
            r, "appointment", row, row.on_date, starts_at=row.starts_at, ends_at=row.ends_at, title=row.title,
            place=row.place, state=row.state, row=row.id, version=row.version,
        )  # fmt: skip


def _tasks(
    r: Reading, first: date, last: date, late: bool, owner: ColumnElement[bool] | None, doer: Any
) -> Iterable[Entry]:
    c = task.c
    due = and_(c.done_at.is_(None), c.due_on <= last if late else c.due_on.between(first, last))
    found = (
        _lines(r, c.id, c.due_on, *_words(r, c.title), c.version)
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


def _order(one: Entry) -> tuple[Any, ...]:
    starts = one.starts_at.timestamp() if one.starts_at is not None else float("inf")
    return (not one.late, one.on, starts, KINDS.index(one.kind), one.case, one.row or 0)


def _clashing(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The lines, those appointments marked that overlap another scheduled one of the same worker."""
    open_ones = [
        (at, one) for at, one in enumerate(entries)
        if one.kind == "appointment" and one.state == "scheduled" and one.worker is not None
    ]  # fmt: skip
    open_ones.sort(key=lambda pair: (pair[1].worker, pair[1].starts_at))
    clash: set[int] = set()
    running: tuple[int, Entry] | None = None
    for at, one in open_ones:
        if running is not None and running[1].worker == one.worker and one.starts_at < running[1].ends_at:  # type: ignore[operator]
            clash |= {at, running[0]}
        if running is None or running[1].worker != one.worker or one.ends_at > running[1].ends_at:  # type: ignore[operator]
            running = (at, one)
    return tuple(replace(one, clash=True) if at in clash else one for at, one in enumerate(entries))
