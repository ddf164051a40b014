"""Moving many cases at once: seen before, done in one change, taken back whole."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from caseload.casework import numbers

from ..exchange.lists import as_book
from .running import TODAY, World

LISTS = ("moved", "skipped", "blocked")


def holders(world: World) -> dict[str, str | None]:
    return {row["case"]: row["worker"] for row in world.json("cases", "stage:any", as_="chloe")}


def facts(world: World) -> Any:
    """Everything that is kept about every case of the team, versions aside."""
    return [_without_versions(world.shown(client)) for client in world.cases if client != "fatou"]


def _without_versions(thing: Any) -> Any:
    if isinstance(thing, dict):
        return {key: _without_versions(value) for key, value in thing.items() if key != "version"}
    return [_without_versions(one) for one in thing] if isinstance(thing, list) else thing


def test_a_preview_says_who_moves_where_and_changes_nothing(world: World) -> None:
    before = facts(world)
    plan = world.json("reassign", "worker:ana", "--to", "ben,chloe", "--why", "Leave", "--dry-run", as_="chloe")
    assert set(plan) == {"change", "dry_run", *LISTS, "load"}
    assert (plan["change"], plan["dry_run"]) == (None, True)
    assert {row["case"] for row in plan["moved"]} == {world[name] for name in ("amina", "bruno", "chidi")}
    assert all(set(row) == {"case", "from", "to"} and row["from"] == "ana" for row in plan["moved"])
    assert all(
        set(row) == {"worker", "cases_before", "cases_after", "percent_before", "percent_after"} for row in plan["load"]
    )
    ana = next(row for row in plan["load"] if row["worker"] == "ana")
    assert (ana["cases_before"], ana["cases_after"], ana["percent_before"], ana["percent_after"]) == (3, 0, 75.0, 0.0)
    assert facts(world) == before


def test_every_case_selected_is_in_exactly_one_list(world: World) -> None:
    plan = world.json("reassign", "team:north", "--to", "ben", "--why", "x", "--dry-run", as_="ana")
    listed = [row["case"] for name in LISTS for row in plan[name]]
    selected = {row["case"] for row in world.json("cases", "team:north", as_="ana")}
    assert sorted(listed) == sorted(selected)
    whole = world.json("reassign", "team:north", "--to", "ben", "--why", "x", "--dry-run", as_="chloe")
    assert {row["case"] for row in whole["skipped"]} == {world["daria"], world["emil"]}


def test_moved_and_taken_back_leaves_every_fact_as_it_was(world: World) -> None:
    world.do("task", world["amina"], "add", "Ask for the receipt", "--due", "+3d", as_="ana")
    before = facts(world)
    moved = world.json("reassign", "--from", "ana", "--to", "ben,chloe", "--why", "Leave", "--yes", as_="chloe")
    assert moved["change"].startswith("C-")
    assert {holders(world)[row["case"]] for row in moved["moved"]} == {"ben", "chloe"}
    assert world.shown("amina")["tasks"][0]["worker"] != "ana"
    undone = world.json("undo", "--yes", as_="chloe")
    assert set(undone) == {"change", "undoes", "restored", "refused"}
    assert undone["undoes"] == moved["change"]
    assert {row["case"] for row in undone["restored"]} == {row["case"] for row in moved["moved"]}
    assert facts(world) == before
    assert world.json("journal", "verify")["sound"] is True
    assert world.json("check")["sound"] is True


def test_without_yes_and_without_a_terminal_nothing_moves(world: World) -> None:
    before = holders(world)
    ran = world.run("reassign", "--from", "ana", "--to", "ben", "--why", "Leave", "--format", "json", as_="chloe")
    assert (ran.code, len(ran.json["moved"]), ran.json["change"]) == (1, 3, None)
    assert "--yes" in ran.error["message"]
    assert holders(world) == before


def test_a_person_sees_the_preview_and_is_asked(world: World) -> None:
    args = ("reassign", "--from", "ana", "--to", "ben", "--why", "Leave")
    no = world.run(*args, as_="chloe", stdin="n\n", terminal=True)
    assert no.code == 1
    assert world["amina"] in no.err
    assert no.out == ""
    yes = world.do(*args, as_="chloe", stdin="y\n", terminal=True)
    assert "caseload undo C-" in yes.out
    assert set(holders(world).values()) == {"ben", None}


def test_a_blocked_case_stops_the_others_unless_that_is_allowed(world: World) -> None:
    both = f"{world['amina']}\n{world['daria']}\n"
    args = ("reassign", "--cases", "-", "--to", "chloe", "--why", "Share", "--yes", "--format", "json")
    ran = world.run(*args, as_="ana", stdin=world["amina"])
    assert ran.code == 0
    world.do("undo", as_="ana")
    world.do("stage", world["daria"], "closed", "--why", "Moved away", as_="ben")
    ran = world.run(*args, as_="chloe", stdin=both)
    assert ran.code == 1
    assert [row["case"] for row in ran.json["blocked"]] == [world["daria"]]
    assert holders(world)[world["amina"]] == "ana"
    ran = world.run(*args, "--allow-blocked", as_="chloe", stdin=both)
    assert ran.code == 0
    assert holders(world)[world["amina"]] == "chloe"


def test_a_list_of_cases_comes_from_a_file(world: World, tmp_path: Path) -> None:
    file = tmp_path / "cases.txt"
    file.write_text(f"# for ben\n{world['amina']}, {world['bruno']}\n")
    world.do("reassign", "--cases", str(file), "--to", "ben", "--why", "Share", "--yes", as_="ana")
    assert [holders(world)[world[name]] for name in ("amina", "bruno", "chidi")] == ["ben", "ben", "ana"]


def listing(world: World, path: Path) -> Path:
    """A workbook as a team keeps it: a title, a header, two cases of Ana's, one twice, and rows that name none."""
    rows = [
        ["Who goes to Ben", None, None], ["Client", "Case no", "Remark"], ["A.", world["amina"], "soon"], ["B.", world["bruno"], None],
        ["A. again", world["amina"], None], ["C.", "2026-048213", "a slip"], ["D.", "n/a", "@SUM(1)"], ["E.", None, "no number"],
    ]  # fmt: skip
    return as_book(path, rows, title="North", more={"Old": [["Client", "Case no"], ["F.", world["chidi"]]]})


