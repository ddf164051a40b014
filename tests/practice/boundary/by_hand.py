"""SQL sent as it stands, by the login of the person named, past all of caseload."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import insert, text

from caseload import models as m
from caseload.casework import (
    alerts,
    appointments,
    backgrounds,
    care_plan,
    comments,
    consents,
    disclosures,
    documents,
    goals,
    groups,
    load_kinds,
    looks,
    offered,
    packets,
    recurrence,
    scratches,
    steps,
    topics,
)
from caseload.store import policies
from tests.practice.finding import assess, need
from tests.practice.kit import Practice
from tests.practice.referring import sent
from tests.practice.spending import authorise, budget, pay

# What says nothing of a client (docs/security.md); what was done, looks and views have tests of their own, and so has what nobody's
# login reads.
OPEN = {
    *policies.STAFF, *policies.AWAY, *policies.DIRECTORY, "client", "household", "household_member", "stay", "stay_member", "change", "journal",
    "look", "seal", "acting", "saved_view", "reduction",
    *policies.UNSEEN,
}  # fmt: skip
GUARDED = sorted(table.name for table in m.metadata.sorted_tables if table.name not in OPEN)
OUTSIDERS = ("ana", "bo", "ben", "nia", "otto", "adam")
# What an admin sees of a case: how it moves, and what is due, so that it goes along.
ADMINS = (*policies.MOVING, "glass", "contact", "contact_line", "contact_topic", "note", "task", "appointment",
          "appointment_series", "case_stage", "case_risk", "tag", "snooze", "comment", "read_mark", "payload", "case_load")  # fmt: skip


def cleos(practice: Practice) -> str:
    case = practice.open(by="cleo", worker="cleo", given="Salome", family="Ruiz", phone="055 99")
    practice.met(case, by="cleo", note="She cried.")
    practice.do(
        "cleo", groups.log, groups.NewGroup([groups.Taking(case, words="She laughed.")], "We cooked.", topics=("food",))
    )
    note = practice.note(case, "Afraid of her brother.", by="cleo", sign=True)
    practice.do("sol", comments.add, case, "Ask about the lock.", note_id=note)
    practice.do("sol", comments.mark, case, note_id=note)
    task = practice.task(case, due=3, by="cleo")
    practice.do("cleo", topics.bring, "She frightens me.", case=case)
    practice.appoint(case, ahead=3, by="cleo")
    again = appointments.NewAppointment(case, practice.hour(-3, 9), repeat=recurrence.Rule("WEEKLY", count=2))
    practice.do("cleo", appointments.appoint, again)
    practice.do("cleo", alerts.raise_alert, case, "The brother has a key.", kind="safety", level="high")
    practice.do("cleo", alerts.set_tags, [case], add=["rent"])
    scratches.keep(practice.as_("cleo"), "note", case, "half a sentence")
    given = consents.NewConsent(case, "Clinic", ("health",), "Her visits", "Treatment", until_closed=True)
    practice.do("cleo", consents.give, given)
    assess(practice, case, by="cleo", words="She does not sleep.")
    need(practice, case, by="cleo", words="A lock that closes.")
    practice.do("cleo", offered.decline, case, "client-voice")
    with tempfile.NamedTemporaryFile(prefix="lease") as paper:
        paper.write(b"Her lease.")
        paper.flush()
        practice.do("cleo", documents.add, documents.NewDocument(case, Path(paper.name)))
    practice.do("cleo", backgrounds.write, case, "social", "Grew up with an uncle.")
    told = disclosures.NewDisclosure(
        case,
        "Police",
        ("identity",),
        "Where she lives",
        "Her safety",
        basis="harm_to_others",
        consulted="Sol",
        client_told=True,
    )
    practice.do("cleo", disclosures.tell, told)
    asked = packets.NewPacket(case, "dan", practice.day, "Afraid of a relative.", "Would you visit?")
    sent(practice, case, by="cleo", who="cleo")
    packet = practice.do("cleo", packets.approve, asked).data["packet"]
    practice.do("dan", packets.answer, packet, "I would.")
    budget(practice, case, by="sol")
    pay(practice, authorise(practice, case, by="cleo", reason="She has no bed."), 20_00, by="cleo")
    plan = practice.do("cleo", care_plan.begin, case, wants="To be left in peace.").data["plan"]
    goal = practice.do("cleo", goals.add, plan, goals.NewGoal("A lock of her own")).data["goal"]
    practice.do("cleo", steps.add, goal, steps.NewStep("Call the locksmith"))
    practice.do("cleo", care_plan.submit, plan)
    practice.do("sol", care_plan.approve, plan)
    practice.do("cleo", care_plan.review, plan, "She has a key.")
    with practice.as_("cleo").jotting() as r:
        r.conn.execute(insert(m.scratch_key).values(worker_id=r.me.id, secret="x", made_at=r.now))
    client = practice.value("SELECT client_id FROM case_file WHERE number = :case", case=case)
    with practice.scene() as w:
        w.add(m.alias, client_id=client, name="Sally")
        w.add(m.client_code, client_id=client, field="race", code="3")
        w.add(m.person, client_id=client, name="Juan Ruiz", role="threat")
        me = w.conn.execute(text("SELECT id FROM worker WHERE handle = 'cleo'")).scalar_one()
        w.add(m.pseudonym, worker_id=me, case_id=practice.id(case), name="quiet harbour", at=w.now)
        w.add(m.external_id, system="old", entity="client", external="7", row_id=client)
        w.add(m.external_id, system="ics:cleo", entity="task", external="one@x", row_id=task)
        stage = w.conn.execute(text("SELECT min(id) FROM case_stage")).scalar_one()
        passed = {"gate": "goals", "behind": 1, "why": "Her brother came between."}
        w.add(m.closing_override, passed, case_id=practice.id(case), stage_id=stage, worker_id=me)
        day = practice.day + timedelta(days=3)
        w.add(m.snooze, case_id=practice.id(case), until_on=day, worker_id=me, at=w.now)
    practice.do("cleo", load_kinds.set_cases, [case], "wmt", "community A3")
    looks.announce(practice.as_("cleo"), [case], surface="show")
    return case


@contextmanager
def psql(practice: Practice, handle: str, *, autocommit: bool = True) -> Iterator[psycopg.Connection[Any]]:
    """A connection of that person's own, as psql has it."""
    with psycopg.connect(practice.url_of(handle), autocommit=autocommit) as conn:
        yield conn


def one(conn: psycopg.Connection[Any], sql: str) -> Any:
    row = conn.execute(sql.encode()).fetchone()
    return None if row is None else row[0]


def refused(practice: Practice, handle: str, sql: str) -> str:
    """That statement is refused; the error's kind and words."""
    with psql(practice, handle) as conn, pytest.raises(psycopg.Error) as said:
        conn.execute(sql.encode())
    return f"{said.value.sqlstate} {said.value}"
