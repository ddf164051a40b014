"""What the screen asks of the practice. Each function runs on the desk's thread, inside a reading, and returns frozen
values; the practice is imported here when it is first asked, never where the first frame waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, tzinfo
from typing import TYPE_CHECKING, Any, NamedTuple

from ..text import line
from . import summaries, unnamed
from .state import View, keys_of
from .summaries import Preview

if TYPE_CHECKING:
    from array import array

    from ..casework.absences import CoverPlan, Share
    from ..casework.answering import Answering
    from ..casework.assign import Plan
    from ..casework.balance import Balance
    from ..casework.clients import Particulars
    from ..casework.leavers import LeaverPlan
    from ..casework.live import Watch
    from ..casework.offers import TransferRow
    from ..casework.page import CasePage
    from ..casework.returning import WhileAway
    from ..casework.triage import QueueRow
    from ..store.database import Database, Reading


class Standing(NamedTuple):
    """Who is at the keyboard, where, and on which day."""

    handle: str
    name: str
    role: str
    agency: str
    today: date
    zone: tzinfo
    as_of: bool
    names: bool
    editor: bool = True
    breaks: bool = False


class Listed(NamedTuple):
    """The keys of a list in its order, the rows it begins with, and who looks on which day."""

    keys: array[int]
    rows: Mapping[int, QueueRow]
    standing: Standing


class Opened(NamedTuple):
    """A case page, the case's line in the queue, who looks on which day, and for how many seconds more, where they have the
    case open in an emergency."""

    page: CasePage
    row: QueueRow | None
    standing: Standing
    left: float | None = None


def standing(r: Reading) -> Standing:
    from ..casework import veil

    return Standing(
        line(r.me.handle),
        line(r.me.name),
        r.me.role,
        line(r.agency.name),
        r.today,
        r.zone,
        r.as_of,
        veil.lifted(r).me.sees_identity,
        r.agency.editor_allowed,
        r.agency.break_glass,
    )


def opened(r: Reading, key: int, found: CasePage) -> Opened:
    """What the screen shows of a case page that was read."""
    until = found.answering.broken
    left = None if until is None else (until - r.now).total_seconds()
    return Opened(found, rows(r, [key]).get(key), standing(r), left)


def queue(r: Reading, view: View, first: int) -> Listed:
    """The person's queue, worst first."""
    from ..casework import triage

    keys = triage.queue(r, triage.View(query=view.query))
    return Listed(keys_of(keys), triage.rows(r, keys[:first]), standing(r))


def cases(r: Reading, view: View, first: int) -> Listed:
    """The cases that answer a query, in the order asked for."""
    from ..casework import cases as listing
    from ..casework import triage

    keys = listing.keys(r, view.query, sort=view.sort or "level")
    return Listed(keys_of(keys), triage.rows(r, keys[:first]), standing(r))


def rows(r: Reading, keys: Sequence[int]) -> Mapping[int, QueueRow]:
    """The rows of these cases; those no longer in sight are left out."""
    from ..casework import triage

    return triage.rows(r, keys)


def preview(r: Reading, key: int) -> Preview | None:
    """The facts of one case for the pane beside the list, or None where it may not be seen."""
    from ..casework import page

    found = page.preview(r, key)
    return None if found is None else summaries.preview(key, found, r.today, r.zone)


def case_page(db: Any, key: int) -> Opened:
    """Opens a case: the look is on record before anything is read."""
    from ..casework import page

    found = page.open_page(db, key, surface="screen")
    with db.read() as r:
        return opened(r, key, found)


def case_again(r: Reading, key: int) -> Opened | None:
    """The page of a case that is open on the screen already; None where it may not be seen any more."""
    from ..casework import page
    from ..store import scope

    if not scope.sees(r, key):
        return None
    return opened(r, key, page.read(r, key))


def known_already(r: Reading, given: str, family: str, born: date | None, phone: str) -> list[str]:
    """Who may be this person, likeliest first, each in a sentence that says why."""
    from ..casework import duplicates

    return [one.words for one in duplicates.like(r, duplicates.Newcomer(given, family, born, phone), limit=2)]


def watch(db: Any) -> Watch:
    """An ear for what others do."""
    from ..casework.live import Watch

    return Watch(db)


def answers(db: Any) -> None:
    """Whether the database answers at all. Raises Unreachable."""
    db.answers()


class LastChange(NamedTuple):
    """The change that undo or redo would turn."""

    id: int
    number: str
    summary: str
    day: date


