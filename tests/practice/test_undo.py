"""Whatever was done can be taken back, and done again; and where it cannot, the answer says why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, update

from caseload import models as m
from caseload.casework import (
    absences,
    alerts,
    assign,
    cases,
    changes,
    contacts,
    intake,
    looks,
    notes,
    programs,
    staff,
    stages,
    tasks,
)
from caseload.errors import CaseloadError, Conflict, NotPermitted, Refused, Usage
from caseload.store.database import Receipt
from caseload.store.names import rekey
from caseload.store.undo import undo
from tests.practice.acts import ACTS, lived_in, moved
from tests.practice.kit import ADMIN, Practice


@pytest.mark.parametrize("name", ACTS)
def test_undo_gives_every_fact_back_and_redo_does_it_again(office: Practice, name: str) -> None:
    act = ACTS[name]
    case = lived_in(office)
    before, ranks_before = office.facts(), office.derived()
    done = act.do(office, case)
    after, ranks_after = office.facts(), office.derived()
    assert after != before

    undone = office.take_back(done, by=act.by)
    assert office.facts() == before
    assert office.derived() == ranks_before
    redone = office.take_back(undone, by=act.by)
    assert office.facts() == after
    assert office.derived() == ranks_after
    office.take_back(redone, by=act.by)
    assert office.facts() == before
    assert not office.differing()


def refusal(practice: Practice, receipt: Receipt, by: str = "ana", **more: bool) -> str:
    """What stands in the way of taking that back, in words."""
    before = practice.facts()
    with pytest.raises(Conflict, match="Nothing was changed") as said:
        practice.take_back(receipt, by=by, **more)
    assert practice.facts() == before
    return " ".join(said.value.details)


# ---------------------------------------------------------------- what happened since


def test_a_later_contact_does_not_block_undoing_an_earlier_move(practice: Practice) -> None:
    case = practice.open()
    move = moved(practice, case)
    practice.met(case, by="bo")
    practice.take_back(move, by="ben")
    assert practice.row(case).worker == "ana"
    assert practice.row(case).last_contact == practice.day


def test_a_fact_changed_since_blocks_and_the_answer_says_which_by_whom_and_when(practice: Practice) -> None:
    case = practice.open()
    task = practice.task(case, due=5)
    change = practice.do("ana", tasks.change, task, seen=1, due=practice.day)
    practice.do("ben", tasks.change, task, seen=2, due=practice.day + timedelta(days=2))
    practice.met(case)
    said = refusal(practice, change)
    assert f"{case}: Changed since by ben on {practice.day} " in said
    assert "(task: due on, C-" in said
    assert "Mara" not in said
    assert "Conti" not in said


def test_another_fact_of_the_same_row_does_not_block(practice: Practice) -> None:
    case = practice.open()
    task = practice.task(case, due=5)
    change = practice.do("ana", tasks.change, task, seen=1, due=practice.day)
    practice.do("ben", tasks.change, task, seen=2, title="Write instead")
    practice.take_back(change)
    row = practice.rows("SELECT title, due_on FROM task")[0]
    assert row.title == "Write instead"
    assert str(row.due_on) == str(practice.day + timedelta(days=5))


def test_a_fact_changed_and_changed_back_does_not_block(practice: Practice) -> None:
    case = practice.open()
    task = practice.task(case, due=5)
    change = practice.do("ana", tasks.change, task, seen=1, due=practice.day)
    practice.take_back(practice.do("ben", tasks.change, task, seen=2, due=practice.ago(9)), by="ben")
    practice.take_back(change)
    assert str(practice.value("SELECT due_on FROM task")) == str(practice.day + timedelta(days=5))


def test_a_move_moved_on_since_names_the_second_mover_not_the_last_contact(practice: Practice) -> None:
    case = practice.open()
    first = moved(practice, case, to="bo")
    moved(practice, case, to="cleo", by=ADMIN)
    practice.met(case, by="cleo")
    said = refusal(practice, first, by="ben")
    assert f"by {ADMIN} on" in said
    assert "assignment" in said


def test_an_intake_with_a_contact_since_stays(practice: Practice) -> None:
    receipt = practice.do("ana", intake.open_case, intake.NewCase("Mara", "Conti", "housing", worker="ana"))
    practice.do("ben", contacts.log, contacts.NewContact([receipt.data["case"]], "phone", "made"))
    said = refusal(practice, receipt)
    assert "by ben" in said
    assert "contact line" in said


def test_what_stands_or_falls_together_is_not_taken_apart(practice: Practice) -> None:
    receipt = practice.do("ana", intake.open_case, intake.NewCase("Mara", "Conti", "housing", worker="ana"))
    practice.met(receipt.data["case"])
    refusal(practice, receipt, allow_refused=True)
    assert practice.row(receipt.data["case"]).client == "Conti, Mara"


def test_allow_refused_takes_back_the_rest_of_a_move(practice: Practice) -> None:
    several = [practice.open() for _ in range(4)]
    move = moved(practice, *several)
    moved(practice, several[1], to="ben")
    said = refusal(practice, move, by="ben")
    assert several[1] in said
    assert not any(case in said for case in several if case != several[1])

    done = practice.take_back(move, by="ben", allow_refused=True)
    assert set(done.data.restored) == {several[0], several[2], several[3]}
    assert [one.case for one in done.data.refused] == [several[1]]
    assert [practice.row(case, "ben").worker for case in several] == ["ana", "ben", "ana", "ana"]
    assert not practice.differing()


def test_a_group_contact_of_which_one_line_must_stay_keeps_what_that_line_leans_on(practice: Practice) -> None:
    first, second = practice.open(), practice.open()
    contact = practice.met(first, second, kind="group", note="Cooking.", topics=("food",))
    with practice.as_("ben").work("correct") as w:
        mine = (m.contact_line.c.case_id == practice.id(first),)
        w.conn.execute(m.contact_line.update().where(*mine).values(met=False))
        w.receipt("Corrected a contact", cases=[practice.id(first)])
    done = practice.take_back(contact, allow_refused=True)
    assert done.data.restored == (second,)
    assert practice.value("SELECT count(*) FROM contact_line") == 1
    assert practice.value("SELECT count(*) FROM contact") == 1
    assert practice.value("SELECT count(*) FROM contact_topic") == 1


def test_what_was_made_again_since_stands_in_the_way(practice: Practice) -> None:
    case = practice.open()
    practice.do("ana", alerts.set_tags, [case], add=["outreach"])
    removed = practice.do("ana", alerts.set_tags, [case], remove=["outreach"])
    practice.do("ben", alerts.set_tags, [case], add=["outreach"])
    said = refusal(practice, removed)
    assert "already has that tag" in said


def test_what_was_thrown_away_comes_back_though_new_things_were_made_since(practice: Practice) -> None:
    case = practice.open()
    draft = practice.note(case, "The one that matters.")
    gone = practice.do("ana", notes.discard, draft)
    practice.note(case, "Another.")
    practice.take_back(gone)
    bodies = [row.body for row in practice.rows("SELECT b.body FROM note n JOIN narrative b ON b.id = n.narrative_id")]
    assert sorted(bodies) == ["Another.", "The one that matters."]


def test_a_case_opened_after_an_undone_one_inherits_nothing_of_it(practice: Practice) -> None:
    receipt = practice.do("ana", intake.open_case, intake.NewCase("Mara", "Conti", "housing", worker="ana"))
    looks.announce(practice.as_("ana"), [receipt.data["case"]], surface="show")
    practice.take_back(receipt)
    other = practice.open(by="ben", worker="bo", given="Ida", family="Rossi")
    assert practice.ask("ben", changes.reads, other) == []
    verbs = {row.change for row in practice.ask("ben", changes.entries, other)}
    assert f"C-{receipt.change}" not in verbs


# ---------------------------------------------------------------- who, and what is never undone


def test_undo_works_after_the_case_has_left_the_persons_sight(practice: Practice) -> None:
    case = practice.open()
    move = moved(practice, case, to="cleo", by="ana")
    with pytest.raises(Usage):
        practice.met(case)
    practice.take_back(move)
    practice.met(case)


def test_only_the_person_or_an_admin_takes_an_act_back(practice: Practice) -> None:
    receipt = practice.tried(practice.open())
    for other in ("bo", "ben", "otto", "nia"):
        with pytest.raises(NotPermitted, match="someone else"):
            practice.take_back(receipt, by=other)
    if practice.engine_name == "sqlite":
        practice.take_back(receipt, by=ADMIN)
        return
    # Where the server holds who reads what, an admin takes back what an admin reads: how a case moved, not what was recorded.
    with pytest.raises(NotPermitted, match="may not read"):
        practice.take_back(receipt, by=ADMIN)
    practice.take_back(moved(practice, practice.open(), to="bo"), by=ADMIN)


def test_whoever_gave_the_admins_role_up_does_not_undo_that(practice: Practice) -> None:
    practice.do(ADMIN, staff.edit_worker, "sol", staff.WorkerFields(role="admin"))
    given_up = practice.do(ADMIN, staff.edit_worker, ADMIN, staff.WorkerFields(role="supervisor"))
    with pytest.raises(NotPermitted, match="only an admin"):
        practice.take_back(given_up, by=ADMIN)
    practice.forget()
    practice.take_back(given_up, by="sol")
    assert practice.value("SELECT role FROM worker WHERE handle = 'ada'") == "admin"


def test_a_signed_note_is_never_undone(practice: Practice) -> None:
    case = practice.open()
    draft = practice.do("ana", notes.write, notes.NewNote(case, text="Calm."))
    signed = practice.do("ana", notes.sign, draft.data["note"])
    with pytest.raises(Refused, match="addendum"):
        practice.take_back(signed)
    said = refusal(practice, draft)
    assert "(note: " in said
    with pytest.raises(Refused, match="addendum"):
        practice.take_back(signed, by=ADMIN, allow_refused=True)


def test_an_act_is_undone_once(practice: Practice) -> None:
    receipt = practice.tried(practice.open())
    undone = practice.take_back(receipt)
    with pytest.raises(Refused, match=f"already undone, by C-{undone.change}"):
        practice.take_back(receipt)


def test_an_undo_that_could_give_nothing_back_does_not_count_as_one(practice: Practice) -> None:
    case = practice.open()
    first = moved(practice, case, to="bo")
    second = moved(practice, case, to="ben")
    refusal(practice, first, by="ben", allow_refused=True)
    practice.take_back(second, by="ben")
    practice.take_back(first, by="ben")
    assert practice.row(case).worker == "ana"


def test_u_goes_back_step_by_step_and_redo_forward_again(practice: Practice) -> None:
    case = practice.open()
    states = [practice.facts()]
    for risk in ("medium", "high", "critical"):
        practice.do("ana", stages.set_risk, case, risk, "as seen")
        states.append(practice.facts())
    for state in (2, 1, 0):
        practice.take_back()
        assert practice.facts() == states[state]
    for state in (1, 2, 3):
        practice.take_back(redo=True)
        assert practice.facts() == states[state]
    practice.take_back()
    assert practice.facts() == states[2]


def test_nothing_of_mine_to_undo_says_so(practice: Practice) -> None:
    with pytest.raises(Refused, match="nothing of yours to undo"):
        practice.take_back(by="dan")
    with pytest.raises(Refused, match="nothing of yours to redo"):
        practice.take_back(by="dan", redo=True)
    with pytest.raises(Usage, match="There is no change"):
        practice.do("ana", undo, 10**6)


def test_a_dry_run_says_what_would_be_and_changes_nothing(practice: Practice) -> None:
    case = practice.open()
    receipt = practice.tried(case)
    before = practice.facts()
    said = practice.take_back(receipt, dry_run=True)
    assert said.change is None
    assert said.data.restored == (case,)
    assert practice.facts() == before


# ---------------------------------------------------------------- names, staff, policy


def test_undoing_an_intake_forgets_the_words_it_is_found_by_and_redo_brings_them_back(practice: Practice) -> None:
    receipt = practice.do("ana", intake.open_case, intake.NewCase("Zoë", "O'Neil", "housing", worker="ana"))
    found = practice.ask("ana", cases.keys, "oneil")
    undone = practice.take_back(receipt)
    assert practice.value("SELECT count(*) FROM name_key") == 0
    assert practice.ask("ana", cases.keys, "oneil") == []
    practice.take_back(undone)
    assert practice.ask("ana", cases.keys, "oneil") == found == practice.ask("ana", cases.keys, "zoe")


def test_undoing_a_corrected_name_finds_the_client_by_the_old_one_again(practice: Practice) -> None:
    from caseload.casework import cases

    practice.open(given="Mara", family="Conti")
    with practice.as_("ana").work("rename") as w:
        w.conn.execute(update(m.identity).values(family="Bianchi"))
        rekey(w.conn, [1])
        renamed = w.receipt("Corrected a name")
    assert practice.ask("ana", cases.keys, "conti") == []
    practice.take_back(renamed)
    assert practice.ask("ana", cases.keys, "conti") == [1]
    assert practice.ask("ana", cases.keys, "bianchi") == []


def test_a_policy_taken_back_ranks_the_cases_as_before_and_can_be_set_again(practice: Practice) -> None:
    case = practice.open(ago=20)
    receipt = practice.do(ADMIN, programs.edit, "housing", settings={"contact_low_days": 10})
    assert practice.row(case).level == 2
    practice.take_back(receipt, by=ADMIN)
    assert practice.row(case).level == 5
    practice.do(ADMIN, programs.edit, "housing", settings={"contact_low_days": 10})
    assert practice.row(case).level == 2
    assert practice.ask(ADMIN, programs.current_policy, "housing")["version"] == 2


def test_a_leaver_taken_back_can_work_again(practice: Practice) -> None:
    left = practice.do(ADMIN, staff.leave, "dan")
    practice.forget()
    with pytest.raises(CaseloadError):
        practice.open(by="dan", worker="dan")
    practice.take_back(left, by=ADMIN)
    practice.forget()
    practice.open(by="dan", worker="dan")


def test_a_login_moves_with_its_worker_and_back(practice: Practice) -> None:
    """Whoever no longer holds a login's worker reaches nothing with it, whichever way they lost it."""
    login = practice.login("dan")
    edit = practice.do(ADMIN, staff.edit_worker, "dan", staff.WorkerFields(login="dan-at-home"))
    assert not may_read(practice, login)
    practice.take_back(edit, by=ADMIN)
    assert may_read(practice, login)
    left = practice.do(ADMIN, staff.leave, "dan")
    assert not may_read(practice, login)
    practice.take_back(left, by=ADMIN)
    assert may_read(practice, login)


