"""A case on paper: the whole record for a court, a body that takes it over or the client, and the handover pack of a page.

Both are looks at each case, on record with the reason before a row is read. The record leaves the house: what permits it is asked
before anything is made, asked again and recorded as a disclosure before the file is there. Nothing is ever written over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caseload.casework import consents, disclosures, find, looks, page, permits, values
from caseload.casework.consents import CLIENT, KINDS
from caseload.errors import Usage
from caseload.messages import _, _n
from caseload.store import filing, migrate, seals
from caseload.text import line

from . import door, handover, paper, record
from .formats import Format
from .table import Report, ReportTable, Tick

if TYPE_CHECKING:
    from caseload.casework.page import CasePage
    from caseload.store.database import Database, Reading, Receipt

    from .door import Sent


@dataclass(frozen=True, slots=True)
class OnPaper(Format):
    """A format with what the person chose for it: a docx template, further fonts of a pdf."""

    options: tuple[tuple[str, Any], ...] = ()

    @property
    def write(self) -> Any:
        from importlib import import_module

        return partial(import_module(self.module).write, **dict(self.options))


_HERE = f"{__package__}.formats"
_FORMS = {
    "html": OnPaper("html", f"{_HERE}.html"),
    "docx": OnPaper("docx", f"{_HERE}.docx", binary=True, needs="docxtpl", extra="paper"),
    "pdf": OnPaper("pdf", f"{_HERE}.pdf", binary=True, needs="fpdf", extra="paper"),
    # No paper, but the same record on the same way out, to a program.
    "fhir": OnPaper("fhir", "caseload.exchange.fhir.bundle"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be written where, and why. A case file has a `purpose` (court, transfer, access) and, but for the client's own
    access, a `recipient`; a handover pack has neither."""

    cases: tuple[str | int, ...]
    format: str
    output: str
    why: str
    purpose: str = ""
    recipient: str = ""
    template: Path | None = None
    fonts: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Put:
    """What was written: entries in all, where, its digest, and the change that records who was told."""

    entries: int
    path: Path
    sha256: str
    change: str | None
    remarks: tuple[str, ...]

    @property
    def words(self) -> str:
        said = _n("Wrote {n} entry to {path}", "Wrote {n} entries to {path}", self.entries)
        return said.format(n=self.entries, path=line(str(self.path)))


def case_file(db: Database, wish: Wish, tick: Tick = lambda done, total: None) -> Put:
    """Write the whole record of one case. Raises Usage, NotPermitted where it may not go to whom it is for, Refused where the place is
    taken."""
    values.one_of(_("purpose"), wish.purpose, record.PURPOSES)

    def build(r: Reading, found: CasePage) -> tuple[ReportTable, ...]:
        return tuple(paper.table(one) for one in record.parts(r, found, wish.purpose))

    return leave(db, wish, "case-file", _("Case file"), build, (), tick)


def leave(
    db: Database,
    wish: Wish,
    name: str,
    title: str,
    build: Callable[[Reading, CasePage], tuple[ReportTable, ...]],
    remarks: tuple[str, ...],
    tick: Tick,
) -> Put:
    """Write what `build` makes of the whole record of one case, for who may get it, and put it on record as a disclosure. Raises Usage,
    NotPermitted where it may not go to whom it is for, Refused where the place is taken."""
    own = wish.purpose == "access"
    if own and wish.recipient:
        raise Usage(_("With --for access it goes to the client themselves; leave --recipient out."))
    if not own and not wish.recipient.strip():
        raise Usage(_("Say who gets it: --recipient NAME. A consent or an exception must name them."))
    if not own and consents.recipient(wish.recipient)[1] == CLIENT:
        raise Usage(_("To the client it goes with --for access, without what others would be in danger by."))
    recipient = CLIENT if own else wish.recipient
    form, path = _ready(wish)
    told: list[Receipt] = []
    with db.read() as r:
        cases = _cases(r, wish.cases)
        permits.permitted(r, cases, recipient, KINDS)

    def leaving() -> None:
        with db.work("case file", why=wish.why) as w:
            about = _("The case file ({purpose}), {format}").format(purpose=wish.purpose, format=wish.format)
            told.append(disclosures.send(w, cases, recipient, KINDS, told=about, purpose=wish.why))

    def read(r: Reading) -> tuple[tuple[ReportTable, ...], tuple[str, ...]]:
        [key] = cases
        found = page.read(r, key)
        return build(r, found), (*record.left_out(found, wish.purpose), *remarks)

    sent = _write(db, wish, form, path, cases, title, name, read, leaving, tick)
    return _put(sent, path, told[0].number if told else None)


