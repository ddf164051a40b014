"""Names on a case: who is let in, who is kept out, and whether the server agrees with all that is said of who sees what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caseload.casework import access, custodians, staff
from caseload.errors import NotPermitted, Refused, Usage
from caseload.store import boundary, scope
from tests.practice.kit import ADMIN, Practice


def sees(practice: Practice, who: str, case: str) -> bool:
    return bool(practice.ask(who, scope.sees, practice.id(case)))


def test_who_is_let_in_sees_the_case_to_the_last_day_and_not_after(practice: Practice) -> None:
    case = practice.open()
    last = practice.day + timedelta(days=2)
    practice.do("ben", access.name, case, "dan", "allow", "interprets for her", until=last)
    assert [(one.worker, one.ground, one.until) for one in practice.ask("dan", access.listed, case)] == [
        ("ana", "worker", None), ("ben", "supervisor", None), ("dan", "allow", last),
    ]  # fmt: skip
    practice.go(2)
    assert sees(practice, "dan", case)
    practice.go()
    assert not sees(practice, "dan", case)


def test_who_is_kept_out_learns_nothing_of_it_whatever_their_role(practice: Practice) -> None:
    case = practice.open(by="ben", worker="bo")
    practice.do(ADMIN, access.name, case, "ben", "deny", "his cousin")
    assert not sees(practice, "ben", case)
    with pytest.raises(Usage, match="no case"):
        practice.ask("ben", access.listed, case)
    practice.do(ADMIN, access.end, case, "ben", "it was somebody else")
    assert sees(practice, "ben", case)


def test_one_undo_takes_a_name_back(practice: Practice) -> None:
    case = practice.open()
    before = practice.facts()
    receipt = practice.do("ben", access.name, case, "dan", "allow", "interprets for her")
    practice.take_back(receipt, by="ben")
    assert not sees(practice, "dan", case)
    assert practice.facts() == before


def test_keeping_out_ends_a_name_and_a_name_does_not_end_keeping_out(practice: Practice) -> None:
    case = practice.open()
    practice.do("ben", access.name, case, "dan", "allow", "interprets for her")
    practice.do("ben", access.name, case, "dan", "deny", "her neighbour")
    assert [one.ground for one in practice.ask("ana", access.listed, case)] == ["worker", "supervisor", "deny"]
    with pytest.raises(Refused, match="is kept from that case"):
        practice.do("ben", access.name, case, "dan", "allow", "after all")


@pytest.mark.parametrize("who", ["ana", "sol", "dan"])
def test_names_are_for_who_may_restrict_the_case(practice: Practice, who: str) -> None:
    case = practice.open()
    with pytest.raises((NotPermitted, Usage)):
        practice.do(who, access.name, case, "bo", "deny", "a cousin")


def test_to_a_restricted_case_its_custodian_alone_names_people(practice: Practice) -> None:
    case = practice.open()
    practice.do("ben", custodians.restrict, case, "sol", "a colleague's sister")
    for who in ("ana", "ben", ADMIN):
        with pytest.raises((NotPermitted, Usage)):
            practice.do(who, access.name, case, "bo", "allow", "helps")
    practice.do("sol", access.name, case, "bo", "allow", "helps")
    assert sees(practice, "bo", case)


@pytest.mark.parametrize(("who", "kind", "words"), [
    ("ana", "deny", "holds that case"),
    ("nia", "allow", "sees no client"),
    ("otto", "allow", "sees no client"),
])  # fmt: skip
def test_a_name_that_could_not_be_is_refused(practice: Practice, who: str, kind: str, words: str) -> None:
    case = practice.open()
    with pytest.raises(Refused, match=words):
        practice.do("ben", access.name, case, who, kind, "a reason")


def test_everybody_is_listed_with_what_they_see(practice: Practice) -> None:
    practice.open()
    practice.open(by="cleo", worker="cleo")
    shown = {one.worker: one.cases for one in practice.ask(ADMIN, boundary.everybody)}
    if practice.engine_name == "postgresql":
        assert set(shown.values()) == {None}, "nobody who works here sees them all"
        return
    assert shown == {"ada": 2, "ana": 1, "bo": 0, "cleo": 1, "dan": 0, "ben": 1, "sol": 1, "nia": 0, "otto": 0}


def test_an_sqlite_file_has_no_logins_to_make(practice: Practice) -> None:
    if practice.engine_name == "sqlite":
        with pytest.raises(Refused, match="no logins"):
            practice.do(ADMIN, staff.first_password, "bo")
        return
    with pytest.raises(Refused, match="database administrator"):
        practice.do(ADMIN, staff.first_password, "bo")
