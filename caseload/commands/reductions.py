"""`caseload reduction`: hours that somebody does not carry cases."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .frame import Family, session
from .inputs import day, key_number
from .options import Format, said
from .output import Column
from .receipts import done, key_of

if TYPE_CHECKING:
    from caseload.store.database import Receipt, Work

commands = Family()


@commands.command(
    "reduction",
    "caseload reduction add ana --kind 'newly qualified' --from 2026-12-01",
    "caseload reduction list --all --format json",
    help=_(
        "Hours a week that somebody does not carry cases, which the load model wmt takes off their points: add W --kind K --from DATE "
        "[--hours H] [--to DATE], end ID, list. Without --hours and --to the usual share and length of that kind. Why somebody has "
        "less is shown to themselves and who leads them alone."
    ),
)
def reduction(
    ctx: typer.Context,
    act: Annotated[
        Literal["list", "add", "end"], typer.Argument(metavar="add|end|list", help=_("What to do."))
    ] = "list",
    what: Annotated[
        str | None, typer.Argument(metavar="W|ID", help=_("Whose, or which reduction."), show_default=False)
    ] = None,
    kind: Annotated[str | None, said("K", _("With add: why, such as trainee or union duty."), "--kind")] = None,
    hours: Annotated[str | None, said("H", _("With add: hours a week."), "--hours")] = None,
    first: Annotated[str | None, said("DATE", _("With add: the first day."), "--from")] = None,
    last: Annotated[str | None, said("DATE", _("With add: the last day."), "--to")] = None,
    past: Annotated[bool, typer.Option("--all", help=_("With list: those that are over too."))] = False,
    format: Format = None,
) -> None:
    from caseload.casework import reductions

    asked = session(ctx)
    if act != "add" and (kind or hours or first or last):
        raise Usage(_("--kind, --hours, --from and --to go with add."))
    if past and act != "list":
        raise Usage(_("--all goes with list."))
    if act == "list":
        with asked.read() as r:
            found = reductions.listed(r, past=past)
        columns = [
            Column("id", _("ID"), keep=8), Column("worker", _("Worker"), keep=9), Column("kind", _("Kind"), keep=7),
            Column("minutes", _("Minutes a week"), right=True), Column("first", _("From")), Column("last", _("To")),
            Column("state", _("State")),
        ]  # fmt: skip
        output.rows(found, columns, format)
        return
    if act == "end":
        which = key_number(what, "ID")
        done(asked, "reduction end", lambda w: reductions.end(w, which), format)
        return
    if what is None or kind is None or first is None:
        raise Usage(_("Write: caseload reduction add W --kind K --from DATE [--hours H] [--to DATE]"))
    number = _hours(hours)

    def add(w: Work) -> Receipt:
        ends = day(last, "--to", w.today) if last else None
        return reductions.add(w, what, kind, day(first, "--from", w.today), hours=number, last=ends)

    done(asked, "reduction add", add, format, more=lambda receipt: key_of(receipt, "reduction"))


def _hours(typed: str | None) -> Decimal | None:
    if typed is None:
        return None
    try:
        return Decimal(typed)
    except InvalidOperation:
        raise Usage(_("--hours takes a number of hours, such as 7.4.")) from None
