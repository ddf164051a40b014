"""An import's preview says which new clients may be known already, and takes them all the same."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from caseload import models as m
from caseload.exchange import alike
from caseload.exchange.importer import plan
from caseload.store.names import rekey

from .conftest import Agency
from .hmis_files import HASH, Hmis, family


def elsewhere(**names: str) -> Hmis:
    """The same family as another system has it."""
    other = family()
    other.rows["Export"][0] |= {"SourceID": "YY-100", "ImplementationID": "IMPL2", "ExportID": "X9"}
    for client in other.rows["Client"]:
        client |= names
    return other


def alike_of(agency: Agency, source: Hmis) -> list[tuple[str, int, str]]:
    return [(file, row, reason) for kind, file, row, _column, reason in agency.preview(source)[1] if kind == "alike"]


def test_a_first_import_compares_with_nobody(agency: Agency) -> None:
    assert alike_of(agency, family()) == []


def test_clients_of_another_system_who_may_be_known_are_listed_and_taken_all_the_same(agency: Agency) -> None:
    agency.take(family())
    again = elsewhere()
    assert alike_of(agency, family()) == [], "what was taken before is no news"
    found = alike_of(agency, again)
    assert [(file, row) for file, row, _reason in found] == [("Client.csv", 2), ("Client.csv", 3), ("Client.csv", 4)]
    numbers = {number for (number,) in agency.rows(select(m.case_file.c.number))}
    for _file, _row, reason in found:
        assert reason.startswith("May be known already: ")
        assert reason.removeprefix("May be known already: ") in numbers, "an admin learns the number and nothing else"
    before = agency.one(select(func.count()).select_from(m.client))
    agency.take(again)
    assert agency.one(select(func.count()).select_from(m.client)) == 2 * before
    assert agency.one(select(func.count()).where(m.client.c.merged_into_id.is_not(None))) == 0


def test_who_comes_under_a_name_that_is_known_as_an_alias_is_listed(agency: Agency) -> None:
    agency.take(family())
    again = elsewhere()
    again.rows["Client"][0] |= {"FirstName": "Zelda", "LastName": "Quince"}
    rows = [row for _file, row, _reason in alike_of(agency, again)]
    assert rows == [3, 4]
    ours = family().rows["Client"][0]
    with agency.db.work("alias") as w:
        named = (m.identity.c.given == ours["FirstName"], m.identity.c.family == ours["LastName"])
        who = w.conn.execute(select(m.identity.c.client_id).where(*named)).scalar_one()
        w.conn.execute(m.alias.insert().values(client_id=who, name="Zelda Quince"))
        rekey(w.conn, [who])
        w.receipt("Wrote what else they are called")
    assert [row for _file, row, _reason in alike_of(agency, again)] == [2, 3, 4]


def test_hashed_names_are_all_alike_and_compared_with_nobodys(agency: Agency) -> None:
    hashed = {"FirstName": HASH, "MiddleName": "", "LastName": HASH, "NameSuffix": ""}
    first = elsewhere(**hashed)
    agency.take(first)
    second = elsewhere(**hashed)
    second.rows["Export"][0] |= {"SourceID": "ZZ-1", "ImplementationID": "IMPL3"}
    assert alike_of(agency, second) == []


def test_only_so_many_are_compared_and_that_is_said(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    agency.take(family())
    monkeypatch.setattr(alike, "MOST", 1)
    with agency.db.read() as r, plan(r, "hmis", agency.path(elsewhere())) as planned:
        assert (planned.alike, planned.all_compared) == (1, False)
