"""Taking everything out, bringing it into an empty database, and moving from one database to another without a folder in between.

What arrives is held against what left, row by row, before it stands; then its journal is verified, how it came is put on record,
and that is sealed over the seals it came with. Until all of that is done there is no database at the new place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, exc, insert, literal, select
from sqlalchemy.engine import make_url

from caseload import clock
from caseload.errors import Refused, Unreachable, Usage
from caseload.messages import _
from caseload.models import case_file, look
from caseload.settings import Settings
from caseload.store import backup, cipher, filing, migrate, milestone, seals
from caseload.store.arrival import Arrival, arrive, leaving
from caseload.store.connect import refuse_network
from caseload.store.engine import open_engine, sqlite_path, translated
from caseload.store.identity import login_of
from caseload.store.keys import Key
from caseload.text import line

from . import entrance, faults, folder
from .folder import Folder, Tick
from .rows import Page, Pages, Tally, fill, last_key, numbered, read, set_last_key, spelled, tables, tallied


def _silent(done: int, total: int | None) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Wish:
    """How everything is to come in: `anchor` is a seal kept elsewhere, which must stand; with `unsound` also where the journal does
    not agree with itself. `admin` is the handle of who gets a first password on a server. `key` encrypts a new file."""

    anchor: str | None = None
    unsound: bool = False
    admin: str | None = None
    key: Key | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """What came in: rows by table; the newest seal that came and the change that says how; on a server, who may log in."""

    rows: dict[str, int]
    seal: str | None
    change: int
    people: entrance.People
    encrypted: bool = False


# ---------------------------------------------------------------- out


def export(settings: Settings, output: str, form: str, why: str, tick: Tick = _silent) -> Folder:
    """Everything as a private folder, from one moment, while people work. On record with the reason, as such and for each case.

    What comes out is plain, also where the database is encrypted. Raises Refused, Usage, NotPermitted, Unreachable.
    """
    if not why.strip():
        raise Usage(_("An identified export needs a reason: add --why TEXT."))
    folder.check(form)
    place = folder.place_for(output)
    with _source(settings) as engine:
        at = clock.now()
        with engine.connect().execution_options(writing=True) as conn, conn.begin():
            seal = leaving(conn, at, "export everything", why)
            _look_at_each(conn, at, why)
        with _snapshot(engine) as conn:
            return folder.write(conn, place, form, at=at, seal=seal, tick=tick)


@contextmanager
def _source(settings: Settings) -> Iterator[Any]:
    path = sqlite_path(settings.database)
    if path is not None and not path.is_file():
        raise Unreachable(_("There is no database at that place."))
    engine = open_engine(settings.database, migrating=True)
    try:
        with translated():
            yield engine
    finally:
        engine.dispose()


@contextmanager
def _snapshot(engine: Any, **options: Any) -> Iterator[Connection]:
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with engine.connect().execution_options(**options) as conn, conn.begin():
        yield conn


def _look_at_each(conn: Connection, at: datetime, why: str) -> None:
    login = login_of(conn)
    row: dict[str, Any] = {"worker_id": milestone.worker_of(conn, login), "login": login, "kind": "export"}
    row |= {"surface": "export everything", "why": why, "at": at}
    told = (literal(value, look.c[name].type).label(name) for name, value in row.items())
    conn.execute(insert(look).from_select(["case_id", *row], select(case_file.c.id, *told)))


# ---------------------------------------------------------------- where it comes from


class _FromFolder:
    """The rows of a folder, each table with what its manifest says of it."""

    def __init__(self, found: Folder) -> None:
        self._folder = found
        self.total = found.rows

    def place(self, name: str) -> str:
        return self._folder.parts[name].file

    def pages(self, table: Table) -> Pages:
        return folder.pages(self._folder, table)

    def last_key(self, table: Table) -> int:
        return self._folder.parts[table.name].last_key or 0

    def must_be(self, table: Table, tally: Tally) -> None:
        part = self._folder.parts[table.name]
        if tally.rows != part.rows:
            said = _("{file}: {n} rows, where {wanted} were written.")
            raise Usage(said.format(file=part.file, n=tally.rows, wanted=part.rows))
        if tally.content != part.content:
            raise Usage(_("{file}: a value in it was changed.").format(file=part.file))


class _FromDatabase:
    """The rows of a database in which nobody writes meanwhile."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self.total = sum(int(conn.exec_driver_sql(f"SELECT count(*) FROM {t.name}").scalar_one()) for t in tables())

    def place(self, name: str) -> str:
        return _("table {table}").format(table=name)

    def pages(self, table: Table) -> Pages:
        return read(self._conn, table)

    def last_key(self, table: Table) -> int:
        return last_key(self._conn, table) or 0

    def must_be(self, table: Table, tally: Tally) -> None:
        pass


_Source = _FromFolder | _FromDatabase


# ---------------------------------------------------------------- in


def bring(settings: Settings, where: str | Path, wish: Wish, tick: Tick = _silent) -> Brought:
    """Everything of a folder into a database that is missing (SQLite) or empty (PostgreSQL).

    Raises Usage for a folder that is not as it was written, Refused where something is there already or the journal is not
    sound, OtherSchema for one of another caseload, NotPermitted where the login may not make tables.
    """
    found = folder.opened(where)
    words = _("Brought everything in from a folder; its newest seal was {seal}")
    # What is said about a moment is where it was taken out, and never a path.
    said = _Said("import everything", words, {"as_of": found.as_of})
    return _Coming(_FromFolder(found), said, wish, tick).into(settings)


