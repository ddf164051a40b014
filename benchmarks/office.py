"""An agency for proofs: an admin, a supervisor in each of two teams, and somebody with sixty cases of every kind. Anybody
in it can be asked for a command line, a screen at 80x24 or the database as they have it, on either engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import insert, text, update

from caseload import models as m
from caseload import settings
from caseload.casework import absences, appointments, custodians, intake, notes, programs, staff, tasks, transfers
from caseload.store.connect import connect
from caseload.store.database import Database, Receipt
from caseload.store.founding import Founding, found
from tests.cli.running import Ran, run_line
from tests.tui.terminal import Terminal

from . import replay

# A Friday; two weeks from the Tuesday after end in another month.
DAY = date(2026, 11, 20)
ZONE = "Europe/Rome"
ADMIN = "ada"

# handle: role, team, teams they supervise, capacity, languages
STAFF: dict[str, tuple[str, str, tuple[str, ...], int | None, str]] = {
    "ana": ("case_manager", "north", (), 40, "it,es"),
    "bo": ("case_manager", "north", (), 45, "it"),
    "eva": ("case_manager", "north", (), 45, "it,es"),
    "nil": ("case_manager", "north", (), 0, "it"),
    "cleo": ("case_manager", "south", (), 20, "it"),
    "ben": ("supervisor", "north", ("north",), None, "it"),
    "sol": ("supervisor", "south", ("south",), None, "it"),
}

# Who holds how many open cases, counted from the assignments and stages themselves, not from what triggers made of them.
_HELD = """
SELECT w.handle, count(*) FROM assignment a JOIN worker w ON w.id = a.worker_id
WHERE a.role = 'primary' AND a.ends_at IS NULL
AND (SELECT s.stage FROM case_stage s WHERE s.case_id = a.case_id ORDER BY s.on_date DESC, s.at DESC, s.id DESC LIMIT 1) <> 'closed'
GROUP BY w.handle
"""


class Office:
    """One agency's database, and the people who work in it."""

    def __init__(self, url: str) -> None:
        self.url, self.engine, self.day = url, url.partition(":")[0], DAY
        self.cases: list[str] = []
        self._open: dict[str, Database] = {}

    def close(self) -> None:
        for one in self._open.values():
            one.close()
        self._open.clear()

    # ------------------------------------------------------------ who

    def url_of(self, handle: str) -> str:
        if self.engine == "sqlite" or handle == ADMIN:
            return self.url
        parts = urlsplit(self.url)
        return parts._replace(netloc=f"{login(handle)}@{parts.netloc.rpartition('@')[2]}").geturl()

    def as_(self, handle: str) -> Database:
        if handle not in self._open:
            told = settings.load(database=self.url_of(handle), as_worker=handle if self.engine == "sqlite" else None)
            self._open[handle] = connect(told)
        return self._open[handle]

    def do(self, handle: str, verb: Callable[..., Receipt], *args: Any, **kw: Any) -> Receipt:
        with self.as_(handle).work(verb.__name__) as w:
            return verb(w, *args, **kw)

    def _who(self, handle: str) -> list[str]:
        return ["--database", self.url_of(handle), *(["--as", handle] if self.engine == "sqlite" else [])]

    def screen(self, handle: str) -> Terminal:
        return Terminal(*self._who(handle))

    def run(self, handle: str, *line: str) -> Ran:
        """One command line of theirs, which may fail."""
        return run_line(*self._who(handle), *line)

    def ask(self, handle: str, *line: str) -> Any:
        """What a command line of theirs, which must succeed, answers in JSON."""
        ran = self.run(handle, *line, "--format", "json")
        if ran.code:
            raise AssertionError(f"{handle}: caseload {' '.join(line)}: {ran.err}")
        return ran.json

    # ------------------------------------------------------------ what stands

    def facts(self) -> replay.Facts:
        """Every fact of every table. Prose is only ever added to, so it is none that an undo gives back; what day it is,
        is none of anybody's."""
        with self.as_(ADMIN).read(snapshot=True) as r:
            found = replay.facts(r.conn)
        for row in found["agency"].values():
            del row["clock_on"]
        return {name: rows for name, rows in found.items() if name != "narrative"}

    def held(self) -> dict[str, int]:
        """Open cases of each worker, by plain SQL."""
        with self.as_(ADMIN).read() as r:
            return {str(handle): int(n) for handle, n in r.conn.execute(text(_HELD))}

    def holders(self) -> dict[str, str | None]:
        with self.as_(ADMIN).read() as r:
            found = "SELECT c.number, w.handle FROM case_file c LEFT JOIN worker w ON w.id = c.owner_id"
            return {str(number): handle for number, handle in r.conn.execute(text(found))}

    def set_day(self, day: date) -> None:
        """The agency's clock moves to that day, which lies ahead as days do."""
        assert day >= self.day
        self.day = day
        with self.as_(ADMIN).work("clock") as w:
            w.conn.execute(update(m.agency).values(clock_on=day))
            w.receipt("Set the clock", undoable=False)
        for one in self._open.values():
            one.forget()


