"""A table as csv that loses nothing: null is an empty cell, empty text is two quotes, and every text stands in quotes.

It is read back by one pattern a row, so that what does not fit is named by row and column and nothing is guessed. The header
is row 1.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Table

from caseload.errors import Usage
from caseload.messages import _
from caseload.text import line

from .rows import PAGE, PAGE_OF_BYTES, Field, Kind, Page, Pages, Row, fields

_BLOCK = 1 << 18
_TEXT = '"[^"]*(?:""[^"]*)*"'
_PATTERN: dict[Kind, str] = {
    "int": r"-?\d{1,19}",
    "real": r"-?(?:\d[\d.e+-]*|inf)|nan",
    "text": _TEXT,
    "flag": "true|false",
    "day": r"\d{4}-\d\d-\d\d",
    "moment": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
    "bytes": r"\\x(?:[0-9a-f]{2})*",
}


def _day(cell: str) -> str:
    date.fromisoformat(cell)
    return cell


def _moment(cell: str) -> str:
    datetime.fromisoformat(cell[:-1])
    return cell


_READ: dict[Kind, Callable[[str], Any]] = {
    "int": int,
    "real": float,
    "text": lambda cell: cell[1:-1].replace('""', '"'),
    "flag": {"true": 1, "false": 0}.__getitem__,
    "day": _day,
    "moment": _moment,
    "bytes": lambda cell: bytes.fromhex(cell[2:]),
}


def write(table: Table, pages: Iterator[tuple[Page, bytes]], target: BinaryIO) -> None:
    """The header and every row."""
    target.write((_header(table) + "\n").encode())
    for _page, lines in pages:
        target.write(lines)


def read(table: Table, path: Path) -> Pages:
    """The rows again. Raises Usage with file, row and column where something is not as it was written."""
    columns = fields(table)
    size = PAGE_OF_BYTES if any(one.kind == "bytes" for one in columns) else PAGE
    cells = re.compile(",".join(f"({_PATTERN[one.kind]})?" for one in columns) + "\n", re.ASCII).match
    turn = [_READ[one.kind] for one in columns]
    page: list[Row] = []
    for number, found in enumerate(_records(table, path, cells), 2):
        try:
            page.append(
                tuple([None if cell is None else f(cell) for f, cell in zip(turn, found.groups(), strict=True)])
            )
        except ValueError:
            raise _wrong(path, number, _unread(columns, found.groups(), turn)) from None
        if len(page) == size:
            yield page
            page = []
    if page:
        yield page


def _records(table: Table, path: Path, cells: Callable[[str, int], Any]) -> Iterator[Any]:
    decode = codecs.getincrementaldecoder("utf-8")().decode
    columns = fields(table)
    with path.open("rb") as stream:
        text, at, number, ended = "", 0, 1, False
        header = _header(table) + "\n"
        while True:
            if number == 1:
                found = text.startswith(header)
                at = len(header) if found else 0
            else:
                found = cells(text, at)
                if found:
                    yield found
                    at = found.end()
            if found:
                number += 1
                continue
            if ended or len(text) - at > len(header):
                if ended and at == len(text) and number > 1:
                    return
                wrong = _first_wrong(columns, text, at) if number > 1 else None
                if number == 1 and (ended or len(text) >= len(header)):
                    raise _wrong_header(path, columns, text.partition("\n")[0])
                if number > 1 and (ended or wrong is not None):
                    raise _wrong(path, number, wrong or columns[-1])
            block = stream.read(max(_BLOCK, len(text) - at))
            ended = not block
            try:
                text, at = text[at:] + decode(block, ended), 0
            except UnicodeDecodeError:
                raise Usage(_("{file}: not UTF-8. Take the folder out anew.").format(file=line(path.name))) from None


def _header(table: Table) -> str:
    return ",".join(one.name for one in fields(table))


def _first_wrong(columns: tuple[Field, ...], text: str, at: int) -> Field | None:
    """The column at which a row stops fitting; None where the row may go on after the end of `text`."""
    for one, end in zip(columns, [","] * (len(columns) - 1) + ["\n"], strict=True):
        found = re.compile(f"(?:{_PATTERN[one.kind]})?", re.ASCII).match(text, at)
        at = found.end() if found else at
        if at == len(text) or (one.kind == "text" and text[at] == '"' and _open(text, at)):
            return None
        if text[at] != end:
            rest = re.compile(r"[^,\n]*").match(text, at)
            return None if rest and rest.end() == len(text) else one
        at += 1
    return None


def _open(text: str, at: int) -> bool:
    """Whether the quoted text that begins there does not end in what has been read."""
    found = re.compile(_TEXT).match(text, at)
    return found is None or found.end() == len(text)


def _unread(columns: tuple[Field, ...], cells: tuple[Any, ...], turn: list[Callable[[str], Any]]) -> Field:
    for one, cell, f in zip(columns, cells, turn, strict=True):
        try:
            if cell is not None:
                f(cell)
        except ValueError:
            return one
    return columns[0]


def _wrong(path: Path, number: int, one: Field) -> Usage:
    wanted = {
        "int": _("a whole number"), "real": _("a number"), "text": _("a text in quotes"), "flag": "true | false",
        "day": _("a day, such as 2026-11-20"), "moment": _("a moment, such as 2026-11-20T08:30:00.000000Z"),
        "bytes": _("bytes, such as \\x00ff"),
    }[one.kind]  # fmt: skip
    return Usage(
        _("{file}, row {row}, column {column}: not as it was written; expected: {wanted}.").format(
            file=line(path.name), row=number, column=one.name, wanted=wanted
        )
    )


def _wrong_header(path: Path, columns: tuple[Field, ...], found: str) -> Usage:
    return wrong_columns(path, [one.name for one in columns], found.split(","))


def wrong_columns(path: Path, wanted: list[str], found: list[str]) -> Usage:
    """What is said where a file has other columns than its table."""
    unknown = [name for name in found if name not in wanted]
    missing = [name for name in wanted if name not in found]
    if unknown:
        said = _("{file}, row 1: there is no column {column} in that table.")
    elif missing:
        said = _("{file}, row 1: the column {column} is missing.")
    else:
        said = _("{file}, row 1: the columns do not stand in their order, from {column} on.")
    first = (unknown or missing or [a for a, b in zip(wanted, found, strict=False) if a != b] or wanted)[0]
    return Usage(said.format(file=line(path.name), column=line(first)[:60]))
