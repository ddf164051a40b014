"""Two records of one person become one: seen before, whole, and taken apart again without a trace."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from caseload import models as m
from caseload.casework import alerts, cases, clients, custodians, duplicates, merge
from caseload.errors import Conflict, NotPermitted, Refused
from caseload.store import undo
from tests.practice.kit import ADMIN, Practice

BORN = date(1984, 3, 9)


def _twins(practice: Practice) -> tuple[str, str]:
    """Maria Conti, and the record that somebody made for her again under her married name, with a phone and a birth date."""
    again = practice.open(given="Maria", family="Rossi", born=BORN, phone="055 1234", language="it")
    return again, practice.open(given="Maria", family="Conti")


def test_everything_of_one_record_hangs_on_the_other(practice: Practice) -> None:
    again, first = _twins(practice)
    practice.do("ana", alerts.raise_alert, again, "A dog behind the door")
    planned = practice.ask("ana", merge.plan, again, first)
    assert {field.name: field.kept for field in planned.fields}["born_on"] == "from"
    assert {field.name: field.kept for field in planned.fields}["family"] == "both"
    assert planned.rows["case_file"] == planned.rows["channel"] == planned.rows["alert"] == 1
    receipt = practice.do("ana", merge.commit, planned, "Same person, married name")
    assert set(receipt.cases) == {again, first}
    now = practice.ask("ana", clients.read, first)
    assert (now.family, now.born, now.phone, now.language) == ("Conti", BORN.isoformat(), "055 1234", "it")
    assert practice.ask("ana", clients.read, again).client == now.client
    for name in ("conti", "rossi"):
        assert len(practice.ask("ana", cases.keys, name)) == 2, "both cases are found by either name"
    assert practice.differing() == []


def test_undo_takes_them_apart_equal_in_every_fact(practice: Practice) -> None:
    again, first = _twins(practice)
    before = practice.facts()
    practice.do("ana", merge.commit, practice.ask("ana", merge.plan, again, first), "One person")
    merged = practice.facts()
    practice.do("ana", undo.undo)
    assert practice.facts() == before
    assert len(practice.ask("ana", cases.keys, "rossi")) == len(practice.ask("ana", cases.keys, "conti")) == 1
    practice.do("ana", undo.undo, redo=True)
    assert practice.facts() == merged
    assert practice.differing() == []


def test_what_both_have_stands_there_once(practice: Practice) -> None:
    again, first = _twins(practice)
    with practice.by_hand() as conn:
        if practice.engine_name == "sqlite":
            conn.exec_driver_sql(
                "INSERT INTO acting (id, change_id, login, at, today) VALUES (1, 1, 'x', '2026-01-01', '2026-01-01')"
            )
        ids = [
            conn.execute(select(m.case_file.c.client_id).where(m.case_file.c.number == n)).scalar()
            for n in (again, first)
        ]
        home = conn.execute(
            m.household.insert().values(created_at=func.current_timestamp()).returning(m.household.c.id)
        )
        household = home.scalar_one()
        for client_id in ids:
            conn.execute(m.alias.insert().values(client_id=client_id, name="Mimì"))
            conn.execute(m.client_code.insert().values(client_id=client_id, field="race", code="White"))
            conn.execute(m.household_member.insert().values(household_id=household, client_id=client_id, from_on=BORN))
        if practice.engine_name == "sqlite":
            conn.exec_driver_sql("DELETE FROM acting")
    practice.do("ana", merge.commit, practice.ask("ana", merge.plan, again, first), "One person")
    with practice.by_hand() as conn:
        for table in (m.client_code, m.household_member):
            assert conn.execute(select(table.c.client_id)).scalars().all() == [ids[1]], table.name
        names = conn.execute(select(m.alias.c.name).where(m.alias.c.client_id == ids[1])).scalars().all()
    assert sorted(names) == ["Maria Rossi", "Mimì"]


def test_a_merged_record_is_no_possible_duplicate_any_more(practice: Practice) -> None:
    again, first = _twins(practice)
    practice.do("ana", merge.commit, practice.ask("ana", merge.plan, again, first), "One person")
    [found] = practice.ask("ana", duplicates.like, duplicates.Newcomer("Maria", "Conti", BORN))
    assert set(found.cases) == {again, first}


def test_whoever_does_not_see_every_case_of_both_is_sent_on(practice: Practice) -> None:
    again, first = _twins(practice)
    with pytest.raises(NotPermitted, match="no client's name"):
        practice.ask(ADMIN, merge.plan, again, first)
    hidden = practice.open(by="ben", worker="bo", client_of=again)
    practice.do("ben", custodians.restrict, hidden, "ben", "A threat")
    with pytest.raises(NotPermitted, match="supervisor"):
        practice.ask("ana", merge.plan, again, first)


def test_one_record_is_not_merged_with_itself_nor_twice(practice: Practice) -> None:
    again, first = _twins(practice)
    planned = practice.ask("ana", merge.plan, again, first)
    practice.do("ana", clients.edit, first, {"given": "Mara"})
    with pytest.raises(Conflict, match="meanwhile"):
        practice.do("ana", merge.commit, planned, "One person")
    practice.do("ana", merge.commit, practice.ask("ana", merge.plan, again, first), "One person")
    with pytest.raises(Refused, match="one client already"):
        practice.ask("ana", merge.plan, again, first)


def test_no_table_with_a_client_is_forgotten() -> None:
    """Whatever refers to a client either moves with a merge or is known to stay."""
    known = {table.name for table in merge.MOVED} | set(merge.STAYS)
    for table in m.metadata.tables.values():
        if any(key.column.table is m.client for column in table.c for key in column.foreign_keys):
            assert table.name in known, table.name
