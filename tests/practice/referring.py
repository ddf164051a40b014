"""Services of the directory and what is asked of them, as the tests write it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from caseload.casework import directory, referrals
from caseload.casework.directory import NewProvider, NewService
from caseload.casework.referrals import NewReferral, Telling
from tests.practice.kit import DAY, Practice
from tests.practice.telling import OFFICE, give


def provider(practice: Practice, name: str = OFFICE, *, who: str = "ana", **more: Any) -> int:
    """A provider; its key."""
    return int(practice.do(who, directory.add_provider, NewProvider(name, **more)).data["provider"])


def offered(
    practice: Practice, name: str = "A flat", *, by: str = OFFICE, who: str = "ana", at: str = "", **more: Any
) -> int:
    """A service of that provider, which is made where it is not there yet; its key."""
    there = practice.value("SELECT id FROM provider WHERE name = :name", name=by)
    key = there if there is not None else provider(practice, by, who=who, place=at)
    return int(practice.do(who, directory.add_service, NewService(key, name, **more)).data["service"])


def asking(case: str, service: int | None = None, **more: Any) -> NewReferral:
    usual: dict[str, Any] = {"reason": "She sleeps in her car.", "service": service}
    return NewReferral(case, **(usual | more))


def drafted(practice: Practice, case: str, service: int | None = None, *, by: str = "ana", **more: Any) -> int:
    """A draft; its key."""
    return int(practice.do(by, referrals.draft, asking(case, service, **more)).data["referral"])


def sent(
    practice: Practice, case: str, service: int | None = None, *, by: str = "ana", who: str = "ana",
    until: date | None = None, telling: Telling | None = None, **more: Any,
) -> int:  # fmt: skip
    """A referral that was sent under a consent of that day; its key."""
    give(practice, case, by=by, until=until or DAY + timedelta(days=90))
    to = service if service is not None else offered(practice, f"A flat for {case}", who=who)
    return int(practice.do(by, referrals.refer, asking(case, to, **more), telling).data["referral"])


def state(practice: Practice, referral: int) -> str:
    return str(practice.value("SELECT state FROM referral WHERE id = :key", key=referral))
