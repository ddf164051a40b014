"""PostgreSQL's triggers and functions: statement by statement, set by set."""

from __future__ import annotations

import re
from importlib.resources import files

from sqlalchemy import Table

from .. import models
from ..models.document import CHUNK
from . import policies
from .dialect import Sql
from .facts import ALERT, ASSIGNMENT, BY_POLICY, GROUPS, Group
from .rank import refresh
from .sweep import misranked
from .watched import APPEND_ONLY, CASE_COLUMNS, case_column, fact_columns, journalled, steps


def _pg_journal(table: Table) -> str:
    """The journal of one table, with its columns written out: looking them up row by row in JSON costs five times as much."""
    facts = fact_columns(table)
    case = case_column(table)

    def whole(row: str) -> str:
        pairs = ", ".join(f"'{name}', {row}.{name}" for name in facts)
        return f"json_build_object({pairs})"

    def rows(source: str, row: str, side: str) -> str:
        case_id = f"{row}.{case}" if case else "NULL::bigint"
        body = f"json_build_object('{side}', {whole(row)})::text"
        return f"SELECT {row}.id AS row_id, {case_id} AS case_id, '{','.join(sorted(facts))}' AS columns, {body} AS body FROM {source} {row}"

    differ = {name: f"n.{name} IS DISTINCT FROM o.{name}" for name in sorted(facts)}
    listed = " || ".join(f"CASE WHEN {test} THEN ',{name}' ELSE '' END" for name, test in differ.items())
    sides = [
        " || ".join(
            f"CASE WHEN {test} THEN ',\"{name}\":' || COALESCE(to_json({row}.{name})::text, 'null') ELSE '' END"
            for name, test in differ.items()
        )
        for row in ("o", "n")
    ]
    changed = (
        f"SELECT n.id AS row_id, {f'n.{case}' if case else 'NULL::bigint'} AS case_id, substr({listed}, 2) AS columns,"
        f" '{{\"before\":{{' || substr({sides[0]}, 2) || '}},\"after\":{{' || substr({sides[1]}, 2) || '}}}}' AS body"
        f" FROM new_rows n JOIN old_rows o USING (id) WHERE {' OR '.join(differ.values())}"
    )
    branches = zip(
        ("IF TG_OP = 'INSERT' THEN", "ELSIF TG_OP = 'DELETE' THEN", "ELSE"),
        ("insert", "delete", "update"),
        ("new_rows", "old_rows", "new_rows"),
        (rows("new_rows", "n", "after"), rows("old_rows", "o", "before"), changed),
        strict=True,
    )
    body = "\n".join(
        f"  {start}\n    IF NOT EXISTS (SELECT 1 FROM {source}) THEN RETURN NULL; END IF;\n    {_pg_write(table, op, chosen)};"
        for start, op, source, chosen in branches
    )
    return (
        f"CREATE FUNCTION journal_{table.name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
        # Moments are written in UTC whatever the session's time zone, so that before and after compare.
        " SET search_path FROM CURRENT SET timezone = 'UTC' AS $$\n"
        "DECLARE\n  v_worker bigint := acting_worker();\n  v_at timestamptz := clock_timestamp();\n"
        f"BEGIN\n{body}\n  END IF;\n  RETURN NULL;\nEND $$"
    )


def _pg_write(table: Table, op: str, chosen: str) -> str:
    # The change is opened only where a row was really changed.
    change = "(SELECT current_change())"
    return (
        "WITH d AS MATERIALIZED (SELECT nextval('journal_id_seq') AS id, gen_random_uuid()::text AS salt,"
        f" {change} AS change_id, x.* FROM ({chosen}) x), p AS (INSERT INTO payload (id, salt, body) SELECT id, salt, body FROM d)\n"
        "    INSERT INTO journal (id, at, change_id, worker_id, login, table_name, row_id, case_id, op, columns, payload_hash, hash)"
        f" SELECT h.id, v_at, h.change_id, v_worker, session_user, '{table.name}', h.row_id, h.case_id, '{op}', h.columns, h.ph,"
        f" journal_hash(v_at, h.change_id, v_worker, session_user, '{table.name}', h.row_id, h.case_id, '{op}', h.columns, h.ph)"
        " FROM (SELECT d.*, encode(sha256(convert_to(d.salt || d.body, 'UTF8')), 'hex') AS ph FROM d) h"
    )


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


