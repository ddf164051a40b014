"""The page of a case: sections, looks on record, and acting on the line under the cursor."""

from __future__ import annotations

from caseload.casework import changes

from .conftest import Driving


async def test_opening_a_case_is_a_look_on_record(drive: Driving) -> None:
    async with drive() as t:
        await t.press("enter")
        assert t.title.startswith(f"{t.made.number['late']}  Conti, Maria")
        with t.db.read() as r:
            looks = changes.reads(r, t.made.number["late"])
        assert [(look.worker, look.surface) for look in looks] == [("ana", "screen")]
        await t.press("c", "p", "a", "enter")
        with t.db.read() as r:
            assert len(changes.reads(r, t.made.number["late"])) == 1, "reading it again after an act is the same look"


async def test_the_list_and_its_preview_are_no_look(drive: Driving) -> None:
    async with drive(size=(120, 30)) as t:
        await t.press("j", "j", "k")
        assert "Reach" in t.screen() or "Why" in t.screen()
        with t.db.read() as r:
            assert changes.reads(r) == []


async def test_the_preview_shows_whether_it_is_safe_to_call_before_the_number_and_no_narrative(drive: Driving) -> None:
    async with drive(size=(120, 40)) as t:
        assert "DO NOT CALL · 055 123456" in t.screen()
        assert "rent" not in t.screen()
        await t.press("p")
        assert "DO NOT CALL" not in t.screen()


async def test_below_120_columns_p_puts_the_preview_below_the_list(drive: Driving) -> None:
    async with drive() as t:
        assert "DO NOT CALL" not in t.screen()
        await t.press("p")
        assert "housing · assessment · risk critical" in t.screen()
        await t.press("j")
        assert "The dog bites." in t.screen(), "the preview follows the cursor"


async def test_tab_walks_the_sections(drive: Driving) -> None:
    async with drive() as t:
        await t.press("enter")
        seen = []
        for _section in range(10):
            seen.append(t.lines()[1])
            await t.press("tab")
        assert [part for line in seen for part in line.split("[")[1:]] and len(set(seen)) == 10
        assert t.lines()[1] == seen[0]
        await t.press("shift+tab")
        assert "[Documents]" in t.lines()[1]


async def test_the_record_is_there_in_full(drive: Driving) -> None:
    async with drive() as t:
        await t.press("enter", "tab")
        assert "Spoke about the rent." in t.screen()
        assert "She will call the landlord." in t.screen()
        assert "✓ Sun 1 Nov 10:00  phone, made · 20 min" in t.screen()


async def test_enter_on_a_task_finishes_moves_or_rewords_it(drive: Driving) -> None:
    async with drive() as t:
        await t.press("j", "j", "j", "j", "enter", "enter")
        assert t.bottom == "Task  f finish  m move the day  w reword"
        await t.press("m", *"m", "enter")
        assert t.case("task").tasks[0].due.isoformat() == "2026-11-23"
        await t.press("enter", "w")
        await t.press("ctrl+u", *"Ring the headteacher", "enter")
        assert t.case("task").tasks[0].title == "Ring the headteacher"
        await t.press("d")
        assert t.case("task").tasks[0].done_at is not None


async def test_an_appointment_is_settled_from_its_line(drive: Driving) -> None:
    async with drive() as t:
        await t.press("j", "j", "j", "enter", "tab", "tab")
        assert "Home visit" in t.screen()
        await t.press("d", "k")
        assert t.case("visit").appointments[0].state == "kept"


async def test_an_alert_is_ended_with_its_reason(drive: Driving) -> None:
    async with drive() as t:
        await t.press("j", "enter")
        assert "! safety, high · not yet reviewed" in t.screen()
        assert "    The dog bites." in t.screen()
        await t.press("enter", "e", *"the dog died", "enter")
        assert t.case("alert").alerts[0].ended_on is not None


async def test_what_is_done_on_the_page_counts_in_the_queue(drive: Driving) -> None:
    async with drive() as t:
        await t.press("enter", "c", "p", "m", "enter", "escape")
        assert t.title.startswith("Today")
        assert t.signs()["late"] == "✓"
        assert t.here == "alert"


async def test_undoing_an_intake_while_its_page_is_open_leaves_the_page(drive: Driving) -> None:
    async with drive() as t:
        await t.press("+", *"Nina", "tab", *"Simone", "tab", "tab", "tab", *"hou", "ctrl+s")
        assert "Simone, Nina" in t.title
        await t.press("u")
        assert t.title.startswith("Today")
        assert "no longer there" in t.bottom or "Undid" in t.bottom


async def test_leaving_the_page_at_once_loses_neither_the_act_nor_its_receipt(drive: Driving) -> None:
    async with drive() as t:
        await t.press("enter")
        await t.rush("c", "p", "m", *"8 fine", "enter", "escape")
        assert t.title.startswith("Today")
        assert t.case("late").contacts[0].note == "fine"
        assert "Logged a contact made" in t.bottom
        assert t.signs()["late"] == "✓"


async def test_leaving_the_screen_at_once_loses_no_act(drive: Driving) -> None:
    async with drive() as t:
        await t.rush("c", "p", "m", *"8 fine", "enter", "q")
        assert not t.app.is_running
        assert t.case("late").contacts[0].note == "fine"


async def test_a_key_pressed_while_an_act_is_written_answers_from_what_stands_after_it(drive: Driving) -> None:
    async with drive() as t:
        await t.press("j", "j", "j", "j", "enter")
        assert t.made.number["task"] in t.title
        await t.rush("d", "d")
        await t.settle()
        assert "Nothing waits here" in t.screen() or "Finished" in t.screen()
        assert "already" not in t.screen(), "the task was finished by the first, and is not there for the second"
        assert all(one.done_at for one in t.case("task").tasks)
