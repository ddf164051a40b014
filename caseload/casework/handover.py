"""Handing cases over: whoever holds a case lets go of it, the next one takes it up, and its work goes with it.

Whatever the number of cases, it is a handful of statements over a private table of moves. What may move is for others to
know: `assign` for wishes, `transfers` for offers that were accepted, `waiting` for admissions, `leavers`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, insert, literal, select, text, update
from sqlalchemy import case as sql_case

from ..errors import Conflict
from ..messages import _
from ..models import appointment, assignment, case_file, task, worker
from ..store.at_once import at_once
from ..store.database import Work
from . import intake
from .loads import away, denied


@dataclass(frozen=True, slots=True)
class Move:
    """One case and who gets it. `holder` is None where nobody holds it; `why` says why to them, where that was weighed."""

    id: int
    case: str
    holder_id: int | None
    holder: str | None
    to_id: int
    to: str
    why: str = ""


def hand_over(w: Work, moves: Sequence[Move], why: Mapping[int, str], taken_by: int | None = None) -> None:
    """Move cases whose moves another verb has checked, each with its reason. Whoever takes one themselves has seen it.
    Raises Conflict where a case is not where its move saw it."""
    stage(w, moves, why)
    still_there(w, moves)
    carry_out(w, taken_by)


def stage(w: Work, moves: Sequence[Move], why: Mapping[int, str]) -> None:
    """Write down what moves to whom, for `carry_out`."""
    w.conn.exec_driver_sql("DROP TABLE IF EXISTS moving")
    w.conn.exec_driver_sql(
        "CREATE TEMPORARY TABLE moving (case_id bigint PRIMARY KEY, holder_id bigint, to_id bigint NOT NULL, why text NOT NULL)"
    )
    rows = [{"c": move.id, "h": move.holder_id, "t": move.to_id, "w": why[move.id]} for move in moves]
    w.conn.execute(text("INSERT INTO moving (case_id, holder_id, to_id, why) VALUES (:c, :h, :t, :w)"), rows)


def still_there(w: Work, moves: Sequence[Move]) -> None:
    """Every staged case is open and where its move saw it; from here on nobody else moves it. Raises Conflict."""
    word = "IS DISTINCT FROM" if w.engine == "postgresql" else "IS NOT"
    if w.engine == "postgresql":
        # In one order, so that of two who move the same cases one waits, and neither for the other.
        w.conn.exec_driver_sql(
            "SELECT k.id FROM case_file k JOIN moving m ON m.case_id = k.id ORDER BY k.id FOR UPDATE OF k"
        ).all()
    changed = w.conn.exec_driver_sql(
        "SELECT m.case_id FROM moving m LEFT JOIN case_file k ON k.id = m.case_id"
        f" WHERE k.id IS NULL OR k.owner_id {word} m.holder_id OR k.closed_on IS NOT NULL"
    ).scalars().all()  # fmt: skip
    if changed:
        numbers = {move.id: move.case for move in moves}
        raise Conflict(
            _("Some of these cases were moved or closed meanwhile. Nothing was changed; look again."),
            details=sorted(numbers[one] for one in changed)[:20],
        )


def may_receive(w: Work, moves: Sequence[Move], on: date | None = None) -> None:
    """Everybody who is to have a case is here, today or on that day, may hold cases and is not barred from it. Raises
    Refused and Conflict."""
    takers = {move.to_id for move in moves}
    for row in w.conn.execute(select(worker).where(worker.c.id.in_(takers))):
        intake.refuse_receiver(row.handle, row.status, row.role, row.holds_all)
    barred = denied(w, list(takers)) & {(move.id, move.to_id) for move in moves}
    if barred or away(w, on).keys() & takers:
        numbers = {move.id: move.case for move in moves}
        raise Conflict(
            _("Meanwhile a receiver is away or barred from a case. Nothing was changed; look again."),
            details=sorted(numbers[case] for case, _who in barred)[:20],
        )


def carry_out(w: Work, taken_by: int | None) -> None:
    """Make the staged moves. Whoever takes a case themselves, `taken_by`, has seen it."""
    held = "case_id IN (SELECT case_id FROM moving)"
    opened = f"{held} AND done_at IS NULL"
    coming = f"{held} AND state = 'scheduled'"
    cases = "id IN (SELECT case_id FROM moving)"
    with at_once(w, {assignment: held, task: opened, appointment: coming, case_file: cases}):
        _move(w, taken_by)
    w.conn.exec_driver_sql("DROP TABLE moving")


def _move(w: Work, taken_by: int | None) -> None:
    moving = text("SELECT case_id FROM moving")
    end(w, assignment.c.case_id.in_(moving))
    staged = (
        text("SELECT case_id, to_id, why FROM moving")
        .columns(case_id=case_file.c.id.type, to_id=worker.c.id.type, why=assignment.c.why.type)
        .subquery("m")
    )
    mine = sql_case((staged.c.to_id == taken_by, w.now), else_=None)
    w.conn.execute(
        insert(assignment).from_select(
            ["case_id", "worker_id", "role", "starts_at", "starts_on", "why", "acknowledged_at"],
            select(
                staged.c.case_id, staged.c.to_id, text("'primary'"), literal(w.now, assignment.c.starts_at.type),
                literal(w.today, assignment.c.starts_on.type), staged.c.why, mine,
            ).order_by(staged.c.case_id),
        )
    )  # fmt: skip
    # Work follows the case to whoever holds it now; what somebody else had taken on stays with them.
    for table, is_open in (
        ("task", "task.done_at IS NULL"),
        ("appointment", "appointment.state = 'scheduled' AND appointment.on_date >= :today"),
    ):
        same = "IS NOT DISTINCT FROM" if w.engine == "postgresql" else "IS"
        day = w.today.isoformat() if w.engine == "sqlite" else w.today
        bound = {"today": day} if ":today" in is_open else {}
        w.conn.execute(
            text(
                f"UPDATE {table} SET worker_id = m.to_id FROM moving m WHERE {table}.case_id = m.case_id AND {is_open}"
                f" AND ({table}.worker_id {same} m.holder_id OR {table}.worker_id IS NULL)"
            ),
            bound,
        )
    w.conn.exec_driver_sql(
        "UPDATE case_file SET team_id = t.team_id FROM (SELECT m.case_id, w.team_id FROM moving m JOIN worker w ON w.id = m.to_id"
        " WHERE w.team_id IS NOT NULL) t WHERE case_file.id = t.case_id AND (case_file.team_id IS NULL OR case_file.team_id <> t.team_id)"
    )


def end(w: Work, of: ColumnElement[bool]) -> None:
    """The open primary assignments of these cases end now."""
    # In a demo whose day stands still, the clock may show an hour before the one when the assignment began.
    ended = sql_case((assignment.c.starts_at > w.now, assignment.c.starts_at), else_=w.now)
    w.conn.execute(
        update(assignment)
        .where(of, assignment.c.role == "primary", assignment.c.ends_at.is_(None))
        .values(ends_at=ended, ends_on=w.today)
    )
