"""What was done and who looked: changes with their receipts, the journal, and whether it is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from caseload.errors import Refused, Usage
from caseload.messages import _, _n

from . import output
from .frame import Family, session
from .inputs import day
from .options import Format, Identified, Limit, LookWhy, said
from .output import Column, local
from .session import Session, looked, names_shown
from .setup import print_verdict
from .terminal import shown
from .which import is_whole, to_read

if TYPE_CHECKING:
    from caseload.store.database import Reading

commands = Family()

# What a person scrolls through; a script gets everything unless it says otherwise.
_SCREENFUL = 50
_EVERYTHING = 10_000_000

Since = Annotated[
    str | None,
    said("DATE", _("From that day on: monday, -7d, 2026-11-01."), "--since"),
]


@commands.command(
    "changes",
    "caseload changes",
    "caseload changes --worker ana --since -7d --format json",
    help=_("What was done, by whom, newest first: each with the receipt's number that `caseload undo` takes."),
)
def changes(
    ctx: typer.Context,
    worker: Annotated[str | None, said("W", _("What that worker did."), "--worker")] = None,
    since: Since = None,
    limit: Limit = None,
    identified: Identified = False,
    why: LookWhy = None,
    format: Format = None,
) -> None:
    from caseload.casework import changes as record

    asked = session(ctx)
    looked(asked, "changes", identified, why)
    with asked.read() as r:
        first = day(since, "--since", r.today, back=True) if since else None
        found = record.listed(r, worker_handle=worker, since=first, limit=_limit(limit))
        rows = [
            {
                "change": row.change,
                "at": local(row.at, r.zone),
                "worker": row.worker,
                "verb": row.verb,
                "summary": row.summary,
                "why": row.why if names_shown(identified) else None,
                "cases": row.cases,
                "undoable": row.undoable,
                "undone": row.undone,
                "undoes": row.undoes,
            }
            for row in found
        ]
    columns = [
        Column("change", _("Change"), keep=9, whole=True),
        Column("at", _("At"), keep=6, whole=True),
        Column("worker", _("Worker"), keep=5),
        Column("verb", _("Verb"), keep=1),
        Column("summary", _("What"), keep=8, least=24),
        Column("why", _("Why"), keep=4, least=12),
        Column("cases", _("Cases"), right=True, keep=2),
        Column("undoable", _("Undoable"), keep=0),
        Column("undone", _("Undone"), keep=3),
        Column("undoes", _("Undoes"), keep=2, whole=True),
    ]
    output.rows(rows, columns, format)


@commands.command(
    "journal",
    "caseload journal 2026-048212",
    "caseload journal verify --format json",
    help=_(
        "Every changed row, newest first: of one case, or of everything for those who may. --reads: who looked. "
        "`journal verify` holds every row against its hash and all of them against the seals, and exits 1 when one does "
        "not fit. `journal anchor` seals everything and prints the newest seal, to keep elsewhere. The journal holds no "
        "content."
    ),
)
def journal(
    ctx: typer.Context,
    case: Annotated[
        str | None,
        typer.Argument(
            metavar="CASE|verify|anchor",
            help=_("One case's journal; `verify` checks all of it, `anchor` prints the newest seal."),
            show_default=False,
        ),
    ] = None,
    anchor: Annotated[
        str | None,
        said(
            "SEAL",
            _("With verify: a seal kept elsewhere, as a manifest or `journal anchor` gave it; it must still stand."),
            "--anchor",
        ),
    ] = None,
    reads: Annotated[bool, typer.Option("--reads", help=_("Who looked, not who changed."))] = False,
    since: Since = None,
    limit: Limit = None,
    identified: Identified = False,
    why: LookWhy = None,
    format: Format = None,
) -> None:
    asked = session(ctx)
    if case in ("verify", "anchor"):
        if reads or since or limit or identified or why:
            raise Usage(_("{word} is about the whole journal; leave the other options out.").format(word=case))
        if case == "verify":
            _verify(asked, anchor, format)
            return
    if anchor is not None:
        raise Usage(_("--anchor goes with: caseload journal verify"))
    if case == "anchor":
        _anchor(asked, format)
        return
    if (identified or why is not None) and not reads:
        raise Usage(_("--identified and --why go with --reads."))
    looked(asked, "journal", identified, why)
    with asked.read() as r:
        first = day(since, "--since", r.today, back=True) if since else None
        # An auditor sees no case, so a whole number goes as it is; only parts are looked up.
        number = case if case is None or is_whole(case) else to_read(r, case)
        if reads:
            _reads(r, number, first, limit, names_shown(identified), format)
        else:
            _rows(r, number, first, limit, format)


def _limit(asked: int | None) -> int:
    return asked or (_SCREENFUL if shown() else _EVERYTHING)


def _rows(r: Reading, case: str | None, since: Any, limit: int | None, format: output.FormatName | None) -> None:
    from caseload.casework import changes as record

    rows = [
        {
            "id": str(row.id),
            "at": local(row.at, r.zone),
            "change": row.change,
            "worker": row.worker,
            "login": row.login,
            "table": row.table,
            "row": str(row.row),
            "case": row.case,
            "op": row.op,
            "columns": [name for name in row.columns.split(",") if name],
        }
        for row in record.entries(r, case, since=since, limit=_limit(limit))
    ]
    columns = [
        Column("id", "#", right=True, keep=2, whole=True),
        Column("at", _("At"), keep=8, whole=True),
        Column("change", _("Change"), keep=7, whole=True),
        Column("worker", _("Worker"), keep=6),
        Column("login", _("Login"), keep=1),
        Column("op", _("Did"), keep=5, whole=True),
        Column("table", _("Table"), keep=9),
        Column("row", _("Row"), right=True, keep=3, whole=True),
        Column("case", _("Case"), keep=4, whole=True),
        Column("columns", _("Columns"), keep=2, least=12),
    ]
    output.rows(rows, columns, format)


def _reads(
    r: Reading, case: str | None, since: Any, limit: int | None, named: bool, format: output.FormatName | None
) -> None:
    from caseload.casework import changes as record

    rows = [
        {
            "at": local(row.at, r.zone),
            "worker": row.worker,
            "login": row.login,
            "case": row.case,
            "kind": row.kind,
            "surface": row.surface,
            "why": row.why if named else None,
        }
        for row in record.reads(r, case, since=since, limit=_limit(limit))
    ]
    columns = [
        Column("at", _("At"), keep=8, whole=True),
        Column("worker", _("Worker"), keep=9),
        Column("login", _("Login"), keep=2),
        Column("case", _("Case"), keep=7, whole=True),
        Column("kind", _("Looked at"), keep=6),
        Column("surface", _("Through"), keep=4),
        Column("why", _("Why"), keep=3, least=12),
    ]
    output.rows(rows, columns, format)


def _verify(asked: Session, anchor: str | None, format: output.FormatName | None) -> None:
    from caseload.store import verify

    with asked.db.read(snapshot=True) as r:
        verdict = verify.verify_journal(r, anchor=anchor)
    newest = verdict.newest
    more = {
        "seals": verdict.seals,
        "unsealed": verdict.unsealed,
        "seal": newest.anchor if newest else None,
        "sealed_at": local(newest.at, r.zone) if newest else None,
    }
    seals = _n("{n} seal", "{n} seals", verdict.seals).format(n=verdict.seals)
    tail = _n("{n} row not sealed yet", "{n} rows not sealed yet", verdict.unsealed).format(n=verdict.unsealed)
    print_verdict(verdict.sound, verdict.rows, list(verdict.faults), format, more, [f"{seals}; {tail}."])


def _anchor(asked: Session, format: output.FormatName | None) -> None:
    from caseload.store import seals

    newest = seals.anchor(asked.db)
    if newest is None:
        raise Refused(_("There is no seal yet: nothing was ever recorded in this database."))
    with asked.read() as r:
        found = {"seal": newest.anchor, "at": local(newest.at, r.zone), "rows": newest.rows, "to_row": str(newest.last)}
    output.thing(found, [Column(key) for key in found], format, lambda: [newest.anchor])
