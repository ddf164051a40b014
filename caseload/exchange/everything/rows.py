"""Rows of every table in one spelling for both engines: read from one, held against each other, and filled into the other.

A row is whole numbers, texts, yes and no, days (`2026-11-20`) and moments in UTC to the microsecond, as text. Its line of csv is
what is hashed: two databases that hold the same give the same lines, whichever engine keeps them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any, Literal

from sqlalchemy import Boolean, Connection, Date, Float, Integer, LargeBinary, Table, Text

from caseload.errors import Refused
from caseload.messages import _
from caseload.models import acting, metadata
from caseload.models.base import Instant

Kind = Literal["int", "real", "text", "flag", "day", "moment", "bytes"]
Row = Sequence[Any]
Page = list[Row]
Pages = Iterator[Page]

PAGE = 2_000
# Documents are large, and so few are held at a time.
PAGE_OF_BYTES = 16

_KINDS: tuple[tuple[type, Kind], ...] = (
    (Instant, "moment"),
    (Boolean, "flag"),
    (Date, "day"),
    (Float, "real"),
    (Integer, "int"),
    (LargeBinary, "bytes"),
    (Text, "text"),
)
# Marks of the transaction that wrote a row, which mean nothing in another database and there might be taken for its own.
_MARKS = ("made_in", "touched_in")


@dataclass(frozen=True, slots=True)
class Field:
    """A column that is carried over, and what its values are."""

    name: str
    kind: Kind
    null: bool


def tables() -> list[Table]:
    """Every table that holds anything between two acts, parents first."""
    return [table for table in metadata.sorted_tables if table is not acting]


@cache
def fields(table: Table) -> tuple[Field, ...]:
    """The columns of a table that are carried over. Raises TypeError for a kind of column nobody has thought of."""
    return tuple(Field(c.name, _kind(c), bool(c.nullable)) for c in table.columns if c.name not in _MARKS)


def _kind(column: Any) -> Kind:
    for known, kind in _KINDS:
        if isinstance(column.type, known):
            return kind
    raise TypeError(f"{column}: {column.type!r}")


def numbered(table: Table) -> bool:
    """Whether the database gives that table's keys."""
    return table.primary_key.columns[0].identity is not None


def slices(rows: Iterable[Row], size: int = PAGE) -> Pages:
    """Rows in pages."""
    whole = iter(rows)
    while page := list(islice(whole, size)):
        yield page


# ---------------------------------------------------------------- one spelling

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII).fullmatch
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII).fullmatch


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _as_it_is(known: Callable[[str], Any]) -> Callable[[str], str]:
    def spelled(value: str) -> str:
        if not known(value):
            raise ValueError
        return value

    return spelled


# Each takes a value of its own kind only: SQLite would keep any other as well.
_SPELL: dict[Kind, Callable[[Any], str]] = {
    "int": int.__repr__,
    "real": float.__repr__,
    "text": _quoted,
    "flag": {0: "false", 1: "true"}.__getitem__,
    "day": _as_it_is(_DAY),
    "moment": _as_it_is(_MOMENT),
    "bytes": lambda value: "\\x" + bytes.hex(value),
}


def spelled(table: Table, pages: Pages) -> Iterator[tuple[Page, bytes]]:
    """Each page with its lines of csv: null is an empty cell, text stands in quotes, bytes are hexadecimal behind `\\x`.

    Raises Refused for a value that is none of its column's kind.
    """
    spell = [_SPELL[one.kind] for one in fields(table)]
    for page in pages:
        try:
            lines = [
                ",".join("" if value is None else f(value) for f, value in zip(spell, row, strict=True)) for row in page
            ]
            yield page, ("\n".join(lines) + "\n").encode()
        except (TypeError, ValueError, KeyError, AttributeError):
            raise _misfit(table, page) from None


