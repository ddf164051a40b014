"""What was so at the end of a day: whether a case was open, who held it, which policy was in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import CTE, Select, case, cast, literal, literal_column, null, or_, select, type_coerce

from caseload.models import assignment, case_file, policy
from caseload.models.base import BigId
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


def cases(
    engine: str, scope: Select[Any], day: date, *, risk: bool = False, contact: date | None = None, held: bool = True
) -> CTE:
    """The cases of `scope` (a select of ids) that may have been open when `day` ended: their program, client, team,
    policy and holder, and `closed_on`, which is null for those that were.

    With `risk`, also the risk of that day; with `contact`, the last contact up to the end of that other day, and where the case stood in
    its timed phases, if its program has any. Unless `held`, nobody is asked who held them.
    """
    c, p = case_file.alias("c"), policy.alias("p")
    facts = [fact(engine, "closed_on", day).label("closed_on")]
    if risk:
        facts.append(fact(engine, "risk", day).label("risk"))
    if contact is not None:
        facts.append(fact(engine, "last_contact_on", contact).label("last_contact_on"))
        timed = p.c.phase1_days.is_not(None)
        facts += [case((timed, fact(engine, name, day))).label(name) for name in ("stage", "stage_on")]
    found = (
        select(
            c.c.id, c.c.number, c.c.program_id, c.c.client_id, c.c.team_id, c.c.opened_on, p.c.id.label("policy_id"),
            *facts, (holder(c, day) if held else cast(null(), BigId)).label("worker_id"),
        )
        .select_from(c.join(p, p.c.id == policy_of(c, day)))
        # What was closed by that day and never reopened needs no closer look.
        .where(c.c.id.in_(scope), c.c.opened_on <= day, or_(c.c.closed_on.is_(None), c.c.closed_on > day))
    )  # fmt: skip
    # Reckoned once: an engine that folds it into what asks reckons the risk of a day wherever a clock names it.
    return found.cte("then").prefix_with("MATERIALIZED")
