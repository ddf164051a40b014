"""The rows an import did not take, as one csv that a person can mend in a spreadsheet and import as it is."""

from __future__ import annotations

import csv
import os
import re
import tempfile
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ..errors import Refused
from ..messages import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .rows import Reject
    from .stage import Stage
    from .table import Row, Table

FILE_COLUMN = "CaseloadFile"
# What a row has beyond its header goes into the last, so that a slipped row can be put right.
OWN_COLUMNS = (FILE_COLUMN, "CaseloadRow", "CaseloadColumn", "CaseloadExpected", "CaseloadReason", "CaseloadSurplus")

_COULD_START_A_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def guard(cell: str) -> str:
    """A cell that can start no formula in a spreadsheet; `unguard` gives back exactly what it was."""
    return "'" + cell if _COULD_START_A_FORMULA.match(cell) else cell


def unguard(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and _COULD_START_A_FORMULA.match(cell[1:]) else cell


def write(
    path: Path,
    stage: Stage,
    files: Iterable[tuple[str, str, Callable[[], AbstractContextManager[Table]]]],
    *,
    always: str,
    never: frozenset[str],
) -> int:
    """Write every rejected row, as delivered, behind the columns that say what is wrong; answers how many.

    `files` are (file name, the label its problems stand under, how to read it again); the file `always` is written
    whole, since without it the rows could not be read back; columns in `never` (lower case) are left out. Nothing
    is written when nothing was rejected. Raises Refused when PATH cannot be written.
    """
    listed = [one for one in files if one[0] == always or next(stage.rejected_rows(one[1]), None) is not None]
    if not any(name != always for name, _label, _open in listed):
        return 0
    columns: list[str] = []
    for _name, _label, opener in listed:
        with opener() as table:
            columns += [
                c for c in table.header if c and c.lower() not in never and c.lower() not in map(str.lower, columns)
            ]
    written = 0
    with _private(path) as stream:
        out = csv.writer(stream)
        out.writerow((*OWN_COLUMNS, *columns))
        for name, label, opener in listed:
            with opener() as table:
                place = table.place()
                for row, reasons in _picked(stage, label, table, whole=name == always):
                    at = (place.get(c.lower()) for c in columns)
                    cells = [guard(row.cells[n]) if n is not None and n < len(row.cells) else "" for n in at]
                    told = (*_told(reasons), ",".join(row.cells[len(table.header) :]))
                    out.writerow((name, row.number, *map(guard, told), *cells))
                    written += name != always
    return written


def _told(reasons: list[Reject]) -> tuple[str, str, str]:
    named = dict.fromkeys(reason.column for reason in reasons if reason.column)
    expected = dict.fromkeys(reason.expected for reason in reasons if reason.expected)
    return ", ".join(named), "; ".join(expected), "; ".join(dict.fromkeys(reason.reason for reason in reasons))


def _picked(stage: Stage, label: str, table: Table, *, whole: bool) -> Iterator[tuple[Row, list[Reject]]]:
    """The rejected rows of a file with their reasons; both sides are read once, in order of row."""
    if whole:
        yield from ((row, []) for row in table.rows)
        return
    waiting = stage.rejected_rows(label)
    wanted = next(waiting, None)
    for row in table.rows:
        if wanted is None:
            return
        if row.number == wanted[0]:
            yield row, wanted[1]
            wanted = next(waiting, None)


@contextmanager
def _private(path: Path) -> Iterator[TextIO]:
    """A text file that only its owner can read, which appears under its name when it is whole."""
    half: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=".caseload-", dir=path.parent)
        half = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        half.replace(path)
    except OSError as bad:
        why = bad.strerror or type(bad).__name__
        raise Refused(
            _("The rejects file {path} cannot be written: {why}. Nothing was imported.").format(path=path, why=why)
        ) from bad
    finally:
        if half is not None:
            half.unlink(missing_ok=True)
