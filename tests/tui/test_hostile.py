"""A tour of every page and every question with an agency in which all that people typed is hostile."""

from __future__ import annotations

import csv
import importlib
import io
import pkgutil
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from wcwidth import wcwidth

from caseload.casework import cases, clients
from caseload.reports.overload import Figure, Warning
from caseload.tui import acts, screens
from caseload.tui.screens.counted import WarningPage
from caseload.tui.screens.gates import GatesPage
from caseload.tui.screens.note import NotePage
from caseload.tui.screens.page import Page
from tests.cli.running import run_line
from tests.support.databases import Databases

from . import poison
from .driving import Drive, driving
from .poison import FORGED
from .terminal import Terminal
from .world import Made, doing

# Nothing on a page is one of these; joiners and bidi marks that letters may need are checked by their width.
LOUD = {"Cc", "Cs", "Cn"}
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff\u2028\u2029")


@pytest.fixture(scope="module")
def hostile(agency: Made, databases: Databases) -> Iterator[Made]:
    made = poison.build(agency._replace(url=databases.copy(agency.url)))
    yield made
    databases.drop(made.url)


@pytest.fixture
def evil(hostile: Made, databases: Databases) -> Iterator[Made]:
    url = databases.copy(hostile.url)
    yield hostile._replace(url=url)
    databases.drop(url)


def every_page() -> set[type[Page]]:
    """The pages there are: every class of a page that has no page below it."""
    for module in pkgutil.iter_modules(screens.__path__, f"{screens.__name__}."):
        importlib.import_module(module.name)
    found, waiting = set(), [Page]
    while waiting:
        one = waiting.pop()
        below = one.__subclasses__()
        waiting += below
        if not below:
            found.add(one)
    return found


class Tour:
    """A drive that looks at the screen after every key."""

    def __init__(self, t: Drive, size: tuple[int, int]) -> None:
        self.t, self.size = t, size
        self.pages: set[type] = set()
        self.asked: set[str] = set()
        self.shown = ""

    async def press(self, *keys: str) -> None:
        """Keys by name, each looked at; of a word that is typed its end."""
        for key in keys:
            await (self.t.type(key.removeprefix("=")) if key.startswith("=") else self.t.press(key))
            self.look(key)

    async def run(self, *commands: str) -> None:
        """Each act by its name, as the palette would, and away from it again."""
        t, page = self.t, self.t.page
        for command in commands:
            page.run_command(command)
            await t.settle()
            self.asked.add(command)
            self.look(command)
            for _one in range(6):
                if t.page is page and not t.page.talk.asking:
                    break
                await t.press("escape")
                self.look(f"away from {command}")
            assert t.page is page, command

    def look(self, after: str) -> None:
        t, (columns, rows) = self.t, self.size
        assert not t.app.surprises, (after, t.app.surprises)
        self.pages.add(type(t.page))
        lines = t.lines()
        assert len(lines) == rows
        for line in lines:
            told = (after, type(t.page).__name__, line)
            assert not {c for c in line if unicodedata.category(c) in LOUD or c in BIDI}, told
            # As a terminal counts that knows nothing of emoji that are joined; of a flag's letters one is one cell.
            cells = sum(1 if "\U0001f1e6" <= c <= "\U0001f1ff" else wcwidth(c) for c in line)
            assert cells <= columns, told
            assert not re.search(r"[\u0300-\u036f\u20d0-\u20ff]{5}", line), told
            # The lines of a note are its own: they stand further in than any row, or alone in their editor.
            if not isinstance(t.page, NotePage):
                assert not re.match(rf"[ ›●✓~↻]{{0,3}}{FORGED}", line), told
        self.shown += t.screen()


