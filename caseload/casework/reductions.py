"""Hours a week that somebody does not carry cases: trained, on union duty, coming back from illness. The load model by points
counts with what is left (`load_models.available_points`); why somebody has less is for themselves and who leads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select, update

from ..errors import NotPermitted, Refused, Usage
from ..messages import _
from ..models import reduction, worker
from ..store import scope
from ..store.database import Reading, Receipt, Work
from . import absences, find, load_models, values

_FULL_MINUTES = int(load_models.FULL_TIME_HOURS * 60)


@dataclass(frozen=True, slots=True)
class ReductionRow:
    """One reduction: minutes a week, from its first to its last day (None: until it is ended); `state` is scheduled, active or
    archived."""

    id: int
    worker: str
    kind: str
    minutes: int
    first: date
    last: date | None
    state: str


def add(
    w: Work, handle: str, kind: str, first: date, *, hours: Decimal | None = None, last: date | None = None
) -> Receipt:
    """Hours a week that somebody carries fewer cases. Without hours the usual share of theirs, where the kind has one; without a last
    day the usual length, where it has one.

    Raises NotPermitted for who neither is nor leads them, Usage for an unknown kind, hours beyond theirs or a last day before the
    first.
    """
    who = find.worker_id(w, handle)
    _may(w, who)
    values.one_of(_("kind of reduction"), kind, tuple(load_models.USUAL_REDUCTIONS))
    share, months = load_models.USUAL_REDUCTIONS[kind]
    weekly = w.conn.execute(select(worker.c.weekly_minutes).where(worker.c.id == who)).scalar() or _FULL_MINUTES
    if hours is None and share is None:
        raise Usage(_("How many hours {kind} takes is set by hand: give --hours.").format(kind=kind))
    minutes = round(hours * 60) if hours is not None else weekly * (share or 0) // 100
    if not 1 <= minutes <= weekly:
        raise Usage(_("They work {n} hours a week; a reduction takes some of these.").format(n=round(weekly / 60, 1)))
    end = last if last is not None or months is None else _months_on(first, months) - timedelta(days=1)
    if end is not None and end < first:
        raise Usage(_("The last day comes before the first."))
    row = {"worker_id": who, "kind": kind, "minutes": minutes, "from_on": first, "to_on": end}
    made = w.add(reduction, row)
    said = _("Reduced by {hours} hours a week from {day}").format(hours=round(minutes / 60, 1), day=first.isoformat())
    return w.receipt(said, data={"reduction": made, "minutes": minutes, "to": end})


def end(w: Work, reduction_id: int) -> Receipt:
    """A reduction ends with today, or never begins. Raises Usage for one that is not there or not for this person to end."""
    missing = _("There is no reduction {id} that you may end.").format(id=reduction_id)
    row = w.conn.execute(select(reduction).where(reduction.c.id == reduction_id)).first()
    if row is None:
        raise Usage(missing)
    try:
        _may(w, row.worker_id)
    except NotPermitted:
        raise Usage(missing) from None
    if row.to_on is not None and row.to_on <= w.today:
        raise Refused(_("It ended on {day} already.").format(day=row.to_on.isoformat()))
    # One that lies ahead is over before its first day.
    last = max(w.today, row.from_on)
    changes = {"to_on": last, "version": reduction.c.version + 1}
    w.conn.execute(update(reduction).where(reduction.c.id == reduction_id).values(changes))
    return w.receipt(_("Ended a reduction"), data={"reduction": reduction_id, "to": last})


def listed(r: Reading, *, past: bool = False) -> list[ReductionRow]:
    """The reductions that this person may know of: their own, and of those they lead; with `past` those that are over, too."""
    found = (
        select(reduction, worker.c.handle)
        .join(worker, worker.c.id == reduction.c.worker_id)
        .order_by(worker.c.handle, reduction.c.from_on, reduction.c.id)
    )
    rows = [
        ReductionRow(row.id, row.handle, row.kind, row.minutes, row.from_on, row.to_on, _state(row, r.today))
        for row in r.conn.execute(found)
        if scope.may_administer(r) or row.worker_id == r.me.id or absences.may_set(r, row.worker_id)
    ]
    return [row for row in rows if past or row.state != "archived"]


def _state(row, today: date) -> str:  # type: ignore[no-untyped-def]
    hours = Decimal(row.minutes) / 60
    return load_models.Reduction(row.kind, hours, row.from_on, row.to_on).state(today)


def _may(w: Work, who: int) -> None:
    if not (scope.may_administer(w) or who == w.me.id or absences.may_set(w, who)):
        raise NotPermitted(_("Hours are set by the worker, who supervises their team, or an admin."))


def _months_on(day: date, months: int) -> date:
    """The same day so many months on, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))
