"""Referrals: a need sent to a service, or to somebody who helps informally, and what became of it.

Sending asks whether it may go and records the telling in the same act, which is never undone; whatever comes after is.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Row, select, update

from ..errors import Conflict, NotPermitted, Refused, Usage
from ..messages import _
from ..models import case_file, disclosure, narrative, need, person, policy, provider, referral, service
from ..models.service import DECLINED_WHY as DECLINED_WHY
from ..models.service import REFERRAL_KINDS as KINDS
from ..store.database import Reading, Receipt, Work
from . import attention, consents, disclosures, find, freed, permits, scratches, values
from .permits import Permit

# What goes along unless the sender says otherwise: who it is, and that they are served here.
USUAL = ("identity", "services")
# What a referral may become, from each state. What is not listed is wrong; a slip is undone.
MOVES: dict[str, tuple[str, ...]] = {
    "drafted": ("sent", "withdrawn"),
    "sent": ("accepted", "waitlisted", "declined", "started", "lapsed", "withdrawn"),
    "waitlisted": ("accepted", "declined", "started", "lapsed", "withdrawn"),
    "accepted": ("waitlisted", "declined", "started", "lapsed", "withdrawn"),
    "started": ("completed", "lapsed", "withdrawn"),
    "declined": (),
    "completed": (),
    "lapsed": (),
    "withdrawn": (),
}
RUNNING = ("sent", "accepted", "waitlisted", "started")
ENDED = tuple(state for state, moves in MOVES.items() if not moves)
ANSWERS = ("accepted", "waitlisted", "declined")
# For these no-shows are counted: somebody is expected.
_EXPECTED = ("accepted", "waitlisted", "started")

_r = referral.c


@dataclass(frozen=True, slots=True)
class NewReferral:
    """What is asked of a service of the directory, or of somebody around the client: exactly one of the two. `asked_cents` is the
    amount applied for, of a benefit or a claim; `replaces` the referral whose place this one takes."""

    case: str | int
    reason: str
    service: int | None = None
    person: int | None = None
    kind: str = "service"
    need: int | None = None
    asked_cents: int | None = None
    replaces: int | None = None
    scratch: str | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """What goes along with a referral: the kinds of information, and in words what is told (the reason, unless others are given)
    and what for."""

    kinds: Sequence[str] = USUAL
    told: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """To whom a referral goes: the name by which a consent lets them be told, and another one that would do."""

    recipient: str
    also: str
    answer_days: int | None


# -- acts ------------------------------------------------------------------------------------------


def draft(w: Work, new: NewReferral) -> Receipt:
    """Write a referral down, to be sent later. Raises Usage for what is missing or of another case, Refused for a service that is
    not offered, or for somebody on record as a threat."""
    ref, made = _draft(w, new)
    scratches.clear(w, new.scratch)
    return w.receipt(_("Drafted a referral; nothing has left"), cases=[ref.id], data={"referral": made})


def refer(w: Work, new: NewReferral, telling: Telling | None = None) -> Receipt:
    """Write a referral and send it in one act. Raises as `draft` and `send` do; then nothing is written."""
    _ref, made = _draft(w, new)
    return send(w, made, telling, scratch=new.scratch)


def send(
    w: Work, referral_id: int, telling: Telling | None = None, *, seen: int | None = None, scratch: str | None = None
) -> Receipt:
    """Send a referral, under the record that says it may go; that, and the day by which an answer is due, are in the receipt.

    What was told stays on record, so sending is not undone: withdraw it instead. A running one whose place it takes is withdrawn
    with it. Raises NotPermitted where no consent or exception of that day permits it, Refused where it cannot be sent.
    """
    row = _row(w, referral_id)
    _may(row, "sent")
    ref = find.to_act_on(w, [row.case_id])[0]
    telling = telling or Telling()
    to = _target(w, row)
    name, _permit = ask(w, ref.id, to, telling.kinds)
    purpose = telling.purpose.strip() or _("Referral to {who}").format(who=to.recipient)
    told: str | int = telling.told if telling.told.strip() else row.reason_id
    permit: Permit = disclosures.send(w, {ref.id: ref.number}, name, telling.kinds, told=told, purpose=purpose).data[
        ref.id
    ]
    gone = _last_disclosure(w, ref.id)
    days = to.answer_days or _program_days(w, ref.program_id)
    due = w.today + timedelta(days=days)
    _write(w, row, seen, state="sent", sent_on=w.today, answer_by=due, disclosure_id=gone)
    if row.replaces_id is not None:
        _give_way(w, row.replaces_id)
    attention.taken_up(w, [ref.id])
    scratches.clear(w, scratch)
    said = _(
        "Sent a referral, to be answered by {day}; it may go: {record}. What was told stays: withdraw it, undo does not."
    )
    words = said.format(day=due.isoformat(), record=permit.words)
    told_of = {"referral": referral_id, "disclosure": gone, "record": permit.words, "answer_by": due}
    return w.receipt(words, cases=[ref.id], undoable=False, data=told_of)


def answer(
    w: Work, referral_id: int, said: str, *, because: str | None = None, decided_cents: int | None = None, on: date | None = None,
    seen: int | None = None,
) -> Receipt:  # fmt: skip
    """Record an answer: `accepted`, `waitlisted`, or `declined` with its coded reason, which may be the client's own. Of a benefit
    or a claim, `decided_cents` is what was granted."""
    values.one_of(_("answer"), said, ANSWERS)
    if (because is not None) != (said == "declined"):
        raise Usage(
            _("A referral that was declined has a reason, and no other: {known}.").format(known=", ".join(DECLINED_WHY))
        )
    row = _row(w, referral_id)
    day = _moved(w, row, said, on)
    changes: dict[str, object] = {"answered_on": day} | _decided(row, decided_cents)
    if said == "accepted":
        changes["accepted_on"] = day
    if because is not None:
        changes |= {"declined_why": values.one_of(_("reason"), because, DECLINED_WHY), "ended_on": day}
    return _step(w, row, said, seen, changes)


def start(w: Work, referral_id: int, *, on: date | None = None, seen: int | None = None) -> Receipt:
    """The client has begun there. Where nobody had answered, that is an answer."""
    row = _row(w, referral_id)
    day = _moved(w, row, "started", on)
    first = {name: getattr(row, name) or day for name in ("answered_on", "accepted_on")}
    return _step(w, row, "started", seen, {"started_on": day, **first})


def missed(w: Work, referral_id: int, *, seen: int | None = None) -> Receipt:
    """The client was expected there and did not come: counted, and nothing else changes."""
    row = _row(w, referral_id)
    if row.state not in _EXPECTED:
        raise Refused(_("Nobody is expected there: that referral is {state}.").format(state=state_words(row.state)))
    _write(w, row, seen, missed=row.missed + 1)
    attention.taken_up(w, [row.case_id])
    said = _("Not come, {n} so far").format(n=row.missed + 1)
    return w.receipt(said, cases=[row.case_id], data={"referral": referral_id})


def complete(
    w: Work, referral_id: int, *, decided_cents: int | None = None, on: date | None = None, seen: int | None = None
) -> Receipt:
    """What was asked for was given."""
    row = _row(w, referral_id)
    day = _moved(w, row, "completed", on)
    return _step(w, row, "completed", seen, {"ended_on": day} | _decided(row, decided_cents))


def lapse(w: Work, referral_id: int, *, on: date | None = None, seen: int | None = None) -> Receipt:
    """It came to nothing: nobody answered, or the client stayed away."""
    row = _row(w, referral_id)
    return _step(w, row, "lapsed", seen, {"ended_on": _moved(w, row, "lapsed", on)})


def withdraw(w: Work, referral_id: int, *, seen: int | None = None) -> Receipt:
    """Take a referral back. What was told with it stays on record."""
    row = _row(w, referral_id)
    return _step(w, row, "withdrawn", seen, {"ended_on": _moved(w, row, "withdrawn", None)})


def reword(w: Work, referral_id: int, reason: str, *, seen: int | None = None, scratch: str | None = None) -> Receipt:
    """Other words for what is asked, while it is a draft; those before are kept."""
    row = _row(w, referral_id)
    if row.state != "drafted":
        raise Refused(_("That referral was sent, and its words with it. Write a note, or add to what was told."))
    prose = _prose(w, row.case_id, reason, before=row.reason_id)
    _write(w, row, seen, reason_id=prose)
    scratches.clear(w, scratch)
    return w.receipt(_("Changed the words of a referral"), cases=[row.case_id], data={"referral": referral_id})


def must_be_of(r: Reading, case: str | int, referral_id: int) -> None:
    """Raises Usage where that referral is none of that case's."""
    find.must_be_of(r, referral, referral_id, case, _("There is no such referral in that case."))


