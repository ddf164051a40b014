"""`python -m benchmarks.conflict`: two screens, in two real terminals, edit one note and one field of a client, on each
engine. Whoever comes second chooses on the conflict screen; both texts survive, and nothing is written over unseen."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from sqlalchemy import select

from caseload.casework import cases, clients, triage
from caseload.models import narrative
from tests.tui.terminal import Terminal

from .server import own
from .soak import agency, database

SAVE, NEXT = "\x13", "\t"


def run(url: str) -> list[str]:
    """Plays it there; returns what is wrong, in words."""
    db = database(url)
    with db.read() as r:
        key = triage.queue(r, triage.View())[0]
        number = cases.rows(r, [key])[key].case
    wrong = []
    with Terminal("--database", url) as mine, Terminal("--database", url) as theirs:
        for term in (mine, theirs):
            term.until("Today  1 of")
            term.send(f"/{number}\r")
            term.until("Today  1 of 1 ")
        mine.send("nnWhat we both began with.")
        mine.until("began with.")
        mine.send(SAVE)
        mine.until("Saved a draft note")
        for term in (mine, theirs):
            term.send("no")
            term.until("What we both began with.")
        theirs.send("THEIRS. ")
        mine.send("MINE. ")
        theirs.until("THEIRS. What")
        theirs.send(SAVE)
        theirs.until("Saved a draft note")
        mine.until("MINE. What")
        mine.send(SAVE)
        screen = mine.until("Saved by someone else meanwhile")
        wrong += [f"the conflict screen does not show {words}" for words in ("THEIRS.", "MINE.") if words not in screen]
        mine.send("\r")
        mine.until("Saved a draft note")
        for term, phone in ((theirs, "055 111"), (mine, "055 222")):
            term.send("ec")
            term.until("Client of")
            term.send(NEXT * 6 + "\x15" + phone)
            term.until(phone)
        theirs.send(SAVE)
        theirs.until("Changed the client's phone")
        mine.send(SAVE)
        screen = mine.until("Saved by someone else meanwhile")
        wrong += [
            f"the conflict screen does not show {words}" for words in ("055 111", "055 222") if words not in screen
        ]
        mine.send("t\r")
        mine.until("Nothing of the client is different.")
    with db.read() as r:
        bodies = set(r.conn.execute(select(narrative.c.body).where(narrative.c.case_id == key)).scalars())
        phone = clients.read(r, key).phone
    began = "What we both began with."
    for body in (began, f"THEIRS. {began}", f"THEIRS. {began}\n\nMINE. {began}"):
        if body not in bodies:
            wrong.append(f"a text was lost: {body!r}")
    if phone != "055 111":
        wrong.append(f"theirs was chosen, and {phone!r} stands")
    db.close()
    print(f"{url.partition(':')[0]}: {len(wrong)} faults")
    return wrong


def main() -> int:
    argparse.ArgumentParser(prog="python -m benchmarks.conflict", description=__doc__).parse_args()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "conflict.db")
        agency(file)
        wrong += run(f"sqlite:///{file}")
    with own() as server:
        agency(server.url)
        wrong += run(server.url)
    print("\n".join(wrong) or "Both texts survive; the one that came second chose.")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
