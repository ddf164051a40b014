"""Who sees which case, and that what is out of sight looks like what does not exist."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from caseload import models as m
from caseload.casework import (
    absences,
    alerts,
    appointments,
    assign,
    attention,
    cases,
    contacts,
    find,
    intake,
    looks,
    notes,
    numbers,
    page,
    staff,
    stages,
    tasks,
    triage,
)
from caseload.errors import CaseloadError, NotPermitted, Usage
from caseload.store import scope
from caseload.store.database import Receipt
from tests.practice.kit import ADMIN, Practice
from tests.practice.scenes import name_on, restrict, set_facts, worker

UNKNOWN = numbers.compose(2026, 1)
EVERYONE = ("ana", "bo", "cleo", "ben", "sol", "ada")


def second(practice: Practice, case: str, handle: str) -> None:
    with practice.scene() as w:
        row = {"case_id": practice.id(case), "worker_id": worker(practice, handle), "role": "secondary"}
        w.add(m.assignment, row, starts_at=w.now, starts_on=w.today)


def away(practice: Practice, handle: str, by: str, first: int, last: int) -> None:
    days = (practice.day + timedelta(days=first), practice.day + timedelta(days=last))
    practice.do(ADMIN, absences.set_cover, handle, (by,), *days, "leave")


@dataclass(frozen=True)
class Sight:
    """A case of Bo's (team north) in some circumstance, and who sees it."""

    scene: Callable[[Practice, str], None]
    seen_by: str


