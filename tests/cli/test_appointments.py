"""Appointments by command: again and again, the way, what they clash with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from .running import TODAY, World


def test_a_series_is_booked_listed_changed_and_called_off(world: World) -> None:
    case = world["amina"]
    add = ["appointment", case, "add", "--at", "tomorrow 10:00", "--title", "Lessons"]
    made = world.json(*add, "--repeat", "daily", "--times", "5", as_="ana")
    assert made["dates"] == [(TODAY + timedelta(n)).isoformat() for n in range(1, 6)]
    rows = world.json("appointment", case, as_="ana")
    assert len(rows) == 5 and {row["series"] for row in rows} == {made["series"]} and rows[0]["repeats"] == "every day"
    third = sorted(rows, key=lambda row: row["starts"])[2]["id"]
    world.do("appointment", case, "move", third, "--at", "+3d 15:00", "--following", as_="ana")
    hours = sorted(row["starts"][:16] for row in world.json("appointment", case, as_="ana"))
    assert [one[11:] for one in hours] == ["10:00", "10:00", "15:00", "15:00", "15:00"]
    world.do("appointment", case, "change", third, "--how", "phone", as_="ana")
    assert {row["id"]: row["how"] for row in world.json("appointment", case, as_="ana")}[third] == "phone"
    world.do("appointment", case, "cancel", third, "--following", as_="ana")
    assert len(world.json("appointment", case, as_="ana")) == 2
    world.do("undo", "--yes", as_="ana")
    assert len(world.json("appointment", case, as_="ana")) == 5


def test_a_rule_of_icalendar_does_the_same(world: World) -> None:
    rule = "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=4"
    made = world.json("appointment", world["amina"], "add", "--at", "tomorrow 9:00", "--rrule", rule, as_="ana")
    assert len(made["dates"]) == 4


def test_what_it_clashes_with_is_said_by_number_and_hour(world: World) -> None:
    amina, bruno = world["amina"], world["bruno"]
    at = ["--at", "tomorrow 10:00"]
    world.do("appointment", amina, "add", *at, "--minutes", "60", as_="ana")
    made = world.json("appointment", bruno, "add", "--at", "tomorrow 11:10", "--travel", "20,0", as_="ana")
    [clash] = made["clashes"]
    assert (clash["case"], clash["whose"], clash["on_the_way"], clash["starts"][11:16]) == (
        amina,
        "worker",
        True,
        "10:00",
    )
    assert (made["travel_before"], made["travel_after"], made["overlaps"]) == (20, 0, 1) and made["free"] is not None
    lines = [one for one in world.json("agenda", as_="ana") if one["kind"] == "appointment"]
    assert [one["clashes"] for one in lines] == [
        f"the way clashes with {bruno}, 11:10–12:10", f"the way clashes with {amina}, 10:00–11:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "args",
    [
        ["add", "--at", "tomorrow 9:00", "--until", "+3w"],
        ["add", "--at", "tomorrow 9:00", "--repeat", "daily", "--rrule", "FREQ=DAILY"],
        ["add", "--at", "tomorrow 9:00", "--repeat", "daily", "--times", "3", "--until", "+3w"],
        ["add", "--at", "tomorrow 9:00", "--repeat", "now and then"],
        ["add", "--at", "tomorrow 9:00", "--following"],
        ["add", "--at", "tomorrow 9:00", "--travel", "far"],
        ["add", "--at", "tomorrow 9:00", "--how", "phone", "--travel", "20"],
        ["add", "--at", "tomorrow 9:00", "--referral", "7"],
        ["kept", "1", "--all"],
        ["cancel", "1", "--all", "--following"],
        ["list", "--following"],
    ],
)
def test_what_cannot_be_is_wrong_usage(world: World, args: list[str]) -> None:
    assert world.run("appointment", world["amina"], *args, as_="ana").code == 2
