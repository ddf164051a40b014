"""Days as people type them, shared by commands and screen: `2026-11-21`, `2026-01`, `2026-W47`, `mon`, `+2w`.

Read once, without knowing the day (`when`); placed in the calendar later, as often as needed (`When.span`).
Pure: no database, no clock. Days are the agency's local dates.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from ..errors import Usage
from ..messages import _
from ..text import line

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEAR = {"today": 0, "tomorrow": 1, "yesterday": -1}
_STEPS = {"last": -1, "this": 0, "next": 1}
_PERIODS = {f"{step}-{unit}": (unit[0], _STEPS[step]) for unit in ("week", "month", "year") for step in _STEPS}
# What the screen offers while a day is typed.
WORDS = (*_NEAR, *WEEKDAYS, *_PERIODS)

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_YEAR = re.compile(r"[0-9]{4}")
_WEEK = re.compile(r"([0-9]{4})-?w([0-9]{1,2})(?:-([0-9]))?")
_DISTANCE = re.compile(r"([+-]?)([0-9]{1,9})([dwmy])")
_CLOCK = re.compile(r"(?:(\S+)(?: +|t))?([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(z|[+-][0-9]{2}:[0-9]{2})?")
# Nobody served was born before, no plan reaches further: a year outside is a slip of the finger.
FIRST_YEAR, LAST_YEAR = 1850, 2200
# The longest distances, a century, so that no arithmetic leaves the calendar.
_LONGEST = {"d": 36_600, "w": 5_200, "m": 1_200, "y": 100}


class BadDay(Usage):
    """Something that is no day; `why` says what is wrong with it, as the end of a sentence."""

    def __init__(self, text: str, why: str) -> None:
        self.why = why
        super().__init__(_('Bad date "{text}": {why}.').format(text=shown(text), why=why))


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days from `first` to `last`, both included; None is open."""

    first: date | None
    last: date | None

    def __contains__(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Point:
    """One end of what was typed: days known already, or a step from today (`unit` with `count`)."""

    known: Span | None = None
    unit: str = ""
    count: int = 0
    signed: bool = True

    def span(self, today: date, *, back: bool = False) -> Span:
        """The days meant, seen from `today`; a weekday is the next such day, with `back` the last one before today."""
        if self.known is not None:
            return self.known
        if self.unit == "weekday":
            ahead = (self.count - today.weekday() - 1) % 7 + 1
            return _single(today + timedelta(days=(ahead - 7 or -7) if back else ahead))
        if self.unit.startswith("this "):
            return _period(self.unit[5:], self.count, today)
        return _single(moved(today, self.count, self.unit))


@dataclass(frozen=True, slots=True)
class When:
    """A day, a longer stretch, or a range with one or both ends, as typed."""

    text: str
    start: Point | None
    end: Point | None
    is_range: bool = False

    @property
    def distance(self) -> bool:
        """Whether an end is a distance without a sign (`30d`), which says how far but not in which direction."""
        return any(p is not None and not p.signed for p in (self.start, self.end))

    def span(self, today: date, *, back: bool = False) -> Span:
        """The days meant, seen from `today`; see `Point.span`. Raises BadDay if the range ends before it begins."""
        first = self.start.span(today, back=back).first if self.start else None
        last = self.end.span(today, back=back).last if self.end else None
        if first is not None and last is not None and last < first:
            raise BadDay(self.text, _("the range ends before it begins"))
        return Span(first, last)


def when(text: str) -> When:
    """What was typed, read but not yet placed in the calendar. Raises BadDay."""
    typed = line(text)
    if ".." not in typed:
        point = _point(typed.lower(), text)
        return When(typed, point, point)
    left, _dots, right = typed.lower().partition("..")
    if not left and not right:
        raise BadDay(text, _("a range needs at least one end, such as 2026-01.. or 2026-01..2026-03"))
    start, end = (_point(side, text) if side else None for side in (left, right))
    return When(typed, start, end, is_range=True)


def parse_day(text: str, today: date, *, back: bool = False) -> date:
    """The one day typed; weekdays look ahead, or back for what has happened already. Raises BadDay."""
    read = when(text)
    span = read.span(today, back=back)
    if read.is_range or span.first is None or span.first != span.last:
        raise BadDay(text, _("one day is needed, such as 2026-11-21"))
    return span.first


def parse_moment(text: str, now: datetime, zone: tzinfo) -> datetime:
    """A moment typed in local time, in UTC: `now`, `14:30` (today), `yesterday 9:15`, `2026-11-20T14:30+01:00`.

    Days look back, since moments are of what happened. An hour that the clocks pass twice is taken the first time.
    Raises BadDay, also for an hour that the clocks skip that day.
    """
    typed = line(text).lower()
    if typed == "now":
        return now.astimezone(UTC)
    match = _CLOCK.fullmatch(typed)
    if not match:
        raise BadDay(text, _("write the time too, such as 14:30 or yesterday 14:30"))
    on, hours, minutes, seconds, offset = match.groups()
    today = now.astimezone(zone).date()
    day = parse_day(on, today, back=True) if on else today
    try:
        at = time(int(hours), int(minutes), int(seconds or 0))
        there = time.fromisoformat(f"00:00{offset.upper()}").tzinfo if offset else zone
    except ValueError:
        raise BadDay(text, _("hours run from 0 to 23, minutes from 00 to 59")) from None
    local = datetime.combine(day, at, tzinfo=there)
    moment = local.astimezone(UTC)
    if moment.astimezone(there).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise BadDay(text, _("the clocks go forward over that hour"))
    return moment


def moved(day: date, count: int, unit: str) -> date:
    """`day` moved by that many `d`ays, `w`eeks, `m`onths or `y`ears; the 31st becomes a shorter month's last day."""
    if unit in "dw":
        return day + timedelta(days=count * (7 if unit == "w" else 1))
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def shown(text: str, limit: int = 40) -> str:
    """What was typed, made safe and short enough to stand in a message."""
    safe = line(text)
    return safe if len(safe) <= limit else safe[: limit - 1] + "\u2026"


def _single(day: date) -> Span:
    return Span(day, day)


def _period(unit: str, count: int, today: date) -> Span:
    if unit == "w":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=count)
        return Span(monday, monday + timedelta(days=6))
    if unit == "m":
        return _month(*divmod(today.year * 12 + today.month - 1 + count, 12))
    return Span(date(today.year + count, 1, 1), date(today.year + count, 12, 31))


