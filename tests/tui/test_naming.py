"""Who sees a case, on the screen: names let in and kept out, and a case out of sight opened in an emergency."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from caseload.casework import access, glass, numbers, setup
from caseload.errors import Lost
from caseload.models import glass as openings
from caseload.store import scope
from caseload.store.connect import connect
from caseload.store.database import Database

from .conftest import Driving
from .driving import Drive
from .test_unsaved import kept
from .world import doing, settings_for

WHY = "At the door with her son, nobody answers"
EMERGENCY = [":", *"emergency", "enter"]


def allow(t: Drive) -> None:
    doing(t.db, "agency", setup.decide, {"break_glass": "yes"})


def sees(t: Drive, who: str, name: str) -> bool:
    db = connect(settings_for(t.made.url, who))
    try:
        with db.read() as r:
            return scope.sees(r, t.made.case[name])
    finally:
        db.close()


# -- names ---------------------------------------------------------------------------------------


async def test_a_supervisor_lets_somebody_in_and_ends_it_and_u_gives_it_again(drive: Driving) -> None:
    async with drive(who="ben") as t:
        while t.here != "late":
            await t.press("j")
        await t.press("H", "n")
        assert t.title.startswith(f"Who sees {t.made.number['late']}") and "2 people" in t.title
        assert "ana            its worker" in t.screen() and "ben            supervisor of its team" in t.screen()
        await t.press("a", *"cleo", "enter", *"4w", "enter", *"interprets", "enter")
        assert "cleo does not see it now. Let them in to Fri 18 Dec?" in t.bottom
        assert not sees(t, "cleo", "late")
        await t.press("y")
        assert sees(t, "cleo", "late") and "Let cleo into the case, until Fri 18 Dec" in t.bottom
        assert "cleo           let in by name" in t.screen() and "interprets" in t.screen()
        assert kept(t) == {}
        await t.press("G", "enter", *"found another", "enter")
        assert "Then cleo does not see it. End it?" in t.bottom
        await t.press("y")
        assert not sees(t, "cleo", "late")
        await t.press("u")
        assert sees(t, "cleo", "late") and "cleo           let in by name" in t.screen()


async def test_why_something_ends_is_forgotten_where_somebody_else_ended_it(drive: Driving) -> None:
    async with drive(who="ben") as t:
        key = t.made.case["late"]
        doing(t.db, "name", access.name, key, "cleo", "allow", "interprets")
        while t.here != "late":
            await t.press("j")
        await t.press("H", "n", "G", "enter", *"found another", "escape")
        assert list(kept(t, "ben")) == [f"access|case:{key}"]
        await t.press("enter", "enter")
        doing(t.db, "end", access.end, key, "cleo", "moved away")
        await t.press("y")
        assert "Nothing is set for cleo on that case." in t.bottom and kept(t, "ben") == {}


async def test_who_is_kept_out_is_told_by_which_right_they_saw_it(drive: Driving) -> None:
    async with drive(who="demo") as t:
        while t.here != "late":
            await t.press("j")
        await t.press("H", "n", "d", *"ben", "enter", "enter", *"his cousin", "enter")
        assert "ben sees it now as supervisor of its team. Keep them out, whatever their role?" in t.bottom
        await t.press("y")
        assert not sees(t, "ben", "late")
        text = t.screen()
        assert "supervisor of its team, but kept out" in text and "KEPT OUT by name" in text and "his cousin" in text


async def test_who_may_not_name_is_told_who_may(drive: Driving) -> None:
    async with drive() as t:
        await t.press("H", "n", "a")
        assert "A supervisor of its team or an admin names people" in t.bottom
        await t.press("x")
        assert "let in or kept out by name" in t.bottom


async def test_no_reason_and_no_number_is_shown_without_identity(drive: Driving) -> None:
    async with drive(who="ben", masked=True) as t:
        key = t.page.table.key
        doing(t.db, "name", access.name, key, "cleo", "allow", "Maria wants her")
        await t.press("H", "n")
        assert "let in by name" in t.screen() and "Maria" not in t.screen() and "2026-" not in t.screen()


# -- in an emergency -----------------------------------------------------------------------------


async def test_a_case_out_of_sight_is_opened_and_says_until_when(drive: Driving) -> None:
    async with drive() as t:
        number = t.made.number["cleos"]
        await t.press(*EMERGENCY)
        assert "the agency has not allowed it" in t.bottom
        allow(t)
    async with drive() as t:
        await t.press("g", "a", "/", *number, "enter")
        assert "There is no case of that number that you may see." in t.screen() and "emergency" in t.screen()
        await t.press(*EMERGENCY)
        assert number in t.bottom, "what was looked for stands there already"
        await t.press("enter", *"help", "enter")
        assert "Say in a few words why" in t.bottom
        await t.press(*" she needs", "escape", *EMERGENCY, "enter")
        assert "help she needs" in t.bottom, "kept while it was typed"
        await t.press("ctrl+u", *WHY, "enter")
        assert "It opens for 4 hours, stays on record, and its supervisor reads why. Open it?" in t.bottom
        await t.press("y")
        assert "Duarte" in t.title and "open to you until" in t.title
        assert "opened by you in an emergency, until" in t.screen() and "its supervisor reads why" in t.bottom
        assert kept(t) == {}
        await t.press("escape", *EMERGENCY, "enter")
        assert "You see that case anyway." in t.bottom


async def test_when_the_hours_are_over_the_page_closes(drive: Driving) -> None:
    async with drive() as t:
        allow(t)
        await t.press(*EMERGENCY, *t.made.number["cleos"], "enter", *WHY, "enter", "y", "c")
        with t.db.work("scene") as w:
            w.conn.execute(openings.update().values(until_at=openings.c.at))
            w.receipt("Hours pass")
        page = t.page
        page.hours_over()
        await t.settle()
        assert (
            t.page is page
            and "Duarte" not in "\n".join(t.lines()[2:])
            and "The hours for which you had opened" in t.screen()
        )
        await t.press("escape")
        page.hours_over()
        await t.settle()
        assert t.page is not page and "The hours for which you had opened that case are over." in t.bottom


async def test_of_one_that_is_not_there_and_one_that_is_restricted_the_answer_is_the_same(drive: Driving) -> None:
    from caseload.casework import custodians

    async with drive() as t:
        allow(t)
        doing(t.db, "restrict", custodians.restrict, t.made.number["cleos"], "ben", "a colleague's sister")
        said = []
        for number in (t.made.number["cleos"], numbers.compose(2026, 99999)):
            await t.press(*EMERGENCY, *number, "enter", *WHY, "enter", "y")
            said.append(t.bottom.replace(number, "N"))
            await t.press("escape")
        assert said[0] == said[1] and "There is no case N that you may see." in said[0]


async def test_its_supervisor_opens_the_openings_from_the_desk_and_marks_them(drive: Driving) -> None:
    async with drive(who="ben") as t:
        allow(t)
        ana = connect(settings_for(t.made.url, "ana"))
        doing(ana, "glass", glass.break_glass, t.made.number["cleos"], WHY)
        ana.close()
        await t.press("g", "w")
        while not t.page.grid.rows[t.page.grid.at].name.startswith("glass"):
            await t.press("j")
        await t.press("enter")
        assert t.title.startswith("Opened in an emergency") and "1 not read of yet" in t.title
        assert f"{t.made.number['cleos']}  ana" in t.screen() and WHY in t.screen()
        await t.press("enter")
        assert "Duarte" in t.title
        await t.press("escape", "m")
        assert "Marked 1 opening as read" in t.bottom and "Nothing waits" in t.screen()
        await t.press("u")
        assert WHY in t.screen()
        await t.press("m", "escape")
        assert "glass" not in t.screen()


async def test_a_case_whose_opening_lost_its_answer_is_opened_all_the_same(
    drive: Driving, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Database.work

    @contextmanager
    def cut(self: Database, *args: Any, **named: Any) -> Iterator[Any]:
        with work(self, *args, **named) as w:
            yield w
        raise Lost("The line broke.")

    async with drive() as t:
        allow(t)
        await t.press(*EMERGENCY, *t.made.number["cleos"], "enter", *WHY, "enter")
        monkeypatch.setattr(Database, "work", cut)
        await t.press("y")
        monkeypatch.undo()
        assert "Duarte" in t.title and "open to you until" in t.title
        assert "its supervisor reads why" in t.bottom
