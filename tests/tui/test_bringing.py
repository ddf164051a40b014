"""Bringing a list in on the screen: its columns set right, what it would do seen first, taken in as one change, and taken back."""

from __future__ import annotations

import csv
import os
import stat
from pathlib import Path

import pytest

from caseload.casework import cases
from caseload.errors import NotPermitted
from caseload.exchange import sheet
from caseload.exchange.sheet import shelf
from caseload.tui import lists
from caseload.tui.screens.import_preview import PreviewPage
from caseload.tui.screens.importing import ImportPage
from tests.exchange.lists import as_book

from .conftest import Driving
from .driving import Drive, driving
from .test_unsaved import kept
from .world import Made, boss

HEADER = ["Client ID", "First name", "Last name", "Born", "Programme", "Case worker", "Opened", "Stage", "Shoe size"]
ROWS = [
    ["7", "Amina", "Yusuf", "1980-05-04", "HF", "ana", "03/04/2026", "laufend", "38"],
    ["8", "Nina", "Comer", "1991-09-17", "HF", "ana", "17/04/2026", "planning", "41"],
    ["9", "Bo", "Mall", "1970-01-01", "HF", "nobody", "31/03/2026", "active", "40"],
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a working folder of one's own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def a_list(home: Path, rows: list[list[str]] = ROWS, header: list[str] = HEADER, name: str = "list.csv") -> Path:
    path = home / name
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


async def opened(t: Drive, path: str = "list.csv", system: str = "North list") -> None:
    """The page with that file, whose list it is said."""
    await t.press("g", "i", *path, "enter", *system, "enter")


def on(t: Drive, kind: str, name: str = "") -> None:
    """Puts the cursor on a line of the page."""
    items = t.page.sheet.items
    t.page.sheet.choose(next(at for at, one in enumerate(items) if one.value == (kind, name)))


def count(t: Drive, query: str = "stage:any") -> int:
    with t.db.read() as r:
        return cases.count(r, query)


async def test_a_list_is_set_right_looked_at_taken_in_and_taken_back(drive: Driving, home: Path) -> None:
    a_list(home)
    async with drive(who="adam") as t:
        before = count(t)
        await opened(t)
        text = t.screen()
        assert t.title.startswith("Bring a list of cases in") and "9 columns, 8 taken" in text
        assert "03/04/2026 is 4 Mar 2026 or 3 Apr 2026: d says which" in text
        assert "Programme              program" in text and "HF → ?" in text
        # What its days mean, and its words.
        await t.press("d")
        assert "The others can only be read day first. 03/04/2026 in Opened is" in t.bottom
        await t.press("d")
        assert "day first: 03/04/2026 is 3 Apr 2026" in t.screen()
        on(t, "column", "Programme")
        await t.press("v", "enter", *"hous", "enter", "escape")
        assert "HF → housing" in t.screen()
        await t.press("p")
        text = t.screen()
        assert isinstance(t.page, PreviewPage) and "2 new · 0 changed there" in text and "1 not taken" in text
        assert "Would be made: 2 cases, 2 clients." in text and "columns that are not taken: Shoe size (3)" in text
        assert "row 4  Case worker" in text and "is none that is known here" in text
        assert count(t) == before, "looking takes nothing"
        await t.press("enter")
        assert "1 row is left out (w writes it). Take in 2 cases, 2 clients?" in t.bottom
        await t.press("y")
        assert "Imported from North list: 2 new cases" in t.bottom and "undo" in t.bottom
        assert t.title.startswith("Today") and count(t) == before + 2 and not kept(t, "adam")
        await t.press("u", "y") if t.page.talk.asking else await t.press("u")
        assert "Undid" in t.bottom and count(t) == before


async def test_rows_not_taken_are_written_mended_and_brought_with_the_columns_as_they_were_kept(
    drive: Driving, home: Path
) -> None:
    a_list(home, [[*row[:4], "housing", *row[5:6], f"2026-04-0{at}", *row[7:]] for at, row in enumerate(ROWS, 1)])
    async with drive(who="adam") as t:
        before = count(t)
        await opened(t)
        on(t, "column", "Stage")
        await t.press("x", "p", "w", "enter")
        [path] = home.glob("not-taken-*.csv")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600 and "Wrote 1 row" in t.bottom
        await t.press("enter", "y")
        assert count(t) == before + 2
        path.write_text(path.read_text("utf-8-sig").replace("nobody", "cleo"), "utf-8")
        await t.press("g", "i", *"not-", "enter", *"north list", "enter")
        assert "The columns are as you kept them for North list." in t.bottom
        assert t.page.looked.draft.mapping.columns["Stage"] == ""
        await t.press("p", "enter", "y")
        assert count(t) == before + 3


async def test_the_same_list_again_says_that_nothing_is_new(drive: Driving, home: Path) -> None:
    a_list(home, [[*ROWS[0][:4], "housing", "ana", "2026-04-01", "active", "1"]])
    async with drive(who="adam") as t:
        await opened(t)
        await t.press("p", "enter", "y")
        await opened(t)
        await t.press("p")
        assert "Nothing is new in this file" in t.screen() and "Every row can be taken." in t.screen()
        await t.press("enter")
        assert "there is nothing to take in" in t.bottom


async def test_a_column_is_another_field_and_only_one_can_be(drive: Driving, home: Path) -> None:
    a_list(home)
    async with drive(who="adam") as t:
        await opened(t)
        on(t, "column", "Shoe size")
        await t.press("enter", *"client.middle", "enter")
        assert t.page.looked.draft.mapping.columns["Shoe size"] == "client.middle"
        await t.press("enter", *"family name", "enter")
        assert "Last name is left out now: only one column can be family name." in t.bottom
        await t.press("x", "x")
        assert t.page.looked.draft.mapping.columns["Shoe size"] == ""


async def test_what_no_column_says_is_said_for_all_rows(drive: Driving, home: Path) -> None:
    a_list(home, [["Amina", "Yusuf"]], ["First name", "Last name"])
    async with drive(who="adam") as t:
        await opened(t)
        await t.press("p")
        assert "No column says when" in t.bottom or "No column says which program" in t.bottom
        on(t, "default", "case.opened")
        await t.press("enter", *"3 mar 2026", "enter")
        on(t, "default", "case.program")
        await t.press("enter", *"hous", "enter")
        assert "2026-03-03 in all rows" in t.screen() and "housing in all rows" in t.screen()
        await t.press("p")
        assert "Would be made: 1 case, 1 client" in t.screen()


async def test_what_was_chosen_comes_back_after_a_mishap(drive: Driving, home: Path) -> None:
    a_list(home)
    async with drive(who="adam") as t:
        await opened(t)
        on(t, "column", "Stage")
        await t.press("x", "escape")
        assert "What you chose is kept: g i goes on with it." in t.bottom
        await t.press("g", "u")
        assert "List to bring in" in t.lines()[1] and "North list · list.csv" in t.screen()
        await t.press("enter", "y")
        draft = t.page.looked.draft
        assert isinstance(t.page, ImportPage) and draft.system == "North list" and draft.mapping.columns["Stage"] == ""
        await t.press("escape", "escape", "g", "i", "n", "escape", "escape")
        assert not kept(t, "adam")


async def test_a_workbook_with_two_lists_asks_which(drive: Driving, home: Path) -> None:
    as_book(home / "both.xlsx", [HEADER, ROWS[0]], title="North", more={"South": [HEADER, *ROWS]})
    async with drive(who="adam") as t:
        await t.press("g", "i", *"both.xlsx", "enter")
        assert "Which sheet:" in t.bottom
        await t.press(*"sou", "enter", *"South list", "enter")
        assert t.page.looked.draft.sheet == "South" and "nobody" in str(t.page.looked.values["Case worker"])


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.csv", "", "is empty: not even a header row"), ("x.json", '{"resourceType": "Questionnaire"}', "import questionnaire FILE"),
        ("x.pdf", "%PDF-1.7", "is a pdf file, made to be printed"), ("x.json", "{}", "holds no organisation and no service"),
    ],
)  # fmt: skip
async def test_a_file_that_cannot_be_brought_says_why(
    drive: Driving, home: Path, name: str, text: str, said: str
) -> None:
    (home / name).write_text(text)
    async with drive(who="demo") as t:
        await t.press("g", "i", *name, "enter")
        if t.page.looked is not None:
            await t.press("p")
        assert said in " ".join(t.screen().split()) or said in t.bottom
        assert count(t, "stage:any worker:none") == 1


