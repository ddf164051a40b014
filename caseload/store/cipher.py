"""SQLite files that are encrypted (SQLCipher): which are, with which key, and a bare connection to either kind.

A file says by itself that it is encrypted: it is made of whole pages and does not begin as every SQLite file does. Nothing of
SQLCipher is imported before one is met. How a key is come by is the faces' to say (`asks`); it is asked for once a run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..errors import CaseloadError, Unreachable
from ..messages import _

if TYPE_CHECKING:
    from .keys import Key

HEADER = b"SQLite format 3\0"
_PAGE = 4096
_NOT_A_DATABASE = 26

Giver = Callable[[Path], "Key"]


def _nobody(path: Path) -> Key:
    raise Unreachable(no_key())


# What this run knows of files it has opened. A file is looked into only before that: closing it afterwards would let go of
# the locks of every connection this process has to it.
_known: dict[str, Key | CaseloadError | None] = {}
_giver: Giver = _nobody


def is_encrypted(path: Path) -> bool:
    """Whether that file is an encrypted store, or at least no plain one. Not for a file this run has open."""
    try:
        with path.open("rb") as stream:
            start, size = stream.read(len(HEADER)), os.fstat(stream.fileno()).st_size
    except OSError:
        return False
    return size > 0 and size % _PAGE == 0 and start != HEADER


def salt_of(path: Path) -> str:
    """What an encrypted store begins with, which its key was made with."""
    with path.open("rb") as stream:
        return stream.read(16).hex()


def asks(giver: Giver | None) -> None:
    """From now on this one gives the key of an encrypted file, or raises Unreachable; keys given before are forgotten."""
    global _giver
    _giver = giver or _nobody
    for name in [name for name, key in _known.items() if key is not None]:
        del _known[name]


def key_for(path: Path) -> Key | None:
    """The key of that file, None where it is not encrypted. Raises Unreachable where nobody gives it."""
    name = os.path.realpath(path)
    if name not in _known:
        if not path.is_file() or not path.stat().st_size:
            return None
        try:
            _known[name] = _giver(path) if is_encrypted(path) else None
        except CaseloadError as error:
            _known[name] = error  # who was asked once is not asked again
    found = _known[name]
    if isinstance(found, CaseloadError):
        raise found
    return found


def know(path: Path, key: Key | None) -> None:
    """That file is one this run has made, and this is its key."""
    _known[os.path.realpath(path)] = key


@contextmanager
def known(path: Path, key: Key | None) -> Iterator[None]:
    """The same while a file is being made, which has another name afterwards."""
    know(path, key)
    try:
        yield
    finally:
        forget(path)


def forget(path: Path) -> None:
    """That file is no more what it was."""
    _known.pop(os.path.realpath(path), None)


def library() -> Any:
    """SQLite with SQLCipher in it. Raises Unreachable where the extra is not installed."""
    try:
        from sqlcipher3 import dbapi2  # type: ignore[import-untyped]
    except ImportError:
        raise Unreachable(
            _(
                "An encrypted database needs the package sqlcipher3, which is not installed. Install it and run this again: "
                "pip install 'caseload[sqlcipher]'"
            )
        ) from None
    return dbapi2


def connect(path: Path, key: Key | None, options: str = "", timeout: float = 10) -> Any:
    """A bare connection, not in a transaction; `options` as in an SQLite address (`mode=ro`). Raises Unreachable for a wrong key."""
    if key is not None:
        return keyed(library(), path, key, options, timeout)
    import sqlite3

    return sqlite3.connect(
        _address(path, options), uri=True, timeout=timeout, isolation_level=None, check_same_thread=False
    )


def keyed(library: Any, path: Path, key: Key | None, options: str = "", timeout: float = 10) -> Any:
    """The same by SQLCipher's own SQLite, which opens plain files as well."""
    raw = library.connect(
        _address(path, options), uri=True, timeout=timeout, isolation_level=None, check_same_thread=False
    )
    try:
        # It would write its complaints over the screen.
        raw.execute("PRAGMA cipher_log_level = NONE")
        if key is not None:
            raw.execute(f'PRAGMA key = "{key.said}"')
        # What is sorted or set aside never lies on the disk in plain text.
        raw.execute("PRAGMA temp_store = memory")
        raw.execute("PRAGMA schema_version").fetchone()
    except BaseException as error:
        raw.close()
        if getattr(error, "sqlite_errorcode", None) == _NOT_A_DATABASE:
            changed_meanwhile(path, key)
            raise Unreachable(wrong_key()) from None
        raise
    return raw


def errors(key: Key | None) -> type[Exception]:
    """What a bare connection of that kind raises."""
    if key is not None:
        error: type[Exception] = library().Error
        return error
    import sqlite3

    return sqlite3.Error


def opens(path: Path, key: Key) -> bool:
    """Whether the key opens that file."""
    try:
        connect(path, key).close()
    except Unreachable:
        library()  # says so where that is why
        return False
    return True


def changed_meanwhile(path: Path, key: Key | None) -> None:
    """Raises Unreachable where a file that cannot be opened is no longer of the kind this run took it for."""
    if path.is_file() and is_encrypted(path) != (key is not None):
        raise just_changed(path)


def just_changed(path: Path) -> Unreachable:
    """What is said where another file has come to that place, as this run knows from now on."""
    forget(path)
    return Unreachable(_("The database was encrypted, or decrypted, just now. Start again."))


def no_key() -> str:
    """What is said where an encrypted store has no key."""
    return _(
        "The database is encrypted (or it is no database of caseload), and there is no key for it: none in this machine's "
        "keyring, no file descriptor (--key-fd), and no terminal to ask at."
    )


def wrong_key() -> str:
    """What is said where the key is another's."""
    return _("That key does not open the database. It is of another one, or the file is damaged.")


def _address(path: Path, options: str) -> str:
    return f"file:{quote(str(path))}{'?' if options else ''}{options}"
