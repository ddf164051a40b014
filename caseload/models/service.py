"""Who offers what, and what was asked of them for a client: providers, services, referrals."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, SmallInteger, Table, Text, UniqueConstraint

from .base import Instant, Key, code, key, metadata, partial, ref

SERVICE_STATES = ("active", "inactive", "defunct")  # HSDS service.status
REFERRAL_KINDS = ("service", "benefit", "claim")
# FHIR Task.status of a referral, in the words of the field.
REFERRAL_STATES = (
    "drafted", "sent", "accepted", "waitlisted", "declined", "started", "completed", "lapsed", "withdrawn",
)  # fmt: skip
DECLINED_WHY = (
    "client_declined", "not_eligible", "no_capacity", "no_answer", "not_suitable", "other",
)  # fmt: skip

# Who offers services: an organisation of the agency's directory (HSDS organization). Informal helpers are people around one client.
provider = Table(
    "provider",
    metadata,
    key(),
    Column("uid", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    # Folded, as it is searched.
    Column("name_key", Key, nullable=False, index=True),
    Column("about", Text, nullable=False, server_default=""),
    Column("place", Text, nullable=False, server_default=""),
    Column("address", Text, nullable=False, server_default=""),
    Column("phone", Text, nullable=False, server_default=""),
    Column("email", Text, nullable=False, server_default=""),
    Column("url", Text, nullable=False, server_default=""),
    code("state", SERVICE_STATES, default="active"),
    # The day on which somebody last made sure that all this is still so.
    Column("checked_on", Date),
    Column("version", Integer, nullable=False, server_default="1"),
)

service = Table(
    "service",
    metadata,
    key(),
    Column("uid", Text, nullable=False, unique=True),
    ref("provider_id", "provider", index=True),
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False, index=True),
    Column("about", Text, nullable=False, server_default=""),
    ref("domain_id", "need_domain", null=True, index=True),
    # Where it is given, if not at the provider's; the languages spoken there, by their codes (ISO 639), with commas between.
    Column("place", Text, nullable=False, server_default=""),
    # Where it is given, its provider's place counted, folded as the names of places are.
    Column("place_key", Key, nullable=False, server_default="", index=True),
    Column("languages", Text, nullable=False, server_default=""),
    Column("cost", Text, nullable=False, server_default=""),
    Column("cost_cents", Integer),
    Column("capacity", Integer),
    # Who it is for: years of age, places of residence with commas between, the highest income a month in cents, and in words.
    Column("age_from", SmallInteger),
    Column("age_to", SmallInteger),
    Column("residence", Text, nullable=False, server_default=""),
    Column("income_cents", Integer),
    Column("eligibility", Text, nullable=False, server_default=""),
    Column("bring", Text, nullable=False, server_default=""),
    # Days within which it is to answer; the program's, where nothing is said.
    Column("answer_days", SmallInteger),
    code("state", SERVICE_STATES, default="active"),
    Column("checked_on", Date),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("age_from IS NULL OR age_to IS NULL OR age_to >= age_from", name="ages"),
)

# One folded word of what a service is found by a row, its provider's words too: found by its start, on both engines, by range.
service_word = Table(
    "service_word",
    metadata,
    key(),
    ref("service_id", "service", index=True, ondelete="CASCADE"),
    Column("word", Key, nullable=False),
    Index("ix_service_word_word", "word", "service_id"),
)

# The hours in which a service is open, by the weekday (ISO 8601: Monday is 1), in minutes since midnight.
service_hours = Table(
    "service_hours",
    metadata,
    key(),
    ref("service_id", "service"),
    Column("weekday", SmallInteger, CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"), nullable=False),
    Column("opens", SmallInteger, nullable=False),
    Column("closes", SmallInteger, nullable=False),
    CheckConstraint("opens >= 0 AND closes <= 1440 AND closes > opens", name="order"),
    UniqueConstraint("service_id", "weekday", "opens"),
)

# The names of places and where they lie, so that what is near can be found (degrees times 100 000).
place = Table(
    "place",
    metadata,
    key(),
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False, unique=True),
    Column("latitude", Integer, nullable=False),
    Column("longitude", Integer, nullable=False),
)

# A need sent to a service, or to an informal helper: its whole life. Amounts are of applications for benefits and of claims.
referral = Table(
    "referral",
    metadata,
    key(),
    Column("uid", Text, nullable=False, unique=True),
    ref("case_id", "case_file"),
    ref("need_id", "need", null=True, index=True),
    code("kind", REFERRAL_KINDS, default="service"),
    ref("service_id", "service", null=True, index=True),
    # An informal helper: a neighbour, a parish, somebody of the family.
    ref("person_id", "person", null=True),
    code("state", REFERRAL_STATES, default="drafted"),
    ref("worker_id", "worker"),
    ref("reason_id", "narrative", null=True),
    # What was told with it, and on what basis.
    ref("disclosure_id", "disclosure", null=True),
    Column("drafted_on", Date, nullable=False),
    Column("sent_on", Date),
    Column("answer_by", Date),
    Column("answered_on", Date),
    # Not every answer is a yes: who waits was answered, too.
    Column("accepted_on", Date),
    Column("started_on", Date),
    Column("ended_on", Date),
    code("declined_why", DECLINED_WHY, null=True),
    Column("missed", Integer, nullable=False, server_default="0"),
    Column("asked_cents", Integer),
    Column("decided_cents", Integer),
    # The one whose place it takes.
    ref("replaces_id", "referral", null=True),
    Column("at", Instant, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("service_id IS NULL OR person_id IS NULL", name="whom"),
    CheckConstraint("sent_on IS NULL OR service_id IS NOT NULL OR person_id IS NOT NULL", name="to_whom"),
    CheckConstraint("(sent_on IS NULL) = (disclosure_id IS NULL)", name="told"),
    CheckConstraint("(sent_on IS NULL) = (answer_by IS NULL)", name="answer_by"),
    CheckConstraint("started_on IS NULL OR accepted_on IS NOT NULL", name="started"),
    CheckConstraint("missed >= 0", name="missed"),
    CheckConstraint("asked_cents IS NULL OR asked_cents >= 0", name="asked_cents"),
    CheckConstraint("decided_cents IS NULL OR decided_cents >= 0", name="decided_cents"),
    CheckConstraint("kind <> 'service' OR (asked_cents IS NULL AND decided_cents IS NULL)", name="amounts"),
    CheckConstraint("(state = 'declined') = (declined_why IS NOT NULL)", name="declined"),
    CheckConstraint(
        "(state IN ('declined', 'completed', 'lapsed', 'withdrawn')) = (ended_on IS NOT NULL)", name="ended"
    ),
    CheckConstraint("state = 'drafted' OR state = 'withdrawn' OR sent_on IS NOT NULL", name="sent"),
    Index("ix_referral_case_id", "case_id", "state"),
    # One referral is replaced by one other.
    partial("uq_referral_replaced", "replaces_id", where="replaces_id IS NOT NULL", unique=True),
)
