"""Loads by published models: what kind a case is, what a worker carries by it, and what a move does to that."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from caseload.casework import assign, load_kinds, reductions, setup, staff, stages, transfers, workload
from caseload.casework.staff import WorkerFields
from caseload.errors import NotPermitted, Refused, Usage

from .kit import ADMIN, Practice


def carried(practice: Practice, handle: str, model: str, *, by: str = "nia") -> workload.LoadRow:
    return next(row for row in practice.ask(by, workload.listed, model=model) if row.worker == handle)


def by_model(practice: Practice, model: str) -> None:
    """The agency tells loads by this model."""
    practice.do(ADMIN, setup.decide, {"load_model": model})
    practice.forget()


def test_a_mixed_caseload_is_the_sum_of_its_parts_as_the_study_has_it(practice: Practice) -> None:
    practice.do(ADMIN, load_kinds.set_program, "housing", "sb2030", "emergency-response")
    cases = [practice.open() for _ in range(9)]
    practice.do("ana", load_kinds.set_cases, cases[:4], "sb2030", "family-maintenance")
    told = carried(practice, "ana", "sb2030")
    # The worked example of the study: 5 emergency responses and 4 family maintenances at the minimal standard.
    assert (told.model, told.version, told.percent, told.cases, told.unknown) == (
        "sb2030-minimal",
        "2000-1",
        66.6,
        9,
        0,
    )
    assert carried(practice, "ana", "sb2030-optimal").percent == 89.7
    assert carried(practice, "bo", "sb2030").percent == 0


def test_a_case_of_no_kind_is_counted_apart_and_never_as_nothing(practice: Practice) -> None:
    [practice.open() for _ in range(2)]
    told = carried(practice, "ana", "cwla")
    assert (told.load, told.percent, told.unknown) == (0, 0, 2)


def test_points_are_carried_against_those_that_ones_hours_give(practice: Practice) -> None:
    practice.do(ADMIN, load_kinds.set_program, "housing", "wmt", "Community b2")
    [practice.open() for _ in range(20)]
    told = carried(practice, "ana", "wmt")
    assert (told.load, told.capacity, told.percent, told.version) == (2300, 2176, 105.7, "seed-1")
    practice.do(ADMIN, staff.edit_worker, "ana", WorkerFields(weekly_minutes=1110))
    assert carried(practice, "ana", "wmt").capacity == 1088
    practice.do("ben", reductions.add, "ana", "newly qualified", practice.day)
    assert carried(practice, "ana", "wmt").capacity == 870  # a fifth of the hours for nine months
    practice.go(290)
    assert carried(practice, "ana", "wmt").capacity == 1088


def test_a_young_adults_case_weighs_as_in_custody(practice: Practice) -> None:
    case = practice.open()
    practice.do("ana", load_kinds.set_cases, [case], "wmt", "licence A3 young")
    assert carried(practice, "ana", "wmt").load == 75


def test_the_limits_for_mixed_kinds_are_said_to_be_passed(practice: Practice) -> None:
    practice.do(ADMIN, load_kinds.set_program, "housing", "cwla", "ongoing")
    cases = [practice.open() for _ in range(12)]
    practice.do("ana", load_kinds.set_cases, cases[:1], "cwla", "investigation")
    assert carried(practice, "ana", "cwla").over_combined


def test_a_closed_case_weighs_nothing(practice: Practice) -> None:
    practice.do(ADMIN, load_kinds.set_program, "housing", "cwla", "ongoing")
    case = practice.open()
    practice.do("ana", stages.move, case, "closed", "moved away")
    assert carried(practice, "ana", "cwla").load == 0


def test_a_move_says_what_it_does_to_loads_by_the_agencys_model(practice: Practice) -> None:
    practice.do(ADMIN, load_kinds.set_program, "housing", "sb2030", "reunification")
    cases = [practice.open() for _ in range(3)]
    by_model(practice, "sb2030-minimal")
    planned = practice.ask("ben", assign.plan, assign.Wish(("bo",), cases=tuple(cases[:2])))
    told = {one.worker: [side.percent for side in one.by_model] for one in planned.load}
    assert told == {"ana": [19.2, 6.4], "bo": [0.0, 12.8]}
    practice.do("ben", assign.commit, planned, "Balance")
    assert carried(practice, "bo", "sb2030").percent == 12.8
    offer = practice.ask("ana", transfers.plan, [cases[2]], "cleo")
    assert {one.worker: one.by_model[1].percent for one in offer.load} == {"ana": 0.0, "cleo": 6.4}


def test_by_the_plain_count_nothing_more_is_told(practice: Practice) -> None:
    case = practice.open()
    planned = practice.ask("ben", assign.plan, assign.Wish(("bo",), cases=(case,)))
    assert [one.by_model for one in planned.load] == [None, None]


def test_what_kind_a_case_is_is_taken_back(practice: Practice) -> None:
    practice.do(ADMIN, load_kinds.set_program, "housing", "sb2030", "reunification")
    case = practice.open()
    before = practice.facts()
    first = practice.do("ana", load_kinds.set_cases, [case], "sb2030", "permanent-placement")
    second = practice.do("ana", load_kinds.set_cases, [case], "sb2030", None)
    assert carried(practice, "ana", "sb2030").percent == 6.4
    practice.take_back(second)
    assert carried(practice, "ana", "sb2030").percent == 4.2
    practice.take_back(first)
    assert {name: rows for name, rows in practice.facts().items() if rows != before[name]}.keys() <= {
        "change",
        "journal",
    }


@pytest.mark.parametrize(
    ("model", "kind"), [("sb2030", "reunion"), ("wmt", "community E1"), ("wmt", "custody"), ("horoscope", "aries")]
)
def test_a_kind_that_no_model_knows_is_wrong_usage(office: Practice, model: str, kind: str) -> None:
    with pytest.raises(Usage):
        office.do(ADMIN, load_kinds.set_program, "housing", model, kind)


def test_programs_are_an_admins_to_describe_and_cases_of_those_who_work_with_them(practice: Practice) -> None:
    case = practice.open()
    with pytest.raises(NotPermitted):
        practice.do("ben", load_kinds.set_program, "housing", "cwla", "ongoing")
    with pytest.raises(Usage):
        practice.do("cleo", load_kinds.set_cases, [case], "cwla", "ongoing")


def test_why_somebody_carries_less_is_for_themselves_and_who_leads_them(practice: Practice) -> None:
    made = practice.do("ben", reductions.add, "ana", "long sick", practice.day, hours=Decimal(10)).data
    told = {
        who: [row.kind for row in practice.ask(who, reductions.listed)]
        for who in ("ana", "ben", ADMIN, "bo", "cleo", "sol")
    }
    assert told == {"ana": ["long sick"], "ben": ["long sick"], ADMIN: ["long sick"], "bo": [], "cleo": [], "sol": []}
    # What it comes to, everybody is told.
    assert carried(practice, "ana", "wmt", by="cleo").capacity == 2176 * 27 // 37
    with pytest.raises(NotPermitted):
        practice.do("bo", reductions.add, "ana", "long sick", practice.day, hours=Decimal(1))
    with pytest.raises(Usage):
        practice.do("sol", reductions.end, made["reduction"])
    practice.do("ana", reductions.end, made["reduction"])
    practice.go()
    assert [row.state for row in practice.ask("ana", reductions.listed, past=True)] == ["archived"]
    with pytest.raises(Refused):
        practice.do("ana", reductions.end, made["reduction"])


def test_the_usual_length_of_a_reduction_ends_with_the_day_before(practice: Practice) -> None:
    first = date(2026, 8, 31)
    made = practice.do(ADMIN, reductions.add, "ana", "trainee, first six months", first)
    assert made.data["to"] == date(2027, 2, 27)  # there is no 31 February: six months are full with its last day
    assert made.data["minutes"] == 2220 * 80 // 100


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("holiday", {}),
        ("disability", {}),  # set by hand
        ("union duty", {"hours": Decimal(38)}),
        ("union duty", {"last": date(2026, 11, 1)}),
    ],
)
def test_a_reduction_that_cannot_be_is_wrong_usage(office: Practice, kind: str, more: dict) -> None:
    with pytest.raises(Usage):
        office.do(ADMIN, reductions.add, "ana", kind, office.day + timedelta(days=1), **more)
