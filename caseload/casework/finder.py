"""Finding a service: by words, domain, language, the hours it is open, how near it is, and whether a client fits what it asks.

A service that does not fit, or whose place is not known, is found all the same: it stands behind the others and says why.
"""

from __future__ import annotations

import difflib
import heapq
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, union_all

from ..errors import Usage
from ..messages import _
from ..models import channel, client, identity, need_domain, place, provider, service, service_hours, service_word
from ..store.bare_words import begins
from ..store.database import Reading
from ..text import fold, words
from . import amounts, directory, find, languages
from .directory import DEGREE
from .opening import Hours

# Mean radius of the earth in kilometres (IUGG).
_RADIUS = 6371.0088


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for. `open_at` is a moment; `near` the name of a place, `within` in kilometres; `case` whose client is to fit,
    with what is known of them beside the record: the income a month in cents, and where they live."""

    words: str = ""
    domain: str = ""
    language: str = ""
    open_at: datetime | None = None
    near: str = ""
    within: float | None = None
    case: str | int | None = None
    income_cents: int | None = None
    residence: str = ""
    provider: int | None = None
    everything: bool = False
    limit: int = 100


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """A provider of the directory, with how many services it offers now."""

    id: int
    name: str
    about: str
    place: str
    address: str
    phone: str
    email: str
    url: str
    state: str
    checked_on: date | None
    services: int
    version: int


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service as it is found. `km` is how far it is, None where that was not asked or its place is not known; `open` whether it
    is open at the moment that was asked about, else now, None where no hours are known. `misfit` names the rule by which the client
    does not fit, `ask` what is not known of them (`age`, `residence`, `income`, `language`)."""

    id: int
    provider_id: int
    provider: str
    name: str
    about: str
    domain: str | None
    domain_name: str | None
    place: str
    address: str
    phone: str
    email: str
    url: str
    languages: tuple[str, ...]
    cost: str
    cost_cents: int | None
    capacity: int | None
    age_from: int | None
    age_to: int | None
    residence: tuple[str, ...]
    income_cents: int | None
    eligibility: str
    bring: str
    answer_days: int | None
    hours: tuple[Hours, ...]
    state: str
    checked_on: date | None
    version: int
    own_place: str = ""
    km: float | None = None
    open: bool | None = None
    misfit: str | None = None
    rule: str | None = None
    ask: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The services found, the best first, and of how many. `unplaced` were left out by `within`, because where they are is not
    known."""

    rows: tuple[ServiceRow, ...]
    total: int
    unplaced: int = 0


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What of a client decides whether a service is for them; None, or nothing, where it is not known."""

    age: int | None = None
    homes: tuple[str, ...] = ()
    income_cents: int | None = None
    language: str | None = None


def look(r: Reading, wish: Wish) -> Found:
    """The services that answer a wish: those that fit before those that do not, the nearest first, else by name.

    Raises Usage for an unknown domain or place (with the nearest known), NotPermitted where a client is to fit whose identity the
    person does not see.
    """
    where = _wanted(r, wish)
    of = _circumstances(r, wish) if wish.case is not None else None
    how_far = _distances(r, wish.near) if wish.near.strip() else None
    narrow = select(service.c.id).join(provider, provider.c.id == service.c.provider_id).where(*where)
    if of is None and how_far is None:
        total = int(r.conn.execute(select(func.count()).select_from(narrow.subquery())).scalar_one())
        ids = r.conn.execute(narrow.order_by(service.c.name_key, service.c.id).limit(wish.limit)).scalars().all()
        return Found(read(r, ids, at=wish.open_at), total)
    # What sorts is read of all that answer; the rest of those alone that are shown.
    told = narrow.add_columns(service.c.name_key, service.c.place_key, *(_FITTING if of is not None else ()))
    ranked: list[tuple[bool, float, str, int]] = []
    unplaced = 0
    most = math.inf if wish.within is None or how_far is None else wish.within
    for row in r.conn.execute(told).all():
        km = 0.0 if how_far is None else how_far.get(row[2], math.inf)
        if km > most:
            unplaced += km == math.inf
            continue
        ranked.append((of is not None and _misfit(of, row)[0] is not None, km, row[1], row[0]))
    first = heapq.nsmallest(wish.limit, ranked)
    km_of = {key: km for _no, km, _name, key in first if how_far is not None and km < math.inf}
    chosen = [key for _no, _km, _name, key in first]
    return Found(read(r, chosen, at=wish.open_at, km_of=km_of, of=of), len(ranked), unplaced)


