"""Where a row breaks a rule of its table: its place in the file and the column, found again after the database has refused it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Table

from caseload.errors import Usage
from caseload.messages import _

from .rows import Pages, fields, spelled

Again = Callable[[], Pages]


def named(conn: Connection, table: Table, place: str, again: Again, error: Any) -> Usage:
    """What to say of a row that a database refused; `again` reads the rows anew, and `place` is the file or table they stand in."""
    if conn.dialect.name == "sqlite":
        row, column = _by_trying(conn, table, again)
        column = column or _column(str(error))
    else:
        said = error.diag
        context = re.search(r"line (\d+)", said.context or "")
        found = re.search(r", column (\w+)", said.context or "")
        row = _record(table, again, int(context[1])) if context else None
        column = said.column_name or (found[1] if found else "") or _column(said.constraint_name or "")
        key = re.search(r"\((\w+)\)=\((-?\d+)\)", said.message_detail or "")
        if key and said.sqlstate == "23503":
            column, row = key[1], _holding(table, again, key[1], int(key[2]))
    return _said(place, row, column)


def orphan(conn: Connection, place: Callable[[str], str]) -> Usage | None:
    """The first row in a file database that points at nothing."""
    found = conn.exec_driver_sql("PRAGMA foreign_key_check").first()
    if found is None:
        return None
    name, row, _parent, number = found
    keys = {key: column for key, _seq, _to, column, *_rest in conn.exec_driver_sql(f"PRAGMA foreign_key_list({name})")}
    nth = conn.exec_driver_sql(f"SELECT count(*) FROM {name} WHERE id <= ?", (row,)).scalar_one()
    return _said(place(name), int(nth) + 1, str(keys.get(number, "")))


def _said(place: str, row: int | None, column: str) -> Usage:
    where = [place]
    if row is not None:
        where.append(_("row {row}").format(row=row))
    if column:
        where.append(_("column {column}").format(column=column))
    return Usage(
        _(
            "{where}: that breaks a rule of the table. Nothing was brought in; take everything out anew, or from another copy."
        ).format(where=", ".join(where))
    )


def _by_trying(conn: Connection, table: Table, again: Again) -> tuple[int | None, str]:
    """One row after the other into an empty table, until one is refused."""
    raw: Any = conn.connection.driver_connection
    names = [one.name for one in fields(table)]
    conn.exec_driver_sql(f"DELETE FROM {table.name}")
    sql = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    number = 1
    for page in again():
        for row in page:
            number += 1
            try:
                raw.execute(sql, row)
            except Exception as error:  # sqlite3's, or SQLCipher's
                return number, _column(str(error))
    return None, ""


def _column(words: str) -> str:
    """The column that a refusal speaks of: `t.column`, or the name of a constraint, `ck_t_column`."""
    found = re.search(r"failed: (?:\w+\.)?(\w+)", words)
    return found[1] if found else words


def _record(table: Table, again: Again, line: int) -> int | None:
    """The row that stands in that line of what was sent; texts have lines of their own."""
    at, number = 0, 1
    for page, _lines in spelled(table, again()):
        for _one, text in spelled(table, iter([[row] for row in page])):
            number += 1
            at += text.count(b"\n")
            if at >= line:
                return number
    return None


def _holding(table: Table, again: Again, column: str, value: int) -> int | None:
    """The first row that holds that value."""
    place = [one.name for one in fields(table)].index(column)
    number = 1
    for page in again():
        for row in page:
            number += 1
            if row[place] == value:
                return number
    return None
