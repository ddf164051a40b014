"""Who may see which case. One predicate, applied below every query: screen, command, export, search, count."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    TextClause,
    all_,
    and_,
    column,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    text,
    true,
    union_all,
)

from ..errors import NotPermitted
from ..messages import _
from ..models import absence, assignment, case_access, case_file, cover, cover_case, glass
from .database import Reading

# Answered once a statement.
_GLIMPSES: Any = literal_column("(SELECT my_glimpses())::bigint[]")

# The case rows that the server shows, beside another query's.
_SEEN = case_file.alias("seen_case")


def running(r: Reading, on: date | None = None) -> tuple[ColumnElement[bool], ...]:
    """True of an absence that runs today, or on that day: by the agency's calendar alone, unless it was ended before its
    last day."""
    day = on or r.today
    return (absence.c.from_on <= day, absence.c.to_on >= day, absence.c.ended_on.is_(None))


def _by_me(r: Reading) -> ColumnElement[bool]:
    return cover.c.worker_id == r.me.id


def _away(r: Reading, *who: ColumnElement[bool]) -> Select[int]:
    """The workers who are away today and covered by those for whom `who` is true. Cover begins and ends by the calendar alone."""
    return select(absence.c.worker_id).join(cover, cover.c.absence_id == absence.c.id).where(*who, *running(r))


def _share(r: Reading, c: FromClause, *who: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of the cases of those who are away: true for the ones that fall to those for whom `who` is true.

    Where a cover is split by queries, a case belongs to the share it fell to; those that fell to none belong to the
    share without a query.
    """
    fallen = (
        select(cover_case.c.id)
        .join(absence, absence.c.id == cover_case.c.absence_id)
        .where(cover_case.c.case_id == c.c.id, absence.c.worker_id == c.c.owner_id, *running(r))
        .correlate(c)
    )
    in_share = and_(cover.c.absence_id == cover_case.c.absence_id, cover.c.share == cover_case.c.share)
    drawn = fallen.join(cover, in_share).where(*who)
    rest = and_(c.c.owner_id.in_(_away(r, *who).where(cover.c.query.is_(None))), ~fallen.exists())
    return or_(drawn.exists(), rest)


def covered(r: Reading, c: FromClause = case_file) -> ColumnElement[bool]:
    """True for a case whose owner is away today and which is covered by me."""
    # Whose owner is not away is out at once: nothing more is asked of the many other cases.
    return and_(c.c.owner_id.in_(_away(r, _by_me(r))), _share(r, c, _by_me(r)))


def covered_by_anybody(r: Reading, c: FromClause = case_file) -> ColumnElement[bool]:
    """True for a case whose owner is away today and which falls to somebody."""
    return and_(c.c.owner_id.in_(_away(r)), _share(r, c))


def mine(r: Reading, c: FromClause = case_file) -> ColumnElement[bool]:
    """The person's own and covered cases."""
    # First whose they may be, in one list: both engines then go by the owner, however big the agency is.
    owners = select(literal(r.me.id, c.c.owner_id.type)).union_all(_away(r, _by_me(r)))
    return and_(c.c.owner_id.in_(owners), or_(c.c.owner_id == r.me.id, _share(r, c, _by_me(r))))


def _named(r: Reading, c: FromClause, kind: str) -> ColumnElement[bool]:
    rows = select(case_access.c.case_id).where(
        case_access.c.worker_id == r.me.id,
        case_access.c.kind == kind,
        or_(case_access.c.until_on.is_(None), case_access.c.until_on >= r.today),
    )
    return c.c.id.in_(rows)


def _broken(r: Reading) -> Select[int]:
    """The cases that this person has opened in an emergency, while that lasts (casework/glass.py)."""
    return select(glass.c.case_id).where(glass.c.worker_id == r.me.id, glass.c.until_at > r.now)