def read(
    r: Reading, ids: Sequence[int], *, at: datetime | None = None, km_of: dict[int, float] | None = None,
    of: Circumstances | None = None,
) -> tuple[ServiceRow, ...]:  # fmt: skip
    """These services whole, in that order; those that are gone are left out."""
    if not ids:
        return ()
    hours = directory.hours_of(r, ids)
    moment = (at or r.now).astimezone(r.zone)
    found = (
        select(
            service, need_domain.c.code, need_domain.c.name.label("domain_name"), provider.c.name.label("by"),
            provider.c.place.label("by_place"), provider.c.address, provider.c.phone, provider.c.email, provider.c.url,
        )
        .join(provider, provider.c.id == service.c.provider_id)
        .outerjoin(need_domain, need_domain.c.id == service.c.domain_id)
        .where(r.among(service.c.id, ids))
    )  # fmt: skip
    rows = {}
    for row in r.conn.execute(found):
        misfit, rule, ask = (None, None, ()) if of is None else _judged(of, row)
        rows[row.id] = ServiceRow(
            row.id, row.provider_id, row.by, row.name, row.about, row.code, row.domain_name, row.place or row.by_place,
            row.address, row.phone, row.email, row.url, _listed(row.languages), row.cost, row.cost_cents, row.capacity,
            row.age_from, row.age_to, _listed(row.residence), row.income_cents, row.eligibility, row.bring, row.answer_days,
            hours.get(row.id, ()), row.state, row.checked_on, row.version, row.place, (km_of or {}).get(row.id),
            _open_at(hours.get(row.id, ()), moment), misfit, rule, ask,
        )  # fmt: skip
    return tuple(rows[key] for key in ids if key in rows)


def one(r: Reading, service_id: int, *, case: str | int | None = None) -> ServiceRow:
    """One service, and whether the client of that case fits. Raises Usage where there is none."""
    of = _circumstances(r, Wish(case=case)) if case is not None else None
    found = read(r, [service_id], of=of)
    if not found:
        raise Usage(_("There is no service {id}.").format(id=service_id))
    return found[0]


def providers(
    r: Reading, text: str = "", *, everything: bool = False, only: int | None = None
) -> tuple[ProviderRow, ...]:
    """The providers, by name: those whose name, or the words of whose services, begin with these words; with `everything` also
    those that are no longer active."""
    active = service.c.state == "active"
    offered = select(func.count()).where(service.c.provider_id == provider.c.id, active).scalar_subquery()
    where: list[ColumnElement[bool]] = [] if everything or only is not None else [provider.c.state == "active"]
    if only is not None:
        where.append(provider.c.id == only)
    for word in words(text):
        has = exists().where(service.c.provider_id == provider.c.id, service.c.id.in_(_filed(word, ())))
        key = provider.c.name_key
        where.append(or_(begins(key, word), (" " + key).contains(" " + word, autoescape=True), has))
    rows = r.conn.execute(
        select(provider, offered.label("n")).where(*where).order_by(provider.c.name_key, provider.c.id)
    )
    return tuple(
        ProviderRow(
            row.id, row.name, row.about, row.place, row.address, row.phone, row.email, row.url, row.state, row.checked_on,
            row.n, row.version,
        )
        for row in rows
    )  # fmt: skip


# -- which answer ----------------------------------------------------------------------------------


def _wanted(r: Reading, wish: Wish) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if not wish.everything:
        where += [service.c.state == "active", provider.c.state == "active"]
    if wish.provider is not None:
        where.append(service.c.provider_id == wish.provider)
    if wish.domain.strip():
        where.append(service.c.domain_id == directory.domain_id(r, wish.domain))
    if wish.language.strip():
        spoken = ("," + service.c.languages + ",").contains(f",{languages.code(wish.language)},", autoescape=True)
        where.append(spoken)
    if wish.open_at is not None:
        where.append(_is_open(wish.open_at.astimezone(r.zone)))
    asked = fold(wish.words).split()
    if asked:
        domains = r.conn.execute(select(need_domain.c.id, need_domain.c.name, need_domain.c.code)).all()
        for word in asked:
            about = [
                row.id for row in domains if any(one.startswith(word) for one in fold(f"{row.name} {row.code}").split())
            ]
            where.append(service.c.id.in_(_filed(word, about)))
    return where


def _filed(word: str, about: Collection[int]) -> Any:
    """The services with a word that begins so, or for one of these domains of need."""
    filed: Select[Any] = select(service_word.c.service_id).where(begins(service_word.c.word, word)).correlate(None)
    if not about:
        return filed
    inner = service.alias("about")
    return union_all(filed, select(inner.c.id).where(inner.c.domain_id.in_(about)).correlate(None))


def _is_open(moment: datetime) -> ColumnElement[bool]:
    minute = moment.hour * 60 + moment.minute
    return exists().where(
        and_(
            service_hours.c.service_id == service.c.id,
            service_hours.c.weekday == moment.isoweekday(),
            service_hours.c.opens <= minute,
            service_hours.c.closes > minute,
        )
    )


def _open_at(hours: Sequence[Hours], moment: datetime) -> bool | None:
    if not hours:
        return None
    minute = moment.hour * 60 + moment.minute
    return any(one.weekday == moment.isoweekday() and one.opens <= minute < one.closes for one in hours)


