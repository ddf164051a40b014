"""Documents: files kept with a case or a client, once each, looked at on record, and leaving only where somebody may be told."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from caseload.casework import contents, disclosures, documents, merge, page, retention, setup
from caseload.casework.documents import NewDocument
from caseload.errors import CaseloadError, Conflict, NotPermitted, Refused, Usage
from caseload.models.document import CHUNK
from tests.practice.boundary.by_hand import psql
from tests.practice.kit import ADMIN, Practice

WORDS = b"A lease, signed by Salome Ruizova. " * 20_000  # three pieces


@pytest.fixture
def lease(tmp_path: Path) -> Path:
    made = tmp_path / "Ruizova lease.pdf"
    made.write_bytes(WORDS)
    return made


def add(p: Practice, case: str, path: Path, *, by: str = "ana", **more: Any) -> int:
    return int(p.do(by, documents.add, NewDocument(case, path, **more)).data["document"])


def write_out(p: Practice, document: int, where: Path, *, by: str = "ana", **more: Any) -> bytes:
    target = where / f"out-{document}-{len(list(where.iterdir()))}"
    documents.write_out(p.as_(by), document, target, why="the hearing", **more)
    return target.read_bytes()


def contents_kept(p: Practice) -> int:
    return int(p.value("SELECT count(*) FROM content"))


# ---------------------------------------------------------------- kept, listed, read


def test_a_file_comes_out_as_it_went_in_private_and_every_look_is_on_record(
    practice: Practice, lease: Path, tmp_path: Path
) -> None:
    case = practice.open()
    made = add(practice, case, lease, kind="housing")
    [row] = practice.ask("ana", documents.of_case, practice.id(case))
    assert (row.kind, row.name, row.size, row.by) == ("housing", "Ruizova lease.pdf", len(WORDS), "ana")
    assert row.sha256 == hashlib.sha256(WORDS).hexdigest()
    assert row.keep_until == date(2033, 11, 20), "seven years, unless the agency says otherwise"
    target = tmp_path / "out"
    documents.write_out(practice.as_("ana"), made, target, why="the hearing")
    assert target.read_bytes() == WORDS
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    looked = practice.rows("SELECT kind, surface, why FROM look WHERE kind = 'document'")
    assert [tuple(one) for one in looked] == [("document", f"document {made}", "the hearing")]
    with pytest.raises(Refused, match="already a file"):
        documents.write_out(practice.as_("ana"), made, target, why="again")


def test_two_files_alike_are_kept_once_and_neither_learns_of_the_other(
    practice: Practice, lease: Path, tmp_path: Path
) -> None:
    mine, theirs = practice.open(), practice.open(by="cleo", worker="cleo", given="Salome", family="Ruiz")
    first = practice.do("cleo", documents.add, NewDocument(theirs, lease))
    second = practice.do("ana", documents.add, NewDocument(mine, lease))
    assert second.words == first.words
    assert contents_kept(practice) == 1
    [row] = practice.ask("ana", documents.of_case, practice.id(mine))
    assert row.by == "ana"
    assert write_out(practice, second.data["document"], tmp_path) == WORDS
    told = "SELECT count(*) FROM journal WHERE change_id = :change"
    assert practice.value(told, change=first.change) == practice.value(told, change=second.change)
    with pytest.raises(Usage, match="no such document"):
        write_out(practice, first.data["document"], tmp_path)


def test_a_document_of_the_client_is_there_in_all_their_cases(practice: Practice, lease: Path, tmp_path: Path) -> None:
    case, other = practice.open(), practice.open(program="youth")
    with practice.scene() as w:
        same = text(
            "UPDATE case_file SET client_id = (SELECT client_id FROM case_file WHERE number = :one) WHERE number = :other"
        )
        w.conn.execute(same, {"one": case, "other": other})
    made = add(practice, case, lease, kind="identity", of_client=True)
    assert [one.id for one in practice.ask("ana", documents.of_case, practice.id(other))] == [made]
    assert write_out(practice, made, tmp_path) == WORDS


def test_documents_follow_the_client_when_two_records_become_one(
    practice: Practice, lease: Path, tmp_path: Path
) -> None:
    one, two = practice.open(given="Mara"), practice.open(given="Marah")
    made = add(practice, one, lease, of_client=True)
    practice.do("ana", merge.commit, practice.ask("ana", merge.plan, one, two), "one person")
    assert [row.id for row in practice.ask("ana", documents.of_case, practice.id(two))] == [made]
    assert write_out(practice, made, tmp_path) == WORDS


def test_the_next_edition_stands_in_place_of_the_one_before_which_stays(practice: Practice, lease: Path) -> None:
    case = practice.open()
    first = add(practice, case, lease)
    second = add(practice, case, lease, replaces=first)
    rows = {one.id: one for one in practice.ask("ana", documents.of_case, practice.id(case))}
    assert (rows[first].replaced, rows[second].replaced, rows[second].edition) == (True, False, 2)
    with pytest.raises(Conflict, match="another edition"):
        add(practice, case, lease, replaces=first)
    other = practice.open(given="Ida")
    with pytest.raises(Usage, match="none of this case"):
        add(practice, other, lease, replaces=second)


# ---------------------------------------------------------------- limits and bad files


def test_a_file_over_the_limit_is_refused_and_nothing_of_it_is_kept(practice: Practice, tmp_path: Path) -> None:
    case = practice.open()
    practice.do(ADMIN, setup.decide, {"document_mb": "1"})
    large = tmp_path / "large"
    large.write_bytes(bytes(1024 * 1024 + 1))
    with pytest.raises(Usage, match="larger than 1 MB"):
        add(practice, case, large)
    large.write_bytes(bytes(1024 * 1024))
    assert contents_kept(practice) == 0
    add(practice, case, large)


@pytest.mark.parametrize("kind", ["nothing", "folder", "empty", "pipe", "name"])
def test_what_is_no_file_is_refused_without_saying_its_name(office: Practice, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "Ruizova.pdf"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind != "nothing":
        path.write_bytes(b"" if kind == "empty" else b"x")
    case = office.open()
    with pytest.raises(Usage) as said:
        add(office, case, path, name="x" * 10_000 if kind == "name" else "")
    assert "Ruizova" not in str(said.value)


def test_a_hostile_name_is_kept_inert(office: Practice, lease: Path) -> None:
    case = office.open()
    add(office, case, lease, name="=1+1\x1b[2J[red]\u202eexe.pdf\n")
    [row] = office.ask("ana", documents.of_case, office.id(case))
    assert row.name == "=1+1[red]exe.pdf"


def test_how_long_is_kept_goes_by_the_kind(office: Practice, lease: Path) -> None:
    office.do(ADMIN, setup.decide, {"document_years": "court=10, identity=1"})
    assert office.ask(ADMIN, setup.decided)["document_years"] == "identity=1,court=10"
    case = office.open()
    for kind in ("identity", "court", "letter"):
        add(office, case, lease, kind=kind)
    rows = office.ask("ana", documents.of_case, office.id(case))
    assert {one.kind: one.keep_until.year for one in rows} == {"identity": 2027, "court": 2036, "letter": 2033}
    for wrong in ("court", "court=0", "lease=3", "court=ten"):
        with pytest.raises(Usage):
            office.do(ADMIN, setup.decide, {"document_years": wrong})
    assert retention.later(date(2028, 2, 29), 1) == date(2029, 2, 28)


# ---------------------------------------------------------------- taken back


def test_adding_is_undone_and_done_again_with_what_was_in_it(practice: Practice, lease: Path, tmp_path: Path) -> None:
    case = practice.open()
    receipt = practice.do("ana", documents.add, NewDocument(case, lease))
    before = practice.facts()
    undone = practice.take_back(receipt)
    assert practice.ask("ana", documents.of_case, practice.id(case)) == ()
    with pytest.raises(Usage, match="no such document"):
        write_out(practice, receipt.data["document"], tmp_path)
    practice.take_back(undone)
    assert practice.facts()["document"] == before["document"]
    assert write_out(practice, receipt.data["document"], tmp_path) == WORDS


def test_what_is_withdrawn_stays_listed_with_its_reason_and_opens_no_more(
    practice: Practice, lease: Path, tmp_path: Path
) -> None:
    case = practice.open()
    made = add(practice, case, lease)
    practice.do("ana", documents.withdraw, made, "of another client")
    [row] = practice.ask("ana", documents.of_case, practice.id(case))
    assert (row.withdrawn, row.withdrawn_why) == (True, "of another client")
    with pytest.raises(Refused, match="withdrawn"):
        write_out(practice, made, tmp_path)
    practice.take_back()
    assert write_out(practice, made, tmp_path) == WORDS


def test_an_admin_sweeps_what_no_document_holds_and_nothing_else(
    practice: Practice, lease: Path, tmp_path: Path
) -> None:
    case, other = practice.open(), practice.open(given="Ida")
    small = tmp_path / "small"
    small.write_bytes(b"small")
    kept, gone = add(practice, other, lease), add(practice, case, lease)
    swept = add(practice, case, small)
    for one in (gone, swept):
        practice.do("ana", documents.withdraw, one, "wrong client")
    with pytest.raises(NotPermitted):
        practice.do("ana", documents.sweep, "erasure asked for")
    assert practice.do(ADMIN, documents.sweep, "erasure asked for").data == {"swept": 1}
    assert write_out(practice, kept, tmp_path) == WORDS, "another has the same bytes"
    practice.take_back()
    with pytest.raises(Refused, match="swept"):
        write_out(practice, swept, tmp_path)
    assert not list(tmp_path.glob(f"out-{swept}-*"))


# ---------------------------------------------------------------- digests


def test_a_byte_changed_by_hand_is_found_and_never_written_out(practice: Practice, lease: Path, tmp_path: Path) -> None:
    case = practice.open()
    made = add(practice, case, lease)
    assert practice.ask("otto", documents.verify) == documents.Verdict(1, ())
    with practice.by_hand() as conn:
        conn.execute(text("UPDATE content_chunk SET body = :body WHERE n = 2"), {"body": bytes(CHUNK)})
    assert practice.ask("otto", documents.verify).faults == (made,)
    with pytest.raises(Refused, match="not what was added"):
        write_out(practice, made, tmp_path)
    assert not list(tmp_path.glob("out-*"))


@given(st.binary(max_size=40), st.integers(1, 7))
def test_a_stream_that_gives_little_at_a_time_is_cut_as_one_that_gives_all(body: bytes, most: int) -> None:
    class Slow(io.BytesIO):
        def read(self, n: int | None = -1, /) -> bytes:
            return super().read(min(n or 0, most))

    assert contents._full(Slow(body)) == body


# ---------------------------------------------------------------- leaving


def test_a_document_leaves_under_a_consent_alone_and_the_telling_is_on_record(
    practice: Practice, lease: Path, tmp_path: Path
) -> None:
    from caseload.casework import consents

    case = practice.open()
    made = add(practice, case, lease, kind="medical")
    to = {"recipient": "Clinic", "purpose": "Treatment"}
    with pytest.raises(NotPermitted):
        write_out(practice, made, tmp_path, **to)
    assert practice.value("SELECT count(*) FROM look WHERE kind = 'document'") == 0, "nothing was looked at"
    given_ = consents.NewConsent(case, "Clinic", ("identity", "health"), "Her papers", "Treatment", until_closed=True)
    practice.do("ana", consents.give, given_)
    assert write_out(practice, made, tmp_path, **to) == WORDS
    with pytest.raises(NotPermitted):
        write_out(practice, made, tmp_path, **to, also=("substance_use",))
    practice.look(case)
    [row] = practice.ask("ana", disclosures.of_case, practice.id(case))
    assert row.kinds == ("identity", "health")
    assert row.what is not None and "Ruizova" not in row.what


# ---------------------------------------------------------------- who sees them


def test_names_of_files_are_for_who_sees_identity_and_in_no_receipt(
    practice: Practice, lease: Path, tmp_path: Path
) -> None:
    case = practice.open(given="Salome", family="Ruizova")
    receipt = practice.do("ana", documents.add, NewDocument(case, lease))
    assert "Ruizova" not in receipt.words
    assert practice.ask(ADMIN, documents.of_case, practice.id(case)) == ()
    for who in (ADMIN, "nia", "otto"):
        with pytest.raises(CaseloadError):
            write_out(practice, receipt.data["document"], tmp_path, by=who)
    masked = practice.as_("ana").lifted()
    masked.masked = True
    [row] = page.open_page(masked, practice.id(case), surface="screen").documents
    assert (row.name, row.sha256) == ("[document]", None)
    with pytest.raises(Refused, match="without identity"):
        documents.write_out(masked, row.id, tmp_path / "out", why="x")


def test_on_a_server_no_hand_reads_bytes_without_a_look_at_that_very_document(practice: Practice, lease: Path) -> None:
    if practice.engine_name == "sqlite":
        return  # a file is no boundary
    case = practice.open()
    made, other = add(practice, case, lease), add(practice, case, lease)
    count = "SELECT count(*) FROM my_chunks WHERE document_id = {}".format
    look = (
        "INSERT INTO look (worker_id, login, case_id, kind, surface, at) VALUES (acting_worker(), session_user,"
        f" {practice.id(case)}, 'document', 'document {made}', now())"
    )
    with psql(practice, "ana", autocommit=False) as conn:
        assert conn.execute(count(made).encode()).fetchone() == (0,)
        conn.execute(look.encode())
        assert conn.execute(count(made).encode()).fetchone() == (0,), "a rollback would erase the look"
        conn.commit()
        assert conn.execute(count(made).encode()).fetchone() == (3,)
        assert conn.execute(count(other).encode()).fetchone() == (0,)
        assert conn.execute(b"SELECT count(*) FROM content").fetchone() == (0,)
        assert conn.execute(b"SELECT count(*) FROM content_chunk").fetchone() == (0,)
        assert conn.execute(b"SELECT count(*) FROM document_content").fetchone() == (0,)
    for statement in (
        "UPDATE document SET sha256 = repeat('0', 64)",
        "DELETE FROM content",
        "UPDATE document SET case_id = 1",
    ):
        with psql(practice, "ana") as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(statement.encode())


def test_on_a_server_nobody_comes_to_a_file_by_knowing_its_digests(
    practice: Practice, lease: Path, tmp_path: Path
) -> None:
    if practice.engine_name == "sqlite":
        return
    theirs = practice.open(by="cleo", worker="cleo", given="Salome", family="Ruiz")
    add(practice, theirs, lease, by="cleo")
    mine, small = practice.open(), tmp_path / "small"
    small.write_bytes(b"x")
    forged = "SELECT begin_content()", "SELECT add_chunk(currval('content_id_seq'), 'x'::bytea)"
    row = (
        "INSERT INTO document (case_id, kind, name, size, sha256, on_date, at, worker_id, retain_until) VALUES"
        f" ({practice.id(mine)}, 'other', 'x', {{size}}, '{hashlib.sha256(WORDS).hexdigest()}', agency_today(), now(), acting_worker(),"
        " agency_today()) RETURNING id"
    )
    with psql(practice, "ana", autocommit=False) as conn:
        made = conn.execute(forged[0].encode()).fetchone()
        assert made is not None
        assert conn.execute("SELECT add_chunk(%s, %s)", (made[0], b"x")).fetchone() == (True,)
        large = conn.execute(row.format(size=len(WORDS)).encode()).fetchone()
        one = conn.execute(row.format(size=1).encode()).fetchone()
        assert large is not None and one is not None
        settle = "SELECT settle_content(%s, %s)"
        assert conn.execute(settle, (made[0], large[0])).fetchone() == (False,), "it is not that large"
        assert conn.execute(settle, (made[0], one[0])).fetchone() == (True,), "kept apart: the bytes are others"
        assert conn.execute(settle, (made[0], one[0])).fetchone() == (False,)
        conn.commit()
    assert contents_kept(practice) == 2
    assert set(practice.ask("ana", documents.verify).faults) == {large[0]}, "a file said to be another's is no file"
