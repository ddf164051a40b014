"""The directory: kept by who handles cases, read by everybody; a service is found by what is known of it, and says why it is last."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload import models as m
from caseload.casework import clients, directory, finder, opening
from caseload.casework.directory import NewProvider
from caseload.casework.finder import Found, Wish
from caseload.casework.opening import Hours
from caseload.errors import Conflict, NotPermitted, Refused, Usage
from tests.practice.acts import back_and_forth
from tests.practice.kit import ADMIN, DAY, ZONE, Practice
from tests.practice.referring import offered, provider


def look(practice: Practice, by: str = "ana", **wish: Any) -> Found:
    found: Found = practice.ask(by, finder.look, Wish(**wish))
    return found


def names(practice: Practice, **wish: Any) -> list[str]:
    return [row.name for row in look(practice, **wish).rows]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """That hour on the agency's clock, so many days from the Friday of the tests."""
    return datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=ZoneInfo(ZONE)) + timedelta(days=day)


# ------------------------------------------------------------------------------- keeping it


def test_who_handles_cases_keeps_the_directory_and_everybody_reads_it(practice: Practice) -> None:
    offered(practice, "Night shelter", by="Caritas", who="ana")
    for who in ("ben", ADMIN):
        provider(practice, f"Of {who}", who=who)
    for who in ("nia", "otto"):
        with pytest.raises(NotPermitted):
            provider(practice, "Mine", who=who)
        assert names(practice, words="shelter", by=who) == ["Night shelter"]


def test_a_provider_renamed_or_moved_is_found_by_its_new_words_and_after_undo_by_its_old(practice: Practice) -> None:
    service = offered(practice, "Night shelter", by="Caritas", at="Florence")
    key = practice.value("SELECT provider_id FROM service WHERE id = :key", key=service)
    before = practice.facts()
    changed = practice.do("ana", directory.edit_provider, key, {"name": "Misericordia", "place": "Pisa"})
    assert names(practice, words="miseri pisa") == ["Night shelter"] and not names(practice, words="caritas")
    assert practice.value("SELECT place_key FROM service") == "pisa"
    back_and_forth(practice, before, changed, "ana")
    practice.take_back()
    assert names(practice, words="caritas florence") == ["Night shelter"] and not names(practice, words="pisa")


def test_a_service_changed_with_its_hours_is_undone_whole(practice: Practice) -> None:
    service = offered(practice, hours=opening.read("mon-fri 9-12"))
    before = practice.facts()
    new = {"hours": opening.read("sat 10-11"), "about": "By appointment", "domain": "housing", "age_from": 18}
    back_and_forth(practice, before, practice.do("ana", directory.edit_service, service, new), "ana")


def test_adding_to_the_directory_is_undone_by_an_admin_too(practice: Practice) -> None:
    before = practice.facts()
    back_and_forth(practice, before, practice.do(ADMIN, directory.add_provider, NewProvider("Caritas")), ADMIN)
    made = practice.do("ana", directory.add_provider, NewProvider("Croce Rossa"))
    practice.take_back(made, by=ADMIN)
    assert practice.value("SELECT count(*) FROM provider WHERE name = 'Croce Rossa'") == 0


def test_a_stale_change_overwrites_nothing_and_an_equal_one_is_none(practice: Practice) -> None:
    service = offered(practice, hours=opening.read("mon 9-12"))
    practice.do("bo", directory.edit_service, service, {"about": "Warm"}, seen=1)
    with pytest.raises(Conflict):
        practice.do("ana", directory.edit_service, service, {"about": "Cold"}, seen=1)
    same = {"about": "Warm", "hours": opening.read("mon 9:00-12:00")}
    assert practice.do("ana", directory.edit_service, service, same).change is None


def test_it_is_stamped_on_the_day_somebody_made_sure_of_it(practice: Practice) -> None:
    service = offered(practice)
    practice.go(40)
    practice.do("ana", directory.edit_service, service, {"about": "Warm"})
    [row] = look(practice).rows
    assert row.checked_on == DAY
    practice.do("ana", directory.edit_service, service, {"checked": True})
    [row] = look(practice).rows
    assert row.checked_on == practice.day


