"""What the pages of the method cost: the case that has the most of everything, and each dashboard over a team and over the agency."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

from sqlalchemy import func, select, union_all

from caseload import models as m
from caseload.casework import page
from caseload.reports import dashboard
from caseload.store.database import Database

from .figures import Figure
from .practice import in_database, opened, took

# What a case page shows; the journal and the looks grow beside it.
_SHOWN = (
    "note", "contact_line", "task", "appointment", "need", "assessment", "goal", "step", "referral", "authorisation", "payment",
    "consent", "disclosure", "assignment", "case_stage", "snooze", "alert", "background", "plan_review",
)  # fmt: skip


def measure(url: str) -> list[Figure]:
    """Figures of one made-up agency; only a look is written."""
    with opened(url) as db:
        return list(_measured(db, "SQLite" if db.is_sqlite else "PostgreSQL"))


def _measured(db: Database, engine: str) -> Iterator[Figure]:
    case, rows = _fullest(db)
    spent = in_database(db, lambda: page.open_page(db, case, surface="screen"))
    yield Figure(
        f"opening the fullest case page ({rows} rows), its look recorded, {engine}", f"{spent:.1f} ms in the database", "", "",
        "≤ 50 ms", spent <= 50,
    )  # fmt: skip
    with db.read() as r:
        team = r.conn.execute(
            select(m.team.c.code).join(m.case_file).group_by(m.team.c.code).order_by(func.count().desc())
        ).scalar()
        for part in dashboard.PARTS:
            ours = took(partial(dashboard.page, r, part, query=f"team:{team}"), rounds=3)
            start = time.perf_counter()
            dashboard.page(r, part)
            whole = time.perf_counter() - start
            yield Figure(
                f"dashboard {part} of a team; of the agency, {engine}",
                f"{ours:.0f} ms; {whole:.2f} s",
                "",
                "",
                "",
                None,
            )


def _fullest(db: Database) -> tuple[int, int]:
    """The case with the most rows that its page shows, and how many these are."""
    tables = [m.metadata.tables[name] for name in _SHOWN if "case_id" in m.metadata.tables[name].c]
    with db.read() as r:
        every = union_all(*(select(one.c.case_id) for one in tables)).subquery()
        counted = select(every.c.case_id, func.count().label("n")).group_by(every.c.case_id)
        found = counted.order_by(func.count().desc()).limit(1)
        case, rows = r.conn.execute(found).one()
    return case, rows
