"""Which FHIR a Bundle is in. Only R4 (4.0.1) is taken: the others call other things by the same names, so what they mean would be
guessed. They are known by what they say of themselves, or by elements and types that only they have
(http://hl7.org/fhir/R4/diff.html, http://hl7.org/fhir/R5/diff.html)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ...errors import Usage
from ...messages import _
from ...text import line
from .parse import Resource

KINDS = ("collection", "document", "transaction")

# What a version calls itself: as a number, or as a part of the address of its definitions.
_NUMBERED = (
    ("5.", "R5"),
    ("6.", "R6"),
    ("4.3", "R4B"),
    ("4.1", "R4B"),
    ("3.", "STU3"),
    ("1.", "DSTU2"),
    ("0.", "DSTU1"),
)
_ADDRESSED = re.compile(r"hl7\.org/fhir/(?P<which>R6|R5|R4B|STU3|DSTU2|[0-9]\.[0-9])/", re.IGNORECASE)
_CORE = "http://hl7.org/fhir/StructureDefinition/"
# Types of resource that R4 does not have.
_TYPES = {
    "R5": ("ActorDefinition", "ArtifactAssessment", "BiologicallyDerivedProductDispense", "ConditionDefinition", "DeviceAssociation",
           "DeviceDispense", "DeviceUsage", "EncounterHistory", "FormularyItem", "GenomicStudy", "ImagingSelection", "InventoryItem",
           "InventoryReport", "NutritionIntake", "Permission", "Requirements", "TestPlan", "Transport"),
    "R4B": ("AdministrableProductDefinition", "Citation", "ClinicalUseDefinition", "Ingredient", "ManufacturedItemDefinition",
            "NutritionProduct", "PackagedProductDefinition", "RegulatedAuthorization", "SubscriptionStatus", "SubscriptionTopic",
            "SubstanceDefinition"),
    "STU3": ("BodySite", "DataElement", "DeviceComponent", "EligibilityRequest", "EligibilityResponse", "ExpansionProfile",
             "ImagingManifest", "ProcedureRequest", "ProcessRequest", "ProcessResponse", "ReferralRequest", "Sequence", "ServiceDefinition"),
    "DSTU2": ("Conformance", "DiagnosticOrder", "ImagingObjectSelection", "MedicationOrder", "Order", "OrderResponse"),
}  # fmt: skip
# Elements that R4 does not have, or not in that shape.
_R5: dict[str, tuple[str, ...]] = {
    "Encounter": ("reason", "actualPeriod", "plannedStartDate", "plannedEndDate", "subjectStatus", "careTeam", "virtualService", "admission"),
    "EpisodeOfCare": ("reason", "careTeam"),
    "Appointment": ("reason", "virtualService", "cancellationDate", "account", "note", "subject", "recurrenceTemplate"),
    "Condition": ("participant",),
    "Consent": ("grantor", "grantee", "manager", "controller", "decision", "regulatoryBasis", "policyBasis"),
    "DocumentReference": ("version", "basedOn", "modality", "attester", "bodySite", "event", "facilityType", "practiceSetting", "period"),
    "CareTeam": ("reason",),
    "ServiceRequest": ("bodyStructure", "focus", "reason"),
    "Goal": ("acceptance",),
    "Task": ("requestedPeriod", "requestedPerformer", "statusReasonReference", "performer", "doNotPerform"),
    "Observation": ("triggeredBy", "bodyStructure", "instantiatesCanonical", "instantiatesReference", "organizer"),
    "Practitioner": ("deceasedBoolean", "deceasedDateTime"),
    "Provenance": ("authorization", "why", "patient", "basedOn", "encounter"),
    "CarePlan": ("custodian",),
}  # fmt: skip
_STU3: dict[str, tuple[str, ...]] = {
    "Patient": ("animal",),
    "Encounter": ("incomingReferral", "reason"),
    "Appointment": ("incomingReferral", "indication", "reason"),
    "Condition": ("assertedDate", "context"),
    "Consent": ("consentingParty", "purpose", "except", "actor", "data"),
    "DocumentReference": ("indexed", "created"),
    "CareTeam": ("context",),
    "CarePlan": ("context", "definition"),
    "Goal": ("status",),
    "Observation": ("context", "comment", "related"),
    "QuestionnaireResponse": ("context", "parent"),
    "ServiceRequest": ("context",),
    "Task": ("context", "definitionUri", "definitionReference"),
}  # fmt: skip


def bundle(found: Resource, file: str) -> None:
    """Raises Usage, with what it is instead, unless this is a Bundle of R4 that holds a case whole."""
    kind = found.get("resourceType")
    if kind is None and any(key in found for key in ("$schema", "$defs", "definitions", "$id")):
        raise Usage(_("{file} is a schema: it says how a Bundle looks, and holds nobody's.").format(file=file))
    if not isinstance(kind, str):
        raise Usage(_("{file} is JSON, but nothing of FHIR: it has no resourceType.").format(file=file))
    which = _told(found) if kind == "Bundle" else _of(found)
    if which is not None:
        raise _other(which, file)
    if kind != "Bundle":
        said = _("{file} is a {kind} alone. Ask for the whole case as one Bundle.")
        raise Usage(said.format(file=file, kind=line(kind)[:40]))
    entries = found.get("entry", [])
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise Usage(_("{file} is no Bundle that can be read: its entries are no list.").format(file=file))
    for which in (_of(one) for one in _resources(entries)):
        if which is not None:
            raise _other(which, file)
    form = found.get("type")
    if form not in KINDS:
        said = _(
            "{file} is a Bundle of the type {form}. One that holds a case is a collection, a document or a transaction."
        )
        raise Usage(said.format(file=file, form=line(str(form))[:40]))
    if not entries:
        raise Usage(_("{file} is a Bundle with nothing in it.").format(file=file))


def _resources(entries: Iterable[Resource]) -> Iterable[Resource]:
    for one in entries:
        resource = one.get("resource")
        if isinstance(resource, dict):
            yield resource


def _other(which: str, file: str) -> Usage:
    said = _("{file} is in FHIR {which}. Taken is R4 (4.0.1): ask for the Bundle in that.")
    return Usage(said.format(file=file, which=which))


def _of(resource: Resource) -> str | None:
    """Which other version than R4 a resource is in, as far as it shows."""
    return _told(resource) or _shaped(resource)


def _told(resource: Resource) -> str | None:
    """What it says of itself."""
    meta = resource.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    for told in (resource.get("fhirVersion"), *(profiles if isinstance(profiles, list) else [profiles])):
        for text in told if isinstance(told, list) else [told]:
            if isinstance(text, str) and (which := _called(text)):
                return which
    return None


def _called(text: str) -> str | None:
    if addressed := _ADDRESSED.search(text):
        text = addressed["which"]
        if not text[0].isdigit():
            return text.upper()
    elif text.startswith(_CORE):
        text = text.partition("|")[2]
    elif "/" in text:
        # The version of a guide's own profile is the guide's, not FHIR's.
        return None
    return next((which for begins, which in _NUMBERED if text.startswith(begins)), None)


def _shaped(resource: Resource) -> str | None:
    kind = str(resource.get("resourceType"))
    for which, types in _TYPES.items():
        if kind in types:
            return which
    return _old(kind, resource) or _new(kind, resource)


def _new(kind: str, resource: Resource) -> str | None:
    """R5: elements of its own, a list where R4 has one class, and references that may be concepts."""
    if any(name in resource for name in _R5.get(kind, ())):
        return "R5"
    if kind == "Encounter" and isinstance(resource.get("class"), list):
        return "R5"
    if kind == "DocumentReference" and isinstance(resource.get("context"), list):
        return "R5"
    if kind == "Consent" and isinstance(resource.get("provision"), list):
        return "R5"
    code = resource.get("code")
    if kind == "ServiceRequest" and isinstance(code, dict) and ("concept" in code or "reference" in code):
        return "R5"
    joined = [*_each(resource.get("addresses")), *_each(resource.get("evidence"))]
    if kind in ("CarePlan", "Condition") and any(
        "concept" in one or isinstance(one.get("reference"), dict) for one in joined
    ):
        return "R5"
    return None


def _old(kind: str, resource: Resource) -> str | None:
    """STU3 and before: elements that are gone since, and codes where R4 has concepts. What has a `reason` both before and after R4 is told
    apart by what stands in it."""
    names = [name for name in _STU3.get(kind, ()) if name in resource]
    if "reason" in names and not _coded(resource["reason"]):
        names.remove("reason")
    if names:
        return "STU3"
    if kind in ("Condition", "AllergyIntolerance") and isinstance(resource.get("clinicalStatus"), str):
        return "STU3"
    if kind == "QuestionnaireResponse" and isinstance(resource.get("questionnaire"), dict):
        return "STU3"
    if kind in ("Condition", "Encounter") and "patient" in resource:
        return "DSTU2"
    return None


def _coded(value: Any) -> bool:
    """Whether these are concepts, as before R4."""
    return any("coding" in one or "text" in one for one in _each(value))


def _each(value: Any) -> list[Resource]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]
