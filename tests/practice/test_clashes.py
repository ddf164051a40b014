"""Who is taken when: nothing that overlaps is missed and nothing is invented, over changes of the clocks, by every pair by the minute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update

from caseload import models as m
from caseload.casework import (
    absences,
    access,
    agenda,
    appointments,
    custodians,
    directory,
    recurrence,
    setup,
    stages,
    travel,
)
from caseload.casework.appointments import NewAppointment
from caseload.errors import Usage
from tests.practice.kit import ADMIN, Practice, Template
from tests.support.examples import examples

# Zones and the day on which their clocks change: forward, back, by half an hour, at midnight, south of the equator.
CHANGES = [
    ("Europe/Rome", date(2027, 3, 28)),
    ("Europe/Rome", date(2026, 10, 25)),
    ("America/New_York", date(2027, 3, 14)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),
    ("America/Havana", date(2027, 3, 14)),
]


def same_client(practice: Practice, case: str, other: str) -> None:
    """The second case becomes one of the first one's client."""
    with practice.scene() as w:
        client = w.conn.execute(m.case_file.select().where(m.case_file.c.number == case)).one().client_id
        w.conn.execute(update(m.case_file).where(m.case_file.c.number == other).values(client_id=client))


# ---------------------------------------------------------------- the oracle


@dataclass(frozen=True)
class Wish:
    """An appointment as a person says it: which case (0 and 1 are one client's), in so many days, at which minute of the wall clock."""

    case: int
    day: int
    clock: int
    minutes: int
    worker: str
    mode: str
    way: tuple[int, int]
    times: int
    state: str


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    mode = draw(st.sampled_from(["in_person", "in_person", "phone", "client_alone"]))
    way = draw(st.tuples(st.sampled_from([0, 15, 60]), st.sampled_from([0, 20]))) if mode == "in_person" else (0, 0)
    return Wish(
        draw(st.integers(0, 2)), draw(st.integers(0, 3)), draw(st.integers(0, 20)) * 15, draw(st.sampled_from([1, 30, 60, 150])),
        draw(st.sampled_from(["ana", "bo"])), mode, way, draw(st.sampled_from([1, 1, 3])),
        draw(st.sampled_from(["scheduled", "scheduled", "scheduled", "cancelled"])),
    )  # fmt: skip


