"""SQLite's triggers, row by row, and the views behind which what they do stands once."""

from __future__ import annotations

from sqlalchemy import Table

from .dialect import Sql, in_trigger
from .facts import ALERT, ASSIGNMENT, BY_POLICY, GROUPS
from .rank import gather, refresh
from .watched import APPEND_ONLY, CASE_COLUMNS, case_column, fact_columns, journalled, steps

# SQLite reads every trigger's text on every connection, so what they do stands once, behind views that are only ever
# inserted into, and each table's own triggers are a line that says which row. An act on many rows tells them to stand
# back and does the same for all rows at once (store/at_once.py).
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
        out += _lite_door(f"gathering_{group.table}", "id", *(gather(s, where, groups) for groups in steps(group)))
    out += _lite_door("ranking", "id", refresh(s, "c.id = NEW.id", ()))
    program = "c.program_id = NEW.id AND c.closed_on IS NULL"
    return out + _lite_door("ranking_program", "id", refresh(s, program, BY_POLICY))


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


# What stands of a plan from when it was put forward; of the plan itself, but for the last one, from the beginning.
_PLAN_FIXED = ("case_id", "kind", "number", "author_id", "made_on", "wants_id")
_GOAL_FIXED = ("case_id", "plan_id", "need_id", "place", "title", "measure", "starts_on", "due_on", "from_id")
_STEP_FIXED = ("case_id", "goal_id", "place", "title", "who", "who_name", "worker_id", "after_id", "from_id")


