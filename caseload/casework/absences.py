"""Absences and cover: dated, beginning and ending by the calendar alone; the owner stays the owner.

A cover may be split into shares, each drawn by a query; the first query that selects a case has it, and a share without
a query takes what the others leave. So every case is in exactly one share, or in none, and that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, false, func, insert, select, update

from ..errors import Usage
from ..messages import _, _n
from ..models import absence, case_file, cover, cover_case, worker
from ..store import query, scope, selection
from ..store.database import Reading, Receipt, Work
from ..store.portions import portions
from . import find, values
from .intake import refuse_receiver
from .loads import open_cases


@dataclass(frozen=True, slots=True)
class Share:
    """Who covers which of the absent worker's cases. Without a query: those no other share takes."""

    by: tuple[str, ...]
    query: str | None = None


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A share as it stands: who covers, by which query it was drawn, and how many open cases are in it."""

    by: tuple[str, ...]
    query: str | None
    cases: int


@dataclass(frozen=True, slots=True)
class CoverRow:
    """One absence and who covers it. `id` is what `cover end` takes. `uncovered` counts open cases in no share;
    `restricted` those that cover opens to nobody, because their custodian answers for them."""

    id: int
    worker: str
    by: tuple[str, ...]
    from_on: date
    to_on: date
    why: str
    running: bool
    shares: tuple[ShareRow, ...] = ()
    uncovered: int = 0
    restricted: int = 0


@dataclass(frozen=True, slots=True)
class CoverPlan:
    """How a cover would fall: case numbers by share, those that nobody covers, and how many are restricted. `unseen` more
    fall to somebody, and nobody covers `uncovered_unseen`, whose numbers are not for the one who asks."""

    shares: tuple[tuple[Share, tuple[str, ...]], ...]
    uncovered: tuple[str, ...]
    restricted: int
    unseen: int = 0
    uncovered_unseen: int = 0


@dataclass(frozen=True, slots=True)
class _Dealt:
    """The keys of the cases in sight of each share, in the order of the shares, and of those in none, with their numbers.
    `hidden` more cases of that worker's are out of sight; they fall to the share `rest`, or nobody covers them."""

    shares: tuple[tuple[int, ...], ...]
    uncovered: tuple[int, ...]
    restricted: int
    numbers: dict[int, str]
    hidden: int
    rest: int | None

    def counts(self) -> list[int]:
        """How many cases each share has."""
        return [len(ids) + (self.hidden if nth == self.rest else 0) for nth, ids in enumerate(self.shares)]

    @property
    def left_hidden(self) -> int:
        """How many of those out of sight nobody covers."""
        return self.hidden if self.rest is None else 0


def plan(r: Reading, handle: str, shares: Sequence[Share]) -> CoverPlan:
    """How the open cases of that worker would fall to these shares. Raises as `set_cover` does."""
    away_id = find.worker_id(r, handle)
    _checked(r, away_id, shares)
    dealt = _deal(r, away_id, shares)
    fallen = (
        (share, tuple(sorted(dealt.numbers[one] for one in ids)))
        for share, ids in zip(shares, dealt.shares, strict=True)
    )
    left = tuple(sorted(dealt.numbers[one] for one in dealt.uncovered))
    return CoverPlan(tuple(fallen), left, dealt.restricted, dealt.hidden - dealt.left_hidden, dealt.left_hidden)


