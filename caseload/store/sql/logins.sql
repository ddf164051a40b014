-- PostgreSQL. Workers' logins: made, given their rights, and ended, by the owner of the tables, whom nobody need log in as.
-- Whoever may say who works here says so on the worker's row; the server sees to the login by itself.

-- The group of a role: of those whom the tables' owner let in, the one nobody logs in as that is named for the role. Whoever
-- holds every right is in the admins'. No name of a database stands here, so that it may be renamed, copied and restored.
CREATE FUNCTION login_groups() RETURNS TABLE (name text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT DISTINCT g.rolname::text FROM pg_class c, aclexplode(c.relacl) a JOIN pg_roles g ON g.oid = a.grantee
  WHERE c.oid = 'agency'::regclass AND NOT g.rolcanlogin AND g.oid <> c.relowner
$$;

CREATE FUNCTION login_group(p_role text, p_all boolean) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
  SELECT g.name FROM login_groups() g
  WHERE g.name LIKE '%\_' || replace(CASE WHEN p_all THEN 'admin' ELSE p_role END, '_', '\_') ORDER BY g.name LIMIT 1
$$;

-- Whether that login was made here: others are their administrator's, who alone ends them.
CREATE FUNCTION login_is_ours(p_login text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = p_login
    AND shobj_description(r.oid, 'pg_authid') = 'caseload: worker of ' || current_database())
$$;

-- A login is in the group of its active worker's role and in no other; one that is nobody's any more is in none, and, where it
-- was made here, logs in no more. Whoever owns the tables is left alone.
CREATE FUNCTION settle_login(p_login text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  v_wanted text := (SELECT login_group(w.role, w.holds_all) FROM worker w WHERE w.login = p_login AND w.status = 'active');
  v_group text;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = p_login) OR pg_has_role(p_login, current_user, 'MEMBER') THEN
    RETURN;
  END IF;
  FOR v_group IN SELECT g.name FROM login_groups() g WHERE g.name IS DISTINCT FROM v_wanted
    AND pg_has_role(p_login, g.name, 'MEMBER') LOOP
    EXECUTE format('REVOKE %I FROM %I', v_group, p_login);
  END LOOP;
  IF v_wanted IS NOT NULL AND NOT pg_has_role(p_login, v_wanted, 'MEMBER') THEN
    EXECUTE format('GRANT %I TO %I', v_wanted, p_login);
  END IF;
  IF login_is_ours(p_login) THEN
    EXECUTE format('ALTER ROLE %I %s', p_login, CASE WHEN v_wanted IS NULL THEN 'NOLOGIN' ELSE 'LOGIN' END);
  END IF;
END $$;

CREATE FUNCTION settle_worker() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.login IS NOT NULL THEN PERFORM settle_login(OLD.login); END IF;
  IF TG_OP <> 'DELETE' AND NEW.login IS NOT NULL THEN PERFORM settle_login(NEW.login); END IF;
  RETURN NULL;
END $$;

-- A login for a worker, with a first password that ends after 24 hours, or such a password anew. The password was made and
-- hashed at the terminal; the server is told a verifier.
CREATE FUNCTION open_login(p_worker bigint, p_verifier text) RETURNS timestamptz LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
DECLARE
  v_login text := (SELECT w.login FROM worker w WHERE w.id = p_worker AND w.status = 'active');
  v_until timestamptz := date_trunc('second', clock_timestamp() + interval '24 hours');
BEGIN
  IF my_role() NOT IN ('admin', 'all') AND NOT pg_has_role(session_user, current_user, 'MEMBER') THEN
    RAISE EXCEPTION 'caseload: only an admin makes logins' USING ERRCODE = 'insufficient_privilege';
  ELSIF v_login IS NULL OR p_verifier !~ '^SCRAM-SHA-256\$' THEN
    RAISE EXCEPTION 'caseload: an active worker with a login, and a verifier' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolname = v_login) THEN
    IF NOT login_is_ours(v_login) THEN
      RAISE EXCEPTION 'caseload: that login was not made here' USING ERRCODE = 'insufficient_privilege';
    END IF;
  ELSE
    EXECUTE format('CREATE ROLE %I LOGIN', v_login);
    EXECUTE format('COMMENT ON ROLE %I IS %L', v_login, 'caseload: worker of ' || current_database());
  END IF;
  EXECUTE format('ALTER ROLE %I PASSWORD %L VALID UNTIL %L', v_login, p_verifier, v_until);
  PERFORM settle_login(v_login);
  RETURN v_until;
END $$;

-- One's own password, which does not end.
CREATE FUNCTION renew_password(p_verifier text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  IF my_role() IS NULL OR NOT login_is_ours(session_user) THEN
    RAISE EXCEPTION 'caseload: that login was not made here' USING ERRCODE = 'insufficient_privilege';
  ELSIF p_verifier !~ '^SCRAM-SHA-256\$' THEN
    RAISE EXCEPTION 'caseload: not a verifier' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  EXECUTE format('ALTER ROLE %I PASSWORD %L VALID UNTIL ''infinity''', session_user, p_verifier);
END $$;
