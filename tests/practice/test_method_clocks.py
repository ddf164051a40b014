"""The clocks of the method: an assessment, a plan, a review and a yearly assessment fall due, and what is done clears them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from caseload.casework import care_plan, programs, stages, timed
from caseload.errors import Refused, Usage
from tests.practice.finding import assess, found
from tests.practice.kit import ADMIN, DAY, Practice
from tests.practice.planning import approved, begun, goal

Scene = Callable[[Practice], str]


def quiet(practice: Practice, stage: str | None = None, **more: object) -> str:
    """A case at a stage since today; its contact clock is not what is asked about."""
    case = practice.open(**more)  # type: ignore[arg-type]
    if stage is not None:
        practice.do("ana", stages.move, case, stage, "as agreed")
    return case


def with_plan(practice: Practice) -> str:
    case = quiet(practice, "active")
    approved(practice, case)  # gone through in 60 days
    return case


def yearly(practice: Practice) -> str:
    practice.do(ADMIN, programs.edit, "housing", settings={"annual_assessment": "yes", "level_review_overdue": 5})
    return quiet(practice, "active")


def opened_on_a_leap_day(practice: Practice) -> str:
    practice.do(ADMIN, programs.edit, "housing", settings={"annual_assessment": "yes", "level_review_overdue": 5})
    practice.set_day(date(2028, 2, 29))
    return quiet(practice, "active")


# The usual policy: 30 days for an assessment, 30 for a plan, 90 between reviews; soon is 7 days ahead.
TABLE: list[tuple[Scene, str, int, int | None, int]] = [
    (quiet, "assessment_soon", 23, 30, 4),
    (quiet, "assessment_overdue", 31, None, 3),
    (lambda p: quiet(p, "planning"), "plan_soon", 23, 30, 4),
    (lambda p: quiet(p, "planning"), "plan_overdue", 31, None, 3),
    (lambda p: quiet(p, "active"), "review_soon", 83, 90, 4),
    (lambda p: quiet(p, "monitoring"), "review_overdue", 91, None, 3),
    (with_plan, "review_soon", 53, 60, 4),
    (with_plan, "review_overdue", 61, None, 3),
    (yearly, "annual_soon", 365 - 30, 365 + 30, 4),
    (yearly, "annual_overdue", 365 + 31, None, 3),
    # 1 March 2029, for want of a 29 February.
    (opened_on_a_leap_day, "annual_soon", 366 - 30, 366 + 30, 4),
]


@pytest.mark.parametrize(("scene", "rule", "first", "last", "level"), TABLE)
def test_a_clock_of_the_method_fires_on_its_days_and_on_no_other(
    practice: Practice, scene: Scene, rule: str, first: int, last: int | None, level: int
) -> None:
    case = scene(practice)
    began = practice.day
    for day, fires in [(first - 1, False), (first, True), (last or first + 40, True), (last and last + 1, False)]:
        if day is None:
            continue
        practice.set_day(began + timedelta(days=day))
        reasons = practice.reasons(case, by="ben")
        assert (rule in reasons) == fires, f"day {day}: {sorted(reasons)}"
        if day == first:
            assert reasons[rule].level == level
        assert not practice.differing()


def test_a_case_at_another_stage_has_no_such_clock(practice: Practice) -> None:
    waiting, closed = practice.open(worker=None, by="ben"), quiet(practice)
    practice.do("ana", stages.move, closed, "closed", "moved away")
    practice.go(400)
    method = {"assessment", "plan", "review", "annual"}
    assert not {rule.partition("_")[0] for rule in practice.reasons(waiting, by="ben")} & method
    stored = practice.derived()
    for case in (waiting, closed):
        assert [stored[case][f"{clock}_due_on"] for clock in sorted(method)] == [None] * 4


def test_a_clock_counts_from_entering_the_stage_and_not_from_opening(practice: Practice) -> None:
    case = quiet(practice)
    practice.go(100)
    practice.do("ana", stages.move, case, "planning", "needs are clear")
    assert practice.derived()[case]["plan_due_on"] == DAY + timedelta(130)
    practice.go(5)
    practice.do("ana", stages.move, case, "active", "agreed")
    practice.go(20)
    practice.do("ana", stages.move, case, "monitoring", "stands on its own feet")
    row = practice.derived()[case]
    assert row["stage_on"] == DAY + timedelta(105), "active and monitoring are one stretch"
    assert (row["plan_due_on"], row["review_due_on"]) == (None, DAY + timedelta(195))
    practice.do("ana", stages.move, case, "planning", "all is different")
    practice.do("ana", stages.move, case, "active", "agreed anew")
    assert practice.derived()[case]["review_due_on"] == DAY + timedelta(215), "and a new one has begun"


def test_an_assessment_since_the_stage_began_clears_its_clock_and_an_older_one_does_not(practice: Practice) -> None:
    case = practice.open(ago=60)
    practice.do("ana", stages.move, case, "planning", "clear")
    assess(practice, case, on=practice.ago(10))
    practice.do("ana", stages.move, case, "assessment", "all is different")
    practice.go(31)
    reason = practice.reasons(case)["assessment_overdue"]
    assert (reason.due, reason.days, reason.clear_with) == (DAY + timedelta(30), 1, "assess")
    assert reason.source is not None and reason.source.startswith("case_stage:")
    receipt = assess(practice, case)
    assert "assessment_overdue" not in practice.reasons(case)
    practice.take_back(receipt)
    assert "assessment_overdue" in practice.reasons(case)
    assert not practice.differing()


def test_an_assessment_that_was_set_right_counts_by_its_new_day(practice: Practice) -> None:
    case = practice.open()
    practice.go(31)
    wrong = assess(practice, case).data["assessment"]
    assert "assessment_overdue" not in practice.reasons(case)
    assess(practice, case, on=DAY - timedelta(days=3), corrects=wrong)
    assert "assessment_overdue" in practice.reasons(case)


def test_a_plan_in_force_clears_the_clock_of_planning_and_a_draft_does_not(practice: Practice) -> None:
    case = quiet(practice, "planning")
    practice.go(31)
    assert practice.reasons(case)["plan_overdue"].source is None
    plan = begun(practice, case)
    goal(practice, plan)
    practice.do("ana", care_plan.submit, plan)
    reason = practice.reasons(case)["plan_overdue"]
    assert (reason.source, reason.clear_with) == (f"plan:{plan}", "plan")
    receipt = practice.do("ben", care_plan.approve, plan)
    assert "plan_overdue" not in practice.reasons(case)
    practice.take_back(receipt, by="ben")
    assert "plan_overdue" in practice.reasons(case)
    assert not practice.differing()


def test_a_behaviour_support_plan_is_no_plan_of_services_but_is_reviewed_like_one(practice: Practice) -> None:
    case = quiet(practice, "planning")
    plan = begun(practice, case, kind="behaviour")
    goal(practice, plan)
    practice.do("ana", care_plan.submit, plan)
    practice.do("ben", care_plan.approve, plan, review=DAY + timedelta(14))
    assert practice.derived()[case]["plan_due_on"] == DAY + timedelta(30)
    approved(practice, case)
    practice.do("ana", stages.move, case, "active", "agreed")
    assert practice.derived()[case]["review_due_on"] == DAY + timedelta(14), "the first of the two"
    practice.go(15)
    assert practice.reasons(case)["review_overdue"].source == f"plan:{plan}"


def test_a_review_sets_the_next_one_to_the_day_agreed_or_by_the_policy(practice: Practice) -> None:
    case = with_plan(practice)
    [plan] = practice.rows("SELECT id FROM plan")[0]
    practice.go(61)
    assert practice.reasons(case)["review_overdue"].clear_with == "review"
    receipt = practice.do("ana", care_plan.review, plan, "The flat is found.")
    assert practice.derived()[case]["review_due_on"] == practice.day + timedelta(90)
    practice.do("ana", care_plan.review, plan, "And kept.", next_on=practice.day + timedelta(20))
    assert practice.derived()[case]["review_due_on"] == practice.day + timedelta(20)
    practice.take_back()
    practice.take_back(receipt)
    assert "review_overdue" in practice.reasons(case)
    assert not practice.differing()


def test_the_program_says_how_many_days_and_which_level_and_turns_a_clock_off(practice: Practice) -> None:
    case, other = quiet(practice), quiet(practice, "active")
    approved(practice, other)
    [plan] = practice.rows("SELECT id FROM plan")[0]
    practice.do("ana", care_plan.review, plan, "Well.")
    changes = {"assessment_days": 5, "review_days": 9, "level_assessment_overdue": 1}
    practice.do(ADMIN, programs.edit, "housing", settings=changes)
    practice.go(10)
    assert practice.reasons(case)["assessment_overdue"].level == 1
    assert practice.reasons(other)["review_overdue"].days == 1
    practice.do(ADMIN, programs.edit, "housing", settings={"level_assessment_overdue": 5, "level_review_overdue": 5})
    for one in (case, other):
        assert not {rule.partition("_")[0] for rule in practice.reasons(one)} & {"assessment", "review"}
        assert practice.derived()[one]["assessment_due_on"] is practice.derived()[one]["review_due_on"] is None
    assert not practice.differing()


@pytest.mark.parametrize(
    ("days", "years"),
    [
        # HUD: no more than 30 days before or after; too early counts for none, late for the anniversary that has passed.
        (365 - 31, 1),
        (365 - 30, 2),
        (365 + 30, 2),
        (365 + 100, 2),
        (731 - 31, 2),
        (731 - 30, 3),
    ],
)
def test_a_yearly_assessment_counts_for_the_anniversary_it_is_near_to(
    practice: Practice, days: int, years: int
) -> None:
    case = yearly(practice)
    practice.go(days)
    before = practice.derived()[case]["annual_due_on"]
    assess(practice, case, phase="review")
    assert practice.derived()[case]["annual_due_on"] == before == DAY + timedelta(365), "it is said, never guessed"
    receipt = assess(practice, case, phase="annual")
    assert found(practice, case)[0].phase == "annual"
    assert practice.derived()[case]["annual_due_on"] == DAY.replace(year=DAY.year + years)
    practice.take_back(receipt)
    assert practice.derived()[case]["annual_due_on"] == before
    assert not practice.differing()


PHASES = {
    "phase1_days": 90, "phase1_contact_days": 7, "phase2_days": 90, "phase2_contact_days": 14,
    "phase3_days": 90, "phase3_contact_days": 40,
}  # fmt: skip


def test_contact_follows_the_timed_phase_of_an_active_case_by_the_calendar_alone(practice: Practice) -> None:
    practice.do(ADMIN, programs.edit, "housing", settings=PHASES)
    case, waiting = quiet(practice, "active"), quiet(practice)
    assert practice.derived()[waiting]["contact_due_on"] == DAY + timedelta(30), "no phase runs before it is active"
    for day, interval in [(0, 7), (89, 7), (90, 14), (179, 14), (180, 40), (269, 40), (270, 30)]:
        practice.set_day(DAY + timedelta(days=day))
        # Whoever looks first in the morning does the ranking; nobody has touched the case.
        practice.queue()
        assert practice.derived()[case]["contact_due_on"] == DAY + timedelta(interval), day
        assert not practice.differing()


def test_the_page_says_which_phase_runs_and_how_often_contact_is_due(practice: Practice) -> None:
    practice.do(ADMIN, programs.edit, "housing", settings=PHASES)
    case, waiting, risky = quiet(practice, "active"), quiet(practice), quiet(practice, "active", risk="critical")
    for day, number, last, interval in [(0, 1, 89, 7), (89, 1, 89, 7), (90, 2, 179, 14), (269, 3, 269, 40)]:
        practice.set_day(DAY + timedelta(days=day))
        found = practice.ask("ana", timed.phase_of, practice.id(case))
        assert found == timed.Phase(number, 3, DAY + timedelta(days=last), interval)
        assert practice.ask("ana", timed.phase_of, practice.id(risky)).contact_days == min(7, interval)
        assert practice.ask("ana", timed.phase_of, practice.id(waiting)) is None
    practice.go()
    assert practice.ask("ana", timed.phase_of, practice.id(case)) is None


def test_a_phase_lengthens_no_interval_that_a_high_risk_asks_for(practice: Practice) -> None:
    practice.do(ADMIN, programs.edit, "housing", settings=PHASES)
    case = quiet(practice, "active", risk="high")
    practice.go(200)
    practice.queue()
    assert practice.derived()[case]["contact_due_on"] == DAY + timedelta(14)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"phase1_days": 90}, "phase1_contact_days"),
        ({"phase2_days": 90, "phase2_contact_days": 9}, "follows phase 1"),
        ({"phase1_days": 0, "phase1_contact_days": 9}, "between 1 and 3660"),
        ({"annual_assessment": "maybe"}, "annual_assessment"),
        ({"plan_days": "soon"}, "whole number"),
    ],
)
def test_a_policy_that_cannot_be_is_refused_in_words(
    practice: Practice, settings: dict[str, object], said: str
) -> None:
    before = practice.facts()
    with pytest.raises(Usage, match=said):
        practice.do(ADMIN, programs.edit, "housing", settings=settings)
    assert practice.facts() == before


def test_phases_end_with_none(practice: Practice) -> None:
    practice.do(ADMIN, programs.edit, "housing", settings=PHASES)
    with pytest.raises(Usage, match="phase1_contact_days"):
        practice.do(ADMIN, programs.edit, "housing", settings={"phase1_days": "none"})
    practice.do(ADMIN, programs.edit, "housing", settings=dict.fromkeys(PHASES, "none"))
    case = quiet(practice, "active")
    assert practice.derived()[case]["contact_due_on"] == DAY + timedelta(30)


def test_the_morning_finds_what_the_calendar_alone_has_made_due(practice: Practice) -> None:
    case = quiet(practice, "planning", risk="low")
    practice.met(case)
    practice.go(31)
    assert practice.queue()[0] == case
    with pytest.raises(Refused):
        practice.do("ben", stages.move, case, "planning", "again")
