"""Two records of one person become one: seen before, whole, and taken apart again without a trace."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from caseload import models as m
from caseload.casework import alerts, cases, clients, custodians, duplicates, merge, scratches
from caseload.errors import Conflict, NotPermitted, Refused
from caseload.store import undo
from caseload.store.database import Receipt, Work
from caseload.store.names import rekey
from tests.practice.kit import ADMIN, Practice
from tests.practice.test_work import first_then_second

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


def test_words_about_a_record_that_was_merged_are_still_about_its_cases(practice: Practice) -> None:
    again, first = _twins(practice)
    gone = practice.ask("ana", clients.read, again).client
    scratches.keep(practice.as_("ana"), "client", f"client:{gone}", "{}")
    practice.do("ana", merge.commit, practice.ask("ana", merge.plan, again, first), "One person")
    (words,) = practice.ask("ana", scratches.unsaved)
    assert not words.hidden and words.case in (again, first)
    scratches.keep(practice.as_("cleo"), "client", f"client:{gone}", "{}")
    (words,) = practice.ask("cleo", scratches.unsaved)
    assert words.hidden and words.case is None


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
    # The name of the record that stays behind, and the words it is found by.
    stays = {"identity", "name_key", "client"}
    known = {table.name for table in merge.MOVED} | stays
    for table in m.metadata.tables.values():
        if any(key.column.table is m.client for column in table.c for key in column.foreign_keys):
            assert table.name in known, table.name


def _client(practice: Practice, case: str) -> int:
    return int(practice.value("SELECT client_id FROM case_file WHERE number = :n", n=case))


def _known(w: Work, case: str, alias: str = "", **more: Any) -> Receipt:
    """What another system, or an older form, has put in that client's record."""
    owner = select(m.case_file.c.client_id).where(m.case_file.c.number == case).scalar_subquery()
    for table, key in ((m.client, m.client.c.id), (m.identity, m.identity.c.client_id)):
        if new := {name: value for name, value in more.items() if name in table.c}:
            w.conn.execute(table.update().where(key == owner).values(new))
    if alias:
        w.conn.execute(m.alias.insert().values(client_id=owner, name=alias))
        rekey(w.conn, [w.conn.execute(select(owner)).scalar_one()])
    return w.receipt("Wrote what was known")


def test_an_alias_that_went_with_a_merge_finds_its_own_client_again_after_undo(practice: Practice) -> None:
    again, first = _twins(practice)
    practice.do("ana", _known, again, "Pinuccia Verdi")
    keys = practice.rows("SELECT client_id, word FROM name_key ORDER BY client_id, word")
    for _turn in range(2):
        practice.do("ana", merge.commit, practice.ask("ana", merge.plan, again, first), "One person")
        practice.do("ana", undo.undo)
        assert practice.rows("SELECT client_id, word FROM name_key ORDER BY client_id, word") == keys
    assert [row.case for row in _rows(practice, "pinuccia")] == [again]


def _rows(practice: Practice, query: str) -> list[Any]:
    keys = practice.ask("ana", cases.keys, query)
    return list(practice.ask("ana", cases.rows, keys).values())


@pytest.mark.parametrize("holder", ["goes", "stays"])
def test_a_merged_record_is_kept_as_long_as_either_was(practice: Practice, holder: str) -> None:
    again, first = _twins(practice)
    longer, shorter = (again, first) if holder == "goes" else (first, again)
    practice.do("ana", _known, longer, retain_until=date(2033, 1, 1), legal_hold=True)
    practice.do("ana", _known, shorter, retain_until=date(2029, 1, 1))
    planned = practice.ask("ana", merge.plan, again, first)
    kept = {field.name: (field.ours, field.theirs, field.kept) for field in planned.fields}
    assert kept["legal_hold"] == (("yes", "", "from") if holder == "goes" else ("", "yes", "into"))
    assert kept["retain_until"][2] == ("from" if holder == "goes" else "into")
    practice.do("ana", merge.commit, planned, "One person")
    with practice.by_hand() as conn:
        held = select(m.client.c.retain_until, m.client.c.legal_hold).where(m.client.c.id == _client(practice, first))
        assert tuple(conn.execute(held).one()) == (date(2033, 1, 1), True)


def test_what_is_taken_over_brings_along_how_good_it_is(practice: Practice) -> None:
    again, first = _twins(practice)
    practice.do("ana", _known, again, birth_quality=1, name_quality=2)
    practice.do("ana", _known, first, birth_quality=99, name_quality=1)
    practice.do("ana", merge.commit, practice.ask("ana", merge.plan, again, first), "One person")
    found = "SELECT birth_quality, name_quality FROM identity WHERE client_id = :c"
    assert [tuple(row) for row in practice.rows(found, c=_client(practice, first))] == [(1, 1)]


def test_of_two_who_merge_one_record_at_a_time_the_second_finds_it_merged(practice: Practice) -> None:
    again, first = _twins(practice)
    ways = [practice.ask("ana", merge.plan, *way) for way in ((again, first), (first, again))]
    said = first_then_second(
        practice,
        ("ana", "ben"),
        lambda w: merge.commit(w, ways[0], "One person"),
        lambda w: merge.commit(w, ways[1], "One person"),
    )
    assert isinstance(said, Conflict | Refused)
    gone = practice.rows("SELECT id FROM client WHERE merged_into_id IS NOT NULL")
    assert [row.id for row in gone] == [ways[0].ours]
