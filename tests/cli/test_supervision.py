"""The supervisor's desk, the days and saved views by command line."""

from __future__ import annotations

from .running import World


def test_every_number_of_the_desk_comes_with_its_rows(world: World) -> None:
    rows = world.json("desk", as_="chloe")
    assert all(
        set(row) == {"part", "worker", "count", "unseen", "of", "percent", "query", "until", "covered_by"}
        for row in rows
    )
    over = [(row["worker"], row["count"], row["of"]) for row in rows if row["part"] == "room"]
    assert over == [("ben", 2, 10), ("chloe", 0, 10)]
    for row in rows:
        if row["part"] != "comments":
            assert len(world.json("cases", row["query"], as_="chloe")) == row["count"], row
    assert not [row for row in rows if row["part"].startswith("visits")], "all were opened this month"
    ran = world.do("desk", as_="chloe", terminal=True)
    assert "No case is due a visit this month." in ran.err
    assert world.run("desk", "--team", "south", as_="chloe").code == 3
    assert world.run("desk", as_="nils").code == 3
    assert "nobody holds" in world.do("desk", as_="chloe", terminal=True).out


def test_a_note_is_read_and_commented_and_its_author_sees_it(world: World) -> None:
    note = world.json("note", world["amina"], "--text", "All well at home.", "--sign", as_="ana")["note"]
    assert [row["case"] for row in world.json("cases", "note:unread", as_="chloe")] == [world["amina"]]
    world.do("comment", world["amina"], "--note", note, "--text", "-", as_="chloe", stdin="And the school?")
    assert world.json("read", world["amina"], as_="chloe")["marked"] == 1
    assert world.json("read", world["amina"], as_="chloe")["change"] is None
    [row] = world.json("cases", "comment:new", as_="ana")
    assert row["case"] == world["amina"]
    [shown] = world.json("notes", world["amina"], as_="ana")
    assert (shown["id"], shown["text"], shown["read_by"]) == (note, None, ["chloe"])
    assert [(one["by"], one["text"], one["new"]) for one in shown["comments"]] == [("chloe", None, True)]
    page = world.do("notes", world["amina"], as_="ana", terminal=True).out
    assert "All well at home." in page and "And the school?" in page
    assert world.shown("amina")["notes"][0]["comments"][0]["text"] == "And the school?"
    assert world.run("comment", world["amina"], "--text", "x", as_="ben").code != 0
    assert world.run("comment", world["bruno"], "--text", "x", as_="chloe").code == 2
    assert world.run("read", world["amina"], "--note", note, "--contact", "1", as_="chloe").code == 2


def test_the_agenda_names_nobody_in_a_pipe_and_marks_clashes(world: World) -> None:
    for name in ("amina", "bruno"):
        world.do("appointment", world[name], "add", "--at", "tomorrow 9:00", "--title", "Visit", as_="ana")
    rows = world.json("agenda", as_="ana")
    assert [(row["kind"], row["time"], row["clash"], row["client"], row["title"]) for row in rows] == [
        ("appointment", "09:00", True, None, None)
    ] * 2
    named = world.do("agenda", as_="ana", terminal=True)
    assert "Visit" in named.out and "2 appointments overlap" in named.err
    assert world.json("agenda", "--from", "+2d", "--days", "3", as_="ana") == []
    assert world.run("agenda", "--worker", "ana", "--agency").code == 2


def test_the_board_and_the_tally_count_what_is_there(world: World) -> None:
    world.do("stage", world["amina"], "active", "--why", "agreed", as_="ana")
    rows = {row["stage"]: row["cases"] for row in world.json("board", as_="chloe")}
    assert rows == {"referred": 1, "assessment": 4, "planning": 0, "active": 1, "monitoring": 0}
    world.do("contact", world["amina"], "--kind", "phone", "--outcome", "made", "--minutes", "10", as_="ana")
    found = world.json("tally", as_="ana")
    assert (found["contacts"], found["minutes"], found["cases"]) == (1, 10, 3)
    assert [found[f"visits_{one}"] for one in ("due", "made", "percent", "to_go")] == [0, 0, None, 0]
    assert world.json("tally", "--worker", "ana", "--date", "today", as_="chloe") == found
    assert "1 contact: 1 made, 0 attempted, 10 minutes" in world.do("tally", as_="ana", terminal=True).out
    assert world.run("tally", "--date", "+1d", as_="ana").code == 2
    assert world.run("tally", "--worker", "dora", as_="chloe").code == 3


def test_a_view_is_saved_listed_used_and_dropped(world: World) -> None:
    world.do(
        "view", "save", "Heavy", "--query", "risk:>=high", "--sort", "-risk", "--columns", "case,risk,why", as_="ana"
    )
    assert world.json("view", as_="ana") == [
        {
            "name": "Heavy", "key": None, "query": "risk:>=high", "sort": "-risk", "columns": ["case", "risk", "why"],
            "team": None, "by": "ana", "mine": True,
        }
    ]  # fmt: skip
    assert world.json("cases", "--view", "heavy", as_="ana") == [{"case": world["amina"], "risk": "high"}]
    assert world.json("cases", "--view", "heavy", "stage:closed", "--fields", "case", as_="ana") == []
    assert [row["case"] for row in world.json("queue", "view:heavy", as_="ana")] == [world["amina"]]
    assert world.run("cases", "--view", "heavi", as_="ana").code == 2
    assert world.run("view", "save", "x", "--query", "rsk:high", as_="ana").code == 2
    assert world.run("view", "save", as_="ana").code == 2
    assert world.run("view", "list", "--key", "3", as_="ana").code == 2
    world.do("view", "drop", "heavy", as_="ana")
    assert "caseload view save" in world.do("view", as_="ana", terminal=True).err
