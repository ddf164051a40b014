"""From rows of HMIS files to records in our nouns. One row at a time; what needs other rows is checked afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, tzinfo
from typing import TYPE_CHECKING

from ...messages import _
from ...text import line
from ..cells import Cells, Place, Reckoning, uneven
from ..convert import Bounds, Unreadable, day, integer
from ..rows import Note, Record, Reject, Value
from . import spec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..table import Table
    from .read import About

Thing = Record | Reject | Note

_HASH_LENGTHS = (32, 40, 64, 128)


@dataclass(frozen=True, slots=True)
class Context(Reckoning):
    """What the reading of every row depends on: its days, and the export itself."""

    about: About


def context(about: About, zone: tzinfo, order: str | None) -> Context:
    """Nothing can have happened after the export was made; nobody served today was born before 1900."""
    last = about.exported_at.astimezone(zone).date()
    return Context(zone, order, Bounds(date(1950, 1, 1), last), Bounds(date(1900, 1, 1), last), about)


class HmisCells(Cells):
    """A row of an HMIS file: codes of HUD's lists, and the stamps every row has."""

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
        """The source's own stamp in UTC, or nothing where it cannot be read."""
        return self.stamp("DateUpdated")

    def deleted(self) -> bool:
        return bool(self.text("DateDeleted"))


def project(cells: HmisCells, context: Context) -> Record:
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


def user(cells: HmisCells, context: Context) -> Record:
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


def _left_on(cells: HmisCells, context: Context) -> str | None:
    """A user taken out of the other system has left; when exactly matters little, that it is so matters."""
    if not cells.deleted():
        return None
    try:
        found = day(cells.raw("DateDeleted"), context.events, context.order)
    except Unreadable:
        found = None
    return (found or context.events.latest).isoformat()


def client(cells: HmisCells, context: Context) -> Record:
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


def _flags(cells: HmisCells, columns: dict[str, str], none: str) -> list[str]:
    """The columns that are marked, in our words; or why there is no answer (8, 9, 99), which is not the same."""
    found = {word for column, word in columns.items() if cells.has(column) and _marked(cells, column)}
    code = cells.code(none, spec.UNANSWERED) if cells.has(none) else None
    if code is not None:
        found.add(str(code))
    return sorted(found)


def _marked(cells: HmisCells, column: str) -> bool:
    return cells.code(column, (0, 1, 99)) == 1


def _is_hash(name: str) -> bool:
    return len(name) in _HASH_LENGTHS and all(c in "0123456789abcdefABCDEF" for c in name)


def enrollment(cells: HmisCells, context: Context) -> Record:
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
        **_entry(cells, context),
    }
    refs = {"client": person, "program": program, "worker": cells.key("UserID", needed=False)}
    if stay:
        refs["stay"] = stay
    return _record("case", cells.key("EnrollmentID"), cells, fields, refs)


def _entry(cells: HmisCells, context: Context) -> dict[str, tuple[Value, ...]]:
    """What is asked at the entry, where the export has it."""
    if not any(cells.has(column) for column in ("DisablingCondition", "LivingSituation", "MoveInDate")):
        return {}
    # A day of moving in may be planned for after the export.
    moved = cells.day("MoveInDate", Bounds(date(1950, 1, 1), date(2099, 12, 31)))
    disabling, living = (
        cells.code("DisablingCondition", spec.YES_NO),
        cells.code("LivingSituation", spec.LIVING_SITUATIONS),
    )
    return {"entry": (_text(disabling), _text(living), moved)}


def _text(code: int | None) -> str | None:
    return None if code is None else str(code)


def income(cells: HmisCells, context: Context) -> Record:
    """Income as it was asked for at entry, annually, meanwhile or at exit (4.02)."""
    stage = cells.code("DataCollectionStage", tuple(spec.PHASES))
    if stage not in spec.PHASES:
        cells.fault("DataCollectionStage", _("is no stage of the case"), ", ".join(map(str, spec.PHASES)))
    fields: dict[str, tuple[Value, ...]] = {
        "when": (cells.day("InformationDate", context.events, needed=True), spec.PHASES.get(stage or 0)),
        "income": (_text(cells.code("IncomeFromAnySource", spec.YES_NO)),),
    }
    refs = {"case": cells.key("EnrollmentID"), "worker": cells.key("UserID", needed=False)}
    return _record("asking", cells.key("IncomeBenefitsID"), cells, fields, refs)


def exit_(cells: HmisCells, context: Context) -> Record:
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


def _close_reason(cells: HmisCells, destination: int | None) -> str | None:
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


def living_situation(cells: HmisCells, context: Context) -> Record:
    situation = cells.code("CurrentLivingSituation", spec.LIVING_SITUATIONS)
    topic = None if situation is None else f"living_situation:{situation}"
    fields: dict[str, tuple[Value, ...]] = {
        "day": (cells.day("InformationDate", context.events, needed=True),),
        "topic": (topic,),
    }
    refs = {"case": cells.key("EnrollmentID"), "worker": cells.key("UserID")}
    return _record("contact", cells.key("CurrentLivingSitID"), cells, fields, refs)


def _record(
    entity: str,
    external: str,
    cells: HmisCells,
    fields: dict[str, tuple[Value, ...]],
    refs: dict[str, str] | None = None,
) -> Record:
    kept = {name: value for name, value in (refs or {}).items() if value}
    return Record(entity, external, cells.file, cells.row.number, fields, kept, cells.updated(), cells.deleted())


# In the order of their references, so that a problem is found in the row that causes it first.
FILES: dict[str, Callable[[HmisCells, Context], Record]] = {
    "project": project,
    "user": user,
    "client": client,
    "enrollment": enrollment,
    "exit": exit_,
    "currentlivingsituation": living_situation,
    "incomebenefits": income,
}


def things(table: Table, understand: Callable[[HmisCells, Context], Record], context: Context) -> Iterator[Thing]:
    """Every row of a table as a record, or as everything that is wrong with it; then what was seen on the way."""
    place, width = Place(table.place()), len(table.header)
    exports: set[str] = set()
    for row in table.rows:
        cells = HmisCells(row, place, table.name, context)
        if len(row.cells) != width:
            yield uneven(row, width, table.name)
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
