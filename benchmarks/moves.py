"""`python -m benchmarks.moves`: a leaver with sixty cases, a cover of two weeks across a change of month, a declined
transfer and a balance with what-if, each on a screen of 80x24 and by command, on each engine; then undone, and equal in
every fact. What a preview says of loads is held against plain SQL before and after."""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.tui.terminal import Terminal

from .office import ADMIN, Office, opened
from .server import own

_LOAD = re.compile(r"(\w+) (\d+) → (\d+)")
# Two weeks into another month, and two into another year, as the screen shows and reads them.
INTO_DECEMBER = (date(2026, 11, 24), date(2026, 12, 7), "Tue 24 Nov - Mon 7 Dec", "24 nov to 7 dec leave")
INTO_JANUARY = (date(2026, 12, 22), date(2027, 1, 4), "Tue 22 Dec 2026 - Mon 4 Jan", "")


class Proof:
    """What was tried on one engine, and everything that was not as it should be."""

    def __init__(self, office: Office, *, say: bool = True) -> None:
        self.office, self.wrong, self._say = office, [], say  # type: Office, list[str], bool
        self.steps = 0

    def tell(self, words: str) -> None:
        self.steps += 1
        if self._say:
            print(f"{self.office.engine}: {words}", flush=True)

    def expect(self, right: bool, words: str) -> None:
        if not right:
            self.wrong.append(f"{self.office.engine}: {words}")

    @contextmanager
    def taken_back(self, what: str) -> Iterator[None]:
        """Something is done and undone within: afterwards every fact is as it was before."""
        before = self.office.facts()
        yield
        after = self.office.facts()
        differ = [
            f"{table} {row}"
            for table in before
            for row in before[table].keys() | after[table].keys()
            if before[table].get(row) != after[table].get(row)
        ]
        self.expect(not differ, f"{what}: not equal after undo: {', '.join(sorted(differ)[:10])}")
        self.tell(f"{what}, undone: {'NOT EQUAL' if differ else 'equal in every fact'}")

    def loads(self, told: dict[str, tuple[int, int]], before: dict[str, int], what: str) -> None:
        """What the preview said against what was, and now is, in the database; and nobody else was touched."""
        now = self.office.held()
        for handle, (was, will) in told.items():
            found = (before.get(handle, 0), now.get(handle, 0))
            self.expect((was, will) == found, f"{what}: {handle} was to go {was} -> {will}, and went {found}")
        silent = [one for one in before | now if before.get(one, 0) != now.get(one, 0) and one not in told]
        self.expect(not silent, f"{what}: the preview does not say what it does to {', '.join(silent)}")


def _from_screen(shown: str) -> dict[str, tuple[int, int]]:
    return {handle: (int(was), int(will)) for handle, was, will in _LOAD.findall(shown)}


def _from_json(told: Any) -> dict[str, tuple[int, int]]:
    return {one["worker"]: (one["cases_before"], one["cases_after"]) for one in told["load"]}


def _whole(term: Terminal, words: str) -> str:
    """The screen with those words, once all of it has been painted."""
    term.until(words)
    while term.pump(0.25):
        pass
    return term.screen()


def _undo(term: Terminal) -> None:
    term.send("u")
    seen = term.until("Undid C-", "Take back", "Undo ")
    if "Undid C-" not in seen:
        term.send("y")
        term.until("Undid C-")


# ---------------------------------------------------------------- somebody leaves


def leaver_by_screen(proof: Proof) -> None:
    office, before = proof.office, proof.office.held()
    with proof.taken_back("leaver with 60 cases, by screen"), office.screen(ADMIN) as term:
        term.until("Today")
        term.send("Hl")
        term.until("Who leaves:")
        term.send("ana\r")
        term.until("ana, last day:")
        term.send("today moves to Lyon\r")
        term.until("Their cases go to:")
        term.send("\r")
        shown = _whole(term, "Loads")
        told = _from_screen(shown)
        proof.expect("58 move" in shown, "leaver: the page does not say that 58 cases move")
        proof.expect("sol (2)" in shown, "leaver: the page does not say that the custodian receives two")
        term.send("\r")
        term.until("Let ana go?")
        term.send("y")
        term.until("ana has left; 58 cases moved; 2 went to their custodians")
        proof.loads(told, before, "leaver by screen")
        _undo(term)