def test_the_cases_of_a_workbook_move_and_its_other_rows_stop_it_unless_they_go_to_a_file(
    world: World, tmp_path: Path
) -> None:
    book, mended = listing(world, tmp_path / "cases.xlsx"), tmp_path / "rejects.csv"
    line, before = (
        ("reassign", "--cases", str(book), "--sheet", "North", "--to", "ben", "--why", "Share", "--yes"),
        holders(world),
    )
    ran = world.run(*line, as_="ana")
    assert (
        ran.code == 2
        and "3 rows name no case that can move." in ran.err
        and "cases.xlsx 6 Case no: has a slip" in ran.err
    )
    assert holders(world) == before
    done = world.json(*line, "--rejects", str(mended), as_="ana")
    assert sorted(one["case"] for one in done["moved"]) == sorted([world["amina"], world["bruno"]])
    assert [(one["row"], one["why"]) for one in done["rejected"]] == [
        (6, "has a slip: its last digit does not fit the others"), (7, "is no case number"), (8, "names no case"),
    ]  # fmt: skip
    assert mended.stat().st_mode & 0o777 == 0o600 and "'@SUM(1)" in mended.read_text("utf-8-sig")
    # Mended in a spreadsheet, the file is given as it is.
    text = mended.read_text("utf-8-sig").replace("2026-048213", world["chidi"]).splitlines()
    mended.write_text("\n".join(text[:2]))
    world.do("reassign", "--cases", str(mended), "--to", "ben", "--why", "Share", "--yes", as_="ana")
    assert holders(world)[world["chidi"]] == "ben"


def test_a_workbook_of_several_sheets_is_asked_about_and_a_case_out_of_sight_is_not_said_to_be_there(
    world: World, tmp_path: Path
) -> None:
    book = listing(world, tmp_path / "cases.xlsx")
    ran = world.run("reassign", "--cases", str(book), "--to", "ben", "--why", "x", "--dry-run", as_="ana")
    assert ran.code == 2 and "--sheet NAME" in ran.err
    listed = tmp_path / "cases.csv"
    listed.write_text(f"Nr;Fall-Nr\n1;{world['amina']}\n2;{numbers.compose(2026, 4711)}\n")
    ran = world.run("reassign", "--cases", str(listed), "--to", "ben", "--why", "x", "--dry-run", as_="ana")
    assert ran.code == 2 and "cases.csv 3 Fall-Nr: is no case that you may see" in ran.err
    for content in (f"1;{world['amina']}\n", f"{world['amina']}\n"):
        listed.write_text(content)
        planned = world.json("reassign", "--cases", str(listed), "--to", "ben", "--why", "x", "--dry-run", as_="ana")
        assert [one["case"] for one in planned["moved"]] == [world["amina"]], "a list without a header"
    for content, said in (("a;b\nc;d\n", "no column with case numbers"), ("", "is empty")):
        listed.write_text(content)
        ran = world.run("reassign", "--cases", str(listed), "--to", "ben", "--why", "x", "--dry-run", as_="ana")
        assert ran.code == 2 and said in ran.err
    ran = world.run(
        "reassign", "--cases", "-", "--rejects", "x", "--to", "ben", "--why", "x", as_="ana", stdin=world["amina"]
    )
    assert ran.code == 2


