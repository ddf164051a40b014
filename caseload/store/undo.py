"""Undo: a change's facts restored from the journal's before-images, set-based, by one plan for both engines.

A fact is (row, column). Where any fact of a case was changed since, that case is refused and the answer says which table,
by whom and when; without `allow_refused` nothing is undone. Undo is itself a change, so redo is its undo.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Table, select, text, true

from ..errors import Conflict, NotPermitted, Refused, Usage
from ..messages import _
from ..models import alias, case_file, change, identity, journal, worker
from .database import Receipt, Work
from .ddl import fact_columns, journalled
from .names import rekey

# Prose is only ever added to; what nobody points at any more stays for the record.
_KEPT = ("narrative",)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One case (or row without a case) that cannot be taken back, and why."""

    case: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What undo did, or would do."""

    undoes: int
    restored: tuple[str, ...]
    refused: tuple[Refusal, ...]
    dry_run: bool


def last_undoable(
    conn: Connection, worker_id: int | None, *, before: int | None = None, redo: bool = False
) -> int | None:
    """The person's newest change that still stands and can be undone; with `redo`, the newest undo that can be taken back."""
    rows = conn.execute(
        select(change.c.id, change.c.undoes_id)
        .where(change.c.worker_id == worker_id, change.c.undoable, true() if before is None else change.c.id < before)
        .order_by(change.c.id.desc())
        .limit(500)
    ).all()
    target = {row.id: row.undoes_id for row in rows}

    def depth(one: int) -> int:
        return 0 if target.get(one) is None else 1 + depth(target[one])

    for row in rows:
        # An undo of an undo is a redo: taking that back is undoing the act again.
        if (
            depth(row.id) % 2 == (1 if redo else 0)
            and (redo or row.undoes_id is None)
            and not stands_undone(conn, row.id)
        ):
            return int(row.id)
    return None


