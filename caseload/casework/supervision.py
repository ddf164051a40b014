"""The supervisor's desk: who carries how much, what nobody holds, who is away and who covers, what waits to be read.

Every number is the count of a query, which the same person can open: it says what it counts and can be checked row by row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select

from ..errors import NotPermitted
from ..messages import _
from ..models import absence, case_file, cover, departure, worker
from ..models.agency import HOLDERS
from ..store import scope, selection
from ..store.database import Reading
from . import comments, find, loads, packets, staff
from .visits import Visits, by_when

# Below this share of their capacity, in percent, a worker has room for more; above 100 they carry too much.
ROOM = 70.0

# What is counted of each worker's cases: the part's name and the terms that are added to `worker:HANDLE`.
COUNTED = {
    "cases": "",
    "now": "level:1",
    "overdue": "due:overdue",
    "unread": "note:unread",
    "new": "acknowledged:no",
    "snoozed": "snoozed:yes",
    "unvisited": "visit:due",
    "visited": "visit:made",
}


# What waits that is nobody's line: the part's name and the terms it counts.
WAITING = {
    "late_offers": "offer:late",
    "uncovered": "cover:none",
    "custodian_away": "custodian:away",
    "glass": "glass:unread",
    "answers": "packet:answered",
    "plans": "plan:waiting",
    "money": "money:waiting",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the query whose rows it counts."""

    count: int
    query: str


