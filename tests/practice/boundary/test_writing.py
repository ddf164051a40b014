"""PostgreSQL is the boundary: what a login may not do is refused to SQL typed by hand, too; what it does is on record."""

from __future__ import annotations

from contextlib import suppress

import psycopg
import pytest

from caseload import models as m
from caseload.casework import alerts
from caseload.store import policies
from caseload.store.watched import journalled
from tests.practice.acts import moved
from tests.practice.boundary.by_hand import GUARDED, one, psql, refused
from tests.practice.kit import ADMIN, Practice


@pytest.mark.parametrize("table", [t.name for t in journalled() if t.name in GUARDED])
def test_nothing_of_a_case_out_of_sight_is_changed_or_taken_away(lived_in: tuple[Practice, str], table: str) -> None:
    practice, _case = lived_in
    columns = [c for c in m.metadata.tables[table].columns if c.name not in ("id", "made_in")]
    for handle in ("ana", "ben", "nia", "otto"):
        with psql(practice, handle) as conn:
            for sql in (f"UPDATE {table} SET {columns[-1].name} = {columns[-1].name}", f"DELETE FROM {table}"):
                with suppress(psycopg.errors.InsufficientPrivilege):
                    assert conn.execute(sql.encode()).rowcount == 0, handle


@pytest.mark.parametrize("row", [
    "note (case_id, author_id, at, on_date, narrative_id) SELECT {case}, acting_worker(), now(), current_date, 1",
    "task (case_id, title, due_on, created_at) SELECT {case}, 'x', current_date, now()",
    "tag (case_id, tag) SELECT {case}, 'x'",
    "narrative (case_id, worker_id, body, at) SELECT {case}, acting_worker(), 'x', now()",
    "identity (client_id, given) SELECT {client}, 'x'",
    "alias (client_id, name) SELECT {client}, 'x'",
    "person (client_id, name) SELECT {client}, 'x'",
    "channel (client_id, kind, value) SELECT {client}, 'phone', 'x'",
    "alert (client_id, kind, level, text, raised_on, raised_by) SELECT {client}, 'safety', 'high', 'x', current_date, acting_worker()",
    "case_stage (case_id, stage, on_date, at) SELECT {case}, 'closed', current_date, now()",
    "journal (change_id, login, table_name, row_id, op, columns, payload_hash, hash, at) SELECT 1, 'x', 'note', 1, 'insert', '', '', '', now()",
    "payload (id, salt, body) SELECT 999999, '', ''",
    "seal (id, at, from_row, to_row, row_count, waits_from, prev, hash) SELECT 999999, now(), 1, 1, 1, 1, '', ''",
])  # fmt: skip
def test_a_row_that_points_out_of_sight_is_refused_whether_or_not_there_is_such_a_thing(
    lived_in: tuple[Practice, str], row: str
) -> None:
    practice, number = lived_in
    case = practice.id(number)
    client = practice.value("SELECT client_id FROM case_file")
    there = refused(practice, "ana", f"INSERT INTO {row.format(case=case, client=client)}")
    nowhere = refused(practice, "ana", f"INSERT INTO {row.format(case=987654, client=987654)}")
    assert "42501" in there
    assert there == nowhere


def test_another_agencys_names_are_given_to_ones_own_cases_alone_and_never_in_the_name_of_a_whole_system(
    practice: Practice,
) -> None:
    mine, theirs = practice.id(practice.open()), practice.id(practice.open(by="cleo", worker="cleo"))
    task = practice.task(practice.open(), due=1)
    with psql(practice, "ana") as conn:
        for entity, row in (("case_file", mine), ("task", task)):
            conn.execute(
                f"INSERT INTO external_id (system, entity, external, row_id) VALUES ('fhir:x', '{entity}', 'a', {row})".encode()
            )
    for system, entity, row in (
        ("hmis:x", "case_file", mine), ("fhir:x", "case_file", theirs), ("sheet:x", "task", task), ("fhir:x", "worker", 1),
    ):  # fmt: skip
        told = f"external_id (system, entity, external, row_id) VALUES ('{system}', '{entity}', 'b', {row})"
        assert "42501" in refused(practice, "ana", f"INSERT INTO {told}"), told
    with psql(practice, "cleo") as conn:
        assert one(conn, "SELECT count(*) FROM external_id") == 0


