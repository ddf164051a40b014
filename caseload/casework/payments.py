"""Payments of what was authorised, and units of it that were used. A payment stands as it was made: a wrong one is taken back by a row
that counters it, with its reason, or undone by who made it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from ..errors import Refused, Usage
from ..messages import _
from ..models import authorisation, narrative, payment, provider, service
from ..store.database import Reading, Receipt, Work
from . import attention, budgets, find, scratches, values


@dataclass(frozen=True, slots=True)
class NewPayment:
    """So many cents paid of an authorisation, or units of it used, or both; on that day, today unless given. `payee` is who offers
    its service unless given; `reference` an invoice's number, say."""

    authorisation: int
    cents: int = 0
    units: int = 0
    on: date | None = None
    payee: str = ""
    reference: str = ""
    scratch: str | None = None


def pay(w: Work, new: NewPayment) -> Receipt:
    """Record a payment. Raises Usage for an amount or a day that cannot be, Refused for what was not approved or has ended, or
    where less is left of it."""
    missing = _("There is no authorisation {id}.").format(id=new.authorisation)
    row = find.row_to_act_on(w, authorisation, new.authorisation, missing)
    find.to_act_on(w, [row.case_id])
    if new.cents == 0 and new.units == 0:
        raise Usage(_("Say how much was paid, or how many were used."))
    values.number(_("The amount in cents"), new.cents, 0, budgets.MOST)
    values.number(_("The number"), new.units, 0, 1_000_000)
    if row.state != "approved":
        raise Refused(_("Nothing is paid of what was not approved, or has ended."))
    day = new.on or w.today
    if not row.from_on <= day <= w.today:
        said = _("That day lies between {first} and today; {day} does not.")
        raise Usage(said.format(first=row.from_on.isoformat(), day=day.isoformat()))
    paid, used = _so_far(w, row.id)
    if new.cents > (left := (row.cents or 0) - paid):
        said = _("Of that authorisation {amount} is left. Have more authorised first.")
        raise Refused(said.format(amount=budgets.money(w, left)))
    if new.units > (rest := (row.units or 0) - used):
        raise Refused(_("Of that authorisation {n} units are left. Have more authorised first.").format(n=rest))
    made = w.add(
        payment,
        {"uid": str(uuid.uuid4()), "case_id": row.case_id, "authorisation_id": row.id, "cents": new.cents, "units": new.units,
         "on_date": day, "payee": values.name(_("To whom"), new.payee) or _provider(w, row.service_id),
         "reference": values.name(_("The reference"), new.reference), "worker_id": w.me.id, "at": w.now},
    )  # fmt: skip
    attention.taken_up(w, [row.case_id])
    scratches.clear(w, new.scratch)
    said = _("Paid {amount}; {left} of it is left").format(
        amount=budgets.money(w, new.cents), left=budgets.money(w, left - new.cents)
    )
    if not new.cents:
        said = _("Used {n} units; {left} are left").format(n=new.units, left=rest - new.units)
    return w.receipt(said, cases=[row.case_id], data={"payment": made, "authorisation": row.id})


def take_back(w: Work, payment_id: int, why: str, *, scratch: str | None = None) -> Receipt:
    """Take a payment back whole, by a row that counters it. Raises Usage without a reason, Refused where it was taken back already,
    or is such a row itself."""
    row = find.row_to_act_on(w, payment, payment_id, _("There is no payment {id}.").format(id=payment_id))
    find.to_act_on(w, [row.case_id])
    if row.counters_id is not None:
        raise Refused(_("That row takes another back. A slip is undone; else record the payment anew."))
    if w.conn.execute(select(payment.c.id).where(payment.c.counters_id == payment_id)).first() is not None:
        raise Refused(_("That payment was taken back already."))
    prose = {"case_id": row.case_id, "worker_id": w.me.id, "body": values.prose(_("The reason"), why), "at": w.now}
    made = w.add(
        payment,
        {"uid": str(uuid.uuid4()), "case_id": row.case_id, "authorisation_id": row.authorisation_id, "cents": -row.cents,
         "units": -row.units, "on_date": w.today, "payee": row.payee, "reference": row.reference, "worker_id": w.me.id, "at": w.now,
         "counters_id": payment_id, "reason_id": w.add(narrative, prose)},
    )  # fmt: skip
    attention.taken_up(w, [row.case_id])
    scratches.clear(w, scratch)
    said = _("Took a payment of {amount} back").format(amount=budgets.money(w, row.cents))
    return w.receipt(said, cases=[row.case_id], data={"payment": made, "authorisation": row.authorisation_id})


def must_be_of(r: Reading, case: str | int, payment_id: int) -> None:
    """Raises Usage where that payment is none of that case's."""
    find.must_be_of(r, payment, payment_id, case, _("There is no such payment in that case."))


def _so_far(w: Work, authorisation_id: int) -> tuple[int, int]:
    """What was paid and used of an authorisation, held to the end of the act, so that two who pay at once see each other."""
    if w.engine == "postgresql":
        told = w.conn.exec_driver_sql("SELECT paid, used FROM hold_authorisation(%s)", (authorisation_id,)).one()
    else:
        sums = (func.coalesce(func.sum(payment.c.cents), 0), func.coalesce(func.sum(payment.c.units), 0))
        told = w.conn.execute(select(*sums).where(payment.c.authorisation_id == authorisation_id)).one()
    return int(told[0]), int(told[1])


def _provider(w: Work, service_id: int | None) -> str:
    found = select(provider.c.name).join(service, service.c.provider_id == provider.c.id)
    return str(w.conn.execute(found.where(service.c.id == service_id)).scalar() or "")
