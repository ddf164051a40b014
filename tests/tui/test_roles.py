"""Who sees what on the screen, and what it says when something cannot be."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from caseload.tui.app import CaseloadApp

from .conftest import Driving
from .driving import Drive
from .world import EVIL, Made, settings_for


async def test_an_admin_sees_case_rows_to_move_and_nobody_s_name(drive: Driving) -> None:
    async with drive(who="adam", size=(140, 40)) as t:
        assert "(no name shown)" in t.screen()
        for surface in ([], ["g", "a"], ["enter"], ["tab"], ["tab"], ["tab"], ["tab"]):
            await t.press(*surface)
            text = t.screen()
            for word in ("Conti", "Maria", "Haddad", "rent", "055 123456", "The dog bites", "Ring the school"):
                assert word not in text, (word, surface)
        await t.press("escape", "a", *"cleo", "enter", *"evening out", "enter")
        assert "Moved 1 case" in t.bottom
        for key in ("c", "n", "t", "z"):
            await t.press(key)
            assert "moves cases and records nothing" in t.bottom, "before anything is typed for nothing"


async def test_a_supervisor_sees_the_team(drive: Driving) -> None:
    async with drive(who="ben") as t:
        await t.press("/", *"nobody", "enter")
        assert t.here == "waiting"
        assert "nobody holds it since" in t.screen()
        await t.press("a", *"ana", "enter", *"she knows him", "enter")
        assert t.row("waiting").worker == "ana"


async def test_a_case_manager_sees_only_their_own(drive: Driving) -> None:
    async with drive(who="cleo") as t:
        await t.press("g", "a")
        assert [t.named(key) for key in t.page.table.keys] == ["cleos"]


async def test_without_a_database_the_screen_says_what_to_do(tmp_path: Path) -> None:
    app = CaseloadApp(settings_for(f"sqlite:///{tmp_path / 'none.db'}", None))
    async with app.run_test(size=(80, 24)):
        t = Drive(app, None, None)  # type: ignore[arg-type]
        await t.settle()
        assert "There is no database at that place." in t.screen()
        assert "r tries again, q quits." in t.screen()
        await t.press("c")
        assert "There is no case here to act on." in t.bottom
        await t.press("q")
        assert not app.is_running


async def test_a_database_made_meanwhile_is_opened_by_r(made: Made, tmp_path: Path) -> None:
    source = Path(made.url.removeprefix("sqlite:///"))
    path = tmp_path / "later.db"
    app = CaseloadApp(settings_for(f"sqlite:///{path}", "ana"))
    async with app.run_test(size=(80, 24)):
        t = Drive(app, made, None)  # type: ignore[arg-type]
        await t.settle()
        path.write_bytes(source.read_bytes())
        await t.press("r")
        assert t.title.startswith("Today  1 of 23")


async def test_a_locked_database_changes_nothing_and_keeps_the_words(
    drive: Driving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("caseload.store.engine.BUSY", 20)
    async with drive() as t:
        await t.press("c", "p", "m", *"she called back")
        other = sqlite3.connect(t.made.url.removeprefix("sqlite:///"))
        other.execute("BEGIN IMMEDIATE")
        await t.press("enter")
        assert "busy" in t.bottom
        assert t.signs()["late"] == " ", "the row stands as before"
        other.rollback()
        other.close()
        assert len(t.case("late").contacts) == 1
        await t.press("k", "c", "p", "m")
        assert "she called back" in t.bottom, "what could not be saved is there to be saved again"
        await t.press("enter")
        assert t.case("late").contacts[0].note == "she called back"


async def test_as_of_another_day_it_reads_and_says_it_cannot_write(made: Made) -> None:
    from caseload import settings

    app = CaseloadApp(settings.load(database=made.url, as_worker="ana", today="2026-11-10", environ={}))
    async with app.run_test(size=(80, 24)):
        t = Drive(app, made, None)  # type: ignore[arg-type]
        await t.settle()
        assert "as of Tue 10 Nov 2026, read only" in t.title
        await t.press("j", "c", "p", "m", "enter")
        assert "nothing can be changed" in t.bottom
        assert not app.surprises


async def test_a_fault_of_ours_is_said_kept_and_survived(drive: Driving, monkeypatch: pytest.MonkeyPatch) -> None:
    from caseload.casework import contacts

    def broken(*_args: object) -> None:
        raise KeyError("Maria Conti")

    async with drive() as t:
        monkeypatch.setattr(contacts, "log", broken)
        await t.press("c", "p", "m", "enter")
        assert "Something is wrong in caseload itself (KeyError in" in t.bottom
        assert "Maria" not in t.bottom, "an exception's own words may name a client"
        assert len(t.app.surprises) == 1
        t.app.surprises.clear()
        await t.press("j")
        assert t.app.is_running


HOSTILE_TOUR = [
    [], ["p"], ["p"], ["c"], ["escape"], ["enter"], ["tab"], ["tab"], ["tab"], ["tab"], ["escape"], ["n", "n"], ["escape"],
    ["a"], ["escape"], ["z"], ["escape"], ["w"], ["?"], ["escape"], [":"], ["escape"], ["g", "a"], ["o", "c"], ["!", "h", "s"], ["escape"],
]  # fmt: skip


@pytest.mark.parametrize("size", [(120, 40), (60, 15)], ids=lambda s: f"{s[0]}x{s[1]}")
async def test_no_screen_is_harmed_by_what_people_type(size: tuple[int, int], drive: Driving) -> None:
    async with drive(size=size) as t:
        await t.press("/", *"red", "enter")
        assert t.here == "hostile"
        for keys in HOSTILE_TOUR:
            await t.press(*keys)
            text = t.screen()
            assert not any(sign in text for sign in EVIL), (keys, size)
            assert "Something is wrong" not in text, (keys, size)
        assert not t.app.surprises


async def test_markup_is_shown_as_it_is(drive: Driving) -> None:
    async with drive(size=(200, 40)) as t:
        await t.press("/", *"red", "enter", "enter", "tab")
        assert "a[/]b [Smith] red gnp.exe" in t.screen()


async def test_hostile_text_typed_pasted_and_saved_stays_inert(drive: Driving) -> None:
    from .world import HOSTILE

    async with drive() as t:
        await t.press("c", "p", "m")
        await t.paste(HOSTILE)
        await t.press("enter", "k", "n", "n")
        await t.paste(HOSTILE)
        assert not any(sign in t.page.text() for sign in EVIL)
        await t.press("ctrl+s")
        assert "[Smith]" in (t.case("late").contacts[0].note or "")


@pytest.mark.parametrize("size", [(20, 5), (59, 24), (80, 14), (1, 1), (3, 2)], ids=lambda s: f"{s[0]}x{s[1]}")
async def test_too_small_says_so_and_does_not_break(size: tuple[int, int], drive: Driving) -> None:
    async with drive(size=size) as t:
        assert t.bottom.replace(" ", "").startswith("Too")
        await t.press("j", "enter", "tab", "escape", "n", "n", "escape", "?", "escape")
        assert not t.app.surprises


async def test_60_by_15_still_works(drive: Driving) -> None:
    async with drive(size=(60, 15)) as t:
        text = t.screen()
        assert "contact 12 d overdue" in text and t.made.number["late"] in text
        await t.press("enter")
        assert "[Summary]" in t.screen()
