"""PostgreSQL's row-level security: which rows of which table a login sees and writes, one definition for all of them.

A case row is seen by who works with it (`store/scope.py` says the same to both engines), a row below it by who sees the
case, a client by who sees a case of theirs. What may be written must be seen, and so must everything it points at: foreign
keys ask nobody. Sub-selects are answered once a statement; a plain function call would be asked row by row, which costs a
thousand times as much.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Table

from ..models import metadata

ROLE = "(SELECT my_role())"
ME = "(SELECT acting_worker())"
HERE = "(SELECT this_transaction())"
NAMED = "(SELECT sees_identity())"

# Rows that say nothing of a client: everybody who works here sees them, admins write them.
STAFF = (
    "agency", "holiday", "program", "policy", "team", "worker", "worker_standing", "team_supervisor", "absence", "cover",
    "departure",
)  # fmt: skip
# Written by anybody for themselves and those they supervise; the verbs say for whom.
_SELF_SERVICE = ("absence", "cover")
# Rows of one worker alone.
_OWN = ("scratch", "scratch_key")
# The tables an admin moves cases with; of these the journal's before-images are theirs to read, too.
MOVING = (
    "case_file", "assignment", "pending_move", "transfer", "cover_case", "custody", "case_access", "task", "appointment",
)  # fmt: skip
# Who a client is. An admin who moves the client's case sees none of it.
IDENTITY = ("identity", "alias", "name_key", "client_code", "person", "channel", "alert")
# Of a client, and no more than that two belong together.
_KINSHIP = ("household_member",)
# Rows that tell nothing by themselves: a key and a day.
_BARE = ("household", "stay")
# A parent whose policy asks about its child, which cannot ask it back.
_ASKED_BACK = (("case_file", "client"), ("contact_line", "contact"))
# Written in one's own name.
_AUTHOR = {"contact": "worker_id", "note": "author_id", "comment": "worker_id", "read_mark": "worker_id", "narrative": "worker_id"}


@dataclass(frozen=True, slots=True)
class Rule:
    """Who sees a row of a table, and who adds, changes and takes away one. None: nobody but the owner of the tables.
    `left` is how a changed row may be left, where not every row that may be held may be changed."""

    see: str
    add: str | None = None
    change: str | None = None
    drop: str | None = None
    left: str | None = None


def _sees_case(column: str) -> str:
    return f"EXISTS (SELECT 1 FROM case_file k WHERE k.id = {column})"


def _sees_client(column: str) -> str:
    # A case row that an errand lets this transaction touch is no way to its client.
    touched = f"(k.touched_in IS NULL OR k.touched_in <> COALESCE(-{HERE}, 0))"
    return f"EXISTS (SELECT 1 FROM case_file k WHERE k.client_id = {column} AND {touched})"


_CASE = (
    f"{ROLE} = 'all' OR touched_in IN ({HERE}, -{HERE}) OR ((owner_id = (SELECT my_cases_as())"
    " OR custodian_id = (SELECT my_cases_as()) OR id = ANY ((SELECT my_named('allow'))::bigint[]) OR (NOT restricted"
    f" AND (id = ANY ((SELECT my_others())::bigint[]) OR team_id = ANY ((SELECT my_teams())::bigint[]) OR {ROLE} = 'admin')))"
    " AND id <> ALL ((SELECT my_named('deny'))::bigint[]))"
)
_CLIENT = f"{ROLE} = 'all' OR made_in = {HERE} OR {_sees_client('client.id')}"
# Who may hand a case on: who holds it, its custodian, its team's supervisors, admins; and whoever is at it already.
_MAY_MOVE = (
    f"EXISTS (SELECT 1 FROM case_file k WHERE k.id = {{table}}.case_id AND ({ROLE} IN ('admin', 'all') OR k.owner_id = {ME}"
    f" OR k.custodian_id = {ME} OR k.team_id = ANY ((SELECT my_supervised())::bigint[]) OR k.touched_in IN ({HERE}, -{HERE})))"
)


def _mine_to_drop(table: str) -> str:
    """A row is taken away by undoing one's own act: by who has put it there."""
    return f"({ROLE} IN ('admin', 'all') OR i_added('{table}', {table}.id))"


