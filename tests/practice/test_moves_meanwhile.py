"""What was planned or set ahead, and what somebody else did before it happened: nothing goes where it may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from caseload import models as m
from caseload.casework import (
    absences,
    assign,
    balance,
    custodians,
    leavers,
    morning,
    offers,
    returning,
    staff,
    stages,
    tasks,
    transfers,
    triage,
    waiting,
)
from caseload.errors import CaseloadError, Conflict, NotPermitted, Refused, Usage
from caseload.store import scope
from tests.practice.acts import moved
from tests.practice.kit import ADMIN, Practice
from tests.practice.scenes import holder, name_on, set_facts


def bos(practice: Practice) -> str:
    return practice.open(by="ben", worker="bo")


def loads(plan: assign.Plan) -> dict[str, tuple[int, int]]:
    return {one.worker: (one.cases_before, one.cases_after) for one in plan.load}


# ---------------------------------------------------------------- a leaver's plan grows old


@pytest.mark.parametrize("later", [False, True], ids=["today", "a day ahead"])
@pytest.mark.parametrize("meanwhile", ["left", "away", "barred", "restricted", "custodian", "moved"])
def test_a_leavers_plan_that_no_longer_holds_lets_nobody_go(practice: Practice, meanwhile: str, later: bool) -> None:
    case, other = bos(practice), practice.open()
    on = practice.day + timedelta(days=1) if later else None
    made = practice.ask(ADMIN, leavers.plan, "bo", to=("cleo",), on=on)
    if meanwhile == "left":
        practice.do(ADMIN, staff.leave, "cleo")
    elif meanwhile == "away":
        practice.do(ADMIN, absences.set_cover, "cleo", (), practice.day, practice.day + timedelta(days=2), "flu")
    elif meanwhile == "barred":
        name_on(practice, case, "cleo", "deny")
    elif meanwhile == "restricted":
        practice.do("ben", custodians.restrict, case, "sol", "a colleague's family")
    elif meanwhile == "custodian":
        practice.do("ben", custodians.restrict, other, "bo", "a colleague's family")
    else:
        moved(practice, case, to="ana")
    before = practice.facts()
    with pytest.raises((Conflict, Refused)):
        practice.do(ADMIN, leavers.leave, made, "moves to Lyon")
    assert practice.facts() == before


@pytest.mark.parametrize("named", [True, False], ids=["named", "their team"])
def test_a_leavers_cases_go_to_somebody_who_is_back_by_then(practice: Practice, named: bool) -> None:
    case = bos(practice)
    practice.do(ADMIN, absences.set_cover, "ana", (), practice.day, practice.day + timedelta(days=1), "flu")
    to = ("ana",) if named else ()
    assert practice.ask(ADMIN, leavers.plan, "bo", to=to).plan.blocked or not named
    made = practice.ask(ADMIN, leavers.plan, "bo", to=to, on=practice.day + timedelta(days=1))
    assert [move.to for move in made.plan.moved] == ["ana"]
    practice.do(ADMIN, leavers.leave, made, "moves to Lyon")
    practice.go(2)
    practice.morning()
    assert holder(practice, case) == "ana"


def test_a_case_that_moved_before_its_leavers_last_day_stays_where_it_went(practice: Practice) -> None:
    mine, gone = bos(practice), bos(practice)
    made = practice.ask(ADMIN, leavers.plan, "bo", to=("cleo",), on=practice.day + timedelta(days=1))
    practice.do(ADMIN, leavers.leave, made, "moves to Lyon")
    moved(practice, gone, to="ana")
    practice.go(2)
    practice.morning()
    assert [holder(practice, one) for one in (mine, gone)] == ["cleo", "ana"]
    told = practice.value("SELECT outcome FROM pending_move WHERE case_id = :case", case=practice.id(gone))
    assert told == "it was moved since this was set"


def test_a_case_that_was_restricted_before_its_day_does_not_move(practice: Practice) -> None:
    case, to_keeper = practice.open(), practice.open()
    for one, to in ((case, "bo"), (to_keeper, "sol")):
        plan = practice.ask("ben", assign.plan, assign.Wish((to,), cases=(one,)))
        practice.do("ben", assign.commit, plan, "fairer", on=practice.day + timedelta(days=1))
        practice.do("ben", custodians.restrict, one, "sol", "a colleague's family")
    practice.go()
    practice.morning()
    assert [holder(practice, one) for one in (case, to_keeper)] == ["ana", "sol"]


def test_two_moves_set_one_after_the_other_are_both_made(practice: Practice) -> None:
    case = practice.open()
    for to, days in (("bo", 1), ("cleo", 2)):
        plan = practice.ask("ben", assign.plan, assign.Wish((to,), cases=(case,)))
        practice.do("ben", assign.commit, plan, "fairer", on=practice.day + timedelta(days=days))
    seen = []
    for _ in range(2):
        practice.go()
        practice.morning()
        seen.append(holder(practice, case))
    assert seen == ["bo", "cleo"]


def test_a_custodian_named_for_a_last_day_who_has_left_since_receives_nothing(practice: Practice) -> None:
    case = practice.open()
    practice.do("ben", custodians.restrict, case, "bo", "a colleague's family")
    made = practice.ask(ADMIN, leavers.plan, "bo", custodian="cleo", on=practice.day + timedelta(days=1))
    practice.do(ADMIN, leavers.leave, made, "moves to Lyon")
    practice.do(ADMIN, staff.leave, "cleo")
    practice.go(2)
    done = morning.come(practice.as_(ADMIN))
    assert done is not None
    assert "could not leave" in done.words
    keeper = "SELECT w.handle FROM case_file c JOIN worker w ON w.id = c.custodian_id WHERE c.number = :case"
    assert practice.value(keeper, case=case) == "bo"


@pytest.mark.parametrize("first", ["nia", "otto"])
def test_who_handles_no_case_carries_out_nothing_for_others(practice: Practice, first: str) -> None:
    case = bos(practice)
    made = practice.ask(ADMIN, leavers.plan, "bo", to=("cleo",), on=practice.day + timedelta(days=1))
    practice.do(ADMIN, leavers.leave, made, "moves to Lyon")
    practice.go(2)
    assert morning.come(practice.as_(first)) is None
    assert holder(practice, case) == "bo"


def test_the_first_admin_who_comes_lets_go_who_had_their_last_day(practice: Practice) -> None:
    case, late = bos(practice), practice.open()
    elsewhere = practice.open()
    practice.do("ana", tasks.add, elsewhere, "x", practice.day + timedelta(days=9), worker="bo")
    made = practice.ask(ADMIN, leavers.plan, "bo", to=("cleo",), on=practice.day + timedelta(days=1))
    practice.do(ADMIN, leavers.leave, made, "moves to Lyon")
    moved(practice, late, to="bo")
    practice.go(2)
    with pytest.raises(NotPermitted, match="has left"):
        practice.ask("bo", triage.queue)
    assert morning.come(practice.as_("ana")) is None or practice.engine_name == "sqlite"
    assert practice.value("SELECT status FROM worker WHERE handle = 'bo'") == "active"
    done = morning.come(practice.as_(ADMIN))
    assert done is not None
    assert done.words == "bo has left; 1 case moved"
    assert holder(practice, case) == "cleo"
    assert holder(practice, late) in ("ana", "ben")
    left = "SELECT count(*) FROM task t JOIN worker w ON w.id = t.worker_id WHERE w.handle = 'bo' AND t.done_at IS NULL"
    assert practice.value(left) == 0


def test_what_the_first_to_come_does_for_everybody_is_not_theirs_to_take_back(practice: Practice) -> None:
    case = practice.open()
    plan = practice.ask("ben", assign.plan, assign.Wish(("bo",), cases=(case,)))
    practice.do("ben", assign.commit, plan, "fairer", on=practice.day + timedelta(days=1))
    practice.go()
    done = morning.come(practice.as_("bo"))
    assert done is not None
    for target in (None, done):
        with pytest.raises(CaseloadError):
            practice.take_back(target, by="bo")
    assert holder(practice, case) == "bo"
    practice.take_back(done, by=ADMIN)
    assert holder(practice, case) == "ana"


# ---------------------------------------------------------------- custodians


def test_a_closed_restricted_case_is_not_left_to_nobody(practice: Practice) -> None:
    case = practice.open()
    practice.do("ben", custodians.restrict, case, "bo", "a colleague's family")
    practice.do("ana", stages.move, case, "closed", "moved away", override=True)
    assert practice.ask("bo", scope.sees, practice.id(case))
    with pytest.raises(Refused, match="custodian of 1 restricted"):
        practice.do(ADMIN, staff.leave, "bo")
    made = practice.ask(ADMIN, leavers.plan, "bo", custodian="sol")
    assert made.keeps == 1
    practice.do(ADMIN, leavers.leave, made, "moves to Lyon")
    assert practice.ask("sol", scope.sees, practice.id(case))


@pytest.mark.parametrize("to", ["cleo", "sol"])
def test_an_offer_lapses_as_its_case_is_restricted_unless_to_its_custodian(practice: Practice, to: str) -> None:
    case = practice.open()
    practice.do("ana", transfers.offer, [case], to, "nearer")
    practice.do("ben", custodians.restrict, case, "sol", "a colleague's family")
    assert [row.case for row in practice.ask(to, offers.listed)] == ([case] if to == "sol" else [])
    if to == "sol":
        practice.do(to, transfers.accept, [case])
    else:
        with pytest.raises(
            (Conflict, Usage)
        ):  # a server tells of a restricted case no more than of one that is not there
            practice.do(to, transfers.accept, [case])
        practice.do("ana", transfers.offer, [case], "cleo", "knowing that")
        assert [row.case for row in practice.ask("cleo", offers.listed)] == [case]


# ---------------------------------------------------------------- two at once


def test_one_case_is_admitted_once(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    case = practice.open(by="ben", worker=None)
    planned = waiting.plan

    def first(r, *args):  # type: ignore[no-untyped-def]
        found = planned(r, *args)
        monkeypatch.setattr(waiting, "plan", planned)
        practice.do(ADMIN, waiting.admit, [case], "bo", "there is room")
        return found

    if practice.engine_name == "postgresql":
        monkeypatch.setattr(waiting, "plan", first)
    else:  # of two who write one waits before it looks
        practice.do(ADMIN, waiting.admit, [case], "bo", "there is room")
    with pytest.raises((Conflict, Refused)):
        practice.do("ben", waiting.admit, [case], "ana", "there is room here, too")
    assert holder(practice, case) == "bo"


def test_of_the_last_two_admins_one_stays(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    practice.do(ADMIN, staff.edit_worker, "dan", staff.WorkerFields(role="admin"))
    with practice.as_(ADMIN).work("leave") as w:
        staff.keep_an_admin(w, practice.value("SELECT id FROM worker WHERE handle = 'dan'"))
        if practice.engine_name == "postgresql":
            locked = practice.rows("SELECT id FROM worker WHERE role = 'admin' FOR UPDATE SKIP LOCKED")
            assert locked == [], "nobody else judges by them meanwhile"
        w.nothing("Looked")


# ---------------------------------------------------------------- what previews say


def test_what_stays_is_no_load_of_who_would_have_had_it(practice: Practice) -> None:
    case, offered, waits = practice.open(), practice.open(), practice.open(by="ben", worker=None)
    practice.do("ana", transfers.offer, [offered], "cleo", "nearer")
    plan = practice.ask("ben", transfers.plan, [case, offered, waits], "bo")
    assert loads(plan) == {"ana": (2, 1), "bo": (0, 1)}
    plan = practice.ask("ben", waiting.plan, [case, waits], "bo")
    assert loads(plan) == {"bo": (0, 1)}


def test_balance_proposes_only_what_may_be_moved(practice: Practice) -> None:
    for _ in range(2):
        practice.open()
    practice.do(ADMIN, staff.edit_worker, "ana", staff.WorkerFields(capacity=1))
    case = practice.open(risk="low")
    name_on(practice, case, "ben", "allow")
    south = practice.value("SELECT id FROM team WHERE code = 'south'")
    set_facts(practice, update(m.case_file).where(m.case_file.c.number == case).values(team_id=south))
    found = practice.ask("ben", balance.level, "north")
    assert case not in {move.case for move in found.plan.moved}
    assert len(found.plan.moved) == 2
    practice.do("ben", assign.commit, found.plan, "fairer")


# ---------------------------------------------------------------- the return


def test_an_absence_that_was_called_off_before_it_began_is_none(practice: Practice) -> None:
    first = practice.do("ana", absences.set_cover, "ana", ("bo",), practice.day, practice.day, "flu")
    second = practice.do("ana", absences.set_cover, "ana", ("bo",), practice.day + timedelta(days=3),
                         practice.day + timedelta(days=5), "leave")  # fmt: skip
    assert first.change != second.change
    practice.go()
    practice.do("ana", absences.end_cover, second.data["cover"])
    practice.go(3)
    told = practice.ask("ana", returning.while_away)
    assert (told.from_on, told.to_on) == (practice.ago(4), practice.ago(4))
