"""One small agency, built once for the process and copied for each test; and coroutines as tests."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from functools import cache
from typing import Any

import pytest

from caseload.store import identity
from tests.support.databases import Databases
from tests.support.morning import from_ten

from . import world
from .driving import Drive, driving

Driving = Callable[..., AbstractAsyncContextManager[Drive]]


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """A test that is a coroutine runs in a loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = pyfuncitem._fixtureinfo.argnames
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted}))
    return True


_TEN = from_ten()


@pytest.fixture(scope="module", autouse=True)
def morning() -> Iterator[None]:
    """The day of these agencies stands still, and it is ten in the morning when the tests begin: what happened at eight lies behind,
    also by night. Elsewhere the hour is the real one, as it is for a server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(identity, "now", _TEN)
        yield


@pytest.fixture(scope="session")
def built(databases: Databases) -> Callable[[str], world.Made]:
    """The agency nobody writes to, by engine; made when the first test asks for it."""
    return cache(lambda engine_name: world.build(databases.empty(engine_name)))


@pytest.fixture(scope="session")
def agency(built: Callable[[str], world.Made]) -> world.Made:
    """The agency nobody writes to, in a file."""
    return built("sqlite")


@contextmanager
def copied(made: world.Made, databases: Databases) -> Iterator[world.Made]:
    """The same agency once more, for one test to write to."""
    url = databases.copy(made.url)
    yield made._replace(url=url)
    databases.drop(url)


@pytest.fixture
def made(agency: world.Made, databases: Databases) -> Iterator[world.Made]:
    """The agency for one test to write to; in a file, which is enough where the database does not matter."""
    with copied(agency, databases) as made:
        yield made


@pytest.fixture
def there(built: Callable[[str], world.Made], engine_name: str, databases: Databases) -> Iterator[world.Made]:
    """The agency for one test to write to, on each engine."""
    with copied(built(engine_name), databases) as made:
        yield made


@pytest.fixture
def on_server(built: Callable[[str], world.Made], databases: Databases) -> Iterator[world.Made]:
    """The agency for one test to write to, on a server."""
    with copied(built("postgresql"), databases) as made:
        yield made


@pytest.fixture
def drive(made: world.Made) -> Driving:
    """Opens the screen: `async with drive(who="ben") as t:`."""

    def opened(**how: Any) -> AbstractAsyncContextManager[Drive]:
        return driving(made, **how)

    return opened
