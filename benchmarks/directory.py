"""Finding a service among 10 000: by words, open at an hour, near a place, for a domain; on both engines.

python -m benchmarks --only directory [--postgresql]
"""

from __future__ import annotations

import random
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from caseload import settings
from caseload.casework import finder
from caseload.casework.finder import Wish
from caseload.models import need_domain, place, provider, service, service_hours
from caseload.store.connect import connect
from caseload.store.database import Database
from caseload.store.founding import Founding, found
from caseload.store.names import refile
from caseload.text import fold

from .figures import Figure, median
from .server import own

SERVICES = 10_000
_LIMIT = 50
_KINDS = (
    "Night shelter", "Rent subsidy", "Soup kitchen", "Legal advice", "Language course", "Counselling", "Job coaching", "Child care",
    "Debt advice", "Transport", "Detox", "Women's refuge",
)  # fmt: skip
_SAID = (
    "open", "all", "people", "who", "need", "help", "with", "housing", "food", "work", "papers", "children", "health", "money",
)  # fmt: skip


def measure(*, postgresql: bool = False) -> Iterator[Figure]:
    """Figures of a directory of that size on SQLite, and on a PostgreSQL of its own."""
    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder) / "directory.db")
        yield from _figures(url)
    if postgresql:
        with own() as server:
            # A server looks at what it holds within the minute; what is measured is not that first minute.
            yield from _figures(server.url, server.analyze)


def _figures(url: str, settle: Callable[[], object] = lambda: None) -> Iterator[Figure]:
    wish = Founding("Bench", "Europe/Rome", "ada", "Ada", is_demo=True, clock_on=date(2026, 11, 20))
    found(settings.load(database=url), wish)
    db = connect(settings.load(database=url, as_worker="ada" if "postgresql" not in url else None))
    try:
        _fill(db)
        settle()
        engine = "SQLite" if db.is_sqlite else "PostgreSQL"
        with db.read() as r:
            now = r.now
            asked: tuple[tuple[str, Callable[[], Any]], ...] = (
                ("words", lambda: finder.look(r, Wish(words="shelt hous"))),
                ("one common word", lambda: finder.look(r, Wish(words="h"))),
                ("a domain, open now", lambda: finder.look(r, Wish(domain="housing", open_at=now))),
                ("words, the nearest first", lambda: finder.look(r, Wish(words="legal", near="Place 7"))),
                ("everything, the nearest first", lambda: finder.look(r, Wish(near="Place 7"))),
            )
            for name, work in asked:
                took = _took(work)
                yield Figure(
                    f"services by {name}, {engine}",
                    f"{took:.1f} ms",
                    f"{SERVICES:,} services",
                    "",
                    f"≤ {_LIMIT} ms",
                    took <= _LIMIT,
                )
    finally:
        db.close()


def _took(work: Callable[[], Any], rounds: int = 15) -> float:
    """Median milliseconds, rows fetched, the first time left out."""
    seen = []
    for turn in range(rounds + 1):
        start = time.perf_counter()
        work()
        if turn:
            seen.append((time.perf_counter() - start) * 1000)
    return median(seen)


def _fill(db: Database) -> None:
    """Ten services a provider, each open on weekdays, in a hundred places."""
    rng = random.Random(7)
    with db.work("bench") as w:
        domains = list(w.conn.execute(select(need_domain.c.id).order_by(need_domain.c.id)).scalars())
        places = [
            {"name": f"Place {n}", "name_key": f"place {n}", "latitude": rng.randint(40_00000, 46_00000), "longitude": rng.randint(8_00000, 16_00000)}
            for n in range(100)
        ]  # fmt: skip
        w.conn.execute(insert(place), places)
        whose = [
            {"uid": str(uuid.uuid4()), "name": f"Helpers {n}", "name_key": f"helpers {n}", "place": f"Place {n % 100}"}
            for n in range(SERVICES // 10)
        ]
        w.conn.execute(insert(provider), whose)
        ids = list(w.conn.execute(select(provider.c.id).order_by(provider.c.id)).scalars())
        rows = []
        for n in range(SERVICES):
            name = f"{_KINDS[n % len(_KINDS)]} {n}"
            rows.append(
                {
                    "uid": str(uuid.uuid4()), "provider_id": ids[n // 10], "name": name, "name_key": fold(name),
                    "about": " ".join(rng.sample(_SAID, 8)), "domain_id": domains[n % len(domains)],
                    "place_key": f"place {n // 10 % 100}", "languages": rng.choice(("it", "it,en", "ar,fr")),
                    "age_from": rng.choice((None, 18)),
                }
            )  # fmt: skip
        w.conn.execute(insert(service), rows)
        made = list(w.conn.execute(select(service.c.id).order_by(service.c.id)).scalars())
        hours = [
            {"service_id": key, "weekday": day, "opens": 540, "closes": 720} for key in made for day in range(1, 6)
        ]
        w.conn.execute(insert(service_hours), hours)
        refile(w.conn, services=made)
        w.receipt("Filled a directory", undoable=False)
