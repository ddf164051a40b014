"""What may leave and what has left: signed permissions, and tellings with their basis."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Index, Integer, Table, Text

from .base import Instant, Key, code, key, metadata, ref

# Kinds of information, so that "may this go?" need not read prose. A consent says the rest in words.
KINDS = ("identity", "services", "plan", "notes", "health", "substance_use")
# What ends a consent besides its last day, if it has one: 42 CFR 2.31(a)(7).
ENDS = ("case_closed", "event", "date")
SIGNERS = ("client", "parent", "guardian", "representative")
EXCEPTIONS = (
    "harm_to_self", "harm_to_others", "child_at_risk", "illegal_activity", "court", "medical_emergency",
)  # fmt: skip
BASES = (*EXCEPTIONS, "consent", "client")

# One signed permission, with the nine elements of 42 CFR 2.31(a); the first, who the client is, is the case's. Whether it
# holds on a day is computed from these days and from the case's stages, and stands nowhere.
consent = Table(
    "consent",
    metadata,
    key(),
    ref("case_id", "case_file"),
    Column("discloser", Text, nullable=False),
    Column("kinds", Text, nullable=False),
    ref("what_id", "narrative"),
    Column("recipient", Text, nullable=False),
    Column("recipient_key", Key, nullable=False),
    ref("purpose_id", "narrative"),
    Column("revocable", Text, nullable=False),
    code("ends_with", ENDS),
    Column("event", Text, nullable=False, server_default=""),
    Column("until_on", Date),
    code("signer", SIGNERS, default="client"),
    Column("signer_name", Text, nullable=False, server_default=""),
    Column("signed_on", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    ref("recorded_by", "worker"),
    # The day on which what it waited for came, and the day it was taken back.
    Column("event_on", Date),
    Column("revoked_on", Date),
    ref("revoked_by", "worker", null=True),
    Column("revoked_why", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("ends_with <> 'date' OR until_on IS NOT NULL", name="end"),
    CheckConstraint("ends_with <> 'event' OR event <> ''", name="event"),
    CheckConstraint("until_on IS NULL OR until_on >= signed_on", name="order"),
    CheckConstraint("signer = 'client' OR signer_name <> ''", name="signer_named"),
    CheckConstraint("(revoked_on IS NULL) = (revoked_by IS NULL)", name="revoked"),
    Index("ix_consent_case_id", "case_id", "recipient_key"),
)

# One telling. Only ever added to: what was wrong is said in an addendum, a row of its own.
disclosure = Table(
    "disclosure",
    metadata,
    key(),
    ref("case_id", "case_file"),
    Column("recipient", Text, nullable=False),
    Column("recipient_key", Key, nullable=False),
    Column("address", Text, nullable=False, server_default=""),
    Column("kinds", Text, nullable=False),
    ref("what_id", "narrative"),
    ref("purpose_id", "narrative"),
    code("basis", BASES),
    ref("consent_id", "consent", null=True, index=True),
    # Sent under an exception that was recorded for this recipient on this day.
    ref("under_id", "disclosure", null=True),
    Column("consulted", Text, nullable=False, server_default=""),
    Column("client_told", Boolean, nullable=False),
    ref("untold_id", "narrative", null=True),
    Column("on_date", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    ref("worker_id", "worker"),
    ref("addendum_to_id", "disclosure", null=True, index=True),
    CheckConstraint("(basis = 'consent') = (consent_id IS NOT NULL)", name="consent"),
    CheckConstraint("client_told OR untold_id IS NOT NULL", name="told"),
    Index("ix_disclosure_case_id", "case_id", "on_date"),
)
