"""Closing a case: every gate that is shut is said at once, cleared by its act or passed with a reason, and the place is given on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from caseload.casework import (
    agenda,
    authorising,
    care_plan,
    closing,
    closing_codes,
    consents,
    goals,
    notes,
    offered,
    page,
    referrals,
    stages,
    tasks,
    waiting,
)
from caseload.casework.closing import Closing
from caseload.errors import NotPermitted, Refused, Usage
from caseload.exchange.hmis import spec
from caseload.models.case import CLOSE_REASONS
from tests.practice.acts import back_and_forth
from tests.practice.finding import assess
from tests.practice.kit import DAY, Practice
from tests.practice.referring import offered as service
from tests.practice.referring import sent
from tests.practice.spending import authorise
from tests.practice.telling import give


def planned(practice: Practice, case: str) -> int:
    """A plan that runs with one open goal; the goal's key."""
    plan = practice.do("ana", care_plan.begin, case).data["plan"]
    goal = int(practice.do("ana", goals.add, plan, goals.NewGoal("A flat of her own")).data["goal"])
    practice.do("ana", care_plan.submit, plan)
    practice.do("ben", care_plan.approve, plan)
    return goal


def seen(practice: Practice, case: str, by: str = "ana", **more: Any) -> Closing:
    found: Closing = practice.ask(by, closing.preview, case, **more)
    return found


def gates(practice: Practice, case: str, **more: Any) -> dict[str, list[str]]:
    return {one.code: [row.key for row in one.behind] for one in seen(practice, case, **more).shut}


def close(practice: Practice, case: str, *, by: str = "ana", **more: Any) -> Any:
    return practice.do(by, stages.move, case, "closed", "Goals reached", **more)


def test_every_gate_is_said_at_once_with_its_rows_and_cleared_by_its_act(practice: Practice) -> None:
    case = practice.open()
    assert gates(practice, case) == {}, "nothing stands in the way of a case in which nothing was begun"
    note = practice.note(case)
    assess(practice, case)
    referral = sent(practice, case)
    goal = planned(practice, case)
    money = authorise(practice, case, 60_00)
    assert gates(practice, case) == {
        "drafts": [str(note)], "evaluation": ["phq-9"], "referrals": [str(referral)], "money": [str(money)], "goals": [str(goal)],
    }  # fmt: skip
    with pytest.raises(Refused, match="5 gates are shut") as said:
        close(practice, case)
    said_first = [one.partition(":")[0] for one in said.value.details]
    assert said_first == ["drafts", "evaluation", "referrals", "money", "goals"]
    assert all("caseload " in one for one in said.value.details), "each says what clears it"
    practice.do("ana", notes.sign, note)
    practice.do("ana", referrals.withdraw, referral)
    practice.do("ana", authorising.end, money)
    practice.do("ana", goals.settle, goal, "reached")
    assess(practice, case, "phq-9", phase="closing")
    assert gates(practice, case) == {} and seen(practice, case).open == tuple(gate.code for gate in closing.GATES)
    close(practice, case, reason="completed", destination="410")
    assert seen(practice, case).closed


def test_an_assessment_that_cannot_be_asked_again_is_said_to_be_so(practice: Practice) -> None:
    case = practice.open()
    assess(practice, case)
    assess(practice, case, "phq-2", {"1": "1", "2": "1"})
    assess(practice, case, "hunger-vital-sign", {"1": "never true", "2": "never true"})
    assert gates(practice, case)["evaluation"][:2] == ["phq-9", "phq-2"]
    practice.do("ana", offered.decline, case, "phq-9", "not_reached", phase="closing")
    practice.do("ana", offered.decline, case, "phq-2", phase="review")
    assert "phq-9" not in gates(practice, case)["evaluation"] and "phq-2" in gates(practice, case)["evaluation"]
    assert "evaluation" not in gates(practice, case, reason="deceased"), "of the dead nobody asks how it went"
    with pytest.raises(Usage, match="no reason"):
        practice.do("ana", offered.decline, case, "phq-2", "lazy", phase="closing")
    with pytest.raises(Usage, match="lies ahead"):
        practice.do("ana", offered.decline, case, "phq-2", on=DAY + timedelta(days=1))


