"""`caseload export`: reports and lists as files, whole or not at all, with a manifest beside them."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from .deidentified import Cover, Deidentified
from .frame import Family, session
from .options import Identified, LookWhy, Query, Recipient, said
from .progress import progress
from .session import Session, check_why
from .terminal import say
from .which import to_change

commands = Family()

_export = commands.group(
    "export", _("Reports and lists as xlsx, csv, json, parquet or html, with a manifest beside the file.")
)

FileFormat = Annotated[
    Literal["xlsx", "csv", "json", "parquet", "html"],
    typer.Option(
        "--format", help=_("What kind of file; several parts in csv or parquet make one zip."), show_default=False
    ),
]
Output = Annotated[
    str, typer.Option("--output", metavar="PATH|-", help=_("Where to; - is standard output."), show_default=False)
]
Week = Annotated[
    str | None, typer.Option("--week", metavar="WEEK", help=_("An ISO week, such as 2026-W47."), show_default=False)
]
First = Annotated[str | None, typer.Option("--from", metavar="DATE", help=_("The first day."), show_default=False)]
Last = Annotated[str | None, typer.Option("--to", metavar="DATE", help=_("The last day."), show_default=False)]


@_export(
    "weekly",
    "caseload export weekly --week 2026-W47 --format xlsx --output weekly.xlsx",
    "caseload export weekly --from 2026-11-01 --to 2026-11-30 --query team:north --format html --output november.html",
    help=_(
        "The week by worker and program: caseload at start and end, opened, closed, moved, contacts due and made, monthly "
        "visits, overdue by rule, load, gaps, twelve weeks, people served. The same data give the same file, byte for byte."
    ),
)
def weekly(
    ctx: typer.Context,
    format: FileFormat,
    output: Output,
    week: Week = None,
    first: First = None,
    last: Last = None,
    query: Annotated[
        str | None, typer.Option("--query", metavar="QUERY", help=_("Of these cases only."), show_default=False)
    ] = None,
    identified: Identified = False,
    why: LookWhy = None,
) -> None:
    _write(session(ctx), "weekly", format, output, query, week, first, last, identified, why)


def _lists(report: str, help: str, *examples: str) -> None:
    """Declare the export of one kind of rows."""

    def listed(
        ctx: typer.Context,
        format: FileFormat,
        output: Output,
        query: Query = None,
        week: Week = None,
        first: First = None,
        last: Last = None,
        identified: Identified = False,
        why: LookWhy = None,
        recipient: Recipient = None,
        deidentified: Deidentified = False,
    ) -> None:
        _write(session(ctx), report, format, output, query, week, first, last, identified, why, recipient, deidentified)

    _export(report, *examples, help=help)(listed)


_lists(
    "cases",
    _("Cases, open ones unless a query or a period says which."),
    "caseload export cases --format csv --output cases.csv",
    "caseload export cases 'program:housing stage:any' --format json --output - --identified --why 'Audit of the funder'",
)
_lists(
    "contacts",
    _("Contacts, one row for each case they served."),
    "caseload export contacts --week 2026-W47 --format csv --output contacts.csv",
    "caseload export contacts 'worker:ana' --from 2026-11-01 --to 2026-11-30 --format xlsx --output ana.xlsx",
)
_lists(
    "tasks",
    _("Tasks, open and done."),
    "caseload export tasks --format csv --output tasks.csv",
    "caseload export tasks 'team:north' --format json --output -",
)
_lists(
    "assignments",
    _("Who held which case, from when to when."),
    "caseload export assignments --format csv --output assignments.csv",
    "caseload export assignments 'worker:ben' --format json --output -",
)


_lists(
    "assessments",
    _("Assessments, one row for each scale that was scored; what the client said only with --identified."),
    "caseload export assessments --format csv --output assessments.csv",
    "caseload export assessments 'program:housing' --from 2026-11-01 --to 2026-11-30 --format json --output -",
)
_lists(
    "needs",
    _("Needs by domain, met and open; in the client's words only with --identified."),
    "caseload export needs --format csv --output needs.csv",
    "caseload export needs 'team:north' --format json --output - --identified --why 'Review of the team'",
)
_lists(
    "plans",
    _("Every version of the plans, with who approved it and when."),
    "caseload export plans --format csv --output plans.csv",
    "caseload export plans 'plan:running' --format xlsx --output plans.xlsx",
)
_lists(
    "goals",
    _("Goals of the plans, by when, and how they ended; their words only with --identified."),
    "caseload export goals --format csv --output goals.csv",
    "caseload export goals 'worker:ana' --from 2026-11-01 --to 2026-12-31 --format json --output -",
)
_lists(
    "steps",
    _("Steps towards the goals: who, by when, as agreed first and now, and whether done."),
    "caseload export steps --format csv --output steps.csv",
    "caseload export steps 'program:housing' --week 2026-W47 --format xlsx --output steps.xlsx",
)
_lists(
    "referrals",
    _("What was asked of others: when it was sent and answered; of whom only with --identified."),
    "caseload export referrals --format csv --output referrals.csv",
    "caseload export referrals 'stage:any' --format json --output -",
)
_lists(
    "accounting",
    _(
        "What was told about a client in six years (45 CFR 164.528), as they may ask for it, of all their cases in your "
        "sight; other days with --from and --to. What was told under a consent or to the client is left out."
    ),
    "caseload export accounting 2026-048212 --format html --output accounting.html --identified --why 'Asked for by her'",
    "caseload export accounting --from 2026-01-01 --to 2026-12-31 --format csv --output accounting.csv",
)


_lists(
    "journal",
    _("Every changed row with who, when and which columns, never their content; for those who may read the journal."),
    "caseload export journal --week 2026-W47 --format csv --output journal.csv",
    "caseload export journal 'worker:ana stage:any' --format parquet --output journal.parquet",
)


@_export(
    "ics",
    "caseload export ics --worker ana --weeks 4 --output week.ics",
    "caseload export ics --from 2026-11-23 --to 2026-12-06 --identified --why 'Offline on visits' --output visits.ics",
    help=_(
        "A worker's appointments and tasks as a calendar (.ics), this week unless other days are named. Who is met is not said, nor "
        "where, unless --identified; brought into a calendar again, what has changed is set right there."
    ),
)
def ics(
    ctx: typer.Context,
    output: Output,
    worker: Annotated[
        str | None, typer.Option("--worker", metavar="W", help=_("Whose; your own unless given."), show_default=False)
    ] = None,
    weeks: Annotated[
        int | None,
        typer.Option(
            "--weeks", min=1, max=53, metavar="N", help=_("This week and so many in all."), show_default=False
        ),
    ] = None,
    week: Week = None,
    first: First = None,
    last: Last = None,
    query: Annotated[
        str | None, typer.Option("--query", metavar="QUERY", help=_("Of these cases only."), show_default=False)
    ] = None,
    identified: Identified = False,
    why: LookWhy = None,
) -> None:
    asked = session(ctx)
    if not (week or first or last):
        with asked.read() as r:
            monday = r.today - timedelta(days=r.today.weekday())
        first, last = monday.isoformat(), (monday + timedelta(days=7 * (weeks or 1) - 1)).isoformat()
    elif weeks is not None:
        raise Usage(_("Choose one of --weeks, --week, and --from with --to."))
    _write(asked, "ics", "ics", output, query, week, first, last, identified, why, worker=worker)


@_export(
    "hsds",
    "caseload export hsds --output directory.json",
    "caseload export hsds --output -",
    help=_(
        "The agency's directory of services as HSDS 3.1 (JSON), for others' directories. It says nothing of any client."
    ),
)
def hsds(ctx: typer.Context, output: Output) -> None:
    _write(session(ctx), "hsds", "hsds", output, None, None, None, None, False, None)


@_export(
    "workload",
    "caseload export workload --format csv --output workload.csv",
    "caseload export workload --format xlsx --output workload.xlsx",
    help=_("Each worker's load against their capacity, today."),
)
def workload(ctx: typer.Context, format: FileFormat, output: Output) -> None:
    _write(session(ctx), "workload", format, output, None, None, None, None, False, None)


@_export(
    "everything",
    "caseload export everything --format csv --output agency-out --identified --why 'Moving to a server'",
    "caseload export everything --format parquet --output agency-parquet --identified --why 'For the archive'",
    help=_(
        "Every table as csv or parquet in a new private folder, with a data dictionary and a manifest; `caseload import everything` "
        "brings it back, on either engine. For whoever holds the SQLite file, or the login that owns the tables. On record as a "
        "look at every case. The folder is not encrypted, also where the database is."
    ),
)
def everything(
    ctx: typer.Context,
    format: Annotated[
        Literal["csv", "parquet"], typer.Option("--format", help=_("What kind of files."), show_default=False)
    ],
    output: Annotated[
        str, typer.Option("--output", metavar="DIR", help=_("The folder to make; one that is there is never touched."))
    ],
    identified: Identified = False,
    why: LookWhy = None,
) -> None:
    from .everything import export

    export(session(ctx), output, format, identified, why)


@_export(
    "hmis",
    "caseload export hmis --from 2025-10-01 --to 2026-09-30 --coc XX-500 --geocode 123456 --output hmis.zip --identified --why 'To the continuum'",
    "caseload export hmis 'program:housing' --from 2026-10-01 --to 2026-12-31 --output hmis-check",
    help=_(
        "An HMIS CSV export of FY2026: 24 files in a new folder, or a zip, of the cases that were open in the period. Clients and "
        "enrolments from an imported HMIS keep that system's PersonalID and EnrollmentID. Without --identified it has no name and "
        "no birth date (HashStatus 3), to check the data; --hashed gives hashes of the names, as HUD has them for runaway youth. "
        "Social security numbers are never there."
    ),
)
def hmis(
    ctx: typer.Context,
    output: Annotated[
        str, typer.Option("--output", metavar="DIR|ZIP", help=_("A new folder, or a file that ends in .zip."))
    ],
    first: First = None,
    last: Last = None,
    query: Query = None,
    coc: Annotated[
        str, typer.Option("--coc", metavar="CODE", help=_("The continuum the projects are in, such as XX-500."))
    ] = "",
    geocode: Annotated[
        str, typer.Option("--geocode", metavar="DIGITS", help=_("HUD's geocode of where the projects are."))
    ] = "",
    hashed: Annotated[bool, typer.Option("--hashed", help=_("Names as hashes; birth dates as they are."))] = False,
    identified: Identified = False,
    why: LookWhy = None,
    recipient: Recipient = None,
) -> None:
    from caseload.exchange.hmis.write import Wish, write

    asked = session(ctx)
    check_why(identified, why)
    wish = Wish(output, first, last, query or "", coc, geocode, hashed, identified, why or "", recipient)
    with progress(_("Writing")) as tick:
        done = write(asked.db, wish, tick)
    for remark in done.remarks:
        say(remark)
    say(done.words)


@_export(
    "fhir",
    "caseload export fhir 2026-048212 --for access --output bundle.json --why 'Asked for by her'",
    "caseload export fhir 2026-048212 --for access --output for-her.json --reason 'She moves to another county'",
    help=_(
        "The whole record of a case as a Bundle of FHIR R4 (4.0.1), for a body that takes it over or the client themselves: what a "
        "case file has, but for money and disclosures, to be read by a program. As that it needs a consent or an exception that "
        "names who gets it, and is recorded as a disclosure."
    ),
)
def fhir(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help=_("A case number."), show_default=False)],
    purpose: Annotated[
        Literal["transfer", "access"],
        said("transfer|access", _("For whom: a body that takes the case over, the client."), "--for"),
    ],
    target: Annotated[
        str,
        said("PATH", _("The new file to write; its manifest comes beside it. Nothing is written over."), "--output"),
    ],
    why: Annotated[str, said("TEXT", _("What for: it goes on the record."), "--why", "--reason")],
    recipient: Annotated[
        str | None, said("NAME", _("Who gets it, as the consent or the exception names them."), "--recipient")
    ] = None,
) -> None:
    from caseload.exchange.fhir import bundle
    from caseload.reports.casefile import Wish

    from .paper import told

    asked = session(ctx)
    [number] = to_change(asked, case, one=True)
    with progress(_("Writing")) as tick:
        put = bundle.export(asked.db, Wish((number,), "fhir", target, why, purpose, recipient or ""), tick)
    told(put)


def _write(
    asked: Session,
    report: str,
    form: str,
    output: str,
    query: str | None,
    week: str | None,
    first: str | None,
    last: str | None,
    identified: bool,
    why: str | None,
    recipient: str | None = None,
    deidentified: bool = False,
    worker: str | None = None,
) -> None:
    from caseload.reports.exporting import ExportRequest, export

    check_why(identified, why)
    cover = Cover(asked, deidentified, identified)
    request = ExportRequest(
        report, form, output, query=query or "", week=week, from_=first, to=last, identified=identified, why=why or "",
        recipient=recipient,
        deidentified=cover.wanted, worker=worker,
    )  # fmt: skip
    binary: Any = getattr(sys.stdout, "buffer", None)
    with progress(_("Writing")) as tick:
        done = export(asked.db, request, stdout=binary, tick=tick)
    for remark in done.remarks:
        say(remark)
    cover.state()
    if done.path is not None:
        say(done.words)
