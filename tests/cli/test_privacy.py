"""Who the clients are leaves a terminal only with a reason, on the record; and no text leaves it alive."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from .running import World

NAMES = ("Amina", "Haddad", "1991-04-02", "Kitchen", "Ring twice", "Ask Leila", "At the mosque", "eviction of Leila")


@pytest.fixture
def told(world: World) -> World:
    """The agency after something has been written about Amina everywhere that people can type."""
    amina = world["amina"]
    world.do("contact", amina, "--kind", "visit", "--outcome", "made", "--note", "Kitchen is dry", as_="ana")
    world.do("note", amina, "--text", "Kitchen again", "--sign", as_="ana")
    world.do("task", amina, "add", "Ask Leila", "--due", "today", as_="ana")
    world.do(
        "appointment", amina, "add", "--at", "+1d 10:00", "--place", "At the mosque", "--title", "Ask Leila", as_="ana"
    )
    world.do("alert", amina, "add", "--text", "Ring twice", "--kind", "access", "--level", "low", as_="ana")
    world.do("risk", amina, "low", "--why", "No eviction of Leila", as_="ana")
    world.do("stage", amina, "active", "--why", "No eviction of Leila", as_="ana")
    world.do("snooze", amina, "--until", "+2d", "--why", "No eviction of Leila", as_="ana")
    return world


@pytest.mark.parametrize("form", ["json", "csv", "tsv", "table"])
def test_nothing_in_a_pipe_says_who_a_client_is(told: World, form: str) -> None:
    amina = told["amina"]
    for args in (
        ["queue", "snoozed:yes", "--explain"], ["queue"], ["cases"], ["cases", "--fields", "client,born"], ["show", amina],
        ["task", amina, "list"], ["appointment", amina], ["alert", amina], ["changes"], ["journal", amina],
        ["journal", amina, "--reads"], ["reassign", "--from", "ana", "--to", "ben", "--why", "x", "--dry-run"],
    ):  # fmt: skip
        ran = told.do(*args, "--format", form, as_="ana")
        assert not [name for name in NAMES if name in ran.out + ran.err], args


def test_with_a_reason_it_does_and_that_is_on_the_record(told: World) -> None:
    amina = told["amina"]
    out = "".join(
        told.do(*args, "--identified", "--why", "Court order", as_="ana").out
        for args in (["cases"], ["show", amina], ["task", amina], ["appointment", amina], ["alert", amina], ["changes"])
    )
    assert all(name in out for name in NAMES)
    looks = told.json("journal", "--reads", "--identified", "--why", "x", as_="ivo")
    assert {row["surface"] for row in looks if row["why"] == "Court order"} == {
        "cases", "show", "task", "appointment", "alert", "changes",
    }  # fmt: skip


def test_a_reason_is_needed_and_goes_with_nothing_else(world: World) -> None:
    assert world.run("cases", "--identified", as_="ana").code == 2
    assert world.run("cases", "--identified", "--why", " ", as_="ana").code == 2
    assert world.run("cases", "--why", "x", as_="ana").code == 2
    assert world.json("journal", "--reads", as_="ivo") == []


def test_a_refused_look_leaves_no_names(world: World) -> None:
    ran = world.run("show", world["fatou"], "--identified", "--why", "Curious", as_="ana")
    assert (ran.code, ran.out) == (2, "")
    assert "Diop" not in ran.err


def test_at_a_terminal_names_are_shown(told: World) -> None:
    assert "Haddad, Amina" in told.do("cases", as_="ana", terminal=True).out
    out = told.do("show", told["amina"], as_="ana", terminal=True).out
    assert "Kitchen is dry" in out
    bare = told.do("show", told["amina"], "--deidentified", as_="ana", terminal=True).out
    assert not [name for name in ("Amina", "Haddad", "1991") if name in bare] and "Kitchen is dry" in bare


def test_who_sees_no_identity_sees_none_with_a_reason_either(told: World) -> None:
    for args in (["cases"], ["show", told["amina"]], ["task", told["amina"]]):
        ran = told.do(*args, "--identified", "--why", "x")
        assert not [name for name in NAMES if name in ran.out]
        ran = told.do(*args, terminal=True)
        assert not [name for name in NAMES if name in ran.out]


def test_analysts_and_auditors_see_no_case(world: World) -> None:
    for who in ("ivo", "nils"):
        for args in (["cases"], ["queue"], ["show", world["amina"]], ["show", "amina"]):
            assert world.run(*args, as_=who).code == 3, (who, args)


def test_whom_a_consent_lets_be_told_is_piped_only_with_a_reason(world: World) -> None:
    form = "--recipient Harbour --kinds health --what Dates --purpose Care --until +9d"
    world.do("consent", world["amina"], "give", *form.split(), as_="ana")
    reason = ("--identified", "--why", "A review")
    for args in (["queue"], ["show", world["amina"]]):
        for shape in ("json", "table"):
            ran = world.do(*args, "--format", shape, as_="ana")
            assert "Harb" not in ran.out and ("consent_soon" in ran.out or "consent ends in 9 d" in ran.out)
            assert "Harb" in world.do(*args, "--format", shape, *reason, as_="ana").out


def test_a_part_of_a_number_or_a_name_will_do_for_reading(world: World) -> None:
    for part in ("amina", "hadd", world["amina"][:9], "AMINA haddad"):
        assert world.json("show", part, as_="ana")["case"] == world["amina"], part
    assert world.json("show", "akesson", as_="ben")["case"] == world["emil"]


def test_a_script_must_name_a_case_whole_to_change_it(world: World) -> None:
    args = ("reviewed", "bruno")
    refused = world.run(*args, as_="ana")
    assert (refused.code, "bruno" in refused.err) == (2, False)
    world.do(*args, as_="ana", terminal=True)
    assert world.shown("bruno")["snoozed_until"]


def test_several_answers_are_no_answer(world: World) -> None:
    ran = world.run("show", "2026", as_="ana")
    assert ran.code == 2
    assert all(world[name] in ran.err for name in ("amina", "bruno", "chidi"))
    assert world.run("show", "nobody", as_="ana").code == 2


@pytest.mark.parametrize(
    "args",
    [
        ["intake", "--given", "Amina", "Haddad", "--program", "housing"],
        ["show", "amina", "haddad"],
        ["note", "amina", "--form", "poem", "--text", "Kitchen"],
        ["contact", "amina", "--kind", "Kitchen", "--outcome", "made"],
        ["reviewed", "amina haddad"],
    ],
)
def test_a_complaint_does_not_repeat_a_name(world: World, args: list[str]) -> None:
    ran = world.run(*args, as_="ana")
    assert ran.code == 2
    assert "haddad" not in ran.err.lower()


HOSTILE = "[/]\x1b]52;c;aGk=\x07=cmd|' /C calc'!A1\t\u202eevil\x9b31m O'Brien \U0001f468\u200d\U0001f469\u200d\U0001f467 \u05d3\u05e0\u05d4"


@pytest.mark.parametrize("form", ["json", "csv", "tsv", "table"])
def test_a_hostile_name_is_stored_and_printed_inert(world: World, form: str, tmp_path: Path) -> None:
    given = tmp_path / "name.txt"
    given.write_text(HOSTILE)
    made = world.json("intake", "--given", f"@{given}", "--program", "housing", "--worker", "ana", as_="ana")["case"]
    world.do("note", made, "--text", f"@{given}", as_="ana")
    world.do("task", made, "add", f"@{given}", "--due", "today", as_="ana")
    for args in (["queue"], ["cases"], ["show", made], ["task", made]):
        out = world.do(*args, "--identified", "--why", "test", "--format", form, as_="ana").out
        loud = {c for c in out if unicodedata.category(c) == "Cc" and c not in "\n\t"} | ({*"\u202e\u2066"} & {*out})
        assert not loud
        assert form == "table" or "דנה" in out
        if form in ("csv", "tsv"):
            cells = out.replace('"', "").replace(",", "\t").split("\t")
            assert not [cell for cell in cells if cell[:1] in "=+-@" and cell]
