"""Rows on their way out, a page at a time however many there are, by each engine's shortest way.

SQLAlchemy writes the statement, so that filters stand in one place; the rows come straight from the driver. For csv the
engine makes the cells as well: PostgreSQL by COPY, which is twice as fast as any cursor.
"""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Text, case, exc, func, literal, type_coerce

from .table import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Select

    from caseload.store.database import Reading

    from .table import Column

PAGE = 1_000
# Rows that are read at once where what reads them is quick.
_COPIED = 32_768


def rows_of(r: Reading, statement: Select[Any]) -> Iterator[Any]:
    """The rows of `statement`, fetched by pages: a cursor on the server, where the engine keeps one there."""
    with r.conn.execute(statement, execution_options={"yield_per": PAGE}) as result:
        yield from result


@dataclass(frozen=True, slots=True)
class Stream:
    """The rows of `statement`, whose columns are `columns` in their order.

    `blank` are the keys of those it leaves null by itself. On SQLite days and instants come as text.
    """

    r: Reading
    statement: Select[Any]
    columns: tuple[Column, ...]
    blank: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[Any]:
        if self.r.engine == "postgresql":
            yield from rows_of(self.r, self.statement)
            return
        # Past the result's own conversions: reading each day and instant costs as much as all the rest.
        with _told(self.r), self.r.conn.execute(self.statement) as result:
            while page := result.cursor.fetchmany(PAGE):
                yield from page

    def csv_pages(self) -> Iterator[tuple[str, int]]:
        """Lines of csv and how many rows they are, their texts still as typed."""
        cells = [
            _cell(self.r.engine, column, found).label(column.key)
            for column, found in zip(self.columns, self.statement.selected_columns, strict=True)
        ]
        ready = self.statement.with_only_columns(*cells, maintain_column_froms=True)
        if self.r.engine != "postgresql":
            return _written(self.r, ready)
        return ((page.decode(), rows) for page, rows in _copied(self.r, ready))

    @property
    def copies(self) -> bool:
        """Whether `copied_pages` can be asked."""
        return self.r.engine == "postgresql"

    def copied_pages(self) -> Iterator[tuple[bytes, int]]:
        """The rows as PostgreSQL copies them out, for who reads csv faster than a driver makes rows: null is an empty cell,
        empty text a quoted one; flags are t and f, moments in UTC to the microsecond, a list one text."""
        cells = [
            func.to_char(func.timezone("UTC", found), literal('YYYY-MM-DD"T"HH24:MI:SS.US"Z"')).label(column.key)
            if column.kind == "instant"
            else found.label(column.key)
            for column, found in zip(self.columns, self.statement.selected_columns, strict=True)
        ]
        return _copied(self.r, self.statement.with_only_columns(*cells, maintain_column_froms=True), most=_COPIED)


@contextmanager
def _told(r: Reading) -> Iterator[None]:
    """Errors of the driver as SQLAlchemy would have told them."""
    driver: Any = r.conn.dialect.dbapi
    try:
        yield
    except driver.Error as error:
        kind = exc.OperationalError if isinstance(error, driver.OperationalError) else exc.DBAPIError
        raise kind(None, None, error) from error


def _written(r: Reading, ready: Select[Any]) -> Iterator[tuple[str, int]]:
    with _told(r), r.conn.execute(ready) as result:
        while page := result.cursor.fetchmany(PAGE):
            lines = _lines(page)
            if "\r" in lines:  # csv would not quote it where lines end otherwise
                lines = _lines(
                    [
                        [v.replace("\r\n", "\n").replace("\r", "\n") if isinstance(v, str) else v for v in row]
                        for row in page
                    ]
                )
            yield lines, len(page)


def _lines(rows: Iterable[Any]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _copied(r: Reading, ready: Select[Any], most: int | None = None) -> Iterator[tuple[bytes, int]]:
    compiled = ready.compile(dialect=r.conn.dialect, compile_kwargs={"render_postcompile": True})
    most = most or PAGE
    # The server's settings must not choose how a day looks.
    r.conn.exec_driver_sql("SET LOCAL datestyle = 'ISO, YMD'")
    driver: Any = r.conn.connection.driver_connection
    command = f"COPY ({compiled}) TO STDOUT (FORMAT csv)"
    with _told(r), driver.cursor() as cursor, cursor.copy(command, compiled.params) as copy:
        lines: list[bytes] = []
        for line in copy:  # the protocol's promise: one message a row
            lines.append(bytes(line))
            if len(lines) == most:
                yield b"".join(lines), most
                lines.clear()
        if lines:
            yield b"".join(lines), len(lines)


def _cell(engine: str, column: Column, found: Any) -> ColumnElement[Any]:
    """A column as csv shows it. Null and empty text are both an empty cell."""
    postgres = engine == "postgresql"
    if column.kind == "flag":
        return case((found.is_(True), literal("yes")), (found.is_(False), literal("no")))
    if column.kind == "instant" and postgres:
        return func.to_char(func.timezone("UTC", found), literal('YYYY-MM-DD"T"HH24:MI:SS"Z"'))
    if column.kind == "instant":
        text = type_coerce(found, Text)
        return func.substr(text, 1, 10) + "T" + func.substr(text, 12, 8) + "Z"
    if column.kind == "list":
        found = func.replace(found, SEPARATOR, ", ")
    if column.kind in ("text", "code", "list") and postgres:
        found = func.nullif(found, literal(""))  # COPY would quote it
    shown: ColumnElement[Any] = found
    return shown
