"""The journal: every fact that changed and nothing else, no client in it, and no way to change it unseen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, exc

from caseload.casework import alerts, changes, contacts, disclosures, intake, looks, notes, packets, stages, tasks
from caseload.errors import CaseloadError, NotPermitted, Refused
from caseload.store.undo import undo
from caseload.store.verify import Verdict, check, verify_journal
from caseload.store.watched import APPEND_ONLY
from tests.practice.acts import ACTS, lived_in
from tests.practice.kit import ADMIN, Practice

Row = tuple[str, int]


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[Row, tuple[str, frozenset[str]]]:
    """What became of each row: inserted, deleted, or which of its facts changed."""
    out: dict[Row, tuple[str, frozenset[str]]] = {}
    for table in before:
        old, new = before[table], after[table]
        for key in old.keys() | new.keys():
            if key not in old:
                out[table, key] = ("insert", frozenset(new[key]))
            elif key not in new:
                out[table, key] = ("delete", frozenset(old[key]))
            elif columns := frozenset(name for name in new[key] if new[key][name] != old[key][name]):
                out[table, key] = ("update", columns)
    return out


@pytest.mark.parametrize("name", ACTS)
def test_an_act_leaves_a_row_for_each_fact_it_changed_and_none_for_what_is_derived(office: Practice, name: str) -> None:
    case = lived_in(office)
    before = office.facts()
    receipt = ACTS[name].do(office, case)
    written: dict[tuple[str, int], tuple[str, frozenset[str]]] = {}
    for row in office.rows(
        "SELECT table_name, row_id, op, columns FROM journal WHERE change_id = :change AND table_name <> 'narrative' ORDER BY id",
        change=receipt.change,
    ):
        # What was made and settled in one act has a row for each, and came to be.
        op, named = written.get((row.table_name, row.row_id), (row.op, frozenset()))
        written[row.table_name, row.row_id] = (op, named | frozenset(row.columns.split(",")))
    assert written == changed(before, office.facts())
    author = office.rows(
        "SELECT DISTINCT j.login, w.handle FROM journal j JOIN worker w ON w.id = j.worker_id WHERE j.change_id = :change",
        change=receipt.change,
    )
    assert [row.handle for row in author] == [ACTS[name].by]
    for word in ("Mara", "Conti", "Zoë", "O'Neil"):
        assert word not in receipt.words, "a receipt names no client"


def test_a_refused_act_leaves_no_trace_but_looks(practice: Practice) -> None:
    case = practice.open()
    before = practice.value("SELECT max(id) FROM change"), practice.value("SELECT count(*) FROM journal")
    with pytest.raises(Refused):
        practice.do("ana", stages.move, case, "assessment", "again")
    assert (practice.value("SELECT max(id) FROM change"), practice.value("SELECT count(*) FROM journal")) == before


# ---------------------------------------------------------------- what must not stand in it

PROSE, GIVEN, FAMILY, ALIAS, PHONE = "Xylophone-prose", "Quetzalcoatl", "Wolstenholme", "Zwetschge", "0049-555-0199"


def test_neither_prose_nor_a_name_stands_in_journal_changes_or_looks(practice: Practice) -> None:
    new = intake.NewCase(GIVEN, FAMILY, "housing", worker="ana", phone=PHONE)
    case = str(practice.do("ana", intake.open_case, new).data["case"])
    draft = practice.note(case, f"{PROSE} one")
    practice.do("ana", notes.edit, draft, f"{PROSE} two", seen=1)
    practice.do("ana", notes.sign, draft)
    practice.do("ana", notes.write, notes.NewNote(case, text=f"{PROSE} more", sign=True, addendum_to=draft))
    practice.met(case, note=f"{PROSE} three")
    practice.take_back(practice.met(case, note=f"{PROSE} four"))
    practice.do("ana", alerts.set_tags, [case], add=["outreach"])
    looks.announce(practice.as_("ana"), [case], surface="show")

    for table in ("journal", "change", "look"):
        for row in practice.rows(f"SELECT * FROM {table}"):
            for word in (PROSE, GIVEN, FAMILY, PHONE):
                assert not any(word.lower() in str(value).lower() for value in row), (table, row)
    bodies = [row.body for row in practice.rows("SELECT body FROM payload")]
    assert not any(PROSE in body for body in bodies), "prose is superseded, never copied"
    holding = practice.rows(
        "SELECT DISTINCT j.table_name FROM payload p JOIN journal j ON j.id = p.id WHERE p.body LIKE :name",
        name=f"%{FAMILY}%",
    )
    assert [row.table_name for row in holding] == ["identity"], "a name stands only where it can be erased"


def test_an_error_names_no_client(practice: Practice) -> None:
    case = practice.open(given=GIVEN, family=FAMILY)
    practice.do("ana", alerts.set_tags, [case], add=["x"])
    practice.do("ana", stages.move, case, "closed", "moved away")
    for verb, *args in (
        (contacts.log, contacts.NewContact([case], "phone", "made", note=PROSE)),
        (tasks.add, case, PROSE, practice.day),
        (notes.write, notes.NewNote(case, text=PROSE)),
        (stages.move, case, "closed", PROSE),
        (intake.open_case, intake.NewCase(GIVEN * 100, FAMILY, "housing")),
        (intake.open_case, intake.NewCase(GIVEN, FAMILY, "housing", phone=PHONE, safe_to_call="perhaps")),
    ):
        with pytest.raises(CaseloadError) as said:
            practice.do("ana", verb, *args)
        for word in (PROSE, GIVEN, FAMILY, PHONE):
            assert word not in f"{said.value.message} {said.value.details}"


# ---------------------------------------------------------------- append-only


@pytest.mark.parametrize("table", [*APPEND_ONLY, "change"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET id = id + 1000000"])
def test_what_is_only_ever_added_to_is_not_changed_even_by_the_owner(office: Practice, table: str, act: str) -> None:
    case = office.open()
    office.note(case)
    looks.announce(office.as_("ana"), [case], surface="show")
    told = disclosures.NewDisclosure(case, "", ("identity",), "Her own file.", "She asked for it.", basis="client")
    office.do("ana", disclosures.tell, told)
    asked = office.do("ana", packets.approve, packets.NewPacket(case, "sol", office.day, "Lives alone."))
    office.do("sol", packets.answer, asked.data["packet"], "I would visit.")
    before = office.rows(f"SELECT * FROM {table} ORDER BY id")
    with pytest.raises(exc.DBAPIError, match="append-only"), office.by_hand() as conn:
        conn.exec_driver_sql(act.format(table))
    assert office.rows(f"SELECT * FROM {table} ORDER BY id") == before


def test_a_signed_note_is_locked_in_the_database_too(practice: Practice) -> None:
    case = practice.open()
    note = practice.note(case, sign=True)
    for act in (
        f"DELETE FROM note WHERE id = {note}",
        f"UPDATE note SET state = 'draft', signed_at = NULL WHERE id = {note}",
    ):
        with pytest.raises(exc.DBAPIError, match="signed note is locked"), practice.by_hand() as conn:
            conn.exec_driver_sql(act)


# ---------------------------------------------------------------- tampering


@contextmanager
def guards_down(practice: Practice, table: str) -> Iterator[Connection]:
    """What somebody who owns the database can do: turn the guards off, tamper, turn them on again."""
    with practice.by_hand() as conn:
        if practice.engine_name == "postgresql":
            conn.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield conn
            conn.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        else:
            kept = conn.exec_driver_sql(
                f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"
            )
            for name, _sql in (triggers := kept.all()):
                conn.exec_driver_sql(f"DROP TRIGGER {name}")
            yield conn
            for _name, sql in triggers:
                conn.exec_driver_sql(sql)


def verdict(practice: Practice) -> Verdict:
    found: Verdict = practice.ask(ADMIN, verify_journal)
    return found


def test_an_untouched_journal_is_sound(practice: Practice) -> None:
    lived_in(practice)
    said = verdict(practice)
    assert said.sound
    assert said.rows == practice.value("SELECT count(*) FROM journal") > 20
    assert practice.ask(ADMIN, check).sound


@pytest.mark.parametrize(
    "tampering",
    [
        "worker_id = worker_id + 1", "login = 'somebody'", "table_name = 'task'", "row_id = row_id + 1", "op = 'delete'",
        "columns = 'why'", "case_id = 1", "change_id = 1", "payload_hash = 'x'", "hash = 'x'",
    ],
)  # fmt: skip
def test_a_tampered_journal_row_is_named(office: Practice, tampering: str) -> None:
    office.open(), office.open()
    row = office.value("SELECT max(id) FROM journal WHERE table_name = 'assignment'")
    kept = office.rows("SELECT * FROM journal WHERE id = :row", row=row)[0]
    with guards_down(office, "journal") as conn:
        conn.exec_driver_sql(f"UPDATE journal SET {tampering} WHERE id = {row}")
    said = verdict(office)
    with guards_down(office, "journal") as conn:
        column = tampering.partition(" ")[0]
        value = getattr(kept, column)
        conn.exec_driver_sql(
            f"UPDATE journal SET {column} = {value if isinstance(value, int) else repr(value)} WHERE id = {row}"
        )
    assert len(said.faults) == 1
    assert f"row {row} " in said.faults[0]
    assert verdict(office).sound


def test_a_tampered_or_lost_payload_is_named(practice: Practice) -> None:
    practice.open()
    first, second = (row.id for row in practice.rows("SELECT id FROM payload ORDER BY id DESC LIMIT 2"))
    with guards_down(practice, "payload") as conn:
        conn.exec_driver_sql(f"UPDATE payload SET body = replace(body, 'a', 'e') WHERE id = {first}")
        conn.exec_driver_sql(f"DELETE FROM payload WHERE id = {second}")
    said = verdict(practice)
    # Whether a seal held them already depends on how long ago the last was made.
    assert sorted(re.sub(r" \(seal \d+\)", "", fault) for fault in said.faults) == sorted([
        f"The payload of journal row {first} does not agree with its hash.",
        f"Journal row {second} has lost its payload.",
    ])  # fmt: skip


def test_check_names_a_case_whose_rank_was_written_by_hand_and_a_trigger_that_is_gone(practice: Practice) -> None:
    case = practice.open()
    with guards_down(practice, "case_file") as conn:
        conn.exec_driver_sql("UPDATE case_file SET level = 1, urgency = 3")
    said = practice.ask(ADMIN, check)
    assert any(case in fault for fault in said.faults)
    with practice.by_hand() as conn:
        on = " ON task" if practice.engine_name == "postgresql" else ""
        name = "journal_update" if on else "journal_task_update"
        conn.exec_driver_sql(f"DROP TRIGGER {name}{on}")
    assert any("journal_" in fault for fault in practice.ask(ADMIN, check).faults)


# ---------------------------------------------------------------- by hand


def test_a_change_by_hand_is_journalled_or_refused(practice: Practice) -> None:
    """On PostgreSQL it gets a change of its own under the login's name; SQLite refuses what nobody announced."""
    case = practice.open()
    practice.task(case, due=4)
    before = practice.facts()
    if practice.engine_name == "sqlite":
        with pytest.raises(exc.DBAPIError, match="made through caseload"), practice.by_hand() as conn:
            conn.exec_driver_sql("UPDATE task SET title = 'Something else'")
        assert practice.facts() == before
        return
    with psycopg.connect(practice.url_of("ana")) as conn:
        conn.execute("UPDATE task SET title = 'Something else'")
    (row,) = practice.rows(
        "SELECT c.verb, c.login, w.handle, j.op, j.columns FROM journal j JOIN change c ON c.id = j.change_id"
        " JOIN worker w ON w.id = c.worker_id WHERE c.verb = 'by_hand'"
    )
    assert (row.login, row.handle, row.op, row.columns) == (practice.login("ana"), "ana", "update", "title")
    assert verdict(practice).sound
    listed = practice.ask("ana", changes.listed)
    practice.do("ana", undo, listed[0].id)
    assert practice.facts() == before


