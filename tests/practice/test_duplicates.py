"""Somebody at the door who may be known already: found whatever was mistyped, explained, and told only as far as one may know."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert

from caseload import models as m
from caseload.casework import duplicates, looks, merge
from caseload.casework.duplicates import TOLD, Likeness, Newcomer, like, near, weigh
from caseload.casework.nicknames import forms, related
from caseload.errors import NotPermitted, Usage
from caseload.store.names import rekey
from caseload.store.sounds import sound
from tests.practice.kit import ADMIN, Practice
from tests.practice.scenes import name_on, restrict

BORN = date(1984, 3, 12)

# What was typed, who is known, and a word of the reason that must be told.
ALIKE = [
    (("Maria", "Conti", BORN), ("María", "CONTI", BORN), "the same name"),
    (("Zoe", "Åkesson", None), ("Zoë", "Akesson", None), "the same name"),
    (("Beppe", "Conti", None), ("Giuseppe", "Conti", None), "forms of one"),
    (("Bill", "Okafor", BORN), ("William", "Okafor", BORN), "forms of one"),
    (("Mohammed", "Haddad", BORN), ("Muhamad", "Hadad", BORN), "sound alike"),
    (("Yusuf", "Osman", None), ("Youssef", "Osman", None), "forms of one"),
    (("Dmitrij", "Schmidt", BORN), ("Dimitri", "Schmitt", BORN), "family names sound alike"),
    (("Conti", "Maria", BORN), ("Maria", "Conti", BORN), "swapped"),
    (("Conti", "Maria", None), ("Maria", "Conti", None), "swapped"),
    (("Amina", "Hassan", BORN), ("Amira", "Hassan", BORN), "one letter of the given name"),
    (("Amina", "Garcia", BORN), ("Amina", "García López", BORN), "part of the family name"),
    (("Maria", "Conti", BORN), ("Maria", "Conti", date(1984, 12, 3)), "day and month of birth swapped"),
    (("Maria", "Conti", BORN), ("Maria", "Conti", date(1984, 3, 13)), "one digit of the birth date"),
    (("Maria", "Conti", BORN), ("Maria", "Conti", date(1994, 3, 12)), "one digit of the birth date"),
    (("Olga", "Jurcenko", BORN), ("Olga", "Yurchenko", BORN), "the family names sound alike"),
]
OTHERS = [
    (("Maria", "Conti", BORN), ("Maria", "Conti", date(1951, 11, 30))),
    (("Maria", "Conti", BORN), ("Maria", "Rossi", BORN)),
    (("Maria", "Conti", BORN), ("Paolo", "Conti", BORN)),
    (("Li", "Wang", None), ("Bo", "Wang", None)),
    (("Anna", "Sala", BORN), ("Otto", "Sala", None)),
]


@pytest.mark.parametrize(("typed", "known", "word"), ALIKE)
def test_what_was_mistyped_is_found_and_said(
    typed: tuple[str, str, date | None], known: tuple[str, str, date | None], word: str
) -> None:
    score, why = weigh(*typed, *known)
    assert TOLD <= score <= 100
    assert any(word in reason for reason in why), why
    assert weigh(*known, *typed)[0] >= TOLD, "whichever of the two came first"


@pytest.mark.parametrize(("typed", "known"), OTHERS)
def test_who_is_somebody_else_is_not_named(
    typed: tuple[str, str, date | None], known: tuple[str, str, date | None]
) -> None:
    assert weigh(*typed, *known)[0] < TOLD


def test_the_surer_the_higher() -> None:
    same, slip, bare, other = (
        weigh("Maria", "Conti", BORN, "Maria", "Conti", born)[0]
        for born in (BORN, date(1984, 3, 13), None, date(1951, 1, 1))
    )
    assert same > slip > bare > other


def test_birth_dates_a_slip_away() -> None:
    found = near(BORN)
    assert found[0] == BORN
    assert {date(1984, 12, 3), date(1984, 3, 13), date(1994, 3, 12), date(1984, 3, 22), date(1984, 8, 12)} <= set(found)
    assert date(1985, 3, 13) not in found
    assert len(found) < 45
    assert near(date(2024, 2, 29))  # a day that most years have not


def test_spellings_of_one_name_sound_alike_and_forms_of_one_are_related() -> None:
    for spellings in ("mohammed muhammad mohamed mehmet", "youssef yusuf yousef jusuf", "fatima fatma", "filip philip"):
        assert len({sound(word) for word in spellings.split()}) == 1, spellings
    assert sound("conti") != sound("rossi")
    assert (sound("li"), sound("王"), sound("")) == ("", "", "")
    assert related("peppe", "joseph") and related("liz", "elisabetta") and not related("maria", "paolo")
    assert forms("nobody") == ["nobody"] and "katarzyna" in forms("kasia")


@pytest.mark.parametrize(("typed", "known", "word"), ALIKE)
def test_the_database_finds_each_of_them(
    office: Practice,
    typed: tuple[str, str, date | None],
    known: tuple[str, str, date | None],
    word: str,
) -> None:
    number = office.open(given=known[0], family=known[1], born=known[2])
    found = office.ask("ana", like, Newcomer(*typed), limit=50)
    (one,) = [one for one in found if number in one.cases]
    assert one.score is not None and one.score >= TOLD
    assert any(word in reason for reason in one.why)
    assert number in one.words and known[1] not in one.words, "the reason names nobody"


def test_several_come_likeliest_first_and_a_client_once(practice: Practice) -> None:
    sure = practice.open(given="Maria", family="Conti", born=BORN)
    again = practice.open(client_of=sure, given="", family="", program="youth")
    perhaps = practice.open(given="Marija", family="Conti", born=None)
    practice.open(given="Paolo", family="Rossi", born=BORN)
    found: list[Likeness] = practice.ask("ana", like, Newcomer("Maria", "Conti", BORN))
    assert [set(one.cases) for one in found] == [{sure, again}, {perhaps}]
    assert (found[0].score or 0) > (found[1].score or 0)


def test_the_phone_speaks_for_one_person_or_one_household(practice: Practice) -> None:
    same = practice.open(given="Maria", family="Conti", phone="+39 055 123 4567")
    lives = practice.open(given="Marija", family="Conte")
    with practice.scene() as w:
        house = w.add(m.household, created_at=w.now)
        for case in (same, lives):
            client = practice.value("SELECT client_id FROM case_file WHERE number = :n", n=case)
            w.conn.execute(insert(m.household_member).values(household_id=house, client_id=client, from_on=w.today))
    plain = practice.ask("ana", like, Newcomer("Mariya", "Conti"))
    phoned = practice.ask("ana", like, Newcomer("Mariya", "Conti", phone="055/1234567"))
    why = {one.cases[0]: one.why for one in phoned}
    assert "the same phone" in why[same]
    assert "the same household has that phone" in why[lives]
    assert sum(one.score for one in phoned) > sum(one.score for one in plain)


def _also_known_as(practice: Practice, case: str, *names: str) -> None:
    with practice.as_("ana").work("alias") as w:
        who = practice.value("SELECT client_id FROM case_file WHERE number = :n", n=case)
        for name in names:
            w.conn.execute(insert(m.alias).values(client_id=who, name=name))
        rekey(w.conn, [who])
        w.receipt("Wrote what else they are called")


@pytest.mark.parametrize(
    ("alias", "typed"),
    [
        ("Stella Bianchi", ("Stella", "Bianchi")),
        ("stella  bianchi-neri", ("Stella", "Bianchi")),
        ("Bianchi, Stella", ("Stella", "Bianchi")),
        ("Anna Stella Bianchi", ("Anna Stella", "Bianchi")),
        ("Stella", ("Stella", "Conti")),
        ("Bianchi", ("Maria", "Bianchi")),
        ("Estela Bianqui", ("Estella", "Bianki")),
    ],
)
def test_who_comes_under_a_name_they_are_also_known_as_is_found(
    practice: Practice, alias: str, typed: tuple[str, str]
) -> None:
    case = practice.open(given="Maria", family="Conti", born=BORN)
    assert practice.ask("ana", like, Newcomer(*typed, BORN)) == []
    _also_known_as(practice, case, "Nobody Atall", alias)
    (found,) = practice.ask("ana", like, Newcomer(*typed, BORN))
    assert found.cases == (case,) and (found.score or 0) >= TOLD
    assert found.why[0] == "by a name they are also known as" and "born the same day" in found.why
    assert "ianchi" not in found.words, "the reason names nobody"
    assert practice.ask("ana", like, Newcomer(*typed, date(1951, 11, 30))) == [], "one clue of two is not enough"


def test_a_name_of_their_own_is_the_better_reason(practice: Practice) -> None:
    case = practice.open(given="Maria", family="Conti", born=BORN)
    before = practice.ask("ana", like, Newcomer("Maria", "Conti", BORN))
    _also_known_as(practice, case, "Maria Conti", "Mia")
    assert practice.ask("ana", like, Newcomer("Maria", "Conti", BORN)) == before


def test_two_records_are_alike_by_what_either_is_also_known_as(practice: Practice) -> None:
    """So the list of who may be this client, and the preview of a merge, say why."""
    case = practice.open(given="Maria", family="Conti", born=BORN)
    other = practice.open(given="Stella", family="Bianchi", born=BORN)
    _also_known_as(practice, case, "Stella Bianchi")
    for one, two in ((case, other), (other, case)):
        (found,) = practice.ask("ana", duplicates.of_case, one)
        assert found.cases == (two,)
        assert found.why == ("by a name they are also known as", "the same name", "born the same day")
        assert practice.ask("ana", merge.plan, one, two).alike == found.why


def test_the_phone_of_somebody_around_them_is_not_called_theirs(practice: Practice) -> None:
    case = practice.open(given="Maria", family="Conti")
    with practice.as_("ana").work("person") as w:
        who = practice.value("SELECT client_id FROM case_file WHERE number = :n", n=case)
        mother = w.add(m.person, client_id=who, name="Rosa Conti", role="kin", relation="mother")
        w.add(m.channel, client_id=who, person_id=mother, kind="phone", value="055 1234567")
        w.receipt("Wrote whom to call")
    (found,) = practice.ask("ana", like, Newcomer("Mariya", "Conti", phone="0551234567"))
    assert "somebody around them has that phone" in found.why and "the same phone" not in found.why


def test_of_a_client_out_of_sight_only_whom_to_ask_is_told(practice: Practice) -> None:
    practice.open(by="sol", worker="cleo", given="Maria", family="Conti", born=BORN)
    (one,) = practice.ask("ana", like, Newcomer("Maria", "Conti", BORN))
    assert one == Likeness((), None, (), "Cleo")
    assert one.words == "A possible match exists; ask Cleo."
    assert practice.ask("cleo", like, Newcomer("Maria", "Conti", BORN))[0].ask is None


def test_of_a_restricted_case_its_custodian_is_asked_and_who_is_denied_learns_nothing(practice: Practice) -> None:
    case = practice.open(by="sol", worker="cleo", given="Maria", family="Conti", born=BORN)
    restrict(practice, case, "sol")
    assert practice.ask("ana", like, Newcomer("Maria", "Conti", BORN)) == [Likeness((), None, (), "Sol")]
    name_on(practice, case, "ana", "deny")
    assert practice.ask("ana", like, Newcomer("Maria", "Conti", BORN)) == []


def test_hashed_and_merged_names_and_half_a_name_are_compared_with_nobody(practice: Practice) -> None:
    hashed = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    practice.open(given=hashed, family=hashed, born=BORN)
    gone = practice.open(given="Maria", family="Conti", born=BORN)
    other = practice.open(given="Vera", family="Sala")
    assert practice.ask("ana", like, Newcomer(hashed, hashed, BORN)) == []
    assert practice.ask("ana", like, Newcomer("", "")) == []
    with practice.as_("ana").work("merge") as w:
        ids = [practice.value("SELECT client_id FROM case_file WHERE number = :n", n=one) for one in (gone, other)]
        w.conn.execute(m.client.update().where(m.client.c.id == ids[0]).values(merged_into_id=ids[1]))
        w.receipt("Merged")
    assert practice.ask("ana", like, Newcomer("Maria", "Conti", BORN)) == []


def test_looking_for_a_likeness_is_no_look_and_changes_nothing(practice: Practice) -> None:
    case = practice.open()
    looks.announce(practice.as_("ana"), [case], surface="show")
    before = practice.facts(), practice.rows("SELECT * FROM look")
    assert practice.ask("ana", duplicates.like, Newcomer("Mara", "Conti"))
    assert (practice.facts(), practice.rows("SELECT * FROM look")) == before


def test_a_record_is_compared_with_all_others_but_itself(practice: Practice) -> None:
    case = practice.open(given="Maria", family="Conti", born=BORN, phone="055 1234567")
    assert practice.ask("ana", duplicates.of_case, case) == []
    other = practice.open(given="Mariah", family="Conti", born=BORN, phone="+39 055 123 4567")
    [found] = practice.ask("ana", duplicates.of_case, case)
    assert found.cases == (other,) and "the same phone" in found.why
    ids = [practice.value("SELECT client_id FROM case_file WHERE number = :n", n=one) for one in (case, other)]
    assert practice.ask("ana", duplicates.between, *ids) == (found.score, found.why)
    with pytest.raises(NotPermitted, match="no client's name"):
        practice.ask(ADMIN, duplicates.of_case, case)
    with pytest.raises(Usage):
        practice.ask("dan", duplicates.of_case, case)
