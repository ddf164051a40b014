"""Who a case is about and how it stands: Patient, RelatedPerson, Flag, EpisodeOfCare, CareTeam, Consent.

A number that is not safe to use stands in no field that a program dials from: a Flag says so. Somebody recorded as a threat is no
RelatedPerson, whom the receiver might ask about the client, but a Flag; the client's own copy has neither (45 CFR 164.524(a)(3)).
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any

from caseload.messages import _

from . import terms
from .draft import Draft, Reference, day, period

if TYPE_CHECKING:
    from sqlalchemy import Row

    from caseload.casework.consents import ConsentRow
    from caseload.casework.entries import ChannelRow
    from caseload.casework.page import CasePage


def client(d: Draft, page: CasePage, who: Row[Any]) -> Reference:
    """The client, with their own numbers."""
    tongue = terms.concept(system=terms.LANGUAGES, code=who.language) if who.language else None
    names: list[dict[str, Any]] = [
        {
            "use": "official", "text": d.said(" ".join(part for part in (who.given, who.middle, who.family) if part)),
            "family": d.said(who.family), "given": [d.said(who.given), d.said(who.middle)], "suffix": [d.said(who.suffix)],
        }
    ]  # fmt: skip
    names += [{"text": d.said(one)} for one in page.aliases]
    telecom, address = _reached(d, [one for one in page.channels if one.person is None])
    return d.put(
        "Patient", f"urn:uuid:{who.client_uid}", identifier=[{"system": terms.UUIDS, "value": f"urn:uuid:{who.client_uid}"}],
        name=names, telecom=telecom, address=address, birthDate=day(who.born_on), deceasedDateTime=day(who.deceased_on),
        communication=[{"language": tongue}] if tongue else [], managingOrganization=d.agency(),
    )  # fmt: skip


def around(d: Draft, page: CasePage, subject: Reference, own: bool) -> None:
    """The people around the client; other clients of the household by their relationship alone; what to know before going there."""
    threats = {one.name for one in page.people if one.role == "threat"}
    for one in page.people:
        if one.role != "threat":
            telecom, address = _reached(d, [each for each in page.channels if each.person == one.name not in threats])
            how = [terms.concept(d.said(word)) for word in (one.role, one.relation) if word]
            d.row(
                "RelatedPerson", "person", one.id, patient=subject, relationship=how, name=[{"text": d.said(one.name)}],
                telecom=telecom, address=address,
            )  # fmt: skip
        elif not own:
            said = _("A threat: {name} ({relation})").format(name=one.name, relation=one.relation or one.role)
            _flag(d, subject, "threat", one.id, said, "safety")
    for place, member in enumerate(page.household, 1):
        how = [terms.concept(member.relationship), terms.concept(_("served together"))]
        d.row("RelatedPerson", "member", place, patient=subject, relationship=how)
    for reach in page.channels:
        if reach.safe == "no" and not (own and reach.person in threats):
            said = _("Not safe to use: {kind} {value}").format(kind=reach.kind, value=reach.value)
            _flag(d, subject, "channel", reach.id, said, "safety")
        elif reach.safe == "ask" and reach.person not in threats:
            said = _("Ask before using: {kind} {value}").format(kind=reach.kind, value=reach.value)
            _flag(d, subject, "channel", reach.id, said, "contact")
    for alert in () if own else page.alerts:
        status = "inactive" if alert.ended_on else "active"
        d.row(
            "Flag", "alert", alert.id, status=status, subject=subject, period=period(alert.raised_on, alert.ended_on),
            category=[terms.concept(alert.kind, terms.FLAGS, "safety" if alert.kind == "safety" else ""), terms.concept(alert.level)],
            code=terms.concept(d.said(alert.text) or alert.kind), author=d.worker(alert.by),
        )  # fmt: skip


def _flag(d: Draft, subject: Reference, table: str, key: object, said: str, code: str) -> None:
    category = [terms.concept(system=terms.FLAGS, code=code)]
    d.row("Flag", table, key, status="active", category=category, code=terms.concept(d.said(said)), subject=subject)


def _reached(d: Draft, channels: Iterable[ChannelRow]) -> tuple[list[Any], list[Any]]:
    """ContactPoints and Addresses of what is safe to use, as far as anybody has said."""
    telecom: list[Any] = []
    address: list[Any] = []
    for one in channels:
        if one.safe == "no":
            continue
        valid = period(one.valid_from, one.valid_to)
        if one.kind == "address":
            address.append({"text": d.said(one.value), "period": valid})
        else:
            telecom.append({"system": terms.CHANNEL[one.kind], "value": d.said(one.value), "period": valid})
    return telecom, address


def case(d: Draft, page: CasePage, uid: str, subject: Reference) -> Reference:
    """The episode: its stages, who holds it and who held it."""
    row = page.row
    history: list[dict[str, Any]] = []
    for one in sorted(page.stages, key=lambda one: one.on):
        status = terms.EPISODE[one.stage]
        if history and history[-1]["status"] == status:
            continue
        if history:
            history[-1]["period"]["end"] = day(one.on)
        history.append({"status": status, "period": {"start": day(one.on)}})
    people = [
        {
            "role": [terms.concept(one.role)], "member": d.worker(one.worker),
            "period": {"start": d.at(one.starts_at), "end": d.at(one.ends_at)},
        }
        for one in page.assignments
    ]  # fmt: skip
    team = d.row(
        "CareTeam", "case", "team", status="inactive" if row.closed else "active", name=d.said(row.team), subject=subject,
        period=period(row.opened, row.closed), participant=people, managingOrganization=[d.agency()],
    )  # fmt: skip
    return d.put(
        "EpisodeOfCare", f"urn:uuid:{uid}", status=terms.EPISODE[row.stage], statusHistory=history, type=[terms.concept(d.said(row.program))],
        identifier=[{"value": row.case, "assigner": d.agency()}, {"system": terms.UUIDS, "value": f"urn:uuid:{uid}"}], patient=subject,
        managingOrganization=d.agency(), period=period(row.opened, row.closed), careManager=d.worker(row.worker), team=[team],
    )  # fmt: skip


def risks(d: Draft, page: CasePage, subject: Reference) -> None:
    """What was judged of the risk, each time."""
    for place, one in enumerate(reversed(page.risks), 1):
        d.row(
            "Observation", "risk", place, status="final", category=[terms.concept(system=terms.OBSERVED, code="survey")],
            code=terms.concept(_("Risk of the case")), subject=subject, effectiveDateTime=day(one.on), performer=[d.worker(one.by)],
            valueCodeableConcept=terms.concept(one.risk), note=d.note(one.why),
        )  # fmt: skip


def permissions(d: Draft, page: CasePage, subject: Reference) -> None:
    """The consents, their free words as text."""
    for one in page.consents:
        d.row("Consent", "consent", one.id, **_consent(d, one), patient=subject, organization=[d.agency()])


def _consent(d: Draft, one: ConsentRow) -> dict[str, Any]:
    words = d.said(one.what, one.purpose, one.event, one.revoked_why)
    told = "".join(f"<p>{escape(part)}</p>" for part in words.splitlines() if part.strip())
    permit = {
        "type": "permit", "period": period(one.signed, one.until), "code": [terms.concept(kind) for kind in one.kinds],
        "actor": [{"role": terms.concept(system=terms.PARTS, code="IRCP"), "reference": {"display": d.said(one.recipient) or "-"}}],
    }  # fmt: skip
    return {
        "text": {"status": "additional", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{told}</div>'}
        if told
        else None,
        "status": terms.CONSENT[one.state],
        "scope": terms.concept(system=terms.SCOPES, code="patient-privacy"),
        "category": [terms.concept(system=terms.LOINC, code="59284-0")],
        "dateTime": day(one.signed),
        "performer": [{"display": d.said(one.signer_name) or one.signer}],
        "policyRule": terms.concept(_("Signed permission, 42 CFR 2.31")),
        "provision": permit,
    }
