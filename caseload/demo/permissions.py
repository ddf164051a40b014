"""What the made-up clients have signed may be told, and what was told of them. Nothing of it is drawn by chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from .. import models
from ..store.database import Work
from ..text import fold
from . import agency
from .diary import Diary

# A case in so many has a signed form, one in so many was told of under an exception.
_SIGNED, _EXCEPTED = 4, 60
_MORNING = 10 * 60
_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Form:
    """A form as clients sign it: how long ago, for how long (or how many days are left of it), and whether it was taken back
    since."""

    recipient: str
    kinds: str
    what: str
    purpose: str
    ago: int
    lasts: int | None
    revoked: str = ""
    told: str = ""
    left: int | None = None


# The first of them is the first open case's, however small the agency: one that comes to an end.
_FORMS = (
    Form("Northgate School", "services", "That the family is supported, no more.", "So that the school can plan.", 345, None,
         left=12),
    Form("Housing Office", "identity,services", "Name, address, and that we work together.", "To apply for a flat.", 150, 210,
         told="Name and address, with the application."),
    Form("Doctor Adeyemi, Mill Street surgery", "services,health", "How things are going, and what the doctor should know.",
         "So that treatment and support go together.", 100, None, told="That visits have begun again."),
    Form("Job Centre", "identity,services", "Name, and which days are free.", "To find a course.", 200, 120),
    Form("Housing Office", "identity", "Name and address.", "To stay on the waiting list.", 90, 365,
         revoked="By letter: has found a flat without them."),
)  # fmt: skip
_EXCEPTION = {
    "recipient": "Emergency ward, City Hospital", "kinds": "identity,health", "basis": "medical_emergency",
    "consulted": "the supervisor on duty", "what": "Medicines and allergies, by phone.", "purpose": "To treat an emergency.",
    "untold": "Was not conscious; told the next morning.",
}  # fmt: skip

Add = Callable[..., int]


def lay(w: Work, diary: Diary, add: Add) -> list[Any]:
    """Consents and disclosures of some open cases, in the order in which these were opened; the cases whose client signed. `add`
    keeps a row of a table."""
    case = models.case_file
    held = (
        select(case.c.id, case.c.owner_id, case.c.opened_on)
        .where(case.c.closed_on.is_(None), case.c.owner_id.is_not(None))
        .order_by(case.c.id)
        .limit(_MOST)
    )
    signed = []
    for nth, row in enumerate(w.conn.execute(held).all()):
        if nth % _SIGNED == 0:
            signed.append(row)
            _sign(diary, add, row, _FORMS[nth // _SIGNED % len(_FORMS)])
        if nth % _EXCEPTED == 1:
            _except(diary, add, row)
    return signed


def _sign(diary: Diary, add: Add, case: Any, form: Form) -> None:
    signed = max(diary.ago(form.ago), case.opened_on)
    at = diary.at(signed, _MORNING)
    ids = _prose(add, case, at, what_id=form.what, purpose_id=form.purpose)
    until = diary.ago(-form.left) if form.left is not None else form.lasts and signed + timedelta(days=form.lasts)
    back = diary.ago(10) if form.revoked and signed <= diary.ago(10) else None
    key = add(
        "consent", case_id=case.id, discloser=agency.NAME, kinds=form.kinds, recipient=form.recipient,
        recipient_key=fold(form.recipient), revocable=f"At any time, in writing to {agency.NAME}.",
        ends_with="date" if until else "case_closed", event="", until_on=until, signer="client", signer_name="",
        signed_on=signed, recorded_at=at, recorded_by=case.owner_id, event_on=None, revoked_on=back,
        revoked_by=None if back is None else case.owner_id, revoked_why=form.revoked if back else "", **ids,
    )  # fmt: skip
    if form.told:
        told = _prose(add, case, at, what_id=form.told, purpose_id=form.purpose)
        _tell(
            add, case, signed, at, form.recipient, form.kinds, basis="consent", consent_id=key, client_told=True, **told
        )


def _except(diary: Diary, add: Add, case: Any) -> None:
    day = max(diary.ago(21), case.opened_on)
    at = diary.at(day, _MORNING + 90)
    said = _EXCEPTION
    ids = _prose(add, case, at, what_id=said["what"], purpose_id=said["purpose"], untold_id=said["untold"])
    about = {"basis": said["basis"], "consulted": said["consulted"], "client_told": False}
    _tell(add, case, day, at, said["recipient"], said["kinds"], **about, **ids)


def _tell(add: Add, case: Any, day: date, at: Any, recipient: str, kinds: str, **more: Any) -> None:
    row = {
        "consent_id": None,
        "untold_id": None,
        "consulted": "",
        "address": "",
        "under_id": None,
        "addendum_to_id": None,
    }
    add(
        "disclosure", case_id=case.id, recipient=recipient, recipient_key=fold(recipient), kinds=kinds, on_date=day,
        recorded_at=at, worker_id=case.owner_id, **{**row, **more},
    )  # fmt: skip


def _prose(add: Add, case: Any, at: Any, **texts: str) -> dict[str, int]:
    same = {"case_id": case.id, "worker_id": case.owner_id, "at": at, "supersedes_id": None}
    return {name: add("narrative", body=body, **same) for name, body in texts.items()}
