"""Balance: no more moves than it takes, nobody asked for what they cannot do, and the same answer every time."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from caseload import models as m
from caseload.casework import absences, assign, balance, custodians, staff, waiting
from caseload.casework.assign import Wish
from caseload.casework.balance import Balance
from caseload.errors import NotPermitted, Refused, Usage
from tests.practice.acts import back_and_forth
from tests.practice.kit import ADMIN, Practice
from tests.practice.scenes import name_on
from tests.support.examples import examples


def places(practice: Practice, **capacity: int) -> None:
    for handle, n in capacity.items():
        practice.do(ADMIN, staff.edit_worker, handle, staff.WorkerFields(capacity=n))


def hire(practice: Practice, *handles: str, team: str = "north", **more: Any) -> None:
    for handle in handles:
        practice.do(ADMIN, staff.add_worker, handle, staff.WorkerFields(team=team, **more))


def level(practice: Practice, team: str = "north", by: str = "ben", **more: bool) -> Balance:
    made: Balance = practice.ask(by, balance.level, team, **more)
    return made


def moves(made: Balance) -> list[tuple[str, str]]:
    return [(move.case, move.to) for move in made.plan.moved]


def together(practice: Practice, *cases: str) -> None:
    with practice.scene() as w:
        stay = w.add(m.stay, from_on=w.today)
        w.conn.execute(insert(m.stay_member), [{"stay_id": stay, "case_id": practice.id(case)} for case in cases])


def test_the_fewest_moves_bring_everybody_within_capacity(practice: Practice) -> None:
    places(practice, ana=4, bo=4)
    old = [practice.open(ago=30) for _ in range(4)]
    practice.go(3)
    new = [practice.open() for _ in range(2)]
    made = level(practice)
    assert sorted(moves(made)) == sorted((case, "bo") for case in new)
    assert (made.ceiling, made.reached) == (100.0, True)
    assert {kept.case for kept in made.plan.skipped} == set(old)
    assert {load.worker: (load.cases_before, load.cases_after) for load in made.plan.load} == {
        "ana": (6, 4),
        "bo": (0, 2),
    }
    (first, *_) = made.plan.moved
    assert first.why == f"ana holds 6 of 4; held since {practice.day}; bo: 0 of 4"


def test_what_nobody_has_begun_moves_first(practice: Practice) -> None:
    places(practice, ana=1, bo=4)
    practice.open()
    fresh = practice.open(by="ben", acknowledged=False)
    assert moves(level(practice)) == [(fresh, "bo")]
    assert "not yet acknowledged" in level(practice).plan.moved[0].why


def test_a_team_with_more_than_fits_keeps_to_the_lowest_ceiling_there_is(practice: Practice) -> None:
    places(practice, ana=4, bo=2)
    [practice.open() for _ in range(8)]
    made = level(practice)
    assert (len(made.plan.moved), made.ceiling, made.reached) == (2, 150.0, True)
    even = level(practice, even=True)
    assert even.ceiling == 150.0


def test_even_goes_below_full_capacity(practice: Practice) -> None:
    places(practice, ana=10, bo=10)
    [practice.open() for _ in range(6)]
    assert moves(level(practice)) == []
    made = level(practice, even=True)
    assert (len(made.plan.moved), made.ceiling) == (3, 30.0)


def test_nobody_away_or_barred_or_without_the_language_receives_any(practice: Practice) -> None:
    places(practice, ana=0, bo=9)
    hire(practice, "eva", "fay", capacity=9, languages="ar")
    practice.do(ADMIN, staff.edit_worker, "eva", staff.WorkerFields(languages="AR,es"))
    arabic, spanish, welsh = (practice.open(language=code) for code in ("ar", "es-mx", "cy"))
    days = (practice.day, practice.day + timedelta(days=2))
    practice.do("ben", absences.set_cover, "fay", (), *days, "leave")
    name_on(practice, welsh, "bo", "deny")
    made = level(practice)
    assert dict(moves(made)) == {arabic: "eva", spanish: "eva", welsh: "eva"}
    assert "speaks es" in next(move.why for move in made.plan.moved if move.case == spanish)


def test_a_receiver_makes_way_for_the_one_case_only_they_can_take(practice: Practice) -> None:
    """Taken one by one, the first case would fill the only worker who speaks the second one's language."""
    places(practice, ana=0, bo=1)
    hire(practice, "abe", capacity=1, languages="ar")
    plain = practice.open()
    practice.go()
    arabic = practice.open(language="ar")
    practice.do(ADMIN, staff.edit_worker, "bo", staff.WorkerFields(capacity=1))
    made = level(practice)
    assert dict(moves(made)) == {arabic: "abe", plain: "bo"}
    assert made.reached


