"""Whatever a list says and however it was damaged: nothing crashes, nothing is half-taken, and what was taken is taken back."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from caseload import models as m
from caseload import settings
from caseload.errors import CaseloadError
from caseload.exchange.importer import Options, commit, plan
from caseload.store.connect import connect
from tests.support.databases import Databases
from tests.support.examples import examples

from .conftest import Agency
from .lists import AENNE, DONE, GERMAN, NURU, as_book, as_csv

cells = st.one_of(
    st.sampled_from(
        ["", "-", "99", "8", "weiss nicht", "2026-02-30", "03/04/2026", "1980-05-17", "=1+1", "'=x", "housing", "youth", "ana", "hoch", "offen",
         "abgeschlossen", "#N/A", "a@b.c", "x" * 300, "\x1b[2J", "a\r\nb", '"', "\u202e", "101", "102", "Deutsch", "NaN", "1e999"]
    ),
    st.text(max_size=8),
)  # fmt: skip


@pytest.fixture(scope="module")
def housed(databases: Databases, founded: Callable[[str], str]) -> Callable[[], str]:
    """A copy of an agency that has a program and a worker."""
    url = databases.copy(founded("sqlite"))
    db = connect(settings.load(database=url))
    with db.work("found") as w:
        w.conn.execute(insert(m.program).values(id=1, code="housing", name="Housing First", opened_on=w.today))
        w.conn.execute(insert(m.program).values(id=2, code="youth", name="Youth", opened_on=w.today))
        w.conn.execute(insert(m.worker).values(handle="ana", name="Ana Rossi", role="case_manager", status="active"))
        w.receipt("founded")
    db.close()
    return lambda: databases.copy(url)


def lists(draw: st.DrawFn) -> tuple[list[str], list[dict[str, str]]]:
    header = draw(st.permutations(GERMAN))[draw(st.integers(0, 5)) :]
    rows = [dict(draw(st.sampled_from([AENNE, NURU, DONE]))) for _n in range(draw(st.integers(0, 4)))]
    for row in rows:
        for name in draw(st.lists(st.sampled_from(GERMAN), max_size=3)):
            row[name] = draw(cells)
    return header, rows


def damaged(path: Path, draw: st.DrawFn) -> Path:
    """The file cut short, or with some of its bytes changed, or as it was."""
    content = bytearray(path.read_bytes())
    match draw(st.sampled_from(["whole", "whole", "cut", "changed"])):
        case "cut":
            del content[draw(st.integers(0, len(content))) :]
        case "changed":
            chance = random.Random(draw(st.integers(0, 2**32)))
            for _n in range(draw(st.integers(1, 20))):
                content[chance.randrange(len(content))] = chance.randrange(256)
    path.write_bytes(content)
    return path


@examples(8)
@given(data=st.data())
def test_any_list_is_taken_whole_or_refused(
    data: st.DataObject, housed: Callable[[], str], databases: Databases, tmp_path: Path
) -> None:
    header, rows = lists(data.draw)
    if data.draw(st.booleans()):
        path = damaged(as_csv(tmp_path / "x.csv", rows, header), data.draw)
    else:
        typed = [["".join(c for c in row.get(name, "") if c.isprintable()) for name in header] for row in rows]
        path = damaged(as_book(tmp_path / "x.xlsx", [header, *typed]), data.draw)
    url = housed()
    agency = Agency(connect(settings.load(database=url)), tmp_path, url)
    try:
        before = {name: found for name, found in agency.facts().items() if name != "narrative"}
        options = Options(system="any")
        taken = 0
        for _time in range(2):
            try:
                with agency.db.read() as r, plan(r, "sheet", path, options) as planned:
                    planned.write_rejects(tmp_path / "rejects.csv")
                    for tally in planned.preview.files:
                        assert (
                            sum(value for name, value in tally.data().items() if name not in ("file", "rows"))
                            == tally.rows
                        )
                    with agency.db.work("import sheet") as w:
                        taken += commit(w, planned).change is not None
            except CaseloadError:
                break
        assert taken <= 1, "the same list again changes nothing"
        assert agency.triage_faults() == []
        if taken:
            agency.undo()
        assert {name: found for name, found in agency.facts().items() if name != "narrative"} == before
    finally:
        agency.db.close()
        databases.drop(url)
