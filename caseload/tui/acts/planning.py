"""The plan: its goals and steps, how far they are, what the client says to them, and who approves it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from ...casework.plan_rows import LIVE
from ...errors import Usage
from ...messages import _
from .. import asks, days, planning
from ..prompts import Words, yes_no
from ..talk import Left
from .masking import not_masked
from .speaking import letters, reader, required, words_about

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...casework.plan_rows import GoalRow, PlanRow, StepRow
    from ..screens.page import Page

_LONG = 20_000


async def plan(page: Page) -> None:
    """Opens the plan of the case."""
    from ..screens.care_plan import CarePlanPage

    key = page.targets("plan")[0]
    await page.visit(CarePlanPage(key))


# -- writing --------------------------------------------------------------------------------------------


async def goal_add(page: Page) -> None:
    """A goal of the draft, in a form."""
    key = page.targets("goal_add")[0]
    await new_goal(page, key, _drafted(page, await _draft(page, key)).id)


async def new_goal(page: Page, key: int, plan_id: int) -> None:
    """The form of a goal; words that were kept come first."""
    from ..screens.goal import GoalForm

    kept = await page.app.jotter.recall(f"goal-{plan_id}|case:{key}")
    needs = await page.desk.read(planning.needs, key)
    await page.visit(GoalForm(key, _number(page, key), plan_id, needs, kept))


async def step_add(page: Page) -> None:
    """A step towards the goal under the cursor, or the one of the step there."""
    key = page.targets("step_add")[0]
    kind, row = _picked(page)
    if kind not in ("goal", "step"):
        page.say(_("Put the cursor on the goal that the step leads to."), "warn")
        raise Left
    await new_step(page, key, row.id if kind == "goal" else row.goal_id)


async def new_step(page: Page, key: int, goal_id: int) -> None:
    """The form of a step; words that were kept come first."""
    from ..screens.goal import StepForm

    found = _drafted(page, _with_goal(page, await page.desk.read(planning.as_it_stands, key), goal_id))
    kept = await page.app.jotter.recall(f"step-{goal_id}|case:{key}")
    numbers = {one.number: one.id for one in found.steps}
    await page.visit(StepForm(key, _number(page, key), goal_id, numbers, kept))


async def plan_edit(page: Page) -> None:
    """The goal or step under the cursor in its form; on the plan's own line, what the client wants."""
    key = page.targets("plan_edit")[0]
    not_masked(page)
    kind, row = _picked(page)
    if kind == "plan":
        await wants(page, key, row)
    else:
        await edit(page, key, kind, row.id)


async def edit(page: Page, key: int, kind: str, row_id: int) -> None:
    """The form of a goal or a step as it stands."""
    from ..screens.goal import GoalEdit, StepEdit

    found = await page.desk.read(planning.as_it_stands, key)
    its_plan = _with_goal(page, found, row_id) if kind == "goal" else _with_step(page, found, row_id)
    _drafted(page, its_plan)
    kept = await page.app.jotter.recall(f"{kind}-edit-{row_id}|case:{key}")
    if kind == "goal":
        now = next(one for one in its_plan.goals if one.id == row_id)
        await page.visit(GoalEdit(key, _number(page, key), now, await page.desk.read(planning.needs, key), kept))
        return
    step = next(one for one in its_plan.steps if one.id == row_id)
    numbers = {one.number: one.id for one in its_plan.steps if one.id != row_id}
    await page.visit(StepEdit(key, _number(page, key), step, numbers, kept))


async def wants(page: Page, key: int, row: PlanRow) -> None:
    """What the client wants, in their own words."""
    _drafted(page, row)
    question: Words[str] = Words(
        _("The client wants:"), reads=lambda text: required(text, _("What do they want?")), limit=_LONG
    )
    question.line.insert(row.wants or "", _LONG)
    text, words = await words_about(page, question, f"plan-wants-{row.id}", [key])
    page.commit("plan_edit", planning.plan("want", row.id, text, seen=row.version, words=words), [key], words=words)


# -- how far it is ----------------------------------------------------------------------------------------


async def plan_done(page: Page) -> None:
    """A step is done, or open again; a goal is reached or not."""
    key = page.targets("plan_done")[0]
    kind, row = _picked(page)
    if kind == "step":
        state = "done" if row.state == "open" else "open"
        page.commit("plan_done", planning.step("settle", row.id, state, seen=row.version), [key])
    elif kind == "goal":
        coded = [
            ("r", _("reached"), "reached"), ("p", _("partly"), "partly"), ("n", _("not reached"), "not_reached"),
            ("o", _("open again"), "open"),
        ]  # fmt: skip
        state = await page.ask(letters(_("The goal is"), [one for one in coded if one[2] != row.state]))
        page.commit("plan_done", planning.goal("settle", row.id, state, seen=row.version), [key])
    else:
        page.say(_("Put the cursor on a goal or a step; s moves the plan itself on."), "warn")
        raise Left


