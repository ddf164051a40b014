"""The written record of a case: notes in the five forms, signed and co-signed, addenda, and drafts still open."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from . import phrases
from .pen import Met, Pen, Told

_SHARE = {"visit": 0.4, "office": 0.4, "video": 0.4, "phone": 0.08}


def write(pen: Pen, told: Told) -> None:
    """Notes after some of the meetings, and what the scene wants unsigned."""
    days = pen.policy[told.code]["note_days"]
    fresh = pen.diary.ago(days)
    made = [met for met in told.met if met.made]
    for met in made:
        if not pen.chance(_SHARE.get(met.kind, 0)):
            continue
        if met is made[-1] and met.day >= fresh and told.plan.owner and pen.chance(0.5):
            _draft(pen, told, met.worker, met.day, met.at, met)
        else:
            _signed(pen, told, met)
    if told.scene == "note_unsigned" and told.start:
        day = pen.diary.ago(pen.diary.working_gap(days + 1, days + 8))
        handle = pen.holder(told, day)
        near = [met for met in made if met.day <= day]
        at = pen.later(pen.moment(handle, day), 10, 60)
        _draft(pen, told, handle, day, at, near[-1] if near else made[-1])


def _form(pen: Pen, handle: str) -> str:
    """Everyone has a form they prefer."""
    return pen.staff[handle].form if pen.chance(0.7) else pen.rng.choice(("narrative", "soap", "dap", "girp", "birp"))


def _signed(pen: Pen, told: Told, met: Met) -> None:
    form, at = _form(pen, met.worker), pen.later(met.at, 60, 170)
    body = told.words.note(form, met.theme)
    prose = pen.prose("note", told.key, met.worker, met.day, at, body)
    row: dict[str, Any] = {
        "case_id": told.key,
        "author_id": pen.worker(met.worker),
        "form": form,
        "state": "signed",
        "on_date": met.day,
    }
    row |= {"at": at, "narrative_id": prose, "signed_by": pen.worker(met.worker), "signed_at": _signed_at(pen, met, at)}
    row |= _cosigned(pen, met.worker, met.day)
    note = pen.add("note", "note", met.day, **row)
    later = pen.past(met.day, 2, 7)
    if later and pen.chance(0.06) and told.still(later) and pen.holder(told, later) == met.worker:
        said = pen.moment(met.worker, later)
        more = pen.prose("note", told.key, met.worker, later, said, told.words.one(phrases.ADDENDA))
        row |= {
            "form": "narrative",
            "on_date": later,
            "at": said,
            "signed_at": said,
            "narrative_id": more,
            "addendum_to_id": note,
        }
        row |= _cosigned(pen, met.worker, later)
        pen.add("note", "note", later, **row)


def _signed_at(pen: Pen, met: Met, at: datetime) -> datetime:
    """Most are signed as they are written, some a day or two later."""
    day = pen.past(met.day, 1, 2) if pen.chance(0.2) else None
    return pen.moment(met.worker, day) if day else at


def _cosigned(pen: Pen, handle: str, day: date) -> dict[str, Any]:
    """A junior's note waits for the supervisor, a few days as a rule."""
    if pen.staff[handle].seniority != "junior":
        return {"needs_cosign": False}
    seen = pen.past(day, 3, 9) if day < pen.diary.ago(9) else None
    lead = pen.supervisor(handle)
    return {
        "needs_cosign": True,
        "cosigned_at": pen.moment(lead, seen) if seen else None,
        "cosigned_by": pen.worker(lead) if seen else None,
    }


def _draft(pen: Pen, told: Told, handle: str, day: date, at: datetime, met: Met) -> None:
    """A note saved and not signed; some were saved more than once, and the earlier text is kept."""
    form = _form(pen, handle)
    at = pen.later(at, 20, 90)
    prose = None
    if pen.chance(0.4):
        prose = pen.prose("note", told.key, handle, day, at, told.words.met(met.theme))
        at = at + timedelta(minutes=12)
    prose = pen.prose("note", told.key, handle, day, at, told.words.note(form, met.theme), prose)
    row = {"form": form, "state": "draft", "at": at, "on_date": day, "narrative_id": prose, "needs_cosign": False}
    pen.add("note", "note", day, case_id=told.key, author_id=pen.worker(handle), **row)
