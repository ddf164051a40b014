"""The words a client is found by, kept beside the names they come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, insert, select

from ..models import alias, identity, name_key
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
