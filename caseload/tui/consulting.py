"""What the screen asks of the practice, and has it do, about packets: masked texts for a consultant, and what they answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from ..text import line
from .asks import Standing, standing

if TYPE_CHECKING:
    from ..casework.packets import NewPacket, Packet
    from ..store.database import Reading, Receipt, Work
    from .verbs import Doing


def draft(db: Any, key: int) -> str:
    """The case laid out without identity; the look is on record before anything is read."""
    from ..casework import packets

    return packets.draft(db, key)


class Found(NamedTuple):
    """What the mask still finds: the words, and where they stand."""

    words: str
    where: str


def left(r: Reading, key: int, text: str, question: str) -> list[Found]:
    """What the mask still finds; where identity is not shown, what would stand there for the words."""
    from ..casework import packets

    found = packets.left(r, key, text, question)
    return [Found(one.tag if r.me.masked else line(one.words), packets.where(one)) for one in found]


class Colleague(NamedTuple):
    """Somebody who may be asked."""

    handle: str
    name: str
    role: str
    team: str


def colleagues(r: Reading) -> list[Colleague]:
    """Everybody who works here, but for the one who asks."""
    from ..casework import staff

    return [
        Colleague(row.worker, line(row.name), row.role, row.team or "")
        for row in staff.workers(r)
        if row.status != "left" and row.worker != r.me.handle
    ]


def approve(new: NewPacket) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import packets

        return packets.approve(w, new)

    return doing


def withdraw(packet: int) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import packets

        return packets.withdraw(w, packet)

    return doing


class Mine(NamedTuple):
    """The packets this person may read today, and who looks on which day."""

    packets: tuple[Packet, ...]
    standing: Standing


def mine(r: Reading) -> Mine:
    from ..casework import packets

    return Mine(tuple(packets.mine(r)), standing(r))


def open_packet(db: Any, packet: int) -> tuple[Packet, date]:
    """Opens a packet: the look is on record before its text is read. With it, the agency's day."""
    from ..casework import packets

    found = packets.read(db, packet)
    with db.read() as r:
        local = found.answered and found.answered.astimezone(r.zone)
        return replace(found, answered=local), r.today


def answer(packet: int, text: str, place: str) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import packets

        return packets.answer(w, packet, text, scratch=place)

    return doing
