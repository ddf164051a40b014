"""PostgreSQL logins of workers: which tables and columns the group of each role may use. Which rows, the policies say
(store/policies.py); who is in which group, the server sees to whenever a worker's row is written (sql/logins.sql).

Nobody's login writes a key, a case's number, what triggers derive or what marks a transaction's own rows: a made-up key or
number that is refused would tell that there is one like it.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select, text

from ..errors import Refused
from ..messages import _
from ..models import metadata, worker
from ..models.agency import DECIDED, ROLES
from ..models.case import DERIVED
from .policies import UNREAD, rule

# Of the agency's row an admin writes what an agency decides; the rest is the founder's.
_FOUNDED = ("agency",)
# The columns of a table that anybody changes, where these are not all that are not fixed.
_ONLY = {
    "glass": ("read_by", "read_at"),
    # Whose case and which one an assignment, an offer or a set move is about stays as it was made.
    "assignment": ("ends_at", "ends_on", "acknowledged_at"),
    "transfer": ("state", "answered_at", "answered_on", "answered_by", "answer"),
    "pending_move": ("state", "outcome"),
    "household_member": ("client_id",),
    "packet": ("withdrawn_at", "withdrawn_by"),
    # Of two records of one client, what both have becomes one.
    "document": ("client_id", "withdrawn_at", "withdrawn_by", "withdrawn_why"),
    # What was asked by an edition reads by it for good.
    "instrument": ("retired_on", "version"),
    # Which contact of which case, when and how, stays as it was made.
    "contact_line": ("outcome", "met", "presence", "own_id", "version"),
}
_STAMPED = ("made_in", "touched_in")
# Written once: what a row is, and of whom.
_FIXED = ("id", "uid", "created_at", *_STAMPED)
# Without those that are taken for one another.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
VIEWS = (
    "alembic_version", "my_cases", "my_looks", "my_packets", "my_chunks", "open_counts", "load_counts", "reduced_minutes",
    "share_counts", "budget_sums", "known_numbers", "passed_on", "journal_hashes",
)  # fmt: skip


def exists(conn: Connection, login: str) -> bool:
    """Whether the server knows that login."""
    return conn.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :login"), {"login": login}).first() is not None


def owns(conn: Connection) -> bool:
    """Whether whoever is connected may act as the owner of the tables, and so may say who else uses them."""
    owner = "SELECT pg_has_role(session_user, c.relowner, 'MEMBER') FROM pg_class c WHERE c.oid = 'change'::regclass"
    return bool(conn.exec_driver_sql(owner).scalar_one())


# How a group is called: the database's name, and the role's.
_GROUP = "{database}_{role}"
# What a role writes beside its own words, views and looks: who handles no case writes nothing else.
_HANDLING = ("case_manager", "supervisor", "admin")
_ANYBODYS = ("change", "look", "saved_view", "scratch", "scratch_key", "pseudonym")


def make_groups(conn: Connection) -> None:
    """A group for each role, which nobody logs in as, with the rights of that role; workers' logins are put into them. The
    caller must own the tables, and be allowed to create roles or administer these. Raises Refused."""
    quote = conn.dialect.identifier_preparer.quote_identifier
    database, schema = conn.exec_driver_sql("SELECT current_database(), quote_ident(current_schema())").one()
    groups = {role: _GROUP.format(database=database[:40], role=role) for role in ROLES}
    missing = [group for group in groups.values() if not exists(conn, group)]
    if (
        missing
        and not conn.exec_driver_sql(
            "SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user"
        ).scalar()
    ):
        raise Refused(
            _("This login may not create roles. Have a database administrator run the following, then try again."),
            details=[
                f"CREATE ROLE {quote(group)} NOLOGIN; GRANT {quote(group)} TO CURRENT_USER WITH ADMIN OPTION;"
                for group in missing
            ],
        )
    for role, group in groups.items():
        name = quote(group)
        if group in missing:
            # Two who found agencies of one name at once on one server: the second finds it made.
            conn.exec_driver_sql(
                f"DO $$ BEGIN CREATE ROLE {name} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
            )
        conn.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {name}")
        for table in metadata.sorted_tables:
            conn.exec_driver_sql(f"REVOKE ALL ON {table.name} FROM {name}")
            conn.exec_driver_sql(f"GRANT {', '.join(_rights(table, role))} ON {table.name} TO {name}")
        conn.exec_driver_sql(f"GRANT SELECT ON {', '.join(VIEWS)} TO {name}")


def unread(table: Table, role: str) -> tuple[str, ...]:
    """The columns of a table that the group of a role does not read: words about a client, for who sees no identity."""
    return () if role in ("case_manager", "supervisor") else UNREAD.get(table.name, ())


def changed(table: Table) -> list[str]:
    """The columns that a worker's login may change in the rows it may change."""
    if rule(table).change is None:
        return []
    if table.name in _ONLY:
        return list(_ONLY[table.name])
    derived = ("number", *DERIVED) if table.name == "case_file" else ()
    return [c.name for c in table.columns if c.name not in (*_FIXED, *derived)]


