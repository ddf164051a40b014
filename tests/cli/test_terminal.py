"""The program in a real pseudo-terminal: what a person sees, and what they are asked."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from .running import TODAY, World, run_line

ROOT = Path(__file__).resolve().parents[2]


# Nothing that is tested here keeps a person waiting so long (seconds).
LONGEST = 60.0
_IN_FRONT = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGINT, signal.SIG_DFL)  # a suite that runs in the background is deaf to it
os.execv(sys.argv[1], sys.argv[1:])
"""


class Terminal:
    """A terminal of a given size with `caseload` running in it."""

    def __init__(self, database: Path, columns: int, *args: str) -> None:
        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        env = {**os.environ, "PYTHONPATH": str(ROOT), "CASELOAD_DATABASE": str(database), "TERM": "xterm"}
        # Ctrl-C reaches only what runs in the terminal's own session.
        command = [sys.executable, "-c", _IN_FRONT, sys.executable, "-m", "caseload", *args]
        self.program = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True
        )
        os.close(theirs)
        self.seen = ""

    def until(self, words: str) -> None:
        """Read until these words are on the terminal."""
        while words not in self.seen:
            more = self._read()
            assert more, self.seen
            self.seen += more

    def types(self, text: str) -> None:
        os.write(self.ours, text.encode())

    def end(self) -> int:
        """Read to the end and give the exit code."""
        while more := self._read():
            self.seen += more
        os.close(self.ours)
        return self.program.wait()

    def _read(self) -> str:
        if not select.select([self.ours], [], [], LONGEST)[0]:
            self.program.kill()
            raise AssertionError(f"Nothing more came: {self.seen}")
        try:
            return os.read(self.ours, 65536).decode(errors="replace")
        except OSError:  # Linux says so when the other side is closed
            return ""


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One worker, who may do everything, with two cases."""
    file = tmp_path / "agency.db"
    from caseload import settings
    from caseload.store.founding import Founding, found

    wish = Founding("Harbour", "Europe/Rome", "demo", "Demo", is_demo=True, clock_on=TODAY)
    found(settings.load(database=str(file)), wish)
    made = World(f"sqlite:///{file}", "sqlite")
    made.do("program", "add", "housing")
    for given, family in (("Amina", "Haddad"), ("李", "小龍" * 30)):
        made.cases[given] = made.json("intake", "--given", given, "--family", family, "--program", "housing")["case"]
    return made


def database(world: World) -> Path:
    return Path(world.url.removeprefix("sqlite:///"))


def test_a_person_sees_names_in_a_table_that_fits(world: World) -> None:
    from caseload.commands.table import cells

    terminal = Terminal(database(world), 60, "queue")
    assert terminal.end() == 0
    lines = terminal.seen.replace("\x1b[1m", "").replace("\x1b[0m", "").splitlines()
    assert any("Haddad" in line for line in lines)
    assert "\x1b" not in "".join(lines)
    assert max(map(cells, lines)) <= 60


def test_a_person_is_asked_and_may_say_no(world: World) -> None:
    both = ",".join(world.cases.values())
    for answer, code, tags in (("n\r", 1, []), ("y\r", 0, ["winter"])):
        terminal = Terminal(database(world), 80, "tag", both, "+winter")
        terminal.until("[y/N]")
        terminal.types(answer)
        assert terminal.end() == code
        assert "Traceback" not in terminal.seen
        assert world.json("show", world["Amina"])["tags"] == tags


def test_ctrl_c_at_a_question_changes_nothing(world: World) -> None:
    terminal = Terminal(database(world), 80, "tag", ",".join(world.cases.values()), "+winter")
    terminal.until("[y/N]")
    terminal.types("\x03")
    assert terminal.end() == 130
    assert "Traceback" not in terminal.seen
    assert world.json("show", world["Amina"])["tags"] == []


def test_a_note_is_typed_and_ended_with_ctrl_d(world: World) -> None:
    terminal = Terminal(database(world), 80, "note", world["Amina"])
    terminal.until("Ctrl-D")
    terminal.types("Came in.\rAll well.\r\x04")
    assert terminal.end() == 0
    environ = {"CASELOAD_DATABASE": str(database(world))}
    args = ("show", world["Amina"], "--identified", "--why", "test", "--format", "json")
    assert run_line(*args, environ=environ).json["notes"][0]["text"] == "Came in.\nAll well."
