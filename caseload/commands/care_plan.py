"""`caseload plan`, `goal` and `step`: what was agreed with a client, who approves it, and how far it is."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output, receipts
from .frame import Family, session
from .inputs import day, key_number, text_of
from .options import Case, Format, Identified, said
from .output import Column
from .plan_shape import bar_shape, page_of, plan_shape
from .receipts import done, key_of
from .session import check_why, looked, names_shown
from .which import to_change, to_read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from caseload.casework.plan_rows import PlanRow
    from caseload.store.database import Receipt, Work

    from .session import Session

commands = Family()

PlanAct = Literal[
    "show", "list", "timeline", "begin", "want", "agree", "submit", "take-back", "approve", "return", "review", "end"
]
GoalAct = Literal["add", "change", "reach", "partly", "miss", "drop", "open", "agree"]
StepAct = Literal["add", "change", "done", "drop", "open"]
Kind = Annotated[
    Literal["service", "behaviour"],
    typer.Option("--kind", help=_("Which plan: of services, or a behaviour support plan.")),
]
Answer = Annotated[
    str | None,
    typer.Argument(metavar="TEXT|yes|partly|no", help=_("The text, or what the client answers."), show_default=False),
]
Seen = Annotated[
    int | None, said("VERSION", _("The version you read: refused where it was changed since."), "--seen", min=1)
]
WhyText = Annotated[
    str | None, said("TEXT|-|@FILE", _("With return, why; with --identified, the reason for the record."), "--why")
]


@commands.command(
    "plan",
    "caseload plan 2026-048212 begin --kind behaviour --wants 'To be asked first'",
    "caseload plan 2026-048212 list",
    help=_(
        "The plan agreed with a client, in versions: begin; want TEXT, what they want in their words; goals and steps with `goal` and "
        "`step`; agree yes|partly|no; submit; take-back, by who put it forward; approve or return --why TEXT, by who supervises the "
        "case and wrote none of it; review TEXT --next DATE; end. show, list and timeline read it. What was put forward stands; begin "
        "copies what runs."
    ),
)
def plan(
    ctx: typer.Context,
    case: Case,
    act: Annotated[
        PlanAct,
        typer.Argument(
            metavar="begin|want|agree|submit|take-back|approve|return|review|end|show|list|timeline",
            help=_("What to do."),
        ),
    ] = "show",
    what: Answer = None,
    kind: Kind = "service",
    wants: Annotated[
        str | None, said("TEXT|-|@FILE", _("With begin: what the client wants, in their words."), "--wants")
    ] = None,
    on: Annotated[str | None, said("DATE", _("With agree, review and end: when; today unless given."), "--on")] = None,
    next_on: Annotated[
        str | None, said("DATE", _("With approve and review: when it is gone through next."), "--next")
    ] = None,
    number: Annotated[int | None, said("N", _("With show and timeline: which version."), "--version", min=1)] = None,
    zoom: Annotated[
        Literal["week", "month"], typer.Option("--zoom", help=_("With timeline: how much a page holds."))
    ] = "week",
    seen: Seen = None,
    identified: Identified = False,
    why: WhyText = None,
    format: Format = None,
) -> None:
    given = {"wants": wants, "on": on, "next": next_on, "version": number, "seen": seen}
    _plan_fits(act, what, {name for name, value in given.items() if value is not None}, identified, why)
    asked = session(ctx)
    if act in ("show", "list", "timeline"):
        _read(asked, case, act, kind, number, zoom, identified, why or "", format)
        return
    text = text_of("-" if what is None and act in ("want", "review") else what, "TEXT") or ""
    told, reason = text_of(wants, "--wants"), text_of(why, "--why") or ""
    [number_of] = to_change(asked, case, one=True)

    def do(w: Work) -> Receipt:
        from caseload.casework import care_plan as plans

        when = day(on, "--on", w.today, back=True) if on is not None else None
        then = day(next_on, "--next", w.today) if next_on is not None else None
        if act == "begin":
            return plans.begin(w, number_of, kind=kind, wants=told)
        if act == "review":
            return plans.review(w, plans.running(w, number_of, kind), text, on=when, next_on=then)
        if act == "end":
            # What runs, before a draft beside it.
            return plans.end(w, _ending(w, number_of, kind), on=when, seen=seen)
        if act == "agree":
            return plans.agree(w, plans.either(w, number_of, kind), text, on=when, seen=seen)
        key = plans.written(w, number_of, kind)
        if act == "want":
            return plans.want(w, key, text, seen=seen)
        if act == "submit":
            return plans.submit(w, key, seen=seen)
        if act == "take-back":
            return plans.take_back(w, key, seen=seen)
        if act == "approve":
            return plans.approve(w, key, review=then, seen=seen)
        return plans.send_back(w, key, reason, seen=seen)

    receipt = asked.act(f"plan {act}", do)
    said_so = {"asked": (receipt.data or {}).get("asked")} if act == "review" else {}
    receipts.told(receipt, format, lambda one: key_of(one, "plan") | _missing(one) | said_so)


def _ending(w: Work, case: str, kind: str) -> int:
    from caseload.casework import care_plan as plans

    try:
        return plans.running(w, case, kind)
    except Usage:
        return plans.written(w, case, kind)


def _missing(receipt: Receipt) -> dict[str, Any]:
    """What a plan or goal still lacks, by code, where the act says so."""
    found = (receipt.data or {}).get("missing")
    return {} if found is None else {"missing": list(found)}


_TAKES = {
    "begin": {"wants"}, "want": {"seen"}, "agree": {"on", "seen"}, "submit": {"seen"}, "take-back": {"seen"}, "approve": {"next", "seen"},
    "return": {"seen"}, "review": {"on", "next"}, "end": {"on", "seen"}, "show": {"version"}, "timeline": {"version"}, "list": set(),
}  # fmt: skip


def _plan_fits(act: str, what: str | None, given: set[str], identified: bool, why: str | None) -> None:
    """Raises Usage for what is missing, and for what goes with another act."""
    if wrong := sorted(given - _TAKES[act]):
        raise Usage(_("{act} takes no --{option}.").format(act=act, option=wrong[0]))
    if what is not None and act not in ("want", "agree", "review"):
        raise Usage(_("{act} takes no text.").format(act=act))
    if act == "agree" and what is None:
        raise Usage(_("Write: caseload plan CASE agree yes|partly|no"))
    if act == "return":
        if not why:
            raise Usage(_("Write: caseload plan CASE return --why TEXT"))
        return
    if act not in ("show", "list", "timeline") and (identified or why is not None):
        raise Usage(_("--identified and --why go with show, list and timeline; --why with return."))
    if act in ("show", "list", "timeline"):
        check_why(identified, why)


def _read(
    asked: Session, case: str, act: str, kind: str, number: int | None, zoom: str, identified: bool, why: str,
    format: output.FormatName | None,
) -> None:  # fmt: skip
    from caseload.casework import find, looks, plan_rows

    named = names_shown(identified)
    with asked.read() as r:
        known = to_read(r, case)
        find.names_seen(r)
        key = find.case(r, known).id
    looked(asked, "plan", identified, why or None)
    if act == "show" and named:
        looks.announce(asked.db, [known], surface="plan", why=why)
    with asked.read() as r:
        found = plan_rows.of_case(r, key, told=act == "show" and named)
        today = r.today
    if act == "list":
        output.rows([_listed(one) for one in found], _LIST, format)
        return
    one = _wanted(found, kind, number)
    if act == "show":
        shaped = plan_shape(one, named)
        output.thing(shaped, [Column(name) for name in shaped], format, lambda: page_of(shaped))
        return
    from caseload.casework import timeline

    drawn = timeline.bars(one)
    if output.chosen(format) == "table":
        width = shutil.get_terminal_size().columns - 1
        output.thing({}, [], "table", lambda: timeline.draw(drawn, today, zoom=zoom, width=width))
    else:
        output.rows([bar_shape(bar, named) for bar in drawn], _BARS, format)


def _wanted(found: tuple[PlanRow, ...], kind: str, number: int | None) -> PlanRow:
    """The version that was named, else the one that runs, else the one being written. Raises Usage."""
    mine = [one for one in found if one.kind == kind and number in (None, one.number)]
    if not mine:
        raise Usage(_("There is no such plan in that case. Begin one: caseload plan CASE begin"))
    return mine[0]


_LIST = [
    Column("id", "ID", keep=9, whole=True, right=True),
    Column("kind", _("Plan"), keep=6),
    Column("number", _("Version"), keep=8, right=True),
    Column("state", _("State"), keep=9, whole=True),
    Column("by", _("By"), keep=5),
    Column("made", _("Begun"), keep=4, whole=True),
    Column("submitted", _("Put forward"), keep=3, whole=True),
    Column("approved", _("Approved"), keep=5, whole=True),
    Column("approved_by", _("By"), keep=3),
    Column("review", _("Review"), keep=7, whole=True),
    Column("ended", _("Ended"), keep=4, whole=True),
    Column("agreed", _("Client agrees"), keep=6),
    Column("goals", _("Goals"), keep=7, right=True),
    Column("steps_done", _("Done"), keep=6, right=True),
    Column("steps", _("Steps"), keep=6, right=True),
]


def _listed(one: PlanRow) -> dict[str, Any]:
    return {
        "id": str(one.id), "kind": one.kind, "number": one.number, "state": one.state, "by": one.by, "made": one.made,
        "submitted": one.submitted, "approved": one.approved, "approved_by": one.approved_by, "review": one.review,
        "ended": one.ended, "agreed": one.agreed, "goals": sum(each.state != "dropped" for each in one.goals),
        "steps_done": sum(each.done for each in one.goals), "steps": sum(each.of for each in one.goals),
    }  # fmt: skip


_BARS = [
    Column("goal", right=True), Column("step", right=True), Column("id"), Column("title"), Column("who"), Column("starts"),
    Column("due"), Column("first_due"), Column("slip", right=True), Column("after", right=True), Column("waits"), Column("state"),
    Column("ended"), Column("done", right=True), Column("of", right=True),
]  # fmt: skip


@commands.command(
    "goal",
    "caseload goal 2026-048212 add 'A flat of our own' --measure 'A lease with her name' --due +6m",
    "caseload goal 2026-048212 agree ID yes --words 'At last.'",
    help=_(
        "Goals of a plan, in the client's words: add TITLE and change ID while it is a draft; reach, partly, miss, drop or open ID; "
        "agree ID yes|partly|no, with what they say. What is missing of a clear goal is said, and stops nobody."
    ),
)
def goal(
    ctx: typer.Context,
    case: Case,
    act: Annotated[
        GoalAct, typer.Argument(metavar="add|change|reach|partly|miss|drop|open|agree", help=_("What to do."))
    ],
    what: Annotated[str, typer.Argument(metavar="TITLE|ID", help=_("The goal's words, or which one."))],
    answer: Annotated[
        str | None,
        typer.Argument(metavar="yes|partly|no", help=_("With agree: what the client answers."), show_default=False),
    ] = None,
    kind: Kind = "service",
    title: Annotated[str | None, said("TEXT|-|@FILE", _("With change: its words."), "--title")] = None,
    measure: Annotated[str | None, said("TEXT|-|@FILE", _("How one will see that it is reached."), "--measure")] = None,
    need: Annotated[
        str | None, said("ID", _("Which need of the case it answers; none takes it away."), "--need")
    ] = None,
    starts: Annotated[str | None, said("DATE", _("From when; none takes it away."), "--starts")] = None,
    due: Annotated[str | None, said("DATE", _("By when; none takes it away."), "--due")] = None,
    agreed: Annotated[str | None, said("yes|partly|no", _("With add: whether the client agrees."), "--agreed")] = None,
    words: Annotated[
        str | None, said("TEXT|-|@FILE", _("With add and agree: what the client says to it."), "--words")
    ] = None,
    seen: Seen = None,
    format: Format = None,
) -> None:
    told = {"title": title, "measure": measure, "need": need, "starts": starts, "due": due}
    given = {name: value for name, value in told.items() if value is not None}
    _goal_fits(act, given, answer, agreed, words, seen)
    asked = session(ctx)
    texts: dict[str, object] = {
        name: text_of(given[name], f"--{name}") or "" for name in ("title", "measure") if name in given
    }
    spoken = text_of(words, "--words")
    first = text_of(what, "TITLE") or "" if act == "add" else ""
    key = key_number(what, "ID") if act != "add" else 0
    [number] = to_change(asked, case, one=True)

    def do(w: Work) -> Receipt:
        from caseload.casework import care_plan, goals

        found: dict[str, object] = dict(texts) | _days(given, w.today)
        if "need" in given:
            found["need"] = None if given["need"] == "none" else key_number(given["need"], "--need")
        if act == "add":
            new = goals.NewGoal(**{"title": first, **found}, agreed=agreed, words=spoken)  # type: ignore[arg-type]
            return goals.add(w, care_plan.written(w, number, kind), new)
        goals.must_be_of(w, number, key)
        if act == "change":
            return goals.change(w, key, found, seen=seen)
        if act == "agree":
            return goals.agree(w, key, answer or "", words=spoken, seen=seen)
        state = {"reach": "reached", "miss": "not_reached", "drop": "dropped"}.get(act, act)
        return goals.settle(w, key, state, seen=seen)

    done(asked, f"goal {act}", do, format, more=lambda receipt: key_of(receipt, "goal") | _missing(receipt))


def _goal_fits(
    act: str, given: Mapping[str, str], answer: str | None, agreed: str | None, words: str | None, seen: int | None
) -> None:
    """Raises Usage for what goes with another act."""
    if (act == "agree") != (answer is not None):
        raise Usage(_("Write: caseload goal CASE agree ID yes|partly|no"))
    if given and act not in ("add", "change"):
        raise Usage(_("{act} takes no --{option}.").format(act=act, option=sorted(given)[0]))
    if "title" in given and act == "add":
        raise Usage(_("The goal's words come after add; --title goes with change."))
    if agreed is not None and act != "add":
        raise Usage(_("--agreed goes with add."))
    if words is not None and act not in ("add", "agree"):
        raise Usage(_("--words goes with add and agree."))
    if seen is not None and act == "add":
        raise Usage(_("--seen goes with what is there already."))


def _days(given: Mapping[str, str], today: date) -> dict[str, object]:
    return {
        name: None if given[name] == "none" else day(given[name], f"--{name}", today)
        for name in ("starts", "due")
        if name in given
    }


@commands.command(
    "step",
    "caseload step 2026-048212 add 'Ring the housing office' --goal ID --due friday",
    "caseload step 2026-048212 done ID",
    help=_(
        "Steps towards a goal: add TITLE --goal ID and change ID while its plan is a draft, later its days alone; done, drop or open "
        "ID. --who says whether the client, a worker, a provider or another does it; --after which step comes before."
    ),
)
def step(
    ctx: typer.Context,
    case: Case,
    act: Annotated[StepAct, typer.Argument(metavar="add|change|done|drop|open", help=_("What to do."))],
    what: Annotated[str, typer.Argument(metavar="TITLE|ID", help=_("What is to be done, or which one."))],
    goal: Annotated[str | None, said("ID", _("With add: of which goal."), "--goal")] = None,
    title: Annotated[str | None, said("TEXT|-|@FILE", _("With change: what is to be done."), "--title")] = None,
    who: Annotated[
        Literal["client", "worker", "provider", "other"] | None,
        typer.Option("--who", help=_("Who does it; a worker unless given."), show_default=False),
    ] = None,
    name: Annotated[str | None, said("NAME", _("The provider's or other's name."), "--name")] = None,
    worker: Annotated[
        str | None, said("W", _("Which worker; whoever holds the case unless given, or none."), "--worker")
    ] = None,
    starts: Annotated[str | None, said("DATE", _("From when; none takes it away."), "--starts")] = None,
    due: Annotated[str | None, said("DATE", _("By when; none takes it away."), "--due")] = None,
    after: Annotated[str | None, said("ID", _("The step it waits for; none takes it away."), "--after")] = None,
    seen: Seen = None,
    format: Format = None,
) -> None:
    told = {"title": title, "who": who, "name": name, "worker": worker, "starts": starts, "due": due, "after": after}
    given = {key: value for key, value in told.items() if value is not None}
    if (act == "add") != (goal is not None):
        raise Usage(_("Write: caseload step CASE add TITLE --goal ID"))
    if given and act not in ("add", "change"):
        raise Usage(_("{act} takes no --{option}.").format(act=act, option=sorted(given)[0]))
    if act == "add" and ("title" in given or seen is not None):
        raise Usage(_("add takes its words after it, and no --title and no --seen."))
    asked = session(ctx)
    first = text_of(what, "TITLE") or "" if act == "add" else ""
    new_title = text_of(title, "--title")
    key = key_number(what if act != "add" else goal, "ID" if act != "add" else "--goal")
    [number] = to_change(asked, case, one=True)

    def do(w: Work) -> Receipt:
        from caseload.casework import goals, steps

        found: dict[str, object] = {one: given[one] for one in ("who", "name") if one in given} | _days(given, w.today)
        if new_title is not None:
            found["title"] = new_title
        if "worker" in given:
            found["worker"] = None if given["worker"] == "none" else given["worker"]
        if "after" in given:
            found["after"] = None if given["after"] == "none" else key_number(given["after"], "--after")
        if act == "add":
            goals.must_be_of(w, number, key)
            return steps.add(w, key, steps.NewStep(**{"title": first, **found}))  # type: ignore[arg-type]
        steps.must_be_of(w, number, key)
        if act == "change":
            return steps.change(w, key, found, seen=seen)
        return steps.settle(w, key, {"drop": "dropped"}.get(act, act), seen=seen)

    done(asked, f"step {act}", do, format, more=lambda receipt: key_of(receipt, "step"))
