"""What an importer speaks in: records as any format hands them over, what is wrong with rows, and the preview."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

# In the order they are written: what is referred to comes first. A record may refer to the entities named beside it.
# A case closes once, so a closing bears the external id of its case.
ENTITIES: dict[str, tuple[str, ...]] = {
    "program": (),
    "worker": (),
    "client": (),
    "alias": ("client",),
    "channel": ("client",),
    "household": (),
    "stay": (),
    "case": ("client", "program", "stay", "worker"),
    "closing": ("case",),
    "contact": ("case", "worker"),
    "asking": ("case", "worker"),
    "task": ("case", "worker"),
    "note": ("case", "worker"),
    "appointment": (),
    "provider": (),
    "service": ("provider",),
    "place": (),
    "person": ("client",),
    "alert": ("client",),
    "assessment": ("case",),
    "need": ("case",),
    "background": ("case",),
    "goal": ("case",),
    "step": ("case",),
    "document": ("case",),
    # What has no place here but in words: entries of one note.
    "brought": ("case",),
}

# What each entity is compared and updated by. A group is taken or kept as one; its values stand in this order.
GROUPS: dict[str, dict[str, tuple[str, ...]]] = {
    "program": {"name": ("name",), "type": ("hmis_project_type",), "days": ("opened_on", "closed_on")},
    "worker": {"name": ("name",), "left": ("left_on",)},
    "client": {
        "name": ("given", "middle", "family", "suffix", "name_quality"),
        "birth": ("born_on", "birth_quality"),
        "race": ("codes",),
        "gender": ("codes",),
        "sex": ("codes",),
        "veteran": ("codes",),
        "language": ("language",),
        "unanswered": ("codes",),
    },
    "alias": {"name": ("name",)},
    "channel": {"value": ("kind", "value"), "safe": ("safe",)},
    "household": {},
    "stay": {},
    "case": {
        "client": ("external",),
        "program": ("external",),
        "opened": ("opened_on",),
        "stay": ("external", "relationship"),
        "stage": ("stage",),
        "risk": ("risk",),
        "source": ("source",),
        # What HMIS asks at the entry.
        "entry": ("disabling", "living", "moved-in"),
    },
    "closing": {"day": ("closed_on",), "where": ("destination",), "reason": ("close_reason",)},
    "contact": {"day": ("on_date",), "topic": ("topic",), "kind": ("kind",)},
    "asking": {"when": ("on_date", "phase"), "income": ("income",)},
    # What was finished here is not due there any more.
    "task": {"case": ("number",), "title": ("title",), "due": ("due_on", "done")},
    "note": {"text": ("body",)},
    "appointment": {
        "case": ("number",),
        "when": ("starts_at", "ends_at"),
        "title": ("title",),
        "place": ("place",),
        "state": ("state",),
    },
    "provider": {name: (name,) for name in ("name", "about", "place", "address", "phone", "email", "url", "state")},
    "service": {
        "provider": ("external",),
        **{
            name: (name,)
            for name in ("name", "about", "domain", "place", "languages", "capacity", "eligibility", "bring")
        },
        "cost": ("cost_cents", "cost"),
        "ages": ("age_from", "age_to"),
        "hours": ("weekday opens closes",),
        "state": ("state",),
        "checked": ("checked_on",),
    },
    "place": {"name": ("name",), "where": ("latitude", "longitude")},
    "person": {"name": ("name",), "role": ("role", "relation")},
    "alert": {"text": ("text",), "level": ("kind", "level")},
    "assessment": {"answers": ("instrument", "on_date", "answers")},
    "need": {"severity": ("severity",), "words": ("words",)},
    "background": {"text": ("text",)},
    "goal": {"title": ("title",), "measure": ("measure",), "days": ("starts_on", "due_on")},
    "step": {"title": ("title",), "days": ("starts_on", "due_on")},
    # Of a file and of words there is nothing to compare: what is different is another one.
    "document": {},
    "brought": {},
}

# A case never moves to another client or program because a file says so, nor an appointment or a task to another case.
FIXED = {("case", "client"), ("case", "program"), ("appointment", "case"), ("task", "case"), ("service", "provider")}
# What was answered and said stands as it was recorded; another wording is looked at by somebody here.
SAID = {("assessment", "answers"), ("need", "words"), ("background", "text")}

Value = str | int | bool | list[str] | None


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a file, understood: its groups of values, and the other system's names of what it refers to.

    Days are ISO text. `updated` is the source's own stamp in UTC, ISO text that sorts, or empty.
    """

    entity: str
    external: str
    file: str
    row: int
    fields: dict[str, tuple[Value, ...]]
    refs: dict[str, str] = field(default_factory=dict)
    updated: str = ""
    deleted: bool = False
    # Rejected already for what it says; kept so that what leans on it can be told why it falls too.
    faulty: bool = False

    def digest(self) -> str:
        return " ".join(f"{group}={hash_of(values)}" for group, values in sorted(self.fields.items()))


@dataclass(frozen=True, slots=True)
class Reject:
    """Why a row is not taken as it stands. `value` only where it is a code or a date; never a name."""

    file: str
    row: int
    column: str
    value: str
    expected: str
    reason: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know about a file as a whole, or about `rows` of its rows."""

    file: str
    rows: int
    reason: str


@dataclass(frozen=True, slots=True)
class FileTally:
    """What becomes of the rows of one file; the parts add up to `rows`."""

    file: str
    rows: int
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    conflicting: int = 0
    rejected: int = 0
    not_taken: int = 0

    def data(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, before anything is done; `totals` counts what is new by our nouns."""

    source: str
    system: str
    version: str
    files: tuple[FileTally, ...]
    notes: tuple[Note, ...]
    totals: dict[str, int]

    def count(self, state: str) -> int:
        return sum(getattr(tally, state) for tally in self.files)

    @property
    def nothing_to_do(self) -> bool:
        return not (self.totals["writes"])

    def data(self) -> dict[str, object]:
        """The preview as the command line prints it in JSON."""
        return {
            "source": self.source,
            "system": self.system,
            "version": self.version,
            **{
                state: self.count(state)
                for state in ("new", "changed", "unchanged", "conflicting", "rejected", "not_taken")
            },
            "totals": dict(self.totals),
            "files": [tally.data() for tally in self.files],
            "notes": [{"file": note.file, "rows": note.rows, "reason": note.reason} for note in self.notes],
        }


# Made once: an encoder for each row would cost more than what it encodes.
as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def hash_of(values: tuple[Value, ...]) -> str:
    """A short fingerprint of one group of values."""
    return hashlib.blake2b(as_json(values).encode(), digest_size=8).hexdigest()


def parts_of(digest: str) -> dict[str, str]:
    """The fingerprint of each group, from a digest."""
    return dict(part.split("=", 1) for part in digest.split() if "=" in part)


def digest_of(parts: dict[str, str]) -> str:
    return " ".join(f"{group}={value}" for group, value in sorted(parts.items()))
