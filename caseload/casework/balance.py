"""Balance: the fewest moves that bring a team within its capacity, and a fair share of cases that must go to somebody.

Nobody is asked to hold more than the ceiling: all of their capacity, or, where the team as a whole holds more than fits,
the lowest percentage that everybody can keep to. A case goes to someone who speaks its client's language where anybody in
the team does, who is here, may hold cases and is not barred from it; a household that is together stays together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import floor

from sqlalchemy import func, or_, select

from ..errors import NotPermitted, Refused
from ..messages import _
from ..models import case_file, client, household_member, stay_member, worker
from ..models.agency import HOLDERS
from ..models.case import RISKS
from ..store import scope
from ..store.database import Reading
from ..store.portions import portions
from . import assign, find
from .assign import Kept, Plan, Wish
from .handover import Move
from .loads import away, denied, loads, loads_after, open_cases, places


@dataclass(frozen=True, slots=True)
class Balance:
    """A plan that evens out, the ceiling in percent of capacity, and whether everybody is within it afterwards."""

    plan: Plan
    ceiling: float
    reached: bool


@dataclass(slots=True)
class Person:
    """Someone who holds cases or may be given some. `here` is False for those who receive nothing now."""

    id: int
    handle: str
    places: int
    held: int
    languages: frozenset[str]
    here: bool
    taken: list[Item] = field(default_factory=list)
    room: int = 0

    @property
    def full(self) -> Fraction:
        """How full they are, with what they are about to take."""
        return Fraction(self.held + len(self.taken), self.places) if self.places else Fraction(10**6)


@dataclass(frozen=True, slots=True)
class Item:
    """One open case, as far as it matters to whom it goes."""

    id: int
    number: str
    owner_id: int | None
    language: str
    household: str
    fresh: bool
    since: date | None
    risk: str
    restricted: bool
    # Whether whoever asks may move it.
    movable: bool

    @property
    def order(self) -> tuple[bool, int, int, str]:
        """Moving hurts least what nobody has begun, then what is held for the shortest time, then what is least at risk."""
        return (not self.fresh, -(self.since.toordinal() if self.since else 0), RISKS.index(self.risk), self.number)


@dataclass(slots=True)
class _Team:
    people: dict[int, Person]
    barred: set[tuple[int, int]]
    # Which worker of the team holds a case of which household.
    holders: dict[str, set[int]]

    @property
    def spoken(self) -> frozenset[str]:
        return frozenset(one for person in self.people.values() for one in person.languages)

    def fits(self, item: Item, person: Person, *, any_language: bool = False) -> bool:
        speaks = any_language or item.language not in self.spoken or item.language in person.languages
        return person.here and person.id != item.owner_id and (item.id, person.id) not in self.barred and speaks

    def preferred(self, items: Sequence[Item]) -> list[Person]:
        """Who fits all of these, best first: whoever has their household already, then the least full."""
        able = [p for p in self.people.values() if all(self.fits(item, p) for item in items)]
        near = self.holders.get(items[0].household, set()) if items[0].household else set()
        return sorted(able, key=lambda p: (p.id not in near, p.full, p.handle))


def level(r: Reading, team_code: str, *, even: bool = False, on: date | None = None) -> Balance:
    """The fewest moves that bring everybody in a team within the ceiling; with `even`, within the lowest ceiling there is.

    Restricted cases, and those of somebody away, are counted; the former stay. Raises Usage for an unknown team,
    NotPermitted for someone who may not move its cases, Refused where nobody in it can hold any.
    """
    team_id = find.team_id(r, team_code)
    if not (scope.may_administer(r) or scope.may_supervise(r, team_id)):
        raise NotPermitted(_("Only its supervisor or an admin balances a team."))
    people = _people(r, team_id, on)
    if not any(person.here and person.places for person in people.values()):
        raise Refused(_("Nobody in that team can be given cases now."))
    items = _items(r, [case_file.c.owner_id.in_(people)])
    ceiling = _ceiling(people.values(), even)
    team = _team(r, people, items)
    for person in people.values():
        person.room = max(0, _limit(person, ceiling) - person.held) if person.here else 0
    given: dict[int, Item] = {}
    for giver in sorted(people.values(), key=lambda p: (-p.full, p.handle)):
        over = giver.held - _limit(giver, ceiling)
        if over > 0:
            _relieve(team, giver, over, items, given)
    after = {p.id: p.held + len(p.taken) - sum(i.owner_id == p.id for i in given.values()) for p in people.values()}
    moved = [
        Move(i.id, i.number, i.owner_id, people[i.owner_id or 0].handle, p.id, p.handle, _why(team, i, p, over=True))
        for p in people.values()
        for i in p.taken
    ]
    percent = round(float(ceiling) * 100, 1)
    stays = tuple(
        Kept(item.number, _stays(item, people[item.owner_id or 0], ceiling)) for item in items if item.id not in given
    )
    load = loads(r, people, open_cases(r), open_cases(r) | after)
    plan = Plan(tuple(sorted(moved, key=lambda move: move.case)), stays, (), load)
    return Balance(plan, percent, all(after[p.id] <= _limit(p, ceiling) for p in people.values()))


def spread(r: Reading, wish: Wish, team_code: str, *, on: date | None = None) -> Plan:
    """Deal the cases of a wish out to a team: each to who speaks the language, has the household, or is least full.

    Every case selected stands in exactly one list. Raises as a reassignment does.
    """
    assign.must_reassign(r)
    people = _people(r, find.team_id(r, team_code), on)
    rows = assign.selected(r, wish)
    if wish.from_worker is not None:
        people.pop(find.worker_id(r, wish.from_worker), None)
    skipped, blocked, wanted = [], [], []
    for row in rows:
        if row.closed_on is not None:
            blocked.append(Kept(row.number, _("the case is closed")))
        elif row.owner_id in people:
            skipped.append(Kept(row.number, _("already with {handle}").format(handle=people[row.owner_id].handle)))
        elif not scope.may_move(r, row):
            blocked.append(Kept(row.number, _("you neither hold it nor supervise its team")))
        else:
            wanted.append(row.id)
    items = [item for some in portions(wanted) for item in _items(r, [case_file.c.id.in_(some)])]
    moved, left = deal(r, items, people)
    blocked += left
    return with_loads(r, moved, skipped, blocked, people)


def with_loads(
    r: Reading, moved: Sequence[Move], skipped: Sequence[Kept], blocked: Sequence[Kept], people: Iterable[int] = ()
) -> Plan:
    """These lists as a plan, with the loads of everybody they touch."""
    return Plan(
        tuple(sorted(moved, key=lambda move: move.case)), tuple(skipped),
        tuple(sorted(blocked, key=lambda kept: kept.case)), loads_after(r, moved, people),
    )  # fmt: skip


def deal(
    r: Reading, items: Sequence[Item], people: dict[int, Person], *, everything: bool = False
) -> tuple[list[Move], list[Kept]]:
    """Each of these cases to one of these people, and those that nobody there may take. Largest households first. With
    `everything` whose household they have is judged by all their cases, whoever asks and sees them or not."""
    team = _team(r, people, [], everything=everything)
    handles: dict[int, str] = dict(r.conn.execute(select(worker.c.id, worker.c.handle)).all())
    moved, left = [], []
    for unit in sorted(_units(items), key=lambda unit: (-len(unit), unit[0].number)):
        for some in [unit] if team.preferred(unit) else [[item] for item in unit]:
            able = team.preferred(some) or [
                p
                for p in sorted(people.values(), key=lambda p: (p.full, p.handle))
                if team.fits(some[0], p, any_language=True)
            ]
            if not able:
                left.append(Kept(some[0].number, _("nobody there is here and may take it")))
                continue
            for item in some:
                holder = handles.get(item.owner_id or 0)
                why = _why(team, item, able[0])
                moved.append(Move(item.id, item.number, item.owner_id, holder, able[0].id, able[0].handle, why))
                able[0].taken.append(item)
                if item.household:
                    team.holders.setdefault(item.household, set()).add(able[0].id)
    return moved, left


def people_of(r: Reading, team_id: int, *, without: int | None = None, on: date | None = None) -> dict[int, Person]:
    """Who in a team holds cases or may be given some, today or on that day, by key."""
    found = _people(r, team_id, on)
    if without is not None:
        found.pop(without, None)
    return found


def items_of(r: Reading, owner_id: int) -> list[Item]:
    """Every open case of a worker, in sight or not: for acts that may leave none of them behind."""
    return _items(r, [case_file.c.owner_id == owner_id], everything=True)


# ---------------------------------------------------------------- reckoning


def _limit(person: Person, ceiling: Fraction) -> int:
    return floor(person.places * ceiling)


def _ceiling(people: Iterable[Person], even: bool) -> Fraction:
    """Full capacity if all cases fit into it, else the lowest share of capacity that everybody can keep to."""
    everybody = list(people)
    total = sum(person.held for person in everybody)

    def fits(ceiling: Fraction) -> bool:
        # Who receives nothing now makes no room for others.
        return total <= sum(_limit(p, ceiling) if p.here else min(p.held, _limit(p, ceiling)) for p in everybody)

    if not even and fits(Fraction(1)):
        return Fraction(1)
    steps = sorted({Fraction(n, p.places) for p in everybody if p.places for n in range(total + 1)})
    low, high = 0, len(steps) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(steps[middle]) else (middle + 1, high)
    return steps[low]


def _relieve(team: _Team, giver: Person, over: int, items: Sequence[Item], given: dict[int, Item]) -> None:
    """Choose `over` cases of the giver and who gets each. Single cases first; a household moves whole or not at all."""
    units = sorted(
        _units([item for item in items if item.owner_id == giver.id]), key=lambda unit: (len(unit), unit[0].order)
    )
    for unit in units:
        if over <= 0:
            return
        if any(item.restricted or not item.movable for item in unit):
            continue
        if len(unit) == 1:
            if _place(team, unit[0], set()):
                given[unit[0].id] = unit[0]
                over -= 1
            continue
        taker = next((p for p in team.preferred(unit) if p.room - len(p.taken) >= len(unit)), None)
        if taker is not None:
            taker.taken += unit
            given |= {item.id: item for item in unit}
            over -= len(unit)


def _place(team: _Team, item: Item, asked: set[int]) -> bool:
    """Give the case to who fits and has room; where they are full of what others could take, that goes on to them."""
    for person in team.preferred([item]):
        if person.id in asked or not person.room:
            continue
        asked.add(person.id)
        if len(person.taken) < person.room:
            person.taken.append(item)
            return True
        for other in [one for one in person.taken if not one.household]:
            person.taken.remove(other)
            if _place(team, other, asked):
                person.taken.append(item)
                return True
            person.taken.append(other)
    return False


def _units(items: Iterable[Item]) -> list[list[Item]]:
    """Households that are together, and everybody else alone."""
    units: dict[tuple[str, int | None], list[Item]] = {}
    for item in sorted(items, key=lambda item: item.order):
        units.setdefault((item.household or f"case:{item.id}", item.owner_id), []).append(item)
    return list(units.values())


# ---------------------------------------------------------------- in words


def _why(team: _Team, item: Item, person: Person, *, over: bool = False) -> str:
    """Why this case, and why to them, without naming a client."""
    said = []
    if over and item.owner_id in team.people:
        giver = team.people[item.owner_id]
        said.append(_("{handle} holds {n} of {places}").format(handle=giver.handle, n=giver.held, places=giver.places))
        if item.fresh:
            said.append(_("not yet acknowledged"))
        elif item.since is not None:
            said.append(_("held since {day}").format(day=item.since.isoformat()))
    reasons = [_("{n} of {places}").format(n=person.held, places=person.places)]
    if item.language and item.language in person.languages:
        reasons.append(_("speaks {language}").format(language=item.language))
    elif item.language and item.language in team.spoken:
        reasons.append(_("nobody else here speaks {language}").format(language=item.language))
    if item.household and person.id in team.holders.get(item.household, ()):
        reasons.append(_("has their household"))
    said.append(_("{handle}: {reasons}").format(handle=person.handle, reasons=", ".join(reasons)))
    return "; ".join(said)


def _stays(item: Item, owner: Person, ceiling: Fraction) -> str:
    if owner.held <= _limit(owner, ceiling):
        return _("{handle} is within the ceiling").format(handle=owner.handle)
    if item.restricted:
        return _("restricted: it stays with its worker")
    if not item.movable:
        return _("you neither hold it nor supervise its team")
    return _("enough others move from {handle}, or nobody has room for it").format(handle=owner.handle)


# ---------------------------------------------------------------- reading


def _people(r: Reading, team_id: int, on: date | None = None) -> dict[int, Person]:
    held, gone = open_cases(r), away(r, on)
    found = select(worker).where(
        worker.c.team_id == team_id, worker.c.status == "active", or_(worker.c.role.in_(HOLDERS), worker.c.holds_all)
    )
    out = {}
    for row in r.conn.execute(found.order_by(worker.c.handle)):
        # Supervisors who hold no case are not drawn into casework.
        if row.role == "case_manager" or held.get(row.id):
            spoken = frozenset(_tongue(one) for one in row.languages.split(",") if one.strip())
            n = held.get(row.id, 0)
            out[row.id] = Person(row.id, row.handle, places(row.capacity), n, spoken, row.id not in gone)
    return out


def _tongue(code: str | None) -> str:
    """A language without its region: pt-br is spoken by who speaks pt."""
    return (code or "").strip().lower().partition("-")[0]


def _items(r: Reading, which: list, *, everything: bool = False) -> list[Item]:  # type: ignore[type-arg]
    members = (
        select(household_member.c.client_id, func.min(household_member.c.household_id).label("household_id"))
        .where(or_(household_member.c.to_on.is_(None), household_member.c.to_on > r.today))
        .group_by(household_member.c.client_id)
        .subquery()
    )
    found = (
        select(
            case_file.c.id, case_file.c.number, case_file.c.owner_id, case_file.c.unacknowledged_on, case_file.c.owned_on,
            case_file.c.risk, case_file.c.restricted, client.c.language, stay_member.c.stay_id, members.c.household_id,
            scope.movable(r).label("movable"),
        )
        .join(client, client.c.id == case_file.c.client_id)
        .outerjoin(stay_member, stay_member.c.case_id == case_file.c.id)
        .outerjoin(members, members.c.client_id == case_file.c.client_id)
        .where(case_file.c.closed_on.is_(None), *which)
        .order_by(case_file.c.number)
    )  # fmt: skip
    if not everything:
        found = found.where(scope.visible(r))
    return [
        Item(
            row.id, row.number, row.owner_id, _tongue(row.language),
            f"stay:{row.stay_id}" if row.stay_id else f"household:{row.household_id}" if row.household_id else "",
            row.unacknowledged_on is not None, row.owned_on, row.risk, row.restricted, bool(row.movable),
        )
        for row in r.conn.execute(found)
    ]  # fmt: skip


def _team(r: Reading, people: dict[int, Person], items: Sequence[Item], *, everything: bool = False) -> _Team:
    holders: dict[str, set[int]] = {}
    theirs = [case_file.c.owner_id.in_(people)]
    for item in items or (_items(r, theirs, everything=everything) if people else ()):
        if item.household and item.owner_id is not None:
            holders.setdefault(item.household, set()).add(item.owner_id)
    return _Team(people, denied(r, people), holders)
