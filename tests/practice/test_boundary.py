"""PostgreSQL is the boundary: what a worker's own login may not see or do is refused to SQL typed by hand, too.

Every statement here is sent as it stands, by the login of the person named, past all of caseload.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import insert, text

from caseload import models as m
from caseload.casework import (
    absences,
    alerts,
    assign,
    comments,
    consents,
    custodians,
    disclosures,
    looks,
    scratches,
    staff,
    stages,
    transfers,
    veil,
    views,
)
from caseload.errors import NotPermitted
from caseload.store import policies, verify
from caseload.store.undo import undo
from caseload.store.watched import journalled
from tests.practice.acts import moved
from tests.practice.kit import ADMIN, Practice, Template
from tests.practice.test_scope import name_on
from tests.support.databases import Databases

# What says nothing of a client (docs/security.md); what was done, looks and views have tests of their own.
OPEN = {
    *policies.STAFF, *policies.AWAY, "client", "household", "household_member", "stay", "stay_member", "change", "journal",
    "look", "seal", "acting", "saved_view",
}  # fmt: skip
GUARDED = sorted(table.name for table in m.metadata.sorted_tables if table.name not in OPEN)
OUTSIDERS = ("ana", "bo", "ben", "nia", "otto", "adam")
# What an admin sees of a case: how it moves, and what is due, so that it goes along.
ADMINS = (*policies.MOVING, "glass", "contact", "contact_line", "contact_topic", "note", "task", "appointment", "case_stage", "case_risk", "tag",
          "snooze", "comment", "read_mark", "payload")  # fmt: skip


@pytest.fixture(scope="module")
def template(databases: Databases) -> Iterator[Template]:
    """A file is no boundary: here the engine is always the server."""
    made = Template("postgresql", databases)
    made._on_server([f'CREATE ROLE "{made.login("adam")}" LOGIN'])
    practice = Practice(made, made.url)
    practice.do(ADMIN, staff.add_worker, "adam", staff.WorkerFields(role="admin", login=made.login("adam")))
    practice.close()
    yield made
    made.drop()
    made._on_server([f'DROP ROLE "{made.login("adam")}"'])


@pytest.fixture
def practice(template: Template) -> Iterator[Practice]:
    made = template.copy()
    yield made
    made.drop()


@pytest.fixture(scope="module")
def lived_in(template: Template) -> Iterator[tuple[Practice, str]]:
    """One case, Cleo's, with a row in every table that leads to a client; no test changes it."""
    made = template.copy()
    case = cleos(made)
    day, me = made.day + timedelta(days=9), "(SELECT id FROM worker WHERE handle = '{}')".format
    cleo, dan, key = me("cleo"), me("dan"), made.id(case)
    with made.by_hand() as conn:
        for sql in (
            f"INSERT INTO absence (worker_id, from_on, to_on, why) VALUES ({cleo}, '{day}', '{day}', 'leave')",
            f"INSERT INTO cover (absence_id, worker_id, query, share) SELECT id, {dan}, 'tag:rent', 1 FROM absence",
            f"INSERT INTO cover_case (absence_id, case_id, share) SELECT id, {key}, 1 FROM absence",
            f"INSERT INTO custody (case_id, custodian_id, at, on_date, set_by, why) VALUES ({key}, NULL, now(), '{day}', {cleo}, '')",
            f"INSERT INTO case_access (case_id, worker_id, kind) VALUES ({key}, {dan}, 'allow')",
            f"INSERT INTO glass (case_id, worker_id, why, at, until_at) VALUES ({key}, {dan}, 'At the door.', now(), now())",
            f"INSERT INTO pending_move (case_id, to_worker_id, set_by, on_date, why) VALUES ({key}, {dan}, {cleo}, '{day}', '')",
            f"""INSERT INTO transfer (case_id, from_worker_id, to_worker_id, offered_by, offered_at, offered_on, answer_by, why)
                VALUES ({key}, {cleo}, {dan}, {cleo}, now(), '{day}', '{day}', '')""",
        ):
            conn.execute(text(sql))
    yield made, case
    made.drop()


