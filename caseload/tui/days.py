"""Days as people type them on the bottom line: one letter, a weekday, a count, or a date; always shown before Enter."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, time, timedelta, tzinfo

from ..errors import Usage
from ..messages import _
from ..store.days import moved, parse_moment

_ISO = r"(\d{4})-(\d{1,2})-(\d{1,2})"
_WHOLE = re.compile(r"(?<![\d-])\d{4}-\d{2}-\d{2}(?![\d-])")
_COUNT = r"\+(\d{1,3})|\+?(\d{1,3})([dwm])"
_CLOCK = r"(\d{1,2})[:.h](\d{2})?"


def weekdays() -> tuple[str, ...]:
    """Monday first, short."""
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))


def months() -> tuple[str, ...]:
    return (
        _("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"), _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec"),
    )  # fmt: skip


# The day that days are said by while the person looks without identity; None where they are shown as such.
_told_from: date | None = None


def tell_from(today: date | None) -> None:
    """From here on days are said as how far they are from that one; with None, as such again."""
    global _told_from
    _told_from = today


def loosely(words: str) -> str:
    """A sentence, its days said as how far they are while days are not shown as such."""
    if _told_from is None:
        return words
    from ..casework.veil import said_loosely

    return said_loosely(words, _told_from)


def shown(day: date, today: date | None = None) -> str:
    """`Mon 24 Nov`, with the year where it is not this one; how far it is while days are not shown as such."""
    if _told_from is not None:
        from ..casework.traces import relative

        return relative(day, _told_from)
    words = f"{weekdays()[day.weekday()]} {day.day} {months()[day.month - 1]}"
    return words if today is not None and day.year == today.year else f"{words} {day.year}"


def worded(words: str, today: date | None) -> str:
    """A sentence of the practice, each day in it as the screen says days."""

    def said(found: re.Match[str]) -> str:
        try:
            return shown(date.fromisoformat(found[0]), today)
        except ValueError:
            return found[0]

    return _WHOLE.sub(said, words)


def ago(day: date, today: date) -> str:
    """How far a day is, in words: `today`, `yesterday`, `12 days ago`, `in 3 days`."""
    gap = (today - day).days
    if gap == 0:
        return _("today")
    if gap == 1:
        return _("yesterday")
    if gap == -1:
        return _("tomorrow")
    return _("{n} days ago").format(n=gap) if gap > 0 else _("in {n} days").format(n=-gap)


def read_day(text: str, today: date) -> tuple[date, str]:
    """The day that `text` begins with and the words after it. Raises Usage where it begins with none.

    `t` tomorrow, `m` the next Monday, `w` in a week; `fri` the next Friday; `+10`, `3d` or `2w` from today; `24` or
    `24 nov` the next such day; `2026-11-24`. `d` before any of them is passed over.
    """
    words = text.split()
    if words and words[0].casefold() == "d":
        words = words[1:]
    for count in (3, 2, 1):
        # `30 feb` is no day, and must not be taken for the 30th because of Feb.
        if count == 1 and len(words) > 1 and words[0].isdecimal() and _is_month(words[1]):
            break
        if len(words) >= count:
            day = _day(" ".join(words[:count]).casefold(), today)
            if day is not None:
                return day, " ".join(words[count:])
    raise Usage(_("Type a day: t tomorrow, m Monday, w in a week, fri, 10d, 24 nov or 2026-11-24."))


def _day(text: str, today: date) -> date | None:
    named = {"t": today + timedelta(1), "w": today + timedelta(7), "m": _next_weekday(0, today)}
    named |= {_("today").casefold(): today, _("tomorrow").casefold(): today + timedelta(1)}
    if text in named:
        return named[text]
    for index, name in enumerate(weekdays()):
        if len(text) >= 2 and (text == name.casefold() or (_full(index).startswith(text) and len(text) >= 3)):
            return _next_weekday(index, today)
    if found := re.fullmatch(_ISO, text):
        return _made(int(found[1]), int(found[2]), int(found[3]))
    if found := re.fullmatch(_COUNT, text):
        return moved(today, int(found[1] or found[2]), found[3] or "d")
    return _day_of_month(text, today)


def read_past_day(text: str) -> date | None:
    """A day that has been, written whole: `1980-05-12` or `12 may 1980`; None where it is neither."""
    if found := re.fullmatch(_ISO, text.strip()):
        return _made(int(found[1]), int(found[2]), int(found[3]))
    parts = text.casefold().split()
    month_names = [m.casefold() for m in months()]
    month = next((i + 1 for i, m in enumerate(month_names) if len(parts) == 3 and parts[1].startswith(m)), None)
    if month is None or not parts[0].isdecimal() or not re.fullmatch(r"\d{4}", parts[2]):
        return None
    return _made(int(parts[2]), month, int(parts[0])) if len(parts[0]) <= 2 else None


def _is_month(word: str) -> bool:
    return len(word) >= 3 and any(word.casefold().startswith(m.casefold()) for m in months())


def _full(index: int) -> str:
    names = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
    return names[index].casefold()


def _day_of_month(text: str, today: date) -> date | None:
    """`24`, `24 nov`, `24 nov 2027`: the next such day that is still to come, unless the year is said."""
    parts = text.split()
    if not parts or not parts[0].isdecimal() or len(parts[0]) > 2:
        return None
    number = int(parts[0])
    if len(parts) == 1:
        for ahead in range(13):
            year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
            day = _made(year, month + 1, number)
            if day is not None and day > today:
                return day
        return None
    month_names = [m.casefold() for m in months()]
    named = next((i + 1 for i, m in enumerate(month_names) if len(parts[1]) >= 3 and parts[1].startswith(m)), None)
    if named is None:
        return None
    if len(parts) == 3:
        return _made(int(parts[2]), named, number) if re.fullmatch(r"\d{4}", parts[2]) else None
    this_year = _made(today.year, named, number)
    return this_year if this_year is not None and this_year >= today else _made(today.year + 1, named, number)


def _next_weekday(index: int, today: date) -> date:
    return today + timedelta((index - today.weekday() - 1) % 7 + 1)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_moment(text: str, today: date, zone: tzinfo) -> tuple[datetime, str]:
    """A day (today where none is said) and an hour, `fri 14:30`; then the words after. Raises Usage."""
    day, rest = today, text.strip()
    with suppress(Usage):
        day, rest = read_day(text, today)
    first, _blank, after = rest.partition(" ")
    found = re.fullmatch(_CLOCK, first)
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise Usage(_("Type the day and the hour, as in fri 14:30 or 24 nov 9:00."))
    return datetime.combine(day, time(int(found[1]), int(found[2] or 0)), zone), after.strip()


def read_past_moment(text: str, today: date, zone: tzinfo) -> datetime:
    """When something was, on the agency's clock: `14:30` (today), `yesterday 14:30`, `fri 9:15` (the last one), `24 nov 2026 10:00`.
    Raises Usage, also for a day ahead."""
    day, _blank, clock = text.strip().rpartition(" ")
    whole = read_past_day(day)
    typed = text if whole is None else f"{whole.isoformat()} {clock}"
    at = parse_moment(typed, datetime.combine(today, time(12), zone), zone).astimezone(zone)
    if at.date() > today:
        raise Usage(_("That lies ahead; @ makes an appointment."))
    return at


def read_new_time(text: str, now: datetime, today: date) -> tuple[datetime, int | None]:
    """Where an appointment at `now` is to go: a day, an hour, or both, the other as it was; then perhaps minutes. Raises
    Usage."""
    rest = text.strip()
    day = None
    with suppress(Usage):
        day, rest = read_day(text, today)
    first, _blank, after = rest.partition(" ")
    found = re.fullmatch(_CLOCK, first)
    hour = time(int(found[1]), int(found[2] or 0)) if found and int(found[1]) < 24 and int(found[2] or 0) < 60 else None
    minutes, left = read_minutes(after if hour is not None else rest)
    if (day is None and hour is None) or left or minutes == 0:
        raise Usage(_("Type the new day, the new hour or both, as in fri 14:30; minutes may follow."))
    clock = hour if hour is not None else now.time()
    return datetime.combine(now.date() if day is None else day, clock, now.tzinfo), minutes


def read_minutes(text: str) -> tuple[int | None, str]:
    """The minutes that a sentence begins with, `15 spoke about the lease`, and the sentence."""
    first, _blank, rest = text.strip().partition(" ")
    number = first.removesuffix("'").removesuffix("m")
    if number.isdecimal() and len(number) <= 4 and int(number) <= 1440:
        return int(number), rest.strip()
    return None, text.strip()
