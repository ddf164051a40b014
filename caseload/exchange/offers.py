"""Providers, services and places of the directory as imports compare, make and change them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from ..casework.opening import Hours
from ..messages import _
from ..models import external_id as external
from ..models import need_domain, place, provider, service, service_hours
from ..store.names import refile
from ..text import NAME_LIMIT, fold
from .meetings import keep

if TYPE_CHECKING:
    from .apply import Job
    from .rows import Value

Groups = dict[str, tuple["Value", ...]]
_AT_ONCE = 500
# What of a provider and of a service is a group of one column under the same name.
_PROVIDER = ("name", "about", "place", "address", "phone", "email", "url", "state")
_SERVICE = ("name", "about", "place", "languages", "capacity", "eligibility", "bring", "state")


def providers(conn: Connection, _system: str, ids: list[int]) -> dict[int, Groups]:
    rows = conn.execute(select(provider).where(provider.c.id.in_(ids)))
    return {row.id: {name: (getattr(row, name),) for name in _PROVIDER} for row in rows}


def services(conn: Connection, system: str, ids: list[int]) -> dict[int, Groups]:
    e, s = external.c, service.c
    whose: dict[int, str] = dict(
        conn.execute(
            select(e.row_id, e.external)
            .where(e.system == system, e.entity == "provider", e.row_id.in_(select(s.provider_id).where(s.id.in_(ids))))
            .order_by(e.id)
        ).all()
    )
    open_: dict[int, list[str]] = {}
    h = service_hours.c
    for row in conn.execute(select(service_hours).where(h.service_id.in_(ids)).order_by(h.weekday, h.opens)):
        open_.setdefault(row.service_id, []).append(f"{row.weekday} {row.opens} {row.closes}")
    found = conn.execute(
        select(service, need_domain.c.code).outerjoin(need_domain, need_domain.c.id == s.domain_id).where(s.id.in_(ids))
    )
    return {
        row.id: {name: (getattr(row, name),) for name in _SERVICE}
        | {
            "provider": (whose.get(row.provider_id),), "domain": (row.code,), "cost": (row.cost_cents, row.cost),
            "ages": (row.age_from, row.age_to), "hours": (open_.get(row.id, []),),
            "checked": (row.checked_on.isoformat() if row.checked_on else None,),
        }
        for row in found
    }  # fmt: skip


def places(conn: Connection, _system: str, ids: list[int]) -> dict[int, Groups]:
    rows = conn.execute(select(place).where(place.c.id.in_(ids)))
    return {row.id: {"name": (row.name,), "where": (row.latitude, row.longitude)} for row in rows}


# -- writing -----------------------------------------------------------------------------------------


def write(job: Job) -> None:
    """Make what is new: what others refer to first."""
    _make(job, "provider", provider, _new_provider)
    domains: dict[str, int] = dict(job.w.conn.execute(select(need_domain.c.code, need_domain.c.id)).all())
    at: dict[int, str] = {}

    def made(ext: str, fields: dict[str, Any], of: int) -> dict[str, Any]:
        if of not in at:
            at[of] = job.w.conn.execute(select(provider.c.place).where(provider.c.id == of)).scalar_one()
        row = _columns(fields, domains) | {"uid": str(uuid.uuid4()), "provider_id": of}
        return row | {"place_key": fold(row["place"] or at[of])}

    ids = _make(job, "service", service, made)
    _open(job, {key: fields["hours"][0] for key, fields in ids})
    refile(job.w.conn, services=[key for key, _fields in ids])
    _make(job, "place", place, lambda ext, f, _of: {
        "name": f["name"][0], "name_key": ext, "latitude": f["where"][0], "longitude": f["where"][1],
    })  # fmt: skip


def _make(
    job: Job, entity: str, table: Table, shaped: Callable[[str, dict[str, Any], int], dict[str, Any]]
) -> list[tuple[int, dict[str, Any]]]:
    stage, done = job.stage, []
    of = "(select k.row_id from known k where k.entity = 'provider' and k.ext = r.provider)"
    waiting = stage.run(
        f"select seq, ext, fields, {of} from record r where entity = ? and state = 'new' order by seq", (entity,)
    ).fetchall()
    for some in (waiting[at : at + _AT_ONCE] for at in range(0, len(waiting), _AT_ONCE)):
        fields = [json.loads(text) for _seq, _ext, text, _of in some]
        rows = [shaped(one[1], told, one[3]) for one, told in zip(some, fields, strict=True)]
        made = (
            job.w.conn.execute(insert(table).returning(table.c.id, sort_by_parameter_order=True), rows).scalars().all()
        )
        keep(stage, [(key, one[0]) for key, one in zip(made, some, strict=True)])
        done += list(zip(made, fields, strict=True))
        stage.tell(len(some))
    return done


def unknown(ext: str) -> dict[str, tuple[Any, ...]]:
    """An organisation that services are told of, and nothing is said about: kept by its key, and flagged by its name."""
    called = _("Unknown organisation {id}").format(id=ext).replace("?", "").strip()[:NAME_LIMIT]
    about = _("The directory does not say who this is. Ask before you send anybody.")
    return dict.fromkeys(_PROVIDER, ("",)) | {"name": (called,), "about": (about,), "state": ("active",)}


def _new_provider(_ext: str, fields: dict[str, Any], _of: int) -> dict[str, Any]:
    row = {name: fields[name][0] for name in _PROVIDER}
    return row | {"uid": str(uuid.uuid4()), "name_key": fold(row["name"])}


def _columns(fields: dict[str, Any], domains: dict[str, int], only: Iterable[str] | None = None) -> dict[str, Any]:
    """The columns of the groups of a service that are to be written."""
    wanted = set(fields) if only is None else set(only)
    row = {name: fields[name][0] for name in _SERVICE if name in wanted}
    if "name" in wanted:
        row["name_key"] = fold(row["name"])
    if "domain" in wanted:
        row["domain_id"] = domains.get(fields["domain"][0])
    if "cost" in wanted:
        row["cost_cents"], row["cost"] = fields["cost"]
    if "ages" in wanted:
        row["age_from"], row["age_to"] = fields["ages"]
    if "checked" in wanted:
        day = fields["checked"][0]
        row["checked_on"] = date.fromisoformat(day) if day else None
    return row


def _open(job: Job, told: dict[int, list[str]]) -> None:
    rows = [
        {"service_id": key, "weekday": one.weekday, "opens": one.opens, "closes": one.closes}
        for key, many in told.items()
        for one in (Hours(*map(int, text.split())) for text in many)
    ]
    if rows:
        job.w.conn.execute(insert(service_hours), rows)


def revise_providers(job: Job, some: list[Any]) -> None:
    """Write the groups that the directory has changed since; their services are found by the new words."""
    for row_id, take, fields, *_rest in some:
        new = {name: fields[name][0] for name in _PROVIDER if name in take}
        if "name" in new:
            new["name_key"] = fold(new["name"])
        job.w.conn.execute(
            update(provider).where(provider.c.id == row_id).values(**new, version=provider.c.version + 1)
        )
        if "place" in new:
            theirs = (service.c.provider_id == row_id, service.c.place == "")
            job.w.conn.execute(update(service).where(*theirs).values(place_key=fold(new["place"])))
    refile(job.w.conn, providers=[row_id for row_id, *_rest in some])


def revise_services(job: Job, some: list[Any]) -> None:
    """The same of services."""
    conn = job.w.conn
    domains: dict[str, int] = dict(conn.execute(select(need_domain.c.code, need_domain.c.id)).all())
    for row_id, take, fields, *_rest in some:
        new = _columns(fields, domains, take)
        if "place" in new:
            of = (
                select(provider.c.place)
                .join(service, service.c.provider_id == provider.c.id)
                .where(service.c.id == row_id)
            )
            new["place_key"] = fold(new["place"] or conn.execute(of).scalar_one())
        conn.execute(update(service).where(service.c.id == row_id).values(**new, version=service.c.version + 1))
        if "hours" in take:
            conn.execute(delete(service_hours).where(service_hours.c.service_id == row_id))
            _open(job, {row_id: fields["hours"][0]})
    refile(conn, services=[row_id for row_id, *_rest in some])


def revise_places(job: Job, some: list[Any]) -> None:
    """The same of places."""
    for row_id, take, fields, *_rest in some:
        new = dict(zip(("latitude", "longitude"), fields["where"], strict=True)) if "where" in take else {}
        new |= {"name": fields["name"][0]} if "name" in take else {}
        job.w.conn.execute(update(place).where(place.c.id == row_id).values(**new))
