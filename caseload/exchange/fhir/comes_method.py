"""What was found and agreed there: Condition, Goal, CarePlan and Task as needs, the draft of a plan and tasks.

What has ended there stays there: a need met and a goal reached are that agency's work, and would be counted as ours. A plan comes as a
draft: nobody here has agreed to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ...casework import needs
from ...messages import _
from ...models.assessment import SEVERITIES
from ...text import LINE_LIMIT, fold
from ..rows import Value
from . import reading as fhir
from . import terms
from .piece import Piece, mark, noted, short, told

if TYPE_CHECKING:
    from ...store.database import Reading
    from .parcel import Parcel
    from .parse import Resource


@dataclass(frozen=True, slots=True)
class Need:
    """A need in a domain that is open here, with the answers it was found in."""

    domain: str
    found: date
    words: str
    found_in: str


@dataclass(frozen=True, slots=True)
class Goal:
    """What they wanted to reach there, and the need it answers."""

    need: str
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody was to do for a goal: the client, or whoever is named."""

    goal: str
    name: str
    by_client: bool


def conditions(r: Reading, parcel: Parcel) -> Iterator[Piece]:
    """What runs as a need, where its domain is one of ours; everything else in the sender's words."""
    rows = [one for one in needs.domains(r) if one.closed is None]
    names = {fold(name): one.code for one in rows for name in (one.code, one.name)}
    open_ = {one.code: one.name for one in rows}
    for entry in parcel.of("Condition"):
        condition = entry.resource
        status = next(filter(None, fhir.codes(condition.get("clinicalStatus"))), "active")
        sure = next(filter(None, fhir.codes(condition.get("verificationStatus"))), "")
        name = fhir.said(condition.get("code"))
        if sure == "entered-in-error":
            continue
        categories = [code for one in fhir.things(condition, "category") for code in fhir.codes(one)]
        by_code = next((terms.DOMAINS[code] for code in categories if terms.DOMAINS.get(code) in open_), "")
        domain = names.get(fold(name), "") or by_code
        mine, theirs = noted(parcel, entry)
        found = fhir.day(condition.get("recordedDate")) or fhir.day(condition.get("onsetDateTime"))
        if domain and status in terms.RUNNING and sure in terms.FOUND:
            first = found if found is not None and found <= r.today else r.today
            evidence = [one for each in fhir.things(condition, "evidence") for one in fhir.things(each, "detail")]
            seen = next((there.key for one in evidence if (there := parcel.entry(one))), "")
            yield Piece(
                "need", entry.key, entry.row, {"severity": (_severity(condition),), "words": (mine,)},
                load=Need(domain, first, mine, seen),
            )  # fmt: skip
            if fold(name) in (fold(domain), fold(open_[domain])) and not theirs and sure in terms.SURE:
                continue
            status = _("taken as a need: {domain}").format(domain=open_[domain])
            mine = ""
        day = fhir.when(condition.get("recordedDate") or condition.get("onsetDateTime"), r.zone)
        ended = fhir.when(condition.get("abatementDateTime"), r.zone)
        how = [status, sure, fhir.said(condition.get("severity")), _("until {day}").format(day=ended) if ended else ""]
        head = f"{day} {name or _('without a name')} ({', '.join(filter(None, how))})".strip()
        yield told(entry, "needs", day, head, mine, theirs)


def _severity(condition: Resource) -> str:
    concept = condition.get("severity")
    coded = next((terms.SEVERITIES[code] for code in fhir.codes(concept) if code in terms.SEVERITIES), "")
    word = fold(fhir.said(concept))
    return coded or (word if word in SEVERITIES else "moderate")


# -- plans, tasks --------------------------------------------------------------------------------------


