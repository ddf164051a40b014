"""The same rows in every format: the same numbers, nothing that acts, nothing lost without a word."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.errors import Usage
from caseload.reports import formats
from caseload.reports.formats import xlsx
from caseload.reports.table import Chart

from .paper import COLUMNS, EMPTY, HOSTILE, ROW, report, table, words

if TYPE_CHECKING:
    from caseload.reports.table import Report


def wall(*parts: int) -> datetime:
    """What a spreadsheet shows, which knows no zones."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def made(name: str, what: Report, room: Path) -> bytes:
    stream = io.BytesIO()
    formats.find(name).write(what, stream, room)
    return stream.getvalue()


def cells(sheet) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_csv_has_the_keys_as_its_header_and_iso_values(tmp_path):
    text = made("csv", report(), tmp_path).decode()
    assert text == (
        "case,client,note,minutes,share,paid,met,on,at,tags\n"
        '2026-048217,Zoë Nwosu,"Called back.\nAll well.",25,62.5,1250,yes,2026-11-17,2026-11-17T08:30:00Z,'
        '"asthma, school"\n'
        "2026-048225,,,,,,,,,\n"
    )


def test_json_of_one_part_is_an_array_of_objects(tmp_path):
    rows = json.loads(made("json", report(), tmp_path))
    assert rows[0] == {
        "case": "2026-048217", "client": "Zoë Nwosu", "note": "Called back.\nAll well.", "minutes": 25, "share": 62.5,
        "paid": 1250, "met": True, "on": "2026-11-17", "at": "2026-11-17T08:30:00Z", "tags": ["asthma", "school"],
    }  # fmt: skip
    assert rows[1] == dict(zip((c.key for c in COLUMNS), EMPTY, strict=True))


def test_json_of_several_parts_is_an_object_of_arrays_in_their_order(tmp_path):
    what = report(table(ROW, name="b"), table(name="a"))
    parts = json.loads(made("json", what, tmp_path))
    assert list(parts) == ["b", "a"]
    assert len(parts["b"]) == 1
    assert parts["a"] == []


def test_csv_of_several_parts_is_a_zip_that_is_the_same_every_time(tmp_path):
    what = report(table(ROW, name="one"), table(EMPTY, EMPTY, name="two"))
    first = made("csv", what, tmp_path)
    assert first == made("csv", what, tmp_path)
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.namelist() == ["one.csv", "two.csv"]
        assert archive.read("two.csv").decode().count("\n") == 3
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("name", formats.names())
def test_the_same_rows_give_the_same_bytes(name, tmp_path):
    what = report(table(ROW, EMPTY, name="one"), table(ROW, name="two"))
    assert made(name, what, tmp_path) == made(name, what, tmp_path)


@pytest.mark.parametrize("name", formats.names())
def test_an_empty_part_is_a_part_with_no_rows(name, tmp_path):
    assert formats.find(name).write(report(table()), io.BytesIO(), tmp_path).rows == {"visits": 0}


def test_xlsx_read_back_holds_the_same_values_with_real_dates(tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(made("xlsx", report(), tmp_path)))
    sheet = book["Visits"]
    head, row, empty = cells(sheet)
    assert head == [column.title for column in COLUMNS]
    assert row == [
        "2026-048217", "Zoë Nwosu", "Called back.\nAll well.", 25, 62.5, 12.5, True, wall(2026, 11, 17),
        wall(2026, 11, 17, 9, 30), "asthma, school",
    ]  # fmt: skip
    assert empty == list(EMPTY)
    assert sheet["H2"].is_date
    assert sheet["I2"].is_date
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:J3"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.fitToHeight == 0
    assert book.properties.created == wall(2026, 11, 22)


def test_xlsx_explains_its_columns(tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(made("xlsx", report(), tmp_path)))
    meanings = cells(book["What the columns mean"])
    assert ["visits", "minutes", "Minutes", "How long it took."] in meanings
    assert len(meanings) == len(COLUMNS) + 1


def test_an_identified_spreadsheet_says_so_on_every_page(tmp_path):
    for identified in (True, False):
        book = openpyxl.load_workbook(io.BytesIO(made("xlsx", report(identified=identified), tmp_path)))
        assert (book["Visits"].oddHeader.right.text == "Identifies clients") is identified


def test_xlsx_draws_its_charts_from_the_cells_of_the_table(tmp_path):
    from .test_page import BARS, counts

    trend = Chart("Shares", "line", "worker", ("share",))
    what = report(counts(("ana", 3, 1, 60.0), ("ben", 7, 0, 30.0), (None, 9, 9, 1.0), charts=(BARS, trend)))
    raw = made("xlsx", what, tmp_path)
    sheet = openpyxl.load_workbook(io.BytesIO(raw))["Counts"]
    assert [type(chart).__name__ for chart in sheet._charts] == ["BarChart", "LineChart"]
    bars, line = sheet._charts
    assert [series.val.numRef.f for series in bars.series] == ["Counts!$B$2:$B$3", "Counts!$C$2:$C$3"]
    assert [series.tx.strRef.f for series in bars.series] == ["Counts!$B$1", "Counts!$C$1"]
    assert {series.cat.numRef.f for chart in (bars, line) for series in chart.series} == {"Counts!$A$2:$A$3"}
    # Below the table, one under the other.
    assert 4 < bars.anchor._from.row < line.anchor._from.row
    assert raw == made("xlsx", what, tmp_path)


