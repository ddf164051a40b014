"""Giving a change's facts back: what stands in the way, and the before-images written again, set-based.

A fact is (row, column). Rows that belong to one case, client, contact, absence, program, team or worker stand or fall
together. One plan for both engines, over a private table of what the change did.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Boolean, Table, false, func, select

from ..errors import NotPermitted
from ..messages import _
from ..models import case_file, change, journal, worker
from ..models.base import Instant
from . import logins, scope
from .at_once import at_once
from .database import Work
from .dialect import moment_in_file
from .names import refile, rekey
from .portions import portions
from .watched import case_column, fact_columns, journalled, skipped

# Prose is only ever added to; what nobody points at any more stays for the record.
_KEPT = ("narrative",)

# From so many rows on they are written all at once (store/at_once.py).
_MANY = 100

# A row of no case belongs to what it says more about.
_PART_OF = {"client_id": "client", "contact_id": "contact", "absence_id": "absence", "household_id": "household",
            "program_id": "program", "service_id": "service"}  # fmt: skip
_PART_OF_STAFF = {"worker_standing": ("worker_id", "worker"), "team_supervisor": ("team_id", "team")}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One case (or row without a case) that cannot be taken back, and why."""

    case: str | None
    why: str


def _whole(table: Table) -> tuple[str, str] | None:
    """The column that says what a row of no case is part of, and that table."""
    if table.name in _PART_OF_STAFF:
        return _PART_OF_STAFF[table.name]
    if case_column(table):
        return None
    return next(((column, whole) for column, whole in _PART_OF.items() if column in table.c), None)


def _parents(table: Table) -> list[tuple[str, Table]]:
    return [(column.name, key.column.table) for column in table.columns for key in column.foreign_keys]


