"""Workbooks and csv files of any shape: what is read of them, what is refused, and what a column is taken for."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload import models as m
from caseload.errors import Usage
from caseload.exchange.sheet import source, terms
from caseload.exchange.sheet.book import Unworkable
from caseload.exchange.sheet.mapping import Mapping, dump, load
from caseload.exchange.sheet.propose import propose
from tests.support.examples import examples

from .lists import AENNE, GERMAN, as_book, as_csv

HEADER = ["Client ID", "First name", "Last name", "Opened"]
AMINA = ["7", "Amina", "Yusuf", date(2026, 1, 5)]


def rows_of(path: Path, sheet: str = "") -> tuple[tuple[str, ...], list[tuple[int, list[str]]]]:
    with source.find(path, sheet).table() as table:
        return table.header, [(row.number, row.cells) for row in table.rows]


def test_days_are_days_and_numbers_are_what_was_typed(tmp_path: Path) -> None:
    cells = [7.0, 7.5, date(2026, 1, 5), datetime.fromisoformat("2026-01-05 09:30"), True, None, " x "]
    header = ["a", "b", "First name", "Last name", "e", "f", "g"]
    path = as_book(tmp_path / "x.xlsx", [header, cells])
    assert rows_of(path)[1] == [(2, ["7", "7.5", "2026-01-05", "2026-01-05 09:30:00", "yes", "", " x "])]


def test_a_title_above_the_header_empty_and_merged_rows_are_no_rows(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = as_book(
        tmp_path / "x.xlsx",
        [["Caseload of the north office", "", "printed", "today"], [], HEADER, AMINA, [], ["8", "Bo"]],
    )
    book = load_workbook(path)
    book.active.merge_cells("A1:D1")
    book.active.merge_cells("B6:D6")
    book.save(path)
    assert rows_of(path) == (tuple(HEADER), [(4, ["7", "Amina", "Yusuf", "2026-01-05"]), (6, ["8", "Bo", "", ""])])


def test_a_formula_gives_the_value_it_was_saved_with_or_says_that_there_is_none(tmp_path: Path) -> None:
    path = as_book(tmp_path / "x.xlsx", [HEADER, ["7", '=A2&"x"', "#REF!", date(2026, 1, 5)]])
    [(_number, cells)] = rows_of(path)[1]
    assert [(cell, cell.why) for cell in cells if isinstance(cell, Unworkable)] == [
        ("", "is a formula whose result was not saved"), ("", "came to an error in the spreadsheet"),
    ]  # fmt: skip


def test_the_sheet_that_looks_like_a_list_is_read_and_two_are_asked_about(tmp_path: Path) -> None:
    notes = [["Remember the", "keys"]]
    assert rows_of(as_book(tmp_path / "x.xlsx", notes, title="Notes", more={"List": [HEADER, AMINA]}))[0] == tuple(
        HEADER
    )
    both = as_book(tmp_path / "y.xlsx", [HEADER, AMINA], title="North", more={"South": [HEADER, AMINA]})
    with pytest.raises(Usage, match="2 sheets that could be meant: North, South"):
        rows_of(both)
    assert len(rows_of(both, "south")[1]) == 1
    with pytest.raises(Usage, match=r"no sheet 'West'\. It has: North, South"):
        rows_of(both, "West")


def test_columns_of_one_name_or_none_are_told_apart(tmp_path: Path) -> None:
    path = as_book(
        tmp_path / "x.xlsx", [["First name", "Last name", "Phone", "Phone", None, "x"], ["a", "b", "c", "d", "e"]]
    )
    assert rows_of(path)[0] == ("First name", "Last name", "Phone", "Phone (2)", "column E", "x")


@contextmanager
def remade(path: Path, tmp_path: Path) -> Iterator[tuple[dict[str, bytes], Path]]:
    """A workbook's parts, to be changed, and where it is written again."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    made = tmp_path / "made.xlsx"
    yield parts, made
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


SHEET = "xl/worksheets/sheet1.xml"


