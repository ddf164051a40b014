"""`caseload reassign`: many cases to other workers in one transaction, after a preview."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from caseload.errors import Refused, Usage
from caseload.messages import _, _n

from . import output
from .ask import agreed
from .frame import Family, session
from .inputs import case_list, day
from .options import DryRun, Format, Query, Yes, said
from .plans import plan_shape, print_plan
from .terminal import say

if TYPE_CHECKING:
    from caseload.casework.assign import Plan, Wish
    from caseload.casework.balance import Balance
    from caseload.exchange.sheet.caselist import Listed

    from .session import Session

commands = Family()


@commands.command(
    "reassign",
    "caseload reassign 'worker:ana program:housing' --to ben,chloe --why 'Ana on leave' --dry-run",
    "caseload reassign --balance north --why 'Even out the autumn' --dry-run --format json",
    help=_(
        "Move open cases to other workers: those a query selects, those a worker holds, or a list. Several receivers "
        "share by free capacity. Every case selected is moved, skipped (already there) or blocked (a rule forbids it); "
        "where any is blocked nothing moves unless --allow-blocked. --balance TEAM alone makes the fewest moves that bring "
        "everybody in the team within capacity; with a query it deals those cases out to the team. One undo takes all of "
        "it back."
    ),
)
def reassign(
    ctx: typer.Context,
    query: Query = None,
    to: Annotated[str | None, said("W[,W...]", _("Who receives them."), "--to")] = None,
    balance: Annotated[
        str | None,
        said("TEAM", _("Share among that team, or even it out."), "--balance"),
    ] = None,
    even: Annotated[
        bool, typer.Option("--even", help=_("With --balance: as even as can be, not only within capacity."))
    ] = False,
    from_worker: Annotated[str | None, said("W", _("The cases that worker holds."), "--from")] = None,
    cases: Annotated[
        str | None,
        said(
            "FILE|-",
            _("The cases listed there: one number a line, or a workbook or csv with a column of them."),
            "--cases",
        ),
    ] = None,
    sheet: Annotated[str, said("NAME", _("Which sheet of the workbook."), "--sheet")] = "",
    rejects: Annotated[
        str | None, said("FILE", _("Write the rows there that name no case, and move the others."), "--rejects")
    ] = None,
    why: Annotated[str | None, said("TEXT", _("The reason, for the record."), "--why")] = None,
    on: Annotated[str | None, said("DATE", _("Move on that day, not now."), "--on")] = None,
    allow_blocked: Annotated[
        bool, typer.Option("--allow-blocked", help=_("Move the others where some are blocked."))
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    format: Format = None,
) -> None:
    from caseload.casework import assign

    if (to is None) == (balance is None):
        raise Usage(_("Say who receives them: --to W[,W...] or --balance TEAM."))
    levelling = balance is not None and query is None and from_worker is None and cases is None
    if query is None and from_worker is None and cases is None and not levelling:
        raise Usage(_("Say which cases: a QUERY, --from WORKER, or --cases FILE."))
    if even and not levelling:
        raise Usage(_("--even goes with --balance TEAM alone."))
    if cases is not None and (query is not None or from_worker is not None):
        raise Usage(_("--cases names the cases itself; leave out QUERY and --from."))
    if not dry_run and not (why or "").strip():
        raise Usage(_("Say why with --why TEXT."))
    receivers = tuple(one.strip() for one in (to or "").split(",") if one.strip())
    asked = session(ctx)
    listed, table = _listed(asked, cases, sheet, rejects)
    wish: Wish = assign.Wish(receivers, query, from_worker, listed)
    found: Balance | None = None
    with asked.read() as r:
        when = day(on, "--on", r.today) if on is not None else None
        if balance is None:
            planned = assign.plan(r, wish, on=when)
        else:
            from caseload.casework import balance as balancing

            found = balancing.level(r, balance, even=even, on=when) if levelling else None
            planned = found.plan if found is not None else balancing.spread(r, wish, balance, on=when)
    how = _How(balance is not None, found, table)
    if dry_run:
        _print(None, planned, format, how, dry_run=True)
        return
    if planned.blocked and not allow_blocked:
        _print(None, planned, format, how, dry_run=False)
        raise Refused(
            _n(
                "{n} case is blocked, so nothing was moved. Leave it out, or move the others with --allow-blocked.",
                "{n} cases are blocked, so nothing was moved. Leave them out, or move the others with --allow-blocked.",
                len(planned.blocked),
            ).format(n=len(planned.blocked)),
            details=[f"{kept.case}: {kept.why}" for kept in planned.blocked[:20]],
        )
    if len(planned.moved) > 1:
        question = _n("Move {n} case?", "Move {n} cases?", len(planned.moved)).format(n=len(planned.moved))
        agreed(question, yes, format, lambda form: _print(None, planned, form, how, dry_run=False))
    receipt = asked.act("reassign", lambda w: assign.commit(w, planned, why or "", on=when), why=why or "")
    _print(receipt.number, planned, format, how, dry_run=False, words=receipt.words)


@dataclass(frozen=True, slots=True)
class _How:
    """Whether the receivers were weighed, and what evening a team out comes to."""

    weighed: bool
    balance: Balance | None
    table: Listed | None = None


def _listed(
    asked: Session, cases: str | None, sheet: str, rejects: str | None
) -> tuple[tuple[str, ...] | None, Listed | None]:  # fmt: skip
    """The cases of --cases, and how they were read where that was a table: rows that name none are told, and stop it unless they go to
    a file of their own."""
    path = Path(cases).expanduser() if cases not in (None, "-") else None
    table = None
    if path is not None:
        from caseload.exchange.sheet import caselist

        if sheet or caselist.is_table(path):
            with asked.read() as r:
                table = caselist.read(r, path, sheet)
    if table is None:
        if sheet or rejects is not None:
            raise Usage(_("--sheet and --rejects go with --cases FILE, a workbook or a csv file with a header."))
        listed = tuple(case_list(cases)) if cases is not None else None
    else:
        listed = table.numbers
        _tell(table, rejects)
    if listed == ():
        raise Usage(_("--cases: the list names no case."))
    return listed, table


def _tell(table: Listed, rejects: str | None) -> None:
    told = [f"{one.file} {one.row} {one.column}: {one.reason}" for one in table.rejected]
    if not told:
        return
    said = _n("{n} row names no case that can move.", "{n} rows name no case that can move.", len(told))
    if rejects is None:
        more = _("Mend them, or let --rejects FILE have them and move the others.")
        raise Usage(said.format(n=len(told)) + " " + more, details=told[:20])
    if not rejects or Path(rejects).is_dir():
        raise Usage(_("--rejects needs the name of a file."))
    say(said.format(n=len(told)))
    for one in told[:20]:
        say(f"  {one}")
    table.write_rejects(Path(rejects).expanduser().absolute())


def _print(
    number: str | None,
    planned: Plan,
    format: output.FormatName | None,
    how: _How,
    *,
    dry_run: bool,
    words: str = "",
) -> None:
    shaped = plan_shape(number, planned, dry_run=dry_run, weighed=how.weighed)
    if how.table is not None:
        shaped["rejected"] = [{"row": one.row, "column": one.column, "why": one.reason} for one in how.table.rejected]
    if how.balance is not None:
        shaped |= {"ceiling": how.balance.ceiling, "reached": how.balance.reached}
        if not words and output.chosen(format) == "table":
            words = _levelled(planned, how.balance)
    print_plan(shaped, format, words=words)


def _levelled(planned: Plan, found: Balance) -> str:
    words = _n(
        "{n} move brings everybody within {percent} % of capacity; {stays} stay.",
        "{n} moves bring everybody within {percent} % of capacity; {stays} stay.",
        len(planned.moved),
    )
    if not found.reached:
        words = _n(
            "{n} move helps; not everybody comes within {percent} % of capacity. {stays} stay.",
            "{n} moves help; not everybody comes within {percent} % of capacity. {stays} stay.",
            len(planned.moved),
        )
    if not planned.moved and found.reached:
        words = _("Everybody is within {percent} % of capacity: nothing need move.")
    return words.format(n=len(planned.moved), percent=f"{found.ceiling:g}", stays=len(planned.skipped))
