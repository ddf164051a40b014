"""The waiting list: open cases that nobody holds, by program, the highest risk and then the longest wait first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case as sql_case
from sqlalchemy import insert, select

from ..errors import Refused, Usage
from ..messages import _, _n
from ..models import case_file, case_stage, client, identity, program, team
from ..models.case import RISKS, STAGES
from ..store import scope, selection
from ..store.database import Reading, Receipt, Work
from . import assign, attention, find, handover, values
from .assign import Plan
from .loads import loads_after
from .triage import full_name

ADMITTED = STAGES[1:-1]


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One case that waits. `place` counts within its program; `days` since nobody holds it. `client` is None for those
    who see no identity."""

    id: int
    place: int
    case: str
    client: str | None
    program: str
    risk: str
    stage: str
    language: str | None
    team: str | None
    since: date
    days: int


def listed(r: Reading, *, program_code: str | None = None, query: str = "") -> list[WaitingRow]:
    """Who waits in each program, first come first: by risk, then since when nobody holds the case, then case number. The
    order is total, and the same everywhere. Raises Usage for an unknown program or a query that cannot be understood."""
    rank = sql_case({risk: nth for nth, risk in enumerate(reversed(RISKS))}, value=case_file.c.risk)
    found = (
        select(
            case_file.c.id, case_file.c.number, identity.c.given, identity.c.family, program.c.code, case_file.c.risk,
            case_file.c.stage, client.c.language, team.c.code.label("team"), case_file.c.unassigned_on, case_file.c.opened_on,
        )
        .join(program, program.c.id == case_file.c.program_id)
        .join(client, client.c.id == case_file.c.client_id)
        .outerjoin(identity, identity.c.client_id == case_file.c.client_id)
        .outerjoin(team, team.c.id == case_file.c.team_id)
        .where(selection.where(r, query, open_only=True), case_file.c.owner_id.is_(None))
        .order_by(program.c.code, rank, case_file.c.unassigned_on, case_file.c.number)
    )  # fmt: skip
    if program_code is not None:
        found = found.where(case_file.c.program_id == find.program_id(r, program_code))
    places: dict[str, int] = {}
    out = []
    for row in r.conn.execute(found):
        places[row.code] = places.get(row.code, 0) + 1
        since = row.unassigned_on or row.opened_on
        name = full_name(row.given or "", row.family or "") if r.me.sees_identity else None
        out.append(
            WaitingRow(
                row.id, places[row.code], row.number, name, row.code, row.risk, row.stage, row.language, row.team, since,
                (r.today - since).days,
            )
        )  # fmt: skip
    return out


def plan(r: Reading, wanted: Sequence[str | int], to: str) -> Plan:
    """What admitting these cases to that worker would do, loads before and after. Raises as a reassignment does."""
    planned = assign.plan(r, assign.Wish((to,), cases=tuple(wanted)))
    held = [move for move in planned.moved if move.holder_id is not None]
    blocked = [
        *planned.blocked,
        *(assign.Kept(m.case, _("it is with {handle}: reassign it").format(handle=m.holder)) for m in held),
    ]
    moved = tuple(move for move in planned.moved if move.holder_id is None)
    load = loads_after(r, moved, [find.worker_id(r, to)])
    return Plan(moved, planned.skipped, tuple(sorted(blocked, key=lambda kept: kept.case)), load)


def admit(w: Work, wanted: Sequence[str | int], to: str, why: str, *, stage: str = "assessment") -> Receipt:
    """Take cases off the waiting list: those still `referred` begin at a stage, and all are given to that worker.

    For supervisors in their teams, and admins. Raises Usage for a stage that is none of work, Refused where a case is
    held already, closed, or its receiver may not have it; nothing is changed then.
    """
    why = values.short(_("The reason"), why, needed=True)
    if stage not in ADMITTED:
        raise Usage(_("A case is admitted to one of: {stages}.").format(stages=", ".join(ADMITTED)))
    planned = plan(w, wanted, to)
    stopped = [f"{kept.case}: {kept.why}" for kept in (*planned.blocked, *planned.skipped)]
    if stopped:
        words = _n(
            "{n} case cannot be admitted, so none was.", "{n} cases cannot be admitted, so none was.", len(stopped)
        )
        raise Refused(words.format(n=len(stopped)), details=stopped[:20])
    ids = [move.id for move in planned.moved]
    new = w.conn.execute(
        select(case_file.c.id)
        .where(case_file.c.id.in_(ids), case_file.c.stage == "referred", scope.visible(w))
        .order_by(case_file.c.id)
    ).scalars().all()  # fmt: skip
    if new:
        row = {"stage": stage, "on_date": w.today, "at": w.now, "worker_id": w.me.id, "why": why}
        w.conn.execute(insert(case_stage), [{"case_id": one} | row for one in new])
    handover.hand_over(w, planned.moved, dict.fromkeys(ids, why), w.me.id)
    attention.taken_up(w, ids)
    words = _n("Admitted {n} case to {to}", "Admitted {n} cases to {to}", len(ids))
    return w.receipt(words.format(n=len(ids), to=planned.moved[0].to), cases=ids, data=planned)
