"""PostgreSQL is the boundary: no pretence is believed, and the catalogue leaves no gap."""

from __future__ import annotations

import re

import pytest

from tests.practice.boundary.by_hand import one, psql, refused
from tests.practice.kit import Practice

# ---------------------------------------------------------------- pretending


@pytest.mark.parametrize("pretence", [
    "SET ROLE postgres", "SET SESSION AUTHORIZATION postgres", "SET row_security = off; SELECT * FROM identity",
    "ALTER TABLE identity DISABLE ROW LEVEL SECURITY", "DROP POLICY see ON identity", "CREATE POLICY mine ON identity USING (true)",
"ALTER TABLE identity OWNER TO session_user", "DROP TRIGGER guard ON note",
    "CREATE OR REPLACE FUNCTION my_role() RETURNS text LANGUAGE sql AS $$ SELECT 'all' $$",
    "CREATE FUNCTION public.x() RETURNS text LANGUAGE sql AS $$ SELECT 'all' $$",
    "SET session_replication_role = replica", "SELECT pg_read_file('PG_VERSION')", "ALTER ROLE CURRENT_USER BYPASSRLS",
    "INSERT INTO acting (id, change_id, login, at, today) VALUES (1, 1, 'x', now(), current_date)",
    "SELECT put_back(1, 'identity', '{1}')", "SELECT announce_undo(1, '{1}')",
])  # fmt: skip
def test_no_pretence_is_believed(lived_in: tuple[Practice, str], pretence: str) -> None:
    practice, _case = lived_in
    assert refused(practice, "ana", pretence)[:5] in ("42501", "0LP01", "22023")


def test_forged_settings_time_zones_and_private_tables_change_nothing(lived_in: tuple[Practice, str]) -> None:
    practice, _case = lived_in
    with psql(practice, "ana") as conn:
        cleo = one(conn, "SELECT id FROM worker WHERE handle = 'cleo'")
        conn.execute(b"SELECT set_config('caseload.change', '1', false), set_config('caseload.worker', 'cleo', false)")
        conn.execute(b"SET TIME ZONE 'Pacific/Kiritimati'")
        login = one(conn, "SELECT session_user")
        conn.execute(f"CREATE TEMP TABLE worker AS SELECT {cleo}::bigint AS id, '{login}'::text AS login, 'active'::text AS status,"
                     " true AS holds_all, 'supervisor'::text AS role, NULL::bigint AS team_id".encode())  # fmt: skip
        conn.execute(b"SET search_path = pg_temp, public")
        assert one(conn, "SELECT count(*) FROM identity") == 0
        assert one(conn, "SELECT acting_worker()") != cleo


# ---------------------------------------------------------------- the catalogue


def test_every_table_is_under_a_rule_and_every_function_keeps_its_path(practice: Practice) -> None:
    open_tables = practice.rows(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
        " AND NOT relrowsecurity AND relname <> 'alembic_version'"
    )
    assert not open_tables
    views_of_the_owner = practice.rows(
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'v'"
        " AND NOT COALESCE('security_invoker=true' = ANY (reloptions), false)"
    )
    # One's own looks, the packets approved for one, what is in a file one has announced to open; how many open cases
    # each worker, team, program and share of a cover has; numbers one knows, and who has had one's case since; hashes.
    assert {name for (name,) in views_of_the_owner} == {
        "my_cases", "my_looks", "budget_sums", "my_packets", "my_chunks", "open_counts", "load_counts", "reduced_minutes",
        "share_counts", "known_numbers", "passed_on", "journal_hashes",
    }  # fmt: skip
    loose = practice.rows(
        "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND prosecdef"
        " AND NOT EXISTS (SELECT 1 FROM unnest(proconfig) c WHERE c LIKE 'search_path=%')"
    )
    assert not loose
    dated = practice.rows(
        "SELECT policyname FROM pg_policies WHERE qual ~* 'current_date|localtime' OR with_check ~* 'current_date|localtime'"
    )
    assert not dated, "days are the agency's"


def test_no_policy_asks_a_function_row_by_row_to_see(practice: Practice) -> None:
    """A sub-select is answered once a statement; `my_role()` alone would be asked for every row there is."""
    asked = practice.rows("SELECT tablename, qual FROM pg_policies WHERE cmd = 'SELECT'")
    for table, qual in asked:
        bare = re.sub(r"\( SELECT [a-z_]+\([^()]*\) AS [a-z_]+\)", "", qual)
        assert not re.search(r"\b(my_\w+|acting_worker|sees_identity|this_transaction)\(", bare), (table, bare)