def _secondaries(r: Reading) -> Select[int]:
    return select(assignment.c.case_id).where(
        assignment.c.worker_id == r.me.id, assignment.c.role == "secondary", assignment.c.ends_at.is_(None)
    )


def _secondary(r: Reading, c: FromClause) -> ColumnElement[bool]:
    return c.c.id.in_(_secondaries(r))


def my_teams(r: Reading) -> tuple[int, ...]:
    """The teams whose cases a supervisor sees: those they supervise, and their own."""
    own = (r.me.team_id,) if r.me.team_id is not None else ()
    return tuple(sorted({*r.me.teams, *own}))


def visible(r: Reading, c: FromClause = case_file) -> ColumnElement[bool]:
    """The cases this person may see. Named denial beats everything. Raises NotPermitted for roles that see no case row."""
    me = r.me
    if me.holds_all:
        return true()
    if me.role in ("analyst", "auditor"):
        raise NotPermitted(
            _("Your role ({role}) sees no case rows. Ask an admin if your work has changed.").format(role=me.role)
        )
    if me.policed and not r.as_of:
        # The server has left out every other row already (store/policies.py), but for those of which one has a mere glimpse.
        # Of a row that is not there, beside an outer join, nothing is true.
        return and_(c.c.id.is_not(None), c.c.id != all_(_GLIMPSES))
    named = or_(c.c.owner_id == me.id, c.c.custodian_id == me.id, _named(r, c, "allow"))
    if r.made:
        named = or_(named, c.c.id.in_(r.made))
    if me.role == "admin":
        wide: ColumnElement[bool] = true()
    elif me.role == "supervisor":
        wide = or_(named, covered(r, c), _secondary(r, c), c.c.id.in_(_broken(r)), c.c.team_id.in_(my_teams(r)))
    else:
        wide = or_(named, covered(r, c), _secondary(r, c), c.c.id.in_(_broken(r)))
        if r.agency.manager_sees_team and me.team_id is not None:
            wide = or_(wide, c.c.team_id == me.team_id)
    return and_(wide, or_(~c.c.restricted, named), ~_named(r, c, "deny"))


def within_reach(r: Reading) -> ColumnElement[bool]:
    """True for the open cases that `visible` may be true of: the way to them in a big agency, never the right to them.

    As one list of keys, each part found by an index. Whoever may see all goes through all.
    """
    me = r.me
    if me.holds_all or me.role == "admin":
        return true()
    if me.policed and not r.as_of:
        return case_file.c.id.in_(select(func.my_open_cases()))
    allowed = select(case_access.c.case_id).where(case_access.c.worker_id == me.id, case_access.c.kind == "allow")
    parts: list[Any] = [
        _open(case_file.c.owner_id.in_(select(literal(me.id, case_file.c.owner_id.type)).union_all(_away(r)))),
        # In the words of the index, which SQLite compares letter by letter.
        _open(text("case_file.restricted"), case_file.c.custodian_id == me.id),
        allowed,
        _secondaries(r),
        _broken(r),
    ]
    teams = my_teams(r) if me.role == "supervisor" else ()
    if me.role == "case_manager" and r.agency.manager_sees_team and me.team_id is not None:
        teams = (me.team_id,)
    if teams:
        parts.append(_open(case_file.c.team_id.in_(teams)))
    return case_file.c.id.in_(union_all(*parts))


def _open(*where: ColumnElement[bool] | TextClause) -> Select[int]:
    return select(case_file.c.id).where(case_file.c.closed_on.is_(None), *where).correlate(None)


def denied(r: Reading, c: FromClause = case_file) -> ColumnElement[bool]:
    """True for a case that this person is kept from by name: they learn nothing of it, not even that it is there."""
    return _named(r, c, "deny")


def handles(r: Reading) -> bool:
    """Whether the person handles cases at all: analysts and auditors see no case row."""
    return r.me.holds_all or r.me.role in ("case_manager", "supervisor", "admin")


