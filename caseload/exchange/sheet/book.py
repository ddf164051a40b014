"""One sheet of a workbook (xlsx), a row at a time: typed dates as ISO text, formulas by the value they were saved with.

A workbook is a zip of XML and is read as one that somebody may have prepared: what would grow beyond measure, declares entities
or claims a row past the last one is refused before, or as soon as, it is met.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import repeat
from typing import TYPE_CHECKING, Any

from ...errors import Usage
from ...messages import _
from ..archive import DAMAGE, MEMBER_LIMIT, weigh
from ..table import Row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What a sheet may have at most, as the format has it; and columns as any list of clients may.
ROW_LIMIT, WIDTH_LIMIT = 1_048_576, 500
# The words of a workbook lie in memory while it is read.
STRINGS_LIMIT = 256 * 1024 * 1024
WORKBOOK = "xl/workbook.xml"
_CHUNK = 1024 * 1024
# What a reader of XML would take for XML, after however many blanks, with a mark of its letters or two bytes a letter, too; and
# letters in which a declaration could be hidden.
_MARKUP = re.compile(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff|[\x00\s])*(<|\Z)")
_FOREIGN = re.compile(
    rb"""<\?xml[^>]*encoding\s*=\s*["'](?!utf-8["']|us-ascii["']|iso-8859-1["']|windows-125\d["'])""", re.IGNORECASE
)
_ERRORS = frozenset(
    ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!")
)


class Unworkable(str):
    """A cell without a value of its own: a formula whose result was never saved, or came to an error. Reads as empty."""

    why: str

    def __new__(cls, why: str) -> Unworkable:
        made = super().__new__(cls, "")
        made.why = why
        return made


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook that was looked through and found harmless. `sheets` are the names of those that are shown."""

    path: Path
    sheets: tuple[str, ...]
    formulas: bool

    @contextmanager
    def rows(self, sheet: str, most: int | None = None) -> Iterator[Iterator[Row]]:
        """The rows of a sheet that hold anything, under their own numbers; of the first `most` alone where that is said. Damage met
        on the way raises Usage."""
        name = self.path.name
        with ExitStack() as opened:
            with _refusing(name):
                values = opened.enter_context(_load(self.path, data_only=True))[sheet]
                # Only beside its formula can a cell that is empty be told from one whose result was never saved.
                worked = opened.enter_context(_load(self.path, data_only=False))[sheet] if self.formulas else None
            yield _rows(name, values, worked, most)


def open_book(path: Path) -> Book:
    """Look through a workbook and list its sheets. Raises Usage for one that is damaged, locked or cannot be trusted."""
    with _refusing(path.name), zipfile.ZipFile(path) as archive:
        formulas = _harmless(archive, path.name)
    with _refusing(path.name), _load(path, data_only=True) as book:
        shown = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return Book(path, tuple(shown), formulas)


@contextmanager
def _load(path: Path, *, data_only: bool) -> Iterator[Any]:
    from openpyxl import load_workbook

    # By its bytes: what a file is called says little of what it is.
    with path.open("rb") as stream, warnings.catch_warnings():
        # What it does not keep (validations, pictures) is nothing to us.
        warnings.simplefilter("ignore")
        book = load_workbook(stream, read_only=True, data_only=data_only, keep_links=False)
        try:
            yield book
        finally:
            book.close()


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    """Whatever a damaged workbook makes its reader stumble over is one sentence. The words of the fault stay here: they may hold
    a cell."""
    try:
        yield
    except (Usage, MemoryError, GeneratorExit):
        raise
    except (
        *DAMAGE,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        ArithmeticError,
        SyntaxError,
        AssertionError,
    ) as bad:
        raise Usage(
            _("{file} is damaged, or no workbook that can be read. Save it again as xlsx, or as csv.").format(file=name)
        ) from bad


def _harmless(archive: zipfile.ZipFile, name: str) -> bool:
    """Raises Usage for a workbook that would grow beyond measure or declares entities. Answers whether a sheet has formulas."""
    members = archive.infolist()
    if len(members) > MEMBER_LIMIT:
        raise Usage(
            _("{file} holds more than {n} parts: it is no workbook that can be trusted.").format(
                file=name, n=MEMBER_LIMIT
            )
        )
    weigh(members, name)
    formulas = False
    for info in members:
        if info.filename.lower().endswith("sharedstrings.xml") and info.file_size > STRINGS_LIMIT:
            raise Usage(
                _("{file} holds more text than a workbook can be read with. Save the sheet as csv.").format(file=name)
            )
        formulas |= _look_through(archive, info, name)
    return formulas


def _look_through(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bool:
    """Whether a part has formulas; one that declares anything is refused: no program that writes workbooks does so. What a part is,
    is told by its first bytes: any may be said to be a sheet, whatever it is called."""
    formulas, tail = False, b""
    named = info.filename.lower().endswith((".xml", ".rels"))
    with archive.open(info) as part:
        while some := part.read(_CHUNK):
            seen = tail + some
            if not tail and not (named or _MARKUP.match(some)):
                return False
            if (
                (not tail and _FOREIGN.search(seen[:200]))
                or b"<!DOCTYPE" in seen
                or b"<!ENTITY" in seen
                or b"\x00" in seen
            ):
                raise Usage(
                    _(
                        "{file} cannot be trusted: a part of it is written as no program for workbooks writes it. Open it, save it again "
                        "as xlsx or csv, and give that."
                    ).format(file=name)
                )
            formulas = formulas or b"<f>" in seen or b"<f " in seen or b"<f/" in seen
            tail = seen[-16:]
    return formulas and "worksheets/" in info.filename.lower()


def _rows(name: str, values: Any, worked: Any, most: int | None) -> Iterator[Row]:
    for sheet in (values, worked):
        if sheet is not None:
            # Programs write what they like about how large a sheet is.
            sheet.reset_dimensions()
    bounds = {"max_col": WIDTH_LIMIT + 1, "max_row": most, "values_only": True}
    blank: tuple[Any, ...] | None = None
    formulas = repeat(()) if worked is None else worked.iter_rows(**bounds)
    with _refusing(name):
        for number, (cells, written) in enumerate(zip(values.iter_rows(**bounds), formulas, strict=False), 1):
            if number > ROW_LIMIT:
                raise Usage(_("{file} claims more than {n} rows: it is damaged.").format(file=name, n=ROW_LIMIT))
            if cells is blank:
                # What a sheet leaves out comes as one and the same row, perhaps a million times.
                continue
            if not any(cell is not None for cell in (*cells, *written)):
                blank = cells
                continue
            told = [_told(cell) for cell in cells]
            if worked is not None:
                missing = _("is a formula whose result was not saved")
                told = [
                    Unworkable(missing) if cell is None and formula is not None else text
                    for cell, formula, text in zip(cells, written, told, strict=False)
                ]
            while told and not told[-1] and not isinstance(told[-1], Unworkable):
                told.pop()
            if len(told) > WIDTH_LIMIT:
                raise Usage(
                    _("{file} has more than {n} columns. Take out what is not needed.").format(file=name, n=WIDTH_LIMIT)
                )
            if told:
                yield Row(number, told)


def _told(cell: Any) -> str:
    """A cell as text: what was typed as a day is that day, whichever way it is shown."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return Unworkable(_("came to an error in the spreadsheet")) if cell in _ERRORS else cell
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)
