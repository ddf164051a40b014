"""What was done to the database as a whole (restored, encrypted): a change that no trigger sees, with one journal row."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from .. import __version__
from ..models import change, journal, payload, seal, worker
from . import seals
from .engine import add_row, digest
from .identity import login_of


def record(conn: Connection, verb: str, words: str, at: datetime, more: Mapping[str, str] | None = None) -> int:
    """Put it on record: one change, whose journal row says from which seal the journal goes on."""
    newest = seals.newest(conn)
    held = newest.anchor if newest else None
    login = login_of(conn)
    worker_id = worker_of(conn, login)
    row = {
        "uid": str(uuid.uuid4()), "at": at, "worker_id": worker_id, "login": login, "verb": verb, "summary": words,
        "undoable": False, "software": __version__,
    }  # fmt: skip
    change_id = add_row(conn, change, row)
    after = {"seal": held, **(more or {})}
    salt, body = uuid.uuid4().hex, json.dumps({"after": after})
    entry = {
        "at": at, "change_id": change_id, "worker_id": worker_id, "login": login, "table_name": seal.name,
        "row_id": newest.id if newest else 0, "case_id": None, "op": "loaded", "columns": ",".join(after),
        "payload_hash": digest(salt + body),
    }  # fmt: skip
    row_id = add_row(conn, journal, entry | {"hash": digest(_said(conn, entry))})
    conn.execute(insert(payload).values(id=row_id, salt=salt, body=body))
    return change_id


def worker_of(conn: Connection, login: str) -> int | None:
    """The worker of that login, if there is one: whoever deploys need not be."""
    found = conn.execute(select(worker.c.id).where(worker.c.login == login)).scalar()
    return None if found is None else int(found)


def _said(conn: Connection, entry: Mapping[str, Any]) -> str:
    """A journal row as its hash is taken, which the triggers of both engines do in the same way."""
    at = entry["at"]
    if conn.dialect.name == "sqlite":
        moment = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    else:
        moment = str((at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1))
    parts = (moment, *(value for name, value in entry.items() if name != "at"))
    return "|".join("" if part is None else str(part) for part in parts)
