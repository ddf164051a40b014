"""What was found, agreed and asked of others: QuestionnaireResponse and Observation, Condition, Goal, CarePlan, ServiceRequest, Task."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from caseload.casework import assessed, questionnaires
from caseload.casework.instruments.answers import OWN
from caseload.messages import _

from . import terms
from .draft import Draft, Reference, day, period

if TYPE_CHECKING:
    from caseload.casework.assessed import AssessmentRow, Filled, ScoreRow
    from caseload.casework.instruments.questionnaire import Item, Value
    from caseload.casework.page import CasePage
    from caseload.casework.plan_rows import GoalRow, PlanRow, StepRow
    from caseload.casework.referred import ReferralRow
    from caseload.store.database import Reading

# LOINC's codes of answers.
_ANSWER = re.compile(r"LA\d+-\d")
_SURVEY = (terms.concept(system=terms.OBSERVED, code="survey"),)


# ---------------------------------------------------------------- assessments


def assessments(r: Reading, d: Draft, page: CasePage, subject: Reference) -> None:
    """Every questionnaire with its answers, and what its scales came to."""
    for row in reversed(page.assessments):
        status = "entered-in-error" if row.corrected_by is not None else "amended" if row.corrects else "completed"
        asked = questionnaires.edition(r, row.form, row.instrument)
        filled = assessed.one(r, row.id)
        items = _known(d, asked.questionnaire.items, filled) if asked is not None else _said(d, filled)
        url, version = (asked.questionnaire.url, asked.questionnaire.version) if asked is not None else ("", "")
        response = d.row(
            "QuestionnaireResponse", "assessment", row.id, questionnaire=f"{url}|{version}" if url and version else url,
            status=status, subject=subject, authored=day(row.on), author=d.worker(row.by), item=items,
        )  # fmt: skip
        for score in row.scores:
            _score(d, row, score, response, subject)


def _known(d: Draft, items: Iterable[Item], filled: Filled) -> list[dict[str, Any]]:
    """The answers in the order of the questionnaire, under its headings."""
    found = []
    for item in items:
        answers: list[dict[str, Any]] = [_answer(d, item, value) for value in filled.answers.get(item.link, ())]
        below = _known(d, item.items, filled)
        if answers or below:
            one: dict[str, Any] = {"linkId": item.link, "text": d.said(item.text)}
            # Below a question its answer holds what follows from it (qrs-1).
            if answers and below:
                answers[0] = {**answers[0], "item": below}
            found.append({**one, "answer": answers} if answers else {**one, "item": below})
    return found


def _said(d: Draft, filled: Filled) -> list[dict[str, Any]]:
    """The answers in words, where the questionnaire is known no longer."""
    return [
        {"linkId": one.link, "text": d.said(one.question), "answer": [{"valueString": d.said(one.answer)}]}
        for one in filled.heard
        if one.answer is not None
    ]


def _answer(d: Draft, item: Item, value: Value) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value()
        return {"valueInteger": int(value)} if item.kind == "integer" and whole else {"valueDecimal": _number(value)}
    if isinstance(value, date):
        return {"valueDate": value.isoformat()}
    if item.kind == "choice" or (item.kind == "open-choice" and not value.startswith(OWN)):
        chosen = item.choice(value)
        system = terms.LOINC if _ANSWER.fullmatch(value) else ""
        return {"valueCoding": {"system": system, "code": value, "display": d.said(chosen.text if chosen else "")}}
    said = d.said(value.removeprefix(OWN) if item.kind == "open-choice" else value)
    return {"valueUri": said} if item.kind == "url" else {"valueString": said}


def _number(value: Decimal | float) -> int | float:
    return int(value) if value == int(value) else float(value)


def _score(d: Draft, row: AssessmentRow, score: ScoreRow, response: Reference, subject: Reference) -> None:
    code = terms.TOTALS.get(row.instrument, "") if row.form is None and score.scale == "total" else ""
    told: dict[str, Any] = {"code": terms.concept(score.title, terms.LOINC, code)}
    absent = {"dataAbsentReason": terms.concept(system=terms.ABSENT, code="not-asked")}
    if score.flag:
        told |= absent if score.positive is None else {"valueBoolean": score.positive}
    else:
        told |= absent if score.value is None else {"valueQuantity": {"value": _number(score.value)}}
        words = [score.band] if score.band else []
        words += [] if score.positive is None else [_("positive") if score.positive else _("negative")]
        told["interpretation"] = [terms.concept(d.said(word)) for word in words]
    d.row(
        "Observation", "score", f"{row.id}/{score.scale}", status="entered-in-error" if row.corrected_by is not None else "final",
        category=list(_SURVEY), subject=subject, effectiveDateTime=day(row.on), performer=[d.worker(row.by)], derivedFrom=[response],
        note=d.note(row.words), **told,
    )  # fmt: skip


def background(d: Draft, page: CasePage, subject: Reference) -> None:
    """The history that a person brings along."""
    for one in page.background:
        d.row(
            "Observation", "background", one.id, status="final", subject=subject, effectiveDateTime=day(one.on),
            category=[terms.concept(system=terms.OBSERVED, code="social-history")], code=terms.concept(one.section),
            performer=[d.worker(one.by)], valueString=d.said(one.text),
        )  # fmt: skip


# ---------------------------------------------------------------- needs, plans


def needs(d: Draft, page: CasePage, subject: Reference) -> None:
    """Each need as a health concern, in the client's words."""
    for one in page.needs:
        found = d.of_row("assessment", one.assessment)
        d.row(
            "Condition", "need", one.id, clinicalStatus=terms.concept(system=terms.CLINICAL, code=terms.CONDITION[one.state]),
            verificationStatus=terms.concept(system=terms.VERIFIED, code="confirmed"), category=terms.needed(one.domain),
            severity=terms.concept(one.severity), code=terms.concept(d.said(one.name)), subject=subject,
            abatementDateTime=day(one.ended), recordedDate=day(one.found), recorder=d.worker(one.by),
            evidence=[{"detail": [found]}] if found else [], note=[*d.note(one.words), *d.note(one.strengths)],
        )  # fmt: skip


