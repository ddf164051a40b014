"""Rows that cannot be taken as they stand: each is named with its file, row, column and reason; none is dropped in silence."""

from __future__ import annotations

import csv
import stat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from caseload import models as m
from caseload.errors import Refused
from caseload.exchange.importer import Options, plan
from caseload.exchange.rows import Reject

from .conftest import Agency
from .hmis_files import Hmis, family

# What a test runs on one engine only, because the database plays no part in it.
pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


def rejects(agency: Agency, source: Hmis | Path, **options: Any) -> list[Reject]:
    with agency.db.read() as r, plan(r, "hmis", agency.path(source), Options(**options)) as planned:
        return [reject for kind, reject in planned.problems("rejected")]


def told(agency: Agency, source: Hmis) -> list[tuple[str, int, str, str]]:
    return [(p.file, p.row, p.column, p.reason) for p in rejects(agency, source)]


def test_every_row_of_every_file_is_accounted_for(agency: Agency) -> None:
    export = dirty()
    preview, _troubles = agency.preview(export)
    for tally in preview.files:
        parts = tally.new + tally.changed + tally.unchanged + tally.conflicting + tally.rejected + tally.not_taken
        assert parts == tally.rows, tally
    by_file = {tally.file: tally.rows for tally in preview.files}
    assert by_file["Client.csv"] == len(export.rows["Client"])
    assert by_file["Exit.csv"] == len(export.rows["Exit"])
    assert by_file["Services.csv"] == 2
    # And again, once some of it is known.
    agency.take(export)
    for tally in agency.preview(export)[0].files:
        assert tally.new == tally.changed == 0
        assert tally.unchanged + tally.conflicting + tally.rejected + tally.not_taken == tally.rows, tally


def dirty() -> Hmis:
    """Every defect at once."""
    export = family()
    export.client("C1", "Marie", "Rossi")
    export.client("C2", "Luca", "Rossi", DOB="2018-02-03", RaceNone=8, GenderNone=99, VeteranStatus=99)
    export.client("C5", DOB="03/04/1980")
    export.client("C6", DateDeleted="2026-05-05 10:00:00")
    export.add("Client")
    export.enrollment("E5", "C5")
    export.enrollment("E6", "C6")
    export.enrollment("E7", "C3", "2026-12-24")
    export.enrollment("E8", "C3", "2026-05-01", DateDeleted="2026-05-05 10:00:00")
    export.enrollment("E9", "nobody")
    export.exit("E3", "2026-09-16", 422)
    export.exit("E5", "2026-09-01")
    export.exit("E8", "2026-09-01")
    export.exit("E77", "2026-09-01")
    export.exit("E1", "2026-02-01")
    export.exit("E2", "")
    export.living("L2", "E77", "2026-02-02")
    return export


def test_each_defect_has_its_reason(agency: Agency) -> None:
    assert told(agency, dirty()) == [
        (
            "Client.csv",
            5,
            "PersonalID",
            "stands twice and the rows differ: row 2 is newer or comes first, and is taken",
        ),
        ("Client.csv", 7, "DOB", "could be 1980-03-04 or 1980-04-03"),
        ("Client.csv", 9, "PersonalID", "is empty"),
        ("CurrentLivingSituation.csv", 3, "EnrollmentID", "its Enrollment is not there"),
        ("Enrollment.csv", 5, "PersonalID", "its Client was rejected"),
        ("Enrollment.csv", 6, "PersonalID", "its Client is marked as deleted"),
        ("Enrollment.csv", 7, "EntryDate", "is later than it can be"),
        ("Enrollment.csv", 9, "PersonalID", "its Client is not there"),
        (
            "Exit.csv",
            3,
            "EnrollmentID",
            "stands twice and the rows differ: row 2 is newer or comes first, and is taken",
        ),
        ("Exit.csv", 4, "EnrollmentID", "its Enrollment was rejected"),
        ("Exit.csv", 5, "EnrollmentID", "its Enrollment is marked as deleted"),
        ("Exit.csv", 6, "EnrollmentID", "its Enrollment is not there"),
        ("Exit.csv", 7, "ExitDate", "is before the case was opened"),
        ("Exit.csv", 8, "ExitDate", "is empty"),
    ]


def test_a_message_repeats_dates_and_no_names(agency: Agency) -> None:
    export = dirty()
    export.client("C8", "Wilhelmina", DOB="Wilhelmina")
    export.client("C9", DOB="936-08-3660")
    found = rejects(agency, export)
    assert "03/04/1980" in {one.value for one in found}
    said = str(found)
    for secret in ("Wilhelmina", "Rossi", "936", "O'Neil"):
        assert secret not in said


