"""Triggers and functions of both engines, rendered from the definitions and replaced whole by every upgrade.

They write the journal, the facts and ranks on the case row, and refuse what must never change.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from sqlalchemy import Connection, Table

from .. import models
from ..models.case import DERIVED
from .dialect import Sql, in_trigger
from .facts import ALERT, ASSIGNMENT, CONTACT, GROUPS, STAGE, Group
from .rank import gather, refresh

# Not journalled: the journal itself, what is derived, and words still being typed.
UNJOURNALLED = ("acting", "change", "journal", "payload", "seal", "look", "scratch", "scratch_key", "name_key")
APPEND_ONLY = ("journal", "payload", "seal", "look", "narrative")

# Facts of the case row itself that clocks read.
CASE_COLUMNS = ("program_id", "opened_on", "client_id")


def journalled() -> list[Table]:
    """Every table whose rows are facts, in an order in which parents come first."""
    return [table for table in models.metadata.sorted_tables if table.name not in UNJOURNALLED]


def skipped(table: Table) -> tuple[str, ...]:
    """Columns of a journalled table that are no facts: derived ones, version counters, prose."""
    skip = ["version"] if "version" in table.c and table.name != "policy" else []
    if table.name == "case_file":
        skip += DERIVED
    if table.name == "narrative":
        skip += ["body"]
    return tuple(skip)


def fact_columns(table: Table) -> list[str]:
    """The columns of a table that the journal keeps and undo restores."""
    return [column.name for column in table.columns if column.name not in skipped(table)]


def case_column(table: Table) -> str:
    """The column that says which case a row belongs to, or an empty string."""
    return "id" if table.name == "case_file" else "case_id" if "case_id" in table.c else ""


# -- PostgreSQL ---------------------------------------------------------------------------------------------------------


def _pg_trigger(name: str, table: str, op: str, call: str, when: str = "") -> str:
    tables = {
        "INSERT": "NEW TABLE AS new_rows",
        "DELETE": "OLD TABLE AS old_rows",
        "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    }
    return (
        f"CREATE TRIGGER {name}_{op.lower()} AFTER {op} ON {table} REFERENCING {tables[op]}"
        f" FOR EACH STATEMENT {when}EXECUTE FUNCTION {call}"
    )


def _steps(group: Group) -> tuple[tuple[Group, ...], ...]:
    """What a change of a group's table refreshes. Who holds a case depends on whether it is closed: stage first."""
    return ((group,), (ASSIGNMENT,)) if group is STAGE else ((group,),)


def _pg_refresh(name: str, ids: str, column: str, *steps: tuple[Group, ...]) -> str:
    s = Sql("postgresql", "v_today")
    updates = ";\n    ".join(refresh(s, f"c.{column} = ANY (v_ids)", groups) for groups in steps)
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT"
        # Planning takes three times as long as running it for one case, so the plan is kept; and a plan made while the
        # tables were empty must still use their indexes when a first import has filled them.
        " SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$\n"
        "DECLARE v_today date := agency_today(); v_ids bigint[];\nBEGIN\n"
        f"{ids}\n  IF v_ids IS NOT NULL THEN\n    {updates};\n  END IF;\n"
        "  RETURN NULL;\nEND $$"
    )


def _pg_ids(key: str) -> str:
    new, old = f"SELECT x.{key} FROM new_rows x", f"SELECT x.{key} FROM old_rows x"
    pick = "  {} v_ids := (SELECT array_agg(DISTINCT i.{}) FROM ({}) i);"
    return "\n".join(
        (
            pick.format("IF TG_OP = 'INSERT' THEN", key, new),
            pick.format("ELSIF TG_OP = 'DELETE' THEN", key, old),
            pick.format("ELSE", key, f"{new} UNION ALL {old}"),
            "  END IF;",
        )
    )


