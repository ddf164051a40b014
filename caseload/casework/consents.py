"""Consents: signed permissions to tell. Whether one holds is computed from its days and the case's stages, never stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

from sqlalchemy import Row, Select, and_, func, or_, select, update

from ..errors import Conflict, Refused, Usage
from ..messages import _
from ..models import case_stage, consent, disclosure, narrative, worker
from ..models.consent import KINDS as KINDS
from ..models.consent import SIGNERS as SIGNERS
from ..store.database import Reading, Receipt, Work
from ..store.portions import portions
from ..text import fold
from . import find, scratches, values

# The client themselves, as a recipient: their own record is theirs to see (45 CFR 164.524, 42 CFR 2.23).
CLIENT = "client"


@dataclass(frozen=True, slots=True)
class NewConsent:
    """A signed form, as it reads. It holds until its last day, the closing of the case or an event: one of these is needed.

    `discloser` is the agency, and `revocable` in writing to it, unless the form says otherwise.
    """

    case: str | int
    recipient: str
    kinds: Sequence[str]
    what: str
    purpose: str
    until: date | None = None
    until_closed: bool = False
    event: str = ""
    signed: date | None = None
    signer: str = "client"
    signer_name: str = ""
    discloser: str = ""
    revocable: str = ""
    scratch: str | None = None


# What an amendment may set right.
AMENDABLE = tuple(one.name for one in fields(NewConsent) if one.name not in ("case", "scratch"))


@dataclass(frozen=True, slots=True)
class Life:
    """The days that decide whether a consent holds. `closed_on` is the first closing of its case after the signature, of one
    that ends with it."""

    signed_on: date
    until_on: date | None = None
    event_on: date | None = None
    closed_on: date | None = None
    revoked_on: date | None = None

    @property
    def end(self) -> tuple[date, str] | None:
        """The first day on which it holds no more, and why: `revoked` or `expired`. None where no end is known yet."""
        ends = [(self.until_on + timedelta(days=1), "expired")] if self.until_on is not None else []
        ends += [(day, "expired") for day in (self.event_on, self.closed_on) if day is not None]
        ends += [(self.revoked_on, "revoked")] if self.revoked_on is not None else []
        # Revoked and expired on one day: that the client took it back is said.
        return min(ends, key=lambda one: (one[0], one[1] != "revoked"), default=None)

    def state(self, day: date) -> str:
        """`not_yet`, `in_force`, `expired` or `revoked` on that day."""
        if day < self.signed_on:
            return "not_yet"
        return self.end[1] if self.end is not None and self.end[0] <= day else "in_force"


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A consent of a case. Free text is None for those who see no identity; `what` and `purpose` for who reads no narrative.
    `ends` is the first day on which it holds no more, as far as that is known, and `until` the day before; `last_day` is the
    one that the form names."""

    id: int
    case_id: int
    recipient: str | None
    kinds: tuple[str, ...]
    what: str | None
    purpose: str | None
    ends_with: str
    event: str | None
    signed: date
    ends: date | None
    revoked: date | None
    state: str
    signer: str
    signer_name: str | None
    discloser: str | None
    revocable: str | None
    recorded_by: str
    revoked_by: str | None
    revoked_why: str | None
    version: int
    until: date | None
    last_day: date | None = None


def kinds(asked: Sequence[str]) -> tuple[str, ...]:
    """Kinds of information, each once, in the order they are listed in. Raises Usage for one that is unknown, or for none."""
    named = {values.one_of(_("kind of information"), one.strip(), KINDS) for one in asked}
    if not named:
        raise Usage(_("Say what it is about: {known}.").format(known=", ".join(KINDS)))
    return tuple(one for one in KINDS if one in named)


def recipient(text: str) -> tuple[str, str]:
    """A recipient as written, and the key they are known by: case, accents and signs do not matter. Raises Usage."""
    shown = values.name(_("The recipient"), text, needed=True)
    if not fold(shown):
        raise Usage(_("A recipient needs a letter or a digit."))
    return shown, fold(shown)


