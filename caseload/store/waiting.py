"""What waits: for this person to read, signed notes of their teams and what was said about their own writing; and of cases, for
an answer to an offer, for somebody to cover them, for a custodian who is here; and what a consultant answered.

Predicates over `case_file`, for the query language (`note:unread`, `comment:new`, `offer:late`, `cover:none`, `custodian:away`) and for
counting.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, not_, or_, select, true, union_all

from ..models import (
    absence,
    authorisation,
    case_access,
    case_file,
    comment,
    contact,
    custody,
    glass,
    look,
    note,
    packet,
    packet_answer,
    plan,
    read_mark,
    transfer,
    worker,
)
from . import asking, gaps, scope, visited
from .database import Reading

# What was signed longer ago is history: a supervisor who begins here has no thousand notes to read.
NOTE_DAYS = 30


def reads_notes(r: Reading) -> bool:
    """Whether notes wait for this person at all: for those who supervise."""
    return r.me.holds_all or r.me.role == "supervisor"


def fresh_notes(r: Reading) -> ColumnElement[bool]:
    """True of a note that a supervisor should read: signed by someone else in the last 30 days, and marked by nobody."""
    since = datetime.combine(r.today - timedelta(days=NOTE_DAYS), time(), r.zone)
    marked = exists().where(read_mark.c.note_id == note.c.id).correlate(note)
    return and_(note.c.signed_at >= since, note.c.state == "signed", note.c.author_id != r.me.id, not_(marked))


def notes_unread(r: Reading) -> ColumnElement[bool]:
    """True of a case of the teams this person supervises with a note that waits to be read."""
    if not reads_notes(r):
        return false()
    return and_(scope.led(r), case_file.c.id.in_(select(note.c.case_id).where(fresh_notes(r)).correlate(None)))


def comments_new(r: Reading) -> Any:
    """A select of the comments by others, about what this person wrote or spoke of before, that they have not marked read:
    the comment's key and its case."""
    me, own = r.me.id, comment.alias("own")
    marked = exists().where(read_mark.c.comment_id == comment.c.id, read_mark.c.worker_id == me).correlate(comment)
    others = (comment.c.worker_id != me, not_(marked))
    found: Select[Any] = select(comment.c.id, comment.c.case_id)
    ways = (
        found.join(note, note.c.id == comment.c.note_id).where(note.c.author_id == me, *others),
        found.join(contact, contact.c.id == comment.c.contact_id).where(contact.c.worker_id == me, *others),
        found.join(own, own.c.note_id == comment.c.note_id).where(own.c.worker_id == me, *others),
        found.join(own, and_(own.c.contact_id == comment.c.contact_id, own.c.case_id == comment.c.case_id)).where(
            own.c.worker_id == me, *others
        ),
    )
    return union_all(*ways).subquery("said")


def commented(r: Reading) -> ColumnElement[bool]:
    """True of a case in which something was said to this person that they have not marked read."""
    if r.me.id is None:
        return false()
    said = comments_new(r)
    return case_file.c.id.in_(select(said.c.case_id).correlate(None))


def offer_still_there() -> ColumnElement[bool]:
    """True where the case is still where it was when it was offered, and was not restricted since by somebody who had
    another than the receiver in mind."""
    since = select(custody.c.id).where(
        custody.c.case_id == transfer.c.case_id,
        custody.c.at > transfer.c.offered_at,
        custody.c.custodian_id.is_not(None),
    )
    open_to_them = or_(
        ~case_file.c.restricted,
        case_file.c.custodian_id == transfer.c.to_worker_id,
        ~since.correlate(transfer).exists(),
    )
    return and_(case_file.c.owner_id == transfer.c.from_worker_id, case_file.c.closed_on.is_(None), open_to_them)


def offer_runs(r: Reading) -> ColumnElement[bool]:
    """True where the case is still there to be taken, and its receiver is not barred from it by name."""
    barred = select(case_access.c.id).where(
        case_access.c.case_id == transfer.c.case_id,
        case_access.c.worker_id == transfer.c.to_worker_id,
        case_access.c.kind == "deny",
        or_(case_access.c.until_on.is_(None), case_access.c.until_on >= r.today),
    )
    return and_(offer_still_there(), ~barred.correlate(transfer).exists())


def offered(r: Reading, *, late: bool = False) -> ColumnElement[bool]:
    """True of a case that is offered to somebody who has not answered; with `late`, by the day they were to answer by."""
    standing = (transfer.c.state == "offered", *((transfer.c.answer_by < r.today,) if late else ()))
    some = select(transfer.c.case_id).where(*standing).correlate(None)
    here = exists().where(transfer.c.case_id == case_file.c.id, offer_runs(r), *standing)
    return and_(case_file.c.id.in_(some), here.correlate(case_file))


def uncovered(r: Reading) -> ColumnElement[bool]:
    """True of a case whose worker is away today and which nobody covers. For a restricted one its custodian answers."""
    away = select(absence.c.worker_id).where(*scope.running(r)).correlate(None)
    return and_(
        case_file.c.owner_id.in_(away),
        not_(case_file.c.restricted),
        case_file.c.closed_on.is_(None),
        not_(scope.covered_by_anybody(r)),
    )


