"""The bottom line: whatever can be answered stands there to be seen, however long the question and however narrow the window."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from rich.cells import cell_len

from caseload.tui import busy
from caseload.tui.prompts import Choice, Letters, yes_no
from caseload.tui.widgets.line import Line

from .conftest import Driving

ALERT = "“Former partner has threatened to come; visit only in twos” looked at, still stands?"
KINDS = ("visit", "office", "phone", "video", "message", "collateral", "group")


def _rows(line: Line, width: int) -> list[str]:
    return ["".join(text for text, _tone in row) for row in line.rows(width)]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize(
    "question",
    [yes_no(ALERT), Letters("Contact", choices=[Choice(one[0], one, one) for one in KINDS]), yes_no("a word " * 200)],
)
def test_every_letter_that_answers_is_in_sight(question: Letters[object], width: int) -> None:
    line = Line()
    line.question = question
    rows = _rows(line, width)
    assert all(cell_len(row.rstrip()) <= width for row in rows) and len(rows) <= 5
    for choice in question.choices:
        assert any(f"{choice.letter} {choice.words}" in row for row in rows)
    found = {command: rows[row][first:last] for row, first, last, command in line._buttons}
    assert found == {f"letter:{one.letter}": f"{one.letter} {one.words}" for one in question.choices}


def test_a_question_that_fits_takes_one_line() -> None:
    line = Line()
    line.question = yes_no("Let ana go?")
    assert _rows(line, 80) == ["Let ana go?  y yes  n no  "]


def test_all_that_may_follow_a_key_is_in_sight_and_help_is_never_left_out() -> None:
    line = Line()
    line.following = [("H …", "", "back"), *((one[0], f"{one} and so on", one) for one in KINDS)]
    assert all(f"{one} and so on" in " ".join(_rows(line, 60)) for one in KINDS)
    line.following = ()
    line.hints = [*((one[0], one, one) for one in KINDS), (":", "acts", "palette"), ("?", "help", "help")]
    assert _rows(line, 40)[0].rstrip() == "v visit  o office  p phone  ? help"
    # What would fit exactly shows no sign of a cut.
    whole = _rows(line, 200)[0].rstrip()
    assert "…" not in _rows(line, len(whole))[0] and _rows(line, len(whole))[0].rstrip() == whole


async def test_an_alert_is_read_whole_before_it_is_answered_for(drive: Driving) -> None:
    async with drive(size=(60, 15)) as t:
        await t.press("j", "j", "!", "h", "s")
        await t.type("Former partner has threatened to come; visit only in twos")
        await t.press("enter", "d")
        assert "visit only in twos” looked at, still stands? y yes n no" in " ".join(t.bottom.split())


async def test_absences_and_leavers_begin_at_the_desk_of_the_team(drive: Driving) -> None:
    async with drive(who="ben") as t:
        await t.press("g", "w", "H")
        assert all(one in t.bottom for one in ("a answer", "c cover", "r while away", "b balance", "l leaver"))
        assert "offer" not in t.bottom, "no case stands here that could be offered"
        await t.press("c", *"ana", "enter", *"cleo", "enter", "enter", *"1 dec to 14 dec leave", "enter", "y")
        assert "ana is away" in t.bottom and t.title.startswith("Team")


@pytest.mark.parametrize("waited_for", ["rows", "act"])
async def test_what_takes_its_time_is_said_to_be_under_way_until_it_is_done(
    drive: Driving, monkeypatch: pytest.MonkeyPatch, waited_for: str
) -> None:
    monkeypatch.setattr(busy, "_READING", 0.0)
    monkeypatch.setattr(busy, "_PATIENCE", 0.0)
    until = threading.Event()

    def slow(_db: Any) -> bool:
        return until.wait(10)

    async with drive() as t:
        desk = t.app.desk
        asked = asyncio.ensure_future(desk.fetch(slow) if waited_for == "rows" else desk.other(slow))
        async with asyncio.timeout(10):
            while "Working" not in t.bottom:
                await asyncio.sleep(0.01)
        until.set()
        assert await asked
        await t.settle()
        assert "Working" not in t.bottom
        assert "help" in t.bottom
