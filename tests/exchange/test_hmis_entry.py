"""What HMIS asks at the entry, annually and at the exit: taken over as assessments, corrected by newer exports, sent on as it came."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, update

from caseload import models as m
from caseload import settings
from caseload.errors import NotPermitted
from caseload.exchange.hmis.write import Wish, write
from caseload.exchange.importer import Options, plan
from caseload.store.connect import connect
from caseload.store.database import Database

from .conftest import Agency
from .hmis_files import Hmis, family


def asked() -> Hmis:
    """The family, with what was asked of the mother as she came, of all of them about income, and of the man as he left."""
    export = family()
    export.row("Enrollment", "E1").update(LivingSituation="116", DisablingCondition="1", MoveInDate="2026-04-01")
    export.row("Enrollment", "E2").update(DisablingCondition="99")
    export.income("I1", "E1", "2026-03-01", 0)
    export.income("I2", "E1", "2026-09-20", 1, 5)
    export.income("I3", "E3", "2026-09-15", 8, 3)
    return export


def assessments(agency: Agency) -> list[tuple[Any, ...]]:
    """What stands: the case's name there, phase, day and answers."""
    a, n, right, e = m.assessment.c, m.assessment_answer.c, m.assessment.alias("right"), m.external_id.c
    stands = ~select(right.c.id).where(right.c.corrects_id == a.id).exists()
    found: dict[Any, dict[str, str]] = {}
    for case, key, phase, on, link, value in agency.rows(
        select(e.external, a.id, a.phase, a.on_date, n.link, n.value)
        .join_from(m.assessment, m.external_id, (e.row_id == a.case_id) & (e.entity == "case_file"))
        .outerjoin(m.assessment_answer, n.assessment_id == a.id)
        .where(a.instrument == "hmis", stands)
    ):
        found.setdefault((case, phase, on, key), {}).update({link: value} if link else {})
    return sorted(((case, phase, on, said) for (case, phase, on, _key), said in found.items()), key=str)


TAKEN = [
    ("E1", "annual", date(2026, 9, 20), {"income": "1"}),
    ("E1", "baseline", date(2026, 3, 1), {"disabling": "1", "living": "116", "moved-in": "2026-04-01"}),
    ("E1", "baseline", date(2026, 3, 1), {"income": "0"}),
    ("E2", "baseline", date(2026, 3, 1), {"disabling": "99"}),
    ("E3", "closing", date(2026, 9, 15), {"income": "8"}),
]


def test_what_was_asked_becomes_assessments_of_its_phase_and_day(agency: Agency) -> None:
    receipt = agency.take(asked())
    assert assessments(agency) == sorted(TAKEN, key=str)
    assert receipt.data.totals["assessments"] == 3
    assert agency.triage_faults() == []
    assert agency.one(select(m.case_file.c.annual_on).where(m.case_file.c.annual_on.is_not(None))) == date(2026, 9, 20)


def test_the_same_file_again_changes_nothing_and_undo_takes_it_all_back(agency: Agency) -> None:
    before = agency.facts()
    export = asked()
    agency.take(export)
    preview, problems = agency.preview(export)
    assert (preview.nothing_to_do, problems) == (True, [])
    agency.undo()
    assert {name: len(rows) for name, rows in agency.facts().items()} == {
        name: len(rows) for name, rows in before.items()
    }


def test_a_newer_export_sets_right_what_was_said_and_keeps_what_stood(agency: Agency) -> None:
    export = asked()
    agency.take(export)
    export.touch("IncomeBenefits", "I1", IncomeFromAnySource=1)
    export.touch("Enrollment", "E1", LivingSituation=302)
    agency.take(export)
    wanted = [
        ("E1", "baseline", date(2026, 3, 1), {"disabling": "1", "living": "302", "moved-in": "2026-04-01"}) if "living" in row[3]
        else ("E1", "baseline", date(2026, 3, 1), {"income": "1"}) if row[3] == {"income": "0"} else row
        for row in TAKEN
    ]  # fmt: skip
    assert assessments(agency) == sorted(wanted, key=str)
    assert agency.preview(export)[0].nothing_to_do
    assert len(agency.rows(select(m.assessment.c.id))) == len(TAKEN) + 2
    agency.undo()
    assert assessments(agency) == sorted(TAKEN, key=str)


