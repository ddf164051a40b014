"""End to end, in a real terminal: start, work, resize, leave, and what is left when it is killed."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from caseload.casework import cases, page, scratches
from caseload.store.connect import connect

from .terminal import Terminal
from .world import Made, settings_for


def _run(made: Made) -> list[str]:
    return ["--database", made.url.removeprefix("sqlite:///"), "--as", "ana"]


def test_a_morning_at_80x24_keys_only(made: Made) -> None:
    with Terminal(*_run(made)) as term:
        term.until("contact 12 d overdue")
        term.send("cpa5 no answer\r")
        term.until("Logged an attempted contact")
        term.send("jjzm sister is visiting\r")
        term.until("Snoozed 1 case until Mon 23 Nov")
        term.send("u")
        term.until("Undid C-")
        term.send("q")
        assert term.until_ended() == 0
    assert b"\x1b[?1049l" in term.bytes, "the terminal gets its own screen back"
    db = connect(settings_for(made.url, "ana"))
    with db.read() as r:
        contact = page.read(r, made.case["late"]).contacts[0]
    db.close()
    assert (contact.outcome, contact.minutes, contact.note) == ("attempted", 5, "no answer")


def test_a_cursor_key_sends_few_bytes(made: Made) -> None:
    with Terminal(*_run(made)) as term:
        term.until("contact 12 d overdue")
        sent = []
        for place in range(2, 9):
            while term.pump(0.2):
                pass
            before = len(term.bytes)
            term.send("j")
            term.until(f"Today  {place} of 23")
            while term.pump(0.2):
                pass
            sent.append(len(term.bytes) - before)
        assert max(sent) <= 600, sent


def test_a_window_that_changes_size_is_followed(made: Made) -> None:
    with Terminal(*_run(made)) as term:
        term.until("contact 12 d overdue")
        term.resize(120, 40)
        term.until("DO NOT CALL · 055 123456")
        term.resize(50, 12)
        term.until("Too small")
        term.resize(80, 24)
        term.until("contact 12 d overdue")
        term.send("q")
        assert term.until_ended() == 0


def test_no_color_sends_no_colour(made: Made) -> None:
    with Terminal(*_run(made), NO_COLOR="1") as term:
        term.until("contact 12 d overdue")
        term.send("jjq")
        assert term.until_ended() == 0
    styles = set(re.findall(rb"\x1b\[([0-9;]*)m", term.bytes))
    codes = {int(code) for style in styles for code in style.split(b";") if code}
    assert codes <= {0, 1, 2, 3, 4, 7, 39, 49}, codes
    assert {1, 7} <= codes, "bold and reverse carry what colour would"


def test_sixteen_colours_are_enough(made: Made) -> None:
    with Terminal(*_run(made), TERM="xterm", COLORTERM="") as term:
        term.until("contact 12 d overdue")
        term.send("q")
        assert term.until_ended() == 0
    assert b"38;2;" not in term.bytes
    assert b"38;5;" not in term.bytes


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGKILL], ids=lambda s: s.name)
def test_killed_while_typing_no_word_older_than_a_second_is_lost(made: Made, number: int) -> None:
    with Terminal(*_run(made)) as term:
        term.until("contact 12 d overdue")
        term.send("nnShe said the heating is off again.")
        term.until("heating is off again.")
        db = connect(settings_for(made.url, "ana"))
        place = ("note:narrative", f"case:{made.case['late']}")
        while True:
            term.pump(0.05)
            with db.read() as r:
                kept = scratches.recall(r, *place)
            if kept is not None and kept.body.endswith("off again."):
                break
        term.signal(number)
        assert term.until_ended() != 0
    with db.read() as r:
        assert cases.count(r, "stage:any") > 0
        assert scratches.recall(r, *place).body == "She said the heating is off again."  # type: ignore[union-attr]
    db.close()
    with Terminal(*_run(made)) as again:
        again.until("contact 12 d overdue")
        again.send("n")
        again.until("She said the heating is off again.")


def test_a_terminal_that_goes_away_in_silence_ends_it_and_keeps_the_words(made: Made) -> None:
    """Behind `make` or `nohup` no signal says that the window was closed."""
    term = Terminal(*_run(made))
    term.argv = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *term.argv]
    with term:
        term.until("contact 12 d overdue")
        term.send("nnThe landlord has not called back.")
        term.until("has not called back.")
        term.hang_up()
        assert term.code == -signal.SIGHUP
    db = connect(settings_for(made.url, "ana"))
    with db.read() as r:
        kept = scratches.recall(r, "note:narrative", f"case:{made.case['late']}")
    db.close()
    assert kept is not None
    assert kept.body == "The landlord has not called back."


def test_an_editor_is_lent_the_terminal(made: Made, tmp_path: Path) -> None:
    script = tmp_path / "editor"
    script.write_text('#!/bin/sh\nprintf "Written in the editor.\\n" >> "$1"\n')
    script.chmod(0o700)
    with Terminal(*_run(made), VISUAL=str(script)) as term:
        term.until("contact 12 d overdue")
        term.send("Nn")
        term.until("Written in the editor.")
        term.send("\x13")
        term.until("Saved a draft note")
        term.send("q")
        assert term.until_ended() == 0


def test_a_terminal_of_20x5_is_told_so_and_left(made: Made) -> None:
    with Terminal(*_run(made), columns=20, rows=5) as term:
        term.until("Too small")
        term.send("jq")
        assert term.until_ended() == 0


@pytest.mark.parametrize("term_name", ["dumb", ""])
def test_a_terminal_that_cannot_draw_gets_a_sentence(made: Made, term_name: str) -> None:
    with Terminal(*_run(made), TERM=term_name) as term:
        assert term.until_ended() == 1
        assert "caseload queue" in term.screen().replace("\n", " ")


def test_without_a_terminal_it_names_the_command(made: Made) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "caseload", *_run(made)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "caseload queue" in done.stderr
    assert done.stdout == ""
