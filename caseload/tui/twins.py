"""What the screen asks of the practice about two records of one person. As in `asks`: on the desk's thread, frozen values
back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..text import line

if TYPE_CHECKING:
    from ..casework.merge import Plan
    from ..store.database import Reading


class Candidate(NamedTuple):
    """Another record that may be of the same person: one of its cases, the client's name, and why."""

    number: str
    name: str
    why: str


class Alike(NamedTuple):
    """Who may be the client of a case as well, likeliest first, and sentences on those who are out of sight."""

    candidates: tuple[Candidate, ...]
    ask: tuple[str, ...]


def alike(r: Reading, key: int) -> Alike:
    """The records that may be of the client of that case."""
    from ..casework import cases, duplicates, find

    found = duplicates.of_case(r, key, limit=20)
    seen = [one for one in found if one.cases]
    ids = {ref.number: ref.id for ref in find.cases(r, [one.cases[0] for one in seen])} if seen else {}
    named = cases.rows(r, list(ids.values()))
    told = [Candidate(one.cases[0], line(named[ids[one.cases[0]]].client or ""), ", ".join(one.why)) for one in seen]
    return Alike(tuple(told), tuple(one.words for one in found if one.ask is not None))


class Merging(NamedTuple):
    """What a merge would do, and the keys of all cases it is about."""

    plan: Plan
    keys: tuple[int, ...]


def merging(db: Any, goes: str, stays: str) -> Merging:
    """Both records side by side: the look at each is on record before anything of it is shown."""
    from ..casework import find, looks, merge

    with db.read() as r:
        found = merge.plan(r, goes, stays)
        keys = tuple(ref.id for ref in find.cases(r, [*found.our_cases, *found.their_cases]))
    looks.announce(db, [found.our_cases[0], found.their_cases[0]], kind="case", surface="merge")
    return Merging(found, keys)