def set_cover(
    w: Work, handle: str, by: Sequence[str] | Sequence[Share], from_on: date, to_on: date, why: str
) -> Receipt:
    """A dated absence, and who sees and may act on the absent worker's cases while it lasts. The owner stays the owner.

    `by` names who covers all of them together, or the shares in their order. Supervisors set it for their teams, admins
    for anyone, and each worker for themselves. The receipt says how many cases each share has and how many nobody covers.
    Raises Usage for days that cannot be, for a share that names nobody or a client, and for two shares without a query.
    """
    away_id = find.worker_id(w, handle)
    _require(w, away_id, _("set cover for someone outside their teams"))
    if to_on < from_on:
        raise Usage(
            _("The last day ({last}) lies before the first ({first}).").format(
                last=to_on.isoformat(), first=from_on.isoformat()
            )
        )
    if to_on < w.today:
        raise Usage(_("That absence is already over."))
    whole = tuple(one for one in by if isinstance(one, str))
    shares = tuple(one for one in by if isinstance(one, Share)) or ((Share(whole),) if whole else ())
    covering = _checked(w, away_id, shares)
    absence_id = w.add(
        absence, worker_id=away_id, from_on=from_on, to_on=to_on, why=values.short(_("The reason"), why, needed=True)
    )
    rows = [
        {"absence_id": absence_id, "worker_id": who, "query": share.query, "share": nth}
        for nth, (share, staff) in enumerate(zip(shares, covering, strict=True), 1)
        for who, _handle in staff
    ]
    if rows:
        w.conn.execute(insert(cover), rows)
    dealt = _deal(w, away_id, shares)
    _write(w, absence_id, shares, dealt)
    words = _("{handle} is away {first} to {last}").format(
        handle=handle, first=from_on.isoformat(), last=to_on.isoformat()
    )
    words += _said(covering, dealt)
    return w.receipt(words, data={"cover": absence_id} | _counted(covering, dealt))


def may_set(r: Reading, away_id: int) -> bool:
    """Whether the person may set and end absences of that worker: their own, those of their teams, an admin anybody's."""
    if away_id == r.me.id or scope.may_administer(r):
        return True
    return scope.may_supervise(r, r.conn.execute(select(worker.c.team_id).where(worker.c.id == away_id)).scalar())


def share_again(w: Work, absence_id: int) -> Receipt:
    """Draw the shares of an absence anew by their queries: for cases that came to the worker since, or have changed."""
    row = _absence(w, absence_id)
    _require(w, row.worker_id, _("set cover for someone outside their teams"))
    if row.ended_on is not None or row.to_on < w.today:
        return w.nothing(_("That absence has already ended."))
    shares: dict[int, tuple[str | None, list[tuple[int, str]]]] = {}
    found = select(cover, worker.c.handle).join(worker, worker.c.id == cover.c.worker_id)
    for one in w.conn.execute(found.where(cover.c.absence_id == absence_id).order_by(cover.c.id)):
        shares.setdefault(one.share, (one.query, []))[1].append((one.worker_id, one.handle))
    if not any(asked for asked, _staff in shares.values()):
        return w.nothing(_("That cover is not split by queries."))
    order = sorted(shares)
    drawn = tuple(Share(tuple(handle for _id, handle in shares[nth][1]), shares[nth][0]) for nth in order)
    covering = [shares[nth][1] for nth in order]
    dealt = _deal(w, row.worker_id, drawn)
    have: dict[int, int] = dict(
        w.conn.execute(
            select(cover_case.c.case_id, cover_case.c.share).where(cover_case.c.absence_id == absence_id)
        ).all()
    )
    want = {id_: order[at] for at, ids in enumerate(dealt.shares) if drawn[at].query for id_ in ids}
    if have == want:
        return w.nothing(_("Every case is in its share already."))
    gone = [id_ for id_, share in have.items() if want.get(id_) != share]
    for some in portions(gone):
        w.conn.execute(delete(cover_case).where(cover_case.c.absence_id == absence_id, cover_case.c.case_id.in_(some)))
    new = [
        {"absence_id": absence_id, "case_id": id_, "share": share}
        for id_, share in want.items()
        if have.get(id_) != share
    ]
    if new:
        w.conn.execute(insert(cover_case), new)
    return w.receipt(_("Drew the shares anew") + _said(covering, dealt), data=_counted(covering, dealt))


def end_cover(w: Work, absence_id: int) -> Receipt:
    """End an absence before its last day."""
    row = _absence(w, absence_id)
    _require(w, row.worker_id, _("end cover for someone outside their teams"))
    if row.ended_on is not None:
        return w.nothing(_("That absence has already ended."))
    w.conn.execute(update(absence).where(absence.c.id == absence_id).values(ended_on=w.today))
    return w.receipt(_("Ended the absence"))


