"""Case numbers: a slip is caught, and nobody ever gets a number twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.casework import changes, intake, numbers
from caseload.errors import Refused, Usage
from tests.practice.kit import Practice
from tests.support.examples import examples

NUMBERS = st.tuples(st.integers(1900, 2999), st.integers(0, 99_999)).map(lambda pair: numbers.compose(*pair))


@given(number=NUMBERS)
@examples(60)
def test_every_single_wrong_digit_is_caught(number: str) -> None:
    assert numbers.parse(number) == number
    for place, digit in enumerate(number):
        for wrong in "0123456789":
            if digit != "-" and wrong != digit:
                with pytest.raises(Usage, match="slip"):
                    numbers.parse(number[:place] + wrong + number[place + 1 :])


def test_nearly_every_swap_of_two_digits_is_caught() -> None:
    swaps = caught = 0
    for body in range(0, 100_000, 37):
        number = numbers.compose(2026, body)
        for place in range(5, 10):
            a, b = number[place], number[place + 1]
            if a != b:
                swaps += 1
                try:
                    numbers.parse(number[:place] + b + a + number[place + 2 :])
                except Usage:
                    caught += 1
    assert caught / swaps > 0.97


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}\n"])
def test_blanks_and_a_missing_dash_are_forgiven(typed: str) -> None:
    number = numbers.compose(2026, 4821)
    assert numbers.parse(typed.format(number)) == number
    assert numbers.parse(typed.format(number.replace("-", ""))) == number


@pytest.mark.parametrize(
    "typed", ["", "-", "2026", "2026-1", "26-048217", "2026-04821x", "2026--048217", "x" * 10_000, "٢٠٢٦-٠٤٨٢١٧", "2026-048217; DROP"]
)  # fmt: skip
def test_what_is_no_case_number_is_told_so_briefly(typed: str) -> None:
    with pytest.raises(Usage, match="One looks like") as said:
        numbers.parse(typed)
    assert len(said.value.message) < 200


@pytest.mark.parametrize("typed", ["", "C-", "C-²", "C-1.5", "C--1", "x", "C-" + "9" * 40])
def test_what_is_no_receipt_number_is_told_so(typed: str) -> None:
    with pytest.raises(Usage, match="C-1042"):
        changes.receipt_number(typed)


def test_numbers_of_a_year_never_repeat_however_many_are_drawn(office: Practice) -> None:
    with office.as_("ana").read() as r:
        many = numbers.draw(r.conn, 2031, 60_000)
    assert len(set(many)) == 60_000
    assert {len(number) for number in many} == {12}, "more digits once half of five are taken"
    assert all(numbers.parse(number) == number for number in many[::100])


def test_a_number_already_taken_is_drawn_again(office: Practice) -> None:
    taken = office.open()
    answers = iter([int(taken[5:10]), int(taken[5:10]), 12_345])
    with office.as_("ana").read() as r:
        (drawn,) = numbers.draw(r.conn, 2026, below=lambda _most: next(answers))
    assert drawn == numbers.compose(2026, 12_345)


def test_two_who_draw_the_same_number_at_once_get_one_case_and_one_sentence(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbers, "draw", lambda *_args, **_more: ["2026-048217"])
    one = practice.open()
    before = practice.facts()
    if practice.engine_name == "postgresql":
        # The server draws: which numbers are taken, nobody else knows.
        assert "2026-048217" != one != practice.open()
        return
    with pytest.raises(Refused, match="already taken; try again"):
        practice.open()
    assert practice.facts() == before


def test_many_intakes_at_once_all_get_a_number_of_their_own(practice: Practice) -> None:
    handles = ("ana", "bo", "ben", "cleo")
    for handle in handles:
        practice.ask(handle, changes.listed)

    def several(handle: str) -> list[str]:
        new = intake.NewCase("Mara", "Conti", "housing")
        return [str(practice.do(handle, intake.open_case, new).data["case"]) for _ in range(8)]

    with ThreadPoolExecutor(len(handles)) as pool:
        drawn = [number for some in pool.map(several, handles) for number in some]
    assert len(set(drawn)) == 32
    assert practice.value("SELECT count(*) FROM case_file") == 32
    assert not practice.differing()
