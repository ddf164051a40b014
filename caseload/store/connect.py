"""From settings to a database; making a new one."""

from __future__ import annotations

from pathlib import Path

from ..errors import Refused
from ..messages import _
from ..settings import Settings
from . import migrate
from .database import Database
from .engine import make_private, on_network, open_engine, sqlite_path, translated


def connect(settings: Settings) -> Database:
    """The database that the settings name. Nothing is opened before the first read."""
    return Database(settings)


def refuse_network(path: Path) -> None:
    """Raises Refused for a place where SQLite's locks would not hold."""
    if kind := on_network(path):
        raise Refused(
            _(
                "SQLite is not safe on a network file system ({kind}). Choose a local folder, or use PostgreSQL for several people."
            ).format(kind=kind)
        )


def create(settings: Settings) -> None:
    """Make the tables: a new private SQLite file, or the tables of an empty PostgreSQL database.

    Raises Refused where something is already there, or where SQLite's locks would not hold.
    """
    path = sqlite_path(settings.database)
    made = False
    if path is not None:
        if path.exists() and path.stat().st_size:
            raise Refused(
                _("There is already a file at that place. Nothing was changed; choose another with --database.")
            )
        refuse_network(path)
        if not path.exists():
            try:
                make_private(path)
            except OSError as error:
                raise Refused(_("The database file cannot be made there: {why}.").format(why=error.strerror)) from error
            made = True
    engine = open_engine(settings.database, migrating=True)
    try:
        with translated():
            if path is not None:
                with engine.connect() as conn:
                    conn.connection.execute("PRAGMA journal_mode=wal")
            else:
                with engine.connect() as conn:
                    if migrate.current(conn) is not None:
                        raise Refused(_("This database already holds caseload tables. Nothing was changed."))
            migrate.upgrade(engine)
    except BaseException:
        engine.dispose()
        if made and path is not None:
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
        raise
    engine.dispose()


def exposed(db: Database) -> str:
    """What to say where records travel to another machine unencrypted; empty where they do not, or nobody was there yet."""
    if not db.in_the_clear:
        return ""
    return _("Records travel to the server unencrypted. Ask for TLS: add ?sslmode=verify-full to the address.")
