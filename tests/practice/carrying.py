"""Everything of a database, row by row in one spelling, and an agency with a little of everything in it to be carried over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from caseload import settings
from caseload.casework import documents, staff
from caseload.errors import CaseloadError
from caseload.exchange.everything import rows
from caseload.models.document import CHUNK
from caseload.store.verify import check, verify_journal
from tests.practice.acts import ACTS, lived_in
from tests.practice.encrypting import path_of
from tests.practice.kit import ADMIN, STAFF, Practice
from tests.support.databases import Databases, open_engine

Everything = dict[str, dict[int, bytes]]

# Every byte there is, in two pieces.
PAPER = bytes(range(256)) * (CHUNK // 256) + b'"\n\\x00'

# What the arrival itself adds.
ADDED = {"change": 1, "journal": 1, "payload": 1, "seal": 1}


def everything(url: str) -> Everything:
    """Each row of each table, by its key."""
    engine = open_engine(url)
    try:
        with engine.connect() as conn:
            return {
                table.name: {
                    int(page[0][0]): line
                    for some in rows.read(conn, table)
                    for page, line in rows.spelled(table, iter([[row] for row in some]))
                }
                for table in rows.tables()
            }
    finally:
        engine.dispose()


def must_be_the_same(before: Everything, after: Everything, added: dict[str, int] = ADDED) -> None:
    """Every row is there and the same, and there is no other but those that say how it came."""
    for name, lines in before.items():
        there = after[name]
        assert {key: line for key, line in there.items() if key in lines} == lines, name
        assert len(there) - len(lines) == added.get(name, 0), name


def own_login(practice: Practice) -> None:
    """The admin of a file, who is whoever runs the tests, has a login of their own for a server."""
    if practice.engine_name == "sqlite":
        practice.do(ADMIN, staff.edit_worker, ADMIN, staff.WorkerFields(login=practice.login(ADMIN)))


def much_done(practice: Practice) -> str:
    """A case in which almost everything that can be done was done, and the admin has a login of their own."""
    own_login(practice)
    case = lived_in(practice)
    for name, act in ACTS.items():
        if name not in ("closing", "leaving") and "out of sight" not in name:
            with suppress(CaseloadError):
                act.do(practice, case)
    return case


def with_papers(practice: Practice, case: str, where: Path) -> tuple[int, int]:
    """Two documents with one content of two pieces, of a case and of its client, and another; the keys of the two."""
    paper, other_ = where / "lease.pdf", where / "card.png"
    paper.write_bytes(PAPER)
    other_.write_bytes(b"\x89PNG")

    def add(path: Path, *, of_client: bool = False) -> int:
        new = documents.NewDocument(case, path, of_client=of_client)
        return int(practice.do("ana", documents.add, new).data["document"])

    one, _card, two = add(paper), add(other_), add(paper, of_client=True)
    assert practice.value("SELECT count(*) FROM content") == 2
    return one, two


class Places:
    """New databases with nothing in them, and the logins of an agency on the server they need to be worked in there."""

    def __init__(self, databases: Databases, template_of: Practice) -> None:
        self._databases, self._of, self._made = databases, template_of, list[Practice]()

    def new(self, engine: str, *, logins: bool = True) -> Practice:
        """An empty place. With `logins` a server knows everybody's already, as their administrator made them."""
        made = Practice.at(engine, self._databases.empty(engine))
        made.template = self._of.template
        made.day = self._of.day
        self._made.append(made)
        if engine == "postgresql" and logins and self._of.engine_name == "sqlite":
            self._on_server(
                made.url,
                (f'CREATE ROLE "{made.login(one)}" LOGIN' for one in (ADMIN, *STAFF) if not self._knows(made, one)),
            )
        return made

    def _knows(self, made: Practice, handle: str) -> bool:
        with psycopg.connect(made.url) as conn:
            found = conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (made.login(handle),)).fetchone()
        return found is not None

    @staticmethod
    def _on_server(url: str, statements: Iterable[str]) -> None:
        with psycopg.connect(urlsplit(url)._replace(path="/postgres").geturl(), autocommit=True) as conn:
            for statement in statements:
                conn.execute(statement.encode())

    def drop(self) -> None:
        for made in self._made:
            made.close()
            self._databases.drop(made.url)


def other(engine: str) -> str:
    return "postgresql" if engine == "sqlite" else "sqlite"


def told(practice: Practice) -> settings.Settings:
    """The database as whoever holds it, or its tables' owner, names it."""
    practice.close()
    return settings.load(database=practice.url)


def rewritten(folder: Path, name: str, edit: Callable[[str], str]) -> None:
    """A file edited by somebody who then makes the manifest agree with it."""
    file = folder / name
    file.write_text(edit(file.read_text()))
    text = file.read_bytes()
    manifest = json.loads((folder / "manifest.json").read_text())
    part = manifest["tables"][file.stem]
    part["sha256"] = hashlib.sha256(text).hexdigest()
    part["content"] = hashlib.sha256(text.partition(b"\n")[2]).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def sound(practice: Practice, anchor: str | None) -> None:
    with practice.as_(ADMIN).read(snapshot=True) as r:
        assert verify_journal(r, anchor=anchor).faults == ()
        assert check(r).faults == ()
        assert documents.verify(r).faults == ()


def nothing_at(place: Practice) -> None:
    if place.engine_name == "sqlite":
        path = path_of(place)
        assert not path.exists()
        assert not list(path.parent.glob(".caseload-part-*"))
    else:
        assert place.rows("SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace") == []
        place.close()
