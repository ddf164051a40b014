"""Seals: whatever is done to the journal past every guard is named, and what other people do at the same time is no fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload import clock
from caseload.errors import Usage
from caseload.store import seals
from caseload.store.engine import digest
from caseload.store.seals import Digest, Seal, spans
from caseload.store.tampering import Checker
from caseload.store.verify import JournalVerdict, verify_journal
from tests.practice.acts import lived_in
from tests.practice.kit import ADMIN, Practice
from tests.practice.test_journal import guards_down
from tests.support.examples import examples


def verdict(practice: Practice, anchor: str | None = None) -> JournalVerdict:
    with practice.as_(ADMIN).read(snapshot=True) as r:
        return verify_journal(r, anchor=anchor)


def sealed(practice: Practice) -> Seal:
    """Everything sealed now; the newest seal."""
    with practice.by_hand() as conn:
        newest = seals.everything(conn)
    assert newest is not None
    return newest


def three_seals(practice: Practice) -> list[Seal]:
    """A journal whose newest three seals cover a case each."""
    out = []
    sealed(practice)
    for _case in range(3):
        practice.open()
        out.append(sealed(practice))
    return out


# ---------------------------------------------------------------- made by commits


def test_an_act_that_finds_no_young_seal_makes_one(practice: Practice) -> None:
    with guards_down(practice, "seal") as conn:
        conn.exec_driver_sql("DELETE FROM seal")
    before = clock.now()
    practice.open(acknowledged=False)
    (first,) = practice.rows("SELECT id, from_row, to_row, row_count FROM seal")
    assert (first.id, first.from_row, first.to_row) == (1, 1, practice.value("SELECT max(id) FROM journal"))
    assert first.row_count == practice.value("SELECT count(*) FROM journal")
    for _more in range(3):
        practice.open(acknowledged=False)
        with practice.raw.connect() as conn:
            newest = seals.newest(conn)
        assert newest is not None and newest.at >= before - timedelta(seconds=1), "an act is sealed within a second"
        before = clock.now()
    assert verdict(practice).sound


def test_an_act_that_is_not_done_leaves_no_seal(practice: Practice) -> None:
    with guards_down(practice, "seal") as conn:
        conn.exec_driver_sql("DELETE FROM seal")
    with practice.as_("ana").work("nothing") as w:
        w.nothing("Nothing to do")
    assert practice.value("SELECT count(*) FROM seal") == 0


def test_verify_counts_what_no_seal_covers_yet(practice: Practice) -> None:
    newest = sealed(practice)
    said = verdict(practice)
    assert (said.sound, said.unsealed, said.newest, said.seals) == (True, 0, newest, newest.id)
    with guards_down(practice, "seal") as conn:
        conn.exec_driver_sql(f"DELETE FROM seal WHERE id = {newest.id}")
    said = verdict(practice)
    assert said.sound, "without a copy elsewhere nobody can tell that there was one more"
    assert said.unsealed == newest.rows
    assert verdict(practice, newest.anchor).faults == (
        f"Seal {newest.id} is gone: the journal was cut off after seal {newest.id - 1}.",
    )


def test_a_long_tail_is_sealed_in_batches(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sealed(practice)
    lived_in(practice)
    with guards_down(practice, "seal") as conn:
        conn.exec_driver_sql(f"DELETE FROM seal WHERE id > {before.id}")
    monkeypatch.setattr(seals, "MOST", 7)
    rows = practice.value(f"SELECT count(*) FROM journal WHERE id > {before.last}")
    newest = sealed(practice)
    assert newest.id - before.id == -(-rows // 7)
    said = verdict(practice)
    assert (said.sound, said.unsealed) == (True, 0)


def test_a_worker_can_neither_make_a_seal_nor_take_one_away(practice: Practice) -> None:
    sealed(practice)
    if practice.engine_name == "postgresql":
        for act in ("INSERT INTO seal SELECT * FROM seal", "DELETE FROM seal", "UPDATE seal SET at = now()"):
            with pytest.raises(psycopg.Error), psycopg.connect(practice.url_of("ana")) as conn:
                conn.execute(act.encode())
    assert verdict(practice).sound


# ---------------------------------------------------------------- tampering, past every guard


def test_a_payload_that_is_altered_is_named(practice: Practice) -> None:
    newest = three_seals(practice)[-1]
    row = practice.value("SELECT max(id) FROM payload")
    with guards_down(practice, "payload") as conn:
        conn.exec_driver_sql(f"UPDATE payload SET body = replace(body, 'a', 'e') WHERE id = {row}")
    assert verdict(practice).faults == (
        f"The payload of journal row {row} (seal {newest.id}) does not agree with its hash.",
    )


def test_a_journal_row_rewritten_with_its_hash_is_named_by_its_batch(practice: Practice) -> None:
    """Whoever owns the tables can make a row and its own hash agree; the seal still knows."""
    one = three_seals(practice)[1]
    at = "at" if practice.engine_name == "sqlite" else "(extract(epoch FROM at) * 1000000)::bigint"
    columns = f"{at}, change_id, worker_id, login, table_name, row_id, case_id, op, columns, payload_hash"
    row = list(practice.rows(f"SELECT {columns} FROM journal WHERE id = {one.last}")[0])
    row[3] = "somebody"
    forged = digest("|".join(str("" if part is None else part) for part in row))
    with guards_down(practice, "journal") as conn:
        conn.exec_driver_sql(f"UPDATE journal SET login = 'somebody', hash = '{forged}' WHERE id = {one.last}")
    assert verdict(practice).faults == (
        f"Journal rows {one.first}-{one.last} are not what was sealed in seal {one.id}.",
    )


def test_journal_rows_that_are_deleted_are_named(practice: Practice) -> None:
    one, two, three = three_seals(practice)
    with guards_down(practice, "journal") as conn:
        conn.exec_driver_sql(f"DELETE FROM journal WHERE id IN ({one.first}, {two.first + 1}, {two.first + 2})")
        conn.exec_driver_sql(f"DELETE FROM journal WHERE id >= {three.last - 1}")
    assert verdict(practice).faults == (
        f"Sealed and gone since: journal row {one.first} (seal {one.id}).",
        f"Sealed and gone since: journal row {two.first + 1}-{two.first + 2} (seal {two.id}).",
        f"Sealed and gone since: journal row {three.last - 1}-{three.last} (seal {three.id}).",
    )


def test_a_seal_that_is_taken_away_or_altered_is_named(practice: Practice) -> None:
    one, two, _three = three_seals(practice)
    with guards_down(practice, "seal") as conn:
        conn.exec_driver_sql(f"DELETE FROM seal WHERE id = {two.id}")
    assert verdict(practice).faults == (f"Seal {two.id} is missing; what it covered is no longer held.",)
    with guards_down(practice, "seal") as conn:
        conn.exec_driver_sql(f"UPDATE seal SET hash = '{'0' * 64}' WHERE id = {one.id}")
    faults = verdict(practice).faults
    assert f"Journal rows {one.first}-{one.last} are not what was sealed in seal {one.id}." in faults


def test_a_journal_that_is_cut_off_with_its_seals_or_sealed_anew_is_named_by_an_anchor_kept_elsewhere(
    practice: Practice,
) -> None:
    one, two, three = three_seals(practice)
    assert all(verdict(practice, each.anchor).sound for each in (one, two, three))
    with guards_down(practice, "seal") as conn:
        conn.exec_driver_sql(f"DELETE FROM seal WHERE id > {one.id}")
    with guards_down(practice, "journal") as conn:
        conn.exec_driver_sql(f"DELETE FROM journal WHERE id > {two.last}")
    assert verdict(practice).sound
    assert verdict(practice, one.anchor).sound
    assert "cut off after seal" in verdict(practice, three.anchor).faults[0]
    sealed(practice)
    assert verdict(practice).sound
    assert verdict(practice, two.anchor).faults == (
        f"Seal {two.id} is another one than the anchor says: the journal was rewritten.",
    )


@pytest.mark.parametrize("text", ["", "x", "1", "1:", f"1:{'g' * 64}", f"-1:{'0' * 64}"])
def test_what_is_no_anchor_is_said_to_be_none(practice: Practice, text: str) -> None:
    with pytest.raises(Usage):
        verdict(practice, text)


# ---------------------------------------------------------------- other people at the same time


def test_rows_that_commit_below_sealed_ones_are_sealed_late_and_those_never_committed_are_no_deletion(
    practice: Practice,
) -> None:
    """PostgreSQL draws keys before it commits; on SQLite, where one writes at a time, the same rows simply follow."""
    sealed(practice)
    case = practice.open()
    practice.task(case, due=2)
    if practice.engine_name == "sqlite":
        newest = sealed(practice)
        assert (newest.holes, newest.late) == ((), ())
        return
    with psycopg.connect(practice.url) as slow, psycopg.connect(practice.url) as never:
        slow.execute("UPDATE task SET title = 'Slow'")
        low = practice.value("SELECT last_value FROM journal_id_seq")
        never.execute("UPDATE client SET language = 'it'")
        practice.tried(case)
        first = sealed(practice)
        assert any(a <= low <= b for a, b in first.holes)
        assert verdict(practice).sound
        practice.tried(case)
        waiting = sealed(practice)
        assert waiting.waits_from <= first.id and not waiting.late
        never.rollback()
        slow.commit()
        pending = verdict(practice)
        assert pending.sound, "what has just been committed is not sealed yet, and no fault"
    last = sealed(practice)
    taken = [row for one in _every(practice) for row in one.late]
    assert low in taken and len(taken) == len(set(taken))
    assert last.waits_from == last.id or not last.holes
    said = verdict(practice)
    assert (said.sound, said.unsealed) == (True, 0)
    with guards_down(practice, "journal") as conn:
        conn.exec_driver_sql(f"DELETE FROM journal WHERE id = {low}")
    late = next(one for one in _every(practice) if low in one.late)
    assert verdict(practice).faults == (f"Sealed and gone since: journal row {low} (seal {late.id}).",)


def _every(practice: Practice) -> list[Seal]:
    with practice.raw.connect() as conn:
        return list(seals.every(conn))


# ---------------------------------------------------------------- the checker itself, against anything

Rows = dict[int, str]


def _sealed_history(batches: list[list[tuple[int, bool]]]) -> tuple[Rows, list[Seal]]:
    """A journal of made-up rows. Of each batch, the rows with False commit only after it was sealed."""
    rows: Rows = {}
    made: list[Seal] = []
    late: list[int] = []
    last, at = 0, datetime(2026, 11, 20, tzinfo=UTC)
    for batch in batches:
        present, after, key = [], [], last
        for step, here in batch:
            key += step
            (present if here else after).append(key)
        if not present:
            continue
        ids = [*late, *present]
        rows |= {row: digest(str(row)) for row in ids}
        first, until, prev = last + 1, present[-1], made[-1].hash if made else ""
        holes, lates = seals.holes_of(present, last), ",".join(map(str, late))
        number = len(made) + 1
        said = Digest(prev=prev, id=number, at=at, first=first, last=until, rows=len(ids), holes=holes, late=lates)
        for row in ids:
            said.take(row, rows[row])
        made.append(Seal(number, at, first, until, len(ids), spans(holes), tuple(late), number, prev, said.done()))
        late, last = [row for row in after if row < until], until
    return rows, made


def _flaws(rows: Rows, made: list[Seal]) -> tuple[list[tuple[str, int, int]], int]:
    late = {row: one.id for one in made for row in one.late}
    checker = Checker(iter(made), late, made[-1] if made else None)
    for row in sorted(rows):
        checker.take(row, rows[row], True)
    checker.finish()
    return [(flaw.kind, flaw.first, flaw.last) for flaw in checker.flaws], checker.unsealed


HISTORIES = st.lists(
    st.lists(st.tuples(st.integers(1, 3), st.booleans()), min_size=1, max_size=6), min_size=1, max_size=6
)


@examples(60)
@given(HISTORIES, st.data())
def test_an_untouched_journal_is_sound_and_any_single_touch_is_named(
    batches: list[list[tuple[int, bool]]], data: st.DataObject
) -> None:
    rows, made = _sealed_history(batches)
    assert _flaws(rows, made) == ([], 0)
    if not made:
        return
    row = data.draw(st.sampled_from(sorted(rows)))
    touch: Callable[[], Rows] = data.draw(
        st.sampled_from([lambda: {k: v for k, v in rows.items() if k != row}, lambda: {**rows, row: "forged"}])
    )
    flaws, _unsealed = _flaws(touch(), made)
    assert any(first <= row <= last or kind == "altered" for kind, first, last in flaws)
    # The newest seal may wait for such a row still; every other knows that none was there.
    holes = [key for one in made[:-1] for a, b in one.holes for key in range(a, b + 1) if key not in rows]
    if holes:
        put = data.draw(st.sampled_from(holes))
        assert ("added", put, put) in _flaws({**rows, put: "forged"}, made)[0]
    if len(made) > 1:
        gone = data.draw(st.integers(0, len(made) - 2))
        assert any(kind == "cut" for kind, _a, _b in _flaws(rows, made[:gone] + made[gone + 1 :])[0])
