"""How each fact on the case row is read from the rows below it. The one definition: triggers, sweep, as-of queries and
the check in the field are all rendered from here.

A fact is a scalar sub-select over the case row `c` and its current policy `p`. Facts come in groups by the table they are
read from, so that an act refreshes only what it can have changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..models.agency import TIMED_PHASES
from ..models.consent import KINDS
from .dialect import Sql

Expr = Callable[[Sql], str]


@dataclass(frozen=True, slots=True)
class Group:
    """Facts read from one table. A changed row touches the cases whose `case_column` equals its `key`."""

    table: str
    facts: dict[str, Expr]
    key: str = "case_id"
    case_column: str = "id"


_LAST_STAGE = (
    "FROM case_stage s WHERE s.case_id = c.id AND s.on_date <= {today} ORDER BY s.on_date DESC, s.id DESC LIMIT 1"
)
# Active and monitoring are one stretch of the work. Since when: the first move of those that no move to another followed.
_STRETCH = "CASE {row}.stage WHEN 'monitoring' THEN 'active' ELSE {row}.stage END"
_LEFT = (
    "(SELECT b.id FROM case_stage b WHERE b.case_id = s.case_id AND b.on_date <= {today} AND (b.on_date > s.on_date"
    f" OR (b.on_date = s.on_date AND b.id > s.id)) AND {_STRETCH.format(row='b')} <> {_STRETCH.format(row='s')} LIMIT 1)"
)
_OPEN_PRIMARY = "FROM assignment a WHERE a.case_id = c.id AND a.role = 'primary' AND a.ends_at IS NULL"
# A closed case stays with the person who held it last, so that it can be found, reopened and added to.
_HOLDER = (
    "FROM assignment a WHERE a.case_id = c.id AND a.role = 'primary'"
    " AND (a.ends_at IS NULL OR c.closed_on IS NOT NULL) ORDER BY a.starts_at DESC, a.id DESC LIMIT 1"
)
_MET = "FROM contact_line l WHERE l.case_id = c.id AND l.met AND l.on_date <= {today}"

STAGE = Group(
    "case_stage",
    {
        "stage": lambda s: f"COALESCE((SELECT s.stage {_LAST_STAGE.format(today=s.today)}), 'referred')",
        "closed_on": lambda s: (
            f"(SELECT CASE WHEN s.stage = 'closed' THEN s.on_date END {_LAST_STAGE.format(today=s.today)})"
        ),
        "stage_on": lambda s: (
            f"(SELECT min(s.on_date) FROM case_stage s WHERE s.case_id = c.id AND s.on_date <= {s.today}"
            f" AND {_LEFT.format(today=s.today)} IS NULL)"
        ),
    },
)
RISK = Group(
    "case_risk",
    {
        "risk": lambda s: (
            f"COALESCE((SELECT k.risk FROM case_risk k WHERE k.case_id = c.id AND k.on_date <= {s.today}"
            " ORDER BY k.on_date DESC, k.id DESC LIMIT 1), 'low')"
        )
    },
)
ASSIGNMENT = Group(
    "assignment",
    {
        "owner_id": lambda s: f"(SELECT a.worker_id {_HOLDER})",
        "owned_on": lambda s: f"(SELECT a.starts_on {_HOLDER})",
        "unacknowledged_on": lambda s: (
            f"(SELECT CASE WHEN a.acknowledged_at IS NULL THEN a.starts_on END {_OPEN_PRIMARY})"
        ),
        "unassigned_on": lambda s: (
            # No EXISTS: PostgreSQL may hash it, reading every assignment there is to answer for one case.
            f"CASE WHEN (SELECT a.id {_OPEN_PRIMARY}) IS NULL THEN COALESCE("
            "(SELECT max(a.ends_on) FROM assignment a WHERE a.case_id = c.id AND a.role = 'primary'), c.opened_on) END"
        ),
    },
)
CONTACT = Group(
    "contact_line",
    {
        # Only kinds the program counts restart the clock: a call to the school is no contact with the child.
        "last_contact_on": lambda s: (
            f"(SELECT max(l.on_date) {_MET.format(today=s.today)} AND {s.listed('l.kind', 'p.contact_kinds')})"
        ),
        "last_met_on": lambda s: f"(SELECT max(l.on_date) {_MET.format(today=s.today)})",
        "second_attempt_on": lambda s: (
            "(SELECT l.on_date FROM contact_line l WHERE l.case_id = c.id AND l.outcome = 'attempted'"
            f" AND l.on_date <= {s.today} ORDER BY l.on_date DESC LIMIT 1 OFFSET 1)"
        ),
    },
)
TASK = Group(
    "task",
    {
        "task_first_on": lambda s: "(SELECT min(t.due_on) FROM task t WHERE t.case_id = c.id AND t.done_at IS NULL)",
        "task_next_on": lambda s: (
            f"(SELECT min(t.due_on) FROM task t WHERE t.case_id = c.id AND t.done_at IS NULL AND t.due_on >= {s.today})"
        ),
    },
)
APPOINTMENT = Group(
    "appointment",
    {
        "appointment_on": lambda s: (
            "(SELECT min(o.on_date) FROM appointment o WHERE o.case_id = c.id AND o.state = 'scheduled'"
            f" AND o.on_date >= {s.today})"
        )
    },
)
ALERT = Group(
    "alert",
    {
        # Not yet reviewed, it stands from the day it was raised; reviewed, from its next review day.
        "safety_on": lambda s: (
            "(SELECT min(CASE WHEN w.reviewed_on IS NULL THEN w.raised_on ELSE w.review_on END) FROM alert w"
            " WHERE w.client_id = c.client_id AND w.kind = 'safety' AND w.level = 'high' AND w.ended_on IS NULL)"
        )
    },
    key="client_id",
    case_column="client_id",
)
NOTE = Group(
    "note",
    {"draft_on": lambda s: "(SELECT min(n.on_date) FROM note n WHERE n.case_id = c.id AND n.state = 'draft')"},
)
SNOOZE = Group(
    "snooze",
    {"snoozed_until": lambda s: "(SELECT z.until_on FROM snooze z WHERE z.case_id = c.id AND z.cleared_at IS NULL)"},
)


def _holds(s: Sql, row: str) -> str:
    """Whether a consent was signed and neither taken back nor ended by what it waited for; its last day is asked elsewhere.

    One that ends with its case ended when that was closed, and does not begin again when it is reopened.
    """
    # No EXISTS, as above.
    closed = (
        f"(SELECT g.id FROM case_stage g WHERE g.case_id = {row}.case_id AND g.stage = 'closed' AND g.on_date <= {s.today}"
        f" AND (g.on_date > {row}.signed_on OR (g.on_date = {row}.signed_on AND g.at > {row}.recorded_at)) LIMIT 1)"
    )
    return (
        f"{row}.signed_on <= {s.today} AND {row}.revoked_on IS NULL AND {row}.event_on IS NULL"
        f" AND CASE WHEN {row}.ends_with = 'case_closed' THEN {closed} END IS NULL"
    )


def running_out(s: Sql, case: str) -> str:
    """The consents `x` of a case that hold today and come to an end by their day, with no other for the same recipient and at
    least the same kinds of information that lasts longer."""
    words = [f"'{kind}'" for kind in KINDS]
    covers = " AND ".join(f"({s.listed(word, 'y.kinds')} OR NOT {s.listed(word, 'x.kinds')})" for word in words)
    longer = (
        "(SELECT y.id FROM consent y WHERE y.case_id = x.case_id AND y.recipient_key = x.recipient_key AND y.id <> x.id"
        f" AND (y.until_on IS NULL OR y.until_on > x.until_on) AND {covers} AND {_holds(s, 'y')} LIMIT 1)"
    )
    return (
        f"FROM consent x WHERE x.case_id = {case} AND x.until_on >= {s.today} AND {_holds(s, 'x')} AND {longer} IS NULL"
    )


CONSENT = Group(
    "consent",
    {"consent_ends_on": lambda s: f"(SELECT min(x.until_on) {running_out(s, 'c.id')})"},
)

# A referral runs from the day it was sent until it has come to an end, one way or the other.
RUNNING = "('sent', 'accepted', 'waitlisted', 'started')"


def _ends(s: Sql, row: str) -> str:
    """The first day on which a consent holds no more, as far as that is known; the far day where it is not."""
    closed = (
        f"(SELECT min(g.on_date) FROM case_stage g WHERE g.case_id = {row}.case_id AND g.stage = 'closed' AND g.on_date <= {s.today}"
        f" AND (g.on_date > {row}.signed_on OR (g.on_date = {row}.signed_on AND g.at > {row}.recorded_at)))"
    )
    ends = (
        s.plus(f"{row}.until_on", 1), f"{row}.event_on", f"{row}.revoked_on",
        f"CASE WHEN {row}.ends_with = 'case_closed' THEN {closed} END",
    )  # fmt: skip
    return s.least(f"COALESCE({end}, {s.far})" for end in ends)


def relied_ends(s: Sql, referral: str = "q") -> str:
    """The day from which no consent permits any more what was told with a referral: the last end of those that its case has for the
    same recipient and at least the same kinds of information. The far day where none is known; null where it rests on no consent."""
    covers = " AND ".join(
        f"({s.listed(word, 'y.kinds')} OR NOT {s.listed(word, 'd.kinds')})" for word in (f"'{kind}'" for kind in KINDS)
    )
    return (
        f"(SELECT max({_ends(s, 'y')}) FROM disclosure d JOIN consent y ON y.case_id = d.case_id"
        f" AND y.recipient_key = d.recipient_key WHERE d.id = {referral}.disclosure_id AND d.basis = 'consent'"
        f" AND y.signed_on <= {s.today} AND {covers})"
    )


REFERRAL = Group(
    "referral",
    {
        # When the first answer is due that nobody has given.
        "referral_answer_on": lambda s: (
            "(SELECT min(q.answer_by) FROM referral q WHERE q.case_id = c.id AND q.state = 'sent')"
        ),
        "relied_ends_on": lambda s: (
            f"NULLIF((SELECT min({relied_ends(s)}) FROM referral q WHERE q.case_id = c.id AND q.state IN {RUNNING}), {s.far})"
        ),
    },
)

# What was set right counts no more; what took its place does.
_ASKED = (
    "FROM assessment e WHERE e.case_id = c.id AND e.on_date <= {today}"
    " AND (SELECT y.id FROM assessment y WHERE y.corrects_id = e.id) IS NULL"
)
ASSESSMENT = Group(
    "assessment",
    {
        "assessed_on": lambda s: f"(SELECT max(e.on_date) {_ASKED.format(today=s.today)})",
        "annual_on": lambda s: f"(SELECT max(e.on_date) {_ASKED.format(today=s.today)} AND e.phase = 'annual')",
    },
)


def _gone_through(s: Sql) -> str:
    """The last day on which the running plan `q` was gone through; null where it never was."""
    return f"(SELECT max(v.on_date) FROM plan_review v WHERE v.plan_id = q.id AND v.on_date <= {s.today})"


PLAN = Group(
    "plan",
    {
        # Since when a service plan runs.
        "plan_on": lambda s: (
            "(SELECT q.approved_on FROM plan q WHERE q.case_id = c.id AND q.kind = 'service' AND q.state = 'approved')"
        ),
        # When the first of the plans that run is gone through next: on the day agreed, else so long after the last time.
        "review_on": lambda s: (
            f"(SELECT min(COALESCE(q.review_on, {s.plus(f'COALESCE({_gone_through(s)}, q.approved_on)', 'p.review_days')}))"
            " FROM plan q WHERE q.case_id = c.id AND q.state = 'approved')"
        ),
    },
)
# Its rows change what is read of plans, and nothing else.
PLAN_REVIEW = Group("plan_review", {})

# One that was taken up again for a further period is not waited for any more.
_RENEWED = (
    "(SELECT n.id FROM authorisation n WHERE n.renews_id = {row}.id AND n.state IN ('approved', 'ended') LIMIT 1)"
)


def runs(authorisation: str) -> str:
    """True of an authorisation that was approved, and neither ended nor taken up again."""
    return f"{authorisation}.state = 'approved' AND {_RENEWED.format(row=authorisation)} IS NULL"


AUTHORISATION = Group(
    "authorisation",
    {
        "authorisation_ends_on": lambda s: (
            f"(SELECT min(u.to_on) FROM authorisation u WHERE u.case_id = c.id AND {runs('u')})"
        )
    },
)

# So many hundredths of a client's budget are soon all of it.
SOON_PERCENT = 90


def taken(budget: str) -> str:
    """What of a budget is spoken for, in cents: what runs, whole; of what has ended, what was paid."""
    paid = "(SELECT sum(v.cents) FROM payment v WHERE v.authorisation_id = u.id)"
    return (
        f"(SELECT COALESCE(sum(CASE u.state WHEN 'approved' THEN u.cents WHEN 'ended' THEN COALESCE({paid}, 0) ELSE 0 END), 0)"
        f" FROM authorisation u WHERE u.budget_id = {budget}.id)"
    )


def _budget_since(s: Sql, holds: str) -> str:
    """The first day since when a client's budget that is not over yet `holds`: from its last approval, at the earliest its first day."""
    last = "COALESCE((SELECT max(u.approved_on) FROM authorisation u WHERE u.budget_id = b.id), b.from_on)"
    return f"(SELECT min({s.greatest(('b.from_on', last))}) FROM budget b WHERE b.case_id = c.id AND b.to_on >= {s.today} AND {holds})"


