"""What a dashboard is made of: lines and measures, numbers that know their rows, and what was asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select

from caseload.errors import Refused, Usage
from caseload.messages import _

from .period import Period

if TYPE_CHECKING:
    from caseload.store.database import Reading


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of a page: its key for programs, a short title for people, and what it counts."""

    key: str
    title: str
    says: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number, None where it is not shown. With a `query`, the cases that answer it are its rows; over a limit it has a `mark`."""

    count: int | None
    query: str | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: a week, a rule, a worker, a scale. `says` is what it counts, where the measure alone does not say it."""

    key: str
    title: str
    numbers: tuple[Number, ...]
    says: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A dashboard. `weekly` is one whose lines follow in time; `across` one whose columns do: a heat map. `opens` says whether its
    numbers open rows for whoever asked."""

    part: str
    title: str
    measures: tuple[Measure, ...]
    lines: tuple[Line, ...]
    weekly: bool
    across: bool
    opens: bool
    note: str = ""

    def number(self, line: str, measure: str) -> Number | None:
        """One number by its keys; None where there is none."""
        at = next((n for n, one in enumerate(self.measures) if one.key == measure), None)
        found = next((one for one in self.lines if one.key == line), None)
        return None if at is None or found is None else found.numbers[at]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page is made of: the cases (a select of ids), the weeks, and whether somebody has given up waiting."""

    r: Reading
    scope: Select[Any]
    query: str
    weeks: tuple[Period, ...]
    gone: Callable[[], bool]

    def wait(self) -> None:
        """Between two questions: raises Refused where nobody waits for the answer any more."""
        if self.gone():
            raise Refused(_("Stopped: nobody waits for this page any more."))

    @property
    def days(self) -> Period:
        return Period(self.weeks[0].first, self.weeks[-1].last)

    def week(self, key: str) -> Period:
        found = next((one for one in self.weeks if week_key(one) == key), None)
        if found is None:
            raise no_line(key)
        return found


def week_key(week: Period) -> str:
    """A week's name, also of one that still runs."""
    return Period(week.first, week.first + timedelta(days=6)).key


def no_line(key: str) -> Usage:
    return Usage(_("There is no line {key} on this page.").format(key=key[:60]))


def no_measure(key: str, known: Sequence[str]) -> Usage:
    return Usage(_("There is no measure {key} here. There are: {known}.").format(key=key[:40], known=", ".join(known)))
