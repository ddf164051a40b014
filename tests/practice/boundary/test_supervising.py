"""PostgreSQL is the boundary: what is said in supervision stays between a worker and who supervises them."""

from __future__ import annotations

import re

from caseload.casework import custodians, staff, topics
from tests.practice.boundary.by_hand import cleos, one, psql, refused
from tests.practice.kit import ADMIN, Practice
from tests.practice.test_scope import name_on


def test_what_is_brought_to_supervision_is_read_by_its_worker_and_who_supervises_them_alone(practice: Practice) -> None:
    case = cleos(practice)
    practice.do("cleo", topics.bring, "I sleep badly.")
    name_on(practice, case, "dan", "allow")
    name_on(practice, case, "ben", "allow")
    for handle in ("cleo", "sol", "dan", "ben"):
        practice.look(case, by=handle)
    told = "SELECT count(*) FROM narrative WHERE body IN ('I sleep badly.', 'She frightens me.')"
    rows = "SELECT count(*) FROM supervision_topic"
    kept = "SELECT count(*) FROM payload p JOIN journal j ON j.id = p.id WHERE j.table_name = 'supervision_topic'"
    for handle, seen in (
        ("cleo", 2),
        ("sol", 2),
        ("dan", 0),
        ("ben", 0),
        ("ana", 0),
        ("adam", 0),
        ("nia", 0),
        ("otto", 0),
    ):
        with psql(practice, handle) as conn:
            assert (one(conn, told), one(conn, rows)) == (seen, seen), handle
            assert one(conn, kept) == (2 if handle == "cleo" else 0), handle
    practice.do("sol", custodians.restrict, case, "dan", "a colleague's sister")
    with psql(practice, "sol") as conn:
        assert (one(conn, told), one(conn, rows)) == (1, 1), "about a case, while that is in sight"


def test_nobody_writes_on_anothers_agenda_or_in_anothers_name(practice: Practice) -> None:
    case = cleos(practice)
    name_on(practice, case, "dan", "allow")
    key = practice.id(case)
    cleo, sol = (f"(SELECT id FROM worker WHERE handle = '{who}')" for who in ("cleo", "sol"))
    prose = f"INSERT INTO narrative (case_id, worker_id, agenda_of, body, at) VALUES ({key}, acting_worker(), {cleo}, 'x', now())"
    topic = (
        "INSERT INTO supervision_topic (worker_id, brought_by, case_id, narrative_id, at, on_date)"
        f" SELECT {cleo}, {{by}}, case_id, narrative_id, at, on_date FROM supervision_topic"
    )
    for handle in ("dan", "ana"):
        assert "42501" in refused(practice, handle, prose)
    with psql(practice, "dan") as conn:
        assert conn.execute(b"UPDATE supervision_topic SET version = 9").rowcount == 0
    assert "42501" in refused(practice, "sol", topic.format(by=cleo))
    mine = "SELECT max(id) FROM narrative WHERE worker_id = acting_worker()"
    over = f"UPDATE supervision_topic SET discussed_on = on_date, discussed_by = {{by}}, agreed_id = ({mine})"
    practice.look(case, by="sol")
    with psql(practice, "sol") as conn:
        conn.execute(prose.encode())
        assert one(conn, mine) is not None
    for sql in (
        f"UPDATE supervision_topic SET narrative_id = ({mine})",
        f"UPDATE supervision_topic SET brought_by = {sol}",
        f"UPDATE supervision_topic SET worker_id = {sol}",
        "UPDATE supervision_topic SET case_id = NULL",
        over.format(by=cleo),
    ):
        assert "42501" in refused(practice, "sol", sql), sql
    with psql(practice, "sol") as conn:
        assert conn.execute(b"DELETE FROM supervision_topic").rowcount == 0, "only who brought it"
        assert conn.execute(over.format(by=sol).encode()).rowcount == 1
    assert "42501" in refused(
        practice, "cleo", "UPDATE supervision_topic SET discussed_on = NULL, discussed_by = NULL, agreed_id = NULL"
    )
    with psql(practice, "cleo") as conn:
        assert conn.execute(b"DELETE FROM supervision_topic").rowcount == 0, "what was discussed stays"


def test_no_note_is_co_signed_by_who_wrote_it_or_by_who_does_not_supervise_its_case(practice: Practice) -> None:
    practice.do(ADMIN, staff.edit_worker, "cleo", staff.WorkerFields(seniority="junior"))
    case = practice.open(by="cleo", worker="cleo")
    name_on(practice, case, "dan", "allow")
    note = practice.note(case, by="cleo", sign=True)
    own = practice.note(case, by="sol", sign=True)
    sign = "UPDATE note SET cosigned_by = {by}, cosigned_at = now() WHERE id = {note}"
    me, dan = "acting_worker()", "(SELECT id FROM worker WHERE handle = 'dan')"
    for handle, sql in (
        ("cleo", sign.format(by=me, note=note)), ("dan", sign.format(by=me, note=note)), ("sol", sign.format(by=dan, note=note)),
        ("sol", sign.format(by=me, note=own)), ("cleo", f"UPDATE note SET needs_cosign = false WHERE id = {note}"),
    ):  # fmt: skip
        assert re.match("42501|23", refused(practice, handle, sql)), (handle, sql)
    draft = practice.note(case, by="cleo")
    with psql(practice, "cleo") as conn:
        by_hand = f"UPDATE note SET state = 'signed', signed_at = now(), signed_by = acting_worker(), needs_cosign = false WHERE id = {draft}"
        conn.execute(by_hand.encode())
        assert one(conn, f"SELECT needs_cosign FROM note WHERE id = {draft}"), (
            "whoever signs by hand is no less a junior"
        )
    with psql(practice, "sol") as conn:
        assert conn.execute(sign.format(by=me, note=note).encode()).rowcount == 1
