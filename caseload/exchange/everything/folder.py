"""A private folder with a file for each table, the data dictionary and a manifest: made whole or not at all, and believed only
where every file in it is the one that was written."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table

from caseload import __version__
from caseload.errors import CaseloadError, OtherSchema, Refused, Usage
from caseload.messages import _
from caseload.reports import door
from caseload.reports.formats import find
from caseload.store import migrate
from caseload.text import line

from . import csv_files, dictionary
from .rows import Page, Pages, Tally, last_key, read, spelled, tables

Tick = Callable[[int, int | None], None]

FORMATS = ("csv", "parquet")
MANIFEST, DICTIONARY = "manifest.json", "dictionary.csv"
WHAT = "everything of a caseload database"
# Larger is none of ours.
_MOST = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """A table's file: its rows, its SHA-256, that of its rows however they are written down, and the greatest key ever given."""

    file: str
    rows: int
    sha256: str
    content: str
    last_key: int | None


@dataclass(frozen=True, slots=True)
class Folder:
    """One that was opened: where it is, in which format, from which moment (UTC, ISO 8601), with which newest seal."""

    path: Path
    form: str
    as_of: str
    seal: str | None
    parts: dict[str, Part]

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts.values())


# ---------------------------------------------------------------- writing one


def check(form: str) -> None:
    """Raises Refused where what the format needs is not installed, Usage for one there is not."""
    if form not in FORMATS:
        raise Usage(_("{name} is not a format for everything. Use csv or parquet.").format(name=line(form)))
    find(form).check()


def place_for(output: str) -> Path:
    """The path meant, if a new folder may be made there. Raises Usage, Refused."""
    shown = line(output)
    try:
        path = Path(output).expanduser().absolute()
        if not output or not path.name:
            raise Usage(_("Give --output the name of a new folder."))
        if os.path.lexists(path):
            raise Refused(_("There is already something at that place. Nothing was overwritten; choose another name."))
        if not path.parent.is_dir():
            raise Usage(
                _("The folder {folder} does not exist. Make it first, or write somewhere else.").format(
                    folder=line(str(path.parent))
                )
            )
    except (ValueError, RuntimeError):
        raise Usage(_("{path} is not a path a file can have.").format(path=shown)) from None
    return path


