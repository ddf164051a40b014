-- PostgreSQL. Who is asking and what they may see, as the policies ask it: each is answered once a statement.
-- They run with the owner's rights, so that a policy does not ask another policy; what they answer is about the caller alone.

-- Counted by its whole transaction, so that what is written inside a savepoint is still this transaction's own.
CREATE FUNCTION this_transaction() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT pg_current_xact_id_if_assigned()::text::bigint
$$;

-- Who goes on a day that was set is nobody any more once it is over, whether or not an admin has come since.
CREATE FUNCTION my_role() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  RETURN (SELECT CASE WHEN w.holds_all THEN 'all' ELSE w.role END FROM worker w WHERE w.login = session_user AND w.status = 'active'
  AND NOT EXISTS (SELECT 1 FROM departure d WHERE d.worker_id = w.id AND d.state = 'waiting' AND d.on_date < (SELECT agency_today())));
END $$;

-- Null for those who see no case row: analysts, auditors, and whoever is no worker here.
CREATE FUNCTION my_cases_as() RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  RETURN (SELECT w.id FROM worker w WHERE w.login = session_user AND my_role() IN ('case_manager', 'supervisor', 'admin', 'all'));
END $$;

-- Whether the caller reads names, prose and what else tells who a client is.
CREATE FUNCTION sees_identity() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  RETURN (SELECT COALESCE(my_role() IN ('case_manager', 'supervisor', 'all'), false));
END $$;

-- The teams whose cases the caller sees: a supervisor's own and those they supervise; a case manager's own where the agency
-- says so.
CREATE FUNCTION my_teams() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  RETURN (SELECT COALESCE(array_agg(t.id), '{}') FROM worker w CROSS JOIN agency a CROSS JOIN LATERAL (
    SELECT w.team_id AS id WHERE w.role = 'supervisor' OR (w.role = 'case_manager' AND a.manager_sees_team)
    UNION SELECT s.team_id FROM team_supervisor s WHERE s.worker_id = w.id AND w.role = 'supervisor') t
  WHERE w.login = session_user AND (SELECT my_role()) IS NOT NULL AND t.id IS NOT NULL);
END $$;

-- The teams in which the caller may move any case.
CREATE FUNCTION my_supervised() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  RETURN (SELECT CASE my_role() WHEN 'supervisor' THEN my_teams() ELSE '{}' END);
END $$;

-- Whether the caller supervises a case that they see: who supervises its team, and of a restricted one its custodian, where that is a
-- supervisor. Asked with the caller's own rights: of a case that is out of sight the answer is no.
CREATE FUNCTION leads(p_case bigint) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM case_file k WHERE k.id = p_case AND (k.team_id = ANY (my_supervised())
    OR (k.restricted AND k.custodian_id = my_cases_as() AND my_role() = 'supervisor')));
END $$;

CREATE FUNCTION my_named(p_kind text) RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  RETURN (SELECT COALESCE(array_agg(x.case_id), '{}') FROM case_access x
  WHERE x.worker_id = (SELECT my_cases_as()) AND x.kind = p_kind AND (x.until_on IS NULL OR x.until_on >= (SELECT agency_today())));
END $$;

