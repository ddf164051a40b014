"""Advice by topic in the weekly report: counted as plain SQL counts it, and small numbers left out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from caseload import models as m
from caseload.reports import people, weekly

from .agency import MONDAY, WEEK, at, put


def told(r, *, identified=False):
    made = weekly.tables(r, select(m.case_file.c.id), WEEK, identified=identified)
    table = next(table for table in made if table.name == "advice")
    return {row[0]: row[2:] for row in table.rows}


def advised(work, cases, some, topic, *, day=MONDAY, outcome="made"):
    """One contact of these cases, about that."""
    key = cases.contact(some, "ana", at(day), outcome, kind="group")
    put(work.conn, m.contact_topic, contact_id=key, topic=topic)


def test_contacts_of_the_period_and_their_clients_are_counted_by_topic(work, cases):
    some = [cases.open(MONDAY - timedelta(days=30)) for _one in range(12)]
    advised(work, cases, some, "food")
    advised(work, cases, some[:1], "food", day=WEEK.last)
    advised(work, cases, some, "money", day=MONDAY - timedelta(days=1))
    advised(work, cases, some, "money", outcome="attempted")
    advised(work, cases, some[:1], "living_situation:116")
    found = told(work)
    assert found["food"] == (2, 12, False)
    assert found["money"] == (0, 0, False)
    assert "living_situation:116" not in found


@pytest.mark.parametrize(("clients", "shown"), [(10, False), (11, True)])
def test_few_clients_are_not_told_nor_that_there_were_none(clients, shown, work, cases):
    some = [cases.open(MONDAY) for _one in range(clients)]
    advised(work, cases, some, "food")
    found = told(work)
    assert found["food"] == ((1, clients, False) if shown else (None, None, True))
    assert found["money"] == ((0, 0, False) if shown else (None, None, True))
    assert told(work, identified=True)["food"] == (1, clients, False)


def test_many_are_shown_beside_few(work, cases):
    some = [cases.open(MONDAY) for _one in range(11)]
    advised(work, cases, some, "food")
    advised(work, cases, some[:1], "money")
    found = told(work)
    assert (found["food"], found["money"]) == ((1, 11, False), (None, None, True))


def test_a_topic_chooses_clients_by_who_they_are():
    assert people.speaks_of_people("topic:food")
