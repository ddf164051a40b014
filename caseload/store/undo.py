"""Undo: a change's facts restored from the journal's before-images, set-based, by one plan for both engines.

A fact is (row, column). Where any fact of a case was changed since, that case is refused and the answer says which table,
by whom and when; without `allow_refused` nothing is undone. Undo is itself a change, so redo is its undo.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, exc, func, select, true

from ..errors import Conflict, NotPermitted, Refused, Usage
from ..messages import _, _n
from ..models import case_file, change, journal, pending_move
from . import scope
from .constraints import sentence
from .database import FOR_EVERYBODY, Receipt, Work
from .policies import MOVING
from .portions import portions
from .restore import Refusal, Restoring

_ADMINISTERED = {
    "agency",
    "holiday",
    "program",
    "policy",
    "team",
    "worker",
    "worker_standing",
    "team_supervisor",
    "departure",
    "need_domain",
    "program_load",
    "instrument",
    "advice_topic",
}


@dataclass(frozen=True, slots=True)
class Undone:
    """What undo did, or would do."""

    undoes: int
    restored: tuple[str, ...]
    refused: tuple[Refusal, ...]
    dry_run: bool


def last_undoable(
    conn: Connection, worker_id: int | None, *, before: int | None = None, redo: bool = False
) -> int | None:
    """The person's newest change that still stands and can be undone; with `redo`, the newest undo that can be taken back."""
    rows = conn.execute(
        select(change.c.id, change.c.undoes_id)
        .where(
            change.c.worker_id == worker_id,
            change.c.undoable,
            change.c.verb.not_in(FOR_EVERYBODY),
            true() if before is None else change.c.id < before,
        )
        .order_by(change.c.id.desc())
        .limit(500)
    ).all()
    target = {row.id: row.undoes_id for row in rows}

    def depth(one: int) -> int:
        return 0 if target.get(one) is None else 1 + depth(target[one])

    for row in rows:
        # An undo of an undo is a redo: taking that back is undoing the act again.
        if (
            depth(row.id) % 2 == (1 if redo else 0)
            and (redo or row.undoes_id is None)
            and not stands_undone(conn, row.id)
        ):
            return int(row.id)
    return None


def undo(
    work: Work, target: int | None = None, *, allow_refused: bool = False, dry_run: bool = False, redo: bool = False
) -> Receipt:
    """Take back a whole change: the person's newest undoable one, or the one named. The receipt's data is an `Undone`.

    Raises Usage for an unknown change, NotPermitted for somebody else's, Refused where it cannot be undone, Conflict
    where facts were changed since and `allow_refused` is not given.
    """
    if target is None:
        target = last_undoable(work.conn, work.me.id, before=work.change_id, redo=redo)
        if target is None:
            raise Refused(_("There is nothing of yours to redo.") if redo else _("There is nothing of yours to undo."))
    # Held until the end, so that two people at once do not both take the same thing back.
    row = work.conn.execute(select(change).where(change.c.id == target).with_for_update()).first()
    if (
        row is None
        and work.engine == "postgresql"
        and work.conn.exec_driver_sql("SELECT is_change(%s)", (target,)).scalar()
    ):
        raise NotPermitted(
            _("C-{change} was made by someone else. They, or an admin, can undo it.").format(change=target)
        )
    if row is None or target == work.change_id:
        raise Usage(_("There is no change C-{change}. List them with: caseload changes").format(change=target))
    set_ahead = row.verb in FOR_EVERYBODY
    theirs = _set_by(work.conn, target) == {work.me.id} if set_ahead else row.worker_id == work.me.id
    if not theirs and not scope.may_administer(work):
        said = _("C-{change} was made by someone else. They, or an admin, can undo it.")
        if set_ahead:
            said = _("C-{change} was set by others and done on its day. They, or an admin, can undo it.")
        raise NotPermitted(said.format(change=target))
    if not row.undoable:
        raise Refused(
            _("C-{change} cannot be undone: what is signed is corrected by an addendum.").format(change=target)
        )
    again = (
        work.conn.execute(select(change.c.id).where(change.c.undoes_id == target).order_by(change.c.id.desc()))
        .scalars()
        .first()
    )
    if again is not None and stands_undone(work.conn, target):
        raise Refused(_("C-{change} is already undone, by C-{by}.").format(change=target, by=again))
    done = _take_back(work, target, allow_refused, dry_run)
    if dry_run:
        return work.nothing(_("Would undo C-{change}.").format(change=target), data=done)
    words = _("Undid C-{change}: {what}").format(change=target, what=row.summary)
    cases = work.conn.execute(select(case_file.c.id).where(case_file.c.number.in_(done.restored[:500]))).scalars().all()
    return work.receipt(words, cases=cases, undoes=target, data=done, counted=min(row.cases, len(cases)))


