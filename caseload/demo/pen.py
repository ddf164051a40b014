"""What every chapter of a case's story needs: the calendar, the keys of the agency, who held the case when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from . import agency
from .agency import Staff
from .casting import Plan
from .diary import Diary
from .ledger import Ledger
from .opening import Opening
from .people import Town
from .seeded import uid4, uid7
from .theme import Theme
from .words import Words

# Cases are closed at the end of the day, as minutes since midnight.
CLOSING = 18 * 60


@dataclass(frozen=True, slots=True)
class Met:
    """One contact, for what hangs on it: notes, tasks, appointments."""

    day: date
    at: datetime
    worker: str
    kind: str
    made: bool
    theme: Theme


@dataclass(slots=True)
class Told:
    """A case as far as it is told: its keys, who held it from when until when, and whom it met."""

    plan: Plan
    words: Words
    opened: date
    closed: date | None
    threatened: bool
    keys: list[int] = field(default_factory=list)
    clients: list[int] = field(default_factory=list)
    # (handle, first day, last day or None)
    held: list[tuple[str, date, date | None]] = field(default_factory=list)
    # Closed and reopened: nothing happened in between.
    hole: tuple[date, date] | None = None
    met: list[Met] = field(default_factory=list)
    # Every move through the method: to where, on which day, and the key of its row.
    moves: list[tuple[str, date, int]] = field(default_factory=list)

    @property
    def active(self) -> date | None:
        """Since when the case is worked on as was agreed; None before that and after it."""
        since = None
        for stage, day, _key in self.moves:
            since = (since or day) if stage in ("active", "monitoring") else None
        return since

    @property
    def key(self) -> int:
        return self.keys[0]

    @property
    def code(self) -> str:
        return self.plan.program.code

    @property
    def scene(self) -> str:
        return self.plan.scene.name if self.plan.scene else ""

    @property
    def start(self) -> date | None:
        """The day on which somebody first held the case."""
        return self.held[0][1] if self.held else None

    def still(self, day: date) -> bool:
        """Whether the case was open on that day."""
        within = self.opened <= day and (self.closed is None or day <= self.closed)
        return within and not (self.hole and self.hole[0] < day < self.hole[1])


class Pen:
    """Writes into the ledger. Its random source is the only one."""

    def __init__(
        self, rng: Random, diary: Diary, ledger: Ledger, opening: Opening, town: Town, policy: dict[str, dict[str, Any]]
    ) -> None:
        self.rng = rng
        self.diary = diary
        self.ledger = ledger
        self.opening = opening
        self.town = town
        self.staff: dict[str, Staff] = {one.handle: one for one in opening.staff}
        self.policy = policy
        self._lead = {team: one.handle for one in opening.staff for team in one.supervises}

    def add(self, act: str, table: str, day: date, **row: Any) -> int:
        """A row, in the month of `day`."""
        return self.ledger.add(act, table, day, **row)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def uid7(self, moment: datetime) -> str:
        return uid7(self.rng, moment)

    def uid4(self) -> str:
        return uid4(self.rng)

    def worker(self, handle: str) -> int:
        return self.opening.worker[handle]

    def lead_of(self, team: str | None) -> str:
        """Who leads a team."""
        return self._lead[team or "north"]

    def supervisor(self, handle: str) -> str:
        return self.lead_of(self.staff[handle].team)

    def holder(self, told: Told, day: date) -> str:
        """Who holds the case on a day, or stands in for them; before anybody did, who leads the team."""
        for handle, first, last in reversed(told.held):
            if first <= day and (last is None or day <= last):
                away = handle == agency.AWAY and day >= self.diary.ago(agency.AWAY_SINCE)
                return next(one for one in agency.COVERED_BY if one in self.staff) if away else handle
        return self.lead_of(agency.TEAM_OF_PROGRAM[told.code])

    def moment(self, handle: str, day: date, quarters: int = 0) -> datetime:
        """A free time of that worker's day, kept for so many quarters of an hour: 0 for work at the desk."""
        return self.diary.at(day, self.diary.slot(self.worker(handle), day, quarters))

    def later(self, at: datetime, first: int, last: int) -> datetime:
        """Some minutes after a moment, on the same day."""
        local = at.astimezone(self.diary.zone)
        minute = local.hour * 60 + local.minute + self.rng.randint(first, last)
        return self.diary.at(local.date(), min(minute, 21 * 60))

    def prose(
        self, act: str, case: int, handle: str, day: date, at: datetime, body: str, supersedes: int | None = None
    ) -> int:
        """A piece of prose about a case; returns its key."""
        row = {"case_id": case, "worker_id": self.worker(handle), "body": body, "at": at, "supersedes_id": supersedes}
        return self.add(act, "narrative", day, **row)

    def past(self, day: date, first: int, last: int) -> date | None:
        """A working day `first` to `last` days after `day`, None where that is not past yet."""
        days = [day + timedelta(days=n) for n in range(first, last + 1) if day + timedelta(days=n) < self.diary.today]
        return self.diary.working(days) if days else None
