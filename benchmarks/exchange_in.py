"""Which import fits a file that lies there, and what must come of it: the counts that those who gave the files say."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .office import ADMIN

# Who takes in what: whoever that is for in an agency.
WHO = {"hmis": ADMIN, "sheet": ADMIN, "questionnaire": ADMIN, "hsds": "ana", "ics": "ana", "fhir": "ana"}

# By the path below the folder: the rows of files, and what is counted of the whole, as each SOURCE.md has it.
HMIS_2026 = {
    "Client.csv": 4146, "Enrollment.csv": 4771, "Exit.csv": 4295, "Services.csv": 4472, "Disabilities.csv": 24672, "Project.csv": 27,
}  # fmt: skip
HMIS_2024 = {
    "Client.csv": 305, "Enrollment.csv": 374, "Exit.csv": 210, "Services.csv": 635, "Disabilities.csv": 3046, "Project.csv": 8,
}  # fmt: skip
ILAO = {
    "organizations.csv": 33, "locations.csv": 520, "services.csv": 430, "phones.csv": 982, "regular_schedules.csv": 2492,
}  # fmt: skip
OHANA = {"organizations.csv": 8, "locations.csv": 22, "services.csv": 23, "phones.csv": 54, "taxonomy.csv": 290}
ROWS: dict[str, dict[str, int]] = {
    "hmis/fy2026_demo_hashed.zip": HMIS_2026,
    "hmis/fy2024_mini": HMIS_2024,
    "hsds/sample_ilao_v1": ILAO,
    "hsds/sample_ohana": OHANA,
}
TOTALS: dict[str, dict[str, int]] = {
    "hmis/fy2026_demo_hashed.zip": {"clients": 4146, "cases": 4771, "stays": 2946, "programs": 27},
    "hmis/fy2024_mini": {"clients": 305, "cases": 374, "stays": 304, "open_cases": 164, "closings": 210, "programs": 8},
}
# What is known to be wrong in them, in the words in which it is told: file, how many rows, words.
TOLD: dict[str, tuple[tuple[str, int, str], ...]] = {
    "hmis/fy2026_demo_hashed.zip": (("Enrollment.csv", 12, "several heads of household"),),
    "hsds/sample_ilao_v1": (("services.csv", 341, "organisations that are not in this directory"),),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """What is given to one import: a file or a folder, in which format, and the files that are in it."""

    path: Path
    kind: str
    name: str
    more: tuple[str, ...] = ()
    files: tuple[Path, ...] = field(default=())


def units(folder: Path) -> Iterator[Unit]:
    """Everything in a folder, each file once, by what is in it and not by what it is called."""
    seen: set[Path] = set()
    for home in sorted({one.parent for one in folder.rglob("*.csv")}):
        stems = {one.stem.lower() for one in home.glob("*.csv")}
        kind = "hmis" if "export" in stems else "hsds" if {"services", "organizations"} & stems else ""
        if kind:
            files = tuple(sorted(one for one in home.iterdir() if one.suffix == ".csv"))
            seen |= set(files)
            yield Unit(home, kind, str(home.relative_to(folder)), (), files)
    for path in sorted(one for one in folder.rglob("*") if one.is_file() and one not in seen):
        yield Unit(path, _kind(path), str(path.relative_to(folder)), (), (path,))


def _kind(path: Path) -> str:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            stems = {Path(name).stem.lower() for name in archive.namelist()}
        return "hmis" if "export" in stems else "hsds" if "services" in stems else "sheet"
    text = path.read_bytes()[:200_000]
    if b"BEGIN:V" in text[:4096]:
        return "ics"
    if path.suffix == ".json":
        told = re.search(rb'"resourceType"\s*:\s*"(\w+)"', text)
        return "hsds" if told is None else "questionnaire" if told[1] == b"Questionnaire" else "fhir"
    return "sheet"


def next_year(path: Path, into: Path) -> Path:
    """The same calendar with everything in it moved into 2027, so that there is something to take."""
    out, zone = [], False
    for line in path.read_text("utf-8").splitlines():
        zone = line.upper() == "BEGIN:VTIMEZONE" or (zone and line.upper() != "END:VTIMEZONE")
        dated = not zone and line.upper().startswith(
            ("DT", "RDATE", "EXDATE", "RECURRENCE", "DUE", " 19", " 20", "RRULE")
        )
        out.append(re.sub(r"(?<![0-9])(19|20)[0-9]{2}(?=[01][0-9][0-3][0-9])", "2027", line) if dated else line)
    made = into / f"next-{path.name}"
    made.write_text("\r\n".join(out) + "\r\n", "utf-8", newline="")
    return made


def faults_of(name: str, told: dict[str, object]) -> list[str]:
    """Where what an import says differs from what is known of the file."""
    files = {one["file"]: one for one in told["files"]}  # type: ignore[attr-defined]
    wrong = [
        f"{name}: {file} has {files.get(file, {}).get('rows')} rows, not {rows}"
        for file, rows in ROWS.get(name, {}).items()
        if files.get(file, {}).get("rows") != rows
    ]
    totals = told["totals"]
    wrong += [
        f"{name}: {totals[what]} {what}, not {n}"  # type: ignore[index]
        for what, n in TOTALS.get(name, {}).items()
        if totals[what] != n  # type: ignore[index]
    ]
    notes = told["notes"]
    for file, rows, words in TOLD.get(name, ()):
        if not any(one["file"] == file and one["rows"] == rows and words in one["reason"] for one in notes):  # type: ignore[attr-defined]
            wrong.append(f"{name}: it does not say of {rows} rows of {file}: {words}")
    for file, one in files.items():
        parts = sum(n for what, n in one.items() if what not in ("file", "rows"))
        if parts != one["rows"]:
            wrong.append(f"{name}: {file} has {one['rows']} rows, and {parts} are accounted for")
    return wrong