@dataclass(frozen=True, slots=True)
class Line:
    """One worker: the plain count of open cases against capacity, what waits in them, and whether they are here.

    `held` counts all open cases they hold, `figures["cases"]` those of them that the one who looks may see. `standing` is
    `over`, `room` or nothing, by `percent` of capacity. Without a worker it is what nobody holds, or everybody together.
    """

    worker: str | None
    name: str
    team: str | None
    status: str
    held: int
    capacity: int | None
    percent: float | None
    standing: str
    figures: dict[str, Figure]
    away_until: date | None = None
    covered_by: tuple[str, ...] = ()
    left_on: date | None = None
    # How many of the cases held are no row of any number here: out of the sight of the one who looks, or of another team than was asked
    # for. Load counts them, since they are work.
    unseen: int = 0

    @property
    def visits(self) -> Visits:
        """This month's visits, of the cases the one who looks may see."""
        made = self.figures["visited"].count
        return Visits(self.figures["unvisited"].count + made, made)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything at once: everybody together, what nobody holds, each worker, the comments and the packets that wait for the person; and, in
    `waiting`, offers past their day, cases nobody covers, restricted cases whose custodian is not here, answers of consultants. Of these, as of every
    number, only cases count that the one who looks may see."""

    whole: Line
    nobody: Line
    workers: tuple[Line, ...]
    comments: int
    waiting: dict[str, Figure]
    packets: int = 0
    # By when what is left of this month's visits is to be made.
    visits_by: date = date.max

    @property
    def over(self) -> tuple[Line, ...]:
        """Who carries more than their capacity."""
        return tuple(one for one in self.workers if one.standing == "over")

    @property
    def room(self) -> tuple[Line, ...]:
        """Who has room: below seventy percent, here, and not leaving."""
        return tuple(one for one in self.workers if one.standing == "room" and one.status == "active")

    @property
    def away(self) -> tuple[Line, ...]:
        """Who is away today."""
        return tuple(one for one in self.workers if one.status == "away")

    @property
    def leavers(self) -> tuple[Line, ...]:
        """Who has left, or has a last day, and still holds cases."""
        return tuple(one for one in self.workers if (one.status == "left" or one.left_on is not None) and one.held)


def desk(r: Reading, *, team: str | None = None) -> Desk:
    """The desk of this person: a supervisor's teams, an admin's whole agency, a case manager's own line; with `team`, that
    team alone. Raises NotPermitted for roles that see no case, and for a team that is not theirs."""
    wide = scope.may_administer(r)
    mine = not wide and r.me.role != "supervisor"
    team_id = find.team_id(r, team) if team is not None else None
    if team_id is not None and not (wide or scope.may_supervise(r, team_id)):
        raise NotPermitted(_("That team is not one you supervise."))
    asked = "worker:me" if mine else f"team:{team.strip().lower()}" if team is not None else ""
    counted = _counted(r, asked)
    left, away = _leaving(r), _away(r)
    teams = (team_id,) if team_id is not None else None if wide else scope.my_teams(r)
    team_of: dict[int, int | None] = dict(r.conn.execute(select(worker.c.id, worker.c.team_id)).all())

    def belongs(row: staff.WorkerRow) -> bool:
        if row.id in counted or mine:
            return row.id == r.me.id or not mine
        works = row.status != "left" and row.role in HOLDERS
        return (works or row.cases > 0) and (teams is None or team_of[row.id] in teams)

    beside = "" if mine else asked
    lines = [
        _line(row, counted.get(row.id, {}), beside, left.get(row.id), away.get(row.id))
        for row in staff.workers(r)
        if belongs(row)
    ]
    nobody = _figures(counted.get(None, {}), f"{beside} worker:none")
    together = {name: sum(found.get(name, 0) for found in counted.values()) for name in COUNTED}
    carrying = [one for one in lines if one.capacity]
    places = sum(one.capacity or 0 for one in carrying)
    load = loads.percent(sum(one.held for one in carrying), places)
    held, unseen = sum(one.held for one in carrying), sum(one.unseen for one in lines)
    whole = Line(
        None, _("everybody"), team, "", held, places or None, load, "", _figures(together, asked), unseen=unseen
    )
    none = Line(None, _("nobody"), team, "", nobody["cases"].count, None, None, "", nobody)
    waiting = {}
    for part, more in WAITING.items():
        query = f"{asked} {more}".strip()
        waiting[part] = Figure(selection.count(r, query), query)
    return Desk(whole, none, tuple(lines), comments.waiting_for_me(r), waiting, packets.waiting_for_me(r), by_when(r))


def _counted(r: Reading, asked: str) -> dict[int | None, dict[str, int]]:
    """By holder, how many of the cases that answer `asked` answer each of the counted queries: one pass over them."""
    tests = {name: selection.answers(r, more) for name, more in COUNTED.items()}
    # First which they are: by the index of holders, all there are would be looked at.
    chosen = select(case_file.c.id).where(selection.where(r, asked)).cte("chosen").prefix_with("MATERIALIZED")
    found = select(
        case_file.c.owner_id,
        *(func.sum(case((test, 1), else_=0)).label(name) for name, test in tests.items()),
    ).join(chosen, chosen.c.id == case_file.c.id)
    rows = r.conn.execute(found.group_by(case_file.c.owner_id)).all()
    return {row[0]: {name: int(row[at]) for at, name in enumerate(COUNTED, 1)} for row in rows}


def _figures(counts: dict[str, int], asked: str) -> dict[str, Figure]:
    return {name: Figure(counts.get(name, 0), f"{asked} {more}".strip()) for name, more in COUNTED.items()}


def _line(
    row: staff.WorkerRow,
    counts: dict[str, int],
    beside: str,
    left: date | None,
    away: tuple[date, tuple[str, ...]] | None,
) -> Line:
    percent = loads.percent(row.cases, row.capacity)
    standing = "" if percent is None else "over" if percent > 100 else "room" if percent < ROOM else ""
    until, by = away if away is not None else (None, ())
    return Line(
        row.worker, row.name, row.team, row.status, row.cases, row.capacity, percent, standing,
        _figures(counts, f"{beside} worker:{row.worker}"), until, by, left, row.cases - counts.get("cases", 0),
    )  # fmt: skip


def _leaving(r: Reading) -> dict[int, date]:
    """The last day of those who have one, past or set ahead."""
    ahead = select(departure.c.worker_id, departure.c.on_date).where(departure.c.state == "waiting")
    past = select(worker.c.id, worker.c.left_on).where(worker.c.left_on.is_not(None))
    return {**dict(r.conn.execute(ahead).all()), **dict(r.conn.execute(past).all())}


def _away(r: Reading) -> dict[int, tuple[date, tuple[str, ...]]]:
    """Who is away today: until when, and who covers."""
    running = (absence.c.from_on <= r.today, absence.c.to_on >= r.today, absence.c.ended_on.is_(None))
    found = (
        select(absence.c.worker_id, absence.c.to_on, worker.c.handle)
        .outerjoin(cover, cover.c.absence_id == absence.c.id)
        .outerjoin(worker, worker.c.id == cover.c.worker_id)
        .where(*running)
        .order_by(cover.c.id)
    )
    until: dict[int, date] = {}
    by: dict[int, list[str]] = {}
    for who, last, handle in r.conn.execute(found):
        until[who] = max(last, until.get(who, last))
        if handle is not None:
            by.setdefault(who, []).append(handle)
    return {who: (last, tuple(dict.fromkeys(by.get(who, ())))) for who, last in until.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """One number of the desk as a row: what it is of whom, how many, out of how many, and the query that lists them; `percent` of the
    load counts `unseen`, too, the cases held that the query does not list."""

    part: str
    worker: str | None
    count: int
    of: int | None
    percent: float | None
    query: str
    until: date | None = None
    covered_by: tuple[str, ...] = ()
    unseen: int = 0


def figures(found: Desk) -> Iterable[Row]:
    """The desk as rows, a number each, in the order in which a supervisor asks."""
    for one in (*found.over, *found.room):
        cases = one.figures["cases"]
        part = "over" if one.standing == "over" else "room"
        yield Row(part, one.worker, cases.count, one.capacity, one.percent, cases.query, unseen=one.unseen)
    yield Row("unassigned", None, found.nobody.figures["cases"].count, None, None, found.nobody.figures["cases"].query)
    for one in found.away:
        cases = one.figures["cases"]
        yield Row("away", one.worker, cases.count, None, None, cases.query, one.away_until, one.covered_by)
    for one in found.leavers:
        cases = one.figures["cases"]
        yield Row("leaver", one.worker, cases.count, None, None, cases.query, one.left_on, unseen=one.unseen)
    for part, waits in found.waiting.items():
        yield Row(part, None, waits.count, None, None, waits.query)
    for part in ("now", "overdue", "unread", "new", "snoozed"):
        for line in (found.nobody, *found.workers):
            figure = line.figures[part]
            if figure.count:
                yield Row(part, line.worker, figure.count, line.figures["cases"].count, None, figure.query)
    for name, line in (("visits_together", found.whole), *(("visits", one) for one in (found.nobody, *found.workers))):
        visits, unvisited = line.visits, line.figures["unvisited"]
        if visits.due:
            until = found.visits_by if visits.to_go else None
            yield Row(name, line.worker, unvisited.count, visits.due, visits.percent, unvisited.query, until)
    yield Row("comments", None, found.comments, None, None, "comment:new")
