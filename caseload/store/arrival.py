"""A whole database on its way: on record and sealed before a row leaves, and where it arrives verified, on record, sealed anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert

from ..errors import NotPermitted, Refused
from ..messages import _
from ..models import look
from . import fitting, logins, milestone, seals
from .identity import login_of
from .verify import verify_rows

_TOLD = 20


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came: the newest seal that stood in it, and the change that says in it how it came."""

    seal: str | None
    change: int


def leaving(conn: Connection, at: datetime, surface: str, why: str = "") -> str | None:
    """The look goes on record and everything is sealed, before a row leaves. Gives the newest seal.

    The connection must be writing, and commit before anything is read. Raises NotPermitted for a PostgreSQL login that does
    not own the tables, OtherSchema for a database of another caseload.
    """
    fitting.must_fit(conn)
    if conn.dialect.name == "postgresql" and not logins.owns(conn):
        raise NotPermitted(
            _(
                "Only the login that owns the tables takes everything out of a PostgreSQL database. Ask whoever has it to run this."
            )
        )
    login = login_of(conn)
    row = {
        "worker_id": milestone.worker_of(conn, login),
        "login": login,
        "kind": "export",
        "surface": surface,
        "why": why,
    }
    conn.execute(insert(look).values(row | {"at": at}))
    newest = seals.everything(conn)
    return newest.anchor if newest else None


def arrive(
    conn: Connection,
    verb: str,
    words: str,
    at: datetime,
    more: Mapping[str, str],
    *,
    anchor: str | None = None,
    unsound: bool = False,
) -> Arrival:
    """Hold the journal that came against its seals, put on record how it came, and seal that over them.

    `words` say it, with `{seal}` for the newest seal that came; `anchor` is a seal kept elsewhere, which must stand. Raises
    Refused where the journal does not agree with itself, unless `unsound`: then the record says so.
    """
    faults = verify_rows(conn, anchor=anchor).faults
    if faults and not unsound:
        raise Refused(
            _(
                "The journal in it is not sound, so nothing was brought in. With --unsound it is, and the record says so."
            ),
            details=list(faults[:_TOLD]),
        )
    newest = seals.newest(conn)
    held = newest.anchor if newest else None
    said = words.format(seal=held or "-")
    if faults:
        said += " " + _("(its journal was not sound)")
    change = milestone.record(conn, verb, said, at, more)
    seals.everything(conn)
    # Sealed over what came: cutting off what follows would show.
    if not faults and held and verify_rows(conn, anchor=held).faults:
        raise Refused(_("The journal does not agree with the seal it came with. Nothing was brought in."))
    if conn.dialect.name == "postgresql":
        # Last: roles are the whole server's, and others wait for them.
        logins.settle(conn)
    return Arrival(held, change)