def _misfit(table: Table, page: Page) -> Refused:
    for row in page:
        for one, value in zip(fields(table), row, strict=True):
            try:
                if value is not None:
                    _SPELL[one.kind](value).encode()
            except (TypeError, ValueError, KeyError, AttributeError):
                return Refused(
                    _(
                        "The database holds a value that is none of its column's kind: table {table}, id {id}, column {column}. "
                        "Nothing was written; put it right there, or restore a backup."
                    ).format(table=table.name, id=row[0], column=one.name)
                )
    return Refused(_("The table {table} cannot be read.").format(table=table.name))


@dataclass(slots=True)
class Tally:
    """How many rows passed by, and the SHA-256 over their lines."""

    rows: int = 0
    _hash: Any = field(default_factory=hashlib.sha256)

    def take(self, page: Page, lines: bytes) -> None:
        self.rows += len(page)
        self._hash.update(lines)

    @property
    def content(self) -> str:
        return str(self._hash.hexdigest())


# ---------------------------------------------------------------- out of an engine


def read(conn: Connection, table: Table) -> Pages:
    """All rows of a table by their key, a page at a time; on a server by a cursor of its own."""
    postgres = conn.dialect.name == "postgresql"
    columns = ", ".join(_read(one, postgres) for one in fields(table))
    sql = f"SELECT {columns} FROM {table.name} ORDER BY id"
    size = PAGE_OF_BYTES if any(one.kind == "bytes" for one in fields(table)) else PAGE
    if postgres:
        with conn.exec_driver_sql(sql, execution_options={"yield_per": size}) as result:
            for some in result.partitions(size):
                yield list(some)
        return
    with conn.exec_driver_sql(sql) as result:
        while page := result.cursor.fetchmany(size):
            yield list(page)


def _read(one: Field, postgres: bool) -> str:
    match one.kind, postgres:
        case "moment", True:
            return f"to_char({one.name} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
        case "moment", False:
            return f"replace({one.name}, ' ', 'T') || 'Z'"
        case "day", True:
            return f"to_char({one.name}, 'YYYY-MM-DD')"
    return one.name


def tallied(conn: Connection, table: Table) -> Tally:
    """What a table holds."""
    tally = Tally()
    for page, lines in spelled(table, read(conn, table)):
        tally.take(page, lines)
    return tally


def last_key(conn: Connection, table: Table) -> int | None:
    """The greatest key ever given in a table, also where its row is gone since; None where keys are not given."""
    if not numbered(table):
        return None
    newest = int(conn.exec_driver_sql(f"SELECT COALESCE(max(id), 0) FROM {table.name}").scalar_one())
    if conn.dialect.name == "sqlite":
        given = conn.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,)).scalar()
    else:
        name = conn.exec_driver_sql(f"SELECT pg_get_serial_sequence('{table.name}', 'id')").scalar_one()
        given = conn.exec_driver_sql(f"SELECT CASE WHEN is_called THEN last_value END FROM {name}").scalar()
    return max(newest, int(given or 0))


# ---------------------------------------------------------------- into an engine


def fill(conn: Connection, table: Table, pages: Iterator[tuple[Page, bytes]]) -> None:
    """Write all rows into an empty table of a database that has no triggers yet.

    Raises the driver's errors where a row breaks a rule of the table: on SQLite for the page it stands in.
    """
    names = ", ".join(one.name for one in fields(table))
    if conn.dialect.name == "postgresql":
        raw: Any = conn.connection.driver_connection
        with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN (FORMAT csv)") as copy:
            for _page, lines in pages:
                copy.write(lines)
        return
    slots = ", ".join(
        f"replace(substr(?{n}, 1, 26), 'T', ' ')" if one.kind == "moment" else f"?{n}"
        for n, one in enumerate(fields(table), 1)
    )
    sql = f"INSERT INTO {table.name} ({names}) VALUES ({slots})"
    raw = conn.connection.driver_connection
    for page, _lines in pages:
        raw.executemany(sql, page)


def set_last_key(conn: Connection, table: Table, last: int) -> None:
    """The database gives greater keys than this one from now on."""
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table.name,))
        conn.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table.name, last))
    elif last:
        conn.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {last})")
