"""Takes the README's picture and the recording of a short tour, both of the made-up agency and of nobody else.

    python -m tools.pictures        writes docs/pictures/today.svg and docs/pictures/tour.txt

The agency is made anew in a temporary folder with a fixed seed on a day that stands still, so that the pictures change
only where the program does.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from caseload import settings
from caseload.cli import main as caseload
from caseload.store.connect import connect
from caseload.tui.app import CaseloadApp
from tests.tui.driving import Drive
from tests.tui.world import Made

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
DAY, SEED, WHO = "2026-11-20", "7", "ana"
# The library asks a server for its font; a picture asks nobody for anything.
_ELSEWHERE = re.compile(r"\s*@font-face\s*\{.*?\}|\s*<!--.*?-->", re.DOTALL)


class Scene(NamedTuple):
    """What is said of a screen, and the keys that lead to it from the one before."""

    words: str
    keys: tuple[str, ...]


TOUR = (
    Scene("Ana opens caseload. Today says whom to see to first, and why.", ()),
    Scene("c: a call. One letter for the kind, one for made or attempted, then minutes and a sentence.",
          ("c", "p", "m", *"15 spoke about the lease")),
    Scene("Enter writes it; the row is dealt with, and the cursor is on the next.", ("enter",)),
    Scene("w says why this one stands above the next.", ("w",)),
    Scene("z m: put off until Monday, and why.", ("j", "j", "j", "z", *"m waiting for the landlord")),
    Scene("u takes back the last thing, whatever it was.", ("enter", "u")),
    Scene("g c: the week, late work first; two appointments that overlap say so.", ("g", "c")),
    Scene("g b: the board by stage; > moves a case on, with its reason.", ("g", "b")),
    Scene("g w: how much of it is hers.", ("g", "w")),
    Scene("g e: what she did today, and what is left.", ("g", "e")),
)  # fmt: skip


async def play(drive: Drive, scenes: Sequence[Scene]) -> list[str]:
    """The screens of a tour as text, each under what is said of it."""
    frames = []
    for number, scene in enumerate(scenes, 1):
        for key in scene.keys:
            await drive.press(key)
        frames.append(f"{number}. {scene.words}\n\n" + "".join(f"    {line}".rstrip() + "\n" for line in drive.lines()))
    return frames


def drawn(app: CaseloadApp) -> str:
    """The screen as a picture that stands for itself."""
    return _ELSEWHERE.sub("", app.export_screenshot(title="caseload"))


def _agencies(folder: str) -> Iterator[Made]:
    """The same agency as often as it is asked for."""
    number = 0
    while True:
        path, number = Path(folder) / f"{number}.db", number + 1
        caseload(["--database", str(path), "--today", DAY, "demo", "--seed", SEED, "--no-open"])
        yield Made(f"sqlite:///{path}", {}, {})


async def take() -> None:
    """Both pictures, written where the documentation shows them."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        agencies = _agencies(folder)
        for size, name in (((120, 30), "today.svg"), ((80, 24), "tour.txt")):
            made = next(agencies)
            told = settings.load(database=made.url, as_worker=WHO, environ={})
            app = CaseloadApp(told, wishes={"theme": "dark"})
            app.rest = 0.0
            async with app.run_test(size=size):
                drive = Drive(app, made, connect(told))
                await drive.settle()
                if name.endswith(".svg"):
                    await drive.press("j", "c", "p", "m", "enter")
                    text = drawn(app)
                else:
                    text = "A short tour of the made-up agency, key by key (python -m tools.pictures).\n\n"
                    text += "\n".join(await play(drive, TOUR))
                (FOLDER / name).write_text(text, "utf-8")
                drive.db.close()


if __name__ == "__main__":
    asyncio.run(take())
