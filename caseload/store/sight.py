"""PostgreSQL: who works with a case, in one wording, and the functions and the view that ask it with the owner's rights, so that a
policy asks no other policy (store/policies.py). What each answers once a statement stands in sql/sight.sql.
"""

from __future__ import annotations

ROLE = "(SELECT my_role())"
ME = "(SELECT acting_worker())"
HERE = "(SELECT this_transaction())"
NAMED = "(SELECT sees_identity())"
# Another system's name of an appointment, for who works with its case: they take over what their calendar says.
TAKEN_OVER = (
    "external_id.entity = 'appointment' AND EXISTS (SELECT 1 FROM appointment a JOIN my_cases m ON m.id = a.case_id"
    " WHERE a.id = external_id.row_id)"
)
# Another directory's names of what stands in ours, for who keeps it.
LISTED = "((SELECT my_cases_as()) IS NOT NULL AND external_id.entity IN ('provider', 'service', 'place'))"


def of_case(k: str) -> str:
    """The cases a person works with: their own and covered ones, beside others, their teams', and those named to them; of
    restricted ones only what is theirs, what they answer for and what is named to them; none that is denied to them by
    name. An admin sees the rows of all others. What a transaction has opened or moved itself, it sees to its end."""
    return (
        f"({ROLE} = 'all' OR abs({k}.touched_in) = {HERE} OR (({k}.owner_id = (SELECT my_cases_as())"
        f" OR {k}.custodian_id = (SELECT my_cases_as()) OR {k}.id = ANY ((SELECT my_named('allow'))::bigint[])"
        # First what is quickly answered: an admin's lists ask this of a million rows.
        f" OR (NOT {k}.restricted AND ({ROLE} = 'admin' OR {k}.team_id = ANY ((SELECT my_teams())::bigint[])"
        f" OR {k}.id = ANY ((SELECT my_others())::bigint[]) OR {k}.id = ANY ((SELECT my_broken())::bigint[]))))"
        f" AND {k}.id <> ALL ((SELECT my_named('deny'))::bigint[])))"
    )


# What whoever reads a case without identity must have masked: the names of those who live with its client, or were served with
# them, whether or not a case of theirs is in sight; of nobody whose case is restricted.
_NAMES_NEAR = f"""CREATE FUNCTION names_near(p_client bigint) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
  SELECT n.name FROM (
    SELECT i.client_id, concat_ws(' ', nullif(i.given, ''), nullif(i.middle, ''), nullif(i.family, '')) AS name FROM identity i
    UNION ALL SELECT a.client_id, a.name FROM alias a) n
  WHERE n.client_id <> p_client AND n.client_id IN (
    SELECT o.client_id FROM household_member h JOIN household_member o USING (household_id) WHERE h.client_id = p_client
    UNION SELECT ok.client_id FROM case_file mk JOIN stay_member s ON s.case_id = mk.id JOIN stay_member os USING (stay_id)
    JOIN case_file ok ON ok.id = os.case_id WHERE mk.client_id = p_client)
  AND NOT EXISTS (SELECT 1 FROM case_file r WHERE r.client_id = n.client_id AND r.restricted)
  AND {NAMED} AND EXISTS (SELECT 1 FROM case_file k WHERE k.client_id = p_client AND {of_case("k")})
$$"""

# The cases that the caller works with, of which they see what tells who the client is, what was written and what was done.
_CASES = (
    "CREATE VIEW my_cases WITH (security_barrier = true) AS SELECT k.id, k.client_id, k.closed_on FROM case_file k"
    f" WHERE {of_case('k')}"
)

# Those of them that are open, each found by an index: the way of somebody who sees a few of very many.
_OPEN_CASES = f"""CREATE FUNCTION my_open_cases() RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path FROM CURRENT ROWS 200 AS $$
DECLARE v_me bigint := my_cases_as(); v_teams bigint[] := my_teams();
BEGIN
  RETURN QUERY SELECT k.id FROM case_file k WHERE k.closed_on IS NULL AND k.id IN (
    SELECT o.id FROM case_file o WHERE o.closed_on IS NULL AND o.owner_id = v_me
    UNION SELECT o.id FROM case_file o WHERE o.closed_on IS NULL AND o.team_id = ANY (v_teams)
    UNION SELECT o.id FROM case_file o WHERE o.restricted AND o.custodian_id = v_me
    UNION SELECT unnest(my_named('allow') || my_others() || my_broken())) AND {of_case("k")};
END $$"""

