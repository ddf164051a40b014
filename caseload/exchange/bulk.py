"""Many rows at once, set-based, on both engines: ids drawn beforehand, so that rows can refer to each other before they
are written; one statement a slice, so that PostgreSQL's statement-level triggers fire once for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Date, Table, func, select
from sqlalchemy.types import TypeEngine

from ..models.base import Instant

SLICE = 2_000

T = TypeVar("T")
Rows = Iterable[Sequence[Any]]


def draw(conn: Connection, table: Table, count: int) -> Sequence[int]:
    """So many fresh ids of a table. On SQLite the write lock is held, so that nobody else draws them."""
    if not count:
        return []
    if conn.dialect.name == "postgresql":
        sql = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        return [int(one) for one in conn.exec_driver_sql(sql, (table.name, count)).scalars()]
    first = (conn.execute(select(func.max(table.c.id))).scalar() or 0) + 1
    return range(first, first + count)


def insert(conn: Connection, table: Table, columns: Sequence[str], rows: Rows) -> int:
    """Insert rows, values in the order of `columns`; answers how many."""
    named = ", ".join(columns)
    if conn.dialect.name == "postgresql":
        sql = f"INSERT INTO {table.name} ({named}) SELECT * FROM unnest({_arrays(conn, table, columns)})"
    else:
        sql = f"INSERT INTO {table.name} ({named}) VALUES ({', '.join('?' * len(columns))})"
    return _run(conn, sql, [table.c[name].type for name in columns], rows)


def update(conn: Connection, table: Table, columns: Sequence[str], rows: Rows) -> int:
    """Set `columns` of rows; each row is its id, then the values. A row's version moves on where it has one."""
    sets = [f"{name} = v.{name}" for name in columns]
    if conn.dialect.name == "postgresql":
        bump = [f"version = {table.name}.version + 1"] if "version" in table.c else []
        source = f"unnest({_arrays(conn, table, ('id', *columns))}) AS v (id, {', '.join(columns)})"
        sql = f"UPDATE {table.name} SET {', '.join(sets + bump)} FROM {source} WHERE {table.name}.id = v.id"
        return _run(conn, sql, (), rows)
    bump = ["version = version + 1"] if "version" in table.c else []
    sets = [f"{name} = ?{at}" for at, name in enumerate(columns, 2)]
    kinds = [table.c[name].type for name in ("id", *columns)]
    return _run(conn, f"UPDATE {table.name} SET {', '.join(sets + bump)} WHERE id = ?1", kinds, rows)


def slices(rows: Iterable[T], size: int = SLICE) -> Iterator[list[T]]:
    """What there is, in lists of at most `size`."""
    whole = iter(rows)
    while some := list(islice(whole, size)):
        yield some


def _arrays(conn: Connection, table: Table, columns: Sequence[str]) -> str:
    kinds = (table.c[name].type.compile(dialect=conn.dialect).split(" COLLATE")[0] for name in columns)
    return ", ".join(f"%s::{kind}[]" for kind in kinds)


def _run(conn: Connection, sql: str, kinds: Sequence[TypeEngine[Any]], rows: Rows) -> int:
    done = 0
    spelled = [] if conn.dialect.name == "postgresql" else [_SPELLED.get(type(kind)) for kind in kinds]
    for some in slices(rows):
        done += len(some)
        columns = [list(column) for column in zip(*some, strict=True)]
        if conn.dialect.name == "postgresql":
            conn.exec_driver_sql(sql, tuple(columns))
            continue
        for at, spell in enumerate(spelled):
            if spell is not None:
                columns[at] = [None if value is None else spell(value) for value in columns[at]]
        conn.exec_driver_sql(sql, list(zip(*columns, strict=True)))
    return done


@lru_cache(maxsize=1024)
def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


# How SQLite stores a value, by the type of its column, as the column types spell it.
_SPELLED: dict[type[Any], Callable[[Any], str]] = {Instant: _instant, Date: date.isoformat}
