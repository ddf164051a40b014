"""The page: one file that needs nothing else, with a table under every picture, and nothing typed that acts."""

from __future__ import annotations

import re

import pytest

from caseload.reports.formats import svg
from caseload.reports.table import Chart, Column, ReportTable

from .paper import HOSTILE, ROW, Page, report, table, words
from .test_formats import made

COUNTS = (
    Column("worker", "Worker", "code", "Who."),
    Column("made", "Made", "int", "Contacts made."),
    Column("tried", "Attempted", "int", "Contacts attempted."),
    Column("share", "Share", "percent", "Part of it."),
)
BARS = Chart("Contacts by worker", "bar", "worker", ("made", "tried"))


def counts(*rows: tuple, charts: tuple[Chart, ...] = (BARS,)) -> ReportTable:
    return ReportTable("counts", "Counts", COUNTS, list(rows), charts)


def page_of(*tables: ReportTable, tmp_path, **how) -> tuple[str, Page]:
    text = made("html", report(*tables, **how), tmp_path).decode()
    return text, Page(text)


def test_the_page_needs_nothing_but_itself_and_runs_nothing(tmp_path):
    text, page = page_of(table(ROW), counts(("ana", 3, 1, 60.0)), tmp_path=tmp_path)
    assert page.open == ["html"] or page.open == []
    assert not {"script", "link", "img", "iframe", "object", "embed", "form", "base"} & {tag for tag, _ in page.tags}
    for _tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "srcset", "style")]
        assert (attributes.get("href") or "#").startswith("#")
    assert "url(" not in text and "@import" not in text
    policy = next(a["content"] for tag, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")


def test_every_picture_names_itself_and_the_table_that_holds_its_numbers(tmp_path):
    text, page = page_of(counts(("ana", 3, 1, 60.0), ("ben", 7, 0, 30.0), (None, 1, 1, None)), tmp_path=tmp_path)
    ids = {attributes["id"] for _tag, attributes in page.tags if attributes.get("id")}
    (picture,) = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert picture["role"] == "img"
    assert {picture["aria-labelledby"], picture["aria-describedby"]} <= ids
    assert text.index("<svg") < text.index('<table id="counts-table"')
    assert page.rows("counts") == [["ana", "3", "1", "60.0"], ["ben", "7", "0", "30.0"], ["", "1", "1", ""]]
    scopes = [attributes.get("scope") for tag, attributes in page.tags if tag == "th"]
    assert scopes.count("row") == 3 and scopes.count("col") == len(COUNTS)
    assert "caption" in {tag for tag, _ in page.tags}


@pytest.mark.parametrize("kind", ["bar", "line"])
@pytest.mark.parametrize("stacked", [False, True])
def test_a_picture_shows_the_numbers_of_its_table(kind, stacked):
    chart = Chart("Contacts", kind, "worker", ("made", "tried"), stacked)
    part = counts(("ana", 3, 14, None), ("ben", 7, 2, None), charts=(chart,))
    assert svg.points(part, chart) == [("ana", [3, 14]), ("ben", [7, 2])]
    drawn = svg.drawn(part, chart, "p", "t")
    shown = set(re.findall(r">([0-9]+(?: \+ [0-9]+)*)<", drawn))
    expected = {"7", "2"} if kind == "line" else {"3 + 14", "7 + 2"} if stacked else {"3", "14", "7", "2"}
    assert expected <= shown
    assert all(name in drawn for name in ("ana", "ben", "Made", "Attempted"))


def test_a_bar_is_as_long_as_its_number(tmp_path):
    chart = Chart("Made", "bar", "worker", ("made",))
    drawn = svg.drawn(counts(("ana", 25, 0, None), ("ben", 100, 0, None)), chart, "p", "t")
    wide = [float(width) for width in re.findall(r'width="([0-9.]+)" height="13"', drawn)]
    assert wide[1] == 4 * wide[0] > 100


def test_nothing_to_show_is_no_picture(tmp_path):
    text, page = page_of(counts(), counts(("ana", 0, 0, None)), tmp_path=tmp_path)
    assert "<svg" not in text
    assert "Nothing to show for these days." in "".join(page.text)


def test_a_picture_of_many_rows_says_that_it_shows_the_first(tmp_path):
    many = [(f"w{n:03}", n + 1, 0, None) for n in range(90)]
    _text, page = page_of(counts(*many), tmp_path=tmp_path)
    assert "The first 60 of 90 rows; the table has them all." in "".join(page.text)
    assert len(page.rows("counts")) == 90


def test_whatever_is_typed_is_text_and_nothing_else(tmp_path):
    evil = (
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</table></svg><b>",
        "&lt;i&gt;",
        "]]>",
        *HOSTILE,
    )
    named = [(word, 1, 2, None) for word in evil]
    text, page = page_of(words(*evil), counts(*named), tmp_path=tmp_path)
    assert not {"script", "img", "b"} & {tag for tag, _ in page.tags}
    assert [row[0] for row in page.rows("words")][:4] == list(evil[:4])
    assert not [c for c in text if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160 or c in "\u202e\u200b")]


def test_an_identified_page_says_so_first(tmp_path):
    text, _page = page_of(table(ROW), identified=True, tmp_path=tmp_path)
    assert text.index('class="warning"') < text.index("<table")
    assert "identifies clients" in text
    assert 'class="warning"' not in page_of(table(ROW), tmp_path=tmp_path)[0]


def test_the_page_says_what_its_columns_mean_and_prints_on_paper(tmp_path):
    text, page = page_of(table(ROW), tmp_path=tmp_path)
    assert "How long it took." in "".join(page.text)
    assert "@page" in text and "table-header-group" in text
    assert "2026-W47" in "".join(page.text)
