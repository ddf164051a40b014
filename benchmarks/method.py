"""`python -m benchmarks.method`: in an agency that was empty, by keyboard alone on screens of 80x24, on each engine: a client is taken
in, assessed, their needs and a plan are agreed and approved, a service declines and another takes its place, and money is authorised.
What stands in the database afterwards is held against what was typed."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from caseload import settings
from caseload.casework import programs, staff
from caseload.store.founding import Founding, found
from tests.tui.terminal import Terminal

from .office import ADMIN, DAY, ZONE, Office, login, make_logins
from .server import own

SAVE = "\x13"
# Nine items of the PHQ-9, the last about safety, and the tenth, which counts nothing; then the matrix's eighteen domains.
PHQ_9, TENTH, MATRIX = "322211001", "1", "214323433233443255"
NEEDS = (
    ("housing", "severe", "A door that locks.", "Her sister"),
    ("employment", "moderate", "To cook again.", "Ten years in a kitchen"),
    ("mental_health", "moderate", "To sleep.", ""),
)
# Each goal with how one will see it, the domain of its need, by when, and its steps: who, their name, by when, after which.
GOALS = (
    ("A flat of her own", "A lease in her name", "housing", "26w", (
        ("Apply for the list", "client", "", "2w", ""),
        ("See three flats", "worker", "", "6w", "1"),
        ("Move in", "provider", "Home First", "12w", "2"),
    )),
    ("Work in a kitchen", "A contract", "employment", "39w", (
        ("Write down what she did", "client", "", "3w", ""),
        ("Ring two kitchens", "client", "", "5w", "4"),
    )),
)  # fmt: skip
OFFERS = (("Harbour House", "A room"), ("Home First", "A flat of her own"))
# What must stand afterwards, each by plain SQL.
STANDS = (
    ("SELECT c.stage, c.risk FROM case_file c", [("planning", "medium")]),
    ("SELECT given, family, born_on FROM identity", [("Mara", "Lenz", "1990-05-12")]),
    ("SELECT language FROM client", [("de",)]),
    ("SELECT instrument, phase, safety FROM assessment ORDER BY id",
     [("phq-9", "baseline", 1), ("self-sufficiency-matrix", "baseline", 0)]),
    (("SELECT s.value, s.band FROM assessment_score s JOIN assessment a ON a.id = s.assessment_id WHERE a.instrument = 'phq-9'"
     " AND s.band IS NOT NULL"), [(12, "moderate")]),
    ("SELECT kind, level, count(*) FROM alert WHERE reviewed_on IS NOT NULL GROUP BY kind, level", [("safety", "high", 1)]),
    (("SELECT d.code, n.severity, b.body FROM need n JOIN need_domain d ON d.id = n.domain_id JOIN narrative b ON b.id = n.words_id"
     " ORDER BY n.id"), [one[:3] for one in NEEDS]),
    (("SELECT p.state, p.agreed, a.handle, b.handle, p.review_on FROM plan p JOIN worker a ON a.id = p.author_id"
     " JOIN worker b ON b.id = p.approved_by"), [("approved", "yes", "ana", "ben", "2027-02-19")]),
    (("SELECT g.title, g.measure, d.code, g.agreed FROM goal g JOIN need n ON n.id = g.need_id JOIN need_domain d ON d.id = n.domain_id"
     " ORDER BY g.place"), [(*one[:3], "yes") for one in GOALS]),
    ("SELECT s.title, s.who, s.who_name, a.title FROM step s LEFT JOIN step a ON a.id = s.after_id ORDER BY s.id",
     [("Apply for the list", "client", "", None), ("See three flats", "worker", "", "Apply for the list"),
      ("Move in", "provider", "Home First", "See three flats"), ("Write down what she did", "client", "", None),
      ("Ring two kitchens", "client", "", "Write down what she did")]),
    ("SELECT s.name, r.state, r.declined_why, r.replaces_id FROM referral r JOIN service s ON s.id = r.service_id ORDER BY r.id",
     [("A flat of her own", "declined", "no_capacity", None), ("A room", "started", None, 1)]),
    ("SELECT count(*) FROM disclosure", [(2,)]),
    (("SELECT a.cents, a.state, w.handle, b.cents, b.single_cents FROM authorisation a JOIN worker w ON w.id = a.approved_by"
     " JOIN budget b ON b.id = a.budget_id"), [(24000, "approved", "ben", 60000, 10000)]),
    ("SELECT count(*) FROM scratch WHERE body <> ''", [(0,)]),
)  # fmt: skip


class Keys:
    """One person's keys on a screen of 80x24, each with what must be read after it."""

    def __init__(self, term: Terminal) -> None:
        self.term = term

    def __call__(self, keys: str, seen: str) -> None:
        """Sends the keys, and waits for these words and until all of the screen has been painted. Raises AssertionError, with the
        screen, where they never come."""
        self.term.send(keys)
        self.term.until(seen)
        while self.term.pump(0.2):
            pass


