"""The plan on the screen: written, approved, carried out, and drawn over the weeks."""

from __future__ import annotations

from datetime import timedelta

from caseload.casework import care_plan, goals, steps
from caseload.casework.goals import NewGoal
from caseload.casework.steps import NewStep
from caseload.store.connect import connect

from .conftest import Driving
from .driving import Drive
from .test_unsaved import kept
from .world import TODAY, doing, settings_for


async def _to(t: Drive, name: str) -> None:
    while t.here != name:
        await t.press("j")


def _plan(t: Drive, *, submit: bool = False) -> tuple[int, int, int]:
    """A plan of Ana's about the first case, put forward where that is wanted."""
    db = connect(settings_for(t.made.url, "ana"))
    try:
        plan = doing(db, "plan", care_plan.begin, t.made.case["late"], wants="Peace.").data["plan"]
        goal = doing(db, "goal", goals.add, plan, NewGoal("A flat", "A lease", due=TODAY + timedelta(90))).data["goal"]
        step = doing(db, "step", steps.add, goal, NewStep("Ring", due=TODAY + timedelta(7))).data["step"]
        if submit:
            doing(db, "submit", care_plan.submit, plan)
    finally:
        db.close()
    return plan, goal, step


async def test_a_plan_is_written_with_a_key_a_piece_and_put_forward(drive: Driving) -> None:
    async with drive() as t:
        await _to(t, "late")
        await t.press("P")
        assert "Nothing was agreed in a plan yet" in t.screen()
        await t.press("s", "b")
        assert "service plan, version 1" in t.screen() and "missing: what the client wants, a goal" in t.screen()
        await t.press("e", *"To sleep.", "enter")
        assert "“To sleep.”" in t.screen()
        await t.press("a", *"A flat of our own", "tab", *"A lease", "tab", "tab", *"13w", "ctrl+s")
        assert "Added a goal; still missing: which need it answers, a step" in t.bottom
        await t.press("j", "t", *"Ring the office", "tab", *"cli", "tab", "tab", "tab", "tab", *"fri", "ctrl+s")
        await t.press("t", *"Sign", "tab", "tab", "tab", "tab", "tab", "tab", "1", "ctrl+s")
        assert "[ ] 1 Ring the office" in t.screen() and "client · Fri 27 Nov" in t.screen() and "after 1" in t.screen()
        await t.press("=", "p", *"Near the school", "enter")
        assert "client agrees in part · “Near the school”" in t.screen()
        await t.press("k", "=", "y", "s", "f")
        assert "Put version 1 of the service plan forward" in t.bottom and "waits for approval" in t.screen()
        await t.press("j", "e")
        assert "stands as it is" in t.bottom
        [plan] = t.case("late").plans
        assert [(one.title, one.agreed) for one in plan.goals] == [("A flat of our own", "partly")]
        await t.press("k", "s")
        assert "t take back" in t.bottom
        await t.press("t")
        assert "Took version 1 of the service plan back" in t.bottom
        await t.press("u", "u", "u")
        assert [(one.state, one.agreed) for one in t.case("late").plans] == [("draft", None)]


async def test_a_supervisor_finds_what_waits_and_approves_it_or_sends_it_back(drive: Driving) -> None:
    async with drive(who="ben") as t:
        _plan(t, submit=True)
        await t.press("g", "w")
        while "plans to approve" not in next(line for line in t.lines() if line.startswith("›")):
            await t.press("j")
        await t.press("enter")
        assert [t.named(one) for one in t.page.table.keys] == ["late"], "a number opens its rows"
        await t.press("P", "s", "r", *"By when?", "enter")
        assert "sent back: By when?" in t.screen()
        await t.press("u", "s", "a", *"13w", "enter")
        assert "Approved version 1 of the service plan; reviewed on Fri 19 Feb 2027" in t.bottom
        assert "runs" in t.screen() and "review Fri 19 Feb 2027" in t.screen()
        await t.press("s", "v", *"She has a key", "enter", *"4w", "enter")
        assert "She has a key" in t.screen() and [one.review for one in t.case("late").plans] == [TODAY + timedelta(28)]


async def test_a_step_is_done_moved_and_drawn_by_one_key_each(drive: Driving) -> None:
    async with drive(who="ben") as t:
        _plan(t, submit=True)
        await _to(t, "late")
        await t.press("P", "s", "a", "enter")
        await t.press("g", "g")
        assert "Next" in t.screen() and t.page.picked[0] == "step"
        await t.press("M", *"2w", "enter")
        assert "Fri 4 Dec · first Fri 27 Nov" in t.screen()
        await t.press("tab")
        assert "1. A flat (0/1)" in t.screen() and "| today" in t.screen() and "+7d" in t.screen()
        await t.press("tab")
        assert "2026-12" in t.screen()
        await t.press("tab", "d")
        assert "1 of 1 steps" in t.screen() and "[x] 1 Ring" in t.screen()
        await t.press("g", "g", "j")
        assert t.page.picked[0] == "goal"
        await t.press("d", "r")
        assert "1 of 1 goals reached" in t.screen()
        await t.press("t")
        assert "begin one with s" in t.bottom
        await t.press("escape", "enter", *["tab"] * 6)
        assert "service plan, version 1" in t.screen() and t.title.startswith(t.made.number["late"])


async def test_what_is_typed_in_a_goal_comes_back_and_is_found_again(drive: Driving) -> None:
    async with drive() as t:
        plan, goal, _step = _plan(t)
        await _to(t, "late")
        await t.press("P", "a", *"A room", "escape", "a")
        assert "Your words from" in t.bottom and "A room" in t.screen()
        await t.press("escape", "j", "e", *" of our own", "escape")
        place = f"|case:{t.made.case['late']}"
        assert {f"goal-{plan}{place}", f"goal-edit-{goal}{place}"} <= kept(t).keys()
        await t.press("escape", "g", "u", "enter")
        assert "A flat of our own" in t.screen()
        await t.press("ctrl+s")
        assert [one.title for one in t.case("late").plans[0].goals] == ["A flat of our own"]


async def test_who_saves_second_chooses_field_by_field(drive: Driving) -> None:
    async with drive() as t:
        _plan_id, goal, _step = _plan(t)
        await _to(t, "late")
        await t.press("P", "j", "e", *" with a garden")
        doing(t.db, "goal", goals.change, goal, {"title": "A house"})
        await t.press("ctrl+s")
        assert "A house" in t.screen() and "A flat with a garden" in t.screen()
        await t.press("m", "enter")
        assert [one.title for one in t.case("late").plans[0].goals] == ["A flat with a garden"]


async def test_without_identity_the_plan_is_masked_and_not_drawn(drive: Driving) -> None:
    async with drive() as t:
        _plan(t)
        doing(t.db, "goal", goals.add, t.case("late").plans[0].id, NewGoal("Maria sleeps"))
        await _to(t, "late")
        await t.press("I", "P")
        assert "Maria" not in t.screen() and "sleeps" in t.screen()
        await t.press("j", "e")
        assert "shows identity again" in t.bottom
        await t.press("tab")
        assert "timeline shows days" in t.screen()
