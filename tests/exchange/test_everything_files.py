"""Files that lose nothing: whatever a table holds comes back from csv and from parquet, and what does not fit is named."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, Boolean, Column, Date, Float, Integer, LargeBinary, MetaData, Table, Text

from caseload.errors import Refused, Usage
from caseload.exchange.everything import csv_files, dictionary, parquet_files, rows
from caseload.models.base import Instant

EVERY = Table(
    "every",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("words", Text),
    Column("yes", Boolean),
    Column("day", Date),
    Column("at", Instant),
    Column("share", Float),
    Column("scan", LargeBinary),
)
_FIRST = datetime(1, 1, 1, tzinfo=UTC)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12) | st.sampled_from(
    ["", '"', '""', "\n", "\r\n", "a,b", '",\n', "null", "\\N", "=1+1", "\\."]
)
moments = st.integers(0, 315_537_897_599_999_999).map(
    lambda n: (_FIRST + timedelta(microseconds=n)).isoformat(timespec="microseconds")[:26] + "Z"
)
values = st.tuples(
    st.integers(-(2**63), 2**63 - 1),
    st.none() | texts,
    st.none() | st.sampled_from([0, 1]),
    st.none() | st.dates().map(date.isoformat),
    st.none() | moments,
    st.none() | st.floats(allow_nan=False),
    st.none() | st.binary(max_size=40),
)


def out(found: list[Any], path: Path) -> tuple[bytes, str]:
    """The bytes of the csv file, and the hash over its rows."""
    tally, target = rows.Tally(), BytesIO()

    def passing() -> Any:
        for page, lines in rows.spelled(EVERY, rows.slices(found, 3)):
            tally.take(page, lines)
            yield page, lines

    csv_files.write(EVERY, passing(), target)
    path.write_bytes(target.getvalue())
    return target.getvalue(), tally.content


@given(st.lists(values, max_size=8), st.integers(1, 40))
@settings(max_examples=60)
def test_whatever_a_table_holds_comes_back(
    tmp_path_factory: pytest.TempPathFactory, found: list[Any], block: int
) -> None:
    path = tmp_path_factory.mktemp("files") / "every.csv"
    _text, content = out(found, path)
    whole, csv_files._BLOCK = csv_files._BLOCK, block
    try:
        assert [row for page in csv_files.read(EVERY, path) for row in page] == found
    finally:
        csv_files._BLOCK = whole
    with path.open("wb") as target:
        parquet_files.write(
            EVERY, rows.spelled(EVERY, rows.slices(found, 3)), target, {one.name: "x" for one in rows.fields(EVERY)}
        )
    back = [row for page in parquet_files.read(EVERY, path) for row in page]
    assert back == found
    tally = rows.Tally()
    for page, lines in rows.spelled(EVERY, rows.slices(back, 3)):
        tally.take(page, lines)
    assert tally.content == content


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda text: text.replace("id,", "key,", 1), "row 1: there is no column key"),
        (lambda text: text.replace("words,yes", "yes,words", 1), "row 1: the columns do not stand in their order"),
        (lambda text: text.replace("id,words", "id", 1), "row 1: the column words is missing"),
        (lambda text: "", "row 1"),
        (lambda text: text.replace("2026-11-20,", "2026-11-31,", 1), "row 2, column day.*such as 2026-11-20"),
        (lambda text: text.replace("true", "yes", 1), "row 2, column yes.*true"),
        (lambda text: text.replace('"b"', "b", 1), "row 3, column words.*in quotes"),
        (lambda text: text.replace('"b"', '"b', 1), "row 3, column"),
        (lambda text: text[:-9], "row 3, column"),
        (lambda text: text + "5\n", "row 4, column id"),
        (lambda text: text.replace("3,", "three,", 1), "row 3, column id.*whole number"),
    ],
)
def test_what_is_not_as_it_was_written_is_named(edit: Callable[[str], str], words: str, tmp_path: Path) -> None:
    path = tmp_path / "every.csv"
    text, _content = out(
        [
            (1, 'a "quoted"\nline', 1, "2026-11-20", "2026-11-20T08:30:00.000001Z", 1.5, b"\0\xff"),
            (3, "b", None, None, None, None, b"longer"),
        ],
        path,
    )
    path.write_text(edit(text.decode()))
    with pytest.raises(Usage) as said:
        list(csv_files.read(EVERY, path))
    assert re.search(words, said.value.message), said.value.message


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "every.csv").write_bytes(b'id,words,yes,day,at,share,scan\n1,"\xff",,,,,\n')
    with pytest.raises(Usage, match=r"every\.csv: not UTF-8"):
        list(csv_files.read(EVERY, tmp_path / "every.csv"))


def test_a_value_that_is_none_of_its_columns_kind_is_named_by_its_key() -> None:
    """SQLite would keep anything anywhere."""
    for place, value in ((1, 7), (2, 2), (3, "soon"), (4, "2026-11-20 08:30"), (0, "one")):
        row = [9, "a", 1, "2026-11-20", None, None, None]
        row[place] = value
        with pytest.raises(Refused, match=f"table every, id .*column {rows.fields(EVERY)[place].name}"):
            list(rows.spelled(EVERY, iter([[row]])))


def test_every_column_of_every_table_is_of_a_kind_that_is_carried_over() -> None:
    for table in rows.tables():
        assert {one.name for one in rows.fields(table)} | {"made_in", "touched_in"} >= set(table.c.keys())
    with pytest.raises(TypeError):
        rows.fields(Table("other", MetaData(), Column("id", Integer), Column("body", JSON)))


def test_the_dictionary_says_of_every_table_what_it_holds() -> None:
    assert dictionary.ABOUT.keys() == {table.name for table in rows.tables()}
    lines = dictionary.written().decode().splitlines()
    assert lines[0] == "table,about,column,kind,null,points_at,rules,default,unique"
    assert len(lines) == 1 + sum(len(rows.fields(table)) for table in rows.tables())
    assert any(",minutes,whole number,yes,,minutes BETWEEN 0 AND 1440," in one for one in lines)
