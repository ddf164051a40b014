"""`caseload queue`: whom to see to first, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .deidentified import Cover, Deidentified
from .frame import Family, session
from .options import Format, Identified, Limit, LookWhy, Query, said
from .output import Column, FormatName
from .session import Session, looked, names_shown
from .terminal import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from caseload.casework.triage import QueueRow, Reason, View
    from caseload.store.database import Reading

commands = Family()

# So many rows are asked for at a time: their reasons are computed, and a million cases must not be held at once.
_WINDOW = 200


@commands.command(
    "queue",
    "caseload queue",
    "caseload queue 'risk:>=high' --team north --limit 20 --explain",
    help=_(
        "Whom to see to first, and why: by level, then risk, then who has waited longest. Your own and covered cases; "
        "everything in your scope if you hold none."
    ),
)
def queue(
    ctx: typer.Context,
    query: Query = None,
    worker: Annotated[str | None, said("W", _("That worker's cases."), "--worker")] = None,
    team: Annotated[str | None, said("T", _("That team's cases."), "--team")] = None,
    agency: Annotated[bool, typer.Option("--agency", help=_("Everything you may see."))] = False,
    limit: Limit = None,
    explain: Annotated[bool, typer.Option("--explain", help=_("Say what puts each case above the next."))] = False,
    identified: Identified = False,
    why: LookWhy = None,
    deidentified: Deidentified = False,
    format: Format = None,
) -> None:
    if sum((worker is not None, team is not None, agency)) > 1:
        raise Usage(_("Choose one of --worker, --team and --agency."))
    from caseload.casework.triage import View

    asked = session(ctx)
    looked(asked, "queue", identified, why)
    asked.morning()
    cover = Cover(asked, deidentified, identified)
    view = View(query=query or "", worker=worker, team=team, agency=agency)
    print_queue(asked, format, view, limit=limit, explain=explain, named=names_shown(identified), cover=cover)


def print_queue(
    asked: Session,
    format: FormatName | None,
    view: View | None = None,
    *,
    limit: int | None = None,
    explain: bool = False,
    named: bool = False,
    cover: Cover | None = None,
) -> None:
    """Print a queue: the person's own unless `view` says otherwise."""
    from caseload.casework import triage

    cover = cover or Cover(asked, False, False)

    view = view or triage.View()
    with asked.read() as r:
        ids = triage.queue(r, view, limit=limit + 1 if limit and explain else limit)
        found = _ranked(r, ids, named, explain)
        if cover.wanted:
            found = cover.rows(_said(r, found) if output.chosen(format) == "table" else found)
            cover.state()
        output.rows(islice(found, limit) if limit else found, _columns(r, explain), format)
        if output.chosen(format) == "table":
            if not ids:
                say(_("Nothing waits here."))
            from caseload.casework import offers

            if waits := offers.in_words(r):
                say(_("{words}: caseload transfer list").format(words=waits))


def _ranked(r: Reading, ids: Sequence[int], named: bool, explain: bool) -> Iterator[dict[str, Any]]:
    from caseload.casework import triage

    waiting: QueueRow | None = None
    rank = 0
    for start in range(0, len(ids), _WINDOW):
        some = ids[start : start + _WINDOW]
        rows = triage.rows(r, some)
        for row in (rows[one] for one in some if one in rows):
            if waiting is not None:
                rank += 1
                yield _shape(waiting, rank, named, triage.explain(waiting, row) if explain else None, explain)
            waiting = row
    if waiting is not None:
        yield _shape(waiting, rank + 1, named, None, explain)


def _shape(row: QueueRow, rank: int, named: bool, sentence: str | None, explain: bool) -> dict[str, Any]:
    from caseload.casework.triage import unnamed

    shaped: dict[str, Any] = {
        "rank": rank,
        "case": row.case,
        "client": row.client if named else None,
        "program": row.program,
        "stage": row.stage,
        "risk": row.risk,
        "worker": row.worker,
        "level": row.level,
        "since": row.since,
        "reasons": row.reasons if named else unnamed(row.reasons),
    }
    return shaped | {"explain": sentence} if explain else shaped


def _in_words(r: Reading, reasons: Sequence[Reason]) -> str:
    from caseload.casework.triage import in_words

    return "; ".join(in_words(reason, r.today) for reason in reasons)


def _said(r: Reading, found: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows with their reasons in words: they are worded by their days, before those are."""
    return (row | {"reasons": _in_words(r, row["reasons"])} for row in found)


def _columns(r: Reading, explain: bool) -> list[Column]:
    def why(reasons: Sequence[Reason] | str) -> str:
        return reasons if isinstance(reasons, str) else _in_words(r, reasons)

    def rules(reasons: Sequence[Reason]) -> str:
        return ",".join(reason.rule for reason in reasons)

    columns = [
        Column("rank", "#", right=True, keep=3, whole=True),
        Column("case", _("Case"), keep=9, whole=True),
        Column("client", _("Client"), keep=7, least=12),
        Column("program", _("Program"), keep=1),
        Column("stage", _("Stage"), keep=2, whole=True),
        Column("risk", _("Risk"), keep=6, whole=True),
        Column("worker", _("Worker"), keep=4),
        Column("level", _("Level"), right=True, keep=8, whole=True),
        Column("since", _("Since"), keep=5, whole=True),
        Column("reasons", _("Why"), keep=8, least=26, show=rules, table=why),
    ]
    return [*columns, Column("explain", below=True)] if explain else columns
