"""What keeps the screen fast, held by counts that cannot flake: queries, bytes, style sources, imports."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import Any

from sqlalchemy import event

from .conftest import Driving
from .driving import Drive

TOUR = [
    ["j"], ["p"], ["p"], ["c"], ["escape"], ["enter"], ["tab"], ["tab"], ["tab"], ["tab"], ["escape"], ["n", "s"], ["escape"], ["+"],
    ["escape"], ["space"], ["space"], ["a"], ["escape"], ["?"], ["escape"], [":"], ["escape"], ["g", "a"], ["o", "c"], ["/"], ["escape"],
    ["space", "space", "a", "c", "l", "e", "o", "enter"], ["escape"], ["g", "w"], ["j", "l", "enter"], ["escape"], ["g", "c"],
    ["tab"], ["]"], ["g", "b"], ["l"], ["g", "v"], ["g", "t", "R"], ["escape"], ["g", "e"], ["escape"],
]  # fmt: skip


def _statements(t: Drive) -> list[tuple[str, threading.Thread]]:
    seen: list[tuple[str, threading.Thread]] = []

    def heard(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append((statement, threading.current_thread()))

    event.listen(t.app.desk._db.engine, "before_cursor_execute", heard)
    return seen


async def test_no_query_ever_runs_where_keys_are_read(drive: Driving) -> None:
    async with drive(size=(120, 30)) as t:
        seen = _statements(t)
        for keys in TOUR:
            await t.press(*keys)
        await t.press("escape", "g", "t", "c", "p", "m", "enter", "u")
        assert len(seen) > 50
        assert {thread for _statement, thread in seen} & {threading.main_thread()} == set()


async def test_a_cursor_key_costs_at_most_one_statement(drive: Driving) -> None:
    async with drive() as t:
        await t.press("g", "a")
        seen = _statements(t)
        for key in ("j", "k", "down", "pagedown", "G", "g", "g", "j"):
            before = len(seen)
            await t.press(key)
            assert len(seen) - before <= 1, seen[before:]


async def test_a_cursor_key_costs_nothing_on_team_and_agenda_and_little_on_the_board(drive: Driving) -> None:
    async with drive(who="ben") as t:
        for place, most in ("w", 0), ("c", 0), ("b", 1):
            await t.press("g", place)
            seen = _statements(t)
            for key in ("j", "k", "right", "left", "j"):
                before = len(seen)
                await t.press(key)
                assert len(seen) - before <= most, (place, key, seen[before:])


async def test_a_held_key_asks_for_one_preview_not_for_each_case_passed(drive: Driving) -> None:
    async with drive(size=(120, 30)) as t:
        t.app.rest = 0.02
        before = t.app.desk.reads
        await t.rush(*"jjjjjjjjjj")
        assert t.app.desk.reads - before == 1
        assert t.page.preview.key == t.page.table.key


async def test_the_style_sheet_stays_under_the_cliff(drive: Driving) -> None:
    async with drive(size=(120, 30)) as t:
        for keys in TOUR:
            await t.press(*keys)
        assert len(t.app.stylesheet.source) <= 50


async def test_a_cursor_key_repaints_two_lines(drive: Driving) -> None:
    async with drive() as t:
        await t.press("g", "a")
        t.page._on_timer_update()
        drawn: list[int] = []
        table = t.page.table
        render_line = table.render_line
        table.render_line = lambda y: (drawn.append(y), render_line(y))[1]
        await t.press("j")
        t.page._on_timer_update()
        assert sorted(set(drawn)) == [1, 2]


def test_the_first_frame_waits_for_no_database_library() -> None:
    told = "import sys, caseload.tui.app; print([m for m in ('sqlalchemy', 'psycopg', 'alembic', 'typer', 'pydantic') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_opening_the_package_imports_nothing() -> None:
    told = "import sys, caseload.tui; print([m for m in ('textual', 'rich') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


async def test_an_old_answer_never_overwrites_a_newer_one(drive: Driving) -> None:
    async with drive() as t:
        await t.press("g", "a", "/")
        await t.rush(*"haddad", *["backspace"] * 6, *"mensah")
        assert [t.named(key) for key in t.page.table.keys] == ["visit"]
