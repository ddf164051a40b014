"""Saved views and the agenda."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caseload.casework import agenda, appointments, attention, cases, views
from caseload.casework.views import NewView
from caseload.errors import CaseloadError, NotPermitted, Usage
from caseload.store import selection
from caseload.store.query import QueryError
from tests.practice.kit import ADMIN, DAY, Practice


def names(practice: Practice, who: str) -> list[tuple[str, int | None]]:
    return [(row.name, row.number) for row in practice.ask(who, views.listed)]


def test_a_view_is_kept_found_and_used_in_a_query(practice: Practice) -> None:
    high = practice.open(risk="high", family="High")
    practice.open(family="Low")
    practice.do("ana", views.save, NewView("Worried about", "risk:>=high", "-opened", ("case", "risk"), 2))
    row = practice.ask("ana", views.named, "worried ABOUT")
    assert (row.query, row.sort, row.columns, row.number, row.mine) == (
        "risk:>=high",
        "-opened",
        ("case", "risk"),
        2,
        True,
    )
    assert practice.ask("ana", cases.keys, 'view:"worried about"') == [practice.id(high)]
    assert practice.ask("ana", cases.count, '-view:"worried about" worker:me') == 1
    assert practice.ask("ana", views.on_key, 2) == row
    assert practice.ask("ana", views.on_key, 3) is None
    for asked in ("view:worried", "view:x"):
        with pytest.raises(QueryError):
            practice.ask("ana", cases.count, asked)


def test_a_view_of_closed_cases_shows_them_wherever_it_is_named(practice: Practice) -> None:
    from caseload.casework import stages

    case = practice.open(ago=5)
    practice.do("ana", stages.move, case, "closed", "moved away")
    practice.do("ana", views.save, NewView("gone", "closed:any"))
    assert practice.ask("ana", cases.count, "view:gone") == 1
    assert practice.ask("ana", cases.count, "") == 0
    put_off = practice.open(family="Off")
    practice.do("ana", attention.snooze_until, [put_off], DAY + timedelta(days=2), "waits")
    practice.do("ana", views.save, NewView("off", "snoozed:yes"))
    assert practice.ask("ana", selection.speaks_of, "view:off", "snoozed")


def test_a_key_and_a_name_hold_one_view_each_and_undo_gives_both_back(practice: Practice) -> None:
    practice.do("ana", views.save, NewView("first", "risk:high", number=1))
    receipt = practice.do("ana", views.save, NewView("second", "risk:low", number=1))
    assert names(practice, "ana") == [("second", 1), ("first", None)]
    practice.take_back(receipt)
    assert names(practice, "ana") == [("first", 1)]
    practice.do("ana", views.save, NewView("FIRST", "risk:medium"))
    assert names(practice, "ana") == [("FIRST", None)]


def test_a_shared_view_is_the_team_s_and_own_ones_go_first(practice: Practice) -> None:
    practice.do("ben", views.save, NewView("ours", "team:north", number=4, team="north"))
    assert names(practice, "ana") == [("ours", 4)]
    assert practice.ask("ana", views.on_key, 4).by == "ben"
    assert names(practice, "cleo") == []
    practice.do("ana", views.save, NewView("ours", "worker:me", number=4))
    assert practice.ask("ana", views.named, "ours").query == "worker:me"
    assert practice.ask("ana", views.on_key, 4).query == "worker:me"
    practice.do("ana", views.drop, "ours")
    with pytest.raises(NotPermitted):
        practice.do("ana", views.drop, "ours")
    receipt = practice.do("ben", views.drop, "ours")
    assert names(practice, "ana") == []
    practice.take_back(receipt, by="ben")
    assert names(practice, "ana") == [("ours", 4)]


def test_a_view_that_cannot_be_is_refused_and_says_why(practice: Practice) -> None:
    practice.do("ana", views.save, NewView("one", "risk:high"))
    for wrong in (
        NewView(""), NewView("—"), NewView("x" * 41), NewView("a", "rsk:high"), NewView("a", sort="riks"),
        NewView("a", columns=("case", "shoe")), NewView("a", number=10), NewView("a", "view:one"),
        NewView("a", "maria", team="north"), NewView("a", "risk:high", team="south"), NewView("a", team="nowhere"),
    ):  # fmt: skip
        with pytest.raises(CaseloadError):
            practice.do("ana", views.save, wrong)
    assert names(practice, "ana") == [("one", None)]
    with pytest.raises(Usage, match="Did you mean 'one'"):
        practice.do("ana", views.drop, "ones")


# -- the agenda ------------------------------------------------------------------------


def kinds(found: agenda.Agenda) -> list[tuple[str, int, bool, bool]]:
    return [(one.kind, (one.on - DAY).days, one.late, one.clash) for one in found.entries]


def week(practice: Practice, who: str = "ana", **more: object) -> agenda.Agenda:
    found: agenda.Agenda = practice.ask(who, agenda.read, agenda.Wish(DAY, **more))  # type: ignore[arg-type]
    return found


def test_the_week_holds_all_that_is_due_in_order(practice: Practice) -> None:
    case = practice.open(ago=20)
    practice.met(case, ago=27 - 10)
    practice.task(case, -2)
    practice.task(case, 1, title="Ring the school")
    practice.task(case, 8)
    practice.appoint(case, 1, hour=9)
    off = practice.open(family="Off")
    practice.do("ana", attention.snooze_until, [off], DAY + timedelta(days=3), "waits")
    found = week(practice)
    assert kinds(found) == [
        ("task", -2, True, False), ("appointment", 1, False, False), ("task", 1, False, False), ("snooze", 3, False, False),
    ]  # fmt: skip
    entry = found.entries[2]
    assert (entry.case, entry.client, entry.title, entry.worker) == (case, "Conti, Mara", "Ring the school", "ana")
    assert found.whole and found.clashes == 0
    assert kinds(week(practice, days=1)) == [("task", -2, True, False)]
    later = practice.ask("ana", agenda.read, agenda.Wish(DAY + timedelta(days=7)))
    assert [(one.kind, (one.on - DAY).days) for one in later.entries] == [
        ("task", 8),
        ("assessment", 10),
        ("contact", 13),
    ]


def test_two_appointments_of_one_worker_that_overlap_clash(practice: Practice) -> None:
    case, other = practice.open(), practice.open(family="Other")
    bos = practice.open(worker="bo", by="bo", family="Bo's")
    practice.appoint(case, 1, hour=9, minutes=120)
    practice.appoint(other, 1, hour=10)
    touching = practice.appoint(other, 1, hour=11)
    practice.appoint(bos, 1, by="bo", hour=9)
    found = practice.ask("ben", agenda.read, agenda.Wish(DAY, team="north"))
    held = sorted((one for one in found.entries if one.kind == "appointment"), key=lambda one: (one.worker, one.row))
    assert [(one.worker, one.clash) for one in held] == [("ana", True), ("ana", True), ("ana", False), ("bo", False)]
    assert found.clashes == 2
    assert held[2].row == touching
    practice.do("ana", appointments.settle, held[1].row, "kept")
    assert week(practice).clashes == 0


def test_whose_agenda_it_is(practice: Practice) -> None:
    case = practice.open()
    practice.task(case, 1)
    practice.task(case, 1, worker="bo")
    practice.task(practice.open(worker="bo", by="bo", family="Bo's"), 2, by="bo")
    assert len(week(practice).entries) == 2
    assert len(week(practice, "ben").entries) == 3
    assert [one.worker for one in week(practice, "ben", worker="bo").entries] == ["bo", "bo"]
    assert len(week(practice, "sol", everyone=True).entries) == 0
    admin = week(practice, ADMIN, everyone=True)
    assert {(one.client, one.title) for one in admin.entries} == {(None, None)}
    for wrong in ({"days": 0}, {"days": 367}, {"worker": "nobody"}, {"team": "nowhere"}):
        with pytest.raises(Usage):
            week(practice, **wrong)
