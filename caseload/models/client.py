"""Clients: identity and channels apart from the case, the people around them, their households."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, SmallInteger, Table, Text, UniqueConstraint, text

from .base import Instant, Key, code, key, made_in, metadata, ref

CHANNEL_KINDS = ("phone", "email", "address", "other")
SAFE = ("yes", "no", "ask", "unknown")
PERSON_ROLES = ("kin", "professional", "carer", "threat", "other")
ALERT_KINDS = ("safety", "health", "access", "legal", "other")
ALERT_LEVELS = ("low", "medium", "high")
# HMIS 3.917 RelationshipToHoH, in words.
RELATIONSHIPS = ("self", "child", "partner", "other_relative", "non_relative", "not_collected")

client = Table(
    "client",
    metadata,
    key(),
    Column("uid", Text, nullable=False, unique=True),
    Column("language", Text),
    Column("deceased_on", Date),
    ref("merged_into_id", "client", null=True),
    Column("retain_until", Date),
    Column("legal_hold", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Instant, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    made_in(),
)

# Names and birth date. HMIS data-quality codes (1, 2, 8, 9, 99) are kept apart from an empty value.
identity = Table(
    "identity",
    metadata,
    key(),
    ref("client_id", "client"),
    Column("given", Text, nullable=False, server_default=""),
    Column("middle", Text, nullable=False, server_default=""),
    Column("family", Text, nullable=False, server_default=""),
    Column("suffix", Text, nullable=False, server_default=""),
    Column("name_quality", SmallInteger),
    Column("born_on", Date, index=True),
    Column("birth_quality", SmallInteger),
    Column("version", Integer, nullable=False, server_default="1"),
    UniqueConstraint("client_id"),
)

alias = Table(
    "alias",
    metadata,
    key(),
    ref("client_id", "client", index=True),
    Column("name", Text, nullable=False),
)

# One folded word of a name or an alias a row, and behind a mark how it sounds: any word can be found by its start, on both engines, by range.
name_key = Table(
    "name_key",
    metadata,
    key(),
    ref("client_id", "client", ondelete="CASCADE"),
    Column("word", Key, nullable=False),
    Index("ix_name_key_word", "word", "client_id"),
    Index("ix_name_key_client_id", "client_id", "word"),
)

# Coded answers about a client as another system words them (race, veteran, ...), with their list.
client_code = Table(
    "client_code",
    metadata,
    key(),
    ref("client_id", "client"),
    Column("field", Text, nullable=False),
    Column("code", Text, nullable=False),
    UniqueConstraint("client_id", "field", "code"),
)

person = Table(
    "person",
    metadata,
    key(),
    ref("client_id", "client", index=True),
    Column("name", Text, nullable=False),
    code("role", PERSON_ROLES, default="other"),
    Column("relation", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="1"),
)

channel = Table(
    "channel",
    metadata,
    key(),
    ref("client_id", "client", index=True),
    ref("person_id", "person", null=True, index=True),
    code("kind", CHANNEL_KINDS),
    Column("value", Text, nullable=False),
    code("safe", SAFE, default="unknown"),
    code("voicemail", SAFE, default="unknown"),
    Column("hours", Text, nullable=False, server_default=""),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("version", Integer, nullable=False, server_default="1"),
)

alert = Table(
    "alert",
    metadata,
    key(),
    ref("client_id", "client", index=True),
    code("kind", ALERT_KINDS),
    code("level", ALERT_LEVELS),
    Column("text", Text, nullable=False),
    Column("raised_on", Date, nullable=False),
    ref("raised_by", "worker"),
    Column("reviewed_on", Date),
    Column("review_on", Date),
    Column("ended_on", Date),
    Column("ended_why", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="1"),
)

household = Table("household", metadata, key(), Column("created_at", Instant, nullable=False))

household_member = Table(
    "household_member",
    metadata,
    key(),
    ref("household_id", "household", index=True),
    ref("client_id", "client", index=True),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date),
)

# Who was served together in one episode (HMIS HouseholdID), not the lasting family.
stay = Table(
    "stay",
    metadata,
    key(),
    ref("household_id", "household", null=True, index=True),
    Column("from_on", Date, nullable=False),
)

stay_member = Table(
    "stay_member",
    metadata,
    key(),
    ref("stay_id", "stay", index=True),
    ref("case_id", "case_file"),
    code("relationship", RELATIONSHIPS, default="not_collected"),
    UniqueConstraint("case_id"),
)
