"""Directories of services come in from others, keep what people set here, and go out again; what was sent to a service stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.casework import directory, finder, referrals
from caseload.casework.finder import Wish
from caseload.errors import NotPermitted, Usage
from caseload.exchange.hsds import hours
from caseload.exchange.hsds.read import Row, read
from caseload.reports import ExportRequest, export
from tests.exchange.hsds_files import page, service, tables, written
from tests.practice.acts import back_and_forth
from tests.practice.calendars import looked_at, taken
from tests.practice.kit import ADMIN, DAY, Practice
from tests.practice.referring import provider


def found(practice: Practice, words: str = "", by: str = "ana") -> list[finder.ServiceRow]:
    return list(practice.ask(by, finder.look, Wish(words, everything=True)).rows)


def state_of(practice: Practice, name: str) -> str:
    return str(practice.value("SELECT state FROM service WHERE name = :name", name=name))


def test_the_tables_of_the_first_editions_become_providers_and_services(practice: Practice, tmp_path: Path) -> None:
    before = practice.facts()
    path = written(tmp_path / "county", tables())
    preview, problems = looked_at(practice, path, "hsds")
    assert (preview.version, preview.count("new"), problems) == ("HSDS 1–2", 5, []) and practice.facts() == before
    receipt = taken(practice, path, "hsds")
    assert receipt.words == "Took 3 services from county and 3 providers"
    (shelter,) = found(practice, "night shelter")
    assert (shelter.provider, shelter.place, shelter.address, shelter.phone, shelter.email) == (
        "Saint Anne", "Florence", "Via Roma 3, Florence, FL, 50100", "055 777", "hello@anne.example",
    )  # fmt: skip
    assert (shelter.domain, shelter.languages, shelter.cost, shelter.bring) == (
        "housing",
        ("it",),
        "Free",
        "Identity card",
    )
    assert [(one.weekday, one.opens, one.closes) for one in shelter.hours] == [
        (1, 540, 1290), (2, 1320, 1440), (3, 0, 120),
    ]  # fmt: skip
    for said in (
        "Beds for one night.",
        "How to apply: Ring the bell",
        "Subjects: Housing, Emergency beds",
        "House of Anne",
    ):
        assert said in shelter.about
    assert practice.value("SELECT about FROM provider WHERE name = 'Saint Anne'") == "Helps & listens."
    assert practice.ask("ana", finder.places) == [("Florence", 43.77, 11.25)]
    reasons = {note.reason: note.rows for note in preview.notes}
    assert reasons["languages are not known by that name: left out"] == 1
    assert reasons["opening hours are not of every week, or cannot be read: left out"] == 1
    assert looked_at(practice, path, "hsds")[0].nothing_to_do
    back_and_forth(practice, before, receipt, "ana")


def test_a_service_of_an_unknown_organisation_is_usable_and_flagged_until_it_is_known(
    practice: Practice, tmp_path: Path
) -> None:
    whole = tables()
    taken(practice, written(tmp_path / "county", whole), "hsds")
    (advice,) = found(practice, "legal")
    assert (advice.provider, advice.state) == ("Unknown organisation 77", "active")
    assert [row.name for row in found(practice, "unknown organisation")] == ["Legal advice"]
    whole["organizations"].append({"id": "77", "name": "Law for all", "description": "", "email": "", "url": ""})
    taken(practice, written(tmp_path / "county", whole), "hsds")
    assert [row.provider for row in found(practice, "legal law")] == ["Law for all"]
    whole["organizations"].pop()
    assert looked_at(practice, written(tmp_path / "county", whole), "hsds")[0].nothing_to_do, (
        "what was told of it stands"
    )


def test_a_newer_directory_sets_right_what_changed_and_keeps_what_people_set_here(
    practice: Practice, tmp_path: Path
) -> None:
    whole = tables()
    taken(practice, written(tmp_path / "county", whole), "hsds")
    shelter, food = (found(practice, words)[0].id for words in ("night shelter", "food"))
    practice.do("ana", directory.edit_service, shelter, {"cost": "3 euros", "bring": "Passport"})
    first = whole["services"][0]
    first |= {"name": "Winter shelter", "fees": "2 euros"}
    whole["regular_schedules"] = whole["regular_schedules"][:1]
    preview, problems = looked_at(practice, written(tmp_path / "county", whole), "hsds")
    assert problems == [("conflicting", "cost", "was changed there and here since it was taken: kept as it is here")]
    assert preview.count("conflicting") == 1
    receipt = taken(practice, tmp_path / "county", "hsds")
    (now,) = found(practice, "winter")
    assert (now.id, now.cost, now.bring, len(now.hours)) == (shelter, "3 euros", "Passport", 1)
    assert food == found(practice, "food")[0].id
    assert [row.name for row in found(practice, "shelter")] == ["Winter shelter"]
    practice.take_back(receipt)
    assert found(practice, "night shelter")[0].id == shelter


def test_what_vanished_is_no_longer_offered_and_what_was_sent_there_stays(practice: Practice, tmp_path: Path) -> None:
    whole = tables()
    taken(practice, written(tmp_path / "county", whole), "hsds")
    shelter = found(practice, "night shelter")[0].id
    case = practice.open()
    practice.do("ana", referrals.draft, referrals.NewReferral(case, "Needs a bed", service=shelter))
    del whole["services"][0]
    preview, _problems = looked_at(practice, written(tmp_path / "county", whole), "hsds")
    assert ("services were taken before and are no longer in it: not offered for now", 1) in {
        (note.reason, note.rows) for note in preview.notes
    }
    taken(practice, tmp_path / "county", "hsds")
    assert state_of(practice, "Night shelter") == "inactive"
    assert practice.value("SELECT service_id FROM referral") == shelter
    assert looked_at(practice, tmp_path / "county", "hsds")[0].nothing_to_do
    taken(practice, written(tmp_path / "county", tables()), "hsds")
    assert state_of(practice, "Night shelter") == "active", "it is back"


def test_a_part_of_a_directory_takes_nothing_away_and_another_directory_is_not_taken_for_it(
    practice: Practice, tmp_path: Path
) -> None:
    taken(practice, page(tmp_path / "all.json", service("a", "Beds"), service("b", "Meals")), "hsds")
    taken(practice, page(tmp_path / "two.json", service("a", "Beds and more"), total=3), "hsds")
    assert state_of(practice, "Meals") == "active" and state_of(practice, "Beds and more") == "active"
    with pytest.raises(Usage, match="--source"):
        looked_at(practice, page(tmp_path / "other.json", service("z", "Elsewhere")), "hsds")
    taken(practice, tmp_path / "other.json", "hsds", source="Next county")
    assert {row.name for row in found(practice)} == {"Beds and more", "Meals", "Elsewhere"}


def test_the_third_edition_is_read_with_hours_cost_and_age(practice: Practice, tmp_path: Path) -> None:
    taken(practice, page(tmp_path / "all.json", service("a", "Beds")), "hsds")
    (beds,) = found(practice)
    assert (beds.provider, beds.phone, beds.place, beds.age_from, beds.cost_cents) == (
        "The Ark",
        "055 1",
        "Pisa",
        18,
        350,
    )
    assert [(one.weekday, one.opens, one.closes) for one in beds.hours] == [(1, 540, 750), (2, 540, 750)]


def test_a_provider_entered_by_hand_is_recognised_and_not_doubled(practice: Practice, tmp_path: Path) -> None:
    provider(practice, "Saint Anne")
    taken(practice, written(tmp_path / "county", tables()), "hsds")
    assert practice.value("SELECT count(*) FROM provider WHERE name = 'Saint Anne'") == 1


def test_rows_that_cannot_be_taken_say_why(practice: Practice, tmp_path: Path) -> None:
    whole = tables()
    whole["services"][0]["id"] = ""
    whole["services"][1]["name"] = "..."
    whole["services"][2]["status"] = "perhaps"
    whole["services"].append(tables()["services"][0])
    whole["services"].append(tables()["services"][0] | {"fees": "10"})
    preview, problems = looked_at(practice, written(tmp_path / "county", whole), "hsds")
    assert [reason for _kind, _column, reason in problems] == [
        "has no id, by which it would be known again", "has no name", "is in a state that is not known",
        "stands twice and the rows differ: row 5 is newer or comes first, and is taken",
    ]  # fmt: skip
    assert preview.totals["services"] == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": ', "goes wrong on line 1"), ("[" * 100_000, "no JSON"), ('{"version": "3"}', "no organisation and no service"),
        ("\x00", "goes wrong"), ("[1, null, {}]", "no organisation"),
    ],
)  # fmt: skip
def test_what_is_no_directory_is_refused_in_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(Usage, match=said):
        read(tmp_path / "x.json")


def test_the_directory_is_taken_in_by_who_keeps_it(practice: Practice, tmp_path: Path) -> None:
    path = written(tmp_path / "county", tables())
    for who in ("nia", "otto"):
        with pytest.raises(NotPermitted):
            looked_at(practice, path, "hsds", by=who)
    receipt = taken(practice, path, "hsds", by=ADMIN)
    practice.take_back(receipt, by=ADMIN)
    assert not found(practice)


def test_our_directory_goes_out_as_the_third_edition_and_comes_in_the_same(practice: Practice, tmp_path: Path) -> None:
    taken(practice, written(tmp_path / "county", tables()), "hsds")
    practice.do(
        "ana",
        directory.edit_service,
        found(practice, "shelter")[0].id,
        {"capacity": 12, "age_from": 18, "checked": True},
    )
    out = tmp_path / "ours.json"
    export(practice.as_("ana"), ExportRequest("hsds", "hsds", str(out)))
    told: dict[str, Any] = json.loads(out.read_text())
    assert (told["total_items"], len(told["contents"])) == (3, 3)
    shelter = next(one for one in told["contents"] if one["name"] == "Night shelter")
    assert (shelter["status"], shelter["minimum_age"], shelter["assured_date"]) == ("active", 18, DAY.isoformat())
    assert shelter["capacities"][0]["available"] == 12 and shelter["languages"][0]["code"] == "it"
    assert {(one["byday"], one["opens_at"], one["closes_at"]) for one in shelter["schedules"]} == {
        ("MO", "09:00", "21:30"), ("TU", "22:00", "23:59"), ("WE", "00:00", "02:00"),
    }  # fmt: skip
    assert {"id", "name", "description"} <= shelter["organization"].keys()
    again = found(practice, "night")[0]
    taken(practice, out, "hsds", source="mirror")
    (one, other) = found(practice, "night")
    assert {one.id, other.id} > {again.id} and (one.age_from, one.bring, one.place) == (
        other.age_from,
        other.bring,
        other.place,
    )


@given(st.text(max_size=14), st.text(max_size=14), st.text(max_size=8))
def test_hours_written_in_any_way_are_hours_or_nothing(opens: str, closes: str, day: str) -> None:
    read_, odd = hours.of([Row("x", 1, {"opens_at": opens, "closes_at": closes, "weekday": day or "mon"})], DAY)
    assert odd in (0, 1)
    for one in read_:
        assert 0 <= one.opens < one.closes <= 1440 and 1 <= one.weekday <= 7


@pytest.mark.parametrize(
    ("text", "minute"),
    [("9:00am", 540), ("7:30 am ", 450), ("8:00", 480), ("9:00a", 540), ("8:00m", 480), ("930", 570), ("12am", 0), ("12:15 pm", 735),
     ("17:00Z", 1020), ("09:00:00", 540), ("09:00+01:00", 540), ("24:00", 1440), ("25:00", None), ("9:75", None), ("", None)],
)  # fmt: skip
def test_a_time_is_read_as_directories_write_it(text: str, minute: int | None) -> None:
    assert hours.minute(text) == minute
