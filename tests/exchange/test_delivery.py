"""Folders and zips as people send them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseload.errors import CaseloadError, Usage
from caseload.exchange.hmis.load import read
from caseload.exchange.stage import Stage
from tests.support.examples import examples

from .hmis_files import Hmis, family

ZONE = ZoneInfo("America/New_York")


@pytest.fixture(autouse=True)
def closed_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every stage a test lays is closed with it, the refused ones too: an open one is a warning on Python 3.13."""
    made: list[Stage] = []
    begin = Stage.__init__
    monkeypatch.setattr(Stage, "__init__", lambda stage: (begin(stage), made.append(stage))[0])
    yield
    for stage in made:
        stage.close()


def laid(path: Path) -> Stage:
    stage = Stage()
    read(path, ZONE, None, stage)
    return stage


def count(stage: Stage, entity: str) -> int:
    return int(stage.run("select count(*) from record where entity = ?", (entity,)).fetchone()[0])


def refused(path: Path) -> str:
    with pytest.raises(Usage) as caught:
        laid(path)
    return caught.value.message


@pytest.mark.parametrize("inside", ["", "Export 2026/", "a/b/"])
def test_a_zip_is_read_with_or_without_a_folder_inside(tmp_path: Path, inside: str) -> None:
    assert count(laid(family().zip(tmp_path / "x.zip", inside)), "client") == 3


def test_junk_beside_the_files_is_passed_over(tmp_path: Path) -> None:
    path = family().zip(tmp_path / "x.zip", "Export/")
    with zipfile.ZipFile(path, "a") as archive:
        for junk in ("__MACOSX/Export/._Client.csv", ".vs/Client.csv", "Export/.Client.csv", "Export/~$Client.csv"):
            archive.writestr(junk, b"junk")
        archive.writestr("Export/readme.txt", b"hello")
    assert count(laid(path), "client") == 3


def test_a_folder_is_read_whatever_the_case_of_its_names(tmp_path: Path) -> None:
    folder = family().write(tmp_path / "x")
    (folder / "Client.csv").rename(folder / "CLIENT.CSV")
    assert count(laid(tmp_path / "x"), "client") == 3
    assert count(laid(tmp_path), "client") == 3


def test_two_exports_in_one_folder_are_refused_with_both_names(tmp_path: Path) -> None:
    family().write(tmp_path / "x" / "march")
    family().write(tmp_path / "x" / "april")
    said = refused(tmp_path / "x")
    assert "march" in said
    assert "april" in said


@pytest.mark.parametrize(
    ("head", "kind"), [(b"7z\xbc\xaf\x27\x1c\x00\x04", "7z"), (b"Rar!\x1a\x07\x00", "rar"), (b"\x1f\x8b\x08", "gzip")]
)
def test_another_kind_of_archive_is_named(tmp_path: Path, head: bytes, kind: str) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(head + b"\x00" * 200)
    assert f"is a {kind} file, not a zip" in refused(path)


def test_a_truncated_zip_is_refused(tmp_path: Path) -> None:
    path = family().zip(tmp_path / "x.zip")
    path.write_bytes(path.read_bytes()[:-300])
    assert "not a whole zip file" in refused(path)


def test_a_damaged_member_is_named(tmp_path: Path) -> None:
    path = family().zip(tmp_path / "x.zip")
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("Client.csv").header_offset
    content = bytearray(path.read_bytes())
    content[at + 60 : at + 90] = b"\xff" * 30
    path.write_bytes(bytes(content))
    assert "Client.csv cannot be read" in refused(path)


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    path = family().zip(tmp_path / "x.zip")
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            content[info.header_offset + 6] |= 1
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    path.write_bytes(bytes(content))
    assert "password" in refused(path)