def test_a_closed_service_and_those_of_a_provider_that_is_gone_are_found_only_on_demand(practice: Practice) -> None:
    first = offered(practice, "Beds")
    second = offered(practice, "Meals", by="Caritas")
    practice.do("ana", directory.close_service, first)
    key = practice.value("SELECT provider_id FROM service WHERE id = :key", key=second)
    practice.do("ana", directory.edit_provider, key, {"state": "defunct"})
    assert names(practice) == []
    assert names(practice, everything=True) == ["Beds", "Meals"]
    practice.do("ana", directory.edit_service, first, {"state": "active"})
    assert names(practice) == ["Beds"]


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ({"name": " "}, "missing"),
        ({"name": "!"}, "letter or a digit"),
        ({"domain": "magic"}, "no domain"),
        ({"languages": ["Italian please"]}, "No language is known as"),
        ({"age_from": 30, "age_to": 20}, "lies above"),
        ({"answer_days": 0}, "lies between"),
        ({"state": "asleep"}, "state"),
        ({"colour": "red"}, "nothing of the directory"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(practice: Practice, new: dict[str, Any], said: str) -> None:
    service = offered(practice)
    before = practice.facts()
    with pytest.raises(Usage, match=said):
        practice.do("ana", directory.edit_service, service, new)
    assert practice.facts() == before


def test_one_name_stands_once_at_a_place_and_once_at_a_provider(practice: Practice) -> None:
    offered(practice, "Beds", by="Caritas", at="Pisa")
    with pytest.raises(Refused, match="there already"):
        provider(practice, "CÁRITAS", place="Pisa")
    other = provider(practice, "Caritas", place="Florence")
    with pytest.raises(Refused, match="that name already"):
        offered(practice, "beds", by="Caritas")
    assert practice.ask("ana", directory.provider_meant, str(other)) == other
    with pytest.raises(Usage, match="Several"):
        practice.ask("ana", directory.provider_meant, "carit")
    assert practice.ask("ana", directory.service_meant, "be") == practice.value("SELECT id FROM service")


# ------------------------------------------------------------------------------- hours


def test_hours_are_read_as_people_write_them() -> None:
    read = opening.read("mon-wed 9-12:30 14-17, sat 9.30-12; sun-mon 20-24")
    assert [(one.weekday, one.opens, one.closes) for one in read] == [
        (1, 540, 750), (1, 840, 1020), (1, 1200, 1440), (2, 540, 750), (2, 840, 1020), (3, 540, 750), (3, 840, 1020),
        (6, 570, 720), (7, 1200, 1440),
    ]  # fmt: skip
    assert opening.written(read) == (
        "mon 9:00-12:30 14:00-17:00 20:00-24:00, tue-wed 9:00-12:30 14:00-17:00, sat 9:30-12:00, sun 20:00-24:00"
    )
    for wrong in (
        "always",
        "mon",
        "mon 9",
        "foo 9-12",
        "mon 12-9",
        "mon 9-25",
        "mon 9:70-12",
        "mon 9-12 11-13",
        "mon 9-12 x",
    ):
        with pytest.raises(Usage):
            opening.read(wrong)


HOURS = st.sets(st.tuples(st.integers(1, 7), st.integers(0, 11)), max_size=20).map(
    lambda some: tuple(sorted(Hours(day, at * 120, at * 120 + 90) for day, at in some))
)


@given(hours=HOURS)
def test_hours_written_out_are_read_back_the_same(hours: tuple[Hours, ...]) -> None:
    assert opening.read(opening.written(hours)) == hours


def test_open_now_is_by_the_agencys_clock_to_the_minute(practice: Practice) -> None:
    offered(practice, "Mornings", hours=opening.read("fri 9-12"))
    offered(practice, "Never said")
    for moment, open_ in (
        (at(0, 8, 59), False),
        (at(0, 9), True),
        (at(0, 11, 59), True),
        (at(0, 12), False),
        (at(1, 10), False),
    ):
        assert (names(practice, open_at=moment) == ["Mornings"]) == open_, moment
    # Ten in Rome is nine in UTC.
    assert names(practice, open_at=at(0, 9).astimezone(ZoneInfo("America/New_York"))) == ["Mornings"]
    rows = {row.name: row.open for row in look(practice).rows}
    assert rows["Never said"] is None


# ------------------------------------------------------------------------------- finding


def test_a_service_is_found_by_the_start_of_any_word_about_it(practice: Practice) -> None:
    offered(
        practice,
        "Foyer d'accueil",
        by="Élan Sud",
        about="Beds for women",
        eligibility="Pregnant",
        domain="mental_health",
    )
    offered(practice, "Meals", by="Caritas")
    for words in ("foyer", "daccu", "accueil", "elan", "bed wom", "preg", "mental", "health", "FOY elan"):
        assert names(practice, words=words) == ["Foyer d'accueil"], words
    assert names(practice, words="foyer meals") == []
    assert names(practice, words="") == ["Foyer d'accueil", "Meals"]
    assert names(practice, domain="mental_health") == ["Foyer d'accueil"]
    assert [row.name for row in practice.ask("ana", finder.providers, "pregnant")] == ["Élan Sud"]


def test_a_language_is_matched_whole(practice: Practice) -> None:
    offered(practice, "One", languages=("it", "en"))
    offered(practice, "Two", languages=("en-gb",))
    assert names(practice, language="EN") == ["One"]
    with pytest.raises(Usage):
        names(practice, language="%")


def test_near_is_by_the_great_circle_and_what_lies_nowhere_known_is_last_and_said(practice: Practice) -> None:
    for name, lat, lon in (("Florence", 43.7696, 11.2558), ("Pisa", 43.7228, 10.4017), ("Rome", 41.9028, 12.4964)):
        practice.do(ADMIN, directory.set_place, name, lat, lon)
    offered(practice, "In Rome", by="A", at="Rome")
    offered(practice, "In Pisa", by="B", at="rome", place="PISA")
    offered(practice, "Somewhere", by="C", at="Atlantis")
    found = look(practice, near="florence").rows
    assert [(row.name, row.km and round(row.km)) for row in found] == [
        ("In Pisa", 69),
        ("In Rome", 231),
        ("Somewhere", None),
    ]
    near = look(practice, near="Florence", within=100)
    assert ([row.name for row in near.rows], near.total, near.unplaced) == (["In Pisa"], 1, 1)
    with pytest.raises(Usage, match="Did you mean Florence"):
        names(practice, near="florense")
    with pytest.raises(Usage, match="place add"):
        names(practice, near="Xyz")


def test_a_place_is_set_anew_and_given_back(practice: Practice) -> None:
    practice.do("ana", directory.set_place, "Pisa", 1.0, 2.0)
    before = practice.facts()
    back_and_forth(practice, before, practice.do("ana", directory.set_place, "PISA", 43.72, 10.4), "ana")
    assert practice.do("ana", directory.set_place, "Pisa", 43.72, 10.4).change is None
    with pytest.raises(Usage):
        practice.do("ana", directory.set_place, "Pisa", 91, 0)


FITS: list[tuple[dict[str, Any], str | None, tuple[str, ...]]] = [
    ({}, None, ()),
    ({"age_from": 18, "age_to": 25}, "for ages 18 to 25", ()),
    ({"age_from": 36}, None, ()),
    ({"age_from": 37}, "for ages from 37", ()),
    ({"age_to": 36}, None, ()),
    ({"residence": ["Pisa", "Florence"]}, None, ()),
    ({"residence": ["Flor"]}, "for residents of Flor", ()),
    ({"languages": ["ti", "en"]}, None, ()),
    ({"languages": ["fr"]}, "spoken there: fr", ()),
    ({"income_cents": 100_000}, None, ("income",)),
]


@pytest.mark.parametrize(("rules", "misfit", "ask"), FITS, ids=lambda value: str(value)[:30])
def test_a_service_that_does_not_fit_is_last_and_names_the_rule(
    practice: Practice, rules: dict[str, Any], misfit: str | None, ask: tuple[str, ...]
) -> None:
    born = DAY.replace(year=DAY.year - 36)  # 36 today
    case = practice.open(born=born, language="ti")
    practice.do("ana", clients.edit, case, {"address": "Via Roma 1, Florence"})
    offered(practice, "A rule", **rules)
    offered(practice, "Zebra, for all")
    found = look(practice, case=case).rows
    assert [row.name for row in found] == (["Zebra, for all", "A rule"] if misfit else ["A rule", "Zebra, for all"])
    one = next(row for row in found if row.name == "A rule")
    assert (one.misfit, one.ask) == (misfit, ask)


def test_what_is_said_of_the_client_besides_the_record_counts(practice: Practice) -> None:
    case = practice.open()
    offered(practice, "Benefit", income_cents=90_000, residence=["Pisa"], age_from=18)
    [row] = look(practice, case=case).rows
    assert row.misfit is None and set(row.ask) == {"age", "residence", "income"}
    [row] = look(practice, case=case, income_cents=90_001, residence="Pisa").rows
    assert row.misfit == "for incomes up to 900.00 a month"
    with pytest.raises(NotPermitted):
        look(practice, by="nia", case=case)


def test_the_words_that_services_are_found_by_are_whole_after_any_change(practice: Practice) -> None:
    offered(practice, "Beds", by="Caritas")
    key = practice.value("SELECT id FROM provider")
    undone = practice.do("ana", directory.edit_provider, key, {"about": "We", "name": "Croce"})
    practice.take_back(undone)
    with practice.raw.connect() as conn:
        held = set(conn.execute(m.service_word.select().with_only_columns(m.service_word.c.word)).scalars())
    assert held == {"beds", "caritas"}
