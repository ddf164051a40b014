"""Makes small HMIS exports for tests: as few rows as a story needs, as dirty as real ones are."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

STAMPS = ("DateCreated", "DateUpdated", "UserID", "DateDeleted", "ExportID")
RACES = ("AmIndAKNative", "Asian", "BlackAfAmerican", "HispanicLatinaeo", "MidEastNAfrican", "NativeHIPacific", "White")
GENDERS = ("Woman", "Man", "NonBinary", "CulturallySpecific", "Transgender", "Questioning", "DifferentIdentity")
COLUMNS: dict[str, tuple[str, ...]] = {
    "Export": (
        "ExportID", "SourceType", "SourceID", "SourceName", "ExportDate", "ExportStartDate", "ExportEndDate",
        "SoftwareName", "CSVVersion", "HashStatus", "ImplementationID",
    ),
    "Project": (
        "ProjectID", "OrganizationID", "ProjectName", "OperatingStartDate", "OperatingEndDate", "ProjectType", *STAMPS,
    ),
    "User": (
        "UserID", "UserFirstName", "UserLastName", "UserEmail", "DateCreated", "DateUpdated", "DateDeleted", "ExportID",
    ),
    "Client": (
        "PersonalID", "FirstName", "MiddleName", "LastName", "NameSuffix", "NameDataQuality", "SSN", "SSNDataQuality",
        "DOB", "DOBDataQuality", *RACES, "RaceNone", *GENDERS, "GenderNone", "VeteranStatus", *STAMPS,
    ),
    "Enrollment": (
        "EnrollmentID", "PersonalID", "ProjectID", "EntryDate", "HouseholdID", "RelationshipToHoH", "LivingSituation",
        "DisablingCondition", "MoveInDate", *STAMPS,
    ),
    "Exit": (
        "ExitID", "EnrollmentID", "PersonalID", "ExitDate", "Destination", "ProjectCompletionStatus", "CMExitReason",
        *STAMPS,
    ),
    "CurrentLivingSituation": (
        "CurrentLivingSitID", "EnrollmentID", "PersonalID", "InformationDate", "CurrentLivingSituation",
        "LocationDetails", *STAMPS,
    ),
    "IncomeBenefits": (
        "IncomeBenefitsID", "EnrollmentID", "PersonalID", "InformationDate", "IncomeFromAnySource", "DataCollectionStage", *STAMPS,
    ),
    "Services": ("ServicesID", "EnrollmentID", "PersonalID", "DateProvided", "RecordType", "TypeProvided", *STAMPS),
    "Funder": ("FunderID", "ProjectID", "Funder", *STAMPS),
}  # fmt: skip
KEYS = {
    "Project": "ProjectID", "User": "UserID", "Client": "PersonalID", "Enrollment": "EnrollmentID",
    "Exit": "EnrollmentID", "CurrentLivingSituation": "CurrentLivingSitID", "IncomeBenefits": "IncomeBenefitsID",
}  # fmt: skip
NEW = "2026-10-01 09:00:00"
# Every name of an export with HashStatus 4 is the same where nothing was typed, as it often was not.
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class Hmis:
    """One export. Rows are dictionaries by column; change them, their order and their text as the test needs."""

    def __init__(self) -> None:
        self.columns = dict(COLUMNS)
        self.rows: dict[str, list[dict[str, str]]] = {name: [] for name in COLUMNS}
        self.add("Export", ExportID="X1", SourceType=1, SourceID="XX-500", SourceName="Test HMIS",
                 ExportDate="2026-10-31 18:00:00", CSVVersion="2024 v1.4", HashStatus=1, ImplementationID="IMPL1")  # fmt: skip

    def add(self, file: str, **cells: Any) -> dict[str, str]:
        """A row with these cells and the usual stamps."""
        usual = {"DateCreated": "2026-01-01 08:00:00", "DateUpdated": "2026-01-01 08:00:00", "ExportID": "X1"}
        row = (
            {c: usual.get(c, "") for c in self.columns[file]} if file != "Export" else dict.fromkeys(COLUMNS[file], "")
        )
        row |= {name: str(value) for name, value in cells.items()}
        self.rows[file].append(row)
        return row

    def project(self, key: str = "P1", kind: Any = 13, **more: Any) -> dict[str, str]:
        return self.add("Project", ProjectID=key, ProjectName=f"Project {key}", ProjectType=kind,
                        OperatingStartDate="2020-01-01", **more)  # fmt: skip

    def user(self, key: str, first: str = "", last: str = "", **more: Any) -> dict[str, str]:
        return self.add("User", UserID=key, UserFirstName=first, UserLastName=last, **more)

    def client(self, key: str, first: str = "Ada", last: str = "Lovelace", **more: Any) -> dict[str, str]:
        usual = {
            "NameDataQuality": 1,
            "SSN": "936083660",
            "SSNDataQuality": 1,
            "DOB": "1980-05-17",
            "DOBDataQuality": 1,
        }
        return self.add("Client", PersonalID=key, FirstName=first, LastName=last, **(usual | more))

    def enrollment(self, key: str, person: str, entry: str = "2026-03-01", **more: Any) -> dict[str, str]:
        usual = {"ProjectID": "P1", "HouseholdID": f"H{key}", "RelationshipToHoH": 1, "UserID": "ana"}
        return self.add("Enrollment", EnrollmentID=key, PersonalID=person, EntryDate=entry, **(usual | more))

    def exit(self, enrollment: str, on: str, destination: Any = 410, **more: Any) -> dict[str, str]:
        return self.add(
            "Exit", ExitID=f"X{enrollment}", EnrollmentID=enrollment, ExitDate=on, Destination=destination, **more
        )

    def living(self, key: str, enrollment: str, on: str, **more: Any) -> dict[str, str]:
        usual = {"CurrentLivingSituation": 116, "UserID": "ana"}
        return self.add("CurrentLivingSituation", CurrentLivingSitID=key, EnrollmentID=enrollment, InformationDate=on,
                        **(usual | more))  # fmt: skip

    def income(
        self, key: str, enrollment: str, on: str, answer: Any = 1, stage: int = 1, **more: Any
    ) -> dict[str, str]:
        return self.add("IncomeBenefits", IncomeBenefitsID=key, EnrollmentID=enrollment, InformationDate=on, UserID="ana",
                        **({"IncomeFromAnySource": answer, "DataCollectionStage": stage} | more))  # fmt: skip

    def row(self, file: str, key: str) -> dict[str, str]:
        return next(row for row in self.rows[file] if row[KEYS[file]] == key)

    def touch(self, file: str, key: str, **cells: Any) -> None:
        """The source changes a row, and stamps it."""
        self.row(file, key).update({"DateUpdated": NEW} | {name: str(value) for name, value in cells.items()})

    def text(self, file: str, end: str = "\r\n") -> str:
        out = io.StringIO()
        writer = csv.DictWriter(out, self.columns[file], lineterminator=end, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(self.rows[file])
        return out.getvalue()

    def files(self) -> dict[str, bytes]:
        return {f"{name}.csv": self.text(name).encode() for name in self.columns}

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.files().items():
            (folder / name).write_bytes(content)
        return folder

    def zip(self, path: Path, inside: str = "") -> Path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.files().items():
                archive.writestr(inside + name, content)
        return path


def family() -> Hmis:
    """A mother with her child, both still there; a man who left; two workers, one of them without a name."""
    export = Hmis()
    export.project()
    export.project("P2", 4)
    export.user("ana", "Ana", "Silva")
    export.user("U77")
    export.client("C1", "Maria", "Rossi", Woman=1, White=1, HispanicLatinaeo=1, VeteranStatus=0)
    export.client("C2", "Luca", "Rossi", DOB="2018-02-03", RaceNone=8, GenderNone=99, VeteranStatus=99)
    export.client("C3", "Søren", "O'Neil", Man=1, Asian=1, VeteranStatus=1)
    export.enrollment("E1", "C1", HouseholdID="H1")
    export.enrollment("E2", "C2", HouseholdID="H1", RelationshipToHoH=2)
    export.enrollment("E3", "C3", "2026-02-01", ProjectID="P2", UserID="U77")
    export.exit("E3", "2026-09-15", 435, ProjectCompletionStatus=1)
    export.living("L1", "E3", "2026-02-20", ProjectID="P2", UserID="U77")
    export.add(
        "Services", ServicesID="S1", EnrollmentID="E1", RecordType=200, TypeProvided=200, DateProvided="2026-03-02"
    )
    export.add(
        "Services", ServicesID="S2", EnrollmentID="E1", RecordType=144, TypeProvided=3, DateProvided="2026-03-03"
    )
    export.add("Funder", FunderID="F1", ProjectID="P1", Funder=20)
    return export


def hashed_2026(system: str = "IMPL1") -> Hmis:
    """The family as an edition of FY2026 has it that gives no names: all of them alike, sex in one column, no gender."""
    export = family()
    kept = [name for name in export.columns["Client"] if name not in (*GENDERS, "GenderNone")]
    export.columns["Client"] = (*("HispanicLatinao" if name == "HispanicLatinaeo" else name for name in kept), "Sex")
    export.rows["Export"][0] |= {"CSVVersion": "2026 v1", "HashStatus": "4", "ImplementationID": system}
    for row in export.rows["Client"]:
        row |= {
            "FirstName": HASH,
            "MiddleName": HASH,
            "LastName": HASH,
            "NameSuffix": "",
            "DOB": "1980-05-12",
            "Sex": "1",
        }
    return export
