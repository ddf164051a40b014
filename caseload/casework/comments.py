"""What a supervisor says about a contact or a signed note, what its author answers, and who has read what.

A comment is narrative: it is read on the case's pages alone, never in a list, and only ever added to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, insert, or_, select

from ..errors import NotPermitted, Refused, Usage
from ..messages import _, _n
from ..models import case_file, comment, contact, contact_line, narrative, note, read_mark, worker
from ..store import scope, waiting
from ..store.database import Reading, Receipt, Work
from . import find, scratches, values


@dataclass(frozen=True, slots=True)
class CommentRow:
    """One comment about a note or a contact of a case. `text` is None for those who read no narrative; `new` says that it
    waits for the person who looks."""

    id: int
    note: int | None
    contact: int | None
    at: datetime
    by: str
    text: str | None
    new: bool


@dataclass(frozen=True, slots=True)
class MarkRow:
    """Who has marked a note or a contact as read, and when."""

    note: int | None
    contact: int | None
    by: str
    at: datetime


def add(
    w: Work, case: str | int, text: str, *, note_id: int | None = None, contact_id: int | None = None,
    scratch: str | None = None,
) -> Receipt:  # fmt: skip
    """Say something about a signed note or a contact. Those who supervise the case may, and the author in answer.

    Raises Usage where there is no such note or contact in that case, Refused for a draft, NotPermitted for others.
    """
    ref = find.to_act_on(w, [case], closed=True)[0]
    author = _author(w, ref.id, note_id, contact_id)
    if author != w.me.id and not scope.may_lead(w, ref):
        raise NotPermitted(_("Only who supervises the case, or who wrote it, comments on it."))
    prose = {"case_id": ref.id, "worker_id": w.me.id, "body": values.prose(_("The comment"), text), "at": w.now}
    narrative_id = w.add(narrative, prose)
    row = {"case_id": ref.id, "note_id": note_id, "contact_id": contact_id, "worker_id": w.me.id, "at": w.now}
    made = w.add(comment, row | {"narrative_id": narrative_id})
    scratches.clear(w, scratch)
    words = _("Commented on a note") if note_id is not None else _("Commented on a contact")
    return w.receipt(words, cases=[ref.id], data={"comment": made})


def mark(w: Work, case: str | int, *, note_id: int | None = None, contact_id: int | None = None) -> Receipt:
    """Mark as read: one note or contact with what was said about it, or, where none is named, every note of the case
    that waits and every comment that does.

    Raises NotPermitted for a note or contact of a case the person does not supervise, unless a comment on it waits.
    """
    ref = find.to_act_on(w, [case], closed=True)[0]
    named = note_id is not None or contact_id is not None
    leads = scope.may_lead(w, ref)
    author = _author(w, ref.id, note_id, contact_id) if named else None
    said = _waiting_comments(w, ref.id, note_id, contact_id)
    rows: list[dict[str, object]] = [{"comment_id": one} for one in said]
    if named and leads and author != w.me.id and not _marked(w, ref.id, note_id, contact_id):
        rows.append({"note_id": note_id, "contact_id": contact_id})
    elif not named and leads:
        fresh = select(note.c.id).where(note.c.case_id == ref.id, waiting.fresh_notes(w)).order_by(note.c.id)
        rows += [{"note_id": one} for one in w.conn.execute(fresh).scalars()]
    if not rows:
        if named and not leads:
            raise NotPermitted(_("Nothing about it waits for you; notes are marked by those who supervise the case."))
        return w.nothing(_("Nothing waits to be read there."))
    empty = {"note_id": None, "contact_id": None, "comment_id": None}
    whole = {"case_id": ref.id, "worker_id": w.me.id, "at": w.now}
    w.conn.execute(insert(read_mark), [empty | row | whole for row in rows])
    words = _n("Marked {n} entry as read", "Marked {n} entries as read", len(rows)).format(n=len(rows))
    return w.receipt(words, cases=[ref.id], data={"marked": len(rows)})


def _author(r: Reading, case_id: int, note_id: int | None, contact_id: int | None) -> int:
    """Who wrote it. Raises Usage for what is not of that case, Refused for a draft."""
    if (note_id is None) == (contact_id is None):
        raise Usage(_("Name one note or one contact, as the case page lists them."))
    if note_id is not None:
        found = select(note.c.author_id, note.c.state).where(note.c.id == note_id, note.c.case_id == case_id)
        row = r.conn.execute(found).first()
        if row is None:
            raise Usage(_("That note is not one of this case."))
        if row.state != "signed":
            raise Refused(_("That note is still a draft. It can be read and commented on once it is signed."))
        return int(row.author_id)
    of_case = select(contact.c.worker_id).join(contact_line, contact_line.c.contact_id == contact.c.id)
    by = r.conn.execute(of_case.where(contact.c.id == contact_id, contact_line.c.case_id == case_id)).scalar()
    if by is None:
        raise Usage(_("That contact is not one of this case."))
    return int(by)


def _marked(r: Reading, case_id: int, note_id: int | None, contact_id: int | None) -> bool:
    about = (
        read_mark.c.note_id == note_id
        if note_id is not None
        else and_(read_mark.c.contact_id == contact_id, read_mark.c.case_id == case_id)
    )
    return r.conn.execute(select(read_mark.c.id).where(about, read_mark.c.worker_id == r.me.id)).first() is not None


def _waiting_comments(r: Reading, case_id: int, note_id: int | None, contact_id: int | None) -> Sequence[int]:
    said = waiting.comments_new(r)
    found = select(said.c.id).where(said.c.case_id == case_id).distinct().order_by(said.c.id)
    if note_id is not None or contact_id is not None:
        about = comment.c.note_id == note_id if note_id is not None else comment.c.contact_id == contact_id
        found = found.join(comment, comment.c.id == said.c.id).where(about)
    return r.conn.execute(found).scalars().all()


def of_case(r: Reading, case_id: int, *, told: bool = True) -> tuple[CommentRow, ...]:
    """What was said about the notes and contacts of a case, the oldest first; without text unless `told`."""
    new = set(_waiting_comments(r, case_id, None, None)) if r.me.id is not None else set()
    found = (
        select(comment, worker.c.handle, (narrative.c.body if told else narrative.c.id).label("body"))
        .join(worker, worker.c.id == comment.c.worker_id)
        .outerjoin(narrative, narrative.c.id == comment.c.narrative_id)
        .where(comment.c.case_id == case_id)
        .order_by(comment.c.at, comment.c.id)
    )
    return tuple(
        CommentRow(
            row.id, row.note_id, row.contact_id, row.at, row.handle, row.body if told else None, row.id in new
        )
        for row in r.conn.execute(found)
    )  # fmt: skip


def marks_of_case(r: Reading, case_id: int) -> tuple[MarkRow, ...]:
    """Who has read which note or contact of a case."""
    found = (
        select(read_mark.c.note_id, read_mark.c.contact_id, worker.c.handle, read_mark.c.at)
        .join(worker, worker.c.id == read_mark.c.worker_id)
        .where(
            read_mark.c.case_id == case_id, or_(read_mark.c.note_id.is_not(None), read_mark.c.contact_id.is_not(None))
        )
        .order_by(read_mark.c.at, read_mark.c.id)
    )
    return tuple(MarkRow(*row) for row in r.conn.execute(found))


def waiting_for_me(r: Reading) -> int:
    """How many comments about this person's writing they have not marked as read, in the cases they may see."""
    if r.me.id is None or not r.me.sees_identity:
        return 0
    said = waiting.comments_new(r)
    found = select(func.count(said.c.id.distinct())).join(case_file, case_file.c.id == said.c.case_id)
    return int(r.conn.execute(found.where(scope.visible(r))).scalar_one())


def newest_signed(r: Reading, case: str | int) -> int:
    """The newest signed note of a case. Raises Usage where there is none."""
    found = select(note.c.id).where(note.c.case_id == find.case(r, case).id, note.c.state == "signed")
    key = r.conn.execute(found.order_by(note.c.signed_at.desc(), note.c.id.desc()).limit(1)).scalar()
    if key is None:
        raise Usage(_("There is no signed note in that case. Name a contact with --contact ID."))
    return int(key)
