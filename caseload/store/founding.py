"""The first act in a new database: its agency, and the admin who is the caller."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert

from .. import __version__, clock
from ..models import acting, advice_topic, agency, change, need_domain, worker, worker_standing
from ..models.assessment import DOMAINS
from ..models.record import TOPICS
from ..settings import Settings
from . import logins, seals
from .connect import create
from .engine import add_row, open_engine, translated
from .identity import login_of


@dataclass(frozen=True, slots=True)
class Founding:
    """What a new agency is called, and who administers it. `login` is the caller's own unless given."""

    name: str
    timezone: str
    admin: str
    admin_name: str
    login: str | None = None
    is_demo: bool = False
    clock_on: date | None = None
    currency: str = "EUR"


def found(settings: Settings, wish: Founding) -> str | None:
    """Make the tables and the agency. Where the admin's login is named and not there yet, a server makes it: its first
    password is answered, and kept nowhere. Raises Usage for an unknown time zone, Refused where something is already there."""
    clock.zone(wish.timezone)
    create(settings)
    engine = open_engine(settings.database, migrating=True)
    try:
        with translated(), engine.connect().execution_options(writing=True) as conn, conn.begin():
            return _write(conn, wish)
    finally:
        engine.dispose()


def _write(conn: Connection, wish: Founding) -> str | None:
    where, moment = clock.zone(wish.timezone), clock.now()
    today = wish.clock_on or clock.day_of(moment, where)
    if conn.dialect.name == "postgresql":
        logins.make_groups(conn)
    login = login_of(conn)
    opened = {"uid": str(uuid.uuid4()), "at": moment, "login": login, "verb": "init", "software": __version__}
    summary = "Founded the agency"
    change_id = add_row(conn, change, opened | {"summary": summary, "undoable": False})
    if conn.dialect.name == "sqlite":
        conn.execute(
            insert(acting).values(id=1, change_id=change_id, worker_id=None, login=login, at=moment, today=today)
        )
    else:
        conn.exec_driver_sql("SELECT set_config('caseload.change', %s, true)", (str(change_id),))
    conn.execute(
        insert(agency).values(
            id=1,
            name=wish.name,
            timezone=wish.timezone,
            is_demo=wish.is_demo,
            clock_on=wish.clock_on,
            currency=wish.currency,
            created_at=moment,
        )
    )
    row = {
        "handle": wish.admin,
        "name": wish.admin_name,
        "role": "admin",
        "login": wish.login or login,
        "holds_all": wish.is_demo,
    }
    worker_id = add_row(conn, worker, row)
    conn.execute(insert(worker_standing).values(worker_id=worker_id, from_on=today, role="admin", status="active"))
    # In the words of the codes; an agency names them as it likes.
    for table, codes in ((need_domain, DOMAINS), (advice_topic, TOPICS)):
        named = [{"code": code, "name": code.replace("_", " ").capitalize()} for code in codes]
        conn.execute(insert(table), named)
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql("DELETE FROM acting")
    seals.at_commit(conn)
    if conn.dialect.name == "sqlite" or wish.login is None or logins.exists(conn, wish.login):
        return None
    password = logins.random_password()
    logins.open_login(conn, worker_id, wish.login, password)
    return password
