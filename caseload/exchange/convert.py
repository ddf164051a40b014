"""Days, moments and codes as other systems write them. What could mean two things is never guessed: it is refused, with
every reading, until somebody says in which order the file's dates are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

from ..messages import _

if TYPE_CHECKING:
    from collections.abc import Iterator

ORDERS = ("ymd", "mdy", "dmy")

_MONTHS = {
    m: n for n, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_LONG = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTHS |= {m: n for n, m in enumerate(_LONG, 1)} | {"sept": 9}

_CLOCK = (
    r"(?:(?:[T\s]\s*)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,12}))?)?"
    r"\s*(?P<half>[AaPp])?(?(half)\.?[Mm]\.?)\s*(?P<zone>Z|z|UTC|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_YEAR_FIRST = re.compile(r"(?P<a>[0-9]{4})(?P<sep>[-/.])(?P<b>[0-9]{1,2})(?P=sep)(?P<c>[0-9]{1,2})" + _CLOCK)
_NUMBERS = re.compile(r"(?P<a>[0-9]{1,2})(?P<sep>[-/.])(?P<b>[0-9]{1,2})(?P=sep)(?P<c>[0-9]{2}|[0-9]{4})" + _CLOCK)
_DAY_NAME = re.compile(r"(?P<c>[0-9]{1,2})[-/ ](?P<b>[A-Za-z]{3,9})\.?[-/, ]\s*(?P<a>[0-9]{2}|[0-9]{4})" + _CLOCK)
_NAME_DAY = re.compile(r"(?P<b>[A-Za-z]{3,9})\.?[-/ ](?P<c>[0-9]{1,2})(?:[-/]|,? )\s*(?P<a>[0-9]{2}|[0-9]{4})" + _CLOCK)
_SOCIAL_SECURITY = re.compile(r"[0-9Xx]{3}[-./ ]?[0-9Xx]{2}[-./ ]?[0-9Xx]{4}")
_LOOKS_DATED = re.compile(
    r"(?:[0-9]{1,2}|[0-9]{4}|[A-Za-z]{3,9})[-/. ](?:[0-9]{1,2}|[A-Za-z]{3,9})[-/., ]{1,2}(?:[0-9]{1,2}|[0-9]{4})"
    r"(?:[T ][0-9:.,+ AaPpMmZz-]{1,30})?"
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The days a date may lie between, both included. They also settle a two-digit year, where one century fits."""

    earliest: date
    latest: date


