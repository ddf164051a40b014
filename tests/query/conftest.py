"""The small agency of `small.py` on each engine. Nobody writes to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection

from caseload.models.base import whole
from tests.support.databases import Databases, open_engine

from .small import fill

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def connection(engine_name: str, databases: Databases) -> Iterator[Connection]:
    # Made from the nouns, without the triggers: the facts on a case row are what each test says they are.
    url = databases.empty(engine_name)
    engine = open_engine(url)
    whole().create_all(engine)
    with engine.connect() as opened:
        fill(opened)
        opened.commit()
        yield opened
    engine.dispose()
    databases.drop(url)
