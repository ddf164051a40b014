"""The proofs of benchmarks/, small: the screen killed while somebody types; many at once on one database; what
moves, taken back; a course by keys and by commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import alike, exchange, kill, method_commands, method_keys, moves, soak
from benchmarks.method_course import founded
from benchmarks.office import Office
from caseload import models
from tests.exchange.hmis_files import family
from tests.practice.calendars import event, todo, written
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


def test_what_was_done_by_keys_and_by_commands_is_equal_in_every_field_and_a_difference_is_told(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    # A part of the course; `python -m benchmarks.method` plays the whole on both engines.
    keyed = founded(databases.empty("sqlite"))
    keyed.close()
    commanded = Office(databases.copy(keyed.url))
    try:
        method_keys.waits(keyed)
        method_commands.waits(method_commands.Lines(commanded))
        by_keys = alike.read(keyed)
        assert alike.differences(by_keys, alike.read(commanded)) == []
        [waiting] = commanded.ask("ben", "cases")
        commanded.ask("ben", "risk", waiting["case"], "low", "--why", "A friend took him in")
        told = alike.differences(by_keys, alike.read(commanded))
        assert "case_file 1: risk is 'high' and 'low'" in told and "case_risk: 1 rows and 2" in told
    finally:
        for office in (keyed, commanded):
            office.close()
            databases.drop(office.url)


def test_every_file_of_a_folder_comes_in_and_is_taken_back_or_is_refused_in_a_sentence(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "data"
    folder.mkdir()
    family().write(folder / "hmis")
    written(
        folder, event("one@x", "20150105T090000", "RRULE:FREQ=WEEKLY;COUNT=3"), todo("two@x", "DUE:20150106T090000Z")
    )
    (folder / "tea.json").write_text(
        '{"resourceType": "Questionnaire", "name": "tea", "item": [{"linkId": "1", "type": "string", "text": "?"}]}'
    )
    (folder / "patient.json").write_text('{"resourceType": "Patient"}')
    (folder / "README.md").write_text("What lies here.")
    seen, url = exchange.Seen(), databases.empty("sqlite")
    with exchange.office_at(url) as office:
        exchange.files_in(office, folder, seen)
        exchange.everything_everywhere(office, folder, seen)
    databases.drop(url)
    assert seen.wrong == []
    # A sentence that nobody who keeps no computers would understand is a fault of its own.
    seen.sentence("here", "KeyError: None")
    assert len(seen.wrong) == 1


def test_what_is_left_out_of_that_comparison_is_there_to_be_left_out() -> None:
    tables = models.metadata.tables
    columns = {
        name for table in tables.values() for one in table.columns for name in (one.name, f"{table.name}.{one.name}")
    }
    assert {*alike.TABLES_LEFT_OUT} <= {*tables} and {*alike.COLUMNS_LEFT_OUT, *alike.REFERS} <= columns
