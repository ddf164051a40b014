"""An agency for every test that asks for one, made once for each engine and copied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ..support.databases import Databases
from .running import World, found_agency


@pytest.fixture(scope="session")
def founded(engine_name: str, databases: Databases) -> World:
    """The agency as it was founded. Nobody works in it: tests take `world`, a copy."""
    return found_agency(databases.empty(engine_name), engine_name)


@pytest.fixture
def world(founded: World, databases: Databases) -> Iterator[World]:
    """An agency of the test's own."""
    url = databases.copy(founded.url)
    yield replace(founded, url=url)
    databases.drop(url)