def test_a_moment_set_by_hand_in_another_time_zone_can_be_taken_back(practice: Practice) -> None:
    case = practice.open(by="ben", worker="ana", acknowledged=False)
    before = practice.facts()
    sql = "UPDATE assignment SET acknowledged_at = '2026-11-20 11:00:00+00:00'"
    if practice.engine_name == "sqlite":
        with pytest.raises(exc.DBAPIError, match="made through caseload"), practice.by_hand() as conn:
            conn.exec_driver_sql(sql)
    else:
        with psycopg.connect(practice.url_of("ana")) as conn:
            conn.execute("SET timezone TO 'Asia/Tokyo'")
            conn.execute(sql)
        assert "new_assignment" not in practice.reasons(case)
        practice.take_back()
    assert practice.facts() == before


def test_two_changes_by_hand_in_one_transaction_are_one_change(practice: Practice) -> None:
    case = practice.open()
    practice.task(case, due=4)
    if practice.engine_name == "sqlite":
        for statement in ("DELETE FROM task", "INSERT INTO tag (case_id, tag) VALUES (1, 'x')"):
            with pytest.raises(exc.DBAPIError, match="made through caseload"), practice.by_hand() as conn:
                conn.exec_driver_sql(statement)
        return
    with psycopg.connect(practice.url_of("ana")) as conn:
        conn.execute("UPDATE task SET title = 'Something else'")
        conn.execute("INSERT INTO tag (case_id, tag) VALUES (%s, 'x')", (practice.id(case),))
    assert practice.value("SELECT count(*) FROM change WHERE verb = 'by_hand'") == 1
    assert (
        practice.value("SELECT count(*) FROM journal j JOIN change c ON c.id = j.change_id WHERE c.verb = 'by_hand'")
        == 2
    )


