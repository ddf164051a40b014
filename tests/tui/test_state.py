"""Where the cursor stands and what is marked, whatever happens to the list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from caseload.tui.state import Marks, View, kept, keys_of, next_open, span, top_for, within

lists = st.lists(st.integers(1, 60), unique=True, max_size=40)


def test_the_cursor_stays_on_its_case_when_the_list_changes() -> None:
    assert kept(keys_of([1, 2, 3, 4]), 2, keys_of([4, 3, 9])) == 1


def test_when_its_case_has_left_the_cursor_is_on_the_first_that_followed() -> None:
    assert kept([1, 2, 3, 4], 1, [1, 4, 3]) == 2
    assert kept([1, 2, 3], 2, [1, 2]) == 1
    assert kept([1, 2, 3], 2, []) == 0


@given(lists, lists, st.integers(0, 50))
def test_the_cursor_never_leaves_the_list(old: list[int], new: list[int], cursor: int) -> None:
    place = kept(old, within(cursor, len(old)), new)
    assert place == 0 if not new else 0 <= place < len(new)
    if old and new and old[within(cursor, len(old))] in new:
        assert new[place] == old[within(cursor, len(old))]


def test_after_an_act_the_cursor_is_on_the_next_case_not_dealt_with() -> None:
    assert next_open([1, 2, 3, 4], 1, {2}) == 2
    assert next_open([1, 2, 3, 4], 1, {2, 3}) == 3
    assert next_open([1, 2, 3, 4], 3, {4}) == 2, "at the end it goes back up"
    assert next_open([1, 2], 1, {1, 2}) == 1, "with nothing left it stays"


@given(lists.filter(bool), st.sets(st.integers(1, 60)), st.integers(0, 50))
def test_the_next_case_is_open_whenever_any_is(keys: list[int], done: set[int], cursor: int) -> None:
    place = next_open(keys, within(cursor, len(keys)), done)
    assert 0 <= place < len(keys)
    assert keys[place] not in done or set(keys) <= done


def test_marks_are_cases_not_lines() -> None:
    marks = Marks()
    marks.flip(3)
    marks.add([5, 7])
    marks.flip(5)
    assert list(marks) == [3, 7]
    assert marks.hidden_from([7, 8]) == 1
    marks.all_or_none([7, 8])
    assert list(marks) == [3, 7, 8]
    marks.all_or_none([7, 8])
    assert list(marks) == [3], "all of them again: none of them, and the others stay"


def test_the_marked_alone_stand_as_the_list_had_them_and_then_those_it_hid() -> None:
    marks = Marks()
    marks.add([9, 3, 7, 1])
    assert marks.beginning_with([1, 2, 3]) == [1, 3, 9, 7]
    many = range(50_000)
    marks.add(many)
    assert marks.beginning_with(many)[:3] == [0, 1, 2], "at once, however many they are"


def test_a_range_has_both_its_ends() -> None:
    assert list(span(4, 2)) == [2, 3, 4]


@given(st.integers(0, 200), st.integers(0, 200), st.integers(1, 40), st.integers(0, 200))
def test_the_line_under_the_cursor_is_always_in_sight(cursor: int, top: int, page: int, count: int) -> None:
    cursor = within(cursor, count)
    first = top_for(cursor, top, page, count)
    assert first >= 0
    if count:
        assert first <= cursor < first + page


def test_sorting_twice_by_a_column_turns_it_round() -> None:
    view = View("worker:me").sorted_by("client")
    assert view.sort == "client"
    assert view.sorted_by("client").sort == "-client"
    assert view.sorted_by("client").sorted_by("client").sort == "client"
    assert view.filtered("x").sort == "client"
