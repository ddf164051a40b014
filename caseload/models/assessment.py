"""What is found with the client: filled-in instruments, needs by domain with the client's own words and strengths, and the
history a person brings along."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Float, Index, Integer, Table, Text, UniqueConstraint

from .base import Instant, Key, code, key, metadata, ref

# When in the method it was asked: at the beginning, while the plan runs, at its end (HMIS data collection stages 1, 2 and 3), and about
# the anniversary of the start (stage 5), which is said when it is asked and never guessed.
PHASES = ("baseline", "review", "closing", "annual")
SEVERITIES = ("mild", "moderate", "severe")  # FHIR Condition.severity
NEED_STATES = ("open", "met", "set_aside")
# The sections of a client's history.
SECTIONS = ("social", "educational", "legal", "institutional", "substance")
# Domains of need that every agency begins with; it adds its own (`need_domain`).
DOMAINS = (
    "housing", "health", "mental_health", "employment", "income", "education", "family", "legal", "transport", "substance_use",
    "safety", "social",
)  # fmt: skip

# A domain in which a client may have a need: those every agency begins with, and what it adds. Never taken away, only closed.
need_domain = Table(
    "need_domain",
    metadata,
    key(),
    Column("code", Key, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("closed_on", Date),
    Column("version", Integer, nullable=False, server_default="1"),
)

# One filled-in questionnaire, as its answers stood when it was recorded. Never changed: what was wrong is asked again, or corrected by
# one that takes its place.
assessment = Table(
    "assessment",
    metadata,
    key(),
    ref("case_id", "case_file"),
    ref("worker_id", "worker"),
    # Which questionnaire, of which edition, and by which edition of its rules it was scored.
    Column("instrument", Key, nullable=False),
    Column("edition", Text, nullable=False),
    Column("rules", Text, nullable=False, server_default=""),
    code("phase", PHASES, default="baseline"),
    Column("on_date", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    # A question that asks for a look at the client's safety was answered so, whatever any total.
    Column("safety", Boolean, nullable=False),
    # What the client said about it, in their own words.
    ref("words_id", "narrative", null=True),
    # One takes the place of another, and no second one of the same.
    ref("corrects_id", "assessment", null=True),
    # The edition of the agency's own questionnaire; none of those that come along.
    ref("instrument_id", "instrument", null=True),
    UniqueConstraint("corrects_id"),
    Index("ix_assessment_case_id", "case_id", "instrument", "on_date"),
)

# One answer: a code, a number, a day, yes or no, as text; several where the question may be answered more than once. What was typed in
# words stands as narrative.
assessment_answer = Table(
    "assessment_answer",
    metadata,
    key(),
    ref("case_id", "case_file", index=True),
    ref("assessment_id", "assessment"),
    Column("link", Key, nullable=False),
    Column("place", Integer, nullable=False, server_default="0"),
    Column("value", Text, nullable=False),
    ref("narrative_id", "narrative", null=True),
    UniqueConstraint("assessment_id", "link", "place"),
)

# What the answers of one scale came to; without a value it was not scored, because an answer is missing.
assessment_score = Table(
    "assessment_score",
    metadata,
    key(),
    ref("case_id", "case_file"),
    ref("assessment_id", "assessment"),
    Column("scale", Key, nullable=False),
    Column("value", Float),
    Column("band", Text, nullable=False, server_default=""),
    # The cut-off that was used, and whether it was reached.
    Column("cut_off", Text, nullable=False, server_default=""),
    Column("positive", Boolean),
    UniqueConstraint("assessment_id", "scale"),
    Index("ix_assessment_score_case_id", "case_id", "scale"),
)

# What the assessment found in one domain: how much of a need, in the client's own words, and what they can build on.
need = Table(
    "need",
    metadata,
    key(),
    ref("case_id", "case_file"),
    ref("domain_id", "need_domain", index=True),
    code("severity", SEVERITIES, default="moderate"),
    code("state", NEED_STATES, default="open"),
    ref("words_id", "narrative", null=True),
    ref("strengths_id", "narrative", null=True),
    ref("assessment_id", "assessment", null=True),
    Column("found_on", Date, nullable=False),
    ref("found_by", "worker"),
    Column("ended_on", Date),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("(state = 'open') = (ended_on IS NULL)", name="ended"),
    Index("ix_need_case_id", "case_id", "state"),
)

# One section of a client's history, as it was last told; what was told before is kept.
background = Table(
    "background",
    metadata,
    key(),
    ref("case_id", "case_file"),
    code("section", SECTIONS),
    ref("narrative_id", "narrative"),
    ref("worker_id", "worker"),
    Column("on_date", Date, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    UniqueConstraint("case_id", "section"),
)
