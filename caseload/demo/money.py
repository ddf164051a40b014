"""Money in the made-up town: a budget for each program and for some clients, what was authorised under them in every state, and what
was paid. Nothing of it is drawn by chance. Amounts are cents."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from .. import models
from ..store.database import Work
from .diary import Diary
from .opening import Opening

Add = Callable[..., int]

CURRENCY = "USD"
# Of the open cases, as they were opened, one in so many, and no more than the first.
_EVERY, _MOST = 5, 2_000
_SPACE = uuid.UUID("0d4a8f55-2c3b-5c0e-8d6b-52e7b2a9c411")
_MORNING, _AFTERNOON = 10 * 60, 14 * 60 + 30
# The pots of the programs began so many days ago, at the first of the month, and last a year.
_BEGAN, _LASTS = 170, 365
# What is in them, and at most so many hundredths of it spoken for; of one as many, by child care for some of its families.
_POTS = {"housing": 1_500_000, "family": 300_000, "reentry": 600_000, "outreach": 250_000}
_USED, _NEARLY_ALL, _FILLED, _FAMILIES = 80, 94, "family", 4
_CARE = "Without it she loses the work; there is no free place before the summer."


@dataclass(frozen=True, slots=True)
class _Story:
    """What is authorised for one client: from so many days ago, with so many left; the service among the helpers, or a thing. `pot` are
    the cents of a budget of the client's own, `paid` the payments: how many days ago and how much of it, in cents and units."""

    item: str = ""
    cents: int | None = None
    ago: int = 40
    left: int = 60
    state: str = "approved"
    units: int | None = None
    unit: str = ""
    service: int | None = None
    pot: int | None = None
    above: str = ""
    back: str = ""
    ended: int | None = None
    paid: tuple[tuple[int, int, int], ...] = ()
    # That many days ago the last payment was taken back, and why.
    wrong: tuple[int, str] | None = None


# The first of them stand in the smallest agency, too: each has something that the queue tells of, and one waits for approval.
_STORIES = (
    _Story("Rent deposit", 42_000, 75, -4, paid=((70, 21_000, 0), (38, 21_000, 0))),
    _Story("School clothes and shoes", 11_500, 30, 45, pot=12_000, paid=((24, 8_400, 0),)),
    _Story("Repairs before moving in", 68_000, 20, 50, pot=60_000, above="The boiler went as well; the landlord pays the rest."),
    _Story("Two months of rent", 96_000, 4, 70, state="asked", above="They lose the flat on the first of the month."),
    _Story(service=4, units=14, unit="night", ago=9, left=5, paid=((7, 0, 4), (3, 0, 4))),
    _Story("Bus pass", 6_000, 60, 40, paid=((58, 2_000, 0), (30, 2_000, 0))),
    _Story("Fridge, second hand", 18_000, 3, 30, state="drafted", back="Which one, and from whom? Please say."),
    _Story(service=3, cents=35_000, ago=80, left=90, paid=((64, 17_500, 0), (20, 1_750, 0)), wrong=(18, "Paid twice by the bank.")),
    _Story("Birth certificate and passport", 9_500, 90, 20, ended=12, paid=((80, 9_500, 0),)),
    _Story("Work boots", 7_900, 25, 30, state="withdrawn", ended=14),
    _Story(service=0, units=40, unit="hour", ago=110, left=70, paid=((90, 0, 8), (60, 0, 8), (30, 0, 8))),
    _Story("Groceries until the benefit comes", 12_000, 28, 62, paid=((27, 4_000, 0), (20, 4_000, 0), (13, 4_000, 0))),
)  # fmt: skip


