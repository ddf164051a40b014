"""Whether somebody at the door may be known already: who is like them, how sure that is and why, in words. Nothing is merged.

Candidates come by index: the words and sounds of both names, and birth dates the given one may be a slip of. What somebody is
also known as counts as a name of theirs. Names that a delivery hashed are alike in nothing but their length, so they are
compared with nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select

from ..messages import _
from ..models import alias, case_file, channel, client, household_member, identity, name_key, worker
from ..store import scope
from ..store.database import Reading
from ..store.names import keys_of
from ..store.sounds import sound, sounds_of
from ..text import words
from . import find
from .nicknames import forms, related

# Out of 100: from here on a person is told.
TOLD = 60
# So many candidates are weighed; the names of a whole town's commonest family are no clue.
_MOST = 400
_HASHED = re.compile(r"[0-9a-f]{32,}")

# What speaks for two records being one person, and against it.
_SAME, _SHORT, _SOUND, _SLIP, _PART = 40, 36, 31, 30, 28
_BORN, _BORN_SWAPPED, _BORN_SLIP, _BORN_OTHER = 20, 17, 15, -25
_PHONE, _HOUSE, _AROUND, _SWAPPED, _ALIAS = 20, 10, 10, -3, -3


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who is at the door, and what else they are known as."""

    given: str
    family: str
    born: date | None = None
    phone: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """Somebody we may know: their cases in sight, how alike (0 to 100) and why.

    Where none of their cases may be seen, nothing of it is told but whom to `ask`.
    """

    cases: tuple[str, ...]
    score: int | None
    why: tuple[str, ...]
    ask: str | None = None

    @property
    def words(self) -> str:
        """The likeness in a sentence."""
        if self.ask is not None:
            return _("A possible match exists; ask {name}.").format(name=self.ask)
        return f"{', '.join(self.cases)}: {', '.join(self.why)}"


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    given: str
    family: str
    born: date | None
    aliases: tuple[str, ...] = ()


def of_case(r: Reading, case: str | int, *, limit: int = 5) -> list[Likeness]:
    """Other records that may be of the client of that case, likeliest first. Raises Usage for a case out of sight,
    NotPermitted for who sees no identity."""
    find.names_seen(r)
    client_id = find.case(r, case).client_id
    who = _identity(r, client_id)
    phones = _phones(r, [client_id])[client_id]
    newcomer = Newcomer(who.given, who.family, who.born, min(phones, default=""), who.aliases)
    return like(r, newcomer, limit=limit, but=client_id)


def between(r: Reading, one: int, other: int) -> tuple[int, tuple[str, ...]]:
    """How alike two clients are, 0 to 100, and why. For verbs that have asked whether both may be seen."""
    mine, theirs = _identity(r, one), _identity(r, other)
    if any(hashed(name) for name in (mine.given, mine.family, theirs.given, theirs.family)):
        return 0, ()
    score, why = _weigh_names(mine, theirs)
    phones = _phones(r, [one, other])
    if phones[one] & phones[other]:
        score, why = min(100, score + _PHONE), [*why, _("the same phone")]
    return score, tuple(why)


def _identity(r: Reading, client_id: int) -> _Known:
    columns = (identity.c.client_id, identity.c.given, identity.c.family, identity.c.born_on)
    row = r.conn.execute(select(*columns).where(identity.c.client_id == client_id)).one()
    return _Known(*row, aliases=_aliases(r, [client_id]).get(client_id, ()))


