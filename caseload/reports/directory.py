"""The agency's directory as HSDS 3.1 has it: one service a row, whole, with its organisation, place, hours and whom it is for.

It says nothing of any client. Ids are UUIDs and stay: a row's own, and of what has no row of its own, made from it.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from caseload.casework import languages
from caseload.messages import _
from caseload.models import agency, need_domain, place, provider, service, service_hours

from .table import Column, ReportTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caseload.store.database import Reading

_DEGREE = 100_000
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_OURS = uuid.UUID("0f6a4f0e-6d0b-5a5c-8a6f-5b6e0d3f9a41")


def tables(r: Reading) -> tuple[ReportTable, ...]:
    """The services as objects of HSDS, each in one column; providers that offer none follow alone."""
    columns = (Column("service", _("Service"), "text", _("A service with its organisation, as HSDS 3.1 has it.")),)
    return (ReportTable("services", _("Services"), columns, [(one,) for one in _services(r)]),)


def _id(of: str, kind: str, name: str = "") -> str:
    return str(uuid.uuid5(_OURS, f"{of}/{kind}/{name}"))


def _uuid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return _id(text, "row")


def _services(r: Reading) -> Iterator[dict[str, Any]]:
    currency = r.conn.execute(select(agency.c.currency)).scalar_one()
    hours: dict[int, list[Any]] = {}
    for row in r.conn.execute(select(service_hours).order_by(service_hours.c.weekday, service_hours.c.opens)):
        hours.setdefault(row.service_id, []).append(row)
    where = {row.name_key: row for row in r.conn.execute(select(place))}
    by = {row.id: row for row in r.conn.execute(select(provider))}
    rows = select(service, need_domain.c.code, need_domain.c.name.label("domain")).outerjoin(
        need_domain, need_domain.c.id == service.c.domain_id
    )
    for row in r.conn.execute(rows.order_by(service.c.name_key, service.c.id)):
        yield _service(row, by[row.provider_id], hours.get(row.id, []), where.get(row.place_key), currency)


def _full(**values: Any) -> dict[str, Any]:
    """An object without what nothing is said of."""
    return {name: value for name, value in values.items() if value not in (None, "", [], ())}


def _organization(by: Any) -> dict[str, Any]:
    key = _uuid(by.uid)
    phones = [_full(id=_id(key, "phone"), number=by.phone)] if by.phone else []
    return _full(
        id=key, name=by.name, email=by.email if "@" in by.email else "", website=by.url if "://" in by.url else "", phones=phones
    ) | {"description": by.about or by.name}  # fmt: skip


def _service(row: Any, by: Any, hours: list[Any], lies: Any, currency: str) -> dict[str, Any]:
    key = _uuid(row.uid)
    told = _full(
        id=key, name=row.name, description=row.about, status=_state(row, by),
        fees_description=row.cost, eligibility_description=_eligibility(row, currency), minimum_age=row.age_from, maximum_age=row.age_to,
        assured_date=row.checked_on.isoformat() if row.checked_on else None, organization=_organization(by),
        languages=[_full(id=_id(key, "language", one), code=one, name=languages.name(one)) for one in row.languages.split(",") if one],
        schedules=[_schedule(key, one) for one in hours],
        service_areas=[_full(id=_id(key, "area", one), name=one) for one in row.residence.split(",") if one],
    )  # fmt: skip
    if row.cost_cents is not None:
        told["cost_options"] = [
            _full(id=_id(key, "cost"), currency=currency.lower(), amount=row.cost_cents / 100, option=row.cost)
        ]
    if row.bring:
        told["required_documents"] = [_full(id=_id(key, "document"), document=row.bring)]
    if row.capacity is not None and row.checked_on is not None:
        unit = {"id": _id("unit", "places"), "name": _("Places")}
        told["capacities"] = [
            {"id": _id(key, "capacity"), "unit": unit, "available": row.capacity, "maximum": row.capacity,
             "updated": f"{row.checked_on.isoformat()}T00:00:00Z"}
        ]  # fmt: skip
    if row.code:
        term = {
            "id": _id("domain", row.code),
            "code": row.code,
            "name": row.domain,
            "description": row.domain,
            "taxonomy": "caseload",
        }
        told["attributes"] = [
            _full(id=_id(key, "attribute", row.code), link_entity="service", value=row.code, taxonomy_term=term)
        ]
    if at := row.place or by.place:
        told["service_at_locations"] = [
            {"id": _id(key, "at"), "location": _location(key, at, by, lies, own=bool(row.place))}
        ]
    return told


def _state(row: Any, by: Any) -> str:
    return str(row.state if row.state != "active" else by.state)


def _eligibility(row: Any, currency: str) -> str:
    income = ""
    if row.income_cents is not None:
        income = _("Income at most {amount} {currency} a month").format(
            amount=f"{row.income_cents / 100:.2f}", currency=currency
        )
    return "\n\n".join(part for part in (row.eligibility, income) if part)


def _schedule(key: str, one: Any) -> dict[str, Any]:
    # HSDS has no 24:00: the last minute of the day stands for it.
    opens, closes = (f"{at // 60:02d}:{at % 60:02d}" for at in (one.opens, min(one.closes, 24 * 60 - 1)))
    day = _DAYS[one.weekday - 1]
    return {
        "id": _id(key, "schedule", f"{day}{opens}"), "freq": "WEEKLY", "interval": 1, "wkst": "MO", "byday": day, "opens_at": opens,
        "closes_at": closes,
    }  # fmt: skip


def _location(key: str, at: str, by: Any, lies: Any, *, own: bool) -> dict[str, Any]:
    # HSDS asks for the whole of an address or none: what is not known is said to be empty.
    address = {
        "id": _id(key, "address"), "address_1": "" if own else by.address, "city": at, "state_province": "", "postal_code": "",
        "country": "", "address_type": "physical",
    }  # fmt: skip
    found = {"id": _id(key, "location"), "location_type": "physical", "name": at, "addresses": [address]}
    if lies is not None:
        found |= {"latitude": lies.latitude / _DEGREE, "longitude": lies.longitude / _DEGREE}
    return found