def test_a_move_can_wait_for_its_day(world: World) -> None:
    moved = world.json(
        "reassign", "--from", "ana", "--to", "ben", "--why", "Leave", "--on", "+3d", "--yes", as_="chloe"
    )
    assert moved["change"]
    assert holders(world)[world["amina"]] == "ana"


def test_in_a_pipe_each_case_is_one_row_with_its_fate(world: World) -> None:
    rows = world.do("reassign", "team:north", "--to", "ben", "--why", "x", "--dry-run", as_="chloe").tsv
    assert {row["fate"] for row in rows} == {"moved", "skipped"}
    assert set(rows[0]) == {"case", "fate", "from", "to", "why"}


def test_what_selects_nothing_and_what_contradicts_itself_is_wrong_usage(world: World) -> None:
    for args in (
        ["--to", "ben", "--why", "x"],
        ["worker:ana", "--to", "ben"],
        ["worker:ana", "--cases", "-", "--to", "ben", "--why", "x"],
        ["worker:ana", "--to", "bne", "--why", "x"],
        ["wrker:ana", "--to", "ben", "--why", "x"],
        ["--cases", "-", "--to", "ben", "--why", "x"],
    ):
        assert world.run("reassign", *args, as_="chloe").code == 2, args


def test_who_has_left_gets_no_work(world: World) -> None:
    world.do("reassign", "--from", "dora", "--to", "ben", "--why", "Leaves", "--yes")
    world.do("worker", "leave", "dora")
    ran = world.run("reassign", "--from", "ana", "--to", "dora", "--why", "x", "--yes", as_="chloe")
    assert (ran.code, "left" in ran.err) == (1, True)


# ---------------------------------------------------------------- undo


def test_undo_takes_back_the_newest_and_an_undo_of_it_does_it_again(world: World) -> None:
    world.do("risk", world["bruno"], "critical", "--why", "Eviction", as_="ana")
    first = world.json("undo", as_="ana")
    assert world.shown("bruno")["risk"] == "low"
    world.do("undo", first["change"], as_="ana")
    assert world.shown("bruno")["risk"] == "critical"


def test_a_fact_changed_since_refuses_and_names_who(world: World) -> None:
    world.do("reassign", "--from", "ana", "--to", "ben", "--why", "Leave", "--yes", as_="chloe")
    moved = world.json("changes", "--limit", "1", as_="chloe")[0]["change"]
    world.do("reassign", "worker:ben bruno", "--to", "chloe", "--why", "Again", "--yes", as_="chloe")
    ran = world.run("undo", moved, "--yes", "--format", "json", as_="chloe")
    assert ran.code == 4
    assert any(world["bruno"] in detail and "chloe" in detail for detail in ran.error["details"])
    assert holders(world)[world["amina"]] == "ben"
    plan = world.json("undo", moved, "--dry-run", as_="chloe")
    assert [row["case"] for row in plan["refused"]] == [world["bruno"]]
    rest = world.json("undo", moved, "--allow-refused", "--yes", as_="chloe")
    assert {row["case"] for row in rest["restored"]} == {world["amina"], world["chidi"]}
    assert holders(world)[world["amina"]] == "ana"


def test_undoing_several_cases_asks_first(world: World) -> None:
    world.do("tag", f"{world['amina']},{world['bruno']}", "+winter", "--yes", as_="ana")
    assert world.run("undo", as_="ana").code == 1
    assert world.shown("amina")["tags"] == ["winter"]
    world.do("undo", as_="ana", terminal=True, stdin="y\n")
    assert world.shown("amina")["tags"] == []


