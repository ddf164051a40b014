"""What a worker and who supervises them go through when they sit together: the cases to ask about, each line with the query
behind it; what was brought; and what was agreed before.

Everything is reckoned from facts that are there already, in one pass over the cases of one worker. Nothing ranks by it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import case, select

from ..messages import _
from ..models import absence, case_file, cover, worker
from ..store import selection, waiting
from ..store.database import Database, Reading
from . import cases, loads, looks, topics, veil
from .cases import CaseRow
from .topics import TopicRow

# What is asked about: the line's name and the terms that are added to `worker:HANDLE`, in the order in which one asks.
ASKED = {
    "now": "level:1",
    "critical": "risk:critical",
    "late": "ask:late",
    "unmet": "ask:unmet",
    "attempts": "reason:attempts_failing",
    "put_off": "ask:put_off",
    "drafts": "reason:note_unsigned",
    "cosign": "ask:cosign",
    "unread": "note:unread",
    "comments": "ask:comment",
    "still": "ask:still",
}
# So far ahead an absence is spoken of.
_AHEAD = 60


@dataclass(frozen=True, slots=True)
class Point:
    """A line to talk about: how many cases, the query whose rows they are, and which they are, the most urgent first.

    Of the load, `of` and `percent` are the capacity; of an absence there are its days and who covers."""

    part: str
    count: int
    query: str
    cases: tuple[CaseRow, ...] = ()
    held: int | None = None
    of: int | None = None
    percent: float | None = None
    first: date | None = None
    until: date | None = None
    covered_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sitting:
    """An agenda whole: whose it is, what to ask about, the topics that wait, and those discussed in the last three months."""

    worker: str
    name: str
    mine: bool
    points: tuple[Point, ...]
    waiting: tuple[TopicRow, ...]
    agreed: tuple[TopicRow, ...]


def open_sitting(
    db: Database, handle: str | None = None, *, surface: str, told: bool = True, why: str = "", looked: Collection[int] = (),
) -> Sitting:  # fmt: skip
    """Open somebody's agenda, or one's own. That the cases with a topic were looked at is on record before it is read; of those
    in `looked` it is there already.

    Raises Usage for an unknown worker, NotPermitted for whoever is neither that worker nor supervises them.
    """
    with db.read() as r:
        seeing = veil.lifted(r)
        whose = topics.agenda_of(seeing, handle)
        about = [one for one in topics.cases_of(seeing, whose.id) if one not in looked]
    if about and told:
        looks.announce(db, about, surface=surface, why=why)
    with db.read() as r:
        return read(r, handle, told=told)


def read(r: Reading, handle: str | None = None, *, told: bool = True) -> Sitting:
    """An agenda, its texts masked for who looks without identity. Raises as `open_sitting` does; opening is a look."""
    seeing = veil.lifted(r)
    whose = topics.agenda_of(seeing, handle)
    rows = topics.of_worker(seeing, whose.id, told=told)
    found = points(seeing, whose.id, whose.handle)
    if r.me.masked:
        rows = veil.topics(seeing, whose.id, rows)
        found = tuple(
            replace(one, cases=tuple(replace(row, client=None, born=None) for row in one.cases)) for one in found
        )
    return Sitting(
        whose.handle, whose.name, whose.id == r.me.id, found, tuple(one for one in rows if one.discussed_on is None),
        tuple(one for one in rows if one.discussed_on is not None),
    )  # fmt: skip


def points(r: Reading, worker_id: int, handle: str) -> tuple[Point, ...]:
    """The lines to ask about that have any case, then the load, then absences that run or come. Only cases in sight count."""
    whole = f"worker:{handle}"
    asked = {name: more for name, more in ASKED.items() if name != "unread" or waiting.reads_notes(r)}
    # First which they are: by the index of holders, all there are would be looked at.
    chosen = select(case_file.c.id).where(selection.where(r, whole)).cte("chosen").prefix_with("MATERIALIZED")
    answered = [case((selection.answers(r, more), 1), else_=0).label(name) for name, more in asked.items()]
    found = select(case_file.c.id, *answered).join(chosen, chosen.c.id == case_file.c.id)
    order = (case_file.c.urgency, case_file.c.since_on, case_file.c.number)
    rows = r.conn.execute(found.order_by(*order)).all()
    told = cases.rows(r, [row.id for row in rows if any(row[1:])])
    out = []
    for at, (name, more) in enumerate(asked.items(), 1):
        which = tuple(told[row.id] for row in rows if row[at] and row.id in told)
        if which:
            out.append(Point(name, len(which), f"{whole} {more}", _longest(name, which)))
    held = loads.open_cases(r).get(worker_id, 0)
    capacity = r.conn.execute(select(worker.c.capacity).where(worker.c.id == worker_id)).scalar()
    out.append(Point("load", len(rows), whole, held=held, of=capacity, percent=loads.percent(held, capacity)))
    return (*out, *_absences(r, worker_id, whole, len(rows)))


def _longest(name: str, which: Sequence[CaseRow]) -> tuple[CaseRow, ...]:
    """In their order; of those that stand still, the longest open first."""
    return tuple(sorted(which, key=lambda row: (row.opened, row.case))) if name == "still" else tuple(which)


def _absences(r: Reading, worker_id: int, whole: str, count: int) -> list[Point]:
    found = (
        select(absence.c.id, absence.c.from_on, absence.c.to_on, worker.c.handle)
        .outerjoin(cover, cover.c.absence_id == absence.c.id)
        .outerjoin(worker, worker.c.id == cover.c.worker_id)
        .where(
            absence.c.worker_id == worker_id, absence.c.to_on >= r.today, absence.c.from_on <= r.today + timedelta(days=_AHEAD),
            absence.c.ended_on.is_(None),
        )
        .order_by(absence.c.from_on, absence.c.id, cover.c.id)
    )  # fmt: skip
    days: dict[int, tuple[date, date]] = {}
    by: dict[int, list[str]] = {}
    for key, first, last, handle in r.conn.execute(found):
        days[key] = (first, last)
        by.setdefault(key, []).extend([handle] if handle is not None else [])
    return [
        Point("away", count, whole, first=first, until=last, covered_by=tuple(dict.fromkeys(by[key])))
        for key, (first, last) in days.items()
    ]


def words(part: str) -> str:
    """What a line is about."""
    return {
        "now": _("at level 1: now"), "critical": _("critical risk"), "late": _("contact late by half again"),
        "unmet": _("not met since assigned"), "attempts": _("attempts failing"),
        "put_off": _("put off three times, not met"), "drafts": _("drafts older than allowed"),
        "cosign": _("notes to be co-signed"), "unread": _("notes you have not read"),
        "comments": _("comments not read"), "still": _("half a year at one stage"), "load": _("open cases"),
        "away": _("away"),
    }[part]  # fmt: skip
