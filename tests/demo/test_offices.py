"""A big agency is one office and many more like it: everybody distinct, every rank right, and work goes on in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import UniqueConstraint, func, select

from caseload import demo, models, settings
from caseload.casework import authorising, contacts, contents, documents, payments, triage
from caseload.demo import offices
from caseload.errors import Usage
from caseload.settings import Settings
from caseload.store import sweep, verify
from caseload.store.database import Database
from tests.support.databases import Databases

from .made import SMALLEST, TODAY, named

SEVERAL = 3


PAPER = b"A lease. " * 40_000  # two pieces


def paid_and_ended(db: Database, case: str) -> None:
    """An authorisation that was approved, paid of, and came to its end."""
    with db.work("authorisation") as w:
        new = authorising.NewAuthorisation(case, w.today, w.today + timedelta(9), 10_00, item="Shoes")
        made = authorising.ask(w, new).data
        assert made["state"] == "approved"
    with db.work("payment") as w:
        payments.pay(w, payments.NewPayment(made["authorisation"], 4_00))
    with db.work("authorisation") as w:
        authorising.end(w, made["authorisation"])


@pytest.fixture(scope="module")
def where(engine_name: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    url = databases.empty(engine_name)
    found = named(url)
    demo.build(found, SMALLEST)
    told: list[tuple[int, int]] = []
    founder = Database(found)
    with founder.read() as r:
        running = select(models.case_file.c.number).where(models.case_file.c.stage == "active")
        case = r.conn.execute(running.order_by(models.case_file.c.id).limit(1)).scalar_one()
    paid_and_ended(founder, case)
    paper = tmp_path_factory.mktemp("papers") / "lease.pdf"
    paper.write_bytes(PAPER)
    for of_client in (False, True):
        with founder.work("document") as w:
            documents.add(w, documents.NewDocument(case, paper, of_client=of_client))
    offices.multiply(founder, SEVERAL, 1, lambda done, of: told.append((done, of)))
    founder.close()
    assert told == [(2, SEVERAL), (3, SEVERAL)]
    yield found
    databases.drop(url)


@pytest.fixture
def db(where: Settings) -> Iterator[Database]:
    opened = Database(where)
    yield opened
    opened.close()


def test_every_office_has_as_many_of_everything(db: Database) -> None:
    assert SMALLEST.cases is not None
    with db.read() as r:
        cases = r.conn.execute(select(func.count()).select_from(models.case_file)).scalar_one()
        assert cases % SEVERAL == 0
        assert cases >= SEVERAL * SMALLEST.cases
        for name in ("contact", "contact_line", "note", "task", "assignment", "case_stage", "identity"):
            count = r.conn.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()
            assert count and count % SEVERAL == 0, name


def test_what_was_paid_before_an_authorisation_ended_is_in_every_office(db: Database) -> None:
    with db.read() as r:
        own = models.authorisation
        ended = select(own.c.id).where(own.c.state == "ended", own.c.item == "Shoes")
        paid = select(func.count(), func.sum(models.payment.c.cents)).where(
            models.payment.c.authorisation_id.in_(ended)
        )
        assert tuple(r.conn.execute(paid).one()) == (SEVERAL, SEVERAL * 4_00)


def test_every_office_has_its_documents_and_the_agency_their_bytes_once(db: Database, tmp_path: Path) -> None:
    with db.read() as r:
        keys = list(r.conn.execute(select(models.document.c.id).order_by(models.document.c.id)).scalars())
        assert len(keys) == 2 * SEVERAL
        assert contents.differing(r.conn) == (1, (), ())
        assert documents.verify(r) == documents.Verdict(1, ())
    documents.write_out(db, keys[-1], tmp_path / "out", why="the hearing")
    assert (tmp_path / "out").read_bytes() == PAPER


def test_nobody_and_no_case_is_there_twice(db: Database) -> None:
    with db.read() as r:
        for column in (models.case_file.c.number, models.case_file.c.uid, models.client.c.uid, models.worker.c.handle):
            every, distinct = r.conn.execute(select(func.count(column), func.count(column.distinct()))).one()
            assert every == distinct, column
        names = select(func.count(func.distinct(models.identity.c.given + " " + models.identity.c.family)))
        assert r.conn.execute(names).scalar_one() > 40


def test_one_whole_agency_has_one_of_each_who_serves_all_of_it(db: Database) -> None:
    with db.read() as r:
        found = select(models.worker.c.role, func.count()).group_by(models.worker.c.role)
        count = dict(r.conn.execute(found).all())
        assert count["admin"] == 1
        assert count["case_manager"] % SEVERAL == 0
        # The admin holds cases as well: in the other offices somebody like them is a supervisor.
        assert (count["supervisor"] + count["admin"]) % SEVERAL == 0
        holding = select(models.worker.c.handle).where(models.worker.c.holds_all)
        assert r.conn.execute(holding).scalars().all() == ["demo"]


def test_its_journal_and_its_ranks_are_sound_and_nothing_is_switched_off(db: Database) -> None:
    with db.read() as r:
        assert sweep.differing(r.conn, r.today) == []
        assert verify.verify_journal(r).faults == ()
        assert verify.check(r).faults == ()
        said = select(models.change.c.summary).where(models.change.c.verb == "loaded")
        assert f"Loaded {SEVERAL} offices: " in r.conn.execute(said).scalar_one()


def test_clients_of_every_office_are_found_by_their_names(db: Database) -> None:
    with db.read() as r:
        newest = select(models.identity).order_by(models.identity.c.id.desc()).limit(20)
        for row in r.conn.execute(newest).all():
            words = select(models.name_key.c.word).where(models.name_key.c.client_id == row.client_id)
            found = set(r.conn.execute(words).scalars())
            assert set(offices.keys_of(row.given, row.family)) <= found


def test_work_goes_on_in_the_newest_office(where: Settings) -> None:
    db = Database(where)
    try:
        with db.read() as r:
            number = r.conn.execute(
                select(models.case_file.c.number)
                .where(models.case_file.c.closed_on.is_(None))
                .order_by(models.case_file.c.id.desc())
                .limit(1)
            ).scalar_one()
        before = db_queue(db)
        with db.work("contact") as w:
            contacts.log(w, contacts.NewContact((number,), "visit", "made"))
        with db.read() as r:
            assert sweep.differing(r.conn, r.today) == []
        assert len(before) == len(db_queue(db))
    finally:
        db.close()


def db_queue(db: Database) -> list[int]:
    with db.read() as r:
        return list(triage.queue(r, triage.View(agency=True)))


def test_a_table_that_an_office_could_not_copy_is_noticed() -> None:
    """What must be unique is a reference, or one of the names that a copy makes its own."""
    ours = {"uid", "number", "handle", "login", "code"}
    for table in offices.copied():
        unique = [[c.name for c in key.columns] for key in table.constraints if isinstance(key, UniqueConstraint)]
        unique += [[c.name for c in index.columns] for index in table.indexes if index.unique]
        for columns in unique:
            assert ours & set(columns) or any(offices.points_at(table.c[name]) for name in columns), (
                table.name,
                columns,
            )


def test_a_big_agency_is_a_whole_number_of_offices(tmp_path: Path) -> None:
    where = settings.load(database=str(tmp_path / "big.db"), environ={})
    with pytest.raises(Usage, match="thousands"):
        demo.build(named(where.database, date(2026, 11, 20)), demo.DemoOptions(cases=12_345))
    assert TODAY and not (tmp_path / "big.db").exists()
