"""Each rule of triage fires on its first day, not before, and stops on the day it should."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from caseload.casework import (
    alerts,
    appointments,
    assign,
    attention,
    authorising,
    contacts,
    notes,
    programs,
    stages,
)
from tests.practice.kit import ADMIN, DAY, Practice
from tests.practice.referring import sent
from tests.practice.spending import authorise, budget
from tests.practice.telling import give

Scene = Callable[[Practice], str]
EVER = 10_000


@dataclass(frozen=True)
class Fires:
    """A rule fires from the day `first` to the day `last`, counted from the day of the scene."""

    scene: Scene
    rule: str
    first: int
    last: int = EVER
    level: int = 3


def quiet(practice: Practice, **more: object) -> str:
    """A case in which nothing is to be done today: just opened by its own worker."""
    return practice.open(**more)  # type: ignore[arg-type]


def risky(risk: str) -> Scene:
    return lambda practice: quiet(practice, risk=risk)


def with_task(practice: Practice) -> str:
    case = quiet(practice)
    practice.task(case, due=10)
    return case


def with_two_tasks(practice: Practice) -> str:
    case = quiet(practice)
    practice.task(case, due=2)
    practice.task(case, due=10)
    return case


def with_appointment(practice: Practice) -> str:
    case = quiet(practice)
    practice.appoint(case, ahead=10)
    return case


def with_draft(practice: Practice) -> str:
    case = quiet(practice)
    practice.note(case)
    return case


def with_consent(practice: Practice) -> str:
    case = quiet(practice)
    give(practice, case, until=practice.day + timedelta(days=40))
    return case


def with_referral(practice: Practice) -> str:
    case = quiet(practice)
    sent(practice, case, until=practice.day + timedelta(days=19))
    return case


def with_authorisation(practice: Practice) -> str:
    case = quiet(practice)
    authorise(practice, case, last=19)
    return case


def over_budget(practice: Practice) -> str:
    case = quiet(practice)
    budget(practice, case, 50_00, last=9)
    key = authorise(practice, case, 60_00, last=9, reason="She has no bed.")
    practice.do("ben", authorising.approve, key)
    return case


def nearly_spent(practice: Practice) -> str:
    case = quiet(practice)
    budget(practice, case, 100_00, first=2, last=9)
    authorise(practice, case, 90_00, first=2, last=9)
    return case


def tried_twice(practice: Practice) -> str:
    case = quiet(practice)
    practice.tried(case, case)
    practice.tried(case)
    return case


def met_then_tried_twice(practice: Practice) -> str:
    case = quiet(practice, ago=20)
    practice.met(case, ago=10)
    practice.tried(case, ago=1)
    practice.tried(case)
    return case


def alerted(practice: Practice) -> str:
    case = quiet(practice)
    practice.do("ana", alerts.raise_alert, case, "Threats from a neighbour")
    return case


def alert_reviewed(practice: Practice) -> str:
    case = alerted(practice)
    practice.do("ana", alerts.review, case, next_review=practice.day + timedelta(days=9))
    return case


def snoozed(practice: Practice) -> str:
    case = quiet(practice)
    practice.do("ana", attention.snooze_until, [case], practice.day + timedelta(days=3), "waiting for the landlord")
    return case


def given_to_bo(practice: Practice) -> str:
    return practice.open(by="ben", worker="bo", acknowledged=False)


def waiting_list(practice: Practice) -> str:
    return practice.open(worker=None)


# The usual policy: contact every 30 days at low and medium risk, 14 at high, 7 at critical; soon is 7 days ahead.
TABLE = [
    Fires(risky("low"), "contact_soon", 23, 30, level=4),
    Fires(risky("low"), "contact_overdue", 31, level=3),
    Fires(risky("medium"), "contact_overdue", 31, level=3),
    Fires(risky("high"), "contact_soon", 7, 14, level=4),
    Fires(risky("high"), "contact_overdue", 15, level=2),
    Fires(risky("critical"), "contact_overdue", 8, level=1),
    Fires(with_task, "task_soon", 3, 9, level=4),
    Fires(with_task, "task_today", 10, 10, level=2),
    Fires(with_task, "task_overdue", 11, level=3),
    Fires(with_two_tasks, "task_overdue", 3, level=3),
    Fires(with_two_tasks, "task_today", 10, 10, level=2),
    Fires(with_appointment, "appointment_soon", 3, 9, level=4),
    Fires(with_appointment, "appointment_today", 10, 10, level=2),
    Fires(with_draft, "note_unsigned", 3, level=3),
    Fires(with_consent, "consent_soon", 10, 40, level=4),
    Fires(with_referral, "referral_soon", 7, 14, level=4),
    Fires(with_referral, "referral_stalled", 15, level=3),
    Fires(with_referral, "consent_ended", 20, level=2),
    Fires(with_authorisation, "authorisation_soon", 5, 19, level=4),
    Fires(with_authorisation, "authorisation_ended", 20, level=3),
    Fires(over_budget, "budget_over", 0, 9, level=3),
    Fires(nearly_spent, "budget_soon", 2, 9, level=4),
    Fires(tried_twice, "attempts_failing", 0, 13, level=2),
    Fires(met_then_tried_twice, "attempts_failing", 4, 12, level=2),
    Fires(alerted, "safety", 0, level=1),
    Fires(alert_reviewed, "safety", 9, level=1),
    Fires(snoozed, "snooze_ended", 3, level=2),
    Fires(given_to_bo, "new_assignment", 0, level=2),
    Fires(waiting_list, "unassigned", 0, level=3),
]


@pytest.mark.parametrize("expected", TABLE, ids=lambda e: f"{e.scene.__name__}-{e.rule}".replace("<lambda>", "at_risk"))
def test_a_rule_fires_on_its_days_and_on_no_other(practice: Practice, expected: Fires) -> None:
    case = expected.scene(practice)
    last = expected.last if expected.last != EVER else expected.first + 40
    days = [(expected.first - 1, False), (expected.first, True), (last, True)]
    if expected.last != EVER:
        days.append((last + 1, False))

    for day, fires in days:
        if day < 0:
            continue
        practice.set_day(DAY + timedelta(days=day))
        found = practice.reasons(case, by="ben")
        assert (expected.rule in found) == fires, f"day {day}: {sorted(found)}"
        if fires and day == expected.first:
            assert found[expected.rule].level == expected.level
        assert not practice.differing()


def test_a_contact_half_again_overdue_is_for_today_at_any_risk(practice: Practice) -> None:
    case = practice.open(risk="low")
    practice.set_day(DAY + timedelta(days=45))
    assert practice.reasons(case)["contact_overdue"].level == 3
    practice.go()
    assert practice.reasons(case)["contact_overdue"].level == 2
    assert practice.row(case).level == 2


def test_half_again_of_an_odd_interval_is_rounded_up(practice: Practice) -> None:
    practice.do(ADMIN, programs.edit, "housing", settings={"contact_low_days": 7})
    case = practice.open(risk="low")
    practice.set_day(DAY + timedelta(days=11))
    assert practice.reasons(case)["contact_overdue"].level == 3
    practice.go()
    assert practice.reasons(case)["contact_overdue"].level == 2


def test_the_reason_says_since_when_what_was_due_and_which_row_speaks(practice: Practice) -> None:
    case = practice.open()
    task = practice.task(case, due=2)
    practice.go(5)
    reason = practice.reasons(case)["task_overdue"]
    assert (reason.since, reason.due, reason.days) == (DAY + timedelta(days=2), DAY + timedelta(days=2), 3)
    assert reason.source == f"task:{task}"
    assert reason.clear_with == "task"


@pytest.mark.parametrize(
    ("kind", "with_whom", "outcome", "restarts"),
    [
        ("visit", "client", "made", True),
        ("office", "client", "made", True),
        ("phone", "client", "made", True),
        ("video", "client", "made", True),
        ("group", "client", "made", True),
        ("message", "client", "made", False),
        ("collateral", "client", "made", False),
        ("phone", "family", "made", False),
        ("visit", "professional", "made", False),
        ("visit", "client", "attempted", False),
    ],
)
def test_only_meeting_or_speaking_to_the_client_restarts_the_contact_clock(
    practice: Practice, kind: str, with_whom: str, outcome: str, restarts: bool
) -> None:
    case = practice.open(ago=31)
    assert "contact_overdue" in practice.reasons(case)
    practice.do("ana", contacts.log, contacts.NewContact([case], kind, outcome, with_whom=with_whom))
    assert ("contact_overdue" not in practice.reasons(case)) == restarts


def test_a_kind_the_program_does_not_count_leaves_the_clock_running(practice: Practice) -> None:
    practice.do(ADMIN, programs.edit, "housing", settings={"contact_kinds": "visit,office"})
    case = practice.open(ago=31)
    practice.met(case, kind="phone")
    assert "contact_overdue" in practice.reasons(case)
    practice.met(case, kind="visit")
    assert "contact_overdue" not in practice.reasons(case)


def test_a_late_entry_of_an_older_contact_does_not_turn_the_clock_back(practice: Practice) -> None:
    case = practice.open(ago=60)
    practice.met(case, ago=2)
    practice.met(case, ago=50)
    assert practice.row(case).last_contact == practice.ago(2)


def test_a_contact_from_before_the_case_was_opened_does_not_make_it_overdue(practice: Practice) -> None:
    case = practice.open(ago=3)
    practice.met(case, ago=400)
    assert "contact_overdue" not in practice.reasons(case)


def test_a_higher_risk_shortens_the_clock_at_once_and_a_lower_one_lengthens_it(practice: Practice) -> None:
    case = practice.open(ago=10)
    assert "contact_overdue" not in practice.reasons(case)
    practice.do("ana", stages.set_risk, case, "critical", "moved in with the partner she fled")
    assert practice.reasons(case)["contact_overdue"].level == 1
    practice.do("ana", stages.set_risk, case, "low", "in the refuge")
    assert "contact_overdue" not in practice.reasons(case)


def test_a_change_of_policy_ranks_every_open_case_of_the_program_anew(practice: Practice) -> None:
    case, other = practice.open(ago=20), practice.open(ago=20, program="youth")
    practice.do(ADMIN, programs.edit, "housing", settings={"contact_low_days": 10, "level_contact_high": 1})
    assert practice.row(case).level == 1
    assert practice.row(other).level == 5
    practice.do(ADMIN, programs.edit, "housing", settings={"level_contact_high": 5, "level_contact_overdue": 5})
    assert practice.row(case).level == 5, "level 5 turns a rule off"
    assert "contact_overdue" not in practice.reasons(case)


def test_one_good_contact_ends_failing_attempts(practice: Practice) -> None:
    case = tried_twice(practice)
    practice.met(case)
    assert "attempts_failing" not in practice.reasons(case)


def test_a_safety_alert_reviewed_comes_back_on_its_day_and_an_ended_one_never(practice: Practice) -> None:
    case = alert_reviewed(practice)
    assert "safety" not in practice.reasons(case)
    practice.set_day(DAY + timedelta(days=9))
    assert practice.row(case).level == 1
    (alert,) = practice.rows("SELECT id FROM alert")[0]
    practice.do("ana", alerts.end, case, alert, "the neighbour has moved")
    assert practice.row(case).level != 1
    practice.go(200)
    assert "safety" not in practice.reasons(case)


@pytest.mark.parametrize(("kind", "level"), [("safety", "medium"), ("health", "high"), ("access", "low")])
def test_only_a_high_safety_alert_makes_level_one(practice: Practice, kind: str, level: str) -> None:
    case = practice.open()
    practice.do("ana", alerts.raise_alert, case, "Dog in the yard", kind=kind, level=level)
    assert practice.row(case).level == 5


def test_a_safety_alert_shows_in_every_case_of_the_client(practice: Practice) -> None:
    first = practice.open()
    second = practice.open(program="youth", client_of=first, given="", family="")
    practice.do("ana", alerts.raise_alert, first, "Threats from a neighbour")
    assert practice.row(second).level == 1


def test_acknowledging_and_assigning_clear_their_rules(practice: Practice) -> None:
    given, waiting = given_to_bo(practice), waiting_list(practice)
    practice.do("bo", attention.acknowledge, [given])
    assert "new_assignment" not in practice.reasons(given, by="bo")
    plan = practice.ask("ben", assign.plan, assign.Wish(("bo",), cases=(waiting,)))
    practice.do("ben", assign.commit, plan, "first free place")
    assert set(practice.reasons(waiting, by="ben")) == {"new_assignment"}


def test_whoever_takes_a_case_themselves_has_seen_it(practice: Practice) -> None:
    waiting = waiting_list(practice)
    plan = practice.ask("ben", assign.plan, assign.Wish(("ben",), cases=(waiting,)))
    practice.do("ben", assign.commit, plan, "I know the family")
    assert "new_assignment" not in practice.reasons(waiting, by="ben")


def test_signing_or_discarding_clears_an_unsigned_note(practice: Practice) -> None:
    case = practice.open()
    first, second = practice.note(case), practice.note(case)
    practice.go(3)
    practice.do("ana", notes.sign, first)
    assert "note_unsigned" in practice.reasons(case)
    practice.do("ana", notes.discard, second)
    assert "note_unsigned" not in practice.reasons(case)


def test_a_kept_or_cancelled_appointment_no_longer_counts(practice: Practice) -> None:
    case = practice.open()
    kept, cancelled = practice.appoint(case, ahead=0), practice.appoint(case, ahead=0)
    assert "appointment_today" in practice.reasons(case)
    practice.do("ana", appointments.settle, kept, "kept")
    practice.do("ana", appointments.settle, cancelled, "cancelled")
    assert "appointment_today" not in practice.reasons(case)


def test_a_closed_case_waits_for_nothing(practice: Practice) -> None:
    case = alerted(practice)
    practice.task(case, due=0)
    practice.do("ana", stages.move, case, "closed", "moved away")
    assert practice.row(case).reasons == ()
    assert practice.queue("ben") == []
    practice.go(100)
    assert practice.queue("ben") == []


def test_a_reopened_case_is_ranked_by_what_it_has_become(practice: Practice) -> None:
    case = practice.open(risk="high")
    practice.do("ana", stages.move, case, "closed", "moved away")
    practice.go(30)
    practice.do("ana", stages.move, case, "active", "came back")
    assert practice.reasons(case)["contact_overdue"].level == 2
    assert not practice.differing()
