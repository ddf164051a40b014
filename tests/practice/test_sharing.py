"""Sharing out by the agency's load model: what weighs more counts for more, households stay whole, and no plan with fewer moves would do."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from caseload.casework import assign, balance, fewest, load_kinds, setup
from caseload.casework.assign import Wish
from tests.practice.kit import ADMIN, Practice
from tests.practice.test_balance import hire, level, moves, places, together
from tests.support.examples import examples


def told_by(practice: Practice, model: str) -> None:
    practice.do(ADMIN, setup.decide, {"load_model": model})
    practice.forget()


def by_model(practice: Practice, model: str = "cwla") -> None:
    """Youth are investigations, twelve of which fill a worker, housing ongoing: seventeen."""
    told_by(practice, model)
    practice.do(ADMIN, load_kinds.set_program, "housing", "cwla", "ongoing")
    practice.do(ADMIN, load_kinds.set_program, "youth", "cwla", "investigation")


def test_the_model_and_not_the_count_says_who_holds_too_much(practice: Practice) -> None:
    by_model(practice)
    places(practice, ana=100, bo=1)
    for _one in range(13):
        practice.open(program="youth")
    made = level(practice)
    # By the count Ana has eighty-seven places free, and Bo one.
    assert [to for _case, to in moves(made)] == ["bo"]
    assert (made.ceiling, made.reached) == (100.0, True)
    assert made.plan.moved[0].why.startswith("ana holds 108.3 % by cwla")
    load = {one.worker: one for one in made.plan.load}
    assert (load["ana"].cases_before, load["ana"].cases_after) == (13, 12)
    assert load["ana"].by_model is not None
    assert [one.percent for one in load["ana"].by_model] == [108.3, 100.0]


def test_the_heaviest_moves_where_that_is_one_case_fewer(practice: Practice) -> None:
    by_model(practice)
    places(practice, ana=100, bo=100)
    heavy = [practice.open(program="youth") for _ in range(10)]
    practice.go(3)
    for _one in range(4):
        practice.open()  # newer: by disruption alone these would move first
    made = level(practice)
    assert len(made.plan.moved) == 1 and made.reached
    assert made.plan.moved[0].case in heavy


def test_several_receivers_share_by_what_is_free_by_the_model(practice: Practice) -> None:
    by_model(practice)
    hire(practice, "eva", capacity=100)
    places(practice, bo=100)
    for _one in range(6):
        practice.open(by="ben", worker="bo", program="youth")
    for _one in range(7):
        practice.open(by="ben", worker="eva", acknowledged=False)
    # Bo is half full, Eva at seven seventeenths: who holds one case fewer is the fuller one.
    case = practice.open(program="youth")
    planned = practice.ask("ben", assign.plan, Wish(("bo", "eva"), cases=(case,)))
    assert [move.to for move in planned.moved] == ["eva"]
    told_by(practice, "count")
    places(practice, eva=30, bo=30)
    planned = practice.ask("ben", assign.plan, Wish(("bo", "eva"), cases=(case,)))
    assert [move.to for move in planned.moved] == ["bo"]


def test_a_case_of_no_kind_weighs_something_by_every_model(practice: Practice) -> None:
    for model in ("cwla", "sb2030-minimal", "wmt"):
        told_by(practice, model)
        if model == "cwla":
            places(practice, ana=0, bo=100)
            case = practice.open()
        assert moves(level(practice)) == [(case, "bo")], model


def test_who_held_a_case_before_has_it_first_and_a_household_goes_to_who_has_it(practice: Practice) -> None:
    places(practice, ana=0, bo=9)
    hire(practice, "abe", "zoe", capacity=9)
    back = practice.open(by="ben", worker="zoe", acknowledged=False)
    practice.do("ben", assign.commit, practice.ask("ben", assign.plan, Wish(("ana",), cases=(back,))), "nearer")
    made = level(practice)
    assert moves(made) == [(back, "zoe")]
    assert "knows the case" in made.plan.moved[0].why
    there = practice.open(by="ben", worker="abe", acknowledged=False)
    together(practice, back, there)
    assert moves(level(practice)) == [(back, "abe")]


def test_a_pair_moves_alone_where_a_single_case_beside_it_would_be_one_too_many(practice: Practice) -> None:
    places(practice, ana=2, bo=9)
    pair = [practice.open() for _ in range(2)]
    together(practice, *pair)
    three = [practice.open() for _ in range(3)]
    together(practice, *three)
    made = level(practice)
    # Three of five must go: the three together, and not the pair and then the three.
    assert sorted(case for case, _to in moves(made)) == sorted(three)


UNITS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 2), st.sampled_from([Fraction(1, 12), Fraction(1, 17), Fraction(1, 4)])),
    min_size=1, max_size=6,
)  # fmt: skip


@given(asked=UNITS, limits=st.tuples(*(st.sampled_from([Fraction(n, 12) for n in range(1, 13)]) for _ in range(3))))
@examples(150)
def test_no_way_with_fewer_moves_is_overlooked(
    asked: list[tuple[int, int, Fraction]], limits: tuple[Fraction, ...]
) -> None:
    """Against every way there is to deal the units out."""
    units = [
        fewest.Unit(holder, n, n * weight, tuple(who for who in range(3) if who != holder))
        for holder, n, weight in asked
    ]
    held = {who: sum((one.weight for one in units if one.holder == who), Fraction(0)) for who in range(3)}
    best: int | None = None
    for ways in product(range(3), repeat=len(units)):
        loads = [
            sum((one.weight for one, to in zip(units, ways, strict=True) if to == who), Fraction(0)) for who in range(3)
        ]
        if all(load <= most for load, most in zip(loads, limits, strict=True)):
            moved = sum(one.cases for one, to in zip(units, ways, strict=True) if to != one.holder)
            best = moved if best is None else min(best, moved)
    found = fewest.fewest(units, held, dict(enumerate(limits)), below=None)
    if best is None:
        assert found is None
        return
    assert found is not None and sum(units[at].cases for at in found) == best
    after = dict(held)
    for at, to in found.items():
        after[units[at].holder or 0] -= units[at].weight
        after[to] += units[at].weight
    assert all(after[who] <= limits[who] for who in range(3))


def test_a_household_is_one_unit_that_never_splits(practice: Practice) -> None:
    by_model(practice)
    places(practice, ana=100, bo=100)
    for _household in range(5):
        together(practice, *(practice.open(program="youth") for _ in range(3)))
    made = level(practice)
    assert len(made.plan.moved) == 3 and made.reached
    ana = int(practice.value("SELECT id FROM worker WHERE handle = 'ana'"))
    items = {item.id: item.household for item in practice.ask("ben", balance.items_of, ana)}
    gone = {items[move.id] for move in made.plan.moved}
    assert len(gone) == 1
