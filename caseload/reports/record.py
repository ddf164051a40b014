"""The whole record of one case, part by part, for a court, a body that takes the case over, or the client themselves.

What is nobody else's is left out whoever asks: other clients of the household stand by their relationship, their names taken out of the
texts where they are written in full; what is said for supervision, between colleagues and to consultants, and drafts are no part of
it. A client who asks for their own record does not get what others would be in danger by (45 CFR 164.524(a)(3)): alerts, and
the people recorded as a threat.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from caseload.messages import _
from caseload.text import words

from .paper import Entry, Part, entry, joined, kept

if TYPE_CHECKING:
    from caseload.casework.page import CasePage
    from caseload.store.database import Reading

PURPOSES = ("court", "transfer", "access")


def parts(r: Reading, page: CasePage, purpose: str) -> tuple[Part, ...]:
    """The record of a case whose page was read with identity and prose."""
    own = purpose == "access"
    made: tuple[tuple[str, str, Callable[[], Iterator[Entry]]], ...] = (
        ("client", _("The client and the case"), lambda: _client(page)),
        ("alerts", _("Alerts"), lambda: iter(()) if own else _alerts(page)),
        ("people", _("People around"), lambda: _people(page, own)),
        ("reach", _("How they are reached"), lambda: _reach(page, own)),
        ("course", _("Course of the case"), lambda: _course(r, page)),
        ("contacts", _("Contacts"), lambda: _contacts(r, page)),
        ("notes", _("Notes, signed"), lambda: _notes(r, page)),
        ("assessments", _("Assessments"), lambda: _assessments(r, page)),
        ("needs", _("Needs"), lambda: _needs(page)),
        ("background", _("History before"), lambda: _background(page)),
        ("plans", _("Plans"), lambda: _plans(page)),
        ("referrals", _("Referrals"), lambda: _referrals(page)),
        ("money", _("Money"), lambda: _money(page)),
        ("dates", _("Tasks and appointments"), lambda: _dates(r, page)),
        ("consents", _("Consents"), lambda: _consents(page)),
        ("disclosures", _("Disclosures"), lambda: _disclosures(page)),
        ("documents", _("Documents kept (not enclosed)"), lambda: _documents(page)),
    )
    hide = hiding(r, page)

    def hidden(one: Entry) -> Entry:
        return replace(one, head=hide(one.head), text=hide(one.text))

    return kept(Part(name, title, tuple(hidden(one) for one in build())) for name, title, build in made)


def left_out(page: CasePage, purpose: str) -> tuple[str, ...]:
    """What the file does not have, and says so."""
    said = [
        _(
            "Left out: drafts, what was said for supervision or between colleagues, packets for consultants, who looked at the record."
        ),
        _("Documents are listed and not enclosed. Other clients of the household stand by their relationship alone."),
        _("Texts stand as they were written and may tell of other people: read them through before this leaves."),
    ]
    if purpose == "access":
        said.append(
            _(
                "Left out of what the client asked for: alerts, and people recorded as a threat, with how they are reached."
            )
        )
    drafts = sum(one.state == "draft" for one in page.notes)
    if drafts:
        said.append(_("Notes that are still drafts, and not in it: {n}").format(n=drafts))
    return tuple(said)


# ---------------------------------------------------------------- the parts


def _client(page: CasePage) -> Iterator[Entry]:
    row = page.row
    yield entry(row.born, row.client, _("born") if row.born else "", text=", ".join(page.aliases))
    yield entry(row.opened, _("case {number} opened").format(number=row.case), row.program, page.source)
    yield entry(row.closed, row.stage, _("risk {risk}").format(risk=row.risk), row.worker, row.team)
    if page.language:
        yield entry(None, _("language {code}").format(code=page.language))
    if page.other_cases:
        yield entry(None, _("other cases of the client"), text=", ".join(page.other_cases))


def _alerts(page: CasePage) -> Iterator[Entry]:
    for one in page.alerts:
        ended = _("ended {day}").format(day=one.ended_on) if one.ended_on else ""
        yield entry(one.raised_on, one.kind, one.level, one.by, ended, text=one.text)


def _people(page: CasePage, own: bool) -> Iterator[Entry]:
    for one in page.people:
        if not (own and one.role == "threat"):
            yield entry(None, one.name, one.role, one.relation)
    for member in page.household:
        yield entry(None, _("served together"), member.relationship)


def _reach(page: CasePage, own: bool) -> Iterator[Entry]:
    threats = {one.name for one in page.people if one.role == "threat"}
    for one in page.channels:
        if not (own and one.person in threats):
            until = _("until {day}").format(day=one.valid_to) if one.valid_to else ""
            yield entry(
                one.valid_from,
                one.person,
                one.kind,
                one.value,
                _("safe: {safe}").format(safe=one.safe),
                one.hours,
                until,
            )


def _course(r: Reading, page: CasePage) -> Iterator[Entry]:
    dated = [(one.on, entry(one.on, _("stage {stage}").format(stage=one.stage), one.by, one.close_reason, one.destination, text=one.why))
             for one in page.stages]  # fmt: skip
    dated += [
        (one.on, entry(one.on, _("risk {risk}").format(risk=one.risk), one.by, text=one.why)) for one in page.risks
    ]
    for held in page.assignments:
        on = held.starts_at.astimezone(r.zone).date()
        until = _("until {day}").format(day=held.ends_at.astimezone(r.zone).date()) if held.ends_at else ""
        dated.append((on, entry(on, _("held by {worker}").format(worker=held.worker), held.role, until)))
    yield from (made for _on, made in sorted(dated, key=lambda one: one[0], reverse=True))


def _contacts(r: Reading, page: CasePage) -> Iterator[Entry]:
    for one in page.contacts:
        minutes = _("{n} min").format(n=one.minutes) if one.minutes is not None else ""
        topics = ", ".join(one.topics)
        yield entry(
            _moment(r, one.at), one.kind, one.outcome, _("with {whom}").format(whom=one.with_whom), one.place, minutes, one.presence,
            topics, one.by, text=joined(one.note, one.own),
        )  # fmt: skip


def _notes(r: Reading, page: CasePage) -> Iterator[Entry]:
    for one in page.notes:
        if one.state == "signed":
            adds = _("addendum to note {id}").format(id=one.addendum_to) if one.addendum_to is not None else ""
            cosigned = _("co-signed by {who}").format(who=one.cosigned_by) if one.cosigned_by else ""
            yield entry(
                _moment(r, one.at), _("note {id}").format(id=one.id), one.form, one.by, adds, cosigned, text=one.text
            )


def _assessments(r: Reading, page: CasePage) -> Iterator[Entry]:
    from caseload.casework import assessed

    for one in page.assessments:
        heard = assessed.one(r, one.id).heard
        answers = [f"{each.question}: {each.answer}" for each in heard if each.answer is not None]
        scores = ", ".join(assessed.score_words(each) for each in one.scores)
        replaced = _("corrected since") if one.corrected_by is not None else ""
        yield entry(one.on, one.title, one.phase, one.by, scores, replaced, text=joined(one.words, *answers))


def _needs(page: CasePage) -> Iterator[Entry]:
    for one in page.needs:
        yield entry(
            one.found, one.name, one.severity, one.state, one.ended, one.by, text=joined(one.words, one.strengths)
        )


def _background(page: CasePage) -> Iterator[Entry]:
    for one in page.background:
        yield entry(one.on, one.section, one.by, text=one.text)


def _plans(page: CasePage) -> Iterator[Entry]:
    for plan in page.plans:
        if plan.state == "draft":
            continue
        approved = _("approved {day} by {who}").format(day=plan.approved, who=plan.approved_by) if plan.approved else ""
        yield entry(
            plan.made, plan.kind, _("version {n}").format(n=plan.number), plan.state, plan.by, approved, text=plan.wants
        )
        for goal in plan.goals:
            due = _("due {day}").format(day=goal.due) if goal.due else ""
            steps = [
                f"{step.number}. {step.title} ({step.who_name or step.worker or step.who}, {step.state})"
                for step in goal.steps
            ]
            yield entry(
                goal.starts,
                _("goal {n}").format(n=goal.number),
                goal.title,
                goal.state,
                due,
                text=joined(goal.measure, goal.words, *steps),
            )
        for review in plan.reviews:
            yield entry(review.on, _("review"), review.by, text=review.text)


def _referrals(page: CasePage) -> Iterator[Entry]:
    for one in page.referrals:
        to = " · ".join(word for word in (one.service, one.provider, one.person) if word)
        ended = _("ended {day}").format(day=one.ended) if one.ended else ""
        yield entry(one.sent or one.drafted, to, one.kind, one.state, one.declined_why, one.by, ended, text=one.reason)


def _money(page: CasePage) -> Iterator[Entry]:
    from caseload.casework import amounts
    from caseload.casework.authorising import shown

    for one in page.authorisations:
        much = shown(one.cents, one.units, one.unit, page.currency)
        days = _("{first} to {last}").format(first=one.first, last=one.last)
        paid = [
            f"{each.on}: {amounts.shown(each.cents)} {page.currency} {each.payee or ''}".rstrip()
            for each in one.payments
        ]
        yield entry(one.drafted, one.service or one.item, much, one.state, days, one.by, text=joined(one.reason, *paid))


def _dates(r: Reading, page: CasePage) -> Iterator[Entry]:
    for task in page.tasks:
        done = _("done") if task.done_at is not None else _("open")
        yield entry(task.due, _("task"), done, task.worker, text=task.title)
    for one in page.appointments:
        yield entry(_moment(r, one.starts_at), _("appointment"), one.state, one.place, one.worker, text=one.title)


def _consents(page: CasePage) -> Iterator[Entry]:
    for one in page.consents:
        until = _("until {day}").format(day=one.until) if one.until else ""
        yield entry(
            one.signed, one.recipient, ", ".join(one.kinds), one.state, until, one.signer_name or one.signer,
            text=joined(one.what, one.purpose, one.revoked_why),
        )  # fmt: skip


def _disclosures(page: CasePage) -> Iterator[Entry]:
    for one in page.disclosures:
        yield entry(one.on, one.recipient, ", ".join(one.kinds), one.basis, one.by, text=joined(one.what, one.purpose))


def _documents(page: CasePage) -> Iterator[Entry]:
    for one in page.documents:
        if not one.withdrawn:
            edition = _("edition {n}").format(n=one.edition) if one.edition > 1 else ""
            yield entry(one.on, one.kind, one.name, edition, one.by, one.sha256)


def _moment(r: Reading, at: datetime) -> str:
    return f"{at.astimezone(r.zone):%Y-%m-%d %H:%M}"


# ---------------------------------------------------------------- other clients


def hiding(r: Reading, page: CasePage) -> Callable[[str], str]:
    """Takes the names of other clients of the household out of a text, where they are written in full, in any case."""
    from caseload.casework import veil

    # Whoever is called as the client, or as somebody recorded around them, cannot be told from these.
    own = {
        frozenset(words(name)) for name in (page.row.client or "", *page.aliases, *(one.name for one in page.people))
    }
    near = {name for name in veil.household_names(r, page.row.id) if frozenset(words(name)) not in own}
    names = sorted(near, key=len, reverse=True)
    if not names:
        return lambda text: text
    found = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names), re.IGNORECASE)
    instead = _("[another client]")
    return lambda text: found.sub(instead, text)