def _month(year: int, month0: int) -> Span:
    return Span(date(year, month0 + 1, 1), date(year, month0 + 1, monthrange(year, month0 + 1)[1]))


def _point(typed: str, whole: str) -> Point:
    """One day or stretch; `whole` is what the message quotes."""
    if typed in _NEAR:
        return Point(unit="d", count=_NEAR[typed])
    if typed in _PERIODS:
        unit, count = _PERIODS[typed]
        return Point(unit=f"this {unit}", count=count)
    if len(typed) >= 3:
        for number, name in enumerate(WEEKDAYS):
            if name.startswith(typed):
                return Point(unit="weekday", count=number)
    if match := _DISTANCE.fullmatch(typed):
        sign, digits, unit = match.groups()
        if int(digits) > _LONGEST[unit]:
            raise BadDay(whole, _("that is more than a century away"))
        return Point(unit=unit, count=-int(digits) if sign == "-" else int(digits), signed=bool(sign))
    return Point(known=_known(typed, whole))


def _known(typed: str, whole: str) -> Span:
    """Days that need no today."""
    match = _DAY.fullmatch(typed) or _MONTH.fullmatch(typed) or _YEAR.fullmatch(typed) or _WEEK.fullmatch(typed)
    if not match:
        raise BadDay(whole, _("write it like 2026-11-21, 2026-11, 2026-W47, today, mon, +2w or -7d"))
    year = int(typed[:4])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadDay(whole, _("years run from {first} to {last}").format(first=FIRST_YEAR, last=LAST_YEAR))
    if match.re is _YEAR:
        return Span(date(year, 1, 1), date(year, 12, 31))
    if match.re is _WEEK:
        return _week(year, int(match[2]), int(match[3]) if match[3] else None, whole)
    month = int(match[2])
    if not 1 <= month <= 12:
        raise BadDay(whole, _("there is no month {month}").format(month=match[2]))
    if match.re is _MONTH:
        return _month(year, month - 1)
    day = int(match[3])
    if not 1 <= day <= monthrange(year, month)[1]:
        raise BadDay(whole, _("{month} has no day {day}").format(month=typed[:7], day=match[3]))
    return _single(date(year, month, day))


def _week(year: int, week: int, weekday: int | None, whole: str) -> Span:
    last = date(year, 12, 28).isocalendar().week
    if not 1 <= week <= last:
        raise BadDay(whole, _("{year} has weeks 01 to {last}").format(year=year, last=last))
    if weekday is not None and not 1 <= weekday <= 7:
        raise BadDay(whole, _("a week has days 1 to 7"))
    first = date.fromisocalendar(year, week, weekday or 1)
    return Span(first, first if weekday else first + timedelta(days=6))
