"""PostgreSQL logins of workers: which tables and columns they may use. Which rows, the policies say (store/policies.py).

Nobody's login writes a key, a case's number, what triggers derive or what marks a transaction's own rows: a made-up key or
number that is refused would tell that there is one like it.
"""

from __future__ import annotations

from sqlalchemy import Connection, Table, select, text

from ..models import metadata, worker
from ..models.case import DERIVED
from .policies import rule

# The agency's row is the founder's.
_FOUNDED = ("agency",)
_STAMPED = ("made_in", "touched_in")
# Written once: what a row is, and of whom.
_FIXED = ("id", "uid", "created_at", *_STAMPED)


def exists(conn: Connection, login: str) -> bool:
    """Whether the server knows that login."""
    return conn.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :login"), {"login": login}).first() is not None


def owns(conn: Connection) -> bool:
    """Whether whoever is connected may act as the owner of the tables, and so may say who else uses them."""
    owner = "SELECT pg_has_role(session_user, c.relowner, 'MEMBER') FROM pg_class c WHERE c.oid = 'change'::regclass"
    return bool(conn.exec_driver_sql(owner).scalar_one())


def grant(conn: Connection, login: str) -> None:
    """Let a login use the tables. The caller must own them."""
    role = conn.dialect.identifier_preparer.quote_identifier(login)
    schema = conn.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    conn.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
    for table in metadata.sorted_tables:
        conn.exec_driver_sql(f"REVOKE ALL ON {table.name} FROM {role}")
        conn.exec_driver_sql(f"GRANT {', '.join(_rights(table))} ON {table.name} TO {role}")
    conn.exec_driver_sql(f"GRANT SELECT ON alembic_version, my_looks, open_counts TO {role}")


def changed(table: Table) -> list[str]:
    """The columns that a worker's login may change in the rows it may change."""
    if rule(table).change is None:
        return []
    derived = ("number", *DERIVED) if table.name == "case_file" else ()
    return [c.name for c in table.columns if c.name not in (*_FIXED, *derived)]


def _rights(table: Table) -> list[str]:
    one, derived = rule(table), DERIVED if table.name == "case_file" else ()
    rights = ["SELECT"]
    if table.name in _FOUNDED:
        return rights
    if one.add is not None:
        added = [c.name for c in table.columns if c.name not in ("id", *_STAMPED, *derived)]
        rights.append(f"INSERT ({', '.join(added)})")
    if columns := changed(table):
        rights.append(f"UPDATE ({', '.join(columns)})")
    if one.drop is not None:
        rights.append("DELETE")
    return rights


def revoke(conn: Connection, login: str) -> None:
    """Take away what `grant` gave."""
    if not exists(conn, login):
        return
    role = conn.dialect.identifier_preparer.quote_identifier(login)
    schema = conn.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    conn.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}")
    conn.exec_driver_sql(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {role}")
    conn.exec_driver_sql(f"REVOKE USAGE ON SCHEMA {schema} FROM {role}")


def settle(conn: Connection, login: str) -> None:
    """Grant or revoke, by whether an active worker has that login. The owner of the tables is left alone."""
    owner = conn.exec_driver_sql(
        "SELECT tableowner FROM pg_tables WHERE tablename = 'worker' AND schemaname = current_schema()"
    )
    if login == owner.scalar_one() or not exists(conn, login):
        return
    held = select(worker.c.id).where(worker.c.login == login, worker.c.status == "active")
    (grant if conn.execute(held).first() else revoke)(conn, login)


def grant_all(conn: Connection) -> None:
    """Let every worker's login that exists use the tables, new ones included; after an upgrade."""
    owner = conn.exec_driver_sql("SELECT current_user").scalar_one()
    for login in (
        conn.execute(select(worker.c.login).where(worker.c.login.is_not(None), worker.c.status == "active"))
        .scalars()
        .all()
    ):
        if login != owner and exists(conn, login):
            grant(conn, login)
