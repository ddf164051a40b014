"""Forms of money: what is authorised, what was paid, and the client's budget, one question a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from ...casework import amounts
from ...casework.budgets import NewBudget
from ...casework.payments import NewPayment
from ...errors import CaseloadError, Usage
from ...messages import _
from .. import days, scribbles, spending
from .asking import Asked
from .correcting import Correcting, Stands
from .goal import Writing

if TYPE_CHECKING:
    from ...casework.budgets import BudgetRow
    from ...casework.spending import AuthorisationRow
    from ..verbs import Doing

_PROSE = 2_000


class Spending(Writing):
    """What the forms of money have in common."""

    def called(self, name: str) -> str:
        return next(one.label for one in self.asked if one.name == name)

    def cents(self, name: str) -> int | None:
        """The amount typed there, in cents; None where nothing is. Raises Usage, with the cursor on it."""
        text = self.value(name)
        try:
            return amounts.cents(self.called(name), text) if text else None
        except CaseloadError:
            self.back_to(name)
            raise

    def needed(self, name: str) -> date:
        """The day typed there. Raises Usage where nothing is."""
        found = self.day(name)
        if found is None:
            self.back_to(name)
            raise Usage(_("{label}: a day, such as fri, 2w or 2026-12-24.").format(label=self.called(name)))
        return found

    def day(self, name: str) -> date | None:
        # What has begun already is written whole; all else lies ahead.
        past = days.read_past_day(self.value(name)) if self.value(name) else None
        return past if past is not None else super().day(name)

    def whole(self, name: str) -> int | None:
        """The whole number typed there; None where nothing is. Raises Usage, with the cursor on it."""
        text = self.value(name).removeprefix("#")
        if not text:
            return None
        if not (text.isascii() and text.isdecimal() and len(text) < 8):
            self.back_to(name)
            raise Usage(_("{label}: a whole number.").format(label=self.called(name)))
        return int(text)


class AuthoriseForm(Spending):
    """What may be spent for a client. `filled` is what is known already, `referral` the one it is for."""

    def __init__(
        self, key: int, number: str, kept: scribbles.Kept | None, filled: Mapping[str, str], referral: int | None
    ) -> None:
        asked = (
            Asked("service", _("At service"), _("its name or number in the directory; empty: for a thing")),
            Asked("item", _("For"), _("what it is for, where it is no service"), limit=500),
            Asked("amount", _("At most"), _("an amount, as in: 120 or 120.50")),
            Asked("units", _("Or counted"), _("how many of what, as in: 12 nights")),
            Asked("first", _("From"), _("today, mon, 1 dec, 2026-12-01"), usual="today"),
            Asked("last", _("Until"), _("the last day: 4w, 31 dec, 2027-03-31")),
            Asked("budget", _("Budget"), _("its number; empty: the only one of these days; none")),
            Asked("reason", _("Because"), _("why; above a limit it is needed"), limit=_PROSE),
        )
        place = f"authorise-{referral}|case:{key}" if referral is not None else f"authorise|case:{key}"
        super().__init__(place, _(" Authorise in {number}").format(number=number), asked, kept, filled)
        self.key, self.command, self.referral = key, "authorise", referral

    def counted(self) -> tuple[int | None, str]:
        """How many of what. Raises Usage, with the cursor on it."""
        text = self.value("units")
        number, _space, unit = text.partition(" ")
        if text and not (number.isascii() and number.isdecimal() and len(number) < 8 and unit.strip()):
            self.back_to("units")
            raise Usage(_("Or counted: how many of what, as in: 12 nights."))
        return (int(number), unit.strip()) if text else (None, "")

    async def save(self, command: str) -> None:
        from ...casework.authorising import Unexplained

        try:
            await super().save(command)
        except Unexplained:
            self.back_to("reason")
            raise

    def work(self) -> Doing:
        units, unit = self.counted()
        none = self.value("budget").casefold() in ("none", _("none"))
        told = {
            "case": self.key, "first": self.needed("first"), "last": self.needed("last"), "cents": self.cents("amount"),
            "units": units, "unit": unit, "item": self.value("item"), "unbudgeted": none,
            "budget": None if none else self.whole("budget"), "reason": self.value("reason"), "referral": self.referral,
            "scratch": self.place,
        }  # fmt: skip
        return spending.ask(told, self.value("service"))


class PayForm(Spending):
    """What was paid of an authorisation, or used of what it counts."""

    def __init__(self, key: int, number: str, of: AuthorisationRow, kept: scribbles.Kept | None) -> None:
        asked = [
            Asked("on", _("On"), _("a day that has been: today, 2026-11-24 or 24 nov 2026"), usual="today"),
            Asked("payee", _("To whom"), _("empty: who offers the service")),
            Asked("reference", _("Reference"), _("an invoice's number, or the like")),
        ]
        if of.units is not None:
            asked.insert(0, Asked("units", _("Used"), _("how many of {n} {unit}").format(n=of.units, unit=of.unit)))
        if of.left is not None:
            hint = _("an amount; {left} is left").format(left=amounts.shown(of.left))
            asked.insert(0, Asked("amount", _("Paid"), hint))
        title = _(" Payment of #{id} in {number}").format(id=of.id, number=number)
        super().__init__(f"pay-{of.id}|case:{key}", title, asked, kept)
        self.key, self.command, self.of = key, "pay", of

    def work(self) -> Doing:
        cents = self.cents("amount") if self.of.left is not None else None
        units = self.whole("units") if self.of.units is not None else None
        new = NewPayment(
            self.of.id, cents or 0, units or 0, self.day("on"), self.value("payee"), self.value("reference"), self.place
        )
        return spending.pay(new)


def _budget_asked() -> tuple[Asked, ...]:
    return (
        Asked("cents", _("How much"), _("an amount, as in: 1500")),
        Asked("first", _("From"), _("today, 1 jan 2026, 2026-01-01"), usual="today"),
        Asked("last", _("Until"), _("the last day: 31 dec, 2026-12-31")),
        Asked("single", _("One alone"), _("the most that one person authorises alone; empty: as the program says")),
        Asked("name", _("From whom"), _("a fund, a grant; or nothing")),
    )


class BudgetForm(Spending):
    """The client's budget."""

    def __init__(self, key: int, number: str, kept: scribbles.Kept | None) -> None:
        title = _(" Budget in {number}").format(number=number)
        super().__init__(f"fund|case:{key}", title, _budget_asked(), kept)
        self.key, self.command = key, "fund"

    def work(self) -> Doing:
        cents = self.cents("cents")
        if cents is None:
            self.back_to("cents")
            raise Usage(_("How much is it?"))
        new = NewBudget(
            cents, self.needed("first"), self.needed("last"), case=self.key, name=self.value("name"),
            single=self.cents("single"), scratch=self.place,
        )  # fmt: skip
        return spending.set_budget(new)


