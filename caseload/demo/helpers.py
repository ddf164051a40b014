"""Who helps in the made-up town, and what was asked of them: a directory, and referrals under what clients have signed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from .. import models
from ..models.assessment import DOMAINS
from ..store.database import Work
from ..text import fold
from . import agency
from .diary import Diary

Add = Callable[..., int]

# Each name of what is made is always the same, however often the agency is made.
_SPACE = uuid.UUID("6f0b3f7e-6a0c-5d0e-9a3e-5d1f0c6b7a11")
_MORNING, _EVENING, _WEEK = 9 * 60, 17 * 60, range(1, 6)


@dataclass(frozen=True, slots=True)
class _Helper:
    """A provider and its one service. `answers` are the days within which it does."""

    name: str
    service: str
    domain: str
    about: str
    place: str
    answers: int
    age_from: int | None = None
    languages: str = "en"
    hours: tuple[int, int] = (_MORNING, _EVENING)
    days: range = _WEEK


_HELPERS = (
    _Helper("Northgate School", "Homework club", "education", "Two afternoons a week, with a meal.", "Northgate", 14),
    _Helper("Housing Office", "Social flats", "housing", "The town's list, and help with deposits.", "Town Hall", 14, 18, "en,es,ar"),
    _Helper("Doctor Adeyemi, Mill Street surgery", "Family practice", "health", "New patients on Mondays.", "Mill Street", 7),
    _Helper("Job Centre", "Courses and placement", "employment", "Courses begin each month.", "Station Road", 14, 16),
    _Helper("Harbour Night Shelter", "A bed for the night", "housing", "From six; no papers asked.", "Harbour", 1, 18, "en,fr",
            (18 * 60, 24 * 60), range(1, 8)),
    _Helper("Advice on Wheels", "Debt advice", "income", "A bus that comes to the markets.", "Market Square", 10, 18),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Asked:
    """A referral of the nth case that signed something: sent so many days ago under a consent that lasted so long, and to be answered
    in so many days from today."""

    nth: int
    helper: int
    state: str
    ago: int
    lasts: int
    due: int | None
    reason: str


# One that nobody answered, one that goes on under a consent that is over, one whose answer is near, and one that came to its end.
_ASKED = (
    _Asked(0, 0, "sent", 20, 365, -6, "She falls behind since the move."),
    _Asked(0, 3, "started", 60, 50, None, "He wants to drive a lorry."),
    _Asked(1, 1, "sent", 9, 180, 5, "Three in one room."),
    _Asked(2, 2, "completed", 75, 365, None, "No doctor since they came."),
)  # fmt: skip


def lay(w: Work, diary: Diary, add: Add, signed: list[Any]) -> list[int]:
    """The directory, and what was asked for the clients of `signed` cases; the keys of the services, whose words are still to be
    filed."""
    codes = dict(w.conn.execute(select(models.need_domain.c.code, models.need_domain.c.id)).all())
    assert set(DOMAINS) <= set(codes)
    services = [_offer(diary, add, one, codes) for one in _HELPERS]
    for one in _ASKED:
        if one.nth < len(signed):
            _ask(diary, add, signed[one.nth], one, services[one.helper])
    return services


def _offer(diary: Diary, add: Add, one: _Helper, codes: dict[str, int]) -> int:
    checked = diary.ago(45)
    at = add(
        "provider", uid=str(uuid.uuid5(_SPACE, one.name)), name=one.name, name_key=fold(one.name), about="", place=one.place,
        address="", phone="555 0123", email="", url="", state="active", checked_on=checked,
    )  # fmt: skip
    made = add(
        "service", uid=str(uuid.uuid5(_SPACE, f"{one.name}/{one.service}")), provider_id=at, name=one.service,
        name_key=fold(one.service), about=one.about, domain_id=codes[one.domain], place="", place_key=fold(one.place),
        languages=one.languages, cost="", age_from=one.age_from, residence="", eligibility="", bring="", answer_days=one.answers,
        state="active", checked_on=checked,
    )  # fmt: skip
    for weekday in one.days:
        add("service_hours", service_id=made, weekday=weekday, opens=one.hours[0], closes=one.hours[1])
    return made


def _ask(diary: Diary, add: Add, case: Any, one: _Asked, service: int) -> None:
    helper = _HELPERS[one.helper]
    day = max(diary.ago(one.ago), case.opened_on)
    at = diary.at(day, _MORNING)
    same = {"case_id": case.id, "worker_id": case.owner_id, "at": at, "supersedes_id": None}
    prose = {
        name: add("narrative", body=body, **same)
        for name, body in (
            ("what", "Who they are and what they need."),
            ("why", "So that they are helped."),
            ("reason", one.reason),
        )
    }
    told = {"recipient": helper.name, "recipient_key": fold(helper.name), "kinds": "identity,services"}
    consent = add(
        "consent", case_id=case.id, discloser=agency.NAME, **told, what_id=prose["what"], purpose_id=prose["why"],
        revocable=f"At any time, in writing to {agency.NAME}.", ends_with="date", event="", until_on=day + timedelta(days=one.lasts),
        signer="client", signer_name="", signed_on=day, recorded_at=at, recorded_by=case.owner_id, revoked_why="",
    )  # fmt: skip
    disclosure = add(
        "disclosure", case_id=case.id, **told, address="", what_id=prose["what"], purpose_id=prose["why"], basis="consent",
        consent_id=consent, consulted="", client_told=True, on_date=day, recorded_at=at, worker_id=case.owner_id,
    )  # fmt: skip
    begun = one.state in ("started", "completed")
    answered = day + timedelta(days=3) if begun else None
    add(
        "referral", uid=str(uuid.uuid5(_SPACE, f"{case.id}/{one.helper}")), case_id=case.id, kind="service", service_id=service,
        state=one.state, worker_id=case.owner_id, reason_id=prose["reason"], disclosure_id=disclosure, drafted_on=day, sent_on=day,
        answer_by=diary.ago(-one.due) if one.due is not None else day + timedelta(days=helper.answers), answered_on=answered,
        accepted_on=answered, started_on=day + timedelta(days=5) if begun else None,
        ended_on=day + timedelta(days=40) if one.state == "completed" else None, at=at,
    )  # fmt: skip
