"""Words typed while the database is away: on this terminal, encrypted with a key that only the database has.

One file a running screen, each line a sealed record of what stood in one place; the last of a place counts. The key comes
from the database when it is first reached and is kept in memory alone, so the file says nothing to whoever finds it, and a
screen that is killed meanwhile loses nothing: the next one that reaches the database reads the file and wipes it.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import secrets
import threading
import time
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from .jotter import Typed

# What a record is for, bound into its seal.
_PURPOSE = b"caseload words 1"
_NONCE = 12


class Found(NamedTuple):
    """What another screen left: the place, the words, and how many seconds ago they were typed."""

    place: str
    typed: Typed
    age: float


def home() -> Path:
    """Where such files lie: the user's own state folder, readable by nobody else."""
    from platformdirs import user_state_path

    return user_state_path("caseload") / "words"


class Spool:
    """The file of this screen, and those that dead ones of the same person left. Not for the event loop."""

    def __init__(self, secret: str, folder: Path | None = None) -> None:
        self._key = bytes.fromhex(secret)
        # Says whose key opens it, and nothing of who that is.
        self.name = hashlib.sha256(b"name" + self._key).hexdigest()[:16]
        self._folder = folder
        self._file: FileIO | None = None
        self._path: Path | None = None
        self._places: set[str] = set()
        self._lock = threading.Lock()

    def put(self, place: str, typed: Typed, at: float | None = None) -> None:
        """Keeps what stands there, typed now or `at` (a time.time()), on the disk before this returns. Raises OSError."""
        with self._lock:
            self._write(place, typed, at)
            self._places.add(place)

    def _write(self, place: str, typed: Typed, at: float | None = None) -> None:
        file = self._opened()
        record = {"place": place, "text": typed.text, "seen": typed.seen, "at": time.time() if at is None else at}
        # On a line of its own, whatever a full disk has cut off before it; and nothing waits to be written later.
        line = b"\n" + self._seal(json.dumps(record).encode()) + b"\n"
        while line:
            line = line[file.write(line) :]
        os.fsync(file.fileno())

    def forget(self, place: str) -> None:
        """Those words are in the database now. The file goes with the last of them."""
        with self._lock:
            if place not in self._places:
                return
            if self._places == {place}:
                self._wipe()
            else:
                with suppress(OSError):
                    self._write(place, Typed(""))
            self._places.discard(place)

    def left(self) -> list[tuple[Path, list[Found]]]:
        """What screens that are no longer there have left, file by file."""
        folder = self._folder or home()
        found = []
        for path in sorted(folder.glob(f"{self.name}-*")) if folder.is_dir() else ():
            with suppress(OSError), path.open("rb") as file:
                # A living screen holds its own.
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                found.append((path, self._read(file)))
        return found

    def _wipe(self) -> None:
        if self._file is not None and self._path is not None:
            with suppress(OSError):
                self._path.unlink()
            self._file.close()
            self._file = self._path = None

    def release(self) -> None:
        """Lets go of this screen's file and leaves it for the next start."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = self._path = None

    # -- files and seals --------------------------------------------------------

    def _opened(self) -> FileIO:
        if self._file is None:
            folder = self._folder or home()
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = folder / f"{self.name}-{secrets.token_hex(8)}"
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)
            self._file, self._path = FileIO(handle, "wb"), path
            fcntl.flock(self._file, fcntl.LOCK_EX)
        return self._file

    def _seal(self, record: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return base64.b64encode(nonce + self._cipher().encrypt(nonce, record, _PURPOSE))

    def _read(self, file: BinaryIO) -> list[Found]:
        """The last words of each place. A line that was cut off, or that is not ours, is passed over."""
        last: dict[str, Found] = {}
        cipher, now = self._cipher(), time.time()
        for line in file:
            try:
                sealed = base64.b64decode(line.strip(), validate=True)
                record = json.loads(cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _PURPOSE))
            except Exception:
                continue
            typed = Typed(record["text"], record["seen"])
            last[record["place"]] = Found(record["place"], typed, max(0.0, now - record["at"]))
        return [one for one in last.values() if one.typed.text]

    def _cipher(self) -> Any:
        # Imported here: it is needed only where the database was away.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._key)
