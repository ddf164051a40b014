"""Budgets, authorisations and payments on the command line."""

from __future__ import annotations

import pytest

from .running import World


@pytest.fixture
def funded(world: World) -> World:
    """Amina has a budget, under which a bed is authorised and half of it paid."""
    amina = world["amina"]
    set_ = ("--amount", "1000", "--single", "400", "--from", "today", "--to", "+99d", "--name", "Winter fund")
    world.do("budget", "set", amina, *set_, as_="chloe")
    ask(world, "180", "A bed")
    world.do("pay", amina, "add", "1", "--amount", "90", "--payee", "Hostel", "--reference", "2026/114", as_="ana")
    return world


def ask(world: World, amount: str, what: str, *more: str) -> dict[str, object]:
    words = ("--for", what, "--amount", amount, "--from", "today", "--to", "+30d", *more)
    found: dict[str, object] = world.json("authorise", world["amina"], "ask", *words, as_="ana")
    return found


def test_a_budget_says_how_it_stands(funded: World) -> None:
    [row] = funded.json("budget", "list", funded["amina"], as_="ana")
    assert (row["cents"], row["committed_cents"], row["spent_cents"], row["left_cents"], row["currency"]) == (
        1000_00, 90_00, 90_00, 820_00, "EUR",
    )  # fmt: skip
    assert (row["forecast_cents"], row["percent"], row["standing"], row["name"]) == (9000_00, 18.0, None, None)
    funded.do("budget", "change", row["id"], "--amount", "150", "--single", "none", as_="chloe")
    [row] = funded.json("budget", "list", funded["amina"], as_="ana")
    assert (row["left_cents"], row["single_cents"], row["standing"]) == (-30_00, None, "over")


def test_above_a_limit_it_waits_and_another_approves_it_or_sends_it_back(funded: World) -> None:
    amina = funded["amina"]
    refused = funded.run(
        "authorise", amina, "ask", "--for", "Rent", "--amount", "500", "--from", "today", "--to", "+30d", as_="ana"
    )
    assert (refused.code, "say why" in refused.err) == (1, True)
    asked = ask(funded, "500", "Rent", "--reason", "She would lose the flat.")
    assert (asked["state"], asked["above"]) == ("asked", ["400.00 EUR is the most that one authorises alone"])
    key = str(asked["authorisation"])
    assert [row["case"] for row in funded.json("cases", "money:waiting", as_="chloe")] == [amina]
    assert funded.json("cases", "money:waiting", as_="ana") == []
    [line] = [row for row in funded.json("desk", as_="chloe") if row["query"] == "money:waiting"]
    assert line["count"] == 1
    assert funded.run("authorise", amina, "approve", key, as_="ana").code == 3
    funded.do("authorise", amina, "return", key, "--reason", "Half of it.", as_="chloe")
    again = funded.json("authorise", amina, "ask", key, "--amount", "250", as_="ana")
    assert again["state"] == "approved"


def test_payments_are_listed_taken_back_and_never_more_than_was_authorised(funded: World) -> None:
    amina = funded["amina"]
    over = funded.run("pay", amina, "add", "1", "--amount", "90.01", as_="ana")
    assert (over.code, "90.00 EUR is left" in over.err) == (1, True)
    funded.do("pay", amina, "back", "1", "--why", "-", as_="ana", stdin="The wrong hostel.")
    rows = funded.json("pay", amina, as_="ana")
    assert [(row["cents"], row["takes_back"], row["taken_back"]) for row in rows] == [
        (-90_00, "1", False), (90_00, None, True),
    ]  # fmt: skip
    assert funded.run("pay", amina, "back", "1", "--why", "Again.", as_="ana").code == 1


def test_a_pipe_has_no_words_unless_it_says_why(funded: World) -> None:
    amina = funded["amina"]
    for args in (
        ("authorise", amina),
        ("pay", amina),
        ("show", amina),
        ("budget", "list", amina),
        ("changes",),
        ("journal", amina),
    ):
        out = funded.run(*args, "--format", "json", as_="ana").out
        assert not any(word in out for word in ("A bed", "Hostel", "2026/114", "Winter fund")), args
    named = funded.run("authorise", amina, "--identified", "--why", "For the funder", "--format", "json", as_="ana").out
    assert "A bed" in named
    [shown] = funded.shown("amina")["authorisations"]
    assert (shown["for"], shown["payments"][0]["payee"]) == ("A bed", "Hostel")


def test_what_goes_with_another_act_is_wrong_usage(funded: World) -> None:
    amina = funded["amina"]
    for args in (
        ("ask", "--amount", "1"), ("ask", "1", "--for", "x"), ("approve",), ("return", "1"), ("renew", "1"), ("end", "1", "--amount", "3"),
        ("list", "1"), ("ask", "--for", "x", "--amount", "many", "--from", "today", "--to", "+3d"), ("approve", "99"), ("list", "--seen", "1"),
        ("ask", "--for", "x", "--amount", "1", "--from", "today", "--to", "+3d", "--budget", "soon"),
    ):  # fmt: skip
        assert funded.run("authorise", amina, *args, as_="ana").code == 2, args
    for args in (
        ("add",),
        ("add", "1"),
        ("back", "1"),
        ("list", "1"),
        ("list", "--amount", "1"),
        ("back", "99", "--why", "x"),
    ):
        assert funded.run("pay", amina, *args, as_="ana").code == 2, args
    for args in (
        ("set",), ("set", amina), ("set", amina, "--program", "housing"), ("change", "1"), ("list", amina, "--program", "housing"),
    ):  # fmt: skip
        assert funded.run("budget", *args, as_="chloe").code == 2, args
    assert funded.run("budget", "list", amina, as_="nils").code in (2, 3)


def test_take_up_is_counted_by_service_and_program_and_listed(world: World) -> None:
    amina = world["amina"]
    world.do("provider", "add", "Helpers", as_="ana")
    for name in ("Night shelter", "Rent subsidy"):
        world.do("service", "add", name, "--provider", "Helpers", as_="ana")
    give = ("--kinds", "identity,services", "--what", "x", "--purpose", "x", "--until", "+90d")
    world.do("consent", amina, "give", "--recipient", "Helpers", *give, as_="ana")
    for name in ("Night shelter", "Rent subsidy", "Rent subsidy"):
        world.do("refer", amina, "send", "--service", name, "--reason", "x", as_="ana")
    world.do("refer", amina, "answer", "2", "--say", "accepted", as_="ana")
    rows = world.json("service", "take-up", "--by", "service", as_="ana")
    assert [(row["service"], row["offered"], row["accepted"]) for row in rows] == [
        ("Night shelter", 1, 0), ("Rent subsidy", 2, 1),
    ]  # fmt: skip
    [row] = world.json("service", "take-up", "--by", "program", as_="ana")
    assert (row["offered"], row["accepted"], row["begun"], row["completed"]) == (3, 1, 0, 0)
    listed = world.json("service", "take-up", "--rows", as_="ana")
    assert [(one["case"], one["state"], one["service"]) for one in listed] == [
        (amina, "sent", None), (amina, "accepted", None), (amina, "sent", None),
    ]  # fmt: skip
    assert world.run("service", "take-up", "--rows", "--by", "kind", as_="ana").code == 2
