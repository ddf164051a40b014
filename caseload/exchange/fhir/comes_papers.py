"""Files that come along: DocumentReference and the Binary it points at, as documents of the case; and the Bundle itself, in which
everything stands as it was sent, whatever of it has a place here. Social security numbers are taken out of it: they are never kept.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ...casework import contents
from ...errors import Usage
from ...messages import _
from ...models.document import DOCUMENT_KINDS
from ...text import NAME_LIMIT
from . import reading as fhir
from .comes_told import plain
from .piece import Piece, mark, told

if TYPE_CHECKING:
    from ...store.database import Reading
    from .parcel import Entry, Parcel
    from .parse import Resource

_MB = 1024 * 1024
_ENDINGS = {
    "application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "text/plain": "txt", "text/html": "html", "text/csv": "csv",
    "application/rtf": "rtf", "text/rtf": "rtf", "application/msword": "doc", "application/fhir+json": "json", "application/json": "json",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}  # fmt: skip
_ENDED = re.compile(r".*\.[A-Za-z0-9]{1,8}")
# Told once for a whole Bundle, and other each time it is written, though nothing of the case is.
_EACH_TIME = ("Provenance", "AuditEvent")


@dataclass(frozen=True, slots=True)
class Paper:
    """A file to be kept with the case."""

    name: str
    kind: str
    data: bytes = field(repr=False)


def papers(r: Reading, parcel: Parcel) -> Iterator[Piece]:
    """The files that are in the Bundle; those that are only spoken of are told. What is no file is a fault of its entry."""
    most = contents.limit(r)
    for entry in parcel.of("Consent"):
        form = fhir.thing(entry.resource, "sourceAttachment")
        yield from _kept(parcel, entry, _consent(form), form, "other", most)
    for entry in parcel.of("DocumentReference"):
        document = entry.resource
        if document.get("status") == "entered-in-error" or plain(parcel, entry):
            continue
        day = fhir.when(document.get("date"), r.zone)
        missing = []
        for one in fhir.things(document, "content"):
            attachment = fhir.thing(one, "attachment")
            name = _name(document, attachment)
            found = list(_kept(parcel, entry, name, attachment, _kind(document), most))
            yield from found
            if not found and not fhir.word(attachment, "data"):
                missing.append(name)
        if missing:
            words = _("{day} a document that stayed there: {name}").format(day=day, name=", ".join(missing)).strip()
            yield told(entry, "other", day, words, fhir.word(document, "description"))


def _kept(parcel: Parcel, entry: Entry, name: str, attachment: Resource, kind: str, most: int) -> Iterator[Piece]:
    """What an Attachment holds, or the Binary that it points at. What is no base64, or too large, is a fault of its entry."""
    place = "attachment.data"
    try:
        data = fhir.held(attachment) or fhir.held(_binary(parcel, attachment))
    except fhir.NotBase64:
        parcel.faults.append((entry.row, place, _("is not base64: the file cannot be read")))
        return
    if data and len(data) > most * _MB:
        said = _("is larger than {n} MB, the most that a document may be here")
        parcel.faults.append((entry.row, place, said.format(n=most)))
    elif data:
        key = f"{entry.key}|{hashlib.sha256(data).hexdigest()}"
        yield Piece("document", key, entry.row, load=Paper(name, kind, data))


def _consent(form: Resource) -> str:
    """What the form is called that somebody signed there."""
    return _name({"type": {"text": _("Consent given there")}}, form)


def _binary(parcel: Parcel, attachment: Resource) -> Resource | None:
    there = parcel.entry({"reference": attachment.get("url")})
    return there.resource if there is not None and there.kind == "Binary" else None


def _kind(document: Resource) -> str:
    word = fhir.said(document.get("type")).lower()
    return word if word in DOCUMENT_KINDS else "other"


def _name(document: Resource, attachment: Resource) -> str:
    """What the file is called: its title, else what it is, with an ending by which it can be opened."""
    name = fhir.word(attachment, "title") or fhir.said(document.get("type")) or _("document")
    ending = _ENDINGS.get(fhir.word(attachment, "contentType").partition(";")[0].strip().lower(), "")
    if ending and not _ENDED.fullmatch(name):
        name = f"{name[: NAME_LIMIT - 10]}.{ending}"
    return name[-NAME_LIMIT:]


def whole(r: Reading, parcel: Parcel, sender: str) -> Piece:
    """The Bundle as a document of the case: as it was sent, unless social security numbers were taken out of it. Raises Usage where it is
    larger than a document may be here."""
    data = parcel.data
    if parcel.numbers:
        data = json.dumps(parcel.whole, ensure_ascii=False, indent=1, default=_plain).encode(errors="replace")
    most = contents.limit(r)
    if len(data) > most * _MB:
        said = _(
            "{file} is larger than {n} MB, the most that a document may be here, and it is kept with the case. {advice}"
        )
        advice = _("An admin can allow more: {command}").format(command="caseload agency --set document_mb=N")
        raise Usage(said.format(file=parcel.file, n=most, advice=advice))
    told_ = sorted(mark(one.resource) for one in parcel.entries if one.kind not in _EACH_TIME)
    name = _("FHIR Bundle from {sender}").format(sender=sender)[: NAME_LIMIT - 10] + ".json"
    return Piece("document", f"bundle|{mark(told_)}", 0, load=Paper(name, "other", data))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError
