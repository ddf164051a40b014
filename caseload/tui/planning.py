"""What the screen has the practice do about plans. Each function takes the answers and gives the work, as in `verbs`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .verbs import _place

if TYPE_CHECKING:
    from datetime import date

    from ..casework.goals import NewGoal
    from ..casework.plan_rows import PlanRow
    from ..casework.steps import NewStep
    from ..store.database import Reading, Receipt, Work
    from .verbs import Doing, Typed


def as_it_stands(r: Reading, key: int) -> tuple[PlanRow, ...]:
    """The plans of a case, without prose."""
    from ..casework import plan_rows

    return plan_rows.of_case(r, key, told=False)


def needs(r: Reading, key: int) -> tuple[tuple[int, str], ...]:
    """The open needs of a case: their keys and domains."""
    from ..casework import goals

    return goals.needs(r, key)


def plan(verb: str, plan_id: int, *args: Any, words: Typed = None, **named: Any) -> Doing:
    """A verb of a plan's life on one version."""

    def doing(w: Work) -> Receipt:
        from ..casework import care_plan, scratches

        scratches.clear(w, _place(words))
        receipt: Receipt = getattr(care_plan, verb)(w, plan_id, *args, **named)
        return receipt

    return doing


def goal(verb: str, goal_id: int, *args: Any, words: Typed = None, **named: Any) -> Doing:
    """A verb on one goal."""

    def doing(w: Work) -> Receipt:
        from ..casework import goals, scratches

        scratches.clear(w, _place(words))
        receipt: Receipt = getattr(goals, verb)(w, goal_id, *args, **named)
        return receipt

    return doing


def step(verb: str, step_id: int, *args: Any, words: Typed = None, **named: Any) -> Doing:
    """A verb on one step."""

    def doing(w: Work) -> Receipt:
        from ..casework import scratches, steps

        scratches.clear(w, _place(words))
        receipt: Receipt = getattr(steps, verb)(w, step_id, *args, **named)
        return receipt

    return doing


def add_goal(plan_id: int, new: NewGoal) -> Doing:
    return goal("add", plan_id, new)


def add_step(goal_id: int, new: NewStep) -> Doing:
    return step("add", goal_id, new)


def change_goal(goal_id: int, changes: Mapping[str, object], seen: int, place: str) -> Doing:
    return goal("change", goal_id, changes, seen=seen, scratch=place)


def change_step(step_id: int, changes: Mapping[str, object], seen: int | None, place: str | None = None) -> Doing:
    return step("change", step_id, changes, seen=seen, scratch=place)


def move(step_id: int, day: date | None, seen: int, words: Typed) -> Doing:
    return step("change", step_id, {"due": day}, seen=seen, words=words)


def says(goal_id: int, answer: str, text: str, seen: int, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import goals

        return goals.agree(w, goal_id, answer, words=text.strip() or None, seen=seen, scratch=_place(words))

    return doing
