"""What the screen asks of the importer, and has it do: a file looked into, its columns, the preview, the taking in. Each runs on the desk's
threads; what is laid out there comes back as frozen values."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..errors import CaseloadError, Refused
from ..messages import _, _n
from . import asks

if TYPE_CHECKING:
    from ..exchange.format import Options
    from ..exchange.importer import Plan
    from ..exchange.rows import Preview, Reject
    from ..exchange.sheet.daying import Doubt
    from ..exchange.sheet.mapping import Mapping
    from ..store.database import Reading, Receipt, Work
    from .verbs import Doing, Typed

# The place where what was chosen for a list is kept until it is taken in.
PLACE = "import|list:0"
# Reasons fetched at once.
WINDOW = 60


class BrokenOff(Refused):
    """The person pressed Esc while a file was read or taken in."""


@dataclass(slots=True)
class Watch:
    """How far a long reading or writing is, told by its thread; and that it is to break off, told by the person."""

    rows: int = 0
    of: int | None = None
    off: threading.Event = field(default_factory=threading.Event)

    def step(self, rows: int, of: int | None) -> None:
        """Called by the thread. Raises BrokenOff."""
        self.rows, self.of = rows, of
        if self.off.is_set():
            raise BrokenOff(_("Broken off. Nothing was changed."))

    def words(self, doing: str) -> str:
        if self.of:
            return _("{doing} {n} of {all}").format(doing=doing, n=self.rows, all=self.of)
        return _n("{doing} {n} row", "{doing} {n} rows", self.rows).format(doing=doing, n=self.rows)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is chosen for a list so far: the file, what it is, whose it is, what its columns are, and who gets the open cases."""

    path: str
    kind: str
    sheet: str = ""
    system: str = ""
    assign: str = "by-user"
    # How days are written, where a list has no mapping that says it.
    order: str = ""
    mapping: Mapping | None = None

    @property
    def file(self) -> Path:
        return Path(self.path).expanduser().absolute()

    @property
    def options(self) -> Options:
        """What the importer is told."""
        from ..exchange.importer import Options

        order = self.mapping.order if self.mapping is not None else self.order or None
        source = self.system or None if self.kind == "hsds" else None
        return Options(self.assign, order, self.system, self.sheet, self.mapping, source=source)

    @property
    def kept(self) -> str:
        """It as text, to be kept while nothing is taken in yet."""
        from ..exchange.sheet import mappings

        plain = {"path": self.path, "sheet": self.sheet, "system": self.system, "assign": self.assign}
        told = mappings.dump(self.mapping) if self.mapping is not None else ""
        return json.dumps({**plain, "columns": told}, ensure_ascii=False)


def taken_up(text: str) -> tuple[Draft, str]:
    """What was kept, and the TOML of its columns; with an empty path where it cannot be read any more."""
    try:
        found = json.loads(text)
        plain = {name: str(found.get(name, "")) for name in ("path", "sheet", "system", "assign")}
        return Draft(plain["path"], "", plain["sheet"], plain["system"], plain["assign"] or "by-user"), str(
            found.get("columns", "")
        )
    except (ValueError, AttributeError):
        return Draft("", ""), ""


class Known(NamedTuple):
    """What is here already that a list may speak of, by code or handle and name; and whose lists were brought before."""

    programs: tuple[tuple[str, str], ...]
    workers: tuple[tuple[str, str], ...]
    systems: tuple[str, ...]
    standing: asks.Standing


class Looked(NamedTuple):
    """A file that was looked into: what it is, what its columns may be, what each holds, and what is here. With `sheets`, one of them must
    be chosen first."""

    draft: Draft
    known: Known
    header: tuple[str, ...] = ()
    values: dict[str, tuple[str, ...]] = {}  # noqa: RUF012  (never written to)
    offered: Mapping | None = None
    sheets: tuple[str, ...] = ()


