"""The proofs of benchmarks/, small: the screen killed while somebody types; many at once on one database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import kill, soak
from tests.support.databases import Databases


@pytest.fixture
def there(engine_name: str, databases: Databases) -> Iterator[str]:
    url = databases.empty(engine_name)
    soak.agency(url, 40)
    yield url
    databases.drop(url)


def test_killed_at_random_what_was_typed_is_kept_and_nothing_is_half_done(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    url = databases.empty("sqlite")
    soak.agency(url, 40)
    tally = kill.run(url, 2, seed=7, within=2.5)
    assert tally.wrong == []
    assert tally.kills == 2 and tally.texts >= 2
    databases.drop(url)


def test_many_at_once_lose_no_update_and_see_no_lock(there: str) -> None:
    assert soak.run(there, 3, 2.0) == []
