"""What closing asks: questionnaires that were offered and not answered, and gates that were passed with a reason."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Integer, Table, Text, UniqueConstraint

from .assessment import PHASES
from .base import Instant, Key, code, key, metadata, ref

# Why a questionnaire that was offered has no answers: the client did not want to, could not be reached, or is in no state for it.
UNASKED_WHY = ("declined", "not_reached", "not_able")
# What holds up a closing. Each is defined in casework/closing.py.
GATES = ("drafts", "evaluation", "referrals", "money", "goals")

# A questionnaire that was offered in a case and not answered: that it was offered counts, and is not offered twice.
assessment_offer = Table(
    "assessment_offer",
    metadata,
    key(),
    ref("case_id", "case_file", index=True),
    ref("worker_id", "worker"),
    Column("instrument", Key, nullable=False),
    code("phase", PHASES, default="review"),
    code("why", UNASKED_WHY),
    Column("on_date", Date, nullable=False),
    Column("at", Instant, nullable=False),
)

# A gate that was shut as a case was closed all the same: how much was behind it, and why it was passed.
closing_override = Table(
    "closing_override",
    metadata,
    key(),
    ref("case_id", "case_file", index=True),
    ref("stage_id", "case_stage"),
    ref("worker_id", "worker"),
    code("gate", GATES),
    Column("behind", Integer, CheckConstraint("behind > 0", name="behind"), nullable=False),
    Column("why", Text, nullable=False),
    UniqueConstraint("stage_id", "gate"),
)
