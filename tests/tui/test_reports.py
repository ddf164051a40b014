"""Reports as a person uses it: every number opens as many rows, the chart follows the cursor, and waiting is said."""

from __future__ import annotations

import threading
from datetime import datetime, time, timedelta

import pytest
from rich.cells import cell_len

from caseload.casework import needs
from caseload.reports import dashboard
from caseload.store.connect import connect
from caseload.tui import counting
from caseload.tui.screens.cases import Cases

from .conftest import Driving
from .driving import Drive
from .world import TODAY, ZONE, doing, settings_for


async def turn_to(t: Drive, part: str) -> None:
    while t.page.found is None or t.page.found.part != part:
        await t.press("tab")


@pytest.mark.parametrize("who", ["ben", "ana"])
async def test_every_number_opens_as_many_rows(drive: Driving, who: str) -> None:
    async with drive(who=who, size=(120, 40)) as t:
        await t.press("g", "r")
        opened = 0
        for part in dashboard.PARTS:
            await turn_to(t, part)
            found = t.page.found
            for row, line in enumerate(found.lines):
                for column, number in enumerate(line.numbers):
                    if not number.count or (number.query is None and column % 3):
                        continue
                    t.page.grid.at, t.page.grid.across = row, column
                    if t.page._across() != column:
                        continue
                    await t.press("enter")
                    rows = t.page.table.keys if isinstance(t.page, Cases) else t.page.rows
                    assert len(rows) == number.count, (part, line.key, column, t.title)
                    opened += 1
                    await t.press("escape")
                    assert t.page.PLACE == "reports"
        assert opened > 5


def stand_on(t: Drive, measure: str) -> int:
    """The cursor on the last week in which something is counted; how many it is."""
    found = t.page.found
    column = [one.key for one in found.measures].index(measure)
    row = max(at for at, line in enumerate(found.lines) if line.numbers[column].count)
    t.page.grid.at, t.page.grid.across = row, column
    count: int = found.lines[row].numbers[column].count
    return count


async def test_a_row_leads_to_its_case_and_back(drive: Driving) -> None:
    async with drive(who="ben") as t:
        await t.press("g", "r")
        assert "[Caseload]" in t.title
        end = t.page.found.lines[-1].numbers[-1].count
        opened = stand_on(t, "opened")
        await t.press("enter")
        assert t.title.startswith("Caseload: ") and f"{opened} row" in t.title
        case = t.page.rows[0].case
        await t.press("enter")
        assert case in t.title
        await t.press("escape", "escape", "G", "l", "l", "enter")
        assert isinstance(t.page, Cases) and len(t.page.table.keys) == end


@pytest.mark.parametrize("size", [(80, 24), (60, 15), (120, 40)])
async def test_no_page_is_wider_than_the_screen_and_the_chart_follows_the_cursor(
    drive: Driving, size: tuple[int, int]
) -> None:
    async with drive(who="ben", size=size) as t:
        await t.press("g", "r")
        for part in dashboard.PARTS:
            await turn_to(t, part)
            assert all(cell_len(line) <= size[0] for line in t.lines()), part
        await turn_to(t, "caseload")
        if size[1] < 24:
            return
        assert "end, week by week" in t.screen()
        await t.press("h")
        assert "closed, week by week" in t.screen()
        await t.press("shift+tab", "tab")
        assert "[Caseload]" in t.title


async def test_what_takes_long_says_so_and_gives_way_to_another_page(
    drive: Driving, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, never, real = threading.Event(), threading.Event(), counting.page
    told = []

    def slow(r: object, part: str, gone: object) -> object:
        if part == "contacts" and not told:
            begun.set()
            while not gone():  # type: ignore[operator]
                never.wait(0.01)
            told.append(part)
        return real(r, part, gone)  # type: ignore[arg-type]

    async with drive(who="ben") as t:
        await t.press("g", "r")
        monkeypatch.setattr(counting, "page", slow)
        t.page.do_next_part()
        while not begun.is_set():
            await t._read_all()
        t.page._since -= 5
        t.page._ended_counting()
        t.page._tick()
        await t._read_all()
        assert "Counting… 5 s. Tab turns to another page, Esc leaves." in t.screen()
        await t.press("tab")
        assert "[Overdue]" in t.title and told == ["contacts"]
        assert t.page.found.part == "overdue"


async def test_who_sees_no_identity_has_the_numbers_that_are_theirs(drive: Driving) -> None:
    async with drive(who="adam") as t:
        await t.press("g", "r")
        assert t.page.found.lines
        await turn_to(t, "load")
        await t.press("tab")
        assert "reads nothing of what clients are" in t.screen()
        await t.press("shift+tab", "h", "enter")
        assert {row.client for row in t.page.rows} <= {None}


async def test_without_identity_no_name_and_no_number_stands_in_the_rows(drive: Driving) -> None:
    async with drive(who="ben") as t:
        await t.press("g", "r")
        stand_on(t, "opened")
        await t.press("enter")
        cases, names = [row.case for row in t.page.rows], [row.client for row in t.page.rows]
        await t.press("escape", "I")
        assert t.page.PLACE == "reports"
        stand_on(t, "opened")
        await t.press("enter")
        assert len(t.page.rows) == len(cases) > 0
        assert not any(one in t.screen() for one in (*cases, *names) if one)


async def test_needs_behind_a_number_are_a_look_at_each_case_and_only_once(drive: Driving) -> None:
    def looks() -> int:
        with t.db.read() as r:
            return len(r.conn.exec_driver_sql("SELECT id FROM look").all())

    async with drive(who="ben") as t:
        doing(t.db, "need", needs.add, needs.NewNeed(t.made.case["late"], "housing"))
        await t.press("g", "r")
        await turn_to(t, "needs")
        before = looks()
        await t.press("enter")
        seen = len({row.id for row in t.page.rows})
        assert looks() == before + seen > before
        await t.press("r")
        assert looks() == before + seen


async def test_a_warning_of_overload_stands_on_team_with_its_figures_and_opens_their_rows(drive: Driving) -> None:
    from caseload.casework import contacts

    async with drive() as t:
        ana = connect(settings_for(t.made.url, "ana"))
        monday = TODAY - timedelta(days=TODAY.weekday() + 28)
        for day in (monday + timedelta(days=n) for n in range(28)):
            at = datetime.combine(day, time(12), ZONE)
            doing(ana, "contact", contacts.log, contacts.NewContact((t.made.number["late"],), "phone", "made", at=at))
        [told] = await t.app.desk.report(counting.warnings)
        ana.close()
        await t.press("g", "w")
        [row] = [at for at, one in enumerate(t.page.grid.rows) if one.beside.endswith(told.words)]
        t.page.grid.move_to(row)
        await t.press("h")
        assert "no free day: work on every day of 4 weeks" in t.screen()
        await t.press("enter")
        assert "Warned of where" in t.screen() and t.page.PLACE == "reports"
        await t.press("enter")
        assert len(t.page.rows) == told.figures[-1].count >= 7
        await t.press("escape", "escape")
        assert t.page.PLACE == "team"
