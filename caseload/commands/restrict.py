"""`caseload restrict`: cases seen by their worker and a custodian only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .frame import Family, session
from .options import Format, Identified, said
from .output import Column
from .receipts import done
from .session import Session, looked, names_shown
from .which import to_change

if TYPE_CHECKING:
    from caseload.store.database import Receipt, Work

commands = Family()


@commands.command(
    "restrict",
    "caseload restrict 2026-048212 --custodian chloe --why 'A colleague lives next door'",
    "caseload restrict list --format json",
    help=_(
        "Restrict a case to its worker, a custodian and those named to it; no cover, no team and no admin sees it. The "
        "custodian answers for it beside the worker, and receives it when the worker leaves. The same again names another "
        "custodian; --lift opens the case. `restrict list` shows those you may see."
    ),
)
def restrict(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(metavar="CASE|list", help=_("Which case."), show_default=False)],
    custodian: Annotated[str | None, said("W", _("Who answers for it."), "--custodian")] = None,
    lift: Annotated[bool, typer.Option("--lift", help=_("Open it to its team again."))] = False,
    why: Annotated[str | None, said("TEXT", _("The reason, for the record."), "--why")] = None,
    identified: Identified = False,
    format: Format = None,
) -> None:
    asked = session(ctx)
    if what == "list":
        if custodian or lift:
            raise Usage(_("list takes neither --custodian nor --lift."))
        _list(asked, identified, why, format)
        return
    if identified or (custodian is None) != lift or not (why or "").strip():
        raise Usage(_("Write: caseload restrict CASE --custodian W --why TEXT, or --lift --why TEXT"))
    [number] = to_change(asked, what, one=True)
    reason = why or ""

    def act(w: Work) -> Receipt:
        from caseload.casework import custodians

        if custodian is None:
            return custodians.lift(w, number, reason)
        return custodians.restrict(w, number, custodian, reason)

    done(asked, "restrict", act, format, why=reason)


def _list(asked: Session, identified: bool, why: str | None, format: output.FormatName | None) -> None:
    from caseload.casework import custodians

    looked(asked, "restrict list", identified, why)
    named = names_shown(identified)
    with asked.read() as r:
        found: list[dict[str, Any]] = [
            {
                "case": row.case,
                "worker": row.worker,
                "custodian": row.custodian,
                "since": row.since,
                "set_by": row.set_by,
                "why": row.why if named else None,
            }
            for row in custodians.listed(r)
        ]
    columns = [
        Column("case", _("Case"), whole=True, keep=9),
        Column("worker", _("Worker"), keep=7),
        Column("custodian", _("Custodian"), keep=8),
        Column("since", _("Since"), whole=True, keep=5),
        Column("set_by", _("Set by"), keep=3),
        Column("why", _("Why"), keep=4, least=12),
    ]
    output.rows(found, columns, format)
    if not found and output.chosen(format) == "table":
        from .terminal import say

        say(_("You see no restricted case."))
