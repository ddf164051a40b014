"""Money on the screen: the budget's sentence, what is authorised, what waits, what was paid."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from caseload.casework import authorising, budgets, payments
from caseload.casework.authorising import NewAuthorisation
from caseload.casework.budgets import NewBudget
from caseload.store.connect import connect

from .conftest import Driving
from .driving import Drive
from .test_referring import TO_SERVICES, sent
from .test_unsaved import kept
from .world import TODAY, doing, settings_for


def funded(t: Drive, cents: int = 1000_00, name: str = "late", **more: Any) -> int:
    days = (TODAY, TODAY + timedelta(days=90))
    new = NewBudget(cents, *days, case=t.made.case[name], **more)
    return int(doing(t.db, "budget", budgets.add, new).data["budget"])


def authorised(t: Drive, cents: int = 180_00, name: str = "late", last: int = 30, **more: Any) -> int:
    new = NewAuthorisation(t.made.case[name], TODAY, TODAY + timedelta(days=last), cents, item="A bed", **more)
    return int(doing(t.db, "authorise", authorising.ask, new).data["authorisation"])


async def test_the_budget_stands_on_top_and_what_is_authorised_below_with_its_payments(drive: Driving) -> None:
    async with drive() as t:
        funded(t)
        key = authorised(t, reason="She has none.")
        doing(t.db, "pay", payments.pay, payments.NewPayment(key, 60_00, payee="Hostel", reference="2026/114"))
        sent(t)
        await t.press(*TO_SERVICES)
        text = t.screen()
        assert text.index("820.00 EUR left of 1000.00") < text.index("Asked for") < text.index("Authorised")
        assert "spent 60.00 · committed 120.00" in text
        assert "authorised A bed  180.00 EUR · until" in text and "She has none." in text
        assert "60.00 EUR  Hostel · 2026/114" in text


async def test_a_form_asks_and_within_the_limits_it_is_authorised(drive: Driving) -> None:
    async with drive() as t:
        funded(t)
        await t.press(*TO_SERVICES, "$", "a")
        assert t.title.startswith("Authorise in 2026-")
        await t.press("tab", *"A bus pass", "tab", *"45.50", "tab", "tab", "tab", *"4w", "ctrl+s")
        assert "Authorised 45.50 EUR until" in t.bottom
        [row] = t.case("late").authorisations
        assert (row.item, row.cents, row.state, row.first) == ("A bus pass", 45_50, "approved", TODAY)
        assert kept(t) == {}
        await t.press("u")
        assert t.case("late").authorisations == ()


async def test_what_is_wrong_is_said_and_the_words_are_kept(drive: Driving) -> None:
    async with drive() as t:
        await t.press("$", "a", "tab", *"A bed", "tab", *"much", "tab", "tab", "tab", *"4w", "ctrl+s")
        assert "At most is an amount such as 120" in t.bottom
        await t.press("escape")
        assert list(kept(t)) == [f"authorise|case:{t.made.case['late']}"]
        await t.press("g", "u", "enter")
        assert "A bed" in t.screen() and t.title.startswith("Authorise in 2026-")


async def test_on_a_referral_it_is_for_that_one(drive: Driving) -> None:
    async with drive() as t:
        referral = sent(t)
        await t.press(*TO_SERVICES, "$", "a")
        assert "Night shelter" in t.screen()
        await t.press("tab", "tab", *"90", "tab", "tab", "tab", *"2w", "ctrl+s")
        [row] = t.case("late").authorisations
        assert (row.referral, row.service, row.cents) == (referral, "Night shelter", 90_00)


async def test_above_a_limit_it_waits_and_the_desk_leads_to_it(drive: Driving) -> None:
    async with drive() as t:
        funded(t, single=100_00)
        await t.press("$", "a", "tab", *"Rent", "tab", *"500", "tab", "tab", "tab", *"4w", "ctrl+s")
        assert "It is above a limit" in t.bottom
        await t.press(*"She would lose the flat", "ctrl+s")
        [row] = t.case("late").authorisations
        assert (row.state, row.reason) == ("asked", "She would lose the flat")
        await t.press(*TO_SERVICES)
        assert "waits for approval Rent" in t.screen() and "asked 500.00" in t.screen()
        await t.press("down", "enter")
        assert "approve" not in t.bottom and "take back" in t.bottom
        await t.press("t")
        assert t.case("late").authorisations[0].state == "withdrawn"


async def test_a_payment_is_made_of_the_line_and_taken_back_with_a_reason(drive: Driving) -> None:
    async with drive() as t:
        authorised(t)
        await t.press(*TO_SERVICES, "enter", "p")
        assert t.title.startswith("Payment of #1 in 2026-") and "180.00 is left" in t.bottom
        await t.press(*"200", "ctrl+s")
        assert "180.00 EUR is left" in t.bottom
        await t.press("home", "ctrl+k", *"60", "tab", "tab", *"Hostel", "ctrl+s")
        assert "Paid 60.00 EUR; 120.00 EUR of it is left" in t.bottom
        await t.press("down", "enter", *"The wrong hostel", "enter")
        [row] = t.case("late").authorisations
        assert [(one.cents, one.reason) for one in row.payments] == [(-60_00, "The wrong hostel"), (60_00, None)]
        assert kept(t) == {}


async def test_d_on_one_that_ends_soon_renews_it(drive: Driving) -> None:
    async with drive() as t:
        authorised(t, name="calm1", last=5)
        await t.press("r", "/", *"reason:authorisation_soon", "enter")
        assert "authorisation ends in 5 d" in t.screen()
        await t.press("d", "n", *"9w", "enter", "enter")
        assert t.row("calm1").level == 5
        assert [one.renewed for one in t.case("calm1").authorisations] == [False, True]


async def test_who_supervises_the_case_finds_what_waits_and_approves_it_or_sends_it_back(drive: Driving) -> None:
    async with drive(who="ben") as t:
        funded(t, single=100_00)
        db = connect(settings_for(t.made.url, "ana"))
        days = (TODAY, TODAY + timedelta(days=30))
        new = NewAuthorisation(t.made.case["late"], *days, 500_00, item="Rent", reason="She would lose the flat.")
        doing(db, "authorise", authorising.ask, new)
        db.close()
        await t.press("g", "w")
        while "to authorise" not in next(line for line in t.lines() if line.startswith("›")):
            await t.press("j")
        await t.press("enter")
        assert [t.named(one) for one in t.page.table.keys] == ["late"]
        await t.press(*TO_SERVICES, "down", "enter", "r", *"Half of it", "enter")
        assert "sent back: Half of it" in t.screen()
        await t.press("u", "enter", "a", "enter")
        assert "Approved 500.00 EUR until Sun 20 Dec; above a limit" in t.bottom
        [row] = t.case("late").authorisations
        assert (row.state, row.approved_by, row.above) == ("approved", "ben", True)


async def test_the_budget_is_not_the_case_managers_to_set(drive: Driving) -> None:
    async with drive() as t:
        funded(t)
        await t.press("$", "b")
        assert "Who supervises the case sets its budget." in t.bottom


async def test_the_budget_is_set_and_set_right_in_a_form(drive: Driving) -> None:
    async with drive(who="ben") as t:
        while t.here != "late":
            await t.press("j")
        await t.press("$", "b", *"1500", "tab", "tab", *"2027-03-31", "tab", *"400", "tab", *"Winter fund", "ctrl+s")
        [now] = t.case("late").budgets
        assert (now.cents, now.single, now.name, now.first) == (1500_00, 400_00, "Winter fund", TODAY)
        await t.press("u")
        assert t.case("late").budgets == ()
        await t.press("ctrl+r")
        await t.press(*TO_SERVICES, "enter")
        assert "1500.00" in t.screen()
        await t.press("home", "ctrl+k", *"1800", "ctrl+s")
        assert t.case("late").budgets[0].cents == 1800_00
        await t.press("enter", "ctrl+s")
        assert "Nothing of the budget is different." in t.bottom
