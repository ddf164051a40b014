"""Ids for what is new, and our names for what other systems name: program codes and worker handles."""

from __future__ import annotations

import re

from sqlalchemy import Connection, select

from ..casework.staff import RESERVED
from ..models import program, worker
from ..text import fold
from . import bulk
from .local import TABLES
from .stage import SLICE, Stage


def number_new(conn: Connection, stage: Stage, entity: str) -> int:
    """Give every new record of an entity that has none the id of the row it will be; answers how many there are."""
    waiting = "from record where entity = ? and state = 'new' and row_id is null"
    count: int = stage.run(f"select count(*) {waiting}", (entity,)).fetchone()[0]
    ids = iter(bulk.draw(conn, TABLES[entity], count))
    last = 0
    while some := stage.run(f"select seq {waiting} and seq > ? order by seq limit ?", (entity, last, SLICE)).fetchall():
        last = some[-1][0]
        given = [(next(ids), seq) for (seq,) in some]
        stage.many("update record set row_id = ? where seq = ?", given)
        stage.many(
            "insert into known (entity, ext, row_id, updated, digest)"
            " select entity, ext, row_id, '', '' from record where seq = ?",
            [(seq,) for _row_id, seq in given],
        )
    return count


class Names:
    """Hands out names that nobody bears yet: the other system's own, made fit to be typed, numbered where taken."""

    def __init__(self, taken: set[str], otherwise: str) -> None:
        self._taken, self._otherwise = taken, otherwise

    def take(self, wish: str) -> str:
        base = slug(wish) or self._otherwise
        name, n = base, 1
        while name in self._taken:
            n += 1
            name = f"{base}-{n}"
        self._taken.add(name)
        return name


def slug(text: str) -> str:
    """A name that can be typed on a command line and in a query: small letters, digits, dots and dashes."""
    plain = "".join(c if c in "._-" else fold(c) or "-" for c in text)
    joined = re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9._-]", "-", plain))
    return joined[:36].strip("-._")


def program_codes(conn: Connection) -> Names:
    """Codes for new programs."""
    return Names({*conn.execute(select(program.c.code)).scalars(), *RESERVED}, "program")


def handles(conn: Connection) -> Names:
    """Handles for new workers."""
    return Names({*conn.execute(select(worker.c.handle)).scalars(), *RESERVED}, "worker")
