"""What leaves as a file, what comes in as one, and the made-up agency."""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from pathlib import Path

import pytest

from ..exchange.hmis_files import family as household
from ..exchange.hmis_files import hashed_2026
from ..exchange.lists import CLIENTS, as_book
from .running import Ran, World, run_line

SUMMARY = {"database", "agency", "workers", "clients", "cases", "contacts", "notes", "tasks", "journal"}


def test_a_weekly_report_is_the_same_twice_and_says_what_it_is(world: World, tmp_path: Path) -> None:
    world.do("contact", world["amina"], "--kind", "visit", "--outcome", "made", "--note", "Kitchen is dry", as_="ana")
    week = ("export", "weekly", "--week", "2026-W47", "--format")
    for form, name in (("json", "w.json"), ("csv", "w.zip")):
        once = world.do(*week, form, "--output", str(tmp_path / name), as_="chloe")
        first = (tmp_path / name).read_bytes()
        assert (once.out, str(tmp_path / name) in once.err) == ("", True)
        world.do(*week, form, "--output", str(tmp_path / name), as_="chloe")
        assert (tmp_path / name).read_bytes() == first
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
        manifest = json.loads((tmp_path / f"{name}.manifest.json").read_text())
        assert manifest["sha256"] == hashlib.sha256(first).hexdigest()
        assert (manifest["report"], manifest["from"], manifest["to"]) == ("weekly", "2026-11-16", "2026-11-22")
        assert b"Haddad" not in first
        assert b"Kitchen" not in first
    assert len(zipfile.ZipFile(tmp_path / "w.zip").namelist()) > 1


def test_lists_leave_with_names_only_for_a_reason(world: World, tmp_path: Path) -> None:
    for report in ("cases", "contacts", "tasks", "assignments"):
        out = world.do("export", report, "--format", "csv", "--output", "-", as_="ana").out
        assert out.splitlines()[0].count(",") > 3
        assert "Haddad" not in out
    assert world.run("export", "cases", "--format", "csv", "--output", "-", "--identified", as_="ana").code == 2
    named = world.do("export", "cases", "--format", "csv", "--output", "-", "--identified", "--why", "Audit", as_="ana")
    assert "Haddad" in named.out
    assert world.json("journal", world["amina"], "--reads", as_="ivo")[0]["kind"] == "export"


