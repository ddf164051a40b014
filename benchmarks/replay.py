"""The journal played over what stood before it, held against what stands now: every fact of every table."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, text

from caseload.store.database import Database
from caseload.store.watched import fact_columns, journalled

Facts = dict[str, dict[int, dict[str, Any]]]


def facts(conn: Connection) -> Facts:
    """Every fact as the journal writes it down."""
    found: Facts = {}
    for table in journalled():
        names = fact_columns(table)
        if conn.dialect.name == "postgresql":
            rows = (row[0] for row in conn.execute(text(f"SELECT to_jsonb(t) FROM {table.name} t")))
        else:
            rows = (dict(row._mapping) for row in conn.exec_driver_sql(f"SELECT * FROM {table.name}"))
        found[table.name] = {row["id"]: {name: row[name] for name in names} for row in rows}
    return found


def standing(db: Database) -> tuple[int, Facts]:
    """The newest row of the journal and every fact, of one moment."""
    with db.read(snapshot=True) as r:
        newest = r.conn.execute(text("SELECT coalesce(max(id), 0) FROM journal")).scalar_one()
        return int(newest), facts(r.conn)


def differences(db: Database, since: int, before: Facts) -> list[str]:
    """Plays the journal from there on over those facts; in words, where a step does not fit or the end differs."""
    wrong: list[str] = []
    with db.read(snapshot=True) as r:
        steps = "SELECT j.id, j.table_name, j.row_id, j.op, p.body FROM journal j JOIN payload p ON p.id = j.id WHERE j.id > :since ORDER BY j.id"
        for number, table, row_id, op, body in r.conn.execute(text(steps), {"since": since}):
            told, rows = json.loads(body), before[table]
            if op == "insert":
                rows[row_id] = told["after"]
            elif op == "delete":
                rows.pop(row_id)
            else:
                row = rows[row_id]
                stale = [name for name, value in told["before"].items() if row[name] != value]
                wrong += [f"journal {number}: {table} {row_id} {name} was not what the change saw" for name in stale]
                row.update(told["after"])
        now = facts(r.conn)
    for table, rows in now.items():
        for row_id in rows.keys() | before[table].keys():
            if rows.get(row_id) != before[table].get(row_id):
                wrong.append(f"{table} {row_id} differs from what the journal says")
    return wrong
