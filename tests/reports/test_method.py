"""What the weekly report says of the method, against rows written by hand and plain SQL over them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from caseload import models as m
from caseload.casework.outcomes import REPORTED
from caseload.models import case_file
from caseload.reports import method, suppress, weekly

from .agency import MONDAY, WEEK, at, put


def parts(r: Any, **more: Any) -> dict[str, list[dict[str, Any]]]:
    made = weekly.tables(r, select(case_file.c.id), WEEK, rows=False, **more)
    return {t.name: [dict(zip(t.keys, row, strict=True)) for row in t.rows] for t in made if t.name in method.PARTS}


def asked(
    cases: Any, case: int, day: date, value: float | None, *, instrument: str = "phq-9", phase: str = "review", **more: Any
) -> int:  # fmt: skip
    key = put(
        cases.conn, m.assessment, case_id=case, worker_id=cases.agency.workers["ana"], instrument=instrument, edition="1", phase=phase,
        on_date=day, recorded_at=at(day), safety=False, **more,
    )  # fmt: skip
    put(cases.conn, m.assessment_score, case_id=case, assessment_id=key, scale="total", value=value)
    return key


def changed(cases: Any, n: int, first: float, last: float, program: str = "housing") -> None:
    for _one in range(n):
        case = cases.open(date(2026, 9, 1), program)
        asked(cases, case, date(2026, 9, 2), first, phase="baseline")
        asked(cases, case, MONDAY, last)


def one(rows: list[dict[str, Any]], **named: Any) -> dict[str, Any]:
    (row,) = [row for row in rows if all(row[key] == value for key, value in named.items())]
    return row


def verdicts(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[key] for key in ("cases", *REPORTED, "mean", "suppressed"))


def test_a_score_is_held_against_the_baseline_and_only_what_stands_counts(work: Any, cases: Any) -> None:
    case = cases.open(date(2026, 9, 1))
    asked(cases, case, date(2026, 9, 1), 20)  # before the one recorded as the baseline
    asked(cases, case, date(2026, 9, 5), 12, phase="baseline")
    wrong = asked(cases, case, MONDAY, 27)
    asked(cases, case, MONDAY, 9, corrects_id=wrong)
    asked(cases, case, MONDAY + timedelta(days=9), 1)  # after the week
    unscored, rising, unknown = (cases.open(date(2026, 9, 1)) for _ in range(3))
    asked(cases, unscored, date(2026, 9, 1), 3)
    asked(cases, unscored, MONDAY, None)
    for instrument, row in (("client-voice", rising), ("our-own", unknown)):
        asked(cases, row, date(2026, 9, 1), 4, instrument=instrument)
        asked(cases, row, MONDAY, 10, instrument=instrument)
    found = parts(work, identified=True)["outcomes"]
    assert verdicts(one(found, instrument="phq-9")) == (2, 1, 0, 0, 0, 1, -3.0, False)
    assert verdicts(one(found, instrument="client-voice")) == (1, 1, 0, 0, 0, 0, 6.0, False)
    assert verdicts(one(found, instrument="our-own")) == (1, 0, 0, 0, 1, 0, 6.0, False)
    told = {row["instrument"]: (row["asked"], row["cases"]) for row in parts(work)["assessments"]}
    assert told == {"phq-9": (2, 2), "client-voice": (1, 1), "our-own": (1, 1)}


def test_who_left_before_the_week_is_not_among_the_outcomes(work: Any, cases: Any) -> None:
    changed(cases, 1, 9, 3)
    gone = cases.open(date(2026, 8, 1))
    asked(cases, gone, date(2026, 8, 1), 9, phase="baseline")
    asked(cases, gone, date(2026, 8, 20), 3)
    cases.stage(gone, "closed", date(2026, 9, 1))
    assert one(parts(work, identified=True)["outcomes"])["cases"] == 1


def test_small_cells_are_left_out_and_none_can_be_reckoned(work: Any, cases: Any) -> None:
    for program, better, worse in (("housing", 30, 4), ("youth", 25, 14)):
        changed(cases, better, 20, 5, program)
        changed(cases, worse, 5, 20, program)
    whole = parts(work, identified=True)
    assert {row["program"]: verdicts(row)[1:6] for row in whole["outcomes_by_program"]} == {
        "housing": (30, 0, 4, 0, 0), "youth": (25, 0, 14, 0, 0),
    }  # fmt: skip
    assert verdicts(one(whole["outcomes"])) == (73, 55, 0, 18, 0, 0, round((55 * -15 + 18 * 15) / 73, 1), False)
    shown = parts(work)
    housing = one(shown["outcomes_by_program"], program="housing")
    assert housing["worse"] is None and housing["suppressed"] and housing["mean"] is None and housing["cases"] == 34
    for row in (*shown["outcomes"], *shown["outcomes_by_program"]):
        assert not any(0 < (row[key] or 0) < suppress.LEAST_SHOWN for key in REPORTED)
    # With all sums at hand, there is no equation with one unknown.
    for key in REPORTED:
        column = [row[key] for row in (*shown["outcomes_by_program"], *shown["outcomes"])]
        assert column.count(None) != 1
    for row in (*shown["outcomes"], *shown["outcomes_by_program"]):
        assert [row[key] for key in REPORTED].count(None) != 1


def test_plans_stand_as_they_ran_when_the_week_ended(work: Any, cases: Any) -> None:
    day = date(2026, 9, 1)
    runs, late, waits, never, ended = (cases.open(day) for _ in range(5))
    who = {
        "author_id": cases.agency.workers["ana"],
        "submitted_by": cases.agency.workers["ana"],
        "submitted_on": day,
        "made_on": day,
    }
    by = {"approved_by": cases.agency.workers["ben"], "approved_on": day, "approved_at": at(day)}
    put(cases.conn, m.plan, case_id=runs, number=1, state="approved", **who, **by)
    put(cases.conn, m.plan, case_id=late, number=1, state="approved", review_on=MONDAY - timedelta(days=3), **who, **by)
    put(cases.conn, m.plan, case_id=waits, number=1, state="submitted", **who)
    put(cases.conn, m.plan, case_id=ended, number=1, state="ended", ended_on=MONDAY, **who, **by)
    assert never
    assert parts(work)["plans"] == [
        {"program": "housing", "open": 5, "approved": 2, "waiting": 1, "review_overdue": 1, "never": 2}
    ]


def test_referrals_stand_by_state_and_how_far_they_came(work: Any, cases: Any) -> None:
    case = cases.open(date(2026, 9, 1))
    who = cases.agency.workers["ana"]
    office = put(cases.conn, m.provider, uid="p", name="Office", name_key="office")
    flat = put(cases.conn, m.service, uid="s", provider_id=office, name="Flat", name_key="flat")
    told = cases.told(case, "ana", MONDAY, "Housing office")

    def refer(uid: str, kind: str, state: str, day: date, **more: Any) -> None:
        sent = {"sent_on": day, "answer_by": day, "disclosure_id": told} if state != "drafted" else {}
        put(
            cases.conn, m.referral, uid=uid, case_id=case, kind=kind, service_id=flat, state=state, worker_id=who, drafted_on=day,
            at=at(day), **sent, **more,
        )  # fmt: skip

    refer("a", "service", "sent", MONDAY)
    refer("b", "service", "started", MONDAY, accepted_on=MONDAY, started_on=MONDAY)
    refer("c", "service", "completed", MONDAY, accepted_on=MONDAY, started_on=MONDAY, ended_on=MONDAY)
    refer("d", "benefit", "drafted", MONDAY)
    refer("e", "service", "sent", MONDAY - timedelta(days=1))  # the week before
    rows = {row["kind"]: row for row in parts(work)["referrals"]}
    service = rows["service"]
    assert [service[key] for key in ("offered", "accepted", "begun", "completed")] == [3, 2, 2, 1]
    plain = text("SELECT state, count(*) FROM referral WHERE kind = 'service' AND sent_on >= :day GROUP BY state")
    for state, n in work.conn.execute(plain, {"day": MONDAY.isoformat() if work.engine == "sqlite" else MONDAY}):
        assert service[f"state_{state}"] == n
    assert rows["benefit"]["state_drafted"] == 1 and rows["benefit"]["offered"] == 0
    assert rows["claim"]["offered"] == 0


@pytest.mark.parametrize("served", [True, False])
def test_where_a_query_chose_clients_nothing_of_their_scores_is_told(work: Any, cases: Any, served: bool) -> None:
    changed(cases, 12, 9, 3)
    assert ("outcomes" in parts(work, served=served)) is served
    assert "plans" in parts(work, served=served)
