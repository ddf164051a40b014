"""From what a person typed to the case they meant: whole numbers always, parts where that is safe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from caseload.errors import Usage
from caseload.messages import _

from .inputs import numbers
from .session import Session
from .terminal import shown

if TYPE_CHECKING:
    from caseload.store.database import Reading

# So many candidates are named; a longer list helps nobody.
_NAMED = 8
# What a case is called without identity, such as kettle-4827.
_CALLED = re.compile(r"[a-z]{3,6}-\d{4}", re.ASCII)
_WHOLE = re.compile(r"\s*\d{4}\s*-?\s*\d{6,9}\s*", re.ASCII)


def to_read(r: Reading, typed: str) -> str:
    """The number of the one case meant by a number, a part of one, or the start of a client's names. Raises Usage."""
    return _one(r, typed, parts=True)


def to_change(asked: Session, typed: str, *, one: bool = False) -> list[str]:
    """The numbers of the cases `A,B,C`. Parts are understood at a terminal only: a script must not hit the wrong case.

    Raises Usage, also for several cases where `one` is wanted.
    """
    named = numbers(typed)
    if one and len(named) > 1:
        raise Usage(_("One case at a time here."))
    if not shown():
        # Whether there is such a case the act itself finds out, in its own transaction.
        return [_number(each) for each in named]
    with asked.read() as r:
        return list(dict.fromkeys(_one(r, each, parts=True) for each in named))


def is_whole(typed: str) -> bool:
    """Whether that looks like a whole case number, right or wrong."""
    return _WHOLE.fullmatch(typed) is not None


def _number(typed: str) -> str:
    from caseload.casework.numbers import parse

    if not _WHOLE.fullmatch(typed):
        raise Usage(_("Write the whole case number, such as 2026-048212; a part of one or a name is for the terminal."))
    return parse(typed)


def _one(r: Reading, typed: str, *, parts: bool) -> str:
    from caseload.casework import cases, find
    from caseload.text import words

    if not parts or _WHOLE.fullmatch(typed):
        return find.case(r, typed).number
    if _CALLED.fullmatch(typed.strip().lower()):
        from caseload.casework import pseudonyms

        if number := pseudonyms.number_of(r, typed):
            return number
    said = words(typed)
    if not said:
        raise Usage(_("Name a case by its number, a part of it, or the start of the client's names."))
    # A number's dash is no letter, so its parts would be looked for apart.
    asked = (
        typed.strip() if re.fullmatch(r"\d[\d-]*", typed.strip(), re.ASCII) else " ".join(f'"{word}"' for word in said)
    )
    ids = cases.keys(r, f"{asked} stage:any", limit=_NAMED + 1)
    found = [row.case for row in cases.rows(r, ids).values()]
    if not found:
        raise Usage(_("No case that you may see answers to that. Find it with: caseload cases"))
    if len(found) > 1:
        more = [_("and more")] if len(found) > _NAMED else []
        raise Usage(
            _("Several cases answer to that. Name one by its number."), details=[*sorted(found[:_NAMED]), *more]
        )
    return found[0]
