"""How the days of a list can be read: what could be two days is shown with every reading, so that somebody can say which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ..convert import ORDERS, Bounds, Unreadable, day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# The targets whose columns are days.
DAYS = ("client.born", "case.opened", "case.closed", "contact.day", "task.due", "row.updated")
_ANY = Bounds(date(1900, 1, 1), date(2099, 12, 31))


@dataclass(frozen=True, slots=True)
class Doubt:
    """A day that can be read in more than one way: its column, how it is written, and by each order the day it would be. `fits` are the
    orders by which every day of the list that was looked at can be read."""

    column: str
    cell: str
    readings: dict[str, date]
    fits: tuple[str, ...]


def read(cell: str, order: str | None) -> date | None:
    """The day written in a cell by that order; None where it is none, or could be several."""
    try:
        return day(cell, _ANY, order)
    except Unreadable:
        return None


def doubt(columns: Iterable[str], values: Mapping[str, Sequence[str]]) -> Doubt | None:
    """The first day of these columns that the list alone does not settle."""
    named = list(columns)
    cells = [(column, cell) for column in named for cell in values.get(column, ())]
    for column, cell in cells:
        readings = {order: on for order in ORDERS if (on := read(cell, order)) is not None}
        if len(set(readings.values())) > 1 and read(cell, None) is None:
            days = [one for _name, one in cells if any(read(one, order) is not None for order in ORDERS)]
            fits = tuple(order for order in readings if all(read(one, order) is not None for one in days))
            return Doubt(column, cell, readings, fits)
    return None
