"""A small agency written row by row, so that what a report counts can be told apart from what the verbs do."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select

from caseload import models as m
from caseload import settings
from caseload.reports.period import Period
from caseload.store import founding
from caseload.store.connect import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caseload.store.database import Database, Work

ROME = ZoneInfo("Europe/Rome")
# The clock of this agency stands still: a Tuesday.
TODAY = date(2026, 11, 24)
MONDAY = date(2026, 11, 16)
# The last whole week before it.
WEEK = Period(MONDAY, MONDAY + timedelta(days=6))
WORKERS = {
    "ana": ("case_manager", "north"), "ben": ("supervisor", "north"), "cleo": ("case_manager", "south"),
    "admin": ("admin", None), "lou": ("analyst", None), "odo": ("auditor", None),
}  # fmt: skip


class Undone(Exception):
    """Raised to leave a unit of work without keeping it."""


def at(day: date, hour: int = 12, minute: int = 0) -> datetime:
    """A moment of the agency's wall clock."""
    return datetime.combine(day, time(hour, minute), ROME)


class Agency:
    """The database and the ids of what stands in it: `workers`, `teams` and `programs` by handle or code."""

    def __init__(self, url: str) -> None:
        self.settings = settings.load(database=url)
        self.db: Database = connect(self.settings)
        self.workers: dict[str, int] = {}
        self.teams: dict[str, int] = {}
        self.programs: dict[str, int] = {}
        wish = founding.Founding("North Shore", "Europe/Rome", "demo", "Demo", is_demo=True, clock_on=TODAY)
        with self.db.engine.connect().execution_options(writing=True) as conn, conn.begin():
            founding._write(conn, wish)
        with self.writing() as w:
            self._staff(w.conn)

    def close(self) -> None:
        self.db.close()

    def as_worker(self, handle: str, today: date | None = None) -> Database:
        """The same agency with `handle` at the keyboard (on PostgreSQL by changing whom the login belongs to)."""
        if self.db.is_sqlite:
            return connect(replace(self.settings, worker=handle, today=today))
        with self.writing() as w:
            login = w.me.login
            for name, owner in ((None, m.worker.c.login == login), (login, m.worker.c.handle == handle)):
                w.conn.execute(m.worker.update().where(owner).values(login=name))
        self.db.forget()
        return connect(replace(self.settings, today=today))

    @contextmanager
    def writing(self, *, keep: bool = True) -> Iterator[Work]:
        """A unit of work that is kept, or taken back at the end."""
        try:
            with self.db.work("test") as w:
                yield w
                w.receipt("Wrote a test")
                if not keep:
                    raise Undone
        except Undone:
            pass

    def _staff(self, conn: Connection) -> None:
        for code in ("north", "south"):
            self.teams[code] = put(conn, m.team, code=code, name=code.capitalize())
        for code in ("housing", "youth"):
            self.programs[code] = put(conn, m.program, code=code, name=code.capitalize())
            put(conn, m.policy, program_id=self.programs[code], version=1, from_on=date(2026, 1, 1))
        for handle, (role, team) in WORKERS.items():
            team_id = self.teams[team] if team else None
            key = put(conn, m.worker, handle=handle, name=handle.capitalize(), role=role, team_id=team_id)
            self.workers[handle] = key
            put(
                conn,
                m.worker_standing,
                worker_id=key,
                from_on=date(2026, 1, 1),
                team_id=team_id,
                role=role,
                status="active",
            )
        self.workers["demo"] = conn.execute(select(m.worker.c.id).where(m.worker.c.handle == "demo")).scalar_one()


def put(conn: Connection, table: Any, **values: Any) -> int:
    """One row; its id."""
    return conn.execute(insert(table).values(**values)).inserted_primary_key[0]


