"""What was done: changes with their receipts, the journal of a case, and who looked at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, or_, select

from ..errors import NotPermitted, Usage
from ..messages import _
from ..models import case_file, change, journal, look, worker
from ..store import scope
from ..store.database import Reading
from ..store.undo import stands_undone
from . import find, numbers


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change: its receipt's number, who and when, what it did in words, and whether it stands undone."""

    id: int
    change: str
    at: datetime
    worker: str | None
    verb: str
    summary: str
    why: str
    cases: int
    undoable: bool
    undone: bool
    undoes: str | None


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One changed row: which columns of which table, by which change. Never its content."""

    id: int
    at: datetime
    change: str
    worker: str | None
    login: str
    table: str
    row: int
    case: str | None
    op: str
    columns: str


@dataclass(frozen=True, slots=True)
class LookRow:
    at: datetime
    worker: str | None
    login: str
    case: str | None
    kind: str
    surface: str
    why: str


def _since(r: Reading, since: date | None) -> datetime | None:
    return datetime.combine(since, time(), r.zone) if since else None


def receipt_number(text: str) -> int:
    """The key of a change from its receipt's number. Raises Usage."""
    digits = text.strip().upper().removeprefix("C-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
        raise Usage(_("{text!r} is not a receipt's number. One looks like C-1042.").format(text=text[:40]))
    return int(digits)


def listed(
    r: Reading, *, worker_handle: str | None = None, since: date | None = None, limit: int = 50
) -> list[ChangeRow]:
    """The newest changes. Case managers see their own; supervisors, admins and auditors everybody's whose cases they may see."""
    found = select(change, worker.c.handle).outerjoin(worker, worker.c.id == change.c.worker_id)
    wide = r.me.holds_all or r.me.role in ("admin", "auditor")
    if not wide:
        mine = change.c.worker_id == r.me.id
        if r.me.role == "supervisor":
            touched = exists().where(
                journal.c.change_id == change.c.id,
                journal.c.case_id == case_file.c.id,
                case_file.c.team_id.in_(scope.my_teams(r)),
            )
            mine = or_(mine, touched)
        found = found.where(mine)
    if worker_handle is not None:
        found = found.where(change.c.worker_id == find.worker_id(r, worker_handle))
    if (first := _since(r, since)) is not None:
        found = found.where(change.c.at >= first)
    return [
        ChangeRow(
            row.id, f"C-{row.id}", row.at, row.handle, row.verb, row.summary, row.why, row.cases, row.undoable,
            stands_undone(r.conn, row.id), f"C-{row.undoes_id}" if row.undoes_id else None,
        )
        for row in r.conn.execute(found.order_by(change.c.id.desc()).limit(limit))
    ]  # fmt: skip


def entries(r: Reading, case: str | None = None, *, since: date | None = None, limit: int = 1000) -> list[JournalRow]:
    """The journal, newest first: of one case for those who see it, of everything for auditors and admins."""
    found = select(journal, worker.c.handle, scope.number_of(r, journal.c.case_id).label("number")).outerjoin(
        worker, worker.c.id == journal.c.worker_id
    )
    found = in_sight(r, found, journal.c.case_id, case)
    if (first := _since(r, since)) is not None:
        found = found.where(journal.c.at >= first)
    return [
        JournalRow(
            row.id,
            row.at,
            f"C-{row.change_id}",
            row.handle,
            row.login,
            row.table_name,
            row.row_id,
            row.number,
            row.op,
            row.columns,
        )
        for row in r.conn.execute(found.order_by(journal.c.id.desc()).limit(limit))
    ]


def reads(r: Reading, case: str | None = None, *, since: date | None = None, limit: int = 1000) -> list[LookRow]:
    """Who looked, newest first: what a client can be given as their access list."""
    found = select(look, worker.c.handle, scope.number_of(r, look.c.case_id).label("number")).outerjoin(
        worker, worker.c.id == look.c.worker_id
    )
    found = in_sight(r, found, look.c.case_id, case)
    if (first := _since(r, since)) is not None:
        found = found.where(look.c.at >= first)
    return [
        LookRow(row.at, row.handle, row.login, row.number, row.kind, row.surface, row.why)
        for row in r.conn.execute(found.order_by(look.c.id.desc()).limit(limit))
    ]


def in_sight(r: Reading, found: Select[Any], column: ColumnElement[Any], case: str | None = None) -> Select[Any]:
    """Of `found`, whose `column` is a case's id, what this person may see: of one case, or of everything.

    Raises NotPermitted, and Usage for a case that is not there.
    """
    if r.me.role == "auditor" and not r.me.holds_all:
        # Auditors read the journal of every case, and no case.
        if case is None:
            return found
        case_id = scope.knows_number(r, numbers.parse(case))
        if case_id is None:
            raise Usage(_("There is no case {number}.").format(number=case))
        return found.where(column == case_id)
    if case is not None:
        return found.where(column == find.case(r, case).id)
    if not (scope.may_administer(r) or r.me.role == "supervisor"):
        raise NotPermitted(
            _(
                "Name a case you may see: caseload journal CASE. The whole journal is for auditors, supervisors and admins."
            )
        )
    seen = select(case_file.c.id).where(scope.visible(r))
    if r.me.holds_all:
        return found
    return found.where(or_(column.in_(seen), column.is_(None) if scope.may_administer(r) else false()))
