"""What the screen asks of the practice, and has it do, about money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .verbs import _place

if TYPE_CHECKING:
    from ..casework.budgets import BudgetRow, NewBudget
    from ..casework.payments import NewPayment
    from ..casework.spending import AuthorisationRow
    from ..store.database import Reading, Receipt, Work
    from .verbs import Doing, Typed


def authorisations(r: Reading, key: int) -> tuple[AuthorisationRow, ...]:
    """The authorisations of a case, without prose."""
    from ..casework import spending

    return spending.of_case(r, key, named=r.me.sees_identity, told=False)


def one(r: Reading, key: int, authorisation: int) -> AuthorisationRow | None:
    """One of them as it stands; None where it is gone."""
    return next((row for row in authorisations(r, key) if row.id == authorisation), None)


def budget(r: Reading, key: int, budget_id: int) -> BudgetRow | None:
    """A budget of that case as it stands; None where it is gone."""
    from ..casework import budgets

    return next((row for row in budgets.of_case(r, key) if row.id == budget_id), None)


def leads(r: Reading, key: int) -> bool:
    """Whether the person supervises that case, and so sets its budget."""
    from ..casework import find
    from ..store import scope

    return scope.may_lead(r, find.case(r, key))


def ask(told: Mapping[str, Any], service: str) -> Doing:
    """Asks for an authorisation; the service by its number or its name."""

    def doing(w: Work) -> Receipt:
        from ..casework import authorising, directory

        at = directory.service_meant(w, service) if service else None
        return authorising.ask(w, authorising.NewAuthorisation(**told, service=at))

    return doing


def act(name: str, authorisation: int, *args: Any, words: Typed = None, **more: Any) -> Doing:
    """One act of `casework.authorising` on an authorisation; what was typed is forgotten with it."""

    def doing(w: Work) -> Receipt:
        from ..casework import authorising

        kept = {"scratch": _place(words)} if words is not None else {}
        receipt: Receipt = getattr(authorising, name)(w, authorisation, *args, **more, **kept)
        return receipt

    return doing


def pay(new: NewPayment) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import payments

        return payments.pay(w, new)

    return doing


def take_back(payment: int, why: str, words: Typed) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import payments

        return payments.take_back(w, payment, why, scratch=_place(words))

    return doing


def set_budget(new: NewBudget) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import budgets

        return budgets.add(w, new)

    return doing


def change_budget(budget_id: int, changes: Mapping[str, Any], seen: int, place: str) -> Doing:
    def doing(w: Work) -> Receipt:
        from ..casework import budgets

        return budgets.change(w, budget_id, changes, seen=seen, scratch=place)

    return doing
