"""A case arrives as a Bundle of FHIR R4: a referral in, with what is known of the client, and nothing of theirs counted as ours."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.casework import alerts, care_plan, needs, page
from caseload.errors import NotPermitted, Refused, Usage
from caseload.exchange.importer import Options, plan
from tests.exchange.fhir_files import BROKEN, NEVER, OF, PDF, patient, phq_9, story, written
from tests.practice.acts import back_and_forth
from tests.practice.calendars import looked_at, taken
from tests.practice.kit import ADMIN, Practice, Template
from tests.practice.sending import read, rich, sent
from tests.support.examples import examples

Resource = dict[str, Any]


@pytest.fixture(scope="module")
def parcel(office: Practice, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Bundle of a rich case, as the agency it comes from has written it."""
    path = tmp_path_factory.mktemp("sent") / "bundle.json"
    sent(office, rich(office), path)
    return path


def arrived(practice: Practice, path: Path, *, by: str = "ana", **options: Any) -> str:
    """Take a Bundle in; the number of its case."""
    receipt = taken(practice, path, "fhir", by=by, **({"program": "housing", "worker": "ana"} | options))
    return str(receipt.cases[0])


def opened(practice: Practice, case: str, by: str = "ana") -> page.CasePage:
    return page.open_page(practice.as_(by), case, surface="show")


def notes_of(practice: Practice, case: str) -> list[str]:
    return [str(one.text) for one in opened(practice, case).notes]


def reasons(preview: Any) -> dict[str, int]:
    return {note.reason: note.rows for note in preview.notes}


def test_a_case_comes_as_a_referral_in_and_one_undo_takes_it_back(practice: Practice, parcel: Path) -> None:
    before = practice.facts()
    preview, problems = looked_at(practice, parcel, "fhir", program="housing")
    assert problems == [] and practice.facts() == before
    assert preview.totals["cases"] == 1 and preview.count("rejected") == 0
    receipt = taken(practice, parcel, "fhir", by="ben")
    [case] = receipt.cases
    assert receipt.words == "Took a case over from Harbour House"
    whole = opened(practice, case, "ben")
    assert (whole.row.stage, whole.row.program, whole.row.worker, whole.source) == (
        "referred",
        "housing",
        None,
        "Harbour House",
    )
    assert (whole.row.client, whole.row.opened) == ("Ruizova <b>&, Salome", practice.day)
    assert [(one.kind, one.value, one.safe) for one in whole.channels] == [("phone", "055 1234", "unknown")]
    warned = {one.text: (one.kind, one.level) for one in whole.alerts}
    assert warned["The brother has a key."] == ("safety", "high")
    assert any("066 666" in text for text in warned) and any("Juan Ruiz" in text for text in warned)
    assert [(one.domain, one.state) for one in whole.needs] == [("housing", "open")]
    scored = {one.instrument: one for one in whole.assessments}
    assert scored["phq-9"].scores[0].value == 3 and scored["phq-9"].words == "I am tired."
    assert scored["gad-7"].scores[0].value is None
    assert [one.text for one in whole.background] == ["A fine, paid."]
    assert [one.title for one in whole.tasks] == ["Call the landlord"]
    [drafted] = whole.plans
    assert (drafted.state, [one.title for one in drafted.goals]) == ("draft", ["A flat of our own"])
    assert [(one.who, one.who_name) for one in drafted.steps] == [("other", "Harbour House")]
    # Nothing that was done or permitted there is done or permitted here.
    assert (whole.contacts, whole.consents, whole.referrals, whole.appointments, whole.disclosures) == (
        (),
        (),
        (),
        (),
        (),
    )
    [note] = whole.notes
    assert note.state == "draft" and note.by == "ben"
    for has in (
        "CONSENTS GIVEN THERE: THEY PERMIT NOTHING HERE",
        "At the door with",
        "And later.",
        "She is calm.",
        "Held there by: Ana",
    ):
        assert has in str(note.text), has
    assert [one.name for one in whole.documents] == ["FHIR Bundle from Harbour House.json"]
    assert practice.differing() == []
    back_and_forth(practice, before, receipt, "ben")


