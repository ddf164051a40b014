"""Packets: a case talked through with a consultant who is not to know whose it is.

A worker has the case laid out without identity, looks it over, changes what the mask could not know, and approves it for one reader to a
last day, with a question. The reader reads that text and nothing else, on record, and answers; the answer stands with the case.
From its last day on, or once withdrawn, it is gone for the reader, by the calendar and with nobody doing anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, column, func, insert, literal, or_, select, table, update

from ..clock import now
from ..errors import Refused, Usage
from ..messages import _, _n
from ..models import case_access, case_file, custody, look, narrative, packet, packet_answer, pseudonym, worker
from ..models.packet import MOST_DAYS as MOST_DAYS
from ..store.database import Database, Reading, Receipt, Work
from . import find, looks, pseudonyms, scratches, values

# What masks is imported where it masks: a case page lists its packets, and is opened without waiting for it.
if TYPE_CHECKING:
    from .masking import Finding

# What looks at packets are recorded as having gone through.
SURFACE = "packet"


@dataclass(frozen=True, slots=True)
class NewPacket:
    """A text as it was looked over, for whom, to which last day, and what they are asked. `anyway` says why words that the mask would
    take out are left in it."""

    case: str | int
    reader: str
    until: date
    text: str
    question: str = ""
    anyway: str = ""
    scratch: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What the reader answered. `text` is None for those who read no prose."""

    id: int
    by: str
    at: datetime
    text: str | None


@dataclass(frozen=True, slots=True)
class PacketRow:
    """A packet as those have it who work with its case. `state` is open, expired or withdrawn."""

    id: int
    reader: str
    author: str
    on: date
    until: date
    state: str
    anyway: str
    question: str | None
    text: str | None
    answers: tuple[AnswerRow, ...]


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet as its reader has it: what they call the case, who asks, from and until which day, what, and when they answered. Nothing
    of it leads to the case. `text` stands only in one that was opened."""

    id: int
    called: str
    author: str
    on: date
    until: date
    question: str
    answered: datetime | None
    text: str | None = None


def none_such() -> str:
    """What is said of a packet that is another's, has ended, was withdrawn or never was: the same."""
    return _("There is no such packet for you. It may have ended or been withdrawn.")


# ---------------------------------------------------------------- for those who work with the case


def draft(db: Database, case: str | int) -> str:
    """The case laid out without identity, to be looked over before it is approved. A look, recorded first.

    Raises Usage for a case out of sight, NotPermitted for roles that read no prose.
    """
    from . import packet_text, page, veil
    from .masking import Mask

    with db.read() as r:
        r = veil.lifted(r)
        find.names_seen(r)
        ref = find.case(r, case)
    key = looks.announce(db, [ref.id], surface=SURFACE)[0]
    with db.read() as r:
        r = veil.lifted(r)
        mask = Mask(veil.known(r, key), r.today)
        return packet_text.lay_out(veil.page(r, key, page.read(r, key)), mask, r.today, r.zone)


def left(r: Reading, case: str | int, text: str, question: str = "") -> tuple[Finding, ...]:
    """What the mask would still take out of a text about that case, and of the question put with it (line 0)."""
    from . import veil
    from .masking import Finding, Mask

    r = veil.lifted(r)
    ref = find.case(r, case)
    mask = Mask(veil.known(r, ref.id), r.today)
    asked = tuple(Finding(0, one.words, one.tag) for one in mask.finds(values.prose("", question, needed=False)))
    return asked + mask.finds(values.prose(_("The text"), text, needed=False))


def where(found: Finding) -> str:
    """Where something was found, without saying it: `line 3: [client]`."""
    if found.line == 0:
        return _("in the question: {tag}").format(tag=found.tag)
    return _("line {n}: {tag}").format(n=found.line, tag=found.tag)


