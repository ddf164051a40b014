"""`caseload keys`: the key map, as the screen shows it."""

from __future__ import annotations

import typer

from caseload.messages import _

from . import output
from .frame import Family, session
from .options import Format
from .output import Column
from .terminal import say

commands = Family()


@commands.command(
    "keys",
    "caseload keys",
    "caseload keys --format json",
    help=_("The key map, as the screen shows it: every act, its keys and where they work."),
)
def keys(ctx: typer.Context, format: Format = None) -> None:
    from caseload.tui.commands import registry
    from caseload.tui.keys import own_keymap, shown

    # Names what is wrong with the settings file, which the keys are read from too.
    _checked = session(ctx).settings
    bound = own_keymap()
    for complaint in bound.complaints:
        say(complaint)
    found = [
        {
            "group": act.group,
            "id": act.id,
            "keys": [shown(sequence) for sequence in bound.keys_of(act.id)],
            "act": act.words,
            "where": list(act.where),
            "undoable": act.undoable,
            "help": act.help,
        }
        for act in registry()
    ]
    columns = [
        Column("group", _("Group"), keep=1),
        Column("id", "ID", keep=2),
        Column("keys", _("Keys"), keep=9, least=12, show="  ".join),
        Column("act", _("Act"), keep=8, least=24),
        Column("where", _("Where"), keep=0),
        Column("undoable", _("Undo"), keep=0),
        Column("help", _("What it does"), keep=3, least=30),
    ]
    output.rows(found, columns, format)
