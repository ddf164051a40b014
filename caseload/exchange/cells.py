"""One row of any file being understood: its cells by column, and everything that is wrong with them, for the report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING

from ..messages import _, _n
from ..text import NAME_LIMIT, line
from .convert import Bounds, Unreadable, day, instant, showable
from .rows import Note, Reject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import tzinfo

    from .stage import Stage
    from .table import Row, Table

ID_LIMIT = 200
_STAMPED = Bounds(date(1950, 1, 1), date(2049, 12, 31))


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What the reading of every row depends on: the clock it was written by, the order of its dates, and between which days
    what happened, and births, can lie."""

    zone: tzinfo
    order: str | None
    events: Bounds
    births: Bounds


class Place(dict[str, int | None]):
    """Column numbers by name, in whatever letters; None for a column that is not there."""

    def __missing__(self, column: str) -> int | None:
        found = self[column] = self.get(column.lower())
        return found


class Cells:
    """One row being understood: answers its cells by column name and gathers what is wrong with it."""

    def __init__(self, row: Row, place: Place, file: str, reckoning: Reckoning) -> None:
        self.row, self.file, self._place, self.reckoning = row, file, place, reckoning
        self.faults: list[Reject] = []
        self.notes: list[Note] = []

    def has(self, column: str) -> bool:
        return self._place[column] is not None

    def raw(self, column: str) -> str:
        at, cells = self._place[column], self.row.cells
        return cells[at] if at is not None and at < len(cells) else ""

    def text(self, column: str) -> str:
        raw = self.raw(column)
        # Most cells are plain, and there are very many.
        return raw.strip() if raw.isascii() and raw.isprintable() else line(raw)

    def name(self, column: str) -> str:
        """A name as it is written, within what a name may have here."""
        found = self.text(column)
        if len(found) > NAME_LIMIT:
            self.fault(
                column,
                _("is longer than {n} characters").format(n=NAME_LIMIT),
                _("a name of {n} characters at most").format(n=NAME_LIMIT),
            )
        return found

    def fault(self, column: str, reason: str, expected: str) -> None:
        self.faults.append(Reject(self.file, self.row.number, column, showable(self.raw(column)), expected, reason))

    def note(self, reason: str) -> None:
        self.notes.append(Note(self.file, 1, reason))

    def key(self, column: str, *, needed: bool = True) -> str:
        """An identifier of the other system: any text, as it stands."""
        found = self.text(column)
        if (needed and not found) or len(found) > ID_LIMIT:
            reason = _("is empty") if not found else _("is longer than {n} characters").format(n=ID_LIMIT)
            self.fault(column, reason, _("an identifier"))
        return found

    def day(self, column: str, bounds: Bounds, *, needed: bool = False) -> str | None:
        """A day as ISO text."""
        try:
            found = day(self.raw(column), bounds, self.reckoning.order)
        except Unreadable as bad:
            self.fault(column, bad.reason, bad.expected)
            return None
        if found is None and needed:
            self.fault(column, _("is empty"), _("a date such as 2024-10-31"))
        return found.isoformat() if found else None

    def stamp(self, column: str) -> str:
        """The source's own stamp of a row in UTC, or nothing where it cannot be read: then content alone is compared."""
        try:
            found = instant(self.raw(column), self.reckoning.zone, _STAMPED, self.reckoning.order)
        except Unreadable:
            self.note(_("{column} cannot be read: such rows are compared by what they hold").format(column=column))
            return ""
        return found.strftime("%Y-%m-%dT%H:%M:%SZ") if found else ""


def uneven(row: Row, width: int, file: str) -> Reject:
    """That a row has more or fewer cells than the header, and so may have slipped."""
    reason = _("has {n} cells where the header has {width}").format(n=len(row.cells), width=width)
    if row.lines > 1:
        more = _n("it spans {n} line", "it spans {n} lines: a quotation mark may not be closed", row.lines).format(
            n=row.lines
        )
        reason = f"{reason}; {more}"
    return Reject(file, row.number, "", "", _("{width} cells").format(width=width), reason)


def _picker(waiting: dict[int, str]) -> Callable[[list[str]], Sequence[str]]:
    """Picks the cells of some columns out of a whole row."""
    if len(waiting) < 2:
        return lambda cells: [cells[at] for at in waiting]
    return itemgetter(*waiting)


class Counted:
    """Counts the rows of a table as they are read, tells whoever watches, and sees which unread columns hold anything."""

    def __init__(self, table: Table, stage: Stage, unread: list[str]) -> None:
        self.count = 0
        self._stage, self._header = stage, table.header
        self._waiting = {at: name for at, name in enumerate(table.header) if name in unread}
        self._width, self._pick = len(table.header), _picker(self._waiting)
        self._filled: set[str] = set()
        self._rows = table.rows
        table.rows = iter(self)

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            cells = row.cells
            # Most columns that are not read are empty in every row.
            if self._waiting and (len(cells) < self._width or any(map(str.strip, self._pick(cells)))):
                for at in [at for at in self._waiting if at < len(cells) and cells[at].strip()]:
                    self._filled.add(self._waiting.pop(at))
                self._pick = _picker(self._waiting)
            if self.count % 500 == 0:
                self._stage.tell(500)
            yield row

    def filled(self) -> list[str]:
        """The unread columns with something in them, in the order of the header."""
        return [name for name in self._header if name in self._filled]
