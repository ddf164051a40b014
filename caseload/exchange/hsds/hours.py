"""Opening hours as directories write them: by weekday, or as a weekly rule (HSDS schedule); times in whatever way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from ...casework.opening import Hours

if TYPE_CHECKING:
    from .read import Row

_DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
# 9:00am, 7:30 am, 8:00, 9:00a, 8:00m, 930, 09:00:00, 17:00Z, 09:00+01:00
_TIME = re.compile(
    r"(\d{1,2})(?:[:.h]?(\d{2}))?(?::\d{2}(?:\.\d+)?)?\s*(a|p|m|n|am|pm|noon)?\.?(?:m\.?)?(?:z|[+-]\d{2}:?\d{2})?"
)
_WHOLE = 24 * 60


def minute(text: str) -> int | None:
    """A time of day as minutes since midnight; None where it cannot be read."""
    found = _TIME.fullmatch(text.strip().lower())
    if not found:
        return {"noon": 12 * 60, "midnight": 0}.get(text.strip().lower())
    hour, minutes, half = int(found[1]), int(found[2] or 0), (found[3] or "")[:1]
    if half in ("a", "p") and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    made = hour * 60 + minutes
    return made if minutes < 60 and made <= _WHOLE else None


def weekdays(text: str) -> list[int] | None:
    """Weekdays by name, by number (Monday is 1) or as iCalendar has them; None where it cannot be told, or is of a month."""
    found = []
    for part in re.split(r"[,;/\s]+", text.strip().lower()):
        if part.isdigit() and 1 <= int(part) <= 7:
            found.append(int(part))
        elif len(part) >= 2 and part[:2] in _DAYS and part.isalpha():
            found.append(_DAYS.index(part[:2]) + 1)
        else:
            return None
    return found


def of(rows: Iterable[Row], today: date) -> tuple[list[Hours], int]:
    """The hours that these rows say together, those that touch as one; and how many rows could not be read as hours of a week."""
    spans: dict[int, list[tuple[int, int]]] = {}
    odd = 0
    for row in rows:
        until = row.get("valid_to")
        if until and until[:10] < today.isoformat():
            continue
        days = weekdays(row.get("weekday", "byday")) if row.get("weekday", "byday") else None
        opens, closes = minute(row.get("opens_at", "opens")), minute(row.get("closes_at", "closes"))
        weekly = row.get("freq").upper() in ("", "WEEKLY", "DAILY") and row.get("interval") in ("", "1")
        if row.get("freq").upper() == "DAILY" and days is None:
            days = list(range(1, 8))
        if not days or opens is None or closes is None or not weekly:
            # A day that is closed is said by empty hours.
            odd += bool(row.get("opens_at", "opens", "closes_at", "closes"))
            continue
        for day in days:
            if opens < closes:
                spans.setdefault(day, []).append((opens, closes))
            else:
                # Past midnight: from the evening on, and the next morning. The same hour twice is the whole day.
                spans.setdefault(day, []).append((opens, _WHOLE))
                if closes and closes < opens:
                    spans.setdefault(day % 7 + 1, []).append((0, closes))
    return [Hours(day, *span) for day in sorted(spans) for span in _joined(spans[day])], odd


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    made: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if first == last:
            continue
        if made and first <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], last))
        else:
            made.append((first, last))
    return made
