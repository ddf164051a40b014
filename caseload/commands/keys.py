"""`caseload keys`: the key map, as the screen shows it."""

from __future__ import annotations

import typer

from caseload.messages import _

from . import output
from .frame import Family
from .options import Format
from .output import Column

commands = Family()


@commands.command(
    "keys",
    "caseload keys",
    "caseload keys --format json",
    help=_("The key map, as the screen shows it: every act, its keys and where they work."),
)
def keys(ctx: typer.Context, format: Format = None) -> None:
    from caseload.tui.commands import registry

    found = [
        {
            "group": act.group, "id": act.id, "keys": list(act.keys), "act": act.words, "where": list(act.where),
            "undoable": act.undoable, "help": act.help,
        }
        for act in registry()
    ]  # fmt: skip
    columns = [
        Column("group", _("Group"), keep=1),
        Column("id", "ID", keep=0),
        Column("keys", _("Keys"), keep=9, show="  ".join, least=12),
        Column("act", _("Act"), keep=8, least=20),
        Column("where", _("Where"), keep=2),
        Column("undoable", _("Undo"), keep=0),
        Column("help", _("What it does"), keep=3, least=30),
    ]
    output.rows(found, columns, format)
