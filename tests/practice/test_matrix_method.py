"""The second half of the table of rights: who authorises, pays, approves, counts, plans, refers and closes, tried as the first half is in
`test_matrix.py`: by the verb, by the command and by hand, under a login of the person's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import psycopg
import pytest

from caseload.casework import (
    appointments,
    authorising,
    budgets,
    care_plan,
    goals,
    groups,
    outcomes,
    payments,
    recurrence,
    referrals,
    referred,
    stages,
)
from caseload.casework.appointments import NewAppointment
from caseload.errors import CaseloadError
from tests.practice.finding import assess
from tests.practice.kit import Practice, Template
from tests.practice.referring import asking, offered, sent
from tests.practice.spending import authorise, budget, wanted
from tests.practice.test_matrix import SCENES, Cell
from tests.support.databases import Databases

# As in DESIGN.md: who works with a case acts on it; what is spent above a limit, a plan and a budget are its supervisor's to settle; an
# admin moves cases and reads and does nothing else in them; analysts see suppressed counts and auditors the journal.
RIGHTS = (
    "count", "outcome", "authorise", "pay", "approve", "approve plan", "budget", "group", "series", "plan", "refer", "close",
)  # fmt: skip
_SUPERVISES = ("approve", "approve plan", "budget")
_WORKS = tuple(right for right in RIGHTS if right not in _SUPERVISES)
TABLE: dict[str, tuple[str, ...]] = {
    "its worker": _WORKS,
    "covering today": _WORKS,
    "named to it": _WORKS,
    "supervisor of its team": RIGHTS,
    # Supervises another team; but nobody else who supervises sees this case.
    "custodian": RIGHTS,
    "custodian, no supervisor": _WORKS,
    "offered to": (),
    "colleague": (),
    "kept from it": (),
    "admin": (),
    "analyst": (),
    "auditor": (),
}


@dataclass
class Laid:
    """A case in which everything is laid out that can be acted upon."""

    practice: Practice
    case: str
    runs: int
    waits: int
    plan: int
    service: int


@pytest.fixture(scope="module")
def laid(databases: Databases) -> Iterator[Laid]:
    template = Template("postgresql", databases)
    made = template.copy()
    case = made.open(given="Salome", family="Ruizova")
    budget(made, case, 500_00, single=100_00)
    runs, waits = authorise(made, case, 50_00), authorise(made, case, 200_00, reason="A bed.")
    service = offered(made)
    sent(made, case)
    assess(made, case)
    plan = made.do("ana", care_plan.begin, case, kind="behaviour").data["plan"]
    made.do("ana", goals.add, plan, goals.NewGoal("To sleep at night"))
    made.do("ana", care_plan.submit, plan)
    made.close()
    yield Laid(made, case, runs, waits, plan, service)
    made.drop()
    template.drop()


def by_verb(one: Cell, at: Laid, right: str) -> bool:
    p, who, case = one.practice, one.who, one.case
    try:
        match right:
            case "count":
                return any(row.offered for row in p.ask(who, referred.take_up))
            case "outcome":
                return any(row.cases for row in p.ask(who, outcomes.of))
            case "authorise":
                p.do(who, authorising.ask, wanted(p, case, 10_00, item="A lamp"))
            case "pay":
                p.do(who, payments.pay, payments.NewPayment(at.runs, 1_00))
            case "approve":
                p.do(who, authorising.approve, at.waits)
            case "approve plan":
                p.do(who, care_plan.approve, at.plan)
            case "budget":
                later = p.day + timedelta(days=200)
                p.do(who, budgets.add, budgets.NewBudget(1_00, later, later, case=case))
            case "group":
                p.do(who, groups.log, groups.NewGroup([groups.Taking(case)], "We cooked."))
            case "series":
                again = NewAppointment(case, p.hour(-3, 9), repeat=recurrence.Rule("WEEKLY", count=2))
                p.do(who, appointments.appoint, again)
            case "plan":
                p.do(who, care_plan.begin, case, wants="Peace.")
            case "refer":
                p.do(who, referrals.draft, asking(case, at.service))
            case "close":
                p.do(who, stages.move, case, "closed", "moved away", override=True)
        return True
    except CaseloadError as error:
        print(right, error.message)
        return False


def by_command(one: Cell, at: Laid, right: str) -> bool:
    case = one.case
    days = ("--from", "today", "--to", "+9d")
    line: dict[str, tuple[str, ...]] = {
        "authorise": ("authorise", case, "ask", "--for", "A lamp", "--amount", "10", *days),
        "pay": ("pay", case, "add", str(at.runs), "--amount", "1"),
        "approve": ("authorise", case, "approve", str(at.waits)),
        "approve plan": ("plan", case, "approve", "--kind", "behaviour"),
        "budget": ("budget", "set", case, "--amount", "1", "--from", "+200d", "--to", "+201d"),
        "group": ("group", "log", case, "--account", "We cooked.", "--yes"),
        "series": ("appointment", case, "add", "--at", "friday 14:30", "--title", "x", "--repeat", "weekly", "--times", "2"),
        "plan": ("plan", case, "begin", "--wants", "Peace."),
        "refer": ("refer", case, "draft", "--service", str(at.service), "--reason", "A room"),
        "close": ("stage", case, "closed", "--why", "moved away", "--override"),
    }  # fmt: skip
    if right == "count":
        told = one.line("service", "take-up", "--format", "json")
        return told.code == 0 and any(row["offered"] for row in told.json)
    if right == "outcome":
        told = one.line("outcomes", "--format", "tsv")
        return told.code == 0 and bool(told.tsv)
    told = one.line(*line[right])
    print(right, told.err)
    return told.code == 0


def by_sql(one: Cell, at: Laid, right: str) -> bool:
    key, me, today = one.key, "acting_worker()", "agency_today()"
    spent = "uid, case_id, cents, from_on, to_on"
    sql = {
        "count": f"SELECT count(*) FROM referral WHERE case_id = {key}",
        "outcome": f"SELECT count(*) FROM assessment WHERE case_id = {key}",
        "authorise": (
            "INSERT INTO authorisation (uid, case_id, budget_id, item, cents, from_on, to_on, state, asked_by, drafted_on, asked_on, at)"
            f" SELECT 'by-hand', {key}, NULL, 'A lamp', 1, {today}, {today}, 'asked', {me}, {today}, {today}, now()"
        ),
        "pay": (
            "INSERT INTO payment (uid, case_id, authorisation_id, cents, on_date, worker_id, at)"
            f" VALUES ('by-hand', {key}, {at.runs}, 1, {today}, {me}, now())"
        ),
        "approve": (
            f"UPDATE authorisation SET state = 'approved', above = true, approved_by = {me}, approved_at = now(),"
            f" approved_on = {today} WHERE id = {at.waits}"
        ),
        "approve plan": (
            f"UPDATE plan SET state = 'approved', approved_by = {me}, approved_at = now(), approved_on = {today} WHERE id = {at.plan}"
        ),
        "budget": (
            f"INSERT INTO budget ({spent}, set_by, at) VALUES ('by-hand', {key}, 1, {today} + 200, {today} + 200, {me}, now())"
        ),
        "group": (
            "DO $$ DECLARE made bigint; BEGIN INSERT INTO contact (kind, outcome, at, recorded_at, worker_id)"
            f" VALUES ('group', 'made', now(), now(), {me}) RETURNING id INTO made;"
            " INSERT INTO contact_line (contact_id, case_id, on_date, kind, outcome, met, presence)"
            f" VALUES (made, {key}, {today}, 'group', 'made', true, 'present'); END $$"
        ),
        "series": (
            "INSERT INTO appointment_series (uid, case_id, rule, first_on, clock, minutes, made_to)"
            f" VALUES ('by-hand', {key}, 'FREQ=WEEKLY', {today}, 540, 30, {today})"
        ),
        "plan": (
            f"INSERT INTO plan (case_id, number, author_id, made_on) VALUES ({key}, 1, {me}, {today})"
        ),
        "refer": (
            "INSERT INTO referral (uid, case_id, worker_id, drafted_on, at)"
            f" VALUES ('by-hand', {key}, {me}, {today}, now())"
        ),
        "close": (
            "INSERT INTO case_stage (case_id, stage, on_date, at, worker_id, why)"
            f" VALUES ({key}, 'closed', {today}, now(), {me}, '')"
        ),
    }  # fmt: skip
    try:
        if right == "group":
            one.psql(sql[right])
            return bool(one.practice.value("SELECT count(*) FROM contact WHERE kind = 'group'"))
        return int(one.psql(sql[right])) >= 1
    except psycopg.Error as error:
        print(right, error)
        return False


WAYS = {"verb": by_verb, "command": by_command, "sql": by_sql}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("concern", TABLE)
def test_every_cell_of_the_method_is_as_the_table_says(laid: Laid, concern: str, way: str) -> None:
    practice = Practice(laid.practice.template, laid.practice.template.databases.copy(laid.practice.url))
    who, scene = SCENES[concern]
    try:
        if scene is not None:
            scene(practice, laid.case)
        one = Cell(practice, who, concern, laid.case, practice.id(laid.case))
        assert tuple(right for right in RIGHTS if WAYS[way](one, laid, right)) == TABLE[concern]
    finally:
        practice.drop()
