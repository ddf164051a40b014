"""Keys: their names, sequences, and a person's own map."""

from __future__ import annotations

import subprocess
import sys

import pytest

from caseload.tui import commands, keys


def test_the_usual_map_has_no_clash() -> None:
    assert keys.keymap().complaints == ()


@pytest.mark.parametrize(
    ("key", "character", "token"),
    [
        ("question_mark", "?", "?"), ("c", "c", "c"), ("C", "C", "C"), ("space", " ", "space"), ("enter", "\r", "enter"),
        ("ctrl+d", "\x04", "ctrl+d"), ("pagedown", None, "pagedown"), ("egrave", "è", "è"), ("alt+x", "x", "alt+x"),
    ],
)  # fmt: skip
def test_a_key_press_has_one_name(key: str, character: str | None, token: str) -> None:
    assert keys.token(key, character) == token


@pytest.mark.parametrize(
    ("written", "sequence"),
    [
        ("c", "c"), ("g t", "g t"), ("Ctrl-D", "ctrl+d"), ("ctrl+d", "ctrl+d"), ("Space", "space"), ("↓", "down"), ("Down", "down"),
        ("F5", "f5"), ("Shift-Tab", "shift+tab"), ("", None), ("Hyper-X", None), ("dingdong", None), ("Ctrl-", None),
    ],
)  # fmt: skip
def test_keys_are_read_as_people_write_them(written: str, sequence: str | None) -> None:
    assert keys.read(written) == sequence


def test_what_is_shown_can_be_written_back() -> None:
    for command in commands.registry():
        for sequence in command.keys:
            assert keys.read(keys.shown(sequence)) == sequence


def test_a_person_sets_keys_by_id_and_both_old_and_new_holders_know() -> None:
    found = keys.keymap({"note": "k", "go_today": ["g t", "F2"]})
    assert found.find("today", "k") == "note"
    assert found.find("today", "n") is None
    assert found.keys_of("up") == ("up",)
    assert found.find("cases", "f2") == "go_today"
    assert found.complaints == ("keys: k now runs note; up has lost it.",)


def test_clashing_wishes_are_named_in_words_and_the_first_holds() -> None:
    found = keys.keymap({"note": "F2", "task": "F2"})
    assert found.find("today", "f2") == "note"
    assert "keys: F2 is set for both note and task; note has it." in found.complaints


def test_a_key_that_begins_a_sequence_is_a_clash_too() -> None:
    found = keys.keymap({"note": "g"})
    assert found.find("today", "g") == "note"
    assert any("g t now runs note" in c or "go_today has lost it" in c for c in found.complaints)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"contct": "x"}, "keys: contct is not a command. Did you mean contact?"),
        ({"note": "dingdong"}, "keys: note: dingdong names no key."),
        ({"note": 7}, "keys: note: 7 names no key."),
        ({"note": "Ctrl-H"}, "keys: note: a terminal sends Ctrl-H as Backspace; choose another key."),
    ],
)
def test_a_wish_that_cannot_be_granted_is_named_and_the_rest_holds(wish: dict[str, object], said: str) -> None:
    found = keys.keymap(wish | {"copy": "Y"})
    assert said in found.complaints
    assert found.find("today", "Y") == "copy"
    assert found.find("today", "n") == "note"


def test_a_sequence_is_read_key_by_key_and_shows_what_may_follow() -> None:
    reader = keys.Reader(keys.keymap())
    assert reader.feed("today", "g") is None
    assert reader.continuations("today") == {
        "v": "views", "t": "go_today", "a": "go_cases", "w": "go_team", "c": "go_agenda", "b": "go_board", "e": "tally",
        "u": "go_unsaved", "p": "go_packets", "g": "top", "i": "go_import", "m": "go_supervision", "s": "go_services", "r": "go_reports",
    }  # fmt: skip
    assert reader.feed("today", "t") == "go_today"
    assert reader.begun == ""
    assert reader.feed("today", "g") is None
    assert reader.feed("today", "x") is None
    assert reader.begun == "", "a key that leads nowhere ends the sequence"


def test_in_a_form_letters_are_text() -> None:
    keymap = keys.keymap()
    for sequence in keymap.places["form"]:
        assert len(sequence.split(" ")[0]) > 1, sequence


def test_the_registry_and_the_key_map_know_no_screen_library() -> None:
    told = "import sys, caseload.tui.keys; print([m for m in ('textual', 'rich', 'sqlalchemy') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
