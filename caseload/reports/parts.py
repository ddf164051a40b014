"""Parts of the weekly report that stand on reckonings of their own: visits, rules, load, gaps and the trend."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from caseload.casework.loads import percent
from caseload.messages import _
from caseload.models.agency import HOLDERS

from . import gaps, overdue, visits
from .measures import Cells, cells, columns, sums, total
from .period import Period
from .table import Chart, Column, Later, ReportTable, Row
from .visits import Visits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .weekly import Asked

TREND_WEEKS = 12
TREND = ("start", "opened", "closed", "end", "contacts_attempted", "contacts_made", "clients_met", "overdue")


def visits_parts(asked: Asked) -> tuple[ReportTable, ReportTable]:
    """The monthly-visit measure of 42 USC 624(f): by program for the month and the fiscal year, by worker for the month."""
    r, scope, last = asked.r, asked.scope, asked.days.last
    *before, (first, _last) = visits.months(last)
    month = visits.of_month(r, scope, first, last)
    by_program = {program_id: [Visits(), Visits()] for program_id in asked.programs}
    by_worker: dict[int | None, Visits] = {}
    for (worker_id, program_id), found in month.items():
        by_program[program_id][0] += found
        by_program[program_id][1] += found
        by_worker[worker_id] = by_worker.get(worker_id, Visits()) + found
    for start, end in before:
        for (_nobody, program_id), found in visits.of_month(r, scope, start, end, held=False).items():
            by_program[program_id][1] += found
    told = _("The month counted is {month}, through {last}; the fiscal year began on {year}.").format(
        month=first.strftime("%Y-%m"), last=last, year=visits.year_of(last)
    )
    wanted = _("Wanted: {visited} % of the months with a visit, {home} % of these with one in the residence.").format(
        visited=visits.WANTED_PERCENT, home=visits.WANTED_HOME_PERCENT
    )
    program = Column("program", _("Program"), "code", _("The program's code; empty for all of them."))
    rows = [
        (asked.code(program_id), *_visited(month), *_visited(year)[:-1])
        for program_id, (month, year) in by_program.items()
        if year.due or month.due
    ]
    rows.sort()
    whole = [sum((found[nth] for found in by_program.values()), Visits()) for nth in (0, 1)]
    rows.append((None, *_visited(whole[0]), *_visited(whole[1])[:-1]))
    year = tuple(
        Column(c.key.replace("month", "year"), _("Year: {title}").format(title=c.title), c.kind, said)
        for c, said in zip(_visit_columns()[:-1], _year_meanings(), strict=True)
    )
    percents = ("month_percent", "month_home_percent")
    chart = Chart(_("Months with a visit, and these in the residence, in percent"), "bar", "program", percents)
    one = ReportTable(
        "visits", _("Monthly visits"), (program, *_visit_columns(), *year), rows, (chart,), f"{told} {wanted}"
    )
    worker = Column("worker", _("Worker"), "code", _("Who held the case on the last day counted; empty for nobody."))
    held = [(asked.handle(worker_id), *_visited(found)) for worker_id, found in by_worker.items()]
    held.sort(key=lambda row: (row[0] is None, row[0] or ""))
    chart = Chart(_("Visits still to make for 95 %, by worker"), "bar", "worker", ("month_to_go",))
    two = ReportTable(
        "visits_by_worker",
        _("Monthly visits by worker"),
        (worker, *_visit_columns()),
        held,
        (chart,),
        f"{told} {wanted}",
    )
    return one, two


def _visited(found: Visits) -> tuple[Any, ...]:
    return found.due, found.made, found.percent, found.home, found.home_percent, found.to_go


def _visit_columns() -> tuple[Column, ...]:
    return (
        Column("month_due", _("Due"), "int", _("Cases open for all of the month, or so far.")),
        Column("month_visited", _("Visited"), "int", _("Of these, the ones whose client was met face to face in it.")),
        Column(
            "month_percent", _("Percent"), "percent", _("Visited of due, in percent; wanted are 95 (42 USC 624(f)).")
        ),
        Column("month_home", _("In residence"), "int", _("Of the visited, the ones met where they live.")),
        Column("month_home_percent", _("Residence percent"), "percent", _("In residence of visited; wanted are 50.")),
        Column("month_to_go", _("To go"), "int", _("How many more must be visited for 95 percent.")),
    )


def _year_meanings() -> tuple[str, ...]:
    return (
        _("Full calendar months of open cases in the fiscal year so far."),
        _("Of these, the months in which the client was met face to face."),
        _("Visited of due in the fiscal year so far; wanted are 95 (42 USC 624(f))."),
        _("Of the months visited, those with a visit where the client lives."),
        _("In residence of visited in the fiscal year so far; wanted are 50."),
    )


def overdue_by_rule(asked: Asked) -> ReportTable:
    """What was overdue on the last day, rule by rule, and for how long; every rule has its row."""
    days = asked.days
    found = {
        row[0]: row[1:]
        for row in asked.r.conn.execute(
            overdue.by_rule(asked.r.engine, asked.scope, days.last, days.ends(asked.r.zone))
        )
    }
    head = (
        Column(
            "rule", _("Rule"), "code", _("contact_overdue, task_overdue, note_unsigned or unassigned, as in the queue.")
        ),
        Column("cases", _("Cases"), "int", _("Open cases overdue by it on the last day counted.")),
        Column("items", _("Items"), "int", _("How many contacts, tasks or notes these are.")),
        Column("earliest", _("Earliest"), "date", _("The earliest day any of them was due.")),
        Column("week", _("To 7 days"), "int", _("Cases up to 7 days past due.")),
        Column("month", _("8 to 30"), "int", _("Cases 8 to 30 days past due.")),
        Column("longer", _("Over 30"), "int", _("Cases more than 30 days past due.")),
    )
    rows = []
    for rule in overdue.RULES:
        cases, items, earliest, *ages = found.get(rule, (0, 0, None, 0, 0, 0))
        rows.append((rule, int(cases), int(items), earliest, *(int(age) for age in ages)))
    chart = Chart(_("Cases overdue, by rule and age"), "bar", "rule", ("week", "month", "longer"), stacked=True)
    return ReportTable("overdue_by_rule", _("Overdue by rule"), head, rows, (chart,))


def load(asked: Asked, told: Cells) -> ReportTable:
    """Each worker's open cases against their capacity when the last day ended. Staff workload is never suppressed."""
    held = sums(told, lambda worker_id, program_id: worker_id)
    head = (
        Column("worker", _("Worker"), "code", _("The worker's handle.")),
        Column("name", _("Name"), "text", _("The worker's name.")),
        Column("team", _("Team"), "code", _("The worker's team on the last day counted.")),
        Column("cases", _("Cases"), "int", _("Open cases held when the last day ended.")),
        Column(
            "capacity", _("Capacity"), "int", _("How many cases the worker could carry then; empty where nobody said.")
        ),
        Column("percent", _("Percent"), "percent", _("Cases in percent of capacity.")),
        Column("free", _("Free"), "int", _("How many more the worker could carry; below 0 for too many.")),
    )
    rows: list[tuple[Any, ...]] = []
    for worker_id, who in asked.staff.items():
        cases = held[worker_id]["end"] if worker_id in held else 0
        if cases or (who.role in HOLDERS and who.status == "active"):
            free = None if who.capacity is None else who.capacity - cases
            rows.append((who.handle, who.name, who.team, cases, who.capacity, percent(cases, who.capacity), free))
    rows.sort()
    charts = (
        Chart(_("Load in percent of capacity"), "bar", "worker", ("percent",)),
        Chart(_("Cases and capacity"), "bar", "worker", ("cases", "capacity")),
    )
    return ReportTable("load", _("Load and capacity"), head, rows, charts)


