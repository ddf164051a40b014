"""PostgreSQL is the boundary: what a login may not see is there for no SQL typed by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text

from caseload.casework import absences, custodians, scratches, veil, views
from caseload.store import policies, verify
from tests.practice.boundary.by_hand import ADMINS, GUARDED, OUTSIDERS, cleos, one, psql, refused
from tests.practice.kit import Practice
from tests.practice.test_scope import name_on

# ---------------------------------------------------------------- reading


@pytest.mark.parametrize("table", GUARDED)
def test_no_row_that_leads_to_a_client_is_read_by_who_does_not_work_with_them(
    lived_in: tuple[Practice, str], table: str
) -> None:
    practice, _case = lived_in
    with psql(practice, "cleo") as conn:
        assert one(conn, f"SELECT count(*) FROM {table}") > 0, "else this test says nothing"
    for handle in OUTSIDERS:
        if handle == "adam" and table in ADMINS:
            continue
        with psql(practice, handle) as conn:
            assert one(conn, f"SELECT count(*) FROM {table}") == 0, handle


@pytest.mark.parametrize("way", [
    "SELECT string_agg(i::text, '') FROM identity i",
    "WITH x AS (SELECT * FROM identity) SELECT string_agg(x::text, '') FROM x",
    "SELECT string_agg(to_json(c)::text, '') FROM client c JOIN identity i ON i.client_id = c.id",
    "SELECT string_agg(word, '') FROM name_key WHERE word ^@ 'ruiz'",
    "SELECT string_agg(most_common_vals::text, '') FROM pg_stats WHERE tablename = 'identity'",
    "SELECT string_agg(who, '') FROM whom_to_ask('{ruiz}', '{salome}', '{}', '{}') who",
])  # fmt: skip
def test_no_way_of_asking_brings_a_name_to_light(lived_in: tuple[Practice, str], way: str) -> None:
    practice, _case = lived_in
    with practice.by_hand() as conn:
        conn.execute(text("ANALYZE"))
    for handle in OUTSIDERS:
        with psql(practice, handle) as conn:
            told = one(conn, way) or ""
            assert not re.search("ruiz|salome|sally", told, re.IGNORECASE), handle


def test_copy_and_prepared_statements_obey_as_well(lived_in: tuple[Practice, str]) -> None:
    practice, _case = lived_in
    with psql(practice, "ana") as conn:
        with conn.cursor().copy(b"COPY (SELECT * FROM identity) TO STDOUT") as copy:
            assert not b"".join(bytes(part) for part in copy)
        conn.execute(b"PREPARE ask AS SELECT count(*) FROM identity")
        assert one(conn, "EXECUTE ask") == 0
    assert "42501" in refused(practice, "ana", "COPY identity TO '/tmp/x'")
    with psql(practice, "cleo") as conn, conn.cursor().copy(b"COPY (SELECT * FROM identity) TO STDOUT") as copy:
        assert b"Ruiz" in b"".join(bytes(part) for part in copy)


def test_a_restricted_case_is_read_by_its_worker_and_custodian_alone(practice: Practice) -> None:
    case = cleos(practice)
    practice.do("sol", custodians.restrict, case, "dan", "a colleague's sister")
    for handle, seen in (("cleo", 1), ("dan", 1), ("sol", 0), ("ben", 0), ("ana", 0), ("adam", 0)):
        with psql(practice, handle) as conn:
            assert one(conn, "SELECT count(*) FROM identity") == seen, handle


def test_a_named_denial_beats_holding_the_case(practice: Practice) -> None:
    case = cleos(practice)
    name_on(practice, case, "cleo", "deny")
    name_on(practice, case, "ana", "allow")
    for handle, seen in (("cleo", 0), ("sol", 1), ("ana", 1)):
        with psql(practice, handle) as conn:
            assert one(conn, "SELECT count(*) FROM identity") == seen, handle


def test_cover_opens_on_its_first_day_and_closes_after_its_last(practice: Practice) -> None:
    case = cleos(practice)
    first, last = practice.day + timedelta(days=2), practice.day + timedelta(days=3)
    practice.do("sol", absences.set_cover, "cleo", ("ana",), first, last, "leave")
    seen = []
    for _day in range(5):
        with psql(practice, "ana") as conn:
            seen.append(one(conn, "SELECT count(*) FROM identity"))
        practice.go()
    assert seen == [0, 0, 1, 1, 0]
    assert practice.row(case, "cleo").worker == "cleo"


def test_a_worker_who_has_left_sees_nothing_on_a_connection_that_is_still_open(practice: Practice) -> None:
    practice.open()
    with psql(practice, "ana") as conn:
        assert one(conn, "SELECT count(*) FROM case_file") > 0
        with practice.by_hand() as by:
            by.execute(text("UPDATE worker SET status = 'left', login = NULL WHERE handle = 'ana'"))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("SELECT count(*) FROM case_file")


# ---------------------------------------------------------------- prose, and the looks at it


def test_prose_is_read_only_after_a_look_that_no_rollback_erases(practice: Practice) -> None:
    case = practice.id(practice.open(by="cleo", worker="cleo"))
    practice.note(practice.value("SELECT number FROM case_file"), "Afraid.", by="cleo")
    look = (
        "INSERT INTO look (worker_id, login, case_id, kind, surface, at)"
        f" VALUES (acting_worker(), session_user, {case}, 'narrative', 'psql', now())"
    )
    with psql(practice, "sol", autocommit=False) as conn:
        assert one(conn, "SELECT count(*) FROM narrative") == 0
        conn.execute(look.encode())
        assert one(conn, "SELECT count(*) FROM narrative") == 0, "announced and read in one, a rollback would erase it"
        conn.execute(b"SAVEPOINT a")
        conn.execute(look.encode())
        conn.execute(b"RELEASE a")
        assert one(conn, "SELECT count(*) FROM narrative") == 0
        conn.rollback()
        assert one(conn, "SELECT count(*) FROM narrative") == 0
        conn.execute(look.encode())
        conn.commit()
        assert one(conn, "SELECT body FROM narrative") == "Afraid."
    assert practice.value("SELECT count(*) FROM look l JOIN worker w ON w.id = l.worker_id WHERE w.handle = 'sol'") == 1


def test_nobody_announces_a_look_for_another_or_at_what_they_may_not_see(practice: Practice) -> None:
    case = practice.id(cleos(practice))
    look = "INSERT INTO look (worker_id, login, case_id, kind, surface, at) VALUES ({who}, 'x', {case}, 'case', 'psql', now())"
    assert "42501" in refused(practice, "ana", look.format(who="acting_worker()", case=case))
    with psql(practice, "sol") as conn:
        other = one(conn, "SELECT id FROM worker WHERE handle = 'cleo'")
        conn.execute(look.format(who=other, case=case).encode())
    signed = "SELECT w.handle || l.login FROM look l JOIN worker w ON w.id = l.worker_id ORDER BY l.id DESC LIMIT 1"
    assert practice.value(signed) == f"sol{practice.login('sol')}", "a look is signed by the login, whatever it says"


def test_words_being_typed_and_views_are_their_authors(practice: Practice) -> None:
    case = practice.open()
    scratches.keep(practice.as_("ana"), "note", case, "not yet said")
    practice.do("ana", views.save, views.NewView("Maria", "maria"))
    for table in ("scratch", "saved_view"):
        for handle, seen in (("ana", 1), ("ben", 0), ("sol", 0), ("adam", 0), ("otto", 0)):
            with psql(practice, handle) as conn:
                assert one(conn, f"SELECT count(*) FROM {table}") == seen, (table, handle)


@pytest.mark.parametrize("handle", ["ana", "otto", "nia", "adam"])
def test_whoever_may_not_read_it_can_still_verify_it(practice: Practice, handle: str) -> None:
    cleos(practice)
    with practice.as_(handle).read(snapshot=True) as r:
        assert verify.verify_journal(r).sound
        assert verify.check(r).sound
    with practice.by_hand() as conn:
        conn.execute(text("ALTER TABLE payload DISABLE TRIGGER append_only"))
        conn.execute(text("UPDATE payload SET body = replace(body, 'Ruiz', 'Ruis') WHERE body LIKE '%Ruiz%'"))
    with practice.as_(handle).read(snapshot=True) as r:
        faults = verify.verify_journal(r).faults
        assert len(faults) == 2, "her name, and her brother's"
        assert all("does not agree with its hash" in fault for fault in faults)


def test_the_name_of_a_relative_out_of_sight_is_masked_and_told_to_nobody_else(practice: Practice) -> None:
    case = practice.open(given="Ines", family="Duarte")
    practice.open(by="cleo", worker="cleo", given="Salome", family="Duarte")
    practice.met(case, note="Salome was there.")
    with practice.by_hand() as conn:
        home = conn.execute(text("INSERT INTO household (created_at) VALUES (now()) RETURNING id")).scalar_one()
        member = (
            "INSERT INTO household_member (household_id, client_id, from_on) SELECT :home, id, current_date FROM client"
        )
        conn.execute(text(member), {"home": home})
    client = practice.value("SELECT client_id FROM case_file WHERE number = :case", case=case)
    for handle, told in (("ana", "Salome Duarte"), ("bo", None), ("adam", None), ("nia", None)):
        with psql(practice, handle) as conn:
            assert one(conn, f"SELECT names_near({client})") == told, handle
    with practice.as_("ana").read() as r:
        masked = replace(r, me=replace(r.me, masked=True))
        assert "Salome Duarte" in {name for name, _role in veil.known(masked, practice.id(case)).names}


@pytest.mark.parametrize(
    ("table", "word"), [(table, word) for table, words in policies.UNREAD.items() for word in words]
)
def test_an_admin_reads_no_word_that_goes_with_a_case_that_they_move(
    lived_in: tuple[Practice, str], table: str, word: str
) -> None:
    practice, case = lived_in
    of = f"FROM {table} t WHERE t.case_id = {practice.id(case)}"
    told = f"SELECT count(*) FROM payload p JOIN journal j USING (id) WHERE j.table_name = '{table}' AND p.body LIKE '%\"{word}\"%'"
    for handle, role in (("adam", "admin"), ("cleo", "case_manager")):
        with psql(practice, handle) as conn:
            assert one(conn, f"SELECT count(t.id) {of}") > 0, f"the scene has no {table}"
            assert (one(conn, told) > 0) == (role == "case_manager")
    assert "42501" in refused(practice, "adam", f"SELECT t.{word} {of}")
    assert "42501" in refused(practice, "adam", f"SELECT t.* {of}")
    assert "42501" in refused(practice, "adam", f"UPDATE {table} SET {word} = NULL")
