"""The workbench of an import: what was read lies in a private SQLite database that has no name.

SQLite unlinks it as it is made, so a kill leaves nothing behind; it spills to disk past a few megabytes, so memory does
not grow with the file (beside an encrypted database it stays in memory); and every check is one statement over all rows, in
one dialect, whatever the agency's database.
"""

from __future__ import annotations

import json
import sqlite3
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ..errors import Refused
from ..messages import _
from .rows import Note, Record, Reject, Value, as_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

SLICE = 5_000

_SCHEMA = """
create table record (
  seq integer primary key, entity text not null, ext text not null, file text not null, row integer not null,
  updated text not null, fields text not null, digest text not null,
  client text, program text, stay text, "case" text, worker text, provider text,
  first_state text not null, first_digest text not null,
  state text not null, row_id integer, take text not null default '', known_digest text not null default ''
);
create index record_ext on record (entity, ext, state);
create index record_state on record (entity, state, seq);
create index record_stay on record (stay) where entity = 'case';
create index record_case on record ("case") where entity = 'closing';
create table problem (
  seq integer primary key, kind text not null, file text not null, row integer not null,
  "column" text not null, value text not null, expected text not null, reason text not null
);
create index problem_row on problem (file, row);
create table file (at integer primary key, name text not null unique, rows integer not null, dropped integer not null);
create table known (
  entity text not null, ext text not null, row_id integer not null, updated text not null, digest text not null,
  id integer,
  primary key (entity, ext)
) without rowid;
create table named (ext text primary key) without rowid;
create table home (stay text primary key, household text not null) without rowid;
create table dangling (id integer primary key);
create table number (seq integer primary key, number text not null);
"""

_RECORD = (
    'insert into record (entity, ext, file, row, updated, fields, digest, client, program, stay, "case", worker, provider,'
    " state, first_digest, first_state) values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
)
_PROBLEM = 'insert into problem (kind, file, row, "column", value, expected, reason) values (?,?,?,?,?,?,?)'


