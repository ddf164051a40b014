"""parquet: typed, explained by its own metadata, the same as every other format; and a sentence where it cannot be written."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from caseload.errors import Refused
from caseload.reports import formats
from caseload.reports.formats import parquet

from .paper import COLUMNS, EMPTY, HOSTILE, ROW, report, table, words
from .test_formats import made


def read(content: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(content))


def test_columns_are_typed_and_values_whole(tmp_path):
    found = read(made("parquet", report(), tmp_path))
    assert [str(field.type) for field in found.schema] == [
        "string", "string", "string", "int64", "double", "int64", "bool", "date32[day]", "timestamp[us, tz=UTC]",
        "list<element: string>",
    ]  # fmt: skip
    first, second = found.to_pylist()
    assert first == dict(zip((c.key for c in COLUMNS), (*ROW[:9], list(ROW[9])), strict=True))
    assert second == dict(zip((c.key for c in COLUMNS), EMPTY, strict=True))
    assert (first["on"], first["at"]) == (date(2026, 11, 17), datetime(2026, 11, 17, 8, 30, tzinfo=UTC))


def test_the_file_explains_itself(tmp_path):
    schema = read(made("parquet", report(identified=True), tmp_path)).schema
    about = {key.decode(): value.decode() for key, value in schema.metadata.items() if key.startswith(b"caseload.")}
    assert json.loads(about["caseload.dictionary"]) == {column.key: column.describe for column in COLUMNS}
    assert (about["caseload.report"], about["caseload.part"], about["caseload.period"]) == (
        "visits",
        "visits",
        "2026-W47",
    )
    assert about["caseload.identified"] == "yes"
    assert "identifies clients" in about["caseload.warning"]
    paid = schema.field("paid").metadata
    assert (paid[b"title"], paid[b"kind"], paid[b"describe"]) == (b"Paid", b"money", b"What was paid, in cents.")
    assert schema.field("client").metadata[b"private"] == b"yes"


def test_several_parts_are_a_zip_of_files_that_can_be_read_each(tmp_path):
    content = made("parquet", report(table(ROW, name="one"), table(name="two")), tmp_path)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["one.parquet", "two.parquet"]
        assert [read(archive.read(name)).num_rows for name in archive.namelist()] == [1, 0]
    assert list(tmp_path.iterdir()) == []


def test_text_is_as_it_was_typed(tmp_path):
    found = read(made("parquet", report(words(None, *HOSTILE)), tmp_path)).to_pydict()["word"]
    assert found == [None, *("?" if word == "\ud800" else word for word in HOSTILE)]


def test_more_rows_than_one_group_are_written_group_by_group(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "GROUP", 3)
    heard: list[int] = []
    what = report(words(*"abcdefgh"))
    object.__setattr__(what, "tick", lambda done, total: heard.append(done))
    file = pq.ParquetFile(io.BytesIO(made("parquet", what, tmp_path)))
    assert file.num_row_groups == 3
    assert heard == [3, 6, 8]
    assert file.read().to_pydict()["word"] == list("abcdefgh")


def test_without_the_package_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    with pytest.raises(Refused, match=r"pip install 'caseload\[arrow\]'"):
        formats.find("parquet").check()
    for name in ("xlsx", "csv", "json", "html"):
        formats.find(name).check()
