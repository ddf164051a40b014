"""Setting the scene: facts for which a test wants no verb, and a plan made or gone stale."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from caseload import models as m
from caseload.casework import absences, assign
from caseload.casework.assign import Plan, Wish
from caseload.errors import Conflict
from caseload.store.database import Receipt
from tests.practice.kit import ADMIN, Practice


def set_facts(practice: Practice, *statements: Any) -> None:
    """Facts for which there is no verb yet, written in a unit of work."""
    with practice.scene() as w:
        for statement in statements:
            w.conn.execute(statement)
    practice.forget()


def worker(practice: Practice, handle: str) -> int:
    return int(practice.value("SELECT id FROM worker WHERE handle = :handle", handle=handle))


def holder(practice: Practice, case: str) -> str | None:
    """Who holds a case, read past every door."""
    return practice.value(
        "SELECT w.handle FROM case_file c LEFT JOIN worker w ON w.id = c.owner_id WHERE c.number = :case", case=case
    )  # type: ignore[no-any-return]


def name_on(practice: Practice, case: str, handle: str, kind: str, until: int | None = None) -> None:
    """A named permission or denial, until so many days from today."""
    row = {"case_id": practice.id(case), "worker_id": worker(practice, handle), "kind": kind}
    day = practice.day + timedelta(days=until) if until is not None else None
    set_facts(practice, insert(m.case_access).values(**row, until_on=day))


def restrict(practice: Practice, case: str, custodian: str) -> None:
    mine = m.case_file.c.id == practice.id(case)
    set_facts(
        practice, update(m.case_file).where(mine).values(restricted=True, custodian_id=worker(practice, custodian))
    )


def leave_for(practice: Practice, handle: str, first: int, last: int) -> None:
    """They are away from so many days from today to so many."""
    days = (practice.day + timedelta(days=first), practice.day + timedelta(days=last))
    practice.do(ADMIN, absences.set_cover, handle, (), *days, "leave")


def plan(practice: Practice, wish: Wish, by: str = "ben") -> Plan:
    made: Plan = practice.ask(by, assign.plan, wish)
    return made


def commit(practice: Practice, planned: Plan, by: str = "ben", **more: object) -> Receipt:
    return practice.do(by, assign.commit, planned, "fairer loads", **more)


def stale(practice: Practice, made: Plan, by: str = "ben", error: type[Exception] = Conflict, **more: object) -> str:
    """That plan cannot be carried out, and nothing changes; what is said then."""
    before = practice.facts()
    with pytest.raises(error) as said:
        commit(practice, made, by, **more)
    assert practice.facts() == before
    return f"{said.value.message} {said.value.details}"  # type: ignore[attr-defined]
