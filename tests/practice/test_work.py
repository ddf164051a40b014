"""One act, one transaction: all of it or nothing, once, and told in a sentence; however many act at once."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, update

from caseload import models as m
from caseload.casework import alerts, assign, attention, contacts, notes, staff, stages, tasks, triage
from caseload.casework.contacts import NewContact
from caseload.errors import CaseloadError, Conflict, NotPermitted, Refused, Unreachable, Usage
from caseload.store.database import Database, Receipt, Work
from caseload.store.undo import undo
from caseload.store.verify import check, verify_journal
from tests.practice.kit import ADMIN, Practice

# ---------------------------------------------------------------- all or nothing


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, Usage])
def test_an_act_that_breaks_off_leaves_nothing(office: Practice, error: type[BaseException]) -> None:
    case = office.open()
    before = office.facts(), office.derived(), office.value("SELECT max(id) FROM change")

    def half_an_act() -> None:
        with office.as_("ana").work("contact") as w:
            contacts.log(w, NewContact([case], "phone", "made", note="x"))
            stages.move(w, case, "closed", "x")
            raise error("in the middle")

    with pytest.raises(error):
        half_an_act()
    assert (office.facts(), office.derived(), office.value("SELECT max(id) FROM change")) == before
    office.met(case)


def test_an_act_that_had_nothing_to_do_leaves_no_change(office: Practice) -> None:
    case = office.open()
    before = office.value("SELECT max(id) FROM change"), office.value("SELECT max(id) FROM journal")
    receipt = office.do("ana", attention.wake, [case])
    assert (receipt.change, receipt.number, receipt.undoable) == (None, None, False)
    assert (office.value("SELECT max(id) FROM change"), office.value("SELECT max(id) FROM journal")) == before


def test_after_a_lost_answer_the_terminal_learns_whether_it_had_committed(practice: Practice) -> None:
    case, ana = practice.open(), practice.as_("ana")
    assert ana.committed("made-by-the-terminal") is None
    with ana.work("contact", uid="made-by-the-terminal") as w:
        first = contacts.log(w, NewContact([case], "phone", "made"))
    kept = ana.committed("made-by-the-terminal")
    assert kept is not None
    assert (kept.change, kept.words) == (first.change, first.words)
    with pytest.raises(Refused, match="already been recorded"), ana.work("contact", uid="made-by-the-terminal") as w:
        contacts.log(w, NewContact([case], "phone", "made"))
    assert practice.value("SELECT count(*) FROM contact") == 1


def test_a_receipt_says_what_and_which_cases(practice: Practice) -> None:
    first, second = practice.open(), practice.open()
    receipt = practice.met(first, second)
    assert receipt.number == f"C-{receipt.change}"
    assert set(receipt.cases) == {first, second}
    row = practice.rows("SELECT * FROM change WHERE id = :id", id=receipt.change)[0]
    assert (row.summary, row.cases, row.verb) == (receipt.words, 2, "log")


def test_the_reason_of_an_act_is_kept_inert_and_within_limits(practice: Practice) -> None:
    case = practice.open()
    practice.do("ana", stages.set_risk, case, "high", "as seen", why="a\x00b\x1b[2J\nc" + "x" * 10_000)
    kept = practice.value("SELECT why FROM change ORDER BY id DESC")
    assert kept.startswith("ab cx")
    assert len(kept) == 500


def test_somebody_who_left_writes_nothing_more_on_a_screen_still_open(practice: Practice) -> None:
    practice.queue("dan")
    practice.do(ADMIN, staff.leave, "dan")
    with pytest.raises(NotPermitted):
        practice.open(by="dan", worker=None)


# ---------------------------------------------------------------- many at once


def outcome(future: Future[Any]) -> Any:
    """What came of it: a receipt, or the error it was answered with."""
    try:
        return future.result(timeout=30)
    except CaseloadError as error:
        return error


def first_then_second(
    practice: Practice, by: tuple[str, str], first: Callable[[Work], Receipt], second: Callable[[Work], Receipt]
) -> Any:
    """Two people in the same moment: the second begins while the first has written and not yet committed."""

    def begin() -> Receipt:
        with practice.as_(by[1]).work("second") as w:
            return second(w)

    practice.ask(by[1], triage.counts)
    with ThreadPoolExecutor(1) as pool:
        with practice.as_(by[0]).work("first") as w:
            first(w)
            future = pool.submit(begin)
            waits(practice, future)
        return outcome(future)


def waits(practice: Practice, future: Future[Any]) -> None:
    """Until the second is held up by the first: told by the server, or on SQLite by the lock nobody else can take."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and not future.done():
        if practice.engine_name == "sqlite" or practice.value(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ):
            return
        time.sleep(0.01)


def test_of_two_who_save_the_same_draft_at_once_one_is_told(practice: Practice) -> None:
    note = practice.note(practice.open())
    said = first_then_second(
        practice,
        ("ana", "ana"),
        lambda w: notes.edit(w, note, "One.", seen=1),
        lambda w: notes.edit(w, note, "Two.", seen=1),
    )
    assert isinstance(said, Conflict)
    assert [row.body for row in practice.rows("SELECT body FROM narrative ORDER BY id")] == ["Came in, calm.", "One."]


