"""What was so at the end of a day: whether a case was open, who held it, which policy was in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import case, literal, literal_column, or_, select, type_coerce

from caseload.models import assignment, case_file, policy
from caseload.store.dialect import Sql
from caseload.store.facts import CONTACT, RISK, STAGE

if TYPE_CHECKING:
    from datetime import date

_FACTS = {**STAGE.facts, **RISK.facts, **CONTACT.facts}


def spelled(engine: str, day: date) -> Sql:
    """The spelling of the triage's facts and clocks as of `day`."""
    return Sql(engine, Sql(engine, "").day(day.isoformat()))


def fact(engine: str, name: str, day: date) -> Any:
    """A fact of the case `c` (an alias of that name, with its policy `p` if the fact needs one), as the triage reads it."""
    return type_coerce(literal_column(_FACTS[name](spelled(engine, day))), case_file.c[name].type)


def holder(c: Any, day: date) -> Any:
    """Who held the case `c`: a worker's id, or null."""
    a = assignment.alias("a_then")
    return (
        select(a.c.worker_id)
        .where(
            a.c.case_id == c.c.id, a.c.role == "primary", a.c.starts_on <= day,
            or_(a.c.ends_on.is_(None), a.c.ends_on > day),
        )
        .order_by(a.c.starts_on.desc(), a.c.starts_at.desc(), a.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )  # fmt: skip


def policy_of(c: Any, day: date) -> Any:
    """The id of the policy that was in force for the case `c`; for days before any was written, that of the first."""
    v = policy.alias("v")
    came = v.c.from_on <= day
    return (
        select(v.c.id)
        .where(v.c.program_id == c.c.program_id)
        .order_by(case((came, literal(0)), else_=literal(1)), case((came, v.c.version)).desc(), v.c.version)
        .limit(1)
        .scalar_subquery()
    )