def test_the_same_bundle_again_changes_nothing_and_a_newer_one_brings_what_is_new(
    practice: Practice, tmp_path: Path
) -> None:
    case = arrived(practice, written(tmp_path / "a.json"))
    preview, problems = looked_at(practice, tmp_path / "a.json", "fhir", program="housing")
    assert preview.nothing_to_do and problems == []
    resources = {one["id"]: one for one in story()}
    resources["p1"]["telecom"][0]["value"] = "055 9999"
    resources["t1"]["description"], resources["g1"]["description"] = (
        "Bring the new lease",
        {"text": "A place of her own"},
    )
    resources["w1"]["code"]["text"] = "Two large dogs"
    [mine] = [one.id for one in opened(practice, case).alerts if one.text == "A large dog"]
    practice.do("ana", alerts.end, case, mine, "It has died")
    resources["e2"] = resources["e1"] | {"id": "e2", "period": {"start": "2026-11-04T09:00:00+01:00"}}
    newer = written(tmp_path / "b.json", *resources.values(), timestamp="2026-11-09T08:00:00Z")
    receipt = taken(practice, newer, "fhir", program="housing")
    whole = opened(practice, case)
    assert receipt.cases == (case,) and practice.value("SELECT count(*) FROM case_file") == 1
    assert "055 9999" in {one.value for one in whole.channels} and "055 4321" not in {
        one.value for one in whole.channels
    }
    assert [one.title for one in whole.tasks] == ["Bring the new lease"]
    assert [one.title for one in whole.plans[0].goals] == ["A place of her own"]
    # Only what is new is told: the second contact, and not the first again.
    latest = max(whole.notes, key=lambda one: one.id)
    assert "2026-11-04 09:00" in str(latest.text) and "2026-11-02" not in str(latest.text)
    assert len(whole.documents) == 3, "the lease, and each Bundle"
    assert looked_at(practice, newer, "fhir", program="housing")[0].nothing_to_do
    older = taken(practice, tmp_path / "a.json", "fhir", program="housing")
    assert older.change is None and opened(practice, case).tasks[0].title == "Bring the new lease"


def test_what_people_did_here_stays_and_is_listed_beside_what_changed_there(practice: Practice, tmp_path: Path) -> None:
    case = arrived(practice, written(tmp_path / "a.json"))
    whole = opened(practice, case)
    practice.do("ana", needs.change, whole.needs[0].id, {"severity": "mild"})
    practice.do("ana", care_plan.submit, whole.plans[0].id)
    resources = {one["id"]: one for one in story()}
    resources["c1"]["severity"] = {"text": "moderate"}
    resources["g1"]["description"] = {"text": "A house"}
    resources["g2"] = resources["g1"] | {"id": "g2", "description": {"text": "To work again"}}
    resources["q1"] = phq_9(*[NEVER] * 9)
    newer = written(tmp_path / "b.json", *resources.values(), timestamp="2026-11-09T08:00:00Z")
    _preview, problems = looked_at(practice, newer, "fhir", program="housing")
    assert [(kind, column) for kind, column, _why in problems] == [
        ("conflicting", "Condition.severity"), ("conflicting", "Goal.description"), ("conflicting", "QuestionnaireResponse.item"),
    ]  # fmt: skip
    taken(practice, newer, "fhir", program="housing")
    whole = opened(practice, case)
    assert whole.needs[0].severity == "mild" and [one.title for one in whole.plans[0].goals] == ["A place to stay"]
    assert len(whole.assessments) == 1 and any("Goal: To work again" in text for text in notes_of(practice, case))


