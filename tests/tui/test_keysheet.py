"""docs/keys.md and `caseload keys` say what the screen does."""

from __future__ import annotations

from pathlib import Path

import pytest

from caseload.tui import commands, keys, keysheet
from caseload.tui.wishes import wishes


def test_the_page_of_keys_is_what_the_registry_says() -> None:
    page = Path(__file__).parents[2] / "docs" / "keys.md"
    assert page.read_text("utf-8") == keysheet.page(), "run: python -m caseload.tui.keysheet > docs/keys.md"


def test_every_command_stands_on_it_once() -> None:
    page = keysheet.page()
    for command in commands.registry():
        if not command.id.startswith("view_"):
            assert page.count(f"| `{command.id}` |") == 1


def test_own_keys_and_colours_come_from_the_settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert wishes() == {}
    folder = tmp_path / "caseload"
    folder.mkdir()
    (folder / "settings.toml").write_text('[keys]\nsnooze = "F9"\n\n[screen]\ntheme = "light"\n')
    assert wishes() == {"keys": {"snooze": "F9"}, "theme": "light"}
    assert keys.own_keymap().shown_all("snooze") == ("F9",)
