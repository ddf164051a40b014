"""Asking others for something for a client: found, worded, sent or kept; and what became of it, line by line."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...messages import _
from .. import asks, referring
from ..prompts import Option, Pick, Words
from ..talk import Left
from .masking import not_masked
from .speaking import letters, required, words_about

if TYPE_CHECKING:
    from ...casework.referrals import NewReferral
    from ...casework.referred import ReferralRow
    from ..screens.page import Page

_LONG = 20_000


async def refer(page: Page) -> None:
    """A service or a helper, what is asked of them, and whether it leaves now."""
    from ...casework.referrals import NewReferral
    from ..screens.services import ServicesPage

    key = page.targets("refer")[0]
    row = page.row_of(key)
    chosen: tuple[str, int] | None = await page.visit(ServicesPage(key, row.case if row is not None else ""))
    if chosen is None:
        raise Left
    service, person = (chosen[1], None) if chosen[0] == "service" else (None, chosen[1])
    reason, words = await words_about(page, _asked_for(), "refer", [key])
    new = NewReferral(key, reason, service=service, person=person, scratch=words[0] if words is not None else None)
    while (act := await _leaves(page, key, service, person, more=True)) == "more":
        # Esc there comes back to the question, with what was said of it before.
        with suppress(Left):
            new = await _particulars(page, key, new)
    page.commit("refer", referring.refer(new, act == "send"), [key], words=words)


async def _particulars(page: Page, key: int, new: NewReferral) -> NewReferral:
    """What kind of thing is asked for, how much of a benefit or a claim, for which need, and in place of which referral."""
    from ...casework.referrals import kind_words

    kind = await page.ask(
        letters(_("Asked for"), [(one[0], kind_words(one), one) for one in ("service", "benefit", "claim")])
    )
    cents = await _amount(page, _("Applied for:")) if kind != "service" else None
    nothing: list[Option[int | None]] = [Option(_("none"), None)]
    found = await page.desk.read(referring.beside, key)
    need: int | None = None
    replaces: int | None = None
    if found.needs:
        options = nothing + [Option(f"#{id_} {name}", id_) for id_, name in found.needs]
        need = await page.ask(Pick(_("For the need:"), options=options, hint=_("type to find it")))
    if found.referrals:
        options = nothing + [Option(f"#{id_} {name}", id_) for id_, name in found.referrals]
        replaces = await page.ask(Pick(_("In place of:"), options=options, hint=_("withdrawn once this is sent")))
    return replace(new, kind=kind, asked_cents=cents, need=need, replaces=replaces)


async def _amount(page: Page, label: str) -> int | None:
    """An amount in cents, or nothing."""
    from ...casework import amounts

    def read(text: str) -> int | None:
        return amounts.cents(_("It"), text) if text.strip() else None

    return await page.ask(Words(label, reads=read, hint=_("as in: 450 or 450.50; Enter: not known")))


def _asked_for() -> Words[str]:
    return Words(
        _("Asked for, and why:"), reads=lambda text: required(text, _("What is asked for?")), limit=_LONG,
        hint=_("what they are told, as in: a bed from Friday, she sleeps in her car"),
    )  # fmt: skip


async def _leaves(page: Page, key: int, service: int | None, person: int | None, *, more: bool = False) -> str:
    """Shows the record by which it may go, or why not, before anything leaves: `send`, `draft`, or `more` to say of it. Raises Left."""
    from ...casework.permits import Permit

    found = await page.desk.read(referring.may_go, key, service, person)
    keep = [("d", _("keep a draft"), "draft"), *([("m", _("more"), "more")] if more else [])]
    if isinstance(found, Permit):
        said = _("It may go, with who they are: {record}.").format(record=found.words)
        return await page.ask(letters(said, [("s", _("send"), "send"), *keep]))
    return await page.ask(letters(_("It may not go. {why} Esc, then C g, records a consent.").format(why=found), keep))


async def settle(page: Page, key: int, referral: int) -> None:
    """What there is to say of a referral by now."""
    row = await page.desk.read(referring.one, key, referral)
    if row is None:
        page.say(_("That referral is no longer there."), "warn")
        raise Left
    await open_line(page, key, row)


async def open_line(page: Page, key: int, row: ReferralRow) -> None:
    """What Enter, or d, does on a referral: a letter for each thing that it may become."""
    from ...casework.referrals import MOVES, state_words

    found = _choices(row)
    if not found:
        page.say(_("It is {state}, and that is its end. f asks anew.").format(state=state_words(row.state)), "dim")
        return
    assert MOVES[row.state]
    act = await page.ask(letters(row.to or _("Referral"), found))
    if act == "send":
        await _send(page, key, row)
    elif act == "reword":
        await reword(page, key, row.id)
    else:
        more: dict[str, Any] = {}
        if act.startswith("answer:"):
            act, more["said"] = act.split(":")
            if more["said"] == "declined":
                more["because"] = await page.ask(letters(_("Declined, because"), _whys()))
        if row.kind != "service" and (act == "complete" or more.get("said") == "accepted"):
            cents = await _amount(page, _("Granted:"))
            more |= {"decided_cents": cents} if cents is not None else {}
        _step(page, key, row, act, more)


def _step(page: Page, key: int, row: ReferralRow, act: str, more: dict[str, Any]) -> None:
    page.commit("refer", referring.step(act, row.id, row.version, more), [key])


async def _send(page: Page, key: int, row: ReferralRow) -> None:
    if await _leaves(page, key, row.service_id, row.person_id) != "send":
        page.say(_("It stays a draft."), "dim")
        raise Left
    _step(page, key, row, "send", {})


async def reword(page: Page, key: int, referral: int) -> None:
    """Other words for a draft; reading those that stand is a look, and on record."""
    not_masked(page)
    opened = await page.desk.fetch(lambda db: asks.case_page(db, key))
    now = next((one for one in opened.page.referrals if one.id == referral and one.state == "drafted"), None)
    if now is None:
        page.say(_("That referral was sent, or is gone."), "warn")
        raise Left
    question = _asked_for()
    question.line.insert(now.reason or "", _LONG)
    reason, words = await words_about(page, question, f"refer-words-{referral}", [key])
    page.commit("refer", referring.reword(referral, reason, now.version, words), [key], words=words)


def _choices(row: ReferralRow) -> list[tuple[str, str, str]]:
    """What a referral may become, by letter."""
    from ...casework.referrals import MOVES

    named = {
        "sent": ("s", _("send"), "send"), "accepted": ("a", _("accepted"), "answer:accepted"),
        "waitlisted": ("w", _("waiting list"), "answer:waitlisted"), "declined": ("d", _("declined"), "answer:declined"),
        "started": ("b", _("begun"), "start"), "completed": ("c", _("completed"), "complete"),
        "lapsed": ("l", _("came to nothing"), "lapse"), "withdrawn": ("t", _("take back"), "withdraw"),
    }  # fmt: skip
    found = [named[state] for state in MOVES[row.state]]
    if row.state == "drafted":
        found.insert(1, ("e", _("other words"), "reword"))
    if row.state in ("accepted", "waitlisted", "started"):
        found.append(("m", _("did not come"), "missed"))
    return found


def _whys() -> list[tuple[str, str, str]]:
    from ...casework.referrals import DECLINED_WHY, why_words

    return [(letter, why_words(why), why) for letter, why in zip("cernso", DECLINED_WHY, strict=True)]
