"""A consent that ends soon is a reason of the queue, and what a reopened case is ranked by."""

from __future__ import annotations

from datetime import timedelta

from caseload.casework import consents, programs, stages, triage
from tests.practice.kit import ADMIN, Practice
from tests.practice.telling import give


def ending(practice: Practice, case: str, ahead: int | None, **more: object) -> int:
    """A consent that ends in so many days; its key."""
    until = None if ahead is None else practice.day + timedelta(days=ahead)
    return give(practice, case, until=until, **more)


def test_a_consent_that_ends_is_quiet_while_another_as_wide_lasts_longer(practice: Practice) -> None:
    others: list[tuple[dict[str, object], bool]] = [
        ({"ahead": 60, "kinds": ("identity", "services", "health")}, True),
        ({"ahead": None, "event": "The end of the treatment"}, True),
        ({"ahead": 60, "recipient": "HOUSING office!"}, True),
        ({"ahead": 60, "recipient": "Hospital"}, False),
        ({"ahead": 60, "kinds": ("identity", "health")}, False),
        ({"ahead": 9}, False),
    ]
    for other, quiet_now in others:
        case = practice.open()
        ending(practice, case, 10)
        longer = ending(practice, case, **other)  # type: ignore[arg-type]
        assert ("consent_soon" in practice.reasons(case)) != quiet_now, other
        practice.do("ana", consents.revoke, longer, "by letter")
        assert practice.reasons(case)["consent_soon"].due == practice.day + timedelta(days=10)
        practice.take_back()
        assert ("consent_soon" in practice.reasons(case)) != quiet_now, other
    assert not practice.differing()


def test_a_consent_that_ended_with_its_case_is_not_asked_for_again_when_that_is_reopened(practice: Practice) -> None:
    case = practice.open()
    ending(practice, case, 10, until_closed=True)
    assert "consent_soon" in practice.reasons(case)
    practice.do("ana", stages.move, case, "closed", "moved away")
    practice.do("ana", stages.move, case, "active", "came back")
    assert "consent_soon" not in practice.reasons(case)
    assert not practice.differing()


def test_the_reason_says_whom_a_consent_lets_be_told_to_those_who_see_identity(practice: Practice) -> None:
    case = practice.open()
    ending(practice, case, 40)
    practice.do(ADMIN, programs.edit, "housing", settings={"consent_days": 60})
    reason = practice.reasons(case)["consent_soon"]
    assert triage.in_words(reason, practice.day) == "consent ends in 40 d: Housing Office"
    assert reason.clear_with == "consent"
    reason = practice.reasons(case, ADMIN)["consent_soon"]
    assert triage.in_words(reason, practice.day) == "consent ends in 40 d"


def test_what_the_calendar_and_the_policy_moved_while_a_case_was_closed_is_known_when_it_is_reopened(
    practice: Practice,
) -> None:
    case = practice.open(ago=3)
    for ahead in (5, 21):
        practice.task(case, due=ahead)
        practice.appoint(case, ahead=ahead)
        ending(practice, case, ahead, recipient=f"Clinic {ahead}")
    practice.met(case)
    practice.do("ana", stages.move, case, "closed", "moved away")
    practice.do(ADMIN, programs.edit, "housing", settings={"contact_kinds": "visit"})
    practice.go(20)
    practice.do("ana", stages.move, case, "active", "came back")
    assert {"task_soon", "appointment_soon", "consent_soon"} <= practice.reasons(case).keys()
    assert not practice.differing()
