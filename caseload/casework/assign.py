"""Reassigning: plan (who moves, who is skipped or blocked and why, what it does to loads), commit, receipt.

The same three parts serve the screen's marks and the command's query, list or file. Whatever the number of cases, the
commit is a handful of statements over a private table of moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import and_, func, select, text

from ..errors import NotPermitted, Usage
from ..messages import _, _n
from ..models import case_file, worker
from ..models.agency import HOLDERS
from ..store import scope, selection
from ..store.database import Reading, Receipt, Work
from ..store.portions import portions
from . import find, handover, intake, pending, values, weights
from .handover import Move
from .loads import Load, away, denied, loads_after
from .weights import Weights


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to move to whom: the open cases that a query selects, those of a worker, or a list of numbers or keys."""

    to: tuple[str, ...]
    query: str | None = None
    from_worker: str | None = None
    cases: tuple[str | int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """One case that stays where it is, and why."""

    case: str
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What would happen. Every case selected stands in exactly one of the three lists."""

    moved: tuple[Move, ...]
    skipped: tuple[Kept, ...]
    blocked: tuple[Kept, ...]
    load: tuple[Load, ...]


@dataclass(slots=True)
class _Receiver:
    id: int
    handle: str
    capacity: int | None
    team_id: int | None
    full: Fraction
    held: Fraction
    away_until: date | None

    @property
    def free(self) -> Fraction:
        return self.full - self.held


def _receivers(r: Reading, handles: Sequence[str], weighed: Weights, on: date | None) -> list[_Receiver]:
    if not handles:
        raise Usage(_("Name who receives the cases: --to HANDLE[,HANDLE...]"))
    absent = away(r, on)
    out = []
    for handle in dict.fromkeys(handles):
        columns = (
            worker.c.id,
            worker.c.handle,
            worker.c.status,
            worker.c.role,
            worker.c.holds_all,
            worker.c.capacity,
            worker.c.team_id,
        )
        row = r.conn.execute(select(*columns).where(worker.c.id == find.worker_id(r, handle))).one()
        intake.refuse_receiver(row.handle, row.status, row.role, row.holds_all)
        full, held = weighed.limit(row.id, row.capacity), weighed.held.get(row.id, Fraction(0))
        out.append(_Receiver(row.id, row.handle, row.capacity, row.team_id, full, held, absent.get(row.id)))
    return out


def selected(r: Reading, wish: Wish) -> list[Any]:
    """The cases a wish speaks of, by number, as far as this person sees them. Raises Usage where it names none."""
    if wish.query is None and wish.from_worker is None and wish.cases is None:
        raise Usage(_("Say which cases: a QUERY, --from WORKER, or --cases FILE."))
    columns = (
        case_file.c.id,
        case_file.c.number,
        case_file.c.owner_id,
        case_file.c.team_id,
        case_file.c.closed_on,
        case_file.c.client_id,
        case_file.c.custodian_id,
    )
    if wish.cases is not None:
        wanted = [ref.id for ref in find.cases(r, wish.cases)]
        rows: list[Any] = []
        for some in portions(wanted):
            rows += r.conn.execute(select(*columns).where(case_file.c.id.in_(some))).all()
        return sorted(rows, key=lambda row: row.number)
    narrowed = selection.where(r, wish.query or "", open_only=True)
    if wish.from_worker is not None:
        narrowed = and_(narrowed, case_file.c.owner_id == find.worker_id(r, wish.from_worker))
    return list(r.conn.execute(select(*columns).where(narrowed).order_by(case_file.c.number)))


def must_reassign(r: Reading) -> None:
    """Raises NotPermitted for a role that moves no case at all."""
    if not (scope.may_administer(r) or r.me.role in HOLDERS):
        raise NotPermitted(_("Your role ({role}) reassigns no cases.").format(role=r.me.role))


def plan(r: Reading, wish: Wish, *, on: date | None = None) -> Plan:
    """Work out a move without making it. With `on`, the day it is to be made: who is away today may be back by then.

    Raises Usage for unknown names or where nothing selects, Refused for a receiver who has left or holds no cases,
    NotPermitted where the person may reassign nothing.
    """
    must_reassign(r)
    weighed = weights.weights(r)
    receivers = _receivers(r, wish.to, weighed, on)
    rows = selected(r, wish)
    # Where one receives them all, nothing is shared out.
    weighs = weighed.of(r, [row.id for row in rows]) if len(receivers) > 1 else {}
    handles = dict(r.conn.execute(select(worker.c.id, worker.c.handle)).all())
    barred = denied(r, [one.id for one in receivers])
    here = [one for one in receivers if one.away_until is None]
    names = {one.id for one in receivers}
    moved: list[Move] = []
    skipped: list[Kept] = []
    blocked: list[Kept] = []
    for row in rows:
        if row.closed_on is not None:
            blocked.append(Kept(row.number, _("the case is closed")))
        elif row.owner_id in names:
            skipped.append(Kept(row.number, _("already with {handle}").format(handle=handles[row.owner_id])))
        elif not scope.may_move(r, row):
            blocked.append(Kept(row.number, _("you neither hold it nor supervise its team")))
        elif not here:
            first = receivers[0]
            day = first.away_until.isoformat() if first.away_until else "?"
            said = _("{handle} is away until {day}").format(handle=first.handle, day=day)
            blocked.append(Kept(row.number, said))
        else:
            able = [one for one in here if (row.id, one.id) not in barred]
            if not able:
                blocked.append(Kept(row.number, _("its receiver is barred from this case by name")))
                continue
            best = max(able, key=lambda one: (one.free, -receivers.index(one)))
            best.held += weighs.get(row.id, weights.ONE)
            moved.append(Move(row.id, row.number, row.owner_id, handles.get(row.owner_id), best.id, best.handle))
    load = loads_after(r, moved, [one.id for one in receivers])
    return Plan(tuple(moved), tuple(skipped), tuple(blocked), load)


def commit(w: Work, planned: Plan, why: str, *, on: date | None = None) -> Receipt:
    """Carry a plan out in one transaction, after checking that every case is still where the plan saw it.

    The moved cases move; open tasks and coming appointments follow, scratch and drafts do not. With `on`, a day ahead,
    the moves wait until then. Raises Conflict where a case has moved meanwhile.
    """
    why = values.short(_("The reason"), why, needed=True)
    if on is not None and on < w.today:
        raise Usage(_("A move can be set for today or a day ahead, not for {day}.").format(day=on.isoformat()))
    if not planned.moved:
        return w.nothing(_("No case moves."), data=planned)
    ids = [move.id for move in planned.moved]
    handover.stage(w, planned.moved, dict.fromkeys(ids, why))
    _check(w, planned, on)
    if on is not None and on > w.today:
        pending.set_for(w, planned.moved, on, why)
        w.conn.exec_driver_sql("DROP TABLE moving")
        words = _n("{n} case moves on {day}", "{n} cases move on {day}", len(ids)).format(
            n=len(ids), day=on.isoformat()
        )
        return w.receipt(words, cases=ids, data=planned)
    handover.carry_out(w, w.me.id)
    givers = sorted({move.holder or _("nobody") for move in planned.moved})
    takers = sorted({move.to for move in planned.moved})
    words = _n("Moved {n} case from {givers} to {takers}", "Moved {n} cases from {givers} to {takers}", len(ids))
    said = words.format(n=len(ids), givers=_few(givers), takers=_few(takers))
    return w.receipt(said, cases=ids, data=planned)


def _few(handles: list[str]) -> str:
    return ", ".join(handles) if len(handles) <= 4 else _("{n} workers").format(n=len(handles))


def _check(w: Work, planned: Plan, on: date | None) -> None:
    """Everything the plan went by still holds. What it saw is locked until the move is made."""
    handover.still_there(w, planned.moved)
    within = select(func.count()).where(
        case_file.c.id.in_(text("SELECT case_id FROM moving")), scope.visible(w), scope.movable(w)
    )
    if w.conn.execute(within).scalar_one() != len(planned.moved):
        raise NotPermitted(_("Some of these cases are not yours to move. Nothing was changed."))
    handover.may_receive(w, planned.moved, on)