class TestALoginCannotPassForAnother:
    """PostgreSQL only by nature: on SQLite whoever holds the file is taken at their word, and we say so."""

    @pytest.fixture
    def case(self, practice: Practice) -> str:
        case = practice.open()
        practice.task(case, due=4, by="ben")
        return case

    def by_hand(self, practice: Practice, *statements: str) -> str:
        """What Ana's own login may do at psql; the error, if any."""
        if practice.engine_name == "sqlite":
            return "sqlite"
        try:
            with psycopg.connect(practice.url_of("ana")) as conn:
                for statement in statements:
                    conn.execute(statement.encode())
        except psycopg.Error as error:
            return str(error)
        return ""

    def signed_by(self, practice: Practice) -> set[str]:
        rows = practice.rows(
            "SELECT w.handle, j.login, c.login AS announced FROM journal j JOIN change c ON c.id = j.change_id"
            " LEFT JOIN worker w ON w.id = j.worker_id WHERE j.table_name = 'task' AND j.op = 'update'"
        )
        return {str(row.handle) for row in rows} | {
            row.announced.rpartition("_")[2] for row in rows if practice.engine_name == "postgresql"
        }

    def test_by_naming_another_persons_change(self, practice: Practice, case: str) -> None:
        bens = practice.value("SELECT max(id) FROM change")
        self.by_hand(
            practice,
            f"SELECT set_config('caseload.change', '{bens}', true)",
            "UPDATE task SET title = 'Something else'",
        )
        assert self.signed_by(practice) <= {"ana"}

    def test_by_announcing_a_change_in_another_name(self, practice: Practice, case: str) -> None:
        ben = practice.value("SELECT id FROM worker WHERE handle = 'ben'")
        self.by_hand(
            practice,
            f"INSERT INTO change (id, uid, at, worker_id, login, verb) OVERRIDING SYSTEM VALUE VALUES (777777, 'u', now(), {ben}, 'ben', 'x')",
            "SELECT set_config('caseload.change', '777777', true)",
            "UPDATE task SET title = 'Something else'",
        )  # fmt: skip
        assert self.signed_by(practice) <= {"ana"}

    def test_by_a_private_table_of_workers(self, practice: Practice, case: str) -> None:
        ben = practice.value("SELECT id FROM worker WHERE handle = 'ben'")
        self.by_hand(
            practice,
            f"CREATE TEMPORARY TABLE worker AS SELECT {ben}::bigint AS id, session_user::text AS login",
            "UPDATE public.task SET title = 'Something else'",
        )
        assert self.signed_by(practice) <= {"ana"}

    def test_by_rewriting_a_receipt(self, practice: Practice, case: str) -> None:
        bens = practice.value("SELECT max(id) FROM change")
        before = practice.rows("SELECT * FROM change WHERE id = :id", id=bens)
        self.by_hand(
            practice,
            f"SELECT set_config('caseload.change', '{bens}', true)",
            f"UPDATE change SET summary = 'Nothing', undoable = false WHERE id = {bens}",
        )
        assert practice.rows("SELECT * FROM change WHERE id = :id", id=bens) == before

    def test_by_writing_the_journal_or_a_look_for_somebody_else(self, practice: Practice, case: str) -> None:
        ben = practice.value("SELECT id FROM worker WHERE handle = 'ben'")
        said = self.by_hand(
            practice,
            f"INSERT INTO journal (id, at, change_id, worker_id, login, table_name, row_id, op, columns, payload_hash, hash)"
            f" OVERRIDING SYSTEM VALUE VALUES (99999, now(), 1, {ben}, 'ben', 'task', 1, 'update', '', '', '')",
        )
        assert said == "sqlite" or "permission denied" in said
        self.by_hand(
            practice,
            f"INSERT INTO look (worker_id, login, kind, surface, at) VALUES ({ben}, 'ben', 'case', 'psql', now())",
        )
        assert practice.value("SELECT count(*) FROM look WHERE worker_id = :ben", ben=ben) == 0


