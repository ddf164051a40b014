"""`make run` on a machine with Python, make and nothing else: what it picks, what it says, what it does only once."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Stand-ins that write down how they were called. `pip` and `caseload` are what would take a minute and a network.
_PYTHON = """#!/bin/sh
echo "{name} $*" >> {log}
case "$*" in
  *sys.version_info*) exit {version} ;;
  *ensurepip*) exit {ensurepip} ;;
  *print*) echo 1 ;;
  --version) echo Python 3.x ;;
  "-m venv .venv") mkdir -p .venv/bin && cp {python} .venv/bin/python && cp {caseload} .venv/bin/caseload ;;
esac
"""
_CASELOAD = """#!/bin/sh
echo "caseload $*" >> {log}
case "$*" in
  *" demo "*) touch "$2" "$2-wal"; test ! -e fail ;;
  *" queue "*) echo "the queue" ;;
esac
"""


class Machine:
    """A checkout in a folder with a blank in its name, and a PATH on which only what is named exists."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "case load"
        self.checkout.mkdir(parents=True)
        self.path = folder / "bin"
        self.path.mkdir()
        self.log = folder / "log"
        self.log.touch()
        for name in ("Makefile", "pyproject.toml", "constraints.txt"):
            shutil.copy(ROOT / name, self.checkout)
        (self.checkout / "migrations" / "versions").mkdir(parents=True)
        (self.checkout / "migrations" / "versions" / "0001_first.py").touch()
        for tool in ("sh", "rm", "cp", "mv", "mkdir", "rmdir", "touch", "cat", "chmod", "make", "echo", "printf"):
            found = shutil.which(tool)
            assert found, f"{tool} is needed to test the Makefile"
            (self.path / tool).symlink_to(found)
        self._write(folder / "caseload", _CASELOAD.format(log=self.log))

    def _write(self, file: Path, text: str) -> None:
        file.write_text(text)
        file.chmod(0o755)

    def python(self, name: str, *, version: int = 0, ensurepip: int = 0) -> None:
        folder = self.path.parent
        self._write(
            folder / "venv-python",
            _PYTHON.format(name="venv", log=self.log, version=0, ensurepip=0, python="-", caseload="-"),
        )
        self._write(
            self.path / name,
            _PYTHON.format(
                name=name, log=self.log, version=version, ensurepip=ensurepip,
                python=folder / "venv-python", caseload=folder / "caseload",
            ),
        )  # fmt: skip

    def make(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        self.log.write_text("")
        return subprocess.run(
            ["make", *arguments], cwd=self.checkout, env={"PATH": str(self.path)}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True,
        )  # fmt: skip

    def calls(self, word: str) -> list[str]:
        return [line for line in self.log.read_text().splitlines() if word in line]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_first_run_installs_builds_the_agency_and_prints_the_queue(machine: Machine) -> None:
    machine.python("python3.12")
    done = machine.make("run")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "the queue\n"
    assert len(machine.calls("-m venv")) == 1
    assert len(machine.calls("-m pip")) == 1
    assert machine.calls("caseload ") == [
        "caseload --database .caseload/making/demo.db demo --no-open",
        "caseload --database .caseload/demo.db queue --format table",
    ]
    assert (machine.checkout / ".caseload" / "demo.db").exists()
    assert (machine.checkout / ".caseload" / "demo.db-wal").exists(), "SQLite's side file belongs to it"


def test_a_second_run_only_opens_it(machine: Machine) -> None:
    machine.python("python3.12")
    machine.make("run")
    done = machine.make("run")
    assert done.stderr == ""
    assert machine.calls("-m pip") == machine.calls("-m venv") == []
    assert machine.calls("caseload") == ["caseload --database .caseload/demo.db queue --format table"]


def test_at_a_terminal_the_screen_opens(machine: Machine) -> None:
    machine.python("python3.12")
    machine.make("run")
    ours, theirs = pty.openpty()
    environment = {"PATH": str(machine.path)}
    subprocess.run(["make", "run"], cwd=machine.checkout, env=environment, stdin=theirs, stdout=theirs, check=True)
    os.close(theirs)
    os.close(ours)
    assert machine.calls("caseload ")[-1] == "caseload --database .caseload/demo.db"


def test_changed_requirements_are_installed_and_changed_migrations_carried_out(machine: Machine) -> None:
    machine.python("python3.12")
    machine.make("run")
    later = (machine.checkout / ".caseload" / "schema.stamp").stat().st_mtime + 10
    for name in ("pyproject.toml", "migrations/versions/0001_first.py"):
        os.utime(machine.checkout / name, (later, later))
    machine.make("run")
    assert len(machine.calls("-m pip")) == 1
    assert machine.calls("caseload ")[0] == "caseload --database .caseload/demo.db upgrade"


def test_the_newest_python_that_really_runs_is_taken(machine: Machine) -> None:
    machine.python("python3.13", version=127)
    machine.python("python3.12")
    machine.python("python3.11")
    machine.make("run")
    assert machine.calls("-m venv") == ["python3.12 -m venv .venv"]


def test_a_plain_python3_will_do(machine: Machine) -> None:
    machine.python("python3")
    machine.make("run")
    assert machine.calls("-m venv") == ["python3 -m venv .venv"]


def test_a_python_may_be_named(machine: Machine) -> None:
    machine.python("python3.13")
    machine.python("mine")
    machine.make("run", "PYTHON=mine")
    assert machine.calls("-m venv") == ["mine -m venv .venv"]


def test_a_python_that_cannot_make_environments_is_passed_over_for_one_that_can(machine: Machine) -> None:
    machine.python("python3.13", ensurepip=1)
    machine.python("python3.11")
    machine.make("run")
    assert machine.calls("-m venv") == ["python3.11 -m venv .venv"]


def test_debians_python_without_ensurepip_is_a_clear_sentence(machine: Machine) -> None:
    machine.python("python3", ensurepip=1)
    done = machine.make("run")
    assert done.returncode != 0
    assert "apt install python3-venv" in done.stderr
    assert not (machine.checkout / ".venv").exists()


def test_a_machine_without_a_fit_python_is_a_clear_sentence(machine: Machine) -> None:
    machine.python("python3", version=1)
    done = machine.make("run")
    assert done.returncode != 0
    assert "caseload needs Python 3.11, 3.12 or 3.13" in done.stderr


def test_an_interrupted_agency_is_built_again(machine: Machine) -> None:
    machine.python("python3.12")
    (machine.checkout / "fail").touch()
    assert machine.make("run").returncode != 0
    assert not (machine.checkout / ".caseload" / "demo.db").exists()
    (machine.checkout / "fail").unlink()
    assert machine.make("run").stdout == "the queue\n"


def test_a_moved_checkout_makes_its_environment_again(machine: Machine) -> None:
    machine.python("python3.12")
    machine.make("run")
    moved = machine.checkout.with_name("elsewhere")
    machine.checkout.rename(moved)
    machine.checkout = moved
    assert machine.make("run").stdout == "the queue\n"
    assert len(machine.calls("-m venv")) == 1
    assert not [call for call in machine.calls("caseload ") if " demo " in call], "the agency moved along"


def test_the_tests_run_with_every_extra(machine: Machine) -> None:
    machine.python("python3.12")
    assert machine.make("test", "ARGS=-x").returncode == 0
    assert machine.calls("-m pip")[0].endswith("-e .[dev]")
    assert machine.calls("pytest") == ["venv -m pytest -n 2 --dist worksteal -x"]


def test_cleaning_up_leaves_the_checkout_as_it_came(machine: Machine) -> None:
    machine.python("python3.12")
    (machine.path / "find").symlink_to(shutil.which("find") or "")
    before = sorted(p.name for p in machine.checkout.iterdir())
    machine.make("run")
    assert machine.make("clean").returncode == 0
    assert sorted(p.name for p in machine.checkout.iterdir()) == before