def test_a_gate_is_passed_with_a_reason_that_stays_on_record(practice: Practice) -> None:
    case = practice.open()
    practice.note(case)
    sent(practice, case)
    with pytest.raises(Refused, match="1 gate is shut"):
        close(practice, case, override={"drafts": "The author has left"})
    with pytest.raises(Usage, match="no gate"):
        close(practice, case, override={"door": "Open"})
    with pytest.raises(Usage, match="with a reason"):
        close(practice, case, override={"drafts": " "})
    practice.go(1)
    close(
        practice,
        case,
        override={"drafts": "The author has left", "referrals": "They go on without us", "goals": "None"},
    )
    found = practice.ask("ana", closing.passed, practice.id(case))
    assert [(one.gate, one.behind, one.why, one.by) for one in found] == [
        ("drafts", 1, "The author has left", "ana"), ("referrals", 1, "They go on without us", "ana"),
    ], "a gate that was not shut was not passed"  # fmt: skip
    other = practice.open()
    practice.note(other)
    close(practice, other, override=True)
    assert [one.why for one in practice.ask("ana", closing.passed, practice.id(other))] == ["Goals reached"]


def test_a_closing_and_all_that_goes_with_it_is_taken_back(practice: Practice) -> None:
    case = practice.open()
    practice.note(case)
    before = practice.facts()
    closed = close(practice, case, override=True, reason="left", aftercare=practice.day + timedelta(days=30))
    back_and_forth(practice, before, closed, "ana")
    other = practice.open()
    before = practice.facts()
    back_and_forth(practice, before, practice.do("ana", offered.decline, other, "client-voice"), "ana")


def test_reopening_keeps_what_was_and_nothing_is_closed_twice(practice: Practice) -> None:
    case = practice.open()
    assess(practice, case)
    assess(practice, case, "phq-9", phase="closing")
    close(practice, case, aftercare=DAY + timedelta(days=30))
    with pytest.raises(Refused, match="already at stage closed"):
        close(practice, case)
    practice.go(5)
    practice.do("ana", stages.move, case, "active", "Back again")
    assert gates(practice, case) == {"evaluation": ["phq-9"]}, "the end is asked anew after it was begun anew"
    practice.go(1)
    assess(practice, case, "phq-9", phase="closing")
    close(practice, case, aftercare=practice.day + timedelta(days=60))
    stages_ = practice.value(
        "SELECT count(*) FROM case_stage WHERE stage = 'closed' AND case_id = :id", id=practice.id(case)
    )
    assert stages_ == 2
    due = practice.rows("SELECT due_on FROM task")
    assert [str(row.due_on) for row in due] == [str(practice.day + timedelta(days=60))], (
        "one day to ask how they are, not two"
    )
    assert practice.value("SELECT count(*) FROM assignment WHERE ends_at IS NULL") == 0


def test_a_consent_that_ends_with_the_case_and_one_that_goes_on_are_said(practice: Practice) -> None:
    case = practice.open()
    ends = practice.do(
        "ana", consents.give, consents.NewConsent(case, "Clinic", ("health",), "Visits", "Care", until_closed=True)
    )
    stays = give(practice, case, until=DAY + timedelta(days=90))
    found = seen(practice, case)
    assert [(one.ends, one.until) for one in found.consents] == [(True, None), (False, DAY + timedelta(days=90))]
    assert (found.consents[0].id, found.consents[1].id) == (ends.data["consent"], stays)
    assert found.shut == (), "a consent holds nothing up"


def test_aftercare_is_a_task_of_who_closes_and_stands_in_their_agenda(practice: Practice) -> None:
    case = practice.open()
    practice.task(case, due=3, title="Left over")
    with pytest.raises(Usage, match="a day ahead"):
        close(practice, case, aftercare=DAY)
    practice.go(1)
    close(practice, case, by="ben", aftercare=practice.day + timedelta(days=2))
    wish = agenda.Wish(practice.day)
    found = practice.ask("ben", agenda.read, wish).entries
    assert [(one.kind, one.title, one.worker) for one in found] == [("task", "Aftercare: ask how they are", "ben")]
    practice.open()
    assert "task" not in {one.kind for one in practice.ask("ana", agenda.read, wish).entries}, (
        "what was left over went with the case"
    )
    practice.do("ben", tasks.done, found[0].row)
    assert "task" not in {one.kind for one in practice.ask("ben", agenda.read, wish).entries}


