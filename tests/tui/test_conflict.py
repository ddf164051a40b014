"""Two screens on the same words: the one that comes second chooses, field by field, and no text is lost or mixed."""

from __future__ import annotations

import pytest

from caseload.casework import clients, notes, scratches
from caseload.tui.screens.client import ClientForm
from caseload.tui.screens.conflict import Both, Conflicting
from caseload.tui.screens.note import NotePage

from . import world
from .conftest import Driving
from .driving import Drive, driving
from .world import boss, doing


async def _open_draft(t: Drive) -> None:
    await t.press("/", *"fischer", "enter", "n", "o")
    assert isinstance(t.page, NotePage)


async def test_two_screens_on_one_note_and_one_field(there: world.Made) -> None:
    who = boss(there.url)
    async with driving(there, who=who) as mine, driving(there, who=who) as theirs:
        await _open_draft(mine)
        await _open_draft(theirs)
        await theirs.press(*"Very ", "ctrl+s")
        await mine.press(*"Dead ", "tab", *"Pale.", "ctrl+s")
        assert isinstance(mine.page, Conflicting)
        assert "Saved by someone else meanwhile" in mine.title
        assert "Very Tired." in mine.screen() and "Dead Tired." in mine.screen()
        assert "[both: theirs, then mine]" in mine.screen(), "of a text both stand unless somebody chooses"
        assert mine.case("draft").notes[0].text.startswith("Subjective:\nVery Tired.")  # type: ignore[union-attr]
        await mine.press("enter")
        assert "Saved a draft note" in mine.bottom
        parts = notes.split("soap", mine.case("draft").notes[0].text or "")
        assert parts == {
            "Subjective": "Very Tired.\n\nDead Tired.",
            "Objective": "Pale.",
            "Assessment": "",
            "Plan": "Rest.",
        }

        await mine.press("e", "c")
        assert isinstance(mine.page, ClientForm)
        await theirs.press("/", "ctrl+u", *"fischer", "enter", "e", "c")
        for t, number in ((theirs, "055 1"), (mine, "055 2")):
            await t.press(*["tab"] * 6, *number)
        await theirs.press("ctrl+s")
        assert "Changed the client's phone" in theirs.bottom
        await mine.press("ctrl+s")
        assert isinstance(mine.page, Conflicting)
        await mine.press("enter")
        assert "Choose for Phone" in mine.bottom, "of a short field nothing stands by itself"
        await mine.press("b")
        assert "only one can stand" in mine.bottom
        await mine.press("m", "enter")
        assert "Changed the client's phone" in mine.bottom
        with mine.db.read() as r:
            assert clients.read(r, there.case["draft"]).phone == "055 2"


async def test_fields_that_only_one_of_two_changed_never_meet(drive: Driving) -> None:
    async with drive(who="demo") as t:
        await t.press("e", "c", *["tab"] * 6, "ctrl+u", *"055 9")
        doing(t.db, "client", clients.edit, t.made.case["late"], {"given": "Mariam", "language": "ar"})
        await t.press("ctrl+s")
        assert "Changed the client's phone" in t.bottom, "nothing to ask about"
        with t.db.read() as r:
            found = clients.read(r, t.made.case["late"])
        assert (found.given, found.language, found.phone, found.safe_to_call) == ("Mariam", "ar", "055 9", "unknown")


async def test_leaving_the_choice_keeps_the_words_over_the_version_they_were_typed_on(drive: Driving) -> None:
    async with drive(who="demo") as t:
        await _open_draft(t)
        await t.press(*"Mine. ")
        note = t.case("draft").notes[0]
        doing(t.db, "note", notes.edit, note.id, "Theirs.", seen=note.version)
        await t.press("ctrl+s", "escape")
        assert isinstance(t.page, NotePage)
        assert "Mine. Tired." in t.page.text()
        await t.press("escape", "n", "o")
        assert "Mine. Tired." in t.page.text(), "offered again"
        await t.press("ctrl+s")
        assert isinstance(t.page, Conflicting), "and still known to be typed over an older version"
        await t.press("t", "t", "t", "t", "enter")
        assert t.case("draft").notes[0].text == "Subjective:\nTheirs."
        with t.db.read() as r:
            assert scratches.all_mine(r) == []


async def test_a_draft_signed_meanwhile_takes_yours_as_an_addendum(drive: Driving) -> None:
    async with drive(who="demo") as t:
        await _open_draft(t)
        await t.press(*"Late words. ")
        doing(t.db, "sign", notes.sign, t.case("draft").notes[0].id)
        await t.press("ctrl+s")
        assert "signed meanwhile. Save yours as an addendum to it?" in t.bottom
        await t.press("y")
        added, first = t.case("draft").notes
        assert added.addendum_to == first.id
        assert "Late words." in (added.text or "") and "Late words." not in (first.text or "")


async def test_a_draft_thrown_away_meanwhile_is_saved_as_a_new_one(drive: Driving) -> None:
    async with drive(who="demo") as t:
        await _open_draft(t)
        await t.press(*"Late words. ")
        doing(t.db, "note", notes.discard, t.case("draft").notes[0].id)
        await t.press("ctrl+s")
        assert "thrown away meanwhile" in t.bottom
        await t.press("n")
        assert isinstance(t.page, NotePage), "no answer changes nothing"
        await t.press("ctrl+s", "y")
        assert "Late words." in (t.case("draft").notes[0].text or "")


async def test_a_client_is_set_right_and_what_was_typed_comes_back(drive: Driving) -> None:
    async with drive() as t:
        await t.press("e", "c", "end", *"nne", "escape")
        assert "Kept." in t.bottom
        await t.press("e", "c")
        assert "Your words from" in t.bottom
        assert t.page.typed()["given"] == "Marianne"
        await t.press("tab", "tab", "tab", "tab", "ctrl+u", *"13 may 1980", "ctrl+s")
        assert "Changed the client's given name, birth date" in t.bottom
        assert t.row("late").born.isoformat() == "1980-05-13"  # type: ignore[union-attr]
        await t.press("/", *"marianne", "enter")
        assert t.here == "late", "found by the new name"
        await t.press("u")
        with t.db.read() as r:
            assert clients.read(r, t.made.case["late"]).given == "Maria"


async def test_no_screen_but_the_author_s_is_offered_the_words(drive: Driving) -> None:
    async with drive(who="ana") as t:
        await t.press("e", "c", "end", *"xyz", "escape")
    async with drive(who="demo") as t:
        await t.press("e", "c")
        assert t.page.typed()["given"] == "Maria"


@pytest.mark.parametrize(
    ("field", "usual"),
    [
        (Both("a", "A", "mine", "theirs", "base"), ""),
        (Both("a", "A", "mine", "base", "base"), "mine"),
        (Both("a", "A", "base", "theirs", "base"), "theirs"),
        (Both("a", "A", "mine", "theirs", None, True), "both"),
        (Both("a", "A", "mine", "theirs", "base", True), "both"),
        (Both("a", "A", "base ", "theirs", "base", True), "theirs"),
    ],
)
def test_what_only_one_changed_stands_by_itself(field: Both, usual: str) -> None:
    assert field.usual() == usual
    assert field.chosen("both") == f"{field.theirs}\n\n{field.mine}"
