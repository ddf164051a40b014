"""Somebody leaves: nothing of theirs is left behind, restricted cases go to their custodians, and one undo takes it back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from caseload import models as m
from caseload.casework import absences, attention, custodians, leavers, morning, offers, staff, stages, transfers
from caseload.casework.leavers import LeaverPlan
from caseload.errors import Conflict, NotPermitted, Refused, Usage
from caseload.store import scope
from caseload.store.database import Receipt
from tests.practice.acts import back_and_forth, moved
from tests.practice.kit import ADMIN, Practice
from tests.practice.scenes import holder, set_facts


def plan(practice: Practice, by: str = ADMIN, who: str = "bo", **more: Any) -> LeaverPlan:
    made: LeaverPlan = practice.ask(by, leavers.plan, who, **more)
    return made


def leave(practice: Practice, who: str = "bo", **more: Any) -> Receipt:
    return practice.do(ADMIN, leavers.leave, plan(practice, who=who, **more), "moves to Lyon")


def bos(practice: Practice, **more: Any) -> str:
    return practice.open(by="ben", worker="bo", **more)


def restricted(practice: Practice, keeper: str = "sol", **more: Any) -> str:
    case = bos(practice, **more)
    practice.do("ben", custodians.restrict, case, keeper, "a colleague's family")
    return case


def full_of_work(practice: Practice) -> list[str]:
    """Bo holds cases, one of them restricted, and a little of everything else."""
    mine = [bos(practice) for _ in range(3)]
    secret, anas = restricted(practice), practice.open()
    with practice.scene() as w:
        bo = practice.value("SELECT id FROM worker WHERE handle = 'bo'")
        row = {"case_id": practice.id(anas), "worker_id": bo, "starts_at": w.now, "starts_on": w.today}
        w.conn.execute(insert(m.assignment).values(role="secondary", **row))
    practice.task(mine[0], due=3, by="bo")
    practice.task(anas, due=3, worker="bo")
    practice.note(mine[1], "Half of it.", by="bo")
    practice.do("ana", transfers.offer, [anas], "bo", "nearer")
    practice.do("bo", transfers.offer, [mine[2]], "cleo", "moved south")
    week = (practice.day + timedelta(days=5), practice.day + timedelta(days=9))
    practice.do("ben", absences.set_cover, "ana", ("bo",), *week, "leave")
    practice.do("ben", absences.set_cover, "bo", ("ana",), *week, "leave")
    return [*mine, secret, anas]


def test_the_plan_says_everything_they_hold_and_proposes_for_each_case(practice: Practice) -> None:
    *mine, secret, anas = full_of_work(practice)
    made = plan(practice)
    assert [move.case for move in made.plan.moved] == sorted(mine)
    assert {move.to for move in made.plan.moved} <= {"ana", "ben"}
    assert all(move.why for move in made.plan.moved)
    assert (made.custody, made.stranded) == ((("sol", 1),), ())
    held = made.holding
    assert (held.secondary, held.absences, held.tasks, held.appointments) == ((anas,), 1, 1, 0)
    assert (held.transfers, held.moves, held.drafts, held.supervises) == (2, 0, (mine[1],), ())
    assert [who for who, _from, _to in held.covers] == ["ana"]
    assert secret not in repr(made.plan)
    (bo,) = (one for one in made.plan.load if one.worker == "bo")
    assert (bo.cases_before, bo.cases_after) == (4, 0), "nothing stays with who leaves"
    (sol,) = (one for one in made.plan.load if one.worker == "sol")
    assert (sol.cases_before, sol.cases_after) == (0, 1), "what a custodian receives is theirs to hold"


def test_a_leaver_leaves_nothing_behind_and_one_undo_gives_every_fact_back(practice: Practice) -> None:
    *mine, secret, _anas = full_of_work(practice)
    before = practice.facts()
    receipt = leave(practice)
    assert receipt.words == "bo has left; 3 cases moved; 1 went to its custodian"
    assert secret not in receipt.cases
    assert holder(practice, secret) == "sol"
    assert {holder(practice, case) for case in mine} <= {"ana", "ben"}
    assert practice.value("SELECT count(*) FROM assignment a JOIN worker w ON w.id = a.worker_id"
                          " WHERE w.handle = 'bo' AND a.ends_at IS NULL") == 0  # fmt: skip
    assert practice.value("SELECT count(*) FROM task t JOIN worker w ON w.id = t.worker_id WHERE w.handle = 'bo'") == 0
    assert [row.by for row in practice.ask("ben", absences.covers)] == [()]
    assert practice.ask("ana", offers.listed) == []
    assert {row.status for row in practice.ask("ben", staff.workers) if row.worker == "bo"} == {"left"}
    practice.forget()
    with pytest.raises(NotPermitted):
        practice.queue("bo")
    back_and_forth(practice, before, receipt, ADMIN)


def test_a_leaver_with_sixty_cases_goes_and_comes_back_in_one_act_each(practice: Practice) -> None:
    cases = [bos(practice, risk=("low", "high")[nth % 2], acknowledged=nth % 3 == 0) for nth in range(60)]
    practice.open(by="ben", worker="ben")
    for case in cases[::10]:
        practice.task(case, due=3, by="bo")
        practice.appoint(case, ahead=2, by="bo")
    before = practice.facts()
    made = plan(practice)
    receipt = practice.do(ADMIN, leavers.leave, made, "moves to Lyon")
    after = {load.worker: load.cases_after for load in made.plan.load}
    assert (after["bo"], sorted((after["ana"], after["ben"]))) == (0, [30, 31]), "Ben held one before"
    assert {case: holder(practice, case) for case in cases} == {move.case: move.to for move in made.plan.moved}
    back_and_forth(practice, before, receipt, ADMIN)


def test_those_named_share_by_free_places_and_else_the_team_does(practice: Practice) -> None:
    cases = [bos(practice) for _ in range(4)]
    named = plan(practice, to=("cleo", "dan"))
    assert {move.to for move in named.plan.moved} == {"cleo", "dan"}
    south = plan(practice, team_code="south")
    assert sorted(move.to for move in south.plan.moved) == ["cleo", "cleo", "dan", "dan"]
    assert {move.case for move in south.plan.moved} == set(cases)
    with pytest.raises(Usage, match="Either"):
        plan(practice, to=("cleo",), team_code="south")


def test_a_leaver_cannot_go_while_a_restricted_case_has_nobody(practice: Practice) -> None:
    mine, others = restricted(practice, "sol"), practice.open()
    practice.do("ben", custodians.restrict, others, "sol", "a colleague's family")
    with pytest.raises(Refused, match="custodian of 2 restricted"):
        practice.do(ADMIN, staff.leave, "sol")
    made = plan(practice, who="sol")
    assert made.stranded == ("sol is custodian of 2 restricted cases: name another with --custodian HANDLE",)
    before = practice.facts()
    with pytest.raises(Refused, match="cannot leave yet"):
        practice.do(ADMIN, leavers.leave, made, "moves to Lyon")
    with pytest.raises(Refused, match="holds no cases"):
        plan(practice, who="sol", custodian="otto")
    assert plan(practice, who="sol", custodian="ana").stranded
    assert practice.facts() == before
    receipt = leave(practice, who="sol", custodian="cleo")
    assert [practice.ask("cleo", scope.sees, practice.id(case)) for case in (mine, others)] == [True, True]
    assert practice.value("SELECT count(*) FROM custody WHERE why = 'moves to Lyon'") == 2
    back_and_forth(practice, before, receipt, ADMIN)


def test_a_custodian_who_receives_a_case_and_leaves_too_hands_it_on(practice: Practice) -> None:
    case = restricted(practice, "cleo")
    leave(practice)
    assert holder(practice, case) == "cleo"
    made = plan(practice, who="cleo")
    assert len(made.stranded) == 2
    leave(practice, who="cleo", custodian="dan")
    assert holder(practice, case) == "dan"
    assert practice.ask("dan", scope.sees, practice.id(case))


def test_a_last_day_ahead_is_set_and_carried_out_by_the_first_act_of_the_day_after(practice: Practice) -> None:
    *mine, secret, _anas = full_of_work(practice)
    before = practice.facts()
    made = plan(practice, on=practice.day + timedelta(days=2))
    receipt = practice.do(ADMIN, leavers.leave, made, "moves to Lyon")
    back_and_forth(practice, before, receipt, ADMIN)
    with pytest.raises(Refused, match="already set"):
        practice.do(ADMIN, leavers.leave, made, "moves to Lyon")
    late = bos(practice)
    for _ in range(2):
        practice.go()
        assert morning.come(practice.as_("bo")) is None
    practice.go()
    done = morning.come(practice.as_(ADMIN))
    assert done is not None
    assert done.words == "bo has left; 1 case moved; 1 went to its custodian"
    wanted = {move.case: move.to for move in made.plan.moved}
    assert {case: holder(practice, case) for case in mine} == wanted
    assert holder(practice, late) in ("ana", "ben")
    assert holder(practice, secret) == "sol"
    assert str(practice.value("SELECT left_on FROM worker WHERE handle = 'bo'")) == practice.ago(1).isoformat()
    assert practice.morning() is None
    assert not practice.differing()


def test_a_receiver_who_is_away_on_the_day_after_is_passed_over(practice: Practice) -> None:
    case, other = bos(practice), practice.open(by="ben", worker="ben")
    made = plan(practice, to=("ana",), on=practice.day + timedelta(days=1))
    practice.do(ADMIN, leavers.leave, made, "moves to Lyon")
    days = (practice.day + timedelta(days=1), practice.day + timedelta(days=9))
    practice.do("ben", absences.set_cover, "ana", (), *days, "flu")
    practice.go(2)
    practice.morning()
    assert [holder(practice, one) for one in (case, other)] == ["ben", "ben"]
    practice.go(20)
    assert practice.morning() is None


def test_on_the_day_after_a_stranded_case_keeps_them_here_and_that_is_said(practice: Practice) -> None:
    case = restricted(practice, "cleo")
    practice.do(ADMIN, leavers.leave, plan(practice, on=practice.day + timedelta(days=1)), "moves to Lyon")
    set_facts(practice, update(m.worker).where(m.worker.c.handle == "cleo").values(role="analyst"))
    practice.go(2)
    done = morning.come(practice.as_(ADMIN))
    assert done is not None
    assert "could not leave" in done.words
    assert holder(practice, case) == "bo"
    assert practice.morning() is None


def test_what_nobody_may_take_waits_only_where_that_is_allowed(practice: Practice) -> None:
    case = bos(practice)
    for who in ("ana", "ben"):
        practice.do(ADMIN, staff.edit_worker, who, staff.WorkerFields(team="south"))
    made = plan(practice)
    assert [kept.case for kept in made.plan.blocked] == [case]
    with pytest.raises(Refused, match="go to nobody"):
        practice.do(ADMIN, leavers.leave, made, "moves to Lyon")
    before = practice.facts()
    receipt = practice.do(ADMIN, leavers.leave, made, "moves to Lyon", allow_blocked=True)
    assert receipt.words == "bo has left; 1 case waits for somebody"
    assert holder(practice, case) is None
    back_and_forth(practice, before, receipt, ADMIN)


def test_a_stale_plan_lets_nobody_go(practice: Practice) -> None:
    case = bos(practice)
    made = plan(practice)
    moved(practice, case, to="ana")
    bos(practice)
    before = practice.facts()
    with pytest.raises(Conflict, match="has changed meanwhile"):
        practice.do(ADMIN, leavers.leave, made, "moves to Lyon")
    assert practice.facts() == before


def test_only_an_admin_lets_somebody_go_and_never_the_only_one(practice: Practice) -> None:
    for who in ("ana", "ben", "otto"):
        with pytest.raises(NotPermitted):
            plan(practice, by=who)
    with pytest.raises(Refused, match="only admin"):
        plan(practice, who=ADMIN)
    practice.do(ADMIN, staff.leave, "dan")
    with pytest.raises(Refused, match="already left"):
        plan(practice, who="dan")


# ---------------------------------------------------------------- custodians


def test_a_restricted_case_is_seen_by_its_worker_its_custodian_and_nobody_else(practice: Practice) -> None:
    case = restricted(practice, "sol")
    seen = {
        who for who in ("ana", "bo", "cleo", "ben", "sol", ADMIN) if practice.ask(who, scope.sees, practice.id(case))
    }
    assert seen == {"bo", "sol"}
    (row,) = practice.ask("sol", custodians.listed)
    assert (row.case, row.worker, row.custodian, row.why, row.set_by) == (
        case,
        "bo",
        "sol",
        "a colleague's family",
        "ben",
    )
    assert practice.ask("ben", custodians.listed) == []
    moved(practice, case, to="cleo", by="sol")
    assert holder(practice, case) == "cleo"


def test_who_restricts_and_who_lifts(practice: Practice) -> None:
    case = bos(practice)
    for who in ("bo", "sol", "ana"):
        with pytest.raises((NotPermitted, Usage)):
            practice.do(who, custodians.restrict, case, "sol", "x")
    for keeper, words in (("bo", "holds that case already"), ("otto", "holds no cases")):
        with pytest.raises(Refused, match=words):
            practice.do("ben", custodians.restrict, case, keeper, "x")
    before = practice.facts()
    receipt = practice.do("ben", custodians.restrict, case, "sol", "x")
    back_and_forth(practice, before, receipt, "ben")
    with pytest.raises(NotPermitted, match="Only its custodian"):
        practice.do("bo", custodians.lift, case, "x")
    practice.do("sol", custodians.restrict, case, "cleo", "hers now")
    with pytest.raises(Usage):
        practice.do("sol", custodians.lift, case, "x")
    practice.do("cleo", custodians.lift, case, "over")
    assert practice.ask("ben", scope.sees, practice.id(case))
    assert practice.do("ben", custodians.lift, case, "again").change is None


def test_nobody_leaves_holding_cases_and_then_they_may(practice: Practice) -> None:
    cases = [practice.open(by="ben", worker="bo") for _ in range(2)]
    with pytest.raises(Refused, match="bo still holds 2 open cases"):
        practice.do(ADMIN, staff.leave, "bo")
    moved(practice, *cases, to="ana")
    practice.do(ADMIN, staff.leave, "bo")
    assert {row.status for row in practice.ask("ben", staff.workers) if row.worker == "bo"} == {"left"}
    practice.do("ana", attention.acknowledge, cases)


def test_a_case_reopened_after_its_worker_left_waits_for_somebody(practice: Practice) -> None:
    case = practice.open(by="ben", worker="bo")
    practice.do("bo", stages.move, case, "closed", "moved away")
    practice.do(ADMIN, staff.leave, "bo")
    practice.do("ben", stages.move, case, "active", "came back")
    assert "unassigned" in practice.reasons(case, "ben")
