"""Budgets, authorisations and payments, as the tests write them. Days are counted from today."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from caseload.casework import authorising, budgets, payments, spending
from caseload.casework.authorising import NewAuthorisation
from caseload.casework.budgets import BudgetRow, NewBudget
from caseload.casework.payments import NewPayment
from caseload.casework.spending import AuthorisationRow
from tests.practice.kit import ADMIN, Practice


def budget(
    practice: Practice, case: str, cents: int = 1000_00, *, first: int = 0, last: int = 99, by: str = "ben", **more: Any
) -> int:
    """A client's budget; its key."""
    days = (practice.day + timedelta(days=first), practice.day + timedelta(days=last))
    return int(practice.do(by, budgets.add, NewBudget(cents, *days, case=case, **more)).data["budget"])


def program_budget(practice: Practice, cents: int, *, program: str = "housing", last: int = 99, **more: Any) -> int:
    """A program's budget; its key."""
    new = NewBudget(cents, practice.day, practice.day + timedelta(days=last), program=program, **more)
    return int(practice.do(ADMIN, budgets.add, new).data["budget"])


def wanted(
    practice: Practice, case: str, cents: int | None = 100_00, *, first: int = 0, last: int = 30, **more: Any
) -> NewAuthorisation:
    usual: dict[str, Any] = {"item": "A bed"}
    days = (practice.day + timedelta(days=first), practice.day + timedelta(days=last))
    return NewAuthorisation(case, *days, cents, **(usual | more))


def authorise(practice: Practice, case: str, cents: int | None = 100_00, *, by: str = "ana", **more: Any) -> int:
    """Asked for, and approved where it lies within the limits; its key."""
    return int(practice.do(by, authorising.ask, wanted(practice, case, cents, **more)).data["authorisation"])


def pay(practice: Practice, authorisation: int, cents: int = 0, *, by: str = "ana", **more: Any) -> int:
    """A payment; its key."""
    return int(practice.do(by, payments.pay, NewPayment(authorisation, cents, **more)).data["payment"])


def stands(practice: Practice, key: int, by: str = "ana") -> BudgetRow:
    found: BudgetRow = practice.ask(by, budgets.one, key)
    return found


def authorised(practice: Practice, case: str, by: str = "ana") -> tuple[AuthorisationRow, ...]:
    practice.look(case, by=by)
    found: tuple[AuthorisationRow, ...] = practice.ask(by, spending.of_case, practice.id(case))
    return found
