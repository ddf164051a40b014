"""The agency, its programs with versioned policy, its teams and workers."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from .base import BigId, Instant, Key, code, key, metadata, partial, ref
from .document import MOST_MB

ROLES = ("case_manager", "supervisor", "admin", "analyst", "auditor")
# The roles that hold cases and answer for them.
HOLDERS = ("case_manager", "supervisor")
WORKER_STATUS = ("active", "left")
SENIORITY = ("junior", "standard", "senior")

# What an agency decides for all its people; an admin says so.
DECIDED = (
    "break_glass", "currency", "document_mb", "document_years", "editor_allowed", "free_day_weeks", "load_model", "manager_sees_team",
    "network_files_allowed", "office_place", "rising_weeks", "travel_kmh", "travel_minutes",
)  # fmt: skip
# Weeks after which it is warned of overload (reports/overload.py); 0 is never.
WEEKS = ("free_day_weeks", "rising_weeks")

# The timed phases a program may have.
TIMED_PHASES = (1, 2, 3)

# By what a worker's load is told wherever cases move: cases against the worker's capacity, or a published model besides
# (casework/load_models.py).
LOAD_MODELS = ("count", "cwla", "sb2030-1984", "sb2030-minimal", "sb2030-optimal", "wmt")

agency = Table(
    "agency",
    metadata,
    Column("id", BigId, CheckConstraint("id = 1", name="single"), primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("is_demo", Boolean, nullable=False, server_default=text("false")),
    # A demo made with --today keeps that day for good; every other agency lives in the real one.
    Column("clock_on", Date),
    Column("manager_sees_team", Boolean, nullable=False, server_default=text("false")),
    # Whether words about clients may stand in a file of a person's own editor.
    Column("editor_allowed", Boolean, nullable=False, server_default=text("true")),
    Column("network_files_allowed", Boolean, nullable=False, server_default=text("false")),
    # Whether a case out of one's sight can be opened in an emergency, with a reason, for a few hours.
    Column("break_glass", Boolean, nullable=False, server_default=text("false")),
    code("load_model", LOAD_MODELS, default="count"),
    # In which all amounts are (ISO 4217), in hundredths.
    Column(
        "currency", Text, CheckConstraint("length(currency) = 3", name="currency"), nullable=False, server_default="EUR"
    ),
    Column(
        "rising_weeks",
        SmallInteger,
        CheckConstraint("rising_weeks BETWEEN 0 AND 12", name="rising_weeks"),
        nullable=False,
        server_default="3",
    ),
    Column(
        "free_day_weeks",
        SmallInteger,
        CheckConstraint("free_day_weeks BETWEEN 0 AND 12", name="free_day_weeks"),
        nullable=False,
        server_default="4",
    ),
    # The way to an appointment: from this place of the directory, at that many kilometres an hour as the crow flies; where the
    # distance is not known, so many minutes.
    Column("office_place", Text, nullable=False, server_default=""),
    Column(
        "travel_kmh",
        Integer,
        CheckConstraint("travel_kmh BETWEEN 1 AND 200", name="travel_kmh"),
        nullable=False,
        server_default="25",
    ),
    Column(
        "travel_minutes",
        Integer,
        CheckConstraint("travel_minutes BETWEEN 0 AND 480", name="travel_minutes"),
        nullable=False,
        server_default="0",
    ),
    # The largest file that may be kept with a case, in megabytes; and for how many years the kinds of documents are kept where that
    # is not `retain_years`: identity=1,court=10.
    Column(
        "document_mb",
        Integer,
        CheckConstraint(f"document_mb BETWEEN 1 AND {MOST_MB}", name="document_mb"),
        nullable=False,
        server_default="25",
    ),
    Column("document_years", Text, nullable=False, server_default=""),
    Column("retain_years", Integer, nullable=False, server_default="7"),
    Column("created_at", Instant, nullable=False),
)

holiday = Table(
    "holiday",
    metadata,
    key(),
    Column("on_date", Date, nullable=False, unique=True),
    Column("name", Text, nullable=False),
)

program = Table(
    "program",
    metadata,
    key(),
    Column("code", Key, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("hmis_project_type", Integer),
    Column("opened_on", Date),
    Column("closed_on", Date),
    Column("version", Integer, nullable=False, server_default="1"),
)


def _level(rule: str, default: int) -> Column[int]:
    return Column(
        f"level_{rule}",
        SmallInteger,
        CheckConstraint(f"level_{rule} BETWEEN 1 AND 5", name=f"level_{rule}"),
        nullable=False,
        server_default=str(default),
    )


def _days(name: str, default: int) -> Column[int]:
    return Column(
        name,
        Integer,
        CheckConstraint(f"{name} BETWEEN 1 AND 3660", name=name),
        nullable=False,
        server_default=str(default),
    )


# One row a version; the current one ranks. Level 5 turns a rule off.
policy = Table(
    "policy",
    metadata,
    key(),
    ref("program_id", "program"),
    Column("version", Integer, nullable=False),
    Column("from_on", Date, nullable=False),
    Column("is_current", Boolean, nullable=False, server_default=text("true")),
    _days("contact_low_days", 30),
    _days("contact_medium_days", 30),
    _days("contact_high_days", 14),
    _days("contact_critical_days", 7),
    Column("contact_kinds", Text, nullable=False, server_default="visit,office,phone,video,group"),
    _days("attempts_days", 14),
    Column(
        "attempts_count",
        Integer,
        CheckConstraint("attempts_count = 2", name="attempts_count"),
        nullable=False,
        server_default="2",
    ),
    _days("note_days", 2),
    _days("soon_days", 7),
    _days("consent_days", 30),
    _days("snooze_max_days", 60),
    # Within so many days a referral is answered, where its service names none of its own.
    _days("referral_days", 14),
    # The clocks of the method, from the day a case enters a stage. 30 days for a plan are those of targeted case management
    # (55 Pa. Code 1247.42); 30 for an assessment and 90 between reviews are ours.
    _days("assessment_days", 30),
    _days("plan_days", 30),
    _days("review_days", 90),
    # HUD: a year after the start, and every year, no more than 30 days before or after.
    Column("annual_assessment", Boolean, nullable=False, server_default=text("false")),
    # Timed phases of an active case, as critical time intervention has three: how long each lasts, and how often contact is due in it.
    *(
        Column(name, Integer, CheckConstraint(f"{name} BETWEEN 1 AND 3660", name=name))
        for phase in TIMED_PHASES
        for name in (f"phase{phase}_days", f"phase{phase}_contact_days")
    ),
    *(
        CheckConstraint(
            f"(phase{phase}_days IS NULL) = (phase{phase}_contact_days IS NULL)"
            + (f" AND (phase{phase}_days IS NULL OR phase{phase - 1}_days IS NOT NULL)" if phase > 1 else ""),
            name=f"phase{phase}",
        )
        for phase in TIMED_PHASES
    ),
    _days("authorisation_days", 14),
    # The most that somebody authorises on their own, in cents; as much as there is, where nothing is said.
    Column("single_cents", Integer, CheckConstraint("single_cents >= 0", name="single_cents")),
    _level("safety", 1),
    _level("contact_critical", 1),
    _level("contact_high", 2),
    _level("contact_overdue", 3),
    _level("appointment_today", 2),
    _level("task_today", 2),
    _level("new_assignment", 2),
    _level("attempts_failing", 2),
    _level("snooze_ended", 2),
    _level("task_overdue", 3),
    _level("note_unsigned", 3),
    _level("referral_stalled", 3),
    _level("assessment_overdue", 3),
    _level("plan_overdue", 3),
    _level("review_overdue", 3),
    _level("annual_overdue", 3),
    _level("consent_ended", 2),
    _level("authorisation_ended", 3),
    _level("budget_over", 3),
    _level("unassigned", 3),
    _level("soon", 4),
    UniqueConstraint("program_id", "version"),
    partial("uq_policy_current", "program_id", where="is_current", unique=True),
)

team = Table(
    "team",
    metadata,
    key(),
    Column("code", Key, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
)

worker = Table(
    "worker",
    metadata,
    key(),
    Column("handle", Key, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    code("role", ROLES),
    code("seniority", SENIORITY, default="standard"),
    # The PostgreSQL login, or the operating system's user on SQLite.
    Column("login", Key, unique=True),
    ref("team_id", "team", null=True, index=True),
    code("status", WORKER_STATUS, default="active"),
    Column("left_on", Date),
    Column("capacity", Integer, CheckConstraint("capacity >= 0", name="capacity")),
    Column("weekly_minutes", Integer),
    Column("languages", Text, nullable=False, server_default=""),
    # Only in a made-up agency: the worker `demo` may try everything.
    Column("holds_all", Boolean, nullable=False, server_default=text("false")),
    Column("version", Integer, nullable=False, server_default="1"),
)

# What was so, and from when: reports of past weeks need yesterday's team and capacity.
worker_standing = Table(
    "worker_standing",
    metadata,
    key(),
    ref("worker_id", "worker", index=True),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date),
    ref("team_id", "team", null=True),
    code("role", ROLES),
    code("status", WORKER_STATUS),
    Column("capacity", Integer),
    Column("weekly_minutes", Integer),
)

team_supervisor = Table(
    "team_supervisor",
    metadata,
    key(),
    ref("team_id", "team"),
    ref("worker_id", "worker", index=True),
    UniqueConstraint("team_id", "worker_id"),
)

absence = Table(
    "absence",
    metadata,
    key(),
    ref("worker_id", "worker", index=True),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date, nullable=False),
    Column("why", Text, nullable=False, server_default=""),
    Column("ended_on", Date),
    CheckConstraint("to_on >= from_on", name="order"),
)

cover = Table(
    "cover",
    metadata,
    key(),
    ref("absence_id", "absence", index=True),
    ref("worker_id", "worker", index=True),
    # Which of the absent worker's cases: those the query selected when the cover was set; none is all the others.
    Column("query", Text),
    Column("share", Integer, nullable=False, server_default="1"),
    UniqueConstraint("absence_id", "worker_id"),
)

# A worker's last day, set ahead; the first act of the day after carries it out.
departure = Table(
    "departure",
    metadata,
    key(),
    ref("worker_id", "worker", index=True),
    Column("on_date", Date, nullable=False),
    ref("set_by", "worker"),
    # Who then answers for the restricted cases that the worker is custodian of.
    ref("custodian_id", "worker", null=True),
    Column("why", Text, nullable=False),
    code("state", ("waiting", "left", "dropped"), default="waiting"),
    Column("outcome", Text, nullable=False, server_default=""),
    partial("uq_departure_waiting", "worker_id", where="state = 'waiting'", unique=True),
)

# A list somebody wants to see again: which cases, in which order, with which columns. With a team it is shared.
saved_view = Table(
    "saved_view",
    metadata,
    key(),
    ref("worker_id", "worker"),
    ref("team_id", "team", null=True, index=True),
    Column("name", Text, nullable=False),
    Column("folded", Key, nullable=False),
    Column("query", Text, nullable=False, server_default=""),
    Column("sort", Text, nullable=False, server_default=""),
    Column("columns", Text, nullable=False, server_default=""),
    Column("number", SmallInteger, CheckConstraint("number BETWEEN 1 AND 9", name="number")),
    Column("version", Integer, nullable=False, server_default="1"),
    UniqueConstraint("worker_id", "folded"),
)
