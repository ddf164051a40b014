-- PostgreSQL. What was agreed with a client: who puts a plan forward, who approves it, and what of it stands from then on.

-- What was put forward is what is approved, and what was approved stands. Asked of a login besides: a plan is put forward in one's own
-- name; approved or sent back by who supervises the case, in their own name, and by nobody who wrote it or put it forward; taken back by
-- who gave it. Whoever works with the case ends its plan, and takes that back.
CREATE FUNCTION guard_plan() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE v_me bigint := acting_worker(); v_leads boolean; v_step text;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state <> 'draft' THEN
      RAISE EXCEPTION 'caseload: what was put forward stands' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'plan_content_fixed';
    END IF;
    RETURN OLD;
  END IF;
  IF TG_OP = 'UPDATE' AND ((NEW.case_id, NEW.kind, NEW.number, NEW.author_id, NEW.made_on)
      IS DISTINCT FROM (OLD.case_id, OLD.kind, OLD.number, OLD.author_id, OLD.made_on)
      OR (OLD.state <> 'draft' AND NEW.wants_id IS DISTINCT FROM OLD.wants_id)) THEN
    RAISE EXCEPTION 'caseload: what was put forward stands' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'plan_content_fixed';
  END IF;
  IF NOT row_security_active('plan'::regclass) OR my_role() = 'all' THEN RETURN NEW; END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state = 'draft' AND NEW.submitted_by IS NULL THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'caseload: a plan begins as a draft' USING ERRCODE = 'insufficient_privilege';
  END IF;
  v_step := OLD.state || '>' || NEW.state;
  v_leads := leads(NEW.case_id);
  IF (CASE
      WHEN OLD.state = NEW.state THEN NEW.submitted_by IS NOT DISTINCT FROM OLD.submitted_by AND NEW.returned_id IS NOT DISTINCT FROM OLD.returned_id
      WHEN v_step = 'draft>submitted' THEN NEW.submitted_by = v_me AND NEW.returned_id IS NOT DISTINCT FROM OLD.returned_id
        -- Sent back, and that taken back.
        OR (v_leads AND v_me <> OLD.author_id AND NEW.submitted_by = OLD.submitted_by AND NEW.submitted_by <> v_me
          AND NEW.returned_id IS DISTINCT FROM OLD.returned_id)
      WHEN v_step = 'submitted>draft' THEN (OLD.submitted_by = v_me AND NEW.returned_id IS NOT DISTINCT FROM OLD.returned_id)
        OR (v_leads AND v_me <> OLD.author_id AND OLD.submitted_by <> v_me AND NEW.submitted_by = OLD.submitted_by)
      WHEN v_step = 'submitted>approved' THEN v_leads AND NEW.approved_by = v_me AND v_me NOT IN (OLD.author_id, OLD.submitted_by)
        AND NEW.submitted_by = OLD.submitted_by AND NEW.returned_id IS NOT DISTINCT FROM OLD.returned_id
        -- In whose name it was put forward, it was put forward by.
        AND EXISTS (SELECT 1 FROM journal j WHERE j.table_name = 'plan' AND j.row_id = OLD.id AND j.op = 'update' AND j.worker_id = OLD.submitted_by
          AND 'submitted_by' = ANY (string_to_array(j.columns, ',')))
      WHEN v_step = 'approved>submitted' THEN OLD.approved_by = v_me
      WHEN v_step IN ('approved>replaced', 'replaced>approved') THEN v_leads
      WHEN v_step IN ('approved>ended', 'ended>approved', 'draft>ended', 'ended>draft') THEN NEW.submitted_by IS NOT DISTINCT FROM OLD.submitted_by
      ELSE false END) IS NOT TRUE
    OR (v_step NOT IN ('submitted>approved', 'approved>submitted') AND (NEW.approved_by, NEW.approved_at, NEW.approved_on)
      IS DISTINCT FROM (OLD.approved_by, OLD.approved_at, OLD.approved_on)) THEN
    RAISE EXCEPTION 'caseload: that plan is not yours to move so' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

-- Goals and steps are written while their plan is a draft; from then on a goal is reached or not, and agreed to or not; a step is done or
-- not, and its days move. Of a plan that was replaced or ended nothing moves.
CREATE FUNCTION guard_goal() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE v_state text := (SELECT p.state FROM plan p WHERE p.id = CASE TG_OP WHEN 'INSERT' THEN NEW.plan_id ELSE OLD.plan_id END);
BEGIN
  IF v_state IS DISTINCT FROM 'draft' AND (CASE TG_OP WHEN 'INSERT' THEN row_security_active('goal'::regclass) WHEN 'DELETE' THEN true
      ELSE v_state NOT IN ('submitted', 'approved') OR (NEW.case_id, NEW.plan_id, NEW.need_id, NEW.place, NEW.title, NEW.measure, NEW.starts_on,
        NEW.due_on, NEW.from_id) IS DISTINCT FROM (OLD.case_id, OLD.plan_id, OLD.need_id, OLD.place, OLD.title, OLD.measure, OLD.starts_on,
        OLD.due_on, OLD.from_id) END) THEN
    RAISE EXCEPTION 'caseload: what was put forward stands' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'plan_content_fixed';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION guard_step() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE v_state text := (SELECT p.state FROM plan p JOIN goal g ON g.plan_id = p.id
  WHERE g.id = CASE TG_OP WHEN 'INSERT' THEN NEW.goal_id ELSE OLD.goal_id END);
BEGIN
  IF v_state IS DISTINCT FROM 'draft' AND (CASE TG_OP WHEN 'INSERT' THEN row_security_active('step'::regclass) WHEN 'DELETE' THEN true
      ELSE v_state NOT IN ('submitted', 'approved') OR (NEW.case_id, NEW.goal_id, NEW.place, NEW.title, NEW.who, NEW.who_name, NEW.worker_id,
        NEW.after_id, NEW.from_id) IS DISTINCT FROM (OLD.case_id, OLD.goal_id, OLD.place, OLD.title, OLD.who, OLD.who_name, OLD.worker_id,
        OLD.after_id, OLD.from_id) OR (OLD.first_due_on IS NOT NULL AND NEW.first_due_on IS DISTINCT FROM OLD.first_due_on
        AND NEW.first_due_on IS NOT NULL) END) THEN
    RAISE EXCEPTION 'caseload: what was put forward stands' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'plan_content_fixed';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