def cleos(practice: Practice) -> str:
    case = practice.open(by="cleo", worker="cleo", given="Salome", family="Ruiz", phone="055 99")
    practice.met(case, by="cleo", note="She cried.")
    note = practice.note(case, "Afraid of her brother.", by="cleo", sign=True)
    practice.do("sol", comments.add, case, "Ask about the lock.", note_id=note)
    practice.do("sol", comments.mark, case, note_id=note)
    practice.task(case, due=3, by="cleo")
    practice.appoint(case, ahead=3, by="cleo")
    practice.do("cleo", alerts.raise_alert, case, "The brother has a key.", kind="safety", level="high")
    practice.do("cleo", alerts.set_tags, [case], add=["rent"])
    scratches.keep(practice.as_("cleo"), "note", case, "half a sentence")
    given = consents.NewConsent(case, "Clinic", ("health",), "Her visits", "Treatment", until_closed=True)
    practice.do("cleo", consents.give, given)
    told = disclosures.NewDisclosure(
        case,
        "Police",
        ("identity",),
        "Where she lives",
        "Her safety",
        basis="harm_to_others",
        consulted="Sol",
        client_told=True,
    )
    practice.do("cleo", disclosures.tell, told)
    with practice.as_("cleo").jotting() as r:
        r.conn.execute(insert(m.scratch_key).values(worker_id=r.me.id, secret="x", made_at=r.now))
    client = practice.value("SELECT client_id FROM case_file WHERE number = :case", case=case)
    with practice.scene() as w:
        w.add(m.alias, client_id=client, name="Sally")
        w.add(m.client_code, client_id=client, field="race", code="3")
        w.add(m.person, client_id=client, name="Juan Ruiz", role="threat")
        contact = w.conn.execute(text("SELECT id FROM contact")).scalar_one()
        w.add(m.contact_topic, contact_id=contact, topic="safety")
        me = w.conn.execute(text("SELECT id FROM worker WHERE handle = 'cleo'")).scalar_one()
        w.add(m.pseudonym, worker_id=me, case_id=practice.id(case), name="quiet harbour", at=w.now)
        w.add(m.external_id, system="old", entity="client", external="7", row_id=client)
        day = practice.day + timedelta(days=3)
        w.add(m.snooze, case_id=practice.id(case), until_on=day, worker_id=me, at=w.now)
    looks.announce(practice.as_("cleo"), [case], surface="show")
    return case


@contextmanager
def psql(practice: Practice, handle: str, *, autocommit: bool = True) -> Iterator[psycopg.Connection[Any]]:
    """A connection of that person's own, as psql has it."""
    with psycopg.connect(practice.url_of(handle), autocommit=autocommit) as conn:
        yield conn


def one(conn: psycopg.Connection[Any], sql: str) -> Any:
    row = conn.execute(sql.encode()).fetchone()
    return None if row is None else row[0]


def refused(practice: Practice, handle: str, sql: str) -> str:
    """That statement is refused; the error's kind and words."""
    with psql(practice, handle) as conn, pytest.raises(psycopg.Error) as said:
        conn.execute(sql.encode())
    return f"{said.value.sqlstate} {said.value}"


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


# ---------------------------------------------------------------- writing


@pytest.mark.parametrize("table", [t.name for t in journalled() if t.name in GUARDED])
def test_nothing_of_a_case_out_of_sight_is_changed_or_taken_away(lived_in: tuple[Practice, str], table: str) -> None:
    practice, _case = lived_in
    columns = [c for c in m.metadata.tables[table].columns if c.name not in ("id", "made_in")]
    for handle in ("ana", "ben", "nia", "otto"):
        with psql(practice, handle) as conn:
            for sql in (f"UPDATE {table} SET {columns[-1].name} = {columns[-1].name}", f"DELETE FROM {table}"):
                with suppress(psycopg.errors.InsufficientPrivilege):
                    assert conn.execute(sql.encode()).rowcount == 0, handle


