"""Needs by domain and the history a client brings along: in their own words, and nothing that was said is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from caseload.casework import backgrounds, needs, page
from caseload.casework.backgrounds import BackgroundRow
from caseload.casework.needs import NeedRow, NewNeed
from caseload.errors import Conflict, NotPermitted, Refused, Usage
from tests.practice.acts import back_and_forth
from tests.practice.finding import assess, need
from tests.practice.kit import ADMIN, DAY, Practice


def of(practice: Practice, case: str, *, by: str = "ana") -> tuple[NeedRow, ...]:
    return page.open_page(practice.as_(by), case, surface="show").needs


def told(practice: Practice, case: str) -> tuple[BackgroundRow, ...]:
    return page.open_page(practice.as_("ana"), case, surface="show").background


# ---------------------------------------------------------------- needs


def test_a_need_is_kept_with_its_words_its_strengths_and_what_it_was_found_in(practice: Practice) -> None:
    case = practice.open()
    asked = assess(practice, case).data["assessment"]
    key = need(practice, case, "mental_health", severity="severe", words="I do not sleep.", strengths="A sister nearby.",
               assessment=asked)  # fmt: skip
    [row] = of(practice, case)
    assert (row.id, row.domain, row.name, row.severity, row.state) == (
        key,
        "mental_health",
        "Mental health",
        "severe",
        "open",
    )
    assert (row.words, row.strengths, row.assessment, row.found, row.by) == (
        "I do not sleep.", "A sister nearby.", asked, DAY, "ana",
    )  # fmt: skip


def test_open_and_severe_needs_come_first(practice: Practice) -> None:
    case = practice.open(ago=9)
    mild, met = need(practice, case, severity="mild"), need(practice, case, severity="severe")
    practice.do("ana", needs.end, met, "met")
    severe = need(practice, case, "health", severity="severe")
    assert [one.id for one in of(practice, case)] == [severe, mild, met]


def test_other_words_leave_those_before_on_record_and_nobodys_change_is_lost(practice: Practice) -> None:
    case = practice.open()
    key = need(practice, case, words="A flat.")
    practice.do("ana", needs.change, key, {"words": "Two rooms.", "severity": "severe"}, seen=1)
    [row] = of(practice, case)
    assert (row.words, row.severity, row.version) == ("Two rooms.", "severe", 2)
    first, second = practice.rows("SELECT id, body, supersedes_id FROM narrative ORDER BY id")
    assert (first.body, second.supersedes_id) == ("A flat.", first.id)
    with pytest.raises(Conflict):
        practice.do("ana", needs.change, key, {"severity": "mild"}, seen=1)
    assert practice.do("ana", needs.change, key, {"severity": "severe"}).change is None


def test_a_need_that_ended_is_changed_by_nobody_and_opened_again_by_undo(practice: Practice) -> None:
    case = practice.open(ago=9)
    key = need(practice, case, on=practice.ago(3))
    ended = practice.do("ana", needs.end, key, "set_aside", on=practice.ago(1))
    assert [(one.state, one.ended) for one in of(practice, case)] == [("set_aside", practice.ago(1))]
    for act in (
        lambda: practice.do("ana", needs.end, key, "met"),
        lambda: practice.do("ana", needs.change, key, {"words": "x"}),
    ):
        with pytest.raises(Refused, match="ended on 2026-11-19"):
            act()
    practice.take_back(ended)
    assert [one.state for one in of(practice, case)] == ["open"]
    for day in (practice.ago(4), DAY + timedelta(days=1)):
        with pytest.raises(Usage, match="found on 2026-11-17"):
            practice.do("ana", needs.end, key, "met", on=day)


@pytest.mark.parametrize("act", ["add", "change", "end", "write", "write anew"])
def test_each_act_is_undone_and_done_again(practice: Practice, act: str) -> None:
    case = practice.open()
    key = need(practice, case, words="A flat.")
    practice.do("ana", backgrounds.write, case, "legal", "Nothing.")
    before = practice.facts()
    receipt = {
        "add": lambda: practice.do("ana", needs.add, NewNeed(case, "income", words="Debts.")),
        "change": lambda: practice.do("ana", needs.change, key, {"words": "Two rooms.", "domain": "family"}),
        "end": lambda: practice.do("ana", needs.end, key, "met"),
        "write": lambda: practice.do("ana", backgrounds.write, case, "social", "Grew up by the sea."),
        "write anew": lambda: practice.do("ana", backgrounds.write, case, "legal", "A permit until May."),
    }[act]()
    back_and_forth(practice, before, receipt, "ana")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"domain": "gardens"}, "no domain 'gardens'"), ({"severity": "huge"}, "no severity"),
        ({"assessment": 999_999}, "no assessment 999999 in that case"), ({"on": DAY + timedelta(days=1)}, "lies ahead"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_no_need(office: Practice, more: dict[str, Any], said: str) -> None:
    case = office.open()
    with pytest.raises(Usage, match=said):
        office.do("ana", needs.add, NewNeed(**({"case": case, "domain": "housing"} | more)))


def test_an_assessment_of_another_case_is_no_ground(office: Practice) -> None:
    case, other = office.open(), office.open()
    asked = assess(office, other).data["assessment"]
    with pytest.raises(Usage, match="in that case"):
        need(office, case, assessment=asked)


def test_a_need_out_of_sight_is_as_if_it_were_not_there(practice: Practice) -> None:
    key = need(practice, practice.open())
    for act in (
        lambda: practice.do("dan", needs.end, key, "met"),
        lambda: practice.do("dan", needs.end, 999_999, "met"),
    ):
        with pytest.raises(Usage, match="There is no need"):
            act()


# ---------------------------------------------------------------- domains


def test_an_admin_adds_renames_and_closes_domains_and_nobody_else_does(practice: Practice) -> None:
    practice.do(ADMIN, needs.DOMAINS.add, "child-care", "Child care")
    case = practice.open()
    key = need(practice, case, "child_care")
    practice.do(ADMIN, needs.DOMAINS.rename, "child_care", "Care of children")
    practice.do(ADMIN, needs.DOMAINS.close, "child_care")
    assert [(one.domain, one.name) for one in of(practice, case)] == [("child_care", "Care of children")]
    with pytest.raises(Refused, match="takes no new needs"):
        need(practice, case, "child_care")
    practice.do("ana", needs.change, key, {"domain": "child_care", "severity": "severe"})
    closed = practice.ask("ana", needs.domains)[-1]
    assert (closed.code, closed.closed, closed.open_needs) == ("child_care", DAY, 1)
    practice.do(ADMIN, needs.DOMAINS.open_again, "child_care")
    need(practice, case, "child_care")
    for who in ("ana", "ben"):
        with pytest.raises(NotPermitted, match="Only an admin"):
            practice.do(who, needs.DOMAINS.add, "garden", "Garden")
    with pytest.raises(Usage, match="already"):
        practice.do(ADMIN, needs.DOMAINS.add, "housing", "Housing")
    with pytest.raises(Usage, match="small letters"):
        practice.do(ADMIN, needs.DOMAINS.add, "1!", "x")


def test_what_was_done_to_domains_is_undone_by_an_admin_and_done_again(practice: Practice) -> None:
    before = practice.facts()
    back_and_forth(practice, before, practice.do(ADMIN, needs.DOMAINS.add, "garden", "Garden"), ADMIN)
    before = practice.facts()
    back_and_forth(practice, before, practice.do(ADMIN, needs.DOMAINS.close, "housing"), ADMIN)


# ---------------------------------------------------------------- history


def test_a_section_told_anew_keeps_what_was_told_before(practice: Practice) -> None:
    case = practice.open()
    practice.do("ana", backgrounds.write, case, "social", "Grew up by the sea.", seen=0)
    practice.do("ana", backgrounds.write, case, "social", "Grew up inland.", seen=1)
    [row] = told(practice, case)
    assert (row.section, row.text, row.version, row.by) == ("social", "Grew up inland.", 2, "ana")
    past = practice.ask("ana", backgrounds.earlier, practice.id(case), "social")
    assert [one.text for one in past] == ["Grew up inland.", "Grew up by the sea."]
    for seen in (0, 1):
        with pytest.raises(Conflict):
            practice.do("ana", backgrounds.write, case, "social", "x", seen=seen)
    with pytest.raises(Usage, match="no section"):
        practice.do("ana", backgrounds.write, case, "musical", "x")
    with pytest.raises(Usage, match="is missing"):
        practice.do("ana", backgrounds.write, case, "legal", "  ")


def test_without_identity_words_are_masked_and_domains_stay(practice: Practice) -> None:
    case = practice.open(given="Amina", family="Okoye")
    need(practice, case, words="Amina wants a flat.", strengths="Amina sings.")
    practice.do("ana", backgrounds.write, case, "social", "Amina grew up inland.")
    db = practice.as_("ana")
    db.masked = True
    try:
        shown = page.open_page(db, case, surface="show")
    finally:
        db.masked = False
    assert [(one.domain, one.words, one.strengths) for one in shown.needs] == [
        ("housing", "[client] wants a flat.", "[client] sings."),
    ]  # fmt: skip
    assert [one.text for one in shown.background] == ["[client] grew up inland."]


def test_an_admin_reads_none_of_it(practice: Practice) -> None:
    case = practice.open()
    need(practice, case)
    practice.do("ana", backgrounds.write, case, "social", "By the sea.")
    shown = page.open_page(practice.as_(ADMIN), case, surface="show")
    assert shown.needs == shown.background == ()