def test_a_clinics_bundle_is_taken_as_far_as_it_has_a_place_and_the_rest_is_named(
    practice: Practice, tmp_path: Path
) -> None:
    strange = {
        "resourceType": "Condition",
        "id": "z",
        "subject": {"reference": "Patient/other"},
        "code": {"text": "Somebody else's"},
    }
    bad = {
        "resourceType": "DocumentReference", "id": "f2", "status": "current", "subject": OF,
        "content": [{"attachment": {"contentType": "image/png", "data": "%%%"}}],
    }  # fmt: skip
    path = written(tmp_path / "clinic.json", *story(), strange, bad)
    preview, problems = looked_at(practice, path, "fhir", program="youth")
    assert {(kind, column) for kind, column, _why in problems} == {
        ("rejected", "subject"), ("rejected", "attachment.data"),
    }  # fmt: skip
    said = reasons(preview)
    assert said["social security numbers are never taken"] == 1
    assert said["have no place here, and stay in the Bundle that is kept with the case: Coverage 1"] == 1
    assert any("refers to what is not in the Bundle: Organization/missing" in one for one in said)
    assert (
        sum(getattr(preview.files[0], name) for name in ("new", "rejected", "not_taken")) == preview.files[0].rows == 18
    )
    case = arrived(practice, path, program="youth")
    whole = opened(practice, case)
    born = practice.value("SELECT birth_quality FROM identity WHERE given = 'Ngozi'")
    assert (str(whole.row.born), born, whole.language, whole.aliases) == ("1984-07-01", 2, "pt-br", ("Goz",))
    assert practice.value("SELECT code FROM client_code WHERE field = 'hmis:sex'") == "0"
    assert {(one.kind, one.value) for one in whole.channels} == {
        ("phone", "055 4321"), ("email", "ngozi@mail.example"), ("address", "Via Verde 4, Prato"),
    }  # fmt: skip
    assert [(one.domain, one.severity, one.words) for one in whole.needs] == [("housing", "severe", None)]
    [asked] = whole.assessments
    assert (asked.instrument, asked.scores[0].value, str(asked.on)) == ("phq-9", 8, "2026-11-02")
    assert asked.safety and {one.kind for one in whole.alerts} == {"safety", "other"}, (
        "the ninth answer asks for a look"
    )
    [note] = notes_of(practice, case)
    for has in (
        "the sender scored 9; the same answers come to 8",
        "Asthma",
        "Jan Water: Two months now.",
        "Sleeps in a shelter",
        "MRN-77",
        "Born 1984-07: no more",
        "Everybody",
    ):
        assert has in note, has
    assert "999-12-3456" not in note and "Somebody else's" not in note
    kept = {one.name: one.id for one in whole.documents}
    assert set(kept) == {"Lease.pdf", "FHIR Bundle from Lakeside Clinic.json"}
    assert practice.value("SELECT size FROM document WHERE id = :id", id=kept["Lease.pdf"]) == len(PDF)


def test_a_case_goes_round_and_comes_out_as_it_went(practice: Practice, parcel: Path, tmp_path: Path) -> None:
    case = arrived(practice, parcel)
    again = sent(practice, case, tmp_path / "again.json", to="Another")
    first, second = carried(read(parcel)[0]), carried(again)
    assert {kind: len(some) for kind, some in second.items()} == {kind: len(some) for kind, some in first.items()}
    assert second == first


def carried(whole: Resource) -> dict[str, list[str]]:
    """What of a Bundle is carried over: what has a place in a case, without addresses, days of recording and who recorded it."""
    by: dict[str, list[Resource]] = {}
    for one in whole["entry"]:
        by.setdefault(one["resource"]["resourceType"], []).append(one["resource"])
    shapes: dict[str, Callable[[Resource], Any]] = {
        "Patient": lambda one: (one["name"], one["telecom"], one.get("address"), one.get("birthDate"), one.get("communication")),
        "RelatedPerson": lambda one: (one.get("name"), one["relationship"]) if one.get("name") else None,
        "Flag": lambda one: one["code"],
        "Condition": lambda one: (one["code"], one["severity"], one["category"], one["recordedDate"], one.get("note")),
        "QuestionnaireResponse": lambda one: (one["questionnaire"], one["authored"], one["item"]),
        "Observation": lambda one: (one["code"], one.get("valueQuantity"), one.get("interpretation"), one.get("valueString")),
        "Task": lambda one: (one["description"], one["restriction"]) if one["status"] == "requested" and "description" in one else None,
    }  # fmt: skip
    return {
        kind: sorted(json.dumps(told, sort_keys=True) for one in by.get(kind, []) if (told := shape(one)) is not None)
        for kind, shape in shapes.items()
    }


