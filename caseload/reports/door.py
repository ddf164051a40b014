"""The one door through which reports leave: whole or not at all, private from birth, with a manifest beside them.

A file is made in a hidden folder beside PATH, which its maker holds locked; then the manifest and the file are renamed
into place. What a killed run leaves in such a folder is cleared by the next one that writes there.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import shutil
import stat
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from caseload import __version__
from caseload.errors import CaseloadError, Refused, Usage
from caseload.messages import _
from caseload.text import line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .formats import Format, Written
    from .table import Report

STDOUT = "-"
_WORKSHOP = ".caseload-export-"
# Where folders cannot be locked, a room this old (in seconds) belongs to nobody any more.
_ABANDONED = 86_400
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Sent:
    """What left: `rows` by part, `path` and `manifest` (None for standard output), sentences about what did not fit."""

    rows: dict[str, int]
    path: Path | None = None
    manifest: dict[str, Any] | None = None
    remarks: tuple[str, ...] = ()


def check(output: str, parts: int, stdout: BinaryIO | None) -> None:
    """Refuse a place nothing can be written to, before any work is done. Raises Usage, Refused."""
    if output == STDOUT:
        if parts > 1:
            raise Usage(
                _("This report has {n} parts, which do not fit standard output. Give --output a file.").format(n=parts)
            )
        if stdout is None:
            raise Usage(_("There is no standard output to write to. Give --output a file."))
        return
    _target(output)


def send(
    report: Report,
    form: Format,
    output: str,
    *,
    stdout: BinaryIO | None,
    schema: str,
    seal: str | None = None,
    leaving: Callable[[], object] = lambda: None,
) -> Sent:
    """Write `report` to the file `output`, or to `stdout` for `-`. Raises Usage, Refused.

    Private columns are null unless the report is identified. Nothing is at `output` until all of it is, and not before
    `leaving` has returned: what must be on record first is put there by it.
    """
    check(output, len(report.tables), stdout)
    if not report.identified:
        report = replace(report, tables=tuple(table.masked() for table in report.tables))
    if output == STDOUT and stdout is not None:
        leaving()
        with said(_("standard output")), workshop(Path(tempfile.gettempdir())) as room:
            written = form.write(report, stdout, room)
            stdout.flush()
        return Sent(written.rows, remarks=(*report.remarks, *written.remarks))
    path = _target(output)
    with said(line(str(path))), workshop(path.parent) as room:
        made = room / "file"
        with private(made) as stream:
            written = form.write(report, stream, room)
        manifest = _manifest(report, written, made, schema, seal)
        with private(room / "manifest") as stream:
            stream.write(json.dumps(manifest, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace") + b"\n")
        leaving()
        _place(room, path)
    return Sent(written.rows, path, manifest, (*report.remarks, *written.remarks))


def manifest_of(path: Path) -> Path:
    return path.with_name(path.name + ".manifest.json")


def _target(output: str) -> Path:
    """The path meant, if a file may be put there."""
    shown = line(output)
    try:
        path = Path(output).expanduser().absolute()
        if not output or not path.name or output.endswith(("/", os.sep)):
            raise Usage(_("{path} names a folder. Add the name of the file to write.").format(path=shown or "''"))
        for place in (path, manifest_of(path)):
            try:
                mode = place.stat().st_mode
            except FileNotFoundError:
                continue
            if stat.S_ISDIR(mode):
                raise Usage(_("{path} is a folder. Add the name of the file to write.").format(path=line(str(place))))
            if not stat.S_ISREG(mode):
                raise Usage(
                    _("{path} is not a file. For standard output write --output -.").format(path=line(str(place)))
                )
        if not path.parent.is_dir():
            raise Usage(
                _("The folder {folder} does not exist. Make it first, or write somewhere else.").format(
                    folder=line(str(path.parent))
                )
            )
    except (ValueError, RuntimeError):
        raise Usage(_("{path} is not a path a file can have.").format(path=shown)) from None
    except OSError as failure:
        if failure.errno == errno.ENAMETOOLONG:
            raise Usage(
                _("The name of the file to write is too long; its manifest needs 14 characters more.")
            ) from None
        if failure.errno == errno.ENOTDIR:
            raise Usage(_("{path}: a part of this path is not a folder.").format(path=shown)) from None
        raise _sentence(failure, shown) from None
    return path


def _manifest(report: Report, written: Written, made: Path, schema: str, seal: str | None) -> dict[str, Any]:
    with made.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {
        "report": report.name,
        "from": report.period.first.isoformat() if report.period else None,
        "to": report.period.last.isoformat() if report.period else None,
        "period": report.period.key if report.period else None,
        "as_of": report.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "today": report.today.isoformat(),
        "query": report.query,
        "identified": report.identified,
        "rows": written.rows,
        "sha256": digest,
        "seal": seal,
        "software": f"caseload {__version__}",
        "schema": schema,
        "remarks": [*report.remarks, *written.remarks],
        "warning": report.warning or None,
        "dictionary": {table.name: {c.key: c.describe for c in table.columns} for table in report.tables},
    }


@contextmanager
def said(where: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise  # Whoever was reading has heard enough; that is no failure of ours.
    except OSError as failure:
        raise _sentence(failure, where) from failure


def _sentence(failure: OSError, where: str) -> CaseloadError:
    if failure.errno in _FULL:
        words = _("There is no room left to write {where}. Make room and run this again.")
    elif failure.errno in (errno.EACCES, errno.EPERM):
        words = _("You may not write {where}. Choose another folder, or ask for the right to write in this one.")
    elif failure.errno == errno.EROFS:
        words = _("{where} lies on a file system that is read-only. Choose another folder.")
    else:
        words = _("{where} could not be written: {reason}.")
    return Refused(words.format(where=where, reason=failure.strerror or type(failure).__name__))


@contextmanager
def private(path: Path) -> Iterator[BinaryIO]:
    """A new file that nobody else may read, on the disk when the block ends."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    stream = os.fdopen(handle, "wb", buffering=1 << 17)
    try:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())
        stream.close()
    except BaseException:
        with suppress(OSError):
            stream.close()
        raise


