"""What a record lacks, each gap defined once: for `gap:` of the query language, the dashboard of gaps, the list that `caseload gaps`
prints, and the weekly report.

A gap is a predicate over a case as it stands on a day: `f` has id, client_id, program_id, team_id, opened_on and closed_on. Those of HMIS
are looked for in the programs that are reported to it (`program.hmis_project_type`, HMIS 2.02.6) and in no other. Where a rule is not
ours, its source stands beside it:

  DS      HMIS Data Standards Manual FY2026 (HUD), by element
  APR     HUD's data-quality questions of the CoC APR (Q6a to Q6f), which are its framework in numbers
  Eva     the checks of the open checker that continuums run before they send
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Select,
    and_,
    cast,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)

from ..models import (
    assessment,
    assessment_answer,
    case_file,
    case_risk,
    case_stage,
    client,
    client_code,
    contact_line,
    external_id,
    identity,
    program,
    stay_member,
)
from . import scope
from .dialect import Sql
from .facts import ANNUAL_WINDOW

if TYPE_CHECKING:
    from .database import Reading

# HMIS 1.6: nobody asked. That a client does not know, or prefers not to answer, is an answer, and is told apart.
NOT_COLLECTED = "99"
UNKNOWN = ("8", "9")
# What of a client stands as a coded answer (HMIS 3.04, 4.21, 3.07).
ANSWERS = ("sex", "race", "veteran")
# The questionnaire with what HMIS asks of every enrolment, and its questions.
FORM, DISABLING, LIVING, MOVED_IN, INCOME = "hmis", "disabling", "living", "moved-in", "income"
# A case that closed so long ago is no work of today's: the APR is about a year.
CLOSED_DAYS = 365
# HMIS 2.02.6. A client sleeps in one of the first at a time; the others are where people move into a home of their own.
_ONE_AT_A_TIME, _HOUSED = (0, 2, 8), (3, 9, 10, 13)
# Where clients are met on the street or at the door, and a case without a contact has gone quiet.
_MET_OUTSIDE = (4, 14)
# APR Q6f: outreach and night shelters; a day more than so many without a contact.
QUIET_DAYS = 90
# After so many days in a program that houses people somebody asks whether the day of moving in was forgotten. Ours.
MOVE_IN_DAYS = 90
# How long a stay is meant to last at the longest. 24 months: transitional housing (24 CFR 578.79), rapid re-housing (24 CFR
# 578.37(a)(1)(ii)) and prevention (24 CFR 576.106); a year of shelter, outreach, services or coordination: ours. None of supportive housing.
_LONGEST = ((730, (2, 12, 13)), (365, (0, 1, 4, 6, 8, 11, 14)))
# HUD's glossary of reporting: nobody served today was born earlier.
_EARLIEST = date(1915, 1, 1)
# 3.12.1: does not know, prefers not to answer, no exit interview, not collected.
_NOWHERE = ("8", "9", "30", "99")


@dataclass(frozen=True, slots=True)
class Case:
    """The case that is asked about, as it stands when a day has ended."""

    r: Reading
    f: FromClause
    day: date

    @property
    def c(self) -> Any:
        return self.f.c

    def known(self, column: str) -> str:
        """A column of the case in SQL."""
        return f'"{self.f.name}".{column}'  # type: ignore[attr-defined]


Holds = Callable[[Case], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap. `hmis`: only in programs that are reported there; `closed`: of cases that have closed; `telling`: read from who clients
    are or what was found with them, and so for those alone who see that. `source` is that of a rule which is not ours."""

    name: str
    holds: Holds
    hmis: bool = False
    closed: bool = False
    telling: bool = True
    source: str = ""


# ---------------------------------------------------------------- what the client said


