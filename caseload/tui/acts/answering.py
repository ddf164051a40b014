"""Who answers for a case besides its worker: restricting it, and what Enter does on those lines of its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...messages import _
from .. import asks, days, handing
from ..prompts import Pick, Words, yes_no
from ..talk import Left
from .covering import answer_one, withdraw
from .moving import offered
from .speaking import letters, required, words_about

if TYPE_CHECKING:
    from ...casework.answering import Answering
    from ..screens.page import Page


async def restrict(page: Page) -> None:
    """A custodian and the reason; of a restricted case, another custodian or the end of it."""
    key = page.targets("restrict")[0]
    now = await page.desk.read(asks.answering, key)
    if not now.may_restrict:
        page.say(_refusal(now), "warn")
        raise Left
    if now.custody is None:
        await _name(page, key, _("Who answers for it besides its worker:"), "")
        return
    coded = (("c", _("another custodian"), "custodian"), ("o", _("open it to its team again"), "lift"))
    if await page.ask(letters(_("Restricted, {who} answers").format(who=now.custody.custodian), coded)) == "custodian":
        await _name(page, key, _("Who answers for it from now on:"), now.custody.custodian)
        return
    question: Words[str] = Words(_("Why open to its team:"), reads=_reason)
    why, words = await words_about(page, question, "restrict", [key])
    page.commit("restrict", handing.lift(key, why, words), [key], words=words)


async def _name(page: Page, key: int, label: str, before: str) -> None:
    row, standing = page.row_of(key), page.app.standing
    holder = row.worker if row is not None else None
    people = [one for one in await offered(page, of=[key]) if one.value != before]
    keeper: str = await page.ask(Pick(label, options=people, hint=_("type a name")))
    loses = standing is not None and standing.handle not in (keeper, holder)
    question: Words[str] = Words(
        _("{who} answers for it, because:").format(who=keeper),
        reads=_reason,
        hint=_("it may leave your sight; u takes it back") if loses else "",
    )
    why, words = await words_about(page, question, "restrict", [key])
    page.commit("restrict", handing.restrict(key, keeper, why, words), [key], words=words)


def _reason(text: str) -> str:
    return required(text, _("It needs a reason, for the record."))


def _refusal(now: Answering) -> str:
    if now.custody is not None:
        return _("Only its custodian, {who}, changes the restriction.").format(who=now.custody.custodian)
    return _("A supervisor of its team or an admin restricts an open case.")


async def open_line(page: Page, kind: str, row: Any) -> None:
    """What Enter does on an offer, a custodian or a cover on the case page."""
    key = page.targets("open")[0]
    now = await page.desk.read(asks.answering, key)
    if kind == "custody":
        await restrict(page)
    elif kind == "cover":
        if not now.may_cover:
            page.say(_("{who} themselves, a supervisor of theirs or an admin ends it.").format(who=row.worker), "warn")
            raise Left
        until = days.shown(row.to_on, page.app.today)
        if not await page.ask(yes_no(_("{who} is away until {day}. End it today?").format(who=row.worker, day=until))):
            raise Left
        page.commit("cover", handing.end_cover(row.absence), [key])
    elif now.may_answer:
        await answer_one(page, row)
    elif now.may_withdraw:
        await withdraw(page)
    else:
        page.say(_("{who} answers it; who offered it takes it back.").format(who=row.to_worker), "warn")
