"""A case as a Bundle of FHIR R4: valid by an independent judge, private, permitted, and without what stays in the house."""

from __future__ import annotations

import base64
import json
import stat
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from caseload.casework import consents, disclosures
from caseload.errors import NotPermitted, Refused, Usage
from caseload.exchange.fhir import bundle, terms
from caseload.models.consent import KINDS
from tests.practice.kit import ADMIN, Practice
from tests.practice.sending import read, rich, wish
from tests.support.r4 import faults

KINDS_OF = {
    "Patient", "EpisodeOfCare", "CareTeam", "Condition", "Goal", "CarePlan", "ServiceRequest", "Task", "Consent",
    "QuestionnaireResponse", "Observation", "Encounter", "DocumentReference", "Provenance",
}  # fmt: skip


@pytest.fixture(scope="module")
def told(office: Practice) -> tuple[Practice, str]:
    """A case with a little of everything, a threat, an unsafe number, a draft and a client of another team served together."""
    return office, rich(office)


def texts(by: dict[str, list[dict[str, Any]]]) -> str:
    """Everything in it that can be read, what is wrapped as well."""
    wrapped = [one["content"][0]["attachment"].get("data", "") for one in by["DocumentReference"]]
    return json.dumps(by, ensure_ascii=False) + "".join(base64.b64decode(one).decode() for one in wrapped)


def test_a_case_is_a_bundle_that_an_independent_judge_passes(told: tuple[Practice, str], tmp_path: Path) -> None:
    practice, case = told
    put = bundle.export(practice.as_("ana"), wish(case, tmp_path / "b.json"))
    whole, by = read(put.path)
    assert faults(whole) == []
    assert by.keys() >= KINDS_OF
    assert all(one["fullUrl"] == f"urn:uuid:{one['resource']['id']}" for one in whole["entry"])
    assert put.entries == len(whole["entry"]) and "meta" not in json.dumps(whole)
    assert stat.S_IMODE(put.path.stat().st_mode) == 0o600
    manifest = (tmp_path / "b.json.manifest.json").read_text()
    assert json.loads(manifest)["sha256"] == put.sha256 and "Ruizova" not in manifest


def test_answers_and_totals_carry_loincs_codes_and_what_was_not_scored_says_so(
    told: tuple[Practice, str], tmp_path: Path
) -> None:
    practice, case = told
    _whole, by = read(bundle.export(practice.as_("ana"), wish(case, tmp_path / "b.json")).path)
    scored = {one["code"].get("text"): one for one in by["Observation"]}
    assert scored["PHQ-9"]["code"]["coding"][0]["code"] == "44261-6"
    assert Decimal(scored["PHQ-9"]["valueQuantity"]["value"]) == 3
    assert "valueQuantity" not in scored["GAD-7"] and scored["GAD-7"]["dataAbsentReason"]
    answers = json.dumps(by["QuestionnaireResponse"])
    assert '{"system": "http://loinc.org", "code": "LA6570-1", "display": "More than half the days"}' in answers


def test_no_questionnaire_is_called_by_the_code_of_a_total() -> None:
    forms: dict[str, str] = {}
    for code in ("phq-9", "phq-2", "gad-7", "gad-2", "audit-c"):
        form = json.loads((files("caseload.casework.instruments") / "data" / f"{code}.json").read_text("utf-8"))
        forms |= {one["code"]: code for one in form.get("code", ())}
    # LOINC's panels, as those who publish these forms as FHIR have them; GAD-2 has none.
    assert forms == {"44249-1": "phq-9", "55757-9": "phq-2", "69737-5": "gad-7", "72109-2": "audit-c"}
    assert not forms.keys() & set(terms.TOTALS.values()) and len(set(terms.TOTALS.values())) == len(terms.TOTALS)


def test_a_bundle_leaves_out_what_a_case_file_leaves_out(told: tuple[Practice, str], tmp_path: Path) -> None:
    practice, case = told
    own = bundle.export(practice.as_("ana"), wish(case, tmp_path / "own.json"))
    practice.do(
        "ana", consents.give, consents.NewConsent(case, "Clinic", KINDS, "All <i>of it", "Care", until_closed=True)
    )
    theirs = bundle.export(practice.as_("ana"), wish(case, tmp_path / "theirs.json", "transfer", "Clinic"))
    for put in (own, theirs):
        whole, by = read(put.path)
        said = texts(by)
        assert faults(whole) == []
        for has in ("[another client] came along. She is calm.", "055 1234", "And later.", "A fine, paid."):
            assert has in said, has
        for has_not in ("Azzurri", "Half a draft", "Why so late", "\x07", "<i>"):
            assert has_not not in said, has_not
        assert "066 666" not in json.dumps(by["Patient"]), "nobody dials it unawares"
        assert "066 666" in json.dumps(by["Flag"])
    assert "Juan Ruiz" not in own.path.read_text() and "has a key" not in own.path.read_text()
    assert "Juan Ruiz" in theirs.path.read_text() and "has a key" in theirs.path.read_text()
    assert any("money" in one for one in own.remarks)


def test_the_same_row_has_the_same_address_each_time(told: tuple[Practice, str], tmp_path: Path) -> None:
    practice, case = told
    first, second = (
        read(bundle.export(practice.as_("ana"), wish(case, tmp_path / name)).path)[0] for name in ("a.json", "b.json")
    )
    # Each export is a disclosure, and changes nothing else of the record.
    assert [one["fullUrl"] for one in first["entry"]] == [one["fullUrl"] for one in second["entry"]]


def test_it_leaves_under_a_consent_alone_and_is_on_record(told: tuple[Practice, str], tmp_path: Path) -> None:
    practice, case = told
    db = practice.as_("ana")
    with pytest.raises(NotPermitted):
        bundle.export(db, wish(case, tmp_path / "c.json", "transfer", "Nobody's clinic"))
    for wrong in (wish(case, tmp_path / "x", "court", "Court"), wish(case, tmp_path / "x", "access", "Court")):
        with pytest.raises(Usage):
            bundle.export(db, wrong)
    for who, error in (("cleo", Usage), (ADMIN, NotPermitted), ("nia", NotPermitted), ("otto", NotPermitted)):
        with pytest.raises(error):
            bundle.export(practice.as_(who), wish(case, tmp_path / "x"))
    assert list(tmp_path.iterdir()) == []
    before = len(practice.ask("ana", disclosures.of_case, practice.id(case)))
    bundle.export(db, wish(case, tmp_path / "own.json"))
    practice.look(case)
    rows = practice.ask("ana", disclosures.of_case, practice.id(case))
    assert len(rows) == before + 1 and (rows[0].basis, rows[0].kinds) == ("client", KINDS)
    with pytest.raises(Refused, match="already a file"):
        bundle.export(db, wish(case, tmp_path / "own.json"))
