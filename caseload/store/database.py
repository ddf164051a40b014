"""The door to the data: readings, and units of work that take one act of one person from rights to receipt."""

from __future__ import annotations

import copy
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    Table,
    any_,
    bindparam,
    exc,
    insert,
    select,
    update,
)

from .. import __version__
from ..errors import OtherSchema, Unreachable, Usage
from ..messages import _
from ..models import acting, case_file, change, journal
from ..settings import Settings
from ..text import LINE_LIMIT, line
from . import fitting, seals, sweep
from .engine import add_row, impatient, in_the_clear, open_engine, refused, sqlite_path, translated
from .identity import Agency, Me, load_agency, load_me

# Who is asking changes rarely; a screen that reads at every key need not ask at every key.
_REMEMBER_SECONDS = 30.0
# Where PostgreSQL says that a change was committed.
CHANNEL = "caseload"

# Acts done by whoever comes first on a day, in the name of those who set them: not theirs to take back.
FOR_EVERYBODY = ("carry_out_moves", "worker_leaves")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an act did. `change` is None where nothing had to be done."""

    change: int | None
    words: str
    cases: tuple[str, ...] = ()
    undoable: bool = True
    data: Any = None

    @property
    def number(self) -> str | None:
        """The receipt's number as people write it: C-1042."""
        return f"C-{self.change}" if self.change is not None else None


def _keeping_plans(conn: Connection, wanted: bool) -> None:
    """Whether psycopg has the server keep the plan of what is asked for a second time."""
    if not conn.invalidated:
        raw: Any = conn.connection.driver_connection
        raw.prepare_threshold = 1 if wanted else None


@dataclass(slots=True)
class Reading:
    """One consistent look at the data by one person on one day."""

    conn: Connection
    me: Me
    agency: Agency
    today: date
    as_of: bool = False
    memo: dict[str, Any] = field(default_factory=dict)
    keyed: bool = False
    # The cases that this transaction has opened itself: it sees them to its end, whoever is to hold them.
    made: set[int] = field(default_factory=set)
    # One moment for the whole act, so that what begins begins where the other ended.
    now: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.now = self.agency.now

    @property
    def zone(self) -> ZoneInfo:
        return self.agency.zone

    @property
    def engine(self) -> str:
        return str(self.conn.dialect.name)

    def by_keys(self) -> None:
        """What is asked from here on asks by keys: a server then plans each question once, and not anew for every case."""
        if self.engine == "postgresql" and not self.keyed:
            self.keyed = True
            self.conn.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
            _keeping_plans(self.conn, True)

    @contextmanager
    def keys_alone(self) -> Iterator[None]:
        """The same, for what is asked within: a window of rows, in a reading that asks for lists besides."""
        before = self.keyed
        self.by_keys()
        yield
        if self.keyed and not before:
            self.keyed = False
            self.conn.exec_driver_sql("SET LOCAL plan_cache_mode = auto")
            _keeping_plans(self.conn, False)

    def among(self, column: ColumnElement[Any], keys: Sequence[int]) -> ColumnElement[bool]:
        """True where a column is one of these keys: on PostgreSQL as one value, so that any number of keys is one question."""
        if self.engine == "postgresql":
            return column == any_(bindparam(None, list(keys), type_=ARRAY(BigInteger)))
        return column.in_(keys)


@dataclass(slots=True)
class Work(Reading):
    """A reading that may write: one transaction, one change. `uid` lets a terminal ask later whether it committed."""

    change_id: int = 0
    why: str = ""
    kept: Receipt | None = None

    def receipt(
        self,
        words: str,
        *,
        cases: Sequence[int] = (),
        undoable: bool = True,
        undoes: int | None = None,
        data: Any = None,
        counted: int | None = None,
    ) -> Receipt:
        """Complete the change's row and say what was done. `words` carry no client-identifying text. Whoever sees one case of a
        change reads how many it was about: `counted`, where that is to be told otherwise."""
        self.conn.execute(
            update(change)
            .where(change.c.id == self.change_id)
            .values(
                summary=words, cases=len(cases) if counted is None else counted, undoable=undoable, undoes_id=undoes
            )
        )
        numbers: tuple[str, ...] = ()
        if cases:
            found = dict(
                self.conn.execute(
                    select(case_file.c.id, case_file.c.number).where(case_file.c.id.in_(cases[:500]))
                ).all()
            )
            numbers = tuple(found[case] for case in cases[:500] if case in found)
        self.kept = Receipt(self.change_id, words, numbers, undoable, data)
        return self.kept

    def add(self, table: Table, row: Mapping[str, Any] | None = None, /, **values: Any) -> int:
        """Add one row and return its key."""
        return add_row(self.conn, table, {**(row or {}), **values})

    def nothing(self, words: str, data: Any = None) -> Receipt:
        """Say that nothing had to be done; the change is not kept."""
        self.kept = Receipt(None, words, undoable=False, data=data)
        return self.kept