def _journal_rows() -> str:
    staff = ", ".join(f"'{name}'" for name in STAFF)
    return (
        f"{ROLE} IN ('auditor', 'all') OR worker_id = {ME} OR {_sees_case('journal.case_id')}"
        f" OR (case_id IS NULL AND table_name IN ({staff}) AND {ME} IS NOT NULL)"
    )


def _payloads() -> str:
    moving = ", ".join(f"'{name}'" for name in (*MOVING, *STAFF))
    return (
        f"{ROLE} = 'all' OR EXISTS (SELECT 1 FROM journal j WHERE j.id = payload.id AND (j.worker_id = {ME}"
        f" OR ({NAMED} AND {_sees_case('j.case_id')}) OR ({ROLE} = 'admin' AND j.table_name IN ({moving}))))"
    )


_SPECIAL: dict[str, Rule] = {
    "case_file": Rule(_CASE, NAMED, f"{ROLE} IN ('case_manager', 'supervisor', 'admin', 'all')", _mine_to_drop("case_file")),
    "client": Rule(_CLIENT, NAMED, NAMED, _mine_to_drop("client")),
    "contact": Rule(
        f"worker_id = {ME} OR EXISTS (SELECT 1 FROM contact_line l WHERE l.contact_id = contact.id)", NAMED, NAMED,
        _mine_to_drop("contact"),
    ),
    "contact_topic": Rule(
        "EXISTS (SELECT 1 FROM contact c WHERE c.id = contact_topic.contact_id)", NAMED, NAMED, _mine_to_drop("contact_topic"),
    ),
    "narrative": Rule(
        f"{NAMED} AND (made_in = {HERE} OR (case_id IS NULL AND worker_id = {ME}) OR ({_sees_case('narrative.case_id')}"
        " AND EXISTS (SELECT 1 FROM my_looks m WHERE m.case_id = narrative.case_id)))",
        f"{NAMED} AND (case_id IS NULL OR {_sees_case('narrative.case_id')})",
    ),
    "change": Rule(
        f"{ROLE} IN ('admin', 'auditor', 'all') OR worker_id = {ME}"
        " OR EXISTS (SELECT 1 FROM journal j WHERE j.change_id = change.id)",
        f"{ME} IS NOT NULL", f"{ME} IS NOT NULL", left=f"worker_id = {ME}",
    ),
    "journal": Rule(_journal_rows()),
    "payload": Rule(_payloads()),
    "seal": Rule("true"),
    "look": Rule(
        f"{ROLE} IN ('auditor', 'all') OR worker_id = {ME} OR {_sees_case('look.case_id')}",
        f"worker_id = {ME} AND (case_id IS NULL OR {_sees_case('look.case_id')})",
    ),
    "saved_view": Rule(
        f"worker_id = {ME} OR team_id IN (SELECT w.team_id FROM worker w WHERE w.id = {ME}) OR team_id = ANY ((SELECT my_teams())::bigint[])",
        f"worker_id = {ME}", f"worker_id = {ME}", f"worker_id = {ME}",
    ),
    "external_id": Rule(
        f"{ROLE} = 'all' OR (entity = 'case_file' AND {_sees_case('external_id.row_id')})"
        " OR (entity = 'client' AND EXISTS (SELECT 1 FROM client c WHERE c.id = external_id.row_id))",
        None, NAMED, _mine_to_drop("external_id"),
    ),
    "acting": Rule("false"),
    "transfer": Rule(
        f"{ME} IN (to_worker_id, from_worker_id, offered_by) OR {_sees_case('transfer.case_id')}",
        _MAY_MOVE.format(table="transfer"),
        f"to_worker_id = {ME} OR offered_by = {ME} OR " + _MAY_MOVE.format(table="transfer"),
        _mine_to_drop("transfer"),
    ),
    "case_access": Rule(
        f"(worker_id = {ME} AND kind = 'allow') OR {_sees_case('case_access.case_id')}", _MAY_MOVE.format(table="case_access"),
        _MAY_MOVE.format(table="case_access"), _MAY_MOVE.format(table="case_access"),
    ),
}  # fmt: skip
for _name in _OWN:
    _SPECIAL[_name] = Rule(*(f"worker_id = {ME}",) * 4)
