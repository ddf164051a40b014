"""Moving a case through the method: every move is dated, has a reason, and passes a gate that explains itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import case as case_when
from sqlalchemy import insert, select, update

from ..errors import Refused, Usage
from ..messages import _
from ..models import assignment, case_risk, case_stage, task, worker
from ..models.case import RISKS, STAGES
from ..store.database import Receipt, Work
from . import attention, closing, closing_codes, find, freed, values
from .find import CaseRef


def move(
    w: Work,
    case: str | int,
    stage: str,
    why: str,
    *,
    reason: str | None = None,
    destination: str | None = None,
    override: bool | Mapping[str, str] = False,
    aftercare: date | None = None,
) -> Receipt:
    """Move a case to a stage. Closing ends who holds it; reopening gives it back to them if they are still here.

    A closing has its reason and destination (closing_codes.py). Its gates (closing.py) are clear, or passed with a reason each:
    `override` says by gate why, or True that `why` is the reason for all. With `aftercare` whoever closes has a task for that day.
    The receipt's data of a closing says who waits next for the place, and which gates were passed.

    Raises Usage for an unknown stage or code, a missing reason or an aftercare day that is not ahead; Refused, with every gate that
    is shut.
    """
    values.one_of("stage", stage, STAGES)
    why = values.short(_("The reason"), why, needed=True)
    ref = find.to_act_on(w, [case], closed=True)[0]
    if ref.stage == stage:
        raise Refused(_("Case {number} is already at stage {stage}.").format(number=ref.number, stage=stage))
    if stage == "closed":
        return _close(w, ref, why, reason, destination, override, aftercare)
    row = {"case_id": ref.id, "stage": stage, "on_date": w.today, "at": w.now, "worker_id": w.me.id, "why": why}
    w.conn.execute(insert(case_stage).values(row))
    if not ref.is_open:
        _give_back(w, ref)
    attention.taken_up(w, [ref.id])
    words = _("Reopened the case at stage {stage}") if not ref.is_open else _("Moved the case to stage {stage}")
    return w.receipt(words.format(stage=stage), cases=[ref.id])


def _close(
    w: Work, ref: CaseRef, why: str, reason: str | None, destination: str | None, override: bool | Mapping[str, str],
    aftercare: date | None,
) -> Receipt:  # fmt: skip
    reason = closing_codes.reason(reason) if reason else None
    destination = closing_codes.destination(destination) if destination else None
    if aftercare is not None and aftercare <= w.today:
        raise Usage(_("Aftercare is on a day ahead; {day} is not.").format(day=aftercare.isoformat()))
    found = closing.shut(w, ref, reason or "")
    reasons = closing.reasons_for(found, override, why, ref.number)
    row = {"case_id": ref.id, "stage": "closed", "on_date": w.today, "at": w.now, "worker_id": w.me.id, "why": why}
    made = w.add(case_stage, row, close_reason=reason, destination=destination)
    closing.keep(w, ref, made, found, reasons)
    words = _("Closed the case")
    if aftercare is not None:
        _look_after(w, ref, aftercare)
        words += _("; aftercare on {day}").format(day=aftercare.isoformat())
    end_assignments(w, [ref.id])
    attention.taken_up(w, [ref.id])
    place = freed.in_program(w, ref)
    if place is not None:
        words += _("; {case} waits next for the place").format(case=place.next.case)
    return w.receipt(words, cases=[ref.id], data={"passed": reasons, "aftercare": aftercare, "freed": place})


def _look_after(w: Work, ref: CaseRef, day: date) -> None:
    """A task for whoever closes: nobody holds a closed case. One that is open still, of an earlier closing, is moved to that day."""
    title = _("Aftercare: ask how they are")
    same = (task.c.case_id == ref.id, task.c.worker_id == w.me.id, task.c.title == title, task.c.done_at.is_(None))
    moved = update(task).where(*same).values(due_on=day, version=task.c.version + 1)
    if not w.conn.execute(moved).rowcount:
        w.add(task, case_id=ref.id, worker_id=w.me.id, title=title, due_on=day, created_at=w.now)


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
