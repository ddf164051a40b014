"""An identified export for somebody outside: permitted case by case, on record before it is there; without a recipient, a look."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from caseload import models as m
from caseload.casework import consents, disclosures
from caseload.casework.consents import NewConsent
from caseload.errors import NotPermitted, Usage
from caseload.reports.exporting import _KINDS, ExportRequest, export

from .agency import TODAY, Agency, Cases, at
from .exported import day, rows, send

OFFICE = "Housing Office"
NAMED = {"identified": True, "why": "The move in spring"}


@pytest.fixture
def moving(agency: Agency) -> tuple[Agency, dict[str, int]]:
    """Three cases of Ana's, of which the first has a contact and a task."""
    with agency.writing() as w:
        cases = Cases(agency, w.conn)
        found = [cases.open(day(-20), "housing", given=f"Given{n}", family=f"Family{n}") for n in range(3)]
        cases.contact(found[0], "ana", at(day(0)))
        cases.task(found[0], day(3), at(day(0)))
    with agency.db.read() as r:
        numbers = dict(r.conn.execute(select(m.case_file.c.id, m.case_file.c.number)).all())
    return agency, {numbers[key]: key for key in found}


def permit(agency: Agency, *cases: int, kinds: tuple[str, ...] = ("identity", "services"), **more: object) -> list[int]:
    made = []
    for case in cases:
        with agency.db.work("consent") as w:
            told = NewConsent(case, OFFICE, kinds, "A list.", "A flat.", until=TODAY + timedelta(days=9), **more)  # type: ignore[arg-type]
            made.append(consents.give(w, told).data["consent"])
    return made


def told(agency: Agency) -> list[tuple[int, str, int | None]]:
    with agency.db.read() as r:
        d = m.disclosure.c
        return [tuple(row) for row in r.conn.execute(select(d.case_id, d.basis, d.consent_id).order_by(d.id))]


def test_without_a_recipient_an_identified_export_is_a_look_and_nothing_is_told(moving, tmp_path):
    agency, cases = moving
    assert len(rows(agency, "cases", tmp_path, **NAMED)) == len(cases)
    assert told(agency) == []


def test_one_case_that_may_not_go_keeps_all_of_them_and_only_numbers_are_named(moving, tmp_path):
    agency, cases = moving
    first, second, third = cases
    permit(agency, cases[first], cases[third])
    permit(agency, cases[second], kinds=("identity",))
    with pytest.raises(NotPermitted, match="1 case may not go") as refused:
        send(agency, "cases", tmp_path / "x", recipient=OFFICE, **NAMED)
    assert [second in detail for detail in refused.value.details] == [True]
    assert not any(word in str(refused.value.details) for word in ("Family", "Given", OFFICE))
    assert list(tmp_path.iterdir()) == [] and told(agency) == []


def test_what_goes_is_on_record_under_the_consent_that_permits_it(moving, tmp_path):
    agency, cases = moving
    first, second, _third = cases
    keys = permit(agency, cases[first], cases[second])
    done = send(agency, "cases", tmp_path / "x", query=f"{first} OR {second}", recipient="housing office", **NAMED)
    assert {row["case"] for row in json.loads((tmp_path / "x").read_text())} == {first, second}
    assert sorted(told(agency)) == sorted([(cases[first], "consent", keys[0]), (cases[second], "consent", keys[1])])
    assert done.remarks[0].startswith("Disclosed 2 cases · C-")
    assert {remark.partition(":")[0] for remark in done.remarks[1:]} == {first, second}
    with agency.db.read() as r:
        row = disclosures.of_case(r, cases[first])[0]
        assert (row.recipient, row.what, row.purpose, row.kinds) == (
            "housing office", "Export cases", "The move in spring", ("identity", "services"),
        )  # fmt: skip


def test_only_the_cases_that_are_in_the_file_are_asked_for_and_recorded(moving, tmp_path):
    agency, cases = moving
    first = next(iter(cases))
    permit(agency, cases[first], kinds=("identity", "services", "notes"))
    for report in ("contacts", "tasks"):
        send(agency, report, tmp_path / report, recipient=OFFICE, **NAMED)
    assert {key for key, _basis, _consent in told(agency)} == {cases[first]}