@dataclass(slots=True)
class Purse:
    """Writes it into the last change of the making. `services` are the keys of the helpers' services."""

    w: Work
    diary: Diary
    opening: Opening
    services: list[int]
    add: Add
    _ended: dict[int, date] = field(default_factory=dict)
    _nth: int = 0

    def lay(self) -> None:
        """Budgets, authorisations and payments, kept for writing; `end` follows once they are written."""
        case, program = models.case_file, models.program
        held = (
            select(case.c.id, case.c.owner_id, case.c.team_id, case.c.opened_on, program.c.code, program.c.id.label("program_id"))
            .join(program, program.c.id == case.c.program_id)
            .where(case.c.closed_on.is_(None), case.c.owner_id.is_not(None))
            .order_by(case.c.id)
            .limit(_MOST)
        )  # fmt: skip
        found = list(enumerate(self.w.conn.execute(held).all()))
        told = [(row, _STORIES[nth // _EVERY % len(_STORIES)]) for nth, row in found if nth % _EVERY == 1]
        taken: Counter[str] = Counter()
        for row, story in told:
            if story.pot is None and story.state == "approved":
                taken[row.code] += story.cents or 0
        families = [row for nth, row in found if nth % _EVERY == 3 and row.code == _FILLED][:_FAMILIES]
        wanted = _POTS[_FILLED] * _NEARLY_ALL // 100 - taken[_FILLED]
        if families and wanted > 0:
            each = wanted // len(families) // 100 * 100
            third = each // 6
            care = _Story(
                "Child care until the summer", each, 62, 120, above=_CARE, paid=((50, third, 0), (20, third, 0))
            )
            told += [(row, care) for row in families]
        pots = self._pots(taken)
        for row, story in told:
            self._authorise(row, story, pots[row.code])
        self.w.conn.execute(update(models.agency).values(currency=CURRENCY))

    def end(self) -> None:
        """End what has ended: what was paid of it was paid while it ran."""
        own = models.authorisation
        for key, day in self._ended.items():
            self.w.conn.execute(update(own).where(own.c.id == key).values(state="ended", ended_on=day))

    def _uid(self, what: str) -> str:
        self._nth += 1
        return str(uuid.uuid5(_SPACE, f"{self._nth} {what}"))

    def _pots(self, taken: Mapping[str, int]) -> dict[str, int]:
        """A budget of each program, in a big agency with more in it."""
        first = self.diary.ago(_BEGAN).replace(day=1)
        made: dict[str, int] = {}
        program = models.program
        for row in self.w.conn.execute(
            select(program.c.id, program.c.code, program.c.name).order_by(program.c.id)
        ).all():
            most = taken[row.code] * 100 // _USED
            cents = _POTS[row.code] if most <= _POTS[row.code] else -(-most // 10_000) * 10_000
            made[row.code] = self.add(
                "budget", uid=self._uid("program"), program_id=row.id, case_id=None, cents=cents,
                single_cents=None, name=f"{row.name} fund", from_on=first, to_on=first + timedelta(days=_LASTS),
                set_by=self.w.me.id, at=self.diary.at(first, _MORNING), version=1,
            )  # fmt: skip
        return made

    def _authorise(self, case: Any, one: _Story, pot: int) -> None:
        day = max(self.diary.ago(one.ago), case.opened_on)
        at, last = self.diary.at(day, _MORNING), self.diary.ago(-one.left)
        first = min(day, last)
        budget: int | None = pot if one.cents is not None else None
        if one.pot is not None:
            budget = self.add(
                "budget", uid=self._uid("client"), program_id=None, case_id=case.id, cents=one.pot, single_cents=None,
                name="Hardship fund", from_on=first, to_on=self.diary.ago(-120), set_by=self._lead(case), at=at, version=1,
            )  # fmt: skip
        asked = day if one.state in ("asked", "approved") else None
        approved = one.state == "approved"
        by = (self._lead(case) if one.above else case.owner_id) if approved else None
        key = self.add(
            "authorisation", uid=self._uid("authorisation"), case_id=case.id, budget_id=budget, referral_id=None,
            service_id=self.services[one.service] if one.service is not None else None, item=one.item, cents=one.cents,
            units=one.units, unit=one.unit, from_on=first, to_on=last, state=one.state, asked_by=case.owner_id, drafted_on=day,
            asked_on=asked, reason_id=self._prose(case, case.owner_id, at, one.above), above=bool(one.above) and approved,
            approved_by=by, approved_at=self.diary.at(day, _AFTERNOON) if approved else None, approved_on=day if approved else None,
            returned_id=self._prose(case, self._lead(case), self.diary.at(day, _AFTERNOON), one.back),
            ended_on=max(day, self.diary.ago(one.ended)) if one.ended is not None and not approved else None, renews_id=None, at=at,
            version=1,
        )  # fmt: skip
        if one.ended is not None and approved:
            self._ended[key] = max(day, self.diary.ago(one.ended))
        paid = [self._pay(case, key, one, *some) for some in one.paid]
        if one.wrong is not None:
            self._take_back(case, key, one, paid[-1])

    def _pay(self, case: Any, key: int, one: _Story, ago: int, cents: int, units: int) -> int:
        day = max(self.diary.ago(ago), case.opened_on)
        return self.add(
            "payment", uid=self._uid("payment"), case_id=case.id, authorisation_id=key, cents=cents, units=units, on_date=day,
            payee="" if one.service is not None else "By transfer", reference="", worker_id=case.owner_id,
            at=self.diary.at(day, _AFTERNOON), counters_id=None, reason_id=None,
        )  # fmt: skip

    def _take_back(self, case: Any, key: int, one: _Story, payment: int) -> None:
        assert one.wrong is not None
        ago, why = one.wrong
        day, (_ago, cents, units) = max(self.diary.ago(ago), case.opened_on), one.paid[-1]
        at = self.diary.at(day, _AFTERNOON + 30)
        self.add(
            "payment", uid=self._uid("payment"), case_id=case.id, authorisation_id=key, cents=-cents, units=-units, on_date=day,
            payee="", reference="", worker_id=case.owner_id, at=at, counters_id=payment,
            reason_id=self._prose(case, case.owner_id, at, why),
        )  # fmt: skip

    def _lead(self, case: Any) -> int:
        """Who supervises the case, and if that is who holds it, the worker `demo`; of a case of `demo`'s own another."""
        worker, team = self.opening.worker, self.opening.team
        leads = {team[code]: worker[one.handle] for one in self.opening.staff for code in one.supervises}
        able = (leads.get(case.team_id), worker["demo"], *leads.values())
        return next(one for one in able if one is not None and one != case.owner_id)

    def _prose(self, case: Any, who: int, at: datetime, words: str) -> int | None:
        if not words:
            return None
        return self.add("narrative", case_id=case.id, worker_id=who, body=words, at=at, supersedes_id=None)
