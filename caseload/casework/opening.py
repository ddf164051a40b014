"""The hours in which a service is open: as people type them, and as they are read out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..errors import Usage
from ..messages import _

# ISO 8601: Monday is 1. As they are typed and printed; the first letters are enough.
_CODES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*-\s*(\d{1,2})(?:[:.](\d{2}))?")
_MIDNIGHT = 24 * 60


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """Open on that weekday (Monday is 1) from and to a minute since midnight."""

    weekday: int
    opens: int
    closes: int


def read(text: str) -> tuple[Hours, ...]:
    """Hours as people write them: `mon-fri 9-12:30 14-17, sat 9-12`; nothing where nothing is written. Raises Usage."""
    found: list[Hours] = []
    for part in filter(None, (one.strip().lower() for one in re.split(r"[,;\n]", text))):
        days, _space, times = part.partition(" ")
        spans = _SPAN.findall(times)
        if not spans or _SPAN.sub("", times).strip():
            raise _unread()
        for first in _weekdays(days):
            for begin, begin_minute, end, end_minute in spans:
                opens, closes = int(begin) * 60 + int(begin_minute or 0), int(end) * 60 + int(end_minute or 0)
                if not (opens < closes <= _MIDNIGHT) or max(int(begin_minute or 0), int(end_minute or 0)) > 59:
                    raise Usage(_("Hours end after they begin, on the same day, at 24:00 the latest."))
                found.append(Hours(first, opens, closes))
    found.sort()
    for one, other in pairwise(found):
        if one.weekday == other.weekday and other.opens < one.closes:
            raise Usage(_("Hours of one day overlap: {day}.").format(day=weekday(one.weekday)))
    return tuple(found)


def _unread() -> Usage:
    return Usage(_("Write hours as in: mon-fri 9-12:30 14-17, sat 9-12."))


def _weekdays(text: str) -> Iterable[int]:
    first, dash, last = text.partition("-")
    begin = _weekday(first)
    end = _weekday(last) if dash else begin
    # Over the weekend: sat-mon.
    return [(begin - 1 + step) % 7 + 1 for step in range((end - begin) % 7 + 1)]


def _weekday(text: str) -> int:
    local = [weekday(day).casefold() for day in range(1, 8)]
    for names in (_CODES, local):
        for day, name in enumerate(names, 1):
            if text == name or (len(text) >= 3 and text[:3] == name[:3]):
                return day
    raise _unread()


def weekday(day: int) -> str:
    """A weekday in short, by its number."""
    return (_("mon"), _("tue"), _("wed"), _("thu"), _("fri"), _("sat"), _("sun"))[day - 1]


def clock(minute: int) -> str:
    """A minute since midnight on the clock: 9:00."""
    return f"{minute // 60}:{minute % 60:02d}"


def written(hours: Sequence[Hours]) -> str:
    """Hours as `read` takes them, days of the same hours together."""
    by_day: dict[int, list[str]] = {}
    for one in sorted(hours):
        by_day.setdefault(one.weekday, []).append(f"{clock(one.opens)}-{clock(one.closes)}")
    runs: list[tuple[int, int, str]] = []
    for day, spans in by_day.items():
        said = " ".join(spans)
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == said:
            runs[-1] = (runs[-1][0], day, said)
        else:
            runs.append((day, day, said))
    return ", ".join(
        f"{weekday(first)}{'' if first == last else '-' + weekday(last)} {said}" for first, last, said in runs
    )
