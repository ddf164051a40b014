"""`caseload transfer`: a case offered to a colleague, who accepts or declines it by a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .frame import Family, session
from .inputs import day, numbers
from .options import DryRun, Format, Identified, Yes, said
from .output import Column
from .plans import load_shape, plan_shape, print_plan
from .receipts import done
from .session import Session, looked, names_shown
from .which import to_change

if TYPE_CHECKING:
    from caseload.store.database import Receipt, Work

commands = Family()

ACTS = ("accept", "decline", "withdraw", "list")


@commands.command(
    "transfer",
    "caseload transfer 2026-048212 --to ben --by +5d --why 'Moved to the north side'",
    "caseload transfer list --format json",
    help=_(
        "Offer a case to a colleague, with a day to answer by (a week from now unless given). Until they accept, its "
        "owner stays the owner. The receiver answers with `transfer accept CASE` or `transfer decline CASE --why TEXT`; "
        "`transfer withdraw CASE --why TEXT` takes an offer back; `transfer list` shows what waits, late ones too."
    ),
)
def transfer(
    ctx: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="CASE|accept|decline|withdraw|list",
            help=_("Which case to offer, or what to do."),
            show_default=False,
        ),
    ],
    which: Annotated[
        str | None,
        typer.Argument(metavar="CASE[,CASE...]", help=_("With accept, decline, withdraw."), show_default=False),
    ] = None,
    to: Annotated[str | None, said("W", _("Who is to take it."), "--to")] = None,
    by: Annotated[str | None, said("DATE", _("The day to answer by."), "--by")] = None,
    why: Annotated[str | None, said("TEXT", _("The reason, for the receiver and the record."), "--why")] = None,
    past: Annotated[bool, typer.Option("--all", help=_("With list: answered ones too."))] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    identified: Identified = False,
    format: Format = None,
) -> None:
    asked = session(ctx)
    if what in ACTS and (to or by or dry_run):
        raise Usage(_("--to, --by and --dry-run go with a case to offer."))
    if identified and what != "list":
        raise Usage(_("--identified goes with list."))
    if past and what != "list":
        raise Usage(_("--all goes with list."))
    if what == "list":
        if which is not None:
            raise Usage(_("list takes no further words."))
        _list(asked, past, identified, why, format)
        return
    if what in ACTS:
        if which is None or (what != "accept" and not (why or "").strip()):
            raise Usage(_("Write: caseload transfer accept CASE | decline CASE --why TEXT | withdraw CASE --why TEXT"))
        _answer(asked, what, which, why or "", yes, format)
        return
    if which is not None or to is None or (not dry_run and not (why or "").strip()):
        raise Usage(_("Write: caseload transfer CASE --to W [--by DATE] --why TEXT"))
    _offer(asked, what, to, by, why or "", dry_run, yes, format)


def _offer(
    asked: Session, what: str, to: str, by: str | None, why: str, dry_run: bool, yes: bool,
    format: output.FormatName | None,
) -> None:  # fmt: skip
    cases = to_change(asked, what)
    if dry_run:
        from caseload.casework import transfers

        with asked.read() as r:
            planned = transfers.plan(r, cases, to)
        print_plan(plan_shape(None, planned, dry_run=True), format, words=_offered(len(planned.moved), to))
        return

    def act(w: Work) -> Receipt:
        from caseload.casework import transfers

        return transfers.offer(w, cases, to, why, answer_by=day(by, "--by", w.today) if by else None)

    done(asked, "transfer", act, format, why=why, cases=cases, yes=yes, more=_load)


def _offered(n: int, to: str) -> str:
    return _("Would offer to {to}: {n}. Were all of them taken:").format(to=to, n=n)


def _load(receipt: Receipt) -> dict[str, Any]:
    return {"load": load_shape(receipt.data.load) if receipt.data is not None else None}


def _answer(asked: Session, what: str, which: str, why: str, yes: bool, format: output.FormatName | None) -> None:
    # The receiver does not see the case yet, so there is nothing to look a part of its number up among.
    cases = numbers(which)

    def do(w: Work) -> Receipt:
        from caseload.casework import transfers

        if what == "accept":
            return transfers.accept(w, cases)
        return transfers.decline(w, cases, why) if what == "decline" else transfers.withdraw(w, cases, why)

    more = _load if what == "accept" else None
    done(asked, f"transfer {what}", do, format, why=why, cases=cases, yes=yes, more=more)


def _list(asked: Session, past: bool, identified: bool, why: str | None, format: output.FormatName | None) -> None:
    from caseload.casework import offers

    looked(asked, "transfer list", identified, why)
    named = names_shown(identified)
    with asked.read() as r:
        found = [
            {
                "case": row.case,
                "program": row.program or None,
                "risk": row.risk or None,
                "stage": row.stage or None,
                "from": row.from_worker,
                "to": row.to_worker,
                "offered_by": row.offered_by,
                "offered": row.offered_on,
                "answer_by": row.answer_by,
                "days": row.days,
                "late": row.late,
                "why": row.why if named else None,
                "state": row.state,
                "answered": row.answered_on,
                "answer": row.answer if named else None,
            }
            for row in offers.listed(r, past=past)
        ]
    columns = [
        Column("case", _("Case"), whole=True, keep=9),
        Column("program", _("Program"), keep=2),
        Column("risk", _("Risk"), keep=5, whole=True),
        Column("stage", _("Stage"), keep=1, whole=True),
        Column("from", _("From"), keep=7),
        Column("to", _("To"), keep=8),
        Column("offered_by", _("Offered by"), keep=0),
        Column("offered", _("Offered"), keep=1, whole=True),
        Column("answer_by", _("Answer by"), keep=7, whole=True),
        Column("days", _("Days"), keep=3, right=True),
        Column("late", _("Late"), keep=6),
        Column("why", _("Why"), keep=5, least=12),
        Column("state", _("State"), keep=4, whole=True),
        Column("answered", _("Answered"), keep=1, whole=True),
        Column("answer", _("Answer"), keep=3, least=12),
    ]
    output.rows(found, columns, format)
    if not found and output.chosen(format) == "table":
        from .terminal import say

        say(_("No case is on offer."))
