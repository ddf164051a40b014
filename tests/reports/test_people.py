"""Whom the programs served: counted as plain SQL counts them, and small cells hidden from whoever holds the file."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, text

from caseload import models as m
from caseload.reports import ExportRequest, export, people, weekly
from tests.support.examples import examples

from .agency import MONDAY, WEEK, Agency, Cases, at, put
from .test_suppression import Attacker

BANDS = [name for _age, name in reversed(people.BANDS)]


def served(r, *, identified=False, period=WEEK):
    made = weekly.tables(r, select(m.case_file.c.id), period, identified=identified)
    table = next(table for table in made if table.name == "people_served")
    return {(row[0], row[1], row[2]): row[3] for row in table.rows}


def client_of(work, case: int) -> int:
    return work.conn.execute(select(m.case_file.c.client_id).where(m.case_file.c.id == case)).scalar_one()


def born(work, case: int, day: date | None) -> None:
    here = m.identity.c.client_id == client_of(work, case)
    work.conn.execute(m.identity.update().where(here).values(born_on=day))


@pytest.mark.parametrize(
    ("how", "is_served"),
    [
        ({}, True),
        ({"opened": WEEK.last}, True),
        ({"opened": WEEK.last + timedelta(days=1)}, False),
        ({"closed": MONDAY - timedelta(days=1)}, False),
        ({"closed": MONDAY}, True),
        ({"closed": MONDAY - timedelta(days=9), "again": MONDAY + timedelta(days=3)}, True),
        ({"closed": MONDAY - timedelta(days=9), "again": WEEK.last + timedelta(days=1)}, False),
    ],
)
def test_a_client_is_served_who_had_a_case_open_on_any_day(how, is_served, work, cases):
    case = cases.open(how.get("opened", MONDAY - timedelta(days=30)))
    for stage, key in (("closed", "closed"), ("active", "again")):
        if key in how:
            cases.stage(case, stage, how[key])
    assert served(work)[None, "all", "all"] == int(is_served)


def test_a_client_of_two_programs_is_one_person(work, cases):
    one, two = cases.open(MONDAY), cases.open(MONDAY, "youth")
    cases.open(MONDAY, "youth")
    work.conn.execute(m.case_file.update().where(m.case_file.c.id == two).values(client_id=client_of(work, one)))
    found = served(work, identified=True)
    assert (found["housing", "all", "all"], found["youth", "all", "all"], found[None, "all", "all"]) == (1, 2, 2)
    assert found[None, "age", "35-44"] == 2


@pytest.mark.parametrize(
    ("day", "band"),
    [
        (WEEK.last, "0-4"), (date(2021, 11, 23), "0-4"), (date(2021, 11, 22), "5-12"), (date(2008, 11, 23), "13-17"),
        (date(2008, 11, 22), "18-24"), (date(1961, 11, 22), "65+"), (date(1961, 11, 23), "55-64"),
        (date(1900, 1, 1), "65+"), (WEEK.last + timedelta(days=1), "not_recorded"), (None, "not_recorded"),
    ],
)  # fmt: skip
def test_ages_are_those_of_the_last_day_in_bands(day, band, work, cases):
    born(work, cases.open(MONDAY), day)
    found = served(work, identified=True)
    assert {value for (_program, name, value), n in found.items() if name == "age" and n} == {band}


def test_answers_are_worded_and_kept_apart_from_none(work, cases):
    told = [["0"], ["1"], ["8"], ["9"], ["99"], []]
    for codes in told:
        client = client_of(work, cases.open(MONDAY))
        for code in codes:
            put(work.conn, m.client_code, client_id=client, field="hmis:sex", code=code)
    for codes in (["white"], ["asian", "white"], ["white", "99"], ["9"]):
        client = client_of(work, cases.open(MONDAY))
        for code in codes:
            put(work.conn, m.client_code, client_id=client, field="hmis:race", code=code)
    found = served(work, identified=True)
    assert {value: n for (program, name, value), n in found.items() if name == "sex" and program is None} == {
        "female": 1, "male": 1, "does_not_know": 1, "prefers_not_to_say": 1, "not_recorded": 6,
    }  # fmt: skip
    assert {value: n for (program, name, value), n in found.items() if name == "race" and program is None} == {
        "white": 2, "several": 1, "prefers_not_to_say": 1, "not_recorded": 6,
    }  # fmt: skip


# ---------------------------------------------------------------- against plain SQL and an attacker


def crowd(work, cases: Cases, sizes: list[tuple[str, str | None, int]]) -> None:
    """So many clients of a program who speak a language; birth dates all over the bands."""
    for program, language, n in sizes:
        for nth in range(n):
            case = cases.open(MONDAY - timedelta(days=3), program)
            client = client_of(work, case)
            work.conn.execute(m.client.update().where(m.client.c.id == client).values(language=language))
            born(work, case, date(1940 + nth * 7 % 80, 5, 5))


def test_the_numbers_are_those_of_plain_sql(work, cases):
    crowd(work, cases, [("housing", "en", 14), ("housing", "it", 3), ("youth", "en", 12), ("youth", "it", 13)])
    crowd(work, cases, [("youth", None, 2), ("housing", "fa", 1)])
    plain = text(
        "SELECT p.code, coalesce(k.language, 'not_recorded'), count(DISTINCT c.client_id) FROM case_file c"
        " JOIN program p ON p.id = c.program_id JOIN client k ON k.id = c.client_id GROUP BY p.code, k.language"
    )
    expected = {(program, "language", word): n for program, word, n in work.conn.execute(plain)}
    found = served(work, identified=True)
    assert {key: n for key, n in found.items() if key[1] == "language" and key[0] and n} == expected
    masked = served(work)
    assert masked[None, "language", "it"] == 16 or masked[None, "language", "it"] is None
    assert masked["housing", "language", "it"] is None
    # What few speak is not even named.
    assert not [key for key in masked if key[2] == "fa"]
    assert masked["housing", "language", "other"] is None
    assert all(
        n is None or n == 0 or n > 10 for (_p, name, v), n in masked.items() if name != "all" and v != "not_recorded"
    )
    shown = {key: n for key, n in masked.items() if n is not None}
    assert len(shown) > 12
    pooled = {key: n for key, n in shown.items() if key[2] != "other"}
    assert pooled == {key: found.get(key, 0) for key in pooled}


@examples(6)
@given(st.lists(st.tuples(st.sampled_from(("housing", "youth")), st.sampled_from(("en", "it", "fa", None)),
                          st.sampled_from((1, 2, 10, 11, 12))), min_size=1, max_size=5))  # fmt: skip
def test_whoever_holds_the_whole_report_learns_no_hidden_cell(shared_agency: Agency, sizes) -> None:
    with shared_agency.writing(keep=False) as w:
        _crowd_at_once(shared_agency, w.conn, sizes)
        masked, whole = served(w), served(w, identified=True)
    for name in ("age", "language"):
        answers = [v for (p, n, v) in masked if p is None and n == name and v != "not_recorded"]
        programs = sorted({p for (p, n, _v) in masked if p is not None and n == "all"})
        if not answers:
            continue
        kept = [word for word in answers if word != "other"]

        def real(program, word, name=name, kept=kept):
            if word != "other":
                return whole.get((program, name, word), 0)
            rest = [v for (p, n, v) in whole if (p, n) == (program, name) and v not in (*kept, "not_recorded")]
            return sum(whole[program, name, v] for v in rest)

        counts = [[real(program, word) for word in answers] for program in programs]
        total = [real(None, word) for word in answers]
        dark = {
            (row, column)
            for row, program in enumerate([*programs, None])
            for column, word in enumerate(answers)
            if masked[program, name, word] is None
        }
        # The attacker reads off the file what each program's hidden cells add up to: its clients, less those shown.
        for row, program in enumerate([*programs, None]):
            told = [masked[program, name, word] for word in (*answers, "not_recorded")]
            gone = sum([*counts, total][row][column] for r, column in dark if r == row)
            assert masked[program, "all", "all"] - sum(n or 0 for n in told) == gone
        attacker = Attacker(counts, total, dark)
        assert not attacker.solved() & dark
        for cell in attacker.dark if name == "language" else attacker.dark[:2]:
            assert len(attacker.values(cell)) > 1


def _crowd_at_once(agency: Agency, conn, sizes) -> None:
    made = [(program, language, nth) for program, language, n in sizes for nth in range(n)]
    for place, (program, language, nth) in enumerate(made, 1):
        client = put(conn, m.client, uid=f"c{place}", language=language, created_at=at(MONDAY))
        conn.execute(insert(m.identity).values(client_id=client, born_on=date(1940 + nth * 7 % 80, 5, 5)))
        conn.execute(
            insert(m.case_file).values(
                uid=f"k{place}", number=f"2026-{100_000 + place}", client_id=client,
                program_id=agency.programs[program], opened_on=MONDAY, created_at=at(MONDAY),
            )
        )  # fmt: skip


# ---------------------------------------------------------------- what a query may not reveal


@pytest.mark.parametrize(
    ("asked", "left_out"),
    [("program:housing", False), ("worker:ana risk:high", False), ("maria", True), ("language:it", True),
     ("-flag:safety", True), ("program:housing (tag:x OR stage:any)", True)],
)  # fmt: skip
def test_a_query_chooses_by_who_people_are_or_by_the_work(asked, left_out):
    assert people.speaks_of_people(asked) is left_out


def test_a_query_by_who_people_are_leaves_the_part_out_and_says_so(agency, tmp_path):
    with agency.writing() as w:
        Cases(agency, w.conn).open(MONDAY)

    def sent(**how):
        request = ExportRequest("weekly", "json", str(tmp_path / "w"), week="2026-W47", query="language:it", **how)
        done = export(agency.db, request)
        return json.loads((tmp_path / "w").read_text()), done.remarks

    parts, remarks = sent()
    assert "people_served" not in parts
    assert ["People served are left out" in remark for remark in remarks] == [True]
    parts, remarks = sent(identified=True, why="audit of the funder")
    assert "people_served" in parts
    assert remarks == ()
