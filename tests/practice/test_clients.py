"""A client's particulars: field by field, on record, never blindly, never by who may not see them."""

from __future__ import annotations

from datetime import date

import pytest

from caseload.casework import cases, clients, page
from caseload.errors import Conflict, NotPermitted, Refused, Usage
from tests.practice.kit import DAY, Practice


def _read(practice: Practice, case: str, by: str = "ana") -> clients.Particulars:
    found: clients.Particulars = practice.ask(by, clients.read, case)
    return found


def test_what_is_changed_is_changed_and_the_rest_stands(practice: Practice) -> None:
    case = practice.open()
    before = _read(practice, case)
    told = {
        "family": "Osei",
        "born": "1991-04-02",
        "language": "IT",
        "phone": "055 1",
        "safe_to_call": "no",
        "email": "a@b.it",
    }
    practice.do("ana", clients.edit, case, told, seen=before.version)
    after = _read(practice, case)
    assert after.version == before.version + 1
    assert (after.given, after.family, after.born, after.language) == (before.given, "Osei", "1991-04-02", "it")
    assert (after.phone, after.safe_to_call, after.email, after.address) == ("055 1", "no", "a@b.it", "")
    assert len(practice.ask("ana", cases.keys, "osei")) == 1, "found by the new name"
    receipt = practice.do("ana", clients.edit, case, {"family": "Osei"})
    assert receipt.change is None and _read(practice, case).version == after.version


def test_a_stale_save_changes_nothing(practice: Practice) -> None:
    case = practice.open()
    seen = _read(practice, case)
    practice.do("ben", clients.edit, case, {"given": "Ben's"}, seen=seen.version)
    with pytest.raises(Conflict, match="Someone else"):
        practice.do("ana", clients.edit, case, {"given": "Ana's"}, seen=seen.version)
    now = _read(practice, case)
    assert now.given == "Ben's"
    with pytest.raises(Conflict):
        practice.do("ana", clients.edit, case, {"given": "Ana's"}, seen=now.version, base={"given": "as it was before"})


def test_a_number_that_is_replaced_stays_on_record_with_its_last_day(practice: Practice) -> None:
    case = practice.open()
    practice.do("ana", clients.edit, case, {"phone": "055 1", "safe_to_call": "yes"})
    practice.do("ana", clients.edit, case, {"phone": "055 2"})
    assert _read(practice, case).phone == "055 2"
    practice.go(3)
    practice.do("ana", clients.edit, case, {"phone": "055 3"})
    found = _read(practice, case)
    assert (found.phone, found.safe_to_call) == ("055 3", "unknown"), "one number's safety says nothing of the next"
    channels = practice.ask("ana", page.read, practice.id(case)).channels
    ended = date.fromordinal(DAY.toordinal() + 2)
    assert [(one.value, one.valid_to) for one in channels] == [("055 2", ended), ("055 3", None)]
    practice.do("ana", clients.edit, case, {"phone": ""})
    assert _read(practice, case).phone == ""


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"shoe": "42"}, Usage),
        ({"born": "12.5.80"}, Usage),
        ({"born": "2090-01-01"}, Usage),
        ({"language": "Elvish"}, Usage),
        ({"safe_to_call": "maybe", "phone": "1"}, Usage),
        ({"safe_to_call": "yes"}, Usage),
        ({"given": "", "family": ""}, Refused),
        ({"address": "x" * 5000}, Usage),
    ],
)
def test_what_cannot_be_is_refused_whole(office: Practice, told: dict[str, str], error: type[Exception]) -> None:
    case = office.open()
    before = _read(office, case)
    with pytest.raises(error):
        office.do("ana", clients.edit, case, {"middle": "Q"} | told)
    assert _read(office, case) == before


def test_who_sees_no_identity_neither_reads_nor_writes_it(office: Practice) -> None:
    case = office.open()
    for handle in ("ada", "nia", "otto"):
        with pytest.raises((NotPermitted, Usage)):
            office.ask(handle, clients.read, case)
        with pytest.raises((NotPermitted, Usage)):
            office.do(handle, clients.edit, case, {"given": "X"})
    with pytest.raises(Usage):
        office.do("cleo", clients.edit, case, {"given": "X"})
