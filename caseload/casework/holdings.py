"""What somebody has beside the cases they hold: what else must be seen to before they can go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from ..models import (
    absence,
    appointment,
    assignment,
    case_file,
    cover,
    note,
    pending_move,
    task,
    team,
    team_supervisor,
    transfer,
    worker,
)
from ..store import scope
from ..store.database import Reading


@dataclass(frozen=True, slots=True)
class Holding:
    """What somebody who leaves still has, beside the cases they hold. Counts, save where names are needed to see to it."""

    secondary: tuple[str, ...] = ()
    # Whom they cover or will cover, with the days: somebody else must.
    covers: tuple[tuple[str, date, date], ...] = ()
    absences: int = 0
    # In cases of other people; the tasks and appointments of their own cases go with these.
    tasks: int = 0
    appointments: int = 0
    # Moves and offers of cases to them, which come to nothing.
    moves: int = 0
    transfers: int = 0
    # Cases with notes that only they can sign.
    drafts: tuple[str, ...] = ()
    supervises: tuple[str, ...] = ()


def held_by(r: Reading, who: int) -> Holding:
    """What that worker has beside their cases. Of cases, the numbers of those that whoever asks may see."""
    away = absence.alias("away")
    theirs = worker.alias("theirs")

    def count(table: Any, *where: Any) -> int:
        return int(r.conn.execute(select(func.count()).select_from(table).where(*where)).scalar_one())

    def numbers(asked: Any) -> tuple[str, ...]:
        return tuple(r.conn.execute(asked.where(scope.visible(r)).order_by(case_file.c.number)).scalars())

    in_others = case_file.c.owner_id.is_distinct_from(who)
    return Holding(
        secondary=numbers(
            select(case_file.c.number)
            .join(assignment, assignment.c.case_id == case_file.c.id)
            .where(assignment.c.worker_id == who, assignment.c.role == "secondary", assignment.c.ends_at.is_(None))
        ),
        covers=tuple(
            (row.handle, row.from_on, row.to_on)
            for row in r.conn.execute(
                select(theirs.c.handle, away.c.from_on, away.c.to_on)
                .join(cover, cover.c.absence_id == away.c.id)
                .join(theirs, theirs.c.id == away.c.worker_id)
                .where(cover.c.worker_id == who, away.c.to_on >= r.today, away.c.ended_on.is_(None))
                .order_by(away.c.from_on, away.c.id)
            )
        ),
        absences=count(absence, absence.c.worker_id == who, absence.c.to_on >= r.today, absence.c.ended_on.is_(None)),
        tasks=count(
            task.join(case_file, case_file.c.id == task.c.case_id),
            task.c.worker_id == who, task.c.done_at.is_(None), in_others,
        ),
        appointments=count(
            appointment.join(case_file, case_file.c.id == appointment.c.case_id),
            appointment.c.worker_id == who, appointment.c.state == "scheduled", appointment.c.on_date >= r.today, in_others,
        ),
        moves=count(pending_move, pending_move.c.to_worker_id == who, pending_move.c.state == "waiting"),
        transfers=count(
            transfer, or_(transfer.c.to_worker_id == who, transfer.c.from_worker_id == who), transfer.c.state == "offered"
        ),
        drafts=numbers(
            select(case_file.c.number)
            .join(note, note.c.case_id == case_file.c.id)
            .where(note.c.author_id == who, note.c.state == "draft")
            .distinct()
        ),
        supervises=tuple(
            r.conn.execute(
                select(team.c.code)
                .join(team_supervisor, team_supervisor.c.team_id == team.c.id)
                .where(team_supervisor.c.worker_id == who)
                .order_by(team.c.code)
            ).scalars()
        ),
    )  # fmt: skip