@pytest.mark.parametrize("row", [
    "note (case_id, author_id, at, on_date, narrative_id) SELECT {case}, acting_worker(), now(), current_date, 1",
    "task (case_id, title, due_on, created_at) SELECT {case}, 'x', current_date, now()",
    "tag (case_id, tag) SELECT {case}, 'x'",
    "narrative (case_id, worker_id, body, at) SELECT {case}, acting_worker(), 'x', now()",
    "identity (client_id, given) SELECT {client}, 'x'",
    "alias (client_id, name) SELECT {client}, 'x'",
    "person (client_id, name) SELECT {client}, 'x'",
    "channel (client_id, kind, value) SELECT {client}, 'phone', 'x'",
    "alert (client_id, kind, level, text, raised_on, raised_by) SELECT {client}, 'safety', 'high', 'x', current_date, acting_worker()",
    "case_stage (case_id, stage, on_date, at) SELECT {case}, 'closed', current_date, now()",
    "journal (change_id, login, table_name, row_id, op, columns, payload_hash, hash, at) SELECT 1, 'x', 'note', 1, 'insert', '', '', '', now()",
    "payload (id, salt, body) SELECT 999999, '', ''",
    "seal (id, at, from_row, to_row, row_count, waits_from, prev, hash) SELECT 999999, now(), 1, 1, 1, 1, '', ''",
])  # fmt: skip
def test_a_row_that_points_out_of_sight_is_refused_whether_or_not_there_is_such_a_thing(
    lived_in: tuple[Practice, str], row: str
) -> None:
    practice, number = lived_in
    case = practice.id(number)
    client = practice.value("SELECT client_id FROM case_file")
    there = refused(practice, "ana", f"INSERT INTO {row.format(case=case, client=client)}")
    nowhere = refused(practice, "ana", f"INSERT INTO {row.format(case=987654, client=987654)}")
    assert "42501" in there
    assert there == nowhere


def test_a_note_in_anothers_name_and_a_contact_in_anothers_name_are_refused(practice: Practice) -> None:
    case = practice.id(practice.open())
    bo = practice.value("SELECT id FROM worker WHERE handle = 'bo'")
    said = "narrative (case_id, worker_id, body, at) VALUES ({case}, {bo}, 'x', now())"
    assert "42501" in refused(practice, "ana", f"INSERT INTO {said.format(case=case, bo=bo)}")
    assert "42501" in refused(
        practice,
        "ana",
        f"INSERT INTO contact (kind, outcome, at, recorded_at, worker_id) VALUES ('phone', 'made', now(), now(), {bo})",
    )


def test_what_is_signed_said_or_on_record_is_changed_by_nobody(lived_in: tuple[Practice, str]) -> None:
    practice, _case = lived_in
    assert "signed note is locked" in refused(practice, "cleo", "UPDATE note SET on_date = on_date - 1")
    for table in ("journal", "payload", "seal", "look", "narrative"):
        for sql in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            for handle in ("cleo", "sol", "adam", "otto"):
                assert "42501" in refused(practice, handle, sql)
    with psql(practice, "cleo") as conn:
        mine = one(conn, "SELECT max(id) FROM change WHERE worker_id = acting_worker()")
    assert "append-only" in refused(practice, "cleo", f"UPDATE change SET summary = 'x' WHERE id = {mine}")


@pytest.mark.parametrize(
    "column", ["owner_id", "urgency", "level", "stage", "risk", "closed_on", "number", "uid", "touched_in"]
)
def test_what_triggers_derive_and_what_a_case_is_called_are_written_by_nobody(
    lived_in: tuple[Practice, str], column: str
) -> None:
    practice, _case = lived_in
    for handle in ("cleo", "sol", "adam"):
        assert "42501" in refused(practice, handle, f"UPDATE case_file SET {column} = {column}")


