"""Words still being typed, kept so that a crash loses none: by author, form and subject, for their author alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from ..messages import _
from ..models import scratch
from ..store.database import Database, Reading, Work
from . import values


@dataclass(frozen=True, slots=True)
class Scratch:
    """What someone was typing, in which form and about what (`case:17`, `intake`)."""

    form: str
    subject: str
    body: str
    saved_at: datetime


def keep(db: Database, form: str, subject: str, body: str) -> None:
    """Keep what is being typed; an empty body forgets it. No change and no journal: it is not a record yet."""
    body = values.prose(_("The text"), body, needed=False)
    with db.jotting() as w:
        mine = (scratch.c.worker_id == w.me.id, scratch.c.form == form, scratch.c.subject == subject)
        if not body:
            w.conn.execute(delete(scratch).where(*mine))
            return
        if not w.conn.execute(update(scratch).where(*mine).values(body=body, saved_at=w.now)).rowcount:
            row = {"worker_id": w.me.id, "form": form, "subject": subject, "body": body, "saved_at": w.now}
            w.conn.execute(insert(scratch).values(row))


def recall(r: Reading, form: str, subject: str) -> Scratch | None:
    """What the person was typing there, if anything."""
    columns = (scratch.c.form, scratch.c.subject, scratch.c.body, scratch.c.saved_at)
    mine = (scratch.c.worker_id == r.me.id, scratch.c.form == form, scratch.c.subject == subject)
    row = r.conn.execute(select(*columns).where(*mine)).first()
    return Scratch(*row) if row else None


def all_mine(r: Reading) -> list[Scratch]:
    """Everything the person was typing and has not saved, newest first."""
    columns = (scratch.c.form, scratch.c.subject, scratch.c.body, scratch.c.saved_at)
    found = select(*columns).where(scratch.c.worker_id == r.me.id).order_by(scratch.c.saved_at.desc())
    return [Scratch(*row) for row in r.conn.execute(found)]


def clear(w: Work, place: str | None) -> None:
    """Forget what was typed at `form|subject`, in the transaction that saves it."""
    if place:
        form, _bar, subject = place.partition("|")
        w.conn.execute(
            delete(scratch).where(scratch.c.worker_id == w.me.id, scratch.c.form == form, scratch.c.subject == subject)
        )