def test_a_consent_taken_back_while_the_file_is_made_stops_it(moving, tmp_path, monkeypatch):
    agency, cases = moving
    first = next(iter(cases))
    [key] = permit(agency, cases[first])
    asked = disclosures.send

    def taken_back(w, *args, **named):
        consents.revoke(w, key, "She rang")
        return asked(w, *args, **named)

    monkeypatch.setattr(disclosures, "send", taken_back)
    with pytest.raises(NotPermitted, match="may not go"):
        send(agency, "cases", tmp_path / "x", query=first, recipient=OFFICE, **NAMED)
    assert list(tmp_path.iterdir()) == [] and told(agency) == []


def test_a_recipient_goes_with_names_and_with_reports_about_cases(moving, tmp_path):
    agency, _cases = moving
    with pytest.raises(Usage, match="--identified"):
        send(agency, "cases", tmp_path / "x", recipient=OFFICE)
    with pytest.raises(Usage, match="recipient is missing"):
        send(agency, "cases", tmp_path / "x", recipient=" ", **NAMED)
    for report in ("weekly", "journal"):
        with pytest.raises(Usage, match="no single client"):
            send(agency, report, tmp_path / "x", recipient=OFFICE, week="2026-W47", **NAMED)
    assert list(tmp_path.iterdir()) == []


def test_every_report_that_names_cases_says_what_kinds_of_information_are_in_it():
    assert {kind.name for kind in _KINDS.values() if kind.lines} == {
        kind.name for kind in _KINDS.values() if kind.tells
    }


def test_as_of_another_day_nothing_is_told(moving, tmp_path):
    agency, cases = moving
    permit(agency, *cases.values(), signed=day(0))
    then = agency.as_worker("demo", today=day(1))
    with pytest.raises(Usage, match="leave --today out"):
        export(then, ExportRequest("cases", "json", str(tmp_path / "x"), recipient=OFFICE, **NAMED))
    then.close()
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- the accounting, as a file


def test_the_accounting_is_of_all_cases_of_the_clients_that_a_query_finds(moving, tmp_path):
    agency, cases = moving
    first, second, _third = cases
    with agency.writing() as w:
        put = Cases(agency, w.conn)
        client = w.conn.execute(select(m.case_file.c.client_id).where(m.case_file.c.id == cases[first])).scalar_one()
        w.conn.execute(m.case_file.update().where(m.case_file.c.id == cases[second]).values(client_id=client))
        begin, _end = disclosures.window(TODAY)
        put.told(cases[second], "ana", begin, "at the edge")
        put.told(cases[second], "ana", begin - timedelta(days=1), "too old")
        late = put.told(cases[first], "ana", day(-4), "told")
        put.told(cases[first], "ana", day(0), "added", addendum_to_id=late)
    found = rows(agency, "accounting", tmp_path, query=first, **NAMED)
    assert [(row["case"], row["what"], row["adds_to"] is None) for row in found] == [
        (second, "at the edge", True), (first, "told", True), (first, "added", False),
    ]  # fmt: skip
    assert [row["on"] for row in rows(agency, "accounting", tmp_path, query=first, from_="2026-11-12", to="2026-11-12")] == [
        "2026-11-12", "2026-11-16",
    ]  # fmt: skip


def test_what_was_told_under_a_consent_or_to_the_client_is_in_no_accounting(moving, tmp_path):
    agency, cases = moving
    first = next(iter(cases))
    permit(agency, cases[first])
    send(agency, "cases", tmp_path / "a", query=first, recipient=OFFICE, **NAMED)
    send(agency, "cases", tmp_path / "b", query=first, recipient="client", **NAMED)
    assert [basis for _case, basis, _consent in told(agency)] == ["consent", "client"]
    assert rows(agency, "accounting", tmp_path, query=first, **NAMED) == []
    with agency.db.read() as r:
        assert r.conn.execute(select(func.count()).select_from(m.disclosure)).scalar() == 2