def move(source: Settings, to: Settings, wish: Wish, why: str = "", tick: Tick = _silent) -> Brought:
    """Everything of one database into another, which is missing or empty. The source stays as it is, but for the look on record;
    nobody can write in it until the copy stands.

    An encrypted file moved to a file opens with the same key. Raises what `bring` does, and Refused where somebody is writing.
    """
    with _source(source) as engine:
        with engine.connect().execution_options(writing=True) as conn, conn.begin():
            leaving(conn, clock.now(), "move", why)
        with _snapshot(engine, writing=True) as conn:
            _hold(conn)
            seals.everything(conn)
            words = _("Moved here from another database; its newest seal was {seal}")
            said = _Said("move everything", words, {"from": conn.dialect.name})
            path = sqlite_path(source.database)
            key = wish.key if path is None else cipher.key_for(path)
            wish = Wish(wish.anchor, wish.unsound, wish.admin, key)
            return _Coming(_FromDatabase(conn), said, wish, tick).into(to)


def _hold(conn: Connection) -> None:
    """Nobody changes anything until the transaction ends. A file's writer is alone anyhow."""
    if conn.dialect.name == "sqlite":
        return
    try:
        conn.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
        held = ", ".join(table.name for table in tables())
        conn.exec_driver_sql(f"LOCK TABLE {held} IN SHARE ROW EXCLUSIVE MODE")
    except exc.DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != "55P03":
            raise
        raise Refused(_("Somebody is working in this database just now. Nothing was moved; try again.")) from None


@dataclass(frozen=True, slots=True)
class _Said:
    """What the new database says of how it came to be."""

    verb: str
    words: str
    more: dict[str, str] = field(default_factory=dict)


class _Coming:
    """Everything on its way into one new database."""

    def __init__(self, source: _Source, said: _Said, wish: Wish, tick: Tick) -> None:
        self._source, self._said, self._wish, self._tick = source, said, wish, tick
        self._rows: dict[str, int] = {}
        self._arrived: Arrival | None = None
        self._people = entrance.People()

    def into(self, settings: Settings) -> Brought:
        """Fill the database that the settings name. Nothing stands there until all of it does."""
        path = sqlite_path(settings.database)
        key = self._wish.key if path is not None else None
        if path is None:
            self._fill(settings.database, before=backup.must_be_empty)
        else:
            self._make(settings, path, key)
        assert self._arrived is not None
        return Brought(self._rows, self._arrived.seal, self._arrived.change, self._people, key is not None)

    def _make(self, settings: Settings, path: Path, key: Key | None) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as failure:
            said = _("The database file cannot be made there: {why}.")
            raise Refused(said.format(why=line(failure.strerror or "?"))) from None
        refuse_network(path)
        place = filing.place_for(path)
        backup.stands_alone(place)
        with filing.growing(place) as part:
            with cipher.known(part, key):
                self._fill(make_url(settings.database).set(database=str(part)))
            with closing(cipher.connect(part, key, "mode=rw")) as raw:
                raw.execute("PRAGMA journal_mode = wal")
        cipher.know(place, key)

    def _fill(self, where: Any, before: Callable[[Connection], None] | None = None) -> None:
        engine = open_engine(where, migrating=True)
        try:
            with translated(), engine.connect().execution_options(writing=True) as conn:
                migrate.upgrade(conn, before=before, filling=self._load, after=self._arrive)
        finally:
            engine.dispose()

    def _load(self, conn: Connection) -> None:
        """All rows, and all of them read again."""
        kept: dict[str, str] = {}
        done = 0
        for table in tables():
            tally = self._table(conn, table, done)
            kept[table.name], self._rows[table.name] = tally.content, tally.rows
            done += tally.rows
        if conn.dialect.name == "sqlite" and (wrong := faults.orphan(conn, self._source.place)):
            raise wrong
        for table in tables():
            if tallied(conn, table).content != kept[table.name]:
                raise Refused(
                    _("The rows of {table} would not be the same there. Nothing was brought in.").format(
                        table=table.name
                    )
                )
        if conn.dialect.name == "postgresql":
            conn.exec_driver_sql("ANALYZE")

    def _table(self, conn: Connection, table: Table, before: int) -> Tally:
        tally = Tally()

        def passing() -> Iterator[tuple[Page, bytes]]:
            for page, lines in spelled(table, self._source.pages(table)):
                tally.take(page, lines)
                yield page, lines
                self._tick(before + tally.rows, self._source.total)

        try:
            fill(conn, table, passing())
        except _driver(conn) as error:
            place = self._source.place(table.name)
            raise faults.named(conn, table, place, lambda: self._source.pages(table), error) from None
        self._source.must_be(table, tally)
        if numbered(table):
            newest = int(conn.exec_driver_sql(f"SELECT COALESCE(max(id), 0) FROM {table.name}").scalar_one())
            set_last_key(conn, table, max(newest, self._source.last_key(table)))
        return tally

    def _arrive(self, conn: Connection) -> None:
        said, wish = self._said, self._wish
        self._arrived = arrive(
            conn, said.verb, said.words, clock.now(), said.more, anchor=wish.anchor, unsound=wish.unsound
        )
        self._people = entrance.open_doors(conn, wish.admin)


def _driver(conn: Connection) -> type[Exception]:
    dbapi: Any = conn.dialect.dbapi
    error: type[Exception] = dbapi.Error
    return error
