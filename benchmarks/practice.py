"""What the practice costs, rows fetched and all: queues, a search, a case page, an act, a bulk reassignment and its undo."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import event

from caseload import settings
from caseload.casework import assign, cases, contacts, page, triage
from caseload.store import undo
from caseload.store.database import Database

from .figures import Figure, median, p95

BULK = 100_000


def took(work: Callable[[], Any], rounds: int = 15) -> float:
    """Median milliseconds of a piece of work, its rows fetched, the first time left out."""
    seen = []
    for turn in range(rounds + 1):
        start = time.perf_counter()
        work()
        if turn:
            seen.append((time.perf_counter() - start) * 1000)
    return median(seen)


def in_database(db: Database, work: Callable[[], Any], rounds: int = 15) -> float:
    """Median milliseconds that the statements of a piece of work take, once the server has planned them."""
    spent = [0.0]

    def begin(_conn: Any, _cursor: Any, _sql: str, _values: Any, context: Any, _many: bool) -> None:
        context.began = time.perf_counter()

    def end(_conn: Any, _cursor: Any, _sql: str, _values: Any, context: Any, _many: bool) -> None:
        spent[-1] += (time.perf_counter() - context.began) * 1000

    event.listen(db.engine, "before_cursor_execute", begin)
    event.listen(db.engine, "after_cursor_execute", end)
    for _turn in range(rounds + 1):
        spent.append(0.0)
        work()
    event.remove(db.engine, "before_cursor_execute", begin)
    event.remove(db.engine, "after_cursor_execute", end)
    return median(spent[5:])


@contextmanager
def opened(url: str) -> Iterator[Database]:
    db = Database(replace(settings.load(database=url), worker=None))
    try:
        yield db
    finally:
        db.close()


def measure(url: str, *, acts: int = 60) -> list[Figure]:
    """Figures of one made-up agency. Its facts are as before when it ends; its journal has grown."""
    with opened(url) as db:
        engine = "SQLite" if db.is_sqlite else "PostgreSQL"
        with db.read() as r:
            total = cases.count(r, "stage:any")
            queue = took(lambda: triage.queue(r, triage.View(worker="ana")))
            agency = took(lambda: triage.queue(r, triage.View(agency=True), limit=200))
            found = took(lambda: cases.keys(r, "mar", limit=40))
            some = triage.queue(r, triage.View(agency=True), limit=acts)
        opening = in_database(db, lambda: page.open_page(db, some[0], surface="screen"))
        return [
            Figure(f"queue of a worker, {engine}", f"{queue:.2f} ms", f"{total:,} cases", "", "≤ 2 ms", queue <= 2),
            Figure(f"top 200 of the agency, {engine}", f"{agency:.2f} ms", f"{total:,} cases", "", "≤ 5 ms", agency <= 5),
            Figure(f"people whose name begins with mar, {engine}", f"{found:.1f} ms", "", "", "≤ 30 ms", found <= 30),
            Figure(f"opening a case page, its look recorded, {engine}", f"{opening:.1f} ms in the database", "", "", "≤ 3 ms", opening <= 3),
            _act(db, engine, some),
            *_bulk(db, engine),
        ]  # fmt: skip


def _act(db: Database, engine: str, some: list[int]) -> Figure:
    """A contact logged, to the commit; the screen adds a redraw."""
    seen = []
    for case in some:
        start = time.perf_counter()
        with db.work("contact") as w:
            contacts.log(w, contacts.NewContact((case,), "phone", "attempted"))
        seen.append((time.perf_counter() - start) * 1000)
        with db.work("undo") as w:
            undo.undo(w)
    reach = 30 if db.is_sqlite else 40
    return Figure(
        f"one act, committed, p50 / p95, {engine}", f"{median(seen):.1f} / {p95(seen):.1f} ms", "", "",
        f"≤ {reach} ms with its redraw", p95(seen) <= reach,
    )  # fmt: skip


def _bulk(db: Database, engine: str) -> list[Figure]:
    """As many cases as there are, at most BULK, to three workers and back; beside the bare UPDATE of the same rows."""
    with db.read() as r:
        open_cases = cases.keys(r, "", limit=BULK)
        takers = ("ana", "kofi", "luca")
        planned = assign.plan(r, assign.Wish(takers, cases=tuple(open_cases)))
    bare = _bare(db, [move.id for move in planned.moved])
    start = time.perf_counter()
    with db.work("reassign") as w:
        assign.commit(w, planned, "Measured")
    moved = time.perf_counter() - start
    start = time.perf_counter()
    with db.work("undo") as w:
        undo.undo(w)
    back = time.perf_counter() - start
    count = f"{len(planned.moved):,} cases"
    said = f"bare UPDATE {bare:.2f} s"
    return [
        Figure(f"reassign {count}, {engine}", f"{moved:.1f} s", said, f"{moved / bare:.1f}", "≤ 4", moved / bare <= 4),
        Figure(f"its undo, {engine}", f"{back:.1f} s", "the reassignment", f"{back / moved:.1f}", "≤ 1", back <= moved),
    ]  # fmt: skip


class _Back(Exception):
    """Nothing of this is meant to stay."""


def _bare(db: Database, ids: list[int]) -> float:
    """Seconds to give these cases another owner on the case row, with its indexes and nothing else."""
    took = 0.0
    try:
        with db.work("bare") as w:
            w.conn.exec_driver_sql("CREATE TEMPORARY TABLE measured (id bigint PRIMARY KEY)")
            holder = "?" if db.is_sqlite else "%s"
            w.conn.exec_driver_sql(f"INSERT INTO measured VALUES ({holder})", [(one,) for one in ids])
            quiet = "UPDATE acting SET quiet = 1" if db.is_sqlite else "ALTER TABLE case_file DISABLE TRIGGER USER"
            w.conn.exec_driver_sql(quiet)
            start = time.perf_counter()
            w.conn.exec_driver_sql(
                "UPDATE case_file SET owner_id = (SELECT min(id) FROM worker) WHERE id IN (SELECT id FROM measured)"
            )
            took = time.perf_counter() - start
            raise _Back
    except _Back:
        return took
