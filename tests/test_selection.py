"""The query language in a living agency: facts by triggers, ranks, cover, and days that come. On both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from caseload import settings
from caseload.casework import (
    absences,
    alerts,
    appointments,
    assign,
    attention,
    authorising,
    budgets,
    consents,
    contacts,
    directory,
    intake,
    notes,
    programs,
    referrals,
    staff,
    stages,
    tasks,
    triage,
)
from caseload.errors import Usage
from caseload.models import case_file, policy, worker
from caseload.store import selection
from caseload.store.connect import connect
from caseload.store.founding import Founding, found
from caseload.store.rules import RULE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caseload.store.database import Database, Reading
    from tests.support.databases import Databases

TODAY = date(2026, 11, 18)  # a Wednesday
NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)


def day(after: int) -> date:
    return TODAY + timedelta(days=after)


def _open(db: Database, family: str, *, worker: str | None = "demo", risk: str = "low", ago: int = 5) -> str:
    new = intake.NewCase("Kim", family, "housing", risk=risk, worker=worker, opened=day(-ago), language="it")
    with db.work("intake") as w:
        return str(intake.open_case(w, new).data["case"])


def _live(db: Database) -> None:
    """Every reason there is, on some day of the next fortnight."""
    with db.work("all") as w:
        w.conn.execute(update(worker).values(holds_all=True))
        w.receipt("all rights")
    with db.work("setup") as w:
        programs.add(w, "housing", "Housing")
        w.receipt("a program")
    with db.work("setup") as w:
        days = {"assessment_days": 7, "plan_days": 4, "review_days": 5, "annual_assessment": "yes"}
        programs.edit(w, "housing", settings=days)
    with db.work("setup") as w:
        staff.add_worker(w, "ben", staff.WorkerFields(name="Ben", role="case_manager"))
        w.receipt("a colleague")
    _open(db, "Quiet")
    _open(db, "Waiting", worker=None)
    _open(db, "New", worker="ben", ago=0)
    late = _open(db, "Late", ago=392)
    failing = _open(db, "Failing", risk="critical", ago=6)
    tasked, snoozed, alarmed = _open(db, "Tasked"), _open(db, "Snoozed"), _open(db, "Alarmed")
    acts = (
        lambda w: contacts.log(w, contacts.NewContact([failing], "phone", "attempted", at=NOON - timedelta(days=2))),
        lambda w: contacts.log(w, contacts.NewContact([failing], "phone", "attempted", at=NOON - timedelta(days=1))),
        lambda w: contacts.log(w, contacts.NewContact([tasked], "visit", "made", at=NOON - timedelta(days=3))),
        lambda w: tasks.add(w, tasked, "Call the landlord", day(4)),
        lambda w: tasks.add(w, late, "Papers", TODAY),
        lambda w: appointments.appoint(w, appointments.NewAppointment(tasked, NOON + timedelta(days=9))),
        lambda w: attention.snooze_until(w, [snoozed], day(3), "on holiday"),
        lambda w: alerts.raise_alert(w, alarmed, "Dog", review=day(2)),
        lambda w: alerts.review(w, alarmed, next_review=day(3)),
        lambda w: alerts.set_tags(w, [alarmed], add=["Visit in pairs"]),
        lambda w: notes.write(w, notes.NewNote(tasked, text="Seen.")),
        lambda w: consents.give(w, consents.NewConsent(tasked, "Clinic", ["health"], "Dates", "Care", until=day(35))),
        lambda w: absences.set_cover(w, "ben", ("demo",), day(1), day(3), "leave"),
        lambda w: directory.add_provider(w, directory.NewProvider("Shelter")),
        lambda w: directory.add_service(w, directory.NewService(1, "A bed", answer_days=5)),
        lambda w: consents.give(
            w, consents.NewConsent(late, "Shelter", ["identity", "services"], "Who", "Bed", until=day(6))
        ),
        lambda w: referrals.refer(w, referrals.NewReferral(late, service=1, reason="A bed for the winter")),
        lambda w: stages.move(w, snoozed, "planning", "clear"),
        lambda w: stages.move(w, tasked, "active", "agreed"),
        *(
            lambda w, case=case: budgets.add(w, budgets.NewBudget(100_00, TODAY, day(90), case=case))
            for case in (tasked, failing)
        ),
        *(
            lambda w, case=case: authorising.ask(
                w, authorising.NewAuthorisation(case, TODAY, day(3), 95_00, item="A bed")
            )
            for case in (tasked, failing)
        ),
        lambda w: budgets.change(w, 2, {"cents": 90_00}),
    )
    for act in acts:
        with db.work("act") as w:
            act(w)
    closed = _open(db, "Closed", ago=100)
    with db.work("stage") as w:
        stages.move(w, closed, "closed", "done")


@pytest.fixture(scope="module")
def db(engine_name: str, databases: Databases) -> Iterator[Database]:
    url = databases.empty(engine_name)
    known = settings.load(database=url)
    found(known, Founding("Agency", "Europe/Rome", "demo", "Demo", is_demo=True, clock_on=TODAY))
    opened = connect(known)
    _live(opened)
    yield opened
    opened.close()
    databases.drop(url)


def _on(db: Database, after: int) -> Database:
    """The same database as of another day."""
    return connect(replace(db.settings, today=day(after)))


def _ids(r: Reading, text: str) -> set[int]:
    return set(r.conn.execute(select(case_file.c.id).where(selection.where(r, text))).scalars())


def test_a_reason_is_found_wherever_the_screen_shows_it_on_any_day(db: Database) -> None:
    seen: set[str] = set()
    for after in (0, 1, 2, 3, 5, 7, 9):
        other = _on(db, after)
        with other.read() as r:
            shown = triage.reasons(r, list(_ids(r, "stage:any")))
            for rule in RULE_NAMES:
                showing = {case for case, reasons in shown.items() if rule in {reason.rule for reason in reasons}}
                assert _ids(r, f"reason:{rule} stage:any") == showing, (rule, after)
                seen |= {rule} if showing else set()
        other.close()
    assert seen == set(RULE_NAMES)


def test_a_rule_that_policy_turned_off_finds_nothing(db: Database) -> None:
    with db.work("policy") as w:
        assert _ids(w, "reason:unassigned")
        w.conn.execute(update(policy).values(level_unassigned=5))
        assert not _ids(w, "reason:unassigned")


def test_levels_and_dates_follow_the_day_asked_for(db: Database) -> None:
    answers = {}
    for after in (0, 3):
        other = _on(db, after)
        with other.read() as r:
            answers[after] = [
                len(_ids(r, text))
                for text in ("snoozed:yes", "reason:safety", "flag:safety", "cover:yes", "review:<=today")
            ]
        other.close()
    assert answers == {0: [1, 0, 1, 0, 0], 3: [0, 1, 1, 1, 1]}


def test_open_cases_are_meant_unless_the_query_says_otherwise(db: Database) -> None:
    with db.read() as r:
        assert selection.count(r, "kim") == 8
        assert selection.count(r, "kim stage:any") == 9
        assert selection.count(r, "kim closed:today") == 1
        assert selection.count(r, "kim -closed:any") == 8


def test_a_tag_is_found_as_it_was_typed(db: Database) -> None:
    with db.read() as r:
        for text in ('tag:"Visit in pairs"', "tag:visit-in-pairs", '"visit in"', "VISIT"):
            assert selection.count(r, text) == 1, text


def test_a_case_is_named_by_its_number_and_a_slip_is_told(db: Database) -> None:
    with db.read() as r:
        number = r.conn.execute(select(case_file.c.number).limit(1)).scalar_one()
        assert selection.count(r, f"case:{number} stage:any") == 1
        assert selection.count(r, f"household:{number.replace('-', '')} stage:any") == 1
        with pytest.raises(Usage, match="Unknown case"):
            selection.count(r, "case:1999-000000")


def test_reassigning_takes_a_query(db: Database) -> None:
    with db.read() as r:
        planned = assign.plan(r, assign.Wish(query="late OR quiet", to=("ben",)))
    assert len(planned.moved) == 2
