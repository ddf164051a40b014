"""The plan agreed with a client: its versions, who approves them, what is reached, and what slips."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from caseload.casework import care_plan, cases, custodians, goals, page, plan_rows, stages, steps, supervision
from caseload.casework.goals import NewGoal
from caseload.casework.steps import NewStep
from caseload.errors import Conflict, NotPermitted, Refused, Usage
from tests.practice.kit import ADMIN, DAY, Practice
from tests.practice.planning import approved, begun, goal, need_of, plans, step

# -- from the draft to what runs -----------------------------------------------------------------------


def test_a_plan_is_written_put_forward_and_approved_by_who_supervises_the_case(practice: Practice) -> None:
    case = practice.open()
    plan = begun(practice, case, wants="To be left in peace.")
    need = need_of(practice, case)
    first = goal(practice, plan, measure="A lease", due=DAY + timedelta(90), need=need, agreed="yes", words="At last.")
    todo = step(practice, first, who="client", due=DAY + timedelta(14))
    practice.do("ana", care_plan.agree, plan, "yes")
    receipt = practice.do("ana", care_plan.submit, plan)
    assert receipt.words == "Put version 1 of the service plan forward"
    practice.do("ben", care_plan.approve, plan, review=DAY + timedelta(60))
    [now] = plans(practice, case)
    assert (now.state, now.by, now.submitted_by, now.approved_by) == ("approved", "ana", "ana", "ben")
    assert (now.wants, now.agreed, now.review, now.missing) == ("To be left in peace.", "yes", DAY + timedelta(60), ())
    [one] = now.goals
    assert (one.id, one.title, one.need, one.words, one.agreed, one.missing) == (
        first, "A flat of our own", "Housing", "At last.", "yes", (),
    )  # fmt: skip
    assert [(s.id, s.number, s.who, s.due, s.first_due) for s in one.steps] == [
        (todo, 1, "client", *(DAY + timedelta(14),) * 2)
    ]


def test_the_plan_of_a_restricted_case_waits_for_its_custodian_who_supervises(practice: Practice) -> None:
    case = practice.open()
    plan = begun(practice, case)
    goal(practice, plan)
    practice.do("ana", care_plan.submit, plan)
    practice.do("ben", custodians.restrict, case, "sol", "A threat")
    assert [practice.ask(who, cases.count, "plan:waiting") for who in ("ben", "sol", "ana")] == [0, 1, 0]
    practice.do("sol", care_plan.approve, plan)
    assert plans(practice, case)[0].approved_by == "sol"


def test_what_is_missing_is_pointed_out_and_stops_nobody(practice: Practice) -> None:
    case = practice.open()
    plan = begun(practice, case)
    receipt = practice.do("ana", goals.add, plan, NewGoal("A flat"))
    assert receipt.data["missing"] == ["measure", "day", "need", "step", "agreed"]
    assert receipt.words.startswith("Added a goal; still missing: how one will see it, by when, which need it answers")
    changed = practice.do("ana", goals.change, receipt.data["goal"], {"measure": "A lease", "due": DAY})
    assert changed.data["missing"] == ["need", "step", "agreed"]
    assert practice.do("ana", care_plan.submit, plan).data["missing"] == ["wants", "agreed", "need", "step"]


def test_without_a_goal_there_is_nothing_to_approve(practice: Practice) -> None:
    case = practice.open()
    plan = begun(practice, case)
    with pytest.raises(Refused):
        practice.do("ana", care_plan.submit, plan)
    dropped = goal(practice, plan)
    practice.do("ana", goals.settle, dropped, "dropped")
    with pytest.raises(Refused):
        practice.do("ana", care_plan.submit, plan)


def test_nobody_approves_what_they_wrote_or_put_forward(practice: Practice) -> None:
    case = practice.open()
    theirs = begun(practice, case, by="ben")
    goal(practice, theirs, by="ben")
    with pytest.raises(Refused):
        practice.do("ben", care_plan.approve, theirs)  # it does not wait
    practice.do("ana", care_plan.submit, theirs)
    with pytest.raises(NotPermitted):
        practice.do("ben", care_plan.approve, theirs)
    other = practice.open(family="Rossi")
    plan = begun(practice, other)
    goal(practice, plan)
    practice.do("ben", care_plan.submit, plan)
    with pytest.raises(NotPermitted):
        practice.do("ben", care_plan.approve, plan)
    with pytest.raises(NotPermitted):
        practice.do("ana", care_plan.approve, plan)
    with pytest.raises(NotPermitted):
        practice.do(ADMIN, care_plan.approve, plan)
    with pytest.raises(Usage):
        practice.do("sol", care_plan.approve, plan)
    assert [one.approvable for one in plans(practice, other, "ben")] == [False]


def test_what_is_sent_back_says_why_and_is_put_forward_again(practice: Practice) -> None:
    case = practice.open()
    plan = begun(practice, case)
    goal(practice, plan)
    practice.do("ana", care_plan.submit, plan)
    assert [one.approvable for one in plans(practice, case, "ben")] == [True]
    with pytest.raises(Usage):
        practice.do("ben", care_plan.send_back, plan, "")
    with pytest.raises(NotPermitted):
        practice.do("ana", care_plan.send_back, plan, "No.")
    back = practice.do("ben", care_plan.send_back, plan, "By when?")
    [now] = plans(practice, case)
    assert (now.state, now.sent_back, now.returned) == ("draft", True, "By when?")
    practice.take_back(back, by="ben")
    assert [(one.state, one.returned) for one in plans(practice, case)] == [("submitted", None)]
    practice.do("ben", care_plan.send_back, plan, "By when?")
    practice.do("ana", care_plan.submit, plan)
    practice.do("ben", care_plan.approve, plan)
    [now] = plans(practice, case)
    assert (now.state, now.sent_back) == ("approved", False)


def test_what_was_put_forward_is_taken_back_by_who_put_it_forward_while_it_waits(practice: Practice) -> None:
    case = practice.open()
    plan = begun(practice, case)
    goal(practice, plan)
    with pytest.raises(Refused, match="does not wait"):
        practice.do("ana", care_plan.take_back, plan)
    practice.do("ana", care_plan.submit, plan)
    with pytest.raises(NotPermitted, match="put it forward"):
        practice.do("ben", care_plan.take_back, plan)
    back = practice.do("ana", care_plan.take_back, plan)
    assert [one.state for one in plans(practice, case)] == ["draft"]
    practice.take_back(back)
    assert [one.state for one in plans(practice, case)] == ["submitted"]
    practice.do("ben", care_plan.approve, plan)
    with pytest.raises(Refused, match="does not wait"):
        practice.do("ana", care_plan.take_back, plan)


def test_what_was_put_forward_stands(practice: Practice) -> None:
    case = practice.open()
    plan = begun(practice, case)
    first = goal(practice, plan)
    todo = step(practice, first)
    practice.do("ana", care_plan.submit, plan)
    for verb, *given in (
        (care_plan.want, plan, "More."), (goals.add, plan, NewGoal("More")), (goals.change, first, {"title": "More"}),
        (steps.add, first, NewStep("More")), (steps.change, todo, {"title": "More"}), (goals.settle, first, "dropped"),
        (steps.settle, todo, "dropped"), (care_plan.end, plan), (care_plan.submit, plan), (care_plan.begin, case),
    ):  # fmt: skip
        with pytest.raises(Refused):
            practice.do("ana", verb, *given)


def test_what_waits_for_approval_is_on_the_desk_of_who_may_approve_it(practice: Practice) -> None:
    case, own = practice.open(), practice.open(family="Rossi")
    for number, by in ((case, "ana"), (own, "ben")):
        plan = begun(practice, number, by=by)
        goal(practice, plan, by=by)
        practice.do("ana", care_plan.submit, plan)
    waiting = practice.ask("ben", supervision.desk).waiting["plans"]
    assert waiting.count == 1
    assert practice.ask("ben", cases.keys, waiting.query) == [practice.id(case)]
    for who in ("ana", "sol", ADMIN):
        assert practice.ask(who, supervision.desk).waiting["plans"].count == 0, who
    assert len(practice.ask("ana", cases.keys, "plan:draft")) == 2
    practice.do("ben", care_plan.approve, practice.ask("ben", care_plan.written, case))
    assert practice.ask("ana", cases.keys, "plan:running") == [practice.id(case)]
    third = practice.open(family="Blum")
    assert practice.ask("ana", cases.keys, "plan:none") == [practice.id(third)]


# -- one version after another -------------------------------------------------------------------------


def test_a_new_version_begins_as_a_copy_and_takes_the_place_of_the_one_that_ran(practice: Practice) -> None:
    case = practice.open()
    plan, first, todo = approved(practice, case)
    with pytest.raises(Refused):
        practice.do("ana", goals.add, plan, NewGoal("More"))
    new = begun(practice, case)
    runs, written = plans(practice, case)
    assert (runs.id, runs.state, written.id, written.number, written.state) == (plan, "approved", new, 2, "draft")
    assert written.wants == "To be left in peace." and written.agreed is None
    [copy] = written.goals
    assert copy.id != first and (copy.title, copy.measure) == ("A flat of our own", "A lease with her name")
    practice.do("ana", goals.change, copy.id, {"title": "A room"})
    step(practice, copy.id, "Move in", after=copy.steps[0].id)
    practice.do("ana", care_plan.submit, new)
    before = practice.facts()
    receipt = practice.do("ben", care_plan.approve, new)
    runs, old = plans(practice, case)
    assert (runs.id, old.id, old.state, old.ended) == (new, plan, "replaced", DAY)
    assert [one.title for one in runs.goals] == ["A room"] and [one.title for one in old.goals] == ["A flat of our own"]
    assert runs.steps[1].waits and runs.steps[1].after_number == 1
    with pytest.raises(Refused):
        practice.do("ana", steps.settle, todo, "done")
    practice.take_back(receipt, by="ben")
    after = practice.facts()
    assert {name: rows for name, rows in after.items() if name not in ("change", "journal")} == {
        name: rows for name, rows in before.items() if name not in ("change", "journal")
    }
    practice.do("ben", _redo)
    assert [one.state for one in plans(practice, case)] == ["approved", "replaced"]


def _redo(w: Any) -> Any:
    from caseload.store.undo import undo

    return undo(w, redo=True)


def test_what_is_done_while_a_new_version_is_written_is_done_in_both(practice: Practice) -> None:
    case = practice.open()
    _plan, first, todo = approved(practice, case)
    begun(practice, case)
    done = practice.do("ana", steps.settle, todo, "done")
    runs, written = plans(practice, case)
    assert [one.steps[0].state for one in (runs, written)] == ["done", "done"]
    practice.take_back(done)
    runs, written = plans(practice, case)
    assert [one.steps[0].state for one in (runs, written)] == ["open", "open"]
    practice.do("ana", steps.settle, written.steps[0].id, "done")
    practice.do("ana", goals.settle, first, "partly")
    runs, written = plans(practice, case)
    assert [(one.steps[0].state, one.goals[0].state) for one in (runs, written)] == [("done", "partly")] * 2


def test_what_is_only_to_be_different_in_the_new_version_stays_there(practice: Practice) -> None:
    case = practice.open()
    approved(practice, case)
    begun(practice, case)
    runs, written = plans(practice, case)
    practice.do("ana", goals.settle, written.goals[0].id, "dropped")
    practice.do("ana", steps.settle, written.steps[0].id, "dropped")
    runs, written = plans(practice, case)
    assert (runs.goals[0].state, runs.steps[0].state) == ("open", "open")
    assert (written.goals[0].state, written.steps[0].state) == ("dropped", "dropped")


def test_a_behaviour_support_plan_runs_beside_the_service_plan(practice: Practice) -> None:
    case = practice.open()
    approved(practice, case)
    other = begun(practice, case, kind="behaviour")
    goal(practice, other, "He is heard before he shouts")
    practice.do("ana", care_plan.submit, other)
    practice.do("ben", care_plan.approve, other)
    assert [(one.kind, one.number, one.state) for one in plans(practice, case)] == [
        ("service", 1, "approved"), ("behaviour", 1, "approved"),
    ]  # fmt: skip
    assert practice.ask("ana", care_plan.running, case, "behaviour") == other
    with pytest.raises(Usage):
        practice.ask("ana", care_plan.written, case, "behaviour")


def test_a_draft_is_put_away_and_what_runs_is_ended(practice: Practice) -> None:
    case = practice.open()
    plan, first, _todo = approved(practice, case)
    draft = begun(practice, case)
    assert practice.do("ana", care_plan.end, draft).words == "Put the draft of the service plan away"
    ended = practice.do("ana", care_plan.end, plan)
    assert [one.state for one in plans(practice, case)] == ["ended", "ended"]
    with pytest.raises(Refused):
        practice.do("ana", goals.settle, first, "reached")
    practice.take_back(ended)
    assert [one.state for one in plans(practice, case)] == ["approved", "ended"]
    practice.do("ana", stages.move, case, "closed", "moved away", override=True)
    with pytest.raises(Refused):
        practice.do("ana", care_plan.begin, case)
    practice.do("ana", goals.settle, first, "reached")


# -- undo, conflict, and who sees what ----------------------------------------------------------------


def test_every_act_on_a_plan_is_undone(practice: Practice) -> None:
    case = practice.open()
    plan = begun(practice, case)
    first = goal(practice, plan)
    todo = step(practice, first, due=DAY)
    for verb, *given in (
        (care_plan.want, plan, "Peace."), (care_plan.agree, plan, "no"), (goals.add, plan, NewGoal("More")),
        (goals.change, first, {"title": "A room", "measure": "Keys"}), (goals.settle, first, "reached"),
        (goals.agree, first, "yes"), (steps.add, first, NewStep("More", after=todo)),
        (steps.change, todo, {"due": DAY + timedelta(1)}), (steps.settle, todo, "done"), (care_plan.submit, plan),
    ):  # fmt: skip
        before = practice.facts()
        receipt = practice.do("ana", verb, *given)
        practice.take_back(receipt)
        after = practice.facts()
        for table in ("plan", "goal", "step", "plan_review"):
            assert after[table] == before[table], verb.__name__
    practice.do("ana", care_plan.end, plan)
    whole = practice.do("ana", care_plan.begin, case)
    practice.take_back(whole)
    assert len(practice.facts()["plan"]) == 1


def test_what_somebody_else_changed_meanwhile_is_not_written_over(practice: Practice) -> None:
    case = practice.open()
    plan = begun(practice, case)
    first = goal(practice, plan)
    todo = step(practice, first)
    [now] = plans(practice, case)
    practice.do("ben", goals.change, first, {"title": "A room"})
    practice.do("ben", steps.change, todo, {"title": "Ask"})
    practice.do("ben", care_plan.want, plan, "Peace.")
    for verb, *given in (
        (goals.change, first, {"title": "A house"}), (steps.change, todo, {"title": "Ring"}), (care_plan.want, plan, "Quiet."),
    ):  # fmt: skip
        with pytest.raises(Conflict):
            practice.do("ana", verb, *given, seen=now.version)


def test_a_plan_is_for_who_works_with_the_case_and_sees_identity(practice: Practice) -> None:
    case = practice.open()
    plan, first, todo = approved(practice, case)
    for who in ("cleo", "sol"):
        with pytest.raises(Usage):
            practice.do(who, care_plan.agree, plan, "yes")
    for verb, *given in ((care_plan.end, plan), (goals.settle, first, "reached"), (steps.settle, todo, "done")):
        with pytest.raises(NotPermitted):
            practice.do(ADMIN, verb, *given)
    assert practice.ask(ADMIN, plan_rows.of_case, practice.id(case)) == ()
    shown = page.open_page(practice.as_("ana"), case, surface="show")
    assert [one.wants for one in shown.plans] == ["To be left in peace."]
    with practice.as_("ana").read() as r:
        beside = page.preview(r, practice.id(case))
        assert beside is not None and [(one.wants, one.goals[0].title) for one in beside.plans] == [
            (None, "A flat of our own")
        ]


def test_without_identity_a_plan_is_masked(practice: Practice) -> None:
    case = practice.open(given="Salome", family="Conti")
    plan = begun(practice, case, wants="Salome wants peace.")
    first = goal(practice, plan, "Salome has a flat", measure="Conti on the bell", agreed="yes", words="I, Salome.")
    step(practice, first, "Ring Conti", who="other", name="Anna Conti")
    practice.look(case)
    db = practice.as_("ana")
    db.masked = True
    try:
        with db.read() as r:
            [now] = page.read(r, practice.id(case)).plans
    finally:
        db.masked = False
    told = repr(now)
    assert "Salome" not in told and "Conti" not in told and "Anna" not in told
    assert now.goals[0].title.endswith("has a flat")


def test_no_receipt_says_a_word_of_the_client(practice: Practice) -> None:
    case = practice.open()
    plan = begun(practice, case, wants="Peace.")
    first = practice.do("ana", goals.add, plan, NewGoal("Wolfgang", measure="Wolfgang"))
    todo = practice.do("ana", steps.add, first.data["goal"], NewStep("Wolfgang", who="other", name="Wolfgang"))
    told = (
        first,
        todo,
        practice.do("ana", care_plan.submit, plan),
        practice.do("ben", care_plan.send_back, plan, "Wolfgang"),
    )
    assert not any("Wolfgang" in one.words for one in told)
