"""Restricted cases: seen by their worker, their custodian and those named; the custodian receives them when the worker
leaves. Who is custodian, from when and why, is kept for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert, select, update

from ..errors import NotPermitted, Refused
from ..messages import _
from ..models import case_file, custody, worker
from ..models.agency import HOLDERS
from ..store import scope
from ..store.database import Reading, Receipt, Work
from ..store.portions import portions
from . import find, intake, values


@dataclass(frozen=True, slots=True)
class RestrictedRow:
    """A restricted case in sight: who holds it, who answers for it, since when and why."""

    case: str
    worker: str | None
    custodian: str
    since: date | None
    why: str
    set_by: str | None


def restrict(w: Work, case: str | int, custodian: str, why: str) -> Receipt:
    """Restrict a case to its worker and a custodian, or give a restricted one another custodian.

    Supervisors of its team and admins restrict; once it is restricted, only its custodian (who then hands it on).
    Raises Usage for a missing reason, Refused for a custodian who may hold no case or is its worker already.
    """
    why = values.short(_("The reason"), why, needed=True)
    row = _row(w, case)
    if row.closed_on is not None:
        raise Refused(_("Case {number} is closed.").format(number=row.number))
    _require(w, row)
    keeper = _keeper(w, custodian)
    if keeper.id == row.owner_id:
        raise Refused(_("{handle} holds that case already: a custodian is somebody else.").format(handle=keeper.handle))
    if row.restricted and row.custodian_id == keeper.id:
        return w.nothing(_("{handle} is its custodian already.").format(handle=keeper.handle))
    set_custodian(w, [row.id], keeper.id, why)
    words = _("Made {handle} custodian") if row.restricted else _("Restricted the case; {handle} is its custodian")
    return w.receipt(words.format(handle=keeper.handle), cases=[row.id])


def lift(w: Work, case: str | int, why: str) -> Receipt:
    """Open a restricted case to its team again. Its custodian does that."""
    why = values.short(_("The reason"), why, needed=True)
    row = _row(w, case)
    if not row.restricted:
        return w.nothing(_("That case is not restricted."))
    _require(w, row)
    set_custodian(w, [row.id], None, why)
    return w.receipt(_("Lifted the restriction"), cases=[row.id])


def set_custodian(w: Work, ids: list[int], custodian_id: int | None, why: str) -> None:
    """Write who answers for these cases from now on; None lifts the restriction. For verbs that have asked for rights."""
    for some in portions(ids):
        changes = {
            "restricted": custodian_id is not None,
            "custodian_id": custodian_id,
            "version": case_file.c.version + 1,
        }
        w.conn.execute(update(case_file).where(case_file.c.id.in_(some)).values(changes))
    if ids:
        row: dict[str, object] = {
            "custodian_id": custodian_id,
            "at": w.now,
            "on_date": w.today,
            "set_by": w.me.id,
            "why": why,
        }
        w.conn.execute(insert(custody), [row | {"case_id": one} for one in ids])


def listed(r: Reading, *, case: int | None = None) -> list[RestrictedRow]:
    """The restricted open cases in sight, by number; with `case` that one alone."""
    holder, keeper, setter = worker.alias("holder"), worker.alias("keeper"), worker.alias("setter")
    entry = custody.alias("entry")
    newest = select(func.max(entry.c.id)).where(entry.c.case_id == case_file.c.id).scalar_subquery()
    found = (
        select(
            case_file.c.number, holder.c.handle.label("holder"), keeper.c.handle.label("keeper"), custody.c.on_date,
            custody.c.why, setter.c.handle.label("setter"),
        )
        .join(keeper, keeper.c.id == case_file.c.custodian_id)
        .outerjoin(holder, holder.c.id == case_file.c.owner_id)
        .outerjoin(custody, custody.c.id == newest)
        .outerjoin(setter, setter.c.id == custody.c.set_by)
        .where(case_file.c.restricted, case_file.c.closed_on.is_(None), scope.visible(r))
        .order_by(case_file.c.number)
    )  # fmt: skip
    if case is not None:
        found = found.where(case_file.c.id == case)
    return [
        RestrictedRow(row.number, row.holder, row.keeper, row.on_date, row.why or "", row.setter)
        for row in r.conn.execute(found)
    ]


def eligible(row) -> bool:  # type: ignore[no-untyped-def]
    """Whether that worker can answer for a case: here for good, and able to hold it."""
    return row.status == "active" and (row.role in HOLDERS or row.holds_all)


def _keeper(w: Work, handle: str):  # type: ignore[no-untyped-def]
    row = w.conn.execute(select(worker).where(worker.c.id == find.worker_id(w, handle))).one()
    intake.refuse_receiver(row.handle, row.status, row.role, row.holds_all)
    return row


def _row(w: Work, case: str | int):  # type: ignore[no-untyped-def]
    ref = find.case(w, case)
    return w.conn.execute(select(case_file).where(case_file.c.id == ref.id).with_for_update()).one()


def _require(w: Work, row) -> None:  # type: ignore[no-untyped-def]
    if scope.may_restrict(w, row):
        return
    if row.restricted:
        raise NotPermitted(_("Only its custodian changes the restriction of a case."))
    raise NotPermitted(_("Only a supervisor of its team or an admin restricts a case."))
