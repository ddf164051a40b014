"""PostgreSQL is the boundary: who sees one case of a group activity learns of no other, whatever they ask and write."""

from __future__ import annotations

from caseload.casework import groups
from caseload.casework.groups import NewGroup, Taking
from tests.practice.boundary.by_hand import one, psql, refused
from tests.practice.kit import Practice
from tests.practice.test_scope import name_on


def cooked(practice: Practice) -> tuple[str, str, int]:
    """A residents' day of two cases, one of which Cleo sees too; both numbers and the contact."""
    mine, theirs = practice.open(given="Mara"), practice.open(given="Luca", family="Bruni")
    name_on(practice, mine, "cleo", "allow")
    new = NewGroup(
        [Taking(mine, words="She sang."), Taking(theirs, "left_early", "He wept.")], "We cooked.", topics=("food",)
    )
    made = practice.do("ana", groups.log, new).data["contact"]
    practice.look(mine, by="cleo")
    return mine, theirs, int(made)


def test_of_the_others_nothing_is_told_not_even_how_many(practice: Practice) -> None:
    mine, theirs, made = cooked(practice)
    other = practice.id(theirs)
    with psql(practice, "cleo") as conn:
        assert one(conn, f"SELECT count(*) FROM contact_line WHERE contact_id = {made}") == 1
        assert one(conn, f"SELECT case_id FROM contact_line WHERE contact_id = {made}") == practice.id(mine)
        said = "SELECT string_agg(n.body, '|' ORDER BY n.id) FROM narrative n"
        assert one(conn, said) == "We cooked.|She sang."
        for table in ("contact_line", "narrative", "journal", "look"):
            assert one(conn, f"SELECT count(*) FROM {table} WHERE case_id = {other}") == 0, table
        told = "SELECT count(*) FROM payload WHERE body LIKE '%left_early%'"
        assert one(conn, told) == 0


def test_whoever_sees_one_line_writes_no_other_and_moves_none(practice: Practice) -> None:
    _mine, theirs, made = cooked(practice)
    line = f"SET presence = 'absent', met = false, outcome = 'attempted' WHERE contact_id = {made}"
    with psql(practice, "cleo") as conn:
        assert conn.execute(f"UPDATE contact_line {line}".encode()).rowcount == 1
    row = practice.rows("SELECT presence FROM contact_line WHERE case_id = :case", case=practice.id(theirs))
    assert [one_.presence for one_ in row] == ["left_early"]
    more = f"VALUES ({made}, {practice.id(theirs)}, now(), 'group', 'made', true)"
    for sql in (
        f"UPDATE contact_line SET case_id = {practice.id(theirs)} WHERE contact_id = {made}",
        f"UPDATE contact_line SET narrative_id = NULL WHERE contact_id = {made}",
        f"INSERT INTO contact_line (contact_id, case_id, on_date, kind, outcome, met) {more}",
    ):
        assert "42501" in refused(practice, "cleo", sql), sql
    # Words of another case are nobody's own line.
    stolen = practice.value("SELECT own_id FROM contact_line WHERE case_id = :case", case=practice.id(theirs))
    assert "42501" in refused(practice, "cleo", f"UPDATE contact_line SET own_id = {stolen} WHERE contact_id = {made}")
    assert "ck_contact_line_absent" in refused(
        practice, "cleo", f"UPDATE contact_line SET met = true WHERE contact_id = {made}"
    )


def test_the_topics_of_advice_are_an_admins_to_change(practice: Practice) -> None:
    for who in ("ana", "ben"):
        with psql(practice, who) as conn:
            assert conn.execute(b"UPDATE advice_topic SET name = 'x'").rowcount == 0
        assert "42501" in refused(practice, who, "INSERT INTO advice_topic (code, name) VALUES ('x', 'x')")
