"""The handover pack: a page for a colleague who takes a case over today, what is dangerous first. It stays in the house."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from caseload.messages import _

from .paper import Entry, Part, entry, joined

if TYPE_CHECKING:
    from caseload.casework.page import CasePage
    from caseload.store.database import Reading

# So much fits on a page, with room for what an agency adds.
_FEW = 5
_LETTERS = 360


def part(r: Reading, page: CasePage) -> Part:
    """One case on one page: its risks, what is due, how they are reached, what runs, and what was last said."""
    row = page.row
    title = _("{case}  {client}").format(case=row.case, client=row.client or "").strip()
    entries = (
        *_risks(page), *_why(r, page), *_due(r, page), *_reach(r, page), *_runs(page), *_last(r, page)
    )  # fmt: skip
    note = " · ".join(
        str(one)
        for one in (row.program, row.stage, _("risk {risk}").format(risk=row.risk), row.worker, row.born)
        if one
    )
    return Part(f"case-{row.id}", title, entries, note)


def _risks(page: CasePage) -> Iterator[Entry]:
    for one in [alert for alert in page.alerts if alert.ended_on is None][:_FEW]:
        yield entry(one.raised_on, _("ALERT"), one.level, one.kind, text=_short(one.text))
    for person in [one for one in page.people if one.role == "threat"][:_FEW]:
        yield entry(None, _("THREAT"), person.name, person.relation)
    if page.risks and page.risks[0].risk != "low":
        latest = page.risks[0]
        yield entry(latest.on, _("RISK"), latest.risk, latest.by, text=_short(latest.why))


def _why(r: Reading, page: CasePage) -> Iterator[Entry]:
    from caseload.casework import triage

    for one in page.reasons[:_FEW]:
        yield entry(None, _("waits"), triage.in_words(one, r.today))


def _due(r: Reading, page: CasePage) -> Iterator[Entry]:
    for task in [one for one in page.tasks if one.done_at is None][:_FEW]:
        yield entry(task.due, _("to do"), task.worker, text=_short(task.title))
    coming = [one for one in reversed(page.appointments) if one.state == "scheduled"]
    for one in coming[:_FEW]:
        at = f"{one.starts_at.astimezone(r.zone):%Y-%m-%d %H:%M}"
        yield entry(at, _("appointment"), one.place, text=_short(one.title))


def _reach(r: Reading, page: CasePage) -> Iterator[Entry]:
    valid = [one for one in page.channels if one.valid_to is None or one.valid_to >= r.today]
    for one in valid[:_FEW]:
        # Whether it is safe comes before the number.
        yield entry(
            None, _("reach"), _("safe: {safe}").format(safe=one.safe), one.person, one.kind, one.value, one.hours
        )


def _runs(page: CasePage) -> Iterator[Entry]:
    for plan in [one for one in page.plans if one.state == "approved"][:1]:
        for goal in [one for one in plan.goals if one.ended is None][:_FEW]:
            yield entry(goal.due, _("goal"), _short(goal.title), text=_short(goal.measure))
    for referral in [one for one in page.referrals if one.ended is None][:_FEW]:
        yield entry(
            referral.answer_by or referral.sent, _("referral"), referral.service or referral.person, referral.state
        )
    for consent in [one for one in page.consents if one.state == "in_force"][:_FEW]:
        yield entry(consent.until, _("consent"), consent.recipient, ", ".join(consent.kinds))


def _last(r: Reading, page: CasePage) -> Iterator[Entry]:
    for one in page.contacts[:3]:
        at = one.at.astimezone(r.zone).date()
        yield entry(at, _("contact"), one.kind, one.outcome, one.by, text=_short(joined(one.note, one.own)))
    for note in [one for one in page.notes if one.state == "signed"][:1]:
        yield entry(note.at.astimezone(r.zone).date(), _("note"), note.by, text=_short(note.text))


def _short(text: str | None) -> str:
    """As much as has room, with a sign where something is left out; on one line, so that a page stays a page."""
    words = " ".join((text or "").split())
    return words if len(words) <= _LETTERS else words[: _LETTERS - 1].rstrip() + "…"