def look(r: Reading, draft: Draft, columns: str, watch: Watch) -> Looked:
    """Look into a file. What was kept of its columns (`columns`, TOML) stands where it fits. Raises Usage, BrokenOff, NotPermitted unless
    this person may bring such a file."""
    from ..exchange import kinds, sheet
    from ..exchange.sheet import source

    file = draft.file
    draft = replace(draft, kind=kinds.kind_of(file))
    known = _known(r)
    if draft.kind != "sheet":
        return Looked(draft, known)
    sheet.List.require(r)
    several = () if draft.sheet else source.sheets(file)
    if len(several) > 1:
        return Looked(draft, known, sheets=several)
    found = sheet.offer(r, file, draft.options)
    watch.step(0, None)
    mapping = _mine(columns, found.mapping)
    return Looked(replace(draft, mapping=mapping), known, found.header, found.values, found.mapping)


def _mine(columns: str, offered: Mapping) -> Mapping:
    from ..exchange.sheet import mappings, shelf

    if not columns:
        return offered
    try:
        return shelf.fitted(mappings.read(columns.encode(), Path("columns")), offered)
    except CaseloadError:
        return offered


def _known(r: Reading) -> Known:
    from ..casework import programs, staff
    from ..exchange.sheet import shelf
    from ..text import line

    open_ = tuple((one.program, line(one.name)) for one in programs.listed(r))
    held = tuple((one.worker, line(one.name)) for one in staff.workers(r, everyone=False) if one.holds)
    return Known(open_, held, shelf.systems(r), asks.standing(r))


def shelved(system: str, offered: Mapping) -> Mapping | None:
    """The columns as they were kept for that list the last time, for the columns of this one; None where nothing was kept."""
    from ..exchange.sheet import shelf

    mine = shelf.kept(system)
    return None if mine is None else shelf.fitted(mine, offered)


def keep(system: str, mapping: Mapping) -> Path:
    """Keep what the columns are, for the next list of that name."""
    from ..exchange.sheet import shelf

    return shelf.keep(system, mapping)


def doubt(mapping: Mapping, values: dict[str, tuple[str, ...]]) -> Doubt | None:
    """The first day of the list that can be read in more than one way."""
    from ..exchange.sheet import daying

    days = [column for column, target in mapping.columns.items() if target in daying.DAYS]
    return daying.doubt(days, values)


# -- the preview ------------------------------------------------------------------------------------


class Laid(NamedTuple):
    """An import that is worked out and not yet made. `plan` is the importer's own, for one thread at a time."""

    plan: Plan
    preview: Preview
    reasons: int
    rows: tuple[tuple[str, Reject], ...]
    alike: int
    all_compared: bool


def lay(r: Reading, draft: Draft, watch: Watch) -> Laid:
    """Read the whole file and work out what taking it in would do. Raises Usage, BrokenOff; nothing is written."""
    from ..exchange import importer

    made = importer.plan(r, draft.kind, draft.file, draft.options, watch.step)
    try:
        watch.step(watch.rows, watch.of)
        return laid(made)
    except BaseException:
        made.stage.close()
        raise


def laid(plan: Plan) -> Laid:
    """The preview as it stands on the workbench now, and the first of what is to be looked at."""
    rows = tuple(plan.problems(None, WINDOW))
    return Laid(plan, plan.preview, plan.stage.problem_count(), rows, plan.alike, plan.all_compared)


def reasons(plan: Plan, first: int, count: int) -> tuple[tuple[str, Reject], ...]:
    """A window of the rows that are not taken or need a look, each with its reason."""
    return tuple(plan.problems(None, count, first))


def write_rejects(plan: Plan, path: str) -> tuple[int, Path]:
    """The rows that are not taken, in a new private file; how many, and where. Raises Refused where that place is taken."""
    from ..store.filing import place_for

    place = place_for(path)
    return plan.write_rejects(place), place


def take_in(plan: Plan, watch: Watch, words: Typed) -> Doing:
    """Make the import: one change. What was chosen for it is forgotten with it."""
    from .verbs import forgetting

    def doing(w: Work) -> Receipt:
        from ..exchange import importer

        return importer.commit(w, plan, watch.step)

    return forgetting(words, doing)


def verb(kind: str) -> str:
    """What the journal calls it, by whichever way it was brought."""
    return f"import {kind}"
