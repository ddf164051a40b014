"""What an analyst is told: numbers of whole programs, and no row of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select

from caseload.errors import NotPermitted
from caseload.messages import _
from caseload.models import case_file

if TYPE_CHECKING:
    from caseload.store.database import Reading


def alone(r: Reading) -> bool:
    """Whether this person is told numbers and nothing else."""
    return r.me.role == "analyst" and not r.me.holds_all


def everything(r: Reading, query: str) -> Select[Any]:
    """The cases that an analyst's numbers count: all of them. With a query they could single out one, so there is none; and a server
    that shows their login no case row would give noughts, which would be a lie. Raises NotPermitted for both."""
    if query.strip():
        raise NotPermitted(_("Your role (analyst) sees counts of whole programs. Leave the query out."))
    if r.me.policed:
        raise NotPermitted(
            _(
                "This server keeps every case row from analysts, so their login can count none. Have an admin or a supervisor write it."
            ),
            details=(_("Without --identified it holds no name, and small numbers are left out: it can be handed on."),),
        )
    return select(case_file.c.id)
