"""Who may do what in a case, by role and by where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from caseload.casework import (
    absences,
    alerts,
    assign,
    attention,
    contacts,
    intake,
    looks,
    notes,
    programs,
    staff,
    stages,
    workload,
)
from caseload.errors import CaseloadError, NotPermitted, Refused, Usage
from tests.practice.kit import ADMIN, Practice, Template
from tests.practice.scenes import name_on


@pytest.fixture(scope="module")
def office_with_a_case(template: Template) -> Iterator[tuple[Practice, str]]:
    practice = template.copy()
    yield practice, practice.open(by="ben", worker="bo")
    practice.drop()


CASEWORK = "bo ben"
# What each role may do in a case of Bo's, team north. Everybody else is refused: by role, or because they see no case.
RIGHTS: dict[str, tuple[str, Callable[[Practice, str, str], Any]]] = {
    "contact": (CASEWORK, lambda p, c, who: p.tried(c, by=who)),
    "note": (CASEWORK, lambda p, c, who: p.note(c, by=who)),
    "task": (CASEWORK, lambda p, c, who: p.task(c, due=3, by=who)),
    "appointment": (CASEWORK, lambda p, c, who: p.appoint(c, ahead=3, by=who)),
    "snooze": (CASEWORK, lambda p, c, who: p.do(who, attention.snooze_until, [c], p.day + timedelta(days=2), "x")),
    "reviewed": (CASEWORK, lambda p, c, who: p.do(who, attention.reviewed, [c])),
    "wake": (CASEWORK, lambda p, c, who: p.do(who, attention.wake, [c])),
    "acknowledge": ("bo", lambda p, c, who: p.do(who, attention.acknowledge, [c])),
    "alert": (CASEWORK, lambda p, c, who: p.do(who, alerts.raise_alert, c, "x", kind="health")),
    "review an alert": (CASEWORK, lambda p, c, who: p.do(who, alerts.review, c)),
    "tag": (CASEWORK, lambda p, c, who: p.do(who, alerts.set_tags, [c], add=[who])),
    "stage": (CASEWORK, lambda p, c, who: p.do(who, stages.move, c, "planning", "x")),
    "risk": (CASEWORK, lambda p, c, who: p.do(who, stages.set_risk, c, "medium", "x")),
    "look": ("bo ben ada", lambda p, c, who: looks.announce(p.as_(who), [c], surface="show")),
    "intake": (
        "ana bo cleo ben sol",
        lambda p, c, who: p.do(who, intake.open_case, intake.NewCase("A", "B", "youth")),
    ),
    "move": ("bo ben ada", lambda p, c, who: move(p, c, who)),
    "cover": ("bo ben ada", lambda p, c, who: cover(p, who)),
    "worker": ("ada", lambda p, c, who: p.do(who, staff.add_worker, f"new-{who}", staff.WorkerFields())),
    "worker edit": ("ada", lambda p, c, who: p.do(who, staff.edit_worker, "bo", staff.WorkerFields(capacity=40))),
    "own promotion": ("", lambda p, c, who: p.do(who, staff.edit_worker, who, staff.WorkerFields(role="admin"))),
    "leave": ("ada", lambda p, c, who: p.do(who, staff.leave, "dan")),
    "team": ("ada", lambda p, c, who: p.do(who, staff.add_team, f"team-{who}", "T")),
    "team edit": ("ada", lambda p, c, who: p.do(who, staff.edit_team, "north", supervisors=("ben",))),
    "program": ("ada", lambda p, c, who: p.do(who, programs.add, f"program-{who}", "P")),
    "policy": ("ada", lambda p, c, who: p.do(who, programs.edit, "youth", settings={"soon_days": 3})),
    "loads": ("ana bo cleo ben sol ada nia", lambda p, c, who: p.ask(who, workload.listed)),
    "staff list": ("ana bo cleo ben sol ada nia otto", lambda p, c, who: p.ask(who, staff.workers)),
}


def move(practice: Practice, case: str, who: str) -> None:
    """Moves the case to Ana, unless the plan itself says that this person may not."""
    plan = practice.ask(who, assign.plan, assign.Wish(("ana",), cases=(case,)))
    if plan.blocked:
        raise NotPermitted(plan.blocked[0].why)
    practice.do(who, assign.commit, plan, "x")


def cover(practice: Practice, who: str) -> None:
    days = (practice.day, practice.day + timedelta(days=1))
    practice.do(who, absences.set_cover, "bo", ("cleo",), *days, "leave")


@pytest.mark.parametrize("act", RIGHTS)
def test_who_may_do_what(office_with_a_case: tuple[Practice, str], act: str) -> None:
    practice, case = office_with_a_case
    allowed, do = RIGHTS[act]
    for who in ("ana", "bo", "cleo", "ben", "sol", "ada", "nia", "otto"):
        with practice.as_(who).read():
            pass
        before = practice.facts()
        if who in allowed.split():
            do(practice, case, who)
            while practice.facts() != before:  # everybody finds the case as it was
                practice.take_back(by=who)
        elif act == "own promotion" and who == ADMIN:
            continue
        else:
            with pytest.raises((NotPermitted, Usage)):
                do(practice, case, who)
            assert practice.facts() == before, who


def test_an_admin_records_nothing_even_in_a_case_they_move(practice: Practice) -> None:
    case = practice.open()
    for verb, *args in (
        (contacts.log, contacts.NewContact([case], "phone", "made")),
        (notes.write, notes.NewNote(case, text="x")),
        (stages.move, case, "planning", "x"),
        (alerts.set_tags, [case]),
    ):
        with pytest.raises(NotPermitted, match="records nothing"):
            practice.do(ADMIN, verb, *args)


def test_a_supervisor_moves_only_within_their_teams(practice: Practice) -> None:
    north, south = practice.open(by="ben", worker="bo"), practice.open(by="sol", worker="cleo")
    name_on(practice, south, "ben", "allow")
    plan = practice.ask("ben", assign.plan, assign.Wish(("ana",), cases=(north, south)))
    assert [one.case for one in plan.moved] == [north]
    assert [one.case for one in plan.blocked] == [south]


def test_somebody_who_has_left_reaches_nothing(practice: Practice) -> None:
    practice.do(ADMIN, staff.leave, "dan")
    practice.forget()
    with pytest.raises(CaseloadError) as refusal:
        practice.queue("dan")
    assert isinstance(refusal.value, NotPermitted)


def test_the_only_admin_cannot_leave_or_give_the_role_up(practice: Practice) -> None:
    """Else nobody could ever administer the agency again."""
    with pytest.raises(Refused, match="only admin"):
        practice.do(ADMIN, staff.leave, ADMIN)
    with pytest.raises(Refused, match="only admin"):
        practice.do(ADMIN, staff.edit_worker, ADMIN, staff.WorkerFields(role="auditor"))
    practice.do(ADMIN, staff.edit_worker, "sol", staff.WorkerFields(role="admin"))
    practice.do(ADMIN, staff.edit_worker, ADMIN, staff.WorkerFields(role="auditor"))