async def test_a_file_that_is_not_there_is_asked_for_again(drive: Driving, home: Path) -> None:
    a_list(home)
    async with drive(who="adam") as t:
        await t.press("g", "i", *"nowhere.csv", "enter")
        assert "There is no file or folder at that place." in t.bottom and "nowhere.csv" in t.bottom
        await t.press("ctrl+u", *"lis", "tab", "enter")
        assert "Whose list is it" in t.bottom


async def test_a_calendar_is_known_by_what_is_in_it(drive: Driving, home: Path) -> None:
    async with drive() as t:
        number = t.made.number["late"]
        event = ["BEGIN:VEVENT", "UID:a@x", "DTSTAMP:20261101T080000Z", "DTSTART:20261215T090000Z", "DTEND:20261215T100000Z",
                 f"SUMMARY:Visit {number}", "END:VEVENT"]  # fmt: skip
        (home / "visits.txt").write_text(
            "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *event, "END:VCALENDAR", ""])
        )
        await t.press("g", "i", *"visits.txt", "enter")
        assert t.title.startswith("Bring a calendar in") and "appointments of yours" in t.screen()
        await t.press("p", "enter", "y")
        assert "Took over 1 appointment" in t.bottom
        assert [one.title for one in t.case("late").appointments] == ["Visit"] or t.case("late").appointments


