"""Who is taken when: appointments of one client, in whichever case and service, and of one worker, the way included.

Two appointments clash where their hours overlap as instants, half open: one that begins as the other ends does not. A client's are
compared by their hours, a worker's with the way there and back; where the client goes alone, no worker is taken. Of appointments
in cases out of sight it is said that the client, or the worker, is taken then, and nothing else; of a client whose other case is
restricted, or denied to whoever asks, not even that. Those that were kept, missed or cancelled and those of closed cases do not count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from ..clock import day_of
from ..models import absence, appointment, case_file, holiday
from ..store import scope
from ..store.database import Reading
from ..store.portions import portions
from .travel import MOST as LONGEST_WAY

_PAD = timedelta(minutes=LONGEST_WAY)
# How far ahead a free hour is looked for, by quarters of an hour, within these hours of the day unless what is moved lies outside.
_FREE_DAYS = 14
_QUARTER = 15
_OPENS, _CLOSES = 8 * 60, 18 * 60


@dataclass(frozen=True, slots=True)
class Meeting:
    """Hours that are taken. `before` and `after` are minutes on the way. `worker_id` is None where no worker's hours are; what
    is out of sight has no `id` and no `case`, and is known to take a client or a worker, not both."""

    starts: datetime
    ends: datetime
    client_id: int | None
    worker_id: int | None
    before: int = 0
    after: int = 0
    id: int | None = None
    case: str | None = None

    @property
    def leaves(self) -> datetime:
        return self.starts - timedelta(minutes=self.before)

    @property
    def is_back(self) -> datetime:
        return self.ends + timedelta(minutes=self.after)


@dataclass(frozen=True, slots=True)
class Clash:
    """What an appointment that begins at `ours` overlaps: whose hours (`client`, `worker`, `both`), and when the other begins and
    ends, as far as it is in sight. `on_the_way`: only the way to one overlaps the other."""

    ours: datetime
    whose: str
    starts_at: datetime
    ends_at: datetime
    appointment: int | None
    case: str | None
    on_the_way: bool


@dataclass(frozen=True, slots=True)
class NotHere:
    """A day on which the worker is away, to its last day `until`, or which is a holiday of that `name`."""

    on: date
    until: date | None = None
    name: str = ""


def among(meetings: Sequence[Meeting]) -> dict[int, tuple[Clash, ...]]:
    """The clashes of each of these, by its place, each pair once on either side; of what is out of sight none."""
    found: dict[tuple[int, int], set[str]] = {}
    for whose, pair in _overlapping(meetings):
        found.setdefault(pair, set()).add(whose)
    out: dict[int, list[Clash]] = {}
    for (one, other), whose_hours in found.items():
        for mine, theirs in ((one, other), (other, one)):
            if meetings[mine].id is not None:
                out.setdefault(mine, []).append(_clash(meetings[mine], meetings[theirs], whose_hours))
    return {place: tuple(sorted(many, key=lambda one: (one.starts_at, one.whose))) for place, many in out.items()}


def _clash(mine: Meeting, other: Meeting, whose: set[str]) -> Clash:
    hours = mine.starts < other.ends and other.starts < mine.ends
    said = "both" if len(whose) > 1 else next(iter(whose))
    return Clash(mine.starts, said, other.starts, other.ends, other.id, other.case, said != "client" and not hours)


def _overlapping(meetings: Sequence[Meeting]) -> Iterator[tuple[str, tuple[int, int]]]:
    clients: dict[int, list[tuple[datetime, datetime, int]]] = {}
    workers: dict[int, list[tuple[datetime, datetime, int]]] = {}
    for place, one in enumerate(meetings):
        if one.client_id is not None:
            clients.setdefault(one.client_id, []).append((one.starts, one.ends, place))
        if one.worker_id is not None:
            workers.setdefault(one.worker_id, []).append((one.leaves, one.is_back, place))
    for whose, groups in (("client", clients), ("worker", workers)):
        for taken in groups.values():
            running: list[tuple[datetime, int]] = []
            for starts, ends, place in sorted(taken):
                running = [(until, other) for until, other in running if until > starts]
                for _until, other in running:
                    if meetings[place].id is not None or meetings[other].id is not None:
                        yield whose, (min(place, other), max(place, other))
                running.append((ends, place))


# -- reading ---------------------------------------------------------------------------------------


def of_appointments(r: Reading, ids: Collection[int]) -> dict[int, tuple[Clash, ...]]:
    """What each of these scheduled appointments clashes with, by its key."""
    asked: list[Meeting] = []
    cases: set[int] = set()
    for some in portions(list(ids)):
        for row in r.conn.execute(_scheduled(r.among(appointment.c.id, some))):
            asked.append(_meeting(row))
            cases.add(row.case_id)
    if not asked:
        return {}
    others = _around(r, asked, cases)
    known = {one.id for one in asked}
    every = asked + [one for one in others if one.id is None or one.id not in known]
    return {
        key: found for place, found in among(every).items() if (key := every[place].id) in known and key is not None
    }


def _around(r: Reading, asked: Sequence[Meeting], cases: Collection[int]) -> list[Meeting]:
    """What their clients and workers have, from the first of them to the last; `cases` are theirs."""
    return near(
        r, {one.client_id for one in asked if one.client_id is not None}, cases,
        {one.worker_id for one in asked if one.worker_id is not None},
        min(one.leaves for one in asked), max(one.is_back for one in asked),
    )  # fmt: skip


def against(
    r: Reading, case_id: int, wanted: Sequence[Meeting], besides: Collection[int] = ()
) -> tuple[list[Clash], list[Meeting]]:
    """What appointments of a case that are only planned would clash with, other than those of these keys, and all that is taken
    in those days."""
    if not wanted:
        return [], []
    clients = {one.client_id for one in wanted if one.client_id is not None}
    workers = {one.worker_id for one in wanted if one.worker_id is not None}
    until = max(max(one.is_back for one in wanted), min(one.leaves for one in wanted) + timedelta(days=_FREE_DAYS + 1))
    taken = [
        one for one in near(r, clients, {case_id}, workers, min(one.leaves for one in wanted), until)
        if one.id is None or one.id not in besides
    ]  # fmt: skip
    # A key of no appointment, so that what is planned is told from what is out of sight.
    every = [replace(one, id=-1) for one in wanted] + taken
    found = among(every)
    return [
        replace(clash, appointment=None) if clash.appointment == -1 else clash
        for place in range(len(wanted))
        for clash in found.get(place, ())
    ], taken


def planned(
    r: Reading, wanted: Sequence[Meeting], cases: Collection[int], besides: Collection[int] = ()
) -> dict[int, tuple[Clash, ...]]:
    """What appointments that are only planned (their `id` is -1) would clash with, each by its place: each other, and all that stands
    but those of the keys `besides`. `cases` are theirs."""
    if not wanted:
        return {}
    taken = _around(r, wanted, cases)
    every = [*wanted, *(one for one in taken if one.id is None or one.id not in besides)]
    return {place: found for place, found in among(every).items() if place < len(wanted)}


def near(
    r: Reading,
    clients: Collection[int],
    cases: Collection[int],
    workers: Collection[int],
    first: datetime,
    last: datetime,
) -> list[Meeting]:
    """What is taken of these clients and workers between two moments. `cases` are those through which the clients are known."""
    when = (appointment.c.starts_at < last + _PAD, appointment.c.ends_at > first - _PAD)
    found: dict[int, Any] = {}
    for some in portions(sorted(workers)):
        rows = r.conn.execute(_scheduled(r.among(appointment.c.worker_id, some), *when))
        found |= {row.id: row for row in rows}
    for some in portions(sorted(clients)):
        of = select(case_file.c.id).where(r.among(case_file.c.client_id, some)).correlate(None)
        rows = r.conn.execute(_scheduled(appointment.c.case_id.in_(of), *when))
        found |= {row.id: row for row in rows}
    if r.me.policed:
        told = _elsewhere(r, cases, workers, first, last) if r.me.sees_identity else ()
        return [*map(_meeting, found.values()), *told]
    return list(_told(r, found, set(clients), set(workers)))


def _scheduled(*where: ColumnElement[bool]) -> Any:
    o = appointment.c
    return (
        select(
            o.id, o.case_id, o.worker_id, o.starts_at, o.ends_at, o.mode, o.travel_before, o.travel_after, case_file.c.number,
            case_file.c.client_id, case_file.c.restricted,
        )
        .join(case_file, case_file.c.id == o.case_id)
        .where(o.state == "scheduled", case_file.c.closed_on.is_(None), *where)
    )  # fmt: skip


def _meeting(row: Any) -> Meeting:
    worker_id = row.worker_id if row.mode != "client_alone" else None
    return Meeting(
        row.starts_at, row.ends_at, row.client_id, worker_id, row.travel_before, row.travel_after, row.id, row.number
    )


def _elsewhere(
    r: Reading, cases: Collection[int], workers: Collection[int], first: datetime, last: datetime
) -> Iterator[Meeting]:
    """What the server tells of cases out of sight (`taken_elsewhere`)."""
    asked = "SELECT o_client, o_worker, o_starts, o_ends FROM taken_elsewhere(%s::bigint[], %s::bigint[], %s, %s)"
    told = r.conn.exec_driver_sql(asked, (sorted(cases), sorted(workers), first - _PAD, last + _PAD))
    for row in told:
        yield Meeting(row.o_starts, row.o_ends, row.o_client, row.o_worker)


def _told(r: Reading, found: Mapping[int, Any], clients: set[int], workers: set[int]) -> Iterator[Meeting]:
    """The same where no policy asks: what is in sight whole, of the rest what `taken_elsewhere` would say."""
    cases = {row.case_id for row in found.values()}
    seen, denied = _cases(r, cases, scope.visible(r)), _cases(r, cases, scope.denied(r))
    midnight = datetime.combine(r.today, datetime.min.time(), tzinfo=r.zone)
    for row in found.values():
        one = _meeting(row)
        if row.case_id in seen:
            yield one
            continue
        if not r.me.sees_identity:
            continue
        if one.client_id in clients and not row.restricted and row.case_id not in denied and one.ends > midnight:
            yield Meeting(max(one.starts, midnight), one.ends, one.client_id, None)
        if one.worker_id in workers and one.is_back > midnight:
            yield Meeting(max(one.leaves, midnight), one.is_back, None, one.worker_id)


def _cases(r: Reading, keys: Iterable[int], where: ColumnElement[bool]) -> set[int]:
    out: set[int] = set()
    for some in portions(sorted(keys)):
        out |= set(r.conn.execute(select(case_file.c.id).where(r.among(case_file.c.id, some), where)).scalars())
    return out


# -- who is not here, and when all are free ----------------------------------------------------------


def not_here(r: Reading, worker_id: int | None, days: Collection[date]) -> list[NotHere]:
    """On which of these days the worker is away, or the agency closed."""
    if not days:
        return []
    first, last = min(days), max(days)
    asked = select(absence.c.from_on, absence.c.to_on).where(
        absence.c.worker_id == worker_id,
        absence.c.ended_on.is_(None),
        absence.c.from_on <= last,
        absence.c.to_on >= first,
    )
    away = r.conn.execute(asked.order_by(absence.c.from_on)).all() if worker_id is not None else []
    found = [
        NotHere(day, until=row.to_on) for day in sorted(set(days)) for row in away if row.from_on <= day <= row.to_on
    ]
    closed = dict(
        r.conn.execute(select(holiday.c.on_date, holiday.c.name).where(holiday.c.on_date.between(first, last))).all()
    )
    return found + [NotHere(day, name=closed[day]) for day in sorted(set(days)) if day in closed]


def next_free(r: Reading, wanted: Meeting, taken: Sequence[Meeting], worker_id: int | None) -> datetime | None:
    """When the client and the worker are next free for as long, the way included, on a day on which the worker is here; None where
    that is not within two weeks."""
    local = wanted.starts.astimezone(r.zone)
    lasts = wanted.ends - wanted.starts
    minute = local.hour * 60 + local.minute
    opens, closes = min(_OPENS, minute), max(_CLOSES, minute + lasts // timedelta(minutes=1))
    days = [local.date() + timedelta(days=n) for n in range(_FREE_DAYS)]
    shut = {one.on for one in not_here(r, worker_id, days)}
    for day in days:
        if day in shut or (day.weekday() >= 5 and local.weekday() < 5):
            continue
        at = datetime.combine(day, datetime.min.time(), tzinfo=r.zone)
        for clock in range(opens - opens % _QUARTER, closes, _QUARTER):
            begins = at.replace(hour=clock // 60, minute=clock % 60).astimezone(wanted.starts.tzinfo)
            if begins <= max(wanted.starts, r.now) or clock + lasts // timedelta(minutes=1) > closes:
                continue
            if day_of(begins, r.zone) == day and not _is_taken(
                replace(wanted, starts=begins, ends=begins + lasts), taken
            ):
                return begins
    return None


def _is_taken(wanted: Meeting, taken: Sequence[Meeting]) -> bool:
    return any(
        (one.client_id is not None and one.client_id == wanted.client_id and one.starts < wanted.ends and wanted.starts < one.ends)
        or (one.worker_id is not None and one.worker_id == wanted.worker_id and one.leaves < wanted.is_back and wanted.leaves < one.is_back)
        for one in taken
    )  # fmt: skip
