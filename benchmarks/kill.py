"""`python -m benchmarks.kill`: the screen is killed (kill -9) at random moments while a script types and acts.

After each kill: every word typed more than a second before is saved or offered again; every act is whole or not there at
all, and once said to be done it is; nothing is both saved and offered; the journal and the ranks are sound. On PostgreSQL
the server is stopped hard in every third round, while words are typed, and started again before or after the kill.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from caseload.casework import scratches
from caseload.models import narrative
from caseload.store import verify
from tests.tui.terminal import Terminal

from .server import Own, own
from .soak import agency, database

# What was typed longer ago than this may not be lost (seconds). The suite, beside other work, allows for a busy machine.
SECOND = 1.0


@dataclass
class Text:
    """One text of a round: its words as they were typed, and when."""

    mark: str
    sent: list[tuple[float, str]] = field(default_factory=list)
    finished: float | None = None
    said_done: bool = False

    def by(self, moment: float) -> str:
        """What had been typed by then."""
        return "".join(letter for at, letter in self.sent if at <= moment)


class Typist:
    """A script at the keyboard: contacts and notes with words, one after the other, at a fast typist's pace."""

    def __init__(self, term: Terminal, chance: random.Random, name: str) -> None:
        self.term, self.chance, self.name = term, chance, name
        self.texts: list[Text] = []

    def until(self, moment: float, *, saves: bool) -> None:
        """Types until the moment comes."""
        while time.monotonic() < moment:
            text = Text(f"{self.name}t{len(self.texts)}")
            self.texts.append(text)
            note = not saves or self.chance.random() < 0.4
            self._keys("nn" if note else "cpa5 ", moment)
            words = 200 if not saves else self.chance.randrange(2, 30)
            for letter in f"{text.mark} " + " ".join(self.chance.choice(WORDS) for _ in range(words)) + ".":
                if not self._keys(letter, moment):
                    return
                text.sent.append((time.monotonic(), letter))
            # What is saved must be seen to be: only then does the next begin.
            if not self._keys("\x13" if note else "\r", moment):
                return
            text.finished = time.monotonic()
            said = "Saved a draft note" if note else "Logged an attempted contact"
            while time.monotonic() < moment and not text.said_done:
                self.term.pump(0.03)
                text.said_done = said in self.term.screen().splitlines()[-1]
            self._keys("j", moment)

    def _keys(self, keys: str, moment: float) -> bool:
        for key in keys:
            if time.monotonic() >= moment:
                return False
            self.term.send(key)
            self.term.pump(self.chance.uniform(0.0, 0.03))
        return True


WORDS = (
    "she",
    "called",
    "about",
    "heating",
    "lease",
    "school",
    "tomorrow",
    "landlord",
    "sister",
    "well",
    "rent",
    "doctor",
)


@dataclass
class Tally:
    """What all rounds came to."""

    kills: int = 0
    texts: int = 0
    saved: int = 0
    offered: int = 0
    outages: int = 0
    lost_letters: int = 0
    wrong: list[str] = field(default_factory=list)


def round_of(
    url: str, number: int, chance: random.Random, tally: Tally, server: Own | None = None, within: float = SECOND
) -> None:
    """One start, some typing, one kill, one look at what is left."""
    outage = server is not None and number % 3 == 2
    with Terminal("--database", url) as term:
        term.until("Today  1 of")
        typist = Typist(term, chance, f"r{number}")
        begun = time.monotonic()
        if outage and server is not None:
            typist.until(begun + chance.uniform(1.5, 3.0), saves=False)
            server.stop()
            tally.outages += 1
            more = typist.texts[-1]
            _go_on(typist, more, time.monotonic() + chance.uniform(1.5, 3.0))
            if chance.random() < 0.5:
                server.start()
                _go_on(typist, more, time.monotonic() + chance.uniform(0.5, 4.0))
        else:
            typist.until(begun + chance.uniform(0.3, 4.0), saves=True)
        killed = time.monotonic()
        term.signal(signal.SIGKILL)
        term.until_ended()
    tally.kills += 1
    if server is not None and server.server is None:
        server.start()
    if outage or _left():
        # What a slow database had not taken yet lies on the terminal.
        _come_again(url)
    _judge(url, typist, killed, tally, within)


