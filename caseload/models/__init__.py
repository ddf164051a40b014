"""The nouns: tables and constraints, one file per idea. Models know nobody.

They are Core tables, not mapped classes: lists select columns, bulk work is set-based, and what crosses to a
screen is a frozen row, so an object-relational mapper would be imported (0.1 s at every start) and hardly used.
"""

from .agency import (
    absence,
    agency,
    cover,
    departure,
    holiday,
    policy,
    program,
    saved_view,
    team,
    team_supervisor,
    worker,
    worker_standing,
)
from .base import metadata
from .case import (
    assignment,
    case_access,
    case_file,
    case_risk,
    case_stage,
    cover_case,
    custody,
    glass,
    pending_move,
    snooze,
    tag,
    transfer,
)
from .client import (
    alert,
    alias,
    channel,
    client,
    client_code,
    household,
    household_member,
    identity,
    name_key,
    person,
    stay,
    stay_member,
)
from .consent import consent, disclosure
from .masking import pseudonym
from .packet import packet, packet_answer
from .record import (
    appointment,
    comment,
    contact,
    contact_line,
    contact_topic,
    narrative,
    note,
    read_mark,
    scratch,
    scratch_key,
    task,
)
from .supervision import supervision_topic
from .trace import acting, change, external_id, journal, look, payload, seal

__all__ = [
    "absence", "acting", "agency", "alert", "alias", "appointment", "assignment", "case_access", "case_file",
    "case_risk", "case_stage", "change", "channel", "client", "client_code", "comment", "consent", "contact",
    "contact_line", "contact_topic", "cover", "cover_case", "custody", "departure", "disclosure", "external_id",
    "glass", "holiday", "household", "household_member", "identity", "journal", "look", "metadata", "name_key", "narrative",
    "note", "packet", "packet_answer", "payload", "pending_move", "person", "policy", "program", "pseudonym", "read_mark", "saved_view",
    "scratch", "scratch_key", "seal", "snooze", "stay", "stay_member", "supervision_topic", "tag", "task", "team", "team_supervisor",
    "transfer", "worker", "worker_standing",
]  # fmt: skip
