"""Databases for tests: empty, migrated, or the copy of another one; each with its own name and gone afterwards."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import Engine

from caseload import settings
from caseload.store import connect, engine

if TYPE_CHECKING:
    import psycopg

    from .postgres import Server

ENGINES = ("sqlite", "postgresql")


class Databases:
    """One for each process of a test run. URLs are as a person would give them to `--database`."""

    def __init__(self, folder: Path, server: Callable[[], Server]) -> None:
        self._folder = folder
        self._server = server
        self._admin: psycopg.Connection | None = None
        self._mine = f"caseload_test_{uuid.uuid4().hex[:8]}"
        self._made = 0
        self._templates: dict[str, str] = {}
        self._living: set[str] = set()

    def empty(self, engine_name: str) -> str:
        """A database without a single table."""
        name = self._name()
        if engine_name == "sqlite":
            url = f"sqlite:///{self._folder / name}.db"
        else:
            self._execute(f'CREATE DATABASE "{name}"')
            url = self._url(name)
        self._living.add(url)
        return url

    def migrated(self, engine_name: str) -> str:
        """A database with today's schema: migrated once for the whole process, then copied."""
        if engine_name not in self._templates:
            url = self.empty(engine_name)
            connect.create(settings.load(database=url))
            self._templates[engine_name] = url
        return self.copy(self._templates[engine_name])

    def copy(self, url: str) -> str:
        """The same database again, byte for byte. Nobody may be connected to `url`."""
        name = self._name()
        if url.startswith("sqlite"):
            path = settings.load(database=url).path
            assert path is not None
            assert not path.with_name(path.name + "-wal").exists(), "close every connection before copying"
            copy = f"sqlite:///{self._folder / name}.db"
            shutil.copyfile(path, self._folder / f"{name}.db")
            (self._folder / f"{name}.db").chmod(0o600)
        else:
            # A copy of the files: a third of the time of the usual way for a schema of this size.
            self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{urlsplit(url).path[1:]}" STRATEGY file_copy')
            copy = self._url(name)
            self._settle(copy)
        self._living.add(copy)
        return copy

    def _settle(self, url: str) -> None:
        """Which login is in which group belongs to the whole server: as this database has it, whatever another test did."""
        import psycopg

        with psycopg.connect(url, autocommit=True) as conn:
            if conn.execute("SELECT to_regprocedure('settle_login(text)')").fetchone() != (None,):
                conn.execute("SELECT settle_login(login) FROM worker WHERE login IS NOT NULL")

    def drop(self, url: str) -> None:
        """The database is gone, whoever still uses it."""
        if url not in self._living:
            return
        self._living.discard(url)
        if url.startswith("sqlite"):
            path = settings.load(database=url).path
            assert path is not None
            for side in ("", "-wal", "-shm", "-journal"):
                path.with_name(path.name + side).unlink(missing_ok=True)
        else:
            self._execute(f'DROP DATABASE IF EXISTS "{urlsplit(url).path[1:]}" WITH (FORCE)')

    def close(self) -> None:
        for url in sorted(self._living):
            self.drop(url)
        if self._admin is not None:
            self._admin.close()

    def _name(self) -> str:
        self._made += 1
        return f"{self._mine}_{self._made}"

    def _url(self, name: str) -> str:
        return urlsplit(self._server().url)._replace(path="/" + name).geturl()

    def _execute(self, statement: str) -> None:
        import psycopg

        if self._admin is None or self._admin.closed:
            self._admin = psycopg.connect(self._server().url, autocommit=True)
        self._admin.execute(statement.encode())


def open_engine(url: str) -> Engine:
    """The store's own engine for the schema, without a unit of work around it."""
    return engine.open_engine(settings.load(database=url).database, migrating=True)


def altered(url: str, *statements: str) -> None:
    """What a well-meaning stranger, or another version of the program, does to a database."""
    opened = open_engine(url)
    try:
        with opened.begin() as conn:
            for statement in statements:
                conn.exec_driver_sql(statement)
    finally:
        opened.dispose()
