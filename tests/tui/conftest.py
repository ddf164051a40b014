"""One small agency, built once for the process and copied for each test; and coroutines as tests."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from tests.support.databases import Databases

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


@pytest.fixture(scope="session")
def agency(databases: Databases) -> world.Made:
    """The agency nobody writes to."""
    return world.build(databases.empty("sqlite"))


@pytest.fixture
def made(agency: world.Made, databases: Databases) -> Iterator[world.Made]:
    """The agency for one test to write to."""
    url = databases.copy(agency.url)
    yield agency._replace(url=url)
    databases.drop(url)


@pytest.fixture
def drive(made: world.Made) -> Driving:
    """Opens the screen: `async with drive(who="ben") as t:`."""

    def opened(**how: Any) -> AbstractAsyncContextManager[Drive]:
        return driving(made, **how)

    return opened
