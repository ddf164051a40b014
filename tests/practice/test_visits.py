"""The monthly-visit measure while the month runs: who is due a visit, who had one, and how many more make 95 %."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from sqlalchemy import select

from caseload import models as m
from caseload.casework import cases, programs, stages, supervision, tally, visits
from caseload.casework.visits import Visits
from caseload.reports import visits as reported
from caseload.store import scope, selection
from caseload.store.database import Reading
from tests.practice.histories import STEPS, History, Step
from tests.practice.kit import ADMIN, DAY, Practice, Template
from tests.support.examples import examples


def found(p: Practice, query: str, by: str = "ana") -> set[str]:
    keys = p.ask(by, cases.keys, query)
    return {row.case for row in p.ask(by, cases.rows, keys).values()}


@pytest.fixture
def month(practice: Practice) -> tuple[Practice, dict[str, str]]:
    """20 November; the measure is of cases that were open when 1 November ended, and still are."""
    p, made = practice, {}
    for name, ago in (
        ("seen", 60),
        ("called", 60),
        ("unseen", 60),
        ("new", 10),
        ("first", 19),
        ("gone", 60),
        ("back", 60),
    ):
        made[name] = p.open(ago=ago, family=name.title())
    p.met(made["seen"], ago=3, kind="visit", place="home")
    p.met(made["seen"], ago=1, kind="office")
    p.met(made["called"], ago=3, kind="phone")
    p.tried(made["called"], ago=2, kind="visit")
    p.met(made["unseen"], ago=20, kind="visit")
    p.met(made["first"], ago=19, kind="group")
    p.do("ana", stages.move, made["gone"], "closed", "moved away")
    with p.scene() as w:  # closed in October, and opened again on the fifth
        row = {"case_id": p.id(made["back"]), "at": p.hour(30, 9), "why": "left, and came back"}
        w.add(m.case_stage, row, stage="closed", on_date=p.ago(30))
        w.add(m.case_stage, row | {"at": p.hour(15, 9)}, stage="active", on_date=p.ago(15))
    return p, made


def test_a_visit_is_due_in_every_case_that_was_open_when_the_month_began(
    month: tuple[Practice, dict[str, str]],
) -> None:
    p, made = month
    assert found(p, "visit:made") == {made["seen"], made["first"]}
    assert found(p, "visit:due") == {made["called"], made["unseen"]}
    assert found(p, "visit:due,made", by=ADMIN) == {made[name] for name in ("seen", "first", "called", "unseen")}
    p.met(made["called"], kind="visit")
    assert found(p, "visit:due") == {made["unseen"]}
    p.take_back()
    assert made["called"] in found(p, "visit:due")
    p.set_day(date(2026, 12, 1))
    assert made["seen"] in found(p, "visit:due"), "and the next month begins anew"
    assert made["back"] in found(p, "visit:due")


def test_what_runs_is_what_the_report_would_say(month: tuple[Practice, dict[str, str]]) -> None:
    p, _made = month
    for who in ("ana", "ben", ADMIN):
        assert _live(p, who) == _reported(p, who) == Visits(4, 2, _reported(p, who).home)


def _live(p: Practice, who: str) -> Visits:
    with p.as_(who).read() as r:
        made, due = selection.count(r, "visit:made"), selection.count(r, "visit:due")
        return Visits(made + due, made, _month(r).home)


def _reported(p: Practice, who: str) -> Visits:
    with p.as_(who).read() as r:
        return _month(r)


def _month(r: Reading) -> Visits:
    seen = select(m.case_file.c.id).where(scope.visible(r))
    return sum(reported.of_month(r, seen, r.today.replace(day=1), r.today).values(), Visits())


@given(steps=STEPS)
@examples(4)
def test_after_any_history_what_runs_is_what_the_report_would_say(template: Template, steps: list[Step]) -> None:
    p = template.copy()
    try:
        history = History(p)
        for step in steps:
            history.play(step)
        assert _live(p, ADMIN) == _reported(p, ADMIN)
    finally:
        p.drop()


def test_the_desk_says_it_of_each_worker_and_of_all_with_its_rows(month: tuple[Practice, dict[str, str]]) -> None:
    p, made = month
    other = p.open(by="ben", worker="bo", ago=40, family="Other", acknowledged=False)
    desk = p.ask("ben", supervision.desk)
    assert desk.whole.visits == Visits(5, 2)
    of = {one.worker: one.visits for one in desk.workers}
    assert (of["ana"], of["bo"]) == (Visits(4, 2), Visits(1, 0))
    rows = {(row.part, row.worker): row for row in supervision.figures(desk)}
    both = rows["visits_together", None]
    assert (both.count, both.of, both.percent, both.until) == (3, 5, 40.0, date(2026, 11, 30))
    assert found(p, both.query, "ben") == {made["called"], made["unseen"], other}
    assert found(p, rows["visits", "bo"].query, "ben") == {other}
    mine = p.ask("ana", supervision.desk)
    assert mine.whole.visits == Visits(4, 2)


def test_the_tally_of_today_says_it_and_that_of_a_day_past_does_not(month: tuple[Practice, dict[str, str]]) -> None:
    p, _made = month
    lines = tally.in_words(p.ask("ana", tally.tally))
    assert lines[-1] == "Visits 50 % (2 of 4): 2 more by 2026-11-30 make 95 %."
    assert p.ask("ana", tally.tally, on=p.ago(1)).visits is None
    assert p.ask("bo", tally.tally).visits == Visits(0, 0)


@pytest.mark.parametrize(
    ("due", "made", "said"),
    [
        (0, 0, "No case is due a visit this month."),
        (64, 60, "Visits 93.8 % (60 of 64): 1 more by Fri makes 95 %."),
        (64, 61, "Visits 95.3 % (61 of 64): 95 % of this month's are made."),
        (10_000, 9_496, "Visits 94.9 % (9496 of 10000): 4 more by Fri make 95 %."),
        (1, 1, "Visits 100 % (1 of 1): 95 % of this month's are made."),
    ],
)
def test_the_sentence_has_its_numbers_and_never_sounds_better_than_they_are(due: int, made: int, said: str) -> None:
    assert visits.in_words(Visits(due, made), "Fri") == said


def test_what_is_left_is_to_be_made_by_the_last_working_day(practice: Practice) -> None:
    assert practice.ask("ana", visits.by_when) == date(2026, 11, 30)
    with practice.scene() as w:
        w.add(m.holiday, {"on_date": date(2026, 11, 30), "name": "Patron"})
    assert practice.ask("ana", visits.by_when) == date(2026, 11, 27)
    practice.set_day(date(2026, 11, 28))
    assert practice.ask("ana", visits.by_when) == date(2026, 11, 30), "where no working day is left, the last day"


def test_a_program_that_has_no_case_is_due_no_visit(practice: Practice) -> None:
    practice.do(ADMIN, programs.add, "street", "Street work")
    assert practice.ask(ADMIN, supervision.desk).whole.visits == Visits()
    assert DAY.day == 20
