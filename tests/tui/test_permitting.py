"""What may be told, on the screen: consents given and taken back, tellings recorded, one question answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from caseload.casework import consents, disclosures
from caseload.casework.consents import NewConsent
from caseload.casework.disclosures import NewDisclosure

from .conftest import Driving
from .driving import Drive
from .test_unsaved import kept
from .world import TODAY, doing

CONSENT = [*"Housing office", "tab", *"ident serv", "tab", *"Her address", "tab", *"A flat", "tab", *"26w"]
TO_CONSENTS = ["enter", "tab", "tab", "tab", "tab"]


def signed(t: Drive, name: str = "late", **more: Any) -> int:
    usual: dict[str, Any] = {"until": TODAY + timedelta(days=60), "kinds": ("identity",)}
    about = {"recipient": "Housing Office", "what": "Her address", "purpose": "A flat"}
    form = NewConsent(t.made.case[name], **(about | usual | more))
    return int(doing(t.db, "consent", consents.give, form).data["consent"])


def told(t: Drive, name: str = "late", **more: Any) -> int:
    usual: dict[str, Any] = {"basis": "court", "consulted": "ben", "client_told": True}
    form = NewDisclosure(t.made.case[name], "Family Court", ("services",), "Dates", "Order 12", **(usual | more))
    return int(doing(t.db, "disclose", disclosures.tell, form).data["disclosure"])


async def test_an_empty_section_says_what_to_do(drive: Driving) -> None:
    async with drive() as t:
        await t.press(*TO_CONSENTS)
        text = t.screen()
        assert "[Consents]" in text and "No signed consent is on record." in text
        assert "C g records one, C d what was told, C q asks whether something may go." in text


async def test_a_signed_form_is_recorded_and_taken_back_and_u_gives_it_again(drive: Driving) -> None:
    async with drive() as t:
        await t.press("C", "g")
        assert t.title.startswith("Consent in 2026-") and "the person or body that may be told" in t.bottom
        await t.press(*CONSENT, "ctrl+s")
        assert "Recorded a consent" in t.bottom
        [row] = t.case("late").consents
        assert (row.recipient, row.kinds, row.what, row.until) == (
            "Housing office", ("identity", "services"), "Her address", TODAY + timedelta(weeks=26),
        )  # fmt: skip
        assert (row.signer, row.signed, row.state) == ("client", TODAY, "in_force")
        assert kept(t) == {}
        await t.press(*TO_CONSENTS)
        assert "in force Housing office  identity, services · until Fri 21 May 2027" in t.screen()
        await t.press("C", "r", *"she rang", "enter")
        assert "Revoked a consent from Fri 20 Nov on" in t.bottom and "revoked Housing office" in t.screen()
        await t.press("u")
        assert "in force Housing office" in t.screen()
        await t.press("enter", "r", *"she wrote", "enter")
        assert t.case("late").consents[0].revoked_why == "she wrote"
        await t.press("enter")
        assert "It holds no more." in t.bottom


async def test_what_was_copied_wrongly_is_set_right_and_nobodys_change_is_lost(drive: Driving) -> None:
    async with drive() as t:
        key = signed(t)
        await t.press(*TO_CONSENTS, "enter", "c")
        assert t.title.startswith(f"Consent #{key} in 2026-") and "Housing Office" in t.screen()
        await t.press("ctrl+s")
        assert "Nothing of the consent is different." in t.bottom
        await t.press("C", "a", *" North", "tab", "end", *", plan", "escape")
        assert list(kept(t)) == [f"consent-amend-{key}|case:{t.made.case['late']}"]
        await t.press("C", "a")
        assert "Your words from" in t.bottom
        doing(t.db, "amend", consents.amend, key, {"recipient": "Housing Agency", "purpose": "A room"})
        await t.press("ctrl+s")
        assert "Saved by someone else meanwhile" in t.title and "Housing Agency" in t.screen()
        await t.press("m", "enter")
        [row] = t.case("late").consents
        assert (row.recipient, row.kinds, row.purpose) == ("Housing Office North", ("identity", "plan"), "A room")
        assert kept(t) == {}


async def test_a_form_that_lacks_something_says_what_and_keeps_its_words(drive: Driving) -> None:
    async with drive() as t:
        await t.press("C", "g", *"Housing office", "ctrl+s")
        assert "About: one of identity, services" in t.bottom
        await t.press(*"ident", "tab", *"Her address", "tab", *"A flat", "ctrl+s")
        assert "A consent ends: name its last day" in t.bottom
        await t.press("escape", "C", "g")
        assert "Your words from" in t.bottom and "Housing office" in t.screen() and "Her address" in t.screen()
        await t.press("tab", "tab", "tab", "tab", *"soon", "ctrl+s")
        assert "Type a day" in t.bottom
        assert t.case("late").consents == ()
        await t.press("ctrl+u", "tab", *"closed", "ctrl+s")
        assert t.case("late").consents[0].ends_with == "case_closed"


async def test_d_signs_a_consent_anew_that_ends_soon_with_its_recipient_and_kinds_filled_in(drive: Driving) -> None:
    async with drive() as t:
        signed(t, "calm1", until=TODAY + timedelta(days=12), kinds=("services", "health"))
        await t.press("r", "/", *"reason:consent_soon", "enter")
        assert "consent ends in 12 d: Housing" in t.screen()
        await t.press("d")
        assert (
            t.title.startswith("Consent in 2026-")
            and "Housing Office" in t.screen()
            and "services, health" in t.screen()
        )
        await t.press("escape")
        assert kept(t) == {}, "what nobody has typed is not kept"
        await t.press("d", "tab", "tab", *"Dates", "tab", *"Care", "tab", *"26w", "ctrl+s")
        assert "Recorded a consent" in t.bottom
        new, old = sorted(t.case("calm1").consents, key=lambda row: -row.id)
        assert (new.recipient, new.kinds) == (old.recipient, old.kinds) == ("Housing Office", ("services", "health"))
        assert t.row("calm1").level == 5


async def test_what_it_waited_for_comes(drive: Driving) -> None:
    async with drive() as t:
        signed(t, until=None, event="The flat is found")
        await t.press(*TO_CONSENTS)
        assert "or: The flat is found" in t.screen()
        await t.press("enter", "e")
        assert "ended with its event" in t.bottom and "expired Housing Office" in t.screen()


async def test_of_several_the_one_to_take_back_is_chosen_by_name(drive: Driving) -> None:
    async with drive() as t:
        await t.press("C", "r")
        assert "No consent of this case is in force" in t.bottom
        signed(t)
        other = signed(t)
        await t.press("C", "r", *f"#{other}", "enter", *"she rang", "enter")
        states = {row.id: row.state for row in t.case("late").consents}
        assert states[other] == "revoked" and sorted(states.values()) == ["in_force", "revoked"]


async def test_what_was_told_is_recorded_under_the_consent_and_is_not_undone(drive: Driving) -> None:
    async with drive() as t:
        key = signed(t)
        await t.press(
            "C", "d", *"housing office", "tab", "tab", *"iden", "tab", *"Her address", "tab", *"A flat", "ctrl+s"
        )
        assert "Recorded a disclosure (consent)" in t.bottom and "undo" not in t.bottom
        [row] = t.case("late").disclosures
        assert (row.consent, row.recipient, row.client_told) == (key, "housing office", True)
        await t.press(*TO_CONSENTS)
        assert "Told to others" in t.screen() and f"identity · consent #{key} · ana" in t.screen()
        await t.press("G", "enter", *"By post, too.", "enter")
        assert "Added to a disclosure on record" in t.bottom and "+ added Fri 20 Nov by ana" in t.screen()
        assert kept(t) == {}


async def test_without_a_consent_it_is_refused_and_the_words_stay(drive: Driving) -> None:
    async with drive() as t:
        pressed = ["C", "d", *"Police", "tab", "tab", *"iden", "tab", *"Her address", "tab", *"A theft"]
        await t.press(*pressed, "ctrl+s")
        assert "is for that recipient, and no exception was recorded" in t.bottom
        assert t.title.startswith("Told in") and t.case("late").disclosures == ()
        await t.press("tab", *"illegal", "ctrl+s")
        assert "Say who was consulted" in t.bottom
        await t.press("tab", *"nobody", "tab", *"no", "tab", *"He would flee", "ctrl+s")
        [row] = t.case("late").disclosures
        assert (row.basis, row.consulted, row.client_told, row.untold) == (
            "illegal_activity",
            "nobody",
            False,
            "He would flee",
        )
        await t.press(*TO_CONSENTS)
        assert "the client was not told: He would flee" in " ".join(t.screen().split())


async def test_may_this_go_is_answered_with_the_record_or_the_reason(drive: Driving) -> None:
    async with drive() as t:
        key = signed(t)
        await t.press("C", "q", *"HOUSING office", "enter", *"iden", "enter")
        assert f"Yes. {t.made.number['late']}: consent {key}, signed 2026-11-20, until 2027-01-19" in t.bottom
        await t.press("C", "q", *"housing office", "enter", *"iden", ",", *"heal", "enter")
        assert "No. The consent" in t.bottom and "does not cover: health." in t.bottom
        told(t)
        await t.press("C", "q", *"family court", "enter", *"serv", "enter")
        assert "Yes." in t.bottom and "subpoena or court order" in t.bottom


async def test_who_records_nothing_is_told_before_anything_is_typed(drive: Driving) -> None:
    async with drive(who="adam") as t:
        await t.press("g", "a", "C", "g")
        assert "records nothing" in t.bottom
        await t.press("C", "d")
        assert "records nothing" in t.bottom


async def test_a_consent_whose_day_of_signature_is_emptied_is_not_dated_today(drive: Driving) -> None:
    async with drive() as t:
        signed(t, signed=TODAY - timedelta(days=30))
        await t.press(*TO_CONSENTS, "enter", "c", *["tab"] * 6, "ctrl+u", "ctrl+s")
        assert "Say on which day it was signed, as on the form." in t.bottom
        assert t.case("late").consents[0].signed == TODAY - timedelta(days=30)
        await t.press(*"today", "ctrl+s")
        assert t.case("late").consents[0].signed == TODAY


async def test_words_that_set_nothing_right_are_forgotten_once_that_is_said(drive: Driving) -> None:
    async with drive() as t:
        key = signed(t)
        await t.press(*TO_CONSENTS, "enter", "c", *["tab"] * 10, "ctrl+u", "escape")
        assert list(kept(t)) == [f"consent-amend-{key}|case:{t.made.case['late']}"]
        await t.press("C", "a", "ctrl+s")
        assert "Nothing of the consent is different." in t.bottom and kept(t) == {}
