"""The dashboard of gaps: what the records in sight lack today, gap by gap, each number with its cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, Select, and_, case, cast, func, literal, null, select

from caseload.casework import lacks
from caseload.messages import _
from caseload.models import case_file, case_stage
from caseload.store import gaps

from .figures import Line, Measure, Number, Page, no_line, no_measure

if TYPE_CHECKING:
    from collections.abc import Callable

    from .figures import Asked

LACKING, OF = "cases", "of"


def page(asked: Asked, title: str, narrowed: Callable[[str], str]) -> Page:
    """Every gap that is looked for, with how many cases have it, and of how many. `narrowed` adds a term to the query."""
    r, names = asked.r, lacks.asked(asked.r)
    found = _counted(asked, names)
    asked.wait()
    told = lacks.titles()
    measures = (
        Measure(LACKING, _("cases"), _("Cases whose record lacks it today.")),
        Measure(OF, _("of"), _("Cases looked at: open ones, or those that closed within a year; for HMIS in its programs alone.")),
    )  # fmt: skip
    lines = [
        Line(
            name,
            told[name][0],
            (Number(found[name], narrowed(f"gap:{name}")), Number(found[_kind(name)])),
            told[name][1],
        )
        for name in names
    ]
    note = (
        ""
        if gaps.concerns(r)
        else _("No program is reported to HMIS here (caseload program edit): what it wants is not looked for.")
    )
    return Page("gaps", title, measures, tuple(lines), False, False, True, note)


def _kind(name: str) -> str:
    """Which cases a gap is looked for in."""
    gap = gaps.GAPS[name]
    return "of_closed" if gap.closed else "of_reported" if gap.hmis else "of_open"


def _looked_at(asked: Asked, kind: str) -> Any:
    c, day = case_file.c, asked.r.today
    standing = c.closed_on.is_(None)
    if kind == "of_closed":
        standing = c.closed_on.between(gaps.closed_since(day), day)
    return and_(c.id.in_(asked.scope), standing, *((gaps.reported(),) if kind != "of_open" else ()))


def _counted(asked: Asked, names: tuple[str, ...]) -> dict[str, int]:
    """How many cases have each gap, and how many were looked at, in one pass over the cases that each kind of gap is looked for in."""
    out: dict[str, int] = {}
    for kind in dict.fromkeys(map(_kind, names)):
        some = [name for name in names if _kind(name) == kind]
        tests = (func.sum(case((gaps.holds(asked.r, name, case_file, asked.r.today), 1), else_=0)) for name in some)
        found = asked.r.conn.execute(select(func.count(), *tests).where(_looked_at(asked, kind))).one()
        out |= {name: int(n or 0) for name, n in zip((kind, *some), found, strict=True)}
        asked.wait()
    return out


def rows(asked: Asked, line: str, measure: str) -> tuple[Select[Any], dict[str, str]]:
    """The cases of a number."""
    if line not in lacks.asked(asked.r):
        raise no_line(line)
    if measure not in (LACKING, OF):
        raise no_measure(measure, (LACKING, OF))
    s, c = case_stage.alias("last_stage"), case_file.c
    closer = (
        select(s.c.worker_id).where(s.c.case_id == c.id, s.c.stage == "closed")
        .order_by(s.c.on_date.desc(), s.c.id.desc()).limit(1).correlate(case_file).scalar_subquery()
    )  # fmt: skip
    on: Any = c.closed_on if gaps.GAPS[line].closed else cast(null(), Date)
    by = closer if gaps.GAPS[line].closed else c.owner_id
    found = select(c.id.label("case_id"), on.label("on_date"), by.label("worker_id"), literal(line).label("what"))
    which = _looked_at(asked, _kind(line))
    if measure == LACKING:
        which = and_(which, gaps.holds(asked.r, line, case_file, asked.r.today))
    return found.where(which), {line: lacks.titles()[line][0]}
