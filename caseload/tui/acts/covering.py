"""Offering cases and answering offers, admitting from the waiting list, absences with their cover, and the return."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from ...errors import Usage
from ...messages import _, _n
from .. import asks, days, handing
from ..prompts import Option, Pick, Words, yes_no
from ..talk import Left
from .moving import effect, offered
from .speaking import day_and_why, letters, reader, required, words_about, words_at

if TYPE_CHECKING:
    from ...casework.absences import CoverPlan, Share
    from ...casework.assign import Plan
    from ...casework.offers import TransferRow
    from ..screens.page import Page


async def transfer(page: Page) -> None:
    """To whom, by which day and why; the case stays where it is until they accept."""
    keys = page.targets("transfer")
    today = _today(page)
    to = await _one(page, _n("Offer to:", "Offer {n} cases to:", len(keys)).format(n=len(keys)), keys)
    plan = await page.desk.read(asks.transfer_plan, keys, to)
    _must_go(page, plan, len(keys))

    question = day_and_why(
        _("{to}, to answer by:").format(to=to),
        today,
        hint=_("day, then why · {load}").format(load=effect(plan)),
        unsaid=_("An offer needs a reason."),
    )
    (by, why), words = await words_about(page, question, "transfer", keys)
    page.commit("transfer", handing.offer(keys, to, by, why, words), keys, words=words)


async def answer(page: Page) -> None:
    """Which offered case: accepted, or declined with a reason. One's own are followed here, too: those nobody has answered
    can be taken back, and the declined ones say why."""
    offers, given = await page.desk.read(asks.offers), await page.desk.read(asks.my_offers)
    if not offers and not given:
        page.say(_("No case is offered to you."), "dim")
        raise Left
    today = _today(page)
    options: list[Option[TransferRow]] = []
    for one in offers:
        beside = f"{one.from_worker} · {one.program} · {one.risk} · {_by(one, today)} · {one.why}"
        options.append(Option(one.case, one, beside))
    for one in given:
        said = _("to {who} · {when}").format(who=one.to_worker, when=_by(one, today))
        if one.state == "declined":
            said = _("{who} declined: {why}").format(who=one.to_worker, why=one.answer)
        options.append(Option(one.case, one, said))
    label = _("Offered to you:") if offers else _("Offered by you:")
    chosen: TransferRow = await page.ask(Pick(label, options=options))
    if chosen in offers:
        await answer_one(page, chosen)
    elif chosen.state == "declined":
        await _why_declined(page, chosen)
    else:
        await _withdraw(page, [chosen.key])


async def _why_declined(page: Page, offer: TransferRow) -> None:
    from ..screens.tally import Sentences

    today = _today(page)
    told = (
        _("{who} declined it on {day}:").format(who=offer.to_worker, day=days.shown(offer.answered_on or today, today)),
        offer.answer,
        "",
        _("You had offered it by {day}, because:").format(day=days.shown(offer.answer_by, today)),
        offer.why,
    )
    await page.visit(Sentences(_("Offer of {case}").format(case=offer.case), told))


async def answer_one(page: Page, one: TransferRow) -> None:
    """Taken or declined."""
    taken = await page.ask(letters(one.case, (("a", _("accept"), "accept"), ("d", _("decline"), "decline"))))
    if taken == "decline":
        await decline(page, one)
    else:
        page.commit("answer", handing.answer(one.case, None), [])


async def decline(page: Page, offer: TransferRow) -> None:
    """Why not."""
    question: Words[str] = Words(
        _("Why not:"), reads=lambda text: required(text, _("Declining a case needs a reason.")), hint=offer.why
    )
    why, words = await words_at(page, question, f"decline|transfer:{offer.id}")
    page.commit("answer", handing.answer(offer.case, why, words), [], words=words)


async def withdraw(page: Page) -> None:
    """Takes an offer back before it is answered."""
    await _withdraw(page, page.targets("withdraw"))


async def _withdraw(page: Page, keys: Sequence[int]) -> None:
    question: Words[str] = Words(
        _n("Take the offer back, because:", "Take the offers of {n} cases back, because:", len(keys)).format(
            n=len(keys)
        ),
        reads=lambda text: required(text, _("Taking an offer back needs a reason.")),
    )
    why, words = await words_about(page, question, "withdraw", keys)
    page.commit("withdraw", handing.withdraw(keys, why, words), keys, words=words)


def _by(one: TransferRow, today: date) -> str:
    by = days.shown(one.answer_by, today)
    return _("late, was due {day}").format(day=by) if one.late else _("by {day}").format(day=by)


async def admit(page: Page) -> None:
    """To whom and why."""
    keys = page.targets("admit")
    to = await _one(page, _n("Admit to:", "Admit {n} cases to:", len(keys)).format(n=len(keys)), keys)
    plan = await page.desk.read(asks.admission, keys, to)
    _must_go(page, plan, len(keys))
    question: Words[str] = Words(
        _("Why to {to}:").format(to=to),
        reads=lambda text: required(text, _("Admitting a case needs a reason.")),
        hint=effect(plan),
    )
    why, words = await words_about(page, question, "admit", keys)
    page.commit("admit", handing.admit(keys, to, why, words), keys, words=words)


async def cover(page: Page, about: str = "") -> None:
    """Who is away, who covers what, from when to when and why."""
    from ...casework.absences import Share

    today = _today(page)
    people = await offered(page, me_first=True)
    who: str = about or await page.ask(Pick(_("Who is away:"), options=people))
    others = [one for one in people if one.value != who]
    shares: list[Share] = []
    while True:
        named = {handle for share in shares for handle in share.by}
        left = [one for one in others if one.value not in named]
        if shares:
            left = [Option(_("nobody"), ""), *left]
        label = _("Who covers the rest:") if shares else _("Who covers {who}:").format(who=who)
        by: tuple[str, ...] = await page.ask(Pick(label, options=left, several=True))
        if "" in by:
            break
        asked: Words[str] = Words(
            _("Which cases {by} covers:").format(by=", ".join(by)),
            reads=_share_query,
            hint=_("Enter: all the others; or program:housing"),
        )
        drawn = await page.ask(asked)
        shares.append(Share(by, drawn or None))
        if not drawn:
            break
    (first, last, why), words = await words_at(page, _days(today), f"absence|worker:{who}")
    planned = await page.desk.read(asks.cover_plan, who, shares)
    if not await page.ask(yes_no(_told(planned))):
        raise Left
    page.commit("cover", handing.set_cover(who, shares, first, last, why, words), [], words=words)


async def returned(page: Page) -> None:
    """Whose return; then everything others did meanwhile, on a page."""
    from ..screens.returned import ReturnedPage

    who: str = await page.ask(Pick(_("Who was away:"), options=await offered(page, me_first=True)))
    await page.visit(ReturnedPage(await page.desk.read(asks.while_away, who)))


async def _one(page: Page, label: str, keys: Sequence[int]) -> str:
    found: str = await page.ask(Pick(label, options=await offered(page, of=keys), hint=_("type a name")))
    return found


def _today(page: Page) -> date:
    today = page.app.today
    assert today is not None
    return today


def _must_go(page: Page, plan: Plan, asked: int) -> None:
    """Nothing is done by halves: where one of the cases cannot go, it says which and why. Raises Left."""
    kept = [*plan.blocked, *plan.skipped]
    if kept:
        said = _("{case}: {why}.") if asked > 1 else _("It stays: {why}.")
        page.say(said.format(case=kept[0].case, why=kept[0].why), "warn")
        raise Left


def _share_query(text: str) -> str:
    from ...store import query

    if text.strip():
        query.parse(text)
    return text.strip()


def _days(today: date) -> Words[tuple[date, date, str]]:
    def read(text: str) -> tuple[date, date, str]:
        first, rest = days.read_day(text, today)
        head, _blank, tail = rest.partition(" ")
        if head.casefold() not in (_("to").casefold(), "-", "–"):
            raise Usage(_("Then `to`, the last day and why: 1 dec to 14 dec leave."))
        last, why = days.read_day(tail, today)
        if last < first:
            raise Usage(_("The last day lies before the first."))
        return first, last, required(why, _("An absence needs a reason."))

    def show(found: tuple[date, date, str]) -> str:
        n = (found[1] - found[0]).days + 1
        return _("{first} to {last}, {n} d").format(
            first=days.shown(found[0], today), last=days.shown(found[1], today), n=n
        )

    return Words(_("Away:"), reads=read, echo=reader(read, show), hint=_("1 dec to 14 dec leave"))


def _told(planned: CoverPlan) -> str:
    told: Sequence[str] = [f"{' + '.join(share.by)} {len(cases)}" for share, cases in planned.shares]
    if nobody := len(planned.uncovered) + planned.uncovered_unseen:
        told = [*told, _("nobody {n}").format(n=nobody)]
    if planned.restricted:
        told = [*told, _("custodians {n}").format(n=planned.restricted)]
    if planned.unseen:
        told = [*told, _("not yours to see {n}").format(n=planned.unseen)]
    return _("Cases: {told}. Set it?").format(told=", ".join(told))