# -- may it go --------------------------------------------------------------------------------------


def may_go(r: Reading, case: str | int, *, service_id: int | None = None, person_id: int | None = None,
           kinds: Sequence[str] = USUAL) -> Permit | str:  # fmt: skip
    """Whether a referral of that case may go there today: the record that says so, or the sentence that says why not."""
    ref = find.case(r, case)
    to = _to_service(r, service_id) if service_id is not None else _to_person(r, ref.id, person_id or 0)
    return ask(r, ref.id, to, kinds)[1]


def ask(r: Reading, case_id: int, to: Target, kinds: Sequence[str]) -> tuple[str, Permit | str]:
    """The same of a target, with the name under which it may go: that of who offers a service, or of the service itself."""
    found = permits.may_go(r, case_id, to.recipient, kinds)
    if isinstance(found, str) and to.also and consents.recipient(to.also)[1] != consents.recipient(to.recipient)[1]:
        other = permits.may_go(r, case_id, to.also, kinds)
        if isinstance(other, Permit):
            return to.also, other
    return to.recipient, found


def state_words(state: str) -> str:
    """The state of a referral as people say it."""
    return {
        "drafted": _("drafted"), "sent": _("sent"), "accepted": _("accepted"), "waitlisted": _("on their waiting list"),
        "declined": _("declined"), "started": _("started"), "completed": _("completed"), "lapsed": _("lapsed"),
        "withdrawn": _("withdrawn"),
    }[state]  # fmt: skip


