"""`caseload refer`: what was asked of a service or a helper for a client, from the draft to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from caseload.errors import NotPermitted, Usage
from caseload.messages import _

from . import output
from .frame import Family, session
from .inputs import day, key_number, text_of
from .options import Case, Format, Identified, said
from .output import Column
from .receipts import done
from .services import TAKE_UP, take_up_shape
from .session import looked, names_shown
from .which import to_change, to_read

if TYPE_CHECKING:
    from collections.abc import Callable

    from caseload.casework.referred import ReferralRow
    from caseload.store.database import Receipt, Work

    from .session import Session

commands = Family()

Act = Literal[
    "list", "draft", "send", "ask", "answer", "start", "missed", "complete", "lapse", "withdraw", "reword", "take-up",
]  # fmt: skip
Kind = Literal["service", "benefit", "claim"]
Answer = Literal["accepted", "waitlisted", "declined"]
Because = Literal["client_declined", "not_eligible", "no_capacity", "no_answer", "not_suitable", "other"]

_NEW = ("service", "person", "kind", "reason", "need", "asked", "replaces")
_TELLING = ("kinds", "what", "purpose")
# What each act takes beside the key of a referral.
_TAKES: dict[str, tuple[str, ...]] = {
    "list": (), "draft": _NEW, "send": (*_NEW, *_TELLING), "ask": ("service", "person", "kinds"),
    "answer": ("say", "because", "decided", "on"), "start": ("on",), "missed": (), "complete": ("decided", "on"),
    "lapse": ("on",), "withdraw": (), "reword": ("reason",), "take-up": (),
}  # fmt: skip
_OF_ONE = ("send", "answer", "start", "missed", "complete", "lapse", "withdraw", "reword")


@commands.command(
    "refer",
    "caseload refer 2026-048212 draft --service 'Night shelter' --reason 'She sleeps in her car'",
    "caseload refer 2026-048212 send ID",
    help=_(
        "Referrals of a case: draft; send ID, or a new one at once (exit 3 where no consent or exception permits it; what was "
        "told is on record and is not undone); ask whether it may go; answer, start, missed (not come), complete, lapse, "
        "withdraw and reword ID; take-up, counted; or list."
    ),
)
def refer(
    ctx: typer.Context,
    case: Case,
    act: Annotated[
        Act, typer.Argument(metavar="ACT", help=_("What to do, as above; list unless given."))
    ] = "list",
    what_id: Annotated[str | None, typer.Argument(metavar="ID", help=_("Which referral."), show_default=False)] = None,
    service: Annotated[str | None, said("ID|NAME", _("The service it goes to."), "--service")] = None,
    person: Annotated[
        str | None, said("ID", _("Or somebody around the client who helps, as `show` numbers them."), "--person")
    ] = None,
    kind: Annotated[
        Kind | None, typer.Option("--kind", help=_("What is asked for; a service unless given."), show_default=False)
    ] = None,
    reason: Annotated[str | None, said("TEXT|-|@FILE", _("What is asked for, and why."), "--reason")] = None,
    need: Annotated[str | None, said("ID", _("The need it is for."), "--need")] = None,
    asked: Annotated[str | None, said("AMOUNT", _("Of a benefit or claim: what is applied for, such as 450.00."), "--asked")] = None,
    decided: Annotated[str | None, said("AMOUNT", _("With answer and complete: what was granted."), "--decided")] = None,
    replaces: Annotated[str | None, said("ID", _("The referral whose place it takes; withdrawn once this is sent."), "--replaces")] = None,
    kinds: Annotated[
        str | None, said("KIND,...", _("What goes along: identity,services unless given; plan, notes, health, substance_use."), "--kinds")
    ] = None,
    what: Annotated[str | None, said("TEXT|-|@FILE", _("What is told, where it is not the reason."), "--what")] = None,
    purpose: Annotated[str | None, said("TEXT|-|@FILE", _("What it is told for."), "--purpose")] = None,
    say: Annotated[Answer | None, typer.Option("--say", help=_("With answer: what they said."), show_default=False)] = None,
    because: Annotated[
        Because | None,
        said(
            "CODE",
            _("With --say declined: client_declined, not_eligible, no_capacity, no_answer, not_suitable or other."),
            "--because",
        ),
    ] = None,
    on: Annotated[str | None, said("DATE", _("On which day; today unless given."), "--on")] = None,
    seen: Annotated[int | None, said("VERSION", _("The version you read, so that nobody's change is lost."), "--seen")] = None,
    identified: Identified = False,
    why: Annotated[str | None, said("TEXT", _("With --identified, the reason."), "--why")] = None,
    format: Format = None,
) -> None:  # fmt: skip
    form = {
        "service": service, "person": person, "kind": kind, "reason": text_of(reason, "--reason"), "need": need, "asked": asked,
        "decided": decided, "replaces": replaces, "kinds": kinds, "what": text_of(what, "--what"),
        "purpose": text_of(purpose, "--purpose"), "say": say, "because": because, "on": on,
    }  # fmt: skip
    given = {name: value for name, value in form.items() if value is not None}
    _fits(act, given, what_id, identified, seen)
    asking = session(ctx)
    if act == "list":
        looked(asking, "refer", identified, why)
        _list(asking, case, names_shown(identified), format)
    elif why is not None:
        raise Usage(_("--why goes with --identified here."))
    elif act == "take-up":
        _take_up(asking, case, format)
    elif act == "ask":
        _ask(asking, case, given, format)
    else:
        key = key_number(what_id, "ID") if what_id is not None else None
        [number] = to_change(asking, case, one=True)
        done(asking, f"refer {act}", lambda w: _do(w, act, number, key, given, seen), format, more=_more)


def _fits(act: str, given: dict[str, Any], what_id: str | None, identified: bool, seen: int | None) -> None:
    """Raises Usage for options that go with another act."""
    wrong = [name for name in given if name not in _TAKES[act]]
    if wrong:
        raise Usage(_("{act} takes no --{option}.").format(act=act, option=wrong[0]))
    if what_id is not None and act not in _OF_ONE:
        raise Usage(_("{act} takes no ID.").format(act=act))
    if what_id is None and act in _OF_ONE and act != "send":
        raise Usage(_("{act} takes the ID of a referral, as the list shows it.").format(act=act))
    if act == "send" and (what_id is None) != any(name in given for name in _NEW):
        raise Usage(_("send takes the ID of a draft; or, for a new one, --service or --person and --reason."))
    if identified and act != "list":
        raise Usage(_("--identified goes with list."))
    if seen is not None and what_id is None:
        raise Usage(_("--seen goes with the ID of a referral."))
    if act == "answer" and "say" not in given:
        raise Usage(_("Write: caseload refer CASE answer ID --say accepted|waitlisted|declined"))


def _do(w: Work, act: str, number: str, key: int | None, given: dict[str, Any], seen: int | None) -> Receipt:
    from caseload.casework import referrals

    if key is None:
        new = _new(w, number, given)
        return referrals.draft(w, new) if act == "draft" else referrals.refer(w, new, _telling(given))
    referrals.must_be_of(w, number, key)
    when = day(given["on"], "--on", w.today, back=True) if "on" in given else None
    decided = _cents(given, "decided")
    acts: dict[str, Callable[[], Receipt]] = {
        "send": lambda: referrals.send(w, key, _telling(given), seen=seen),
        "answer": lambda: referrals.answer(
            w, key, given["say"], because=given.get("because"), decided_cents=decided, on=when, seen=seen
        ),
        "start": lambda: referrals.start(w, key, on=when, seen=seen),
        "missed": lambda: referrals.missed(w, key, seen=seen),
        "complete": lambda: referrals.complete(w, key, decided_cents=decided, on=when, seen=seen),
        "lapse": lambda: referrals.lapse(w, key, on=when, seen=seen),
        "withdraw": lambda: referrals.withdraw(w, key, seen=seen),
        "reword": lambda: referrals.reword(w, key, given.get("reason", ""), seen=seen),
    }
    return acts[act]()


def _new(w: Work, number: str, given: dict[str, Any]) -> Any:
    from caseload.casework import directory
    from caseload.casework.referrals import NewReferral

    return NewReferral(
        number,
        given.get("reason", ""),
        service=directory.service_meant(w, given["service"]) if "service" in given else None,
        person=key_number(given["person"], "--person") if "person" in given else None,
        kind=given.get("kind", "service"),
        need=key_number(given["need"], "--need") if "need" in given else None,
        asked_cents=_cents(given, "asked"),
        replaces=key_number(given["replaces"], "--replaces") if "replaces" in given else None,
    )


def _telling(given: dict[str, Any]) -> Any:
    from caseload.casework.referrals import Telling

    return Telling(_kinds(given), given.get("what", ""), given.get("purpose", ""))


def _kinds(given: dict[str, Any]) -> tuple[str, ...]:
    from caseload.casework.referrals import USUAL

    return tuple(one.strip() for one in given["kinds"].split(",") if one.strip()) if "kinds" in given else USUAL


def _cents(given: dict[str, Any], name: str) -> int | None:
    from caseload.casework import amounts

    return amounts.cents(f"--{name}", given[name]) if name in given else None


def _more(receipt: Receipt) -> dict[str, Any]:
    told = receipt.data or {}
    key = told.get("referral")
    return {
        "referral": None if key is None else str(key), "record": told.get("record"), "answer_by": told.get("answer_by"),
    }  # fmt: skip


def _ask(asking: Session, case: str, given: dict[str, Any], format: output.FormatName | None) -> None:
    """Prints the record that says yes. Raises NotPermitted with the sentence that says why not."""
    from caseload.casework import directory, referrals
    from caseload.casework.permits import Permit

    if ("service" in given) == ("person" in given):
        raise Usage(_("Write: caseload refer CASE ask --service ID|NAME, or --person ID"))
    with asking.read() as r:
        service = directory.service_meant(r, given["service"]) if "service" in given else None
        person = key_number(given["person"], "--person") if "person" in given else None
        found = referrals.may_go(r, to_read(r, case), service_id=service, person_id=person, kinds=_kinds(given))
    if not isinstance(found, Permit):
        raise NotPermitted(found)
    consent = None if found.consent is None else str(found.consent)
    shaped = {"case": found.case, "basis": found.basis, "consent": consent, "record": found.words}
    output.thing(shaped, [Column(key) for key in shaped], format, lambda: [found.words])


def _take_up(asking: Session, case: str, format: output.FormatName | None) -> None:
    from caseload.casework import referred

    with asking.read() as r:
        found = referred.take_up(r, case=to_read(r, case))
    output.rows([take_up_shape(one, "kind") for one in found], TAKE_UP, format)


def _list(asking: Session, case: str, named: bool, format: output.FormatName | None) -> None:
    from caseload.casework import find, referrals, referred

    with asking.read() as r:
        referrals.in_sight(r)
        key = find.case(r, to_read(r, case)).id
        found = referred.of_case(r, key, named=named and r.me.sees_identity, told=False)
    columns = [
        Column("id", "ID", keep=9, whole=True, right=True),
        Column("state", _("State"), keep=9, whole=True),
        Column("service", _("Service"), keep=8, least=12),
        Column("provider", _("Provider"), keep=6, least=10),
        Column("person", _("Or person"), keep=5),
        Column("kind", _("Kind"), keep=4),
        Column("sent", _("Sent"), keep=6, whole=True),
        Column("answer_by", _("Answer by"), keep=8, whole=True),
        Column("started", _("Started"), keep=3, whole=True),
        Column("missed", _("Missed"), keep=3, right=True),
        Column("ended", _("Ended"), keep=4, whole=True),
        Column("declined_why", _("Because"), keep=3),
        Column("by", _("By"), keep=2),
    ]
    output.rows([referral_shape(row, named) for row in found], columns, format)


def referral_shape(row: ReferralRow, named: bool) -> dict[str, Any]:
    """A referral as JSON has it. Whom it is for is as telling as a name. Amounts are cents."""

    def typed(value: Any) -> Any:
        return value if named and value else None

    def key(value: int | None) -> str | None:
        return None if value is None else str(value)

    return {
        "id": str(row.id), "state": row.state, "kind": row.kind, "service": typed(row.service), "service_id": key(typed(row.service_id)),
        "provider": typed(row.provider), "person": typed(row.person), "person_id": key(typed(row.person_id)), "need": key(row.need),
        "domain": row.domain, "reason": typed(row.reason), "drafted": row.drafted, "sent": row.sent, "answer_by": row.answer_by,
        "answered": row.answered, "accepted": row.accepted, "started": row.started, "ended": row.ended,
        "declined_why": row.declined_why, "missed": row.missed, "asked_cents": row.asked_cents, "decided_cents": row.decided_cents,
        "replaces": key(row.replaces), "disclosure": key(row.disclosure), "basis": row.basis, "consent": key(row.consent),
        "by": row.by, "version": row.version,
    }  # fmt: skip
