"""Transfers: nothing moves until the receiver says yes, everything is said, and everything can be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caseload.casework import cases, offers, scratches, staff, stages, transfers
from caseload.errors import CaseloadError, Conflict, NotPermitted, Refused, Usage
from caseload.store import scope
from caseload.store.database import Receipt
from tests.practice.acts import back_and_forth, moved
from tests.practice.kit import ADMIN, Practice
from tests.practice.scenes import name_on


def offer(practice: Practice, *cases: str, to: str = "cleo", by: str = "ana", days: int | None = 3) -> Receipt:
    until = practice.day + timedelta(days=days) if days is not None else None
    return practice.do(by, transfers.offer, cases, to, "moved south", answer_by=until)


def listed(practice: Practice, by: str = "ana", **more: bool) -> list[tuple[str, str, str]]:
    return [(row.case, row.to_worker, row.state) for row in practice.ask(by, offers.listed, **more)]


def test_until_it_is_taken_the_owner_stays_the_owner(practice: Practice) -> None:
    case = practice.open()
    practice.task(case, due=3)
    before = practice.facts()["assignment"]
    receipt = offer(practice, case)
    assert practice.facts()["assignment"] == before
    assert (practice.row(case).worker, practice.ask("cleo", scope.sees, practice.id(case))) == ("ana", False)
    assert [(one.worker, one.cases_before, one.cases_after) for one in receipt.data.load] == [
        ("ana", 1, 0), ("cleo", 0, 1),
    ]  # fmt: skip
    taken = practice.do("cleo", transfers.accept, [case])
    assert [(one.worker, one.cases_before, one.cases_after) for one in taken.data.load] == [
        ("ana", 1, 0), ("cleo", 0, 1),
    ]  # fmt: skip
    assert (practice.row(case, "cleo").worker, "new_assignment" in practice.reasons(case, "cleo")) == ("cleo", False)
    assert practice.value("SELECT w.handle FROM task t JOIN worker w ON w.id = t.worker_id") == "cleo"
    assert practice.value("SELECT why FROM assignment WHERE ends_at IS NULL") == "moved south"
    assert listed(practice, "cleo") == []
    assert listed(practice, "cleo", past=True) == [(case, "cleo", "accepted")]


def test_a_declined_case_stays_with_the_reason_on_record(practice: Practice) -> None:
    case = practice.open()
    offer(practice, case)
    with pytest.raises(Usage, match="reason"):
        practice.do("cleo", transfers.decline, [case], " ")
    practice.do("cleo", transfers.decline, [case], "no Arabic here")
    assert practice.row(case).worker == "ana"
    (row,) = practice.ask("ana", offers.listed, past=True)
    assert (row.state, row.answer, row.answered_on) == ("declined", "no Arabic here", practice.day)
    assert practice.ask("ana", offers.mine) == [row]
    assert practice.ask("ana", offers.in_words) == "1 offer of yours was declined"
    assert practice.ask("cleo", offers.mine) == []
    offer(practice, case, to="bo")
    assert listed(practice) == [(case, "bo", "offered")]
    assert [(one.case, one.to_worker) for one in practice.ask("ana", offers.mine)] == [(case, "bo")]
    assert practice.ask("ana", offers.in_words) == "", "it is offered anew"


@pytest.mark.parametrize("then", ["a week", "moved", "closed"])
def test_what_was_declined_is_told_while_it_matters(practice: Practice, then: str) -> None:
    case = practice.open()
    offer(practice, case)
    practice.do("cleo", transfers.decline, [case], "no room")
    practice.go(7)
    assert practice.ask("ana", offers.awaiting) == (0, 0, 1)
    if then == "a week":
        practice.go()
    elif then == "moved":
        moved(practice, case, to="bo")
    else:
        practice.do("ana", stages.move, case, "closed", "moved away", override=True)
    assert practice.ask("ana", offers.awaiting) == (0, 0, 0)


def test_an_offer_past_its_day_is_late_on_both_desks_and_can_still_be_taken(practice: Practice) -> None:
    case = practice.open()
    offer(practice, case, days=2)
    seen = []
    for _ in range(4):
        (mine,), (theirs,) = (practice.ask(who, offers.listed) for who in ("ana", "cleo"))
        assert mine == theirs
        seen.append((mine.days, mine.late, practice.ask("ana", offers.awaiting), practice.ask("cleo", offers.awaiting)))
        practice.go()
    assert seen == [
        (2, False, (0, 0, 0), (1, 0, 0)),
        (1, False, (0, 0, 0), (1, 0, 0)),
        (0, False, (0, 0, 0), (1, 0, 0)),
        (-1, True, (0, 1, 0), (1, 0, 0)),
    ]
    practice.do("cleo", transfers.accept, [case])
    assert practice.row(case, "cleo").worker == "cleo"


@pytest.mark.parametrize("meanwhile", ["moved", "closed"])
def test_an_offer_lapses_where_the_case_has_moved_or_closed(practice: Practice, meanwhile: str) -> None:
    case = practice.open()
    offer(practice, case)
    if meanwhile == "moved":
        moved(practice, case, to="bo")
    else:
        practice.do("ana", stages.move, case, "closed", "moved away")
    before = practice.facts()
    for verb, *args in ((transfers.accept,), (transfers.decline, "no")):
        with pytest.raises(Conflict, match="lapsed"):
            practice.do("cleo", verb, [case], *args)
    assert practice.facts() == before
    assert listed(practice, "cleo") == []
    assert listed(practice, "cleo", past=True) == [(case, "cleo", "lapsed")]
    if meanwhile == "moved":
        offer(practice, case, to="ana", by="bo")
        assert listed(practice, "bo") == [(case, "ana", "offered")]


def test_only_the_receiver_answers_and_only_once(practice: Practice) -> None:
    case = practice.open()
    offer(practice, case)
    for who in ("ana", "bo", "ben", ADMIN):
        with pytest.raises(Usage, match="waits for your answer"):
            practice.do(who, transfers.accept, [case])
    practice.do("cleo", transfers.accept, [case])
    with pytest.raises(Usage, match="waits for your answer"):
        practice.do("cleo", transfers.decline, [case], "too late")


def test_who_may_reassign_a_case_may_offer_it_and_take_the_offer_back(practice: Practice) -> None:
    case = practice.open()
    for who in ("bo", "cleo", "sol"):
        with pytest.raises(CaseloadError):
            offer(practice, case, by=who)
    offer(practice, case, by="ben")
    for who, error in (("cleo", Usage), ("bo", Usage)):
        with pytest.raises(error):
            practice.do(who, transfers.withdraw, [case], "thought better of it")
    practice.do("ana", transfers.withdraw, [case], "thought better of it")
    assert listed(practice, "ben", past=True) == [(case, "cleo", "withdrawn")]
    with pytest.raises(Usage, match="offered to nobody"):
        practice.do("ana", transfers.withdraw, [case], "again")
    with pytest.raises(NotPermitted):
        practice.do("otto", transfers.offer, [case], "bo", "x")


def test_what_cannot_be_offered_is_said_and_nothing_is_offered(practice: Practice) -> None:
    case, offered, closed = practice.open(), practice.open(), practice.open()
    waiting = practice.open(by="ben", worker=None)
    offer(practice, offered)
    practice.do("ana", stages.move, closed, "closed", "moved away")
    practice.do(ADMIN, staff.leave, "dan")
    before = practice.facts()
    with pytest.raises(Refused) as said:
        offer(practice, case, offered, closed, waiting, by="ben")
    assert sorted(said.value.details) == sorted(
        [
            f"{offered}: it is offered to cleo already",
            f"{closed}: the case is closed",
            f"{waiting}: nobody holds it: admit or assign it",
        ]
    )
    for to, error in (("ana", Refused), ("dan", Refused), ("otto", Refused), ("nobody", Usage)):
        with pytest.raises(error):
            offer(practice, case, to=to)
    for days in (-1, 91):
        with pytest.raises(Usage, match="answer by"):
            offer(practice, case, days=days)
    assert practice.facts() == before


def test_offers_concern_those_they_concern(practice: Practice) -> None:
    case = practice.open()
    offer(practice, case)
    seen = {who: len(listed(practice, who)) for who in ("ana", "cleo", "ben", "sol", ADMIN, "bo", "dan")}
    assert seen == {"ana": 1, "cleo": 1, "ben": 1, "sol": 0, ADMIN: 1, "bo": 0, "dan": 0}


@pytest.mark.parametrize("answer", ["accept", "decline", "withdraw"])
def test_an_answer_is_taken_back_whole(practice: Practice, answer: str) -> None:
    case = practice.open()
    practice.task(case, due=3)
    offer(practice, case)
    before = practice.facts()
    if answer == "accept":
        by, receipt = "cleo", practice.do("cleo", transfers.accept, [case])
    elif answer == "decline":
        by, receipt = "cleo", practice.do("cleo", transfers.decline, [case], "no room")
    else:
        by, receipt = "ana", practice.do("ana", transfers.withdraw, [case], "not now")
    back_and_forth(practice, before, receipt, by)


def test_whoever_is_barred_from_a_case_learns_no_more_of_its_offer(practice: Practice) -> None:
    case, other = practice.open(), practice.open()
    offer(practice, case, days=0)
    offer(practice, other, days=0)
    subject = f"transfer:{practice.value('SELECT min(id) FROM transfer')}"
    assert practice.ask("cleo", scratches.case_of, subject) == (practice.id(case), case)
    name_on(practice, case, "cleo", "deny", until=0)
    for past in (False, True):
        assert listed(practice, "cleo", past=past) == [(other, "cleo", "offered")]
    assert practice.ask("cleo", offers.awaiting) == (1, 0, 0)
    assert practice.ask("cleo", scratches.case_of, subject) is None
    for verb, *args in ((transfers.accept,), (transfers.decline, "no")):
        with pytest.raises(Usage, match="waits for your answer"):
            practice.do("cleo", verb, [case], *args)
    # Whoever gave it sees that it has lapsed, counts it no more, and may offer the case to somebody else.
    assert listed(practice) == [(other, "cleo", "offered")]
    assert set(listed(practice, past=True)) == {(case, "cleo", "lapsed"), (other, "cleo", "offered")}
    keys = practice.ask("ana", cases.keys, "offer:open")
    assert [row.case for row in practice.ask("ana", cases.rows, keys).values()] == [other]
    practice.go()
    assert set(listed(practice, "cleo")) == {(case, "cleo", "offered"), (other, "cleo", "offered")}, "until that day"
    practice.do("ana", transfers.withdraw, [case], "she is their aunt")
    offer(practice, case, to="bo")
    assert (case, "bo", "offered") in listed(practice)


@pytest.mark.parametrize("answer", ["declined", "withdrawn", "lapsed"])
def test_whoever_was_offered_a_case_once_learns_nothing_of_it_since(practice: Practice, answer: str) -> None:
    case = practice.open(risk="low")
    offer(practice, case)
    (row,) = practice.ask("cleo", offers.listed)
    assert (row.program, row.risk, row.stage, row.why) == ("housing", "low", "assessment", "moved south")
    if answer == "declined":
        practice.do("cleo", transfers.decline, [case], "no room")
    elif answer == "withdrawn":
        practice.do("ana", transfers.withdraw, [case], "he has found her")
    else:
        moved(practice, case, to="bo")
    practice.do("ben", stages.set_risk, case, "critical", "threats")
    (row,) = practice.ask("cleo", offers.listed, past=True)
    assert (row.case, row.from_worker, row.to_worker, row.state) == (case, "ana", "cleo", answer)
    assert (row.program, row.risk, row.stage, row.why, row.answer) == ("",) * 5
    (row,) = practice.ask("ben", offers.listed, past=True)
    assert (row.program, row.risk, row.why) == ("housing", "critical", "moved south")


def test_an_offer_of_a_case_one_was_barred_from_is_no_longer_seen_by_its_giver(practice: Practice) -> None:
    case = practice.open()
    offer(practice, case)
    practice.do("cleo", transfers.accept, [case])
    assert listed(practice, past=True) == [(case, "cleo", "accepted")]
    name_on(practice, case, "ana", "deny")
    assert listed(practice, past=True) == []
