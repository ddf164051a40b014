"""A case put off until a day: it leaves the queue, comes back by itself, and cannot be put off where somebody is in danger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caseload.casework import alerts, attention, cases, stages, tasks, triage
from caseload.errors import Refused, Usage
from tests.practice.kit import DAY, Practice


def snoozed(practice: Practice) -> str:
    case = practice.open()
    practice.do("ana", attention.snooze_until, [case], practice.day + timedelta(days=3), "waiting for the landlord")
    return case


def test_a_snooze_that_ended_on_a_sunday_is_still_there_on_monday(practice: Practice) -> None:
    assert DAY.strftime("%A") == "Friday"
    case = practice.open()
    practice.do("ana", attention.snooze_until, [case], DAY + timedelta(days=2), "back after the weekend")
    assert case not in practice.queue()
    practice.go(3)
    reason = practice.reasons(case)["snooze_ended"]
    assert (reason.level, reason.since) == (2, DAY + timedelta(days=2))
    assert case in practice.queue()


@pytest.mark.parametrize("act", ["contact", "note", "task", "reviewed", "stage"])
def test_taking_a_case_up_again_ends_what_its_snooze_left(practice: Practice, act: str) -> None:
    case = practice.open()
    task = practice.task(case, due=30)
    practice.do("ana", attention.snooze_until, [case], practice.day + timedelta(days=1), "tomorrow")
    practice.go(2)
    assert "snooze_ended" in practice.reasons(case)
    if act == "contact":
        practice.tried(case)
    elif act == "note":
        practice.note(case)
    elif act == "task":
        practice.do("ana", tasks.done, task)
    elif act == "reviewed":
        practice.do("ana", attention.reviewed, [case])
    else:
        practice.do("ana", stages.move, case, "planning", "needs are clear")
    assert "snooze_ended" not in practice.reasons(case)


def test_level_one_cannot_be_snoozed_nor_reviewed_away(practice: Practice) -> None:
    case = practice.open()
    practice.do("ana", alerts.raise_alert, case, "Threats from a neighbour")
    before = practice.facts()
    with pytest.raises(Refused, match="level 1"):
        practice.do("ana", attention.snooze_until, [case], practice.day + timedelta(days=2), "later")
    with pytest.raises(Refused, match="level 1"):
        practice.do("ana", attention.reviewed, [case])
    assert practice.facts() == before


def test_level_one_cannot_be_snoozed_even_by_the_first_act_of_the_morning(practice: Practice) -> None:
    case = practice.open(risk="critical")
    practice.set_day(DAY + timedelta(days=8))
    with pytest.raises(Refused, match="level 1"):
        practice.do("ana", attention.snooze_until, [case], practice.day + timedelta(days=2), "later")


def test_a_snoozed_case_that_becomes_level_one_comes_back_at_once(practice: Practice) -> None:
    case = snoozed(practice)
    assert case not in practice.queue()
    practice.do("ana", alerts.raise_alert, case, "Threats from a neighbour")
    assert practice.queue()[0] == case


def test_a_snooze_lasts_no_longer_than_the_program_allows(practice: Practice) -> None:
    case = practice.open()
    practice.do("ana", attention.snooze_until, [case], practice.day + timedelta(days=60), "away at sea")
    with pytest.raises(Usage, match="60 days at most"):
        practice.do("ana", attention.snooze_until, [case], practice.day + timedelta(days=61), "away at sea")
    for day in (0, -1):
        with pytest.raises(Usage, match="a day ahead"):
            practice.do("ana", attention.snooze_until, [case], practice.day + timedelta(days=day), "away at sea")


def test_a_snoozed_case_stays_on_the_desk_and_in_every_list(practice: Practice) -> None:
    case = snoozed(practice)
    assert case not in practice.queue("ben")
    assert practice.queue("ben", triage.View("snoozed:yes")) == [case]
    assert practice.id(case) in practice.ask("ben", cases.keys)