_HASHED = "j.at, j.change_id, j.worker_id, j.login, j.table_name, j.row_id, j.case_id, j.op, j.columns, j.payload_hash"
# How a budget stands: a program's for everybody who works here, in sums and not whose; a client's for who works with the case.
_BUDGET_SUMS = (
    "CREATE VIEW budget_sums WITH (security_barrier = true) AS SELECT b.id AS budget_id,"
    " COALESCE(sum(a.cents) FILTER (WHERE a.state = 'asked'), 0)::bigint AS asked,"
    " COALESCE(sum(a.cents) FILTER (WHERE a.state IN ('approved', 'ended')), 0)::bigint AS authorised,"
    " COALESCE(sum(a.cents - COALESCE(v.paid, 0)) FILTER (WHERE a.state = 'approved'), 0)::bigint AS committed,"
    " COALESCE(sum(v.paid), 0)::bigint AS spent FROM budget b LEFT JOIN authorisation a ON a.budget_id = b.id LEFT JOIN LATERAL"
    " (SELECT sum(p.cents) AS paid FROM payment p WHERE p.authorisation_id = a.id) v ON true WHERE (SELECT my_role()) IS NOT NULL"
    " AND (b.program_id IS NOT NULL OR ((SELECT sees_identity()) AND EXISTS (SELECT 1 FROM my_cases m WHERE m.id = b.case_id))) GROUP BY b.id"
)

# What is in a document of a case or a client one works with: after a look at that very document, of an earlier transaction.
_CHUNKS = (
    "CREATE VIEW my_chunks WITH (security_barrier = true) AS SELECT d.id AS document_id, c.n, c.body FROM document d"
    " JOIN document_content b ON b.document_id = d.id JOIN content_chunk c ON c.content_id = b.content_id"
    " WHERE (SELECT sees_identity()) AND d.withdrawn_at IS NULL AND EXISTS (SELECT 1 FROM look l JOIN my_cases m ON m.id = l.case_id"
    " WHERE (m.id = d.case_id OR m.client_id = d.client_id) AND l.worker_id = (SELECT acting_worker()) AND l.kind = 'document'"
    " AND l.surface = 'document ' || d.id AND l.at > now() - interval '12 hours'"
    " AND l.made_in IS DISTINCT FROM (SELECT this_transaction()))"
)


def postgres() -> list[str]:
    out = []
    for name in ("journal.sql", "seal.sql", "sight.sql", "plan.sql", "money.sql", "document.sql", "logins.sql"):
        source = files("caseload.store").joinpath("sql", name).read_text("utf-8")
        for word, tables in (("{moving}", policies.MOVING), ("{wordless}", policies.WORDLESS)):
            source = source.replace(word, "(" + ", ".join(f"'{one}'" for one in tables) + ")")
        source = source.replace("{chunk}", str(CHUNK))
        parts = re.split(r"\n(?=CREATE FUNCTION|--)", source)
        out += [part.strip().rstrip(";") for part in parts if "CREATE FUNCTION" in part]
    for table in journalled():
        out.append(_pg_journal(table))
        # What triggers write on the case row is derived, never a fact.
        when = "WHEN (pg_trigger_depth() = 0) " if table.name == "case_file" else ""
        out += [
            _pg_trigger("journal", table.name, op, f"journal_{table.name}()", when if op == "UPDATE" else "")
            for op in ("INSERT", "UPDATE", "DELETE")
        ]
    for group in GROUPS:
        name = f"refresh_{group.table}"
        out.append(_pg_refresh(name, _pg_ids(group.key), group.case_column, *steps(group)))
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
            BY_POLICY,
        )
    )
    out += [_pg_trigger("refresh", "policy", op, "refresh_policy()") for op in ("INSERT", "UPDATE")]
    stale = refresh(Sql("postgresql", "v_today"), "c.closed_on IS NULL AND c.recheck_on <= v_today", GROUPS)
    out.append(
        "CREATE FUNCTION sweep_ranks() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$\n"
        "DECLARE v_today date := agency_today(); v_ranked bigint;\nBEGIN\n"
        f"  {stale};\n  GET DIAGNOSTICS v_ranked = ROW_COUNT;\n  RETURN v_ranked;\nEND $$"
    )
    out.append(
        "CREATE FUNCTION misranked(p_today date) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER"
        f" SET search_path FROM CURRENT AS $$\n{misranked(Sql('postgresql', 'p_today'))}\n$$"
    )
    out += [
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for name in APPEND_ONLY
    ]
    out.append(
        "CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON note FOR EACH ROW EXECUTE FUNCTION guard_note()"
    )
    out += [
        f"CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON {name} FOR EACH ROW EXECUTE FUNCTION guard_{name}()"
        for name in ("plan", "goal", "step")
    ]
    out.append("CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON change FOR EACH ROW EXECUTE FUNCTION guard_change()")
    out += [
        f"CREATE TRIGGER sign BEFORE INSERT ON {name} FOR EACH ROW EXECUTE FUNCTION sign_row()"
        for name in ("change", "look")
    ]
    out.append(
        # At the end: whoever gives their own rights up still completes the act.
        "CREATE CONSTRAINT TRIGGER settle AFTER INSERT OR DELETE OR UPDATE OF login, role, status, holds_all ON worker"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION settle_worker()"
    )
    out.append(
        "CREATE CONSTRAINT TRIGGER seal AFTER INSERT ON change DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
        " EXECUTE FUNCTION seal_at_commit()"
    )
    return out + _sight() + policies.postgres() + [_BUDGET_SUMS, _CHUNKS]


