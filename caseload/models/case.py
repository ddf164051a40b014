"""The case: one episode of service to a client in a program. Its row carries no identity and no prose."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from .base import BigId, Instant, Key, code, key, metadata, partial, ref

STAGES = ("referred", "assessment", "planning", "active", "monitoring", "closed")
RISKS = ("low", "medium", "high", "critical")
# Why a case is closed, in the words of the field (HMIS R17.1 and V9.1 say most of them).
CLOSE_REASONS = ("completed", "left", "discharged", "transferred", "lost_contact", "ineligible", "deceased", "other")

# Written by triggers only, from one definition (store/rules.py, store/facts.py); never by a verb.
DERIVED = (
    "stage", "risk", "closed_on",
    "owner_id", "owned_on", "unacknowledged_on", "unassigned_on",
    "last_contact_on", "last_met_on", "second_attempt_on",
    "contact_due_on", "contact_late_on",
    "task_first_on", "task_next_on", "appointment_on", "safety_on", "draft_on", "snoozed_until", "consent_ends_on",
    "referral_answer_on", "relied_ends_on",
    "stage_on", "assessed_on", "annual_on", "plan_on", "review_on",
    "assessment_due_on", "plan_due_on", "review_due_on", "annual_due_on",
    "authorisation_ends_on", "budget_over_on", "budget_soon_on", "budget_until_on",
    "level", "urgency", "since_on", "recheck_on",
)  # fmt: skip

_OPEN = "closed_on IS NULL"

case_file = Table(
    "case_file",
    metadata,
    key(),
    Column("uid", Text, nullable=False, unique=True),
    Column("number", Key, nullable=False, unique=True),
    ref("client_id", "client", index=True),
    ref("program_id", "program", index=True),
    ref("team_id", "team", null=True),
    Column("source", Text, nullable=False, server_default=""),
    Column("opened_on", Date, nullable=False),
    Column("restricted", Boolean, nullable=False, server_default=text("false")),
    ref("custodian_id", "worker", null=True),
    Column("retain_until", Date),
    Column("legal_hold", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Instant, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    code("stage", STAGES, default="referred"),
    code("risk", RISKS, default="low"),
    Column("closed_on", Date),
    ref("owner_id", "worker", null=True),
    Column("owned_on", Date),
    Column("unacknowledged_on", Date),
    Column("unassigned_on", Date),
    Column("last_contact_on", Date),
    Column("last_met_on", Date),
    Column("second_attempt_on", Date),
    Column("contact_due_on", Date),
    Column("contact_late_on", Date),
    Column("task_first_on", Date),
    Column("task_next_on", Date),
    Column("appointment_on", Date),
    Column("safety_on", Date),
    Column("draft_on", Date),
    Column("snoozed_until", Date),
    Column("consent_ends_on", Date),
    Column("referral_answer_on", Date),
    Column("relied_ends_on", Date),
    Column("stage_on", Date),
    Column("assessed_on", Date),
    Column("annual_on", Date),
    Column("plan_on", Date),
    Column("review_on", Date),
    Column("assessment_due_on", Date),
    Column("plan_due_on", Date),
    Column("review_due_on", Date),
    Column("annual_due_on", Date),
    Column("authorisation_ends_on", Date),
    Column("budget_over_on", Date),
    Column("budget_soon_on", Date),
    Column("budget_until_on", Date),
    Column("level", SmallInteger, nullable=False, server_default="5"),
    # Ascending: (band - 1) * 4 + (3 - risk); the band is the level, or 6 while the case is snoozed.
    Column("urgency", SmallInteger, nullable=False, server_default="19"),
    Column("since_on", Date),
    Column("recheck_on", Date),
    # PostgreSQL only: the transaction that opened or moved the case, and so sees it to its end.
    Column("touched_in", BigId),
    CheckConstraint("NOT restricted OR custodian_id IS NOT NULL", name="custodian"),
    partial("ix_case_file_owner", "owner_id", "urgency", "since_on", "number", where=_OPEN),
    partial("ix_case_file_team", "team_id", "urgency", "since_on", "number", where=_OPEN),
    partial("ix_case_file_rank", "urgency", "since_on", "number", where=_OPEN),
    partial("ix_case_file_recheck", "recheck_on", where=_OPEN),
    # Lists of open cases by their numbers, of which the closed ones would be most.
    partial("ix_case_file_open", "number", where=_OPEN),
    partial("ix_case_file_custodian", "custodian_id", where="restricted"),
)

case_stage = Table(
    "case_stage",
    metadata,
    key(),
    ref("case_id", "case_file", index=True),
    code("stage", STAGES),
    Column("on_date", Date, nullable=False),
    Column("at", Instant, nullable=False),
    ref("worker_id", "worker", null=True),
    Column("why", Text, nullable=False, server_default=""),
    # Only on a closing: the coded reason and where the client went (HMIS 3.12.1 Destination).
    Column("close_reason", Text),
    Column("destination", Text),
)

case_risk = Table(
    "case_risk",
    metadata,
    key(),
    ref("case_id", "case_file", index=True),
    code("risk", RISKS),
    Column("on_date", Date, nullable=False),
    Column("at", Instant, nullable=False),
    ref("worker_id", "worker", null=True),
    Column("why", Text, nullable=False, server_default=""),
)

ASSIGNMENT_ROLES = ("primary", "secondary")

# Half-open instants, insert-and-close only: a new one starts where the old ended.
assignment = Table(
    "assignment",
    metadata,
    key(),
    ref("case_id", "case_file"),
    ref("worker_id", "worker"),
    code("role", ASSIGNMENT_ROLES, default="primary"),
    Column("starts_at", Instant, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_at", Instant),
    Column("ends_on", Date),
    Column("why", Text, nullable=False, server_default=""),
    Column("acknowledged_at", Instant),
    CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="order"),
    Index("ix_assignment_case_id", "case_id", "starts_at"),
    Index("ix_assignment_worker_id", "worker_id", "ends_at"),
    partial("uq_assignment_open_primary", "case_id", where="ends_at IS NULL AND role = 'primary'", unique=True),
)

# A move set for a later day; the first act of that day carries it out.
pending_move = Table(
    "pending_move",
    metadata,
    key(),
    ref("case_id", "case_file", index=True),
    ref("to_worker_id", "worker"),
    ref("set_by", "worker"),
    Column("on_date", Date, nullable=False),
    Column("why", Text, nullable=False),
    Column(
        "state",
        Text,
        CheckConstraint("state IN ('waiting', 'moved', 'dropped')", name="state"),
        nullable=False,
        server_default="waiting",
    ),
    Column("outcome", Text, nullable=False, server_default=""),
    partial("ix_pending_move_waiting", "on_date", where="state = 'waiting'"),
)

# Which share of a cover a case fell to; one without a row falls to the share without a query, if there is one.
cover_case = Table(
    "cover_case",
    metadata,
    key(),
    ref("absence_id", "absence"),
    Column("share", Integer, nullable=False),
    ref("case_id", "case_file", index=True),
    UniqueConstraint("absence_id", "case_id"),
)

TRANSFER_STATES = ("offered", "accepted", "declined", "withdrawn", "lapsed")

# A case offered to a colleague, who takes it or says why not. Until then its owner stays the owner.
transfer = Table(
    "transfer",
    metadata,
    key(),
    ref("case_id", "case_file", index=True),
    ref("from_worker_id", "worker"),
    ref("to_worker_id", "worker"),
    ref("offered_by", "worker"),
    Column("offered_at", Instant, nullable=False),
    Column("offered_on", Date, nullable=False),
    Column("answer_by", Date, nullable=False),
    Column("why", Text, nullable=False),
    code("state", TRANSFER_STATES, default="offered"),
    Column("answered_at", Instant),
    Column("answered_on", Date),
    ref("answered_by", "worker", null=True),
    Column("answer", Text, nullable=False, server_default=""),
    CheckConstraint("answer_by >= offered_on", name="order"),
    partial("uq_transfer_offered", "case_id", where="state = 'offered'", unique=True),
    partial("ix_transfer_waiting", "to_worker_id", "answer_by", where="state = 'offered'"),
)

# Who answers for a restricted case, from when and why; without a custodian the restriction was lifted.
custody = Table(
    "custody",
    metadata,
    key(),
    ref("case_id", "case_file", index=True),
    ref("custodian_id", "worker", null=True),
    Column("at", Instant, nullable=False),
    Column("on_date", Date, nullable=False),
    ref("set_by", "worker"),
    Column("why", Text, nullable=False),
)

# Named permission and named denial; denial wins over everything.
case_access = Table(
    "case_access",
    metadata,
    key(),
    ref("case_id", "case_file"),
    ref("worker_id", "worker", index=True),
    code("kind", ("allow", "deny")),
    Column("until_on", Date),
    Column("why", Text, nullable=False, server_default=""),
    UniqueConstraint("case_id", "worker_id", "kind"),
)

# Somebody opened a case out of their sight in an emergency, with a reason and for a few hours (break-glass); whoever supervises
# its team reads that afterwards.
glass = Table(
    "glass",
    metadata,
    key(),
    ref("case_id", "case_file", index=True),
    ref("worker_id", "worker", index=True),
    Column("why", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("until_at", Instant, nullable=False),
    ref("read_by", "worker", null=True),
    Column("read_at", Instant),
)

tag = Table(
    "tag",
    metadata,
    key(),
    ref("case_id", "case_file"),
    Column("tag", Key, nullable=False),
    UniqueConstraint("case_id", "tag"),
    Index("ix_tag_tag", "tag", "case_id"),
)

snooze = Table(
    "snooze",
    metadata,
    key(),
    ref("case_id", "case_file"),
    Column("until_on", Date, nullable=False),
    Column("why", Text, nullable=False, server_default=""),
    ref("worker_id", "worker"),
    Column("at", Instant, nullable=False),
    # Set by the act that takes the case up again; until then it has either not come back or not been looked at.
    Column("cleared_at", Instant),
    Index("ix_snooze_case_id", "case_id", "at"),
    partial("uq_snooze_running", "case_id", where="cleared_at IS NULL", unique=True),
)