def test_households_stay_together(practice: Practice) -> None:
    places(practice, ana=2, bo=9)
    pair = [practice.open() for _ in range(2)]
    together(practice, *pair)
    alone = practice.open(ago=50)
    assert moves(level(practice)) == [(alone, "bo")]
    places(practice, ana=0)
    practice.do("ben", assign.commit, level(practice).plan, "fairer loads")
    assert {practice.row(case, "ben").worker for case in pair} == {"bo"}


def test_a_case_goes_to_who_has_its_household(practice: Practice) -> None:
    places(practice, ana=0, bo=9)
    hire(practice, "abe", capacity=9)
    here, there = practice.open(), practice.open(by="ben", worker="bo")
    together(practice, here, there)
    made = level(practice)
    assert moves(made) == [(here, "bo")]
    assert "has their household" in made.plan.moved[0].why


def test_a_restricted_case_counts_and_stays(practice: Practice) -> None:
    places(practice, ana=0, bo=9)
    case, other = practice.open(), practice.open()
    practice.do("ben", custodians.restrict, case, "sol", "x")
    made = level(practice)
    assert moves(made) == [(other, "bo")]
    assert not made.reached
    assert case not in repr(made)


def test_what_if_changes_nothing_and_the_act_is_taken_back_whole(practice: Practice) -> None:
    places(practice, ana=1, bo=4)
    [practice.open() for _ in range(4)]
    before = practice.facts()
    made = level(practice)
    assert practice.facts() == before
    assert level(practice) == made
    receipt = practice.do("ben", assign.commit, made.plan, "fairer loads")
    assert level(practice).plan.moved == ()
    back_and_forth(practice, before, receipt, "ben")


def test_only_who_may_move_a_teams_cases_balances_it(practice: Practice) -> None:
    for who in ("ana", "sol", "otto"):
        with pytest.raises(NotPermitted):
            level(practice, by=who)
    with pytest.raises(Usage, match="Did you mean"):
        level(practice, "nort")
    practice.do(ADMIN, staff.add_team, "east", "East")
    with pytest.raises(Refused, match="Nobody in that team"):
        level(practice, "east", by=ADMIN)
    assert level(practice, by=ADMIN).reached


def test_a_query_is_spread_over_a_team_every_case_in_one_list(practice: Practice) -> None:
    mine, souths = [practice.open() for _ in range(4)], practice.open(by="sol", worker="cleo")
    made = practice.ask(ADMIN, balance.spread, Wish((), query="program:housing"), "south")
    assert sorted(move.case for move in made.moved) == sorted(mine)
    assert [kept.case for kept in made.skipped] == [souths]
    # Dan holds nothing yet, so he takes two before Cleo takes any.
    assert sorted(move.to for move in made.moved) == ["cleo", "cleo", "dan", "dan"]
    assert all(move.why for move in made.moved)


SMALL = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4)), min_size=2, max_size=4)


