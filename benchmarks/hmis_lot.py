"""A made-up HMIS export of any size, the same for the same seed: as many rows of each file for an enrolment as continuums have.

Nobody in it is real. It has no dirt: what is measured is how fast rows are taken, not how many are refused.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from caseload.demo.names import CULTURES
from tests.exchange.hmis_columns import RULES

Row = dict[str, Any]
# Rows below an enrolment, of each hundred: 1 055, so 190 000 of 18 000.
BELOW = {
    "Exit": 72, "IncomeBenefits": 195, "HealthAndDV": 150, "EmploymentEducation": 78, "Disabilities": 360, "Services": 105,
    "CurrentLivingSituation": 95,
}  # fmt: skip
_FIRST, _LAST = date(2019, 1, 1), date(2026, 9, 30)
_PROJECTS, _USERS = 40, 73
_KINDS = (0, 1, 2, 3, 4, 6, 8, 11, 12, 13, 14)
_LIVING = (116, 101, 302, 329, 314, 332, 336, 335, 410, 435, 8, 99)
_WENT = (116, 101, 302, 312, 313, 410, 435, 421, 422, 423, 24, 30, 99)
_STAGES = (1, 1, 1, 2, 3, 5)
_STAMPED = {"DateCreated": "2026-01-01 08:00:00", "DateUpdated": "2026-09-01 09:30:00", "ExportID": "X1"}


def write(folder: Path, enrolments: int) -> dict[str, int]:
    """Write the export's files; answers how many rows each has."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(20261031)
    made = _enrolments(rng, enrolments)
    people = sorted({row["PersonalID"] for row in made})
    files: dict[str, Iterator[Row]] = {
        "Export": iter([_export()]),
        "Organization": iter(
            [{"OrganizationID": "O1", "OrganizationName": "Made up", "VictimServiceProvider": 0, **_STAMPED}]
        ),
        "Project": (_project(n) for n in range(_PROJECTS)),
        "User": (
            {"UserID": f"u{n}", "UserFirstName": "User", "UserLastName": f"Number {n}", **_STAMPED}
            for n in range(_USERS)
        ),
        "Client": (_client(rng, one) for one in people),
        "Enrollment": iter(made),
    }
    files |= {name: _below(rng, name, made, n) for name, n in BELOW.items()}
    return {name: _file(folder / f"{name}.csv", name, rows) for name, rows in files.items()}


def _export() -> Row:
    return {
        "ExportID": "X1", "SourceType": 1, "SourceID": "XX-500", "SourceName": "Made up", "ExportDate": "2026-10-31 18:00:00",
        "ExportStartDate": _FIRST, "ExportEndDate": _LAST, "SoftwareName": "made up", "CSVVersion": "2026 v1", "ExportPeriodType": 3,
        "ExportDirective": 2, "HashStatus": 1, "ImplementationID": "MADE-UP",
    }  # fmt: skip


def _project(n: int) -> Row:
    return {
        "ProjectID": f"p{n}", "OrganizationID": "O1", "ProjectName": f"Project {n}", "OperatingStartDate": "2015-01-01",
        "ContinuumProject": 1, "ProjectType": _KINDS[n % len(_KINDS)], "UserID": "u0", **_STAMPED,
    }  # fmt: skip


def _client(rng: random.Random, key: str) -> Row:
    culture = rng.choice(CULTURES)
    races = (
        "AmIndAKNative",
        "Asian",
        "BlackAfAmerican",
        "HispanicLatinao",
        "MidEastNAfrican",
        "NativeHIPacific",
        "White",
    )
    told = rng.choice(races)
    return {
        "PersonalID": key, "FirstName": rng.choice(culture.women + culture.men), "LastName": rng.choice(culture.families),
        "NameDataQuality": 1, "SSNDataQuality": 99, "DOB": date(1940, 1, 1) + timedelta(days=rng.randrange(28_000)),
        "DOBDataQuality": 1, "Sex": rng.choice((0, 1)), **{one: int(one == told) for one in races},
        "VeteranStatus": rng.choice((0, 0, 0, 1, 99)), "UserID": f"u{rng.randrange(_USERS)}", **_STAMPED,
    }  # fmt: skip


