"""Cover split into shares: every case in exactly one, by the calendar alone; and what the owner finds on their return."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from caseload.casework import absences, alerts, returning, stages, tasks
from caseload.casework.absences import Share
from caseload.errors import NotPermitted, Refused, Usage
from caseload.store import scope
from caseload.store.database import Receipt
from tests.practice.acts import moved
from tests.practice.kit import ADMIN, Practice
from tests.practice.scenes import name_on, restrict

HOUSING, REST = Share(("cleo",), "program:housing"), Share(("dan",))


def away(
    practice: Practice, *shares: Share, first: int = 0, last: int = 13, who: str = "bo", by: str = "ben"
) -> Receipt:
    days = (practice.day + timedelta(days=first), practice.day + timedelta(days=last))
    return practice.do(by, absences.set_cover, who, shares, *days, "leave")


def bos(practice: Practice, program: str = "housing", **more: object) -> str:
    return practice.open(by="ben", worker="bo", program=program, **more)  # type: ignore[arg-type]


def sees(practice: Practice, handle: str, *cases: str) -> list[bool]:
    return [practice.ask(handle, scope.sees, practice.id(case)) for case in cases]


def barred(practice: Practice, who: str) -> str:
    """A case of bo's that somebody is kept from by name."""
    case = bos(practice)
    name_on(practice, case, who, "deny")
    return case


def test_a_split_cover_puts_every_case_in_exactly_one_share_across_the_end_of_a_month(practice: Practice) -> None:
    practice.set_day(date(2026, 11, 25))
    house, young, urgent = bos(practice), bos(practice, "youth"), bos(practice, risk="high")
    cases = (house, young, urgent)
    receipt = away(practice, Share(("ana",), "risk:>=high"), HOUSING, REST, first=2, last=15)
    assert receipt.words == "bo is away 2026-11-27 to 2026-12-10, covered by ana (1), cleo (1), dan (1)"
    seen = {}
    for _ in range(18):
        seen[practice.day] = [sees(practice, who, *cases) for who in ("ana", "cleo", "dan")]
        practice.go()
    nobody = [[False] * 3] * 3
    shared = [[False, False, True], [True, False, False], [False, True, False]]
    for day, found in seen.items():
        assert found == (shared if date(2026, 11, 27) <= day <= date(2026, 12, 10) else nobody), day
    assert practice.row(house, "bo").worker == "bo"


def test_who_covers_a_share_acts_in_it_and_in_no_other(practice: Practice) -> None:
    house, young = bos(practice), bos(practice, "youth")
    away(practice, HOUSING, REST)
    assert (practice.queue("cleo"), practice.queue("dan")) == ([house], [young])
    practice.met(house, by="cleo")
    with pytest.raises(Usage):
        practice.met(young, by="cleo")


def test_what_nobody_covers_is_said(practice: Practice) -> None:
    bos(practice)
    left = [bos(practice, "youth") for _ in range(2)]
    made = practice.ask("ben", absences.plan, "bo", (HOUSING,))
    assert [len(cases) for _share, cases in made.shares] == [1]
    assert made.uncovered == tuple(sorted(left))
    receipt = away(practice, HOUSING)
    assert receipt.words.endswith("covered by cleo (1); nobody covers 2 cases")
    (row,) = practice.ask("ben", absences.covers)
    assert [(share.by, share.query, share.cases) for share in row.shares] == [(("cleo",), "program:housing", 1)]
    assert row.uncovered == 2


def test_a_preview_names_no_case_that_is_not_for_whoever_asks_but_counts_it(practice: Practice) -> None:
    house, _hidden = bos(practice), barred(practice, "ben")
    made = practice.ask("ben", absences.plan, "bo", (Share(("cleo",)),))
    assert [cases for _share, cases in made.shares] == [(house,)] and made.unseen == 1
    assert practice.ask("bo", absences.plan, "bo", (Share(("cleo",)),)).unseen == 0
    assert away(practice, Share(("cleo",))).words.endswith("covered by cleo (2)")


def test_what_whoever_asks_is_barred_from_falls_to_the_rest_or_is_said_to_be_covered_by_nobody(
    practice: Practice,
) -> None:
    house, hidden = bos(practice), barred(practice, "ben")
    made = practice.ask("ben", absences.plan, "bo", (HOUSING,))
    assert [cases for _share, cases in made.shares] == [(house,)]
    assert (made.uncovered, made.unseen, made.uncovered_unseen) == ((), 0, 1)
    split = practice.ask("ben", absences.plan, "bo", (HOUSING, REST))
    assert (split.uncovered, split.unseen, split.uncovered_unseen) == ((), 1, 0)
    away(practice, HOUSING, REST)
    assert [sees(practice, who, hidden) for who in ("cleo", "dan")] == [[False], [True]]


def test_a_case_stays_in_its_share_whatever_becomes_of_it_until_the_shares_are_drawn_anew(practice: Practice) -> None:
    calm = bos(practice)
    high, rest = Share(("cleo",), "risk:high"), Share(("dan",))
    key = away(practice, high, rest).data["cover"]
    practice.do("bo", stages.set_risk, calm, "high", "threats")
    new = bos(practice, risk="high")
    assert [sees(practice, who, calm, new) for who in ("cleo", "dan")] == [[False, False], [True, True]]
    practice.do("ben", absences.share_again, key)
    assert [sees(practice, who, calm, new) for who in ("cleo", "dan")] == [[True, True], [False, False]]
    assert practice.do("ben", absences.share_again, key).change is None


