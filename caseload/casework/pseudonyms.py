"""What a case is called where nobody is to know whose it is: a thing and four digits, `kettle-4827`.

Drawn by lot and kept as a row, one for each worker and case: it is computed from nothing, so nothing leads back from it but
the row, which its worker alone uses, while they see the case. The same case is called otherwise by somebody else. On a server no
login writes such a row: `name_cases` does, where the caller works with the case.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from sqlalchemy import select

from ..models import case_file, name_key, pseudonym
from ..store import scope
from ..store.database import Database, Reading

# Things of six letters at most, and no word that people are called by; so long as a case number is, at the most.
_WORDS = (
    "anvil arrow badge bagel barrel basket beacon beaker bottle bucket button cable candle canoe carpet castle chalk cloud cobalt "
    "comet cradle crayon cup dial drum easel engine fabric flute fossil funnel galaxy garlic gravel hinge icicle jigsaw kettle "
    "ladder lamp lens lever locket magnet mitten mortar mosaic napkin needle noodle oar onion orbit paddle parcel pebble pencil "
    "pillow planet pocket prism puzzle quartz quill radar raft ribbon rocket rope saddle sail saucer scarf shovel signal sketch "
    "socket spiral spoon stool switch tablet teapot thread ticket timber toast token tunnel valve vessel wagon walnut whisk window "
    "yarn zipper"
)
THINGS = tuple(_WORDS.split())
_AT_A_TIME = 400


def allot(db: Database, cases: Sequence[int], *, below: Callable[[int], int] = secrets.randbelow) -> dict[int, str]:
    """What the person calls these cases, of those in sight; one that has no name yet gets one."""
    with db.read() as r:
        found = _kept(r, cases)
    if set(cases) <= found.keys():
        return found
    with db.jotting() as w:
        wanted = [one for one in _seen(w, cases) if one not in found]
        return found | _drawn(w, w.me.id, wanted, below)


def for_reader(w: Reading, case_id: int, worker_id: int) -> str:
    """What the reader of a packet calls a case that the person works with; drawn where they have no name for it yet."""
    return _drawn(w, worker_id, [case_id], secrets.randbelow)[case_id]


def _drawn(w: Reading, worker_id: int | None, wanted: Sequence[int], below: Callable[[int], int]) -> dict[int, str]:
    """A name for each of these cases. One that is taken is passed over, and another drawn; another terminal may be doing the same."""
    found: dict[int, str] = {}
    things = _free_things(w) if wanted else []
    while wanted:
        drawn = [(one, f"{things[below(len(things))]}-{below(10_000):04d}") for one in wanted]
        for start in range(0, len(drawn), _AT_A_TIME):
            found |= _put(w, worker_id, drawn[start : start + _AT_A_TIME])
        wanted = [one for one in wanted if one not in found]
    return found


def of_numbers(db: Database, numbers: Sequence[str]) -> dict[str, str]:
    """What the person calls the cases of these numbers, of those in sight."""
    keys: dict[int, str] = {}
    with db.read() as r:
        for start in range(0, len(numbers), _AT_A_TIME):
            some = list(numbers[start : start + _AT_A_TIME])
            found = select(case_file.c.id, case_file.c.number).where(case_file.c.number.in_(some), scope.visible(r))
            keys.update(r.conn.execute(found).all())
    return {keys[key]: name for key, name in allot(db, list(keys)).items()} if keys else {}


def number_of(r: Reading, name: str) -> str | None:
    """The number of the case that the person calls so, where it is still in sight."""
    found = (
        select(case_file.c.number)
        .join(pseudonym, pseudonym.c.case_id == case_file.c.id)
        .where(pseudonym.c.worker_id == r.me.id, pseudonym.c.name == name.strip().lower(), scope.visible(r))
    )
    return r.conn.execute(found).scalar()


def _put(w: Reading, worker_id: int | None, drawn: Sequence[tuple[int, str]]) -> dict[int, str]:
    """Keeps those names that are free; what these cases are called then."""
    cases = [case for case, _name in drawn]
    if w.engine == "postgresql":
        told = (worker_id, cases, [name for _case, name in drawn])
        return dict(w.conn.exec_driver_sql("SELECT o_case, o_name FROM name_cases(%s, %s, %s)", told).all())
    from sqlalchemy.dialects.sqlite import insert  # each engine has its own

    rows = [{"worker_id": worker_id, "case_id": case, "name": name, "at": w.now} for case, name in drawn]
    w.conn.execute(insert(pseudonym).values(rows).on_conflict_do_nothing())
    return _kept(w, cases, worker_id)


def _kept(r: Reading, cases: Sequence[int], worker_id: int | None = None) -> dict[int, str]:
    found: dict[int, str] = {}
    for start in range(0, len(cases), _AT_A_TIME):
        some = list(cases[start : start + _AT_A_TIME])
        of_some = (pseudonym.c.worker_id == (worker_id or r.me.id), pseudonym.c.case_id.in_(some))
        found.update(r.conn.execute(select(pseudonym.c.case_id, pseudonym.c.name).where(*of_some)).all())
    return found


def _seen(r: Reading, cases: Sequence[int]) -> list[int]:
    found: list[int] = []
    for start in range(0, len(cases), _AT_A_TIME):
        some = list(cases[start : start + _AT_A_TIME])
        found += r.conn.execute(select(case_file.c.id).where(case_file.c.id.in_(some), scope.visible(r))).scalars()
    return found


def _free_things(r: Reading) -> list[str]:
    """The things by whose name no client goes."""
    taken = set(r.conn.execute(select(name_key.c.word).where(name_key.c.word.in_(THINGS)).distinct()).scalars())
    return [one for one in THINGS if one not in taken] or list(THINGS)
