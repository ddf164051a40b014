"""What the screen has the practice do about who holds and who covers: offers, admissions, absences, leavers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from .verbs import forgetting

if TYPE_CHECKING:
    from ..casework.absences import Share
    from ..casework.leavers import LeaverPlan
    from ..store.database import Receipt, Work
    from .verbs import Doing, Typed


def offer(keys: Sequence[int], to: str, by: date, why: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import transfers

        return transfers.offer(w, tuple(keys), to, why, answer_by=by)

    return forgetting(words, doing)


def withdraw(keys: Sequence[int], why: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import transfers

        return transfers.withdraw(w, tuple(keys), why)

    return forgetting(words, doing)


def answer(number: str, why: str | None, words: Typed = None) -> Doing:
    """Accepts the offered case, or declines it where there is a reason."""

    def doing(w: Work) -> Receipt:
        from ..casework import transfers

        return transfers.accept(w, [number]) if why is None else transfers.decline(w, [number], why)

    return forgetting(words, doing)


def admit(keys: Sequence[int], to: str, why: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import waiting

        return waiting.admit(w, tuple(keys), to, why)

    return forgetting(words, doing)


def set_cover(who: str, shares: Sequence[Share], first: date, last: date, why: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import absences

        return absences.set_cover(w, who, tuple(shares), first, last, why)

    return forgetting(words, doing)


def end_cover(absence: int) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import absences

        return absences.end_cover(w, absence)

    return doing


def leave(plan: LeaverPlan, why: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import leavers

        return leavers.leave(w, plan, why, allow_blocked=True)

    return forgetting(words, doing)


def restrict(key: int, custodian: str, why: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import custodians

        return custodians.restrict(w, key, custodian, why)

    return forgetting(words, doing)


def lift(key: int, why: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import custodians

        return custodians.lift(w, key, why)

    return forgetting(words, doing)