def approve(w: Work, new: NewPacket) -> Receipt:
    """Store a text that was looked over, for its reader to read until that day.

    Raises Usage for a day that is past or too far ahead, Refused where the reader has left or is kept from the case, or where the
    mask still finds something and no reason says why it stays.
    """
    ref = find.to_act_on(w, [new.case], closed=True)[0]
    reader = _reader(w, ref.id, new.reader)
    _within(w, new.until)
    text = values.prose(_("The text"), new.text)
    question = values.prose(_("The question"), new.question, needed=False)
    anyway = values.short(_("The reason"), new.anyway)
    if not anyway and (found := left(w, ref.id, text, question)):
        said = _n(
            "The mask still finds {n} thing in it. Take it out, or say why it stays.",
            "The mask still finds {n} things in it. Take them out, or say why they stay.",
            len(found),
        )
        raise Refused(said.format(n=len(found)), details=[where(one) for one in found[:20]])
    row = {
        "case_id": ref.id, "author_id": w.me.id, "reader_id": reader.id, "anyway": anyway, "approved_at": w.now,
        "approved_on": w.today, "until_on": new.until, "text_id": _prose(w, ref.id, text),
        "question_id": _prose(w, ref.id, question) if question.strip() else None,
    }  # fmt: skip
    made = w.add(packet, row)
    # Asked for once the packet is there: what others call a case is theirs.
    called = pseudonyms.for_reader(w, ref.id, reader.id)
    for place in new.scratch:
        scratches.clear(w, place)
    words = _("Approved a packet for {reader} until {day}").format(reader=reader.handle, day=new.until.isoformat())
    return w.receipt(words, cases=[ref.id], data={"packet": made, "called": called})


def withdraw(w: Work, packet_id: int) -> Receipt:
    """Take a packet back before its day: it is gone for its reader at once. Whoever works with the case may.

    Raises Usage where there is none in sight.
    """
    row = find.row_to_act_on(w, packet, packet_id, _("There is no such packet in a case that you may see."))
    if row.withdrawn_at is not None or row.until_on < w.today:
        return w.nothing(_("That packet is read by nobody any more."))
    taken = {"withdrawn_at": w.now, "withdrawn_by": w.me.id}
    w.conn.execute(update(packet).where(packet.c.id == packet_id).values(taken))
    return w.receipt(_("Withdrew a packet"), cases=[row.case_id])


def of_case(r: Reading, case_id: int, *, told: bool = True) -> tuple[PacketRow, ...]:
    """The packets of a case in sight, newest first, with what was answered; without prose unless `told`."""
    author, reader = worker.alias("author"), worker.alias("reader")
    question, text = narrative.alias("question"), narrative.alias("body")
    columns: list[Any] = [packet, author.c.handle.label("author"), reader.c.handle.label("reader")]
    source: Any = packet.join(author, author.c.id == packet.c.author_id).join(reader, reader.c.id == packet.c.reader_id)
    if told:
        columns += [question.c.body.label("question"), text.c.body.label("body")]
        source = source.outerjoin(question, question.c.id == packet.c.question_id)
        source = source.outerjoin(text, text.c.id == packet.c.text_id)
    found = select(*columns).select_from(source).where(packet.c.case_id == case_id).order_by(packet.c.id.desc())
    rows = r.conn.execute(found).all()
    answers = _answers(r, case_id, told) if rows else {}
    return tuple(
        PacketRow(
            row.id, row.reader, row.author, row.approved_on, row.until_on, _state(row, r.today), row.anyway,
            (row.question or "") if told else None, row.body if told else None, tuple(answers.get(row.id, ())),
        )
        for row in rows
    )  # fmt: skip


def _answers(r: Reading, case_id: int, told: bool) -> dict[int, list[AnswerRow]]:
    body = narrative.c.body if told else literal(None)
    found = (
        select(packet_answer, worker.c.handle, body.label("body"))
        .join(packet, packet.c.id == packet_answer.c.packet_id)
        .join(worker, worker.c.id == packet_answer.c.worker_id)
        .outerjoin(narrative, narrative.c.id == packet_answer.c.narrative_id)
        .where(packet.c.case_id == case_id)
        .order_by(packet_answer.c.id)
    )
    out: dict[int, list[AnswerRow]] = {}
    for row in r.conn.execute(found):
        out.setdefault(row.packet_id, []).append(AnswerRow(row.id, row.handle, row.at, row.body))
    return out


