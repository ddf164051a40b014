"""The appointments of a week as a grid: a column for each day, a line for each hour, readable at 80 columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..messages import _, _n
from . import days
from .draw import Run, cells, run
from .widgets.sheet import BLANK, Item

if TYPE_CHECKING:
    from ..casework.agenda import Entry

# The hours that always stand there; others as far as something is in them.
_FIRST, _LAST = 8, 17
_HOUR = 6
_NARROWEST, _WIDEST = 7, 22


def items(entries: Sequence[Entry], first: date, today: date, zone: Any, width: int) -> list[Item]:
    """The grid of the seven days from `first`, then what each day has besides."""
    week = [first + timedelta(days=n) for n in range(7)]
    cell = max(_NARROWEST, min(_WIDEST, (width - _HOUR - 1) // 7))
    met = [
        one for one in entries if one.kind == "appointment" and one.starts_at is not None and one.ends_at is not None
    ]
    grid: dict[tuple[int, date], list[Run]] = {}
    for one in met:
        for hour, day, words, tone in _cells(one, zone):
            grid.setdefault((hour, day), []).append(run(words, tone))
    hours = {hour for hour, day in grid if day in week} | {_FIRST, _LAST}
    head: list[Run] = [run(" " * _HOUR)]
    for day in week:
        name = f"{days.weekdays()[day.weekday()]} {day.day}" + ("*" if day == today else "")
        head.append(run(cells(name, cell), "title"))
    out = [Item(tuple(head))]
    for hour in range(min(hours), max(hours) + 1):
        lines = max(1, *(len(grid.get((hour, day), ())) for day in week))
        for number in range(lines):
            runs = [run(f" {hour:02d}  " if number == 0 else "     ", "dim"), run(" ")]
            for day in week:
                found = grid.get((hour, day), [])
                words, tone = found[number] if number < len(found) else ("·" if number == 0 else "", "dim")
                runs += [(cells(words, cell - 1), tone), (" ", "plain")]
            out.append(Item(tuple(runs)))
    due = [
        len([one for one in entries if one.on == day and one.kind != "appointment" and not one.late]) for day in week
    ]
    runs = [run(cells(_("due"), _HOUR), "dim")]
    out.append(Item((*runs, *(run(cells(str(n) if n else "·", cell), "warn" if n else "dim") for n in due))))
    late = sum(one.late for one in entries)
    told = [run(_n("  {n} late", "  {n} late", late).format(n=late), "bad")] if late else []
    out += [BLANK, Item((*told, run(_("  ! clashes   │ goes on   v the list again   [ ] another week"), "dim")))]
    return out


def _cells(one: Entry, zone: Any) -> list[tuple[int, date, str, str]]:
    """Each hour that an appointment stands in: its day, what is written there and how."""
    assert one.starts_at is not None and one.ends_at is not None
    starts = one.starts_at.astimezone(zone)
    who = (one.client or one.case[-6:]).partition(",")[0]
    mark = "!" if one.clash else "✓" if one.state == "kept" else "×" if one.state == "missed" else ""
    tone = "bad" if one.clash else "dim" if one.state in ("kept", "missed") else "key"
    found = [(starts.hour, starts.date(), f"{starts:%M}{mark or ' '}{who}", tone)]
    last: tuple[int, date] = (starts.hour, starts.date())
    # By instants, a quarter of an hour at a time: over a change of the clocks an hour is there twice, or not.
    at: datetime = one.starts_at
    while (at := at + timedelta(minutes=15)) < one.ends_at:
        local = at.astimezone(zone)
        if (local.hour, local.date()) != last:
            last = (local.hour, local.date())
            found.append((local.hour, local.date(), "│", tone))
    return found
