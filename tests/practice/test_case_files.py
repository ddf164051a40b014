"""The case file and the handover pack: who gets what of a case, under which record, and what stays in the house."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from caseload.casework import alerts, comments, consents, disclosures, topics
from caseload.errors import NotPermitted, Refused, Usage
from caseload.models import person, stay, stay_member
from caseload.models.consent import KINDS
from caseload.reports import casefile
from caseload.reports.casefile import Wish
from tests.practice.kit import ADMIN, Practice


@pytest.fixture
def told(practice: Practice) -> tuple[Practice, str]:
    """A case with a brother who is a threat, an alert, a signed note and a draft, and a client of another team served together."""
    case = practice.open(given="Salome", family="Ruizova", phone="055 1234")
    other = practice.open(by="cleo", worker="cleo", given="Bruno", family="Azzurri")
    practice.do("ana", alerts.raise_alert, case, "The brother has a key.", kind="safety", level="high")
    note = practice.note(case, "Bruno Azzurri came along. She is calm.", sign=True)
    practice.note(case, "Half a draft.")
    practice.do("ben", comments.add, case, "Why so late?", note_id=note)
    practice.do("ana", topics.bring, "I am stuck with her.", case=case)
    client = practice.value("SELECT client_id FROM case_file WHERE number = :case", case=case)
    with practice.scene() as w:
        home = w.add(stay, from_on=practice.day)
        for each, how in ((case, "self"), (other, "partner")):
            w.add(stay_member, stay_id=home, case_id=practice.id(each), relationship=how)
        w.add(person, client_id=client, name="Juan Ruiz", role="threat")
    return practice, case


def wish(case: str, target: Path, purpose: str = "access", **more: object) -> Wish:
    return Wish((case,), str(more.pop("format", "html")), str(target), "asked for", purpose, **more)  # type: ignore[arg-type]


def test_the_clients_own_file_leaves_out_what_would_put_others_in_danger(
    told: tuple[Practice, str], tmp_path: Path
) -> None:
    practice, case = told
    put = casefile.case_file(practice.as_("ana"), wish(case, tmp_path / "a.html"))
    text = put.path.read_text()
    for has in ("Ruizova, Salome", "055 1234", "[another client] came along. She is calm."):
        assert has in text, has
    for has_not in ("Azzurri", "Juan Ruiz", "has a key", "Half a draft", "Why so late", "I am stuck"):
        assert has_not not in text, has_not
    assert any("alerts" in one for one in put.remarks) and any("drafts" in one for one in put.remarks)
    assert stat.S_IMODE(put.path.stat().st_mode) == 0o600
    manifest = json.loads((tmp_path / "a.html.manifest.json").read_text())
    assert manifest["sha256"] == put.sha256 and "Ruizova" not in json.dumps(manifest)
    practice.look(case)
    [row] = practice.ask("ana", disclosures.of_case, practice.id(case))
    assert (row.basis, row.recipient, row.kinds) == ("client", "client", KINDS)
    assert practice.value("SELECT count(*) FROM look WHERE kind = 'export' AND why = 'asked for'") == 2
    with pytest.raises(Refused, match="already a file"):
        casefile.case_file(practice.as_("ana"), wish(case, tmp_path / "a.html"))


def test_a_court_gets_it_under_a_consent_or_an_exception_alone(told: tuple[Practice, str], tmp_path: Path) -> None:
    practice, case = told
    court = wish(case, tmp_path / "c.html", "court", recipient="District court")
    with pytest.raises(NotPermitted):
        casefile.case_file(practice.as_("ana"), court)
    assert list(tmp_path.iterdir()) == []
    given = consents.NewConsent(case, "District court", KINDS, "All of it", "The hearing", until_closed=True)
    practice.do("ana", consents.give, given)
    put = casefile.case_file(practice.as_("ana"), court)
    text = put.path.read_text()
    assert "has a key" in text and "Juan Ruiz" in text and "Azzurri" not in text
    assert put.change is not None


def test_a_consent_taken_back_meanwhile_leaves_no_file(
    told: tuple[Practice, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice, case = told
    given = consents.NewConsent(case, "Clinic", KINDS, "All of it", "Care", until_closed=True)
    made = practice.do("ana", consents.give, given).data["consent"]
    before = casefile.looks.announce_export

    def slow(*args: object, **more: object) -> object:
        practice.do("ana", consents.revoke, made, "by letter")
        return before(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(casefile.looks, "announce_export", slow)
    with pytest.raises(NotPermitted):
        casefile.case_file(practice.as_("ana"), wish(case, tmp_path / "c.html", "transfer", recipient="Clinic"))
    assert list(tmp_path.iterdir()) == []


def test_every_format_opens_and_has_the_record(told: tuple[Practice, str], tmp_path: Path) -> None:
    from docx import Document

    practice, case = told
    for form in ("docx", "pdf"):
        casefile.case_file(practice.as_("ana"), wish(case, tmp_path / f"a.{form}", format=form))
    words = "\n".join(one.text for one in Document(str(tmp_path / "a.docx")).paragraphs)
    assert "Ruizova, Salome" in words and "She is calm." in words
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")


def test_who_does_not_work_with_it_or_sees_no_identity_writes_none(told: tuple[Practice, str], tmp_path: Path) -> None:
    practice, case = told
    for who, error in (("cleo", Usage), (ADMIN, NotPermitted), ("nia", NotPermitted), ("otto", NotPermitted)):
        for act in (casefile.case_file, casefile.handovers):
            with pytest.raises(error):
                act(practice.as_(who), wish(case, tmp_path / "x"))
    assert list(tmp_path.iterdir()) == []
    for wrong in (
        wish(case, tmp_path / "x", "access", recipient="Court"),
        wish(case, tmp_path / "x", "court"),
        wish(case, tmp_path / "x", "novel"),
        wish(case, tmp_path / "x", format="pdf", template=tmp_path),
        wish(case, tmp_path / "x", fonts=(tmp_path,)),
        wish(case, tmp_path / "nowhere" / "x"),
    ):
        with pytest.raises(Usage):
            casefile.case_file(practice.as_("ana"), wrong)


def test_a_handover_begins_with_what_is_dangerous_and_fits_a_page(told: tuple[Practice, str], tmp_path: Path) -> None:
    practice, case = told
    for n in range(20):
        practice.note(case, f"{n} " + "A long day. " * 400, sign=True)
        practice.task(case, due=n)
    put = casefile.handovers(practice.as_("ana"), wish(case, tmp_path / "h.pdf", "", format="pdf"))
    assert put.path.read_bytes().count(b"/Type /Page\n") == 1
    put = casefile.handovers(practice.as_("ana"), wish(case, tmp_path / "h.html", ""))
    text = put.path.read_text()
    places = [text.index(word) for word in ("ALERT", "THREAT", "to do", "055 1234", "A long day.")]
    assert places == sorted(places) and put.change is None
    assert practice.value("SELECT count(*) FROM disclosure") == 0, "it stays in the house"