def without_custodian(r: Reading) -> ColumnElement[bool]:
    """True of a restricted case whose custodian is away today or has left."""
    gone = select(worker.c.id).where(worker.c.status == "left").correlate(None)
    away = select(absence.c.worker_id).where(*scope.running(r)).correlate(None)
    return and_(case_file.c.restricted, or_(case_file.c.custodian_id.in_(gone), case_file.c.custodian_id.in_(away)))


def glass_unread(r: Reading) -> ColumnElement[bool]:
    """True of a case that somebody opened in an emergency, of which no supervisor has read yet."""
    return exists().where(glass.c.case_id == case_file.c.id, glass.c.read_at.is_(None)).correlate(case_file)


def answered(r: Reading) -> ColumnElement[bool]:
    """True of a case about which a consultant has answered this person, who asked or holds the case, and has not opened it since.
    Laying out another packet opens nothing that shows the answer."""
    since = (look.c.worker_id == r.me.id, look.c.case_id == packet.c.case_id, look.c.at > packet_answer.c.at)
    opened = exists().where(*since, look.c.kind.in_(("case", "narrative")), look.c.surface != "packet")
    new = select(packet.c.case_id).join(packet_answer, packet_answer.c.packet_id == packet.c.id)
    new = new.where(not_(opened.correlate(packet, packet_answer))).correlate(None)
    asked = case_file.c.id.in_(new.where(packet.c.author_id == r.me.id))
    return or_(asked, and_(case_file.c.owner_id == r.me.id, case_file.c.id.in_(new)))


def with_packet(r: Reading) -> ColumnElement[bool]:
    """True of a case of which a packet can be read today."""
    live = (packet.c.withdrawn_at.is_(None), packet.c.until_on >= r.today)
    return case_file.c.id.in_(select(packet.c.case_id).where(*live).correlate(None))


def planned(r: Reading, which: str) -> ColumnElement[bool]:
    """How the plan of a case stands: `waiting` for approval by this person, who supervises it and neither wrote it nor put it forward;
    a version `running`; one in `draft`; or `none` of these. Who sees no identity learns nothing of plans. That one is `due`, or
    `overdue`, is a fact of the case."""
    if which in ("due", "overdue"):
        clock = case_file.c.plan_due_on
        return and_(clock.is_not(None), true() if which == "due" else clock < r.today)
    if not (r.me.holds_all or r.me.role in ("case_manager", "supervisor")):
        return false()
    some = select(plan.c.case_id).correlate(None)
    if which == "waiting":
        if not reads_notes(r):
            return false()
        theirs = (plan.c.state == "submitted", plan.c.author_id != r.me.id, plan.c.submitted_by != r.me.id)
        return and_(scope.led(r), case_file.c.id.in_(some.where(*theirs)))
    if which == "none":
        return not_(case_file.c.id.in_(some.where(plan.c.state.in_(("draft", "submitted", "approved")))))
    states = {"running": ("approved",), "draft": ("draft", "submitted")}[which]
    return case_file.c.id.in_(some.where(plan.c.state.in_(states)))


def funded(r: Reading, which: str) -> ColumnElement[bool]:
    """How the money of a case stands: what is `waiting` for approval by this person, who supervises it and did not ask; `asked` for
    and not yet approved; authorised and `running`; or with a budget that is `over`. Who sees no identity learns nothing of it."""
    if not (r.me.holds_all or r.me.role in ("case_manager", "supervisor")):
        return false()
    if which == "over":
        return case_file.c.budget_over_on <= r.today
    some = select(authorisation.c.case_id).correlate(None)
    if which == "waiting":
        if not reads_notes(r):
            return false()
        theirs = (authorisation.c.state == "asked", authorisation.c.asked_by != r.me.id)
        return and_(scope.led(r), case_file.c.id.in_(some.where(*theirs)))
    return case_file.c.id.in_(some.where(authorisation.c.state == {"asked": "asked", "running": "approved"}[which]))


def predicate(r: Reading, which: str) -> ColumnElement[bool]:
    """What the query language asks for by these names: notes, comments, offers, late offers, covers, custodians, glass,
    packets, answers, how plans and money stand, visits, what a record lacks, and what a supervisor asks about."""
    made: dict[str, Callable[[], ColumnElement[bool]]] = {
        "notes": lambda: notes_unread(r),
        "comments": lambda: commented(r),
        "offers": lambda: offered(r),
        "late offers": lambda: offered(r, late=True),
        "covers": lambda: uncovered(r),
        "custodians": lambda: without_custodian(r),
        "glass": lambda: glass_unread(r),
        "packets": lambda: with_packet(r),
        "answers": lambda: answered(r),
    }
    if which.startswith("plan "):
        return planned(r, which.removeprefix("plan "))
    if which.startswith("visit "):
        return visited.predicate(r, which.removeprefix("visit "))
    if which.startswith("money "):
        return funded(r, which.removeprefix("money "))
    if which.startswith("gap "):
        return gaps.predicate(r, which.removeprefix("gap "))
    asked = asking.ASKED.get(which)
    return asked(r) if asked is not None else made[which]()
