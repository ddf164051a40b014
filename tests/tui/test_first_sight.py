"""What somebody sees who was never here before: which key is next, where one is, and that nothing in sight is half there."""

from __future__ import annotations

import pytest

from caseload.tui.draw import first_in_sight

from .conftest import Driving
from .test_reports import turn_to


@pytest.mark.parametrize("size", [(80, 24), (60, 15)])
async def test_reports_and_team_say_what_a_number_is_and_what_to_press(drive: Driving, size: tuple[int, int]) -> None:
    async with drive(who="ben", size=size) as t:
        await t.press("g", "r")
        for _part in t.page.parts:
            if t.page.found.lines:
                at = t.page._across()
                said = (at == 0 and t.page.found.lines[t.page.grid.at].says) or t.page.found.measures[at].says
                assert said in t.bottom
            assert "Enter open" in t.bottom and "Tab section" in t.bottom and "? help" in t.bottom
            await t.press("tab")
        await t.press("g", "w", "g", "g")
        assert "Enter open" in t.bottom and "? help" in t.bottom
        assert "make 95 %" in t.bottom, "and what is said of the line is said whole"


async def test_a_bar_is_as_long_as_its_number_or_is_not_there(drive: Driving) -> None:
    for size in ((80, 24), (60, 15)):
        async with drive(who="ben", size=size) as t:
            await t.press("g", "r")
            for part in t.page.parts:
                await turn_to(t, part)
                assert not [one for one in t.lines()[1:] if one.endswith(("█…", " …"))], (part, size)
            await t.press("g", "w")
            assert not [one for one in t.lines()[2:-2] if one.endswith(" …")], "no sign of words of which none is there"


async def test_the_page_one_is_on_is_named_whole_on_the_narrowest_screen(drive: Driving) -> None:
    async with drive(who="ben", size=(60, 15)) as t:
        await t.press("g", "r")
        for part in t.page.parts:
            await turn_to(t, part)
            assert f"[{t.page.found.title}]" in t.lines()[0]
    async with drive(who="ana", size=(60, 15)) as t:
        await t.press("enter")
        for part in t.page.parts:
            assert t.page.part == part
            line = t.lines()[1]
            assert "[" in line and "]" in line, part
            await t.press("tab")
        assert t.page.part == "summary"


def test_names_give_way_only_where_there_is_no_room() -> None:
    assert first_in_sight([10, 10, 10], 2, 30) == 0
    assert first_in_sight([10, 10, 10], 2, 29) == 1
    assert first_in_sight([10, 10, 10], 1, 20) == 1, "a sign says that others follow"
    assert first_in_sight([10, 10, 10], 2, 5) == 2


async def test_help_begins_with_what_is_done_here(drive: Driving) -> None:
    async with drive(who="ana") as t:
        await t.press("enter", "E", "a", *"phq-9", "enter")
        assert t.page.PLACE == "assessment"
        assert "Ctrl-S record" in t.bottom
        await t.press("?")
        assert "Answer, or go on" in t.screen()
        assert "(not on this page)" not in t.screen()
        await t.press("end")
        assert "(not on this page)" in t.screen(), "all the others follow"


async def test_a_form_says_how_it_is_saved_while_the_bottom_line_says_what_to_type(drive: Driving) -> None:
    async with drive(who="ana") as t:
        await t.press("enter", "$", "a")
        for _field in t.page.asked:
            assert "Ctrl-S save" in t.title and "Esc leave" in t.title
            await t.press("tab")


async def test_an_empty_plan_says_what_begins_one_where_one_is(drive: Driving) -> None:
    async with drive(who="ana") as t:
        await t.press("enter", "P")
        assert "P opens the plan" not in t.screen()
        assert "s begins one" in t.screen()


async def test_while_a_service_is_looked_for_the_line_says_that_enter_takes_it(drive: Driving) -> None:
    async with drive(who="ana") as t:
        await t.press("enter", "f")
        assert "Enter take it" in t.bottom and "p a helper" in t.bottom
        assert "+ add" not in t.bottom


async def test_asking_how_it_goes_is_called_so(drive: Driving) -> None:
    async with drive(who="ana") as t:
        await t.press("enter", "E", "v")
        assert "How it goes:" in t.bottom
        assert "client-voice" not in t.bottom


async def test_keys_typed_at_once_into_the_agenda_wait_for_its_days(drive: Driving) -> None:
    async with drive(who="ana") as t:
        await t.rush("g", "c", "v")
        assert t.page.grid
        await t.press("enter")
        assert "v goes back to the list" in t.bottom
        await t.press("c")
        assert "v goes back to the list" in t.bottom