def _postgres() -> list[str]:
    out = []
    for name in ("journal.sql", "seal.sql"):
        source = files("caseload.store").joinpath("sql", name).read_text("utf-8")
        parts = re.split(r"\n(?=CREATE FUNCTION|--)", source)
        out += [part.strip().rstrip(";") for part in parts if "CREATE FUNCTION" in part]
    for table in journalled():
        arguments = f"write_journal('{','.join(skipped(table))}', '{case_column(table)}')"
        # What triggers write on the case row is derived, never a fact.
        when = "WHEN (pg_trigger_depth() = 0) " if table.name == "case_file" else ""
        out += [
            _pg_trigger("journal", table.name, op, arguments, when if op == "UPDATE" else "")
            for op in ("INSERT", "UPDATE", "DELETE")
        ]
    for group in GROUPS:
        name = f"refresh_{group.table}"
        out.append(_pg_refresh(name, _pg_ids(group.key), group.case_column, *_steps(group)))
        out += [_pg_trigger("refresh", group.table, op, f"{name}()") for op in ("INSERT", "UPDATE", "DELETE")]
    out.append(
        _pg_refresh("refresh_new_case", "  v_ids := (SELECT array_agg(id) FROM new_rows);", "id", (ASSIGNMENT, ALERT))
    )
    out.append(_pg_trigger("refresh", "case_file", "INSERT", "refresh_new_case()"))
    moved = " OR ".join(f"n.{c} IS DISTINCT FROM o.{c}" for c in CASE_COLUMNS)
    out.append(
        _pg_refresh(
            "refresh_case_file",
            f"  v_ids := (SELECT array_agg(n.id) FROM new_rows n JOIN old_rows o USING (id) WHERE {moved});",
            "id",
            GROUPS,
        )
    )
    out.append(_pg_trigger("refresh", "case_file", "UPDATE", "refresh_case_file()", "WHEN (pg_trigger_depth() = 0) "))
    out.append(
        _pg_refresh(
            "refresh_policy",
            "  v_ids := (SELECT array_agg(k.id) FROM case_file k WHERE k.closed_on IS NULL AND k.program_id IN"
            " (SELECT x.program_id FROM new_rows x WHERE x.is_current));",
            "id",
            (CONTACT,),
        )
    )
    out += [_pg_trigger("refresh", "policy", op, "refresh_policy()") for op in ("INSERT", "UPDATE")]
    out += [
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for name in APPEND_ONLY
    ]
    out.append("CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON note FOR EACH ROW EXECUTE FUNCTION guard_note()")
    out.append("CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON change FOR EACH ROW EXECUTE FUNCTION guard_change()")
    out += [
        f"CREATE TRIGGER sign BEFORE INSERT ON {name} FOR EACH ROW EXECUTE FUNCTION sign_row()"
        for name in ("change", "look")
    ]
    out.append(
        "CREATE CONSTRAINT TRIGGER seal AFTER INSERT ON change DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
        " EXECUTE FUNCTION seal_at_commit()"
    )
    return out


# -- SQLite -------------------------------------------------------------------------------------------------------------

# SQLite reads every trigger's text on every connection, so what they do stands once, behind views that are only ever
# inserted into, and each table's own triggers are a line that says which row. An act on many rows tells them to stand
# back and does the same for all rows at once (store/bulk.py).
_NOBODY = "SELECT RAISE(ABORT, 'caseload: changes are made through caseload') WHERE NOT EXISTS (SELECT 1 FROM acting)"
_LOUD = "(SELECT quiet FROM acting) IS NOT 1"
_JOURNAL_ID = "(SELECT COALESCE(max(id), 0) + 1 FROM journal)"


def _lite(name: str, event: str, body: str, when: str = _LOUD) -> str:
    return f"CREATE TRIGGER {name} {event} WHEN {when} BEGIN\n{body};\nEND"


def _lite_door(name: str, columns: str, *body: str) -> list[str]:
    """A view into which a trigger inserts to have `body` done for a row of those columns."""
    empty = ", ".join(f"NULL AS {column}" for column in columns.split(", "))
    return [
        f"CREATE VIEW {name} AS SELECT {empty}",
        f"CREATE TRIGGER do_{name} INSTEAD OF INSERT ON {name} BEGIN\n" + ";\n".join(body) + ";\nEND",
    ]


def _lite_writing() -> list[str]:
    hashed = (
        "a.at || '|' || a.change_id || '|' || COALESCE(a.worker_id, '') || '|' || a.login || '|' || NEW.table_name || '|'"
        " || NEW.row_id || '|' || COALESCE(NEW.case_id, '') || '|' || NEW.op || '|' || NEW.columns || '|' || d.ph"
    )
    return _lite_door(
        "journalling", "table_name, row_id, case_id, op, columns, body",
        _NOBODY,
        f"INSERT INTO payload (id, salt, body) VALUES ({_JOURNAL_ID}, lower(hex(randomblob(16))), NEW.body)",
        "INSERT INTO journal (id, at, change_id, worker_id, login, table_name, row_id, case_id, op, columns, payload_hash, hash)"
        " SELECT d.id, a.at, a.change_id, a.worker_id, a.login, NEW.table_name, NEW.row_id, NEW.case_id, NEW.op,"
        f" NEW.columns, d.ph, caseload_hash({hashed}) FROM acting a, (SELECT p.id, caseload_hash(p.salt || p.body) AS ph"
        f" FROM payload p WHERE p.id = {_JOURNAL_ID} LIMIT -1) d",
    )  # fmt: skip