class BudgetEdit(Correcting, BudgetForm):
    """The client's budget as it stands, to be raised, lowered or set right."""

    def __init__(self, key: int, number: str, now: BudgetRow, kept: scribbles.Kept | None) -> None:
        BudgetForm.__init__(self, key, number, None)
        self.place, self.budget, self.number, self.command = f"fund-edit-{now.id}|case:{key}", now.id, number, "fund"
        self.same = _("Nothing of the budget is different.")
        self.begin(_stands(now), kept)

    def called(self, name: str) -> str:
        return Spending.called(self, name)

    async def stands(self) -> Stands:
        now = await self.desk.read(spending.budget, self.key, self.budget)
        if now is None:
            raise Usage(_("That budget is no longer there."))
        return _stands(now)

    def correction(self, changes: dict[str, str]) -> Doing:
        read: dict[str, Callable[[], object]] = {
            "cents": lambda: self.cents("cents") or 0, "single": lambda: self.cents("single"),
            "first": lambda: self.needed("first"), "last": lambda: self.needed("last"),
        }  # fmt: skip
        found = {name: read[name]() if name in read else text for name, text in changes.items()}
        return spending.change_budget(self.budget, found, self.version, self.place)


def _stands(now: BudgetRow) -> Stands:
    values = {
        "cents": amounts.shown(now.cents), "first": now.first.isoformat(), "last": now.last.isoformat(),
        "single": amounts.shown(now.single), "name": now.name or "",
    }  # fmt: skip
    return Stands(now.version, values)
