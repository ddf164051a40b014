"""The clocks of the method on the screen: why a case waits, `d` does what clears it, and the agenda shows its day."""

from __future__ import annotations

from datetime import timedelta

from caseload.casework import care_plan, contacts, goals, intake, programs, stages
from caseload.casework.goals import NewGoal
from caseload.store.connect import connect
from caseload.tui.screens.assessing import AssessPage

from .conftest import Driving
from .driving import Drive
from .world import TODAY, doing, settings_for

RUNNING = {f"level_{clock}_overdue": 1 for clock in ("assessment", "plan", "review")}


async def _wait(t: Drive, settings: dict[str, object], name: str = "calm0") -> None:
    """The program has such a policy from now on; the cursor stands on that case."""
    doing(t.db, "program", programs.edit, "housing", settings=settings)
    await t.press("r")
    while t.here != name:
        await t.press("j")


def _as(t: Drive, who: str, verb, *args: object, **named: object) -> int:  # type: ignore[no-untyped-def]
    db = connect(settings_for(t.made.url, who))
    try:
        return int(doing(db, "plan", verb, *args, **named).data.get("plan", 0))
    finally:
        db.close()


def _running_plan(t: Drive, name: str, **more: object) -> int:
    plan = _as(t, "ana", care_plan.begin, t.made.case[name])
    _as(t, "ana", goals.add, plan, NewGoal("A flat"))
    _as(t, "ana", care_plan.submit, plan)
    _as(t, "ben", care_plan.approve, plan, **more)
    return plan


async def test_d_asks_an_instrument_where_an_assessment_is_overdue(drive: Driving) -> None:
    async with drive() as t:
        await _wait(t, RUNNING | {"assessment_days": 10})
        assert "assessment 8 d overdue" in t.screen()
        await t.press("d", *"phq-2", "enter", "0", "0", "ctrl+s")
        assert "Recorded an assessment" in t.bottom
        assert "assessment_overdue" not in {one.rule for one in t.case("calm0").reasons}
        await t.press("u")
        assert "assessment_overdue" in {one.rule for one in t.case("calm0").reasons}


async def test_d_asks_for_the_yearly_assessment_as_such(drive: Driving) -> None:
    async with drive() as t:
        new = intake.NewCase("Old", "Hand", "housing", worker="ana", opened=TODAY - timedelta(days=340))
        t.made.case["old"] = doing(t.db, "intake", intake.open_case, new).data["id"]
        doing(t.db, "contact", contacts.log, contacts.NewContact((t.made.case["old"],), "phone", "made"))
        await _wait(t, {"annual_assessment": "yes", "level_soon": 1}, "old")
        assert "yearly assessment, 55 d left" in t.screen()
        await t.press("d", *"phq-2", "enter")
        assert isinstance(t.page, AssessPage) and "yearly" in t.title
        await t.press("0", "0", "ctrl+s")
        assert [one.phase for one in t.case("old").assessments] == ["annual"]
        assert "annual_soon" not in {one.rule for one in t.case("old").reasons}


async def test_d_opens_the_plan_that_is_overdue(drive: Driving) -> None:
    async with drive() as t:
        doing(t.db, "stage", stages.move, t.made.case["calm0"], "planning", "needs are clear")
        await _wait(t, RUNNING | {"plan_days": 1, "soon_days": 7, "level_soon": 1})
        assert "plan due in 1 d" in t.screen()
        await t.press("d")
        assert "Nothing was agreed in a plan yet" in t.screen()


async def test_d_records_the_review_that_is_due_and_without_a_plan_opens_it(drive: Driving) -> None:
    async with drive() as t:
        _running_plan(t, "calm0", review=TODAY + timedelta(days=3))
        for name in ("calm0", "calm1"):
            doing(t.db, "stage", stages.move, t.made.case[name], "active", "agreed")
        await _wait(t, RUNNING | {"level_soon": 1})
        assert "review due in 3 d" in t.screen()
        await t.press("d", *"The flat is found.", "enter", *"13w", "enter")
        assert "Reviewed the plan; again on Fri 19 Feb 2027" in t.bottom
        assert "review_soon" not in {one.rule for one in t.case("calm0").reasons}
        [plan] = t.case("calm0").plans
        assert plan.review == TODAY + timedelta(days=91)
        await t.press("u")
        assert "review_soon" in {one.rule for one in t.case("calm0").reasons}
        await _wait(t, {"review_days": 5}, "calm1")
        await t.press("d")
        assert "Nothing was agreed in a plan yet" in t.screen()


async def test_a_review_half_typed_is_offered_back(drive: Driving) -> None:
    async with drive() as t:
        _running_plan(t, "calm0", review=TODAY + timedelta(days=3))
        doing(t.db, "stage", stages.move, t.made.case["calm0"], "active", "agreed")
        await _wait(t, RUNNING | {"level_soon": 1})
        await t.press("d", *"The flat", "escape", "d")
        assert "The flat" in t.bottom


async def test_the_page_of_a_case_says_which_timed_phase_runs(drive: Driving) -> None:
    async with drive() as t:
        doing(t.db, "stage", stages.move, t.made.case["calm0"], "active", "agreed")
        phases = {"phase1_days": 90, "phase1_contact_days": 7, "phase2_days": 90, "phase2_contact_days": 14}
        await _wait(t, phases)
        await t.press("enter")
        assert "phase 1 of 2 until Wed 17 Feb 2027, contact every 7 d" in " ".join(t.screen().split())
        assert "next due" in t.screen()


async def test_the_agenda_says_what_the_method_asks_for(drive: Driving) -> None:
    async with drive() as t:
        doing(t.db, "stage", stages.move, t.made.case["calm0"], "planning", "needs are clear")
        doing(t.db, "stage", stages.move, t.made.case["calm1"], "active", "agreed")
        await _wait(t, RUNNING | {"plan_days": 1, "review_days": 2, "assessment_days": 10})
        await t.press("g", "c")
        lines = [line.strip() for line in t.lines()]
        assert any(line.startswith("due") and "  plan  " in f"  {line}" for line in lines), lines
        kinds = {one.kind for one in t.page.found.agenda.entries}
        assert {"assessment", "plan", "review", "contact"} <= kinds
        assert all(one.late for one in t.page.found.agenda.entries if one.kind == "assessment")
