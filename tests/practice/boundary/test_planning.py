"""PostgreSQL is the boundary: who puts a plan forward and approves it, and what of it stands from then on."""

from __future__ import annotations

import re

from caseload.casework import care_plan
from tests.practice.boundary.by_hand import one, psql, refused
from tests.practice.kit import Practice
from tests.practice.planning import approved, begun, goal, step
from tests.practice.test_scope import name_on

_ME = "acting_worker()"
_WHO = "(SELECT id FROM worker WHERE handle = '{}')".format


def done(practice: Practice, handle: str, sql: str) -> int:
    with psql(practice, handle) as conn:
        return conn.execute(sql.encode()).rowcount


def test_a_plan_is_approved_by_nobody_who_wrote_it_or_does_not_supervise_its_case(practice: Practice) -> None:
    case = practice.open()
    name_on(practice, case, "dan", "allow")
    plan = begun(practice, case)
    goal(practice, plan)
    put = f"UPDATE plan SET state = 'submitted', submitted_on = made_on, submitted_by = {{by}} WHERE id = {plan}"
    sign = f"UPDATE plan SET state = 'approved', approved_at = now(), approved_on = made_on, approved_by = {{by}} WHERE id = {plan}"
    for who, sql in (
        ("ben", sign.format(by=_ME)), ("ana", put.format(by=_WHO("ben"))), ("ben", put.format(by=_WHO("ana"))),
        ("ana", f"UPDATE plan SET author_id = {_WHO('bo')} WHERE id = {plan}"),
        ("ana", f"UPDATE plan SET submitted_by = {_ME}, submitted_on = made_on WHERE id = {plan}"),
    ):  # fmt: skip
        assert re.match("42501|23", refused(practice, who, sql)), (who, sql)
    assert done(practice, "ana", put.format(by=_ME)) == 1
    for who, sql in (
        ("ana", sign.format(by=_ME)), ("dan", sign.format(by=_ME)), ("ben", sign.format(by=_WHO("ana"))),
        ("ben", f"UPDATE plan SET submitted_by = {_ME} WHERE id = {plan}"), ("ana", sign.format(by=_WHO("ben"))),
        ("dan", f"UPDATE plan SET state = 'draft' WHERE id = {plan}"),
    ):  # fmt: skip
        assert re.match("42501|23", refused(practice, who, sql)), (who, sql)
    for outsider in ("cleo", "sol", "adam"):
        assert done(practice, outsider, sign.format(by=_ME)) == 0, outsider
    for outsider in ("nia", "otto"):
        assert "42501" in refused(practice, outsider, sign.format(by=_ME))
    assert done(practice, "ben", sign.format(by=_ME)) == 1
    back = f"UPDATE plan SET state = 'submitted', approved_at = NULL, approved_on = NULL, approved_by = NULL WHERE id = {plan}"
    assert "42501" in refused(practice, "ana", back), "taken back by who gave it"
    assert "42501" in refused(
        practice, "ana", f"UPDATE plan SET state = 'replaced', ended_on = made_on WHERE id = {plan}"
    )
    assert done(practice, "ben", back) == 1


def test_nobody_approves_what_they_put_forward_under_another_name(practice: Practice) -> None:
    case = practice.open()
    plan = begun(practice, case)
    goal(practice, plan)
    practice.do("ben", care_plan.submit, plan)
    sign = f"UPDATE plan SET state = 'approved', approved_at = now(), approved_on = made_on, approved_by = {_ME} WHERE id = {plan}"
    away = f"UPDATE plan SET state = 'draft', submitted_by = {_WHO('ana')} WHERE id = {plan}"
    assert done(practice, "ben", away) == 1, "as if Ana had put it forward before"
    practice.look(case, by="ben")
    with psql(practice, "ben") as conn:
        conn.execute(
            f"INSERT INTO narrative (case_id, worker_id, body, at) VALUES ({practice.id(case)}, {_ME}, 'x', now())".encode()
        )
        mine = one(conn, f"SELECT max(id) FROM narrative WHERE worker_id = {_ME}")
        conn.execute(f"UPDATE plan SET state = 'submitted', returned_id = {mine} WHERE id = {plan}".encode())
    assert "42501" in refused(practice, "ben", sign), "the journal knows who put it forward"


