"""A case on paper from the screen: what permits it is said first, the telling is on record, and the file names nobody."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from caseload.casework import consents, disclosures
from caseload.casework.consents import KINDS

from .conftest import Driving
from .driving import Drive
from .test_unsaved import kept
from .world import TODAY, doing


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of one's own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def consented(t: Drive, kinds: tuple[str, ...] = KINDS) -> None:
    new = consents.NewConsent(
        t.made.case["late"], "Tribunal of Pisa", kinds, "all of it", "the hearing", until=TODAY + timedelta(30)
    )
    doing(t.db, "consent", consents.give, new)


def told(t: Drive) -> list[disclosures.DisclosureRow]:
    with t.db.read() as r:
        return list(disclosures.of_case(r, t.made.case["late"]))


async def test_a_court_gets_the_whole_record_under_the_consent_that_is_shown(drive: Driving, home: Path) -> None:
    async with drive() as t:
        consented(t)
        await t.press("enter", "D", "f", "c")
        assert "Who gets it: Tribunal of Pisa" in t.bottom
        await t.press("enter")
        assert "It may go. " in t.bottom and "consent 1, signed Fri 20 Nov, until Sun 20 Dec. Go on?" in t.bottom
        await t.press("y", "h", *"The hearing", "enter")
        assert "Write it to: ~/case-file-2026-11-20.html" in t.bottom
        await t.press("enter")
        path = home / "case-file-2026-11-20.html"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600 and "Conti" in path.read_text("utf-8")
        text = t.screen()
        assert t.title.startswith("The whole case on paper") and "entries to" in text
        assert "It is on record as told: C-" in text and "Left out: drafts" in text
        [row] = told(t)
        assert (row.recipient, row.basis, row.purpose) == ("Tribunal of Pisa", "consent", "The hearing")
        assert kept(t) == {}
        await t.press("escape", *["tab"] * 4)
        assert "Told to others" in t.screen()


async def test_without_a_consent_nothing_is_asked_further_and_nothing_leaves(drive: Driving, home: Path) -> None:
    async with drive() as t:
        consented(t, ("identity",))
        await t.press("D", "f", "t", *["backspace"] * 20, *"Tribunal of Pisa", "enter")
        assert t.bottom.startswith("No. ") and "C g records a consent." in t.bottom
        await t.press("D", "f", "t", "ctrl+u", *"client", "enter")
        assert told(t) == [] and not list(home.iterdir())


async def test_the_client_gets_their_own_and_the_words_are_kept_when_one_leaves(drive: Driving, home: Path) -> None:
    async with drive() as t:
        await t.press("D", "f", "a")
        assert "the client's own record" in t.bottom
        await t.press("y", "p", *"Asked for by her", "escape")
        assert "Kept." in t.bottom and list(kept(t).values()) == ["Asked for by her"]
        await t.press("g", "u")
        assert "What a case on paper is for" in t.lines()[1]
        await t.press("enter", "a", "y", "p", "enter")
        (home / "taken.pdf").write_text("mine")
        await t.press("ctrl+u", *"~/taken.pdf", "enter")
        assert "There is already a file at that place." in t.bottom
        await t.press("ctrl+u", *"~/hers.pdf", "enter")
        assert (home / "hers.pdf").read_bytes().startswith(b"%PDF") and (home / "taken.pdf").read_text() == "mine"
        assert [row.basis for row in told(t)] == ["client"] and kept(t) == {}


async def test_marked_cases_are_handed_over_in_one_file_a_page_each(drive: Driving, home: Path) -> None:
    async with drive() as t:
        await t.press("space", "space", "D", "h")
        assert "A handover pack of 2 cases, a page each?" in t.bottom
        await t.press("y", "h", *"Cover from Monday", "enter", "enter")
        [path] = home.glob("handover-*.html")
        assert "Wrote " in t.bottom and "The looks are on record." in t.bottom
        text = path.read_text("utf-8")
        assert t.made.number["late"] in text and t.made.number["alert"] in text and told(t) == []


async def test_without_identity_no_case_goes_on_paper(drive: Driving, home: Path) -> None:
    async with drive() as t:
        await t.press("I", "D", "f")
        assert "That shows who the client is." in t.bottom
        await t.press("D", "h")
        assert "That shows who the client is." in t.bottom and not list(home.iterdir())
