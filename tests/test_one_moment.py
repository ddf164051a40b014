"""What a reading sees: today's ranks at its first look, and one moment of the data where that is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone

import pytest
from sqlalchemy import func, insert, select, text

from caseload import models as m
from caseload import settings
from caseload.errors import CaseloadError
from caseload.store import founding
from caseload.store.connect import connect

TODAY = date(2026, 11, 24)


@pytest.fixture
def db(database_url):
    made = connect(settings.load(database=database_url))
    wish = founding.Founding("North Shore", "Europe/Rome", "demo", "Demo", is_demo=True, clock_on=TODAY)
    with made.engine.connect().execution_options(writing=True) as conn, conn.begin():
        founding._write(conn, wish)
    yield made
    made.close()


def holidays(r):
    return r.conn.execute(select(func.count()).select_from(m.holiday)).scalar_one()


def add_holiday(db, day):
    with db.work("test") as w:
        w.conn.execute(insert(m.holiday).values(on_date=day, name="A day off"))
        w.receipt("Added a holiday")


def test_an_export_sees_one_moment_however_long_it_takes(db):
    with db.read(snapshot=True) as r:
        before = holidays(r)
        add_holiday(db, date(2026, 12, 25))
        assert holidays(r) == before
    with db.read() as r:
        assert holidays(r) == before + 1


def open_case(db):
    """A case of low risk, to be contacted every 30 days: due today."""
    with db.work("test") as w:
        start = datetime(2026, 10, 25, 9, tzinfo=timezone.utc)
        program_id = put(w, m.program, code="housing", name="Housing")
        put(w, m.policy, program_id=program_id, version=1, from_on=date(2026, 1, 1))
        client_id = put(w, m.client, uid="client", created_at=start)
        row = {"uid": "case", "number": "2026-100001", "client_id": client_id, "program_id": program_id}
        case_id = put(w, m.case_file, **row, opened_on=start.date(), created_at=start)
        put(
            w,
            m.assignment,
            case_id=case_id,
            worker_id=w.me.id,
            starts_at=start,
            starts_on=start.date(),
            acknowledged_at=start,
        )
        w.receipt("Opened a case")


def put(w, table, **values):
    return w.conn.execute(insert(table).values(**values)).inserted_primary_key[0]


def test_the_first_look_of_the_day_sees_the_ranks_of_the_day(db):
    open_case(db)
    with db.read() as r:
        assert r.conn.execute(select(m.case_file.c.level)).scalar_one() == 4
    with db.work("test") as w:
        w.conn.execute(m.agency.update().values(clock_on=date(2026, 11, 25)))
        w.receipt("The next morning")
    db.forget()
    with db.read() as r:
        assert r.today == date(2026, 11, 25)
        assert r.conn.execute(select(m.case_file.c.level)).scalar_one() == 3


def test_a_reading_as_of_another_day_that_fails_says_what_failed(db):
    open_case(db)
    past = connect(replace(db.settings, today=date(2026, 11, 1)))
    with pytest.raises(CaseloadError) as said, past.read() as r:
        r.conn.execute(text("SELECT no_such_column FROM case_file"))
    assert "no_such_column" in str(said.value.__cause__)
    with past.read() as r:
        assert r.conn.execute(select(m.case_file.c.number)).scalars().all() == ["2026-100001"]
    past.close()
