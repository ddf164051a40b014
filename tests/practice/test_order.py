"""The order of the queue, the sentence that explains it, and the queue of another day."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from caseload.casework import alerts, cases, looks, page, triage
from caseload.casework.contacts import NewContact, log
from caseload.errors import Usage
from tests.practice import oracle
from tests.practice.kit import DAY, Practice


def busy(practice: Practice) -> dict[str, str]:
    """An agency with something at every level: a name for each case, in the order in which they must wait."""
    made = {
        "alert": practice.open(risk="low"),
        "critical and overdue": practice.open(risk="critical", ago=9),
        "high and overdue": practice.open(risk="high", ago=15),
        "due today, high": practice.open(risk="high"),
        "half again overdue, longest": practice.open(ago=60),
        "half again overdue": practice.open(ago=50),
        "task overdue, medium": practice.open(risk="medium"),
        "overdue, low": practice.open(ago=33),
        "unassigned": practice.open(worker=None, by="ben"),
        "soon": practice.open(ago=25),
        "in order, critical": practice.open(risk="critical"),
        "in order": practice.open(ago=1),
        "in order, seen today": practice.open(ago=10),
    }
    practice.do("ana", alerts.raise_alert, made["alert"], "Threats")
    practice.do("ana", alerts.raise_alert, made["critical and overdue"], "Threats")
    practice.task(made["due today, high"], due=0)
    practice.task(made["task overdue, medium"], due=-1)
    practice.met(made["in order, seen today"])
    return made


# Level first, then risk, then the longest waiting. A critical case is soon due from its first day on.
ORDER = [
    "critical and overdue",
    "alert",
    "high and overdue",
    "due today, high",
    "half again overdue, longest",
    "half again overdue",
    "task overdue, medium",
    "overdue, low",
    "unassigned",
    "in order, critical",
    "soon",
    "in order",
    "in order, seen today",
]


def test_the_queue_goes_by_level_then_risk_then_the_longest_waiting(practice: Practice) -> None:
    made = busy(practice)
    names = {number: name for name, number in made.items()}
    assert [names[number] for number in practice.queue("ben")] == ORDER
    assert practice.queue("ben") == oracle.queue(practice.facts(typed=True), practice.day)


def test_what_is_alike_in_everything_goes_by_case_number(practice: Practice) -> None:
    alike = [practice.open() for _ in range(6)]
    assert practice.queue() == sorted(alike)


def test_each_place_in_the_queue_is_one_sentence_without_a_name(practice: Practice) -> None:
    made = busy(practice)
    twins = [practice.open(), practice.open()]
    ids = [practice.id(case) for case in (*(made[name] for name in ORDER), *sorted(twins))]
    rows = practice.ask("ben", triage.rows, ids)
    told = {
        ("critical and overdue", "alert"): "both are at level 1, and risk critical comes before low",
        ("alert", "high and overdue"): "level 1 (now) comes before level 2 (today)",
        ("half again overdue, longest", "half again overdue"): "it has waited longer (since",
    }
    for (above, below), words in told.items():
        assert words in triage.explain(*(rows[practice.id(made[name])] for name in (above, below)))
    a, b = (rows[practice.id(case)] for case in sorted(twins))
    assert "lower case number" in triage.explain(a, b)
    for a, b in pairwise(ids):
        said = triage.explain(rows[a], rows[b])
        assert rows[a].case in said
        assert "Conti" not in said


def test_a_reason_can_be_said_without_naming_anybody(practice: Practice) -> None:
    made = busy(practice)
    practice.go(3)
    rows = practice.ask("ben", triage.rows, [practice.id(case) for case in made.values()])
    for row in rows.values():
        for reason in row.reasons:
            said = triage.in_words(reason, practice.day)
            assert said
            assert "Conti" not in said
            assert "-" not in said.replace(str(reason.since), ""), f"no negative days: {said}"


def test_a_worker_without_cases_sees_everything_in_scope_and_one_with_cases_their_own(practice: Practice) -> None:
    mine, other = practice.open(), practice.open(by="ben", worker="bo")
    assert practice.queue("ana") == [mine]
    assert sorted(practice.queue("ben")) == sorted([mine, other])
    assert practice.queue("ben", triage.View(worker="bo")) == [other]
    assert practice.queue("ben", triage.View(worker="none")) == []
    assert practice.queue("sol", triage.View(team="north")) == []


def test_how_many_wait_at_each_level(practice: Practice) -> None:
    busy(practice)
    assert practice.ask("ben", triage.counts) == {1: 2, 2: 4, 3: 3, 4: 2, 5: 2}


# ---------------------------------------------------------------- as of another day


@pytest.mark.parametrize("ahead", [1, 4, 8, 31, 46, 400])
def test_the_queue_of_a_coming_day_is_the_one_it_will_be(practice: Practice, ahead: int) -> None:
    busy(practice)
    foreseen = practice.queue("ben", today=DAY + timedelta(days=ahead))
    practice.go(ahead)
    assert foreseen == practice.queue("ben")


def test_looking_at_another_day_changes_nothing(practice: Practice) -> None:
    made = busy(practice)
    before, ranks = practice.facts(), practice.derived()
    for day in (DAY - timedelta(days=40), DAY + timedelta(days=90)):
        practice.queue("ben", today=day)
        practice.ask("ben", cases.keys, "due:overdue", today=day)
        with pytest.raises(Usage, match="nothing can be changed"), practice.as_("ana", today=day).work("contact") as w:
            log(w, NewContact([made["soon"]], "phone", "made"))
    assert practice.facts() == before
    assert practice.derived() == ranks


def test_a_past_day_knows_neither_later_cases_nor_later_contacts(practice: Practice) -> None:
    old, new = practice.open(ago=40), practice.open(ago=5)
    practice.met(old, ago=2)
    then = DAY - timedelta(days=8)
    assert practice.queue(today=then) == [old]
    with practice.as_("ana", today=then).read() as r:
        row = triage.rows(r, [practice.id(old)])[practice.id(old)]
    assert [reason.rule for reason in row.reasons] == ["contact_overdue", "assessment_overdue"]
    assert new in practice.queue()


def test_a_case_opened_since_is_no_case_of_that_day(practice: Practice) -> None:
    case = practice.open(ago=5)
    with pytest.raises(Usage, match="not open yet"):
        page.open_page(practice.as_("ana", today=DAY - timedelta(days=30)), case, surface="show")


def test_a_look_under_another_day_is_recorded_at_the_real_time(practice: Practice) -> None:
    case = practice.open(ago=40)
    looks.announce(practice.as_("ana", today=DAY - timedelta(days=30)), [case], surface="show")
    assert practice.value("SELECT count(*) FROM look") == 1
    assert "2026-10" not in str(practice.value("SELECT at FROM look"))
