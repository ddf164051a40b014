"""Logging contacts: attempted or made, with a line for each case they served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import insert

from ..clock import day_of
from ..errors import Refused, Usage
from ..messages import _, _n
from ..models import contact, contact_line, narrative
from ..models.record import CONTACT_KINDS, OUTCOMES, PLACES, WITH
from ..store.database import Receipt, Work
from . import advice, attention, find, scratches, together, values

# In these the client can be met or spoken to; a message or a talk with the school is no contact with the child.
MEETING_KINDS = ("visit", "office", "phone", "video", "group")
# Where each kind takes place unless somebody says otherwise.
USUAL_PLACES = {"visit": "home", "office": "office", "phone": "remote", "video": "remote", "message": "remote"}
LONGEST_MINUTES = 24 * 60
# What is older is a slip of the pen: nobody enters a contact of before their own time.
OLDEST_YEARS = 50


@dataclass(frozen=True, slots=True)
class NewContact:
    """One contact. `at` is now unless given; `place` follows from the kind unless given; minutes may be unknown."""

    cases: Sequence[str | int]
    kind: str
    outcome: str
    with_whom: str = "client"
    place: str | None = None
    at: datetime | None = None
    minutes: int | None = None
    note: str = ""
    topics: Sequence[str] = ()
    scratch: str | None = None


def log(w: Work, new: NewContact) -> Receipt:
    """Record a contact. The clock of each case restarts where its client was met or spoken to.

    Raises Usage for a value out of its list or a moment ahead, Refused for a closed case or one text for several people.
    """
    kind = values.one_of("kind", new.kind, CONTACT_KINDS)
    outcome = values.one_of("outcome", new.outcome, OUTCOMES)
    with_whom = values.one_of("person", new.with_whom, WITH)
    if new.place is not None:
        values.one_of("place", new.place, PLACES)
    if kind == "collateral" and with_whom == "client":
        with_whom = "other"
    place = new.place or USUAL_PLACES.get(kind)
    if new.minutes is not None and not 0 <= new.minutes <= LONGEST_MINUTES:
        raise Usage(_("Minutes must be between 0 and {most}; {n} is not.").format(most=LONGEST_MINUTES, n=new.minutes))
    found = find.to_act_on(w, new.cases)
    at = moment(w, new.at)
    text = values.prose(_("The note"), new.note, needed=False)
    if text and len(found) > 1 and kind != "group":
        raise Refused(
            _(
                "One text for several clients is a group activity. Log it with the kind group, or write each client's own."
            )
        )
    met = outcome == "made" and with_whom == "client" and kind in MEETING_KINDS
    row = {
        "kind": kind, "outcome": outcome, "with_whom": with_whom, "place": place, "at": at, "recorded_at": w.now,
        "minutes": new.minutes, "worker_id": w.me.id,
    }  # fmt: skip
    contact_id = w.add(contact, row)
    on_date = day(w, at)
    # What is said of several names none of them to the others.
    told = together.of(w, found) if text and len(found) > 1 else None
    for ref in found:
        narrative_id = None
        if text:
            body = told.for_case(ref.id, text) if told else text
            prose = {"case_id": ref.id, "worker_id": w.me.id, "body": body, "at": w.now}
            narrative_id = w.add(narrative, prose)
        line = {
            "contact_id": contact_id,
            "case_id": ref.id,
            "on_date": on_date,
            "kind": kind,
            "outcome": outcome,
            "met": met,
        }
        w.conn.execute(insert(contact_line).values(**line, narrative_id=narrative_id))
    advice.file(w, contact_id, new.topics)
    ids = [ref.id for ref in found]
    attention.taken_up(w, ids)
    scratches.clear(w, new.scratch)
    said = _("a contact made") if outcome == "made" else _("an attempted contact")
    words = _n("Logged {what} ({kind}) for {n} case", "Logged {what} ({kind}) for {n} cases", len(ids))
    return w.receipt(words.format(what=said, kind=kind, n=len(ids)), cases=ids, data={"contact": contact_id})


def moment(w: Work, at: datetime | None) -> datetime:
    """When it happened: now unless given. Raises Usage for a moment ahead, or of before anybody's time."""
    found = at or w.now
    if found > w.now + timedelta(minutes=5):
        raise Usage(_("A contact cannot lie ahead; make it an appointment instead."))
    if found < w.now - timedelta(days=366 * OLDEST_YEARS):
        raise Usage(_("A contact cannot lie more than {years} years back.").format(years=OLDEST_YEARS))
    return found


def day(w: Work, at: datetime) -> date:
    """The agency's day of a contact; a clock a few minutes fast is not tomorrow."""
    return min(day_of(at, w.zone), w.today)
