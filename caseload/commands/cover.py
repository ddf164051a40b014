"""`caseload cover`: who sees to an absent worker's cases, from one day to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from caseload.errors import Usage
from caseload.messages import _, _n

from . import output
from .frame import Family, session
from .inputs import day, key_number
from .options import DryRun, Format, Identified, LookWhy, said
from .output import Column
from .receipts import done, key_of
from .session import Session, looked, names_shown

if TYPE_CHECKING:
    from caseload.casework.absences import CoverPlan, CoverRow, Share
    from caseload.store.database import Receipt, Work

commands = Family()

ACTS = ("list", "end", "share", "back")


@commands.command(
    "cover",
    "caseload cover ana --by ben --query program:housing --by chloe --from 2026-12-01 --to 2026-12-14 --why 'Leave'",
    "caseload cover list --format json",
    help=_(
        "A dated absence and who covers it: they see and may act on the absent worker's cases while it lasts; the "
        "owner stays the owner, and it ends by itself. The first --query draws the share of the first --by, and so on; "
        "a --by without a --query takes what the others leave. `cover list` shows those that run or lie ahead, "
        "`cover end ID` ends one, `cover share ID` draws its shares anew, `cover back W` tells what happened meanwhile."
    ),
)
def cover(
    ctx: typer.Context,
    who: Annotated[str, typer.Argument(metavar="W|list|end|share|back", help=_("Who is away."), show_default=False)],
    which: Annotated[
        str | None,
        typer.Argument(metavar="ID|W", help=_("Which absence; with back, who was away."), show_default=False),
    ] = None,
    by: Annotated[list[str] | None, said("W[,W...]", _("Who covers; again for another share."), "--by")] = None,
    query: Annotated[
        list[str] | None, said("QUERY", _("Which of the cases; the rest unless given."), "--query")
    ] = None,
    first: Annotated[str | None, said("DATE", _("The first day away."), "--from")] = None,
    last: Annotated[str | None, said("DATE", _("The last day away."), "--to")] = None,
    why: LookWhy = None,
    past: Annotated[bool, typer.Option("--all", help=_("With list: those that are over too."))] = False,
    dry_run: DryRun = False,
    identified: Identified = False,
    format: Format = None,
) -> None:
    from caseload.casework import absences

    asked = session(ctx)
    if who == "back":
        if by or query or past or dry_run:
            raise Usage(_("With back go --from and --to alone."))
        _back(asked, which or "me", first, last, identified, why, format)
        return
    if identified:
        raise Usage(_("--identified goes with back."))
    if who in ACTS and (by or query or first or last or why or dry_run):
        raise Usage(_("--by, --query, --from, --to, --why and --dry-run go with a worker."))
    if who == "list":
        _list(asked, past, format)
        return
    if who in ("end", "share"):
        absence = key_number(which, "ID")
        verb = absences.end_cover if who == "end" else absences.share_again
        done(asked, f"cover {who}", lambda w: verb(w, absence), format)
        return
    if which is not None or not by or first is None or last is None or why is None:
        raise Usage(_("Write: caseload cover W --by W[,W...] [--query QUERY] --from DATE --to DATE --why TEXT"))
    shares, begins, ends, reason = _shares(by, query or []), first, last, why
    if dry_run:
        with asked.read() as r:
            planned = absences.plan(r, who, shares)
            days = (day(begins, "--from", r.today), day(ends, "--to", r.today))
        _print_plan({"worker": who, "from": days[0], "to": days[1]}, planned, format)
        return

    def act(w: Work) -> Receipt:
        start = day(begins, "--from", w.today)
        return absences.set_cover(w, who, shares, start, day(ends, "--to", w.today), reason)

    done(asked, "cover", act, format, why=reason, more=_made)


def _shares(by: list[str], query: list[str]) -> tuple[Share, ...]:
    from caseload.casework.absences import Share

    if len(query) > len(by):
        raise Usage(_("There are more --query than --by: each draws the share of one."))
    named = [tuple(one.strip() for one in some.split(",") if one.strip()) for some in by]
    asked = [*query, *[None] * (len(by) - len(query))]
    return tuple(Share(staff, one) for staff, one in zip(named, asked, strict=True))


def _made(receipt: Receipt) -> dict[str, Any]:
    data = receipt.data or {}
    return key_of(receipt, "cover") | {key: data.get(key) for key in ("shares", "uncovered", "restricted")}


def _print_plan(shaped: dict[str, Any], planned: CoverPlan, format: output.FormatName | None) -> None:
    shaped |= {
        "change": None,
        "dry_run": True,
        "shares": [
            {"by": list(share.by), "query": share.query, "cases": list(cases)} for share, cases in planned.shares
        ],
        "uncovered": list(planned.uncovered),
        "restricted": planned.restricted,
        "unseen": planned.unseen,
        "uncovered_unseen": planned.uncovered_unseen,
    }

    def page() -> list[str]:
        lines = [
            _("{worker}, {first} to {last}").format(worker=shaped["worker"], first=shaped["from"], last=shaped["to"])
        ]
        for share in shaped["shares"]:
            head = _n("{by} covers {n} case", "{by} covers {n} cases", len(share["cases"]))
            said = head.format(by=", ".join(share["by"]), n=len(share["cases"]))
            lines += [f"{said} ({share['query'] or _('the rest')})", *_listed(share["cases"])]
        if n := len(planned.uncovered) + planned.uncovered_unseen:
            said = _n("Nobody covers {n} case", "Nobody covers {n} cases", n).format(n=n)
            if planned.uncovered_unseen:
                said += _(", {n} not yours to see").format(n=planned.uncovered_unseen)
            lines += [said, *_listed(planned.uncovered)]
        if planned.restricted:
            lines.append(_("Restricted, with their custodians: {n}").format(n=planned.restricted))
        if planned.unseen:
            lines.append(_("Not yours to see, and not counted above: {n}").format(n=planned.unseen))
        return lines

    output.thing(shaped, [Column(key) for key in shaped], format, page)


def _listed(cases: Any) -> list[str]:
    return ["  " + ", ".join(cases[start : start + 6]) for start in range(0, len(cases), 6)]


def _list(asked: Session, past: bool, format: output.FormatName | None) -> None:
    from caseload.casework import absences

    with asked.read() as r:
        found = [_shape(row) for row in absences.covers(r, past=past)]
    columns = [
        Column("id", "ID", right=True, whole=True, keep=9),
        Column("worker", _("Worker"), keep=8),
        Column("by", _("Covered by"), keep=7),
        Column("from", _("From"), whole=True, keep=6),
        Column("to", _("To"), whole=True, keep=6),
        Column("why", _("Why"), keep=3),
        Column("running", _("Running"), keep=4),
        Column("shares", _("Shares"), keep=2, table=_told),
        Column("uncovered", _("Uncovered"), right=True, keep=5),
    ]
    output.rows(found, columns, format)


def _told(shares: list[dict[str, Any]]) -> str:
    return "; ".join(f"{'+'.join(share['by'])} {share['cases']}" for share in shares)


def _shape(row: CoverRow) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "worker": row.worker,
        "by": list(row.by),
        "from": row.from_on,
        "to": row.to_on,
        "why": row.why,
        "running": row.running,
        "shares": [{"by": list(share.by), "query": share.query, "cases": share.cases} for share in row.shares],
        "uncovered": row.uncovered,
        "restricted": row.restricted,
    }


def _back(
    asked: Session, who: str, first: str | None, last: str | None, identified: bool, why: str | None,
    format: output.FormatName | None,
) -> None:  # fmt: skip
    from caseload.casework.returning import while_away

    looked(asked, "cover back", identified, why)
    named = names_shown(identified)
    with asked.read() as r:
        from_on = day(first, "--from", r.today, back=True) if first else None
        to_on = day(last, "--to", r.today, back=True) if last else None
        told = while_away(r, who, from_on=from_on, to_on=to_on)
        found = [
            {
                "at": output.local(event.at, r.zone),
                "case": event.case,
                "kind": event.kind,
                "words": event.words,
                "by": event.by,
                "text": event.text if named else None,
            }
            for event in told.events
        ]
    columns = [
        Column("at", _("When"), whole=True, keep=8),
        Column("case", _("Case"), whole=True, keep=9),
        Column("kind", _("What"), keep=6),
        Column("words", _("How"), keep=7, least=12),
        Column("by", _("By"), keep=5),
        Column("text", _("Words"), keep=4, least=12),
    ]
    output.rows(found, columns, format)
    if output.chosen(format) == "table":
        from .terminal import say

        days = (told.from_on.isoformat(), told.to_on.isoformat())
        n = len(told.events)
        said = _n("{n} thing happened", "{n} things happened", n) if n else _("Nothing happened")
        say(said.format(n=n) + " " + _("while {worker} was away, {first} to {last}.").format(
            worker=told.worker, first=days[0], last=days[1]))  # fmt: skip
