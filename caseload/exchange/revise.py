"""Writing what the source has changed since it was taken, and only the groups that nobody has changed here."""

from __future__ import annotations

import json
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, delete, select, update

from ..casework.contacts import MEETING_KINDS
from ..models import (
    alias,
    assignment,
    case_file,
    case_risk,
    case_stage,
    channel,
    client,
    client_code,
    contact,
    contact_line,
    contact_topic,
    identity,
    program,
    stay_member,
    task,
    worker,
    worker_standing,
)
from ..store.names import rekey
from . import askings, bulk, kept, meetings, offers
from .apply import RISK_COLUMNS, Job, Row, day
from .local import CODE_GROUPS, code_field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .stage import Stage

LOOK_UP = 500


def revise(job: Job) -> None:
    """Write every group that is to be taken, entity by entity."""
    for entity, writer in _WRITERS.items():
        for some in bulk.slices(_changed(job.stage, entity), LOOK_UP):
            writer(job, some)


def _changed(stage: Stage, entity: str) -> Iterator[Row]:
    """(row id, the groups to write, all fields, the stay's row) of each record with something to take."""
    sql = (
        "select r.row_id, r.take, r.fields, (select k.row_id from known k where k.entity = 'stay' and k.ext = r.stay)"
        " from record r where r.entity = ? and r.take <> '' order by r.seq"
    )
    for some in stage.slices(sql, (entity,)):
        for row_id, take, fields, stay in some:
            yield row_id, json.loads(take), json.loads(fields), stay


def _taking(some: Iterable[Row], group: str) -> list[tuple[int, list[Any]]]:
    return [(row_id, fields[group]) for row_id, take, fields, *_stay in some if group in take]


def _by(job: Job, table: Table, column: str, ids: list[int]) -> dict[int, int]:
    """Row ids of a table by what they refer to."""
    c = table.c
    return dict(job.w.conn.execute(select(c[column], c.id).where(c[column].in_(ids)).order_by(c.id.desc())).all())


def _programs(job: Job, some: list[Row]) -> None:
    conn = job.w.conn
    bulk.update(conn, program, ("name",), [(row, name) for row, (name,) in _taking(some, "name")])
    bulk.update(conn, program, ("hmis_project_type",), [(row, kind) for row, (kind,) in _taking(some, "type")])
    days = [(row, day(first), day(last)) for row, (first, last) in _taking(some, "days")]
    bulk.update(conn, program, ("opened_on", "closed_on"), days)


def _workers(job: Job, some: list[Row]) -> None:
    conn, s = job.w.conn, worker_standing.c
    bulk.update(conn, worker, ("name",), [(row, name) for row, (name,) in _taking(some, "name")])
    left = {row: day(on) for row, (on,) in _taking(some, "left")}
    if not left:
        return
    bulk.update(
        conn, worker, ("status", "left_on"), [(row, "left" if on else "active", on) for row, on in left.items()]
    )
    conn.execute(update(worker_standing).where(s.worker_id.in_(left), s.to_on.is_(None)).values(to_on=job.w.today))
    kept = ("team_id", "role", "status", "capacity", "weekly_minutes")
    now = conn.execute(select(worker.c.id, *(worker.c[name] for name in kept)).where(worker.c.id.in_(left)))
    bulk.insert(conn, worker_standing, ("worker_id", *kept, "from_on"), [(*row, job.w.today) for row in now.all()])


def _clients(job: Job, some: list[Row]) -> None:
    conn = job.w.conn
    names, births = _taking(some, "name"), _taking(some, "birth")
    rows = _by(job, identity, "client_id", [row for row, _values in names + births])
    columns = ("given", "middle", "family", "suffix", "name_quality")
    bulk.update(conn, identity, columns, [(rows[row], *values) for row, values in names])
    rekey(conn, [row for row, _values in names])
    bulk.update(
        conn, identity, ("born_on", "birth_quality"), [(rows[row], day(born), how) for row, (born, how) in births]
    )
    bulk.update(conn, client, ("language",), [(row, code) for row, (code,) in _taking(some, "language")])
    for group in CODE_GROUPS:
        taken = _taking(some, group)
        if taken:
            c = client_code.c
            conn.execute(
                delete(client_code).where(
                    c.field == code_field(group), c.client_id.in_([row for row, _values in taken])
                )
            )
            codes = [(row, code_field(group), code) for row, (listed,) in taken for code in listed]
            bulk.insert(conn, client_code, ("client_id", "field", "code"), codes)


