"""Plans, goals and steps, as the tests write them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from caseload import models as m
from caseload.casework import care_plan, goals, looks, plan_rows, steps
from caseload.casework.goals import NewGoal
from caseload.casework.plan_rows import PlanRow
from caseload.casework.steps import NewStep
from tests.practice.kit import Practice


def begun(p: Practice, case: str, *, by: str = "ana", **more: Any) -> int:
    return int(p.do(by, care_plan.begin, case, **more).data["plan"])


def goal(p: Practice, plan: int, title: str = "A flat of our own", *, by: str = "ana", **more: Any) -> int:
    return int(p.do(by, goals.add, plan, NewGoal(title, **more)).data["goal"])


def step(p: Practice, of: int, title: str = "Apply at the office", *, by: str = "ana", **more: Any) -> int:
    return int(p.do(by, steps.add, of, NewStep(title, **more)).data["step"])


def need_of(p: Practice, case: str) -> int:
    with p.scene() as w:
        housing = w.conn.execute(select(m.need_domain.c.id).where(m.need_domain.c.code == "housing")).scalar_one()
        who = w.conn.execute(select(m.worker.c.id).where(m.worker.c.handle == "ana")).scalar_one()
        row = {"case_id": p.id(case), "domain_id": housing, "found_on": p.day, "found_by": who}
        return w.add(m.need, row)


def plans(p: Practice, case: str, by: str = "ana") -> tuple[PlanRow, ...]:
    looks.announce(p.as_(by), [case], surface="show")
    found: tuple[PlanRow, ...] = p.ask(by, plan_rows.of_case, p.id(case))
    return found


def approved(p: Practice, case: str, *, due: int = 14) -> tuple[int, int, int]:
    """A plan that runs, with one goal and one step of it."""
    plan = begun(p, case, wants="To be left in peace.")
    first = goal(p, plan, measure="A lease with her name", due=p.day + timedelta(90))
    todo = step(p, first, due=p.day + timedelta(due))
    p.do("ana", care_plan.submit, plan)
    p.do("ben", care_plan.approve, plan, review=p.day + timedelta(60))
    return plan, first, todo