class Stage:
    """Rows read, what is wrong with them, and what will become of them. Belongs to one import; close it when done."""

    def __init__(self, in_memory: bool = False) -> None:
        # A plan is made in one thread and carried out in another; never in two at a time.
        self.db = sqlite3.connect(":memory:" if in_memory else "", check_same_thread=False, isolation_level=None)
        self.db.execute("pragma journal_mode = off")
        self.db.execute("pragma synchronous = off")
        self.db.execute("pragma cache_size = -16384")
        self.db.executescript(_SCHEMA)
        self._records: list[tuple[Any, ...]] = []
        self._problems: list[tuple[Any, ...]] = []
        # Few, whatever the size of the file: their words are ours.
        self.notes: dict[tuple[str, str], int] = {}
        # Called with how many rows were read, or written, since it was last called.
        self.tell: Callable[[int], None] = _nobody
        self._marked: tuple[int, int, dict[tuple[str, str], int]] = (0, 0, {})

    def __enter__(self) -> Stage:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _raised: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.db.close()

    def add(self, thing: Record | Reject | Note) -> None:
        """Lay down one thing read. Raises Refused when the disk for temporary files is full."""
        if isinstance(thing, Record):
            refs = (thing.refs.get(entity) for entity in ("client", "program", "stay", "case", "worker", "provider"))
            fields = as_json(thing.fields)
            state = "deleted" if thing.deleted else "rejected" if thing.faulty else "read"
            digest = thing.digest()
            self._records.append(
                (
                    thing.entity, thing.external, thing.file, thing.row, thing.updated, fields, digest, *refs,
                    state, digest, state,
                )
            )  # fmt: skip
            if len(self._records) >= SLICE:
                self.flush()
        elif isinstance(thing, Reject):
            self.problem("rejected", thing)
        else:
            self.note(thing)

    def problem(self, kind: str, about: Reject) -> None:
        self._problems.append((kind, about.file, about.row, about.column, about.value, about.expected, about.reason))
        if len(self._problems) >= SLICE:
            self.flush()

    def note(self, note: Note) -> None:
        """Notes of one file with the same words are counted together."""
        self.notes[note.file, note.reason] = self.notes.get((note.file, note.reason), 0) + note.rows

    def count_file(self, name: str, rows: int, dropped: int = 0) -> None:
        """That a file has so many rows, `dropped` of which are empty or of a kind that is not taken."""
        self.run("insert into file (name, rows, dropped) values (?,?,?)", (name, rows, dropped))

    def mark(self) -> None:
        """That reading is done: `rewind` comes back to here."""
        self.flush()
        records, problems = (
            self.run(f"select coalesce(max(seq), 0) from {name}").fetchone()[0] for name in ("record", "problem")
        )
        self._marked = (records, problems, dict(self.notes))

    def rewind(self) -> None:
        """As it was when everything had been read and nothing checked or compared."""
        records, problems, notes = self._marked
        self._records.clear()
        self._problems.clear()
        self.notes = dict(notes)
        self.run("delete from record where seq > ?", (records,))
        self.run("delete from problem where seq > ?", (problems,))
        self.run(
            "update record set state = first_state, digest = first_digest, row_id = null, take = '', known_digest = ''"
        )
        for name in ("known", "dangling", "home"):
            self.run(f"delete from {name}")

    def flush(self) -> None:
        records, self._records = self._records, []
        problems, self._problems = self._problems, []
        self.many(_RECORD, records)
        self.many(_PROBLEM, problems)

    def run(self, sql: str, values: tuple[Any, ...] | dict[str, Any] = ()) -> sqlite3.Cursor:
        try:
            return self.db.execute(sql, values)
        except sqlite3.OperationalError as bad:
            raise _full(bad) from bad

    def many(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        try:
            self.db.execute("begin")
            self.db.executemany(sql, rows)
            self.db.execute("commit")
        except sqlite3.OperationalError as bad:
            raise _full(bad) from bad

    def problems(
        self, kind: str | None = None, limit: int | None = None, first: int = 0
    ) -> Iterator[tuple[str, Reject]]:
        """What is wrong, by file and row, from the `first` on: (`rejected`, `conflicting` or `alike`, what)."""
        self.flush()
        where = "where kind = :kind" if kind else ""
        columns = 'kind, file, row, "column", value, expected, reason'
        sql = f"select {columns} from problem {where} order by file, row, seq limit :n offset :first"
        asked = {"kind": kind, "n": -1 if limit is None else limit, "first": first}
        for found, *rest in self.db.execute(sql, asked):
            yield found, Reject(*rest)

    def problem_count(self) -> int:
        """How many such reasons there are; a row may have several."""
        self.flush()
        count: int = self.run("select count(*) from problem").fetchone()[0]
        return count

    def rejected_rows(self, file: str) -> Iterator[tuple[int, list[Reject]]]:
        """The rows of a file that were refused, in order, each with everything that is wrong with it."""
        self.flush()
        sql = (
            'select file, row, "column", value, expected, reason from problem'
            " where kind = 'rejected' and file = ? order by row, seq"
        )
        for number, found in groupby((Reject(*one) for one in self.run(sql, (file,))), key=lambda reject: reject.row):
            yield number, list(found)

    def slices(self, sql: str, values: tuple[Any, ...] = (), size: int = SLICE) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a query in slices."""
        cursor = self.run(sql, values)
        while rows := cursor.fetchmany(size):
            yield rows


def _nobody(_rows: int) -> None:
    """Nobody watches."""


def fields_of(text: str) -> dict[str, list[Value]]:
    """The groups of values of a staged record."""
    loaded: dict[str, list[Value]] = json.loads(text)
    return loaded


def _full(bad: sqlite3.OperationalError) -> Exception:
    if "full" in str(bad) or "disk I/O" in str(bad):
        return Refused(
            _("There is no room left for temporary files. Nothing was changed. Free some, or set TMPDIR elsewhere.")
        )
    return bad
