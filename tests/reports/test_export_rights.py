"""What an export shows to whom: names only with a reason and on record, and nobody more than they may see."""

from __future__ import annotations

import json
import zipfile

import pytest
from sqlalchemy import select, text

from caseload import models as m
from caseload.errors import NotPermitted, Usage
from caseload.reports import names, weekly

from .exported import FORMATS, LINES, OWN_FORM, WEEK, asked_for, day, rows, send


@pytest.mark.parametrize("report", LINES)
@pytest.mark.parametrize("form", FORMATS)
def test_without_identified_nothing_names_anyone(report, form, world, tmp_path):
    send(world, report, tmp_path / "x", form)
    content = (tmp_path / "x").read_bytes()
    if form == "xlsx":
        with zipfile.ZipFile(tmp_path / "x") as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    for word in ("Family1", "SUM(A1)", "1990-04-03", "01]"):
        assert word.encode() not in content
    if form == "json":
        private = {"client", "born", "note", "title", "why"} & set(json.loads(content)[0])
        assert private
        assert all(row[key] is None for row in json.loads(content) for key in private)


def test_identified_needs_a_reason(world, tmp_path):
    for why in ("", "  "):
        with pytest.raises(Usage, match="--why"):
            send(world, "cases", tmp_path / "x", identified=True, why=why)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("report", LINES)
def test_an_identified_export_is_a_look_at_each_of_its_cases(report, world, tmp_path):
    def looks():
        with world.db.read() as r:
            found = r.conn.execute(
                select(m.look.c.id, m.case_file.c.number, m.look.c.why, m.look.c.surface)
                .outerjoin(m.case_file, m.case_file.c.id == m.look.c.case_id)
                .where(m.look.c.kind == "export")
            )
            return {row.id: (row.number, row.why, row.surface) for row in found}

    before = looks()
    found = rows(world, report, tmp_path, query="program:youth", identified=True, why="court order 12/26")
    new = {key: value for key, value in looks().items() if key not in before}
    assert {row["case"] for row in found} <= {number for number, _why, _surface in new.values()}
    assert {(why, surface) for _number, why, surface in new.values()} == {("court order 12/26", f"export {report}")}
    assert None in {number for number, _why, _surface in new.values()}
    assert "2026-100001" not in {number for number, _why, _surface in new.values()}  # housing
    manifest = json.loads((tmp_path / "out.json.manifest.json").read_text())
    assert manifest["identified"] is True


def test_an_identified_export_of_another_day_is_announced_for_the_cases_of_that_day(world, tmp_path):
    then = world.as_worker("demo", today=day(-20))
    found = rows(world, "cases", tmp_path, db=then, query="contact:never", identified=True, why="audit")
    then.close()
    assert found
    assert all(row["client"] for row in found)
    assert all(row["last_contact"] is None for row in found)


def test_names_in_the_query_are_written_down_only_in_an_identified_manifest(world, tmp_path):
    send(world, "cases", tmp_path / "a", query="family1 risk:high")
    send(world, "cases", tmp_path / "b", query="family1 risk:high", identified=True, why="audit")
    assert json.loads((tmp_path / "a.manifest.json").read_text())["query"] == "? risk:high"
    assert json.loads((tmp_path / "b.manifest.json").read_text())["query"] == "family1 risk:high"


def test_a_case_manager_exports_their_own_cases_alone(world, acting, tmp_path):
    every = rows(world, "cases", tmp_path)
    mine = rows(world, "cases", tmp_path, db=acting("ana"))
    assert mine == [row for row in every if row["worker"] == "ana"]
    parts = rows(world, "weekly", tmp_path, db=acting("ana"), week=WEEK)
    assert parts["summary"][0]["end"] == len(mine)
    hers = {row["case"] for row in rows(world, "cases", tmp_path, db=acting("demo"), query="stage:any worker:ana")}
    assert {row["case"] for row in parts["moved"]} <= hers


def test_a_restricted_case_is_in_nobodys_numbers_but_its_own_peoples(world, acting, tmp_path):
    everyone = rows(world, "weekly", tmp_path, week=WEEK)["summary"][0]["end"]
    assert rows(world, "weekly", tmp_path, db=acting("admin"), week=WEEK)["summary"][0]["end"] == everyone - 1
    assert "2026-100025" not in {row["case"] for row in rows(world, "cases", tmp_path, db=acting("admin"))}
    assert "2026-100025" in {row["case"] for row in rows(world, "cases", tmp_path, db=acting("ben"))}


def test_an_admin_moves_cases_and_exports_no_names(world, acting, tmp_path):
    assert rows(world, "cases", tmp_path, db=acting("admin"))
    with pytest.raises(NotPermitted, match="no names"):
        send(acting("admin"), "cases", tmp_path / "x", identified=True, why="curious")


def test_an_analyst_sees_counts_and_no_case(world, acting, tmp_path):
    parts = rows(world, "weekly", tmp_path, db=acting("lou"), week=WEEK)
    assert list(parts) == [name for name in weekly.PARTS if name not in ("moved", "overdue")]
    assert parts["summary"] == rows(world, "weekly", tmp_path, db=acting("demo"), week=WEEK)["summary"]
    for report in LINES:
        with pytest.raises(NotPermitted):
            send(acting("lou"), report, tmp_path / "x")
    with pytest.raises(NotPermitted, match="Leave the query out"):
        send(acting("lou"), "weekly", tmp_path / "x", week=WEEK, query="tag:asthma")


def test_an_auditor_exports_the_journal_and_no_cases(world, acting, tmp_path):
    told = rows(world, "journal", tmp_path, db=acting("odo"))
    with world.db.read() as r:
        found = r.conn.execute(text("SELECT id, table_name, columns FROM journal ORDER BY id")).all()
    assert [(row["id"], row["table"], row["columns"]) for row in told] == [
        (str(id_), table, columns.split(",") if columns else None) for id_, table, columns in found
    ]
    assert {row["case"] for row in told} >= {"2026-100001", "2026-100025", None}
    (tmp_path / "out.json").unlink()
    (tmp_path / "out.json.manifest.json").unlink()
    for report in set(names()) - {"journal", "hsds"}:  # the directory is of services, and of no client
        with pytest.raises(NotPermitted):
            send(acting("odo"), report, tmp_path / "x", OWN_FORM.get(report, "json"), **asked_for(report))
    assert list(tmp_path.iterdir()) == []
