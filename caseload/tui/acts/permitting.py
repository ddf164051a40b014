"""What may be told and what was: consents given and taken back, tellings recorded, and whether something may go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...messages import _
from .. import asks, permitting
from ..prompts import Option, Pick, Words
from ..talk import Left
from .masking import not_masked
from .speaking import letters, required, words_about

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...casework.consents import ConsentRow
    from ..screens.page import Page


async def consent(page: Page) -> None:
    """The form of a signed consent."""
    from ..screens.consent import ConsentForm

    key = page.targets("consent")[0]
    kept = await page.app.jotter.recall(f"consent|case:{key}")
    await page.visit(ConsentForm(key, _number(page, key), kept))


async def renew(page: Page, key: int, consent: int) -> None:
    """The same form for the same recipient and kinds of information, to be signed anew; words that were kept come first."""
    from ..screens.consent import ConsentForm

    kept = await page.app.jotter.recall(f"consent|case:{key}")
    like = await page.desk.read(permitting.signed, key, consent)
    await page.visit(ConsentForm(key, _number(page, key), kept, like))


async def disclose(page: Page) -> None:
    """The form of something that was told."""
    from ..screens.consent import DisclosureForm

    key = page.targets("disclose")[0]
    kept = await page.app.jotter.recall(f"disclose|case:{key}")
    await page.visit(DisclosureForm(key, _number(page, key), kept))


async def revoke(page: Page) -> None:
    """The consent under the cursor, or one chosen of those that hold, is taken back."""
    key = page.targets("revoke")[0]
    picked: tuple[str, Any] | None = getattr(page, "picked", None)
    if picked is not None and picked[0] == "consent" and picked[1].state == "in_force":
        await take_back(page, key, picked[1].id)
        return
    held = await page.desk.read(permitting.running, key)
    none = _("No consent of this case is in force. C g records one.")
    await take_back(page, key, await _one_of(page, held, _("Which consent is taken back:"), none))


async def amend(page: Page) -> None:
    """The consent under the cursor, or one chosen, is set right where it was copied wrongly."""
    key = page.targets("amend")[0]
    not_masked(page)
    picked: tuple[str, Any] | None = getattr(page, "picked", None)
    if picked is not None and picked[0] == "consent":
        await set_right(page, key, picked[1].id)
        return
    given = await page.desk.read(permitting.given, key)
    none = _("No consent of this case is on record. C g records one.")
    await set_right(page, key, await _one_of(page, given, _("Which consent is set right:"), none))


async def _one_of(page: Page, found: Sequence[ConsentRow], question: str, none: str) -> int:
    """The consent that the person chooses among these. Raises Left, having said so, where there is none."""
    if not found:
        page.say(none, "warn")
        raise Left
    options = [Option(f"#{one.id} {one.recipient or ''}", one.id, ", ".join(one.kinds)) for one in found]
    chosen: int = await page.ask(Pick(question, options=options, hint=_("type to find it")))
    return chosen


async def set_right(page: Page, key: int, consent: int) -> None:
    """The consent as it stands, in a form; reading its words is a look, and on record."""
    from ..screens.consent import AmendForm

    opened = await page.desk.fetch(lambda db: asks.case_page(db, key))
    now = next((one for one in opened.page.consents if one.id == consent), None)
    if now is None:
        page.say(_("That consent is no longer there."), "warn")
        raise Left
    kept = await page.app.jotter.recall(f"consent-amend-{consent}|case:{key}")
    await page.visit(AmendForm(key, opened.page.row.case, now, kept))


async def take_back(page: Page, key: int, consent: int) -> None:
    """How the client said so, and why."""
    question: Words[str] = Words(
        _("Taken back, how and why:"), reads=lambda text: required(text, _("It needs a reason, for the record."))
    )
    why, words = await words_about(page, question, f"consent-revoke-{consent}", [key])
    page.commit("revoke", permitting.revoke(consent, why, words), [key], words=words)


async def may_go(page: Page) -> None:
    """To whom and what; the answer is the record that says yes, or why not."""
    from ...casework.consents import KINDS
    from ...casework.permits import Permit

    key = page.targets("may_go")[0]
    to: str = await page.ask(
        Words(_("May this go to:"), reads=lambda text: required(text, _("To whom?")), hint=_("the person or body"))
    )
    options = [Option(one.replace("_", " "), one) for one in KINDS]
    kinds: tuple[str, ...] = await page.ask(
        Pick(_("About:"), options=options, several=True, hint=_("commas between several"))
    )
    found = await page.desk.read(permitting.may_go, key, to, kinds)
    if isinstance(found, Permit):
        page.say(_("Yes. {record}").format(record=found.words), "good")
    else:
        page.say(_("No. {why}").format(why=found), "bad")


async def open_line(page: Page, kind: str, row: Any) -> None:
    """What Enter does on a consent or a telling on the case page."""
    key = page.targets("open")[0]
    if kind == "disclosure":
        if row.addendum_to is not None:
            page.say(_("An addendum, on record as it stands. Enter on what it belongs to adds more."), "dim")
            return
        await add_to(page, key, row.id)
        return
    if row.state != "in_force":
        page.say(
            _("It holds no more. d renews it, C g records another, C a sets right what was copied wrongly."), "dim"
        )
        return
    coded = [
        ("r", _("taken back"), "revoke"), ("n", _("signed anew"), "renew"), ("c", _("copied wrongly"), "amend"),
    ]  # fmt: skip
    if row.ends_with == "event":
        coded.append(("e", _("what it waited for has come"), "came"))
    what = await page.ask(letters(_("Consent"), coded))
    if what == "revoke":
        await take_back(page, key, row.id)
    elif what == "amend":
        not_masked(page)
        await set_right(page, key, row.id)
    elif what == "renew":
        await renew(page, key, row.id)
    else:
        page.commit("consent", permitting.came(row.id), [key])


async def add_to(page: Page, key: int, disclosure: int) -> None:
    """What is to be added to what was told; the telling itself is never altered."""
    question: Words[str] = Words(
        _("Add to what was told:"), reads=lambda text: required(text, _("What is to be added?")), limit=20_000
    )
    text, words = await words_about(page, question, f"disclose-add-{disclosure}", [key])
    page.commit("disclose", permitting.add_to(disclosure, text, words), [key], words=words)


def _number(page: Page, key: int) -> str:
    row = page.row_of(key)
    return row.case if row is not None else ""
