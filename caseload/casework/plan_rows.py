"""Plans as they are read: versions with their goals and steps, what is reached of them, and what they still lack.

Titles, measures and names are for who sees identity; what the client said, why a plan was sent back and what a review found are
narrative, read after a recorded look.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from ..messages import _
from ..models import case_file, goal, narrative, need, need_domain, plan, plan_review, step, worker
from ..store import scope
from ..store.database import Reading
from ..store.portions import portions

# While a version is worked on, and while it counts.
WRITTEN = ("draft", "submitted")
LIVE = (*WRITTEN, "approved")


@dataclass(frozen=True, slots=True)
class StepRow:
    """One thing that somebody does by a day. `first_due` is the day agreed first, `after` the step it waits for, `waits` whether
    that one is still open. `number` counts the steps of the whole plan, as people speak of them."""

    id: int
    goal_id: int
    number: int
    title: str
    who: str
    who_name: str
    worker: str | None
    starts: date | None
    due: date | None
    first_due: date | None
    after: int | None
    after_number: int | None
    waits: bool
    state: str
    ended: date | None
    version: int

    @property
    def slip(self) -> int:
        """How many days later than agreed first; less than nothing where it is sooner."""
        return (self.due - self.first_due).days if self.due is not None and self.first_due is not None else 0


@dataclass(frozen=True, slots=True)
class GoalRow:
    """What is to be reached, in the client's words. `need` is the domain of the need it answers; `words`, what the client says to
    it, is None for who reads no narrative. `missing` names what of a clear goal is not there yet (`missing_words`)."""

    id: int
    plan_id: int
    number: int
    title: str
    measure: str
    need_id: int | None
    need: str | None
    starts: date | None
    due: date | None
    state: str
    ended: date | None
    agreed: str | None
    words: str | None
    version: int
    steps: tuple[StepRow, ...]
    missing: tuple[str, ...]

    @property
    def done(self) -> int:
        """How many of its steps are done."""
        return sum(one.state == "done" for one in self.steps)

    @property
    def of(self) -> int:
        """How many steps there are, those that were dropped left out."""
        return sum(one.state != "dropped" for one in self.steps)


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One time that a plan was gone through together; `text` is None for who reads no narrative."""

    id: int
    on: date
    by: str
    text: str | None
    next: date | None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One version of a plan. `wants` and `returned` are None for who reads no narrative; `returned` also where it was not sent
    back. `approvable` says that the person who reads may approve it or send it back."""

    id: int
    case_id: int
    kind: str
    number: int
    state: str
    by: str
    made: date
    wants: str | None
    agreed: str | None
    agreed_on: date | None
    submitted: date | None
    submitted_by: str | None
    approved: date | None
    approved_by: str | None
    returned: str | None
    sent_back: bool
    review: date | None
    ended: date | None
    version: int
    approvable: bool
    goals: tuple[GoalRow, ...]
    reviews: tuple[ReviewRow, ...]
    missing: tuple[str, ...]

    @property
    def steps(self) -> tuple[StepRow, ...]:
        """The steps of all its goals, in order."""
        return tuple(one for each in self.goals for one in each.steps)

    @property
    def next_steps(self) -> tuple[StepRow, ...]:
        """What is to be done next: open steps of open goals that wait for no other, by their day; those without one at the end."""
        found = [one for each in self.goals if each.state == "open" for one in each.steps if one.state == "open"]
        ready = [one for one in found if not one.waits]
        return tuple(sorted(ready, key=lambda one: (one.due is None, one.due or date.max, one.number)))


def missing_words(code: str) -> str:
    """What a plan or a goal still lacks, in words. A goal is specific, measurable, agreed, relevant and has its day (Doran 1981,
    "There's a S.M.A.R.T. way to write management's goals and objectives"); what is missing is pointed out and stops nobody."""
    return {
        "wants": _("what the client wants"),
        "goal": _("a goal"),
        "agreed": _("whether the client agrees"),
        "measure": _("how one will see it"),
        "day": _("by when"),
        "need": _("which need it answers"),
        "step": _("a step"),
    }[code]


def lacking(codes: Sequence[str]) -> str:
    """What is missing as the end of a sentence; nothing where nothing is."""
    if not codes:
        return ""
    return _("; still missing: {what}").format(what=", ".join(missing_words(one) for one in codes))


def missing_of_goal(
    measure: str, due: date | None, need_id: int | None, agreed: str | None, steps: int
) -> tuple[str, ...]:
    """What of a clear goal is not there yet, by code."""
    tests = (
        ("measure", not measure), ("day", due is None), ("need", need_id is None), ("step", not steps), ("agreed", agreed is None),
    )  # fmt: skip
    return tuple(code for code, lacks in tests if lacks)


def of_case(r: Reading, case_id: int, *, told: bool = True) -> tuple[PlanRow, ...]:
    """The plans of a case: what runs first, then what is being written, then earlier versions from the newest on. Nothing for who
    sees no identity."""
    if not r.me.sees_identity:
        return ()
    return tuple(sorted(_read(r, plan.c.case_id == case_id, told), key=_order))


def one(r: Reading, plan_id: int, *, told: bool = False) -> PlanRow | None:
    """One version. For callers that have asked whether its case may be seen."""
    return next(iter(_read(r, plan.c.id == plan_id, told)), None)


def _order(one: PlanRow) -> tuple[int, int, int]:
    return (0 if one.state == "approved" else 1 if one.state in WRITTEN else 2, one.kind != "service", -one.number)


_AUTHOR, _SENDER, _APPROVER = worker.alias("author"), worker.alias("sender"), worker.alias("approver")


def _read(r: Reading, which: Any, told: bool) -> list[PlanRow]:
    found = r.conn.execute(
        select(
            plan, _AUTHOR.c.handle.label("author"), _SENDER.c.handle.label("sender"), _APPROVER.c.handle.label("approver"),
            case_file.c.team_id,
            case_file.c.restricted,
            case_file.c.custodian_id,
        )
        .join(case_file, case_file.c.id == plan.c.case_id)
        .join(_AUTHOR, _AUTHOR.c.id == plan.c.author_id)
        .outerjoin(_SENDER, _SENDER.c.id == plan.c.submitted_by)
        .outerjoin(_APPROVER, _APPROVER.c.id == plan.c.approved_by)
        .where(which)
        .order_by(plan.c.id)
    ).all()  # fmt: skip
    if not found:
        return []
    ids = [row.id for row in found]
    goals = _goal_rows(r, ids)
    steps = _step_rows(r, ids)
    reviews = _review_rows(r, ids)
    prose = _prose(r, (*found, *goals, *reviews)) if told else {}
    out = []
    for row in found:
        mine = _goals(row.id, goals, steps, prose)
        out.append(
            PlanRow(
                row.id, row.case_id, row.kind, row.number, row.state, row.author, row.made_on, prose.get(row.wants_id), row.agreed,
                row.agreed_on, row.submitted_on, row.sender, row.approved_on, row.approver,
                prose.get(row.returned_id) if row.state in WRITTEN else None, row.returned_id is not None and row.state == "draft",
                row.review_on, row.ended_on, row.version, may_approve(r, row, row), mine,
                tuple(
                    ReviewRow(one.id, one.on_date, one.handle, prose.get(one.narrative_id), one.next_on)
                    for one in reviews if one.plan_id == row.id
                ),
                _missing(row, mine),
            )
        )  # fmt: skip
    return out


def may_approve(r: Reading, row: Any, ref: Any) -> bool:
    """Whether the person may approve a version or send it back: it waits, they supervise its case, and neither wrote it nor put
    it forward."""
    return (
        row.state == "submitted"
        and r.me.sees_identity
        and r.me.id not in (row.author_id, row.submitted_by)
        and scope.may_lead(r, ref)
    )


def _missing(row: Any, goals: Sequence[GoalRow]) -> tuple[str, ...]:
    kept = [one for one in goals if one.state != "dropped"]
    tests = (("wants", row.wants_id is None), ("goal", not kept), ("agreed", row.agreed is None))
    return tuple(code for code, lacks in tests if lacks)


def _goal_rows(r: Reading, ids: Sequence[int]) -> list[Row]:  # type: ignore[type-arg]
    found = (
        select(goal, need_domain.c.name.label("domain"))
        .outerjoin(need, need.c.id == goal.c.need_id)
        .outerjoin(need_domain, need_domain.c.id == need.c.domain_id)
        .where(goal.c.plan_id.in_(ids))
        .order_by(goal.c.plan_id, goal.c.place, goal.c.id)
    )
    return list(r.conn.execute(found))


def _step_rows(r: Reading, ids: Sequence[int]) -> list[Row]:  # type: ignore[type-arg]
    found = (
        select(step, worker.c.handle)
        .join(goal, goal.c.id == step.c.goal_id)
        .outerjoin(worker, worker.c.id == step.c.worker_id)
        .where(goal.c.plan_id.in_(ids))
        .order_by(step.c.goal_id, step.c.place, step.c.id)
    )
    return list(r.conn.execute(found))


def _review_rows(r: Reading, ids: Sequence[int]) -> list[Row]:  # type: ignore[type-arg]
    found = (
        select(plan_review, worker.c.handle)
        .join(worker, worker.c.id == plan_review.c.worker_id)
        .where(plan_review.c.plan_id.in_(ids))
        .order_by(plan_review.c.on_date.desc(), plan_review.c.id.desc())
    )
    return list(r.conn.execute(found))


def _prose(r: Reading, rows: Iterable[Any]) -> dict[int | None, str]:
    """The words that rows point at. A server shows them only to who has announced a look."""
    keys = {
        getattr(row, name)
        for row in rows
        for name in ("wants_id", "returned_id", "words_id", "narrative_id")
        if getattr(row, name, None) is not None
    }
    out: dict[int | None, str] = {}
    for some in portions(sorted(keys)):
        out |= dict(r.conn.execute(select(narrative.c.id, narrative.c.body).where(narrative.c.id.in_(some))).all())
    return out


def _goals(
    plan_id: int, goals: Sequence[Any], steps: Sequence[Any], prose: Mapping[int | None, str]
) -> tuple[GoalRow, ...]:
    mine = [row for row in goals if row.plan_id == plan_id]
    by_goal: dict[int, list[Any]] = {row.id: [] for row in mine}
    for row in steps:
        if row.goal_id in by_goal:
            by_goal[row.goal_id].append(row)
    ordered = [row for one in mine for row in by_goal[one.id]]
    numbers = {row.id: number for number, row in enumerate(ordered, 1)}
    states = {row.id: row.state for row in ordered}
    out = []
    for number, row in enumerate(mine, 1):
        own = tuple(
            StepRow(
                one.id, one.goal_id, numbers[one.id], one.title, one.who, one.who_name, one.handle, one.starts_on, one.due_on,
                one.first_due_on, one.after_id, numbers.get(one.after_id), states.get(one.after_id) == "open", one.state,
                one.ended_on, one.version,
            )
            for one in by_goal[row.id]
        )  # fmt: skip
        kept = sum(one.state != "dropped" for one in own)
        lacks = missing_of_goal(row.measure, row.due_on, row.need_id, row.agreed, kept) if row.state == "open" else ()
        out.append(
            GoalRow(
                row.id, row.plan_id, number, row.title, row.measure, row.need_id, row.domain, row.starts_on, row.due_on, row.state,
                row.ended_on, row.agreed, prose.get(row.words_id), row.version, own, lacks,
            )
        )  # fmt: skip
    return tuple(out)
