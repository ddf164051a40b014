"""The message catalogue: every string a person reads passes `_` or `_n`. English is the source and needs none.

The language is the first of LANGUAGE, LC_ALL, LC_MESSAGES and LANG that is set, looked up when the first message is
needed. Where it is English, or there is no catalogue for it, nothing is imported and nothing is read.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gettext import NullTranslations

DOMAIN = "caseload"
FOLDER = os.path.join(os.path.dirname(__file__), "locale")

_catalogue: NullTranslations | None = None
_bound = False


def _(message: str) -> str:
    """`message` in the reader's language. Takes a literal: fill it in afterwards, `_("Moved {n}").format(n=n)`."""
    if not _bound:
        bind()
    return message if _catalogue is None else _catalogue.gettext(message)


def _n(one: str, many: str, n: int) -> str:
    """The form that fits `n`. Both are literals; fill in the number afterwards."""
    if not _bound:
        bind()
    if _catalogue is None:
        return one if n == 1 else many
    return _catalogue.ngettext(one, many, n)


def bind() -> None:
    """Chooses the catalogue from the environment again (the first message does so by itself)."""
    global _catalogue, _bound
    _catalogue, _bound = None, True
    for language in _languages():
        if language.partition("_")[0] == "en":
            return
        if os.path.isfile(os.path.join(FOLDER, language, "LC_MESSAGES", DOMAIN + ".mo")):
            import gettext

            _catalogue = gettext.translation(DOMAIN, FOLDER, [language])
            return


def _languages() -> list[str]:
    """What the reader prefers, best first: `it_IT.UTF-8` gives `it_IT`, then `it`."""
    named = [os.environ.get(variable, "") for variable in ("LC_ALL", "LC_MESSAGES", "LANG")]
    spoken = next(filter(None, named), "C")
    # As gettext has it: in the C locale there is no translation, whatever LANGUAGE says.
    if spoken.partition(".")[0] in ("C", "POSIX"):
        return []
    found: list[str] = []
    for one in (os.environ.get("LANGUAGE") or spoken).split(":"):
        name = one.partition(".")[0].partition("@")[0]
        if name in ("C", "POSIX"):
            break
        # A folder name and nothing else: the environment must not lead elsewhere.
        if name.replace("_", "").isalnum():
            found += [n for n in (name, name.partition("_")[0]) if n not in found]
    return found
