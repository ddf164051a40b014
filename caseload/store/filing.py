"""One file made whole: hidden and private while it grows, then at its place at once, and never over another unnoticed."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import CaseloadError, Refused, Usage
from ..messages import _
from ..text import line

_PART = ".caseload-part-"


def place_for(target: str | Path) -> Path:
    """The path meant, if a new file may be put there. Raises Usage, Refused."""
    shown = line(str(target))
    try:
        path = Path(target).expanduser().absolute()
        if not str(target) or str(target).endswith(("/", os.sep)) or path.is_dir():
            raise Usage(_("{path} is a folder. Add the name of the file to write.").format(path=shown or "''"))
        if not path.parent.is_dir():
            raise Usage(
                _("The folder {folder} does not exist. Make it first, or write somewhere else.").format(
                    folder=line(str(path.parent))
                )
            )
        if os.path.lexists(path) and not _empty(path):
            raise _taken()
    except (ValueError, RuntimeError):
        raise Usage(_("{path} is not a path a file can have.").format(path=shown)) from None
    except OSError as failure:
        raise _sentence(failure, shown) from None
    return path


@contextmanager
def growing(path: Path, *, over: bool = False) -> Iterator[Path]:
    """A private file beside `path` to write to; at the end of the block it is on the disk and at `path`, or gone.

    What a killed run has left there is cleared by the next. Raises Refused where another file has come there meanwhile;
    with `over` it takes the place of the one that is there, in one step.
    """
    _clear(path)
    part = path.with_name(f"{_PART}{secrets.token_hex(6)}")
    try:
        held = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except OSError as failure:
        raise _sentence(failure, line(str(path))) from None
    try:
        _lock(held)
        yield part
        _settled(part)
        if over:
            os.replace(part, path)
        else:
            _put(part, path)
        _settled(path.parent)
    except OSError as failure:
        raise _sentence(failure, line(str(path))) from failure
    finally:
        for side in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):
                part.with_name(part.name + side).unlink()
        os.close(held)


def _put(part: Path, path: Path) -> None:
    """Under its name, unless that is taken: a second name for the file, which no system gives to what is there."""
    if _empty(path):
        os.replace(part, path)
        return
    try:
        os.link(part, path)
    except FileExistsError:
        raise _taken() from None
    except OSError as failure:
        if failure.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK):
            raise
        if os.path.lexists(path):  # a file system without second names
            raise _taken() from None
        os.rename(part, path)


def _empty(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.stat().st_size == 0


def _clear(path: Path) -> None:
    """Remove the parts that nobody is writing any more."""
    with suppress(OSError):
        for left in path.parent.glob(f"{_PART}*"):
            if left.name.removeprefix(_PART).isalnum():
                _remove_if_left(left)


def _remove_if_left(part: Path) -> None:
    with suppress(OSError):
        held = os.open(part, os.O_RDWR)
        try:
            if _lock(held):
                for side in ("-wal", "-shm", "-journal", ""):
                    part.with_name(part.name + side).unlink(missing_ok=True)
        finally:
            os.close(held)


def _lock(held: int) -> bool:
    """Whether the file is ours now. The lock ends with us, however we end."""
    try:
        import fcntl
    except ImportError:  # no such locks on this system: what a killed run leaves there stays
        return False
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _settled(path: Path) -> None:
    """On the disk, where the system knows such a thing."""
    if path.is_dir() and not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        if not path.is_dir():
            raise
    finally:
        os.close(handle)


def _taken() -> Refused:
    return Refused(_("There is already a file at that place. Nothing was overwritten; choose another name."))


def _sentence(failure: OSError, where: str) -> CaseloadError:
    if failure.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Refused(_("There is no room left to write {where}. Make room and run this again.").format(where=where))
    why = failure.strerror or type(failure).__name__
    return Refused(_("{where} could not be written: {reason}.").format(where=where, reason=why))