# ---------------------------------------------------------------- who may read it


def test_who_reads_the_journal(practice: Practice) -> None:
    mine, south = practice.open(), practice.open(by="sol", worker="cleo")
    looks.announce(practice.as_("cleo"), [south], surface="show")
    for question in (changes.entries, changes.reads):
        for handle in ("ana", "nia"):
            with pytest.raises(NotPermitted):
                practice.ask(handle, question)
    assert {row.case for row in practice.ask("ana", changes.entries, mine)} == {mine}
    assert {row.case for row in practice.ask("otto", changes.entries)} >= {mine, south}
    assert {row.case for row in practice.ask("sol", changes.entries)} == {south}
    assert {row.case for row in practice.ask("sol", changes.reads)} == {south}
    assert practice.ask("ben", changes.reads) == []
    assert {row.case for row in practice.ask("otto", changes.reads, south)} == {south}
    with pytest.raises(CaseloadError):
        practice.ask("ana", changes.entries, south)


def test_a_case_manager_lists_their_own_changes_and_a_supervisor_those_of_their_teams(practice: Practice) -> None:
    practice.tried(practice.open())
    practice.tried(practice.open(by="sol", worker="cleo"), by="cleo")
    assert {row.worker for row in practice.ask("ana", changes.listed)} == {"ana"}
    assert {row.worker for row in practice.ask("sol", changes.listed)} == {"sol", "cleo"}
    assert {"ana", "cleo", "sol"} <= {row.worker for row in practice.ask("otto", changes.listed)}
