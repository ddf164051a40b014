"""What a file is, told by what is in it; and which way the days of a list are written."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from caseload.errors import Usage
from caseload.exchange.kinds import kind_of
from caseload.exchange.rejects import OWN_COLUMNS
from caseload.exchange.sheet import daying, shelf
from caseload.exchange.sheet.mapping import Mapping

from .lists import CLIENTS, as_book

OURS = ",".join(OWN_COLUMNS)


def zipped(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "a,b\n1,2\n")
    return path


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Name,Opened\nBo,2026-01-01\n", "sheet"), ("\ufeffBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "ics"), ('{"services": []}', "hsds"),
        (' [{"name": "Harbour"}]', "hsds"), ("", "sheet"), ("%PDF-1.7", "sheet"),
        (f"{OURS},Name\nlist.csv,3,,,,,Bo\n", "sheet"), (f"{OURS},PersonalID\nExport.csv,2,,,,,\nClient.csv,3,,,,,7\n", "hmis"),
    ],
)  # fmt: skip
def test_a_text_is_told_by_how_it_begins(text: str, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "no-ending-that-says-anything"
    path.write_text(text, "utf-8")
    assert kind_of(path) == kind


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (("out/Export.csv", "out/Client.csv"), "hmis"), (("organizations.csv", "services.csv"), "hsds"), (("all/services.json",), "hsds"),
        (("list.csv",), "sheet"), (("xl/workbook.xml", "[Content_Types].xml"), "sheet"),
    ],
)  # fmt: skip
def test_an_archive_is_told_by_what_it_holds(names: tuple[str, ...], kind: str, tmp_path: Path) -> None:
    assert kind_of(zipped(tmp_path / "x", *names)) == kind
    folder = tmp_path / "folder"
    with zipfile.ZipFile(tmp_path / "x") as archive:
        archive.extractall(folder)
    assert kind_of(folder) == kind


def test_a_workbook_is_a_list_and_what_is_nothing_says_so(tmp_path: Path) -> None:
    assert kind_of(as_book(tmp_path / "x.xlsx", CLIENTS)) == "sheet"
    with pytest.raises(Usage, match="no file or folder at that place"):
        kind_of(tmp_path / "nowhere")
    with pytest.raises(Usage, match="holds nothing that can be brought in"):
        kind_of(zipped(tmp_path / "x.zip", "photo.jpg"))
    (tmp_path / "q.json").write_text('{"resourceType": "Questionnaire"}')
    with pytest.raises(Usage, match="import questionnaire FILE"):
        kind_of(tmp_path / "q.json")


def test_a_day_with_two_readings_is_shown_with_both_and_with_what_the_others_say() -> None:
    found = daying.doubt(["Opened", "Born"], {"Opened": ("2026-01-05", "03/04/2026"), "Born": ("17/05/1980",)})
    assert found is not None and (found.column, found.cell) == ("Opened", "03/04/2026")
    assert found.readings == {"mdy": date(2026, 3, 4), "dmy": date(2026, 4, 3)} and found.fits == ("dmy",)
    assert daying.read("03/04/2026", None) is None and daying.read("03/04/2026", "dmy") == date(2026, 4, 3)


def test_days_of_one_reading_leave_no_doubt() -> None:
    assert daying.doubt(["Opened"], {"Opened": ("2026-01-05", "17/05/1980", "5/5/2026", "soon", "")}) is None


def test_what_was_kept_stands_for_the_columns_that_are_there_again() -> None:
    mine = Mapping(
        {"Name": "client.family", "Gone": "case.risk", "Extra": ""}, {"case.program": "housing"}, {}, "", "dmy"
    )
    offered = Mapping(
        {"Name": "client.given_family", "Extra": "note", "Surname": "client.family", "Stage": "case.stage"}
    )
    found = shelf.fitted(mine, offered)
    assert found.columns == {"Name": "client.family", "Extra": "", "Surname": "", "Stage": "case.stage"}
    assert (found.defaults, found.order) == ({"case.program": "housing"}, "dmy")
