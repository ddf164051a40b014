"""Whatever two exports of one system say, and whatever is done here in between: the promises of the importer hold."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from caseload import models as m
from caseload import settings as caseload_settings
from caseload.store.connect import connect
from tests.support.databases import Databases
from tests.support.examples import examples

from .conftest import Agency
from .hmis_files import Hmis, family

FIRST = date(2025, 1, 1)
days = st.integers(0, 600).map(lambda n: (FIRST + timedelta(days=n)).isoformat())
names = st.sampled_from(["Ana", "Bo", "Çelik", "D'Arcy", "", "=E"])
destinations = st.sampled_from(["410", "24", "", "1", "99"])


@st.composite
def exports(draw: st.DrawFn) -> Hmis:
    """A small export with any of the usual faults: exits too early, orphans, twins, missing heads, shared households."""
    export = Hmis()
    export.project("P1", draw(st.sampled_from([4, 13])))
    export.user("ana")
    people = draw(st.integers(1, 4))
    for n in range(people):
        export.client(f"C{n}", draw(names), draw(names), DOB=draw(st.sampled_from(["1980-05-17", "03/04/1980", ""])))
    for n in range(draw(st.integers(0, 5))):
        export.enrollment(
            f"E{n}", f"C{draw(st.integers(0, people))}", draw(days), HouseholdID=draw(st.sampled_from(["H1", "H2", ""])),
            RelationshipToHoH=draw(st.sampled_from([1, 2, 99, ""])), UserID=draw(st.sampled_from(["ana", "zed", ""])),
        )  # fmt: skip
        if draw(st.booleans()):
            export.exit(f"E{draw(st.integers(0, n + 1))}", draw(days), draw(destinations))
        if draw(st.booleans()):
            export.living(f"L{n}", f"E{n}", draw(days))
    return export


@st.composite
def newer(draw: st.DrawFn, export: Hmis) -> Hmis:
    """The same system some weeks later: rows changed, gone, deleted, and new ones."""
    later = Hmis()
    later.rows = {file: [dict(row) for row in rows] for file, rows in export.rows.items()}
    changes = {
        "Client": ("LastName", names), "Enrollment": ("EntryDate", days), "Exit": ("ExitDate", days),
        "Project": ("ProjectName", names), "CurrentLivingSituation": ("InformationDate", days),
    }  # fmt: skip
    for file, (column, values) in changes.items():
        for row in list(later.rows[file]):
            match draw(st.sampled_from(["same", "same", "changed", "deleted", "gone"])):
                case "changed":
                    row |= {column: draw(values), "DateUpdated": "2026-10-01 09:00:00"}
                case "deleted":
                    row["DateDeleted"] = "2026-10-01 09:00:00"
                case "gone" if file != "Project":
                    later.rows[file].remove(row)
    for row in list(later.rows["Enrollment"]):
        if draw(st.booleans()):
            later.exit(row["EnrollmentID"], draw(days), draw(destinations), DateUpdated="2026-10-02 09:00:00")
    later.client("C9", "Nuru", "Haji")
    later.enrollment("E99", "C9", draw(days), HouseholdID="H1", RelationshipToHoH=1)
    return later


@contextmanager
def fresh(databases: Databases, founded: Callable[[str], str], folder: Path) -> Iterator[Agency]:
    url = databases.copy(founded("sqlite"))
    db = connect(caseload_settings.load(database=url))
    folder.mkdir(exist_ok=True)
    try:
        yield Agency(db, folder, url)
    finally:
        db.close()
        databases.drop(url)


def worked_on(agency: Agency, what: str) -> None:
    """Somebody does something here between two imports."""
    with agency.db.work("something") as w:
        case = w.conn.execute(select(m.case_file.c.id).where(m.case_file.c.closed_on.is_(None))).scalars().first()
        if what == "rename":
            w.conn.execute(update(m.identity).values(family="Verdi"))
        elif case is not None and what == "close":
            row = {"stage": "closed", "on_date": date(2026, 10, 5), "at": w.now, "why": "moved"}
            w.conn.execute(insert(m.case_stage).values(case_id=case, **row))
        elif case is not None and what == "hand over":
            w.conn.execute(
                update(m.assignment).where(m.assignment.c.case_id == case).values(ends_at=w.now, ends_on=w.today)
            )
        w.receipt("did something")


def accounted(agency: Agency, export: Hmis) -> None:
    for tally in agency.preview(export)[0].files:
        parts = tally.new + tally.changed + tally.unchanged + tally.conflicting + tally.rejected + tally.not_taken
        assert parts == tally.rows, tally


@examples(12)
@given(data=st.data())
def test_two_exports_and_some_work_in_between(
    data: st.DataObject, databases: Databases, founded: Callable[[str], str], tmp_path: Path
) -> None:
    first = data.draw(exports())
    second = data.draw(newer(first))
    with fresh(databases, founded, tmp_path / "exports") as agency:
        empty = agency.facts()
        accounted(agency, first)
        agency.take(first)
        taken = agency.facts()
        # The same again brings nothing; triage is what the facts say; undo leaves no trace in any fact.
        assert agency.take(first).change is None
        assert agency.triage_faults() == []
        if taken != empty:
            agency.undo()
            assert agency.facts() == empty
            agency.undo(redo=True)
            assert agency.facts() == taken
        worked_on(agency, data.draw(st.sampled_from(["nothing", "rename", "close", "hand over"])))
        before = agency.facts()
        accounted(agency, second)
        receipt = agency.take(second)
        assert agency.triage_faults() == []
        accounted(agency, second)
        assert agency.take(second).change is None
        preview, _troubles = agency.preview(second)
        assert preview.count("new") == preview.count("changed") == 0
        if receipt.change is not None:
            agency.undo(target=receipt.change)
            assert agency.facts() == before
            assert agency.triage_faults() == []


_KILLED = """
import os, signal, sys
from pathlib import Path
from caseload import settings
from caseload.exchange.importer import commit, plan
from caseload.store.connect import connect
db = connect(settings.load(database=sys.argv[1]))
left = int(sys.argv[3])
def die(done, of):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
with db.read() as r, plan(r, "hmis", Path(sys.argv[2])) as planned, db.work("import hmis") as w:
    commit(w, planned, step=die)
"""


@pytest.mark.parametrize("step", [1, 3, 5])
def test_killed_half_way_nothing_is_changed(agency: Agency, step: int) -> None:
    before = agency.facts()
    source = agency.path(family())
    agency.db.close()
    ran = subprocess.run(
        [sys.executable, "-c", _KILLED, agency.url, str(source), str(step)],
        check=False,
        capture_output=True,
        env=dict(os.environ),
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr.decode()
    assert agency.facts() == before
    assert len(agency.take(source).cases) == 3
