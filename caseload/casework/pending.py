"""Moves set for a day ahead: they wait, and whoever comes first on that day carries them out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, bindparam, func, insert, select, update

from ..errors import Refused
from ..messages import _, _n
from ..models import assignment, case_file, change, custody, journal, pending_move, worker
from ..store.database import FOR_EVERYBODY, Reading, Receipt, Work
from . import handover, intake
from .handover import Move
from .loads import away, denied

# What the journal calls the carrying out, whoever comes first.
VERB = FOR_EVERYBODY[0]


def set_for(w: Work, moves: Sequence[Move], on: date, why: str) -> None:
    """Let these moves wait for that day."""
    rows = [{"case_id": m.id, "to_worker_id": m.to_id, "set_by": w.me.id, "on_date": on, "why": why} for m in moves]
    if rows:
        w.conn.execute(insert(pending_move), rows)


def drop(w: Work, ids: Sequence[int], outcome: str) -> None:
    """The moves of these cases whose day has come are not made, and say why."""
    waiting = (pending_move.c.case_id.in_(ids), pending_move.c.state == "waiting", pending_move.c.on_date <= w.today)
    w.conn.execute(update(pending_move).where(*waiting).values(state="dropped", outcome=outcome))


def _come(r: Reading) -> tuple[ColumnElement[bool], ...]:
    """Moves whose day has come. Who is away receives nothing until they are back."""
    return (
        pending_move.c.state == "waiting",
        pending_move.c.on_date <= r.today,
        pending_move.c.to_worker_id.not_in(list(away(r))),
    )


def due(r: Reading) -> int:
    """How many moves set for a day wait to be carried out today, as far as the person has to do with them: who sees the case,
    and whoever it comes to."""
    waiting = select(func.count()).join(case_file, case_file.c.id == pending_move.c.case_id).where(*_come(r))
    return int(r.conn.execute(waiting.select_from(pending_move)).scalar_one())


def carry_out(w: Work) -> Receipt:
    """Carry out the moves whose day has come. One whose case is closed, has been moved by somebody or restricted since, or
    whose receiver has left or is barred from it, is dropped, and said."""
    rows = w.conn.execute(
        select(pending_move.c.id, pending_move.c.case_id, pending_move.c.to_worker_id, pending_move.c.why, case_file.c.number,
               case_file.c.owner_id, case_file.c.closed_on, case_file.c.custodian_id, worker.c.handle, worker.c.status,
               worker.c.role, worker.c.holds_all)
        .join(case_file, case_file.c.id == pending_move.c.case_id)
        .join(worker, worker.c.id == pending_move.c.to_worker_id)
        .where(*_come(w))
        .order_by(pending_move.c.on_date, pending_move.c.id)
        .with_for_update(of=[pending_move, case_file])
    ).all()  # fmt: skip
    if not rows:
        return w.nothing(_("No move waits for today."))
    barred = denied(w, [row.to_worker_id for row in rows])
    elsewhere, restricted = _since(w)
    moves: dict[int, Move] = {}
    why: dict[int, str] = {}
    done: list[dict[str, object]] = []
    dropped = 0
    for row in rows:
        outcome = ""
        if row.closed_on is not None:
            outcome = _("the case is closed")
        elif row.id in elsewhere:
            outcome = _("it was moved since this was set")
        elif row.id in restricted and row.to_worker_id != row.custodian_id:
            outcome = _("the case was restricted since this was set")
        elif (row.case_id, row.to_worker_id) in barred:
            outcome = _("its receiver is barred from this case by name")
        else:
            try:
                intake.refuse_receiver(row.handle, row.status, row.role, row.holds_all)
            except Refused as refused:
                outcome = refused.message
        dropped += bool(outcome)
        done.append({"one": row.id, "state": "dropped" if outcome else "moved", "outcome": outcome})
        if not outcome:
            moves.pop(row.case_id, None)  # of two moves of one case the later counts
            why[row.case_id] = row.why
            if row.owner_id != row.to_worker_id:
                moves[row.case_id] = Move(row.case_id, row.number, row.owner_id, None, row.to_worker_id, row.handle)
    if moves:
        # Before they are marked as made: it is the move set for today that lets its receiver make it.
        handover.hand_over(w, list(moves.values()), why)
    w.conn.execute(update(pending_move).where(pending_move.c.id == bindparam("one")), done)
    words = _n("Moved {n} case whose day had come", "Moved {n} cases whose day had come", len(moves)).format(
        n=len(moves)
    )
    if dropped:
        words += _("; {n} could not move").format(n=dropped)
    return w.receipt(words, cases=list(moves))


def _since(w: Work) -> tuple[set[int], set[int]]:
    """Moves whose day has come of cases that somebody moved since they were set, and of cases restricted since: whoever
    did that knew more. Moves set for a day are carried out one after another, and do not count."""
    was_set, entry, act = journal.alias("was_set"), journal.alias("entry"), change.alias("act")
    made = (was_set.c.table_name == "pending_move", was_set.c.row_id == pending_move.c.id, was_set.c.op == "insert")
    set_at = select(func.max(was_set.c.id)).where(*made).correlate(pending_move).scalar_subquery()
    later = (
        select(pending_move.c.id)
        .join(entry, (entry.c.case_id == pending_move.c.case_id) & (entry.c.op == "insert"))
        .where(*_come(w), entry.c.id > set_at)
    )
    moved = (
        later.join(assignment, assignment.c.id == entry.c.row_id)
        .join(act, act.c.id == entry.c.change_id)
        .where(
            entry.c.table_name == "assignment", assignment.c.role == "primary", assignment.c.ends_at.is_(None),
            act.c.verb != VERB,
        )
    )  # fmt: skip
    restricted = later.join(custody, custody.c.id == entry.c.row_id).where(
        entry.c.table_name == "custody",
        custody.c.custodian_id.is_not(None),
        pending_move.c.case_id.in_(select(case_file.c.id).where(case_file.c.restricted)),
    )
    return set(w.conn.execute(moved).scalars()), set(w.conn.execute(restricted).scalars())