def handovers(db: Database, wish: Wish, tick: Tick = lambda done, total: None) -> Put:
    """Write the handover pack of these cases, a page each, for a colleague. Raises as `case_file` does."""
    form, path = _ready(wish)
    with db.read() as r:
        cases = _cases(r, wish.cases)

    def build(r: Reading) -> tuple[tuple[ReportTable, ...], tuple[str, ...]]:
        return tuple(paper.table(handover.part(r, page.read(r, key))) for key in cases), ()

    sent = _write(db, wish, form, path, cases, _("Handover"), "handover", build, lambda: None, tick)
    return _put(sent, path, None)


def can_write(kind: str) -> None:
    """Raises Usage for a format that is none, Refused where what it needs is not installed."""
    _FORMS[values.one_of(_("format"), kind, tuple(_FORMS))].check()


def save_template(target: str) -> Path:
    """The docx template that comes along, to be edited in Word. Raises Usage, Refused where the place is taken."""
    from .formats import docx

    path = filing.place_for(target)
    with filing.growing(path) as part:
        part.write_bytes(docx.default())
    return path


def _ready(wish: Wish) -> tuple[OnPaper, Path]:
    """The format and the place, before anything is read or recorded."""
    values.short(_("The reason"), wish.why, needed=True)
    can_write(wish.format)
    if wish.template is not None and wish.format != "docx":
        raise Usage(_("A template goes with --format docx."))
    if wish.fonts and wish.format != "pdf":
        raise Usage(_("A font goes with --format pdf."))
    form = _FORMS[wish.format]
    path = filing.place_for(wish.output)
    filing.place_for(door.manifest_of(path))
    options = {"docx": (("template", wish.template),), "pdf": (("fonts", wish.fonts),)}.get(wish.format, ())
    return replace(form, options=options), path


def _cases(r: Reading, wanted: Sequence[str | int]) -> dict[int, str]:
    find.names_seen(r)
    if r.as_of:
        raise Usage(_("What leaves goes on record today: leave --today out."))
    return {ref.id: ref.number for ref in find.cases(r, wanted)}


def _write(
    db: Database,
    wish: Wish,
    form: OnPaper,
    path: Path,
    cases: dict[int, str],
    title: str,
    name: str,
    build: Callable[[Reading], tuple[tuple[ReportTable, ...], tuple[str, ...]]],
    leaving: Callable[[], None],
    tick: Tick,
) -> Sent:
    looks.announce_export(db, name, wish.why, list(cases))
    with db.read(snapshot=True) as r:
        tables, remarks = build(r)
        report = Report(
            name, title, tables, r.now, r.today, r.zone, query=", ".join(cases.values()),
            identified=True, tick=tick, remarks=remarks,
        )  # fmt: skip
        seal = seals.anchor(db)
        schema = migrate.current(r.conn) or ""
        anchor = seal.anchor if seal else None

        def last() -> None:
            filing.place_for(path)  # another may have come there meanwhile
            leaving()

        return door.send(report, form, str(path), stdout=None, schema=schema, seal=anchor, leaving=last)


def _put(sent: Sent, path: Path, change: str | None) -> Put:
    digest = str((sent.manifest or {}).get("sha256", ""))
    return Put(sum(sent.rows.values()), path, digest, change, sent.remarks)
