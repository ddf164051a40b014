"""Workers, teams, programs and cover: what is set, what is refused, and what stays true of the past."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caseload.casework import absences, custodians, programs, scratches, staff, workload
from caseload.casework.staff import WorkerFields
from caseload.errors import CaseloadError, Refused, Usage
from tests.practice.kit import ADMIN, Practice


def standing(practice: Practice, handle: str) -> list[tuple[str, str, int | None, str | None, str | None]]:
    return [
        (row.role, row.status, row.capacity, row.code, row.to_on and str(row.to_on))
        for row in practice.rows(
            "SELECT s.role, s.status, s.capacity, t.code, s.to_on FROM worker_standing s"
            " JOIN worker w ON w.id = s.worker_id LEFT JOIN team t ON t.id = s.team_id WHERE w.handle = :handle ORDER BY s.id",
            handle=handle,
        )
    ]


def test_what_was_so_stays_on_record_with_its_days(practice: Practice) -> None:
    practice.go(10)
    practice.do(ADMIN, staff.edit_worker, "bo", WorkerFields(team="south", capacity=20))
    practice.do(ADMIN, staff.edit_worker, "bo", WorkerFields(name="Bo B."))
    practice.go(5)
    practice.do(ADMIN, staff.leave, "bo")
    assert standing(practice, "bo") == [
        ("case_manager", "active", None, "north", practice.ago(5).isoformat()),
        ("case_manager", "active", 20, "south", practice.day.isoformat()),
        ("case_manager", "left", 20, "south", None),
    ]


@pytest.mark.parametrize(
    "handle", ["", " ", "Ana B", "me", "none", "any", "-x", "a" * 41, "aña", "a/b", "'; --", "\x1b[2J"]
)
def test_a_handle_is_something_everybody_can_type(office: Practice, handle: str) -> None:
    with pytest.raises(Usage, match="cannot be a handle"):
        office.do(ADMIN, staff.add_worker, handle, WorkerFields())


def test_handles_codes_and_logins_belong_to_one(office: Practice) -> None:
    for verb, *args in (
        (staff.add_worker, "ANA", WorkerFields()),
        (staff.add_worker, "new", WorkerFields(login=office.login("ana"))),
        (staff.edit_worker, "bo", WorkerFields(login=office.login("ana"))),
        (staff.add_team, "North", "North"),
        (programs.add, "HOUSING", "Housing"),
    ):
        with pytest.raises(Refused, match="already"):
            office.do(ADMIN, verb, *args)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (WorkerFields(), "Say what to change"),
        (WorkerFields(role="boss"), "role"),
        (WorkerFields(seniority="ancient"), "seniority"),
        (WorkerFields(team="nort"), "Did you mean 'north'"),
        (WorkerFields(supervises=("nort",)), "Did you mean 'north'"),
        (WorkerFields(name=""), "missing"),
        (WorkerFields(name="x" * 201), "at most 200"),
        (WorkerFields(capacity=-1), "Capacity"),
        (WorkerFields(capacity=10**12), "Capacity"),
        (WorkerFields(weekly_minutes=-60), "week"),
        (WorkerFields(weekly_minutes=10**12), "week"),
        (WorkerFields(languages="x" * 5_000), "at most"),
    ],
)
def test_a_worker_that_cannot_be_is_refused_and_nothing_changes(
    office: Practice, fields: WorkerFields, words: str
) -> None:
    before = office.facts()
    with pytest.raises(CaseloadError, match=words):
        office.do(ADMIN, staff.edit_worker, "bo", fields)
    assert office.facts() == before


def test_an_unknown_worker_is_answered_with_the_nearest(office: Practice) -> None:
    with pytest.raises(Usage, match="Did you mean 'cleo'"):
        office.do(ADMIN, staff.edit_worker, "cloe", WorkerFields(capacity=3))


def test_who_supervises_what_can_be_set_from_either_side(practice: Practice) -> None:
    practice.do(ADMIN, staff.edit_worker, "ben", WorkerFields(supervises=("north", "south")))
    practice.do(ADMIN, staff.edit_team, "south", supervisors=("ben",))
    told = {row.team: row.supervisor for row in practice.ask("ana", staff.teams)}
    assert told == {"north": "ben", "south": "ben"}
    practice.do(ADMIN, staff.edit_worker, "ben", WorkerFields(supervises=()))
    assert {row.supervisor for row in practice.ask("ana", staff.teams)} == {None}


def test_a_day_of_leaving_that_lies_ahead_is_refused(practice: Practice) -> None:
    """They work until then: whoever is marked as left is locked out at once."""
    with pytest.raises(Usage, match="lies ahead"):
        practice.do(ADMIN, staff.leave, "dan", practice.day + timedelta(days=1))
    practice.do(ADMIN, staff.leave, "dan", practice.ago(3))
    assert str(practice.value("SELECT left_on FROM worker WHERE handle = 'dan'")) == practice.ago(3).isoformat()
    assert practice.do(ADMIN, staff.leave, "dan").change is None


@pytest.mark.parametrize("role", ["admin", "analyst", "auditor"])
def test_nobody_leaves_cases_behind_in_a_role_that_holds_none(practice: Practice, role: str) -> None:
    case = practice.open(by="ben", worker="bo")
    practice.do("ben", custodians.restrict, case, "cleo", "a colleague's family")
    before = practice.facts()
    for who, words in (("cleo", "cleo is custodian of 1 restricted case"), ("bo", "bo still holds 1 open case")):
        with pytest.raises(Refused, match=words):
            practice.do(ADMIN, staff.edit_worker, who, WorkerFields(role=role))
    assert practice.facts() == before
    practice.do(ADMIN, staff.edit_worker, "cleo", WorkerFields(role="supervisor", supervises=("south",)))
    practice.do("cleo", custodians.restrict, case, "sol", "cleo changes her work")
    practice.do(ADMIN, staff.edit_worker, "cleo", WorkerFields(role=role))


def test_words_outlive_the_role_they_were_typed_in_and_say_nothing_of_their_case(practice: Practice) -> None:
    case = practice.open()
    scratches.keep(practice.as_("bo"), "note:soap", f"case:{practice.id(case)}", "Half a sent")
    practice.do(ADMIN, staff.edit_worker, "bo", WorkerFields(role="analyst"))
    practice.forget()
    (words,) = practice.ask("bo", scratches.unsaved)
    assert words.hidden and words.case is None


# ---------------------------------------------------------------- loads


def test_loads_count_open_cases_against_capacity(practice: Practice) -> None:
    practice.do(ADMIN, staff.edit_worker, "ana", WorkerFields(capacity=3))
    [practice.open() for _ in range(2)]
    told = {row.worker: (row.cases, row.percent) for row in practice.ask("nia", workload.listed)}
    assert told["ana"] == (2, 66.7)
    assert told["bo"] == (0, None)
    assert "otto" not in told
    assert [row.worker for row in practice.ask("ben", workload.listed, worker="ana")] == ["ana"]
    assert {row.worker for row in practice.ask("ben", workload.listed, team="south")} == {"cleo", "dan", "sol"}


# ---------------------------------------------------------------- absences and cover


def away(practice: Practice, by: tuple[str, ...], first: int = 0, last: int = 3, who: str = "bo") -> int:
    days = (practice.day + timedelta(days=first), practice.day + timedelta(days=last))
    return int(practice.do("ben", absences.set_cover, who, by, *days, "leave").data["cover"])


def test_an_absence_begins_runs_and_ends_by_the_calendar(practice: Practice) -> None:
    away(practice, ("ana",), first=1, last=2)
    seen = []
    for _ in range(4):
        (status,) = (row.status for row in practice.ask("ana", staff.workers) if row.worker == "bo")
        seen.append((status, [row.running for row in practice.ask("ana", absences.covers)]))
        practice.go()
    assert seen == [("active", [False]), ("away", [True]), ("away", [True]), ("active", [])]
    assert len(practice.ask("ana", absences.covers, past=True)) == 1


@pytest.mark.parametrize(
    ("by", "first", "last", "words"),
    [
        (("bo",), 0, 1, "cannot cover themselves"),
        (("otto",), 0, 1, "holds no cases"),
        (("nobody",), 0, 1, "no worker"),
        (("ana",), 3, 1, "lies before"),
        (("ana",), -5, -1, "already over"),
    ],
)
def test_a_cover_that_cannot_be_is_refused(
    office: Practice, by: tuple[str, ...], first: int, last: int, words: str
) -> None:
    before = office.facts()
    with pytest.raises(CaseloadError, match=words):
        away(office, by, first, last)
    assert office.facts() == before


def test_who_covers_is_named_once_however_they_are_written(practice: Practice) -> None:
    away(practice, ("ana", "ANA", " ana "))
    (row,) = practice.ask("ben", absences.covers)
    assert row.by == ("ana",)


def test_an_absence_ends_once(practice: Practice) -> None:
    key = away(practice, ("ana",))
    practice.do("bo", absences.end_cover, key)
    assert practice.do("bo", absences.end_cover, key).change is None
    for unknown in (999, 10**30):
        with pytest.raises(Usage):
            practice.do("bo", absences.end_cover, unknown)


# ---------------------------------------------------------------- programs


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"contact_days": 3}, "no policy setting"),
        ({"contact_low_days": 0}, "between 1 and 3660"),
        ({"contact_low_days": "soon"}, "whole number"),
        ({"level_safety": 6}, "between 1 and 5"),
        ({"contact_kinds": "visit,letter"}, "kind"),
        ({"contact_kinds": ""}, "kind"),
        ({"attempts_count": 3}, "no policy setting"),
        ({}, "Say what to change"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(office: Practice, settings: dict[str, object], words: str) -> None:
    before = office.facts()
    with pytest.raises(Usage, match=words):
        office.do(ADMIN, programs.edit, "housing", settings=settings)
    assert office.facts() == before


def test_a_policy_is_never_edited_but_followed_by_another(practice: Practice) -> None:
    practice.do(ADMIN, programs.edit, "housing", settings={"contact_low_days": 10})
    practice.go(3)
    practice.do(ADMIN, programs.edit, "housing", settings={"soon_days": 3})
    found = practice.rows(
        "SELECT p.version, p.contact_low_days, p.soon_days, p.is_current FROM policy p"
        " JOIN program g ON g.id = p.program_id WHERE g.code = 'housing' ORDER BY p.version"
    )
    assert [(row.version, row.contact_low_days, row.soon_days, bool(row.is_current)) for row in found] == [
        (1, 30, 7, False), (2, 10, 7, False), (3, 10, 3, True),
    ]  # fmt: skip
    assert practice.ask("ana", programs.current_policy, "housing")["soon_days"] == 3
