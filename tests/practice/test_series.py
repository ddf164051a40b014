"""Appointments that come again: booked as one act, changed and called off one, from one on or all, continued while time passes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from caseload.casework import agenda, appointments, assign, morning, page, recurrence, stages
from caseload.casework.appointments import Changes, NewAppointment
from caseload.errors import Conflict, Refused, Usage
from tests.practice.kit import ADMIN, ZONE, Practice

ROME = ZoneInfo(ZONE)


def book(practice: Practice, case: str, rule: str = "weekly", *, ahead: int = 3, hour: int = 10, **more: Any) -> Any:
    """A series that begins in so many days; its receipt."""
    starts = practice.hour(-ahead, hour)
    new = NewAppointment(
        case, starts, 30, more.pop("title", "Lessons"), "Library", repeat=recurrence.read(rule), **more
    )
    return practice.do("ana", appointments.appoint, new)


def walls(practice: Practice, case: str, *, state: str = "scheduled") -> list[str]:
    """When the appointments of a case begin, by the wall."""
    found = practice.ask("ana", page.read, practice.id(case)).appointments
    return [f"{one.starts_at.astimezone(ROME):%Y-%m-%d %H:%M}" for one in reversed(found) if one.state == state]


def keys(practice: Practice, case: str) -> list[int]:
    found = practice.ask("ana", page.read, practice.id(case)).appointments
    return [one.id for one in reversed(found) if one.state == "scheduled"]


def series(practice: Practice) -> list[Any]:
    return list(
        practice.rows(
            "SELECT id, uid, rule, first_on, last_on, made_to, follows_id, version FROM appointment_series ORDER BY id"
        )
    )


def test_a_series_is_booked_in_one_act_and_taken_back_whole(practice: Practice) -> None:
    case = practice.open()
    before = practice.facts()
    made = book(practice, case, "weekly on mon,thu", ahead=1)
    assert made.words.startswith("Made 53 appointments, every week on Mon, Thu, first on 2026-11-23 at 10:00")
    assert walls(practice, case)[:3] == ["2026-11-23 10:00", "2026-11-26 10:00", "2026-11-30 10:00"]
    assert "appointment_soon" in practice.reasons(case), "each date is an appointment like any other"
    assert len({row.uid for row in practice.rows("SELECT uid FROM appointment")}) == 53
    row = practice.ask("ana", page.read, practice.id(case)).appointments[0]
    assert row.repeats == "every week on Mon, Thu" and row.series == made.data["series"]
    assert not practice.differing()
    practice.take_back(made)
    assert practice.facts() == before


def test_the_hour_of_the_wall_holds_over_both_changes_of_the_clocks(practice: Practice) -> None:
    case = practice.open()
    made = book(practice, case, "weekly on sun", ahead=2, hour=2)
    found = practice.ask("ana", page.read, practice.id(case)).appointments
    starts = {one.starts_at.astimezone(ROME).date(): one.starts_at.astimezone(ROME) for one in found}
    assert {f"{one:%H:%M}" for day, one in starts.items() if day != date(2027, 3, 28)} == {"02:00"}
    assert f"{starts[date(2027, 3, 28)]:%H:%M %Z}" == "03:00 CEST", "there is no 02:00 that night"
    assert "on 2027-03-28 the clocks go forward over it" in made.words
    assert {one.ends_at - one.starts_at for one in found} == {timedelta(minutes=30)}


@pytest.mark.parametrize(
    ("rule", "last", "n"),
    [
        ("FREQ=WEEKLY;COUNT=3", "2026-12-07", 3),
        ("FREQ=WEEKLY;UNTIL=20261208", "2026-12-08", 3),
        ("FREQ=MONTHLY;COUNT=12", "2027-10-23", 7),
    ],
)
def test_a_series_that_ends_says_when(practice: Practice, rule: str, last: str, n: int) -> None:
    case = practice.open()
    book(practice, case, rule)
    [row] = series(practice)
    assert (str(row.last_on), len(keys(practice, case))) == (last, n)
    assert "COUNT" not in row.rule and "UNTIL" not in row.rule


def test_what_cannot_come_again_is_refused(practice: Practice) -> None:
    case = practice.open()
    with pytest.raises(Usage, match="before its first day"):
        book(practice, case, "FREQ=WEEKLY;UNTIL=20261121")
    with pytest.raises(Usage, match="today or later"):
        book(practice, case, ahead=-1)
    alone = practice.appoint(case, 1)
    for which in ("following", "all"):
        with pytest.raises(Usage, match="stands alone"):
            practice.do("ana", appointments.settle, alone, "cancelled", which=which)
    with pytest.raises(Usage):
        practice.do("ana", appointments.change, alone, Changes(repeat=recurrence.read("daily")))
    assert not series(practice)


def test_one_date_is_moved_and_the_others_stand(practice: Practice) -> None:
    case = practice.open()
    book(practice, case, "FREQ=WEEKLY;COUNT=4")
    before = practice.facts()
    second = keys(practice, case)[1]
    moved = practice.do("ana", appointments.move, second, practice.hour(-11, 15))
    assert walls(practice, case) == ["2026-11-23 10:00", "2026-12-01 15:00", "2026-12-07 10:00", "2026-12-14 10:00"]
    kept = practice.rows("SELECT recurs_on, version FROM appointment WHERE id = :key", key=second)[0]
    assert (str(kept.recurs_on), kept.version) == ("2026-11-30", 2), (
        "it is still that one of the series, and counted up"
    )
    practice.take_back(moved)
    assert practice.facts() == before


def test_from_one_on_the_hour_changes_and_what_has_been_stays(practice: Practice) -> None:
    case = practice.open()
    book(practice, case, "weekly", ahead=0, hour=23)
    third, fourth = keys(practice, case)[2:4]
    practice.do("ana", appointments.move, fourth, practice.hour(-22, 8))
    before = practice.facts()
    done = practice.do("ana", appointments.move, third, practice.hour(-14, 9), which="following", minutes=45)
    assert "1 moved before stays" in done.words
    assert walls(practice, case)[:5] == [
        "2026-11-20 23:00", "2026-11-27 23:00", "2026-12-04 09:00", "2026-12-12 08:00", "2026-12-18 09:00",
    ]  # fmt: skip
    old, new = series(practice)
    assert (str(old.last_on), new.follows_id, str(new.first_on)) == ("2026-12-03", old.id, "2026-12-04")
    assert old.uid != new.uid
    practice.take_back(done)
    assert practice.facts() == before


def test_a_weekly_series_moves_to_other_days_and_another_rule_takes_the_place_of_what_cannot(
    practice: Practice,
) -> None:
    case = practice.open()
    book(practice, case, "weekly on mon,thu")
    first, second = keys(practice, case)[:2]
    practice.do("ana", appointments.move, first, practice.hour(-4, 10), which="all")
    assert walls(practice, case)[:3] == ["2026-11-24 10:00", "2026-11-27 10:00", "2026-12-01 10:00"]
    [row] = series(practice)
    assert (row.rule, row.version) == ("FREQ=WEEKLY;WKST=TU;BYDAY=TU,FR", 2), (
        "nothing had been: it stays the same series"
    )
    before = practice.facts()
    done = practice.do(
        "ana",
        appointments.change,
        second,
        Changes(repeat=recurrence.read("FREQ=MONTHLY;BYDAY=1WE;COUNT=2")),
        which="following",
    )
    assert walls(practice, case) == ["2026-11-24 10:00", "2026-12-02 10:00", "2027-01-06 10:00"]
    titles = {row.title for row in practice.rows("SELECT title FROM appointment WHERE state = 'scheduled'")}
    assert titles == {"Lessons"} and "made 2 anew" in done.words
    monthly = keys(practice, case)[1]
    with pytest.raises(Usage, match="--repeat"):
        practice.do("ana", appointments.move, monthly, practice.hour(-13, 10), which="following")
    practice.take_back(done)
    assert practice.facts() == before


def test_what_is_said_of_it_changes_from_one_on_without_another_series(practice: Practice) -> None:
    case = practice.open()
    book(practice, case, "FREQ=WEEKLY;COUNT=4")
    second = keys(practice, case)[1]
    wanted = Changes(title="Homework", place="School", worker="bo", mode="phone")
    practice.do("ana", appointments.change, second, wanted, which="following")
    found = practice.rows(
        "SELECT a.title, w.handle, a.mode FROM appointment a JOIN worker w ON w.id = a.worker_id ORDER BY a.id"
    )
    assert [tuple(row) for row in found] == [("Lessons", "ana", "in_person"), *[("Homework", "bo", "phone")] * 3]
    assert len(series(practice)) == 1
    assert practice.do("ana", appointments.change, second, wanted, which="following").change is None, "it is so already"


def test_it_is_called_off_one_from_one_on_or_whole(practice: Practice) -> None:
    case = practice.open()
    book(practice, case, "weekly", ahead=0, hour=23)
    before = practice.facts()
    ours = keys(practice, case)
    practice.do("ana", appointments.settle, ours[1], "cancelled")
    done = practice.do("ana", appointments.settle, ours[3], "cancelled", which="following")
    assert walls(practice, case) == ["2026-11-20 23:00", "2026-12-04 23:00"]
    assert "the series ends" in done.words and str(series(practice)[0].last_on) == "2026-12-10"
    practice.take_back(done)
    practice.set_day(practice.day + timedelta(days=8))
    practice.do("ana", appointments.settle, ours[0], "cancelled", which="all")
    assert walls(practice, case) == ["2026-11-20 23:00"], "what has been is not called off"
    with pytest.raises(Refused, match="still to come"):
        practice.do("ana", appointments.settle, ours[0], "cancelled", which="all")
    with pytest.raises(Usage, match="only be cancelled"):
        practice.do("ana", appointments.settle, ours[0], "kept", which="all")
    del before


def test_what_somebody_changed_meanwhile_is_not_changed_unseen(practice: Practice) -> None:
    case = practice.open()
    book(practice, case)
    first = keys(practice, case)[0]
    practice.do("ben", appointments.move, first, practice.hour(-3, 12))
    with pytest.raises(Conflict):
        practice.do("ana", appointments.move, first, practice.hour(-3, 13), which="all", seen=1)


def test_clashes_of_every_date_are_said(practice: Practice) -> None:
    case, other = practice.open(), practice.open(family="Other")
    practice.appoint(other, 10, hour=10)
    practice.appoint(other, 17, hour=10)
    made = book(practice, case)
    assert "it overlaps 2 others" in made.words
    assert [clash.ours.astimezone(ROME).day for clash in made.data["clashes"]] == [30, 7]
    assert practice.ask("ana", agenda.read, agenda.Wish(practice.day, 30)).clashes == 4


# ---------------------------------------------------------------- as time passes


def test_the_next_dates_are_made_by_who_comes_and_works_with_the_case(practice: Practice) -> None:
    case = practice.open()
    book(practice, case, "weekly", worker="bo")
    made = len(keys(practice, case))
    latest = keys(practice, case)[-1]
    practice.do("ana", appointments.move, latest, practice.hour(-183, 18))
    practice.set_day(practice.day + timedelta(days=60))
    for who in ("ana", "cleo", ADMIN):
        assert morning.come(practice.as_(who)) is None
    assert len(keys(practice, case)) == made, "there are three months of them still"
    practice.set_day(practice.day + timedelta(days=60))
    for who in ("cleo", "sol", ADMIN):
        morning.come(practice.as_(who))
    assert len(keys(practice, case)) == made, "none of them works with the case"
    morning.come(practice.as_("ben"))
    found = practice.ask("ana", page.read, practice.id(case)).appointments
    days = [one.starts_at.astimezone(ROME) for one in reversed(found)]
    assert len(days) == made + 16 and {f"{day:%H:%M}" for day in days if day.month != 5} == {"10:00"}
    assert {(one.worker, one.title) for one in found} == {("bo", "Lessons")}
    steps = {
        (b - a).days
        for a, b in zip(sorted({d.date() for d in days}), sorted({d.date() for d in days})[1:], strict=False)
    }
    assert steps == {5, 7, 9}, "nothing was left out where the old ones ended"
    morning.come(practice.as_("ana"))
    assert len(keys(practice, case)) == made + 16, "once"
    assert not practice.differing()
    practice.do("ana", appointments.settle, keys(practice, case)[0], "cancelled", which="all")
    practice.set_day(practice.day + timedelta(days=200))
    morning.come(practice.as_("ana"))
    assert series(practice)[0].last_on is not None and not [d for d in walls(practice, case) if d > "2027-03-20"]


def test_a_closed_case_has_no_next_dates(practice: Practice) -> None:
    case = practice.open()
    book(practice, case)
    practice.do("ana", stages.move, case, "closed", "moved away", reason="other")
    made = practice.value("SELECT count(*) FROM appointment")
    practice.set_day(practice.day + timedelta(days=150))
    morning.come(practice.as_("ben"))
    assert practice.value("SELECT count(*) FROM appointment") == made


def test_a_series_follows_its_case(practice: Practice) -> None:

    case = practice.open()
    book(practice, case)
    wish = assign.Wish(to=("bo",), cases=(case,))
    practice.do("ben", assign.commit, practice.ask("ben", assign.plan, wish), "nearer")
    practice.set_day(practice.day + timedelta(days=120))
    morning.come(practice.as_("bo"))
    found = practice.rows("SELECT DISTINCT w.handle FROM appointment a JOIN worker w ON w.id = a.worker_id WHERE a.on_date > :day",
                          day=str(practice.day) if practice.engine_name == "sqlite" else practice.day)  # fmt: skip
    assert [row.handle for row in found] == ["bo"]


def test_an_hour_typed_where_the_clocks_skip_it_is_the_one_of_the_other_days(practice: Practice) -> None:
    case = practice.open()
    practice.set_day(date(2027, 3, 27))
    starts = datetime(2027, 3, 28, 2, 30, tzinfo=ROME)
    practice.do(
        "ana", appointments.appoint, NewAppointment(case, starts, 30, repeat=recurrence.read("FREQ=DAILY;COUNT=3"))
    )
    assert walls(practice, case) == ["2027-03-28 03:30", "2027-03-29 02:30", "2027-03-30 02:30"]
