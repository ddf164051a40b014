"""Questionnaires that the agency brings itself, each edition as it was brought."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Integer, Table, Text, UniqueConstraint

from .base import Key, code, key, metadata, ref

# Which way a score of the form's own sum is better for the client; none where nobody has said.
BETTER = ("higher", "lower")

# One edition of a questionnaire, as the file had it (FHIR R4 Questionnaire, JSON). Never changed: what was asked by it reads by it for
# good. A new file is a new edition, and the newest is asked unless it was retired.
instrument = Table(
    "instrument",
    metadata,
    key(),
    Column("code", Key, nullable=False),
    Column("edition", Integer, CheckConstraint("edition > 0", name="edition"), nullable=False),
    Column("body", Text, nullable=False),
    code("better", BETTER, null=True),
    Column("brought_on", Date, nullable=False),
    ref("brought_by", "worker"),
    Column("retired_on", Date),
    Column("version", Integer, nullable=False, server_default="1"),
    UniqueConstraint("code", "edition"),
)
