"""Advice by topic: the agency's list, and what contacts are filed under."""

from __future__ import annotations

import pytest

from caseload.casework import advice, page
from caseload.errors import NotPermitted, Refused, Usage
from tests.practice.kit import ADMIN, Practice


def filed(practice: Practice, case: str) -> tuple[str, ...]:
    return page.open_page(practice.as_("ana"), case, surface="show").contacts[0].topics


def test_every_agency_begins_with_topics_and_adds_its_own(practice: Practice) -> None:
    codes = [code for code, _name in practice.ask("ana", advice.offered)]
    assert {"benefits", "food", "child_care", "money", "sanitation", "household"} <= set(codes)
    practice.do(ADMIN, advice.TOPICS.add, "Pets", "Animals at home")
    case = practice.open()
    practice.met(case, topics=("pets", "Child care"))
    assert filed(practice, case) == ("child_care", "pets")
    told = {one.code: one.contacts for one in practice.ask("ana", advice.topics)}
    assert (told["pets"], told["food"]) == (1, 0)


def test_a_topic_that_is_none_is_refused_with_the_list(office: Practice) -> None:
    case = office.open()
    before = office.value("SELECT count(*) FROM contact")
    with pytest.raises(Usage, match=r"no topic 'gossip'.*benefits"):
        office.met(case, topics=("gossip",))
    assert office.value("SELECT count(*) FROM contact") == before


def test_a_closed_topic_takes_nothing_new_and_keeps_what_it_has(practice: Practice) -> None:
    case = practice.open()
    made = practice.met(case, topics=("food",)).data["contact"]
    practice.do(ADMIN, advice.TOPICS.close, "food")
    with pytest.raises(Refused, match="no new contacts"):
        practice.met(case, topics=("food",))
    practice.do("ana", advice.refile, case, made, ("food", "money"))
    assert filed(practice, case) == ("food", "money")
    practice.do(ADMIN, advice.TOPICS.open_again, "food")
    practice.do(ADMIN, advice.TOPICS.rename, "food", "Food and meals")
    assert ("food", "Food and meals") in practice.ask("ana", advice.offered)


def test_a_contact_is_filed_otherwise_by_who_made_it_and_that_is_taken_back(practice: Practice) -> None:
    case = practice.open()
    made = practice.met(case, topics=("food",)).data["contact"]
    before = practice.facts()["contact_topic"]
    done = practice.do("ana", advice.refile, case, made, ("money",))
    assert filed(practice, case) == ("money",)
    assert practice.do("ana", advice.refile, case, made, ("money",)).change is None
    with pytest.raises(NotPermitted, match="who made it"):
        practice.do("ben", advice.refile, case, made, ())
    practice.take_back(done)
    assert practice.facts()["contact_topic"] == before


def test_what_another_system_filed_stays_as_it_is(practice: Practice) -> None:
    case = practice.open()
    made = practice.met(case).data["contact"]
    with practice.scene() as w:
        from caseload import models as m

        w.add(m.contact_topic, contact_id=made, topic="living_situation:116")
    practice.do("ana", advice.refile, case, made, ("food",))
    practice.do("ana", advice.refile, case, made, ())
    assert filed(practice, case) == ("living_situation:116",)


def test_only_an_admin_changes_the_topics(practice: Practice) -> None:
    for verb, rest in (
        (advice.TOPICS.add, ("pets", "Pets")),
        (advice.TOPICS.close, ("food",)),
        (advice.TOPICS.rename, ("food", "Meals")),
    ):
        with pytest.raises(NotPermitted):
            practice.do("ben", verb, *rest)
    for code in ("9", "a:b", ""):
        with pytest.raises(Usage):
            practice.do(ADMIN, advice.TOPICS.add, code, "Something")
    with pytest.raises(Usage, match="already"):
        practice.do(ADMIN, advice.TOPICS.add, "food", "Food")
