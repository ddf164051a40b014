"""`caseload gaps`: which cases lack what in their record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import typer

from caseload.messages import _

from . import output
from .deidentified import Cover, Deidentified
from .frame import Family, session
from .options import Format, Identified, Limit, LookWhy, Query
from .output import Column
from .session import looked, names_shown
from .terminal import say

if TYPE_CHECKING:
    from caseload.store.database import Reading

commands = Family()

_WINDOW = 500


@commands.command(
    "gaps",
    "caseload gaps worker:me",
    "caseload gaps 'gap:no_head,destination' --format csv",
    help=_(
        "What records lack, a line a case: names and answers that nobody asked for and, in programs that are reported to HMIS, what HUD "
        "asks about (no head, no destination, stays that overlap, annual assessments, ...). `gap:` narrows it; `dashboard gaps` counts."
    ),
)
def gaps(
    ctx: typer.Context,
    query: Query = None,
    limit: Limit = None,
    identified: Identified = False,
    why: LookWhy = None,
    deidentified: Deidentified = False,
    format: Format = None,
) -> None:
    from caseload.casework import lacks

    asked = session(ctx)
    looked(asked, "gaps", identified, why)
    cover = Cover(asked, deidentified, identified)
    named = names_shown(identified)
    with asked.read() as r:
        ids = lacks.keys(r, query or "", limit=limit)
        cover.state()
        output.rows(cover.rows(_found(r, ids, named)), _columns(), format)
    if not ids and output.chosen(format) == "table":
        say(_("Nothing is lacking here."))


def _found(r: Reading, ids: Sequence[int], named: bool) -> Iterator[dict[str, Any]]:
    from caseload.casework import lacks

    for start in range(0, len(ids), _WINDOW):
        for row in lacks.rows(r, ids[start : start + _WINDOW]):
            yield {
                "case": row.case, "client": row.client if named else None, "program": row.program, "worker": row.worker,
                "gaps": row.gaps,
            }  # fmt: skip


def _columns() -> list[Column]:
    from caseload.casework import lacks

    titles = lacks.titles()

    def words(found: Sequence[str]) -> str:
        return "; ".join(titles[name][0] for name in found)

    return [
        Column("case", _("Case"), keep=9, whole=True),
        Column("client", _("Client"), keep=7, least=12),
        Column("program", _("Program"), keep=3),
        Column("worker", _("Worker"), keep=5),
        Column("gaps", _("Lacks"), keep=8, least=26, show=lambda found: ",".join(found), table=words),
    ]
