"""PostgreSQL is the boundary: numbers that betray one case, and rows that come back from the journal to whoever sees them no more."""

from __future__ import annotations

import pytest

from caseload.casework import custodians, groups, needs, stages, waiting
from caseload.casework.groups import NewGroup, Taking
from tests.practice.boundary.by_hand import one, psql, refused
from tests.practice.kit import ADMIN, Practice
from tests.practice.spending import authorise, budget, pay, program_budget
from tests.practice.test_scope import name_on


def test_what_one_case_has_of_a_programs_budget_is_not_reckoned_from_its_sums(practice: Practice) -> None:
    under = program_budget(practice, 1000_00)
    mine, theirs = practice.open(), practice.open(by="cleo", worker="cleo")
    ours, hidden = (
        authorise(practice, case, cents, by=who, budget=under)
        for case, cents, who in ((mine, 70_00, "ana"), (theirs, 123_00, "cleo"))
    )
    pay(practice, hidden, 20_00, by="cleo")
    taken = "SELECT taken FROM hold_budget({under}, {but})".format
    for who in ("bo", "ana", "ben", "nia", "otto", "adam"):
        with psql(practice, who) as conn:
            assert one(conn, taken(under=under, but="NULL")) == 193_00
            assert one(conn, taken(under=under, but=hidden)) == 193_00, who
    for who, seen in (("ana", ours), ("cleo", hidden)):
        with psql(practice, who) as conn:
            assert one(conn, taken(under=under, but=seen)) == 193_00 - (70_00 if who == "ana" else 123_00)


def test_how_many_took_part_is_in_no_row_that_one_of_them_leads_to(practice: Practice) -> None:
    cases = [practice.open(given=name) for name in ("Mara", "Luca", "Vera")]
    name_on(practice, cases[0], "cleo", "allow")
    made = practice.do("ana", groups.log, NewGroup([Taking(case) for case in cases], "We cooked.", topics=("food",)))
    for change in (made.change, practice.take_back(made).change):
        for who, rows in (("cleo", 1), ("dan", 0)):
            with psql(practice, who) as conn:
                assert one(conn, f"SELECT count(*) FROM change WHERE id = {change}") == rows, who
        with psql(practice, "cleo") as conn:
            assert one(conn, f"SELECT cases FROM change WHERE id = {change}") == 1
            told = one(conn, f"SELECT summary FROM change WHERE id = {change}")
            assert not any(digit in told for digit in "23"), told


def test_an_admin_admits_who_waits_and_neither_closes_nor_reopens_a_case(practice: Practice) -> None:
    case, waits = practice.open(), practice.open(worker=None)
    new = (
        "INSERT INTO case_stage (case_id, stage, on_date, at, worker_id, why)"
        " VALUES ({key}, '{stage}', agency_today(), now(), acting_worker(), '')"
    ).format
    practice.do(ADMIN, waiting.admit, [waits], "ana", "A place is free")
    assert practice.value("SELECT stage FROM case_file WHERE number = :case", case=waits) == "assessment"
    assert "42501" in refused(practice, "adam", new(key=practice.id(case), stage="closed"))
    turned = f"UPDATE case_stage SET stage = 'closed' WHERE case_id = {practice.id(case)}"
    assert "42501" in refused(practice, "adam", turned)
    practice.do("ana", stages.move, case, "closed", "Moved away", override=True)
    assert "42501" in refused(practice, "adam", new(key=practice.id(case), stage="active"))
    assert practice.value("SELECT stage FROM case_file WHERE number = :case", case=case) == "closed"


def test_a_clients_budget_that_was_taken_back_comes_to_no_admin_from_the_journal(practice: Practice) -> None:
    case = practice.open()
    key = budget(practice, case, 777_00, name="For Mara")
    gone = practice.take_back(by="ben").change
    for who in ("adam", "nia", "otto"):
        assert "42501" in refused(practice, who, f"SELECT put_back({gone}, 'budget', '{{{key}}}')")
        with psql(practice, who) as conn:
            assert one(conn, "SELECT count(*) FROM payload WHERE body LIKE '%77700%'") == 0
    # A program's is theirs to keep.
    program_budget(practice, 5_00)
    practice.take_back(by=ADMIN)
    assert practice.take_back(by=ADMIN, redo=True).change


@pytest.mark.parametrize("lost", ["restricted", "denied", "moved"])
def test_what_somebody_took_back_they_put_back_by_hand_into_no_case_out_of_their_sight(
    practice: Practice, lost: str
) -> None:
    case = practice.open()
    need = practice.do("ana", needs.add, needs.NewNeed(case, "housing")).data["need"]
    gone = practice.take_back().change
    if lost == "restricted":
        practice.do("ben", custodians.restrict, case, "sol", "a relative")
        with practice.by_hand() as conn:
            conn.exec_driver_sql(
                "UPDATE assignment SET ends_at = now(), ends_on = agency_today() WHERE ends_at IS NULL"
            )
    elif lost == "denied":
        name_on(practice, case, "ana", "deny")
    else:
        with practice.by_hand() as conn:
            conn.exec_driver_sql(
                "UPDATE assignment SET worker_id = (SELECT id FROM worker WHERE handle = 'dan') WHERE ends_at IS NULL"
            )
    with psql(practice, "ana") as conn:
        assert one(conn, f"SELECT count(*) FROM case_file WHERE id = {practice.id(case)}") == 0
    assert "42501" in refused(practice, "ana", f"SELECT put_back({gone}, 'need', '{{{need}}}')")
    assert practice.value("SELECT count(*) FROM need") == 0
