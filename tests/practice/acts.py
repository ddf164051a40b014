"""One of each act that can be taken back, in a case that holds a little of everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from caseload.casework import (
    absences,
    advice,
    alerts,
    appointments,
    assign,
    attention,
    authorising,
    backgrounds,
    budgets,
    consents,
    directory,
    groups,
    intake,
    needs,
    notes,
    programs,
    staff,
    stages,
    tasks,
    topics,
    transfers,
)
from caseload.casework.groups import NewGroup, Taking
from caseload.store.database import Receipt
from tests.practice.finding import assess
from tests.practice.kit import ADMIN, Practice


def moved(practice: Practice, *cases: str, to: str = "bo", by: str = "ben") -> Receipt:
    plan = practice.ask(by, assign.plan, assign.Wish(tuple(to.split(",")), cases=cases))
    return practice.do(by, assign.commit, plan, "fairer loads")


@dataclass(frozen=True)
class Act:
    """Something a person does in a case of Ana's that holds a little of everything."""

    by: str
    do: Callable[[Practice, str], Receipt]


def lived_in(practice: Practice) -> str:
    """A case with a history: met, noted, with a task, an appointment, a tag, a running snooze."""
    practice.open()
    case = practice.open(ago=40)
    practice.met(case, ago=9, note="At the door.")
    practice.note(case)
    practice.task(case, due=4)
    practice.appoint(case, ahead=2)
    practice.do("ana", alerts.set_tags, [case], add=["outreach", "needs-ride"])
    practice.do("ana", attention.snooze_until, [case], practice.day + timedelta(days=5), "waiting for the landlord")
    return case


def beside(practice: Practice, case: str) -> str:
    """The case opened just before that one."""
    return str(practice.value("SELECT number FROM case_file WHERE id = :key", key=practice.id(case) - 1))


def back_and_forth(practice: Practice, before: dict[str, Any], receipt: Receipt, by: str) -> None:
    """That act taken back leaves every fact as it was `before`, and done again as it was after."""
    after = practice.facts()
    assert after != before
    undone = practice.take_back(receipt, by=by)
    assert practice.facts() == before
    practice.take_back(undone, by=by)
    assert practice.facts() == after
    assert not practice.differing()


def last(practice: Practice, table: str, case: str) -> int:
    return int(practice.value(f"SELECT max(id) FROM {table} WHERE case_id = :case", case=practice.id(case)))


def _met(practice: Practice, case: str) -> int:
    sql = "SELECT max(contact_id) FROM contact_line WHERE case_id = :case"
    return int(practice.value(sql, case=practice.id(case)))


