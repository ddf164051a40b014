"""iCalendar (RFC 5545): the events of a calendar file as appointments, its to-dos as tasks, of the cases they name."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ...casework import find, numbers, uids
from ...errors import NotPermitted, Usage
from ...messages import _, _n
from ...models import appointment, appointment_series, external_id, task
from ...text import line
from .. import meetings
from ..check import Wording
from ..format import Format, Source, Written
from ..rows import Note, Record, Reject
from ..table import Row, Table
from . import clashing, split, todos
from .events import Event, Unreadable, Zones, dates, read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime
    from pathlib import Path

    from ...store.database import Reading
    from ..apply import Job
    from ..format import Again, Options
    from ..stage import Stage
    from .todos import Todo

# Of what comes again, the dates of so many days ahead are taken; the next with a later file.
AHEAD = 182
MOST_EVENTS = 20_000
# Of its own time zones so many are read, and a rule by which one changes is such a one.
_MOST_ZONES = 200
_YEARLY = re.compile(
    r"RRULE:FREQ=YEARLY(;(BYMONTH=\d{1,2}|BYDAY=[-+]?\d?[A-Z]{2}|BYMONTHDAY=[-+\d,]{1,40}|UNTIL=[0-9TZ]{8,16}|INTERVAL=1|WKST=[A-Z]{2}))*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![0-9-])[0-9]{4}-[0-9]{6}(?![0-9-])")
# What a rejected entry is shown by.
_COLUMNS = (
    "UID", "RECURRENCE-ID", "SEQUENCE", "DTSTART", "DTEND", "DUE", "COMPLETED", "RRULE", "SUMMARY", "LOCATION", "CATEGORIES",
)  # fmt: skip


class Calendar(Format):
    """A calendar file for one worker: what is staged, checked and written of it."""

    def __init__(self, r: Reading, path: Path, worker: int, handle: str, case: str | None) -> None:
        self._today, self._now, self._zone, self._conn = r.today, r.now, r.zone, r.conn
        self._reading, self._path, self._worker, self._case = r, path, worker, case
        self.system = f"ics:{handle}"
        # The UIDs whose series stand in the file: what of theirs does not, takes place no more.
        self._masters: dict[str, None] = {}
        # The open cases that were named, by the number as it was written; nothing where there is none.
        self._found: dict[str, find.CaseRef | None] = {}
        # When to-dos were done, by what they are known by.
        self._done_at: dict[str, datetime] = {}

    @staticmethod
    def require(r: Reading) -> None:
        """Raises NotPermitted unless this person records things in cases, Refused while they look without identity."""
        if r.me.masked:
            find.names_seen(r)
        if not r.me.sees_identity or r.me.id is None:
            raise NotPermitted(_("Your role ({role}) moves cases and records nothing in them.").format(role=r.me.role))

    def wording(self) -> Wording:
        return Wording(
            {"appointment": _("appointment"), "task": _("task")}, {"appointment": "UID", "task": "UID"},
            {
                ("task", "due"): "DUE", ("task", "title"): "SUMMARY", ("task", "case"): _("case"),
                ("appointment", "when"): "DTSTART", ("appointment", "title"): "SUMMARY", ("appointment", "place"): "LOCATION",
                ("appointment", "state"): "STATUS", ("appointment", "case"): _("case"),
            },
        )  # fmt: skip

    def said(self, source: str, totals: dict[str, int]) -> str:
        n = totals.get("appointments", 0)
        if not totals["tasks"]:
            words = _n("Took over {n} appointment from {source}", "Took over {n} appointments from {source}", n)
            return words.format(source=source, n=n)
        return _("Took over {things} from {source}").format(things=things(totals), source=source)

    # ------------------------------------------------------------------------------------ reading

    def read(self, stage: Stage) -> Source:
        """Lay the events of a file on the workbench. Raises Usage where it cannot be read as a whole."""
        name = self._path.name
        found = list(split.parts(split.read_whole(self._path)))
        if sum(part.kind in ("VEVENT", "VTODO") for part in found) > MOST_EVENTS:
            raise Usage(
                _("{file} has more than {n} events and to-dos. Export fewer days of the calendar.").format(
                    file=name, n=MOST_EVENTS
                )
            )
        zones = Zones(self._zone, dict(_told(found)))
        rows = dropped = self._name_the_rest(stage, name, found)
        asked, left = self._todos(stage, name, found, zones)
        rows, dropped = rows + asked, dropped + left
        masters: dict[str, tuple[split.Part, Event]] = {}
        single: list[tuple[split.Part, Event]] = []
        for part in found:
            if part.kind != "VEVENT":
                continue
            try:
                event = read(part, zones)
            except Unreadable as bad:
                rows += 1
                stage.add(Reject(name, part.row, bad.column, "", bad.expected, bad.reason))
                continue
            twin = masters.get(event.uid)
            if event.instead is not None:
                single.append((part, event))
            elif twin is None or twin[1].stamp < event.stamp:
                masters[event.uid] = (part, event)
                rows, dropped = rows + (twin is not None), dropped + (twin is not None)
            else:
                rows, dropped = rows + 1, dropped + 1
        ours = self._ours([*masters, *(event.uid for _part, event in single)])
        # An exception stands in the place of its date; of two for one date, the newer.
        instead: dict[str, dict[date, tuple[split.Part, Event]]] = {}
        for part, event in sorted(single, key=lambda one: one[1].stamp):
            assert event.instead is not None
            of = masters[event.uid][1] if event.uid in masters else event
            day = event.instead.astimezone(of.starts.tzinfo).date()
            rows, dropped = (rows + 1, dropped + 1) if day in instead.setdefault(event.uid, {}) else (rows, dropped)
            instead[event.uid][day] = (part, event)
        for uid in dict.fromkeys([*masters, *instead]):
            there = len(instead.get(uid, {})) + (uid in masters)
            if uid in ours:
                stage.add(Note(name, there, _("come from here: change them here, not in a calendar")))
                rows, dropped = rows + there, dropped + there
                continue
            taken, past = self._lay(stage, name, masters.get(uid), instead.get(uid, {}))
            if past:
                stage.add(Note(name, past, _("lie behind: not taken")))
            rows, dropped = rows + taken + past, dropped + past
        stage.count_file(name, rows, dropped)
        stage.flush()
        return Source(self.system, line(name), "iCalendar")

    def _name_the_rest(self, stage: Stage, name: str, found: list[split.Part]) -> int:
        """Say what of the calendar has no place here; how many of its rows that are."""
        kinds = {
            "VJOURNAL": _("journal entries have no place here: not taken"),
            "VFREEBUSY": _("times that are free or busy have no place here: not taken"),
            "VAVAILABILITY": _("hours of availability have no place here: not taken"),
        }
        for kind, said in kinds.items():
            if n := sum(part.kind == kind for part in found):
                stage.add(Note(name, n, said))
        parts = {
            "VALARM": _("have a reminder: it is not taken"),
            "ATTENDEE": _("name who is invited: that is not taken"),
            "ATTACH": _("have an attachment: it is not taken"),
            "PRIORITY": _("have a priority: it is not taken"),
            "DESCRIPTION": _("have a description: it is read for the number of a case, and not kept"),
        }
        for part_name, said in parts.items():
            if n := sum(part_name in part.beside for part in found if part.kind in ("VEVENT", "VTODO")):
                stage.add(Note(name, n, said))
        return sum(part.kind in kinds for part in found)

    def _todos(self, stage: Stage, name: str, found: list[split.Part], zones: Zones) -> tuple[int, int]:
        """Stage the to-dos; how many rows they are, and how many of them are not taken."""
        newest: dict[str, tuple[split.Part, Todo]] = {}
        rows = dropped = 0
        for part in found:
            if part.kind != "VTODO":
                continue
            rows += 1
            try:
                todo = todos.read(part, zones)
            except Unreadable as bad:
                stage.add(Reject(name, part.row, bad.column, "", bad.expected, bad.reason))
                continue
            key = todo.uid if todo.day is None else f"{todo.uid} {todo.day:%Y%m%d}"
            twin = newest.get(key)
            dropped += twin is not None
            if twin is None or twin[1].stamp < todo.stamp:
                newest[key] = (part, todo)
        mine = self._our_tasks() if newest else set()
        for key, (part, todo) in newest.items():
            if todo.uid in mine:
                stage.add(Note(name, 1, _("come from here: change them here, not in a calendar")))
                dropped += 1
                continue
            try:
                self._put_task(stage, name, part, todo, key)
            except Unreadable as bad:
                stage.add(Reject(name, part.row, bad.column, "", bad.expected, bad.reason))
        return rows, dropped

    def _put_task(self, stage: Stage, name: str, part: split.Part, todo: Todo, key: str) -> None:
        """Stage one to-do. Raises Unreadable."""
        case = self._case_of(todo.words)
        if not (title := _titled(todo.title)):
            raise Unreadable("SUMMARY", _("what is to be done, in a few words"), _("does not say what is to be done"))
        if todo.again:
            stage.add(Note(name, 1, _("to-dos come again and again: the one date that each says is taken")))
        if todo.done and todo.done_at is not None:
            self._done_at[key] = todo.done_at
        fields: dict[str, tuple[Any, ...]] = {
            "case": (case,), "title": (title,), "due": (todo.due.isoformat(), todo.done),
        }  # fmt: skip
        stage.add(Record("task", key, name, part.row, fields, updated=todo.stamp, deleted=todo.cancelled))

    def _lay(
        self,
        stage: Stage,
        name: str,
        master: tuple[split.Part, Event] | None,
        instead: dict[date, tuple[split.Part, Event]],
    ) -> tuple[int, int]:
        """Stage every date of one UID; how many rows that makes, and how many lie behind."""
        taken = past = 0
        last = self._today + timedelta(days=AHEAD)
        left = dict(instead)
        if master is not None:
            part, event = master
            try:
                case = self._case_of(event.words)
                listed = list(dates(event, last, self._now)) if event.again else [(event.starts.date(), event.starts)]
            except Unreadable as bad:
                stage.add(Reject(name, part.row, bad.column, "", bad.expected, bad.reason))
                for one, _event in instead.values():
                    stage.add(Reject(name, one.row, "RECURRENCE-ID", "", "", _("its series was rejected")))
                return 1 + len(instead), 0
            self._masters[event.uid] = None
            if event.again and event.rule and "COUNT" not in event.rule and "UNTIL" not in event.rule:
                stage.add(
                    Note(name, 1, _("comes again without an end: taken up to {day}").format(day=last.isoformat()))
                )
            if event.again and event.cancelled:
                listed = [(day, at) for day, at in listed if day not in left]
            for day, at in listed:
                if day in left:
                    continue
                if at + event.lasts <= self._now:
                    past += 1
                    continue
                taken += self._put(stage, name, part, event, case, at, day if event.again else None)
            # What was all behind, or has no date left, is one row of the file nevertheless.
            past += not listed
        for day, (part, event) in left.items():
            if event.starts + event.lasts <= self._now or event.starts.date() > last:
                past += 1
                continue
            try:
                case = self._case_of(event.words, master[1].words if master is not None else "")
            except Unreadable as bad:
                stage.add(Reject(name, part.row, bad.column, "", bad.expected, bad.reason))
                taken += 1
                continue
            taken += self._put(stage, name, part, event, case, event.starts, day)
        return taken, past

    def _put(
        self, stage: Stage, name: str, part: split.Part, event: Event, case: str, at: datetime, day: date | None
    ) -> int:  # fmt: skip
        title = _titled(event.title)
        fields: dict[str, tuple[Any, ...]] = {
            "case": (case,), "when": meetings.when(at, at + event.lasts), "title": (title,), "place": (event.place,),
            "state": ("cancelled" if event.cancelled else "scheduled",),
        }  # fmt: skip
        ext = event.uid if day is None else f"{event.uid} {day:%Y%m%d}"
        stage.add(Record("appointment", ext, name, part.row, fields, updated=event.stamp))
        return 1

    def _ours(self, named: list[str]) -> set[str]:
        """UIDs of our own appointments and series: a calendar that we wrote and that comes back."""
        found: set[str] = set()
        for table in (appointment, appointment_series):
            for at in range(0, len(named), 500):
                rows = select(table.c.uid).where(table.c.uid.in_(named[at : at + 500]))
                found |= set(self._conn.execute(rows).scalars())
        return found

    def _our_tasks(self) -> set[str]:
        """UIDs of the tasks of this worker, as a calendar that we wrote has them."""
        mine = select(task.c.id, task.c.created_at).where(task.c.worker_id == self._worker)
        return {uids.task_uid(row.id, row.created_at) for row in self._conn.execute(mine)}

    def _case_of(self, *words: str) -> str:
        """The number of the open case that the first of these words names that name one. Raises Unreadable."""
        found = [self._case] if self._case is not None else []
        for one in words:
            found = found or list(dict.fromkeys(_NUMBER.findall(one)))
        expected = _("the number of one open case, in the title or as a category; or --case")
        if not found:
            raise Unreadable("SUMMARY", expected, _("names no case"))
        if len(found) > 1:
            raise Unreadable("SUMMARY", expected, _("names several cases"))
        ref = self._named(found[0])
        if ref is None:
            raise Unreadable("SUMMARY", expected, _("names a case that is not there, or not yours to see"))
        if not ref.is_open:
            raise Unreadable("SUMMARY", expected, _("names a case that is closed"))
        return ref.number

    def _named(self, number: str) -> find.CaseRef | None:
        if number not in self._found:
            try:
                self._found[number] = find.case(self._reading, numbers.parse(number))
            except Usage:
                self._found[number] = None
        return self._found[number]

    # ------------------------------------------------------------------------------ what is no more

    def gone(self, r: Reading, stage: Stage) -> int:
        """Stage as cancelled what was taken of a series in this file, is still to come and has no date in it any more."""
        e, o = external_id.c, appointment.c
        known = r.conn.execute(
            select(e.external, o.starts_at)
            .join(appointment, o.id == e.row_id)
            .where(e.system == self.system, e.entity == "appointment", o.starts_at > r.now, o.state == "scheduled")
        ).all()
        missing = 0
        for row in known:
            uid = row.external if row.external in self._masters else row.external.rpartition(" ")[0]
            there = stage.run(
                "select 1 from record where entity = 'appointment' and ext = ?", (row.external,)
            ).fetchone()
            if uid in self._masters and there is None:
                stage.add(Record("appointment", row.external, "", 0, {"state": ("cancelled",)}))
                missing += 1
        if missing:
            stage.add(Note(self._path.name, missing, _("dates were taken before and are no longer in it: cancelled")))
        stage.flush()
        return missing

    def beside(self, r: Reading, stage: Stage) -> int:
        """Say what the new and moved appointments clash with."""
        return clashing.tell(r, stage, self._worker)

    def write(self, job: Job) -> Written:
        """Make the appointments and tasks that are new; the cases of all that are touched."""
        touched = meetings.write(job, self._worker) + meetings.write_tasks(job, self._worker, self._done_at)
        return Written(list(dict.fromkeys(touched)))

    # ----------------------------------------------------------------------------------- rejected

    @contextmanager
    def again(self) -> Iterator[Again]:
        """The events as rows, for the file of those that were rejected."""
        path = self._path

        def opened() -> AbstractContextManager[Table]:
            return nullcontext(Table(path.name, _COLUMNS, _rows(path)))

        yield [(path.name, path.name, opened)]


def prepare(r: Reading, path: Path, options: Options) -> Calendar:
    """A file for one worker's calendar. Raises NotPermitted for who records nothing in cases, Usage for an unknown worker or case,
    Refused for one who left."""
    Calendar.require(r)
    worker = find.colleague_id(r, (options.worker or "me").strip().lower())
    case = find.case(r, options.case).number if options.case else None
    return Calendar(r, path, worker, meetings.handle_of(r, worker), case)


def _rows(path: Path) -> Iterator[Row]:
    for part in split.parts(split.read_whole(path)):
        if part.kind in ("VEVENT", "VTODO"):
            values = {
                one.partition(":")[0].partition(";")[0].upper(): line(one.partition(":")[2]) for one in part.lines
            }
            yield Row(part.row, [values.get(name, "") for name in _COLUMNS])


def things(totals: dict[str, int]) -> str:
    """How many appointments and tasks are new, in words."""
    counts = totals.get("appointments", 0), totals["tasks"]
    words = (
        _n("{n} appointment", "{n} appointments", counts[0]).format(n=counts[0]),
        _n("{n} task", "{n} tasks", counts[1]).format(n=counts[1]),
    )
    return _("{one} and {other}").format(one=words[0], other=words[1])


def _titled(words: str) -> str:
    """A title without the number of its case."""
    return line(_NUMBER.sub("", words)).strip(" -–:,")


def _told(found: list[split.Part]) -> Iterator[tuple[str, Any]]:
    """The time zones that the calendar tells itself, as far as they change by the year as clocks do: what changes by the second has
    no end."""
    from icalendar import Timezone

    zones = (part for part in found if part.kind == "VTIMEZONE" and not part.fault and len(part.lines) < 2000)
    for part in islice(zones, _MOST_ZONES):
        rules = [one for one in part.lines if one.upper().startswith("RRULE")]
        if all(_YEARLY.fullmatch(one) for one in rules):
            try:
                made = Timezone.from_ical(part.text())
                yield str(made["TZID"]), made
            except Exception:  # what it was told by can be anything; who names it is told so
                continue
