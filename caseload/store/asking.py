"""What a supervisor asks a worker about: facts of a case that speak only when two people sit together, and rank nothing.

Predicates over `case_file`, for the query language (`ask:late`, `ask:put_off`) and for counting.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select

from ..models import case_file, case_stage, comment, contact, contact_line, note, read_mark, snooze
from .database import Reading

# So often put off without having met the client in between.
PUT_OFF = 3
# Half a year at one stage: the longest are asked about.
STILL_DAYS = 180


def late(r: Reading) -> ColumnElement[bool]:
    """True where the contact is overdue by half its interval again."""
    return and_(case_file.c.closed_on.is_(None), case_file.c.contact_late_on < r.today)


def unmet(r: Reading) -> ColumnElement[bool]:
    """True where the client was not met or spoken to since the case came to its worker, before today."""
    since = case_file.c.owned_on
    met = and_(case_file.c.last_met_on.is_not(None), case_file.c.last_met_on >= since)
    return and_(case_file.c.owner_id.is_not(None), since < r.today, not_(met))


def put_off(r: Reading) -> ColumnElement[bool]:
    """True where the case was put off three times or more without the client being met or spoken to in between."""
    since = (
        select(contact_line.c.id)
        .join(contact, contact.c.id == contact_line.c.contact_id)
        .where(contact_line.c.case_id == snooze.c.case_id, contact_line.c.met, contact.c.at >= snooze.c.at)
        .correlate(snooze)
    )
    times = select(func.count()).where(snooze.c.case_id == case_file.c.id, ~since.exists()).correlate(case_file)
    return times.scalar_subquery() >= PUT_OFF


def cosign(r: Reading) -> ColumnElement[bool]:
    """True where a signed note waits to be co-signed."""
    waits = (note.c.state == "signed", note.c.needs_cosign, note.c.cosigned_at.is_(None))
    return exists().where(note.c.case_id == case_file.c.id, *waits).correlate(case_file)


def unanswered(r: Reading) -> ColumnElement[bool]:
    """True where something was said about a note or a contact, and who wrote it has not marked it as read."""

    def unread(by: ColumnElement[int]) -> tuple[ColumnElement[bool], ...]:
        marked = exists().where(read_mark.c.comment_id == comment.c.id, read_mark.c.worker_id == by).correlate(comment)
        return comment.c.case_id == case_file.c.id, comment.c.worker_id != by, not_(marked.correlate_except(read_mark))

    noted = select(comment.c.id).join(note, note.c.id == comment.c.note_id).where(*unread(note.c.author_id))
    spoken = select(comment.c.id).join(contact, contact.c.id == comment.c.contact_id)
    return or_(
        noted.correlate(case_file).exists(), spoken.where(*unread(contact.c.worker_id)).correlate(case_file).exists()
    )


def still(r: Reading) -> ColumnElement[bool]:
    """True where the case is open for half a year or longer, and its stage has not changed in that time."""
    before = r.today - timedelta(days=STILL_DAYS)
    moved = exists().where(case_stage.c.case_id == case_file.c.id, case_stage.c.on_date > before)
    return and_(case_file.c.closed_on.is_(None), case_file.c.opened_on <= before, not_(moved.correlate(case_file)))


ASKED: dict[str, Callable[[Reading], ColumnElement[bool]]] = {
    "ask late": late,
    "ask unmet": unmet,
    "ask put_off": put_off,
    "ask cosign": cosign,
    "ask comment": unanswered,
    "ask still": still,
}
