"""What our rows say now, in the groups that imports compare by, to tell what people did here from what was taken."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, case, exists, select

from ..models import (
    alias,
    appointment,
    assessment,
    case_file,
    case_risk,
    case_stage,
    channel,
    client,
    client_code,
    contact,
    contact_line,
    contact_topic,
    external_id,
    household,
    identity,
    narrative,
    note,
    place,
    program,
    provider,
    service,
    stay,
    stay_member,
    task,
    worker,
)
from . import askings, kept, meetings, offers
from .rows import Value

if TYPE_CHECKING:
    from collections.abc import Callable

Groups = dict[str, tuple[Value, ...]]

# The row that stands for each entity; `external_id` names it by its table, so that undo finds what belongs to it.
TABLES = {
    "program": program,
    "worker": worker,
    "client": client,
    "alias": alias,
    "channel": channel,
    "household": household,
    "stay": stay,
    "case": case_file,
    "closing": case_stage,
    "contact": contact,
    "asking": assessment,
    "task": task,
    "note": note,
    "appointment": appointment,
    "provider": provider,
    "service": service,
    "place": place,
    "brought": note,
    **{entity: shape.table for entity, shape in kept.SHAPES.items()},
}
CODE_GROUPS = ("race", "gender", "sex", "veteran", "unanswered")


def plain(value: Any) -> Value:
    """A value as records carry it: days as ISO text."""
    return value.isoformat() if isinstance(value, date) else value


def code_field(group: str) -> str:
    """The name under which a client's coded answers of a group are kept: HMIS's are known by it to reports."""
    return group if group == "unanswered" else f"hmis:{group}"


def groups_of(conn: Connection, system: str, entity: str, ids: list[int]) -> dict[int, Groups]:
    """Each row's groups of values as they stand here, by row."""
    return _READERS[entity](conn, system, ids)


def _programs(conn: Connection, _system: str, ids: list[int]) -> dict[int, Groups]:
    p = program.c
    rows = conn.execute(select(p.id, p.name, p.hmis_project_type, p.opened_on, p.closed_on).where(p.id.in_(ids)))
    return {
        row.id: {
            "name": (row.name,),
            "type": (row.hmis_project_type,),
            "days": (plain(row.opened_on), plain(row.closed_on)),
        }
        for row in rows
    }


def _workers(conn: Connection, _system: str, ids: list[int]) -> dict[int, Groups]:
    rows = conn.execute(select(worker.c.id, worker.c.name, worker.c.left_on).where(worker.c.id.in_(ids)))
    return {row.id: {"name": (row.name,), "left": (plain(row.left_on),)} for row in rows}


def _clients(conn: Connection, _system: str, ids: list[int]) -> dict[int, Groups]:
    i = identity.c
    rows = conn.execute(
        select(
            i.client_id, i.given, i.middle, i.family, i.suffix, i.name_quality, i.born_on, i.birth_quality,
            client.c.language,
        )
        .join_from(identity, client, client.c.id == i.client_id)
        .where(i.client_id.in_(ids))
    )  # fmt: skip
    found: dict[int, Groups] = {
        row.client_id: {
            "name": (row.given, row.middle, row.family, row.suffix, row.name_quality),
            "birth": (plain(row.born_on), row.birth_quality),
            "language": (row.language,),
        }
        for row in rows
    }
    codes: dict[tuple[int, str], list[str]] = {}
    fields = {code_field(group): group for group in CODE_GROUPS}
    for row in conn.execute(
        select(client_code.c.client_id, client_code.c.field, client_code.c.code).where(
            client_code.c.client_id.in_(ids), client_code.c.field.in_(fields)
        )
    ):
        codes.setdefault((row.client_id, fields[row.field]), []).append(row.code)
    for client_id, groups in found.items():
        for group in CODE_GROUPS:
            groups[group] = (sorted(codes.get((client_id, group), [])),)
    return found


def _bare(_conn: Connection, _system: str, ids: list[int]) -> dict[int, Groups]:
    return {row: {} for row in ids}


def _name_of(conn: Connection, system: str, entity: str, query: Select[Any]) -> dict[int, str]:
    """The other system's name of the rows in a query, by row. The newest import's, where it has several."""
    e = external_id.c
    rows = conn.execute(
        select(e.row_id, e.external)
        .where(e.system == system, e.entity == TABLES[entity].name, e.row_id.in_(query))
        .order_by(e.id)
    )
    return {row.row_id: row.external for row in rows}


