"""Named tables with a data dictionary: what a report is made of, whatever the format it leaves in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from caseload.messages import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from .period import Period

# Values: `date` and `instant` may also come as text, the latter in UTC; `money` is integer cents; `percent` has one
# decimal; `list` is a sequence of words, or a text with SEPARATOR between them; `code` is a word of a fixed list, a handle
# or a number such as 2026-048212.
Kind = Literal["text", "code", "list", "int", "percent", "money", "flag", "date", "instant"]

Row = Sequence[Any]

# Parts the words of a list that comes as one text; nobody can type it.
SEPARATOR = "\x1f"


class Later(Sequence[Row]):
    """Few rows that cost much: reckoned when somebody first looks at them, and kept."""

    def __init__(self, reckon: Callable[[], list[Row]]) -> None:
        self._reckon = reckon

    @cached_property
    def _rows(self) -> list[Row]:
        return self._reckon()

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, at: Any) -> Any:
        return self._rows[at]


# Told now and then how many rows are written so far, and of how many (None: nobody knows).
Tick = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `key` for programs, `title` and `describe` for people.

    `identifying` and `narrative` columns come out null unless an identified report was asked for.
    """

    key: str
    title: str
    kind: Kind
    describe: str
    identifying: bool = False
    narrative: bool = False

    @property
    def private(self) -> bool:
        return self.identifying or self.narrative


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of a part whose rows fit in memory: for each row named in the column `across`, its `measures`.

    `bar` lies on its side, one name under the other; `line` is for what follows in time. Every number in it stands in the
    table as well: a chart adds nothing.
    """

    title: str
    kind: Literal["bar", "line"]
    across: str
    measures: tuple[str, ...]
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class ReportTable:
    """One part of a report. `rows` is read once, from the first to the last, and may be longer than memory.

    A part with `charts` holds its rows in a sequence. `note` is a sentence for whoever reads it as a page.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    charts: tuple[Chart, ...] = ()
    note: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(column.key for column in self.columns)

    def masked(self) -> ReportTable:
        """The same table with its private columns null.

        Rows that say they leave a column empty themselves (`blank`) are not read twice for it.
        """
        private = {c.key for c in self.columns if c.private} - set(getattr(self.rows, "blank", ()))
        if not private:
            return self
        hide = tuple(key in private for key in self.keys)
        return replace(self, rows=_without(self.rows, hide))


def _without(rows: Iterable[Row], hide: Sequence[bool]) -> Iterator[Row]:
    for row in rows:
        yield tuple(None if hidden else value for value, hidden in zip(row, hide, strict=True))


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report on its way out: its parts, and what the manifest and the printed page say about it.

    `query` is as it may be written down (names masked unless identified); `as_of` is the moment its data were read and
    `today` the agency's day it answers for; `zone` is the agency's, in which people read instants.
    """

    name: str
    title: str
    tables: tuple[ReportTable, ...]
    as_of: datetime
    today: date
    zone: ZoneInfo
    period: Period | None = None
    query: str = ""
    identified: bool = False
    tick: Tick = lambda done, total: None
    # Sentences for the manifest and whoever ran it: what the report leaves out, and why.
    remarks: tuple[str, ...] = ()

    @property
    def warning(self) -> str:
        """What stands in a file that names clients; empty where none does."""
        if not self.identified:
            return ""
        return _("This file identifies clients. Keep it as you keep their records, and destroy it when it has served.")
