"""Early warnings of overload: plain rules, with their figures and the rows behind each, for those who answer for the worker."""

from __future__ import annotations

import pytest

from caseload.casework import setup, staff
from caseload.casework.staff import WorkerFields
from caseload.errors import NotPermitted, Usage
from caseload.reports import overload
from caseload.reports.overload import Warning
from tests.practice.kit import ADMIN, Practice


def warned(p: Practice, who: str = "ben", **more: str) -> list[Warning]:
    found: list[Warning] = p.ask(who, overload.listed, **more)
    return found


def rules(found: list[Warning]) -> list[tuple[str, str]]:
    return [(one.worker, one.rule) for one in found]


def add_up(p: Practice, who: str = "ben") -> None:
    for one in warned(p, who):
        for figure in one.figures:
            assert len(p.ask(who, overload.rows, one.rule, one.worker, figure.week)) == figure.count, (one, figure)


def test_load_that_rises_three_weeks_in_a_row_is_told_with_its_figures(practice: Practice) -> None:
    p = practice
    for _week in range(4):
        p.open(by="bo", worker="bo")
        p.go(7)
    [one] = warned(p)
    assert (one.worker, one.rule, [figure.count for figure in one.figures]) == ("bo", overload.LOAD, [1, 2, 3, 4])
    assert one.words == "open cases rose 3 weeks in a row: 1 → 2 → 3 → 4"
    add_up(p)
    # Far from full it is no overload; nearly full it is.
    p.do(ADMIN, staff.edit_worker, "bo", WorkerFields(capacity=6))
    assert warned(p) == []
    p.do(ADMIN, staff.edit_worker, "bo", WorkerFields(capacity=5))
    assert warned(p)[0].words.endswith("of 5")
    # A week that does not rise ends it.
    p.go(7)
    assert warned(p) == []


def test_overdue_work_that_rises_is_told_and_opens_its_cases(practice: Practice) -> None:
    p = practice
    mine = [p.open(by="bo", worker="bo") for _ in range(4)]
    for case in mine:
        p.task(case, -1, by="bo")
        p.go(7)
    assert (("bo", overload.OVERDUE)) in rules(warned(p))
    [one] = [one for one in warned(p) if one.rule == overload.OVERDUE]
    assert [figure.count for figure in one.figures] == [1, 2, 3, 4]
    add_up(p)


def test_four_weeks_without_a_free_day_are_told_and_one_free_day_ends_it(practice: Practice) -> None:
    p = practice
    case = p.open(ago=60)
    # A Friday: the last whole week ended five days ago.
    for ago in range(5, 5 + 28):
        if ago != 12:
            p.met(case, ago=ago)
    assert warned(p) == []
    p.note(case)
    p.tried(case, ago=12)
    [one] = warned(p)
    assert (one.worker, one.rule, [figure.count for figure in one.figures]) == ("ana", overload.NO_FREE_DAY, [7] * 4)
    add_up(p)
    p.do(ADMIN, setup.decide, {"free_day_weeks": "5"})
    assert warned(p) == []
    p.do(ADMIN, setup.decide, {"free_day_weeks": "0"})
    assert warned(p) == []


def test_only_who_answers_for_a_worker_is_warned_and_in_no_order_but_the_alphabet(practice: Practice) -> None:
    p = practice
    for _week in range(4):
        for who in ("bo", "ana"):
            p.open(by=who, worker=who)
        p.open(by="cleo", worker="cleo", program="youth")
        p.go(7)
    load = overload.LOAD
    assert rules(warned(p)) == [("ana", load), ("bo", load)]
    assert rules(warned(p, "ana")) == [("ana", load)]
    assert rules(warned(p, "sol")) == [("cleo", load)]
    assert rules(warned(p, ADMIN)) == [("ana", load), ("bo", load), ("cleo", load)]
    assert rules(warned(p, ADMIN, team="south")) == [("cleo", load)]
    assert rules(warned(p, ADMIN, worker="bo")) == [("bo", load)]
    add_up(p, ADMIN)
    for who in ("nia", "otto"):
        with pytest.raises(NotPermitted):
            warned(p, who)
    week = warned(p)[0].figures[-1].week
    for wrong in ((load, "cleo", week), (load, "bo", "2020-W01"), ("rank", "bo", week)):
        with pytest.raises(Usage):
            p.ask("ben", overload.rows, *wrong)


def test_after_how_many_weeks_is_the_agency_s_to_decide(practice: Practice) -> None:
    p = practice
    for _week in range(2):
        p.open()
        p.go(7)
    assert warned(p) == []
    p.do(ADMIN, setup.decide, {"rising_weeks": "1"})
    assert rules(warned(p)) == [("ana", overload.LOAD)]
    assert p.ask(ADMIN, setup.decided)["rising_weeks"] == "1"
    before = p.facts()
    receipt = p.do(ADMIN, setup.decide, {"rising_weeks": "0"})
    assert warned(p) == []
    p.take_back(receipt, by=ADMIN)
    assert p.facts() == before
    for wrong in ("13", "-1", "many", "yes"):
        with pytest.raises(Usage, match="weeks"):
            p.do(ADMIN, setup.decide, {"rising_weeks": wrong})
    with pytest.raises(NotPermitted):
        p.do("ben", setup.decide, {"rising_weeks": "2"})
