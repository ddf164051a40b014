"""Names for cases that are talked about without saying whose they are."""

from __future__ import annotations

from sqlalchemy import Column, Table, UniqueConstraint

from .base import BigId, Instant, Key, key, metadata, ref

# What one worker calls a case where no identity is shown: drawn by lot, computed from nothing, the same ever after. Another
# worker has another name for it, so that two who were each told one cannot put theirs together.
pseudonym = Table(
    "pseudonym",
    metadata,
    key(),
    ref("worker_id", "worker"),
    # No foreign key: it outlives the undoing of the intake, so that nobody else is ever called the same.
    Column("case_id", BigId, nullable=False),
    Column("name", Key, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("worker_id", "case_id"),
    UniqueConstraint("worker_id", "name"),
)