def test_the_newest_of_two_rows_stands(agency: Agency) -> None:
    export = family()
    export.client("C1", "Mary", "Rossi", DateUpdated="2026-06-01 10:00:00")
    agency.take(export)
    assert set(agency.rows(select(m.identity.c.given).where(m.identity.c.family == "Rossi"))) == {("Mary",), ("Luca",)}


def test_two_exports_glued_together_are_read_by_their_stamps(agency: Agency) -> None:
    export = family()
    for row in list(export.rows["Client"]):
        export.client(row["PersonalID"], row["FirstName"], row["LastName"], **{c: row[c] for c in ("DOB", "Woman", "Man", "White",
                      "Asian", "HispanicLatinaeo", "RaceNone", "GenderNone", "VeteranStatus")}, ExportID="X2")  # fmt: skip
    preview, troubles = agency.preview(export)
    assert troubles == []
    notes = {(note.file, note.rows, note.reason) for note in preview.notes}
    assert ("Client.csv", 3, "rows are there a second time, word for word") in notes
    assert any(file == "Client.csv" and "exports are mixed in this file" in reason for file, _rows, reason in notes)
    assert preview.totals["clients"] == 3


def test_dates_by_numbers_are_taken_once_their_order_is_said(agency: Agency) -> None:
    export = family()
    export.row("Client", "C1")["DOB"] = "03/04/1980"
    assert [(one.file, one.value) for one in rejects(agency, export)] == [
        ("Client.csv", "03/04/1980"),
        ("Enrollment.csv", ""),
    ]
    agency.take(export, order="dmy")
    assert agency.one(select(m.identity.c.born_on).where(m.identity.c.given == "Maria")).isoformat() == "1980-04-03"


def test_a_row_with_too_few_or_too_many_cells_is_rejected_not_shifted(agency: Agency) -> None:
    folder = agency.path(family())
    content = (folder / "Client.csv").read_bytes().splitlines(keepends=True)
    content[1] = content[1].replace(b"C1,", b"C1,stray,")
    content[2] = b"C2,Luca\r\n"
    (folder / "Client.csv").write_bytes(b"".join(content))
    width = len(Hmis().columns["Client"])
    found = [one for one in rejects(agency, folder) if one.file == "Client.csv"]
    assert [(one.row, one.reason) for one in found] == [
        (2, f"has {width + 1} cells where the header has {width}"), (3, f"has 2 cells where the header has {width}")
    ]  # fmt: skip


def test_rows_swallowed_by_an_open_quotation_mark_are_told_of(agency: Agency) -> None:
    folder = agency.path(family())
    text = (folder / "Client.csv").read_bytes().replace(b"Luca", b'"Luca')
    (folder / "Client.csv").write_bytes(text)
    (found,) = [one for one in rejects(agency, folder) if one.file == "Client.csv"]
    assert found.row == 3
    assert "it spans 2 lines: a quotation mark may not be closed" in found.reason


def test_a_name_of_10_000_letters_is_rejected_and_said(agency: Agency) -> None:
    export = family()
    export.row("Client", "C3")["LastName"] = "x" * 10_000
    found = rejects(agency, export)
    assert ("Client.csv", 4, "LastName", "is longer than 200 characters") in [
        (p.file, p.row, p.column, p.reason) for p in found
    ]
    assert "xxxx" not in str(found)


def test_hostile_text_is_taken_and_made_inert(agency: Agency) -> None:
    export = family()
    export.row("Client", "C1").update(FirstName="\x1b[31mMaria\x1b]52;c;aGk=\x07", LastName="a[/]b \u202eevil")
    export.row("Client", "C3").update(FirstName="=cmd()", LastName="Robert'); DROP TABLE client;--")
    export.row("Project", "P1")["ProjectName"] = "%s {0} \x1b[2J"
    agency.take(export)
    i = m.identity.c
    assert agency.rows(select(i.given, i.family).order_by(i.client_id)) == [
        ("Maria", "a[/]b evil"), ("Luca", "Rossi"), ("=cmd()", "Robert'); DROP TABLE client;--")
    ]  # fmt: skip
    assert agency.one(select(m.program.c.name).where(m.program.c.code == "p1")) == "%s {0}"


def test_codes_that_no_list_has_are_kept_and_counted(agency: Agency) -> None:
    export = family()
    export.row("Exit", "E3")["Destination"] = "1"
    export.row("Client", "C1")["VeteranStatus"] = "7"
    export.row("Client", "C2")["VeteranStatus"] = "maybe"
    preview, troubles = agency.preview(export)
    assert troubles == []
    reasons = {(note.file, note.reason) for note in preview.notes}
    assert ("Exit.csv", "Destination holds a code that HUD's list does not have: kept as it stands") in reasons
    assert ("Client.csv", "VeteranStatus holds something that is no code: left empty") in reasons
    agency.take(export)
    assert agency.one(select(m.case_stage.c.destination).where(m.case_stage.c.stage == "closed")) == "1"


