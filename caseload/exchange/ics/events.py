"""One event of a calendar, understood: who it is known by, how new it is, and each of its dates as an appointment has them.

What comes again is followed by the wall clock of its own time zone, day by day (casework/recurrence.py): a rule by hours, minutes
or seconds is no appointment and is refused, so that none can be asked for that never ends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ...casework import recurrence
from ...errors import Usage
from ...messages import _
from ...text import LINE_LIMIT, line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icalendar import Component

    from .split import Part

# Where neither an end nor a length is said, in minutes.
USUAL = 60
_MOST_EXTRA = 1000


class Unreadable(Exception):
    """Why an event is not taken: the property, what was expected of it, and what is wrong. Never its words."""

    def __init__(self, column: str, expected: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.expected, self.reason = column, expected, reason


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT. `day` is the date of the series in whose place it stands (RECURRENCE-ID); `stamp` sorts by newness."""

    uid: str
    stamp: str
    starts: datetime
    lasts: timedelta
    title: str
    place: str
    words: str
    cancelled: bool
    rule: str | None = None
    extra: tuple[datetime, ...] = ()
    without: frozenset[date] = frozenset()
    instead: datetime | None = None

    @property
    def again(self) -> bool:
        return self.rule is not None or bool(self.extra)


class Zones:
    """Time zones by the names that a calendar uses: of the IANA, of Windows, with a prefix, or told in the calendar itself."""

    def __init__(self, own: tzinfo, told: dict[str, Component]) -> None:
        self.own, self._told = own, told
        self._made: dict[str, tzinfo] = {}

    def of(self, name: str) -> tzinfo:
        """Raises Unreadable for one that nobody knows."""
        if name not in self._made:
            self._made[name] = self._look_up(name)
        return self._made[name]

    def _look_up(self, name: str) -> tzinfo:
        wanted = name.strip().strip('"')
        for end in (wanted, _windows().get(wanted, ""), "/".join(wanted.split("/")[-2:]), wanted.split("/")[-1]):
            if (found := _zone(end)) is not None:
                return found
        if name in self._told:
            try:
                own: tzinfo = self._told[name].to_tz()  # type: ignore[attr-defined]
                return own
            except Exception:  # whatever a made-up zone can be wrong in
                pass
        raise Unreadable("TZID", _("a time zone such as Europe/Rome"), _("is in a time zone that is not known"))


