"""Encrypting an SQLite store in place, decrypting it, or giving it another key. Killed at any moment, the store is whole.

The store is copied row by row into a new file beside it, the copy held against it, and put in its place in one step. All the
while a lock of SQLite's own kind keeps everybody else out, and not a byte of the store is written before the copy has its
place. Whoever was waiting for the lock has the old file open, so that is made unreadable, and of a plain one nothing is left in it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection

from .. import clock
from ..errors import Refused, Unreachable
from ..messages import _
from ..settings import Settings
from ..text import line
from . import cipher, filing, fitting, milestone, seals
from .connect import refuse_network
from .engine import open_engine, sqlite_path, translated
from .keys import Key
from .verify import verify_rows

Tick = Callable[[int, int | None], None]

# Where SQLite keeps its locks: whoever holds all of these bytes alone holds the database alone.
_LOCKS = (0x4000_0000, 512)
_PATIENCE = 2.0
_BLOCK = 1 << 20
_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of a store: the change that says so, and whether the journal it carries agrees with itself."""

    path: Path
    rows: int
    change: int
    sound: bool


def store_of(settings: Settings) -> Path:
    """The file that is to be converted, by its own name. Raises Refused where the database is none, Unreachable where none is there."""
    path = sqlite_path(settings.database)
    if path is None:
        raise Refused(
            _("Only an SQLite file is encrypted by caseload. On PostgreSQL the server's disk is: ask whoever runs it.")
        )
    if not path.is_file():
        raise Unreachable(_("There is no database at that place."))
    return path.resolve()


def must_be_free(settings: Settings) -> None:
    """Raises Refused where somebody has the store open, before anybody is asked for a key."""
    path = store_of(settings)
    with translated(), _alone(path, cipher.key_for(path)):
        pass


def convert(settings: Settings, key: Key | None, tick: Tick = lambda done, total: None) -> Converted:
    """Give the store another key, or none. Every row of the copy is held against the store before it takes its place.

    Raises Refused where somebody has it open, or where the copy is not the same; Unreachable for what is no caseload store.
    """
    path = store_of(settings)
    refuse_network(path)
    library, old = cipher.library(), cipher.key_for(path)
    stands = path.stat()
    if stands.st_nlink > 1:
        raise Refused(_("The file has a second name somewhere, which would be left with nothing. Remove that first."))
    with translated(), _alone(path, old) as held:
        # The lock is held outside of SQLite, and this connection takes none. It is closed after the lock is of no more use.
        reader = cipher.keyed(library, path, old, "immutable=1")
        with closing(reader):
            with filing.growing(path, over=True) as part:
                _owned(part, stands)
                rows = _copy(reader, part, key, tick)
                with cipher.known(part, key):
                    change, sound = _settle(part, old, key)
            cipher.know(path, key)
            _spoil(held, everything=old is None)
    return Converted(path, rows, change, sound)


# ---------------------------------------------------------------- alone with the file


@contextmanager
def _alone(path: Path, key: Key | None) -> Iterator[int]:
    """Nobody else has the file open, nor gets at it, and it is all in one piece. Gives the file."""
    for _attempt in range(3):
        _work_in(path, key)
        # From here on no other handle on this file may be closed in this process: the lock would go with it.
        held = os.open(path, os.O_RDWR)
        try:
            fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCKS[1], _LOCKS[0])
        except OSError:
            os.close(held)
            raise _in_use() from None
        if not any(_size(path.with_name(path.name + side)) for side in ("-wal", "-journal")):
            break
        os.close(held)  # somebody came and went, and was killed in between
    else:
        raise _in_use()
    try:
        yield held
    finally:
        os.close(held)


def _work_in(path: Path, key: Key | None) -> None:
    """What was written last comes into the file itself, as SQLite does it when the last to leave closes the door."""
    try:
        with closing(cipher.connect(path, key, "mode=rw", _PATIENCE)) as conn:
            conn.execute("PRAGMA locking_mode = exclusive")
            conn.execute("BEGIN IMMEDIATE")
            conn.execute("ROLLBACK")
    except cipher.errors(key) as error:
        raise (_in_use() if "locked" in str(error) else _failed(error)) from error


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0


