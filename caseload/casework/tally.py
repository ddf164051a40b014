"""The end of a day: what one person did, and what is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select

from ..errors import NotPermitted, Usage
from ..messages import _, _n
from ..models import case_file, change, contact, journal, note, task, worker
from ..store import scope
from ..store.database import Reading
from . import find, triage
from .visits import Visits, by_when, this_month
from .visits import in_words as visits_in_words


@dataclass(frozen=True, slots=True)
class Tally:
    """One worker's day. `acted` counts the cases something was changed in, `cleared` those of them that no longer wait
    for today (in order, due soon, put off or closed). `left` counts what waits in their queue now, by level; it is empty
    for a day past, of which nobody can say what was left without asking as of that day (`--today`)."""

    worker: str
    on: date
    made: int
    attempted: int
    minutes: int
    notes: int
    signed: int
    tasks: int
    acted: int
    cleared: int
    left: dict[int, int]
    # The visits of this month in the cases they hold, and by when what is left is to be made; of today alone.
    visits: Visits | None = None
    visits_by: date | None = None

    @property
    def contacts(self) -> int:
        """All contacts, made and attempted."""
        return self.made + self.attempted


def tally(r: Reading, *, on: date | None = None, who: str | None = None) -> Tally:
    """The day of a worker: one's own, or that of a worker one supervises. Today unless a day is given.

    Counts what was recorded on that day, whenever it happened. Raises Usage for a day ahead, NotPermitted for the day of
    someone else's worker.
    """
    day = on or r.today
    if day > r.today:
        raise Usage(_("{day} lies ahead.").format(day=day.isoformat()))
    key = find.worker_id(r, who) if who is not None else r.me.id
    if key is None:
        raise NotPermitted(_("You are not one of the workers; name one with --worker."))
    if key != r.me.id and not scope.may_administer(r):
        team_id = r.conn.execute(select(worker.c.team_id).where(worker.c.id == key)).scalar()
        if not scope.may_supervise(r, team_id):
            raise NotPermitted(_("Only their supervisor sees the day of another worker."))
    begins = datetime.combine(day, time(), r.zone)
    ends = datetime.combine(day + timedelta(days=1), time(), r.zone)

    def during(column: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(column >= begins, column < ends)

    by_outcome = select(contact.c.outcome, func.count(), func.coalesce(func.sum(contact.c.minutes), 0))
    kept = by_outcome.where(contact.c.worker_id == key, during(contact.c.recorded_at)).group_by(contact.c.outcome)
    contacts = {row[0]: (int(row[1]), int(row[2])) for row in r.conn.execute(kept)}
    written = select(func.count()).where(note.c.author_id == key, during(note.c.at))
    signed = select(func.count()).where(note.c.signed_by == key, note.c.author_id == key, during(note.c.signed_at))
    finished = select(func.count()).where(task.c.done_by == key, during(task.c.done_at))
    # What was loaded, or made up for a demo, was not worked on.
    made_up = select(func.max(change.c.id)).where(change.c.verb == "demo").scalar_subquery()
    touched = (
        select(journal.c.case_id)
        .join(change, change.c.id == journal.c.change_id)
        .where(change.c.worker_id == key, during(change.c.at), journal.c.case_id.is_not(None))
        .where(not_(change.c.verb.startswith("import")), change.c.id > func.coalesce(made_up, 0))
    )
    acted = and_(scope.visible(r), case_file.c.id.in_(touched))
    settled = or_(case_file.c.level > 3, case_file.c.urgency >= triage.SNOOZED_FROM, case_file.c.closed_on.is_not(None))

    def count(found: Select[Any]) -> int:
        return int(r.conn.execute(found).scalar_one())

    name = r.conn.execute(select(worker.c.handle).where(worker.c.id == key)).scalar_one()
    mine = triage.View() if key == r.me.id else triage.View(worker=name)
    return Tally(
        name, day, contacts.get("made", (0, 0))[0], contacts.get("attempted", (0, 0))[0],
        sum(minutes for _n, minutes in contacts.values()), count(written), count(signed), count(finished),
        count(select(func.count()).select_from(case_file).where(acted)),
        count(select(func.count()).select_from(case_file).where(acted, settled)),
        triage.counts(r, mine) if day == r.today else {},
        this_month(r, case_file.c.owner_id == key) if day == r.today else None, by_when(r) if day == r.today else None,
    )  # fmt: skip


def in_words(found: Tally) -> list[str]:
    """The day in a few sentences, without naming anybody."""
    contacts = _n("{n} contact: {made} made, {attempted} attempted", "{n} contacts: {made} made, {attempted} attempted", found.contacts)  # fmt: skip
    notes = _n("{n} note written, {signed} signed", "{n} notes written, {signed} signed", found.notes)
    tasks = _n("{n} task finished", "{n} tasks finished", found.tasks)
    cases = _n("{n} case worked on, {cleared} cleared", "{n} cases worked on, {cleared} cleared", found.acted)
    lines = [
        _("{worker}, {day}").format(worker=found.worker, day=found.on.isoformat()),
        contacts.format(n=found.contacts, made=found.made, attempted=found.attempted)
        + (_(", {n} minutes").format(n=found.minutes) if found.minutes else ""),
        notes.format(n=found.notes, signed=found.signed),
        tasks.format(n=found.tasks),
        cases.format(n=found.acted, cleared=found.cleared),
    ]
    waiting = {level: count for level, count in sorted(found.left.items()) if level <= 3 and count}
    if waiting:
        words = ", ".join(f"{count} {triage.level_word(level)}" for level, count in waiting.items())
        lines.append(_("Left: {what}").format(what=words))
    elif found.left:
        lines.append(_("Left: nothing that waits for today."))
    if found.visits is not None and found.visits.due and found.visits_by is not None:
        lines.append(visits_in_words(found.visits, found.visits_by.isoformat()))
    return lines
