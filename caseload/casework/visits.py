"""The monthly-visit measure while the month still runs: how many cases are due a visit, how many had one, and how many more make 95 %.

42 USC 624(f) asks it of children in foster care (95 % from fiscal year 2015 on); here of every open case that was open when the month
began. However many visits a month has, it counts once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import ColumnElement, case, func, select

from ..messages import _, _n
from ..models import case_file, holiday
from ..store import scope, visited
from ..store.database import Reading

WANTED_PERCENT, WANTED_HOME_PERCENT = 95, 50


@dataclass(frozen=True, slots=True)
class Visits:
    """Months of cases: how many were `due` a visit, `made` and made at `home`."""

    due: int = 0
    made: int = 0
    home: int = 0

    def __add__(self, other: Visits) -> Visits:
        return replace(self, due=self.due + other.due, made=self.made + other.made, home=self.home + other.home)

    @property
    def percent(self) -> float | None:
        """Of the months due, those with a visit."""
        return round(self.made * 100 / self.due, 1) if self.due else None

    @property
    def home_percent(self) -> float | None:
        """Of the months with a visit, those with one in the residence."""
        return round(self.home * 100 / self.made, 1) if self.made else None

    @property
    def to_go(self) -> int:
        """How many more months with a visit would make 95 %."""
        return max(0, -(-self.due * WANTED_PERCENT // 100) - self.made)


def this_month(r: Reading, of: ColumnElement[bool]) -> Visits:
    """The month so far of the cases in sight for which `of` holds."""
    due = select(visited.seen(r).label("made")).where(scope.visible(r), of, visited.measured(r)).select_from(case_file)
    rows = due.subquery()
    told = select(func.count(), func.coalesce(func.sum(case((rows.c.made, 1), else_=0)), 0))
    count, made = r.conn.execute(told).one()
    return Visits(int(count), int(made))


def by_when(r: Reading) -> date:
    """The last working day that is left of the month; its last day where none is."""
    last = (visited.month_of(r.today) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    days = [last - timedelta(days=n) for n in range((last - r.today).days + 1)]
    free = set(r.conn.execute(select(holiday.c.on_date).where(holiday.c.on_date.between(r.today, last))).scalars())
    return next((day for day in days if day.weekday() < 5 and day not in free), last)


def in_words(found: Visits, day: str) -> str:
    """The measure in one sentence, with its numbers; `day` is by when the rest is made, as it is written there."""
    if not found.due:
        return _("No case is due a visit this month.")
    # What is not reached does not read as if it were.
    percent = found.percent if not found.to_go else min(found.percent or 0.0, WANTED_PERCENT - 0.1)
    said = _("Visits {percent} % ({made} of {due})").format(percent=f"{percent:g}", made=found.made, due=found.due)
    if not found.to_go:
        return said + _(": {wanted} % of this month's are made.").format(wanted=WANTED_PERCENT)
    more = _n(": {n} more by {day} makes {wanted} %.", ": {n} more by {day} make {wanted} %.", found.to_go)
    return said + more.format(n=found.to_go, day=day, wanted=WANTED_PERCENT)