def leaver_by_command(proof: Proof) -> None:
    office, before = proof.office, proof.office.held()
    line = ("worker", "leave", "ana", "--why", "Moves to Lyon")
    with proof.taken_back("leaver with 60 cases, by command"):
        planned = office.ask(ADMIN, *line, "--dry-run")
        done = office.ask(ADMIN, *line, "--yes")
        proof.expect({**done, "change": None, "dry_run": True} == planned, "leaver: what was done is not what was said")
        holders = office.holders()
        lost = [one["case"] for one in planned["moved"] if holders[one["case"]] != one["to"]]
        proof.expect(not lost, f"leaver: {len(lost)} cases went to somebody else than was said")
        proof.loads(_from_json(planned), before, "leaver by command")
        office.ask(ADMIN, "undo", done["change"], "--yes")


# ---------------------------------------------------------------- two weeks away


def _sees(office: Office, handle: str) -> int:
    return len(office.ask(handle, "cases", "worker:ana"))


def _told(day: date) -> str:
    """A day as the screen says it."""
    return f"{day:%a} {day.day} {day:%b}"


def _weeks(proof: Proof, first: date, last: date, contacted: str, shown_weeks: str) -> None:
    """The cover begins by itself, is worked under, and ends by itself; what happened is told on the return."""
    office = proof.office
    office.set_day(first - timedelta(days=1))
    away = {handle: _sees(office, handle) for handle in ("bo", "eva")}
    proof.expect(away == {"bo": 0, "eva": 0}, f"cover: before its first day {away} cases are seen")
    office.set_day(first)
    seen = {handle: _sees(office, handle) for handle in ("bo", "eva")}
    proof.expect(sum(seen.values()) == 58 and all(seen.values()), f"cover: on its first day {seen} cases are seen")
    proof.expect(office.holders()[contacted] == "ana", "cover: the owner is not the owner any more")
    called = ("contact", contacted, "--kind", "phone", "--outcome", "made", "--note", "Quiet.")
    made = office.ask("bo", *called)["change"]
    office.set_day(last)
    proof.expect({one: _sees(office, one) for one in seen} == seen, "cover: its last day is not as its first")
    office.set_day(last + timedelta(days=1))
    proof.expect(not any(_sees(office, one) for one in seen), "cover: it goes on after its last day")
    with office.screen("ana") as term:
        term.until("Today")
        term.send("Hr")
        term.until("Who was away:")
        term.send("ana\r")
        shown = _whole(term, f"While ana was away, {shown_weeks}")
        proof.expect(f"{contacted}  contact, phone, made · bo" in shown, "cover: the return page does not tell of it")
        proof.expect("1 event" in shown, "cover: the return page tells of more than happened")
    told = office.ask("ana", "cover", "back", "ana")
    proof.expect([(one["case"], one["kind"], one["by"]) for one in told] == [(contacted, "contact", "bo")],
                 f"cover: `cover back` tells {len(told)} things")  # fmt: skip
    # Afterwards it is not theirs to take back, but for being let in by name.
    proof.expect(
        office.run("bo", "undo", made).code == 1, "cover: whoever covered takes an act back after its last day"
    )
    let_in = office.ask("ben", "access", contacted, "allow", "bo", "--why", "To put a contact right")["change"]
    office.ask("bo", "undo", made)
    office.ask("ben", "undo", let_in)


