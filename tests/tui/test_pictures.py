"""The pictures of the README: of the made-up agency, asking no server for anything, and made by the tool."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from tools import pictures

from .conftest import Driving

ROOT = Path(__file__).resolve().parents[2]


def test_the_readme_shows_pictures_that_are_there_and_ask_nobody() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in ("today.svg", "tour.txt"):
        assert f"docs/pictures/{name}" in readme
        text = (pictures.FOLDER / name).read_text("utf-8")
        assert set(re.findall(r"https?://[^\"' )]+", text)) <= {"http://www.w3.org/2000/svg"}
    ElementTree.parse(pictures.FOLDER / "today.svg")


def test_the_recording_is_of_the_tour_as_it_is_written() -> None:
    text = (pictures.FOLDER / "tour.txt").read_text("utf-8")
    for number, scene in enumerate(pictures.TOUR, 1):
        assert f"{number}. {scene.words}\n" in text
    assert "Something is wrong" not in text and "does nothing here" not in text


async def test_a_tour_is_played_as_a_person_would(drive: Driving) -> None:
    async with drive() as t:
        first, second = await pictures.play(t, (pictures.TOUR[0], pictures.TOUR[1]))
        assert first.startswith("1. Ana opens caseload.") and "    › 1" in first
        assert "15 spoke about the lease" in second
        assert pictures.drawn(t.app).count("@font-face") == 0
