"""What row-level security costs: the same work under the logins of a case manager, a supervisor and an admin, each beside the
owner of the tables, whom no policy asks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import text

from caseload.casework import assign, cases, contacts, page, triage
from caseload.store import undo, verify
from caseload.store.database import Database, Work
from caseload.store.engine import open_engine

from .figures import Figure
from .practice import BULK, _bare, in_database, opened
from .practice import took as timed

ROLES = ("case_manager", "supervisor", "admin")
# What has a figure to reach (DESIGN.md section 7), in milliseconds.
REACH = {
    "queue of a worker": 2,
    "top 200 of what they see": 5,
    "people whose name begins with mar": 30,
    "opening a case page, its look recorded": 3,
}


def measure(url: str) -> Iterator[Figure]:
    """Each piece of work by each role that does it, and the bulk reassignment as an admin."""
    people = _logins(url)
    with opened(url) as db:
        owner = {role: _work(db, role, handle) for role, handle in people.items()}
    for role, handle in people.items():
        with opened(url.replace("postgres@", f"bench_{handle}@")) as db:
            for what, took in _work(db, role, handle).items():
                beside = owner[role].get(what)
                reach = REACH.get(what)
                yield Figure(
                    f"{what}, {role.replace('_', ' ')}", f"{took:.1f} ms", f"the owner {beside:.1f} ms" if beside else "",
                    f"{took / beside:.1f}" if beside else "", f"≤ {reach} ms" if reach else "", took <= reach if reach else None,
                )  # fmt: skip
    yield from _bulk(url, f"bench_{people['admin']}")
    with opened(url) as db, db.read() as r:
        rows = r.conn.exec_driver_sql("SELECT count(*) FROM journal").scalar_one()
        took = timed(lambda: verify.verify_journal(r), rounds=1) / 1000
        per_million = took * 1_000_000 / rows
        yield Figure(
            f"journal verify, {rows:,} rows",
            f"{took:.1f} s",
            "",
            f"{per_million:.0f} s a million",
            "≤ 60 s a million",
            per_million <= 60,
        )


def _bulk(url: str, login: str) -> Iterator[Figure]:
    """As the practice measures it, moved and taken back by an admin; the bare UPDATE by the owner, whom no policy asks."""
    with opened(url.replace("postgres@", f"{login}@")) as db:
        with db.read() as r:
            planned = assign.plan(r, assign.Wish(("ana", "kofi", "luca"), cases=tuple(cases.keys(r, "", limit=BULK))))
        with opened(url) as owner:
            bare = _bare(owner, [move.id for move in planned.moved])
        moved = _seconds(db, lambda w: assign.commit(w, planned, "Measured"))
        back = _seconds(db, undo.undo)
    count = f"{len(planned.moved):,} cases, admin"
    yield Figure(
        f"reassign {count}",
        f"{moved:.1f} s",
        f"bare UPDATE {bare:.2f} s",
        f"{moved / bare:.1f}",
        "≤ 4",
        moved / bare <= 4,
    )
    yield Figure("its undo, admin", f"{back:.1f} s", "the reassignment", f"{back / moved:.1f}", "≤ 1", back <= moved)


def _seconds(db: Database, act: Callable[[Work], Any]) -> float:
    start = time.perf_counter()
    with db.work("measured") as w:
        act(w)
    return time.perf_counter() - start


def _logins(url: str) -> dict[str, str]:
    """The fullest case manager, the supervisor with most cases and an admin, each with a login."""
    chosen = {}
    engine = open_engine(url, migrating=True)
    with engine.begin() as conn:
        for role in ROLES:
            cases_of = "k.team_id = w.team_id" if role == "supervisor" else "k.owner_id = w.id"
            handle = conn.execute(
                text(
                    f"SELECT w.handle FROM worker w LEFT JOIN case_file k ON {cases_of} AND k.closed_on IS NULL"
                    " WHERE w.role = :role AND NOT w.holds_all AND w.status = 'active'"
                    " GROUP BY w.handle ORDER BY count(k.id) DESC, w.handle LIMIT 1"
                ),
                {"role": role},
            ).scalar_one()
            conn.exec_driver_sql(f'CREATE ROLE "bench_{handle}" LOGIN')
            conn.execute(
                text("UPDATE worker SET login = :login WHERE handle = :handle"),
                {"login": f"bench_{handle}", "handle": handle},
            )
            chosen[role] = handle
    engine.dispose()
    return chosen


def _work(db: Database, role: str, handle: str) -> dict[str, float]:
    """Milliseconds. Of a page only what its statements take; everything else with what Python takes."""
    took: dict[str, float] = {}
    with db.read() as r:
        team = r.conn.execute(
            text("SELECT t.code FROM worker w JOIN team t ON t.id = w.team_id WHERE w.handle = :h"), {"h": handle}
        ).scalar()
        theirs = {"case_manager": triage.View(worker=handle), "supervisor": triage.View(team=team)}.get(
            role, triage.View(agency=True)
        )
        some = triage.queue(r, theirs, limit=200)
        if role == "case_manager":
            took["queue of a worker"] = timed(lambda: triage.queue(r, theirs))
        else:
            took["top 200 of what they see"] = timed(lambda: triage.queue(r, theirs, limit=200))
        if role != "admin":
            took["people whose name begins with mar"] = timed(lambda: cases.keys(r, "mar", limit=40))
        took["forty rows with their reasons"] = timed(lambda: triage.rows(r, some[:40]))
        took["counts by level"] = timed(lambda: triage.counts(r, theirs), rounds=5)
    if role != "admin":
        took["opening a case page, its look recorded"] = in_database(
            db, lambda: page.open_page(db, some[0], surface="screen")
        )
        took["a contact, committed"] = timed(_contact(db, some[0]))
    return took


def _contact(db: Database, case: int) -> Callable[[], Any]:
    def log() -> None:
        with db.work("contact") as w:
            contacts.log(w, contacts.NewContact((case,), "phone", "attempted"))

    return log
