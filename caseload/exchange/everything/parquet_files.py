"""A table as parquet, through pyarrow: typed columns, a row group at a time, and what each column is in the file's own metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from sqlalchemy import Table

from caseload.errors import Usage
from caseload.messages import _
from caseload.text import line

from .csv_files import wrong_columns
from .rows import PAGE, PAGE_OF_BYTES, Field, Kind, Page, Pages, fields

# Pages in a row group.
_GROUP = 16

_TYPES: dict[Kind, Any] = {
    "int": pa.int64(),
    "real": pa.float64(),
    "text": pa.string(),
    "flag": pa.bool_(),
    "day": pa.date32(),
    "moment": pa.timestamp("us", tz="UTC"),
    "bytes": pa.binary(),
}


def write(table: Table, pages: Iterator[tuple[Page, bytes]], target: BinaryIO, says: dict[str, str]) -> None:
    """Every row; `says` is what each column is."""
    kept = [pa.field(one.name, _TYPES[one.kind], one.null, {"describe": says[one.name]}) for one in fields(table)]
    schema = pa.schema(kept, metadata={"caseload.table": table.name})
    make = [_ARRAYS.get(one.kind, _plain) for one in fields(table)]
    with pq.ParquetWriter(target, schema, compression="zstd") as file:
        batches: list[Any] = []

        def flush() -> None:
            if batches:
                file.write_table(pa.Table.from_batches(batches, schema), row_group_size=sum(map(len, batches)))
                batches.clear()

        for page, _lines in pages:
            columns = zip(make, schema, zip(*page, strict=True), strict=True)
            batches.append(pa.record_batch([f(values, one.type) for f, one, values in columns], schema=schema))
            if len(batches) == _GROUP:
                flush()
        flush()


def read(table: Table, path: Path) -> Pages:
    """The rows again. Raises Usage with the file, and the column where it is of another kind, for what is not as it was written."""
    columns = fields(table)
    size = PAGE_OF_BYTES if any(one.kind == "bytes" for one in columns) else PAGE
    turn = [_ROWS.get(one.kind, _same) for one in columns]
    try:
        with pq.ParquetFile(path) as file:
            _must_fit(path, columns, file.schema_arrow)
            for batch in file.iter_batches(size, use_threads=False):
                yield list(zip(*(f(column) for f, column in zip(turn, batch.columns, strict=True)), strict=True))
    except (pa.ArrowException, OSError, ValueError):
        raise Usage(
            _("{file} is no parquet file, or damaged. Take the folder out anew, or from another copy.").format(
                file=line(path.name)
            )
        ) from None


def _must_fit(path: Path, columns: tuple[Field, ...], schema: Any) -> None:
    if list(schema.names) != [one.name for one in columns]:
        raise wrong_columns(path, [one.name for one in columns], list(schema.names))
    for one, found in zip(columns, schema, strict=True):
        if found.type != _TYPES[one.kind]:
            raise Usage(
                _("{file}, row 1, column {column}: not as it was written; expected: {wanted}.").format(
                    file=line(path.name), column=one.name, wanted=str(_TYPES[one.kind])
                )
            )


def _plain(values: Sequence[Any], kind: Any) -> Any:
    return pa.array(values, kind)


def _flags(values: Sequence[Any], kind: Any) -> Any:
    return pa.array([None if value is None else bool(value) for value in values], kind)


def _days(values: Sequence[Any], kind: Any) -> Any:
    return pa.array(values, pa.string()).cast(kind)


def _moments(values: Sequence[Any], kind: Any) -> Any:
    naive = pa.array([None if value is None else value[:-1] for value in values], pa.string())
    return naive.cast(pa.timestamp("us")).cast(kind)


_ARRAYS: dict[Kind, Callable[[Sequence[Any], Any], Any]] = {"flag": _flags, "day": _days, "moment": _moments}


def _same(column: Any) -> list[Any]:
    found: list[Any] = column.to_pylist()
    return found


def _as_flags(column: Any) -> list[Any]:
    return [None if value is None else int(value) for value in column.to_pylist()]


def _as_days(column: Any) -> list[Any]:
    return [None if value is None else value.isoformat() for value in column.to_pylist()]


def _as_moments(column: Any) -> list[Any]:
    naive = column.cast(pa.timestamp("us")).to_pylist()
    return [None if value is None else value.isoformat(timespec="microseconds") + "Z" for value in naive]


_ROWS: dict[Kind, Callable[[Any], list[Any]]] = {"flag": _as_flags, "day": _as_days, "moment": _as_moments}