@contextmanager
def workshop(folder: Path) -> Iterator[Path]:
    """A hidden folder in `folder`, locked while it is in use and gone afterwards."""
    _clear(folder)
    while True:
        room = folder / f"{_WORKSHOP}{secrets.token_hex(6)}"
        room.mkdir(mode=0o700)
        held, lock = _lock(room)
        if room.is_dir() and not held:
            break
        _release(lock)  # Another run took it for a leftover between the two steps.
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)
        _release(lock)


def _clear(folder: Path) -> None:
    """Remove what runs that were killed left in `folder`: the rooms that nobody holds locked any more."""
    with suppress(OSError):
        for entry in list(os.scandir(folder)):
            if not entry.name.startswith(_WORKSHOP) or not entry.is_dir(follow_symlinks=False):
                continue
            held, lock = _lock(Path(entry.path))
            if not held and (lock is not None or time.time() - entry.stat().st_mtime > _ABANDONED):
                shutil.rmtree(entry.path, ignore_errors=True)
            _release(lock)


def _lock(room: Path) -> tuple[bool, int | None]:
    """Whether another holds `room` (or it is not ours to open), and our lock on it, which ends with us however we end.

    Neither where folders cannot be locked (Windows, some network file systems).
    """
    try:
        import fcntl
    except ImportError:
        return False, None
    try:
        handle = os.open(room, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return True, None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as failure:
        os.close(handle)
        return failure.errno in (errno.EWOULDBLOCK, errno.EACCES), None
    return False, handle


def _release(lock: int | None) -> None:
    if lock is not None:
        os.close(lock)


def _place(room: Path, path: Path) -> None:
    """Both files to where they belong, the report last: whoever finds it finds its manifest too."""
    manifest, before = manifest_of(path), room / "manifest-before"
    with suppress(OSError):
        shutil.copy2(manifest, before)
    try:
        (room / "manifest").replace(manifest)
        (room / "file").replace(path)
    except OSError:
        with suppress(OSError):
            manifest.unlink()
        with suppress(OSError):
            before.replace(manifest)
        raise
    settle(path.parent)


def settle(folder: Path) -> None:
    """The folder's own entries on the disk, where the system knows such a thing."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