def test_no_key_and_no_number_can_be_tried_out(practice: Practice) -> None:
    taken = practice.open(by="cleo", worker="cleo")
    practice.open()
    row = (
        "(uid, number, client_id, program_id, opened_on, created_at) SELECT 'x' || random(), '{number}', client_id, program_id,"
        " opened_on, now() FROM case_file WHERE owner_id = acting_worker()"
    )
    with psql(practice, "ana") as conn:
        conn.execute(f"INSERT INTO case_file {row.format(number=taken)}".encode())
    assert practice.value("SELECT count(*) FROM case_file WHERE number = :n", n=taken) == 1
    assert "42501" in refused(practice, "ana", "INSERT INTO tag (id, case_id, tag) SELECT 1, id, 'x' FROM case_file")


def test_what_is_done_by_hand_is_on_record_like_any_other_act(practice: Practice) -> None:
    case = practice.open()
    with psql(practice, "ana") as conn:
        conn.execute(f"INSERT INTO tag (case_id, tag) VALUES ({practice.id(case)}, 'byhand')".encode())
    found = (
        "SELECT c.verb || ' ' || c.login FROM change c JOIN journal j ON j.change_id = c.id WHERE j.table_name = 'tag'"
    )
    assert practice.value(found) == f"by_hand {practice.login('ana')}"


# ---------------------------------------------------------------- pretending


@pytest.mark.parametrize("pretence", [
    "SET ROLE postgres", "SET SESSION AUTHORIZATION postgres", "SET row_security = off; SELECT * FROM identity",
    "ALTER TABLE identity DISABLE ROW LEVEL SECURITY", "DROP POLICY see ON identity", "CREATE POLICY mine ON identity USING (true)",
"ALTER TABLE identity OWNER TO session_user", "DROP TRIGGER guard ON note",
    "CREATE OR REPLACE FUNCTION my_role() RETURNS text LANGUAGE sql AS $$ SELECT 'all' $$",
    "CREATE FUNCTION public.x() RETURNS text LANGUAGE sql AS $$ SELECT 'all' $$",
    "SET session_replication_role = replica", "SELECT pg_read_file('PG_VERSION')", "ALTER ROLE CURRENT_USER BYPASSRLS",
    "INSERT INTO acting (id, change_id, login, at, today) VALUES (1, 1, 'x', now(), current_date)",
    "SELECT put_back(1, 'identity', '{1}')", "SELECT announce_undo(1, '{1}')",
])  # fmt: skip
def test_no_pretence_is_believed(lived_in: tuple[Practice, str], pretence: str) -> None:
    practice, _case = lived_in
    assert refused(practice, "ana", pretence)[:5] in ("42501", "0LP01", "22023")


def test_forged_settings_time_zones_and_private_tables_change_nothing(lived_in: tuple[Practice, str]) -> None:
    practice, _case = lived_in
    with psql(practice, "ana") as conn:
        cleo = one(conn, "SELECT id FROM worker WHERE handle = 'cleo'")
        conn.execute(b"SELECT set_config('caseload.change', '1', false), set_config('caseload.worker', 'cleo', false)")
        conn.execute(b"SET TIME ZONE 'Pacific/Kiritimati'")
        login = one(conn, "SELECT session_user")
        conn.execute(f"CREATE TEMP TABLE worker AS SELECT {cleo}::bigint AS id, '{login}'::text AS login, 'active'::text AS status,"
                     " true AS holds_all, 'supervisor'::text AS role, NULL::bigint AS team_id".encode())  # fmt: skip
        conn.execute(b"SET search_path = pg_temp, public")
        assert one(conn, "SELECT count(*) FROM identity") == 0
        assert one(conn, "SELECT acting_worker()") != cleo


def test_an_offer_shows_its_receiver_no_name_before_it_is_taken(practice: Practice) -> None:
    case = practice.open(given="Salome", family="Ruiz")
    practice.do("ana", transfers.offer, [case], "cleo", "closer to her")
    with psql(practice, "cleo") as conn:
        assert one(conn, "SELECT count(*) FROM identity") == 0
    practice.do("cleo", transfers.accept, [case])
    with psql(practice, "cleo") as conn:
        assert one(conn, "SELECT family FROM identity") == "Ruiz"
    with psql(practice, "ana") as conn:
        assert one(conn, "SELECT count(*) FROM identity") == 0


