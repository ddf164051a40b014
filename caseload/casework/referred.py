"""What was asked of others for a client, as it stands; and how much of it was taken up, counted for a case and for a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, func, select
from sqlalchemy import case as case_

from ..messages import _
from ..models import case_file, disclosure, narrative, need, need_domain, person, provider, referral, service, worker
from ..models import program as program_table
from ..models.service import REFERRAL_KINDS
from ..store import scope
from ..store.database import Reading
from . import find, referrals, values

_r = referral.c


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """A referral of a case. Whom it went to is as telling as a name: `service`, `provider` and `person` (and their keys) are None for
    those who see no identity, the `reason` for who reads no narrative. `basis` and `consent` are of the record it was sent under."""

    id: int
    case_id: int
    state: str
    kind: str
    service_id: int | None
    service: str | None
    provider: str | None
    person_id: int | None
    person: str | None
    need: int | None
    domain: str | None
    reason: str | None
    by: str
    drafted: date
    sent: date | None
    answer_by: date | None
    answered: date | None
    accepted: date | None
    started: date | None
    ended: date | None
    declined_why: str | None
    missed: int
    asked_cents: int | None
    decided_cents: int | None
    replaces: int | None
    disclosure: int | None
    basis: str | None
    consent: int | None
    version: int

    @property
    def running(self) -> bool:
        """Whether it was sent and has not come to an end."""
        return self.state in referrals.RUNNING

    @property
    def to(self) -> str:
        """Whom it is for, in words: the service and who offers it, or the person."""
        return ", ".join(part for part in (self.service, self.provider) if part) or self.person or ""

    def late(self, today: date) -> bool:
        """Whether an answer is overdue."""
        return self.state == "sent" and self.answer_by is not None and self.answer_by < today


@dataclass(frozen=True, slots=True)
class TakeUp:
    """How many of the referrals that were sent were accepted, begun and completed: of one kind, or to one service (None: somebody
    around the client), or of the cases of one program; the other two are None."""

    kind: str | None
    offered: int
    accepted: int
    begun: int
    completed: int
    service: str | None = None
    service_id: int | None = None
    program: str | None = None


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A referral that is counted there: of which case, and how far it came. Whom it went to is None for who sees no identity."""

    id: int
    case: str
    program: str
    kind: str
    service: str | None
    state: str
    sent: date
    accepted: date | None
    started: date | None
    ended: date | None


# How far a referral that was sent came; each step counts those beyond it, too. The one definition: reports count by it as well.
TAKE_UP: Mapping[str, ColumnElement[bool]] = {
    "offered": _r.sent_on.is_not(None), "accepted": _r.accepted_on.is_not(None), "begun": _r.started_on.is_not(None),
    "completed": _r.state == "completed",
}  # fmt: skip
# By what take-up is counted.
TAKE_UP_BY = ("kind", "service", "program")


def of_case(r: Reading, case_id: int, *, named: bool = True, told: bool = True) -> tuple[ReferralRow, ...]:
    """The referrals of a case: drafts and those that run, the earliest answer due first; then those that have ended, the newest
    first. Without words unless `told`."""
    return _rows(r, _r.case_id == case_id, named=named, told=told)


def one(r: Reading, referral_id: int, *, told: bool = True) -> ReferralRow | None:
    """One referral. For callers that have asked whether its case may be seen."""
    return next(iter(_rows(r, _r.id == referral_id, named=r.me.sees_identity, told=told)), None)


def _rows(r: Reading, which: ColumnElement[bool], *, named: bool, told: bool) -> tuple[ReferralRow, ...]:
    columns = (
        referral, service.c.name.label("service"), provider.c.name.label("provider"), person.c.name.label("person"),
        need_domain.c.code.label("domain"), worker.c.handle, disclosure.c.basis, disclosure.c.consent_id,
    )  # fmt: skip
    source = (
        referral.join(worker, worker.c.id == _r.worker_id)
        .outerjoin(service, service.c.id == _r.service_id)
        .outerjoin(provider, provider.c.id == service.c.provider_id)
        .outerjoin(person, person.c.id == _r.person_id)
        .outerjoin(need, need.c.id == _r.need_id)
        .outerjoin(need_domain, need_domain.c.id == need.c.domain_id)
        .outerjoin(disclosure, disclosure.c.id == _r.disclosure_id)
    )
    found = select(*columns, (narrative.c.body if told else narrative.c.id).label("body"))
    # A server shows prose only to who has announced a look; the referral itself is there all the same.
    source = source.outerjoin(narrative, narrative.c.id == _r.reason_id)
    rows = [
        ReferralRow(
            row.id, row.case_id, row.state, row.kind, row.service_id if named else None, row.service if named else None,
            row.provider if named else None, row.person_id if named else None, row.person if named else None, row.need_id,
            row.domain, row.body if told else None, row.handle, row.drafted_on, row.sent_on, row.answer_by, row.answered_on,
            row.accepted_on, row.started_on, row.ended_on, row.declined_why, row.missed, row.asked_cents, row.decided_cents,
            row.replaces_id, row.disclosure_id, row.basis, row.consent_id, row.version,
        )
        for row in r.conn.execute(found.select_from(source).where(which))
    ]  # fmt: skip
    open_ = sorted((one for one in rows if one.ended is None), key=lambda one: (one.answer_by or one.drafted, one.id))
    over = sorted((one for one in rows if one.ended is not None), key=lambda one: (one.ended, one.id), reverse=True)
    return (*open_, *over)


