"""Notes and forms: nothing typed is lost, what is signed is locked."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from caseload.casework import notes, scratches, setup
from caseload.errors import Refused
from caseload.tui.editor import edit, left, quieted, wipe
from caseload.tui.screens.note import NotePage

from .conftest import Driving
from .driving import Drive
from .world import doing


def _kept(t: Drive) -> list[tuple[str, str, str]]:
    """What ana was typing, as only she may read it."""
    from caseload.store.connect import connect

    from .world import settings_for

    db = connect(settings_for(t.made.url, "ana"))
    try:
        with db.read() as r:
            return [(one.form, one.subject, one.body) for one in scratches.all_mine(r)]
    finally:
        db.close()


async def test_a_soap_note_is_written_and_signed(drive: Driving) -> None:
    async with drive() as t:
        await t.press("n", "s", *"Tired.", "tab", *"Pale.", "tab", "tab", *"Rest.", "ctrl+g")
        assert "Sign and lock this note?" in t.bottom
        await t.press("y")
        note = t.case("late").notes[0]
        assert (note.form, note.state) == ("soap", "signed")
        assert notes.split("soap", note.text or "") == {
            "Subjective": "Tired.",
            "Objective": "Pale.",
            "Assessment": "",
            "Plan": "Rest.",
        }
        assert t.title.startswith("Today")
        assert "Signed a note (soap)" in t.bottom
        assert "undo" not in t.bottom, "a signature is not undone"
        assert _kept(t) == []


async def test_escape_keeps_every_word_and_the_same_key_brings_it_back(drive: Driving) -> None:
    async with drive() as t:
        await t.press("n", "d", *"Spoke with", "tab", *"the school", "escape")
        assert "Kept. The same key brings your words back." in t.bottom
        assert t.case("late").notes == ()
        await t.press("n")
        assert isinstance(t.page, NotePage)
        assert t.page.parts() == {"Data": "Spoke with", "Assessment": "the school", "Plan": ""}
        assert "Your words from" in t.bottom
        await t.press("ctrl+s")
        assert t.case("late").notes[0].state == "draft"
        assert _kept(t) == []


async def test_what_is_typed_is_kept_while_it_is_typed(drive: Driving) -> None:
    async with drive() as t:
        await t.press("n", "n", *"Half a sent")
        await t.app.jotter.finish()
        assert _kept(t) == [("note:narrative", f"case:{t.made.case['late']}", "Half a sent")]
        await t.press("escape", "j", "c", "o", "a", *"rang twi")
        await t.app.jotter.finish()
        assert ("contact", f"case:{t.made.case['alert']}", "rang twi") in _kept(t)


async def test_words_are_never_offered_under_another_client(drive: Driving) -> None:
    async with drive() as t:
        await t.press("c", "p", "m", *"about Maria", "escape", "j", "c", "p", "m")
        assert "about Maria" not in t.bottom
        await t.press("escape", "k", "c", "p", "m")
        assert t.bottom.startswith("Phone, made: about Maria")
        assert "kept" in t.bottom


async def test_a_draft_is_gone_on_with_and_signed_from_the_queue(drive: Driving) -> None:
    async with drive() as t:
        await t.press("/", *"fischer", "enter", "S")
        assert isinstance(t.page, NotePage) is False
        assert "You have no draft in this case" in t.bottom, "it is demo's draft, and only its author signs it"
    async with drive(who="demo") as t:
        await t.press("/", *"fischer", "enter", "n")
        assert t.bottom.startswith("Note  o go on with the draft of Fri 20 Nov")
        await t.press("o")
        assert t.page.parts()["Subjective"] == "Tired."
        await t.press("tab", *"Looks pale.", "ctrl+s")
        note = t.case("draft").notes[0]
        assert "Looks pale." in (note.text or "")
        assert note.version == 2
        await t.press("S", "ctrl+g", "y")
        assert t.case("draft").notes[0].state == "signed"


async def test_an_addendum_stands_beside_the_signed_note(drive: Driving) -> None:
    async with drive() as t:
        await t.press("enter", "n", "n", *"First.", "ctrl+g", "y", "tab", "&", *"And this.", "ctrl+g", "y")
        added, first = t.case("late").notes
        assert (added.text, added.addendum_to, first.text) == ("And this.", first.id, "First.")
        assert "addendum" in t.screen()


async def test_an_empty_note_is_refused_and_the_form_stays(drive: Driving) -> None:
    async with drive() as t:
        await t.press("n", "n", "ctrl+s")
        assert isinstance(t.page, NotePage)
        assert "The note is missing." in t.bottom


async def test_a_paste_too_long_is_refused_at_once_and_what_was_there_stays(drive: Driving) -> None:
    async with drive() as t:
        await t.press("n", "n")
        await t.paste("Before it. ")
        await t.paste("x" * 1_000_000)
        assert "That is 1000000 characters; 262144 fit" in t.bottom
        assert t.page.text() == "Before it. "


async def test_intake_asks_little_completes_codes_and_warns_of_someone_known(drive: Driving) -> None:
    async with drive() as t:
        await t.press("+", *"Maria", "tab", *"Conti", "tab")
        assert f"Perhaps known already: {t.made.number['late']}" in t.bottom
        await t.press(*"12 may 1990", "tab", "tab", *"ho", "tab")
        assert t.page.value("program") == "housing"
        await t.press("tab", *"hi", "ctrl+s")
        assert "Opened case" in t.bottom
        assert "Conti, Maria" in t.title
        assert t.page.opened.page.row.risk == "high"
        assert t.page.opened.page.row.born.isoformat() == "1990-05-12"


async def test_intake_says_what_is_wrong_where_it_is_wrong(drive: Driving) -> None:
    async with drive() as t:
        await t.press("+", *"Nina", "tab", "tab", *"05/12/80", "tab", "tab", *"xx", "ctrl+s")
        assert "Program: one of family, housing." in t.bottom
        assert t.app.focused.id == "field-program"
        await t.press("ctrl+u", *"fam", "ctrl+s")
        assert "Born: a day such as" in t.bottom
        assert t.app.focused.id == "field-born"


async def test_word_of_the_last_letters_that_comes_after_the_save_keeps_nothing(drive: Driving) -> None:
    async with drive() as t:
        await t.press("+")
        form, dismiss = t.page, t.page.dismiss

        def late(found: object) -> None:
            dismiss(found)
            form._saved_text = "as it was before the last letter"
            form._typed_on()

        form.dismiss = late
        await t.rush(*"Nina", "tab", *"Simone", "tab", "tab", "tab", *"hou", "tab", "ctrl+s")
        assert "Simone, Nina" in t.title
        assert not t.app.jotter.unkept and _kept(t) == []


async def test_words_of_a_save_that_fails_are_kept_and_typing_goes_on(drive: Driving) -> None:
    async with drive() as t:
        await t.press("+", *"Nina", "tab", *"Simone", "ctrl+s")
        assert "Program: one of" in t.bottom
        await t.press("ctrl+u", *"family", "escape")
        [(_form, _subject, body)] = _kept(t)
        assert (json.loads(body)["family"], json.loads(body)["program"]) == ("Simone", "family")


async def test_an_intake_left_is_kept_and_comes_back(drive: Driving) -> None:
    async with drive() as t:
        await t.press("+", *"Nina", "tab", *"Simone", "escape")
        form, _subject, body = _kept(t)[0]
        assert (form, json.loads(body)["family"]) == ("intake", "Simone")
        await t.press("+")
        assert (t.page.value("given"), t.page.value("family")) == ("Nina", "Simone")
        await t.press("ctrl+u", "tab", "ctrl+u", "escape")
        assert _kept(t) == [], "emptied and left, nothing is kept"


def test_the_editor_gets_a_private_file_that_is_gone_afterwards(tmp_path: Path) -> None:
    from contextlib import nullcontext

    seen = {}

    def editor(command: list[str]) -> int:
        path = Path(command[-1])
        seen.update(
            mode=path.stat().st_mode & 0o777, folder=path.parent.stat().st_mode & 0o777, path=path, name=path.name
        )
        path.write_text(path.read_text("utf-8") + "More.", "utf-8")
        path.with_name("note.txt~").write_text("a copy")
        return 0

    env = {"EDITOR": "nano -w", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert edit(nullcontext, "Before. ", environ=env, runner=editor) == "Before. More."
    assert (seen["mode"], seen["folder"], seen["name"]) == (0o600, 0o700, "note.txt")
    assert list(tmp_path.iterdir()) == []


def test_an_editor_that_fails_or_is_missing_loses_nothing(tmp_path: Path) -> None:
    from contextlib import nullcontext

    env = {"EDITOR": "x", "XDG_RUNTIME_DIR": str(tmp_path)}
    with pytest.raises(Refused, match="ended with an error"):
        edit(nullcontext, "Words.", environ=env, runner=lambda command: 1)
    with pytest.raises(Refused, match="There is no editor 'nosuch-editor'"):
        edit(nullcontext, "Words.", environ={"EDITOR": "nosuch-editor"})
    assert edit(nullcontext, "Words.", environ=env, runner=lambda command: 0) is None, "unchanged means cancelled"
    assert list(tmp_path.iterdir()) == []


def test_an_editor_that_was_killed_loses_nothing_it_had_written(tmp_path: Path) -> None:
    from contextlib import nullcontext

    def killed(command: list[str]) -> int:
        Path(command[-1]).write_text("Words, and many more.")
        return -9

    env = {"EDITOR": "x", "XDG_RUNTIME_DIR": str(tmp_path)}
    assert edit(nullcontext, "Words.", environ=env, runner=killed) == "Words, and many more."
    with pytest.raises(Refused, match="as it was before"):
        edit(nullcontext, "Words.", environ=env, runner=lambda command: -9)
    assert list(tmp_path.iterdir()) == []


def test_an_editor_that_cannot_be_asked_for_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import nullcontext

    with pytest.raises(Refused, match="a quote that is not closed"):
        edit(nullcontext, "Words.", environ={"EDITOR": "vim '+set tw=72", "XDG_RUNTIME_DIR": str(tmp_path)})
    missing = tmp_path / "not" / "there"
    monkeypatch.setattr("tempfile.mkdtemp", lambda **where: missing.mkdir())
    with pytest.raises(Refused, match="cannot be used"):
        edit(nullcontext, "Words.", environ={"EDITOR": "x", "XDG_RUNTIME_DIR": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []


def test_an_editor_is_told_to_keep_no_copies(tmp_path: Path) -> None:
    vim = tmp_path / "vim.basic"
    vim.write_text("")
    vim.chmod(0o700)
    (tmp_path / "vi").symlink_to(vim)
    assert quieted([str(tmp_path / "vi"), "-R"])[1:4] == ["-n", "-i", "NONE"]
    assert quieted(["/nowhere/nano", "-w"]) == ["/nowhere/nano", "-I", "-w"]
    assert quieted(["ed-of-my-own", "-x"]) == ["ed-of-my-own", "-x"], "of what is not known nothing is asked"


async def test_what_was_written_in_an_editor_whose_screen_died_comes_back(
    drive: Driving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    gone = subprocess.Popen(["true"])
    gone.wait()
    async with drive() as t:
        whose = t.app.jotter.name
    for pid, who, words in (
        (gone.pid, whose, "Half of it."),
        (os.getpid(), whose, "Alive."),
        (gone.pid, "x", "Not mine."),
    ):
        folder = tmp_path / f"caseload-{pid}-{who[:4]}"
        folder.mkdir(mode=0o700)
        (folder / "note.txt").write_text(words)
        about = {"whose": who, "place": f"note:narrative|case:{t.made.case['late']}", "seen": None, "began": ""}
        (folder / "about.json").write_text(json.dumps(about))
    async with drive() as t:
        assert "1 text that was not saved is back" in t.bottom
        await t.press("n")
        assert t.page.text() == "Half of it."
    assert len(list(tmp_path.iterdir())) == 2, "a living screen's and another person's are left alone"


def test_what_a_screen_left_that_died_before_it_lent_the_terminal_is_wiped(tmp_path: Path) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    theirs = {"whose": "x", "place": "note:narrative|case:1", "seen": None, "began": ""}
    for name, files in {
        "empty": {},
        "cut-off": {"about.json": '{"whose": "m'},
        "half": {"about.json": '{"whose": "mine"}', "note.txt": "Known already.", ".note.txt.swp": "copy"},
        "without-words": {"about.json": json.dumps(theirs | {"whose": "mine"})},
        "others": {"about.json": json.dumps(theirs), "note.txt": "Not mine."},
        "no-note-of-ours": {"note.txt": "Mine.", "budget.xlsx": "Mine."},
    }.items():
        folder = tmp_path / f"caseload-{gone.pid}-{name}"
        folder.mkdir(mode=0o700)
        for file, text in files.items():
            (folder / file).write_text(text)
    for words, folder in left("mine", {"XDG_RUNTIME_DIR": str(tmp_path)}):
        assert words is None, folder
        wipe(folder)
    assert sorted(folder.name.rpartition(f"{gone.pid}-")[2] for folder in tmp_path.iterdir()) == [
        "no-note-of-ours", "others",
    ]  # fmt: skip


async def test_an_agency_may_forbid_editors(drive: Driving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "must-not-run")
    async with drive() as t:
        doing(t.db, "agency", setup.decide, {"editor_allowed": "no"})
    async with drive() as t:
        await t.press("n", "n", "ctrl+o")
        assert "wants notes written here" in t.bottom


async def test_words_about_several_cases_come_back_for_exactly_these(drive: Driving) -> None:
    async with drive() as t:
        await t.press("space", "space", "s", "m", *"all agreed", "escape")
        assert "Kept." in t.bottom
        await t.press("s", "m")
        assert "all agreed" in t.bottom
        await t.press("escape", "space", "s", "m")
        assert "all agreed" not in t.bottom, "three cases are not these two"


async def test_a_note_typed_in_one_breath_loses_no_letter(drive: Driving) -> None:
    async with drive() as t:
        await t.rush("n", "n", *"She said: Stop. ", "ctrl+s", "j", "c", "o", "m", *"5 here", "enter")
        assert t.case("late").notes[0].text == "She said: Stop. "
        assert t.case("alert").contacts[0].note == "here", "what follows the save goes to the queue"


async def test_an_intake_typed_in_one_breath_lands_in_its_fields(drive: Driving) -> None:
    async with drive() as t:
        await t.rush("+", *"Nina", "tab", *"Simone", "tab", "tab", "tab", *"hou", "ctrl+s")
        assert "Simone, Nina" in t.title


async def test_a_code_typed_in_one_breath_takes_the_place_of_what_stood_there(drive: Driving) -> None:
    async with drive() as t:
        await t.rush("+", *"Nina", *["tab"] * 4, *"hou", "tab", "tab", *"med", "tab", *"an", "ctrl+s")
        row = t.page.opened.page.row
        assert (row.risk, row.worker) == ("medium", "ana")
