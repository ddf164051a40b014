"""Running command lines in this process, as a script or as a person at a terminal would; and a small agency to run them in."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from caseload import settings
from caseload.cli import main
from caseload.store.connect import connect
from caseload.store.database import Database
from caseload.store.founding import Founding, found

TODAY = date(2026, 11, 20)  # a Friday


@dataclass(frozen=True)
class Ran:
    """What a command line answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The complaint of a command line that asked for JSON."""
        found: dict[str, Any] = json.loads(self.err)["error"]
        return found

    @property
    def tsv(self) -> list[dict[str, str]]:
        head, *rows = [row.split("\t") for row in self.out.splitlines()]
        return [dict(zip(head, row, strict=True)) for row in rows]


class _Stream(io.TextIOWrapper):
    def __init__(self, raw: bytes, terminal: bool) -> None:
        super().__init__(io.BytesIO(raw), encoding="utf-8", newline="")
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def text(self) -> str:
        self.flush()
        return self.buffer.getvalue().decode()  # type: ignore[attr-defined, no-any-return]


def run_line(
    *args: str, stdin: str | bytes = "", terminal: bool = False, environ: Mapping[str, str] | None = None
) -> Ran:
    """One command line in this process. With `terminal` a person sits in front of it and `stdin` is what they type."""
    given = _Stream(stdin.encode() if isinstance(stdin, str) else stdin, terminal)
    out, err = _Stream(b"", terminal), _Stream(b"", terminal)
    kept = sys.stdin, sys.stdout, sys.stderr
    with _environment(environ or {}):
        sys.stdin, sys.stdout, sys.stderr = given, out, err
        try:
            code = main(list(args))
        finally:
            sys.stdin, sys.stdout, sys.stderr = kept
    return Ran(code, out.text(), err.text())


@contextmanager
def _environment(wanted: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@dataclass
class World:
    """A small agency in a database of its own. Whoever acts is named by `as_`; `olga`, its admin, otherwise."""

    url: str
    engine: str
    cases: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, client: str) -> str:
        """The number of that client's case."""
        return self.cases[client]

    def run(self, *args: str, as_: str | None = None, stdin: str | bytes = "", terminal: bool = False) -> Ran:
        """One command line in this agency, which may fail."""
        before = ["--as", as_] if as_ is not None and self.engine == "sqlite" else []
        environ = {"CASELOAD_DATABASE": self.url_of(as_), "CASELOAD_WORKER": ""}
        return run_line(*before, *args, stdin=stdin, terminal=terminal, environ=environ)

    def url_of(self, handle: str | None) -> str:
        """The database's address, on PostgreSQL with that worker's login in it."""
        if handle is None or self.engine == "sqlite":
            return self.url
        parts = urlsplit(self.url)
        return parts._replace(netloc=f"{login_of(handle)}@{parts.netloc.rpartition('@')[2]}").geturl()

    @contextmanager
    def opened(self, handle: str) -> Iterator[Database]:
        """The database as that worker's screen has it."""
        db = connect(settings.load(database=self.url_of(handle), as_worker=handle if self.engine == "sqlite" else None))
        try:
            yield db
        finally:
            db.close()

    def do(self, *args: str, as_: str | None = None, stdin: str | bytes = "", terminal: bool = False) -> Ran:
        """One command line that must succeed."""
        ran = self.run(*args, as_=as_, stdin=stdin, terminal=terminal)
        assert ran.code == 0, f"{' '.join(args)}: {ran.err}"
        return ran

    def json(self, *args: str, as_: str | None = None) -> Any:
        """What a command that must succeed answers in JSON."""
        return self.do(*args, "--format", "json", as_=as_).json

    def shown(self, client: str, as_: str = "chloe") -> Any:
        """Everything about that client's case, identities and all."""
        return self.json("show", self[client], "--identified", "--why", "test", as_=as_)


def login_of(handle: str) -> str:
    """The PostgreSQL login of a worker of the test agency."""
    return f"caseload_cli_{handle}"


WORKERS = (
    ("ana", ["--name", "Ana Ferri", "--team", "north", "--capacity", "4"]),
    ("ben", ["--name", "Ben Okafor", "--team", "north", "--capacity", "10"]),
    (
        "chloe",
        [
            "--name",
            "Chloe Dubois",
            "--team",
            "north",
            "--role",
            "supervisor",
            "--supervises",
            "north",
            "--capacity",
            "10",
        ],
    ),
    ("dora", ["--name", "Dora Lind", "--team", "south", "--seniority", "junior"]),
    ("ivo", ["--name", "Ivo Petrov", "--role", "auditor"]),
    ("nils", ["--name", "Nils Berg", "--role", "analyst"]),
)
CLIENTS = (
    ("amina", "Amina", "Haddad", "1991-04-02", "ana", "high"),
    ("bruno", "Bruno", "Sala", "1960-12-31", "ana", "low"),
    ("chidi", "Chidi", "Obi", "2001-07-15", "ana", "medium"),
    ("daria", "Daria", "Nowak", "1984-02-29", "ben", "critical"),
    ("emil", "Emil", "Åkesson", "1999-09-09", "ben", "low"),
    ("fatou", "Fatou", "Diop", "1977-05-20", "dora", "low"),
)


def found_agency(url: str, engine: str) -> World:
    """Make the agency: one admin, two teams, six workers, two programs, six cases held and one that waits."""
    world = World(url, engine)
    if engine == "postgresql":
        _make_logins(url)
    # As `init` does, but on a day that stands still, so that no test depends on when it runs.
    wish = Founding("Harbour Family Services", "Europe/Rome", "olga", "Olga Marin", clock_on=TODAY)
    found(settings.load(environ={"CASELOAD_DATABASE": url}), wish)
    world.do("program", "add", "housing", "--name", "Housing first", "--contact-days", "30")
    world.do("program", "add", "outreach")
    for code in ("north", "south"):
        world.do("team", "add", code, "--name", code.title())
    for handle, options in WORKERS:
        login = ["--login", login_of(handle)] if engine == "postgresql" else []
        world.do("worker", "add", handle, *options, *login)
    for name, given, family, born, worker, risk in CLIENTS:
        who = ["--given", given, "--family", family, "--born", born]
        ran = world.json("intake", *who, "--program", "housing", "--risk", risk, "--worker", worker, as_=worker)
        world.cases[name] = ran["case"]
    ran = world.json("intake", "--given", "Gita", "--family", "Rao", "--program", "outreach", as_="chloe")
    world.cases["gita"] = ran["case"]
    return world


def _make_logins(url: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as conn:
        # Logins belong to the whole server, so two processes of one run may want them at the same time.
        conn.execute("SELECT pg_advisory_lock(7101)")
        for handle, _options in WORKERS:
            if not conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login_of(handle)]).fetchone():
                conn.execute(f'CREATE ROLE "{login_of(handle)}" LOGIN'.encode())