@pytest.mark.parametrize("meanwhile", ["nothing", "moved", "closed"])
def test_a_move_set_for_today_opens_nothing_to_its_receiver_that_somebody_moved_since(
    practice: Practice, meanwhile: str
) -> None:
    case = practice.open()
    plan = practice.ask("ben", assign.plan, assign.Wish(("cleo",), cases=(case,)))
    practice.do("ben", assign.commit, plan, "nearer", on=practice.day + timedelta(days=1))
    if meanwhile == "moved":
        moved(practice, case, to="bo")
    elif meanwhile == "closed":
        practice.do("ana", stages.move, case, "closed", "moved away")
    with practice.scene() as w:
        w.conn.execute(text("UPDATE agency SET clock_on = clock_on + 1"))
    theirs = meanwhile == "nothing"
    taking = f"""INSERT INTO assignment (case_id, worker_id, role, starts_at, starts_on)
        VALUES ({practice.id(case)}, acting_worker(), 'secondary', now(), agency_today())"""
    for handle in ("cleo", "sol"):
        with psql(practice, handle) as conn:
            assert one(conn, "SELECT count(*) FROM case_file") == theirs, handle
            assert one(conn, "SELECT count(*) FROM pending_move") == theirs, handle
        if not theirs:
            assert "42501" in refused(practice, handle, taking)
    with psql(practice, "cleo") as conn:
        if theirs:
            conn.execute(taking.encode())


def test_taking_back_what_left_ones_sight_is_on_record_as_a_look(practice: Practice) -> None:
    case = practice.open(by="ana", worker="ana")
    act = moved(practice, case, to="cleo", by="ana")
    with psql(practice, "ana") as conn:
        assert one(conn, "SELECT count(*) FROM identity") == 0
        conn.execute(f"SELECT touch_undone({act.change})".encode())
        assert one(conn, "SELECT count(*) FROM identity") == 0, "not without having announced it"
    practice.take_back(act, by="ana")
    assert practice.row(case).worker == "ana"
    assert practice.value("SELECT count(*) FROM look WHERE kind = 'undo'") == 1


def test_words_being_typed_and_views_are_their_authors(practice: Practice) -> None:
    case = practice.open()
    scratches.keep(practice.as_("ana"), "note", case, "not yet said")
    practice.do("ana", views.save, views.NewView("Maria", "maria"))
    for table in ("scratch", "saved_view"):
        for handle, seen in (("ana", 1), ("ben", 0), ("sol", 0), ("adam", 0), ("otto", 0)):
            with psql(practice, handle) as conn:
                assert one(conn, f"SELECT count(*) FROM {table}") == seen, (table, handle)


# ---------------------------------------------------------------- the catalogue


def test_every_table_is_under_a_rule_and_every_function_keeps_its_path(practice: Practice) -> None:
    open_tables = practice.rows(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
        " AND NOT relrowsecurity AND relname <> 'alembic_version'"
    )
    assert not open_tables
    views_of_the_owner = practice.rows(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'v'"
        " AND NOT COALESCE('security_invoker=true' = ANY (reloptions), false)"
    )
    # One's own looks; how many open cases each worker, team, program and share of a cover has; numbers one knows, and who
    # has had one's case since; hashes.
    assert {name for (name,) in views_of_the_owner} == {
        "my_looks", "open_counts", "share_counts", "known_numbers", "passed_on", "journal_hashes",
    }  # fmt: skip
    loose = practice.rows(
        "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND prosecdef"
        " AND NOT EXISTS (SELECT 1 FROM unnest(proconfig) c WHERE c LIKE 'search_path=%')"
    )
    assert not loose
    dated = practice.rows(
        "SELECT policyname FROM pg_policies WHERE qual ~* 'current_date|localtime' OR with_check ~* 'current_date|localtime'"
    )
    assert not dated, "days are the agency's"


