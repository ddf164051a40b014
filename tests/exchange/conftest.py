"""An agency with its admin, on both engines, to import into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from caseload import settings
from caseload.exchange.importer import Options, commit, plan
from caseload.exchange.rows import Preview
from caseload.models import identity
from caseload.store import sweep
from caseload.store.connect import connect
from caseload.store.database import Database, Receipt
from caseload.store.founding import Founding, found
from caseload.store.undo import undo
from caseload.store.watched import fact_columns, journalled
from tests.support.databases import Databases

from .hmis_files import Hmis


@dataclass
class Agency:
    """What a test does with the agency's database, in the words of an admin."""

    db: Database
    folder: Path
    url: str

    def preview(self, source: Hmis | Path, **options: Any) -> tuple[Preview, list[tuple[Any, ...]]]:
        """What an import would do, and (kind, file, row, column, reason) of each row in trouble."""
        with self.db.read() as r, plan(r, "hmis", self.path(source), Options(**options)) as planned:
            return planned.preview, [(kind, p.file, p.row, p.column, p.reason) for kind, p in planned.problems()]

    def take(self, source: Hmis | Path, **options: Any) -> Receipt:
        """Import, as `caseload import hmis --yes` does."""
        with (
            self.db.read() as r,
            plan(r, "hmis", self.path(source), Options(**options)) as planned,
            self.db.work("import hmis") as w,
        ):
            return commit(w, planned)

    def rename(self, given: str, **names: str) -> None:
        """Somebody corrects a name here."""
        with self.db.work("rename") as w:
            w.conn.execute(update(identity).where(identity.c.given == given).values(**names))
            w.receipt("renamed")

    def undo(self, **how: Any) -> Receipt:
        with self.db.work("undo") as w:
            return undo(w, **how)

    def path(self, source: Hmis | Path) -> Path:
        if isinstance(source, Path):
            return source
        return source.write(self.folder / f"export{len(list(self.folder.iterdir()))}")

    def rows(self, statement: Any) -> list[tuple[Any, ...]]:
        with self.db.read() as r:
            return [tuple(row) for row in r.conn.execute(statement)]

    def one(self, statement: Any) -> Any:
        (row,) = self.rows(statement)
        return row[0] if len(row) == 1 else row

    def facts(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every fact there is."""
        with self.db.read() as r:
            return facts_of(r.conn)

    def triage_faults(self) -> list[str]:
        """Cases whose stored rank is not what the facts say."""
        with self.db.read() as r:
            return sweep.differing(r.conn, r.today)


def facts_of(conn: Connection) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table.name: [
            tuple(row) for row in conn.execute(select(*(table.c[n] for n in fact_columns(table))).order_by(table.c.id))
        ]
        for table in journalled()
    }


@pytest.fixture(scope="session")
def founded(databases: Databases) -> Iterator[Callable[[str], str]]:
    """A new agency in New York whose admin is the caller, on the engine asked for; copied for each test."""
    made: dict[str, str] = {}

    def on(engine: str) -> str:
        if engine not in made:
            made[engine] = databases.empty(engine)
            wish = Founding("Test agency", "America/New_York", "admin", "The Admin")
            found(settings.load(database=made[engine]), wish)
        return made[engine]

    yield on
    for url in made.values():
        databases.drop(url)


@pytest.fixture
def agency(engine_name: str, founded: Callable[[str], str], databases: Databases, tmp_path: Path) -> Iterator[Agency]:
    url = databases.copy(founded(engine_name))
    db = connect(settings.load(database=url))
    folder = tmp_path / "exports"
    folder.mkdir()
    yield Agency(db, folder, url)
    db.close()
    databases.drop(url)


@pytest.fixture
def as_worker(agency: Agency) -> Iterator[Callable[[str], Database]]:
    """The same database, asked by somebody else (SQLite: `--as`)."""
    opened: list[Database] = []

    def open_as(handle: str) -> Database:
        opened.append(connect(settings.load(database=agency.url, as_worker=handle)))
        return opened[-1]

    yield open_as
    for db in opened:
        db.close()
