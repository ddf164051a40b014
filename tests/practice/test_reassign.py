"""Moving cases: what the plan says happens, and nothing else; and nothing at all where the plan has gone stale."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caseload.casework import (
    assign,
    intake,
    loads,
    notes,
    page,
    scratches,
    staff,
    stages,
    tasks,
)
from caseload.casework.assign import Wish
from caseload.errors import NotPermitted, Refused, Usage
from caseload.store import identity
from tests.practice.kit import ADMIN, Practice
from tests.practice.scenes import commit, leave_for, name_on, plan, stale

NEW = intake.NewCase("Mara", "Conti", "housing", worker="ana")


def holders(practice: Practice, *cases: str) -> list[str | None]:
    return [practice.row(case, "ben").worker for case in cases]


def capacity(practice: Practice, **places: int) -> None:
    for handle, places_ in places.items():
        practice.do(ADMIN, staff.edit_worker, handle, staff.WorkerFields(capacity=places_))
    practice.forget()


# ---------------------------------------------------------------- the plan


def test_every_case_selected_stands_in_exactly_one_list(practice: Practice) -> None:
    mine, theirs = [practice.open() for _ in range(3)], practice.open(by="ben", worker="bo")
    closed, south, kept_out = practice.open(), practice.open(by="sol", worker="cleo"), practice.open()
    practice.do("ana", stages.move, closed, "closed", "moved away")
    name_on(practice, kept_out, "bo", "deny")
    several = (*mine, theirs, closed, kept_out, mine[0])
    made = plan(practice, Wish(("bo",), cases=several))
    lists = [[one.case for one in made.moved], [one.case for one in made.skipped], [one.case for one in made.blocked]]
    assert lists == [sorted(mine), [theirs], sorted([closed, kept_out])]
    assert {one.why for one in made.skipped} == {"already with bo"}
    assert {one.case: one.why for one in made.blocked} == {
        closed: "the case is closed",
        kept_out: "its receiver is barred from this case by name",
    }
    with pytest.raises(Usage):
        plan(practice, Wish(("bo",), cases=(*mine, south)))


def test_a_query_or_a_worker_selects_open_cases_only(practice: Practice) -> None:
    high, low, closed = practice.open(risk="high"), practice.open(), practice.open(risk="high")
    other = practice.open(by="ben", worker="bo", risk="high")
    practice.do("ana", stages.move, closed, "closed", "moved away")
    assert [one.case for one in plan(practice, Wish(("ben",), query="risk:high")).moved] == sorted([high, other])
    assert [one.case for one in plan(practice, Wish(("ben",), from_worker="ana")).moved] == sorted([high, low])
    both = plan(practice, Wish(("ben",), query="risk:high", from_worker="ana"))
    assert [one.case for one in both.moved] == [high]
    assert plan(practice, Wish(("ben",), query="worker:none")).moved == ()


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Wish(("bo",)), "Say which cases"),
        (Wish((), query="risk:low"), "Name who receives"),
        (Wish(("bob",), query="risk:low"), "Did you mean 'bo'"),
        (Wish(("bo",), query="rsk:low"), "rsk"),
        (Wish(("bo",), from_worker="anna"), "Did you mean 'ana'"),
        (Wish(("bo",), cases=("2026-000002",)), "slip"),
    ],
)
def test_a_wish_that_cannot_be_understood_is_refused(office: Practice, wish: Wish, words: str) -> None:
    with pytest.raises(Usage, match=words):
        plan(office, wish)


def test_nobody_who_has_left_or_holds_no_cases_receives_any(practice: Practice) -> None:
    case = practice.open()
    practice.do(ADMIN, staff.leave, "dan")
    for handle, words in (("dan", "has left"), ("otto", "holds no cases"), (ADMIN, "holds no cases")):
        with pytest.raises(Refused, match=words):
            plan(practice, Wish((handle,), cases=(case,)), by=ADMIN)


def test_somebody_away_receives_nothing_by_accident(practice: Practice) -> None:
    cases = tuple(practice.open() for _ in range(3))
    leave_for(practice, "bo", 0, 6)
    alone = plan(practice, Wish(("bo",), cases=cases))
    assert not alone.moved
    assert {one.why for one in alone.blocked} == {f"bo is away until {practice.day + timedelta(days=6)}"}
    shared = plan(practice, Wish(("bo", "ben"), cases=cases))
    assert {one.to for one in shared.moved} == {"ben"}


def test_cases_are_shared_by_free_places_then_by_case_number(practice: Practice) -> None:
    capacity(practice, bo=4, ben=3, cleo=2)
    practice.open(by="ben", worker="bo")
    cases = sorted(practice.open() for _ in range(6))
    made = plan(practice, Wish(("bo", "ben", "cleo"), cases=tuple(cases)), by=ADMIN)
    # Three places each with Bo and Ben, two with Cleo: the roomiest first, the one named first among equals.
    assert [(one.case, one.to) for one in made.moved] == list(
        zip(cases, ["bo", "ben", "bo", "ben", "cleo", "bo"], strict=True)
    )


def test_the_plan_says_what_it_does_to_loads(practice: Practice) -> None:
    capacity(practice, ana=4, bo=8)
    cases = tuple(practice.open() for _ in range(3))
    practice.open(by="ben", worker="bo")
    made = plan(practice, Wish(("bo", "ben"), cases=cases[:2]))
    told = {one.worker: (one.cases_before, one.cases_after, one.percent_before, one.percent_after) for one in made.load}
    assert told == {"ana": (3, 1, 75.0, 25.0), "bo": (1, 1, 12.5, 12.5), "ben": (0, 2, None, None)}
    commit(practice, made)
    counted = practice.ask("ben", loads.open_cases)
    by_handle = {row.handle: counted.get(row.id, 0) for row in practice.rows("SELECT id, handle FROM worker")}
    assert {one.worker: one.cases_after for one in made.load} == {handle: by_handle[handle] for handle in told}


def test_a_plan_changes_nothing(practice: Practice) -> None:
    case = practice.open()
    before = practice.facts()
    plan(practice, Wish(("bo",), cases=(case,)))
    assert practice.facts() == before


# ---------------------------------------------------------------- the move


def test_the_new_worker_starts_where_the_old_one_ended_and_the_past_is_kept(practice: Practice) -> None:
    case = practice.open()
    commit(practice, plan(practice, Wish(("bo",), cases=(case,))))
    first, second = practice.rows("SELECT * FROM assignment ORDER BY id")
    assert first.ends_at == second.starts_at
    assert (second.ends_at, second.acknowledged_at) == (None, None)
    assert [(row.worker, row.ends_at is None) for row in page.open_page(practice.as_("bo"), case, surface="show").assignments] == [
        ("bo", True), ("ana", False),
    ]  # fmt: skip


def test_the_team_follows_the_worker(practice: Practice) -> None:
    case = practice.open()
    commit(practice, plan(practice, Wish(("cleo",), cases=(case,))))
    assert practice.value("SELECT t.code FROM case_file c JOIN team t ON t.id = c.team_id") == "south"


def test_open_tasks_and_coming_appointments_follow_and_what_was_somebody_elses_stays(practice: Practice) -> None:
    case = practice.open()
    mine, done, bens = practice.task(case, due=3), practice.task(case, due=4), practice.task(case, due=5, worker="ben")
    practice.do("ana", tasks.done, done)
    coming, past = practice.appoint(case, ahead=2), practice.appoint(case, ahead=0)
    practice.go()
    commit(practice, plan(practice, Wish(("bo",), cases=(case,))))

    def whose(table: str, key: int) -> object:
        return practice.value(
            f"SELECT w.handle FROM {table} x JOIN worker w ON w.id = x.worker_id WHERE x.id = :key", key=key
        )

    assert [whose("task", key) for key in (mine, done, bens)] == ["bo", "ana", "ben"]
    assert [whose("appointment", key) for key in (coming, past)] == ["bo", "ana"]


def test_drafts_and_scratch_do_not_follow(practice: Practice) -> None:
    case = practice.open()
    draft = practice.note(case, "Still mine.")
    scratches.keep(practice.as_("ana"), "note", f"case:{practice.id(case)}", "Half a sent")
    commit(practice, plan(practice, Wish(("bo",), cases=(case,))))
    with pytest.raises(NotPermitted, match="author"):
        practice.do("bo", notes.sign, draft)
    assert [one.body for one in practice.ask("ana", scratches.all_mine)] == ["Half a sent"]
    assert practice.ask("bo", scratches.all_mine) == []


def test_a_reason_is_needed_and_kept(practice: Practice) -> None:
    case = practice.open()
    made = plan(practice, Wish(("bo",), cases=(case,)))
    for why in ("", "   ", "\u200b"):
        with pytest.raises(Usage, match="reason"):
            practice.do("ben", assign.commit, made, why)
    commit(practice, made)
    assert practice.value("SELECT why FROM assignment WHERE ends_at IS NULL") == "fairer loads"


def test_a_plan_that_moves_nothing_leaves_no_change(practice: Practice) -> None:
    case = practice.open(by="ben", worker="bo")
    newest = practice.value("SELECT max(id) FROM change")
    receipt = commit(practice, plan(practice, Wish(("bo",), cases=(case,))))
    assert receipt.change is None
    assert practice.value("SELECT max(id) FROM change") == newest


def test_a_demo_whose_day_stands_still_can_move_a_case_earlier_than_it_was_opened(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened at ten in the evening of the day that stands still, moved at eight in the next real morning."""
    real = identity.now
    monkeypatch.setattr(identity, "now", lambda: real() + timedelta(hours=9))
    case, other = practice.open(), practice.open()
    monkeypatch.setattr(identity, "now", real)
    commit(practice, plan(practice, Wish(("bo",), cases=(case,))))
    practice.do("ana", stages.move, other, "closed", "moved away")
    assert holders(practice, case) == ["bo"]
    for row in practice.rows("SELECT starts_at, ends_at FROM assignment WHERE ends_at IS NOT NULL"):
        assert str(row.ends_at) >= str(row.starts_at)


