"""`python -m benchmarks.soak`: many at once on one database. No update is lost, nobody is shown a lock, and at the end
the journal, played over the beginning, gives exactly what stands there."""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from caseload import settings
from caseload.casework import alerts, cases, clients, contacts, notes, stages, tasks
from caseload.errors import CaseloadError, Conflict, Refused
from caseload.store import verify
from caseload.store.connect import connect
from caseload.store.database import Database, Work

from . import replay
from .server import own

# Cases that everybody works on, so that they meet.
SHARED = 12


def database(url: str) -> Database:
    return connect(settings.load(database=url))


def agency(url: str, cases_wanted: int = 60) -> None:
    """A made-up agency there."""
    asked = [sys.executable, "-m", "caseload", "--database", url, "demo", "--cases", str(cases_wanted), "--no-open"]
    subprocess.run(asked, check=True, stdout=subprocess.DEVNULL)


def work(url: str, seconds: float, seed: int) -> dict[str, Any]:
    """One terminal: acts at random until the time is up. What it did, and every complaint a person would have seen."""
    chance, db = random.Random(seed), database(url)
    told: dict[str, Any] = {"acts": 0, "added": {}, "conflicts": 0, "complaints": []}
    with db.read() as r:
        shared = cases.keys(r, "", sort="case")[:SHARED]
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            key = chance.choice(list(shared))
            try:
                _act(db, key, chance, told, seed)
                told["acts"] += 1
            except Conflict:
                told["conflicts"] += 1
            except Refused:
                pass  # a rule, not a lock: a stage it has already, say
            except CaseloadError as error:
                told["complaints"].append(f"{type(error).__name__}: {error.message}")
    finally:
        db.close()
    return told


def _act(db: Database, key: int, chance: random.Random, told: dict[str, Any], seed: int) -> None:
    what = chance.randrange(6)
    if what <= 1:
        _count(db, key, told)
        return
    with db.work("soak") as w:
        if what == 2:
            contacts.log(
                w, contacts.NewContact((key,), "phone", "made", minutes=chance.randrange(60), note=f"by {seed}")
            )
        elif what == 3:
            tasks.add(w, key, f"task of {seed}", w.today)
        elif what == 4:
            alerts.set_tags(w, (key,), add=(f"t{chance.randrange(9)}",), remove=(f"t{chance.randrange(9)}",))
        else:
            _risk_and_note(w, key, chance)


def _risk_and_note(w: Work, key: int, chance: random.Random) -> None:
    notes.write(w, notes.NewNote(key, text="Seen at the office."))
    stages.set_risk(w, key, chance.choice(("low", "medium", "high")), "soak")


def _count(db: Database, key: int, told: dict[str, Any]) -> None:
    """Adds one to a number that everybody reads, and writes over the version they read: the lost update of the books."""
    with db.read() as r:
        seen = clients.read(r, key)
    number = int(seen.middle) if seen.middle.isdigit() else 0
    with db.work("soak") as w:
        clients.edit(w, key, {"middle": str(number + 1)}, seen=seen.version)
    told["added"][str(key)] = told["added"].get(str(key), 0) + 1


def run(url: str, processes: int, seconds: float) -> list[str]:
    """Lets so many work there at once. Prints what they did; returns what is wrong, in words."""
    db = database(url)
    since, before = replay.standing(db)
    with db.read() as r:
        keys = list(cases.keys(r, "", sort="case"))[:SHARED]
        start = {key: int(found.middle) if (found := clients.read(r, key)).middle.isdigit() else 0 for key in keys}
    db.close()
    command = [sys.executable, "-m", "benchmarks.soak", "--work", url, "--seconds", str(seconds), "--seed"]
    running = [subprocess.Popen([*command, str(seed)], stdout=subprocess.PIPE, text=True) for seed in range(processes)]
    said = [one.communicate()[0] for one in running]
    wrong = [f"a process ended with {one.returncode}" for one in running if one.returncode]
    told = [json.loads(one) for one in said if one]
    wrong += sorted({complaint for one in told for complaint in one["complaints"]})
    added = {key: sum(one["added"].get(str(key), 0) for one in told) for key in keys}
    with db.read() as r:
        for key in keys:
            found = clients.read(r, key).middle
            if added[key] and int(found) != start[key] + added[key]:
                wrong.append(f"case {key}: {start[key] + added[key] - int(found)} of {added[key]} updates were lost")
        wrong += [*verify.verify_journal(r).faults, *verify.check(r).faults]
    wrong += replay.differences(db, since, before)
    db.close()
    acts, conflicts = sum(one["acts"] for one in told), sum(one["conflicts"] for one in told)
    print(
        f"{url.partition(':')[0]}: {processes} processes, {seconds:.0f} s: {acts} acts, {sum(added.values())} of them"
        f" read-and-write, {conflicts} told that someone was first, {len(wrong)} faults"
    )
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="on each engine (5)")
    parser.add_argument("--sqlite", type=int, default=8, help="processes on one SQLite file (8; 0 leaves it out)")
    parser.add_argument("--postgresql", type=int, default=30, help="processes on a PostgreSQL (30; 0 leaves it out)")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.work:
        print(json.dumps(work(args.work, args.seconds, args.seed)))
        return 0
    wrong: list[str] = []
    if args.sqlite:
        with tempfile.TemporaryDirectory() as folder:
            file = str(Path(folder) / "soak.db")
            agency(file)
            wrong += run(f"sqlite:///{file}", args.sqlite, args.minutes * 60)
    if args.postgresql:
        with own() as server:
            agency(server.url)
            wrong += run(server.url, args.postgresql, args.minutes * 60)
    print("\n".join(wrong) or "No update lost, no lock shown, the journal gives what stands.")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