def _cases(job: Job, some: list[Row]) -> None:
    conn = job.w.conn
    opened = {row: date.fromisoformat(values[0]) for row, values in _taking(some, "opened")}
    if opened:
        _open_on(job, opened)
    places = [(row, fields["stay"], stay) for row, take, fields, stay in some if "stay" in take]
    if places:
        there = _by(job, stay_member, "case_id", [row for row, *_rest in places])
        gone = [there[row] for row, _values, stay in places if stay is None and row in there]
        conn.execute(delete(stay_member).where(stay_member.c.id.in_(gone)))
        moved = [(there[row], stay, values[1]) for row, values, stay in places if stay is not None and row in there]
        bulk.update(conn, stay_member, ("stay_id", "relationship"), moved)
        new = [(stay, row, values[1]) for row, values, stay in places if stay is not None and row not in there]
        bulk.insert(conn, stay_member, ("stay_id", "case_id", "relationship"), new)

    today = job.w.today
    stages = [(row, stage, today, *job.by) for row, (stage,) in _taking(some, "stage")]
    bulk.insert(conn, case_stage, ("case_id", "stage", "on_date", "at", "worker_id", "why"), stages)
    risks = [(row, risk, today, *job.by) for row, (risk,) in _taking(some, "risk")]
    bulk.insert(conn, case_risk, RISK_COLUMNS, risks)
    bulk.update(conn, case_file, ("source",), [(row, source) for row, (source,) in _taking(some, "source")])
    askings.revise_entries(job, dict(_taking(some, "entry")))


def _open_on(job: Job, opened: dict[int, date]) -> None:
    """Another day of opening: its stage, and whoever held the case from that day on, move with it."""
    conn, f, s, a = job.w.conn, case_file.c, case_stage.c, assignment.c
    before = dict(conn.execute(select(f.id, f.opened_on).where(f.id.in_(opened))).all())
    stages = conn.execute(
        select(s.id, s.case_id, s.on_date).where(s.case_id.in_(opened)).order_by(s.on_date, s.id)
    ).all()
    held = conn.execute(select(a.id, a.case_id, a.starts_on, a.ends_on).where(a.case_id.in_(opened))).all()
    bulk.update(conn, case_file, ("opened_on",), opened.items())
    first: dict[int, Row] = {}
    for row in stages:
        if row.on_date == before[row.case_id]:
            first.setdefault(row.case_id, (row.id, opened[row.case_id]))
    bulk.update(conn, case_stage, ("on_date",), first.values())
    starts = [
        (row.id, job.midnight(opened[row.case_id]), opened[row.case_id])
        for row in held
        if row.starts_on == before[row.case_id] and (row.ends_on is None or row.ends_on >= opened[row.case_id])
    ]
    bulk.update(conn, assignment, ("starts_at", "starts_on"), starts)


def _closings(job: Job, some: list[Row]) -> None:
    conn, s, a = job.w.conn, case_stage.c, assignment.c
    days = {row: date.fromisoformat(values[0]) for row, values in _taking(some, "day")}
    if days:
        before = {row.case_id: row for row in conn.execute(select(s.id, s.case_id, s.on_date).where(s.id.in_(days)))}
        held = conn.execute(
            select(a.id, a.case_id, a.starts_at, a.starts_on, a.ends_on).where(
                a.case_id.in_(before), a.ends_on.is_not(None)
            )
        ).all()
        bulk.update(conn, case_stage, ("on_date",), days.items())
        ends = []
        for row in held:
            closing = before[row.case_id]
            if row.ends_on == closing.on_date:
                last = days[closing.id]
                ends.append((row.id, max(row.starts_at, job.midnight(last)), max(row.starts_on, last)))
        bulk.update(conn, assignment, ("ends_at", "ends_on"), ends)
    bulk.update(conn, case_stage, ("destination",), [(row, code) for row, (code,) in _taking(some, "where")])
    bulk.update(conn, case_stage, ("close_reason",), [(row, reason) for row, (reason,) in _taking(some, "reason")])