def test_a_change_that_is_not_there_or_not_ones_own(world: World) -> None:
    change = world.json("risk", world["bruno"], "high", "--why", "Notice", as_="ana")["change"]
    assert world.run("undo", "C-99999", as_="ana").code == 2
    assert world.run("undo", "yesterday", as_="ana").code == 2
    assert world.run("undo", change, as_="ben").code == 3
    signed = world.json("note", world["bruno"], "--text", "Seen", "--sign", as_="ana")["change"]
    assert world.run("undo", signed, as_="ana").code == 1


# ---------------------------------------------------------------- cover


def test_cover_lets_another_see_and_act_until_it_ends(world: World) -> None:
    assert world.run("show", world["amina"], as_="dora").code == 2
    made = world.json("cover", "ana", "--by", "dora", "--from", "today", "--to", "+10d", "--why", "Leave", as_="chloe")
    [row] = world.json("cover", "list", as_="chloe")
    assert row == {
        "id": made["cover"], "worker": "ana", "by": ["dora"], "from": str(TODAY), "to": str(TODAY + timedelta(10)),
        "why": "Leave", "running": True, "shares": [{"by": ["dora"], "query": None, "cases": 3}], "uncovered": 0,
        "restricted": 0,
    }  # fmt: skip
    world.do("contact", world["amina"], "--kind", "phone", "--outcome", "made", as_="dora")
    assert world.json("worker", "list")[0]["status"] == "away"
    world.do("cover", "end", made["cover"], as_="chloe")
    assert world.run("show", world["amina"], as_="dora").code == 2
    assert world.json("cover", "list", as_="chloe") == []


def test_cover_needs_its_words(world: World) -> None:
    for args in (["ana"], ["ana", "--by", "ben"], ["list", "--why", "x"], ["end"], ["end", "x"]):
        assert world.run("cover", *args, as_="chloe").code == 2, args


def test_a_cover_is_split_by_query_seen_before_and_told_after(world: World) -> None:
    args = (
        "cover",
        "ana",
        "--by",
        "ben",
        "--query",
        "risk:>=medium",
        "--by",
        "dora",
        "--from",
        "today",
        "--to",
        "+20d",
    )
    planned = world.json(*args, "--why", "Leave", "--dry-run", as_="chloe")
    assert [(share["by"], share["query"], share["cases"]) for share in planned["shares"]] == [
        (["ben"], "risk:>=medium", sorted([world["amina"], world["chidi"]])),
        (["dora"], None, [world["bruno"]]),
    ]
    assert (planned["change"], planned["uncovered"], world.json("cover", "list", as_="chloe")) == (None, [], [])
    made = world.json(*args, "--why", "Leave", as_="chloe")
    assert made["shares"] == [{"by": ["ben"], "cases": 2}, {"by": ["dora"], "cases": 1}]
    assert (made["uncovered"], made["restricted"]) == (0, 0)
    assert {row["case"] for row in world.json("queue", as_="dora")} == {world["bruno"], world["fatou"]}
    world.do("task", world["bruno"], "add", "Ask for the receipt", "--due", "+3d", as_="dora")
    world.do("risk", world["bruno"], "medium", "--why", "Eviction notice", as_="dora")
    told = world.json("cover", "back", "ana", as_="ana")
    assert {(row["case"], row["kind"], row["words"], row["by"], row["text"]) for row in told} == {
        (world["bruno"], "risk", "medium", "dora", None)
    }
    assert set(told[0]) == {"at", "case", "kind", "words", "by", "text"}
    said = world.do("cover", "back", "ana", "--identified", "--why", "Handover", "--format", "csv", as_="ana")
    assert "Eviction notice" in said.out
    world.do("cover", "share", made["cover"], as_="chloe")
    assert world.json("queue", as_="dora")[0]["case"] == world["fatou"]
    for args in (["back", "--by", "x"], ["list", "--dry-run"], ["ana", "--by", "ben", "--query", "a", "--query", "b"]):
        assert world.run("cover", *args, as_="chloe").code == 2, args


# ---------------------------------------------------------------- transfers


