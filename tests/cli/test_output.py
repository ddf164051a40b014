"""What commands print: four shapes, and nothing in them that a terminal or a spreadsheet would obey."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from caseload.commands import output
from caseload.commands.output import Column
from caseload.commands.table import cells, fit, paragraph

HOSTILE = "\x1b]52;c;aGk=\x07=cmd|' /C calc'!A1\t[b]bold[/b]\n\u202eevil\x9b31m \u200bØ\U0001f469\u200d\U0001f467"
COLUMNS = (Column("case", keep=9, whole=True), Column("client"), Column("days", right=True), Column("tags", keep=1))


def row(client: Any = "Ana Sol", **more: Any) -> dict[str, Any]:
    return {"case": "2026-048212", "client": client, "days": 12, "tags": ["a", "b"], **more}


def printed(capsys: pytest.CaptureFixture[str], form: Any, *rows: dict[str, Any], columns: Any = COLUMNS) -> str:
    output.rows(rows, columns, form)
    return capsys.readouterr().out


def test_rows_in_a_pipe_are_tab_separated_with_a_head(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, None, row()) == "case\tclient\tdays\ttags\n2026-048212\tAna Sol\t12\ta,b\n"


def test_json_is_an_array_of_objects_even_when_empty(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(printed(capsys, "json")) == []
    assert json.loads(printed(capsys, "json", row(), row(None))) == [row(), row(None)]


def test_an_empty_list_in_a_pipe_is_its_head(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "tsv") == "case\tclient\tdays\ttags\n"


@pytest.mark.parametrize("form", ["table", "json", "csv", "tsv"])
def test_a_hostile_name_reaches_no_terminal_alive(form: Any, capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, form, row(HOSTILE))
    assert not [c for c in out if (ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160 or c in "\u202e\u200b"]
    assert "Ø" in out


def test_json_gives_a_hostile_name_back_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(printed(capsys, "json", row(HOSTILE)))[0]["client"] == HOSTILE


def test_a_tsv_line_is_one_row_whatever_a_text_holds(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, "tsv", row("a\nb\\c"))
    assert out.splitlines()[1].split("\t")[1] == "a\\nb\\\\c"


def test_csv_is_read_back_by_a_csv_reader(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, "csv", row('She said "no",\nthen left'))
    assert list(csv.reader(io.StringIO(out)))[1] == ["2026-048212", 'She said "no",\nthen left', "12", "a,b"]


@pytest.mark.parametrize("form", ["csv", "tsv"])
@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1"])
def test_no_cell_starts_a_formula(form: Any, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    cell = printed(capsys, form, row(text)).splitlines()[1].split("," if form == "csv" else "\t")[1]
    assert cell == "'" + text.strip()


def test_a_negative_number_stays_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    assert "\t-3\t" in printed(capsys, "tsv", row(days=-3))


def test_dates_are_iso_in_every_shape(capsys: pytest.CaptureFixture[str]) -> None:
    moment = datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=1)))
    columns = (Column("on"), Column("at"))
    assert json.loads(printed(capsys, "json", {"on": date(2026, 11, 20), "at": moment}, columns=columns)) == [
        {"on": "2026-11-20", "at": "2026-11-20T09:30:00+01:00"}
    ]
    assert printed(capsys, "tsv", {"on": date(2026, 11, 20), "at": moment}, columns=columns).endswith(
        "2026-11-20\t2026-11-20T09:30:00+01:00\n"
    )


def test_a_table_fits_the_terminal_and_never_wraps(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for wide in (200, 80, 60, 30, 20):
        monkeypatch.setenv("COLUMNS", str(wide))
        out = printed(capsys, "table", row("Ångström " * 30, tags=["x" * 90]), row("李小龍" * 40))
        assert max(map(cells, out.splitlines())) <= wide
        assert out.splitlines()[1].startswith("2026-048212")


def test_the_least_wanted_columns_go_first() -> None:
    kept, widths = fit(COLUMNS, [10, 30, 4, 30], 26)
    assert [COLUMNS[i].key for i in kept] == ["case", "client", "days"]
    assert widths == [10, 8, 4]


def test_the_widest_column_gives_way_first() -> None:
    assert fit(COLUMNS, [11, 60, 4, 5], 60) == ([0, 1, 2, 3], [11, 34, 4, 5])


def test_a_million_rows_begin_to_appear_before_the_last_is_read() -> None:
    taken = 0

    def endless() -> Any:
        nonlocal taken
        for _taken in range(10_000):
            yield row()
        raise AssertionError("read to the end before anything was written")

    class FirstLine(Exception):
        pass

    class Stream(io.StringIO):
        def write(self, text: str) -> int:
            raise FirstLine

    import sys

    real, sys.stdout = sys.stdout, Stream()
    try:
        with pytest.raises(FirstLine):
            output.rows(endless(), COLUMNS, "table")
    finally:
        sys.stdout = real
    assert taken < 1_000


def test_prose_is_wrapped_and_keeps_its_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    lines = paragraph("One two three four five six seven eight nine ten.\n\nThen \x1b[31mred", "  ")
    assert lines == ["  One two three four five six seven", "  eight nine ten.", "", "  Then red"]
