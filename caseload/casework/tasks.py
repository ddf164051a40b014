"""Tasks and appointments: what is to be done by a day, and who is to be met when."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select, update

from ..clock import day_of
from ..errors import Conflict, Refused, Usage
from ..messages import _
from ..models import appointment, task
from ..models.record import APPOINTMENT_STATES
from ..store import scope
from ..store.database import Reading, Receipt, Work
from . import attention, find, values


def add(w: Work, case: str | int, title: str, due: date, *, worker: str | None = None) -> Receipt:
    """A task due by a day, for the holder of the case unless a worker is named."""
    ref = find.to_act_on(w, [case])[0]
    title = values.short(_("The title"), title, needed=True)
    holder = find.colleague_id(w, worker) if worker else ref.owner_id or w.me.id
    row = {"case_id": ref.id, "worker_id": holder, "title": title, "due_on": due, "created_at": w.now}
    task_id = w.add(task, row)
    return w.receipt(_("Added a task due {day}").format(day=due.isoformat()), cases=[ref.id], data={"task": task_id})


def done(w: Work, task_id: int, *, case: str | int | None = None) -> Receipt:
    """Finish a task. Raises Usage where there is none, Refused where it is finished already."""
    missing = _("There is no task {id} in that case.").format(id=task_id)
    row = find.row_to_act_on(w, task, task_id, missing)
    if case is not None and find.case(w, case).id != row.case_id:
        raise Usage(missing)
    if row.done_at is not None:
        raise Refused(_("That task is already done."))
    changes = {"done_at": w.now, "done_by": w.me.id, "version": task.c.version + 1}
    w.conn.execute(update(task).where(task.c.id == task_id).values(changes))
    attention.taken_up(w, [row.case_id])
    return w.receipt(_("Finished a task"), cases=[row.case_id], data={"task": task_id})


def change(w: Work, task_id: int, *, seen: int, title: str | None = None, due: date | None = None) -> Receipt:
    """Reword a task or move its day. `seen` is the version that was looked at; raises Conflict where it has moved on."""
    row = find.row_to_act_on(w, task, task_id, _("There is no such task."))
    changes: dict[str, object] = {"version": seen + 1}
    if title is not None:
        changes["title"] = values.short(_("The title"), title, needed=True)
    if due is not None:
        changes["due_on"] = due
    if not w.conn.execute(update(task).where(task.c.id == task_id, task.c.version == seen).values(changes)).rowcount:
        raise Conflict(_("Someone else changed that task meanwhile. Nothing was changed; look again."))
    return w.receipt(_("Changed a task"), cases=[row.case_id], data={"task": task_id})


@dataclass(frozen=True, slots=True)
class NewAppointment:
    """A meeting with the client of a case: when it begins, for how many minutes, where."""

    case: str | int
    starts_at: datetime
    minutes: int = 60
    title: str = ""
    place: str = ""
    worker: str | None = None


def clashes(r: Reading, worker_id: int | None, starts: datetime, ends: datetime, *, besides: int | None = None) -> int:
    """How many scheduled appointments of that worker overlap those hours, not counting `besides`."""
    if worker_id is None:
        return 0
    overlap = (appointment.c.starts_at < ends, appointment.c.ends_at > starts, appointment.c.state == "scheduled")
    found = r.conn.execute(select(appointment.c.id).where(appointment.c.worker_id == worker_id, *overlap))
    return sum(one.id != besides for one in found)


def _hours(at: datetime, minutes: int) -> tuple[datetime, datetime]:
    """When an appointment begins and ends. Raises Usage for one of no length, or longer than a day."""
    if not 1 <= minutes <= 24 * 60:
        raise Usage(_("An appointment lasts between 1 and 1440 minutes; {n} is not.").format(n=minutes))
    # In UTC: by the wall clock an hour of the night in which clocks go back would last two.
    starts = at.astimezone(UTC)
    return starts, starts + timedelta(minutes=minutes)


def _when(starts: datetime, overlapping: int, words: str, r: Reading) -> str:
    local = starts.astimezone(r.zone)
    words = words.format(day=local.date().isoformat(), time=local.strftime("%H:%M"))
    return words + _("; it overlaps {n} other").format(n=overlapping) if overlapping else words


def appoint(w: Work, new: NewAppointment) -> Receipt:
    """Make an appointment; one that overlaps another is made all the same, and said."""
    ref = find.to_act_on(w, [new.case])[0]
    starts, ends = _hours(new.starts_at, new.minutes)
    holder = find.colleague_id(w, new.worker) if new.worker else ref.owner_id or w.me.id
    overlapping = clashes(w, holder, starts, ends)
    row = {
        "case_id": ref.id, "worker_id": holder, "title": values.short(_("The title"), new.title), "starts_at": starts,
        "ends_at": ends, "on_date": day_of(starts, w.zone), "place": values.short(_("The place"), new.place),
        "uid": str(uuid.uuid4()),
    }  # fmt: skip
    made = w.add(appointment, row)
    words = _when(starts, overlapping, _("Made an appointment on {day} at {time}"), w)
    return w.receipt(words, cases=[ref.id], data={"appointment": made, "overlaps": overlapping})


def overlaps(r: Reading, appointment_id: int, at: datetime, minutes: int) -> int:
    """How many others of its worker an appointment would overlap at another time; 0 where there is none of that key."""
    row = r.conn.execute(
        select(appointment.c.case_id, appointment.c.worker_id).where(appointment.c.id == appointment_id)
    )
    found = row.first()
    if found is None or not scope.sees(r, found.case_id):
        return 0
    return clashes(r, found.worker_id, *_hours(at, minutes), besides=appointment_id)


def move(
    w: Work,
    appointment_id: int,
    at: datetime,
    *,
    minutes: int | None = None,
    seen: int | None = None,
    case: str | int | None = None,
) -> Receipt:
    """Move a scheduled appointment to another day and hour; it lasts as long as before unless `minutes` says otherwise.

    One that then overlaps another is moved all the same, and said. Raises Usage where there is none (in that `case`),
    Refused where it has been kept, missed or cancelled, Conflict where it is no longer the version that was `seen`.
    """
    missing = _("There is no appointment {id}.").format(id=appointment_id)
    row = find.row_to_act_on(w, appointment, appointment_id, missing)
    if case is not None and find.case(w, case).id != row.case_id:
        raise Usage(_("There is no appointment {id} in that case.").format(id=appointment_id))
    find.to_act_on(w, [row.case_id])
    changed = _("Someone else changed that appointment meanwhile. Nothing was changed; look again.")
    if seen is not None and row.version != seen:
        raise Conflict(changed)
    if row.state != "scheduled":
        raise Refused(_("That appointment is {state}. Plan it again first, or make another.").format(state=row.state))
    lasts = (row.ends_at - row.starts_at) // timedelta(minutes=1)
    starts, ends = _hours(at, lasts if minutes is None else minutes)
    if (starts, ends) == (row.starts_at, row.ends_at):
        return w.nothing(_("The appointment stands there already."))
    overlapping = clashes(w, row.worker_id, starts, ends, besides=appointment_id)
    changes = {
        "starts_at": starts, "ends_at": ends, "on_date": day_of(starts, w.zone), "version": appointment.c.version + 1
    }  # fmt: skip
    same = (appointment.c.id == appointment_id, appointment.c.version == row.version)
    if not w.conn.execute(update(appointment).where(*same).values(changes)).rowcount:
        raise Conflict(changed)
    words = _when(starts, overlapping, _("Moved an appointment to {day} at {time}"), w)
    return w.receipt(words, cases=[row.case_id], data={"appointment": appointment_id, "overlaps": overlapping})


def settle(w: Work, appointment_id: int, state: str) -> Receipt:
    """Say how an appointment ended: kept, missed or cancelled; or scheduled again."""
    values.one_of("state", state, APPOINTMENT_STATES)
    missing = _("There is no appointment {id}.").format(id=appointment_id)
    row = find.row_to_act_on(w, appointment, appointment_id, missing)
    if row.state == state:
        return w.nothing(_("The appointment is already {state}.").format(state=state))
    changes = {"state": state, "version": appointment.c.version + 1}
    w.conn.execute(update(appointment).where(appointment.c.id == appointment_id).values(changes))
    return w.receipt(
        _("Appointment {state}").format(state=state), cases=[row.case_id], data={"appointment": appointment_id}
    )
