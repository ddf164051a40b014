"""Appointments that come again: one row for the rule, one appointment for each of its dates.

The dates of half a year ahead are made with the series; the first who comes in and works with the case makes the next ones while
there are still three months of them, so that ranks, lists and clashes read plain appointments and no rule. What is said of a date
that comes later (what for, where, with whom, the way) is what the last one says that still stands where its rule puts it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, insert, select, update

from ..clock import day_of
from ..errors import Conflict, Refused, Usage
from ..messages import _
from ..models import appointment, appointment_series, case_file
from ..models.series import GOES_ON, LEAST_AHEAD
from ..store import scope
from ..store.database import Reading, Work
from ..store.days import LAST_YEAR
from . import recurrence
from .recurrence import Rule

# So many days ahead the dates of a series are made, and the next ones once there are fewer than `LEAST_AHEAD`.
AHEAD = 182
# This appointment alone; it and those after it; every one from today on.
WHICH = ("one", "following", "all")

_s = appointment_series.c
_o = appointment.c
# What the dates of a series have in common with the last of them.
_SAID = ("case_id", "worker_id", "title", "place", "mode", "travel_before", "travel_after", "referral_id")


@dataclass(frozen=True, slots=True)
class Plan:
    """A series before it is written: its rule, when it begins on each day, its last day if it has one, the days that are made at
    once and up to which day they were reckoned."""

    rule: Rule
    clock: int
    minutes: int
    last_on: date | None
    made_to: date
    days: tuple[date, ...]

    def starts(self, zone: ZoneInfo) -> list[datetime]:
        return [recurrence.instant(day, self.clock, zone) for day in self.days]


def plan(r: Reading, rule: Rule, at: datetime, minutes: int) -> Plan:
    """The dates of a rule from a moment on; its day, or the next that the rule names. Raises Usage where there is none, or it
    lies behind."""
    # By the wall as it was typed: the first day may be the one that skips the hour.
    local = at.astimezone(r.zone)
    rule, first = recurrence.begun(rule, local.date())
    if first < r.today:
        raise Usage(_("What comes again begins today or later."))
    far = date(LAST_YEAR, 12, 31)
    last: date | None = rule.until
    if rule.count is not None:
        last = max(recurrence.days(rule, first, far), default=None)
    if last is not None and last < first:
        raise Usage(_("It would end before its first day, {day}.").format(day=first.isoformat()))
    made_to = max(first, r.today) + timedelta(days=AHEAD)
    if last is not None:
        made_to = min(made_to, last)
    endless = replace(rule, count=None, until=None)
    made = tuple(recurrence.days(endless, first, made_to))
    return Plan(endless, local.hour * 60 + local.minute, minutes, last, made_to, made)


def write(w: Work, wanted: Plan, said: Mapping[str, Any], follows: int | None = None) -> tuple[int, int]:
    """The series and its first dates; the keys of the series and of the first appointment. `said` are columns of each of these."""
    row = {
        "uid": str(uuid.uuid4()), "case_id": said["case_id"], "rule": recurrence.rrule(wanted.rule), "first_on": wanted.days[0],
        "clock": wanted.clock, "minutes": wanted.minutes, "last_on": wanted.last_on, "made_to": wanted.made_to,
        "follows_id": follows,
    }  # fmt: skip
    key = w.add(appointment_series, row)
    rows = _rows(w, key, wanted.days, wanted.clock, wanted.minutes, said)
    first = w.add(appointment, rows[0])
    if rows[1:]:
        w.conn.execute(insert(appointment), rows[1:])
    return key, first


def _rows(
    r: Reading, series_id: int, days: Sequence[date], clock: int, minutes: int, said: Mapping[str, Any]
) -> list[dict[str, Any]]:
    out = []
    for day in days:
        starts = recurrence.instant(day, clock, r.zone)
        out.append(
            {
                **said, "series_id": series_id, "recurs_on": day, "starts_at": starts, "ends_at": starts + timedelta(minutes=minutes),
                "on_date": day_of(starts, r.zone), "uid": str(uuid.uuid4()),
            }
        )  # fmt: skip
    return out


# -- some of a series ---------------------------------------------------------------------------------


def of(r: Reading, series_id: int) -> Row:  # type: ignore[type-arg]
    return r.conn.execute(select(appointment_series).where(_s.id == series_id)).one()


def chosen(r: Reading, row: Row, which: str) -> list[Row]:  # type: ignore[type-arg]
    """The scheduled appointments meant: with `following` this one and those after it, with `all` those from today on. Raises Usage
    where it is no part of a series, Refused where none is left."""
    if row.series_id is None:
        raise Usage(_("That appointment does not come again: it stands alone."))
    since = _o.recurs_on >= row.recurs_on if which == "following" else _o.on_date >= r.today
    asked = select(appointment).where(_o.series_id == row.series_id, _o.state == "scheduled", since)
    found = list(r.conn.execute(asked.order_by(_o.recurs_on, _o.id)))
    if not found:
        raise Refused(_("Nothing of that series is still to come."))
    return found


def in_place(r: Reading, series: Row, row: Row) -> bool:  # type: ignore[type-arg]
    """Whether an appointment stands where the rule of its series puts it."""
    starts = recurrence.instant(row.recurs_on, series.clock, r.zone)
    return bool((row.starts_at, row.ends_at) == (starts, starts + timedelta(minutes=series.minutes)))


def begins_with(r: Reading, row: Row) -> bool:  # type: ignore[type-arg]
    """Whether nothing of the series came before that appointment."""
    before = select(_o.id).where(_o.series_id == row.series_id, _o.recurs_on < row.recurs_on)
    return r.conn.execute(before.limit(1)).first() is None


def end_before(w: Work, series: Row, day: date, *, steps: int = 1) -> None:  # type: ignore[type-arg]
    """The series has no date from that day on."""
    last = day - timedelta(days=1)
    _write(w, series, {"last_on": last, "made_to": min(series.made_to, last)}, steps)


def sequence(series: Row, dates: Sequence[Row]) -> int:  # type: ignore[type-arg]
    """How often a series was changed, with all its dates: iCalendar's SEQUENCE of it and of each of its exceptions, which only ever
    rises, whatever is undone (RFC 5545, 3.8.7.4)."""
    return int(series.version - 1 + sum(one.version - 1 for one in dates))


def turn(
    w: Work, series: Row, pivot: Row, *, clock: int, minutes: int, by: int, begins: bool  # type: ignore[type-arg]
) -> int:  # fmt: skip
    """From `pivot` on the series begins at another hour, lasts otherwise or lies `by` days later; the key under which it goes on.
    What has been keeps the series that it had. Raises Usage where the rule cannot say it."""
    rule = recurrence.shifted(recurrence.read(series.rule), by)
    if rule is None:
        raise Usage(_("That rule cannot be moved to other days. Say the new one with --repeat."))
    later = timedelta(days=by)
    first, made_to = pivot.recurs_on + later, series.made_to + later
    last = series.last_on + later if series.last_on is not None else None
    turned = {
        "rule": recurrence.rrule(rule), "first_on": first, "clock": clock, "minutes": minutes, "last_on": last, "made_to": made_to,
    }  # fmt: skip
    if begins:
        _write(w, series, turned)
        return int(series.id)
    # The dates that leave it take the count of their changes along.
    leaving = _o.series_id == series.id, _o.state == "scheduled", _o.recurs_on >= pivot.recurs_on
    gone = w.conn.execute(select(func.coalesce(func.sum(_o.version - 1), 0)).where(*leaving)).scalar_one()
    end_before(w, series, pivot.recurs_on, steps=1 + int(gone))
    return w.add(
        appointment_series, {**turned, "uid": str(uuid.uuid4()), "case_id": series.case_id, "follows_id": series.id}
    )


def _write(w: Work, series: Row, changes: Mapping[str, Any], steps: int = 1) -> None:  # type: ignore[type-arg]
    same = (_s.id == series.id, _s.version == series.version)
    done = w.conn.execute(update(appointment_series).where(*same).values(**changes, version=series.version + steps))
    if not done.rowcount:
        raise Conflict(_("Someone else changed that series meanwhile. Nothing was changed; look again."))


# -- what comes later ---------------------------------------------------------------------------------


def due(r: Reading) -> bool:
    """Whether a series of an open case that this person works with wants its next dates."""
    return r.me.sees_identity and r.conn.execute(_ending(r).limit(1)).first() is not None


def _ending(r: Reading) -> Any:
    return (
        select(appointment_series)
        .join(case_file, case_file.c.id == _s.case_id)
        .where(
            _s.made_to < r.today + timedelta(days=LEAST_AHEAD), GOES_ON,
            case_file.c.closed_on.is_(None), scope.visible(r),
        )
        .order_by(_s.id)
    )  # fmt: skip


def go_on(w: Work) -> int:
    """Make the next dates of every series that wants them; how many series. Two who come at once do it once."""
    touched: list[int] = []
    for one in w.conn.execute(_ending(w)).all():
        said = _said_last(w, one)
        if said is None:
            continue
        until = w.today + timedelta(days=AHEAD)
        until = min(until, one.last_on) if one.last_on is not None else until
        same = (_s.id == one.id, _s.made_to == one.made_to)
        if not w.conn.execute(update(appointment_series).where(*same).values(made_to=until)).rowcount:
            continue
        days = [day for day in recurrence.days(recurrence.read(one.rule), one.first_on, until) if day > one.made_to]
        # What was missed while nobody came lies behind, and nobody was told of it.
        days = [day for day in days if day >= w.today]
        if days:
            w.conn.execute(insert(appointment), _rows(w, one.id, days, one.clock, one.minutes, said))
        touched.append(one.case_id)
    if touched:
        w.receipt(_("Made the next dates of what comes again"), cases=list(dict.fromkeys(touched)), undoable=False)
    return len(touched)


def _said_last(r: Reading, series: Row) -> dict[str, Any] | None:  # type: ignore[type-arg]
    rows = r.conn.execute(
        select(appointment).where(_o.series_id == series.id).order_by(_o.recurs_on.desc(), _o.id.desc())
    ).all()
    last = next((row for row in rows if in_place(r, series, row)), rows[0] if rows else None)
    return {name: getattr(last, name) for name in _SAID} if last is not None else None
