"""Dashboards: every number opens the rows that add up to it, for whoever asks, and means what its title says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from caseload.casework import authorising, cases
from caseload.errors import NotPermitted, Refused, Usage
from caseload.models import case_file
from caseload.reports import dashboard, weekly
from caseload.reports.dashboard import Page
from caseload.reports.period import Period
from tests.practice.dashboards import lived
from tests.practice.kit import ADMIN, Practice, Template
from tests.practice.spending import authorise, budget


@pytest.fixture(scope="module")
def years(template: Template) -> Iterator[Practice]:
    made = template.copy()
    yield lived(made)
    made.drop()


def page(p: Practice, who: str, part: str, **more: object) -> Page:
    made: Page = p.ask(who, dashboard.page, part, **more)
    return made


def numbers(found: Page) -> dict[str, tuple[int | None, ...]]:
    return {one.key: tuple(number.count for number in one.numbers) for one in found.lines}


@pytest.mark.parametrize("who", ["ana", "bo", "cleo", "ben", "sol", ADMIN])
@pytest.mark.parametrize("query", ["", "risk:high OR program:housing"])
def test_every_number_of_every_page_opens_rows_that_add_up_to_it(years: Practice, who: str, query: str) -> None:
    looked = 0
    for part in dashboard.PARTS:
        if who == ADMIN and part in ("outcomes", "needs", "referrals"):
            with pytest.raises(NotPermitted):
                page(years, who, part)
            continue
        found = page(years, who, part, query=query, weeks=6)
        assert found.opens
        for line in found.lines:
            for measure, number in zip(found.measures, line.numbers, strict=True):
                where = (part, line.key, measure.key)
                rows = years.ask(who, dashboard.rows, *where, query=query, weeks=6)
                assert len(rows) == number.count, where
                assert {row.client is None for row in rows} <= {who == ADMIN}, where
                assert {row.id for row in rows} <= {years.id(row.case) for row in rows}
                if number.query is not None:
                    assert years.ask(who, cases.count, number.query) == number.count, where
                looked += bool(number.count)
    assert looked > (3 if who in ("cleo", "sol") else 10)


@pytest.mark.parametrize("who", ["ana", "bo", "ben", ADMIN])
def test_the_weeks_say_what_the_weekly_report_says(years: Practice, who: str) -> None:
    caseload, contacts = (page(years, who, part, weeks=6) for part in ("caseload", "contacts"))
    load = page(years, who, "load", weeks=6)
    monday = years.day - timedelta(days=years.day.weekday())
    for back in range(6):
        first = monday - timedelta(weeks=back)
        week = Period(first, first + timedelta(days=6))
        with years.as_(who).read() as r:
            from caseload.store import scope

            told = weekly.tables(r, select(case_file.c.id).where(scope.visible(r)), week, rows=False, served=False)
            parts = {one.name: [dict(zip(one.keys, row, strict=True)) for row in one.rows] for one in told}
        [whole] = parts["summary"]
        for made in (caseload, contacts):
            for measure in made.measures:
                number = made.number(week.key, measure.key)
                assert number is not None and number.count == whole[measure.key], (week.key, measure.key)
        ends = {row["worker"] or dashboard.NOBODY: row["end"] for row in parts["by_worker"]}
        at = [one.key for one in load.measures].index(week.key)
        assert {one.key: one.numbers[at].count for one in load.lines if one.numbers[at].count} == {
            who_: n for who_, n in ends.items() if n
        }


def test_what_is_overdue_is_what_the_queue_says(years: Practice) -> None:
    found = page(years, "ben", "overdue")
    for line in found.lines:
        assert line.numbers[0].count == years.ask("ben", cases.count, f"reason:{line.key}"), line.key
        assert line.numbers[0].count == sum(number.count or 0 for number in line.numbers[1:])
    assert numbers(found)["contact_overdue"][0]
    assert numbers(found)["unassigned"] == (1, 0, 0, 0, 1)


def test_a_budget_overdrawn_and_money_whose_days_are_over_are_overdue_too(practice: Practice) -> None:
    over, ended = practice.open(risk="high"), practice.open()
    budget(practice, over, 50_00, last=9)
    key = authorise(practice, over, 60_00, last=9, reason="She has no bed.")
    practice.do("ben", authorising.approve, key)
    budget(practice, ended)
    authorise(practice, ended, last=3)
    practice.go(4)
    told = numbers(page(practice, "ana", "overdue"))
    assert (told["budget_over"], told["authorisation_ended"]) == ((1, 0, 1, 0, 0), (1, 0, 0, 0, 1))
    for line, case in (("budget_over", over), ("authorisation_ended", ended)):
        assert [row.case for row in practice.ask("ana", dashboard.rows, "overdue", line, "cases")] == [case]


def test_outcomes_are_since_the_baseline_and_say_which_way_is_better(years: Practice) -> None:
    assert numbers(page(years, "ben", "outcomes")) == {"phq-9/total": (3, 1, 0, 1, 0, 1)}
    [better] = years.ask("ben", dashboard.rows, "outcomes", "phq-9/total", "improved")
    assert (better.worker, better.what) == ("bo", "improved")
    # Ana holds one of the two any more, and the one that was asked once.
    assert numbers(page(years, "ana", "outcomes")) == {"phq-9/total": (2, 0, 0, 1, 0, 1)}


@pytest.mark.parametrize(("part", "line", "told"), [("needs", "housing", True), ("overdue", "unassigned", False)])
def test_rows_that_tell_of_a_client_are_a_look_at_each_case(years: Practice, part: str, line: str, told: bool) -> None:
    found = years.ask("ben", dashboard.rows, part, line, "found" if told else "cases")
    before = years.value("SELECT max(id) FROM look") or 0
    dashboard.look(years.as_("ben"), part, found, surface="dashboard")
    looked = years.rows("SELECT case_id, kind FROM look WHERE id > :before", before=before)
    assert [tuple(one) for one in looked] == ([(found[0].id, "case")] if told else [])


def test_needs_stand_by_domain_and_referrals_by_state_and_take_up(years: Practice) -> None:
    assert numbers(page(years, "ben", "needs")) == {"health": (1, 1, 0, 0), "housing": (1, 1, 0, 0)}
    told = numbers(page(years, "ben", "referrals"))
    assert (told["take_up.offered"], told["take_up.begun"]) == ((1, 1, 0, 0), (0, 0, 0, 0))
    assert (told["state.sent"], told["state.drafted"]) == ((1, 1, 0, 0), (1, 0, 1, 0))


def test_a_case_somebody_is_kept_from_is_in_none_of_their_numbers(years: Practice) -> None:
    everything = page(years, "ben", "caseload", weeks=6).lines[-1].numbers[-1].count
    with years.by_hand() as conn:
        whole = conn.exec_driver_sql("SELECT count(*) FROM case_file WHERE closed_on IS NULL").scalar_one()
    # Cleo's is another team's.
    assert everything == whole - 1
    assert page(years, ADMIN, "caseload").lines[-1].numbers[-1].count == whole - 1
    for row in years.ask(ADMIN, dashboard.rows, "load", "bo", page(years, ADMIN, "load").measures[-1].key):
        assert "Secret" not in repr(row)


def test_an_analyst_gets_numbers_that_single_out_nobody_and_no_row(years: Practice) -> None:
    if years.engine_name == "postgresql":
        with pytest.raises(NotPermitted, match="keeps every case row"):
            page(years, "nia", "caseload")
        return
    shown = page(years, "nia", "caseload", weeks=6)
    assert shown.lines[-1].numbers[-1].count and not shown.opens
    for part in dashboard.PARTS:
        found = page(years, "nia", part, weeks=6)
        assert all(number.query is None for line in found.lines for number in line.numbers)
        if part in ("overdue", "outcomes", "needs", "referrals"):
            assert not any(0 < (number.count or 0) <= 10 for line in found.lines for number in line.numbers)
        with pytest.raises(NotPermitted, match="no case row"):
            years.ask("nia", dashboard.rows, part, found.lines[0].key, found.measures[0].key)
    with pytest.raises(NotPermitted, match="Leave the query out"):
        page(years, "nia", "caseload", query="tag:rent")


def test_of_a_line_that_would_give_one_away_nothing_is_shown() -> None:
    from caseload.reports.dashboard import _suppressed
    from caseload.reports.figures import Line, Number

    line = Line("a", "A", (Number(40), Number(28, "x"), Number(12), Number(0)))
    assert [one.count for one in _suppressed("needs", line).numbers] == [40, 28, 12, 0]
    small = Line("a", "A", (Number(40), Number(30), Number(10), Number(0)))
    assert [one.count for one in _suppressed("needs", small).numbers] == [None] * 4
    # What staff do and carry is never suppressed.
    assert [one.count for one in _suppressed("load", small).numbers] == [40, 30, 10, 0]


def test_an_auditor_has_no_dashboard_and_a_slip_is_said(years: Practice) -> None:
    with pytest.raises(NotPermitted):
        page(years, "otto", "caseload")
    for wrong in (
        ("lode", "a", "b"),
        ("load", "ana", "2020-W01"),
        ("caseload", "2020-W01", "end"),
        ("needs", "x", "worst"),
    ):
        with pytest.raises(Usage):
            years.ask("ben", dashboard.rows, *wrong)
    for weeks in (0, 54):
        with pytest.raises(Usage, match="1 to 53"):
            page(years, "ben", "caseload", weeks=weeks)
    with pytest.raises(Refused, match="nobody waits"):
        page(years, "ben", "contacts", gone=lambda: True)
