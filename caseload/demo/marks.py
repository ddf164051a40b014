"""What is pinned to a case: alerts, tags, snoozes, who may and who may not see it."""

from __future__ import annotations

from datetime import date, timedelta

from . import agency, phrases
from .casting import ANA
from .pen import Pen, Told
from .phrases import Alert

# When a snoozed case is taken up again, as minutes since midnight.
_EVENING = 17 * 60 + 45


def pin(pen: Pen, told: Told) -> None:
    """Alerts, tags and snoozes of one case."""
    _alerts(pen, told)
    _tags(pen, told)
    if told.plan.owner is not None:
        _snoozes(pen, told)


def _alerts(pen: Pen, told: Told) -> None:
    diary, rng = pen.diary, pen.rng
    danger = (
        phrases.DANGERS[0 if told.threatened and pen.chance(0.5) else 3]
        if told.threatened
        else rng.choice(phrases.DANGERS)
    )
    warning = Alert("safety", "high", danger)
    if told.scene == "safety_new":
        _raise(pen, told, warning, diary.ago(diary.working_gap(1, 4)))
    elif told.scene == "safety_due":
        due = diary.ago(rng.randint(0, 3))
        _raise(pen, told, warning, diary.ago(diary.working_gap(98, 105)), due - timedelta(days=90), due)
    elif told.threatened and told.plan.opened > 75:
        _raise(pen, told, warning, diary.ago(rng.randint(60, 70)), diary.ago(20), diary.today + timedelta(days=70))
    if told.start and pen.chance(0.16):
        _raise_some(pen, told)


def _raise_some(pen: Pen, told: Told) -> None:
    """Something else to know before knocking on the door."""
    day = pen.past(told.start or told.opened, 2, 20)
    if day is None or not told.still(day):
        return
    warning = pen.rng.choice(phrases.ALERTS)
    ended = pen.past(day, 20, 60) if pen.chance(0.15) else None
    if ended and told.still(ended):
        _raise(pen, told, warning, day, ended=ended)
    elif pen.chance(0.4):
        review = pen.diary.today + timedelta(days=pen.rng.randint(5, 80))
        seen = pen.past(day, 1, 9)
        _raise(pen, told, warning, day, seen, review if seen else None)
    else:
        _raise(pen, told, warning, day)


def _raise(
    pen: Pen,
    told: Told,
    warning: Alert,
    day: date,
    reviewed: date | None = None,
    review: date | None = None,
    ended: date | None = None,
) -> None:
    row = {
        "kind": warning.kind,
        "level": warning.level,
        "text": warning.text,
        "raised_on": day,
        "raised_by": pen.worker(pen.holder(told, day)),
    }
    why = pen.rng.choice(phrases.ALERT_ENDED) if ended else ""
    pen.add(
        "alert",
        "alert",
        day,
        client_id=told.clients[0],
        **row,
        reviewed_on=reviewed,
        review_on=review,
        ended_on=ended,
        ended_why=why,
    )


def _tags(pen: Pen, told: Told) -> None:
    if told.start is None or not pen.chance(0.3):
        return
    for word in pen.rng.sample(phrases.TAGS[told.code], pen.rng.choice((1, 1, 2))):
        pen.add("alert", "tag", told.start, case_id=told.key, tag=word)


def _snoozes(pen: Pen, told: Told) -> None:
    diary, rng = pen.diary, pen.rng
    if told.scene == "snoozed":
        _snooze(pen, told, diary.ago(diary.working_gap(1, 6)), diary.today + timedelta(days=rng.randint(2, 20)))
    elif told.scene == "snooze_ended":
        _snooze(pen, told, diary.ago(diary.working_gap(4, 12)), diary.today)
    elif told.plan.opened > 90 and pen.chance(0.08):
        day = diary.ago(diary.working_gap(30, 50))
        back = day + timedelta(days=rng.randint(5, 14))
        if told.still(day) and told.still(back) and told.start and told.start < day:
            _snooze(pen, told, day, back, cleared=back)


def _snooze(pen: Pen, told: Told, day: date, until: date, cleared: date | None = None) -> None:
    handle = pen.holder(told, day)
    row = {
        "until_on": until,
        "why": pen.rng.choice(phrases.SNOOZE_WHY),
        "worker_id": pen.worker(handle),
        "at": pen.moment(handle, day),
    }
    over = pen.diary.at(cleared, _EVENING) if cleared else None
    pen.add("alert", "snooze", day, case_id=told.key, **row, cleared_at=over)


def exceptions(pen: Pen, cases: list[Told]) -> bool:
    """A named permission, a named denial, and moves that wait for their day; False where nobody here lends themselves."""
    diary = pen.diary
    held = [told for told in cases if told.plan.owner == ANA and told.scene == "in_order" and not told.plan.followers]
    if len(held) < 4:
        return False
    day = diary.ago(diary.working_gap(3, 5))
    lead, mine = pen.supervisor(ANA), pen.staff[ANA].team
    others = (one.handle for one in pen.staff.values() if one.role == "case_manager" and one.team != mine)
    other = next(handle for handle in others if handle != agency.LEAVER)
    allow = {"worker_id": pen.worker(other), "kind": "allow", "why": phrases.ALLOWED_WHY}
    pen.add("intake", "case_access", day, case_id=held[0].key, **allow)
    deny = {"worker_id": pen.worker(lead), "kind": "deny", "why": phrases.DENIED_WHY}
    pen.add("intake", "case_access", day, case_id=held[3].key, **deny)
    coming = diary.today + timedelta(days=23)
    coming += timedelta(days=(7 - coming.weekday()) % 7)
    for told in held[1:3]:
        row = {
            "to_worker_id": pen.worker(agency.AWAY_SOON),
            "set_by": pen.worker(lead),
            "on_date": coming,
            "why": phrases.PENDING_WHY,
        }
        pen.add("intake", "pending_move", day, case_id=told.key, **row, state="waiting", outcome="")
    return True
