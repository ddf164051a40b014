"""Two records of one person become one from the screen at 80x24: found, seen side by side, done, and taken apart again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from caseload.casework import clients, custodians, intake, scratches

from .conftest import Driving
from .driving import Drive
from .world import doing


def again(t: Drive, **more: object) -> str:
    """Maria Conti once more, as somebody took her in who did not know her."""
    new = intake.NewCase("Mariah", "Conti", "housing", worker="ana", born=date(1980, 12, 5), phone="055 123456", **more)  # type: ignore[arg-type]
    return str(doing(t.db, "intake", intake.open_case, new).data["case"])


def client(t: Drive, number: str) -> clients.Particulars:
    with t.db.read() as r:
        return clients.read(r, number)


async def test_who_looks_alike_is_offered_seen_merged_and_taken_apart(drive: Driving) -> None:
    async with drive() as t:
        first, second = t.made.number["late"], again(t)
        before = client(t, first), client(t, second)
        await t.press("e", "m")
        assert "Conti, Mariah" in t.screen() and second in t.screen()
        assert "the given names sound alike" in t.screen()
        await t.press("enter")
        assert t.bottom == f"Which record stays?  t this one, {first}  o the other, {second}"
        await t.press("t")
        text = t.screen()
        assert t.title.startswith(f"Merge {second} into {first}")
        assert "the given names sound alike, day and month of birth swapped, the same phone" in text
        [born] = [line for line in t.lines() if "birth date" in line]
        assert born.split() == ["birth", "date", "1980-12-05", "1980-05-12", "stays"]
        [given] = [line for line in t.lines() if "given name" in line and "sound" not in line]
        assert given.split()[2:] == ["Mariah", "Maria", "stays,", "the", "other", "as", "alias"]
        assert "1 case, 1 phone, email or address" in text
        assert max(len(line) for line in t.lines()) <= 80
        await t.press("enter", "enter")
        assert "A merge needs a reason." in t.bottom
        await t.press(*"the same papers", "enter")
        assert "Merged a client with 1 case into another  ·  u undo" in t.bottom
        assert client(t, first).client == client(t, second).client == before[0].client
        assert client(t, second).born == "1980-05-12"
        await t.press("u")
        assert "Undid C-" in t.bottom
        assert replace(client(t, first), version=0) == replace(before[0], version=0)
        assert replace(client(t, second), version=0) == replace(before[1], version=0)
        with t.db.read() as r:
            assert scratches.count(r) == 0


async def test_the_other_record_may_stay_and_leaving_keeps_the_words(drive: Driving) -> None:
    async with drive() as t:
        second = again(t)
        await t.press("enter", ":", *"merge", "enter", "enter", "o", "enter", *"her sister says so", "escape", "escape")
        assert "Nothing was merged." in t.bottom
        await t.press("g", "u")
        assert "Why merged" in t.lines()[1]
        await t.press("enter", "enter", "o", "enter")
        assert "her sister says so" in t.bottom
        await t.press("enter")
        assert client(t, t.made.number["late"]).given == "Mariah"
        assert client(t, second).given == "Mariah"
        await t.press("escape")
        assert "Conti, Mariah" in t.title, "the case page below reads the name again"


async def test_nothing_is_told_of_a_record_that_may_not_be_seen(drive: Driving) -> None:
    async with drive() as t:
        hidden = again(t)
        doing(t.db, "assign", _give, hidden)
        doing(t.db, "restrict", custodians.restrict, hidden, "ben", "A colleague lives next door")
        await t.press("e", "m")
        assert t.bottom.startswith("The same person as in case:")
        assert "A possible match exists; ask Ben Okafor." in t.bottom
        assert hidden not in t.screen() and "Mariah" not in t.screen()
        await t.press(*hidden, "enter", "o")
        assert f"There is no case {hidden} that you may see." in t.bottom
        shared = again(t, client_of=hidden)
        await t.press("e", "m", "enter", "t")
        assert "cannot be merged from here. Ask your supervisor" in t.bottom
        assert hidden not in t.screen() and shared not in t.title


def _give(w, case):  # type: ignore[no-untyped-def]
    from caseload.casework import assign

    return assign.commit(w, assign.plan(w, assign.Wish(("cleo",), cases=(case,))), "nearer")


async def test_a_record_that_resembles_nobody_is_asked_for_by_number(drive: Driving) -> None:
    async with drive() as t:
        await t.press("j", "e", "m")
        assert "nobody looks alike" in t.bottom
        await t.press("enter")
        assert "The number of one of their cases" in t.bottom
        await t.press(*t.made.number["alert"], "enter", "t")
        assert "Both cases are of one client already." in t.bottom
        await t.press("e", "m", *t.made.number["late"], "enter", "t")
        assert "Nothing about these two looks alike. Be sure that they are one person." in t.screen()
        await t.press("escape")
        assert "Nothing was merged." in t.bottom


async def test_a_hostile_name_is_only_text_side_by_side(drive: Driving) -> None:
    async with drive(size=(60, 15)) as t:
        while t.here != "hostile":
            await t.press("j")
        await t.press("e", "m", *t.made.number["late"], "enter", "o")
        assert "a[/]b" in t.screen()
        assert max(len(line) for line in t.lines()) <= 60


async def test_who_sees_no_names_merges_nothing(drive: Driving) -> None:
    async with drive(who="adam") as t:
        await t.press("g", "a", ":", *"merge two", "enter")
        assert "moves cases and records nothing in them" in t.bottom
