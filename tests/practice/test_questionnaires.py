"""The agency's own questionnaires: brought as a file, kept by edition, asked like any other, and what was scored never changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import exc

from caseload.casework import assessed, assessments, questionnaires
from caseload.casework.assessments import NewAssessment
from caseload.casework.questionnaires import Brought
from caseload.errors import CaseloadError, Conflict, NotPermitted, Refused, Usage
from tests.practice.acts import back_and_forth
from tests.practice.finding import assess, found
from tests.practice.kit import ADMIN, DAY, Practice
from tests.practice.test_instruments import SUM, TOTAL, adds, counted, form


def tea(*scores: int, title: str = "Tea and talk", **more: Any) -> str:
    """A form of two questions that it adds up itself, whose answers count these scores."""
    items = [counted(link, list(scores or (0, 1))) for link in ("a1", "a2")]
    return form(*items, TOTAL, **{"name": "tea", "title": title, "extension": adds(SUM)} | more)


TEA = tea()


def brought(practice: Practice, text: str = TEA, *, by: str = ADMIN, **more: Any) -> Brought:
    told: Brought = practice.do(by, questionnaires.bring, text, file="tea.json", **more).data
    return told


def answer(practice: Practice, case: str, place: int = 1, **more: Any) -> int:
    """An answer to both questions: the choice at that place."""
    asked = practice.ask("ana", questionnaires.found, "tea").questionnaire
    answers = {item.link: (item.choices[place].code,) for item in asked.questions}
    return int(practice.do("ana", assessments.record, NewAssessment(case, "Tea", answers, **more)).data["assessment"])


def test_a_file_becomes_an_edition_that_is_asked_like_any_other(practice: Practice) -> None:
    told = brought(practice)
    assert (told.instrument.code, told.edition, told.same) == ("tea", 1, False)
    case = practice.open()
    answer(practice, case)
    [row] = found(practice, case)
    assert (row.instrument, row.title, row.scores[0].value, row.scores[0].highest) == ("tea", "Tea and talk", 2, 2)
    listed = {one.instrument.code: one for one in practice.ask("ana", questionnaires.listed)}
    assert (listed["tea"].edition, listed["tea"].asked, listed["phq-9"].edition) == (1, 1, None)
    assert practice.ask("nia", questionnaires.listed)[0].asked is None, "how often it was asked is for who reads it"


def test_a_new_edition_changes_nothing_that_was_scored(practice: Practice) -> None:
    brought(practice)
    case = practice.open()
    first = answer(practice, case)
    assert brought(practice).same, "the same file is no new edition"
    assert brought(practice, tea(5, 7, title="Tea and talk, again")).edition == 2
    answer(practice, case)
    new, old = found(practice, case)
    assert (old.id, old.title, old.scores[0].value, old.scores[0].highest) == (first, "Tea and talk", 2, 2)
    assert (new.title, new.scores[0].value) == ("Tea and talk, again", 14)
    assert assessed.changes((new, old)) == (), "editions that count otherwise are not held against one another"
    [heard, *_rest] = practice.ask("ana", assessed.one, first).heard
    assert heard.answer is not None
    asked = practice.ask("ana", questionnaires.edition, old.form, "tea").questionnaire
    answers = {item.link: (item.choices[0].code,) for item in asked.questions}
    practice.do("ana", assessments.record, NewAssessment(case, "tea", answers, corrects=first))
    assert [one.scores[0].value for one in found(practice, case) if one.corrects] == [0], "corrected by its own edition"
    assert [one.edition for one in practice.ask("ana", questionnaires.listed, all_editions=True) if one.edition] == [
        2,
        1,
    ]


def test_an_edition_that_was_answered_cannot_be_taken_away_nor_altered(practice: Practice) -> None:
    practice.do(ADMIN, questionnaires.bring, TEA)
    case = practice.open()
    answer(practice, case)
    with pytest.raises(Conflict):
        practice.take_back(by=ADMIN)
    told = "UPDATE instrument SET body = '{}'"
    with pytest.raises((exc.DBAPIError, CaseloadError)), practice.as_(ADMIN).work("by hand") as w:
        w.conn.exec_driver_sql(told)
    assert practice.value("SELECT body FROM instrument") == TEA


def test_bringing_and_retiring_are_taken_back(practice: Practice) -> None:
    before = practice.facts()
    back_and_forth(practice, before, practice.do(ADMIN, questionnaires.bring, TEA, better="higher"), ADMIN)
    before = practice.facts()
    back_and_forth(practice, before, practice.do(ADMIN, questionnaires.retire, "tea"), ADMIN)


def test_a_retired_one_is_asked_no_more_and_still_reads(practice: Practice) -> None:
    brought(practice)
    case = practice.open()
    made = answer(practice, case)
    practice.do(ADMIN, questionnaires.retire, "tea")
    with pytest.raises(Refused, match="was retired on 2026-11-20"):
        assess(practice, case, "phq-9", {"1": "1"}) and answer(practice, case)
    with pytest.raises(Refused, match="retired already"):
        practice.do(ADMIN, questionnaires.retire, "tea")
    with pytest.raises(Usage, match="has brought no"):
        practice.do(ADMIN, questionnaires.retire, "phq-9")
    assert practice.ask("ana", assessed.one, made).row.title == "Tea and talk"
    assert brought(practice).edition == 2, "brought again it is taken up again"
    answer(practice, case)


def test_which_way_is_better_is_said_where_the_form_adds_up_itself(practice: Practice) -> None:
    told = brought(practice, better="higher")
    assert [one.better for one in told.instrument.rules.scales] == ["higher"]
    with pytest.raises(Usage, match="no --better"):
        brought(practice, better="up")


def test_what_is_no_questionnaire_is_refused_by_file_and_place(practice: Practice) -> None:
    for text, what in (
        ("{", "tea.json is not JSON"), (json.dumps({"resourceType": "Patient"}), "a FHIR Questionnaire was expected"),
        (tea(name="Phq-9"), "comes along"), (tea(name="!", title="?"), "give it one with --name"),
        (tea(name="list"), "give it one with --name"), ("x" * 500_001, "longer than"),
    ):  # fmt: skip
        with pytest.raises(Usage, match=what):
            brought(practice, text)
    assert brought(practice, tea(name="My Tea_2")).instrument.code == "my-tea-2"
    assert brought(practice, name="other").instrument.code == "other"


def test_only_an_admin_brings_and_retires(practice: Practice) -> None:
    brought(practice)
    for who in ("ana", "ben", "nia", "otto"):
        with pytest.raises(NotPermitted):
            brought(practice, tea(1, 2), by=who)
        with pytest.raises(NotPermitted):
            practice.do(who, questionnaires.retire, "tea")
    assert practice.ask("ana", questionnaires.found, "tea").key is not None
    assert practice.value("SELECT brought_on FROM instrument") in (DAY, DAY.isoformat())