def test_only_what_the_query_selects_leaves(world: World) -> None:
    rows = json.loads(world.do("export", "cases", "worker:ben", "--format", "json", "--output", "-", as_="chloe").out)
    assert {row["case"] for row in rows} == {world["daria"], world["emil"]}


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["weekly", "--week", "2025-W53", "--format", "csv", "--output", "x.zip"], 2),
        (["weekly", "--week", "November", "--format", "csv", "--output", "x.zip"], 2),
        (["weekly", "--format", "csv", "--output", "x.zip"], 2),
        (["weekly", "--from", "2026-11-30", "--to", "2026-11-01", "--format", "csv", "--output", "x.zip"], 2),
        (["weekly", "--week", "2026-W47", "--format", "csv", "--output", "-"], 2),
        (["cases", "--format", "csv", "--output", "no/such/folder/x.csv"], 2),
        (["cases", "--format", "csv", "--output", "."], 2),
        (["cases", "--format", "pdf", "--output", "x.pdf"], 2),
        (["cases", "wrker:ana", "--format", "csv", "--output", "x.csv"], 2),
        (["casse", "--format", "csv", "--output", "x.csv"], 2),
        (["cases", "--format", "csv"], 2),
        (["cases", "--format", "csv", "--output", "-", "--identified", "--why", "x"], 3),
    ],
)
def test_what_cannot_be_exported_leaves_nothing(
    world: World, args: list[str], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = world.run("export", *args, as_=None if code == 3 else "chloe")
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith("caseload: ")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing_and_says_so(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno
    import os

    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    ran = world.run("export", "cases", "--format", "csv", "--output", str(tmp_path / "cases.csv"), as_="chloe")
    monkeypatch.undo()
    assert (ran.code, "room" in ran.err) == (1, True)
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- import


def test_an_import_is_seen_made_once_and_taken_back(world: World, tmp_path: Path) -> None:
    path = str(household().zip(tmp_path / "export.zip"))
    plan = world.json("import", "hmis", path, "--dry-run")
    assert (plan["change"], plan["dry_run"], plan["totals"]["cases"]) == (None, True, 3)
    refused = world.run("import", "hmis", path, "--format", "json")
    assert (refused.code, refused.json["new"] > 0, "--yes" in refused.error["message"]) == (1, True, True)
    before = len(world.json("cases", "stage:any"))
    made = world.json("import", "hmis", path, "--yes")
    assert made["change"].startswith("C-")
    assert len(world.json("cases", "stage:any")) == before + 3
    again = world.json("import", "hmis", path, "--yes")
    assert (again["change"], again["new"], again["changed"]) == (None, 0, 0)
    world.do("undo", "--yes")
    assert len(world.json("cases", "stage:any")) == before
    assert world.json("journal", "verify")["sound"] is True


def test_an_export_of_2026_without_names_takes_nobody_for_anybody(world: World, tmp_path: Path) -> None:
    """Same hashes, same birth date, twice over: nobody is warned of, nobody merged, and no hash is anybody's name."""
    first, second = (str(hashed_2026(name).zip(tmp_path / f"{name}.zip")) for name in ("HERE", "THERE"))
    taken = [world.json("import", "hmis", path, "--yes") for path in (first, second)]
    assert [(one["version"], one["alike"], one["rejected"]) for one in taken] == [("2026", 0, 0)] * 2
    assert world.json("import", "hmis", first, "--yes")["change"] is None
    came = {one["case"] for one in world.json("cases")} - set(world.cases.values())
    assert len(came) == 4
    world.json("reassign", " OR ".join(sorted(came)), "--to", "ana", "--why", "no names", "--yes")
    seen = {one["case"]: one for one in world.json("cases", "--identified", "--why", "a review", as_="ana")}
    assert {(seen[number]["client"] or "", seen[number]["born"]) for number in came} == {("", "1980-05-12")}
    who = ["--given", "Nina", "--family", "Comer", "--born", "1980-05-12"]
    assert world.json("intake", *who, "--program", "housing", as_="ana")["known"] == []
    assert world.json("check")["sound"] is True


def test_a_script_reads_an_import_file_by_file(world: World, tmp_path: Path) -> None:
    path = str(household().zip(tmp_path / "export.zip"))
    rows = {row["file"]: row for row in world.do("import", "hmis", path, "--yes").tsv}
    assert rows["Enrollment.csv"]["new"] == "3"
    assert len({row["change"] for row in rows.values()}) == 1
    assert rows["Enrollment.csv"]["change"].startswith("C-")


def test_a_row_that_cannot_be_taken_does_not_stop_the_others(world: World, tmp_path: Path) -> None:
    export = household()
    export.client("C9", "Nobody", "Knows", DOB="1980-13-45")
    path = str(export.zip(tmp_path / "export.zip"))
    ran = world.do("import", "hmis", path, "--yes", "--rejects", str(tmp_path / "rejects.csv"), "--format", "json")
    assert ran.json["rejected"] == 1
    [problem] = [one for one in ran.json["problems"] if one["kind"] == "rejected"]
    assert (problem["file"], problem["column"]) == ("Client.csv", "DOB")
    assert "1 row is not taken" in ran.err
    assert "Knows" not in ran.err
    rejects = tmp_path / "rejects.csv"
    assert "Knows" in rejects.read_text()
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600


def test_a_list_is_looked_at_mapped_taken_and_taken_back(world: World, tmp_path: Path) -> None:
    path = str(as_book(tmp_path / "clients.xlsx", CLIENTS))
    mapping = tmp_path / "map.toml"
    mapping.write_text(world.do("import", "sheet", path, "--propose").out)
    asked = ("import", "sheet", path, "--system", "North list", "--mapping", str(mapping))
    plan = world.json(*asked, "--dry-run")
    assert (plan["change"], plan["totals"]["cases"], plan["rejected"]) == (None, 1, 1)
    [problem] = [one for one in plan["problems"] if one["kind"] == "rejected"]
    assert (problem["row"], problem["column"], problem["reason"]) == (3, "Opened", "could be 2026-03-04 or 2026-04-03")
    assert (world.run(*asked).code, world.run("import", "sheet", path, "--yes").code) == (1, 2)
    before = len(world.json("cases", "stage:any"))
    assert world.json(*asked, "--date-format", "dmy", "--yes")["new"] == 2
    assert len(world.json("cases", "stage:any")) == before + 2
    assert world.json(*asked, "--date-format", "dmy", "--yes")["change"] is None
    world.do("undo", "--yes")
    assert len(world.json("cases", "stage:any")) == before
    told = world.do(*asked, "--rejects", str(tmp_path / "rejects.csv"), "--yes")
    assert "Comer" not in told.out + told.err
    assert "Comer" in (tmp_path / "rejects.csv").read_text()


@pytest.mark.parametrize("path", ["nowhere.zip", "letter.txt", "."])
def test_a_file_that_is_no_export_is_wrong_usage(
    world: World, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letter.txt").write_text("Dear Ana")
    ran = world.run("import", "hmis", path, "--yes")
    assert (ran.code, ran.out) == (2, "")
    assert "Traceback" not in ran.err


# ---------------------------------------------------------------- the made-up agency


def demo(file: Path, *args: str, before: tuple[str, ...] = ()) -> Ran:
    return run_line(*before, "demo", *args, environ={"CASELOAD_DATABASE": str(file)})


def test_a_demo_is_made_once_and_lets_its_caller_do_everything(tmp_path: Path) -> None:
    file = tmp_path / "demo.db"
    day = ("--today", "2026-11-20")
    made = demo(file, "--cases", "60", "--no-open", "--format", "json", before=day)
    assert set(made.json) == SUMMARY
    assert made.json["cases"] == 60
    assert demo(file, "--no-open", "--format", "json").json == made.json
    assert demo(file, "--cases", "80", "--no-open").code == 1
    shown = demo(file)
    assert (shown.code, "Case" in shown.out.splitlines()[0]) == (0, True)
    environ = {"CASELOAD_DATABASE": str(file)}
    case = run_line("queue", "--agency", "--format", "json", environ=environ).json[0]
    assert run_line("journal", "verify", environ=environ).code == 0
    # Its own day is no other day: what is done in it is done.
    logged = run_line(*day, "contact", case["case"], "--kind", "phone", "--outcome", "made", environ=environ)
    assert logged.code == 0
    assert run_line("--as", case["worker"] or "ana", "queue", environ=environ).code == 0
