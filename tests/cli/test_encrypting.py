"""`caseload encrypt` and `decrypt`, and where the key comes from: a file descriptor, the keyring, a prompt; nowhere else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail, null

from caseload.store import cipher, keys

from ..support import ring
from ..support.databases import Databases
from ..tui.terminal import Terminal
from .running import Ran, World, found_agency, run_line

ROOT = Path(__file__).resolve().parents[2]
WORDS = "correct horse battery staple"


@pytest.fixture(scope="module")
def office(databases: Databases) -> World:
    return found_agency(databases.empty("sqlite"), "sqlite")


@pytest.fixture
def laptop(office: World, databases: Databases, own_home: Path) -> Iterator[World]:
    """An agency in a file of the test's own, and no keyring yet."""
    (own_home / "ring.json").unlink(missing_ok=True)
    url = databases.copy(office.url)
    yield replace(office, url=url)
    cipher.asks(None)
    databases.drop(url)


def file_of(world: World) -> Path:
    return Path(world.url.removeprefix("sqlite:///"))


def line(world: World, *args: str, key: str | None = None, environ: dict[str, str] | None = None) -> Ran:
    """A command line with nobody at a terminal; `key` comes in through a file descriptor."""
    given, env = [], {"CASELOAD_DATABASE": world.url, **(environ or {})}
    if key is not None:
        reads, writes = os.pipe()
        os.write(writes, key.encode())
        os.close(writes)
        given = ["--key-fd", str(reads)]
    return run_line(*given, *args, environ=env)


