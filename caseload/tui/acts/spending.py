"""Money: the client's budget, what is authorised under it, what was paid, and what each line of these waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import Usage
from ...messages import _
from .. import days, spending
from ..prompts import Option, Pick, Words
from ..talk import Left
from .masking import not_masked
from .speaking import letters, reader, required, words_about

if TYPE_CHECKING:
    from datetime import date

    from ...casework.spending import AuthorisationRow
    from ..screens.page import Page

_LONG = 20_000


async def authorise(page: Page) -> None:
    """The form of an authorisation; on a referral, for that one."""
    key = page.targets("authorise")[0]
    picked: tuple[str, Any] | None = getattr(page, "picked", None)
    referral = picked[1] if picked is not None and picked[0] == "referral" else None
    await begin(page, key, referral.id if referral is not None else None, referral and (referral.service or ""))


async def begin(page: Page, key: int, referral: int | None, service: str | None = None) -> None:
    """The form, with the words that were kept."""
    from ..screens.money import AuthoriseForm

    if service:
        not_masked(page)
    form = "authorise" if referral is None else f"authorise-{referral}"
    kept = await page.app.jotter.recall(f"{form}|case:{key}")
    filled = {"service": service} if service else {}
    await page.visit(AuthoriseForm(key, _number(page, key), kept, filled, referral))


async def pay(page: Page) -> None:
    """A payment of the authorisation under the cursor, or of one chosen among those that were approved."""
    key = page.targets("pay")[0]
    picked: tuple[str, Any] | None = getattr(page, "picked", None)
    if picked is not None and picked[0] == "authorisation" and picked[1].state == "approved":
        await pay_of(page, key, picked[1].id)
        return
    rows = [row for row in await page.desk.read(spending.authorisations, key) if row.state == "approved"]
    if not rows:
        page.say(_("Nothing is authorised in this case. $ a asks for it."), "warn")
        raise Left
    options = [Option(f"#{row.id} {row.what}", row.id) for row in rows]
    chosen: int = await page.ask(Pick(_("Paid of:"), options=options, hint=_("type to find it")))
    await pay_of(page, key, chosen)


async def pay_of(page: Page, key: int, authorisation: int) -> None:
    """The form of a payment. Raises Left where nothing can be paid of that any more."""
    from ..screens.money import PayForm

    row = await page.desk.read(spending.one, key, authorisation)
    if row is None or row.state != "approved":
        page.say(_("Nothing is paid of that: it is not approved, or has ended."), "warn")
        raise Left
    kept = await page.app.jotter.recall(f"pay-{authorisation}|case:{key}")
    await page.visit(PayForm(key, _number(page, key), row, kept))


async def fund(page: Page) -> None:
    """The form of the client's budget."""
    from ..screens.money import BudgetForm

    key = page.targets("fund")[0]
    await _must_lead(page, key)
    kept = await page.app.jotter.recall(f"fund|case:{key}")
    await page.visit(BudgetForm(key, _number(page, key), kept))


async def set_right(page: Page, key: int, budget: int) -> None:
    """The client's budget as it stands, to be raised, lowered or set right."""
    from ..screens.money import BudgetEdit

    not_masked(page)
    await _must_lead(page, key)
    now = await page.desk.read(spending.budget, key, budget)
    if now is None:
        page.say(_("That budget is no longer there."), "warn")
        raise Left
    kept = await page.app.jotter.recall(f"fund-edit-{budget}|case:{key}")
    await page.visit(BudgetEdit(key, _number(page, key), now, kept))


async def _must_lead(page: Page, key: int) -> None:
    if not await page.desk.read(spending.leads, key):
        page.say(
            _("Who supervises the case sets its budget. Ending what is no longer needed frees some of it."), "warn"
        )
        raise Left


async def settle(page: Page, key: int, authorisation: int) -> None:
    """What an authorisation waits for, by letter."""
    row = await page.desk.read(spending.one, key, authorisation)
    if row is None:
        page.say(_("That authorisation is no longer there."), "warn")
        raise Left
    found = _choices(row)
    if not found:
        page.say(_("That is its end. $ a asks anew."), "dim")
        return
    act = await page.ask(letters(_("Authorisation #{id}").format(id=row.id), found))
    if act == "pay":
        await pay_of(page, key, row.id)
    elif act == "renew":
        await renew(page, key, row)
    elif act == "approve":
        await approve(page, key, row)
    elif act == "back":
        await send_back(page, key, row)
    elif act == "again":
        await again(page, key, row)
    else:
        page.commit("authorise", spending.act(act, row.id, seen=row.version), [key])