def goals(r: Reading, parcel: Parcel) -> Iterator[Piece]:
    """The goals that go on, for the draft of a plan; the others are told."""
    for entry in parcel.of("Goal"):
        goal = entry.resource
        status = fhir.word(goal, "lifecycleStatus")
        title = fhir.said(goal.get("description"))
        if status == "entered-in-error":
            continue
        mine, theirs = noted(parcel, entry)
        target = fhir.thing(goal, "target")
        measure = fhir.said(target.get("measure")) or fhir.word(target, "detailString")
        starts, due = fhir.day(goal.get("startDate")), fhir.day(target.get("dueDate"))
        if status in terms.GOES_ON and title.strip(" -"):
            if starts and due and due < starts:
                starts = None
            days = tuple(one.isoformat() if one else None for one in (starts, due))
            need = next((there.key for one in fhir.things(goal, "addresses") if (there := parcel.entry(one))), "")
            fields: dict[str, tuple[Value, ...]] = {
                "title": (short(title),),
                "measure": (short(measure),),
                "days": days,
            }
            yield Piece("goal", entry.key, entry.row, fields, load=Goal(need, mine))
            if len(title) <= LINE_LIMIT and len(measure) <= LINE_LIMIT and not theirs:
                continue
            mine = ""
        achieved = fhir.said(goal.get("achievementStatus"))
        day = fhir.when(goal.get("statusDate") or goal.get("startDate"), r.zone)
        how = ", ".join(filter(None, (status, achieved)))
        yield told(entry, "plan", f"2 {day}", f"{day} {_('Goal')}: {title} ({how})".strip(), measure, mine, theirs)


def plans(r: Reading, parcel: Parcel) -> Iterator[Piece]:
    """What is still to be done of a plan, as steps of its goals; what it says of itself is told."""
    for entry in parcel.of("CarePlan"):
        plan = entry.resource
        if plan.get("status") == "entered-in-error":
            continue
        lines = []
        for activity in fhir.things(plan, "activity"):
            detail = fhir.thing(activity, "detail")
            title = fhir.word(detail, "description") or fhir.said(detail.get("code"))
            going = (there for one in fhir.things(detail, "goal") if (there := parcel.entry(one)))
            goal = next((one for one in going if one.resource.get("lifecycleStatus") in terms.GOES_ON), None)
            who = next((one for one in fhir.things(detail, "performer")), {})
            name = parcel.who(entry, who)
            if title and goal is not None and detail.get("status") in terms.STEPS_TO_DO and len(title) <= LINE_LIMIT:
                by_client = parcel.entry(who) is parcel.client or name == "client"
                period = fhir.thing(detail, "scheduledPeriod")
                starts, due = fhir.day(period.get("start")), fhir.day(period.get("end"))
                days = tuple(
                    one.isoformat() if one else None
                    for one in (None if starts and due and due < starts else starts, due)
                )
                step = Step(goal.key, name, by_client)
                key = f"{entry.key}|{mark([title, goal.key])}"
                yield Piece("step", key, entry.row, {"title": (title,), "days": days}, load=step)
            elif title:
                how = ", ".join(
                    filter(None, (fhir.word(detail, "status"), name, fhir.span(detail.get("scheduledPeriod"), r.zone)))
                )
                lines.append(f"- {title} ({how})")
        mine, theirs = noted(parcel, entry)
        span = fhir.span(plan.get("period"), r.zone) or fhir.when(plan.get("created"), r.zone)
        title = fhir.word(plan, "title") or ", ".join(fhir.said_all(plan, "category")) or _("Plan")
        head = f"{span} {title} ({fhir.word(plan, 'status')})".strip()
        yield told(entry, "plan", f"1 {span}", head, fhir.prose(plan.get("description")), *lines, mine, theirs)


def tasks(r: Reading, parcel: Parcel) -> Iterator[Piece]:
    """What is still to be done by a day. A task that follows a referral is part of that referral."""
    for entry in parcel.of("Task"):
        task = entry.resource
        if of_referral(parcel, task) or task.get("status") == "entered-in-error":
            continue
        title = fhir.word(task, "description") or fhir.said(task.get("code"))
        due = fhir.day(fhir.thing(fhir.thing(task, "restriction"), "period").get("end"))
        if title and due and task.get("status") in terms.TO_DO and len(title) <= LINE_LIMIT:
            yield Piece("task", entry.key, entry.row, {"title": (title,), "due": (due.isoformat(), False)})
            continue
        day = fhir.when(due.isoformat() if due else task.get("authoredOn"), r.zone)
        ended = fhir.when(fhir.thing(task, "executionPeriod").get("end"), r.zone)
        how = ", ".join(filter(None, (fhir.word(task, "status"), ended)))
        _mine, theirs = noted(parcel, entry)
        yield told(entry, "tasks", day, f"{day} {title or _('a task')} ({how})".strip(), _mine, theirs)


def of_referral(parcel: Parcel, task: Resource) -> bool:
    """Whether a task is the fulfilment of a referral."""
    there = parcel.entry(task.get("focus"))
    return terms.FULFIL in fhir.codes(task.get("code")) or (there is not None and there.kind == "ServiceRequest")
