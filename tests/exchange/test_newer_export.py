"""The same source again: what is new comes in place, what was done here stays, and what both changed is said."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, insert, select

from caseload import models as m
from caseload.errors import Conflict
from caseload.store.names import keys_of

from .conftest import Agency
from .hmis_files import Hmis, family


def case_of(agency: Agency, enrollment: str) -> int:
    e = m.external_id.c
    return int(agency.one(select(e.row_id).where(e.entity == "case_file", e.external == enrollment)))


def test_a_newer_export_brings_changes_and_closings_in_place(agency: Agency) -> None:
    agency.take(family())
    export = family()
    export.touch("Client", "C1", LastName="Bianchi", VeteranStatus=1)
    export.touch("Project", "P1", ProjectName="Rapid rehousing")
    export.touch("Enrollment", "E2", EntryDate="2026-03-05")
    export.exit("E1", "2026-10-20", 422, DateUpdated="2026-10-21 08:00:00")
    export.client("C4", "Nuru", "Haji")
    export.enrollment("E4", "C4", "2026-10-01")
    receipt = agency.take(export)
    assert receipt.words == "Imported from Test HMIS: 1 new case, 3 rows brought up to date"
    i, f = m.identity.c, m.case_file.c
    assert agency.one(select(i.family).where(i.given == "Maria")) == "Bianchi"
    k = m.name_key.c
    maria = agency.one(select(i.client_id).where(i.given == "Maria"))
    assert {word for (word,) in agency.rows(select(k.word).where(k.client_id == maria))} == set(
        keys_of("Maria", "Bianchi")
    )
    assert agency.one(select(m.program.c.name).where(m.program.c.code == "p1")) == "Rapid rehousing"
    assert agency.one(select(f.opened_on).where(f.id == case_of(agency, "E2"))) == date(2026, 3, 5)
    assert agency.rows(select(m.case_stage.c.on_date).where(m.case_stage.c.case_id == case_of(agency, "E2"))) == [
        (date(2026, 3, 5),)
    ]
    assert agency.rows(select(f.closed_on, f.stage).where(f.id == case_of(agency, "E1"))) == [
        (date(2026, 10, 20), "closed")
    ]
    assert (
        agency.one(
            select(func.count()).where(
                m.assignment.c.case_id == case_of(agency, "E1"), m.assignment.c.ends_at.is_(None)
            )
        )
        == 0
    )
    assert agency.triage_faults() == []
    assert agency.take(export).change is None
    before_undo = agency.facts()
    agency.undo()
    assert agency.one(select(i.family).where(i.given == "Maria")) == "Rossi"
    agency.undo(redo=True)
    assert agency.facts() == before_undo


def test_work_done_here_survives_a_newer_export(agency: Agency) -> None:
    agency.take(family())
    agency.rename("Maria", family="Rossi Bianchi")
    case = case_of(agency, "E1")
    with agency.db.work("a contact") as w:
        line = {"kind": "phone", "outcome": "made", "on_date": date(2026, 10, 10), "met": True}
        happened = {"kind": "phone", "outcome": "made", "at": w.now, "recorded_at": w.now, "worker_id": w.me.id}
        contact_id = w.conn.execute(insert(m.contact).values(happened)).inserted_primary_key[0]
        w.conn.execute(insert(m.contact_line).values(contact_id=contact_id, case_id=case, **line))
        w.receipt("called", cases=[case])
    export = family()
    export.touch("Client", "C1", VeteranStatus=1)
    export.touch("Enrollment", "E1", UserID="U77")
    agency.take(export)
    assert agency.one(select(m.identity.c.family).where(m.identity.c.given == "Maria")) == "Rossi Bianchi"
    assert agency.one(select(m.case_file.c.last_contact_on).where(m.case_file.c.id == case)) == date(2026, 10, 10)
    # The last editor there is no news of who holds the case here.
    assert (
        agency.one(
            select(m.worker.c.handle)
            .join(m.case_file, m.case_file.c.owner_id == m.worker.c.id)
            .where(m.case_file.c.id == case)
        )
        == "ana"
    )
    veteran = (
        select(m.client_code.c.code).where(m.client_code.c.field == "hmis:veteran").order_by(m.client_code.c.client_id)
    )
    assert agency.rows(veteran) == [("1",), ("99",), ("1",)]


def test_what_changed_on_both_sides_is_listed_and_kept(agency: Agency) -> None:
    agency.take(family())
    agency.rename("Maria", family="Verdi")
    export = family()
    export.touch("Client", "C1", LastName="Bianchi", DOB="1980-05-18")
    preview, troubles = agency.preview(export)
    assert preview.count("conflicting") == 1
    (trouble,) = troubles
    assert trouble[:3] == ("conflicting", "Client.csv", 2)
    assert trouble[3] == "FirstName, MiddleName, LastName, NameSuffix, NameDataQuality"
    assert trouble[4] == "was changed there and here since it was taken: kept as it is here"
    agency.take(export)
    i = m.identity.c
    assert agency.rows(select(i.family, i.born_on).where(i.given == "Maria")) == [("Verdi", date(1980, 5, 18))]
    # It stays listed until both say the same; then it is settled for good.
    assert agency.take(export).change is None
    assert agency.preview(export)[0].count("conflicting") == 1
    agency.rename("Maria", family="Bianchi")
    assert agency.preview(export)[0].count("conflicting") == 0


def test_an_older_export_takes_nothing_back(agency: Agency) -> None:
    newer = family()
    newer.touch("Client", "C1", LastName="Bianchi")
    agency.take(newer)
    preview, troubles = agency.preview(family())
    assert preview.count("conflicting") == 1
    assert troubles[0][4] == "is older than what was taken before, and differs: not taken"
    assert agency.take(family()).change is None
    assert agency.one(select(m.identity.c.family).where(m.identity.c.given == "Maria")) == "Bianchi"


def test_what_the_source_deletes_is_kept_here_and_said(agency: Agency) -> None:
    agency.take(family())
    export = family()
    export.row("Enrollment", "E1")["DateDeleted"] = "2026-10-02 00:00:00"
    preview, troubles = agency.preview(export)
    assert preview.count("conflicting") == 1
    assert (
        "conflicting",
        "Enrollment.csv",
        2,
        "",
        "is marked as deleted there, and was taken before: kept here",
    ) in troubles
    assert agency.take(export).change is None


def test_a_case_closed_here_on_another_day_is_a_conflict_and_on_the_same_day_none(agency: Agency) -> None:
    agency.take(family())
    for enrollment in ("E1", "E2"):
        with agency.db.work("close") as w:
            row = {"stage": "closed", "on_date": date(2026, 10, 20), "at": w.now, "why": "moved away"}
            w.conn.execute(insert(m.case_stage).values(case_id=case_of(agency, enrollment), **row))
            w.receipt("closed")
    export = family()
    export.exit("E1", "2026-10-20", 410)
    export.exit("E2", "2026-10-25", 410)
    preview, troubles = agency.preview(export)
    assert [(kind, file, row, column) for kind, file, row, column, _why in troubles] == [
        ("conflicting", "Exit.csv", 4, "ExitDate")
    ]
    assert preview.count("new") == 0
    agency.take(export)
    s = m.case_stage.c
    closed = select(s.on_date, s.destination).where(s.stage == "closed", s.case_id == case_of(agency, "E1"))
    assert agency.rows(closed) == [(date(2026, 10, 20), "410")]
    assert agency.take(export).change is None


def test_a_file_with_only_what_is_new_leans_on_what_is_known(agency: Agency) -> None:
    agency.take(family())
    export = Hmis()
    export.exit("E2", "2026-10-02", 422)
    export.enrollment("E9", "C3", "2026-09-20", UserID="U77")
    assert len(agency.take(export).cases) == 2
    f = m.case_file.c
    assert agency.one(select(f.closed_on).where(f.id == case_of(agency, "E2"))) == date(2026, 10, 2)
    assert agency.one(select(func.count(f.client_id.distinct()))) == 3


def test_a_household_known_by_its_head_is_known_without_a_row_for_the_head(agency: Agency) -> None:
    agency.take(family())
    export = Hmis()
    export.client("C8", "Nina", "Rossi")
    export.enrollment("E8", "C1", "2026-09-20", ProjectID="P2", HouseholdID="H8")
    export.enrollment("E9", "C8", "2026-09-20", ProjectID="P2", HouseholdID="H8", RelationshipToHoH=2)
    agency.take(export)
    assert agency.one(select(func.count(m.household.c.id))) == 1
    assert agency.one(select(func.count(m.household_member.c.client_id.distinct()))) == 3


def test_what_was_worked_on_since_can_be_kept_while_the_rest_is_taken_back(agency: Agency) -> None:
    agency.take(family())
    case = case_of(agency, "E1")
    with agency.db.work("task") as w:
        planned = {"title": "Call the landlord", "due_on": date(2026, 11, 30), "created_at": w.now}
        w.conn.execute(insert(m.task).values(case_id=case, **planned))
        w.receipt("planned a task", cases=[case])
    imported = agency.one(select(m.change.c.id).where(m.change.c.verb == "import hmis"))
    with pytest.raises(Conflict):
        agency.undo(target=imported)
    agency.undo(target=imported, allow_refused=True)
    assert agency.rows(select(m.case_file.c.id)) == [(case,)]
    assert agency.one(select(m.identity.c.given)) == "Maria"
    # What stayed is still known by its name there: the same export brings the rest, and nothing twice.
    assert len(agency.take(family()).cases) == 2
    assert case_of(agency, "E1") == case
    assert sorted(agency.rows(select(m.identity.c.given))) == [("Luca",), ("Maria",), ("Søren",)]
    assert agency.one(select(func.count()).select_from(m.program)) == 2
    assert agency.one(select(func.count()).select_from(m.stay)) == 2
    assert agency.triage_faults() == []


def test_ids_of_two_systems_never_meet(agency: Agency) -> None:
    agency.take(family())
    other = family()
    other.rows["Export"][0]["ImplementationID"] = "IMPL2"
    assert len(agency.take(other).cases) == 3
    assert agency.one(select(func.count()).select_from(m.client)) == 6