def _choices(row: AuthorisationRow) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    if row.approvable:
        found += [("a", _("approve"), "approve"), ("r", _("send back"), "back")]
    if row.state == "drafted" and row.mine:
        found.append(("a", _("ask for it"), "again"))
    if row.state in ("drafted", "asked"):
        found.append(("t", _("take back"), "withdraw"))
    if row.state == "approved":
        found.append(("p", _("pay"), "pay"))
    if row.state in ("approved", "ended") and not row.renewed:
        found.append(("n", _("renew"), "renew"))
    if row.state == "approved":
        found.append(("e", _("end"), "end"))
    return found


async def approve(page: Page, key: int, row: AuthorisationRow) -> None:
    """Approves what was asked for; why it may be is added, where there is more to say."""
    question: Words[str] = Words(_("Approved, because:"), hint=_("Enter: as it was asked for"), limit=_LONG)
    why, words = await words_about(page, question, f"authorise-why-{row.id}", [key])
    work = spending.act("approve", row.id, reason=why, seen=row.version, words=words)
    page.commit("authorise", work, [key], words=words)


async def send_back(page: Page, key: int, row: AuthorisationRow) -> None:
    """Why it is a draft again."""
    question: Words[str] = Words(
        _("Sent back, because:"), reads=lambda text: required(text, _("Say why, for who asked for it.")), limit=_LONG
    )
    why, words = await words_about(page, question, f"authorise-back-{row.id}", [key])
    work = spending.act("send_back", row.id, why, seen=row.version, words=words)
    page.commit("authorise", work, [key], words=words)


async def again(page: Page, key: int, row: AuthorisationRow) -> None:
    """A draft is asked for: as it stands or with another amount, and with other words."""
    from ...casework import amounts

    def read(text: str) -> int | None:
        return amounts.cents(_("It"), text) if text.strip() else None

    cents = None
    if row.cents is not None:
        ask = Words(_("At most:"), reads=read, hint=_("Enter: {amount}").format(amount=amounts.shown(row.cents)))
        cents = await page.ask(ask)
    question: Words[str] = Words(_("Because:"), hint=_("Enter: as it was said before"), limit=_LONG)
    why, words = await words_about(page, question, f"authorise-again-{row.id}", [key])
    work = spending.act("ask_again", row.id, cents=cents, reason=why, seen=row.version, words=words)
    page.commit("authorise", work, [key], words=words)


async def renew(page: Page, key: int, row: AuthorisationRow) -> None:
    """The same again from the day after its last: until when, and why."""
    today = page.app.today
    assert today is not None

    def read(text: str) -> date:
        day, rest = days.read_day(text, today)
        if rest:
            raise Usage(_("A day and nothing else."))
        return day

    until: Words[date] = Words(
        _("Renewed until:"), reads=read, echo=reader(read, lambda day: days.shown(day, today)), hint=_("4w, 31 dec")
    )
    last = await page.ask(until)
    question: Words[str] = Words(_("Because:"), hint=_("needed above a limit; Enter: nothing"), limit=_LONG)
    why, words = await words_about(page, question, f"authorise-renew-{row.id}", [key])
    page.commit("authorise", spending.act("renew", row.id, last, reason=why, words=words), [key], words=words)


async def open_payment(page: Page, key: int, row: Any) -> None:
    """What Enter does on a payment: it is taken back, with a reason."""
    if row.counters is not None or row.countered:
        page.say(_("Taken back already; it stays on record so."), "dim")
        return
    await take_back(page, key, row.id)


async def take_back(page: Page, key: int, payment: int) -> None:
    """Why a payment is taken back."""
    question: Words[str] = Words(
        _("Payment #{id} taken back, because:").format(id=payment),
        reads=lambda text: required(text, _("It needs a reason, for the record.")), limit=_LONG,
    )  # fmt: skip
    why, words = await words_about(page, question, f"pay-back-{payment}", [key])
    page.commit("pay", spending.take_back(payment, why, words), [key], words=words)


async def go_on(page: Page, key: int, name: str, row_id: int) -> bool:
    """Opens again where words about an authorisation were typed; False where they have no place there any more."""
    row = await page.desk.read(spending.one, key, row_id)
    if name == "pay" and row is not None and row.state == "approved":
        await pay_of(page, key, row_id)
    elif name == "authorise-why" and row is not None and row.approvable:
        await approve(page, key, row)
    elif name == "authorise-back" and row is not None and row.approvable:
        await send_back(page, key, row)
    elif name == "authorise-again" and row is not None and row.state == "drafted":
        await again(page, key, row)
    elif name == "authorise-renew" and row is not None and row.state in ("approved", "ended") and not row.renewed:
        await renew(page, key, row)
    elif name == "authorise":
        await begin(page, key, row_id)
    elif name == "pay-back":
        found = [one for each in await page.desk.read(spending.authorisations, key) for one in each.payments]
        if not any(one.id == row_id and not one.countered for one in found):
            return False
        await take_back(page, key, row_id)
    elif name == "fund-edit":
        await set_right(page, key, row_id)
    else:
        return False
    return True


def _number(page: Page, key: int) -> str:
    row = page.row_of(key)
    return row.case if row is not None else ""