def _lite_plan() -> list[str]:
    """The same as `guard_plan`, `guard_goal` and `guard_step` on a server, but for whose act it is: a file is no boundary."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'caseload: what was put forward stands'); END"

    def differ(columns: tuple[str, ...]) -> str:
        return " OR ".join(f"OLD.{c} IS NOT NEW.{c}" for c in columns)

    changed = f"({differ(_PLAN_FIXED[:-1])}) OR (OLD.state <> 'draft' AND {differ(_PLAN_FIXED[-1:])})"
    out = [
        f"CREATE TRIGGER guard_plan_delete BEFORE DELETE ON plan WHEN OLD.state <> 'draft' {refuse}",
        f"CREATE TRIGGER guard_plan_update BEFORE UPDATE ON plan WHEN {changed} {refuse}",
    ]
    first = "OLD.first_due_on IS NOT NEW.first_due_on AND OLD.first_due_on IS NOT NULL AND NEW.first_due_on IS NOT NULL"
    of_goal = "(SELECT p.state FROM plan p WHERE p.id = OLD.plan_id)"
    of_step = "(SELECT p.state FROM plan p JOIN goal g ON g.plan_id = p.id WHERE g.id = OLD.goal_id)"
    for name, state, fixed in (
        ("goal", of_goal, differ(_GOAL_FIXED)),
        ("step", of_step, f"{differ(_STEP_FIXED)} OR ({first})"),
    ):
        changed = f"{state} IN ('replaced', 'ended') OR ({state} <> 'draft' AND ({fixed}))"
        out += [
            f"CREATE TRIGGER guard_{name}_delete BEFORE DELETE ON {name} WHEN {state} <> 'draft' {refuse}",
            f"CREATE TRIGGER guard_{name}_update BEFORE UPDATE ON {name} WHEN {changed} {refuse}",
        ]
    return out


# What stands of an authorisation from when it was asked for; the first ones from the beginning.
_ALWAYS = ("case_id", "asked_by", "drafted_on", "at")
_ASKED_FOR = (
    "budget_id", "referral_id", "service_id", "item", "cents", "units", "unit", "from_on", "to_on", "renews_id",
)  # fmt: skip


def _lite_money() -> list[str]:
    """The same as `guard_budget`, `guard_authorisation` and `guard_payment` on a server, but for whose act it is. Who writes holds the
    whole file, so nobody else authorises meanwhile."""

    def differ(columns: tuple[str, ...]) -> str:
        return " OR ".join(f"OLD.{c} IS NOT NEW.{c}" for c in columns)

    def guard(table: str, event: str, when: str, words: str, *, name: str = "") -> str:
        return (
            f"CREATE TRIGGER guard_{table}_{name or event.lower()} BEFORE {event} ON {table} WHEN {when}"
            f" BEGIN SELECT RAISE(ABORT, 'caseload: {words}'); END"
        )

    stands = "what was asked for stands"
    fixed = f"{differ(_ALWAYS)} OR (OLD.state <> 'drafted' AND NEW.state <> 'drafted' AND ({differ(_ASKED_FOR)}))"
    policy = "SELECT p.single_cents FROM policy p JOIN case_file k ON k.program_id = p.program_id WHERE k.id = NEW.case_id AND p.is_current"
    held = "SELECT {column} FROM budget b WHERE b.id = NEW.budget_id"
    others = (
        "SELECT COALESCE(sum(CASE a.state WHEN 'approved' THEN a.cents ELSE COALESCE((SELECT sum(p.cents) FROM payment p"
        " WHERE p.authorisation_id = a.id), 0) END), 0) FROM authorisation a WHERE a.budget_id = NEW.budget_id"
        " AND a.state IN ('approved', 'ended') AND a.id IS NOT NEW.id"
    )
    above = (
        f"NEW.state = 'approved' AND NOT NEW.above AND (NEW.cents > ({policy}) OR NEW.cents > ({held.format(column='b.single_cents')})"
        f" OR ({others}) + NEW.cents > ({held.format(column='b.cents')}))"
    )
    of = "FROM authorisation a WHERE a.id = {row}.authorisation_id"
    paid = "SELECT COALESCE(sum(p.{column}), 0) FROM payment p WHERE p.authorisation_id = {row}.authorisation_id"
    more = " OR ".join(
        f"({paid.format(column=column, row='{row}')}) {{sign}} {{row}}.{column} > COALESCE((SELECT a.{column} {of}), 0)"
        for column in ("cents", "units")
    )
    countered = (
        "SELECT p.id FROM payment p WHERE p.id = NEW.counters_id AND p.counters_id IS NULL AND p.cents = -NEW.cents"
        " AND p.units = -NEW.units AND p.authorisation_id = NEW.authorisation_id"
    )
    state = f"(SELECT a.state {of.format(row='NEW')})"
    no_such = (
        f"(SELECT a.case_id {of.format(row='NEW')}) IS NOT NEW.case_id OR NOT ({state} = 'approved' OR ({state} = 'ended'"
        f" AND NEW.counters_id IS NOT NULL)) OR (NEW.counters_id IS NOT NULL AND ({countered}) IS NULL)"
    )
    return [
        guard("budget", "UPDATE", differ(("program_id", "case_id", "set_by")), stands),
        guard("authorisation", "UPDATE", fixed, stands),
        guard(
            "authorisation", "DELETE", "OLD.state IN ('approved', 'ended') AND OLD.approved_by <> OLD.asked_by", stands
        ),
        guard("authorisation", "INSERT", f"{_LOUD} AND ({above})", "above the limit", name="limit_insert"),
        guard("authorisation", "UPDATE", above, "above the limit", name="limit_update"),
        guard("payment", "UPDATE", "true", "a payment stands"),
        # What is loaded in bulk was paid while it stood, and may have ended since.
        guard("payment", "INSERT", f"{_LOUD} AND ({no_such})", "nothing is paid of that", name="state"),
        guard("payment", "INSERT", more.format(sign="+", row="NEW"), "more than was authorised"),
        guard("payment", "DELETE", more.format(sign="-", row="OLD"), "more than was authorised"),
    ]


def sqlite() -> list[str]:
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
        for c in (
            "case_id",
            "author_id",
            "form",
            "state",
            "at",
            "on_date",
            "narrative_id",
            "signed_at",
            "signed_by",
            "needs_cosign",
        )
    )
    refuse = "BEGIN SELECT RAISE(ABORT, 'caseload: a signed note is locked'); END"
    out.append(
        f"CREATE TRIGGER guard_note_update BEFORE UPDATE ON note WHEN OLD.state = 'signed' AND ({locked}) {refuse}"
    )
    out.append(f"CREATE TRIGGER guard_note_delete BEFORE DELETE ON note WHEN OLD.state = 'signed' {refuse}")
    out += _lite_plan()
    out += _lite_money()
    refuse = "BEGIN SELECT RAISE(ABORT, 'caseload: what was sent stays sent'); END"
    sent = " OR ".join(
        f"OLD.{c} IS NOT NEW.{c}" for c in ("case_id", "service_id", "person_id", "disclosure_id", "sent_on")
    )
    told = "OLD.disclosure_id IS NOT NULL"
    out.append(f"CREATE TRIGGER guard_referral_update BEFORE UPDATE ON referral WHEN {told} AND ({sent}) {refuse}")
    out.append(f"CREATE TRIGGER guard_referral_delete BEFORE DELETE ON referral WHEN {told} {refuse}")
    refuse = "BEGIN SELECT RAISE(ABORT, 'caseload: an edition stands as it was brought'); END"
    fixed = " OR ".join(
        f"OLD.{c} IS NOT NEW.{c}" for c in ("code", "edition", "body", "better", "brought_on", "brought_by")
    )
    out.append(f"CREATE TRIGGER guard_instrument_update BEFORE UPDATE ON instrument WHEN {fixed} {refuse}")
    refuse = "BEGIN SELECT RAISE(ABORT, 'caseload: change is append-only'); END"
    mine = "EXISTS (SELECT 1 FROM acting a WHERE a.change_id = OLD.id)"
    out.append(
        f"CREATE TRIGGER guard_change_update BEFORE UPDATE ON change WHEN NOT {mine} OR NEW.id <> OLD.id {refuse}"
    )
    out.append(f"CREATE TRIGGER guard_change_delete BEFORE DELETE ON change {refuse}")
    return out
