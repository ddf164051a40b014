"""Clearing the queue without writing a record: snooze with a date, acknowledge, reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import insert, select, update

from ..errors import NotPermitted, Refused, Usage
from ..messages import _, _n
from ..models import assignment, policy, snooze
from ..store.database import Receipt, Work
from ..store.portions import portions
from . import find, values
from .find import CaseRef


def taken_up(w: Work, ids: Sequence[int]) -> None:
    """The case was taken up again: a snooze that has come back has done its work."""
    for some in portions(ids):
        back = (snooze.c.case_id.in_(some), snooze.c.cleared_at.is_(None), snooze.c.until_on <= w.today)
        w.conn.execute(update(snooze).where(*back).values(cleared_at=w.now))


def snooze_until(w: Work, wanted: Sequence[str | int], until: date, why: str) -> Receipt:
    """Cases leave the queue until a day, and say so when they return. Level 1 cannot be snoozed.

    Raises Usage for a day that is not ahead or past the program's maximum, Refused for a case at level 1.
    """
    found = find.to_act_on(w, wanted)
    if until <= w.today:
        raise Usage(_("A case can only be snoozed to a day ahead; {day} is not.").format(day=until.isoformat()))
    why = values.short(_("The reason"), why, needed=True)
    _refuse_level_one(found)
    longest = dict(
        w.conn.execute(select(policy.c.program_id, policy.c.snooze_max_days).where(policy.c.is_current)).all()
    )
    most = min(longest[ref.program_id] for ref in found)
    if (until - w.today).days > most:
        raise Usage(
            _("The program lets a case be snoozed for {days} days at most: until {day}.").format(
                days=most, day=(w.today + timedelta(days=most)).isoformat()
            )
        )
    _write(w, found, until, why)
    words = _n("Snoozed {n} case until {day}", "Snoozed {n} cases until {day}", len(found))
    return w.receipt(words.format(n=len(found), day=until.isoformat()), cases=[ref.id for ref in found])


def reviewed(w: Work, wanted: Sequence[str | int], why: str = "") -> Receipt:
    """Looked at, no action needed: a signed snooze to tomorrow. Raises Refused for a case at level 1."""
    found = find.to_act_on(w, wanted)
    _refuse_level_one(found)
    tomorrow = w.today + timedelta(days=1)
    _write(w, found, tomorrow, values.short(_("The reason"), why) or _("Reviewed, no action"))
    words = _n("Reviewed {n} case, back tomorrow", "Reviewed {n} cases, back tomorrow", len(found))
    return w.receipt(words.format(n=len(found)), cases=[ref.id for ref in found])


def wake(w: Work, wanted: Sequence[str | int]) -> Receipt:
    """End a snooze before its day."""
    found = find.to_act_on(w, wanted)
    done = 0
    for ref in found:
        done += w.conn.execute(
            update(snooze).where(snooze.c.case_id == ref.id, snooze.c.cleared_at.is_(None)).values(cleared_at=w.now)
        ).rowcount
    if not done:
        return w.nothing(_("Nothing was snoozed."))
    return w.receipt(
        _n("Took {n} case back from snooze", "Took {n} cases back from snooze", done).format(n=done),
        cases=[ref.id for ref in found],
    )


def acknowledge(w: Work, wanted: Sequence[str | int]) -> Receipt:
    """The worker says they have seen that the case is theirs. Raises NotPermitted where it is someone else's."""
    found = find.to_act_on(w, wanted)
    for ref in found:
        if ref.owner_id is None:
            raise Refused(_("Nobody holds case {number} yet; assign it first.").format(number=ref.number))
        if ref.owner_id != w.me.id and not w.me.holds_all:
            raise NotPermitted(
                _("Case {number} is assigned to someone else; only they can acknowledge it.").format(number=ref.number)
            )
    done = w.conn.execute(
        update(assignment)
        .where(
            assignment.c.case_id.in_([ref.id for ref in found]),
            assignment.c.role == "primary",
            assignment.c.ends_at.is_(None),
            assignment.c.acknowledged_at.is_(None),
        )
        .values(acknowledged_at=w.now)
    ).rowcount
    if not done:
        return w.nothing(_("Already acknowledged."))
    return w.receipt(
        _n("Acknowledged {n} case", "Acknowledged {n} cases", done).format(n=done), cases=[ref.id for ref in found]
    )


def _refuse_level_one(found: Sequence[CaseRef]) -> None:
    urgent = [ref.number for ref in found if ref.level == 1]
    if urgent:
        raise Refused(
            _("Case {number} is at level 1 (now) and cannot be put off. See to it first, or review its alert.").format(
                number=urgent[0]
            ),
            details=urgent[1:20],
        )


def _write(w: Work, found: Sequence[CaseRef], until: date, why: str) -> None:
    w.conn.execute(
        update(snooze)
        .where(snooze.c.case_id.in_([ref.id for ref in found]), snooze.c.cleared_at.is_(None))
        .values(cleared_at=w.now)
    )
    w.conn.execute(
        insert(snooze),
        [{"case_id": ref.id, "until_on": until, "why": why, "worker_id": w.me.id, "at": w.now} for ref in found],
    )
