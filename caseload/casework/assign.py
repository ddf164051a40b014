"""Reassigning: plan (who moves, who is skipped or blocked and why, what it does to loads), commit, receipt.

The same three parts serve the screen's marks and the command's query, list or file. Whatever the number of cases, the
commit is a handful of statements over a private table of moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, insert, literal, or_, select, text, update
from sqlalchemy import case as sql_case

from ..errors import Conflict, NotPermitted, Usage
from ..messages import _, _n
from ..models import absence, assignment, case_access, case_file, pending_move, worker
from ..store import scope, selection
from ..store.database import Reading, Receipt, Work
from . import find, intake, values

# For sharing by free places among receivers of whom nobody said how many cases they can hold: 30 is the ceiling of
# 55 Pa. Code 5221.23 for intensive case management.
USUAL_CAPACITY = 30


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to move to whom: the open cases that a query selects, those of a worker, or a list of numbers or keys."""

    to: tuple[str, ...]
    query: str | None = None
    from_worker: str | None = None
    cases: tuple[str | int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One case and who gets it. `holder` is None where nobody holds it."""

    id: int
    case: str
    holder_id: int | None
    holder: str | None
    to_id: int
    to: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One case that stays where it is, and why."""

    case: str
    why: str


@dataclass(frozen=True, slots=True)
class Load:
    """Open cases a worker holds, before and after; percent of their capacity, None where none is set."""

    worker: str
    cases_before: int
    cases_after: int
    capacity: int | None

    @property
    def percent_before(self) -> float | None:
        return percent(self.cases_before, self.capacity)

    @property
    def percent_after(self) -> float | None:
        return percent(self.cases_after, self.capacity)


@dataclass(frozen=True, slots=True)
class Plan:
    """What would happen. Every case selected stands in exactly one of the three lists."""

    moved: tuple[Move, ...]
    skipped: tuple[Kept, ...]
    blocked: tuple[Kept, ...]
    load: tuple[Load, ...]


@dataclass(slots=True)
class _Receiver:
    id: int
    handle: str
    capacity: int | None
    team_id: int | None
    cases: int
    away_until: date | None

    @property
    def free(self) -> int:
        return (USUAL_CAPACITY if self.capacity is None else self.capacity) - self.cases


def percent(cases: int, capacity: int | None) -> float | None:
    """Share of capacity in percent, to one decimal."""
    return round(cases * 100 / capacity, 1) if capacity else None


def _away(r: Reading) -> dict[int, date]:
    today = (absence.c.from_on <= r.today, absence.c.to_on >= r.today, absence.c.ended_on.is_(None))
    found = select(absence.c.worker_id, func.max(absence.c.to_on)).where(*today).group_by(absence.c.worker_id)
    return dict(r.conn.execute(found).all())


def open_cases(r: Reading) -> dict[int, int]:
    """How many open cases each worker holds."""
    found = select(case_file.c.owner_id, func.count()).where(
        case_file.c.closed_on.is_(None), case_file.c.owner_id.is_not(None)
    )
    return dict(r.conn.execute(found.group_by(case_file.c.owner_id)).all())


def _receivers(r: Reading, handles: Sequence[str], held: dict[int, int]) -> list[_Receiver]:
    if not handles:
        raise Usage(_("Name who receives the cases: --to HANDLE[,HANDLE...]"))
    away = _away(r)
    out = []
    for handle in dict.fromkeys(handles):
        columns = (
            worker.c.id,
            worker.c.handle,
            worker.c.status,
            worker.c.role,
            worker.c.holds_all,
            worker.c.capacity,
            worker.c.team_id,
        )
        row = r.conn.execute(select(*columns).where(worker.c.id == find.worker_id(r, handle))).one()
        intake.refuse_receiver(row.handle, row.status, row.role, row.holds_all)
        out.append(_Receiver(row.id, row.handle, row.capacity, row.team_id, held.get(row.id, 0), away.get(row.id)))
    return out


def _selected(r: Reading, wish: Wish) -> list:  # type: ignore[type-arg]
    if wish.query is None and wish.from_worker is None and wish.cases is None:
        raise Usage(_("Say which cases: a QUERY, --from WORKER, or --cases FILE."))
    columns = (
        case_file.c.id,
        case_file.c.number,
        case_file.c.owner_id,
        case_file.c.team_id,
        case_file.c.closed_on,
        case_file.c.client_id,
    )
    if wish.cases is not None:
        wanted = [ref.id for ref in find.cases(r, wish.cases)]
        rows: list[Any] = []
        for start in range(0, len(wanted), 500):
            rows += r.conn.execute(select(*columns).where(case_file.c.id.in_(wanted[start : start + 500]))).all()
        return sorted(rows, key=lambda row: row.number)
    narrowed = selection.where(r, wish.query or "", open_only=True)
    if wish.from_worker is not None:
        narrowed = and_(narrowed, case_file.c.owner_id == find.worker_id(r, wish.from_worker))
    return list(r.conn.execute(select(*columns).where(narrowed).order_by(case_file.c.number)))


def plan(r: Reading, wish: Wish) -> Plan:
    """Work out a move without making it.

    Raises Usage for unknown names or where nothing selects, Refused for a receiver who has left or holds no cases,
    NotPermitted where the person may reassign nothing.
    """
    if not (r.me.holds_all or r.me.role in ("case_manager", "supervisor", "admin")):
        raise NotPermitted(_("Your role ({role}) reassigns no cases.").format(role=r.me.role))
    held = open_cases(r)
    receivers = _receivers(r, wish.to, held)
    rows = _selected(r, wish)
    handles = dict(r.conn.execute(select(worker.c.id, worker.c.handle)).all())
    denied = _denied(r, [one.id for one in receivers])
    here = [one for one in receivers if one.away_until is None]
    names = {one.id for one in receivers}
    moved: list[Move] = []
    skipped: list[Kept] = []
    blocked: list[Kept] = []
    after = dict(held)
    for row in rows:
        if row.closed_on is not None:
            blocked.append(Kept(row.number, _("the case is closed")))
        elif row.owner_id in names:
            skipped.append(Kept(row.number, _("already with {handle}").format(handle=handles[row.owner_id])))
        elif not _may_move(r, row):
            blocked.append(Kept(row.number, _("you neither hold it nor supervise its team")))
        elif not here:
            away = receivers[0]
            blocked.append(
                Kept(
                    row.number,
                    _("{handle} is away until {day}").format(
                        handle=away.handle, day=away.away_until.isoformat() if away.away_until else "?"
                    ),
                )
            )
        else:
            able = [one for one in here if (row.id, one.id) not in denied]
            if not able:
                blocked.append(Kept(row.number, _("its receiver is barred from this case by name")))
                continue
            best = max(able, key=lambda one: (one.free, -receivers.index(one)))
            best.cases += 1
            after[best.id] = after.get(best.id, 0) + 1
            if row.owner_id is not None:
                after[row.owner_id] = after.get(row.owner_id, 0) - 1
            moved.append(Move(row.id, row.number, row.owner_id, handles.get(row.owner_id), best.id, best.handle))
    touched = {one.id for one in receivers} | {move.holder_id for move in moved if move.holder_id is not None}
    return Plan(tuple(moved), tuple(skipped), tuple(blocked), _loads(r, touched, held, after))


def _may_move(r: Reading, row) -> bool:  # type: ignore[no-untyped-def]
    """Case managers reassign what they hold; supervisors anything in their teams; admins anything."""
    return scope.may_administer(r) or row.owner_id == r.me.id or scope.may_supervise(r, row.team_id)


def _denied(r: Reading, receivers: Sequence[int]) -> set[tuple[int, int]]:
    standing = or_(case_access.c.until_on.is_(None), case_access.c.until_on >= r.today)
    found = select(case_access.c.case_id, case_access.c.worker_id).where(
        case_access.c.worker_id.in_(receivers), case_access.c.kind == "deny", standing
    )
    return set(r.conn.execute(found).all())


def _loads(r: Reading, touched: set[int], before: dict[int, int], after: dict[int, int]) -> tuple[Load, ...]:
    found = (
        select(worker.c.id, worker.c.handle, worker.c.capacity)
        .where(worker.c.id.in_(touched))
        .order_by(worker.c.handle)
    )
    return tuple(
        Load(row.handle, before.get(row.id, 0), after.get(row.id, 0), row.capacity) for row in r.conn.execute(found)
    )


def commit(w: Work, planned: Plan, why: str, *, on: date | None = None) -> Receipt:
    """Carry a plan out in one transaction, after checking that every case is still where the plan saw it.

    The moved cases move; open tasks and coming appointments follow, scratch and drafts do not. With `on`, a day ahead,
    the moves wait until then. Raises Conflict where a case has moved meanwhile.
    """
    why = values.short(_("The reason"), why, needed=True)
    if on is not None and on < w.today:
        raise Usage(_("A move can be set for today or a day ahead, not for {day}.").format(day=on.isoformat()))
    if not planned.moved:
        return w.nothing(_("No case moves."), data=planned)
    ids = [move.id for move in planned.moved]
    if on is not None and on > w.today:
        waiting = [
            {"case_id": m.id, "to_worker_id": m.to_id, "set_by": w.me.id, "on_date": on, "why": why}
            for m in planned.moved
        ]
        w.conn.execute(insert(pending_move), waiting)
        words = _n("{n} case moves on {day}", "{n} cases move on {day}", len(ids)).format(
            n=len(ids), day=on.isoformat()
        )
        return w.receipt(words, cases=ids, data=planned)
    _stage(w, planned.moved)
    _check(w, planned.moved)
    _carry_out(w, why)
    givers = sorted({move.holder or "-" for move in planned.moved})
    takers = sorted({move.to for move in planned.moved})
    words = _n("Moved {n} case from {givers} to {takers}", "Moved {n} cases from {givers} to {takers}", len(ids))
    said = words.format(n=len(ids), givers=_few(givers), takers=_few(takers))
    return w.receipt(said, cases=ids, data=planned)


def _few(handles: list[str]) -> str:
    return ", ".join(handles) if len(handles) <= 4 else _("{n} workers").format(n=len(handles))


def _stage(w: Work, moves: Sequence[Move]) -> None:
    w.conn.exec_driver_sql("DROP TABLE IF EXISTS moving")
    w.conn.exec_driver_sql(
        "CREATE TEMPORARY TABLE moving (case_id bigint PRIMARY KEY, holder_id bigint, to_id bigint NOT NULL)"
    )
    rows = [{"c": move.id, "h": move.holder_id, "t": move.to_id} for move in moves]
    w.conn.execute(text("INSERT INTO moving (case_id, holder_id, to_id) VALUES (:c, :h, :t)"), rows)


def _check(w: Work, moves: Sequence[Move]) -> None:
    word = "IS DISTINCT FROM" if w.engine == "postgresql" else "IS NOT"
    lock = " FOR UPDATE OF k" if w.engine == "postgresql" else ""
    w.conn.exec_driver_sql(f"SELECT k.id FROM case_file k JOIN moving m ON m.case_id = k.id{lock}").all()
    changed = w.conn.exec_driver_sql(
        f"SELECT k.number FROM case_file k JOIN moving m ON m.case_id = k.id"
        f" WHERE k.owner_id {word} m.holder_id OR k.closed_on IS NOT NULL ORDER BY k.number LIMIT 20"
    ).scalars().all()  # fmt: skip
    if changed:
        raise Conflict(
            _("Some of these cases were moved or closed meanwhile. Nothing was changed; look again."),
            details=list(changed),
        )


def _carry_out(w: Work, why: str) -> None:
    moving = text("SELECT case_id FROM moving")
    ends = {"ends_at": w.now, "ends_on": w.today}
    w.conn.execute(
        update(assignment)
        .where(assignment.c.case_id.in_(moving), assignment.c.role == "primary", assignment.c.ends_at.is_(None))
        .values(ends)
    )
    staged = (
        text("SELECT case_id, to_id FROM moving")
        .columns(case_id=case_file.c.id.type, to_id=worker.c.id.type)
        .subquery("m")
    )
    mine = sql_case((staged.c.to_id == w.me.id, w.now), else_=None)
    w.conn.execute(
        insert(assignment).from_select(
            ["case_id", "worker_id", "role", "starts_at", "starts_on", "why", "acknowledged_at"],
            select(
                staged.c.case_id, staged.c.to_id, text("'primary'"), literal(w.now, assignment.c.starts_at.type),
                literal(w.today, assignment.c.starts_on.type), literal(why, assignment.c.why.type), mine,
            ).order_by(staged.c.case_id),
        )
    )  # fmt: skip
    # Work follows the case to whoever holds it now; what somebody else had taken on stays with them.
    for table, is_open in (
        ("task", "task.done_at IS NULL"),
        ("appointment", "appointment.state = 'scheduled' AND appointment.on_date >= :today"),
    ):
        same = "IS NOT DISTINCT FROM" if w.engine == "postgresql" else "IS"
        day = w.today.isoformat() if w.engine == "sqlite" else w.today
        bound = {"today": day} if ":today" in is_open else {}
        w.conn.execute(
            text(
                f"UPDATE {table} SET worker_id = m.to_id FROM moving m WHERE {table}.case_id = m.case_id AND {is_open}"
                f" AND ({table}.worker_id {same} m.holder_id OR {table}.worker_id IS NULL)"
            ),
            bound,
        )
    w.conn.exec_driver_sql(
        "UPDATE case_file SET team_id = t.team_id FROM (SELECT m.case_id, w.team_id FROM moving m JOIN worker w ON w.id = m.to_id"
        " WHERE w.team_id IS NOT NULL) t WHERE case_file.id = t.case_id AND (case_file.team_id IS NULL OR case_file.team_id <> t.team_id)"
    )
    w.conn.exec_driver_sql("DROP TABLE moving")


def due_moves(r: Reading) -> int:
    """How many moves set for a day wait to be carried out today."""
    waiting = (pending_move.c.state == "waiting", pending_move.c.on_date <= r.today)
    return int(r.conn.execute(select(func.count()).where(*waiting)).scalar_one())


def carry_out_due(w: Work) -> Receipt:
    """Carry out the moves whose day has come; one whose case is closed or whose receiver has left is dropped, and said."""
    rows = w.conn.execute(
        select(pending_move.c.id, pending_move.c.case_id, pending_move.c.to_worker_id, pending_move.c.why, case_file.c.number,
               case_file.c.owner_id, case_file.c.closed_on, worker.c.handle, worker.c.status)
        .join(case_file, case_file.c.id == pending_move.c.case_id)
        .join(worker, worker.c.id == pending_move.c.to_worker_id)
        .where(pending_move.c.state == "waiting", pending_move.c.on_date <= w.today)
        .order_by(pending_move.c.on_date, pending_move.c.id)
    ).all()  # fmt: skip
    moves: dict[int, Move] = {}
    dropped = 0
    for row in rows:
        fits = row.closed_on is None and row.status == "active"
        dropped += not fits
        w.conn.execute(
            update(pending_move).where(pending_move.c.id == row.id).values(state="moved" if fits else "dropped")
        )
        if fits and row.owner_id != row.to_worker_id:
            moves[row.case_id] = Move(row.case_id, row.number, row.owner_id, None, row.to_worker_id, row.handle)
    if not rows:
        return w.nothing(_("No move waits for today."))
    if moves:
        _stage(w, list(moves.values()))
        _carry_out(w, rows[0].why)
    words = _n("Moved {n} case whose day had come", "Moved {n} cases whose day had come", len(moves)).format(
        n=len(moves)
    )
    if dropped:
        words += _("; {n} could not move").format(n=dropped)
    return w.receipt(words, cases=list(moves))