def _identity(a: Case, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(identity.c.id).where(identity.c.client_id == a.c.client_id, *which).correlate(a.f).exists()


def _no_name(a: Case) -> ColumnElement[bool]:
    i = identity.c
    return ~_identity(a, or_(func.coalesce(i.given, "") != "", func.coalesce(i.family, "") != ""))


def _no_birth(a: Case) -> ColumnElement[bool]:
    return ~_identity(a, identity.c.born_on.is_not(None))


def _no_language(a: Case) -> ColumnElement[bool]:
    spoken = (client.c.id == a.c.client_id, func.coalesce(client.c.language, "") != "")
    return ~select(client.c.id).where(*spoken).correlate(a.f).exists()


def _answered(a: Case, name: str, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    k = client_code.c
    return select(k.id).where(k.client_id == a.c.client_id, k.field == code_field(name), *which).correlate(a.f).exists()


def code_field(name: str) -> str:
    """Under which name a client's coded answers stand."""
    return f"hmis:{name}"


def _unanswered(name: str) -> Holds:
    return lambda a: ~_answered(a, name, client_code.c.code != NOT_COLLECTED)


def _unknown(a: Case) -> ColumnElement[bool]:
    i, codes = identity.c, [int(one) for one in UNKNOWN]
    answers = (_answered(a, name, client_code.c.code.in_(UNKNOWN)) for name in ANSWERS)
    return or_(_identity(a, or_(i.name_quality.in_(codes), i.birth_quality.in_(codes))), *answers)


def _partial(a: Case) -> ColumnElement[bool]:
    return _identity(a, or_(identity.c.name_quality == 2, identity.c.birth_quality == 2))


def _impossible(a: Case) -> ColumnElement[bool]:
    born = identity.c.born_on
    return _identity(a, or_(born > a.c.opened_on, born < _EARLIEST))


# ---------------------------------------------------------------- who was served with whom


def _served(a: Case, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(stay_member.c.id).where(stay_member.c.case_id == a.c.id, *which).correlate(a.f).exists()


def _heads(a: Case) -> Any:
    """How many heads the household of the case has; null without a household."""
    m, all_of_it = stay_member.alias("own_stay"), stay_member.alias("whole_stay")
    counted = select(func.count()).where(all_of_it.c.stay_id == m.c.stay_id, all_of_it.c.relationship == "self")
    asked = select(counted.correlate(m).scalar_subquery()).where(m.c.case_id == a.c.id)
    return asked.correlate(a.f).scalar_subquery()


def _no_relationship(a: Case) -> ColumnElement[bool]:
    e = external_id.c
    came = select(e.id).where(
        e.entity == "case_file", e.row_id == a.c.id, e.system.startswith("hmis:", autoescape=True)
    )
    return or_(
        _served(a, stay_member.c.relationship == "not_collected"), and_(~_served(a), came.correlate(a.f).exists())
    )


def _answers_for(a: Case) -> ColumnElement[bool]:
    """Of whom HMIS asks the most: the head of a household, whoever was served alone, and adults."""
    return or_(~_served(a), _served(a, stay_member.c.relationship == "self"), _adult(a))


def _adult(a: Case) -> ColumnElement[bool]:
    if a.r.engine == "postgresql":
        grown: Any = cast(a.c.opened_on - literal_column("interval '18 years'"), Date)
    else:
        grown = func.date(a.c.opened_on, "-18 years")
    return _identity(a, identity.c.born_on <= grown)


# ---------------------------------------------------------------- how the stay goes


def _kind(a: Case, kinds: tuple[int, ...]) -> ColumnElement[bool]:
    reported_as = select(program.c.id).where(program.c.hmis_project_type.in_(kinds)).correlate(None)
    return _in(a.f, reported_as)


def _in(f: FromClause, programs: Select[Any]) -> ColumnElement[bool]:
    return f.c.program_id.in_(programs)


def _overlaps(a: Case) -> ColumnElement[bool]:
    """The client is in the same program twice at a time, or sleeps in two places. The other case is one that the asker sees."""
    o = case_file.alias("other_stay")
    together = and_(_kind(a, _ONE_AT_A_TIME), _kind(Case(a.r, o, a.day), _ONE_AT_A_TIME))
    seen = select(case_file.c.id).where(scope.visible(a.r)).correlate(None)
    if a.r.me.policed:
        # The server has left out every other row.
        visible: ColumnElement[bool] = scope.visible(a.r, o)
    else:
        visible = o.c.id.in_(seen)
    return (
        select(o.c.id)
        .where(
            o.c.client_id == a.c.client_id, o.c.id != a.c.id, o.c.opened_on <= a.day,
            or_(o.c.closed_on.is_(None), o.c.closed_on > a.c.opened_on),
            or_(o.c.program_id == a.c.program_id, together), visible,
        )
        .correlate(a.f).exists()
    )  # fmt: skip


def _long(a: Case) -> ColumnElement[bool]:
    return or_(*(and_(_kind(a, kinds), a.c.opened_on < a.day - timedelta(days=most)) for most, kinds in _LONGEST))


def _quiet(a: Case) -> ColumnElement[bool]:
    since = a.day - timedelta(days=QUIET_DAYS)
    k = contact_line.c
    met = select(k.id).where(k.case_id == a.c.id, k.on_date.between(since, a.day), k.outcome == "made")
    return and_(_kind(a, _MET_OUTSIDE), a.c.opened_on < since, ~met.correlate(a.f).exists())


def _no_destination(a: Case) -> ColumnElement[bool]:
    s, later = case_stage.alias("exit_stage"), case_stage.alias("later_exit")
    closed = (s.c.case_id == a.c.id, s.c.stage == "closed", s.c.on_date <= a.day)
    after = and_(
        later.c.case_id == s.c.case_id, later.c.stage == "closed", later.c.on_date <= a.day,
        or_(later.c.on_date > s.c.on_date, and_(later.c.on_date == s.c.on_date, later.c.id > s.c.id)),
    )  # fmt: skip
    unsaid = and_(func.coalesce(s.c.destination, "") == "", func.coalesce(s.c.close_reason, "") != "deceased")
    last = ~select(later.c.id).where(after).correlate(s).exists()
    return select(s.c.id).where(*closed, last, or_(unsaid, s.c.destination.in_(_NOWHERE))).correlate(a.f).exists()


# ---------------------------------------------------------------- what was asked of an enrolment


def _asked(a: Case, *which: Any) -> tuple[FromClause, Select[Any]]:
    """The assessments of the case that stand: of those that were set right, what took their place."""
    e, right = assessment.alias("asked_of"), assessment.alias("set_right")
    stands = ~select(right.c.id).where(right.c.corrects_id == e.c.id).correlate(e).exists()
    return e, select(e.c.id).where(e.c.case_id == a.c.id, e.c.on_date <= a.day, stands, *which)


def _answer(a: Case, link: str, phase: str, *which: ColumnElement[bool], since: Any = None) -> ColumnElement[bool]:
    """A question of the HMIS questionnaire was answered in that phase; with `since`, on that day or later."""
    n = assessment_answer.c
    e, asked = _asked(a)
    told = (e.c.instrument == FORM, e.c.phase == phase, n.assessment_id == e.c.id, n.link == link, *which)
    late = (e.c.on_date >= since,) if since is not None else ()
    return asked.join(assessment_answer, n.assessment_id == e.c.id).where(*told, *late).correlate(a.f).exists()


def _told(a: Case, link: str, phase: str, *, since: Any = None) -> ColumnElement[bool]:
    return _answer(a, link, phase, assessment_answer.c.value.not_in((*UNKNOWN, NOT_COLLECTED)), since=since)


def _never_told(link: str, phase: str = "baseline") -> Holds:
    return lambda a: and_(_answers_for(a), ~_told(a, link, phase))


def _no_disabling(a: Case) -> ColumnElement[bool]:
    return ~_told(a, DISABLING, "baseline")


def _anniversary(a: Case) -> Any:
    """Since when an assessment counts for the last anniversary whose time has passed, and whether there was one."""
    s = Sql(a.r.engine, "")
    last = a.day - timedelta(days=ANNUAL_WINDOW + 1)
    # 28 February of the year before stands for a 29th.
    before = last.replace(year=last.year - 1, day=min(last.day, 28) if last.month == 2 else last.day)
    sql = s.plus(s.anniversary(a.known("opened_on"), s.day(before.isoformat())), -ANNUAL_WINDOW)
    return literal_column(sql, Date), a.c.opened_on <= before


def _assessed(a: Case, since: Any) -> ColumnElement[bool]:
    e, asked = _asked(a)
    return asked.where(e.c.phase == "annual", e.c.on_date >= since).correlate(a.f).exists()


def _annual(a: Case) -> ColumnElement[bool]:
    since, old = _anniversary(a)
    return and_(old, _answers_for(a), ~_assessed(a, since))


def _annual_income(a: Case) -> ColumnElement[bool]:
    since, old = _anniversary(a)
    return and_(old, _answers_for(a), _assessed(a, since), ~_told(a, INCOME, "annual", since=since))


def _moved_in(a: Case, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    return _answer(a, MOVED_IN, "baseline", *which)


def _move_in_before(a: Case) -> ColumnElement[bool]:
    opened = a.known("opened_on")
    iso: ColumnElement[str] = literal_column(opened if a.r.engine == "sqlite" else f"to_char({opened}, 'YYYY-MM-DD')")
    return and_(_kind(a, _HOUSED), _moved_in(a, assessment_answer.c.value < iso))


def _no_move_in(a: Case) -> ColumnElement[bool]:
    head = or_(~_served(a), _served(a, stay_member.c.relationship == "self"))
    long_enough = a.c.opened_on < a.day - timedelta(days=MOVE_IN_DAYS)
    return and_(_kind(a, _HOUSED), long_enough, head, ~_moved_in(a))


# ---------------------------------------------------------------- all of them


GAPS: dict[str, Gap] = {
    gap.name: gap
    for gap in (
        Gap("name", _no_name),
        Gap("birth", _no_birth),
        Gap("language", _no_language, telling=False),
        *(Gap(name, _unanswered(name)) for name in ANSWERS),
        Gap(
            "risk",
            lambda a: ~select(case_risk.c.id)
            .where(case_risk.c.case_id == a.c.id, case_risk.c.on_date <= a.day).correlate(a.f).exists(),
            telling=False,
        ),
        Gap("team", lambda a: a.c.team_id.is_(None), telling=False),
        Gap("unknown", _unknown, hmis=True, source="APR Q6a, Q6b; DS 3.01, 3.03, 3.04, 3.07, 4.21"),
        Gap("partial", _partial, hmis=True, source="APR Q6a; DS 3.01.5, 3.03.2"),
        Gap("birth_day", _impossible, hmis=True, source="APR Q6a; DS 3.03"),
        Gap("relationship", _no_relationship, hmis=True, telling=False, source="APR Q6b; DS 3.15"),
        Gap("no_head", lambda a: _heads(a) == 0, hmis=True, telling=False, source="DS 3.15; Eva"),
        Gap("heads", lambda a: _heads(a) > 1, hmis=True, telling=False, source="DS 3.15; Eva"),
        Gap("overlap", _overlaps, hmis=True, telling=False, source="APR Q6b; Eva"),
        Gap("disabling", _no_disabling, hmis=True, source="APR Q6b; DS 3.08"),
        Gap("living", _never_told(LIVING), hmis=True, source="APR Q6d; DS 3.917"),
        Gap("income", _never_told(INCOME), hmis=True, source="APR Q6c; DS 4.02"),
        Gap("annual", _annual, hmis=True, source="DS 4.02, data collection stage 5; Eva"),
        Gap("annual_income", _annual_income, hmis=True, source="APR Q6c; DS 4.02"),
        Gap("move_in", _move_in_before, hmis=True, source="DS 3.20; Eva"),
        Gap("no_move_in", _no_move_in, hmis=True, source="DS 3.20; Eva"),
        Gap("long_stay", _long, hmis=True, telling=False, source="Eva; 24 CFR 578.79, 578.37, 576.106"),
        Gap("quiet", _quiet, hmis=True, telling=False, source="APR Q6f; Eva"),
        Gap("destination", _no_destination, hmis=True, closed=True, telling=False, source="APR Q6c; DS 3.12"),
        Gap(
            "exit_income",
            lambda a: and_(_answers_for(a), ~_told(a, INCOME, "closing")),
            hmis=True, closed=True, source="APR Q6c; DS 4.02",
        ),
    )
}  # fmt: skip
# Of cases that have closed: who asks for one of these asks for closed cases.
CLOSED = tuple(name for name, gap in GAPS.items() if gap.closed)


def reported(f: FromClause = case_file) -> ColumnElement[bool]:
    """True of a case in a program that is reported to HMIS."""
    return f.c.program_id.in_(select(program.c.id).where(program.c.hmis_project_type.is_not(None)).correlate(None))


def concerns(r: Reading) -> bool:
    """Whether any program here is reported to HMIS: nobody else is asked for what it wants."""
    return bool(r.conn.execute(select(exists().where(program.c.hmis_project_type.is_not(None)))).scalar())


def closed_since(day: date) -> date:
    """From when on a case that has closed is still looked at."""
    return day - timedelta(days=CLOSED_DAYS)


def told(r: Reading, gap: Gap) -> bool:
    """Whether this person may be told of the gap: whoever sees no identity learns nothing of what it is read from."""
    return not gap.telling or r.me.holds_all or r.me.role in ("case_manager", "supervisor")


def lacks(r: Reading, name: str, f: FromClause = case_file, day: date | None = None) -> ColumnElement[bool]:
    """True of a case as it stands on a day, today unless given, that has the gap: an open one, or one that has closed within a year
    where the gap is of those."""
    gap, on = GAPS[name], day or r.today
    if not told(r, gap):
        return false()
    standing = f.c.closed_on.is_(None)
    if gap.closed:
        standing = f.c.closed_on.between(closed_since(on), on)
    return and_(*((reported(f),) if gap.hmis else ()), standing, holds(r, name, f, on))


def holds(r: Reading, name: str, f: FromClause, day: date) -> ColumnElement[bool]:
    """Whether the gap is there, whatever the program and whether or not the case is open."""
    return GAPS[name].holds(Case(r, f, day))


def predicate(r: Reading, name: str) -> ColumnElement[bool]:
    """What `gap:NAME` asks of a case; `any` is any of those that open cases have, and `none` none of them."""
    if name not in ("any", "none"):
        return lacks(r, name)
    some = or_(*(lacks(r, one) for one in GAPS if one not in CLOSED))
    return some if name == "any" else some.is_not(true())