class Database:
    """Where the data is and who is asking. Cheap to make: it connects on first use."""

    def __init__(self, settings: Settings, engine: Engine | None = None) -> None:
        self.settings = settings
        self._engine = engine
        self._known: tuple[float, Agency, Me] | None = None
        self._checked = False
        self._lock = threading.Lock()
        # Whether records travel to the server and back without TLS; known once somebody has been there.
        self.in_the_clear = False
        # Whether readings see no identity for now; acts are done as ever.
        self.masked = False

    @property
    def engine(self) -> Engine:
        with self._lock:
            if self._engine is None:
                path = sqlite_path(self.settings.database)
                if path is not None:
                    _must_exist(path)
                self._engine = open_engine(self.settings.database)
            return self._engine

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Let go of every connection."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def lifted(self) -> Database:
        """The same database, whose readings see what the person may see."""
        other = copy.copy(self)
        other.masked = False
        return other

    def forget(self) -> None:
        """Ask again who is acting, at the next read."""
        self._known = None

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Errors as sentences; where a table or a column is not there, the one that says which database this is."""
        try:
            with translated():
                yield
        except OtherSchema as error:
            if error.__cause__ is None:  # it says so already
                raise
            self._checked, self._known = False, None
            with translated(), self.engine.connect() as conn:
                fitting.must_be_whole(conn)
            raise refused(error.__cause__) from error.__cause__

    def _who(self, conn: Connection) -> tuple[Agency, Me]:
        known = self._known
        if known and time.monotonic() - known[0] < _REMEMBER_SECONDS:
            return known[1], known[2]
        if not self._checked:
            fitting.must_fit(conn)
            self._checked = True
            self.in_the_clear = in_the_clear(conn)
        the_agency = load_agency(conn)
        me = load_me(conn, the_agency, self.settings.worker)
        self._known = (time.monotonic(), the_agency, me)
        return the_agency, me

    def _day(self, the_agency: Agency) -> tuple[date, bool]:
        today = the_agency.today
        asked = self.settings.today
        return (asked, True) if asked is not None and asked != today else (today, False)

    @contextmanager
    def read(self, *, snapshot: bool = False) -> Iterator[Reading]:
        """A reading; with `snapshot` all of it sees the data of one moment. Raises Unreachable or NotPermitted."""
        with self._translated(), self.engine.connect() as conn:
            if snapshot and not self.is_sqlite:  # SQLite's readings always do
                conn.execution_options(isolation_level="REPEATABLE READ")
            transaction = conn.begin()
            try:
                the_agency, me = self._who(conn)
                today, as_of = self._day(the_agency)
                stale = sweep.stale(conn, today)
                shadowed = as_of or (stale and not self._sweep(today))
                if shadowed:
                    sweep.shadow(conn, today)
                elif stale:
                    # What was ranked anew just now is seen only by a transaction that begins after it.
                    transaction.commit()
                    transaction = conn.begin()
                yield Reading(conn, replace(me, masked=True) if self.masked else me, the_agency, today, as_of)
                if not shadowed:
                    # Nothing was written. After a rollback psycopg forgets every statement that the server has planned.
                    transaction.commit()
            finally:
                if not self.is_sqlite:
                    _keeping_plans(conn, False)
                if transaction.is_active:
                    transaction.rollback()  # A shadow goes with it.

    def answers(self) -> None:
        """Ask the least there is to ask. Raises Unreachable where nobody answers."""
        with self._translated(), self.engine.connect() as conn:
            conn.exec_driver_sql("SELECT 1 FROM agency")

    def _sweep(self, today: date) -> bool:
        """Re-rank what the calendar alone has changed. False where the database cannot be written just now."""
        try:
            with self.engine.connect().execution_options(writing=True) as conn, impatient(conn):
                sweep.sweep(conn, today)
        except exc.DBAPIError:
            return False
        return True

    @contextmanager
    def work(self, verb: str, *, why: str = "", uid: str | None = None) -> Iterator[Work]:
        """A unit of work for one act. Leaving it commits; an exception, or `nothing`, rolls everything back."""
        self._known = None
        with self._translated(), self.engine.connect().execution_options(writing=True) as conn:
            transaction = conn.begin()
            try:
                the_agency, me = self._who(conn)
                today, as_of = self._day(the_agency)
                if as_of:
                    raise Usage(_("With --today of another day nothing can be changed; leave it out to work on today."))
                if sweep.stale(conn, today):
                    # The first act of a morning judges by today's ranks, too, as far as nobody else holds the rows.
                    with suppress(exc.DBAPIError), impatient(conn):
                        sweep.sweep(conn, today)
                work = Work(conn, me, the_agency, today, False, why=why)
                self._announce(work, verb, uid or str(uuid.uuid4()))
                yield work
                if work.kept is None or work.kept.change is None:
                    transaction.rollback()
                else:
                    if self.is_sqlite:
                        conn.exec_driver_sql("DELETE FROM acting")
                    seals.at_commit(conn)
                    transaction.commit()
            except BaseException:
                transaction.rollback()
                raise

    @contextmanager
    def jotting(self) -> Iterator[Reading]:
        """A write that is no change and leaves no journal: scratch and looks. Commits on leaving.

        It is let through under --today too: a look is recorded whatever day is asked about.
        """
        with self._translated(), self.engine.connect().execution_options(writing=True) as conn, conn.begin():
            the_agency, me = self._who(conn)
            yield Reading(conn, me, the_agency, *self._day(the_agency))

    def _announce(self, work: Work, verb: str, uid: str) -> None:
        """Open the change and tell the triggers whose it is."""
        row = {
            "uid": uid, "at": work.now, "worker_id": work.me.id, "login": work.me.login, "verb": verb, "why": line(work.why)[:LINE_LIMIT],
            "software": __version__,
        }  # fmt: skip
        work.change_id = work.add(change, row)
        if self.is_sqlite:
            work.conn.exec_driver_sql("DELETE FROM acting")
            work.conn.execute(
                insert(acting).values(
                    id=1,
                    change_id=work.change_id,
                    worker_id=work.me.id,
                    login=work.me.login,
                    at=work.now,
                    today=work.today,
                )
            )
        else:
            # Other screens hear the number when this commits, and nothing else.
            number = str(work.change_id)
            work.conn.exec_driver_sql(
                f"SELECT set_config('caseload.change', %s, true), pg_notify('{CHANNEL}', %s)", (number, number)
            )

    def committed(self, uid: str) -> Receipt | None:
        """Whether an act whose answer was lost had committed after all."""
        with self.read() as r:
            row = r.conn.execute(
                select(change.c.id, change.c.summary, change.c.undoable).where(change.c.uid == uid)
            ).first()
            if row is None:
                return None
            told = select(journal.c.case_id).where(journal.c.change_id == row.id)
            numbers = select(case_file.c.number).where(case_file.c.id.in_(told)).order_by(case_file.c.id).limit(500)
            cases = tuple(r.conn.execute(numbers).scalars())
            return Receipt(row.id, row.summary, cases, undoable=row.undoable)


def _must_exist(path: Path) -> None:
    if path.is_dir():
        raise Unreachable(_("The database named is a folder. Name a file with --database."))
    if not path.exists():
        raise Unreachable(
            _(
                "There is no database at that place. Make one with: caseload init --agency NAME --admin HANDLE (or try: caseload demo)"
            )
        )