def give(w: Work, new: NewConsent) -> Receipt:
    """Record a signed consent. Raises Usage where an element of the form is missing or cannot be."""
    ref = find.to_act_on(w, [new.case], closed=True)[0]
    if new.until_closed and not ref.is_open:
        raise Usage(_("Case {number} is closed already: name the last day or another event.").format(number=ref.number))
    row = _columns(w, new) | {"what_id": _prose(w, ref.id, _("What may be told"), new.what)}
    row |= {"purpose_id": _prose(w, ref.id, _("The purpose"), new.purpose)}
    made = w.add(consent, row | {"case_id": ref.id, "recorded_at": w.now, "recorded_by": w.me.id})
    scratches.clear(w, new.scratch)
    return w.receipt(_("Recorded a consent"), cases=[ref.id], data={"consent": made})


def revoke(w: Work, consent_id: int, why: str, *, on: date | None = None, scratch: str | None = None) -> Receipt:
    """The client takes a consent back, from that day on; what was told before stays told. `why` says how they said so."""
    row, now = _running(w, consent_id)
    day = _past_day(w, on, row.signed_on)
    changes = {"revoked_on": day, "revoked_by": w.me.id, "revoked_why": values.short(_("The reason"), why, needed=True)}
    _write(w, row, row.version, changes)
    scratches.clear(w, scratch)
    said = _("Revoked a consent from {day} on").format(day=day.isoformat())
    return w.receipt(said, cases=[now.case_id], data={"consent": consent_id})


def came(w: Work, consent_id: int, *, on: date | None = None) -> Receipt:
    """The event that a consent was to end with has come: from that day on it holds no more."""
    row, now = _running(w, consent_id)
    if row.ends_with != "event":
        raise Usage(_("That consent ends with no event. Revoke it, or let its last day come."))
    day = _past_day(w, on, row.signed_on)
    _write(w, row, row.version, {"event_on": day})
    said = _("A consent ended with its event on {day}").format(day=day.isoformat())
    return w.receipt(said, cases=[now.case_id], data={"consent": consent_id})


def amend(
    w: Work, consent_id: int, changes: Mapping[str, object], *, seen: int | None = None, scratch: str | None = None
) -> Receipt:
    """Set right what was copied wrongly from the form, under the names of `NewConsent`. Prose is superseded and kept.

    Raises Refused once something was told under it: then it is revoked and the right one recorded; Usage for a day of the
    signature that is taken away; Conflict where somebody changed it meanwhile.
    """
    row = find.row_to_act_on(w, consent, consent_id, _("There is no such consent."))
    unknown = sorted(set(changes) - set(AMENDABLE))
    if unknown:
        raise Usage(_("{name!r} is nothing of a consent's.").format(name=unknown[0]))
    if "signed" in changes and not changes["signed"]:
        raise Usage(unsigned())
    if w.conn.execute(select(disclosure.c.id).where(disclosure.c.consent_id == consent_id)).first() is not None:
        raise Refused(_("Something was told under that consent. Revoke it, and record the one that was signed."))
    prose = {name: str(changes[name]) for name in ("what", "purpose") if name in changes}
    now = NewConsent(
        row.case_id, row.recipient, tuple(row.kinds.split(",")), "", "", row.until_on, row.ends_with == "case_closed",
        row.event, row.signed_on, row.signer, row.signer_name, row.discloser, row.revocable,
    )  # fmt: skip
    told = {one: getattr(now, one) for one in NewConsent.__slots__} | dict(changes)
    new = {name: value for name, value in _columns(w, NewConsent(**told)).items() if value != getattr(row, name)}
    for name, body in prose.items():
        label = _("What may be told") if name == "what" else _("The purpose")
        new[f"{name}_id"] = _prose(w, row.case_id, label, body, before=getattr(row, f"{name}_id"))
    if "event" in new:
        new["event_on"] = None
    if not new:
        return w.nothing(_("Nothing of the consent is different."))
    _write(w, row, row.version if seen is None else seen, new)
    scratches.clear(w, scratch)
    return w.receipt(_("Corrected a consent"), cases=[row.case_id], data={"consent": consent_id})


