"""Many rows in one act, on SQLite: its row triggers stand back, and what they would have written is written for all rows
together, by the same definitions. PostgreSQL's triggers see whole statements anyhow, so there this does nothing.

A hundred thousand cases moved one row at a time cost the journal and the ranks twenty times what moving them costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Table

from .dialect import in_trigger
from .facts import ALERT, ASSIGNMENT, GROUPS, STAGE, Group
from .rank import gather, refresh
from .watched import CASE_COLUMNS, case_column, fact_columns, steps

if TYPE_CHECKING:
    from .database import Work

_GROUP = {group.table: group for group in GROUPS}
# A policy ranks a whole program, by a trigger of its own; what these hold is refused or written by nobody in bulk.
_ONE_BY_ONE = {"policy"}


@contextmanager
def at_once(work: Work, rows: Mapping[Table, str]) -> Iterator[None]:
    """Write many rows of these tables. `rows` says, in SQL over each table, which rows that are there may be changed or
    taken away, and still says so in the end; new rows are found by themselves. Nothing else may be written inside."""
    if work.engine == "postgresql" or not rows or _ONE_BY_ONE & {table.name for table in rows}:
        yield
        return
    writing = _Writing(work, rows)
    writing.begin()
    # Whoever fails in here takes the whole unit of work back, the private tables with it.
    yield
    writing.end()


class _Writing:
    def __init__(self, work: Work, rows: Mapping[Table, str]) -> None:
        self._work, self._conn, self._rows = work, work.conn, rows
        self._newest: dict[str, int] = {}

    def _run(self, sql: str) -> int:
        return self._conn.exec_driver_sql(sql).rowcount

    def begin(self) -> None:
        """Keep what may be written over, and hush the triggers."""
        for table, where in self._rows.items():
            name = table.name
            self._newest[name] = int(
                self._conn.exec_driver_sql(f"SELECT COALESCE(max(id), 0) FROM {name}").scalar_one()
            )
            facts = [column for column in fact_columns(table) if column != "id"]
            self._run(f"DROP TABLE IF EXISTS temp.was_{name}")
            self._run(f"CREATE TEMPORARY TABLE was_{name} (id INTEGER PRIMARY KEY, {', '.join(facts)})")
            self._run(
                f"INSERT INTO was_{name} (id, {', '.join(facts)})"
                f" SELECT id, {', '.join(facts)} FROM {name} WHERE {where}"
            )
        self._run("UPDATE acting SET quiet = 1")

    def end(self) -> None:
        """Journal what was written and rank the cases it touches."""
        self._run("DROP TABLE IF EXISTS temp.written")
        self._run(
            "CREATE TEMPORARY TABLE written (id INTEGER PRIMARY KEY, table_name, row_id, case_id, op, columns, body)"
        )
        first = self._conn.exec_driver_sql("SELECT COALESCE(max(id), 0) FROM journal").scalar_one()
        self._run(f"INSERT INTO written (id) VALUES ({first})")  # so that ids go on from there
        for table in self._rows:
            for sql in (self._gone(table), self._changed(table), self._new(table)):
                self._run(f"INSERT INTO written (table_name, row_id, case_id, op, columns, body) {sql}")
        self._run(f"DELETE FROM written WHERE id = {first}")
        self._journal()
        self._rank()
        self._run("UPDATE acting SET quiet = 0")
        for name in ("written", *(f"was_{table.name}" for table in self._rows)):
            self._run(f"DROP TABLE temp.{name}")

    # -- the journal ---------------------------------------------------------------------

    def _gone(self, table: Table) -> str:
        return (
            f"SELECT {self._about(table, 'o', 'delete')}, {_whole(table, 'o', 'before')} FROM was_{table.name} o"
            f" WHERE NOT EXISTS (SELECT 1 FROM {table.name} n WHERE n.id = o.id) ORDER BY o.id"
        )

    def _new(self, table: Table) -> str:
        return (
            f"SELECT {self._about(table, 'n', 'insert')}, {_whole(table, 'n', 'after')} FROM {table.name} n"
            f" WHERE n.id IN ({self._came(table)}) ORDER BY n.id"
        )

    def _came(self, table: Table) -> str:
        """The ids of rows that were not there: new ones, and those that an undo puts back under their old ids."""
        name = table.name
        return (
            f"SELECT id FROM {name} WHERE id > {self._newest[name]} UNION SELECT id FROM {name} WHERE {self._rows[table]}"
            f" EXCEPT SELECT id FROM was_{name}"
        )

    def _changed(self, table: Table) -> str:
        facts = sorted(fact_columns(table))
        differ = {column: f"o.{column} IS NOT n.{column}" for column in facts if column != "id"}
        listed = _joined((f"',{column}'", test) for column, test in differ.items())
        sides = {
            side: _joined((f"',\"{column}\":' || json_quote({row}.{column})", test) for column, test in differ.items())
            for side, row in (("before", "o"), ("after", "n"))
        }
        body = " || ".join(
            (
                "'{\"before\":{'",
                f"substr({sides['before']}, 2)",
                "'},\"after\":{'",
                f"substr({sides['after']}, 2)",
                "'}}'",
            )
        )
        case = f"n.{case_column(table)}" if case_column(table) else "NULL"
        return (
            f"SELECT '{table.name}', n.id, {case}, 'update', substr({listed}, 2), {body} FROM was_{table.name} o"
            f" JOIN {table.name} n ON n.id = o.id WHERE {' OR '.join(differ.values())} ORDER BY o.id"
        )

    def _about(self, table: Table, row: str, op: str) -> str:
        case = f"{row}.{case_column(table)}" if case_column(table) else "NULL"
        return f"'{table.name}', {row}.id, {case}, '{op}', '{','.join(sorted(fact_columns(table)))}'"

    def _journal(self) -> None:
        self._run(
            "INSERT INTO payload (id, salt, body) SELECT id, lower(hex(randomblob(16))), body FROM written ORDER BY id"
        )
        hashed = (
            "a.at || '|' || a.change_id || '|' || COALESCE(a.worker_id, '') || '|' || a.login || '|' || d.table_name || '|'"
            " || d.row_id || '|' || COALESCE(d.case_id, '') || '|' || d.op || '|' || d.columns || '|' || d.ph"
        )
        self._run(
            "INSERT INTO journal (id, at, change_id, worker_id, login, table_name, row_id, case_id, op, columns, payload_hash,"
            " hash) SELECT d.id, a.at, a.change_id, a.worker_id, a.login, d.table_name, d.row_id, d.case_id, d.op, d.columns,"
            f" d.ph, caseload_hash({hashed}) FROM acting a CROSS JOIN (SELECT w.id, w.table_name, w.row_id, w.case_id, w.op,"
            " w.columns, caseload_hash(p.salt || p.body) AS ph FROM written w JOIN payload p ON p.id = w.id ORDER BY w.id"
            " LIMIT -1) d"
        )

    # -- the ranks -------------------------------------------------------------------------

    def _rank(self) -> None:
        """Read the touched cases' facts again, and rank them."""
        s = in_trigger("sqlite")
        touched: dict[str, list[Group]] = {}
        for table in self._rows:
            name = table.name
            groups = list(steps(_GROUP[name])[0]) if name in _GROUP else []
            key = groups[0].key if groups else "id"
            if name == "case_file":
                groups = [ASSIGNMENT, ALERT] if not self._moved(table) else list(GROUPS)
            if not groups:
                continue
            keys = (
                f"SELECT o.{key} FROM was_{name} o UNION SELECT n.{key} FROM {name} n"
                f" WHERE n.id IN (SELECT id FROM was_{name}) OR n.id IN ({self._came(table)})"
            )
            self._run(f"DROP TABLE IF EXISTS temp.touched_{name}")
            self._run(f"CREATE TEMPORARY TABLE touched_{name} (id INTEGER PRIMARY KEY)")
            column = groups[0].case_column if name in _GROUP else "id"
            self._run(f"INSERT INTO touched_{name} SELECT DISTINCT c.id FROM case_file c WHERE c.{column} IN ({keys})")
            touched[name] = groups
        for name, groups in touched.items():
            for step in (tuple(groups), *(steps(STAGE)[1:] if STAGE in groups else ())):
                self._run(gather(s, f"c.id IN (SELECT id FROM touched_{name})", step))
        if touched:
            every = " UNION ".join(f"SELECT id FROM touched_{name}" for name in touched)
            self._run(refresh(s, f"c.id IN ({every})", ()))
        for name in touched:
            self._run(f"DROP TABLE temp.touched_{name}")

    def _moved(self, table: Table) -> bool:
        """Whether what clocks read on the case row itself was changed."""
        tests = " OR ".join(f"o.{column} IS NOT n.{column}" for column in CASE_COLUMNS)
        found = f"SELECT EXISTS (SELECT 1 FROM was_{table.name} o JOIN {table.name} n ON n.id = o.id WHERE {tests})"
        return bool(self._conn.exec_driver_sql(found).scalar())


def _whole(table: Table, row: str, side: str) -> str:
    pairs = ", ".join(f"'{column}', {row}.{column}" for column in fact_columns(table))
    return f"json_object('{side}', json_object({pairs}))"


def _joined(parts: Iterable[tuple[str, str]]) -> str:
    return " || ".join(f"CASE WHEN {test} THEN {text} ELSE '' END" for text, test in parts)
