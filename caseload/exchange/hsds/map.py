"""What a directory says, in our words: organisations as providers, services with where, when, for whom and what to bring.

What has a place of its own with us is put there; the rest (how to apply, further locations, subjects) is told in the words about the
service, by which it is found. Whom a service is for by area is told in words, too: an area is seldom written as a client's address is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from ...casework import languages
from ...casework.directory import DEGREE
from ...errors import Usage
from ...messages import _
from ...text import LINE_LIMIT, NAME_LIMIT, PROSE_LIMIT, block, fold, line
from .. import offers
from ..cells import ID_LIMIT
from ..rows import Note, Record, Reject
from . import hours
from .read import Directory, Row, by

if TYPE_CHECKING:
    from ...store.database import Reading

# So many places of a service are told one by one.
_MOST_PLACES = 20
_STATES = {
    "": "active", "active": "active", "inactive": "inactive", "temporarily closed": "inactive", "temporarilyclosed": "inactive",
    "pending": "inactive", "defunct": "defunct", "closed": "defunct",
}  # fmt: skip
_TAGS = re.compile(r"<(?:br|/p|/li|/div|/h\d)\b[^>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_NUMBER = re.compile(r"[0-9]{1,9}")
NOBODY = "?"


@dataclass(slots=True)
class Index:
    """The rows of a directory by what they belong to."""

    locations: dict[str, Row]
    at: dict[str, list[Row]]
    addresses: dict[str, list[Row]]
    phones: dict[str, dict[str, list[Row]]]
    schedules: dict[str, dict[str, list[Row]]]
    languages: dict[str, dict[str, list[Row]]]
    more: dict[str, dict[str, list[Row]]]
    terms: dict[str, Row]
    places_of: dict[str, list[Row]]
    org_locations: dict[str, list[Row]]
    post: dict[str, list[Row]]
    org_post: dict[str, list[Row]]
    domains: dict[str, str]
    today: date
    notes: dict[str, int] = field(default_factory=dict)

    def note(self, reason: str, n: int = 1) -> None:
        if n:
            self.notes[reason] = self.notes.get(reason, 0) + n


def index(d: Directory, r: Reading, domains: dict[str, str]) -> Index:
    links = d.rows("service_at_location")
    # Ohana's services say themselves where they are.
    links = links + [row for row in d.rows("services") if row.get("location_id") and not row.get("organization_id")]
    locations = {row.get("id"): row for row in d.rows("locations") if row.get("id")}
    places: dict[str, list[Row]] = {}
    for row in links:
        key = row.get("service_id") or (row.get("id") if row.get("location_id") and row.get("name") else "")
        if key and row.get("location_id") in locations:
            places.setdefault(key, []).append(row)
    kinds = ("service_id", "service_at_location_id", "location_id", "organization_id")
    tables = {name: {kind: by(d.rows(name), kind) for kind in kinds} for name in ("phones", "schedules", "languages")}
    more = {
        name: by(d.rows(name), "service_id", *(("link_id",) if name == "attributes" else ()))
        for name in (
            "cost_options",
            "eligibility",
            "required_documents",
            "service_areas",
            "service_capacity",
            "attributes",
        )
    }
    posts = d.rows("postal_addresses")
    names = {fold(code): code for code in domains} | {fold(name): code for code, name in domains.items()}
    return Index(
        locations, {}, by(d.rows("addresses"), "location_id"), tables["phones"], tables["schedules"], tables["languages"], more,
        {row.get("id", "taxonomy_id"): row for row in d.rows("taxonomy_terms")}, places, by(d.rows("locations"), "organization_id"),
        by(posts, "location_id"), by([row for row in posts if not row.get("location_id")], "organization_id"), names, r.today,
    )  # fmt: skip


# -- records -----------------------------------------------------------------------------------------


def records(d: Directory, x: Index) -> Iterator[Record | Reject | Note]:
    """Everything that is taken, what refers to it after it; and what is wrong."""
    known = {row.get("id") for row in d.rows("organizations") if not _faults(row)}
    for row in d.rows("organizations"):
        yield from _provider(row, x)
    missing: dict[str, int] = {}
    made: list[Record | Reject] = []
    for row in d.rows("services"):
        of = _owner(row, x)
        if of not in known:
            missing[of] = missing.get(of, 0) + 1
        made += _service(row, of, x)
    for of in missing:
        yield Record("provider", of, "", 0, offers.unknown(of))
    if missing:
        file = d.rows("services")[0].file
        said = _("services are of organisations that are not in this directory: taken, under a provider called unknown")
        yield Note(file, sum(missing.values()), said)
    yield from made
    yield from _places(x)
    for name, number in d.ragged:
        yield Reject(name, number, "", "", _("as many cells as the header has"), _("has more cells than the header"))
    for reason, n in x.notes.items():
        yield Note(d.name, n, reason)


def _owner(row: Row, x: Index) -> str:
    of = row.get("organization_id")
    if not of:
        at = next((x.locations[one.get("location_id")] for one in x.places_of.get(row.get("id"), ())), None)
        of = at.get("organization_id") if at is not None else ""
    return of if 0 < len(of) <= ID_LIMIT else NOBODY


def _faults(row: Row) -> str:
    if not row.get("id"):
        return _("has no id, by which it would be known again")
    if len(row.get("id")) > ID_LIMIT:
        return _("has an id longer than {n} characters").format(n=ID_LIMIT)
    # What is far longer than a name is not gone through to its end.
    return "" if fold(row.get("name")[:LINE_LIMIT]) else _("has no name")


def _provider(row: Row, x: Index) -> list[Record | Reject]:
    if fault := _faults(row):
        return [Reject(row.file, row.number, "id" if not row.get("id") else "name", "", _("an id and a name"), fault)]
    key = row.get("id")
    sites = x.org_locations.get(key, [])
    address, town = "", ""
    for found in (*(one for site in sites for one in x.addresses.get(site.get("id"), ())), *x.org_post.get(key, ())):
        address, town = _address(found), line(found.get("city"))
        break
    phones = x.phones["organization_id"].get(key, []) + [
        one for site in sites for one in x.phones["location_id"].get(site.get("id"), ())
    ]
    fields: dict[str, tuple[Any, ...]] = {
        "name": (_named(row, x),), "about": (_prose(row.get("description"), _also(row)),), "place": (_short(town),),
        "address": (_short(address),), "phone": (_phone(phones),), "email": (_short(row.get("email")),),
        "url": (_short(row.get("website", "url")),), "state": ("active",),
    }  # fmt: skip
    return [Record("provider", key, row.file, row.number, fields)]


def _service(row: Row, of: str, x: Index) -> list[Record | Reject]:
    fault = _faults(row)
    state = _STATES.get(row.get("status").lower())
    if fault or state is None:
        column = "id" if not row.get("id") else "name" if fault else "status"
        expected = _("an id and a name") if fault else _("active, inactive, defunct or temporarily closed")
        reject = Reject(row.file, row.number, column, "", expected, fault or _("is in a state that is not known"))
        gone = [Record("service", row.get("id"), row.file, row.number, {}, {"provider": of}, faulty=True)]
        return [reject, *(gone if row.get("id") else [])]
    key = row.get("id")
    links = x.places_of.get(key, [])
    sites = [x.locations[one.get("location_id")] for one in links]
    cents, cost = _cost(row, x.more["cost_options"].get(key, []))
    ages = _age(row.get("minimum_age")), _age(row.get("maximum_age"))
    if None not in ages and ages[0] > ages[1]:  # type: ignore[operator]
        x.note(_("services with a lowest age above the highest: their ages are left out"))
        ages = (None, None)
    checked = row.get("assured_date", "last_modified")[:10]
    updated = row.get("last_modified")
    domain, subjects = _subjects(row, x, key)
    fields: dict[str, tuple[Any, ...]] = {
        "provider": (of,), "name": (_named(row, x),), "about": (_about(row, sites, subjects, x, key),), "domain": (domain,),
        "place": (_short(_town(sites, x)),), "languages": (_languages(row, sites, x, key),), "cost": (cents, cost),
        "capacity": (_capacity(x.more["service_capacity"].get(key, [])),), "ages": ages,
        "eligibility": (_eligibility(row, x, key),), "bring": (_bring(row, x, key),), "hours": (_hours(links, key, x),),
        "state": (state,), "checked": (checked if _is_day(checked) else None,),
    }  # fmt: skip
    stamp = updated if re.match(r"\d{4}-\d\d-\d\dT", updated) else ""
    return [Record("service", key, row.file, row.number, fields, {"provider": of}, updated=stamp)]


def _places(x: Index) -> Iterator[Record]:
    """Towns and where they lie, as far as the locations say."""
    found: dict[str, tuple[str, list[tuple[float, float]]]] = {}
    for key, row in x.locations.items():
        town = line(next((one.get("city") for one in x.addresses.get(key, ()) if one.get("city")), ""))
        try:
            where = float(row.get("latitude")), float(row.get("longitude"))
        except ValueError:
            continue
        if not fold(town) or len(town) > NAME_LIMIT:
            continue
        if not (-90 <= where[0] <= 90 and -180 <= where[1] <= 180) or where == (0.0, 0.0):
            x.note(_("locations lie nowhere on earth: where is left out"))
            continue
        found.setdefault(fold(town), (town, []))[1].append(where)
    for folded, (town, points) in found.items():
        lat, long = (round(sum(one[n] for one in points) / len(points) * DEGREE) for n in (0, 1))
        yield Record("place", folded, "", 0, {"name": (town[:NAME_LIMIT],), "where": (lat, long)})


# -- parts -------------------------------------------------------------------------------------------


def _named(row: Row, x: Index) -> str:
    name = line(row.get("name")[:LINE_LIMIT])
    if len(name) > NAME_LIMIT:
        x.note(_("names were too long and are cut"))
    return name[:NAME_LIMIT].strip()


def _short(text: str) -> str:
    return line(text)[:LINE_LIMIT].strip()


def _prose(*parts: str) -> str:
    """Texts as paragraphs of one, without the tags of web pages."""
    plain = (
        html.unescape(_ANY_TAG.sub("", _TAGS.sub("\n", part))) if "<" in part or "&" in part else part for part in parts
    )
    return block("\n\n".join(one for one in (part.strip() for part in plain) if one))[:PROSE_LIMIT].strip("\n")


def _also(row: Row) -> str:
    other = row.get("alternate_name")
    same = fold(other[:LINE_LIMIT]) == fold(row.get("name")[:LINE_LIMIT])
    return _("Also called: {name}").format(name=other[:LINE_LIMIT]) if other and not same else ""


def _labelled(label: str, text: str) -> str:
    return f"{label}: {text}" if text else ""


def _about(row: Row, sites: list[Row], subjects: list[str], x: Index, key: str) -> str:
    where = [_where(site, x) for site in sites[:_MOST_PLACES]]
    if len(sites) > _MOST_PLACES:
        where.append(_("and {n} more").format(n=len(sites) - _MOST_PLACES))
    areas = [one.get("name", "service_area", "description") for one in x.more["service_areas"].get(key, ())]
    return _prose(
        row.get("description"), _also(row), row.get("alert"), _labelled(_("How to apply"), row.get("application_process")),
        _labelled(_("Waiting"), row.get("wait_time")), _labelled(_("Interpreting"), row.get("interpretation_services")),
        _labelled(_("Area"), ", ".join(areas) or row.get("service_areas")), _labelled(_("Subjects"), ", ".join(subjects)),
        _labelled(_("Phone"), _phone(x.phones["service_id"].get(key, []))),
        _labelled(_("Write to"), ", ".join(filter(None, (row.get("email"), row.get("url", "website"))))),
        "\n".join(_labelled(_("Where"), one) for one in where if one),
    )  # fmt: skip


def _where(site: Row, x: Index) -> str:
    key = site.get("id")
    found = next((_address(one) for one in (*x.addresses.get(key, ()), *x.post.get(key, ()))), "")
    parts = (
        line(site.get("name")),
        found,
        _phone(x.phones["location_id"].get(key, [])),
        line(site.get("transportation")),
    )
    return ", ".join(part for part in parts if part)


def _town(sites: list[Row], x: Index) -> str:
    towns = (
        one.get("city")
        for site in sites
        for one in (*x.addresses.get(site.get("id"), ()), *x.post.get(site.get("id"), ()))
    )
    return next((town for town in towns if town), "")


def _address(row: Row) -> str:
    parts = [row.get(f"address_{n}") for n in (1, 2, 3, 4)]
    return line(
        ", ".join(part for part in (*parts, row.get("city"), row.get("state_province"), row.get("postal_code")) if part)
    )


def _phone(rows: list[Row]) -> str:
    """The first number that is spoken to; a fax only where there is nothing else."""
    spoken = [row for row in rows if row.get("type", "number_type").lower() not in ("fax", "tty", "tdd")] or rows
    for row in spoken:
        number = line(" ".join(filter(None, (row.get("areacode", "area_code"), row.get("number"))))).strip('" ')
        if number:
            more = row.get("extension")
            return _short(f"{number} ext. {more}" if more else number)
    return ""


def _languages(row: Row, sites: list[Row], x: Index, key: str) -> str:
    told = x.languages["service_id"].get(key) or [
        one for site in sites for one in x.languages["location_id"].get(site.get("id"), ())
    ]
    wanted = [one.get("code", "language", "name") for one in told] or [row.get("languages")]
    wanted = wanted if any(wanted) else [site.get("languages") for site in sites]
    found: dict[str, None] = {}
    for typed in (part.strip() for one in wanted for part in one.split(",")):
        try:
            found |= {languages.code(typed): None} if typed else {}
        except Usage:
            x.note(_("languages are not known by that name: left out"))
    return ",".join(found)


def _cost(row: Row, options: list[Row]) -> tuple[int | None, str]:
    words = [row.get("fees_description", "fees")]
    cents = None
    for one in options:
        amount = one.get("amount")
        said = " ".join(
            filter(None, (one.get("option"), amount, one.get("currency").upper(), one.get("amount_description")))
        )
        words.append(said)
        if len(options) == 1 and re.fullmatch(r"\d{1,7}(\.\d{1,2})?", amount):
            cents = round(float(amount) * 100)
    return cents, _short("; ".join(dict.fromkeys(word for word in words if word)))


def _capacity(rows: list[Row]) -> int | None:
    text = next((one.get("maximum", "available") for one in rows), "")
    return int(text) if _NUMBER.fullmatch(text) and int(text) <= 1_000_000 else None


def _age(text: str) -> int | None:
    whole = text.partition(".")[0]
    return int(whole) if _NUMBER.fullmatch(whole) and int(whole) <= 150 else None


def _eligibility(row: Row, x: Index, key: str) -> str:
    told = [one.get("eligibility", "description") for one in x.more["eligibility"].get(key, ())]
    return _prose(row.get("eligibility_description", "eligibility"), *told, _labelled(_("For"), row.get("audience")))


def _bring(row: Row, x: Index, key: str) -> str:
    told = [one.get("document") for one in x.more["required_documents"].get(key, ())]
    return _prose(", ".join(one for one in told if one) or row.get("required_documents"))


def _subjects(row: Row, x: Index, key: str) -> tuple[str | None, list[str]]:
    """The domain of need that a term of its taxonomy names, and all its terms."""
    ids = [one.get("taxonomy_term_id", "taxonomy_id") for one in x.more["attributes"].get(key, ())]
    ids += [part.strip() for part in row.get("taxonomy_ids").split(",")]
    names: dict[str, None] = {}
    for one in ids:
        if one in x.terms:
            names |= {line(x.terms[one].get("name")): None}
        elif one:
            x.note(_("terms of a taxonomy are not in the directory: left out"))
    domain = next((x.domains[fold(name)] for name in names if fold(name) in x.domains), None)
    return domain, [*names, *filter(None, [line(row.get("keywords"))])]


def _hours(links: list[Row], key: str, x: Index) -> list[str]:
    """When it is open, by what is said of the service, else of it at a place, else of its places."""
    own = x.schedules["service_id"].get(key, [])
    at = [one for link in links for one in x.schedules["service_at_location_id"].get(link.get("id"), ())]
    there = [one for link in links for one in x.schedules["location_id"].get(link.get("location_id"), ())]
    for rows in (own, at, there):
        found, odd = hours.of(rows, x.today)
        x.note(_("opening hours are not of every week, or cannot be read: left out"), odd)
        if found:
            return [f"{one.weekday} {one.opens} {one.closes}" for one in found]
    return []


def _is_day(text: str) -> bool:
    try:
        return 1900 <= date.fromisoformat(text).year <= 9000
    except ValueError:
        return False