def unsigned() -> str:
    """What is said where the day of the signature is taken away: today is no guess at when a form was signed."""
    return _("Say on which day it was signed, as on the form.")


def must_be_of(r: Reading, case: str | int, consent_id: int) -> None:
    """Raises Usage where that consent is none of that case's."""
    find.must_be_of(r, consent, consent_id, case, _("There is no such consent in that case."))


def of_cases(r: Reading, ids: Sequence[int], day: date, *, key: str | None = None) -> list[ConsentRow]:
    """The consents of these cases, for one recipient where `key` is given, with their state on that day; without prose."""
    found: list[ConsentRow] = []
    for some in portions(ids):
        of = select(*_COLUMNS).select_from(_SOURCE).where(consent.c.case_id.in_(some))
        if key is not None:
            of = of.where(consent.c.recipient_key == key)
        found += _rows(r, of, day, named=True, told=False)
    return found


def of_case(r: Reading, case_id: int, *, named: bool = True, told: bool = True) -> tuple[ConsentRow, ...]:
    """The consents of a case as they stand today, those in force first."""
    what, purpose = narrative.alias("what"), narrative.alias("purpose")
    columns = (*_COLUMNS, what.c.body.label("what"), purpose.c.body.label("purpose")) if told else _COLUMNS
    source = _SOURCE
    if told:
        # A server shows prose only to who has announced a look; the consent itself is there all the same.
        source = source.outerjoin(what, what.c.id == consent.c.what_id)
        source = source.outerjoin(purpose, purpose.c.id == consent.c.purpose_id)
    found = _rows(r, select(*columns).select_from(source).where(consent.c.case_id == case_id), r.today, named, told)
    return tuple(sorted(found, key=lambda one: (one.state != "in_force", -one.id)))


def one(r: Reading, consent_id: int) -> ConsentRow | None:
    """One consent with its prose. For callers that have asked whether its case may be seen."""
    case_id = r.conn.execute(select(consent.c.case_id).where(consent.c.id == consent_id)).scalar()
    return next((row for row in of_case(r, case_id) if row.id == consent_id), None) if case_id is not None else None


_RECORDER, _REVOKER = worker.alias("recorder"), worker.alias("revoker")
# The first closing after the signature; on the day itself, the one that was written down after it.
_CLOSED = (
    select(func.min(case_stage.c.on_date))
    .where(
        case_stage.c.case_id == consent.c.case_id,
        case_stage.c.stage == "closed",
        consent.c.ends_with == "case_closed",
        or_(
            case_stage.c.on_date > consent.c.signed_on,
            and_(case_stage.c.on_date == consent.c.signed_on, case_stage.c.at > consent.c.recorded_at),
        ),
    )
    .scalar_subquery()
)
_COLUMNS = (consent, _CLOSED.label("closed_on"), _RECORDER.c.handle, _REVOKER.c.handle.label("revoker"))
_SOURCE = consent.join(_RECORDER, _RECORDER.c.id == consent.c.recorded_by).outerjoin(
    _REVOKER, _REVOKER.c.id == consent.c.revoked_by
)


