"""Ranking rendered from facts and rules: one definition, four uses (triggers, sweep, as-of query, check)."""

from __future__ import annotations

from .dialect import Sql
from .facts import FACTS, Group, clocks
from .rules import IN_ORDER, RULES, SNOOZED_BAND

CLOCKS = (
    "contact_due_on", "contact_late_on", "assessment_due_on", "plan_due_on", "review_due_on", "annual_due_on",
)  # fmt: skip
RANKED = ("level", "urgency", "since_on", "recheck_on")
RISK_ORDER = "CASE f.risk WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END"

_POLICY = "JOIN policy p ON p.program_id = {row}.program_id AND p.is_current"


def _facts_layer(s: Sql, groups: tuple[Group, ...], where: str) -> str:
    fresh = {column: expr(s) for group in groups for column, expr in group.facts.items()}
    columns = [f"{fresh[column]} AS {column}" if column in fresh else f"c.{column}" for column in FACTS]
    return (
        f"SELECT c.id, c.number, c.client_id, c.program_id, c.opened_on, {', '.join(columns)}"
        f" FROM case_file c {_POLICY.format(row='c')} WHERE {where}"
    )


def _clock_layer(s: Sql, source: str) -> str:
    due = ", ".join(f"{expr} AS {column}" for column, expr in clocks(s, "f").items())
    return f"SELECT f.*, {due} FROM {source} f {_POLICY.format(row='f')}"


def _level_layer(s: Sql, source: str) -> str:
    """A level a rule (5 where it does not fire) and the next day on which the calendar alone changes anything."""
    levels = ", ".join(
        f"CASE WHEN f.closed_on IS NULL AND {rule.fires(s)} THEN {rule.level(s)} ELSE {IN_ORDER} END AS l_{rule.name}"
        for rule in RULES
    )
    # A rule's level may itself turn (contact_late_on), so turning days stand apart from whether it fires now.
    turns = [turn for rule in RULES for turn in rule.turns(s)]
    coming = [f"CASE WHEN {turn} > {s.today} THEN {turn} ELSE {s.far} END" for turn in turns]
    # CASE yields the far day for null turns, so the minimum is never null.
    recheck = f"NULLIF({s.least(coming)}, {s.far})"
    return f"SELECT f.*, {levels}, {recheck} AS next_turn FROM {source} f {_POLICY.format(row='f')}"


def _rank_layer(s: Sql, source: str) -> str:
    level = s.least(f"f.l_{rule.name}" for rule in RULES)
    # The condition keeps SQLite from merging this layer, which has no join, into the next.
    return f"SELECT f.*, {level} AS level FROM {source} f WHERE f.id IS NOT NULL"


def _since_layer(s: Sql, source: str, columns: tuple[str, ...]) -> str:
    since = s.least(
        f"CASE WHEN f.l_{rule.name} = f.level AND f.level < {IN_ORDER} THEN COALESCE({rule.since(s)}, {s.far}) ELSE {s.far} END"
        for rule in RULES
    )
    resting = "COALESCE(f.last_contact_on, f.opened_on)"
    band = f"CASE WHEN f.level > 1 AND f.snoozed_until > {s.today} THEN {SNOOZED_BAND} ELSE f.level END"
    kept = "".join(f"f.{column}, " for column in columns)
    return (
        f"SELECT f.id, f.number, {kept}f.level, ({band} - 1) * 4 + {RISK_ORDER} AS urgency,"
        f" COALESCE(NULLIF({since}, {s.far}), {resting}) AS since_on,"
        f" CASE WHEN f.closed_on IS NULL THEN f.next_turn END AS recheck_on FROM {source} f {_POLICY.format(row='f')}"
    )


def ranked(s: Sql, where: str, groups: tuple[Group, ...], keep: tuple[str, ...] = ()) -> str:
    """A select of id, number, `keep`, level, urgency, since_on, recheck_on for the cases `c` where `where` holds.

    Facts of `groups` are read afresh, the others taken from the row. Each layer is fenced, because both engines would
    otherwise write each sub-select out again at every mention.
    """
    sql = _facts_layer(s, groups, where)
    for layer in (_clock_layer, _level_layer, _rank_layer):
        sql = layer(s, f"({sql}{s.fence})")
    return _since_layer(s, f"({sql}{s.fence})", keep)


def written(groups: tuple[Group, ...]) -> tuple[str, ...]:
    """The derived columns that a refresh of `groups` writes."""
    return (*(column for group in groups for column in group.facts), *CLOCKS, *RANKED)


def differs(s: Sql, columns: tuple[str, ...], left: str, right: str) -> str:
    """True where any of `columns` differs between two rows, nulls counted."""
    word = "IS DISTINCT FROM" if s.postgres else "IS NOT"
    return " OR ".join(f"{left}.{column} {word} {right}.{column}" for column in columns)


def refresh(s: Sql, where: str, groups: tuple[Group, ...]) -> str:
    """One UPDATE that re-reads the facts of `groups` and re-ranks the cases `c` for which `where` holds.

    It stands in triggers of both engines, so it uses neither a WITH clause nor an alias of the table it writes.
    """
    columns = written(groups)
    kept = tuple(column for column in columns if column not in RANKED)
    assign = ", ".join(f"{column} = r.{column}" for column in columns)
    return (
        f"UPDATE case_file SET {assign} FROM ({ranked(s, where, groups, kept)}) r"
        f" WHERE case_file.id = r.id AND ({differs(s, columns, 'case_file', 'r')})"
    )


def gather(s: Sql, where: str, groups: tuple[Group, ...]) -> str:
    """One UPDATE that re-reads the facts of `groups` alone for the cases `c` for which `where` holds; ranks follow after."""
    columns = tuple(column for group in groups for column in group.facts)
    facts = ", ".join(f"{expr(s)} AS {column}" for group in groups for column, expr in group.facts.items())
    assign = ", ".join(f"{column} = r.{column}" for column in columns)
    return (
        f"UPDATE case_file SET {assign} FROM (SELECT c.id, {facts} FROM case_file c {_POLICY.format(row='c')}"
        f" WHERE {where}{s.fence}) r WHERE case_file.id = r.id AND ({differs(s, columns, 'case_file', 'r')})"
    )