def _state(row: Any, today: date) -> str:
    if row.withdrawn_at is not None:
        return "withdrawn"
    return "open" if row.until_on >= today else "expired"


def state_words(state: str) -> str:
    """How a packet stands, in words."""
    return {"open": _("open"), "expired": _("ended"), "withdrawn": _("withdrawn")}[state]


def _reader(w: Work, case_id: int, handle: str) -> Any:
    """Whom it is for. Raises Usage, and Refused for who left, for oneself and for who is kept from the case by name."""
    key = find.worker_id(w, handle)
    columns = (worker.c.id, worker.c.handle, worker.c.status, worker.c.role, worker.c.holds_all)
    row = w.conn.execute(select(*columns).where(worker.c.id == key)).one()
    if row.status != "active":
        raise Refused(_("{handle} has left and can be asked nothing.").format(handle=row.handle))
    if row.role in ("admin", "auditor") and not row.holds_all:
        said = _("{handle} reads rows of every case, and would learn which one it is. Choose somebody else.")
        raise Refused(said.format(handle=row.handle))
    if row.id == w.me.id:
        raise Refused(_("A packet is for somebody else to read."))
    if w.conn.execute(select(case_access.c.id).where(*_denied(w, case_id, row.id))).first():
        raise Refused(_("{handle} is kept from that case, and reads nothing of it.").format(handle=row.handle))
    return row


def _denied(r: Reading, case_id: Any, worker_id: Any) -> tuple[ColumnElement[bool], ...]:
    standing = or_(case_access.c.until_on.is_(None), case_access.c.until_on >= r.agency.today)
    named = (case_access.c.case_id == case_id, case_access.c.worker_id == worker_id)
    return (*named, case_access.c.kind == "deny", standing)


def _within(r: Reading, until: date) -> None:
    if until < r.today:
        raise Usage(_("That day is past."))
    if until > r.today + timedelta(days=MOST_DAYS):
        raise Usage(
            _(
                "A packet ends within {n} days. What must be read for longer is looked over and approved anew, as the case stands then."
            ).format(n=MOST_DAYS)
        )


def _prose(w: Work, case_id: int, text: str) -> int:
    return w.add(narrative, {"case_id": case_id, "worker_id": w.me.id, "body": text, "at": w.now})


# ---------------------------------------------------------------- for the reader

# On a server the reader knows of packets what this view says, and no more.
_mine = table(
    "my_packets", *map(column, ("id", "called", "author", "approved_on", "until_on", "question", "answered_at", "body"))
)


def mine(r: Reading) -> list[Packet]:
    """The packets this person may read today, those still to be answered first, then by their end. Without their text."""
    found = [
        Packet(row.id, row.called, row.author, row.approved_on, row.until_on, row.question or "", row.answered_at)
        for row in r.conn.execute(_live(r))
    ]
    return sorted(found, key=lambda one: (one.answered is not None, one.until, one.id))


def waiting_for_me(r: Reading) -> int:
    """How many packets wait for this person's answer."""
    return sum(one.answered is None for one in mine(r)) if r.me.id is not None else 0


def read(db: Database, packet_id: int) -> Packet:
    """Open a packet: that is on record with its case, and committed, before its text is read. Raises Usage where there is none for this
    person to read today."""
    with db.jotting() as w:
        if not _announced(w, packet_id):
            raise Usage(none_such())
    with db.read() as r:
        row = r.conn.execute(_live(r, text=True, only=packet_id)).first()
        if row is None:
            raise Usage(none_such())
        return Packet(
            row.id, row.called, row.author, row.approved_on, row.until_on, row.question or "", row.answered_at, row.body
        )