def gaps_parts(asked: Asked) -> tuple[ReportTable, ReportTable]:
    """What the record lacks: gap by gap, and by who can put it right."""
    found = gaps.found(asked.r, asked.scope, asked.days)
    titles = gaps.titles()
    head = (
        Column("gap", _("Gap"), "code", _("What is missing or late.")),
        Column("what", _("What"), "text", _("What is counted.")),
        Column("count", _("Count"), "int", _("How many have the gap.")),
        Column("of", _("Of"), "int", _("How many there are: open cases, or contacts of the period.")),
        Column("percent", _("Percent"), "percent", _("The share with the gap.")),
    )
    rows = [
        (name, titles[name][1], found.total(name), found.of(name), percent(found.total(name), found.of(name)))
        for name in found.asked
    ]
    chart = Chart(_("Gaps in percent"), "bar", "gap", ("percent",))
    one = ReportTable("gaps", _("Gaps in the record"), head, rows, (chart,))
    by = (
        Column("worker", _("Worker"), "code", _("Who holds the cases or made the contacts; empty for nobody.")),
        *(Column(name, titles[name][0], "int", titles[name][1]) for name in found.asked),
    )
    workers: Iterable[int | None] = dict.fromkeys(worker_id for (_gap, worker_id), n in found.found.items() if n)
    held = [
        (asked.handle(worker_id), *(found.found.get((name, worker_id), 0) for name in found.asked))
        for worker_id in workers
    ]
    held.sort(key=lambda row: (row[0] is None, row[0] or ""))
    return one, ReportTable("gaps_by_worker", _("Gaps by worker"), by, held)


def trend(asked: Asked) -> ReportTable:
    """Twelve ISO weeks, the last of them the one in which the last day counted lies; each as its own report counts it."""
    last = asked.days.last
    monday = last - timedelta(days=last.isoweekday() - 1)
    head = (
        Column("week", _("Week"), "code", _("The ISO week.")),
        Column("monday", _("Monday"), "date", _("Its first day.")),
    )

    def rows() -> list[Row]:
        weeks: list[Row] = []
        for back in reversed(range(TREND_WEEKS)):
            first = monday - timedelta(weeks=back)
            week = Period(first, first + timedelta(days=6))
            days = Period(first, min(week.last, last))
            found = total(cells(asked.r, asked.scope, days, dues=False))
            weeks.append((week.key, first, *(found[measure] for measure in TREND)))
        return weeks

    charts = (
        Chart(_("Open cases and overdue, week by week"), "line", "week", ("end", "overdue")),
        Chart(_("Opened and closed, week by week"), "line", "week", ("opened", "closed")),
        Chart(_("Contacts made and attempted, week by week"), "line", "week", ("contacts_made", "contacts_attempted")),
    )
    return ReportTable("trend", _("Twelve weeks"), (*head, *columns(*TREND)), Later(rows), charts)