def _aliases(r: Reading, clients: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for client_id, name in r.conn.execute(
        select(alias.c.client_id, alias.c.name).where(alias.c.client_id.in_(clients)).order_by(alias.c.id)
    ):
        found[client_id] = (*found.get(client_id, ()), name)
    return found


def _phones(r: Reading, clients: Sequence[int]) -> dict[int, set[str]]:
    """The phone numbers of these clients as they are compared: their last digits."""
    found = select(channel.c.client_id, channel.c.value).where(
        channel.c.client_id.in_(clients), channel.c.kind == "phone", channel.c.person_id.is_(None)
    )
    out: dict[int, set[str]] = {one: set() for one in clients}
    for row in r.conn.execute(found):
        if digits := _digits(row.value):
            out[row.client_id].add(digits)
    return out


def like(r: Reading, who: Newcomer, *, limit: int = 5, but: int | None = None) -> list[Likeness]:
    """Those who may be this person, likeliest first. Empty for too little of a name, and for a hashed one. `but` is a client
    who is not asked about."""
    if not words(f"{who.given} {who.family}") or hashed(who.given) or hashed(who.family):
        return []
    candidates = [known for known in _candidates(r, who) if known.id != but]
    aliases = _aliases(r, [known.id for known in candidates])
    weighed = []
    for known in candidates:
        score, why = _weigh_names(who, replace(known, aliases=aliases.get(known.id, ())))
        weighed.append((score, known, why))
    digits = _digits(who.phone)
    if digits:
        weighed = _with_phone(r, weighed, digits)
    weighed = sorted((one for one in weighed if one[0] >= TOLD), key=lambda one: (-one[0], one[1].id))[: limit * 4]
    told = _in_scope(r, weighed)
    if r.engine == "postgresql":
        # Those out of sight the server alone compares, and tells no more than whom to ask.
        met = [one.id for one in candidates] + ([but] if but is not None else [])
        asked = {one.ask for one in told}
        told += [Likeness((), None, (), name) for name in _asked(r, who, met) if name not in asked]
    return told[:limit]


def _asked(r: Reading, who: Newcomer, known: Sequence[int]) -> list[str]:
    born = near(who.born) if who.born is not None else []
    found: dict[str, None] = {}
    for one in _called(who):
        given, family = (_keys(words(name)) for name in one)
        asked = (given, family, born, list(known))
        rows = r.conn.exec_driver_sql("SELECT whom_to_ask(%s::text[], %s::text[], %s::date[], %s::bigint[])", asked)
        found |= dict.fromkeys(rows.scalars())
    return sorted(found)


def hashed(name: str) -> bool:
    """Whether a name is a hash, as a delivery without names has it."""
    return bool(_HASHED.fullmatch(name.strip().lower()))


def _called(who: Newcomer | _Known) -> list[tuple[str, str]]:
    """What somebody may give as their given and family name: first their own, then what they are also known as. One word may
    stand for either; of several, nobody knows where the one name ends and the other begins."""
    found = [(who.given, who.family)]
    for name in who.aliases:
        if hashed(name):
            continue
        several = name.split()
        if len(several) == 1:
            found += [(name, who.family), (who.given, name)]
        found += [(" ".join(several[:at]), " ".join(several[at:])) for at in range(1, min(len(several), 6))]
    return list(dict.fromkeys(found))


def _weigh_names(mine: Newcomer | _Known, theirs: Newcomer | _Known) -> tuple[int, list[str]]:
    """How alike two persons are by whichever of their names they are most alike, 0 to 100, and why."""
    ours, others = _called(mine), _called(theirs)
    best = weigh(*ours[0], mine.born, *others[0], theirs.born)
    for one in ours:
        for other in others:
            score, why = weigh(*one, mine.born, *other, theirs.born)
            if score + _ALIAS > best[0]:
                best = score + _ALIAS, [_("by a name they are also known as"), *why]
    return best


def weigh(
    given: str, family: str, born: date | None, other_given: str, other_family: str, other_born: date | None
) -> tuple[int, list[str]]:
    """How alike two persons are, 0 to 100, and why."""
    mine, theirs = (words(given), words(family)), (words(other_given), words(other_family))
    straight = _names(mine, theirs)
    swapped = _names(mine, (theirs[1], theirs[0]))
    score, why = straight
    if swapped[0] + _SWAPPED > score and swapped[0] >= 2 * _PART:
        score, why = swapped[0] + _SWAPPED, [_("given and family name swapped"), *swapped[1]]
    if score and born and other_born:
        points, said = _births(born, other_born)
        score, why = score + points, [*why, said]
    return max(0, min(100, score)), why


def _names(mine: tuple[list[str], list[str]], theirs: tuple[list[str], list[str]]) -> tuple[int, list[str]]:
    given, said_given = _given(mine[0], theirs[0])
    family, said_family = _family(mine[1], theirs[1])
    if given == family == _SAME:
        return given + family, [_("the same name")]
    if not given or not family:
        return 0, []
    return given + family, [one for one in (said_given, said_family) if one]


def _given(mine: Sequence[str], theirs: Sequence[str]) -> tuple[int, str]:
    if mine and mine == theirs:
        return _SAME, ""
    best = (0, "")
    for one in mine:
        for other in theirs:
            if one == other:
                best = max(best, (_SAME - 2, ""))
            elif related(one, other):
                best = max(best, (_SHORT, _("the given names are forms of one")))
            else:
                best = max(
                    best, _close(one, other, _("the given names sound alike"), _("one letter of the given name"))
                )
    return best


def _family(mine: Sequence[str], theirs: Sequence[str]) -> tuple[int, str]:
    if mine and mine == theirs:
        return _SAME, ""
    if set(mine) & set(theirs):
        return _PART + 6, _("a part of the family name is the same")
    best = (0, "")
    for one in mine:
        for other in theirs:
            best = max(best, _close(one, other, _("the family names sound alike"), _("one letter of the family name")))
    return best


def _close(one: str, other: str, sounds: str, slip: str) -> tuple[int, str]:
    heard = sound(one)
    if heard and heard == sound(other):
        return _SOUND, sounds
    if len(one) > 3 and len(other) > 3 and _one_apart(one, other):
        return _SLIP, slip
    return 0, ""


def _one_apart(one: str, other: str) -> bool:
    """One letter more, less or other, or two neighbours changed about."""
    if len(one) > len(other):
        one, other = other, one
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) != len(other):
        return len(other) - len(one) == 1 and one[at:] == other[at + 1 :]
    return one[at + 1 :] == other[at + 1 :] or (
        one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    )


