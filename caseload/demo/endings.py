"""How cases of the made-up town were closed: what was asked once more at the end, what came of the plan, and gates that were passed.

Drawn, like the rest of the method, from the case's own number."""

from __future__ import annotations

from datetime import date
from random import Random

from .method import ACT, ASKED, Method
from .pen import CLOSING, Told
from .stories import STORIES

_SHARE, _EVALUATED, _PLANNED = 0.5, 0.7, 0.6
_HOW = {"completed": ("reached", "reached", "partly"), "left": ("partly", "not_reached")}
_NO_MORE = ("not_reached", "dropped")
_PASSED = "Gone from one day to the next; nobody could be asked"


def write(method: Method, told: Told) -> None:
    """What was found and agreed in one closed case, and what of it was there at its end."""
    if told.start is None or told.closed is None or told.plan.closing is None:
        return
    rng = Random(f"{told.plan.numbers[0]} ending")
    day = method.on(told, told.start, rng.randint(3, 12))
    if day is None or day >= told.closed or rng.random() >= _SHARE:
        return
    reason = told.plan.closing.reason
    code, then, now = rng.choice(ASKED)
    method.fill(told, rng, day, code, then, "baseline")
    if reason != "deceased":
        _evaluate(method, told, rng, told.closed, code, now, reason)
    made = method.on(told, day, rng.randint(7, 18))
    if made is not None and rng.random() < _PLANNED:
        _end_plan(method, told, rng, made, told.closed, reason)


def _evaluate(method: Method, told: Told, rng: Random, day: date, code: str, now: tuple[int, int], reason: str) -> None:
    """The same once more on the last day; or it was offered in vain; or it was passed over, with a reason."""
    pen = method.pen
    handle = pen.holder(told, day)
    row = {"case_id": told.key, "worker_id": pen.worker(handle)}
    gone = reason in ("lost_contact", "other")
    if not gone and rng.random() < _EVALUATED:
        method.fill(told, rng, day, code, now, "closing")
    elif not gone or rng.random() < 0.7:
        why = "not_reached" if gone else "declined"
        at = pen.diary.at(day, CLOSING - 60)
        pen.add(ACT, "assessment_offer", day, **row, instrument=code, phase="closing", why=why, on_date=day, at=at)
    else:
        pen.add(
            ACT, "closing_override", day, **row, stage_id=told.moves[-1][2], gate="evaluation", behind=1, why=_PASSED
        )


def _end_plan(method: Method, told: Told, rng: Random, made: date, day: date, reason: str) -> None:
    put = method.on(told, made, 2)
    approved = method.on(told, put, 3) if put is not None else None
    if approved is None or approved >= day:
        return
    pen, case = method.pen, told.key
    author = pen.holder(told, made)
    one = rng.choice(STORIES)
    wants = pen.prose(ACT, case, author, made, pen.diary.at(made, 11 * 60), one.goal + ".")
    plan = pen.add(
        ACT, "plan", made, case_id=case, kind="service", number=1, state="ended", author_id=pen.worker(author), made_on=made,
        wants_id=wants, agreed="yes", agreed_on=made, submitted_on=put, submitted_by=pen.worker(author), ended_on=day, version=1,
        **method.approval(author, approved),
    )  # fmt: skip
    how = rng.choice(_HOW.get(reason, _NO_MORE))
    method.goal(told, rng, case, made, plan, 1, one, None, running=True, ended=day, how=how)
