"""Opening the database: engines, pragmas, and errors turned into sentences."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, exc, insert
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from ..errors import CaseloadError, Conflict, Lost, NotPermitted, OtherSchema, Refused, Unreachable, Usage
from ..messages import _
from . import cipher
from .constraints import sentence
from .keys import Key

# How long a writer waits for another on SQLite, in milliseconds.
BUSY = 10_000

_NETWORK = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "fuse.sshfs",
    "ceph",
    "glusterfs",
    "afs",
    "davfs",
    "fuse.rclone",
}

# How PostgreSQL and SQLite say that there is no such table, column or function.
_OTHER_SCHEMA = {"42P01", "42703", "42883", "3F000"}
_NO_SUCH = ("no such table", "no such column", "has no column named", "no such view")


def digest(text: str) -> str:
    """SHA-256 of a text, as the journal keeps it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def add_row(conn: Connection, table: Table, row: Mapping[str, Any]) -> int:
    """Add one row and return its key."""
    made = conn.execute(insert(table).values(row)).inserted_primary_key
    assert made is not None
    return int(made[0])


def sqlite_path(url: str) -> Path | None:
    """The file of an SQLite address, or None for another engine."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    if not parsed.database or parsed.database == ":memory:":
        raise Unreachable(_("An SQLite database needs a file."))
    return Path(parsed.database)


def is_encrypted(conn: Connection) -> bool:
    """Whether what this connection reads must not lie on the disk in plain text."""
    file = conn.engine.url.database
    return conn.dialect.name == "sqlite" and cipher.key_for(Path(file or "")) is not None


def on_network(path: Path) -> str | None:
    """The network file system a path lies on, if it does: SQLite's locks are unreliable there."""
    try:
        mounts = Path("/proc/self/mountinfo").read_text("utf-8")
    except OSError:
        return None
    where, best, kind = str(path.resolve().parent), "", None
    for entry in mounts.splitlines():
        left, _sep, right = entry.partition(" - ")
        point = left.split()[4].encode().decode("unicode_escape")
        if (where == point or where.startswith(point.rstrip("/") + "/")) and len(point) >= len(best):
            best, kind = point, right.split()[0]
    return kind if kind in _NETWORK else None


def make_private(path: Path) -> None:
    """Create the file readable by its owner alone; SQLite's side files inherit that."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def open_engine(url: str | URL, *, migrating: bool = False) -> Engine:
    """An engine for either database. Connects to nothing yet, but may ask for a key. Raises Unreachable where there is none."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        path = Path(parsed.database or "")
        key = cipher.key_for(path)
        engine = create_engine(
            parsed,
            creator=partial(_sqlite_open, path, key),
            module=None if key is None else cipher.library(),
            max_overflow=4,
            pool_size=2,
            pool_use_lifo=True,  # the one whose pages are warm
        )
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    options: dict[str, Any] = (
        {"poolclass": NullPool} if migrating else {"pool_size": 1, "max_overflow": 3, "pool_recycle": 1800}
    )
    engine = create_engine(
        parsed,
        # Planned for what is asked for: a plan that is kept for every day and worker expects many rows, and reads a million to
        # find none. What asks by keys says so (`Reading.by_keys`), and keeps its plans.
        connect_args={"connect_timeout": 10, "options": "-c jit=off -c timezone=UTC", "prepare_threshold": None},
        **options,
    )
    if migrating:
        event.listen(engine, "connect", _as_owner)
    return engine


def in_the_clear(conn: Connection) -> bool:
    """Whether this connection goes to another machine without TLS, so that whoever is on the way reads along."""
    if conn.dialect.name == "sqlite":
        return False
    raw: Any = conn.connection.driver_connection
    host = raw.info.host or "/"
    near = host.startswith(("/", "@", "127.")) or host in ("localhost", "::1")
    return not (near or raw.pgconn.ssl_in_use)


# The role that owns the tables, where nobody logs in as their owner: named for the database (docs/security.md).
OWNER = "current_database() || '_owner'"


def _as_owner(raw: Any, _record: object) -> None:
    """Whoever founds, upgrades or restores does it as the owner, if theirs is a deploy login: one that may become it."""
    asked = (
        "SELECT quote_ident(rolname) FROM pg_roles r WHERE NOT rolcanlogin AND pg_has_role(session_user, r.oid, 'MEMBER')"
        f" AND rolname = {OWNER}"
    )
    found = raw.execute(asked).fetchone()
    if found is not None:
        raw.execute(f"SET ROLE {found[0]}")
    raw.commit()


