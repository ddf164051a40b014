"""Offers, covers, the waiting list, balance and leavers from the screen at 80x24: seen before, done, and taken back."""

from __future__ import annotations

from datetime import timedelta

from caseload.casework import absences, intake, staff, transfers, waiting

from .conftest import Driving
from .driving import Drive
from .world import TODAY, doing


def places(t: Drive, **capacity: int) -> None:
    for handle, n in capacity.items():
        doing(t.db, "worker", staff.edit_worker, handle, staff.WorkerFields(capacity=n))


def cases_of(t: Drive, handle: str) -> int:
    with t.db.read() as r:
        return next(row.cases for row in staff.workers(r) if row.worker == handle)


async def test_a_case_is_offered_declined_and_stays(drive: Driving) -> None:
    async with drive() as t:
        await t.press("H", "o", *"cl", "enter")
        assert "ana 24 → 23 of 40, cleo 1 → 2 of 20" in t.bottom
        await t.press(*"fri", "enter")
        assert "An offer needs a reason." in t.bottom
        await t.press(*" nearer to her", "enter")
        assert "Offered 1 case to cleo, to answer by Fri 27 Nov" in t.bottom
        assert t.row("late").worker == "ana"
        await t.press("H", "o", *"cl", "enter")
        assert "It stays: it is offered to cleo already." in t.bottom
    number = t.made.number["late"]
    async with drive(who="cleo") as t:
        assert t.bottom == "1 case is offered to you  ·  H a"
        await t.press("H", "a")
        assert number in t.screen()
        assert "nearer to her" in t.screen()
        await t.press("enter", "d", "enter")
        assert "Declining a case needs a reason." in t.bottom
        await t.press(*"no room before spring", "enter")
        assert "Declined 1 case of ana  ·  u undo" in t.bottom
        assert t.row("late").worker == "ana"
    async with drive() as t:
        assert t.bottom == "1 offer of yours was declined  ·  H a"
        await t.press("H", "a")
        assert f"{number}" in t.screen()
        assert "cleo declined: no room before spring" in t.screen()
        await t.press("enter")
        assert t.title == f"Offer of {number}"
        assert "cleo declined it on Fri 20 Nov:" in t.screen()
        assert "You had offered it by Fri 27 Nov, because:" in t.screen()
        assert "nearer to her" in t.screen()
        await t.press("escape")
        assert "Offer of" not in t.title
    async with drive(who="cleo") as t:
        await t.press("u", "y", "H", "a", "enter", "a")
        assert "Took 1 case from ana" in t.bottom
        assert t.row("late").worker == "cleo"
        await t.press("u")
        assert t.row("late").worker == "ana"
        await t.press("H", "a", "escape")
    async with drive(who="ben") as t:
        await t.press("H", "a")
        assert "No case is offered to you." in t.bottom


async def test_an_offer_nobody_has_answered_is_taken_back(drive: Driving) -> None:
    async with drive() as t:
        await t.press("H", "o", *"cl", "enter", *"fri nearer to her", "enter", "H", "a")
        assert "to cleo · by Fri 27 Nov" in t.screen()
        await t.press("enter", "enter")
        assert "Taking an offer back needs a reason." in t.bottom
        await t.press(*"she stays after all", "enter")
        assert "Withdrew the offer of 1 case  ·  u undo" in t.bottom
    async with drive(who="cleo") as t:
        await t.press("H", "a")
        assert "No case is offered to you." in t.bottom


async def test_a_cover_is_split_across_the_end_of_a_month(drive: Driving) -> None:
    async with drive(who="ben") as t:
        await t.press("H", "c", *"ana", "enter", *"cleo", "enter", *"risk:high", "enter")
        assert "Who covers the rest:" in t.bottom
        await t.press(*"ben", "enter", "enter", *"24 nov to 3 dec", "enter")
        assert "An absence needs a reason." in t.bottom
        await t.press(*" leave", "enter")
        assert t.bottom.startswith("Cases: cleo ")
        await t.press("y")
        assert "ana is away Tue 24 Nov to Thu 3 Dec, covered by cleo" in t.bottom
        with t.db.read() as r:
            (row,) = absences.covers(r)
        assert [(share.by, share.query) for share in row.shares] == [(("cleo",), "risk:high"), (("ben",), None)]
        assert (row.uncovered, sum(share.cases for share in row.shares)) == (0, 24)
        await t.press("u")
        with t.db.read() as r:
            assert absences.covers(r) == []


