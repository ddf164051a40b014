"""Days as a worker types them at a prompt, a command or in a query. Today is Saturday 21 November 2026."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.errors import Usage
from caseload.store import days
from caseload.store.days import BadDay, Span

TODAY = date(2026, 11, 21)
ROME = ZoneInfo("Europe/Rome")
NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-21", "2026-11-21"),
        (" 2026-11-21 ", "2026-11-21"),
        ("today", "2026-11-21"),
        ("Tomorrow", "2026-11-22"),
        ("yesterday", "2026-11-20"),
        ("7d", "2026-11-28"),
        ("+2w", "2026-12-05"),
        ("-7d", "2026-11-14"),
        ("1m", "2026-12-21"),
        ("-1y", "2025-11-21"),
        ("mon", "2026-11-23"),
        ("MONDAY", "2026-11-23"),
        ("thurs", "2026-11-26"),
        ("2026-W47-3", "2026-11-18"),
    ],
)
def test_a_single_day(typed: str, meant: str) -> None:
    assert days.parse_day(typed, TODAY) == date.fromisoformat(meant)


def test_a_weekday_is_never_today() -> None:
    assert days.parse_day("saturday", TODAY) == date(2026, 11, 28)
    assert days.parse_day("saturday", TODAY, back=True) == date(2026, 11, 14)


@given(st.dates(date(1900, 1, 1), date(2150, 1, 1)), st.sampled_from(days.WEEKDAYS))
def test_a_weekday_is_that_day_within_a_week_ahead_or_back(today: date, name: str) -> None:
    for back, near, far in ((False, 1, 7), (True, -7, -1)):
        day = days.parse_day(name, today, back=back)
        assert days.WEEKDAYS[day.weekday()] == name
        assert near <= (day - today).days <= far


@pytest.mark.parametrize(
    ("start", "typed", "meant"),
    [
        ("2026-01-31", "+1m", "2026-02-28"),
        ("2028-01-31", "+1m", "2028-02-29"),
        ("2028-02-29", "+1y", "2029-02-28"),
        ("2026-03-31", "-1m", "2026-02-28"),
        ("2026-12-15", "+1m", "2027-01-15"),
        ("2026-01-15", "-1m", "2025-12-15"),
    ],
)
def test_months_end_where_the_shorter_month_ends(start: str, typed: str, meant: str) -> None:
    assert days.parse_day(typed, date.fromisoformat(start)) == date.fromisoformat(meant)


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2026-11", "2026-11-01", "2026-11-30"),
        ("2028-02", "2028-02-01", "2028-02-29"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-W47", "2026-11-16", "2026-11-22"),
        ("2026-w01", "2025-12-29", "2026-01-04"),
        ("this-week", "2026-11-16", "2026-11-22"),
        ("last-week", "2026-11-09", "2026-11-15"),
        ("next-month", "2026-12-01", "2026-12-31"),
        ("last-year", "2025-01-01", "2025-12-31"),
        ("2026-01..2026-03", "2026-01-01", "2026-03-31"),
        ("2026-W40..2026-W41", "2026-09-28", "2026-10-11"),
        ("-7d..today", "2026-11-14", "2026-11-21"),
        ("2026-01..", "2026-01-01", ""),
        ("..2026-03", "", "2026-03-31"),
    ],
)
def test_stretches_of_days(typed: str, first: str, last: str) -> None:
    span = days.when(typed).span(TODAY)
    assert (str(span.first or ""), str(span.last or "")) == (first, last)


def test_the_month_after_december_is_january() -> None:
    assert days.when("next-month").span(date(2026, 12, 31)) == Span(date(2027, 1, 1), date(2027, 1, 31))
    assert days.when("last-month").span(date(2026, 1, 1)) == Span(date(2025, 12, 1), date(2025, 12, 31))


def test_a_span_holds_its_ends() -> None:
    span = days.when("2026-11").span(TODAY)
    assert date(2026, 11, 1) in span
    assert date(2026, 11, 30) in span
    assert date(2026, 12, 1) not in span
    assert date(1999, 1, 1) in days.when("..2026").span(TODAY)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("2026-02-30", "2026-02 has no day 30"),
        ("2026-13", "there is no month 13"),
        ("2026-W54", "2026 has weeks 01 to 53"),
        ("2025-W53", "2025 has weeks 01 to 52"),
        ("2026-W47-8", "a week has days 1 to 7"),
        ("0026-01-01", "years run from 1850 to 2200"),
        ("999999d", "that is more than a century away"),
        ("2026-03..2026-01", "the range ends before it begins"),
        ("..", "a range needs at least one end, such as 2026-01.. or 2026-01..2026-03"),
        ("21/11/2026", "write it like 2026-11-21, 2026-11, 2026-W47, today, mon, +2w or -7d"),
        ("", "write it like 2026-11-21, 2026-11, 2026-W47, today, mon, +2w or -7d"),
        ("mo", "write it like 2026-11-21, 2026-11, 2026-W47, today, mon, +2w or -7d"),
        (
            "\u0662\u0660\u0662\u0666-\u0661\u0661-\u0662\u0661",
            "write it like 2026-11-21, 2026-11, 2026-W47, today, mon, +2w or -7d",
        ),
    ],
)
def test_what_is_no_day_says_why(typed: str, why: str) -> None:
    with pytest.raises(Usage) as error:
        days.when(typed).span(TODAY)
    assert error.value.message == f'Bad date "{typed}": {why}.'
    assert error.value.exit_code == 2


def test_a_message_repeats_no_control_sequence_and_no_flood() -> None:
    with pytest.raises(BadDay) as error:
        days.when("\x1b[31m" + "x" * 1_000_000).span(TODAY)
    assert "\x1b" not in error.value.message
    assert len(error.value.message) < 160


def test_one_day_is_asked_for_where_one_day_is_needed() -> None:
    for typed in ("2026-11", "2026-W47", "2026-11-20..2026-11-21", "2026-11-21..2026-11-21", "2026-11-21.."):
        with pytest.raises(BadDay, match="one day is needed"):
            days.parse_day(typed, TODAY)


@given(st.dates(date(1900, 1, 1), date(2150, 1, 1)))
def test_the_week_of_a_day_as_it_is_typed_holds_it(day: date) -> None:
    year, week, _weekday = day.isocalendar()
    span = days.when(f"{year:04d}-W{week:02d}").span(TODAY)
    assert day in span
    assert span.first is not None
    assert span.first.weekday() == 0
    assert span.last == span.first + timedelta(days=6)


@given(st.text(max_size=20) | st.text(alphabet="0123456789-+.dwmytoday W", max_size=16))
def test_any_text_is_a_day_or_a_sentence_about_it(typed: str) -> None:
    with suppress(BadDay):
        span = days.when(typed).span(TODAY)
        assert span.first is None or span.last is None or span.first <= span.last


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("now", "2026-11-21T11:00"),
        ("9:05", "2026-11-21T08:05"),
        ("yesterday 14:30", "2026-11-20T13:30"),
        ("fri 14:30", "2026-11-20T13:30"),
        ("sat 14:30", "2026-11-14T13:30"),
        ("2026-07-01 14:30", "2026-07-01T12:30"),
        ("2026-11-20T14:30", "2026-11-20T13:30"),
        ("2026-11-20T14:30:00Z", "2026-11-20T14:30"),
        ("2026-11-20T14:30+05:30", "2026-11-20T09:00"),
    ],
)
def test_when_a_contact_happened(typed: str, meant: str) -> None:
    moment = days.parse_moment(typed, NOON, ROME)
    assert moment == datetime.fromisoformat(meant).replace(tzinfo=UTC)
    assert moment.utcoffset() == timedelta(0)


def test_an_hour_that_comes_twice_is_the_first_and_one_that_never_comes_is_refused() -> None:
    assert days.parse_moment("2026-10-25 2:30", NOON, ROME) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    with pytest.raises(BadDay, match="the clocks go forward over that hour"):
        days.parse_moment("2026-03-29 2:30", NOON, ROME)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("yesterday", "write the time too"),
        ("25:00", "hours run from 0 to 23"),
        ("14:75", "hours run from 0 to 23"),
        ("14:30+99:00", "hours run from 0 to 23"),
        ("2026-02-30 14:30", "2026-02 has no day 30"),
        ("2026-11 14:30", "one day is needed"),
        ("a " * 10_000 + "14:30", "write the time too"),
    ],
)
def test_what_is_no_moment_says_why(typed: str, why: str) -> None:
    with pytest.raises(BadDay) as error:
        days.parse_moment(typed, NOON, ROME)
    assert why in error.value.message