def test_of_two_who_move_the_same_cases_at_once_one_is_told(practice: Practice) -> None:
    case = practice.open()
    to_bo = practice.ask("ben", assign.plan, assign.Wish(("bo",), cases=(case,)))
    to_cleo = practice.ask("ana", assign.plan, assign.Wish(("cleo",), cases=(case,)))
    said = first_then_second(
        practice, ("ben", "ana"), lambda w: assign.commit(w, to_bo, "x"), lambda w: assign.commit(w, to_cleo, "y")
    )
    assert isinstance(said, (Conflict, NotPermitted))
    assert practice.row(case, "ben").worker == "bo"
    assert practice.value("SELECT count(*) FROM assignment WHERE ends_at IS NULL") == 1


def test_of_two_who_take_the_same_act_back_at_once_one_is_told(practice: Practice) -> None:
    case = practice.open()
    receipt = practice.tried(case)
    said = first_then_second(
        practice, ("ana", ADMIN), lambda w: undo(w, receipt.change), lambda w: undo(w, receipt.change)
    )
    assert isinstance(said, Refused)
    assert "already undone" in said.message
    assert practice.value("SELECT count(*) FROM change WHERE undoes_id IS NOT NULL") == 1


def test_what_is_being_taken_back_is_not_changed_in_between(practice: Practice) -> None:
    case = practice.open()
    task = practice.task(case, due=5)
    change = practice.do("ana", tasks.change, task, seen=1, title="Write instead")
    said = first_then_second(
        practice,
        ("ana", "ben"),
        lambda w: undo(w, change.change),
        lambda w: tasks.change(w, task, seen=2, title="Ben's words"),
    )
    assert isinstance(said, Conflict)
    assert practice.value("SELECT title FROM task") == "Call the landlord"


def test_of_two_who_snooze_a_case_at_once_both_are_kept(practice: Practice) -> None:
    case = practice.open()
    day = practice.day + timedelta(days=3)
    said = first_then_second(
        practice,
        ("ana", "ben"),
        lambda w: attention.snooze_until(w, [case], day, "x"),
        lambda w: attention.snooze_until(w, [case], day + timedelta(days=1), "y"),
    )
    assert isinstance(said, (Receipt, Refused))
    assert practice.value("SELECT count(*) FROM snooze WHERE cleared_at IS NULL") == 1
    assert not practice.differing()


def test_reading_never_waits_for_writing(practice: Practice) -> None:
    case = practice.open()
    with practice.as_("ana").work("contact") as w:
        contacts.log(w, NewContact([case], "phone", "made"))
        began = time.monotonic()
        assert practice.row(case, "ben").last_contact is None
        assert time.monotonic() - began < 5


def test_the_first_queue_of_a_morning_does_not_wait_for_somebody_who_is_writing(practice: Practice) -> None:
    """What nobody could re-rank just then is reckoned for the reading alone."""
    case, other = practice.open(), practice.open(risk="critical")
    practice.go(8)
    with practice.as_("ana").work("contact") as w:
        contacts.log(w, NewContact([other], "phone", "attempted"))
        stages.set_risk(w, case, "medium", "x")
        began = time.monotonic()
        assert practice.queue("ben") == [other, case]
        assert time.monotonic() - began < 5
    assert practice.queue("ben") == [other, case]
    assert not practice.differing()


SCRIPT = """
import sys
from caseload import settings
from caseload.casework import contacts
from caseload.store.connect import connect
url, worker, case, times = sys.argv[1:]
db = connect(settings.load(database=url, as_worker=worker or None))
for _ in range(int(times)):
    with db.work("contact") as w:
        contacts.log(w, contacts.NewContact([case], "phone", "attempted", note="x"))
"""


def test_several_terminals_writing_at_once_all_succeed(practice: Practice) -> None:
    case, times = practice.open(), 12
    terminals = []
    for handle in ("ana", "ben", "ana"):
        where = (practice.url, handle) if practice.engine_name == "sqlite" else (practice.url_of(handle), "")
        terminals.append(
            subprocess.Popen(
                [sys.executable, "-c", SCRIPT, *where, case, str(times)], stderr=subprocess.PIPE, text=True
            )
        )
    for terminal in terminals:
        _out, said = terminal.communicate(timeout=120)
        assert terminal.returncode == 0, said
    assert practice.value("SELECT count(*) FROM contact_line") == 3 * times
    assert not practice.differing()
    assert practice.ask(ADMIN, verify_journal).sound
    assert practice.ask(ADMIN, check).sound


def rename_source(database: Database) -> None:
    with database.work("source") as w:
        w.conn.execute(update(m.case_file).values(source="y"))
        w.receipt("Changed the source")


