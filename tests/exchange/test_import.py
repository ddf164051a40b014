"""Importing an HMIS export, as an admin sees it; on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select, update

from caseload import models as m
from caseload import settings
from caseload.casework import numbers, staff
from caseload.errors import Conflict, NotPermitted, Usage
from caseload.exchange.importer import Options, commit, plan
from caseload.store.connect import connect
from caseload.store.names import keys_of

from .conftest import Agency
from .hmis_files import family


def test_an_export_becomes_clients_cases_programs_workers_and_who_lived_together(agency: Agency) -> None:
    receipt = agency.take(family())
    assert receipt.words == "Imported from Test HMIS: 3 new cases"
    assert len(receipt.cases) == 3
    assert agency.rows(select(m.program.c.code, m.program.c.name, m.program.c.hmis_project_type).order_by(m.program.c.id)) == [
        ("p1", "Project P1", 13), ("p2", "Project P2", 4)
    ]  # fmt: skip
    workers = select(m.worker.c.handle, m.worker.c.name, m.worker.c.role, m.worker.c.login).where(
        m.worker.c.handle != "admin"
    )
    assert agency.rows(workers.order_by(m.worker.c.id)) == [
        ("ana", "Ana Silva", "case_manager", None), ("u77", "U77", "case_manager", None)
    ]  # fmt: skip
    i = m.identity.c
    people = select(i.given, i.family, i.name_quality, i.born_on, i.birth_quality).order_by(m.identity.c.id)
    assert agency.rows(people) == [
        ("Maria", "Rossi", 1, date(1980, 5, 17), 1),
        ("Luca", "Rossi", 1, date(2018, 2, 3), 1),
        ("Søren", "O'Neil", 1, date(1980, 5, 17), 1),
    ]
    f = m.case_file.c
    cases = select(f.number, f.stage, f.opened_on, f.closed_on, m.worker.c.handle).join(
        m.worker, m.worker.c.id == f.owner_id
    )
    found = agency.rows(cases.order_by(f.id))
    assert [row[1:] for row in found] == [
        ("active", date(2026, 3, 1), None, "ana"),
        ("active", date(2026, 3, 1), None, "ana"),
        ("closed", date(2026, 2, 1), date(2026, 9, 15), "u77"),
    ]
    assert all(numbers.parse(row[0]).startswith("2026-") for row in found)
    together = select(m.stay_member.c.stay_id, m.stay_member.c.relationship).order_by(m.stay_member.c.case_id)
    assert [relationship for _stay, relationship in agency.rows(together)] == ["self", "child", "self"]
    assert agency.rows(select(m.stay.c.household_id.is_not(None), m.stay.c.from_on).order_by(m.stay.c.id)) == [
        (True, date(2026, 3, 1)), (False, date(2026, 2, 1))
    ]  # fmt: skip
    assert agency.one(select(func.count()).select_from(m.household_member)) == 2


def test_not_known_not_told_and_not_asked_stay_apart(agency: Agency) -> None:
    export = family()
    export.row("Client", "C2").update(NameDataQuality="9", DOB="", DOBDataQuality="8")
    agency.take(export)
    c = m.client_code.c
    rows = agency.rows(select(c.client_id, c.field, c.code).order_by(c.client_id, c.field, c.code))
    first = min(row[0] for row in rows)
    assert [row[1:] for row in rows if row[0] == first] == [
        ("hmis:gender", "woman"), ("hmis:race", "hispanic"), ("hmis:race", "white"), ("hmis:veteran", "0")
    ]  # fmt: skip
    assert [row[1:] for row in rows if row[0] == first + 1] == [
        ("hmis:gender", "99"), ("hmis:race", "8"), ("hmis:veteran", "99")
    ]  # fmt: skip
    i = m.identity.c
    assert agency.rows(select(i.name_quality, i.born_on, i.birth_quality).where(i.client_id == first + 1)) == [
        (9, None, 8)
    ]


def test_an_imported_client_is_found_by_the_start_of_any_name(agency: Agency) -> None:
    agency.take(family())
    k = m.name_key.c
    keys = select(k.word).join(m.identity, m.identity.c.client_id == k.client_id).where(m.identity.c.given == "Søren")
    assert {word for (word,) in agency.rows(keys)} == set(keys_of("Søren", "O'Neil")) >= {"oneil", "neil"}


def test_an_exit_closes_the_case_with_its_destination_and_ends_who_held_it(agency: Agency) -> None:
    agency.take(family())
    s, a = m.case_stage.c, m.assignment.c
    stages = agency.rows(select(s.stage, s.on_date, s.destination, s.close_reason).where(s.destination.is_not(None)))
    assert stages == [("closed", date(2026, 9, 15), "435", "completed")]
    held = agency.rows(select(a.starts_on, a.ends_on, a.ends_at).where(a.ends_on.is_not(None)))
    # Midnight in New York, where the agency is.
    assert held == [(date(2026, 2, 1), date(2026, 9, 15), datetime(2026, 9, 15, 4, tzinfo=UTC))]


def test_living_situations_are_contacts_and_bed_nights_are_not(agency: Agency) -> None:
    agency.take(family())
    line, c = m.contact_line.c, m.contact.c
    assert agency.rows(select(line.on_date, line.kind, line.outcome, line.met)) == [
        (date(2026, 2, 20), "visit", "made", True)
    ]
    assert agency.rows(select(c.at, m.worker.c.handle).join(m.worker, m.worker.c.id == c.worker_id)) == [
        (datetime(2026, 2, 20, 17, tzinfo=UTC), "u77")
    ]
    assert agency.rows(select(m.contact_topic.c.topic)) == [("living_situation:116",)]
    preview, _troubles = agency.preview(family())
    notes = {(note.file, note.rows, note.reason) for note in preview.notes}
    assert ("Services.csv", 1, "bed nights are no contacts: not taken") in notes
    assert ("Services.csv", 1, "services have no place here yet: not taken") in notes
    assert ("Funder.csv", 1, "nothing of this file is kept yet") in notes


def test_social_security_numbers_are_kept_nowhere(agency: Agency) -> None:
    agency.take(family())
    said = str(agency.facts()) + str(agency.rows(select(m.payload.c.body)))
    assert "Rossi" in said
    assert "936083660" not in said
    preview, _troubles = agency.preview(family())
    assert [n.rows for n in preview.notes if "social security numbers are never taken" in n.reason] == [3]


def test_the_queue_is_right_after_an_import(agency: Agency) -> None:
    agency.take(family())
    assert agency.triage_faults() == []
    f = m.case_file.c
    # Nobody met them since March: by the policy's 30 days and half again, they are for today.
    assert agency.rows(select(f.level, f.since_on).where(f.closed_on.is_(None)).distinct()) == [(2, date(2026, 3, 31))]


def test_cases_whose_worker_held_them_all_along_are_not_announced_as_new(agency: Agency) -> None:
    agency.take(family())
    assert agency.one(select(func.count()).where(m.case_file.c.unacknowledged_on.is_not(None))) == 0


def test_the_same_file_again_changes_nothing(agency: Agency) -> None:
    agency.take(family())
    before = agency.facts()
    changes = agency.one(select(func.count()).select_from(m.change))
    receipt = agency.take(family())
    assert receipt.change is None
    assert receipt.words == "Nothing is new in this file: nothing was changed."
    assert agency.facts() == before
    assert agency.one(select(func.count()).select_from(m.change)) == changes
    preview, _troubles = agency.preview(family())
    assert (preview.count("new"), preview.count("changed"), preview.count("unchanged")) == (0, 0, 12)


def test_undo_takes_the_whole_import_back(agency: Agency) -> None:
    before = agency.facts()
    agency.take(family())
    assert agency.facts() != before
    agency.undo()
    assert agency.facts() == before
    assert agency.triage_faults() == []
    assert agency.one(select(func.count()).select_from(m.name_key)) == 0
    # And it can all be taken again.
    assert len(agency.take(family()).cases) == 3


def test_an_import_that_breaks_half_way_changes_nothing(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    before = agency.facts()

    def pull_the_plug(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("caseload.exchange.apply.closings", pull_the_plug)
    with pytest.raises(KeyboardInterrupt):
        agency.take(family())
    assert agency.facts() == before


def test_looking_at_the_preview_changes_nothing(agency: Agency) -> None:
    before = agency.facts()
    preview, _troubles = agency.preview(family())
    assert preview.totals["clients"] == 3
    assert preview.totals["cases"] == 3
    assert preview.totals["open_cases"] == 2
    assert agency.facts() == before


def test_whoever_watches_is_told_how_far_it_is(agency: Agency) -> None:
    export = family()
    for n in range(600):
        export.client(f"K{n}")
    read: list[tuple[int, int | None]] = []
    written: list[tuple[int, int | None]] = []
    with (
        agency.db.read() as r,
        plan(r, "hmis", agency.path(export), step=lambda done, of: read.append((done, of))) as planned,
        agency.db.work("import hmis") as w,
    ):
        commit(w, planned, step=lambda done, of: written.append((done, of)))
    assert read == [(500, None)]
    assert written == sorted(written)
    of = planned.preview.totals["writes"]
    assert {total for _done, total in written} == {of}
    assert 600 <= written[-1][0] <= of


def test_open_cases_can_be_shared_out_evenly(agency: Agency) -> None:
    export = family()
    for n in range(10, 16):
        export.client(f"C{n}")
        export.enrollment(f"E{n}", f"C{n}")
    agency.take(export, assign="even")
    a = m.assignment.c
    held = (
        select(m.worker.c.handle, func.count())
        .join_from(m.assignment, m.worker, m.worker.c.id == a.worker_id)
        .group_by(m.worker.c.handle)
    )
    assert agency.rows(held.order_by(m.worker.c.handle)) == [("ana", 4), ("u77", 4)]
    # To them they are new: the queue says so until they have seen it.
    assert agency.one(select(func.count()).where(m.case_file.c.unacknowledged_on.is_not(None))) == 8


def test_cases_can_be_left_to_nobody(agency: Agency) -> None:
    agency.take(family(), assign="none")
    assert agency.one(select(func.count()).select_from(m.assignment)) == 0
    assert (
        agency.one(
            select(func.count()).where(m.case_file.c.unassigned_on.is_not(None), m.case_file.c.closed_on.is_(None))
        )
        == 2
    )


def test_whoever_has_left_is_given_no_open_case(agency: Agency) -> None:
    export = family()
    export.row("User", "ana")["DateDeleted"] = "2026-08-01 00:00:00"
    receipt = agency.take(export)
    assert "2 open cases are held by nobody" in receipt.words
    w = m.worker.c
    assert agency.rows(select(w.status, w.left_on).where(w.handle == "ana")) == [("left", date(2026, 8, 1))]
    assert agency.one(select(func.count()).where(m.assignment.c.ends_at.is_(None))) == 0


def test_a_user_that_no_list_names_is_taken_under_its_identifier(agency: Agency) -> None:
    export = family()
    export.row("Enrollment", "E1")["UserID"] = "Night Desk #2"
    preview, _troubles = agency.preview(export)
    assert any(n.reason == "users are in no user list: taken under their identifier" for n in preview.notes)
    agency.take(export)
    assert agency.rows(select(m.worker.c.handle).where(m.worker.c.name == "Night Desk #2")) == [("night-desk-2",)]
    assert agency.take(export).change is None


def test_a_worker_of_the_same_handle_is_not_taken_for_the_user(agency: Agency) -> None:
    with agency.db.work("worker add") as w:
        staff.add_worker(w, "ana", staff.WorkerFields(name="Another Ana"))
    agency.take(family())
    assert agency.rows(select(m.worker.c.name).where(m.worker.c.handle == "ana-2")) == [("Ana Silva",)]


def test_only_an_admin_may_import(agency: Agency, as_worker, engine_name: str) -> None:  # type: ignore[no-untyped-def]
    source = agency.path(family())
    if engine_name == "sqlite":
        # Whoever holds the file may import, whatever their role: the file is theirs anyway.
        with agency.db.work("worker add") as w:
            staff.add_worker(w, "eva", staff.WorkerFields(role="analyst"))
        db = as_worker("eva")
        with db.read() as r, plan(r, "hmis", source) as planned, db.work("import hmis") as w:
            assert len(commit(w, planned).cases) == 3
    else:
        with agency.db.work("worker edit") as w:
            w.conn.execute(update(m.worker).where(m.worker.c.handle == "admin").values(role="supervisor"))
            w.receipt("made a supervisor")
        agency.db.forget()
        with agency.db.read() as r, pytest.raises(NotPermitted):
            plan(r, "hmis", source)


def test_what_was_previewed_is_what_happens_or_nothing(agency: Agency) -> None:
    agency.take(family())
    export = family()
    export.touch("Client", "C1", LastName="Bianchi")
    with agency.db.read() as r, plan(r, "hmis", agency.path(export)) as planned:
        assert planned.preview.count("changed") == 1
    # Between preview and commit somebody corrects the same name.
    with agency.db.read() as r:
        planned = plan(r, "hmis", agency.path(export))
    with planned:
        agency.rename("Maria", family="Verdi")
        with pytest.raises(Conflict), agency.db.work("import hmis") as w:
            commit(w, planned)
    assert agency.one(select(m.identity.c.family).where(m.identity.c.given == "Maria")) == "Verdi"


def test_as_of_another_day_nothing_is_imported(agency: Agency) -> None:
    db = connect(settings.load(database=agency.url, today="2026-01-05"))
    try:
        with db.read() as r, pytest.raises(Usage, match="--today"):
            plan(r, "hmis", agency.path(family()))
    finally:
        db.close()


@pytest.mark.parametrize(
    ("options", "words"), [(Options(assign="fairly"), "no way to assign"), (Options(order="ydm"), "order of dates")]
)
def test_an_option_that_is_none_is_refused(agency: Agency, options: Options, words: str) -> None:
    with agency.db.read() as r, pytest.raises(Usage, match=words):
        plan(r, "hmis", agency.path(family()), options)