def test_a_stage_that_is_none_is_refused_with_those_there_are(agency: Agency) -> None:
    export = asked()
    export.row("IncomeBenefits", "I1").update(DataCollectionStage="4")
    _preview, problems = agency.preview(export)
    assert [(one[1], one[3]) for one in problems] == [("IncomeBenefits.csv", "DataCollectionStage")]


def out(db: Database, place: Path, **more: Any) -> dict[str, list[dict[str, str]]]:
    usual = {"coc": "XX-500", "geocode": "123456", "identified": True, "why": "To the continuum"}
    write(db, Wish(str(place), "2026-01-01", "2026-12-31", **(usual | more)))
    files = ("Project", "User", "Enrollment", "IncomeBenefits", "CurrentLivingSituation", "Export")
    return {
        name: list(csv.DictReader(io.StringIO((place / f"{name}.csv").read_text(encoding="utf-8"), newline="")))
        for name in files
    }


@pytest.fixture
def by_login(agency: Agency, engine_name: str) -> Iterator[Database]:
    """Ana's own way in: under policies on a server, as herself in a file."""
    if engine_name == "sqlite":
        db = connect(settings.load(database=agency.url, as_worker="ana"))
        yield db
        db.close()
        return
    base, _slash, rest = agency.url.partition("@")
    login = f"{agency.url.split('?')[0].rpartition('/')[2][:40]}_ana"
    server = agency.url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(f'CREATE ROLE "{login}" LOGIN'.encode())
    with agency.db.work("login") as w:
        w.conn.execute(update(m.worker).where(m.worker.c.handle == "ana").values(login=login))
        w.receipt("Ana has a login")
    db = connect(settings.load(database=f"{base.partition('//')[0]}//{login}@{rest}"))
    yield db
    db.close()
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(f'REASSIGN OWNED BY "{login}" TO CURRENT_USER'.encode())
        conn.execute(f'DROP OWNED BY "{login}"; DROP ROLE "{login}"'.encode())


def test_under_a_worker_s_own_login_it_goes_out_under_the_names_it_came_by(
    agency: Agency, by_login_after_import: Database, tmp_path: Path
) -> None:
    found = out(by_login_after_import, tmp_path / "out")
    (enrolled,) = [row for row in found["Enrollment"] if row["EnrollmentID"] == "E1"]
    told = ("PersonalID", "ProjectID", "HouseholdID", "UserID", "LivingSituation", "DisablingCondition", "MoveInDate")
    assert [enrolled[name] for name in told] == ["C1", "P1", "H1", "ana", "116", "1", "2026-04-01"]
    assert {row["EnrollmentID"] for row in found["Enrollment"]} == {"E1", "E2"}
    assert [row["ProjectID"] for row in found["Project"]] == ["P1"]
    assert [row["UserID"] for row in found["User"]] == ["ana"]
    incomes = [
        (row["IncomeBenefitsID"], row["IncomeFromAnySource"], row["DataCollectionStage"])
        for row in found["IncomeBenefits"]
    ]
    assert incomes == [("I1", "0", "1"), ("I2", "1", "5")]
    assert found["Export"][0]["ImplementationID"] == "IMPL1"


@pytest.fixture
def by_login_after_import(agency: Agency, request: pytest.FixtureRequest) -> Database:
    agency.take(asked())
    found: Database = request.getfixturevalue("by_login")
    return found


def test_a_whole_import_is_not_for_a_worker_s_own_login(
    agency: Agency, by_login_after_import: Database, engine_name: str, tmp_path: Path
) -> None:
    with agency.db.work("role") as w:
        w.conn.execute(update(m.worker).where(m.worker.c.handle == "ana").values(role="admin"))
        w.receipt("Ana is an admin")
    by_login_after_import.forget()
    with by_login_after_import.read() as r:
        if engine_name == "sqlite":
            with plan(r, "hmis", agency.path(asked()), Options()) as planned:
                assert planned.preview.nothing_to_do
            return
        with pytest.raises(NotPermitted, match="own login") as said:
            plan(r, "hmis", agency.path(asked()), Options())
    assert any("--login deploy" in one for one in said.value.details)