class Unreadable(ValueError):
    """A cell that cannot be taken: why, and what was expected. Never carries the cell itself."""

    def __init__(self, reason: str, expected: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.expected = expected


class Ambiguous(Unreadable):
    """A date that can be read in more than one way; `readings` are the days it could be, earliest first."""

    def __init__(self, readings: tuple[date, ...]) -> None:
        days = _(" or ").join(d.isoformat() for d in readings)
        super().__init__(_("could be {days}").format(days=days), _("a date such as 2024-10-31"))
        self.readings = readings


def _no_date() -> Unreadable:
    return Unreadable(_("is not a date"), _("a date such as 2024-10-31"))


def _match(cell: str) -> tuple[re.Match[str], bool]:
    """The match, and whether the month is a word."""
    for pattern, named in ((_YEAR_FIRST, False), (_NUMBERS, False), (_DAY_NAME, True), (_NAME_DAY, True)):
        if found := pattern.fullmatch(cell):
            return found, named
    raise _no_date()


def _years(text: str) -> tuple[int, ...]:
    return (int(text),) if len(text) == 4 else (1900 + int(text), 2000 + int(text))


def _orders(found: re.Match[str], named: bool, order: str | None) -> Iterator[list[tuple[int, int, int]]]:
    """For each order the digits can be read in: every (year, month, day) it gives, one a century."""
    a, b, c = found["a"], found["b"], found["c"]
    if named:
        month = _MONTHS.get(b.lower())
        if month is None:
            raise _no_date()
        yield [(year, month, int(c)) for year in _years(a)]
    elif len(a) == 4:
        yield [(int(a), int(b), int(c))]
    else:
        if order in (None, "mdy"):
            yield [(year, int(a), int(b)) for year in _years(c)]
        if order in (None, "dmy"):
            yield [(year, int(b), int(a)) for year in _years(c)]
        # A two-digit year can stand first as well; a four-digit one would have been seen there.
        if len(c) == 2 and order in (None, "ymd"):
            yield [(year, int(b), int(c)) for year in _years(a.zfill(2))]


def _real(triples: list[tuple[int, int, int]]) -> set[date]:
    days: set[date] = set()
    for triple in triples:
        try:
            days.add(date(*triple))
        except ValueError:
            continue
    return days


def _read(cell: str, bounds: Bounds, order: str | None) -> tuple[date, re.Match[str]]:
    """Bounds choose the century, never the order: a day out of bounds is as likely a slip as a proof of day first."""
    found, named = _match(cell.strip())
    readings: set[date] = set()
    for triples in _orders(found, named, order):
        real = _real(triples)
        readings |= {d for d in real if bounds.earliest <= d <= bounds.latest} or real
    if not readings:
        raise _no_date()
    inside = [d for d in readings if bounds.earliest <= d <= bounds.latest]
    if not inside:
        between = _("a date from {first} to {last}").format(first=bounds.earliest, last=bounds.latest)
        late = min(readings) > bounds.latest
        raise Unreadable(_("is later than it can be") if late else _("is not a day it can be"), between)
    if len(readings) > 1:
        raise Ambiguous(tuple(sorted(readings)))
    return inside[0], found


def day(cell: str, bounds: Bounds, order: str | None = None) -> date | None:
    """The day written in a cell; None for an empty one. A time of day after it is dropped: the day stands as written.

    `order` (`mdy`, `dmy`, `ymd`) is what somebody said about the file's dates. Raises Unreadable, Ambiguous.
    """
    return _day(cell, bounds, order) if cell and not cell.isspace() else None


# The same days, moments and codes stand in thousands of rows.
@lru_cache(maxsize=4096)
def _day(cell: str, bounds: Bounds, order: str | None) -> date:
    return _read(cell, bounds, order)[0]


def instant(cell: str, zone: tzinfo, bounds: Bounds, order: str | None = None) -> datetime | None:
    """The moment written in a cell, in UTC; `zone` is the wall clock it was written by unless it names its own.

    None for an empty cell; a date without a time is its midnight. Raises Unreadable, Ambiguous.
    """
    return _instant(cell, zone, bounds, order) if cell and not cell.isspace() else None


@lru_cache(maxsize=4096)
def _instant(cell: str, zone: tzinfo, bounds: Bounds, order: str | None) -> datetime:
    on, found = _read(cell, bounds, order)
    hour, half = int(found["hour"] or 0), (found["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        raise _no_date()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        at = time(
            hour, int(found["minute"] or 0), int(found["second"] or 0), int((found["part"] or "0")[:6].ljust(6, "0"))
        )
    except ValueError:
        raise _no_date() from None
    return datetime.combine(on, at, _zone(found["zone"]) or zone).astimezone(UTC)


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if ahead >= timedelta(hours=24):
        raise _no_date()
    return timezone(-ahead if text[0] == "-" else ahead)


@lru_cache(maxsize=4096)
def integer(cell: str) -> int | None:
    """A coded number; None for an empty cell. `1.0`, which spreadsheets make of 1, is 1. Raises Unreadable."""
    text = cell.strip()
    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,9}(?:\.0{1,9})?", text):
        raise Unreadable(_("is not a whole number"), _("a code, written as a whole number"))
    return int(text.split(".")[0])


def showable(cell: str) -> str:
    """The cell where it is plainly a date or a short code, and nothing otherwise: in a row that has slipped by a column
    a name or a social security number may stand where a date was expected, and a message must not repeat it."""
    text = cell.strip()
    if re.fullmatch(r"-?[0-9]{1,4}(?:\.0{1,9})?", text):
        return text
    if _LOOKS_DATED.fullmatch(text) and not _SOCIAL_SECURITY.fullmatch(text):
        return text
    return ""
