"""Early warnings of overload: load that rises, overdue work that rises, no free day. Plain rules of the agency with their figures, and
the rows behind each; no score of anybody, and no order but the alphabet.

A warning is about a worker and for whoever answers for them: who supervises their team, an admin, and the worker.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, cast, func, literal, or_, select, union_all

from caseload.casework import loads, supervision
from caseload.errors import Usage
from caseload.messages import _
from caseload.models import absence, agency, case_file, contact, contact_line, note, worker
from caseload.models.base import BigId
from caseload.store import selection

from . import history, overdue
from .figures import week_key
from .history import Row
from .measures import staff
from .period import Period

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caseload.store.database import Reading

RULES = LOAD, OVERDUE, NO_FREE_DAY = ("load_rising", "overdue_rising", "no_free_day")
# Rising from few to a few more is no overload: it is warned of from that share of the capacity on, in percent, where one is set.
FROM_PERCENT = supervision.ROOM


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a warning, and the week of which it is: its last day for what stood then, all of it for what was done."""

    week: str
    count: int


@dataclass(frozen=True, slots=True)
class Warning:
    """What is warned of: the worker, the rule, its figures week by week, and the capacity that the load is held against."""

    worker: str
    name: str
    team: str | None
    rule: str
    figures: tuple[Figure, ...]
    capacity: int | None = None

    @property
    def words(self) -> str:
        """The warning in a sentence, with its figures."""
        told = " → ".join(str(one.count) for one in self.figures)
        n = len(self.figures) - 1
        if self.rule == LOAD:
            said = _("open cases rose {n} weeks in a row: {figures}").format(n=n, figures=told)
            return said if self.capacity is None else _("{said}, of {places}").format(said=said, places=self.capacity)
        if self.rule == OVERDUE:
            return _("overdue cases rose {n} weeks in a row: {figures}").format(n=n, figures=told)
        return _("work on every day of {n} weeks; contacts and notes: {figures}").format(n=n + 1, figures=told)


def rule_words(rule: str) -> str:
    """A rule in a word or two."""
    return {LOAD: _("load rising"), OVERDUE: _("overdue rising"), NO_FREE_DAY: _("no free day")}[rule]


def listed(r: Reading, *, team: str | None = None, worker: str | None = None) -> list[Warning]:
    """What is to be warned of today, by worker and rule, from weeks that have ended. Raises NotPermitted for roles that see no case,
    Usage for an unknown team or worker."""
    desk = supervision.desk(r, team=team)
    whom = {one.worker for one in desk.workers if one.worker is not None and one.status != "left"}
    if worker is not None:
        from caseload.casework import find

        find.worker_id(r, worker)
        whom &= {worker.strip().lower()}
    rising, free = _policy(r)
    cases = select(case_file.c.id).where(selection.where(r, open_only=False))
    found = [
        *(_load_rising(r, cases, _ended(r, rising + 1)) if rising else ()),
        *(_overdue_rising(r, cases, _ended(r, rising + 1)) if rising else ()),
        *(_no_free_day(r, _ended(r, free)) if free else ()),
    ]
    order = {rule: nth for nth, rule in enumerate(RULES)}
    return sorted((one for one in found if one.worker in whom), key=lambda one: (one.worker, order[one.rule]))


def rows(r: Reading, rule: str, handle: str, week: str) -> list[Row]:
    """The rows that one figure of a warning counts. Raises Usage for a rule or week that a warning never speaks of, NotPermitted for
    somebody the person does not answer for."""
    if rule not in RULES:
        raise Usage(_("There is no warning {name}. There are: {known}.").format(name=rule[:40], known=", ".join(RULES)))
    period = next((one for one in _ended(r, _MOST) if week_key(one) == week), None)
    if period is None:
        raise Usage(_("No warning speaks of that week: name one that has ended, such as 2026-W46."))
    if handle not in {one.worker for one in supervision.desk(r).workers}:
        raise Usage(_("There is nobody of that name whose desk is yours."))
    cases = select(case_file.c.id).where(selection.where(r, open_only=False))
    if rule == LOAD:
        return history.rows(r, history.holding(r, cases, period.last, handle), {"held": _("held since")})
    if rule == OVERDUE:
        return history.rows(r, _late(r, cases, period, handle), {"late": _("overdue since")})
    words = {"contact": _("contact"), "note": _("note")}
    return history.rows(r, _work(period.first, period.last, handle), words)


_MOST = 53


def _policy(r: Reading) -> tuple[int, int]:
    """After how many weeks of rise, and of how many weeks without a free day, it is warned; 0 is never."""
    row = r.conn.execute(select(agency.c.rising_weeks, agency.c.free_day_weeks)).one()
    return int(row.rising_weeks), int(row.free_day_weeks)


