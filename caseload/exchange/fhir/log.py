"""What was done and written: Encounter, Appointment, DocumentReference."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from caseload.messages import _

from . import terms
from .draft import Draft, Reference, day

if TYPE_CHECKING:
    from caseload.casework.page import CasePage


def contacts(d: Draft, page: CasePage, subject: Reference, episode: Reference) -> None:
    """Each contact, made or attempted; what was said of it as a document beside it."""
    for one in page.contacts:
        ended = d.at(one.at + timedelta(minutes=one.minutes)) if one.minutes else None
        how = [one.kind, _("with {whom}").format(whom=one.with_whom), *([one.presence] if one.presence else [])]
        made = d.row(
            "Encounter", "contact", one.id, status="finished" if one.outcome == "made" else "cancelled",
            type=[terms.concept(word) for word in how], subject=subject, episodeOfCare=[episode],
            participant=[{"individual": d.worker(one.by)}], period={"start": d.at(one.at), "end": ended},
            length={"value": one.minutes, "unit": "min", "system": terms.MINUTES, "code": "min"} if one.minutes else None,
            reasonCode=[terms.concept(d.said(topic)) for topic in one.topics], serviceProvider=d.agency(),
            **{"class": terms.encountered(one.kind, one.place)},
        )  # fmt: skip
        if text := d.said(one.note, one.own):
            d.row(
                "DocumentReference", "contact-note", one.id, status="current", type=terms.concept(_("Note of a contact"), terms.LOINC, "34109-9"),
                subject=subject, date=d.at(one.at), author=[d.worker(one.by)], content=[{"attachment": d.held(text)}],
                context={"encounter": [made]},
            )  # fmt: skip


def notes(d: Draft, page: CasePage, subject: Reference, episode: Reference) -> None:
    """The signed notes, each with what it adds to."""
    for one in sorted(page.notes, key=lambda one: one.id):
        text = d.said(one.text) if one.state == "signed" else ""
        if not text:
            continue
        first = d.of_row("note", one.addendum_to)
        d.row(
            "DocumentReference", "note", one.id, status="current", docStatus="final", subject=subject, date=d.at(one.at),
            type=terms.concept(_("Note ({form})").format(form=one.form), terms.LOINC, "34109-9"), author=[d.worker(one.by)],
            authenticator=d.worker(one.cosigned_by), relatesTo=[{"code": "appends", "target": first}] if first else [],
            content=[{"attachment": d.held(text)}], context={"encounter": [episode]},
        )  # fmt: skip


def documents(d: Draft, page: CasePage, subject: Reference) -> None:
    """The documents that are kept, by name and digest; what is in them stays in the house."""
    for one in page.documents:
        if not one.withdrawn:
            d.row(
                "DocumentReference", "document", one.id, status="superseded" if one.replaced else "current", subject=subject,
                type=terms.concept(one.kind), date=d.at(one.at), author=[d.worker(one.by)], description=f"SHA-256 {one.sha256}",
                content=[{"attachment": {"title": d.said(one.name) or one.kind, "size": one.size, "creation": day(one.on)}}],
            )  # fmt: skip


def appointments(d: Draft, page: CasePage, subject: Reference) -> None:
    """What was agreed for an hour, kept or not."""
    for one in page.appointments:
        holder = d.worker(one.worker)
        who = [{"actor": subject, "status": "accepted"}, *([{"actor": holder, "status": "accepted"}] if holder else [])]
        d.row(
            "Appointment", "appointment", one.id, status=terms.APPOINTMENT[one.state], description=d.said(one.title),
            start=d.at(one.starts_at), end=d.at(one.ends_at), comment=d.said(one.place), participant=who,
            appointmentType=terms.concept(one.mode),
        )  # fmt: skip
