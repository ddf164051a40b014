"""Which rows are facts: what the journal keeps, undo restores and triggers watch."""

from __future__ import annotations

from sqlalchemy import Table

from .. import models
from ..models.case import DERIVED
from .facts import (
    APPOINTMENT,
    ASSESSMENT,
    ASSIGNMENT,
    AUTHORISATION,
    BUDGET,
    CONSENT,
    CONTACT,
    PAYMENT,
    PLAN,
    PLAN_REVIEW,
    REFERRAL,
    STAGE,
    TASK,
    Group,
)

# Not journalled: the journal itself, what is derived, words still being typed, what cases are called without identity, and
# the bytes of files.
UNJOURNALLED = (
    "acting", "change", "journal", "payload", "seal", "look", "scratch", "scratch_key", "name_key", "pseudonym",
    "service_word", "content", "content_chunk", "document_content",
)  # fmt: skip
APPEND_ONLY = ("journal", "payload", "seal", "look", "narrative", "disclosure", "packet_answer")

# Facts of the case row itself that clocks read.
CASE_COLUMNS = ("program_id", "opened_on", "client_id")

# Read again after the stage: who holds a case, and which consents do, depends on whether it was closed. And while it was, what
# follows from the day or the policy stood still.
_WITH_STAGE = (ASSIGNMENT, CONTACT, TASK, APPOINTMENT, CONSENT, REFERRAL, ASSESSMENT, PLAN, AUTHORISATION, BUDGET)


def journalled() -> list[Table]:
    """Every table whose rows are facts, in an order in which parents come first."""
    return [table for table in models.metadata.sorted_tables if table.name not in UNJOURNALLED]


def skipped(table: Table) -> tuple[str, ...]:
    """Columns of a journalled table that are no facts: derived ones, version counters, prose."""
    skip = ["version"] if "version" in table.c and table.name != "policy" else []
    skip += [name for name in ("made_in", "touched_in") if name in table.c]
    if table.name == "case_file":
        skip += DERIVED
    if table.name == "narrative":
        skip += ["body", "agenda_of"]  # whose agenda it is on is for who sees that agenda
    return tuple(skip)


def fact_columns(table: Table) -> list[str]:
    """The columns of a table that the journal keeps and undo restores."""
    return [column.name for column in table.columns if column.name not in skipped(table)]


def case_column(table: Table) -> str:
    """The column that says which case a row belongs to, or an empty string."""
    return "id" if table.name == "case_file" else "case_id" if "case_id" in table.c else ""


def steps(group: Group) -> tuple[tuple[Group, ...], ...]:
    """What a change of a group's table refreshes."""
    if group is CONSENT:
        # What was sent relies on it.
        return ((CONSENT, REFERRAL),)
    if group is PLAN_REVIEW:
        return ((PLAN,),)
    if group is AUTHORISATION:
        return ((AUTHORISATION, BUDGET),)
    if group is PAYMENT:
        return ((BUDGET,),)
    return ((group,), _WITH_STAGE) if group is STAGE else ((group,),)