def _lite_journal(table: Table, op: str) -> str:
    row = "OLD" if op == "DELETE" else "NEW"
    facts = sorted(fact_columns(table))
    case = f"{row}.{case_column(table)}" if case_column(table) else "NULL"
    about = f"INSERT INTO journalling SELECT '{table.name}', {row}.id, {case}, '{op.lower()}', "
    event, when = op, _LOUD
    if op == "UPDATE":
        event = f"UPDATE OF {', '.join(facts)}"
        when = f"{_LOUD} AND (" + " OR ".join(f"OLD.{c} IS NOT NEW.{c}" for c in facts) + ")"
        pairs = " UNION ALL ".join(f"SELECT '{c}' AS k, OLD.{c} AS o, NEW.{c} AS n" for c in facts)
        images = "json_object('before', json_group_object(k, o), 'after', json_group_object(k, n))"
        body = f"{about}group_concat(k, ','), {images} FROM ({pairs}) WHERE o IS NOT n"
    else:
        whole = ", ".join(f"'{c}', {row}.{c}" for c in fact_columns(table))
        image = f"json_object('{'before' if op == 'DELETE' else 'after'}', json_object({whole}))"
        body = f"{about}'{','.join(facts)}', {image}"
    return _lite(f"journal_{table.name}_{op.lower()}", f"AFTER {event} ON {table.name}", body, when)


def _lite_ranking(s: Sql) -> list[str]:
    """A door for each group's facts of the cases of one key, one for what follows from the facts of a case, and one for
    all open cases of a program."""
    out = []
    for group in GROUPS:
        where = f"c.{group.case_column} = NEW.id"
        out += _lite_door(f"gathering_{group.table}", "id", *(gather(s, where, groups) for groups in _steps(group)))
    out += _lite_door("ranking", "id", refresh(s, "c.id = NEW.id", ()))
    program = "c.program_id = NEW.id AND c.closed_on IS NULL"
    return out + _lite_door("ranking_program", "id", refresh(s, program, (CONTACT,)))


def _lite_refreshes() -> list[str]:
    out = []
    for group in GROUPS:
        table, key = group.table, group.key
        cases = (
            "{row}.case_id"
            if key == "case_id"
            else f"c.id FROM case_file c WHERE c.{group.case_column} = {{row}}.{key}"
        )
        one = f"INSERT INTO gathering_{table} SELECT {{row}}.{key};\nINSERT INTO ranking SELECT {cases}"
        left = f" {'WHERE' if key == 'case_id' else 'AND'} OLD.{key} IS NOT NEW.{key}"
        new, old = one.format(row="NEW"), one.format(row="OLD")
        gone = (
            f"INSERT INTO gathering_{table} SELECT OLD.{key} WHERE OLD.{key} IS NOT NEW.{key};\n"
            f"INSERT INTO ranking SELECT {cases.format(row='OLD')}{left}"
        )
        for op, body in (("INSERT", new), ("DELETE", old), ("UPDATE", f"{new};\n{gone}")):
            out.append(_lite(f"refresh_{table}_{op.lower()}", f"AFTER {op} ON {table}", body))
    for event, groups in (("INSERT", (ASSIGNMENT, ALERT)), (f"UPDATE OF {', '.join(CASE_COLUMNS)}", GROUPS)):
        steps = [f"INSERT INTO gathering_{group.table} SELECT NEW.{group.case_column}" for group in groups]
        steps.append("INSERT INTO ranking SELECT NEW.id")
        name = f"refresh_case_file_{event[:6].lower()}"
        out.append(_lite(name, f"AFTER {event} ON case_file", ";\n".join(steps)))
    for op in ("INSERT", "UPDATE"):
        body = "INSERT INTO ranking_program SELECT NEW.program_id"
        out.append(_lite(f"refresh_policy_{op.lower()}", f"AFTER {op} ON policy", body, f"{_LOUD} AND NEW.is_current"))
    return out


