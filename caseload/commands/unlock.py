"""Where the key of an encrypted database comes from: the file descriptor that was named, else the keyring, else a prompt."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from caseload.errors import Refused, Unreachable
from caseload.messages import _
from caseload.store import cipher

from .terminal import is_terminal, say

if TYPE_CHECKING:
    from caseload.settings import Settings
    from caseload.store.keys import Key

_TRIES = 3


def ready(settings: Settings) -> None:
    """From now on an encrypted file that is opened gets its key as this command line wants it."""
    cipher.asks(partial(_give, settings.key_fd))


def before_the_screen(settings: Settings) -> None:
    """Unlock the database while there still is a line to ask on. Raises Unreachable."""
    if settings.path is not None:
        ready(settings)
        cipher.key_for(settings.path)


def _give(descriptor: int | None, path: Path) -> Key:
    from caseload.store import keys

    salt = cipher.salt_of(path)
    if descriptor is not None:
        key = keys.key_of(keys.from_descriptor(descriptor), salt)
        if not cipher.opens(path, key):
            raise Unreachable(cipher.wrong_key())
        return key
    cipher.library()  # nobody types a key in vain
    held = keys.remembered(salt)
    if held is not None and cipher.opens(path, held):
        return held
    return _asked_for(path, salt)


def _asked_for(path: Path, salt: str) -> Key:
    from caseload.store import keys
    from caseload.text import line

    if not can_hide():
        raise Unreachable(cipher.no_key())
    for _try in range(_TRIES):
        words = hidden(_("Key of {file}: ").format(file=line(path.name)))
        if not words:
            break
        key = keys.key_of(words, salt)
        if cipher.opens(path, key):
            return key
        say(cipher.wrong_key())
    raise Unreachable(_("The database stays locked: no key was given that opens it."))


def can_hide() -> bool:
    """Whether there is a terminal at which something can be typed unseen, whatever comes in at standard input."""
    if not is_terminal(sys.stderr):
        return False
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def hidden(question: str) -> str:
    """What is typed at the terminal, which does not show it; nothing where the person would rather not."""
    from getpass import getpass

    try:
        return getpass(question).strip()
    except EOFError:
        return ""


def chosen(question: str, again: str) -> str:
    """The same for words that are new, asked for twice. Raises Refused unless they are the same and long enough."""
    from caseload.store.keys import SHORTEST

    words = hidden(question)
    if len(words) < SHORTEST:
        raise Refused(_("Nothing was changed: a key of one's own has at least {n} characters.").format(n=SHORTEST))
    if hidden(again) != words:
        raise Refused(_("Nothing was changed: the second time it was another key."))
    return words