def _rows(r: Reading, found: Select, day: date, named: bool, told: bool) -> list[ConsentRow]:  # type: ignore[type-arg]
    def typed(text: str) -> str | None:
        return text if named else None

    out = []
    for row in r.conn.execute(found.order_by(consent.c.id)):
        life = Life(row.signed_on, row.until_on, row.event_on, row.closed_on, row.revoked_on)
        ends = life.end[0] if life.end is not None else None
        until = ends - timedelta(days=1) if ends is not None else None
        out.append(
            ConsentRow(
                row.id, row.case_id, typed(row.recipient), tuple(row.kinds.split(",")), row.what if told else None,
                row.purpose if told else None, row.ends_with, typed(row.event), row.signed_on, ends, row.revoked_on,
                life.state(day), row.signer, typed(row.signer_name), typed(row.discloser), typed(row.revocable),
                row.handle, row.revoker, typed(row.revoked_why), row.version, until, row.until_on,
            )
        )  # fmt: skip
    return out


def _columns(w: Work, new: NewConsent) -> dict[str, object]:
    """What the form says, but for its prose. Raises Usage."""
    signed = new.signed or w.today
    if signed > w.today:
        raise Usage(_("A consent is signed today or before; {day} lies ahead.").format(day=signed.isoformat()))
    event = values.name(_("The event"), new.event)
    if event and new.until_closed:
        raise Usage(_("A consent ends with the closing of the case or with another event, not with both."))
    if not (event or new.until_closed or new.until):
        raise Usage(_("A consent ends: name its last day, the closing of the case, or another event."))
    if new.until is not None and new.until < signed:
        raise Usage(_("The last day {day} lies before the signature.").format(day=new.until.isoformat()))
    signer = values.one_of(_("signer"), new.signer, SIGNERS)
    shown, key = recipient(new.recipient)
    if key == CLIENT:
        raise Usage(_("The client's own record is theirs to see: that needs no consent."))
    return {
        "discloser": values.name(_("Who may tell"), new.discloser) or w.agency.name,
        "kinds": ",".join(kinds(new.kinds)),
        "recipient": shown,
        "recipient_key": key,
        "revocable": values.short(_("How it may be revoked"), new.revocable)
        or _("At any time, in writing to {agency}.").format(agency=w.agency.name),
        "ends_with": "event" if event else "case_closed" if new.until_closed else "date",
        "event": event,
        "until_on": new.until,
        "signer": signer,
        "signer_name": values.name(_("The name of who signed"), new.signer_name, needed=signer != "client"),
        "signed_on": signed,
    }


def _prose(w: Work, case_id: int, what: str, text: str, *, before: int | None = None) -> int:
    prose = {"case_id": case_id, "worker_id": w.me.id, "body": values.prose(what, text), "at": w.now}
    return w.add(narrative, prose | {"supersedes_id": before})


def _running(w: Work, consent_id: int) -> tuple[Row, ConsentRow]:  # type: ignore[type-arg]
    """A consent that has not ended. Raises Usage, Refused."""
    row = find.row_to_act_on(w, consent, consent_id, _("There is no such consent."))
    now = next(one for one in of_cases(w, [row.case_id], w.today) if one.id == consent_id)
    if now.state != "in_force" and now.ends is not None:
        ended = now.ends.isoformat()
        raise Refused(_("That consent ended on {day} already ({how}).").format(day=ended, how=state_words(now.state)))
    return row, now


def state_words(state: str) -> str:
    """The state of a consent as people say it."""
    return {
        "not_yet": _("not yet signed"), "in_force": _("in force"), "expired": _("expired"), "revoked": _("revoked"),
    }[state]  # fmt: skip


def _past_day(w: Work, on: date | None, signed: date) -> date:
    day = on or w.today
    if not signed <= day <= w.today:
        said = _("That day lies between the signature ({first}) and today; {day} does not.")
        raise Usage(said.format(first=signed.isoformat(), day=day.isoformat()))
    return day


def _write(w: Work, row: Row, seen: int, changes: Mapping[str, object]) -> None:  # type: ignore[type-arg]
    mine = (consent.c.id == row.id, consent.c.version == seen)
    if not w.conn.execute(update(consent).where(*mine).values({**changes, "version": seen + 1})).rowcount:
        raise Conflict(_("Someone else changed that consent meanwhile. Nothing was changed; look at it and try again."))
