"""After any history the queue is what a person with the files in hand would say, and any act can be taken back."""

from __future__ import annotations

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from caseload.casework import triage
from caseload.errors import CaseloadError
from caseload.store import sweep, verify
from caseload.store.database import Database
from tests.practice import oracle
from tests.practice.histories import ACT, STEPS, History, Step
from tests.practice.kit import Practice, Template
from tests.support.examples import examples


def everything(practice: Practice) -> list[str]:
    return practice.queue("ada", triage.View(agency=True))


def agrees(practice: Practice) -> None:
    """Stored, reckoned by SQL, and reckoned by hand: one answer, with the morning's sweep and without."""
    facts = practice.facts(typed=True)
    expected = oracle.queue(facts, practice.day)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "_sweep", lambda self, today: False)
        assert everything(practice) == expected, "without the sweep"
    assert not practice.differing(), "what the sweep has not touched is right already"
    assert everything(practice) == expected, "with the sweep"
    assert not practice.differing()

    judged = oracle.judge(facts, practice.day)
    stored = practice.derived()
    for one in judged.values():
        row = stored[one.number]
        assert (row["level"], row["since_on"], row["risk"]) == (one.level, one.since, one.risk), one
        assert (row["urgency"] >= 20) == one.snoozed
    with practice.as_("ada").read() as r:
        shown = triage.reasons(r, list(judged))
        for key, one in judged.items():
            assert {x.rule: (x.level, x.since) for x in shown.get(key, ())} == one.rules
        as_swept = triage.queue(r, triage.View(agency=True))
        with r.conn.begin_nested() as shadowed:
            sweep.shadow(r.conn, r.today)
            assert triage.queue(r, triage.View(agency=True)) == as_swept, "as of today"
            shadowed.rollback()


@given(steps=STEPS)
@examples(5)
def test_after_any_history_the_queue_is_what_the_facts_say(template: Template, steps: list[Step]) -> None:
    practice = template.copy()
    try:
        history = History(practice)
        for step in steps:
            history.play(step)
            if step[0] == "days":
                agrees(practice)
        agrees(practice)
        with practice.as_("ada").read() as r:
            assert verify.verify_journal(r).sound
            assert verify.check(r).sound
    finally:
        practice.drop()


@given(steps=STEPS, last=ACT)
@examples(7)
def test_after_any_history_an_act_can_be_taken_back_and_done_again(
    template: Template, steps: list[Step], last: Step
) -> None:
    practice = template.copy()
    try:
        history = History(practice)
        for step in steps:
            history.play(step)
        everything(practice)  # the morning's sweep is done
        before, ranks = practice.facts(), practice.derived()
        receipt = history.play(last)
        after = practice.facts()
        if receipt is None or receipt.change is None:
            assert after == before, "an act that was refused changes nothing"
            return
        by = history.done[-1][0]
        note(receipt.words)
        if not receipt.undoable:
            with pytest.raises(CaseloadError):
                practice.take_back(receipt, by=by)
            assert practice.facts() == after
            return
        undone = practice.take_back(receipt, by=by)
        assert practice.facts() == before
        assert practice.derived() == ranks
        redone = practice.take_back(undone, by=by)
        assert practice.facts() == after
        practice.take_back(redone, by=by)
        assert practice.facts() == before
    finally:
        practice.drop()


@given(steps=STEPS, which=st.integers(0, 39))
@examples(10)
def test_an_older_act_is_taken_back_whole_or_not_at_all(template: Template, steps: list[Step], which: int) -> None:
    practice = template.copy()
    try:
        history = History(practice)
        for step in steps:
            history.play(step)
        by, receipt = history.done[which % len(history.done)]
        before = practice.facts()
        try:
            undone = practice.take_back(receipt, by=by)
        except CaseloadError as said:
            note(f"{receipt.words}: {said.message} {said.details}")
            assert practice.facts() == before
            return
        agrees(practice)
        practice.take_back(undone, by=by)
        assert practice.facts() == before
    finally:
        practice.drop()