def last_change(r: Reading, redo: bool) -> LastChange | None:
    """The person's newest change that can be taken back, or with `redo` done again."""
    from ..casework import changes
    from ..store.undo import last_undoable

    key = last_undoable(r.conn, r.me.id, redo=redo)
    if key is None:
        return None
    for limit in (50, 5000):
        for row in changes.listed(r, worker_handle="me", limit=limit):
            if row.id == key:
                return LastChange(row.id, row.change, row.summary, row.at.astimezone(r.zone).date())
    return None


class Receiver(NamedTuple):
    """Someone who may be given cases, and how many they have."""

    handle: str
    name: str
    cases: int
    capacity: int | None
    away: bool


def receivers(r: Reading) -> list[Receiver]:
    """Everyone who can hold cases and has not left."""
    from ..casework import staff

    return [
        Receiver(row.worker, line(row.name), row.cases, row.capacity, row.status == "away")
        for row in staff.workers(r, everyone=False)
        if row.holds
    ]


def plan(r: Reading, keys: Sequence[int], to: Sequence[str]) -> Plan:
    """What moving these cases to those workers would do."""
    from ..casework import assign

    return assign.plan(r, assign.Wish(to=tuple(to), cases=tuple(keys)))


def transfer_plan(r: Reading, keys: Sequence[int], to: str) -> Plan:
    """What offering these cases to that colleague would come to."""
    from ..casework import transfers

    return transfers.plan(r, keys, to)


def admission(r: Reading, keys: Sequence[int], to: str) -> Plan:
    """What admitting these cases to that worker would do."""
    from ..casework import waiting

    return waiting.plan(r, keys, to)


def offers(r: Reading) -> list[TransferRow]:
    """The cases offered to this person; in a made-up agency, who holds every right answers for anybody."""
    from ..casework import offers as practice

    found = [row for row in practice.listed(r) if row.to_worker == r.me.handle or r.me.holds_all]
    return unnamed.unsaid(r, found)


def my_offers(r: Reading) -> list[TransferRow]:
    """What this person offered and waits for, or was declined."""
    from ..casework import offers as practice

    return [] if r.me.holds_all else unnamed.unsaid(r, practice.mine(r))


def awaiting(r: Reading) -> str:
    """The sentence about offers that wait for this person, or that nobody has answered in time; empty where none does."""
    from ..casework import offers as practice

    return practice.in_words(r)


def exposed(db: Database) -> str:
    """A warning where records travel to the server unencrypted; empty otherwise."""
    from ..store import connect

    return connect.exposed(db)


def answering(r: Reading, key: int) -> Answering:
    """Who answers for a case besides its worker, and what this person may do about it."""
    from ..casework import answering as practice

    return practice.of_case(r, key)


def cover_plan(r: Reading, who: str, shares: Sequence[Share]) -> CoverPlan:
    """How somebody's cases would fall to these shares."""
    from ..casework import absences

    return absences.plan(r, who, shares)


def while_away(r: Reading, who: str) -> WhileAway:
    """What others did while somebody was away."""
    from ..casework import returning

    return returning.while_away(r, who)


def teams(r: Reading) -> list[tuple[str, str]]:
    """The teams: code and name."""
    from ..casework import staff

    return [(row.team, line(row.name)) for row in staff.teams(r)]


def balance(r: Reading, team: str) -> Balance:
    """The fewest moves that even a team out."""
    from ..casework import balance as balancing

    return balancing.level(r, team)


def leaver(r: Reading, who: str, on: date, to: Sequence[str], custodian: str | None) -> LeaverPlan:
    """What letting somebody go comes to."""
    from ..casework import leavers

    return leavers.plan(r, who, to=to, on=on, custodian=custodian)


def programs(r: Reading) -> list[tuple[str, str]]:
    """The programs: code and name."""
    from ..casework import programs as listing

    return [(row.program, line(row.name)) for row in listing.listed(r)]


def alert_text(r: Reading, key: int, alert: int | None) -> str:
    """What the alert says, or the first that waits; nothing where it may not be read."""
    from ..casework import page

    found = page.preview(r, key)
    for one in found.alerts if found is not None else ():
        if one.ended_on is None and (alert is None or one.id == alert):
            return line(one.text or "")
    return ""


def particulars(r: Reading, key: int) -> Particulars:
    """What is known of the client of a case."""
    from ..casework import clients

    return clients.read(r, key)


def at_level_one(r: Reading, keys: Sequence[int]) -> dict[int, str]:
    """Which of these cases are at level 1, with their numbers."""
    from ..store.portions import portions

    found: dict[int, str] = {}
    for some in portions(keys):
        for key, row in rows(r, some).items():
            if row.level == 1:
                found[key] = row.case
    return found