def test_a_household_without_a_head_or_with_two_is_taken_and_said(agency: Agency) -> None:
    export = family()
    export.row("Enrollment", "E2")["RelationshipToHoH"] = "1"
    export.row("Enrollment", "E3")["RelationshipToHoH"] = "3"
    preview, troubles = agency.preview(export)
    assert troubles == []
    reasons = {(note.rows, note.reason) for note in preview.notes if note.file == "Enrollment.csv"}
    assert (1, "stays have several heads of household") in reasons
    assert (1, "stays have no head of household") in reasons
    assert len(agency.take(export).cases) == 3


def test_stamps_that_cannot_be_read_cost_no_row(agency: Agency) -> None:
    export = family()
    for row in export.rows["Client"]:
        row["DateUpdated"] = "03-11-21"
    preview, troubles = agency.preview(export)
    assert troubles == []
    assert any("DateUpdated cannot be read" in note.reason and note.rows == 3 for note in preview.notes)
    agency.take(export)
    export.row("Client", "C1")["LastName"] = "Bianchi"
    assert agency.preview(export)[0].count("changed") == 1


def test_a_stay_of_one_day_is_a_stay(agency: Agency) -> None:
    export = family()
    export.exit("E1", "2026-03-01")
    agency.take(export)
    f = m.case_file.c
    assert agency.one(select(func.count()).where(f.closed_on == f.opened_on, f.stage == "closed")) == 1
    assert agency.triage_faults() == []


# -- the rejects file ---------------------------------------------------------------------------------------------------


def written(agency: Agency, source: Hmis | Path, path: Path) -> int:
    with agency.db.read() as r, plan(r, "hmis", agency.path(source)) as planned:
        return planned.write_rejects(path)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_rejected_rows_come_back_whole_with_their_reasons_but_without_social_security_numbers(
    agency: Agency, tmp_path: Path
) -> None:
    path = tmp_path / "rejects.csv"
    assert written(agency, dirty(), path) == 14
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = table(path)
    assert rows[0]["CaseloadFile"] == "Export.csv"
    assert rows[0]["ImplementationID"] == "IMPL1"
    born = next(row for row in rows if row["PersonalID"] == "C5" and row["CaseloadFile"] == "Client.csv")
    assert (born["CaseloadRow"], born["CaseloadColumn"], born["CaseloadReason"]) == (
        "7",
        "DOB",
        "could be 1980-03-04 or 1980-04-03",
    )
    assert (born["FirstName"], born["DOB"]) == ("Ada", "03/04/1980")
    assert "936083660" not in path.read_text("utf-8")


def test_mended_rows_are_fed_back_as_they_are(agency: Agency, tmp_path: Path) -> None:
    export = family()
    export.client("C5", "=Eva", "'@x", DOB="03/04/1980")
    export.enrollment("E5", "C5")
    export.exit("E5", "2026-09-01")
    path = tmp_path / "rejects.csv"
    assert written(agency, export, path) == 3
    agency.take(export)
    assert agency.one(select(func.count()).select_from(m.case_file)) == 3
    rows = table(path)
    for row in rows:
        if row["DOB"]:
            row["DOB"] = "1980-04-03"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert len(agency.take(path).cases) == 1
    i = m.identity.c
    assert agency.rows(select(i.given, i.family).where(i.given == "=Eva")) == [("=Eva", "'@x")]
    assert agency.one(select(func.count()).where(m.case_file.c.closed_on.is_not(None))) == 2
    # Neither the mended rows nor the whole export bring anything twice.
    assert agency.take(path).change is None
    assert agency.preview(export)[0].count("new") == 0


def test_a_formula_in_a_rejected_row_is_defused_and_comes_back_as_it_was(agency: Agency, tmp_path: Path) -> None:
    export = family()
    export.client("C5", "=HYPERLINK(1)", "+39", MiddleName="-", NameSuffix="'=x", DOB="03/04/1980")
    path = tmp_path / "rejects.csv"
    written(agency, export, path)
    (row,) = [row for row in table(path) if row["PersonalID"] == "C5"]
    assert [row[c] for c in ("FirstName", "MiddleName", "LastName", "NameSuffix")] == [
        "'=HYPERLINK(1)",
        "'-",
        "'+39",
        "''=x",
    ]


def test_where_nothing_is_rejected_no_file_is_written(agency: Agency, tmp_path: Path) -> None:
    assert written(agency, family(), tmp_path / "rejects.csv") == 0
    assert not (tmp_path / "rejects.csv").exists()


def test_a_rejects_file_that_cannot_be_written_stops_the_import_with_a_sentence(agency: Agency, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be written: No such file or directory"):
        written(agency, dirty(), tmp_path / "missing" / "rejects.csv")
