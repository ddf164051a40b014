"""Documents on the screen: added by path, listed, shown as a private copy that is gone afterwards, written out, withdrawn."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from caseload.errors import Refused
from caseload.tui import viewing
from caseload.tui.app import CaseloadApp

from .conftest import Driving

TO_DOCUMENTS = ["enter", "shift+tab"]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A program that notes what it was shown, and a runtime folder of this test's own."""
    runtime, seen = tmp_path / "run", tmp_path / "seen"
    runtime.mkdir(mode=0o700)
    script = tmp_path / "shows"
    script.write_text(f'#!/bin/sh\nstat -c "%a %n" "$1" > {seen}; cat "$1" >> {seen}\n')
    script.chmod(0o700)
    monkeypatch.setenv("CASELOAD_OPEN", str(script))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setattr(CaseloadApp, "suspend", lambda app: nullcontext())
    return seen


async def test_a_document_is_added_listed_and_shown_as_a_private_copy(
    drive: Driving, shown: Path, tmp_path: Path
) -> None:
    paper = tmp_path / "Conti.txt"
    paper.write_text("A lease.")
    async with drive() as t:
        await t.press(*TO_DOCUMENTS)
        assert "No document is kept with this case." in t.screen()
        await t.press("D", "a")
        await t.paste(str(paper))
        await t.press("enter", "h", "c")
        assert "Added a document (housing)" in t.bottom and "Conti" not in t.bottom
        assert "housing Conti.txt" in t.screen() and "8 bytes · " in t.screen() and "kept until" in t.screen()
        await t.press("G", "enter", "o")
        assert "on record" in t.bottom, t.bottom
        mode, path = shown.read_text().split("\n")[0].split(" ", 1)
        assert shown.read_text().endswith("A lease.") and mode == "600" and "Conti" not in path
        assert Path(path).parent.parent == tmp_path / "run" and stat.S_IMODE(Path(path).parent.stat().st_mode) == 0o700
        with t.db.read() as r:
            looks = r.conn.exec_driver_sql("SELECT surface, why FROM look WHERE kind = 'document'").all()
        assert [tuple(one) for one in looks] == [("document 1", "opened on the screen")]
        await t.press("enter", "x", *"not his", "enter")
        assert "Withdrew a document" in t.bottom and "not his" in t.screen()
        await t.press("u", "u")
        assert "No document is kept with this case." in t.screen()
    assert list((tmp_path / "run").iterdir()) == [], "with the screen, the copy is gone"


async def test_a_document_is_written_out_and_another_edition_added(drive: Driving, shown: Path, tmp_path: Path) -> None:
    paper, out = tmp_path / "a.txt", tmp_path / "out"
    paper.write_text("First.")
    async with drive() as t:
        await t.press(
            "D",
            "a",
            *str(paper),
            "enter",
            "l",
            "c",
            *TO_DOCUMENTS,
            "enter",
            "w",
            "ctrl+u",
            *str(out),
            "enter",
            *"court",
            "enter",
            "enter",
        )
        assert "Written out and on record." in t.bottom, t.bottom
        assert out.read_text() == "First."
        await t.press("enter", "w", "ctrl+u", *str(tmp_path / "b"), "enter", *"court", "enter", *"Court", "enter")
        assert "may not go" in t.bottom and not (tmp_path / "b").exists()
        await t.press("enter", "e", *str(paper), "enter")
        assert "edition 2" in t.screen() and "Replaced or withdrawn" in t.screen()


async def test_a_file_is_chosen_from_its_folder_whatever_it_is_called(
    drive: Driving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"[red]lease \x1b[31m\u202egnp {'x' * 120}.txt"
    (tmp_path / name).write_text("A lease.")
    (tmp_path / "papers").mkdir()
    monkeypatch.chdir(tmp_path)
    async with drive() as t:
        await t.press("D", "a")
        assert "papers/" in t.screen() and "[red]lease" in t.screen() and "\x1b" not in t.screen()
        await t.press(*"pap", "tab", "enter")
        assert "Nothing here begins so." in t.screen() and "papers/" in t.bottom
        await t.press("ctrl+u", "down", "enter", "h", "c", *TO_DOCUMENTS)
        text = t.screen()
        assert "housing [red]lease" in text and "kept until" in text and not {"\x1b", "\u202e"} & set(text)


async def test_without_identity_no_document_is_shown_by_name_or_opened(
    drive: Driving, shown: Path, tmp_path: Path
) -> None:
    paper = tmp_path / "Conti.txt"
    paper.write_text("A lease.")
    async with drive() as t:
        await t.press("D", "a", *str(paper), "enter", "l", "c", "I", *TO_DOCUMENTS)
        assert "[document]" in t.screen() and "Conti" not in t.screen()
        for keys in (("D", "o"), ("D", "a"), ("G", "enter")):
            await t.press(*keys)
            assert "shows who the client is" in t.bottom, keys
        assert not shown.exists()


def test_copies_of_a_screen_that_was_killed_are_swept_and_others_left(tmp_path: Path) -> None:
    env = {"XDG_RUNTIME_DIR": str(tmp_path)}
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    gone, mine = tmp_path / f"caseload-view-{dead.pid}-x", tmp_path / f"caseload-view-{os.getpid()}-x"
    for folder in (gone, mine):
        folder.mkdir()
        (folder / "document.pdf").write_bytes(b"x")
    viewing.sweep(env)
    assert not gone.exists() and mine.exists()


def test_where_nothing_shows_files_the_copy_is_gone_and_it_says_what_to_do(tmp_path: Path) -> None:
    for env in (
        {"PATH": str(tmp_path)},
        {"CASELOAD_OPEN": "'"},
        {"CASELOAD_OPEN": "false", "PATH": os.environ["PATH"]},
    ):
        env["XDG_RUNTIME_DIR"] = str(tmp_path)
        path = viewing.place("pdf", env)
        with pytest.raises(Refused, match=r"CASELOAD_OPEN|ended with an error"):
            viewing.show(nullcontext, path, environ=env)
        assert not path.parent.exists()
