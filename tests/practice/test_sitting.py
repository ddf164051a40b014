"""Supervision: what a worker and who supervises them go through when they sit together, and what is kept of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from caseload.casework import absences, attention, cases, comments, custodians, sitting, staff, tasks, topics
from caseload.casework.staff import WorkerFields
from caseload.errors import Conflict, NotPermitted, Refused, Usage
from tests.practice.kit import ADMIN, DAY, Practice


def bring(p: Practice, by: str, text: str = "I am stuck.", **more: Any) -> int:
    return int(p.do(by, topics.bring, text, **more).data["topic"])


def opened(p: Practice, by: str, handle: str | None = None) -> sitting.Sitting:
    return sitting.open_sitting(p.as_(by), handle, surface="test")


def test_a_topic_waits_until_it_was_discussed_and_what_was_agreed_becomes_a_task(practice: Practice) -> None:
    case = practice.open()
    general, stuck = bring(practice, "ana", "Too many night calls."), bring(practice, "ana", case=case)
    practice.go(7)
    practice.do("ben", topics.discuss, general, "No calls after eight.")
    practice.go(7)
    [waits] = opened(practice, "ben", "ana").waiting
    assert (waits.id, waits.case, waits.text, waits.by, waits.days, waits.times) == (
        stuck,
        case,
        "I am stuck.",
        "ana",
        14,
        1,
    )
    due = practice.day + timedelta(days=3)
    practice.do("ben", topics.discuss, stuck, "Ask the clinic.", then=topics.NewTask("Ring the clinic", due), seen=1)
    mine = opened(practice, "ana")
    assert not mine.waiting and [one.agreed for one in mine.agreed] == ["Ask the clinic.", "No calls after eight."]
    assert (mine.agreed[0].discussed_on, mine.agreed[0].discussed_by) == (practice.day, "ben")
    assert (mine.agreed[0].task, mine.agreed[0].task_due, mine.agreed[0].task_done) == ("Ring the clinic", due, False)
    practice.do("ana", tasks.done, practice.value("SELECT max(id) FROM task"))
    assert opened(practice, "ana").agreed[0].task_done
    with pytest.raises(Refused):
        practice.do("ana", topics.discuss, stuck, "Again.")
    assert [one.id for one in practice.ask("ana", sitting.read, today=DAY).waiting] == [general, stuck], (
        "as of that day"
    )


def test_what_a_supervisor_brings_is_on_the_agenda_of_who_holds_the_case(practice: Practice) -> None:
    case = practice.open()
    bring(practice, "ben", "Why no visit?", case=case)
    assert [(one.by, one.text) for one in opened(practice, "ana").waiting] == [("ben", "Why no visit?")]
    assert not opened(practice, "ben").waiting


def test_an_agenda_is_for_its_worker_and_who_supervises_them(practice: Practice) -> None:
    case = practice.open()
    topic = bring(practice, "ana", case=case)
    for who in ("bo", "sol", ADMIN, "nia", "otto"):
        with pytest.raises(NotPermitted):
            opened(practice, who, "ana")
        with pytest.raises((NotPermitted, Usage)):
            practice.do(who, topics.discuss, topic, "Mine now.")
    with pytest.raises(NotPermitted):
        bring(practice, "bo", about="ana")


def test_a_topic_about_a_case_is_there_only_while_the_case_is_in_sight(practice: Practice) -> None:
    case = practice.open()
    bring(practice, "ana", case=case)
    practice.do("ben", custodians.restrict, case, "bo", "Threats.")
    assert opened(practice, "ana").waiting and not opened(practice, "ben", "ana").waiting


def test_words_are_changed_by_who_brought_them_and_every_version_is_kept(practice: Practice) -> None:
    topic = bring(practice, "ben", "First.", about="ana")
    with pytest.raises(NotPermitted):
        practice.do("ana", topics.reword, topic, "Other.")
    practice.do("ben", topics.reword, topic, "Second.", seen=1)
    with pytest.raises(Conflict):
        practice.do("ben", topics.reword, topic, "Third.", seen=1)
    assert opened(practice, "ana").waiting[0].text == "Second."
    assert practice.value("SELECT count(*) FROM narrative WHERE agenda_of IS NOT NULL") == 2
    practice.do("ana", topics.discuss, topic, "So be it.")
    practice.do("ana", topics.reword, topic, "So be it, from May.")
    assert opened(practice, "ben", "ana").agreed[0].agreed == "So be it, from May."


@pytest.mark.parametrize("about_a_case", [True, False])
def test_every_act_of_supervision_is_taken_back_and_done_again(practice: Practice, about_a_case: bool) -> None:
    case = practice.open() if about_a_case else None
    before = practice.facts()
    brought = practice.do("ana", topics.bring, "Stuck.", case=case)
    topic = brought.data["topic"]
    waiting = practice.facts()
    then = topics.NewTask("Ring", DAY) if about_a_case else None
    discussed = practice.do("ben", topics.discuss, topic, "Go on.", then=then)
    over = practice.facts()
    undone = practice.take_back(discussed, by="ben")
    assert practice.facts() == waiting
    practice.take_back(undone, by="ben")
    assert practice.facts() == over
    practice.take_back(by="ben")
    dropped = practice.do("ana", topics.drop, topic)
    practice.take_back(dropped)
    assert practice.facts() == waiting
    practice.take_back(brought)
    assert practice.facts() == before


def test_reading_an_agenda_is_a_look_at_the_cases_on_it(practice: Practice) -> None:
    case = practice.open()
    bring(practice, "ana", case=case)
    asked = (
        "SELECT count(*) FROM look l JOIN worker w ON w.id = l.worker_id WHERE w.handle = 'ben' AND l.case_id = :case"
    )
    assert practice.value(asked, case=practice.id(case)) == 0
    opened(practice, "ben", "ana")
    assert practice.value(asked, case=practice.id(case)) == 1


def test_without_identity_topics_say_nobody_s_name(practice: Practice) -> None:
    case = practice.open(given="Salome", family="Ruiz", risk="critical", ago=40)
    bring(practice, "ana", "Salome does not answer.", case=case)
    bring(practice, "ana", "Mrs Ruiz rings at night.")
    masked = practice.as_("ben")
    masked.masked = True
    found = repr(sitting.open_sitting(masked, "ana", surface="test"))
    masked.masked = False
    assert "[client] does not answer." in found and "Salome" not in found and "Ruiz" not in found


def test_every_line_to_ask_about_opens_as_many_rows_as_it_says(practice: Practice) -> None:
    p = practice
    p.do(ADMIN, staff.edit_worker, "ana", WorkerFields(capacity=10, seniority="junior"))
    late = p.open(ago=200, risk="critical", family="Late")
    p.note(late, sign=True)
    failing = p.open(ago=10, family="Failing")
    p.tried(failing, ago=2)
    p.tried(failing, ago=1)
    put_off = p.open(ago=3, family="Off")
    p.met(put_off)
    p.note(put_off)
    for _times in range(3):
        p.go()
        p.do("ana", attention.snooze_until, [put_off], p.day + timedelta(days=1), "waits")
    said = p.open(family="Said")
    p.met(said)
    note = p.note(said, sign=True)
    p.do("ben", comments.add, said, "And the rent?", note_id=note)
    p.do("ben", absences.set_cover, "ana", ("bo",), p.day + timedelta(days=5), p.day + timedelta(days=9), "leave")
    found = {one.part: one for one in opened(p, "ben", "ana").points}
    assert {name: {row.case for row in one.cases} for name, one in found.items() if one.cases} == {
        "now": {late}, "critical": {late}, "late": {late}, "unmet": {late, failing}, "attempts": {failing}, "put_off": {put_off},
        "drafts": {put_off}, "cosign": {late, said}, "unread": {late, said}, "comments": {said}, "still": {late},
    }  # fmt: skip
    for one in found.values():
        assert p.ask("ben", cases.count, one.query) == one.count, one.part
    assert (found["load"].held, found["load"].of, found["load"].percent) == (4, 10, 40.0)
    assert (found["away"].first, found["away"].covered_by) == (p.day + timedelta(days=5), ("bo",))
    p.met(put_off)
    assert "put_off" not in {one.part for one in opened(p, "ana").points}, "met since"
    assert all(sitting.words(name) for name in (*sitting.ASKED, "load", "away"))
