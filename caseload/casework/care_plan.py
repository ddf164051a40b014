"""The plan agreed with a client: begun as a draft, put forward, approved by who supervises the case, reviewed, and ended.

A version that was put forward stands as it is. What is to be different is written into a new one, which begins as a copy of what
runs and takes its place once it is approved. A behaviour support plan is a plan of its own kind and lives the same life.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Row, Table, func, select, update

from ..errors import Conflict, NotPermitted, Refused, Usage
from ..messages import _
from ..models import goal, narrative, plan, plan_review, step
from ..models.plan import AGREED, PLAN_KINDS
from ..store import scope
from ..store.database import Reading, Receipt, Work
from . import attention, find, offered, plan_rows, scratches, values
from .plan_rows import WRITTEN, lacking


def kind_words(kind: str) -> str:
    """A kind of plan, in words."""
    return {"service": _("service plan"), "behaviour": _("behaviour support plan")}[kind]


def written(r: Reading, case: str | int, kind: str = "service") -> int:
    """The version of a case's plan that is being written or waits for approval. Raises Usage where there is none."""
    found = _in_state(r, case, kind, WRITTEN)
    if found is None:
        raise Usage(_("No version of that plan is being written. Begin one: caseload plan CASE begin"))
    return found


def running(r: Reading, case: str | int, kind: str = "service") -> int:
    """The version of a case's plan that runs. Raises Usage where none does."""
    found = _in_state(r, case, kind, ("approved",))
    if found is None:
        raise Usage(_("No version of that plan runs yet: one is approved first."))
    return found


def either(r: Reading, case: str | int, kind: str = "service") -> int:
    """The version that is being written, or else the one that runs. Raises Usage where there is neither."""
    found = _in_state(r, case, kind, WRITTEN) or _in_state(r, case, kind, ("approved",))
    if found is None:
        raise Usage(_("That case has no such plan yet. Begin one: caseload plan CASE begin"))
    return found


def _in_state(r: Reading, case: str | int, kind: str, states: tuple[str, ...]) -> int | None:
    key = find.case(r, case).id
    values.one_of(_("kind of plan"), kind, PLAN_KINDS)
    which = (plan.c.case_id == key, plan.c.kind == kind, plan.c.state.in_(states))
    return r.conn.execute(select(plan.c.id).where(*which).order_by(plan.c.number.desc()).limit(1)).scalar()


# -- writing ------------------------------------------------------------------------------------------


def begin(
    w: Work, case: str | int, *, kind: str = "service", wants: str | None = None, scratch: str | None = None
) -> Receipt:
    """Begin a version: a draft with the next number, and where one runs, a copy of its open goals and their steps.

    Raises Refused where one is being written already, or the case is closed.
    """
    ref = find.to_act_on(w, [case])[0]
    kind = values.one_of(_("kind of plan"), kind, PLAN_KINDS)
    if _in_state(w, ref.id, kind, WRITTEN) is not None:
        raise Refused(_("A version of that plan is being written already. Go on with it, or end it first."))
    mine = (plan.c.case_id == ref.id, plan.c.kind == kind)
    last = w.conn.execute(select(func.max(plan.c.number)).where(*mine)).scalar() or 0
    before = w.conn.execute(select(plan).where(*mine, plan.c.state == "approved")).first()
    row = {
        "case_id": ref.id, "kind": kind, "number": last + 1, "state": "draft", "author_id": w.me.id, "made_on": w.today,
        "wants_id": before.wants_id if before is not None else None,
    }  # fmt: skip
    if wants is not None:
        row["wants_id"] = _prose(w, ref.id, _("What the client wants"), wants, before=row["wants_id"])
    made = w.add(plan, row)
    if before is not None:
        _copy(w, before.id, made)
    attention.taken_up(w, [ref.id])
    scratches.clear(w, scratch)
    said = _("Began version {n} of the {kind}").format(n=last + 1, kind=kind_words(kind))
    return w.receipt(said, cases=[ref.id], data={"plan": made, "number": last + 1})