def test_a_workbook_that_declares_entities_is_not_read(tmp_path: Path) -> None:
    with remade(as_book(tmp_path / "x.xlsx", [HEADER, AMINA]), tmp_path) as (parts, made):
        parts[SHEET] = (
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
            + parts[SHEET].partition(b"?>")[2]
        )
    with pytest.raises(Usage, match="as no program for workbooks writes it"):
        rows_of(made)


def test_a_workbook_that_would_grow_beyond_measure_is_not_read(tmp_path: Path) -> None:
    with remade(as_book(tmp_path / "x.xlsx", [HEADER, AMINA]), tmp_path) as (parts, made):
        parts[SHEET] += b" " * (40 * 1024 * 1024)
    with pytest.raises(Usage, match="cannot be trusted"):
        rows_of(made)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<row r="2"', b'<row r="99999999"'), (b'r="A2"', b'r="ZZZZZ2"'), (b'r="A2"', b'r="2A"'), (b'r="A2"', b""), (b"</sheetData>", b""),
        (b't="n"', b't="d"'), (b"<sheetData>", b"<sheetData><row r=\"x\"/>"), (b'r="B2"', b'r="B2" s="9999"'),
    ],
)  # fmt: skip
def test_a_damaged_workbook_is_one_sentence_or_is_read_past(tmp_path: Path, old: bytes, new: bytes) -> None:
    with remade(as_book(tmp_path / "x.xlsx", [HEADER, AMINA]), tmp_path) as (parts, made):
        parts[SHEET] = parts[SHEET].replace(old, new)
    with suppress(Usage):
        assert len(rows_of(made)[1]) <= 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "Excel 97"), ("x.xlsx", b"PK\x03\x04rubbish", "is damaged"),
        ("x.xlsx", b"", "neither"), ("x.csv", b"", "is empty"), ("x.csv", b"\n,,,\n", "is empty"), ("x.pdf", b"%PDF-1.4", "pdf"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_by_name(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Usage, match=said):
        rows_of(tmp_path / name)


def test_a_csv_file_comes_in_any_letters_line_ends_and_signs(tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
        header, rows = rows_of(as_csv(tmp_path / f"{encoding}.csv", [AENNE], encoding=encoding))
        assert header == tuple(GERMAN)
        assert rows[0][1][1:3] == ["Müller", "Änne"]
        assert "Schlüssel liegt\r\nbeim Nachbarn" in [
            cell.replace("\n", "\r\n").replace("\r\r", "\r") for cell in rows[0][1]
        ]


def test_two_exports_glued_together_have_one_header(tmp_path: Path) -> None:
    one = as_csv(tmp_path / "a.csv", [AENNE]).read_bytes()
    (tmp_path / "b.csv").write_bytes(one + b";;;;\r\n" + one.removeprefix(b"\xef\xbb\xbf"))
    found = source.find(tmp_path / "b.csv")
    with found.table() as table:
        assert len(list(table.rows)) == 2
        assert [(note.rows, note.reason) for note in source.seen_on_the_way(table)] == [
            (1, "rows are empty"), (1, "rows are the header once more: files were put together"),
        ]  # fmt: skip


def test_a_zip_with_one_csv_in_a_folder_is_read_and_one_with_two_is_asked_about(tmp_path: Path) -> None:
    content = as_csv(tmp_path / "a.csv", [AENNE]).read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip", "w") as archive:
        archive.writestr("Export/list.csv", content)
        archive.writestr("__MACOSX/._list.csv", b"x")
    assert rows_of(tmp_path / "one.zip")[0] == tuple(GERMAN)
    with zipfile.ZipFile(tmp_path / "one.zip", "a") as archive:
        archive.writestr("Export/other.csv", content)
    with pytest.raises(Usage, match=r"2 csv files: list\.csv, other\.csv"):
        rows_of(tmp_path / "one.zip")


# ---------------------------------------------------------------- what a column is taken for


class Nobody:
    """An agency of one program and one worker, as far as a proposal asks."""

    def __init__(self) -> None:
        self.today = date(2026, 11, 20)
        self.conn = self

    def execute(self, statement: Any) -> Any:
        housing = SimpleNamespace(code="housing", name="Housing First", closed_on=None)
        ana = SimpleNamespace(handle="ana", name="Ana Rossi")
        found = [housing] if m.program in statement.get_final_froms() else [ana]
        return SimpleNamespace(all=lambda: found)


def proposed(path: Path) -> Mapping:
    return propose(cast("Any", Nobody()), source.find(path)).mapping


HEADERS = """
Case number|First name|Last name|Date of birth|Program|Case manager|Opened|Last contact|Next step|Due
Fallnummer|Vorname|Nachname|Geburtsdatum|Programm|Fallführung|Eröffnet am|Letzter Kontakt|Nächster Schritt|Fällig
Numero pratica|Nome|Cognome|Data di nascita|Programma|Operatore|Data apertura|Ultimo contatto|Prossimo passo|Scadenza
Expediente|Nombre|Apellidos|Fecha de nacimiento|Programa|Gestora|Fecha de apertura|Último contacto|Próximo paso|Plazo
N° dossier|Prénom|Nom|Date de naissance|Programme|Référent|Date d'ouverture|Dernier contact|Prochaine étape|Échéance
"""


@pytest.mark.parametrize("header", HEADERS.split("\n")[1:-1])
def test_headers_are_known_in_five_languages(tmp_path: Path, header: str) -> None:
    path = as_book(tmp_path / "x.xlsx", [header.split("|"), ["x"] * 10])
    assert list(proposed(path).columns.values()) == [
        "case.id", "client.given", "client.family", "client.born", "case.program", "case.worker", "case.opened", "contact.day",
        "task.title", "task.due",
    ]  # fmt: skip


def test_values_tell_what_an_unknown_header_does_not(tmp_path: Path) -> None:
    rows = [
        ["A", "B", "C", "D", "E", "First name", "Last name"], ["a@b.org", "Ana Rossi", "housing", "17/05/1980", "Tulips", "x", "y"],
        ["c@d.org", "ana", "Housing First", "1.2.1971", "Roses", "x", "y"],
    ]  # fmt: skip
    assert list(proposed(as_book(tmp_path / "x.xlsx", rows)).columns.values())[:5] == [
        "client.email", "case.worker", "case.program", "client.born", "",
    ]  # fmt: skip


def test_a_name_in_one_column_is_parted_where_its_comma_is(tmp_path: Path) -> None:
    whole = proposed(as_book(tmp_path / "a.xlsx", [["Name", "Opened"], ["Rossi, Maria", "x"]]))
    assert whole.columns["Name"] == "client.family_given"
    assert whole.defaults == {"case.program": "housing"}, "the only program there is"
    assert (
        proposed(as_book(tmp_path / "b.xlsx", [["Name", "Opened"], ["Maria Rossi", "x"]])).columns["Name"]
        == "client.given_family"
    )
    assert (
        proposed(as_book(tmp_path / "c.xlsx", [["Name", "Vorname"], ["Rossi", "Maria"]])).columns["Name"]
        == "client.family"
    )


words = st.text(min_size=1, max_size=20).filter(lambda text: text.strip() == text)


@examples(40)
@given(
    columns=st.dictionaries(words, st.sampled_from(["", "keep", "note"]), max_size=4),
    sheet=words,
    values=st.dictionaries(words, words, max_size=3),
)
def test_a_mapping_written_down_is_read_back(
    columns: dict[str, str], sheet: str, values: dict[str, str], tmp_path: Path
) -> None:
    needed = {'"A" [x]': "client.family", "B=\\": "case.program", "C#": "case.opened"}
    folded = {terms.fold(raw) or raw: ours for raw, ours in values.items()}
    made = Mapping({**columns, **needed}, {"case.stage": "active"}, {"client.language": folded}, sheet, "dmy")
    (tmp_path / "map.toml").write_bytes(dump(made).encode("utf-8", "surrogatepass"))
    assert load(tmp_path / "map.toml") == made
