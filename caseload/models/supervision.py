"""What is brought to supervision, and what came of it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, Table

from .base import Instant, key, metadata, ref

# One thing to talk about when a worker and who supervises them sit together: about a case, or none. What is brought, and what
# was agreed, is narrative of that worker's agenda. Until it was discussed it stays, and is carried over to the next time.
supervision_topic = Table(
    "supervision_topic",
    metadata,
    key(),
    # Whose agenda it is on; brought by themselves, or by who supervises them.
    ref("worker_id", "worker"),
    ref("brought_by", "worker"),
    ref("case_id", "case_file", null=True, index=True),
    ref("narrative_id", "narrative"),
    Column("at", Instant, nullable=False),
    Column("on_date", Date, nullable=False),
    Column("discussed_on", Date),
    ref("discussed_by", "worker", null=True),
    ref("agreed_id", "narrative", null=True),
    ref("task_id", "task", null=True),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint(
        "(discussed_on IS NULL) = (discussed_by IS NULL) AND (discussed_on IS NULL) = (agreed_id IS NULL)",
        name="discussed",
    ),
    CheckConstraint("discussed_on IS NULL OR discussed_on >= on_date", name="order"),
    CheckConstraint("task_id IS NULL OR (case_id IS NOT NULL AND discussed_on IS NOT NULL)", name="task"),
    Index("ix_supervision_topic_worker_id", "worker_id", "discussed_on"),
)
