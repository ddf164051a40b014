"""What triage looks for. Each rule is a pure definition over the facts of a case row `f`, its program's policy `p` and the
day: when it fires, at which level, since when, what is due, and the cheapest act that clears it.

Levels as in an emergency room: 1 now, 2 today, 3 overdue, 4 soon, 5 in order. Levels and days are policy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .dialect import Sql
from .facts import ANNUAL_WINDOW, RUNNING, SOON_PERCENT, phase_ends, relied_ends, running_out, runs, taken

Expr = Callable[[Sql], str]

IN_ORDER = 5
SNOOZED_BAND = 6


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `turns` are the coming days on which the calendar alone can change its answer."""

    name: str
    level: Expr
    fires: Expr
    since: Expr
    due: Expr
    clear_with: str
    turns: Callable[[Sql], tuple[str, ...]] = lambda s: ()
    # The row that speaks, as `table:id`.
    source: Expr = lambda s: "NULL"


def _level(name: str) -> Expr:
    return lambda s: f"p.level_{name}"


def _col(name: str) -> Expr:
    return lambda s: f"f.{name}"


def _soon(
    name: str, column: str, clear_with: str, source: Expr, *, today_counts: bool, days: str = "soon_days"
) -> Rule:
    """A clock that runs out within the policy's days."""
    first = ">=" if today_counts else ">"
    return Rule(
        name,
        _level("soon"),
        lambda s: f"f.{column} {first} {s.today} AND f.{column} <= {s.plus(s.today, f'p.{days}')}",
        _col(column),
        _col(column),
        clear_with,
        lambda s: (s.plus(f"f.{column}", f"-p.{days}"), s.plus(f"f.{column}", 1)),
        source,
    )


def _passed(name: str, column: str, clear_with: str, source: Expr) -> Rule:
    """A clock that has run out: from the day after."""
    return Rule(
        name,
        _level(name),
        lambda s: f"f.{column} < {s.today}",
        _col(column),
        _col(column),
        clear_with,
        lambda s: (s.plus(f"f.{column}", 1),),
        source,
    )


def _row(table: str, where: str, order: str) -> Expr:
    return lambda s: (
        f"(SELECT '{table}:' || x.id FROM {table} x WHERE {where.format(today=s.today)} ORDER BY {order}, x.id LIMIT 1)"
    )


_TASK_FIRST = _row("task", "x.case_id = f.id AND x.done_at IS NULL AND x.due_on = f.task_first_on", "x.due_on")
_TASK_NEXT = _row("task", "x.case_id = f.id AND x.done_at IS NULL AND x.due_on = f.task_next_on", "x.due_on")
_APPOINTMENT = _row(
    "appointment", "x.case_id = f.id AND x.state = 'scheduled' AND x.on_date = f.appointment_on", "x.starts_at"
)


def _consent(s: Sql) -> str:
    return (
        f"(SELECT 'consent:' || x.id {running_out(s, 'f.id')} AND x.until_on = f.consent_ends_on ORDER BY x.id LIMIT 1)"
    )


_ANSWER = _row(
    "referral", "x.case_id = f.id AND x.state = 'sent' AND x.answer_by = f.referral_answer_on", "x.answer_by"
)


def _relying(s: Sql) -> str:
    return (
        f"(SELECT 'referral:' || x.id FROM referral x WHERE x.case_id = f.id AND x.state IN {RUNNING}"
        f" AND {relied_ends(s, 'x')} = f.relied_ends_on ORDER BY x.id LIMIT 1)"
    )


# With which move it came to where it stands; the plan that is written; the plan that is to be gone through.
_ENTRY = _row("case_stage", "x.case_id = f.id AND x.on_date = f.stage_on", "x.at")
_WRITTEN = _row(
    "plan", "x.case_id = f.id AND x.kind = 'service' AND x.state IN ('draft', 'submitted')", "x.number DESC"
)
_AGREED = _row("plan", "x.case_id = f.id AND x.state = 'approved' AND x.review_on = f.review_due_on", "x.kind DESC")
_BY_POLICY = _row("plan", "x.case_id = f.id AND x.state = 'approved' AND x.review_on IS NULL", "x.kind DESC")


def _reviewed(s: Sql) -> str:
    return f"COALESCE({_AGREED(s)}, {_BY_POLICY(s)})"


_ENDING = _row("authorisation", f"x.case_id = f.id AND {runs('x')} AND x.to_on = f.authorisation_ends_on", "x.to_on")


def _budget(holds: str) -> Expr:
    return lambda s: (
        f"(SELECT 'budget:' || x.id FROM budget x WHERE x.case_id = f.id AND x.to_on >= {s.today} AND {holds}"
        " ORDER BY x.from_on, x.id LIMIT 1)"
    )