def covers(r: Reading, *, past: bool = False) -> list[CoverRow]:
    """Absences that run or lie ahead, first day first; all of them with `past`. Cases are counted as they are today."""
    found = (
        select(absence, worker.c.handle)
        .join(worker, worker.c.id == absence.c.worker_id)
        .order_by(absence.c.from_on, absence.c.id)
    )
    if not past:
        found = found.where(absence.c.to_on >= r.today, absence.c.ended_on.is_(None))
    shares: dict[int, dict[int, tuple[str | None, list[str]]]] = {}
    named = select(cover.c.absence_id, cover.c.share, cover.c.query, worker.c.handle).join(
        worker, worker.c.id == cover.c.worker_id
    )
    for absence_id, share, asked, handle in r.conn.execute(named.order_by(cover.c.share, cover.c.id)):
        shares.setdefault(absence_id, {}).setdefault(share, (asked, []))[1].append(handle)
    held = _held(r)
    drawn = _drawn(r)
    return [
        _row(r, row, shares.get(row.id, {}), held.get(row.worker_id, (0, 0)), drawn) for row in r.conn.execute(found)
    ]


def _row(r: Reading, row, shares, held: tuple[int, int], drawn: dict[tuple[int, int], int]) -> CoverRow:  # type: ignore[no-untyped-def]
    cases, restricted = held
    by_query = {nth: drawn.get((row.id, nth), 0) for nth, (asked, _by) in shares.items() if asked is not None}
    # A case that was drawn keeps its share even where nobody is left in it.
    rest = cases - restricted - sum(n for (of, _nth), n in drawn.items() if of == row.id)
    told = [
        ShareRow(tuple(by), asked, by_query.get(nth, 0) if asked is not None else rest)
        for nth, (asked, by) in sorted(shares.items())
    ]
    return CoverRow(
        row.id, row.handle, tuple(handle for share in told for handle in share.by), row.from_on, row.to_on, row.why,
        row.ended_on is None and row.from_on <= r.today <= row.to_on, tuple(told),
        cases - restricted - sum(share.cases for share in told), restricted,
    )  # fmt: skip


def _held(r: Reading) -> dict[int, tuple[int, int]]:
    """Open cases of each worker who has an absence, and how many restricted ones are among those in sight."""
    restricted = (
        select(case_file.c.owner_id, func.count())
        .where(
            case_file.c.closed_on.is_(None),
            case_file.c.restricted,
            case_file.c.owner_id.in_(select(absence.c.worker_id)),
        )
        .where(scope.visible(r) if scope.handles(r) else false())
        .group_by(case_file.c.owner_id)
    )
    closed: dict[int, int] = dict(r.conn.execute(restricted).all())
    return {who: (n, closed.get(who, 0)) for who, n in open_cases(r).items()}


def _drawn(r: Reading) -> dict[tuple[int, int], int]:
    """Open cases in each share drawn by a query, by absence and share, as far as they are still the absent worker's."""
    if r.engine == "postgresql":
        told = r.conn.exec_driver_sql("SELECT absence_id, share, n FROM share_counts").all()
        return {(absence_id, share): n for absence_id, share, n in told}
    found = (
        select(cover_case.c.absence_id, cover_case.c.share, func.count())
        .join(absence, absence.c.id == cover_case.c.absence_id)
        .join(case_file, (case_file.c.id == cover_case.c.case_id) & (case_file.c.owner_id == absence.c.worker_id))
        .where(case_file.c.closed_on.is_(None), ~case_file.c.restricted)
        .group_by(cover_case.c.absence_id, cover_case.c.share)
    )
    return {(absence_id, share): n for absence_id, share, n in r.conn.execute(found)}


# ---------------------------------------------------------------- shares


def _checked(r: Reading, away_id: int, shares: Sequence[Share]) -> list[list[tuple[int, str]]]:
    """Who covers each share, by key and handle. Raises Usage and Refused."""
    if sum(share.query is None for share in shares) > 1:
        raise Usage(_("Only one share can take what the others leave: give the other one a --query."))
    seen: set[int] = set()
    out = []
    for share in shares:
        if not share.by:
            raise Usage(_("Name who covers: --by HANDLE[,HANDLE...]"))
        if share.query is not None:
            _check_query(share.query)
        staff = []
        for worker_id in dict.fromkeys(find.worker_id(r, other) for other in share.by):
            row = r.conn.execute(select(worker).where(worker.c.id == worker_id)).one()
            if row.id == away_id:
                raise Usage(_("{handle} cannot cover themselves.").format(handle=row.handle))
            refuse_receiver(row.handle, row.status, row.role, row.holds_all)
            if row.id in seen:
                raise Usage(_("{handle} covers two shares: join their queries with OR.").format(handle=row.handle))
            seen.add(row.id)
            staff.append((row.id, row.handle))
        out.append(staff)
    return out