def _births(mine: date, other: date) -> tuple[int, str]:
    if mine == other:
        return _BORN, _("born the same day")
    if (mine.year, mine.month, mine.day) == (other.year, other.day, other.month):
        return _BORN_SWAPPED, _("day and month of birth swapped")
    if sum(a != b for a, b in zip(mine.isoformat(), other.isoformat(), strict=True)) == 1:
        return _BORN_SLIP, _("one digit of the birth date differs")
    return _BORN_OTHER, _("born another day")


def near(born: date) -> list[date]:
    """The birth dates a given one may be a slip of: itself, one digit off, day and month swapped."""
    text, found = born.isoformat(), [born]
    with suppress(ValueError):
        found.append(date(born.year, born.day, born.month))
    for at, digit in enumerate(text):
        for other in "0123456789":
            if digit.isdigit() and other != digit:
                with suppress(ValueError):
                    found.append(date.fromisoformat(f"{text[:at]}{other}{text[at + 1 :]}"))
    return list(dict.fromkeys(one for one in found if abs(one.year - born.year) <= 100))


# ---------------------------------------------------------------- candidates, by index


def _keys(names: Sequence[str]) -> list[str]:
    every = list(dict.fromkeys(form for name in names for form in forms(name)))
    return [*every, *keys_of(*names), *sounds_of(list(names))]


def _candidates(r: Reading, who: Newcomer) -> list[_Known]:
    columns = (identity.c.client_id, identity.c.given, identity.c.family, identity.c.born_on)
    base = select(*columns).join(client, client.c.id == identity.c.client_id).where(client.c.merged_into_id.is_(None))
    found: dict[int, _Known] = {}

    def take(where: ColumnElement[bool]) -> None:
        for row in r.conn.execute(base.where(where).limit(_MOST)):
            if not hashed(row.given) and not hashed(row.family):
                found[row.client_id] = _Known(*row)

    every: list[str] = []
    for name in _called(who):
        given, family = words(name[0]), words(name[1])
        every += [*given, *family]
        if given and family:
            exact = [_filed(sorted({word for one in some for word in forms(one)})) for some in (given, family)]
            take(and_(*(identity.c.client_id.in_(one) for one in exact)))
            heard = [_filed(_keys(some)) for some in (given, family)]
            take(and_(*(identity.c.client_id.in_(one) for one in heard)))
    if who.born is not None:
        of_name = _filed(_keys(list(dict.fromkeys(every))), identity.c.client_id)
        take(and_(identity.c.born_on.in_(near(who.born)), of_name))
    return list(found.values())


