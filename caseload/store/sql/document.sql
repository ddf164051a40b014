-- PostgreSQL. What is in files: it comes in by these functions and is read through the view my_chunks, after a look at that document.
-- Nobody's login reads the tables below: whether another has the same file is told to nobody.

-- Room for a file that is coming in, for this transaction alone.
CREATE FUNCTION begin_content() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE v_content bigint;
BEGIN
  IF NOT sees_identity() THEN
    RAISE EXCEPTION 'caseload: not permitted' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO content (size) VALUES (0) RETURNING id INTO v_content;
  RETURN v_content;
END $$;

-- The next piece of it; false where it would become larger than the agency lets a document be.
CREATE FUNCTION add_chunk(p_content bigint, p_body bytea) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE v_n integer;
BEGIN
  IF length(p_body) NOT BETWEEN 1 AND {chunk} THEN RETURN false; END IF;
  UPDATE content SET chunks = chunks + 1, size = size + length(p_body)
  WHERE id = p_content AND root IS NULL AND made_in = this_transaction() AND size = chunks * {chunk}
    AND size + length(p_body) <= (SELECT a.document_mb FROM agency a) * 1048576::bigint
  RETURNING chunks INTO v_n;
  IF NOT FOUND THEN RETURN false; END IF;
  INSERT INTO content_chunk (content_id, n, body) VALUES (p_content, v_n, p_body);
  RETURN true;
END $$;

-- What came in is what that document has, which the caller has just added. Where the store has the same bytes under the same digest
-- already, these are kept and the new ones let go, and the answer is as ever.
CREATE FUNCTION settle_content(p_content bigint, p_document bigint) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
DECLARE v_sha text; v_root text; v_kept bigint := p_content;
BEGIN
  SELECT d.sha256 INTO v_sha FROM document d JOIN content c ON c.id = p_content AND c.size = d.size AND c.root IS NULL
    AND c.made_in = this_transaction()
  WHERE d.id = p_document AND just_added('document', d.id) AND NOT EXISTS (SELECT 1 FROM document_content m WHERE m.document_id = d.id);
  IF NOT FOUND THEN RETURN false; END IF;
  v_root := (SELECT encode(sha256(string_agg(sha256(c.body), ''::bytea ORDER BY c.n)), 'hex') FROM content_chunk c WHERE c.content_id = p_content);
  BEGIN
    UPDATE content SET sha256 = v_sha, root = v_root WHERE id = p_content;
  EXCEPTION WHEN unique_violation THEN
    SELECT c.id INTO v_kept FROM content c WHERE c.sha256 = v_sha AND c.root = v_root;
    DELETE FROM content_chunk WHERE content_id = p_content;
    DELETE FROM content WHERE id = p_content;
  END;
  INSERT INTO document_content (document_id, content_id) VALUES (p_document, v_kept);
  RETURN true;
END $$;

-- Which documents' bytes are not what was added, and how many contents were reckoned anew. Anybody who works here may ask; a document's
-- number tells nothing of it.
CREATE FUNCTION unsound_documents(OUT checked bigint, OUT documents bigint[]) LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
BEGIN
  IF acting_worker() IS NULL AND NOT (SELECT pg_has_role(session_user, c.relowner, 'MEMBER') FROM pg_class c WHERE c.oid = 'content'::regclass) THEN
    RETURN;
  END IF;
  WITH reckoned AS MATERIALIZED (SELECT t.id, t.root IS NOT DISTINCT FROM (SELECT encode(sha256(string_agg(sha256(c.body), ''::bytea ORDER BY c.n)), 'hex')
      FROM content_chunk c WHERE c.content_id = t.id) AND t.size = (SELECT COALESCE(sum(length(c.body)), 0) FROM content_chunk c WHERE c.content_id = t.id)
      AS sound FROM content t WHERE t.root IS NOT NULL)
  SELECT (SELECT count(*) FROM reckoned), (SELECT COALESCE(array_agg(d.id ORDER BY d.id), '{}') FROM document d
    LEFT JOIN document_content m ON m.document_id = d.id LEFT JOIN reckoned r ON r.id = m.content_id LEFT JOIN content t ON t.id = m.content_id
    WHERE d.withdrawn_at IS NULL AND (r.sound AND t.sha256 = d.sha256 AND t.size = d.size) IS NOT TRUE)
  INTO checked, documents;
END $$;

-- Lets go of the bytes that no document has any more: the adding was undone, or it was withdrawn. Their number; null for who is no admin.
CREATE FUNCTION sweep_contents() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE v_gone bigint[];
BEGIN
  IF my_role() IS NULL OR my_role() NOT IN ('admin', 'all') THEN RETURN NULL; END IF;
  v_gone := (SELECT COALESCE(array_agg(t.id), '{}') FROM content t WHERE NOT EXISTS (SELECT 1 FROM document_content m
    JOIN document d ON d.id = m.document_id WHERE m.content_id = t.id AND d.withdrawn_at IS NULL));
  DELETE FROM document_content WHERE content_id = ANY (v_gone);
  DELETE FROM content_chunk WHERE content_id = ANY (v_gone);
  DELETE FROM content WHERE id = ANY (v_gone);
  RETURN COALESCE(cardinality(v_gone), 0);
END $$;
