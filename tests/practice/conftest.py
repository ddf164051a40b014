"""The agency of the kit, for each test its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from caseload.store import cipher, identity
from tests.practice.acts import lived_in
from tests.practice.encrypting import NOTE
from tests.practice.kit import Practice, Template
from tests.support.databases import Databases
from tests.support.morning import from_ten


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test of the practice begins at ten, however long those before it took."""
    monkeypatch.setattr(identity, "now", from_ten())


@pytest.fixture(scope="session")
def template(engine_name: str, databases: Databases) -> Iterator[Template]:
    made = Template(engine_name, databases)
    yield made
    made.drop()


@pytest.fixture
def practice(template: Template) -> Iterator[Practice]:
    """An agency of the test's own, on the engine of the test."""
    made = template.copy()
    yield made
    made.drop()


@pytest.fixture(scope="module")
def office(template: Template) -> Iterator[Practice]:
    """An agency that the tests of a module share, where each brings its own cases and minds no others."""
    made = template.copy()
    yield made
    made.drop()


@pytest.fixture(scope="module")
def file_template(databases: Databases) -> Iterator[Template]:
    made = Template("sqlite", databases)
    yield made
    made.drop()


@pytest.fixture
def store(file_template: Template, nobody_asks: None) -> Iterator[Practice]:
    """An agency in a file, with a history and a note whose words are looked for."""
    made = file_template.copy()
    made.note(lived_in(made), NOTE)
    made.close()
    yield made
    made.drop()


@pytest.fixture
def nobody_asks() -> Iterator[None]:
    """Nobody has the key of an encrypted file unless the test says so."""
    cipher.asks(None)
    yield
    cipher.asks(None)