def _filed(keys: Iterable[str], of: ColumnElement[int] | None = None):  # type: ignore[no-untyped-def]
    """The clients one of whose names has such a word or sound."""
    rows = select(name_key.c.client_id).where(name_key.c.word.in_(list(keys)))
    return rows if of is None else rows.where(name_key.c.client_id == of).correlate(identity).exists()


def _digits(phone: str) -> str:
    digits = re.sub(r"\D", "", phone)
    return digits[-8:] if len(digits) >= 6 else ""


def _with_phone(
    r: Reading, weighed: list[tuple[int, _Known, list[str]]], digits: str
) -> list[tuple[int, _Known, list[str]]]:
    """The same number speaks for one person; that of somebody they live with, or who is around them, less so."""
    ids = [known.id for _score, known, _why in weighed]
    here, other = household_member.alias(), household_member.alias()
    lives = select(here.c.client_id, other.c.client_id.label("with_id")).join(
        other, other.c.household_id == here.c.household_id
    )
    together: dict[int, set[int]] = {}
    for one, with_id in r.conn.execute(
        lives.where(here.c.client_id.in_(ids), here.c.to_on.is_(None), other.c.to_on.is_(None))
    ):
        together.setdefault(one, set()).add(with_id)
    asked = {*ids, *(one for some in together.values() for one in some)}
    numbers = select(channel.c.client_id, channel.c.person_id, channel.c.value).where(
        channel.c.client_id.in_(asked), channel.c.kind == "phone"
    )
    same = [row for row in r.conn.execute(numbers) if _digits(row.value) == digits]
    held = {row.client_id for row in same if row.person_id is None}
    around = {row.client_id for row in same if row.person_id is not None}
    out = []
    for score, known, why in weighed:
        if score and known.id in held:
            score, why = min(100, score + _PHONE), [*why, _("the same phone")]
        elif score and together.get(known.id, set()) & held:
            score, why = min(100, score + _HOUSE), [*why, _("the same household has that phone")]
        elif score and known.id in around:
            score, why = min(100, score + _AROUND), [*why, _("somebody around them has that phone")]
        out.append((score, known, why))
    return out


# ---------------------------------------------------------------- what may be told


def _in_scope(r: Reading, weighed: Sequence[tuple[int, _Known, list[str]]]) -> list[Likeness]:
    """Each as far as the person may know: numbers and reasons, or only whom to ask. Who is denied a case learns nothing."""
    ids = [known.id for _score, known, _why in weighed]
    if not ids:
        return []
    sees = scope.visible(r)
    seen: dict[int, list[str]] = {}
    order = (case_file.c.closed_on.is_not(None), case_file.c.opened_on.desc(), case_file.c.number)
    for client_id, number in r.conn.execute(
        select(case_file.c.client_id, case_file.c.number).where(case_file.c.client_id.in_(ids), sees).order_by(*order)
    ):
        seen.setdefault(client_id, []).append(number)
    hidden = [one for one in ids if one not in seen]
    askable = _to_ask(r, hidden)
    out: list[Likeness] = []
    asked: set[str] = set()
    for score, known, why in weighed:
        if known.id in seen:
            out.append(Likeness(tuple(seen[known.id]), score, tuple(why)))
        elif (name := askable.get(known.id)) is not None and name not in asked:
            asked.add(name)
            out.append(Likeness((), None, (), name))
    return out


def _to_ask(r: Reading, clients: Sequence[int]) -> dict[int, str]:
    """Who answers for each client that is out of sight: the custodian of a restricted case, else who holds it."""
    if not clients:
        return {}
    denied = select(case_file.c.client_id).where(scope.denied(r), case_file.c.client_id.in_(clients))
    answers = or_(
        and_(case_file.c.restricted, worker.c.id == case_file.c.custodian_id),
        and_(~case_file.c.restricted, worker.c.id == case_file.c.owner_id),
    )
    rows = r.conn.execute(
        select(case_file.c.client_id, worker.c.name)
        .join(worker, answers)
        .where(case_file.c.client_id.in_(clients), case_file.c.client_id.not_in(denied), worker.c.status == "active")
        .order_by(case_file.c.restricted, case_file.c.opened_on, case_file.c.id)
    )
    return {row.client_id: row.name for row in rows}
