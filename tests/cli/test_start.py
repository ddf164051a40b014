"""What starting costs: counted in modules, which does not flake; the milliseconds are in the benchmarks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from caseload import __version__

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"icalendar", "sqlalchemy", "pydantic", "textual", "rich", "alembic", "psycopg", "xlsxwriter"}
_SPY = """
import json, sys
from caseload.cli import main
code = main(sys.argv[1:])
sys.stderr.write(json.dumps(sorted(sys.modules)))
sys.exit(code)
"""


def started(*args: str, tmp_path: Path) -> tuple[int, str, set[str]]:
    """Exit code, output and imported modules of a fresh interpreter."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("CASELOAD_", "COV_"))}
    env |= {
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", _SPY, *args], capture_output=True, text=True, env=env, stdin=subprocess.DEVNULL
    )
    modules = set(json.loads(done.stderr.splitlines()[-1]))
    return done.returncode, done.stdout, modules


def test_version_is_answered_at_the_door(tmp_path: Path) -> None:
    code, out, modules = started("--version", tmp_path=tmp_path)
    assert (code, out) == (0, f"caseload {__version__}\n")
    assert not modules & (HEAVY | {"typer"})
    assert not {m for m in modules if m.startswith("caseload.")} - {"caseload.cli"}


@pytest.mark.parametrize("args", [["--help"], ["queue", "--help"], ["reassign", "--help"], ["worker", "add", "--help"]])
def test_help_imports_nothing_that_only_work_needs(args: list[str], tmp_path: Path) -> None:
    code, out, modules = started(*args, tmp_path=tmp_path)
    assert code == 0
    assert "Usage: caseload" in out
    assert not modules & HEAVY


def test_help_of_everything_imports_no_commands(tmp_path: Path) -> None:
    _code, _out, modules = started("--help", tmp_path=tmp_path)
    frame = {"root", "frame", "guard", "index", "session", "terminal"}
    assert {m.removeprefix("caseload.commands.") for m in modules if m.startswith("caseload.commands.")} <= frame


def test_running_a_command_does_not_pay_for_pydantic_or_the_screen(tmp_path: Path) -> None:
    code, _out, modules = started("--database", str(tmp_path / "none.db"), "queue", "--limit", "3", tmp_path=tmp_path)
    assert code == 5
    assert not modules & {"pydantic", "textual", "rich", "alembic"}


def test_without_a_terminal_the_screen_names_the_command_that_prints(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "caseload", "--database", str(tmp_path / "none.db")],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 1
    assert "caseload queue" in done.stderr
    assert "Traceback" not in done.stderr


def shell(command: str, tmp_path: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A line of shell in which `caseload` is this package."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("CASELOAD_")}
    env |= {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), **more}
    program = f'caseload() {{ "{sys.executable}" -m caseload "$@"; }}; set -o pipefail; '
    return subprocess.run(
        ["bash", "-c", program + command], capture_output=True, text=True, env=env, stdin=subprocess.DEVNULL
    )


def test_a_reader_that_closes_the_pipe_hears_no_complaint(tmp_path: Path) -> None:
    done = shell("caseload keys --format json | head -c 10", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_full_disk_is_noticed(tmp_path: Path) -> None:
    done = shell("caseload keys > /dev/full", tmp_path)
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_shell_completes_commands_options_and_values(tmp_path: Path) -> None:
    def completed(words: str, at: int) -> list[str]:
        asked = {"_CASELOAD_COMPLETE": "complete_bash", "COMP_WORDS": f"caseload {words}", "COMP_CWORD": str(at)}
        return shell("caseload", tmp_path, **asked).stdout.split()

    assert completed("qu", 1) == ["queue"]
    assert completed("worker l", 2) == ["leave", "list"]
    assert completed("contact X --kind v", 4) == ["visit", "video"]


def test_what_is_printed_for_a_pipe_is_utf8_whatever_the_locale(tmp_path: Path) -> None:
    done = shell("caseload keys", tmp_path, LC_ALL="C", PYTHONIOENCODING="latin-1", PYTHONUTF8="0")
    assert done.returncode == 0
    assert "↓" in done.stdout
