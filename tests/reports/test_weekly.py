"""The weekly report: what each worker and program had, what came and went, what was done and left undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from caseload.errors import Refused
from caseload.models import case_file, policy, worker
from caseload.reports import measures, weekly
from caseload.reports.period import Period
from caseload.store import scope

from .agency import MONDAY, TODAY, WEEK, at, put

EVERYTHING = select(case_file.c.id)


def day(n: int) -> date:
    """The nth day from Monday."""
    return MONDAY + timedelta(days=n)


def parts(r, period=WEEK):
    return {
        t.name: [dict(zip(t.keys, row, strict=True)) for row in t.rows] for t in weekly.tables(r, EVERYTHING, period)
    }


def flow_of(found, worker="ana"):
    row = next(row for row in found["by_worker"] if row["worker"] == worker)
    return tuple(row[m] for m in measures.FLOW)


def test_a_case_held_all_week_is_there_at_its_start_and_its_end(work, cases):
    case = cases.open(day(-30))
    cases.assign(case, "ana", at(day(-30)))
    found = parts(work)
    assert flow_of(found) == (1, 0, 0, 0, 0, 1)
    assert found["moved"] == []


def test_a_case_assigned_on_the_day_it_was_opened_opens_with_that_worker(work, cases):
    case = cases.open(day(1))
    cases.assign(case, "ana", at(day(1), 16))
    found = parts(work)
    assert flow_of(found) == (0, 1, 0, 0, 0, 1)
    assert [row["worker"] for row in found["by_worker"]] == ["ana"]


def test_a_case_that_waits_for_a_worker_is_nobodys_and_then_moves_in(work, cases):
    case = cases.open(day(-3))
    cases.assign(case, "ana", at(day(2)))
    found = parts(work)
    assert flow_of(found) == (0, 0, 1, 0, 0, 1)
    assert flow_of(found, None) == (1, 0, 0, 0, 1, 0)
    assert found["moved"] == [
        {
            "case": "2026-100001",
            "program": "housing",
            "on": day(2),
            "what": "moved",
            "from_worker": None,
            "to_worker": "ana",
        }
    ]


def test_a_handover_leaves_one_and_enters_the_other(work, cases):
    case = cases.open(day(-30))
    cases.assign(case, "ana", at(day(-30)), at(day(3)))
    cases.assign(case, "cleo", at(day(3)))
    found = parts(work)
    assert flow_of(found) == (1, 0, 0, 0, 1, 0)
    assert flow_of(found, "cleo") == (0, 0, 1, 0, 0, 1)


def test_a_case_handed_back_the_same_day_did_not_move(work, cases):
    case = cases.open(day(-30))
    cases.assign(case, "ana", at(day(-30)), at(day(3), 9))
    cases.assign(case, "cleo", at(day(3), 9), at(day(3), 10))
    cases.assign(case, "ana", at(day(3), 10))
    assert flow_of(parts(work)) == (1, 0, 0, 0, 0, 1)


@pytest.mark.parametrize("ended", [0, -1, 1])
def test_closing_counts_for_whoever_held_the_case_last(ended, work, cases):
    # The assignment may end with the closing, or a moment to either side of it.
    case = cases.open(day(-30))
    cases.assign(case, "ana", at(day(-30)), at(day(4), 10))
    cases.assign(case, "cleo", at(day(4), 10), at(day(4), 15) + timedelta(seconds=ended))
    cases.stage(case, "closed", day(4), at(day(4), 15))
    found = parts(work)
    assert flow_of(found) == (1, 0, 0, 0, 1, 0)
    assert flow_of(found, "cleo") == (0, 0, 1, 1, 0, 0)


def test_a_closing_written_down_later_counts_on_its_day(work, cases):
    case = cases.open(day(-30))
    cases.assign(case, "ana", at(day(-30)), at(day(8)))
    cases.stage(case, "closed", day(5), at(day(8)))
    assert flow_of(parts(work)) == (1, 0, 0, 1, 0, 0)


def test_a_case_opened_and_closed_the_same_day_is_counted_as_both(work, cases):
    alone = cases.open(day(1))
    cases.stage(alone, "closed", day(1), at(day(1), 18))
    held = cases.open(day(1))
    cases.assign(held, "ana", at(day(1), 9), at(day(1), 18))
    cases.stage(held, "closed", day(1), at(day(1), 18))
    found = parts(work)
    assert flow_of(found) == (0, 1, 0, 1, 0, 0)
    assert flow_of(found, None) == (0, 1, 0, 1, 0, 0)


def test_a_case_opened_taken_and_closed_in_one_moment_was_that_workers(work, cases):
    case, moment = cases.open(day(1)), at(day(1))
    cases.assign(case, "ana", moment, moment)
    cases.stage(case, "closed", day(1), moment)
    assert flow_of(parts(work)) == (0, 1, 0, 1, 0, 0)


def test_a_reopened_case_opens_again_with_whoever_takes_it(work, cases):
    case = cases.open(day(-30))
    cases.assign(case, "ana", at(day(-30)), at(day(-20)))
    cases.stage(case, "closed", day(-20))
    cases.stage(case, "active", day(2), at(day(2), 9))
    cases.assign(case, "cleo", at(day(2), 9))
    found = parts(work)
    assert flow_of(found, "cleo") == (0, 1, 0, 0, 0, 1)
    assert [row["worker"] for row in found["by_worker"]] == ["cleo"]


def test_secondary_workers_hold_no_case(work, cases):
    case = cases.open(day(-30))
    cases.assign(case, "ana", at(day(-30)))
    cases.assign(case, "cleo", at(day(1)), role="secondary")
    assert [row["worker"] for row in parts(work)["by_worker"]] == ["ana"]


def test_what_happened_before_and_after_the_week_does_not_count(work, cases):
    gone = cases.open(day(-60))
    cases.assign(gone, "ana", at(day(-60)), at(day(-10)))
    cases.stage(gone, "closed", day(-10))
    later = cases.open(day(7))
    cases.assign(later, "ana", at(day(7)))
    leaves = cases.open(day(-60))
    cases.assign(leaves, "ana", at(day(-60)), at(day(7)))
    cases.assign(leaves, "cleo", at(day(7)))
    assert flow_of(parts(work)) == (1, 0, 0, 0, 0, 1)


def test_a_worker_who_left_is_in_the_weeks_they_worked(shared_agency, work, cases):
    case = cases.open(day(-60))
    cases.assign(case, "ana", at(day(-60)), at(day(8)))
    cases.assign(case, "cleo", at(day(8)))
    gone = {"status": "left", "left_on": day(8), "team_id": None}
    work.conn.execute(worker.update().where(worker.c.id == shared_agency.workers["ana"]).values(gone))
    assert flow_of(parts(work)) == (1, 0, 0, 0, 0, 1)
    assert next(row for row in parts(work)["by_worker"] if row["worker"] == "ana")["team"] == "north"


def test_contacts_count_once_for_each_case_they_served(work, cases):
    first, second = cases.open(day(-30)), cases.open(day(-30), "youth")
    cases.contact([first, second], "ana", at(day(1)), kind="group")
    cases.contact(first, "ana", at(day(2)), "attempted")
    cases.contact(first, "cleo", at(day(3)), met=False)
    cases.contact(first, "ana", at(day(7), 0))
    cases.contact(first, "ana", at(day(-1), 23))
    found = parts(work)
    by_worker = {row["worker"]: tuple(row[m] for m in measures.CONTACTS) for row in found["by_worker"]}
    by_program = {row["program"]: tuple(row[m] for m in measures.CONTACTS) for row in found["by_program"]}
    assert by_worker == {"ana": (1, 2, 2), "cleo": (0, 1, 0), None: (0, 0, 0)}
    assert by_program == {"housing": (1, 2, 1), "youth": (0, 1, 1)}


def test_a_contact_is_overdue_from_the_day_after_it_was_due(work, cases):
    # Low risk: every 30 days. Due on Saturday, and on Sunday itself.
    for opened in (day(5) - timedelta(days=30), day(6) - timedelta(days=30)):
        cases.assign(cases.open(opened), "ana", at(opened))
    found = parts(work)
    assert found["overdue"] == [
        {"case": "2026-100001", "program": "housing", "worker": "ana", "rule": "contact_overdue",
         "due": day(5), "days": 1, "items": 1}
    ]  # fmt: skip


def test_what_was_overdue_that_sunday_stays_so_after_someone_called_on_monday(work, cases):
    opened = day(-60)
    case = cases.open(opened)
    cases.assign(case, "ana", at(opened), at(day(8)))
    cases.assign(case, "cleo", at(day(8)))
    late = cases.task(case, day(3), at(day(0)), done=at(day(7), 0))
    cases.task(case, day(4), at(day(0)), done=at(day(6), 23))
    cases.task(case, day(6), at(day(0)))
    cases.task(case, day(2), at(day(7)))
    cases.contact(case, "ana", at(day(7)))
    assert late
    found = parts(work)
    assert [(row["rule"], row["worker"], row["due"], row["items"]) for row in found["overdue"]] == [
        ("contact_overdue", "ana", opened + timedelta(days=30), 1),
        ("task_overdue", "ana", day(3), 1),
    ]
    row = next(row for row in found["by_worker"] if row["worker"] == "ana")
    assert (row["contact_overdue"], row["task_overdue"], row["overdue"]) == (1, 1, 1)


def test_the_risk_and_the_policy_of_that_day_set_the_clock(shared_agency, work, cases):
    housing = shared_agency.programs["housing"]
    case = cases.open(day(-20))
    cases.risk(case, "low", day(-20))
    cases.risk(case, "high", day(0))
    cases.risk(case, "low", day(7))

    def due():
        return [row["due"] for row in parts(work)["overdue"] if row["rule"] == "contact_overdue"]

    assert due() == [day(-6)]
    work.conn.execute(policy.update().where(policy.c.program_id == housing).values(is_current=False))
    put(work.conn, policy, program_id=housing, version=2, from_on=day(6), contact_high_days=25)
    assert due() == [day(5)]
    put(work.conn, policy, program_id=housing, version=3, from_on=day(7), contact_high_days=1, is_current=False)
    assert due() == [day(5)]


def test_a_closed_case_is_not_overdue(work, cases):
    case = cases.open(day(-60))
    cases.task(case, day(-5), at(day(-60)))
    cases.stage(case, "closed", day(6))
    assert parts(work)["overdue"] == []


def test_the_week_that_runs_is_counted_through_today(work, cases):
    this_week = Period(TODAY - timedelta(days=1), TODAY + timedelta(days=5))
    case = cases.open(TODAY - timedelta(days=30))
    cases.assign(case, "ana", at(TODAY - timedelta(days=30)))
    found = parts(work, this_week)
    assert found["summary"][0]["through"] == TODAY
    assert found["summary"][0]["to"] == TODAY + timedelta(days=5)
    assert found["overdue"] == []


def test_a_week_that_has_not_begun_is_refused(work):
    with pytest.raises(Refused, match="has not begun"):
        weekly.tables(work, EVERYTHING, Period(TODAY + timedelta(days=1), TODAY + timedelta(days=7)))


def test_counts_alone_name_no_case(work):
    names = [table.name for table in weekly.tables(work, EVERYTHING, WEEK, rows=False)]
    assert names == [name for name in weekly.PARTS if name not in ("moved", "overdue")]


def test_only_cases_of_the_scope_are_counted(shared_agency, work, cases):
    for restricted in (False, True):
        who = {"restricted": restricted, "custodian_id": shared_agency.workers["ben"]}
        cases.assign(cases.open(day(-30), **who), "ana", at(day(-30)))
    admin = replace(work.me, id=shared_agency.workers["admin"], role="admin", holds_all=False)
    reading = replace(work, me=admin)
    seen = select(case_file.c.id).where(scope.visible(reading))
    summary = weekly.tables(reading, seen, WEEK)[0]
    assert dict(zip(summary.keys, next(iter(summary.rows)), strict=True))["start"] == 1
