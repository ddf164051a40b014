"""Triggers and functions of both engines, rendered from the definitions and replaced whole by every upgrade.

They write the journal, the facts and ranks on the case row, and refuse what must never change.
"""

from __future__ import annotations

import re
from functools import cache

from sqlalchemy import Connection

from .ddl_postgres import postgres
from .ddl_sqlite import sqlite


@cache
def statements(engine: str) -> tuple[str, ...]:
    """Every trigger and function of an engine, in the order in which they are made."""
    return tuple(postgres() if engine == "postgresql" else sqlite())


_NAMED = re.compile(r"CREATE (?:CONSTRAINT )?(TRIGGER|FUNCTION|VIEW|POLICY) (\w+)")
_ON = re.compile(r" ON (\w+) ")


def create_objects(connection: Connection) -> None:
    """Make all triggers and functions. None of them may exist."""
    if connection.dialect.name == "postgresql":
        # Functions keep this path. Without it a private table of the caller's would be found before ours.
        connection.exec_driver_sql(
            "SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true)"
        )
    for statement in statements(connection.dialect.name):
        connection.exec_driver_sql(
            statement.replace("%", "%%") if connection.dialect.name == "postgresql" else statement
        )
    if connection.dialect.name == "postgresql":
        _keep_digests(connection)


# What stands in the database under each name, as the server tells it back: the digest is kept as the comment of each, so that
# what somebody altered since is found.
_STANDING = """
SELECT 'FUNCTION ' || p.oid::regprocedure AS named, p.proname::text AS name, obj_description(p.oid, 'pg_proc') AS kept,
  md5(pg_get_functiondef(p.oid)) AS digest FROM pg_proc p
  WHERE p.pronamespace = current_schema()::regnamespace AND p.prokind = 'f'
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL SELECT 'VIEW ' || c.oid::regclass, c.relname::text, obj_description(c.oid, 'pg_class'), md5(pg_get_viewdef(c.oid)) FROM pg_class c
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'v'
UNION ALL SELECT 'POLICY ' || quote_ident(l.polname) || ' ON ' || l.polrelid::regclass, l.polname || ' ON ' || l.polrelid::regclass,
  obj_description(l.oid, 'pg_policy'), md5(concat_ws('|', l.polcmd, l.polpermissive, l.polroles,
  pg_get_expr(l.polqual, l.polrelid), pg_get_expr(l.polwithcheck, l.polrelid))) FROM pg_policy l JOIN pg_class c ON c.oid = l.polrelid
  WHERE c.relnamespace = current_schema()::regnamespace
UNION ALL SELECT 'TRIGGER ' || quote_ident(t.tgname) || ' ON ' || t.tgrelid::regclass, t.tgname || ' ON ' || t.tgrelid::regclass,
  obj_description(t.oid, 'pg_trigger'), md5(pg_get_triggerdef(t.oid)) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal
"""


def _keep_digests(connection: Connection) -> None:
    connection.exec_driver_sql(
        f"DO $do$ DECLARE o record; BEGIN FOR o IN {_STANDING} LOOP"
        " EXECUTE format('COMMENT ON %s IS %L', o.named, 'caseload ' || o.digest); END LOOP; END $do$".replace(
            "%", "%%"
        )
    )


def drop_objects(connection: Connection) -> None:
    """Drop every trigger and function of any version, so that tables can be altered."""
    if connection.dialect.name == "postgresql":
        functions = connection.exec_driver_sql(
            "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace"
            " AND p.proowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
            " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        ).scalars()
        for name in list(functions):
            connection.exec_driver_sql(f"DROP FUNCTION {name} CASCADE")
        policies = connection.exec_driver_sql(
            "SELECT policyname, tablename FROM pg_policies WHERE schemaname = current_schema()"
        )
        for name, table in policies.all():
            connection.exec_driver_sql(f'DROP POLICY "{name}" ON "{table}"')
    else:
        found = connection.exec_driver_sql(
            "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY type"
        )
        for kind, name in found.all():
            connection.exec_driver_sql(f'DROP {kind} "{name}"')


def missing_objects(connection: Connection) -> list[str]:
    """Names of triggers, functions, views and policies that the database should have and has not, or that differ."""
    wanted = statements(connection.dialect.name)
    if connection.dialect.name == "sqlite":
        have = {
            row[0]: row[1]
            for row in connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')"
            )
        }
        return [m.group(2) for w in wanted if (m := _NAMED.match(w)) and have.get(m.group(2)) != w]
    triggers = set(
        connection.exec_driver_sql(
            "SELECT t.tgname || ' ON ' || t.tgrelid::regclass FROM pg_trigger t WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'"
        ).scalars()
    )
    functions = set(
        connection.exec_driver_sql(
            "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
        ).scalars()
    )
    policies = set(
        connection.exec_driver_sql(
            "SELECT p.policyname || ' ON ' || p.tablename FROM pg_policies p JOIN pg_class c ON c.relname = p.tablename"
            " AND c.relnamespace = current_schema()::regnamespace WHERE p.schemaname = current_schema() AND c.relrowsecurity"
        ).scalars()
    )
    missing = []
    for statement in wanted:
        named = _NAMED.search(statement)
        if named is None:
            continue  # that a table is under its policies is asked with each of them
        kind, name = named.groups()
        if kind == "POLICY" and (on := f"{name} ON {_ON.search(statement).group(1)}") not in policies:  # type: ignore[union-attr]
            missing.append(on)
        if kind == "FUNCTION":
            if name not in functions:
                missing.append(name)
        elif kind == "TRIGGER" and (on := f"{name} ON {_ON.search(statement).group(1)}") not in triggers:  # type: ignore[union-attr]
            missing.append(on)
    standing = connection.exec_driver_sql(_STANDING.replace("%", "%%")).all()
    return missing + [row.name for row in standing if row.kept != f"caseload {row.digest}"]
