"""A worker leaves, in one act: what they hold, a proposal for each case, a day. Nothing of theirs is left behind.

Restricted cases go to their custodians, whoever proposes what; where one has no custodian who is here to receive it, the
act is refused until somebody is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from ..errors import Conflict, Refused, Usage
from ..messages import _, _n
from ..models import assignment, case_file, departure, worker
from ..store import errands, scope
from ..store.database import Reading, Receipt, Work
from ..store.portions import portions
from . import assign, balance, custodians, find, handover, intake, pending, staff, values
from .assign import Kept, Plan
from .balance import Item
from .handover import Move
from .holdings import Holding, held_by
from .loads import loads_after
from .windup import wind_up


@dataclass(frozen=True, slots=True)
class LeaverPlan:
    """What leaving comes to. `plan` proposes for each case that is not restricted; `custody` says how many restricted
    cases each custodian receives, and `keeps` how many the newly named custodian answers for; `stranded` is what stands
    in the way."""

    worker: str
    on: date
    later: bool
    plan: Plan
    custody: tuple[tuple[str, int], ...]
    keeps: int
    holding: Holding
    stranded: tuple[str, ...]
    received: tuple[Move, ...]
    kept: tuple[int, ...]
    custodian_id: int | None


def plan(
    r: Reading,
    handle: str,
    *,
    to: Sequence[str] = (),
    team_code: str | None = None,
    on: date | None = None,
    custodian: str | None = None,
) -> LeaverPlan:
    """Work out what has to happen for that worker to leave, without doing it.

    Their cases go to the workers named, sharing by free places, else to a team (their own unless named), each to who
    speaks the client's language, has the household, or is least full. Raises NotPermitted unless an admin asks, Usage
    for unknown names, Refused for the only admin and for a receiver or custodian who can hold no case.
    """
    scope.require_admin(r, _("record that someone leaves"))
    row = r.conn.execute(select(worker).where(worker.c.id == find.worker_id(r, handle))).one()
    if row.status == "left":
        raise Refused(_("{handle} has already left.").format(handle=row.handle))
    if to and team_code:
        raise Usage(_("Either name who receives the cases (--to), or the team that shares them (--balance)."))
    staff.keep_an_admin(r, row.id)
    keeper = _named(r, custodian, row.id)
    errands.announce(r, row.id)
    last = on or r.today
    items = balance.items_of(r, row.id)
    received, custody, stranded = _restricted(r, [item for item in items if item.restricted], row, keeper)
    kept, more = _kept(r, row, keeper)
    moves_on = _day_after(last) if last > r.today else None
    proposal = _proposal(r, row, [item for item in items if not item.restricted], to, team_code, received, moves_on)
    return LeaverPlan(
        row.handle, last, last > r.today, proposal, custody, len(kept), held_by(r, row.id), (*stranded, *more),
        tuple(received), tuple(kept), keeper.id if keeper else None,
    )  # fmt: skip


def leave(w: Work, planned: LeaverPlan, why: str, *, allow_blocked: bool = False) -> Receipt:
    """Carry the plan out: now, or, for a day ahead, set it so that the first act of the day after carries it out.

    With `allow_blocked`, cases that nobody may take wait unassigned. Raises Refused while a restricted case has nobody to
    receive it or anything is blocked, Conflict where what was planned has changed.
    """
    why = values.short(_("The reason"), why, needed=True)
    scope.require_admin(w, _("record that someone leaves"))
    # Before anything is held: whoever announces does it beside this transaction.
    errands.announce(w, find.worker_id(w, planned.worker))
    # Before the row itself, as whoever lets another go does: they would wait for each other.
    staff.keep_an_admin(w, find.worker_id(w, planned.worker))
    row = w.conn.execute(select(worker).where(worker.c.id == find.worker_id(w, planned.worker)).with_for_update()).one()
    if row.status == "left":
        return w.nothing(_("{handle} has already left.").format(handle=row.handle))
    if planned.stranded:
        raise Refused(_("{handle} cannot leave yet.").format(handle=row.handle), details=planned.stranded)
    if planned.plan.blocked and not allow_blocked:
        raise Refused(
            _("Some cases of {handle} would go to nobody. Name others, or let them wait with --allow-blocked.").format(
                handle=row.handle
            ),
            details=[f"{kept.case}: {kept.why}" for kept in planned.plan.blocked[:20]],
        )
    moved = planned.plan.moved
    _still_so(w, row, planned)
    if planned.later:
        return _set(w, row, planned, why)
    # Whoever answers for the cases must be so before a case of theirs is handed over.
    _hand_on(w, planned.kept, planned.custodian_id, row, why)
    _move(w, row, [*moved, *planned.received], why)
    wind_up(w, row.id, why)
    staff.lock_out(w, row.id, planned.on)
    return w.receipt(_said(row.handle, planned), cases=[move.id for move in moved], data=planned)


def carry_out_due(w: Work, departure_id: int) -> Receipt:
    """Let somebody go whose last day is over. The moves set for it have been made; what came to them since is shared in
    their team, or waits unassigned. Where a restricted case has nobody to receive it, they stay, and that is said."""
    found = select(departure).where(departure.c.id == departure_id, departure.c.state == "waiting").with_for_update()
    row = w.conn.execute(found).first()
    if row is None:
        return w.nothing(_("Nobody's last day is over."))
    leaver = w.conn.execute(select(worker).where(worker.c.id == row.worker_id)).one()
    keeper = w.conn.execute(select(worker).where(worker.c.id == row.custodian_id)).first()
    if keeper is not None and not custodians.eligible(keeper):
        keeper = None  # who was named has left since, or holds no cases any more
    errands.announce(w, leaver.id)
    items = balance.items_of(w, leaver.id)
    received, custody, stranded = _restricted(w, [item for item in items if item.restricted], leaver, keeper)
    kept, more = _kept(w, leaver, keeper)
    stopped = [*stranded, *more] if leaver.status == "active" else [_("they had left before")]
    try:
        staff.keep_an_admin(w, leaver.id)
    except Refused as refused:
        stopped.append(refused.message)
    if stopped:
        w.conn.execute(
            update(departure).where(departure.c.id == row.id).values(state="dropped", outcome="; ".join(stopped)[:500])
        )
        said = _("{handle} could not leave: {why}").format(handle=leaver.handle, why="; ".join(stopped))
        return w.receipt(said)
    proposal = _proposal(w, leaver, [item for item in items if not item.restricted], (), None, received)
    planned = LeaverPlan(
        leaver.handle, row.on_date, False, proposal, custody, len(kept), Holding(), (), tuple(received),
        tuple(kept), row.custodian_id,
    )  # fmt: skip
    # What could not be handed over today, because its receiver is away, somebody else has now.
    pending.drop(w, [move.id for move in proposal.moved], _("its receiver was away when its worker left"))
    _hand_on(w, kept, row.custodian_id, leaver, row.why)
    _move(w, leaver, [*proposal.moved, *received], row.why)
    wind_up(w, leaver.id, row.why)
    staff.lock_out(w, leaver.id, row.on_date)
    w.conn.execute(update(departure).where(departure.c.id == row.id).values(state="left"))
    return w.receipt(_said(leaver.handle, planned), cases=[move.id for move in proposal.moved], data=planned)


# ---------------------------------------------------------------- the plan


def _named(r: Reading, handle: str | None, leaver_id: int) -> Any:
    if handle is None:
        return None
    row = r.conn.execute(select(worker).where(worker.c.id == find.worker_id(r, handle))).one()
    intake.refuse_receiver(row.handle, row.status, row.role, row.holds_all)
    if row.id == leaver_id:
        raise Usage(_("{handle} leaves, and cannot be custodian.").format(handle=row.handle))
    return row


def _restricted(
    r: Reading, items: Sequence[Item], leaver: Any, keeper: Any
) -> tuple[list[Move], tuple[tuple[str, int], ...], list[str]]:
    """Who receives each restricted case of the leaver: its custodian, or the one named in their place."""
    keepers = dict(
        r.conn.execute(
            select(case_file.c.id, case_file.c.custodian_id).where(
                case_file.c.owner_id == leaver.id, case_file.c.restricted, case_file.c.closed_on.is_(None)
            )
        ).all()
    )
    rows = {row.id: row for row in r.conn.execute(select(worker).where(worker.c.id.in_(set(keepers.values()))))}
    moves: list[Move] = []
    counts: dict[str, int] = {}
    without = 0
    for item in items:
        now = rows.get(keepers.get(item.id))
        taker = now if now is not None and custodians.eligible(now) and now.id != leaver.id else keeper
        if taker is None:
            without += 1
            continue
        moves.append(Move(item.id, item.number, leaver.id, leaver.handle, taker.id, taker.handle, _("its custodian")))
        counts[taker.handle] = counts.get(taker.handle, 0) + 1
    said = _n(
        "{n} restricted case has no custodian who could receive it: name one with --custodian HANDLE",
        "{n} restricted cases have no custodian who could receive them: name one with --custodian HANDLE",
        without,
    )
    return moves, tuple(sorted(counts.items())), [said.format(n=without)] if without else []


def _kept(r: Reading, leaver: Any, keeper: Any) -> tuple[list[int], list[str]]:
    """The restricted cases that the leaver answers for, closed ones too, which nobody else sees; they need another
    custodian."""
    found = select(case_file.c.id, case_file.c.owner_id).where(
        case_file.c.custodian_id == leaver.id, case_file.c.restricted
    )
    rows = r.conn.execute(found.order_by(case_file.c.id)).all()
    if rows and keeper is None:
        words = _n(
            "{handle} is custodian of {n} restricted case: name another with --custodian HANDLE",
            "{handle} is custodian of {n} restricted cases: name another with --custodian HANDLE",
            len(rows),
        )
        return [], [words.format(handle=leaver.handle, n=len(rows))]
    if any(row.owner_id == keeper.id for row in rows if keeper is not None):
        said = _("{handle} holds one of these restricted cases, and cannot be its custodian too: name somebody else")
        return [], [said.format(handle=keeper.handle)]
    return [row.id for row in rows], []


def _proposal(
    r: Reading,
    leaver: Any,
    items: Sequence[Item],
    to: Sequence[str],
    team_code: str | None,
    received: Sequence[Move],
    on: date | None = None,
) -> Plan:
    """Who gets each case that is not restricted, and everybody's load when all is done: with what the custodians receive,
    and nothing left to who leaves."""
    moved: Sequence[Move] = ()
    left: Sequence[Kept] = ()
    people: dict[int, Any] = {}
    if to and items:
        planned = assign.plan(r, assign.Wish(tuple(to), cases=tuple(item.id for item in items)), on=on)
        mine = [Kept(kept.case, _("they cannot keep what they leave")) for kept in planned.skipped]
        moved, left = planned.moved, (*planned.blocked, *mine)
        people = {find.worker_id(r, one): None for one in to}
    elif not to:
        team_id = find.team_id(r, team_code) if team_code else leaver.team_id
        people = balance.people_of(r, team_id, without=leaver.id, on=on) if team_id is not None else {}
        moved, left = balance.deal(r, items, people, everything=True)
    load = loads_after(r, (*moved, *received), people, emptied=leaver.id)
    return Plan(
        tuple(sorted(moved, key=lambda move: move.case)), (), tuple(sorted(left, key=lambda kept: kept.case)), load
    )


# ---------------------------------------------------------------- the act


def _day_after(last: date) -> date:
    """The day on which the cases of somebody move whose last day is that one."""
    return last + timedelta(days=1)


def _set(w: Work, leaver: Any, planned: LeaverPlan, why: str) -> Receipt:
    """The day lies ahead: the proposal becomes moves that wait for the day after, and the departure waits with them."""
    row = {"worker_id": leaver.id, "on_date": planned.on, "set_by": w.me.id, "custodian_id": planned.custodian_id}
    w.add(departure, row, why=why)
    moved = planned.plan.moved
    pending.set_for(w, moved, _day_after(planned.on), why)
    words = _n(
        "{handle} leaves after {day}; {n} case moves then",
        "{handle} leaves after {day}; {n} cases move then",
        len(moved),
    )
    said = words.format(handle=leaver.handle, day=planned.on.isoformat(), n=len(moved))
    return w.receipt(said, cases=[move.id for move in moved], data=planned)


def _still_so(w: Work, leaver: Any, planned: LeaverPlan) -> None:
    """Their cases and who answers for them are those the plan spoke of, and everybody it names may still receive them."""
    if w.engine == "postgresql":
        theirs = case_file.c.owner_id == leaver.id
        w.conn.execute(select(case_file.c.id).where(theirs).order_by(case_file.c.id).with_for_update()).all()
    keeper = w.conn.execute(select(worker).where(worker.c.id == planned.custodian_id)).first()
    items = balance.items_of(w, leaver.id)
    received, _counts, stranded = _restricted(w, [item for item in items if item.restricted], leaver, keeper)
    kept, more = _kept(w, leaver, keeper)
    spoken_of = {move.case for move in planned.plan.moved} | {one.case for one in planned.plan.blocked}
    now = (tuple(received), tuple(kept), {item.number for item in items if not item.restricted})
    if stranded or more or now != (planned.received, planned.kept, spoken_of):
        raise Conflict(_("What {handle} holds has changed meanwhile. Nothing was changed; look again.").format(
            handle=planned.worker))  # fmt: skip
    handover.may_receive(w, planned.plan.moved, _day_after(planned.on) if planned.later else None)


def _move(w: Work, leaver: Any, moves: Sequence[Move], why: str) -> None:
    """Hand the cases over; what is left, nobody may take: it waits, unassigned."""
    if moves:
        handover.hand_over(w, moves, {move.id: why for move in moves})
    still = select(case_file.c.id).where(case_file.c.owner_id == leaver.id, case_file.c.closed_on.is_(None))
    left = list(w.conn.execute(still).scalars())
    for some in portions(left):
        handover.end(w, assignment.c.case_id.in_(some))


def _hand_on(w: Work, kept: Sequence[int], custodian_id: int | None, leaver: Any, why: str) -> None:
    if kept and custodian_id is not None:
        custodians.set_custodian(w, list(kept), custodian_id, why)


def _said(handle: str, planned: LeaverPlan) -> str:
    moved, received, left = len(planned.plan.moved), len(planned.received), len(planned.plan.blocked)
    words = _("{handle} has left").format(handle=handle)
    if moved:
        words += "; " + _n("{n} case moved", "{n} cases moved", moved).format(n=moved)
    if received:
        words += "; " + _n("{n} went to its custodian", "{n} went to their custodians", received).format(n=received)
    if left:
        words += "; " + _n("{n} case waits for somebody", "{n} cases wait for somebody", left).format(n=left)
    return words


def besides(planned: LeaverPlan) -> list[str]:
    """What leaving comes to beside the cases that move, in lines; nothing of what there is none of."""
    held = planned.holding
    covers = ", ".join(f"{who} ({first.isoformat()} - {last.isoformat()})" for who, first, last in held.covers)
    custody = ", ".join(f"{who} ({n})" for who, n in planned.custody)
    told = (
        (_("Restricted, to their custodians: {what}"), custody),
        (_("Restricted cases that get a new custodian: {what}"), planned.keeps),
        (_("In the way: {what}"), "; ".join(planned.stranded)),
        (_("Works beside others on: {what}"), ", ".join(held.secondary)),
        (_("Covers, and somebody else must: {what}"), covers),
        (_("Absences that end: {what}"), held.absences),
        (_("Tasks in cases of others, which go to these: {what}"), held.tasks),
        (_("Appointments in cases of others, which go to these: {what}"), held.appointments),
        (_("Moves of cases to them, which are dropped: {what}"), held.moves),
        (_("Transfers that lapse: {what}"), held.transfers),
        (_("Drafts that only they can sign: {what}"), ", ".join(held.drafts)),
        (_("Teams without them to supervise: {what}"), ", ".join(held.supervises)),
    )
    return [words.format(what=what) for words, what in told if what]
