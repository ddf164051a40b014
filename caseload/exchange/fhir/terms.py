"""FHIR R4's systems and codes for what a case has, and back. Where R4 has no code for ours, it is said in words and not guessed."""

from __future__ import annotations

from typing import Any

LOINC = "http://loinc.org"
UUIDS = "urn:ietf:rfc:3986"
LANGUAGES = "urn:ietf:bcp:47"
MINUTES = "http://unitsofmeasure.org"
ACTS = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
PARTS = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
SCOPES = "http://terminology.hl7.org/CodeSystem/consentscope"
ACHIEVED = "http://terminology.hl7.org/CodeSystem/goal-achievement"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
OBSERVED = "http://terminology.hl7.org/CodeSystem/observation-category"
FLAGS = "http://terminology.hl7.org/CodeSystem/flag-category"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
TASKS = "http://hl7.org/fhir/CodeSystem/task-code"
CONCERNS = "http://hl7.org/fhir/us/core/CodeSystem/condition-category"
# Gravity SDOH Clinical Care, CC0: domains of social need.
GRAVITY = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"

# EpisodeOfCare.status by the stage of the case.
EPISODE = {
    "referred": "waitlist", "assessment": "active", "planning": "active", "active": "active", "monitoring": "active",
    "closed": "finished",
}  # fmt: skip
CONDITION = {"open": "active", "met": "resolved", "set_aside": "inactive"}
# Goal.lifecycleStatus and its achievementStatus; "partly" has no code there.
GOAL = {
    "open": ("active", "in-progress"), "reached": ("completed", "achieved"), "partly": ("completed", ""),
    "not_reached": ("completed", "not-achieved"), "dropped": ("cancelled", ""),
}  # fmt: skip
PLAN = {"submitted": "draft", "approved": "active", "replaced": "revoked", "ended": "completed"}
STEP = {"open": "not-started", "done": "completed", "dropped": "cancelled"}
# ServiceRequest.status and the Task.status of its fulfilment, by the state of the referral.
REFERRAL = {
    "drafted": ("draft", "draft"), "sent": ("active", "requested"), "accepted": ("active", "accepted"),
    "waitlisted": ("active", "on-hold"), "declined": ("revoked", "rejected"), "started": ("active", "in-progress"),
    "completed": ("completed", "completed"), "lapsed": ("revoked", "failed"), "withdrawn": ("revoked", "cancelled"),
}  # fmt: skip
APPOINTMENT = {"scheduled": "booked", "kept": "fulfilled", "missed": "noshow", "cancelled": "cancelled"}
CONSENT = {"not_yet": "proposed", "in_force": "active", "expired": "inactive", "revoked": "inactive"}
CHANNEL = {"phone": "phone", "email": "email", "other": "other"}

# Only where ours and Gravity's domain are the same; housing, for one, is three of theirs.
_DOMAINS = {
    "employment": "employment-status", "income": "financial-insecurity", "education": "educational-attainment",
    "transport": "transportation-insecurity", "social": "social-connection",
}  # fmt: skip
# LOINC's codes of the total of an instrument that comes along.
TOTALS = {"phq-9": "44261-6", "phq-2": "55758-7", "gad-7": "70274-6", "audit-c": "75626-2"}


def concept(text: str | None = None, system: str = "", code: str = "") -> dict[str, Any]:
    """A CodeableConcept: a code of a system, words, or both."""
    coded = [{"system": system, "code": code}] if code else []
    return {"coding": coded, "text": text}


def needed(domain: str) -> list[dict[str, Any]]:
    """Condition.category of a need."""
    found = [concept(system=CONCERNS, code="health-concern")]
    code = _DOMAINS.get(domain)
    return [*found, concept(system=GRAVITY, code=code)] if code else found


def encountered(kind: str, place: str | None) -> dict[str, str]:
    """Encounter.class of a contact, by v3 ActEncounterCode."""
    if kind in ("phone", "video", "message") or place == "remote":
        code = "VR"
    elif place == "home" or (kind == "visit" and place is None):
        code = "HH"
    elif place in ("community", "facility"):
        code = "FLD"
    else:
        code = "AMB"
    return {"system": ACTS, "code": code}


# -- and back ----------------------------------------------------------------------------------------

# Gravity's domains as ours, where one of theirs lies within one of ours.
DOMAINS = {code: ours for ours, code in _DOMAINS.items()} | {
    "housing-instability": "housing", "homelessness": "housing", "inadequate-housing": "housing", "utility-insecurity": "housing",
    "food-insecurity": "income", "material-hardship": "income", "medical-cost-burden": "income",
    "health-insurance-coverage-status": "health", "stress": "mental_health", "intimate-partner-violence": "safety",
    "elder-abuse": "safety", "incarceration-status": "legal",
}  # fmt: skip
SNOMED = "http://snomed.info/sct"
# Condition.severity (http://hl7.org/fhir/R4/valueset-condition-severity.html).
SEVERITIES = {"24484000": "severe", "6736007": "moderate", "255604002": "mild"}
# What a Condition says that is; and how sure they are of it: what a screening found is unconfirmed until somebody has asked.
RUNNING = ("active", "recurrence", "relapse")
SURE = ("confirmed", "")
FOUND = (*SURE, "unconfirmed", "provisional")
GOES_ON = ("proposed", "planned", "accepted", "active", "on-hold")
TO_DO = ("draft", "requested", "received", "accepted", "ready", "in-progress", "on-hold")
STEPS_TO_DO = ("not-started", "scheduled", "in-progress", "on-hold", "unknown")
ANSWERED = ("completed", "amended")
FULFIL = "fulfill"
