"""`caseload import`: another system's export, read, checked and previewed, then taken in as one change."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _, _n
from caseload.text import line

from . import output
from .ask import agreed
from .frame import Family, session
from .inputs import text_of
from .options import Anchor, DryRun, FirstIn, Format, Unsound, Yes, said
from .output import Column
from .progress import progress
from .table import draw, paragraph
from .terminal import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from caseload.casework.questionnaires import Brought
    from caseload.exchange.importer import Options, Plan

    from .session import Session

commands = Family()

_import = commands.group(
    "import", _("Take in another system's export, after a preview, as one change that undo takes back.")
)

Rejects = Annotated[str | None, said("FILE", _("Write the rows not taken there."), "--rejects")]

# So many reasons are printed; all of them stand in the rejects file.
_TOLD = 20
_IN_JSON = 1000


@_import(
    "hmis",
    "caseload import hmis export.zip --dry-run",
    "caseload import hmis export.zip --assign by-user --rejects rejects.csv --yes --format json",
    help=_(
        "Import an HMIS CSV export (FY2024), a folder or a zip: clients, households, projects as programs, enrolments "
        "as cases, exits as closings, users as workers. Running it again changes nothing. Rows that cannot be taken do "
        "not fail it: they are counted, and --rejects writes them with their reasons, to be mended and imported."
    ),
)
def hmis(
    ctx: typer.Context,
    path: Annotated[str, typer.Argument(metavar="DIR|ZIP", help=_("The export."), show_default=False)],
    assign: Annotated[
        Literal["by-user", "even", "none"],
        typer.Option(
            "--assign", help=_("Who gets the open cases: the user who entered them, everybody alike, or nobody.")
        ),
    ] = "by-user",
    dates: Annotated[
        Literal["mdy", "dmy", "ymd"] | None,
        typer.Option("--dates", help=_("How the file writes days by numbers, where it does."), show_default=False),
    ] = None,
    dry_run: DryRun = False,
    rejects: Rejects = None,
    yes: Yes = False,
    format: Format = None,
) -> None:
    from caseload.exchange.importer import Options

    _take(session(ctx), "hmis", Path(path), Options(assign, dates), _cases, _How(dry_run, rejects, yes, format))


@_import(
    "ics",
    "caseload import ics calendar.ics --worker ana --dry-run",
    "caseload import ics visits.ics --case 2026-048212 --yes --format json",
    help=_(
        "Take over the coming events of a calendar file (.ics) as appointments and its to-dos as tasks: each of the case whose number "
        "stands in its title or categories, or all of --case. What they clash with is said. Running it again changes nothing; a newer "
        "file sets right what has changed, and cancels what is cancelled there. What was changed here meanwhile stays, and is listed. "
        "--rejects writes what is not taken."
    ),
)
def ics(
    ctx: typer.Context,
    path: Annotated[str, typer.Argument(metavar="FILE", help=_("The calendar."), show_default=False)],
    worker: Annotated[str | None, said("W", _("Whose calendar it is; your own unless given."), "--worker")] = None,
    case: Annotated[str | None, said("CASE", _("The case of all its events."), "--case")] = None,
    dry_run: DryRun = False,
    rejects: Rejects = None,
    yes: Yes = False,
    format: Format = None,
) -> None:
    from caseload.exchange.importer import Options

    def question(totals: dict[str, int]) -> str:
        n = totals.get("appointments", 0)
        if totals["tasks"]:
            from caseload.exchange.ics import things

            return _("Take over {things}?").format(things=things(totals))
        return _n("Take over {n} new appointment?", "Take over {n} new appointments?", n).format(n=n)

    options = Options(worker=worker, case=case)
    _take(session(ctx), "ics", Path(path), options, question, _How(dry_run, rejects, yes, format))


@_import(
    "hsds",
    "caseload import hsds directory.zip --dry-run",
    "caseload import hsds services.json --source county --yes --format json",
    help=_(
        "Take a directory of services as HSDS has it (1.1 to 3.1: JSON, or a folder or zip of csv) into ours: organisations, services, "
        "where, when, for whom, languages, cost, what to bring. Running it again changes nothing; a newer file sets right what has "
        "changed, keeps what was changed here and lists it, and what is no longer in it is not offered any more; referrals stay. "
        "Whoever handles cases may."
    ),
)
def hsds(
    ctx: typer.Context,
    path: Annotated[str, typer.Argument(metavar="PATH", help=_("The directory."), show_default=False)],
    source: Annotated[str | None, said("NAME", _("Whose directory, where there are several."), "--source")] = None,
    dry_run: DryRun = False,
    rejects: Rejects = None,
    yes: Yes = False,
    format: Format = None,
) -> None:
    from caseload.exchange.importer import Options

    def question(totals: dict[str, int]) -> str:
        n, changed = totals.get("services", 0), totals["writes"]
        words = _n(
            "Take {n} new service, {changed} entries in all?", "Take {n} new services, {changed} entries in all?", n
        )
        return words.format(n=n, changed=changed)

    options = Options(source=source)
    _take(session(ctx), "hsds", Path(path), options, question, _How(dry_run, rejects, yes, format))


@_import(
    "sheet",
    "caseload import sheet clients.xlsx --system 'North list' --propose > map.toml",
    "caseload import sheet clients.xlsx --system 'North list' --mapping map.toml --rejects rejects.csv --yes --format json",
    help=_(
        "Import a list of cases as agencies keep it: xlsx or csv, any columns, a client's case a row. What each column is, is "
        "proposed from its header and its values; --propose prints that as a file to correct and give with --mapping. Running it "
        "again changes nothing, a newer list brings what is new and keeps what was done here. Programs and workers are those "
        "that are here. Rows that cannot be taken do not fail it: they are counted, and --rejects writes them with their "
        "reasons, to be mended and imported."
    ),
)
def sheet(
    ctx: typer.Context,
    path: Annotated[str, typer.Argument(metavar="FILE", help=_("The list."), show_default=False)],
    system: Annotated[
        str, said("NAME", _("Whose list it is, the same each time: its rows are known by it."), "--system")
    ] = "",
    mapping: Annotated[
        str | None, said("FILE", _("What the columns are; proposed unless given."), "--mapping", "--map")
    ] = None,
    propose: Annotated[bool, typer.Option("--propose", help=_("Print what the columns may be, and stop."))] = False,
    sheet: Annotated[str, said("NAME", _("Which sheet of the workbook."), "--sheet")] = "",
    assign: Annotated[
        Literal["by-user", "even", "none"],
        typer.Option("--assign", help=_("Who gets the open cases: the worker of the row, everybody alike, or nobody.")),
    ] = "by-user",
    dates: Annotated[
        Literal["mdy", "dmy", "ymd"] | None,
        typer.Option(
            "--dates",
            "--date-format",
            help=_("How the list writes days by numbers, where it does."),
            show_default=False,
        ),
    ] = None,
    dry_run: DryRun = False,
    rejects: Rejects = None,
    yes: Yes = False,
    format: Format = None,
) -> None:
    from dataclasses import replace

    from caseload.exchange import sheet as sheets
    from caseload.exchange.importer import Options

    asked, file = session(ctx), Path(path)
    options = Options(assign, dates, system, sheet)
    given = sheets.mappings.load(Path(mapping)) if mapping is not None else None
    if given is None:
        with asked.read() as r:
            given = sheets.offer(r, file, options).mapping
        if not propose:
            say(_("The columns are taken for these; --propose prints that, to be corrected:"))
            for column, target in given.columns.items():
                say(f"  {line(column)}: {target or _('not taken')}")
    if propose:
        for row in sheets.mappings.dump(given).splitlines():
            output.say_line(row)
        return
    _take(asked, "sheet", file, replace(options, mapping=given), _cases, _How(dry_run, rejects, yes, format))


@dataclass(frozen=True, slots=True)
class _How:
    """What is asked of every import: only to look, where to write what is not taken, whether to ask, and how to print."""

    dry_run: bool
    rejects: str | None
    yes: bool
    format: output.FormatName | None


def _cases(totals: dict[str, int]) -> str:
    """Asked before cases are imported."""
    return _n("Import {n} new case?", "Import {n} new cases?", totals["cases"]).format(n=totals["cases"])


def _take(
    asked: Session, kind: str, path: Path, options: Options, question: Callable[[dict[str, int]], str], how: _How
) -> None:
    """Read, preview, ask and import; what is not taken is told first."""
    from caseload.exchange import importer

    with asked.read() as r, progress(_("Reading")) as step:
        planned = importer.plan(r, kind, path, options, step)
    with planned:
        _tell_rejects(planned, how.rejects)
        if how.dry_run or planned.preview.nothing_to_do:
            _print(planned, how.format, dry_run=how.dry_run)
            return
        agreed(question(planned.preview.totals), how.yes, how.format, lambda form: _print(planned, form))
        with progress(_("Importing")) as step:
            receipt = asked.act(f"import {kind}", lambda w: importer.commit(w, planned, step))
        _print(planned, how.format, number=receipt.number, words=receipt.words)


@_import(
    "questionnaire",
    "caseload import questionnaire tea.json --dry-run",
    "caseload import questionnaire tea.json --name tea-and-talk --better higher --format json",
    help=_(
        "Bring a questionnaire of the agency's own: a FHIR R4 Questionnaire as JSON. Brought again, it is a new edition, and what was "
        "scored by the one before stands. It is scored by the rules of an instrument that asks the same, or by the sums that it adds up "
        "itself, or not at all. For admins."
    ),
)
def questionnaire(
    ctx: typer.Context,
    path: Annotated[str, typer.Argument(metavar="FILE|-", help=_("The questionnaire."), show_default=False)],
    name: Annotated[
        str, said("NAME", _("What it is called by; its own name unless given."), "--name")
    ] = "",
    better: Annotated[
        Literal["higher", "lower"] | None,
        typer.Option("--better", help=_("Which way its own sums are better for the client."), show_default=False),
    ] = None,
    dry_run: DryRun = False,
    format: Format = None,
) -> None:  # fmt: skip
    from caseload.casework import questionnaires

    asked = session(ctx)
    text = text_of("-" if path == "-" else f"@{path}", "FILE") or ""
    file = "-" if path == "-" else Path(path).name
    given = {"file": file, "name": name, "better": better or ""}
    if dry_run:
        with asked.read() as r:
            found = questionnaires.plan(r, text, **given)
        _print_form(found, None, "", format)
        return
    receipt = asked.act("import questionnaire", lambda w: questionnaires.bring(w, text, **given))
    _print_form(receipt.data, receipt.number, receipt.words, format)


@_import(
    "everything",
    "caseload --database agency.db import everything agency-out",
    "caseload --database postgresql:///?service=agency import everything agency-out --admin ana --format json",
    help=_(
        "Bring everything that `caseload export everything` took out into a database that is missing (SQLite) or empty (PostgreSQL, as the "
        "login that owns the tables). Every file must be the one that was written, every row comes back the same, and the journal is "
        "verified. With --key-fd the new file is encrypted with the key that is read there."
    ),
)
def everything(
    ctx: typer.Context,
    path: Annotated[
        str, typer.Argument(metavar="DIR", help=_("The folder with manifest.json."), show_default=False)
    ],
    admin: FirstIn = None,
    anchor: Anchor = None,
    unsound: Unsound = False,
    format: Format = None,
) -> None:  # fmt: skip
    from .everything import bring

    bring(session(ctx), path, admin, anchor, unsound, format)


def _print_form(found: Brought | None, number: str | None, words: str, format: output.FormatName | None) -> None:
    if found is None:  # the answer was lost on the way, and the act was not
        output.say_line(words)
        return
    form = found.instrument
    asked = len(form.questionnaire.questions)
    shaped = {
        "change": number, "name": form.code, "edition": found.edition, "title": form.questionnaire.title,
        "questions": asked, "rules": form.rules.version,
        "scales": [{"scale": one.code, "title": one.title, "better": one.better or None} for one in form.rules.scales],
        "same": found.same, "remarks": list(found.remarks),
    }  # fmt: skip
    lines = [
        f"{line(form.questionnaire.title)}  ({form.code}, " + _("edition {n}").format(n=found.edition) + ")",
        _n("{n} question", "{n} questions", asked).format(n=asked),
        _("scored: {scales}").format(scales=", ".join(line(one.title) for one in form.rules.scales))
        if form.rules.scales
        else _("kept, and not scored"),
        *(line(one) for one in found.remarks),
    ]
    if words:
        lines.append(
            words + (" · " + _("{change}, undo with: caseload undo {change}").format(change=number) if number else "")
        )
    output.thing(shaped, [Column(key) for key in shaped], format, lambda: lines)


def _tell_rejects(planned: Plan, where: str | None) -> None:
    """Say what is not taken, and write it down where asked, before anything is imported."""
    rejected = planned.preview.count("rejected")
    _tell_alike(planned)
    _tell_clashing(planned)
    if where is not None:
        if not where or Path(where).is_dir():
            raise Usage(_("--rejects needs the name of a file."))
        planned.write_rejects(Path(where).expanduser().absolute())
    if not rejected:
        return
    say(_n("{n} row is not taken.", "{n} rows are not taken.", rejected).format(n=rejected))
    for _kind, problem in islice(planned.problems("rejected"), _TOLD):
        say(f"  {problem.file} {problem.row} {problem.column}: {problem.reason}")
    if rejected > _TOLD or where is None:
        say(_("  --rejects FILE writes all of them with their reasons.") if where is None else "  ...")


def _tell_alike(planned: Plan) -> None:
    """Say which new clients may be known already."""
    if planned.alike:
        said = _n("{n} new client may be known already.", "{n} new clients may be known already.", planned.alike)
        say(said.format(n=planned.alike) + " " + _("Nobody is merged."))
        for _kind, one in islice(planned.problems("alike"), _TOLD):
            say(f"  {one.file} {one.row}: {one.reason}")
    if not planned.all_compared:
        say(_("Only the first new clients were compared with those who are known."))


def _tell_clashing(planned: Plan) -> None:
    """Say which appointments overlap others; they are taken all the same."""
    if planned.clashing:
        said = _n("{n} appointment overlaps another.", "{n} appointments overlap others.", planned.clashing)
        say(said.format(n=planned.clashing))
        for _kind, one in islice(planned.problems("clashing"), _TOLD):
            say(f"  {one.file} {one.row}: {one.value} {one.reason}")
        if planned.clashing > _TOLD:
            say("  ...")


def _print(
    planned: Plan,
    format: output.FormatName | None,
    *,
    dry_run: bool = False,
    number: str | None = None,
    words: str = "",
) -> None:
    preview, form = planned.preview, output.chosen(format)
    if form == "table":
        _page(planned, number, words)
        return
    if form != "json":
        from caseload.exchange.rows import FileTally

        columns = [Column("change"), *(Column(name) for name in FileTally.__slots__)]
        output.rows([{"change": number, **tally.data()} for tally in preview.files], columns, form)
        return
    shaped: dict[str, Any] = {"change": number, "dry_run": dry_run, **preview.data(), "alike": planned.alike}
    shaped["clashing"] = planned.clashing
    shaped["problems"] = [
        {
            "kind": kind, "file": one.file, "row": one.row, "column": one.column, "value": one.value,
            "expected": one.expected, "reason": one.reason,
        }
        for kind, one in planned.problems(None, _IN_JSON)
    ]  # fmt: skip
    output.thing(shaped, [Column(key) for key in shaped], form, list)


def _page(planned: Plan, number: str | None, words: str) -> None:
    preview = planned.preview
    output.say_line(f"{preview.source} {preview.version}")
    states = {
        "new": _("New"), "changed": _("Changed"), "unchanged": _("Same"), "conflicting": _("Conflict"),
        "rejected": _("Rejected"), "not_taken": _("Left out"),
    }  # fmt: skip
    columns = [Column("file", _("File"), keep=9), Column("rows", _("Rows"), right=True, keep=8)]
    draw(
        [tally.data() for tally in preview.files],
        [*columns, *(Column(key, title, right=True) for key, title in states.items())],
    )
    for note in preview.notes:
        told = f"{note.file}: {note.reason} ({note.rows})" if note.rows else f"{note.file}: {note.reason}"
        for text in paragraph(told):
            output.say_line(text)
    if preview.nothing_to_do:
        output.say_line(_("Nothing is new in this file."))
    elif number is not None:
        output.say_line(words + " · " + _("{change}, undo with: caseload undo {change}").format(change=number))