def _spoil(held: int, *, everything: bool) -> None:
    """Write over a file that has lost its name."""
    left = os.fstat(held).st_size if everything else 1
    os.lseek(held, 0, os.SEEK_SET)
    while left > 0:
        left -= os.write(held, bytes(min(_BLOCK, max(left, 4096))))
    os.fsync(held)


def _owned(part: Path, stands: os.stat_result) -> None:
    """The copy belongs to whom the store belongs to, when root is asked to do it."""
    if (stands.st_uid, stands.st_gid) != (part.stat().st_uid, part.stat().st_gid):
        os.chown(part, stands.st_uid, stands.st_gid)


# ---------------------------------------------------------------- the copy


def _copy(conn: Any, part: Path, key: Key | None, tick: Tick) -> int:
    try:
        conn.execute("ATTACH ? AS fresh KEY ?", (str(part), key.said if key else ""))
        conn.execute("PRAGMA fresh.synchronous = off")
        conn.execute("PRAGMA fresh.journal_mode = off")
        conn.execute("SELECT sqlcipher_export('fresh')").fetchone()
        rows = _compared(conn, tick)
        conn.execute("DETACH fresh")
        return rows
    except conn.Error as error:
        raise _failed(error) from error


def _compared(conn: Any, tick: Tick) -> int:
    """How many rows there are, each of them the same in the copy. Raises Refused for the first that is not."""
    said = "SELECT type, name, tbl_name, sql FROM {side}.sqlite_master ORDER BY type, name"
    before, after = (conn.execute(said.format(side=side)).fetchall() for side in ("main", "fresh"))
    if before != after:
        raise _differs()
    conn.text_factory = bytes
    tables = [name for kind, name, *_rest in before if kind == "table"]
    counts: list[int] = [conn.execute(f'SELECT count(*) FROM main."{name}"').fetchone()[0] for name in tables]
    total, done = sum(counts), 0
    for name in tables:
        old, new = (conn.execute(f'SELECT * FROM {side}."{name}" ORDER BY rowid') for side in ("main", "fresh"))
        while rows := old.fetchmany(_ROWS):
            if rows != new.fetchmany(_ROWS):
                raise _differs()
            done += len(rows)
            tick(done, total)
        if new.fetchone() is not None:
            raise _differs()
    return total


def _settle(part: Path, old: Key | None, key: Key | None) -> tuple[int, bool]:
    """Hold the copy against itself, and put on record in it what was done. The change, and whether its journal is sound."""
    engine = open_engine(URL.create("sqlite", database=str(part)), migrating=True)
    try:
        with engine.connect().execution_options(writing=True) as conn, conn.begin():
            fitting.must_fit(conn)
            _must_be_sound(conn, key)
            newest = seals.newest(conn)
            change = milestone.record(conn, *_words(old, key), clock.now())
            seals.everything(conn)
            sound = not verify_rows(conn, anchor=newest.anchor if newest else None).faults
    finally:
        engine.dispose()
    with closing(cipher.connect(part, key, "mode=rw")) as conn:
        conn.execute("PRAGMA journal_mode = wal")
    return change, sound


def _words(old: Key | None, key: Key | None) -> tuple[str, str]:
    if key is None:
        return "decrypt", _("Decrypted the database")
    return "encrypt", _("Encrypted the database") if old is None else _("Gave the encrypted database another key")


def _must_be_sound(conn: Connection, key: Key | None) -> None:
    said = conn.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
    damaged = [] if key is None else conn.exec_driver_sql("PRAGMA cipher_integrity_check").all()
    if said != "ok" or damaged:
        raise _differs()


# ---------------------------------------------------------------- what went wrong


def _in_use() -> Refused:
    return Refused(
        _("Somebody has the database open: a screen, or a command that is running. Leave it there, and run this again.")
    )


def _differs() -> Refused:
    return Refused(_("The copy is not the same as the database, which was left as it is. Run: caseload check"))


def _failed(error: Exception) -> Refused:
    return Refused(_("SQLite could not copy the database: {why}.").format(why=line(str(error))))
