"""Backups: one file of one moment, whole or not there; and back again, into an empty place only, with a trace.

SQLite copies itself while people work (its online backup); PostgreSQL is dumped by its own tools as the login that owns the
tables. A restored database says so in its journal, and is sealed anew over the seal of the backup.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, exc, text
from sqlalchemy.engine import make_url

from .. import clock
from ..errors import Refused, Unreachable, Usage
from ..messages import _
from ..settings import Settings
from ..text import line
from . import cipher, ddl, filing, migrate, pgtools
from .arrival import arrive, leaving
from .connect import refuse_network
from .engine import open_engine, sqlite_path, translated
from .keys import Key

Tick = Callable[[int, int | None], None]
Kind = Literal["sqlite", "postgresql"]

_PAGES = 2_000
# Only in a database into which a restore is under way, or was when it was killed: nothing else can be in it.
_MARK = "caseload_restoring"
# Any number, the same for every terminal: whoever holds it is restoring into the database.
_LOCK = 0x72_65_73_74


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup that was made, or restored: its file, size in bytes, SHA-256, and the newest seal that stands in it."""

    path: Path
    bytes: int
    sha256: str
    seal: str | None
    at: datetime
    change: int | None = None


# ---------------------------------------------------------------- making one


def backup(settings: Settings, target: str | Path, tick: Tick = lambda done, total: None) -> Kept:
    """Write the whole database to a new private file. It is on record as a look.

    Raises Refused where a file is there already or the tools are missing, NotPermitted for a PostgreSQL login that does not
    own the tables, Unreachable for a database that is not there.
    """
    path, source = filing.place_for(target), sqlite_path(settings.database)
    if source is not None:
        stands_alone(path)
    if source is not None and not source.is_file():
        raise Unreachable(_("There is no database at that place."))
    engine = open_engine(settings.database, migrating=True)
    try:
        with translated():
            at = clock.now()
            with engine.connect().execution_options(writing=True) as conn, conn.begin():
                anchor = leaving(conn, at, "backup")
            with filing.growing(path) as part:
                if source is None:
                    with part.open("r+b") as stream:
                        pgtools.dump(settings.database, stream)
                else:
                    anchor = _copy_out(source, part, tick)
                kept = Kept(path, part.stat().st_size, _sha256(part), anchor, at)
    finally:
        engine.dispose()
    return kept


def stands_alone(path: Path) -> None:
    """Nothing lies beside that place which SQLite would take for changes to the file there, and work into it. Raises Refused."""
    for side in ("-wal", "-journal"):
        left = path.with_name(path.name + side)
        if left.is_file() and left.stat().st_size:
            raise Refused(
                _(
                    "Beside that place lies {name}, which may hold the last changes of a database that was there before. "
                    "Move it to where that database is now, or choose another place."
                ).format(name=line(left.name))
            )


def _copy_out(source: Path, part: Path, tick: Tick) -> str | None:
    key = cipher.key_for(source)  # the backup of an encrypted store opens with the same
    with _opened(source, key) as old, _opened(part, key, writing=True) as new:
        _copy(old, new, tick)
        # One file, which needs no other beside it.
        new.execute("PRAGMA journal_mode=delete")
        said = new.execute("PRAGMA quick_check(1)").fetchone()[0]
        if said != "ok":
            raise Refused(_("The database is damaged, so no backup of it was kept. Run: caseload check"))
        found = new.execute("SELECT id || ':' || hash FROM seal ORDER BY id DESC LIMIT 1").fetchone()
        return found[0] if found else None


def _copy(old: Any, new: Any, tick: Tick) -> None:
    # What others write meanwhile would start it again from the beginning; a reader stays with the moment it began in.
    old.execute("BEGIN")
    old.execute("SELECT count(*) FROM sqlite_master").fetchone()
    old.backup(new, pages=_PAGES, progress=lambda _status, left, total: tick(total - left, total))
    old.execute("COMMIT")


@contextmanager
def _opened(path: Path, key: Key | None, *, writing: bool = False) -> Iterator[Any]:
    try:
        with closing(cipher.connect(path, key, f"mode={'rw' if writing else 'ro'}")) as conn:
            conn.execute("PRAGMA synchronous=full")
            yield conn
    except cipher.errors(key) as error:
        raise Refused(_("SQLite could not copy the database: {why}.").format(why=line(str(error)))) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# ---------------------------------------------------------------- bringing one back


