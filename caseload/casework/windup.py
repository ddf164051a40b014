"""Winding up what a leaver has besides their cases: secondary work, tasks, offers, covers, absences, teams to supervise."""

from __future__ import annotations

from sqlalchemy import case as sql_case
from sqlalchemy import delete, or_, select, update

from ..models import absence, appointment, assignment, case_file, cover, task, team_supervisor, transfer
from ..store.database import Work


def _release(w: Work, who: int) -> None:
    if w.engine == "postgresql":
        # Whoever comes first lets them go, and does not see everybody's cases.
        w.conn.exec_driver_sql("SELECT release_work(%s, %s)", (who, w.today))
        return
    owner = select(case_file.c.owner_id).where(case_file.c.id == task.c.case_id).scalar_subquery()
    w.conn.execute(update(task).where(task.c.worker_id == who, task.c.done_at.is_(None)).values(worker_id=owner))
    owner = select(case_file.c.owner_id).where(case_file.c.id == appointment.c.case_id).scalar_subquery()
    coming = (appointment.c.state == "scheduled", appointment.c.on_date >= w.today)
    w.conn.execute(update(appointment).where(appointment.c.worker_id == who, *coming).values(worker_id=owner))


def wind_up(w: Work, who: int, why: str) -> None:
    """End what would wait for somebody who is not there any more. Tasks and appointments in cases of others go to who
    holds these; a move set to them for a later day is dropped on that day, and said then."""
    # In a demo whose day stands still, the clock may show an hour before the one when the assignment began.
    ended = sql_case((assignment.c.starts_at > w.now, assignment.c.starts_at), else_=w.now)
    w.conn.execute(
        update(assignment)
        .where(assignment.c.worker_id == who, assignment.c.role == "secondary", assignment.c.ends_at.is_(None))
        .values(ends_at=ended, ends_on=w.today)
    )
    _release(w, who)
    w.conn.execute(
        update(transfer)
        .where(or_(transfer.c.to_worker_id == who, transfer.c.from_worker_id == who), transfer.c.state == "offered")
        .values(state="lapsed", answered_at=w.now, answered_on=w.today, answered_by=w.me.id, answer=why)
    )
    open_ahead = select(absence.c.id).where(absence.c.to_on >= w.today, absence.c.ended_on.is_(None))
    w.conn.execute(delete(cover).where(cover.c.worker_id == who, cover.c.absence_id.in_(open_ahead)))
    w.conn.execute(
        update(absence)
        .where(absence.c.worker_id == who, absence.c.to_on >= w.today, absence.c.ended_on.is_(None))
        .values(ended_on=w.today)
    )
    w.conn.execute(delete(team_supervisor).where(team_supervisor.c.worker_id == who))
