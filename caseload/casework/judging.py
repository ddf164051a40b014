"""What is said before an appointment stands: when it would begin each time, the way, what it clashes with, who is not here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from ..clock import day_of
from ..errors import Usage
from ..messages import _, _n
from ..models import referral, worker
from ..models.record import APPOINTMENT_MODES
from ..store.database import Reading
from . import clashes, find, recurrence, series, travel, values
from .clashes import Clash, Meeting, NotHere
from .recurrence import Rule

# So many clashes a receipt tells one by one; the number of all is told in any case.
_TOLD = 50


@dataclass(frozen=True, slots=True)
class NewAppointment:
    """A meeting with the client of a case: when it begins, for how many minutes, where, whether in person (`mode`). `travel` is
    the way there and back in minutes, as usual where nothing is said (`travel.usual`). `referral` is the one it belongs to."""

    case: str | int
    starts_at: datetime
    minutes: int = 60
    title: str = ""
    place: str = ""
    worker: str | None = None
    mode: str = "in_person"
    travel: tuple[int, int] | None = None
    repeat: Rule | None = None
    referral: int | None = None
    scratch: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said before an appointment stands: when it would begin each time, the way, what it clashes with, who is not here,
    when all are free again; which of its hours the clocks skip."""

    starts: tuple[datetime, ...]
    travel: tuple[int, int]
    clashes: tuple[Clash, ...]
    away: tuple[NotHere, ...]
    free: datetime | None
    skipped: tuple[date, ...] = ()


def judge(r: Reading, new: NewAppointment) -> Judged:
    """What making that appointment would come to; nothing is written. Raises as `appoint` does."""
    return weigh_new(r, new)[0]


def weigh_new(r: Reading, new: NewAppointment) -> tuple[Judged, dict[str, Any], series.Plan | None]:
    ref = find.case(r, new.case)
    holder = find.colleague_id(r, new.worker) if new.worker else ref.owner_id or r.me.id
    said = _said(r, ref.id, holder, new)
    starts, ends = hours_of(new.starts_at, new.minutes)
    plan = series.plan(r, new.repeat, new.starts_at, new.minutes) if new.repeat is not None else None
    each = plan.starts(r.zone) if plan is not None else [starts]
    skipped = [day for day in plan.days if recurrence.is_skipped(day, plan.clock, r.zone)] if plan is not None else []
    judged = weigh(r, ref.id, ref.client_id, said, each, ends - starts)
    return replace(judged, skipped=tuple(skipped)), said, plan


def _said(r: Reading, case_id: int, holder: int | None, new: NewAppointment) -> dict[str, Any]:
    values.one_of(_("way to meet"), new.mode, APPOINTMENT_MODES)
    place = values.short(_("The place"), new.place)
    there, back = way(r, new.travel, place, new.mode)
    if new.referral is not None:
        known = select(referral.c.id).where(referral.c.id == new.referral, referral.c.case_id == case_id)
        if r.conn.execute(known).first() is None:
            raise Usage(_("There is no referral {id} in that case.").format(id=new.referral))
    return {
        "case_id": case_id, "worker_id": holder, "title": values.short(_("The title"), new.title), "place": place, "mode": new.mode,
        "travel_before": there, "travel_after": back, "referral_id": new.referral,
    }  # fmt: skip


def way(r: Reading, said: tuple[int, int] | None, place: str, mode: str) -> tuple[int, int]:
    if said is None:
        usual = travel.usual(r, place, mode)
        return usual, usual
    for minutes in said:
        values.number(_("The way"), minutes, 0, travel.MOST)
    if any(said) and mode != "in_person":
        raise Usage(_("There is no way to a call, nor to where the client goes alone."))
    return said


def hours_of(at: datetime, minutes: int) -> tuple[datetime, datetime]:
    """When an appointment begins and ends. Raises Usage for one of no length, or longer than a day."""
    if not 1 <= minutes <= 24 * 60:
        raise Usage(_("An appointment lasts between 1 and 1440 minutes; {n} is not.").format(n=minutes))
    # In UTC: by the wall clock an hour of the night in which clocks go back would last two.
    starts = at.astimezone(UTC)
    return starts, starts + timedelta(minutes=minutes)