def restore(
    settings: Settings,
    source: str | Path,
    *,
    anchor: str | None = None,
    unsound: bool = False,
    tick: Tick = lambda done, total: None,
) -> Kept:
    """Bring a backup back into a database that is missing or empty, up to this software's version, checked and on record.

    `anchor` is a seal kept elsewhere, which must stand in the backup. With `unsound` a backup whose journal does not agree
    with itself is restored all the same, and the record says so. Raises Usage for a file that is no backup, Refused where
    something is there already or the backup is faulty, Unreachable for one of a newer caseload.
    """
    path = Path(source).expanduser().absolute()
    kind = _kind(path)
    target = sqlite_path(settings.database)
    if (kind == "sqlite") != (target is not None):
        raise Usage(
            _("That backup is of an SQLite database: name a file with --database.")
            if kind == "sqlite"
            else _("That backup is of a PostgreSQL database: name one, empty, with --database postgresql://SERVER/NAME")
        )
    kept = Kept(path, path.stat().st_size, _sha256(path), None, clock.now())
    back = _Return(kept, anchor, unsound)
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        refuse_network(target)
        place = filing.place_for(target)
        stands_alone(place)
        key = cipher.key_for(path)
        with filing.growing(place) as part:
            with _opened(path, key) as old, _opened(part, key, writing=True) as new:
                _copy(old, new, tick)
            with cipher.known(part, key):
                back.into(make_url(settings.database).set(database=str(part)))
            with _opened(part, key, writing=True) as new:
                new.execute("PRAGMA journal_mode=wal")
        cipher.know(place, key)
    else:
        _return_to_server(settings.database, path, back)
    return back.kept


def _kind(path: Path) -> Kind:
    try:
        with path.open("rb") as stream:
            start = stream.read(16)
    except OSError as failure:
        raise Usage(_("The backup cannot be read: {why}.").format(why=failure.strerror)) from None
    if start == cipher.HEADER or cipher.is_encrypted(path):
        return "sqlite"
    if start.startswith(pgtools.MAGIC):
        return "postgresql"
    raise Usage(_("That file is no backup of caseload."))


class _Return:
    """A backup on its way back: what is done in its new place, in one transaction."""

    def __init__(self, kept: Kept, anchor: str | None, unsound: bool) -> None:
        self.kept, self._anchor, self._unsound = kept, anchor, unsound

    def into(self, where: str | URL, before: migrate.Act | None = None) -> None:
        """Upgrade it, hold its journal against its seals, record the restore and seal that."""
        engine = open_engine(where, migrating=True)
        try:
            with translated(), engine.connect().execution_options(writing=True) as conn:
                if before is None and migrate.standing(conn) == "empty":
                    raise Usage(_("That file is no backup of caseload."))
                conn.rollback()
                migrate.upgrade(conn, before=before, after=self._arrive)
        finally:
            engine.dispose()

    def _arrive(self, conn: Connection) -> None:
        arrived = arrive(
            conn,
            "restore",
            _("Restored a backup; its newest seal was {seal}"),
            self.kept.at,
            {"sha256": self.kept.sha256},
            anchor=self._anchor,
            unsound=self._unsound,
        )
        self.kept = replace(self.kept, seal=arrived.seal, change=arrived.change)


# ---------------------------------------------------------------- into PostgreSQL


def _return_to_server(url: str, path: Path, back: _Return) -> None:
    """First what was dumped, without the row that says at which version it is: until that is there, in the transaction that
    checks and records the restore, every terminal finds the database empty."""
    version = pgtools.rows(path, migrate.VERSION_TABLE)
    if not version:
        raise Usage(_("That file is no backup of caseload."))
    engine = open_engine(url, migrating=True)
    try:
        with translated(), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as held:
            if not held.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}).scalar_one():
                raise Refused(_("Somebody else is restoring into this database just now."))
            _make_room(held)
            try:
                with tempfile.TemporaryDirectory(prefix="caseload-") as room:
                    owner = held.exec_driver_sql("SELECT nullif(current_user, session_user)").scalar()
                    pgtools.restore(url, path, migrate.VERSION_TABLE, Path(room) / "list", owner)
                back.into(url, before=lambda conn: _admit(conn, version[0]))
            except BaseException:
                with suppress(exc.DBAPIError):
                    _wipe(held)
                raise
    finally:
        engine.dispose()


def _admit(conn: Connection, version: str) -> None:
    conn.execute(text(f"INSERT INTO {migrate.VERSION_TABLE} (version_num) VALUES (:version)"), {"version": version})
    conn.exec_driver_sql(f"DROP TABLE {_MARK}")


def _make_room(conn: Connection) -> None:
    """Mark an empty database as being restored into; clear one in which a restore was killed. Raises Refused."""
    if _MARK in set(conn.execute(_TABLES).scalars()):
        _wipe(conn)
    else:
        must_be_empty(conn)
    conn.exec_driver_sql(f"CREATE TABLE {_MARK} ()")


def must_be_empty(conn: Connection) -> None:
    """Raises Refused where a server's database has tables, or views."""
    if conn.execute(_TABLES).first() is not None:
        raise Refused(
            _("That is done into an empty database only, and this one has tables. Make a new one: createdb NAME")
        )


_TABLES = text(
    "SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')"
)


def _wipe(conn: Connection) -> None:
    """Everything in a database that was empty when the restore began; the mark goes last."""
    ddl.drop_objects(conn)
    for name in sorted(set(conn.execute(_TABLES).scalars()), key=lambda name: name == _MARK):
        kind = conn.execute(text("SELECT relkind FROM pg_class WHERE oid = to_regclass(quote_ident(:n))"), {"n": name})
        if (found := kind.scalar()) is not None:
            word = {"v": "VIEW", "m": "MATERIALIZED VIEW"}.get(str(found), "TABLE")
            conn.exec_driver_sql(f'DROP {word} "{name}" CASCADE')