class Cases:
    """Writes cases and what happens to them, as rows."""

    def __init__(self, agency: Agency, conn: Connection) -> None:
        self.agency, self.conn = agency, conn
        self.made = 0

    def open(
        self, day: date, program: str = "housing", *, given: str = "Maria", family: str = "Rossi",
        team: str | None = "north", **extra: Any,
    ) -> int:  # fmt: skip
        """A case opened that day; its id. Its number counts up from 2026-100001."""
        self.made += 1
        client = put(self.conn, m.client, uid=str(uuid.uuid4()), created_at=at(day))
        put(self.conn, m.identity, client_id=client, given=given, family=family, born_on=date(1990, 4, 3))
        return put(
            self.conn, m.case_file, uid=str(uuid.uuid4()), number=f"2026-{100_000 + self.made}", client_id=client,
            program_id=self.agency.programs[program], team_id=self.agency.teams[team] if team else None, opened_on=day,
            created_at=at(day), **extra,
        )  # fmt: skip

    def stage(self, case: int, stage: str, day: date, moment: datetime | None = None) -> None:
        put(self.conn, m.case_stage, case_id=case, stage=stage, on_date=day, at=moment or at(day))

    def assign(
        self, case: int, worker: str, start: datetime, end: datetime | None = None, role: str = "primary", why: str = ""
    ) -> None:
        ends_on = end.astimezone(ROME).date() if end else None
        put(
            self.conn, m.assignment, case_id=case, worker_id=self.agency.workers[worker], role=role, starts_at=start,
            starts_on=start.astimezone(ROME).date(), ends_at=end, ends_on=ends_on, why=why,
        )  # fmt: skip

    def contact(
        self, cases: int | list[int], worker: str, moment: datetime, outcome: str = "made", *, met: bool | None = None,
        kind: str = "phone", note: str = "", recorded: datetime | None = None, **extra: Any,
    ) -> int:  # fmt: skip
        key = put(
            self.conn, m.contact, kind=kind, outcome=outcome, at=moment,
            recorded_at=recorded or moment + timedelta(hours=1),
            worker_id=self.agency.workers[worker], **extra,
        )  # fmt: skip
        for case in cases if isinstance(cases, list) else [cases]:
            told = put(self.conn, m.narrative, case_id=case, body=note, at=moment) if note else None
            put(
                self.conn, m.contact_line, contact_id=key, case_id=case, on_date=moment.astimezone(ROME).date(),
                kind=kind, outcome=outcome, met=outcome == "made" if met is None else met, narrative_id=told,
            )  # fmt: skip
        return key

    def task(
        self, case: int, due: date, created: datetime, done: datetime | None = None, worker: str | None = None,
        title: str = "Call the landlord",
    ) -> int:  # fmt: skip
        who = self.agency.workers[worker] if worker else None
        return put(
            self.conn, m.task, case_id=case, due_on=due, created_at=created, done_at=done, worker_id=who, title=title,
            done_by=who if done else None,
        )  # fmt: skip

    def told(self, case: int, worker: str, day: date, text: str, **extra: Any) -> int:
        """A disclosure to a court, in the same words throughout; or, with `addendum_to_id`, what was added to one."""
        prose = {
            name: put(self.conn, m.narrative, case_id=case, body=text, at=at(day)) for name in ("what_id", "purpose_id")
        }
        return put(
            self.conn, m.disclosure, case_id=case, recipient=text, recipient_key="court", address=text, kinds="services",
            basis="court", client_told=True, on_date=day, recorded_at=at(day), worker_id=self.agency.workers[worker],
            **prose, **extra,
        )  # fmt: skip

    def note(self, case: int, written: datetime, signed: datetime | None = None, author: str = "ana") -> None:
        """A draft, or a note signed at that moment."""
        who = self.agency.workers[author]
        told = put(self.conn, m.narrative, case_id=case, body="Well.", at=written)
        put(
            self.conn, m.note, case_id=case, author_id=who, state="signed" if signed else "draft", at=written,
            on_date=written.astimezone(ROME).date(), narrative_id=told, signed_at=signed,
            signed_by=who if signed else None,
        )  # fmt: skip

    def risk(self, case: int, risk: str, day: date) -> None:
        put(self.conn, m.case_risk, case_id=case, risk=risk, on_date=day, at=at(day))
