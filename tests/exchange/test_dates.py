"""Days and moments as other systems write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from caseload.exchange.convert import Ambiguous, Bounds, Unreadable, day, instant, integer, showable

BOUNDS = Bounds(date(1950, 1, 1), date(2026, 10, 31))
NEW_YORK = ZoneInfo("America/New_York")
DAYS = st.dates(BOUNDS.earliest, BOUNDS.latest)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("2021-01-17", date(2021, 1, 17)),
        ("2021/1/7", date(2021, 1, 7)),
        (" 2022-05-05T11:42:16Z ", date(2022, 5, 5)),
        ("2022-05-05 11:42:16.123456789", date(2022, 5, 5)),
        ("8/24/2021 9:05", date(2021, 8, 24)),
        ("24.8.2021", date(2021, 8, 24)),
        ("08-MAY-67", date(1967, 5, 8)),
        ("8 May 2015", date(2015, 5, 8)),
        ("May 8, 2015", date(2015, 5, 8)),
        ("5/5/2021", date(2021, 5, 5)),
        ("", None),
        ("   ", None),
    ],
)
def test_every_form_seen_in_real_files_is_read(cell: str, read: date | None) -> None:
    assert day(cell, BOUNDS) == read


@pytest.mark.parametrize(
    ("cell", "readings"),
    [
        ("03/04/2025", (date(2025, 3, 4), date(2025, 4, 3))),
        ("03-11-21", (date(2003, 11, 21), date(2021, 3, 11), date(2021, 11, 3))),
        # A day ahead is as likely a slip as a proof that the day comes first.
        ("10/12/2026", (date(2026, 10, 12), date(2026, 12, 10))),
    ],
)
def test_what_could_be_two_days_is_refused_with_both(cell: str, readings: tuple[date, ...]) -> None:
    with pytest.raises(Ambiguous) as refused:
        day(cell, BOUNDS)
    assert refused.value.readings == readings
    assert all(reading.isoformat() in refused.value.reason for reading in readings)


def test_once_the_order_is_said_the_same_cell_is_one_day() -> None:
    assert day("03/04/2025", BOUNDS, "mdy") == date(2025, 3, 4)
    assert day("03/04/2025", BOUNDS, "dmy") == date(2025, 4, 3)
    assert day("03-11-21", BOUNDS, "ymd") == date(2003, 11, 21)


def test_a_birth_in_a_two_digit_year_is_ambiguous_where_two_centuries_fit() -> None:
    births = Bounds(date(1900, 1, 1), date(2026, 10, 31))
    assert day("08-MAY-67", births) == date(1967, 5, 8)
    with pytest.raises(Ambiguous):
        day("08-MAY-15", births)


@pytest.mark.parametrize(
    "cell",
    ["Ann", "936-08-3660", "2021-02-30", "2021-13-01", "٢٠٢١-٠١-٠١", "1/2/3", "2021-01-17x", "44567", "8 Mai 2015"],
)
def test_what_is_no_date_is_refused(cell: str) -> None:
    with pytest.raises(Unreadable):
        day(cell, BOUNDS)


def test_a_day_after_the_export_is_refused_with_the_days_that_could_be() -> None:
    with pytest.raises(Unreadable, match="later than it can be") as refused:
        day("2026-11-01", BOUNDS)
    assert refused.value.expected == "a date from 1950-01-01 to 2026-10-31"


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("2022-05-05T11:42:16Z", datetime(2022, 5, 5, 11, 42, 16, tzinfo=UTC)),
        ("2022-07-05 11:42:16", datetime(2022, 7, 5, 15, 42, 16, tzinfo=UTC)),
        ("2022-07-05T11:42:16+02:00", datetime(2022, 7, 5, 9, 42, 16, tzinfo=UTC)),
        ("8/24/2021 9:05 PM", datetime(2021, 8, 25, 1, 5, tzinfo=UTC)),
        ("8/24/2021 12:05 a.m.", datetime(2021, 8, 24, 4, 5, tzinfo=UTC)),
        ("2021-01-17", datetime(2021, 1, 17, 5, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_by_its_own_zone_or_the_agency_s(cell: str, read: datetime) -> None:
    assert instant(cell, NEW_YORK, BOUNDS) == read


@pytest.mark.parametrize(
    "cell", ["2021-01-17 25:00", "2021-01-17 10:61", "8/24/2021 13:05 PM", "2021-01-17 10:00 +99:00"]
)
def test_an_hour_that_is_none_is_refused(cell: str) -> None:
    with pytest.raises(Unreadable):
        instant(cell, NEW_YORK, BOUNDS)


@given(DAYS)
def test_any_day_in_iso_is_itself(on: date) -> None:
    assert day(on.isoformat(), BOUNDS) == on


@given(DAYS, st.sampled_from(["mdy", "dmy"]), st.sampled_from("/-."))
def test_a_day_in_numbers_is_read_right_or_refused_but_never_wrong(on: date, order: str, sign: str) -> None:
    parts = (on.month, on.day) if order == "mdy" else (on.day, on.month)
    cell = sign.join(str(part) for part in (*parts, on.year))
    assert day(cell, BOUNDS, order) == on
    found, readings = _or_readings(cell)
    assert found == on or (on in readings and on.day <= 12)


def _or_readings(cell: str) -> tuple[date | None, tuple[date, ...]]:
    try:
        return day(cell, BOUNDS), ()
    except Ambiguous as refused:
        return None, refused.readings


@given(st.datetimes(datetime(1950, 1, 2), datetime(2026, 10, 30)), st.integers(-11, 11))  # noqa: DTZ001
def test_a_moment_with_its_zone_is_that_moment(at: datetime, hours: int) -> None:
    aware = at.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))
    assert instant(aware.isoformat(), NEW_YORK, BOUNDS) == aware


@given(st.text(max_size=30), st.sampled_from([None, "mdy", "dmy", "ymd"]))
def test_any_text_is_a_day_within_bounds_or_refused(cell: str, order: str | None) -> None:
    try:
        found = day(cell, BOUNDS, order)
    except Unreadable:
        found = None
    assert found is None or BOUNDS.earliest <= found <= BOUNDS.latest


def test_codes_are_whole_numbers_even_after_a_spreadsheet() -> None:
    assert [integer(cell) for cell in ("1", " 99 ", "1.0", "", "-3")] == [1, 99, 1, None, -3]
    for cell in ("1.5", "one", "1e3", "１"):
        with pytest.raises(Unreadable):
            integer(cell)


@pytest.mark.parametrize(
    "cell", ["Maria", "936083660", "936-08-3660", "xxx-xx-1234", "12 Elm Street", "a@b.org", "2024-10-31 Maria"]
)
def test_a_message_repeats_no_cell_that_could_be_about_a_person(cell: str) -> None:
    assert showable(cell) == ""


@pytest.mark.parametrize("cell", ["2024-10-31", "03/04/2025", "8/24/2021 9:05 PM", "99", "08-MAY-67"])
def test_a_message_repeats_dates_and_codes(cell: str) -> None:
    assert showable(cell) == cell


@given(st.from_regex(r"\A[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}\Z"))
def test_no_social_security_number_is_ever_repeated(cell: str) -> None:
    assume(cell.isascii())
    assert showable(cell) == ""
