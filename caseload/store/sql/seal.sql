-- PostgreSQL. Seals over the journal: evidence, not prevention, against whoever owns the tables.

-- Seals the committed rows of the journal that no seal covers yet, and this transaction's own, unless the newest seal is
-- younger than p_patience. At most p_most rows; returns how many. Whoever finds somebody else at it leaves it to them.
--
-- Keys are drawn before transactions commit, so a row may appear below one that is sealed already. The keys that are not
-- there are kept as `holes`; a later seal takes the rows that have filled them as `late`. A hole can fill as long as its
-- transaction runs. Its number is lower than that of the seal's own subtransaction, which begins after the hole was seen.
CREATE FUNCTION seal_journal(p_patience interval, p_most bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan = off AS $$
DECLARE
  v_at timestamptz := clock_timestamp();
  v_id bigint; v_newest timestamptz; v_last seal; v_begun xid; v_waits bigint; v_late bigint[];
  v_from bigint; v_to bigint; v_rows bigint; v_holes text; v_said text; v_missed text;
BEGIN
  -- A snapshot taken earlier in the transaction would not see the newest seal.
  IF current_setting('transaction_isolation') <> 'read committed' THEN RETURN 0; END IF;
  SELECT s.id, s.at INTO v_id, v_newest FROM seal s ORDER BY s.id DESC LIMIT 1;
  IF v_newest > v_at - p_patience THEN RETURN 0; END IF;
  IF v_id IS NOT NULL THEN
    SELECT * INTO v_last FROM seal s WHERE s.id = v_id FOR UPDATE SKIP LOCKED;
    IF NOT FOUND OR EXISTS (SELECT 1 FROM seal s WHERE s.id > v_id) THEN RETURN 0; END IF;
  END IF;
  v_begun := pg_snapshot_xmin(pg_current_snapshot())::xid;
  v_from := COALESCE(v_last.to_row, 0) + 1;
  IF EXISTS (SELECT 1 FROM seal s WHERE s.id >= v_last.waits_from AND s.holes <> '') THEN
    SELECT array_agg(j.id ORDER BY j.id) INTO v_late
    FROM seal s CROSS JOIN LATERAL unnest(string_to_array(s.holes, ',')) h(span)
    JOIN journal j ON j.id BETWEEN split_part(h.span, '-', 1)::bigint AND split_part(h.span, '-', 2)::bigint
    WHERE s.id >= v_last.waits_from AND NOT EXISTS (
      SELECT 1 FROM seal l WHERE l.id > s.id AND l.late <> '' AND j.id = ANY (string_to_array(l.late, ',')::bigint[]));
  END IF;
  WITH fresh AS MATERIALIZED (
    SELECT j.id, j.hash FROM journal j WHERE j.id >= v_from ORDER BY j.id LIMIT p_most
  ), gap AS (
    SELECT lag(f.id, 1, v_from - 1) OVER (ORDER BY f.id) + 1 AS first, f.id - 1 AS last FROM fresh f
  ), taken AS (
    SELECT f.id, f.hash FROM fresh f UNION ALL SELECT j.id, j.hash FROM journal j WHERE j.id = ANY (v_late)
  )
  SELECT COALESCE((SELECT max(f.id) FROM fresh f), v_from - 1), count(*), string_agg(t.id || ':' || t.hash, ',' ORDER BY t.id),
         COALESCE((SELECT string_agg(g.first || '-' || g.last, ',' ORDER BY g.first) FROM gap g WHERE g.first <= g.last), '')
  INTO v_to, v_rows, v_said, v_holes FROM taken t;
  IF v_rows = 0 THEN RETURN 0; END IF;
  v_id := COALESCE(v_id, 0) + 1;
  v_missed := COALESCE(array_to_string(v_late, ','), '');
  SELECT min(s.id) INTO v_waits FROM seal s WHERE s.id >= v_last.waits_from AND s.holes <> '' AND age(s.xmin) <= age(v_begun);
  BEGIN
    INSERT INTO seal (id, at, from_row, to_row, row_count, holes, late, waits_from, prev, hash)
    VALUES (v_id, v_at, v_from, v_to, v_rows, v_holes, v_missed, COALESCE(v_waits, v_id), COALESCE(v_last.hash, ''),
            encode(sha256(convert_to(
              concat_ws('|', COALESCE(v_last.hash, ''), v_id, (extract(epoch FROM v_at) * 1000000)::bigint, v_from, v_to, v_rows,
                        v_holes, v_missed, v_said), 'UTF8')), 'hex'));
  EXCEPTION WHEN unique_violation THEN
    RETURN 0;  -- Somebody else has made the very first one meanwhile.
  END;
  RETURN v_rows;
END $$;

-- The usual answer, that there is a young seal, comes before anything dear is set up.
CREATE FUNCTION seal_at_commit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  IF (SELECT s.at FROM seal s ORDER BY s.id DESC LIMIT 1) > clock_timestamp() - interval '1 second' THEN RETURN NULL; END IF;
  PERFORM seal_journal('1 second', 100000);
  RETURN NULL;
END $$;