def _sight() -> list[str]:
    """What the policies look at: the marks of a transaction on its rows, and the looks it had announced before."""
    moved = " OR ".join(
        f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in ("owner_id", "team_id", "restricted", "custodian_id")
    )
    before = "CREATE TRIGGER {name} BEFORE {op} ON {table} FOR EACH ROW {when}EXECUTE FUNCTION {call}()".format
    out = [
        before(name="number", op="INSERT", table="case_file", when="", call="number_case"),
        before(name="stamp", op="INSERT", table="case_file", when="", call="stamp_case"),
        before(name="stamp_moved", op="UPDATE", table="case_file", when=f"WHEN ({moved}) ", call="stamp_case"),
        before(
            name="guard", op="UPDATE", table="case_file",
            when="WHEN (NEW.client_id <> OLD.client_id) ", call="guard_case",
        ),
        before(name="guard", op="UPDATE", table="supervision_topic", when="", call="guard_topic"),
        before(name="guard", op="INSERT OR UPDATE OR DELETE", table="referral", when="", call="guard_referral"),
        before(name="guard", op="INSERT OR UPDATE", table="budget", when="", call="guard_budget"),
        before(name="guard", op="INSERT OR UPDATE OR DELETE", table="authorisation", when="", call="guard_authorisation"),
        before(name="guard", op="INSERT OR UPDATE OR DELETE", table="payment", when="", call="guard_payment"),
        before(
            name="guard_restriction", op="UPDATE", table="case_file", call="guard_restriction",
            when="WHEN (NEW.restricted <> OLD.restricted OR NEW.custodian_id IS DISTINCT FROM OLD.custodian_id) ",
        ),
        before(
            name="guard_team", op="UPDATE", table="case_file", call="guard_team",
            when="WHEN (NEW.team_id IS DISTINCT FROM OLD.team_id) ",
        ),
    ]  # fmt: skip
    made = [table.name for table in models.metadata.sorted_tables if "made_in" in table.c]
    out += [before(name="stamp", op="INSERT", table=name, when="", call="stamp_row") for name in made]
    out.append(
        "CREATE TRIGGER stamp_client AFTER DELETE OR UPDATE OF client_id ON case_file FOR EACH ROW"
        " EXECUTE FUNCTION stamp_client()"
    )
    # Looks of an earlier transaction alone: of what is announced and read in one, a rollback would leave no trace.
    out.append(
        "CREATE VIEW my_looks WITH (security_barrier = true) AS SELECT l.case_id FROM look l"
        " WHERE l.worker_id = (SELECT acting_worker()) AND l.kind IN ('case', 'narrative', 'export')"
        " AND l.at > now() - interval '12 hours' AND l.made_in IS DISTINCT FROM (SELECT this_transaction())"
    )
    # The packets that are the caller's to read today, whatever else is out of their sight: what they call the case, and nothing that
    # leads to it. The text after a look of an earlier transaction alone.
    out.append(
        "CREATE VIEW my_packets WITH (security_barrier = true) AS SELECT p.id, n.name AS called, a.handle AS author, p.approved_on,"
        " p.until_on, (SELECT q.body FROM narrative q WHERE q.id = p.question_id) AS question, (SELECT max(r.at) FROM packet_answer r"
        " WHERE r.packet_id = p.id) AS answered_at, (SELECT t.body FROM narrative t WHERE t.id = p.text_id AND EXISTS (SELECT 1"
        " FROM look l WHERE l.worker_id = p.reader_id AND l.case_id = p.case_id AND l.kind = 'packet' AND l.why = 'packet ' || p.id"
        " AND l.at > now() - interval '12 hours' AND l.made_in IS DISTINCT FROM (SELECT this_transaction()))) AS body"
        " FROM packet p JOIN pseudonym n ON n.worker_id = p.reader_id AND n.case_id = p.case_id JOIN worker a ON a.id = p.author_id"
        " WHERE p.reader_id = (SELECT acting_worker()) AND (SELECT my_role()) IS NOT NULL AND p.withdrawn_at IS NULL"
        " AND p.until_on >= (SELECT agency_today()) AND NOT EXISTS (SELECT 1 FROM case_access x WHERE x.case_id = p.case_id"
        " AND x.worker_id = p.reader_id AND x.kind = 'deny' AND (x.until_on IS NULL OR x.until_on >= (SELECT agency_today())))"
        # What was approved before its case was restricted is read by nobody; whoever answers for it now approves it anew.
        " AND NOT EXISTS (SELECT 1 FROM case_file k JOIN custody c ON c.case_id = k.id WHERE k.id = p.case_id AND k.restricted"
        " AND c.at >= p.approved_at)"
    )
    # The number of a case that has left one's sight, for who held it, wrote in it or was offered it, and so knew it, unless it
    # is restricted now; auditors read them all.
    out.append(
        "CREATE VIEW known_numbers WITH (security_barrier = true) AS SELECT k.id, k.number FROM case_file k"
        " WHERE (SELECT my_role()) IN ('auditor', 'all') OR (NOT k.restricted AND k.id <> ALL ((SELECT my_named('deny'))::bigint[])"
        " AND (EXISTS (SELECT 1 FROM transfer t WHERE t.case_id = k.id AND t.to_worker_id = (SELECT acting_worker())) OR EXISTS"
        " (SELECT 1 FROM assignment a WHERE a.case_id = k.id AND a.worker_id = (SELECT acting_worker())) OR EXISTS"
        " (SELECT 1 FROM journal j WHERE j.case_id = k.id AND j.worker_id = (SELECT acting_worker()))))"
    )
    # To whom a case went that the caller had held, and who moved it: the next holder, and none after.
    out.append(
        "CREATE VIEW passed_on WITH (security_barrier = true) AS SELECT a.case_id, a.worker_id, a.starts_at, (SELECT j.worker_id"
        " FROM journal j WHERE j.table_name = 'assignment' AND j.row_id = a.id AND j.op = 'insert' ORDER BY j.id DESC LIMIT 1)"
        " AS moved_by FROM assignment mine JOIN assignment a ON a.case_id = mine.case_id AND a.starts_at = mine.ends_at"
        " AND a.id > mine.id JOIN case_file k ON k.id = a.case_id WHERE mine.worker_id = (SELECT my_cases_as())"
        " AND mine.role = 'primary' AND a.role = 'primary' AND a.worker_id <> mine.worker_id AND NOT k.restricted"
        " AND k.id <> ALL ((SELECT my_named('deny'))::bigint[])"
    )
    # Whoever verifies the journal need not read it: each row against its own hash, and its payload against what it keeps.
    out.append(
        "CREATE VIEW journal_hashes WITH (security_barrier = true) AS SELECT j.id, j.hash,"
        f" j.hash = journal_hash({_HASHED}) OR j.hash = journal_hash_of_file({_HASHED}) AS agrees,"
        " encode(sha256(convert_to(p.salt || p.body, 'UTF8')), 'hex') = j.payload_hash AS payload_agrees"
        " FROM journal j LEFT JOIN payload p ON p.id = j.id WHERE (SELECT acting_worker()) IS NOT NULL"
    )
    # How many cases fell to each share of a cover, and are still the absent worker's.
    out.append(
        "CREATE VIEW share_counts WITH (security_barrier = true) AS SELECT d.absence_id, d.share, count(*) AS n"
        " FROM cover_case d JOIN absence a ON a.id = d.absence_id JOIN case_file k ON k.id = d.case_id AND k.owner_id = a.worker_id"
        " WHERE k.closed_on IS NULL AND NOT k.restricted AND (SELECT my_role()) IS NOT NULL GROUP BY d.absence_id, d.share"
    )
    # The same by the kinds of cases that load models know; and what everybody's reductions come to today, not why.
    out.append(
        "CREATE VIEW load_counts WITH (security_barrier = true) AS SELECT k.owner_id, f.family, COALESCE(c.kind, p.kind) AS kind,"
        " count(*) AS n FROM case_file k CROSS JOIN (VALUES ('cwla'), ('sb2030'), ('wmt')) f (family)"
        " LEFT JOIN case_load c ON c.case_id = k.id AND c.family = f.family"
        " LEFT JOIN program_load p ON p.program_id = k.program_id AND p.family = f.family"
        " WHERE k.closed_on IS NULL AND k.owner_id IS NOT NULL AND (SELECT my_role()) IS NOT NULL GROUP BY 1, 2, 3"
    )
    out.append(
        "CREATE VIEW reduced_minutes WITH (security_barrier = true) AS SELECT d.worker_id, sum(d.minutes)::bigint AS minutes"
        " FROM reduction d WHERE (SELECT my_role()) IS NOT NULL AND (SELECT agency_today()) BETWEEN d.from_on AND COALESCE(d.to_on,"
        " 'infinity') GROUP BY d.worker_id"
    )
    # Staff workload, for everybody who works here; never suppressed, and nothing of a client.
    out.append(
        "CREATE VIEW open_counts WITH (security_barrier = true) AS SELECT k.owner_id, k.team_id, k.program_id, count(*) AS n"
        " FROM case_file k WHERE k.closed_on IS NULL AND (SELECT my_role()) IS NOT NULL"
        " GROUP BY k.owner_id, k.team_id, k.program_id"
    )
    return out