# The cases of which the caller has no more than a glimpse: offered to them and still there to be taken; to come to them, or to
# somebody of theirs, today; and those of an errand that they announced in an earlier transaction. Mostly there are none.
_GLIMPSES = f"""CREATE FUNCTION my_glimpses() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
DECLARE v_me bigint := my_cases_as(); v_some bigint[];
BEGIN
  IF v_me IS NULL THEN RETURN '{{}}'; END IF;
  v_some := my_takes() || ARRAY(SELECT l.case_id FROM look l WHERE l.worker_id = v_me AND l.kind = 'errand'
    AND l.at > now() - interval '5 minutes' AND l.made_in IS DISTINCT FROM this_transaction());
  IF v_some = '{{}}' THEN RETURN v_some; END IF;
  RETURN (SELECT COALESCE(array_agg(k.id), '{{}}') FROM case_file k WHERE k.id = ANY (v_some)
  AND k.id <> ALL ((SELECT my_named('deny'))::bigint[]) AND {of_case("k")} IS NOT TRUE);
END $$"""


# What cases are called without identity, for the caller, or for the reader of a packet that the caller has approved: drawn by lot at the
# terminal, kept here where it is free and nobody's name, for a case the caller works with. What they are called is answered; what is
# left out was taken, draw again.
_NAME_CASES = f"""CREATE FUNCTION name_cases(p_worker bigint, p_cases bigint[], p_names text[]) RETURNS TABLE (o_case bigint, o_name text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE v_cases bigint[] := ARRAY(
  SELECT k.id FROM case_file k WHERE k.id = ANY (p_cases) AND {of_case("k")} AND (p_worker = {ME} OR ({NAMED} AND EXISTS (
    SELECT 1 FROM packet p WHERE p.case_id = k.id AND p.reader_id = p_worker AND p.author_id = {ME}))));
BEGIN
  INSERT INTO pseudonym (worker_id, case_id, name, at)
  SELECT p_worker, d.of_case, d.called, clock_timestamp() FROM unnest(p_cases, p_names) AS d (of_case, called)
  WHERE d.called ~ '^[a-z]{{3,6}}-[0-9]{{4}}$' AND d.of_case = ANY (v_cases)
  AND NOT EXISTS (SELECT 1 FROM name_key y WHERE y.word = split_part(d.called, '-', 1))
  ON CONFLICT DO NOTHING;
  RETURN QUERY SELECT n.case_id, n.name FROM pseudonym n WHERE n.worker_id = p_worker AND n.case_id = ANY (v_cases);
END $$"""

# When the clients of these cases, and these workers, are taken by appointments in cases out of the caller's sight: from today on, no
# further than was asked, and neither by whom nor for what. Of a restricted case, and of one that is denied to the caller, nothing is
# told of its client; of a worker only that they are taken, which leads to no client. The caller records things in the cases asked about.
_TAKEN = f"""CREATE FUNCTION taken_elsewhere(p_cases bigint[], p_workers bigint[], p_from timestamptz, p_to timestamptz)
RETURNS TABLE (o_client bigint, o_worker bigint, o_starts timestamptz, o_ends timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  WITH low AS (SELECT greatest(p_from, agency_today()::timestamp AT TIME ZONE (SELECT a.timezone FROM agency a)) AS at),
  asked AS (SELECT DISTINCT c.client_id FROM case_file c WHERE c.id = ANY (p_cases) AND {of_case("c")}),
  taken AS (
    SELECT k.client_id AS client, NULL::bigint AS worker, o.starts_at AS starts, o.ends_at AS ends
    FROM asked q JOIN case_file k ON k.client_id = q.client_id JOIN appointment o ON o.case_id = k.id
    WHERE o.state = 'scheduled' AND k.closed_on IS NULL AND NOT k.restricted AND k.id <> ALL (my_named('deny')) AND {of_case("k")} IS NOT TRUE
    UNION ALL
    SELECT NULL, o.worker_id, o.starts_at - make_interval(mins => o.travel_before), o.ends_at + make_interval(mins => o.travel_after)
    FROM appointment o JOIN case_file k ON k.id = o.case_id
    WHERE o.worker_id = ANY (p_workers) AND o.starts_at < p_to + interval '8 hours' AND o.starts_at > p_from - interval '40 hours'
    AND o.state = 'scheduled' AND o.mode <> 'client_alone' AND k.closed_on IS NULL AND {of_case("k")} IS NOT TRUE)
  SELECT t.client, t.worker, greatest(t.starts, l.at), least(t.ends, p_to) FROM taken t, low l
  WHERE {NAMED} AND t.starts < p_to AND t.ends > l.at
$$"""


def postgres() -> list[str]:
    """The view and the functions, in the order in which they are made."""
    return [_CASES, _OPEN_CASES, _GLIMPSES, _NAMES_NEAR, _NAME_CASES, _TAKEN]
