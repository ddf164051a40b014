"""The proofs of benchmarks/, small: the screen killed while somebody types; many at once on one database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import kill, moves, soak
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


def test_what_moves_is_as_it_was_said_and_is_taken_back_whole(
    engine_name: str, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    url = databases.empty(engine_name)
    # Each step on one engine; `python -m benchmarks.moves` takes them all on both.
    steps = {
        "sqlite": (moves.leaver_by_screen, moves.cover_by_command),
        "postgresql": (moves.leaver_by_command, moves.balance_by_command, moves.transfer_by_screen),
    }
    assert moves.run(url, steps=steps[engine_name]) == []
    databases.drop(url)
