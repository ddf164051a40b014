"""One way to select cases: the scope, narrowed by the query language. Screen, command, export and bulk act alike."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import ColumnElement, and_, bindparam, func, literal_column, select, text, true

from ..messages import _
from ..models import advice_topic, case_file, program, pseudonym, team, worker
from . import fields, query, scope, terms, views, waiting
from .database import Reading
from .dialect import bound
from .rules import IN_ORDER, RULE_NAMES, RULES

_FIRING = {rule.name: rule for rule in RULES}


def fires(r: Reading, name: str) -> ColumnElement[bool]:
    """True for a case in which the rule of that name fires today, unless policy has turned it off.

    Asked of the case at hand: as a list of cases, SQLite would work the rule out for all there are (70 ms against 0.1).
    """
    s, rule = bound(r.engine), _FIRING[name]
    day = r.today.isoformat() if r.engine == "sqlite" else r.today
    fires = f"f.id = case_file.id AND f.closed_on IS NULL AND ({rule.fires(s)}) AND ({rule.level(s)}) < {IN_ORDER}"
    asked = text(fires).bindparams(bindparam("today", day, unique=False)) if ":today" in fires else text(fires)
    ruled = text("case_file f JOIN policy p ON p.program_id = f.program_id AND p.is_current")
    return select(literal_column("1")).select_from(ruled).where(asked).exists()


def context(r: Reading) -> fields.Context:
    """What a query means here and now. Names are looked up once a reading."""
    known: fields.Context | None = r.memo.get("query")
    if known is None:

        def case_of(number: str) -> int | None:
            found = select(case_file.c.id).where(case_file.c.number == number, scope.visible(r))
            if terms.CALLED.fullmatch(number):
                mine = (pseudonym.c.worker_id == r.me.id, pseudonym.c.name == number)
                of_mine = select(pseudonym.c.case_id).where(*mine)
                found = select(case_file.c.id).where(case_file.c.id.in_(of_mine), scope.visible(r))
            return r.conn.execute(found).scalar()

        known = fields.Context(
            today=r.today,
            me_id=r.me.id,
            workers=dict(r.conn.execute(select(worker.c.handle, worker.c.id)).all()),
            teams=dict(r.conn.execute(select(team.c.code, team.c.id)).all()),
            programs=dict(r.conn.execute(select(program.c.code, program.c.id)).all()),
            rules=RULE_NAMES,
            reason_predicate=lambda name: fires(r, name),
            covered=scope.covered(r),
            case_of=case_of,
            may_search_names=r.me.sees_identity,
            which_hold=lambda asked: r.conn.execute(asked).one(),
            waits=lambda which: waiting.predicate(r, which),
            view=lambda name: saved(r, name),
            topics=lambda: r.conn.execute(select(advice_topic.c.code)).scalars().all(),
        )
        r.memo["query"] = known
    return known


def saved(r: Reading, name: str) -> query.Query | None:
    """The query of the saved view of that name, if this person has one. Raises QueryError where it names another view."""
    row = views.find(r, name)
    if row is None:
        return None
    found = query.parse(row.query)
    if query.speaks_of(found, "view"):
        raise query.QueryError(_("The view names another view, which it cannot. Save it anew."), 1, 1)
    return found


def speaks_of(r: Reading, asked: str, *names: str) -> bool:
    """Whether the query, or a saved view it names, speaks of one of these fields."""
    return query.speaks_of(query.parse(asked), *names, view=lambda name: saved(r, name))


def answers(r: Reading, asked: str) -> ColumnElement[bool]:
    """The cases that answer the query, seen or not: only for counting among those that `where` has chosen."""
    parsed = query.parse(asked)
    return true() if parsed.root is None else fields.compile(parsed, context(r))


def where(
    r: Reading,
    asked: str = "",
    *,
    open_only: bool | None = None,
    of: ColumnElement[bool] | None = None,
    walks: bool = False,
) -> ColumnElement[bool]:
    """The cases this person may see that answer the query; open ones unless it speaks of stage or closed.

    `open_only` settles that either way. `of` narrows them to somebody's, or a team's, which an index finds; `walks` is for a few
    in the order of an index. Raises QueryError, which says where.
    """
    parsed = query.parse(asked)
    if open_only is None:
        open_only = not query.speaks_of(parsed, "stage", "closed", view=lambda name: saved(r, name))
    found = scope.visible(r)
    if parsed.root is not None:
        # Whoever sees a part of the cases under policies comes to them by one list; to ask there how many names begin so asks the
        # policy for each of them.
        walking = walks and (r.me.holds_all or not r.me.policed)
        found = and_(found, fields.compile(parsed, replace(context(r), walks=walking)))
    if open_only:
        found = and_(found, case_file.c.closed_on.is_(None))
    if of is not None:
        return and_(found, of)
    return and_(found, scope.within_reach(r)) if open_only else found


def count(r: Reading, asked: str = "") -> int:
    """How many cases answer the query."""
    return int(r.conn.execute(select(func.count()).select_from(case_file).where(where(r, asked))).scalar_one())