def take_up(
    r: Reading, *, case: str | int | None = None, program: str | None = None, first: date | None = None,
    last: date | None = None, by: str = "kind",
) -> tuple[TakeUp, ...]:  # fmt: skip
    """Of the referrals sent in those days (ever), by kind, service or program: how many were offered, accepted, begun and completed.
    Of one case, of the cases of a program, or of all, as far as they are in sight; without identity, no service is named. Raises
    NotPermitted for who reads no referrals."""
    values.one_of(_("way to count"), by, TAKE_UP_BY)
    referrals.in_sight(r)
    groups = {
        "kind": (_r.kind,), "service": (_r.service_id, service.c.name), "program": (program_table.c.code,),
    }[by]  # fmt: skip
    steps = (func.sum(case_((holds, 1), else_=0)) for holds in TAKE_UP.values())
    of = (
        select(*groups, *steps)
        .select_from(_sent())
        .where(and_(*_asked(r, case, program, first, last)))
        .group_by(*groups)
    )
    found = r.conn.execute(of).all()
    if by == "kind":
        rows = {row[0]: TakeUp(row[0], *_numbers(row)) for row in found}
        return tuple(rows[kind] for kind in REFERRAL_KINDS if kind in rows)
    if by == "program":
        return tuple(TakeUp(None, *_numbers(row), program=row[0]) for row in sorted(found))
    named = r.me.sees_identity
    made = [
        TakeUp(None, *_numbers(row), row[1] if named else None, row[0] if named else None)
        for row in sorted(found, key=lambda row: (row[1] is None, row[1] or "", row[0] or 0))
    ]
    return tuple(made)


def taken_up(
    r: Reading, *, case: str | int | None = None, program: str | None = None, first: date | None = None,
    last: date | None = None, named: bool = True,
) -> tuple[TakenUp, ...]:  # fmt: skip
    """The referrals that `take_up` counts, the first that were sent first."""
    referrals.in_sight(r)
    columns = (
        _r.id, case_file.c.number, program_table.c.code, _r.kind, service.c.name, _r.state, _r.sent_on, _r.accepted_on,
        _r.started_on, _r.ended_on,
    )  # fmt: skip
    found = select(*columns).select_from(_sent()).where(and_(*_asked(r, case, program, first, last)))
    seen = named and r.me.sees_identity
    return tuple(
        TakenUp(
            row.id, row.number, row.code, row.kind, row.name if seen else None, row.state, row.sent_on, row.accepted_on,
            row.started_on, row.ended_on,
        )
        for row in r.conn.execute(found.order_by(_r.sent_on, _r.id))
    )  # fmt: skip


def _numbers(row: Sequence[Any]) -> tuple[int, int, int, int]:
    """The four numbers a row ends with."""
    offered, accepted, begun, completed = (int(n) for n in row[-4:])
    return offered, accepted, begun, completed


def _sent() -> FromClause:
    source = referral.join(case_file, case_file.c.id == _r.case_id).outerjoin(service, service.c.id == _r.service_id)
    return source.join(program_table, program_table.c.id == case_file.c.program_id)


def _asked(
    r: Reading, case: str | int | None, program: str | None, first: date | None, last: date | None
) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [scope.visible(r), _r.sent_on.is_not(None), _r.sent_on <= (last or r.today)]
    if first is not None:
        where.append(_r.sent_on >= first)
    if case is not None:
        where.append(case_file.c.id == find.case(r, case).id)
    if program is not None:
        where.append(case_file.c.program_id == find.program_id(r, program))
    return where
