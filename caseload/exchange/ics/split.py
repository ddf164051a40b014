"""A calendar file taken apart into its components, line by line, so that one that cannot be read costs no other.

Lines are unfolded in bytes, as they were folded (RFC 5545, 3.1); what is not asked for (pictures, alarms) is passed over unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...errors import Usage
from ...messages import _
from ..entire import entire

if TYPE_CHECKING:
    from pathlib import Path

FILE_LIMIT = 32 * 1024 * 1024
# Of one property, in bytes; what is longer is cut where it is prose, and else makes its component unreadable.
PROPERTY_LIMIT = 64 * 1024
_LINE = re.compile(rb"([^\r\n]*)(?:\r\n|\r|\n|(?<=.)\Z)", re.DOTALL)
WANTED = frozenset(
    (
        "UID", "SEQUENCE", "STATUS", "SUMMARY", "LOCATION", "DESCRIPTION", "CATEGORIES", "DTSTAMP", "LAST-MODIFIED", "DTSTART",
        "DTEND", "DUE", "COMPLETED", "PERCENT-COMPLETE", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID",
    )
)  # fmt: skip
# What many calendars have and is not kept; DESCRIPTION is read for the number of a case.
BESIDE = frozenset(("VALARM", "ATTENDEE", "ATTACH", "PRIORITY", "DESCRIPTION"))
_PROSE = {"SUMMARY", "LOCATION", "DESCRIPTION", "CATEGORIES"}
# What has a component of its own inside: an alarm's words are not the event's.
_TOP = {"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE", "VAVAILABILITY"}


@dataclass(slots=True)
class Part:
    """One component: its kind, the line it begins on (1 is the first), its lines as they are asked for, and what is wrong."""

    kind: str
    row: int
    lines: list[str] = field(default_factory=list)
    fault: str = ""
    # What it has that has no place here, each once.
    beside: set[str] = field(default_factory=set)

    def text(self) -> str:
        return "\r\n".join((f"BEGIN:{self.kind}", *self.lines, f"END:{self.kind}", ""))


def read_whole(path: Path) -> bytes:
    """The bytes of a calendar file. Raises Usage where there is none, it is too large, or it is no calendar."""
    data = entire(path, FILE_LIMIT, _("{file} is larger than {n} MB. Export fewer days of the calendar."))
    if b"BEGIN:V" not in data[:4096].upper():
        raise Usage(_("{file} is no calendar: it does not begin with BEGIN:VCALENDAR.").format(file=path.name))
    return data


def parts(data: bytes) -> Iterator[Part]:
    """The components of a calendar, in order; one that is cut off says so."""
    now: Part | None = None
    inside: list[str] = []
    for row, line in _unfolded(data):
        name, _sign, value = line.partition(":")
        begins = name.upper()
        if begins == "BEGIN":
            kind = value.strip().upper()
            if now is None:
                now = Part(kind, row) if kind in _TOP else None
                continue
            if now.kind == "VTIMEZONE":
                now.lines.append(line)
            elif kind == now.kind:
                # The one before never ended.
                now.fault = _("is cut off: it has no end")
                yield now
                now, inside = Part(kind, row), []
                continue
            now.beside |= {kind} & BESIDE
            inside.append(kind)
        elif begins == "END" and now is not None:
            kind = value.strip().upper()
            if inside and kind == inside[-1]:
                inside.pop()
                if now.kind == "VTIMEZONE":
                    now.lines.append(line)
            elif kind == now.kind or kind == "VCALENDAR":
                now.fault = now.fault or ("" if kind == now.kind else _("is cut off: it has no end"))
                yield now
                now, inside = None, []
        elif now is not None and (not inside or now.kind == "VTIMEZONE"):
            _keep(now, line)
    if now is not None:
        now.fault = _("is cut off: it has no end")
        yield now


def _keep(part: Part, line: str) -> None:
    if part.kind == "VTIMEZONE":
        part.lines.append(line[:PROPERTY_LIMIT])
        return
    name = line.partition(":")[0].partition(";")[0].upper()
    part.beside |= {name} & BESIDE
    if name not in WANTED:
        return
    if len(line) > PROPERTY_LIMIT:
        if name not in _PROSE:
            part.fault = _("{column} has more than {n} characters").format(column=name, n=PROPERTY_LIMIT)
            return
        line = line[:PROPERTY_LIMIT].rstrip("\\")
    part.lines.append(line)


def _unfolded(data: bytes) -> Iterator[tuple[int, str]]:
    """Whole lines with the number that each begins on."""
    held: list[bytes] = []
    size = first = 0
    # One by one: a file that is nothing but ends of lines would be many times itself as a list.
    for number, found in enumerate(_LINE.finditer(data.removeprefix(b"\xef\xbb\xbf")), 1):
        raw = found[1]
        if raw[:1] in (b" ", b"\t") and held:
            size += len(raw) - 1
            # One more than the limit, so that it is seen to be over it.
            if len(raw) > 1 and size <= 4 * PROPERTY_LIMIT + 1:
                held.append(raw[1:])
            continue
        if held:
            yield first, _decoded(b"".join(held))
        held, size, first = [raw[: 4 * PROPERTY_LIMIT + 1]], len(raw), number
    if held:
        yield first, _decoded(b"".join(held))


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")