def by_cron(world: World, *args: str, key: str = "") -> Ran:
    """The same in a process of its own, which has no terminal; the key stands in descriptor 3."""
    keyfile = Path.home() / "key"
    keyfile.write_text(key)
    shell = ["sh", "-c", f'exec "$@" 3<{keyfile}', "sh", sys.executable, "-m", "caseload", *args]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "CASELOAD_DATABASE": world.url}
    if key:
        env["CASELOAD_KEY_FD"] = "3"
    ran = subprocess.run(
        shell, capture_output=True, text=True, stdin=subprocess.DEVNULL, start_new_session=True, env=env
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


@pytest.fixture
def kept() -> Iterator[None]:
    """This session has a keyring."""
    before = keyring.get_keyring()
    keyring.set_keyring(ring.Ring())
    yield
    keyring.set_keyring(before)


@contextmanager
def no_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(null.Keyring())
    yield
    keyring.set_keyring(before)


def terminal(world: World, *args: str) -> Terminal:
    """The program at a terminal, with a keyring."""
    env = {"PYTHONPATH": str(ROOT), "PYTHON_KEYRING_BACKEND": ring.NAME}
    return Terminal("--database", str(file_of(world)), *args, **env)


def asked(term: Terminal, times: int) -> None:
    """Waits until the key has been asked for so often: what is typed before is thrown away."""
    term.until("Key of")
    while term.bytes.count(b"Key of") < times:
        assert term.pump(30) or not term.ended()


def encrypted(world: World, words: str = WORDS) -> World:
    assert line(world, "encrypt", key=words).code == 0
    assert cipher.is_encrypted(file_of(world))
    return world


# ---------------------------------------------------------------- by a file descriptor


def test_a_script_hands_the_key_over_through_a_file_descriptor(laptop: World) -> None:
    ran = line(laptop, "encrypt", "--format", "json", key=WORDS + "\n")
    told = json.loads(ran.out)
    assert (ran.code, told["encrypted"], told["keyring"], told["sound"]) == (0, True, False, True)
    assert WORDS not in ran.out + ran.err
    asked = by_cron(laptop, "changes", "--limit", "1", "--format", "json", key=WORDS)
    assert (asked.code, asked.err) == (0, "")
    said = json.loads(asked.out)[0]
    assert (said["change"], said["verb"], said["undoable"]) == (told["change"], "encrypt", False)
    assert line(laptop, "journal", "verify", key=WORDS).code == 0
    assert line(laptop, "decrypt", key=WORDS).code == 0
    assert not cipher.is_encrypted(file_of(laptop))
    assert line(laptop, "check").code == 0


def test_a_wrong_key_and_no_key_are_exit_5_and_a_sentence(laptop: World) -> None:
    encrypted(laptop)
    for args in (["queue"], ["risk", laptop["amina"], "low", "--why", "x"], ["decrypt"], ["backup", "x"]):
        assert line(laptop, *args, key="wrong " + WORDS) == Ran(5, "", f"caseload: {cipher.wrong_key()}\n")
        assert line(laptop, *args) == Ran(5, "", f"caseload: {cipher.no_key()}\n")
    # Nothing is said by anybody else, either: SQLCipher speaks past Python.
    assert by_cron(laptop, "queue", key="wrong " + WORDS) == Ran(5, "", f"caseload: {cipher.wrong_key()}\n")
    assert line(laptop, "show", laptop["amina"], key=WORDS).code == 0


def test_the_key_stands_in_no_argument_and_no_variable(laptop: World) -> None:
    encrypted(laptop)
    for name in ("CASELOAD_KEY", "CASELOAD_PASSWORD"):
        assert line(laptop, "queue", environ={name: WORDS}).code == 5
    assert line(laptop, "--key", WORDS, "queue").code == 2
    assert line(laptop, "encrypt", "--key", WORDS).code == 2
    for wrong in ("x", "-1", "1", "2", "99999", "3.5"):
        assert line(laptop, "--key-fd", wrong, "queue").code == 2
        assert line(laptop, "queue", environ={"CASELOAD_KEY_FD": wrong}).code == 2
    assert "file descriptor 999" in line(laptop, "--key-fd", "999", "queue").err
    assert line(laptop, "queue", environ={"CASELOAD_KEY_FD": ""}).code == 5, "an empty variable is none"


def test_a_short_key_is_refused_and_an_encrypted_file_says_that_it_is(laptop: World) -> None:
    short = line(laptop, "encrypt", key="tiger")
    assert short.code == 2 and "at least 12" in short.err
    assert not cipher.is_encrypted(file_of(laptop))
    assert "not encrypted" in line(laptop, "decrypt").err
    assert "--key-fd" in line(laptop, "encrypt").err, "nobody could read the key that would be made"
    encrypted(laptop)
    again = line(laptop, "encrypt", key=WORDS)
    assert again.code == 1 and "--new-key" in again.err


# ---------------------------------------------------------------- by the keyring


def test_at_a_terminal_a_key_is_made_shown_once_and_kept_in_the_keyring(laptop: World, kept: None) -> None:
    words = made_at(laptop, "encrypt")
    assert line(laptop, "queue").code == 0, "the keyring opens it, with nobody there"
    with no_keyring():
        assert line(laptop, "queue").code == 5
        assert line(laptop, "queue", key=words.lower().replace("-", " ")).code == 0, "the paper opens it, too"
    # Another key: the keyring has the new one, and the paper of before is worth nothing.
    assert made_at(laptop, "encrypt", "--new-key") != words
    assert line(laptop, "queue").code == 0
    assert line(laptop, "queue", key=words).code == 5
    assert line(laptop, "decrypt").code == 0
    with no_keyring():
        assert line(laptop, "queue").code == 0


def made_at(world: World, *args: str) -> str:
    """The words of a key that is made at a terminal, by a person who mistypes them once."""
    with terminal(world, *args) as term:
        shown = term.until("from the paper:")
        words = re.search(r"^ {4}((?:\w{4}-){7}\w{4})$", shown, re.MULTILINE)
        assert words
        term.send("nope\r")
        term.send(words[1][-4:].lower() + "\r")
        assert term.until_ended() == 0
    assert cipher.is_encrypted(file_of(world))
    return words[1]


def test_who_does_not_write_the_key_down_changes_nothing(laptop: World) -> None:
    before = file_of(laptop).read_bytes()
    with terminal(laptop, "encrypt") as term:
        term.until("from the paper:")
        term.send("nope\rnope\rnope\r")
        assert term.until_ended() == 1
    assert file_of(laptop).read_bytes() == before
    assert not (Path.home() / "ring.json").exists()


def test_a_key_handed_over_goes_into_the_keyring_where_that_is_asked_for(laptop: World, kept: None) -> None:
    encrypted(laptop)
    with no_keyring():
        assert line(laptop, "encrypt", "--keyring", key=WORDS).code == 1
    assert line(laptop, "encrypt", "--keyring", key=WORDS).code == 0
    assert line(laptop, "queue").code == 0
    held = (Path.home() / "ring.json").read_text()
    assert WORDS not in held
    # A wrong one in there is not the end.
    (Path.home() / "ring.json").write_text(re.sub(r"[0-9a-f]{64}", "0" * 64, held))
    assert line(laptop, "queue").code == 5
    with terminal(laptop, "queue", "--limit", "1") as term:
        asked(term, 1)
        term.send(WORDS + "\r")
        assert term.until_ended() == 0


def test_a_keyring_that_is_locked_keeps_nothing_or_is_not_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    key = keys.Key("ab" * 32, "cd" * 16)
    before = keyring.get_keyring()
    try:
        for backend in (ring.Locked(), null.Keyring(), fail.Keyring()):
            keyring.set_keyring(backend)
            assert keys.remembered(key.salt) is None
            assert not keys.remember(key)
        keyring.set_keyring(ring.Ring())
        assert keys.remember(key) and keys.remembered(key.salt) == key
    finally:
        keyring.set_keyring(before)
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert keys.remembered(key.salt) is None and not keys.remember(key)


# ---------------------------------------------------------------- by a prompt


def test_words_of_ones_own_are_asked_for_at_each_start_and_never_shown(laptop: World) -> None:
    with terminal(laptop, "encrypt", "--ask", "--no-keyring") as term:
        term.until("New key:")
        term.send(WORDS + "\r")
        term.until("once more:")
        term.send(WORDS + "\r")
        assert term.until_ended() == 0
        assert "asked for at each start" in term.screen() and WORDS not in term.screen()
    with terminal(laptop, "--as", "ana") as term:
        for times, wrong in enumerate(("wrong", "wronger"), 1):
            asked(term, times)
            term.send(wrong + "\r")
        asked(term, 3)
        assert "does not open" in term.screen()
        assert b"\x1b[?1049h" not in term.bytes, "no screen before there is a key"
        term.send(WORDS + "\r")
        term.until("Today  ")
        shown = term.screen()
        assert "ERROR" not in shown and "sqlcipher" not in shown.lower()
        term.send("q")
        assert term.until_ended() == 0
    assert WORDS.encode() not in term.bytes
    with terminal(laptop) as term:
        term.until("Key of")
        term.send("\r")
        assert term.until_ended() == 5
        assert "stays locked" in term.screen()


def test_two_keys_that_differ_or_are_short_change_nothing(laptop: World) -> None:
    for first, second in ((WORDS, WORDS + "r"), ("tiger", "")):
        with terminal(laptop, "encrypt", "--ask") as term:
            term.until("New key:")
            term.send(first + "\r")
            if second:
                term.until("once more:")
                term.send(second + "\r")
            assert term.until_ended() == 1
    assert not cipher.is_encrypted(file_of(laptop))


def test_words_come_in_through_a_pipe_while_the_key_is_typed(laptop: World, tmp_path: Path) -> None:
    """What is piped in belongs to the command; the key is read from the terminal."""
    encrypted(laptop)
    (tmp_path / "note").write_text("She called from the station.")
    python = f"exec {sys.executable} -m caseload --database {file_of(laptop)} --as ana note {laptop['amina']} --text -"
    with terminal(laptop) as term:
        pass
    term = Terminal(PYTHONPATH=str(ROOT))
    term.argv = ["sh", "-c", f"{python} < {tmp_path / 'note'}"]
    with term:
        term.until("Key of")
        term.send(WORDS + "\r")
        assert term.until_ended() == 0
    ran = line(
        laptop, "--as", "ana", "show", laptop["amina"], "--format", "json", "--identified", "--why", "x", key=WORDS
    )
    assert "She called from the station." in [note["text"] for note in json.loads(ran.out)["notes"]]


# ---------------------------------------------------------------- where it does not apply


def test_without_the_extra_the_sentence_says_what_to_install(laptop: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)
    missing = laptop.run("encrypt")
    assert missing.code == 1 and "pip install 'caseload[sqlcipher]'" in missing.err
    monkeypatch.undo()
    encrypted(laptop)
    cipher.forget(file_of(laptop))
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)
    opened = laptop.run("queue")
    assert opened.code == 5 and "pip install 'caseload[sqlcipher]'" in opened.err


def test_a_server_is_not_encrypted_from_here(world: World) -> None:
    if world.engine == "postgresql":
        ran = world.run("encrypt")
        assert ran.code == 1 and "server" in ran.err
        assert world.run("decrypt").code == 1
    assert run_line("--database", "nowhere.db", "encrypt").code == 5
    assert world.run("--today", "2026-11-21", "encrypt").code == 2


def test_a_plain_file_needs_nothing_of_it(laptop: World) -> None:
    spy = (
        "import sys\nfrom caseload.cli import main\ncode = main(sys.argv[1:])\n"
        "sys.stderr.write(' '.join(sys.modules))\nsys.exit(code)"
    )
    argv = [sys.executable, "-c", spy, "--database", str(file_of(laptop)), "queue", "--limit", "1"]
    ran = subprocess.run(argv, capture_output=True, text=True, cwd=ROOT, stdin=subprocess.DEVNULL)
    assert ran.returncode == 0
    assert not {"sqlcipher3", "keyring", "caseload.store.convert"} & set(ran.stderr.split())
