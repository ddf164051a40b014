"""The weekly report: how many cases each worker and each program had, what came and went, what was due and done, what was
left undone, who carries how much, whom it served. Set-based, from dated history; `docs/reports.md` says what each number
means.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select

from caseload.errors import Refused
from caseload.messages import _
from caseload.models import program

from . import advised, flow, method, overdue, parts, people
from .measures import DUE, MEASURES, Cells, Staff, cells, columns, staff, sums, total
from .stream import rows_of
from .table import Chart, Column, ReportTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from caseload.store.database import Reading

    from .period import Period

# The parts, in their order; the last two name single cases.
PARTS = (
    "summary", "by_worker", "by_program", "contacts", "visits", "visits_by_worker", "overdue_by_rule", "load", "gaps",
    "gaps_by_worker", "trend", *method.PARTS, "people_served", "advice", "moved", "overdue",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What a weekly report is made of: the cases (a select of ids), the period asked for and the days counted."""

    r: Reading
    scope: Select[Any]
    period: Period
    days: Period
    staff: Mapping[int, Staff]
    programs: Mapping[int, tuple[str, str]]

    def handle(self, worker_id: int | None) -> str | None:
        return None if worker_id is None else self.staff[worker_id].handle

    def code(self, program_id: int) -> str:
        return self.programs[program_id][0]


def counted(period: Period, today: date) -> Period:
    """The days of the period that can be counted: none lies after today. Raises Refused where none has come yet."""
    if period.first > today:
        raise Refused(
            _("The period {period} has not begun; today is {today}. Ask for one that has.").format(
                period=period.key, today=today
            )
        )
    return replace(period, last=min(period.last, today))


def tables(
    r: Reading, scope: Select[Any], period: Period, *, rows: bool = True, identified: bool = False, served: bool = True
) -> tuple[ReportTable, ...]:
    """The parts of the report over the cases of `scope` (a select of ids); without `rows`, counts alone; without
    `served`, nothing of who the clients are. Of the method only for who reads it (`method.reads`).

    Raises Refused for a period that has not begun.
    """
    days = counted(period, r.today)
    found = r.conn.execute(select(program.c.id, program.c.code, program.c.name))
    asked = Asked(r, scope, period, days, staff(r, days.last), {key: (code, name) for key, code, name in found})
    told = cells(r, scope, days)
    made = [
        _summary(asked, told),
        _by_worker(asked, told),
        _by_program(asked, told),
        _contacts(asked, told),
        *parts.visits_parts(asked),
        parts.overdue_by_rule(asked),
        parts.load(asked, told),
        *parts.gaps_parts(asked),
        parts.trend(asked),
    ]
    if method.reads(r):
        made += method.parts(asked, identified=identified, served=served)
    if served:
        made += [people.part(asked, identified=identified), advised.part(asked, identified=identified)]
    if rows:
        made += [_moved(asked), _overdue(asked)]
    return tuple(made)


