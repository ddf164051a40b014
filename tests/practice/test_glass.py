"""Break-glass: a case out of sight opened in an emergency, by reason, for hours, and read of by whoever supervises it."""

from __future__ import annotations

import psycopg
import pytest

from caseload.casework import access, contacts, custodians, glass, numbers, page, setup, supervision
from caseload.errors import NotPermitted, Refused, Usage
from caseload.store import scope
from tests.practice.acts import moved
from tests.practice.kit import ADMIN, Practice

WHY = "At the door with her son, nobody of the team answers"


@pytest.fixture
def case(practice: Practice) -> str:
    practice.do(ADMIN, setup.decide, {"break_glass": "yes"})
    practice.forget()
    return practice.open(given="Salome", family="Ruizova")


def sees(practice: Practice, who: str, case: str) -> bool:
    return bool(practice.ask(who, scope.sees, practice.id(case)))


def test_it_opens_the_case_for_some_hours_and_no_longer(practice: Practice, case: str) -> None:
    assert not sees(practice, "cleo", case)
    practice.do("cleo", glass.break_glass, case, WHY)
    assert "Ruizova" in repr(page.open_page(practice.as_("cleo"), case, surface="screen"))
    practice.do("cleo", contacts.log, contacts.NewContact((case,), "phone", "made", note="Safe with her sister."))
    with practice.scene() as w:
        w.conn.exec_driver_sql("UPDATE glass SET until_at = at")
    assert not sees(practice, "cleo", case)


def test_its_supervisor_finds_it_on_the_desk_and_reads_why(practice: Practice, case: str) -> None:
    practice.do("cleo", glass.break_glass, case, WHY)
    assert practice.ask("ben", supervision.desk).waiting["glass"].count == 1
    [told] = practice.ask("ben", glass.openings)
    assert (told.case, told.worker, told.why) == (case, "cleo", WHY)
    practice.do("ben", glass.mark_read, case)
    assert practice.ask("ben", supervision.desk).waiting["glass"].count == 0
    assert practice.ask("ben", glass.openings) == []
    assert [one.read_by for one in practice.ask("cleo", glass.openings, read=True)] == ["ben"]


def test_who_has_it_open_so_is_among_those_who_see_it(practice: Practice, case: str) -> None:
    practice.do("cleo", glass.break_glass, case, WHY)
    for who, told in (("ben", WHY), (ADMIN, "")):
        [opened] = [one for one in practice.ask(who, access.listed, case) if one.ground == "emergency"]
        assert (opened.worker, opened.why) == ("cleo", told)
    until = practice.ask("cleo", page.read, practice.id(case)).answering.broken
    assert until == opened.until and practice.ask("ben", page.read, practice.id(case)).answering.broken is None


def test_nobody_marks_their_own_opening(practice: Practice, case: str) -> None:
    practice.do("sol", glass.break_glass, case, WHY)
    with pytest.raises(NotPermitted):
        practice.do("sol", glass.mark_read, case)
    moved(practice, case, to="cleo")
    assert practice.do("sol", glass.mark_read, case).change is None, "though it is her team's now"
    assert [one.read_by for one in practice.ask("sol", glass.openings)] == [None]


def test_it_is_not_there_unless_the_agency_allows_it(practice: Practice) -> None:
    case = practice.open()
    with pytest.raises(NotPermitted):
        practice.do("cleo", glass.break_glass, case, WHY)
    assert not sees(practice, "cleo", case)


@pytest.mark.parametrize("who", ["nia", "otto", ADMIN])
def test_it_is_for_those_who_work_with_clients(practice: Practice, case: str, who: str) -> None:
    with pytest.raises(NotPermitted):
        practice.do(who, glass.break_glass, case, WHY)


def test_a_restricted_case_one_that_is_barred_and_none_at_all_are_answered_alike(practice: Practice, case: str) -> None:
    barred = practice.open()
    practice.do("ben", custodians.restrict, case, "ben", "a colleague's sister")
    practice.do("ben", access.name, barred, "cleo", "deny", "her cousin")
    said = set()
    for number in (case, barred, numbers.compose(2026, 1)):
        with pytest.raises(Usage) as refused:
            practice.do("cleo", glass.break_glass, number, WHY)
        said.add(refused.value.message.replace(number, "N"))
    assert len(said) == 1
    assert not sees(practice, "cleo", case)


def test_what_is_in_sight_and_what_has_no_reason_is_refused(practice: Practice, case: str) -> None:
    with pytest.raises(Refused, match="anyway"):
        practice.do("ana", glass.break_glass, case, WHY)
    with pytest.raises(Usage, match="why"):
        practice.do("cleo", glass.break_glass, case, "urgent")


def test_an_opening_is_on_record_and_is_not_undone(practice: Practice, case: str) -> None:
    done = practice.do("cleo", glass.break_glass, case, WHY)
    assert practice.value("SELECT count(*) FROM journal WHERE table_name = 'glass' AND op = 'insert'") == 1
    with pytest.raises(Refused, match="cannot be undone"):
        practice.take_back(done, by="cleo")


def test_by_hand_nobody_opens_lengthens_or_reads_away_an_opening(practice: Practice, case: str) -> None:
    if practice.engine_name == "sqlite":
        return
    practice.do("cleo", glass.break_glass, case, WHY)
    for who, sql in (
        ("cleo", "UPDATE glass SET until_at = now() + interval '1 year'"),
        ("cleo", "DELETE FROM glass"),
        (
            "dan",
            "INSERT INTO glass (case_id, worker_id, why, at, until_at) VALUES (1, acting_worker(), 'x', now(), 'infinity')",
        ),
        ("dan", f"SELECT break_glass('{case}', 'short')"),
    ):
        with (
            psycopg.connect(practice.url_of(who), autocommit=True) as conn,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            conn.execute(sql.encode())
    with psycopg.connect(practice.url_of("cleo"), autocommit=True) as conn:
        assert conn.execute("UPDATE glass SET read_at = now()").rowcount == 0
