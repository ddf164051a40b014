"""Files under real conditions: who may take them in with the login they have, what it shows while nobody's identity is to be seen, and
what a second person's import of the same file does."""

from __future__ import annotations

from pathlib import Path

import pytest

from caseload.errors import NotPermitted, Refused
from tests.exchange.lists import AENNE, NURU, as_csv
from tests.practice.calendars import event, looked_at, taken, todo, written
from tests.practice.kit import ADMIN, Practice


def listed(folder: Path) -> Path:
    return as_csv(folder / "list.csv", [AENNE | {"Programm": "housing", "Fallführung": "ana"}, NURU])


def test_on_a_server_a_whole_list_is_for_the_login_that_owns_the_tables_and_on_a_file_for_who_holds_it(
    practice: Practice, tmp_path: Path
) -> None:
    before = practice.facts()
    if practice.engine_name == "postgresql":
        for kind in ("sheet", "hmis"):
            with pytest.raises(NotPermitted, match="not for a worker's own login"):
                looked_at(practice, listed(tmp_path), kind, by=ADMIN, system="North")
            with pytest.raises(NotPermitted, match="admin"):
                looked_at(practice, listed(tmp_path), kind, by="ana", system="North")
        assert practice.facts() == before
        return
    receipt = taken(practice, listed(tmp_path), "sheet", by=ADMIN, system="North")
    assert len(receipt.cases) == 2 and not practice.differing()
    # Whoever holds the file next brings nothing twice.
    preview, problems = looked_at(practice, listed(tmp_path), "sheet", by="ben", system="North")
    assert preview.nothing_to_do and not problems
    practice.take_back(receipt, by=ADMIN)
    assert practice.facts() == before


def test_no_list_is_taken_in_while_nobodys_identity_is_to_be_seen(practice: Practice, tmp_path: Path) -> None:
    veiled = practice.as_(ADMIN)
    veiled.masked = True
    try:
        with pytest.raises(Refused, match="without identity"):
            looked_at(practice, listed(tmp_path), "sheet", by=ADMIN, system="North")
    finally:
        veiled.masked = False


def test_a_calendar_that_a_supervisor_takes_over_after_its_worker_changes_nothing_and_is_the_workers(
    practice: Practice, tmp_path: Path
) -> None:
    case = practice.open()
    path = written(
        tmp_path,
        event("one@x", "20261124T090000", f"SUMMARY:{case}"),
        todo("two@x", f"SUMMARY:Ring {case}", "DUE:20261127T080000Z"),
    )
    first = taken(practice, path)
    preview, problems = looked_at(practice, path, by="ben", worker="ana")
    assert preview.nothing_to_do and not problems
    finished = written(
        tmp_path, event("one@x", "20261124T110000", f"SUMMARY:{case}", "SEQUENCE:1"),
        todo("two@x", f"SUMMARY:Ring {case}", "DUE:20261127T080000Z", "STATUS:COMPLETED", "SEQUENCE:1"),
    )  # fmt: skip
    second = taken(practice, finished, by="ben", worker="ana")
    assert second.words.endswith("2 rows brought up to date")
    practice.take_back(second, by="ben")
    practice.take_back(first)
    assert not practice.rows("SELECT 1 FROM task") and not practice.rows("SELECT 1 FROM appointment")


def test_a_calendar_of_cases_out_of_sight_says_nothing_of_them(practice: Practice, tmp_path: Path) -> None:
    theirs = practice.open(worker="cleo", by="cleo", program="youth")
    path = written(tmp_path, todo("one@x", f"SUMMARY:Ring {theirs}", "DUE:20261127T080000Z"))
    _preview, problems = looked_at(practice, path)
    assert problems == [("rejected", "SUMMARY", "names a case that is not there, or not yours to see")]
