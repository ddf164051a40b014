"""What the screen asks of the practice about outcomes, and how they read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..casework.outcomes import Measured, Outcome
    from ..store.database import Reading
    from .asks import Standing


def counted(r: Reading, query: str) -> tuple[Standing, tuple[Outcome, ...]]:
    """The outcomes of the cases that a query selects, and who looks on which day."""
    from ..casework import outcomes
    from .asks import standing

    return standing(r), outcomes.of(r, query)


def behind(db: Any, one: Outcome, verdict: str, query: str) -> tuple[Standing, tuple[Measured, ...]]:
    """The cases behind a number: each is looked at by that, and on record."""
    from ..casework import looks, outcomes
    from .asks import standing

    with db.read() as r:
        found = outcomes.behind(r, one.instrument, one.scale, query, verdict=verdict or None, edition=one.edition)
        who = standing(r)
    if found:
        looks.announce(db, [each.id for each in found], kind="case", surface="screen")
    return who, found


def numbers(one: Outcome) -> list[tuple[str, int]]:
    """The numbers of a scale with their codes: better and worse, or where nobody has said which that is, higher and lower."""
    if one.improved is None or one.worse is None:
        return [("higher", one.higher), ("same", one.same), ("lower", one.lower), ("once", one.once)]
    return [("improved", one.improved), ("same", one.same), ("worse", one.worse), ("once", one.once)]
