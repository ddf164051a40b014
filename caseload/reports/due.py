"""Which contacts fell due in a period, and which of them were made: the contact clock of each case, read as it stood when
the period began, by the risk and the policy in force when it ended.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, Select, and_, case, exists, func, literal, literal_column, select, type_coerce

from caseload.models import contact_line, policy
from caseload.store.facts import clocks

from . import then

if TYPE_CHECKING:
    from datetime import date


def counts(engine: str, scope: Select[Any], first: date, last: date, *, held: bool = True) -> Select[Any]:
    """By holder (null: nobody, or not `held`) and program, of the cases open when `last` ended: contacts_due, those whose clock ran out
    by then unless the client was met in the period; contacts_due_made, those of them in which the client was.
    """
    f, p, late, met = _parts(engine, scope, first, last, held)

    def one(condition: Any, label: str) -> Any:
        return func.sum(case((condition, literal(1)), else_=literal(0))).label(label)

    return (
        select(f.c.worker_id, f.c.program_id, one(late, "contacts_due"), one(and_(late, met), "contacts_due_made"))
        .select_from(f.join(p, p.c.id == f.c.policy_id))
        .where(f.c.closed_on.is_(None))
        .group_by(f.c.worker_id, f.c.program_id)
    )


def listed(engine: str, scope: Select[Any], first: date, last: date, *, made: bool) -> Select[Any]:
    """The cases that `counts` counts as due; with `made`, those whose client was met: case_id, due day and holder."""
    f, p, late, met = _parts(engine, scope, first, last)
    due = _due(engine, last)
    return (
        select(f.c.id.label("case_id"), due.label("on_date"), f.c.worker_id)
        .select_from(f.join(p, p.c.id == f.c.policy_id))
        .where(f.c.closed_on.is_(None), late, *((met,) if made else ()))
    )


def _due(engine: str, last: date) -> Any:
    return type_coerce(literal_column(clocks(then.spelled(engine, last), "f")["contact_due_on"]), Date)


def _parts(engine: str, scope: Select[Any], first: date, last: date, held: bool = True) -> tuple[Any, Any, Any, Any]:
    """The cases as they stood, their policy, whether the contact of one was due, and whether its client was met."""
    s = then.spelled(engine, last)
    f = then.cases(engine, scope, last, risk=True, contact=first - timedelta(days=1), held=held).alias("f")
    p, k = policy.alias("p"), contact_line.alias("l")
    # As the clock has it: what happened before the opening, or in a way the program does not count, is none.
    counted: Any = literal_column(s.listed("l.kind", "p.contact_kinds"))
    met = exists().where(
        k.c.case_id == f.c.id, k.c.met, counted, k.c.on_date.between(first, last), k.c.on_date >= f.c.opened_on
    )
    return f, p, _due(engine, last) <= literal(last, Date), met