def test_a_note_in_anothers_name_and_a_contact_in_anothers_name_are_refused(practice: Practice) -> None:
    case = practice.id(practice.open())
    bo = practice.value("SELECT id FROM worker WHERE handle = 'bo'")
    said = "narrative (case_id, worker_id, body, at) VALUES ({case}, {bo}, 'x', now())"
    assert "42501" in refused(practice, "ana", f"INSERT INTO {said.format(case=case, bo=bo)}")
    assert "42501" in refused(
        practice,
        "ana",
        f"INSERT INTO contact (kind, outcome, at, recorded_at, worker_id) VALUES ('phone', 'made', now(), now(), {bo})",
    )


def test_an_answer_is_given_with_its_assessment_and_none_afterwards(lived_in: tuple[Practice, str]) -> None:
    practice, _case = lived_in
    for row in (
        "assessment_answer (case_id, assessment_id, link, place, value) SELECT case_id, id, 'difficulty', 0, 'x' FROM assessment",
        "assessment_score (case_id, assessment_id, scale, value) SELECT case_id, id, 'other', 3 FROM assessment",
    ):
        for handle in ("cleo", "sol"):
            assert "42501" in refused(practice, handle, f"INSERT INTO {row}")
    for sql in (
        "UPDATE assessment SET safety = true",
        "UPDATE assessment_answer SET value = 'x'",
        "UPDATE assessment_score SET value = 0",
    ):
        with psql(practice, "cleo") as conn, suppress(psycopg.errors.InsufficientPrivilege):
            assert conn.execute(sql.encode()).rowcount == 0


def test_what_is_signed_said_or_on_record_is_changed_by_nobody(lived_in: tuple[Practice, str]) -> None:
    practice, _case = lived_in
    assert "signed note is locked" in refused(practice, "cleo", "UPDATE note SET on_date = on_date - 1")
    for table in ("journal", "payload", "seal", "look", "narrative"):
        for sql in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            for handle in ("cleo", "sol", "adam", "otto"):
                assert "42501" in refused(practice, handle, sql)
    with psql(practice, "cleo") as conn:
        mine = one(conn, "SELECT max(id) FROM change WHERE worker_id = acting_worker()")
    assert "append-only" in refused(practice, "cleo", f"UPDATE change SET summary = 'x' WHERE id = {mine}")


@pytest.mark.parametrize(
    "column", ["owner_id", "urgency", "level", "stage", "risk", "closed_on", "number", "uid", "touched_in"]
)
def test_what_triggers_derive_and_what_a_case_is_called_are_written_by_nobody(
    lived_in: tuple[Practice, str], column: str
) -> None:
    practice, _case = lived_in
    for handle in ("cleo", "sol", "adam"):
        assert "42501" in refused(practice, handle, f"UPDATE case_file SET {column} = {column}")


def test_no_key_and_no_number_can_be_tried_out(practice: Practice) -> None:
    taken = practice.open(by="cleo", worker="cleo")
    practice.open()
    row = (
        "(uid, number, client_id, program_id, opened_on, created_at) SELECT 'x' || random(), '{number}', client_id, program_id,"
        " opened_on, now() FROM case_file WHERE owner_id = acting_worker()"
    )
    with psql(practice, "ana") as conn:
        conn.execute(f"INSERT INTO case_file {row.format(number=taken)}".encode())
    assert practice.value("SELECT count(*) FROM case_file WHERE number = :n", n=taken) == 1
    assert "42501" in refused(practice, "ana", "INSERT INTO tag (id, case_id, tag) SELECT 1, id, 'x' FROM case_file")


def test_what_is_done_by_hand_is_on_record_like_any_other_act(practice: Practice) -> None:
    case = practice.open()
    with psql(practice, "ana") as conn:
        conn.execute(f"INSERT INTO tag (case_id, tag) VALUES ({practice.id(case)}, 'byhand')".encode())
    found = (
        "SELECT c.verb || ' ' || c.login FROM change c JOIN journal j ON j.change_id = c.id WHERE j.table_name = 'tag'"
    )
    assert practice.value(found) == f"by_hand {practice.login('ana')}"


