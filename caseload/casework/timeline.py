"""A plan in time: a bar for each goal with those of its steps below it, today's line, what slipped and what waits for what. Pure
functions over the rows of a plan; signs alone tell everything, no colour is needed.

A bar is `=` while something is open, `#` where it is done, `-` where it was dropped or not reached; `~` runs from the day that was
agreed first to the one it slipped to. `|` is today, `<` and `>` say that it goes on beyond the page. What has a last day and no first
is a single sign on that day, `*`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rich.cells import cell_len, set_cell_size

from ..messages import _
from ..text import line, steady
from .plan_rows import PlanRow, StepRow

ZOOMS = ("week", "month")
# How many days a cell of the page stands for.
_DAYS = {"week": 1, "month": 3}
# So wide is the column of names at the most, and so wide the bars at the least.
_NAMES, _BARS = 34, 20


@dataclass(frozen=True, slots=True)
class Bar:
    """One goal or step in time. `first_due` is the day agreed first, `slip` how many days later it is due now; `after` is the number
    of the step it waits for. `step` is None for a goal."""

    goal: int
    step: int | None
    id: int
    title: str
    who: str
    starts: date | None
    due: date | None
    first_due: date | None
    slip: int
    after: int | None
    waits: bool
    state: str
    ended: date | None
    done: int
    of: int


def bars(found: PlanRow) -> tuple[Bar, ...]:
    """The goals of a plan, each followed by its steps."""
    out: list[Bar] = []
    for goal in found.goals:
        out.append(
            Bar(
                goal.number, None, goal.id, goal.title, "", *_span(goal.starts, goal.due, goal.steps), None, 0, None, False,
                goal.state, goal.ended, goal.done, goal.of,
            )
        )  # fmt: skip
        for one in goal.steps:
            out.append(
                Bar(
                    goal.number, one.number, one.id, one.title, one.who_name or one.worker or one.who, one.starts, one.due,
                    one.first_due, one.slip, one.after_number, one.waits and one.state == "open", one.state, one.ended,
                    int(one.state == "done"), 1,
                )
            )  # fmt: skip
    return tuple(out)


def _span(starts: date | None, due: date | None, steps: Sequence[StepRow]) -> tuple[date | None, date | None]:
    """The days of a goal: its own, or where it has none those of its steps."""
    own = [one for one in steps if one.state != "dropped"]
    days = [day for one in own for day in (one.starts, one.due) if day is not None]
    return starts or min(days, default=None), due or max(days, default=None)


def begins(found: Sequence[Bar], today: date, zoom: str, width: int) -> date:
    """The first day of the page: that of the earliest bar, as long as today is on the page too; a Monday, or the first of a month."""
    days = [day for one in found for day in (one.starts, one.due, one.first_due) if day is not None]
    first = min([*days, today])
    within = today - timedelta(days=(max(width, _BARS) * _DAYS[zoom]) // 2)
    first = max(first, within)
    return first.replace(day=1) if zoom == "month" else first - timedelta(days=first.weekday())


def draw(found: Sequence[Bar], today: date, *, zoom: str = "week", width: int = 80) -> list[str]:
    """The page as lines of at most `width` cells: a head with the dates, then a line a bar."""
    names = max(10, min(_NAMES, width - _BARS - 1, max((cell_len(_label(one)) for one in found), default=10)))
    room = max(_BARS, width - names - 1)
    first = begins(found, today, zoom, room)
    page = _Page(first, room, _DAYS[zoom], today)
    lines = [" " * (names + 1) + row for row in page.heads(zoom)]
    for one in found:
        lines.append(f"{set_cell_size(_label(one), names)} {page.line(one)}".rstrip())
    return lines


def _label(one: Bar) -> str:
    # The columns hold only where nothing is measured that is not drawn.
    title = steady(line(one.title))
    if one.step is None:
        return f"{one.goal}. {title}" + (f" ({one.done}/{one.of})" if one.of else "")
    waits = _(" after {n}").format(n=one.after) if one.after is not None else ""
    return f"   {one.step}{waits} {title}"


@dataclass(frozen=True, slots=True)
class _Page:
    first: date
    room: int
    days: int
    today: date

    def cell(self, day: date) -> int:
        return (day - self.first).days // self.days

    def heads(self, zoom: str) -> list[str]:
        """The days at which weeks or months begin, and below them today."""
        text, at = [" "] * self.room, self.first
        while self.cell(at) < self.room:
            word = f"{at.day:02}.{at.month:02}" if zoom == "week" else f"{at.year}-{at.month:02}"
            place = self.cell(at)
            if place + len(word) <= self.room:
                text[place : place + len(word)] = word
            at = at + timedelta(days=7) if zoom == "week" else (at.replace(day=28) + timedelta(days=4)).replace(day=1)
        mark = [" "] * self.room
        here = self.cell(self.today)
        if 0 <= here < self.room:
            mark[here] = "|"
            word = _("today")
            at_word = here + 2 if here + 2 + len(word) <= self.room else here - 1 - len(word)
            mark[at_word : at_word + len(word)] = word
        return ["".join(text).rstrip(), "".join(mark).rstrip()]

    def line(self, one: Bar) -> str:
        cells = [" "] * self.room
        here = self.cell(self.today)
        if 0 <= here < self.room:
            cells[here] = "|"
        sign = {"done": "#", "reached": "#", "open": "=", "partly": "="}.get(one.state, "-")
        last = one.due
        if last is None:
            return "".join(cells).rstrip() + ("" if one.starts is None else self._from(one.starts))
        start = one.starts
        if start is None:
            self._put(cells, last, last, "*" if sign == "=" else sign)
        else:
            self._put(cells, start, last, sign)
        if one.slip > 0 and one.first_due is not None:
            self._put(cells, one.first_due + timedelta(days=1), last, "~")
            self._put(cells, last, last, "*" if sign == "=" else sign)
        text = "".join(cells).rstrip()
        return text + (_(" +{n}d").format(n=one.slip) if one.slip and len(text) + 8 <= self.room else "")

    def _from(self, start: date) -> str:
        """What begins and has no last day yet."""
        return _("  from {day}").format(day=start.isoformat())

    def _put(self, cells: list[str], start: date, last: date, sign: str) -> None:
        one, other = self.cell(start), self.cell(last)
        for at in range(max(0, one), min(self.room - 1, other) + 1):
            # Today is seen through every bar.
            if cells[at] != "|":
                cells[at] = sign
        if other < 0:
            cells[0] = "<"
        elif one >= self.room:
            cells[-1] = ">"
        else:
            if one < 0 and cells[0] != "|":
                cells[0] = "<"
            if other >= self.room:
                cells[-1] = ">"