-- The cases the caller works on beside their holder, and those of the absent that fall to the caller today. Where a cover is
-- split by queries, a case belongs to the share it fell to; one that fell to none, to the share without a query.
CREATE FUNCTION my_others() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE v_me bigint := my_cases_as(); v_today date := agency_today();
BEGIN
  RETURN (SELECT COALESCE(array_agg(o.case_id), '{}') FROM (
    SELECT a.case_id FROM assignment a WHERE a.worker_id = v_me AND a.role = 'secondary' AND a.ends_at IS NULL
    UNION ALL
    SELECT k.id FROM cover v JOIN absence b ON b.id = v.absence_id JOIN assignment h ON h.worker_id = b.worker_id
    JOIN case_file k ON k.id = h.case_id AND k.owner_id = b.worker_id
    WHERE v.worker_id = v_me AND v_today BETWEEN b.from_on AND b.to_on AND b.ended_on IS NULL
    AND CASE WHEN v.query IS NULL THEN NOT EXISTS (
          SELECT 1 FROM cover_case d JOIN absence e ON e.id = d.absence_id WHERE d.case_id = k.id AND e.worker_id = k.owner_id
          AND v_today BETWEEN e.from_on AND e.to_on AND e.ended_on IS NULL)
        ELSE false END
    UNION ALL
    SELECT d.case_id FROM cover v JOIN absence b ON b.id = v.absence_id JOIN cover_case d ON d.absence_id = b.id AND d.share = v.share
    JOIN case_file k ON k.id = d.case_id AND k.owner_id = b.worker_id
    WHERE v.worker_id = v_me AND v_today BETWEEN b.from_on AND b.to_on AND b.ended_on IS NULL) o);
END $$;

-- The cases that the caller may take: offered to them and still there to be taken, or set to come to them by today; and to a
-- supervisor what comes to their people today. None that was closed, nor one that somebody moved since that was set: whoever did
-- knew more. Moves set for a day are carried out one after another, and do not count (casework/pending.py asks the same).
CREATE FUNCTION my_takes() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE v_me bigint := my_cases_as(); v_teams bigint[] := my_supervised(); v_today date := agency_today();
BEGIN
  RETURN (SELECT COALESCE(array_agg(x.id), '{}') FROM (
    SELECT k.id FROM transfer t JOIN case_file k ON k.id = t.case_id
    WHERE t.to_worker_id = v_me AND t.state = 'offered' AND k.owner_id = t.from_worker_id AND k.closed_on IS NULL
    AND (NOT k.restricted OR k.custodian_id = t.to_worker_id OR NOT EXISTS (SELECT 1 FROM custody c
      WHERE c.case_id = k.id AND c.at > t.offered_at AND c.custodian_id IS NOT NULL))
    UNION ALL
    SELECT k.id FROM pending_move m JOIN worker w ON w.id = m.to_worker_id JOIN case_file k ON k.id = m.case_id
    WHERE m.state = 'waiting' AND m.on_date <= v_today AND (NOT k.restricted OR k.custodian_id = v_me)
    AND (w.id = v_me OR w.team_id = ANY (v_teams)) AND k.closed_on IS NULL
    AND NOT EXISTS (
      SELECT 1 FROM assignment a JOIN journal j ON j.table_name = 'assignment' AND j.row_id = a.id AND j.op = 'insert'
      JOIN change c ON c.id = j.change_id AND c.verb <> 'carry_out_moves'
      WHERE a.case_id = k.id AND a.role = 'primary' AND a.ends_at IS NULL AND j.id > (
        SELECT max(s.id) FROM journal s WHERE s.table_name = 'pending_move' AND s.row_id = m.id AND s.op = 'insert'))) x);
END $$;