_LAST_MET = _row("contact_line", "x.case_id = f.id AND x.met AND x.on_date = f.last_contact_on", "x.on_date")


def _attempts_since(s: Sql) -> str:
    # From the second attempt, or from the day the last meeting fell out of the window, whichever is later.
    return (
        f"CASE WHEN f.last_met_on IS NULL THEN f.second_attempt_on ELSE"
        f" {s.greatest(('f.second_attempt_on', s.plus('f.last_met_on', 'p.attempts_days')))} END"
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "safety",
        _level("safety"),
        lambda s: f"f.safety_on <= {s.today}",
        _col("safety_on"),
        _col("safety_on"),
        "alert",
        lambda s: ("f.safety_on",),
        _row(
            "alert",
            "x.client_id = f.client_id AND x.kind = 'safety' AND x.level = 'high' AND x.ended_on IS NULL"
            " AND (x.reviewed_on IS NULL OR x.review_on <= {today})",
            "x.raised_on",
        ),
    ),
    Rule(
        "contact_overdue",
        lambda s: (
            "CASE WHEN f.risk = 'critical' THEN p.level_contact_critical"
            f" WHEN f.risk = 'high' OR f.contact_late_on < {s.today} THEN p.level_contact_high"
            " ELSE p.level_contact_overdue END"
        ),
        lambda s: f"f.contact_due_on < {s.today}",
        _col("contact_due_on"),
        _col("contact_due_on"),
        "contact",
        # And where a timed phase ends, the interval is another.
        lambda s: (s.plus("f.contact_due_on", 1), s.plus("f.contact_late_on", 1), *phase_ends(s, "f")),
        _LAST_MET,
    ),
    Rule(
        "appointment_today",
        _level("appointment_today"),
        lambda s: f"f.appointment_on = {s.today}",
        _col("appointment_on"),
        _col("appointment_on"),
        "contact",
        lambda s: ("f.appointment_on", s.plus("f.appointment_on", 1)),
        _APPOINTMENT,
    ),
    Rule(
        "task_today",
        _level("task_today"),
        lambda s: f"f.task_next_on = {s.today}",
        _col("task_next_on"),
        _col("task_next_on"),
        "task",
        lambda s: ("f.task_next_on", s.plus("f.task_next_on", 1)),
        _TASK_NEXT,
    ),
    Rule(
        "new_assignment",
        _level("new_assignment"),
        lambda s: "f.unacknowledged_on IS NOT NULL",
        _col("unacknowledged_on"),
        _col("unacknowledged_on"),
        "acknowledge",
        source=_row("assignment", "x.case_id = f.id AND x.role = 'primary' AND x.ends_at IS NULL", "x.starts_at"),
    ),
    Rule(
        "attempts_failing",
        _level("attempts_failing"),
        lambda s: (
            f"f.second_attempt_on > {s.plus(s.today, '-p.attempts_days')}"
            f" AND (f.last_met_on IS NULL OR f.last_met_on <= {s.plus(s.today, '-p.attempts_days')})"
        ),
        _attempts_since,
        _attempts_since,
        "contact",
        lambda s: (
            s.plus("f.second_attempt_on", "p.attempts_days"),
            s.plus("f.last_met_on", "p.attempts_days"),
        ),
        _row(
            "contact_line",
            "x.case_id = f.id AND x.outcome = 'attempted' AND x.on_date >= f.second_attempt_on",
            "x.on_date DESC",
        ),
    ),
    Rule(
        # Fires until someone takes the case up again: a snooze that ends on a Sunday must not be lost by Monday.
        "snooze_ended",
        _level("snooze_ended"),
        lambda s: f"f.snoozed_until <= {s.today}",
        _col("snoozed_until"),
        _col("snoozed_until"),
        "reviewed",
        lambda s: ("f.snoozed_until",),
        _row("snooze", "x.case_id = f.id AND x.cleared_at IS NULL", "x.until_on"),
    ),
    Rule(
        "task_overdue",
        _level("task_overdue"),
        lambda s: f"f.task_first_on < {s.today}",
        _col("task_first_on"),
        _col("task_first_on"),
        "task",
        lambda s: (s.plus("f.task_first_on", 1),),
        _TASK_FIRST,
    ),
    Rule(
        "note_unsigned",
        _level("note_unsigned"),
        lambda s: f"{s.plus('f.draft_on', 'p.note_days')} < {s.today}",
        _col("draft_on"),
        lambda s: s.plus("f.draft_on", "p.note_days"),
        "sign",
        lambda s: (s.plus("f.draft_on", "p.note_days + 1"),),
        _row("note", "x.case_id = f.id AND x.state = 'draft'", "x.on_date"),
    ),
    Rule(
        "referral_stalled",
        _level("referral_stalled"),
        lambda s: f"f.referral_answer_on < {s.today}",
        _col("referral_answer_on"),
        _col("referral_answer_on"),
        "refer",
        lambda s: (s.plus("f.referral_answer_on", 1),),
        _ANSWER,
    ),
    _passed("assessment_overdue", "assessment_due_on", "assess", _ENTRY),
    _passed("plan_overdue", "plan_due_on", "plan", _WRITTEN),
    _passed("review_overdue", "review_due_on", "review", _reviewed),
    Rule(
        "annual_overdue",
        _level("annual_overdue"),
        lambda s: f"{s.plus('f.annual_due_on', ANNUAL_WINDOW)} < {s.today}",
        lambda s: s.plus("f.annual_due_on", ANNUAL_WINDOW),
        lambda s: s.plus("f.annual_due_on", ANNUAL_WINDOW),
        "assess",
        lambda s: (s.plus("f.annual_due_on", ANNUAL_WINDOW + 1),),
        _ENTRY,
    ),
    Rule(
        "consent_ended",
        _level("consent_ended"),
        lambda s: f"f.relied_ends_on <= {s.today}",
        _col("relied_ends_on"),
        _col("relied_ends_on"),
        "refer",
        lambda s: ("f.relied_ends_on",),
        _relying,
    ),
    Rule(
        "authorisation_ended",
        _level("authorisation_ended"),
        lambda s: f"f.authorisation_ends_on < {s.today}",
        _col("authorisation_ends_on"),
        _col("authorisation_ends_on"),
        "authorise",
        lambda s: (s.plus("f.authorisation_ends_on", 1),),
        _ENDING,
    ),
    Rule(
        "budget_over",
        _level("budget_over"),
        lambda s: f"f.budget_over_on <= {s.today}",
        _col("budget_over_on"),
        _col("budget_over_on"),
        "budget",
        lambda s: ("f.budget_over_on", s.plus("f.budget_until_on", 1)),
        _budget(f"{taken('x')} > x.cents"),
    ),
    Rule(
        "unassigned",
        _level("unassigned"),
        lambda s: "f.unassigned_on IS NOT NULL",
        _col("unassigned_on"),
        _col("unassigned_on"),
        "assign",
    ),
    _soon("contact_soon", "contact_due_on", "contact", _LAST_MET, today_counts=True),
    _soon("task_soon", "task_next_on", "task", _TASK_NEXT, today_counts=False),
    _soon("appointment_soon", "appointment_on", "contact", _APPOINTMENT, today_counts=False),
    _soon("referral_soon", "referral_answer_on", "refer", _ANSWER, today_counts=True),
    _soon("assessment_soon", "assessment_due_on", "assess", _ENTRY, today_counts=True),
    _soon("plan_soon", "plan_due_on", "plan", _WRITTEN, today_counts=True),
    _soon("review_soon", "review_due_on", "review", _reviewed, today_counts=True),
    Rule(
        # The whole time in which it may be asked.
        "annual_soon",
        _level("soon"),
        lambda s: f"f.annual_due_on BETWEEN {s.plus(s.today, -ANNUAL_WINDOW)} AND {s.plus(s.today, ANNUAL_WINDOW)}",
        _col("annual_due_on"),
        lambda s: s.plus("f.annual_due_on", ANNUAL_WINDOW),
        "assess",
        lambda s: (s.plus("f.annual_due_on", -ANNUAL_WINDOW), s.plus("f.annual_due_on", ANNUAL_WINDOW + 1)),
        _ENTRY,
    ),
    _soon("consent_soon", "consent_ends_on", "consent", _consent, today_counts=True, days="consent_days"),
    _soon(
        "authorisation_soon",
        "authorisation_ends_on",
        "authorise",
        _ENDING,
        today_counts=True,
        days="authorisation_days",
    ),
    Rule(
        # Of how much is left, not of a day: so it is always due today.
        "budget_soon",
        _level("soon"),
        lambda s: f"f.budget_soon_on <= {s.today}",
        _col("budget_soon_on"),
        _col("budget_soon_on"),
        "budget",
        lambda s: ("f.budget_soon_on",),
        _budget(f"{taken('x')} <= x.cents AND x.cents > 0 AND {taken('x')} * 100 >= x.cents * {SOON_PERCENT}"),
    ),
)

RULE_NAMES: tuple[str, ...] = tuple(rule.name for rule in RULES)
