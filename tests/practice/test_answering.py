"""Who answers for a case besides its worker, and who may do what about it; on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caseload.casework import absences, answering, custodians, transfers
from caseload.casework.absences import Share
from caseload.store import scope
from tests.practice.kit import ADMIN, DAY, Practice


def of(practice: Practice, case: str, by: str = "ana") -> answering.Answering:
    found: answering.Answering = practice.ask(by, answering.of_case, practice.id(case))
    return found


def test_a_quiet_case_has_its_worker_alone(practice: Practice) -> None:
    case = practice.open()
    assert of(practice, case).quiet
    assert (of(practice, case).may_restrict, of(practice, case, "ben").may_restrict) == (False, True)
    assert of(practice, case, "cleo") == answering.NOBODY


def test_whoever_sees_the_case_sees_its_offer_and_its_reason_if_they_see_names(practice: Practice) -> None:
    case = practice.open()
    practice.do("ana", transfers.offer, [case], "ben", "nearer", answer_by=DAY)
    for who, answers, withdraws in (("ana", False, True), ("ben", True, True), (ADMIN, False, True)):
        found = of(practice, case, who)
        assert found.offer is not None and (found.offer.to_worker, found.offer.why) == (
            "ben",
            "" if who == ADMIN else "nearer",
        )
        assert (found.may_answer, found.may_withdraw) == (answers, withdraws), who
    assert of(practice, case, "bo") == answering.NOBODY
    practice.go(2)
    assert of(practice, case).offer.late  # type: ignore[union-attr]
    practice.do("ben", transfers.decline, [case], "full")
    assert of(practice, case).offer is None


def test_a_restricted_case_names_its_custodian(practice: Practice) -> None:
    case = practice.open()
    practice.do("ben", custodians.restrict, case, "bo", "A threat")
    found = of(practice, case)
    assert found.custody is not None and (found.custody.custodian, found.custody.since) == ("bo", DAY)
    assert (found.may_restrict, of(practice, case, "bo").may_restrict) == (False, True)
    assert of(practice, case, "ben") == of(practice, case, ADMIN) == answering.NOBODY


@pytest.mark.parametrize("restricted", [False, True])
def test_each_case_says_who_covers_it(practice: Practice, restricted: bool) -> None:
    high, low = practice.open(risk="high"), practice.open(risk="low")
    if restricted:
        practice.do("ben", custodians.restrict, high, "bo", "A threat")
    shares = (Share(("bo",), "risk:high"),)
    practice.do("ana", absences.set_cover, "ana", shares, DAY, DAY + timedelta(7), "leave")
    covered, left = of(practice, high).cover, of(practice, low).cover
    assert covered is not None and covered.by == (() if restricted else ("bo",))
    assert left is not None and (left.worker, left.by, left.to_on) == ("ana", (), DAY + timedelta(7))
    assert of(practice, low, "ben").may_cover and not of(practice, low, "bo").may_cover
    practice.go(8)
    assert of(practice, low).cover is None


def test_whoever_is_said_to_cover_a_case_sees_it_and_nobody_else_does(practice: Practice) -> None:
    high, low = practice.open(risk="high"), practice.open(risk="low")
    for shares in ((Share(("bo",), "risk:high"),), (Share(("cleo",)),)):
        practice.do("ana", absences.set_cover, "ana", shares, DAY, DAY + timedelta(7), "leave")
    for case in (high, low):
        found = of(practice, case).cover
        sees = {who for who in ("bo", "cleo", "dan") if practice.ask(who, scope.sees, practice.id(case))}
        assert found is not None and set(found.by) == sees