def _enrolments(rng: random.Random, count: int) -> list[Row]:
    """Four of five households are one person; who comes again is the same client."""
    made: list[Row] = []
    span = (_LAST - _FIRST).days - 30
    known = 0
    while len(made) < count:
        size = rng.choices((1, 2, 3, 4), (80, 8, 7, 5))[0]
        first = _FIRST + timedelta(days=rng.randrange(span))
        project, home = f"p{rng.randrange(_PROJECTS)}", f"h{len(made)}"
        for nth in range(min(size, count - len(made))):
            again = known > 10 and rng.random() < 0.22
            person = rng.randrange(known) if again else known
            known += not again
            made.append(
                {
                    "EnrollmentID": f"e{len(made)}", "PersonalID": f"c{person}", "ProjectID": project, "EntryDate": first,
                    "HouseholdID": home, "RelationshipToHoH": 1 if nth == 0 else rng.choice((2, 2, 3, 4)),
                    "LivingSituation": rng.choice(_LIVING), "DisablingCondition": rng.choice((0, 1, 1, 99)),
                    "MoveInDate": first + timedelta(days=40) if rng.random() < 0.2 else None,
                    "UserID": f"u{rng.randrange(_USERS)}", **_STAMPED,
                }
            )  # fmt: skip
    return made


def _below(rng: random.Random, name: str, enrolments: list[Row], each: int) -> Iterator[Row]:
    key = RULES[name][0][0]
    count = len(enrolments) * each // 100
    chosen = rng.sample(range(len(enrolments)), count) if name == "Exit" else None
    for n in range(count):
        of = enrolments[chosen[n] if chosen is not None else rng.randrange(len(enrolments))]
        on = min(of["EntryDate"] + timedelta(days=rng.randrange(600)), _LAST)
        row = {
            key: f"{name[0].lower()}{n}", "EnrollmentID": of["EnrollmentID"], "PersonalID": of["PersonalID"], "InformationDate": on,
            "UserID": of["UserID"], "DataCollectionStage": rng.choice(_STAGES), **_STAMPED,
        }  # fmt: skip
        yield row | _said(rng, name, on)


def _said(rng: random.Random, name: str, on: date) -> Row:
    answer = rng.choice((0, 1, 1, 8, 99))
    told: dict[str, Row] = {
        "Exit": {"ExitDate": on, "Destination": rng.choice(_WENT), "ProjectCompletionStatus": rng.choice((1, 2, 3))},
        "IncomeBenefits": {
            "IncomeFromAnySource": answer, "TotalMonthlyIncome": "841.00" if answer == 1 else None, "SSI": answer,
            "BenefitsFromAnySource": answer, "SNAP": answer, "InsuranceFromAnySource": answer, "Medicaid": answer,
        },
        "HealthAndDV": {"DomesticViolenceSurvivor": answer, "GeneralHealthStatus": rng.choice((1, 2, 3, 4, 5))},
        "EmploymentEducation": {"LastGradeCompleted": 5, "Employed": answer},
        "Disabilities": {"DisabilityType": rng.choice((5, 6, 7, 8, 9, 10)), "DisabilityResponse": answer},
        "Services": {"DateProvided": on, "RecordType": rng.choice((141, 144, 200, 200)), "TypeProvided": 3},
        "CurrentLivingSituation": {"CurrentLivingSituation": rng.choice(_LIVING)},
    }  # fmt: skip
    return told[name]


def _file(path: Path, name: str, rows: Iterator[Row]) -> int:
    """As exports are: texts in quotation marks, numbers and days without."""
    columns = [(column, kind) for column, kind, _most, _empty in RULES[name]]
    count = 0
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(",".join(f'"{column}"' for column, _kind in columns) + "\r\n")
        for row in rows:
            cells = ((row.get(column), kind) for column, kind in columns)
            out.write(
                ",".join("" if cell is None else f'"{cell}"' if kind == "S" else str(cell) for cell, kind in cells)
                + "\r\n"
            )
            count += 1
    return count