def weigh(
    r: Reading, case_id: int, client_id: int, said: dict[str, Any], starts: Sequence[datetime], lasts: timedelta,
    besides: Sequence[int] = (),
) -> Judged:  # fmt: skip
    taken_worker = said["worker_id"] if said["mode"] != "client_alone" else None
    way = said["travel_before"], said["travel_after"]
    wanted = [Meeting(at, at + lasts, client_id, taken_worker, *way) for at in starts]
    found, taken = clashes.against(r, case_id, wanted, besides)
    away = clashes.not_here(r, taken_worker, {day_of(at, r.zone) for at in starts})
    free = None
    if len(wanted) == 1 and (found or away):
        free = clashes.next_free(r, wanted[0], taken, taken_worker)
    return Judged(tuple(starts), way, tuple(found), tuple(away), free)


# -- in words ---------------------------------------------------------------------------------------


def dated(words: str, starts: datetime, r: Reading, **more: object) -> str:
    local = starts.astimezone(r.zone)
    return words.format(day=local.date().isoformat(), time=local.strftime("%H:%M"), **more)


def warnings(r: Reading, judged: Judged, worker_id: int | None) -> list[str]:
    """What is to be known before it stands, a part of a sentence each; no word of whose the others are."""
    said = []
    seen = [one for one in judged.clashes if one.appointment is not None]
    hours = len({one.appointment for one in seen if not one.on_the_way})
    if hours:
        said.append(_n("it overlaps {n} other", "it overlaps {n} others", hours).format(n=hours))
    if ways := len({one.appointment for one in seen if one.on_the_way}):
        said.append(_n("the way overlaps {n} other", "the way overlaps {n} others", ways).format(n=ways))
    said += _besides(r, judged, worker_id)
    if judged.free is not None:
        said.append(dated(_("all are free on {day} at {time}"), judged.free, r))
    return said


def questions(r: Reading, judged: Judged, worker_id: int | None) -> list[str]:
    """The same for who is asked before it stands, in few words: the first of the others by its number and hours."""
    said = []
    seen = [one for one in judged.clashes if one.case is not None]
    if seen:
        one = seen[0]
        case = one.case if not r.me.masked else _("another")
        starts, ends = one.starts_at.astimezone(r.zone), one.ends_at.astimezone(r.zone)
        words = _("the way overlaps {case} {starts}–{ends}") if one.on_the_way else _("overlaps {case} {starts}–{ends}")
        said.append(words.format(case=case, starts=f"{starts:%H:%M}", ends=f"{ends:%H:%M}"))
        if more := len({(each.ours, each.appointment) for each in seen}) - 1:
            said.append(_n("{n} more", "{n} more", more).format(n=more))
    said += _besides(r, judged, worker_id)
    if judged.free is not None:
        said.append(dated(_("free {day} {time}"), judged.free, r))
    return said


def _besides(r: Reading, judged: Judged, worker_id: int | None) -> list[str]:
    """What is out of sight, who is not here, and what the clocks do."""
    said = []
    hidden = {one.whose for one in judged.clashes if one.appointment is None}
    if "client" in hidden:
        said.append(_("the client is taken then by what is out of your sight"))
    if "worker" in hidden:
        said.append(_("{who} is taken then by what is out of your sight").format(who=handle_of(r, worker_id)))
    ends = sorted({one.until for one in judged.away if one.until is not None})
    if ends:
        said.append(_("{who} is away until {day}").format(who=handle_of(r, worker_id), day=ends[0].isoformat()))
    closed = [one for one in judged.away if one.until is None]
    if closed:
        said.append(_("{day} is a holiday: {name}").format(day=closed[0].on.isoformat(), name=closed[0].name))
    if judged.skipped:
        said.append(
            _("on {day} the clocks go forward over it, and it begins later").format(day=judged.skipped[0].isoformat())
        )
    return said


def questions_of_new(r: Reading, new: NewAppointment) -> list[str]:
    """What is to be known before that one is made. Raises as making it does."""
    judged, said, _plan = weigh_new(r, new)
    return questions(r, judged, said["worker_id"])


def handle_of(r: Reading, worker_id: int | None) -> str:
    return str(r.conn.execute(select(worker.c.handle).where(worker.c.id == worker_id)).scalar() or "")


def told(r: Reading, words: str, judged: Judged, worker_id: int | None) -> str:
    return "; ".join([words, *warnings(r, judged, worker_id)])


def data_of(key: int, judged: Judged, **more: Any) -> dict[str, Any]:
    """What a receipt carries besides its words: how many overlap, each of them, who is not here, when all are free."""
    overlaps = len({(one.ours, one.starts_at, one.appointment) for one in judged.clashes})
    return {
        "appointment": key, "overlaps": overlaps, "clashes": judged.clashes[:_TOLD], "away": judged.away[:_TOLD],
        "free": judged.free, "travel": judged.travel, **more,
    }  # fmt: skip
