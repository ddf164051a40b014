"""Whether a Bundle is one of FHIR R4, by the models that SMART made of the 4.0.1 definitions, and whether it holds together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhirclient.models.bundle import Bundle
from fhirclient.models.fhirabstractbase import FHIRValidationError

# What those models do not ask: the codes of bindings that R4 requires (http://hl7.org/fhir/R4/valueset-*.html).
CODES = {
    ("EpisodeOfCare", "status"): "planned waitlist active onhold finished cancelled entered-in-error",
    ("CareTeam", "status"): "proposed active suspended inactive entered-in-error",
    (
        "Goal",
        "lifecycleStatus",
    ): "proposed planned accepted active on-hold completed cancelled entered-in-error rejected",
    ("CarePlan", "status"): "draft active on-hold revoked completed entered-in-error unknown",
    ("CarePlan", "intent"): "proposal plan order option",
    ("ServiceRequest", "status"): "draft active on-hold revoked completed entered-in-error unknown",
    (
        "ServiceRequest",
        "intent",
    ): "proposal plan directive order original-order reflex-order filler-order instance-order option",
    (
        "Task",
        "status",
    ): "draft requested received accepted rejected ready cancelled in-progress on-hold failed completed entered-in-error",
    ("Task", "intent"): "unknown proposal plan order original-order reflex-order filler-order instance-order option",
    ("Consent", "status"): "draft proposed active rejected inactive entered-in-error",
    ("QuestionnaireResponse", "status"): "in-progress completed amended entered-in-error stopped",
    ("Observation", "status"): "registered preliminary final amended corrected cancelled entered-in-error unknown",
    ("Encounter", "status"): "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown",
    ("DocumentReference", "status"): "current superseded entered-in-error",
    ("DocumentReference", "docStatus"): "preliminary final amended entered-in-error",
    (
        "Appointment",
        "status",
    ): "proposed pending booked arrived fulfilled cancelled noshow entered-in-error checked-in waitlist",
    ("Flag", "status"): "active inactive entered-in-error",
}


def faults(bundle: dict[str, Any]) -> list[str]:
    """What is wrong with it, in words."""
    try:
        Bundle(bundle, strict=True)
    except FHIRValidationError as error:
        return str(error).splitlines()
    found = []
    there = [one["fullUrl"] for one in bundle["entry"]]
    if len(set(there)) < len(there):
        found.append("bdl-7: two entries have one address")
    for one in bundle["entry"]:
        resource = one["resource"]
        kind = resource["resourceType"]
        found += [f"{kind}: {place} is empty" for place, value in _walk(resource) if value in ("", [], {}, None)]
        found += [
            f"{kind}: {value} is nowhere"
            for place, value in _walk(resource)
            if place == "reference" and value not in there
        ]
        found += [
            f"{kind}.{name} is {resource[name]}" for (of, name), codes in CODES.items()
            if of == kind and name in resource and resource[name] not in codes.split()
        ]  # fmt: skip
    return found


def _walk(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, one in value.items():
            if not (key == "reference" and isinstance(one, dict)):
                yield key, one
            yield from _walk(one)
    elif isinstance(value, list):
        for one in value:
            yield from _walk(one)
