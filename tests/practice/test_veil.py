"""Looking without identity: what a case page says then, what cases are called, and that nothing else says more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert

from caseload import models as m
from caseload.casework import agenda, alerts, cases, clients, find, page, pseudonyms, stages, triage, veil
from caseload.errors import Refused, Usage
from caseload.store.undo import undo
from tests.practice.kit import DAY, Practice

BORN = date(1931, 4, 2)
TOLD = (
    "Vilhelmina Orsolya rang from 055 998 877; her son Fjodor Quennell was there. Vilhelminas rent is due 2026-12-01.\n"
    "Mail vilma@posta.example, born 2 April 1931, lives at 7 Larkspur Road; see 2026-000018."
)
# Whatever of this anybody reads, they know who it is.
SECRETS = (
    "vilhelmina",
    "orsolya",
    "vilma",
    "fjodor",
    "quennell",
    "998877",
    "998 877",
    "larkspur",
    "1931",
    "2 apr",
    "posta",
)


@pytest.fixture
def told(practice: Practice) -> tuple[Practice, str]:
    """A case whose every text says who it is about."""
    p = practice
    case = p.open(
        given="Vilhelmina", family="Orsolya", born=BORN, phone="+39 055 998 877", source="Fjodor Quennell", ago=30
    )
    p.met(case, ago=12, note=TOLD)
    p.note(case, TOLD)
    p.task(case, 3, title="Ring Vilhelmina's son Fjodor")
    p.do("ana", alerts.raise_alert, case, "Orsolya's dog bites, 7 Larkspur Road")
    p.do("ana", stages.move, case, "active", "Vilma agreed")
    with p.by_hand() as conn:
        client = conn.execute(m.case_file.select().where(m.case_file.c.number == case)).one().client_id
    p.do("ana", _around, client)
    return p, case


def _around(w: Any, client: int) -> Any:
    """Somebody around the client, where they live, and what else they are called."""
    w.add(m.person, client_id=client, name="Fjodor Quennell", role="kin", relation="son of Vilhelmina")
    w.add(m.channel, client_id=client, kind="address", value="7 Larkspur Road")
    w.add(m.alias, client_id=client, name="Vilma")
    return w.receipt("Somebody around")


@pytest.fixture
def unseeing(told: tuple[Practice, str]) -> Iterator[tuple[Practice, str]]:
    """Ana looks without identity."""
    p, case = told
    p.as_("ana").masked = True
    yield p, case
    p.as_("ana").masked = False


def test_a_page_tells_the_case_and_not_whose_it_is(unseeing: tuple[Practice, str]) -> None:
    p, case = unseeing
    db = p.as_("ana")
    shown = veil.Veil(db, dates=True).over(asdict(page.open_page(db, case, surface="screen")), DAY)
    text = repr(shown).lower()
    assert [one for one in (*SECRETS, case) if one in text] == []
    assert not re.search(r"\d{4}-\d{2}-\d{2}", text)
    assert "[client] rang from [phone]; her son [relative] was there. [client] rent is due [in 11 days]." in text
    assert shown["age"] == "90+" and "[place]" in text and "12 days ago" in text and shown["contacts"][0]["note"]


def test_lists_and_every_other_reading_know_no_name(unseeing: tuple[Practice, str]) -> None:
    p, case = unseeing
    key = p.id(case)
    told = (
        p.ask("ana", triage.rows, [key]), p.ask("ana", cases.rows, [key]), p.ask("ana", page.preview, key),
        p.ask("ana", agenda.read, agenda.Wish(DAY, 7)),
    )  # fmt: skip
    assert [one for one in SECRETS if one in repr(told).lower().replace("datetime.date(1931", "1931")] == []
    assert p.ask("ana", cases.keys, "vilhelmina stage:any") == [], "no name is searched for"
    with pytest.raises(Usage):
        p.ask("ana", find.case, "orsolya")


def test_what_is_shown_so_can_still_be_worked_on(unseeing: tuple[Practice, str]) -> None:
    p, case = unseeing
    before = p.ask("ana", page.read, p.id(case))
    p.met(case, note="Spoke about the rent.")
    after = p.ask("ana", page.read, p.id(case))
    assert len(after.contacts) == len(before.contacts) + 1


def test_the_form_that_shows_identity_is_not_opened(unseeing: tuple[Practice, str]) -> None:
    p, case = unseeing
    with pytest.raises(Refused, match="without identity") as said:
        p.ask("ana", clients.read, case)
    assert "orsolya" not in str(said.value).lower()


def test_a_case_is_called_the_same_ever_after_and_otherwise_by_somebody_else(told: tuple[Practice, str]) -> None:
    p, case = told
    other = p.open(given="Nils", family="Abend")
    keys = [p.id(case), p.id(other)]
    mine = pseudonyms.allot(p.as_("ana"), keys)
    assert pseudonyms.allot(p.as_("ana"), keys) == mine and len(set(mine.values())) == 2
    assert all(re.fullmatch(r"[a-z]{3,6}-\d{4}", name) and len(name) <= len(case) for name in mine.values())
    theirs = pseudonyms.allot(p.as_("ben"), keys)
    assert set(theirs.values()).isdisjoint(mine.values())
    assert p.ask("ana", pseudonyms.number_of, mine[keys[0]].upper()) == case
    assert p.ask("ben", pseudonyms.number_of, mine[keys[0]]) is None, "it says nothing to anybody else"


def test_nobody_gets_a_name_for_a_case_out_of_sight(told: tuple[Practice, str]) -> None:
    p, case = told
    assert pseudonyms.allot(p.as_("cleo"), [p.id(case), 10**6]) == {}
    assert veil.Veil(p.as_("cleo")).over(f"about {case}", DAY) == "about [case]"


def test_no_case_is_called_by_a_name_that_is_taken_or_a_clients(told: tuple[Practice, str]) -> None:
    p, case = told
    drawn = iter([0, 7, 0, 7, 0, 7, 0, 8])
    first, second = p.id(case), p.id(p.open(given="Anvil", family="Arrow"))
    lots = {"below": lambda _most: next(drawn)}
    assert pseudonyms.allot(p.as_("ana"), [first], **lots) == {first: "badge-0007"}, "anvil and arrow are somebody"
    assert pseudonyms.allot(p.as_("ana"), [second], **lots) == {second: "badge-0008"}


def test_two_terminals_agree_on_a_name(told: tuple[Practice, str]) -> None:
    p, case = told
    key = p.id(case)

    def taken_meanwhile(most: int) -> int:
        if p.engine_name == "postgresql" and not p.value("SELECT count(*) FROM pseudonym"):
            with p.by_hand() as conn:
                me = p.value("SELECT id FROM worker WHERE handle = 'ana'")
                conn.execute(insert(m.pseudonym).values(worker_id=me, case_id=key, name="yarn-0001", at=p.hour(0, 9)))
        return most - 1

    found = pseudonyms.allot(p.as_("ana"), [key], below=taken_meanwhile)
    assert found == {key: "yarn-0001" if p.engine_name == "postgresql" else "zipper-9999"}


def test_a_name_outlives_the_undoing_of_the_intake(practice: Practice) -> None:
    p = practice
    case = p.open()
    name = pseudonyms.allot(p.as_("ana"), [p.id(case)])
    p.do("ana", undo)
    assert p.value("SELECT name FROM pseudonym") == next(iter(name.values()))


def test_sentences_say_no_number_and_no_day(told: tuple[Practice, str]) -> None:
    p, case = told
    db = p.as_("ana")
    name = pseudonyms.allot(db, [p.id(case)])[p.id(case)]
    seen = veil.Veil(db)
    assert seen.over(("Snoozed " + case + " until 2026-11-25", DAY), DAY) == (f"Snoozed {name} until in 5 days", DAY)
    error = seen.error(Usage(f"There is no case {case}.", details=[case]), DAY)
    assert (str(error), error.message, error.details) == (
        f"There is no case {name}.",
        f"There is no case {name}.",
        [name],
    )
