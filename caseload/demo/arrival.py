"""The first chapter: a client comes, with the people around them, and a case is opened and given to someone."""

from __future__ import annotations

from datetime import date, datetime

from . import phrases
from .agency import LEAVER, TEAM_OF_PROGRAM
from .casting import Plan
from .pen import CLOSING, Pen, Told
from .people import Channel, Client
from .words import Words

# Cases are opened before anybody is met.
_OPENING = 8 * 60


def arrive(pen: Pen, plan: Plan) -> Told:
    """Open the case of a plan, and those of the household served with it."""
    opened = pen.diary.ago(plan.opened)
    closed = pen.diary.ago(plan.closed) if plan.closed is not None else None
    threatened = bool(plan.scene and plan.scene.name.startswith("safety")) or pen.chance(0.03)
    told = Told(plan, Words(pen.rng, plan.program.code), opened, closed, threatened)
    _hold(pen, told)
    at = pen.diary.at(opened, _OPENING + pen.rng.randrange(25))
    for who in (plan.client, *plan.followers):
        _come(pen, told, who, at)
    if plan.followers:
        _household(pen, told, at)
    _assign(pen, told)
    return told


def _hold(pen: Pen, told: Told) -> None:
    """Who held the case when, each from the day the one before let go."""
    plan, diary = told.plan, pen.diary
    if not plan.holds:
        return
    first = diary.shifted(told.opened, 0, min(9, plan.opened // 4))
    if plan.opened <= 8:
        first = diary.ago(diary.working_gap(1, min(2, plan.opened - 1)))
    for hold in plan.holds:
        last = diary.ago(hold.until) if hold.until is not None else None
        told.held.append((hold.handle, first, last))
        first = last or first
    if plan.reopened:
        handle, first, _last = told.held.pop()
        ended = diary.shifted(told.opened, 60, 64)
        told.hole = (ended, diary.shifted(ended, 20, 30))
        told.held += [(handle, first, ended), (handle, told.hole[1], None)]


def _come(pen: Pen, told: Told, who: Client, at: datetime) -> None:
    """The client, unless known from an earlier episode, and their case."""
    plan = told.plan
    head = who is plan.client
    client = plan.before.client_key if plan.before and head else _client(pen, told, who, at)
    if head:
        plan.client_key = client
    handle = told.held[-1][0] if told.held else None
    team = (pen.staff[handle].team if handle else None) or TEAM_OF_PROGRAM[told.code]
    row = {
        "uid": pen.uid7(at), "number": plan.numbers[len(told.keys)], "client_id": client,
        "program_id": pen.opening.program[told.code], "team_id": pen.opening.team[team],
        "source": pen.rng.choice(phrases.SOURCES[told.code]), "opened_on": told.opened, "created_at": at, "restricted": plan.restricted,
        "custodian_id": pen.worker(pen.supervisor(handle)) if plan.restricted and handle else None,
    }  # fmt: skip
    told.keys.append(pen.add("intake", "case_file", told.opened, **row))
    told.clients.append(client)


def _client(pen: Pen, told: Told, who: Client, at: datetime) -> int:
    day = told.opened
    died = (
        told.closed
        if told.plan.closing and told.plan.closing.reason == "deceased" and who is told.plan.client
        else None
    )
    key = pen.add("intake", "client", day, uid=pen.uid7(at), language=who.language, created_at=at, deceased_on=died)
    name = {"given": who.given, "family": who.family, "name_quality": who.name_quality}
    pen.add("intake", "identity", day, client_id=key, **name, born_on=who.born, birth_quality=who.birth_quality)
    if who.alias:
        pen.add("intake", "alias", day, client_id=key, name=who.alias)
    threatened = told.threatened and who is told.plan.client
    for channel in pen.town.channels(who, street=told.code == "outreach", threatened=threatened):
        _channel(pen, day, key, None, channel)
    for one in pen.town.people(who, told.code, threatened=threatened) if who.relationship != "child" else ():
        person = pen.add("intake", "person", day, client_id=key, name=one.name, role=one.role, relation=one.relation)
        if one.channel:
            _channel(pen, day, key, person, one.channel)
    return key


def _channel(pen: Pen, day: date, client: int, person: int | None, channel: Channel) -> None:
    ended = pen.diary.ago(channel.ended) if channel.ended is not None else None
    if ended and ended <= day:
        return
    row = {
        "kind": channel.kind,
        "value": channel.value,
        "safe": channel.safe,
        "voicemail": channel.voicemail,
        "hours": channel.hours,
    }
    pen.add("intake", "channel", day, client_id=client, person_id=person, **row, valid_from=day, valid_to=ended)


def _household(pen: Pen, told: Told, at: datetime) -> None:
    """The lasting family, and who is served together from now on."""
    day = told.opened
    family = pen.add("intake", "household", day, created_at=at)
    stay = pen.add("intake", "stay", day, household_id=family, from_on=day)
    for client, case, who in zip(told.clients, told.keys, (told.plan.client, *told.plan.followers), strict=True):
        pen.add("intake", "household_member", day, household_id=family, client_id=client, from_on=day)
        how = "self" if who is told.plan.client else who.relationship
        pen.add("intake", "stay_member", day, stay_id=stay, case_id=case, relationship=how)


def _assign(pen: Pen, told: Told) -> None:
    """The assignments: no two overlap, each begins at the moment the one before ended."""
    if told.start is None:
        return
    fresh = told.scene == "new_assignment"
    begins = pen.moment(told.held[0][0], told.start)
    for nth, (handle, first, last) in enumerate(told.held):
        if nth and told.hole and first == told.hole[1]:
            begins, why = pen.moment(handle, first), "reopened"
        else:
            why = told.plan.holds[min(nth, len(told.plan.holds) - 1)].why
        ends = _ends(pen, told, handle, last) if last else None
        if ends and ends < begins:
            ends = pen.later(begins, 15, 30)
        seen = None
        if not (fresh and last is None):
            seen = min(pen.later(begins, 10, 60), ends) if ends else pen.later(begins, 10, 60)
        row = {"worker_id": pen.worker(handle), "role": "primary", "starts_at": begins, "starts_on": first, "why": why}
        for case in told.keys:
            pen.add(
                "intake", "assignment", first, case_id=case, **row, ends_at=ends, ends_on=last, acknowledged_at=seen
            )
        if ends:
            begins = ends
    _beside(pen, told)


def _ends(pen: Pen, told: Told, handle: str, day: date) -> datetime:
    if day == told.closed or (told.hole and day == told.hole[0]):
        return pen.diary.at(day, CLOSING)
    return pen.later(pen.moment(handle, day), 30, 60)


def _beside(pen: Pen, told: Told) -> None:
    """A second worker on some cases."""
    owner = told.plan.owner
    if owner is None or told.plan.opened < 40 or not pen.chance(0.06):
        return
    team = pen.staff[owner].team
    able = [
        one
        for one in pen.staff.values()
        if one.role == "case_manager"
        and one.team == team
        and one.handle not in (owner, LEAVER)
        and one.hired_days_ago > told.plan.opened
    ]
    day = pen.past(told.held[-1][1], 8, 25)
    if able and day:
        other = pen.rng.choice(able).handle
        at = pen.moment(other, day)
        row = {"role": "secondary", "starts_at": at, "starts_on": day, "why": pen.rng.choice(phrases.SECONDARY_WHY)}
        pen.add(
            "intake",
            "assignment",
            day,
            case_id=told.key,
            worker_id=pen.worker(other),
            **row,
            acknowledged_at=pen.later(at, 5, 90),
        )