def _sqlite() -> list[str]:
    out = _lite_writing()
    out += [_lite_journal(table, op) for table in journalled() for op in ("INSERT", "UPDATE", "DELETE")]
    out += _lite_ranking(in_trigger("sqlite"))
    out += _lite_refreshes()
    for name in APPEND_ONLY:
        for op in ("UPDATE", "DELETE"):
            out.append(
                f"CREATE TRIGGER append_only_{name}_{op.lower()} BEFORE {op} ON {name}"
                f" BEGIN SELECT RAISE(ABORT, 'caseload: {name} is append-only'); END"
            )
    locked = " OR ".join(
        f"OLD.{c} IS NOT NEW.{c}"
        for c in ("case_id", "author_id", "form", "state", "at", "on_date", "narrative_id", "signed_at", "signed_by")
    )
    refuse = "BEGIN SELECT RAISE(ABORT, 'caseload: a signed note is locked'); END"
    out.append(
        f"CREATE TRIGGER guard_note_update BEFORE UPDATE ON note WHEN OLD.state = 'signed' AND ({locked}) {refuse}"
    )
    out.append(f"CREATE TRIGGER guard_note_delete BEFORE DELETE ON note WHEN OLD.state = 'signed' {refuse}")
    refuse = "BEGIN SELECT RAISE(ABORT, 'caseload: change is append-only'); END"
    mine = "EXISTS (SELECT 1 FROM acting a WHERE a.change_id = OLD.id)"
    out.append(
        f"CREATE TRIGGER guard_change_update BEFORE UPDATE ON change WHEN NOT {mine} OR NEW.id <> OLD.id {refuse}"
    )
    out.append(f"CREATE TRIGGER guard_change_delete BEFORE DELETE ON change {refuse}")
    return out


@cache
def statements(engine: str) -> tuple[str, ...]:
    """Every trigger and function of an engine, in the order in which they are made."""
    return tuple(_postgres() if engine == "postgresql" else _sqlite())


_NAMED = re.compile(r"CREATE (?:CONSTRAINT )?(TRIGGER|FUNCTION|VIEW) (\w+)")
_ON = re.compile(r" ON (\w+) ")


def create_objects(connection: Connection) -> None:
    """Make all triggers and functions. None of them may exist."""
    if connection.dialect.name == "postgresql":
        # Functions keep this path. Without it a private table of the caller's would be found before ours.
        connection.exec_driver_sql(
            "SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true)"
        )
    for statement in statements(connection.dialect.name):
        connection.exec_driver_sql(
            statement.replace("%", "%%") if connection.dialect.name == "postgresql" else statement
        )


def drop_objects(connection: Connection) -> None:
    """Drop every trigger and function of any version, so that tables can be altered."""
    if connection.dialect.name == "postgresql":
        functions = connection.exec_driver_sql(
            "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace"
            " AND p.proowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
            " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        ).scalars()
        for name in list(functions):
            connection.exec_driver_sql(f"DROP FUNCTION {name} CASCADE")
    else:
        found = connection.exec_driver_sql(
            "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY type"
        )
        for kind, name in found.all():
            connection.exec_driver_sql(f'DROP {kind} "{name}"')


def missing_objects(connection: Connection) -> list[str]:
    """Names of triggers and functions that the database should have and has not, or that differ (SQLite)."""
    wanted = statements(connection.dialect.name)
    if connection.dialect.name == "sqlite":
        have = {
            row[0]: row[1]
            for row in connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')"
            )
        }
        return [m.group(2) for w in wanted if (m := _NAMED.match(w)) and have.get(m.group(2)) != w]
    triggers = set(
        connection.exec_driver_sql(
            "SELECT t.tgname || ' ON ' || t.tgrelid::regclass FROM pg_trigger t WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'"
        ).scalars()
    )
    functions = set(
        connection.exec_driver_sql(
            "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
        ).scalars()
    )
    missing = []
    for statement in wanted:
        kind, name = _NAMED.search(statement).groups()  # type: ignore[union-attr]
        if kind == "FUNCTION":
            if name not in functions:
                missing.append(name)
        elif kind == "TRIGGER" and (on := f"{name} ON {_ON.search(statement).group(1)}") not in triggers:  # type: ignore[union-attr]
            missing.append(on)
    return missing
