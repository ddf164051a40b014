"""Without identity: a tour of every page on which nothing says who anybody is, and what works there and what does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from caseload import models as m
from caseload.casework import (
    alerts,
    attention,
    consents,
    contacts,
    disclosures,
    notes,
    pseudonyms,
    scratches,
    tasks,
    transfers,
    views,
)
from caseload.casework.consents import NewConsent
from caseload.casework.disclosures import NewDisclosure
from caseload.errors import Unreachable
from caseload.store.connect import connect
from caseload.text import words
from caseload.tui import days
from caseload.tui.screens.agenda import AgendaPage
from caseload.tui.screens.board import Board
from caseload.tui.screens.case import CasePage
from caseload.tui.screens.cases import Cases
from caseload.tui.screens.help import Help
from caseload.tui.screens.notes import NotesPage
from caseload.tui.screens.plan import PlanPage
from caseload.tui.screens.tally import TallyPage
from caseload.tui.screens.team import Team
from caseload.tui.screens.today import Today
from caseload.tui.screens.unsaved import Unsaved
from tests.support.databases import Databases

from .conftest import copied
from .driving import Drive, driving
from .terminal import Terminal
from .test_hostile import Tour
from .world import TODAY, Made, ago, boss, doing, settings_for

# Words of clients' names that the screen says as well; and one client whose name is nothing but traps.
ALSO_OURS = {"nobody"}
REACH = ("055 123456", "055123456", "055 998877", "larkspur", "leila")
BORN = ("1980", "12 may")
NUMBER = re.compile(r"\d{4}-\d{6}")
A_DATE = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} [A-Z][a-z]{2}|\d{4}-\d{2}-\d{2}")


@pytest.fixture(scope="module")
def talkative(agency: Made, databases: Databases) -> Iterator[Made]:
    """The agency after somebody has written in every text of every case whose it is."""
    with copied(agency, databases) as made:
        db = connect(settings_for(made.url, boss(made.url)))
        try:
            _tell(db, made)
        finally:
            db.close()
        yield made


@pytest.fixture
def telling(talkative: Made, databases: Databases) -> Iterator[Made]:
    with copied(talkative, databases) as made:
        yield made


def _tell(db, made: Made) -> None:  # type: ignore[no-untyped-def]
    with db.read() as r:
        rows = r.conn.execute(
            select(m.case_file.c.id, m.case_file.c.client_id, m.identity.c.given, m.identity.c.family)
            .join(m.identity, m.identity.c.client_id == m.case_file.c.client_id)
            .where(m.case_file.c.closed_on.is_(None), m.case_file.c.id != made.case["hostile"])
        ).all()
    for key, _client, given, family in rows:
        said = f"{given} {family} rang; {family.upper()}'s sister Leila {family} lives at 7 Larkspur Road, 055 998877."
        doing(
            db,
            "contact",
            contacts.log,
            contacts.NewContact((key,), "phone", "made", at=ago(0, 0), minutes=5, note=said),
        )
        doing(db, "task", tasks.add, key, f"Ring {given}", TODAY + timedelta(9))
        doing(db, "alert", alerts.raise_alert, key, f"{given}'s dog", kind="access", level="low")
    late = made.case["late"]
    doing(db, "note", notes.write, notes.NewNote(late, "soap", "Subjective:\nMaria Conti is tired.", sign=True))
    form = NewConsent(
        late, "Conti and Sons", ("identity",), "Where Maria is", "For Leila", TODAY + timedelta(20), event="Maria moves"
    )
    doing(db, "consent", consents.give, form)
    court = NewDisclosure(
        late, "Leila Conti", ("services",), "Maria is well", "For Maria", basis="court", address="7 Larkspur Road",
        consulted="Leila", client_told=False, untold="Maria Conti was away",
    )  # fmt: skip
    doing(
        db,
        "disclose",
        disclosures.add_to,
        doing(db, "disclose", disclosures.tell, court).data["disclosure"],
        "Conti rang",
    )
    doing(db, "snooze", attention.snooze_until, (made.case["calm3"],), TODAY + timedelta(5), "Given3 is at court")
    doing(
        db, "transfer", transfers.offer, [made.case["calm1"]], "cleo", "Family01 moved", answer_by=TODAY + timedelta(3)
    )
    doing(db, "save_view", views.save, views.NewView("for court", "conti", number=5))

    def around(w, client: int):  # type: ignore[no-untyped-def]
        w.add(m.person, client_id=client, name="Leila Conti", role="kin", relation="Maria's sister")
        w.add(m.channel, client_id=client, person_id=None, kind="address", value="7 Larkspur Road")
        return w.receipt("Somebody around")

    doing(db, "edit", around, next(client for key, client, _g, _f in rows if key == late))
    scratches.keep(db, "task", f"case:{made.case['calm2']}", "fri ring Given2 Family02")


def who_is_who(t: Drive) -> set[str]:
    with t.db.read() as r:
        hostile = select(m.case_file.c.client_id).where(m.case_file.c.id == t.made.case["hostile"])
        found = r.conn.execute(
            select(m.identity.c.given, m.identity.c.family).where(m.identity.c.client_id.not_in(hostile))
        ).all()
    return {word for row in found for name in row for word in words(name) if len(word) > 2} - ALSO_OURS


class Blind(Tour):
    """A tour on which nothing seen may say who anybody is."""

    def begin(self) -> None:
        self.names = who_is_who(self.t)

    def look(self, after: str) -> None:
        super().look(after)
        text = self.t.screen()
        told = (after, type(self.t.page).__name__, text)
        assert not self.names & set(words(text)), (self.names & set(words(text)), *told)
        assert not [one for one in (*REACH, *BORN) if one in text.lower()], told
        assert not NUMBER.search(text), told
        assert not A_DATE.search(text), told
        assert "Without identity" in text, told


@pytest.mark.parametrize(("who", "size"), [("demo", (80, 24)), ("ben", (200, 60))])
async def test_no_page_says_who_anybody_is(telling: Made, who: str, size: tuple[int, int]) -> None:
    async with driving(telling, who=who, size=size) as t:
        await t.press("g", "a", "g", "b", "g", "t", "I")
        tour = Blind(t, size)
        tour.begin()
        tour.look("I")
        await tour.press("p", "j", "j", "w", "p", "y")
        me = connect(settings_for(telling.url, who))
        name = pseudonyms.allot(me, [t.made.case["late"]])[t.made.case["late"]]
        me.close()
        await tour.press(
            "g", "a", "enter", *["tab"] * 6, "escape", "R", "j", "pagedown", "escape", "g", "v", "escape", "5", "escape"
        )
        await tour.press(
            "g",
            "c",
            "W",
            "v",
            "v",
            "j",
            "j",
            "tab",
            "enter",
            "escape",
            "g",
            "b",
            "l",
            "enter",
            "escape",
            "g",
            "w",
            "G",
            "escape",
        )
        await tour.press("g", "e", "escape", "g", "u", "escape", "H", "a", "escape", "?", "escape", "g", "t")
        await tour.press("C", "q", "=the office", "enter", "=iden", "enter", "C", "g", "escape", "C", "d", "escape")
        while t.here != "late":
            await tour.press("j")
        await tour.press("enter", *["tab"] * 4, "enter", "escape", "j", "enter", "escape", "C", "r", "escape", "escape")
        await tour.press("C", "r", "escape", "g", "t")
        for _one in range(4):
            await tour.press(
                "j", "enter", "tab", "j", "enter", "escape", "tab", "j", "enter", "escape", "tab", "tab", "escape"
            )
        await tour.press(
            "*",
            "a",
            "=cleo",
            "enter",
            "escape",
            "escape",
            "*",
            "e",
            "c",
            "escape",
            "e",
            "m",
            "escape",
            "+",
            "n",
            "n",
            "escape",
        )
        assert tour.pages >= {
            Today,
            Cases,
            CasePage,
            NotesPage,
            Board,
            AgendaPage,
            Team,
            TallyPage,
            Unsaved,
            Help,
            PlanPage,
        }
        assert "[client] rang; [client] sister" in tour.shown and "[place]" in tour.shown and name in tour.shown


async def test_it_is_ended_by_the_same_key_and_names_are_back(telling: Made) -> None:
    async with driving(telling) as t:
        assert "Conti" in t.screen() and telling.number["late"] in t.screen()
        await t.press("I")
        assert "Conti" not in t.screen() and telling.number["late"] not in t.screen()
        await t.press("I")
        assert "Conti" in t.screen() and telling.number["late"] in t.screen()
        assert "Without identity" not in t.screen()


async def test_it_may_begin_so(telling: Made) -> None:
    async with driving(telling, masked=True) as t:
        assert "Without identity" in t.screen() and "Conti" not in t.screen()
    assert days.shown(TODAY) == "Fri 20 Nov 2026", "the next screen says days as ever"


def test_caseload_alone_begins_so_where_that_is_asked(telling: Made) -> None:
    path = telling.url.removeprefix("sqlite:///")
    with Terminal("--deidentified", "--database", path, "--as", "ana", columns=100, rows=24) as term:
        assert "Without identity" in term.until("Today  1 of")
        term.send("q")
        assert term.until_ended() == 0
    assert b"Conti" not in term.bytes and telling.number["late"].encode() not in term.bytes


async def test_an_act_that_was_done_is_told_though_the_case_has_no_name_yet(telling: Made) -> None:
    """Nor can it get one: the line broke when the act was done."""
    async with driving(telling, masked=True) as t:

        def gone(*_any: object) -> None:
            raise Unreachable("gone")

        t.app.desk._veil._names.clear()
        t.app.desk._veil._db = SimpleNamespace(read=gone, jotting=gone)
        receipt = await t.app.desk.write("task", lambda w: tasks.add(w, telling.case["late"], "Ring", TODAY))
        assert receipt.cases == ("[case]",) and "[case]" not in receipt.words


async def test_a_case_is_copied_by_the_name_that_the_person_has_for_it(telling: Made) -> None:
    async with driving(telling, masked=True) as t:
        await t.press("y")
        key = t.page.table.key
        db = connect(settings_for(telling.url, "ana"))
        assert t.app.clipboard == pseudonyms.allot(db, [key])[key]
        db.close()


async def test_acts_work_where_nobody_is_shown(telling: Made) -> None:
    async with driving(telling, masked=True) as t:
        while t.here != "late":
            await t.press("j")
        before = len(t.case("late").contacts)
        await t.press("c", "p", "m", *"10 spoke", "enter")
        assert len(t.case("late").contacts) == before + 1
        assert not NUMBER.search(t.screen())
        await t.press("u", "enter")
        assert len(t.case("late").contacts) == before


@pytest.mark.parametrize(
    "keys", [["+"], ["e", "c"], ["e", "m"], [":", *"merge two", "enter"]], ids=["intake", "particulars", "merge", "merge by name"]
)  # fmt: skip
async def test_what_shows_identity_says_that_it_does(telling: Made, keys: list[str]) -> None:
    async with driving(telling, masked=True) as t:
        await t.press(*keys)
        assert "who the client is" in t.bottom


async def test_a_draft_is_not_gone_on_with_and_stays_as_it_was(telling: Made) -> None:
    async with driving(telling, who="demo", masked=True) as t:
        before = t.case("draft").notes
        while t.here != "draft":
            await t.press("j")
        await t.press("n", "o")
        assert "who the client is" in t.bottom
        await t.press("escape")
        assert t.case("draft").notes == before


async def test_kept_words_are_not_shown_and_not_lost(telling: Made) -> None:
    mine = connect(settings_for(telling.url, "ana"))
    try:
        scratches.keep(mine, "task", f"case:{telling.case['late']}", "fri ring Maria Conti")
        async with driving(telling, masked=True) as t:
            while t.here != "late":
                await t.press("j")
            await t.press("t")
            assert "kept here" in t.bottom
            await t.press("escape", "g", "u")
            assert "Conti" not in t.screen() and "Maria" not in t.screen()
        with mine.read() as r:
            kept = scratches.recall(r, "task", f"case:{telling.case['late']}")
        assert kept is not None and kept.body == "fri ring Maria Conti"
    finally:
        mine.close()


async def test_nobody_is_looked_for_by_name(telling: Made) -> None:
    async with driving(telling, masked=True) as t:
        await t.press("g", "a", "/", *"conti", "enter")
        assert not t.page.table.keys
        await t.press("\\")
        assert t.page.table.keys


async def test_a_case_is_found_by_what_it_is_called(telling: Made) -> None:
    async with driving(telling, masked=True) as t:
        await t.press("j")
        wanted, name = t.page.table.key, t.page.row_of(t.page.table.key).case
        for typed in (name[:-2], name):
            await t.press("g", "a", "/", "ctrl+u", *typed, "enter")
            assert wanted in t.page.table.keys
        assert list(t.page.table.keys) == [wanted]


async def test_a_filter_by_name_does_not_stay(telling: Made) -> None:
    async with driving(telling) as t:
        await t.press("/", *"conti", "enter", "I")
        assert "conti" not in t.screen().lower() and t.page.table.keys


async def test_one_case_is_shown_as_it_is_with_a_reason_on_record(telling: Made) -> None:
    async with driving(telling, masked=True) as t:
        while t.here != "late":
            await t.press("j")
        await t.press("enter")
        assert "Conti" not in t.screen()
        await t.press("L", "enter")
        assert "Conti" not in t.screen(), "a reason is needed"
        await t.press(*"court asks", "enter")
        assert "Conti" in t.screen() and telling.number["late"] in t.screen()
        with t.db.read() as r:
            [look] = r.conn.execute(select(m.look).where(m.look.c.kind == "lifted")).all()
        assert (look.case_id, look.why, look.surface) == (telling.case["late"], "court asks", "screen")
        await t.press("t", *"fri ring", "enter", "tab")
        assert "Conti" in t.screen(), "also when it is read again"
        await t.press("escape", "enter")
        assert "Conti" not in t.screen(), "until it is left"


async def test_there_is_nothing_to_lift_where_identity_is_shown(telling: Made) -> None:
    async with driving(telling) as t:
        await t.press("enter", "L")
        assert "shown already" in t.bottom


async def test_the_mode_keeps_the_place(telling: Made) -> None:
    async with driving(telling) as t:
        while t.here != "late":
            await t.press("j")
        await t.press("enter", "I")
        assert t.page.key == telling.case["late"] and "Conti" not in t.screen()
        await t.press("I")
        assert t.page.key == telling.case["late"] and "Conti" in t.screen()
