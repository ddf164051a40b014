"""The path of a case through the method, its risk, and its end."""

from __future__ import annotations

from datetime import date, datetime

from . import phrases
from .pen import CLOSING, Pen, Told

_AFTER = {"planning": (9, 24), "active": (10, 30), "monitoring": (110, 190)}


def walk(pen: Pen, told: Told) -> None:
    """Every stage with its day and reason, up to this morning or to the closing."""
    _stage(
        pen,
        told,
        "referred",
        told.opened,
        pen.rng.choice(phrases.INTAKE_WHY[told.code]),
        pen.diary.at(told.opened, 8 * 60 + 30),
    )
    if told.start is None:
        return
    _move(pen, told, "assessment", told.start)
    day = told.start
    for stage in ("planning", "active", "monitoring"):
        if stage == "monitoring" and not pen.chance(0.3):
            break
        coming = pen.past(day, *_AFTER[stage])
        if coming is None or (told.closed and coming >= told.closed) or (told.hole and coming >= told.hole[0]):
            break
        day = coming
        _move(pen, told, stage, day)
    if told.hole:
        _close(pen, told, told.hole[0])
        _move(pen, told, "active", told.hole[1], pen.rng.choice(phrases.STAGE_WHY["reopened"]))
    if told.closed:
        _close(pen, told, told.closed)


def _move(pen: Pen, told: Told, stage: str, day: date, why: str | None = None) -> None:
    handle = pen.holder(told, day)
    _stage(pen, told, stage, day, why or pen.rng.choice(phrases.STAGE_WHY[stage]), pen.moment(handle, day), handle)


def _close(pen: Pen, told: Told, day: date) -> None:
    closing = told.plan.closing or phrases.CLOSINGS[0]
    handle = pen.holder(told, day)
    at = pen.diary.at(day, CLOSING)
    why = pen.rng.choice(closing.why)
    _stage(pen, told, "closed", day, why, at, handle, close_reason=closing.reason, destination=closing.destination)


def _stage(
    pen: Pen, told: Told, stage: str, day: date, why: str, at: datetime, handle: str | None = None, **more: str
) -> None:
    worker = pen.worker(handle or pen.holder(told, day))
    for case in told.keys:
        key = pen.add(
            "intake",
            "case_stage",
            day,
            case_id=case,
            stage=stage,
            on_date=day,
            at=at,
            worker_id=worker,
            why=why,
            **more,
        )
        if case == told.key:
            told.moves.append((stage, day, key))


def risks(pen: Pen, told: Told) -> None:
    """The risk at intake, at times another one later: the last is the one of the plan."""
    plan, rng = told.plan, pen.rng
    risk, first = plan.risk, plan.risk
    changed: date | None = None
    if plan.opened > 60 and (risk in ("high", "critical") or pen.chance(0.3)):
        first = rng.choice([one for one in ("low", "medium", "high") if one != risk])
        lately = 4 + (plan.closed or 0)
        changed = pen.diary.ago(pen.diary.working_gap(start := rng.randint(lately, lately + 36), start + 3))
        if not told.still(changed) or (told.start and changed < told.start):
            first, changed = risk, None
    at = pen.diary.at(told.opened, 8 * 60 + 30)
    worker = pen.worker(pen.holder(told, told.opened))
    for case in told.keys:
        row = {"case_id": case, "risk": first, "on_date": told.opened, "at": at, "worker_id": worker, "why": "intake"}
        pen.add("intake", "case_risk", told.opened, **row)
    if changed:
        handle = pen.holder(told, changed)
        row = {"risk": risk, "on_date": changed, "at": pen.moment(handle, changed), "worker_id": pen.worker(handle)}
        why = rng.choice(phrases.RISK_WHY[risk])
        for case in told.keys:
            pen.add("intake", "case_risk", changed, case_id=case, **row, why=why)