def _copy(w: Work, before: int, after: int) -> None:
    """What is still open of a version, in the one that follows it: each goal and step knows which one it was."""
    goals = w.conn.execute(
        select(goal).where(goal.c.plan_id == before, goal.c.state == "open").order_by(goal.c.place, goal.c.id)
    ).all()
    kept = ("case_id", "need_id", "place", "title", "measure", "starts_on", "due_on", "agreed", "words_id")
    new_goal = {
        row.id: w.add(goal, {name: getattr(row, name) for name in kept}, plan_id=after, from_id=row.id) for row in goals
    }
    steps = w.conn.execute(
        select(step)
        .where(step.c.goal_id.in_(list(new_goal)), step.c.state != "dropped")
        .order_by(step.c.place, step.c.id)
    ).all()
    moved = (
        "case_id", "place", "title", "who", "who_name", "worker_id", "starts_on", "due_on", "first_due_on", "state", "ended_on",
    )  # fmt: skip
    new_step = {
        row.id: w.add(step, {name: getattr(row, name) for name in moved}, goal_id=new_goal[row.goal_id], from_id=row.id)
        for row in steps
    }
    for row in steps:
        if row.after_id in new_step:
            changes = {"after_id": new_step[row.after_id]}
            w.conn.execute(update(step).where(step.c.id == new_step[row.id]).values(changes))


def want(w: Work, plan_id: int, text: str, *, seen: int | None = None, scratch: str | None = None) -> Receipt:
    """What the client wants, in their own words. What was written before is kept. Raises Refused unless it is a draft."""
    row = draft(w, plan_id)
    prose = _prose(w, row.case_id, _("What the client wants"), text, before=row.wants_id)
    write(w, plan, row, seen, {"wants_id": prose})
    scratches.clear(w, scratch)
    return w.receipt(_("Wrote what the client wants"), cases=[row.case_id], data={"plan": plan_id})


def agree(w: Work, plan_id: int, agreed: str, *, on: date | None = None, seen: int | None = None) -> Receipt:
    """Whether the client agrees with the plan: yes, partly or no; today, unless it was another day.

    Raises Usage for a day ahead, Refused where that version was replaced or has ended.
    """
    row = live(w, plan_id)
    agreed = values.one_of(_("answer"), agreed, AGREED)
    write(w, plan, row, seen, {"agreed": agreed, "agreed_on": _past(w, on)})
    said = {
        "yes": _("The client agrees with the plan"),
        "partly": _("The client agrees with part of the plan"),
        "no": _("The client does not agree with the plan"),
    }[agreed]
    return w.receipt(said, cases=[row.case_id], data={"plan": plan_id})


# -- approval -----------------------------------------------------------------------------------------


def submit(w: Work, plan_id: int, *, seen: int | None = None) -> Receipt:
    """Put a draft forward for approval; from now on it stands as it is. What it lacks is pointed out.

    Raises Refused unless it is a draft with at least one goal.
    """
    row = draft(w, plan_id)
    now = plan_rows.one(w, plan_id)
    assert now is not None
    if "goal" in now.missing:
        raise Refused(_("The plan has no goal yet. Add one first."))
    write(w, plan, row, seen, {"state": "submitted", "submitted_on": w.today, "submitted_by": w.me.id})
    attention.taken_up(w, [row.case_id])
    lacks = [*now.missing]
    lacks += [code for each in now.goals for code in each.missing if code not in lacks]
    said = _("Put version {n} of the {kind} forward").format(n=row.number, kind=kind_words(row.kind)) + lacking(lacks)
    return w.receipt(said, cases=[row.case_id], data={"plan": plan_id, "missing": lacks})


