-- PostgreSQL. The day, the person, the change, and the journal that writes itself.
-- Identity is session_user: no setting a client can forge says who is acting.

CREATE FUNCTION agency_today() RETURNS date LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  RETURN (SELECT COALESCE(a.clock_on, (now() AT TIME ZONE a.timezone)::date) FROM agency a);
END $$;

CREATE FUNCTION acting_worker() RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  RETURN (SELECT w.id FROM worker w WHERE w.login = session_user);
END $$;

-- Whether this very transaction opened that change: a setting alone proves nothing, any client can set it.
CREATE FUNCTION is_ours(p_change bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT EXISTS (SELECT 1 FROM change c WHERE c.id = p_change AND c.xmin = pg_current_xact_id()::xid)
$$;

-- The change announced by this transaction; a change made by hand gets one of its own.
CREATE FUNCTION current_change() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  v_change bigint := nullif(current_setting('caseload.change', true), '')::bigint;
BEGIN
  IF v_change IS NULL OR NOT is_ours(v_change) THEN
    INSERT INTO change (uid, at, worker_id, login, verb, summary)
    VALUES (gen_random_uuid()::text, clock_timestamp(), acting_worker(), session_user, 'by_hand', 'Changed by hand')
    RETURNING id INTO v_change;
    PERFORM set_config('caseload.change', v_change::text, true);
  END IF;
  RETURN v_change;
END $$;

CREATE FUNCTION journal_hash(p_at timestamptz, p_change bigint, p_worker bigint, p_login text, p_table text, p_row bigint,
                             p_case bigint, p_op text, p_columns text, p_payload text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT encode(sha256(convert_to(
    (extract(epoch FROM p_at) * 1000000)::bigint || '|' || p_change || '|' || COALESCE(p_worker::text, '') || '|' || p_login || '|'
    || p_table || '|' || p_row || '|' || COALESCE(p_case::text, '') || '|' || p_op || '|' || p_columns || '|' || p_payload, 'UTF8')), 'hex')
$$;

-- The same as a file (SQLite) has hashed it, whose rows may have been moved here: its moments are text.
CREATE FUNCTION journal_hash_of_file(p_at timestamptz, p_change bigint, p_worker bigint, p_login text, p_table text, p_row bigint,
                                     p_case bigint, p_op text, p_columns text, p_payload text) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to(
    to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '|' || p_change || '|' || COALESCE(p_worker::text, '') || '|' || p_login || '|'
    || p_table || '|' || p_row || '|' || COALESCE(p_case::text, '') || '|' || p_op || '|' || p_columns || '|' || p_payload, 'UTF8')), 'hex')
$$;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'caseload: % is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END $$;

-- A signed note is locked but for its co-signature; a receipt is completed by its own transaction only. Asked of a login: who
-- signs is who wrote it, whether that is to be co-signed follows from their standing, and who co-signs supervises the case.
CREATE FUNCTION guard_note() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE v_before bigint := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE OLD.cosigned_by END;
  v_when timestamptz := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE OLD.cosigned_at END;
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.state = 'signed' AND (TG_OP = 'DELETE'
      OR (NEW.case_id, NEW.author_id, NEW.form, NEW.state, NEW.at, NEW.on_date, NEW.narrative_id, NEW.signed_at, NEW.signed_by, NEW.needs_cosign)
      IS DISTINCT FROM (OLD.case_id, OLD.author_id, OLD.form, OLD.state, OLD.at, OLD.on_date, OLD.narrative_id, OLD.signed_at, OLD.signed_by, OLD.needs_cosign)) THEN
    RAISE EXCEPTION 'caseload: a signed note is locked' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'note_signed_locked';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  IF row_security_active('note'::regclass) AND my_role() <> 'all' THEN
    IF NEW.state = 'signed' AND (TG_OP = 'INSERT' OR OLD.state <> 'signed') THEN
      IF NEW.author_id <> acting_worker() OR NEW.signed_by IS DISTINCT FROM acting_worker() THEN
        RAISE EXCEPTION 'caseload: that note is not yours to sign' USING ERRCODE = 'insufficient_privilege';
      END IF;
      NEW.needs_cosign := COALESCE((SELECT w.seniority = 'junior' FROM worker w WHERE w.id = NEW.author_id), false);
    END IF;
    -- Given once, in one's own name, to what is signed, and taken back by who gave it.
    IF (NEW.cosigned_by IS DISTINCT FROM v_before OR NEW.cosigned_at IS DISTINCT FROM v_when)
        AND (NEW.state <> 'signed' OR NEW.author_id = acting_worker() OR COALESCE(NEW.cosigned_by, acting_worker()) <> acting_worker()
        OR COALESCE(v_before, acting_worker()) <> acting_worker() OR NOT leads(NEW.case_id)) THEN
      RAISE EXCEPTION 'caseload: that note is not yours to co-sign' USING ERRCODE = 'insufficient_privilege';
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION guard_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NEW.id <> OLD.id OR NOT is_ours(OLD.id) THEN
    RAISE EXCEPTION 'caseload: change is append-only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'change_append_only';
  END IF;
  RETURN NEW;
END $$;

-- Changes and looks are signed by the login that makes them; only whoever owns the tables may enter them for others.
CREATE FUNCTION sign_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  IF NOT (SELECT pg_has_role(session_user, c.relowner, 'MEMBER') FROM pg_class c WHERE c.oid = TG_RELID) THEN
    NEW.worker_id := acting_worker();
    NEW.login := session_user;
    -- A look dated ahead would never end; those of one transaction are of one moment, by which an export finds its own.
    IF TG_TABLE_NAME = 'look' THEN NEW.at := now(); END IF;
  END IF;
  RETURN NEW;
END $$;
