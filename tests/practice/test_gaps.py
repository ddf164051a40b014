"""What records lack: each gap of HMIS from the row that makes it to the query, the list and the number that open it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from caseload import models as m
from caseload.casework import cases, lacks, programs, stages
from caseload.errors import Usage
from caseload.models import case_file
from caseload.reports import dashboard, weekly
from caseload.reports.period import Period
from caseload.store import gaps, terms
from tests.practice.finding import assess
from tests.practice.kit import ADMIN, DAY, Practice, Template


@pytest.fixture(scope="module")
def reported(template: Template) -> Iterator[Practice]:
    """An agency whose housing is rapid re-housing of HMIS and whose youth work is nobody's business there."""
    made = template.copy()
    made.do(ADMIN, programs.edit, "housing", hmis="13")
    yield made
    made.drop()


def found(p: Practice, query: str, who: str = "ana") -> set[str]:
    def asked(r: Any) -> set[str]:
        return {row.case for row in cases.rows(r, cases.keys(r, query)).values()}

    return p.ask(who, asked)  # type: ignore[no-any-return]


def lacking(p: Practice, case: str, who: str = "ana") -> set[str]:
    return set(p.ask(who, lacks.of_cases, [p.id(case)]).get(p.id(case), ()))


def served_together(p: Practice, *members: tuple[str, str]) -> None:
    with p.scene() as w:
        home = w.add(m.stay, {"from_on": DAY})
        for case, how in members:
            w.add(m.stay_member, {"stay_id": home, "case_id": p.id(case), "relationship": how})


def told(p: Practice, case: str, phase: str = "baseline", on: date | None = None, **typed: str) -> None:
    assess(p, case, "hmis", typed, phase=phase, on=on)


def test_the_words_of_the_query_language_are_the_gaps() -> None:
    assert tuple(gaps.GAPS) == terms.GAPS
    assert terms.CLOSED_GAPS == gaps.CLOSED
    assert set(lacks.titles()) == set(gaps.GAPS)
    assert all(gap.source for gap in gaps.GAPS.values() if gap.hmis)


def test_only_programs_that_are_reported_are_asked_for_what_hmis_wants(reported: Practice) -> None:
    p = reported
    there, elsewhere = p.open(ago=10), p.open(ago=10, program="youth")
    wanted = {name for name, gap in gaps.GAPS.items() if gap.hmis}
    assert {"disabling", "living", "income"} <= lacking(p, there)
    assert not lacking(p, elsewhere) & wanted
    assert {there} == found(p, f"gap:income case:{there},{elsewhere}")


def test_an_agency_without_hmis_hears_nothing_of_it(practice: Practice) -> None:
    case = practice.open(ago=10)
    page = practice.ask("ana", dashboard.page, "gaps")
    assert not {one.key for one in page.lines} & {name for name, gap in gaps.GAPS.items() if gap.hmis}
    assert "HMIS" in page.note
    assert not lacking(practice, case) & {"income", "living", "disabling"}


def test_what_was_answered_is_no_gap_and_not_to_know_is_one(reported: Practice) -> None:
    p = reported
    case, unsure = p.open(ago=10), p.open(ago=10)
    told(p, case, income="yes", disabling="no", living="101")
    told(p, unsure, income="8", disabling="9", living="99")
    assert not lacking(p, case) & {"income", "disabling", "living"}
    assert {"income", "disabling", "living"} <= lacking(p, unsure)


def test_a_household_without_a_head_and_one_with_two_are_told_apart(reported: Practice) -> None:
    p = reported
    one, two, three, four = (p.open(ago=10) for _n in range(4))
    served_together(p, (one, "partner"), (two, "child"))
    served_together(p, (three, "self"), (four, "self"))
    assert found(p, f"gap:no_head case:{one},{two},{three},{four}") == {one, two}
    assert found(p, f"gap:heads case:{one},{two},{three},{four}") == {three, four}


