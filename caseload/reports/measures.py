"""What the weekly report counts, by worker and program: the one table of which all its tables of counts are sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, case, func, literal, select

from caseload.messages import _
from caseload.models import case_file, contact, contact_line, team, worker, worker_standing

from . import due, flow, overdue
from .table import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from caseload.store.database import Reading

    from .period import Period

FLOW = ("start", "opened", "moved_in", "closed", "moved_out", "end")
DUE = ("contacts_due", "contacts_due_made")
CONTACTS = ("contacts_attempted", "contacts_made", "clients_met")
OVERDUE = (*overdue.RULES, "overdue")
MEASURES = (*FLOW, *DUE, *CONTACTS, *OVERDUE)

# (worker id or None for nobody, program id) to the measures of those cases.
Cells = dict[tuple[int | None, int], dict[str, int]]


@dataclass(frozen=True, slots=True)
class Staff:
    """Whom a row of the report is about, as they stood on the last day counted."""

    handle: str
    name: str
    team: str | None
    role: str
    status: str
    capacity: int | None


def cells(r: Reading, scope: Select[Any], days: Period, *, dues: bool = True) -> Cells:
    """Every measure by worker and program, of the cases of `scope` (a select of ids); without `dues`, those are 0."""
    found: Cells = {}
    statements = [
        flow.counts(r.engine, scope, days.first, days.last),
        _contacts(scope, days),
        overdue.counts(r.engine, scope, days.last, days.ends(r.zone)),
    ]
    if dues:
        statements.append(due.counts(r.engine, scope, days.first, days.last))
    for statement in statements:
        for row in r.conn.execute(statement):
            _add(found, row)
    return found


def _add(found: Cells, row: Row[Any]) -> None:
    told = row._asdict()
    key = (told.pop("worker_id"), int(told.pop("program_id")))
    cell = found.setdefault(key, dict.fromkeys(MEASURES, 0))
    for measure, value in told.items():
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


def sums(found: Cells, key: Callable[[int | None, int], Any]) -> dict[Any, dict[str, int]]:
    """The cells added up by what `key` says of their worker and program."""
    added: dict[Any, dict[str, int]] = {}
    for (worker_id, program_id), cell in found.items():
        total = added.setdefault(key(worker_id, program_id), dict.fromkeys(MEASURES, 0))
        for measure, value in cell.items():
            total[measure] += value
    return added


def total(found: Cells) -> dict[str, int]:
    """All of it added up."""
    return sums(found, lambda worker_id, program_id: None).get(None, dict.fromkeys(MEASURES, 0))


def staff(r: Reading, day: date) -> Mapping[int, Staff]:
    """Every worker there is or was, as they stood that day."""
    s, t, now = worker_standing, team.alias(), team.alias()

    def then(value: Any) -> Any:
        return (
            select(value)
            .select_from(s.outerjoin(t, t.c.id == s.c.team_id))
            .where(s.c.worker_id == worker.c.id, s.c.from_on <= day)
            .order_by(s.c.from_on.desc(), s.c.id.desc())
            .limit(1)
            .scalar_subquery()
        )

    # Before anything was written down about someone, what is so today is the best that is known.
    w = worker.c
    code = func.coalesce(then(func.coalesce(t.c.code, literal(""))), now.c.code, literal(""))
    known = then(s.c.role).is_not(None)
    capacity = case((known, then(s.c.capacity)), else_=w.capacity)
    status = func.coalesce(then(s.c.status), w.status)
    role = func.coalesce(then(s.c.role), w.role)
    found = select(w.id, w.handle, w.name, code, role, status, capacity).select_from(
        worker.outerjoin(now, now.c.id == w.team_id)
    )
    return {
        key: Staff(handle, name, code or None, role, status, capacity)
        for key, handle, name, code, role, status, capacity in r.conn.execute(found)
    }


def columns(*only: str) -> tuple[Column, ...]:
    """The columns of the measures, all of them unless some are named."""
    said = {
        "start": (_("At start"), _("Open cases held when the first day began.")),
        "opened": (_("Opened"), _("Cases opened in the period, with whoever held them at the end of that day.")),
        "moved_in": (_("Moved in"), _("Cases taken over from someone else, or from nobody.")),
        "closed": (_("Closed"), _("Cases closed in the period, with whoever held them last.")),
        "moved_out": (_("Moved out"), _("Cases handed to someone else, or left to nobody.")),
        "end": (_("At end"), _("Open cases held when the last day ended: start + opened + in - closed - out.")),
        "contacts_due": (
            _("Due"),
            _("Open cases whose contact was due by the last day, reckoned from the contacts before the first."),
        ),
        "contacts_due_made": (_("Of these made"), _("Of those due, the ones whose client was met in the period.")),
        "contacts_attempted": (_("Attempted"), _("Contacts attempted and not made, once for each case served.")),
        "contacts_made": (_("Made"), _("Contacts made, once for each case served.")),
        "clients_met": (_("Clients met"), _("Of those made, the ones in which the client was met or spoken to.")),
        "contact_overdue": (_("Contact overdue"), _("Open cases whose contact was overdue on the last day.")),
        "task_overdue": (_("Task overdue"), _("Open cases with a task overdue on the last day.")),
        "note_unsigned": (
            _("Note unsigned"),
            _("Open cases with a draft older than the program's days on the last day."),
        ),
        "unassigned": (_("Unassigned"), _("Open cases that nobody held when the last day ended.")),
        "overdue": (_("Overdue"), _("Open cases overdue by any of these rules.")),
    }
    return tuple(Column(key, said[key][0], "int", said[key][1]) for key in only or MEASURES)
