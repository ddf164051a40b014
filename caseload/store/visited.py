"""Which open cases are due a visit this month, and had one: the monthly-visit measure of 42 USC 624(f) as it stands today.

Predicates over `case_file`, for the query language (`visit:due`, `visit:made`) and for counting. What is measured, and how past months
are read, says `reports/visits.py`; a test holds the two equal.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, not_, select

from ..models import case_file, case_stage, contact_line
from .database import Reading

# Face to face; a group meets its client too. 42 USC 624(f) speaks of visits, not of calls.
IN_PERSON = ("visit", "office", "group")


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def measured(r: Reading) -> ColumnElement[bool]:
    """True of a case that is open, and was when the month's first day ended."""
    first, s = month_of(r.today), case_stage.alias("s")
    closings = select(case_stage.c.case_id).where(case_stage.c.stage == "closed", case_stage.c.on_date <= first)
    stood = (
        select(s.c.stage)
        .where(s.c.case_id == case_file.c.id, s.c.on_date <= first)
        .order_by(s.c.on_date.desc(), s.c.id.desc())
        .limit(1)
        .correlate(case_file)
        .scalar_subquery()
    )
    shut = and_(case_file.c.id.in_(closings.correlate(None)), stood == "closed")
    return and_(case_file.c.closed_on.is_(None), case_file.c.opened_on <= first, not_(shut))


def seen(r: Reading) -> ColumnElement[bool]:
    """True where the client was met face to face this month."""
    k = contact_line.c
    here = (k.case_id == case_file.c.id, k.on_date.between(month_of(r.today), r.today), k.met, k.kind.in_(IN_PERSON))
    return exists().where(*here).correlate(case_file)


def predicate(r: Reading, which: str) -> ColumnElement[bool]:
    """`due`: a visit is due this month and was not made yet; `made`: it was."""
    return and_(measured(r), seen(r) if which == "made" else not_(seen(r)))
