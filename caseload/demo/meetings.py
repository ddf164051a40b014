"""Everyone who was met, called in vain or asked about a client; the last meeting is where the scene wants it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from ..casework.contacts import MEETING_KINDS
from . import phrases
from .pen import Met, Pen, Told
from .theme import Theme

_PLACE = {"visit": "home", "office": "office", "phone": "remote", "video": "remote", "message": "remote"}
_STREET_PLACES = ("community", "community", "facility")
_MINUTES = {"visit": (30, 90), "office": (25, 60), "phone": (5, 25), "video": (20, 45), "collateral": (5, 20)}


def meet(pen: Pen, told: Told) -> None:
    """Log the contacts of a case from the first meeting to the last one."""
    if told.start is None:
        _while_waiting(pen, told)
        return
    last = _last(pen, told)
    if last is None:
        return
    before = told.start
    for day in _days(pen, told, last):
        if told.still(day):
            _around(pen, told, before, day)
            _meeting(pen, told, day)
            before = day
    _since(pen, told, last)


def _range(pen: Pen, told: Told) -> tuple[int, int]:
    """How many days ago the client may last have been met for the scene to be true, first and last."""
    policy = pen.policy[told.code]
    interval, soon = policy[f"contact_{told.plan.risk}_days"], policy["soon_days"]
    late = (interval * 3 + 1) // 2
    gap = told.plan.scene.gap if told.plan.scene else "quiet"
    if gap == "soon":
        return max(1, interval - soon), interval
    if gap == "late":
        return interval + 1, min(late, interval + 11)
    if gap == "later":
        return late + 1, late + 18
    if gap == "failing":
        days = policy["attempts_days"]
        return days + 1, max(days + 1, min(interval, days + 8))
    return 1, max(1, interval - soon - 1)


def _last(pen: Pen, told: Told) -> date | None:
    """The day of the last meeting; None where there was none so far."""
    plan, diary = told.plan, pen.diary
    assert told.start is not None
    if plan.opened <= 8:
        return None
    ended = told.closed or (told.held[-1][2] if plan.waiting else None)
    if ended:
        return diary.working([ended - timedelta(days=n) for n in range(1, 12)])
    first, last = _range(pen, told)
    longest = (diary.today - told.start).days - 1
    return diary.ago(diary.working_gap(min(first, longest), min(last, longest)))


def _days(pen: Pen, told: Told, last: date) -> list[date]:
    """Meeting days, each within the interval of the one before, the last one exactly where it belongs."""
    assert told.start is not None
    interval = pen.policy[told.code][f"contact_{told.plan.risk}_days"]
    day = pen.diary.shifted(told.start, 1, 5)
    days = []
    while day < last - timedelta(days=2):
        days.append(day)
        step = pen.rng.randint(max(3, interval * 2 // 5), max(5, interval * 9 // 10))
        day = pen.diary.shifted(day, step, step + 2)
    return [*days, last]


def _around(pen: Pen, told: Told, before: date, day: date) -> None:
    """What happened between two meetings: tries in vain, a word with the school, a message, a call."""
    room = (day - before).days
    if room > 3 and pen.chance(0.2):
        tried = pen.diary.working([day - timedelta(days=n) for n in range(1, min(4, room))])
        kinds = (
            ("visit", "visit", "office")
            if told.code == "outreach"
            else ("phone", "phone", "visit", "office", "message")
        )
        _attempt(pen, told, tried, pen.rng.choice(kinds))
    if room > 6 and pen.chance(0.16):
        between = pen.diary.working([before + timedelta(days=n) for n in range(2, room - 1)])
        kind = pen.rng.choices(("collateral", "message", "phone"), (5, 3, 3 if told.code == "family" else 0))[0]
        _log(pen, told, between, kind, made=True, with_whom=None if kind != "collateral" else "professional")


def _since(pen: Pen, told: Told, last: date) -> None:
    """What came after the last meeting: where the scene is one of trying in vain, two or three tries."""
    days = (pen.diary.today - last).days
    if told.closed or told.plan.waiting or told.plan.scene is None:
        return
    gap = told.plan.scene.gap
    if gap == "failing":
        within = pen.policy[told.code]["attempts_days"] - 2
        free = [pen.diary.ago(n) for n in range(1, within + 1)]
        free = [day for day in free if pen.diary.works(day)] or free
        for day in sorted(pen.rng.sample(free, min(len(free), pen.rng.choice((2, 2, 3))))):
            _attempt(
                pen, told, day, "visit" if told.code == "outreach" else pen.rng.choice(("phone", "phone", "visit"))
            )
    elif gap in ("late", "later") and days > 3 and pen.chance(0.45):
        if told.code == "family" and pen.chance(0.5):
            # Spoken to, but not seen: there the clock goes on.
            _log(pen, told, pen.diary.ago(pen.diary.working_gap(1, min(6, days - 1))), "phone", made=True)
        else:
            _attempt(pen, told, pen.diary.ago(pen.diary.working_gap(1, min(6, days - 1))), "phone")


def _while_waiting(pen: Pen, told: Told) -> None:
    """Those on the waiting list are called once, if that."""
    day = pen.past(told.opened, 1, 6)
    if day is None or not pen.chance(0.6):
        return
    if pen.chance(0.5):
        _log(pen, told, day, "phone", made=True)
    else:
        _attempt(pen, told, day, "phone")


def _meeting(pen: Pen, told: Told, day: date) -> None:
    kinds, shares = zip(*told.plan.program.meets, strict=True)
    kind = "visit" if told.plan.followers and pen.chance(0.8) else pen.rng.choices(kinds, shares)[0]
    _log(pen, told, day, kind, made=True)


def _attempt(pen: Pen, told: Told, day: date, kind: str) -> None:
    if told.start is None or (day > told.start and told.still(day)):
        _log(pen, told, day, kind, made=False)


def _log(pen: Pen, told: Told, day: date, kind: str, *, made: bool, with_whom: str | None = None) -> None:
    """One contact, with a line for everyone of the household it served."""
    rng = pen.rng
    handle = pen.holder(told, day)
    theme = told.words.theme()
    low, high = _MINUTES.get(kind, (0, 0)) if made else ((5, 20) if kind == "visit" else (0, 0))
    minutes = rng.randrange(low, high + 1, 5) if high else None
    at = pen.moment(handle, day, 4 if kind == "visit" else 2)
    recorded = _recorded(pen, at, day, minutes or 5)
    place = rng.choice(_STREET_PLACES) if told.code == "outreach" and kind == "visit" else _PLACE.get(kind)
    row = {
        "kind": kind, "outcome": "made" if made else "attempted", "with_whom": with_whom or "client", "place": place, "at": at,
        "recorded_at": recorded, "minutes": minutes, "worker_id": pen.worker(handle),
    }  # fmt: skip
    contact = pen.add("contact", "contact", day, **row)
    met = made and with_whom is None and kind in MEETING_KINDS
    body = _text(pen, told, theme, kind, made)
    cases = told.keys if met else told.keys[:1]
    for nth, case in enumerate(cases):
        # What was said stands with the head of the household.
        prose = pen.prose("contact", case, handle, day, recorded, body) if body and nth == 0 else None
        line = {"on_date": day, "kind": kind, "outcome": row["outcome"], "met": met, "narrative_id": prose}
        pen.add("contact", "contact_line", day, contact_id=contact, case_id=case, **line)
    if made and pen.chance(0.45):
        pen.add("contact", "contact_topic", day, contact_id=contact, topic=theme.topic)
    if kind not in ("message", "collateral"):
        told.met.append(Met(day, at, handle, kind, made, theme))


def _recorded(pen: Pen, at: datetime, day: date, minutes: int) -> datetime:
    """When it was written down: mostly within the hour, at times the next morning."""
    morning = day + timedelta(days=1)
    if pen.chance(0.1) and morning < pen.diary.today:
        return pen.diary.at(morning, 8 * 60 + pen.rng.randrange(30))
    return pen.later(at, minutes, minutes + 60)


def _text(pen: Pen, told: Told, theme: Theme, kind: str, made: bool) -> str:
    if not made:
        return told.words.tried(kind) if pen.chance(0.85) else ""
    if kind == "collateral":
        return told.words.one(phrases.COLLATERAL[told.code])
    if kind == "message":
        return told.words.one(phrases.MESSAGES) if pen.chance(0.7) else ""
    if not pen.chance(0.7):
        return ""
    return told.words.spoken(theme) if kind in ("phone", "video") else told.words.met(theme)


def groups(pen: Pen, cases: list[Told]) -> None:
    """Group evenings: one contact with a line for each case, on days between two meetings of each of them."""
    circles: dict[tuple[str, str, str], list[tuple[Told, date]]] = {}
    for told in cases:
        if told.hole or len(told.met) < 4 or not pen.chance(0.3):
            continue
        made = [met for met in told.met if met.made]
        day = pen.rng.choice(made[1:-1]).day if len(made) > 2 else None
        if day is not None:
            monday = day - timedelta(days=day.weekday())
            circles.setdefault((told.code, pen.holder(told, day), monday.isoformat()[:7]), []).append((told, monday))
    for (code, handle, _month), found in circles.items():
        if len(found) < 2:
            continue
        day = pen.diary.working([found[0][1] + timedelta(days=n) for n in (2, 3, 4)])
        attending = [told for told, _monday in found if _was_met_after(told, day) and told.still(day)]
        if len(attending) >= 2 and day < pen.diary.today:
            _group(pen, code, handle, day, attending)


def _was_met_after(told: Told, day: date) -> bool:
    """Whether a group on that day changes nothing about how the case stands this morning."""
    made = [met.day for met in told.met if met.made]
    return bool(made) and made[0] < day < max(made)


def _group(pen: Pen, code: str, handle: str, day: date, attending: list[Told]) -> None:
    at = pen.diary.at(day, 17 * 60 + 30)
    recorded = pen.later(at, 95, 120)
    row = {
        "kind": "group",
        "outcome": "made",
        "with_whom": "client",
        "place": "community",
        "at": at,
        "recorded_at": recorded,
    }
    contact = pen.add("contact", "contact", day, **row, minutes=90, worker_id=pen.worker(handle))
    body = pen.rng.choice(phrases.GROUPS[code])
    for nth, told in enumerate(attending):
        # Of four or more somebody did not come; of three one left before the end.
        presence, alone = phrases.TOOK_PART.get(nth, ("present", ""))
        there = presence != "absent"
        prose = pen.prose("contact", told.key, handle, day, recorded, body)
        own = pen.prose("contact", told.key, handle, day, recorded, alone) if alone else None
        line = {
            "on_date": day, "kind": "group", "outcome": "made" if there else "attempted", "met": there, "narrative_id": prose,
            "presence": presence, "own_id": own,
        }  # fmt: skip
        pen.add("contact", "contact_line", day, contact_id=contact, case_id=told.key, **line)
    pen.add("contact", "contact_topic", day, contact_id=contact, topic=phrases.GROUP_TOPICS[code])
