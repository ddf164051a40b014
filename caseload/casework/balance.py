"""Balance: the fewest moves that bring a team within its capacity, and a fair share of cases that must go to somebody.

Nobody is asked to hold more than the ceiling: all of their capacity, or, where the team as a whole holds more than fits,
the lowest percentage that everybody can keep to. What cases weigh and what fills a worker says the agency's load model
(`weights.py`). A case goes to someone who speaks its client's language where anybody in the team does, who is here, may hold
cases and is not barred from it, first to who has their household, then to who works or worked with it; a household that is
together stays together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor

from sqlalchemy import func, or_, select

from ..errors import NotPermitted, Refused
from ..messages import _
from ..models import assignment, case_file, client, household_member, stay_member, worker
from ..models.agency import HOLDERS
from ..store import scope
from ..store.database import Reading
from ..store.portions import portions
from . import assign, fewest, find, load_kinds, weights
from .assign import Kept, Plan, Wish
from .handover import Move
from .loads import away, denied, loads_after, open_cases
from .shares import Item as Item
from .shares import Person as Person

# Of a team with more, no fewer moves are looked for than choosing one by one finds: with cases that count one, and no households, it
# finds the fewest.
_FEW = 300


@dataclass(frozen=True, slots=True)
class Balance:
    """A plan that evens out, the ceiling in percent of capacity, and whether everybody is within it afterwards."""

    plan: Plan
    ceiling: float
    reached: bool


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
        known = frozenset.intersection(*(item.known_to for item in items))
        return sorted(able, key=lambda p: (p.id not in near, p.id not in known, p.full, p.handle))


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
    given = _level(team, items, ceiling)
    loss = {p.id: [i for i in given.values() if i.owner_id == p.id] for p in people.values()}
    after = {p.id: p.held + p.takes - sum(i.weight for i in loss[p.id]) for p in people.values()}
    moved = [
        Move(i.id, i.number, i.owner_id, people[i.owner_id or 0].handle, p.id, p.handle, _why(team, i, p, over=True))
        for p in people.values()
        for i in p.taken
    ]
    percent = round(float(ceiling) * 100, 1)
    stays = tuple(
        Kept(item.number, _stays(item, people[item.owner_id or 0], ceiling)) for item in items if item.id not in given
    )
    plan = Plan(tuple(sorted(moved, key=lambda move: move.case)), stays, (), loads_after(r, moved, people))
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


def _limit(person: Person, ceiling: Fraction) -> Fraction | int:
    """What they are to hold at the most; cases that each count one are whole."""
    return floor(person.places * ceiling) if person.model == load_kinds.COUNT else person.places * ceiling


def _ceiling(people: Iterable[Person], even: bool) -> Fraction:
    """Full capacity if all cases fit into it, else the lowest share of capacity that everybody can keep to."""
    everybody = list(people)
    total = sum(person.held for person in everybody)

    def fits(ceiling: Fraction) -> bool:
        # Who receives nothing now makes no room for others.
        return total <= sum(_limit(p, ceiling) if p.here else min(p.held, _limit(p, ceiling)) for p in everybody)

    if not even and fits(Fraction(1)):
        return Fraction(1)
    if any(p.model != load_kinds.COUNT for p in everybody):
        # In whole percent: cases that weigh differently come within none exactly.
        low, high = 0, max(ceil(p.held * 100 / p.places) for p in everybody if p.places)
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if fits(Fraction(middle, 100)) else (middle + 1, high)
        return Fraction(low, 100)
    steps = sorted({Fraction(n, p.places) for p in everybody if p.places for n in range(int(total) + 1)})
    low, high = 0, len(steps) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(steps[middle]) else (middle + 1, high)
    return steps[low]


def _level(team: _Team, items: Sequence[Item], ceiling: Fraction) -> dict[int, Item]:
    """Which cases move, by key; who takes them stands with the people. One by one first, which mostly is the fewest already; where
    it may not be, the fewest are looked for (`fewest.py`)."""
    people = team.people.values()
    limits = {p.id: _limit(p, ceiling) for p in people}
    held = {p.id: p.held for p in people}
    whole = [unit for unit in _units(items) if all(item.movable and not item.restricted for item in unit)]
    units = whole if len(whole) <= _FEW else []
    asked = [
        fewest.Unit(
            unit[0].owner_id, len(unit), Fraction(sum(item.weight for item in unit)),
            tuple(p.id for p in team.preferred(unit)),
        )
        for unit in units
    ]  # fmt: skip
    given: dict[int, Item] = {}
    for giver in sorted(people, key=lambda p: (-p.full, p.handle)):
        over = giver.held - _limit(giver, ceiling)
        if over > 0:
            _relieve(team, giver, over, items, given)
    lost = {p.id: sum(item.weight for item in given.values() if item.owner_id == p.id) for p in people}
    within = all(p.held + p.takes - lost[p.id] <= limits[p.id] for p in people)
    found = fewest.fewest(asked, held, limits, below=len(given) if within else None) if units else None
    if found is None:
        return given
    for person in people:
        person.taken.clear()
    for at, to in found.items():
        team.people[to].taken += units[at]
    return {item.id: item for at in found for item in units[at]}


def _relieve(team: _Team, giver: Person, over: Fraction | int, items: Sequence[Item], given: dict[int, Item]) -> None:
    """Choose cases of the giver that weigh `over` and who gets each. Single cases first, the heaviest of them; a household moves whole
    or not at all."""
    units = sorted(
        _units([item for item in items if item.owner_id == giver.id]),
        key=lambda unit: (len(unit), -sum(item.weight for item in unit), unit[0].order),
    )
    for unit in units:
        if over <= 0:
            return
        if any(item.restricted or not item.movable for item in unit):
            continue
        if len(unit) == 1:
            if _place(team, unit[0], set()):
                given[unit[0].id] = unit[0]
                over -= unit[0].weight
            continue
        whole = sum(item.weight for item in unit)
        taker = next((p for p in team.preferred(unit) if p.room - p.takes >= whole), None)
        if taker is not None:
            taker.taken += unit
            given |= {item.id: item for item in unit}
            over -= whole


def _place(team: _Team, item: Item, asked: set[int]) -> bool:
    """Give the case to who fits and has room; where they are full of what others could take, that goes on to them."""
    for person in team.preferred([item]):
        if person.id in asked or not person.room:
            continue
        asked.add(person.id)
        if person.takes + item.weight <= person.room:
            person.taken.append(item)
            return True
        for other in [one for one in person.taken if not one.household]:
            if person.takes - other.weight + item.weight > person.room:
                continue
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
        said.append(_("{handle} holds {load}").format(handle=giver.handle, load=giver.words))
        if item.fresh:
            said.append(_("not yet acknowledged"))
        elif item.since is not None:
            said.append(_("held since {day}").format(day=item.since.isoformat()))
    reasons = [person.words]
    if item.language and item.language in person.languages:
        reasons.append(_("speaks {language}").format(language=item.language))
    elif item.language and item.language in team.spoken:
        reasons.append(_("nobody else here speaks {language}").format(language=item.language))
    if item.household and person.id in team.holders.get(item.household, ()):
        reasons.append(_("has their household"))
    if person.id in item.known_to:
        reasons.append(_("knows the case"))
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
    held, gone, weighed = open_cases(r), away(r, on), weights.weights(r)
    found = select(worker).where(
        worker.c.team_id == team_id, worker.c.status == "active", or_(worker.c.role.in_(HOLDERS), worker.c.holds_all)
    )
    out = {}
    for row in r.conn.execute(found.order_by(worker.c.handle)):
        # Supervisors who hold no case are not drawn into casework.
        if row.role == "case_manager" or held.get(row.id):
            spoken = frozenset(_tongue(one) for one in row.languages.split(",") if one.strip())
            load, full = weighed.held.get(row.id, Fraction(0)), weighed.limit(row.id, row.capacity)
            out[row.id] = Person(row.id, row.handle, full, load, spoken, row.id not in gone, model=weighed.model)
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
    rows = r.conn.execute(found).all()
    ids = [row.id for row in rows]
    weighs, known = weights.weights(r).of(r, ids), _known_to(r, ids)
    return [
        Item(
            row.id, row.number, row.owner_id, _tongue(row.language),
            f"stay:{row.stay_id}" if row.stay_id else f"household:{row.household_id}" if row.household_id else "",
            row.unacknowledged_on is not None, row.owned_on, row.risk, row.restricted, bool(row.movable), weighs[row.id],
            known.get(row.id, frozenset()),
        )
        for row in rows
    ]  # fmt: skip


def _known_to(r: Reading, ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """Who works with each of these cases as a secondary worker, or has held it before."""
    known: dict[int, set[int]] = {}
    a = assignment.c
    for some in portions(ids):
        past = or_(a.role == "secondary", a.ends_at.is_not(None))
        for case_id, who in r.conn.execute(select(a.case_id, a.worker_id).where(r.among(a.case_id, some), past)):
            known.setdefault(case_id, set()).add(who)
    return {case_id: frozenset(who) for case_id, who in known.items()}


def _team(r: Reading, people: dict[int, Person], items: Sequence[Item], *, everything: bool = False) -> _Team:
    holders: dict[str, set[int]] = {}
    theirs = [case_file.c.owner_id.in_(people)]
    for item in items or (_items(r, theirs, everything=everything) if people else ()):
        if item.household and item.owner_id is not None:
            holders.setdefault(item.household, set()).add(item.owner_id)
    return _Team(people, denied(r, people), holders)
