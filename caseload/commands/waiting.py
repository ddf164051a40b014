"""`caseload waiting`: who waits for a worker, by program, and admitting them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .frame import Family, session
from .options import DryRun, Format, Identified, LookWhy, Yes, said
from .output import Column
from .plans import load_shape, plan_shape, print_plan
from .receipts import done
from .session import Session, looked, names_shown
from .which import to_change

if TYPE_CHECKING:
    from caseload.store.database import Receipt, Work

commands = Family()

Stage = Literal["assessment", "planning", "active", "monitoring"]


@commands.command(
    "waiting",
    "caseload waiting --program housing",
    "caseload waiting admit 2026-115038 --to ben --why 'There is room' --dry-run",
    help=_(
        "Open cases that nobody holds, by program: the highest risk first, then the longest wait, then the case number. "
        "`waiting admit CASE --to W --why TEXT` takes cases off the list: a stage and a worker in one act."
    ),
)
def waiting(
    ctx: typer.Context,
    what: Annotated[
        str | None, typer.Argument(metavar="QUERY|admit", help=_("Which of them, or admit."), show_default=False)
    ] = None,
    which: Annotated[
        str | None, typer.Argument(metavar="CASE[,CASE...]", help=_("With admit: which cases."), show_default=False)
    ] = None,
    program: Annotated[str | None, said("P", _("That program's list."), "--program")] = None,
    to: Annotated[str | None, said("W", _("With admit: who gets them."), "--to")] = None,
    stage: Annotated[Stage, typer.Option("--stage", help=_("With admit: the stage they begin at."))] = "assessment",
    dry_run: DryRun = False,
    yes: Yes = False,
    identified: Identified = False,
    why: LookWhy = None,
    format: Format = None,
) -> None:
    asked = session(ctx)
    if what != "admit":
        if which is not None or to is not None or dry_run:
            raise Usage(_("Write: caseload waiting admit CASE --to W --why TEXT"))
        _list(asked, what or "", program, identified, why, format)
        return
    if which is None or to is None or program or identified or (not dry_run and not (why or "").strip()):
        raise Usage(_("Write: caseload waiting admit CASE --to W --why TEXT"))
    _admit(asked, which, to, stage, why or "", dry_run, yes, format)


def _admit(
    asked: Session,
    which: str,
    to: str,
    stage: str,
    why: str,
    dry_run: bool,
    yes: bool,
    format: output.FormatName | None,
) -> None:
    cases = to_change(asked, which)
    if dry_run:
        from caseload.casework import waiting as lists

        with asked.read() as r:
            planned = lists.plan(r, cases, to)
        print_plan(plan_shape(None, planned, dry_run=True), format)
        return

    def act(w: Work) -> Receipt:
        from caseload.casework import waiting as lists

        return lists.admit(w, cases, to, why, stage=stage)

    def more(receipt: Receipt) -> dict[str, Any]:
        return {"load": load_shape(receipt.data.load) if receipt.data is not None else None}

    done(asked, "admit", act, format, why=why, cases=cases, yes=yes, more=more)


def _list(
    asked: Session, query: str, program: str | None, identified: bool, why: str | None, format: output.FormatName | None
) -> None:
    from caseload.casework import waiting as lists

    looked(asked, "waiting", identified, why)
    named = names_shown(identified)
    with asked.read() as r:
        found = [
            {
                "place": row.place,
                "case": row.case,
                "client": row.client if named else None,
                "program": row.program,
                "risk": row.risk,
                "stage": row.stage,
                "language": row.language,
                "team": row.team,
                "since": row.since,
                "days": row.days,
            }
            for row in lists.listed(r, program_code=program, query=query)
        ]
    columns = [
        Column("place", "#", right=True, keep=5, whole=True),
        Column("case", _("Case"), keep=9, whole=True),
        Column("client", _("Client"), keep=6, least=12),
        Column("program", _("Program"), keep=8),
        Column("risk", _("Risk"), keep=7, whole=True),
        Column("stage", _("Stage"), keep=2, whole=True),
        Column("language", _("Language"), keep=3),
        Column("team", _("Team"), keep=1),
        Column("since", _("Since"), keep=4, whole=True),
        Column("days", _("Days"), right=True, keep=8),
    ]
    output.rows(found, columns, format)
    if not found and output.chosen(format) == "table":
        from .terminal import say

        say(_("Nobody waits here."))