def _go_on(typist: Typist, text: Text, moment: float) -> None:
    """Types on in the form that is open, whatever the database does."""
    while time.monotonic() < moment:
        for letter in " " + typist.chance.choice(WORDS):
            if not typist._keys(letter, moment):
                return
            text.sent.append((time.monotonic(), letter))


def _come_again(url: str) -> None:
    """The next start of the screen takes up what the dead one left on the terminal."""
    with Terminal("--database", url) as term:
        term.until("Today  1 of")
        deadline = time.monotonic() + 20
        while _left() and time.monotonic() < deadline:
            term.pump(0.1)


def _left() -> list[Path]:
    from caseload.tui.spool import home

    return list(home().glob("*")) if home().is_dir() else []


def _judge(url: str, typist: Typist, killed: float, tally: Tally, within: float) -> None:
    db = database(url)
    try:
        with db.read() as r:
            kept = scratches.all_mine(r)
            bodies = [str(one) for one in r.conn.execute(select(narrative.c.body)).scalars()]
            faults = [*verify.verify_journal(r).faults, *verify.check(r).faults]
        tally.wrong += faults
        for text in typist.texts:
            _judge_text(text, killed, within, [one.body for one in kept], bodies, tally)
        for one in kept:
            scratches.keep(db, one.form, one.subject, "")
    finally:
        db.close()


def _judge_text(text: Text, killed: float, within: float, kept: list[str], bodies: list[str], tally: Tally) -> None:
    whole, due = text.by(killed), text.by(killed - within)
    saved = [body for body in bodies if f"{text.mark} " in body]
    offered = [body[body.index(text.mark) :] for body in kept if f"{text.mark} " in body]
    tally.texts += 1
    tally.saved += len(saved)
    tally.offered += len(offered)
    if len(saved) > 1:
        tally.wrong.append(f"{text.mark}: done {len(saved)} times")
    if saved and (text.finished is None or saved[0] != whole):
        tally.wrong.append(f"{text.mark}: half a text was saved")
    if text.said_done and not saved:
        tally.wrong.append(f"{text.mark}: said to be done, and is not there")
    if saved and offered:
        tally.wrong.append(f"{text.mark}: saved, and offered again")
    have = saved[0] if saved else offered[0] if offered else ""
    if len(have) < len(due.rstrip()):
        tally.lost_letters += len(due) - len(have)
        tally.wrong.append(f"{text.mark}: {len(due) - len(have)} letters older than {within:g} s are lost")


def run(
    url: str,
    kills: int,
    seed: int,
    server: Own | None = None,
    *,
    within: float = SECOND,
    said: Callable[[str], object] = print,
) -> Tally:
    """So many rounds there."""
    chance, tally = random.Random(seed), Tally()
    for number in range(kills):
        round_of(url, number, chance, tally, server, within)
    said(
        f"{url.partition(':')[0]}: {tally.kills} kills, {tally.outages} outages; {tally.texts} texts, {tally.saved} saved,"
        f" {tally.offered} offered again, {tally.lost_letters} letters older than {within:g} s lost, {len(tally.wrong)} faults"
    )
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="on each engine (200)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    args = parser.parse_args()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        if args.engine != "postgresql":
            file = str(Path(folder) / "kill.db")
            agency(file)
            wrong += run(f"sqlite:///{file}", args.kills, args.seed).wrong
        if args.engine != "sqlite":
            with own() as server:
                agency(server.url)
                wrong += run(server.url, args.kills, args.seed, server).wrong
    print("\n".join(wrong) or "No word older than a second was lost, no act half done, the journal is sound.")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
