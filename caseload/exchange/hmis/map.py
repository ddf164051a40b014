"""From rows of HMIS files to records in our nouns. One row at a time; what needs other rows is checked afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, tzinfo
from typing import TYPE_CHECKING

from ...messages import _, _n
from ...text import NAME_LIMIT, line
from ..convert import Bounds, Unreadable, day, instant, integer, showable
from ..rows import Note, Record, Reject, Value
from . import spec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..table import Row, Table
    from .read import About

Thing = Record | Reject | Note

ID_LIMIT = 200
_STAMPED = Bounds(date(1950, 1, 1), date(2049, 12, 31))
_HASH_LENGTHS = (32, 40, 64, 128)


@dataclass(frozen=True, slots=True)
class Context:
    """What the reading of every row depends on: the export itself, and what was said about it."""

    about: About
    zone: tzinfo
    order: str | None
    events: Bounds
    births: Bounds


def context(about: About, zone: tzinfo, order: str | None) -> Context:
    """Nothing can have happened after the export was made; nobody served today was born before 1900."""
    last = about.exported_at.astimezone(zone).date()
    return Context(about, zone, order, Bounds(date(1950, 1, 1), last), Bounds(date(1900, 1, 1), last))


class Cells:
    """One row being understood: answers its cells by column name and gathers what is wrong with it."""

    def __init__(self, row: Row, place: dict[str, int], file: str, context: Context) -> None:
        self.row, self.file, self._place, self._context = row, file, place, context
        self.faults: list[Reject] = []
        self.notes: list[Note] = []

    def has(self, column: str) -> bool:
        return column.lower() in self._place

    def raw(self, column: str) -> str:
        at = self._place.get(column.lower())
        return self.row.cells[at] if at is not None and at < len(self.row.cells) else ""

    def text(self, column: str) -> str:
        raw = self.raw(column)
        # Most cells are plain, and there are very many.
        return raw.strip() if raw.isascii() and raw.isprintable() else line(raw)

    def name(self, column: str) -> str:
        """A name as it is written, within what a name may have here."""
        found = self.text(column)
        if len(found) > NAME_LIMIT:
            self.fault(
                column,
                _("is longer than {n} characters").format(n=NAME_LIMIT),
                _("a name of {n} characters at most").format(n=NAME_LIMIT),
            )
        return found

    def fault(self, column: str, reason: str, expected: str) -> None:
        self.faults.append(Reject(self.file, self.row.number, column, showable(self.raw(column)), expected, reason))

    def note(self, reason: str) -> None:
        self.notes.append(Note(self.file, 1, reason))

    def key(self, column: str, *, needed: bool = True) -> str:
        """An identifier of the other system: any text, as it stands."""
        found = self.text(column)
        if (needed and not found) or len(found) > ID_LIMIT:
            reason = _("is empty") if not found else _("is longer than {n} characters").format(n=ID_LIMIT)
            self.fault(column, reason, _("an identifier"))
        return found

    def day(self, column: str, bounds: Bounds, *, needed: bool = False) -> str | None:
        """A day as ISO text."""
        try:
            found = day(self.raw(column), bounds, self._context.order)
        except Unreadable as bad:
            self.fault(column, bad.reason, bad.expected)
            return None
        if found is None and needed:
            self.fault(column, _("is empty"), _("a date such as 2024-10-31"))
        return found.isoformat() if found else None

    def code(self, column: str, known: frozenset[int] | tuple[int, ...]) -> int | None:
        """A code. One that HUD's list does not have is kept as it stands and counted; what is no number is not."""
        try:
            found = integer(self.raw(column))
        except Unreadable:
            self.note(_("{column} holds something that is no code: left empty").format(column=column))
            return None
        if found is not None and found not in known:
            self.note(_("{column} holds a code that HUD's list does not have: kept as it stands").format(column=column))
            return found if -32768 <= found <= 32767 else None
        return found

    def updated(self) -> str:
        """The source's own stamp in UTC, or nothing where it cannot be read: then content alone is compared."""
        try:
            found = instant(self.raw("DateUpdated"), self._context.zone, _STAMPED, self._context.order)
        except Unreadable:
            self.note(_("DateUpdated cannot be read: such rows are compared by what they hold"))
            return ""
        return found.strftime("%Y-%m-%dT%H:%M:%SZ") if found else ""

    def deleted(self) -> bool:
        return bool(self.text("DateDeleted"))


