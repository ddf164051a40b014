"""Tasks: what is to be done by a day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update

from ..errors import Conflict, Refused, Usage
from ..messages import _
from ..models import task
from ..store.database import Receipt, Work
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
