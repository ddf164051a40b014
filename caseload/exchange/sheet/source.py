"""Opening a list of cases, whatever it came as: a workbook, a csv file, a zip with either's one csv inside, or our own file of
rejected rows, mended. What comes out is one table with a header."""

from __future__ import annotations

import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from ...errors import Usage
from ...messages import _
from ...text import line
from ..archive import DAMAGE, open_delivery
from ..rejects import FILE_COLUMN, OWN_COLUMNS, unguard
from ..rows import Note
from ..table import Reading, Row, Table, open_table
from . import book, terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# A title, who printed it and when may stand above the header; not more.
_ABOVE = 20
# So many rows of a sheet are looked at to tell what it is, with what stands in them or not.
_LOOKED_AT = 1_000
_TEXTS = (".csv", ".tsv", ".txt")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where the rows lie: the file, and of a workbook the sheet. `name` is what messages call it."""

    path: Path
    name: str
    sheet: str = ""

    @contextmanager
    def table(self) -> Iterator[Table]:
        """The rows below the header, from the first. Raises Usage where they cannot be read."""
        if self.sheet:
            with book.open_book(self.path).rows(self.sheet) as rows:
                yield _headed(self.name, rows, Reading(), ragged=True)
            return
        with open_delivery(self.path, "", _TEXTS) as delivery:
            [stem] = delivery.names()
            with delivery.open(stem) as stream:
                table = open_table(stream, self.name, ())
                first = Row(1, list(table.header))
                yield _headed(self.name, chain([first], table.rows), table.seen)


def find(path: Path, sheet: str = "") -> Sheet:
    """Where in a file the rows lie. Raises Usage where there is nothing to read, or where several sheets could be meant."""
    if not path.is_dir() and _is_book(path):
        return _of_book(path, sheet)
    if sheet:
        raise Usage(_("{file} is no workbook: it has no sheets to choose from.").format(file=path.name))
    with open_delivery(path, "", _TEXTS) as delivery:
        names = delivery.names()
        if len(names) > 1:
            raise Usage(
                _("{file} holds {n} csv files: {names}. Give one of them.").format(
                    file=path.name, n=len(names), names=line(", ".join(sorted(names.values())[:8]))
                )
            )
        [name] = names.values()
        return Sheet(path, name)


def sheets(path: Path) -> tuple[str, ...]:
    """The sheets of a workbook that could be the list, several where somebody must say which; none of what is no workbook. Raises
    Usage where there is nothing to read."""
    return _likely(path.name, book.open_book(path)) if not path.is_dir() and _is_book(path) else ()


def _is_book(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            if stream.read(2) != b"PK":
                return False
        with zipfile.ZipFile(path) as archive:
            members = set(archive.namelist())
    except DAMAGE:
        # Whatever is wrong with it is said by whoever opens it.
        return path.suffix.lower() in (".xlsx", ".xlsm") and path.is_file()
    if "content.xml" in members and "mimetype" in members:
        raise Usage(_("{file} is an OpenDocument sheet. Save it as xlsx or csv.").format(file=path.name))
    return book.WORKBOOK in members or "[Content_Types].xml" in members


def _of_book(path: Path, wanted: str) -> Sheet:
    found = book.open_book(path)
    if wanted:
        named = next((one for one in found.sheets if one.casefold() == wanted.casefold()), None)
        if named is None:
            raise Usage(
                _("{file} has no sheet {name!r}. It has: {known}.").format(
                    file=path.name, name=wanted[:40], known=line(", ".join(found.sheets[:20]))
                )
            )
        return Sheet(path, path.name, named)
    likely = _likely(path.name, found)
    if len(likely) > 1:
        raise Usage(
            _("{file} has {n} sheets that could be meant: {names}. Say which with --sheet NAME.").format(
                file=path.name, n=len(likely), names=line(", ".join(likely[:20]))
            )
        )
    return Sheet(path, path.name, likely[0])


def _likely(name: str, found: book.Book) -> tuple[str, ...]:
    """The sheets that look like a list, else all that hold anything. Raises Usage where none does."""
    filled: dict[str, int] = {}
    for one in found.sheets:
        with found.rows(one, _LOOKED_AT) as rows:
            begun = list(islice(rows, _ABOVE))
        if begun:
            filled[one] = max(terms.known_headers(row.cells) for row in begun)
    if not filled:
        raise Usage(_("{file} is empty: not even a header row.").format(file=name))
    return tuple(one for one, hits in filled.items() if hits >= 2) or tuple(filled)


def _headed(name: str, rows: Iterable[Row], seen: Reading, *, ragged: bool = False) -> Table:
    """The table below the row that is likeliest the header. Rows of nothing, and the header once more, are no rows. In a workbook
    a row is as long as what it holds (`ragged`); in a csv file one that is too short may have slipped."""
    there = iter(rows)
    begun = list(islice(there, _ABOVE))
    if not begun:
        raise Usage(_("{file} is empty: not even a header row.").format(file=name))
    hits = [terms.known_headers(row.cells) for row in begun]
    best = max(hits)
    # Without a word that is known: the first row of several words.
    wide = next((at for at, row in enumerate(begun) if sum(bool(cell.strip()) for cell in row.cells) > 1), 0)
    at = hits.index(best) if best >= 2 else wide
    if len(begun[at].cells) > book.WIDTH_LIMIT:
        raise Usage(
            _("{file} has more than {n} columns. Take out what is not needed.").format(file=name, n=book.WIDTH_LIMIT)
        )
    header = _names(begun[at].cells)
    after = chain(begun[at + 1 :], there)
    if FILE_COLUMN in header:
        return _mended(name, header, after, seen)
    return Table(name, header, _below(begun[at].cells, after, seen, len(header) if ragged else 0), seen)


def _names(cells: list[str]) -> tuple[str, ...]:
    """Every column under a name of its own: one without a header by its letter, a second of the same name numbered."""
    found: list[str] = []
    taken: set[str] = set()
    for at, cell in enumerate(cells):
        name = line(cell.replace("\xa0", " "))[:100] or _("column {letter}").format(letter=_letter(at))
        base, n = name, 1
        while name.lower() in taken:
            n += 1
            name = f"{base} ({n})"
        taken.add(name.lower())
        found.append(name)
    return tuple(found)


def _letter(at: int) -> str:
    return (chr(64 + at // 26) if at >= 26 else "") + chr(65 + at % 26) if at < 702 else str(at + 1)


def _below(header: list[str], rows: Iterable[Row], seen: Reading, width: int) -> Iterator[Row]:
    again = [cell.strip() for cell in header]
    for row in rows:
        if not any(cell.strip() or isinstance(cell, book.Unworkable) for cell in row.cells):
            seen.empty += 1
        elif [cell.strip() for cell in row.cells] == again:
            # Two exports glued together.
            seen.headers += 1
        else:
            short = width - len(row.cells)
            yield Row(row.number, row.cells + [""] * short, row.lines) if short > 0 else row


def _mended(name: str, header: tuple[str, ...], rows: Iterable[Row], seen: Reading) -> Table:
    """Rejected rows as we wrote them down, without what we wrote beside them."""
    keep = [at for at, column in enumerate(header) if column not in OWN_COLUMNS]

    def given() -> Iterator[Row]:
        for row in rows:
            if any(cell.strip() for cell in row.cells):
                cells = [unguard(row.cells[at]) if at < len(row.cells) else "" for at in keep]
                yield Row(row.number, cells, row.lines)
            else:
                seen.empty += 1

    return Table(name, tuple(header[at] for at in keep), given(), seen)


def seen_on_the_way(table: Table) -> Iterator[Note]:
    """What is to be said of a table that was read to its end."""
    for rows, reason in (
        (table.seen.empty, _("rows are empty")),
        (table.seen.headers, _("rows are the header once more: files were put together")),
        (table.seen.foreign, _("lines are not UTF-8: read as Windows-1252")),
    ):
        if rows:
            yield Note(table.name, rows, reason)
