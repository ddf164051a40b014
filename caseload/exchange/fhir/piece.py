"""What a Bundle comes to: pieces that have a place in a case here, and what is told of the rest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...messages import _
from ...text import LINE_LIMIT, PROSE_LIMIT, line
from ..rows import Value
from . import reading as fhir

if TYPE_CHECKING:
    from .parcel import Entry, Parcel

# In letters: so much is told of one thing.
LONGEST = 20_000
# In the order in which they are read.
SECTIONS = (
    "case", "people", "warnings", "consents", "needs", "assessments", "plan", "tasks", "referrals", "appointments", "contacts", "other",
)  # fmt: skip
# Elements that say nothing of what was recorded.
_BESIDE = ("meta", "text", "id", "implicitRules", "language")


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that has a place here: which noun of ours, its name there, the entry it stands in, what it is compared by from one Bundle
    to the next, and what else is needed to make it."""

    entity: str
    ext: str
    row: int
    fields: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    load: Any = None


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody there recorded, in words: under which heading, by which it is put in order, and the text."""

    section: str
    order: str
    text: str


def told(entry: Entry, section: str, order: str, *lines: str, of: Any = None) -> Piece:
    """A piece that is words alone. It is another one as soon as anything of it (`of`, where that is not the whole resource) is different
    there; in which language it is told here is no difference."""
    text = "\n".join(part for part in lines if part.strip())
    if len(text) > LONGEST:
        text = text[:LONGEST].rstrip() + "\u2026\n" + _("(shortened here; the whole of it stands in the Bundle)")
    key = f"{entry.key}|{mark(entry.resource if of is None else of)}"
    return Piece("brought", key, entry.row, load=Told(section, order, text))


def mark(value: Any) -> str:
    """A short fingerprint of something read, whatever the order its elements are written in."""
    if isinstance(value, dict):
        value = {name: one for name, one in value.items() if name not in _BESIDE}
    text = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).hexdigest()


def short(text: str, limit: int = LINE_LIMIT) -> str:
    """A text that fits where a line is kept; the whole of it is told besides where it does not."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "\u2026"


def noted(parcel: Parcel, entry: Entry) -> tuple[str, str]:
    """What is noted beside something: in words that may be the client's, and what somebody there wrote about them."""
    mine, theirs = [], []
    for text, by in fhir.notes(entry.resource):
        if by is None or parcel.entry(by) is parcel.client:
            mine.append(text)
        else:
            who = by if isinstance(by, str) else parcel.who(entry, by)
            theirs.append(f"{line(who)}: {text}" if who else text)
    return short("\n".join(mine), PROSE_LIMIT), "\n".join(theirs)
