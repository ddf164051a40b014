"""An agency to report on, founded on each engine and open to the test alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .agency import Agency, Cases
from .exported import live

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from caseload.store.database import Database, Work
    from tests.support.databases import Databases


@pytest.fixture
def agency(database_url: str) -> Iterator[Agency]:
    """An agency of the test's own: programs, teams, workers, and no case yet."""
    made = Agency(database_url)
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared_agency(engine_name: str, databases: Databases) -> Iterator[Agency]:
    """The same for tests that take back whatever they write."""
    url = databases.migrated(engine_name)
    made = Agency(url)
    yield made
    made.close()
    databases.drop(url)


@pytest.fixture
def work(shared_agency: Agency) -> Iterator[Work]:
    """A unit of work in it, taken back when the test ends."""
    with shared_agency.writing(keep=False) as w:
        yield w


@pytest.fixture
def cases(shared_agency: Agency, work: Work) -> Cases:
    """Puts cases into that unit of work."""
    return Cases(shared_agency, work.conn)


@pytest.fixture(scope="session")
def world(engine_name: str, databases: Databases) -> Iterator[Agency]:
    """An agency with two dozen cases, written once for each engine."""
    url = databases.migrated(engine_name)
    agency = Agency(url)
    with agency.writing() as w:
        live(agency, Cases(agency, w.conn))
    yield agency
    agency.close()
    databases.drop(url)


@pytest.fixture
def acting(world: Agency) -> Iterator[Callable[[str], Database]]:
    """Someone else at the keyboard; the demo's own worker again afterwards."""
    opened: list[Database] = []

    def become(handle: str) -> Database:
        opened.append(world.as_worker(handle))
        return opened[-1]

    yield become
    for db in opened:
        db.close()
    world.as_worker("demo").close()
