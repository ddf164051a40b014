"""The supervisor's desk: every number is the count of a query that its reader can open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caseload.casework import absences, board, cases, comments, custodians, page, staff, supervision, tally, transfers
from caseload.casework.staff import WorkerFields
from caseload.errors import CaseloadError, NotPermitted, Refused, Usage
from tests.practice.finding import assess
from tests.practice.kit import ADMIN, DAY, Practice


def line(desk: supervision.Desk, handle: str) -> supervision.Line:
    return next(one for one in desk.workers if one.worker == handle)


def counts(desk: supervision.Desk, handle: str) -> dict[str, int]:
    return {name: figure.count for name, figure in line(desk, handle).figures.items()}


@pytest.fixture
def busy(practice: Practice) -> Practice:
    """Ana over her two places and away, covered by Bo; Cleo in another team; one case nobody holds."""
    p = practice
    p.do(ADMIN, staff.edit_worker, "ana", WorkerFields(capacity=2))
    p.do(ADMIN, staff.edit_worker, "bo", WorkerFields(capacity=10))
    urgent = p.open(ago=40, risk="critical", family="Late")
    p.met(urgent, ago=20)
    p.open(by="ben", ago=3, family="New", acknowledged=False)
    put_off = p.open(ago=5, family="Off")
    from caseload.casework import attention

    p.do("ana", attention.snooze_until, [put_off], DAY + timedelta(days=3), "waits for the court")
    p.open(by="ben", worker=None, ago=4, family="Nobody")
    p.open(by="cleo", worker="cleo", program="youth", family="South")
    p.do("ben", absences.set_cover, "ana", (absences.Share(("bo",)),), DAY, DAY + timedelta(days=4), "leave")
    return p


def test_a_supervisor_sees_who_carries_what(busy: Practice) -> None:
    desk = busy.ask("ben", supervision.desk)
    assert [one.worker for one in desk.workers] == ["ana", "ben", "bo"]
    ana = line(desk, "ana")
    assert (ana.held, ana.capacity, ana.percent, ana.standing, ana.status) == (3, 2, 150.0, "over", "away")
    assert (ana.away_until, ana.covered_by) == (DAY + timedelta(days=4), ("bo",))
    assert counts(desk, "ana") == {
        "cases": 3, "now": 1, "overdue": 1, "unread": 0, "new": 1, "snoozed": 1, "unvisited": 1, "visited": 0,
    }  # fmt: skip
    assert [one.worker for one in desk.over] == ["ana"]
    assert [one.worker for one in desk.room] == ["bo"]
    assert [one.worker for one in desk.away] == ["ana"]
    assert desk.nobody.figures["cases"].count == 1
    assert (desk.whole.held, desk.whole.capacity, desk.whole.percent) == (3, 12, 25.0)


def test_every_number_is_as_many_rows_as_its_query_finds(busy: Practice) -> None:
    busy.note(number_of(busy, "Late"), sign=True)
    for who in ("ben", "sol", "ana", "bo", ADMIN):
        desk = busy.ask(who, supervision.desk)
        for one in (desk.whole, desk.nobody, *desk.workers):
            for name, figure in one.figures.items():
                assert busy.ask(who, cases.count, figure.query) == figure.count, (who, one.worker, name)
        for row in supervision.figures(desk):
            if row.part != "comments":
                assert busy.ask(who, cases.count, row.query) == row.count, (who, row)


def test_restricted_cases_weigh_on_who_holds_them_and_stand_in_no_number_that_opens_rows(practice: Practice) -> None:
    practice.open(family="Seen")
    kept = practice.open(family="Kept")
    practice.do("ben", custodians.restrict, kept, "bo", "A threat")
    desk = practice.ask("ben", supervision.desk)
    ana = line(desk, "ana")
    assert (ana.held, ana.figures["cases"].count, ana.unseen) == (2, 1, 1)
    assert (desk.whole.figures["cases"].count, desk.whole.unseen) == (1, 1)
    assert desk.whole.figures["cases"].count == sum(one.figures["cases"].count for one in (desk.nobody, *desk.workers))
    for row in supervision.figures(desk):
        assert row.part == "comments" or practice.ask("ben", cases.count, row.query) == row.count, row


def number_of(p: Practice, family: str) -> str:
    return str(
        p.value(
            "SELECT f.number FROM case_file f JOIN identity i ON i.client_id = f.client_id WHERE i.family = :family",
            family=family,
        )
    )


def test_a_team_of_an_admin_s_choice_and_no_other_of_a_supervisor_s(busy: Practice) -> None:
    desk = busy.ask(ADMIN, supervision.desk, team="south")
    assert [one.worker for one in desk.workers] == ["cleo", "dan", "sol"]
    assert desk.whole.figures["cases"] == supervision.Figure(1, "team:south")
    assert line(desk, "cleo").figures["cases"].query == "team:south worker:cleo"
    with pytest.raises(NotPermitted):
        busy.ask("ben", supervision.desk, team="south")
    with pytest.raises(Usage):
        busy.ask(ADMIN, supervision.desk, team="est")


def test_a_case_manager_sees_their_own_line(busy: Practice) -> None:
    desk = busy.ask("ana", supervision.desk)
    assert [one.worker for one in desk.workers] == ["ana"]
    assert desk.whole.figures["overdue"] == supervision.Figure(1, "worker:me due:overdue")


def test_who_sees_no_case_has_no_desk(practice: Practice) -> None:
    for who in ("nia", "otto"):
        with pytest.raises(NotPermitted):
            practice.ask(who, supervision.desk)


def test_who_left_and_still_holds_cases_is_named(busy: Practice) -> None:
    with busy.by_hand() as conn:
        # An import may bring such a worker; no verb of ours leaves one behind.
        from sqlalchemy import text

        if busy.engine_name == "sqlite":
            conn.exec_driver_sql(
                "INSERT INTO acting (id, change_id, login, at, today) VALUES (1, 1, 'test', '2026-11-20', '2026-11-20')"
            )
        conn.execute(
            text("UPDATE worker SET status = 'left', left_on = :on WHERE handle = 'ana'"),
            {"on": DAY if busy.engine_name == "postgresql" else DAY.isoformat()},
        )
        if busy.engine_name == "sqlite":
            conn.exec_driver_sql("DELETE FROM acting")
    desk = busy.ask("ben", supervision.desk)
    assert [(one.worker, one.left_on, one.held) for one in desk.leavers] == [("ana", DAY, 3)]
    [row] = [one for one in supervision.figures(desk) if one.part == "leaver"]
    assert (row.count, row.query) == (3, "worker:ana")


# -- reading and commenting ---------------------------------------------------------------


def test_a_signed_note_waits_until_its_supervisor_has_read_it(practice: Practice) -> None:
    case = practice.open()
    draft = practice.note(case)
    assert practice.ask("ben", cases.count, "note:unread") == 0
    note = practice.note(case, sign=True)
    assert practice.ask("ben", cases.count, "note:unread") == 1
    assert practice.ask("sol", cases.count, "note:unread") == 0
    assert practice.ask("ana", cases.count, "note:unread") == 0
    receipt = practice.do("ben", comments.mark, case)
    assert receipt.words == "Marked 1 entry as read"
    assert practice.ask("ben", cases.count, "note:unread") == 0
    [mark] = practice.ask("ana", page.read, practice.id(case)).read_by
    assert (mark.note, mark.by) == (note, "ben")
    assert practice.do("ben", comments.mark, case).change is None
    practice.take_back(receipt, by="ben")
    assert practice.ask("ben", cases.count, "note:unread") == 1
    with pytest.raises(Refused):
        practice.do("ben", comments.mark, case, note_id=draft)


def test_what_was_signed_long_ago_is_history(practice: Practice) -> None:
    case = practice.open()
    practice.note(case, sign=True)
    practice.go(60)
    assert practice.ask("ben", cases.count, "note:unread") == 0


def test_a_comment_reaches_its_author_and_the_answer_comes_back(practice: Practice) -> None:
    case = practice.open()
    key, note = practice.id(case), practice.note(case, sign=True)
    practice.do("ben", comments.add, case, "What does the school say?", note_id=note)
    assert practice.ask("ana", comments.waiting_for_me) == 1
    assert practice.ask("ana", cases.count, "comment:new") == 1
    assert practice.ask("ben", comments.waiting_for_me) == 0
    practice.look(case)
    [said] = practice.ask("ana", page.read, key).comments
    assert (said.note, said.by, said.text, said.new) == (note, "ben", "What does the school say?", True)
    practice.do("ana", comments.mark, case, note_id=note)
    assert practice.ask("ana", cases.count, "comment:new") == 0
    practice.do("ana", comments.add, case, "They agree.", note_id=note)
    assert practice.ask("ben", comments.waiting_for_me) == 1
    assert [one.new for one in practice.ask("ben", page.read, key).comments] == [False, True]


def test_a_contact_is_commented_and_read_for_its_case_alone(practice: Practice) -> None:
    here, there = practice.open(family="Here"), practice.open(family="There")
    contact = int(practice.met(here, there, kind="group").data["contact"])
    practice.do("ben", comments.add, here, "Well done.", contact_id=contact)
    practice.do("ben", comments.mark, here, contact_id=contact)
    assert len(practice.ask("ana", page.read, practice.id(here)).comments) == 1
    assert practice.ask("ana", page.read, practice.id(there)).comments == ()
    assert practice.ask("ana", page.read, practice.id(there)).read_by == ()
    practice.do("ben", comments.mark, there, contact_id=contact)
    assert [mark.by for mark in practice.ask("ana", page.read, practice.id(there)).read_by] == ["ben"]


def test_a_comment_is_taken_back_whole_and_its_words_never_enter_the_journal(practice: Practice) -> None:
    case = practice.open()
    note = practice.note(case, sign=True)
    before = practice.facts()
    receipt = practice.do("ben", comments.add, case, "A sentence about Mara.", note_id=note)
    assert practice.value("SELECT count(*) FROM payload WHERE body LIKE '%about Mara%'") == 0
    practice.take_back(receipt, by="ben")
    assert practice.facts() == before
    assert practice.ask("ana", page.read, practice.id(case)).comments == ()


def test_comments_are_prose_and_hidden_with_it(practice: Practice) -> None:
    case = practice.open()
    note = practice.note(case, sign=True)
    practice.do("ben", comments.add, case, "A sentence.", note_id=note)
    key = practice.id(case)
    assert practice.ask("ana", page.preview, key).comments[0].text is None
    assert practice.ask(ADMIN, page.read, key).comments == ()


def test_others_neither_comment_nor_mark(practice: Practice) -> None:
    case = practice.open()
    note = practice.note(case, sign=True)
    for who in ("bo", "sol", ADMIN):
        for verb, words in ((comments.add, ("So.",)), (comments.mark, ())):
            with pytest.raises(CaseloadError):
                practice.do(who, verb, case, *words, note_id=note)


def test_a_slip_in_what_is_commented_is_told(practice: Practice) -> None:
    case, other = practice.open(), practice.open(family="Other")
    note = practice.note(other, sign=True)
    for named in ({}, {"note_id": note}, {"contact_id": 1}, {"note_id": 1, "contact_id": 1}):
        with pytest.raises(Usage):
            practice.do("ben", comments.add, case, "So.", **named)
    with pytest.raises(Usage):
        practice.do("ben", comments.add, other, "  ", note_id=note)
    with pytest.raises(Refused):
        practice.do("ben", comments.add, case, "So.", note_id=practice.note(case))


# -- the board and the end of the day -------------------------------------------------------


def test_the_board_counts_each_stage_and_its_rows_are_in_order(practice: Practice) -> None:
    from caseload.casework import stages

    first, second, third = (practice.open(family=name, ago=10) for name in ("A", "B", "C"))
    practice.do("ana", stages.move, first, "active", "agreed")
    practice.do("ana", stages.move, second, "active", "agreed")
    practice.task(second, 0)
    practice.do("ana", stages.move, third, "closed", "moved away")
    rows = {one.stage: one for one in practice.ask("ana", board.counts)}
    assert list(rows) == ["referred", "assessment", "planning", "active", "monitoring"]
    assert (rows["active"].cases, rows["active"].today, rows["referred"].cases) == (2, 1, 0)
    keys = practice.ask("ana", board.keys)
    assert keys["active"] == [practice.id(second), practice.id(first)]
    for one in rows.values():
        assert practice.ask("ana", cases.count, one.query) == one.cases == len(keys[one.stage])


def test_the_tally_counts_what_was_done_and_what_is_left(practice: Practice) -> None:
    case, other = practice.open(ago=40, risk="high"), practice.open(family="Other", ago=40, risk="high")
    assess(practice, case)
    task = practice.task(case, 0)
    practice.go(1)
    assert practice.ask("ana", tally.tally).acted == 0
    practice.met(case, minutes=25)
    practice.tried(other)
    practice.note(case, sign=True)
    from caseload.casework import tasks

    practice.do("ana", tasks.done, task)
    found = practice.ask("ana", tally.tally)
    assert (found.made, found.attempted, found.contacts, found.minutes) == (1, 1, 2, 25)
    assert (found.notes, found.signed, found.tasks, found.acted, found.cleared) == (1, 1, 1, 2, 1)
    assert sum(found.left.values()) == 2
    assert practice.ask("ana", tally.tally, on=practice.ago(1)).left == {}
    assert practice.ask("ben", tally.tally, who="ana") == found
    assert "2 cases worked on, 1 cleared" in tally.in_words(found)
    for other_one in ("bo", "sol"):
        with pytest.raises(NotPermitted):
            practice.ask(other_one, tally.tally, who="ana")
    with pytest.raises(Usage):
        practice.ask("ana", tally.tally, on=practice.day + timedelta(days=1))


def test_what_nobody_answers_covers_or_keeps_is_counted_with_its_rows(practice: Practice) -> None:
    late, open_, covered, bare = (practice.open(ago=9, risk=risk) for risk in ("low", "low", "high", "low"))
    kept = practice.open(ago=9)
    practice.do("ana", transfers.offer, [late], "bo", "nearer", answer_by=DAY)
    practice.do("ana", transfers.offer, [open_], "bo", "nearer", answer_by=DAY + timedelta(days=9))
    practice.do("ben", custodians.restrict, kept, "bo", "A threat")
    assert waiting(practice, "ben") == {
        "late_offers": set(),
        "uncovered": set(),
        "custodian_away": set(),
        "glass": set(),
        "answers": set(),
        "plans": set(),
        "money": set(),
    }
    practice.go(1)
    for who, share in (("ana", absences.Share(("ben",), "risk:high")), ("bo", None)):
        shares = (share,) if share is not None else ()
        practice.do("ben", absences.set_cover, who, shares, practice.day, practice.day + timedelta(days=4), "leave")
    told = waiting(practice, "ben")
    assert told == {
        "late_offers": {late},
        "uncovered": {late, open_, bare},
        "custodian_away": set(),
        "glass": set(),
        "answers": set(),
        "plans": set(),
        "money": set(),
    }
    assert covered not in told["uncovered"]
    assert waiting(practice, "ana")["custodian_away"] == {kept}, "whoever sees the case is told"
    nothing: set[str] = set()
    assert waiting(practice, "cleo") == dict.fromkeys(
        ("late_offers", "uncovered", "custodian_away", "glass", "answers", "plans", "money"), nothing
    )
    assert set(practice.ask("ben", cases.keys, "offer:open")) == {practice.id(late), practice.id(open_)}
    practice.do("bo", transfers.decline, [late], "full")
    assert waiting(practice, "ben")["late_offers"] == set()
    practice.go(9)
    assert waiting(practice, "ben") == {
        "late_offers": {open_},
        "uncovered": set(),
        "custodian_away": set(),
        "glass": set(),
        "answers": set(),
        "plans": set(),
        "money": set(),
    }
    assert waiting(practice, "ana")["custodian_away"] == set()


def waiting(practice: Practice, who: str) -> dict[str, set[str]]:
    """What waits on that desk, each as the rows its number opens."""
    found = {}
    for part, figure in practice.ask(who, supervision.desk).waiting.items():
        keys = practice.ask(who, cases.keys, figure.query)
        assert len(keys) == figure.count, part
        found[part] = {row.case for row in practice.ask(who, cases.rows, keys).values()}
    return found