def login(handle: str) -> str:
    """The PostgreSQL login of that worker."""
    return f"caseload_office_{handle}"


def opened(url: str) -> Office:
    """The agency, made there: Ana holds sixty cases, with a little of everything hanging on them."""
    office = Office(url)
    if office.engine == "postgresql":
        make_logins(url)
    found(settings.load(database=url), Founding("Harbour House", ZONE, ADMIN, "Ada Ricci", clock_on=DAY))
    for team in ("north", "south"):
        office.do(ADMIN, staff.add_team, team, team.title())
    for handle, (role, team, supervises, capacity, languages) in STAFF.items():
        fields = staff.WorkerFields(
            name=handle.title(), role=role, team=team, login=login(handle), supervises=supervises, capacity=capacity,
            languages=languages,
        )  # fmt: skip
        office.do(ADMIN, staff.add_worker, handle, fields)
    office.do(ADMIN, programs.add, "housing", "Housing")
    for nth in range(60):
        office.cases.append(_open(office, "ana", nth))
    for nth, handle in enumerate(("bo",) * 6 + ("eva",) * 4 + ("cleo",) * 2):
        _open(office, handle, 100 + nth)
    _households(office)
    _little_of_everything(office)
    return office


def make_logins(url: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as conn:
        # Logins belong to the whole server, so two processes of one run may want them at the same time.
        conn.execute("SELECT pg_advisory_lock(7102)")
        for handle in STAFF:
            if not conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login(handle)]).fetchone():
                conn.execute(f'CREATE ROLE "{login(handle)}" LOGIN'.encode())


def _open(office: Office, handle: str, nth: int) -> str:
    new = intake.NewCase(
        f"Given{nth}", f"Family{nth}", "housing", worker=handle, risk=("low", "high", "medium")[nth % 3],
        opened=DAY - timedelta(days=nth % 40), language="es" if nth % 5 == 0 else "it",
    )  # fmt: skip
    return str(office.do(handle, intake.open_case, new).data["case"])


def _households(office: Office) -> None:
    """Three families of two, four and two, with Ana."""
    with office.as_(ADMIN).work("scene") as w:
        ids = {number: (id_, client) for id_, number, client in w.conn.execute(
            text("SELECT id, number, client_id FROM case_file"))}  # fmt: skip
        for members in (office.cases[20:22], office.cases[22:26], office.cases[26:28]):
            household = w.add(m.household, created_at=w.now)
            rows = [{"household_id": household, "client_id": ids[one][1], "from_on": DAY} for one in members]
            w.conn.execute(insert(m.household_member), rows)
        w.receipt("Set the scene", undoable=False)


def _little_of_everything(office: Office) -> None:
    """What hangs on somebody with cases: tasks, appointments, a draft, restricted cases, an offer, covers, other people's."""
    for number in office.cases[::10]:
        office.do("ana", tasks.add, number, "Call the landlord", DAY + timedelta(days=3))
        starts = datetime.combine(DAY + timedelta(days=4), time(22), ZoneInfo(ZONE))
        office.do("ana", appointments.appoint, appointments.NewAppointment(number, starts, 30))
    office.do("ana", notes.write, notes.NewNote(office.cases[3], text="Half of it."))
    for number in office.cases[58:]:
        office.do("ben", custodians.restrict, number, "sol", "a colleague's family")
    office.do("ana", transfers.offer, [office.cases[40]], "cleo", "moved south")
    week = (DAY + timedelta(days=20), DAY + timedelta(days=24))
    office.do("ben", absences.set_cover, "eva", ("ana",), *week, "leave")
    with office.as_(ADMIN).work("scene") as w:
        bos = w.conn.execute(text(
            "SELECT min(c.id) FROM case_file c JOIN worker w ON w.id = c.owner_id WHERE w.handle = 'bo'")).scalar_one()  # fmt: skip
        ana = w.conn.execute(text("SELECT id FROM worker WHERE handle = 'ana'")).scalar_one()
        row = {"case_id": bos, "worker_id": ana, "starts_at": w.now, "starts_on": w.today}
        w.conn.execute(insert(m.assignment).values(role="secondary", **row))
        w.receipt("Set the scene", undoable=False)
