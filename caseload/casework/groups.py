"""A group activity or a residents' day: one contact of several clients. Each record gets what was done together, in which nobody else
who took part is named, and a line of its own: whether its client was there, and their own words. No record says who else was there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, insert, select, update

from ..errors import Conflict, Usage
from ..messages import _
from ..models import case_file, contact, contact_line, narrative
from ..models.record import PLACES
from ..models.record import PRESENCES as PRESENCES
from ..store import scope
from ..store.database import Reading, Receipt, Work
from . import advice, attention, contacts, find, scratches, together, values
from .together import Named

_l = contact_line.c


@dataclass(frozen=True, slots=True)
class Taking:
    """How one took part: `present`, `left_early` or `absent`; and what is to be said of them alone."""

    case: str | int
    presence: str = "present"
    words: str = ""


@dataclass(frozen=True, slots=True)
class NewGroup:
    """One activity: who took part and how, and what was done together. `at` is now unless given."""

    takings: Sequence[Taking]
    account: str = ""
    place: str | None = None
    at: datetime | None = None
    minutes: int | None = None
    topics: Sequence[str] = ()
    scratch: str | None = None


def names_in(r: Reading, new: NewGroup) -> tuple[Named, ...]:
    """Who is named where the others would read it: in what was done together, or in somebody else's line. It is masked there.
    Raises Usage for a case out of sight, NotPermitted for who sees no names."""
    find.names_seen(r)
    refs = find.cases(r, [one.case for one in new.takings])
    told = together.of(r, refs)
    found = list(told.named(new.account))
    for ref, one in zip(refs, new.takings, strict=True):
        found += told.named(one.words, besides=ref.id)
    return tuple(dict.fromkeys(found))


def log(w: Work, new: NewGroup) -> Receipt:
    """Record a group activity. The clock of each case restarts whose client was there, if only for a part; who was absent was
    not met.

    Raises Usage for nobody, somebody twice, a value out of its list or a moment ahead, Refused for a closed case.
    """
    keys = [one.case for one in new.takings]
    refs = find.to_act_on(w, keys)
    if len(refs) != len(new.takings):
        raise Usage(_("Somebody is named twice. Each takes part once."))
    for one in new.takings:
        values.one_of(_("way of taking part"), one.presence, PRESENCES)
    if new.place is not None:
        values.one_of(_("place"), new.place, PLACES)
    if new.minutes is not None:
        values.number(_("Minutes"), new.minutes, 0, contacts.LONGEST_MINUTES)
    at = contacts.moment(w, new.at)
    account = values.prose(_("What was done"), new.account, needed=False)
    there = any(one.presence != "absent" for one in new.takings)
    row = {
        "kind": "group", "outcome": "made" if there else "attempted", "with_whom": "client", "place": new.place, "at": at,
        "recorded_at": w.now, "minutes": new.minutes, "worker_id": w.me.id,
    }  # fmt: skip
    contact_id = w.add(contact, row)
    told = together.of(w, refs)
    for ref, one in zip(refs, new.takings, strict=True):
        words = values.prose(_("What is said of one of them"), one.words, needed=False)
        line = {
            "contact_id": contact_id, "case_id": ref.id, "on_date": contacts.day(w, at), "kind": "group",
            "narrative_id": _prose(w, ref.id, told.for_case(ref.id, account)),
            "own_id": _prose(w, ref.id, told.for_case(ref.id, words)), **_took_part(one.presence),
        }  # fmt: skip
        w.conn.execute(insert(contact_line).values(**line))
    advice.file(w, contact_id, new.topics)
    ids = [ref.id for ref in refs]
    attention.taken_up(w, ids)
    scratches.clear(w, new.scratch)
    # How many took part is in no record of one of them.
    return w.receipt(_("Logged a group activity"), cases=ids, data={"contact": contact_id}, counted=1)


def correct(
    w: Work, case: str | int, contact_id: int, *, presence: str | None = None, words: str | None = None, seen: int | None = None,
    scratch: str | None = None,
) -> Receipt:  # fmt: skip
    """Set right how one took part, or what is said of them alone; nobody else's record is touched, and the words before are kept.
    `seen` is the version that was read.

    Raises Usage where that case had no part in it, Refused for a closed case, Conflict where it was changed meanwhile.
    """
    ref = find.to_act_on(w, [case])[0]
    row = w.conn.execute(select(contact_line).where(_l.contact_id == contact_id, _l.case_id == ref.id)).first()
    if row is None or row.kind != "group":
        raise Usage(_("There is no group activity {id} in that case.").format(id=contact_id))
    new: dict[str, object] = {}
    if presence is not None:
        values.one_of(_("way of taking part"), presence, PRESENCES)
        new |= _took_part(presence)
    if words is not None:
        text = values.prose(_("What is said of one of them"), words, needed=False)
        new["own_id"] = _own(w, row, text)
        if row.presence is None and presence is None:
            new |= _took_part("present" if row.met else "absent")
    new = {name: value for name, value in new.items() if value != getattr(row, name)}
    if not new:
        return w.nothing(_("Nothing of that line is different."))
    version = row.version if seen is None else seen
    same = (_l.id == row.id, _l.version == version)
    if not w.conn.execute(update(contact_line).where(*same).values({**new, "version": version + 1})).rowcount:
        raise Conflict(_("Someone else changed that line meanwhile. Nothing was changed; look again."))
    scratches.clear(w, scratch)
    return w.receipt(_("Set one line of a group activity right"), cases=[ref.id], data={"contact": contact_id})


def _took_part(presence: str) -> dict[str, object]:
    there = presence != "absent"
    return {"presence": presence, "met": there, "outcome": "made" if there else "attempted"}


def _own(w: Work, row: Row, text: str) -> int | None:  # type: ignore[type-arg]
    """The words of a line, without those who took part as far as the writer sees them; the key that stands where they are the same."""
    with_it = select(_l.case_id).where(_l.contact_id == row.contact_id)
    seen = select(case_file.c.id).where(case_file.c.id.in_(with_it), scope.visible(w))
    refs = find.cases(w, list(w.conn.execute(seen).scalars()))
    text = together.of(w, refs).for_case(row.case_id, text)
    if row.own_id is not None:
        stands = w.conn.execute(select(narrative.c.body).where(narrative.c.id == row.own_id)).scalar()
        if stands == text:
            return int(row.own_id)
    return _prose(w, row.case_id, text, before=row.own_id)


def _prose(w: Work, case_id: int, text: str, *, before: int | None = None) -> int | None:
    if not text.strip():
        return None
    prose = {"case_id": case_id, "worker_id": w.me.id, "body": text, "at": w.now, "supersedes_id": before}
    return w.add(narrative, prose)
