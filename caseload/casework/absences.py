"""Absences and cover: dated, beginning and ending by the calendar alone; the owner stays the owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select, update

from ..errors import Usage
from ..messages import _
from ..models import absence, cover, worker
from ..store import scope
from ..store.database import Reading, Receipt, Work
from . import find, values
from .intake import refuse_receiver


@dataclass(frozen=True, slots=True)
class CoverRow:
    """One absence and who covers it. `id` is what `cover end` takes."""

    id: int
    worker: str
    by: tuple[str, ...]
    from_on: date
    to_on: date
    why: str
    running: bool


def set_cover(w: Work, handle: str, by: tuple[str, ...], from_on: date, to_on: date, why: str) -> Receipt:
    """A dated absence, and who sees and may act on the absent worker's cases while it lasts. The owner stays the owner.

    Supervisors set it for their teams, admins for anyone, and each worker for themselves.
    """
    away_id = find.worker_id(w, handle)
    team_id = w.conn.execute(select(worker.c.team_id).where(worker.c.id == away_id)).scalar()
    if not (away_id == w.me.id or scope.may_administer(w) or scope.may_supervise(w, team_id)):
        scope.require_admin(w, _("set cover for someone outside their teams"))
    if to_on < from_on:
        raise Usage(
            _("The last day ({last}) lies before the first ({first}).").format(
                last=to_on.isoformat(), first=from_on.isoformat()
            )
        )
    if to_on < w.today:
        raise Usage(_("That absence is already over."))
    absence_id = w.add(
        absence, worker_id=away_id, from_on=from_on, to_on=to_on, why=values.short(_("The reason"), why, needed=True)
    )
    covering = []
    for worker_id in dict.fromkeys(find.worker_id(w, other) for other in by):
        row = w.conn.execute(select(worker).where(worker.c.id == worker_id)).one()
        covering.append(row.handle)
        if row.id == away_id:
            raise Usage(_("{handle} cannot cover themselves.").format(handle=handle))
        refuse_receiver(row.handle, row.status, row.role, row.holds_all)
        w.conn.execute(insert(cover).values(absence_id=absence_id, worker_id=row.id))
    words = _("{handle} is away {first} to {last}").format(
        handle=handle, first=from_on.isoformat(), last=to_on.isoformat()
    )
    if by:
        words += _(", covered by {by}").format(by=", ".join(covering))
    return w.receipt(words, data={"cover": absence_id})


def end_cover(w: Work, absence_id: int) -> Receipt:
    """End an absence before its last day."""
    row = w.conn.execute(select(absence.c.worker_id, absence.c.ended_on).where(absence.c.id == absence_id)).first()
    if row is None:
        raise Usage(_("There is no absence {id}. List them with: caseload cover list").format(id=absence_id))
    team_id = w.conn.execute(select(worker.c.team_id).where(worker.c.id == row.worker_id)).scalar()
    if not (row.worker_id == w.me.id or scope.may_administer(w) or scope.may_supervise(w, team_id)):
        scope.require_admin(w, _("end cover for someone outside their teams"))
    if row.ended_on is not None:
        return w.nothing(_("That absence has already ended."))
    w.conn.execute(update(absence).where(absence.c.id == absence_id).values(ended_on=w.today))
    return w.receipt(_("Ended the absence"))


def covers(r: Reading, *, past: bool = False) -> list[CoverRow]:
    """Absences that run or lie ahead, first day first; all of them with `past`."""
    found = (
        select(absence, worker.c.handle)
        .join(worker, worker.c.id == absence.c.worker_id)
        .order_by(absence.c.from_on, absence.c.id)
    )
    if not past:
        found = found.where(absence.c.to_on >= r.today, absence.c.ended_on.is_(None))
    by: dict[int, list[str]] = {}
    for absence_id, handle in r.conn.execute(
        select(cover.c.absence_id, worker.c.handle).join(worker, worker.c.id == cover.c.worker_id).order_by(cover.c.id)
    ):
        by.setdefault(absence_id, []).append(handle)
    return [
        CoverRow(
            row.id, row.handle, tuple(by.get(row.id, ())), row.from_on, row.to_on, row.why,
            row.ended_on is None and row.from_on <= r.today <= row.to_on,
        )
        for row in r.conn.execute(found)
    ]  # fmt: skip