-- The restricted cases of somebody who leaves, which whoever lets them go does not see and may not leave behind: those they
-- hold and those they answer for. For admins alone, on record for each of these cases.
CREATE FUNCTION announce_errand(p_worker bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
DECLARE v_cases bigint;
BEGIN
  IF my_role() NOT IN ('admin', 'all') THEN
    RAISE EXCEPTION 'caseload: only an admin lets somebody go' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO look (worker_id, login, case_id, kind, surface, why, at)
  SELECT acting_worker(), session_user, k.id, 'errand', 'leave', '', clock_timestamp() FROM case_file k
  WHERE k.restricted AND p_worker IN (k.owner_id, k.custodian_id)
  AND k.id <> ALL (my_named('deny'));
  GET DIAGNOSTICS v_cases = ROW_COUNT;
  RETURN v_cases;
END $$;

-- The rows of a table that a change wrote which the caller takes back: announced in an earlier transaction, minutes ago.
CREATE FUNCTION my_undoing(p_table text) RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  RETURN (SELECT COALESCE(array_agg(j.row_id), '{}') FROM (SELECT DISTINCT substr(l.why, 3)::bigint AS change_id FROM look l
    WHERE l.worker_id = (SELECT acting_worker()) AND l.kind = 'undo' AND l.at > now() - interval '5 minutes'
    AND l.made_in IS DISTINCT FROM (SELECT this_transaction())) u
  JOIN journal j ON j.change_id = u.change_id AND j.table_name = p_table);
END $$;

-- Whether what changes on a case row is what it was before a change that the caller takes back so.
CREATE FUNCTION gives_back(p_case bigint, p_restricted boolean, p_restricted_then boolean, p_custodian bigint, p_custodian_then bigint,
  p_team bigint, p_team_then bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT EXISTS (SELECT 1 FROM journal j JOIN payload p ON p.id = j.id CROSS JOIN LATERAL (SELECT p.body::jsonb -> 'before' AS was) b
    WHERE j.table_name = 'case_file' AND j.row_id = p_case AND j.op = 'update' AND EXISTS (
      SELECT 1 FROM look l WHERE l.worker_id = acting_worker() AND l.kind = 'undo' AND l.case_id = p_case AND l.why = 'C-' || j.change_id
      AND l.at > now() - interval '5 minutes' AND l.made_in IS DISTINCT FROM this_transaction())
    AND (p_restricted = p_restricted_then OR (b.was ->> 'restricted')::boolean = p_restricted_then)
    AND (p_custodian IS NOT DISTINCT FROM p_custodian_then OR b.was -> 'custodian_id' = COALESCE(to_jsonb(p_custodian_then), 'null'))
    AND (p_team IS NOT DISTINCT FROM p_team_then OR b.was -> 'team_id' = COALESCE(to_jsonb(p_team_then), 'null')))
$$;

-- Who restricts a case, or says who answers for it: the custodian of a restricted one; else who supervises its team, an admin;
-- whoever takes such an act back; and an admin whose errand it is to let its custodian go.
CREATE FUNCTION guard_restriction() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF row_security_active('case_file'::regclass) AND OLD.touched_in IS DISTINCT FROM this_transaction() AND my_role() <> 'all'
  AND NOT (OLD.touched_in = -this_transaction() AND gives_back(OLD.id, OLD.restricted, NEW.restricted, OLD.custodian_id, NEW.custodian_id,
    OLD.team_id, OLD.team_id))
  AND (CASE WHEN OLD.restricted
    THEN OLD.custodian_id = acting_worker() OR (my_role() = 'admin' AND OLD.id = ANY (my_glimpses()))
    ELSE my_role() = 'admin' OR OLD.team_id = ANY (my_supervised()) END) IS NOT TRUE THEN
    RAISE EXCEPTION 'caseload: that case is not yours to restrict' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

-- A case goes to the team of who holds it: in the act that moves it, or by who may move it.
CREATE FUNCTION guard_team() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF row_security_active('case_file'::regclass) AND OLD.touched_in IS DISTINCT FROM this_transaction()
  AND NOT (OLD.touched_in = -this_transaction() AND gives_back(OLD.id, OLD.restricted, OLD.restricted, OLD.custodian_id, OLD.custodian_id,
    OLD.team_id, NEW.team_id))
  AND my_role() NOT IN ('admin', 'all') AND (OLD.team_id = ANY (my_supervised())) IS NOT TRUE THEN
    RAISE EXCEPTION 'caseload: that case is not yours to move' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

-- What was brought to supervision stays on whose agenda it is, in whose name it was brought and in their words; who says that it
-- was discussed says so in their own name, and takes that back alone.
CREATE FUNCTION guard_topic() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF row_security_active('supervision_topic'::regclass) AND my_role() <> 'all'
  AND ((NEW.worker_id, NEW.brought_by, NEW.case_id, NEW.at, NEW.on_date)
    IS DISTINCT FROM (OLD.worker_id, OLD.brought_by, OLD.case_id, OLD.at, OLD.on_date)
    OR (NEW.narrative_id <> OLD.narrative_id AND (OLD.brought_by <> acting_worker() OR OLD.discussed_on IS NOT NULL))
    OR (NEW.discussed_by IS DISTINCT FROM OLD.discussed_by AND COALESCE(NEW.discussed_by, OLD.discussed_by) <> acting_worker())) THEN
    RAISE EXCEPTION 'caseload: that topic is not yours to change so' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

-- What a referral points at is of its own case and client; and what was sent stays sent: to whom, of which case, and on what ground.
CREATE FUNCTION guard_referral() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.disclosure_id IS NOT NULL AND (TG_OP = 'DELETE'
  OR (NEW.case_id, NEW.service_id, NEW.person_id, NEW.disclosure_id, NEW.sent_on)
    IS DISTINCT FROM (OLD.case_id, OLD.service_id, OLD.person_id, OLD.disclosure_id, OLD.sent_on)) THEN
    RAISE EXCEPTION 'caseload: what was sent stays sent';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  IF row_security_active('referral'::regclass) AND (
    NOT EXISTS (SELECT 1 FROM need n WHERE n.id = NEW.need_id AND n.case_id = NEW.case_id) AND NEW.need_id IS NOT NULL
    OR NOT EXISTS (SELECT 1 FROM disclosure d WHERE d.id = NEW.disclosure_id AND d.case_id = NEW.case_id) AND NEW.disclosure_id IS NOT NULL
    OR NOT EXISTS (SELECT 1 FROM referral x WHERE x.id = NEW.replaces_id AND x.case_id = NEW.case_id) AND NEW.replaces_id IS NOT NULL
    OR (TG_OP = 'INSERT' AND NEW.person_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM person p JOIN case_file k
      ON k.client_id = p.client_id WHERE p.id = NEW.person_id AND k.id = NEW.case_id))) THEN
    RAISE EXCEPTION 'caseload: that is of another case' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

-- Whether a change stands undone, by whomever: undone, and that undo not itself undone.
CREATE FUNCTION stands_undone(p_change bigint) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM change c WHERE c.undoes_id = p_change AND NOT stands_undone(c.id));
END $$;