async def reached(page: Page, key: int, goal_id: int) -> None:
    """What became of a goal of the version that runs."""
    found = await page.desk.read(planning.as_it_stands, key)
    now = next(one for one in _with_goal(page, found, goal_id).goals if one.id == goal_id)
    coded = [
        ("r", _("reached"), "reached"), ("p", _("partly"), "partly"), ("n", _("not reached"), "not_reached"),
        ("x", _("dropped"), "dropped"),
    ]  # fmt: skip
    state = await page.ask(letters(_("Goal {n} is").format(n=now.number), coded))
    await page.write("plan_done", planning.goal("settle", goal_id, state, seen=now.version), [key])


async def plan_drop(page: Page) -> None:
    """The goal or step under the cursor is dropped, or taken up again."""
    key = page.targets("plan_drop")[0]
    kind, row = _picked(page)
    if kind not in ("goal", "step"):
        page.say(_("Put the cursor on a goal or a step."), "warn")
        raise Left
    state = "open" if row.state == "dropped" else "dropped"
    verb = planning.goal if kind == "goal" else planning.step
    page.commit("plan_drop", verb("settle", row.id, state, seen=row.version), [key])


async def plan_day(page: Page) -> None:
    """Another day for the step under the cursor; the one agreed first stays beside it."""
    key = page.targets("plan_day")[0]
    kind, row = _picked(page)
    if kind != "step":
        page.say(_("Put the cursor on a step: the days of a goal are set in a draft."), "warn")
        raise Left
    await set_day(page, key, row)


async def set_day(page: Page, key: int, row: StepRow) -> None:
    """By when that step is to be done now."""
    today = page.app.today
    assert today is not None

    def read(text: str) -> date:
        return _day(text, today)

    question: Words[date] = Words(
        _("Step {n} by:").format(n=row.number), reads=read, echo=reader(read, lambda day: days.shown(day, today)),
        hint=_("fri, 2w, 24 dec"),
    )  # fmt: skip
    day = await page.ask(question)
    page.commit("plan_day", planning.move(row.id, day, row.version, None), [key])


async def plan_agree(page: Page) -> None:
    """Whether the client agrees: with the goal under the cursor, and what they say; or with the plan."""
    key = page.targets("plan_agree")[0]
    kind, row = _picked(page)
    if kind == "step":
        page.say(_("Put the cursor on a goal, or on the plan's own line."), "warn")
        raise Left
    if kind == "goal":
        await agree_to(page, key, row)
        return
    answer = await page.ask(letters(_("The client agrees with the plan"), _answers()))
    page.commit("plan_agree", planning.plan("agree", row.id, answer, seen=row.version), [key])


def _answers() -> tuple[tuple[str, str, str], ...]:
    return (("y", _("yes"), "yes"), ("p", _("partly"), "partly"), ("n", _("no"), "no"))


async def agree_to(page: Page, key: int, row: GoalRow) -> None:
    """Whether the client agrees with a goal, and what they say to it."""
    await says(page, key, row, await page.ask(letters(_("The client agrees with the goal"), _answers())))


async def says(page: Page, key: int, row: GoalRow, answer: str) -> None:
    """What the client says to a goal; nothing is an answer."""
    question: Words[str] = Words(_("They say:"), hint=_("in their words; Enter: nothing"), limit=_LONG)
    text, words = await words_about(page, question, f"goal-agree-{row.id}", [key])
    page.commit("plan_agree", planning.says(row.id, answer, text, row.version, words), [key], words=words)


# -- from one version to the next --------------------------------------------------------------------------


