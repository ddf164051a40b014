"""The made-up agency looks lived in and holds together."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select

from caseload import models
from caseload.casework import (
    absences,
    cases,
    consents,
    disclosures,
    page,
    pending,
    permits,
    programs,
    staff,
    supervision,
    triage,
    views,
    workload,
)
from caseload.demo import agency as given
from caseload.demo.names import LONG_FAMILY
from caseload.store import undo, verify
from caseload.store.database import Reading
from caseload.store.rules import RULE_NAMES
from caseload.text import fold

from .made import TODAY, Agency, midnight, rows

# ---------------------------------------------------------------- it holds together


def test_the_summary_counts_what_is_there(agency: Agency, r: Reading) -> None:
    tables = {
        "workers": models.worker, "clients": models.client, "cases": models.case_file, "contacts": models.contact,
        "notes": models.note, "tasks": models.task, "journal": models.journal,
    }  # fmt: skip
    counted = {
        name: r.conn.execute(select(func.count()).select_from(table)).scalar_one() for name, table in tables.items()
    }
    said = asdict(agency.summary)
    assert said == {"database": agency.where.shown, "agency": r.agency.name, **counted}
    assert agency.summary.cases == 240
    assert agency.summary.clients < agency.summary.cases, "some clients came back for a second episode"
    assert agency.summary.contacts > 2000 and agency.summary.notes > 500 and agency.summary.tasks > 300


def test_its_journal_and_its_ranks_are_sound(r: Reading) -> None:
    assert verify.verify_journal(r).faults == ()
    assert verify.check(r).faults == ()


def test_its_history_is_written_by_the_worker_demo_and_is_nobodys_to_undo(r: Reading) -> None:
    changes = rows(r, models.change)
    assert {row.worker_id for row in changes[1:]} == {r.me.id} and r.me.handle == "demo"
    assert all(row.summary for row in changes)
    assert undo.last_undoable(r.conn, r.me.id) is None


def test_no_two_hold_a_case_at_once_and_an_ended_case_is_held_by_nobody(r: Reading) -> None:
    held: dict[int, list[Any]] = {}
    for row in rows(r, models.assignment, models.assignment.c.role == "primary"):
        held.setdefault(row.case_id, []).append(row)
    for case in rows(r, models.case_file):
        mine = sorted(held.get(case.id, []), key=lambda row: row.starts_at)
        assert all(a.ends_at is not None and a.ends_at <= b.starts_at for a, b in pairwise(mine))
        assert all(case.opened_on <= row.starts_on for row in mine)
        if case.closed_on:
            assert mine and mine[-1].ends_on == case.closed_on
        else:
            assert bool(mine and mine[-1].ends_at is None) is (case.unassigned_on is None)


def test_all_that_was_recorded_happened_while_the_case_was_open_and_before_this_morning(r: Reading) -> None:
    spans = {row.id: (row.opened_on, row.closed_on or r.today - timedelta(days=1)) for row in rows(r, models.case_file)}
    for table in (models.contact_line, models.note, models.case_stage, models.case_risk):
        for row in rows(r, table):
            first, last = spans[row.case_id]
            assert first <= row.on_date <= last, (table.name, row)
    for row in rows(r, models.contact):
        assert row.at <= row.recorded_at < midnight(r)
    for row in rows(r, models.note):
        assert row.at <= (row.signed_at or row.at) <= (row.cosigned_at or midnight(r)) <= midnight(r)
    for row in rows(r, models.task):
        assert row.created_at < (row.done_at or midnight(r)) <= midnight(r)


def test_nobody_is_at_two_meetings_at_once(r: Reading) -> None:
    taken = [(row.worker_id, row.at) for row in rows(r, models.contact, models.contact.c.kind != "group")]
    assert len(taken) == len(set(taken))


# ---------------------------------------------------------------- it looks lived in


def test_every_reason_of_triage_is_in_the_queue(r: Reading) -> None:
    found = triage.reasons(r, triage.queue(r, triage.View(agency=True)))
    assert {reason.rule for why in found.values() for reason in why} == set(RULE_NAMES)


def test_most_cases_are_in_order_or_soon_due_and_a_few_burn(r: Reading) -> None:
    counted = triage.counts(r, triage.View(agency=True))
    whole = sum(counted.values())
    assert 160 <= whole <= 180
    assert 0 < counted[1] <= whole * 0.08
    assert whole * 0.10 <= counted[2] <= whole * 0.22
    assert whole * 0.10 <= counted[3] <= whole * 0.22
    assert counted[4] + counted[5] >= whole * 0.55


def test_ana_has_a_full_caseload_of_every_level(r: Reading) -> None:
    counted = triage.counts(r, triage.View(worker="ana"))
    assert set(counted) == {1, 2, 3, 4, 5}
    assert 40 <= sum(counted.values()) <= 60


def test_the_opening_queue_holds_own_and_covered_cases_of_every_level(r: Reading) -> None:
    ids = triage.queue(r)
    shown = triage.rows(r, ids)
    assert 30 <= len(ids) <= 50
    assert {row.level for row in shown.values()} == {1, 2, 3, 4, 5}
    assert {row.worker for row in shown.values()} == {"demo", given.AWAY}


def test_people_wait_for_a_worker_one_of_them_handed_back(r: Reading) -> None:
    waiting = list(cases.rows(r, cases.keys(r, "worker:none")).values())
    assert len(waiting) >= 10
    assert Counter(row.stage == "referred" for row in waiting) == {True: len(waiting) - 1, False: 1}


def test_someone_has_left_and_their_caseload_was_moved_in_one_day(r: Reading) -> None:
    (gone,) = [row for row in staff.workers(r) if row.status == "left"]
    assert gone.cases == 0
    mine = rows(r, models.assignment, models.assignment.c.worker_id == gone.id)
    moved = [row for row in mine if row.ends_on is not None and TODAY - timedelta(days=45) < row.ends_on]
    assert len(moved) >= 10 and len({row.ends_on for row in moved}) == 1
    closed = {row.id for row in rows(r, models.case_file, models.case_file.c.closed_on.is_not(None))}
    assert any(row.case_id in closed for row in mine)
    left = rows(r, models.worker_standing, models.worker_standing.c.worker_id == gone.id)
    assert [(row.status, row.to_on is None) for row in left] == [("active", False), ("left", True)]


def test_someone_is_away_today_and_covered_and_someone_will_be(r: Reading) -> None:
    running, ahead = absences.covers(r)
    assert running.running and running.worker == given.AWAY and running.by == ("luca", "demo")
    assert not ahead.running and ahead.from_on > r.today and ahead.by
    assert [row.status for row in staff.workers(r) if row.worker == given.AWAY] == ["away"]


def test_four_programs_with_policies_of_their_own_and_three_teams_that_are_led(r: Reading) -> None:
    listed = programs.listed(r)
    assert len(listed) == 4 and all(row.cases for row in listed)
    policies = [programs.current_policy(r, row.program) for row in listed]
    assert len({(p["contact_low_days"], p["contact_kinds"], p["soon_days"], p["note_days"]) for p in policies}) == 4
    assert {p["version"] for p in policies} == {1, 2}, "one of them was changed some months ago"
    teams = staff.teams(r)
    assert len(teams) == 3 and all(row.supervisor and row.workers and row.cases for row in teams)


def test_the_staff_differs_in_role_seniority_language_and_load(r: Reading) -> None:
    people = rows(r, models.worker)
    assert {row.role for row in people} == {"admin", "supervisor", "case_manager", "analyst", "auditor"}
    assert {row.seniority for row in people} == {"junior", "standard", "senior"}
    assert len({row.languages for row in people}) > 4
    assert [row.handle for row in people if row.holds_all] == ["demo"]
    loads = [row.percent for row in workload.listed(r) if row.percent is not None]
    assert max(loads) > 100 and min(loads) < 90


def test_notes_come_in_five_forms_signed_with_addenda_and_some_are_still_drafts(r: Reading) -> None:
    notes = rows(r, models.note)
    assert {row.form for row in notes if row.state == "signed"} == {"narrative", "soap", "dap", "girp", "birp"}
    drafts = [row for row in notes if row.state == "draft"]
    assert {row.on_date < r.today - timedelta(days=2) for row in drafts} == {True, False}
    assert any(row.addendum_to_id for row in notes)
    waiting = [row for row in notes if row.needs_cosign and row.cosigned_at is None]
    assert waiting and any(row.cosigned_at for row in notes)
    written = {row.narrative_id for row in notes}
    bodies = [row.body for row in rows(r, models.narrative) if row.id in written]
    assert len(set(bodies)) > len(bodies) / 2, "words vary"


def test_tasks_and_appointments_lie_behind_on_and_ahead_of_today(r: Reading) -> None:
    tasks = rows(r, models.task)
    due = [row.due_on for row in tasks if row.done_at is None]
    assert min(due) < r.today < max(due) and r.today in due
    assert sum(row.done_at is not None for row in tasks) > len(tasks) / 2
    met = rows(r, models.appointment)
    assert {row.state for row in met} == {"scheduled", "kept", "missed", "cancelled"}
    coming = [row.on_date for row in met if row.state == "scheduled"]
    assert min(coming) == r.today < max(coming)


def test_contacts_of_every_kind_were_made_and_tried(r: Reading) -> None:
    made = rows(r, models.contact)
    assert {row.kind for row in made} == {"visit", "office", "phone", "video", "message", "collateral", "group"}
    assert 0.05 < sum(row.outcome == "attempted" for row in made) / len(made) < 0.25
    shared = Counter(row.contact_id for row in rows(r, models.contact_line))
    assert max(shared.values()) > 2, "one visit can serve a household, one evening a group"


def test_cases_ended_with_reasons_and_destinations_and_one_began_again(r: Reading) -> None:
    ended = rows(r, models.case_stage, models.case_stage.c.stage == "closed")
    assert len({row.close_reason for row in ended}) > 4 and len({row.destination for row in ended}) > 4
    again = {row.case_id for row in ended} & {
        row.id for row in rows(r, models.case_file, models.case_file.c.closed_on.is_(None))
    }
    assert again


def test_risks_changed_and_cases_moved_through_the_stages(r: Reading) -> None:
    assert max(Counter(row.case_id for row in rows(r, models.case_risk)).values()) > 1
    stages = Counter(row.stage for row in rows(r, models.case_file))
    assert set(stages) == {"referred", "assessment", "planning", "active", "monitoring", "closed"}


def test_alerts_snoozes_tags_people_and_numbers_to_call(r: Reading) -> None:
    alerts = rows(r, models.alert)
    assert {row.kind for row in alerts} == {"safety", "health", "access", "legal", "other"}
    high = [row for row in alerts if (row.kind, row.level) == ("safety", "high") and row.ended_on is None]
    assert any(row.reviewed_on is None for row in high)
    assert any(row.review_on and row.review_on <= r.today for row in high)
    snoozes = rows(r, models.snooze)
    assert {row.until_on > r.today for row in snoozes if row.cleared_at is None} == {True, False}
    assert any(row.cleared_at for row in snoozes)
    assert rows(r, models.tag)
    assert {row.role for row in rows(r, models.person)} >= {"kin", "professional", "carer", "threat"}
    channels = rows(r, models.channel)
    assert {row.safe for row in channels} == {"yes", "no", "ask", "unknown"}
    assert all("555-01" in row.value for row in channels if row.kind == "phone"), "numbers that ring nowhere"


def test_people_have_saved_lists_of_their_own_and_shared_ones_and_most_find_something(r: Reading) -> None:
    saved = rows(r, models.saved_view)
    assert {row.team_id is None for row in saved} == {True, False}
    assert [row.name for row in saved] == [one.name for one in given.VIEWS]
    assert {fold(row.name) for row in saved} == {row.folded for row in saved}
    for row in saved:
        assert not row.sort or row.sort.lstrip("-") in cases.SORTS
        assert views.check_columns(tuple(row.columns.split(","))) if row.columns else True
    shared = [row.query for row in saved if row.team_id is not None]
    assert sum(cases.count(r, query) > 0 for query in shared) >= 2


def test_the_desks_show_what_was_read_said_and_offered(r: Reading) -> None:
    marks, said = rows(r, models.read_mark), rows(r, models.comment)
    assert marks and said and all(row.at < midnight(r) for row in (*marks, *said))
    written = {row.id: row for row in rows(r, models.note)}
    read = [row for row in marks if row.note_id is not None]
    leads = {row.worker_id for row in read}
    for row in read:
        assert written[row.note_id].state == "signed" and written[row.note_id].signed_at < row.at
        assert written[row.note_id].author_id != row.worker_id
    assert cases.count(r, "comment:new") == 1, "one waits for whoever opens the demo"
    answers = [row for row in said if row.worker_id == written[row.note_id].author_id]
    assert answers and len(answers) < len(said) and {row.worker_id for row in said} - leads
    offers = rows(r, models.transfer)
    assert [(row.state, row.answer_by < r.today) for row in offers] == [("offered", False), ("offered", True)]
    desk = supervision.desk(r)
    assert desk.waiting["late_offers"].count == 1 == cases.count(r, "offer:late")
    assert desk.whole.figures["unread"].count > len(read), "nobody reads everything: most of it waits"


def test_households_are_served_together(r: Reading) -> None:
    members = Counter(row.stay_id for row in rows(r, models.stay_member))
    assert len(members) >= 5 and min(members.values()) >= 2
    assert {row.relationship for row in rows(r, models.stay_member)} == {"self", "partner", "child"}


def test_some_cases_are_restricted_allowed_and_denied_by_name_and_some_moves_wait(r: Reading) -> None:
    locked = rows(r, models.case_file, models.case_file.c.restricted)
    assert locked and all(row.custodian_id for row in locked)
    assert {row.kind for row in rows(r, models.case_access)} == {"allow", "deny"}
    assert all(row.on_date > r.today and row.state == "waiting" for row in rows(r, models.pending_move))
    assert pending.due(r) == 0 and rows(r, models.pending_move)


def test_names_from_many_languages_are_there_and_found(r: Reading) -> None:
    names = {row.family for row in rows(r, models.identity)} | {row.given for row in rows(r, models.identity)}
    assert len(LONG_FAMILY) == 100 and LONG_FAMILY in names
    assert {"ليلى", "Vale 🌻", "Calloway [Jr.]", "美玲", "Ø"} <= names
    assert any("'" in name for name in names) and any("-" in name for name in names) and "" in names
    assert len({row.language for row in rows(r, models.client)}) > 12
    for typed in ("layla", "ليلى", "гриценко", "olena", "calloway", "美玲"):
        assert cases.count(r, f"{typed} stage:any") == 1, typed


def test_every_case_page_opens(r: Reading) -> None:
    for case in cases.keys(r, "stage:any")[::9]:
        told = page.read(r, case)
        assert told.stages and told.risks and told.row.case


def test_clients_have_signed_what_may_be_told_and_some_of_it_was(agency: Agency, r: Reading) -> None:
    signed = [one for row in rows(r, models.case_file) for one in consents.of_case(r, row.id)]
    assert len(signed) > 20
    assert {one.state for one in signed} == {"in_force", "expired", "revoked"}
    assert {one.ends_with for one in signed} == {"date", "case_closed"}
    told = rows(r, models.disclosure)
    assert {row.basis for row in told} == {"consent", "medical_emergency"}
    for row in told:
        if row.basis == "consent":
            found = permits.may_go(r, row.case_id, row.recipient, row.kinds.split(","), row.on_date)
            assert isinstance(found, permits.Permit) and found.consent == row.consent_id
    accounted = next(row for row in told if row.basis != "consent")
    assert len(disclosures.accounting(r, accounted.case_id)) == 1
