"""What was agreed with a client, laid out: the plan with its goals and steps, what is missing, and what comes next. Pure functions
over the practice's frozen rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..messages import _
from .draw import run
from .widgets.sheet import BLANK, Item, heading

if TYPE_CHECKING:
    from ..casework.plan_rows import GoalRow, PlanRow, StepRow
    from .summaries import When


def state_words(state: str) -> str:
    """A state of a plan, a goal or a step, in words."""
    return {
        "draft": _("draft"), "submitted": _("waits for approval"), "approved": _("runs"), "replaced": _("replaced"),
        "ended": _("ended"), "open": _("open"), "reached": _("reached"), "partly": _("partly reached"),
        "not_reached": _("not reached"), "dropped": _("dropped"), "done": _("done"),
    }[state]  # fmt: skip


def agreed_words(answer: str | None) -> str:
    """Whether the client agrees, in words."""
    return {"yes": _("client agrees"), "partly": _("client agrees in part"), "no": _("client does not agree")}.get(
        answer or "", ""
    )


def section(plans: Sequence[PlanRow], when: When, *, opened: bool = False) -> list[Item]:
    """What runs and what is being written, goal by goal, then the versions before. What is next to do leads.
    `opened`: on the page of the plan itself, where no key has to open it."""
    if not plans:
        keys = (
            _("  s begins one, a then adds a goal.")
            if opened
            else _("  P opens the plan: s begins one, a adds a goal.")
        )
        return [
            Item(((_("  Nothing was agreed in a plan yet."), "plain"),)),
            Item(((keys, "dim"),)),
        ]
    from ..casework.plan_rows import LIVE

    live = [one for one in plans if one.state in LIVE]
    found: list[Item] = []
    coming = [step for one in live if one.state == "approved" for step in one.next_steps if step.due is not None][:3]
    if coming:
        found += [heading(_("Next")), *(_step(one, when, indent=0) for one in coming), BLANK]
    for one in live:
        found += [*of_plan(one, when), BLANK]
    past = [one for one in plans if one.state not in LIVE]
    if past:
        found += [heading(_("Before")), *(_past(one, when) for one in past)]
    return found if found[-1] != BLANK else found[:-1]


def of_plan(one: PlanRow, when: When) -> list[Item]:
    """One version, whole."""
    from ..casework.care_plan import kind_words

    kept = [goal for goal in one.goals if goal.state != "dropped"]
    reached = sum(goal.state == "reached" for goal in kept)
    said = [state_words(one.state), agreed_words(one.agreed)]
    if kept:
        said.append(_("{n} of {all} goals reached").format(n=reached, all=len(kept)))
    if one.state == "approved" and one.review is not None:
        late = one.review < when.today
        said.append((_("REVIEW LATE {day}") if late else _("review {day}")).format(day=when.day(one.review)))
    title = _("{kind}, version {n}").format(kind=kind_words(one.kind), n=one.number)
    tone = {"approved": "good", "submitted": "warn"}.get(one.state, "plain")
    head = (run(f"{title}  ", "title"), run(" · ".join(word for word in said if word), tone))
    found = [Item(head, value=("plan", one))]
    if one.wants:
        found.append(Item(body=_("“{words}”").format(words=one.wants), indent=4, prose=True))
    if one.returned:
        found.append(Item(body=_("sent back: {words}").format(words=one.returned), indent=4, prose=True, tone="warn"))
    lives = one.state not in ("replaced", "ended")
    found += _lacks(one.missing, 4) if lives else []
    for goal in one.goals:
        found += _goal(goal, when, lacking=lives)
    for review in one.reviews:
        words = _("  reviewed {day} by {who}").format(day=when.day(review.on), who=review.by)
        found.append(Item((run(words, "key"),), review.text or "", indent=4, prose=True))
    return found


def _lacks(codes: Sequence[str], indent: int) -> list[Item]:
    if not codes:
        return []
    from ..casework.plan_rows import missing_words

    what = ", ".join(missing_words(code) for code in codes)
    return [Item(body=_("missing: {what}").format(what=what), indent=indent, tone="dim")]


def _goal(one: GoalRow, when: When, *, lacking: bool) -> list[Item]:
    over = one.state != "open"
    late = not over and one.due is not None and one.due < when.today
    said = [
        _("{n} of {all} steps").format(n=one.done, all=one.of) if one.of else "",
        state_words(one.state) if over else "",
        _("by {day}").format(day=when.day(one.due)) if one.due is not None and not over else "",
    ]
    right = " · ".join(word for word in said if word)
    head = (run(f"{one.number}. "), run(one.title, "dim" if over else "strong"))
    parts = [_("seen by: {measure}").format(measure=one.measure)] if one.measure else []
    parts += [_("need: {domain}").format(domain=one.need)] if one.need else []
    parts += [agreed_words(one.agreed)] if one.agreed else []
    parts += [_("“{words}”").format(words=one.words)] if one.words else []
    found = [
        Item(
            head, " · ".join(parts), value=("goal", one), right=(run(f"{right} ", "bad" if late else "dim"),), indent=6, tone="dim"
        )
    ]  # fmt: skip
    found += _lacks(one.missing, 6) if lacking else []
    return found + [_step(step, when, indent=4) for step in one.steps]


def _step(one: StepRow, when: When, *, indent: int) -> Item:
    over = one.state != "open"
    late = not over and one.due is not None and one.due < when.today
    sign = {"done": "x", "dropped": "-"}.get(one.state, " ")
    who = (
        one.who_name
        or one.worker
        or {"client": _("client"), "worker": _("worker"), "provider": _("provider")}.get(one.who, "")
    )
    said = [who]
    if one.waits and not over:
        said.append(_("after {n}").format(n=one.after_number))
    if one.due is not None and not over:
        said.append((_("LATE {day}") if late else "{day}").format(day=when.day(one.due)))
        if one.slip and one.first_due is not None:
            said.append(_("first {day}").format(day=when.day(one.first_due)))
    words = " " * indent + f"[{sign}] {one.number} "
    tone = "bad" if late else "dim"
    return Item(
        (run(words), run(one.title, "dim" if over else "plain")), value=("step", one),
        right=(run(" · ".join(word for word in said if word) + " ", tone),),
    )  # fmt: skip


def _past(one: PlanRow, when: When) -> Item:
    from ..casework.care_plan import kind_words

    title = _("{kind}, version {n}").format(kind=kind_words(one.kind), n=one.number)
    day = when.day(one.ended) if one.ended is not None else ""
    return Item(body=" · ".join(word for word in (title, state_words(one.state), day) if word), tone="dim")