def test_no_policy_asks_a_function_row_by_row_to_see(practice: Practice) -> None:
    """A sub-select is answered once a statement; `my_role()` alone would be asked for every row there is."""
    asked = practice.rows("SELECT tablename, qual FROM pg_policies WHERE cmd = 'SELECT'")
    for table, qual in asked:
        bare = re.sub(r"\( SELECT [a-z_]+\([^()]*\) AS [a-z_]+\)", "", qual)
        assert not re.search(r"\b(my_\w+|acting_worker|sees_identity|this_transaction)\(", bare), (table, bare)


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


def test_an_admin_takes_back_nothing_by_half_of_what_they_may_not_read(practice: Practice) -> None:
    practice.open()
    before = practice.facts()
    opened = practice.value("SELECT id FROM change WHERE verb = 'open_case'")
    with pytest.raises(NotPermitted, match="whoever made it"):
        practice.do("adam", undo, opened)
    assert practice.facts() == before
    case = practice.open()
    act = moved(practice, case)
    practice.take_back(act, by="adam")
    assert practice.row(case).worker == "ana"


@pytest.mark.parametrize("sql", [
    "UPDATE assignment SET case_id = {other}, role = 'secondary' WHERE worker_id = acting_worker()",
    "UPDATE assignment SET ends_at = NULL, ends_on = NULL WHERE worker_id = acting_worker() AND ends_at IS NOT NULL",
    "UPDATE transfer SET case_id = {other}, state = 'offered' WHERE to_worker_id = acting_worker()",
    "UPDATE transfer SET state = 'offered' WHERE to_worker_id = acting_worker()",
    "UPDATE pending_move SET case_id = {other}, to_worker_id = acting_worker() WHERE set_by = acting_worker()",
    "UPDATE pending_move SET state = 'waiting' WHERE set_by = acting_worker()",
    "INSERT INTO household_member (household_id, client_id, from_on) SELECT 1, client_id, agency_today() FROM identity LIMIT 1",
    "INSERT INTO stay_member (stay_id, case_id) SELECT 1, id FROM case_file LIMIT 1",
])  # fmt: skip
def test_no_row_of_ones_own_is_turned_into_a_way_to_anothers_case(practice: Practice, sql: str) -> None:
    """What was once theirs, declined or set by them leads nowhere: no such row is pointed elsewhere or opened again."""
    kept, gone, declined, other = (practice.open() for _ in range(4))
    practice.open(by="sol", worker="cleo", given="Quetzal")
    practice.do("ana", transfers.offer, [declined], "cleo", "nearer")
    practice.do("cleo", transfers.decline, [declined], "full")
    plan = practice.ask("ana", assign.plan, assign.Wish(("bo",), cases=(gone,)))
    practice.do("ana", assign.commit, plan, "fairer", on=practice.day + timedelta(days=1))
    moved(practice, gone, to="bo")
    moved(practice, other, to="bo")
    with practice.scene() as w:
        stay = w.add(m.stay, from_on=w.today)
        w.add(m.stay_member, stay_id=stay, case_id=practice.id(other))
        home = w.add(m.household, created_at=w.now)
        client = practice.value("SELECT client_id FROM case_file WHERE number = :case", case=other)
        w.add(m.household_member, household_id=home, client_id=client, from_on=w.today)
        w.conn.execute(text("UPDATE pending_move SET state = 'dropped'"))
    seen = "SELECT array_agg(id ORDER BY id) FROM case_file"
    for who in ("ana", "cleo"):
        with psql(practice, who) as conn:
            before = one(conn, seen)
            with suppress(psycopg.errors.InsufficientPrivilege):
                assert conn.execute(sql.format(other=practice.id(other)).encode()).rowcount == 0
            assert one(conn, seen) == before
    assert practice.row(kept).worker == "ana"