async def test_no_page_and_no_question_is_harmed(evil: Made, tmp_path: Path) -> None:
    async with driving(evil, who="demo", size=(80, 24)) as t:
        tour = Tour(t, (80, 24))
        number = evil.number["hostile"]
        await _rows_are_rows(tour)
        await tour.press("/", f"={number}", "enter", "p", "p", "o", "c")
        await tour.run(*sorted(acts.known() - {"undo", "redo", "deidentify"}))
        await tour.press("space", "*", "a", "=ana, ben", "enter", "escape", "*")
        # The leaver, offers, absences, views.
        await tour.press("H", "l", "=ana", "enter", "=today gone", "enter", "enter")
        await tour.press("pagedown", "escape", "H", "r", "=ana", "enter", "pagedown", "escape")
        await tour.press("H", "a", "enter", "escape", "escape", "g", "v", "down", "enter", "5", "6")
        # The case, its forms and its notes.
        await tour.press("g", "a", "\\", "/", "ctrl+u", f"={number}", "enter", "enter", *["tab"] * 6)
        await tour.press("P", "tab", "tab", "tab", "G", "e", "escape")
        # So many lines of what was typed lie between the two that it is clicked, not walked to.
        t.page.sheet.choose(
            next(at for at, one in enumerate(t.page.sheet.items) if one.value and one.value[0] == "goal")
        )
        await tour.press("e", "escape", "escape")
        await tour.press(
            *["tab"] * 5,
            "enter",
            "escape",
            "pagedown",
            "C",
            "r",
            "escape",
            "C",
            "g",
            "escape",
            "C",
            "d",
            "escape",
            "C",
            "a",
            "enter",
            "pagedown",
            "escape",
        )
        await tour.press("tab")
        await tour.run("note", "edit", "do", "open", "sign")
        await tour.press("e", "m", f"={evil.number['calm4']}", "enter", "t", "pagedown", "escape")
        await tour.press("n", "o", "escape", "@", "enter", "tab", "escape", "+", "tab", "escape", "e", "c")
        await _someone_else_saves(t)
        await tour.press("=x", "tab", "=x", "ctrl+s", "pagedown", "escape", "escape", "g", "u", "escape")
        await tour.press("g", "p", "enter", "pagedown", "n", "escape", "escape", "escape")
        await tour.press("R", "j", "pagedown", '"', "escape", "escape")
        await tour.press(
            "g", "m", "G", "e", "escape", "k", "m", "=x", "enter", "escape", "B", "escape", "x", "escape", "escape"
        )
        await tour.press("g", "c", "v", "v", "j", "j", "W", "v", "v", "tab", "d", "escape", "enter", "escape")
        await tour.press("H", "n", "pagedown", "escape", "g", "b", "l", "l", "h", "g", "w")
        glass = next(at for at, row in enumerate(t.page.grid.rows) if row.name.startswith("glass"))
        await tour.press(*["j"] * glass, "enter", "pagedown", "escape")
        await tour.press("G", "enter", "escape", "g", "e", "escape", "?", "=red")
        await tour.press(
            "escape",
            "g",
            "r",
            "j",
            "l",
            "enter",
            "pagedown",
            "escape",
            *["tab"] * 4,
            "k",
            "h",
            "enter",
            "escape",
        )
        evilly = Warning("ana", "[red]r[/] \x1b[2J\u202e", "north", "load_rising", (Figure("2026-W46", 1),))
        t.app.push_screen(WarningPage(evilly))
        await tour.press("j", "escape")
        # What is found, and who offers what.
        await tour.press(
            "escape", "escape", "g", "a", "\\", "/", "ctrl+u", f"={number}", "enter", "enter", *["tab"] * 5
        )
        assert t.page.part == "needs", t.screen()
        t.page.sheet.choose(
            next(at for at, one in enumerate(t.page.sheet.items) if one.value and one.value[0] == "need")
        )
        await tour.press("enter", "c", "escape", "escape", "E", "b", "s", "escape")
        await tour.press("E", "a", "=phq-9", "enter", "n", "escape", "pagedown", "escape")
        await tour.press("E", "a", "=tea", "enter", "j", "pagedown", "escape")
        await tour.press("E", "o", "enter", "enter", "a", "pagedown", "escape", "escape")
        await tour.press("s", "c", "j", "o", "=Gone", "enter", "pagedown", "escape")
        t.app.push_screen(GatesPage(dict.fromkeys(evil.case.values())))
        await tour.press("j", "pagedown", "escape")
        await tour.press("T", "escape", "O", "j", "t", "escape", "n", "escape", "o", "escape", "escape")
        await tour.press(
            "g",
            "s",
            "P",
            "escape",
            "+",
            "escape",
            "e",
            "escape",
            "E",
            "escape",
            "enter",
            "pagedown",
            "escape",
            "escape",
        )
        # What is spent.
        await tour.press("g", "a", "\\", "/", "ctrl+u", f"={number}", "enter", "enter", *["tab"] * 7)
        assert t.page.part == "services", t.screen()
        for kind, keys in (
            ("referral", ("$", "a", "escape")), ("authorisation", ("enter", "escape", "$", "p", "escape")), ("payment", ("enter",)),
            ("budget", ("enter", "escape", "$", "b", "escape")),
        ):  # fmt: skip
            t.page.sheet.choose(
                next(at for at, one in enumerate(t.page.sheet.items) if one.value and one.value[0] == kind)
            )
            await tour.press(*keys)
        # A list that somebody brings, and a case on paper.
        folder = _hostile_list(tmp_path / "lists")
        await tour.press(
            "g", "i", f"={folder}/", "enter", "=[red]x[/]", "enter", "G", "pageup", "d", "d", "enter", "escape"
        )
        t.page.sheet.choose(next(at for at, one in enumerate(t.page.sheet.items) if one.value == ("column", "Stage")))
        await tour.press(
            "v", "down", "enter", "escape", "p", "pagedown", "w", "escape", "enter", "escape", "escape", "escape"
        )
        await tour.press("D", "f", "a", "y", "h", "=x", "enter", "escape", "D", "h", "h", "=x", "enter", "escape")
        missing = every_page() - tour.pages
        assert not missing, f"the tour has to go there too: {missing}"
        assert "Q[/]" in tour.shown, "markup is text"


