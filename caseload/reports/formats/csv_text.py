"""csv: UTF-8 without a mark, lines ended by a newline, keys as the header, text defused.

Null and empty text are both an empty cell. A report of several parts is one zip of PART.csv, the same bytes every time.
"""

from __future__ import annotations

import csv
import io
import zipfile
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from . import PAGE, Written
from .values import STAMP, cell, clean, day, instant, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from ..table import Kind, Report, ReportTable

_CELLS: dict[Kind, Callable[[Any], str]] = {
    "text": cell,
    "code": cell,
    "list": lambda value: cell(", ".join(words(value))),
    "int": str,
    "percent": lambda value: f"{value:.1f}",
    "money": str,
    "flag": lambda value: "yes" if value else "no",
    "date": day,
    "instant": instant,
}


def write(report: Report, target: BinaryIO, scratch: Path) -> Written:
    written = Written()
    if len(report.tables) == 1:
        table = report.tables[0]
        written.rows[table.name] = _write(report, table, target)
        return written
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = report.warning.encode()
        for table in report.tables:
            member = zipfile.ZipInfo(f"{table.name}.csv", STAMP)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            member.create_system = 3
            with archive.open(member, "w", force_zip64=True) as part:
                written.rows[table.name] = _write(report, table, part)  # type: ignore[arg-type]  # a zip member is a binary stream
    return written


def _write(report: Report, table: ReportTable, target: BinaryIO) -> int:
    target.write(_lines([table.keys]).encode())
    count = 0
    for lines, rows in _pages(table):
        target.write(lines.encode())
        count += rows
        report.tick(count, None)
    return count


def _pages(table: ReportTable) -> Iterator[tuple[str, int]]:
    """Lines of csv, safe to open, and how many rows they are."""
    if hasattr(table.rows, "csv_pages"):
        for lines, rows in table.rows.csv_pages():
            yield (lines if clean(lines) else _cleaned(table, lines)), rows
        return
    turn = [_CELLS[column.kind] for column in table.columns]
    rows = iter(table.rows)
    while page := [
        [None if value is None else f(value) for f, value in zip(turn, row, strict=True)] for row in islice(rows, PAGE)
    ]:
        yield _lines(page), len(page)


def _cleaned(table: ReportTable, lines: str) -> str:
    """The same lines with their texts made inert; what an escape sequence hid may start a formula, so that is asked again."""
    typed = [column.kind in ("text", "code", "list") for column in table.columns]
    rows = csv.reader(io.StringIO(lines, newline=""))
    return _lines([[cell(value) if text else value for value, text in zip(row, typed, strict=True)] for row in rows])


def _lines(rows: Iterable[Iterable[Any]]) -> str:
    page = io.StringIO(newline="")
    csv.writer(page, lineterminator="\n").writerows(rows)
    return page.getvalue()
