"""A database of another caseload: one sentence says which it is and what to do, whatever was asked of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from caseload.store import migrate
from tests.support.databases import altered

from .running import World

NUMBER = migrate.head()
NEXT = f"{int(NUMBER) + 1:04d}"
NEWER = (
    f"The database is of a newer caseload (schema 9999; this one knows {NUMBER}). Install the newer caseload and try "
    "again."
)
FOREIGN = "The tables in this database are another program's. Name another database with --database."
LACKING = (
    f"The database is of an older caseload, though its schema has this one's number ({NUMBER}): "
    "agency.manager_sees_team is missing. Open it with the caseload it was made with, or restore a backup."
)
LINES = (
    ("queue",),
    ("contact", "2026-000000", "--kind", "phone", "--outcome", "attempted"),
    ("check",),
    ("journal", "verify"),
)


def complaints(world: World, *lines: tuple[str, ...]) -> set[tuple[int, str]]:
    """The exit codes and the sentences that these commands end with."""
    ran = [world.run(*line, "--format", "json") for line in lines]
    return {(one.code, one.error["message"]) for one in ran}


@pytest.mark.parametrize(("number", "said"), [("9999", NEWER), ("4f2ac0de81b3", FOREIGN)])
def test_one_that_another_program_made(world: World, tmp_path: Path, number: str, said: str) -> None:
    altered(world.url, f"UPDATE alembic_version SET version_num = '{number}'")

    assert complaints(world, *LINES, ("upgrade",), ("backup", str(tmp_path / "kept"))) == {(5, said)}


def test_an_older_one_is_upgraded_by_whoever_set_it_up(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.locate(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / f"{NEXT}_next.py").write_text(
        f"revision, down_revision = {NEXT!r}, {NUMBER!r}\n\n\ndef upgrade():\n    pass\n"
    )
    monkeypatch.setattr(migrate, "locate", lambda: folder)

    for line in (*LINES, ("backup", str(tmp_path / "kept"))):
        ran = world.run(*line)
        assert (ran.code, ran.out) == (5, "")
        assert f"older caseload (schema {NUMBER}; this one needs {NEXT})" in ran.err
        assert "runs: caseload upgrade" in ran.err
    world.do("upgrade")
    world.do("check")


def test_one_that_says_it_is_ours_and_lacks_a_column(world: World) -> None:
    altered(world.url, "ALTER TABLE agency RENAME COLUMN manager_sees_team TO seen_by_team")

    assert complaints(world, *LINES, ("upgrade",)) == {(5, LACKING)}


def test_one_that_lacks_a_table_says_so_when_it_is_needed_and_when_it_is_checked(world: World) -> None:
    altered(world.url, "DROP TABLE saved_view")

    world.do("queue")
    for line in (("view", "list"), ("check",), ("upgrade",)):
        ran = world.run(*line)
        assert ran.code == 5
        assert f"has this one's number ({NUMBER}): saved_view is missing." in ran.err


def test_triggers_of_another_caseload_are_made_anew(world: World) -> None:
    act = ("team", "add", "west")
    gone = "VIEW journalling" if world.engine == "sqlite" else "FUNCTION current_change()"
    altered(world.url, f"DROP {gone}")

    ran = world.run(*act)
    assert ran.code == 5
    assert "triggers of the database are of another caseload" in ran.err
    world.do("upgrade")
    world.do(*act)


def test_an_empty_one_is_told_how_to_begin(empty_url: str, engine_name: str) -> None:
    ran = World(empty_url, engine_name).run("queue")

    assert ran.code == 5
    assert "caseload init --agency NAME --admin HANDLE" in ran.err
