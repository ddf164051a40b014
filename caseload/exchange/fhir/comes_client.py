"""Who comes: Patient, RelatedPerson and Flag as client, channels, people around them and alerts.

Whether a number is safe to use is never taken for granted: it is unknown until somebody here has asked. A warning that does not say
how grave it is counts as high where it is about safety: somebody here reads it before anybody goes there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...casework import languages
from ...errors import Usage
from ...messages import _
from ...models.client import ALERT_KINDS, ALERT_LEVELS, PERSON_ROLES
from ...text import LINE_LIMIT, NAME_LIMIT, fold, line
from . import reading as fhir
from . import terms
from .piece import Piece, mark, short, told

if TYPE_CHECKING:
    from datetime import date

    from .parcel import Entry, Parcel
    from .parse import Resource

# HMIS 3.03.2: a birth date of which only the year or the month is known; the missing parts stand as the first.
_APPROXIMATE = 2
# HMIS 4.21, under which the answer is kept.
_SEX = {"female": "0", "male": "1"}
_KINDS = {"phone": "phone", "sms": "phone", "email": "email"}
_ROLES = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
# Of that list, who stands for somebody by law or office, and is no kin by that.
_NO_KIN = ("GUARD", "POWATT", "DPOWATT", "HPOWATT", "SPOWATT", "RESPRSN", "EXECSP", "ECON", "FRND", "NBOR", "ROOM")


def client(parcel: Parcel, today: date) -> Iterator[Piece]:
    """The client, what else they are called, and how they are reached. Raises Usage for one without a name."""
    entry = parcel.client
    patient = entry.resource
    names = fhir.things(patient, "name")
    chosen = _chosen(names)
    given, middle, family, suffix = _parts(chosen)
    if not given and not family:
        raise Usage(
            _("The Patient in {file} has no name. A case needs a given or a family name: ask who it is.").format(
                file=parcel.file
            )
        )
    if any(len(part) > NAME_LIMIT for part in (given, middle, family, suffix)):
        raise Usage(_("A name in {file} has more than {n} characters.").format(file=parcel.file, n=NAME_LIMIT))
    born, whole = fhir.roughly(patient.get("birthDate"))
    if (born is not None and not today.year - 125 <= born.year <= today.year) or (born and born > today):
        raise Usage(
            _("The birth date in {file} cannot be: it lies ahead, or more than 125 years back.").format(
                file=parcel.file
            )
        )
    fields: dict[str, tuple[object, ...]] = {
        "name": (given, middle, family, suffix, None),
        "birth": (born.isoformat() if born else None, _APPROXIMATE if born and not whole else None),
        "language": (_language(patient),),
    }
    if code := _SEX.get(str(patient.get("gender"))):
        fields["sex"] = ([code],)
    yield Piece("client", entry.key, entry.row, fields)  # type: ignore[arg-type]
    official = fold(" ".join((given, middle, family)))
    for other in names:
        text = fhir.whole_name(other)
        if other is not chosen and text and len(text) <= NAME_LIMIT and fold(text) not in ("", official):
            yield Piece("alias", f"{entry.key}|alias|{mark(fold(text))}", entry.row, {"name": (text,)})
    yield from channels(entry, today)


def _chosen(names: list[Resource]) -> Resource:
    """The name that somebody goes by: the official one, else the usual, else the first that is not an old one."""
    for use in ("official", "usual"):
        if found := next((one for one in names if one.get("use") == use and _parts(one) != ("", "", "", "")), None):
            return found
    current = [one for one in names if one.get("use") not in ("old", "maiden", "temp")]
    return next(iter(current or names), {})


def _parts(name: Resource) -> tuple[str, str, str, str]:
    """Given, middle and family name and suffix; of a name in one piece the last word is the family's, as on a list."""
    given, family = fhir.texts(name, "given"), fhir.word(name, "family")
    if not given and not family and (whole := fhir.word(name, "text")):
        first, _space, last = whole.rpartition(" ")
        given, family = ([first] if first else []), last
    return (given[0] if given else "", " ".join(given[1:]), family, " ".join(fhir.texts(name, "suffix")))


def _language(patient: Resource) -> str | None:
    spoken = fhir.things(patient, "communication")
    spoken.sort(key=lambda one: one.get("preferred") is not True)
    for one in spoken:
        concept = one.get("language")
        for text in (*fhir.codes(concept), fhir.said(concept)):
            try:
                if text:
                    return languages.code(text)
            except Usage:
                continue
    return None


def channels(entry: Entry, today: date) -> Iterator[Piece]:
    """How somebody is reached, in the order of the Bundle: another number in the same place is that one, changed."""
    count: dict[str, int] = {}
    for kind, value, how in _reached(entry.resource):
        ended = fhir.day(fhir.thing(how, "period").get("end"))
        if not value or len(value) > LINE_LIMIT or how.get("use") == "old" or (ended is not None and ended < today):
            continue
        count[kind] = count.get(kind, 0) + 1
        place = f"|{count[kind]}" if count[kind] > 1 else ""
        yield Piece("channel", f"{entry.key}|{kind}{place}", entry.row, {"value": (kind, value)}, load=entry.key)