@pytest.mark.parametrize("table", [t.name for t in journalled() if t.name in GUARDED and t.name not in policies.MOVING])
def test_an_admin_takes_nothing_away_to_read_it_in_the_journal(lived_in: tuple[Practice, str], table: str) -> None:
    practice, _case = lived_in
    with psql(practice, "adam", autocommit=False) as conn:
        with suppress(psycopg.errors.InsufficientPrivilege):
            assert conn.execute(f"DELETE FROM {table}".encode()).rowcount == 0
        conn.rollback()
        told = "SELECT count(*) FROM payload p JOIN journal j USING (id) WHERE j.table_name = '{}' AND p.body LIKE '%Ruiz%'"
        assert one(conn, told.format(table)) == 0


def test_what_one_added_to_a_case_that_was_taken_away_is_not_taken_back_to_read_it(practice: Practice) -> None:
    case = practice.open()
    key = practice.id(case)
    with psql(practice, "ana") as conn:
        client = one(conn, f"SELECT client_id FROM case_file WHERE id = {key}")
        conn.execute(f"INSERT INTO channel (client_id, kind, value) VALUES ({client}, 'phone', '055 1')".encode())
    moved(practice, case, to="cleo", by=ADMIN)
    with psql(practice, "ana") as conn:
        for table in ("channel", "identity", "tag", "contact_line"):
            assert conn.execute(f"DELETE FROM {table}".encode()).rowcount == 0, table


def test_an_act_in_a_case_opens_it_no_more_once_others_have_taken_it_away(practice: Practice) -> None:
    case = practice.open()
    key = practice.id(case)
    tagged = practice.do("ana", alerts.set_tags, [case], add=["rent"])
    moved(practice, case, to="cleo", by=ADMIN)
    undo = f"SELECT announce_undo({tagged.change}, '{{{key}}}')"
    with psql(practice, "ana") as conn:
        conn.execute(undo.encode())
        assert one(conn, f"SELECT touch_undone({tagged.change})") == 0
        assert one(conn, "SELECT count(*) FROM case_file") == 0


def test_who_takes_back_a_move_gives_back_what_it_moved_and_no_more(practice: Practice) -> None:
    case = practice.open()
    key = practice.id(case)
    act = moved(practice, case, to="cleo", by="ben")
    me = "acting_worker()"
    with psql(practice, "ben") as conn:
        conn.execute(f"SELECT announce_undo({act.change}, '{{{key}}}')".encode())
    for sql in (
        f"INSERT INTO case_access (case_id, worker_id, kind) VALUES ({key}, {me}, 'allow')",
        f"INSERT INTO assignment (case_id, worker_id, role, starts_at, starts_on, why) VALUES ({key}, {me}, 'secondary', now(), agency_today(), '')",
        f"UPDATE case_file SET restricted = true, custodian_id = {me} WHERE id = {key}",
        f"UPDATE case_file SET team_id = NULL WHERE id = {key}",
    ):
        with psql(practice, "ben", autocommit=False) as conn:
            assert one(conn, f"SELECT touch_undone({act.change})") == 1
            assert one(conn, "SELECT count(*) FROM case_file") == 1
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(sql.encode())
    practice.take_back(act, by="ben")
    assert practice.row(case).worker == "ana"


def test_a_look_is_of_now_and_of_the_kinds_that_a_person_announces(practice: Practice) -> None:
    case = practice.open()
    look = (
        "INSERT INTO look (worker_id, login, case_id, kind, surface, at)"
        f" VALUES (acting_worker(), session_user, {practice.id(case)}, '{{}}', 'psql', '9999-01-01')"
    )
    with psql(practice, "ana") as conn:
        conn.execute(look.format("case").encode())
        for kind in ("errand", "undo", "packet"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(look.format(kind).encode())
    assert practice.value("SELECT count(*) FROM look WHERE at > now()") == 0