def _cases(conn: Connection, system: str, ids: list[int]) -> dict[int, Groups]:
    f, m = case_file.c, stay_member.c
    chosen = f.id.in_(ids)
    clients = _name_of(conn, system, "client", select(f.client_id).where(chosen))
    programs = _name_of(conn, system, "program", select(f.program_id).where(chosen))
    stays = _name_of(conn, system, "stay", select(m.stay_id).where(m.case_id.in_(ids)))
    entries = askings.entries(conn, ids)
    weighed = exists().where(case_risk.c.case_id == f.id)
    rows = conn.execute(
        select(
            f.id,
            f.client_id,
            f.program_id,
            f.opened_on,
            f.stage,
            f.source,
            m.stay_id,
            m.relationship,
            case((weighed, f.risk)).label("risk"),
        )
        .join_from(case_file, stay_member, m.case_id == f.id, isouter=True)
        .where(chosen)
    )
    return {
        row.id: {
            "client": (clients.get(row.client_id),),
            "program": (programs.get(row.program_id),),
            "opened": (plain(row.opened_on),),
            "stay": (stays.get(row.stay_id), row.relationship if row.stay_id else None),
            "stage": (row.stage,),
            "risk": (row.risk,),
            "source": (row.source,),
            "entry": entries.get(row.id, (None, None, None)),
        }
        for row in rows
    }


def _closings(conn: Connection, _system: str, ids: list[int]) -> dict[int, Groups]:
    s = case_stage.c
    rows = conn.execute(select(s.id, s.on_date, s.destination, s.close_reason).where(s.id.in_(ids)))
    return {
        row.id: {"day": (plain(row.on_date),), "where": (row.destination,), "reason": (row.close_reason,)}
        for row in rows
    }


def _contacts(conn: Connection, _system: str, ids: list[int]) -> dict[int, Groups]:
    k = contact_line.c
    lines = conn.execute(select(k.contact_id, k.on_date, k.kind).where(k.contact_id.in_(ids)))
    found: dict[int, Groups] = {
        row.contact_id: {"day": (plain(row.on_date),), "topic": (None,), "kind": (row.kind,)} for row in lines
    }
    for row in conn.execute(
        select(contact_topic.c.contact_id, contact_topic.c.topic)
        .where(contact_topic.c.contact_id.in_(ids))
        .order_by(contact_topic.c.topic)
    ):
        found.setdefault(row.contact_id, {})["topic"] = (row.topic,)
    return found


def _aliases(conn: Connection, _system: str, ids: list[int]) -> dict[int, Groups]:
    return {
        row.id: {"name": (row.name,)}
        for row in conn.execute(select(alias.c.id, alias.c.name).where(alias.c.id.in_(ids)))
    }


def _channels(conn: Connection, _system: str, ids: list[int]) -> dict[int, Groups]:
    """A channel that was ended here says so, so that a new number there is no news of the old one."""
    c = channel.c
    rows = conn.execute(select(c.id, c.kind, c.value, c.safe, c.valid_to).where(c.id.in_(ids)))
    return {
        row.id: {"value": (row.kind, row.value) if row.valid_to is None else ("ended",), "safe": (row.safe,)}
        for row in rows
    }


def _tasks(conn: Connection, _system: str, ids: list[int]) -> dict[int, Groups]:
    t = task.c
    asked = select(t.id, t.title, t.due_on, t.done_at, case_file.c.number)
    rows = conn.execute(asked.join(case_file, case_file.c.id == t.case_id).where(t.id.in_(ids)))
    return {
        row.id: {"case": (row.number,), "title": (row.title,), "due": (plain(row.due_on), row.done_at is not None)}
        for row in rows
    }


def _notes(conn: Connection, _system: str, ids: list[int]) -> dict[int, Groups]:
    rows = conn.execute(
        select(note.c.id, narrative.c.body)
        .join_from(note, narrative, narrative.c.id == note.c.narrative_id)
        .where(note.c.id.in_(ids))
    )
    return {row.id: {"text": (row.body,)} for row in rows}


_READERS: dict[str, Callable[[Connection, str, list[int]], dict[int, Groups]]] = {
    "program": _programs,
    "worker": _workers,
    "client": _clients,
    "alias": _aliases,
    "channel": _channels,
    "household": _bare,
    "stay": _bare,
    "case": _cases,
    "closing": _closings,
    "contact": _contacts,
    "asking": askings.here,
    "task": _tasks,
    "note": _notes,
    "appointment": meetings.here,
    "provider": offers.providers,
    "service": offers.services,
    "place": offers.places,
    "brought": _bare,
    **{entity: partial(kept.here, entity) for entity in kept.SHAPES},
}
