"""Rows out of the database one page at a time, however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Select

    from caseload.store.database import Reading

PAGE = 2_000


def rows_of(r: Reading, statement: Select[Any]) -> Iterator[Any]:
    """The rows of `statement`, fetched by pages: a cursor on the server, where the engine keeps one there."""
    with r.conn.execute(statement, execution_options={"yield_per": PAGE}) as result:
        yield from result