def approve(w: Work, plan_id: int, *, review: date | None = None, seen: int | None = None) -> Receipt:
    """Approve what was put forward; it takes the place of the version that ran. Who supervises the case does, and nobody
    what they wrote or put forward themselves. `review` is the day on which it is gone through next.

    Raises NotPermitted for anybody else, Refused where it does not wait, Usage for a day of review that is not ahead.
    """
    row = _waiting(w, plan_id)
    if review is not None and review <= w.today:
        raise Usage(_("A plan is reviewed on a day ahead; {day} is not.").format(day=review.isoformat()))
    before = (plan.c.case_id == row.case_id, plan.c.kind == row.kind, plan.c.state == "approved")
    ran = w.conn.execute(select(plan).where(*before)).first()
    if ran is not None:  # first it makes room: one version runs at a time
        write(w, plan, ran, None, {"state": "replaced", "ended_on": w.today})
    changes = {
        "state": "approved", "approved_at": w.now, "approved_on": w.today, "approved_by": w.me.id, "review_on": review,
    }  # fmt: skip
    write(w, plan, row, seen, changes)
    said = _("Approved version {n} of the {kind}").format(n=row.number, kind=kind_words(row.kind))
    if review is not None:
        said += _("; reviewed on {day}").format(day=review.isoformat())
    return w.receipt(said, cases=[row.case_id], data={"plan": plan_id, "replaced": ran.id if ran is not None else None})


def send_back(w: Work, plan_id: int, why: str, *, seen: int | None = None, scratch: str | None = None) -> Receipt:
    """Send back what was put forward, saying why; it is a draft again. Raises as `approve` does, Usage without a reason."""
    row = _waiting(w, plan_id)
    prose = _prose(w, row.case_id, _("The reason"), why, before=row.returned_id)
    write(w, plan, row, seen, {"state": "draft", "returned_id": prose})
    scratches.clear(w, scratch)
    said = _("Sent version {n} of the {kind} back").format(n=row.number, kind=kind_words(row.kind))
    return w.receipt(said, cases=[row.case_id], data={"plan": plan_id})


def take_back(w: Work, plan_id: int, *, seen: int | None = None) -> Receipt:
    """Whoever put a version forward takes it back while it waits; it is a draft again. Raises NotPermitted for anybody else, Refused
    where it does not wait."""
    row = _plan(w, plan_id)
    if row.state != "submitted":
        raise Refused(_("That version does not wait for approval."))
    if row.submitted_by != w.me.id and not w.me.holds_all:
        raise NotPermitted(_("Whoever put it forward takes it back. Who supervises the case may send it back."))
    write(w, plan, row, seen, {"state": "draft"})
    said = _("Took version {n} of the {kind} back").format(n=row.number, kind=kind_words(row.kind))
    return w.receipt(said, cases=[row.case_id], data={"plan": plan_id})


def _waiting(w: Work, plan_id: int) -> Row:  # type: ignore[type-arg]
    """A version that waits and may be approved by this person. Raises NotPermitted, Refused."""
    row = _plan(w, plan_id)
    ref = find.case(w, row.case_id)
    if not scope.may_lead(w, ref):
        raise NotPermitted(_("Only who supervises the case approves its plan, or sends it back."))
    if row.state != "submitted":
        raise Refused(_("That version does not wait for approval."))
    if w.me.id in (row.author_id, row.submitted_by):
        raise NotPermitted(
            _("Nobody approves a plan that they wrote or put forward themselves. Another supervisor does.")
        )
    return row


# -- while it runs --------------------------------------------------------------------------------------


