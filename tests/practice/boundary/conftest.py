"""An agency on a server, whatever the engine of the other tests: a file is no boundary."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from caseload.casework import staff
from tests.practice.boundary.by_hand import cleos
from tests.practice.kit import ADMIN, Practice, Template
from tests.support.databases import Databases


@pytest.fixture(scope="package")
def template(databases: Databases) -> Iterator[Template]:
    """A file is no boundary: here the engine is always the server."""
    made = Template("postgresql", databases)
    made._on_server([f'CREATE ROLE "{made.login("adam")}" LOGIN'])
    practice = Practice(made, made.url)
    practice.do(ADMIN, staff.add_worker, "adam", staff.WorkerFields(role="admin", login=made.login("adam")))
    practice.close()
    yield made
    made.drop()
    made._on_server([f'DROP ROLE "{made.login("adam")}"'])


@pytest.fixture
def practice(template: Template) -> Iterator[Practice]:
    made = template.copy()
    yield made
    made.drop()


@pytest.fixture(scope="package")
def lived_in(template: Template) -> Iterator[tuple[Practice, str]]:
    """One case, Cleo's, with a row in every table that leads to a client; no test changes it."""
    made = template.copy()
    case = cleos(made)
    day, me = made.day + timedelta(days=9), "(SELECT id FROM worker WHERE handle = '{}')".format
    cleo, dan, key = me("cleo"), me("dan"), made.id(case)
    with made.by_hand() as conn:
        for sql in (
            f"INSERT INTO absence (worker_id, from_on, to_on, why) VALUES ({cleo}, '{day}', '{day}', 'leave')",
            f"INSERT INTO cover (absence_id, worker_id, query, share) SELECT id, {dan}, 'tag:rent', 1 FROM absence",
            f"INSERT INTO cover_case (absence_id, case_id, share) SELECT id, {key}, 1 FROM absence",
            f"INSERT INTO custody (case_id, custodian_id, at, on_date, set_by, why) VALUES ({key}, NULL, now(), '{day}', {cleo}, '')",
            f"INSERT INTO case_access (case_id, worker_id, kind) VALUES ({key}, {dan}, 'allow')",
            f"INSERT INTO glass (case_id, worker_id, why, at, until_at) VALUES ({key}, {dan}, 'At the door.', now(), now())",
            f"INSERT INTO pending_move (case_id, to_worker_id, set_by, on_date, why) VALUES ({key}, {dan}, {cleo}, '{day}', '')",
            f"""INSERT INTO transfer (case_id, from_worker_id, to_worker_id, offered_by, offered_at, offered_on, answer_by, why)
                VALUES ({key}, {cleo}, {dan}, {cleo}, now(), '{day}', '{day}', '')""",
        ):
            conn.execute(text(sql))
    yield made, case
    made.drop()
