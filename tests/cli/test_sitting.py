"""Supervision by command line."""

from __future__ import annotations

from .running import World


def test_a_case_is_brought_talked_over_and_leads_to_a_task(world: World) -> None:
    amina = world["amina"]
    brought = world.do(
        "supervision", "bring", amina, "--text", "-", "--format", "json", as_="ana", stdin="Amina is afraid."
    )
    topic = brought.json["topic"]
    rows = world.json("supervision", "agenda", "ana", as_="chloe")
    [row] = [row for row in rows if row["part"] == "topic"]
    assert (row["id"], row["case"], row["by"], row["days"], row["text"]) == (topic, amina, "ana", 0, None), (
        "a pipe has no words"
    )
    assert "Amina is afraid." in world.do("supervision", "agenda", "ana", as_="chloe", terminal=True).out
    for row in rows:
        if row["query"] is not None:
            assert len(world.json("cases", row["query"], as_="chloe")) == row["count"], row
    agreed = ("supervision", "discussed", topic, "--agreed", "We visit together.")
    done = world.json(*agreed, "--task", "Visit", "--due", "+3d", as_="chloe")
    assert done["task"] in [row["id"] for row in world.json("task", amina, "list", as_="ana")]
    piped = [row for row in world.json("supervision", "agenda", "ana", as_="chloe") if row["part"] == "agreed"]
    assert [(row["task"], row["done"]) for row in piped] == [(None, False)], "nor has a pipe what is to be done"
    assert "Task: Visit" in world.do("supervision", "agenda", "ana", as_="chloe", terminal=True).out
    assert world.run(*agreed, as_="chloe").code == 1, "discussed already"
    world.do("undo", done["change"], "--yes", as_="chloe")
    assert [row["id"] for row in world.json("supervision", "agenda", as_="ana") if row["part"] == "topic"] == [topic]
    masked = world.do("supervision", "agenda", "ana", "--deidentified", "--format", "json", as_="chloe").out
    assert "[client] is afraid." in masked and amina not in masked and "Amina" not in masked


def test_an_agenda_is_nobody_else_s(world: World) -> None:
    topic = world.json("supervision", "bring", "--general", "--text", "Night calls.", as_="ana")["topic"]
    for who, code in (("ben", 3), ("nils", 3)):
        assert world.run("supervision", "agenda", "ana", as_=who).code == code
    assert world.run("supervision", "discussed", topic, "--agreed", "x", as_="ben").code == 2
    assert world.run("supervision", "drop", topic, as_="chloe").code == 3, "only who brought it"
    assert world.run("supervision", "edit", topic, "--text", "x", "--seen", "7", as_="ana").code == 4
    assert world.run("supervision", "bring", "--text", "x", as_="ana").code == 2
    assert world.run("supervision", "discussed", topic, "--agreed", "x", "--task", "y", as_="ana").code == 2


def test_a_juniors_note_is_co_signed_by_a_supervisor_and_nobody_co_signs_their_own(world: World) -> None:
    world.do("worker", "edit", "ana", "--seniority", "junior")
    world.do("note", world["amina"], "--text", "All well.", "--sign", as_="ana")
    assert world.run("cosign", world["amina"], as_="ana").code == 3
    assert [row["case"] for row in world.json("cases", "ask:cosign", as_="chloe")] == [world["amina"]]
    assert world.json("cosign", world["amina"], as_="chloe")["cosigned"] == 1
    assert world.json("cases", "ask:cosign", as_="chloe") == []
    assert world.shown("amina")["notes"][0]["cosigned_by"] == "chloe"
