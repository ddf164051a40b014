"""One to-do of a calendar, understood: what is to be done, by which day, and whether it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from ...messages import _
from ...text import LINE_LIMIT, line
from . import events
from .events import Unreadable

if TYPE_CHECKING:
    from icalendar import Component

    from .events import Zones
    from .split import Part


@dataclass(frozen=True, slots=True)
class Todo:
    """One VTODO. `day` is the date of the series that it stands for (RECURRENCE-ID); `stamp` sorts by newness; `done_at` is when it
    was done, where that is said."""

    uid: str
    stamp: str
    due: date
    title: str
    words: str
    done: bool
    done_at: datetime | None
    cancelled: bool
    again: bool
    day: date | None = None


def read(part: Part, zones: Zones) -> Todo:
    """A VTODO as it is meant. Raises Unreadable."""
    if part.fault:
        raise Unreadable("", _("a whole to-do"), part.fault)
    try:
        return _read(events.parsed(part), zones)
    except (OverflowError, ValueError) as bad:
        raise Unreadable("", _("days of these years"), _("lies too far away")) from bad


def _read(found: Component, zones: Zones) -> Todo:
    uid, status = events.uid_of(found), str(found.get("STATUS", "")).strip().upper()
    instead = events.moment_of(found, "RECURRENCE-ID", zones, whole_days=True)
    done_at = events.moment_of(found, "COMPLETED", zones, whole_days=True)
    done = status == "COMPLETED" or done_at is not None or str(found.get("PERCENT-COMPLETE", "")).strip() == "100"
    return Todo(
        uid, events.stamp_of(found), _due(found, zones, done_at), line(str(found.get("SUMMARY", "")))[:LINE_LIMIT],
        events.words_of(found), done, done_at.astimezone(UTC) if done_at is not None else None, status == "CANCELLED",
        "RRULE" in found or "RDATE" in found, instead.astimezone(zones.own).date() if instead is not None else None,
    )  # fmt: skip


def _due(found: Component, zones: Zones, done_at: datetime | None) -> date:
    """The day by which it is to be done, on the agency's clock: its own, or the end of what it says of itself; of what is done and
    had none, the day on which it was."""
    due = events.moment_of(found, "DUE", zones, whole_days=True)
    if due is None and "DURATION" in found:
        starts = events.moment_of(found, "DTSTART", zones, whole_days=True)
        told = getattr(found["DURATION"], "dt", None)
        if starts is not None and isinstance(told, timedelta) and timedelta() <= told <= timedelta(days=3660):
            due = starts + told
    due = due or done_at
    if due is None:
        raise Unreadable("DUE", _("a day"), _("does not say by which day it is to be done"))
    return due.astimezone(zones.own).date()