def _contacts(job: Job, some: list[Row]) -> None:
    conn = job.w.conn
    days = {row: date.fromisoformat(values[0]) for row, values in _taking(some, "day")}
    if days:
        bulk.update(conn, contact, ("at",), [(row, job.noon(on)) for row, on in days.items()])
        lines = conn.execute(
            select(contact_line.c.id, contact_line.c.contact_id).where(contact_line.c.contact_id.in_(days))
        ).all()
        bulk.update(conn, contact_line, ("on_date",), [(line.id, days[line.contact_id]) for line in lines])
    topics = _taking(some, "topic")
    if topics:
        t = contact_topic.c
        conn.execute(
            delete(contact_topic).where(
                t.contact_id.in_([row for row, _values in topics]), t.topic.like("living_situation:%")
            )
        )
        bulk.insert(conn, contact_topic, ("contact_id", "topic"), [(row, topic) for row, (topic,) in topics if topic])

    kinds = {row: kind for row, (kind,) in _taking(some, "kind")}
    bulk.update(conn, contact, ("kind",), kinds.items())
    k = contact_line.c
    told = conn.execute(select(k.id, k.contact_id).where(k.contact_id.in_(kinds))).all() if kinds else ()
    met = [(line.id, kinds[line.contact_id], kinds[line.contact_id] in MEETING_KINDS) for line in told]
    bulk.update(conn, contact_line, ("kind", "met"), met)


def _aliases(job: Job, some: list[Row]) -> None:
    conn, renamed = job.w.conn, [(row, name) for row, (name,) in _taking(some, "name")]
    bulk.update(conn, alias, ("name",), renamed)
    rekey(
        conn, conn.execute(select(alias.c.client_id).where(alias.c.id.in_([row for row, _name in renamed]))).scalars()
    )


def _channels(job: Job, some: list[Row]) -> None:
    bulk.update(job.w.conn, channel, ("kind", "value"), [(row, *values) for row, values in _taking(some, "value")])
    bulk.update(job.w.conn, channel, ("safe",), [(row, safe) for row, (safe,) in _taking(some, "safe")])


def _tasks(job: Job, some: list[Row]) -> None:
    conn, dues = job.w.conn, _taking(some, "due")
    bulk.update(conn, task, ("title",), [(row, title) for row, (title,) in _taking(some, "title")])
    bulk.update(conn, task, ("due_on",), [(row, day(due)) for row, (due, _done) in dues])
    # Taken while what stands here is what was taken before: the file alone has finished it, or taken it up again.
    open_now = select(task.c.id).where(task.c.id.in_([row for row, _values in dues]), task.c.done_at.is_(None))
    waiting = set(conn.execute(open_now).scalars()) if dues else set()
    finished = [(row, job.moment, job.w.me.id) for row, (_due, done) in dues if done and row in waiting]
    again = [(row, None, None) for row, (_due, done) in dues if not done and row not in waiting]
    bulk.update(conn, task, ("done_at", "done_by"), [*finished, *again])


_WRITERS: dict[str, Callable[[Job, list[Row]], None]] = {
    "program": _programs,
    "worker": _workers,
    "client": _clients,
    "alias": _aliases,
    "channel": _channels,
    "case": _cases,
    "closing": _closings,
    "contact": _contacts,
    "asking": askings.revise,
    "task": _tasks,
    "appointment": meetings.revise,
    "provider": offers.revise_providers,
    "service": offers.revise_services,
    "place": offers.revise_places,
    **{entity: partial(kept.revise, entity) for entity in kept.SHAPES},
}
