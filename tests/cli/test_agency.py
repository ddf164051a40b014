"""Staff, teams, programs, loads; setting up; and what stands on the record."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..support.databases import Databases
from .running import Ran, World, run_line
from .test_tampering import tampered


def test_workers_are_listed_with_what_they_hold(world: World) -> None:
    rows = world.json("worker", "list")
    assert all(set(row) == {"worker", "name", "role", "team", "status", "capacity", "cases"} for row in rows)
    ana = next(row for row in rows if row["worker"] == "ana")
    assert ana == {
        "worker": "ana", "name": "Ana Ferri", "role": "case_manager", "team": "north", "status": "active", "capacity": 4,
        "cases": 3,
    }  # fmt: skip
    assert {row["worker"] for row in world.json("worker", "list", "--team", "south")} == {"dora"}


def test_a_worker_is_changed_and_leaves_when_nothing_is_left(world: World) -> None:
    world.do("worker", "edit", "ben", "--capacity", "24", "--languages", "IT,fr", "--team", "south")
    ben = next(row for row in world.json("worker", "list") if row["worker"] == "ben")
    assert (ben["capacity"], ben["team"]) == (24, "south")
    held = world.run("worker", "leave", "ben")
    assert (held.code, "caseload reassign --from ben" in held.err) == (1, True)
    world.do("reassign", "--from", "ben", "--to", "ana", "--why", "Leaves", "--yes")
    world.do("worker", "leave", "ben")
    assert next(row for row in world.json("worker", "list") if row["worker"] == "ben")["status"] == "left"
    assert world.run("queue", as_="ben").code == 3


def test_teams_and_programs_are_listed(world: World) -> None:
    assert world.json("team", "list")[0] == {
        "team": "north", "name": "North", "supervisor": "chloe", "workers": 3, "cases": 6,
    }  # fmt: skip
    world.do("team", "edit", "south", "--supervisor", "chloe", "--name", "South shore")
    assert world.json("team", "list")[1]["supervisor"] == "chloe"
    assert world.json("program", "list")[0] == {
        "program": "housing", "name": "Housing first", "contact_days": 30, "hmis_type": None, "cases": 6,
    }  # fmt: skip


def test_a_programs_policy_is_set_and_ranks_at_once(world: World) -> None:
    world.do("program", "edit", "housing", "--set", "level_new_assignment=1", "--contact-days", "5")
    policy = world.json("program", "show", "housing")
    assert (policy["level_new_assignment"], policy["contact_low_days"], policy["version"]) == (1, 5, 2)
    assert world.run("program", "edit", "housing", "--set", "level_safty=2").code == 2
    assert world.run("program", "edit", "housing", "--set", "level_safety").code == 2
    assert world.json("check")["sound"] is True


def test_the_load_is_counted_against_capacity(world: World) -> None:
    rows = {row["worker"]: row for row in world.json("workload")}
    assert rows["ana"] == {
        "worker": "ana", "model": "count", "cases": 3, "load": 3.0, "capacity": 4, "percent": 75.0,
        "version": "", "unknown": 0, "over_combined": False,
    }  # fmt: skip
    assert rows["dora"]["percent"] is None
    assert [row["worker"] for row in world.json("workload", "--worker", "ben")] == ["ben"]
    assert world.run("workload", "--model", "horoscope").code == 2


@pytest.mark.parametrize("act", [["worker", "add", "zoe"], ["team", "add", "west"], ["program", "add", "food"]])
def test_only_an_admin_sets_up_the_agency(world: World, act: list[str]) -> None:
    assert world.run(*act, as_="ana").code == 3


# ---------------------------------------------------------------- the record


def test_changes_say_who_did_what(world: World) -> None:
    world.do("risk", world["bruno"], "high", "--why", "Notice", as_="ana")
    newest = world.json("changes", "--worker", "ana", "--since", "-2d", "--limit", "1", as_="chloe")[0]
    assert newest.keys() >= {
        "change",
        "at",
        "worker",
        "verb",
        "summary",
        "why",
        "cases",
        "undoable",
        "undone",
        "undoes",
    }
    assert (newest["worker"], newest["verb"], newest["cases"], newest["undone"]) == ("ana", "risk", 1, False)
    world.do("undo", newest["change"], as_="ana")
    undo, undone = world.json("changes", "--limit", "2", as_="ana")
    assert (undo["undoes"], undone["undone"]) == (newest["change"], True)
    assert world.json("changes", "--since", "+1d", as_="ana") == []


def test_the_journal_of_a_case_names_rows_and_columns_and_no_content(world: World) -> None:
    world.do("note", world["amina"], "--text", "Nothing of this in the journal", as_="ana")
    ran = world.do("journal", world["amina"], "--format", "json", as_="ana")
    assert "Nothing of this" not in ran.out
    assert set(ran.json[0]) == {
        "id", "at", "change", "worker", "login", "table", "row", "case", "op", "columns",
    }  # fmt: skip
    assert {row["table"] for row in ran.json} >= {"note", "case_file", "assignment"}
    assert {row["case"] for row in ran.json} == {world["amina"]}
    assert world.json("journal", world["amina"], as_="ivo") == ran.json
    assert world.run("journal", as_="ana").code == 3
    assert len(world.json("journal", "--limit", "3", as_="ivo")) == 3


def test_every_look_is_on_the_record(world: World) -> None:
    world.do("show", world["amina"], as_="ana")
    world.do("show", world["amina"], "--identified", "--why", "Handover", as_="chloe")
    newest, before = world.json("journal", world["amina"], "--reads", as_="ivo")
    assert (newest["worker"], newest["kind"], newest["surface"]) == ("chloe", "narrative", "show")
    assert (before["worker"], before["kind"]) == ("ana", "case")
    told = world.json("journal", world["amina"], "--reads", "--identified", "--why", "Request of the client", as_="ana")
    assert told[0]["why"] == "Handover"


def test_the_journal_is_verified(world: World) -> None:
    found = world.json("journal", "verify", as_="ivo")
    assert (found["sound"], found["faults"]) == (True, [])
    assert found["rows"] > 20
    assert world.run("journal", "verify", "--limit", "3").code == 2
    assert "seal" in world.do("journal", "verify", as_="ivo", terminal=True).out


def test_a_seal_kept_elsewhere_is_held_against_the_journal(world: World) -> None:
    kept = world.json("journal", "anchor", as_="nils")["seal"]
    found = world.json("journal", "verify", "--anchor", kept)
    assert (found["sound"], found["seal"], found["unsealed"]) == (True, kept, 0)
    assert found["seals"] == int(kept.partition(":")[0])
    world.do("task", world["amina"], "add", "Ring the bell", "--due", "friday", as_="ana")
    assert world.do("journal", "anchor", terminal=True).out.strip() != kept
    another = kept.translate(str.maketrans("0123456789abcdef", "123456789abcdef0"))
    another = kept.partition(":")[0] + ":" + another.partition(":")[2]
    assert world.run("journal", "verify", "--anchor", another).code == 1
    assert world.run("journal", "verify", "--anchor", "of a ship").code == 2
    assert world.run("journal", "--anchor", kept).code == 2
    assert world.run("journal", "anchor", "--reads").code == 2


def test_a_rank_that_does_not_fit_its_facts_is_found(world: World) -> None:
    tampered(world, "UPDATE case_file SET last_contact_on = '2020-01-01' WHERE id = 1")
    found = world.run("check", "--format", "json")
    assert (found.code, found.json["sound"]) == (1, False)
    assert any(world["amina"] in fault for fault in found.json["faults"])


# ---------------------------------------------------------------- setting up


@pytest.fixture
def bare(engine_name: str, databases: Databases) -> Iterator[str]:
    """A place for a database: no file yet, or an empty PostgreSQL database."""
    url = databases.empty(engine_name)
    yield url
    databases.drop(url)


def at(url: str, *args: str) -> Ran:
    return run_line(*args, environ={"CASELOAD_DATABASE": url})


def test_a_new_agency_belongs_to_its_caller(bare: str) -> None:
    before = at(bare, "queue")
    assert before.code == 5
    assert "caseload init" in before.err
    made = at(bare, "init", "--agency", "Harbour", "--admin", "Ana", "--timezone", "Europe/Rome", "--format", "json")
    assert made.json.keys() >= {"database", "agency", "admin", "timezone"}
    assert made.json["admin"] == "ana"
    assert at(bare, "worker", "list", "--format", "json").json[0]["role"] == "admin"
    assert at(bare, "init", "--agency", "Again", "--admin", "ana").code == 1
    assert at(bare, "check", "--format", "json").json["sound"] is True
    assert at(bare, "upgrade").code == 0


@pytest.mark.parametrize("args", [["--timezone", "Mars/Olympus"], ["--admin", "two words"], ["--agency", " "]])
def test_a_wish_that_cannot_be_leaves_nothing_behind(bare: str, args: list[str]) -> None:
    wished = {"--agency": "Harbour", "--admin": "ana"} | dict([args])
    ran = at(bare, "init", *(word for pair in wished.items() for word in pair))
    assert ran.code == 2
    assert at(bare, "init", "--agency", "Harbour", "--admin", "ana").code == 0


def test_nothing_is_founded_on_another_day(bare: str) -> None:
    assert at(bare, "--today", "2026-01-01", "init", "--agency", "Harbour", "--admin", "ana").code == 2
    assert at(bare, "init", "--agency", "Harbour", "--admin", "ana").code == 0
    assert at(bare, "--today", "2026-01-01", "upgrade").code == 2


def test_a_settings_file_that_cannot_be_read_is_named(own_home: Path) -> None:
    from caseload.settings import settings_file

    file = settings_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("[keys\n")
    try:
        for command in (["keys"], ["queue"], []):
            ran = run_line(*command, terminal=True)
            assert (ran.code, str(file) in ran.err) == (2, True)
    finally:
        file.unlink()


def test_an_sqlite_file_is_private_from_birth(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "agency.db"
    assert run_line("--database", str(file), "init", "--agency", "Harbour", "--admin", "ana").code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_an_act_did_names_its_case_once(world: World) -> None:
    ran = world.do(
        "intake",
        "--given",
        "Nuru",
        "--family",
        "Bakari",
        "--program",
        "housing",
        "--worker",
        "ana",
        "--format",
        "table",
        as_="ana",
    )
    number = world.json("cases", "nuru", as_="ana")[0]["case"]
    assert ran.out.count(number) == 1 and f"Opened case {number} · C-" in ran.out
    ran = world.do("tag", number, "+new", "--format", "table", as_="ana")
    assert ran.out.count(number) == 1, "and where the words do not name it, it stands behind them"


def test_a_case_is_found_by_its_number_without_the_year(world: World) -> None:
    number = world["amina"]
    assert world.do("show", number[5:], "--format", "json", as_="ana").json["case"] == number
    assert [row["case"] for row in world.json("cases", number[5:], as_="ana")] == [number]
    ran = world.run("show", "999999", as_="ana")
    assert ran.code == 2 and "No case that you may see answers to that" in ran.err
    ran = world.run("task", number[5:], "list", as_="ana")
    assert ran.code == 0
    ran = world.run("acknowledge", number[5:], as_="ana")
    assert ran.code == 2 and "Write the whole case number" in ran.err, "a script never hits another case"


def test_intake_says_who_may_be_known_already_and_why(world: World) -> None:
    typed = ("intake", "--given", "Aminah", "--family", "Hadad", "--born", "1991-02-04", "--program", "housing")
    ran = world.do(*typed, "--format", "json", as_="ana")
    (one,) = ran.json["known"]
    assert one["cases"] == [world["amina"]] and one["ask"] is None
    assert "day and month of birth swapped" in one["why"]
    assert f"Perhaps known already: {world['amina']}" in ran.err
    assert "Haddad" not in ran.err
    ran = world.do("intake", "--given", "Fatma", "--family", "Diop", "--program", "housing", as_="ana")
    assert "ask Dora Lind" in ran.err and world["fatou"] not in ran.err