BUDGET = Group(
    "budget",
    {
        "budget_over_on": lambda s: _budget_since(s, f"{taken('b')} > b.cents"),
        "budget_soon_on": lambda s: _budget_since(
            s, f"{taken('b')} <= b.cents AND b.cents > 0 AND {taken('b')} * 100 >= b.cents * {SOON_PERCENT}"
        ),
        "budget_until_on": lambda s: (
            f"(SELECT min(b.to_on) FROM budget b WHERE b.case_id = c.id AND b.to_on >= {s.today})"
        ),
    },
)
# Facts of a budget alone follow from what is paid.
PAYMENT = Group("payment", {})

GROUPS = (
    STAGE, RISK, ASSIGNMENT, CONTACT, TASK, APPOINTMENT, ALERT, NOTE, SNOOZE, CONSENT, REFERRAL, ASSESSMENT, PLAN, PLAN_REVIEW,
    AUTHORISATION, BUDGET, PAYMENT,
)  # fmt: skip
# What follows from the program's policy besides the facts.
BY_POLICY = (CONTACT, PLAN)
FACTS: dict[str, Expr] = {column: expr for group in GROUPS for column, expr in group.facts.items()}

# Clocks that follow from facts and policy. 1.5 x the interval, rounded up, is "exceeded by half again".
_INTERVAL = (
    "CASE {row}.risk WHEN 'critical' THEN p.contact_critical_days WHEN 'high' THEN p.contact_high_days"
    " WHEN 'medium' THEN p.contact_medium_days ELSE p.contact_low_days END"
)


