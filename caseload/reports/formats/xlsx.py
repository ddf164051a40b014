"""xlsx through xlsxwriter, row by row with constant memory: real dates, frozen header, filter, print set-up.

Text is text: nothing turns into a formula or a link. What a sheet cannot hold is split (rows) or cut and said (text).
"""

from __future__ import annotations

import contextlib
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, BinaryIO

from caseload import __version__
from caseload.messages import _
from caseload.text import line

from . import PAGE, Written, xlsx_chart
from .values import instant as utc
from .values import safe, words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ..table import Column, Kind, Report, ReportTable

SHEET_ROWS = 1_048_576  # Excel's limits, header included (Microsoft: Excel specifications and limits).
CELL_CHARACTERS = 32_767
_SHEET_NAME = 31
_FIRST_DAY = date(1900, 3, 1)  # Excel counts a 29 February 1900 that never was.
_WIDTHS: dict[Kind, int] = {"text": 28, "list": 20, "date": 12, "instant": 17, "int": 10, "percent": 10, "money": 12}
_NUMBER_FORMATS: dict[Kind, str] = {
    "date": "yyyy-mm-dd",
    "instant": "yyyy-mm-dd hh:mm",
    "int": "0",
    "percent": "0.0",
    "money": "#,##0.00",
}


def write(report: Report, target: BinaryIO, scratch: Path) -> Written:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]
    from xlsxwriter.exceptions import XlsxFileError  # type: ignore[import-untyped]

    book = Workbook(
        target,
        {
            "constant_memory": True,
            "tmpdir": str(scratch),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    book.use_zip64()
    written = Written()
    try:
        _properties(book, report)
        styles = _styles(book)
        sheets = _Names()
        for table in report.tables:
            _Part(book, report, table, styles, sheets, written).write()
        _dictionary(book, report, styles, sheets)
        try:
            book.close()
        except XlsxFileError as wrapped:
            raise (wrapped.args[0] if isinstance(wrapped.args[0], OSError) else OSError(str(wrapped))) from None
    except BaseException:
        book.fileclosed = 1  # Or its destructor would write a second half of a file that is given up.
        for sheet in book.worksheets():
            if sheet.row_data_fh and not sheet.row_data_fh.closed:
                _abandon(sheet.row_data_fh)
        raise
    return written


def _abandon(stream: Any) -> None:
    with contextlib.suppress(OSError):
        stream.close()


def _properties(book: Any, report: Report) -> None:
    # A fixed day, so that the same data give the same file: the end of the period, or the day it answers for.
    made = report.period.last if report.period else report.today
    book.set_properties(
        {
            "title": line(report.title),
            "comments": report.warning,
            "keywords": f"caseload {__version__}",
            "created": datetime.combine(made, time()),
        }
    )


def _styles(book: Any) -> dict[str, Any]:
    styles: dict[str, Any] = {
        kind: book.add_format({"num_format": shown, "valign": "top"}) for kind, shown in _NUMBER_FORMATS.items()
    }
    styles["text"] = book.add_format({"valign": "top"})
    styles["prose"] = book.add_format({"valign": "top", "text_wrap": True})
    styles["said"] = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
    styles["head"] = book.add_format({"bold": True, "bottom": 1, "valign": "top", "text_wrap": True})
    return styles


class _Names:
    """Sheet names: at most 31 characters, none of `[]:*?/\\`, no two alike whatever their case."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def take(self, title: str, number: int = 1) -> str:
        plain = "".join(" " if c in "[]:*?/\\" else c for c in line(title)).strip("' ") or "-"
        while True:
            tail = f" ({number})" if number > 1 else ""
            name = plain[: _SHEET_NAME - len(tail)].rstrip() + tail
            if name.casefold() not in self.taken and name.casefold() != "history":
                self.taken.add(name.casefold())
                return name
            number += 1


class _Part:
    """One table on its way into as many sheets as it needs."""

    def __init__(
        self,
        book: Any,
        report: Report,
        table: ReportTable,
        styles: dict[str, Any],
        names: _Names,
        written: Written,
    ) -> None:
        self.book, self.report, self.table = book, report, table
        self.styles, self.names, self.written = styles, names, written
        self.cut = 0
        self.cells = [self._cell(place, column) for place, column in enumerate(table.columns)]

    def write(self) -> None:
        count, at, number = 0, SHEET_ROWS, 0
        sheet: Any = None
        for row in self.table.rows:
            if at >= SHEET_ROWS:
                if sheet is not None:
                    self._finish(sheet, at)
                number += 1
                sheet, at = self._begin(number), 1
            for cell, value in zip(self.cells, row, strict=True):
                if value is not None:
                    cell(sheet, at, value)
            at += 1
            count += 1
            if count % PAGE == 0:
                self.report.tick(count, None)
        if sheet is None:
            sheet, at = self._begin(1), 1
        self._finish(sheet, at)
        self.written.rows[self.table.name] = count
        if self.cut:
            self.written.remarks.append(
                _(
                    "{part}: {n} texts are longer than a spreadsheet cell holds and were cut; csv has them whole."
                ).format(part=self.table.name, n=self.cut)
            )

    def _begin(self, number: int) -> Any:
        sheet = self.book.add_worksheet(self.names.take(self.table.title, number))
        for place, column in enumerate(self.table.columns):
            width = 60 if column.narrative else max(_WIDTHS.get(column.kind, 14), min(len(column.title) + 2, 24))
            sheet.set_column(place, place, width)
        sheet.freeze_panes(1, 0)
        if self.report.identified:
            sheet.set_tab_color("red")
        _page(sheet, self.report, self.table.title)
        for place, column in enumerate(self.table.columns):
            sheet.write_string(0, place, line(column.title), self.styles["head"])
        return sheet

    def _finish(self, sheet: Any, rows: int) -> None:
        sheet.autofilter(0, 0, max(rows - 1, 1), len(self.table.columns) - 1)
        at = rows + 1
        for chart in self.table.charts:
            at += xlsx_chart.place(self.book, sheet, self.table, chart, at)

    def _cell(self, place: int, column: Column) -> Callable[[Any, int, Any], None]:
        style = self.styles.get(column.kind, self.styles["prose" if column.narrative else "text"])
        plain = self.styles["text"]

        def text(sheet: Any, row: int, value: Any) -> None:
            value = ", ".join(words(value)) if column.kind == "list" else value
            sheet.write_string(row, place, self._fit(safe(value)), style)

        def number(sheet: Any, row: int, value: Any) -> None:
            sheet.write_number(row, place, value, style)

        def money(sheet: Any, row: int, value: Any) -> None:
            sheet.write_number(row, place, value / 100, style)

        def flag(sheet: Any, row: int, value: Any) -> None:
            sheet.write_boolean(row, place, bool(value), style)

        def day(sheet: Any, row: int, value: Any) -> None:
            value = date.fromisoformat(value) if isinstance(value, str) else value
            if value < _FIRST_DAY:
                sheet.write_string(row, place, value.isoformat(), plain)
            else:
                sheet.write_datetime(row, place, datetime.combine(value, time()), style)

        def instant(sheet: Any, row: int, value: Any) -> None:
            value = datetime.fromisoformat(utc(value)) if isinstance(value, str) else value
            # A spreadsheet knows no zones: the agency's wall clock is what its readers mean.
            local = value.astimezone(self.report.zone).replace(tzinfo=None)
            if local.date() < _FIRST_DAY:
                sheet.write_string(row, place, local.isoformat(" ", "minutes"), plain)
            else:
                sheet.write_datetime(row, place, local, style)

        known: dict[Kind, Callable[[Any, int, Any], None]] = {
            "int": number, "percent": number, "money": money, "flag": flag, "date": day, "instant": instant,
        }  # fmt: skip
        return known.get(column.kind, text)

    def _fit(self, value: str) -> str:
        # The limit counts UTF-16 units.
        if len(value) <= CELL_CHARACTERS // 2 or len(value.encode("utf-16-le")) // 2 <= CELL_CHARACTERS:
            return value
        self.cut += 1
        kept = value.encode("utf-16-le")[: 2 * (CELL_CHARACTERS - 1)].decode("utf-16-le", "ignore")
        return kept + "\u2026"


def _page(sheet: Any, report: Report, title: str) -> None:
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    head = [line(report.title), line(title)]
    if report.period:
        head.append(report.period.key)
    middle = _("Identifies clients") if report.identified else ""
    sheet.set_header(f"&L{_printed(' - '.join(head))}&R{_printed(middle)}")
    sheet.set_footer(f"&L{_printed(f'caseload {__version__}')}&R&P / &N")


def _printed(text: str) -> str:
    """Text for a page's head or foot, where `&` starts a code; Excel takes 255 characters in all."""
    return text[:80].replace("&", "&&")


def _dictionary(book: Any, report: Report, styles: dict[str, Any], names: _Names) -> None:
    sheet = book.add_worksheet(names.take(_("What the columns mean")))
    for place, (title, width) in enumerate(((_("Part"), 16), (_("Column"), 20), (_("Title"), 24), (_("Meaning"), 90))):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, title, styles["head"])
    sheet.freeze_panes(1, 0)
    _page(sheet, report, _("What the columns mean"))
    at = 1
    for said in (report.warning, *report.remarks):
        if said:
            sheet.write_string(at, 3, line(said), styles["said"])
            at += 1
    for table in report.tables:
        if table.note:
            for place, value in ((0, table.name), (3, table.note)):
                sheet.write_string(at, place, line(value), styles["prose"])
            at += 1
        for column in table.columns:
            for place, value in enumerate((table.name, column.key, column.title, column.describe)):
                sheet.write_string(at, place, line(value), styles["prose"])
            at += 1
