"""Budgets, authorisations and payments as JSON and tables have them. Amounts in JSON are cents, with their currency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caseload.messages import _

from .output import Column

if TYPE_CHECKING:
    from caseload.casework.budgets import BudgetRow
    from caseload.casework.spending import AuthorisationRow, PaymentRow


def _shown(cents: int) -> str:
    from caseload.casework.amounts import shown

    return shown(cents)


BUDGETS = [
    Column("id", "ID", keep=9, whole=True, right=True),
    Column("program", _("Program"), keep=6),
    Column("name", _("Name"), keep=4),
    Column("from", _("From"), keep=5, whole=True),
    Column("to", _("To"), keep=8, whole=True),
    Column("cents", _("Budget"), keep=9, right=True, table=_shown),
    Column("asked_cents", _("Waits"), keep=3, right=True, table=_shown),
    Column("committed_cents", _("Committed"), keep=7, right=True, table=_shown),
    Column("spent_cents", _("Spent"), keep=8, right=True, table=_shown),
    Column("left_cents", _("Left"), keep=9, right=True, table=_shown),
    Column("forecast_cents", _("Forecast"), keep=6, right=True, table=_shown),
    Column("currency", _("In"), keep=2),
]
AUTHORISATIONS = [
    Column("id", "ID", keep=9, whole=True, right=True),
    Column("state", _("State"), keep=9, whole=True),
    Column("service", _("Service"), keep=7, least=10),
    Column("for", _("For"), keep=7, least=10),
    Column("from", _("From"), keep=3, whole=True),
    Column("to", _("To"), keep=8, whole=True),
    Column("cents", _("Amount"), keep=9, right=True, table=_shown),
    Column("paid_cents", _("Paid"), keep=8, right=True, table=_shown),
    Column("units", _("Units"), keep=5, right=True),
    Column("used", _("Used"), keep=4, right=True),
    Column("unit", _("Of"), keep=4),
    Column("budget", _("Budget"), keep=2, right=True),
    Column("by", _("By"), keep=3),
    Column("approved_by", _("Approved by"), keep=3),
]
PAYMENTS = [
    Column("id", "ID", keep=9, whole=True, right=True),
    Column("on", _("Day"), keep=9, whole=True),
    Column("cents", _("Amount"), keep=9, right=True, table=_shown),
    Column("units", _("Units"), keep=4, right=True),
    Column("payee", _("To"), keep=7),
    Column("reference", _("Reference"), keep=5),
    Column("authorisation", _("Of"), keep=6, right=True),
    Column("takes_back", _("Takes back"), keep=6, right=True),
    Column("by", _("By"), keep=3),
]


def _key(value: int | None) -> str | None:
    return None if value is None else str(value)


def budget_shape(row: BudgetRow, currency: str, named: bool = True) -> dict[str, Any]:
    """A budget and how it stands. Of a client's, who gives it is for who sees names."""
    return {
        "id": str(row.id), "program": row.program, "name": (row.name if named or row.program else None) or None,
        "from": row.first, "to": row.last, "cents": row.cents,
        "single_cents": row.single, "asked_cents": row.asked, "authorised_cents": row.authorised, "committed_cents": row.committed,
        "spent_cents": row.spent, "left_cents": row.left, "forecast_cents": row.forecast, "percent": row.percent,
        "standing": row.standing or None, "currency": currency, "by": row.by, "version": row.version,
    }  # fmt: skip


def authorisation_shape(row: AuthorisationRow, currency: str, named: bool = True) -> dict[str, Any]:
    """An authorisation with its payments. What it is for, and every word, is null where no names are shown."""

    def typed(value: Any) -> Any:
        return value if named and value else None

    return {
        "id": str(row.id), "state": row.state, "service": typed(row.service), "service_id": _key(typed(row.service_id)),
        "provider": typed(row.provider), "for": typed(row.item),
        "cents": row.cents, "currency": currency, "units": row.units, "unit": row.unit or None,
        "from": row.first, "to": row.last, "paid_cents": row.paid, "left_cents": row.left, "used": row.used, "budget": _key(row.budget),
        "referral": _key(row.referral), "renews": _key(row.renews), "renewed": row.renewed, "above": row.above,
        "asked": row.asked, "approved": row.approved, "ended": row.ended, "by": row.by, "approved_by": row.approved_by,
        "sent_back": row.sent_back, "reason": typed(row.reason), "returned": typed(row.returned),
        "payments": [payment_shape(one, row.id, currency, named) for one in row.payments], "version": row.version,
    }  # fmt: skip


def payment_shape(row: PaymentRow, authorisation: int, currency: str, named: bool = True) -> dict[str, Any]:
    """A payment. To whom is null where no names are shown."""
    return {
        "id": str(row.id), "authorisation": str(authorisation), "on": row.on, "cents": row.cents, "currency": currency,
        "units": row.units, "payee": (row.payee if named else None) or None, "reference": (row.reference if named else None) or None,
        "reason": row.reason if named else None, "takes_back": _key(row.counters),
        "taken_back": row.countered, "by": row.by,
    }  # fmt: skip