def answer(w: Work, packet_id: int, text: str, *, scratch: str | None = None) -> Receipt:
    """What the reader says to it. It stands with the case from then on and is never altered; another may be added.

    Raises Usage where there is no such packet for this person today.
    """
    text = values.prose(_("The answer"), text)
    if w.engine == "postgresql":
        made = w.conn.exec_driver_sql("SELECT answer_packet(%s, %s)", (packet_id, text)).scalar()
    else:
        made = _answered(w, packet_id, text)
    if made is None:
        raise Usage(none_such())
    scratches.clear(w, scratch)
    return w.receipt(_("Answered a packet"), undoable=False, data={"answer": made})


def _live(r: Reading, *, text: bool = False, only: int | None = None) -> Select[Any]:
    if r.engine == "postgresql":
        columns = [one for one in _mine.c if text or one.name != "body"]
        found = select(*columns)
        return found if only is None else found.where(_mine.c.id == only)
    author, question, body = worker.alias("author"), narrative.alias("question"), narrative.alias("body")
    answered = select(func.max(packet_answer.c.at)).where(packet_answer.c.packet_id == packet.c.id).scalar_subquery()
    found = (
        select(
            packet.c.id, pseudonym.c.name.label("called"), author.c.handle.label("author"), packet.c.approved_on,
            packet.c.until_on, question.c.body.label("question"), answered.label("answered_at"),
            *((body.c.body,) if text else ()),
        )
        .join(pseudonym, (pseudonym.c.worker_id == packet.c.reader_id) & (pseudonym.c.case_id == packet.c.case_id))
        .join(author, author.c.id == packet.c.author_id)
        .outerjoin(question, question.c.id == packet.c.question_id)
        .where(*_readable(r))
    )  # fmt: skip
    if text:
        found = found.join(body, body.c.id == packet.c.text_id)
    return found if only is None else found.where(packet.c.id == only)


def _readable(r: Reading) -> Sequence[ColumnElement[bool]]:
    """True of a packet that is this person's to read, on SQLite: today, whatever day is asked about."""
    barred = select(case_access.c.id).where(*_denied(r, packet.c.case_id, packet.c.reader_id)).correlate(packet)
    mine_now = (packet.c.reader_id == r.me.id, packet.c.withdrawn_at.is_(None), packet.c.until_on >= r.agency.today)
    # What was approved before its case was restricted is read by nobody; whoever answers for it now approves it anew.
    shut = select(custody.c.id).join(case_file, case_file.c.id == custody.c.case_id)
    shut = shut.where(case_file.c.id == packet.c.case_id, case_file.c.restricted, custody.c.at >= packet.c.approved_at)
    return (*mine_now, ~barred.exists(), ~shut.correlate(packet).exists())


def _announced(w: Reading, packet_id: int) -> bool:
    if w.engine == "postgresql":
        return bool(w.conn.exec_driver_sql("SELECT announce_packet(%s, %s)", (packet_id, SURFACE)).scalar())
    case_id = w.conn.execute(select(packet.c.case_id).where(packet.c.id == packet_id, *_readable(w))).scalar()
    if case_id is not None:
        row = {"worker_id": w.me.id, "login": w.me.login, "case_id": case_id, "kind": "packet", "surface": SURFACE}
        w.conn.execute(insert(look).values(row | {"why": f"packet {packet_id}", "at": now()}))
    return case_id is not None


def _answered(w: Work, packet_id: int, text: str) -> int | None:
    if w.conn.execute(select(packet.c.id).where(packet.c.id == packet_id, *_readable(w))).first() is None:
        return None
    prose = w.add(narrative, {"case_id": None, "worker_id": w.me.id, "body": text, "at": w.now})
    row = {"packet_id": packet_id, "worker_id": w.me.id, "narrative_id": prose, "at": w.now}
    return w.add(packet_answer, row)
