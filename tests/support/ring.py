"""A keyring for tests: the real library's own plug, with a file behind it, in the home folder of the test."""

from __future__ import annotations

import json
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

# What PYTHON_KEYRING_BACKEND says in a process that shall have this one.
NAME = f"{__name__}.Ring"


class Ring(KeyringBackend):
    """Keeps what it is given, for every process with the same home folder."""

    priority = 5

    @property
    def _file(self) -> Path:
        return Path.home() / "ring.json"

    def _all(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self._file.read_text()) if self._file.exists() else {}
        return found

    def get_password(self, service: str, username: str) -> str | None:
        return self._all().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._file.write_text(json.dumps({**self._all(), f"{service}/{username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        raise PasswordDeleteError


class Locked(Ring):
    """One that its owner has not opened."""

    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError("locked")
