"""Who is asking. On PostgreSQL the login, which nobody can forge; on SQLite the operating system's user, honestly a courtesy."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, exists, select

from ..clock import day_of, now, zone
from ..errors import NotPermitted, Unreachable, Usage
from ..messages import _
from ..models import agency, departure, team_supervisor, worker


@dataclass(frozen=True, slots=True)
class Agency:
    """The agency whose database this is."""

    name: str
    zone: ZoneInfo
    is_demo: bool
    clock_on: date | None
    manager_sees_team: bool
    editor_allowed: bool = True
    break_glass: bool = False
    load_model: str = "count"
    currency: str = "EUR"

    @property
    def now(self) -> datetime:
        """This moment; in a demo whose day stands still, that day at this hour."""
        moment = now()
        if self.clock_on is None:
            return moment
        local = moment.astimezone(self.zone)
        return datetime.combine(self.clock_on, local.timetz().replace(tzinfo=None), self.zone).astimezone(moment.tzinfo)

    @property
    def today(self) -> date:
        return self.clock_on or day_of(now(), self.zone)


@dataclass(frozen=True, slots=True)
class Me:
    """The person at the keyboard. `teams` are those they supervise; `holds_file` is true on SQLite. `masked` says that they
    look without identity for now, whatever they may see; `policed` that the server itself shows the case rows in their scope alone."""

    id: int | None
    handle: str
    name: str
    role: str
    team_id: int | None
    login: str
    holds_all: bool
    holds_file: bool
    teams: tuple[int, ...]
    masked: bool = False
    policed: bool = False

    @property
    def sees_identity(self) -> bool:
        """Admins move case rows and see no identity and no narrative; analysts and auditors see no case at all."""
        return not self.masked and (self.holds_all or self.role in ("case_manager", "supervisor"))


def os_user() -> str:
    """The operating system's user."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid()) if hasattr(os, "getuid") else "unknown"


def load_agency(conn: Connection) -> Agency:
    """The agency's row. Raises Unreachable where `init` has not been run."""
    columns = (
        "name",
        "timezone",
        "is_demo",
        "clock_on",
        "manager_sees_team",
        "editor_allowed",
        "break_glass",
        "load_model",
        "currency",
    )
    row = conn.execute(select(*(agency.c[name] for name in columns))).first()
    if row is None:
        raise Unreachable(_("This database holds no agency yet. Run: caseload init --agency NAME --admin HANDLE"))
    decided = (bool(row.manager_sees_team), bool(row.editor_allowed), bool(row.break_glass))
    return Agency(row.name, zone(row.timezone), bool(row.is_demo), row.clock_on, *decided, row.load_model, row.currency)


def login_of(conn: Connection) -> str:
    """The login that is acting, as this engine knows it."""
    if conn.dialect.name == "postgresql":
        return str(conn.exec_driver_sql("SELECT session_user").scalar_one())
    return os_user()


def load_me(conn: Connection, the_agency: Agency, as_worker: str | None) -> Me:
    """The worker who is asking. Raises NotPermitted where the login belongs to nobody, or the worker has left."""
    login = login_of(conn)
    holds_file = conn.dialect.name == "sqlite"
    if as_worker and not holds_file:
        raise Usage(_("--as works on SQLite only. On PostgreSQL the person is the database login."))
    columns = (
        worker.c.id,
        worker.c.handle,
        worker.c.name,
        worker.c.role,
        worker.c.team_id,
        worker.c.holds_all,
        worker.c.status,
        exists()
        .where(
            departure.c.worker_id == worker.c.id, departure.c.state == "waiting", departure.c.on_date < the_agency.today
        )
        .label("gone"),
    )
    wanted = worker.c.login == login
    if as_worker:
        wanted = worker.c.handle == as_worker.lower()
    elif holds_file and the_agency.is_demo:
        wanted = worker.c.handle == "demo"
    row = conn.execute(select(*columns).where(wanted)).first()
    if row is None and as_worker:
        raise Usage(_("There is no worker {handle!r}. List them with: caseload worker list").format(handle=as_worker))
    if row is None:
        raise NotPermitted(
            _(
                "Your login {login!r} is not tied to a worker. Ask an admin to run: caseload worker edit HANDLE --login {login}"
            ).format(login=login)
        )
    # By the calendar alone: whoever winds up what they have may come later.
    if row.status == "left" or row.gone:
        raise NotPermitted(_("The worker {handle!r} has left and may no longer act.").format(handle=row.handle))
    teams = conn.execute(select(team_supervisor.c.team_id).where(team_supervisor.c.worker_id == row.id)).scalars().all()
    return Me(
        row.id,
        row.handle,
        row.name,
        row.role,
        row.team_id,
        login,
        bool(row.holds_all),
        holds_file,
        tuple(sorted(teams)),
        policed=not holds_file and bool(conn.exec_driver_sql("SELECT row_security_active('case_file')").scalar_one()),
    )
