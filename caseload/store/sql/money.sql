-- PostgreSQL. What is written about money: within a limit or by two, one after the other, and never edited.

-- Holds a budget until the transaction ends, so that two who authorise at once see each other: what it has, how much one person may
-- authorise alone under it, and what of it is spoken for by other authorisations (store/facts.py says what that is). One that the caller
-- does not see is not left out, else what each is about could be reckoned. Not FOR UPDATE:
-- whoever has already pointed a row at the budget would wait for whoever holds it, and the other way round.
CREATE FUNCTION hold_budget(p_budget bigint, p_but bigint, OUT cents bigint, OUT single integer, OUT taken bigint) LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  SELECT b.cents, b.single_cents INTO cents, single FROM budget b WHERE b.id = p_budget AND (b.program_id IS NOT NULL
    OR (sees_identity() AND EXISTS (SELECT 1 FROM my_cases m WHERE m.id = b.case_id)) OR my_role() = 'all'
    OR (SELECT pg_has_role(session_user, c.relowner, 'MEMBER') FROM pg_class c WHERE c.oid = 'budget'::regclass)) FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT COALESCE(sum(CASE a.state WHEN 'approved' THEN a.cents ELSE
      COALESCE((SELECT sum(p.cents) FROM payment p WHERE p.authorisation_id = a.id), 0) END), 0) INTO taken
    FROM authorisation a WHERE a.budget_id = p_budget AND a.state IN ('approved', 'ended')
    AND (a.id IS DISTINCT FROM p_but OR NOT ((sees_identity() AND EXISTS (SELECT 1 FROM my_cases m WHERE m.id = a.case_id))
      OR my_role() = 'all' OR (SELECT pg_has_role(session_user, c.relowner, 'MEMBER') FROM pg_class c WHERE c.oid = 'budget'::regclass)));
END $$;

-- Whose budget it is stays as it was set.
CREATE FUNCTION guard_budget() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.program_id, NEW.case_id, NEW.set_by) IS DISTINCT FROM (OLD.program_id, OLD.case_id, OLD.set_by) THEN
    RAISE EXCEPTION 'caseload: what was asked for stands' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'authorisation_fixed';
  END IF;
  RETURN NEW;
END $$;

-- What was asked for stands; what goes over a limit says so, and so has a reason and two people (a CHECK). Asked of a login besides: it is
-- asked for in one's own name, approved by oneself within the limits alone, and else by who supervises the case and did not ask.
CREATE FUNCTION guard_authorisation() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE v_me bigint := acting_worker(); v_leads boolean; v_step text; v_limit integer; v_held record;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state IN ('approved', 'ended') AND OLD.approved_by <> OLD.asked_by THEN
      RAISE EXCEPTION 'caseload: what was asked for stands' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'authorisation_fixed';
    END IF;
    RETURN OLD;
  END IF;
  IF TG_OP = 'UPDATE' AND ((NEW.case_id, NEW.asked_by, NEW.drafted_on, NEW.at) IS DISTINCT FROM (OLD.case_id, OLD.asked_by, OLD.drafted_on, OLD.at)
    OR (OLD.state <> 'drafted' AND NEW.state <> 'drafted' AND (NEW.budget_id, NEW.referral_id, NEW.service_id, NEW.item, NEW.cents, NEW.units,
      NEW.unit, NEW.from_on, NEW.to_on, NEW.renews_id) IS DISTINCT FROM (OLD.budget_id, OLD.referral_id, OLD.service_id, OLD.item, OLD.cents,
      OLD.units, OLD.unit, OLD.from_on, OLD.to_on, OLD.renews_id))) THEN
    RAISE EXCEPTION 'caseload: what was asked for stands' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'authorisation_fixed';
  END IF;
  IF NEW.state = 'approved' AND (TG_OP = 'INSERT' OR OLD.state <> 'approved' OR NOT NEW.above) THEN
    SELECT p.single_cents INTO v_limit FROM policy p JOIN case_file k ON k.program_id = p.program_id WHERE k.id = NEW.case_id AND p.is_current;
    v_held := hold_budget(NEW.budget_id, NEW.id);
    IF NOT NEW.above AND (NEW.cents > v_limit OR NEW.cents > v_held.single OR v_held.taken + NEW.cents > v_held.cents) THEN
      RAISE EXCEPTION 'caseload: above the limit' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'authorisation_limit';
    END IF;
  END IF;
  IF NOT row_security_active('authorisation'::regclass) THEN RETURN NEW; END IF;
  IF (NEW.budget_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM budget b JOIN case_file k ON k.id = NEW.case_id WHERE b.id = NEW.budget_id
      AND (b.case_id = k.id OR b.program_id = k.program_id)))
    OR (NEW.referral_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM referral q WHERE q.id = NEW.referral_id AND q.case_id = NEW.case_id))
    OR (NEW.renews_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM authorisation x WHERE x.id = NEW.renews_id AND x.case_id = NEW.case_id)) THEN
    RAISE EXCEPTION 'caseload: that is of another case' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF my_role() = 'all' THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state IN ('drafted', 'asked') OR (NEW.state = 'approved' AND NEW.approved_by = v_me AND NOT NEW.above) THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'caseload: that is not yours to authorise' USING ERRCODE = 'insufficient_privilege';
  END IF;
  v_step := OLD.state || '>' || NEW.state;
  v_leads := leads(NEW.case_id);
  IF (CASE
      WHEN v_step = 'drafted>drafted' THEN OLD.asked_by = v_me AND NEW.returned_id IS NOT DISTINCT FROM OLD.returned_id
      WHEN OLD.state = NEW.state THEN NEW.above = OLD.above AND NEW.returned_id IS NOT DISTINCT FROM OLD.returned_id
        AND NEW.reason_id IS NOT DISTINCT FROM OLD.reason_id
      WHEN v_step = 'drafted>asked' THEN OLD.asked_by = v_me OR (v_leads AND NEW.returned_id IS DISTINCT FROM OLD.returned_id)
      WHEN v_step = 'drafted>approved' THEN OLD.asked_by = v_me AND NEW.approved_by = v_me AND NOT NEW.above
      WHEN v_step = 'asked>approved' THEN v_leads AND NEW.approved_by = v_me AND OLD.asked_by <> v_me
      WHEN v_step = 'asked>drafted' THEN (v_leads AND OLD.asked_by <> v_me) OR (OLD.asked_by = v_me AND NEW.returned_id IS NOT DISTINCT FROM OLD.returned_id)
      WHEN v_step IN ('approved>asked', 'approved>drafted') THEN OLD.approved_by = v_me
      WHEN v_step IN ('approved>ended', 'ended>approved') THEN NEW.above = OLD.above AND NEW.reason_id IS NOT DISTINCT FROM OLD.reason_id
      WHEN v_step IN ('drafted>withdrawn', 'asked>withdrawn', 'withdrawn>drafted', 'withdrawn>asked') THEN true
      ELSE false END) IS NOT TRUE
    OR (v_step NOT IN ('asked>approved', 'drafted>approved', 'approved>asked', 'approved>drafted')
      AND (NEW.approved_by, NEW.approved_at, NEW.approved_on) IS DISTINCT FROM (OLD.approved_by, OLD.approved_at, OLD.approved_on)) THEN
    RAISE EXCEPTION 'caseload: that is not yours to authorise' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

