"""Packets: a consultant reads a masked text that a worker approved, and nothing that leads to whose it is."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from caseload.casework import access, changes, custodians, packets, page, pseudonyms, supervision
from caseload.casework.packets import NewPacket
from caseload.errors import CaseloadError, Conflict, NotPermitted, Refused, Usage
from tests.practice.acts import moved
from tests.practice.kit import ADMIN, Practice
from tests.practice.test_veil import SECRETS, TOLD, told  # noqa: F401

TEXT = "Age 30-39, lives alone. Stopped coming two weeks ago."
ASKED = "Is it time for a home visit?"


def approve(p: Practice, case: str, *, by: str = "ana", to: str = "sol", days: int = 14, **more: Any) -> int:
    new = NewPacket(case, to, p.day + timedelta(days=days), more.pop("text", TEXT), more.pop("question", ASKED), **more)
    return int(p.do(by, packets.approve, new).data["packet"])


def readable(p: Practice, packet: int, by: str = "sol") -> bool:
    """Whether that person may open it just now, however they try."""
    listed = packet in [one.id for one in p.ask(by, packets.mine)]
    try:
        packets.read(p.as_(by), packet)
    except Usage:
        assert not listed
        return False
    assert listed
    return True


# ---------------------------------------------------------------- the text


def test_a_draft_tells_the_case_and_not_whose_it_is(told: tuple[Practice, str]) -> None:  # noqa: F811
    p, case = told
    p.note(case, TOLD, sign=True)
    text = packets.draft(p.as_("ana"), case)
    assert [one for one in (*SECRETS, case) if one in text.lower()] == []
    assert not re.search(r"\d{4}-\d{2}-\d{2}", text)
    for said in (
        "age 90+",
        "program housing, stage active",
        "12 days ago: phone, made",
        "her son [relative] was there",
        "dog bites",
    ):
        assert said in text
    assert p.ask("ana", packets.left, case, text) == (), "approved as it is, nothing stands in its way"
    assert p.value("SELECT count(*) FROM look WHERE surface = 'packet' AND kind = 'narrative'") == 1


def test_a_newest_entry_longer_than_the_limit_is_laid_out_as_far_as_it_fits(practice: Practice) -> None:
    case = practice.open()
    practice.note(case, "An earlier one.", sign=True)
    practice.note(case, "Calm. " * 7000, sign=True)
    text = packets.draft(practice.as_("ana"), case)
    assert text.count("Calm.") > 6000
    assert "(the rest of it is left out)\n- 1 older entry is left out" in text and "An earlier one." not in text


def test_words_the_mask_still_finds_are_named_and_stop_it_unless_there_is_a_reason(
    told: tuple[Practice, str],  # noqa: F811
) -> None:
    p, case = told
    text = "Calm today.\nVilma rang again from 055 998 877."
    found = p.ask("ana", packets.left, case, text, "What would you tell Fjodor?")
    assert [(one.line, one.words) for one in found] == [(0, "Fjodor"), (2, "Vilma"), (2, "055 998 877")]
    with pytest.raises(Refused, match="still finds 2 things") as refused:
        approve(p, case, text=text)
    assert refused.value.details == ["line 2: [client]", "line 2: [phone]"], "what it says names nobody"
    approve(p, case, text=text, anyway="Vilma is the name of a song")
    assert p.ask("ana", page.read, p.id(case)).packets[0].anyway == "Vilma is the name of a song"


# ---------------------------------------------------------------- approving


def test_it_is_approved_for_somebody_else_who_may_read_it_and_to_a_day_ahead(practice: Practice) -> None:
    p, case = practice, practice.open()
    p.do("ben", access.name, case, "dan", "deny", "her cousin")
    for to, days, error in (
        ("sol", -1, Usage),
        ("sol", 91, Usage),
        ("ana", 1, Refused),
        ("dan", 1, Refused),
        ("zoe", 1, Usage),
    ):
        with pytest.raises(error):
            approve(p, case, to=to, days=days)
    with pytest.raises(Usage, match="no case"):
        approve(p, case, by="cleo")
    with pytest.raises(NotPermitted):
        approve(p, case, by=ADMIN)
    approve(p, case, days=0)
    approve(p, case, days=90)


@pytest.mark.parametrize("reader", ["cleo", "sol", "nia"])
def test_its_reader_reads_it_on_record_and_learns_nothing_else(practice: Practice, reader: str) -> None:
    p, case = practice, practice.open(given="Salome", family="Ruizova")
    packet = approve(p, case, to=reader)
    [listed] = p.ask(reader, packets.mine)
    assert (listed.author, listed.question, listed.text) == ("ana", ASKED, None)
    assert p.ask("ana", pseudonyms.number_of, listed.called) is None, "a name of the reader's own"
    before = p.value("SELECT count(*) FROM look")
    shown = packets.read(p.as_(reader), packet)
    assert shown.text == TEXT
    assert p.value("SELECT count(*) FROM look WHERE kind = 'packet' AND surface = 'packet'") == 1
    assert p.value("SELECT count(*) FROM look") == before + 1
    assert case not in repr(asdict(shown)) and "Ruiz" not in repr(asdict(shown))
    told_about = [one for one in p.ask("ana", changes.reads, case) if one.kind == "packet"]
    assert [one.worker for one in told_about] == [reader], "whoever works with the case sees who read it"


@pytest.mark.parametrize("reader", ["otto", ADMIN])
def test_nobody_is_asked_who_would_find_out_which_case_it_is(practice: Practice, reader: str) -> None:
    with pytest.raises(Refused, match="rows of every case"):
        approve(practice, practice.open(), to=reader)


def test_nobody_else_reads_it(practice: Practice) -> None:
    packet = approve(practice, practice.open())
    assert not any(readable(practice, packet, who) for who in ("ana", "bo", "cleo", "nia", ADMIN))
    with pytest.raises(Usage):
        practice.do("cleo", packets.answer, packet, "I would visit.")


def test_it_ends_with_its_day_by_the_calendar_alone(practice: Practice) -> None:
    packet = approve(practice, practice.open(), days=1)
    practice.go(1)
    assert readable(practice, packet)
    practice.go(1)
    assert not readable(practice, packet)
    assert practice.ask("sol", packets.mine, today=practice.ago(2)) == [], "nor by asking about another day"
    with pytest.raises(Usage):
        practice.do("sol", packets.answer, packet, "Late.")


def test_withdrawn_it_is_gone_at_once_and_undo_gives_it_back(practice: Practice) -> None:
    p, case = practice, practice.open()
    packet = approve(p, case)
    done = p.do("ana", packets.withdraw, packet)
    assert not readable(p, packet)
    assert p.do("ana", packets.withdraw, packet).change is None
    p.take_back(done)
    assert readable(p, packet)
    with pytest.raises(Usage):
        p.do("cleo", packets.withdraw, packet)


def test_whoever_is_kept_from_the_case_later_reads_no_more_of_it(practice: Practice) -> None:
    case = practice.open()
    packet = approve(practice, case, to="dan")
    assert readable(practice, packet, "dan")
    practice.do("ben", access.name, case, "dan", "deny", "her cousin")
    assert not readable(practice, packet, "dan")


def test_once_its_case_is_restricted_only_what_is_approved_anew_is_read(practice: Practice) -> None:
    case = practice.open()
    before = approve(practice, case)
    act = practice.do("ben", custodians.restrict, case, "ben", "a colleague's sister")
    assert not readable(practice, before)
    assert readable(practice, approve(practice, case))
    practice.take_back(act, by="ben")
    assert readable(practice, before)


def test_whoever_has_left_reads_nothing_and_is_asked_nothing(practice: Practice) -> None:
    case = practice.open()
    packet = approve(practice, case, to="dan")
    with practice.scene() as w:
        w.conn.exec_driver_sql("UPDATE worker SET status = 'left' WHERE handle = 'dan'")
    practice.forget()
    with pytest.raises(CaseloadError):
        packets.read(practice.as_("dan"), packet)
    with pytest.raises(Refused, match="left"):
        approve(practice, case, to="dan")


# ---------------------------------------------------------------- the answer


def test_the_answer_waits_on_the_desk_until_the_case_is_opened(practice: Practice) -> None:
    p, case = practice, practice.open()
    packet = approve(p, case)
    assert p.ask("sol", supervision.desk).packets == 1
    done = p.do("sol", packets.answer, packet, "Go and see.\nNot alone.")
    assert p.ask("sol", supervision.desk).packets == 0
    assert p.ask("ana", supervision.desk).waiting["answers"].count == 1
    assert p.ask("ben", supervision.desk).waiting["answers"].count == 0, "he did not ask"
    [row] = page.open_page(p.as_("ana"), case, surface="screen").packets
    assert (row.reader, row.state, row.question, row.text) == ("sol", "open", ASKED, TEXT)
    assert [(one.by, one.text) for one in row.answers] == [("sol", "Go and see.\nNot alone.")]
    assert p.ask("ana", supervision.desk).waiting["answers"].count == 0
    with pytest.raises(Refused, match="cannot be undone"):
        p.take_back(done, by="sol")


def test_the_answer_goes_with_the_case_to_who_holds_it_then(practice: Practice) -> None:
    p, case = practice, practice.open()
    packet = approve(p, case)
    moved(p, case, to="cleo", by="ben")
    p.do("sol", packets.answer, packet, "Go and see.")
    assert p.ask("cleo", supervision.desk).waiting["answers"].count == 1
    assert page.open_page(p.as_("cleo"), case, surface="screen").packets[0].answers[0].text == "Go and see."


def test_what_was_approved_is_taken_back_unless_it_was_answered(practice: Practice) -> None:
    p, case = practice, practice.open()
    first = p.do("ana", packets.approve, NewPacket(case, "sol", p.day, TEXT))
    p.take_back(first)
    assert p.ask("sol", packets.mine) == []
    packet = approve(p, case)
    p.do("sol", packets.answer, packet, "Go and see.")
    with pytest.raises(Conflict):
        p.take_back(by="ana")


# ---------------------------------------------------------------- by hand, on a server


def test_by_hand_its_reader_gets_the_packet_and_no_way_to_the_case(practice: Practice) -> None:
    if practice.engine_name == "sqlite":
        return
    p, case = practice, practice.open(given="Salome", family="Ruizova")
    packet, key = approve(p, case), p.id(case)
    approve(p, case, to="cleo")
    p.do("sol", packets.answer, packet, "Go and see.")
    packets.read(p.as_("cleo"), p.ask("cleo", packets.mine)[0].id)
    with psycopg.connect(p.url_of("sol"), autocommit=True) as conn:

        def asked(sql: str) -> Any:
            return conn.execute(sql.encode()).fetchall()

        assert asked("SELECT id, author, question, body FROM my_packets") == [(packet, "ana", ASKED, None)], (
            "no text unannounced"
        )
        with conn.transaction():
            assert asked(f"SELECT announce_packet({packet}, 'psql')") == [(True,)]
            assert asked("SELECT body FROM my_packets") == [(None,)], "a rollback would erase the look"
        assert asked("SELECT body FROM my_packets") == [(TEXT,)]
        for table in ("packet", "packet_answer", "case_file", "pseudonym", "known_numbers", "identity"):
            assert asked(f"SELECT count(*) FROM {table}") == [(0,)], table
        assert asked("SELECT body FROM narrative") == [("Go and see.",)], "their own words"
        for table in ("look", "journal", "passed_on"):
            assert asked(f"SELECT count(*) FROM {table} WHERE case_id IS NOT NULL") == [(0,)], table
        mine = asked("SELECT string_agg(body, ' ') FROM payload")[0][0]
        assert f'"packet_id":{packet}' in mine.replace(" ", "") and "case_id" not in re.sub(
            r'"case_id" ?: ?null', "", mine
        )
        answered = asked("SELECT max(id) FROM change WHERE worker_id = acting_worker()")[0][0]
        assert asked(f"SELECT undo_cases({answered})") == [([],)]
        other = asked("SELECT id + 1 FROM my_packets")[0][0]
        assert asked(f"SELECT announce_packet({other}, 'psql'), answer_packet({other}, 'x')") == [(False, None)]
        assert asked(f"SELECT count(*) FROM name_cases(acting_worker(), '{{{key}}}', '{{kettle-0001}}')") == [(0,)]
        for sql in (
            f"INSERT INTO packet_answer (packet_id, worker_id, narrative_id, at) VALUES ({packet}, acting_worker(), 1, now())",
            "INSERT INTO pseudonym (worker_id, case_id, name, at) VALUES (acting_worker(), 1, 'kettle-0001', now())",
            "UPDATE packet SET until_on = until_on + 1",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(sql.encode())


def test_by_hand_nobody_approves_for_a_case_out_of_sight_too_long_or_in_anothers_name(practice: Practice) -> None:
    if practice.engine_name == "sqlite":
        return
    p, case = practice, practice.open()
    key, restricted = p.id(case), p.id(p.open())
    prose = p.value("SELECT max(id) FROM narrative") or (p.note(case) and p.value("SELECT max(id) FROM narrative"))
    row = (
        "INSERT INTO packet (case_id, author_id, reader_id, text_id, approved_at, approved_on, until_on)"
        " SELECT {case}, {author}, w.id, {prose}, now(), agency_today(), agency_today() + {days} FROM worker w WHERE w.handle = 'sol'"
    )
    with p.scene() as w:
        custodian = "(SELECT id FROM worker WHERE handle = 'dan')"
        w.conn.exec_driver_sql(
            f"UPDATE case_file SET restricted = true, custodian_id = {custodian} WHERE id = {restricted}"
        )
    ben = "(SELECT id FROM worker WHERE handle = 'ben')"
    for who, asked in (
        ("cleo", {"case": key}),
        ("cleo", {"case": 987654}),
        ("ben", {"case": restricted}),
        (ADMIN, {"case": key}),
        ("ana", {"case": key, "days": 91}),
        ("ana", {"case": key, "days": -1}),
        ("ana", {"case": key, "author": ben}),
    ):
        sql = row.format(**({"author": "acting_worker()", "prose": prose, "days": 3} | asked))
        with (
            psycopg.connect(p.url_of(who), autocommit=True) as conn,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            conn.execute(sql.encode())
    fresh = f"INSERT INTO narrative (case_id, worker_id, body, at) VALUES ({key}, acting_worker(), 'x', now())"
    new = row.format(case=key, author="acting_worker()", prose="(SELECT max(id) FROM narrative)", days=3)
    for asked in (
        new.replace("'sol'", "'otto'"),
        new.replace("'sol'", "'ada'"),
        new.replace("(SELECT max(id) FROM narrative)", str(prose)),
    ):
        with psycopg.connect(p.url_of("ana")) as conn:
            conn.execute(fresh.encode())
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(asked.encode())
            conn.rollback()
    with psycopg.connect(p.url_of("ana")) as conn:
        conn.execute(fresh.encode())
        conn.execute(new.encode())
    with psycopg.connect(p.url_of("ben"), autocommit=True) as conn:
        conn.execute("UPDATE packet SET withdrawn_by = acting_worker(), withdrawn_at = now()")
    with psycopg.connect(p.url_of("ana"), autocommit=True) as conn:
        assert conn.execute("UPDATE packet SET withdrawn_by = NULL, withdrawn_at = NULL").rowcount == 0, (
            "by a colleague"
        )
    with psycopg.connect(p.url_of("ben"), autocommit=True) as conn:
        assert conn.execute("UPDATE packet SET withdrawn_by = NULL, withdrawn_at = NULL").rowcount == 1
    with psycopg.connect(p.url_of("ana"), autocommit=True) as conn:
        assert conn.execute("UPDATE packet SET withdrawn_by = acting_worker(), withdrawn_at = now()").rowcount == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("UPDATE packet SET until_on = until_on + 80")


def test_errors_about_packets_are_the_same_whatever_they_are_about(practice: Practice) -> None:
    p = practice
    theirs, ended = approve(p, p.open(), to="cleo"), approve(p, p.open())
    p.do("ana", packets.withdraw, ended)
    said = set()
    for packet in (theirs, ended, 987654):
        with pytest.raises(CaseloadError) as refused:
            packets.read(p.as_("sol"), packet)
        said.add(refused.value.message)
    assert len(said) == 1
