"""Keys of encrypted stores: the words a person keeps, what SQLCipher makes of them, and where they are looked for.

SQLCipher's own derivation (PBKDF2, salt at the start of the file) is done here once a run: each connection would do it again,
for a tenth of a second. So the words open the store in any other SQLCipher program, too.
"""

from __future__ import annotations

import os
import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from hashlib import pbkdf2_hmac
from typing import Any

from ..errors import Usage
from ..messages import _

# The name under which a keyring holds our keys; each is filed under the salt of its store, which moves with the file.
SERVICE = "caseload"
# The fewest characters of words somebody chooses: a thief of the file may try for years, and very fast.
SHORTEST = 12

_ROUNDS = 256_000  # what SQLCipher 4 does
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another when read from paper
_LONG = 32
_MISREAD = str.maketrans("OIL", "011")
_MOST = 1024


@dataclass(frozen=True, slots=True)
class Key:
    """What opens one store: 64 and 32 hexadecimal digits. No message, log or repr shows it."""

    raw: str = field(repr=False)
    salt: str

    @property
    def said(self) -> str:
        """As SQLCipher takes it."""
        return f"x'{self.raw}{self.salt}'"


def new_salt() -> str:
    """A salt for a store that is about to be encrypted."""
    return secrets.token_hex(16)


def made() -> str:
    """New words nobody can guess (160 bits), in groups that can be written down and typed again."""
    letters = "".join(secrets.choice(_LETTERS) for _n in range(_LONG))
    return "-".join(letters[at : at + 4] for at in range(0, _LONG, 4))


def key_of(words: str, salt: str) -> Key:
    """The key that these words give with that salt; 64 hexadecimal digits are the key itself. Raises Usage for none."""
    words = _tidy(words)
    if not words or len(words) > _MOST:
        raise Usage(_("The key is empty, or too long to be one."))
    if re.fullmatch("[0-9a-fA-F]{64}", words):
        return Key(words.lower(), salt)
    return Key(pbkdf2_hmac("sha512", words.encode(), bytes.fromhex(salt), _ROUNDS, 32).hex(), salt)


def _tidy(words: str) -> str:
    """Words as they were meant: made ones whatever their case, spaces and dashes; chosen ones however accents were typed."""
    letters = re.sub(r"[\s-]", "", words).upper().translate(_MISREAD)
    if len(letters) == _LONG and not set(letters) - set(_LETTERS):
        return "-".join(letters[at : at + 4] for at in range(0, _LONG, 4))
    return unicodedata.normalize("NFC", words.strip())


def from_descriptor(number: int) -> str:
    """The words that a file descriptor holds, which is closed then. Raises Usage where there are none."""
    try:
        with os.fdopen(number, "rb") as stream:
            return stream.read(_MOST * 4).decode()
    except (OSError, ValueError):
        raise Usage(
            _(
                "No key can be read from file descriptor {n}. Open it for reading: caseload --key-fd {n} ... {n}< FILE"
            ).format(n=number)
        ) from None


# ---------------------------------------------------------------- the keyring of this machine


def remembered(salt: str) -> Key | None:
    """The key of that store, where the keyring has it and gives it away."""
    ring = _keyring()
    try:
        held = ring.get_password(SERVICE, salt) if ring else None
    except Exception:  # each kind of keyring has errors of its own: locked, gone, refused
        return None
    return Key(held, salt) if held and re.fullmatch("[0-9a-f]{64}", held) else None


def remember(key: Key) -> bool:
    """Put the key into the keyring; whether it is there now."""
    ring = _keyring()
    try:
        if ring:
            ring.set_password(SERVICE, key.salt, key.raw)
    except Exception:
        return False
    return remembered(key.salt) == key


def _keyring() -> Any:
    """The keyring, unless there is none, or one that keeps secrets in plain text or not at all."""
    try:
        import keyring

        ring = keyring.get_keyring()
        return ring if ring.priority >= 1 else None
    except Exception:
        return None
