"""Reading csv files as they come."""

from __future__ import annotations

import csv
import io
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.errors import Usage
from caseload.exchange.table import LINE_LIMIT, Table, lines, open_table

KNOWN = ("PersonalID", "FirstName", "LastName")


def opened(content: bytes) -> Table:
    return open_table(io.BytesIO(content), "Client.csv", KNOWN)


def read(content: bytes) -> list[list[str]]:
    return [row.cells for row in opened(content).rows]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_make_no_difference(end: str, mark: bytes) -> None:
    table = opened(mark + end.join(["PersonalID,FirstName", "1,Ann", '2,"Bo"']).encode())
    assert table.header == ("PersonalID", "FirstName")
    assert [row.cells for row in table.rows] == [["1", "Ann"], ["2", "Bo"]]


def test_mixed_line_ends_in_one_file_are_read() -> None:
    assert read(b"PersonalID,FirstName\r\n1,Ann\n2,Bo\r3,Cy\r\n") == [["1", "Ann"], ["2", "Bo"], ["3", "Cy"]]


def test_a_line_break_inside_quotes_is_part_of_the_cell_and_rows_are_counted_as_a_spreadsheet_does() -> None:
    rows = list(opened(b'PersonalID,FirstName\n1,"An\nn"\n2,Bo\n').rows)
    assert [(row.number, row.cells, row.lines) for row in rows] == [(2, ["1", "An\nn"], 2), (3, ["2", "Bo"], 1)]


def test_rows_of_nothing_but_commas_are_passed_over_and_counted() -> None:
    table = opened(b"PersonalID,FirstName\n,\n1,Ann\n , \n\n")
    assert [row.number for row in table.rows] == [3]
    assert table.seen.empty == 3


def test_headers_are_found_whatever_their_case_and_blanks() -> None:
    assert opened("personalID , FIRSTNAME\u00a0\n1,Ann\n".encode()).place() == {"personalid": 0, "firstname": 1}


def test_semicolons_and_tabs_part_cells_where_the_header_says_so() -> None:
    assert read(b"PersonalID;FirstName\n1;Ann, A.\n") == [["1", "Ann, A."]]
    assert read(b"PersonalID\tFirstName\n1\tAnn\n") == [["1", "Ann"]]


def test_lines_in_older_windows_letters_are_read_and_counted() -> None:
    table = opened(b"PersonalID,FirstName\n1,Jos\xc3\xa9\n2,Jos\xe9\n3,\x93Al\x94\n")
    assert [row.cells[1] for row in table.rows] == ["José", "José", "\u201cAl\u201d"]
    assert table.seen.foreign == 2


def test_a_file_in_utf_16_is_read() -> None:
    for encoding in ("utf-16", "utf-16-be"):
        mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
        assert read(mark + "PersonalID,FirstName\n1,José\n".encode(encoding)) == [["1", "José"]]


def test_empty_cells_beyond_the_header_are_dropped_and_others_are_not() -> None:
    assert read(b"PersonalID,FirstName\n1,Ann,,\n2,Bo,x\n") == [["1", "Ann"], ["2", "Bo", "x"]]


def test_a_nul_does_not_stop_the_reading() -> None:
    assert read(b"PersonalID,FirstName\n1,A\x00nn\n2,Bo\n")[1] == ["2", "Bo"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b",,,\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(Usage, match=r"Client\.csv is empty"):
        opened(content)


def test_a_column_that_stands_twice_is_refused_by_name() -> None:
    with pytest.raises(Usage, match="has the column FirstName twice"):
        opened(b"PersonalID,FirstName,firstname\n")


def test_a_quotation_mark_never_closed_is_refused_with_its_row() -> None:
    content = b'PersonalID,FirstName\n1,Ann\n2,"Bo\n' + b"3,Cy\n" * 40_000
    with pytest.raises(Usage, match=r"Client.csv, row 3: .*quotation mark"):
        list(opened(content).rows)


def test_a_line_without_end_is_refused_before_it_fills_the_memory() -> None:
    class Endless(io.RawIOBase):
        handed = 0

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            Endless.handed += size
            return b"x" * size

    with pytest.raises(Usage, match="not a csv file"):
        list(opened(b"PersonalID,FirstName\n").rows) or list(
            lines(_stream(Endless()), "Client.csv", opened(b"a\n").seen)
        )
    assert Endless.handed < 3 * LINE_LIMIT


def _stream(raw: object) -> IO[bytes]:
    return raw  # type: ignore[return-value]


cells = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00\ufeff"), max_size=12)
records = st.lists(st.lists(cells, min_size=3, max_size=3).filter(lambda row: any(c.strip() for c in row)), max_size=8)


@given(records, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_whatever_is_written_as_csv_is_read_back(rows: list[list[str]], end: str, mark: bool) -> None:
    out = io.StringIO()
    # A bare return in a cell stands in quotes in any file that means it.
    quoting = csv.QUOTE_ALL if any("\r" in cell for row in rows for cell in row) else csv.QUOTE_MINIMAL
    writer = csv.writer(out, lineterminator=end, quoting=quoting)
    writer.writerow(KNOWN)
    writer.writerows(rows)
    content = (b"\xef\xbb\xbf" if mark else b"") + out.getvalue().encode()
    assert read(content) == rows


@given(st.binary(max_size=400))
def test_no_bytes_crash_the_reading(content: bytes) -> None:
    try:
        for row in opened(content).rows:
            assert row.number > 1
    except Usage:
        pass


@given(st.binary(max_size=300), st.integers(1, 7))
def test_where_the_stream_is_cut_makes_no_difference(content: bytes, size: int) -> None:
    class Small(io.RawIOBase):
        def __init__(self) -> None:
            self.rest = content

        def read(self, wanted: int = -1) -> bytes:
            taken, self.rest = self.rest[:size], self.rest[size:]
            return taken

    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or content[: min(size, 4)] != content[:4]:
        return
    seen = opened(b"a\n").seen
    assert "".join(lines(_stream(Small()), "x", seen)) == "".join(lines(io.BytesIO(content), "x", seen))
