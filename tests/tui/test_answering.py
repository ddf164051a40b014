"""Who answers for a case besides its worker, on its page: the offer, the custodian, the cover; each acted on and taken back."""

from __future__ import annotations

from datetime import timedelta

from caseload.casework import absences, answering, custodians, transfers

from .conftest import Driving
from .driving import Drive
from .world import TODAY, doing


def now(t: Drive, name: str) -> answering.Answering:
    with t.db.read() as r:
        return answering.of_case(r, t.made.case[name])


def line(t: Drive, words: str) -> str:
    return next((one for one in t.lines() if words in one), "")


async def to(t: Drive, name: str) -> None:
    while t.here != name:
        await t.press("j")
    await t.press("enter")


async def test_a_running_offer_stands_on_the_page_and_is_taken_back_there(drive: Driving) -> None:
    async with drive() as t:
        await to(t, "late")
        assert "Who answers for it" not in t.screen()
        await t.press("H", "o", *"cleo", "enter", *"fri nearer to her", "enter")
        assert line(t, "offered to cleo, to answer by Fri 27 Nov").endswith("Enter takes it back")
        assert "    nearer to her" in t.screen()
        await t.press("H", "t", "enter")
        assert "Taking an offer back needs a reason." in t.bottom
        await t.press(*"she is full", "enter")
        assert "Withdrew the offer of 1 case  ·  u undo" in t.bottom
        assert not line(t, "offered to cleo")
        await t.press("u")
        assert line(t, "offered to cleo")
        while "› offered" not in t.screen():
            await t.press("j")
        await t.press("enter", *"she is full", "enter")
        assert not line(t, "offered to cleo")
        await t.press("H", "t", *"again", "enter")
        assert "is offered to nobody" in t.bottom


async def test_the_receiver_answers_from_the_page(drive: Driving) -> None:
    async with drive(who="ben") as t:
        doing(t.db, "offer", transfers.offer, [t.made.number["late"]], "ben", "nearer", answer_by=TODAY)
        await t.press("g", "a", "/", *"worker:ana", "enter")
        await to(t, "late")
        assert line(t, "offered to ben").endswith("Enter answers")
        while "› offered" not in t.screen():
            await t.press("j")
        await t.press("enter", "a")
        assert "Took 1 case from ana" in t.bottom
        assert t.row("late").worker == "ben"
        await t.press("u")
        assert t.row("late").worker == "ana"


async def test_a_case_is_restricted_handed_on_and_opened_again(drive: Driving) -> None:
    async with drive(who="ben") as t:
        await t.press("g", "a")
        await to(t, "late")
        await t.press("H", "x")
        assert "ana" not in [one.split()[1] for one in t.lines()[14:] if one.startswith("› ")]
        await t.press(*"ben", "enter", "enter")
        assert "It needs a reason, for the record." in t.bottom
        await t.press(*"a threat", "enter")
        assert "Restricted the case; ben is its custodian  ·  u undo" in t.bottom
        assert line(t, "restricted · custodian ben since Fri 20 Nov").endswith("Enter changes it")
        await t.press("H", "x", "o", *"over", "enter")
        assert "Lifted the restriction" in t.bottom
        assert now(t, "late").custody is None
        await t.press("u")
        assert now(t, "late").custody is not None
        await t.press("H", "x", "c", *"cleo", "enter")
        assert "it may leave your sight; u takes it back" in t.bottom
        await t.press(*"she knows them", "enter")
        assert "Made cleo custodian  ·  u undo" in t.bottom, "what was done is said, and not that the case is gone"
        assert t.title.startswith("Cases")
        await t.press("u")
        custody = now(t, "late").custody
        assert custody is not None and (custody.custodian, custody.why) == ("ben", "a threat")


async def test_who_may_not_restrict_is_told_before_a_word_is_typed(drive: Driving) -> None:
    async with drive() as t:
        await to(t, "late")
        await t.press("H", "x")
        assert "A supervisor of its team or an admin restricts an open case." in t.bottom
        doing(t.db, "restrict", custodians.restrict, t.made.case["late"], "ben", "a threat")
        await t.press("r")
        assert not line(t, "restricted · custodian ben").endswith("it")
        await t.press("H", "x")
        assert "Only its custodian, ben, changes the restriction." in t.bottom


async def test_a_running_cover_stands_on_the_page_and_is_ended_there(drive: Driving) -> None:
    async with drive() as t:
        share = (absences.Share(("cleo",), "risk:critical"),)
        doing(t.db, "cover", absences.set_cover, "ana", share, TODAY, TODAY + timedelta(12), "leave")
        await to(t, "late")
        assert line(t, "ana is away until Wed 2 Dec · covered by cleo").endswith("Enter ends it")
        await t.press("escape")
        await to(t, "task")
        assert "ana is away until Wed 2 Dec · NOBODY covers it" in t.screen()
        while "› ana is away" not in t.screen():
            await t.press("j")
        await t.press("enter", "n")
        assert now(t, "task").cover is not None
        await t.press("enter", "y")
        assert "Ended the absence" in t.bottom
        assert "is away" not in t.screen()
        await t.press("u")
        assert now(t, "task").cover is not None
    async with drive(who="cleo") as t:
        await to(t, "late")
        while "› ana is away" not in t.screen():
            await t.press("j")
        assert "Enter ends it" not in t.screen()
        await t.press("enter")
        assert "ana themselves, a supervisor of theirs or an admin ends it." in t.bottom


async def test_the_preview_says_it_too(drive: Driving) -> None:
    async with drive(size=(120, 30)) as t:
        doing(t.db, "offer", transfers.offer, [t.made.number["late"]], "cleo", "nearer", answer_by=TODAY)
        await t.press("j", "k", "r")
        assert "offered to cleo, to answer by Fri 20 Nov" in t.screen()