def test_a_database_busy_for_too_long_is_told_in_a_sentence(practice: Practice) -> None:
    case = practice.open()
    ben = practice.as_("ben")
    if practice.engine_name == "sqlite":
        event.listen(ben.engine, "connect", lambda raw, _record: raw.execute("PRAGMA busy_timeout=50"))
    else:
        event.listen(ben.engine, "begin", lambda conn: conn.exec_driver_sql("SET LOCAL lock_timeout = '50ms'"))
    before = practice.facts()
    with practice.as_("ana").work("risk") as w:
        w.conn.execute(update(m.case_file).values(source="x"))
        with pytest.raises((Unreachable, Conflict), match="try again"):
            rename_source(ben)
        stages.set_risk(w, case, "high", "x")
        w.nothing("Never mind")
    assert practice.facts() == before


def test_a_connection_the_server_has_dropped_costs_one_sentence_and_no_more(practice: Practice) -> None:
    case, ana = practice.open(), practice.as_("ana")
    practice.queue()
    if practice.engine_name == "postgresql":
        practice.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :login", login=practice.login("ana")
        )
    else:
        ana.close()
    with ThreadPoolExecutor(1) as pool:
        said = outcome(pool.submit(practice.queue))
    assert said == [case] or (isinstance(said, Unreachable) and "try again" in said.message)
    assert practice.queue() == [case]
    practice.met(case)


# ---------------------------------------------------------------- errors become sentences

CANARY = "Quetzalcoatl"


def broken(practice: Practice, table: Any, **values: Any) -> str:
    """What a person hears when that row goes against a rule of the database."""

    def write() -> None:
        with practice.scene() as w:
            w.conn.execute(insert(table).values(values))

    with pytest.raises(CaseloadError) as said:
        write()
    assert CANARY not in f"{said.value.message} {said.value.details}"
    assert isinstance(said.value, Refused)
    return said.value.message


def test_every_rule_of_the_database_has_a_sentence_and_both_engines_say_the_same(practice: Practice) -> None:
    case = practice.open()
    key, now = practice.id(case), "now"
    with practice.as_("ana").read() as r:
        now = r.now
    ana = practice.value("SELECT id FROM worker WHERE handle = 'ana'")
    practice.do("ana", attention.reviewed, [case])
    practice.do("ana", alerts.set_tags, [case], add=["x"])
    a = {"case_id": key, "worker_id": ana}
    day, later = practice.day, practice.day + timedelta(days=1)
    staff_row = {"name": CANARY, "role": "admin"}
    told = {
        "worker handle": broken(practice, m.worker, handle="ana", **staff_row),
        "worker login": broken(practice, m.worker, handle="new", login=practice.login("ana"), **staff_row),
        "team": broken(practice, m.team, code="north", name=CANARY),
        "program": broken(practice, m.program, code="housing", name=CANARY),
        "tag": broken(practice, m.tag, case_id=key, tag="x"),
        "holder": broken(practice, m.assignment, **a, starts_at=now, starts_on=day, why=CANARY),
        "snooze": broken(practice, m.snooze, **a, until_on=later, at=now, why=CANARY),
        "appointment": broken(practice, m.appointment, **a, starts_at=now, ends_at=now, on_date=day, uid="u", title=CANARY),
        "absence": broken(practice, m.absence, worker_id=ana, from_on=later, to_on=day, why=CANARY),
        "capacity": broken(practice, m.worker, handle="new", capacity=-1, **staff_row),
        "minutes": broken(practice, m.contact, kind="phone", outcome="made", at=now, recorded_at=now, minutes=-1, worker_id=ana),
        "missing": broken(practice, m.task, case_id=10**9, title=CANARY, due_on=day, created_at=now),
    }  # fmt: skip
    assert told == {
        "worker handle": "There is already a worker with that handle.",
        "worker login": "That login already belongs to another worker.",
        "team": "There is already a team with that code.",
        "program": "There is already a program with that code.",
        "tag": "The case already has that tag.",
        "holder": "The case already has someone who holds it. Someone else may have moved it; look again.",
        "snooze": "The case is already snoozed.",
        "appointment": "An appointment must end after it begins.",
        "absence": "An absence must end on or after its first day.",
        "capacity": "Capacity must be 0 or more.",
        "minutes": "Minutes must be between 0 and 1440.",
        "missing": "Something else depends on that row, or it is no longer there. Nothing was changed.",
    }


def test_a_rule_without_a_sentence_of_its_own_is_named_and_nothing_else(practice: Practice) -> None:
    said = broken(practice, m.team_supervisor, team_id=1, worker_id=None)
    assert "Nothing was changed" in said
    row = {"case_id": practice.id(practice.open()), "stage": CANARY, "on_date": practice.day}
    with practice.as_("ana").read() as r:
        said = broken(practice, m.case_stage, **row, at=r.now)
    assert "ck_case_stage_stage" in said


def test_a_database_is_opened_once_for_each_person_however_many_ask(practice: Practice) -> None:
    practice.open()
    ana: Database = practice.as_("ana")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: practice.queue(), range(40)))
    assert len({tuple(one) for one in answers}) == 1
    assert ana.engine is practice.as_("ana").engine
