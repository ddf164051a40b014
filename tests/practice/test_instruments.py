"""Instruments give the score that was published, at every boundary, and none for what is missing. No database is asked."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.casework.instruments import answers, fhir, scoring, shipped
from caseload.casework.instruments.questionnaire import Value
from caseload.errors import Usage
from tests.support.examples import examples


def result(code: str, *places: int | None, cut_off: str = "") -> scoring.Result:
    """The result of answering the questions in order by the place of their answers, counted from 0; None leaves one out."""
    found = shipped.shipped(code)
    asked = found.questionnaire.questions
    typed = {str(n): asked[n - 1].choices[place].code for n, place in enumerate(places, 1) if place is not None}
    given_ = answers.typed_all(found.questionnaire, typed)
    return scoring.result(found.questionnaire, found.rules, given_, cut_off=cut_off)


def adding_up_to(total: int, number: int, each: int) -> list[int]:
    full, rest = divmod(total, each)
    return ([each] * full + [rest] * bool(rest) + [0] * number)[:number]


# Kroenke 2001, 2003, 2007; Spitzer 2006; Bush 1998, Bradley 2003, VA/DoD: total -> band, positive
BOUNDARIES = [
    ("phq-9", 9, 3, "", {0: ("minimal", False), 4: ("minimal", False), 5: ("mild", False), 9: ("mild", False), 10: ("moderate", True),
        14: ("moderate", True), 15: ("moderately severe", True), 19: ("moderately severe", True), 20: ("severe", True), 27: ("severe", True)}),
    ("gad-7", 7, 3, "", {0: ("minimal", False), 4: ("minimal", False), 5: ("mild", False), 9: ("mild", False), 10: ("moderate", True),
        14: ("moderate", True), 15: ("severe", True), 21: ("severe", True)}),
    ("phq-2", 2, 3, "", {0: ("", False), 2: ("", False), 3: ("", True), 6: ("", True)}),
    ("gad-2", 2, 3, "", {0: ("", False), 2: ("", False), 3: ("", True), 6: ("", True)}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "number", "each", "cut_off", "total", "band", "positive"),
    [(c, n, e, k, total, *told) for c, n, e, k, table in BOUNDARIES for total, told in table.items()],
)
def test_each_total_has_the_band_that_was_published(
    code: str, number: int, each: int, cut_off: str, total: int, band: str, positive: bool
) -> None:
    (score,) = result(code, *adding_up_to(total, number, each), cut_off=cut_off).scores
    assert (score.value, score.band, score.positive) == (total, band, positive)
    assert score.highest == number * each


@pytest.mark.parametrize(
    ("total", "cut_off", "positive"),
    [
        (2, "women", False),
        (3, "women", True),
        (3, "men", False),
        (4, "men", True),
        (4, "va-dod", False),
        (5, "va-dod", True),
    ],
)
def test_a_drinking_screen_is_positive_at_the_cut_off_that_was_chosen_and_says_which(
    total: int, cut_off: str, positive: bool
) -> None:
    # Of the second question two answers count nothing.
    first, third = min(total, 4), max(total - 4, 0)
    (score,) = result("audit-c", first, 0, third, cut_off=cut_off).scores
    assert (score.value, score.positive, score.cut_off) == (total, positive, cut_off)


def test_without_a_cut_off_a_drinking_screen_has_a_total_and_no_verdict() -> None:
    (score,) = result("audit-c", 4, 3, 2).scores
    assert (score.value, score.positive, score.cut_off) == (4 + 2 + 2, None, "")


def test_who_never_drinks_is_asked_nothing_more_and_scores_nothing() -> None:
    found = shipped.shipped("audit-c").questionnaire
    never = answers.typed_all(found, {"1": "never"})
    assert [item.link for item in found.asked(never)] == ["q1"] and not found.missing(never)
    (score,) = result("audit-c", 0, cut_off="men").scores
    assert (score.value, score.positive) == (0, False)


@pytest.mark.parametrize("code", ["phq-2", "phq-9", "gad-2", "gad-7", "audit-c"])
def test_one_answer_missing_is_no_score(code: str) -> None:
    links = shipped.shipped(code).rules.scales[0].links
    for gap in range(1, len(links)):
        (score,) = result(code, *[None if n == gap else 3 for n in range(len(links))]).scores
        assert score.value is None and score.positive is None and "1 of" in score.why


def test_any_thought_of_self_harm_asks_for_safety_at_once_whatever_the_total() -> None:
    found = shipped.shipped("phq-9")
    alone = answers.typed_all(found.questionnaire, {"q9": "several days"})
    assert scoring.safety(found.questionnaire, found.rules, alone)
    assert not result("phq-9", *[3] * 8, 0).safety
    assert result("phq-9", *[0] * 8, 1).safety and result("phq-9", *[0] * 8, 1).scores[0].band == "minimal"


@pytest.mark.parametrize(
    ("first", "second", "raised"),
    [(0, 2, True), (2, 1, True), (2, 2, False), (3, 2, None), (3, 0, True), (None, 1, True), (None, 2, None)],
)
def test_either_answer_tells_of_hunger_and_both_must_deny_it(
    first: int | None, second: int | None, raised: bool | None
) -> None:
    (finding,) = result("hunger-vital-sign", first, second).findings
    assert finding.raised is raised


def test_prapare_flags_domains_and_has_no_total() -> None:
    found = shipped.shipped("prapare")
    told = answers.typed_all(
        found.questionnaire,
        {"/93042-0/93033-9": "yes", "/93041-2/93031-3": "food, phone", "/93039-6/93027-1": "i choose not"},
    )
    got = scoring.result(found.questionnaire, found.rules, told)
    assert not got.scores
    assert {one.flag for one in got.findings if one.raised} == {"housing-worry", "food", "phone"}
    assert next(one for one in got.findings if one.flag == "refugee").raised is None


def test_every_flag_of_prapare_names_answers_that_are_there() -> None:
    found = shipped.shipped("prapare")
    for flag in found.rules.flags:
        for link, codes in (*flag.raised_by, *flag.denied_by):
            assert all(found.questionnaire.by_link[link].choice(code) for code in codes), flag.code


def test_the_matrix_scores_each_domain_and_never_a_total() -> None:
    got = result("self-sufficiency-matrix", 0, 4, 5)
    assert [(one.title, one.value, one.band) for one in got.scores[:3]] == [
        ("housing", 1, "in crisis"), ("employment", 5, "empowered"), ("income", None, ""),
    ]  # fmt: skip
    assert "total" not in {one.scale for one in got.scores}


def form(*items: dict[str, Any], **more: Any) -> str:
    return json.dumps({"resourceType": "Questionnaire", "name": "ours", "title": "Ours", "item": list(items), **more})


def counted(link: str, scores: list[int], **more: Any) -> dict[str, Any]:
    url = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
    options = [
        {"extension": [{"url": url, "valueDecimal": n}], "valueCoding": {"code": str(n), "display": f"n{n}"}}
        for n in scores
    ]
    return {"linkId": link, "type": "choice", "text": link, "answerOption": options, **more}


SUM = (
    "%resource.item.where(linkId.startsWith('a')).answer.valueCoding"
    ".extension.where(url='http://hl7.org/fhir/StructureDefinition/ordinalValue').valueDecimal.sum()"
)
TOTAL = {
    "linkId": "t", "type": "integer", "text": "Our total",
    "extension": [{"url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
                   "valueExpression": {"expression": "%ours"}}],
}  # fmt: skip


def adds(expression: str) -> list[dict[str, Any]]:
    return [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/variable",
            "valueExpression": {"name": "ours", "expression": expression},
        }
    ]


def test_an_agency_s_own_form_is_scored_by_the_sum_that_it_adds_up_itself() -> None:
    words = {"linkId": "a3", "type": "text", "text": "In your words"}
    items = (counted("a1", [0, 2]), counted("a2", [1, 7]), words, counted("b", [0, 9]), TOTAL)
    found = shipped.brought(fhir.read(form(*items, extension=adds(SUM))))
    told = answers.typed_all(found.questionnaire, {"a1": "2", "a2": "7", "b": "9"})
    (score,) = scoring.result(found.questionnaire, found.rules, told).scores
    assert (score.title, score.value, score.highest, score.band, score.positive) == ("Our total", 9, 9, "", None)


def test_a_form_that_adds_nothing_up_or_otherwise_is_kept_and_not_scored() -> None:
    for more in ({}, {"extension": adds("%resource.item.answer.count()")}):
        found = shipped.brought(fhir.read(form(counted("a1", [0, 2]), TOTAL, **more)))
        assert not found.rules.scales and found.questionnaire.remarks


def test_a_form_that_asks_the_same_by_its_codes_is_scored_and_watched_like_ours() -> None:
    ours = shipped.shipped("phq-9").questionnaire
    items = [counted(f"x.{item.link}", [0, 1, 2, 3], code=[{"code": item.code}]) for item in ours.questions[:9]]
    found = shipped.brought(fhir.read(form(*items)))
    told = {f"x.q{n}": ("1",) for n in range(1, 10)}
    got = scoring.result(found.questionnaire, found.rules, told)
    assert (got.scores[0].value, got.scores[0].band) == (9, "mild") and got.safety
    other = shipped.brought(fhir.read(form(*items[:8], counted("x.q9", [1, 2, 3, 4], code=items[8]["code"]))))
    assert not other.rules.scales, "nor is it PHQ-2, though its first two questions are"


def test_who_5_is_scored_by_its_own_rule_when_an_agency_brings_the_form() -> None:
    found = shipped.brought(fhir.read(form(*(counted(f"w{n}", [5, 4, 3, 2, 1, 0]) for n in range(5)), name="WHO-5")))
    for raw, positive in ((12, True), (13, False)):
        told = {f"w{n}": (str(value),) for n, value in enumerate(adding_up_to(raw, 5, 5))}
        (score,) = scoring.result(found.questionnaire, found.rules, told).scores
        assert (score.value, score.highest, score.positive) == (raw * 4, 100, positive)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON"),
        ('{"resourceType": "Patient"}', "it is Patient"),
        (form(), "asks nothing"),
        (form({"linkId": "a", "type": "coding", "text": "A"}), "R5"),
        (form({"linkId": "a", "type": "choice", "option": []}), "STU3"),
        (form({"linkId": "a", "type": "attachment"}), "attachment"),
        (form({"linkId": "a", "type": "text"}, {"linkId": "a", "type": "text"}), "linkId of its own"),
        (form({"linkId": "a", "type": "choice"}), "answerOption"),
        (form({"linkId": "a", "type": "choice", "answerValueSet": "http://else.where/vs"}), "not in the file"),
        (form({"linkId": "a", "type": "text", "enableWhen": [{"question": "z", "operator": "=", "answerString": "x"}]}), "not there"),
        (form(*({"linkId": one, "type": "text", "enableWhen": [{"question": other, "operator": "exists", "answerBoolean": True}]}
                for one, other in (("a", "b"), ("b", "a")))), "depends on itself"),
        (form({"linkId": "a", "type": "text", "required": "maybe"}), "true or false"),
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_asked_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(Usage, match=said):
        fhir.read(text, name="ours.json")


def test_a_question_below_one_that_fell_away_is_not_asked_and_its_answer_not_kept() -> None:
    when = {"operator": "=", "answerBoolean": True}
    found = fhir.read(
        form(
            {"linkId": "a", "type": "boolean"},
            {"linkId": "b", "type": "group", "enableWhen": [{"question": "a", **when}],
             "item": [{"linkId": "c", "type": "boolean", "required": True}]},
            {"linkId": "d", "type": "text", "enableWhen": [{"question": "c", **when}]},
        )
    )  # fmt: skip
    told: dict[str, tuple[Value, ...]] = {"a": (False,), "c": (True,), "d": ("so",)}
    assert found.kept(told) == {"a": (False,)} and not found.missing(told)
    assert found.kept({**told, "a": (True,)}) == {"a": (True,), "c": (True,), "d": ("so",)}
    assert [item.link for item in found.missing({"a": (True,)})] == ["c"]


def test_a_number_is_what_the_form_on_paper_prints() -> None:
    """Its answers count from nought; where nothing counts, they are numbered from one."""
    found = shipped.shipped("phq-9")
    told = answers.typed_all(found.questionnaire, {str(n): "1" for n in range(1, 10)})
    got = scoring.result(found.questionnaire, found.rules, told)
    assert (got.scores[0].value, got.scores[0].band) == (9, "mild") and got.safety
    drinks = shipped.shipped("audit-c").questionnaire.by_link["q2"]
    assert answers.read(drinks, "1") == ("3-4",)
    hunger = shipped.shipped("hunger-vital-sign").questionnaire.by_link["q1"]
    assert answers.said(hunger, answers.read(hunger, "1")[0]) == "Often true"
    twice = fhir.read(form(counted("a", [1, 1 + 1]), {"linkId": "1", "type": "text"}))
    assert answers.typed_all(twice, {"1": "2"}) == {"a": ("2",)}, "the number of a question before another's link"


def test_what_cannot_be_an_answer_is_refused_with_what_can() -> None:
    item = shipped.shipped("phq-9").questionnaire.by_link["q1"]
    assert answers.read(item, "several") == answers.read(item, "1") == answers.read(item, "LA6569-3") == ("LA6569-3",)
    with pytest.raises(Usage, match="one of its answers") as said:
        answers.read(item, "4")
    assert len(said.value.details) == 4


@examples(60)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
    st.sampled_from(["resourceType", "item", "linkId", "type", "text", "answerOption", "valueCoding", "code", "enableWhen", "question",
                     "operator", "extension", "url", "contained", "required"]), inner, max_size=5), max_leaves=25))  # fmt: skip
def test_no_file_however_odd_is_anything_but_read_or_refused(found: Any) -> None:
    with suppress(Usage):
        fhir.read(json.dumps({"resourceType": "Questionnaire", "item": [found], "contained": [found]}))


@pytest.mark.parametrize("code", shipped.codes())
def test_what_was_answered_is_the_same_after_it_was_stored(code: str) -> None:
    found = shipped.shipped(code).questionnaire
    for item in found.questions:
        for one in item.choices or ():
            value: Value = one.code
            assert answers.restored(item, json.loads(json.dumps(answers.stored(value)))) == value
    assert answers.restored(fhir.read(form({"linkId": "n", "type": "decimal"})).by_link["n"], "2.50") == Decimal("2.5")
