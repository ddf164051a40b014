"""parquet through pyarrow: typed columns, and the data dictionary in the file's own metadata.

Each column carries `title`, `describe` and `kind`; the schema carries the report's `caseload.*` keys. Money is integer
cents, moments are UTC. A report of several parts is one zip of PART.parquet, the same bytes every time.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import UTC
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from pyarrow import csv

from caseload import __version__

from ..table import SEPARATOR
from . import Written
from .values import STAMP, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ..table import Column, Kind, Report, ReportTable

# Rows of a row group: enough for a reader to skip by, few enough to hold.
GROUP = 32_768

_TYPES: dict[Kind, Any] = {
    "text": pa.string(),
    "code": pa.string(),
    "list": pa.list_(pa.string()),
    "int": pa.int64(),
    "percent": pa.float64(),
    "money": pa.int64(),
    "flag": pa.bool_(),
    "date": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
}


def write(report: Report, target: BinaryIO, scratch: Path) -> Written:
    written = Written()
    if len(report.tables) == 1:
        written.rows[report.tables[0].name] = _write(report, report.tables[0], target)
        return written
    # The parts are packed as they are: parquet compresses by itself, and a reader may seek in what is only stored.
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.comment = report.warning.encode()
        for table in report.tables:
            part = scratch / "part"
            with part.open("wb") as stream:
                written.rows[table.name] = _write(report, table, stream)
            member = zipfile.ZipInfo(f"{table.name}.parquet", STAMP)
            member.external_attr = 0o600 << 16
            member.create_system = 3
            with part.open("rb") as stream, archive.open(member, "w", force_zip64=True) as into:
                shutil.copyfileobj(stream, into)
            part.unlink()
    return written


def _write(report: Report, table: ReportTable, target: BinaryIO) -> int:
    schema = pa.schema([_field(column) for column in table.columns], metadata=_about(report, table))
    count = 0
    copies = getattr(table.rows, "copies", False)
    with pq.ParquetWriter(target, schema, compression="zstd") as file:
        for found in _copied(table, schema) if copies else _made(table, schema):
            file.write_table(found)
            count += found.num_rows
            report.tick(count, None)
    return count


def _made(table: ReportTable, schema: Any) -> Iterator[Any]:
    """The rows of a table, value by value."""
    turn = [_ARRAYS.get(column.kind, _plain) for column in table.columns]
    rows = iter(table.rows)
    while page := list(islice(rows, GROUP)):
        columns = zip(turn, schema, zip(*page, strict=True), strict=True)
        yield pa.table([make(values, field.type) for make, field, values in columns], schema=schema)


def _copied(table: ReportTable, schema: Any) -> Iterator[Any]:
    """The rows as PostgreSQL copies them out, read by pyarrow's own reader of csv: three times as fast as value by value."""
    lists = {column.key for column in table.columns if column.kind == "list"}
    read = csv.ReadOptions(column_names=schema.names, use_threads=False)
    parse = csv.ParseOptions(newlines_in_values=True)
    convert = csv.ConvertOptions(
        column_types={field.name: pa.string() if field.name in lists else field.type for field in schema},
        null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False, true_values=["t"], false_values=["f"],
    )  # fmt: skip
    for page, _rows in table.rows.copied_pages():  # type: ignore[attr-defined]
        read.block_size = len(page) + 1
        found = csv.read_csv(pa.py_buffer(page), read, parse, convert)
        columns = [pc.split_pattern(found[name], SEPARATOR) if name in lists else found[name] for name in schema.names]
        yield pa.table(columns, schema=schema)


def _field(column: Column) -> Any:
    about = {"title": column.title, "describe": column.describe, "kind": column.kind}
    if column.private:
        about["private"] = "yes"
    return pa.field(column.key, _TYPES[column.kind], metadata=about)


def _about(report: Report, table: ReportTable) -> dict[str, str]:
    period = report.period
    about = {
        "report": report.name,
        "part": table.name,
        "title": table.title,
        "period": period.key if period else "",
        "from": period.first.isoformat() if period else "",
        "to": period.last.isoformat() if period else "",
        "today": report.today.isoformat(),
        "query": report.query.encode("utf-8", "replace").decode(),
        "identified": "yes" if report.identified else "no",
        "warning": report.warning,
        "software": f"caseload {__version__}",
        "dictionary": json.dumps({c.key: c.describe for c in table.columns}, ensure_ascii=False),
    }
    return {f"caseload.{key}": value for key, value in about.items()}


def _plain(values: Sequence[Any], kind: Any) -> Any:
    return pa.array(values, kind)


def _texts(values: Sequence[Any], kind: Any) -> Any:
    """Text as it was typed; half a surrogate pair, which UTF-8 has no bytes for, becomes a question mark."""
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        return pa.array([v if v is None else v.encode("utf-8", "replace").decode() for v in values], kind)


def _lists(values: Sequence[Any], kind: Any) -> Any:
    return pa.array([None if value is None else words(value) for value in values], kind)


def _numbers(values: Sequence[Any], kind: Any) -> Any:
    return pa.array([None if value is None else float(value) for value in values], kind)


def _flags(values: Sequence[Any], kind: Any) -> Any:
    return pa.array([None if value is None else bool(value) for value in values], kind)


def _days(values: Sequence[Any], kind: Any) -> Any:
    """Days, also as the text in which SQLite keeps them."""
    if any(isinstance(value, str) for value in values):
        return pa.array([None if v is None else str(v) for v in values], pa.string()).cast(kind)
    return pa.array(values, kind)


def _instants(values: Sequence[Any], kind: Any) -> Any:
    if any(isinstance(value, str) for value in values):
        naive = pa.array(values, pa.string()).cast(pa.timestamp("us"))
        return naive.cast(kind)
    return pa.array([None if value is None else value.astimezone(UTC) for value in values], kind)


_ARRAYS: dict[Kind, Callable[[Sequence[Any], Any], Any]] = {
    "text": _texts,
    "code": _texts,
    "list": _lists,
    "percent": _numbers,
    "flag": _flags,
    "date": _days,
    "instant": _instants,
}
