"""Appointments: who is met when and where, once or again and again; what they clash with is said, and they are made all the same."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update

from ..clock import day_of
from ..errors import Conflict, Refused, Usage
from ..messages import _, _n
from ..models import appointment
from ..models.record import APPOINTMENT_MODES, APPOINTMENT_STATES
from ..store import scope
from ..store.database import Reading, Receipt, Work
from . import clashes, find, judging, recurrence, scratches, series, values
from .judging import Judged, NewAppointment, judge
from .recurrence import Rule

MODES = APPOINTMENT_MODES

__all__ = [
    "MODES",
    "Changes",
    "Judged",
    "NewAppointment",
    "appoint",
    "change",
    "judge",
    "judge_move",
    "move",
    "overlaps",
    "settle",
]


@dataclass(frozen=True, slots=True)
class Changes:
    """What of an appointment is to be otherwise; None stays as it is."""

    at: datetime | None = None
    minutes: int | None = None
    title: str | None = None
    place: str | None = None
    worker: str | None = None
    mode: str | None = None
    travel: tuple[int, int] | None = None
    repeat: Rule | None = None


# -- verbs ------------------------------------------------------------------------------------------


def appoint(w: Work, new: NewAppointment) -> Receipt:
    """Make an appointment, or with `repeat` all those of the next half year; one that clashes is made all the same, and said.

    Raises Usage for an impossible length, way, mode or rule, a referral that is none of the case's; Refused for somebody who left.
    """
    find.to_act_on(w, [new.case])
    judged, said, plan = judging.weigh_new(w, new)
    if plan is None:
        starts, ends = judging.hours_of(new.starts_at, new.minutes)
        when = {"starts_at": starts, "ends_at": ends, "on_date": day_of(starts, w.zone), "uid": str(uuid.uuid4())}
        made, more = w.add(appointment, {**said, **when}), {}
        words = judging.dated(_("Made an appointment on {day} at {time}"), starts, w)
    else:
        of, made = series.write(w, plan, said)
        more = {"series": of, "dates": [at.astimezone(w.zone).date() for at in judged.starts]}
        words = _n("Made {n} appointment, {rule}, first on {day} at {time}", "Made {n} appointments, {rule}, first on {day} at {time}",
                   len(plan.days))  # fmt: skip
        words = judging.dated(words, judged.starts[0], w, n=len(plan.days), rule=recurrence.words(plan.rule))
    scratches.clear(w, new.scratch)
    words = judging.told(w, words, judged, said["worker_id"])
    return w.receipt(words, cases=[said["case_id"]], data=judging.data_of(made, judged, **more))


def overlaps(r: Reading, appointment_id: int, at: datetime, minutes: int) -> int:
    """How many others of its worker and its client an appointment would overlap at another time; 0 where there is none of that
    key."""
    judged = judge_move(r, appointment_id, at, minutes)
    return 0 if judged is None else len(judged.clashes)


def judge_move(r: Reading, appointment_id: int, at: datetime, minutes: int) -> Judged | None:
    """What moving an appointment would come to; None where there is none of that key in sight."""
    return _judge_move(r, appointment_id, at, minutes)[0]


def questions_of_move(r: Reading, appointment_id: int, at: datetime, minutes: int) -> list[str]:
    """What is to be known before an appointment is moved, in parts of a sentence."""
    judged, holder = _judge_move(r, appointment_id, at, minutes)
    return judging.questions(r, judged, holder) if judged is not None else []


def _judge_move(r: Reading, appointment_id: int, at: datetime, minutes: int) -> tuple[Judged | None, int | None]:
    row = r.conn.execute(select(*_COLUMNS).where(appointment.c.id == appointment_id)).first()
    if row is None or not scope.sees(r, row.case_id):
        return None, None
    starts, ends = judging.hours_of(at, minutes)
    client_id = find.case(r, row.case_id).client_id
    said = _as_said(row)
    return judging.weigh(r, row.case_id, client_id, said, [starts], ends - starts, [row.id]), row.worker_id


# Without the words, which a server tells nobody who sees no identity.
_COLUMNS = tuple(one for one in appointment.c if one.name not in ("title", "place", "referral_id"))


def _as_said(row: Row) -> dict[str, Any]:  # type: ignore[type-arg]
    names = ("worker_id", "mode", "travel_before", "travel_after")
    return {name: getattr(row, name) for name in names}


def move(
    w: Work, appointment_id: int, at: datetime, *, minutes: int | None = None, seen: int | None = None,
    case: str | int | None = None, which: str = "one",
) -> Receipt:  # fmt: skip
    """Move a scheduled appointment to another day and hour; it lasts as long as before unless `minutes` says otherwise."""
    return change(w, appointment_id, Changes(at=at, minutes=minutes), seen=seen, case=case, which=which)


def change(
    w: Work, appointment_id: int, wanted: Changes, *, seen: int | None = None, case: str | int | None = None,
    which: str = "one", scratch: str | None = None,
) -> Receipt:  # fmt: skip
    """Move or reword a scheduled appointment; of a series also the `following` ones, or `all` from today on.

    One that then clashes stands all the same, and it is said. Those of a series that had been moved by themselves stay where they
    are. Raises Usage where there is none (in that `case`) or the rule cannot follow, Refused where it has been kept, missed or
    cancelled, Conflict where it is no longer the version that was `seen`.
    """
    row = _to_change(w, appointment_id, case, seen)
    values.one_of(_("choice"), which, series.WHICH)
    if wanted.repeat is not None:
        return _renewed(w, row, wanted, which, scratch)
    rows = [row] if which == "one" else series.chosen(w, row, which)
    local = row.starts_at.astimezone(w.zone)
    to = wanted.at.astimezone(w.zone) if wanted.at is not None else None
    lasts = (row.ends_at - row.starts_at) // timedelta(minutes=1)
    minutes = lasts if wanted.minutes is None else wanted.minutes
    judging.hours_of(row.starts_at, minutes)
    holder = find.colleague_id(w, wanted.worker) if wanted.worker else None
    if which == "one":
        starts = to.astimezone(UTC) if to is not None else row.starts_at
        slots: list[tuple[Row, datetime, int]] = [(row, starts, minutes)]  # type: ignore[type-arg]
        places: dict[int, tuple[int, date]] = {}
    else:
        slots, places = _turned(w, row, rows, to or local, minutes, moved=to is not None or minutes != lasts)
    written: list[tuple[Row, dict[str, Any]]] = []  # type: ignore[type-arg]
    for one, starts, length in slots:
        new = _new_columns(w, one, wanted, holder, starts, length)
        if one.id in places:
            new["series_id"], new["recurs_on"] = places[one.id]
        if changed := {name: value for name, value in new.items() if getattr(one, name) != value}:
            written.append((one, changed))
    if not written:
        return w.nothing(_("The appointment stands there already."))
    case_id, client_id = row.case_id, find.case(w, row.case_id).client_id
    for one, changed in written:
        same = (appointment.c.id == one.id, appointment.c.version == one.version)
        if not w.conn.execute(update(appointment).where(*same).values(**changed, version=one.version + 1)).rowcount:
            raise Conflict(_meanwhile())
    after = w.conn.execute(select(appointment).where(appointment.c.id == row.id)).one()
    judged = _weigh_rows(w, case_id, client_id, [one.id for one, _changed in written])
    if len(rows) == 1 and which == "one":
        moved = {"starts_at", "ends_at"} & written[0][1].keys()
        words = (
            _("Moved an appointment to {day} at {time}") if moved else _("Changed an appointment on {day} at {time}")
        )
        words = judging.dated(words, after.starts_at, w)
    else:
        words = _n("Changed {n} appointment of a series", "Changed {n} appointments of a series", len(written))
        words = words.format(n=len(written))
        stay = sum(
            1 for one, starts, _length in slots if starts == one.starts_at and one.id in places and one.id != row.id
        )
        if to is not None and stay:
            words += "; " + _n("{n} moved before stays", "{n} moved before stay", stay).format(n=stay)
    scratches.clear(w, scratch)
    words = judging.told(w, words, judged, after.worker_id)
    more = {"series": after.series_id} if which != "one" else {}
    return w.receipt(words, cases=[case_id], data=judging.data_of(row.id, judged, **more))


def _meanwhile() -> str:
    return _("Someone else changed that appointment meanwhile. Nothing was changed; look again.")


def _to_change(w: Work, appointment_id: int, case: str | int | None, seen: int | None) -> Row:  # type: ignore[type-arg]
    missing = _("There is no appointment {id}.").format(id=appointment_id)
    row = find.row_to_act_on(w, appointment, appointment_id, missing)
    if case is not None and find.case(w, case).id != row.case_id:
        raise Usage(_("There is no appointment {id} in that case.").format(id=appointment_id))
    find.to_act_on(w, [row.case_id])
    if seen is not None and row.version != seen:
        raise Conflict(_meanwhile())
    if row.state != "scheduled":
        raise Refused(_("That appointment is {state}. Plan it again first, or make another.").format(state=row.state))
    return row


def _new_columns(
    w: Work, row: Row, wanted: Changes, holder: int | None, starts: datetime, minutes: int  # type: ignore[type-arg]
) -> dict[str, Any]:  # fmt: skip
    """The columns of an appointment as they are to be."""
    new: dict[str, Any] = {
        "starts_at": starts, "ends_at": starts + timedelta(minutes=minutes), "on_date": day_of(starts, w.zone),
    }  # fmt: skip
    if wanted.title is not None:
        new["title"] = values.short(_("The title"), wanted.title)
    if wanted.place is not None:
        new["place"] = values.short(_("The place"), wanted.place)
    if holder is not None:
        new["worker_id"] = holder
    if wanted.mode is not None:
        new["mode"] = values.one_of(_("way to meet"), wanted.mode, APPOINTMENT_MODES)
    mode, place = new.get("mode", row.mode), new.get("place", row.place)
    if wanted.travel is not None or (mode, place) != (row.mode, row.place):
        new["travel_before"], new["travel_after"] = judging.way(w, wanted.travel, place, mode)
    return new


def _turned(
    w: Work, row: Row, rows: Sequence[Row], to: datetime, minutes: int, *, moved: bool  # type: ignore[type-arg]
) -> tuple[list[tuple[Row, datetime, int]], dict[int, tuple[int, date]]]:  # type: ignore[type-arg]  # fmt: skip
    """When each of some appointments of a series is to begin, and which series and day of its rule it is then."""
    standing = [(one, one.starts_at, (one.ends_at - one.starts_at) // timedelta(minutes=1)) for one in rows]
    if not moved:
        return standing, {}
    of, pivot = series.of(w, row.series_id), rows[0]
    by, clock = (to.date() - row.recurs_on).days, to.hour * 60 + to.minute
    inside = {one.id: series.in_place(w, of, one) or one.id == row.id for one in rows}
    key = series.turn(w, of, pivot, clock=clock, minutes=minutes, by=by, begins=series.begins_with(w, pivot))
    slots, places = [], {}
    for one, starts, length in standing:
        day = one.recurs_on + timedelta(days=by)
        places[one.id] = (key, day)
        if inside[one.id]:
            starts, length = recurrence.instant(day, clock, w.zone), minutes
        slots.append((one, starts, length))
    return slots, places


def _renewed(w: Work, row: Row, wanted: Changes, which: str, scratch: str | None) -> Receipt:  # type: ignore[type-arg]
    """A series by another rule from an appointment on: what was planned after it is cancelled, and a new one begins."""
    if which == "one":
        raise Usage(_("A new rule is for the following appointments, or for all."))
    rows = series.chosen(w, row, which)
    of, pivot = series.of(w, row.series_id), rows[0]
    slot = recurrence.instant(pivot.recurs_on, of.clock, w.zone)
    new = NewAppointment(
        row.case_id, wanted.at or slot, of.minutes if wanted.minutes is None else wanted.minutes,
        row.title if wanted.title is None else wanted.title, row.place if wanted.place is None else wanted.place,
        wanted.worker or judging.handle_of(w, row.worker_id) or None, wanted.mode or row.mode,
        wanted.travel or ((row.travel_before, row.travel_after) if wanted.mode in (None, row.mode) and wanted.place is None else None),
        wanted.repeat, row.referral_id,
    )  # fmt: skip
    _cancel(w, rows)
    series.end_before(w, of, pivot.recurs_on)
    judged, said, plan = judging.weigh_new(w, new)
    assert plan is not None
    key, made = series.write(w, plan, said, follows=of.id)
    words = _("Cancelled {old} appointments and made {n} anew, {rule}, first on {day} at {time}")
    words = judging.dated(words, judged.starts[0], w, old=len(rows), n=len(plan.days), rule=recurrence.words(plan.rule))
    scratches.clear(w, scratch)
    words = judging.told(w, words, judged, said["worker_id"])
    return w.receipt(words, cases=[row.case_id], data=judging.data_of(made, judged, series=key))


def _weigh_rows(w: Work, case_id: int, client_id: int, ids: Sequence[int]) -> Judged:
    """What appointments clash with as they stand now."""
    found = clashes.of_appointments(w, ids)
    row = w.conn.execute(
        select(appointment).where(w.among(appointment.c.id, ids)).order_by(appointment.c.starts_at).limit(1)
    ).one()
    if len(ids) == 1:
        return judging.weigh(w, case_id, client_id, _as_said(row), [row.starts_at], row.ends_at - row.starts_at, ids)
    days = w.conn.execute(select(appointment.c.on_date).where(w.among(appointment.c.id, ids))).scalars()
    away = clashes.not_here(w, row.worker_id if row.mode != "client_alone" else None, set(days))
    every = sorted((clash for many in found.values() for clash in many), key=lambda one: (one.ours, one.starts_at))
    return Judged((row.starts_at,), (row.travel_before, row.travel_after), tuple(every), tuple(away), None)


def _cancel(w: Work, rows: Sequence[Row]) -> None:  # type: ignore[type-arg]
    for one in rows:
        same = (appointment.c.id == one.id, appointment.c.version == one.version)
        changes = {"state": "cancelled", "version": one.version + 1}
        if not w.conn.execute(update(appointment).where(*same).values(changes)).rowcount:
            raise Conflict(_meanwhile())


def settle(w: Work, appointment_id: int, state: str, *, which: str = "one") -> Receipt:
    """Say how an appointment ended: kept, missed or cancelled; or scheduled again. Of a series the `following` ones, or `all` from
    today on, can be cancelled, and it ends."""
    values.one_of("state", state, APPOINTMENT_STATES)
    values.one_of(_("choice"), which, series.WHICH)
    missing = _("There is no appointment {id}.").format(id=appointment_id)
    row = find.row_to_act_on(w, appointment, appointment_id, missing)
    if which != "one":
        if state != "cancelled":
            raise Usage(_("Several at once can only be cancelled."))
        rows = series.chosen(w, row, which)
        _cancel(w, rows)
        series.end_before(w, series.of(w, row.series_id), rows[0].recurs_on)
        words = _n(
            "Cancelled {n} appointment; the series ends", "Cancelled {n} appointments; the series ends", len(rows)
        )
        data = {"appointment": appointment_id, "series": row.series_id}
        return w.receipt(words.format(n=len(rows)), cases=[row.case_id], data=data)
    if row.state == state:
        return w.nothing(_("The appointment is already {state}.").format(state=state))
    changes = {"state": state, "version": appointment.c.version + 1}
    w.conn.execute(update(appointment).where(appointment.c.id == appointment_id).values(changes))
    return w.receipt(
        _("Appointment {state}").format(state=state), cases=[row.case_id], data={"appointment": appointment_id}
    )
