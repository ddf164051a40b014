"""`caseload alert`: something to know before knocking on the door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .frame import Family, session
from .inputs import day, key_number, text_of
from .options import Case, Format, Identified, said
from .output import Column
from .receipts import done, key_of
from .session import looked, names_shown
from .which import to_change, to_read

if TYPE_CHECKING:
    from caseload.casework.entries import AlertRow
    from caseload.store.database import Receipt, Work

commands = Family()

Act = Literal["list", "add", "review", "end"]
Kind = Literal["safety", "health", "access", "legal", "other"]
Level = Literal["low", "medium", "high"]


@commands.command(
    "alert",
    "caseload alert 2026-048212 add --text 'Dog in the yard; ring twice and wait' --kind access --level medium",
    "caseload alert 2026-048212 review --next +30d",
    help=_(
        "Alerts on the client of a case: add --text TEXT; review (all that wait, or one by ID); end ID --why TEXT; or "
        "list. A high safety alert puts the case at level 1 until it is reviewed."
    ),
)
def alert(
    ctx: typer.Context,
    case: Case,
    act: Annotated[Act, typer.Argument(metavar="add|review|end|list", help=_("What to do."))] = "list",
    what: Annotated[str | None, typer.Argument(metavar="ID", help=_("Which alert."), show_default=False)] = None,
    text: Annotated[
        str | None,
        said("TEXT|-|@FILE", _("With add: what to know."), "--text"),
    ] = None,
    kind: Annotated[Kind, typer.Option("--kind", help=_("With add: what it is about."))] = "safety",
    level: Annotated[Level, typer.Option("--level", help=_("With add: how grave."))] = "high",
    again: Annotated[
        str | None,
        said("DATE", _("With add and review: when to review it next."), "--next"),
    ] = None,
    why: Annotated[
        str | None,
        said("TEXT", _("With end, and with --identified: the reason."), "--why"),
    ] = None,
    identified: Identified = False,
    format: Format = None,
) -> None:
    asked = session(ctx)
    if act == "list":
        if what is not None:
            raise Usage(_("list takes no further words."))
        looked(asked, "alert", identified, why)
        _list(asked, case, names_shown(identified), format)
        return
    if identified:
        raise Usage(_("--identified goes with list."))
    if act == "add" and (text is None or what is not None):
        raise Usage(_("Write: caseload alert CASE add --text TEXT"))
    if act == "end" and why is None:
        raise Usage(_("Write: caseload alert CASE end ID --why TEXT"))
    alert_id = key_number(what, "ID") if what is not None or act == "end" else None
    words = text_of(text, "--text") or ""
    [number] = to_change(asked, case, one=True)

    def do(w: Work) -> Receipt:
        from caseload.casework import alerts

        when = day(again, "--next", w.today) if again else None
        if act == "add":
            return alerts.raise_alert(w, number, words, kind=kind, level=level, review=when)
        if act == "end" and alert_id is not None:
            return alerts.end(w, number, alert_id, why or "")
        return alerts.review(w, number, alert_id, next_review=when)

    done(asked, f"alert {act}", do, format, more=lambda receipt: key_of(receipt, "alert") if act != "review" else {})


def _list(asked: Any, case: str, named: bool, format: output.FormatName | None) -> None:
    from caseload.casework import find
    from caseload.casework.page import read

    with asked.read() as r:
        page = read(r, find.case(r, to_read(r, case)).id, narrative_too=False)
    columns = [
        Column("id", "ID", keep=9, whole=True, right=True),
        Column("level", _("Level"), keep=7, whole=True),
        Column("kind", _("Kind"), keep=6),
        Column("text", _("Alert"), keep=8, least=20),
        Column("raised", _("Raised"), keep=3, whole=True),
        Column("by", _("By"), keep=2),
        Column("reviewed", _("Reviewed"), keep=4, whole=True),
        Column("review", _("Review"), keep=5, whole=True),
        Column("ended", _("Ended"), keep=1, whole=True),
    ]
    output.rows([alert_shape(row, named) for row in page.alerts], columns, format)


def alert_shape(row: AlertRow, named: bool) -> dict[str, Any]:
    """An alert as JSON has it."""
    return {
        "id": str(row.id),
        "level": row.level,
        "kind": row.kind,
        "text": row.text if named else None,
        "raised": row.raised_on,
        "by": row.by,
        "reviewed": row.reviewed_on,
        "review": row.review_on,
        "ended": row.ended_on,
        "version": row.version,
    }
