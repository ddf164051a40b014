"""A big agency: one office told case by case, and as many more like it, each with its own people, clients and numbers.

Loaded as any bulk load is: triggers, foreign keys and indexes off while rows are copied set by set, then on again; one
change says what was loaded, with counts and a hash. An office is written at a time, so memory stays flat.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from math import gcd
from random import Random
from typing import Any

from sqlalchemy import Column, Connection, Table, select, text

from .. import models as m
from ..casework import numbers
from ..messages import _
from ..store.database import Database, Work
from ..store.engine import open_engine
from ..store.names import keys_of
from ..store.watched import journalled
from .seeded import uid4

# What the whole agency shares.
_SHARED = (
    "agency", "program", "policy", "holiday", "external_id", "need_domain", "provider", "service", "service_hours", "place",
    "instrument",
    "advice_topic",
)  # fmt: skip
# Columns that say a row of another table and are no foreign key: what they point at may be gone.
_POINTS = {"case_id": "case_file", "document_id": "document"}
# Staff of the whole agency: references to them stay. One who holds cases as well is a supervisor in the other offices.
_WHOLE_AGENCY = ("admin", "analyst", "auditor")
# Beyond any number drawn one by one, so that the two never meet.
_NUMBER_DIGITS = 7

Step = Callable[[int, int], None]


def copied() -> list[Table]:
    """The tables of which every office has rows of its own, parents first. What is in files is kept once for the whole agency: the
    documents of an office say which."""
    return [*(table for table in journalled() if table.name not in _SHARED), m.document_content, m.name_key]


def points_at(column: Column[Any]) -> str:
    """The table that a column holds keys of, or an empty string."""
    return next((key.column.table.name for key in column.foreign_keys), _POINTS.get(column.name, ""))


def multiply(db: Database, offices: int, seed: int, step: Step) -> None:
    """Add `offices - 1` offices like the one that is there. `step` is told how many offices are done, and of how many."""
    postgres = not db.is_sqlite
    url = db.settings.database
    db.close()
    engine = open_engine(url, migrating=True)
    try:
        with engine.connect() as conn:
            if not postgres:
                # The file is nobody's yet: a power cut would throw it away anyhow.
                _pragma(conn, "foreign_keys=off", "synchronous=off", "journal_mode=off", "cache_size=-64000")
            with conn.begin():
                laid_off = _lay_off(conn, postgres)
                copying = _Copying(conn, postgres, offices, seed)
                copying.prepare()
            for office in range(2, offices + 1):
                with conn.begin():
                    copying.office(office)
                step(office, offices)
            with conn.begin():
                copying.finish()
                for sql in laid_off:
                    conn.exec_driver_sql(sql)
            if not postgres:
                _pragma(conn, "journal_mode=wal")
    finally:
        engine.dispose()
    with db.work("loaded", uid=uid4(Random(f"{seed} offices"))) as w:
        w.receipt(_loaded(w, offices), undoable=False)


def _pragma(conn: Connection, *settings: str) -> None:
    """Settings of this SQLite connection, which no transaction may be open for."""
    for setting in settings:
        conn.connection.cursor().execute(f"PRAGMA {setting}")


def _loaded(w: Work, offices: int) -> str:
    """What is there now: how many rows of each kind, and a hash of that."""
    counts = [
        f"{table.name}={w.conn.exec_driver_sql(f'SELECT count(*) FROM {table.name}').scalar_one()}"
        for table in copied()
    ]
    said = hashlib.sha256(" ".join(counts).encode()).hexdigest()[:16]
    return _("Loaded {n} offices: {counts} ({hash})").format(n=offices, counts=", ".join(counts), hash=said)


def _lay_off(conn: Connection, postgres: bool) -> list[str]:
    """Take away what is checked or kept row by row; returns the statements that bring it back."""
    names = [table.name for table in copied()]
    if not postgres:
        listed = ", ".join(f"'{name}'" for name in names)
        conn.exec_driver_sql(
            "INSERT INTO acting (id, change_id, login, at, today, quiet) VALUES (1, 1, '', '2000-01-01', '2000-01-01', 1)"
        )
        found = conn.exec_driver_sql(
            f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({listed})"
        ).all()
        for name, _sql in found:
            conn.exec_driver_sql(f"DROP INDEX {name}")
        return [*(sql for _name, sql in found), "DELETE FROM acting"]
    back: list[str] = []
    for name in names:
        conn.exec_driver_sql(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        back.append(f"ALTER TABLE {name} ENABLE TRIGGER USER")
    keys = conn.exec_driver_sql(
        "SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid), c.contype FROM pg_constraint c"
        " WHERE c.contype IN ('f', 'u') AND c.conrelid = ANY (%s::regclass[]) ORDER BY c.contype",
        (names,),
    ).all()
    for table, name, _definition, _kind in keys:
        conn.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    indexes = conn.exec_driver_sql(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE NOT i.indisprimary AND i.indrelid = ANY (%s::regclass[])",
        (names,),
    ).all()
    for name, _definition in indexes:
        conn.exec_driver_sql(f"DROP INDEX {name}")
    back = [definition.replace("%", "%%") for _name, definition in indexes] + [
        f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
        for table, name, definition, kind in sorted(keys, key=lambda key: key[3] == "f")
    ] + back  # fmt: skip
    return [*back, f"ANALYZE {', '.join(table.name for table in m.metadata.sorted_tables)}"]


class _Copying:
    def __init__(self, conn: Connection, postgres: bool, offices: int, seed: int) -> None:
        self.conn, self.postgres, self.offices = conn, postgres, offices
        self.rng = Random(f"{seed} numbers")
        self.span: dict[str, int] = {}
        self.kept: str = ""
        self.years: dict[int, _Numbers] = {}
        self.cases: list[tuple[int, int]] = []

    def _run(self, sql: str, values: Any = None) -> None:
        self.conn.execute(text(sql), values or {})

    def prepare(self) -> None:
        """How far the first office's keys reach, its names in two pools with the words they are found by."""
        conn = self.conn
        for table in copied():
            self.span[table.name] = int(
                conn.exec_driver_sql(f"SELECT COALESCE(max(id), 0) FROM {table.name}").scalar_one()
            )
        holding = select(m.case_file.c.owner_id).where(m.case_file.c.owner_id.is_not(None))
        whole = (m.worker.c.role.in_(_WHOLE_AGENCY), m.worker.c.id.not_in(holding))
        found = conn.execute(select(m.worker.c.id).where(*whole)).scalars()
        self.kept = ", ".join(str(one) for one in sorted(found)) or "0"
        for kind in ("given", "family"):
            column = m.identity.c[kind]
            names = sorted(set(conn.execute(select(column).where(column != "")).scalars()))
            self._run(f"CREATE TEMPORARY TABLE pool_{kind} (i integer PRIMARY KEY, name text NOT NULL)")
            self._run(f"CREATE TEMPORARY TABLE words_{kind} (i integer NOT NULL, word text NOT NULL)")
            self._run(
                f"INSERT INTO pool_{kind} VALUES (:i, :name)", [{"i": i, "name": one} for i, one in enumerate(names)]
            )
            words = [{"i": i, "word": word} for i, one in enumerate(names) for word in keys_of(one)]
            self._run(f"INSERT INTO words_{kind} VALUES (:i, :word)", words)
            self.span[f"pool_{kind}"] = len(names)
        self._run("CREATE TEMPORARY TABLE words_alias (client_id bigint NOT NULL, word text NOT NULL)")
        aliases = conn.execute(select(m.alias.c.client_id, m.alias.c.name)).all()
        words = [{"c": client, "word": word} for client, name in aliases for word in keys_of(name)]
        if words:
            self._run("INSERT INTO words_alias VALUES (:c, :word)", words)
        self._run("CREATE TEMPORARY TABLE numbered (case_id bigint PRIMARY KEY, number text NOT NULL)")
        drawn = conn.execute(select(m.case_file.c.id, m.case_file.c.number).order_by(m.case_file.c.id)).all()
        self.cases = [(row.id, int(row.number[:4])) for row in drawn]
        for year in sorted({year for _id, year in self.cases}):
            self.years[year] = _Numbers(year, self.rng)

    def office(self, nth: int) -> None:
        """Copy every row of the first office once more."""
        self._run("DELETE FROM numbered")
        rows = [{"case": case, "number": self.years[year].next()} for case, year in self.cases]
        self._run("INSERT INTO numbered VALUES (:case, :number)", rows)
        for table in copied():
            if self.span[table.name] and table is not m.name_key:
                self._copy(table, nth - 1)
        self._words(nth - 1)

    def _copy(self, table: Table, nth: int) -> None:
        chosen = {column.name: self._value(table, column.name, nth) for column in table.columns}
        source = f"{table.name} x"
        if table is m.case_file:
            source += " JOIN numbered n ON n.case_id = x.id"
        elif table is m.identity:
            for kind in ("given", "family"):
                source += f" LEFT JOIN pool_{kind} {kind} ON x.{kind} <> '' AND {kind}.i = {self._drawn(kind, nth)}"
        where = f"x.id <= {self.span[table.name]}"
        if table is m.worker:
            where += f" AND x.id NOT IN ({self.kept})"
        elif table is m.worker_standing:
            where += f" AND x.worker_id NOT IN ({self.kept})"
        self._run(
            f"INSERT INTO {table.name} ({', '.join(chosen)}) SELECT {', '.join(chosen.values())} FROM {source}"
            f" WHERE {where} ORDER BY x.id"
        )

    def _drawn(self, kind: str, nth: int) -> str:
        """Which name of a pool a client of this office has: as mixed as the pool, and the same every time."""
        step = 7919 if kind == "given" else 104_729
        return f"(x.client_id * {step} + {nth * 613 + nth * nth * 31}) % {self.span[f'pool_{kind}']}"

    def _value(self, table: Table, name: str, nth: int) -> str:
        target = points_at(table.c[name])
        if name == "id":
            return f"x.id + {nth * self.span[table.name]}"
        if target in self.span:
            moved = f"x.{name} + {nth * self.span[target]}"
            return (
                f"CASE WHEN x.{name} IN ({self.kept}) THEN x.{name} ELSE {moved} END" if target == "worker" else moved
            )
        whose = (table.name, name)
        if name == "uid":
            # The office stands in the random end. The version says that it does (8 of RFC 9562: one's own making), so that no
            # copy can meet a UUID that was drawn.
            return f"substr(x.uid, 1, 14) || '8' || substr(x.uid, 16, 9) || '{nth:06x}' || substr(x.uid, 31)"
        if whose == ("case_file", "number"):
            return "n.number"
        if table is m.identity and name in ("given", "family"):
            return f"COALESCE({name}.name, x.{name})"
        if whose in (("worker", "handle"), ("team", "code")):
            return f"x.{name} || '-{nth + 1}'"
        if whose in (("worker", "name"), ("team", "name")):
            return f"x.{name} || ' {nth + 1}'"
        if whose == ("worker", "login"):
            return "NULL"
        if name == "role" and table in (m.worker, m.worker_standing):
            listed = ", ".join(f"'{role}'" for role in _WHOLE_AGENCY)
            return f"CASE WHEN x.role IN ({listed}) THEN 'supervisor' ELSE x.role END"
        return "false" if whose == ("worker", "holds_all") else f"x.{name}"

    def _words(self, nth: int) -> None:
        clients, keys = self.span["client"], self.span["name_key"]
        if not keys:
            return
        whose = f"FROM identity x WHERE x.client_id <= {clients}"
        found = " UNION ".join(
            [f"SELECT p.client_id, k.word FROM (SELECT x.client_id, {self._drawn(kind, nth)} AS i {whose} AND x.{kind} <> '') p"
             f" JOIN words_{kind} k ON k.i = p.i" for kind in ("given", "family")]
            + ["SELECT a.client_id, a.word FROM words_alias a"]
        )  # fmt: skip
        # Fewer or more words than the first office has: keys go on from the newest.
        self._run(
            "INSERT INTO name_key (id, client_id, word) SELECT (SELECT max(id) FROM name_key) + row_number() OVER"
            f" (ORDER BY w.client_id, w.word), w.client_id + {nth * clients}, w.word FROM ({found}) w"
        )

    def finish(self) -> None:
        """Let PostgreSQL give out keys after ours."""
        for name in ("pool_given", "pool_family", "words_given", "words_family", "words_alias", "numbered"):
            self._run(f"DROP TABLE {name}")
        if self.postgres:
            for table in copied():
                self._run(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))"
                    f" WHERE EXISTS (SELECT 1 FROM {table.name})"
                )


class _Numbers:
    """Case numbers of one year that look drawn at random and never repeat: a walk through all of them in big steps."""

    def __init__(self, year: int, rng: Random) -> None:
        self.year, self.size = year, 10**_NUMBER_DIGITS
        self.at = rng.randrange(self.size)
        self.stride = next(one for one in self._strides(rng) if gcd(one, self.size) == 1)

    def _strides(self, rng: Random) -> Iterator[int]:
        while True:
            yield rng.randrange(self.size // 3, self.size)

    def next(self) -> str:
        self.at = (self.at + self.stride) % self.size
        return numbers.compose(self.year, self.at, _NUMBER_DIGITS)
