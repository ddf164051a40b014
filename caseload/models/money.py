"""Money for clients: budgets, what was authorised under them, and what was paid. Amounts are whole cents of the agency's currency."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Index, Integer, Table, Text, text

from .base import BigId, Instant, code, key, metadata, partial, ref

# FHIR Contract.status, in the words of the field.
AUTHORISATION_STATES = ("drafted", "asked", "approved", "ended", "withdrawn")

# So much for a program, or for one case, in a period. `single_cents` is the most that somebody authorises under it on their own.
budget = Table(
    "budget",
    metadata,
    key(),
    Column("uid", Text, nullable=False, unique=True),
    ref("program_id", "program", null=True, index=True),
    ref("case_id", "case_file", null=True, index=True),
    # Who gives it, as people call it: a fund, a grant.
    Column("name", Text, nullable=False, server_default=""),
    Column("cents", BigId, nullable=False),
    Column("single_cents", Integer),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date, nullable=False),
    ref("set_by", "worker"),
    Column("at", Instant, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("(program_id IS NULL) <> (case_id IS NULL)", name="whose"),
    CheckConstraint("cents >= 0", name="cents"),
    CheckConstraint("single_cents IS NULL OR single_cents >= 0", name="single"),
    CheckConstraint("to_on >= from_on", name="order"),
)

# What may be spent for a client: so much money, or so many hours or nights, at a service or for a thing, in a period.
authorisation = Table(
    "authorisation",
    metadata,
    key(),
    Column("uid", Text, nullable=False, unique=True),
    ref("case_id", "case_file"),
    ref("budget_id", "budget", null=True),
    ref("referral_id", "referral", null=True, index=True),
    ref("service_id", "service", null=True, index=True),
    Column("item", Text, nullable=False, server_default=""),
    Column("cents", Integer),
    Column("units", Integer),
    # What is counted: hour, night, session.
    Column("unit", Text, nullable=False, server_default=""),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date, nullable=False),
    code("state", AUTHORISATION_STATES, default="drafted"),
    ref("asked_by", "worker"),
    Column("drafted_on", Date, nullable=False),
    Column("asked_on", Date),
    # Why it is asked for; why it may go over a limit.
    ref("reason_id", "narrative", null=True),
    # Above a limit when it was approved: then it has a reason, and was approved by another than asked.
    Column("above", Boolean, nullable=False, server_default=text("false")),
    ref("approved_by", "worker", null=True),
    Column("approved_at", Instant),
    Column("approved_on", Date),
    # Why it was sent back, by who might have approved it.
    ref("returned_id", "narrative", null=True),
    Column("ended_on", Date),
    # The one that it takes up again for a further period.
    ref("renews_id", "authorisation", null=True),
    Column("at", Instant, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("service_id IS NOT NULL OR item <> ''", name="what"),
    CheckConstraint("cents IS NOT NULL OR units IS NOT NULL", name="amount"),
    CheckConstraint("cents IS NULL OR cents > 0", name="cents"),
    CheckConstraint("units IS NULL OR (units > 0 AND unit <> '')", name="units"),
    CheckConstraint("budget_id IS NULL OR cents IS NOT NULL", name="budget"),
    CheckConstraint("to_on >= from_on", name="order"),
    CheckConstraint("state NOT IN ('asked', 'approved', 'ended') OR asked_on IS NOT NULL", name="asked"),
    CheckConstraint("(state IN ('approved', 'ended')) = (approved_by IS NOT NULL)", name="approved"),
    CheckConstraint(
        "(approved_by IS NULL) = (approved_at IS NULL) AND (approved_by IS NULL) = (approved_on IS NULL)",
        name="approval",
    ),
    CheckConstraint("(state IN ('ended', 'withdrawn')) = (ended_on IS NOT NULL)", name="ended"),
    # Nobody approves above a limit what they asked for themselves.
    CheckConstraint(
        "NOT above OR approved_by IS NULL OR (approved_by <> asked_by AND reason_id IS NOT NULL)", name="approver"
    ),
    CheckConstraint("renews_id IS NULL OR renews_id <> id", name="renews"),
    Index("ix_authorisation_case_id", "case_id", "state"),
    Index("ix_authorisation_budget_id", "budget_id", "state"),
    partial("ix_authorisation_asked", "asked_on", where="state = 'asked'"),
    # One is renewed by one other.
    partial(
        "uq_authorisation_renewed", "renews_id", where="renews_id IS NOT NULL AND state <> 'withdrawn'", unique=True
    ),
)

# What was paid, or used up of units. Never edited: what was wrong is taken back by a row that counters it, with its reason.
payment = Table(
    "payment",
    metadata,
    key(),
    Column("uid", Text, nullable=False, unique=True),
    ref("case_id", "case_file", index=True),
    ref("authorisation_id", "authorisation", index=True),
    Column("cents", Integer, nullable=False, server_default="0"),
    Column("units", Integer, nullable=False, server_default="0"),
    Column("on_date", Date, nullable=False),
    Column("payee", Text, nullable=False, server_default=""),
    Column("reference", Text, nullable=False, server_default=""),
    ref("worker_id", "worker"),
    Column("at", Instant, nullable=False),
    ref("counters_id", "payment", null=True),
    ref("reason_id", "narrative", null=True),
    CheckConstraint("cents <> 0 OR units <> 0", name="something"),
    CheckConstraint(
        "(counters_id IS NULL AND cents >= 0 AND units >= 0) OR (counters_id IS NOT NULL AND cents <= 0 AND units <= 0)",
        name="sign",
    ),
    CheckConstraint("(counters_id IS NULL) = (reason_id IS NULL)", name="reason"),
    partial("uq_payment_countered", "counters_id", where="counters_id IS NOT NULL", unique=True),
)
