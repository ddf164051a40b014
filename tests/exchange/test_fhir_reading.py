"""What is no Bundle of FHIR R4 of one client is refused with a sentence; what is one is opened, whatever else stands in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.errors import Usage
from caseload.exchange.fhir import edition, parcel, parse
from caseload.exchange.fhir.piece import mark
from caseload.exchange.fhir.reading import moment, narrative, roughly, said, without_social_security

from .fhir_files import BROKEN, OF, bundle, patient, story, written


def refused(tmp_path: Path, content: bytes | str | dict[str, Any]) -> str:
    """Why that file is refused."""
    path = tmp_path / "sent.json"
    data = json.dumps(content) if isinstance(content, dict) else content
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    with pytest.raises(Usage) as why:
        parcel.opened(path)
    assert "Ngozi" not in str(why.value) and "Okafor" not in str(why.value)
    return str(why.value)


def nested(depth: int) -> str:
    return '{"a":' * depth + "1" + "}" * depth


FILES: dict[str, tuple[bytes | str, str]] = {
    "xml": ("<?xml version='1.0'?><Bundle xmlns='http://hl7.org/fhir'/>", "is XML. Ask for the Bundle as JSON"),
    "lines": ('{"resourceType": "Patient"}\n{"resourceType": "Condition"}\n', "ndjson"),
    "cut off": ('{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Pat', "is cut off on line 1"),
    "broken": ('{"resourceType": "Bundle",\n "entry": [}\n', "goes wrong on line 2"),
    "twice": ('{"resourceType": "Bundle", "entry": [], "entry": []}', "says 'entry' twice"),
    "not a number": ('{"resourceType": "Bundle", "total": NaN}', "a number that is none"),
    "infinite": ('{"resourceType": "Bundle", "total": -Infinity}', "a number that is none"),
    "huge": ('{"resourceType": "Bundle", "total": 1' + "0" * 5_000 + "}", "a number that is none"),
    "tiny": ('{"resourceType": "Bundle", "total": 1e-999999999}', "a number that is none"),
    "deep": (nested(200), "nested too deeply"),
    "bottomless": (nested(100_000), "nested too deeply"),
    "latin": ('{"resourceType": "Bundle", "x": "Ren\u00e9"}'.encode("latin-1"), "not written in UTF-8"),
    "wide": ('{"resourceType": "Bundle"}'.encode("utf-16"), "UTF-16"),
    "zip": (b"PK\x03\x04" + b"\0" * 40, "is a zip"),
    "empty": (b"  \n", "is empty"),
    "list": ("[]", "a list or a single value"),
    "schema": ('{"$schema": "http://json-schema.org/draft-06/schema#", "definitions": {}}', "is a schema"),
    "nothing of it": ('{"name": "x"}', "has no resourceType"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_bundle_says_what_it_is(name: str, tmp_path: Path) -> None:
    content, why = FILES[name]
    assert why in refused(tmp_path, content)


def other(**resource: Any) -> dict[str, Any]:
    return bundle(patient(), {"id": "x", "subject": OF} | resource)


OTHERS = {
    "R5": [
        other(resourceType="Encounter", actualPeriod={"start": "2026-11-01"}),
        other(resourceType="Encounter", **{"class": [{"text": "home"}]}),
        other(resourceType="Encounter", reason=[{"value": [{"concept": {"text": "x"}}]}]),
        other(resourceType="ServiceRequest", code={"concept": {"text": "Food"}}),
        other(resourceType="CarePlan", addresses=[{"reference": {"reference": "Condition/1"}}]),
        other(resourceType="Transport"),
        bundle(patient(meta={"profile": ["http://hl7.org/fhir/5.0/StructureDefinition/Patient"]})),
        bundle(patient(), fhirVersion="5.0.0"),
    ],
    "R4B": [
        other(resourceType="SubscriptionStatus"),
        bundle(patient(meta={"profile": ["http://hl7.org/fhir/StructureDefinition/Patient|4.3.0"]})),
    ],
    "STU3": [
        other(resourceType="Condition", clinicalStatus="active"),
        other(resourceType="Goal", status="in-progress"),
        other(resourceType="ReferralRequest"),
        other(resourceType="Encounter", reason=[{"text": "a fall"}]),
        bundle(patient(), meta={"profile": ["http://hl7.org/fhir/STU3/bundle.html"]}),
    ],
    "DSTU2": [other(resourceType="Encounter", patient=OF), other(resourceType="MedicationOrder")],
}  # fmt: skip


@pytest.mark.parametrize("version", OTHERS)
def test_another_version_is_refused_by_its_name(version: str, tmp_path: Path) -> None:
    for found in OTHERS[version]:
        assert f"is in FHIR {version}. Taken is R4 (4.0.1)" in refused(tmp_path, found), found["entry"][-1]


def test_a_bundle_of_nobody_or_of_several_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    two = bundle(patient(), patient(id="p2"))
    assert "is of 2 clients" in refused(tmp_path, two)
    assert "names no client" in refused(tmp_path, bundle(story()[1]))
    assert "type searchset" in refused(tmp_path, bundle(patient(), type="searchset"))
    assert "is a Patient alone" in refused(tmp_path, patient())
    assert "with nothing in it" in refused(tmp_path, bundle())


def test_the_standards_own_resources_are_r4() -> None:
    for one in story():
        edition.bundle(bundle(one), "x")
    guide = patient(meta={"profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient|5.0.1"]})
    edition.bundle(bundle(guide), "a guide's number is not FHIR's")


def test_references_are_followed_in_each_way_they_are_written(tmp_path: Path) -> None:
    uid = "0b0c0a0e-0000-4000-8000-000000000001"
    about = [
        {"reference": f"urn:uuid:{uid}"},
        {"reference": f"Patient/{uid}"},
        {"reference": f"Patient/{uid}/_history/3"},
    ]
    found = bundle(
        patient(id=uid, managingOrganization={"display": "A clinic"}),
        *({"resourceType": "Condition", "id": f"c{n}", "subject": to} for n, to in enumerate(about)),
    )
    found["entry"][0]["fullUrl"] = f"urn:uuid:{uid}"
    (tmp_path / "b.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(found).encode())
    opened = parcel.opened(tmp_path / "b.json")
    assert opened.faults == [] and len(opened.entries) == 4 and list(opened.lost()) == []
    assert opened.client.key == f"Patient/{uid}", "an address made for one Bundle alone is no name to know it by"


def test_what_is_about_somebody_else_is_not_taken_and_what_leads_nowhere_is_named(tmp_path: Path) -> None:
    strange = {"resourceType": "Condition", "id": "z", "subject": {"reference": "Patient/other"}}
    twice = {"resourceType": "Flag", "id": "w1", "status": "active", "subject": OF, "code": {"text": "Again"}}
    opened = parcel.opened(written(tmp_path / "b.json", *story(), strange, twice))
    rows = {row: why for row, _column, why in opened.faults}
    assert rows[17] == "is about somebody who is not in this Bundle: Patient/\u2026" and "entry 16" in rows[18]
    assert [(entry.kind, address) for entry, address in opened.lost()] == [("ServiceRequest", "Organization/missing")]
    assert opened.sender() == "Lakeside Clinic"


def test_social_security_numbers_are_taken_out_wherever_they_stand() -> None:
    kept, count = without_social_security({"entry": [{"resource": patient()}]})
    assert count == 1 and "999-12-3456" not in json.dumps(kept) and "MRN-77" in json.dumps(kept)


def test_days_and_words_are_read_as_far_as_they_are_told() -> None:
    assert [str(roughly(text)) for text in ("1984", "1984-02", "1984-02-29", "1984-02-30", "soon")] == [
        "(datetime.date(1984, 1, 1), False)", "(datetime.date(1984, 2, 1), False)", "(datetime.date(1984, 2, 29), True)",
        "(None, False)", "(None, False)",
    ]  # fmt: skip
    assert moment("2026-11-20T10:00:00+01:00") == "2026-11-20T09:00:00Z" and moment("2026-11-20") == ""
    assert (
        narrative({"text": {"status": "additional", "div": "<div><p>Care &amp; <b>rest</b></p><p>At home</p></div>"}})
        == "Care & rest\nAt home"
    )
    assert said({"coding": [{"code": "x"}, {"display": "shown"}]}) == "shown"
    assert mark({"a": 1, "meta": {"lastUpdated": "x"}}) == mark({"a": 1})


@given(st.integers(0, 15), BROKEN)
def test_a_resource_of_any_shape_is_opened_or_refused_and_never_more_than_that(at: int, broken: dict[str, Any]) -> None:
    resources = story()
    resources[at] |= broken
    found = bundle(*resources)
    try:
        edition.bundle(found, "x")
    except Usage:
        return
    without_social_security(found)


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_json_or_refused(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.json"
        path.write_bytes(data)
        try:
            parse.load(path)
        except Usage:
            return
