"""Money by hand, past all of caseload: nobody authorises above a limit alone, nor pays more than was authorised."""

from __future__ import annotations

import pytest

from caseload.casework import authorising, programs
from tests.practice.boundary.by_hand import one, psql, refused
from tests.practice.kit import ADMIN, Practice
from tests.practice.spending import authorise, budget, pay, program_budget

NEW = (
    "INSERT INTO authorisation (uid, case_id, budget_id, item, cents, from_on, to_on, state, asked_by, drafted_on, asked_on, at{more})"
    " SELECT 'by-hand', {case}, {budget}, 'A bed', {cents}, agency_today(), agency_today() + 9, '{state}', {by}, agency_today(),"
    " agency_today(), now(){values}"
)
APPROVED = ", approved_by, approved_at, approved_on, above"


def new(
    practice: Practice, case: str, cents: int, *, by: str = "ana", state: str = "approved", approver: str | None = "ana",
    under: int | None = None, above: str = "false",
) -> str:  # fmt: skip
    key = {who: practice.value("SELECT id FROM worker WHERE handle = :who", who=who) for who in (by, approver or by)}
    values = f", {key[approver]}, now(), agency_today(), {above}" if approver else ""
    return NEW.format(
        case=practice.id(case), budget="NULL" if under is None else under, cents=cents, state=state, by=key[by],
        more=APPROVED if approver else "", values=values,
    )  # fmt: skip


def test_within_the_limits_a_hand_may_do_what_the_verb_does(practice: Practice) -> None:
    case = practice.open()
    under = budget(practice, case, 100_00)
    with psql(practice, "ana") as conn:
        conn.execute(new(practice, case, 100_00, under=under).encode())
    assert "above the limit" in refused(practice, "ana", new(practice, case, 1, under=under))


@pytest.mark.parametrize("limit", ["single", "policy", "left"])
def test_above_a_limit_nobody_approves_alone(practice: Practice, limit: str) -> None:
    case = practice.open()
    under = budget(practice, case, 90_00 if limit == "left" else 1000_00, single=90_00 if limit == "single" else None)
    if limit == "policy":
        practice.do(ADMIN, programs.edit, "housing", settings={"single_cents": 90_00})
    for who in ("ana", "ben"):
        assert "above the limit" in refused(
            practice, who, new(practice, case, 90_01, by=who, approver=who, under=under)
        )
        told = new(practice, case, 90_01, by=who, approver=who, under=under, above="true")
        assert "42501" in refused(practice, who, told) or "ck_authorisation_approver" in refused(practice, who, told)


def test_nobody_writes_in_anothers_name_or_in_anothers_case(practice: Practice) -> None:
    case, theirs = practice.open(), practice.open(by="cleo", worker="cleo")
    elsewhere = budget(practice, theirs, by="sol")
    assert "42501" in refused(practice, "ana", new(practice, case, 1_00, by="ben", approver="ben"))
    assert "42501" in refused(practice, "ana", new(practice, case, 1_00, by="ana", approver="ben"))
    assert "42501" in refused(practice, "ana", new(practice, theirs, 1_00))
    # A budget out of sight is as one that is not there.
    assert "42501" in refused(practice, "ana", new(practice, case, 1_00, under=elsewhere))


def test_what_waits_is_approved_by_who_supervises_it_and_did_not_ask(practice: Practice) -> None:
    case = practice.open()
    budget(practice, case, 10_00)
    key = authorise(practice, case, 20_00, reason="A bed.")
    me = "(SELECT id FROM worker WHERE handle = '{who}')"
    approve = (
        "UPDATE authorisation SET state = 'approved', above = {above}, approved_by = {me}, approved_at = now(),"
        f" approved_on = agency_today() WHERE id = {key}"
    )
    for who, above in (("ana", "true"), ("ana", "false"), ("ben", "false")):
        said = refused(practice, who, approve.format(above=above, me=me.format(who=who)))
        assert "42501" in said or "23000" in said or "23514" in said
    assert "42501" in refused(practice, "ben", approve.format(above="true", me=me.format(who="ana")))
    with psql(practice, "sol") as conn:
        conn.execute(approve.format(above="true", me=me.format(who="sol")).encode())
        assert one(conn, f"SELECT count(*) FROM authorisation WHERE id = {key}") == 0
    with psql(practice, "ben") as conn:
        conn.execute(approve.format(above="true", me=me.format(who="ben")).encode())
        assert one(conn, f"SELECT state FROM authorisation WHERE id = {key}") == "approved"