ACTS: dict[str, Act] = {
    "intake": Act(
        "ana",
        lambda p, c: p.do(
            "ana",
            intake.open_case,
            intake.NewCase("Zoë", "O'Neil", "youth", worker="ana", phone="055 1234", language="it"),
        ),
    ),
    "intake of a client we know": Act(
        "ana", lambda p, c: p.do("ana", intake.open_case, intake.NewCase("", "", "youth", client_of=c))
    ),
    "contact": Act("ana", lambda p, c: p.met(c, note="Came in.", topics=("money", "school"), minutes=20)),
    "contact with several": Act("ana", lambda p, c: p.met(c, beside(p, c), kind="group", note="Cooking together.")),
    "group activity": Act(
        "ana",
        lambda p, c: p.do(
            "ana", groups.log, NewGroup([Taking(c, words="Sang."), Taking(beside(p, c), "absent")], "Choir.")
        ),
    ),
    "topics of a contact": Act("ana", lambda p, c: p.do("ana", advice.refile, c, _met(p, c), ("food", "money"))),
    "assessment": Act("ana", lambda p, c: assess(p, c, "phq-9", {"9": "2"}, words="So tired.")),
    "need": Act("ana", lambda p, c: p.do("ana", needs.add, needs.NewNeed(c, "housing", words="A flat."))),
    "history": Act("ana", lambda p, c: p.do("ana", backgrounds.write, c, "social", "Grew up by the sea.")),
    "attempt": Act("ana", lambda p, c: p.tried(c)),
    "draft": Act("ana", lambda p, c: p.do("ana", notes.write, notes.NewNote(c, text="Calm today."))),
    "edit of a draft": Act("ana", lambda p, c: p.do("ana", notes.edit, last(p, "note", c), "Calmer.", seen=1)),
    "discarding a draft": Act("ana", lambda p, c: p.do("ana", notes.discard, last(p, "note", c))),
    "task": Act("ana", lambda p, c: p.do("ana", tasks.add, c, "Write to the school", p.day)),
    "finishing a task": Act("ana", lambda p, c: p.do("ana", tasks.done, last(p, "task", c))),
    "changing a task": Act(
        "ana", lambda p, c: p.do("ana", tasks.change, last(p, "task", c), seen=1, title="Call", due=p.day)
    ),
    "appointment": Act(
        "ana",
        lambda p, c: p.do("ana", appointments.appoint, appointments.NewAppointment(c, p.moment(-3), place="the café")),
    ),
    "settling an appointment": Act(
        "ana", lambda p, c: p.do("ana", appointments.settle, last(p, "appointment", c), "missed")
    ),
    "snooze over a snooze": Act(
        "ana", lambda p, c: p.do("ana", attention.snooze_until, [c], p.day + timedelta(days=9), "away")
    ),
    "reviewed": Act("ana", lambda p, c: p.do("ana", attention.reviewed, [c])),
    "waking": Act("ana", lambda p, c: p.do("ana", attention.wake, [c])),
    "alert": Act("ana", lambda p, c: p.do("ana", alerts.raise_alert, c, "Dog")),
    "tags": Act("ana", lambda p, c: p.do("ana", alerts.set_tags, [c], add=["new"], remove=["outreach"])),
    "removing tags": Act("ana", lambda p, c: p.do("ana", alerts.set_tags, [c], remove=["outreach", "needs-ride"])),
    "stage": Act("ana", lambda p, c: p.do("ana", stages.move, c, "active", "plan agreed")),
    "closing": Act("ana", lambda p, c: p.do("ana", stages.move, c, "closed", "moved away", override=True)),
    "risk": Act("ana", lambda p, c: p.do("ana", stages.set_risk, c, "critical", "threats")),
    "reassigning within the team": Act("ben", lambda p, c: moved(p, c)),
    "reassigning out of sight": Act("ben", lambda p, c: moved(p, c, to="cleo")),
    "reassigning oneself out of sight": Act("ana", lambda p, c: moved(p, c, to="cleo", by="ana")),
    "policy": Act(
        ADMIN, lambda p, c: p.do(ADMIN, programs.edit, "housing", name="Homes", settings={"contact_low_days": 5})
    ),
    "program": Act(ADMIN, lambda p, c: p.do(ADMIN, programs.add, "street", "Street work")),
    "team": Act(ADMIN, lambda p, c: p.do(ADMIN, staff.add_team, "east", "East", ("ben",))),
    "supervisors": Act(ADMIN, lambda p, c: p.do(ADMIN, staff.edit_team, "north", "North!", ("sol", "ben"))),
    "worker": Act(
        ADMIN,
        lambda p, c: p.do(
            ADMIN, staff.add_worker, "eva", staff.WorkerFields(name="Eva", team="north", supervises=("south",))
        ),
    ),
    "worker edit": Act(
        ADMIN,
        lambda p, c: p.do(
            ADMIN, staff.edit_worker, "bo", staff.WorkerFields(team="south", capacity=12, supervises=("north",))
        ),
    ),
    "leaving": Act(ADMIN, lambda p, c: p.do(ADMIN, staff.leave, "dan")),
    "cover": Act(
        "ana", lambda p, c: p.do("ana", absences.set_cover, "ana", ("bo",), p.day, p.day + timedelta(days=5), "leave")
    ),
    "split cover": Act(
        "ana",
        lambda p, c: p.do(
            "ana",
            absences.set_cover,
            "ana",
            (absences.Share(("bo",), "tag:outreach"), absences.Share(("cleo",))),
            p.day,
            p.day + timedelta(days=5),
            "leave",
        ),
    ),
    "consent": Act(
        "ana",
        lambda p, c: p.do(
            "ana",
            consents.give,
            consents.NewConsent(c, "Housing Office", ("identity",), "Her name.", "A flat.", until_closed=True),
        ),
    ),
    "budget": Act(
        "ben",
        lambda p, c: p.do(
            "ben", budgets.add, budgets.NewBudget(500_00, p.day, p.day + timedelta(days=30), case=c, name="Fund")
        ),
    ),
    "authorisation": Act(
        "ana",
        lambda p, c: p.do(
            "ana",
            authorising.ask,
            authorising.NewAuthorisation(
                c, p.day, p.day + timedelta(days=9), 120_00, item="A bed", reason="None there."
            ),
        ),
    ),
    "provider": Act("ana", lambda p, c: p.do("ana", directory.add_provider, directory.NewProvider("Saint Anne"))),
    "place": Act(ADMIN, lambda p, c: p.do(ADMIN, directory.set_place, "Florence", 43.77, 11.26)),
    "bringing to supervision": Act("ana", lambda p, c: p.do("ana", topics.bring, "She frightens me.", case=c)),
    "offering a case": Act("ana", lambda p, c: p.do("ana", transfers.offer, [c], "cleo", "moved south")),
}