def test_a_transfer_is_offered_declined_offered_again_and_taken(world: World) -> None:
    case = world["amina"]
    planned = world.json("transfer", case, "--to", "dora", "--dry-run", as_="ana")
    assert [row["case"] for row in planned["moved"]] == [case]
    before = holders(world)
    made = world.json("transfer", case, "--to", "dora", "--by", "+5d", "--why", "Moved south", as_="ana")
    assert {row["worker"]: row["cases_after"] for row in made["load"]} == {"ana": 2, "dora": 2}
    assert holders(world) == before
    offered = facts(world)
    [row] = world.json("transfer", "list", as_="dora")
    assert row == {
        "case": case, "program": "housing", "risk": "high", "stage": "assessment", "from": "ana", "to": "dora",
        "offered_by": "ana", "offered": str(TODAY), "answer_by": str(TODAY + timedelta(5)), "days": 5, "late": False,
        "why": None, "state": "offered", "answered": None, "answer": None,
    }  # fmt: skip
    assert world.run("show", case, as_="dora").code == 2
    assert "1 case is offered to you: caseload transfer list" in world.do("queue", as_="dora", terminal=True).err
    assert world.run("transfer", "decline", case, as_="dora").code == 2
    world.do("transfer", "decline", case, "--why", "No Arabic", as_="dora")
    [row] = world.json("transfer", "list", "--all", "--identified", "--why", "Review", as_="ana")
    assert (row["state"], row["answer"]) == ("declined", "No Arabic")
    world.do("transfer", case, "--to", "ben", "--why", "Nearer", as_="ana")
    assert facts(world) != offered, "it is offered to somebody else"
    offered = facts(world)
    world.do("transfer", "accept", case, as_="ben")
    assert holders(world)[case] == "ben"
    world.do("undo", as_="ben")
    assert facts(world) == offered
    assert world.json("check")["sound"] is True


def test_a_transfer_needs_its_words(world: World) -> None:
    for args in (
        [world["amina"]],
        [world["amina"], "--to", "ben"],
        ["accept"],
        ["accept", "amina"],
        ["list", "--to", "ben"],
        ["list", world["amina"]],
        ["accept", world["amina"]],
        [world["amina"], "--to", "ben", "--why", "x", "--all"],
    ):
        assert world.run("transfer", *args, as_="ana").code == 2, args


# ---------------------------------------------------------------- balance, the waiting list, custodians, leavers


def test_a_team_is_evened_out_after_a_look_at_what_if(world: World) -> None:
    before = facts(world)
    world.do("worker", "edit", "ana", "--capacity", "1")
    planned = world.json("reassign", "--balance", "north", "--dry-run", as_="chloe")
    assert (planned["ceiling"], planned["reached"], planned["change"]) == (100.0, True, None)
    assert len(planned["moved"]) == 2
    assert all(
        row["from"] == "ana" and row["to"] == "ben" and "ana holds 3 of 1" in row["why"] for row in planned["moved"]
    )
    assert sorted(row["case"] for name in LISTS for row in planned[name]) == sorted(
        row["case"] for row in world.json("cases", "team:north -worker:none", as_="chloe")
    )
    shown = world.run("reassign", "--balance", "north", "--why", "Autumn", as_="chloe", stdin="y\n", terminal=True)
    assert "2 moves bring everybody within 100 % of capacity; 3 stay." in shown.err
    assert facts(world) != before
    world.do("undo", "--yes", as_="chloe")
    assert facts(world) == before
    dealt = world.json("reassign", "--from", "ana", "--balance", "south", "--dry-run")
    assert {row["to"] for row in dealt["moved"]} == {"dora"}
    for args in (["--to", "ben", "--balance", "north"], ["worker:ana"], ["--balance", "nort"],
                 ["worker:ana", "--to", "ben", "--even"]):  # fmt: skip
        assert world.run("reassign", *args, "--why", "x", as_="chloe").code == 2, args


def test_who_waits_is_listed_and_admitted(world: World) -> None:
    [row] = world.json("waiting", as_="chloe")
    assert row == {
        "place": 1, "case": world["gita"], "client": None, "program": "outreach", "risk": "low", "stage": "referred",
        "language": None, "team": "north", "since": str(TODAY), "days": 0,
    }  # fmt: skip
    assert world.json("waiting", "--program", "housing", as_="chloe") == []
    assert "Rao, Gita" in world.do("waiting", as_="chloe", terminal=True).out
    planned = world.json("waiting", "admit", world["gita"], "--to", "ben", "--dry-run", as_="chloe")
    assert [row["to"] for row in planned["moved"]] == ["ben"]
    made = world.json("waiting", "admit", world["gita"], "--to", "ben", "--why", "Room", as_="chloe")
    assert made["load"][0]["cases_after"] == 3
    assert world.shown("gita")["stage"] == "assessment"
    assert world.json("waiting", as_="chloe") == []
    for args in (
        ["admit"],
        ["admit", world["gita"]],
        ["admit", world["gita"], "--to", "ben"],
        ["x:y"],
        ["", world["gita"]],
    ):
        assert world.run("waiting", *args, as_="chloe").code == 2, args


