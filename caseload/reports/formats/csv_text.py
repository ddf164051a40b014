"""csv: UTF-8 without a mark, lines ended by a newline, keys as the header, text defused.

Null and empty text are both an empty cell. A report of several parts is one zip of PART.csv, the same bytes every time.
"""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING, Any, BinaryIO

from . import Written
from .values import cell, day, instant, joined

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ..table import Kind, Report, ReportTable

_CELLS: dict[Kind, Callable[[Any], str]] = {
    "text": cell,
    "code": cell,
    "list": lambda value: cell(joined(value)),
    "int": str,
    "percent": lambda value: f"{value:.1f}",
    "money": str,
    "flag": lambda value: "yes" if value else "no",
    "date": day,
    "instant": instant,
}
# The zip format knows no earlier day; a fixed one keeps the bytes the same from run to run.
_STAMP = (1980, 1, 1, 0, 0, 0)
# Rows encoded and handed on at a time.
_PAGE = 500


def write(report: Report, target: BinaryIO, scratch: Path) -> Written:
    written = Written()
    if len(report.tables) == 1:
        table = report.tables[0]
        written.rows[table.name] = _write(table, target)
        return written
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in report.tables:
            member = zipfile.ZipInfo(f"{table.name}.csv", _STAMP)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            member.create_system = 3
            with archive.open(member, "w", force_zip64=True) as part:
                written.rows[table.name] = _write(table, part)  # type: ignore[arg-type]  # a zip member is a binary stream
    return written


def _write(table: ReportTable, target: BinaryIO) -> int:
    turn = [_CELLS[column.kind] for column in table.columns]
    page = io.StringIO(newline="")
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(table.keys)
    count = 0
    for row in table.rows:
        writer.writerow([None if value is None else f(value) for f, value in zip(turn, row, strict=True)])
        count += 1
        if count % _PAGE == 0:
            _turn(page, target)
    _turn(page, target)
    return count


def _turn(page: io.StringIO, target: BinaryIO) -> None:
    target.write(page.getvalue().encode())
    page.seek(0)
    page.truncate()
