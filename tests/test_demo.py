"""The made-up agency: it looks lived in, holds together, and comes out the same for the same seed and day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, inspect, select

from caseload import demo, models, settings
from caseload.casework import absences, cases, intake, page, pending, programs, staff, triage, workload
from caseload.demo import agency as given
from caseload.demo.ledger import Ledger
from caseload.demo.names import LONG_FAMILY
from caseload.demo.scenes import SCENES, deck
from caseload.errors import Refused, Usage
from caseload.settings import Settings
from caseload.store import founding, undo, verify
from caseload.store.database import Database, Reading
from caseload.store.rules import RULE_NAMES

from .support.databases import Databases

TODAY = date(2026, 11, 20)
SMALLEST = demo.DemoOptions(cases=40, workers=7)


def named(url: str, today: date | None = TODAY) -> Settings:
    """The settings of someone who names that database on the command line."""
    return replace(settings.load(database=url, environ={}), worker=None, today=today)


@dataclass(frozen=True, slots=True)
class Agency:
    where: Settings
    db: Database
    summary: demo.DemoSummary


@pytest.fixture(scope="module")
def agency(engine_name: str, databases: Databases) -> Iterator[Agency]:
    """The agency as `caseload demo` makes it when nothing else is said. The tests of this module only read it."""
    url = databases.empty(engine_name)
    where = named(url)
    summary = demo.build(where)
    db = Database(where)
    yield Agency(where, db, summary)
    db.close()
    databases.drop(url)


@pytest.fixture
def r(agency: Agency) -> Iterator[Reading]:
    with agency.db.read() as reading:
        yield reading


class Smallest:
    """The smallest agency of each engine, made when it is first asked for. Nobody writes in them."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._made: dict[str, Settings] = {}
        self.progress: list[tuple[int, int]] = []

    def on(self, engine_name: str) -> Settings:
        if engine_name not in self._made:
            self._made[engine_name] = where = named(self._databases.empty(engine_name))
            self.progress.clear()
            demo.build(where, SMALLEST, lambda done, total: self.progress.append((done, total)))
        return self._made[engine_name]


@pytest.fixture(scope="module")
def smallest(databases: Databases) -> Smallest:
    return Smallest(databases)


@pytest.fixture
def small(smallest: Smallest, engine_name: str) -> Settings:
    """A small agency, to look at."""
    return smallest.on(engine_name)


def rows(r: Reading, table: Any, *where: Any) -> list[Any]:
    return list(r.conn.execute(select(table).where(*where).order_by(table.c.id)))


def midnight(r: Reading) -> datetime:
    return datetime.combine(r.today, time(), r.zone)


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
    bodies = [row.body for row in rows(r, models.narrative)]
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


# ---------------------------------------------------------------- it comes out the same


