"""A small agency for queries. Today is Saturday 21 November 2026; Ana asks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, false, insert, select

from caseload import models as m
from caseload.store import fields, query
from caseload.store.terms import FIELDS
from caseload.text import words

TODAY = date(2026, 11, 21)
THEN = datetime(2026, 1, 1, tzinfo=UTC)
WORKERS = {"ana": 1, "ben": 2, "Carla": 3}
TEAMS = {"north": 1, "south": 2}
PROGRAMS = {"housing": 1, "youth": 2}


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@dataclass(frozen=True)
class Case:
    """A case as a person would describe it; unsaid, it is quiet, open and Ana's."""

    number: str
    names: tuple[str, ...]
    worker: int | None = 1
    team: int | None = 1
    program: int = 1
    stage: str = "active"
    risk: str = "low"
    level: int = 5
    opened: date = date(2026, 1, 15)
    closed: date | None = None
    contact: date | None = date(2026, 11, 11)
    contact_due: date | None = None
    task_first: date | None = None
    task_next: date | None = None
    appointment: date | None = None
    assessment: date | None = None
    plan: date | None = None
    gone_through: date | None = None
    anniversary: date | None = None
    snoozed_until: date | None = None
    draft: date | None = None
    unacknowledged: date | None = None
    source: str = ""
    language: str | None = None
    tags: tuple[str, ...] = ()
    # (kind, review day, day it ended)
    alerts: tuple[tuple[str, date | None, date | None], ...] = ()
    stay: int | None = None

    @property
    def due(self) -> date | None:
        dates = (self.contact_due, self.task_first, self.task_next, self.appointment)
        return min((day for day in dates if day is not None), default=None)


CASES = (
    Case("2026-048212", ("Maria", "Rossi"), tags=("outreach",), risk="high", contact_due=TODAY, language="it", stay=1),
    Case("2026-048301", ("Marco", "de Rossi"), worker=2, contact_due=ago(1), level=3, language="it-CH", stay=1),
    Case("2025-111111", ("María", "García López"), worker=None, team=None, level=3, tags=("needs-ride", "outreach")),
    Case(
        "2026-200000",
        ("Seán", "O'Neil"),
        gone_through=ago(8),
        anniversary=ago(30),
        worker=2,
        team=2,
        program=2,
        risk="critical",
        level=1,
        contact=ago(31),
    ),
    Case(
        "2026-200001",
        ("Sean", "O Neil"),
        gone_through=ago(-4),
        anniversary=ago(31),
        task_first=ago(3),
        task_next=TODAY,
        level=2,
        snoozed_until=ago(-5),
    ),
    Case("2026-200002", ("Anna-Maria", "Weiß"), snoozed_until=ago(-9), level=1, alerts=(("safety", ago(2), None),)),
    Case(
        "2026-300000",
        ("Oren", "Levi"),
        worker=3,
        stage="assessment",
        contact=None,
        source="Hospital",
        tags=("none",),
        assessment=ago(1),
    ),
    Case("2026-300001", ("Ida", "Oliver"), stage="closed", closed=ago(40), contact=ago(45), opened=date(2024, 5, 1)),
    Case(
        "2026-300002",
        ("Łukasz", "Yıldız-Sørensen"),
        stage="closed",
        closed=ago(2),
        risk="medium",
        alerts=(("health", None, None),),
    ),
    Case("2026-400000", ("李", "小龍"), unacknowledged=ago(1), level=2, opened=ago(1), appointment=date(2026, 11, 23)),
    Case(
        "2026-400001",
        ("Ann", "3rd", "Poe"),
        draft=ago(1),
        opened=ago(20),
        alerts=(("safety", None, ago(1)),),
        language="",
    ),
    Case(
        "2026-400002",
        ("Al", "b[/]c %_"),
        contact=ago(1),
        contact_due=ago(-7),
        alerts=(("legal", ago(-3), ago(-1)),),
        source="école",
    ),
)


