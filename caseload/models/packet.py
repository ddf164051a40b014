"""What a consultant reads of a case without knowing whose it is, and what they answer."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Index, Table, Text

from .base import Instant, key, metadata, ref

# At most so many days may lie between the approval of a packet and its end. A question to a colleague is answered in weeks; what
# must be read for longer is looked over and approved anew, as the case stands then.
MOST_DAYS = 90

# A masked text that a worker has looked over and approved for one reader, with the question put to them. Only ever added to, but
# for being withdrawn; whether it can be read is computed from its days and stands nowhere.
packet = Table(
    "packet",
    metadata,
    key(),
    ref("case_id", "case_file"),
    ref("author_id", "worker"),
    ref("reader_id", "worker", index=True),
    ref("question_id", "narrative", null=True),
    ref("text_id", "narrative"),
    # Why words that the mask would have found were left in it.
    Column("anyway", Text, nullable=False, server_default=""),
    Column("approved_at", Instant, nullable=False),
    Column("approved_on", Date, nullable=False),
    Column("until_on", Date, nullable=False),
    Column("withdrawn_at", Instant),
    ref("withdrawn_by", "worker", null=True),
    CheckConstraint("until_on >= approved_on", name="order"),
    CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),
    Index("ix_packet_case_id", "case_id", "approved_at"),
)

# What the reader answers. It names no case: whoever wrote it must not learn from its row, or from the journal's, which one it is.
packet_answer = Table(
    "packet_answer",
    metadata,
    key(),
    ref("packet_id", "packet", index=True),
    ref("worker_id", "worker"),
    ref("narrative_id", "narrative", index=True),
    Column("at", Instant, nullable=False),
)
