"""From what was asked to the file: the same numbers in every format, on both engines, for each who may see them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import openpyxl
import pyarrow.parquet as pq
import pytest
from sqlalchemy import BigInteger, Boolean, Date, Text, cast, func, literal, literal_column, select, text, union_all

from caseload import models as m
from caseload.errors import CaseloadError, NotPermitted, Refused, Usage
from caseload.models.base import Instant
from caseload.reports import ExportRequest, export, weekly
from caseload.reports import rows as rows_module
from caseload.reports.formats import csv_text, parquet, values
from caseload.reports.stream import Stream
from caseload.reports.table import Column, ReportTable
from caseload.store import query, selection
from caseload.store.verify import verify_journal

from .agency import TODAY
from .exported import EACH, LINES, WEEK, asked_for, day, rows, send
from .paper import Page

MOMENT = datetime(2026, 3, 29, 1, 30, 15, 123456, tzinfo=UTC)

# ---------------------------------------------------------------- the same, every time and everywhere


@pytest.mark.parametrize(("report", "form"), EACH)
def test_the_same_export_twice_is_the_same_file(report, form, world, tmp_path):
    for name in ("first", "second"):
        send(world, report, tmp_path / name, form, **asked_for(report))
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_the_manifest_says_what_the_file_holds(world, tmp_path):
    sent = send(world, "weekly", tmp_path / "weekly.zip", "csv", week=WEEK, query="program:housing maria")
    manifest = json.loads((tmp_path / "weekly.zip.manifest.json").read_text())
    assert manifest == sent.manifest
    assert {key: manifest[key] for key in ("report", "from", "to", "period", "query", "identified", "today")} == {
        "report": "weekly", "from": "2026-11-16", "to": "2026-11-22", "period": WEEK, "query": "program:housing ?",
        "identified": False, "today": str(TODAY),
    }  # fmt: skip
    with world.db.read(snapshot=True) as r:
        said = verify_journal(r, anchor=manifest["seal"])
        assert said.sound and said.unsealed == 0
    assert manifest["sha256"] == hashlib.sha256((tmp_path / "weekly.zip").read_bytes()).hexdigest()
    left = ("people_served", "advice", "outcomes", "outcomes_by_program")
    assert list(manifest["rows"]) == [part for part in weekly.PARTS if part not in left]
    assert ["left out" in remark for remark in manifest["remarks"]] == [True]
    with world.db.read() as r:
        assert manifest["schema"] == r.conn.execute(text("SELECT version_num FROM alembic_version")).scalar()


def test_weekly_holds_the_same_numbers_in_all_five_formats(world, tmp_path):
    parts = rows(world, "weekly", tmp_path, week=WEEK)
    assert min(len(part) for part in parts.values()) > 0
    for name, form in (("w.zip", "csv"), ("w.xlsx", "xlsx"), ("w.html", "html"), ("p.zip", "parquet")):
        assert list(send(world, "weekly", tmp_path / name, form, week=WEEK).rows.items()) == [
            (name, len(part)) for name, part in parts.items()
        ]
    book = openpyxl.load_workbook(tmp_path / "w.xlsx")
    page = Page((tmp_path / "w.html").read_text())
    with zipfile.ZipFile(tmp_path / "w.zip") as lines, zipfile.ZipFile(tmp_path / "p.zip") as typed:
        for place, (name, part) in enumerate(parts.items()):
            shown = [{key: _as_csv(value) for key, value in row.items()} for row in part]
            assert list(csv.DictReader(io.StringIO(lines.read(f"{name}.csv").decode(), newline=""))) == shown
            assert page.rows(name) == [[_as_page(value) for value in row.values()] for row in part]
            sheet = list(book.worksheets[place].iter_rows(min_row=2, max_row=len(part) + 1, values_only=True))
            assert [[_plain(value) for value in row] for row in sheet] == [list(row.values()) for row in part]
            found = pq.read_table(io.BytesIO(typed.read(f"{name}.parquet"))).to_pylist()
            assert [{key: _plain(value) for key, value in row.items()} for row in found] == part


def _as_page(value):
    return "" if value is None else _as_csv(value)


def _plain(value):
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("report", LINES)
def test_lines_hold_the_same_values_in_csv_json_and_xlsx(report, world, tmp_path):
    told = {"identified": True, "why": "court order"}
    found = rows(world, report, tmp_path, **told)
    send(world, report, tmp_path / "l.csv", "csv", **told)
    lines = list(csv.DictReader(io.StringIO((tmp_path / "l.csv").read_bytes().decode(), newline="")))
    assert lines == [{key: _as_csv(value) for key, value in row.items()} for row in found]
    send(world, report, tmp_path / "l.xlsx", "xlsx", **told)
    sheet = openpyxl.load_workbook(tmp_path / "l.xlsx").worksheets[0]
    assert sheet.max_row == len(found) + 1
    place = [cell.value for cell in sheet[1]].index("Case")
    assert [row[place] for row in sheet.iter_rows(min_row=2, values_only=True)] == [row["case"] for row in found]
    assert [c.value for c in sheet["A"] if isinstance(c.value, str) and c.data_type == "f"] == []


def _as_csv(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value)
    return values.cell(value) if isinstance(value, str) else str(value)


@pytest.mark.parametrize("report", LINES)
def test_the_short_way_to_csv_gives_the_same_bytes_as_the_long_one(report, world, tmp_path, monkeypatch):
    told = {"identified": True, "why": "court order"}
    send(world, report, tmp_path / "short.csv", "csv", **told)
    monkeypatch.delattr("caseload.reports.stream.Stream.csv_pages")
    send(world, report, tmp_path / "long.csv", "csv", **told)
    assert (tmp_path / "short.csv").read_bytes() == (tmp_path / "long.csv").read_bytes()


# ---------------------------------------------------------------- the numbers


def test_the_numbers_of_the_week_are_those_of_plain_sql(world, tmp_path):
    summary = rows(world, "weekly", tmp_path, week=WEEK)["summary"][0]
    plain = {
        "opened": "SELECT count(*) FROM case_file WHERE opened_on BETWEEN '2026-11-16' AND '2026-11-22'",
        "closed": "SELECT count(*) FROM case_stage WHERE stage = 'closed' AND on_date BETWEEN '2026-11-16' AND '2026-11-22'",
        "start": "SELECT count(*) FROM case_file c WHERE opened_on < '2026-11-16' AND NOT EXISTS"
        " (SELECT 1 FROM case_stage s WHERE s.case_id = c.id AND s.stage = 'closed' AND s.on_date < '2026-11-16')",
        "end": "SELECT count(*) FROM case_file c WHERE opened_on < '2026-11-23' AND NOT EXISTS"
        " (SELECT 1 FROM case_stage s WHERE s.case_id = c.id AND s.stage = 'closed' AND s.on_date < '2026-11-23')",
        "contacts_made": "SELECT count(*) FROM contact_line"
        " WHERE outcome = 'made' AND on_date BETWEEN '2026-11-16' AND '2026-11-22'",
        "contacts_attempted": "SELECT count(*) FROM contact_line"
        " WHERE outcome = 'attempted' AND on_date BETWEEN '2026-11-16' AND '2026-11-22'",
        "task_overdue": "SELECT count(DISTINCT t.case_id) FROM task t WHERE t.due_on < '2026-11-22' AND t.done_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM case_stage s WHERE s.case_id = t.case_id AND s.stage = 'closed')",
    }
    with world.db.read() as r:
        expected = {name: r.conn.execute(text(sql)).scalar() for name, sql in plain.items()}
    assert {name: summary[name] for name in plain} == expected
    assert all(expected.values())


def test_workers_and_programs_add_up_to_the_summary(world, tmp_path):
    parts = rows(world, "weekly", tmp_path, week=WEEK)
    for part in ("by_worker", "by_program"):
        total = Counter()
        for row in parts[part]:
            total.update({key: value for key, value in row.items() if isinstance(value, int)})
        assert total == Counter({key: value for key, value in parts["summary"][0].items() if isinstance(value, int)})


def test_overdue_on_the_last_day_is_what_the_queue_of_that_day_says(world, tmp_path):
    sunday = world.as_worker("demo", today=day(6))
    with sunday.read() as r:
        queued = set(r.conn.execute(select(m.case_file.c.number).where(_firing(r, "contact_overdue"))).scalars())
    sunday.close()
    parts = rows(world, "weekly", tmp_path, week=WEEK)
    assert {row["case"] for row in parts["overdue"] if row["rule"] == "contact_overdue"} == queued
    assert queued


def _firing(r, rule):
    return selection.where(r, f"reason:{rule}")


def test_a_query_narrows_what_is_counted(world, tmp_path):
    everything = rows(world, "weekly", tmp_path, week=WEEK)
    housing = rows(world, "weekly", tmp_path, week=WEEK, query="program:housing")
    of_all = next(row for row in everything["by_program"] if row["program"] == "housing")
    assert housing["by_program"] == [of_all]
    assert housing["summary"][0]["start"] == of_all["start"]


def test_cases_are_the_open_ones_unless_the_query_or_the_days_say_otherwise(world, tmp_path):
    open_now = rows(world, "cases", tmp_path)
    every = rows(world, "cases", tmp_path, query="stage:any")
    closed = [row for row in every if row["closed"]]
    assert closed
    assert open_now == [row for row in every if not row["closed"]]
    then = rows(world, "cases", tmp_path, week="2026-W43")
    assert {row["case"] for row in then} == {row["case"] for row in every if row["opened"] <= "2026-10-25"}


@pytest.mark.parametrize(("report", "within"), [("contacts", "on"), ("tasks", "due")])
def test_days_narrow_lines_to_what_happened_or_was_due(report, within, world, tmp_path):
    every = rows(world, report, tmp_path)
    of_week = rows(world, report, tmp_path, from_="2026-11-16", to="2026-11-22")
    assert of_week == [row for row in every if "2026-11-16" <= row[within] <= "2026-11-22"]
    assert 0 < len(of_week) < len(every)


def test_days_narrow_assignments_to_those_in_force(world, tmp_path):
    of_day = rows(world, "assignments", tmp_path, from_="2026-11-10", to="2026-11-10")
    every = rows(world, "assignments", tmp_path)
    assert of_day == [
        row for row in every if row["starts_on"] <= "2026-11-10" <= (row["ends_on"] or "9999")
    ]  # fmt: skip
    assert 0 < len(of_day) < len(every)


def test_lines_say_what_the_contract_promises(world, tmp_path):
    assert list(rows(world, "cases", tmp_path)[0]) == [
        "case", "client", "born", "program", "stage", "risk", "worker", "team", "opened", "closed", "last_contact",
        "next_due", "tags", "version",
    ]  # fmt: skip
    contact = rows(world, "contacts", tmp_path, query="case:2026-100001")[-1]
    assert contact["at"] == "2026-11-16T08:00:00Z"
    assert contact["on"] == "2026-11-16"
    assert contact["met"] is True
    tagged = rows(world, "cases", tmp_path, query="tag:asthma")
    assert {tuple(row["tags"]) for row in tagged} == {("asthma", "school")}


def test_the_journal_of_a_query_is_that_of_its_cases_and_holds_no_content(world, acting, tmp_path):
    told = rows(world, "journal", tmp_path, query="case:2026-100001")
    assert {row["case"] for row in told} == {"2026-100001"}
    assert {"case_file", "contact_line", "assignment"} <= {row["table"] for row in told}
    assert "Family0" not in (tmp_path / "out.json").read_text()
    days = sorted(row["at"][:10] for row in told)
    of_days = {"from_": days[0], "to": "9000-01-01", "query": "case:2026-100001"}
    assert rows(world, "journal", tmp_path, **of_days) == told
    assert rows(world, "journal", tmp_path, from_="2020-01-01", to="2020-01-31") == []
    with pytest.raises(NotPermitted, match="journal"):
        send(acting("ana"), "journal", tmp_path / "x")


def test_workload_is_that_of_the_command(world, tmp_path):
    found = rows(world, "workload", tmp_path)
    assert {row["worker"] for row in found} >= {"ana", "ben", "cleo"}
    assert set(found[0]) == {"worker", "model", "cases", "load", "capacity", "percent"}


# ---------------------------------------------------------------- what is asked for wrongly


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"report": "weakly"}, "Did you mean weekly"),
        ({"report": "salaries"}, "There are: weekly"),
        ({"format": "docx"}, "xlsx, csv, json"),
        ({"week": "2026-W54"}, "has weeks 01 to 53"),
        ({"week": None}, "Say which days"),
        ({"from_": "2026-11-16"}, "either a week or"),
        ({"query": "workr:ana"}, "did you mean"),
        ({"query": "worker:anna"}, "did you mean"),
        ({"output": "missing/x.csv"}, "does not exist"),
        ({"output": "-"}, "parts, which do not fit"),
        ({"report": "workload"}, "of today"),
        ({"report": "workload", "week": None, "query": "risk:high"}, "takes no query"),
    ],
)
def test_what_cannot_be_understood_is_wrong_usage_and_leaves_nothing(asked, says, world, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    request = ExportRequest("weekly", "csv", "x.csv", week=WEEK)
    with pytest.raises(Usage, match=says):
        export(world.db, replace(request, **asked))
    assert list(tmp_path.iterdir()) == []


def test_a_week_still_to_come_is_refused(world, tmp_path):
    with pytest.raises(Refused, match="has not begun"):
        send(world, "weekly", tmp_path / "x", week="2026-W50")
    assert list(tmp_path.iterdir()) == []


def test_standard_output_takes_lines(world):
    stream = io.BytesIO()
    sent = export(world.db, ExportRequest("tasks", "csv", "-"), stdout=stream)
    assert stream.getvalue().decode().startswith("task,case,client,program,title")
    assert sent.words == f"Wrote {sent.rows['tasks']} rows"
    with pytest.raises(Usage, match="no standard output"):
        export(world.db, ExportRequest("tasks", "csv", "-"))


def test_a_long_export_says_how_far_it_is(world, tmp_path):
    heard = []
    request = ExportRequest("contacts", "csv", str(tmp_path / "x"))
    sent = export(world.db, request, tick=lambda done, total: heard.append(done))
    assert heard[-1] == sent.rows["contacts"]


def test_a_query_that_hides_no_name_is_kept_whole():
    assert query.mask_names("program:housing risk:>=high") == "program:housing risk:>=high"


def test_rows_are_held_a_page_at_a_time(world, monkeypatch):
    monkeypatch.setattr("caseload.reports.stream.PAGE", 7)
    with world.db.read() as r:
        stream = rows_module.contacts(r, select(m.case_file.c.id), None, identified=False).rows
        pages = [(lines.count("\n"), n) for lines, n in stream.csv_pages()]
        assert sum(n for _lines, n in pages) == len(list(stream)) > 14
    assert {n for _lines, n in pages[:-1]} == {7}
    assert all(lines == n for lines, n in pages)


def test_a_copy_read_by_the_page_holds_what_the_driver_tells_row_by_row(world):
    texts = [None, "", "a,b", 'say "so"', "two\nlines", "cr\rlf\r\n", "=1+1", "\\N", " padded ", "日本 👩‍👧", "a\x1fb"]
    columns = tuple(
        Column(key, key, kind, "")
        for key, kind in (("t", "text"), ("l", "list"), ("n", "int"), ("f", "flag"), ("d", "date"), ("i", "instant"))
    )
    rows = [
        (one, one, n, (True, False, None)[n % 3], date(2024, 2, 29) if n % 2 else None, MOMENT if n % 2 else None)
        for n, one in enumerate(texts)
    ]
    # A cast would make SQLite's days numbers.
    typed = literal if world.db.is_sqlite else lambda value, kind: cast(literal(value, kind), kind)
    types = (Text, Text, BigInteger, Boolean, Date, Instant)
    each = union_all(*(select(*(typed(v, t()) for v, t in zip(row, types, strict=True))) for row in rows))
    c = each.subquery().c
    told = select(*(found.label(column.key) for found, column in zip(c, columns, strict=True)))
    with world.db.read() as r:
        stream = Stream(r, told, columns)
        schema = parquet.pa.schema([parquet._field(column) for column in columns])
        made = [found.to_pydict() for found in parquet._made(ReportTable("t", "T", columns, stream), schema)]
        assert stream.copies == (r.engine == "postgresql")
        if stream.copies:
            assert [
                found.to_pydict() for found in parquet._copied(ReportTable("t", "T", columns, stream), schema)
            ] == made
    assert made[0]["t"] == texts
    assert made[0]["i"] == [MOMENT if n % 2 else None for n in range(len(texts))]


@pytest.mark.parametrize("way", [list, lambda stream: list(stream.csv_pages())])
def test_a_database_that_fails_half_way_says_so_in_a_sentence(way, world):
    columns = (Column("n", "N", "int", ""),)
    # The smallest number has no opposite: the last row cannot be told.
    failing = select(func.abs(literal_column("-9223372036854775807") - m.worker.c.id)).order_by(m.worker.c.id.desc())
    with pytest.raises(CaseloadError), world.db.read() as r:
        way(Stream(r, failing, columns))


def test_what_an_escape_sequence_hid_starts_no_formula_either():
    columns = (Column("k", "K", "code", ""), Column("v", "V", "text", ""))
    lines = 'a,"\x1b[2J=1+1"\nb,plain\n'
    assert csv_text._cleaned(ReportTable("t", "T", columns, ()), lines) == "a,'=1+1\nb,plain\n"