def test_an_identified_spreadsheet_carries_its_warning(tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(made("xlsx", report(identified=True), tmp_path)))
    assert "identifies clients" in book.properties.description
    assert any("identifies clients" in str(value) for row in cells(book["What the columns mean"]) for value in row)
    assert book["Visits"].sheet_properties.tabColor.rgb == "FFFF0000"


@pytest.mark.parametrize("name", ["csv", "parquet"])
def test_an_identified_zip_carries_its_warning(name, tmp_path):
    for identified in (True, False):
        what = report(table(ROW, name="a"), table(name="b"), identified=identified)
        with zipfile.ZipFile(io.BytesIO(made(name, what, tmp_path))) as archive:
            assert (b"identifies clients" in archive.comment) is identified


def test_csv_starts_no_formula_and_moves_no_cursor(tmp_path):
    text = made("csv", report(words(*HOSTILE)), tmp_path).decode()
    rows = [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:]
    assert len(rows) == len(HOSTILE)
    for typed, cell in zip(HOSTILE, rows, strict=True):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), typed
    assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n"]
    assert rows[0] == "'=1+1"
    assert rows[9] == HOSTILE[9]
    assert rows[10] == HOSTILE[10]


def test_xlsx_starts_no_formula_and_no_link(tmp_path):
    sheet = openpyxl.load_workbook(io.BytesIO(made("xlsx", report(words(*HOSTILE)), tmp_path)))["Words"]
    column = [sheet.cell(row, 1) for row in range(2, len(HOSTILE) + 2)]
    assert all(cell.data_type in ("s", "inlineStr") or cell.value is None for cell in column)
    assert all(cell.hyperlink is None for cell in column)
    assert column[0].value == "=1+1"
    assert column[-1].value == "007"
    assert column[-3].value.replace("_x005F_", "_") == "_x0041_"


def test_json_keeps_what_was_typed_and_shows_it_inert(tmp_path):
    raw = made("json", report(words(*HOSTILE)), tmp_path)
    assert tuple(row["word"] for row in json.loads(raw)) == HOSTILE
    assert not [c for c in raw.decode() if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n"]


@given(st.lists(st.one_of(st.none(), st.text(alphabet=st.characters(codec=None))), max_size=8))
def test_whatever_is_typed_json_gives_it_back_and_csv_stays_inert(typed):
    what = report(words(*typed))
    assert [row["word"] for row in json.loads(made("json", what, Path()))] == typed
    text = made("csv", what, Path()).decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert len(rows) == len(typed)
    assert not [row for row in rows if row and row[0].startswith(("=", "+", "-", "@"))]
    assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "SHEET_ROWS", 4)
    book = openpyxl.load_workbook(io.BytesIO(made("xlsx", report(words(*"abcdefg")), tmp_path)))
    assert book.sheetnames[:3] == ["Words", "Words (2)", "Words (3)"]
    assert [cells(book[name]) for name in book.sheetnames[:3]] == [
        [["Word"], ["a"], ["b"], ["c"]], [["Word"], ["d"], ["e"], ["f"]], [["Word"], ["g"]],
    ]  # fmt: skip


def test_a_sheet_filled_to_its_last_row_opens_no_empty_one(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "SHEET_ROWS", 4)
    book = openpyxl.load_workbook(io.BytesIO(made("xlsx", report(words(*"abc")), tmp_path)))
    assert [name for name in book.sheetnames if name.startswith("Words")] == ["Words"]


@pytest.mark.parametrize("letter", ["a", "é", "😀"])
def test_text_longer_than_a_cell_is_cut_in_xlsx_with_a_remark_and_whole_elsewhere(letter, tmp_path):
    what = report(words(letter * 40_000))
    stream = io.BytesIO()
    written = formats.find("xlsx").write(what, stream, tmp_path)
    kept = openpyxl.load_workbook(stream)["Words"]["A2"].value
    assert len(kept.encode("utf-16-le")) // 2 <= 32_767
    assert kept.endswith("…")
    assert set(kept[:-1]) == {letter}
    assert "words: 1 texts" in written.remarks[0]
    assert letter * 40_000 in made("csv", what, tmp_path).decode()


def test_a_day_before_spreadsheets_can_count_is_written_as_text(tmp_path):
    old = table(("2026-048217", *([None] * 6), date(1899, 5, 4), datetime(1899, 5, 4, tzinfo=UTC), None))
    row = cells(openpyxl.load_workbook(io.BytesIO(made("xlsx", report(old), tmp_path)))["Visits"])[1]
    assert row[7] == "1899-05-04"
    assert str(row[8]).startswith("1899-05-04")


def test_days_and_moments_that_come_as_text_are_the_same_as_the_others(tmp_path):
    as_text = (*ROW[:7], "2026-11-17", "2026-11-17 08:30:00.000000", "asthma\x1fschool")
    for name in formats.names():
        assert made(name, report(table(as_text)), tmp_path) == made(name, report(table(ROW)), tmp_path), name


def test_parts_with_names_a_sheet_cannot_have_or_shares_get_one_of_their_own():
    names = xlsx._Names()
    assert names.take("By [team]/worker?") == "By  team  worker"
    assert names.take("x" * 40) == "x" * 31
    assert names.take("X" * 40) == "X" * 27 + " (2)"
    assert names.take("History") != "History"


def test_a_format_nobody_knows_names_those_that_are():
    with pytest.raises(Usage, match="xlsx, csv, json"):
        formats.find("docx")


def test_a_format_can_be_added_without_touching_its_callers(tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "_formats", dict(formats._formats))
    formats.register(formats.Format("copy", "caseload.reports.formats.csv_text"))
    assert made("copy", report(), tmp_path) == made("csv", report(), tmp_path)