def _ended(r: Reading, weeks: int) -> tuple[Period, ...]:
    """So many weeks, the last of them the one that has ended last."""
    monday = r.today - timedelta(days=r.today.weekday())
    firsts = (monday - timedelta(weeks=back) for back in range(weeks, 0, -1))
    return tuple(Period(first, first + timedelta(days=6)) for first in firsts)


def _rose(counts: list[int]) -> bool:
    return all(one < other for one, other in pairwise(counts))


def _load_rising(r: Reading, cases: Select[Any], weeks: tuple[Period, ...]) -> Iterator[Warning]:
    held = [history.held(r, cases, week.last)[0] for week in weeks]
    for one in staff(r, r.today).values():
        counts = [by.get(one.handle, 0) for by in held]
        share = loads.percent(counts[-1], one.capacity)
        if _rose(counts) and (share is None or share >= FROM_PERCENT):
            yield Warning(one.handle, one.name, one.team, LOAD, _figures(weeks, counts), one.capacity)


def _overdue_rising(r: Reading, cases: Select[Any], weeks: tuple[Period, ...]) -> Iterator[Warning]:
    late: list[dict[int | None, int]] = []
    for week in weeks:
        by: dict[int | None, int] = {}
        for row in r.conn.execute(overdue.counts(r.engine, cases, week.last, week.ends(r.zone))):
            by[row.worker_id] = by.get(row.worker_id, 0) + int(row.overdue)
        late.append(by)
    for key, one in staff(r, r.today).items():
        counts = [by.get(key, 0) for by in late]
        if _rose(counts):
            yield Warning(one.handle, one.name, one.team, OVERDUE, _figures(weeks, counts))


def _no_free_day(r: Reading, weeks: tuple[Period, ...]) -> Iterator[Warning]:
    first, last = weeks[0].first, weeks[-1].last
    done = _work(first, last, None).subquery("done")
    away = set(
        r.conn.execute(
            select(absence.c.worker_id).where(
                absence.c.from_on <= last, absence.c.to_on >= first, or_(absence.c.ended_on.is_(None), absence.c.ended_on > first)
            )
        ).scalars()
    )  # fmt: skip
    by: dict[int, dict[date, int]] = {}
    for key, day, n in r.conn.execute(
        select(done.c.worker_id, done.c.on_date, func.count()).group_by(done.c.worker_id, done.c.on_date)
    ):
        by.setdefault(key, {})[day] = int(n)
    for key, one in staff(r, r.today).items():
        days = by.get(key, {})
        if key not in away and len(days) == 7 * len(weeks):
            counts = [sum(n for day, n in days.items() if week.first <= day <= week.last) for week in weeks]
            yield Warning(one.handle, one.name, one.team, NO_FREE_DAY, _figures(weeks, counts))


def _figures(weeks: tuple[Period, ...], counts: list[int]) -> tuple[Figure, ...]:
    return tuple(Figure(week_key(week), n) for week, n in zip(weeks, counts, strict=True))


def _late(r: Reading, cases: Select[Any], week: Period, handle: str) -> Select[Any]:
    """The cases of somebody that were overdue by any rule when a week ended, since the earliest of their days."""
    found = overdue.rows(r.engine, cases, week.last, week.ends(r.zone)).subquery("found")
    who = select(worker.c.id).where(worker.c.handle == handle).scalar_subquery()
    return (
        select(
            case_file.c.id.label("case_id"), func.min(found.c.due).label("on_date"), found.c.worker_id, literal("late").label("what")
        )
        .join(case_file, case_file.c.number == found.c.number)
        .where(found.c.worker_id == who)
        .group_by(case_file.c.id, found.c.worker_id)
    )  # fmt: skip


def _work(first: date, last: date, handle: str | None) -> Select[Any]:
    """Contacts and notes of those days in the cases in sight, by who made or wrote them: what shows that somebody worked on a day."""
    k, c, n = contact_line.c, contact.c, note.c
    who = [worker.c.handle == handle] if handle is not None else []
    made = (
        select(k.case_id, k.on_date, c.worker_id, literal("contact").label("what"))
        .join(contact, c.id == k.contact_id)
        .join(worker, worker.c.id == c.worker_id)
        .where(k.on_date.between(first, last), *who)
    )
    wrote = (
        select(n.case_id, n.on_date, cast(n.author_id, BigId), literal("note"))
        .join(worker, worker.c.id == n.author_id)
        .where(n.on_date.between(first, last), *who)
    )
    both = union_all(made, wrote).subquery("work")
    return select(both.c.case_id, both.c.on_date, both.c.worker_id, both.c.what)