def project(cells: Cells, context: Context) -> Record:
    kind = cells.code("ProjectType", spec.PROJECT_TYPES)
    name = cells.name("ProjectName") or cells.name("ProjectCommonName")
    external = cells.key("ProjectID")
    # A project may be planned to open or to close after the export was made.
    planned = Bounds(date(1900, 1, 1), date(2199, 12, 31))
    opened, closed = cells.day("OperatingStartDate", planned), cells.day("OperatingEndDate", planned)
    if opened and closed and closed < opened:
        cells.fault("OperatingEndDate", _("is before OperatingStartDate"), _("a day from {day} on").format(day=opened))
    fields: dict[str, tuple[Value, ...]] = {"name": (name or external,), "type": (kind,), "days": (opened, closed)}
    return _record("program", external, cells, fields)


def user(cells: Cells, context: Context) -> Record:
    external = cells.key("UserID")
    name = line(f"{cells.name('UserFirstName')} {cells.name('UserLastName')}")
    left = _left_on(cells, context)
    return Record(
        "worker",
        external,
        cells.file,
        cells.row.number,
        {"name": (name or external,), "left": (left,)},
        {},
        cells.updated(),
    )


def _left_on(cells: Cells, context: Context) -> str | None:
    """A user taken out of the other system has left; when exactly matters little, that it is so matters."""
    if not cells.deleted():
        return None
    try:
        found = day(cells.raw("DateDeleted"), context.events, context.order)
    except Unreadable:
        found = None
    return (found or context.events.latest).isoformat()


def client(cells: Cells, context: Context) -> Record:
    names = tuple(cells.name(column) for column in ("FirstName", "MiddleName", "LastName", "NameSuffix"))
    if context.about.hashed or any(_is_hash(name) for name in names):
        cells.note(_("names are hashed: not taken"))
        names = ("", "", "", "")
    fields: dict[str, tuple[Value, ...]] = {
        "name": (*names, cells.code("NameDataQuality", spec.QUALITY)),
        "birth": (cells.day("DOB", context.births), cells.code("DOBDataQuality", spec.QUALITY)),
    }
    for group, columns, none in (("race", spec.RACES, "RaceNone"), ("gender", spec.GENDERS, "GenderNone")):
        if cells.has(none) or any(cells.has(column) for column in columns):
            fields[group] = (_flags(cells, columns, none),)
    for group, column, known in (("sex", "Sex", spec.SEXES), ("veteran", "VeteranStatus", spec.YES_NO)):
        if cells.has(column):
            code = cells.code(column, known)
            fields[group] = ([] if code is None else [str(code)],)
    return _record("client", cells.key("PersonalID"), cells, fields)


def _flags(cells: Cells, columns: dict[str, str], none: str) -> list[str]:
    """The columns that are marked, in our words; or why there is no answer (8, 9, 99), which is not the same."""
    found = {word for column, word in columns.items() if cells.has(column) and _marked(cells, column)}
    code = cells.code(none, spec.UNANSWERED) if cells.has(none) else None
    if code is not None:
        found.add(str(code))
    return sorted(found)


def _marked(cells: Cells, column: str) -> bool:
    return cells.code(column, (0, 1, 99)) == 1


def _is_hash(name: str) -> bool:
    return len(name) in _HASH_LENGTHS and all(c in "0123456789abcdefABCDEF" for c in name)


def enrollment(cells: Cells, context: Context) -> Record:
    person, program, household = cells.key("PersonalID"), cells.key("ProjectID"), cells.key("HouseholdID", needed=False)
    relation = cells.code("RelationshipToHoH", tuple(spec.RELATIONSHIPS))
    if not household:
        cells.note(_("HouseholdID is empty: who was served together is not known"))
    # One id for each stay by the standard; some systems use it again in the next project.
    stay = f"{household}|{program}" if household else None
    fields: dict[str, tuple[Value, ...]] = {
        "client": (person,),
        "program": (program,),
        "opened": (cells.day("EntryDate", context.events, needed=True),),
        "stay": (stay, spec.RELATIONSHIPS.get(99 if relation is None else relation, "not_collected")),
    }
    refs = {"client": person, "program": program, "worker": cells.key("UserID", needed=False)}
    if stay:
        refs["stay"] = stay
    return _record("case", cells.key("EnrollmentID"), cells, fields, refs)


