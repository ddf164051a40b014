"""The directory and referrals on the command line: found by what is known, sent only where a record permits it."""

from __future__ import annotations

import pytest

from .running import World

NAMES = ("Night shelter", "Helpers", "sleeps in her car")


@pytest.fixture
def asked(world: World) -> World:
    """A directory of two services, and one of them asked for Amina."""
    amina = world["amina"]
    world.do("provider", "add", "Helpers", "--place", "Florence", "--phone", "055 1", as_="ana")
    world.do(
        "service", "add", "Night shelter", "--provider", "helpers", "--domain", "housing", "--hours", "mon-sun 19-24",
        "--languages", "it,en", "--age-from", "18", as_="ana",
    )  # fmt: skip
    world.do(
        "service",
        "add",
        "Rent subsidy",
        "--provider",
        "Helpers",
        "--income-to",
        "900",
        "--answer-days",
        "30",
        as_="ana",
    )
    world.do(
        "refer", amina, "draft", "--service", "night", "--reason", "She sleeps in her car", as_="ana",
    )  # fmt: skip
    return world


def consented(world: World, *kinds: str) -> None:
    world.do(
        "consent", world["amina"], "give", "--recipient", "Helpers", "--kinds", ",".join(kinds or ("identity", "services")),
        "--what", "x", "--purpose", "x", "--until", "+90d", as_="ana",
    )  # fmt: skip


def test_a_service_is_found_by_words_hours_distance_and_client(asked: World) -> None:
    for name, lat, lon in (("Florence", "43.77", "11.26"), ("Pisa", "43.72", "10.40")):
        asked.do("place", "add", name, lat, lon, as_="ana")
    assert [row["name"] for row in asked.json("service", "find", "SHELT help")] == ["Night shelter"]
    assert [row["name"] for row in asked.json("service", "find", "--open", "sat 20:00")] == ["Night shelter"]
    assert asked.json("service", "find", "--open", "sat 12:00") == []
    [row] = asked.json("service", "find", "--domain", "housing", "--near", "pisa")
    assert (row["km"], row["hours"], row["languages"]) == (69.3, "mon-sun 19:00-24:00", ["it", "en"])
    rows = asked.json("service", "find", "--for", asked["amina"], "--income", "950.50", as_="ana")
    assert [(row["name"], row["rule"]) for row in rows][-1] == ("Rent subsidy", "income")
    assert "900.00" in rows[-1]["misfit"]
    for wrong in (
        ("--near", "Atlantis"), ("--domain", "x"), ("--language", "?"), ("--within", "3"), ("--income", "3"), ("--open", "soon"),
    ):  # fmt: skip
        assert asked.run("service", "find", *wrong).code == 2, wrong


def test_what_is_known_of_a_service_is_changed_and_taken_away_again(asked: World) -> None:
    asked.do("service", "edit", "Rent", "--income-to", "", "--age-to", "65", "--hours", "fri 9-12", as_="ben")
    row = asked.json("service", "show", "rent subsidy")
    assert (row["income_cents"], row["age_to"], row["hours"], row["answer_days"]) == (None, 65, "fri 9:00-12:00", 30)
    asked.do("service", "close", "Rent", as_="ben")
    assert [one["name"] for one in asked.json("service", "find")] == ["Night shelter"]
    assert [one["state"] for one in asked.json("service", "find", "--all")] == ["active", "inactive"]
    asked.do("provider", "edit", "helpers", "--name", "Good helpers", "--checked", as_="ana")
    assert asked.json("provider", "show", "Good helpers")["name"] == "Good helpers"
    assert asked.run("service", "edit", "Rent", as_="ana").code == 2
    assert asked.run("service", "edit", "Rent", "--about", "x", "--seen", "1", as_="ana").code == 4
    assert asked.run("provider", "add", "Mine", as_="ivo").code == 3