# -- how far ----------------------------------------------------------------------------------------


def _distances(r: Reading, near: str) -> dict[str, float]:
    """How far every place is from the one of that name, in kilometres. Raises Usage for one that is not known."""
    rows = r.conn.execute(select(place.c.name_key, place.c.latitude, place.c.longitude, place.c.name)).all()
    key = fold(near)
    origin = next((row for row in rows if row.name_key == key), None)
    if origin is None:
        close = difflib.get_close_matches(key, [row.name_key for row in rows], 1)
        said = _("There is no place of that name. Say where it lies with: caseload place add NAME LAT LON")
        if close:
            said = _("There is no place of that name. Did you mean {name}?").format(
                name=next(row.name for row in rows if row.name_key == close[0])
            )
        raise Usage(said)
    here = origin.latitude / DEGREE, origin.longitude / DEGREE
    return {row.name_key: km_between(here, (row.latitude / DEGREE, row.longitude / DEGREE)) for row in rows}


def km_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The great-circle distance between two points in degrees, in kilometres (haversine)."""
    (a, b), (c, d) = (tuple(map(math.radians, point)) for point in (one, other))
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * _RADIUS * math.asin(min(1.0, math.sqrt(half)))


def places(r: Reading) -> list[tuple[str, float, float]]:
    """The places whose whereabouts are known: name, latitude, longitude in degrees."""
    rows = r.conn.execute(select(place.c.name, place.c.latitude, place.c.longitude).order_by(place.c.name_key))
    return [(row.name, row.latitude / DEGREE, row.longitude / DEGREE) for row in rows]


# -- for whom ---------------------------------------------------------------------------------------


_FITTING = (
    service.c.age_from, service.c.age_to, service.c.residence, service.c.income_cents, service.c.languages,
)  # fmt: skip


def _circumstances(r: Reading, wish: Wish) -> Circumstances:
    """What is on record of the client of a case, and what was said besides."""
    assert wish.case is not None
    find.names_seen(r)
    key = find.case(r, wish.case).client_id
    born = r.conn.execute(select(identity.c.born_on).where(identity.c.client_id == key)).scalar()
    spoken = r.conn.execute(select(client.c.language).where(client.c.id == key)).scalar()
    homes = [fold(wish.residence)] if wish.residence.strip() else []
    if not homes:
        valid = or_(channel.c.valid_to.is_(None), channel.c.valid_to >= r.today)
        theirs = channel.c.client_id == key, channel.c.person_id.is_(None), channel.c.kind == "address", valid
        homes = [fold(one) for one in r.conn.execute(select(channel.c.value).where(*theirs)).scalars()]
    return Circumstances(_age(born, r.today), tuple(homes), wish.income_cents, spoken)


def _age(born: date | None, today: date) -> int | None:
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _misfit(of: Circumstances, row: Any) -> tuple[str | None, tuple[str, ...]]:
    """The first rule by which somebody does not fit, and what is not known of them that is asked for. `row` ends with the columns
    of `_FITTING`."""
    age_from, age_to, residence, income, languages = row[-5:]
    ask: list[str] = []
    failed: str | None = None
    if age_from is not None or age_to is not None:
        if of.age is None:
            ask.append("age")
        elif (age_from is not None and of.age < age_from) or (age_to is not None and of.age > age_to):
            failed = "age"
    if residence:
        if not of.homes:
            ask.append("residence")
        elif not any(f" {fold(one)} " in f" {home} " for one in residence.split(",") for home in of.homes):
            failed = failed or "residence"
    if income is not None:
        if of.income_cents is None:
            ask.append("income")
        elif of.income_cents > income:
            failed = failed or "income"
    if languages:
        if not of.language:
            ask.append("language")
        elif of.language.lower().partition("-")[0] not in {one.partition("-")[0] for one in languages.split(",")}:
            failed = failed or "language"
    return failed, tuple(ask)


def _judged(of: Circumstances, row: Any) -> tuple[str | None, str | None, tuple[str, ...]]:
    rule, ask = _misfit(of, (row.age_from, row.age_to, row.residence, row.income_cents, row.languages))
    if rule is None:
        return None, None, ask
    return _rule_words(rule, row), rule, ask


def _rule_words(rule: str, row: Any) -> str:
    """A rule of a service as people say it. It says nothing of the client."""
    if rule == "age":
        if row.age_to is None:
            return _("for ages from {first}").format(first=row.age_from)
        return _("for ages {first} to {last}").format(first=row.age_from or 0, last=row.age_to)
    if rule == "residence":
        return _("for residents of {places}").format(places=", ".join(_listed(row.residence)))
    if rule == "income":
        return _("for incomes up to {amount} a month").format(amount=amounts.shown(row.income_cents))
    return _("spoken there: {languages}").format(languages=", ".join(_listed(row.languages)))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(one for one in text.split(",") if one)
