"""A list of cases by their numbers in a workbook or a csv file, beside whatever else stands there: which cases, and which rows name none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from ...casework import find, numbers
from ...errors import Usage
from ...messages import _
from ...text import fold
from .. import rejects
from ..convert import showable
from ..rows import Reject
from ..stage import Stage
from ..table import Row
from . import source, terms

if TYPE_CHECKING:
    from pathlib import Path

    from ...store.database import Reading
    from ..table import Table

_BOOKS = (".xlsx", ".xlsm", ".zip")
_TABLES = (".csv", ".tsv")
_NUMBER = re.compile(r"\s*[0-9]{4}-?[0-9]{6,9}\s*")
# So many rows are looked at to tell in which column the numbers stand.
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """The cases named in a file, each once, in its order; and the rows that name none, with the reason."""

    numbers: tuple[str, ...]
    rejected: tuple[Reject, ...]
    sheet: source.Sheet

    def write_rejects(self, path: Path) -> int:
        """Write those rows and why to a private csv that can be mended and given again; answers how many. Raises Refused."""
        with Stage() as stage:
            for one in self.rejected:
                stage.add(one)
            files = [(self.sheet.name, self.sheet.name, self.sheet.table)]
            return rejects.write(path, stage, files, always="", never=frozenset())


def is_table(path: Path) -> bool:
    """Whether a file is a workbook, or a csv file with a header; else it is plain text with numbers in it."""
    try:
        with path.open("rb") as stream:
            head = stream.read(64 * 1024)
    except OSError:
        return False
    if head[:2] == b"PK" or path.suffix.lower() in _BOOKS:
        return True
    first = next((row for row in head.decode("utf-8", "replace").splitlines() if row.strip()), "")
    plain = _NUMBER.fullmatch(re.split(r"[\s,;\t|]+", first.lstrip("\ufeff\"'"))[0].strip("\"'")) or first.startswith(
        "#"
    )
    return path.suffix.lower() in _TABLES and not plain


def read(r: Reading, path: Path, sheet: str = "") -> Listed:
    """The cases that the rows of a file name. Raises Usage where no column has case numbers in it, or the file cannot be read."""
    where = source.find(path, sheet)
    with where.table() as table:
        begun = list(islice(table.rows, _LOOKED_AT))
        at = _column(table, begun)
        named: list[tuple[int, str]] = []
        rejected: list[Reject] = []
        # A list without a header begins with a case.
        top = [Row(1, list(table.header))] if _NUMBER.fullmatch(table.header[at]) else []
        for rows in (top, begun, table.rows):
            _take(rows, at, table, named, rejected)
    seen = find.seen(r, {number for _row, number in named})
    column = table.header[at]
    rejected += [
        Reject(table.name, row, column, number, _("a case that you may see"), _("is no case that you may see"))
        for row, number in named
        if number not in seen
    ]
    rejected.sort(key=lambda one: one.row)
    return Listed(tuple(dict.fromkeys(number for _row, number in named if number in seen)), tuple(rejected), where)


def _take(
    rows: Iterable[Row], at: int, table: Table, named: list[tuple[int, str]], rejected: list[Reject]
) -> None:  # fmt: skip
    expected = _("a case number such as 2026-048212")
    for row in rows:
        cell = row.cells[at].strip() if at < len(row.cells) else ""
        try:
            named.append((row.number, numbers.parse(cell)))
        except Usage:
            reason = _("names no case")
            if cell:
                slip = _NUMBER.fullmatch(cell) is not None
                reason = _("has a slip: its last digit does not fit the others") if slip else _("is no case number")
            rejected.append(Reject(table.name, row.number, table.header[at], showable(cell), expected, reason))


def _column(table: Table, begun: list[Row]) -> int:
    """The column with the numbers: the one with most of them, by its name where several have as many. Raises Usage."""
    rows = [list(table.header), *(row.cells for row in begun)]
    hits = [
        sum(bool(_NUMBER.fullmatch(cells[at])) for cells in rows if at < len(cells)) for at in range(len(table.header))
    ]
    best = max(hits, default=0)
    if not best:
        said = _("{file} has no column with case numbers in it. One looks like 2026-048212.")
        raise Usage(said.format(file=table.name))
    known = terms.headers()
    likely = [at for at, n in enumerate(hits) if n == best]
    return next((at for at in likely if known.get(fold(table.header[at])) == "case.id"), likely[0])
