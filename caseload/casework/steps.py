"""The steps towards a goal: who does what by when, and what waits for what.

Steps are written while their plan is a draft. From then on they are done, dropped or open again, and their days move; the day that was
agreed first stays beside the new one, so that a slip is seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import Row, func, select

from ..errors import Refused, Usage
from ..messages import _
from ..models import goal, plan, step
from ..models.plan import STEP_STATES
from ..models.plan import WHO as WHO
from ..store.database import Receipt, Work
from . import attention, care_plan, find, goals, plan_rows, scratches, values


@dataclass(frozen=True, slots=True)
class NewStep:
    """What is done, by whom, from when and by when; `after` is the step it waits for. Without `worker`, a worker's step is that of
    whoever holds the case; `name` is a provider's or another's."""

    title: str
    who: str = "worker"
    name: str = ""
    worker: str | None = None
    starts: date | None = None
    due: date | None = None
    after: int | None = None
    scratch: str | None = None


CHANGEABLE = tuple(one.name for one in fields(NewStep) if one.name != "scratch")


def add(w: Work, goal_id: int, new: NewStep) -> Receipt:
    """Add a step to a goal of a draft.

    Raises Usage for a missing title or name, an unknown worker, days that cannot be or a step of another plan to wait for;
    Refused unless its plan is a draft and the goal is open.
    """
    row = goals.of(w, goal_id)
    care_plan.draft(w, row.plan_id)
    if row.state != "open":
        raise Refused(_("That goal is not open. Open it again first."))
    told = {name: getattr(new, name) for name in CHANGEABLE}
    columns = _columns(w, told | {"who": new.who}, None)
    goals.in_order(new.starts, new.due)
    if new.after is not None:
        _same_plan(w, new.after, row.plan_id)
    last = w.conn.execute(select(func.max(step.c.place)).where(step.c.goal_id == goal_id)).scalar() or 0
    columns |= {"case_id": row.case_id, "goal_id": goal_id, "place": last + 1, "first_due_on": new.due}
    made = w.add(step, columns)
    attention.taken_up(w, [row.case_id])
    scratches.clear(w, new.scratch)
    return w.receipt(_("Added a step"), cases=[row.case_id], data={"step": made})


def change(
    w: Work, step_id: int, changes: Mapping[str, object], *, seen: int | None = None, scratch: str | None = None
) -> Receipt:
    """Change a step, under the names of `NewStep`; once its plan was put forward, its days alone.

    Raises Refused where it would wait for itself, by whatever way, or only its days may move; Usage for what cannot be; Conflict
    where it was changed meanwhile.
    """
    row, its_plan = _of(w, step_id)
    goals.known(changes, CHANGEABLE)
    drafted = its_plan.state == "draft"
    if drafted or its_plan.state == "submitted":
        find.to_act_on(w, [row.case_id])
    new = {name: value for name, value in _columns(w, changes, row).items() if value != getattr(row, name)}
    if not new:
        return w.nothing(_("Nothing of the step is different."))
    if not drafted and not new.keys() <= {"starts_on", "due_on"}:
        raise Refused(_("Of a step that was put forward only its days move. A new version of the plan changes it."))
    goals.in_order(new.get("starts_on", row.starts_on), new.get("due_on", row.due_on))
    if new.get("after_id") is not None:
        _no_circle(w, row.id, int(str(new["after_id"])), its_plan.id)
    moved = "due_on" in new
    if moved and (row.first_due_on is None or (drafted and row.from_id is None)):
        new["first_due_on"] = new["due_on"]
    care_plan.write(w, step, row, seen, new)
    for twin in goals.twins(w, step, row, its_plan.state, alone=drafted):
        along = {name: value for name, value in new.items() if getattr(twin, name) == getattr(row, name)}
        if along:
            care_plan.write(w, step, twin, None, along)
    scratches.clear(w, scratch)
    if not moved or drafted:
        words = _("Changed a step")
    elif new["due_on"] is None:
        words = _("A step has no day any more")
    else:
        words = _("A step is now due on {day}").format(day=_iso(new["due_on"]))
        first = new.get("first_due_on", row.first_due_on)
        if first is not None and first != new["due_on"]:
            words += _("; first agreed: {day}").format(day=_iso(first))
    return w.receipt(words, cases=[row.case_id], data={"step": step_id})


def settle(w: Work, step_id: int, state: str, *, seen: int | None = None) -> Receipt:
    """A step is done or dropped; or open again. The receipt says what of a step that is done had not waited for another.

    Raises Refused for a plan that was replaced or has ended, and where it stands so already.
    """
    row, its_plan = _of(w, step_id)
    state = values.one_of(_("state of a step"), state, STEP_STATES)
    if row.state == state:
        raise Refused(_("That step stands so already."))
    if state == "dropped" and its_plan.state == "submitted":
        care_plan.draft(w, its_plan.id)
    changes = {"state": state, "ended_on": None if state == "open" else w.today}
    care_plan.write(w, step, row, seen, changes)
    only_here = its_plan.state == "draft" and "dropped" in (state, row.state)
    for twin in goals.twins(w, step, row, its_plan.state, alone=only_here):
        care_plan.write(w, step, twin, None, changes)
    attention.taken_up(w, [row.case_id])
    said = {"open": _("A step is open again"), "done": _("A step is done"), "dropped": _("Dropped a step")}[state]
    if state == "done" and row.after_id is not None:
        before = w.conn.execute(select(step.c.state).where(step.c.id == row.after_id)).scalar()
        if before == "open":
            said += _("; the one before it is still open")
    return w.receipt(said, cases=[row.case_id], data={"step": step_id})


def must_be_of(w: Work, case: str | int, step_id: int) -> None:
    """Raises Usage where that step is none of that case's."""
    find.must_be_of(w, step, step_id, case, _("There is no such step in that case."))


