"""Offers of cases to colleagues, as those see them who gave them, are asked, or supervise either.

Asked at every start of the screen: what carries an answer out is in `transfers`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, true

from ..messages import _n
from ..models import case_file, program, transfer, worker
from ..models.agency import HOLDERS
from ..store import scope
from ..store.database import Reading
from ..store.waiting import offer_runs, offer_still_there

# Unless a day is given: long enough to read up on a case, short enough that nobody waits a month for an answer.
ANSWER_DAYS = 7


@dataclass(frozen=True, slots=True)
class TransferRow:
    """An offer: what a receiver needs to decide, without who the client is. `key` is the case's. `late` says that the day
    to answer by has passed; `days` how many are left, negative when late. `state` is offered, accepted, declined, withdrawn
    or lapsed. Where it waits no more and the case is out of sight, `program`, `risk`, `stage`, `why` and `answer` are empty."""

    id: int
    key: int
    case: str
    program: str
    risk: str
    stage: str
    from_worker: str
    to_worker: str
    offered_by: str
    offered_on: date
    answer_by: date
    days: int
    late: bool
    why: str
    state: str
    answered_on: date | None
    answer: str


def listed(r: Reading, *, past: bool = False, case: int | None = None) -> list[TransferRow]:
    """Offers that wait for an answer, the earliest day first; with `past` the answered ones too; with `case` those of a case
    the person has open, who then sees them whoever made them.

    Each worker sees those they gave or were offered; supervisors those of their workers, admins all. Of a case that is
    out of sight, only its receiver learns of the offer.
    """
    return _rows(r, case=case) if past else _rows(r, stands(r), case=case)


def _rows(r: Reading, *which: ColumnElement[bool], case: int | None = None) -> list[TransferRow]:
    giver, taker, offerer = worker.alias("giver"), worker.alias("taker"), worker.alias("offerer")
    found = (
        select(
            transfer, scope.number_of(r, transfer.c.case_id).label("number"), case_file.c.risk, case_file.c.stage,
            program.c.code, giver.c.handle.label("giver"), taker.c.handle.label("taker"),
            offerer.c.handle.label("offerer"), offer_runs(r).label("running"), scope.visible(r).label("seen"),
        )
        .outerjoin(case_file, case_file.c.id == transfer.c.case_id)
        .outerjoin(program, program.c.id == case_file.c.program_id)
        .join(giver, giver.c.id == transfer.c.from_worker_id)
        .join(taker, taker.c.id == transfer.c.to_worker_id)
        .join(offerer, offerer.c.id == transfer.c.offered_by)
        .where(_concerns(r, giver, taker) if case is None else and_(transfer.c.case_id == case, scope.visible(r)), *which)
        .order_by(transfer.c.answer_by, transfer.c.id)
    )  # fmt: skip
    out = []
    for row in r.conn.execute(found):
        if row.number is None:
            continue  # what has been restricted since is nobody's any more
        state = "lapsed" if row.state == "offered" and not row.running else row.state
        days = (row.answer_by - r.today).days
        told = TransferRow(
            row.id, row.case_id, row.number, row.code or "", row.risk or "", row.stage or "", row.giver, row.taker, row.offerer, row.offered_on,
            row.answer_by, days, state == "offered" and days < 0, row.why, state, row.answered_on, row.answer,
        )  # fmt: skip
        # Whoever was to decide had to know how the case stands; whoever no longer is learns nothing of it since.
        shown = state == "offered" or row.seen
        out.append(told if shown else replace(told, program="", risk="", stage="", why="", answer=""))
    return out


def awaiting(r: Reading) -> tuple[int, int, int]:
    """For this person's desk: offers that wait for their answer, unanswered ones of theirs whose day has passed, and those
    of the last week that were declined while the case is still where it was."""
    theirs = [row for row in listed(r) if r.me.handle in (row.to_worker, row.from_worker, row.offered_by)]
    asked = sum(row.to_worker == r.me.handle for row in theirs)
    return asked, sum(row.late and row.to_worker != r.me.handle for row in theirs), len(declined(r))


def mine(r: Reading) -> list[TransferRow]:
    """What this person offered, or had offered for them: what waits for an answer, the earliest day first, then what was
    declined."""
    waiting = [
        row for row in listed(r) if row.to_worker != r.me.handle and r.me.handle in (row.from_worker, row.offered_by)
    ]
    return [*waiting, *declined(r)]


def declined(r: Reading) -> list[TransferRow]:
    """Offers of this person's that were declined in the last week, the newest first, unless the case has moved, was closed
    or is offered anew."""
    later = transfer.alias("later")
    again = select(later.c.id).where(later.c.case_id == transfer.c.case_id, later.c.id > transfer.c.id)
    recent = transfer.c.answered_on >= r.today - timedelta(days=ANSWER_DAYS)
    given = or_(transfer.c.from_worker_id == r.me.id, transfer.c.offered_by == r.me.id)
    rows = _rows(r, transfer.c.state == "declined", recent, given, offer_still_there(), ~again.exists())
    return sorted(rows, key=lambda row: (row.answered_on or r.today, row.id), reverse=True)


def in_words(r: Reading) -> str:
    """What `awaiting` found, in a sentence; empty where nothing waits."""
    if r.me.id is None or not (scope.may_administer(r) or r.me.role in HOLDERS):
        return ""
    asked, late, refused = awaiting(r)
    said = []
    if asked:
        said.append(_n("{n} case is offered to you", "{n} cases are offered to you", asked).format(n=asked))
    if late:
        words = _n("{n} offer of yours is past its day", "{n} offers of yours are past their day", late)
        said.append(words.format(n=late))
    if refused:
        words = _n("{n} offer of yours was declined", "{n} offers of yours were declined", refused)
        said.append(words.format(n=refused))
    return "; ".join(said)


def stands(r: Reading) -> ColumnElement[bool]:
    """True of an offer that waits for its receiver's answer."""
    there = select(case_file.c.id).where(case_file.c.id == transfer.c.case_id, offer_runs(r))
    return and_(transfer.c.state == "offered", there.correlate(transfer).exists())


def _concerns(r: Reading, giver: Any, taker: Any) -> ColumnElement[bool]:
    theirs: ColumnElement[bool] = or_(transfer.c.from_worker_id == r.me.id, transfer.c.offered_by == r.me.id)
    if scope.may_administer(r):
        theirs = true()
    elif r.me.role == "supervisor":
        teams = scope.my_teams(r)
        theirs = or_(theirs, giver.c.team_id.in_(teams), taker.c.team_id.in_(teams))
    # What was answered long ago about a case that has left one's sight is still one's own offer.
    seen = or_(
        scope.visible(r),
        and_(or_(~case_file.c.restricted, case_file.c.id.is_(None)), transfer.c.from_worker_id == r.me.id),
    )
    # Who is barred from a case by name learns nothing of it, whatever they were offered before.
    return and_(~scope.denied(r), or_(transfer.c.to_worker_id == r.me.id, and_(theirs, seen)))