def why_words(why: str) -> str:
    """Why a referral was declined, as people say it."""
    return {
        "client_declined": _("the client said no"), "not_eligible": _("the client does not fit"),
        "no_capacity": _("they have no room"), "no_answer": _("they could not be reached"),
        "not_suitable": _("it is not what is needed"), "other": _("another reason"),
    }[why]  # fmt: skip


def kind_words(kind: str) -> str:
    """What kind of thing is asked for, as people say it."""
    return {"service": _("service"), "benefit": _("benefit"), "claim": _("claim")}[kind]


# -- writing ----------------------------------------------------------------------------------------


def _draft(w: Work, new: NewReferral) -> tuple[find.CaseRef, int]:
    ref = find.to_act_on(w, [new.case])[0]
    kind = values.one_of(_("kind of referral"), new.kind, KINDS)
    if (new.service is None) == (new.person is None):
        raise Usage(
            _("A referral goes to a service of the directory, or to somebody around the client: name one of the two.")
        )
    if new.asked_cents is not None and kind == "service":
        raise Usage(_("An amount is asked for with a benefit or a claim."))
    if new.service is not None:
        _to_service(w, new.service)
    else:
        _to_person(w, ref.id, new.person or 0)
    if new.need is not None:
        find.must_be_of(w, need, new.need, ref.id, _("There is no such need in that case."))
    if new.replaces is not None:
        must_be_of(w, ref.id, new.replaces)
        taken = select(_r.id).where(_r.replaces_id == new.replaces)
        if w.conn.execute(taken).first() is not None:
            raise Refused(_("That referral was replaced already."))
    row = {
        "uid": str(uuid.uuid4()), "case_id": ref.id, "need_id": new.need, "kind": kind, "service_id": new.service,
        "person_id": new.person, "worker_id": w.me.id, "reason_id": _prose(w, ref.id, new.reason), "drafted_on": w.today,
        "asked_cents": new.asked_cents, "replaces_id": new.replaces, "at": w.now,
    }  # fmt: skip
    return ref, w.add(referral, row)


def _prose(w: Work, case_id: int, text: str, *, before: int | None = None) -> int:
    prose = {"case_id": case_id, "worker_id": w.me.id, "body": values.prose(_("What is asked for"), text), "at": w.now}
    return w.add(narrative, prose | {"supersedes_id": before})


def _target(r: Reading, row: Row) -> Target:  # type: ignore[type-arg]
    if row.service_id is not None:
        return _to_service(r, row.service_id)
    return _to_person(r, row.case_id, row.person_id)


def _to_service(r: Reading, service_id: int) -> Target:
    found = (
        select(
            service.c.name,
            service.c.state,
            service.c.answer_days,
            provider.c.name.label("by"),
            provider.c.state.label("theirs"),
        )
        .join(provider, provider.c.id == service.c.provider_id)
        .where(service.c.id == service_id)
    )
    row = r.conn.execute(found).first()
    if row is None:
        raise Usage(_("There is no service {id}.").format(id=service_id))
    if (row.state, row.theirs) != ("active", "active"):
        raise Refused(_("That service is not offered now. Find another, or set it right in the directory."))
    return Target(row.by, row.name, row.answer_days)


