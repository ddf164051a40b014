"""`caseload show`: everything about one case. Opening it is a look, recorded before anything is read."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import typer

from caseload.errors import Usage
from caseload.messages import _

from . import output
from .alerts import alert_shape
from .appointments import appointment_shape
from .assess import assessment_shape
from .cases import USUAL, known
from .consent import consent_shape
from .dated import task_shape
from .deidentified import Cover, Deidentified, without_keys
from .disclose import disclosure_shape
from .documents import document_shape
from .frame import Family, session
from .money_shape import authorisation_shape, budget_shape
from .needs import background_shape, need_shape
from .options import Case, Format, Identified, LookWhy, Recipient
from .output import Column, local
from .packets import packet_shape
from .plan_shape import plan_shape
from .refer import referral_shape
from .session import check_why, names_shown
from .supervision import comment_shapes
from .terminal import say
from .which import to_read

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from caseload.casework.page import CasePage

    from .session import Session

commands = Family()


@commands.command(
    "show",
    "caseload show 2026-048212",
    "caseload show 2026-048212 --format json --identified --why 'Handover to the new team'",
    help=_(
        "Everything about one case: contacts, notes, tasks, appointments, stages, who held it. A part of its number or "
        "of the client's name will do. Every look is recorded."
    ),
)
def show(
    ctx: typer.Context,
    case: Case,
    deidentified: Deidentified = False,
    identified: Identified = False,
    why: LookWhy = None,
    recipient: Recipient = None,
    format: Format = None,
) -> None:
    from caseload.casework import looks, triage
    from caseload.casework.page import read

    check_why(identified, why)
    if recipient is not None and not identified:
        raise Usage(_("--recipient goes with --identified."))
    asked = session(ctx)
    cover = Cover(asked, deidentified, identified)
    # What is masked may be read anywhere.
    named = names_shown(identified) or deidentified
    with asked.read() as r:
        number = to_read(r, case)
    [key] = looks.announce(asked.db, [number], kind="narrative" if named else "case", surface="show", why=why or "")
    if recipient is not None:
        _tell(asked, key, number, recipient, why or "")
    with asked.read() as r:
        page = read(r, key, narrative_too=named)
        page = page if named else replace(page, reasons=triage.unnamed(page.reasons))
        shaped = shape(page, r.zone, named)
        shaped = without_keys(cover.thing(shaped)) if deidentified else shaped
        columns = [*(known()[name] for name in USUAL), *(Column(name) for name in shaped if name not in USUAL)]
        today = r.today

    def lay_out() -> Sequence[str]:
        from .case_page import lines

        told: Sequence[str] = cover.thing(lines(shaped, page, today))
        return told

    cover.state()
    output.thing(shaped, columns, format, lay_out)


def _tell(asked: Session, key: int, number: str, recipient: str, why: str) -> None:
    """What is shown goes to somebody outside: on record as a disclosure before it is read, with the record that permits it."""
    from caseload.casework.disclosures import send

    kinds = ("identity", "services", "plan", "notes")
    told = asked.act(
        "disclose", lambda w: send(w, {key: number}, recipient, kinds, told=_("The case, whole"), purpose=why)
    )
    for permit in (told.data or {}).values():
        say(f"{told.words} · {told.number} · {permit.words}")


def shape(page: CasePage, zone: tzinfo, named: bool) -> dict[str, Any]:
    """A case as JSON has it. Without `named`: no name, birth date, number to call, or anything people typed freely."""

    def typed(text: str | None) -> str | None:
        return text if named else None

    row = page.row
    return {
        **{name: getattr(row, name) for name in USUAL},
        "client": typed(row.client),
        "born": row.born if named else None,
        "age": page.age or None,
        "level": row.level,
        "since": row.since,
        "snoozed_until": row.snoozed_until,
        "snoozed_why": typed(page.snoozed_why),
        "phase": asdict(page.phase) if page.phase is not None else None,
        "reasons": page.reasons,
        "alerts": [alert_shape(one, named) for one in page.alerts],
        "contacts": [
            {
                "at": local(one.at, zone),
                "kind": one.kind,
                "outcome": one.outcome,
                "with": one.with_whom,
                "minutes": one.minutes,
                "by": one.by,
                "note": typed(one.note),
                "id": str(one.id),
                "place": one.place,
                "met": one.met,
                "others": one.others,
                "topics": list(one.topics),
                "presence": one.presence,
                "own": typed(one.own),
                "version": one.version,
                "read_by": [mark.by for mark in page.read_by if mark.contact == one.id],
                "comments": comment_shapes(page, zone, named, contact=one.id),
            }
            for one in page.contacts
        ],
        "notes": [
            {
                "at": local(one.at, zone),
                "form": one.form,
                "state": one.state,
                "by": one.by,
                "text": typed(one.text),
                "id": str(one.id),
                "version": one.version,
                "signed": local(one.signed_at, zone),
                "addendum_to": str(one.addendum_to) if one.addendum_to is not None else None,
                "needs_cosign": one.needs_cosign,
                "cosigned_by": one.cosigned_by,
                "read_by": [mark.by for mark in page.read_by if mark.note == one.id],
                "comments": comment_shapes(page, zone, named, note=one.id),
            }
            for one in page.notes
        ],
        "tasks": [
            task_shape(one, zone, named) for one in sorted(page.tasks, key=lambda t: (t.due, t.id), reverse=True)
        ],
        "appointments": [appointment_shape(one, zone, named) for one in page.appointments],
        "stages": [
            {
                "stage": one.stage,
                "on": one.on,
                "by": one.by,
                "why": typed(one.why),
                "reason": one.close_reason,
                "destination": one.destination,
            }
            for one in page.stages
        ],
        "risks": [{"risk": one.risk, "on": one.on, "by": one.by, "why": typed(one.why)} for one in page.risks],
        "assignments": [
            {
                "worker": one.worker,
                "role": one.role,
                "from": local(one.starts_at, zone),
                "to": local(one.ends_at, zone),
                "why": typed(one.why),
                "acknowledged": local(one.acknowledged_at, zone),
            }
            for one in page.assignments
        ],
        "language": page.language,
        "source": typed(page.source or None),
        "aliases": list(page.aliases) if named else [],
        "people": [
            {"id": str(one.id), "name": one.name, "role": one.role, "relation": one.relation} for one in page.people
        ]
        if named
        else [],
        "channels": [
            {
                "id": str(one.id),
                "person": one.person,
                "kind": one.kind,
                "safe": one.safe,
                "voicemail": one.voicemail,
                "value": one.value,
                "hours": one.hours,
                "from": one.valid_from,
                "to": one.valid_to,
            }
            for one in page.channels
        ]
        if named
        else [],
        "household": [
            {"case": one.case, "client": typed(one.client), "relationship": one.relationship, "stage": one.stage}
            for one in page.household
        ],
        "other_cases": list(page.other_cases),
        "consents": [consent_shape(one, named) for one in page.consents],
        "disclosures": [disclosure_shape(one, named) for one in page.disclosures],
        "documents": [document_shape(one, zone, named) for one in page.documents],
        "packets": [packet_shape(one, zone, named) for one in page.packets],
        "assessments": [assessment_shape(one, named) for one in page.assessments],
        "needs": [need_shape(one, named) for one in page.needs],
        "background": [background_shape(one, named) for one in page.background],
        "plans": [plan_shape(one, named) for one in page.plans],
        "referrals": [referral_shape(one, named) for one in page.referrals],
        "offers": [
            {
                "id": str(one.id),
                "instrument": one.instrument,
                "phase": one.phase,
                "why": one.why,
                "on": one.on,
                "by": one.by,
            }
            for one in page.offers
        ],
        "passed": [
            {"gate": one.gate, "on": one.on, "by": one.by, "behind": one.behind, "why": typed(one.why)}
            for one in page.passed
        ],
        "budgets": [budget_shape(one, page.currency, named) for one in page.budgets],
        "authorisations": [authorisation_shape(one, page.currency, named) for one in page.authorisations],
        **_answering(page, named),
        # Until when whoever asks has it open in an emergency.
        "open_until": local(page.answering.broken, zone),
    }


def _answering(page: CasePage, named: bool) -> dict[str, Any]:
    """Who answers for the case besides its worker."""
    offer, custody, cover = page.answering.offer, page.answering.custody, page.answering.cover
    return {
        "offer": offer
        and {
            "to": offer.to_worker,
            "by": offer.offered_by,
            "on": offer.offered_on,
            "answer_by": offer.answer_by,
            "late": offer.late,
            "why": offer.why if named else None,
        },
        "custody": custody
        and {
            "custodian": custody.custodian,
            "since": custody.since,
            "set_by": custody.set_by,
            "why": custody.why if named else None,
        },
        "cover": cover
        and {
            "away": cover.worker,
            "from": cover.from_on,
            "to": cover.to_on,
            "by": list(cover.by),
            "why": cover.why if named else None,
        },
    }