def write(conn: Connection, path: Path, form: str, *, at: datetime, seal: str | None, tick: Tick) -> Folder:
    """Every table, from one snapshot. Nothing is at `path` until all of it is. Raises Refused."""
    with door.said(line(str(path))), door.workshop(path.parent) as room:
        made = room / path.name
        made.mkdir(mode=0o700)
        total, done = _count(conn), 0
        parts = {}
        for table in tables():
            part = parts[table.name] = _write(conn, table, made, form, lambda n, before=done: tick(before + n, total))  # type: ignore[misc]
            done += part.rows
        with door.private(made / DICTIONARY) as stream:
            stream.write(dictionary.written())
        folder = Folder(path, form, at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"), seal, parts)
        with door.private(made / MANIFEST) as stream:
            stream.write(json.dumps(_manifest(folder, conn, made), indent=1).encode() + b"\n")
        door.settle(made)
        if os.path.lexists(path):
            raise Refused(_("There is already something at that place. Nothing was overwritten; choose another name."))
        made.rename(path)
        door.settle(path.parent)
    return folder


def _count(conn: Connection) -> int:
    return sum(int(conn.exec_driver_sql(f"SELECT count(*) FROM {one.name}").scalar_one()) for one in tables())


def _write(conn: Connection, table: Table, made: Path, form: str, tick: Callable[[int], None]) -> Part:
    tally = Tally()

    def passing() -> Iterator[tuple[Page, bytes]]:
        for page, lines in spelled(table, read(conn, table)):
            tally.take(page, lines)
            yield page, lines
            tick(tally.rows)

    file = made / f"{table.name}.{form}"
    with door.private(file) as stream:
        if form == "csv":
            csv_files.write(table, passing(), stream)
        else:
            from . import parquet_files

            parquet_files.write(table, passing(), stream, dictionary.says(table))
    return Part(file.name, tally.rows, _sha256(file), tally.content, last_key(conn, table))


def _manifest(folder: Folder, conn: Connection, made: Path) -> dict[str, Any]:
    return {
        "what": WHAT,
        "format": folder.form,
        "as_of": folder.as_of,
        "engine": conn.dialect.name,
        "software": f"caseload {__version__}",
        "schema": migrate.current(conn),
        "seal": folder.seal,
        "identified": True,
        "warning": "Every client's record, not encrypted. Texts are as they were typed: not defused for a spreadsheet.",
        "restore": "caseload --database NEW import everything FOLDER",
        "left_out": "made_in, touched_in: marks of transactions, which mean nothing in another database",
        "dictionary": {"file": DICTIONARY, "sha256": _sha256(made / DICTIONARY)},
        "tables": {name: asdict(part) for name, part in folder.parts.items()},
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# ---------------------------------------------------------------- opening one


def opened(where: str | Path) -> Folder:
    """The folder, every file of it the one that was written. Raises Usage for what is missing, added, edited or no such folder
    at all, with file, row and column where that can be said; OtherSchema for one of another caseload."""
    path = Path(where).expanduser().absolute()
    if path.is_file():
        raise Usage(_("That is a file. Unpack it, and name the folder that holds manifest.json."))
    told = _told(path)
    folder = _understood(path, told)
    check(folder.form)
    allowed = {part.file for part in folder.parts.values()} | {DICTIONARY, MANIFEST}
    for found in sorted(path.iterdir()):
        if found.suffix in (".csv", ".parquet") and found.name not in allowed:
            raise Usage(_("{file}: there is no such table. Take it out of the folder.").format(file=line(found.name)))
    for table in tables():
        _must_be(folder, table)
    return folder


def pages(folder: Folder, table: Table) -> Pages:
    """The rows of a table, read again from its file. Raises Usage."""
    file = _regular(folder.path, folder.parts[table.name].file)
    if folder.form == "csv":
        return csv_files.read(table, file)
    from . import parquet_files

    return parquet_files.read(table, file)


def _told(path: Path) -> dict[str, Any]:
    file = _regular(path, MANIFEST)
    try:
        told = json.loads(file.read_bytes()) if file.stat().st_size <= _MOST else None
    except (ValueError, RecursionError):
        told = None
    except OSError as failure:
        raise _unread(MANIFEST, failure) from None
    if not isinstance(told, dict) or told.get("what") != WHAT:
        raise Usage(_("{file} is not the manifest of everything: take the folder out anew.").format(file=MANIFEST))
    return told


def _understood(path: Path, told: dict[str, Any]) -> Folder:
    schema, head = told.get("schema"), migrate.head()
    if schema != head:
        newer = isinstance(schema, str) and schema.isdigit() and int(schema) > int(head)
        said = (
            _(
                "The folder is of a newer caseload (schema {found}; this one knows {known}). Install that, and run this again."
            )
            if newer
            else _(
                "The folder is of an older caseload (schema {found}; this one needs {known}). Import it with the caseload that "
                "wrote it, then upgrade that database, and take everything out anew."
            )
        )
        raise OtherSchema(said.format(found=line(str(schema))[:20], known=head))
    wanted = {table.name for table in tables()}
    listed = told.get("tables")
    found = set(listed) if isinstance(listed, dict) else set()
    for name in sorted(wanted ^ found):
        said = _("{file}: the table {table} is missing.") if name in wanted else _("{file}: there is no table {table}.")
        raise Usage(said.format(file=MANIFEST, table=line(name)[:60]) + " " + _("Take the folder out anew."))
    form = told.get("format")
    if form not in FORMATS:
        raise Usage(_("{file}: the format must be csv or parquet.").format(file=MANIFEST))
    seal = told.get("seal")
    parts = {name: _part(name, form, listed[name]) for name in sorted(wanted)}  # type: ignore[index]
    return Folder(path, form, str(told.get("as_of")), seal if isinstance(seal, str) else None, parts)


def _part(name: str, form: str, told: Any) -> Part:
    """What the manifest says of a table. A file has the name that we would have given it, and no other."""
    try:
        part = Part(**told)
        fits = (
            part.file == f"{name}.{form}"
            and type(part.rows) is int
            and 0 <= part.rows < 1 << 63
            and all(isinstance(one, str) and len(one) == 64 for one in (part.sha256, part.content))
            and (part.last_key is None or (type(part.last_key) is int and 0 <= part.last_key < 1 << 63))
        )
    except TypeError:
        fits = False
    if not fits:
        raise Usage(
            _("{file}: what it says of the table {table} cannot be understood. Take the folder out anew.").format(
                file=MANIFEST, table=name
            )
        )
    return part


def _must_be(folder: Folder, table: Table) -> None:
    """Raises Usage unless the file is the one that was written; where it can be said, with the row and the column."""
    part = folder.parts[table.name]
    file = _regular(folder.path, part.file)
    try:
        same = _sha256(file) == part.sha256
    except OSError as failure:
        raise _unread(part.file, failure) from None
    if same:
        return
    raise Usage(
        _(
            "{file} is not as it was written: its SHA-256 is another one. Nothing was brought in; take the folder out anew, or "
            "from another copy."
        ).format(file=part.file),
        details=[_where(folder, table)],
    )


def _where(folder: Folder, table: Table) -> str:
    """The first thing in an edited file that shows."""
    seen = 0
    try:
        for page in pages(folder, table):
            seen += len(page)
    except CaseloadError as wrong:
        return wrong.message
    part = folder.parts[table.name]
    if seen != part.rows:
        return _("{file}: {n} rows, where {wanted} were written.").format(file=part.file, n=seen, wanted=part.rows)
    return _("{file}: a value in it was changed.").format(file=part.file)


def _regular(folder: Path, name: str) -> Path:
    """A file of the folder that is one, and no way to another place. Raises Usage."""
    file = folder / name
    try:
        mode = file.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise Usage(
            _("{file} is missing in that folder. Take the folder out anew, or from another copy.").format(file=name)
        ) from None
    except (OSError, ValueError) as failure:
        raise _unread(name, failure) from None
    if not stat.S_ISREG(mode):
        raise Usage(_("{file} is no file, but leads to somewhere else. Take the folder out anew.").format(file=name))
    return file


def _unread(name: str, failure: Exception) -> Usage:
    return Usage(_("{file} cannot be read: {why}.").format(file=name, why=getattr(failure, "strerror", None) or "?"))