# Case numbers that somebody knows already, whether or not the case is in sight: they held it, wrote in it or were offered it.
_known = table("known_numbers", column("id"), column("number"))


def number_of(r: Reading, case_id: ColumnElement[int]) -> ColumnElement[str | None]:
    """The number of a case as the person may be told it, beside a query that may not see the case; None where not at all."""
    if r.engine == "postgresql":
        told = select(_known.c.number).where(_known.c.id == case_id).scalar_subquery()
        seen = select(_SEEN.c.number).where(_SEEN.c.id == case_id).scalar_subquery()
        return func.coalesce(seen, told)
    return select(_SEEN.c.number).where(_SEEN.c.id == case_id).scalar_subquery()


def knows_number(r: Reading, number: str) -> int | None:
    """The key of a case whose number the person knows already, whether or not the case is in sight."""
    known = _known if r.engine == "postgresql" else case_file
    return r.conn.execute(select(known.c.id).where(known.c.number == number)).scalar()


def sees(r: Reading, case_id: int) -> bool:
    """Whether this person may see one case."""
    return r.conn.execute(select(case_file.c.id).where(case_file.c.id == case_id, visible(r))).first() is not None


def holds_any(r: Reading) -> bool:
    """Whether the person holds or covers any open case: if not, their queue is everything in scope."""
    return bool(r.conn.execute(select(exists().where(mine(r), case_file.c.closed_on.is_(None)))).scalar())


def may_supervise(r: Reading, team_id: int | None) -> bool:
    """Whether the person supervises that team."""
    return r.me.holds_all or (r.me.role == "supervisor" and team_id is not None and team_id in my_teams(r))


def may_lead(r: Reading, row: Any) -> bool:
    """Whether the person supervises that case, and so approves, sends back and co-signs: who supervises its team, and of a restricted
    case, which nobody else of them sees, its custodian, where that is a supervisor. `row` has the case's team_id, restricted and custodian_id.
    """
    keeps = r.me.role == "supervisor" and bool(row.restricted) and row.custodian_id == r.me.id
    return keeps or may_supervise(r, row.team_id)


def led(r: Reading, c: FromClause = case_file) -> ColumnElement[bool]:
    """The same, of the cases in a query."""
    if r.me.holds_all:
        return true()
    if r.me.role != "supervisor":
        return false()
    return or_(c.c.team_id.in_(my_teams(r)), and_(c.c.restricted, c.c.custodian_id == r.me.id))


def may_administer(r: Reading) -> bool:
    """Whether the person may reassign anything, and manage staff and programs."""
    return r.me.holds_all or r.me.role == "admin"


def may_move(r: Reading, row: Any) -> bool:
    """Case managers reassign what they hold, custodians what they answer for; supervisors anything in their teams;
    admins anything. `row` has the case's owner_id, custodian_id and team_id."""
    return may_administer(r) or r.me.id in (row.owner_id, row.custodian_id) or may_supervise(r, row.team_id)


def movable(r: Reading, c: FromClause = case_file) -> ColumnElement[bool]:
    """The same, of the cases in a query."""
    if may_administer(r):
        return true()
    theirs: ColumnElement[bool] = or_(c.c.owner_id == r.me.id, c.c.custodian_id == r.me.id)
    return or_(theirs, c.c.team_id.in_(my_teams(r))) if r.me.role == "supervisor" else theirs


def may_restrict(r: Reading, row: Any) -> bool:
    """Whether the person may restrict that case, or change the restriction it has."""
    if row.restricted:
        return r.me.holds_all or (r.me.id is not None and row.custodian_id == r.me.id)
    return may_administer(r) or may_supervise(r, row.team_id)


def require_admin(r: Reading, what: str) -> None:
    """Raises NotPermitted unless the person is an admin."""
    if not may_administer(r):
        raise NotPermitted(_("Only an admin may {what}. Ask one: caseload worker list").format(what=what))