@cache
def _zone(key: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(key) if key else None
    except (ValueError, OSError, KeyError):
        return None


@cache
def _windows() -> dict[str, str]:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return dict(WINDOWS_TO_OLSON)


def read(part: Part, zones: Zones) -> Event:
    """A VEVENT as it is meant. Raises Unreadable."""
    if part.fault:
        raise Unreadable("", _("a whole event"), part.fault)
    try:
        return _read(parsed(part), zones)
    except (OverflowError, ValueError) as bad:
        raise Unreadable("", _("days of these years"), _("lies too far away")) from bad


def _read(found: Component, zones: Zones) -> Event:
    uid = uid_of(found)
    starts = moment_of(found, "DTSTART", zones)
    if starts is None:
        raise Unreadable("DTSTART", _("a day and an hour"), _("does not say when it begins"))
    instead = moment_of(found, "RECURRENCE-ID", zones, whole_days=True)
    if instead is not None and "RANGE" in params_of(found["RECURRENCE-ID"]):
        raise Unreadable(
            "RECURRENCE-ID", _("one date"), _("changes one date and all after it, which cannot be followed")
        )
    cancelled = str(found.get("STATUS", "")).strip().upper() == "CANCELLED"
    rule = _rule(found, starts) if instead is None else None
    return Event(
        uid, stamp_of(found), starts, _lasts(found, starts, zones), line(str(found.get("SUMMARY", "")))[:LINE_LIMIT],
        line(str(found.get("LOCATION", "")))[:LINE_LIMIT], words_of(found), cancelled, rule,
        tuple(_several(found, "RDATE", zones)) if instead is None else (),
        frozenset(_days(found, zones, starts.tzinfo)), instead,
    )  # fmt: skip


def dates(event: Event, last: date, now: datetime) -> Iterator[tuple[date, datetime]]:
    """(the day by which a date is known, when it begins) of all that has not ended, up to a last day. Raises Unreadable where the
    rule cannot be followed."""
    zone = event.starts.tzinfo
    first = event.starts.date()
    found = {first: event.starts}
    if event.rule is not None:
        try:
            rule, begins = recurrence.begun(recurrence.read(event.rule), first)
        except (Usage, OverflowError, ValueError) as bad:
            raise Unreadable("RRULE", _("a rule of days, weeks, months or years"), str(bad)) from None
        if rule.count is not None and begins != first:
            # The first date counts, whether or not its rule names it.
            rule = replace(rule, count=rule.count - 1)
        for day in recurrence.days(rule, begins, last):
            found[day] = datetime.combine(day, event.starts.timetz().replace(tzinfo=None), zone)
    found |= {one.date(): one for one in event.extra if one.date() <= last}
    for day in sorted(found):
        if day not in event.without and found[day].astimezone(UTC) + event.lasts > now:
            yield day, found[day]


# -- properties --------------------------------------------------------------------------------------


def parsed(part: Part) -> Component:
    """A component by the rules of RFC 5545, its lines one by one. Raises Unreadable."""
    from icalendar import Event as Parsed
    from icalendar import Todo

    try:
        found = (Todo if part.kind == "VTODO" else Parsed).from_ical(part.text())
        broken = [name for name, _why in found.errors if name]
    except (
        Exception
    ) as bad:  # a parser of other people's text may fail in any way; the other events are read all the same
        raise Unreadable("", _("an entry as calendars write it"), _("cannot be read")) from bad
    if broken:
        raise Unreadable(broken[0].upper(), _("a value as calendars write it"), _("cannot be read"))
    for name in (
        "UID",
        "DTSTART",
        "DTEND",
        "DUE",
        "DURATION",
        "RRULE",
        "RECURRENCE-ID",
        "SEQUENCE",
        "STATUS",
        "COMPLETED",
    ):
        if isinstance(found.get(name), list):
            raise Unreadable(name, _("one value"), _("is there more than once"))
    return found


def uid_of(found: Component) -> str:
    """What it is known by. Raises Unreadable."""
    uid = line(str(found.get("UID", ""))).strip()
    if not uid or len(uid) > 500:
        raise Unreadable("UID", _("an identifier"), _("has no UID, by which it would be known again"))
    return uid


def words_of(found: Component) -> str:
    """All that may name a case."""
    return " ".join(
        [*(str(found.get(name, "")) for name in ("SUMMARY", "DESCRIPTION", "LOCATION")), *categories(found)]
    )


def params_of(value: Any) -> dict[str, str]:
    return {str(name).upper(): str(one) for name, one in getattr(value, "params", {}).items()}


def _local(moment: Any, params: dict[str, str], zones: Zones, name: str) -> datetime:
    """A moment in the time zone that it names; in the agency's where it names none. Raises Unreadable."""
    if not isinstance(moment, datetime):
        raise Unreadable(name, _("a day and an hour"), _("is a day without an hour, and an appointment has one"))
    if "TZID" in params:
        return moment.replace(tzinfo=zones.of(params["TZID"]))
    return moment.replace(tzinfo=zones.own) if moment.tzinfo is None else moment.astimezone(UTC)


def moment_of(found: Component, name: str, zones: Zones, *, whole_days: bool = False) -> datetime | None:
    """When a property says; nothing where it is not there. Raises Unreadable, for a day without an hour unless `whole_days`."""
    value = found.get(name)
    if value is None:
        return None
    moment = getattr(value, "dt", None)
    if whole_days and isinstance(moment, date) and not isinstance(moment, datetime):
        made = datetime.combine(moment, time(), zones.own)
    else:
        made = _local(moment, params_of(value), zones, name)
    if not 1970 <= made.year <= 9000:
        raise Unreadable(name, _("a day of these years"), _("lies too far away"))
    return made


def _lasts(found: Component, starts: datetime, zones: Zones) -> timedelta:
    lasts = timedelta(minutes=USUAL)
    if "DTEND" in found:
        ends = moment_of(found, "DTEND", zones)
        assert ends is not None
        lasts = ends.astimezone(UTC) - starts.astimezone(UTC)
    elif "DURATION" in found:
        told = getattr(found["DURATION"], "dt", None)
        if not isinstance(told, timedelta):
            raise Unreadable("DURATION", _("a length such as PT45M"), _("cannot be read"))
        lasts = told
    if not timedelta(minutes=1) <= lasts <= timedelta(days=1):
        raise Unreadable(
            "DTEND", _("1 to 1440 minutes after it begins"), _("lasts longer than a day, or no time at all")
        )
    return lasts


def stamp_of(found: Component) -> str:
    """SEQUENCE first, then when it was changed last: text that sorts."""
    try:
        sequence = min(max(int(found.get("SEQUENCE", 0)), 0), 10**9 - 1)
    except (TypeError, ValueError):
        raise Unreadable("SEQUENCE", _("a whole number"), _("cannot be read")) from None
    at = getattr(found.get("LAST-MODIFIED", found.get("DTSTAMP")), "dt", None)
    when = ""
    if isinstance(at, datetime):
        when = (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return f"{sequence:09d} {when}".strip()


def categories(found: Component) -> Iterator[str]:
    value = found.get("CATEGORIES")
    for one in value if isinstance(value, list) else [value] if value is not None else []:
        yield from (str(cat) for cat in getattr(one, "cats", [one]))


def _rule(found: Component, starts: datetime) -> str | None:
    """The RRULE, its end as a day of the event's own calendar."""
    value = found.get("RRULE")
    if value is None:
        return None
    parts = []
    for part in value.to_ical().decode().split(";"):
        name, _sign, text = part.partition("=")
        if name.upper() == "UNTIL":
            until = value.get("UNTIL")
            last = until[0] if isinstance(until, list) else until
            if isinstance(last, datetime):
                local = (
                    last.astimezone(starts.tzinfo) if last.tzinfo is not None else last.replace(tzinfo=starts.tzinfo)
                )
                day = local.date() - timedelta(
                    days=local.timetz().replace(tzinfo=None) < starts.timetz().replace(tzinfo=None)
                )
                text = f"{day:%Y%m%d}"
        parts.append(f"{name}={text}")
    return ";".join(parts)


def _several(found: Component, name: str, zones: Zones) -> list[datetime]:
    value = found.get(name)
    out = []
    for many in value if isinstance(value, list) else [value] if value is not None else []:
        params = params_of(many)
        for one in getattr(many, "dts", []):
            moment = one.dt[0] if isinstance(one.dt, tuple) else one.dt
            out.append(_local(moment, params | params_of(one), zones, name))
    if len(out) > _MOST_EXTRA:
        raise Unreadable(name, _("at most {n} dates").format(n=_MOST_EXTRA), _("names more dates than can be followed"))
    return out


def _days(found: Component, zones: Zones, zone: tzinfo | None) -> Iterator[date]:
    """The days of a series that do not take place, in its own time zone."""
    value = found.get("EXDATE")
    for many in value if isinstance(value, list) else [value] if value is not None else []:
        params = params_of(many)
        for one in getattr(many, "dts", []):
            if isinstance(one.dt, datetime):
                yield _local(one.dt, params | params_of(one), zones, "EXDATE").astimezone(zone).date()
            else:
                yield one.dt
