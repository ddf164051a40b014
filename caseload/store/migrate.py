"""Bringing a database's schema up to date, or taking it down again: Alembic, driven by our own configuration.

Every run is one transaction on both engines, under one lock: either the whole way is gone or nothing has changed.
Triggers, functions and views are no part of the revisions. They are dropped before the first step and made anew after
the last (`store/ddl.py`), so a revision alters tables freely and never carries an outdated copy of a trigger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError

from ..errors import Refused, Unreachable
from ..messages import _

if TYPE_CHECKING:
    from alembic.config import Config

VERSION_TABLE = "alembic_version"
# Any number, the same for every terminal: whoever holds it is changing the schema.
LOCK = 0x63_61_73_65
# How long to wait for another terminal that is doing the same, and for people's work to let go of a table.
FELLOW_SECONDS = 60
LOCK_SECONDS = 5

Standing = Literal["empty", "older", "current", "newer", "foreign"]
Act = Callable[[Connection], None]


def locate() -> Path:
    """The folder of the migrations: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_migrations", package.parent / "migrations"):
        if (folder / "env.py").is_file():
            return folder
    raise Unreachable(_("The migrations are missing from this installation. Install caseload again."))


def head() -> str:
    """The newest revision this software knows, from the file names: every command asks, and Alembic would be slow."""
    return max(_known())


def current(connection: Connection) -> str | None:
    """The revision the database is at, None where nothing was ever migrated."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()


def standing(connection: Connection) -> Standing:
    """How the database's schema compares with this software's; `foreign` where another program counts its own there."""
    found = current(connection)
    if found is None:
        return "empty"
    if found == head():
        return "current"
    if found in _known():
        return "older"
    return "newer" if found.isdigit() and int(found) > int(head()) else "foreign"


def upgrade(
    bind: Engine | Connection,
    revision: str = "head",
    *,
    before: Act | None = None,
    filling: Act | None = None,
    after: Act | None = None,
) -> None:
    """Takes the schema up to `revision`, all or nothing; a database that is there already is left alone.

    `before`, `filling` and `after` run in the same transaction; `filling` when the tables are there and no trigger or policy is
    yet. A connection must not be in one, since SQLite cannot suspend its
    foreign keys inside it.
    Raises Refused where someone else holds the database, OtherSchema where a newer caseload or another program made it.
    """
    from alembic import command

    _run(bind, lambda config: command.upgrade(config, revision), before, filling, after)


def downgrade(bind: Engine | Connection, revision: str) -> None:
    """Takes the schema down to `revision`; `base` leaves no trace. What the later revisions added is lost.

    Raises as `upgrade` does.
    """
    from alembic import command

    _run(bind, lambda config: command.downgrade(config, revision))


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration without an ini file, which an installed program would not find."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(locate()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _known() -> list[str]:
    """Every revision id: the number a file name starts with."""
    return [file.name.partition("_")[0] for file in (locate() / "versions").glob("[0-9]*_*.py")]


def _run(
    bind: Engine | Connection,
    step: Callable[[Config], None],
    before: Act | None = None,
    filling: Act | None = None,
    after: Act | None = None,
) -> None:
    if isinstance(bind, Engine):
        with bind.connect() as connection:
            _run(connection, step, before, filling, after)
        return
    if bind.in_transaction():
        raise ValueError("migrations need a connection that is not in a transaction")
    try:
        with _alone(bind):
            if before:
                before(bind)
            _step(bind, step, filling)
            if after:
                after(bind)
    except OperationalError as error:
        if _is_locked(error):
            raise Refused(
                _("Somebody is working in this database, so its schema was not changed. Try again when nobody is.")
            ) from None
        raise


def _step(connection: Connection, step: Callable[[Config], None], filling: Act | None) -> None:
    from . import ddl, fitting

    if standing(connection) in ("newer", "foreign"):
        fitting.must_fit(connection)
    if current(connection) is not None:
        ddl.drop_objects(connection)
    step(configuration(connection))
    if filling:
        filling(connection)
    reached = current(connection)
    if reached == head():
        ddl.create_objects(connection)
    elif reached is None:
        # Alembic keeps its empty table; nothing of ours shall be left behind.
        connection.execute(text(f"DROP TABLE IF EXISTS {VERSION_TABLE}"))


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """One transaction in which nobody else changes the schema."""
    if connection.dialect.name == "postgresql":
        with connection.begin():
            # All end with the transaction. A session's lock would stay on a pooled connection and block the next run.
            connection.execute(text(f"SET LOCAL lock_timeout = '{FELLOW_SECONDS}s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
            yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    # A table is altered by copying it and dropping the old one; foreign keys would empty its children. The setting
    # is ignored inside a transaction, so it comes first and by the driver itself.
    (enforced,) = driver.execute("PRAGMA foreign_keys").fetchone()
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        with connection.begin():
            if driver.in_transaction:  # begun by the engine, as a mere reader
                driver.rollback()
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                raise Refused(
                    _("A row of {table} points at nothing, so the schema was not changed. Run: caseload check").format(
                        table=broken[0]
                    )
                )
    finally:
        if not connection.invalidated:
            driver.execute(f"PRAGMA foreign_keys = {enforced}")


def _is_locked(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) == "55P03" or "locked" in str(error.orig)