def each_right(table: Table, role: str) -> set[str]:
    """What the group of a role may do with a table: `SELECT`, `UPDATE column`, ..."""
    out = set()
    for right in _rights(table, role):
        kind, _space, columns = right.partition(" ")
        out |= {f"{kind} {one}" for one in columns.strip("()").split(", ")} if columns else {kind}
    return out


def _rights(table: Table, role: str) -> list[str]:
    one, derived = rule(table), DERIVED if table.name == "case_file" else ()
    hidden = unread(table, role)
    rights = [f"SELECT ({', '.join(c.name for c in table.columns if c.name not in hidden)})" if hidden else "SELECT"]
    if table.name in _FOUNDED:
        return [*rights, f"UPDATE ({', '.join(DECIDED)})"] if role == "admin" else rights
    if not (role in _HANDLING or table.name in _ANYBODYS):
        return rights
    if one.add is not None:
        added = [c.name for c in table.columns if c.name not in ("id", *_STAMPED, *derived)]
        rights.append(f"INSERT ({', '.join(added)})")
    if columns := [name for name in changed(table) if name not in hidden]:
        rights.append(f"UPDATE ({', '.join(columns)})")
    if one.drop is not None:
        rights.append("DELETE")
    return rights


def settle(conn: Connection) -> None:
    """After an upgrade or a restore: the groups' rights, and who is in them. The caller must own the tables."""
    make_groups(conn)
    held = select(worker.c.login).where(worker.c.login.is_not(None), worker.c.status == "active")
    for login in conn.execute(held).scalars().all():
        conn.exec_driver_sql("SELECT settle_login(%s)", (login,))


def ours(conn: Connection, login: str, *, must_exist: bool = False) -> bool:
    """Whether that login was made here, or, unless it must exist, can be."""
    if not must_exist and not exists(conn, login):
        return True
    return bool(conn.exec_driver_sql("SELECT login_is_ours(%s)", (login,)).scalar_one())


def random_password() -> str:
    """Letters and digits that survive being read out: five groups of four, 98 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _one in range(4)) for _group in range(5))


def open_login(conn: Connection, worker_id: int, login: str, password: str) -> datetime:
    """Make a worker's login, or give it a first password anew; when that ends."""
    told = (worker_id, _verifier(conn, login, password))
    until = conn.exec_driver_sql("SELECT open_login(%s, %s)", told).scalar_one()
    assert isinstance(until, datetime)
    return until


def renew(conn: Connection, login: str, password: str) -> None:
    """The caller's own password."""
    conn.exec_driver_sql("SELECT renew_password(%s)", (_verifier(conn, login, password),))


def _verifier(conn: Connection, login: str, password: str) -> str:
    """What the server is told of a password: made here, so that the password itself neither travels nor reaches a log
    (SCRAM-SHA-256, RFC 5802 and RFC 7677)."""
    raw: Any = conn.connection.driver_connection
    return str(raw.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode())