def test_a_referral_goes_only_where_a_record_permits_it(asked: World) -> None:
    amina = asked["amina"]
    [draft] = asked.json("refer", amina, as_="ana")
    for args in (("send", draft["id"]), ("ask", "--service", "night"), ("send", "--service", "night", "--reason", "x")):
        no = asked.run("refer", amina, *args, "--format", "json", as_="ana")
        assert (no.code, no.error["code"]) == (3, "not_permitted"), args
        assert not [name for name in NAMES if name in no.out + no.err]
    assert [row["state"] for row in asked.json("refer", amina, as_="ana")] == ["drafted"]
    consented(asked)
    assert asked.json("refer", amina, "ask", "--service", "night", as_="ana")["basis"] == "consent"
    sent = asked.json("refer", amina, "send", draft["id"], as_="ana")
    assert "consent" in sent["record"] and sent["answer_by"] == "2026-12-04"
    assert asked.run("undo", sent["change"], "--yes", as_="ana").code == 1
    [told] = asked.json("disclose", amina, "--identified", "--why", "x", as_="ana")
    assert (told["recipient"], told["what"]) == ("Helpers", "She sleeps in her car")
    assert (
        asked.run("refer", amina, "send", "--service", "rent", "--reason", "x", "--kinds", "health", as_="ana").code
        == 3
    )


def test_its_life_is_recorded_and_a_wrong_move_is_exit_1_with_what_is_possible(asked: World) -> None:
    amina = asked["amina"]
    [draft] = asked.json("refer", amina, as_="ana")
    consented(asked)
    asked.do("refer", amina, "reword", draft["id"], "--reason", "A bed for the winter", as_="ana")
    asked.do("refer", amina, "send", draft["id"], as_="ana")
    no = asked.run("refer", amina, "complete", draft["id"], as_="ana")
    assert no.code == 1 and "waiting list" in no.err
    asked.do("refer", amina, "answer", draft["id"], "--say", "waitlisted", as_="ana")
    asked.do("refer", amina, "start", draft["id"], as_="ana")
    asked.do("refer", amina, "missed", draft["id"], as_="ana")
    asked.do("refer", amina, "complete", draft["id"], as_="ana")
    assert asked.json("refer", amina, "take-up", as_="ana") == [
        {"kind": "service", "offered": 1, "accepted": 1, "begun": 1, "completed": 1}
    ]
    assert asked.json("service", "take-up", "--from", "tomorrow", as_="ana") == []
    claim = asked.json(
        "refer",
        amina,
        "send",
        "--service",
        "rent",
        "--kind",
        "benefit",
        "--asked",
        "450",
        "--reason",
        "Rent",
        as_="ana",
    )["referral"]
    asked.do("refer", amina, "answer", claim, "--say", "accepted", "--decided", "300,50", as_="ana")
    shown = {row["id"]: row for row in asked.json("show", amina, as_="ana")["referrals"]}
    assert (shown[claim]["asked_cents"], shown[claim]["decided_cents"], shown[draft["id"]]["missed"]) == (
        45000,
        30050,
        1,
    )


@pytest.mark.parametrize(
    "args",
    [
        ("draft",), ("send",), ("answer", "1"), ("answer",), ("start", "1", "--reason", "x"), ("ask",), ("list", "1"),
        ("draft", "--service", "night"), ("draft", "--service", "nowhere", "--reason", "x"), ("take-up", "1"),
        ("answer", "999", "--say", "accepted"), ("draft", "--service", "night", "--reason", "x", "--asked", "ten"),
        ("send", "1", "--service", "night"), ("list", "--why", "x"), ("withdraw", "1", "--identified", "--why", "x"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_exit_2_and_changes_nothing(asked: World, args: tuple[str, ...]) -> None:
    before = asked.json("refer", asked["amina"], as_="ana")
    ran = asked.run("refer", asked["amina"], *args, as_="ana")
    assert ran.code == 2, ran.err
    assert asked.json("refer", asked["amina"], as_="ana") == before


@pytest.mark.parametrize("form", ["json", "csv", "tsv", "table"])
def test_nothing_in_a_pipe_says_what_was_asked_of_whom(asked: World, form: str) -> None:
    amina = asked["amina"]
    for args in (["refer", amina], ["show", amina], ["changes"], ["journal", amina], ["refer", amina, "take-up"]):
        ran = asked.do(*args, "--format", form, as_="ana")
        assert not [name for name in NAMES if name in ran.out + ran.err], args
    told = asked.do("show", amina, "--format", form, "--identified", "--why", "Handover", as_="ana")
    assert all(name in told.out for name in NAMES)


def test_who_sees_no_identity_reads_no_referral(asked: World) -> None:
    for who in ("ivo", "nils"):
        assert asked.run("refer", asked["amina"], as_=who).code == 3
        assert asked.run("service", "take-up", as_=who).code == 3
    assert asked.run("refer", asked["amina"]).code == 3
    assert asked.json("service", "find", as_="nils") != []