def _set_by(conn: Connection, target: int) -> set[int]:
    """Whose moves a change carried out on their day."""
    if conn.dialect.name == "postgresql":
        return set(conn.exec_driver_sql("SELECT unnest(setters_of(%s))", (target,)).scalars())
    rows = select(journal.c.row_id).where(journal.c.change_id == target, journal.c.table_name == "pending_move")
    return set(conn.execute(select(pending_move.c.set_by).where(pending_move.c.id.in_(rows))).scalars())


def _out_of_sight(work: Work, target: int) -> int:
    """How many cases of a change the person works with no more, though the change itself did not take them away: a cover has
    ended, or somebody moved them since."""
    tables: dict[int, set[str]] = {}
    rows = select(journal.c.case_id, journal.c.table_name).where(
        journal.c.change_id == target, journal.c.case_id.is_not(None)
    )
    for case_id, name in work.conn.execute(rows.distinct()):
        tables.setdefault(case_id, set()).add(name)
    stayed = [case_id for case_id, names in tables.items() if not names & {*MOVING}]
    seen = 0
    for some in portions(stayed):
        found = select(func.count()).where(work.among(case_file.c.id, some), scope.visible(work))
        seen += work.conn.execute(found).scalar_one()
    return len(stayed) - seen


def _take_back(work: Work, target: int, allow_refused: bool, dry_run: bool) -> Undone:
    if n := _out_of_sight(work, target):
        words = _n(
            "C-{change} was not undone: it is about a case that you work with no more. Ask who holds it now to put it right.",
            "C-{change} was not undone: {n} cases of it you work with no more. Ask who holds them now to put it right.",
            n,
        )
        raise Refused(words.format(change=target, n=n))
    back = Restoring(work, target)
    if not scope.may_administer(work) and _ADMINISTERED & {table.name for table in back.present}:
        # Else whoever was once an admin could make themselves one again.
        raise NotPermitted(_("C-{change} is about staff or programs: only an admin undoes it.").format(change=target))
    refused = tuple(back.refusals())
    numbers = back.cases()  # a case that the change opened is gone afterwards
    if not dry_run:
        if refused and not (allow_refused and back.anything):
            raise Conflict(
                _("C-{change} was not undone: something it did was changed since. Nothing was changed.").format(
                    change=target
                ),
                details=[f"{r.case}: {r.why}" if r.case else r.why for r in refused[:20]],
            )
        try:
            back.apply()
        except exc.IntegrityError as error:
            raise Conflict(
                _("C-{change} was not undone: what was done since stands in its way. Nothing was changed.").format(
                    change=target
                ),
                details=[sentence(error)],
            ) from error
    restored = tuple(sorted(numbers | back.cases()))
    back.finish()
    return Undone(target, restored, refused, dry_run)


def stands_undone(conn: Connection, target: int) -> bool:
    """Whether a change stands undone: undone, by whomever, and that undo not itself undone."""
    if conn.dialect.name == "postgresql":
        return bool(conn.exec_driver_sql("SELECT stands_undone(%s)", (target,)).scalar_one())
    undos = conn.execute(select(change.c.id).where(change.c.undoes_id == target)).scalars().all()
    return any(not stands_undone(conn, undo_id) for undo_id in undos)