@contextmanager
def at(office: Office, handle: str, first: str) -> Iterator[Keys]:
    """A screen of theirs, once the first page shows that."""
    with office.screen(handle) as term:
        keys = Keys(term)
        keys("", first)
        yield keys


def taken_in(office: Office) -> None:
    with at(office, "ana", "Your queue is empty") as keys:
        keys("+", "Given name")
        keys(f"Mara\tLenz\t12 may 1990\tgerman\thousing\tstreet team\tmedium\tana{SAVE}", "speaks German")
        keys("Ea", "type to find it")
        keys("phq-9\r", "Patient Health Questionnaire")
        keys(PHQ_9, "SAFETY")
        keys("g", "9 of 10")
        keys(TENTH + SAVE, "a high alert is raised")
        keys("d", "looked at, still stands?")
        keys("y", "Reviewed 1 alert")
        keys("Ea", "type to find it")
        keys("self\r", "0 of 18")
        keys(MATRIX, "18 of 18")
        keys(SAVE, "Recorded an assessment")
        for domain, much, words, builds in NEEDS:
            keys("En", "In their words")
            keys(f"{domain}\t{much}\t{words}\t{builds}{SAVE}", "Added a need")


def planned(office: Office) -> None:
    with at(office, "ana", "Lenz, Mara") as keys:
        keys("sp", "Why planning")
        keys("What she needs is clear\r", "Moved the case to stage planning")
        keys("P", "Nothing was agreed")
        keys("sb", "Began version 1")
        keys("eTo live in her own flat.\r", "Wrote what the client wants")
        for title, seen_by, need, due, steps in GOALS:
            keys("a", "Seen by")
            keys(f"{title}\t{seen_by}\t{need}\t\t{due}{SAVE}", "Added a goal")
            keys("G", title)
            for step, who, name, by, after in steps:
                keys("t", "After")
                keys(f"{step}\t{who}\t{name}\t\t\t{by}\t{after}{SAVE}", "Added a step")
            while not _on(keys, title):
                keys("k", title)
            keys("=", "The client agrees with the goal  y")
            keys("y", "They say")
            keys("\r", "The client agrees with a goal")
        keys("gg=", "The client agrees with the plan  y")
        keys("y", "The client agrees with the plan  ·  u")
        keys("sf", "Put version 1 of the service plan forward")
    with at(office, "ben", "Today") as keys:
        keys("ga", "Lenz, Mara")
        keys("P", "waits for approval")
        keys("sa", "Approved; gone through next")
        keys("13w\r", "Approved version 1 of the service plan")


def _on(keys: Keys, title: str) -> bool:
    """Whether the cursor is on the goal of that title."""
    return any(line.startswith("›") and title in line for line in keys.term.screen().splitlines())


