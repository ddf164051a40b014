"""The section of the case page about what may be told and what was. Pure functions over the practice's frozen rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..messages import _
from .draw import run
from .widgets.sheet import BLANK, Item, heading

if TYPE_CHECKING:
    from ..casework.consents import ConsentRow
    from ..casework.disclosures import DisclosureRow
    from ..casework.packets import PacketRow
    from ..casework.page import CasePage
    from ..casework.referred import ReferralRow
    from .summaries import When


def consents(page: CasePage, when: When) -> list[Item]:
    """The consents, those in force first; then what was told, newest first, each with what was added to it."""
    given = [_consent(one, when) for one in page.consents]
    told = [_disclosure(one, when) for one in page.disclosures]
    found = [BLANK, heading(_("Consents")), *given] if given else []
    found += [BLANK, heading(_("Told to others")), *told] if told else []
    if not given:
        found += [
            BLANK,
            Item(((_("  No signed consent is on record."), "plain"),)),
            Item(((_("  C g records one, C d what was told, C q asks whether something may go."), "dim"),)),
        ]
    return (found + packets(page, when))[1:]


def packets(page: CasePage, when: When, *, live: bool = False) -> list[Item]:
    """What consultants were asked about the case without identity, newest first, with what they answered; with `live` what they can
    read today."""
    found = [item for one in page.packets if not live or one.state == "open" for item in _packet(one, when)]
    return [BLANK, heading(_("Asked without identity")), *found] if found else []


def _packet(one: PacketRow, when: When) -> list[Item]:
    from ..casework.packets import state_words

    lives = one.state == "open"
    head = (
        run(f"{state_words(one.state)} ", "good" if lives else "dim"),
        run(one.reader, "strong" if lives else "dim"),
        run(
            "  " + _("asked by {who} · until {day}").format(who=one.author, day=when.day(one.until)),
            "plain" if lives else "dim",
        ),
    )
    found = [
        Item(head, one.question or "", value=("packet", one), right=(run(f"#{one.id} ", "dim"),), indent=4, prose=True)
    ]
    for answer in one.answers:
        words = _("  {who} answered {when}").format(who=answer.by, when=when.moment(answer.at))
        found.append(Item((run(words, "key"),), answer.text or "", indent=6, prose=True))
    return found


def _consent(one: ConsentRow, when: When) -> Item:
    from ..casework.consents import state_words

    holds = one.state == "in_force"
    end = _("until {day}").format(day=when.day(one.until)) if one.until is not None else ""
    if holds and one.ends_with == "case_closed":
        end = " ".join(word for word in (end, _("or the case closes")) if word)
    elif holds and one.event:
        end = " ".join(word for word in (end, _("or: {event}").format(event=one.event)) if word)
    kinds = ", ".join(kind.replace("_", " ") for kind in one.kinds)
    head = (
        run(f"{state_words(one.state)} ", "good" if holds else "dim"),
        run(one.recipient or "", "strong" if holds else "dim"),
        run("  " + " · ".join(word for word in (kinds, end) if word), "plain" if holds else "dim"),
    )
    signed = _("signed {day} by {who}").format(day=when.day(one.signed), who=one.signer_name or one.signer)
    parts = [one.what or "", one.purpose or "", signed, one.revoked_why or ""]
    body = " · ".join(part for part in parts if part)
    return Item(head, body, value=("consent", one), right=(run(f"#{one.id} ", "dim"),), indent=4)


def _disclosure(one: DisclosureRow, when: When) -> Item:
    from ..casework.permits import basis_words

    if one.addendum_to is not None:
        head = _("  + added {day} by {who}").format(day=when.day(one.on), who=one.by)
        return Item((run(head, "key"),), one.what or "", value=("disclosure", one), indent=6, prose=True)
    ground = basis_words(one.basis) + (f" #{one.consent}" if one.consent is not None else "")
    kinds = ", ".join(kind.replace("_", " ") for kind in one.kinds)
    said = " · ".join(word for word in (kinds, ground, one.by) if word)
    parts = [one.what or "", one.purpose or ""]
    parts += [_("consulted: {who}").format(who=one.consulted)] if one.consulted else []
    parts += [] if one.client_told else [_("the client was not told: {why}").format(why=one.untold or "")]
    head_ = (run(f"{when.day(one.on)} ", "strong"), run(one.recipient or "", "strong"), run(f"  {said}"))
    body = " · ".join(part for part in parts if part)
    return Item(head_, body, value=("disclosure", one), right=(run(f"#{one.id} ", "dim"),), indent=4)


def referrals(page: CasePage, when: When) -> list[Item]:
    """What was asked of others: what is drafted or runs, the earliest answer due first; then what has ended."""
    running = [_referral(one, when) for one in page.referrals if one.ended is None]
    ended = [_referral(one, when) for one in page.referrals if one.ended is not None]
    if not (running or ended):
        return [
            Item(((_("  Nothing was asked of anybody yet."), "plain"),)),
            Item(((_("  f finds a service and asks; g s shows them all; $ a authorises."), "dim"),)),
        ]
    found = [BLANK, heading(_("Asked for")), *running] if running else []
    found += [BLANK, heading(_("Ended")), *ended] if ended else []
    return found[1:]


def _referral(one: ReferralRow, when: When) -> Item:
    from ..casework import amounts, referrals

    late, over = one.late(when.today), one.ended is not None
    if one.state == "sent" and one.answer_by is not None:
        day = _("answer by {day}").format(day=when.both(one.answer_by))
    else:
        day = when.day(one.ended or one.started or one.answered or one.sent or one.drafted)
    parts = [
        day, referrals.why_words(one.declined_why) if one.declined_why else "",
        _("did not come: {n}").format(n=one.missed) if one.missed else "", "" if over else one.by,
    ]  # fmt: skip
    head = (
        run(f"{referrals.state_words(one.state)} ", "bad" if late else "dim" if over else "good"),
        run(one.to, "dim" if over else "strong"),
        run("  " + " · ".join(part for part in parts if part), "dim" if over else "plain"),
    )
    # Below the line, which has no room for it at 80 columns.
    more = [
        referrals.kind_words(one.kind) if one.kind != "service" else "",
        _("asked {amount}").format(amount=amounts.shown(one.asked_cents)) if one.asked_cents is not None else "",
        _("granted {amount}").format(amount=amounts.shown(one.decided_cents)) if one.decided_cents is not None else "",
        _("for the need #{id}").format(id=one.need) if one.need is not None else "",
        _("in place of #{id}").format(id=one.replaces) if one.replaces is not None else "",
    ]
    body = "\n".join(text for text in (" · ".join(part for part in more if part), one.reason or "") if text)
    return Item(head, body, value=("referral", one), right=(run(f"#{one.id} ", "dim"),), indent=4, prose=True)