def may_read(practice: Practice, login: str) -> bool:
    if practice.engine_name == "sqlite":  # whoever holds the file; the login only names the worker
        return bool(practice.value("SELECT count(*) FROM worker WHERE login = :login", login=login))
    return bool(practice.value("SELECT has_table_privilege(:login, 'case_file', 'select')", login=login))


def test_a_worker_who_has_acted_since_cannot_be_unmade(practice: Practice) -> None:
    added = practice.do(ADMIN, staff.add_worker, "eva", staff.WorkerFields(name="Eva", team="north"))
    case = practice.open(by="ben", worker=None)
    moved(practice, case, to="eva")
    said = refusal(practice, added, by=ADMIN)
    assert "by ben" in said


# ---------------------------------------------------------------- many at once


def test_two_thousand_moved_cases_come_back_in_a_handful_of_statements(practice: Practice) -> None:
    many = 2_000
    with practice.as_("ana").work("many") as w:
        first = intake.open_case(w, intake.NewCase("Mara", "Conti", "housing", worker="ana"))
        client = w.conn.exec_driver_sql("SELECT client_id FROM case_file").scalar_one()
        w.conn.exec_driver_sql(
            "INSERT INTO case_file (uid, number, client_id, program_id, team_id, opened_on, created_at)"
            " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + str(many) + ")"
            f" SELECT 'u' || n.i, '2020-' || (100000 + n.i), {client}, c.program_id, c.team_id, c.opened_on, c.created_at"
            " FROM case_file c CROSS JOIN n"
        )
        for table, columns in (
            ("case_stage", "stage, on_date, at, worker_id, why"),
            ("case_risk", "risk, on_date, at, worker_id, why"),
            ("assignment", "worker_id, role, starts_at, starts_on, why, acknowledged_at"),
        ):
            chosen = ", ".join(f"x.{name.strip()}" for name in columns.split(","))
            w.conn.exec_driver_sql(
                f"INSERT INTO {table} (case_id, {columns}) SELECT k.id, {chosen} FROM case_file k CROSS JOIN {table} x"
                f" WHERE k.id <> x.case_id AND x.case_id = {first.data['id']}"
            )
        w.receipt("Opened many")
    before = practice.facts()
    plan = practice.ask("ana", assign.plan, assign.Wish(("bo", "cleo"), from_worker="ana"))
    assert len(plan.moved) == many + 1
    spent: list[str] = []
    engine = practice.as_("ana").engine
    event.listen(engine, "before_cursor_execute", lambda *said: spent.append(said[2]))
    move = practice.do("ana", assign.commit, plan, "leaving")
    assert len(spent) < 100, spent
    spent.clear()
    practice.take_back(move)
    assert len(spent) < 160, len(spent)
    assert practice.facts() == before
    assert not practice.differing()


def test_who_covered_takes_nothing_back_in_a_case_that_is_not_theirs_any_more(practice: Practice) -> None:
    case = practice.open()
    last = practice.day + timedelta(days=2)
    practice.do("ben", absences.set_cover, "ana", ("bo",), practice.day, last, "leave")
    logged = practice.met(case, by="bo")
    practice.go(3)
    with pytest.raises(Refused, match="work with no more"):
        practice.take_back(logged, by="bo")
    practice.go(-1)
    practice.take_back(logged, by="bo")
