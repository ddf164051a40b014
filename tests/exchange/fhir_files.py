"""A case as a clinic's system sends it, which is none of ours: references by type and id, codes of its own, and a good deal we have no place for."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

Resource = dict[str, Any]
LOINC, SDOH = "http://loinc.org", "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"
OF = {"reference": "Patient/p1"}
PDF = b"%PDF-1.4 a lease"
# The answers of PHQ-9 by LOINC: not at all, several days, more than half the days, nearly every day.
NEVER, SOME, MANY, MOST = "LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"


def coded(code: str, system: str = LOINC, text: str = "") -> Resource:
    return {"coding": [{"system": system, "code": code}], **({"text": text} if text else {})}


def patient(**more: Any) -> Resource:
    return {
        "resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1984-07",
        "name": [{"use": "official", "family": "Okafor", "given": ["Ngozi", "Ada"]}, {"use": "nickname", "text": "Goz"}],
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-12-3456"}, {"system": "urn:clinic", "value": "MRN-77"}],
        "telecom": [{"system": "phone", "value": "055 4321"}, {"system": "email", "value": "ngozi@mail.example"}],
        "address": [{"line": ["Via Verde 4"], "city": "Prato"}], "communication": [{"language": coded("pt-BR", "urn:ietf:bcp:47")}],
        "managingOrganization": {"reference": "Organization/o1"},
    } | more  # fmt: skip


def phq_9(*answers: str, **more: Any) -> Resource:
    """PHQ-9 as LOINC's panel numbers its questions."""
    links = ("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8")
    items = [
        {"linkId": f"/{link}", "answer": [{"valueCoding": {"system": LOINC, "code": code}}]}
        for link, code in zip(links, answers, strict=True)
    ]
    return {
        "resourceType": "QuestionnaireResponse", "id": "q1", "status": "completed", "subject": OF, "authored": "2026-11-02T09:30:00+01:00",
        "questionnaire": "http://clinic.example/phq9", "item": items,
    } | more  # fmt: skip


def story() -> list[Resource]:
    """One client of a clinic, in a score of resources."""
    return [
        patient(),
        {"resourceType": "Organization", "id": "o1", "name": "Lakeside Clinic"},
        {"resourceType": "Practitioner", "id": "d1", "name": [{"family": "Water", "given": ["Jan"]}]},
        {
            "resourceType": "ServiceRequest", "id": "s1", "status": "active", "intent": "order", "subject": OF, "authoredOn": "2026-11-03",
            "code": {"text": "Help with housing"}, "requester": {"reference": "Practitioner/d1"},
            "reasonCode": [{"text": "Sleeps in a shelter"}], "performer": [{"reference": "Organization/missing"}],
        },
        {
            "resourceType": "Condition", "id": "c1", "subject": OF, "clinicalStatus": coded("active", "x"), "recordedDate": "2026-11-01",
            "category": [coded("homelessness", SDOH)], "code": {"text": "Homelessness"}, "severity": coded("24484000", "http://snomed.info/sct"),
            "note": [{"authorReference": {"reference": "Practitioner/d1"}, "text": "Two months now."}],
        },
        {"resourceType": "Condition", "id": "c2", "subject": OF, "clinicalStatus": coded("active", "x"), "code": {"text": "Asthma"}},
        {
            "resourceType": "Goal", "id": "g1", "subject": OF, "lifecycleStatus": "active", "description": {"text": "A place to stay"},
            "addresses": [{"reference": "Condition/c1"}], "target": [{"dueDate": "2027-02-01"}],
        },
        phq_9(MOST, MANY, SOME, SOME, NEVER, NEVER, NEVER, NEVER, SOME),
        {
            "resourceType": "Observation", "id": "ob1", "status": "final", "subject": OF, "code": coded("44261-6", text="PHQ-9 total"),
            "valueQuantity": {"value": 9}, "derivedFrom": [{"reference": "QuestionnaireResponse/q1"}],
        },
        {
            "resourceType": "Encounter", "id": "e1", "status": "finished", "subject": OF, "class": {"code": "AMB", "display": "ambulatory"},
            "period": {"start": "2026-11-02T09:00:00+01:00"}, "participant": [{"individual": {"reference": "Practitioner/d1"}}],
        },
        {
            "resourceType": "Task", "id": "t1", "status": "requested", "intent": "plan", "for": OF, "description": "Bring the lease",
            "restriction": {"period": {"end": "2026-12-01"}},
        },
        {
            "resourceType": "Consent", "id": "k1", "status": "active", "patient": OF, "dateTime": "2026-10-30",
            "provision": {"type": "permit", "actor": [{"reference": {"display": "Everybody"}}]},
        },
        {
            "resourceType": "DocumentReference", "id": "f1", "status": "current", "subject": OF, "date": "2026-11-01T10:00:00Z",
            "type": {"text": "Lease"}, "content": [{"attachment": {"contentType": "application/pdf", "url": "Binary/b1"}}],
        },
        {"resourceType": "Binary", "id": "b1", "contentType": "application/pdf", "data": base64.b64encode(PDF).decode()},
        {"resourceType": "Coverage", "id": "v1", "status": "active", "beneficiary": OF},
        {"resourceType": "Flag", "id": "w1", "status": "active", "subject": OF, "code": {"text": "A large dog"}},
    ]  # fmt: skip


def bundle(*resources: Resource, **more: Any) -> Resource:
    """These resources as a Bundle, each where its server keeps it."""
    entries = [
        {"fullUrl": f"https://clinic.example/fhir/{one['resourceType']}/{one['id']}", "resource": one}
        for one in resources
    ]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": "2026-11-05T08:00:00Z",
        "entry": entries,
    } | more


def written(path: Path, *resources: Resource, **more: Any) -> Path:
    path.write_text(json.dumps(bundle(*(resources or story()), **more)), "utf-8")
    return path


# Elements as a broken system may write them: of any shape, under names that are asked for.
NAMES = [
    "subject",
    "reference",
    "code",
    "text",
    "name",
    "period",
    "start",
    "item",
    "answer",
    "content",
    "attachment",
    "data",
    "status",
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8) | st.sampled_from(["Patient/p1", "2026-11-01", "active"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
BROKEN = st.dictionaries(st.sampled_from([*NAMES, "note", "category"]), VALUES, max_size=4)