-- Holds an authorisation until the transaction ends: two who pay at once see each other.
CREATE FUNCTION hold_authorisation(p_authorisation bigint, OUT case_id bigint, OUT state text, OUT cents integer, OUT units integer,
  OUT paid bigint, OUT used bigint) LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  SELECT a.case_id, a.state, a.cents, a.units INTO case_id, state, cents, units FROM authorisation a WHERE a.id = p_authorisation
    AND ((sees_identity() AND EXISTS (SELECT 1 FROM my_cases m WHERE m.id = a.case_id)) OR my_role() = 'all'
    OR (SELECT pg_has_role(session_user, c.relowner, 'MEMBER') FROM pg_class c WHERE c.oid = 'authorisation'::regclass)) FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT COALESCE(sum(p.cents), 0), COALESCE(sum(p.units), 0) INTO paid, used FROM payment p WHERE p.authorisation_id = p_authorisation;
END $$;

-- No more is paid than was authorised, and of what was approved alone; a row that counters another takes it back whole. None is edited.
CREATE FUNCTION guard_payment() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE v_held record; v_cents integer; v_units integer;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    RAISE EXCEPTION 'caseload: a payment stands' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_fixed';
  END IF;
  v_held := hold_authorisation(CASE TG_OP WHEN 'DELETE' THEN OLD.authorisation_id ELSE NEW.authorisation_id END);
  IF TG_OP = 'DELETE' THEN
    v_cents := -OLD.cents; v_units := -OLD.units;
  ELSE
    v_cents := NEW.cents; v_units := NEW.units;
    IF v_held.case_id IS DISTINCT FROM NEW.case_id
      OR NOT (v_held.state = 'approved' OR (v_held.state = 'ended' AND NEW.counters_id IS NOT NULL))
      OR (NEW.counters_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.id = NEW.counters_id AND p.counters_id IS NULL
        AND p.authorisation_id = NEW.authorisation_id AND p.cents = -NEW.cents AND p.units = -NEW.units)) THEN
      RAISE EXCEPTION 'caseload: nothing is paid of that' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_state';
    END IF;
  END IF;
  IF v_held.paid + v_cents > COALESCE(v_held.cents, 0) OR v_held.used + v_units > COALESCE(v_held.units, 0) THEN
    RAISE EXCEPTION 'caseload: more than was authorised' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_over';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
