"""The goals of a plan, in the client's words: written while it is a draft, reached or not while it runs.

What is missing of a clear goal is pointed out and stops nobody. What happens to a goal of the version that runs happens to its copy
in the version being written, and the other way round; what is only to be different in the new one stays there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import Row, Table, func, select

from ..errors import Refused, Usage
from ..messages import _
from ..models import goal, need, need_domain, plan, step
from ..models.plan import AGREED, GOAL_STATES
from ..store.database import Reading, Receipt, Work
from . import attention, care_plan, find, plan_rows, scratches, values
from .plan_rows import lacking


@dataclass(frozen=True, slots=True)
class NewGoal:
    """What is to be reached, how both will see it, from when and by when, and the need it answers."""

    title: str
    measure: str = ""
    need: int | None = None
    starts: date | None = None
    due: date | None = None
    agreed: str | None = None
    words: str | None = None
    scratch: str | None = None


# What a change may set right, under the names of `NewGoal`.
CHANGEABLE = tuple(one.name for one in fields(NewGoal) if one.name not in ("agreed", "words", "scratch"))
_COLUMNS = {"title": "title", "measure": "measure", "need": "need_id", "starts": "starts_on", "due": "due_on"}


def add(w: Work, plan_id: int, new: NewGoal) -> Receipt:
    """Add a goal to a draft. The receipt says what is still missing of it.

    Raises Usage for a missing title, a need of another case or a last day before the first, Refused unless it is a draft.
    """
    row = care_plan.draft(w, plan_id)
    columns = _columns(w, row.case_id, {name: getattr(new, name) for name in CHANGEABLE})
    in_order(columns["starts_on"], columns["due_on"])
    if new.agreed is not None:
        columns["agreed"] = values.one_of(_("answer"), new.agreed, AGREED)
    if new.words:
        columns["words_id"] = care_plan.said_by_client(w, row.case_id, new.words, None)
    last = w.conn.execute(select(func.max(goal.c.place)).where(goal.c.plan_id == plan_id)).scalar() or 0
    made = w.add(goal, columns, case_id=row.case_id, plan_id=plan_id, place=last + 1)
    attention.taken_up(w, [row.case_id])
    scratches.clear(w, new.scratch)
    return _receipt(w, _("Added a goal"), row.case_id, made)


def change(
    w: Work, goal_id: int, changes: Mapping[str, object], *, seen: int | None = None, scratch: str | None = None
) -> Receipt:
    """Word a goal of a draft otherwise, under the names of `NewGoal`. Where it says something else from now on, the client is asked
    again whether they agree.

    Raises Refused unless its plan is a draft, Usage for what cannot be, Conflict where it was changed meanwhile.
    """
    row = of(w, goal_id)
    care_plan.draft(w, row.plan_id)
    known(changes, CHANGEABLE)
    new = {name: value for name, value in _columns(w, row.case_id, changes).items() if value != getattr(row, name)}
    if not new:
        return w.nothing(_("Nothing of the goal is different."))
    in_order(new.get("starts_on", row.starts_on), new.get("due_on", row.due_on))
    if row.agreed is not None and new.keys() & {"title", "measure"}:
        new["agreed"] = None
    care_plan.write(w, goal, row, seen, new)
    scratches.clear(w, scratch)
    return _receipt(w, _("Changed a goal"), row.case_id, goal_id)


def settle(w: Work, goal_id: int, state: str, *, seen: int | None = None) -> Receipt:
    """A goal is reached, partly, not_reached or dropped; or open again. One that is dropped from a draft goes on in the version that
    runs until the draft takes its place.

    Raises Refused for a plan that was replaced or has ended, and where it stands so already.
    """
    row = of(w, goal_id)
    state = values.one_of(_("state of a goal"), state, GOAL_STATES)
    its_plan = care_plan.live(w, row.plan_id)
    if row.state == state:
        raise Refused(_("That goal stands so already."))
    if state == "dropped" and its_plan.state == "submitted":
        care_plan.draft(w, its_plan.id)  # what waits stands as it is
    changes = {"state": state, "ended_on": None if state == "open" else w.today}
    care_plan.write(w, goal, row, seen, changes)
    for twin in twins(
        w, goal, row, its_plan.state, alone=its_plan.state == "draft" and "dropped" in (state, row.state)
    ):
        care_plan.write(w, goal, twin, None, changes)
    attention.taken_up(w, [row.case_id])
    said = {
        "open": _("A goal is open again"),
        "reached": _("A goal is reached"),
        "partly": _("A goal is partly reached"),
        "not_reached": _("A goal was not reached"),
        "dropped": _("Dropped a goal"),
    }[state]
    return w.receipt(said, cases=[row.case_id], data={"goal": goal_id})


def agree(
    w: Work, goal_id: int, agreed: str, *, words: str | None = None, seen: int | None = None, scratch: str | None = None
) -> Receipt:
    """Whether the client agrees with a goal, and what they say to it; what they said before is kept.

    Raises Refused for a plan that was replaced or has ended.
    """
    row = of(w, goal_id)
    care_plan.live(w, row.plan_id)
    changes: dict[str, object] = {"agreed": values.one_of(_("answer"), agreed, AGREED)}
    if words:
        changes["words_id"] = care_plan.said_by_client(w, row.case_id, words, row.words_id)
    care_plan.write(w, goal, row, seen, changes)
    scratches.clear(w, scratch)
    said = {
        "yes": _("The client agrees with a goal"),
        "partly": _("The client agrees with part of a goal"),
        "no": _("The client does not agree with a goal"),
    }[agreed]
    return w.receipt(said, cases=[row.case_id], data={"goal": goal_id})


def needs(r: Reading, case_id: int) -> tuple[tuple[int, str], ...]:
    """The open needs of a case that a goal may answer: their keys and the names of their domains. Nothing for who sees no identity."""
    if not r.me.sees_identity:
        return ()
    found = select(need.c.id, need_domain.c.name).join(need_domain, need_domain.c.id == need.c.domain_id)
    rows = r.conn.execute(found.where(need.c.case_id == case_id, need.c.state == "open").order_by(need.c.id))
    return tuple((row.id, row.name) for row in rows)


# -- what goals and steps have in common ------------------------------------------------------------------


def of(w: Work, goal_id: int) -> Row:  # type: ignore[type-arg]
    """A goal of a case that this person may act in. Raises Usage."""
    return find.row_to_act_on(w, goal, goal_id, _("There is no such goal."))


def must_be_of(w: Work, case: str | int, goal_id: int) -> None:
    """Raises Usage where that goal is none of that case's."""
    find.must_be_of(w, goal, goal_id, case, _("There is no such goal in that case."))


