"""Questionnaires that were offered and not answered: the client did not want to, could not be reached, or was in no state for it.

That somebody was asked counts, whatever they said. What they say of the work itself is a questionnaire like any other
(`shipped.VOICE`), offered at reviews and at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from ..errors import Usage
from ..messages import _
from ..models import assessment, assessment_offer, worker
from ..models.assessment import PHASES
from ..models.closing import UNASKED_WHY
from ..store.database import Reading, Receipt, Work
from . import attention, find, questionnaires, values
from .instruments.shipped import VOICE

_o = assessment_offer.c


@dataclass(frozen=True, slots=True)
class OfferRow:
    """One questionnaire that was offered and not answered."""

    id: int
    instrument: str
    phase: str
    why: str
    on: date
    by: str


def decline(
    w: Work, case: str | int, instrument: str, why: str = "declined", *, phase: str = "review", on: date | None = None
) -> Receipt:
    """Record that a questionnaire was offered and is not answered: `declined` by the client, `not_reached` or `not_able`.

    Raises Usage for an unknown questionnaire, reason or phase and for a day ahead; Refused for a closed case.
    """
    ref = find.to_act_on(w, [case])[0]
    asked = questionnaires.found(w, instrument)
    values.one_of(_("reason"), why, UNASKED_WHY)
    values.one_of(_("phase"), phase, PHASES)
    day = on or w.today
    if day > w.today:
        raise Usage(_("It was offered today or before; {day} lies ahead.").format(day=day.isoformat()))
    row = {
        "case_id": ref.id, "worker_id": w.me.id, "instrument": asked.code, "phase": phase, "why": why, "on_date": day, "at": w.now,
    }  # fmt: skip
    made = w.add(assessment_offer, row)
    attention.taken_up(w, [ref.id])
    # Which questionnaire it was is as telling as what it found, and no word of the journal's.
    return w.receipt(_("Recorded that an assessment was offered"), cases=[ref.id], data={"offer": made, "phase": phase})


def of_case(r: Reading, case_id: int) -> tuple[OfferRow, ...]:
    """What was offered in a case and not answered, newest first. For callers that have asked whether it may be seen with who its
    client is."""
    found = (
        select(_o.id, _o.instrument, _o.phase, _o.why, _o.on_date, worker.c.handle)
        .join(worker, worker.c.id == _o.worker_id)
        .where(_o.case_id == case_id, _o.on_date <= r.today)
        .order_by(_o.on_date.desc(), _o.id.desc())
    )
    return tuple(OfferRow(*row) for row in r.conn.execute(found))


def feedback(r: Reading, case_id: int, phase: str, after: date | None = None) -> str | None:
    """Whether the client was asked how it goes in that phase (since that day): `asked`, or why it was not answered; None where
    nobody has offered it."""
    a = assessment.c
    told = select(a.id).where(a.case_id == case_id, a.instrument == VOICE, a.phase == phase)
    offers: Sequence[OfferRow] = [one for one in of_case(r, case_id) if (one.instrument, one.phase) == (VOICE, phase)]
    if after is not None:
        told = told.where(a.on_date >= after)
        offers = [one for one in offers if one.on >= after]
    if r.conn.execute(told.limit(1)).first() is not None:
        return "asked"
    return offers[0].why if offers else None


def why_words(why: str) -> str:
    """Why a questionnaire was not answered, as people say it."""
    return {
        "declined": _("the client did not want to"), "not_reached": _("the client was not reached"),
        "not_able": _("the client was in no state for it"), "asked": _("asked"),
    }[why]  # fmt: skip
