"""`caseload undo`: take back a whole change, after a look at what that means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from caseload.messages import _, _n

from . import output
from .ask import agreed
from .frame import Family, session
from .options import DryRun, Format, Yes
from .output import Column

if TYPE_CHECKING:
    from caseload.store.undo import Undone

commands = Family()


@commands.command(
    "undo",
    "caseload undo",
    "caseload undo C-4 --dry-run --format json",
    help=_(
        "Take back a whole change: your newest, or the one named. Where something it did was changed since, nothing is "
        "undone and the answer says what, by whom and when. An undo is a change: undo it to redo."
    ),
)
def undo(
    ctx: typer.Context,
    change: Annotated[
        str | None,
        typer.Argument(metavar="CHANGE", help=_("A receipt's number, such as C-1042."), show_default=False),
    ] = None,
    allow_refused: Annotated[
        bool, typer.Option("--allow-refused", help=_("Undo the rest where some of it was changed since."))
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    format: Format = None,
) -> None:
    from caseload.casework.changes import receipt_number
    from caseload.store.undo import undo as take_back

    asked = session(ctx)
    target = receipt_number(change) if change is not None else None
    planned = asked.act("undo", lambda w: take_back(w, target, dry_run=True)).data
    if dry_run:
        _print(None, planned, format)
        return
    several = len(planned.restored) > 1 and (allow_refused or not planned.refused)
    if several:
        question = _n(
            "Take back what was done to {n} case?", "Take back what was done to {n} cases?", len(planned.restored)
        )
        agreed(question.format(n=len(planned.restored)), yes, format, lambda form: _print(None, planned, form))
    done = asked.act("undo", lambda w: take_back(w, planned.undoes, allow_refused=allow_refused))
    # A receipt without data: the connection was lost on the way, and the change had committed.
    _print(done.number, planned if done.data is None else done.data, format)


def _print(number: str | None, done: Undone, format: output.FormatName | None) -> None:
    shaped: dict[str, Any] = {
        "change": number,
        "undoes": f"C-{done.undoes}",
        "restored": [{"case": case} for case in done.restored],
        "refused": [{"case": refusal.case, "why": refusal.why} for refusal in done.refused],
    }
    columns = [Column("change"), Column("undoes"), Column("restored", show=_cases), Column("refused", show=_cases)]
    output.thing(shaped, columns, format, lambda: _page(shaped))


def _cases(found: list[dict[str, Any]]) -> str:
    return ",".join(one["case"] or "-" for one in found)


def _page(shaped: dict[str, Any]) -> list[str]:
    restored, refused = shaped["restored"], shaped["refused"]
    if shaped["change"]:
        head = _("Undid {undoes} as {change}.").format(undoes=shaped["undoes"], change=shaped["change"])
    else:
        head = _("Would undo {undoes}.").format(undoes=shaped["undoes"])
    lines = [head]
    if restored:
        lines.append(_("Restored: {cases}").format(cases=", ".join(one["case"] for one in restored)))
    lines += [_("Refused: {case}: {why}").format(case=one["case"] or "-", why=one["why"]) for one in refused]
    return lines
