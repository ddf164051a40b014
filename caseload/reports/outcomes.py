"""What became of the method in the cases of a report: what needs were found and met, how far referrals came. Each a select with a row
for every one of them, so that whatever is counted can be listed. How scores changed is `casework/outcomes.py`.

Only who sees identities reads the rows; `docs/reports.md` says what each number means.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, case, exists, func, literal, or_, select

from caseload.casework.referred import TAKE_UP
from caseload.models import assessment, case_file, need, need_domain, plan, referral

if TYPE_CHECKING:
    from datetime import date

    from caseload.store.database import Reading

NEED_STATES = ("open", "met", "set_aside")


def asked(scope: Select[Any], first: date, last: date) -> Select[Any]:
    """By instrument: how many were recorded on the days of the period, and in how many cases; corrected ones not counted again."""
    a, newer = assessment.c, assessment.alias("newer")
    standing = ~exists().where(newer.c.corrects_id == a.id).correlate(assessment)
    return (
        select(a.instrument, func.count().label("n"), func.count(a.case_id.distinct()).label("cases"))
        .where(a.case_id.in_(scope), a.on_date.between(first, last), standing)
        .group_by(a.instrument)
    )


def needs(scope: Select[Any], last: date) -> Select[Any]:
    """A row for each need found by `last`: case_id, program_id, domain, on_date, worker_id, state as it stood that day."""
    n = need.c
    state = case((or_(n.ended_on.is_(None), n.ended_on > last), literal("open")), else_=n.state)
    return (
        select(
            n.case_id, case_file.c.program_id, need_domain.c.code.label("domain"), n.found_on.label("on_date"),
            n.found_by.label("worker_id"), state.label("state"),
        )
        .join(need_domain, need_domain.c.id == n.domain_id)
        .join(case_file, case_file.c.id == n.case_id)
        .where(n.case_id.in_(scope), n.found_on <= last)
    )  # fmt: skip


def referrals(scope: Select[Any], first: date, last: date) -> Select[Any]:
    """A row for each referral written down or sent on the days of the period: case_id, program_id, kind, state (as it stands), on_date, worker_id
    and the steps of TAKE_UP as 0 or 1."""
    k = referral.c
    sent = k.sent_on.between(first, last)
    return (
        select(
            k.case_id, case_file.c.program_id, k.kind, k.state, func.coalesce(k.sent_on, k.drafted_on).label("on_date"),
            k.worker_id, *(case((and_(sent, holds), 1), else_=0).label(f"is_{name}") for name, holds in TAKE_UP.items()),
        )
        .join(case_file, case_file.c.id == k.case_id)
        .where(k.case_id.in_(scope), or_(sent, k.drafted_on.between(first, last)))
    )  # fmt: skip


def counted_referrals(r: Reading, scope: Select[Any], first: date, last: date) -> dict[str, Counter[str]]:
    """These referrals counted, by kind: `state.X` those that stand so, `take_up.X` those that came as far as that step."""
    found = referrals(scope, first, last).subquery()
    came = [func.sum(found.c[f"is_{step}"]) for step in TAKE_UP]
    by: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, state, n, *steps in r.conn.execute(
        select(found.c.kind, found.c.state, func.count(), *came).group_by(found.c.kind, found.c.state)
    ):
        by[kind][f"state.{state}"] += int(n)
        for step, many in zip(TAKE_UP, steps, strict=True):
            by[kind][f"take_up.{step}"] += int(many)
    return by


def plans(scope: Select[Any], last: date) -> Select[Any]:
    """Cases open at the end of a period (`scope`) by the plan they have: by program, how many run by an approved plan, how many wait for
    approval, how many have their review overdue, how many have none; as of now for what is under way, as dated for the rest."""
    c, p = case_file.c, plan.alias("p")
    service = p.c.kind == "service"
    runs = exists().where(
        p.c.case_id == c.id, service, p.c.approved_on <= last, or_(p.c.ended_on.is_(None), p.c.ended_on > last)
    )
    waits = exists().where(p.c.case_id == c.id, service, p.c.state == "submitted", p.c.submitted_on <= last)
    late = exists().where(
        p.c.case_id == c.id, service, p.c.approved_on <= last, or_(p.c.ended_on.is_(None), p.c.ended_on > last),
        p.c.review_on < last,
    )  # fmt: skip
    since = exists().where(p.c.case_id == c.id, service, p.c.approved_on <= last)

    def one(condition: Any, label: str) -> Any:
        return func.sum(case((condition, literal(1)), else_=literal(0))).label(label)

    return (
        select(
            c.program_id, func.count().label("open"), one(runs, "approved"), one(waits, "waiting"), one(late, "review_overdue"),
            one(~since, "never"),
        )
        .where(c.id.in_(scope))
        .group_by(c.program_id)
    )  # fmt: skip
