"""An HMIS export as the continuum takes it: every column as the standard says, and back in elsewhere as it was here."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from caseload import models as m
from caseload import settings
from caseload.casework import intake
from caseload.errors import NotPermitted, Refused, Usage
from caseload.exchange.hmis.codes import soundex
from caseload.exchange.hmis.write import Wish, Written, write
from caseload.store.connect import connect
from tests.support.databases import Databases

from .conftest import Agency
from .hmis_columns import RULES
from .hmis_files import Hmis, family

_KINDS = {"I": r"-?\d+", "D": r"\d{4}-\d\d-\d\d", "T": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "M": r"-?\d+(\.\d\d)?"}
_CELL = re.compile(r'("(?:[^"]|"")*"|[^",]*)(,|$)')


@pytest.fixture
def full(agency: Agency) -> Agency:
    """The family imported, and asked for by somebody who sees it all."""
    _sees_all(agency)
    agency.take(family())
    return agency


@pytest.fixture
def elsewhere(
    engine_name: str, founded: Callable[[str], str], databases: Databases, tmp_path: Path
) -> Iterator[Agency]:
    """A second agency that has nothing yet."""
    url = databases.copy(founded(engine_name))
    db = connect(settings.load(database=url))
    (tmp_path / "elsewhere").mkdir()
    yield Agency(db, tmp_path / "elsewhere", url)
    db.close()
    databases.drop(url)


def _sees_all(agency: Agency) -> None:
    with agency.db.work("test") as w:
        w.conn.execute(update(m.worker).where(m.worker.c.handle == "admin").values(holds_all=True))
        w.receipt("sees all")


def out(agency: Agency, place: Path, **more: Any) -> Written:
    usual = {"coc": "XX-500", "geocode": "123456", "identified": True, "why": "To the continuum"}
    return write(agency.db, Wish(str(place), "2026-01-01", "2026-12-31", **(usual | more)))


def table(place: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((place / f"{name}.csv").read_text(encoding="utf-8"), newline="")))


def faults(place: Path) -> list[str]:
    """What the column rules of the standard find wrong, file by file, down to the marks around a text."""
    found = []
    for file, rules in RULES.items():
        head, *lines = (place / f"{file}.csv").read_bytes().decode("utf-8").split("\r\n")[:-1]
        if head != ",".join(f'"{name}"' for name, *_rest in rules):
            found.append(f"{file}: header")
        for line in lines:
            cells = [one.group(1) for one in _CELL.finditer(line)][: len(rules)]
            for (name, kind, most, empty), cell in zip(rules, cells, strict=True):
                where = f"{file}.{name}: {cell}"
                if not cell:
                    found += [] if empty else [where + "(empty)"]
                elif kind == "S":
                    found += (
                        [] if cell[0] == cell[-1] == '"' and len(cell[1:-1].replace('""', '"')) <= most else [where]
                    )
                elif not re.fullmatch(_KINDS[kind], cell):
                    found.append(where)
    return found


def known_as(agency: Agency, table: Any, *columns: Any, joined: Any = None) -> list[tuple[Any, ...]]:
    e = m.external_id.c
    asked = select(e.external, *columns).join_from(m.external_id, table, e.row_id == table.c.id)
    if joined is not None:
        asked = asked.join(*joined)
    return agency.rows(asked.where(e.entity == table.name).order_by(e.external, *columns))


def told(agency: Agency) -> dict[str, list[tuple[Any, ...]]]:
    """Clients, enrolments, households and exits as they stand, by the names of the system they came from."""
    i, k, f, s, t = m.identity.c, m.client_code.c, m.case_file.c, m.stay_member.c, m.case_stage.c
    home = m.external_id.alias()
    ended = (t.case_id == f.id) & (t.stage == "closed")
    lived = (m.stay_member.join(home, (home.c.row_id == s.stay_id) & (home.c.entity == "stay")), s.case_id == f.id)
    person = (i.given, i.middle, i.family, i.suffix, i.name_quality, i.born_on, i.birth_quality)
    return {
        "programs": known_as(agency, m.program, m.program.c.name, m.program.c.hmis_project_type, m.program.c.opened_on),
        "workers": [row for row in known_as(agency, m.worker, m.worker.c.name) if row[0] in ("ana", "U77")],
        "clients": known_as(agency, m.client, *person, joined=(m.identity, i.client_id == m.client.c.id)),
        "answers": [
            row
            for row in known_as(agency, m.client, k.field, k.code, joined=(m.client_code, k.client_id == m.client.c.id))
            if row[1] != "hmis:gender"  # which HUD took out of FY2026
        ],
        "enrolments": known_as(agency, m.case_file, f.opened_on, f.closed_on, f.stage),
        "households": known_as(agency, m.case_file, home.c.external, s.relationship, joined=lived),
        "exits": known_as(agency, m.case_file, t.on_date, t.close_reason, t.destination, joined=(m.case_stage, ended)),
        "contacts": known_as(
            agency, m.contact, m.contact_line.c.on_date, m.contact_line.c.kind, m.contact_topic.c.topic,
            joined=(m.contact_line.join(m.contact_topic, m.contact_topic.c.contact_id == m.contact_line.c.contact_id),
                    m.contact_line.c.contact_id == m.contact.c.id),
        ),
    }  # fmt: skip


def test_every_file_of_the_standard_is_there_and_keeps_its_column_rules(full: Agency, tmp_path: Path) -> None:
    done = out(full, tmp_path / "out")
    assert faults(tmp_path / "out") == []
    assert {name: n for name, n in done.rows.items() if n} == {
        "Export": 1, "Organization": 1, "User": 3, "Project": 2, "ProjectCoC": 2, "Client": 3, "Enrollment": 3, "Exit": 1,
        "CurrentLivingSituation": 1,
    }  # fmt: skip
    assert done.remarks == ()
    (about,) = table(tmp_path / "out", "Export")
    assert (about["CSVVersion"], about["HashStatus"], about["ImplementationID"]) == ("2026 v1", "1", "IMPL1")
    assert (about["ExportStartDate"], about["ExportEndDate"], about["SourceID"]) == (
        "2026-01-01",
        "2026-12-31",
        "XX-500",
    )


def test_what_went_out_comes_in_elsewhere_as_it_was(full: Agency, elsewhere: Agency, tmp_path: Path) -> None:
    out(full, tmp_path / "out.zip")
    _preview, problems = elsewhere.preview(tmp_path / "out.zip")
    assert problems == []
    elsewhere.take(tmp_path / "out.zip")
    before = told(full)
    assert told(elsewhere) == before
    assert len(before["clients"]) == len(before["enrolments"]) == len(before["households"]) == 3
    assert before["exits"] == [("E3", date(2026, 9, 15), "completed", "435")]
    assert len(before["contacts"]) == 1


def test_every_way_a_case_can_end_survives_the_round_trip(agency: Agency, elsewhere: Agency, tmp_path: Path) -> None:
    _sees_all(agency)
    export = Hmis()
    export.project()
    export.user("ana", "Ana", "Silva")
    ends = [(410, {}), (24, {}), (30, {}), (8, {}), (9, {}), (99, {})]
    ends += [(410, {"ProjectCompletionStatus": n}) for n in (1, 2, 3)] + [
        (204, {"CMExitReason": n}) for n in range(1, 14)
    ]
    for n, (went, more) in enumerate(ends):
        export.client(
            f"C{n}", f"Ada {n}", VeteranStatus=(0, 1, 8, 9, 99)[n % 5], NameDataQuality=(1, 2, 8, 9, 99)[n % 5]
        )
        export.enrollment(f"E{n}", f"C{n}", RelationshipToHoH=(1, 2, 3, 4, 5, 99)[n % 6])
        export.exit(f"E{n}", "2026-09-01", went, **more)
    agency.take(export)
    out(agency, tmp_path / "out")
    assert faults(tmp_path / "out") == []
    elsewhere.take(tmp_path / "out")
    assert told(elsewhere) == told(agency)


def test_without_identified_nobody_is_named_and_no_birth_date_is_there(full: Agency, tmp_path: Path) -> None:
    done = out(full, tmp_path / "out", identified=False, why="")
    assert faults(tmp_path / "out") == []
    content = b"".join(one.read_bytes() for one in (tmp_path / "out").iterdir())
    for word in ("Maria", "Rossi", "Neil", "1980-05-17", "2018-02-03", "Silva"):
        assert word.encode() not in content
    assert table(tmp_path / "out", "Export")[0]["HashStatus"] == "3"
    assert done.manifest["identified"] is False
    assert full.rows(select(m.look.c.id).where(m.look.c.kind == "export")) == []


def test_hashed_names_are_hud_s_hash_of_how_they_sound(full: Agency, tmp_path: Path) -> None:
    out(full, tmp_path / "out", hashed=True)
    rows = {row["PersonalID"]: row for row in table(tmp_path / "out", "Client")}
    assert rows["C1"]["FirstName"] == hashlib.sha256(b"M600").hexdigest()
    assert rows["C1"]["LastName"] == rows["C2"]["LastName"] == hashlib.sha256(b"R200").hexdigest()
    assert rows["C1"]["MiddleName"] == ""
    assert rows["C1"]["DOB"] == "1980-05-17"
    assert table(tmp_path / "out", "Export")[0]["HashStatus"] == "4"


@pytest.mark.parametrize(
    ("name", "code"),
    [("Robert", "R163"), ("Rupert", "R163"), ("Ashcraft", "A261"), ("Tymczak", "T522"), ("Pfister", "P236"),
     ("Honeyman", "H555"), ("O'Neil", "O540"), ("Søren", "S650"), ("李", "")],
)  # fmt: skip
def test_soundex_is_the_national_archives_one(name: str, code: str) -> None:
    assert soundex(name) == code


def test_an_identified_export_is_a_look_at_each_case_with_its_reason(full: Agency, tmp_path: Path) -> None:
    out(full, tmp_path / "out")
    k = m.look.c
    looks = full.rows(select(k.case_id.is_not(None), k.why, k.surface).where(k.kind == "export").order_by(k.id))
    assert looks == [(False, "To the continuum", "export hmis"), *[(True, "To the continuum", "export hmis")] * 3]


def test_a_recipient_whom_nobody_permitted_gets_nothing(full: Agency, tmp_path: Path) -> None:
    with pytest.raises(NotPermitted, match="3 cases may not go"):
        out(full, tmp_path / "out.zip", recipient="The continuum")
    assert not (tmp_path / "out.zip").exists()


def test_only_cases_that_were_open_in_the_period_leave(full: Agency, tmp_path: Path) -> None:
    write(full.db, Wish(str(tmp_path / "late"), "2026-10-01", "2026-12-31"))
    assert [row["EnrollmentID"] for row in table(tmp_path / "late", "Enrollment")] == ["E1", "E2"]
    write(full.db, Wish(str(tmp_path / "early"), "2026-02-01", "2026-02-28"))
    assert [row["EnrollmentID"] for row in table(tmp_path / "early", "Enrollment")] == ["E3"]
    # That she left later was not so yet.
    assert table(tmp_path / "early", "Exit") == []


def test_it_is_private_and_the_manifest_says_what_left(full: Agency, tmp_path: Path) -> None:
    out(full, tmp_path / "out.zip")
    out(full, tmp_path / "folder")
    for place in (tmp_path / "out.zip", tmp_path / "out.zip.manifest.json", *(tmp_path / "folder").iterdir()):
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o700
    manifest = json.loads((tmp_path / "out.zip.manifest.json").read_text())
    assert manifest["sha256"] == hashlib.sha256((tmp_path / "out.zip").read_bytes()).hexdigest()
    assert manifest["rows"]["Enrollment"] == 3
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.namelist() == [f"{name}.csv" for name in RULES]
    manifest = json.loads((tmp_path / "folder.manifest.json").read_text())
    assert manifest["files"]["Client.csv"] == hashlib.sha256((tmp_path / "folder/Client.csv").read_bytes()).hexdigest()


def test_a_client_of_our_own_has_a_name_that_stays(full: Agency, tmp_path: Path) -> None:
    with full.db.work("intake") as w:
        intake.open_case(w, intake.NewCase(given='Lea "Lou"', family="Ruiz, sr.", program="p1"))
    names = []
    for n in range(2):
        out(full, tmp_path / f"out{n}", **({"identified": False, "why": ""} if n else {}))
        assert faults(tmp_path / f"out{n}") == []
        rows = table(tmp_path / f"out{n}", "Enrollment")
        names.append(
            (rows[-1]["EnrollmentID"], rows[-1]["PersonalID"], rows[-1]["HouseholdID"], rows[-1]["RelationshipToHoH"])
        )
    assert names[0] == names[1]
    assert [len(one) for one in names[0]] == [32, 32, 32, 1]
    assert table(tmp_path / "out0", "Client")[-1]["FirstName"] == 'Lea "Lou"'


def test_what_is_asked_wrongly_is_said_before_anything_is_written(full: Agency, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    for error, words, more in (
        (Usage, "--identified", {"identified": False, "hashed": True}),
        (Usage, "--why", {"why": " "}),
        (Usage, "--coc", {"coc": "Springfield"}),
        (Usage, "--geocode", {"geocode": "12"}),
    ):
        with pytest.raises(error, match=words):
            out(full, tmp_path / "out", **more)
    with pytest.raises(Refused, match="already something"):
        out(full, tmp_path / "there")
    with pytest.raises(Usage, match="24 files"):
        write(full.db, Wish("-", "2026-01-01", "2026-12-31"))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["exports", "there"]
    assert full.rows(select(m.look.c.id).where(m.look.c.kind == "export")) == []