def test_what_was_asked_for_stands(practice: Practice) -> None:
    case = practice.open()
    key = authorise(practice, case, 20_00)
    for change in ("cents = 90000", "to_on = to_on + 99", "case_id = case_id + 1", "asked_by = asked_by + 1"):
        said = refused(practice, "ana", f"UPDATE authorisation SET {change} WHERE id = {key}")
        assert "what was asked for stands" in said
    with psql(practice, "ben") as conn:
        conn.execute(f"DELETE FROM authorisation WHERE id = {key}".encode())
        assert one(conn, f"SELECT count(*) FROM authorisation WHERE id = {key}") == 1


def test_payments_are_neither_edited_nor_more_than_was_authorised(practice: Practice) -> None:
    case = practice.open()
    made = authorise(practice, case, 20_00)
    paid = pay(practice, made, 15_00)
    add = (
        "INSERT INTO payment (uid, case_id, authorisation_id, cents, on_date, worker_id, at) SELECT 'by-hand', {case}, {of},"
        " {cents}, agency_today(), w.id, now() FROM worker w WHERE w.handle = '{by}'"
    )
    usual = {"case": practice.id(case), "of": made, "by": "ana"}
    assert "more than was authorised" in refused(practice, "ana", add.format(cents=5_01, **usual))
    assert "23514" in refused(practice, "ana", add.format(cents=-1, **usual))
    assert "42501" in refused(practice, "ana", add.format(cents=1, **(usual | {"by": "ben"})))
    assert "42501" in refused(practice, "ana", f"UPDATE payment SET cents = 1 WHERE id = {paid}")
    practice.do("ana", authorising.end, made)
    assert "nothing is paid of that" in refused(practice, "ana", add.format(cents=1, **usual))
    with psql(practice, "ben") as conn:
        conn.execute(f"DELETE FROM payment WHERE id = {paid}".encode())
        assert one(conn, f"SELECT count(*) FROM payment WHERE id = {paid}") == 1


def test_budgets_are_set_by_those_whose_they_are_to_set(practice: Practice) -> None:
    case = practice.open()
    mine, whole = budget(practice, case, 10_00), program_budget(practice, 10_00)
    for who in ("nia", "otto"):
        assert "42501" in refused(practice, who, f"UPDATE budget SET cents = 1 WHERE id = {mine}")
    for who in ("ana", "bo", "sol", ADMIN):
        with psql(practice, who) as conn:
            conn.execute(f"UPDATE budget SET cents = 1 WHERE id = {mine}".encode())
    for who in ("ana", "ben"):
        with psql(practice, who) as conn:
            conn.execute(f"UPDATE budget SET cents = 1 WHERE id = {whole}".encode())
    assert practice.rows("SELECT cents FROM budget ORDER BY id") == [(10_00,), (10_00,)]
    add = (
        "INSERT INTO budget (uid, case_id, cents, from_on, to_on, set_by, at) SELECT 'by-hand', {case}, 1, agency_today(),"
        " agency_today(), w.id, now() FROM worker w WHERE w.handle = '{by}'"
    )
    for who in ("ana", ADMIN):
        assert "42501" in refused(practice, who, add.format(case=practice.id(case), by=who))
    assert "stands" in refused(practice, "ben", f"UPDATE budget SET case_id = NULL, program_id = 1 WHERE id = {mine}")


def test_what_is_held_tells_nothing_of_a_client_out_of_sight(practice: Practice) -> None:
    case = practice.open(by="cleo", worker="cleo")
    key = budget(practice, case, by="sol")
    made = authorise(practice, case, by="cleo")
    for who in ("ana", ADMIN, "nia"):
        with psql(practice, who) as conn:
            assert one(conn, f"SELECT cents FROM hold_budget({key}, NULL)") is None
            assert one(conn, f"SELECT taken FROM hold_budget({key}, NULL)") is None
            assert one(conn, f"SELECT paid FROM hold_authorisation({made})") is None
            assert one(conn, f"SELECT count(*) FROM budget_sums WHERE budget_id = {key}") == 0
