"""An agency in which almost everything was done, and everything of it in a folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from caseload.exchange.everything import carry
from tests.practice.carrying import (
    Places,
    much_done,
    told,
    with_papers,
)
from tests.practice.kit import Practice, Template
from tests.support.databases import Databases


@pytest.fixture(scope="package")
def lived(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """An agency in which almost everything was done, which these tests share and carry away copies of."""
    made = template.copy()
    much_done(made)
    with_papers(made, made.open(), tmp_path_factory.mktemp("papers"))
    made.close()
    yield made
    made.drop()


@pytest.fixture
def places(databases: Databases, lived: Practice) -> Iterator[Places]:
    made = Places(databases, lived)
    yield made
    made.drop()


@pytest.fixture(scope="package")
def out(lived: Practice, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything of it in a folder, as csv."""
    path = tmp_path_factory.mktemp("out") / "all"
    carry.export(told(lived), str(path), "csv", "Moving to a server")
    return path


@pytest.fixture
def folder(out: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may spoil."""
    return Path(shutil.copytree(out, tmp_path / "all"))
