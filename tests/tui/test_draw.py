"""Lines: inert, measured in cells, cut and wrapped without losing a word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from caseload.text import block, line, steady
from caseload.tui.draw import beside, cells, fit, length, level, run, wrap
from caseload.tui.screens.cells import queue_columns
from caseload.tui.widgets.columns import arrange

texts = st.text(max_size=80)


@given(texts, st.integers(1, 60))
def test_a_cell_is_exactly_as_wide_as_it_should_be(text: str, width: int) -> None:
    assert cell_len(cells(text, width)) == width


@given(st.lists(texts, max_size=6), st.integers(1, 60))
def test_a_line_never_runs_over(parts: list[str], width: int) -> None:
    assert length(fit([run(part) for part in parts], width)) <= width


def test_what_is_cut_shows_that_it_was() -> None:
    assert fit([run("abcdef")], 4) == [("abc…", "plain")]
    assert fit([run("abcd"), run("e")], 4)[-1][0].endswith("…")
    assert fit([run("abcd")], 4) == [("abcd", "plain")]


def test_the_right_end_gives_way_last() -> None:
    assert "".join(t for t, _tone in beside([run("a long title here")], [run("12 of 47")], 16)) == "a long… 12 of 47"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200), st.integers(2, 40))
def test_wrapped_lines_fit(text: str, width: int) -> None:
    assert all(cell_len(line) <= width for line in wrap(text, width))


@given(st.lists(st.text(alphabet="abcdefg é漢", min_size=1, max_size=12), max_size=30), st.integers(2, 30))
def test_wrapping_loses_no_letter(words: list[str], width: int) -> None:
    text = " ".join(words)
    assert "".join("".join(wrap(text, width)).split()) == "".join(text.split())


def test_paragraphs_and_indents_stay() -> None:
    assert wrap("one\n\n  two three", 7) == ["one", "", "  two", "three"]


@pytest.mark.parametrize("width", range(1, 200))
def test_columns_fit_every_width_and_leave_by_priority(width: int) -> None:
    found = arrange(queue_columns(lambda: None), width)
    names = {column.name for column, _size in found}
    total = sum(size for _column, size in found) + len(found) - 1
    assert total <= width or not found
    if width >= 48:
        assert {"level", "why", "case", "client"} <= names
        assert total == width, "no cell is wasted"
    if "worker" in names:
        assert {c.name: size for c, size in found}["why"] >= 34, "what matters more is at ease first"


@given(texts)
def test_what_a_field_has_measured_is_drawn_in_as_many_cells(text: str) -> None:
    inert = line(text)
    assert cell_len(level(inert)) == cell_len(inert)


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("👩\u200d👩\u200d👧 home", "👩👩👧 home"), ("👍🏽", "👍"), ("☎\ufe0f", "☎"), ("z" + "\u0301" * 9, "ź" + "\u0301" * 4),
        ("می\u200cخواهم", "می\u200cخواهم"), ("ක්\u200dෂ", "ක්\u200dෂ"), ("שָׁלוֹם", "שָׁלוֹם"), ("Đặng", "Đặng"), ("a\u200eb", "ab"),
    ],
)  # fmt: skip
def test_every_terminal_draws_it_in_the_same_cells(typed: str, drawn: str) -> None:
    assert steady(line(typed)) == line(drawn)


def test_a_string_that_never_ends_takes_nobody_s_words_with_it() -> None:
    """As text of another encoding has it: 9D is a quotation mark there."""
    assert block("She said \x93no\x9d, and left.\nHe stayed.") == "She said no, and left.\nHe stayed."
    assert block("a\x1b]0;title\x07b") == "ab"
    assert block("a\x1b]0;never ended\nnext") == "a0;never ended\nnext"


def test_a_blank_name_is_no_name() -> None:
    assert line("\u3164\u115f\u2061") == ""
