"""The made-up agency as tests want it: by name, at its smallest, row by row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select

from caseload import demo, settings
from caseload.settings import Settings
from caseload.store.database import Database, Reading
from tests.support.databases import Databases

TODAY = date(2026, 11, 20)
SMALLEST = demo.DemoOptions(cases=40, workers=7)


def named(url: str, today: date | None = TODAY) -> Settings:
    """The settings of someone who names that database on the command line."""
    return replace(settings.load(database=url, environ={}), worker=None, today=today)


@dataclass(frozen=True, slots=True)
class Agency:
    where: Settings
    db: Database
    summary: demo.DemoSummary


class Smallest:
    """The smallest agency of each engine, made when it is first asked for. Nobody writes in them."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._made: dict[str, Settings] = {}
        self.progress: list[tuple[int, int]] = []

    def on(self, engine_name: str) -> Settings:
        if engine_name not in self._made:
            self._made[engine_name] = where = named(self._databases.empty(engine_name))
            self.progress.clear()
            demo.build(where, SMALLEST, lambda done, total: self.progress.append((done, total)))
        return self._made[engine_name]


def rows(r: Reading, table: Any, *where: Any) -> list[Any]:
    return list(r.conn.execute(select(table).where(*where).order_by(table.c.id)))


def midnight(r: Reading) -> datetime:
    return datetime.combine(r.today, time(), r.zone)
