"""Whatever happened to the cases, the weekly report says what a patient person counting day by day would say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from caseload.models import case_file
from caseload.reports import measures, weekly
from caseload.reports.overdue import RULES
from caseload.reports.period import Period
from tests.support.examples import examples

from .agency import MONDAY, TODAY, Agency, Cases, at

NOT_OPEN = "not open"
STARTS = MONDAY - timedelta(days=7)
HOLDERS = ("ana", "ben", "cleo")
RISKS = {"low": 30, "medium": 30, "high": 14, "critical": 7}
NOTE_DAYS = timedelta(days=2)


@dataclass
class History:
    """One case: the day it was opened, its holders as (who, from, until), its stages, its risks, what was done."""

    opened: date
    program: str
    held: list[tuple[str, datetime, datetime | None]] = field(default_factory=list)
    stages: list[tuple[datetime, str]] = field(default_factory=list)
    risks: list[tuple[date, str]] = field(default_factory=list)
    contacts: list[tuple[datetime, str, str]] = field(default_factory=list)
    tasks: list[tuple[date, datetime, datetime | None]] = field(default_factory=list)
    notes: list[tuple[datetime, datetime | None]] = field(default_factory=list)


def moments(first: int = 0, last: int = 20) -> st.SearchStrategy[datetime]:
    return st.builds(
        lambda days, hour: at(STARTS + timedelta(days=days), hour),
        st.integers(first, last), st.sampled_from((0, 9, 12, 15, 23)),
    )  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> History:
    one = History(STARTS + timedelta(days=draw(st.integers(0, 18))), draw(st.sampled_from(("housing", "youth"))))
    bounds = sorted(draw(st.lists(moments(), max_size=6)))
    for start, end in pairwise(bounds):
        if draw(st.integers(0, 4)):
            one.held.append((draw(st.sampled_from(HOLDERS)), start, end))
    if bounds and draw(st.booleans()):
        one.held.append((draw(st.sampled_from(HOLDERS)), bounds[-1], None))
    for moment in sorted(draw(st.lists(moments(), max_size=4))):
        if moment.date() >= one.opened:
            one.stages.append((moment, draw(st.sampled_from(("active", "closed")))))
    one.risks = sorted(
        draw(st.lists(st.tuples(moments(), st.sampled_from(tuple(RISKS))), max_size=2)), key=lambda r: r[0]
    )
    one.risks = [(moment.date(), risk) for moment, risk in one.risks]
    one.contacts = draw(
        st.lists(st.tuples(moments(), st.sampled_from(HOLDERS), st.sampled_from(("made", "attempted"))), max_size=3)
    )
    for due, created, done in draw(st.lists(st.tuples(moments(), moments(), st.none() | moments()), max_size=2)):
        one.tasks.append((due.date(), created, done))
    for written, signed in draw(st.lists(st.tuples(moments(), st.none() | moments()), max_size=2)):
        one.notes.append((written, None if signed is None else max(written, signed)))
    return one


def write(cases: Cases, one: History) -> None:
    case = cases.open(one.opened, one.program)
    for who, start, end in one.held:
        cases.assign(case, who, start, end)
    for moment, stage in one.stages:
        cases.stage(case, stage, moment.date(), moment)
    for day, risk in one.risks:
        cases.risk(case, risk, day)
    for moment, who, outcome in one.contacts:
        cases.contact(case, who, moment, outcome)
    for due, created, done in one.tasks:
        cases.task(case, due, created, done)
    for written, signed in one.notes:
        cases.note(case, written, signed)


# ------------------------------------------------------------------- the patient person


def state_at_end_of(one: History, day: date) -> str | None:
    """Who holds the case when the day ends: a worker, None for nobody, or that it is not open."""
    if day < one.opened:
        return NOT_OPEN
    said = [stage for moment, stage in one.stages if moment.date() <= day]
    if said and said[-1] == "closed":
        return NOT_OPEN
    return holder_at_end_of(one, day)


def holder_at_end_of(one: History, day: date) -> str | None:
    holding = [who for who, start, end in one.held if start.date() <= day and (end is None or end.date() > day)]
    return holding[-1] if holding else None


def steps_of(one: History, day: date) -> list[tuple[str | None, str | None]]:
    """The steps of one day, told by following it from one opening or closing to the next."""
    now = state_at_end_of(one, day - timedelta(days=1))
    turns = turns_of(one, day, was_open=now != NOT_OPEN)
    steps = []
    for place, (moment, opens) in enumerate(turns):
        if opens:
            # Opened with whoever has the case when it is closed again that day, else when the day ends.
            next_turn = turns[place + 1][0] if place + 1 < len(turns) else None
            into = at_closing(one, day, next_turn) if next_turn else holder_at_end_of(one, day)
            steps.append((NOT_OPEN, into))
            now = into
        else:
            last = at_closing(one, day, moment)
            if last != now:
                steps.append((now, last))
            steps.append((last, NOT_OPEN))
            now = NOT_OPEN
    end = state_at_end_of(one, day)
    return [*steps, (now, end)] if end != now else steps


def turns_of(one: History, day: date, *, was_open: bool) -> list[tuple[datetime | None, bool]]:
    """The openings (True) and closings of a day; the first opening has no moment."""
    turns: list[tuple[datetime | None, bool]] = []
    if day == one.opened:
        turns.append((None, True))
        was_open = True
    for moment, stage in one.stages:
        if moment.date() == day and (stage != "closed") != was_open:
            was_open = not was_open
            turns.append((moment, was_open))
    return turns


def at_closing(one: History, day: date, moment: datetime | None) -> str | None:
    """Who had the case when it was closed: who took it last until then, unless they let go on an earlier day."""
    assert moment is not None
    taken = [(who, end) for who, start, end in one.held if start <= moment]
    if not taken:
        return None
    who, end = taken[-1]
    return who if end is None or end.date() >= day else None


def counted(histories: list[History], period: Period) -> tuple[Counter[tuple], Counter[tuple]]:
    """(worker, measure) and (program, measure) to how many, by hand."""
    by_worker: Counter[tuple] = Counter()
    by_program: Counter[tuple] = Counter()

    def add(one: History, who: str | None, measure: str) -> None:
        by_worker[who, measure] += 1
        by_program[one.program, measure] += 1

    for one in histories:
        for day, measure in ((period.first - timedelta(days=1), "start"), (period.last, "end")):
            if (who := state_at_end_of(one, day)) != NOT_OPEN:
                add(one, who, measure)
        day = period.first
        while day <= period.last:
            for before, after in steps_of(one, day):
                if before == NOT_OPEN:
                    add(one, after, "opened")
                elif after == NOT_OPEN:
                    add(one, before, "closed")
                else:
                    add(one, before, "moved_out")
                    add(one, after, "moved_in")
            day += timedelta(days=1)
        for moment, who, outcome in one.contacts:
            if period.first <= moment.date() <= period.last:
                add(one, who, "contacts_attempted" if outcome == "attempted" else "contacts_made")
                if outcome == "made":
                    add(one, who, "clients_met")
        who = state_at_end_of(one, period.last)
        if who != NOT_OPEN:
            for measure in due_of(one, period):
                add(one, who, measure)
            rules = set(overdue_of(one, period.last))
            for rule in rules:
                add(one, who, rule)
            if rules:
                add(one, who, "overdue")
    return by_worker, by_program


def overdue_of(one: History, day: date) -> list[str]:
    risk = next((risk for on, risk in reversed(one.risks) if on <= day), "low")
    met = [moment.date() for moment, _who, outcome in one.contacts if outcome == "made" and moment.date() <= day]
    found = []
    if max([one.opened, *met]) + timedelta(days=RISKS[risk]) < day:
        found.append("contact_overdue")
    for due, created, done in one.tasks:
        if due < day and created.date() <= day and (done is None or done.date() > day):
            found.append("task_overdue")
    for written, signed in one.notes:
        if written.date() + NOTE_DAYS < day and (signed is None or signed.date() > day):
            found.append("note_unsigned")
    if holder_at_end_of(one, day) is None:
        found.append("unassigned")
    return found


def due_of(one: History, period: Period) -> list[str]:
    """Whether a contact fell due by the end of the period, and whether the client was met in it."""
    risk = next((risk for on, risk in reversed(one.risks) if on <= period.last), "low")
    met = [moment.date() for moment, _who, outcome in one.contacts if outcome == "made"]
    before = [day for day in met if one.opened < day < period.first]
    if max([one.opened, *before]) + timedelta(days=RISKS[risk]) > period.last:
        return []
    made = any(max(period.first, one.opened) <= day <= period.last for day in met)
    return ["contacts_due", "contacts_due_made"] if made else ["contacts_due"]


def told(table) -> Counter[tuple]:
    """The same from the report."""
    rows = [dict(zip(table.keys, row, strict=True)) for row in table.rows]
    label = table.keys[0]
    return Counter(
        {(row[label], measure): row[measure] for row in rows for measure in measures.MEASURES if row[measure]}
    )


@examples(10)
@given(st.lists(histories(), min_size=1, max_size=5), st.integers(0, 14), st.integers(0, 6))
def test_the_report_counts_as_a_person_would(
    shared_agency: Agency, drawn: list[History], first: int, length: int
) -> None:
    period = Period(STARTS + timedelta(days=first), STARTS + timedelta(days=first + length))
    with shared_agency.writing(keep=False) as w:
        cases = Cases(shared_agency, w.conn)
        for one in drawn:
            write(cases, one)
        made = {table.name: table for table in weekly.tables(w, select(case_file.c.id), period)}
        moves, late = list(made["moved"].rows), list(made["overdue"].rows)
    summary, by_worker, by_program = (made[name] for name in ("summary", "by_worker", "by_program"))
    expected_by_worker, expected_by_program = counted(drawn, Period(period.first, min(period.last, TODAY)))
    assert told(by_worker) == expected_by_worker
    assert told(by_program) == expected_by_program

    for table in (summary, by_worker, by_program):
        for row in (dict(zip(table.keys, row, strict=True)) for row in table.rows):
            assert row["start"] + row["opened"] + row["moved_in"] - row["closed"] - row["moved_out"] == row["end"]

    # The numbers explain themselves: as many rows as they say.
    total = dict(zip(summary.keys, next(iter(summary.rows)), strict=True))
    kinds = Counter(row[3] for row in moves)
    assert (kinds["opened"], kinds["closed"], kinds["moved"]) == (total["opened"], total["closed"], total["moved_in"])
    assert total["moved_in"] == total["moved_out"]
    rules = Counter(row[3] for row in late)
    assert [rules[rule] for rule in RULES] == [total[rule] for rule in RULES]
    by_rule = [dict(zip(made["overdue_by_rule"].keys, row, strict=True)) for row in made["overdue_by_rule"].rows]
    assert {row["rule"]: row["cases"] for row in by_rule} == {rule: total[rule] for rule in RULES}
    assert all(row["week"] + row["month"] + row["longer"] == row["cases"] for row in by_rule)
    assert len({row[0] for row in late}) == total["overdue"]

    # The same cases, contacts and visits, cut another way.
    of = {name: [dict(zip(table.keys, row, strict=True)) for row in table.rows] for name, table in made.items()
          if name not in ("moved", "overdue", "trend")}  # fmt: skip
    for measure in ("contacts_due", "contacts_due_made", "contacts_attempted", "contacts_made", "clients_met"):
        assert sum(row[measure] for row in of["contacts"]) == total[measure]
    assert sum(row["cases"] for row in of["load"]) == total["end"] - total["unassigned"]
    whole = of["visits"][-1]
    for measure in ("month_due", "month_visited", "month_home"):
        assert sum(row[measure] for row in of["visits_by_worker"]) == whole[measure]
        assert sum(row[measure] for row in of["visits"][:-1]) == whole[measure]


@examples(4)
@given(st.lists(histories(), min_size=1, max_size=5), st.integers(0, 19))
def test_each_week_of_the_trend_is_counted_as_its_own_report_would(
    shared_agency: Agency, drawn: list[History], day: int
) -> None:
    period = Period(STARTS, STARTS + timedelta(days=day))
    with shared_agency.writing(keep=False) as w:
        cases = Cases(shared_agency, w.conn)
        for one in drawn:
            write(cases, one)
        trend = next(table for table in weekly.tables(w, select(case_file.c.id), period) if table.name == "trend")
        weeks = [dict(zip(trend.keys, row, strict=True)) for row in trend.rows]
    assert len(weeks) == 12
    assert weeks[0]["monday"] + timedelta(weeks=11) == weeks[-1]["monday"] <= min(period.last, TODAY)
    for week in weeks[-3:]:
        last = min(week["monday"] + timedelta(days=6), period.last, TODAY)
        expected = total_of_week(drawn, week["monday"], last)
        assert {measure: week[measure] for measure in expected} == expected


def total_of_week(drawn: list[History], monday: date, last: date) -> dict[str, int]:
    by_worker, _by_program = counted(drawn, Period(monday, last))
    return {
        measure: sum(n for (_who, name), n in by_worker.items() if name == measure)
        for measure in ("start", "opened", "closed", "end", "contacts_made", "overdue")
    }