# ---------------------------------------------------------------- a plan gone stale


@pytest.mark.parametrize("later", [0, 4], ids=["at once", "on a later day"])
@pytest.mark.parametrize("meanwhile", ["moved", "closed", "undone", "away", "barred"])
def test_a_stale_plan_moves_nothing(practice: Practice, meanwhile: str, later: int) -> None:
    opened = practice.do("ana", intake.open_case, NEW)
    case, other = opened.data["case"], practice.open()
    made = plan(practice, Wish(("bo",), cases=(case, other)))
    if meanwhile == "moved":
        commit(practice, plan(practice, Wish(("ben",), cases=(case,))))
    elif meanwhile == "closed":
        practice.do("ana", stages.move, case, "closed", "moved away")
    elif meanwhile == "undone":
        practice.take_back(opened)
    elif meanwhile == "away":
        leave_for(practice, "bo", 0, 9)
    else:
        name_on(practice, case, "bo", "deny")
    on = practice.day + timedelta(days=later) if later else None
    said = stale(practice, made, on=on)
    assert "Nothing was changed" in said
    assert (case in said) == (meanwhile != "away")
    assert other not in said


def test_a_receiver_who_left_meanwhile_gets_nothing(practice: Practice) -> None:
    case = practice.open()
    made = plan(practice, Wish(("dan",), cases=(case,)))
    practice.do(ADMIN, staff.leave, "dan")
    assert "has left" in stale(practice, made, error=Refused)


def test_rights_are_asked_again_when_the_move_is_made(practice: Practice) -> None:
    mine, south = practice.open(), practice.open(by="sol", worker="cleo")
    made = plan(practice, Wish(("bo",), cases=(mine, south)), by=ADMIN)
    for by in ("ana", "ben", "sol", "cleo"):
        if practice.engine_name == "postgresql":  # half of it is not even there for them
            assert "were moved or closed" in stale(practice, made, by)
        else:
            assert "not yours to move" in stale(practice, made, by, NotPermitted)
    commit(practice, plan(practice, Wish(("bo",), cases=(mine,)), by="ana"), by="ana")
