"""A plan while it runs: steps that slip or wait for others, goals that change, and the day on which it is gone through together."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caseload.casework import care_plan, goals, plan_rows, steps
from caseload.errors import Refused, Usage
from tests.practice.kit import DAY, Practice
from tests.practice.planning import approved, begun, goal, plans, step


def test_a_step_that_slips_keeps_the_day_that_was_agreed_first(practice: Practice) -> None:
    case = practice.open()
    _plan, _first, todo = approved(practice, case)
    receipt = practice.do("ana", steps.change, todo, {"due": DAY + timedelta(21)})
    assert receipt.words == "A step is now due on 2026-12-11; first agreed: 2026-12-04"
    with pytest.raises(Refused):
        practice.do("ana", steps.change, todo, {"title": "Another thing"})
    [now] = plans(practice, case)
    assert (now.steps[0].due, now.steps[0].first_due, now.steps[0].slip) == (
        DAY + timedelta(21), DAY + timedelta(14), 7,
    )  # fmt: skip
    new = begun(practice, case)
    practice.do("ana", steps.change, todo, {"due": DAY + timedelta(28)})
    written = practice.ask("ana", plan_rows.one, new)
    assert (written.steps[0].due, written.steps[0].slip) == (DAY + timedelta(28), 14)
    practice.do("ana", steps.change, written.steps[0].id, {"due": DAY + timedelta(30)})
    assert [one.steps[0].slip for one in plans(practice, case)] == [14, 16]


def test_a_step_of_a_draft_may_be_set_right_without_having_slipped(practice: Practice) -> None:
    case = practice.open()
    plan = begun(practice, case)
    todo = step(practice, goal(practice, plan), due=DAY)
    practice.do("ana", steps.change, todo, {"due": DAY + timedelta(5), "who": "other", "name": "Her sister"})
    [now] = plans(practice, case)
    assert (now.steps[0].slip, now.steps[0].who, now.steps[0].who_name) == (0, "other", "Her sister")
    practice.do("ana", steps.change, todo, {"worker": "bo"})
    [now] = plans(practice, case)
    assert (now.steps[0].who, now.steps[0].who_name, now.steps[0].worker) == ("worker", "", "bo")
    with pytest.raises(Usage):
        practice.do("ana", steps.change, todo, {"who": "other"})


def test_steps_wait_for_others_and_never_in_a_circle(practice: Practice) -> None:
    case = practice.open()
    plan = begun(practice, case)
    first = goal(practice, plan)
    one = step(practice, first, "Ask")
    two = step(practice, first, "Sign", after=one)
    three = step(practice, goal(practice, plan, "Rest"), "Move in", after=two)
    for after in (one, two, three):
        with pytest.raises(Refused) as said:
            practice.do("ana", steps.change, one, {"after": after})
    assert said.value.message == (
        "That would be a circle: step 1, which waits for step 3, which waits for step 2, which waits for step 1."
    )
    other = begun(practice, case, kind="behaviour")
    elsewhere = step(practice, goal(practice, other))
    with pytest.raises(Usage):
        practice.do("ana", steps.change, one, {"after": elsewhere})
    [now] = [row for row in plans(practice, case) if row.kind == "service"]
    assert [row.id for row in now.next_steps] == [one]
    practice.do("ana", steps.settle, one, "done")
    assert [row.id for row in practice.ask("ana", plan_rows.one, plan).next_steps] == [two]
    assert practice.do("ana", steps.settle, three, "done").words.endswith("the one before it is still open")


def test_a_goal_that_says_something_else_is_agreed_to_anew(practice: Practice) -> None:
    case = practice.open()
    plan = begun(practice, case)
    first = goal(practice, plan)
    practice.do("ana", goals.agree, first, "partly", words="If it is near the school.")
    practice.do("ana", goals.change, first, {"due": DAY})
    [now] = plans(practice, case)
    assert (now.goals[0].agreed, now.goals[0].words) == ("partly", "If it is near the school.")
    practice.do("ana", goals.change, first, {"title": "A room"})
    [now] = plans(practice, case)
    assert (now.goals[0].agreed, now.goals[0].words) == (None, "If it is near the school.")


def test_a_review_says_what_was_seen_and_when_it_is_looked_at_again(practice: Practice) -> None:
    case = practice.open()
    plan, *_rest = approved(practice, case)
    with pytest.raises(Usage):
        practice.do("ana", care_plan.review, plan, "Well.", next_on=DAY)
    with pytest.raises(Usage):
        practice.do("ana", care_plan.review, plan, " ")
    told = practice.do("ana", care_plan.review, plan, "She has the keys.", next_on=DAY + timedelta(30))
    [now] = plans(practice, case)
    assert (now.review, [(one.by, one.text, one.next) for one in now.reviews]) == (
        DAY + timedelta(30), [("ana", "She has the keys.", DAY + timedelta(30))],
    )  # fmt: skip
    practice.take_back(told)
    [now] = plans(practice, case)
    assert (now.review, now.reviews) == (DAY + timedelta(60), ())
