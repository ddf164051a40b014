"""Bad input gets its exit code and a sentence that says what to do, and changes nothing."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from caseload import settings

from ..support.databases import Databases
from .running import Ran, World, run_line

ROOT = Path(__file__).resolve().parents[2]


def sentence(ran: Ran, code: int) -> str:
    """What a failed command line said: words for a person, no traceback, nothing on standard output."""
    assert ran.code == code, ran.err
    assert ran.out == ""
    assert ran.err.startswith("caseload: ")
    assert "Traceback" not in ran.err
    return ran.err


# ---------------------------------------------------------------- names, dates, fields, queries


def test_an_unknown_worker_names_the_nearest(world: World) -> None:
    assert "ben" in sentence(world.run("queue", "--worker", "bne", as_="ana"), 2)
    assert "ben" in sentence(
        world.run("intake", "--given", "X", "--program", "housing", "--worker", "bne", as_="ana"), 2
    )


def test_an_unknown_program_or_team_names_the_nearest(world: World) -> None:
    assert "housing" in sentence(world.run("intake", "--given", "X", "--program", "housin", as_="ana"), 2)
    assert "north" in sentence(world.run("queue", "--team", "nort", as_="ana"), 2)


def test_a_case_that_is_not_there_looks_like_one_out_of_sight(world: World) -> None:
    from caseload.casework.numbers import compose

    nowhere = next(number for n in range(99) if (number := compose(2020, n)) not in world.cases.values())
    for act in (["show"], ["reviewed"], ["task"], ["snooze", "--end"]):
        missing = sentence(world.run(act[0], nowhere, *act[1:], as_="ana"), 2)
        hidden = sentence(world.run(act[0], world["fatou"], *act[1:], as_="ana"), 2)
        assert missing.replace(nowhere, "N") == hidden.replace(world["fatou"], "N")


def test_a_mistyped_number_is_caught_by_its_check_digit(world: World) -> None:
    number = world["amina"]
    slip = number[:-1] + str((int(number[-1]) + 1) % 10)
    for args in (
        ["show", slip],
        ["reviewed", slip],
        ["journal", slip],
        ["contact", f"{number},{slip}", "--kind", "phone", "--outcome", "made"],
    ):
        assert "last digit" in sentence(world.run(*args, as_="ana"), 2)
    assert "last digit" in sentence(
        world.run("reassign", "--cases", "-", "--to", "ben", "--why", "x", "--yes", as_="ana", stdin=slip), 2
    )


@pytest.mark.parametrize(
    "args",
    [
        ["task", "CASE", "add", "Call", "--due", "2026-02-30"],
        ["snooze", "CASE", "--until", "soon", "--why", "x"],
        ["snooze", "CASE", "--until", "yesterday", "--why", "x"],
        ["snooze", "CASE", "--until", "+2000d", "--why", "x"],
        ["contact", "CASE", "--kind", "phone", "--outcome", "made", "--at", "25:00"],
        ["appointment", "CASE", "add", "--at", "friday"],
        ["alert", "CASE", "add", "--text", "x", "--next", "2026-13-01"],
        ["changes", "--since", "lately"],
        ["intake", "--given", "X", "--program", "housing", "--born", "2126-01-01"],
        ["intake", "--given", "X", "--program", "housing", "--born", "31.12.1990"],
    ],
)
def test_a_date_that_cannot_be_is_wrong_usage(world: World, args: list[str]) -> None:
    sentence(world.run(*(world["amina"] if arg == "CASE" else arg for arg in args), as_="ana"), 2)


@pytest.mark.parametrize("today", ["tomorrow", "2026-02-30", "20.11.2026"])
def test_a_day_to_answer_as_of_must_be_one(world: World, today: str) -> None:
    sentence(world.run("--today", today, "queue"), 2)


def test_another_day_is_for_looking_only(world: World) -> None:
    assert len(world.do("--today", "2026-12-24", "queue", "--format", "json", as_="ana").json) == 3
    ran = world.run("--today", "2026-12-24", "risk", world["amina"], "low", "--why", "x", as_="ana")
    assert "--today" in sentence(ran, 2)
    world.do("--today", "2026-12-24", "show", world["amina"], as_="ana")
    assert world.json("journal", world["amina"], "--reads", as_="ivo")[0]["at"][:10] != "2026-12-24"


def test_a_field_that_does_not_exist_names_the_nearest(world: World) -> None:
    assert "worker" in sentence(world.run("cases", "--fields", "case,wrker", as_="ana"), 2)
    assert "opened" in sentence(world.run("cases", "--sort", "opend", as_="ana"), 2)


@pytest.mark.parametrize("command", ["queue", "cases", "reassign"])
def test_a_slip_in_a_query_is_named_with_its_place(world: World, command: str) -> None:
    more = ["--to", "ben", "--why", "x", "--yes"] if command == "reassign" else []
    said = sentence(world.run(command, "risk:high wrker:ana", *more, as_="ana"), 2)
    assert '"wrker" at character 11' in said
    assert "worker" in said
    for query in ("(risk:high", "risk:hihg", "due:<=", "opened:2026-13", 'tag:"x'):
        sentence(world.run(command, query, *more, as_="ana"), 2)


def test_a_value_out_of_its_list_names_the_list(world: World) -> None:
    said = sentence(world.run("contact", world["amina"], "--kind", "fax", "--outcome", "made", as_="ana"), 2)
    assert "visit, office, phone" in said
    sentence(world.run("stage", world["amina"], "actve", "--why", "x", as_="ana"), 2)
    sentence(world.run("queue", "--limit", "0", as_="ana"), 2)
    sentence(world.run("queue", "--limit", "many", as_="ana"), 2)
    sentence(
        world.run("contact", world["amina"], "--kind", "phone", "--outcome", "made", "--minutes", "2000", as_="ana"), 2
    )
    sentence(world.run("queue", "--format", "yaml", as_="ana"), 2)


def test_a_command_or_option_that_does_not_exist_is_answered(world: World) -> None:
    assert "queue" in sentence(world.run("quue"), 2)
    assert "list" in sentence(world.run("worker", "lst"), 2)
    sentence(world.run("queue", "--colour", "red"), 2)
    sentence(world.run("stage"), 2)
    assert "before the command" in sentence(world.run("queue", "--as", "ana"), 2)
    assert world.run("worker").code == 2


def test_every_complaint_can_be_had_as_json(world: World) -> None:
    for args, code, kind in (
        (["queue", "wrker:ana"], 2, "usage"),
        (["queue", "--colour"], 2, "usage"),
        (["worker", "add", "zoe"], 3, "not_permitted"),
        (["reviewed", world["fatou"]], 2, "usage"),
        (["undo"], 1, "refused"),
    ):
        # An analyst has done nothing yet that could be undone.
        ran = world.run(*args, "--format", "json", as_="nils" if args == ["undo"] else "ana")
        assert (ran.code, ran.out) == (code, "")
        assert set(ran.error) == {"code", "message", "details"}
        assert ran.error["code"] == kind


# ---------------------------------------------------------------- too much


def test_a_name_of_ten_thousand_letters_is_refused(world: World) -> None:
    said = sentence(world.run("intake", "--given", "-", "--program", "housing", as_="ana", stdin="x" * 10_000), 2)
    assert "10000" in said
    assert "xxx" not in said


def test_a_note_of_a_megabyte_is_refused_and_nothing_is_kept(world: World) -> None:
    said = sentence(world.run("note", world["amina"], "--text", "-", as_="ana", stdin="word " * 200_000), 2)
    assert "Shorten it" in said
    sentence(
        world.run(
            "contact",
            world["amina"],
            "--kind",
            "phone",
            "--outcome",
            "made",
            "--note",
            "-",
            as_="ana",
            stdin="w" * 1_000_000,
        ),
        2,
    )
    shown = world.shown("amina")
    assert (shown["notes"], shown["contacts"]) == ([], [])


def test_a_text_that_is_not_utf8_or_not_there(world: World) -> None:
    sentence(world.run("note", world["amina"], "--text", "-", as_="ana", stdin=b"caf\xe9"), 2)
    sentence(world.run("note", world["amina"], "--text", "@/no/such/file", as_="ana"), 2)
    sentence(world.run("note", world["amina"], "--text", "", as_="ana"), 2)
    sentence(world.run("note", world["amina"], "--text", "\udce9", as_="ana"), 2)


# ---------------------------------------------------------------- the database


def file_of(world: World) -> Path:
    path = settings.load(database=world.url).path
    assert path is not None
    return path


def test_a_password_on_the_command_line_is_refused(world: World) -> None:
    said = sentence(run_line("--database", "postgresql://ana:secret@server/agency", "queue"), 2)
    assert "secret" not in said


def test_a_server_that_does_not_answer_is_unreachable() -> None:
    sentence(run_line("--database", "postgresql://127.0.0.1:1/agency", "queue"), 5)


def test_a_login_that_belongs_to_nobody_may_nothing(world: World) -> None:
    if world.engine == "sqlite":
        sentence(world.run("queue", as_="zoe"), 2)
        return
    parts = urlsplit(world.url)
    url = parts._replace(netloc=f"caseload_cli_nobody@{parts.netloc.rpartition('@')[2]}").geturl()
    ran = run_line("queue", environ={"CASELOAD_DATABASE": url})
    assert ran.code in (3, 5)
    assert "Traceback" not in ran.err


def test_nobody_is_someone_else_on_postgresql(world: World) -> None:
    ran = world.run("--as", "ana", "queue")
    if world.engine == "postgresql":
        assert "login" in sentence(ran, 2)
    else:
        assert ran.code == 0


def test_a_database_of_another_version_says_who_upgrades(world: World, databases: Databases) -> None:
    from sqlalchemy import text

    from ..support.databases import open_engine

    for version, words in (("9999", "newer"), ("0000", "")):
        engine = open_engine(world.url)
        with engine.begin() as conn:
            conn.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})
        engine.dispose()
        for args in (["queue"], ["risk", world["amina"], "low", "--why", "x"]):
            said = sentence(world.run(*args), 5)
            assert words in said
            assert "caseload" in said


@pytest.fixture
def sqlite_world(databases: Databases, tmp_path: Path) -> World:
    """An agency in a file of its own, to be damaged."""
    url = databases.migrated("sqlite")
    databases.drop(url)
    world = World(f"sqlite:///{tmp_path / 'agency.db'}", "sqlite")
    world.do("init", "--agency", "Harbour", "--admin", "olga")
    world.do("program", "add", "housing")
    world.do("worker", "add", "ana")
    world.cases["amina"] = world.json(
        "intake", "--given", "Amina", "--program", "housing", "--worker", "ana", as_="ana"
    )["case"]
    return world


def test_a_truncated_file_is_named_as_damaged(sqlite_world: World) -> None:
    path = file_of(sqlite_world)
    whole = path.read_bytes()
    for size in (0, 100, 5000, len(whole) // 2):
        path.write_bytes(whole[:size])
        for args in (["queue"], ["check"], ["risk", sqlite_world["amina"], "low", "--why", "x"]):
            ran = sqlite_world.run(*args)
            assert ran.code in (1, 5), (size, args, ran.err)
            assert "Traceback" not in ran.err
            assert "fault of its own" not in ran.err, (size, args, ran.err)


def test_a_file_that_is_something_else_is_named_so(sqlite_world: World) -> None:
    file_of(sqlite_world).write_text("Dear Ana, this is a letter.\n" * 500)
    assert "not a whole caseload database" in sentence(sqlite_world.run("queue"), 5)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    sentence(run_line("--database", str(tmp_path), "queue"), 5)


def test_a_database_in_a_missing_folder_is_missing(tmp_path: Path) -> None:
    assert "caseload init" in sentence(run_line("--database", str(tmp_path / "no" / "agency.db"), "queue"), 5)


def test_a_locked_database_says_so_and_nothing_is_changed(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    import caseload.store.engine

    # Ten seconds of patience are right in life and long in a test.
    monkeypatch.setattr(caseload.store.engine, "BUSY", 50)
    other = sqlite3.connect(file_of(sqlite_world), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        ran = sqlite_world.run("risk", sqlite_world["amina"], "high", "--why", "x", as_="ana")
        assert "busy" in sentence(ran, 5)
        assert sqlite_world.do("cases", "--format", "json", as_="ana").json[0]["risk"] == "low"
    finally:
        other.execute("ROLLBACK")
        other.close()
    sqlite_world.do("risk", sqlite_world["amina"], "high", "--why", "x", as_="ana")


_AS_NOBODY = """
import os, sys
from caseload.cli import main
copy, path, *args = sys.argv[1:]
os.environ["CASELOAD_DATABASE"] = copy
assert main(args) == 0  # loads every module while they can be read
if os.geteuid() == 0:
    os.seteuid(65534)  # nothing is read-only to root
os.environ["CASELOAD_DATABASE"] = path
sys.exit(main(args))
"""


def test_a_read_only_database_says_so(sqlite_world: World, tmp_path: Path) -> None:
    whole = file_of(sqlite_world).read_bytes()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (tmp_path / "copy.db").write_bytes(whole)
        path = folder / "agency.db"
        path.write_bytes(whole)
        path.chmod(0o444)
        folder.chmod(0o555)
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "HOME": name}
        try:
            for args in (["risk", sqlite_world["amina"], "high", "--why", "x"], ["queue"]):
                command = [sys.executable, "-c", _AS_NOBODY, str(tmp_path / "copy.db"), str(path), "--as", "ana", *args]
                ran = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
                assert ran.returncode == 5, ran.stderr
                assert ran.stderr.startswith("caseload: ")
                assert "permissions" in ran.stderr
        finally:
            folder.chmod(0o700)
    assert file_of(sqlite_world).read_bytes() == whole