def test_a_leaver_goes_in_one_act_and_restricted_cases_find_their_custodian(world: World) -> None:
    world.do("restrict", world["amina"], "--custodian", "dora", "--why", "Neighbour", as_="chloe")
    assert world.run("show", world["amina"], as_="chloe").code == 2
    assert [row["case"] for row in world.json("restrict", "list", as_="dora")] == [world["amina"]]
    before = [_without_versions(world.shown(client, as_="dora")) for client in ("amina", "fatou")]
    held = holders(world)
    planned = world.json("worker", "leave", "ana", "--dry-run")
    assert (planned["custody"], planned["stranded"], len(planned["moved"])) == (
        [{"custodian": "dora", "cases": 1}],
        [],
        2,
    )
    assert planned.keys() >= {"secondary", "covers", "absences", "tasks", "drafts", "transfers", "supervises", "load"}
    assert world["amina"] not in str(planned)
    assert world.run("worker", "leave", "ana", "--why", "Lyon").code == 1
    assert holders(world) == held
    made = world.json("worker", "leave", "ana", "--why", "Lyon", "--yes")
    assert made["change"].startswith("C-")
    assert world.shown("amina", as_="dora")["worker"] == "dora"
    assert {row["worker"]: row["status"] for row in world.json("worker", "list")}["ana"] == "left"
    stuck = world.run("worker", "leave", "dora", "--to", "ben", "--why", "Lyon", "--yes", "--format", "json")
    assert stuck.code == 1
    assert any("--custodian" in detail for detail in stuck.error["details"])
    world.do("undo", made["change"], "--yes")
    after = [_without_versions(world.shown(client, as_="dora")) for client in ("amina", "fatou")]
    assert (holders(world), after) == (held, before)
    assert world.json("check")["sound"] is True
    later = world.json("worker", "leave", "ana", "--to", "ben", "--on", "+9d", "--why", "Lyon", "--yes")
    assert later["change"]
    assert holders(world) == held
    for args in (["leave", "ana", "--yes"], ["leave", "ana", "--to", "ben", "--balance", "north", "--why", "x"]):
        assert world.run("worker", *args).code == 2, args
    for args in (["list", "--lift"], [world["bruno"]], [world["bruno"], "--lift"], [world["bruno"], "--why", "x"]):
        assert world.run("restrict", *args, as_="chloe").code == 2, args


def test_two_records_are_merged_after_a_preview_in_words_and_taken_apart(world: World) -> None:
    again = ("--given", "Aminah", "--family", "Haddad", "--born", "1991-02-04", "--phone", "055 1", "--worker", "ana")
    twin = world.json("intake", *again, "--program", "housing", as_="ana")["case"]
    asked = ("merge", twin, world["amina"], "--why", "The same papers")
    told = world.run(*asked, as_="ana", stdin="n\n", terminal=True)
    assert told.code == 1 and "Nothing was changed." in told.err
    for words in ("Alike: the given names sound alike, day and month of birth swapped", "Aminah", "1991-02-04",
                  f"Goes: {twin}", f"Stays: {world['amina']}", "stays, the other as alias", "1 phone, email or address"):  # fmt: skip
        assert words in told.err, words
    piped = world.run(*asked, "--format", "table", "--dry-run", as_="ana")
    assert "given name" in piped.out and "Aminah" not in piped.out and "1991" not in piped.out
    shown = world.json(*asked, "--dry-run", as_="ana")
    assert (shown["change"], shown["alike"], shown["rows"]["case_file"]) == (None, None, 1)
    done = world.json(*asked, "--yes", "--identified", as_="ana")
    assert done["alike"][0] == "the given names sound alike" and done["change"].startswith("C-")
    assert world.json("show", twin, as_="chloe")["other_cases"] == [world["amina"]]
    world.do("undo", done["change"], "--yes", as_="ana")
    assert world.json("show", twin, as_="chloe")["other_cases"] == []
    assert world.run("merge", twin, world["fatou"], "--why", "x", "--dry-run", as_="ana").code == 2
