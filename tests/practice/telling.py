"""Forms that clients sign and what is told under them, as the tests write them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from caseload.casework import consents, disclosures
from caseload.casework.consents import NewConsent
from caseload.casework.disclosures import NewDisclosure
from caseload.casework.permits import Permit, may_go
from tests.practice.kit import DAY, Practice

OFFICE = "Housing Office"
TOLD = ("identity", "services")


def form(case: str, **more: Any) -> NewConsent:
    """A form that is whole."""
    usual: dict[str, Any] = {
        "recipient": OFFICE, "kinds": TOLD, "what": "Name, address, and that we work with her.",
        "purpose": "To find her a flat.", "until": DAY + timedelta(days=90),
    }  # fmt: skip
    return NewConsent(case, **(usual | more))


def give(practice: Practice, case: str, *, by: str = "ana", **more: Any) -> int:
    """A consent; its key."""
    return int(practice.do(by, consents.give, form(case, **more)).data["consent"])


def telling(case: str, **more: Any) -> NewDisclosure:
    usual: dict[str, Any] = {
        "recipient": OFFICE, "kinds": TOLD, "what": "Her name and address.", "purpose": "To find her a flat.",
    }  # fmt: skip
    return NewDisclosure(case, **(usual | more))


def exception(case: str, **more: Any) -> NewDisclosure:
    usual = {"basis": "court", "consulted": "ben", "client_told": True, "recipient": "Family Court"}
    return telling(case, **(usual | more))


def tell(practice: Practice, new: NewDisclosure, *, by: str = "ana") -> int:
    return int(practice.do(by, disclosures.tell, new).data["disclosure"])


def answer(practice: Practice, case: str, to: str = OFFICE, what: tuple[str, ...] = TOLD, **more: Any) -> Permit | str:
    found: Permit | str = practice.ask("ana", may_go, case, to, what, **more)
    return found


def state(practice: Practice, case: str, consent: int, *, today: date | None = None) -> str:
    with practice.as_("ana", today=today).read() as r:
        return next(row.state for row in consents.of_case(r, practice.id(case)) if row.id == consent)