def content(conn: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every fact of a database but the real time at which it was founded and written down."""
    out = {}
    for table in models.metadata.sorted_tables:
        if table.name in ("acting", "journal", "payload", "seal", "change"):
            continue
        columns = [column for column in table.columns if column is not models.agency.c.created_at]
        out[table.name] = [tuple(row) for row in conn.execute(select(*columns).order_by(next(iter(table.primary_key))))]
    written = models.change.c
    out["change"] = [
        tuple(row) for row in conn.execute(select(written.verb, written.summary, written.cases).order_by(written.id))
    ]
    out["uid"] = [tuple(row) for row in conn.execute(select(written.uid).where(written.id > 1).order_by(written.id))]
    entry = models.journal.c
    said = select(entry.change_id, entry.table_name, entry.row_id, entry.case_id, entry.op, entry.columns)
    out["journal"] = sorted(tuple(row) for row in conn.execute(said.where(entry.change_id > 1)))
    return out


def dump(where: Settings) -> dict[str, list[tuple[Any, ...]]]:
    db = Database(where)
    try:
        with db.read() as r:
            return content(r.conn)
    finally:
        db.close()


def test_the_same_seed_and_day_give_the_same_agency(small: Settings, empty_url: str) -> None:
    again = named(empty_url)
    demo.build(again, SMALLEST)
    first, second = dump(small), dump(again)
    for table in first:
        assert first[table] == second[table], table


def test_another_seed_gives_another_agency(smallest: Smallest, tmp_path: Path) -> None:
    other = named(str(tmp_path / "demo.db"))
    demo.build(other, replace(SMALLEST, seed=2))
    assert dump(smallest.on("sqlite"))["identity"] != dump(other)["identity"]


def test_both_engines_give_the_same_agency(smallest: Smallest) -> None:
    one, other = dump(smallest.on("sqlite")), dump(smallest.on("postgresql"))
    for told in (one, other):
        # The founder's login is the machine's on one, the server's on the other.
        login = [column.name for column in models.worker.columns].index("login")
        told["worker"] = [row[:login] + row[login + 1 :] for row in told["worker"]]
    for table in one:
        assert one[table] == other[table], table


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2024, 2, 29), date(2025, 11, 2), date(2026, 7, 5)], ids=str)
def test_every_reason_is_there_whatever_the_day(tmp_path: Path, day: date) -> None:
    """New year's day, a leap day, the Sunday on which the clocks change, a Sunday after a holiday."""
    where = named(str(tmp_path / "demo.db"), day)
    demo.build(where, replace(SMALLEST, seed=day.day))
    db = Database(where)
    with db.read() as r:
        assert r.today == day
        found = triage.reasons(r, triage.queue(r, triage.View(agency=True)))
        assert {reason.rule for why in found.values() for reason in why} == set(RULE_NAMES)
        assert verify.check(r).faults == ()
    db.close()


# ---------------------------------------------------------------- it can be worked in


def test_without_a_day_it_follows_the_real_one_and_work_goes_on_in_it(empty_url: str) -> None:
    where = named(empty_url, None)
    demo.build(where, SMALLEST)
    db = Database(where)
    with db.work("intake") as w:
        new = intake.NewCase("Ada", "Nowak", "housing", worker="ana", phone="(212) 555-0100")
        receipt = intake.open_case(w, new)
    with db.read() as r:
        assert r.agency.is_demo and r.agency.clock_on is None and not r.as_of
        assert set(triage.counts(r, triage.View(agency=True))) == {1, 2, 3, 4, 5}
        assert cases.count(r, "nowak") == 1
        assert verify.verify_journal(r).faults == () and verify.check(r).faults == ()
        assert undo.last_undoable(r.conn, r.me.id) == receipt.change
    db.close()


def test_a_bigger_agency_has_more_staff_with_handles_of_their_own(tmp_path: Path) -> None:
    summary = demo.build(named(str(tmp_path / "demo.db")), replace(SMALLEST, workers=40))
    assert (summary.cases, summary.workers) == (40, 40)
    many = given.staff(2000)
    assert len({one.handle for one in many}) == 2000
    assert all(staff.handle_of(one.handle) == one.handle for one in many)


@pytest.mark.parametrize("count", [18, 23, 36, 46, 300])
def test_a_hand_of_scenes_shows_each_at_least_once_and_mostly_calm_ones(count: int) -> None:
    unseen = list(SCENES)
    dealt = deck(count, unseen)
    assert len(dealt) == count and not unseen
    assert {scene.name for scene in dealt} == {scene.name for scene in SCENES}
    if count > 40:
        calm = ("in_order", "contact_soon", "task_soon", "appointment_soon", "snoozed")
        assert sum(scene.name in calm for scene in dealt) > count / 2


# ---------------------------------------------------------------- where it is, and what is there already


def test_an_existing_demo_is_opened_as_it_is(small: Settings) -> None:
    there = demo.build(small)
    assert there.cases == 40 and there.workers == 7
    assert demo.build(small, SMALLEST) == there
    assert demo.build(replace(small, worker="ana", today=date(2026, 12, 1))) == there


@pytest.mark.parametrize("other", [demo.DemoOptions(cases=41), demo.DemoOptions(workers=8), demo.DemoOptions(seed=5)])
def test_an_existing_demo_of_another_size_is_refused(small: Settings, other: demo.DemoOptions) -> None:
    before = demo.build(small)
    with pytest.raises(Refused, match="--cases 40 --workers 7 --seed 1"):
        demo.build(small, other)
    assert demo.build(small) == before


def test_a_real_agency_is_left_alone(empty_url: str) -> None:
    where = named(empty_url, None)
    founding.found(where, founding.Founding("Harbour", "Europe/Rome", "ana", "Ana"))
    with pytest.raises(Refused, match="real agency"):
        demo.build(where)
    db = Database(where)
    with db.read() as r:
        assert r.conn.execute(select(func.count()).select_from(models.worker)).scalar_one() == 1
    db.close()


def test_a_demo_that_was_interrupted_leaves_nothing(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where = named(empty_url)

    def interrupted(*_args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as m:
        m.setattr(Ledger, "write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            demo.build(where, SMALLEST)
    if where.path is not None:
        assert [file.name for file in where.path.parent.glob(f"*{where.path.name}*")] == []
    else:
        from .support.databases import open_engine

        engine = open_engine(empty_url)
        assert inspect(engine).get_table_names() == []
        engine.dispose()


def test_progress_is_told_in_cases(smallest: Smallest) -> None:
    smallest.on("sqlite")
    said = smallest.progress
    assert said == sorted(said) and said[-1] == (40, 40)


def test_it_has_a_file_of_its_own_unless_a_database_is_named(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = demo.place(settings.load(environ={}))
    assert usual.path is not None and usual.path.name == "demo.db" and own_home in usual.path.parents
    assert demo.place(settings.load(database="/tmp/other.db", environ={})).path == Path("/tmp/other.db")
    assert demo.place(settings.load(environ={"CASELOAD_DATABASE": "/tmp/other.db"})).path == Path("/tmp/other.db")
    real = replace(settings.load(environ={}), database="sqlite:////srv/real.db", database_source="file")
    assert demo.place(real).path == usual.path, "the database of the settings file is somebody's real one"


@pytest.mark.parametrize(
    "wrong",
    [
        demo.DemoOptions(cases=0),
        demo.DemoOptions(cases=39),
        demo.DemoOptions(cases=2_000_001),
        demo.DemoOptions(workers=6),
        demo.DemoOptions(workers=100_001),
    ],
)
def test_a_size_that_makes_no_agency_is_refused(tmp_path: Path, wrong: demo.DemoOptions) -> None:
    with pytest.raises(Usage, match="lies between"):
        demo.build(named(str(tmp_path / "x.db")), wrong)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_a_day_without_room_for_a_history_is_refused(tmp_path: Path, day: date) -> None:
    with pytest.raises(Usage, match="lies between"):
        demo.build(named(str(tmp_path / "x.db"), day))
    assert list(tmp_path.iterdir()) == []