SIGHTS = {
    "as it is": Sight(lambda p, c: None, "bo ben ada"),
    "ana beside him": Sight(lambda p, c: second(p, c, "ana"), "bo ana ben ada"),
    "bo away, cleo covers": Sight(lambda p, c: away(p, "bo", "cleo", 0, 3), "bo cleo ben ada"),
    "bo away from tomorrow": Sight(lambda p, c: away(p, "bo", "cleo", 1, 3), "bo ben ada"),
    "team sees team": Sight(
        lambda p, c: set_facts(p, update(m.agency).values(manager_sees_team=True)), "bo ana ben ada"
    ),
    "cleo named": Sight(lambda p, c: name_on(p, c, "cleo", "allow"), "bo cleo ben ada"),
    "cleo named until today": Sight(lambda p, c: name_on(p, c, "cleo", "allow", 0), "bo cleo ben ada"),
    "cleo named until yesterday": Sight(lambda p, c: name_on(p, c, "cleo", "allow", -1), "bo ben ada"),
    "bo barred": Sight(lambda p, c: name_on(p, c, "bo", "deny"), "ben ada"),
    "ben barred": Sight(lambda p, c: name_on(p, c, "ben", "deny"), "bo ada"),
    "ada barred": Sight(lambda p, c: name_on(p, c, "ada", "deny"), "bo ben"),
    "bo barred until yesterday": Sight(lambda p, c: name_on(p, c, "bo", "deny", -1), "bo ben ada"),
    "cleo named and barred": Sight(
        lambda p, c: (name_on(p, c, "cleo", "allow"), name_on(p, c, "cleo", "deny"))[0], "bo ben ada"
    ),
    "covering, but barred": Sight(
        lambda p, c: (away(p, "bo", "cleo", 0, 3), name_on(p, c, "cleo", "deny"))[0], "bo ben ada"
    ),
    "restricted, sol answers for it": Sight(lambda p, c: restrict(p, c, "sol"), "bo sol"),
    "restricted, cleo named": Sight(lambda p, c: (restrict(p, c, "sol"), name_on(p, c, "cleo", "allow"))[0], "bo sol cleo"),
    "restricted, its worker barred": Sight(lambda p, c: (restrict(p, c, "sol"), name_on(p, c, "bo", "deny"))[0], "sol"),
    "restricted, cover does not reach it": Sight(
        lambda p, c: (restrict(p, c, "sol"), away(p, "bo", "cleo", 0, 3))[0], "bo sol"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SIGHTS)
def test_who_sees_a_case(practice: Practice, name: str) -> None:
    case = practice.open(by="ben", worker="bo")
    SIGHTS[name].scene(practice, case)
    key = practice.id(case)
    for handle in EVERYONE:
        seen = handle in SIGHTS[name].seen_by.split()
        with practice.as_(handle).read() as r:
            assert scope.sees(r, key) == seen, handle
            # One scope below every way of asking.
            assert (key in triage.queue(r, triage.View(agency=True))) == seen
            assert (key in cases.keys(r)) == seen
            assert (key in cases.rows(r, [key])) == seen
            assert (key in triage.rows(r, [key])) == seen
            assert cases.count(r) == int(seen)
            assert (page.preview(r, key) is not None) == seen
            assert cases.keys(r, f"case:{case[:9]}") == ([key] if seen else [])
            assert cases.keys(r, "tag:none worker:bo") == ([key] if seen else [])


@pytest.mark.parametrize("handle", ["nia", "otto"])
def test_analysts_and_auditors_see_no_case_row(practice: Practice, handle: str) -> None:
    case = practice.open()
    for question, *args in (
        (triage.queue,), (cases.keys,), (cases.count,), (cases.rows, [1]), (triage.rows, [1]), (find.case, case),
    ):  # fmt: skip
        with pytest.raises(NotPermitted):
            practice.ask(handle, question, *args)
    with pytest.raises(NotPermitted):
        page.open_page(practice.as_(handle), case, surface="show")
    assert practice.value("SELECT count(*) FROM look") == 0


def test_cover_ends_by_itself(practice: Practice) -> None:
    case = practice.open(by="ben", worker="bo")
    away(practice, "bo", "cleo", 0, 2)
    for day in range(4):
        assert practice.ask("cleo", scope.sees, practice.id(case)) == (day <= 2)
        practice.go()
    assert practice.row(case, "bo").worker == "bo"


def test_cover_ends_when_somebody_comes_back_early(practice: Practice) -> None:
    case = practice.open(by="ben", worker="bo")
    away(practice, "bo", "cleo", 0, 5)
    practice.met(case, by="cleo")
    (covered,) = practice.ask("ben", absences.covers)
    practice.do("bo", absences.end_cover, covered.id)
    with pytest.raises(Usage):
        practice.met(case, by="cleo")


def test_a_covering_worker_finds_the_cases_in_their_own_queue(practice: Practice) -> None:
    mine, covered = practice.open(by="sol", worker="cleo"), practice.open(by="ben", worker="bo")
    away(practice, "bo", "cleo", 0, 2)
    assert sorted(practice.queue("cleo")) == sorted([mine, covered])
    assert practice.queue("cleo", triage.View("cover:yes")) == [covered]


def test_a_demotion_takes_sight_away(practice: Practice) -> None:
    case = practice.open(by="ben", worker="bo")
    practice.do(ADMIN, staff.edit_worker, "ben", staff.WorkerFields(role="case_manager", supervises=()))
    practice.forget()
    assert not practice.ask("ben", scope.sees, practice.id(case))


def test_a_denial_is_not_lifted_by_deleting_what_it_says_about_others(practice: Practice) -> None:
    case = practice.open(by="ben", worker="bo")
    name_on(practice, case, "ben", "deny")
    name_on(practice, case, "ana", "deny")
    set_facts(practice, delete(m.case_access).where(m.case_access.c.worker_id == worker(practice, "ana")))
    assert not practice.ask("ben", scope.sees, practice.id(case))


# ---------------------------------------------------------------- identity and prose

WORDS = ("Quetzalcoatl", "Wolstenholme", "Xylophone-prose", "Threats-of", "Landlord-call", "Cafe-corner", "Snooze-why")


def told_everything(practice: Practice) -> str:
    """A case with a secret in every field that somebody can write into."""
    case = practice.open(given=WORDS[0], family=WORDS[1])
    practice.note(case, WORDS[2])
    practice.met(case, note=WORDS[2])
    practice.do("ana", alerts.raise_alert, case, WORDS[3], kind="health")
    practice.task(case, due=3, title=WORDS[4])
    appointment = appointments.NewAppointment(case, practice.moment(-2), title=WORDS[4], place=WORDS[5])  # type: ignore[arg-type]
    practice.do("ana", appointments.appoint, appointment)
    practice.do("ana", attention.snooze_until, [case], practice.day + timedelta(days=3), WORDS[6])
    practice.do("ana", stages.move, case, "planning", WORDS[6])
    practice.do("ana", stages.set_risk, case, "medium", WORDS[6])
    return case


def test_an_admin_moves_cases_and_sees_no_identity_and_no_prose(practice: Practice) -> None:
    case = told_everything(practice)
    shown = repr(page.open_page(practice.as_(ADMIN), case, surface="show"))
    shown += repr(practice.ask(ADMIN, triage.rows, [practice.id(case)]))
    shown += repr(practice.ask(ADMIN, cases.rows, [practice.id(case)]))
    for word in WORDS:
        assert word not in shown
    for word in ("quetzal", "wolst"):
        assert practice.ask(ADMIN, cases.keys, word) == []
    assert practice.ask(ADMIN, cases.keys, sort="client") == practice.ask(ADMIN, cases.keys, sort="born")
    seen = repr(page.open_page(practice.as_("ana"), case, surface="show"))
    for word in WORDS:
        assert word in seen


def test_lists_and_previews_hold_no_narrative_and_leave_no_look(practice: Practice) -> None:
    case = told_everything(practice)
    shown = repr(practice.ask("ana", page.preview, practice.id(case)))
    assert WORDS[2] not in shown
    assert WORDS[0] in shown
    assert practice.value("SELECT count(*) FROM look") == 0


def test_opening_a_case_is_on_record_before_it_is_shown(practice: Practice) -> None:
    case = practice.open()
    page.open_page(practice.as_("ben"), case, surface="screen")
    (row,) = practice.rows(
        "SELECT l.kind, l.surface, w.handle, l.case_id FROM look l JOIN worker w ON w.id = l.worker_id"
    )
    assert (row.kind, row.surface, row.handle, row.case_id) == ("narrative", "screen", "ben", practice.id(case))


def test_an_attempt_to_look_at_what_is_out_of_sight_shows_nothing(practice: Practice) -> None:
    case = practice.open(by="ben", worker="bo")
    with pytest.raises(Usage, match="no case"):
        page.open_page(practice.as_("cleo"), case, surface="screen")
    with pytest.raises(Usage, match="no case"):
        looks.announce(practice.as_("cleo"), [practice.open(by="sol", worker="cleo"), case], surface="screen")
    assert practice.value("SELECT count(*) FROM look") == 0


def test_a_household_shows_only_those_in_sight(practice: Practice) -> None:
    mine, other = practice.open(), practice.open(by="sol", worker="cleo", given="Quetzalcoatl")
    with practice.scene() as w:
        stay = w.add(m.stay, from_on=w.today)
        for case in (mine, other):
            w.add(m.stay_member, stay_id=stay, case_id=practice.id(case))
    shown = page.open_page(practice.as_("ana"), mine, surface="show")
    assert shown.household == ()
    assert "Quetzal" not in repr(shown)


# ---------------------------------------------------------------- out of sight is unknown


def said(practice: Practice, handle: str, verb: Callable[..., Receipt], *args: Any, **more: Any) -> tuple[type, str]:
    with pytest.raises(CaseloadError) as refusal:
        practice.do(handle, verb, *args, **more)
    return type(refusal.value), f"{refusal.value.message} {refusal.value.details}"


def test_a_case_out_of_sight_is_told_like_one_that_does_not_exist(practice: Practice) -> None:
    hidden, unknown = practice.open(by="ben", worker="bo"), UNKNOWN
    for verb, args in (
        (stages.move, ("planning", "x")),
        (stages.set_risk, ("high", "x")),
        (alerts.raise_alert, ("x",)),
        (tasks.add, ("x", practice.day)),
        (notes.sign_drafts, ()),
    ):
        told = [said(practice, "cleo", verb, case, *args) for case in (hidden, unknown)]
        assert told[0][0] is told[1][0]
        assert told[0][1].replace(hidden, "#") == told[1][1].replace(unknown, "#")
    for verb in (attention.acknowledge, attention.reviewed, attention.wake):
        told = [said(practice, "cleo", verb, [case]) for case in (hidden, unknown)]
        assert told[0][1].replace(hidden, "#") == told[1][1].replace(unknown, "#")
    told = [
        said(practice, "cleo", intake.open_case, intake.NewCase("A", "B", "youth", client_of=case))
        for case in (hidden, unknown)
    ]
    assert told[0][1].replace(hidden, "#") == told[1][1].replace(unknown, "#")
    told = [
        said(practice, "cleo", contacts.log, contacts.NewContact([case], "phone", "made")) for case in (hidden, unknown)
    ]
    assert told[0][1].replace(hidden, "#") == told[1][1].replace(unknown, "#")


def test_a_row_of_a_case_out_of_sight_is_told_like_one_that_does_not_exist(practice: Practice) -> None:
    hidden = practice.open(by="ben", worker="bo")
    draft, signed = practice.note(hidden, by="bo"), practice.note(hidden, by="bo", sign=True)
    task, appointment = practice.task(hidden, due=3, by="bo"), practice.appoint(hidden, ahead=2, by="bo")
    unknown = 999_999
    for key, verb, args, more in (
        (draft, notes.sign, (), {}),
        (signed, notes.sign, (), {}),
        (draft, notes.discard, (), {}),
        (draft, notes.edit, ("x",), {"seen": 1}),
        (task, tasks.done, (), {}),
        (task, tasks.change, (), {"seen": 1, "title": "x"}),
        (appointment, appointments.settle, ("kept",), {}),
    ):
        told = [said(practice, "cleo", verb, one, *args, **more) for one in (key, unknown)]
        assert told[0][0] is told[1][0], verb.__name__
        assert told[0][1].replace(str(key), "#") == told[1][1].replace(str(unknown), "#")


def test_plans_and_lists_of_cases_out_of_sight_say_the_same_as_of_none(practice: Practice) -> None:
    hidden, unknown = practice.open(by="ben", worker="bo"), UNKNOWN
    for case in (hidden, unknown):
        with pytest.raises(Usage, match="no case"):
            practice.ask("cleo", assign.plan, assign.Wish(("cleo",), cases=(case,)))
    with pytest.raises(Usage) as first:
        practice.ask("cleo", cases.keys, f"household:{hidden}")
    with pytest.raises(Usage) as other:
        practice.ask("cleo", cases.keys, f"household:{unknown}")
    assert first.value.message.replace(hidden, "#") == other.value.message.replace(unknown, "#")