def _to_person(r: Reading, case_id: int, person_id: int) -> Target:
    theirs = (person.c.id == person_id, case_file.c.id == case_id)
    found = select(person.c.name, person.c.role).join(case_file, case_file.c.client_id == person.c.client_id)
    row = r.conn.execute(found.where(*theirs)).first()
    if row is None:
        raise Usage(_("There is nobody of that number around the client of that case."))
    if row.role == "threat":
        raise Refused(_("That person is on record as a threat to the client."))
    return Target(row.name, "", None)


def _program_days(r: Reading, program_id: int) -> int:
    current = (policy.c.program_id == program_id, policy.c.is_current)
    return int(r.conn.execute(select(policy.c.referral_days).where(*current)).scalar_one())


def _last_disclosure(w: Work, case_id: int) -> int:
    mine = (disclosure.c.case_id == case_id, disclosure.c.worker_id == w.me.id, disclosure.c.recorded_at == w.now)
    return int(
        w.conn.execute(select(disclosure.c.id).where(*mine).order_by(disclosure.c.id.desc())).scalars().first() or 0
    )


def _give_way(w: Work, replaced: int) -> None:
    """The referral whose place another took is withdrawn, where it had not ended."""
    row = _row(w, replaced)
    if row.state not in ENDED:
        _write(w, row, None, state="withdrawn", ended_on=w.today)


def _row(w: Work, referral_id: int) -> Row:  # type: ignore[type-arg]
    return find.row_to_act_on(w, referral, referral_id, _("There is no referral {id}.").format(id=referral_id))


def _may(row: Row, state: str) -> None:  # type: ignore[type-arg]
    """Raises Refused, with what is possible, where a referral cannot become that."""
    if state in MOVES[row.state]:
        return
    now = state_words(row.state)
    if not MOVES[row.state]:
        raise Refused(
            _("That referral is {state}, and that is its end. A slip is undone; another try is a new one.").format(
                state=now
            )
        )
    possible = ", ".join(state_words(one) for one in MOVES[row.state])
    raise Refused(_("That referral is {state}; it may become: {possible}.").format(state=now, possible=possible))


def _moved(w: Work, row: Row, state: str, on: date | None) -> date:  # type: ignore[type-arg]
    """The day on which a referral became that. Raises Refused where it may not, Usage for a day before it was sent or ahead."""
    _may(row, state)
    day, first = on or w.today, row.started_on or row.sent_on or row.drafted_on
    if not first <= day <= w.today:
        said = _("That day lies between {first} and today; {day} does not.")
        raise Usage(said.format(first=first.isoformat(), day=day.isoformat()))
    return day


def _decided(row: Row, cents: int | None) -> dict[str, object]:  # type: ignore[type-arg]
    if cents is None:
        return {}
    if row.kind == "service":
        raise Usage(_("An amount is decided on a benefit or a claim."))
    return {"decided_cents": cents}


def _step(w: Work, row: Row, state: str, seen: int | None, changes: dict[str, object]) -> Receipt:  # type: ignore[type-arg]
    _write(w, row, seen, state=state, **changes)
    attention.taken_up(w, [row.case_id])
    said = _("A referral is now {state}").format(state=state_words(state))
    if state == "withdrawn" and row.disclosure_id is not None:
        said = _("Withdrew a referral; what was told with it stays on record")
    data: dict[str, object] = {"referral": row.id}
    if row.state in ("accepted", "started") and state in ENDED:
        data["waiting"] = next_there = freed.at_service(w, row.service_id)
        if next_there:
            said += _("; {cases} wait for the place there").format(cases=", ".join(next_there[:3]))
    return w.receipt(said, cases=[row.case_id], data=data)


def _write(w: Work, row: Row, seen: int | None, **changes: object) -> None:  # type: ignore[type-arg]
    version = row.version if seen is None else seen
    same = (_r.id == row.id, _r.version == version)
    if not w.conn.execute(update(referral).where(*same).values({**changes, "version": version + 1})).rowcount:
        raise Conflict(_("Someone else changed that referral meanwhile. Nothing was changed; look again."))


def in_sight(r: Reading) -> None:
    """Raises NotPermitted for who reads no referrals at all."""
    if not (r.me.sees_identity or r.me.masked):
        raise NotPermitted(_("Your role ({role}) reads no referrals.").format(role=r.me.role))
