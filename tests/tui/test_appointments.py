"""Appointments on the screen: the line, the form behind it, a series changed and called off, and what clashes said before."""

from __future__ import annotations

from datetime import datetime

from caseload.casework import agenda, appointments
from tests.tui.conftest import Driving
from tests.tui.driving import Drive

from .world import ZONE, doing


def starts(t: Drive, case: str = "late") -> list[str]:
    found = t.case(case).appointments
    return [f"{one.starts_at.astimezone(ZONE):%m-%d %H:%M}" for one in reversed(found) if one.state == "scheduled"]


FORM = [
    "@",
    "enter",
    *"mon 9:00",
    "tab",
    "ctrl+u",
    *"45",
    "tab",
    *"Lessons",
    "tab",
    *"Library",
    "tab",
    "tab",
    *"20,10",
    "tab",
    "tab",
]


async def on(t: Drive, case: str) -> None:
    """The cursor on that case."""
    while t.page.row_of(t.made.case[case]) is None or t.page.targets("contact") != [t.made.case[case]]:
        await t.press("j")


async def test_the_whole_form_books_a_series(drive: Driving) -> None:
    async with drive() as t:
        await on(t, "late")
        await t.press("@")
        assert "Enter: the whole form" in t.bottom
        await t.press("escape", *FORM)
        assert "weekly on mon,thu" in t.bottom
        await t.press(*"weekly on mon", "tab", *"3x", "ctrl+s")
        assert "Made 3 appointments, every week on Mon, first on Mon 23 Nov at 09:00" in t.bottom
        assert starts(t) == ["11-23 09:00", "11-30 09:00", "12-07 09:00"]
        [one, *_rest] = t.case("late").appointments
        assert (one.title, one.place, one.travel_before, one.travel_after) == ("Lessons", "Library", 20, 10)
        await t.press("u")
        assert starts(t) == []


async def test_what_is_wrong_is_said_with_the_cursor_on_it_and_nothing_is_lost(drive: Driving) -> None:
    async with drive() as t:
        await on(t, "late")
        await t.press(*FORM, *"now and then", "ctrl+s")
        assert "That is no rule to repeat by" in t.bottom
        await t.press("escape", "@", "enter")
        assert "Your words from" in t.bottom and "now and then" in t.screen()
        await t.press("escape", "g", "u")
        assert "Appointment" in t.screen() and "now and then" in t.screen()
        await t.press("enter", "ctrl+s")
        assert "That is no rule to repeat by" in t.bottom and starts(t) == []


async def test_what_it_clashes_with_is_said_before_it_is_made(drive: Driving) -> None:
    async with drive() as t:
        await on(t, "late")
        # Ana is with the client of `visit` at 16:00 on that Friday.
        await t.press("@", *"today 16:30 30 call", "enter")
        assert t.made.number["visit"] in t.bottom and "Make it?" in t.bottom
        await t.press("n")
        assert starts(t) == []
        await t.press("@", "enter")
        assert starts(t) == []
        await t.press("y")
        assert starts(t) == ["11-20 16:30"]
        await t.press("g", "c")
        assert t.screen().count("CLASH") == 2
        assert f"clashes with {t.made.number['visit']}, 16:00–17:00 (the worker's)" in " ".join(t.screen().split())


async def test_of_a_series_one_some_or_all_are_moved_and_called_off(drive: Driving) -> None:
    async with drive() as t:
        await on(t, "late")
        await t.press(*FORM, *"daily", "tab", *"4x", "ctrl+s", "enter", "tab", "tab")
        while t.page.picked is None or t.page.picked[0] != "appointment":
            await t.press("j")
        await t.press("j", "M", *"15:00", "enter")
        assert "it and those after it" in t.bottom
        await t.press("f")
        assert starts(t) == ["11-23 09:00", "11-24 15:00", "11-25 15:00", "11-26 15:00"]
        while t.page.picked is None or "11-25" not in f"{t.page.picked[1].starts_at:%m-%d}":
            await t.press("j")
        await t.press("enter")
        assert "c" in t.bottom
        await t.press("c", "o")
        assert starts(t) == ["11-23 09:00", "11-24 15:00", "11-26 15:00"]
        await t.press("u")
        assert len(starts(t)) == 4


async def test_an_appointment_is_changed_in_its_form(drive: Driving) -> None:
    async with drive() as t:
        await on(t, "visit")
        await t.press("enter", "tab", "tab")
        while t.page.picked is None or t.page.picked[0] != "appointment":
            await t.press("j")
        await t.press("enter", "e")
        assert "2026-11-20 16:00" in t.screen() and "Home visit" in t.screen()
        await t.press("tab", "tab", "ctrl+u", *"Call", "tab", "tab", "ctrl+u", *"phone", "ctrl+s")
        [one] = t.case("visit").appointments
        assert (one.title, one.mode) == ("Call", "phone")
        assert "Changed an appointment on Fri 20 Nov at 16:00" in t.bottom and "by phone" in t.screen()


async def test_the_agenda_says_the_way_and_what_is_out_of_sight(drive: Driving) -> None:
    async with drive() as t:
        new = appointments.NewAppointment(t.made.case["late"], datetime(2026, 11, 20, 9, tzinfo=ZONE), travel=(15, 0))
        doing(t.db, "appointment", appointments.appoint, new)
        await t.press("g", "c")
        assert "on the way from 08:45, back 10:00" in t.screen()
        with t.db.read() as r:
            assert agenda.read(r, agenda.Wish(r.today)).clashes == 0


async def test_the_week_is_read_as_a_grid_of_hours(drive: Driving) -> None:
    async with drive() as t:
        for case, hour, minutes in (("late", 9, 150), ("task", 16, 30)):
            new = appointments.NewAppointment(t.made.case[case], datetime(2026, 11, 20, hour, 30, tzinfo=ZONE), minutes)
            doing(t.db, "appointment", appointments.appoint, new)
        await t.press("g", "c", "v")
        lines = t.lines()
        assert "Mon 16" in lines[1] and "Fri 20*" in lines[1] and "Sun 22" in lines[1]
        assert all(len(one) <= 80 for one in lines)
        column = lines[1].index("Fri 20")
        rows = {one[:4].strip(): one[column : column + 10] for one in lines if one[:4].strip().isdecimal()}
        assert rows["09"].startswith("30 ") and [rows[hour].strip() for hour in ("10", "11")] == ["│", "│"]
        assert rows["12"].strip() == "·" and rows["16"].startswith("00!")
        assert lines[[one[:4].strip() for one in lines].index("16") + 1][column:].startswith("30!"), (
            "the other below it"
        )
        await t.press("l")
        assert "Mon 23" in t.lines()[1]
        await t.press("h", "v")
        assert "CLASH" in t.screen()
