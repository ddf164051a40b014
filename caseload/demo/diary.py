"""The made-up agency's calendar: working days, hours in its time zone, and who is busy when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from random import Random
from zoneinfo import ZoneInfo

from .agency import HOLIDAYS

# Quarters of an hour from 8:30 to 17:15, as minutes since midnight, and those of an evening where the day is full.
SLOTS = tuple(range(8 * 60 + 30, 17 * 60 + 16, 15))
_EVENING = tuple(range(17 * 60 + 30, 20 * 60, 15))


class Diary:
    """Days count back from `today`, which itself is left empty: everything told happened before this morning."""

    def __init__(self, today: date, zone: ZoneInfo, rng: Random) -> None:
        self.today = today
        self.zone = zone
        self.rng = rng
        self._closed = {(month, day) for month, day, _name in HOLIDAYS}
        self._busy: dict[tuple[int, date], set[int]] = {}

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def works(self, day: date) -> bool:
        return day.weekday() < 5 and (day.month, day.day) not in self._closed

    def working(self, days: Sequence[date]) -> date:
        """One of these days, a working one if there is any."""
        return self.rng.choice([day for day in days if self.works(day)] or list(days))

    def working_gap(self, first: int, last: int) -> int:
        """How many days ago, between `first` and `last`: a working day if there is any."""
        return (self.today - self.working([self.ago(n) for n in range(first, max(first, last) + 1)])).days

    def shifted(self, day: date, first: int, last: int) -> date:
        """A working day `first` to `last` days after `day`."""
        return self.working([day + timedelta(days=n) for n in range(first, last + 1)])

    def at(self, day: date, minute: int) -> datetime:
        """The instant of a local day and minute."""
        return datetime.combine(day, time(minute // 60, minute % 60), self.zone).astimezone(timezone.utc)

    def slot(self, worker: int, day: date, quarters: int) -> int:
        """A free time of that worker's day, as minutes since midnight, taken from now on."""
        taken = self._busy.setdefault((worker, day), set())

        def free(slots: tuple[int, ...]) -> list[int]:
            return [slot for slot in slots if not taken.intersection(range(slot, slot + max(1, quarters) * 15, 15))]

        slot = self.rng.choice(free(SLOTS) or free(_EVENING) or SLOTS)
        taken.update(range(slot, slot + quarters * 15, 15))
        return slot