class Restoring:
    """One change on its way back. Nothing is written to the facts before `apply`."""

    def __init__(self, work: Work, target: int) -> None:
        self.work, self.conn, self.target = work, work.conn, target
        self.postgres = work.engine == "postgresql"
        self.tables = [t for t in journalled() if t.name not in _KEPT]
        if self.postgres:
            self._come_back_into_sight()
        self._stage()
        self._lock()
        self._refuse_changed()
        while self._refuse_tied():
            pass

    # ------------------------------------------------------------ what the change did

    def _run(self, sql: str) -> int:
        return self.conn.exec_driver_sql(sql).rowcount

    def _stage(self) -> None:
        """One row a journal row of the change. `step` counts back from the newest of each row; `turn` says when it is
        applied, 0 where a later step leaves nothing to do; `grp` stands or falls together."""
        self._run("DROP TABLE IF EXISTS undoing")
        names = ", ".join(f"'{t.name}'" for t in self.tables)
        body = "p.body::jsonb" if self.postgres else "p.body"
        rows = "(PARTITION BY j.table_name, j.row_id)"
        self._run(
            "CREATE TEMPORARY TABLE undoing AS SELECT d.id, d.table_name, d.row_id, d.case_id, d.op, d.columns, d.body, d.step,"
            " CASE WHEN d.made = 1 AND d.gone = 1 THEN 0 WHEN d.made = 1 THEN CASE d.op WHEN 'insert' THEN 1 ELSE 0 END"
            " ELSE d.step END AS turn, CASE WHEN d.case_id IS NULL THEN d.table_name || ':' || d.row_id"
            " ELSE 'case:' || d.case_id END AS grp, 0 AS refused, 0 AS late, d.table_name AS blame_table, d.row_id AS blame_row"
            f" FROM (SELECT j.id, j.table_name, j.row_id, j.case_id, j.op, j.columns, {body} AS body,"
            " row_number() OVER (PARTITION BY j.table_name, j.row_id ORDER BY j.id DESC) AS step,"
            f" max(CASE j.op WHEN 'insert' THEN 1 ELSE 0 END) OVER {rows} AS made,"
            f" max(CASE j.op WHEN 'delete' THEN 1 ELSE 0 END) OVER {rows} AS gone"
            f" FROM journal j JOIN payload p ON p.id = j.id WHERE j.change_id = {self.target} AND j.table_name IN ({names})) d"
        )
        self._run("CREATE INDEX undoing_row ON undoing (table_name, row_id)")
        if self.postgres:
            self._run("ANALYZE undoing")
            # What somebody may not read, they would leave out: an act is taken back whole or not at all.
            whole = self.conn.exec_driver_sql("SELECT rows_of(%s)", (self.target,)).scalar_one()
            if whole != self.conn.exec_driver_sql("SELECT count(*) FROM undoing").scalar_one():
                raise NotPermitted(
                    _("C-{change} holds what you may not read: whoever made it can undo it.").format(change=self.target)
                )
        found = self.conn.exec_driver_sql("SELECT DISTINCT table_name, op, columns FROM undoing").all()
        self.ops = {(name, op) for name, op, _columns in found}
        self.updated = {
            (name, column) for name, op, columns in found if op == "update" for column in columns.split(",")
        }
        self.present = [
            t for t in self.tables if any((t.name, op) in self.ops for op in ("insert", "update", "delete"))
        ]
        self.steps = int(self.conn.exec_driver_sql("SELECT COALESCE(max(step), 0) FROM undoing").scalar_one())
        for table in self.present:
            if part := _whole(table):
                column, whole = part
                live = f"(SELECT t.{column} FROM {table.name} t WHERE t.id = undoing.row_id)"
                said = (self._text(side, column, "undoing") for side in ("after", "before"))
                key = f"COALESCE({', '.join(said)}, {live}{'::text' if self.postgres else ''})"
                self._run(
                    f"UPDATE undoing SET grp = '{whole}:' || {key} WHERE table_name = '{table.name}' AND {key} IS NOT NULL"
                )
        if "external_id" in {table.name for table in self.present}:
            # Another system's name goes and stays with the row it names, or a later import would take that row twice.
            self._run(
                "UPDATE undoing SET grp = w.grp FROM undoing w, (SELECT id, entity, row_id FROM external_id) e"
                " WHERE undoing.table_name = 'external_id' AND e.id = undoing.row_id"
                " AND w.table_name = e.entity AND w.row_id = e.row_id"
            )

    def _come_back_into_sight(self) -> None:
        """Cases that the change itself took out of sight are looked at to take it back: on record first, then seen."""
        touched = set(self.conn.exec_driver_sql("SELECT unnest(undo_cases(%s))", (self.target,)).scalars())
        seen = select(case_file.c.id).where(scope.visible(self.work))
        merged = select(journal.c.id).where(
            journal.c.change_id == self.target, journal.c.table_name == "client", journal.c.op == "update"
        )
        if self.conn.execute(merged.limit(1)).first():
            seen = select(case_file.c.id).where(false())  # a merge taken back is a look at both records
        for some in portions(sorted(touched)):
            touched.difference_update(self.conn.execute(seen.where(case_file.c.id.in_(some))).scalars())
        if gone := sorted(touched):
            with self.conn.engine.connect() as other, other.begin():
                other.exec_driver_sql("SELECT announce_undo(%s, %s)", (self.target, gone))
            self.conn.exec_driver_sql("SELECT touch_undone(%s)", (self.target,))

    def _lock(self) -> None:
        """Nobody changes these rows between the question and the answer. SQLite has one writer anyhow."""
        if self.postgres:
            for table in self.present:
                if not logins.changed(table):
                    continue  # rows that nobody can change
                self.conn.exec_driver_sql(
                    f"SELECT count(*) FROM (SELECT t.id FROM {table.name} t JOIN undoing u ON u.table_name = '{table.name}'"
                    " AND u.row_id = t.id FOR UPDATE OF t) x"
                )

    # ------------------------------------------------------------ what stands in the way

    def _refuse_changed(self) -> None:
        """A fact that no longer holds what the change left in it."""
        for table in self.present:
            unread = logins.unread(table, self.work.me.role) if self.postgres and not self.work.me.holds_all else ()
            tests = [self._differs(table, name) for name in fact_columns(table) if name != "id" and name not in unread]
            changed = " OR ".join(tests)
            gone = "CASE WHEN u.op = 'delete' THEN t.id IS NOT NULL ELSE t.id IS NULL OR"
            self._run(
                "UPDATE undoing SET refused = 1 WHERE id IN (SELECT u.id FROM undoing u"
                f" LEFT JOIN {table.name} t ON t.id = u.row_id WHERE u.table_name = '{table.name}'"
                f" AND CASE WHEN u.step = 1 THEN {gone} ({changed}) END ELSE t.id IS NOT NULL AND ({changed}) END)"
            )

    def _differs(self, table: Table, name: str) -> str:
        if self.postgres and isinstance(table.c[name].type, Boolean | Instant):
            # In a journal that came over from a file these are 0 and 1, and moments another text.
            said = f"(u.body -> 'after') ? '{name}' AND t.{name} IS DISTINCT FROM {self._value(table, name, 'after')}"
        elif self.postgres:
            now, then = f"to_jsonb(t.{name})", f"COALESCE(u.body #> '{{after,{name}}}', 'null'::jsonb)"
            said = f"(u.body -> 'after') ? '{name}' AND COALESCE({now}, 'null'::jsonb) <> {then}"
        else:
            path = f"'$.after.{name}'"
            said = f"json_type(u.body, {path}) IS NOT NULL AND t.{name} IS NOT {self._value(table, name, 'after')}"
        if self.steps > 1:
            # What the same change wrote over is judged by what it wrote last.
            said += (
                f" AND NOT EXISTS (SELECT 1 FROM undoing n WHERE n.table_name = u.table_name AND n.row_id = u.row_id"
                f" AND n.step < u.step AND {self._touches('n', name)})"
            )
        return f"({said})"

    def _refuse_tied(self) -> int:
        """What leans on a row that would go, what would point at nothing, and all that stands or falls with those.
        Returns how many rows that refuses more."""
        more = 0
        for table in self.present:
            if (table.name, "insert") in self.ops:
                more += sum(self._refuse_leant_on(table, child) for child in self.tables)
            for column, parent in _parents(table):
                if parent.name in _KEPT:
                    continue  # never gone, and perhaps not read by who undoes
                if (table.name, "delete") in self.ops or (table.name, column) in self.updated:
                    more += self._refuse_orphan(table, column, parent)
        return more + self._run(
            "UPDATE undoing SET refused = 1 WHERE refused = 0 AND grp IN (SELECT grp FROM undoing WHERE refused = 1)"
        )

    def _refuse_leant_on(self, table: Table, child: Table) -> int:
        more = 0
        for column, parent in _parents(child):
            if parent is table:
                more += self._run(
                    f"UPDATE undoing SET refused = 1, blame_table = '{child.name}', blame_row = f.child FROM"
                    f" (SELECT u.id, max(k.id) AS child FROM undoing u JOIN {child.name} k ON k.{column} = u.row_id"
                    f" WHERE u.table_name = '{table.name}' AND u.op = 'insert' AND u.refused = 0"
                    f" AND NOT EXISTS (SELECT 1 FROM undoing v WHERE v.table_name = '{child.name}' AND v.row_id = k.id"
                    f" AND v.refused = 0 AND (v.op = 'insert' OR {self._touches('v', column)})) GROUP BY u.id) f"
                    " WHERE undoing.id = f.id"
                )
        return more

    def _refuse_orphan(self, table: Table, column: str, parent: Table) -> int:
        value = self._value(table, column)
        return self._run(
            f"UPDATE undoing SET refused = 1, blame_table = '{parent.name}', blame_row = f.parent FROM"
            f" (SELECT u.id, {value} AS parent FROM undoing u WHERE u.table_name = '{table.name}' AND u.refused = 0"
            f" AND (u.op = 'delete' OR u.op = 'update' AND {self._touches('u', column)}) AND {value} IS NOT NULL"
            f" AND NOT EXISTS (SELECT 1 FROM {parent.name} t WHERE t.id = {value}) AND NOT EXISTS (SELECT 1 FROM undoing v"
            f" WHERE v.table_name = '{parent.name}' AND v.row_id = {value} AND v.op = 'delete' AND v.refused = 0)) f"
            " WHERE undoing.id = f.id"
        )

    def _touches(self, alias_: str, column: str) -> str:
        find = "strpos" if self.postgres else "instr"
        return f"{find}(',' || {alias_}.columns || ',', ',{column},') > 0"

    def refusals(self) -> Iterator[Refusal]:
        """Each case, or row of none, that cannot be given back: what was changed since, by whom and when."""
        since = f"j.change_id > {self.target} AND j.change_id < {self.work.change_id}"
        groups = self.conn.exec_driver_sql(
            "SELECT x.case_id, x.later FROM (SELECT u.case_id, u.grp, j.id AS later,"
            " row_number() OVER (PARTITION BY u.grp ORDER BY j.id DESC NULLS LAST, u.id) AS place FROM undoing u"
            f" LEFT JOIN journal j ON j.table_name = u.blame_table AND j.row_id = u.blame_row AND {since}"
            " WHERE u.refused = 1) x WHERE x.place = 1 ORDER BY x.grp LIMIT 1000"
        ).all()
        for case_id, later in groups:
            yield Refusal(self._number(case_id), self._since(later))

    def _since(self, later: int | None) -> str:
        if later is None:
            return _("It was changed since.")
        found = (
            select(
                journal.c.table_name,
                journal.c.op,
                journal.c.columns,
                # The act itself may be out of sight; its row in the journal is not.
                func.coalesce(change.c.at, journal.c.at).label("at"),
                journal.c.change_id,
                worker.c.handle,
                journal.c.login,
            )
            .outerjoin(change, change.c.id == journal.c.change_id)
            .outerjoin(worker, worker.c.id == journal.c.worker_id)
            .where(journal.c.id == later)
        )
        row = self.conn.execute(found).one()
        what = row.table_name + (f": {row.columns.replace(',', ', ')}" if row.op == "update" else "")
        return _("Changed since by {who} on {when} ({what}, C-{change}).").format(
            who=row.handle or row.login,
            when=row.at.astimezone(self.work.zone).strftime("%Y-%m-%d %H:%M"),
            what=what.replace("_", " "),
            change=row.change_id,
        )

    def _number(self, case_id: int | None) -> str | None:
        return (
            self.conn.execute(select(case_file.c.number).where(case_file.c.id == case_id)).scalar() if case_id else None
        )

    @property
    def anything(self) -> bool:
        """Whether anything at all can be given back."""
        return self.conn.exec_driver_sql("SELECT 1 FROM undoing WHERE refused = 0 LIMIT 1").first() is not None

    # ------------------------------------------------------------ giving back

    def apply(self) -> None:
        """Write the before-images of everything that is not refused."""
        many = int(self.conn.exec_driver_sql("SELECT count(*) FROM undoing").scalar_one()) >= _MANY
        ours = "id IN (SELECT row_id FROM undoing WHERE table_name = '{table}')"
        together = {table: ours.format(table=table.name) for table in self.present} if many else {}
        with at_once(self.work, together):
            for turn in range(1, self.steps + 1):
                self._apply(f"u.turn = {turn} AND u.refused = 0")
        self._rekey()
        self._refile()

    def _apply(self, chosen: str) -> None:
        # A row that is taken away makes room for the one it replaced, and goes after whatever pointed at it; a row that
        # comes back comes before whatever points at it.
        self._put_off(chosen)
        for table in reversed(self.present):
            self._remove(table, chosen)
            self._restore(table, f"{chosen} AND u.late = 0")
        for table in self.present:
            self._reinsert(table, chosen)
        for table in self.present:
            self._restore(table, f"{chosen} AND u.late = 1")

    def _remove(self, table: Table, chosen: str) -> None:
        if (table.name, "insert") not in self.ops:
            return
        made = f"SELECT u.row_id FROM undoing u WHERE u.table_name = '{table.name}' AND u.op = 'insert' AND {chosen}"
        self._all(made, self._run(f"DELETE FROM {table.name} WHERE id IN ({made})"))

    def _all(self, chosen: str, done: int) -> None:
        """Raises NotPermitted where the server has left out a row, because it is out of sight or not theirs to write."""
        if self.postgres and done != self.conn.exec_driver_sql(f"SELECT count(*) FROM ({chosen}) x").scalar_one():
            raise NotPermitted(
                _("C-{change} holds rows that are not yours to write any more. Nothing was changed.").format(
                    change=self.target
                )
            )

    def _put_off(self, chosen: str) -> None:
        for table in self.present:
            for column, parent in _parents(table):
                if (table.name, column) in self.updated and (parent.name, "delete") in self.ops:
                    self._run(
                        f"UPDATE undoing SET late = 1 WHERE id IN (SELECT u.id FROM undoing u JOIN undoing v"
                        f" ON v.table_name = '{parent.name}' AND v.op = 'delete' AND v.row_id = {self._value(table, column)}"
                        f" WHERE u.table_name = '{table.name}' AND u.op = 'update' AND {self._touches('u', column)} AND {chosen})"
                    )

    def _restore(self, table: Table, chosen: str) -> None:
        if (table.name, "update") not in self.ops:
            return
        # One UPDATE a set of columns: the columns of an act are few sets, however many rows.
        sets = self.conn.exec_driver_sql(
            # What was written last first: of two rows of which one took the other's place, that one makes room.
            f"SELECT u.columns FROM undoing u WHERE u.table_name = '{table.name}' AND u.op = 'update' AND {chosen}"
            " GROUP BY u.columns ORDER BY max(u.id) DESC"
        ).scalars()
        for listed in list(sets):
            names = [name for name in listed.split(",") if name in table.c]
            assign = ", ".join(f"{name} = {self._value(table, name)}" for name in names)
            if "version" in skipped(table):
                assign += f", version = {table.name}.version + 1"
            these = f"u.table_name = '{table.name}' AND u.op = 'update' AND u.columns = '{listed}' AND {chosen}"
            done = self._run(
                f"UPDATE {table.name} SET {assign} FROM undoing u WHERE {these} AND {table.name}.id = u.row_id"
            )
            self._all(f"SELECT u.id FROM undoing u WHERE {these}", done)

    def _reinsert(self, table: Table, chosen: str) -> None:
        if (table.name, "delete") not in self.ops:
            return
        if self.postgres:
            # Keys are written by no login, so the server puts the rows back.
            gone = (
                f"SELECT u.row_id FROM undoing u WHERE u.table_name = '{table.name}' AND u.op = 'delete' AND {chosen}"
            )
            rows = list(self.conn.exec_driver_sql(f"{gone} ORDER BY u.row_id").scalars())
            if rows:
                self.conn.exec_driver_sql("SELECT put_back(%s, %s, %s)", (self.target, table.name, rows))
        else:
            names = fact_columns(table)
            values = ", ".join(self._value(table, name) for name in names)
            self._run(
                f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {values} FROM undoing u"
                f" WHERE u.table_name = '{table.name}' AND u.op = 'delete' AND {chosen} ORDER BY u.row_id"
            )

    def _text(self, side: str, name: str, row: str = "u") -> str:
        if self.postgres:
            return f"({row}.body #>> '{{{side},{name}}}')"
        return f"json_extract({row}.body, '$.{side}.{name}')"

    def _value(self, table: Table, name: str, side: str = "before") -> str:
        """The before-image of a column, in the column's type; or what the change left in it."""
        found = self._text(side, name)
        if self.postgres:
            kind = table.c[name].type.compile(dialect=self.conn.dialect)
            return f"{found}::{kind.split(' COLLATE')[0]}"
        return moment_in_file(found) if isinstance(table.c[name].type, Instant) else found

    def _rekey(self) -> None:
        if not {"identity", "alias"} & {table.name for table in self.present}:
            return
        # A name that went from one client to another is found again under the first, and no more under the other.
        named = "FROM undoing u WHERE u.table_name IN ('identity', 'alias') AND u.refused = 0"
        whole = "substr(u.grp, length('client:') + 1)"
        sides = (whole, *(self._text(side, "client_id") for side in ("before", "after")))
        found = " UNION ".join(f"SELECT {one} AS client {named}" for one in sides)
        rekey(self.conn, {int(one) for one in self.conn.exec_driver_sql(found).scalars() if one is not None})

    def _refile(self) -> None:
        """What services are found by, where their words or their provider's are other ones again."""
        if {"service", "provider"} & {table.name for table in self.present}:
            rows = self.conn.exec_driver_sql(
                "SELECT table_name, row_id FROM undoing WHERE table_name IN ('service', 'provider') AND refused = 0"
            ).all()
            refile(
                self.conn,
                services=[row for name, row in rows if name == "service"],
                providers=[row for name, row in rows if name == "provider"],
            )

    def cases(self) -> set[str]:
        """The numbers of the cases given back, as far as they are there now."""
        found = "SELECT DISTINCT case_id FROM undoing WHERE refused = 0 AND case_id IS NOT NULL"
        ids = self.conn.exec_driver_sql(found).scalars().all()
        out: set[str] = set()
        for some in portions(ids):
            out.update(self.conn.execute(select(case_file.c.number).where(case_file.c.id.in_(some))).scalars())
        return out

    def finish(self) -> None:
        """Let the private table go."""
        self._run("DROP TABLE undoing")
