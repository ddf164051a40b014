"""Tasks done, open and overdue; appointments kept, missed, called off and to come."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from . import phrases
from .pen import Pen, Told

# Scenes that stand or fall with a task or an appointment of their own.
_BUSY = ("task_today", "task_soon", "task_overdue", "appointment_today", "appointment_soon")


def fill(pen: Pen, told: Told) -> None:
    """Everything with a day: what the past left, and what the scene wants."""
    for met in told.met:
        if pen.chance(0.2):
            _done(pen, told, met.day, met.at, told.words.one(met.theme.tasks))
        if met.made and met.kind in ("visit", "office", "video") and pen.chance(0.3):
            _past(pen, told, met.day, met.worker, met.at, met.kind, "kept")
        elif not met.made and met.kind in ("visit", "office") and pen.chance(0.6):
            _past(pen, told, met.day, met.worker, met.at, met.kind, "missed")
        if pen.chance(0.03):
            _called_off(pen, told, met.day, met.worker)
    if told.plan.owner is not None:
        _coming(pen, told)


def _done(pen: Pen, told: Told, day: date, at: datetime, title: str) -> None:
    """A task of the past, finished about when it was due; left out where that is not over yet."""
    due = pen.diary.shifted(day, 3, 16)
    finished = pen.past(day, 2, max(2, (due - day).days + pen.rng.choice((-1, 0, 0, 1, 4))))
    if finished is None or due >= pen.diary.today or not told.still(finished):
        return
    other = pen.holder(told, finished)
    row = {
        "case_id": told.key,
        "worker_id": pen.worker(other),
        "title": title,
        "due_on": due,
        "created_at": pen.later(at, 5, 60),
    }
    pen.add("task", "task", day, **row, done_at=pen.moment(other, finished), done_by=pen.worker(other))


def _open(pen: Pen, told: Told, due: date, born: date) -> None:
    """A task that waits for its day. `born` is the earliest day on which it was set."""
    owner = told.plan.owner
    assert owner is not None and told.start is not None
    days = [met.day for met in told.met if born <= met.day < due]
    day = days[-1] if days else max(told.start, born)
    day = min(day, pen.diary.ago(1))
    title = told.words.one(told.words.theme().tasks)
    row = {"case_id": told.key, "worker_id": pen.worker(owner), "title": title, "due_on": due}
    pen.add("task", "task", day, **row, created_at=pen.diary.at(day, 17 * 60 + 30))


def _coming(pen: Pen, told: Told) -> None:
    diary, rng = pen.diary, pen.rng
    soon = pen.policy[told.code]["soon_days"]
    long_ago = diary.ago(30)
    if told.scene == "task_today":
        _open(pen, told, diary.today, long_ago)
    elif told.scene == "task_soon":
        _open(pen, told, diary.working([diary.ago(-n) for n in range(1, soon + 1)]), long_ago)
    elif told.scene == "task_overdue":
        _open(pen, told, diary.ago(diary.working_gap(1, 12)), long_ago)
    elif told.scene == "appointment_today":
        _appoint(pen, told, diary.today)
    elif told.scene == "appointment_soon":
        _appoint(pen, told, diary.working([diary.ago(-n) for n in range(1, soon + 1)]))
    if told.start and told.start < diary.ago(2) and pen.chance(0.2 if told.scene in _BUSY else 0.45):
        _open(pen, told, diary.shifted(diary.today, first := soon + 1 + rng.randrange(25), first + 4), long_ago)
    if pen.chance(0.06 if told.scene in _BUSY else 0.2):
        _appoint(pen, told, diary.shifted(diary.today, first := soon + 1 + rng.randrange(18), first + 4))


def _appoint(pen: Pen, told: Told, day: date) -> None:
    """An appointment to come."""
    owner = told.plan.owner
    assert owner is not None
    kind, title, place = pen.rng.choice(_titles(told))
    starts = pen.moment(owner, day, 4 if kind == "visit" else 3)
    born = told.met[-1].day if told.met else pen.diary.ago(1)
    row = {
        "title": title,
        "place": place,
        "starts_at": starts,
        "ends_at": starts + timedelta(minutes=60 if kind == "visit" else 45),
    }
    pen.add(
        "task", "appointment", born, case_id=told.key, worker_id=pen.worker(owner), **row, on_date=day, state="scheduled",
        uid=pen.uid4(),
    )  # fmt: skip


def _titles(told: Told, kind: str | None = None) -> list[tuple[str, str, str]]:
    known = phrases.STREET_APPOINTMENTS if told.code == "outreach" else phrases.APPOINTMENTS
    return [one for one in known if kind in (None, one[0])] or list(known)


def _past(pen: Pen, told: Told, day: date, handle: str, at: datetime, kind: str, state: str) -> None:
    _kind, title, place = pen.rng.choice(_titles(told, kind))
    row = {
        "title": title,
        "place": place,
        "starts_at": at,
        "ends_at": at + timedelta(minutes=45),
        "on_date": day,
        "state": state,
    }
    pen.add("task", "appointment", day, case_id=told.key, worker_id=pen.worker(handle), **row, uid=pen.uid4())


def _called_off(pen: Pen, told: Told, day: date, handle: str) -> None:
    off = pen.past(day, 2, 5)
    if off and told.still(off):
        _past(pen, told, off, handle, pen.moment(handle, off, 3), "office", "cancelled")
