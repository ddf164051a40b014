"""`caseload import`: another system's export, read, checked and previewed, then taken in as one change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from caseload.messages import _, _n
from caseload.text import line

from . import output
from .frame import Family, session
from .inputs import text_of
from .options import Anchor, DryRun, FirstIn, Format, Unsound, Yes, said
from .output import Column
from .taking import How, cases, take
from .terminal import say

if TYPE_CHECKING:
    from caseload.casework.questionnaires import Brought

commands = Family()

_import = commands.group(
    "import", _("Take in another system's export, after a preview, as one change that undo takes back.")
)

Rejects = Annotated[str | None, said("FILE", _("Write the rows not taken there."), "--rejects")]


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

    take(session(ctx), "hmis", Path(path), Options(assign, dates), cases, How(dry_run, rejects, yes, format))


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
    take(session(ctx), "ics", Path(path), options, question, How(dry_run, rejects, yes, format))


@_import(
    "fhir",
    "caseload import fhir clinic.json --program housing --dry-run",
    "caseload import fhir clinic.json --program housing --worker ana --source 'Lakeside Clinic' --yes --format json",
    help=_(
        "Take over a case that another agency sends as a Bundle of FHIR R4 (4.0.1), of one client: a case that begins here, with the client, "
        "the people around them, warnings, needs, answers scored anew, the draft of a plan, tasks and files. What was done there, and what "
        "the client permitted there, comes in words, as a draft note; the Bundle is kept with the case. Running it again changes nothing; a "
        "newer Bundle brings what is new and keeps what was done here. Whoever opens cases may."
    ),
)
def fhir(
    ctx: typer.Context,
    path: Annotated[str, typer.Argument(metavar="FILE", help=_("The Bundle, as JSON."), show_default=False)],
    program: Annotated[
        str | None,
        said("CODE", _("For which program; the one called as there, or the only one, unless given."), "--program"),
    ] = None,
    worker: Annotated[str | None, said("W", _("Who holds the case; without, it waits."), "--worker")] = None,
    source: Annotated[
        str | None, said("NAME", _("Who sends it, the same each time; as the Bundle says unless given."), "--source")
    ] = None,
    dry_run: DryRun = False,
    rejects: Rejects = None,
    yes: Yes = False,
    format: Format = None,
) -> None:
    from caseload.exchange.importer import Options

    def question(totals: dict[str, int]) -> str:
        return _("Take the case over?") if totals["cases"] else _("Bring the case up to date?")

    options = Options(program=program, worker=worker, source=source)
    take(session(ctx), "fhir", Path(path), options, question, How(dry_run, rejects, yes, format))


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
    take(session(ctx), "hsds", Path(path), options, question, How(dry_run, rejects, yes, format))


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
    take(asked, "sheet", file, replace(options, mapping=given), cases, How(dry_run, rejects, yes, format))


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
