"""PostgreSQL is the boundary: neither an offer, nor a move, nor an undo opens more than it must."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text

from caseload import models as m
from caseload.casework import agenda, assign, page, stages, transfers
from caseload.errors import NotPermitted
from caseload.store.undo import undo
from tests.practice.acts import moved
from tests.practice.boundary.by_hand import one, psql, refused
from tests.practice.kit import Practice


def test_an_offer_shows_its_receiver_no_name_before_it_is_taken(practice: Practice) -> None:
    case = practice.open(given="Salome", family="Ruiz")
    practice.do("ana", transfers.offer, [case], "cleo", "closer to her")
    with psql(practice, "cleo") as conn:
        assert one(conn, "SELECT count(*) FROM identity") == 0
    practice.do("cleo", transfers.accept, [case])
    with psql(practice, "cleo") as conn:
        assert one(conn, "SELECT family FROM identity") == "Ruiz"
    with psql(practice, "ana") as conn:
        assert one(conn, "SELECT count(*) FROM identity") == 0


@pytest.mark.parametrize("meanwhile", ["nothing", "moved", "closed"])
def test_a_move_set_for_today_opens_nothing_to_its_receiver_that_somebody_moved_since(
    practice: Practice, meanwhile: str
) -> None:
    case = practice.open()
    plan = practice.ask("ben", assign.plan, assign.Wish(("cleo",), cases=(case,)))
    practice.do("ben", assign.commit, plan, "nearer", on=practice.day + timedelta(days=1))
    if meanwhile == "moved":
        moved(practice, case, to="bo")
    elif meanwhile == "closed":
        practice.do("ana", stages.move, case, "closed", "moved away")
    with practice.scene() as w:
        w.conn.execute(text("UPDATE agency SET clock_on = clock_on + 1"))
    theirs = meanwhile == "nothing"
    taking = f"""INSERT INTO assignment (case_id, worker_id, role, starts_at, starts_on)
        VALUES ({practice.id(case)}, acting_worker(), 'secondary', now(), agency_today())"""
    for handle in ("cleo", "sol"):
        with psql(practice, handle) as conn:
            assert one(conn, "SELECT count(*) FROM case_file") == theirs, handle
            assert one(conn, "SELECT count(*) FROM pending_move") == theirs, handle
        if not theirs:
            assert "42501" in refused(practice, handle, taking)
    with psql(practice, "cleo") as conn:
        if theirs:
            conn.execute(taking.encode())


def test_taking_back_what_left_ones_sight_is_on_record_as_a_look(practice: Practice) -> None:
    case = practice.open(by="ana", worker="ana")
    act = moved(practice, case, to="cleo", by="ana")
    with psql(practice, "ana") as conn:
        assert one(conn, "SELECT count(*) FROM identity") == 0
        conn.execute(f"SELECT touch_undone({act.change})".encode())
        assert one(conn, "SELECT count(*) FROM identity") == 0, "not without having announced it"
    practice.take_back(act, by="ana")
    assert practice.row(case).worker == "ana"
    assert practice.value("SELECT count(*) FROM look WHERE kind = 'undo'") == 1


def test_an_admin_takes_back_nothing_by_half_of_what_they_may_not_read(practice: Practice) -> None:
    practice.open()
    before = practice.facts()
    opened = practice.value("SELECT id FROM change WHERE verb = 'open_case'")
    with pytest.raises(NotPermitted, match="whoever made it"):
        practice.do("adam", undo, opened)
    assert practice.facts() == before
    case = practice.open()
    act = moved(practice, case)
    practice.take_back(act, by="adam")
    assert practice.row(case).worker == "ana"


@pytest.mark.parametrize("sql", [
    "UPDATE assignment SET case_id = {other}, role = 'secondary' WHERE worker_id = acting_worker()",
    "UPDATE assignment SET ends_at = NULL, ends_on = NULL WHERE worker_id = acting_worker() AND ends_at IS NOT NULL",
    "UPDATE transfer SET case_id = {other}, state = 'offered' WHERE to_worker_id = acting_worker()",
    "UPDATE transfer SET state = 'offered' WHERE to_worker_id = acting_worker()",
    "UPDATE pending_move SET case_id = {other}, to_worker_id = acting_worker() WHERE set_by = acting_worker()",
    "UPDATE pending_move SET state = 'waiting' WHERE set_by = acting_worker()",
    "INSERT INTO household_member (household_id, client_id, from_on) SELECT 1, client_id, agency_today() FROM identity LIMIT 1",
    "INSERT INTO stay_member (stay_id, case_id) SELECT 1, id FROM case_file LIMIT 1",
])  # fmt: skip
def test_no_row_of_ones_own_is_turned_into_a_way_to_anothers_case(practice: Practice, sql: str) -> None:
    """What was once theirs, declined or set by them leads nowhere: no such row is pointed elsewhere or opened again."""
    kept, gone, declined, other = (practice.open() for _ in range(4))
    practice.open(by="sol", worker="cleo", given="Quetzal")
    practice.do("ana", transfers.offer, [declined], "cleo", "nearer")
    practice.do("cleo", transfers.decline, [declined], "full")
    plan = practice.ask("ana", assign.plan, assign.Wish(("bo",), cases=(gone,)))
    practice.do("ana", assign.commit, plan, "fairer", on=practice.day + timedelta(days=1))
    moved(practice, gone, to="bo")
    moved(practice, other, to="bo")
    with practice.scene() as w:
        stay = w.add(m.stay, from_on=w.today)
        w.add(m.stay_member, stay_id=stay, case_id=practice.id(other))
        home = w.add(m.household, created_at=w.now)
        client = practice.value("SELECT client_id FROM case_file WHERE number = :case", case=other)
        w.add(m.household_member, household_id=home, client_id=client, from_on=w.today)
        w.conn.execute(text("UPDATE pending_move SET state = 'dropped'"))
    seen = "SELECT array_agg(id ORDER BY id) FROM case_file"
    for who in ("ana", "cleo"):
        with psql(practice, who) as conn:
            before = one(conn, seen)
            with suppress(psycopg.errors.InsufficientPrivilege):
                assert conn.execute(sql.format(other=practice.id(other)).encode()).rowcount == 0
            assert one(conn, seen) == before
    assert practice.row(kept).worker == "ana"


def test_a_task_moves_with_its_case_and_back_by_an_admin_who_reads_nothing_of_it(practice: Practice) -> None:
    case = practice.open()
    practice.task(case, due=0, title="Ask Mara about her brother")
    practice.appoint(case, ahead=0)
    before = practice.facts()
    act = moved(practice, case)
    holder = "SELECT w.handle FROM {} t JOIN worker w ON w.id = t.worker_id".format
    assert [practice.value(holder(table)) for table in ("task", "appointment")] == ["bo", "bo"]
    found = practice.ask("adam", page.read, practice.id(case))
    assert [one.title for one in (*found.tasks, *found.appointments)] == [None, None]
    due = practice.ask("adam", agenda.read, agenda.Wish(practice.day, everyone=True))
    assert {one.kind for one in due.entries} >= {"task", "appointment"} and not any(one.title for one in due.entries)
    practice.take_back(act, by="adam")
    assert practice.facts() == before