def twins(w: Work, table: Table, row: Row, state: str, *, alone: bool = False) -> list[Row]:  # type: ignore[type-arg]
    """The same goal or step in the other version that lives: the copy in what is being written, or what that was copied from.
    Only where both still stand alike; `alone` where the act is about this version only."""
    if alone:
        return []
    its_plan = plan.c.id == goal.c.plan_id
    found = select(table).join(goal, goal.c.id == step.c.goal_id) if table is step else select(table)
    other = table.c.from_id == row.id if state == "approved" else table.c.id == row.from_id
    states = plan_rows.WRITTEN if state == "approved" else ("approved",)
    same = (other, plan.c.state.in_(states), table.c.state == row.state)
    return list(w.conn.execute(found.join(plan, its_plan).where(*same)))


def known(changes: Mapping[str, object], names: tuple[str, ...]) -> None:
    """Raises Usage for a change that is none."""
    unknown = sorted(set(changes) - set(names))
    if unknown:
        raise Usage(_("{name!r} cannot be changed.").format(name=unknown[0]))


def in_order(starts: object, due: object) -> None:
    """Raises Usage where something ends before it begins."""
    if isinstance(starts, date) and isinstance(due, date) and due < starts:
        said = _("The last day {due} lies before the first, {starts}.")
        raise Usage(said.format(due=due.isoformat(), starts=starts.isoformat()))


def _columns(w: Work, case_id: int, told: Mapping[str, object]) -> dict[str, object]:
    out: dict[str, object] = {_COLUMNS[name]: value for name, value in told.items()}
    if "title" in out:
        out["title"] = values.short(_("The goal"), str(out["title"] or ""), needed=True)
    if "measure" in out:
        out["measure"] = values.short(_("How one will see it"), str(out["measure"] or ""))
    if out.get("need_id") is not None:
        which = select(need.c.id).where(need.c.id == out["need_id"], need.c.case_id == case_id)
        if w.conn.execute(which).first() is None:
            raise Usage(_("There is no such need in that case."))
    return out


def _receipt(w: Work, words: str, case_id: int, goal_id: int) -> Receipt:
    row = of(w, goal_id)
    steps = select(func.count()).where(step.c.goal_id == goal_id, step.c.state != "dropped")
    missing = plan_rows.missing_of_goal(
        row.measure, row.due_on, row.need_id, row.agreed, w.conn.execute(steps).scalar_one()
    )
    data = {"goal": goal_id, "missing": list(missing)}
    return w.receipt(words + lacking(missing), cases=[case_id], data=data)