def _measured(sum_: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(sum_[measure] for measure in MEASURES)


def _summary(asked: Asked, told: Cells) -> ReportTable:
    head = (
        Column("period", _("Period"), "code", _("The days asked for.")),
        Column("from", _("From"), "date", _("The first day.")),
        Column("to", _("To"), "date", _("The last day.")),
        Column(
            "through", _("Counted through"), "date",
            _("The last day counted: the last of the period, or the day of the report while the period runs."),
        ),
    )  # fmt: skip
    period = asked.period
    row = (period.key, period.first, period.last, asked.days.last, *_measured(total(told)))
    return ReportTable("summary", _("Summary"), (*head, *columns()), [row])


def _by_worker(asked: Asked, told: Cells) -> ReportTable:
    head = (
        Column("worker", _("Worker"), "code", _("The worker's handle; empty for cases that nobody holds.")),
        Column("name", _("Name"), "text", _("The worker's name.")),
        Column("team", _("Team"), "code", _("The worker's team on the last day counted.")),
    )
    rows: list[tuple[Any, ...]] = []
    for worker_id, sum_ in sums(told, lambda worker_id, program_id: worker_id).items():
        if any(sum_.values()):
            who = None if worker_id is None else asked.staff[worker_id]
            rows.append(((who.handle, who.name, who.team) if who else (None, None, None)) + _measured(sum_))
    rows.sort(key=lambda row: (row[0] is None, row[0] or ""))
    charts = (
        Chart(_("Cases at the end, by worker"), "bar", "worker", ("end",)),
        Chart(
            _("Contacts made and attempted, by worker"), "bar", "worker", ("contacts_made", "contacts_attempted"), True
        ),
    )
    return ReportTable("by_worker", _("By worker"), (*head, *columns()), rows, charts)


def _by_program(asked: Asked, told: Cells) -> ReportTable:
    head = (
        Column("program", _("Program"), "code", _("The program's code.")),
        Column("name", _("Name"), "text", _("The program's name.")),
    )
    by_program = sums(told, lambda worker_id, program_id: asked.programs[program_id])
    rows = [(*names, *_measured(sum_)) for names, sum_ in sorted(by_program.items()) if any(sum_.values())]
    charts = (
        Chart(_("Cases at the end and overdue, by program"), "bar", "program", ("end", "overdue")),
        Chart(_("Contacts due and made, by program"), "bar", "program", DUE),
    )
    return ReportTable("by_program", _("By program"), (*head, *columns()), rows, charts)


def _contacts(asked: Asked, told: Cells) -> ReportTable:
    measures = (*DUE, "contacts_attempted", "contacts_made", "clients_met")
    head = (
        Column("worker", _("Worker"), "code", _("Whose contacts are due, or who made them; empty for nobody.")),
        Column("program", _("Program"), "code", _("The program's code.")),
    )
    rows = [
        (asked.handle(worker_id), asked.code(program_id), *(cell[measure] for measure in measures))
        for (worker_id, program_id), cell in told.items()
        if any(cell[measure] for measure in measures)
    ]
    rows.sort(key=lambda row: (row[0] is None, row[0] or "", row[1]))
    return ReportTable("contacts", _("Contacts due and made"), (*head, *columns(*measures)), rows)


def _moved(asked: Asked) -> ReportTable:
    head = (
        Column("case", _("Case"), "code", _("The case number.")),
        Column("program", _("Program"), "code", _("The program's code.")),
        Column("on", _("Day"), "date", _("The day it happened.")),
        Column("what", _("What"), "code", _("opened, closed, or moved from one worker to another.")),
        Column("from_worker", _("From"), "code", _("Who held the case before; empty for nobody.")),
        Column("to_worker", _("To"), "code", _("Who held it after; empty for nobody.")),
    )
    statement = flow.movements(asked.scope, asked.days.first, asked.days.last)

    def rows() -> Iterator[tuple[Any, ...]]:
        for number, program_id, day, what, before, after in rows_of(asked.r, statement):
            yield number, asked.code(program_id), day, what, asked.handle(before), asked.handle(after)

    return ReportTable("moved", _("Opened, closed and moved"), head, rows())


def _overdue(asked: Asked) -> ReportTable:
    head = (
        Column("case", _("Case"), "code", _("The case number.")),
        Column("program", _("Program"), "code", _("The program's code.")),
        Column("worker", _("Worker"), "code", _("Who held the case on the last day counted; empty for nobody.")),
        Column(
            "rule", _("Rule"), "code", _("contact_overdue, task_overdue, note_unsigned or unassigned, as in the queue.")
        ),
        Column("due", _("Due"), "date", _("The day it was due, of several the earliest; unassigned: since when.")),
        Column("days", _("Days"), "int", _("Days past due on the last day counted.")),
        Column("items", _("Items"), "int", _("How many tasks or notes; 1 for a contact and a case without a worker.")),
    )
    days = asked.days
    statement = overdue.listed(asked.r.engine, asked.scope, days.last, days.ends(asked.r.zone))

    def rows() -> Iterable[tuple[Any, ...]]:
        for number, program_id, worker_id, rule, due, items, past in rows_of(asked.r, statement):
            yield number, asked.code(program_id), asked.handle(worker_id), rule, due, past, items

    return ReportTable("overdue", _("Overdue"), head, rows())
