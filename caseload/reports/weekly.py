"""The weekly report's core: how many cases each worker and each program had, what came and went, what was done and what
was left undone. Set-based, from dated history; `docs/reports.md` says what each number means.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, case, func, literal, select

from caseload.errors import Refused
from caseload.messages import _
from caseload.models import case_file, contact, contact_line, program, team, worker, worker_standing

from . import flow, overdue
from .period import Period
from .stream import rows_of
from .table import Column, ReportTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from caseload.store.database import Reading

FLOW = ("start", "opened", "moved_in", "closed", "moved_out", "end")
CONTACTS = ("contacts_attempted", "contacts_made", "clients_met")
OVERDUE = ("contact_overdue", "task_overdue", "overdue")
MEASURES = (*FLOW, *CONTACTS, *OVERDUE)

# (worker id or None for nobody, program id) to the measures of those cases.
Cells = dict[tuple[int | None, int], dict[str, int]]


@dataclass(frozen=True, slots=True)
class Staff:
    """Whom a row of the report is about: the team is the one of the last day counted."""

    handle: str
    name: str
    team: str | None


def counted(period: Period, today: date) -> Period:
    """The days of the period that can be counted: none lies after today. Raises Refused where none has come yet."""
    if period.first > today:
        raise Refused(
            _("The period {period} has not begun; today is {today}. Ask for one that has.").format(
                period=period.key, today=today
            )
        )
    return replace(period, last=min(period.last, today))


def tables(r: Reading, scope: Select[Any], period: Period, *, rows: bool = True) -> tuple[ReportTable, ...]:
    """The parts of the report over the cases of `scope` (a select of ids); without `rows`, counts alone.

    Raises Refused for a period that has not begun.
    """
    days = counted(period, r.today)
    cells = _cells(r, scope, days)
    staff, programs = _staff(r, days.last), dict(r.conn.execute(select(program.c.id, program.c.code)).all())
    names = dict(r.conn.execute(select(program.c.code, program.c.name)).all())
    parts = [
        _summary(period, days, cells),
        _by_worker(cells, staff),
        _by_program(cells, programs, names),
    ]
    if rows:
        handles = {key: person.handle for key, person in staff.items()}
        parts += [_moved(r, scope, days, handles, programs), _overdue(r, scope, days, handles, programs)]
    return tuple(parts)


def _cells(r: Reading, scope: Select[Any], days: Period) -> Cells:
    """Every measure by worker and program, of which all tables of counts are sums."""
    cells: Cells = {}
    end = days.ends(r.zone)
    for statement in (
        flow.counts(r.engine, scope, days.first, days.last),
        _contacts(scope, days),
        overdue.counts(r.engine, scope, days.last, end),
    ):
        for row in r.conn.execute(statement):
            _add(cells, row)
    return cells


def _add(cells: Cells, row: Row[Any]) -> None:
    found = row._asdict()
    key = (found.pop("worker_id"), int(found.pop("program_id")))
    cell = cells.setdefault(key, dict.fromkeys(MEASURES, 0))
    for measure, value in found.items():
        cell[measure] += int(value)


def _contacts(scope: Select[Any], days: Period) -> Select[Any]:
    """Contacts by who made them and by program; one counts once for each case it served."""
    k, n = contact_line.c, contact.c

    def one(condition: Any, label: str) -> Any:
        return func.sum(case((condition, literal(1)), else_=literal(0))).label(label)

    cases = case_file.c
    return (
        select(
            n.worker_id,
            cases.program_id,
            one(k.outcome == "attempted", "contacts_attempted"),
            one(k.outcome == "made", "contacts_made"),
            one(k.met, "clients_met"),
        )
        .select_from(contact_line)
        .join(contact, n.id == k.contact_id)
        .join(case_file, cases.id == k.case_id)
        .where(k.on_date.between(days.first, days.last), cases.id.in_(scope))
        .group_by(n.worker_id, cases.program_id)
    )


def _staff(r: Reading, day: date) -> Mapping[int, Staff]:
    """Every worker there is or was, with their team of that day."""
    s, t, now = worker_standing, team.alias(), team.alias()
    then = (
        select(func.coalesce(t.c.code, literal("")))
        .select_from(s.outerjoin(t, t.c.id == s.c.team_id))
        .where(s.c.worker_id == worker.c.id, s.c.from_on <= day)
        .order_by(s.c.from_on.desc(), s.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    # Before anything was written down about someone, what is so today is the best that is known.
    code = func.coalesce(then, now.c.code, literal(""))
    found = select(worker.c.id, worker.c.handle, worker.c.name, code).select_from(
        worker.outerjoin(now, now.c.id == worker.c.team_id)
    )
    return {key: Staff(handle, name, code or None) for key, handle, name, code in r.conn.execute(found)}


def _sums(cells: Cells, key: Callable[[int | None, int], Any]) -> dict[Any, dict[str, int]]:
    sums: dict[Any, dict[str, int]] = {}
    for (worker_id, program_id), cell in cells.items():
        total = sums.setdefault(key(worker_id, program_id), dict.fromkeys(MEASURES, 0))
        for measure, value in cell.items():
            total[measure] += value
    return sums


def _measured(sum_: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(sum_[measure] for measure in MEASURES)


def _summary(period: Period, days: Period, cells: Cells) -> ReportTable:
    total = _sums(cells, lambda worker_id, program_id: None).get(None, dict.fromkeys(MEASURES, 0))
    columns = (
        Column("period", _("Period"), "code", _("The days asked for.")),
        Column("from", _("From"), "date", _("The first day.")),
        Column("to", _("To"), "date", _("The last day.")),
        Column(
            "through", _("Counted through"), "date",
            _("The last day counted: the last of the period, or the day of the report while the period runs."),
        ),
        *_measures(),
    )  # fmt: skip
    row = (period.key, period.first, period.last, days.last, *_measured(total))
    return ReportTable("summary", _("Summary"), columns, [row])


def _by_worker(cells: Cells, staff: Mapping[int, Staff]) -> ReportTable:
    columns = (
        Column("worker", _("Worker"), "code", _("The worker's handle; empty for cases that nobody holds.")),
        Column("name", _("Name"), "text", _("The worker's name.")),
        Column("team", _("Team"), "code", _("The worker's team on the last day counted.")),
        *_measures(),
    )
    nobody = Staff("", "", None)
    rows = []
    for worker_id, total in _sums(cells, lambda worker_id, program_id: worker_id).items():
        who = nobody if worker_id is None else staff[worker_id]
        if any(total.values()):
            rows.append((who.handle or None, who.name or None, who.team, *_measured(total)))
    rows.sort(key=lambda row: (row[0] is None, row[0] or ""))
    return ReportTable("by_worker", _("By worker"), columns, rows)


def _by_program(cells: Cells, programs: Mapping[int, str], names: Mapping[str, str]) -> ReportTable:
    columns = (
        Column("program", _("Program"), "code", _("The program's code.")),
        Column("name", _("Name"), "text", _("The program's name.")),
        *_measures(),
    )
    sums = _sums(cells, lambda worker_id, program_id: programs[program_id])
    rows = [(code, names[code], *_measured(total)) for code, total in sorted(sums.items()) if any(total.values())]
    return ReportTable("by_program", _("By program"), columns, rows)


def _moved(
    r: Reading, scope: Select[Any], days: Period, handles: Mapping[int, str], programs: Mapping[int, str]
) -> ReportTable:
    columns = (
        Column("case", _("Case"), "code", _("The case number.")),
        Column("program", _("Program"), "code", _("The program's code.")),
        Column("on", _("Day"), "date", _("The day it happened.")),
        Column("what", _("What"), "code", _("opened, closed, or moved from one worker to another.")),
        Column("from_worker", _("From"), "code", _("Who held the case before; empty for nobody.")),
        Column("to_worker", _("To"), "code", _("Who held it after; empty for nobody.")),
    )
    statement = flow.movements(scope, days.first, days.last)

    def rows() -> Iterator[tuple[Any, ...]]:
        for number, program_id, day, what, before, after in rows_of(r, statement):
            yield number, programs[program_id], day, what, handles.get(before), handles.get(after)

    return ReportTable("moved", _("Opened, closed and moved"), columns, rows())


def _overdue(
    r: Reading, scope: Select[Any], days: Period, handles: Mapping[int, str], programs: Mapping[int, str]
) -> ReportTable:
    columns = (
        Column("case", _("Case"), "code", _("The case number.")),
        Column("program", _("Program"), "code", _("The program's code.")),
        Column("worker", _("Worker"), "code", _("Who held the case on the last day counted; empty for nobody.")),
        Column("rule", _("Rule"), "code", _("contact_overdue or task_overdue, as in the queue.")),
        Column("due", _("Due"), "date", _("The day it was due; of several tasks, the earliest.")),
        Column("days", _("Days"), "int", _("Days past due on the last day counted.")),
        Column("items", _("Items"), "int", _("How many tasks; 1 for a contact.")),
    )
    statement = overdue.listed(r.engine, scope, days.last, days.ends(r.zone))

    def rows() -> Iterable[tuple[Any, ...]]:
        for number, program_id, worker_id, rule, due, items, past in rows_of(r, statement):
            yield number, programs[program_id], handles.get(worker_id), rule, due, past, items

    return ReportTable("overdue", _("Overdue"), columns, rows())


def _measures() -> tuple[Column, ...]:
    said = {
        "start": (_("At start"), _("Open cases held when the first day began.")),
        "opened": (_("Opened"), _("Cases opened in the period, with whoever held them at the end of that day.")),
        "moved_in": (_("Moved in"), _("Cases taken over from someone else, or from nobody.")),
        "closed": (_("Closed"), _("Cases closed in the period, with whoever held them last.")),
        "moved_out": (_("Moved out"), _("Cases handed to someone else, or left to nobody.")),
        "end": (_("At end"), _("Open cases held when the last day ended: start + opened + in - closed - out.")),
        "contacts_attempted": (_("Attempted"), _("Contacts attempted and not made, once for each case served.")),
        "contacts_made": (_("Made"), _("Contacts made, once for each case served.")),
        "clients_met": (_("Clients met"), _("Of those made, the ones in which the client was met or spoken to.")),
        "contact_overdue": (_("Contact overdue"), _("Open cases whose contact was overdue on the last day.")),
        "task_overdue": (_("Task overdue"), _("Open cases with a task overdue on the last day.")),
        "overdue": (_("Overdue"), _("Open cases with either.")),
    }
    return tuple(Column(key, said[key][0], "int", said[key][1]) for key in MEASURES)