async def plan_move(page: Page) -> None:
    """What the plan waits for: to be begun, put forward, approved or sent back, reviewed, ended."""
    key = page.targets("plan_move")[0]
    found: Sequence[PlanRow] = await page.desk.read(planning.as_it_stands, key)
    kind, row = _picked_or_none(page)
    live = [one for one in found if one.state in ("approved", "draft", "submitted")]
    # The version under the cursor; else what waits, else what runs.
    mine = _plan_of(live, kind, row) if row is not None else None
    standing = page.app.standing
    coded = _moves(live, mine, standing.handle if standing is not None else "")
    what, _colon, number = (await page.ask(letters(_("The plan"), coded))).partition(":")
    if what in ("service", "behaviour"):
        page.commit("plan_move", planning.plan("begin", key, kind=what), [key])
        return
    one = next(each for each in live if each.id == int(number))
    if what in ("submit", "take_back"):
        page.commit("plan_move", planning.plan(what, one.id, seen=one.version), [key])
    elif what == "approve":
        await approve(page, key, one)
    elif what == "return":
        await send_back(page, key, one)
    elif what == "review":
        await review(page, key, one)
    else:
        from ...casework.care_plan import kind_words

        label = _("End the {kind}?") if one.state == "approved" else _("Put the draft of the {kind} away?")
        if await page.ask(yes_no(label.format(kind=kind_words(one.kind)))):
            page.commit("plan_move", planning.plan("end", one.id, seen=one.version), [key])


def _moves(live: Sequence[PlanRow], mine: PlanRow | None, me: str) -> list[tuple[str, str, str]]:
    """What can be done now, by letter: with the version under the cursor, or with all where it stands on none."""
    coded: list[tuple[str, str, str]] = []
    for one in [mine] if mine is not None else sorted(live, key=lambda each: each.state == "approved"):
        taken = {letter for letter, _words, _what in coded}
        found: list[tuple[str, str, str]] = []
        if one.state == "draft":
            found += [("f", _("put forward"), f"submit:{one.id}"), ("x", _("put the draft away"), f"end:{one.id}")]
        elif one.state == "submitted" and one.approvable:
            found += [("a", _("approve"), f"approve:{one.id}"), ("r", _("send back"), f"return:{one.id}")]
        elif one.state == "submitted" and one.submitted_by == me:
            found.append(("t", _("take back"), f"take_back:{one.id}"))
        elif one.state == "approved":
            found += [("v", _("reviewed"), f"review:{one.id}"), ("e", _("end"), f"end:{one.id}")]
        coded += [each for each in found if each[0] not in taken]
    written = {one.kind for one in live if one.state in ("draft", "submitted")}
    if "service" not in written:
        words = _("new version") if any(one.kind == "service" for one in live) else _("begin")
        coded.append(("b", words, "service"))
    if "behaviour" not in written:
        coded.append(("h", _("behaviour support plan"), "behaviour"))
    if not coded:
        coded.append(("b", _("begin"), "service"))
    return coded


async def approve(page: Page, key: int, one: PlanRow) -> None:
    """Approves a version, and says when it is gone through next."""
    today = page.app.today
    assert today is not None
    question = _next_day(today, _("Approved; gone through next:"))
    day = await page.ask(question)
    page.commit("plan_move", planning.plan("approve", one.id, review=day, seen=one.version), [key])


async def send_back(page: Page, key: int, one: PlanRow) -> None:
    """Why a version is a draft again."""
    question: Words[str] = Words(
        _("Sent back, because:"), reads=lambda text: required(text, _("Say why, for who writes it.")), limit=_LONG
    )
    why, words = await words_about(page, question, f"plan-back-{one.id}", [key])
    page.commit("plan_move", planning.plan("send_back", one.id, why, seen=one.version, words=words), [key], words=words)


async def go_through(page: Page, key: int, plan_id: int | None) -> None:
    """Goes through that version, or the one that runs; where none does, the plan is opened, which says what it waits for."""
    found: Sequence[PlanRow] = await page.desk.read(planning.as_it_stands, key)
    running = [one for one in found if one.state == "approved"]
    mine = next((one for one in running if one.id == plan_id), running[0] if running else None)
    if mine is None:
        await plan(page)
        return
    not_masked(page)
    await review(page, key, mine)


async def review(page: Page, key: int, one: PlanRow) -> None:
    """What was seen as the plan was gone through, and when that is done next."""
    question: Words[str] = Words(
        _("Gone through; you saw:"), reads=lambda text: required(text, _("What did you see?")), limit=_LONG
    )
    text, words = await words_about(page, question, f"plan-review-{one.id}", [key])
    today = page.app.today
    assert today is not None
    try:
        day = await page.ask(_next_day(today, _("Again on:")))
    except Left:
        if words is not None:
            await page.app.jotter.flush(*words)
        raise
    page.commit("plan_move", planning.plan("review", one.id, text, next_on=day, words=words), [key], words=words)


def _day(text: str, today: date) -> date:
    """A day and nothing else. Raises Usage."""
    day, rest = days.read_day(text, today)
    if rest:
        raise Usage(_("A day and nothing else."))
    return day


