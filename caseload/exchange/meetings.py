"""Appointments and tasks as calendars bring them: compared, made and changed. Each is one of its own: none becomes part of a series."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, insert, select, update

from ..casework import find, judging
from ..clock import day_of
from ..models import appointment, case_file, task, worker
from ..store.portions import portions

if TYPE_CHECKING:
    from ..store.database import Reading
    from .apply import Job
    from .rows import Value
    from .stage import Stage

_o = appointment.c


def handle_of(r: Reading, key: int) -> str:
    """The handle of a worker."""
    return str(r.conn.execute(select(worker.c.handle).where(worker.c.id == key)).scalar_one())


def when(starts: datetime, ends: datetime) -> tuple[str, str]:
    """Beginning and end as records carry them: ISO text in UTC."""
    first, last = (at.astimezone(UTC).replace(microsecond=0).isoformat() for at in (starts, ends))
    return first, last


def here(conn: Connection, _system: str, ids: list[int]) -> dict[int, dict[str, tuple[Value, ...]]]:
    """Each appointment's groups of values as they stand here, by row."""
    rows = conn.execute(
        select(_o.id, _o.starts_at, _o.ends_at, _o.title, _o.place, _o.state, case_file.c.number)
        .join(case_file, case_file.c.id == _o.case_id)
        .where(_o.id.in_(ids))
    )
    return {
        row.id: {
            "case": (row.number,), "when": when(row.starts_at, row.ends_at), "title": (row.title,), "place": (row.place,),
            "state": (row.state,),
        }
        for row in rows
    }  # fmt: skip


def write(job: Job, worker_id: int) -> list[int]:
    """Make what is new, for that worker; the cases of everything that is new or changed. Raises as acting on a case does."""
    w, stage = job.w, job.stage
    touched = _cases_of(job, "appointment", appointment)
    waiting = stage.run(
        "select seq, fields from record where entity = 'appointment' and state = 'new' order by seq"
    ).fetchall()
    ways: dict[str, tuple[int, int]] = {}
    for some in (waiting[at : at + 500] for at in range(0, len(waiting), 500)):
        rows = []
        for _seq, text in some:
            fields = json.loads(text)
            place = fields["place"][0]
            if place not in ways:
                ways[place] = judging.way(w, None, place, "in_person")
            there, back = ways[place]
            rows.append(
                _columns(job, fields) | {
                    "case_id": touched[fields["case"][0]], "worker_id": worker_id, "title": fields["title"][0], "place": place,
                    "state": fields["state"][0], "uid": str(uuid.uuid4()), "travel_before": there, "travel_after": back,
                }
            )  # fmt: skip
        made = w.conn.execute(insert(appointment).returning(_o.id, sort_by_parameter_order=True), rows).scalars()
        keep(stage, [(key, seq) for key, (seq, _text) in zip(made, some, strict=True)])
        stage.tell(len(some))
    return list(touched.values())


def keep(stage: Stage, given: list[tuple[int, int]]) -> None:
    """Remember which rows (id, seq) the new records have become."""
    stage.many("update record set row_id = ? where seq = ?", given)
    stage.many(
        "insert into known (entity, ext, row_id, updated, digest) select entity, ext, row_id, '', '' from record where seq = ?",
        [(seq,) for _key, seq in given],
    )


def _columns(job: Job, fields: dict[str, Any]) -> dict[str, Any]:
    starts, ends = (datetime.fromisoformat(one) for one in fields["when"])
    return {"starts_at": starts, "ends_at": ends, "on_date": day_of(starts, job.w.zone)}


def write_tasks(job: Job, worker_id: int, done_at: dict[str, datetime]) -> list[int]:
    """Make the tasks that are new, for that worker, and done when the calendar says so (`done_at`, by UID); the cases of all that are
    new or changed. Raises as acting on a case does."""
    w, stage = job.w, job.stage
    touched = _cases_of(job, "task", task)
    waiting = stage.run(
        "select seq, ext, fields from record where entity = 'task' and state = 'new' order by seq"
    ).fetchall()
    for some in (waiting[at : at + 500] for at in range(0, len(waiting), 500)):
        rows = []
        for _seq, ext, text in some:
            fields = json.loads(text)
            due, done = fields["due"]
            when_done = min(done_at.get(ext, job.moment), job.moment) if done else None
            rows.append(
                {
                    "case_id": touched[fields["case"][0]], "worker_id": worker_id, "title": fields["title"][0],
                    "due_on": date.fromisoformat(due), "created_at": job.moment, "done_at": when_done,
                    "done_by": worker_id if done else None,
                }
            )  # fmt: skip
        made = w.conn.execute(insert(task).returning(task.c.id, sort_by_parameter_order=True), rows).scalars()
        keep(stage, [(key, seq) for key, (seq, *_rest) in zip(made, some, strict=True)])
        stage.tell(len(some))
    return list(touched.values())


def _cases_of(job: Job, entity: str, table: Table) -> dict[str, int]:
    """The cases of what is new or changed, by their numbers. Raises Refused where one has been closed meanwhile."""
    new = "select distinct json_extract(fields, '$.case[0]') from record where entity = ? and state = 'new'"
    wanted = [number for (number,) in job.stage.run(new, (entity,)).fetchall()]
    found = {ref.number: ref.id for ref in find.to_act_on(job.w, wanted)} if wanted else {}
    taken = "select row_id from record where entity = ? and take <> ''"
    for some in portions([row for (row,) in job.stage.run(taken, (entity,)).fetchall()]):
        held = select(case_file.c.number, case_file.c.id).join(table, table.c.case_id == case_file.c.id)
        found |= dict(job.w.conn.execute(held.where(job.w.among(table.c.id, some))).all())
    return found


def revise(job: Job, some: list[Any]) -> None:
    """Write the groups that the calendar has changed since."""
    for row_id, take, fields, *_rest in some:
        new: dict[str, Any] = _columns(job, fields) if "when" in take else {}
        new |= {group: fields[group][0] for group in ("title", "place", "state") if group in take}
        if "place" in take:
            new["travel_before"], new["travel_after"] = judging.way(job.w, None, new["place"], "in_person")
        job.w.conn.execute(update(appointment).where(_o.id == row_id).values(**new, version=_o.version + 1))
