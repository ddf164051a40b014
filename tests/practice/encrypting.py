"""A store in a file that is encrypted, and who has its key."""

from __future__ import annotations

from pathlib import Path

from caseload import settings
from caseload.errors import Unreachable
from caseload.store import cipher, convert, keys
from tests.practice.kit import Practice

ROOT = Path(__file__).parents[2]
NOTE = "Xanthippe hides the letters behind the stove."
KEY = keys.Key("5a" * 32, "c3" * 16)
OTHER = keys.Key("77" * 32, "1d" * 16)


def holding(*known: keys.Key) -> None:
    """From here on, whoever opens an encrypted file of one of those keys has it."""
    by_salt = {key.salt: key for key in known}

    def give(path: Path) -> keys.Key:
        if cipher.salt_of(path) not in by_salt:
            raise Unreachable(cipher.no_key())
        return by_salt[cipher.salt_of(path)]

    cipher.asks(give)


def path_of(practice: Practice) -> Path:
    path = settings.load(database=practice.url).path
    assert path is not None
    return path


def converted(practice: Practice, key: keys.Key | None) -> convert.Converted:
    practice.close()
    return convert.convert(settings.load(database=practice.url), key)
