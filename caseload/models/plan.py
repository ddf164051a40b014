"""What was agreed with the client: the plan in its versions, goals in the client's words, steps with who does them by when."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, Table, Text, UniqueConstraint

from .base import Instant, code, key, metadata, partial, ref

PLAN_KINDS = ("service", "behaviour")
# FHIR CarePlan: draft, active, revoked, completed; between the first two it is put to who approves it.
PLAN_STATES = ("draft", "submitted", "approved", "replaced", "ended")
AGREED = ("yes", "partly", "no")
# FHIR Goal.achievementStatus, in the words of the field.
GOAL_STATES = ("open", "reached", "partly", "not_reached", "dropped")
STEP_STATES = ("open", "done", "dropped")
WHO = ("client", "worker", "provider", "other")

# One version of a plan. A new one begins as a copy of what runs; once approved it takes its place.
plan = Table(
    "plan",
    metadata,
    key(),
    ref("case_id", "case_file"),
    code("kind", PLAN_KINDS, default="service"),
    Column("number", Integer, nullable=False),
    code("state", PLAN_STATES, default="draft"),
    ref("author_id", "worker"),
    Column("made_on", Date, nullable=False),
    # What the client wants, in their own words.
    ref("wants_id", "narrative", null=True),
    code("agreed", AGREED, null=True),
    Column("agreed_on", Date),
    Column("submitted_on", Date),
    ref("submitted_by", "worker", null=True),
    Column("approved_at", Instant),
    Column("approved_on", Date),
    ref("approved_by", "worker", null=True),
    # Why it was sent back, by who might have approved it.
    ref("returned_id", "narrative", null=True),
    # When it is next gone through together.
    Column("review_on", Date),
    Column("ended_on", Date),
    Column("version", Integer, nullable=False, server_default="1"),
    # Nobody approves of what they wrote or put forward themselves.
    CheckConstraint(
        "approved_by IS NULL OR (approved_by <> author_id AND approved_by <> submitted_by)", name="approver"
    ),
    CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved"),
    CheckConstraint("state NOT IN ('draft', 'submitted') OR approved_at IS NULL", name="state_approved"),
    CheckConstraint("state <> 'approved' OR approved_at IS NOT NULL", name="approved_state"),
    CheckConstraint("(state IN ('replaced', 'ended')) = (ended_on IS NOT NULL)", name="ended"),
    CheckConstraint("(submitted_by IS NULL) = (submitted_on IS NULL)", name="submitted"),
    CheckConstraint(
        "state NOT IN ('submitted', 'approved', 'replaced') OR submitted_by IS NOT NULL", name="submitted_state"
    ),
    CheckConstraint("(agreed IS NULL) = (agreed_on IS NULL)", name="agreed_on"),
    UniqueConstraint("case_id", "kind", "number"),
    partial("uq_plan_running", "case_id", "kind", where="state = 'approved'", unique=True),
    partial("uq_plan_written", "case_id", "kind", where="state IN ('draft', 'submitted')", unique=True),
    partial("ix_plan_submitted", "submitted_on", where="state = 'submitted'"),
)

# What is to be reached, in the client's words; how both will see that it was, and by when. What is missing of that is pointed out,
# never asked for.
goal = Table(
    "goal",
    metadata,
    key(),
    ref("case_id", "case_file", index=True),
    ref("plan_id", "plan"),
    ref("need_id", "need", null=True, index=True),
    Column("place", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("measure", Text, nullable=False, server_default=""),
    Column("starts_on", Date),
    Column("due_on", Date),
    code("state", GOAL_STATES, default="open"),
    Column("ended_on", Date),
    # Whether the client agrees with it, and what they say to it.
    code("agreed", AGREED, null=True),
    ref("words_id", "narrative", null=True),
    # The same goal in the version before.
    ref("from_id", "goal", null=True),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("(state = 'open') = (ended_on IS NULL)", name="ended"),
    CheckConstraint("starts_on IS NULL OR due_on IS NULL OR due_on >= starts_on", name="order"),
    Index("ix_goal_plan_id", "plan_id", "place"),
)

# One thing that somebody does by a day.
step = Table(
    "step",
    metadata,
    key(),
    ref("case_id", "case_file"),
    ref("goal_id", "goal"),
    Column("place", Integer, nullable=False),
    Column("title", Text, nullable=False),
    code("who", WHO, default="worker"),
    # A provider's or another's name, where it is neither the client nor a worker.
    Column("who_name", Text, nullable=False, server_default=""),
    ref("worker_id", "worker", null=True),
    Column("starts_on", Date),
    Column("due_on", Date),
    # The day that was agreed first, and stays as the step slips, from version to version.
    Column("first_due_on", Date),
    # Not before that one is done.
    ref("after_id", "step", null=True),
    code("state", STEP_STATES, default="open"),
    Column("ended_on", Date),
    ref("from_id", "step", null=True),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("(state = 'open') = (ended_on IS NULL)", name="ended"),
    CheckConstraint("starts_on IS NULL OR due_on IS NULL OR due_on >= starts_on", name="order"),
    CheckConstraint("after_id IS NULL OR after_id <> id", name="after"),
    Index("ix_step_case_id", "case_id", "state", "due_on"),
    CheckConstraint("who = 'worker' OR worker_id IS NULL", name="who_worker"),
    Index("ix_step_goal_id", "goal_id", "place"),
)

# The plan was gone through together: what was seen, and when that is done next.
plan_review = Table(
    "plan_review",
    metadata,
    key(),
    ref("case_id", "case_file", index=True),
    ref("plan_id", "plan", index=True),
    Column("on_date", Date, nullable=False),
    ref("worker_id", "worker"),
    ref("narrative_id", "narrative"),
    Column("next_on", Date),
    Column("at", Instant, nullable=False),
)
