"""Who may come into a database that has just been made: whose login it knows, and on a server the first admin's password.

Logins are no rows. A file knows the operating system's users, a server its own; a worker's row names the same word on both, and
what that word stands for is settled where the database is.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from caseload.errors import Refused
from caseload.messages import _
from caseload.models import worker
from caseload.store import logins
from caseload.store.identity import os_user


@dataclass(frozen=True, slots=True)
class People:
    """Handles of active workers: whose login is there, who has one that is still to be made, who has none to their name.
    `admin` got `password`, the first one of their `login`."""

    known: tuple[str, ...] = ()
    unmade: tuple[str, ...] = ()
    nameless: tuple[str, ...] = ()
    admin: str | None = None
    login: str | None = None
    password: str | None = None


def open_doors(conn: Connection, admin: str | None) -> People:
    """Say who may come in, and see to it that on a server somebody may let the others in.

    Raises Refused where the admin who was named is none, has no login, or one that is not caseload's to give a password.
    """
    columns = (worker.c.id, worker.c.handle, worker.c.role, worker.c.login)
    found = conn.execute(select(*columns).where(worker.c.status == "active").order_by(worker.c.id)).all()
    nameless = tuple(one.handle for one in found if not one.login)
    if conn.dialect.name == "sqlite":
        me = os_user()
        return People(
            tuple(one.handle for one in found if one.login == me),
            tuple(one.handle for one in found if one.login and one.login != me),
            nameless,
        )
    there = {one.login for one in found if one.login and logins.exists(conn, one.login)}
    known = tuple(one.handle for one in found if one.login in there)
    admins = [one for one in found if one.role == "admin" and one.login]
    chosen = _chosen(conn, admins, admin, there)
    password = None
    if chosen is not None:
        password = logins.random_password()
        logins.open_login(conn, chosen.id, chosen.login, password)
    unmade = tuple(one.handle for one in found if one.login and one.login not in there and one is not chosen)
    if chosen is None:
        return People(known, unmade, nameless)
    return People(known, unmade, nameless, chosen.handle, chosen.login, password)


def _chosen(conn: Connection, admins: list, handle: str | None, there: set[str]):  # type: ignore[no-untyped-def, type-arg]
    """The admin who gets a first password: the one named, else the first, unless one of them comes in already."""
    if handle is None:
        return None if any(one.login in there for one in admins) or not admins else admins[0]
    named = next((one for one in admins if one.handle == handle.lower()), None)
    if named is None:
        raise Refused(
            _(
                "{handle} is no active admin with a login. Nothing was brought in; give them one where everything comes from: "
                "caseload worker edit HANDLE --login LOGIN"
            ).format(handle=handle)
        )
    if named.login in there and not logins.ours(conn, named.login, must_exist=True):
        raise Refused(
            _(
                "The login of {handle} is the server's already, and its password its administrator's to give. Nothing was brought "
                "in; leave --admin out, or name another."
            ).format(handle=handle)
        )
    return named