def test_what_was_put_forward_is_fixed_for_everybody(practice: Practice) -> None:
    case = practice.open()
    plan, first, todo = approved(practice, case)
    more = f"INSERT INTO goal (case_id, plan_id, place, title) VALUES ({practice.id(case)}, {plan}, 9, 'x')"
    for who in ("ana", "ben"):
        for sql in (
            f"UPDATE goal SET title = 'x' WHERE id = {first}", f"UPDATE goal SET due_on = NULL WHERE id = {first}",
            f"UPDATE step SET title = 'x' WHERE id = {todo}", f"UPDATE step SET first_due_on = due_on + 1 WHERE id = {todo}",
            f"UPDATE plan SET wants_id = NULL WHERE id = {plan}", more,
            f"INSERT INTO step (case_id, goal_id, place, title) VALUES ({practice.id(case)}, {first}, 9, 'x')",
        ):  # fmt: skip
            assert refused(practice, who, sql).startswith("23"), sql
    for table, key in (("goal", first), ("step", todo), ("plan", plan)):
        with psql(practice, "ana") as conn:
            assert one(conn, f"SELECT i_added('{table}', {key})")
        assert refused(practice, "ana", f"DELETE FROM {table} WHERE id = {key}").startswith("23")
    assert (
        done(
            practice, "ana", f"UPDATE step SET due_on = due_on + 7, state = 'done', ended_on = due_on WHERE id = {todo}"
        )
        == 1
    )
    assert done(practice, "ana", f"UPDATE goal SET state = 'reached', ended_on = due_on WHERE id = {first}") == 1
    practice.do("ana", care_plan.end, plan)
    for sql in (
        f"UPDATE step SET due_on = NULL WHERE id = {todo}",
        f"UPDATE goal SET state = 'open', ended_on = NULL WHERE id = {first}",
    ):
        assert refused(practice, "ana", sql).startswith("23"), sql


def test_a_review_is_written_once_in_ones_own_name(practice: Practice) -> None:
    case = practice.open()
    plan, *_rest = approved(practice, case)
    practice.do("ana", care_plan.review, plan, "She has the keys.")
    assert "42501" in refused(practice, "ana", "UPDATE plan_review SET next_on = on_date + 1")
    assert done(practice, "ben", "DELETE FROM plan_review") == 0
    again = (
        f"INSERT INTO plan_review (case_id, plan_id, on_date, worker_id, narrative_id, at) SELECT case_id, plan_id, on_date, {_WHO('ana')},"
        " narrative_id, at FROM plan_review"
    )
    assert "42501" in refused(practice, "ben", again)


def test_plans_goals_and_steps_are_read_by_who_works_with_the_case_alone(practice: Practice) -> None:
    case = practice.open()
    plan, *_rest = approved(practice, case)
    practice.do("ana", care_plan.review, plan, "She has the keys.")
    other = practice.open(by="cleo", worker="cleo")
    foreign = begun(practice, other, by="cleo")
    step(practice, goal(practice, foreign, by="cleo"), by="cleo")
    for who, seen in (("ana", 1), ("ben", 1), ("adam", 0), ("nia", 0), ("otto", 0)):
        with psql(practice, who) as conn:
            for table in ("plan", "goal", "step", "plan_review"):
                assert one(conn, f"SELECT count(*) FROM {table}") == seen, (who, table)
    into = f"INSERT INTO goal (case_id, plan_id, place, title) VALUES ({practice.id(case)}, {foreign}, 1, 'x')"
    assert re.match("42501|23", refused(practice, "ana", into))
