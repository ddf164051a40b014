"""Any history an agency might have: a list of steps, each an act of some person or some days that pass."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from caseload.casework import (
    absences,
    alerts,
    appointments,
    assign,
    attention,
    authorising,
    budgets,
    care_plan,
    consents,
    contacts,
    goals,
    groups,
    intake,
    notes,
    payments,
    programs,
    referrals,
    stages,
    tasks,
    transfers,
    waiting,
)
from caseload.casework.assign import Wish
from caseload.errors import CaseloadError
from caseload.models.case import RISKS, STAGES
from caseload.models.consent import KINDS
from caseload.models.record import CONTACT_KINDS, OUTCOMES, PRESENCES, WITH
from caseload.store.database import Receipt
from caseload.store.undo import undo
from tests.practice.finding import assess
from tests.practice.kit import ADMIN, PROGRAMS, Practice
from tests.practice.referring import offered

RECEIVERS = ("ana", "bo", "cleo", "ben")
POLICY = (
    {"contact_low_days": 9},
    {"contact_kinds": "visit"},
    {"soon_days": 2, "note_days": 1, "consent_days": 4},
    {"level_contact_overdue": 5, "level_unassigned": 5},
    {"attempts_days": 5},
    {
        "level_task_today": 1,
        "level_snooze_ended": 4,
        "referral_days": 3,
        "level_consent_ended": 1,
        "authorisation_days": 3,
        "level_budget_over": 2,
        "single_cents": 200,
    },
    {"contact_low_days": 30, "contact_kinds": "visit,office,phone,video,group", "level_contact_overdue": 3},
    {"assessment_days": 4, "plan_days": 6, "review_days": 9, "annual_assessment": "yes"},
    {"phase1_days": 5, "phase1_contact_days": 3, "phase2_days": 20, "phase2_contact_days": 40, "level_plan_overdue": 5},
)

Step = tuple[str, int, int, int]


class History:
    """Plays steps in an agency. A step that the practice refuses is no step: that too belongs to any history."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.cases: list[str] = []
        # Who did what, as `(handle, receipt)`: what can be taken back.
        self.done: list[tuple[str, Receipt]] = []
        self.services = [offered(practice, by=name) for name in ("Clinic", "School")]
        self.intake(0, 0, 0)

    def play(self, step: Step) -> Receipt | None:
        """One step; its receipt, or None where days passed or nothing was done."""
        name, a, b, c = step
        try:
            receipt: Receipt | None = getattr(self, name)(a, b, c)
        except CaseloadError:
            return None
        return receipt

    def _do(self, by: str, verb, *args, **more) -> Receipt:  # type: ignore[no-untyped-def]
        receipt = self.practice.do(by, verb, *args, **more)
        if receipt.change is not None:
            self.done.append((by, receipt))
        return receipt

    def _case(self, a: int) -> tuple[str, str]:
        """A case, and somebody who may act in it: its worker, else the supervisor of its team."""
        case = self.cases[a % len(self.cases)]
        row = self.practice.rows(
            "SELECT w.handle, t.code FROM case_file c LEFT JOIN worker w ON w.id = c.owner_id"
            " LEFT JOIN team t ON t.id = c.team_id WHERE c.number = :case",
            case=case,
        )
        if not row:
            return case, "ana"
        return case, row[0].handle or {"south": "sol"}.get(row[0].code, "ben")

    def _key(self, table: str, case: str, b: int) -> int:
        keys = self.practice.rows(
            f"SELECT x.id FROM {table} x JOIN case_file c ON c.{'client_id = x.client_id' if table == 'alert' else 'id = x.case_id'}"
            " WHERE c.number = :case ORDER BY x.id",
            case=case,
        )
        return int(keys[b % len(keys)].id) if keys else 0

    def _day(self, ahead: int) -> timedelta:
        return self.practice.day + timedelta(days=ahead)  # type: ignore[return-value]

    # ------------------------------------------------------------ acts

    def intake(self, a: int, b: int, c: int) -> Receipt:
        new = intake.NewCase(
            "Mara", "Conti", PROGRAMS[a % 2], risk=RISKS[b % 4], worker=("ana", "bo", None)[c % 3],
            opened=self.practice.ago(a * 3), client_of=self.cases[0] if self.cases and b == 7 else None,
        )  # fmt: skip
        receipt = self._do("ben", intake.open_case, new)
        self.cases.append(receipt.data["case"])
        return receipt

    def contact(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, contacts.log, contacts.NewContact(
            [case], CONTACT_KINDS[b % 7], OUTCOMES[c % 2], with_whom=WITH[b % 2 if c > 5 else 0],
            at=self.practice.moment(c), note="Words." if c == 3 else "",
        ))  # fmt: skip

    def attempt(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, contacts.log, contacts.NewContact([case], "phone", "attempted", at=self.practice.moment(b)))

    def together(self, a: int, b: int, c: int) -> Receipt:
        several = {self._case(a)[0], self._case(b)[0]}
        takings = [groups.Taking(case, PRESENCES[(b + nth) % 3]) for nth, case in enumerate(sorted(several))]
        return self._do("ben", groups.log, groups.NewGroup(takings, "Cooked.", topics=("food",)))

    def note(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, notes.write, notes.NewNote(case, text="Calm.", sign=c == 0))

    def edit_note(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, notes.edit, self._key("note", case, b), f"Calmer {c}.", seen=1 + c % 3)

    def sign(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, notes.sign, self._key("note", case, b))

    def discard(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, notes.discard, self._key("note", case, b))

    def task(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, tasks.add, case, "Call", self._day(b - 2))

    def finish(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, tasks.done, self._key("task", case, b))

    def change_task(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, tasks.change, self._key("task", case, b), seen=1 + b % 3, due=self._day(c))

    def appoint(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, appointments.appoint, appointments.NewAppointment(case, self.practice.hour(-b, 8 + c)))

    def settle(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        state = ("kept", "missed", "cancelled", "scheduled")[c % 4]
        return self._do(by, appointments.settle, self._key("appointment", case, b), state)

    def snooze(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, attention.snooze_until, [case], self._day(b), "later")

    def review(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, attention.reviewed, [case])

    def wake(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, attention.wake, [case])

    def acknowledge(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, attention.acknowledge, [case])

    def alert(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, alerts.raise_alert, case, "Dog", kind=("safety", "health")[b % 2], review=self._day(c))

    def review_alert(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, alerts.review, case, next_review=self._day(c))

    def end_alert(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, alerts.end, case, self._key("alert", case, b), "gone")

    def tags(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, alerts.set_tags, [case], add=[f"t{b % 3}"], remove=[f"t{c % 3}"])

    def stage(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, stages.move, case, STAGES[b % 6], "as agreed", override=c > 4)

    def consent(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, consents.give, consents.NewConsent(
            case, ("Clinic", "School")[b % 2], KINDS[: 1 + b % 3], "What they ask", "Help",
            until=None if c == 8 else self._day(c * 6), until_closed=b > 5, event="" if c != 8 or b > 5 else "a flat",
            signed=self.practice.ago(b % 4),
        ))  # fmt: skip

    def end_consent(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        key = self._key("consent", case, b)
        if c > 6:
            return self._do(by, consents.amend, key, {"until": self._day(c * 4)})
        return self._do(by, consents.came, key) if c > 3 else self._do(by, consents.revoke, key, "by letter")

    def refer(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        new = referrals.NewReferral(case, "A place.", service=self.services[b % 2])
        if c > 7:
            return self._do(by, referrals.draft, new)
        return self._do(by, referrals.refer, new, referrals.Telling(KINDS[: 1 + c % 3]))

    def answer_referral(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        key = self._key("referral", case, b)
        if c < 3:
            why = "no_capacity" if c == 2 else None
            return self._do(by, referrals.answer, key, ("accepted", "waitlisted", "declined")[c], because=why)
        verb = (referrals.start, referrals.complete, referrals.lapse, referrals.withdraw, referrals.missed)[c % 5]
        return self._do(by, verb, key)

    def send_referral(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, referrals.send, self._key("referral", case, b))

    def assess(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        fixed = self._key("assessment", case, b) if c > 7 else None
        receipt = assess(
            self.practice, case, "phq-2", {"1": str(c % 4), "2": "0"}, by=by, on=self.practice.ago(b * 3), corrects=fixed or None,
            phase=("annual", "review", None)[c % 3],
        )  # fmt: skip
        self.done.append((by, receipt))
        return receipt

    def plan(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        kind = "behaviour" if c > 6 else "service"
        plan = self._do(by, care_plan.begin, case, kind=kind).data["plan"]
        self._do(by, goals.add, plan, goals.NewGoal("A flat"))
        receipt = self._do(by, care_plan.submit, plan)
        lead = "ben" if by in ("ana", "bo") else "sol"
        return self._do(lead, care_plan.approve, plan, review=self._day(b) if b else None) if c else receipt

    def review_plan(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        again = self._day(c) if c > 4 else None
        return self._do(
            by, care_plan.review, self._key("plan", case, b), "Still here.", on=self.practice.ago(b), next_on=again
        )

    def end_plan(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, care_plan.end, self._key("plan", case, b))

    def budget(self, a: int, b: int, c: int) -> Receipt:
        case, _by = self._case(a)
        days = (self._day(c - 4), self._day(c * 3))
        if b > 6 and (key := self._key("budget", case, c)):
            return self._do("ben", budgets.change, key, {"cents": b * 90, "last": days[1]})
        return self._do("ben", budgets.add, budgets.NewBudget(b * 100, *days, case=case, single=400 if c > 4 else None))

    def authorise(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        new = authorising.NewAuthorisation(
            case, self.practice.day, self._day(c), 1 + b * 60, item="A bed", reason="She has none." if c % 3 else ""
        )
        return self._do(by, authorising.draft if c == 8 else authorising.ask, new)

    def settle_authorisation(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        key = self._key("authorisation", case, b)
        if c < 3:
            return self._do("ben", authorising.approve, key, reason="It cannot wait.")
        if c == 3:
            return self._do("ben", authorising.send_back, key, "Too much.")
        if c < 6:
            return self._do(by, authorising.renew, key, self._day(c * 4), reason="It goes on.")
        return self._do(by, (authorising.end, authorising.withdraw, authorising.ask_again)[c % 3], key)

    def pay(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        if c > 6:
            return self._do(by, payments.take_back, self._key("payment", case, b), "A slip.")
        return self._do(by, payments.pay, payments.NewPayment(self._key("authorisation", case, b), 1 + c * 40))

    def risk(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, stages.set_risk, case, RISKS[b % 4], "as seen")

    def move(self, a: int, b: int, c: int) -> Receipt:
        wish = Wish((RECEIVERS[b % 4], RECEIVERS[c % 4]), cases=tuple({self._case(a)[0], self._case(c)[0]}))
        plan = self.practice.ask(ADMIN, assign.plan, wish)
        return self._do(ADMIN, assign.commit, plan, "fairer loads")

    def offer(self, a: int, b: int, c: int) -> Receipt:
        case, by = self._case(a)
        return self._do(by, transfers.offer, [case], RECEIVERS[b % 4], "nearer", answer_by=self._day(c))

    def answer(self, a: int, b: int, c: int) -> Receipt:
        case, who = self._case(a)[0], RECEIVERS[b % 4]
        return self._do(who, transfers.accept, [case]) if c % 2 else self._do(who, transfers.decline, [case], "no room")

    def admit(self, a: int, b: int, c: int) -> Receipt:
        return self._do(ADMIN, waiting.admit, [self._case(a)[0]], RECEIVERS[b % 4], "there is room")

    def away(self, a: int, b: int, c: int) -> Receipt:
        who, by = RECEIVERS[a % 4], RECEIVERS[(a + 1 + b % 3) % 4]
        shares = (absences.Share((by,), "risk:>=medium" if c % 2 else None),)
        return self._do(ADMIN, absences.set_cover, who, shares, self._day(0), self._day(c), "leave")

    def policy(self, a: int, b: int, c: int) -> Receipt:
        return self._do(ADMIN, programs.edit, PROGRAMS[a % 2], settings=POLICY[b % len(POLICY)])

    def take_back(self, a: int, b: int, c: int) -> Receipt:
        by, receipt = self.done[-1 - a * 3 % len(self.done)]
        return self._do(by, undo, receipt.change, allow_refused=c == 0)

    def days(self, a: int, b: int, c: int) -> None:
        self.practice.go(1 + a * b)


ACTS = tuple(
    name for name, one in vars(History).items() if callable(one) and not name.startswith("_") and name not in ("play", "days")
)  # fmt: skip
NUMBERS = st.integers(0, 9)
ACT = st.tuples(st.sampled_from(ACTS), NUMBERS, NUMBERS, NUMBERS)
DAYS = st.tuples(st.just("days"), NUMBERS, NUMBERS, NUMBERS)
STEPS = st.lists(st.one_of(ACT, ACT, ACT, ACT, DAYS), min_size=5, max_size=40)
