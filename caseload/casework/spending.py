"""What was authorised for a client and what was paid of it, as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select

from ..messages import _
from ..models import authorisation, case_file, narrative, payment, provider, service, worker
from ..store import scope
from ..store.database import Reading

_a = authorisation.c


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """What was paid, in cents, or used. `counters` is the payment that this row takes back, `countered` says that one was. `reason`,
    why, is None for who reads no narrative; `payee` and `reference` for who sees no identity."""

    id: int
    cents: int
    units: int
    on: date
    payee: str | None
    reference: str | None
    by: str
    counters: int | None
    countered: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class AuthorisationRow:
    """An authorisation of a case, with its payments, the newest first. What it is for is as telling as a name: `service`, `provider`
    and `item` are None for those who see no identity, and `unit`, somebody's words for what is counted, is "units"; `reason` and
    `returned` are None for who reads no narrative. `approvable` says that the person who reads may approve it or send it back; `mine`
    that they asked for it."""

    id: int
    case_id: int
    state: str
    service_id: int | None
    service: str | None
    provider: str | None
    item: str | None
    cents: int | None
    units: int | None
    unit: str
    first: date
    last: date
    budget: int | None
    referral: int | None
    renews: int | None
    renewed: bool
    by: str
    mine: bool
    drafted: date
    asked: date | None
    approved: date | None
    approved_by: str | None
    above: bool
    reason: str | None
    returned: str | None
    sent_back: bool
    ended: date | None
    approvable: bool
    version: int
    payments: tuple[PaymentRow, ...]

    @property
    def paid(self) -> int:
        """What was paid of it, in cents."""
        return sum(one.cents for one in self.payments)

    @property
    def used(self) -> int:
        """How many units were used."""
        return sum(one.units for one in self.payments)

    @property
    def left(self) -> int | None:
        """What is left of the amount, in cents; None where it is no amount."""
        return None if self.cents is None else self.cents - self.paid

    @property
    def what(self) -> str:
        """What it is for, in words: the service and who offers it, or the thing."""
        return ", ".join(part for part in (self.service, self.provider, self.item) if part)

    @property
    def running(self) -> bool:
        """Whether it was approved and has neither ended nor been taken up again."""
        return self.state == "approved" and not self.renewed

    def over(self, today: date) -> bool:
        """Whether its last day has passed and nobody renewed or ended it."""
        return self.running and self.last < today


def of_case(r: Reading, case_id: int, *, named: bool = True, told: bool = True) -> tuple[AuthorisationRow, ...]:
    """The authorisations of a case: what waits, is drafted or runs, the first to end first; then the rest, the newest first. Without
    words unless `told`."""
    return _rows(r, _a.case_id == case_id, named=named, told=told)


def one(r: Reading, authorisation_id: int, *, told: bool = True) -> AuthorisationRow | None:
    """One authorisation. For callers that have asked whether its case may be seen."""
    return next(iter(_rows(r, _a.id == authorisation_id, named=r.me.sees_identity, told=told)), None)


def _rows(r: Reading, which: ColumnElement[bool], *, named: bool, told: bool) -> tuple[AuthorisationRow, ...]:
    second, why, back = worker.alias("second"), narrative.alias("why"), narrative.alias("back")
    after = authorisation.alias("after")
    source = (
        authorisation.join(worker, worker.c.id == _a.asked_by)
        .join(case_file, case_file.c.id == _a.case_id)
        .outerjoin(second, second.c.id == _a.approved_by)
        .outerjoin(service, service.c.id == _a.service_id)
        .outerjoin(provider, provider.c.id == service.c.provider_id)
        .outerjoin(why, why.c.id == _a.reason_id)
        .outerjoin(back, back.c.id == _a.returned_id)
    )
    renewed = select(after.c.id).where(after.c.renews_id == _a.id, after.c.state.in_(("approved", "ended")))
    found = select(
        authorisation, worker.c.handle, second.c.handle.label("approver"), service.c.name.label("service"),
        provider.c.name.label("provider"), case_file.c.team_id, case_file.c.restricted, case_file.c.custodian_id,
        renewed.correlate(authorisation).exists().label("renewed"),
        (why.c.body if told else why.c.id).label("why"), (back.c.body if told else back.c.id).label("back"),
    ).select_from(source)  # fmt: skip
    rows = r.conn.execute(found.where(which)).all()
    paid = _payments(r, which, named, told) if rows else {}
    made = [
        AuthorisationRow(
            row.id, row.case_id, row.state, row.service_id if named else None, row.service if named else None,
            row.provider if named else None, row.item if named else None, row.cents, row.units,
            row.unit if named or not row.unit else _("units"), row.from_on, row.to_on,
            row.budget_id, row.referral_id, row.renews_id, bool(row.renewed), row.handle, row.asked_by == r.me.id,
            row.drafted_on, row.asked_on, row.approved_on, row.approver, bool(row.above), row.why if told else None,
            row.back if told else None, row.returned_id is not None, row.ended_on,
            row.state == "asked" and row.asked_by != r.me.id and scope.may_lead(r, row),
            row.version, tuple(paid.get(row.id, ())),
        )
        for row in rows
    ]  # fmt: skip
    order = {"asked": 0, "approved": 1, "drafted": 2}
    live = sorted((x for x in made if x.ended is None), key=lambda x: (order[x.state], x.renewed, x.last, x.id))
    over = sorted((x for x in made if x.ended is not None), key=lambda x: (x.ended, x.id), reverse=True)
    return (*live, *over)


def _payments(r: Reading, which: ColumnElement[bool], named: bool, told: bool) -> dict[int, list[PaymentRow]]:
    back = payment.alias("back")
    source = (
        payment.join(authorisation, _a.id == payment.c.authorisation_id)
        .join(worker, worker.c.id == payment.c.worker_id)
        .outerjoin(narrative, narrative.c.id == payment.c.reason_id)
        .outerjoin(back, back.c.counters_id == payment.c.id)
    )
    columns = (
        payment,
        worker.c.handle,
        back.c.id.label("countered"),
        (narrative.c.body if told else narrative.c.id).label("why"),
    )
    found = select(*columns).select_from(source).where(which).order_by(payment.c.on_date.desc(), payment.c.id.desc())
    out: dict[int, list[PaymentRow]] = {}
    for row in r.conn.execute(found):
        out.setdefault(row.authorisation_id, []).append(
            PaymentRow(
                row.id, row.cents, row.units, row.on_date, row.payee if named else None, row.reference if named else None,
                row.handle, row.counters_id, row.countered is not None, row.why if told else None,
            )
        )  # fmt: skip
    return out
