"""`caseload encrypt` and `caseload decrypt`: the SQLite file becomes one that only its key opens, and back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from caseload.errors import Refused, Unreachable, Usage
from caseload.messages import _

from . import output, unlock
from .frame import Family, session
from .options import Format
from .output import Column
from .progress import progress
from .session import Session
from .table import facts
from .terminal import can_ask, say

if TYPE_CHECKING:
    from caseload.settings import Settings
    from caseload.store.convert import Converted
    from caseload.store.keys import Key

commands = Family()

_TRIES = 3


@commands.command(
    "encrypt",
    "caseload --key-fd 3 encrypt 3< agency.key",
    "caseload --database laptop.db --key-fd 3 encrypt --format json 3< agency.key",
    help=_(
        "Encrypt the SQLite file in place (SQLCipher), while nobody has it open. At a terminal a key is made, shown once "
        "to be written down, and put into this machine's keyring; whoever loses both loses the records. Backups made from "
        "then on open with the same key."
    ),
)
def encrypt(
    ctx: typer.Context,
    ask: Annotated[
        bool, typer.Option("--ask", help=_("Choose the words of the key yourself; they are asked for."))
    ] = False,
    keyring: Annotated[
        bool | None,
        typer.Option(
            "--keyring/--no-keyring",
            help=_("Put the key into this machine's keyring, also that of an encrypted file; or leave it out."),
            show_default=False,
        ),
    ] = None,
    new_key: Annotated[bool, typer.Option("--new-key", help=_("Give an encrypted file another key."))] = False,
    format: Format = None,
) -> None:
    from caseload.store import cipher, convert, keys

    asked = session(ctx)
    settings = _on_no_other_day(asked)
    path = convert.store_of(settings)
    _must_be_installed()
    old = cipher.key_for(path)
    if old is not None and not new_key:
        if not keyring:
            raise Refused(
                _(
                    "The database is encrypted already. --keyring puts its key into this machine's keyring, --new-key gives "
                    "it another."
                )
            )
        _remembered(old)
        _told(
            asked,
            format,
            _("The key is in this machine's keyring."),
            {"encrypted": True, "keyring": True, "change": None},
        )
        return
    convert.must_be_free(settings)
    given = settings.key_fd if old is None else None
    key = keys.key_of(_words(given, ask), keys.new_salt())
    kept = _kept(key, keyring, given is not None)
    with progress(_("Encrypting")) as tick:
        done = convert.convert(settings, key, tick)
    words = (
        _("Encrypted.") if old is None else _("Encrypted with the new key. Backups of before open with the old one.")
    )
    if not kept:
        words += " " + _("The key is asked for at each start.")
    _told(asked, format, words, {"encrypted": True, "keyring": kept, "change": f"C-{done.change}"}, done)


@commands.command(
    "decrypt",
    "caseload --key-fd 3 decrypt 3< agency.key",
    "caseload --database laptop.db --key-fd 3 decrypt --format json 3< agency.key",
    help=_(
        "Make an encrypted SQLite file a plain one again, in place, while nobody has it open. The key stays in the keyring: "
        "backups made meanwhile still need it."
    ),
)
def decrypt(ctx: typer.Context, format: Format = None) -> None:
    from caseload.store import cipher, convert

    asked = session(ctx)
    settings = _on_no_other_day(asked)
    if cipher.key_for(convert.store_of(settings)) is None:
        raise Refused(_("The database is not encrypted."))
    with progress(_("Decrypting")) as tick:
        done = convert.convert(settings, None, tick)
    _told(asked, format, _("Decrypted."), {"encrypted": False, "keyring": None, "change": f"C-{done.change}"}, done)


def _on_no_other_day(asked: Session) -> Settings:
    if asked.settings.today is not None:
        raise Usage(_("With --today nothing can be changed; leave it out."))
    return asked.settings


def _must_be_installed() -> None:
    from caseload.store import cipher

    try:
        cipher.library()
    except Unreachable as missing:
        raise Refused(missing.message) from None


# ---------------------------------------------------------------- the key


def _words(descriptor: int | None, ask: bool) -> str:
    """The words of the new key. Raises Refused where nobody could read or write them down."""
    from caseload.store import keys

    if descriptor is not None:
        words = keys.from_descriptor(descriptor)
        if len(words.strip()) < keys.SHORTEST:
            raise Usage(_("A key of one's own has at least {n} characters.").format(n=keys.SHORTEST))
        return words
    if not can_ask() or not unlock.can_hide():
        raise Refused(
            _(
                "There is no terminal to show a key at. Nothing was changed; hand one over: caseload --key-fd 3 encrypt 3< FILE"
            )
        )
    if ask:
        return unlock.chosen(_("New key: "), _("New key, once more: "))
    words = keys.made()
    say(
        _(
            "The key of this database:\n\n    {words}\n\nWrite it on paper and keep it apart from this machine. It is shown this "
            "once. Without it, and\nwithout this machine's keyring, nobody reads the records and backups again: not you, not us."
        ).format(words=words)
    )
    for _try in range(_TRIES):
        sys.stderr.write(_("Its last four characters, from the paper: "))
        sys.stderr.flush()
        if sys.stdin.readline().strip().upper() == words[-4:]:
            return words
    raise Refused(_("Nothing was changed."))


def _kept(key: Key, keyring: bool | None, handed_over: bool) -> bool:
    """Put the key into the keyring, unless told not to, or it came from somewhere that keeps it. Whether it is there."""
    from caseload.store import keys

    if keyring is False or (handed_over and not keyring):
        return False
    if keyring:
        _remembered(key)
        return True
    return keys.remember(key)


def _remembered(key: Key) -> None:
    from caseload.store import keys

    if not keys.remember(key):
        raise Refused(_("This session has no keyring that takes the key. Nothing was changed."))


def _told(
    asked: Session,
    format: output.FormatName | None,
    words: str,
    more: dict[str, Any],
    done: Converted | None = None,
) -> None:
    made = {"database": asked.settings.shown, **more, "rows": done and done.rows, "sound": done and done.sound}
    names = {"database": _("Database"), "rows": _("Rows")}
    unsound = (
        [_("Its journal does not agree with itself, as before: caseload journal verify")]
        if done and not done.sound
        else []
    )
    output.thing(
        made,
        [Column(key) for key in made],
        format,
        lambda: [words, *unsound, *facts([(word, made[key]) for key, word in names.items() if made[key] is not None])],
    )