def _of(w: Work, step_id: int) -> tuple[Row, Row]:  # type: ignore[type-arg]
    """A step and its plan, which lives. Raises Usage, Refused."""
    row = find.row_to_act_on(w, step, step_id, _("There is no such step."))
    plan_id = w.conn.execute(select(goal.c.plan_id).where(goal.c.id == row.goal_id)).scalar_one()
    return row, care_plan.live(w, plan_id)


def _same_plan(w: Work, step_id: int, plan_id: int) -> None:
    of = select(goal.c.plan_id).join(step, step.c.goal_id == goal.c.id).where(step.c.id == step_id)
    if w.conn.execute(of).scalar() != plan_id:
        raise Usage(_("A step waits only for another of the same version of its plan."))


def _no_circle(w: Work, step_id: int, after: int, plan_id: int) -> None:
    """Raises Refused, with the way round, where what a step is to wait for waits for it."""
    _same_plan(w, after, plan_id)
    found = (
        select(step.c.id, step.c.after_id)
        .join(goal, goal.c.id == step.c.goal_id)
        .join(plan, plan.c.id == goal.c.plan_id)
    )
    waits: dict[int, int | None] = {row.id: row.after_id for row in w.conn.execute(found.where(plan.c.id == plan_id))}
    way, at = [step_id], after
    while at is not None and at not in way:
        way.append(at)
        at = waits.get(at)  # type: ignore[assignment]
    if at is None:
        return
    now = plan_rows.one(w, plan_id)
    numbers = {one.id: one.number for one in now.steps} if now is not None else {}
    named = _(", which waits for ").join(_("step {n}").format(n=numbers.get(one, one)) for one in (*way, at))
    raise Refused(_("That would be a circle: {way}.").format(way=named))


def _columns(w: Work, told: Mapping[str, object], row: Row | None) -> dict[str, object]:  # type: ignore[type-arg]
    out: dict[str, object] = {}
    if "title" in told:
        out["title"] = values.short(_("The step"), str(told["title"] or ""), needed=True)
    for name, column in (("starts", "starts_on"), ("due", "due_on"), ("after", "after_id")):
        if name in told:
            out[column] = told[name]
    if {"who", "name", "worker"} & told.keys():
        before = row.who if row is not None else "worker"
        # Naming a worker, or somebody else, says who it is.
        who = values.one_of(_("doer"), str(told.get("who") or ("worker" if told.get("worker") else before)), WHO)
        name = str(told["name"] or "") if "name" in told else row.who_name if row is not None else ""
        out["who"] = who
        out["who_name"] = (
            values.name(_("The name of who does it"), name, needed=who == "other")
            if who in ("provider", "other")
            else ""
        )
        if who != "worker":
            out["worker_id"] = None
        elif "worker" in told:
            out["worker_id"] = find.colleague_id(w, str(told["worker"])) if told["worker"] else None
    return out


def _iso(day: object) -> str:
    return day.isoformat() if isinstance(day, date) else ""
