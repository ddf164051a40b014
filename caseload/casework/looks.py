"""Looks: who opened what, announced and committed before it is shown, so that no rollback erases the trace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, insert, select

from ..clock import now
from ..messages import _
from ..models import look
from ..store.database import Database, Reading
from ..store.portions import portions
from . import find, values

_AT_A_TIME = 5_000


def announce(
    db: Database, cases: Sequence[str | int], *, kind: str = "narrative", surface: str, why: str = ""
) -> list[int]:
    """Record that the person opens these cases, at the real time whatever day is asked about; returns their keys.

    `surface` says through what: screen, show, export. Raises Usage for a case out of sight: nothing is recorded then.
    """
    with db.jotting() as w:
        found = find.cases(w, cases)
        _write(w, [ref.id for ref in found], kind, surface, why)
        return [ref.id for ref in found]


def lift(db: Database, case: str | int, why: str, *, surface: str) -> int:
    """Record that the person, who looks without identity, sees this case as it is, and why; returns its key."""
    why = values.short(_("The reason"), why, needed=True)
    return announce(db, [case], kind="lifted", surface=surface, why=why)[0]


def announce_export(db: Database, surface: str, why: str, cases: Sequence[int] = ()) -> datetime:
    """Record that an identified list leaves, with the reason given: once as such, and once for each of `cases` in it.

    Returns the moment of these looks, by which an export finds the cases it has announced.
    """
    why = values.short(_("The reason"), why, needed=True)
    with db.jotting() as w:
        # The server dates looks itself, by the beginning of what records them.
        moment = now() if w.engine == "sqlite" else w.conn.execute(select(func.now())).scalar_one()
        _write(w, [None], "export", surface, why, moment)
        for some in portions(cases, _AT_A_TIME):
            _write(w, some, "export", surface, why, moment)
    return moment


def announced(r: Reading, moment: datetime) -> Select[tuple[int]]:
    """The keys of the cases whose looks the person recorded at that moment: no other leaves in an identified export."""
    k = look.c
    return select(k.case_id).where(k.worker_id == r.me.id, k.at == moment, k.kind == "export")


def _write(
    w: Reading, ids: Sequence[int | None], kind: str, surface: str, why: str, moment: datetime | None = None
) -> None:
    at = moment or now()
    row = {"worker_id": w.me.id, "login": w.me.login, "kind": kind, "surface": surface, "why": why, "at": at}
    if ids:
        w.conn.execute(insert(look), [row | {"case_id": id_} for id_ in ids])
