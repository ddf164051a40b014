"""One csv file as it comes: any line ends, a byte-order mark or none, UTF-8 or the older Windows letters, quoted line
breaks, comma or semicolon. Read a row at a time, whatever its size."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any

from ..errors import Usage
from ..messages import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LINE_LIMIT = 1024 * 1024
# The widest file of any standard that is read has some hundred and fifty.
WIDTH_LIMIT = 1_000
_CHUNK = 64 * 1024
_DELIMITERS = ",;\t|"
_BEGUN = 20


@dataclass(slots=True)
class Reading:
    """What was seen on the way, for the report."""

    empty: int = 0
    foreign: int = 0
    headers: int = 0
    encoding: str = "UTF-8"


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its number as a spreadsheet counts (the header is 1), its cells, and how many lines it spans."""

    number: int
    cells: list[str]
    lines: int = 1


@dataclass(slots=True)
class Table:
    """A csv file with its header read; iterate for the rows. `seen` fills while reading."""

    name: str
    header: tuple[str, ...]
    rows: Iterator[Row]
    seen: Reading = field(default_factory=Reading)

    def place(self) -> dict[str, int]:
        """Column numbers by lower-case name."""
        return {name.lower(): at for at, name in enumerate(self.header) if name}


def lines(stream: IO[bytes], name: str, seen: Reading) -> Iterator[str]:
    """The lines of a file with their ends, decoded one by one, since two exports glued together may differ.

    A line that is not UTF-8 is read as Windows-1252 and counted. Raises Usage on a line without end.
    """
    head = stream.read(4)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        seen.encoding = "UTF-16"
        yield from _wide(stream, head, name)
        return
    rest = head[3:] if head[:3] == b"\xef\xbb\xbf" else head
    more = True
    while more:
        chunk = stream.read(_CHUNK)
        more = bool(chunk)
        parts = (rest + chunk).splitlines(keepends=True)
        # The last piece may go on, and a return at the very end may be half of a line end.
        rest = parts.pop() if more and parts else b""
        for part in parts:
            yield _decode(part, name, seen)
        if len(rest) > LINE_LIMIT:
            raise _endless(name)
    if rest:
        yield _decode(rest, name, seen)


def _decode(part: bytes, name: str, seen: Reading) -> str:
    if len(part) > LINE_LIMIT:
        raise _endless(name)
    try:
        return part.decode("utf-8")
    except UnicodeDecodeError:
        seen.foreign += 1
        # Five bytes mean nothing there either, and are dropped.
        return part.decode("cp1252", errors="ignore")


def _wide(stream: IO[bytes], head: bytes, name: str) -> Iterator[str]:
    order = "utf-16-le" if head[:2] == b"\xff\xfe" else "utf-16-be"
    text = io.TextIOWrapper(io.BufferedReader(_Rest(head[2:], stream)), encoding=order, errors="replace", newline="")
    while part := text.readline(LINE_LIMIT):
        if len(part) >= LINE_LIMIT:
            raise _endless(name)
        yield part


class _Rest(io.RawIOBase):
    """A stream with the bytes already read put back in front."""

    def __init__(self, head: bytes, stream: IO[bytes]) -> None:
        self._head, self._stream = head, stream

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        some, self._head = (self._head, b"") if self._head else (self._stream.read(len(room)), b"")
        room[: len(some)] = some
        return len(some)


def _endless(name: str) -> Usage:
    return Usage(
        _("{file} has a line of more than {n} characters: it is not a csv file, or its line ends are lost.").format(
            file=name, n=LINE_LIMIT
        )
    )


def open_table(stream: IO[bytes], name: str, known: Iterable[str]) -> Table:
    """Read the header of a csv file and make its rows ready. `known` column names tell which sign parts the cells.

    Raises Usage for an empty file, and while reading where a row cannot be made out.
    """
    seen = Reading()
    text = lines(stream, name, seen)
    first = next((part for part in text if part.strip(' ,;\t|\r\n"\x00')), None)
    if first is None:
        raise Usage(_("{file} is empty: not even a header row.").format(file=name))
    wanted = {column.lower() for column in known}
    # Where the header is any, what parts the first lines most is what parts them.
    begun = [first] if wanted else [first, *islice(text, _BEGUN)]
    delimiter = max(
        _DELIMITERS,
        key=lambda sign: (
            _hits(first, sign, wanted),
            _parts(begun, sign) if not wanted else 0,
            -_DELIMITERS.index(sign),
        ),
    )
    span = _Span(chain(begun, text))
    reader = csv.reader(span, delimiter=delimiter)
    header = tuple(re.sub(r"\s+", " ", cell.replace("\xa0", " ")).strip() for cell in _next(reader, name, 1))
    if len(header) > WIDTH_LIMIT:
        raise Usage(
            _("{file} has more than {n} columns. Take out what is not needed.").format(file=name, n=WIDTH_LIMIT)
        )
    lower = [cell.lower() for cell in header if cell]
    if twice := next((cell for cell in lower if cell in wanted and lower.count(cell) > 1), None):
        column = next(cell for cell in header if cell.lower() == twice)
        raise Usage(_("{file} has the column {column} twice.").format(file=name, column=column))
    return Table(name, header, _rows(reader, span, name, len(header), seen), seen)


def _hits(line: str, delimiter: str, wanted: set[str]) -> int:
    try:
        cells: Sequence[str] = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return 0
    return sum(cell.strip().lower() in wanted for cell in cells)


def _parts(lines: list[str], delimiter: str) -> int:
    """How often a sign stands outside quotes in the line that has it most."""
    return max(re.sub(r'"[^"]*"', "", line).count(delimiter) for line in lines)


class _Span:
    """Counts the lines a record takes, so that an unclosed quotation mark can be told from a short row."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self.taken = 0

    def __iter__(self) -> _Span:
        return self

    def __next__(self) -> str:
        line = next(self._source)
        self.taken += 1
        return line


def _next(reader: Iterator[list[str]], name: str, number: int) -> list[str]:
    try:
        return next(reader)
    except csv.Error:
        raise Usage(
            _("{file}, row {row}: a cell of more than {n} characters. A quotation mark may not be closed.").format(
                file=name, row=number, n=csv.field_size_limit()
            )
        ) from None


def _rows(reader: Iterator[list[str]], span: _Span, name: str, width: int, seen: Reading) -> Iterator[Row]:
    number = 1
    while True:
        number += 1
        before = span.taken
        try:
            cells = _next(reader, name, number)
        except StopIteration:
            return
        if not any(map(str.strip, cells)):
            seen.empty += 1
            continue
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        yield Row(number, cells, span.taken - before)