for _name in _BARE:
    _SPECIAL[_name] = Rule(f"{NAMED} OR {ROLE} = 'admin'", NAMED, NAMED, _mine_to_drop(_name))
for _name in STAFF:
    _written = f"{ROLE} IN ('admin', 'all')"
    if _name in _SELF_SERVICE:
        _written = f"{ROLE} IN ('case_manager', 'supervisor', 'admin', 'all')"
    _SPECIAL[_name] = Rule(f"{ME} IS NOT NULL", _written, _written, _written)


def rule(table: Table) -> Rule:
    """The rule of a table: its own, or that of the case or the client it is part of."""
    name = table.name
    if name in _SPECIAL:
        return _SPECIAL[name]
    if "case_id" in table.c:
        seen = _sees_case(f"{name}.case_id")
        if name in MOVING:
            record = name in ("task", "appointment")
            may = f"({NAMED} OR {ROLE} = 'admin') AND {seen}" if record else _MAY_MOVE.format(table=name)
            return Rule(seen, may, may, _mine_to_drop(name))
        return Rule(seen, f"{NAMED} AND {seen}", f"{NAMED} AND {seen}", f"{seen} AND {_mine_to_drop(name)}")
    if "client_id" in table.c:
        seen = f"EXISTS (SELECT 1 FROM client c WHERE c.id = {name}.client_id)"
        if name in IDENTITY:
            seen = f"{NAMED} AND {seen}"
        # Words of a name are written anew with every change of it.
        drop = f"{NAMED} AND {seen}" if name == "name_key" else _mine_to_drop(name)
        return Rule(seen, f"{NAMED} AND {seen}", f"{NAMED} AND {seen}", drop)
    raise LookupError(f"no rule says who may see {name}")


def _parents(table: Table) -> str:
    """Everything a row points at that is not for everybody must be seen by who writes it."""
    tests = []
    for column in table.columns:
        for key in column.foreign_keys:
            target = key.column.table.name
            if target in STAFF or target in _BARE or column.name == "case_id":
                continue  # for everybody, or asked already
            seen = f"EXISTS (SELECT 1 FROM {target} p WHERE p.id = {table.name}.{column.name})"
            if target == "narrative":
                seen = f"prose_of({table.name}.{column.name}, {table.name}.case_id)"
            elif target == table.name or (table.name, target) in _ASKED_BACK:
                seen = f"sees_row('{target}', {table.name}.{column.name})"
            tests.append(f"({table.name}.{column.name} IS NULL OR {seen})" if column.nullable else seen)
    if table.name in _AUTHOR:
        tests.append(f"{table.name}.{_AUTHOR[table.name]} = {ME}")
    return "".join(f" AND {test}" for test in tests)


def postgres() -> list[str]:
    """Every policy, and row-level security itself, in the order in which they are made."""
    out = []
    for table in metadata.sorted_tables:
        one, name = rule(table), table.name
        out.append(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
        out.append(f"CREATE POLICY see ON {name} FOR SELECT USING ({one.see})")
        parents = _parents(table)
        if one.add is not None:
            out.append(f"CREATE POLICY add ON {name} FOR INSERT WITH CHECK (({one.add}){parents})")
        if one.change is not None:
            # In whose name a row stands is asked of who writes it, not of who completes it.
            asked = parents.replace(f" AND {name}.{_AUTHOR.get(name)} = {ME}", "")
            left = one.left or one.change
            out.append(f"CREATE POLICY change ON {name} FOR UPDATE USING ({one.change}) WITH CHECK (({left}){asked})")
        if one.drop is not None:
            out.append(f"CREATE POLICY drop ON {name} FOR DELETE USING ({one.drop})")
    return out
