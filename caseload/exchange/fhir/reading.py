"""FHIR's data types as they are read here: words, days, moments, names and numbers. What cannot be read is left out, never guessed."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from ...text import PROSE_LIMIT, block, line
from .parse import Resource

_DAY = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?(?:T.*)?")
_TAG = re.compile(r"<[^<>]{0,4000}>")
_BREAK = re.compile(r"</(?:p|div|li|tr|h[1-6])\s*>|<br\s*/?>", re.IGNORECASE)


def things(holder: Any, key: str) -> list[Resource]:
    """The objects under a name, whether it holds one or a list of them."""
    found = holder.get(key) if isinstance(holder, dict) else None
    return [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, dict)]


def thing(holder: Any, key: str) -> Resource:
    """The first of them; an empty one where there is none."""
    return next(iter(things(holder, key)), {})


def texts(holder: Any, key: str) -> list[str]:
    """The words under a name, each on one line and inert."""
    found = holder.get(key) if isinstance(holder, dict) else None
    listed = found if isinstance(found, list) else [found]
    return [said for one in listed if isinstance(one, str) and (said := line(one))]


def word(holder: Any, key: str) -> str:
    """The first of them, or nothing."""
    return next(iter(texts(holder, key)), "")


def prose(value: Any) -> str:
    """A text of several lines, inert, as far as a text is kept here."""
    return block(value).strip()[:PROSE_LIMIT] if isinstance(value, str) else ""


def codes(concept: Any, system: str = "") -> list[str]:
    """The codes of a CodeableConcept, those of a system alone where it is named."""
    return [word(one, "code") for one in things(concept, "coding") if not system or one.get("system") == system]


def said(concept: Any) -> str:
    """A CodeableConcept as people say it: its words, what a code shows, or the code."""
    shown = [word(one, "display") for one in things(concept, "coding")]
    return word(concept, "text") or next(filter(None, shown), "") or next(filter(None, codes(concept)), "")


def said_all(holder: Any, key: str) -> list[str]:
    """Every concept under a name, in words."""
    return [told for one in things(holder, key) if (told := said(one))]


def day(value: Any) -> date | None:
    """A day that is told to the day, as the sender wrote it; None of a year or a month."""
    found = _DAY.fullmatch(value) if isinstance(value, str) else None
    if found is None or not found["day"]:
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def roughly(value: Any) -> tuple[date | None, bool]:
    """A day, and whether all of it was told: of a year or a month alone, its first."""
    found = _DAY.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None, False
    try:
        first = date(int(found["year"]), int(found["month"] or 1), int(found["day"] or 1))
    except ValueError:
        return None, False
    return first, bool(found["day"])


def moment(value: Any) -> str:
    """An instant as ISO text in UTC that sorts; nothing where it is none."""
    if not isinstance(value, str):
        return ""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return ""
    return found.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if found.tzinfo is not None else ""


def when(value: Any, zone: Any = None) -> str:
    """A day or a moment as it is read out, by the agency's clock where it names an hour: 2026-11-20, 2026-11-20 14:30, 2026."""
    if not isinstance(value, str) or _DAY.fullmatch(value) is None:
        return ""
    if "T" not in value:
        return line(value)
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return line(value)[:10]
    if found.tzinfo is not None and zone is not None:
        found = found.astimezone(zone)
    return found.strftime("%Y-%m-%d %H:%M")


def span(period: Any, zone: Any = None) -> str:
    """A Period as it is read out."""
    first, last = (when(period.get(name), zone) for name in ("start", "end")) if isinstance(period, dict) else ("", "")
    if first and last and first != last:
        return f"{first} – {last}"
    return first or last


def number(value: Any) -> Decimal | None:
    """A number; true and false are none."""
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def named(resource: Any) -> str:
    """What somebody is called, or something: a person's name whole, an organisation's name."""
    found = resource.get("name") if isinstance(resource, dict) else None
    if isinstance(found, str):
        return line(found)
    return next(filter(None, map(whole_name, things(resource, "name"))), "")


def whole_name(name: Resource) -> str:
    """A HumanName in one."""
    parts = [*texts(name, "given"), word(name, "family"), *texts(name, "suffix")]
    return word(name, "text") or " ".join(filter(None, parts))


def notes(resource: Any) -> Iterator[tuple[str, Any]]:
    """The annotations of a resource, each with who wrote it: a reference or a name, None where it does not say."""
    for one in things(resource, "note"):
        if text := prose(one.get("text")):
            yield text, one.get("authorReference") or one.get("authorString")


def narrative(resource: Any) -> str:
    """The words that somebody added to a resource as its text (XHTML), as plain lines; one that was generated from its elements says
    nothing more than they do."""
    told = thing(resource, "text").get("div")
    if not isinstance(told, str) or thing(resource, "text").get("status") != "additional":
        return ""
    plain = html.unescape(_TAG.sub("", _BREAK.sub("\n", told)))
    return "\n".join(kept for one in block(plain).split("\n") if (kept := " ".join(one.split())))


class NotBase64(ValueError):
    """Data that is said to be base64 and is not."""


def held(attachment: Any) -> bytes | None:
    """What an Attachment or a Binary holds; None where it holds nothing. Raises NotBase64."""
    data = attachment.get("data") if isinstance(attachment, dict) else None
    if data is None:
        return None
    try:
        if not isinstance(data, str):
            raise NotBase64
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise NotBase64 from None


def without_social_security(resource: Any) -> tuple[Any, int]:
    """The same without social security numbers, which are never taken, and how many there were."""
    if isinstance(resource, list):
        made = [without_social_security(one) for one in resource]
        return [one for one, _n in made], sum(n for _one, n in made)
    if not isinstance(resource, dict):
        return resource, 0
    kept: Resource = {}
    count = 0
    for name, value in resource.items():
        if name == "identifier" and isinstance(value, list):
            left = [one for one in value if not _social_security(one)]
            count += len(value) - len(left)
            value = left
        elif name == "identifier" and _social_security(value):
            count += 1
            continue
        made_, n = without_social_security(value)
        count += n
        if not (name == "identifier" and made_ == []):
            kept[name] = made_
    return kept, count


def _social_security(identifier: Any) -> bool:
    if not isinstance(identifier, dict):
        return False
    kind = identifier.get("type")
    coded = kind.get("coding") if isinstance(kind, dict) else None
    types = [one.get("code") for one in coded if isinstance(one, dict)] if isinstance(coded, list) else []
    system = str(identifier.get("system", ""))
    return (
        "us-ssn" in system
        or system.removeprefix("urn:oid:") == "2.16.840.1.113883.4.1"
        or "SS" in types
        or "SB" in types
    )
