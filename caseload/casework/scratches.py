"""Words still being typed, kept so that a crash loses none: by author, form and subject, for their author alone."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, true

from ..errors import NotPermitted
from ..messages import _
from ..models import case_file, client, journal, note, scratch, scratch_key, transfer
from ..models.agency import HOLDERS
from ..store import scope
from ..store.database import Database, Reading, Work
from . import cases, values


@dataclass(frozen=True, slots=True)
class Scratch:
    """What someone was typing, in which form and about what (`case:17`, `intake`). `seen` is the version of the row that
    was being edited, None where something new was written."""

    form: str
    subject: str
    body: str
    saved_at: datetime
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Unsaved:
    """Words typed and not saved, with the case they are about as far as it may be seen today. `hidden` says that they are
    about a case out of sight: whoever shows them then shows no word."""

    words: Scratch
    case_id: int | None = None
    case: str | None = None
    client: str | None = None
    hidden: bool = False


# How long a mark stays that something was saved or thrown away; a terminal's file older than this is not expected.
_MARKED = timedelta(days=60)

_COLUMNS = tuple(scratch.c[name] for name in Scratch.__slots__)


def keep(
    db: Database, form: str, subject: str, body: str, *, seen: int | None = None, age: timedelta | None = None
) -> None:
    """Keep what is being typed; an empty body forgets it. No change and no journal: it is not a record yet.

    `age` is how long ago it was typed, for words that come late: newer ones are then left as they are.
    """
    body = values.prose(_("The text"), body, needed=False)
    with db.jotting() as w:
        _put(w, form, subject, body, seen, w.now - (age or timedelta()), newest=age is not None)


def _put(
    w: Reading, form: str, subject: str, body: str, seen: int | None, at: datetime, *, newest: bool = False
) -> None:
    """One statement: two screens of one person may be typing in the same place. An empty body stays as a mark, so that
    words which come late are known to be older than the moment they were saved or thrown away."""
    row = {"worker_id": w.me.id, "form": form, "subject": subject, "body": body, "saved_at": at, "seen": seen}
    adding = _adding(w).values(row)
    new = {name: adding.excluded[name] for name in ("body", "saved_at", "seen")}
    older = scratch.c.saved_at <= adding.excluded.saved_at if newest else None
    w.conn.execute(adding.on_conflict_do_update(index_elements=["worker_id", "form", "subject"], set_=new, where=older))


def _adding(w: Reading) -> Any:
    """An insert that may find a row there already. Each engine has its own; only the one in use is imported."""
    if w.engine == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as adding_sqlite

        return adding_sqlite(scratch)
    from sqlalchemy.dialects.postgresql import insert as adding_postgres

    return adding_postgres(scratch)


def _mine(r: Reading) -> Select[Any]:
    return select(*_COLUMNS).where(scratch.c.worker_id == r.me.id, scratch.c.body != "")


def recall(r: Reading, form: str, subject: str) -> Scratch | None:
    """What the person was typing there, if anything."""
    row = r.conn.execute(_mine(r).where(scratch.c.form == form, scratch.c.subject == subject)).first()
    return Scratch(*row) if row else None


def all_mine(r: Reading) -> list[Scratch]:
    """Everything the person was typing and has not saved, newest first."""
    found = _mine(r).order_by(scratch.c.saved_at.desc(), scratch.c.id)
    return [Scratch(*row) for row in r.conn.execute(found)]


def count(r: Reading) -> int:
    """How many texts the person was typing and has not saved."""
    return int(r.conn.execute(select(func.count()).select_from(_mine(r).subquery())).scalar_one())


def unsaved(r: Reading) -> list[Unsaved]:
    """Everything the person was typing and has not saved, newest first, each with the case it is about."""
    texts = all_mine(r)
    # Who sees no case any more, in another role than when they typed, still has their words to throw away.
    sighted = scope.may_administer(r) or r.me.role in HOLDERS
    about = {one.subject: case_of(r, one.subject) if sighted else None for one in texts}
    seen = cases.rows(r, [found[0] for found in about.values() if found is not None])
    out = []
    for one in texts:
        found = about[one.subject]
        if found is None:
            out.append(Unsaved(one, hidden=one.subject.partition(":")[0] in _OF_A_CASE))
        else:
            row = seen.get(found[0])
            out.append(Unsaved(one, found[0], found[1], row.client if row is not None else None))
    return out


def clear(w: Work, place: str | None) -> None:
    """Forget what was typed at `form|subject`, in the transaction that saves it."""
    if place:
        form, _bar, subject = place.partition("|")
        _put(w, form, subject, "", None, w.now)


def sweep(db: Database) -> None:
    """Drops the marks of what was saved so long ago that no terminal can still hold words from before it."""
    with db.jotting() as w:
        old = scratch.c.saved_at < w.now - _MARKED
        w.conn.execute(delete(scratch).where(scratch.c.worker_id == w.me.id, scratch.c.body == "", old))


# What words may be about that belongs to one case.
_OF_A_CASE = ("case", "note", "client", "transfer")


def case_of(r: Reading, subject: str) -> tuple[int, str] | None:
    """The case that words were about (its key and number), where it may be seen today; else None. Of a case that was offered
    to them, also who does not see it yet knows the number."""
    kind, _colon, number = subject.partition(":")
    if not number.isdigit():
        return None
    wanted = select(case_file.c.id, case_file.c.number).where(scope.visible(r)).order_by(case_file.c.id.desc())
    if kind == "case":
        wanted = wanted.where(case_file.c.id == int(number))
    elif kind == "note":
        # A draft that was thrown away is still known to the journal.
        gone = select(func.max(journal.c.case_id)).where(
            journal.c.table_name == "note", journal.c.row_id == int(number)
        )
        there = select(note.c.case_id).where(note.c.id == int(number)).scalar_subquery()
        wanted = wanted.where(case_file.c.id == func.coalesce(there, gone.scalar_subquery()))
    elif kind == "client":
        # The cases of a record that was merged are those of the one it became.
        became = select(func.coalesce(client.c.merged_into_id, client.c.id)).where(client.c.id == int(number))
        wanted = wanted.where(case_file.c.client_id == became.scalar_subquery())
    elif kind == "transfer":
        offered = transfer.c.state == "offered", true() if r.me.holds_all else transfer.c.to_worker_id == r.me.id
        wanted = select(case_file.c.id, case_file.c.number).where(
            true() if r.me.holds_all else ~scope.denied(r),
            case_file.c.id
            == select(transfer.c.case_id).where(transfer.c.id == int(number), *offered).scalar_subquery(),
        )
    else:
        return None
    row = r.conn.execute(wanted.limit(1)).first()
    return (row.id, row.number) if row else None


def secret(db: Database) -> str:
    """The key this person's terminals encrypt unsaved words with while the database is away; made at the first need.

    32 random bytes in hexadecimal. Raises NotPermitted for a login that is no worker.
    """
    with db.read() as r:
        if r.me.id is None:
            raise NotPermitted(_("Your login is not tied to a worker."))
        mine = select(scratch_key.c.secret).where(scratch_key.c.worker_id == r.me.id)
        found = r.conn.execute(mine).scalar()
    if found is None:
        with db.jotting() as w:
            found = w.conn.execute(mine).scalar()  # another terminal of the same person may have been quicker
            if found is None:
                found = secrets.token_hex(32)
                w.conn.execute(insert(scratch_key).values(worker_id=w.me.id, secret=found, made_at=w.now))
    return str(found)