def test_reasons_and_destinations_are_codes_with_words(practice: Practice) -> None:
    case = practice.open()
    with pytest.raises(Usage, match="no closing reason"):
        close(practice, case, reason="moon")
    with pytest.raises(Usage, match="no destination") as said:
        close(practice, case, destination="336")
    assert any(one.startswith("410 ") for one in said.value.details)
    assert all(closing_codes.reason_words(one) != one or one == "completed" for one in CLOSE_REASONS)
    assert {int(one) for one in closing_codes.destinations()} == spec.LIVING_SITUATIONS - {335, 336, 37}
    assert {*spec.COMPLETION.values(), *spec.VETERAN_EXIT.values(), *spec.DESTINATION_REASON.values()} <= {
        *CLOSE_REASONS
    }


def test_who_sees_no_identity_reads_no_gates(practice: Practice) -> None:
    case = practice.open()
    with pytest.raises(NotPermitted):
        seen(practice, case, by="ada")
    with pytest.raises(Usage):
        seen(practice, case, by="cleo")


# ---------------------------------------------------------------- the place that becomes free


def test_closing_says_who_waits_next_and_their_supervisor_admits_them(practice: Practice) -> None:
    case = practice.open()
    low = practice.open(by="ben", worker=None, ago=40, family="Long")
    high = practice.open(by="ben", worker=None, risk="high", ago=3, family="High")
    practice.open(by="ben", worker=None, program="youth", risk="critical", family="Other")
    before = seen(practice, case, by="ben").freed
    assert before is not None and (before.next.case, before.waiting, before.to, before.may) == (high, 2, "ana", True)
    closed = close(practice, case, by="ben")
    place = closed.data["freed"]
    assert high in closed.words and (place.next.case, place.to) == (high, "ana")
    admitted = practice.do("ben", waiting.admit, [place.next.case], place.to, "There is room")
    assert [one.case for one in practice.ask("ben", waiting.listed, program_code="housing")] == [low]
    practice.take_back(admitted, by="ben")
    assert practice.value("SELECT closed_on FROM case_file WHERE number = :n", n=case), "the closing stands"
    practice.take_back(closed, by="ben")
    assert practice.value("SELECT closed_on FROM case_file WHERE number = :n", n=case) is None


def test_who_may_not_give_out_waiting_cases_is_told_so(practice: Practice) -> None:
    case = practice.open()
    practice.open(by="ben", worker=None)
    place = close(practice, case).data["freed"]
    assert place is None or not place.may


def test_a_place_at_a_service_says_who_waits_there(practice: Practice) -> None:
    room = service(practice, "A bed", capacity=1)
    first, second, third = (
        practice.open(family="A"),
        practice.open(family="B"),
        practice.open(by="cleo", worker="cleo", family="C"),
    )
    inside = sent(practice, first, room)
    practice.do("ana", referrals.start, inside)
    waits = sent(practice, second, room)
    practice.do("ana", referrals.answer, waits, "waitlisted")
    hidden = sent(practice, third, room, by="cleo", who="cleo")
    practice.do("cleo", referrals.answer, hidden, "waitlisted")
    ended = practice.do("ana", referrals.complete, inside)
    assert ended.data["waiting"] == (second,) and second in ended.words, "and nobody out of sight"


# ---------------------------------------------------------------- what the client says of the work


def test_what_the_client_says_of_the_work_is_asked_or_declined_at_reviews_and_at_the_end(practice: Practice) -> None:
    case = practice.open()
    assert seen(practice, case).feedback is None
    told = assess(practice, case, "client-voice", {"1": "4", "2": "3", "3": "4", "4": "4", "5": "2"})
    assert (told.data["phase"], told.data["scores"][0].value) == ("review", 17)
    assert "evaluation" not in gates(practice, case), "it has no beginning to be held against"
    assert practice.ask("ana", offered.feedback, practice.id(case), "review") == "asked"
    assert seen(practice, case).feedback is None
    practice.do("ana", offered.decline, case, "client-voice", phase="closing")
    assert seen(practice, case).feedback == "declined"
    [row] = practice.ask("ana", offered.of_case, practice.id(case))
    assert (row.instrument, row.phase, row.why, row.by) == ("client-voice", "closing", "declined", "ana")
    practice.look(case)
    assert page.open_page(practice.as_("ana"), case, surface="show").offers == (row,)