def test_who_opens_no_cases_takes_none_over(practice: Practice, tmp_path: Path) -> None:
    path = written(tmp_path / "a.json")
    for who in (ADMIN, "nia", "otto"):
        with pytest.raises(NotPermitted):
            looked_at(practice, path, "fhir", by=who, program="housing")
    practice.as_("ana").masked = True
    with pytest.raises(Refused, match="without identity"):
        looked_at(practice, path, "fhir", program="housing")
    practice.as_("ana").masked = False
    for wrong in ({"program": "nowhere"}, {}, {"program": "housing", "worker": "nobody"}):
        with pytest.raises(Usage):
            looked_at(practice, path, "fhir", **wrong)


def test_who_may_be_known_already_is_told_and_a_case_of_another_is_not_taken_twice(
    practice: Practice, tmp_path: Path
) -> None:
    practice.open(given="Ngozi", family="Okafor", phone="055 4321")
    path = written(tmp_path / "a.json")
    _preview, problems = looked_at(practice, path, "fhir", program="housing")
    [(_kind, column, why)] = [one for one in problems if one[0] == "alike"]
    assert column == "Patient.name" and "May be known already" in why
    arrived(practice, path)
    before = practice.facts()
    with pytest.raises(Refused, match="not yours to see"):
        arrived(practice, path, by="cleo", worker="cleo")
    assert practice.facts() == before


def test_a_case_that_left_from_here_is_not_taken_as_a_new_one(practice: Practice, tmp_path: Path) -> None:
    case = rich(practice)
    sent(practice, case, tmp_path / "out.json")
    with pytest.raises(Usage, match=case):
        looked_at(practice, tmp_path / "out.json", "fhir", program="housing")


def test_the_risk_that_was_judged_there_is_where_it_begins(practice: Practice, tmp_path: Path) -> None:
    judged = [
        {
            "resourceType": "Observation", "id": f"r{n}", "status": "final", "subject": OF, "effectiveDateTime": day,
            "code": {"text": "Risk of the case"}, "valueCodeableConcept": {"text": risk},
        }
        for n, (day, risk) in enumerate((("2026-10-01", "low"), ("2026-11-01", "critical")))
    ]  # fmt: skip
    case = arrived(practice, written(tmp_path / "a.json", patient(), *judged))
    assert opened(practice, case).row.risk == "critical"


def test_rejected_entries_are_written_down_with_their_reasons(practice: Practice, tmp_path: Path) -> None:
    strange = {"resourceType": "Flag", "id": "z", "subject": {"reference": "Patient/other"}}
    path = written(tmp_path / "a.json", *story(), strange)
    with practice.as_("ana").read() as r, plan(r, "fhir", path, Options(program="housing")) as planned:
        assert planned.write_rejects(tmp_path / "rejects.csv") == 1
    text = (tmp_path / "rejects.csv").read_text("utf-8-sig")
    assert "Patient/other" in text and "Okafor" not in text  # as it was sent, for who mends it


@pytest.fixture(scope="module")
def store(file_template: Template) -> Iterator[Practice]:
    """An agency in a file: what is read is the same on either engine."""
    made = file_template.copy()
    yield made
    made.drop()


@given(st.lists(st.tuples(st.integers(0, 15), BROKEN), min_size=1, max_size=3))
@examples(25)
def test_a_bundle_of_any_shape_is_taken_as_far_as_it_goes_or_refused(
    store: Practice, tmp_path_factory: pytest.TempPathFactory, broken: list[tuple[int, Resource]]
) -> None:
    resources = story()
    for at, elements in broken:
        resources[at] |= elements
    path = written(tmp_path_factory.mktemp("any") / "b.json", *resources)
    try:
        preview, _problems = looked_at(store, path, "fhir", program="housing")
    except Usage:
        return
    [tally] = preview.files
    assert tally.new + tally.unchanged + tally.changed + tally.rejected + tally.not_taken == tally.rows
