"""Reassigning from the screen: to whom, what it would do, why; then done, and taken back."""

from __future__ import annotations

from datetime import timedelta

from caseload.casework import absences, assign

from .conftest import Driving
from .world import TODAY, doing


async def test_three_marked_cases_move_through_the_preview_and_come_back(drive: Driving) -> None:
    async with drive() as t:
        await t.press("j", "space", "space", "space", "a", *"cl", "enter")
        text = t.screen()
        assert "3 move · 0 stay · 0 blocked" in t.title
        assert "ana 24 → 21 of 40 (52.5 %)" in text
        assert "cleo 1 → 4 of 20 (20 %)" in text
        assert f"{t.made.number['attempts']}  ana → cleo" in text
        await t.press("enter", "enter")
        assert "A move needs a reason." in t.bottom
        await t.press(*"nearer to her", "enter")
        assert "Moved 3 cases from ana to cleo  ·  u undo" in t.bottom
        assert {t.row(n).worker for n in ("alert", "attempts", "visit")} == {"cleo"}
        assert "no longer yours to see" in t.screen()
        await t.press("u")
        assert {t.row(n).worker for n in ("alert", "attempts", "visit")} == {"ana"}
        assert "Haddad" in t.screen()


async def test_leaving_the_preview_changes_nothing(drive: Driving) -> None:
    async with drive() as t:
        await t.press("space", "space", "a", *"cleo", "enter", "escape")
        assert "Nothing was moved." in t.bottom
        assert t.row("late").worker == "ana"
        assert len(t.page.marks) == 2


async def test_one_case_shows_its_effect_on_the_line(drive: Driving) -> None:
    async with drive() as t:
        await t.press("a", *"cleo", "enter")
        assert "ana 24 → 23 of 40, cleo 1 → 2 of 20" in t.bottom
        await t.press(*"closer", "enter")
        assert t.row("late").worker == "cleo"


async def test_whoever_holds_a_case_is_not_asked_to_take_it(drive: Driving) -> None:
    async with drive(who="ben") as t:
        for keys in (("a",), ("H", "o"), ("space", "space", "a")):
            holders = {t.page.row_of(key).worker for key in t.page.table.keys[:2]}
            assert holders == {"ana"}
            await t.press(*keys)
            options = [one.value for one in t.page.talk.question.options]
            assert "ana" not in options and "cleo" in options, keys
            await t.press("escape")


async def test_several_receivers_share_by_free_places(drive: Driving) -> None:
    async with drive() as t:
        await t.press("space", "space", "space", "a", *"cleo,ben", "enter")
        assert "Reassign to cleo, ben" in t.title
        await t.press("enter", *"holiday", "enter")
        assert {t.row(n).worker for n in ("late", "alert", "attempts")} == {"cleo"}, (
            "cleo has nineteen places free, ben ten"
        )


async def test_who_is_away_gets_nothing_by_accident(drive: Driving) -> None:
    async with drive() as t:
        doing(t.db, "cover", absences.set_cover, "cleo", ("ana",), TODAY, TODAY + timedelta(7), "leave")
        await t.press("a")
        assert "Cleo Marsh · 1 of 20 cases · away" in t.screen()
        await t.press(*"cleo", "enter")
        assert "It stays: cleo is away until 2026-11-27." in t.bottom
        await t.press("space", "space", "a", *"cleo", "enter")
        assert "Blocked: these stay" in t.screen()
        await t.press("enter")
        assert "No case can move." in t.bottom


async def test_the_same_move_again_asks_for_its_own_reason(drive: Driving) -> None:
    async with drive() as t:
        await t.press("a", *"cleo", "enter", *"closer", "enter", ".")
        assert t.bottom.startswith("Why to cleo:")
        assert "closer" not in t.bottom
        await t.press(*"also closer", "enter")
        assert t.row("alert").worker == "cleo"


async def test_a_move_set_for_today_is_carried_out_by_the_first_to_come(drive: Driving) -> None:
    async with drive() as t:
        with t.db.work("assign") as w:
            plan = assign.plan(w, assign.Wish(("cleo",), cases=(t.made.case["calm0"],)))
            assign.commit(w, plan, "handover", on=TODAY + timedelta(1))
        with t.db.work("clock") as w:
            w.conn.exec_driver_sql("UPDATE agency SET clock_on = '2026-11-21'")
            w.receipt("The next day")
    async with drive() as t:
        assert t.row("calm0").worker == "cleo"
        assert "r brings it in" in t.bottom


async def test_a_receiver_is_picked_with_the_mouse(drive: Driving) -> None:
    from textual.pilot import Pilot

    async with drive() as t:
        await t.press("a")
        await Pilot(t.app).click(t.page.picker, offset=(3, 1))
        await t.settle()
        assert t.page.talk.question.at == 1
        await t.press("enter")
        assert t.bottom.startswith("Why to cleo:")
