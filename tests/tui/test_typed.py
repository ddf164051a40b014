"""Days, hours and minutes as people type them, and the questions of the bottom line."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.errors import Usage
from caseload.tui import days
from caseload.tui.prompts import Choice, Letters, Option, Pick, Words, yes_no
from caseload.tui.talk import Left, Talk

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("typed", "day", "rest"),
    [
        ("t", "2026-11-21", ""), ("m", "2026-11-23", ""), ("w", "2026-11-27", ""), ("d 24 nov", "2026-11-24", ""),
        ("fri", "2026-11-27", ""), ("Monday", "2026-11-23", ""), ("+10", "2026-11-30", ""), ("+2w", "2026-12-04", ""),
        ("2w", "2026-12-04", ""), ("3d call", "2026-11-23", "call"), ("1m", "2026-12-20", ""),
        ("24", "2026-11-24", ""), ("3", "2026-12-03", ""), ("31", "2026-12-31", ""), ("24 nov", "2026-11-24", ""),
        ("3 jan", "2027-01-03", ""), ("1 february 2028", "2028-02-01", ""), ("2026-12-01", "2026-12-01", ""),
        ("t waiting for the landlord", "2026-11-21", "waiting for the landlord"), ("24 nov court date", "2026-11-24", "court date"),
        ("today", "2026-11-20", ""),
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_way_it_is_written(typed: str, day: str, rest: str) -> None:
    assert days.read_day(typed, FRIDAY) == (date.fromisoformat(day), rest)


@pytest.mark.parametrize("typed", ["", "d", "x", "32", "2026-13-01", "30 feb", "fr1", "-3", "24/11"])
def test_what_is_no_day_says_what_one_looks_like(typed: str) -> None:
    with pytest.raises(Usage, match="t tomorrow"):
        days.read_day(typed, FRIDAY)


def test_a_day_is_shown_with_its_weekday_and_the_year_only_where_it_differs() -> None:
    assert days.shown(date(2026, 11, 24), FRIDAY) == "Tue 24 Nov"
    assert days.shown(date(2027, 1, 3), FRIDAY) == "Sun 3 Jan 2027"
    assert [days.ago(FRIDAY.replace(day=d), FRIDAY) for d in (8, 19, 20, 21, 30)] == [
        "12 days ago", "yesterday", "today", "tomorrow", "in 10 days",
    ]  # fmt: skip


def test_an_appointment_has_a_day_an_hour_and_what_for() -> None:
    assert days.read_moment("fri 14:30 home visit", FRIDAY, UTC) == (
        datetime(2026, 11, 27, 14, 30, tzinfo=UTC),
        "home visit",
    )
    assert days.read_moment("9:00", FRIDAY, UTC) == (datetime(2026, 11, 20, 9, 0, tzinfo=UTC), "")
    for wrong in ("fri", "fri 25:00", "noon", ""):
        with pytest.raises(Usage, match="the day and the hour"):
            days.read_moment(wrong, FRIDAY, UTC)


@pytest.mark.parametrize(
    ("typed", "minutes", "rest"),
    [
        ("15 spoke", 15, "spoke"),
        ("15", 15, ""),
        ("", None, ""),
        ("spoke 15", None, "spoke 15"),
        ("2000 x", None, "2000 x"),
        ("5m x", 5, "x"),
    ],
)
def test_minutes_may_stand_before_a_sentence(typed: str, minutes: int | None, rest: str) -> None:
    assert days.read_minutes(typed) == (minutes, rest)


def test_a_birth_date_is_written_whole_so_that_nobody_guesses() -> None:
    assert days.read_past_day("12 may 1980") == date(1980, 5, 12)
    assert days.read_past_day("1980-05-12") == date(1980, 5, 12)
    assert days.read_past_day("05/12/80") is None


@pytest.mark.parametrize(
    ("typed", "day", "hour"),
    [
        ("14:30", date(2026, 11, 20), time(14, 30)),
        ("yesterday 9:15", date(2026, 11, 19), time(9, 15)),
        ("fri 9:15", date(2026, 11, 13), time(9, 15)),
        ("12 nov 2026 10:00", date(2026, 11, 12), time(10, 0)),
        ("2026-11-12 10:00", date(2026, 11, 12), time(10, 0)),
    ],
)
def test_what_happened_is_dated_backwards_on_the_agencys_clock(typed: str, day: date, hour: time) -> None:
    zone = ZoneInfo("Europe/Rome")
    assert days.read_past_moment(typed, FRIDAY, zone) == datetime.combine(day, hour, zone)


@given(typed=st.text(max_size=30))
def test_whatever_is_typed_for_what_happened_is_a_moment_that_does_not_lie_ahead_or_is_refused(typed: str) -> None:
    with suppress(Usage):
        assert days.read_past_moment(typed, FRIDAY, ZoneInfo("Europe/Rome")).date() <= FRIDAY


def test_an_hour_that_lies_ahead_has_not_happened() -> None:
    for wrong in ("tomorrow 9:00", "2026-12-01 9:00", "yesterday", "12 nov", "noon", "99999-99-99 99:99"):
        with pytest.raises(Usage):
            days.read_past_moment(wrong, FRIDAY, UTC)


def _press(question: Words | Letters, *keys: str) -> None:
    for key in keys:
        question.key("space" if key == " " else key, key if len(key) == 1 else None)


def test_one_letter_answers_and_others_do_not() -> None:
    question = Letters("Stage", choices=(Choice("a", "active", 1), Choice("c", "closed", 2)))
    _press(question, "x")
    assert (question.done, question.said) == (False, "One of the letters, or Esc.")
    _press(question, "c")
    assert question.answer == 2
    with pytest.raises(Left):
        Letters("Stage", choices=()).key("escape", None)


def test_enter_means_yes_only_where_it_says_so() -> None:
    sure = yes_no("Really?")
    _press(sure, "enter")
    assert sure.answer is True
    plain = Letters("Stage", choices=(Choice("a", "active", 1),))
    _press(plain, "enter")
    assert not plain.done


def test_a_line_is_edited_as_lines_are() -> None:
    question: Words[str] = Words("Why:")
    _press(
        question, *"the landlord", "ctrl+w", *"cat", "home", *"> ", "end", "backspace", "left", "delete", "ctrl+e", *"r"
    )
    assert question.line.text == "> the cr"
    _press(question, "ctrl+u", *"ok", "enter")
    assert question.answer == "ok"


def test_what_is_pasted_or_typed_is_inert_and_within_its_limit() -> None:
    question: Words[str] = Words("Why:", limit=20)
    question.paste("a\x1b[31mb\x1b]52;c;eA==\x07\nc\u202ed" + "x" * 50)
    assert question.line.text == "ab cd" + "x" * 15


def test_an_answer_that_cannot_be_stays_open_and_says_why() -> None:
    question = Words("When:", reads=lambda text: days.read_day(text, FRIDAY)[0])
    _press(question, *"xx", "enter")
    assert not question.done
    assert "Type a day" in question.said
    _press(question, "ctrl+u", "t")
    assert question.said == ""
    _press(question, "enter")
    assert question.answer == date(2026, 11, 21)


PEOPLE = (
    Option("ana", "ana", also="Ana Rossi"),
    Option("ben", "ben", also="Ben Okafor"),
    Option("rosa", "rosa", also="Rosa Ana Klein"),
)


def test_people_are_found_by_handle_or_any_name() -> None:
    question: Pick[str] = Pick("To:", options=PEOPLE)
    _press(question, *"an")
    assert [o.words for o in question.shown()] == ["ana", "rosa"], "handles that begin so come first"
    _press(question, "down", "enter")
    assert question.answer == "rosa"


def test_several_are_picked_with_commas_and_none_twice() -> None:
    question: Pick[tuple[str, ...]] = Pick("To:", options=PEOPLE, several=True)
    _press(question, *"be,", *"ros", "enter")
    assert question.answer == ("ben", "rosa")
    again: Pick[tuple[str, ...]] = Pick("To:", options=PEOPLE, several=True)
    _press(again, *"ben,", "backspace", *"ana", "enter")
    assert again.answer == ("ana",)


def test_nothing_that_matches_is_said() -> None:
    question: Pick[str] = Pick("To:", options=PEOPLE)
    _press(question, *"zz", "enter")
    assert not question.done
    assert "Nothing matches" in question.said


async def test_a_key_pressed_as_a_question_is_put_waits_for_those_pressed_before() -> None:
    heard: list[str] = []
    question: Words[str] = Words("Why:")
    put, asked = asyncio.Event(), asyncio.Event()

    async def act() -> None:
        await put.wait()
        heard.append(await talk.ask(question))

    # Told the moment the question stands, before what waited has been given to it.
    talk = Talk(lambda: asked.is_set() or (asked.set(), talk.key("c", "c")), lambda press: None, lambda fault: None)  # type: ignore[func-returns-value]
    talk.start(act())
    for letter in "ab":
        talk.key(letter, letter)
    put.set()
    await asked.wait()
    talk.key("enter", None)
    while not heard:
        await asyncio.sleep(0)
    assert heard == ["abc"]
