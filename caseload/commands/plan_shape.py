"""A plan as JSON has it, and laid out for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from caseload.messages import _

from .output import as_text, one_line
from .table import paragraph

if TYPE_CHECKING:
    from caseload.casework.plan_rows import GoalRow, PlanRow, StepRow
    from caseload.casework.timeline import Bar


def plan_shape(one: PlanRow, named: bool) -> dict[str, Any]:
    """A version with its goals, steps and reviews. Without `named`, nothing that people typed."""

    def typed(text: str | None) -> str | None:
        return text if named and text else None

    return {
        "id": str(one.id), "kind": one.kind, "number": one.number, "state": one.state, "by": one.by, "made": one.made,
        "wants": typed(one.wants), "agreed": one.agreed, "agreed_on": one.agreed_on, "submitted": one.submitted,
        "submitted_by": one.submitted_by, "approved": one.approved, "approved_by": one.approved_by, "sent_back": one.sent_back,
        "returned": typed(one.returned), "review": one.review, "ended": one.ended, "missing": list(one.missing),
        "goals": [_goal(each, named) for each in one.goals],
        "reviews": [
            {"id": str(each.id), "on": each.on, "by": each.by, "text": typed(each.text), "next": each.next} for each in one.reviews
        ],
        "version": one.version,
    }  # fmt: skip


def _goal(one: GoalRow, named: bool) -> dict[str, Any]:
    def typed(text: str | None) -> str | None:
        return text if named and text else None

    return {
        "id": str(one.id), "number": one.number, "title": typed(one.title), "measure": typed(one.measure),
        "need": str(one.need_id) if one.need_id is not None else None, "domain": one.need, "starts": one.starts, "due": one.due,
        "state": one.state, "ended": one.ended, "agreed": one.agreed, "words": typed(one.words), "done": one.done, "of": one.of,
        "missing": list(one.missing), "steps": [_step(each, named) for each in one.steps], "version": one.version,
    }  # fmt: skip


def _step(one: StepRow, named: bool) -> dict[str, Any]:
    return {
        "id": str(one.id), "number": one.number, "title": one.title if named else None, "who": one.who,
        "name": one.who_name if named and one.who_name else None, "worker": one.worker, "starts": one.starts, "due": one.due,
        "first_due": one.first_due, "slip": one.slip, "after": str(one.after) if one.after is not None else None, "waits": one.waits,
        "state": one.state, "ended": one.ended, "version": one.version,
    }  # fmt: skip


def bar_shape(one: Bar, named: bool) -> dict[str, Any]:
    """A row of a timeline."""
    return {
        "goal": one.goal, "step": one.step, "id": str(one.id), "title": one.title if named else None,
        "who": one.who if named else None, "starts": one.starts, "due": one.due, "first_due": one.first_due, "slip": one.slip,
        "after": one.after, "waits": one.waits, "state": one.state, "ended": one.ended, "done": one.done, "of": one.of,
    }  # fmt: skip


def page_of(one: Mapping[str, Any]) -> list[str]:
    """A version as lines of text, unsafe characters still in them where people typed them."""
    from caseload.casework.care_plan import kind_words

    lines = [f"{kind_words(one['kind'])} {one['number']}: {one['state'].replace('_', ' ')}"]
    if one["approved"]:
        lines.append(_("approved {day} by {who}").format(day=as_text(one["approved"]), who=one["approved_by"]))
    elif one["state"] == "submitted":
        lines.append(_("put forward {day} by {who}").format(day=as_text(one["submitted"]), who=one["submitted_by"]))
    if one["returned"]:
        lines += [_("Sent back:"), *paragraph(one["returned"], "  ")]
    if one["review"]:
        lines.append(_("gone through next on {day}").format(day=as_text(one["review"])))
    if one["wants"]:
        lines += [_("The client wants:"), *paragraph(one["wants"], "  ")]
    if one["agreed"]:
        lines.append(
            _("the client agrees: {answer}, {day}").format(answer=one["agreed"], day=as_text(one["agreed_on"]))
        )
    lines += _lacks(one, "")
    for goal in one["goals"]:
        due = _("by {day}").format(day=as_text(goal["due"])) if goal["due"] else ""
        progress = _("{done} of {n} steps").format(done=goal["done"], n=goal["of"]) if goal["of"] else ""
        state = "" if goal["state"] == "open" else goal["state"].replace("_", " ")
        lines += ["", _joined(f"{goal['number']}.", goal["title"], f"#{goal['id']}", due, state, progress)]
        lines += [_("   seen by: {measure}").format(measure=one_line(goal["measure"]))] if goal["measure"] else []
        if goal["agreed"]:
            lines.append(_joined("  ", _("agrees: {answer}").format(answer=goal["agreed"]), goal["words"]))
        lines += _lacks(goal, "   ")
        for step in goal["steps"]:
            due = _("by {day}").format(day=as_text(step["due"])) if step["due"] else ""
            slip = _("first agreed {day}").format(day=as_text(step["first_due"])) if step["slip"] else ""
            state = "" if step["state"] == "open" else step["state"]
            waits = _("waits for #{id}").format(id=step["after"]) if step["waits"] and step["state"] == "open" else ""
            who = step["name"] or step["worker"] or step["who"]
            lines.append(_joined(f"   {step['number']}", step["title"], f"#{step['id']}", who, due, slip, waits, state))
    for review in one["reviews"]:
        lines += ["", _("Reviewed {day} by {who}").format(day=as_text(review["on"]), who=review["by"])]
        lines += paragraph(review["text"], "  ") if review["text"] else []
    return lines


def _lacks(one: Mapping[str, Any], indent: str) -> list[str]:
    from caseload.casework.plan_rows import missing_words

    if not one["missing"]:
        return []
    what = ", ".join(missing_words(code) for code in one["missing"])
    return [indent + _("missing: {what}").format(what=what)]


def _joined(first: str, *parts: Any) -> str:
    """One line: a break in what somebody typed would begin another that looks like ours. `first` is ours."""
    return "  ".join([first, *(text for part in parts if part and (text := one_line(str(part))))])
