"""What comes again: rules as people and iCalendar write them, held against a reader that goes through the calendar day by day."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from caseload.casework import recurrence
from caseload.casework.recurrence import Rule
from caseload.errors import Usage
from tests.support.examples import examples

FAR = date(2200, 12, 31)
CODES = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def first(text: str, on: date, n: int = 4) -> list[str]:
    """The first days of a rule that is said on that day."""
    rule, begins = recurrence.begun(recurrence.read(text), on)
    return [day.isoformat() for day in islice(recurrence.days(rule, begins, FAR), n)]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("daily", ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"]),
        ("every 3 days", ["2026-11-20", "2026-11-23", "2026-11-26", "2026-11-29"]),
        ("every weekday", ["2026-11-20", "2026-11-23", "2026-11-24", "2026-11-25"]),
        ("weekly", ["2026-11-20", "2026-11-27", "2026-12-04", "2026-12-11"]),
        ("Weekly on Mon,thu", ["2026-11-23", "2026-11-26", "2026-11-30", "2026-12-03"]),
        ("every 2 weeks on tue", ["2026-11-24", "2026-12-08", "2026-12-22", "2027-01-05"]),
        ("fortnightly", ["2026-11-20", "2026-12-04", "2026-12-18", "2027-01-01"]),
        ("monthly", ["2026-11-20", "2026-12-20", "2027-01-20", "2027-02-20"]),
        ("monthly on 31", ["2026-12-31", "2027-01-31", "2027-03-31", "2027-05-31"]),
        ("monthly on the last day", ["2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"]),
        ("monthly on last fri", ["2026-11-27", "2026-12-25", "2027-01-29", "2027-02-26"]),
        ("monthly on 2nd tue", ["2026-12-08", "2027-01-12", "2027-02-09", "2027-03-09"]),
        ("yearly", ["2026-11-20", "2027-11-20", "2028-11-20", "2029-11-20"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", ["2028-02-29", "2032-02-29", "2036-02-29", "2040-02-29"]),
        ("RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["2026-11-30", "2026-12-31", "2027-01-29", "2027-02-26"]),
        # RFC 5545, 3.8.5.3: which week is the second depends on where weeks begin.
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=3;BYDAY=TU,SU;WKST=SU", ["2026-11-22", "2026-11-24", "2026-12-06"]),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=3;BYDAY=TU,SU;WKST=MO", ["2026-11-22", "2026-12-01", "2026-12-06"]),
        ("FREQ=DAILY;UNTIL=20261121T220000Z", ["2026-11-20", "2026-11-21"]),
    ],
)  # fmt: skip
def test_a_rule_names_its_days(text: str, days: list[str]) -> None:
    assert first(text, date(2026, 11, 20)) == days


@pytest.mark.parametrize(
    "text",
    [
        "", "often", "weekly on", "weekly on x", "every 0 days", "every 1000 weeks", "monthly on 32", "monthly on 0", "daily on 3rd mon",
        "weekly on 2nd tue", "weekly on 15", "every weekday on mon", "FREQ=HOURLY", "FREQ=WEEKLY;BYHOUR=9", "FREQ=WEEKLY;COUNT=0",
        "FREQ=WEEKLY;COUNT=3;UNTIL=20270101", "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=0MO", "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=WEEKLY;UNTIL=20270231", "FREQ=YEARLY;BYDAY=2MO", "FREQ=DAILY;BYSETPOS=1", "FREQ=DAILY;FREQ=DAILY", "a=b", "=", ";=;",
        "monthly on ²", "every ² days",
    ],
)  # fmt: skip
def test_what_is_no_rule_here_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(Usage) as said:
        recurrence.read(text)
    assert said.value.message.endswith((".", "yearly."))


def test_a_rule_that_names_no_day_at_all_is_refused() -> None:
    with pytest.raises(Usage, match="names no day"):
        recurrence.begun(recurrence.read("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("weekly on thu, mon", "every week on Mon, Thu"), ("every 2 weeks on tue", "every 2 weeks on Tue"),
        ("weekdays", "every weekday"), ("monthly on last fri", "every month on the last Fri"),
        ("monthly on 15", "every month on the 15"), ("daily", "every day"),
        ("FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=1", "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=1"),
    ],
)  # fmt: skip
def test_a_rule_is_told_in_words(text: str, words: str) -> None:
    assert recurrence.words(recurrence.read(text)) == words


# ---------------------------------------------------------------- day by day


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    nth = st.sampled_from([0, 1, 2, 4, 5, -1, -2]) if freq == "MONTHLY" else st.just(0)
    by_day = draw(st.lists(st.tuples(nth, st.integers(0, 6)), max_size=3, unique=True))
    by_month_day = draw(st.lists(st.sampled_from([1, 13, 28, 29, 31, -1, -3]), max_size=2, unique=True))
    by_month_day = by_month_day if freq != "WEEKLY" else []
    chosen = by_day or by_month_day
    return Rule(
        freq, draw(st.integers(1, 4)), tuple(sorted(by_day)), tuple(sorted(by_month_day)),
        tuple(sorted(draw(st.lists(st.integers(1, 12), max_size=3, unique=True)))),
        tuple(sorted(draw(st.lists(st.sampled_from([1, 2, -1]), max_size=2, unique=True)))) if chosen else (),
        draw(st.integers(0, 6)),
    )  # fmt: skip


def naive(rule: Rule, begins: date, days: int) -> list[date]:
    """Each day asked by itself: whether its stretch is one of the rule's, and whether the rule names it there."""

    def stretch(day: date) -> int:
        if rule.freq == "DAILY":
            return (day - begins).days
        if rule.freq == "WEEKLY":
            start = begins
            while start.weekday() != rule.week_start:
                start -= timedelta(days=1)
            return (day - start).days // 7
        months = (day.year - begins.year) * 12 + day.month - begins.month
        return months if rule.freq == "MONTHLY" else day.year - begins.year

    def named(day: date) -> bool:
        last = monthrange(day.year, day.month)[1]
        places = [day.replace(day=n) for n in range(1, last + 1) if day.replace(day=n).weekday() == day.weekday()]
        nth = {0, places.index(day) + 1, places.index(day) - len(places)}
        return (
            (not rule.by_month or day.month in rule.by_month)
            and (not rule.by_month_day or day.day in rule.by_month_day or day.day - last - 1 in rule.by_month_day)
            and (not rule.by_day or any(w == day.weekday() and n in nth for n, w in rule.by_day))
        )

    every = [begins + timedelta(days=n) for n in range(-400, days + 400)]
    found = [day for day in every if stretch(day) % rule.interval == 0 and named(day)]
    if rule.by_set_pos:
        by_stretch: dict[int, list[date]] = {}
        for day in found:
            by_stretch.setdefault(stretch(day), []).append(day)
        found = sorted(
            {
                many[p - 1 if p > 0 else p]
                for many in by_stretch.values()
                for p in rule.by_set_pos
                if abs(p) <= len(many)
            }
        )
    return [day for day in found if begins <= day < begins + timedelta(days=days)]