def review(
    w: Work, plan_id: int, text: str, *, on: date | None = None, next_on: date | None = None, scratch: str | None = None
) -> Receipt:
    """The plan was gone through together: what was seen, today or on a day that has been, and when that is done next.

    The receipt's data says whether the client was `asked` how it is going (offered.feedback), at this review or since.
    Raises Refused unless it runs, Usage for empty words, a day ahead, or a next day that is not after it.
    """
    row = _plan(w, plan_id)
    if row.state != "approved":
        raise Refused(_("Only the version that runs is reviewed."))
    day = _past(w, on)
    if next_on is not None and next_on <= day:
        raise Usage(_("The next review comes after this one; {day} does not.").format(day=next_on.isoformat()))
    prose = _prose(w, row.case_id, _("What was seen"), text)
    made = w.add(
        plan_review,
        {"case_id": row.case_id, "plan_id": plan_id, "on_date": day, "worker_id": w.me.id, "narrative_id": prose, "next_on": next_on,
         "at": w.now},
    )  # fmt: skip
    write(w, plan, row, None, {"review_on": next_on})
    attention.taken_up(w, [row.case_id])
    scratches.clear(w, scratch)
    said = _("Reviewed the plan")
    told = offered.feedback(w, row.case_id, "review", day)
    if next_on is not None:
        said += _("; again on {day}").format(day=next_on.isoformat())
    if told is None:
        said += _("; the client was not asked yet how it is going")
    return w.receipt(said, cases=[row.case_id], data={"plan": plan_id, "review": made, "asked": told})


def end(w: Work, plan_id: int, *, on: date | None = None, seen: int | None = None) -> Receipt:
    """A plan that runs comes to its end, today or on a day that has been; a draft is put away and its number stays used.

    Raises Refused for one that waits for approval, was replaced or has ended.
    """
    row = _plan(w, plan_id)
    if row.state == "submitted":
        raise Refused(_("It waits for approval. Take it back, or have it sent back first."))
    if row.state not in ("draft", "approved"):
        raise Refused(_("That version was replaced or has ended already."))
    write(w, plan, row, seen, {"state": "ended", "ended_on": _past(w, on)})
    words = _("Ended the {kind}") if row.state == "approved" else _("Put the draft of the {kind} away")
    return w.receipt(words.format(kind=kind_words(row.kind)), cases=[row.case_id], data={"plan": plan_id})


# -- what every verb about plans asks -----------------------------------------------------------------


def draft(w: Work, plan_id: int) -> Row:  # type: ignore[type-arg]
    """A draft of a case that is open. Raises Refused where it was put forward or approved, or the case is closed."""
    row = _plan(w, plan_id)
    find.to_act_on(w, [row.case_id])
    if row.state == "submitted":
        raise Refused(_("It waits for approval and stands as it is. Take it back, or have it sent back."))
    if row.state != "draft":
        raise Refused(_("That version stands as it was approved. Begin a new one: caseload plan CASE begin"))
    return row


def live(w: Work, plan_id: int) -> Row:  # type: ignore[type-arg]
    """A version that is written or runs. Raises Refused for one that was replaced or has ended."""
    row = _plan(w, plan_id)
    if row.state not in plan_rows.LIVE:
        raise Refused(_("That version was replaced or has ended: nothing of it changes any more."))
    return row


def _plan(w: Work, plan_id: int) -> Row:  # type: ignore[type-arg]
    return find.row_to_act_on(w, plan, plan_id, _("There is no such plan."))


def write(w: Work, table: Table, row: Row, seen: int | None, changes: Mapping[str, object]) -> None:  # type: ignore[type-arg]
    """Change one row where nobody has since `seen`, or since it was read. Raises Conflict."""
    version = row.version if seen is None else seen
    same = (table.c.id == row.id, table.c.version == version)
    if not w.conn.execute(update(table).where(*same).values({**changes, "version": version + 1})).rowcount:
        raise Conflict(_("Someone else changed that plan meanwhile. Nothing was changed; look at it and try again."))


def _prose(w: Work, case_id: int, what: str, text: str, *, before: object = None) -> int:
    prose = {"case_id": case_id, "worker_id": w.me.id, "body": values.prose(what, text), "at": w.now}
    return w.add(narrative, prose | {"supersedes_id": before})


def said_by_client(w: Work, case_id: int, text: str, before: int | None) -> int:
    """What a client says to a goal, as narrative; what was written before is kept."""
    return _prose(w, case_id, _("What the client says"), text, before=before)


def _past(w: Work, on: date | None) -> date:
    if on is not None and on > w.today:
        raise Usage(_("{day} lies ahead; it is today or a day that has been.").format(day=on.isoformat()))
    return on or w.today
