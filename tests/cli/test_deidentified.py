"""Output without identity: nothing printed or exported under it says whose case it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .running import World

TOLD = "Amina Haddad rang; Leila Haddad, amina's sister, was at the mosque on 2026-11-18. Her phone is 055 77 88 99."
NAMES = ("amina", "haddad", "leila", "1991", "77 88 99", "778899", "mosque on 2026")
DAYS = re.compile(r"\d{4}-\d{2}-\d{2}")


@pytest.fixture
def told(world: World) -> World:
    """The agency after something has been written about Amina everywhere that people can type."""
    amina = world["amina"]
    world.do("contact", amina, "--kind", "visit", "--outcome", "made", "--note", TOLD, as_="ana")
    world.do("note", amina, "--text", TOLD, "--sign", as_="ana")
    world.do("task", amina, "add", "Ask Amina about Haddad's rent", "--due", "today", as_="ana")
    world.do("appointment", amina, "add", "--at", "+1d 10:00", "--place", "Haddad's", "--title", "Amina", as_="ana")
    world.do("alert", amina, "add", "--text", "Ring Amina twice", "--kind", "access", "--level", "low", as_="ana")
    world.do("risk", amina, "low", "--why", "No eviction of Amina", as_="ana")
    world.do("stage", amina, "active", "--why", "Haddad agreed", as_="ana")
    world.do("tag", amina, "+amina", as_="ana")
    telling = ("--recipient", "Leila Haddad", "--kinds", "identity", "--what", TOLD, "--purpose", "For Amina Haddad")
    world.do("consent", amina, "give", *telling, "--event", "Amina moves", as_="ana")
    world.do("disclose", amina, "add", *telling, "--address", "Haddad Road", as_="ana")
    return world


def told_of(amina: str) -> list[list[str]]:
    return [
        ["show", amina], ["notes", amina], ["queue"], ["queue", "--explain"], ["cases"], ["cases", "--fields", "case,client,born,tags,next_due"],
    ]  # fmt: skip


@pytest.mark.parametrize(("form", "terminal"), [("json", False), ("csv", False), ("table", True)])
def test_nothing_printed_says_who_a_client_is(told: World, form: str, terminal: bool) -> None:
    amina = told["amina"]
    for args in told_of(amina):
        ran = told.do(*args, "--deidentified", "--format", form, as_="ana", terminal=terminal)
        assert [one for one in (*NAMES, amina) if one in (ran.out + ran.err).lower()] == [], (args, ran.out)
        assert not DAYS.search(ran.out), (args, ran.out)
        assert "cannot be proven clean" in ran.err, args


def test_what_was_written_is_there_masked(told: World) -> None:
    found = told.json("show", told["amina"], "--deidentified", as_="ana")
    text = "[client] rang; [person] sister, was at the mosque on [2 days ago]. Her phone is [phone]."
    assert found["notes"][0]["text"] == text
    assert found["age"] == "30-39" and found["client"] is None and found["born"] is None
    assert found["tasks"][0]["title"] == "Ask [client] about [client] rent" and found["tasks"][0]["id"] is None
    assert found["appointments"][0]["place"] == "[place]" and found["appointments"][0]["starts"] == "tomorrow"
    assert re.fullmatch(r"[a-z]{3,6}-\d{4}", found["case"])


def test_a_case_is_called_the_same_in_every_answer_and_can_be_asked_for_so(told: World) -> None:
    name = told.json("show", told["amina"], "--deidentified", as_="ana")["case"]
    assert name in {row["case"] for row in told.json("queue", "--deidentified", as_="ana")}
    assert name in {row["case"] for row in told.json("cases", "--deidentified", as_="ana")}
    assert told.json("show", name, "--deidentified", as_="ana")["case"] == name
    assert told.json("show", name, as_="ana")["case"] == told["amina"]
    assert [row["case"] for row in told.json("cases", name, "--deidentified", as_="ana")] == [name]
    assert [row["case"] for row in told.json("queue", f"case:{name}", "--deidentified", as_="ana")] == [name]
    for args in (["show", name], ["show", name, "--deidentified"]):
        assert told.run(*args, as_="ben").code == 2, "to nobody else it says anything"
    assert told.json("cases", name, as_="ben") == []


def test_nobody_is_found_by_name_meanwhile(told: World) -> None:
    assert told.run("show", "haddad", "--deidentified", as_="ana").code == 2
    assert told.json("cases", "haddad", "--deidentified", as_="ana") == []


def test_it_is_one_or_the_other(world: World) -> None:
    for args in (["show", world["amina"]], ["queue"], ["cases"], ["notes", world["amina"]]):
        ran = world.run(*args, "--deidentified", "--identified", "--why", "x", as_="ana")
        assert ran.code == 2 and "Choose one" in ran.err


def test_before_a_command_it_says_where_it_belongs(world: World) -> None:
    ran = world.run("--deidentified", "queue", as_="ana")
    assert ran.code == 2 and "after" in ran.err


def test_who_sees_no_identity_sees_no_age_either(told: World) -> None:
    for args in (["show", told["amina"]], ["export", "cases", "--output", "-"]):
        form = "csv" if args[0] == "export" else "json"
        assert "30-39" not in told.do(*args, "--format", form, "--deidentified").out


def test_the_look_is_on_record_as_ever(told: World) -> None:
    before = len(told.json("journal", told["amina"], "--reads", as_="ana"))
    told.do("show", told["amina"], "--deidentified", as_="ana")
    assert len(told.json("journal", told["amina"], "--reads", as_="ana")) == before + 1


@pytest.mark.parametrize(
    ("report", "form"), [("cases", "csv"), ("contacts", "json"), ("tasks", "csv"), ("assignments", "html")]
)
def test_nothing_exported_says_who_a_client_is(told: World, report: str, form: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{form}"
    ran = told.do("export", report, "--format", form, "--output", str(path), "--deidentified", as_="ana")
    assert "cannot be proven clean" in ran.err
    text = path.read_text()
    assert [one for one in (*NAMES, told["amina"]) if one in text.lower()] == []
    assert told.json("show", told["amina"], "--deidentified", as_="ana")["case"] in text and "30-39" in text
    if form == "csv":
        assert not DAYS.search(text)


def test_a_report_that_is_no_list_of_cases_says_so(told: World) -> None:
    ran = told.run("export", "journal", "--format", "csv", "--output", "-", "--deidentified")
    assert ran.code == 2