@cache
def minute_of(day: date, clock: int, zone: ZoneInfo) -> int:
    """The minute since 1970 at which the wall shows that; found by looking at every minute around it, not by asking for it."""
    start = datetime.combine(day, time(), tzinfo=UTC) - timedelta(hours=30)
    first = int(start.timestamp()) // 60
    shows = datetime.combine(day, time(clock // 60, clock % 60))
    walls = {}
    for minute in range(first, first + 70 * 60, 5):
        wall = datetime.fromtimestamp(minute * 60, zone).replace(tzinfo=None)
        walls.setdefault(wall, minute)
    if shows in walls:
        return walls[shows]
    # Skipped: as many minutes after the last that was shown before it as the wall would have gone on.
    before = max(wall for wall in walls if wall < shows)
    return walls[before] + int((shows - before).total_seconds()) // 60


def taken(wishes: list[Wish], first: date, zone: ZoneInfo) -> dict[tuple[int, int], dict[str, Any]]:
    """Every appointment of those wishes, once for each of its days: whose minutes it takes."""
    found = {}
    for number, one in enumerate(wishes):
        for again in range(one.times):
            start = minute_of(first + timedelta(days=one.day + again), one.clock, zone)
            hours = set(range(start, start + one.minutes))
            way = set(range(start - one.way[0], start + one.minutes + one.way[1]))
            client = "a" if one.case in (0, 1) else "b"
            if one.state == "scheduled":
                found[number, again] = {
                    "start": start, "hours": hours, "client": client, "way": way,
                    "worker": None if one.mode == "client_alone" else one.worker,
                }  # fmt: skip
    return found


def overlapping(found: dict[tuple[int, int], dict[str, Any]]) -> set[tuple[Any, ...]]:
    """Every pair, by the minute: whose, and whether only the way overlaps."""
    out = set()
    for key, one in found.items():
        for other_key, other in found.items():
            if key == other_key:
                continue
            client = one["client"] == other["client"] and bool(one["hours"] & other["hours"])
            worker = one["worker"] is not None and one["worker"] == other["worker"] and bool(one["way"] & other["way"])
            if client or worker:
                whose = "both" if client and worker else "client" if client else "worker"
                out.add((key, other_key, whose, worker and not client and not one["hours"] & other["hours"]))
    return out


@pytest.fixture(scope="module", params=CHANGES, ids=lambda one: f"{one[0]} {one[1]}")
def abroad(request: pytest.FixtureRequest, template: Template) -> Iterator[tuple[Practice, list[str], date, ZoneInfo]]:
    zone, day = request.param
    practice = template.copy()
    with practice.scene() as w:
        w.conn.execute(update(m.agency).values(timezone=zone))
    practice.set_day(day - timedelta(days=2))
    cases = [
        practice.open(by="ben", worker=who, family=name) for who, name in (("ana", "A"), ("bo", "A"), ("ana", "B"))
    ]
    same_client(practice, cases[0], cases[1])
    practice.forget()
    yield practice, cases, day - timedelta(days=1), ZoneInfo(zone)
    practice.drop()


@given(wanted=st.lists(wishes(), min_size=2, max_size=5))
@examples(8)
def test_no_clash_is_missed_and_none_invented(
    abroad: tuple[Practice, list[str], date, ZoneInfo], wanted: list[Wish]
) -> None:
    practice, cases, first, zone = abroad
    try:
        said = []
        with practice.as_("ben").work("appoint") as w:
            for one in wanted:
                at = recurrence.instant(first + timedelta(days=one.day), one.clock, zone)
                # As it is typed: by the wall. What a series makes of a skipped hour is the rule's business.
                wall = datetime.combine(
                    first + timedelta(days=one.day), time(one.clock // 60, one.clock % 60), tzinfo=zone
                )
                rule = recurrence.Rule("DAILY", count=one.times) if one.times > 1 else None
                new = NewAppointment(
                    cases[one.case], wall if rule else at, one.minutes, worker=one.worker, mode=one.mode, travel=one.way, repeat=rule
                )  # fmt: skip
                done = appointments.appoint(w, new)
                said.append(done.data)
                if one.state == "cancelled":
                    appointments.settle(w, done.data["appointment"], "cancelled", which="all" if rule else "one")
        expected = overlapping(taken(wanted, first, zone))
        starts = {key: one["start"] for key, one in taken(wanted, first, zone).items()}
        week = practice.ask("ben", agenda.read, agenda.Wish(first - timedelta(days=2), 12, everyone=True))
        shown = [one for one in week.entries if one.kind == "appointment" and one.state == "scheduled"]
        assert sorted(int(one.starts_at.timestamp()) // 60 for one in shown) == sorted(starts.values())
        by_place = sorted(starts, key=lambda key: (starts[key], key))
        got = sorted(
            (
                int(one.starts_at.timestamp()) // 60,
                int(clash.starts_at.timestamp()) // 60,
                clash.whose,
                clash.on_the_way,
            )
            for one in shown
            for clash in one.clashes
        )
        assert got == sorted((starts[a], starts[b], whose, way) for a, b, whose, way in expected), by_place
        for number, data in enumerate(said):
            # What was said as it was booked: against all that stood then.
            before = taken([*wanted[:number], Wish(**{**vars(wanted[number]), "state": "scheduled"})], first, zone)
            pairs = overlapping(before)
            own = [pair for pair in pairs if pair[0][0] == number and pair[1][0] != number]
            assert len(data["clashes"]) == len(own) + len([p for p in pairs if p[0][0] == number == p[1][0]])
    finally:
        with practice.scene() as w:
            w.conn.execute(delete(m.appointment))
            w.conn.execute(delete(m.appointment_series))


# ---------------------------------------------------------------- what is said, and to whom


def at(practice: Practice, ahead: int, hour: int) -> datetime:
    return practice.hour(-ahead, hour)


def test_a_client_is_not_in_two_places_whoever_meets_them(practice: Practice) -> None:
    case, other = practice.open(worker="ana"), practice.open(by="bo", worker="bo")
    same_client(practice, case, other)
    practice.do("bo", appointments.appoint, NewAppointment(other, at(practice, 3, 10), 60, mode="client_alone"))
    made = practice.do("ben", appointments.appoint, NewAppointment(case, at(practice, 3, 10), 30))
    assert "it overlaps 1 other; all are free on 2026-11-23 at 11:00" in made.words
    [clash] = made.data["clashes"]
    assert (clash.whose, clash.case, made.data["overlaps"]) == ("client", other, 1)
    for who in ("ana", "bo"):
        lines = practice.ask(who, agenda.read, agenda.Wish(practice.day)).entries
        assert [one.clash for one in lines if one.kind == "appointment"] == [True], "both see it"
    free = practice.do("ben", appointments.appoint, NewAppointment(case, made.data["free"], 30))
    assert free.data["clashes"] == () and "overlaps" not in free.words


def test_out_of_sight_it_is_said_that_the_client_is_taken_and_no_more(practice: Practice) -> None:
    case, far = practice.open(worker="ana"), practice.open(by="cleo", worker="cleo")
    same_client(practice, case, far)
    practice.do("cleo", appointments.appoint, NewAppointment(far, at(practice, 3, 10), 60, "Clinic", "At the clinic"))
    new = NewAppointment(case, at(practice, 3, 10), 30)
    judged = practice.ask("ana", appointments.judge, new)
    [clash] = judged.clashes
    assert (clash.whose, clash.appointment, clash.case) == ("client", None, None)
    made = practice.do("ana", appointments.appoint, new)
    assert "the client is taken then by what is out of your sight" in made.words and far not in made.words
    shown = practice.ask("ana", agenda.read, agenda.Wish(practice.day)).entries
    assert [one.clashes[0].case for one in shown if one.clash] == [None]
    theirs = practice.ask("cleo", agenda.read, agenda.Wish(practice.day)).entries
    assert [one.clashes[0].case for one in theirs if one.clash] == [None], "nor the other way round"


def test_of_a_restricted_or_denied_case_nothing_is_told_of_its_client(practice: Practice) -> None:
    case, far, kept = (
        practice.open(worker="ana"),
        practice.open(by="cleo", worker="cleo"),
        practice.open(by="bo", worker="bo"),
    )
    same_client(practice, case, far)
    same_client(practice, case, kept)
    practice.do("cleo", appointments.appoint, NewAppointment(far, at(practice, 3, 10), 60))
    practice.do("bo", appointments.appoint, NewAppointment(kept, at(practice, 4, 10), 60))
    practice.do("sol", custodians.restrict, far, "dan", "He works here")
    practice.do("ben", access.name, kept, "ana", "deny", "Her neighbour")
    for ahead in (3, 4):
        judged = practice.ask("ana", appointments.judge, NewAppointment(case, at(practice, ahead, 10), 30))
        assert judged.clashes == (), "to her there is no such case"
    assert practice.ask("cleo", appointments.judge, NewAppointment(far, at(practice, 3, 10), 30)).clashes, (
        "it counts for its own"
    )


def test_a_worker_is_taken_by_what_the_one_who_books_does_not_see(practice: Practice) -> None:
    hidden = practice.open(by="cleo", worker="cleo")
    practice.do("cleo", appointments.appoint, NewAppointment(hidden, at(practice, 3, 10), 60, travel=(30, 0)))
    practice.do("sol", custodians.restrict, hidden, "dan", "Only we")
    case = practice.open(worker="ana")
    new = NewAppointment(case, at(practice, 3, 9), 40, worker="cleo")
    made = practice.do("ana", appointments.appoint, new)
    assert "cleo is taken then by what is out of your sight" in made.words
    assert [(one.whose, one.case) for one in made.data["clashes"]] == [("worker", None)]
    earlier = NewAppointment(case, at(practice, 3, 9), 30, worker="cleo", mode="phone")
    assert "out of your sight" not in practice.do("ana", appointments.appoint, earlier).words, (
        "the way begins at half past"
    )


def test_what_is_over_closed_or_called_off_takes_nobody(practice: Practice) -> None:
    case, other = practice.open(worker="ana"), practice.open(worker="ana")
    same_client(practice, case, other)
    keys = [practice.appoint(other, 3, hour=hour, minutes=60) for hour in (9, 10, 11)]
    for key, state in zip(keys, ("kept", "missed", "cancelled"), strict=True):
        practice.do("ana", appointments.settle, key, state)
    practice.appoint(other, 4, hour=9, minutes=60)
    practice.do("ana", stages.move, other, "closed", "moved away", reason="other")
    for ahead, hour, minutes in ((3, 9, 180), (4, 9, 60)):
        judged = practice.ask("ana", appointments.judge, NewAppointment(case, at(practice, ahead, hour), minutes))
        assert judged.clashes == ()


def test_absences_and_holidays_are_said_and_stop_nobody(practice: Practice) -> None:
    case = practice.open(worker="ana")
    with practice.scene() as w:
        w.add(m.holiday, on_date=practice.day + timedelta(days=4), name="Saint Day")
    share = absences.Share(("bo",))
    days = practice.day + timedelta(days=3), practice.day + timedelta(days=5)
    practice.do("ben", absences.set_cover, "ana", [share], *days, "leave")
    made = practice.do("ana", appointments.appoint, NewAppointment(case, at(practice, 4, 10), 30))
    assert "ana is away until 2026-11-25" in made.words and "2026-11-24 is a holiday: Saint Day" in made.words
    assert "all are free on 2026-11-26 at" in made.words
    alone = practice.do("ana", appointments.appoint, NewAppointment(case, at(practice, 3, 10), 30, mode="client_alone"))
    assert "away" not in alone.words


# ---------------------------------------------------------------- the way


def test_the_way_counts_for_the_worker_and_not_for_the_client(practice: Practice) -> None:
    case, other = practice.open(worker="ana"), practice.open(worker="ana")
    practice.do("ana", appointments.appoint, NewAppointment(case, at(practice, 3, 10), 60, travel=(20, 20)))
    made = practice.do("ana", appointments.appoint, NewAppointment(other, at(practice, 3, 11), 30))
    assert "the way overlaps 1 other" in made.words and "it overlaps" not in made.words
    assert [(one.whose, one.on_the_way) for one in made.data["clashes"]] == [("worker", True)]
    call = practice.do(
        "ana", appointments.appoint, NewAppointment(case, at(practice, 3, 14), 60, mode="phone", place="Far")
    )
    assert call.data["travel"] == (0, 0)
    for wrong in (
        NewAppointment(case, at(practice, 5, 9), mode="video", travel=(5, 5)),
        NewAppointment(case, at(practice, 5, 9), travel=(481, 0)),
    ):
        with pytest.raises(Usage):
            practice.do("ana", appointments.appoint, wrong)


def test_the_way_is_reckoned_from_the_office_at_the_agencys_speed(practice: Practice) -> None:
    practice.do("ana", directory.set_place, "Old Harbour", 43.7696, 11.2558)
    practice.do("ana", directory.set_place, "Hill", 43.8596, 11.2558)  # 10.007 km to the north
    case = practice.open(worker="ana")

    def way(place: str, mode: str = "in_person") -> tuple[int, int]:
        judged = practice.ask(
            "ana", appointments.judge, NewAppointment(case, at(practice, 3, 10), place=place, mode=mode)
        )
        return judged.travel

    assert way("Hill") == (0, 0), "nobody has said where the office is"
    practice.do(ADMIN, setup.decide, {"office_place": "old harbour", "travel_kmh": "30", "travel_minutes": "15"})
    practice.forget()
    assert practice.ask(ADMIN, setup.decided)["office_place"] == "Old Harbour"
    # 10.007 km at 30 km/h are 20.01 minutes.
    assert (way("hill"), way("Old Harbour"), way("Somewhere"), way(""), way("Hill", "video")) == (
        (25, 25), (0, 0), (15, 15), (0, 0), (0, 0),
    )  # fmt: skip
    for wrong in ({"office_place": "Atlantis"}, {"travel_kmh": "0"}, {"travel_minutes": "-1"}, {"travel_kmh": "fast"}):
        with pytest.raises(Usage):
            practice.do(ADMIN, setup.decide, wrong)


@pytest.mark.parametrize(("text", "way"), [("20", (20, 20)), ("20,5", (20, 5)), (" 0 , 480 ", (0, 480))])
def test_a_way_is_written_as_one_number_or_two(text: str, way: tuple[int, int]) -> None:
    assert travel.read(text) == way


@pytest.mark.parametrize("text", ["", "x", "-5", "5,", "1,2,3", "481", "²"])
def test_a_way_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Usage):
        travel.read(text)
