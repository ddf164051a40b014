"""`python -m benchmarks.method`: in an agency that was empty, by keyboard alone on screens of 80x24, on each engine: a client is taken
in, assessed, their needs and a plan are agreed and approved, a service declines and another takes its place, money is authorised and paid,
they are visited, the plan is gone through, and the case is closed, its place going to who waits. Then the same by commands alone in another
such agency. What stands afterwards is held against what was typed, and the two against each other, field by field."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from sqlalchemy import text

from . import alike, method_commands, method_keys
from .method_course import CLOSED, GOALS, NEEDS, PASSED, REACHED, REVIEW, VISITS, WAITS, founded
from .office import ADMIN, Office
from .server import own

# What must stand afterwards, each by plain SQL.
STANDS = (
    ("SELECT c.stage, c.risk, c.closed_on, w.handle FROM case_file c LEFT JOIN worker w ON w.id = c.owner_id ORDER BY c.id",
     [("closed", "medium", "2027-05-14", "ana"), ("assessment", "high", None, "ana")]),
    ("SELECT case_id, stage, on_date, close_reason, destination FROM case_stage ORDER BY id",
     [(1, "assessment", "2026-11-20", None, None), (1, "planning", "2026-11-20", None, None),
      (1, "active", "2026-11-20", None, None), (2, "referred", "2026-11-20", None, None),
      (1, "closed", "2027-05-14", *CLOSED[1:3]), (2, "assessment", "2027-05-14", None, None)]),
    ("SELECT gate, behind, why FROM closing_override", [("goals", 1, PASSED)]),
    ("SELECT case_id, role, starts_on, ends_on FROM assignment ORDER BY id",
     [(1, "primary", "2026-11-20", "2027-05-14"), (2, "primary", "2027-05-14", None)]),
    ("SELECT given, family, born_on FROM identity ORDER BY id", [("Mara", "Lenz", "1990-05-12"), WAITS[:3]]),
    ("SELECT language FROM client ORDER BY id", [("de",), (None,)]),
    ("SELECT instrument, phase, on_date, safety FROM assessment ORDER BY id",
     [("phq-9", "baseline", "2026-11-20", 1), ("self-sufficiency-matrix", "baseline", "2026-11-20", 0),
      ("client-voice", "review", "2027-02-19", 0), ("phq-9", "closing", "2027-05-14", 0),
      ("self-sufficiency-matrix", "closing", "2027-05-14", 0), ("client-voice", "closing", "2027-05-14", 0)]),
    (("SELECT s.value, s.band FROM assessment_score s JOIN assessment a ON a.id = s.assessment_id WHERE a.instrument = 'phq-9'"
     " AND s.band IS NOT NULL ORDER BY a.id"), [(12, "moderate"), (4, "minimal")]),
    ("SELECT kind, level, count(*) FROM alert WHERE reviewed_on IS NOT NULL GROUP BY kind, level", [("safety", "high", 1)]),
    (("SELECT d.code, n.severity, b.body FROM need n JOIN need_domain d ON d.id = n.domain_id JOIN narrative b ON b.id = n.words_id"
     " ORDER BY n.id"), [one[:3] for one in NEEDS]),
    (("SELECT p.state, p.agreed, a.handle, b.handle, p.review_on FROM plan p JOIN worker a ON a.id = p.author_id"
     " JOIN worker b ON b.id = p.approved_by"), [("approved", "yes", "ana", "ben", "2027-05-21")]),
    (("SELECT v.on_date, v.next_on, b.body, w.handle FROM plan_review v JOIN narrative b ON b.id = v.narrative_id"
     " JOIN worker w ON w.id = v.worker_id"), [("2027-02-19", "2027-05-21", REVIEW[1], "ana")]),
    (("SELECT g.title, g.measure, d.code, g.agreed, g.state FROM goal g JOIN need n ON n.id = g.need_id JOIN need_domain d ON d.id = n.domain_id"
     " ORDER BY g.place"), [(*one[:3], "yes", "reached" if one[0] in REACHED else "open") for one in GOALS]),
    ("SELECT s.title, s.who, s.who_name, a.title, s.ended_on FROM step s LEFT JOIN step a ON a.id = s.after_id ORDER BY s.id",
     [("Apply for the list", "client", "", None, "2026-11-28"), ("See three flats", "worker", "", "Apply for the list", "2027-01-15"),
      ("Move in", "provider", "Home First", "See three flats", None),
      ("Write down what she did", "client", "", None, "2026-12-11"),
      ("Ring two kitchens", "client", "", "Write down what she did", None)]),
    ("SELECT s.name, r.state, r.declined_why, r.replaces_id FROM referral r JOIN service s ON s.id = r.service_id ORDER BY r.id",
     [("A flat of her own", "declined", "no_capacity", None), ("A room", "completed", None, 1)]),
    ("SELECT count(*) FROM disclosure", [(2,)]),
    (("SELECT a.cents, a.state, w.handle, b.cents, b.single_cents FROM authorisation a JOIN worker w ON w.id = a.approved_by"
     " JOIN budget b ON b.id = a.budget_id"), [(24000, "ended", "ben", 60000, 10000)]),
    ("SELECT cents, on_date, payee, reference FROM payment ORDER BY id",
     [(12000, "2026-12-11", "Harbour House", "2026/1"), (12000, "2027-01-15", "Harbour House", "2026/2")]),
    (("SELECT l.on_date, c.kind, c.outcome, c.with_whom, c.place, c.minutes, l.met, b.body FROM contact c"
     " JOIN contact_line l ON l.contact_id = c.id JOIN narrative b ON b.id = l.narrative_id ORDER BY c.id"),
     [(str(day), "visit", "made", "client", "home", minutes, 1, words) for day, _later, minutes, words, _done in VISITS]),
    ("SELECT case_id, due_on, w.handle FROM task t JOIN worker w ON w.id = t.worker_id", [(1, "2027-06-11", "ben")]),
    ("SELECT count(*) FROM scratch WHERE body <> ''", [(0,)]),
)  # fmt: skip


def by_keys(office: Office) -> None:
    """All of it on screens, told as it goes."""
    for part in method_keys.PARTS:
        part(office)
        print(f"{office.engine}: {part.__name__.replace('_', ' ')}, by keyboard alone", flush=True)


def by_commands(office: Office) -> None:
    """All of it by command lines."""
    lines = method_commands.Lines(office)
    for part in method_commands.PARTS:
        part(lines)
    print(f"{office.engine}: the same, by commands alone", flush=True)


def standing(office: Office) -> list[str]:
    """What stands there otherwise than was typed, in words."""
    wrong = []
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
    return wrong


def run(keyed: str, commanded: str) -> list[str]:
    """Plays all of it in two databases, one by keys and one by commands; returns what is wrong or differs, in words."""
    wrong, found = [], []
    for url, play in ((keyed, by_keys), (commanded, by_commands)):
        office = founded(url)
        try:
            play(office)
            wrong += standing(office)
            found.append(alike.read(office))
        finally:
            office.close()
    differ = alike.differences(*found)
    of = f"{alike.fields(found[0])} fields of {alike.rows(found[0])} rows"
    print(f"{keyed.partition(':')[0]}: {of} held against each other, {len(differ)} differ", flush=True)
    return wrong + [f"{keyed.partition(':')[0]}: by keys and by commands: {one}" for one in differ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.method", description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    engine, wrong = parser.parse_args().engine, []
    if engine != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            keyed, commanded = (f"sqlite:///{Path(folder) / name}.db" for name in ("keyed", "commanded"))
            wrong += run(keyed, commanded)
    if engine != "sqlite":
        with own() as server:
            server.create("commanded")
            wrong += run(server.url, server.url.replace("/caseload?", "/commanded?"))
    print("\n".join(wrong) or "What stands is what was typed, and is the same by keys and by commands.")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
