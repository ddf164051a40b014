"""Whatever file somebody gives: read, or refused in a sentence, in seconds and in little room, and nothing is changed by looking at it."""

from __future__ import annotations

import random
import resource
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.errors import Usage
from caseload.exchange.sheet import book
from tests.support.databases import Databases
from tests.support.examples import examples

from .conftest import Agency
from .spoiled import ALL, HEAD, Spoiled, by_chance, elsewhere, sheet, whole_ones
from .trying import give, housed, judged, try_out

Tried = tuple[Agency, str]


@pytest.fixture(scope="module")
def tried(
    databases: Databases, founded: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tried]:
    """One agency for all of them, which must be at the end as it was at the beginning."""
    url = databases.copy(founded("sqlite"))
    agency, case = housed(url, tmp_path_factory.mktemp("tried"))
    before = agency.facts()
    yield agency, case
    after = agency.facts()
    agency.db.close()
    databases.drop(url)
    assert after == before


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.kind} {one.file} {one.name}")
def test_a_hostile_or_broken_file_is_read_or_refused_in_a_sentence_and_in_time(tried: Tried, one: Spoiled) -> None:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert try_out(*tried, one) == ""
    # In kilobytes. What is made to be read counts, too.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - most < 300_000


WHOLE = list(whole_ones())


@examples(24)
@given(which=st.sampled_from(range(len(WHOLE))), seed=st.integers(0, 2**32))
def test_a_file_spoiled_by_chance_is_read_or_refused(tried: Tried, tmp_path: Path, which: int, seed: int) -> None:
    kind, name, whole = WHOLE[which]
    path = tmp_path / name
    path.write_bytes(by_chance(whole, random.Random(seed)))
    assert judged(give(*tried, kind, path)) == ""


def test_the_whole_ones_are_read(tried: Tried, tmp_path: Path) -> None:
    for kind, name, whole in WHOLE:
        path = tmp_path / name
        path.write_bytes(whole)
        ran = give(*tried, kind, path)
        assert ran.code == 0 and ran.json["new"], (kind, name, ran.err)


@pytest.mark.parametrize("before", ["", " " * 2_000_000])
@pytest.mark.parametrize("part", ["xl/sheet.dat", "xl/media/a.png", "xl/worksheets/other.xml"])
def test_a_sheet_is_looked_through_whatever_its_part_is_called(tmp_path: Path, part: str, before: str) -> None:
    path = tmp_path / "x.xlsx"
    declared = sheet(HEAD, '<!DOCTYPE x [<!ENTITY a "b">]>')
    path.write_bytes(elsewhere(part, before + declared.partition("?>")[2] if before else declared))
    with pytest.raises(Usage, match="cannot be trusted"):
        book.open_book(path)


def test_a_picture_in_a_workbook_is_no_part_that_is_looked_through(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(elsewhere("xl/worksheets/sheet9.xml", sheet(HEAD)))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/media/a.png", b"\x89PNG\r\n\x1a\n\x00\x00<!DOCTYPE")
    assert len(book.open_book(path).sheets) == 1


def test_the_workbench_is_not_filled_by_one_file(tried: Tried, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no room is left for temporary files, that is said."""

    def full(*_args: Any) -> Any:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("caseload.exchange.stage.Stage.many", full)
    path = tmp_path / "list.csv"
    path.write_bytes(WHOLE[0][2])
    ran = give(*tried, "sheet", path)
    assert ran.code == 1
