"""Statements are compiled once a process, and not once for each of the thousand databases that the tests make.

SQLAlchemy keeps what it has compiled by engine and dialect, and every test has an engine of its own. Dialects that are set up alike
write the same SQL, so they count as one here, and their engines share one store. What runs is the same; only the writing is saved.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

_KEPT: LRUCache[Any, Any] = LRUCache(4_000)


def _made_alike(dialect: Any) -> tuple[object, ...]:
    return (type(dialect), dialect.server_version_info, dialect.paramstyle)


def share() -> None:
    """From here on every engine of this process uses what another of its kind has compiled."""
    for kind in (PGDialect_psycopg, SQLiteDialect_pysqlite):
        kind.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
        kind.__eq__ = lambda self, other: self is other or _made_alike(self) == _made_alike(other)  # type: ignore[method-assign]
    event.listen(Engine, "engine_connect", _keep_together)


def _keep_together(conn: Any) -> None:
    conn.engine._compiled_cache = _KEPT
