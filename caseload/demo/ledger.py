"""Rows in waiting, and how they enter the database: month by month, act by act, through units of work like any others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Table, func, insert, select, text

from .. import models
from ..messages import _
from ..store.database import Database, Work
from ..store.names import rekey

# What a change of that kind did, in words, by the act it records. In this order within a month: parents come first.
_SAID: dict[str, Callable[[], str]] = {
    "intake": lambda: _("{month}: opened, assigned and moved cases"),
    "contact": lambda: _("{month}: logged contacts"),
    "method": lambda: _("{month}: assessed, planned and reviewed"),
    "note": lambda: _("{month}: wrote and signed notes"),
    "task": lambda: _("{month}: set tasks and appointments"),
    "alert": lambda: _("{month}: raised alerts, set tags, snoozed cases"),
}
ACTS = tuple(_SAID)

_TABLES = {table.name: table for table in models.metadata.sorted_tables}


class Ledger:
    """Rows with their keys given out in advance, so that rows may point at each other before any is written."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self._rows: dict[tuple[str, str], dict[str, list[dict[str, Any]]]] = {}

    def start(self, w: Work) -> None:
        """Begin after the keys that are there."""
        for name in ("worker", "worker_standing"):
            table = _TABLES[name]
            self._last[name] = w.conn.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()

    def key(self, table: str) -> int:
        """The next key of a table."""
        self._last[table] = self._last.get(table, 0) + 1
        return self._last[table]

    def add(self, act: str, table: str, day: date, **row: Any) -> int:
        """Keep a row for the month of `day`; returns its key."""
        id_ = self.key(table)
        self._rows.setdefault((day.strftime("%Y-%m"), act), {}).setdefault(table, []).append({"id": id_, **row})
        return id_

    def write(self, db: Database, uid: Callable[[], str], step: Callable[[int, int], None]) -> None:
        """Write everything kept so far, oldest month first, one change for each act of a month."""
        blocks = sorted(self._rows, key=lambda block: (block[0], ACTS.index(block[1])))
        for nth, block in enumerate(blocks):
            month, act = block
            with db.work(act, uid=uid()) as w:
                touched = put(w, self._rows.pop(block))
                w.receipt(_SAID[act]().format(month=month), cases=touched, undoable=False)
            step(nth + 1, len(blocks))

    def settle(self, w: Work) -> None:
        """Let PostgreSQL give out keys after ours."""
        if w.engine != "postgresql":
            return
        for name in sorted(self._last):
            last = {"name": name, "last": self._last[name]}
            w.conn.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"), last)


def put(w: Work, rows: dict[str, list[dict[str, Any]]]) -> list[int]:
    """Insert rows, parents before children; returns the keys of the cases they belong to."""
    touched: set[int] = set()
    for name, table in _TABLES.items():
        if some := rows.get(name):
            insert_many(w, table, some)
            column = "id" if name == "case_file" else "case_id"
            touched.update(row[column] for row in some if row.get(column) is not None)
    if people := rows.get("client"):
        rekey(w.conn, (row["id"] for row in people))
    return sorted(touched)


def insert_many(w: Work, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Insert many rows of one table. Columns left out of some of them stay empty."""
    rows = sorted(rows, key=lambda row: row["id"])
    used = [column.name for column in table.columns if any(column.name in row for row in rows)]
    whole = [{name: row.get(name) for name in used} for row in rows]
    statement: Any = insert(table)
    if w.engine == "postgresql":
        # With RETURNING, SQLAlchemy sends a thousand rows a statement, and the triggers run once for all of them.
        statement = statement.returning(table.c.id)
    w.conn.execute(statement, whole)
