"""Visits, load, gaps and rules of the weekly report: what each of their numbers means."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from caseload.models import case_file, client, client_code, identity, worker, worker_standing
from caseload.reports import visits, weekly
from caseload.reports.period import Period

from .agency import MONDAY, WEEK, at, put

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def parts(r, period=WEEK):
    made = weekly.tables(r, select(case_file.c.id), period)
    return {
        t.name: [dict(zip(t.keys, row, strict=True)) for row in t.rows]
        for t in made if t.name not in ("trend", "moved", "overdue")
    }  # fmt: skip


def one(rows, **named):
    (row,) = [row for row in rows if all(row[key] == value for key, value in named.items())]
    return row


# ---------------------------------------------------------------- monthly visits


def month(row):
    return tuple(row[f"month_{name}"] for name in ("due", "visited", "percent", "home", "home_percent", "to_go"))


def year(row):
    return tuple(row[f"year_{name}"] for name in ("due", "visited", "percent", "home", "home_percent"))


def test_a_month_counts_once_however_often_the_client_was_visited(work, cases):
    often, never = cases.open(date(2026, 9, 1)), cases.open(date(2026, 9, 1))
    for n in (2, 9, 16):
        cases.contact(often, "ana", at(NOVEMBER + timedelta(days=n)), kind="visit", place="home")
    cases.assign(often, "ana", at(date(2026, 9, 1)))
    found = parts(work)
    assert never
    assert month(one(found["visits"], program="housing")) == (2, 1, 50.0, 1, 100.0, 1)
    assert month(one(found["visits"], program=None)) == (2, 1, 50.0, 1, 100.0, 1)
    assert month(one(found["visits_by_worker"], worker="ana")) == (1, 1, 100.0, 1, 100.0, 0)
    assert month(one(found["visits_by_worker"], worker=None)) == (1, 0, 0.0, 0, None, 1)


@pytest.mark.parametrize(
    ("how", "counts"),
    [
        ({"kind": "visit", "place": "home"}, (1, 1)),
        ({"kind": "visit", "place": "community"}, (1, 0)),
        ({"kind": "visit"}, (1, 0)),
        ({"kind": "office", "place": "office"}, (1, 0)),
        ({"kind": "group", "place": "facility"}, (1, 0)),
        ({"kind": "phone", "place": "remote"}, (0, 0)),
        ({"kind": "video", "place": "home"}, (0, 0)),
        ({"kind": "visit", "place": "home", "met": False}, (0, 0)),
        ({"kind": "visit", "place": "home", "outcome": "attempted"}, (0, 0)),
    ],
)
def test_a_visit_is_face_to_face_with_the_client(how, counts, work, cases):
    case = cases.open(date(2026, 9, 1))
    cases.contact(case, "ana", at(NOVEMBER + timedelta(days=4)), **how)
    row = one(parts(work)["visits"], program=None)
    assert (row["month_visited"], row["month_home"]) == counts


def test_only_whole_months_of_an_open_case_are_due(work, cases):
    cases.open(date(2026, 9, 1))  # October, and November so far
    cases.open(date(2026, 10, 1))  # the same: open when its first day ended
    cases.open(date(2026, 10, 2))  # November alone
    cases.open(date(2026, 11, 2))  # none
    closed = cases.open(date(2026, 9, 1))
    cases.stage(closed, "closed", date(2026, 11, 10))  # October alone
    again = cases.open(date(2026, 9, 1))
    cases.stage(again, "closed", date(2026, 9, 20))
    cases.stage(again, "active", date(2026, 10, 5))  # November alone
    row = one(parts(work)["visits"], program="housing")
    assert (row["month_due"], row["year_due"]) == (4, 3 + 4)


def test_the_fiscal_year_adds_its_months_up(work, cases):
    case = cases.open(date(2026, 1, 1))
    cases.contact(case, "ana", at(date(2026, 9, 30), 23), kind="visit", place="home")
    cases.contact(case, "ana", at(date(2026, 10, 31), 23), kind="visit", place="office")
    cases.contact(case, "ana", at(date(2026, 11, 22), 23), kind="visit", place="home")
    cases.contact(case, "ana", at(date(2026, 11, 23)), kind="visit", place="home")
    row = one(parts(work)["visits"], program="housing")
    assert year(row) == (2, 2, 100.0, 1, 50.0)
    september = one(parts(work, Period(date(2026, 9, 1), date(2026, 9, 30)))["visits"], program="housing")
    assert year(september) == (9, 1, 11.1, 1, 100.0)  # that year began in October 2025, the case in January


@pytest.mark.parametrize(
    ("due", "made", "to_go"), [(0, 0, 0), (1, 0, 1), (20, 19, 0), (20, 18, 1), (100, 90, 5), (16, 15, 1)]
)
def test_what_is_missing_for_95_percent(due, made, to_go):
    found = visits.Visits(due, made)
    assert found.to_go == to_go
    assert found.percent is None or (found.percent >= 95) is (to_go == 0)


def test_months_of_a_fiscal_year_end_with_the_day_counted():
    assert visits.months(date(2026, 11, 22)) == [
        (OCTOBER, date(2026, 10, 31)), (NOVEMBER, date(2026, 11, 22)),
    ]  # fmt: skip
    assert len(visits.months(date(2026, 9, 30))) == 12
    assert visits.months(date(2026, 10, 1)) == [(OCTOBER, OCTOBER)]


# ---------------------------------------------------------------- rules, load


def test_every_rule_has_its_row_with_how_long_past_due(work, cases):
    last = WEEK.last
    for n, past in enumerate((1, 7, 8, 30, 31)):
        case = cases.open(last - timedelta(days=100))
        cases.assign(case, "ana", at(last - timedelta(days=100)))
        cases.contact(case, "ana", at(last - timedelta(days=1)))
        cases.task(case, last - timedelta(days=past), at(last - timedelta(days=90)))
        if n == 0:
            cases.task(case, last - timedelta(days=1), at(last - timedelta(days=90)))
            cases.note(case, at(last - timedelta(days=3)))
            cases.note(case, at(last - timedelta(days=2)))
            cases.note(case, at(last - timedelta(days=9)), at(last))
            cases.note(case, at(last - timedelta(days=9)), at(last + timedelta(days=1)))
    waits = cases.open(last - timedelta(days=50))
    cases.assign(waits, "ana", at(last - timedelta(days=40)), at(last - timedelta(days=5)))
    cases.contact(waits, "ana", at(last))
    found = parts(work)["overdue_by_rule"]
    assert [row["rule"] for row in found] == ["contact_overdue", "task_overdue", "note_unsigned", "unassigned"]
    assert list(one(found, rule="contact_overdue").values())[1:] == [0, 0, None, 0, 0, 0]
    assert list(one(found, rule="task_overdue").values())[1:] == [5, 6, last - timedelta(days=31), 2, 2, 1]
    # A draft is overdue from the third day after its own; two of them, and the one signed only later.
    assert list(one(found, rule="note_unsigned").values())[1:] == [1, 2, last - timedelta(days=7), 1, 0, 0]
    assert list(one(found, rule="unassigned").values())[1:] == [1, 1, last - timedelta(days=5), 1, 0, 0]


def test_load_is_measured_by_the_capacity_of_that_day(shared_agency, work, cases):
    ana = shared_agency.workers["ana"]
    work.conn.execute(worker.update().where(worker.c.id == ana).values(capacity=50))
    work.conn.execute(worker_standing.update().where(worker_standing.c.worker_id == ana).values(capacity=4))
    put(
        work.conn, worker_standing, worker_id=ana, from_on=WEEK.last + timedelta(days=1), role="case_manager",
        status="active", capacity=50,
    )  # fmt: skip
    for _ in range(5):
        case = cases.open(MONDAY - timedelta(days=30))
        cases.assign(case, "ana", at(MONDAY - timedelta(days=30)))
    found = parts(work)["load"]
    assert list(one(found, worker="ana").values()) == ["ana", "Ana", "north", 5, 4, 125.0, -1]
    assert list(one(found, worker="cleo").values()) == ["cleo", "Cleo", "south", 0, None, None, None]
    # Who holds nothing and is not there to hold anything is left out.
    assert {row["worker"] for row in found} == {"ana", "ben", "cleo"}


# ---------------------------------------------------------------- gaps


def test_gaps_say_what_is_missing_and_who_can_put_it_right(work, cases):
    day = MONDAY - timedelta(days=30)
    whole, empty, closed = cases.open(day), cases.open(day, team=None), cases.open(day)
    clients = dict(work.conn.execute(select(case_file.c.id, case_file.c.client_id)).all())
    for case in (whole, empty):
        cases.assign(case, "ana", at(day))
    cases.stage(closed, "closed", MONDAY)
    cases.risk(whole, "low", day)
    work.conn.execute(client.update().where(client.c.id == clients[whole]).values(language="it"))
    work.conn.execute(
        identity.update().where(identity.c.client_id == clients[empty]).values(given="", family="", born_on=None)
    )
    put(work.conn, client_code, client_id=clients[whole], field="hmis:race", code="9")
    put(work.conn, client_code, client_id=clients[empty], field="hmis:race", code="99")
    cases.contact(whole, "cleo", at(MONDAY), kind="visit", place="home", minutes=5)
    cases.contact(whole, "cleo", at(MONDAY), kind="visit")
    cases.contact(whole, "cleo", at(MONDAY), "attempted", kind="visit")
    found = parts(work)
    assert {row["gap"]: (row["count"], row["of"]) for row in found["gaps"]} == {
        "name": (1, 2), "birth": (1, 2), "language": (1, 2), "race": (1, 2), "risk": (1, 2), "team": (1, 2),
        "minutes": (1, 3), "place": (1, 3), "late": (0, 3),
    }  # fmt: skip
    assert [row["worker"] for row in found["gaps_by_worker"]] == ["ana", "cleo"]
    assert one(found["gaps_by_worker"], worker="ana")["birth"] == 1
    assert one(found["gaps_by_worker"], worker="cleo")["place"] == 1


def test_a_contact_written_down_days_later_is_a_gap(shared_agency, work, cases):
    case = cases.open(MONDAY - timedelta(days=30))
    for hours in (1, 72, 73):
        moment = at(MONDAY, 9)
        cases.contact(case, "ana", moment, minutes=5, recorded=moment + timedelta(hours=hours))
    assert one(parts(work)["gaps"], gap="late")["count"] == 1


def test_without_anything_every_part_is_there_and_adds_nothing(work):
    found = parts(work)
    assert set(found) == set(weekly.PARTS) - {"trend", "moved", "overdue"}
    assert month(one(found["visits"], program=None)) == (0, 0, None, 0, None, 0)
    assert all(row["count"] == 0 and row["percent"] is None for row in found["gaps"])
