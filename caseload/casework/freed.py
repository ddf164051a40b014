"""A place that has become free: who waits for it next, and whether whoever freed it may give it out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from ..models import case_file, program, referral, service, worker
from ..store import scope
from ..store.database import Reading
from . import waiting
from .find import CaseRef
from .waiting import WaitingRow


@dataclass(frozen=True, slots=True)
class Freed:
    """Who waits next for a program, of those in sight: `waiting` of them. `to` is the worker whose place it is, or was; `may` says
    that this person may give it out (waiting.admit)."""

    next: WaitingRow
    waiting: int
    to: str | None
    may: bool


def in_program(r: Reading, ref: CaseRef) -> Freed | None:
    """Who comes next where a case frees a place; None where nobody waits in sight."""
    code = r.conn.execute(select(program.c.code).where(program.c.id == ref.program_id)).scalar_one()
    listed = [one for one in waiting.listed(r, program_code=code) if one.id != ref.id]
    if not listed:
        return None
    holder = select(worker.c.handle).where(worker.c.id == ref.owner_id, worker.c.status == "active")
    to = r.conn.execute(holder).scalar() if ref.owner_id is not None else None
    movable = select(case_file.c.id).where(case_file.c.id == listed[0].id, scope.movable(r))
    return Freed(listed[0], len(listed), to, r.conn.execute(movable).first() is not None)


def at_service(r: Reading, service_id: int | None) -> tuple[str, ...]:
    """The cases in sight that wait at a service of so many places, the longest first: their numbers. Nothing where it does not say
    how many it has."""
    if service_id is None:
        return ()
    found = (
        select(case_file.c.number)
        .join(referral, referral.c.case_id == case_file.c.id)
        .join(service, service.c.id == referral.c.service_id)
        .where(
            service.c.id == service_id, service.c.capacity.is_not(None), referral.c.state == "waitlisted",
            case_file.c.closed_on.is_(None), scope.visible(r),
        )
        .order_by(referral.c.answered_on, referral.c.id)
    )  # fmt: skip
    return tuple(dict.fromkeys(r.conn.execute(found).scalars()))
