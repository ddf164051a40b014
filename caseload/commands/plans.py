"""How a plan of moves is printed, by whichever command makes it: the three lists and everybody's load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from caseload.messages import _

from . import output
from .output import Column, FormatName
from .table import draw

if TYPE_CHECKING:
    from caseload.casework.assign import Plan
    from caseload.casework.loads import Load


def load_shape(load: Sequence[Load]) -> list[dict[str, Any]]:
    """Everybody's load as JSON has it."""
    return [
        {
            "worker": one.worker,
            "cases_before": one.cases_before,
            "cases_after": one.cases_after,
            "percent_before": one.percent_before,
            "percent_after": one.percent_after,
        }
        | _by_model(one)
        for one in load
    ]


def _by_model(one: Load) -> dict[str, Any]:
    """What a worker carries by the agency's load model, where that is not the plain count."""
    if one.by_model is None:
        return {}
    before, after = one.by_model
    return {
        "model": after.model, "version": after.version, "load_before": before.load, "load_after": after.load,
        "load_percent_before": before.percent, "load_percent_after": after.percent, "unknown": after.unknown,
    }  # fmt: skip


def plan_shape(number: str | None, planned: Plan, *, dry_run: bool, weighed: bool = False) -> dict[str, Any]:
    """A plan as JSON has it. `weighed` adds to each move why it goes to them."""
    return {
        "change": number,
        "dry_run": dry_run,
        "moved": [
            {"case": move.case, "from": move.holder, "to": move.to} | ({"why": move.why} if weighed else {})
            for move in planned.moved
        ],
        "skipped": [{"case": kept.case, "why": kept.why} for kept in planned.skipped],
        "blocked": [{"case": kept.case, "why": kept.why} for kept in planned.blocked],
        "load": load_shape(planned.load),
    }


def print_plan(shaped: dict[str, Any], format: FormatName | None, *, words: str = "") -> None:
    """Print a plan: an object in JSON, a page for a person, one row a case in csv and tsv."""
    match output.chosen(format):
        case "json":
            output.thing(shaped, (), "json", list)
        case "table":
            page(shaped, words)
        case form:
            output.rows(_flat(shaped), [Column(key) for key in ("case", "fate", "from", "to", "why")], form)


def _flat(shaped: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row a case for csv and tsv: which of the three lists it stands in, and what that list says of it."""
    empty = {"from": None, "to": None, "why": None}
    return [empty | one | {"fate": fate} for fate in ("moved", "skipped", "blocked") for one in shaped[fate]]


def page(shaped: Mapping[str, Any], words: str) -> None:
    """The plan for a person: what moves, what does not and why, and the loads."""
    moved, skipped, blocked = shaped["moved"], shaped["skipped"], shaped["blocked"]
    if shaped["change"]:
        head = words + " · " + _("{change}, undo with: caseload undo {change}").format(change=shaped["change"])
    else:
        head = words or _("Would move {moved}, skip {skipped}; {blocked} blocked.").format(
            moved=len(moved), skipped=len(skipped), blocked=len(blocked)
        )
    output.say_line(head)
    if moved and not shaped["change"]:
        columns = [Column("case", _("Case"), whole=True, keep=9), Column("from", _("From")), Column("to", _("To"))]
        if "why" in moved[0]:
            columns.append(Column("why", _("Why"), least=20))
        draw(moved, columns)
    # What stays while a team is evened out is most of its cases: their number is said above.
    for heading, kept in ((_("Skipped:"), [] if "ceiling" in shaped else skipped), (_("Blocked:"), blocked)):
        if kept:
            output.say_line(heading)
            draw(kept, [Column("case", _("Case"), whole=True, keep=9), Column("why", _("Why"), least=20)])
    draw_load(shaped["load"])


def _model_columns(load: Sequence[Mapping[str, Any]]) -> list[Column]:
    model = load[0].get("model")
    if model is None:
        return []
    return [
        Column("load_percent_before", f"% {model}", right=True),
        Column("load_percent_after", _("% {model} after").format(model=model), right=True),
        # Cases without a kind, which the model leaves out.
        Column("unknown", _("No kind"), right=True),
    ]


def draw_load(load: Sequence[Mapping[str, Any]]) -> None:
    """Everybody's load before and after, below what caused it."""
    if load:
        output.say_line("")
        draw(
            load,
            [
                Column("worker", _("Worker"), keep=9),
                Column("cases_before", _("Before"), right=True),
                Column("cases_after", _("After"), right=True),
                Column("percent_before", "%", right=True),
                Column("percent_after", _("% after"), right=True),
                *_model_columns(load),
            ],
        )
