"""Names on a case: who is let into it besides those who work with it anyhow, and who is kept from it, whatever their role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update

from ..errors import NotPermitted, Refused, Usage
from ..messages import _
from ..models import assignment, case_access, case_file, team_supervisor, worker
from ..store import scope
from ..store.database import Reading, Receipt, Work
from . import answering, find, glass, values


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who sees a case, or is kept from it (`deny`), by which right. `until` is the last day, or the hour at which an opening
    in an emergency ends; None where none was set. `why` is what was typed about it, for who sees identities."""

    worker: str
    ground: str
    until: date | None = None
    why: str = ""


def listed(r: Reading, case: str | int) -> list[Named]:
    """Everybody who sees a case, with each right to it, and who is kept from it by name, whatever other right they have: its worker and
    custodian, who works beside, covers today, supervises its team or is in it where that lets them, has it open in an emergency,
    is named to it. Admins see the row of a case that is not restricted, and are not listed. Raises Usage for one out of sight."""
    ref = find.case(r, case)
    row = r.conn.execute(select(case_file).where(case_file.c.id == ref.id)).one()
    handles: dict[int, str] = dict(r.conn.execute(select(worker.c.id, worker.c.handle)).all())
    told = r.me.sees_identity
    out = []
    if row.owner_id is not None:
        out.append(Named(handles[row.owner_id], "worker"))
    if row.custodian_id is not None:
        out.append(Named(handles[row.custodian_id], "custodian"))
    beside = select(assignment.c.worker_id).where(
        assignment.c.case_id == ref.id, assignment.c.role == "secondary", assignment.c.ends_at.is_(None)
    )
    if not row.restricted:
        out += [Named(handles[who], "beside") for who in r.conn.execute(beside).scalars()]
        cover = answering.of_case(r, ref.id).cover
        out += [Named(who, "cover", cover.to_on) for who in cover.by] if cover is not None else []
        out += _of_team(r, row.team_id)
        opened = glass.lasting(r, ref.id)
        out += [Named(handles[who], "emergency", until, why if told else "") for who, until, why in opened]
    standing = or_(case_access.c.until_on.is_(None), case_access.c.until_on >= r.today)
    named = (
        select(case_access)
        .where(case_access.c.case_id == ref.id, standing)
        .order_by(case_access.c.kind, case_access.c.id)
    )
    found = r.conn.execute(named)
    return out + [Named(handles[one.worker_id], one.kind, one.until_on, one.why if told else "") for one in found]


def _of_team(r: Reading, team_id: int | None) -> list[Named]:
    """Who sees a case because of the team it is in."""
    if team_id is None:
        return []
    of = team_supervisor.c.worker_id == worker.c.id, team_supervisor.c.team_id == team_id
    leads = or_(worker.c.team_id == team_id, select(team_supervisor.c.team_id).where(*of).exists())
    here = select(worker.c.handle).where(worker.c.status == "active").order_by(worker.c.handle)
    out = [
        Named(one, "supervisor") for one in r.conn.execute(here.where(worker.c.role == "supervisor", leads)).scalars()
    ]
    if r.agency.manager_sees_team:
        mates = here.where(worker.c.role == "case_manager", worker.c.team_id == team_id)
        out += [Named(one, "team") for one in r.conn.execute(mates).scalars()]
    return out


def may_name(r: Reading, case: str | int) -> bool:
    """Whether the person may name people to that case and keep them from it. Raises Usage for one out of sight."""
    ref = find.case(r, case)
    return scope.may_restrict(r, r.conn.execute(select(case_file).where(case_file.c.id == ref.id)).one())


def name(w: Work, case: str | int, handle: str, kind: str, why: str, *, until: date | None = None) -> Receipt:
    """Let somebody into a case (`allow`), or keep them from it (`deny`), to a last day or until it is ended.

    Whoever may restrict the case does this: of a restricted one its custodian alone. Being kept from a case beats every
    right to it. Raises Refused for its worker and its custodian, who first hand it on, and for a role that sees no client.
    """
    why = values.short(_("The reason"), why, needed=True)
    if until is not None and until < w.today:
        raise Usage(_("That day is past."))
    row, who = _both(w, case, handle)
    if kind == "deny" and who.id in (row.owner_id, row.custodian_id):
        raise Refused(
            _("{handle} holds that case or answers for it. Hand it on first, then keep them from it.").format(
                handle=who.handle
            )
        )
    if kind == "allow" and not (who.holds_all or who.role in ("case_manager", "supervisor")):
        raise Refused(
            _("{handle} is {role} and sees no client; a name on a case does not change that.").format(
                handle=who.handle, role=who.role
            )
        )
    other = "allow" if kind == "deny" else "deny"
    if kind == "allow" and _standing(w, row.id, who.id, other) is not None:
        raise Refused(
            _("{handle} is kept from that case. End that first: caseload access CASE end {handle}").format(
                handle=who.handle
            )
        )
    if kind == "deny":
        _end(w, row.id, who.id, other)
    there = select(case_access.c.id).where(
        case_access.c.case_id == row.id, case_access.c.worker_id == who.id, case_access.c.kind == kind
    )
    key = w.conn.execute(there).scalar()
    if key is None:
        w.conn.execute(insert(case_access).values(case_id=row.id, worker_id=who.id, kind=kind, until_on=until, why=why))
    else:
        w.conn.execute(update(case_access).where(case_access.c.id == key).values(until_on=until, why=why))
    words = _("Let {handle} into the case") if kind == "allow" else _("Keeps {handle} from the case")
    last = _(", until {day}").format(day=until.isoformat()) if until else ""
    return w.receipt(words.format(handle=who.handle) + last, cases=[row.id])


def end(w: Work, case: str | int, handle: str, why: str) -> Receipt:
    """End what was set for somebody on a case: they see it as their role does, no more and no less."""
    values.short(_("The reason"), why, needed=True)
    row, who = _both(w, case, handle)
    ended = sum(_end(w, row.id, who.id, kind) for kind in ("allow", "deny"))
    if not ended:
        return w.nothing(_("Nothing is set for {handle} on that case.").format(handle=who.handle))
    return w.receipt(_("Ended what was set for {handle}").format(handle=who.handle), cases=[row.id])


def _both(w: Work, case: str | int, handle: str) -> tuple[Any, Any]:
    ref = find.case(w, case)
    row = w.conn.execute(select(case_file).where(case_file.c.id == ref.id).with_for_update()).one()
    if not scope.may_restrict(w, row):
        if row.restricted:
            raise NotPermitted(_("Only its custodian names people to a restricted case, or keeps them from it."))
        raise NotPermitted(
            _("Only a supervisor of its team or an admin names people to a case, or keeps them from it.")
        )
    return row, w.conn.execute(select(worker).where(worker.c.id == find.worker_id(w, handle))).one()


def _standing(w: Work, case_id: int, who: int, kind: str) -> int | None:
    found = select(case_access.c.id).where(
        case_access.c.case_id == case_id, case_access.c.worker_id == who, case_access.c.kind == kind,
        or_(case_access.c.until_on.is_(None), case_access.c.until_on >= w.today),
    )  # fmt: skip
    return w.conn.execute(found).scalar()


def _end(w: Work, case_id: int, who: int, kind: str) -> int:
    """From now on; the row stays, with yesterday as its last day."""
    key = _standing(w, case_id, who, kind)
    if key is None:
        return 0
    w.conn.execute(update(case_access).where(case_access.c.id == key).values(until_on=w.today - timedelta(days=1)))
    return 1
