"""What the screen asks of the practice, and has it do, about who sees a case: names on it, and cases opened in an emergency."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from ..text import line
from . import asks
from .verbs import forgetting

if TYPE_CHECKING:
    from ..casework.access import Named
    from ..casework.glass import Opening
    from ..store.database import Reading, Receipt, Work
    from .verbs import Doing, Typed

_NUMBER = re.compile(r"\s*\d{4}-?\d{6,9}\s*", re.ASCII)


class Names(NamedTuple):
    """Who sees a case and by which right, its number, whether the person may name people to it, and who looks on which day."""

    rows: tuple[Named, ...]
    number: str
    restricted: bool
    may: bool
    standing: asks.Standing


def names(r: Reading, key: int) -> Names | None:
    """Who sees that case; None where it is out of sight."""
    from ..casework import access, answering, cases

    row = cases.rows(r, [key]).get(key)
    if row is None:
        return None
    found = access.listed(r, key)
    restricted = answering.of_case(r, key).custody is not None
    return Names(tuple(found), row.case, restricted, access.may_name(r, key), asks.standing(r))


def people(r: Reading, kind: str) -> list[tuple[str, str, str]]:
    """Whom one may let into a case, or keep from it: handle, name, role."""
    from ..casework import staff

    everyone = staff.workers(r, everyone=False)
    return [(row.worker, line(row.name), row.role) for row in everyone if row.holds or kind == "deny"]


def name(key: int, who: str, kind: str, why: str, until: date | None, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import access

        return access.name(w, key, who, kind, why, until=until)

    return forgetting(words, doing)


def end(key: int, who: str, why: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import access

        return access.end(w, key, who, why)

    return forgetting(words, doing)


# -- in an emergency -----------------------------------------------------------------------------


def is_number(text: str) -> bool:
    """Whether that looks like a whole case number."""
    return _NUMBER.fullmatch(text) is not None


def may_break(r: Reading) -> bool:
    """Whether this person may open a case out of sight at all."""
    from ..casework import glass

    return glass.allowed(r)


def in_sight(r: Reading, number: str) -> int | None:
    """The key of the case of that number, where the person sees it anyway."""
    from ..casework import find
    from ..errors import Usage

    try:
        return find.case(r, number).id
    except Usage:
        return None


def break_glass(number: str, why: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import glass

        return glass.break_glass(w, number, why)

    return forgetting(words, doing)


class Openings(NamedTuple):
    """The openings that nobody has read of yet, newest first, and who looks on which day."""

    rows: tuple[Opening, ...]
    standing: asks.Standing


def openings(r: Reading) -> Openings:
    """Those of the cases this person sees, and their own; without identity, without the reasons people typed."""
    from ..casework import glass

    rows = glass.openings(r)
    if r.me.masked:
        rows = [replace(one, why="") for one in rows]
    return Openings(tuple(rows), asks.standing(r))


def mark_read(key: int) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import glass

        return glass.mark_read(w, key)

    return doing
