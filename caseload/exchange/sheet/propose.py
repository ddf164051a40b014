"""A mapping proposed from what the columns are called and from what stands in them. A proposal: somebody says yes to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import select

from ...models import program, worker
from ...text import fold
from ..convert import Ambiguous, Bounds, Unreadable, day
from . import terms
from .mapping import Mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ...store.database import Reading
    from .source import Sheet

# So many rows are looked at, and so many different values of a column kept and shown.
_LOOKED_AT, KEPT, SHOWN = 500, 60, 3
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/.\-]{6,20}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was found in a sheet: the mapping, and of each column the first different values it holds."""

    mapping: Mapping
    header: tuple[str, ...]
    values: dict[str, tuple[str, ...]]

    @property
    def samples(self) -> dict[str, tuple[str, ...]]:
        """The first few of the values, enough to know a column by."""
        return {name: found[:SHOWN] for name, found in self.values.items()}


def propose(r: Reading, sheet: Sheet, order: str | None = None) -> Proposal:
    """Propose what each column is. Raises Usage where the sheet cannot be read."""
    with sheet.table() as table:
        header = table.header
        columns: dict[str, list[str]] = {name: [] for name in header}
        for row in islice(table.rows, _LOOKED_AT):
            for name, cell in zip(header, row.cells, strict=False):
                if (text := cell.strip()) and text not in terms.NOTHING:
                    columns[name].append(text)
    found = {name: terms.headers().get(fold(name), "") for name in header}
    ours = _Ours(r)
    for name, cells in columns.items():
        if not found[name] and cells:
            found[name] = ours.by_values(cells, set(found.values()))
    _names(found, columns)
    _once(found)
    defaults = {}
    if "case.program" not in found.values() and len(ours.programs_open) == 1:
        defaults["case.program"] = ours.programs_open[0]
    if "contact.day" in found.values() and "contact.kind" not in found.values():
        # Somewhere it must stand; here it is seen before anything is taken.
        defaults["contact.kind"] = "office"
    values = {name: tuple(dict.fromkeys(cells))[:KEPT] for name, cells in columns.items()}
    return Proposal(Mapping(found, defaults, {}, sheet.sheet, order), header, values)


def _names(found: dict[str, str], columns: dict[str, list[str]]) -> None:
    """`Name` beside `Vorname` is the family name; alone it is the whole, and a comma in it says which part comes first."""
    for name, target in found.items():
        if target != "client.given_family":
            continue
        if "client.given" in found.values() and "client.family" not in found.values():
            found[name] = "client.family"
        elif "client.family" in found.values() and "client.given" in found.values():
            found[name] = ""
        elif sum("," in cell for cell in columns[name]) * 2 > len(columns[name]) > 0:
            found[name] = "client.family_given"


def _once(found: dict[str, str]) -> None:
    """The first column of a name has it; a later one is left to whoever looks at the proposal."""
    seen: set[str] = set()
    for name, target in found.items():
        if target in seen and target not in terms.SEVERAL:
            found[name] = ""
        seen.add(target)


class _Ours:
    """The programs and workers that are here, and what a column can be told by."""

    def __init__(self, r: Reading) -> None:
        rows = r.conn.execute(select(program.c.code, program.c.name, program.c.closed_on)).all()
        self.programs_open = [row.code for row in rows if row.closed_on is None]
        self._programs = {fold(text) for row in rows for text in (row.code, row.name)}
        staff = r.conn.execute(select(worker.c.handle, worker.c.name)).all()
        self._workers = {fold(text) for row in staff for text in (row.handle, row.name)}
        self._born = Bounds(r.today.replace(year=r.today.year - 120, day=1), r.today)

    def by_values(self, cells: Sequence[str], taken: set[str]) -> str:
        """What nearly all values of a column are plainly; nothing where they could be several things."""
        found = next((target for target, one in self._tests() if sum(map(one, cells)) * 10 >= len(cells) * 9), "")
        return "" if found in taken and found not in terms.SEVERAL else found

    def _tests(self) -> Iterator[tuple[str, Callable[[str], bool]]]:
        yield "client.email", lambda cell: bool(_MAIL.fullmatch(cell))
        yield "case.program", lambda cell: fold(cell) in self._programs
        yield "case.worker", lambda cell: fold(cell) in self._workers
        yield "client.born", self._is_birth
        yield (
            "client.phone",
            lambda cell: (
                bool(_PHONE.fullmatch(cell)) and sum(c.isdigit() for c in cell) >= 7 and not self._is_day(cell)
            ),
        )

    def _is_day(self, cell: str) -> bool:
        try:
            return day(cell, self._born) is not None
        except Ambiguous:
            return True
        except Unreadable:
            return False

    def _is_birth(self, cell: str) -> bool:
        """A day long before anything that is done now; one that has two readings counts by either."""
        try:
            found = day(cell, self._born)
        except Ambiguous as several:
            found = max(several.readings)
        except Unreadable:
            return False
        return found is not None and found.year < self._born.latest.year - 12