def _hostile_list(folder: Path) -> Path:
    """A folder with one list, of which its name, a header and every cell are hostile."""
    folder.mkdir()
    evil = poison.HOSTILE.replace("\x00", "").replace(";", ",")
    with (folder / "[red]x \x1b[31m\u202egnp.csv").open("w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream)
        out.writerow(["First name", "Last name", "Programme", "Opened", "Stage", "Notes", evil])
        out.writerow([evil, evil, "housing", "03/04/2026", evil, evil, evil])
        out.writerow([evil, evil, evil, evil, evil, evil, evil])
    return folder


async def test_there_is_room_for_all_of_it_and_still_no_harm(evil: Made) -> None:
    async with driving(evil, who="ben", size=(200, 60)) as t:
        tour = Tour(t, (200, 60))
        await _rows_are_rows(tour)
        await tour.press("/", f"={evil.number['hostile']}", "enter", "enter", *["tab"] * 4, "pagedown", "R")
        assert "[red]r[/] [/] [@click=app.quit]q[/]" in tour.shown, "markup is text"
        await tour.press("g", "c", "g", "b", "g", "w", "G", "g", "v", "escape")


async def _rows_are_rows(tour: Tour) -> None:
    """A list has as many lines as cases, each with its number in its place."""
    t = tour.t
    await tour.press("g", "a")
    keys, table = t.page.table.keys, t.page.table
    lines = [line[: table.region.width].strip() for line in t.lines()[table.region.y + 1 : table.region.bottom]]
    lines = [line for line in lines if line]
    assert len(lines) == min(len(keys), table.page)
    with t.db.read() as r:
        real = {row.case for row in cases.rows(r, list(keys)).values()}
    places = {(found.start(), found[0] in real) for line in lines if (found := re.search(r"\d{4}-\d{6}", line))}
    assert places and all(known and at <= 4 for at, known in places), lines


async def _someone_else_saves(t: Drive) -> None:
    """The same client, changed behind the form."""
    doing(t.db, "edit", clients.edit, t.made.case["hostile"], {"given": "Q[/]\x1b[31m new"}, seen=None)
    await t.settle()


# What the program itself sends: places, colours and modes, each with numbers alone; which keyboard and which pointer it would like.
OWN = re.compile(rb"\x1b\[[<=>?]?[0-9;]*\$?[a-zA-Z]|\x1b[78=>c]|\x1b\](?:11;\?|22;[a-z]+)(?:\x07|\x1b\\)")


def test_no_order_reaches_a_terminal(evil: Made) -> None:
    """The bytes of a whole tour, as a terminal gets them."""
    with Terminal("--database", evil.url.removeprefix("sqlite:///"), "--as", "demo", columns=100, rows=24) as term:
        term.until("Today  1 of")
        term.send("ga/" + evil.number["hostile"] + "\r")
        term.until("1 of 1")
        for keys, words in (
            ("\r", "[Summary]"),
            ("\t\t", "Appointments"),
            ("\t", "The client"),
            ("R", "notes"),
            ("gc", "Agenda"),
        ):
            term.send(keys)
            drawn = term.until(words)
            assert not re.search(rf"^[ ›●✓~↻]{{0,3}}{FORGED}", drawn, re.M), drawn
        for keys, words in (
            ("W", "everybody's"),
            ("gb", "referred"),
            ("gw", "everybody"),
            ("gv", "View:"),
            ("\x03ge", "Left:"),
        ):
            term.send(keys)
            term.until(words)
        term.send("gtq")
        assert term.until_ended() == 0
    text = term.bytes.decode()
    for order in poison.ORDERS:
        assert len(order) < 4 or order not in text, order
    left = OWN.sub(b"", term.bytes).decode()
    assert "Q[/]" in left and "FORGED" in left
    assert not {c for c in left if (unicodedata.category(c) in LOUD or c in BIDI) and c not in "\r\n"}, left


IDENTIFIED = ["--identified", "--why", "a review"]
# Kept as data, so that a letter that needs them is drawn right elsewhere; nothing can be hidden or turned with them.
MARKS = set("\u061c\u200f")


@pytest.mark.parametrize("form", ["table", "csv", "tsv", "json"])
def test_no_command_prints_an_order_or_a_row_that_is_none(evil: Made, form: str) -> None:
    number = evil.number["hostile"]
    told = (
        ["cases"], ["cases", "q"], ["queue", "--explain"], ["show", number], ["notes", number], ["agenda", "--agency"], ["task", number],
        ["appointment", number], ["changes"], ["transfer", "list"], ["consent", number], ["disclose", number],
        ["disclose", number, "accounting"], ["authorise", number], ["pay", number], ["supervision", "agenda", "ana"], ["outcomes"],
    )  # fmt: skip
    lists = [[*one, *IDENTIFIED] for one in told]
    lists += [[one] for one in ("desk", "tally", "board", "waiting", "view", "workload", "journal")]
    lists += [["closing", number], ["instrument", "list"], ["instrument", "show", "tea"]]
    lists += [[one, "list"] for one in ("worker", "team", "program", "cover", "budget")]
    lists += [["budget", "list", number]]
    seen = ""
    for command in lists:
        before = ["--database", evil.url.removeprefix("sqlite:///"), "--as", "demo"]
        ran = run_line(*before, *command, "--format", form, terminal=form == "table")
        assert ran.code == 0, (command, ran.err)
        marks = MARKS if form in ("csv", "tsv") else set()
        loud = {c for c in ran.out if unicodedata.category(c) in LOUD or c in BIDI - marks} - set("\n\t")
        if form == "table":
            # The heads of a table are bold.
            loud -= {"\x1b"} if not {*OWN.sub(b"", ran.out.encode())} & {0x1B} else set()
        assert not loud, (command, loud)
        # In csv a cell may have lines of its own, between quotation marks.
        if form != "csv":
            assert not re.search(rf"^[ ›●✓~↻]{{0,3}}{FORGED}", ran.out, re.M), (command, ran.out)
        if form in ("csv", "tsv"):
            tsv = [line.split("\t") for line in ran.out.splitlines()]
            head, *rows = list(csv.reader(io.StringIO(ran.out, newline=""))) if form == "csv" else tsv
            assert all(len(row) == len(head) for row in rows), command
            assert not [cell for row in rows for cell in row if cell[:1] in ("=", "@", "+")], command
        seen += ran.out
    assert "[red]r[/]" in seen


@pytest.mark.parametrize("form", ["csv", "xlsx", "html"])
def test_no_file_has_an_order_or_a_formula(evil: Made, form: str, tmp_path: Path) -> None:
    before = ["--database", evil.url.removeprefix("sqlite:///"), "--as", "demo"]
    for report in (
        ["cases"], ["contacts"], ["tasks"], ["accounting"], ["assessments"], ["needs"], ["plans"], ["goals"], ["steps"], ["referrals"],
        ["weekly", "--week", "2026-W47"],
    ):  # fmt: skip
        path = tmp_path / f"{report[0]}.{form if report[0] != 'weekly' or form != 'csv' else 'zip'}"
        ran = run_line(*before, "export", *report, "--format", form, "--output", str(path), *IDENTIFIED)
        assert ran.code == 0, (report, ran.err)
        for text in _texts(path):
            loud = {c for c in text if unicodedata.category(c) in LOUD or c in BIDI - MARKS} - set("\n\r\t")
            assert not loud, (report, loud)


def _texts(path: Path) -> list[str]:
    """What there is to read in a file: all of its text, or each cell of a workbook, of which none is a formula."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as parts:
            return [parts.read(one).decode() for one in parts.namelist()]
    if path.suffix != ".xlsx":
        text = path.read_text()
        assert path.suffix != ".html" or "<script" not in text
        return [text]
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    return [str(cell.value) for cell in cells]
