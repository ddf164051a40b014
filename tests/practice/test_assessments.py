"""Assessments in a case: what was answered stands, what it came to is reckoned once, and a danger is taken up in the same act."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from caseload.casework import alerts, assessed, assessments, page, stages
from caseload.casework.instruments import shipped
from caseload.errors import NotPermitted, Refused, Usage
from tests.practice.acts import back_and_forth
from tests.practice.finding import PHQ, asked, assess, found
from tests.practice.kit import DAY, Practice

HARM = PHQ | {"9": "2"}


def test_answers_are_kept_with_what_they_came_to_and_by_which_rules(practice: Practice) -> None:
    case = practice.open()
    told = assess(practice, case, words="I cannot get up in the morning.")
    assert told.words == "Recorded an assessment", "a receipt tells nobody what was found"
    [row] = page.open_page(practice.as_("ana"), case, surface="show").assessments
    assert (row.instrument, row.phase, row.on, row.by, row.rules, row.safety) == (
        "phq-9",
        "baseline",
        DAY,
        "ana",
        "1",
        False,
    )
    [score] = row.scores
    assert (score.value, score.highest, score.band, score.cut_off, score.positive) == (8, 27, "mild", "positive", False)
    assert row.words == "I cannot get up in the morning."
    whole = practice.ask("ana", assessed.one, row.id)
    assert whole.answers["q9"] == ("LA6568-5",) and len(whole.heard) == 9
    assert (whole.heard[0].number, whole.heard[0].answer) == (1, "Several days")


def test_a_scale_that_lacks_an_answer_is_kept_unscored(practice: Practice) -> None:
    case = practice.open()
    assess(practice, case, "phq-9", {"1": "3"})
    [row] = found(practice, case)
    assert [(one.value, one.band, one.positive) for one in row.scores] == [(None, "", None)]


def test_domains_are_flagged_by_answers_and_words_are_prose(practice: Practice) -> None:
    case = practice.open()
    form = shipped.shipped("prapare").questionnaire
    number = {item.link: str(at) for at, item in enumerate(form.questions, 1)}
    typed = {
        number["/93042-0/71802-3"]: "I do not have", number["/93042-0/56799-0"]: "12 Harbour Lane",
        number["/93041-2/63586-2"]: "1200.50", number["/93041-2/93031-3"]: "food, phone",
    }  # fmt: skip
    made = assess(practice, case, "prapare", typed).data["assessment"]
    flags = {one.scale: one for one in found(practice, case)[0].scores}
    assert (flags["no-housing"].positive, flags["no-housing"].domain, flags["no-housing"].flag) == (
        True,
        "housing",
        True,
    )
    assert flags["food"].positive and flags["phone"].positive and flags["clothing"].positive is None
    kept = practice.rows("SELECT link, value FROM assessment_answer WHERE narrative_id IS NOT NULL")
    assert [tuple(one) for one in kept] == [("/93042-0/56799-0", "")], "an address is prose, whatever asks for it"
    practice.look(case)
    whole = practice.ask("ana", assessed.one, made)
    assert whole.answers["/93042-0/56799-0"] == ("12 Harbour Lane",)
    assert whole.answers["/93041-2/63586-2"] == (Decimal("1200.5"),)
    assert len(whole.answers["/93041-2/93031-3"]) == 2
    bare = practice.ask("ana", assessed.one, made, told=False)
    assert [one.answer for one in bare.heard if one.link == "/93042-0/56799-0"] == [None]
    assert "/93042-0/56799-0" not in bare.answers


# ---------------------------------------------------------------- safety


def test_a_safety_item_is_said_at_once_and_puts_the_case_at_level_1(practice: Practice) -> None:
    case = practice.open()
    told = assess(practice, case, "phq-9", HARM)
    assert "SAFETY" in told.words and told.data["safety"] and told.data["alert"] is not None
    row = practice.row(case)
    assert row.level == 1 and "safety" in practice.reasons(case)
    opened = page.open_page(practice.as_("ana"), case, surface="show")
    assert [(one.kind, one.level) for one in opened.alerts] == [("safety", "high")]
    assert "hurting oneself" in str(opened.alerts[0].text)
    assert not practice.differing()


def test_whatever_the_total_an_answer_to_the_safety_item_alone_is_enough(practice: Practice) -> None:
    case = practice.open()
    assert assess(practice, case, "phq-9", {"9": "1"}).data["alert"] is not None


def test_no_second_alert_is_raised_while_one_waits_for_review_and_one_is_after_it_was_reviewed(
    practice: Practice,
) -> None:
    case = practice.open()
    assess(practice, case, "phq-9", HARM)
    again = assess(practice, case, "phq-9", HARM)
    assert again.data["alert"] is None and "SAFETY" in again.words
    practice.do("ana", alerts.review, case)
    assert practice.row(case).level > 1
    assert assess(practice, case, "phq-9", HARM).data["alert"] is not None
    assert practice.row(case).level == 1


@pytest.mark.parametrize("typed", [PHQ, HARM])
def test_recording_is_undone_and_done_again_with_the_alert_it_raised(practice: Practice, typed: dict[str, str]) -> None:
    case = practice.open()
    before = practice.facts()
    receipt = assess(practice, case, "phq-9", typed, words="Her words.")
    back_and_forth(practice, before, receipt, "ana")


# ---------------------------------------------------------------- correcting


def test_a_correction_takes_the_place_of_what_was_wrong_and_both_stay(practice: Practice) -> None:
    case = practice.open(ago=20)
    first = assess(practice, case, on=practice.ago(9)).data["assessment"]
    before = practice.facts()
    told = assess(practice, case, "phq-9", HARM, corrects=first)
    assert told.words.startswith("Corrected an assessment")
    new, old = found(practice, case)
    assert (old.id, old.corrected_by, old.scores[0].value) == (first, new.id, 8)
    assert (new.corrects, new.on, new.phase, new.scores[0].value) == (first, practice.ago(9), "baseline", 10)
    with pytest.raises(Refused, match="corrected already"):
        assess(practice, case, corrects=first)
    back_and_forth(practice, before, told, "ana")


def test_a_correction_is_of_the_same_instrument_and_the_same_case(practice: Practice) -> None:
    case, other = practice.open(), practice.open()
    first = assess(practice, case).data["assessment"]
    with pytest.raises(Usage, match="another instrument: phq-9"):
        assess(practice, case, "gad-2", {"1": "1"}, corrects=first)
    for wrong in (first, 999_999):
        with pytest.raises(Usage, match=f"no assessment {wrong} in that case"):
            assess(practice, other, corrects=wrong)


def test_a_correction_of_a_danger_that_was_taken_up_raises_no_new_alert(practice: Practice) -> None:
    case = practice.open()
    first = assess(practice, case, "phq-9", HARM).data["assessment"]
    practice.do("ana", alerts.review, case)
    assert assess(practice, case, "phq-9", HARM | {"1": "3"}, corrects=first).data["alert"] is None


# ---------------------------------------------------------------- comparing


def test_it_is_compared_with_the_last_before_that_day_that_still_stands(practice: Practice) -> None:
    case = practice.open(ago=60)
    key = practice.id(case)
    wrong = assess(practice, case, on=practice.ago(50)).data["assessment"]
    right = assess(practice, case, "phq-9", PHQ | {"1": "3"}, corrects=wrong).data["assessment"]
    late = assess(practice, case, "phq-9", {"1": "0"}, on=practice.ago(5)).data["assessment"]
    last = lambda day, **more: practice.ask("ana", assessed.last, key, "phq-9", day, **more)  # noqa: E731
    assert last(practice.ago(51)) is None
    assert last(practice.ago(50)).row.id == last(practice.ago(6)).row.id == right
    assert last(DAY).row.id == late and last(DAY).answers == {"q1": ("LA6568-5",)}
    assert last(DAY, besides=late).row.id == right
    assert practice.ask("ana", assessed.last, key, "gad-7", DAY) is None


def test_the_change_since_the_baseline_is_told_a_scale_at_a_time_where_both_were_scored(practice: Practice) -> None:
    case = practice.open(ago=60)
    assess(practice, case, "phq-9", PHQ | {"1": "3", "2": "3"}, on=practice.ago(50))
    assess(practice, case, "self-sufficiency-matrix", {"1": "1", "2": "2"}, on=practice.ago(50))
    assess(practice, case, "self-sufficiency-matrix", {"1": "3", "3": "4"}, on=practice.ago(2))
    assess(practice, case, on=practice.ago(1))
    told = {(one.instrument, one.scale): one for one in assessed.changes(found(practice, case))}
    assert list(told) == [("phq-9", "total"), ("self-sufficiency-matrix", "d1")]
    assert (told["phq-9", "total"].first.value, told["phq-9", "total"].last.value, told["phq-9", "total"].by) == (
        12,
        8,
        -4,
    )
    assert told["self-sufficiency-matrix", "d1"].by == 2
    assert {row.phase for row in found(practice, case)[:2]} == {"review"}


def test_the_cut_off_of_the_last_time_is_gone_by_again(practice: Practice) -> None:
    case = practice.open(ago=60)
    assess(practice, case, "audit-c", {"1": "3", "2": "0", "3": "0"}, on=practice.ago(50))
    [row] = found(practice, case)
    assert row.scores[0].positive is None, "three cut-offs, and nobody has chosen"
    assess(practice, case, "audit-c", {"1": "3", "2": "0", "3": "0"}, on=practice.ago(40), cut_off="women")
    assess(practice, case, "audit-c", {"1": "2", "2": "0", "3": "0"})
    assert [(one.scores[0].cut_off, one.scores[0].positive) for one in found(practice, case)[:2]] == [
        ("women", False), ("women", True),
    ]  # fmt: skip


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"instrument": "phq-8"}, "no instrument 'phq-8'"), ({"answers": {}}, "No question is answered"),
        ({"phase": "someday"}, "no phase"), ({"on": DAY + timedelta(days=1)}, "lies ahead"),
        ({"cut_off": "women"}, "no cut-off 'women'"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_not_recorded(office: Practice, more: dict[str, Any], said: str) -> None:
    case = office.open()
    new = asked(case)
    fields = {name: getattr(new, name) for name in new.__slots__} | more
    with pytest.raises(Usage, match=said):
        office.do("ana", assessments.record, assessments.NewAssessment(**fields))


def test_an_answer_that_is_none_of_its_question_is_refused(office: Practice) -> None:
    case = office.open()
    with pytest.raises(Usage, match="cannot be answered by that: one of its answers"):
        office.do("ana", assessments.record, assessments.NewAssessment(case, "phq-9", {"q1": ("often",)}))
    with pytest.raises(Usage, match="asks no question 'q99'"):
        office.do("ana", assessments.record, assessments.NewAssessment(case, "phq-9", {"q99": ("LA6568-5",)}))


def test_nothing_is_asked_in_a_closed_case(practice: Practice) -> None:
    case = practice.open(ago=9)
    practice.do("ana", stages.move, case, "closed", "moved away", override=True)
    with pytest.raises(Refused, match="is closed"):
        assess(practice, case)


@pytest.mark.parametrize("who", ["ada", "nia", "otto"])
def test_who_sees_no_identity_records_and_reads_nothing_that_was_found(practice: Practice, who: str) -> None:
    case = practice.open()
    made = assess(practice, case).data["assessment"]
    with pytest.raises((NotPermitted, Usage)):
        assess(practice, case, by=who)
    with pytest.raises(Usage, match="no assessment"):
        practice.ask(who, assessed.one, made)
    if who == "ada":
        assert page.open_page(practice.as_(who), case, surface="show").assessments == ()


def test_out_of_sight_it_is_as_if_it_were_not_there(practice: Practice) -> None:
    case = practice.open()
    made = assess(practice, case).data["assessment"]
    with pytest.raises(Usage, match="no assessment"):
        practice.ask("dan", assessed.one, made)
    with pytest.raises(Usage, match="no case"):
        assess(practice, case, by="dan")


def test_without_identity_scores_stay_and_words_are_masked(practice: Practice) -> None:
    case = practice.open(given="Amina", family="Okoye")
    made = assess(practice, case, words="Amina is tired.").data["assessment"]
    db = practice.as_("ana")
    db.masked = True
    try:
        [row] = page.open_page(db, case, surface="show").assessments
        with db.read() as r:
            whole = assessed.one(r, made)
    finally:
        db.masked = False
    assert row.words == whole.row.words == "[client] is tired." and row.scores[0].value == 8
    assert whole.heard[0].answer == "Several days"


def test_beside_a_list_nothing_that_was_found_is_read(practice: Practice) -> None:
    case = practice.open()
    assess(practice, case)
    shown = practice.ask("ana", page.preview, practice.id(case))
    assert shown.assessments == shown.needs == ()
