"""Services and referrals on the screen: found, asked for, sent only after the record that permits it was shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from caseload.casework import consents, directory, needs, referrals
from caseload.casework.consents import NewConsent
from caseload.casework.directory import NewProvider, NewService
from caseload.casework.referrals import NewReferral

from .conftest import Driving
from .driving import Drive
from .test_unsaved import kept
from .world import TODAY, doing

TO_SERVICES = ["enter", *["tab"] * 7]


def offered(t: Drive, name: str = "Night shelter", by: str = "Harbour", **more: Any) -> int:
    with t.db.read() as r:
        from caseload.casework import finder

        there = [row.id for row in finder.providers(r, by)]
    key = there[0] if there else doing(t.db, "provider", directory.add_provider, NewProvider(by)).data["provider"]
    return int(doing(t.db, "service", directory.add_service, NewService(key, name, **more)).data["service"])


def consented(t: Drive, name: str = "late", to: str = "Harbour") -> None:
    form = NewConsent(
        t.made.case[name], to, ("identity", "services"), "Her name", "A bed", until=TODAY + timedelta(days=60)
    )
    doing(t.db, "consent", consents.give, form)


def sent(t: Drive, name: str = "late") -> int:
    service = offered(t)
    consented(t, name)
    new = NewReferral(t.made.case[name], "A bed from Friday.", service=service)
    return int(doing(t.db, "refer", referrals.refer, new).data["referral"])


async def test_an_empty_directory_and_an_empty_section_say_what_to_do(drive: Driving) -> None:
    async with drive() as t:
        await t.press("g", "s")
        assert "No service answers to that." in t.screen() and "+ adds one, P a provider" in t.screen()
        await t.press("escape", *TO_SERVICES)
        assert "[Services]" in t.screen() and "f finds a service and asks" in t.screen()


async def test_a_referral_shows_the_record_by_which_it_may_go_before_it_is_sent(drive: Driving) -> None:
    async with drive() as t:
        offered(t)
        offered(t, "Soup kitchen", by="Caritas")
        consented(t)
        await t.press("f")
        assert t.title.startswith("Refer 2026-") and "Soup kitchen" in t.screen()
        await t.press("/", *"shelt", "enter")
        assert "Night shelter" in t.screen() and "Soup kitchen" not in t.screen()
        await t.press("enter", *"A bed, she sleeps in her car", "enter")
        assert "It may go" in t.bottom and "consent 1, signed 2026-11-20" in t.bottom
        assert t.case("late").referrals == () and t.case("late").disclosures == ()
        await t.press("s")
        assert "Sent a referral, to be answered by Fri 4 Dec" in t.bottom and "undo does not" in t.bottom
        [row] = t.case("late").referrals
        assert (row.state, row.service, row.reason) == ("sent", "Night shelter", "A bed, she sleeps in her car")
        assert [one.recipient for one in t.case("late").disclosures] == ["Harbour"]
        assert kept(t) == {}


async def test_without_a_consent_it_says_why_not_and_only_a_draft_can_be_kept(drive: Driving) -> None:
    async with drive() as t:
        offered(t)
        await t.press("f", "enter", *"A bed", "enter")
        assert "It may not go. No consent of case" in t.bottom and "send" not in t.bottom
        await t.press("s")
        assert "One of the letters" in t.bottom
        await t.press("d")
        assert "Drafted a referral; nothing has left" in t.bottom
        await t.press(*TO_SERVICES)
        assert "drafted Night shelter, Harbour" in t.screen()
        consented(t)
        await t.press("enter", "e", *" tonight", "enter")
        assert t.case("late").referrals[0].reason == "A bed tonight"
        await t.press("u")
        assert t.case("late").referrals[0].reason == "A bed"
        await t.press("d", "s", "s")
        assert t.case("late").referrals[0].state == "sent" and "sent Night shelter, Harbour" in t.screen()


async def test_what_is_asked_for_is_kept_when_it_is_left_and_offered_again(drive: Driving) -> None:
    async with drive() as t:
        offered(t)
        await t.press("f", "enter", *"A bed", "escape")
        assert list(kept(t)) == [f"refer|case:{t.made.case['late']}"]
        await t.press("g", "u", "enter", "enter")
        assert "A bed" in t.bottom
        await t.press("enter", "escape")
        assert t.case("late").referrals == () and kept(t), "nothing was decided, nothing is lost"
        await t.press("escape", "f", "escape")
        assert t.case("late").referrals == ()


async def test_every_answer_has_its_key_on_the_line_and_u_takes_it_back(drive: Driving) -> None:
    async with drive() as t:
        sent(t)
        await t.press(*TO_SERVICES)
        assert "answer by Fri 4 Dec" in t.screen() and "A bed from Friday." in t.screen()
        await t.press("enter", "w")
        assert "on their waiting list Night shelter" in t.screen()
        await t.press("enter", "m", "enter", "b")
        assert "started Night shelter" in t.screen() and "did not come: 1" in t.screen()
        await t.press("u")
        assert "on their waiting list Night shelter" in t.screen()
        await t.press("enter", "d", "c")
        [row] = t.case("late").referrals
        assert (row.state, row.declined_why) == ("declined", "client_declined")
        assert "the client said no" in t.screen()
        await t.press("enter")
        assert "that is its end" in t.bottom


async def test_d_on_a_case_whose_referral_nobody_answered_asks_what_they_said(drive: Driving) -> None:
    async with drive() as t:
        service = offered(t, answer_days=3)
        consented(t, "calm1")
        new = NewReferral(t.made.case["calm1"], "A bed.", service=service)
        doing(t.db, "refer", referrals.refer, new)
        await t.press("r", "/", *"reason:referral_soon", "enter")
        assert "referral answer due in 3 d: Harb" in t.screen()
        await t.press("d", "a")
        assert t.case("calm1").referrals[0].state == "accepted"
        assert t.row("calm1").level == 5


async def test_what_is_asked_for_may_be_a_benefit_for_a_need_in_place_of_another(drive: Driving) -> None:
    async with drive() as t:
        first = sent(t)
        need = doing(t.db, "need", needs.add, needs.NewNeed(t.made.case["late"], "housing", words="A flat.")).data[
            "need"
        ]
        await t.press("f", "enter", *"Rent subsidy", "enter", "m", "b", *"450.50", "enter")
        assert "For the need:" in t.bottom
        await t.press("down", "enter", "down", "enter", "s")
        new, old = sorted(t.case("late").referrals, key=lambda one: one.id, reverse=True)
        assert (new.kind, new.asked_cents, new.need, new.replaces) == ("benefit", 450_50, need, first)
        assert (new.state, old.state) == ("sent", "withdrawn")
        await t.press(*TO_SERVICES)
        assert "benefit · asked 450.50" in t.screen()
        await t.press("enter", "a", *"300", "enter")
        assert t.case("late").referrals[0].decided_cents == 300_00 and "granted 300.00" in t.screen()


async def test_the_directory_is_found_in_narrowed_and_opened(drive: Driving) -> None:
    async with drive() as t:
        doing(t.db, "place", directory.set_place, "Florence", 43.77, 11.26)
        doing(t.db, "place", directory.set_place, "Pisa", 43.72, 10.4)
        offered(t, "In Pisa", place="Pisa", domain="legal", languages=("fr",))
        offered(t, "In Florence", place="Florence", bring="Identity card")
        await t.press("g", "s")
        assert "2 services" in t.title
        await t.press("n", "p", *"flo", "enter")
        text = t.screen()
        assert text.index("In Florence") < text.index("In Pisa") and "69 km" in text and "near Florence" in t.title
        await t.press("n", "d", *"leg", "enter")
        assert "In Florence" not in t.screen()
        await t.press("n", "c", "n", "l", *"fr", "enter")
        assert "1 service" in t.title
        await t.press("n", "c", "/", *"nowhere", "enter")
        assert "No service answers to that." in t.screen()
        await t.press("/", "ctrl+u", *"florence", "enter", "enter")
        assert t.title == "In Florence" and "Bring: Identity card" in t.screen()
        await t.press("escape")
        assert "1 service" in t.title


async def test_a_service_is_added_and_set_right_and_nobodys_change_is_lost(drive: Driving) -> None:
    async with drive() as t:
        await t.press("g", "s", "P", *"Harbour", "tab", "tab", *"Pisa", "ctrl+s")
        assert "Added a provider" in t.bottom
        await t.press("+", *"harbour", "tab", *"A bed", "tab", *"housing", "tab", "tab", "tab", *"always", "ctrl+s")
        assert "Write hours as in" in t.bottom
        await t.press("ctrl+u", *"mon-sun 0-24", "ctrl+s")
        assert "Added a service" in t.bottom and "open now" in t.screen() and "Pisa" in t.screen()
        await t.press("e", "end", *"s", "escape")
        assert list(kept(t)) == ["service-1|directory:1"]
        doing(t.db, "edit", directory.edit_service, 1, {"name": "Rooms", "about": "Warm"})
        await t.press("e", "ctrl+s")
        assert "Saved by someone else meanwhile" in t.title and "Rooms" in t.screen()
        await t.press("m", "enter")
        with t.db.read() as r:
            from caseload.casework import finder

            row = finder.one(r, 1)
        assert (row.name, row.about, row.checked_on) == ("A beds", "Warm", TODAY)
        assert kept(t) == {}
        await t.press("x", "g")
        assert "No service answers to that." in t.screen()
        await t.press("u")
        assert "A beds" in t.screen()


async def test_a_service_that_does_not_fit_the_client_is_last_and_names_the_rule(drive: Driving) -> None:
    async with drive() as t:
        offered(t, "A", languages=("vo",))
        offered(t, "B")
        await t.press("f")
        text = t.screen()
        assert "does not fit: spoken there: vo" in text or "ask about: their language" in text
        assert "A" in text and "B" in text
        await t.press("I")
        assert t.app.desk.masked


async def test_a_helper_around_the_client_is_asked_like_a_service(drive: Driving) -> None:
    async with drive() as t:
        await t.press("f", "p")
        assert "Nobody is on record" in t.bottom or "Who helps:" in t.bottom
        await t.press("escape", "escape", "g", "s", "p")
        assert "f on a case, then p" in t.bottom