# HUD's annual assessment: no more than so many days before or after the anniversary.
ANNUAL_WINDOW = 30


def phase_ends(s: Sql, row: str) -> tuple[str, ...]:
    """The days on which the timed phases of a case end: the first day of the next, or of none."""
    lasts = [f"p.phase{phase}_days" for phase in TIMED_PHASES]
    return tuple(s.plus(f"{row}.stage_on", " + ".join(lasts[:count])) for count in range(1, len(lasts) + 1))


def _interval(s: Sql, row: str) -> str:
    """Days between contacts: those of the timed phase that runs, else those of the risk. A high or critical risk lengthens none."""
    by_risk = _INTERVAL.format(row=row)
    phases = " ".join(
        f"WHEN {s.today} < {end} THEN p.phase{phase}_contact_days"
        for phase, end in zip(TIMED_PHASES, phase_ends(s, row), strict=True)
    )
    timed = (
        f"CASE WHEN p.phase1_days IS NOT NULL AND {row}.stage IN ('active', 'monitoring') THEN CASE {phases} END END"
    )
    least = s.least((f"COALESCE({timed}, {by_risk})", by_risk))
    return f"CASE WHEN p.phase1_days IS NULL OR {row}.risk IN ('high', 'critical') THEN {least} ELSE COALESCE({timed}, {by_risk}) END"


