"""What Team, Agenda, Board and the saved views ask of the practice. As in `asks`: on the desk's thread, frozen values back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from .asks import Standing, standing
from .state import View, keys_of

if TYPE_CHECKING:
    from array import array

    from ..casework.agenda import Agenda
    from ..casework.supervision import Desk
    from ..casework.triage import QueueRow
    from ..casework.views import ViewRow
    from ..store.database import Reading

# An agenda's rows with their reasons are wanted for what one can see and act on.
_ROWS = 200


class TeamDesk(NamedTuple):
    """The supervisor's desk, and who looks on which day."""

    desk: Desk
    standing: Standing


def team(r: Reading) -> TeamDesk:
    from ..casework import supervision

    return TeamDesk(supervision.desk(r), standing(r))


class Days(NamedTuple):
    """Some days of the agenda, the rows of the cases in it, and who looks on which day."""

    agenda: Agenda
    rows: Mapping[int, QueueRow]
    standing: Standing


def agenda(r: Reading, first: date | None, days: int, everyone: bool) -> Days:
    """The agenda from a day on; without one, from this week's Monday, or for a single day from today."""
    from datetime import timedelta

    from ..casework import agenda as practice
    from ..casework import triage

    if first is None:
        first = r.today - timedelta(days=r.today.weekday() if days > 1 else 0)
    found = practice.read(r, practice.Wish(first, days, everyone=everyone))
    cases = list(dict.fromkeys(one.case_id for one in found.entries))[:_ROWS]
    return Days(found, triage.rows(r, cases), standing(r))


class Boarded(NamedTuple):
    """The keys of the board by stage, and as a list: all of them, the rows each stage begins with, and who looks when."""

    keys: array[int]
    rows: Mapping[int, QueueRow]
    standing: Standing
    stages: Mapping[str, array[int]]


def board(r: Reading, view: View, first: int) -> Boarded:
    from ..casework import board as practice
    from ..casework import triage

    found = practice.keys(r, view.query)
    top = [key for keys in found.values() for key in keys[: first // 2]]
    every = keys_of(key for keys in found.values() for key in keys)
    return Boarded(every, triage.rows(r, top), standing(r), {stage: keys_of(keys) for stage, keys in found.items()})


def views(r: Reading) -> list[ViewRow]:
    """The saved views of this person; without identity, those that look for nobody by name."""
    from ..casework import veil
    from ..casework import views as practice

    return veil.nameless(r, practice.listed(r))


def view_on(r: Reading, number: int) -> ViewRow | None:
    """The view this person has saved on a number key."""
    from ..casework import veil
    from ..casework import views as practice

    row = practice.on_key(r, number)
    return next(iter(veil.nameless(r, [row] if row is not None else [])), None)


def my_teams(r: Reading) -> list[str]:
    """The teams a view may be shared with."""
    from ..casework import staff
    from ..store import scope

    mine = None if scope.may_administer(r) else set(scope.my_teams(r))
    return [code for key, code in staff.team_codes(r) if mine is None or key in mine]


def tally(r: Reading) -> list[str]:
    """This person's day, in sentences."""
    from ..casework import tally as practice

    return practice.in_words(practice.tally(r))


def waiting(r: Reading) -> tuple[int, int]:
    """How many comments on this person's writing wait to be read, and how many packets to be answered."""
    from ..casework import comments, packets

    return comments.waiting_for_me(r), packets.waiting_for_me(r)