def _next_day(today: date, label: str) -> Words[date | None]:
    def read(text: str) -> date | None:
        return _day(text, today) if text.strip() else None

    def show(day: date | None) -> str:
        return "" if day is None else days.shown(day, today)

    return Words(label, reads=read, echo=reader(read, show), hint=_("13w, 1 mar; Enter: no day yet"))


async def go_on(page: Page, key: int, name: str, row_id: int) -> bool:
    """Opens again where words about a plan were typed; False where they have no place there any more."""
    found: Sequence[PlanRow] = await page.desk.read(planning.as_it_stands, key)
    live = [one for one in found if one.state in LIVE]
    drafts = [one for one in live if one.state == "draft"]
    its_plan = next((one for one in live if one.id == row_id), None)
    goal = next((each for one in live for each in one.goals if each.id == row_id), None)
    if name == "goal" and its_plan in drafts:
        await new_goal(page, key, row_id)
    elif name == "step" and any(goal in one.goals for one in drafts):
        await new_step(page, key, row_id)
    elif name == "goal-edit" and any(goal in one.goals for one in drafts):
        await edit(page, key, "goal", row_id)
    elif name == "step-edit" and any(each.id == row_id for one in drafts for each in one.steps):
        await edit(page, key, "step", row_id)
    elif name == "goal-agree" and goal is not None:
        await agree_to(page, key, goal)
    elif name == "plan-wants" and its_plan is not None and its_plan in drafts:
        opened = await page.desk.fetch(lambda db: asks.case_page(db, key))  # with what stands there: a look, on record
        await wants(page, key, next(one for one in opened.page.plans if one.id == row_id))
    elif name == "plan-back" and its_plan is not None and its_plan.approvable:
        await send_back(page, key, its_plan)
    elif name == "plan-review" and its_plan is not None and its_plan.state == "approved":
        await review(page, key, its_plan)
    else:
        return False
    return True


# -- which line is meant -----------------------------------------------------------------------------------


def _picked_or_none(page: Page) -> tuple[str, Any]:
    picked: tuple[str, Any] | None = getattr(page, "picked", None)
    return picked if picked is not None and picked[0] in ("plan", "goal", "step") else ("", None)


def _picked(page: Page) -> tuple[str, Any]:
    """The plan, goal or step under the cursor. Raises Left, having said what to do."""
    kind, row = _picked_or_none(page)
    if row is None:
        page.say(
            _("There is nothing under the cursor. s begins a plan, a adds a goal; Tab leads back from the timeline."),
            "warn",
        )
        raise Left
    return kind, row


async def _draft(page: Page, key: int) -> PlanRow | None:
    """The version being written that the cursor stands in, or the only one."""
    found: Sequence[PlanRow] = await page.desk.read(planning.as_it_stands, key)
    kind, row = _picked_or_none(page)
    mine = _plan_of(found, kind, row) if row is not None else None
    if mine is not None and mine.state == "draft":
        return mine
    drafts = [one for one in found if one.state == "draft"]
    same = [one for one in drafts if mine is not None and one.kind == mine.kind]
    return next(iter([*same, *drafts, *([mine] if mine is not None else []), *found]), None)


def _plan_of(found: Sequence[PlanRow], kind: str, row: Any) -> PlanRow | None:
    for one in found:
        if kind == "plan" and one.id == row.id:
            return one
        if kind == "goal" and one.id == row.plan_id:
            return one
        if kind == "step" and any(each.id == row.id for each in one.steps):
            return one
    return None


def _with_goal(page: Page, found: Sequence[PlanRow], goal_id: int) -> PlanRow:
    return _there(page, next((one for one in found if any(each.id == goal_id for each in one.goals)), None))


def _with_step(page: Page, found: Sequence[PlanRow], step_id: int) -> PlanRow:
    return _there(page, next((one for one in found if any(each.id == step_id for each in one.steps)), None))


def _there(page: Page, one: PlanRow | None) -> PlanRow:
    if one is None:
        page.say(_("That is no longer there."), "warn")
        raise Left
    return one


def _drafted(page: Page, one: PlanRow | None) -> PlanRow:
    """That version, where it is a draft. Raises Left, having said what leads to one."""
    if one is None or one.state != "draft":
        said = {
            "submitted": _("It waits for approval and stands as it is; s takes back what you put forward."),
            "approved": _("What runs stands: change the draft of the next version, or begin one with s."),
        }
        page.say(said.get(one.state if one is not None else "", _("There is no draft. s begins one.")), "warn")
        raise Left
    return one


def _number(page: Page, key: int) -> str:
    row = page.row_of(key)
    return row.case if row is not None else ""
