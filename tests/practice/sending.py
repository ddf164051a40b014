"""A case as it is sent to another agency, and the Bundle as tests read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from caseload.casework import alerts, assessments, backgrounds, comments, consents, notes
from caseload.casework.assessments import NewAssessment
from caseload.exchange.fhir import bundle
from caseload.models import channel, person, stay, stay_member
from caseload.models.consent import KINDS
from caseload.reports.casefile import Wish
from tests.practice import planning, referring
from tests.practice.kit import Practice


def rich(office: Practice) -> str:
    """A case with a little of everything, a threat, an unsafe number, a draft and a client of another team served together."""
    case = office.open(given="Salome", family="Ruizova <b>&", phone="055 1234", ago=40)
    other = office.open(by="cleo", worker="cleo", given="Bruno", family="Azzurri")
    office.met(case, ago=9, note="At the door with Bruno Azzurri.", minutes=20)
    office.tried(case, ago=3)
    office.do("ana", alerts.raise_alert, case, "The brother has a key.", kind="safety", level="high")
    note = office.note(case, "Bruno Azzurri came along.\x07 She is calm. \U0001f600", sign=True)
    office.do("ana", notes.write, notes.NewNote(case, text="And later.", sign=True, addendum_to=note))
    office.note(case, "Half a draft.")
    office.do("ben", comments.add, case, "Why so late?", note_id=note)
    office.task(case, due=4)
    office.appoint(case, ahead=2)
    answers = {f"q{n}": (code,) for n, code in enumerate(("LA6569-3", "LA6570-1", *["LA6568-5"] * 7), 1)}
    office.do("ana", assessments.record, NewAssessment(case, "phq-9", answers, words="I am tired."))
    office.do("ana", assessments.record, NewAssessment(case, "gad-7", {"q1": ("LA6569-3",)}))
    office.do("ana", backgrounds.write, case, "legal", "A fine, paid.")
    planning.need_of(office, case)
    planning.approved(office, case)
    referring.sent(office, case)
    client = office.value("SELECT client_id FROM case_file WHERE number = :case", case=case)
    with office.scene() as w:
        home = w.add(stay, from_on=office.day)
        for each, how in ((case, "self"), (other, "partner")):
            w.add(stay_member, stay_id=home, case_id=office.id(each), relationship=how)
        w.add(person, client_id=client, name="Juan Ruiz", role="threat")
        w.add(channel, client_id=client, kind="phone", value="066 666", safe="no")
    return case


def wish(case: str, target: Path, purpose: str = "access", recipient: str = "") -> Wish:
    return Wish((case,), "fhir", str(target), "asked for", purpose, recipient)


def read(path: Path) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    whole = json.loads(path.read_text())
    by: dict[str, list[dict[str, Any]]] = {}
    for one in whole["entry"]:
        by.setdefault(one["resource"]["resourceType"], []).append(one["resource"])
    return whole, by


def sent(practice: Practice, case: str, target: Path, *, to: str = "Clinic") -> dict[str, Any]:
    """The Bundle of a case, as its client permits that agency to have it."""
    given = consents.NewConsent(case, to, KINDS, "All of it", "Care", until_closed=True)
    practice.do("ana", consents.give, given)
    return read(bundle.export(practice.as_("ana"), wish(case, target, "transfer", to)).path)[0]
