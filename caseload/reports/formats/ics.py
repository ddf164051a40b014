"""iCalendar (RFC 5545): one calendar of events and tasks, in the agency's time zone with its rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, BinaryIO

from caseload import __version__
from caseload.text import line

from . import Written

if TYPE_CHECKING:
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from icalendar import Component

    from ..table import Report

# So many years ahead the clocks' changes are told, for what comes again without an end.
_AHEAD = 10


def write(report: Report, target: BinaryIO, scratch: Path) -> Written:
    """The rows of a calendar, as `reports/calendar.py` has them."""
    from icalendar import Calendar

    made = Calendar()
    for name, value in (
        ("prodid", f"-//caseload//caseload {__version__}//EN"),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
    ):
        made.add(name, value)
    [table] = report.tables
    found = [dict(zip(table.keys, row, strict=True)) for row in table.rows]
    if starts := [row["starts"] for row in found if row["starts"] is not None]:
        made.add_component(_rules(report.zone, min(starts).year - 1, max(starts).year + _AHEAD))
    for row in found:
        made.add_component(_component(row, report))
    target.write(made.to_ical())
    return Written({table.name: len(found)})


def _rules(zone: ZoneInfo, first: int, last: int) -> Component:
    """When the clocks of the zone change, from the first to the last of these years (RFC 5545, 3.6.5): each change in the local time
    that it ends. icalendar has it an hour late where clocks go forward."""
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

    made = Timezone()
    made.add("tzid", zone.key)
    at, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last, 12, 31, tzinfo=UTC)
    changes: dict[tuple[timedelta, timedelta, str], list[datetime]] = {}
    before = _offset(zone, at)
    changes[before, before, at.astimezone(zone).tzname() or ""] = [at]
    while at < end:
        low, at = at, at + timedelta(days=1)
        if (after := _offset(zone, at)) == before:
            continue
        high = at
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) // 2
            low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
        moment = high.replace(microsecond=0)
        changes.setdefault((before, after, moment.astimezone(zone).tzname() or ""), []).append(moment)
        before = after
    for (old, new, name), moments in changes.items():
        summer = bool(moments[0].astimezone(zone).dst())
        one: Component = TimezoneDaylight() if summer else TimezoneStandard()
        local = [moment.replace(tzinfo=None) + old for moment in moments]
        one.add("dtstart", local[0])
        if every := _yearly(local):
            one.add("rrule", vRecur.from_ical(f"FREQ=YEARLY;{every}"))
        elif local[1:]:
            one.add("rdate", local[1:])
        for label, value in (("tzoffsetfrom", old), ("tzoffsetto", new), ("tzname", name)):
            one.add(label, value)
        made.add_component(one)
    return made


def _yearly(moments: list[datetime]) -> str:
    """The rule by which the clocks change every year (the last Sunday of March), which more programs follow than lists of days; nothing
    where there is none."""
    first = moments[0]
    if len(moments) < 2 or {(one.month, one.weekday(), one.time()) for one in moments} != {
        (first.month, first.weekday(), first.time())
    }:
        return ""
    if [one.year for one in moments] != list(range(first.year, first.year + len(moments))):
        return ""
    weeks = {(one.day - 1) // 7 + 1 for one in moments}
    last = all((one + timedelta(days=7)).month != one.month for one in moments)
    nth = -1 if last else weeks.pop() if len(weeks) == 1 else None
    return (
        ""
        if nth is None
        else f"BYMONTH={first.month};BYDAY={nth}{['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'][first.weekday()]}"
    )


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _component(row: dict[str, Any], report: Report) -> Component:
    from icalendar import Event, Todo, vRecur

    one: Component = Event() if row["component"] == "event" else Todo()

    def here(moment: datetime) -> datetime:
        return moment.astimezone(report.zone)

    one.add("uid", row["uid"])
    one.add("dtstamp", report.as_of.astimezone(UTC).replace(microsecond=0))
    one.add("sequence", row["sequence"])
    one.add("status", row["status"])
    one.add("class", "PRIVATE")
    words = " – ".join(line(part) for part in (row["title"] or row["words"], row["client"]) if part)
    one.add("summary", words)
    if row["place"]:
        one.add("location", line(row["place"]))
    if row["case"]:
        one.add("description", line(row["case"]))
    if row["starts"] is not None:
        one.add("dtstart", here(row["starts"]))
        one.add("dtend", here(row["ends"]))
    if row["due"] is not None:
        one.add("due", row["due"] if isinstance(row["due"], date) else date.fromisoformat(row["due"]))
    if row["done"] is not None:
        one.add("completed", row["done"].astimezone(UTC).replace(microsecond=0))
    if row["again"]:
        one.add("rrule", vRecur.from_ical(row["again"]))
    if row["without"]:
        one.add("exdate", [here(moment) for moment in row["without"]])
    if row["instead"] is not None:
        one.add("recurrence-id", here(row["instead"]))
    return one
