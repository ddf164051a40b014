"""Seals over the journal: batches of rows held together by a hash, so that what is altered, taken out or cut off shows.

Every commit that finds the newest seal older than a second makes one: on PostgreSQL a trigger (`sql/seal.sql`), on SQLite,
where only one transaction writes at a time, the unit of work. What somebody who owns the database cannot do unseen is
change what was sealed before a seal was copied elsewhere: the newest one stands in the manifest of every export.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, func, insert, select

from .. import clock
from ..errors import CaseloadError
from ..models import journal, seal

if TYPE_CHECKING:
    from .database import Database

PATIENCE = timedelta(seconds=1)
# Rows in one seal at the most: a commit after a large import shall not wait for all of it.
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal. It covers the journal rows `first` to `last`, without `holes` but with the `late` ones below them."""

    id: int
    at: datetime
    first: int
    last: int
    rows: int
    holes: tuple[tuple[int, int], ...]
    late: tuple[int, ...]
    waits_from: int
    prev: str
    hash: str

    @property
    def anchor(self) -> str:
        """What is copied elsewhere: its number and its hash."""
        return f"{self.id}:{self.hash}"


def spans(text: str) -> tuple[tuple[int, int], ...]:
    """Ranges of keys as they are kept: `3-3,7-12`."""
    return tuple((int(a), int(b)) for a, _dash, b in (part.partition("-") for part in text.split(",") if part))


def holes_of(ids: list[int], before: int) -> str:
    """The keys that are missing among `ids`, which follow `before`."""
    return ",".join(f"{a + 1}-{b - 1}" for a, b in pairwise([before, *ids]) if b > a + 1)


class Digest:
    """The hash of a seal, fed with its rows in the order of their keys."""

    def __init__(self, *, prev: str, id: int, at: datetime, first: int, last: int, rows: int, holes: str, late: str):
        moment = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        head = (prev, id, moment, first, last, rows, holes, late, "")
        self._hash = hashlib.sha256("|".join(map(str, head)).encode())
        self._between = b""

    def take(self, row: int, hash: str) -> None:
        """One row more."""
        self._hash.update(self._between + f"{row}:{hash}".encode("utf-8", "surrogatepass"))
        self._between = b","

    def take_all(self, rows: Iterable[tuple[int, str]]) -> None:
        """Rows more, at once."""
        text = ",".join(f"{row}:{hash}" for row, hash in rows)
        if text:
            self._hash.update(self._between + text.encode("utf-8", "surrogatepass"))
            self._between = b","

    def done(self) -> str:
        """The hash."""
        return self._hash.hexdigest()


def newest(conn: Connection) -> Seal | None:
    """The newest seal, None before the first."""
    row = conn.execute(select(seal).order_by(seal.c.id.desc()).limit(1)).first()
    return _seal(row) if row else None


def every(conn: Connection) -> Iterator[Seal]:
    """All seals, oldest first."""
    for row in conn.execute(select(seal).order_by(seal.c.id), execution_options={"yield_per": 1000}):
        yield _seal(row)


def latecomers(conn: Connection) -> dict[int, int]:
    """The journal rows that were not there yet when their range was sealed, and the seal that took each."""
    found = conn.execute(select(seal.c.id, seal.c.late).where(seal.c.late != ""))
    return {int(row): id_ for id_, late in found for row in late.split(",")}


def _seal(row: Row[Any]) -> Seal:
    late = tuple(int(one) for one in row.late.split(",") if one)
    return Seal(
        row.id, row.at, row.from_row, row.to_row, row.row_count, spans(row.holes), late, row.waits_from, row.prev, row.hash
    )  # fmt: skip


def at_commit(conn: Connection) -> None:
    """Seal what is new, where the newest seal is older than a second. PostgreSQL does so by itself."""
    if conn.dialect.name == "sqlite":
        _seal_one(conn, PATIENCE)


def everything(conn: Connection) -> Seal | None:
    """Seal all that no seal covers yet, whatever the hour, and give the newest seal. The connection must be writing."""
    while _seal_one(conn, timedelta(0)):
        pass
    return newest(conn)


def anchor(db: Database) -> Seal | None:
    """The newest seal after everything was sealed: what is copied elsewhere. Where nothing can be written, as it stands."""
    try:
        with db.jotting() as r:
            return everything(r.conn)
    except CaseloadError:
        with db.read() as r:
            return newest(r.conn)


def _seal_one(conn: Connection, patience: timedelta) -> int:
    """Make one seal, and say how many rows it covers."""
    if conn.dialect.name == "postgresql":
        return int(conn.execute(select(func.seal_journal(patience, MOST))).scalar_one())
    now = clock.now()
    last = conn.execute(
        select(seal.c.id, seal.c.at, seal.c.to_row, seal.c.hash).order_by(seal.c.id.desc()).limit(1)
    ).first()
    if last and now - patience < last.at <= now:
        return 0
    number, before, prev = (last.id + 1, last.to_row, last.hash) if last else (1, 0, "")
    fresh = conn.execute(
        select(journal.c.id, journal.c.hash).where(journal.c.id > before).order_by(journal.c.id).limit(MOST)
    ).all()
    if not fresh:
        return 0
    first, until, holes = before + 1, fresh[-1].id, holes_of([row.id for row in fresh], before)
    digest = Digest(
        prev=prev, id=number, at=now, first=first, last=until, rows=len(fresh), holes=holes, late=""
    )  # fmt: skip
    digest.take_all(fresh)
    conn.execute(
        insert(seal).values(
            id=number, at=now, from_row=first, to_row=until, row_count=len(fresh), holes=holes, late="", waits_from=number,
            prev=prev, hash=digest.done(),
        )
    )  # fmt: skip
    return len(fresh)
