"""The month's visits on Team: the number, its rows, and what it takes, in one sentence."""

from __future__ import annotations

from caseload.casework import contacts

from .conftest import Driving
from .world import doing


async def test_the_team_says_what_it_takes_and_opens_who_was_not_visited(drive: Driving) -> None:
    async with drive(who="ben") as t:
        met = contacts.NewContact((t.made.case["late"],), "visit", "made", place="home")
        doing(t.db, "contact", contacts.log, met)
        await t.press("g", "w")
        assert "to see" in t.screen()
        await t.press("l", "l", "l", "l", "l", "l")
        assert t.bottom.startswith("Visits 20 % (1 of 5): 4 more by Mon 30 Nov make 95 %"), t.bottom
        await t.press("enter")
        assert {t.named(key) for key in t.page.table.keys} == {"attempts", "task", "hostile", "draft"}
        assert "no visit this month" in t.title


async def test_on_a_narrow_screen_too(drive: Driving) -> None:
    async with drive(who="ben", size=(60, 15)) as t:
        await t.press("g", "w", "l", "l", "l", "l")
        assert t.bottom.startswith("Visits 0 % (0 of 5): 5 more by Mon 30 Nov make 95 %"), t.bottom
        assert max(map(len, t.lines())) <= 60


async def test_the_tally_ends_with_the_visits_of_the_month(drive: Driving) -> None:
    async with drive() as t:
        await t.press("g", "e")
        assert "Visits 0 % (0 of 5): 5 more by 2026-11-30 make 95 %." in t.screen()
