"""The days of a report: weeks as ISO 8601 counts them, both ends included, in the agency's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.errors import Usage
from caseload.reports.period import Period, parse


def test_a_week_runs_from_monday_to_sunday():
    assert parse(week="2026-W47") == Period(date(2026, 11, 16), date(2026, 11, 22))


def test_a_year_may_have_a_53rd_week():
    assert parse(week="2026-W53").last == date(2027, 1, 3)


@pytest.mark.parametrize("week", ["2026-W54", "2025-W53", "2026-W00", "2026-W99"])
def test_a_week_that_does_not_exist_is_wrong_usage_and_says_how_many_there_are(week):
    with pytest.raises(Usage, match=r"There is no week .* has weeks 01 to 5[23]"):
        parse(week=week)


@pytest.mark.parametrize(
    "week",
    [
        "",
        "2026",
        "47",
        "2026-47",
        "2026-W4",
        "2026-W047",
        "26-W47",
        "2026-W47x",
        "\uff12\uff10\uff12\uff16-W47",
        "2026-W47\x1b[2J",
    ],
)
def test_what_is_no_week_says_how_one_is_written(week):
    with pytest.raises(Usage, match="2026-W47") as refused:
        parse(week=week)
    assert "\x1b" not in refused.value.message
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("week", ["0000-W01", "1899-W52", "9999-W52"])
def test_a_year_nobody_works_in_is_refused(week):
    with pytest.raises(Usage, match="between 1900 and 9997"):
        parse(week=week)


def test_a_first_and_a_last_day_are_both_included():
    period = parse(from_="2026-11-01", to="2026-11-30")
    assert (period.first, period.last) == (date(2026, 11, 1), date(2026, 11, 30))
    assert parse(from_="2026-11-01", to="2026-11-01").key == "2026-11-01..2026-11-01"


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"from_": "2026-11-01"},
        {"to": "2026-11-01"},
        {"week": "2026-W47", "from_": "2026-11-01"},
        {"week": "2026-W47", "to": "2026-11-01"},
        {"from_": "2026-11-02", "to": "2026-11-01"},
        {"from_": "2026-02-30", "to": "2026-03-01"},
        {"from_": "20261101", "to": "2026-11-02"},
        {"from_": "1.11.2026", "to": "2026-11-02"},
        {"from_": "2026-11-01", "to": "9999-12-31"},
    ],
)
def test_half_a_period_or_one_that_ends_before_it_begins_is_wrong_usage(asked):
    with pytest.raises(Usage):
        parse(**asked)


@given(st.dates(date(1900, 1, 8), date(9997, 12, 20)))
def test_every_day_lies_in_the_week_its_key_names(day):
    year, week, _ = day.isocalendar()
    period = parse(week=f"{year}-W{week:02d}")
    assert period.first <= day <= period.last
    assert parse(week=period.key) == period


def test_a_period_that_is_no_week_is_called_by_its_days():
    assert Period(date(2026, 11, 15), date(2026, 11, 21)).key == "2026-11-15..2026-11-21"


def test_a_week_with_a_change_of_clocks_is_an_hour_longer_or_shorter():
    rome = ZoneInfo("Europe/Rome")
    autumn, spring = parse(week="2026-W43"), parse(week="2026-W13")
    assert autumn.ends(rome) - autumn.begins(rome) == timedelta(days=7, hours=1)
    assert spring.ends(rome) - spring.begins(rome) == timedelta(days=6, hours=23)
    assert autumn.begins(rome) == datetime(2026, 10, 18, 22, tzinfo=UTC)


def test_a_day_that_has_no_midnight_begins_when_the_clock_jumps():
    havana = ZoneInfo("America/Havana")  # 2026-03-08: 00:00 becomes 01:00.
    day = Period(date(2026, 3, 8), date(2026, 3, 8))
    assert day.begins(havana) == datetime(2026, 3, 8, 5, tzinfo=UTC)
    assert day.ends(havana) - day.begins(havana) == timedelta(hours=23)