@given(rule=rules(), begins=st.dates(date(2023, 1, 1), date(2030, 1, 1)))
@examples(200)
def test_no_day_is_missed_and_none_invented(rule: Rule, begins: date) -> None:
    try:
        rule, begins = recurrence.begun(rule, begins)
    except Usage:
        assume(False)
    days = 800
    assert list(recurrence.days(rule, begins, begins + timedelta(days=days - 1))) == naive(rule, begins, days)
    assert recurrence.read(recurrence.rrule(rule)) == rule, "what is written is read again"


@given(rule=rules(), begins=st.dates(date(2023, 1, 1), date(2030, 1, 1)), by=st.integers(-10, 10))
@examples(100)
def test_a_rule_moved_by_some_days_names_the_same_days_so_much_later(rule: Rule, begins: date, by: int) -> None:
    try:
        rule, begins = recurrence.begun(rule, begins)
    except Usage:
        assume(False)
    moved = recurrence.shifted(rule, by)
    assume(moved is not None)
    assert moved is not None
    later = timedelta(days=by)
    before = list(recurrence.days(rule, begins, begins + timedelta(days=300)))
    assert list(recurrence.days(moved, begins + later, begins + later + timedelta(days=300))) == [
        d + later for d in before
    ]


# ---------------------------------------------------------------- hours


@pytest.mark.parametrize(
    ("zone", "day", "clock", "utc"),
    [
        ("Europe/Rome", date(2027, 3, 27), "02:30", "2027-03-27T01:30"),
        ("Europe/Rome", date(2027, 3, 28), "02:30", "2027-03-28T01:30"),  # there is none: 03:30 by the new time
        ("Europe/Rome", date(2026, 10, 25), "02:30", "2026-10-25T00:30"),  # the first of the two
        ("America/New_York", date(2027, 3, 14), "02:30", "2027-03-14T07:30"),
        ("America/New_York", date(2026, 11, 1), "01:30", "2026-11-01T05:30"),
        ("Australia/Lord_Howe", date(2026, 10, 4), "02:10", "2026-10-03T15:40"),  # half an hour is skipped
        ("Australia/Lord_Howe", date(2027, 4, 4), "01:40", "2027-04-03T14:40"),
    ],
)
def test_an_hour_that_is_skipped_or_comes_twice_is_what_the_standard_says(
    zone: str, day: date, clock: str, utc: str
) -> None:
    hours, minutes = map(int, clock.split(":"))
    found = recurrence.instant(day, hours * 60 + minutes, ZoneInfo(zone))
    assert found == datetime.fromisoformat(utc).replace(tzinfo=UTC)