def clocks(s: Sql, row: str) -> dict[str, str]:
    """Due dates computed from the facts of `row` and its policy `p`. A clock of the method whose rule is off does not run."""
    # A contact of before the opening (at the door, in an earlier case) starts no clock of this case.
    base = f"CASE WHEN {row}.last_contact_on > {row}.opened_on THEN {row}.last_contact_on ELSE {row}.opened_on END"
    interval = _interval(s, row)
    # A yearly assessment counts for the anniversary it was near to, and one that came too early for none.
    asked = s.greatest((f"{row}.annual_on", f"{row}.opened_on"))
    after = f"(CASE WHEN {row}.annual_on IS NULL THEN {row}.opened_on ELSE {s.plus(asked, ANNUAL_WINDOW)} END)"
    return {
        "contact_due_on": s.plus(base, interval),
        "contact_late_on": s.plus(base, f"(({interval}) * 3 + 1) / 2"),
        "assessment_due_on": (
            f"CASE WHEN {row}.stage = 'assessment' AND p.level_assessment_overdue < 5 AND ({row}.assessed_on IS NULL"
            f" OR {row}.assessed_on < {row}.stage_on) THEN {s.plus(f'{row}.stage_on', 'p.assessment_days')} END"
        ),
        "plan_due_on": (
            f"CASE WHEN {row}.stage = 'planning' AND p.level_plan_overdue < 5 AND {row}.plan_on IS NULL"
            f" THEN {s.plus(f'{row}.stage_on', 'p.plan_days')} END"
        ),
        "review_due_on": (
            f"CASE WHEN {row}.stage IN ('active', 'monitoring') AND p.level_review_overdue < 5"
            f" THEN COALESCE({row}.review_on, {s.plus(f'{row}.stage_on', 'p.review_days')}) END"
        ),
        "annual_due_on": (
            f"CASE WHEN p.annual_assessment AND p.level_annual_overdue < 5 AND {row}.stage NOT IN ('referred', 'closed')"
            f" THEN {s.anniversary(f'{row}.opened_on', after)} END"
        ),
    }
