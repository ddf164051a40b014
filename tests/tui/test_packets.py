"""Asking a consultant on the screen: the masked case looked over and approved; and as one, reading it and answering."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caseload.casework import packets
from caseload.casework.packets import NewPacket

from .conftest import Driving
from .driving import Drive
from .test_away import broken_line
from .test_unsaved import kept
from .world import TODAY, doing

TO_CONSENTS = ["enter", "tab", "tab", "tab", "tab"]
ASKED = "Would you visit?"


def asks(t: Drive, to: str = "cleo", name: str = "late") -> int:
    new = NewPacket(t.made.case[name], to, TODAY + timedelta(days=7), "Age 40-49.\nSpoke about the rent.", ASKED)
    return int(doing(t.db, "packet", packets.approve, new).data["packet"])


async def test_a_worker_looks_the_masked_case_over_and_approves_it(drive: Driving) -> None:
    async with drive() as t:
        number = t.made.number["late"]
        await t.press("C", "p")
        text = t.screen()
        assert t.title.startswith(f"Packet of {number}: look it over") and "cannot be proven clean" in t.bottom
        assert "age 40-49" in text and "19 days ago: phone, made" in text
        assert "Conti" not in text and "123456" not in text
        await t.press("ctrl+s")
        assert "Who reads it" in t.bottom
        await t.press(*"ben", "enter")
        assert "Until" in t.bottom and "at most 90 days" in t.bottom
        await t.press(*"30w", "enter")
        assert "At most 90 days ahead" in t.bottom
        await t.press("ctrl+u", *"2w", "enter", *ASKED, "enter")
        assert "Approved a packet for ben until Fri 4 Dec; ben calls it " in t.bottom and "undo" in t.bottom
        assert kept(t) == {}
        await t.press(*TO_CONSENTS)
        assert "open ben  asked by ana · until Fri 4 Dec" in t.screen() and ASKED in t.screen()
        await t.press("G", "enter", "r")
        assert "19 days ago: phone, made" in t.screen()
        await t.press("escape", "enter", "w")
        assert "Withdrew a packet" in t.bottom and "withdrawn ben" in t.screen()
        await t.press("u")
        assert "open ben" in t.screen()


async def test_what_the_mask_still_finds_is_named_before_anything_is_asked(drive: Driving) -> None:
    async with drive() as t:
        await t.press("C", "p", *"Maria is calm. ", "ctrl+s")
        assert "Still in it: Maria. It stays, because:" in t.bottom and "Esc takes it out" in t.bottom
        await t.press("escape")
        assert "Maria (line 1: [client])" in t.bottom
        assert t.title.startswith("Packet of") and "Maria is calm." in t.screen()
        await t.press("escape")
        assert t.case("late").packets == ()
        await t.press("C", "p")
        assert "Your words from" in t.bottom and "Maria is calm." in t.screen()
        await t.press("ctrl+s", *"a song", "enter", *"ben", "enter", *"2w", "enter", "enter")
        [row] = t.case("late").packets
        assert (row.anyway, row.question) == ("a song", "") and "Maria is calm." in (row.text or "")


async def test_a_draft_that_nobody_touched_leaves_nothing_behind(drive: Driving) -> None:
    async with drive() as t:
        await t.press("C", "p", "ctrl+s", "escape", "escape")
        assert kept(t) == {} and t.here == "late"


async def test_a_consultant_is_told_reads_and_answers(drive: Driving) -> None:
    async with drive(who="cleo") as t:
        asks(t)
    async with drive(who="cleo") as t:
        assert "asks you about a case: g p leads to it" in t.bottom
        await t.press("g", "w")
        assert "packets for you" in t.screen()
        await t.press("enter")
        assert t.title.startswith("Packets for you") and "1 to answer" in t.title
        assert ASKED in t.screen() and "the rent" not in t.screen(), "a list shows no text"
        await t.press("enter")
        text = t.screen()
        assert "Spoke about the rent." in text and ASKED in text
        assert t.made.number["late"] not in text and "Conti" not in text
        await t.press("n", *"I would. Not alone.", "escape")
        assert "Kept. The same key brings your words back." in t.bottom
        await t.press("n")
        assert "I would. Not alone." in t.screen()
        await t.press("ctrl+s")
        assert "Answered a packet" in t.bottom and "Answered" in t.screen()
        await t.press("escape")
        assert "0 to answer" in t.title
    async with drive() as t:
        await t.press("g", "w")
        assert "a consultant answered" in t.screen()
        await t.press("g", "t", "enter")
        assert "Asked without identity" in t.screen() and "I would. Not alone." in t.screen()


async def test_no_key_copies_anything_but_the_readers_own_name_for_it(
    drive: Driving, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with drive(who="cleo") as t:
        asks(t)
        copied: list[str] = []
        monkeypatch.setattr(type(t.app), "copy_to_clipboard", lambda _app, text: copied.append(text))
        with t.app.desk._database().read() as r:
            [mine] = packets.mine(r)
        await t.press("g", "p", "y", "enter", "y")
        assert copied == [mine.called] * 2
        before = t.lines()
        for key in (".", "x", "c", "a"):
            await t.press(key)
            assert "does nothing here" in t.bottom and t.lines()[:-1] == before[:-1]
        assert copied == [mine.called] * 2


async def test_a_packet_withdrawn_meanwhile_goes_with_its_words(drive: Driving) -> None:
    async with drive(who="cleo") as t:
        packet = asks(t)
        await t.press("g", "p", "enter")
        doing(t.db, "withdraw", packets.withdraw, packet)
        await t.press("r")
        assert "There is no such packet for you" in t.bottom and "the rent" not in t.screen()
        await t.press("escape")
        assert "Nobody asks you anything" in t.screen()


async def test_words_of_an_answer_lead_back_to_it_and_say_when_it_is_gone(drive: Driving) -> None:
    async with drive(who="cleo") as t:
        packet = asks(t)
        await t.app.jotter.flush(f"packet-answer|packet:{packet}", "words of mine")
        await t.press("g", "u")
        assert "Answer to a packet" in t.screen()
        await t.press("enter")
        assert t.title.startswith("Answer to") and "words of mine" in t.screen()
        await t.press("escape")
        doing(t.db, "withdraw", packets.withdraw, packet)
        await t.press("enter")
        assert "has ended or was withdrawn. x throws the words away." in t.bottom


async def test_a_packet_withdrawn_or_ended_meanwhile_leaves_the_screen_without_being_read_again(drive: Driving) -> None:
    async with drive(who="cleo") as t:
        packet = asks(t)
        await t.app.live.look(sure=True)
        await t.press("g", "p", "enter")
        doing(t.db, "withdraw", packets.withdraw, packet)
        await t.app.live.look(sure=True)
        await t.settle()
        assert "has ended or was withdrawn" in t.bottom and "the rent" not in t.screen()
        await t.press("escape")
        asks(t)
        await t.press("r", "enter")
        assert "the rent" in t.screen()
        with t.db.work("clock") as w:
            w.conn.exec_driver_sql("UPDATE packet SET approved_on = '2026-11-19', until_on = '2026-11-19'")
            w.receipt("Its day passes")
        await t.page.still()
        assert "has ended or was withdrawn" in t.bottom and "the rent" not in t.screen()


async def test_an_approval_whose_answer_was_lost_leaves_no_question_behind(drive: Driving) -> None:
    async with drive() as t:
        await t.press("C", "p", *"Seen. ", "ctrl+s", *"ben", "enter", *"2w", "enter", *ASKED)
        with broken_line("after"):
            await t.press("enter")
            assert "The line broke." in t.bottom and t.app.away
        t.app.away.try_now()
        await t.app.away.over()
        await t.settle()
        assert "done after all: Approved a packet" in t.bottom
        assert [row.question for row in t.case("late").packets] == [ASKED] and kept(t) == {}
