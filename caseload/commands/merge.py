"""`caseload merge`: two records of one person become one, after a preview, and undo takes them apart again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from caseload.messages import _

from . import output
from .ask import agreed
from .frame import Family, session
from .options import DryRun, Format, Identified, Yes
from .output import Column
from .session import Session, names_shown
from .table import draw
from .which import to_read

if TYPE_CHECKING:
    from caseload.casework.merge import Plan

commands = Family()


@commands.command(
    "merge",
    "caseload merge 2026-115038 2026-048212 --why 'Same person, married name' --dry-run",
    "caseload merge 2026-115038 2026-048212 --why 'Same person, married name' --yes",
    help=_(
        "Merge the client of the first case into the client of the second. Cases, aliases, people, phones and addresses, "
        "alerts and households move; what the second record leaves blank is filled from the first; a name that differs "
        "is kept as an alias. One undo takes all of it back. To do it one must see every case of both."
    ),
)
def merge(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help=_("A case of the record that goes."))],
    into: Annotated[str, typer.Argument(metavar="INTO", help=_("A case of the record that stays."))],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help=_("How it is known that they are one."))],
    dry_run: DryRun = False,
    yes: Yes = False,
    identified: Identified = False,
    format: Format = None,
) -> None:
    from caseload.casework import merge as merging

    asked = session(ctx)
    with asked.read() as r:
        planned = merging.plan(r, to_read(r, case), to_read(r, into))
    _look(asked, planned, why)
    named = names_shown(identified)
    if dry_run:
        _print(planned, None, format, named, dry_run=True)
        return
    # Beside the question the names stand on the terminal, wherever the output goes.
    agreed(
        _("Merge these two records?"), yes, format,
        lambda form: _print(planned, None, form, names_shown(identified)),
    )  # fmt: skip
    receipt = asked.act("merge", lambda w: merging.commit(w, planned, why), why=why)
    _print(planned, receipt.number, format, named)


def _look(asked: Session, planned: Plan, why: str) -> None:
    """Both records are looked at, side by side."""
    from caseload.casework import looks

    looks.announce(asked.db, [planned.our_cases[0], planned.their_cases[0]], kind="case", surface="merge", why=why)


def _print(
    planned: Plan, number: str | None, format: output.FormatName | None, named: bool, *, dry_run: bool = False
) -> None:
    fields = [
        {
            "field": one.name,
            "kept": one.kept,
            "from": one.ours if named else None,
            "into": one.theirs if named else None,
        }
        for one in planned.fields
    ]
    shaped: dict[str, Any] = {
        "change": number, "dry_run": dry_run, "from": list(planned.our_cases), "into": list(planned.their_cases),
        "alike": list(planned.alike) if named else None, "fields": fields, "rows": planned.rows,
    }  # fmt: skip
    if output.chosen(format) != "table":
        output.thing(shaped, [Column(key) for key in shaped], format, list)
        return
    from caseload.casework.merge import label, outcome

    alike = ", ".join(planned.alike) or _("nothing; be sure that they are one person")
    output.say_line(_("Alike: {why}").format(why=alike))
    columns = [
        Column("field", _("Field"), whole=True),
        Column("from", _("Goes: {case}").format(case=planned.our_cases[0])),
        Column("into", _("Stays: {case}").format(case=planned.their_cases[0])),
        Column("kept", _("What stands"), whole=True),
    ]
    told = [
        {
            "field": label(one.name),
            "from": one.ours if named else None,
            "into": one.theirs if named else None,
            "kept": outcome(one),
        }
        for one in planned.fields
        if one.ours or one.theirs
    ]
    draw(told, columns)
    output.say_line(_("Moves: {rows}").format(rows=planned.moves))
    if number is not None:
        output.say_line(_("Merged · {change}, undo with: caseload undo {change}").format(change=number))
