"""Rules by which something comes again (RFC 5545, 3.3.10), as days of the agency's calendar, and their hours as instants.

Of an RRULE what a diary needs is read: FREQ of days, weeks, months and years with INTERVAL, COUNT, UNTIL, WKST, BYDAY, BYMONTHDAY,
BYMONTH and BYSETPOS. What else there is (hours, weeks and days of the year) is refused, never passed over. Plain words are read, too.

The hour is that of the wall clock, before and after the clocks change. An hour that the clocks pass twice is the first of the two;
one that they skip is reckoned with the offset before the gap, so 02:30 becomes 03:30 that day (RFC 5545, 3.3.5; PEP 495, fold=0).
RFC 5545 says in another place that such a date is left out: nobody should wait in vain for that. A day that a month does not have
(the 31st) is left out. Pure: no database, no clock.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..errors import Usage
from ..messages import _, _n
from ..store.days import LAST_YEAR, WEEKDAYS

_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQS = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
MOST_TIMES = 1000
# So far ahead a rule is asked for its first day: one that names 29 February waits up to eight years.
_FAR = timedelta(days=366 * 9)


@dataclass(frozen=True, slots=True)
class Rule:
    """When something comes again. `by_day` are (which in the month, weekday), 0 for every one; Monday is 0. It ends after
    `count` times or on the day `until`, or never."""

    freq: str
    interval: int = 1
    by_day: tuple[tuple[int, int], ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    by_set_pos: tuple[int, ...] = ()
    week_start: int = 0
    count: int | None = None
    until: date | None = None


# -- reading ---------------------------------------------------------------------------------------


def read(text: str) -> Rule:
    """A rule as people write it (`weekly on mon,thu`, `every 2 weeks`, `monthly on last fri`, `monthly on 15`) or as an RRULE.
    Raises Usage."""
    typed = " ".join(text.split())
    return _read_rrule(typed) if "=" in typed else _read_words(typed.casefold())


def _refuse() -> Usage:
    return Usage(
        _(
            "That is no rule to repeat by. Write: daily, every weekday, weekly on mon,thu, every 2 weeks on tue, monthly on 15, "
            "monthly on last fri or yearly."
        )
    )


def _read_words(text: str) -> Rule:
    what, _on, days = text.partition(" on ")
    if what in ("every weekday", "weekdays"):
        if days:
            raise _refuse()
        return Rule("WEEKLY", by_day=tuple((0, day) for day in range(5)))
    plain = {"daily": "DAILY", "weekly": "WEEKLY", "monthly": "MONTHLY", "yearly": "YEARLY", "fortnightly": "WEEKLY"}
    units = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}
    interval = 2 if what == "fortnightly" else 1
    if what in plain:
        freq = plain[what]
    elif match := re.fullmatch(r"every(?: ([0-9]{1,3}))? (day|week|month|year)s?", what):
        freq, interval = units[match[2]], int(match[1] or 1)
    else:
        raise _refuse()
    rule = _checked(Rule(freq, interval))
    return _checked(_on_days(rule, days)) if days else rule


def _on_days(rule: Rule, text: str) -> Rule:
    by_day: list[tuple[int, int]] = []
    by_month_day: list[int] = []
    for part in text.split(","):
        words = part.strip().removeprefix("the ").split()
        nth = _nth(words[0]) if words else None
        if len(words) == 1 and (weekday := _weekday(words[0])) is not None:
            by_day.append((0, weekday))
        elif len(words) == 2 and nth is not None and (weekday := _weekday(words[1])) is not None:
            by_day.append((nth, weekday))
        elif nth is not None and (len(words) == 1 or words[1:] == ["day"]):
            by_month_day.append(nth)
        else:
            raise _refuse()
    if by_day and by_month_day:
        raise _refuse()
    return replace(rule, by_day=tuple(sorted(set(by_day))), by_month_day=tuple(sorted(set(by_month_day))))


def _weekday(word: str) -> int | None:
    return next((n for n, name in enumerate(WEEKDAYS) if len(word) >= 2 and name.startswith(word)), None)


def _nth(word: str) -> int | None:
    if word in _ORDINALS:
        return _ORDINALS[word]
    match = re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th)?", word)
    return int(match[1]) if match else None


def _read_rrule(text: str) -> Rule:
    parts: dict[str, str] = {}
    for part in text.upper().removeprefix("RRULE:").rstrip(";").split(";"):
        name, equals, value = part.strip().partition("=")
        if not equals or not value or name in parts:
            raise Usage(_("That is no RRULE. Write it as in FREQ=WEEKLY;BYDAY=MO,TH."))
        parts[name] = value
    known = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"}
    if unknown := sorted(parts.keys() - known):
        raise Usage(_("{part} of an RRULE is not known here; nothing was booked.").format(part=unknown[0][:20]))
    if parts.get("FREQ") not in _FREQS:
        raise Usage(_("FREQ is one of {known}.").format(known=", ".join(_FREQS)))
    if "COUNT" in parts and "UNTIL" in parts:
        raise Usage(_("A rule ends after a number of times or on a day, not both."))
    by_day = []
    for one in parts.get("BYDAY", "").split(",") if "BYDAY" in parts else ():
        match = re.fullmatch(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)", one)
        if not match or (match[1] is not None and int(match[1]) == 0):
            raise Usage(_("BYDAY takes days such as MO, 2TU or -1FR."))
        by_day.append((int(match[1] or 0), _CODES.index(match[2])))
    if parts.get("WKST", "MO") not in _CODES:
        raise Usage(_("WKST is a day such as MO."))
    rule = Rule(
        parts["FREQ"],
        _number(parts.get("INTERVAL", "1"), "INTERVAL", 1, 999),
        tuple(sorted(set(by_day))),
        _numbers(parts.get("BYMONTHDAY"), "BYMONTHDAY", 31, below=True),
        _numbers(parts.get("BYMONTH"), "BYMONTH", 12),
        _numbers(parts.get("BYSETPOS"), "BYSETPOS", 366, below=True),
        _CODES.index(parts.get("WKST", "MO")),
        _number(parts["COUNT"], "COUNT", 1, MOST_TIMES) if "COUNT" in parts else None,
        _until(parts["UNTIL"]) if "UNTIL" in parts else None,
    )
    return _checked(rule)


def _number(text: str, name: str, low: int, high: int) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,4}", text) or not low <= int(text) <= high:
        raise Usage(_("{name} lies between {low} and {high}.").format(name=name, low=low, high=high))
    return int(text)


def _numbers(text: str | None, name: str, high: int, *, below: bool = False) -> tuple[int, ...]:
    if text is None:
        return ()
    found = sorted({_number(one, name, -high if below else 1, high) for one in text.split(",")})
    if 0 in found:
        raise Usage(_("{name} lies between {low} and {high}.").format(name=name, low=1, high=high))
    return tuple(found)


def _until(text: str) -> date:
    """The last day. Of a moment in UTC its day is taken as written: a rule of whole days needs no hour."""
    match = re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})(T[0-9]{6}Z?)?", text)
    try:
        if not match:
            raise ValueError(text)
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise Usage(_("UNTIL is a day such as 20270630.")) from None


def _checked(rule: Rule) -> Rule:
    if not 1 <= rule.interval <= 999:
        raise _refuse()
    ordinals = [nth for nth, _day in rule.by_day if nth]
    in_month = rule.freq == "MONTHLY" or (rule.freq == "YEARLY" and rule.by_month)
    if ordinals and (not in_month or not all(-5 <= nth <= 5 for nth in ordinals)):
        raise Usage(_("The second Tuesday or the last Friday is of a month: say monthly."))
    if any(not -31 <= day <= 31 or day == 0 for day in rule.by_month_day):
        raise _refuse()
    if rule.by_month_day and rule.freq == "WEEKLY":
        raise Usage(_("Days of the month go with a rule by months."))
    if rule.by_set_pos and not (rule.by_day or rule.by_month_day):
        raise Usage(_("BYSETPOS chooses among days; name them with BYDAY or BYMONTHDAY."))
    return rule


# -- writing ---------------------------------------------------------------------------------------


def rrule(rule: Rule) -> str:
    """The rule as RFC 5545 writes it, without its end."""
    parts = [f"FREQ={rule.freq}"]
    if rule.interval > 1:
        parts.append(f"INTERVAL={rule.interval}")
    if rule.week_start:
        parts.append(f"WKST={_CODES[rule.week_start]}")
    for name, many in (("BYMONTH", rule.by_month), ("BYMONTHDAY", rule.by_month_day)):
        if many:
            parts.append(f"{name}={','.join(map(str, many))}")
    if rule.by_day:
        parts.append("BYDAY=" + ",".join(f"{nth or ''}{_CODES[day]}" for nth, day in rule.by_day))
    if rule.by_set_pos:
        parts.append(f"BYSETPOS={','.join(map(str, rule.by_set_pos))}")
    return ";".join(parts)


def words(rule: Rule) -> str:
    """The rule as a person reads it; one that has no plain words, as an RRULE."""
    if rule.by_set_pos or rule.by_month:
        return rrule(rule)
    n = rule.interval
    every = {
        "DAILY": _n("every day", "every {n} days", n), "WEEKLY": _n("every week", "every {n} weeks", n),
        "MONTHLY": _n("every month", "every {n} months", n), "YEARLY": _n("every year", "every {n} years", n),
    }[rule.freq].format(n=n)  # fmt: skip
    if rule == Rule("WEEKLY", by_day=tuple((0, day) for day in range(5)), week_start=rule.week_start):
        return _("every weekday")
    named = [_day_words(nth, day) for nth, day in rule.by_day] + [
        _("the {n}").format(n=day) if day > 0 else _("the {n} from the end").format(n=-day) for day in rule.by_month_day
    ]
    return _("{every} on {days}").format(every=every, days=", ".join(named)) if named else every


def _day_words(nth: int, weekday: int) -> str:
    name = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))[weekday]
    if not nth:
        return name
    return _("the last {day}").format(day=name) if nth == -1 else _("the {n}. {day}").format(n=nth, day=name)


# -- days ------------------------------------------------------------------------------------------


def begun(rule: Rule, on: date) -> tuple[Rule, date]:
    """The rule with what it left to its first day, and that first day: `on`, or the next day after it that the rule names.
    Raises Usage where it names none."""
    if not (rule.by_day or rule.by_month_day):
        if rule.freq == "WEEKLY":
            rule = replace(rule, by_day=((0, on.weekday()),))
        elif rule.freq in ("MONTHLY", "YEARLY"):
            rule = replace(rule, by_month_day=(on.day,))
    if rule.freq == "YEARLY" and rule.by_month_day and not rule.by_month:
        rule = replace(rule, by_month=(on.month,))
    # Every second week begins with the first of them, whichever week it is typed in.
    once = replace(rule, interval=1, count=None, until=None)
    first = next(days(once, on, on + _FAR), None)
    if first is None:
        raise Usage(_("That rule names no day."))
    return rule, first


def days(rule: Rule, first: date, last: date) -> Iterator[date]:
    """The days of a rule that begins on `first`, in order, up to `last`. `first` counts as one where the rule names it."""
    if rule.until is not None:
        last = min(last, rule.until)
    left = rule.count
    for period in _periods(rule, first, last):
        chosen = sorted(day for day in period if _named(rule, day))
        if rule.by_set_pos:
            chosen = sorted({chosen[p - 1 if p > 0 else p] for p in rule.by_set_pos if abs(p) <= len(chosen)})
        for day in chosen:
            if day < first:
                continue
            if day > last or left == 0:
                return
            yield day
            left = None if left is None else left - 1


def _periods(rule: Rule, first: date, last: date) -> Iterator[list[date]]:
    """The days of each stretch that the rule looks at: a day, a week, a month, a year."""
    end = min(last, date(LAST_YEAR, 12, 31))
    if rule.freq in ("DAILY", "WEEKLY"):
        span = 1 if rule.freq == "DAILY" else 7
        at = first if span == 1 else first - timedelta(days=(first.weekday() - rule.week_start) % 7)
        while at <= end:
            yield [at + timedelta(days=n) for n in range(span)]
            at += timedelta(days=span * rule.interval)
        return
    months = 1 if rule.freq == "MONTHLY" else 12
    at_month = first.year * 12 + (first.month - 1 if months == 1 else 0)
    while date(at_month // 12, at_month % 12 + 1, 1) <= end:
        stretch = [(one // 12, one % 12 + 1) for one in range(at_month, at_month + months)]
        yield [date(year, month, day) for year, month in stretch for day in range(1, monthrange(year, month)[1] + 1)]
        at_month += months * rule.interval


def _named(rule: Rule, day: date) -> bool:
    if rule.by_month and day.month not in rule.by_month:
        return False
    length = monthrange(day.year, day.month)[1]
    if rule.by_month_day and not {day.day, day.day - length - 1} & set(rule.by_month_day):
        return False
    if not rule.by_day:
        return True
    fore, aft = (day.day - 1) // 7 + 1, -((length - day.day) // 7 + 1)
    return any(weekday == day.weekday() and nth in (0, fore, aft) for nth, weekday in rule.by_day)


def shifted(rule: Rule, by: int) -> Rule | None:
    """The rule of the same dates so many days later; None where a rule cannot say that."""
    if by == 0:
        return rule
    if rule.freq == "DAILY" and not (rule.by_day or rule.by_month_day or rule.by_month):
        return rule
    if rule.freq == "WEEKLY" and not (rule.by_month or rule.by_set_pos):
        turned = tuple(sorted((0, (day + by) % 7) for _nth, day in rule.by_day))
        return replace(rule, by_day=turned, week_start=(rule.week_start + by) % 7)
    return None


# -- hours -----------------------------------------------------------------------------------------


def instant(day: date, clock: int, zone: ZoneInfo) -> datetime:
    """The moment at which that wall clock shows so many minutes since midnight on that day, in UTC."""
    return datetime.combine(day, time(clock // 60, clock % 60), tzinfo=zone).astimezone(UTC)


def is_skipped(day: date, clock: int, zone: ZoneInfo) -> bool:
    """Whether the clocks go forward over that hour."""
    local = instant(day, clock, zone).astimezone(zone)
    return (local.date(), local.hour * 60 + local.minute) != (day, clock)
