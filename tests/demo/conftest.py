"""The made-up agency on each engine, made once. Tests only read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from caseload import demo
from caseload.settings import Settings
from caseload.store.database import Database, Reading
from tests.support.databases import Databases

from .made import Agency, Smallest, named


@pytest.fixture(scope="session")
def agency(engine_name: str, databases: Databases) -> Iterator[Agency]:
    """The agency as `caseload demo` makes it when nothing else is said. Tests only read it."""
    url = databases.empty(engine_name)
    where = named(url)
    summary = demo.build(where)
    db = Database(where)
    yield Agency(where, db, summary)
    db.close()
    databases.drop(url)


@pytest.fixture
def r(agency: Agency) -> Iterator[Reading]:
    with agency.db.read() as reading:
        yield reading


@pytest.fixture(scope="session")
def smallest(databases: Databases) -> Smallest:
    return Smallest(databases)


@pytest.fixture
def small(smallest: Smallest, engine_name: str) -> Settings:
    """A small agency, to look at."""
    return smallest.on(engine_name)