-- Whether there is a change of that number, whoever made it; the numbers of changes tell nothing.
CREATE FUNCTION is_change(p_change bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT EXISTS (SELECT 1 FROM change c WHERE c.id = p_change)
$$;

-- How many cases of these clients there are, for whoever knows each of them: what is not all in sight is not merged.
CREATE FUNCTION cases_of(p_clients bigint[]) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
  SELECT count(*) FROM case_file k WHERE k.client_id = ANY (p_clients) AND sees_identity()
$$;

-- The cases that the caller has opened in an emergency, while that lasts.
CREATE FUNCTION my_broken() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  RETURN (SELECT COALESCE(array_agg(g.case_id), '{}') FROM glass g WHERE g.worker_id = (SELECT my_cases_as()) AND g.until_at > clock_timestamp());
END $$;

-- Open a case out of sight in an emergency, for four hours, where the agency allows that: not a restricted one, nor one that
-- the caller is kept from by name. Null where there is none such, whatever the reason.
CREATE FUNCTION break_glass(p_number text, p_why text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
DECLARE v_case bigint;
BEGIN
  IF NOT (SELECT a.break_glass FROM agency a) OR my_role() NOT IN ('case_manager', 'supervisor', 'all') OR length(trim(p_why)) < 10 THEN
    RAISE EXCEPTION 'caseload: no case is opened so here' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT k.id INTO v_case FROM case_file k
  WHERE k.number = p_number AND NOT k.restricted AND k.id <> ALL (my_named('deny'));
  IF v_case IS NOT NULL THEN
    INSERT INTO glass (case_id, worker_id, why, at, until_at)
    VALUES (v_case, acting_worker(), trim(p_why), clock_timestamp(), clock_timestamp() + interval '4 hours');
  END IF;
  RETURN v_case;
END $$;

-- Whether any open case is to be ranked anew. By the first of the index: a plan that is kept would else expect many, and
-- read them all to find none.
CREATE FUNCTION ranks_stale(p_today date) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  RETURN COALESCE((SELECT c.recheck_on FROM case_file c WHERE c.closed_on IS NULL AND c.recheck_on IS NOT NULL
    ORDER BY c.recheck_on LIMIT 1) <= p_today, false);
END $$;

-- The case rows that this transaction has opened or moved; below nought those that it sees to take an act back (`touch_undone`).
CREATE FUNCTION stamp_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE v_here bigint := pg_current_xact_id()::text::bigint;
BEGIN
  NEW.touched_in := CASE WHEN TG_OP = 'UPDATE' AND OLD.touched_in = -v_here THEN -v_here ELSE v_here END;
  RETURN NEW;
END $$;

-- Of whoever's last case this transaction takes away, or gives to another, it sees the rest to its end.
CREATE FUNCTION stamp_client() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE client c SET made_in = pg_current_xact_id()::text::bigint
  WHERE c.id = OLD.client_id AND NOT EXISTS (SELECT 1 FROM case_file k WHERE k.client_id = c.id);
  RETURN NULL;
END $$;

CREATE FUNCTION stamp_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.made_in := pg_current_xact_id()::text::bigint;
  RETURN NEW;
END $$;

-- Whether the caller sees a row: asked by the caller's own rights, where one policy cannot ask another that asks it back.
CREATE FUNCTION sees_row(p_table regclass, p_id bigint) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE v_seen boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s WHERE id = $1)', p_table) INTO v_seen USING p_id;
  RETURN v_seen;
END $$;

-- Whether a piece of prose is about that case: whoever points a row of the case at it need not have read it.
CREATE FUNCTION prose_of(p_narrative bigint, p_case bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
  SELECT EXISTS (SELECT 1 FROM narrative n WHERE n.id = p_narrative AND n.case_id IS NOT DISTINCT FROM p_case)
$$;

-- Whether a referral is of that case: whoever moves an appointment that belongs to it along with the case need not see it.
CREATE FUNCTION referral_of(p_referral bigint, p_case bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
  SELECT EXISTS (SELECT 1 FROM referral f WHERE f.id = p_referral AND f.case_id = p_case)
$$;

-- Whether the caller has written a piece of prose in this very transaction, and not for an agenda.
CREATE FUNCTION just_written(p_narrative bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
  SELECT EXISTS (SELECT 1 FROM narrative n WHERE n.id = p_narrative AND n.worker_id = acting_worker() AND n.made_in = this_transaction()
    AND n.agenda_of IS NULL)
$$;

-- Whether the caller has put that row there.
CREATE FUNCTION i_added(p_table text, p_id bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
  SELECT EXISTS (SELECT 1 FROM journal j WHERE j.table_name = p_table AND j.row_id = p_id AND j.op = 'insert'
    AND j.worker_id = acting_worker())
$$;

-- Whether the caller has put that row there in this very transaction.
CREATE FUNCTION just_added(p_table text, p_id bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
  SELECT EXISTS (SELECT 1 FROM journal j WHERE j.table_name = p_table AND j.row_id = p_id AND j.op = 'insert'
    AND j.worker_id = acting_worker() AND is_ours(j.change_id))
$$;

-- A case's number is drawn for it, so that nobody learns which are taken: five digits, more as a year fills, and a check digit
-- (ISO/IEC 7064 MOD 11,10) over them and the year.
CREATE FUNCTION draw_number(p_year integer) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  v_year text := to_char(p_year, 'FM0000');
  v_used bigint := (SELECT count(*) FROM case_file c WHERE c.number >= v_year || '-' AND c.number < v_year || '.');
  v_digits integer := 5; v_body text; v_rest integer; v_digit text; v_number text;
BEGIN
  WHILE (v_used + 1) * 2 > 10 ^ v_digits LOOP v_digits := v_digits + 1; END LOOP;
  LOOP
    v_body := lpad((('x' || substr(md5(gen_random_uuid()::text), 1, 12))::bit(48)::bigint % (10 ^ v_digits)::bigint)::text, v_digits, '0');
    v_rest := 10;
    FOREACH v_digit IN ARRAY string_to_array(v_year || v_body, NULL) LOOP
      v_rest := (v_rest + v_digit::integer) % 10;
      IF v_rest = 0 THEN v_rest := 10; END IF;
      v_rest := v_rest * 2 % 11;
    END LOOP;
    v_number := v_year || '-' || v_body || (11 - v_rest) % 10;
    EXIT WHEN NOT EXISTS (SELECT 1 FROM case_file c WHERE c.number = v_number);
  END LOOP;
  RETURN v_number;
END $$;

CREATE FUNCTION number_case() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF row_security_active('case_file'::regclass) THEN NEW.number := draw_number(extract(year FROM NEW.opened_on)::integer); END IF;
  RETURN NEW;
END $$;

-- Whom to ask about somebody who may be known already, and no more than that: who holds a case of a client who has one of
-- either list of words and sounds in their names and may be born on one of those days; the custodian of a restricted one.
-- Whoever is denied one of the client's cases by name learns nothing. Clients the caller knows are left out.
CREATE FUNCTION whom_to_ask(p_given text[], p_family text[], p_born date[], p_known bigint[]) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT DISTINCT w.name FROM (
    SELECT g.client_id FROM name_key g JOIN name_key f ON f.client_id = g.client_id
    WHERE g.word = ANY (p_given) AND f.word = ANY (p_family) LIMIT 1000) n
  JOIN client c ON c.id = n.client_id AND c.merged_into_id IS NULL AND c.id <> ALL (p_known)
  JOIN identity i ON i.client_id = c.id AND (i.born_on IS NULL OR p_born = '{}' OR i.born_on = ANY (p_born))
  JOIN case_file k ON k.client_id = c.id
  JOIN worker w ON w.id = CASE WHEN k.restricted THEN k.custodian_id ELSE k.owner_id END AND w.status = 'active'
  WHERE sees_identity() AND NOT EXISTS (
    SELECT 1 FROM case_file d WHERE d.client_id = c.id AND d.id = ANY (my_named('deny')))
  LIMIT 20
$$;

-- A case moves to another client only where both are known.
CREATE FUNCTION guard_case() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF row_security_active('case_file'::regclass) AND NOT EXISTS (SELECT 1 FROM identity i WHERE i.client_id = NEW.client_id) THEN
    RAISE EXCEPTION 'caseload: that client is out of sight' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

-- Tasks and appointments of somebody who leaves, in whose cases ever, go to who holds these: as an admin lets them go, or as
-- their last day, set by one, is over.
CREATE FUNCTION release_work(p_worker bigint, p_today date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
BEGIN
  IF my_role() NOT IN ('admin', 'all') AND NOT EXISTS (
    SELECT 1 FROM departure d WHERE d.worker_id = p_worker AND d.state = 'waiting' AND d.on_date < agency_today()) THEN
    RAISE EXCEPTION 'caseload: nobody lets them go' USING ERRCODE = 'insufficient_privilege';
  END IF;
  UPDATE task t SET worker_id = k.owner_id FROM case_file k
  WHERE k.id = t.case_id AND t.worker_id = p_worker AND t.done_at IS NULL;
  UPDATE appointment o SET worker_id = k.owner_id FROM case_file k
  WHERE k.id = o.case_id AND o.worker_id = p_worker AND o.state = 'scheduled' AND o.on_date >= p_today;
END $$;

-- Taking back one's own act works where the act itself took the case out of sight, and no longer where somebody restricted it since: recorded as a look, committed, and then,
-- in another transaction, the cases are that transaction's to write.
CREATE FUNCTION may_undo(p_change bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT EXISTS (SELECT 1 FROM change c WHERE c.id = p_change AND c.undoable AND (c.worker_id = acting_worker()
    OR my_role() IN ('admin', 'all') OR acting_worker() IN (SELECT m.set_by FROM pending_move m JOIN journal j
      ON j.table_name = 'pending_move' AND j.row_id = m.id WHERE j.change_id = c.id)))
$$;

-- The cases that a change touched, for whoever may take it back; and who had set the moves that it carried out.
CREATE FUNCTION undo_cases(p_change bigint) RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
  SELECT COALESCE(array_agg(DISTINCT j.case_id), '{}') FROM journal j
  WHERE j.change_id = p_change AND j.case_id IS NOT NULL AND may_undo(p_change)
$$;

CREATE FUNCTION setters_of(p_change bigint) RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
  SELECT COALESCE(array_agg(DISTINCT m.set_by), '{}') FROM pending_move m JOIN journal j
  ON j.table_name = 'pending_move' AND j.row_id = m.id WHERE j.change_id = p_change
$$;

CREATE FUNCTION announce_undo(p_change bigint, p_cases bigint[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
BEGIN
  IF NOT may_undo(p_change) THEN
    RAISE EXCEPTION 'caseload: that change is not yours to undo' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO look (worker_id, login, case_id, kind, surface, why, at)
  SELECT acting_worker(), session_user, j.case_id, 'undo', 'undo', 'C-' || p_change, clock_timestamp()
  FROM (SELECT DISTINCT case_id FROM journal WHERE change_id = p_change AND table_name IN {moving}) j
  JOIN case_file k ON k.id = j.case_id
  WHERE j.case_id = ANY (p_cases) AND j.case_id <> ALL (my_named('deny'))
  AND (NOT k.restricted OR EXISTS (SELECT 1 FROM journal c WHERE c.change_id = p_change AND c.case_id = k.id AND c.table_name = 'custody'));
END $$;

CREATE FUNCTION touch_undone(p_change bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE v_touched bigint;
BEGIN
  -- Two records that become two again: the one that goes back to its client is nobody's case meanwhile.
  UPDATE client c SET made_in = pg_current_xact_id()::text::bigint
  WHERE may_undo(p_change) AND c.id IN (SELECT j.row_id FROM journal j WHERE j.change_id = p_change AND j.table_name = 'client')
  AND EXISTS (SELECT 1 FROM look l WHERE l.worker_id = acting_worker() AND l.kind = 'undo' AND l.why = 'C-' || p_change
    AND l.at > now() - interval '5 minutes' AND l.made_in IS DISTINCT FROM this_transaction());
  UPDATE case_file k SET touched_in = -pg_current_xact_id()::text::bigint
  WHERE may_undo(p_change) AND k.id IN (
    SELECT j.case_id FROM journal j JOIN look l ON l.case_id = j.case_id AND l.worker_id = acting_worker() AND l.kind = 'undo'
    WHERE j.change_id = p_change AND l.at > now() - interval '5 minutes' AND l.made_in IS DISTINCT FROM this_transaction());
  GET DIAGNOSTICS v_touched = ROW_COUNT;
  RETURN v_touched;
END $$;

-- How many rows a change wrote, those included that the caller does not see: what cannot all be read is not undone by half.
CREATE FUNCTION rows_of(p_change bigint) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT count(*) FROM journal j WHERE j.change_id = p_change AND j.table_name <> 'narrative' AND may_undo(p_change)
$$;

-- Rows that a change took away, put back as they were, keys included, which no login may write by itself.
CREATE FUNCTION put_back(p_change bigint, p_table text, p_rows bigint[]) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT SET timezone = 'UTC' AS $$
DECLARE v_columns text; v_put bigint;
BEGIN
  IF NOT may_undo(p_change) THEN
    RAISE EXCEPTION 'caseload: that change is not yours to undo' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- What is put back is journalled as theirs who does it: nothing that they may not read, and no name on a case restricted by others.
  IF NOT sees_identity() AND (p_table NOT IN {wordless}
    OR (p_table = 'budget' AND EXISTS (SELECT 1 FROM journal j WHERE j.change_id = p_change AND j.table_name = p_table AND j.case_id IS NOT NULL)))
  AND NOT (SELECT pg_has_role(session_user, c.relowner, 'MEMBER') FROM pg_class c WHERE c.oid = 'case_file'::regclass) THEN
    RAISE EXCEPTION 'caseload: that is not yours to put back' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF p_table IN ('case_access', 'custody') AND EXISTS (SELECT 1 FROM journal j JOIN case_file k ON k.id = j.case_id
    JOIN change c ON c.id = j.change_id WHERE j.change_id = p_change AND j.table_name = p_table AND k.restricted
    AND k.custodian_id IS DISTINCT FROM acting_worker() AND c.worker_id IS DISTINCT FROM acting_worker() AND my_role() <> 'all') THEN
    RAISE EXCEPTION 'caseload: that is not yours to put back' USING ERRCODE = 'insufficient_privilege';
  END IF;
  -- Nor anything of a case that is out of their sight.
  IF p_table <> 'case_file' AND EXISTS (SELECT 1 FROM journal j WHERE j.change_id = p_change AND j.table_name = p_table AND j.op = 'delete'
    AND j.row_id = ANY (p_rows) AND j.case_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM my_cases m WHERE m.id = j.case_id) AND j.case_id <> ALL (my_glimpses()))
  AND NOT (SELECT pg_has_role(session_user, c.relowner, 'MEMBER') FROM pg_class c WHERE c.oid = 'case_file'::regclass) THEN
    RAISE EXCEPTION 'caseload: that is not yours to put back' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT string_agg(quote_ident(f.name), ', ') INTO v_columns FROM (
    SELECT json_object_keys(p.body::json -> 'before') AS name FROM journal j JOIN payload p ON p.id = j.id
    WHERE j.change_id = p_change AND j.table_name = p_table AND j.op = 'delete' AND j.row_id = p_rows[1] LIMIT 1000) f;
  IF v_columns IS NULL THEN RETURN 0; END IF;
  EXECUTE format('INSERT INTO %1$I (%2$s) SELECT %3$s FROM journal j JOIN payload p ON p.id = j.id'
    ' CROSS JOIN LATERAL json_populate_record(NULL::%1$I, p.body::json -> ''before'') r'
    ' WHERE j.change_id = $1 AND j.table_name = $2 AND j.op = ''delete'' AND j.row_id = ANY ($3) ORDER BY j.row_id',
    p_table, v_columns, regexp_replace(v_columns, '(^|, )', '\1r.', 'g')) USING p_change, p_table, p_rows;
  GET DIAGNOSTICS v_put = ROW_COUNT;
  RETURN v_put;
END $$;

-- A packet is about to be read by whom it was approved for: on record with the case, before its text is shown.
CREATE FUNCTION announce_packet(p_packet bigint, p_surface text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO look (worker_id, login, case_id, kind, surface, why, at)
  SELECT p.reader_id, session_user, p.case_id, 'packet', p_surface, 'packet ' || p.id, clock_timestamp() FROM packet p
  WHERE p.id = p_packet AND EXISTS (SELECT 1 FROM my_packets m WHERE m.id = p_packet);
  RETURN FOUND;
END $$;

-- What the reader of a packet answers: prose that names no case, so that its row leads nobody there. Null where there is no such
-- packet for the caller.
CREATE FUNCTION answer_packet(p_packet bigint, p_body text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
DECLARE v_prose bigint; v_answer bigint;
BEGIN
  IF length(p_body) NOT BETWEEN 1 AND 262144 OR NOT EXISTS (SELECT 1 FROM my_packets m WHERE m.id = p_packet) THEN
    RETURN NULL;
  END IF;
  INSERT INTO narrative (worker_id, body, at) VALUES (acting_worker(), p_body, clock_timestamp()) RETURNING id INTO v_prose;
  INSERT INTO packet_answer (packet_id, worker_id, narrative_id, at)
  VALUES (p_packet, acting_worker(), v_prose, clock_timestamp()) RETURNING id INTO v_answer;
  RETURN v_answer;
END $$;
