"""The days a report speaks of. Both ends belong to it; the days are the agency's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from caseload.errors import Usage
from caseload.messages import _
from caseload.text import line

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_WEEK = re.compile(r"(\d{4})-[Ww](\d{2})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FIRST, _LAST = date(1900, 1, 1), date(9998, 12, 31)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date

    @property
    def key(self) -> str:
        """One name for one period, so that a file or a run can be called after it: `2026-W47`, or `FROM..TO`."""
        if self.first.isoweekday() == 1 and self.last - self.first == timedelta(days=6):
            year, week, _day = self.first.isocalendar()
            return f"{year:04d}-W{week:02d}"
        return f"{self.first}..{self.last}"

    def begins(self, zone: ZoneInfo) -> datetime:
        """The first instant of the first day, in UTC."""
        return _midnight(self.first, zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        """The first instant after the last day, in UTC."""
        return _midnight(self.last + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    # Where the clock skips midnight, this is the moment it jumps: still the first of that day.
    return datetime.combine(day, time(), zone).astimezone(UTC)


def parse(*, week: str | None = None, from_: str | None = None, to: str | None = None) -> Period:
    """The period of `--week 2026-W47`, or of `--from DATE --to DATE`. Raises Usage."""
    if week is not None:
        if from_ is not None or to is not None:
            raise Usage(_("Give either a week or a first and a last day, not both."))
        return _week(week)
    if from_ is None or to is None:
        raise Usage(_("Say which days: --week 2026-W47, or --from and --to with a day each, such as 2026-11-16."))
    first, last = _day(from_, "--from"), _day(to, "--to")
    if last < first:
        raise Usage(_("The period ends on {last}, before it begins on {first}.").format(first=first, last=last))
    return Period(first, last)


def _week(written: str) -> Period:
    match = _WEEK.fullmatch(written.strip())
    if match is None:
        raise Usage(
            _("{week} is not a week. Write the year and the ISO week, such as 2026-W47.").format(week=line(written))
        )
    year, number = int(match[1]), int(match[2])
    if not _FIRST.year <= year <= _LAST.year - 1:
        raise Usage(_("{week}: the year must lie between 1900 and 9997.").format(week=line(written)))
    weeks = date(year, 12, 28).isocalendar().week  # 28 December always falls in the year's last week (ISO 8601).
    if not 1 <= number <= weeks:
        raise Usage(
            _("There is no week {week}: {year} has weeks 01 to {weeks}.").format(
                week=line(written), year=year, weeks=weeks
            )
        )
    monday = date.fromisocalendar(year, number, 1)
    return Period(monday, monday + timedelta(days=6))


def _day(written: str, option: str) -> date:
    try:
        if not _DAY.fullmatch(written.strip()):
            raise ValueError
        day = date.fromisoformat(written.strip())
    except ValueError:
        raise Usage(
            _("{option} {day} is not a day. Write year, month and day, such as 2026-11-16.").format(
                option=option, day=line(written)
            )
        ) from None
    if not _FIRST <= day <= _LAST:
        raise Usage(_("{option} {day}: the year must lie between 1900 and 9998.").format(option=option, day=day))
    return day
