"""`caseload cover`: who sees to an absent worker's cases, from one day to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .frame import Family, session
from .inputs import day, key_number
from .options import Format
from .output import Column
from .receipts import done, key_of
from .session import Session

if TYPE_CHECKING:
    from caseload.store.database import Receipt, Work

commands = Family()


def _said(metavar: str, help: str, *names: str) -> Any:
    return typer.Option(*names, metavar=metavar, help=help, show_default=False)


@commands.command(
    "cover",
    "caseload cover ana --by ben,chloe --from 2026-12-01 --to 2026-12-14 --why 'Leave'",
    "caseload cover list --format json",
    help=_(
        "A dated absence and who covers it: they see and may act on the absent worker's cases while it lasts; the "
        "owner stays the owner, and it ends by itself. `cover list` shows those that run or lie ahead, `cover end ID` "
        "ends one."
    ),
)
def cover(
    ctx: typer.Context,
    who: Annotated[str, typer.Argument(metavar="W|list|end", help=_("Who is away."), show_default=False)],
    which: Annotated[
        str | None, typer.Argument(metavar="ID", help=_("With end: which absence."), show_default=False)
    ] = None,
    by: Annotated[str | None, _said("W[,W...]", _("Who covers."), "--by")] = None,
    first: Annotated[str | None, _said("DATE", _("The first day away."), "--from")] = None,
    last: Annotated[str | None, _said("DATE", _("The last day away."), "--to")] = None,
    why: Annotated[str | None, _said("TEXT", _("The reason, for the record."), "--why")] = None,
    past: Annotated[bool, typer.Option("--all", help=_("With list: those that are over too."))] = False,
    format: Format = None,
) -> None:
    from caseload.casework import absences

    asked = session(ctx)
    options = (by, first, last, why)
    if who in ("list", "end") and any(one is not None for one in options):
        raise Usage(_("--by, --from, --to and --why go with a worker."))
    if who == "list":
        _list(asked, past, format)
        return
    if who == "end":
        absence = key_number(which, "ID")
        done(asked, "cover end", lambda w: absences.end_cover(w, absence), format)
        return
    if which is not None or by is None or first is None or last is None or why is None:
        raise Usage(_("Write: caseload cover W --by W[,W...] --from DATE --to DATE --why TEXT"))
    covering = tuple(one.strip() for one in by.split(",") if one.strip())
    begins, ends = first, last

    def act(w: Work) -> Receipt:
        start = day(begins, "--from", w.today)
        return absences.set_cover(w, who, covering, start, day(ends, "--to", w.today), why)

    done(asked, "cover", act, format, why=why, more=lambda receipt: key_of(receipt, "cover"))


def _list(asked: Session, past: bool, format: output.FormatName | None) -> None:
    from caseload.casework import absences

    with asked.read() as r:
        found = [
            {
                "id": str(row.id),
                "worker": row.worker,
                "by": list(row.by),
                "from": row.from_on,
                "to": row.to_on,
                "why": row.why,
                "running": row.running,
            }
            for row in absences.covers(r, past=past)
        ]
    columns = [
        Column("id", "ID", right=True, whole=True, keep=9),
        Column("worker", _("Worker"), keep=8),
        Column("by", _("Covered by"), keep=7),
        Column("from", _("From"), whole=True, keep=6),
        Column("to", _("To"), whole=True, keep=6),
        Column("why", _("Why"), keep=3),
        Column("running", _("Running"), keep=4),
    ]
    output.rows(found, columns, format)