def cover_by_screen(proof: Proof) -> None:
    office, (first, last, shown_weeks, typed) = proof.office, INTO_DECEMBER
    with proof.taken_back("cover of two weeks into another month, by screen"):
        high = {one["case"] for one in office.ask("ana", "cases", "worker:me risk:high")}
        with office.screen("ben") as term:
            term.until("Today")
            term.send("Hc")
            term.until("Who is away:")
            term.send("ana\r")
            term.until("Who covers ana:")
            term.send("bo\r")
            term.until("Which cases bo covers:")
            term.send("risk:high\r")
            term.until("Who covers the rest:")
            term.send("eva\r")
            term.until("Which cases eva covers:")
            term.send("\r")
            term.until("Away:")
            term.send(f"{typed}\r")
            shown = _whole(term, "Set it?")
            proof.expect("not yours to see 2" in shown, "cover: it does not say that two are not hers to cover")
            term.send("y")
            term.until(f"ana is away {_told(first)} to {_told(last)}")
        _weeks(proof, first, last, min(high & set(office.cases[:58])), shown_weeks)
        with office.screen("ben") as term:
            term.until("Today")
            _undo(term)


def cover_by_command(proof: Proof) -> None:
    office, (first, last, shown_weeks, _typed) = proof.office, INTO_JANUARY
    with proof.taken_back("cover of two weeks into another year, by command"):
        shares = ("--by", "bo", "--query", "risk:high", "--by", "eva")
        weeks = ("--from", first.isoformat(), "--to", last.isoformat(), "--why", "Leave")
        planned = office.ask("ben", "cover", "ana", *shares, *weeks, "--dry-run")
        made = office.ask("ben", "cover", "ana", *shares, *weeks)
        # What ben does not see falls to the share that takes the rest, and is a number of its own before.
        rest = [planned["unseen"] if one["query"] is None else 0 for one in planned["shares"]]
        fallen = [
            (tuple(one["by"]), len(one["cases"]) + more) for one, more in zip(planned["shares"], rest, strict=True)
        ]
        proof.expect(fallen == [(tuple(one["by"]), one["cases"]) for one in made["shares"]], "cover: not as was said")
        _weeks(proof, first, last, planned["shares"][0]["cases"][0], shown_weeks)
        office.ask("ben", "undo", made["change"], "--yes")


# ---------------------------------------------------------------- an offer that is declined


def transfer_by_screen(proof: Proof) -> None:
    office, case, before = proof.office, proof.office.cases[10], proof.office.held()
    with proof.taken_back("declined transfer, by screen"), office.screen("ana") as ana, office.screen("bo") as bo:
        ana.until("Today")
        ana.send(f"/{case}\r")
        ana.until("Today  1 of 1 ")
        ana.send("Ho")
        ana.until("Offer to:")
        ana.send("bo\r")
        shown = _whole(ana, "bo, to answer by:")
        proof.expect(_from_screen(shown) == {"ana": (60, 59), "bo": (6, 7)}, "transfer: the loads are not said")
        ana.send("fri nearer to her\r")
        ana.until("Offered 1 case to bo, to answer by Fri 27 Nov")
        bo.until("Today")
        bo.send("Ha")
        shown = _whole(bo, "nearer to her")
        proof.expect(case in shown and "by Fri 27 Nov" in shown, "transfer: its day is not said to the receiver")
        bo.send("\r")
        bo.until("accept")
        bo.send("d")
        bo.until("Why not:")
        bo.send("no room before spring\r")
        bo.until("Declined 1 case of ana")
        ana.send("Ha")
        shown = _whole(ana, "no room before spring")
        proof.expect(case in shown and "declined" in shown, "transfer: the giver is not told that it was declined")
        ana.send("\x1b")
        # Followed at once by a letter, it would be that letter with Alt.
        while ana.pump(0.25):
            pass
        proof.expect(office.held() == before, "transfer: a declined case moved")
        proof.tell("the giver reads why it was declined, by screen")
        _undo(bo)
        _undo(ana)


