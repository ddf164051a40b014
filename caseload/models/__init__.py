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
from .assessment import assessment, assessment_answer, assessment_score, background, need, need_domain
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
from .closing import assessment_offer, closing_override
from .consent import consent, disclosure
from .document import content, content_chunk, document, document_content
from .instrument import instrument
from .load import case_load, program_load, reduction
from .masking import pseudonym
from .money import authorisation, budget, payment
from .packet import packet, packet_answer
from .plan import goal, plan, plan_review, step
from .record import (
    advice_topic,
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
from .series import appointment_series
from .service import place, provider, referral, service, service_hours, service_word
from .supervision import supervision_topic
from .trace import acting, change, external_id, journal, look, payload, seal

__all__ = [
    "absence", "acting", "advice_topic", "agency", "alert", "alias", "appointment", "appointment_series",
    "assessment", "assessment_answer", "assessment_offer", "assessment_score", "assignment", "authorisation",
    "background", "budget", "case_access", "case_file", "case_load", "case_risk", "case_stage", "change", "channel",
    "client", "client_code", "closing_override", "comment", "consent", "contact", "contact_line", "contact_topic",
    "content", "content_chunk", "cover", "cover_case", "custody", "departure", "disclosure", "document",
    "document_content", "external_id", "glass", "goal", "holiday", "household", "household_member", "identity",
    "instrument", "journal", "look", "metadata", "name_key", "narrative", "need", "need_domain", "note", "packet",
    "packet_answer", "payload", "payment", "pending_move", "person", "place", "plan", "plan_review", "policy",
    "program", "program_load", "provider", "pseudonym", "read_mark", "reduction", "referral", "saved_view", "scratch",
    "scratch_key", "seal", "service", "service_hours", "service_word", "snooze", "stay", "stay_member", "step",
    "supervision_topic", "tag", "task", "team", "team_supervisor", "transfer", "worker", "worker_standing",
]  # fmt: skip