def plans(d: Draft, page: CasePage, subject: Reference) -> None:
    """The plans that are no drafts, with goals and steps."""
    for plan in page.plans:
        if plan.state == "draft":
            continue
        goals = [_goal(d, one, subject) for one in plan.goals]
        reviewed = [note for one in plan.reviews for note in d.note(one.text, by=one.by, on=one.on)]
        d.row(
            "CarePlan", "plan", plan.id, status=terms.PLAN[plan.state], intent="plan", category=[terms.concept(plan.kind)],
            title=_("Plan, version {n}").format(n=plan.number), description=d.said(plan.wants), subject=subject,
            period=period(plan.approved or plan.made, plan.ended), created=day(plan.made), author=d.worker(plan.by),
            careTeam=[d.of_row("case", "team")], addresses=_addressed(d, plan), goal=goals,
            activity=[{"detail": _step(d, step, goal)} for step in plan.steps for goal in [d.of_row("goal", step.goal_id)]],
            note=reviewed,
        )  # fmt: skip


def _addressed(d: Draft, plan: PlanRow) -> list[Reference | None]:
    return [d.of_row("need", key) for key in dict.fromkeys(one.need_id for one in plan.goals)]


def _goal(d: Draft, one: GoalRow, subject: Reference) -> Reference:
    lived, achieved = terms.GOAL[one.state]
    words = {"partly": _("partly reached"), "dropped": _("dropped")}.get(one.state)
    return d.row(
        "Goal", "goal", one.id, lifecycleStatus=lived, achievementStatus=terms.concept(words, terms.ACHIEVED, achieved),
        description=terms.concept(d.said(one.title) or "-"), subject=subject, startDate=day(one.starts),
        target=[{"measure": terms.concept(d.said(one.measure)), "dueDate": day(one.due)}], statusDate=day(one.ended),
        addresses=[d.of_row("need", one.need_id)], note=d.note(one.words),
    )  # fmt: skip


def _step(d: Draft, one: StepRow, goal: Reference | None) -> dict[str, Any]:
    who = d.worker(one.worker) or {"display": d.said(one.who_name) or one.who}
    return {
        "goal": [goal], "status": terms.STEP[one.state], "scheduledPeriod": period(one.starts, one.due), "performer": [who],
        "description": d.said(one.title),
    }  # fmt: skip


# ---------------------------------------------------------------- referrals, tasks


def referrals(d: Draft, page: CasePage, subject: Reference) -> None:
    """What was asked of others, each with the Task by which its fulfilment is followed."""
    for one in reversed(page.referrals):
        asked, done = terms.REFERRAL[one.state]
        to = d.of_row("person", one.person_id)
        if to is None and one.provider:
            where = d.address("provider", one.provider)
            to = d.known(where) or d.put("Organization", where, name=d.said(one.provider))
        need = d.of_row("need", one.need)
        request = d.row(
            "ServiceRequest", "referral", one.id, status=asked, intent="order", category=[terms.concept(one.kind)],
            code=terms.concept(d.said(one.service) or one.kind), subject=subject, authoredOn=day(one.sent or one.drafted),
            requester=d.worker(one.by), performer=[to], reasonReference=[need], note=d.note(one.reason),
        )  # fmt: skip
        d.row(
            "Task", "referral-task", one.id, **_fulfil(d, one), status=done, focus=request, **{"for": subject}, owner=to
        )


def _fulfil(d: Draft, one: ReferralRow) -> dict[str, Any]:
    return {
        "intent": "order", "code": terms.concept(system=terms.TASKS, code="fulfill"), "authoredOn": day(one.sent or one.drafted),
        "statusReason": terms.concept(one.declined_why), "executionPeriod": period(one.started, one.ended),
        "restriction": {"period": {"end": day(one.answer_by)}}, "requester": d.worker(one.by),
    }  # fmt: skip


def tasks(d: Draft, page: CasePage, subject: Reference, episode: Reference) -> None:
    """What is to be done by a day, and what was."""
    for one in page.tasks:
        d.row(
            "Task", "task", one.id, status="completed" if one.done_at else "requested", intent="plan", focus=episode,
            description=d.said(one.title), executionPeriod={"end": d.at(one.done_at)}, owner=d.worker(one.worker),
            restriction={"period": {"end": day(one.due)}}, **{"for": subject},
        )  # fmt: skip
