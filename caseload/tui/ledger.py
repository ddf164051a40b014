"""Money on the screen: its commands, and how budgets, authorisations and payments read on the case page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..messages import _
from .commands import ONE, WORK, Command
from .draw import run
from .widgets.sheet import BLANK, Item, heading

if TYPE_CHECKING:
    from ..casework.budgets import BudgetRow
    from ..casework.page import CasePage
    from ..casework.spending import AuthorisationRow, PaymentRow
    from .summaries import When


def money() -> tuple[Command, ...]:
    """Budgets, authorisations and payments: the commands."""
    group = _("Money")
    return (
        Command(
            "authorise", _("Authorise"), ("$ a",), WORK, group,
            _("What may be spent for the client: at a service or for a thing, how much, from when to when. Within the limits saving it "
              "approves it; above one it needs a reason and waits for who supervises the case. On a referral, it is for that one."),
            _("authorise"), ONE, True,
        ),
        Command(
            "pay", _("Record a payment"), ("$ p",), WORK, group,
            _("Of the authorisation under the cursor, or one chosen. Enter on a payment takes it back, with a reason."),
            _("pay"), ONE, True,
        ),
        Command(
            "fund", _("Set the client's budget"), ("$ b",), WORK, group,
            _("How much, from when to when, and the most that one authorises alone. Who supervises the case does; Enter on a budget, under "
              "Services, sets it right."),
            _("budget"), ONE, True,
        ),
    )  # fmt: skip


def above(page: CasePage, when: When) -> list[Item]:
    """How the client's budgets stand, those that run first; nothing where there is none."""
    ranked = sorted(page.budgets, key=lambda one: not one.runs(when.today))
    return [*(_budget(one, page.currency, when) for one in ranked), BLANK] if ranked else []


def below(page: CasePage, when: When) -> list[Item]:
    """What was authorised, what waits first, each with its payments."""
    if not page.authorisations:
        return []
    found = [BLANK, heading(_("Authorised"))]
    for one in page.authorisations:
        found += [
            _authorisation(one, page.currency, when),
            *(_payment(each, one, page.currency, when) for each in one.payments),
        ]
    return found


def _budget(one: BudgetRow, currency: str, when: When) -> Item:
    from ..casework.budgets import sentence

    tone = {"over": "bad", "soon": "warn"}.get(one.standing, "plain") if one.runs(when.today) else "dim"
    said = sentence(currency, one.cents, one.spent, one.committed, one.asked, one.forecast)
    name = f"  {one.name}" if one.name else ""
    days = _("  {first} to {last}").format(first=when.day(one.first), last=when.day(one.last))
    head = (run(_("Budget"), "title"), run(name, "strong"), run(days, "dim"))
    return Item(head, said, value=("budget", one), right=(run(f"#{one.id} ", "dim"),), tone=tone)


def _authorisation(one: AuthorisationRow, currency: str, when: When) -> Item:
    from ..casework import amounts
    from ..casework.authorising import shown, state_words

    late, over = one.over(when.today), one.ended is not None
    live = one.running or one.state == "asked"
    until = (_("ENDED {day}") if late else _("until {day}")).format(day=when.day(one.last))
    parts = [
        shown(one.cents, one.units, one.unit, currency),
        when.day(one.ended) if one.ended is not None else until,
        _("paid {amount}").format(amount=amounts.shown(one.paid)) if one.paid else "",
        _("used {n}").format(n=one.used) if one.used else "",
        _("renewed") if one.renewed else "",
        _("sent back") if one.state == "drafted" and one.sent_back else "",
        _("above a limit") if one.above else "",
        one.by if one.approved_by in (None, one.by) else f"{one.by}, {one.approved_by}",
    ]
    tone = "bad" if late else "warn" if one.state == "asked" else "good" if live else "dim"
    head = (
        run(f"{state_words(one.state)} ", tone),
        run(one.what, "strong" if live else "dim"),
        run("  " + " · ".join(part for part in parts if part), "dim" if over else "plain"),
    )
    told = [one.reason or "", _("sent back: {words}").format(words=one.returned) if one.returned else ""]
    body = "\n".join(text for text in told if text)
    return Item(head, body, value=("authorisation", one), right=(run(f"#{one.id} ", "dim"),), indent=4, prose=True)


def _payment(one: PaymentRow, of: AuthorisationRow, currency: str, when: When) -> Item:
    from ..casework.authorising import shown

    over = one.countered or one.counters is not None
    much = shown(one.cents or None, one.units or None, of.unit, currency)
    back = _("takes back #{id}").format(id=one.counters) if one.counters is not None else ""
    parts = [one.payee or "", one.reference or "", _("taken back") if one.countered else back, one.by]
    head = (
        run("    "), run(f"{when.day(one.on)} "), run(much, "dim" if over else "strong"),
        run("  " + " · ".join(part for part in parts if part), "dim"),
    )  # fmt: skip
    return Item(
        head, one.reason or "", value=("payment", one), right=(run(f"#{one.id} ", "dim"),), indent=6, prose=True
    )
