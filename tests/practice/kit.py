"""A small agency for the tests of the practice: two teams, every role, two programs, and the real verbs.

Whoever acts does so through a `Database` of their own: on SQLite named by the settings, on PostgreSQL by a login role
made for the tests, with the grants of a member of staff. The day stands still until a test moves it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import Connection, Engine, select, text, update

from caseload import models as m
from caseload import settings
from caseload.casework import (
    appointments,
    attention,
    contacts,
    intake,
    looks,
    morning,
    notes,
    programs,
    staff,
    tasks,
    triage,
)
from caseload.models.agency import ROLES
from caseload.store import founding, sweep
from caseload.store.connect import connect
from caseload.store.database import Work
from caseload.store.engine import translated
from caseload.store.undo import undo
from caseload.store.watched import fact_columns, journalled
from tests.support.databases import open_engine

if TYPE_CHECKING:
    from caseload.store.database import Database, Receipt
    from tests.support.databases import Databases

# A Friday, far from any change of the clocks.
DAY = date(2026, 11, 20)
ZONE = "Europe/Rome"
ADMIN = "ada"

# handle: role, team, teams they supervise
STAFF: dict[str, tuple[str, str | None, tuple[str, ...]]] = {
    "ana": ("case_manager", "north", ()),
    "bo": ("case_manager", "north", ()),
    "cleo": ("case_manager", "south", ()),
    "dan": ("case_manager", "south", ()),
    "ben": ("supervisor", "north", ("north",)),
    "sol": ("supervisor", "south", ("south",)),
    "nia": ("analyst", None, ()),
    "otto": ("auditor", None, ()),
}
PROGRAMS = ("housing", "youth")


@cache
def _fact_questions() -> list[tuple[str, list[str], str]]:
    """Each table with what undo promises to give back of it, and the question for that, which the tests ask thousands of times."""
    told = [(table.name, list(fact_columns(table))) for table in journalled() if table.name != "narrative"]
    return [(name, columns, f"SELECT {', '.join(columns)} FROM {name}") for name, columns in told]


class Template:
    """The agency as it opens its doors, made once and copied for each test; and on PostgreSQL, its logins."""

    def __init__(self, engine_name: str, databases: Databases) -> None:
        self.engine_name, self.databases = engine_name, databases
        self._mark = f"caseload_{uuid.uuid4().hex[:8]}"
        self.url = databases.empty(engine_name)
        # On PostgreSQL nobody who works here owns the tables: the admin, too, is asked by every policy.
        self._on_server(f'CREATE ROLE "{self.login(handle)}" LOGIN' for handle in (ADMIN, *STAFF))
        login = self.login(ADMIN) if engine_name == "postgresql" else None
        wish = founding.Founding("Harbour House", ZONE, ADMIN, "Ada", login=login, clock_on=DAY)
        founding.found(settings.load(database=self.url), wish)
        practice = Practice(self, self.url)
        practice.open_doors()
        practice.close()

    def login(self, handle: str) -> str:
        return f"{self._mark}_{handle}"

    def copy(self) -> Practice:
        return Practice(self, self.databases.copy(self.url))

    def group(self, role: str) -> str:
        return f"{urlsplit(self.url).path[1:]}_{role}"

    def drop(self) -> None:
        # The copies are gone by now, and with them whatever the logins were granted there.
        self.databases.drop(self.url)
        self._on_server(f'DROP ROLE "{self.login(handle)}"' for handle in (ADMIN, *STAFF))
        self._on_server(f'DROP ROLE "{self.group(role)}"' for role in ROLES)

    def _on_server(self, statements: Iterable[str]) -> None:
        if self.engine_name == "postgresql":
            with psycopg.connect(urlsplit(self.url)._replace(path="/postgres").geturl(), autocommit=True) as conn:
                for statement in statements:
                    conn.execute(statement.encode())


class Practice:
    """One agency's database, the people who work in it, and short names for what they do."""

    def __init__(self, template: Template, url: str) -> None:
        self.engine_name, self.url, self.template = template.engine_name, url, template
        self._open: dict[tuple[str, str | None], Database] = {}
        self._raw: Engine | None = None
        self.day = DAY

    @classmethod
    def at(cls, engine_name: str, url: str) -> Practice:
        """A database that no template made."""
        made = cls.__new__(cls)
        made.engine_name, made.url, made._open, made._raw, made.day = engine_name, url, {}, None, DAY
        return made

    # ------------------------------------------------------------ who

    def as_(self, handle: str, *, today: date | None = None) -> Database:
        """The database as that person has it; with `today`, as of another day."""
        day = today.isoformat() if today else None
        key = (handle, day)
        if key not in self._open:
            if self.engine_name == "sqlite":
                told = settings.load(database=self.url, as_worker=handle, today=day)
            else:
                told = settings.load(database=self.url_of(handle), today=day)
            self._open[key] = connect(told)
        return self._open[key]

    def login(self, handle: str) -> str:
        return self.template.login(handle)

    def url_of(self, handle: str) -> str:
        """The database's address with that person's login in it, on PostgreSQL."""
        parts = urlsplit(self.url)
        return parts._replace(netloc=f"{self.login(handle)}@{parts.netloc.rpartition('@')[2]}").geturl()

    @property
    def raw(self) -> Engine:
        """The database by hand, past every door: as its owner, with no unit of work."""
        if self._raw is None:
            self._raw = open_engine(self.url)
        return self._raw

    @contextmanager
    def by_hand(self) -> Iterator[Connection]:
        with self.raw.connect().execution_options(writing=True) as conn, conn.begin():
            yield conn

    @contextmanager
    def scene(self) -> Iterator[Work]:
        """Facts for which there is no verb, or none of anybody's here: on a server, written by the owner of the tables."""
        if self.engine_name == "sqlite":
            with self.as_(ADMIN).work("scene") as w:
                yield w
                w.receipt("Set the scene", undoable=False)
            return
        with self.as_(ADMIN).read() as r:
            me, the_agency = r.me, r.agency
        with translated(), self.by_hand() as conn:
            yield Work(conn, me, the_agency, the_agency.today, False)

    def forget(self) -> None:
        for database in self._open.values():
            database.forget()

    def close(self) -> None:
        for database in self._open.values():
            database.close()
        self._open.clear()
        if self._raw is not None:
            self._raw.dispose()
            self._raw = None

    def drop(self) -> None:
        self.close()
        self.template.databases.drop(self.url)

    # ------------------------------------------------------------ setting the scene

    def open_doors(self) -> None:
        for team in ("north", "south"):
            self.do(ADMIN, staff.add_team, team, team.title())
        for handle, (role, team, supervises) in STAFF.items():
            fields = staff.WorkerFields(
                name=handle.title(), role=role, team=team, login=self.login(handle), supervises=supervises
            )
            self.do(ADMIN, staff.add_worker, handle, fields)
        for program in PROGRAMS:
            self.do(ADMIN, programs.add, program, program.title())

    def set_day(self, day: date) -> None:
        """The agency's clock moves to that day."""
        with self.scene() as w:
            w.conn.execute(update(m.agency).values(clock_on=day))
        self.day = day
        self.forget()

    def go(self, days: int = 1) -> None:
        """So many days pass."""
        self.set_day(self.day + timedelta(days=days))

    def morning(self) -> Receipt | None:
        """Everybody comes in, one after another; the last thing that was done for a day that has come."""
        done = [
            morning.come(self.as_(who))
            for who in ("ana", "bo", "cleo", "dan", "ben", "sol", ADMIN)
            if self._is_here(who)
        ]
        return next((one for one in reversed(done) if one is not None), None)

    def _is_here(self, handle: str) -> bool:
        gone = "SELECT count(*) FROM departure d WHERE d.worker_id = w.id AND d.state = 'waiting' AND d.on_date < :day"
        asked = f"SELECT status <> 'left' AND ({gone}) = 0 FROM worker w WHERE handle = :handle"
        return bool(
            self.value(asked, handle=handle, day=self.day.isoformat() if self.engine_name == "sqlite" else self.day)
        )

    def ago(self, days: int) -> date:
        return self.day - timedelta(days=days)

    def hour(self, ago: int, hour: int) -> datetime:
        """That hour of so many days ago."""
        return datetime.combine(self.ago(ago), time(hour), ZoneInfo(ZONE))

    def moment(self, ago: int, hour: int = 12) -> datetime | None:
        """Noon of so many days ago; None, which means now, for today."""
        return self.hour(ago, hour) if ago else None

    # ------------------------------------------------------------ doing

    def do(self, handle: str, verb: Callable[..., Receipt], *args: Any, why: str = "", **kw: Any) -> Receipt:
        """That person does that: one verb in one unit of work."""
        with self.as_(handle).work(verb.__name__, why=why) as w:
            receipt = verb(w, *args, **kw)
        return receipt

    def ask(self, handle: str, question: Callable[..., Any], *args: Any, today: date | None = None, **kw: Any) -> Any:
        """That person reads that: one function of a reading."""
        with self.as_(handle, today=today).read() as r:
            return question(r, *args, **kw)

    def open(
        self,
        *,
        by: str = "ana",
        worker: str | None = "ana",
        program: str = "housing",
        risk: str = "low",
        ago: int = 0,
        given: str = "Mara",
        family: str = "Conti",
        acknowledged: bool = True,
        **more: Any,
    ) -> str:
        """A new client and their case, opened so many days ago; its number."""
        new = intake.NewCase(given, family, program, risk=risk, worker=worker, opened=self.ago(ago), **more)
        number = str(self.do(by, intake.open_case, new).data["case"])
        if acknowledged and worker is not None and worker != by:
            self.do(worker, attention.acknowledge, [number])
        return number

    def met(self, *cases: str, by: str = "ana", ago: int = 0, kind: str = "phone", **more: Any) -> Receipt:
        return self.do(by, contacts.log, contacts.NewContact(cases, kind, "made", at=self.moment(ago), **more))

    def tried(self, *cases: str, by: str = "ana", ago: int = 0, kind: str = "phone", **more: Any) -> Receipt:
        return self.do(by, contacts.log, contacts.NewContact(cases, kind, "attempted", at=self.moment(ago), **more))

    def note(self, case: str, text_: str = "Came in, calm.", *, by: str = "ana", **more: Any) -> int:
        """A note; its key."""
        return int(self.do(by, notes.write, notes.NewNote(case, text=text_, **more)).data["note"])

    def task(self, case: str, due: int, *, by: str = "ana", title: str = "Call the landlord", **more: Any) -> int:
        """A task due in so many days; its key."""
        return int(self.do(by, tasks.add, case, title, self.day + timedelta(days=due), **more).data["task"])

    def appoint(self, case: str, ahead: int, *, by: str = "ana", hour: int = 23, minutes: int = 30) -> int:
        """An appointment in so many days; its key."""
        starts = datetime.combine(self.day + timedelta(days=ahead), time(hour), ZoneInfo(ZONE))
        return int(
            self.do(by, appointments.appoint, appointments.NewAppointment(case, starts, minutes)).data["appointment"]
        )

    def take_back(self, receipt: Receipt | None = None, *, by: str = "ana", **more: Any) -> Receipt:
        """Undo that act, or the person's last."""
        return self.do(by, undo, receipt.change if receipt else None, **more)

    # ------------------------------------------------------------ seeing

    def id(self, case: str) -> int:
        with self.raw.connect() as conn:
            return int(conn.execute(select(m.case_file.c.id).where(m.case_file.c.number == case)).scalar_one())

    def look(self, *cases: str, by: str = "ana") -> None:
        """That person opens these cases: a server shows prose to nobody who has not said so before."""
        looks.announce(self.as_(by), cases, surface="show")

    def queue(self, by: str = "ana", view: triage.View | None = None, *, today: date | None = None) -> list[str]:
        """The case numbers of a queue, in order."""
        with self.as_(by, today=today).read() as r:
            ids = triage.queue(r, view or triage.View())
            found = dict(
                r.conn.execute(select(m.case_file.c.id, m.case_file.c.number).where(m.case_file.c.id.in_(ids))).all()
            )
            return [found[one] for one in ids]

    def row(self, case: str, by: str = "ana") -> triage.QueueRow:
        """What the queue shows of a case today."""
        key = self.id(case)
        rows: dict[int, triage.QueueRow] = self.ask(by, triage.rows, [key])
        return rows[key]

    def reasons(self, case: str, by: str = "ana") -> dict[str, triage.Reason]:
        return {reason.rule: reason for reason in self.row(case, by).reasons}

    def value(self, sql: str, **values: Any) -> Any:
        """One value, read past every door."""
        with self.raw.connect() as conn:
            return conn.execute(text(sql), values).scalar()

    def rows(self, sql: str, **values: Any) -> Sequence[Any]:
        with self.raw.connect() as conn:
            return conn.execute(text(sql), values).all()

    def facts(self, *, typed: bool = False) -> dict[str, dict[int, dict[str, Any]]]:
        """Every fact of every table: what undo promises to give back. Prose is only ever added to, so it is no part. As the engine
        keeps them, which is quick; `typed` with days and moments as such."""
        with self.raw.connect() as conn:
            if typed:
                return {
                    name: {
                        row["id"]: dict(row)
                        for row in conn.execute(select(*(m.metadata.tables[name].c[one] for one in columns))).mappings()
                    }
                    for name, columns, _sql in _fact_questions()
                }
            found = {}
            for name, columns, sql in _fact_questions():
                place = columns.index("id")
                rows = conn.exec_driver_sql(sql).all()
                found[name] = {row[place]: dict(zip(columns, row, strict=True)) for row in rows}
            return found

    def derived(self) -> dict[str, dict[str, Any]]:
        """What the triggers have written on each case row."""
        columns = [m.case_file.c[name] for name in m.case.DERIVED]
        with self.raw.connect() as conn:
            found = conn.execute(select(m.case_file.c.number, *columns)).mappings()
            return {row["number"]: dict(row) for row in found}

    def differing(self) -> list[str]:
        """Cases whose stored facts or rank are not what the naive query says."""
        with self.raw.connect() as conn:
            return sweep.differing(conn, self.day)
