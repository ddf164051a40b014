"""Moving a case through the method: every move is dated, has a reason, and passes a gate that explains itself."""

from __future__ import annotations

from sqlalchemy import case as case_when
from sqlalchemy import func, insert, select, update

from ..errors import Refused
from ..messages import _
from ..models import assignment, case_risk, case_stage, note, worker
from ..models.case import RISKS, STAGES
from ..store.database import Receipt, Work
from . import attention, find, values
from .find import CaseRef


def move(
    w: Work,
    case: str | int,
    stage: str,
    why: str,
    *,
    reason: str | None = None,
    destination: str | None = None,
    override: bool = False,
) -> Receipt:
    """Move a case to a stage. Closing ends who holds it; reopening gives it back to them if they are still here.

    Raises Usage for an unknown stage or a missing reason, Refused where a gate is shut (`override` opens it, with the reason).
    """
    values.one_of("stage", stage, STAGES)
    why = values.short(_("The reason"), why, needed=True)
    ref = find.to_act_on(w, [case], closed=True)[0]
    if ref.stage == stage:
        raise Refused(_("Case {number} is already at stage {stage}.").format(number=ref.number, stage=stage))
    if stage == "closed" and not override:
        _closing_gate(w, ref)
    row = {"case_id": ref.id, "stage": stage, "on_date": w.today, "at": w.now, "worker_id": w.me.id, "why": why}
    if stage == "closed":
        row |= {
            "close_reason": values.short(_("The closing reason"), reason) if reason else None,
            "destination": values.short(_("The destination"), destination) if destination else None,
        }
    w.conn.execute(insert(case_stage).values(row))
    if stage == "closed":
        end_assignments(w, [ref.id])
    elif not ref.is_open:
        _give_back(w, ref)
    attention.taken_up(w, [ref.id])
    words = {"closed": _("Closed the case")}.get(stage) or (
        _("Reopened the case at stage {stage}") if not ref.is_open else _("Moved the case to stage {stage}")
    ).format(stage=stage)
    return w.receipt(words, cases=[ref.id])


def _closing_gate(w: Work, ref: CaseRef) -> None:
    drafts = w.conn.execute(select(func.count()).where(note.c.case_id == ref.id, note.c.state == "draft")).scalar_one()
    if drafts:
        raise Refused(
            _(
                "Case {number} cannot be closed yet: {n} of its notes are drafts. Sign or discard them, or close it all the same with --override."
            ).format(number=ref.number, n=drafts)
        )


def end_assignments(w: Work, ids: list[int]) -> None:
    """Nobody holds these cases from now on."""
    # In a demo whose day stands still, the clock may show an hour before the one when the assignment began.
    ended = case_when((assignment.c.starts_at > w.now, assignment.c.starts_at), else_=w.now)
    w.conn.execute(
        update(assignment)
        .where(assignment.c.case_id.in_(ids), assignment.c.ends_at.is_(None))
        .values(ends_at=ended, ends_on=w.today)
    )


def _give_back(w: Work, ref: CaseRef) -> None:
    last = w.conn.execute(
        select(assignment.c.worker_id)
        .join(worker, worker.c.id == assignment.c.worker_id)
        .where(assignment.c.case_id == ref.id, assignment.c.role == "primary", worker.c.status == "active")
        .order_by(assignment.c.starts_at.desc(), assignment.c.id.desc())
        .limit(1)
    ).scalar()
    if last is not None and last == ref.owner_id:
        row = {"case_id": ref.id, "worker_id": last, "starts_at": w.now, "starts_on": w.today, "why": "reopened"}
        w.conn.execute(insert(assignment).values(**row, acknowledged_at=w.now if last == w.me.id else None))


def set_risk(w: Work, case: str | int, risk: str, why: str) -> Receipt:
    """Set the risk of a case, dated and with a reason: clocks and rank follow at once."""
    values.one_of("risk", risk, RISKS)
    why = values.short(_("The reason"), why, needed=True)
    ref = find.to_act_on(w, [case])[0]
    if ref.risk == risk:
        return w.nothing(_("The risk is already {risk}.").format(risk=risk))
    row = {"case_id": ref.id, "risk": risk, "on_date": w.today, "at": w.now, "worker_id": w.me.id, "why": why}
    w.conn.execute(insert(case_risk).values(row))
    return w.receipt(_("Set the risk to {risk}").format(risk=risk), cases=[ref.id])
