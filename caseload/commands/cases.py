"""`caseload cases`: the cases a query selects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .deidentified import Cover, Deidentified
from .frame import Family, session
from .options import Format, Identified, Limit, LookWhy, Query, said
from .output import Column
from .session import Session, looked, names_shown
from .terminal import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from caseload.store.database import Reading

commands = Family()

_WINDOW = 500
# Shown unless --fields says otherwise, in this order; scripts rely on both.
USUAL = (
    "case",
    "client",
    "born",
    "program",
    "stage",
    "risk",
    "worker",
    "team",
    "opened",
    "closed",
    "last_contact",
    "next_due",
    "tags",
    "version",
)
PRIVATE = ("client", "born")
# What lists have no place for without identity: who it is, and what people typed.
LEFT_OUT = (*PRIVATE, "tags", "version")


def known() -> dict[str, Column]:
    """Every field a list of cases can show."""
    columns = (
        Column("case", _("Case"), keep=9, whole=True),
        Column("client", _("Client"), keep=7, least=12),
        Column("born", _("Born"), keep=2, whole=True),
        Column("program", _("Program"), keep=3),
        Column("stage", _("Stage"), keep=5, whole=True),
        Column("risk", _("Risk"), keep=6, whole=True),
        Column("worker", _("Worker"), keep=5),
        Column("team", _("Team"), keep=2),
        Column("opened", _("Opened"), keep=3, whole=True),
        Column("closed", _("Closed"), keep=1, whole=True),
        Column("last_contact", _("Contact"), keep=4, whole=True),
        Column("next_due", _("Due"), keep=6, whole=True),
        Column("tags", _("Tags"), keep=4),
        Column("version", _("Version"), right=True, keep=0),
        Column("level", _("Level"), right=True, keep=5),
        Column("since", _("Since"), keep=3, whole=True),
        Column("snoozed_until", _("Snoozed"), keep=3, whole=True),
        Column("gaps", _("Lacks"), keep=4),
    )
    return {column.key: column for column in columns}


@commands.command(
    "cases",
    "caseload cases 'worker:me due:<=7d' --sort next_due",
    "caseload cases 'program:housing stage:any' --fields case,stage,opened,closed --format csv",
    help=_("List the cases a query selects; open ones unless it speaks of stage or closed."),
)
def cases(
    ctx: typer.Context,
    query: Query = None,
    fields: Annotated[str | None, said("A,B", _("Which fields, in which order."), "--fields")] = None,
    sort: Annotated[
        str | None, typer.Option("--sort", metavar="FIELD|-FIELD", help=_("By which field; a minus turns it round."))
    ] = None,
    view: Annotated[
        str | None,
        said("NAME", _("A saved view: its query, order and columns."), "--view"),
    ] = None,
    limit: Limit = None,
    identified: Identified = False,
    why: LookWhy = None,
    deidentified: Deidentified = False,
    format: Format = None,
) -> None:
    from caseload.casework import cases as listing

    asked = session(ctx)
    if view is not None:
        query, saved_sort, saved_fields = _saved(asked, view, query)
        sort, fields = sort or saved_sort, fields or saved_fields
    columns = _columns(fields)
    looked(asked, "cases", identified, why)
    cover = Cover(asked, deidentified, identified)
    named = names_shown(identified)
    if deidentified:
        columns = [column for column in columns if column.key not in LEFT_OUT]
    with asked.read() as r:
        ids = listing.keys(r, query or "", sort=sort or "case", limit=limit)
        cover.state()
        output.rows(cover.rows(_found(r, ids, [column.key for column in columns], named)), columns, format)
    if not ids and output.chosen(format) == "table":
        say(_("No case answers to that."))


def _saved(asked: Session, name: str, query: str | None) -> tuple[str, str, str | None]:
    """A saved view as this command asks for it: the query, narrowed by what is asked besides; the order; the fields."""
    from caseload.casework import views

    with asked.read() as r:
        found = views.named(r, name)
    both = f"({found.query}) ({query})" if found.query and query else found.query or query or ""
    fields = ",".join(one for one in found.columns if one in known())
    return both, found.sort, fields or None


def _columns(fields: str | None) -> list[Column]:
    every = known()
    if fields is None:
        return [every[key] for key in USUAL]
    wanted = [one.strip() for one in fields.split(",")]
    for one in wanted:
        if one not in every:
            from difflib import get_close_matches

            near = get_close_matches(one, every, 1)
            hint = (
                _("Did you mean {word}?").format(word=near[0])
                if near
                else _("Choose from: {known}.").format(known=", ".join(every))
            )
            raise Usage(_("--fields: {field} is no field of a case.").format(field=repr(one[:40])) + " " + hint)
    return [every[key] for key in dict.fromkeys(wanted)]


def _found(r: Reading, ids: Sequence[int], keys: Sequence[str], named: bool) -> Iterator[dict[str, Any]]:
    from caseload.casework import cases as listing

    for start in range(0, len(ids), _WINDOW):
        some = ids[start : start + _WINDOW]
        rows = listing.rows(r, some)
        lacking = _lacking(r, some) if "gaps" in keys else {}
        for row in (rows[one] for one in some if one in rows):
            beside = {"gaps": lacking.get(row.id, ())}
            yield {
                key: None if key in PRIVATE and not named else beside[key] if key in beside else getattr(row, key)
                for key in keys
            }


def _lacking(r: Reading, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    from caseload.casework import lacks

    return lacks.of_cases(r, ids)
