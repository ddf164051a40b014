"""Transfers: a case offered to a colleague, who takes it or says why not. Until they take it, its owner stays the owner.

An offer has a day to answer by. Nothing happens by itself when that day has passed: the offer stands, and is seen as late
by both. An offer whose case has moved, closed or been restricted meanwhile, or whose receiver has been barred from
it, has lapsed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, insert, not_, select, update

from ..errors import Conflict, NotPermitted, Refused, Usage
from ..messages import _, _n
from ..models import case_file, transfer, worker
from ..store import scope
from ..store.database import Reading, Receipt, Work
from ..store.waiting import offer_runs
from . import assign, find, handover, intake, numbers, values
from .assign import Plan
from .handover import Move
from .loads import loads_after
from .offers import ANSWER_DAYS, stands

LONGEST_DAYS = 90


def plan(r: Reading, wanted: Sequence[str | int], to: str) -> Plan:
    """What offering these cases to that colleague would come to, were all of them taken: who moves, what stands in the
    way, and the loads before and after. Raises as a reassignment does."""
    planned = assign.plan(r, assign.Wish((to,), cases=tuple(wanted)))
    offered = dict(
        r.conn.execute(
            select(case_file.c.number, worker.c.handle)
            .join(transfer, transfer.c.case_id == case_file.c.id)
            .join(worker, worker.c.id == transfer.c.to_worker_id)
            .where(stands(r), case_file.c.id.in_([move.id for move in planned.moved]))
        ).all()
    )
    blocked, moved = list(planned.blocked), []
    for move in planned.moved:
        if move.holder_id is None:
            blocked.append(assign.Kept(move.case, _("nobody holds it: admit or assign it")))
        elif move.case in offered:
            said = _("it is offered to {handle} already").format(handle=offered[move.case])
            blocked.append(assign.Kept(move.case, said))
        else:
            moved.append(move)
    return Plan(tuple(moved), planned.skipped, tuple(blocked), loads_after(r, moved, [find.worker_id(r, to)]))


def offer(w: Work, wanted: Sequence[str | int], to: str, why: str, *, answer_by: date | None = None) -> Receipt:
    """Offer cases to a colleague, who must accept or decline by a day (a week from now unless given).

    Whoever may reassign a case may offer it. Raises Usage for a day past or too far ahead, Refused where a case cannot
    be offered; nothing is offered then.
    """
    why = values.short(_("The reason"), why, needed=True)
    by = answer_by or w.today + timedelta(days=ANSWER_DAYS)
    if not w.today <= by <= w.today + timedelta(days=LONGEST_DAYS):
        raise Usage(
            _("The day to answer by lies between today and {day}.").format(
                day=(w.today + timedelta(days=LONGEST_DAYS)).isoformat()
            )
        )
    planned = plan(w, wanted, to)
    stopped = [f"{kept.case}: {kept.why}" for kept in (*planned.blocked, *planned.skipped)]
    if stopped:
        raise Refused(
            _n("{n} case cannot be offered, so nothing was.", "{n} cases cannot be offered, so nothing was.", len(stopped))
            .format(n=len(stopped)),
            details=stopped[:20],
        )  # fmt: skip
    ids = [move.id for move in planned.moved]
    w.conn.execute(
        update(transfer)
        .where(transfer.c.case_id.in_(ids), transfer.c.state == "offered", not_(offer_runs(w)))
        .values(state="lapsed")
    )
    w.conn.execute(
        insert(transfer),
        [
            {
                "case_id": move.id, "from_worker_id": move.holder_id, "to_worker_id": move.to_id, "offered_by": w.me.id,
                "offered_at": w.now, "offered_on": w.today, "answer_by": by, "why": why,
            }
            for move in planned.moved
        ],
    )  # fmt: skip
    words = _n(
        "Offered {n} case to {to}, to answer by {day}", "Offered {n} cases to {to}, to answer by {day}", len(ids)
    )
    said = words.format(n=len(ids), to=planned.moved[0].to, day=by.isoformat())
    return w.receipt(said, cases=ids, data=planned)


def accept(w: Work, wanted: Sequence[str]) -> Receipt:
    """Take the offered cases: they move now, each for the reason it was offered with, and count as acknowledged.

    Raises Usage where no such offer waits for this person, or they were barred from the case since; Conflict where a case
    has moved or closed meanwhile; Refused where the receiver may hold no case.
    """
    rows = _waiting(w, wanted)
    me = w.conn.execute(select(worker).where(worker.c.id == rows[0].to_worker_id)).one()
    intake.refuse_receiver(me.handle, me.status, me.role, me.holds_all)
    moves = [Move(row.case_id, row.number, row.from_worker_id, row.giver, me.id, me.handle) for row in rows]
    load = loads_after(w, moves)
    # In this order: it is the offer that lets its receiver move the case.
    handover.hand_over(w, moves, {row.case_id: row.why for row in rows}, w.me.id)
    _answer(w, rows, "accepted", "")
    words = _n("Took {n} case from {givers}", "Took {n} cases from {givers}", len(moves))
    said = words.format(n=len(moves), givers=", ".join(sorted({row.giver for row in rows})))
    return w.receipt(said, cases=[move.id for move in moves], data=Plan(tuple(moves), (), (), load))


def decline(w: Work, wanted: Sequence[str], why: str) -> Receipt:
    """Say that one does not take the offered cases, and why; they stay with their owners. Raises as `accept` does."""
    why = values.short(_("The reason"), why, needed=True)
    rows = _waiting(w, wanted)
    _answer(w, rows, "declined", why)
    words = _n("Declined {n} case of {givers}", "Declined {n} cases of {givers}", len(rows))
    said = words.format(n=len(rows), givers=", ".join(sorted({row.giver for row in rows})))
    return w.receipt(said, cases=[row.case_id for row in rows])


def withdraw(w: Work, wanted: Sequence[str | int], why: str) -> Receipt:
    """Take an offer back before it is answered: whoever offered it, or may reassign the case."""
    why = values.short(_("The reason"), why, needed=True)
    refs = find.cases(w, wanted)
    found = select(transfer, case_file.c.owner_id, case_file.c.team_id, case_file.c.custodian_id).join(
        case_file, case_file.c.id == transfer.c.case_id
    )
    rows = w.conn.execute(found.where(stands(w), transfer.c.case_id.in_([ref.id for ref in refs]))).all()
    offered = {row.case_id for row in rows}
    for ref in refs:
        if ref.id not in offered:
            raise Usage(_("Case {number} is offered to nobody.").format(number=ref.number))
    for row in rows:
        if row.offered_by != w.me.id and not scope.may_move(w, row):
            raise NotPermitted(_("Only who offered it, or may reassign the case, takes an offer back."))
    _answer(w, rows, "withdrawn", why)
    words = _n("Withdrew the offer of {n} case", "Withdrew the offers of {n} cases", len(rows))
    return w.receipt(words.format(n=len(rows)), cases=[row.case_id for row in rows])


def _waiting(w: Work, wanted: Sequence[str]) -> list[Any]:
    """The offers of these cases that wait for this person, who need not see the cases yet."""
    named = list(dict.fromkeys(numbers.parse(one) for one in wanted))
    if not named:
        raise Usage(_("No case was named."))
    giver = worker.alias("giver")
    found: Select[Any] = (
        select(transfer, scope.number_of(w, transfer.c.case_id).label("number"), giver.c.handle.label("giver"),
               offer_runs(w).label("running"))
        .outerjoin(case_file, case_file.c.id == transfer.c.case_id)
        .join(giver, giver.c.id == transfer.c.from_worker_id)
        .where(scope.number_of(w, transfer.c.case_id).in_(named), transfer.c.state == "offered")
        .with_for_update(of=transfer)
    )  # fmt: skip
    if not w.me.holds_all:
        # Who was barred from the case since learns no more of the offer than anybody else.
        found = found.where(transfer.c.to_worker_id == w.me.id, ~scope.denied(w))
    rows = {row.number: row for row in w.conn.execute(found)}
    for number in named:
        if number not in rows:
            raise Usage(
                _("No offer of case {number} waits for your answer. List them with: caseload transfer list").format(
                    number=number
                )
            )
        if not rows[number].running:
            raise Conflict(
                _(
                    "Case {number} was moved, closed or restricted meanwhile; the offer has lapsed. Nothing was changed."
                ).format(number=number)
            )
    if len({row.to_worker_id for row in rows.values()}) > 1:
        raise Usage(_("These cases are offered to different people: answer for one at a time."))
    return [rows[number] for number in named]


def _answer(w: Work, rows: Sequence[Any], state: str, words: str) -> None:
    done = {"state": state, "answered_at": w.now, "answered_on": w.today, "answered_by": w.me.id, "answer": words}
    w.conn.execute(update(transfer).where(transfer.c.id.in_([row.id for row in rows])).values(done))