def _sqlite_open(path: Path, key: Key | None) -> Any:
    stood = _inode(path)
    raw = cipher.connect(path, key)
    raw.create_function("caseload_hash", 1, digest, deterministic=True)
    try:
        for pragma in (
            "foreign_keys=on",
            "synchronous=full",
            f"busy_timeout={BUSY}",
            "cache_size=-16000",
            "recursive_triggers=off",
        ):
            raw.execute(f"PRAGMA {pragma}")
    except raw.DatabaseError:
        raw.close()
        cipher.changed_meanwhile(path, key)
        raise
    # Whoever had to wait while the file was encrypted holds one that has lost its name.
    if stood not in (None, _inode(path)):
        raw.close()
        raise cipher.just_changed(path)
    return raw


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None


def _sqlite_begin(conn: Any) -> None:
    writing = conn.get_execution_options().get("writing", False)
    conn.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def impatient(conn: Connection, milliseconds: int = 250) -> Iterator[None]:
    """A transaction, or a part of the one that runs, that gives way where somebody else's writing would hold it up.

    Raises a DBAPIError then; what ran before is not lost.
    """
    postgres, running = conn.dialect.name == "postgresql", conn.in_transaction()
    driver = conn.connection.driver_connection
    assert driver is not None
    if not postgres and not running:  # SQLite waits as a transaction begins, never inside one
        driver.execute(f"PRAGMA busy_timeout={milliseconds}")
    try:
        if postgres and running:
            conn.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}")
        with conn.begin_nested() if running else conn.begin():
            if postgres and not running:
                conn.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds}")
            yield
    finally:
        if postgres and running:
            conn.exec_driver_sql("SET LOCAL lock_timeout = DEFAULT")
        elif not postgres and not running:
            driver.execute(f"PRAGMA busy_timeout={BUSY}")


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the database says into a sentence for the person. Ours pass through."""
    try:
        yield
    except CaseloadError:
        raise
    except OverflowError as error:
        raise Usage(_too_large()) from error
    except exc.IntegrityError as error:
        raise Refused(sentence(error)) from error
    except exc.DBAPIError as error:
        raise _said(error) from error


def _too_large() -> str:
    return _("A number or a date is larger than can be kept.")


def _unreachable() -> str:
    return _("The database cannot be reached. Check --database, the server and the network, and try again.")


def refused(error: BaseException) -> Refused:
    """What is left to say of an error that should not be; its words may hold what a person typed, its kind does not."""
    return Refused(_("The database refused: nothing was changed."), details=[type(error).__name__])


def _said(error: exc.DBAPIError) -> CaseloadError:
    text = str(error.orig).lower()
    state = getattr(error.orig, "sqlstate", None)
    if error.connection_invalidated:
        return Lost(_unreachable())
    if "caseload:" in text:
        return Refused(sentence(error))
    if state in _OTHER_SCHEMA or any(words in text for words in _NO_SUCH):
        return OtherSchema(_("The tables of this database are not those of this caseload. Run: caseload check"))
    if state in ("22003", "22008"):
        return Usage(_too_large())
    if state in ("40001", "40P01"):
        return Conflict(_("Someone else was changing the same rows. Nothing was changed; try again."))
    if state == "42501" or "permission denied" in text:
        return NotPermitted(_("The database does not permit this login to do that."))
    if "locked" in text or "busy" in text:
        return Unreachable(
            _(
                "The database is busy with someone else's work and did not answer in time. Nothing was changed; try again."
            )
        )
    if "readonly" in text or "read-only" in text or "attempt to write" in text:
        return Unreachable(
            _("The database file can be read but not written. Check its permissions and those of its folder.")
        )
    if "malformed" in text or "not a database" in text or "file is encrypted" in text or "disk image" in text:
        return Unreachable(
            _(
                "The file is not a whole caseload database: it is damaged or something else. Restore a backup, or name another with --database."
            )
        )
    if (
        "password authentication failed" in text
        or "no password supplied" in text
        or "is not permitted to log in" in text
    ):
        return Unreachable(
            _(
                "The server does not let that login in: the password is another one, or has ended, as a first one does after "
                "24 hours. An admin gives a new one: caseload worker password HANDLE"
            )
        )
    if "full" in text:
        return Refused(_("The disk is full. Nothing was changed; free some space and try again."))
    if "unable to open" in text or isinstance(error, exc.OperationalError):
        return Lost(_unreachable())
    return refused(error.orig or error)
