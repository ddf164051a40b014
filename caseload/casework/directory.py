"""The agency's directory: who offers what, where, for whom and when. It says nothing of any client; everybody reads it, and whoever
handles cases keeps it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Row, Table, delete, insert, select, update

from ..errors import Conflict, NotPermitted, Refused, Usage
from ..messages import _
from ..models import need_domain, place, provider, service, service_hours
from ..models.service import SERVICE_STATES as STATES
from ..store import scope
from ..store.database import Reading, Receipt, Work
from ..store.names import refile
from ..text import fold
from . import languages, opening, scratches, values
from .opening import Hours

# Degrees are kept times this.
DEGREE = 100_000


@dataclass(frozen=True, slots=True)
class NewProvider:
    """An organisation that offers services (HSDS organization). `checked` says that it was made sure today that all this is so."""

    name: str
    about: str = ""
    place: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    url: str = ""
    state: str = "active"
    checked: bool = True


@dataclass(frozen=True, slots=True)
class NewService:
    """What a provider offers (HSDS service). Ages in years, `cost_cents` and `income_cents` (the highest a month) in cents; `place`
    where it is not at the provider's; `answer_days` within which it answers a referral, else the program's."""

    provider: int
    name: str
    about: str = ""
    domain: str = ""
    place: str = ""
    languages: Sequence[str] = ()
    cost: str = ""
    cost_cents: int | None = None
    capacity: int | None = None
    age_from: int | None = None
    age_to: int | None = None
    residence: Sequence[str] = ()
    income_cents: int | None = None
    eligibility: str = ""
    bring: str = ""
    answer_days: int | None = None
    hours: Sequence[Hours] = ()
    state: str = "active"
    checked: bool = True


PROVIDER_FIELDS = tuple(one.name for one in fields(NewProvider))
SERVICE_FIELDS = tuple(one.name for one in fields(NewService) if one.name != "provider")


def add_provider(w: Work, new: NewProvider, *, scratch: str | None = None) -> Receipt:
    """A provider comes into the directory. Raises Refused where one of that name is there at that place already."""
    _keeper(w)
    row = _provider_columns(w, {name: getattr(new, name) for name in PROVIDER_FIELDS})
    _no_other(w, row["name_key"], row["place"])
    made = w.add(provider, row | {"uid": str(uuid.uuid4())})
    scratches.clear(w, scratch)
    return w.receipt(_("Added a provider to the directory"), data={"provider": made})


def edit_provider(
    w: Work, provider_id: int, changes: Mapping[str, object], *, seen: int | None = None, scratch: str | None = None
) -> Receipt:
    """Change what is said of a provider, under the names of `NewProvider`. One that is no longer active takes its services out of
    what is found. Raises Usage for an unknown one or field, Conflict where it was changed since `seen`."""
    _keeper(w)
    row = _row(w, provider, provider_id, _("There is no provider {id}."))
    new = _different(row, _provider_columns(w, _known(changes, PROVIDER_FIELDS)))
    if not new:
        return w.nothing(_("Nothing of the provider is different."))
    if {"name_key", "place"} & set(new):
        _no_other(w, new.get("name_key", row.name_key), new.get("place", row.place), besides=provider_id)
    _write(w, provider, row, seen, new)
    if "place" in new:
        mine = (service.c.provider_id == provider_id, service.c.place == "")
        w.conn.execute(update(service).where(*mine).values(place_key=fold(new["place"])))
    refile(w.conn, providers=[provider_id])
    scratches.clear(w, scratch)
    return w.receipt(_("Changed a provider of the directory"), data={"provider": provider_id})


def add_service(w: Work, new: NewService, *, scratch: str | None = None) -> Receipt:
    """A provider offers this. Raises Usage for a field that cannot be, Refused where it offers one of that name already."""
    _keeper(w)
    of = _row(w, provider, new.provider, _("There is no provider {id}."))
    row = _service_columns(w, {name: getattr(new, name) for name in SERVICE_FIELDS})
    same = (service.c.provider_id == of.id, service.c.name_key == row["name_key"])
    if (there := w.conn.execute(select(service.c.id).where(*same)).scalar()) is not None:
        raise Refused(_("That provider offers one of that name already: service {id}.").format(id=there))
    row["place_key"] = fold(row["place"] or of.place)
    made = w.add(service, row | {"uid": str(uuid.uuid4()), "provider_id": of.id})
    _open(w, made, new.hours)
    refile(w.conn, services=[made])
    scratches.clear(w, scratch)
    return w.receipt(_("Added a service to the directory"), data={"service": made})


def edit_service(
    w: Work, service_id: int, changes: Mapping[str, object], *, seen: int | None = None, scratch: str | None = None
) -> Receipt:
    """Change what is said of a service, under the names of `NewService`; its provider stays. Raises as `edit_provider` does."""
    _keeper(w)
    row = _row(w, service, service_id, _("There is no service {id}."))
    told = _known(changes, SERVICE_FIELDS)
    if "age_from" in told or "age_to" in told:
        told = {"age_from": row.age_from, "age_to": row.age_to} | dict(told)
    new = _different(row, _service_columns(w, told))
    hours = tuple(sorted(told["hours"])) if "hours" in told else None
    if hours is not None and hours == hours_of(w, [service_id]).get(service_id, ()):
        hours = None
    if not new and hours is None:
        return w.nothing(_("Nothing of the service is different."))
    if "place" in new:
        theirs = w.conn.execute(select(provider.c.place).where(provider.c.id == row.provider_id)).scalar_one()
        new["place_key"] = fold(new["place"] or theirs)
    _write(w, service, row, seen, new)
    if hours is not None:
        w.conn.execute(delete(service_hours).where(service_hours.c.service_id == service_id))
        _open(w, service_id, hours)
    refile(w.conn, services=[service_id])
    scratches.clear(w, scratch)
    return w.receipt(_("Changed a service of the directory"), data={"service": service_id})


def close_service(w: Work, service_id: int, state: str = "inactive", *, seen: int | None = None) -> Receipt:
    """A service is not offered for now (`inactive`), or no more (`defunct`): it is found no longer, and what was sent to it stays."""
    _keeper(w)
    values.one_of(_("state"), state, STATES)
    row = _row(w, service, service_id, _("There is no service {id}."))
    if row.state == state:
        return w.nothing(_("The service is {state} already.").format(state=state_words(state)))
    _write(w, service, row, seen, {"state": state})
    said = _("A service is now {state}").format(state=state_words(state))
    return w.receipt(said, data={"service": service_id})


def set_place(w: Work, name: str, latitude: float, longitude: float) -> Receipt:
    """Where a place lies, in degrees (WGS 84), so that what is near it can be found; one that is there is set anew."""
    _keeper(w)
    shown = values.name(_("The place"), name, needed=True)
    key = fold(shown)
    if not key:
        raise Usage(_("A place needs a letter or a digit."))
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Usage(_("A latitude lies between -90 and 90, a longitude between -180 and 180."))
    where = {"latitude": round(latitude * DEGREE), "longitude": round(longitude * DEGREE)}
    row = w.conn.execute(select(place).where(place.c.name_key == key)).first()
    if row is None:
        made = w.add(place, where | {"name": shown, "name_key": key})
        return w.receipt(_("Added a place"), data={"place": made})
    if (row.latitude, row.longitude) == tuple(where.values()):
        return w.nothing(_("The place lies there already."))
    w.conn.execute(update(place).where(place.c.id == row.id).values(where))
    return w.receipt(_("Set anew where a place lies"), data={"place": row.id})


def state_words(state: str) -> str:
    """The state of a provider or a service as people say it."""
    return {"active": _("active"), "inactive": _("not offered for now"), "defunct": _("gone")}[state]


# -- which one is meant ----------------------------------------------------------------------------


def provider_meant(r: Reading, text: str) -> int:
    """The provider of that key, or of that name or the only one whose name begins so. Raises Usage."""
    return _meant(r, provider, text, _("provider"))


def service_meant(r: Reading, text: str) -> int:
    """The same of a service."""
    return _meant(r, service, text, _("service"))


def _meant(r: Reading, table: Table, text: str, kind: str) -> int:
    if re.fullmatch(r"[0-9]{1,18}", text.strip(), re.ASCII):
        return int(_row(r, table, int(text), _("There is no {kind} {{id}}.").format(kind=kind)).id)
    key = fold(text)
    if not key:
        raise Usage(_("Name a {kind} by its number or its name.").format(kind=kind))
    # The shortest first: a name that is written whole is meant, whatever begins with it.
    starts = table.c.name_key >= key, table.c.name_key < key[:-1] + chr(ord(key[-1]) + 1)
    found = r.conn.execute(
        select(table.c.id, table.c.name_key).where(*starts).order_by(table.c.name_key, table.c.id).limit(9)
    ).all()
    whole = [row for row in found if row.name_key == key]
    if len(found) == 1 or len(whole) == 1:
        return int((whole or found)[0].id)
    if not found:
        raise Usage(_("There is no {kind} of that name.").format(kind=kind))
    numbers = ", ".join(str(row.id) for row in found[:8])
    raise Usage(_("Several answer to that name. Name one by its number: {ids}.").format(ids=numbers))


def hours_of(r: Reading, ids: Sequence[int]) -> dict[int, tuple[Hours, ...]]:
    """When these services are open."""
    found: dict[int, list[Hours]] = {}
    columns = (service_hours.c.service_id, service_hours.c.weekday, service_hours.c.opens, service_hours.c.closes)
    for row in r.conn.execute(select(*columns).where(r.among(service_hours.c.service_id, ids))):
        found.setdefault(row.service_id, []).append(Hours(row.weekday, row.opens, row.closes))
    return {key: tuple(sorted(one)) for key, one in found.items()}


def domains(r: Reading) -> dict[str, str]:
    """The domains of need that services may be for, by their codes: those still in use."""
    rows = select(need_domain.c.code, need_domain.c.name).where(need_domain.c.closed_on.is_(None))
    found: dict[str, str] = dict(r.conn.execute(rows.order_by(need_domain.c.name)).all())
    return found


def domain_id(r: Reading, code: str) -> int:
    """The domain of need of that code. Raises Usage with those there are."""
    found = dict(r.conn.execute(select(need_domain.c.code, need_domain.c.id)).all())
    wanted = code.strip().lower().replace(" ", "_")
    if wanted not in found:
        known = ", ".join(sorted(found))
        raise Usage(_("There is no domain {code!r}. Choose one of: {known}.").format(code=code[:40], known=known))
    return int(found[wanted])


# -- writing -----------------------------------------------------------------------------------------


def _keeper(w: Work) -> None:
    if not scope.handles(w):
        raise NotPermitted(_("Your role ({role}) reads the directory and does not keep it.").format(role=w.me.role))


def _row(r: Reading, table: Table, key: int, missing: str) -> Row:  # type: ignore[type-arg]
    row = r.conn.execute(select(table).where(table.c.id == key)).first()
    if row is None:
        raise Usage(missing.format(id=key))
    return row


def _known(changes: Mapping[str, object], known: Sequence[str]) -> dict[str, Any]:
    unknown = sorted(set(changes) - set(known))
    if unknown:
        raise Usage(_("{name!r} is nothing of the directory's.").format(name=unknown[0][:40]))
    return dict(changes)


def _different(row: Row, new: Mapping[str, Any]) -> dict[str, Any]:  # type: ignore[type-arg]
    return {name: value for name, value in new.items() if value != getattr(row, name)}


def _write(w: Work, table: Table, row: Row, seen: int | None, changes: Mapping[str, object]) -> None:  # type: ignore[type-arg]
    version = row.version if seen is None else seen
    same = (table.c.id == row.id, table.c.version == version)
    if not w.conn.execute(update(table).where(*same).values({**changes, "version": version + 1})).rowcount:
        raise Conflict(
            _("Someone else changed that entry of the directory meanwhile. Nothing was changed; look again.")
        )


def _no_other(w: Work, key: str, at: str, *, besides: int | None = None) -> None:
    found = w.conn.execute(select(provider.c.id, provider.c.place).where(provider.c.name_key == key)).all()
    for row in found:
        if row.id != besides and fold(row.place) == fold(at):
            said = _("A provider of that name is there already: {id}. Change it, or name the place of this one.")
            raise Refused(said.format(id=row.id))


def _provider_columns(w: Work, told: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in told.items():
        if name == "name":
            out |= _named(_("The provider's name"), value)
        elif name == "about":
            out["about"] = values.prose(_("What is said about it"), value, needed=False)
        elif name == "state":
            out["state"] = values.one_of(_("state"), value, STATES)
        elif name == "checked":
            out |= {"checked_on": w.today} if value else {}
        else:
            out[name] = values.short(_("{name} of the provider").format(name=name.capitalize()), value)
    return out


def _service_columns(w: Work, told: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in told.items():
        if name == "name":
            out |= _named(_("The service's name"), value)
        elif name in ("about", "eligibility", "bring"):
            out[name] = values.prose(_("What is said about it"), value, needed=False)
        elif name == "domain":
            out["domain_id"] = domain_id(w, value) if value else None
        elif name == "languages":
            out["languages"] = ",".join(dict.fromkeys(languages.code(one) for one in value if one.strip()))
        elif name == "residence":
            parts = [values.name(_("The place of residence"), one.replace(",", " ")) for one in value]
            out["residence"] = values.short(_("The places of residence"), ",".join(part for part in parts if part))
        elif name == "state":
            out["state"] = values.one_of(_("state"), value, STATES)
        elif name == "checked":
            out |= {"checked_on": w.today} if value else {}
        elif name in ("place", "cost"):
            out[name] = values.short(_("{name} of the service").format(name=name.capitalize()), value)
        elif name != "hours":
            low, high = _LIMITS[name]
            out[name] = None if value is None else values.number(name.replace("_", " "), value, low, high)
    ages = out.get("age_from"), out.get("age_to")
    if None not in ages and ages[0] > ages[1]:  # type: ignore[operator]
        raise Usage(_("The lowest age lies above the highest."))
    return out


_LIMITS = {
    "cost_cents": (0, 2_000_000_000), "income_cents": (0, 2_000_000_000), "capacity": (0, 1_000_000), "age_from": (0, 150),
    "age_to": (0, 150), "answer_days": (1, 3660),
}  # fmt: skip


def _named(what: str, text: str) -> dict[str, str]:
    shown = values.name(what, text, needed=True)
    if not fold(shown):
        raise Usage(_("{what} needs a letter or a digit.").format(what=what))
    return {"name": shown, "name_key": fold(shown)}


def _open(w: Work, service_id: int, hours: Sequence[Hours]) -> None:
    # Read back as they are written: what overlaps is refused, wherever it came from.
    rows = opening.read(opening.written(hours))
    if rows:
        told = [
            {"service_id": service_id, "weekday": one.weekday, "opens": one.opens, "closes": one.closes} for one in rows
        ]
        w.conn.execute(insert(service_hours), told)
