"""The words that clients and services are found by, kept beside what they come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, insert, select

from ..models import alias, identity, name_key, provider, service, service_word
from ..text import words
from .portions import portions
from .sounds import sounds_of


def keys_of(*names: str) -> list[str]:
    """The distinct folded words of some names, and behind a mark how they sound."""
    found = list(dict.fromkeys(word for name in names for word in words(name)))
    return found + sounds_of(found)


def rekey(conn: Connection, clients: Iterable[int]) -> None:
    """Write the search words of these clients anew, from their names and aliases."""
    wanted: Sequence[int] = sorted(set(clients))
    for some in portions(wanted):
        conn.execute(delete(name_key).where(name_key.c.client_id.in_(some)))
        found: dict[int, list[str]] = {client: [] for client in some}
        name_columns = (identity.c.client_id, identity.c.given, identity.c.middle, identity.c.family, identity.c.suffix)
        for row in conn.execute(select(*name_columns).where(identity.c.client_id.in_(some))):
            found[row.client_id] += [row.given, row.middle, row.family, row.suffix]
        for client_id, name in conn.execute(select(alias.c.client_id, alias.c.name).where(alias.c.client_id.in_(some))):
            found[client_id].append(name)
        rows = [{"client_id": client, "word": word} for client, names in found.items() for word in keys_of(*names)]
        if rows:
            conn.execute(insert(name_key), rows)


def refile(conn: Connection, *, services: Iterable[int] = (), providers: Iterable[int] = ()) -> None:
    """Write the search words of these services, and of all that these providers offer, anew: their names, what they say of
    themselves and of whom they are for, and where they are."""
    wanted = set(services)
    for some in portions(sorted(set(providers))):
        wanted |= set(conn.execute(select(service.c.id).where(service.c.provider_id.in_(some))).scalars())
    said = (
        service.c.id, service.c.name, service.c.about, service.c.eligibility, service.c.place, service.c.cost,
        provider.c.name, provider.c.place,
    )  # fmt: skip
    for some in portions(sorted(wanted)):
        conn.execute(delete(service_word).where(service_word.c.service_id.in_(some)))
        found = select(*said).join(provider, provider.c.id == service.c.provider_id).where(service.c.id.in_(some))
        rows = [
            {"service_id": row[0], "word": word}
            for row in conn.execute(found).all()
            for word in words(" ".join(row[1:]))
        ]
        if rows:
            conn.execute(insert(service_word), rows)