def asked_of_others(office: Office) -> None:
    with at(office, "ana", "Lenz, Mara") as keys:
        keys("\r", "[Summary]")
        for whom, what in OFFERS:
            keys("Cg", "Last day")
            keys(f"{whom}\tidentity,services\tName and address\t{what}\t26w{SAVE}", "Recorded a consent")
        keys("gs", "No service answers")
        for provider, service in OFFERS:
            keys("P", "A provider for the directory")
            keys(f"{provider}{SAVE}", "Added a provider")
            keys("+", "A service for the directory")
            keys(f"{provider}\t{service}\thousing{SAVE}", "Added a service")
    with at(office, "ana", "Lenz, Mara") as keys:
        keys("\r", "[Summary]")
        keys("f", "2 services")
        keys("/flat\r", "1 service")
        keys("\r", "Asked for, and why")
        keys("A flat near her sister\r", "It may go")
        keys("s", "Sent a referral")
        keys("\t\t\t\t\t\t", "[Services]")
        keys("\r", "d declined")
        keys("d", "r they have no room")
        keys("r", "A referral is now declined")
        keys("f", "2 services")
        keys("/room\r", "1 service")
        keys("\r", "Asked for, and why")
        keys("A room meanwhile\r", "m more")
        keys("m", "Asked for  s")
        keys("s", "For the need")
        keys("hous\r", "In place of")
        keys("\x1b[B\r", "It may go")
        keys("s", "Sent a referral")
        keys("gg\r", "a accepted")
        keys("a", "A referral is now accepted")
        keys("\r", "b begun")
        keys("b", "A referral is now started")


def authorised(office: Office) -> None:
    """More than one may authorise alone: asked for with a reason, approved by who supervises the case."""
    with at(office, "ben", "Today") as keys:
        keys("ga", "Lenz, Mara")
        keys("\r", "[Summary]")
        keys("$b", "How much")
        keys(f"600\t\t26w\t100\tCity fund{SAVE}", "a budget")
    with at(office, "ana", "Lenz, Mara") as keys:
        keys("\r", "[Summary]")
        keys("$a", "At service")
        keys(f"A room\t\t240\t\t\t8w\t\tNothing else is free{SAVE}", "Asked")
    with at(office, "ben", "Today") as keys:
        keys("ga", "Lenz, Mara")
        keys("\r", "[Summary]")
        keys("\t\t\t\t\t\t", "[Services]")
        keys("G\r", "a approve")
        keys("a", "Approved, because")
        keys("\r", "Approved 240.00 EUR")


def founded(url: str) -> Office:
    """An agency in which nobody was ever served: an admin, a supervisor, somebody who holds cases, one program."""
    office = Office(url)
    if office.engine == "postgresql":
        make_logins(url)
    found(settings.load(database=url), Founding("Harbour House", ZONE, ADMIN, "Ada Ricci", clock_on=DAY))
    office.do(ADMIN, staff.add_team, "north", "North")
    for handle, role, supervises in (("ben", "supervisor", ("north",)), ("ana", "case_manager", ())):
        fields = staff.WorkerFields(
            name=handle.title(), role=role, team="north", login=login(handle), supervises=supervises, capacity=20
        )
        office.do(ADMIN, staff.add_worker, handle, fields)
    office.do(ADMIN, programs.add, "housing", "Housing")
    return office


def run(url: str) -> list[str]:
    """Plays all of it there; returns what stands otherwise than was typed, in words."""
    office, wrong = founded(url), []
    try:
        for part in (taken_in, planned, asked_of_others, authorised):
            part(office)
            print(f"{office.engine}: {part.__name__.replace('_', ' ')}, by keyboard alone", flush=True)
        with office.as_(ADMIN).read() as r:
            for query, expected in STANDS:
                stands = [
                    tuple(str(one) if hasattr(one, "isoformat") else one for one in row)
                    for row in r.conn.execute(text(query))
                ]
                if stands != expected:
                    wrong.append(f"{office.engine}: {query}: {stands}, not {expected}")
        for verdict in (("check",), ("journal", "verify")):
            if not office.ask(ADMIN, *verdict)["sound"]:
                wrong.append(f"{office.engine}: {' '.join(verdict)} finds a fault")
    finally:
        office.close()
    return wrong


def main() -> int:
    argparse.ArgumentParser(prog="python -m benchmarks.method", description=__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wrong = run(f"sqlite:///{Path(folder) / 'method.db'}")
    with own() as server:
        wrong += run(server.url)
    print("\n".join(wrong) or "What stands is what was typed.")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
