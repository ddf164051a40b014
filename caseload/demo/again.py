"""Appointments of the made-up town that come again, and two of them that overlap. Nothing of it is drawn by chance."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from .. import models
from ..casework import recurrence
from ..casework.series import AHEAD
from ..store.database import Work
from .diary import Diary

Add = Callable[..., int]

_SPACE = uuid.UUID("3c1f7a52-95d2-5d0f-8a44-6f5d3b1e2c77")


@dataclass(frozen=True, slots=True)
class _Series:
    """Something that comes again in a case of somebody's: the nth of those that are in order. It began so many days ago, on that
    weekday (Monday is 0), and comes at that minute of the day."""

    handle: str
    nth: int
    rule: str
    title: str
    place: str
    ago: int
    weekday: int
    clock: int
    minutes: int
    mode: str = "in_person"
    travel: int = 0


# The first two are with one worker on the same day, and overlap by a quarter of an hour.
SERIES = (
    _Series("ana", 0, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "Budget hour", "office, room 2", 40, 3, 10 * 60, 60),
    _Series("ana", 1, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "Visit after school", "at home", 26, 3, 10 * 60 + 45, 60, travel=20),
    _Series("demo", 0, "FREQ=WEEKLY;BYDAY=TU", "Call about the week", "", 35, 1, 9 * 60, 20, "phone"),
    _Series("luca", 0, "FREQ=WEEKLY;INTERVAL=4;BYDAY=WE", "Round table with the school", "school, room 12", 60, 2, 14 * 60, 90, travel=15),
)  # fmt: skip


def lay(w: Work, diary: Diary, worker: dict[str, int], add: Add) -> None:
    """Every series with the dates that were kept, and those of half a year ahead."""
    for one in SERIES:
        if one.handle in worker and (case := _case(w, diary, worker[one.handle], one)) is not None:
            _write(diary, worker[one.handle], add, one, case)


def _case(w: Work, diary: Diary, who: int, one: _Series) -> int | None:
    """A case of theirs in which nothing else waits, of a program that writes to its clients."""
    case, program = models.case_file, models.program
    calm = (
        select(case.c.id)
        .join(program, program.c.id == case.c.program_id)
        .where(
            case.c.owner_id == who, case.c.closed_on.is_(None), case.c.stage == "active", case.c.restricted.is_(False),
            case.c.opened_on < diary.ago(one.ago + 14), case.c.owned_on < diary.ago(one.ago + 14), program.c.code != "outreach",
        )
        .order_by(case.c.urgency.desc(), case.c.id)
        .offset(one.nth)
        .limit(1)
    )  # fmt: skip
    found: int | None = w.conn.execute(calm).scalar()
    return found


def _write(diary: Diary, who: int, add: Add, one: _Series, case: int) -> None:
    first = diary.ago(one.ago)
    # On the same Thursdays, whenever each began.
    while first.weekday() != one.weekday or first.toordinal() // 7 % 2:
        first += timedelta(days=1)
    made_to = diary.today + timedelta(days=AHEAD)
    key = add(
        "appointment_series", uid=str(uuid.uuid5(_SPACE, one.title)), case_id=case, rule=one.rule, first_on=first, clock=one.clock,
        minutes=one.minutes, last_on=None, made_to=made_to, follows_id=None, version=1,
    )  # fmt: skip
    for day in recurrence.days(recurrence.read(one.rule), first, made_to):
        add("appointment", **_appointment(diary, who, one, case, key, day))


def _appointment(diary: Diary, who: int, one: _Series, case: int, key: int, day: date) -> dict[str, Any]:
    starts = recurrence.instant(day, one.clock, diary.zone)
    return {
        "case_id": case, "worker_id": who, "title": one.title, "starts_at": starts, "ends_at": starts + timedelta(minutes=one.minutes),
        "on_date": day, "place": one.place, "state": "kept" if day < diary.today else "scheduled",
        "uid": str(uuid.uuid5(_SPACE, f"{one.title} {day}")), "mode": one.mode, "travel_before": one.travel,
        "travel_after": one.travel, "referral_id": None, "series_id": key, "recurs_on": day, "version": 1,
    }  # fmt: skip
