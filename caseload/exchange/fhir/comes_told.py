"""What was done there, in words: EpisodeOfCare, CareTeam, Consent, ServiceRequest, Appointment, Encounter, DocumentReference, Procedure and
Communication.

None of it becomes a fact of ours. A contact there is none of our contacts: it would be counted as work of ours, and met our deadlines. A
consent given to the sender permits nothing here. A referral that the sender made is theirs to follow. So it is told, whole and in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ...messages import _
from ...text import line
from . import reading as fhir
from .comes_method import of_referral
from .piece import LONGEST, Piece, Told, mark, noted, told

if TYPE_CHECKING:
    from datetime import tzinfo

    from .parcel import Entry, Parcel
    from .parse import Resource


def episodes(parcel: Parcel, zone: tzinfo) -> Iterator[Piece]:
    """How the case went there, and who worked in it."""
    for entry in parcel.of("EpisodeOfCare"):
        episode = entry.resource
        span = fhir.span(episode.get("period"), zone)
        kind = ", ".join(fhir.said_all(episode, "type"))
        by = parcel.who(entry, episode.get("careManager"))
        lines = [f"{span} {kind or _('a case')} ({fhir.word(episode, 'status')})".strip()]
        if number := _numbers(episode):
            lines.append(_("Number there: {text}").format(text=number))
        if by:
            lines.append(_("Held there by: {name}").format(name=by))
        for one in fhir.things(episode, "statusHistory"):
            lines.append(f"- {fhir.span(one.get('period'), zone)}: {fhir.word(one, 'status')}")
        yield told(entry, "case", f"1 {span}", *lines)
    for entry in parcel.of("CareTeam"):
        team = entry.resource
        lines = [_("Who worked with the client there: {name}").format(name=fhir.named(team)).rstrip(" :")]
        for one in fhir.things(team, "participant"):
            role, span = ", ".join(fhir.said_all(one, "role")), fhir.span(one.get("period"), zone)
            who = parcel.who(entry, one.get("member"))
            how = ", ".join(filter(None, (role, span)))
            if who:
                lines.append(f"- {who} ({how})" if how else f"- {who}")
        if len(lines) > 1:
            yield told(entry, "case", "2", *lines)


def _numbers(resource: Resource) -> str:
    values = (fhir.word(one, "value") for one in fhir.things(resource, "identifier"))
    return ", ".join(one for one in values if one and not one.startswith("urn:"))


def consents(parcel: Parcel, zone: tzinfo) -> Iterator[Piece]:
    """What the client permitted the sender. It says nothing of what they permit here."""
    for entry in parcel.of("Consent"):
        consent = entry.resource
        if consent.get("status") == "entered-in-error":
            continue
        signed = fhir.when(consent.get("dateTime"), zone)
        provision = fhir.thing(consent, "provision")
        to = [parcel.who(entry, one.get("reference")) for one in fhir.things(provision, "actor")]
        what = fhir.said_all(provision, "code") or fhir.said_all(consent, "category")
        words = _("{day} consent recorded there ({how}), to: {to}; of: {what}; in force: {span}").format(
            day=signed, how=", ".join(filter(None, (fhir.word(consent, "status"), fhir.word(provision, "type")))),
            to=", ".join(filter(None, to)) or "-", what=", ".join(what) or "-", span=fhir.span(provision.get("period"), zone) or "-",
        )  # fmt: skip
        yield told(entry, "consents", signed, words.strip(), fhir.narrative(consent))


def referrals(parcel: Parcel, zone: tzinfo) -> Iterator[Piece]:
    """What was asked of others, ourselves among them, and how it went there."""
    for entry in parcel.of("ServiceRequest"):
        request = entry.resource
        if request.get("status") == "entered-in-error":
            continue
        asked = fhir.when(request.get("authoredOn"), zone)
        name = fhir.said(request.get("code")) or ", ".join(fhir.said_all(request, "category")) or _("a service")
        to = ", ".join(filter(None, (parcel.who(entry, one) for one in fhir.things(request, "performer"))))
        by = parcel.who(entry, request.get("requester"))
        head = f"{asked} {name} ({fhir.word(request, 'status')})".strip()
        lines = [
            _("Asked of: {name}").format(name=to) if to else "",
            _("Asked by: {name}").format(name=by) if by else "",
        ]
        lines += [_("Because of: {text}").format(text=text) for text in fhir.said_all(request, "reasonCode")]
        yield told(entry, "referrals", f"{asked} 1", head, *lines, *noted(parcel, entry))
    for entry in parcel.of("Task"):
        task = entry.resource
        if not of_referral(parcel, task) or task.get("status") == "entered-in-error":
            continue
        asked = fhir.when(task.get("authoredOn"), zone)
        to = parcel.who(entry, task.get("owner"))
        of = parcel.find(entry, task.get("focus"))
        name = fhir.said(of.get("code")) if of is not None else fhir.word(task, "description")
        span, why = fhir.span(task.get("executionPeriod"), zone), fhir.said(task.get("statusReason"))
        how = ", ".join(filter(None, (fhir.word(task, "status"), why, to, span)))
        yield told(
            entry,
            "referrals",
            f"{asked} 2",
            f"{asked} {_('How it went')}: {name} ({how})".strip(),
            *noted(parcel, entry),
        )


def appointments(parcel: Parcel, zone: tzinfo) -> Iterator[Piece]:
    """What was agreed there for an hour: nobody here keeps it unless they agree on one."""
    for entry in parcel.of("Appointment"):
        one = entry.resource
        at = fhir.when(one.get("start"), zone)
        who = [parcel.who(entry, each.get("actor")) for each in fhir.things(one, "participant")
               if parcel.entry(each.get("actor")) is not parcel.client]  # fmt: skip
        name = fhir.word(one, "description") or fhir.said(one.get("appointmentType")) or _("an appointment")
        how = ", ".join(filter(None, (fhir.word(one, "status"), *who)))
        yield told(entry, "appointments", at, f"{at} {name} ({how})".strip(), fhir.prose(one.get("comment")))


def contacts(parcel: Parcel, zone: tzinfo) -> Iterator[Piece]:
    """Each contact of theirs, with what was written of it."""
    written: dict[str, list[Entry]] = {}
    for entry in parcel.of("DocumentReference"):
        for reference in fhir.things(fhir.thing(entry.resource, "context"), "encounter"):
            there = parcel.entry(reference)
            if there is not None and there.kind == "Encounter" and plain(parcel, entry):
                written.setdefault(there.key, []).append(entry)
    for entry in parcel.of("Encounter"):
        one = entry.resource
        if one.get("status") == "entered-in-error":
            continue
        at = fhir.when(fhir.thing(one, "period").get("start"), zone)
        kinds = fhir.said_all(one, "type") or [
            fhir.word(fhir.thing(one, "class"), "display") or fhir.word(fhir.thing(one, "class"), "code")
        ]
        length = fhir.number(fhir.thing(one, "length").get("value"))
        lasted = _("{n} min").format(n=f"{length.normalize():f}") if length is not None else ""
        who = ", ".join(
            filter(None, (parcel.who(entry, each.get("individual")) for each in fhir.things(one, "participant")))
        )
        how = ", ".join(filter(None, (fhir.word(one, "status"), lasted, who)))
        about = ", ".join(fhir.said_all(one, "reasonCode"))
        yield told(entry, "contacts", f"{at} 1", f"{at} {', '.join(filter(None, kinds))} ({how})".strip(), about)
    for documents in written.values():
        for entry in documents:
            yield _text(parcel, entry, "contacts", zone)
    beside = {one.key for each in written.values() for one in each}
    for entry in parcel.of("DocumentReference"):
        if entry.key not in beside and plain(parcel, entry):
            yield _text(parcel, entry, "contacts", zone)


def _text(parcel: Parcel, entry: Entry, section: str, zone: tzinfo) -> Piece:
    document = entry.resource
    at = fhir.when(document.get("date"), zone)
    by = ", ".join(filter(None, (parcel.who(entry, one) for one in fhir.things(document, "author"))))
    kind = fhir.said(document.get("type")) or _("a text")
    return told(
        entry, section, f"{at} 2", f"{at} {kind} ({by})".strip().removesuffix(" ()"), plain(parcel, entry) or ""
    )


def plain(parcel: Parcel, entry: Entry) -> str | None:
    """The text that a document holds, where it is one without a name of its own and not too long; else it is a file."""
    if entry.resource.get("status") == "entered-in-error":
        return None
    contents = fhir.things(entry.resource, "content")
    attachment = fhir.thing(contents[0], "attachment") if len(contents) == 1 else {}
    if not fhir.word(attachment, "contentType").startswith("text/plain") or fhir.word(attachment, "title"):
        return None
    try:
        data = fhir.held(attachment)
        text = fhir.prose(data.decode()) if data else ""
    except ValueError:
        return None
    return text if 0 < len(text) <= LONGEST else None


def others(parcel: Parcel, zone: tzinfo) -> Iterator[Piece]:
    """What was done for the client, and what was written to and from them."""
    for entry in parcel.of("Procedure"):
        one = entry.resource
        if one.get("status") == "entered-in-error":
            continue
        at = fhir.when(one.get("performedDateTime"), zone) or fhir.span(one.get("performedPeriod"), zone)
        name = fhir.said(one.get("code")) or _("something that was done")
        yield told(entry, "other", at, f"{at} {name} ({fhir.word(one, 'status')})".strip(), *noted(parcel, entry))
    for entry in parcel.of("Communication"):
        one = entry.resource
        at = fhir.when(one.get("sent") or one.get("received"), zone)
        words = [fhir.prose(each.get("contentString")) for each in fhir.things(one, "payload")]
        by = parcel.who(entry, one.get("sender"))
        head = f"{at} {_('Message')} ({', '.join(filter(None, (fhir.word(one, 'status'), by)))})".strip()
        yield told(entry, "contacts", at, head, "\n".join(filter(None, words)), *noted(parcel, entry))


def instead(piece: Piece) -> Piece:
    """What would have a place here, in words: because that place is taken."""
    words = [str(value) for values in piece.fields.values() for value in values if value]
    section = "assessments" if piece.entity == "background" else "plan"
    name = _("Goal") if piece.entity == "goal" else _("Step") if piece.entity == "step" else str(piece.load)
    text = f"{name}: {', '.join(words)}"
    return Piece("brought", f"{piece.ext}|{mark(words)}", piece.row, load=Told(section, "3", text))


def source_of(parcel: Parcel, asked: Any) -> str:
    """Who sends the client, as it stands with the case: what was said, else what the Bundle says."""
    return line(str(asked or "")) or parcel.sender()
