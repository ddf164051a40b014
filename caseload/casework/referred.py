"""What was asked of others for a client, as it stands; and how much of it was taken up, counted for a case and for a program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, select

from ..models import case_file, disclosure, narrative, need, need_domain, person, provider, referral, service, worker
from ..models.service import REFERRAL_KINDS
from ..store import scope
from ..store.database import Reading
from . import find, referrals

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
    """How many of the referrals of one kind that were sent were accepted, begun and completed."""

    kind: str
    offered: int
    accepted: int
    begun: int
    completed: int


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
    last: date | None = None,
) -> tuple[TakeUp, ...]:  # fmt: skip
    """Of the referrals sent in those days (ever), by kind: how many were offered, accepted, begun and completed. Of one case, of the
    cases of a program, or of all, as far as they are in sight. Raises NotPermitted for who reads no referrals."""
    referrals.in_sight(r)
    where: list[ColumnElement[bool]] = [scope.visible(r), _r.sent_on.is_not(None), _r.sent_on <= (last or r.today)]
    if first is not None:
        where.append(_r.sent_on >= first)
    if case is not None:
        where.append(case_file.c.id == find.case(r, case).id)
    if program is not None:
        where.append(case_file.c.program_id == find.program_id(r, program))
    counted = select(
        _r.kind, func.count(), _counted(_r.accepted_on.is_not(None)), _counted(_r.started_on.is_not(None)),
        _counted(_r.state == "completed"),
    )  # fmt: skip
    of = counted.join(case_file, case_file.c.id == _r.case_id).where(and_(*where)).group_by(_r.kind)
    found = {row[0]: TakeUp(row[0], *(int(n) for n in row[1:])) for row in r.conn.execute(of)}
    return tuple(found[kind] for kind in REFERRAL_KINDS if kind in found)


def _counted(holds: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((holds, 1), else_=0))