async def test_without_identity_no_list_is_shown(drive: Driving, home: Path) -> None:
    a_list(home)
    async with drive(who="adam") as t:
        await opened(t)
        await t.press("I")
        assert t.title.startswith("Today"), "the page is left: it shows names"
        await t.press("g", "i")
        assert "That shows who the client is." in t.bottom and t.title.startswith("Today")


async def test_esc_breaks_off_the_reading_and_nothing_is_lost(
    drive: Driving, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_list(
        home,
        [[str(n), "Amina", f"Y{n}", "1980-05-04", "housing", "ana", "2026-04-01", "active", "1"] for n in range(1200)],
    )
    async with drive(who="adam") as t:
        await opened(t)
        lay = lists.lay

        def pressed(r: object, draft: lists.Draft, watch: lists.Watch) -> lists.Laid:
            watch.off.set()
            return lay(r, draft, watch)  # type: ignore[arg-type]

        monkeypatch.setattr(lists, "lay", pressed)
        await t.press("p")
        assert "Broken off. Nothing was changed." in t.bottom and isinstance(t.page, ImportPage)
        monkeypatch.setattr(lists, "lay", lay)
        before = count(t)
        take_in = lists.take_in
        monkeypatch.setattr(
            lists, "take_in", lambda plan, watch, words: (watch.off.set(), take_in(plan, watch, words))[1]
        )
        await t.press("p", "enter", "y")
        assert "Broken off. Nothing was changed." in t.bottom and isinstance(t.page, PreviewPage) and count(t) == before
        monkeypatch.setattr(lists, "take_in", take_in)
        await t.press("enter", "y")
        assert count(t) == before + 1200


async def test_ten_thousand_reasons_are_shown_a_window_at_a_time(drive: Driving, home: Path) -> None:
    a_list(home, [[str(n), "", "", "", "housing", "ana", "2026-04-01", "active", "1"] for n in range(6000)])
    async with drive(who="adam") as t:
        await opened(t)
        await t.press("p")
        window = t.page.window
        assert window.count == 6000 and "6000 things to look at" in t.screen() and "row 2 " in t.screen()
        await t.press("G")
        assert "row 6001" in t.screen() and len(window._rows) < 500
        await t.press("pageup", "k", "g", "g")
        assert "6000 things to look at" in t.screen()


async def test_on_each_engine_a_list_is_taken_in_and_taken_back(there: Made, home: Path) -> None:
    a_list(home, [[*ROWS[0][:4], "housing", "ana", "2026-04-01", "active", "1"]])
    async with driving(there, who=boss(there.url)) as t:
        before = count(t)
        await opened(t)
        await t.press("p", "enter", "y")
        assert "1 new case" in t.bottom and count(t) == before + 1 and shelf_names(t) == ("North list",)
        await t.press("u")
        assert "Undid" in t.bottom and count(t) == before


def shelf_names(t: Drive) -> tuple[str, ...]:
    with t.db.read() as r:
        return shelf.systems(r)


async def test_whoever_may_not_bring_a_list_is_told_before_anything_is_chosen(
    drive: Driving, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_r: object) -> None:
        raise NotPermitted("Only an admin may import.")

    monkeypatch.setattr(sheet.List, "require", staticmethod(refuse))
    a_list(home)
    async with drive() as t:
        await t.press("g", "i", *"list.csv", "enter")
        assert "Only an admin may import." in t.bottom and t.page.looked is None
        await t.press("escape")
        assert t.title.startswith("Today") and not kept(t)


def test_the_columns_are_kept_privately_and_scripts_read_them(home: Path) -> None:
    from caseload.exchange.sheet.mapping import Mapping
    from caseload.exchange.sheet.mapping import load as read

    mapping = Mapping({"Name": "client.family", "Start": "case.opened"}, {"case.program": "housing"})
    path = shelf.keep("North list", mapping)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    found = shelf.kept("north LIST")
    assert found == read(path) and shelf.kept("South") is None
    assert (found.columns, found.defaults) == (mapping.columns, mapping.defaults)
    assert os.fspath(shelf.place("漢字")).endswith(".toml")
