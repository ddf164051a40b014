"""What the screen asks of the practice, and has it do, about supervision. What reads runs on the desk's thread, as in `asks`."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, NamedTuple

from .asks import Standing, standing
from .verbs import _place

if TYPE_CHECKING:
    from datetime import date

    from ..casework.sitting import Sitting
    from ..casework.topics import TopicRow
    from ..store.database import Reading, Receipt, Work
    from .verbs import Doing, Typed


class Sat(NamedTuple):
    """An agenda for supervision, and who looks on which day."""

    sitting: Sitting
    standing: Standing


def agenda(db: Any, whose: str | None) -> Sat:
    """Opens an agenda: that its cases were looked at is on record before anything is read."""
    from ..casework import sitting

    found = sitting.open_sitting(db, whose, surface="screen")
    with db.read() as r:
        return Sat(found, standing(r))


def again(db: Any, whose: str | None, looked: Collection[int]) -> Sat:
    """An agenda that is open on the screen already: a look only at those of its cases that came to it since."""
    from ..casework import sitting

    found = sitting.open_sitting(db, whose, surface="screen", looked=looked)
    with db.read() as r:
        return Sat(found, standing(r))


def about(r: Reading, whose: str | None) -> list[int]:
    """The cases that the topics of an agenda are about by now. No words are read."""
    from ..casework import topics, veil

    seeing = veil.lifted(r)
    return topics.cases_of(seeing, topics.agenda_of(seeing, whose).id)


def topic(r: Reading, key: int) -> TopicRow | None:
    """One topic without its words, or None where it is gone or not for this person."""
    from ..casework import topics

    return topics.one(r, key)


def bring(text: str, key: int | None, whose: str | None, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import topics

        return topics.bring(w, text, case=key, about=whose, scratch=_place(words))

    return doing


def reword(topic: int, text: str, seen: int, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import topics

        return topics.reword(w, topic, text, seen=seen, scratch=_place(words))

    return doing


def discuss(topic: int, agreed: str, seen: int, task: tuple[date, str] | None, *words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import scratches, topics

        for one in words:
            scratches.clear(w, _place(one))
        then = topics.NewTask(task[1], task[0]) if task is not None else None
        return topics.discuss(w, topic, agreed, seen=seen, then=then)

    return doing


def drop(topic: int) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import topics

        return topics.drop(w, topic)

    return doing