def _reached(resource: Resource) -> Iterator[tuple[str, str, Resource]]:
    for one in fhir.things(resource, "telecom"):
        yield _KINDS.get(str(one.get("system")), "other"), fhir.word(one, "value"), one
    for one in fhir.things(resource, "address"):
        parts = [
            *fhir.texts(one, "line"),
            *(fhir.word(one, name) for name in ("postalCode", "city", "state", "country")),
        ]
        yield "address", fhir.word(one, "text") or ", ".join(filter(None, parts)), one


def more_of_client(parcel: Parcel) -> Iterator[Piece]:
    """What else the Patient says and has no place here: told, so that whoever opens the case has read it."""
    entry = parcel.client
    patient = entry.resource
    lines = []
    born, whole = fhir.roughly(patient.get("birthDate"))
    if born is not None and not whole:
        lines.append(_("Born {text}: no more is known there").format(text=fhir.when(patient.get("birthDate"))))
    died = patient.get("deceasedDateTime")
    if died or patient.get("deceasedBoolean") is True:
        on = fhir.when(died)
        lines.append(_("Recorded there as deceased: {day}").format(day=on) if on else _("Recorded there as deceased"))
    if (gender := fhir.word(patient, "gender")) and gender not in _SEX:
        lines.append(_("Gender as recorded there: {text}").format(text=gender))
    if status := fhir.said(patient.get("maritalStatus")):
        lines.append(_("Marital status: {text}").format(text=status))
    spoken = [text for one in fhir.things(patient, "communication") if (text := fhir.said(one.get("language")))]
    if len(spoken) > 1 or (spoken and _language(patient) is None):
        lines.append(_("Languages: {text}").format(text=", ".join(spoken)))
    for one in fhir.things(patient, "contact"):
        how = ", ".join(
            (*fhir.said_all(one, "relationship"), *(value for _kind, value, _how in _reached(one) if value))
        )
        lines.append(
            _("To be reached through: {text}").format(text=f"{fhir.whole_name(fhir.thing(one, 'name'))} {how}".strip())
        )
    numbers = [fhir.word(one, "value") for one in fhir.things(patient, "identifier") if not _ours(one)]
    if numbers := list(filter(None, numbers)):
        lines.append(_("Known there under: {text}").format(text=", ".join(numbers)))
    if lines:
        kept = (
            "" if whole else "birthDate",
            "deceasedDateTime",
            "deceasedBoolean",
            "gender",
            "maritalStatus",
            "communication",
            "contact",
            "identifier",
        )
        yield told(entry, "people", "0", *lines, of=[patient.get(name) for name in kept])


def _ours(identifier: Resource) -> bool:
    """An address in the world at large is nobody's number."""
    return identifier.get("system") == terms.UUIDS


def around(parcel: Parcel, today: date) -> Iterator[Piece]:
    """The people around the client, each with how they are reached; whoever has no name is told."""
    for entry in parcel.of("RelatedPerson"):
        name = fhir.named(entry.resource)
        listed = fhir.said_all(entry.resource, "relationship")
        if not name or len(name) > NAME_LIMIT:
            how = ", ".join(listed) or _("somebody")
            yield told(entry, "people", "2", _("Around the client, without a name: {text}").format(text=how))
            continue
        role, relation = _role(entry.resource, listed)
        yield Piece("person", entry.key, entry.row, {"name": (name,), "role": (role, short(relation))})
        yield from channels(entry, today)


def _role(person: Resource, listed: list[str]) -> tuple[str, str]:
    if listed and listed[0] in PERSON_ROLES and listed[0] != "threat":
        return listed[0], ", ".join(listed[1:])
    codes = [code for one in fhir.things(person, "relationship") for code in fhir.codes(one, _ROLES)]
    kin = any(code and code not in _NO_KIN for code in codes)
    return ("kin" if kin else "other"), ", ".join(listed)


def flags(parcel: Parcel) -> Iterator[Piece]:
    """What to know before knocking on the door: what still holds there is an alert here, to be reviewed by who takes the case."""
    for entry in parcel.of("Flag"):
        flag = entry.resource
        text = fhir.said(flag.get("code"))
        if flag.get("status") == "entered-in-error" or not text:
            continue
        categories = fhir.things(flag, "category")
        words = [word for one in categories for word in (fhir.word(one, "text"), *fhir.codes(one))]
        kind = next((word for word in words if word in ALERT_KINDS), "other")
        level = next((word for word in words if word in ALERT_LEVELS), "high" if kind == "safety" else "medium")
        span = fhir.span(flag.get("period"))
        if flag.get("status") != "active":
            said = _("A warning that has ended there: {text}").format(text=text)
            yield told(entry, "warnings", span, f"{span} {said}".strip())
            continue
        if len(text) > LINE_LIMIT:
            yield told(entry, "warnings", span, text)
        yield Piece("alert", entry.key, entry.row, {"text": (short(line(text)),), "level": (kind, level)})
