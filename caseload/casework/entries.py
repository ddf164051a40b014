"""What stands on the page of a case, a line at a time. None where whoever reads may not see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact as this case has it. `others` counts the other cases in sight that it served, unless it was a group activity: of that
    a record says nobody else. `presence` and `own` are how the client took part in one, and what is said of them alone; `version` is
    that of this line."""

    id: int
    at: datetime
    kind: str
    outcome: str
    with_whom: str
    place: str | None
    minutes: int | None
    by: str
    met: bool
    note: str | None
    others: int
    topics: tuple[str, ...] = ()
    presence: str | None = None
    own: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class NoteRow:
    id: int
    at: datetime
    form: str
    state: str
    by: str
    text: str | None
    version: int
    addendum_to: int | None
    signed_at: datetime | None
    needs_cosign: bool
    mine: bool
    cosigned_by: str | None = None

    @property
    def waits(self) -> bool:
        """Whether it waits to be co-signed."""
        return self.state == "signed" and self.needs_cosign and self.cosigned_by is None


@dataclass(frozen=True, slots=True)
class TaskRow:
    id: int
    title: str | None
    due: date
    worker: str | None
    done_at: datetime | None
    done_by: str | None
    version: int


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    id: int
    starts_at: datetime
    ends_at: datetime
    title: str | None
    place: str | None
    worker: str | None
    state: str
    version: int
    mode: str = "in_person"
    travel_before: int = 0
    travel_after: int = 0
    # What it is one of, in words, and under which key.
    series: int | None = None
    repeats: str = ""
    referral: int | None = None


@dataclass(frozen=True, slots=True)
class StageRow:
    stage: str
    on: date
    by: str | None
    why: str | None
    close_reason: str | None
    destination: str | None


@dataclass(frozen=True, slots=True)
class RiskRow:
    risk: str
    on: date
    by: str | None
    why: str | None


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    worker: str
    role: str
    starts_at: datetime
    ends_at: datetime | None
    why: str
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class AlertRow:
    id: int
    kind: str
    level: str
    text: str | None
    raised_on: date
    by: str | None
    reviewed_on: date | None
    review_on: date | None
    ended_on: date | None
    version: int


@dataclass(frozen=True, slots=True)
class PersonRow:
    id: int
    name: str
    role: str
    relation: str


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A phone, an address; `safe` to call and voicemail are shown before the value. `person` is None for the client's own."""

    id: int
    person: str | None
    kind: str
    value: str
    safe: str
    voicemail: str
    hours: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Someone served together with the client in the same household stay."""

    case: str
    client: str | None
    relationship: str
    stage: str
