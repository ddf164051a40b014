"""The list of cases: filter as one types, sort, marks that survive everything, acts on all of them."""

from __future__ import annotations

from .conftest import Driving


async def test_the_list_narrows_as_one_types_and_escape_gives_it_back(drive: Driving) -> None:
    async with drive() as t:
        await t.press("g", "a", "j", "j", "/")
        await t.type("haddad")
        assert t.title.startswith("Cases  1 of 1")
        assert t.here == "attempts"
        await t.press("escape")
        assert t.title.startswith("Cases  3 of 24")
        assert t.here == "attempts"


async def test_a_query_is_understood_and_a_slip_is_pointed_at(drive: Driving) -> None:
    async with drive() as t:
        await t.press("g", "a", "/")
        await t.type("level:<=2")
        await t.press("enter")
        assert t.title.startswith("Cases  1 of 4")
        assert "level:<=2" in t.title
        await t.press("/", "ctrl+u")
        await t.type("lvel:2")
        assert "level" in t.bottom, "the nearest known field is named"
        assert t.title.startswith("Cases"), "half-typed words change nothing"
        await t.press("escape")
        assert t.title.startswith("Cases  1 of 4")
        await t.press("\\")
        assert t.title.startswith("Cases  1 of 24")


async def test_sorting_by_a_column_and_back(drive: Driving) -> None:
    async with drive() as t:
        await t.press("g", "a", "o", "c")
        assert t.here == "late", "the cursor stays on its case"
        names = [t.named(key) for key in t.page.table.keys]
        assert names[0] == "snoozed", "Blum comes first"
        assert "client ↓" in t.screen()
        await t.press("o", "c")
        assert [t.named(key) for key in t.page.table.keys] == names[::-1]
        assert "client ↑" in t.screen()


async def test_marks_survive_filter_sort_and_refresh(drive: Driving) -> None:
    async with drive(size=(80, 40)) as t:
        await t.press("g", "a", "space", "space", "o", "w", "/")
        await t.type("blum")
        await t.press("enter")
        assert t.bottom.startswith("2 marked, 2 not shown · ")
        await t.press("space", "\\", "r")
        assert set(map(t.named, t.page.marks)) == {"late", "alert", "snoozed"}
        assert t.signs()["late"] == "●"


async def test_a_range_marks_what_lies_between(drive: Driving) -> None:
    async with drive() as t:
        await t.press("g", "a", "j", "v", "j", "j")
        assert t.bottom.startswith("range of 3")
        assert [t.signs()[n] for n in ("late", "alert", "attempts", "visit")] == [" ", "●", "●", "●"]
        await t.press("v")
        assert set(map(t.named, t.page.marks)) == {"alert", "attempts", "visit"}


async def test_all_none_and_only_the_marked(drive: Driving) -> None:
    async with drive() as t:
        await t.press("g", "a", "space", "space", ",")
        assert len(t.page.table.keys) == 2
        await t.press(",", "*")
        assert len(t.page.marks) == 24
        await t.press("*")
        assert len(t.page.marks) == 0
        await t.press(",")
        assert "Nothing is marked" in t.bottom


async def test_one_key_acts_on_all_marked_in_one_change(drive: Driving) -> None:
    async with drive() as t:
        await t.press("g", "a", "j", "j", "space", "space", "space", "z")
        assert t.bottom.startswith("3 cases: Snooze until:")
        await t.type("m court week")
        await t.press("enter")
        assert "Snoozed 3 cases until Mon 23 Nov  ·  u undo" in t.bottom
        assert [t.row(n).snoozed_until is not None for n in ("attempts", "visit", "task")] == [True] * 3
        assert len(t.page.marks) == 0
        await t.press("u")
        assert [t.row(n).snoozed_until is not None for n in ("attempts", "visit", "task")] == [False] * 3


async def test_level_one_among_the_marked_stays_and_is_named_first(drive: Driving) -> None:
    async with drive() as t:
        await t.press("j", "space", "space", "=")
        assert f"Level 1 stays: {t.made.number['alert']}. The other 1 case?" in t.bottom
        await t.press("y")
        assert "Reviewed 1 case, back tomorrow" in t.bottom
        assert t.row("alert").snoozed_until is None
        assert t.row("attempts").snoozed_until is not None


async def test_no_text_is_written_to_several_clients(drive: Driving) -> None:
    async with drive() as t:
        await t.press("space", "space", "c", "g", "m")
        await t.type("30 talked about rent")
        await t.press("enter")
        assert "One text is never written to several clients" in t.bottom
        await t.press("ctrl+u", *"30", "enter")
        assert "for 2 cases" in t.bottom
        assert {t.case(n).contacts[0].minutes for n in ("late", "alert")} == {30}
        await t.press("k", "k", "space", "space", "n")
        assert "Write a note takes one case at a time" in t.bottom


async def test_number_keys_open_views(drive: Driving) -> None:
    async with drive() as t:
        await t.press("8")
        assert t.title.startswith("Snoozed  1 of 1")
        assert t.here == "snoozed"
        await t.press("9")
        assert t.title.startswith("Closed in 30 days")
        await t.press("q")
        assert t.title.startswith("Today")


async def test_the_mouse_selects_marks_opens_and_sorts(drive: Driving) -> None:
    async with drive() as t:
        from textual.pilot import Pilot

        pilot = Pilot(t.app)
        await t.press("g", "a")
        table = t.page.table
        await pilot.click(table, offset=(20, 3))
        assert t.here == "attempts"
        await pilot.click(table, offset=(1, 4))
        assert set(map(t.named, t.page.marks)) == {"visit"}
        await pilot.click(table, offset=(16, 0))
        await t.settle()
        assert t.page.view.sort == "client"
        await pilot.click(table, offset=(20, 2), times=2)
        await t.settle()
        assert "Summary" in t.screen()


async def test_a_long_list_is_fetched_a_window_at_a_time(drive: Driving) -> None:
    async with drive(size=(80, 16)) as t:
        await t.press("g", "a", "G")
        assert t.named(t.page.table.keys[-1]) == t.here
        assert "…  " not in t.screen()
        await t.press("g", "g", "pagedown", "pagedown")
        assert t.page.table.cursor == 23, "two pages of thirteen go past the end"


async def test_palette_finds_an_act_by_what_it_is_for(drive: Driving) -> None:
    async with drive() as t:
        await t.press(":", *"finish")
        assert "Do what clears the first reason" in t.screen()


async def test_palette_runs_any_act_by_name(drive: Driving) -> None:
    async with drive() as t:
        await t.press(":")
        await t.type("all cas")
        await t.press("enter")
        assert t.title.startswith("Cases")


async def test_help_searches_and_runs(drive: Driving) -> None:
    async with drive() as t:
        await t.press("?")
        await t.type("snooze")
        assert "Snooze until a day" in t.screen()
        assert "Add a task" not in t.screen()
        await t.press("enter")
        assert "Level 1 cannot be put off" in t.bottom
        await t.press("?", "escape")
        assert t.title.startswith("Today")


async def test_colours_change_at_once(drive: Driving) -> None:
    async with drive() as t:
        await t.press(":")
        await t.type("colours")
        await t.press("enter")
        await t.type("high")
        await t.press("enter")
        assert t.app.theme == "high contrast"


async def test_own_keys_work_and_clashes_are_said_at_the_start(drive: Driving) -> None:
    async with drive(keys={"snooze": "Y", "note": "Y"}) as t:
        assert "keys: Y is set for both snooze and note" in t.bottom
        await t.press("j", "j", "Y")
        assert t.bottom.startswith("Snooze until:")
