"""`export everything`, `import everything` and `move`, as they are typed and answered."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from .running import World, run_line

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def test_everything_leaves_only_for_a_reason_that_is_given(world: World, tmp_path: Path) -> None:
    ran = world.run("export", "everything", "--format", "csv", "--output", str(tmp_path / "all"))
    assert ran.code == 2
    assert "--identified --why" in ran.err
    assert not (tmp_path / "all").exists()


def test_a_move_says_who_comes_in_and_that_the_old_file_is_left(world: World, tmp_path: Path) -> None:
    new = tmp_path / "new.db"
    ran = world.run("move", "--to", str(new), "--format", "json")
    assert ran.code == 0, ran.err
    assert ran.json.keys() == {
        "database", "from", "rows", "tables", "seal", "change", "encrypted", "admin", "login", "password", "logins",
        "logins_missing", "without_login",
    }  # fmt: skip
    assert "does not come along" in ran.err
    assert "chmod 400" in ran.err
    assert run_line("--database", str(new), "check").code == 0
    assert run_line("--database", str(new), "journal", "verify", "--anchor", ran.json["seal"]).code == 0
    again = world.run("move", "--to", str(new), "--format", "json")
    assert again.code == 1
    assert "already a file" in again.err


def test_a_password_in_the_new_address_is_refused(world: World) -> None:
    ran = world.run("move", "--to", "postgresql://deploy:secret@server/agency")
    assert ran.code == 2
    assert "secret" not in ran.err


def test_a_new_file_is_encrypted_with_the_key_that_is_handed_over(world: World, tmp_path: Path) -> None:
    key = tmp_path / "agency.key"
    key.write_text("correct horse battery staple\n")
    out, new = tmp_path / "all", tmp_path / "new.db"
    made = world.run("export", "everything", "--format", "csv", "--output", str(out), "--identified", "--why", "x")
    assert made.code == 0, made.err

    def with_key(*words: str) -> int:
        held = os.open(key, os.O_RDONLY)
        return run_line("--database", str(new), "--key-fd", str(held), *words).code

    assert with_key("import", "everything", str(out)) == 0
    assert not new.read_bytes().startswith(b"SQLite format 3")
    assert with_key("check") == 0


def test_a_folder_of_another_caseload_is_another_schema(world: World, tmp_path: Path) -> None:
    out = tmp_path / "all"
    world.run("export", "everything", "--format", "csv", "--output", str(out), "--identified", "--why", "x")
    manifest = json.loads((out / "manifest.json").read_text())
    (out / "manifest.json").write_text(json.dumps(manifest | {"schema": "9999"}))
    ran = run_line("--database", str(tmp_path / "new.db"), "import", "everything", str(out))
    assert ran.code == 5
    assert "newer caseload" in ran.err