def _check_query(asked: str) -> None:
    parsed = query.parse(asked)
    if parsed.root is None:
        raise Usage(_("The query of a share is empty; leave it out for the share that takes the rest."))
    if any(isinstance(leaf, query.Word) for leaf in parsed.leaves()):
        # It is kept and shown to whoever may see the absence, who may not see the client.
        raise Usage(_("A share is drawn by terms such as program:housing or tag:rent, not by clients' names."))


def _deal(r: Reading, away_id: int, shares: Sequence[Share]) -> _Dealt:
    """Each open case of that worker to the first share whose query selects it, else to the one without a query.

    A query selects among what its asker sees: of a case out of their sight it would tell what stands in it."""
    mine = (case_file.c.owner_id == away_id, case_file.c.closed_on.is_(None), scope.visible(r))
    rows = r.conn.execute(select(case_file.c.id, case_file.c.number, case_file.c.restricted).where(*mine)).all()
    left = {row.id for row in rows if not row.restricted}
    fallen: dict[int, tuple[int, ...]] = {}
    for nth, share in enumerate(shares):
        if share.query is not None:
            asked = select(case_file.c.id).where(selection.where(r, share.query, open_only=True), *mine)
            fallen[nth] = tuple(sorted(left.intersection(r.conn.execute(asked).scalars())))
            left.difference_update(fallen[nth])
    rest = next((nth for nth, share in enumerate(shares) if share.query is None), None)
    if rest is not None:
        fallen[rest] = tuple(sorted(left))
        left = set()
    return _Dealt(
        tuple(fallen[nth] for nth in range(len(shares))), tuple(sorted(left)), sum(row.restricted for row in rows),
        {row.id: row.number for row in rows}, open_cases(r).get(away_id, 0) - len(rows), rest,
    )  # fmt: skip


def _write(w: Work, absence_id: int, shares: Sequence[Share], dealt: _Dealt) -> None:
    rows = [
        {"absence_id": absence_id, "share": nth, "case_id": id_}
        for nth, (share, ids) in enumerate(zip(shares, dealt.shares, strict=True), 1)
        if share.query is not None
        for id_ in ids
    ]
    if rows:
        w.conn.execute(insert(cover_case), rows)


def _said(covering: Sequence[Sequence[tuple[int, str]]], dealt: _Dealt) -> str:
    """Who covers how many, and how many nobody covers, in words without a query or a name."""
    words = ""
    if covering:
        told = (
            _("{by} ({n})").format(by=" + ".join(handle for _id, handle in staff), n=n)
            for staff, n in zip(covering, dealt.counts(), strict=True)
        )
        words += _(", covered by {by}").format(by=", ".join(told))
    uncovered = len(dealt.uncovered) + dealt.left_hidden
    if uncovered:
        words += "; " + _n("nobody covers {n} case", "nobody covers {n} cases", uncovered).format(n=uncovered)
    if dealt.restricted:
        words += "; " + _n(
            "{n} restricted case stays with its custodian",
            "{n} restricted cases stay with their custodians",
            dealt.restricted,
        ).format(n=dealt.restricted)
    return words


def _counted(covering: Sequence[Sequence[tuple[int, str]]], dealt: _Dealt) -> dict[str, object]:
    return {
        "shares": [
            {"by": [handle for _id, handle in staff], "cases": n}
            for staff, n in zip(covering, dealt.counts(), strict=True)
        ],
        "uncovered": len(dealt.uncovered) + dealt.left_hidden,
        "restricted": dealt.restricted,
    }


# ---------------------------------------------------------------- small things


def _absence(r: Reading, absence_id: int):  # type: ignore[no-untyped-def]
    row = r.conn.execute(select(absence).where(absence.c.id == absence_id)).first()
    if row is None:
        raise Usage(_("There is no absence {id}. List them with: caseload cover list").format(id=absence_id))
    return row


def _require(w: Work, away_id: int, what: str) -> None:
    if not may_set(w, away_id):
        scope.require_admin(w, what)