def test_a_closing_without_a_destination_is_looked_for_among_closed_cases(reported: Practice) -> None:
    p = reported
    said, unsaid, died = p.open(ago=10), p.open(ago=10), p.open(ago=10)
    for case, how in ((said, {"destination": "410"}), (unsaid, {"destination": "99"}), (died, {"reason": "deceased"})):
        p.do("ana", stages.move, case, "closed", "it ends", override=True, **how)
    among = f"case:{said},{unsaid},{died}"
    assert found(p, f"gap:destination {among}") == {unsaid}
    assert not found(p, f"gap:any {among}")
    row = next(one for one in p.ask("ana", lacks.rows, [p.id(unsaid)]))
    assert "destination" in row.gaps and row.worker == "ana"


def test_stays_of_one_client_in_one_program_overlap(reported: Practice) -> None:
    p = reported
    first, again = p.open(ago=40), p.open(ago=10)
    after = p.open(ago=5, program="youth")
    client = select(case_file.c.client_id).where(case_file.c.id == p.id(first)).scalar_subquery()
    with p.scene() as w:
        w.conn.execute(update(case_file).where(case_file.c.id.in_([p.id(again), p.id(after)])).values(client_id=client))
    assert found(p, f"gap:overlap case:{first},{again},{after}") == {first, again}


def test_the_annual_assessment_counts_for_the_anniversary_it_was_near_to(reported: Practice) -> None:
    p = reported
    young, late, done = p.open(ago=390), p.open(ago=400), p.open(ago=400)
    anniversary = DAY - timedelta(days=35)
    told(p, done, "annual", anniversary + timedelta(days=20), income="yes")
    assert found(p, f"gap:annual case:{young},{late},{done}") == {late}
    assert not found(p, f"gap:annual_income case:{done}")


def test_a_day_of_moving_in_before_the_entry_cannot_be(reported: Practice) -> None:
    p = reported
    before, after, none = (p.open(ago=100) for _n in range(3))
    told(p, before, **{"moved-in": (DAY - timedelta(days=200)).isoformat()})
    told(p, after, **{"moved-in": (DAY - timedelta(days=20)).isoformat()})
    assert found(p, f"gap:move_in case:{before},{after},{none}") == {before}
    assert found(p, f"gap:no_move_in case:{before},{after},{none}") == {none}


def test_whoever_sees_no_identity_is_told_of_no_gap_that_is_read_from_it(reported: Practice) -> None:
    p = reported
    case = p.open(ago=10)
    assert "income" in lacking(p, case)
    assert not lacking(p, case, ADMIN) & {name for name, gap in gaps.GAPS.items() if gap.telling}
    assert case not in found(p, "gap:income", ADMIN)


@pytest.mark.parametrize("who", ["ana", "ben", ADMIN])
def test_the_list_the_query_and_the_number_say_the_same(reported: Practice, who: str) -> None:
    p = reported
    page = p.ask(who, dashboard.page, "gaps")
    listed = list(p.ask(who, lambda r: lacks.rows(r, lacks.keys(r))))
    assert all(row.gaps for row in listed)
    for line in page.lines:
        named = {row.case for row in listed if line.key in row.gaps}
        assert len(named) == line.numbers[0].count, line.key
        assert named == found(p, f"gap:{line.key}", who), line.key


def test_the_weekly_report_counts_them_beside_the_others(reported: Practice) -> None:
    p = reported

    def counted(r: Any) -> dict[str, tuple[int, int]]:
        week = Period(DAY - timedelta(days=4), DAY)
        parts = {one.name: one for one in weekly.tables(r, select(case_file.c.id), week, rows=False)}
        return {row[0]: (row[2], row[3]) for row in parts["gaps"].rows}

    report, page = p.ask("ben", counted), p.ask("ben", dashboard.page, "gaps")
    for line in page.lines:
        if line.key not in gaps.CLOSED:
            assert report[line.key] == tuple(one.count for one in line.numbers), line.key


def test_a_program_is_marked_and_a_slip_says_what_there_is(practice: Practice) -> None:
    practice.do(ADMIN, programs.edit, "youth", hmis="4")
    assert {one.program: one.hmis_type for one in practice.ask(ADMIN, programs.listed)} == {"housing": None, "youth": 4}
    practice.do(ADMIN, programs.edit, "youth", hmis="none")
    assert {one.hmis_type for one in practice.ask(ADMIN, programs.listed)} == {None}
    with pytest.raises(Usage, match="13 rapid re-housing"):
        practice.do(ADMIN, programs.edit, "youth", hmis="5")