@given(team=SMALL, even=st.booleans())
@examples(60)
def test_no_plan_with_fewer_moves_would_do(team: list[tuple[int, int]], even: bool) -> None:
    """Against every way there is to choose how many cases each gives away."""
    people = {
        nth: balance.Person(nth, f"w{nth}", capacity, held, frozenset(), True)
        for nth, (held, capacity) in enumerate(team)
    }
    total = sum(held for held, _capacity in team)
    ceiling = balance._ceiling(people.values(), even)
    limits = [balance._limit(person, ceiling) for person in people.values()]
    assert sum(limits) >= total, "everybody can keep to the ceiling"
    if not even and sum(capacity for _held, capacity in team) >= total:
        assert ceiling == 1
    else:
        steps = {n / capacity for _held, capacity in team for n in range(total + 1)}
        for step in (one for one in steps if one < float(ceiling) - 1e-9):
            assert sum(int(step * capacity + 1e-9) for _held, capacity in team) < total, "no lower one would do"
    items = [
        balance.Item(nth * 10 + k, f"2026-{nth}{k}", nth, "", "", False, None, "low", False, True)
        for nth, (held, _capacity) in enumerate(team)
        for k in range(held)
    ]
    for person in people.values():
        person.room = max(0, balance._limit(person, ceiling) - person.held)
    given_away: dict[int, balance.Item] = {}
    for person in people.values():
        over = person.held - balance._limit(person, ceiling)
        if over > 0:
            balance._relieve(balance._Team(people, set(), {}), person, over, items, given_away)
    need = sum(max(0, held - limit) for (held, _capacity), limit in zip(team, limits, strict=True))
    assert len(given_away) == need
    after = [
        person.held + len(person.taken) - sum(item.owner_id == person.id for item in given_away.values())
        for person in people.values()
    ]
    assert all(n <= limit for n, limit in zip(after, limits, strict=True))
    assert not [a for a, b in combinations(given_away, 2) if a == b]


# ---------------------------------------------------------------- the waiting list


def test_who_waits_stands_in_one_order_by_program_risk_and_days(practice: Practice) -> None:
    wait = {
        name: practice.open(by="ben", worker=None, risk=risk, ago=ago, program=program)
        for name, risk, ago, program in (
            ("calm", "low", 30, "housing"),
            ("old", "high", 9, "housing"),
            ("new", "high", 2, "housing"),
            ("young", "critical", 1, "youth"),
        )
    }
    practice.open()
    rows = practice.ask("ben", waiting.listed)
    assert [(row.program, row.place, row.case, row.days) for row in rows] == [
        ("housing", 1, wait["old"], 9),
        ("housing", 2, wait["new"], 2),
        ("housing", 3, wait["calm"], 30),
        ("youth", 1, wait["young"], 1),
    ]
    assert rows == practice.ask("ben", waiting.listed)
    assert [row.case for row in practice.ask("ben", waiting.listed, program_code="youth")] == [wait["young"]]
    assert [row.case for row in practice.ask("ben", waiting.listed, query="risk:low")] == [wait["calm"]]
    assert {row.client for row in practice.ask(ADMIN, waiting.listed)} == {None}
    same = sorted(practice.open(by="ben", worker=None, risk="critical") for _ in range(3))
    assert [row.case for row in practice.ask("ben", waiting.listed, query="risk:critical program:housing")] == same


def test_admitting_is_a_stage_and_a_worker_in_one_act(practice: Practice) -> None:
    places(practice, bo=4)
    case = practice.open(by="ben", worker=None)
    held = practice.open()
    before = practice.facts()
    receipt = practice.do("ben", waiting.admit, [case], "bo", "there is room", stage="planning")
    assert receipt.words == "Admitted 1 case to bo"
    assert [(one.worker, one.cases_before, one.cases_after, one.percent_after) for one in receipt.data.load] == [
        ("bo", 0, 1, 25.0)
    ]
    row = practice.row(case, "ben")
    assert (row.stage, row.worker) == ("planning", "bo")
    assert practice.ask("ben", waiting.listed) == []
    back_and_forth(practice, before, receipt, "ben")
    with pytest.raises(Refused) as said:
        practice.do("ben", waiting.admit, [held], "bo", "there is room")
    assert list(said.value.details) == [f"{held}: it is with ana: reassign it"]
    for stage in ("referred", "closed", "limbo"):
        with pytest.raises(Usage, match="admitted to"):
            practice.do("ben", waiting.admit, [held], "bo", "x", stage=stage)
