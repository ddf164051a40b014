"""Calendar files as tests write and read them, with two programs that know nothing of ours."""

from __future__ import annotations

import warnings
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import recurring_ical_events
import vobject
from icalendar import Calendar

from caseload.exchange.importer import Options, commit, plan
from caseload.reports import ExportRequest, export
from tests.practice.kit import DAY, Practice


def sent(practice: Practice, folder: Path, *, by: str = "ana", weeks: int = 4, **asked: Any) -> str:
    """The calendar of the weeks from the Monday of the tests' day, as text."""
    monday = DAY - timedelta(days=DAY.weekday())
    path = folder / "week.ics"
    days = {"from_": monday.isoformat(), "to": (monday + timedelta(days=7 * weeks - 1)).isoformat()}
    export(practice.as_(by), ExportRequest("ics", "ics", str(path), worker=asked.pop("worker", None), **days, **asked))
    return path.read_bytes().decode()


def expanded(text: str, first: date, last: date) -> list[datetime]:
    """When something takes place from one day to another, as icalendar reads it."""
    calendar = Calendar.from_ical(text)
    found = recurring_ical_events.of(calendar, components=["VEVENT"]).between(first, last + timedelta(days=1))
    return sorted(one["DTSTART"].dt for one in found if one.get("STATUS") != "CANCELLED")


def expanded_again(text: str, first: date, last: date) -> list[datetime]:
    """The same as vobject reads it, which follows rules by dateutil."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        events = vobject.readOne(text).contents.get("vevent", [])
        instead = [one for one in events if "recurrence-id" in one.contents]
        taken = {(one.uid.value, one.recurrence_id.value) for one in instead}
        found = [one.dtstart.value for one in instead]
        for one in events:
            if one in instead or one.status.value == "CANCELLED":
                continue
            if one.rruleset is None:
                found.append(one.dtstart.value)
                continue
            for at in one.rruleset:
                if at.date() > last:
                    break
                found += [at] if (one.uid.value, at) not in taken else []
    return sorted(at for at in found if first <= at.date() <= last)


def component(text: str, kind: str = "VEVENT", at: int = 0) -> Any:
    return Calendar.from_ical(text).walk(kind)[at]


def event(uid: str, starts: str, *more: str, minutes: int = 30, zone: str = "Europe/Rome") -> str:
    lines = [f"UID:{uid}", f"DTSTART;TZID={zone}:{starts}", f"DURATION:PT{minutes}M", *more]
    return "\r\n".join(("BEGIN:VEVENT", *lines, "END:VEVENT", ""))


def todo(uid: str, *more: str) -> str:
    return "\r\n".join(("BEGIN:VTODO", f"UID:{uid}", *more, "END:VTODO", ""))


def written(folder: Path, *events: str) -> Path:
    path = folder / "calendar.ics"
    path.write_text("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + "".join(events) + "END:VCALENDAR\r\n", newline="")
    return path


def looked_at(practice: Practice, path: Path, kind: str = "ics", *, by: str = "ana", **options: Any) -> Any:
    """(the preview, what is wrong: kind, column, reason) of an import."""
    with practice.as_(by).read() as r, plan(r, kind, path, Options(**options)) as planned:
        return planned.preview, [(what, one.column, one.reason) for what, one in planned.problems()]


def taken(practice: Practice, path: Path, kind: str = "ics", *, by: str = "ana", **options: Any) -> Any:
    """Import a file; the receipt."""
    db = practice.as_(by)
    with db.read() as r, plan(r, kind, path, Options(**options)) as planned, db.work(f"import {kind}") as w:
        return commit(w, planned)