class _Undo:
    """One undoing. Works on a private table of what the change did, so that every step is a set."""

    def __init__(self, work: Work, target: int) -> None:
        self.work, self.conn, self.target = work, work.conn, target
        self.postgres = work.engine == "postgresql"
        self.tables = [t for t in journalled() if t.name not in _KEPT]

    def run(self, allow_refused: bool, dry_run: bool) -> Undone:
        self._stage()
        self._refuse_changed()
        self._refuse_depended_on()
        refused = tuple(self._refusals())
        numbers = set(self._restored())  # a case that the change opened is gone afterwards
        if not dry_run and (allow_refused or not refused):
            for step in range(1, self._rounds() + 1):
                self._apply(step)
            self._rekey()
        restored = tuple(sorted(numbers.union(self._restored())))
        self.conn.exec_driver_sql("DROP TABLE undoing")
        return Undone(self.target, restored, refused, dry_run)

    def _stage(self) -> None:
        """One row a journal row of the change; `step` counts back from the newest of each row; `grp` stands or falls together."""
        self.conn.exec_driver_sql("DROP TABLE IF EXISTS undoing")
        names = ", ".join(f"'{t.name}'" for t in self.tables)
        grp = "CASE WHEN j.case_id IS NULL THEN j.table_name || ':' || j.row_id ELSE 'case:' || j.case_id END"
        body = "p.body::jsonb" if self.postgres else "p.body"
        self.conn.exec_driver_sql(
            f"CREATE TEMPORARY TABLE undoing AS SELECT j.id, j.table_name, j.row_id, j.case_id, j.op, j.columns, {grp} AS grp,"
            f" {body} AS body, row_number() OVER (PARTITION BY j.table_name, j.row_id ORDER BY j.id DESC) AS step,"
            f" 0 AS refused, NULL{'::bigint' if self.postgres else ''} AS later"
            f" FROM journal j JOIN payload p ON p.id = j.id WHERE j.change_id = {self.target} AND j.table_name IN ({names})"
        )
        self.conn.exec_driver_sql("CREATE INDEX undoing_row ON undoing (table_name, row_id)")
        if self.postgres:
            self.conn.exec_driver_sql("ANALYZE undoing")

    def _rounds(self) -> int:
        return int(self.conn.exec_driver_sql("SELECT COALESCE(max(step), 0) FROM undoing").scalar_one())

    def _present(self, side: str) -> Iterator[Table]:
        names = set(self.conn.exec_driver_sql("SELECT DISTINCT table_name FROM undoing").scalars())
        ordered = [t for t in self.tables if t.name in names]
        yield from reversed(ordered) if side == "children first" else ordered

    def _differs(self, table: Table, side: str) -> str:
        """True where a changed column no longer holds what the change left in it."""
        tests = []
        for name in fact_columns(table):
            if name == "id":
                continue
            if self.postgres:
                now, then = f"to_jsonb(t.{name})", f"COALESCE(u.body #> '{{{side},{name}}}', 'null'::jsonb)"
                tests.append(f"((u.body -> '{side}') ? '{name}' AND COALESCE({now}, 'null'::jsonb) <> {then})")
            else:
                path = f"'$.{side}.{name}'"
                tests.append(
                    f"(json_type(u.body, {path}) IS NOT NULL AND t.{name} IS NOT json_extract(u.body, {path}))"
                )
        return " OR ".join(tests) or ("FALSE" if self.postgres else "0")

    def _refuse_changed(self) -> None:
        for table in self._present("any"):
            changed = self._differs(table, "after")
            self.conn.exec_driver_sql(
                "UPDATE undoing SET refused = 1 WHERE id IN (SELECT u.id FROM undoing u"
                f" LEFT JOIN {table.name} t ON t.id = u.row_id WHERE u.table_name = '{table.name}' AND u.step = 1"
                f" AND CASE WHEN u.op = 'delete' THEN t.id IS NOT NULL ELSE t.id IS NULL OR ({changed}) END)"
            )

    def _refuse_depended_on(self) -> None:
        """A row the change made cannot go while something made since leans on it."""
        for table in self._present("any"):
            for child in self.tables:
                for column in child.columns:
                    if not any(key.column.table is table for key in column.foreign_keys):
                        continue
                    self.conn.exec_driver_sql(
                        "UPDATE undoing SET refused = 1 WHERE id IN (SELECT u.id FROM undoing u"
                        f" JOIN {child.name} k ON k.{column.name} = u.row_id"
                        f" WHERE u.table_name = '{table.name}' AND u.op = 'insert' AND NOT EXISTS (SELECT 1 FROM undoing v"
                        f" WHERE v.table_name = '{child.name}' AND v.row_id = k.id"
                        f" AND (v.op = 'insert' OR {self._touches('v', column.name)})))"
                    )
        self.conn.exec_driver_sql(
            "UPDATE undoing SET refused = 1 WHERE refused = 0 AND grp IN (SELECT grp FROM undoing WHERE refused = 1)"
        )

    def _touches(self, alias_: str, column: str) -> str:
        find = "strpos" if self.postgres else "instr"
        return f"{find}(',' || {alias_}.columns || ',', ',{column},') > 0"

    def _refusals(self) -> Iterator[Refusal]:
        groups = self.conn.exec_driver_sql(
            "SELECT grp, min(case_id) AS case_id, min(table_name) AS table_name, min(row_id) AS row_id"
            " FROM undoing WHERE refused = 1 GROUP BY grp ORDER BY grp LIMIT 1000"
        ).all()
        for group in groups:
            mine = journal.c.case_id == group.case_id if group.case_id is not None else (
                (journal.c.table_name == group.table_name) & (journal.c.row_id == group.row_id)
            )  # fmt: skip
            later = self.conn.execute(
                select(journal.c.table_name, change.c.at, change.c.id, worker.c.handle, change.c.login)
                .join(change, change.c.id == journal.c.change_id)
                .outerjoin(worker, worker.c.id == journal.c.worker_id)
                .where(mine, journal.c.change_id > self.target, journal.c.change_id < self.work.change_id)
                .order_by(journal.c.id.desc())
                .limit(1)
            ).first()
            number = self._number(group.case_id)
            if later is None:
                yield Refusal(number, _("It was changed since."))
                continue
            when = later.at.astimezone(self.work.zone).strftime("%Y-%m-%d %H:%M")
            yield Refusal(
                number,
                _("Changed since by {who} on {when} ({what}, C-{change}).").format(
                    who=later.handle or later.login, when=when, what=later.table_name.replace("_", " "), change=later.id
                ),
            )

    def _number(self, case_id: int | None) -> str | None:
        return (
            self.conn.execute(select(case_file.c.number).where(case_file.c.id == case_id)).scalar() if case_id else None
        )

    def _apply(self, step: int) -> None:
        chosen = f"u.step = {step} AND u.refused = 0"
        for table in self._present("children first"):
            self.conn.exec_driver_sql(
                f"DELETE FROM {table.name} WHERE id IN (SELECT u.row_id FROM undoing u"
                f" WHERE u.table_name = '{table.name}' AND u.op = 'insert' AND {chosen})"
            )
        for table in self._present("parents first"):
            self._reinsert(table, chosen)
        for table in self._present("parents first"):
            self._restore(table, chosen)

    def _restore(self, table: Table, chosen: str) -> None:
        # One UPDATE a set of columns: the columns of an act are few sets, however many rows.
        sets = self.conn.exec_driver_sql(
            f"SELECT DISTINCT u.columns FROM undoing u WHERE u.table_name = '{table.name}' AND u.op = 'update' AND {chosen}"
        ).scalars()
        for listed in list(sets):
            names = [name for name in listed.split(",") if name in table.c]
            assign = ", ".join(f"{name} = {self._value(table, name)}" for name in names)
            if "version" in table.c:
                assign += f", version = {table.name}.version + 1"
            self.conn.exec_driver_sql(
                f"UPDATE {table.name} SET {assign} FROM undoing u WHERE u.table_name = '{table.name}' AND u.op = 'update'"
                f" AND u.columns = '{listed}' AND {chosen} AND {table.name}.id = u.row_id"
            )

    def _reinsert(self, table: Table, chosen: str) -> None:
        names = fact_columns(table)
        values = ", ".join(self._value(table, name) for name in names)
        self.conn.exec_driver_sql(
            f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {values} FROM undoing u"
            f" WHERE u.table_name = '{table.name}' AND u.op = 'delete' AND {chosen} ORDER BY u.row_id"
        )

    def _value(self, table: Table, name: str) -> str:
        if self.postgres:
            kind = table.c[name].type.compile(dialect=self.conn.dialect)
            return f"(u.body #>> '{{before,{name}}}')::{kind.split(' COLLATE')[0]}"
        return f"json_extract(u.body, '$.before.{name}')"

    def _rekey(self) -> None:
        for table in (identity, alias):
            clients = self.conn.execute(
                select(table.c.client_id).where(
                    table.c.id.in_(
                        text(f"SELECT row_id FROM undoing WHERE table_name = '{table.name}' AND refused = 0")
                    )
                )
            ).scalars()
            rekey(self.conn, list(clients))

    def _restored(self) -> Iterator[str]:
        ids = (
            self.conn.exec_driver_sql("SELECT DISTINCT case_id FROM undoing WHERE refused = 0 AND case_id IS NOT NULL")
            .scalars()
            .all()
        )
        for start in range(0, len(ids), 500):
            some = ids[start : start + 500]
            found = self.conn.execute(
                select(case_file.c.number).where(case_file.c.id.in_(some)).order_by(case_file.c.number)
            )
            yield from found.scalars()