def test_a_zip_bomb_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    family().zip(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("Disabilities.csv", "w") as member:
        for _n in range(64):
            member.write(b"0" * 1024 * 1024)
    assert "Disabilities.csv in it would grow" in refused(path)


@pytest.mark.parametrize("name", ["missing", "missing.zip"])
def test_a_path_where_nothing_is_says_so(tmp_path: Path, name: str) -> None:
    assert "no file or folder" in refused(tmp_path / name)


def test_a_file_that_is_neither_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7")
    assert "pdf" in refused(tmp_path / "x.pdf")
    (tmp_path / "x.txt").write_bytes(b"hello")
    assert "neither a folder nor a zip" in refused(tmp_path / "x.txt")
    (tmp_path / "empty").mkdir()
    assert "holds no csv file" in refused(tmp_path / "empty")


@pytest.mark.parametrize("name", ["Export", "Project", "Client", "Enrollment", "Exit"])
def test_a_needed_file_that_is_missing_is_named(tmp_path: Path, name: str) -> None:
    folder = family().write(tmp_path / "x")
    (folder / f"{name}.csv").unlink()
    assert f"has no {name}.csv" in refused(folder)


def test_a_needed_column_that_is_missing_is_named_with_what_was_expected(tmp_path: Path) -> None:
    export = family()
    export.columns["Enrollment"] = tuple(c for c in export.columns["Enrollment"] if c != "EntryDate")
    assert refused(export.write(tmp_path / "x")) == (
        "Enrollment.csv has no column EntryDate. Expected an HMIS CSV export of FY2024 or FY2026."
    )


def test_columns_without_a_place_and_files_that_are_not_there_are_said(tmp_path: Path) -> None:
    export = family()
    export.columns["Client"] += ("FavouriteColour", "LuckyNumber")
    export.row("Client", "C2")["FavouriteColour"] = "green"
    folder = export.write(tmp_path / "x")
    (folder / "User.csv").unlink()
    notes = laid(folder).notes
    assert ("Client.csv", "columns without a place here yet: FavouriteColour") in notes
    assert ("User.csv", "is not in this export") in notes


def test_the_columns_say_the_edition_whatever_the_label_says(tmp_path: Path) -> None:
    export = family()
    export.rows["Export"][0]["CSVVersion"] = "2022 v1.2"
    stage = Stage()
    assert read(export.write(tmp_path / "x"), ZONE, None, stage).edition == "2024"
    assert any("CSVVersion says 2022" in reason for _file, reason in stage.notes)


def test_fy2026_is_read_too(tmp_path: Path) -> None:
    export = family()
    export.rows["Export"][0]["CSVVersion"] = "2026 v1"
    renamed = {"HispanicLatinaeo": "HispanicLatinao", "Woman": "Sex"}
    gone = {"Man", "NonBinary", "CulturallySpecific", "Transgender", "Questioning", "DifferentIdentity", "GenderNone"}
    export.columns["Client"] = tuple(renamed.get(c, c) for c in export.columns["Client"] if c not in gone)
    for row in export.rows["Client"]:
        row["HispanicLatinao"], row["Sex"] = row["HispanicLatinaeo"], "0"
    stage = Stage()
    assert read(export.write(tmp_path / "x"), ZONE, None, stage).edition == "2026"
    fields = stage.run("select fields from record where entity = 'client' and ext = 'C1'").fetchone()[0]
    assert '"race":[["hispanic","white"]]' in fields
    assert '"sex":[["0"]]' in fields
    assert "gender" not in fields


def test_an_older_edition_is_refused_by_name(tmp_path: Path) -> None:
    export = family()
    export.columns["Client"] = tuple(
        {"Woman": "Female", "Man": "Male", "NonBinary": "NoSingleGender"}.get(c, c) for c in export.columns["Client"]
    )
    assert "FY2022, which is not read" in refused(export.write(tmp_path / "x"))


def test_several_rows_in_export_are_taken_for_one_system_only(tmp_path: Path) -> None:
    export = family()
    export.add("Export", **(export.rows["Export"][0] | {"ExportDate": "2026-11-01 00:00:00", "ExportID": "X2"}))
    stage = Stage()
    about = read(export.write(tmp_path / "x"), ZONE, None, stage)
    assert about.exported_at.astimezone(ZONE).date().isoformat() == "2026-11-01"
    export.rows["Export"][1]["ImplementationID"] = "OTHER"
    assert "names 2 systems" in refused(export.write(tmp_path / "y"))


def test_an_export_that_does_not_say_whence_or_when_is_refused(tmp_path: Path) -> None:
    export = family()
    export.rows["Export"][0].update(ImplementationID="", SourceID="", SourceName="")
    assert "ImplementationID, SourceID and SourceName are empty" in refused(export.write(tmp_path / "x"))
    export = family()
    export.rows["Export"][0]["ExportDate"] = "03/04/2026"
    assert "column ExportDate 03/04/2026: could be 2026-03-04 or 2026-04-03" in refused(export.write(tmp_path / "y"))
    export.rows["Export"] = []
    assert "has no row" in refused(export.write(tmp_path / "z"))


def test_hashed_names_are_no_names(tmp_path: Path) -> None:
    export = family()
    export.rows["Export"][0]["HashStatus"] = "4"
    fields = laid(export.write(tmp_path / "x")).run("select fields from record where ext = 'C1'").fetchone()[0]
    assert "Maria" not in fields
    # And where HashStatus is silent, a hash still shows what it is.
    export = family()
    export.row("Client", "C1")["FirstName"] = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    fields = laid(export.write(tmp_path / "y")).run("select fields from record where ext = 'C1'").fetchone()[0]
    assert '"name":["","","","",1]' in fields


def test_the_workbench_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setenv("SQLITE_TMPDIR", str(spool))
    export = family()
    for n in range(4000):
        export.client(f"K{n}", "X" * 50, "Y" * 50, MiddleName="Z" * 1000)
    stage = laid(export.write(tmp_path / "x"))
    assert count(stage, "client") == 4003
    assert list(spool.iterdir()) == []
    stage.close()


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    folder = family().write(tmp_path / "x")
    (folder / "Client.csv").unlink()
    (folder / "Client.csv").mkdir()
    assert "has no Client.csv" in refused(folder)


@examples(60)
@given(data=st.data())
def test_no_spoiled_export_does_worse_than_a_sentence(tmp_path: Path, data: st.DataObject) -> None:
    export: Hmis = family()
    files = export.files()
    for _n in range(data.draw(st.integers(1, 4))):
        name = data.draw(st.sampled_from(sorted(files)))
        content = files[name]
        kind = data.draw(st.sampled_from(["cut", "flip", "repeat", "shuffle", "long"]))
        at = data.draw(st.integers(0, max(len(content) - 1, 0)))
        if kind == "cut":
            files[name] = content[:at]
        elif kind == "flip":
            files[name] = content[:at] + data.draw(st.binary(min_size=1, max_size=6)) + content[at + 1 :]
        elif kind == "repeat":
            files[name] = content + content
        elif kind == "shuffle":
            files[name] = b"\r\n".join(data.draw(st.permutations(content.split(b"\r\n"))))
        else:
            files[name] = content[:at] + b'"' + b"z" * 200_000 + content[at:]
    folder = tmp_path / "spoiled"
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    # Anything else that is raised fails the test.
    with suppress(CaseloadError):
        laid(folder).close()


def test_a_zip_whose_names_climb_out_of_it_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = family().zip(tmp_path / "in" / "x.zip", "../../")
    assert "holds no csv file" in refused(path)
    assert [one.name for one in tmp_path.rglob("*")] == ["in", "x.zip"]
