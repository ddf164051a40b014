"""A move set for a later day: it waits until then, goes only where it still may, and is taken back before and after."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caseload.casework import assign, morning, staff, stages
from caseload.casework.assign import Wish
from caseload.errors import Conflict, NotPermitted, Usage
from tests.practice.kit import ADMIN, Practice
from tests.practice.scenes import commit, holder, leave_for, name_on, plan, stale


def test_a_move_set_for_a_day_waits_until_then(practice: Practice) -> None:
    case = practice.open()
    on = practice.day + timedelta(days=3)
    receipt = commit(practice, plan(practice, Wish(("bo",), cases=(case,))), on=on)
    assert on.isoformat() in receipt.words
    for _ in range(2):
        practice.go()
        assert morning.come(practice.as_("ana")) is None
    assert holder(practice, case) == "ana"
    practice.go()
    done = morning.come(practice.as_("bo"))
    assert done is not None
    assert done.cases == (case,)
    assert holder(practice, case) == "bo"
    assert practice.value("SELECT why FROM assignment WHERE ends_at IS NULL") == "fairer loads"
    assert "new_assignment" in practice.reasons(case, "bo"), "that his terminal came first does not mean he has seen it"
    assert morning.come(practice.as_("bo")) is None


def test_each_move_keeps_its_own_reason(practice: Practice) -> None:
    cases = [practice.open() for _ in range(2)]
    on = practice.day + timedelta(days=1)
    for case, why in zip(cases, ("parental leave", "closer to home"), strict=True):
        practice.do("ben", assign.commit, plan(practice, Wish(("bo",), cases=(case,))), why, on=on)
    practice.go()
    morning.come(practice.as_("ana"))
    found = practice.rows("SELECT case_id, why FROM assignment WHERE ends_at IS NULL ORDER BY case_id")
    assert [row.why for row in found] == ["parental leave", "closer to home"]


@pytest.mark.parametrize(("meanwhile", "outcome"), [("closed", "closed"), ("left", "has left"), ("barred", "barred")])
def test_a_move_that_no_longer_fits_is_dropped_and_said(practice: Practice, meanwhile: str, outcome: str) -> None:
    case, other = practice.open(), practice.open()
    on = practice.day + timedelta(days=1)
    commit(practice, plan(practice, Wish(("dan",), cases=(case,))), on=on)
    commit(practice, plan(practice, Wish(("bo",), cases=(other,))), on=on)
    if meanwhile == "closed":
        practice.do("ana", stages.move, case, "closed", "moved away")
    elif meanwhile == "left":
        practice.do(ADMIN, staff.leave, "dan")
    else:
        name_on(practice, case, "dan", "deny")
    practice.go()
    done = morning.come(practice.as_("ben"))
    assert done is not None
    assert "1 could not move" in done.words
    assert [holder(practice, one) for one in (case, other)] == ["ana", "bo"]
    row = practice.rows("SELECT state, outcome FROM pending_move WHERE case_id = :case", case=practice.id(case))[0]
    assert row.state == "dropped"
    assert outcome in row.outcome


def test_a_move_to_somebody_away_waits_until_they_are_back(practice: Practice) -> None:
    case = practice.open()
    commit(practice, plan(practice, Wish(("bo",), cases=(case,))), on=practice.day + timedelta(days=1))
    leave_for(practice, "bo", 1, 2)
    for _ in range(2):
        practice.go()
        assert morning.come(practice.as_("ana")) is None
    practice.go()
    morning.come(practice.as_("ana"))
    assert holder(practice, case) == "bo"


def test_who_is_away_today_may_be_given_a_case_for_the_day_they_are_back(practice: Practice) -> None:
    case = practice.open()
    leave_for(practice, "bo", 0, 2)
    back = practice.day + timedelta(days=3)
    wish = Wish(("bo",), cases=(case,))
    for on in (None, practice.day, back - timedelta(days=1)):
        assert [one.case for one in practice.ask("ben", assign.plan, wish, on=on).blocked] == [case]
    made = practice.ask("ben", assign.plan, wish, on=back)
    assert [move.to for move in made.moved] == ["bo"]
    stale(practice, made, on=back - timedelta(days=1))
    commit(practice, made, on=back)
    for _ in range(3):
        assert holder(practice, case) == "ana"
        practice.go()
        morning.come(practice.as_("ana"))
    assert holder(practice, case) == "bo"


def test_who_will_be_away_is_given_no_case_for_that_day(practice: Practice) -> None:
    case = practice.open()
    leave_for(practice, "bo", 3, 5)
    on = practice.day + timedelta(days=4)
    (kept,) = practice.ask("ben", assign.plan, Wish(("bo",), cases=(case,)), on=on).blocked
    assert kept.why == f"bo is away until {practice.day + timedelta(days=5)}"
    assert plan(practice, Wish(("bo",), cases=(case,))).moved


def test_a_move_set_can_be_taken_back_before_and_after_its_day(practice: Practice) -> None:
    case = practice.open()
    before = practice.facts()
    receipt = commit(practice, plan(practice, Wish(("bo",), cases=(case,))), on=practice.day + timedelta(days=1))
    practice.take_back(receipt, by="ben")
    assert practice.facts() == before
    practice.take_back(by="ben", redo=True)
    practice.go()
    done = morning.come(practice.as_("ana"))
    with pytest.raises(Conflict):
        practice.take_back(receipt, by="ben")
    with pytest.raises(NotPermitted):
        practice.take_back(done, by="ana")
    practice.take_back(done, by="ben")
    assert holder(practice, case) == "ana"


def test_a_move_cannot_be_set_for_a_day_past(practice: Practice) -> None:
    case = practice.open()
    made = plan(practice, Wish(("bo",), cases=(case,)))
    stale(practice, made, error=Usage, on=practice.ago(1))


def test_another_day_asked_about_carries_nothing_out(practice: Practice) -> None:
    case = practice.open()
    commit(practice, plan(practice, Wish(("bo",), cases=(case,))), on=practice.day + timedelta(days=1))
    assert morning.come(practice.as_("ana", today=practice.day + timedelta(days=1))) is None
    assert holder(practice, case) == "ana"