def undo(
    work: Work, target: int | None = None, *, allow_refused: bool = False, dry_run: bool = False, redo: bool = False
) -> Receipt:
    """Take back a whole change: the person's newest undoable one, or the one named. The receipt's data is an `Undone`.

    Raises Usage for an unknown change, NotPermitted for somebody else's, Refused where it cannot be undone, Conflict
    where facts were changed since and `allow_refused` is not given.
    """
    if target is None:
        target = last_undoable(work.conn, work.me.id, before=work.change_id, redo=redo)
        if target is None:
            raise Refused(_("There is nothing of yours to redo.") if redo else _("There is nothing of yours to undo."))
    row = work.conn.execute(select(change).where(change.c.id == target)).first()
    if row is None or target == work.change_id:
        raise Usage(_("There is no change C-{change}. List them with: caseload changes").format(change=target))
    if row.worker_id != work.me.id and not (work.me.holds_all or work.me.role == "admin"):
        raise NotPermitted(
            _("C-{change} was made by someone else. They, or an admin, can undo it.").format(change=target)
        )
    if not row.undoable:
        raise Refused(
            _("C-{change} cannot be undone: what is signed is corrected by an addendum.").format(change=target)
        )
    again = (
        work.conn.execute(select(change.c.id).where(change.c.undoes_id == target).order_by(change.c.id.desc()))
        .scalars()
        .first()
    )
    if again is not None and stands_undone(work.conn, target):
        raise Refused(_("C-{change} is already undone, by C-{by}.").format(change=target, by=again))
    done = _Undo(work, target).run(allow_refused, dry_run)
    if dry_run:
        return work.nothing(_("Would undo C-{change}.").format(change=target), data=done)
    if done.refused and not allow_refused:
        raise Conflict(
            _("C-{change} was not undone: something it did was changed since. Nothing was changed.").format(
                change=target
            ),
            details=[f"{r.case}: {r.why}" if r.case else r.why for r in done.refused[:20]],
        )
    words = _("Undid C-{change}: {what}").format(change=target, what=row.summary)
    cases = work.conn.execute(select(case_file.c.id).where(case_file.c.number.in_(done.restored[:500]))).scalars().all()
    return work.receipt(words, cases=cases, undoes=target, data=done)


def stands_undone(conn: Connection, target: int) -> bool:
    """Whether a change stands undone: undone, and that undo not itself undone."""
    undos = conn.execute(select(change.c.id).where(change.c.undoes_id == target)).scalars().all()
    return any(not stands_undone(conn, undo_id) for undo_id in undos)
