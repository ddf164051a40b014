"""Importing an HMIS export, beside what nobody can do without: DuckDB reading and typing the same files, and a raw COPY (PostgreSQL) or
INSERT (SQLite) of the rows that the import leaves behind, journal and all, into the same tables with their constraints and indexes.

python -m benchmarks --only imports [--enrolments N] [--postgresql]
"""

from __future__ import annotations

import io
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url

from caseload import settings
from caseload.models.base import whole
from caseload.store.founding import Founding, found

from . import hmis_lot
from .data import CASELOAD
from .exports import _peak
from .figures import Figure, median

ENROLMENTS, ROUNDS, MOST = 18_000, 3, 3.0
_TYPES = {"S": "VARCHAR", "I": "INTEGER", "D": "DATE", "T": "TIMESTAMP", "M": "DECIMAL(12,2)"}
# Read by a process of its own, so that its memory and its start are no one else's.
_DUCK = """
import sys, time, json, duckdb
files = json.loads(sys.argv[1])
start = time.perf_counter()
db = duckdb.connect()
db.execute("SET threads = 1")
for name, (path, types) in files.items():
    db.execute(f"CREATE TABLE t_{name} AS SELECT * FROM read_csv(?, header = true, delim = ',', quote = '\\"', columns = {types})", [path])
print(time.perf_counter() - start)
"""


def measure(*, postgresql: bool = False, enrolments: int = ENROLMENTS) -> Iterator[Figure]:
    """At this size and at twice the size, on SQLite and, if wanted, on a PostgreSQL of its own; memory at both."""
    with tempfile.TemporaryDirectory(prefix="caseload-imports-") as place:
        for times in (1, 2):
            lot = Path(place) / f"lot{times}"
            rows = hmis_lot.write(lot, enrolments * times)
            read = median([_duck(lot) for _turn in range(ROUNDS)])
            yield from _figures(lot, rows, read, Path(place), "SQLite")
            if postgresql:
                yield from _figures(lot, rows, read, Path(place), "PostgreSQL")
            shutil.rmtree(lot)


def _figures(lot: Path, rows: dict[str, int], read: float, place: Path, engine: str) -> Iterator[Figure]:
    if engine == "SQLite":
        for old in place.glob("agency.db*"):
            old.unlink()
        url = f"sqlite:///{place / 'agency.db'}"
        took, peak = imported(url, lot)
        copied, count = _inserted(url, place / "raw.db")
    else:
        from .server import own

        with own() as server:
            took, peak = imported(server.url, lot)
            copied, count = _copied(server.url)
    least = read + copied
    below = sum(rows[name] for name in hmis_lot.BELOW)
    tool = "COPY" if engine == "PostgreSQL" else "INSERT"
    ratio = took / least
    yield Figure(
        f"import of {rows['Enrollment']:,} HMIS enrolments and {below:,} rows below, {engine}",
        f"{took:.1f} s, {peak:.0f} MB",
        f"DuckDB {read:.2f} s + {tool} of {count:,} rows {copied:.1f} s",
        f"{ratio:.1f}",
        f"≤ {MOST:g}",
        ratio <= MOST,
    )


def imported(url: str, lot: Path) -> tuple[float, float]:
    """Seconds and the most memory (MB) of the command, in a new agency."""
    found(settings.load(database=url), Founding("Bench", "America/New_York", "ada", "Ada"))
    start = time.perf_counter()
    command = [*CASELOAD, "--database", url, "import", "hmis", str(lot), "--yes", "--format", "json"]
    running = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = 0.0
    while running.poll() is None:
        peak = _peak(running.pid) or peak
        time.sleep(0.05)
    if running.returncode:
        assert running.stderr is not None
        raise SystemExit(f"import ended with {running.returncode}: {running.stderr.read().decode()[-2000:]}")
    return time.perf_counter() - start, peak


def _duck(lot: Path) -> float:
    import json

    files = {}
    for name, columns in hmis_lot.RULES.items():
        path = lot / f"{name}.csv"
        if path.exists():
            types = {column: _TYPES[kind] for column, kind, _most, _empty in columns}
            files[name] = (str(path), str(types))
    ran = subprocess.run([sys.executable, "-c", _DUCK, json.dumps(files)], capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit("DuckDB could not read the files (pip install duckdb): " + ran.stderr[-500:])
    return float(ran.stdout)


# ---------------------------------------------------------------- the same rows, raw


def _inserted(url: str, raw: Path) -> tuple[float, int]:
    """Seconds that executemany takes for every row of every table, in one transaction, kept as safely as ours."""
    raw.unlink(missing_ok=True)
    whole().create_all(made := create_engine(f"sqlite:///{raw}"))
    made.dispose()
    source = sqlite3.connect(str(make_url(url).database))
    into = sqlite3.connect(raw, isolation_level=None)
    into.execute("PRAGMA journal_mode = WAL")
    into.execute("PRAGMA foreign_keys = ON")
    into.execute("PRAGMA synchronous = FULL")
    took, count = 0.0, 0
    into.execute("BEGIN IMMEDIATE")
    for table in whole().sorted_tables:
        columns = [column.name for column in table.columns]
        cursor = source.execute(f"SELECT {', '.join(columns)} FROM {table.name}")
        while some := cursor.fetchmany(20_000):
            start = time.perf_counter()
            into.executemany(f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(columns))})", some)
            took += time.perf_counter() - start
            count += len(some)
    start = time.perf_counter()
    into.execute("COMMIT")
    took += time.perf_counter() - start
    source.close()
    into.close()
    return took, count


def _copied(url: str) -> tuple[float, int]:
    """Seconds that COPY takes for every row of every table, in one transaction, into a second database with the same tables."""
    import psycopg

    raw = url.replace("/caseload?", "/raw?")
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("DROP DATABASE IF EXISTS raw")
        conn.execute("CREATE DATABASE raw")
    whole().create_all(made := create_engine(raw.replace("postgresql://", "postgresql+psycopg://")))
    made.dispose()
    took, count = 0.0, 0
    with psycopg.connect(url) as source, psycopg.connect(raw) as into:
        for table in whole().sorted_tables:
            columns = ", ".join(column.name for column in table.columns)
            held = io.BytesIO()
            with source.cursor().copy(f"COPY {table.name} ({columns}) TO STDOUT".encode()) as out:
                for chunk in out:
                    held.write(chunk)
            start = time.perf_counter()
            cursor: Any = into.cursor()
            with cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN".encode()) as copy:
                copy.write(held.getvalue())
            took += time.perf_counter() - start
            count += max(0, cursor.rowcount)
        start = time.perf_counter()
        into.commit()
        took += time.perf_counter() - start
    return took, count