def test_a_case_that_moves_on_leaves_its_cover(practice: Practice) -> None:
    case = bos(practice)
    away(practice, HOUSING)
    moved(practice, case, to="ana")
    assert sees(practice, "cleo", case) == [False]


def test_a_restricted_case_is_covered_by_nobody_but_its_custodian(practice: Practice) -> None:
    case = bos(practice)
    restrict(practice, case, "sol")
    receipt = away(practice, HOUSING, REST)
    # Whoever does not see the case is not told that it is there, but as one of so many.
    assert receipt.words.endswith("cleo (0), dan (1)")
    assert practice.ask("sol", absences.plan, "bo", [REST]).restricted == 1
    assert [sees(practice, who, case) for who in ("cleo", "dan", "sol", "bo")] == [[False], [False], [True], [True]]


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ((Share(("cleo",)), Share(("dan",))), "Only one share"),
        ((Share(("cleo",), "risk:high"), Share(("cleo",))), "two shares"),
        ((Share(("cleo",), "maria"),), "names"),
        ((Share(("cleo",), " "),), "empty"),
        ((Share(("cleo",), "rsk:high"),), "rsk"),
        ((Share((), "risk:high"),), "Name who covers"),
    ],
)
def test_a_split_that_cannot_be_is_refused(office: Practice, shares: tuple[Share, ...], words: str) -> None:
    before = office.facts()
    with pytest.raises(Usage, match=words):
        away(office, *shares)
    assert office.facts() == before


def test_a_split_cover_is_taken_back_whole(practice: Practice) -> None:
    bos(practice)
    bos(practice, "youth")
    before = practice.facts()
    receipt = away(practice, HOUSING, REST)
    again = practice.take_back(receipt, by="ben")
    assert practice.facts() == before
    practice.take_back(again, by="ben")
    assert not practice.differing()
    assert practice.queue("cleo")


# ---------------------------------------------------------------- what happened while you were away


def told(practice: Practice, who: str = "bo", by: str = "bo", **more: object) -> list[tuple[str, str, str, str | None]]:
    found = practice.ask(by, returning.while_away, who, **more)
    return [(event.case, event.kind, event.words, event.by) for event in found.events]


def test_the_returning_owner_reads_what_others_did_and_nothing_else(practice: Practice) -> None:
    case, gone = bos(practice), bos(practice)
    task = practice.task(case, due=3, by="bo")
    practice.met(case, by="bo")
    away(practice, Share(("cleo",)), first=1, last=6)
    practice.go()
    practice.met(case, by="cleo")
    practice.tried(case, by="cleo")
    practice.note(case, "Seen at home.", by="cleo", sign=True)
    practice.note(case, "Half of it.", by="cleo")
    practice.do("cleo", tasks.done, task)
    practice.do("cleo", alerts.raise_alert, case, "Dog in the yard", kind="access", level="low")
    practice.do("cleo", stages.set_risk, case, "high", "threats")
    practice.do("cleo", stages.move, case, "active", "plan agreed")
    moved(practice, gone, to="ana")
    practice.go(8)
    practice.met(case, by="ben")
    found = told(practice)
    assert sorted(found) == sorted(
        [
            (case, "contact", "phone, made", "cleo"),
            (case, "contact", "phone, attempted", "cleo"),
            (case, "note", "narrative signed", "cleo"),
            (case, "task", "task done", "cleo"),
            (case, "alert", "access, low", "cleo"),
            (case, "risk", "high", "cleo"),
            (case, "stage", "active", "cleo"),
            (gone, "move", "moved to ana", "ben"),
        ]
    )
    events = practice.ask("bo", returning.while_away, "bo").events
    assert {event.text for event in events} == {None, "Call the landlord", "Dog in the yard", "threats", "plan agreed"}
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert told(practice, by="ben") == found
    assert {event.text for event in practice.ask(ADMIN, returning.while_away, "bo").events} == {None}


def test_what_was_taken_back_did_not_happen_and_what_was_done_again_happened_once(practice: Practice) -> None:
    case = bos(practice)
    practice.go()
    away(practice, Share(("cleo",)))
    move = moved(practice, case, to="ana")
    back = practice.take_back(move, by="ben")
    assert told(practice) == []
    practice.take_back(back, by="ben")
    assert told(practice) == [(case, "move", "moved to ana", "ben")]


def test_the_days_may_be_named_and_must_be_somewhere(practice: Practice) -> None:
    case = bos(practice)
    with pytest.raises(Refused, match="has not been away"):
        told(practice)
    practice.met(case, by="ben", ago=3)
    assert told(practice, from_on=practice.ago(4), to_on=practice.ago(2)) == []
    practice.go()
    moved(practice, case, to="ana")
    assert told(practice, from_on=practice.day) == [(case, "move", "moved to ana", "ben")]
    with pytest.raises(Usage, match="before the first"):
        told(practice, from_on=practice.day, to_on=practice.ago(2))
    for outsider in ("ana", "sol"):
        with pytest.raises(NotPermitted):
            told(practice, by=outsider)


def test_who_covers_closes_a_case_and_nobody_holds_it_then(practice: Practice) -> None:
    case = bos(practice)
    away(practice, Share(("cleo",)))
    practice.do("cleo", stages.move, case, "closed", "moved away", override=True)
    held = "SELECT count(*) FROM assignment WHERE ends_at IS NULL AND case_id = :case"
    assert practice.value(held, case=practice.id(case)) == 0
    assert not practice.differing()