def fill(connection: Connection) -> None:
    def add(table: Any, *rows: dict[str, Any]) -> None:
        if rows:
            connection.execute(insert(table), list(rows))

    add(m.team, *({"id": key, "code": code, "name": code} for code, key in TEAMS.items()))
    add(m.program, *({"id": key, "code": code, "name": code} for code, key in PROGRAMS.items()))
    staff = ({"id": key, "handle": handle, "name": handle, "role": "case_manager"} for handle, key in WORKERS.items())
    add(m.worker, *staff)
    add(m.pseudonym, {"worker_id": 1, "case_id": 1, "name": "kettle-4827", "at": THEN})
    add(m.stay, {"id": 1, "from_on": THEN.date()})
    for key, case in enumerate(CASES, 1):
        add(m.client, {"id": key, "uid": f"c{key}", "language": case.language, "created_at": THEN})
        filed = dict.fromkeys(word for name in case.names for word in words(name))
        add(m.name_key, *({"client_id": key, "word": word} for word in filed))
        add(m.case_file, {
            "id": key, "uid": f"f{key}", "number": case.number, "client_id": key, "program_id": case.program,
            "team_id": case.team, "source": case.source, "opened_on": case.opened, "created_at": THEN,
            "stage": case.stage, "risk": case.risk, "closed_on": case.closed, "owner_id": case.worker,
            "unacknowledged_on": case.unacknowledged, "last_contact_on": case.contact, "level": case.level,
            "assessment_due_on": case.assessment, "plan_due_on": case.plan, "review_due_on": case.gone_through,
            "annual_due_on": case.anniversary,
            "contact_due_on": case.contact_due, "task_first_on": case.task_first, "task_next_on": case.task_next,
            "appointment_on": case.appointment, "draft_on": case.draft, "snoozed_until": case.snoozed_until,
        })  # fmt: skip
        add(m.tag, *({"case_id": key, "tag": tag} for tag in case.tags))
        for kind, review, ended in case.alerts:
            add(m.alert, {
                "client_id": key, "kind": kind, "level": "high", "text": "-", "raised_on": THEN.date(), "raised_by": 1,
                "review_on": review, "ended_on": ended,
            })  # fmt: skip
        if "outreach" in case.tags:
            met = {"kind": "visit", "outcome": "made"}
            add(m.contact, {"id": key, **met, "at": THEN, "recorded_at": THEN, "worker_id": 1})
            add(m.contact_line, {"contact_id": key, "case_id": key, "on_date": THEN.date(), "met": True, **met})
            add(m.contact_topic, {"contact_id": key, "topic": "food"})
        if case.stay:
            add(m.stay_member, {"stay_id": case.stay, "case_id": key})


@dataclass
class Asked:
    """How often cases were looked up by number, to see that the scope is asked."""

    numbers: list[str] = field(default_factory=list)

    def case_of(self, number: str) -> int | None:
        self.numbers.append(number)
        return next((key for key, case in enumerate(CASES, 1) if case.number == number), None)


def context(**changed: Any) -> fields.Context:
    known = fields.Context(
        today=TODAY,
        me_id=1,
        workers=WORKERS,
        teams=TEAMS,
        programs=PROGRAMS,
        rules={"contact_overdue", "task_today", "safety"},
        reason_predicate=RULES.__getitem__,
        covered=m.case_file.c.owner_id == 2,
        case_of=Asked().case_of,
        waits=lambda which: (
            m.case_file.c.owner_id
            == {
                "notes": 1,
                "comments": 2,
                "offers": 1,
                "late offers": 2,
                "covers": 2,
                "custodians": 1,
                "glass": 2,
                "packets": 1,
                "answers": 2,
                **{f"ask {one}": 1 for one in FIELDS["ask"].choices},
                **{f"plan {one}": 2 for one in FIELDS["plan"].choices},
                **{f"visit {one}": 2 for one in FIELDS["visit"].choices},
                **{f"money {one}": 1 for one in FIELDS["money"].choices},
                **{f"gap {one}": 2 for one in (*FIELDS["gap"].choices, *FIELDS["gap"].words)},
            }[which]
        ),
        topics=lambda: ("food", "money"),
        view=lambda name: query.parse("risk:>=high stage:any") if name == "worried about" else None,
    )
    return replace(known, **changed)


RULES = {
    "contact_overdue": m.case_file.c.contact_due_on < TODAY,
    "task_today": m.case_file.c.task_next_on == TODAY,
    "safety": false(),
}


def found(connection: Connection, text: str, asked: fields.Context | None = None) -> set[str]:
    known = asked or context(which_hold=lambda questions: connection.execute(questions).one())
    predicate = fields.compile(query.parse(text), known)
    return set(connection.execute(select(m.case_file.c.number).where(predicate)).scalars())


def called(*names: str) -> set[str]:
    """The numbers of the cases of the clients with these last names."""
    return {case.number for case in CASES if case.names[-1] in names}
