"""Lists of cases: selected by the query language, sorted by a field, fetched by the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from sqlalchemy import ColumnElement, case, func, select

from ..errors import Usage
from ..messages import _
from ..models import case_file, identity, program, tag, team, worker
from ..store import scope, selection
from ..store.database import Reading
from ..store.portions import portions
from .triage import full_name


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of a list of cases. `client` and `born` are None for those who see no identity."""

    id: int
    case: str
    client: str | None
    born: date | None
    program: str
    stage: str
    risk: str
    worker: str | None
    team: str | None
    opened: date
    closed: date | None
    last_contact: date | None
    next_due: date | None
    tags: tuple[str, ...]
    version: int
    level: int
    since: date | None
    snoozed_until: date | None


def next_due() -> ColumnElement[date]:
    """The earliest of the contact clock, the next task and the next appointment."""
    columns = (case_file.c.contact_due_on, case_file.c.task_first_on, case_file.c.appointment_on)
    earliest: ColumnElement[date] = columns[0]
    for column in columns[1:]:
        earliest = case(
            (earliest.is_(None), column), (column.is_(None), earliest), (column < earliest, column), else_=earliest
        )
    return earliest


# A list of so few is found by going through the cases in its order.
_FEW = 500

_RISK = {"critical": 0, "high": 1, "medium": 2, "low": 3}

SORTS = (
    "case", "client", "born", "program", "stage", "risk", "worker", "team", "opened", "closed", "last_contact", "next_due", "level", "since",
)  # fmt: skip


def _sort_columns(r: Reading, name: str) -> list[ColumnElement]:  # type: ignore[type-arg]
    plain = {
        "case": case_file.c.number, "program": program.c.code, "worker": worker.c.handle, "team": team.c.code,
        "opened": case_file.c.opened_on, "closed": case_file.c.closed_on, "last_contact": case_file.c.last_contact_on,
        "level": case_file.c.urgency, "since": case_file.c.since_on,
    }  # fmt: skip
    if name == "level":
        return [case_file.c.urgency, case_file.c.since_on]  # as the queue has it
    if name in plain:
        return [plain[name]]
    if name == "next_due":
        return [next_due()]
    if name == "risk":
        return [case(_RISK, value=case_file.c.risk)]
    if name == "stage":
        order = {"referred": 0, "assessment": 1, "planning": 2, "active": 3, "monitoring": 4, "closed": 5}
        return [case(order, value=case_file.c.stage)]
    if name in ("client", "born"):
        if not r.me.sees_identity:
            return [case_file.c.number]
        return [identity.c.born_on] if name == "born" else [func.lower(identity.c.family), func.lower(identity.c.given)]
    near = get_close_matches(name, SORTS, 1)
    raise Usage(
        _("Cases cannot be sorted by {name!r}.").format(name=name[:40])
        + (
            _(" Did you mean {word!r}?").format(word=near[0])
            if near
            else _(" Choose one of: {known}.").format(known=", ".join(SORTS))
        )
    )


def keys(r: Reading, query: str = "", *, sort: str = "case", limit: int | None = None) -> list[int]:
    """The keys of the cases that answer a query, sorted by a field (`-field`: downwards), empty values last, then by number."""
    down = sort.startswith("-")
    name = sort.lstrip("-")
    few = limit is not None and limit <= _FEW
    found = select(case_file.c.id).where(selection.where(r, query, walks=few and name in ("case", "level")))
    if few and r.engine == "postgresql":
        # Helpers are called in for millions of rows; for a few they cost more than they bring.
        r.conn.exec_driver_sql("SET LOCAL max_parallel_workers_per_gather = 0")
    columns = _sort_columns(r, name)
    if name == "program":
        found = found.join(program, program.c.id == case_file.c.program_id)
    elif name == "worker":
        found = found.outerjoin(worker, worker.c.id == case_file.c.owner_id)
    elif name == "team":
        found = found.outerjoin(team, team.c.id == case_file.c.team_id)
    elif name in ("client", "born") and r.me.sees_identity:
        found = found.outerjoin(identity, identity.c.client_id == case_file.c.client_id)
    order = [(column.desc() if down else column.asc()).nulls_last() for column in columns]
    found = found.order_by(*order, *(() if name == "case" else (case_file.c.number,)))
    return list(r.conn.execute(found.limit(limit) if limit is not None else found).scalars())


def rows(r: Reading, ids: Sequence[int]) -> dict[int, CaseRow]:
    """What a list shows of these cases; those out of sight are left out."""
    out: dict[int, CaseRow] = {}
    with r.keys_alone():
        for some in portions(ids):
            out |= _rows(r, some)
    return out


def _rows(r: Reading, some: Sequence[int]) -> dict[int, CaseRow]:
    out: dict[int, CaseRow] = {}
    named = r.me.sees_identity
    tags: dict[int, list[str]] = {}
    for case_id, word in r.conn.execute(
        select(tag.c.case_id, tag.c.tag).where(r.among(tag.c.case_id, some)).order_by(tag.c.tag)
    ):
        tags.setdefault(case_id, []).append(word)
    found = (
        select(
            case_file, identity.c.given, identity.c.family, identity.c.born_on, program.c.code.label("program"),
            worker.c.handle, team.c.code.label("team"), next_due().label("next_due"),
        )
        .join(program, program.c.id == case_file.c.program_id)
        .outerjoin(identity, identity.c.client_id == case_file.c.client_id)
        .outerjoin(worker, worker.c.id == case_file.c.owner_id)
        .outerjoin(team, team.c.id == case_file.c.team_id)
        .where(r.among(case_file.c.id, some), scope.visible(r))
    )  # fmt: skip
    for row in r.conn.execute(found):
        out[row.id] = CaseRow(
            row.id, row.number, full_name(row.given or "", row.family or "") if named else None, row.born_on if named else None,
            row.program, row.stage, row.risk, row.handle, row.team, row.opened_on, row.closed_on, row.last_contact_on,
            row.next_due if row.closed_on is None else None, tuple(tags.get(row.id, ())), row.version, row.level, row.since_on,
            row.snoozed_until,
        )  # fmt: skip
    return out


def count(r: Reading, query: str = "") -> int:
    """How many cases answer a query."""
    return selection.count(r, query)