def exit_(cells: Cells, context: Context) -> Record:
    case = cells.key("EnrollmentID")
    destination = cells.code("Destination", spec.LIVING_SITUATIONS)
    if destination is None:
        cells.note(_("Destination is empty"))
    fields: dict[str, tuple[Value, ...]] = {
        "day": (cells.day("ExitDate", context.events, needed=True),),
        "where": (None if destination is None else str(destination),),
        "reason": (_close_reason(cells, destination),),
    }
    # An enrolment ends once, and some systems draw new ExitIDs for every export.
    return _record("closing", case, cells, fields, {"case": case})


def _close_reason(cells: Cells, destination: int | None) -> str | None:
    """Our reason for closing, where HMIS gives one: R17.1 (how it ended), V9.1 (the VA's), or the destination."""
    completed = cells.code("ProjectCompletionStatus", tuple(spec.COMPLETION))
    veteran = cells.code("CMExitReason", tuple(spec.VETERAN_EXIT))
    if destination == spec.DECEASED or spec.VETERAN_EXIT.get(veteran or 0) == "deceased":
        return "deceased"
    return (
        spec.COMPLETION.get(completed or 0)
        or spec.VETERAN_EXIT.get(veteran or 0)
        or spec.DESTINATION_REASON.get(destination or 0)
    )


def living_situation(cells: Cells, context: Context) -> Record:
    situation = cells.code("CurrentLivingSituation", spec.LIVING_SITUATIONS)
    topic = None if situation is None else f"living_situation:{situation}"
    fields: dict[str, tuple[Value, ...]] = {
        "day": (cells.day("InformationDate", context.events, needed=True),),
        "topic": (topic,),
    }
    refs = {"case": cells.key("EnrollmentID"), "worker": cells.key("UserID")}
    return _record("contact", cells.key("CurrentLivingSitID"), cells, fields, refs)


def _record(
    entity: str, external: str, cells: Cells, fields: dict[str, tuple[Value, ...]], refs: dict[str, str] | None = None
) -> Record:
    kept = {name: value for name, value in (refs or {}).items() if value}
    return Record(entity, external, cells.file, cells.row.number, fields, kept, cells.updated(), cells.deleted())


# In the order of their references, so that a problem is found in the row that causes it first.
FILES: dict[str, Callable[[Cells, Context], Record]] = {
    "project": project,
    "user": user,
    "client": client,
    "enrollment": enrollment,
    "exit": exit_,
    "currentlivingsituation": living_situation,
}


def things(table: Table, understand: Callable[[Cells, Context], Record], context: Context) -> Iterator[Thing]:
    """Every row of a table as a record, or as everything that is wrong with it; then what was seen on the way."""
    place, width = table.place(), len(table.header)
    exports: set[str] = set()
    for row in table.rows:
        cells = Cells(row, place, table.name, context)
        if len(row.cells) != width:
            yield _uneven(row, width, table.name)
            continue
        record = understand(cells, context)
        if len(exports) < 10:
            exports.add(cells.text("ExportID"))
        if record.deleted or not cells.faults:
            yield record
            yield from cells.notes
        else:
            yield from cells.faults
            if record.external:
                yield replace(record, faulty=True)
    if len(exports - {""}) > 1:
        reason = _("exports are mixed in this file (ExportID differs): rows are taken by their own stamps")
        yield Note(table.name, len(exports - {""}), reason)
    if table.seen.foreign:
        yield Note(table.name, table.seen.foreign, _("lines are not UTF-8: read as Windows-1252"))


def _uneven(row: Row, width: int, file: str) -> Reject:
    reason = _("has {n} cells where the header has {width}").format(n=len(row.cells), width=width)
    if row.lines > 1:
        more = _n("it spans {n} line", "it spans {n} lines: a quotation mark may not be closed", row.lines).format(
            n=row.lines
        )
        reason = f"{reason}; {more}"
    return Reject(file, row.number, "", "", _("{width} cells").format(width=width), reason)
