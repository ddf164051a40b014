"""A group activity on the screen: a key each, nobody named in another's record, and nothing typed is lost."""

from __future__ import annotations

from caseload.casework import groups
from caseload.casework.groups import NewGroup, Taking
from caseload.tui.screens.grouping import GroupPage

from .conftest import Driving
from .driving import Drive
from .test_unsaved import kept
from .world import doing

TO_RECORD = ["enter", "tab"]


async def marked(t: Drive, *names: str) -> None:
    """The cursor goes down the queue and marks these; then the group begins."""
    left = set(names)
    while left:
        if t.here in left:
            left.discard(t.here)
            await t.press("space")
        else:
            await t.press("j")
    await t.press("O")
    assert isinstance(t.page, GroupPage), t.bottom


def lines(t: Drive, *names: str) -> list[tuple[str | None, str | None, str | None]]:
    return [(row.note, row.presence, row.own) for row in (t.case(name).contacts[0] for name in names)]


async def test_a_key_each_and_what_was_done_reaches_every_record(drive: Driving) -> None:
    async with drive() as t:
        await marked(t, "late", "task", "visit")
        who = {
            one.key: name for name in ("late", "task", "visit") for one in t.page.people if one.key == t.made.case[name]
        }
        first, second, third = (who[one.key] for one in t.page.people)
        assert "3 of 3 there" in t.title and "n says what was done together" in t.screen()
        await t.press("n", *"90 we cooked", "enter", "o", "o", "m", "enter", "p", "e", "a", "t", *"ill", "enter")
        assert "2 of 3 there" in t.title and "90 min · Food, Money" in t.title
        await t.press("ctrl+s")
        assert "Logged a group activity" in t.bottom
        assert lines(t, first, second, third) == [
            ("we cooked", "present", None), ("we cooked", "left_early", None), ("we cooked", "absent", "ill"),
        ]  # fmt: skip
        row = t.case(first).contacts[0]
        assert (row.minutes, row.topics, row.others) == (90, ("food", "money"), 0)
        assert kept(t) == {}
        await t.press("u")
        if t.page.talk.asking:
            await t.press("y")
        assert "Undid C-" in t.bottom


async def test_who_is_named_is_said_and_masked_for_the_others(drive: Driving) -> None:
    async with drive() as t:
        await marked(t, "late", "task")
        name = t.page.people[0].name.split(",")[0].split()[0]
        other = t.page.people[1].key
        await t.press("n", *f"{name} sang", "enter", "ctrl+s")
        assert "is named. Masked for the others; record it?" in t.bottom and name not in t.bottom
        await t.press("n")
        assert isinstance(t.page, GroupPage), "left as it is"
        await t.press("ctrl+s", "y")
        told = {case: t.case(case).contacts[0].note for case in ("late", "task")}
        theirs = next(case for case in told if t.made.case[case] == other)
        assert told[theirs] == "[participant] sang"
        assert sorted(told.values()) == sorted([f"{name} sang", "[participant] sang"])


async def test_what_was_typed_comes_back_on_the_same_cases(drive: Driving) -> None:
    async with drive() as t:
        await marked(t, "late", "task")
        await t.press("n", *"we sang", "enter", "a", "t", *"half a sen", "escape", "escape")
        [place] = kept(t)
        assert place.startswith("group|cases:")
        await t.press("g", "u")
        assert "Group activity" in t.screen() and "we sang · half a sen" in t.screen()
        await t.press("escape", "O")
        assert "Your words from" in t.bottom and "we sang" in t.screen() and "1 of 2 there" in t.title
        await t.press("ctrl+s")
        assert "Words were typed here and not taken" in t.bottom
        await t.press("t", "enter", "ctrl+s")
        assert kept(t) == {} and {row[0] for row in lines(t, "late", "task")} == {"we sang"}


async def test_one_line_is_set_right_on_the_case_page(drive: Driving) -> None:
    async with drive() as t:
        takings = [Taking(t.made.case["late"], words="Sang."), Taking(t.made.case["task"])]
        doing(t.db, "group", groups.log, NewGroup(takings, "Choir."))
        while t.here != "late":
            await t.press("j")
        await t.press(*TO_RECORD)
        assert "present" in t.screen() and "Choir." in t.screen() and "Sang." in t.screen()
        await t.press("enter", "a")
        assert lines(t, "late", "task") == [("Choir.", "absent", "Sang."), ("Choir.", "present", None)]
        await t.press("enter", "w", *" Loudly.", "enter")
        assert lines(t, "late", "task") == [("Choir.", "absent", "Sang. Loudly."), ("Choir.", "present", None)]
        assert kept(t) == {}
        await t.press("T", "o", "m", "o", "enter")
        assert "says who made it" in t.bottom, "a colleague's contact is theirs to file"


async def test_a_contact_in_a_list_is_filed_by_a_letter_each(drive: Driving) -> None:
    async with drive() as t:
        while t.here != "late":
            await t.press("j")
        await t.press("c", "p", "m", "enter")
        while t.here != "late":
            await t.press("k")
        await t.press("T")
        assert "o  Food" in t.screen() and "About:" in t.bottom
        await t.press("o", "b", "enter")
        assert "Filed a contact by topic" in t.bottom
        assert t.case("late").contacts[0].topics == ("benefits", "food")


async def test_where_no_identity_is_shown_a_group_says_so(drive: Driving) -> None:
    async with drive() as t:
        await t.press("I", "O")
        assert not isinstance(t.page, GroupPage) and t.bottom