async def test_what_happened_meanwhile_stands_on_a_page(drive: Driving) -> None:
    async with drive() as t:
        doing(t.db, "cover", absences.set_cover, "ana", ("cleo",), TODAY, TODAY + timedelta(7), "leave")
        doing(t.db, "intake", intake.open_case, intake.NewCase("Nina", "Simone", "housing", worker="ana"))
        await t.press("H", "r", "enter")
        assert t.title.startswith("While ana was away, Fri 20 Nov - Fri 20 Nov")
        assert "move, came to ana · demo" in t.screen()
        await t.press("escape")
        assert "Fri 20 Nov - " not in t.title


async def test_a_case_is_admitted_from_the_waiting_list(drive: Driving) -> None:
    async with drive(who="ben") as t:
        await t.press("7", "H", "w", *"cleo", "enter", *"there is room", "enter")
        assert "Admitted 1 case to cleo  ·  u undo" in t.bottom
        with t.db.read() as r:
            assert t.made.number["waiting"] not in {row.case for row in waiting.listed(r)}
        await t.press("u")
        assert t.row("waiting").worker is None


async def test_a_team_is_evened_out_after_a_look(drive: Driving) -> None:
    async with drive(who="ben") as t:
        places(t, ana=20)
        await t.press("H", "b", "enter")
        text = t.screen()
        assert t.title.startswith("Even out north")
        assert "4 moves bring everybody within 100 % of capacity." in text
        assert "ana 24 → 20 of 20 (100 %)" in text
        assert "ana holds 24 of 20" in text
        await t.press("escape")
        assert cases_of(t, "ana") == 24
        await t.press("H", "b", "enter", "enter", *"fairer", "enter")
        assert "Moved 4 cases from ana" in t.bottom
        assert cases_of(t, "ana") == 20
        await t.press("H", "b", "enter")
        assert "Everybody in north is within 100 % of capacity." in t.bottom
        await t.press("u")
        assert cases_of(t, "ana") == 24


async def test_somebody_goes_with_all_they_hold(drive: Driving) -> None:
    async with drive(who="demo") as t:
        held = cases_of(t, "ana")
        await t.press("H", "l", *"ana", "enter", *"today moves to Lyon", "enter", "enter")
        assert t.title.startswith("ana leaves, Fri 20 Nov")
        assert f"ana {held} → 0" in t.screen()
        await t.press("enter", "n")
        assert cases_of(t, "ana") == held
        await t.press("enter", "y")
        assert f"ana has left; {held} cases moved" in t.bottom
        assert cases_of(t, "ana") == 0
        await t.press("u")
        if t.page.talk.asking:
            await t.press("y")
        assert cases_of(t, "ana") == held
    async with drive(who="ben") as t:
        await t.press("H", "l", *"ana", "enter", *"today moves to Lyon", "enter", "enter")
        assert "Only an admin may" in t.bottom


async def test_an_offer_past_its_day_says_so(drive: Driving) -> None:
    async with drive() as t:
        why = ("moved south",)
        doing(t.db, "offer", transfers.offer, [t.made.number["late"]], "cleo", *why, answer_by=TODAY)
        from sqlalchemy import update

        from caseload.models import transfer

        with t.db.work("scene") as w:
            w.conn.execute(update(transfer).values(offered_on=TODAY - timedelta(5), answer_by=TODAY - timedelta(2)))
            w.receipt("Set the scene", undoable=False)
    async with drive(who="cleo") as t:
        await t.press("H", "a")
        assert "late, was due Wed 18 Nov" in t.screen()
    async with drive() as t:
        assert t.bottom == "1 offer of yours is past its day  ·  H a"
