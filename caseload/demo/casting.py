"""Dealing the cases out: who comes, to which program, who holds the case, how it stands this morning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from . import agency, phrases
from .agency import PROGRAMS, Program, Staff
from .diary import Diary
from .people import Client, Town, household
from .scenes import FILLER, SCENES, Scene, deck

OPEN_SHARE = 0.72
WAITING_SHARE = 0.075
FEWEST_CASES = 40
# The two whose queues are looked at first; the rest is shared out by pull.
ANA, ANA_CASES = "ana", 46
DEMO, DEMO_CASES = "demo", 24
HOUSEHOLD_SHARE = 0.14
# How many days ago the oldest of the open cases was opened.
_LONGEST = 412
# What `demo` holds: enough of everything to try every key, most of it calm.
DEMO_SCENES = SCENES[:12]

_PROGRAM = {program.code: program for program in PROGRAMS}


@dataclass(slots=True)
class Hold:
    """Who held the case until how many days ago, None for now, and why they got it."""

    handle: str
    until: int | None
    why: str


@dataclass(slots=True)
class Plan:
    """One case before it is told: days count back from today. Followers are members of the household, served together."""

    client: Client
    program: Program
    opened: int
    holds: list[Hold]
    scene: Scene | None = None
    risk: str = "low"
    closed: int | None = None
    followers: list[Client] = field(default_factory=list)
    # An earlier episode of the same client.
    before: Plan | None = None
    reopened: bool = False
    restricted: bool = False
    closing: phrases.Closing | None = None
    numbers: list[str] = field(default_factory=list)
    client_key: int = 0

    @property
    def waiting(self) -> bool:
        return self.closed is None and (not self.holds or self.holds[-1].until is not None)

    @property
    def owner(self) -> str | None:
        return self.holds[-1].handle if self.holds and self.holds[-1].until is None else None

    @property
    def size(self) -> int:
        return 1 + len(self.followers)


class Casting:
    """Deals a whole agency. Everything it decides comes from one random source, in one order."""

    def __init__(self, rng: Random, diary: Diary, staff: Sequence[Staff]) -> None:
        self.rng = rng
        self.diary = diary
        self.town = Town(rng, diary.today)
        self.staff = {one.handle: one for one in staff}
        self.managers = [one for one in staff if one.role == "case_manager"]

    def deal(self, cases: int) -> list[Plan]:
        """That many cases: those that ended first, then the waiting list, then who holds what today."""
        running = round(cases * OPEN_SHARE)
        waiting = max(3, round(running * WAITING_SHARE))
        held = self._held(running - waiting)
        queue = [self._waiting(nth) for nth in range(waiting)]
        over = self._over(cases - running)
        self._come_back(over, held)
        self._hand_over(held)
        self._stay(held)
        return [*over, *queue, *held]

    # -- open cases -----------------------------------------------------------------------------------------------------

    def _loads(self, count: int) -> dict[str, int]:
        """How many open cases each person holds."""
        loads = {ANA: min(ANA_CASES, round(count * 0.28)), DEMO: min(DEMO_CASES, round(count * 0.15))}
        rest = count - sum(loads.values())
        pulls = {one.handle: one.pull for one in self.staff.values() if one.pull}
        whole = sum(pulls.values())
        shared = {handle: rest * pull // whole for handle, pull in pulls.items()}
        for handle in sorted(pulls, key=lambda h: -(rest * pulls[h] % whole))[: rest - sum(shared.values())]:
            shared[handle] += 1
        return loads | shared

    def _held(self, count: int) -> list[Plan]:
        loads = self._loads(count)
        unseen = list(SCENES)
        out: list[Plan] = []
        for handle in (ANA, DEMO):
            mine = loads.pop(handle)
            own = unseen if handle == ANA or mine < 2 * len(DEMO_SCENES) else list(DEMO_SCENES)
            out += self._caseload(self.staff[handle], mine, deck(mine - self._followers(handle, mine), own))
            if own is not unseen:
                unseen = [scene for scene in unseen if scene not in DEMO_SCENES]
        # The others share one deck, so that rare things stay rare.
        kin = {handle: self._followers(handle, mine) for handle, mine in loads.items()}
        cards = deck(sum(loads.values()) - sum(kin.values()), unseen)
        self.rng.shuffle(cards)
        for handle, mine in loads.items():
            hand = [cards.pop() for _ in range(mine - kin[handle])]
            out += self._caseload(self.staff[handle], mine, hand)
        return out

    def _followers(self, handle: str, count: int) -> int:
        served = [code for code, _share in self.staff[handle].programs if code in ("housing", "family")]
        return round(count * HOUSEHOLD_SHARE) if served and count >= 9 else 0

    def _caseload(self, one: Staff, count: int, hand: list[Scene]) -> list[Plan]:
        """One person's open cases: a plan for each scene in hand, and their households up to the count."""
        kin = count - len(hand)
        leads = [nth for nth, scene in enumerate(hand) if scene.households]
        self.rng.shuffle(leads)
        sizes: dict[int, int] = {}
        for nth in leads:
            if kin <= 0:
                break
            sizes[nth] = min(kin, self.rng.choice((1, 1, 2, 3)))
            kin -= sizes[nth]
        hand = hand + [FILLER] * kin
        first = one.handle in (ANA, DEMO)
        return [self._running(one, scene, sizes.get(nth, 0), first and nth % 4 == 1) for nth, scene in enumerate(hand)]

    def _running(self, one: Staff, scene: Scene, followers: int, remarkable: bool) -> Plan:
        rng = self.rng
        codes = [(code, share) for code, share in one.programs if not followers or code in ("housing", "family")]
        program = _PROGRAM[rng.choices([code for code, _ in codes], [share for _, share in codes])[0]]
        risk = rng.choices([name for name, _ in scene.risks], [share for _, share in scene.risks])[0]
        if followers:
            risk = "low"
        client = self._client(program, one.languages, remarkable and not followers)
        opened = min(self._opened(scene), one.hired_days_ago - 10)
        plan = Plan(client, program, opened, [Hold(one.handle, None, rng.choice(phrases.ASSIGN_WHY))], scene, risk)
        plan.followers = self._kin(client, followers)
        if scene.name == "new_assignment" and opened > 30:
            if giver := self._colleague(one, opened):
                self._moved(plan, giver, self.diary.working_gap(1, 3))
            else:
                plan.opened = self.diary.working_gap(3, 6)
        return plan

    def _moved(self, plan: Plan, giver: Staff, day: int, why: str = "") -> None:
        """The case was somebody else's until then."""
        why = why or self.rng.choice(phrases.MOVE_WHY)
        if why == phrases.LANGUAGE_MATCH and plan.client.language in (None, "en"):
            why = phrases.MOVE_WHY[1]
        plan.holds.insert(0, Hold(giver.handle, day, plan.holds[0].why))
        plan.holds[-1].why = why

    def _opened(self, scene: Scene) -> int:
        """How long ago the case was opened: long enough for its scene to have come about."""
        rng = self.rng
        if scene.name == "new_assignment" and rng.random() < 0.6:
            first = rng.randint(3, 6)
        elif scene.name in ("in_order", "appointment_soon") and rng.random() < 0.15:
            first = rng.randint(12, 34)
        else:
            first = int(rng.triangular(130 if scene.name == "safety_due" else 62, 400, 130))
        return self.diary.working_gap(first, first + 2)

    def _client(self, program: Program, spoken: str, remarkable: bool = False) -> Client:
        return self.town.client(program.ages, spoken=spoken, street=program.code == "outreach", remarkable=remarkable)

    def _kin(self, head: Client, count: int) -> list[Client]:
        return [self.town.relative(head, how) for how in household(self.rng, count + 1)] if count else []

    def _colleague(self, one: Staff, opened: int) -> Staff | None:
        """Someone of the same team who could have held a case before, leavers aside."""
        able = [
            other
            for other in self.managers
            if other.team == one.team
            and other.handle not in (one.handle, agency.LEAVER)
            and other.hired_days_ago > opened
        ]
        return self.rng.choice(able) if able else None

    # -- waiting, ended, moved ------------------------------------------------------------------------------------------

    def _waiting(self, nth: int) -> Plan:
        """Someone nobody holds yet; the second was handed back and waits for a new worker."""
        rng = self.rng
        program = PROGRAMS[nth % len(PROGRAMS)]
        risk = rng.choices(("low", "medium", "high"), (5, 4, 1))[0]
        client = self._client(program, "en", nth == 2)
        if nth == 1:
            giver = self.staff.get("noor") or self.staff["kofi"]
            program = _PROGRAM[giver.programs[0][0]]
            why = rng.choice(phrases.ASSIGN_WHY)
            return Plan(
                client,
                program,
                self.diary.working_gap(80, 100),
                [Hold(giver.handle, self.diary.working_gap(4, 6), why)],
                None,
                "low",
            )
        return Plan(client, program, self.diary.working_gap(1 + nth * 2 % 19, 3 + nth * 2 % 19), [], None, risk)

    def _over(self, count: int) -> list[Plan]:
        rng = self.rng
        out: list[Plan] = []
        while count > 0:
            closed = self.diary.working_gap(first := rng.randint(3, 320), first + 2)
            opened = self.diary.working_gap(first := closed + rng.randint(45, 240), first + 2)
            able = [one for one in [*self.managers, self.staff[DEMO]] if one.hired_days_ago > opened]
            able = [one for one in able if one.handle != agency.LEAVER or closed > agency.LEFT_DAYS_AGO + 4]
            weights = [{ANA: 30, DEMO: 6, agency.LEAVER: 24}.get(one.handle, one.pull) for one in able]
            one = rng.choices(able, weights)[0]
            codes, shares = zip(*one.programs, strict=True)
            program = _PROGRAM[rng.choices(codes, shares)[0]]
            client = self._client(program, one.languages)
            plan = Plan(
                client, program, opened, [Hold(one.handle, closed, rng.choice(phrases.ASSIGN_WHY))], closed=closed
            )
            plan.risk = rng.choices(("low", "medium", "high"), (6, 3, 1))[0]
            plan.closing = rng.choices(phrases.CLOSINGS, [one.share for one in phrases.CLOSINGS])[0]
            if program.code in ("housing", "family") and rng.random() < 0.1:
                plan.followers = self._kin(client, min(count - 1, rng.choice((1, 2))))
            count -= plan.size
            out.append(plan)
        return out

    def _come_back(self, over: list[Plan], held: list[Plan]) -> None:
        """Some of those whose case ended have come again: one client, two episodes."""
        ended = [plan for plan in over if not plan.followers and plan.closing and plan.closing.reason != "deceased"]
        fresh = [plan for plan in held if not plan.followers and not plan.client.remarkable]
        for plan in ended[: max(1, len(over) // 8)]:
            assert plan.closed is not None
            found = next((new for new in fresh if new.before is None and new.opened < plan.closed - 15), None)
            if found is not None:
                found.before, found.client = plan, plan.client

    def _hand_over(self, held: list[Plan]) -> None:
        """Past moves: the leaver's caseload on one day, and a move here and there; a case reopened, two restricted ones."""
        rng, gone = self.rng, self.staff[agency.LEAVER]
        day = self.diary.working_gap(agency.LEFT_DAYS_AGO + 1, agency.LEFT_DAYS_AGO + 3)
        old = [plan for plan in held if len(plan.holds) == 1 and plan.opened > agency.LEFT_DAYS_AGO + 30]
        town = [plan for plan in old if plan.program.code in ("housing", "family") and plan.owner != DEMO]
        near = [plan for plan in town if self.staff[plan.owner or ""].team == gone.team]
        hers = (near + [plan for plan in town if plan not in near])[: max(2, len(held) // 11)]
        for plan in hers:
            self._moved(plan, gone, day, phrases.LEAVING_WHY)
        rest = [plan for plan in old if len(plan.holds) == 1]
        for plan in rest:
            if rng.random() < 0.13 and (giver := self._colleague(self.staff[plan.owner or ""], plan.opened)):
                first = rng.randint(26, plan.opened - 30)
                self._moved(plan, giver, self.diary.working_gap(first, first + 2))
        quiet = [plan for plan in rest if len(plan.holds) == 1 and plan.scene is FILLER and not plan.followers]
        for plan in [plan for plan in quiet if plan.opened > 150][:2]:
            plan.reopened = True
        for plan in [plan for plan in quiet if not plan.reopened and plan.owner != DEMO][:2]:
            plan.restricted = True

    def _stay(self, held: list[Plan]) -> None:
        """Two in programs that ask everybody once a year have been there longer than anybody: of one it is time, of one it was."""
        long_ago = [
            plan for plan in held
            if plan.program.policy.get("annual_assessment") and len(plan.holds) == 1 and plan.before is None
            and not plan.reopened and plan.scene is not None and plan.scene.name not in ("new_assignment", "safety_due")
            and self.staff[plan.owner or ""].hired_days_ago > _LONGEST + 30
        ]  # fmt: skip
        late = [plan for plan in long_ago if plan.scene and plan.scene.gap in ("late", "later", "failing")] or long_ago
        if late:
            late[0].opened = self.diary.working_gap(_LONGEST - 4, _LONGEST)
        soon = [plan for plan in long_ago if plan not in late[:1]]
        if soon:
            soon[-1].opened = self.diary.working_gap(350, 354)
