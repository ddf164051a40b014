"""The screens as text, line by line, at 80x24: what a person sees, reviewable in a diff.

To take them anew after a change that is meant: TAKE_SCREENS=1 python -m pytest tests/tui/test_screens.py
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from .conftest import Driving
from .driving import Drive

FOLDER = Path(__file__).with_name("screens")

CONSENT = [*"Housing office", "tab", *"ident serv", "tab", *"Her address", "tab", *"A flat", "tab", *"26w"]
TOLD = [*"Housing office", "tab", "tab", *"ident", "tab", *"By post", "tab", *"A flat"]
# Name of the file: who, size, keys.
SCREENS: dict[str, tuple[str, tuple[int, int], list[str]]] = {
    "today": ("ana", (80, 24), ["j"]),
    "today-worked": ("ana", (80, 24), ["c", "p", "a", "enter", "space", "space"]),
    "today-120x30": ("ana", (120, 30), []),
    "today-60x15": ("ana", (60, 15), []),
    "today-preview-below": ("ana", (80, 24), ["j", "p"]),
    "contact": ("ana", (80, 24), ["c"]),
    "contact-words": ("ana", (80, 24), ["c", "p", "m", *"15 spoke about the rent"]),
    "snooze": ("ana", (80, 24), ["j", "j", "z", "m"]),
    "case-summary": ("ana", (80, 24), ["j", "enter"]),
    "case-record": ("ana", (80, 24), ["enter", "tab"]),
    "case-dates": ("ana", (80, 24), ["j", "j", "j", "j", "enter", "tab", "tab"]),
    "case-people": ("ana", (80, 24), ["enter", "tab", "tab", "tab"]),
    "case-consents": (
        "ana",
        (80, 24),
        ["C", "g", *CONSENT, "ctrl+s", "C", "d", *TOLD, "ctrl+s", "enter", *["tab"] * 4],
    ),
    "consent": ("ana", (80, 24), ["C", "g", *"Housing office", "tab"]),
    "note-soap": ("ana", (80, 24), ["n", "s", *"Tired.", "tab", *"Pale."]),
    "intake": ("ana", (80, 24), ["+", *"Maria", "tab", *"Conti", "tab"]),
    "cases": ("ana", (80, 24), ["g", "a", "o", "c"]),
    "cases-admin": ("adam", (80, 24), ["g", "a"]),
    "filter": ("ana", (80, 24), ["g", "a", "/", *"given1"]),
    "filter-slip": ("ana", (80, 24), ["g", "a", "/", *"lvel:2"]),
    "reassign": ("ana", (80, 24), ["j", "space", "space", "space", "a"]),
    "reassign-preview": ("ana", (80, 24), ["j", "space", "space", "space", "a", *"cleo", "enter"]),
    "palette": ("ana", (80, 24), [":", *"case"]),
    "help": ("ana", (80, 24), ["?"]),
    "sequence": ("ana", (80, 24), ["g"]),
    "empty": ("cleo", (80, 24), ["/", *"nobody", "enter"]),
    "team": ("ben", (80, 24), ["g", "w", "j", "j", "l"]),
    "team-60x15": ("ben", (60, 15), ["g", "w", "j", "j"]),
    "team-200x60": ("ben", (200, 60), ["g", "w"]),
    "agenda": ("ana", (80, 24), ["g", "c", "j"]),
    "agenda-day-60x15": ("ana", (60, 15), ["g", "c", "tab"]),
    "agenda-200x60": ("ana", (200, 60), ["g", "c"]),
    "board": ("ana", (80, 24), ["g", "b", "j", "space"]),
    "board-60x15": ("ana", (60, 15), ["g", "b"]),
    "board-200x60": ("ana", (200, 60), ["g", "b", "l"]),
    "today-200x60": ("ana", (200, 60), []),
    "case-200x60": ("ana", (200, 60), ["enter", "tab"]),
    "case-60x15": ("ana", (60, 15), ["enter"]),
    "save-view": ("ana", (80, 24), ["g", "a", "V", *"Mine", "enter"]),
    "tally": ("ana", (80, 24), ["c", "p", "m", "enter", "g", "e"]),
    "small": ("ana", (40, 10), []),
}


@pytest.mark.parametrize("name", SCREENS)
async def test_it_looks_as_it_did(name: str, drive: Driving) -> None:
    who, size, keys = SCREENS[name]
    async with drive(who=who, size=size) as t:
        await t.press(*keys)
        seen = _settled(t)
    path = FOLDER / f"{name}.txt"
    if os.environ.get("TAKE_SCREENS"):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(seen, "utf-8")
    assert path.read_text("utf-8") == seen


def _settled(t: Drive) -> str:
    """The screen with case numbers, which are drawn by lot, replaced by the order in which the cases were made."""
    text = t.screen() + "\n"
    for place, number in enumerate(t.made.number.values(), 1):
        text = text.replace(number, f"2026-{place:06d}")
    # A plan is in the order of the numbers that were drawn.
    return re.sub(
        r"(?:^  2026-\d+  \w+ → \w+\n)+",
        lambda run: "".join(sorted(run[0].splitlines(keepends=True))),
        text,
        flags=re.M,
    )


def test_every_screen_kept_is_one_that_is_taken() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(SCREENS)
