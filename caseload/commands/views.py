"""`caseload view`: lists that are saved under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .frame import Family, session
from .options import Format, said
from .output import Column
from .receipts import done
from .terminal import say

if TYPE_CHECKING:
    from caseload.store.database import Receipt, Work

commands = Family()

Act = Literal["list", "save", "drop"]


@commands.command(
    "view",
    "caseload view save 'My late ones' --query 'worker:me due:overdue' --sort next_due --key 2",
    "caseload view list --format json",
    help=_(
        "Saved views: a query with an order and columns, under a name, your own or shared with a team. Use one anywhere in a "
        "query as view:NAME, or whole as `caseload cases --view NAME`; those with a key open with it on the screen."
    ),
)
def view(
    ctx: typer.Context,
    act: Annotated[Act, typer.Argument(metavar="list|save|drop", help=_("What to do."))] = "list",
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help=_("What it is called."), show_default=False)
    ] = None,
    query: Annotated[str | None, said("QUERY", _("Which cases; all unless given."), "--query")] = None,
    sort: Annotated[str, said("FIELD|-FIELD", _("By which field; a minus turns it round."), "--sort")] = "",
    columns: Annotated[str | None, said("A,B", _("Which columns the screen shows."), "--columns")] = None,
    key: Annotated[
        int | None,
        said("1-9", _("On which number key."), "--key", min=1, max=9),
    ] = None,
    team: Annotated[str | None, said("T", _("Share it with that team."), "--team")] = None,
    format: Format = None,
) -> None:
    from caseload.casework import views

    asked = session(ctx)
    if act != "save" and (query is not None or sort or columns is not None or key is not None or team is not None):
        raise Usage(_("--query, --sort, --columns, --key and --team go with save."))
    if (name is None) != (act == "list"):
        raise Usage(_("Write: caseload view list, or save NAME --query QUERY, or drop NAME"))
    if act == "list":
        with asked.read() as r:
            found = [
                {
                    "name": row.name,
                    "key": row.number,
                    "query": row.query,
                    "sort": row.sort or None,
                    "columns": list(row.columns),
                    "team": row.team,
                    "by": row.by,
                    "mine": row.mine,
                }
                for row in views.listed(r)
            ]
        output.rows(found, _columns(), format)
        if not found and output.chosen(format) == "table":
            say(_("No view is saved yet. Save one: caseload view save NAME --query QUERY"))
        return
    chosen = tuple(one.strip() for one in (columns or "").split(",") if one.strip())
    wanted = name or ""

    def save(w: Work) -> Receipt:
        return views.save(w, views.NewView(wanted, query or "", sort, chosen, key, team))

    def drop(w: Work) -> Receipt:
        return views.drop(w, wanted)

    done(asked, f"view {act}", save if act == "save" else drop, format)


def _columns() -> list[Column]:
    return [
        Column("name", _("Name"), keep=9, least=10),
        Column("key", _("Key"), keep=8, right=True, whole=True),
        Column("query", _("Query"), keep=8, least=20),
        Column("sort", _("Order"), keep=5),
        Column("columns", _("Columns"), keep=2),
        Column("team", _("Shared with"), keep=6),
        Column("by", _("By"), keep=4),
        Column("mine", _("Mine"), keep=1),
    ]
