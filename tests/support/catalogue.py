"""What a database really contains, read from its own catalogue: to compare two, or to see that nothing is left."""

from __future__ import annotations

import datetime
import re

from sqlalchemy import Connection, MetaData, Table, text

_POSTGRES = """
SELECT 'column', c.relname || '.' || a.attname,
       format_type(a.atttypid, a.atttypmod) || coalesce(' collate ' || l.collname, '')
       || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || ' ' || a.attidentity::text
       || ' default ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'v', 'm')
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  LEFT JOIN pg_collation l ON l.oid = a.attcollation
 WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n' AND conrelid <> 0
UNION ALL
SELECT 'index', tablename || '.' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'function', p.proname, pg_get_functiondef(p.oid) FROM pg_proc p
 WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f'
UNION ALL
SELECT 'relation', c.relname, c.relkind::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'type', t.typname, t.typtype::text FROM pg_type t WHERE t.typnamespace = 'public'::regnamespace
"""


def contents(connection: Connection) -> set[tuple[str, str, str]]:
    """Everything in the database as (kind, name, definition), without Alembic's own table."""
    if connection.dialect.name == "postgresql":
        found = {(str(k), str(n), str(d)) for k, n, d in connection.execute(text(_POSTGRES))}
    else:
        rows = connection.execute(text("SELECT type, name, sql FROM sqlite_master"))
        found = {(str(k), str(n), _canonical(str(d))) for k, n, d in rows}
    # SQLite's own book of keys once used stays when the last table is gone.
    return {entry for entry in found if "alembic_version" not in entry[1] and entry[1] != "sqlite_sequence"}


def names(connection: Connection, kind: str) -> set[str]:
    return {name for found, name, _definition in contents(connection) if found == kind}


def _canonical(sql: str) -> str:
    """A CREATE TABLE with its parts in one order: SQLite keeps the words as they were written."""
    opened, bracket, rest = sql.partition("(")
    if not opened.startswith("CREATE TABLE"):
        return sql
    parts = sorted(part.strip() for part in rest.rstrip().removesuffix(")").split("\n") if part.strip(" ,\t"))
    return opened + bracket + "\n".join(part.rstrip(", ") for part in parts)


# Where a row has one of several things, or goes by another row: which.
_OF_SEVERAL: dict[str, dict[str, object]] = {
    "budget": {"program_id": 1}, "authorisation": {"item": "x", "cents": 1}, "payment": {"cents": 1},
    "document": {"case_id": 1, "sha256": "0" * 64, "retain_until": datetime.date(2033, 1, 5)},
}  # fmt: skip


def one_row_in_each(connection: Connection, metadata: MetaData) -> None:
    """A row in every table, as small as the constraints allow. The triggers must be off: nobody did this."""
    import datetime as dt

    from caseload.models.base import Instant

    def value(table: Table, name: str) -> object:
        column = table.c[name]
        for check in table.constraints:
            listed = re.fullmatch(rf"{name} IN \('(\w+)'.*", str(getattr(check, "sqltext", "")))
            if listed:
                return listed[1]
        if column.foreign_keys or column.primary_key:
            return 1
        # Two moments, or numbers, of one row are in the order of their columns.
        order = list(table.c).index(column)
        if isinstance(column.type, Instant):
            return dt.datetime(2026, 1, 5, 9, order, tzinfo=dt.timezone.utc)
        return {int: order, bool: True, str: "x", bytes: b"x", dt.date: dt.date(2026, 1, 5)}[column.type.python_type]

    for table in metadata.sorted_tables:
        needed = [c.name for c in table.c if not c.nullable and c.server_default is None and c.identity is None]
        made = {name: value(table, name) for name in needed} | _OF_SEVERAL.get(table.name, {})
        connection.execute(table.insert().values(made))