def transfer_by_command(proof: Proof) -> None:
    office, case, before = proof.office, proof.office.cases[11], proof.office.held()
    with proof.taken_back("declined transfer, by command"):
        offered = office.ask("ana", "transfer", case, "--to", "bo", "--by", "+7d", "--why", "Nearer to her")
        proof.expect(_from_json(offered) == {"ana": (60, 59), "bo": (6, 7)}, "transfer: the loads are not said")
        asked = office.day + timedelta(days=7)
        office.set_day(asked + timedelta(days=1))
        late = [one["late"] for handle in ("ana", "bo") for one in office.ask(handle, "transfer", "list")
                if one["case"] == case]  # fmt: skip
        proof.expect(late == [True, True], "transfer: past its day it is not late to both")
        declined = office.ask("bo", "transfer", "decline", case, "--why", "No room before spring")
        told = office.ask("ana", "transfer", "list", "--all", "--identified", "--why", "mine")
        said = [(one["state"], one["answer"], one["answer_by"]) for one in told if one["case"] == case]
        wanted = [("declined", "No room before spring", asked.isoformat())]
        proof.expect(said == wanted, f"transfer: the giver is told {said}")
        proof.expect(office.held() == before, "transfer: a declined case moved")
        office.ask("bo", "undo", declined["change"])
        office.ask("ana", "undo", offered["change"])


# ---------------------------------------------------------------- evening a team out


def balance_by_screen(proof: Proof) -> None:
    office, before = proof.office, proof.office.held()
    with proof.taken_back("balance with what-if, by screen"), office.screen("ben") as term:
        term.until("Today")
        with proof.taken_back("what-if alone, by screen"):
            term.send("Hb")
            term.until("Even out team:")
            term.send("north\r")
            told = _from_screen(_whole(term, "20 moves bring everybody within 100 % of capacity."))
            term.send("\x1b")
            term.until("Nothing was moved.")
        term.send("Hb")
        term.until("Even out team:")
        term.send("north\r")
        term.until("20 moves bring everybody")
        term.send("\r")
        term.until("Why")
        term.send("fairer\r")
        term.until("Moved 20 cases from ana")
        proof.loads(told, before, "balance by screen")
        _undo(term)


def balance_by_command(proof: Proof) -> None:
    office, before = proof.office, proof.office.held()
    line = ("reassign", "--balance", "north", "--why", "Fairer")
    with proof.taken_back("balance with what-if, by command"):
        with proof.taken_back("what-if alone, by command"):
            planned = office.ask("ben", *line, "--dry-run")
        done = office.ask("ben", *line, "--yes")
        proof.expect(done["moved"] == planned["moved"], "balance: what was done is not what was said")
        proof.loads(_from_json(planned), before, "balance by command")
        holders = office.holders()
        homes = {holders[one] for one in office.cases[22:26]}
        proof.expect(len(homes) == 1, "balance: a household was torn apart")
        office.ask("ben", "undo", done["change"], "--yes")


# Days only ever pass, so what needs them comes last.
STEPS = (
    leaver_by_screen, leaver_by_command, balance_by_screen, balance_by_command, transfer_by_screen,
    cover_by_screen, transfer_by_command, cover_by_command,
)  # fmt: skip


def run(url: str, *, say: bool = True, steps: tuple[Any, ...] = STEPS) -> list[str]:
    """Plays all of it there; returns what is wrong, in words."""
    office = opened(url)
    try:
        proof = Proof(office, say=say)
        for step in steps:
            step(proof)
        proof.expect(office.ask(ADMIN, "check")["sound"], "the stored ranks are not what the facts say")
        proof.expect(office.ask(ADMIN, "journal", "verify")["sound"], "the journal is not sound")
    finally:
        office.close()
    return proof.wrong


def main() -> int:
    argparse.ArgumentParser(prog="python -m benchmarks.moves", description=__doc__).parse_args()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        wrong += run(f"sqlite:///{Path(folder) / 'moves.db'}")
    with own() as server:
        wrong += run(server.url)
    print("\n".join(wrong) or "Everything moved as it was said, and everything was taken back.")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
